"""Ended: a closed deal as it was before anybody knew how it would end: what patterns are looked for in."""

from datetime import datetime

import attrs

from dealflow.domain.account import Account
from dealflow.domain.deal import Deal
from dealflow.domain.playbook import MilestoneKey
from dealflow.projections.look import HEALTH, HealthPolicy, Look
from dealflow.projections.pipeline import Move, Standing
from dealflow.projections.relation import Relation
from dealflow.projections.situation import Situation


@attrs.frozen
class EndedDeal:
    """A deal that was won or lost, as it stood at some moment before: what factors are asked of.

    *look* shows it open still, with everything dated up to that moment but the end itself: the
    moment of its end, or of a landmark on its way. *relation* is its account then, nothing where that
    was never registered.
    """

    deal: Standing
    look: Look
    relation: Relation | None

    @property
    def at(self) -> datetime:
        """The moment."""
        return self.look.situation.at

    @property
    def moves(self) -> tuple[Move, ...]:
        """The steps it had taken by then, its end apart."""
        return tuple(move for move in self.deal.moves[:-1] if move.end <= self.at)

    @property
    def state(self) -> Deal:
        """The deal as it was then."""
        state: Deal = self.look.situation.states[self.deal.deal]
        return state

    @property
    def account(self) -> Account | None:
        """Its account as it was then."""
        state = self.look.situation.states.get(self.deal.account)
        return state if isinstance(state, Account) else None


def stood_at(deal: Standing, milestone: MilestoneKey | None) -> Move | None:
    """Return the move by which a deal first stood at a milestone; nothing where it never did, or none is named."""
    return next((visit.came for visit in deal.visits if visit.milestone == milestone), None)


def before_its_end(
    deal: Standing,
    situation: Situation,
    relation: Relation | None = None,
    policy: HealthPolicy = HEALTH,
    landmark: Move | None = None,
) -> EndedDeal:
    """Return a closed deal as it was about to end, or when it had taken the step of a *landmark*.

    *situation* and *relation* are those of any later moment.
    """
    end = deal.moves[-1]
    then = min(end.end, (landmark or end).end)
    before = attrs.evolve(situation, id=deal.deal).as_of(then)
    told = tuple(one for one in before.told if one.record.position != end.record)
    return EndedDeal(deal, Look(attrs.evolve(before, told=told), policy), relation and relation.as_of(then))
