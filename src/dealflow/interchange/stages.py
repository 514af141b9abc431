"""Stages of another system, told as our life cycle.

A source says "the deal now stands at X"; we say how it came there: opened, advanced, reverted,
ended, reopened. Moves that our life cycle forbids but the source made become a reopening first.
"""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

import attrs

from dealflow.decider import Command
from dealflow.domain.advancing import AdvanceStage, OpenDeal, RevertStage
from dealflow.domain.closing import AbandonDeal, LoseDeal, ReopenDeal, WinDeal
from dealflow.domain.deal import LossCause, Side, Status
from dealflow.domain.noting import MarkHistoryUnknown
from dealflow.domain.playbook import MilestoneKey, Playbook
from dealflow.interchange.pipeline import Place
from dealflow.journal import When
from dealflow.money import Money

REOPENED = "the source moved a closed deal"
SKIPPED = "skipped in the source"
MOVED_BACK = "moved back in the source"
GIVEN_UP = "given up in the source"


@attrs.frozen
class Stop:
    """A deal at a stage, as the source has it.

    *at* is when it came there; *ended* when the end happened, where that is told apart from when
    it was written down. *amount* and *reason* belong to an end.
    """

    stage: str
    at: When
    place: Place
    ended: When | None = None
    amount: Money | None = None
    reason: str | None = None


@attrs.frozen
class Stages:
    """What the source's stage names mean: milestones of a playbook, or ends of a deal."""

    playbook: Playbook
    ends: Mapping[str, Status]

    def names(self) -> tuple[str, ...]:
        """Return every stage name that is understood."""
        return (*self.playbook.keys(), *self.ends)


@attrs.frozen
class Telling:
    """One command of a deal's life cycle, with the stop it comes from."""

    command: Command
    at: When
    stop: Stop


class UnknownStage(ValueError):
    """The source names a stage that no table knows."""

    def __init__(self, stop: Stop, known: Sequence[str]) -> None:
        super().__init__(f"unknown stage {stop.stage!r}: known are {', '.join(known)}")
        self.stop = stop


@attrs.frozen
class Opening:
    """What a deal is opened with, beside where it stands."""

    account: UUID
    title: str
    owner: str | None = None
    lead_source: str | None = None


def tell(opening: Opening, stops: Sequence[Stop], stages: Stages) -> Iterator[Telling]:
    """Tell a deal's stops, in order, as commands; raises `UnknownStage`.

    A deal whose first stop is an end was opened at the first milestone and ended at once; what lay
    in between is marked unknown.
    """
    if unknown := [stop for stop in stops if stop.stage not in stages.names()]:
        raise UnknownStage(unknown[0], stages.names())
    first, keys = stops[0], stages.playbook.keys()
    stage = first.stage if first.stage in keys else keys[0]
    status = Status.OPEN
    opened = OpenDeal(opening.account, opening.title, stages.playbook, stage, opening.owner, opening.lead_source)
    yield Telling(opened, first.at, first)
    if first.stage in stages.ends:
        yield Telling(MarkHistoryUnknown(first.at.start), first.at, first)
    for stop in stops:
        goal = stages.ends.get(stop.stage, Status.OPEN)
        here = stop.stage if goal is Status.OPEN else stage
        if status is not Status.OPEN and (goal, here) != (status, stage):
            yield Telling(ReopenDeal(REOPENED, here), stop.at, stop)
            stage, status = here, Status.OPEN
        if here != stage:
            yield Telling(_step(keys, stage, here), stop.at, stop)
            stage = here
        if goal is not status:
            yield Telling(_end(goal, stop), stop.ended or stop.at, stop)
            status = goal


def _step(keys: tuple[MilestoneKey, ...], stage: MilestoneKey, to: MilestoneKey) -> Command:
    here, there = keys.index(stage), keys.index(to)
    if there < here:
        return RevertStage(to, MOVED_BACK)
    return AdvanceStage(to, reason=SKIPPED if there > here + 1 else None)


def _end(status: Status, stop: Stop) -> Command:
    match status:
        case Status.WON:
            return WinDeal(stop.amount, skip_rest=True, primary_reason=stop.reason, said_by=Side.SELLER)
        case Status.LOST:
            return LoseDeal(LossCause.UNKNOWN, primary_reason=stop.reason, said_by=Side.SELLER)
        case _:
            return AbandonDeal(stop.reason or GIVEN_UP)
