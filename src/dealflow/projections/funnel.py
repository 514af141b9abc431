"""Funnel: how many deals came to each milestone, stand there, and how they left it (domain.md §2).

As of any day, or period by period. Two counts are kept apart: deals that *ever* entered a
milestone, and *visits*, since a deal that goes back comes again. Every stay either still lasts or
has ended in exactly one way, so entering and leaving always balance.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import accumulate, pairwise
from types import MappingProxyType

import attrs

from dealflow.domain.deal import Status
from dealflow.domain.playbook import MilestoneKey, Playbook, PlaybookKey
from dealflow.money import totals
from dealflow.projections.cases import Every, Horizon, milestones_of
from dealflow.projections.conversion import Conversion
from dealflow.projections.estimates import Share
from dealflow.projections.pipeline import CLOSING, Move, Standing, Step

WIN_RATE = "deals won / (deals won + deals lost); abandoned deals count in neither"


@attrs.frozen
class Came:
    """How the stays at a place began: at a milestone by a step, at an end by *closing*."""

    opened: int = 0
    forward: int = 0
    skipping: int = 0
    backward: int = 0
    playbook_changed: int = 0
    reopened: int = 0
    closing: int = 0

    @property
    def total(self) -> int:
        """All that came."""
        return sum(attrs.astuple(self))


@attrs.frozen
class Left:
    """How the stays at a place ended; for an end, how many deals were reopened from it."""

    forward: int = 0
    skipping: int = 0
    backward: int = 0
    playbook_changed: int = 0
    won: int = 0
    lost: int = 0
    abandoned: int = 0
    reopened: int = 0

    @property
    def total(self) -> int:
        """All that left."""
        return sum(attrs.astuple(self))


@attrs.frozen
class StageCount:
    """One row of the funnel: a milestone, or an end.

    *entered* counts deals that ever came to it, *visits* how often one came (so *again*, the
    difference, are re-entries), *came* how; *open* the deals that stand there (for an end: that
    are closed so); *passed_over* the deals that skipped it; *amount* what the standing ones are
    worth, per currency. `visits == came.total == open + left.total`.
    """

    stage: MilestoneKey
    name: str
    playbook: PlaybookKey
    end: Status | None
    entered: int
    visits: int
    came: Came
    open: int
    left: Left
    passed_over: int
    amount: Mapping[str, Decimal]

    @property
    def again(self) -> int:
        """How many visits were by deals that had been there before."""
        return self.visits - self.entered


@attrs.frozen
class Funnel:
    """The pipeline as of some day, on both clocks.

    *deals* are all that were opened by then (merged ones apart), *by_playbook* those that ever ran
    on each; *win_rate* is
    `deals won / (deals won + deals lost)`; *won_of_all* the share of all deals that is won. Both say
    what happened, however few they were: the interval of the first tells how little that may mean.
    """

    happened: datetime | None
    known: datetime | None
    deals: int
    open: int
    won: int
    lost: int
    abandoned: int
    reopened: int
    by_playbook: Mapping[PlaybookKey, int]
    win_rate: Share
    won_of_all: Share
    stages: tuple[StageCount, ...]
    conversions: tuple[Conversion, ...]


def funnel(
    deals: Sequence[Standing],
    playbooks: Sequence[Playbook],
    conversions: Sequence[Conversion],
    *,
    happened: datetime | None = None,
    known: datetime | None = None,
) -> Funnel:
    """Count the funnel of *deals* as they stood.

    With several playbooks their stages follow one another. *conversions*, *happened* and *known*
    are only passed on.
    """
    status = Counter(deal.status for deal in deals)
    won, lost = status[Status.WON], status[Status.LOST]
    return Funnel(
        happened=happened,
        known=known,
        deals=len(deals),
        open=status[Status.OPEN],
        won=won,
        lost=lost,
        abandoned=status[Status.ABANDONED],
        reopened=sum(any(move.step is Step.REOPENED for move in deal.moves) for deal in deals),
        by_playbook=MappingProxyType(
            Counter(key for deal in deals for key in {visit.playbook for visit in deal.visits})
        ),
        win_rate=Share(won, won + lost),
        won_of_all=Share(won, len(deals)),
        stages=tuple(_count(place, deals) for one in playbooks for place in _places(one, deals)),
        conversions=tuple(conversions),
    )


# Stays


@attrs.frozen
class _Stay:
    """One stay of a deal at a milestone, or at an end."""

    deal: Standing
    came: Move
    left: Move | None


@attrs.frozen
class _Place:
    """A milestone or an end of a playbook, with every stay at it."""

    playbook: PlaybookKey
    stage: MilestoneKey
    name: str
    end: Status | None
    stays: tuple[_Stay, ...]


def _places(playbook: Playbook, deals: Sequence[Standing]) -> Iterable[_Place]:
    """Return the milestones in their order, then the ends; giving up only where some deal was given up."""
    at: dict[MilestoneKey, list[_Stay]] = {}
    ended: dict[Status, list[_Stay]] = {}
    for deal in deals:
        for visit in deal.visits:
            if visit.playbook == playbook.key:
                at.setdefault(visit.milestone, []).append(_Stay(deal, visit.came, visit.left))
        for move, after in pairwise((*deal.moves, None)):
            if move is not None and move.playbook == playbook.key and move.step in CLOSING:
                ended.setdefault(CLOSING[move.step], []).append(_Stay(deal, move, after))
    for key, name in milestones_of(playbook).items():
        yield _Place(playbook.key, key, name, None, tuple(at.get(key, ())))
    for status, name in _names(playbook).items():
        if status in ended or status is not Status.ABANDONED:
            yield _Place(playbook.key, name, name, status, tuple(ended.get(status, ())))


def _names(playbook: Playbook) -> Mapping[Status, str]:
    ends = playbook.ends
    return {Status.WON: ends.won, Status.LOST: ends.lost, Status.ABANDONED: ends.abandoned}


def _count(place: _Place, deals: Sequence[Standing]) -> StageCount:
    here = [stay.deal for stay in place.stays if stay.left is None]
    return StageCount(
        stage=place.stage,
        name=place.name,
        playbook=place.playbook,
        end=place.end,
        entered=len({stay.deal.deal for stay in place.stays}),
        visits=len(place.stays),
        came=_came(stay.came for stay in place.stays),
        open=len(here),
        left=_left(stay.left for stay in place.stays if stay.left is not None),
        passed_over=sum(any(_skips(move, place) for move in deal.moves) for deal in deals),
        amount=totals(deal.amount for deal in here if deal.amount is not None),
    )


def _skips(move: Move, place: _Place) -> bool:
    return place.end is None and move.playbook == place.playbook and place.stage in move.skipped


def _came(moves: Iterable[Move]) -> Came:
    return Came(**Counter("closing" if move.step in CLOSING else _way(move) for move in moves))


def _left(moves: Iterable[Move]) -> Left:
    return Left(**Counter(map(_way, moves)))


def _way(move: Move) -> str:
    match move.step:
        case Step.ADVANCED:
            return "skipping" if move.skipped else "forward"
        case Step.REVERTED:
            return "backward"
        case _:
            return move.step.name.lower()


# Period by period


@attrs.frozen
class Flow:
    """What came to a milestone or an end in one period, and what left it.

    `at_start + came.total - left.total == at_end`.
    """

    stage: MilestoneKey
    name: str
    playbook: PlaybookKey
    end: Status | None
    at_start: int
    came: Came
    left: Left
    at_end: int


@attrs.frozen
class Period:
    """One calendar month, quarter or year, named as `Every` names it, with the flow at each place."""

    period: str
    flows: tuple[Flow, ...]


def periods(
    deals: Sequence[Standing], playbooks: Sequence[Playbook], every: Every, horizon: Horizon
) -> tuple[Period, ...]:
    """Return every period from the first move of any deal to the horizon.

    What ended the last one is the funnel of that day. A step whose time is not known to the day
    counts where it surely had happened.
    """
    moved = [horizon.day(move.end) for deal in deals for move in deal.moves]
    if not moved:
        return ()
    names = every.run(min(moved), max(*moved, horizon.day(horizon.until)))
    flows = [_flows(place, names, every, horizon) for one in playbooks for place in _places(one, deals)]
    return tuple(Period(name, one) for name, one in zip(names, zip(*flows, strict=True), strict=True))


def _flows(place: _Place, names: Sequence[str], every: Every, horizon: Horizon) -> Iterable[Flow]:
    came = _by_period((stay.came for stay in place.stays), every, horizon)
    left = _by_period((stay.left for stay in place.stays if stay.left is not None), every, horizon)
    change = [len(came.get(name, ())) - len(left.get(name, ())) for name in names]
    stand = pairwise(accumulate(change, initial=0))
    for name, (before, after) in zip(names, stand, strict=True):
        coming, leaving = _came(came.get(name, ())), _left(left.get(name, ()))
        yield Flow(place.stage, place.name, place.playbook, place.end, before, coming, leaving, after)


def _by_period(moves: Iterable[Move], every: Every, horizon: Horizon) -> Mapping[str, Sequence[Move]]:
    found: dict[str, list[Move]] = {}
    for move in moves:
        found.setdefault(every.of(horizon.day(move.end)), []).append(move)
    return found
