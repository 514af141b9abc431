"""What may be asked at the end of a deal: commit, renege, win, lose, abandon, reopen."""

from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar
from uuid import UUID

import attrs

from dealflow.decider import Events, Facts, Refusal, Refused, refuse_if
from dealflow.domain.advancing import UnknownMilestone, frozen, milestone_of
from dealflow.domain.deal import (
    DEAL,
    Deal,
    DealAbandoned,
    DealCommitted,
    DealLost,
    DealReneged,
    DealReopened,
    DealWon,
    Given,
    LossCause,
    Side,
    StageEvent,
    Status,
    misfits,
)
from dealflow.domain.noun import NotThere, missing
from dealflow.domain.playbook import MilestoneKey, Playbook
from dealflow.domain.valuing import not_money
from dealflow.journal import Record
from dealflow.money import Money


@attrs.frozen
class MilestonesNotPassed:
    """A won deal passed or explicitly skipped every milestone."""

    missing: tuple[MilestoneKey, ...]

    def __str__(self) -> str:
        return f"not passed yet: {', '.join(self.missing)}; say `skip_rest` if they were skipped"


def not_passed(deal: Deal, facts: Facts) -> tuple[MilestoneKey, ...]:
    """Return the milestones of the deal's playbook that it neither reached nor listed as skipped."""
    playbook = facts.playbooks.get(deal.playbook)
    keys = playbook.keys(deal.version) if playbook else ()
    return tuple(key for key in keys if key not in deal.passed)


def out_of_play(history: Iterable[Record], playbooks: Mapping[str, Playbook]) -> Iterator[Refusal]:
    """Say what a deal's playbook has no place for in its history: milestones it does not have, a win
    that neither passed nor skipped one. A playbook that is not at hand says nothing.
    """
    deal: Deal | None = None
    for record in history:
        deal = DEAL.evolve(deal, record.event)
        playbook = playbooks.get(deal.playbook) if deal else None
        if deal is None or playbook is None:
            continue
        keys = playbook.keys(deal.version)
        if isinstance(record.event, StageEvent) and deal.stage not in keys:
            yield UnknownMilestone(deal.stage, keys)
        if isinstance(record.event, DealWon):
            unpassed = tuple(key for key in keys if key not in {*deal.passed, *record.event.skipped})
            if unpassed:
                yield MilestonesNotPassed(unpassed)


@attrs.frozen
class CommitDeal:
    """The customer gives their word, before the signature."""

    noun: ClassVar = DEAL
    life_cycle: ClassVar = True

    given: Given
    by: UUID | None = None

    def decide(self, deal: Deal | None, facts: Facts) -> Events:
        """Stays quiet where that word was given already."""
        event = DealCommitted(self.given, self.by)
        if deal is not None and deal.committed is self.given and deal.status is Status.OPEN:
            return ()
        refuse_if(*misfits(deal, event))
        return (event,)


@attrs.frozen
class RenegeDeal:
    """The customer takes their word back."""

    noun: ClassVar = DEAL
    life_cycle: ClassVar = True

    reason: str

    def decide(self, deal: Deal | None, facts: Facts) -> Events:
        """Refuses where no word was given."""
        event = DealReneged(self.reason)
        refuse_if(*misfits(deal, event), *missing(reason=self.reason))
        return (event,)


@attrs.frozen
class WinDeal:
    """The contract is signed, for *amount* (the deal's own where none is given).

    *skip_rest* lists the milestones that were not passed as skipped; without it they stand against
    the win.
    """

    noun: ClassVar = DEAL
    life_cycle: ClassVar = True

    amount: Money | None = None
    skip_rest: bool = False
    primary_reason: str | None = None
    contributing: tuple[str, ...] = ()
    said_by: Side = Side.UNKNOWN

    def decide(self, deal: Deal | None, facts: Facts) -> Events:
        """Stays quiet where the deal is won already for that amount."""
        if deal is None:
            raise Refused(NotThere("deal"))
        amount, flaws = self.amount or deal.amount, not_money(amount=self.amount)
        if not flaws and isinstance(deal.end, DealWon) and deal.end.amount == amount:
            return ()
        rest = not_passed(deal, facts)
        event = DealWon(amount, rest, self.primary_reason, self.contributing, self.said_by)
        refuse_if(
            *misfits(deal, event),
            *flaws,
            MilestonesNotPassed(rest) if rest and not self.skip_rest else None,
        )
        return (event,)


@attrs.frozen
class LoseDeal:
    """The customer decided otherwise, or not at all."""

    noun: ClassVar = DEAL
    life_cycle: ClassVar = True

    cause: LossCause = LossCause.UNKNOWN
    primary_reason: str | None = None
    contributing: tuple[str, ...] = ()
    rival: str | None = None
    said_by: Side = Side.UNKNOWN

    def decide(self, deal: Deal | None, facts: Facts) -> Events:
        """Stays quiet where the deal is lost for these reasons already."""
        event = DealLost(self.cause, self.primary_reason, self.contributing, self.rival, self.said_by)
        if deal is not None and deal.end == event:
            return ()
        refuse_if(*misfits(deal, event))
        return (event,)


@attrs.frozen
class AbandonDeal:
    """We give it up."""

    noun: ClassVar = DEAL
    life_cycle: ClassVar = True

    reason: str

    def decide(self, deal: Deal | None, facts: Facts) -> Events:
        """Stays quiet where it was given up already."""
        if deal is not None and deal.status is Status.ABANDONED:
            return ()
        event = DealAbandoned(self.reason)
        refuse_if(*misfits(deal, event), *missing(reason=self.reason))
        return (event,)


@attrs.frozen
class ReopenDeal:
    """Work on a closed deal again, at the milestone *at* (where it stood when it closed, if none is named)."""

    noun: ClassVar = DEAL
    life_cycle: ClassVar = True

    reason: str
    at: MilestoneKey | None = None

    def decide(self, deal: Deal | None, facts: Facts) -> Events:
        """Refuses where the deal is open, or its playbook has no such milestone."""
        if deal is None:
            raise Refused(NotThere("deal"))
        at = self.at or deal.stage
        playbook = facts.playbooks.get(deal.playbook)
        keys = playbook.keys(deal.version) if playbook else ()
        freeze = frozen(milestone_of(playbook, at, deal.version))
        event = DealReopened(at, self.reason, deal.priced or deal.valued, **freeze)
        refuse_if(
            *misfits(deal, event),
            *missing(reason=self.reason),
            UnknownMilestone(at, keys) if at not in keys else None,
        )
        return (event,)
