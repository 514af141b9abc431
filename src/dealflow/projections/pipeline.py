"""Pipeline: each deal's way through its playbook and what it was worth, as dated facts.

One row a deal; the funnel, the list of deals and the story are questions on these rows.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from operator import attrgetter
from typing import Any, TypeVar
from uuid import UUID

import attrs

from dealflow.domain.deal import (
    CloseExpected,
    DealAbandoned,
    DealCommitted,
    DealLost,
    DealOpened,
    DealOwnerAssigned,
    DealPlaybookChanged,
    DealPriced,
    DealRenamed,
    DealReneged,
    DealReopened,
    DealValued,
    DealWon,
    EffortPlanned,
    Given,
    StageAdvanced,
    StageReverted,
    Status,
)
from dealflow.domain.noun import HistoryUnknown, MergedInto, ObservationEnded, narrow
from dealflow.domain.playbook import Meaning, MilestoneKey, PlaybookKey
from dealflow.domain.purchase import ProblemQuantified, ProblemWithdrawn
from dealflow.journal import Record
from dealflow.money import Money
from dealflow.projections import Dated, View, latest

T = TypeVar("T")
Span = tuple[datetime, datetime]


class Step(StrEnum):
    """How a deal came to stand where it stands."""

    OPENED = "opened"
    ADVANCED = "advanced"
    REVERTED = "reverted"
    PLAYBOOK_CHANGED = "playbook-changed"
    REOPENED = "reopened"
    WON = "won"
    LOST = "lost"
    ABANDONED = "abandoned"
    MERGED = "merged"


@attrs.frozen
class Move:
    """One step of a deal's life cycle.

    *reached* is the milestone it stands at afterwards; an end leaves it where it stood. *start*
    and *end* bound when it happened. *playbook* and *version* are told where a step says on which the
    deal runs from then on. *amount*, *chance* and *meaning* are as frozen in the step.
    """

    step: Step
    start: datetime
    end: datetime
    record: int
    reached: MilestoneKey | None = None
    skipped: tuple[MilestoneKey, ...] = ()
    playbook: PlaybookKey | None = None
    version: int | None = None
    amount: Money | None = None
    chance: Decimal | None = None
    meaning: Meaning = Meaning.OPEN


@attrs.frozen
class DealRow:
    """Everything the pipeline knows of one deal, nothing of it as of today.

    *title* and *owner* are those it was opened with; what it was given later stands in *titles*
    and *owners*. *words* say how the customer gave their word, `None` that they took it back.
    *efforts* say when ours are booked for it; *problems* are the ids of those that were
    quantified, *withdrawn* of those that turned out not to count. *unknown* are the moments before
    which its history was not kept, *watched* those after which it was no longer followed.
    """

    deal: UUID
    account: UUID
    title: str
    owner: str | None
    key: str | None
    lead_source: str | None
    moves: tuple[Move, ...] = ()
    titles: tuple[Dated[str], ...] = ()
    owners: tuple[Dated[str], ...] = ()
    values: tuple[Dated[Money | None], ...] = ()
    prices: tuple[Dated[Money], ...] = ()
    closes: tuple[Dated[date | None], ...] = ()
    words: tuple[Dated[Given | None], ...] = ()
    efforts: tuple[Dated[EffortPlanned], ...] = ()
    problems: tuple[Dated[str], ...] = ()
    withdrawn: tuple[Dated[str], ...] = ()
    unknown: tuple[Dated[datetime], ...] = ()
    watched: tuple[datetime, ...] = ()


_STEPS: dict[type, Step] = {
    DealOpened: Step.OPENED,
    StageAdvanced: Step.ADVANCED,
    StageReverted: Step.REVERTED,
    DealPlaybookChanged: Step.PLAYBOOK_CHANGED,
    DealReopened: Step.REOPENED,
    DealWon: Step.WON,
    DealLost: Step.LOST,
    DealAbandoned: Step.ABANDONED,
    MergedInto: Step.MERGED,
}
CLOSING = {Step.WON: Status.WON, Step.LOST: Status.LOST, Step.ABANDONED: Status.ABANDONED}


def keys(record: Record) -> Iterable[UUID]:
    """A deal's own record belongs to its row; nothing else does (a person may be merged, too)."""
    return (record.stream,)


def evolve(row: DealRow | None, record: Record) -> DealRow | None:
    """Add one record to a deal's row."""
    event = record.event
    if isinstance(event, DealOpened):
        row = _opened(event, record)
    if row is None:
        return None
    if type(event) in _STEPS:
        return attrs.evolve(row, moves=(*row.moves, _move(event, record)))
    match event:
        case DealRenamed(title=title):
            return attrs.evolve(row, titles=(*row.titles, Dated.of(title, record)))
        case DealOwnerAssigned(owner=owner):
            return attrs.evolve(row, owners=(*row.owners, Dated.of(owner, record)))
        case DealValued(amount=amount):
            return attrs.evolve(row, values=(*row.values, Dated.of(amount, record)))
        case DealPriced(amount=amount):
            return attrs.evolve(row, prices=(*row.prices, Dated.of(amount, record)))
        case CloseExpected(on=on):
            return attrs.evolve(row, closes=(*row.closes, Dated.of(on, record)))
        case DealCommitted(given=given):
            return attrs.evolve(row, words=(*row.words, Dated.of(given, record)))
        case DealReneged():
            return attrs.evolve(row, words=(*row.words, Dated[Given | None].of(None, record)))
        case EffortPlanned():
            return attrs.evolve(row, efforts=(*row.efforts, Dated.of(event, record)))
        case ProblemQuantified(id=ref):
            return attrs.evolve(row, problems=(*row.problems, Dated.of(ref, record)))
        case ProblemWithdrawn(ref=ref):
            return attrs.evolve(row, withdrawn=(*row.withdrawn, Dated.of(ref, record)))
        case HistoryUnknown(until=until):
            return attrs.evolve(row, unknown=(*row.unknown, Dated.of(until, record)))
        case ObservationEnded():
            return attrs.evolve(row, watched=(*row.watched, record.occurred_to))
        case _:
            return row


def _opened(event: DealOpened, record: Record) -> DealRow:
    return DealRow(
        deal=record.stream,
        account=event.account,
        title=event.title,
        owner=event.owner,
        key=record.source.key if record.source else None,
        lead_source=event.lead_source,
    )


def _move(event: Any, record: Record) -> Move:
    return Move(
        step=_STEPS[type(event)],
        start=record.occurred_from,
        end=record.occurred_to,
        record=record.position,
        reached=getattr(event, "reached", None) or getattr(event, "at", None),
        skipped=getattr(event, "skipped", ()),
        playbook=getattr(event, "playbook", None),
        version=getattr(event, "version", None),
        amount=getattr(event, "amount", None),
        chance=getattr(event, "chance", None),
        meaning=getattr(event, "meaning", Meaning.OPEN),
    )


PIPELINE: View[DealRow] = View(
    name="pipeline",
    version=2,
    reads=frozenset(
        {*_STEPS, DealRenamed, DealOwnerAssigned, DealValued, DealPriced, CloseExpected}
        | {DealCommitted, DealReneged}
        | {EffortPlanned, ProblemQuantified, ProblemWithdrawn}
        | {HistoryUnknown, ObservationEnded}
    ),
    keys=keys,
    evolve=evolve,
    row=DealRow,
)


# Questions


@attrs.frozen
class Visit:
    """One stay of a deal at one milestone: how it came, and how it left (if it has)."""

    playbook: PlaybookKey
    milestone: MilestoneKey
    came: Move
    left: Move | None = None


@attrs.frozen
class Standing:
    """A deal as of some moment: where it stands or how it ended, and the way it took.

    *chance* and *meaning* are those frozen when it came to its milestone. *known_from* is the
    moment before which its history was not kept, *watched* the one after which it was not followed.
    """

    deal: UUID
    account: UUID
    title: str
    key: str | None
    status: Status
    playbook: PlaybookKey
    stage: MilestoneKey
    since: datetime
    amount: Money | None
    owner: str | None
    lead_source: str | None
    close_expected: date | None
    chance: Decimal | None
    meaning: Meaning
    visits: tuple[Visit, ...]
    moves: tuple[Move, ...]
    known_from: datetime | None = None
    watched: datetime | None = None

    @property
    def version(self) -> int | None:
        """The version of the playbook that it runs on: that of its opening, or of the last change."""
        return next((move.version for move in reversed(self.moves) if move.version is not None), None)


def standing(row: DealRow, happened: datetime | None = None) -> Standing | None:
    """Return how the deal stood at *happened* (now, if absent); nothing before it was opened, and
    nothing once it was merged into another.
    """
    steps = narrowed(row)
    moves = tuple(move for move in steps if happened is None or move.end <= happened)
    if not moves or any(move.step is Step.MERGED for move in moves):
        return None
    begun, stays = (steps[0].start, steps[0].end), visits(moves)
    end = moves[-1] if moves[-1].step in CLOSING else None
    return Standing(
        deal=row.deal,
        account=row.account,
        title=_value(row.titles, begun, happened) or row.title,
        key=row.key,
        status=CLOSING[end.step] if end else Status.OPEN,
        playbook=stays[-1].playbook,
        stage=stays[-1].milestone,
        since=moves[-1].end,
        amount=(end and end.amount) or _amount(row, begun, happened),
        owner=_value(row.owners, begun, happened) or row.owner,
        lead_source=row.lead_source,
        close_expected=_value(row.closes, begun, happened),
        chance=stays[-1].came.chance,
        meaning=stays[-1].came.meaning,
        visits=stays,
        moves=moves,
        known_from=max((one.value for one in row.unknown if happened is None or one.end <= happened), default=None),
        watched=max((one for one in row.watched if happened is None or one <= happened), default=None),
    )


def narrowed(row: DealRow) -> tuple[Move, ...]:
    """Return the moves with their times narrowed, each with the playbook the deal ran on then."""
    spans = _spans(row)
    playbook: PlaybookKey | None = None
    moves: list[Move] = []
    for move in row.moves:
        start, end = spans[move.record]
        playbook = move.playbook or playbook
        if (start, end, playbook) != (move.start, move.end, move.playbook):
            move = attrs.evolve(move, start=start, end=end, playbook=playbook)  # noqa: PLW2901 (as it was)
        moves.append(move)
    return tuple(moves)


def narrowed_words(row: DealRow) -> tuple[Dated[Given | None], ...]:
    """Return when the customer gave their word and took it back, with these times narrowed."""
    spans = _spans(row)
    return tuple(Dated(one.value, *spans[one.record], one.record) for one in row.words)


def _spans(row: DealRow) -> Mapping[int, Span]:
    """Return the narrowed times of a deal's whole life cycle, of moves and words, by their records."""
    dated: list[Move | Dated[Given | None]] = [*row.moves, *row.words]
    if row.words:
        dated.sort(key=attrgetter("record"))
    spans = narrow([(one.start, one.end) for one in dated])
    return {one.record: span for one, span in zip(dated, spans, strict=True)}


def visits(moves: tuple[Move, ...]) -> tuple[Visit, ...]:
    """Return the stays at milestones that moves lead to, each with how it came and how it left."""
    stays: list[Visit] = []
    for move in moves:
        if stays and stays[-1].left is None:
            stays[-1] = attrs.evolve(stays[-1], left=move)
        if move.reached is not None:
            playbook = move.playbook or stays[-1].playbook
            stays.append(Visit(playbook, move.reached, move))
    return tuple(stays)


def _amount(row: DealRow, begun: Span, happened: datetime | None) -> Money | None:
    return _value(row.prices, begun, happened) or _value(row.values, begun, happened)


def _value(history: tuple[Dated[T], ...], begun: Span, happened: datetime | None) -> T | None:
    found = latest(history, begun, happened)
    return found.value if found else None
