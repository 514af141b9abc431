"""Changes: what became of the pipeline between two instants, movement by movement.

`opening + movements = closing`. The two ends are counted from the deals as they stood, the movements
follow from the records in between; what these leave unexplained is told, and it is nothing.

On the happened clock a record moves the pipeline when it took effect, on the known clock when it
became known.
"""

from bisect import insort
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, tzinfo
from functools import cached_property
from itertools import groupby
from operator import attrgetter
from typing import Literal

import attrs

from dealflow.domain.deal import Status
from dealflow.domain.noun import Corrected, corrected
from dealflow.domain.playbook import PlaybookKey
from dealflow.journal import Record
from dealflow.projections.pipeline import DealRow, Standing, evolve, standing
from dealflow.replay.course import Stood, course, stood_at
from dealflow.replay.movements import Counting, Measures, Movement, MovementKind, Shift, movements

Clock = Literal["happened", "known"]


class CannotCompare(ValueError):
    """Two instants that cannot be compared; the text says why, and what to give instead."""


@attrs.frozen
class Between:
    """Two instants on one of the clocks, after *start* and up to *end*.

    *fixed* is as of when it is asked on the other clock; absent, it is all that is told.
    """

    clock: Clock
    start: datetime
    end: datetime
    fixed: datetime | None = None

    def holds(self, moment: datetime) -> bool:
        """Say whether a moment lies in between."""
        return self.start < moment <= self.end


def between(
    clock: str, start: datetime, end: datetime, *, happened: datetime | None, known: datetime | None, zone: tzinfo
) -> Between:
    """Read which two instants are to be compared, and as of when; raises `CannotCompare`."""
    match clock:
        case "happened" if happened is None:
            found = Between("happened", start, end, known)
        case "known" if known is None:
            found = Between("known", start, end, happened)
        case "happened" | "known":
            message = f"{clock} goes from the start to the end here: leave it out, or compare on the other clock"
            raise CannotCompare(message)
        case _:
            message = f"there is no clock {clock!r}: compare on 'happened' or 'known'"
            raise CannotCompare(message)
    if start > end:
        first, last = (one.astimezone(zone).isoformat() for one in (start, end))
        message = f"the start ({first}) is after the end ({last}): swap them"
        raise CannotCompare(message)
    return found


# The answer


@attrs.frozen
class KindTotal:
    """The movements of one kind: how many, of how many deals, and what they did to the pipeline."""

    kind: MovementKind
    movements: int
    deals: int
    change: Measures


@attrs.frozen
class Changes:
    """What changed in the pipeline *between* two instants; in that of one owner or playbook where it was asked so.

    *movements* stand in the order in which they took effect, or became known.
    """

    between: Between
    owner: str | None
    playbook: PlaybookKey | None
    opening: Measures
    closing: Measures
    movements: tuple[Movement, ...]

    def by(self, kind: MovementKind) -> KindTotal:
        """Add up the movements of one kind."""
        some = [one for one in self.movements if one.kind is kind]
        return KindTotal(kind, len(some), len({one.deal for one in some}), _sum(some).changes())

    @cached_property
    def totals(self) -> tuple[KindTotal, ...]:
        """The totals of all kinds there were, in the order of `MovementKind`."""
        return tuple(self.by(kind) for kind in MovementKind if any(one.kind is kind for one in self.movements))

    @cached_property
    def residual(self) -> Measures:
        """What the movements leave unexplained of the way from *opening* to *closing*: zero in every measure."""
        return self.closing - self.opening - _sum(self.movements)


def _sum(some: Iterable[Movement]) -> Measures:
    return sum((one.change for one in some), Measures())


def _answer(
    between: Between,
    counting: Counting,
    opening: Iterable[Standing | None],
    closing: Iterable[Standing | None],
    found: Iterable[Movement],
) -> Changes:
    return Changes(
        between=between,
        owner=counting.owner,
        playbook=counting.playbook,
        opening=counting.of(opening),
        closing=counting.of(closing),
        movements=tuple(sorted(found, key=attrgetter("end"))),
    )


# On the happened clock


def what_happened(rows: Collection[DealRow], between: Between, counting: Counting) -> Changes:
    """Return what changed by what took effect in between; *rows* are as they were known. Raises `NoRate`."""
    return _answer(
        between,
        counting,
        (standing(row, between.start) for row in rows),
        (standing(row, between.end) for row in rows),
        (
            movement
            for row in rows
            for shift in _arrived(_taking_effect(row, between))
            for movement in movements(row.deal, shift, counting)
        ),
    )


def _taking_effect(row: DealRow, between: Between) -> Iterator[Shift]:
    before: Stood | None = None
    for leg in course(row):
        if leg.end > between.end:
            break
        if between.holds(leg.end):
            yield Shift(leg.start, leg.end, (leg.record,), before, leg.stood)
        before = leg.stood


# On the known clock


def what_became_known(
    streams: Iterable[Sequence[Record]], between: Between, counting: Counting, knowledge: str
) -> Changes:
    """Return what changed by what became known in between, to the journal or the source. Raises `NoRate`.

    *streams* are those of all deals, each in version order: the records that the pipeline reads,
    and all of them where one was corrected.
    """
    opening: list[Standing | None] = []
    closing: list[Standing | None] = []
    found: list[Movement] = []
    for stream in streams:
        early = [record for record in stream if record.known_at(knowledge) <= between.start]
        heard = [record for record in stream if record.known_at(knowledge) <= between.end]
        stood = _standing(early, between)
        opening.append(stood)
        closing.append(stood if len(heard) == len(early) else _standing(heard, between))
        for shift in _arrived(_becoming_known(early, heard, between, knowledge)):
            found += movements(stream[0].stream, shift, counting)
    return _answer(between, counting, opening, closing, found)


def _standing(records: Sequence[Record], between: Between) -> Standing | None:
    row = _row(records)
    return None if row is None else standing(row, between.fixed)


def _row(records: Sequence[Record]) -> DealRow | None:
    row: DealRow | None = None
    for record in corrected(records):
        row = evolve(row, record)
    return row


def _becoming_known(
    early: Sequence[Record], heard: Sequence[Record], between: Between, knowledge: str
) -> Iterator[Shift]:
    """Hear one record after another, as it became known; the source may have come to know later versions first."""
    late = [record for record in heard if between.holds(record.known_at(knowledge))]
    if not late:
        return
    so_far, row = list(early), _row(early)
    before = None if row is None else stood_at(row, between.fixed)
    for record in sorted(late, key=lambda one: (one.known_at(knowledge), one.position)):
        insort(so_far, record, key=attrgetter("version"))
        amends = isinstance(record.event, Corrected)
        row = _row(so_far) if amends or so_far[-1] is not record else evolve(row, record)
        after = None if row is None else stood_at(row, between.fixed)
        moment = record.known_at(knowledge)
        yield Shift(moment, moment, _told_by(record, so_far), before, after, corrected=amends)
        before = after


def _told_by(record: Record, so_far: Sequence[Record]) -> tuple[int, ...]:
    """Return the position of a record, after that of the one it corrects."""
    wrong = record.event.version if isinstance(record.event, Corrected) else None
    return (*(one.position for one in so_far if one.version == wrong), record.position)


# On both


_TOLD = ("amount", "close_expected", "owner", "word")


def _arrived(shifts: Iterable[Shift]) -> Iterator[Shift]:
    """Let what is told of a deal at the very moment it comes to be open belong to its coming; steps stay steps."""
    for _, some in groupby(shifts, key=attrgetter("end")):
        at_once = list(some)
        first = next((number for number, one in enumerate(at_once) if _opens(one)), len(at_once))
        yield from at_once[:first]
        yield from _with_all_that_is_told(at_once[first:])


def _opens(shift: Shift) -> bool:
    return not shift.corrected and _is_open(shift.after) and not _is_open(shift.before)


def _is_open(stood: Stood | None) -> bool:
    return stood is not None and stood.status is Status.OPEN


def _with_all_that_is_told(shifts: Sequence[Shift]) -> Iterator[Shift]:
    last = shifts[-1].after if shifts else None
    if last is None:
        yield from shifts
        return
    told = {name: getattr(last, name) for name in _TOLD}

    def whole(stood: Stood | None) -> Stood | None:
        return None if stood is None else attrs.evolve(stood, **told)

    coming, *others = shifts
    rest = [attrs.evolve(one, before=whole(one.before), after=whole(one.after)) for one in others]
    absorbed = [one.records for one, now in zip(others, rest, strict=True) if _said(one) and not _said(now)]
    records = (*coming.records, *(position for some in absorbed for position in some))
    yield attrs.evolve(coming, after=whole(coming.after), records=records)
    yield from rest


def _said(shift: Shift) -> bool:
    return shift.before != shift.after
