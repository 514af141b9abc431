"""Funnel: how many deals came to each milestone, stand there, and how they left it (domain.md §2).

A question on the rows of `pipeline`, as of any day. Two counts are kept apart: deals that *ever*
entered a milestone, and *visits*, since a deal that goes back comes again. Every visit either
still stands or has left in exactly one way, so entering and leaving always balance.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

import attrs

from dealflow.domain.deal import Status
from dealflow.domain.playbook import MilestoneKey, Playbook, PlaybookKey
from dealflow.money import totals
from dealflow.projections.pipeline import DealRow, Move, Standing, Step, Visit, standing

WIN_RATE = "deals won / (deals won + deals lost); abandoned deals count in neither"


@attrs.frozen
class Share:
    """*n* of *of*; no rate where there is nothing to divide by."""

    n: int
    of: int

    @property
    def rate(self) -> float | None:
        """The share as a number from 0 to 1, or nothing."""
        return self.n / self.of if self.of else None


@attrs.frozen
class Left:
    """How the visits to a milestone ended; for an end, how many deals were reopened from it."""

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

    *entered* counts deals that ever came to it, *visits* how often one came; *open* the deals
    that stand there (for an end: that are closed so); *passed_over* the deals that skipped it;
    *amount* what the standing ones are worth, per currency. `visits == open + left.total`.
    """

    stage: MilestoneKey
    name: str
    playbook: PlaybookKey
    end: Status | None
    entered: int
    visits: int
    open: int
    left: Left
    passed_over: int
    amount: Mapping[str, Decimal]


@attrs.frozen
class Conversion:
    """Of the deals that ever entered *stage*, the share that ever entered *to* ("ever reached")."""

    playbook: PlaybookKey
    stage: MilestoneKey
    to: MilestoneKey
    share: Share


@attrs.frozen
class Funnel:
    """The pipeline as of some day, on both clocks.

    *deals* are all that were opened by then (merged ones apart); *win_rate* is
    `deals won / (deals won + deals lost)`; *won_of_all* the share of all deals that is won.
    """

    happened: datetime | None
    known: datetime | None
    deals: int
    open: int
    won: int
    lost: int
    abandoned: int
    reopened: int
    win_rate: Share
    won_of_all: Share
    stages: tuple[StageCount, ...]
    conversions: tuple[Conversion, ...]


def funnel(
    rows: Iterable[DealRow],
    playbooks: Iterable[Playbook],
    happened: datetime | None = None,
    known: datetime | None = None,
    playbook: PlaybookKey | None = None,
) -> Funnel:
    """Count the funnel as of *happened*; *rows* and *playbooks* are what was known at *known*.

    With several playbooks their stages follow one another, in the order of their keys;
    *playbook* keeps the deals that stand under one of them.
    """
    deals = [one for row in rows if (one := standing(row, happened)) and playbook in {None, one.playbook}]
    used = {visit.playbook for deal in deals for visit in deal.visits} if playbook is None else {playbook}
    chosen = sorted((one for one in playbooks if one.key in used), key=lambda one: one.key)
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
        win_rate=Share(won, won + lost),
        won_of_all=Share(won, len(deals)),
        stages=tuple(stage for one in chosen for stage in (*_milestones(one, deals), *_ends(one, deals))),
        conversions=tuple(step for one in chosen for step in _conversions(one, deals)),
    )


def milestones_of(playbook: Playbook) -> Mapping[MilestoneKey, str]:
    """Return the names of all milestones by key, in order: the latest version's, and those only older
    versions had, whose deals must not vanish, each behind the one it followed there.
    """
    names: dict[MilestoneKey, str] = {}
    order: list[MilestoneKey] = []
    for version in reversed(playbook.versions):
        spot = 0
        for milestone in version:
            if milestone.key not in names:
                order.insert(spot, milestone.key)
            names.setdefault(milestone.key, milestone.name)
            spot = order.index(milestone.key) + 1
    return {key: names[key] for key in order}


def _milestones(playbook: Playbook, deals: Sequence[Standing]) -> Iterable[StageCount]:
    for key, name in milestones_of(playbook).items():
        visits = [(deal, visit) for deal in deals for visit in deal.visits if _at(visit, playbook.key, key)]
        here = [deal for deal, visit in visits if visit.left is None]
        left = Counter(_way(visit.left) for _, visit in visits if visit.left is not None)
        yield StageCount(
            stage=key,
            name=name,
            playbook=playbook.key,
            end=None,
            entered=len({deal.deal for deal, _ in visits}),
            visits=len(visits),
            open=len(here),
            left=Left(**left),
            passed_over=sum(any(_skips(move, playbook.key, key) for move in deal.moves) for deal in deals),
            amount=totals(deal.amount for deal in here if deal.amount is not None),
        )


def _ends(playbook: Playbook, deals: Sequence[Standing]) -> Iterable[StageCount]:
    names = {
        Status.WON: playbook.ends.won,
        Status.LOST: playbook.ends.lost,
        Status.ABANDONED: playbook.ends.abandoned,
    }
    for status, name in names.items():
        came = [(deal, move) for deal in deals for move in deal.moves if _ends_in(move, playbook.key, status)]
        here = [deal for deal in deals if deal.status is status and deal.playbook == playbook.key]
        again = [
            deal
            for deal in deals
            for move, after in pairwise(deal.moves)
            if _ends_in(move, playbook.key, status) and after.step is Step.REOPENED
        ]
        if not came and status is Status.ABANDONED:
            continue
        yield StageCount(
            stage=name,
            name=name,
            playbook=playbook.key,
            end=status,
            entered=len({deal.deal for deal, _ in came}),
            visits=len(came),
            open=len(here),
            left=Left(reopened=len(again)),
            passed_over=0,
            amount=totals(deal.amount for deal in here if deal.amount is not None),
        )


def _conversions(playbook: Playbook, deals: Sequence[Standing]) -> Iterable[Conversion]:
    keys = playbook.keys()
    entered = [{deal.deal for deal in deals for visit in deal.visits if _at(visit, playbook.key, key)} for key in keys]
    won = {deal.deal for deal in deals for move in deal.moves if _ends_in(move, playbook.key, Status.WON)}
    steps = zip(keys, entered, [*keys[1:], playbook.ends.won], [*entered[1:], won], strict=True)
    for key, came, to, reached in steps:
        yield Conversion(playbook.key, key, to, Share(len(came & reached), len(came)))


def _at(visit: Visit, playbook: PlaybookKey, key: MilestoneKey) -> bool:
    return (visit.playbook, visit.milestone) == (playbook, key)


def _ends_in(move: Move, playbook: PlaybookKey, status: Status) -> bool:
    return (move.playbook, move.step.value) == (playbook, status.value)


def _skips(move: Move, playbook: PlaybookKey, key: MilestoneKey) -> bool:
    return move.playbook == playbook and key in move.skipped


def _way(move: Move) -> str:
    match move.step:
        case Step.ADVANCED:
            return "skipping" if move.skipped else "forward"
        case Step.REVERTED:
            return "backward"
        case _:
            return move.step.name.lower()


def as_json(answer: Funnel) -> dict[str, Any]:
    """Return the funnel as plain JSON values; rates to six decimals beside the counts they rest on."""
    return {
        "happened": answer.happened,
        "known": answer.known,
        "deals": answer.deals,
        "open": answer.open,
        "won": answer.won,
        "lost": answer.lost,
        "abandoned": answer.abandoned,
        "reopened": answer.reopened,
        "win_rate": _rounded(answer.win_rate),
        "win_rate_definition": WIN_RATE,
        "won_of_all": _rounded(answer.won_of_all),
        "stages": [_stage_json(stage) for stage in answer.stages],
        "conversions": [
            {
                "playbook": step.playbook,
                "stage": step.stage,
                "to": step.to,
                "n": step.share.n,
                "of": step.share.of,
                "rate": _rounded(step.share),
            }
            for step in answer.conversions
        ],
    }


def _stage_json(stage: StageCount) -> dict[str, Any]:
    return {
        "stage": stage.stage,
        "name": stage.name,
        "playbook": stage.playbook,
        "end": stage.end,
        "entered": stage.entered,
        "visits": stage.visits,
        "open": stage.open,
        "left": attrs.asdict(stage.left),
        "passed_over": stage.passed_over,
        "amount": {currency: str(amount) for currency, amount in stage.amount.items()},
    }


def _rounded(share: Share) -> float | None:
    return None if share.rate is None else round(share.rate, 6)
