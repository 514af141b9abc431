"""Ended: a closed deal as it was before anybody knew how it would end: what patterns are looked for in."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

import attrs

from dealflow.domain.account import Account
from dealflow.domain.deal import Deal, Status
from dealflow.domain.playbook import MilestoneKey, PlaybookKey
from dealflow.domain.timeline import Told
from dealflow.projections.cases import Horizon, Order
from dealflow.projections.look import HEALTH, HealthPolicy, Look
from dealflow.projections.pipeline import Move, Standing
from dealflow.projections.relation import Relation
from dealflow.projections.situation import Situation


@attrs.frozen
class EndedDeal:
    """A deal as it stood at some moment before it was known how it would end: what factors are asked of.

    *look* shows it open still, with everything told up to that moment: that of its end, the end
    apart, or of a landmark on its way. *moves* are the steps it had taken by then, *until* is the step
    that ends them: the end, or the landmark. *relation* is its account then (of one that was merged,
    the account that stands for it), nothing where it was never registered; *orders* are the places of
    the milestones in each playbook.
    """

    deal: Standing
    look: Look
    moves: tuple[Move, ...]
    until: Move
    relation: Relation | None
    orders: Mapping[PlaybookKey, Order]

    @property
    def at(self) -> datetime:
        """The moment."""
        return self.look.situation.at

    @property
    def state(self) -> Deal:
        """The deal as it was then."""
        state: Deal = self.look.situation.states[self.deal.deal]
        return state

    @property
    def places(self) -> frozenset[UUID]:
        """Its account, and all that stand for one with it."""
        return frozenset({self.deal.account}) | (self.relation.places if self.relation else frozenset())

    @property
    def accounts(self) -> tuple[Account, ...]:
        """What was told of its account: of the one that stands for it, and of those merged into that."""
        first = (self.relation.account,) if self.relation else ()
        states = (self.look.situation.states.get(one) for one in dict.fromkeys((*first, *sorted(self.places))))
        return tuple(one for one in states if isinstance(one, Account))

    @property
    def is_whole(self) -> bool:
        """Whether all its history was kept: else what is not told of it may have happened all the same."""
        return self.deal.known_from is None or self.deal.known_from <= self.deal.moves[0].start


def stood_at(deal: Standing, milestone: MilestoneKey | None) -> Move | None:
    """Return the move by which a deal first stood at a milestone; nothing where it never did, or none is named."""
    return next((visit.came for visit in deal.visits if visit.milestone == milestone), None)


def decisions(
    deals: Iterable[Standing], horizon: Horizon, landmark: MilestoneKey | None, within: int | None
) -> tuple[tuple[tuple[Standing, bool], ...], int]:
    """Return which deals were decided, and whether they were won; and how many were not decided yet.

    With a *landmark* only those count that stood there. *within* decides each so many calendar days
    after it, won or not; raises `ValueError` without a landmark. Without it the closed are decided.
    """
    if within is not None and landmark is None:
        message = f"within {within} days of what? name the milestone from which they count (landmark)"
        raise ValueError(message)
    came = ((one, stood_at(one, landmark)) for one in deals if one.status is not Status.ABANDONED)
    asked = [(one, move) for one, move in came if landmark is None or move is not None]
    found = ((one, _won(one, move, horizon, within)) for one, move in asked)
    decided = tuple((one, won) for one, won in found if won is not None)
    return decided, len(asked) - len(decided)


def _won(deal: Standing, came: Move | None, horizon: Horizon, within: int | None) -> bool | None:
    """Say whether a deal was won; nothing where it is not decided.

    So many days after a landmark that is asked of all deals alike: of none whose days are not over.
    """
    won = deal.status is Status.WON
    if within is None or came is None:
        return None if deal.status is Status.OPEN else won
    until = horizon.until if deal.watched is None else min(horizon.until, deal.watched)
    if horizon.days(came.end, until) < within:
        return None
    return won and horizon.days(came.end, deal.moves[-1].end) <= within


def before_its_end(
    deal: Standing,
    situation: Situation,
    *,
    relation: Relation | None = None,
    orders: Mapping[PlaybookKey, Order] = MappingProxyType({}),
    policy: HealthPolicy = HEALTH,
    landmark: Move | None = None,
) -> EndedDeal:
    """Return a closed deal as it was about to end, or any deal when it had taken the step of a *landmark*.

    *situation* and *relation* are those of any later moment. What the deal's own stream tells after
    that step comes after it, also where both bear the same day (decision 3).
    """
    until = landmark or deal.moves[-1]
    moves = deal.moves[: deal.moves.index(until) + (landmark is not None)]
    then = attrs.evolve(situation, id=deal.deal).as_of(until.end)
    told = tuple(one for one in then.told if not _is_after(one, deal, until, ended=landmark is None))
    return EndedDeal(
        deal,
        Look(attrs.evolve(then, told=told), policy),
        moves,
        until,
        relation and relation.as_of(until.end),
        orders,
    )


def _is_after(one: Told, deal: Standing, until: Move, *, ended: bool) -> bool:
    """Say whether a record is the end itself, or was told after the step in the deal's own stream, and not before it
    by its time.
    """
    if one.record.position == until.record:
        return ended
    return one.record.stream == deal.deal and one.record.position > until.record and one.end >= until.start
