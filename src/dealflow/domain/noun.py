"""What every noun shares: facts any stream may hold, the order they are read in, what must hold.

A noun is a closed vocabulary of events with one `evolve`. Its records are read in the order in
which they happened, not the one in which they were typed in (decision 0003): the life cycle in
the order of its versions, everything else placed by when it happened.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

import attrs

from dealflow.decider import Refusal
from dealflow.journal import Record, When

Scalar = str | int | float | bool | None


@attrs.frozen
class Corrected:
    """The record at *version* of this stream was wrong: another stands for it, or none.

    On the known clock alone: before the correction was recorded the journal reads as it did.
    *occurred* says when the replacement happened, where that was wrong too.
    """

    version: int
    replacement: Any | None
    occurred: When | None
    reason: str


@attrs.frozen
class Noted:
    """The host application's own fact; our folds pass it by, theirs may read it.

    *kind* is namespaced (`acme.credit-check`); *data* are named scalars.
    """

    kind: str
    data: tuple[tuple[str, Scalar], ...] = ()


@attrs.frozen
class MergedInto:
    """This stream turned out to be the same thing as *other*, which stands for both."""

    other: UUID
    reason: str


@attrs.frozen
class HistoryUnknown:
    """What happened before *until* was not kept by the system this came from."""

    until: datetime


@attrs.frozen
class ObservationEnded:
    """From here on nothing is known, which is not the same as nothing happening: what came later was not kept.

    It happens at the moment until which the stream was watched. Where it was watched again, the last
    one by time counts; what is known from after that shows that it was watched until then at least.
    """


AnyNoun = Corrected | Noted | MergedInto | HistoryUnknown | ObservationEnded
LIFE_CYCLE = frozenset({MergedInto})


@attrs.frozen
class Tags:
    """What a record is found by beside its stream: its account and its deals."""

    account: UUID | None = None
    deals: tuple[UUID, ...] = ()


# Refusals of every noun


@attrs.frozen
class NotThere:
    """The stream holds nothing yet (or not by then)."""

    noun: str

    def __str__(self) -> str:
        return f"there is no such {self.noun} at that time: create it first, or check the id"


@attrs.frozen
class AlreadyThere:
    """The stream has begun; it cannot begin again."""

    noun: str

    def __str__(self) -> str:
        return f"this {self.noun} exists already: its id is taken by other facts"


@attrs.frozen
class RunsBackward:
    """A life-cycle event would lie before an earlier one of its stream."""

    asked: datetime
    latest: datetime

    def __str__(self) -> str:
        return (
            f"life cycle runs backward: asked for {self.asked.isoformat()}, but the stream's last step is "
            f"of {self.latest.isoformat()}; correct that record if it is the wrong one"
        )


@attrs.frozen
class IdTaken:
    """Two things of one stream would bear the same id."""

    id: str

    def __str__(self) -> str:
        return f"id {self.id!r} is taken in this stream: choose another"


@attrs.frozen
class NoSuchRef:
    """Nothing in the stream bears the id that is referred to."""

    ref: str
    what: str = "record"

    def __str__(self) -> str:
        return f"no {self.what} {self.ref!r} in this stream at that time: check the id and the date"


@attrs.frozen
class BeforeItsCause:
    """A record would happen before the one it refers to."""

    ref: str
    asked: datetime
    began: datetime

    def __str__(self) -> str:
        return f"{self.ref!r} began {self.began.isoformat()}, after the asked {self.asked.isoformat()}: check the date"


@attrs.frozen
class NoSuchRecord:
    """A correction names a version that is not there to be corrected."""

    version: int
    latest: int

    def __str__(self) -> str:
        return f"no record with version {self.version} to correct: this stream has 1 to {self.latest}"


@attrs.frozen
class NotOfThisNoun:
    """The replacement is not an event that this noun can have."""

    noun: str
    event: str

    def __str__(self) -> str:
        return f"{self.event} is not an event of a {self.noun}: replace a record by one of its own noun"


@attrs.frozen
class Missing:
    """A field that must say something says nothing."""

    field: str

    def __str__(self) -> str:
        return f"{self.field} is empty: say what it is"


def missing(**fields: object) -> tuple[Missing, ...]:
    """Return a refusal for each text or tuple that is empty."""
    return tuple(Missing(name) for name, value in fields.items() if not value)


S = TypeVar("S")
E = TypeVar("E")


@attrs.frozen
class Problem:
    """Why a history cannot be: the record at *version* does not fit what went before it."""

    version: int
    refusal: Refusal

    def __str__(self) -> str:
        return f"version {self.version}: {self.refusal}"


@attrs.frozen
class Noun(Generic[S, E]):
    """A kind of stream: its vocabulary, and how its events add up.

    `evolve(state, event)` folds and never fails; `misfits(state, event)` says why an event cannot
    follow a state (the invariants, domain.md §2); `tags(stream, state, event)` by what a record is
    found, *state* being what the whole stream has come to with it.
    """

    name: str
    events: frozenset[type]
    creation: frozenset[type]
    life_cycle: frozenset[type]
    evolve: Callable[[S | None, E], S | None]
    misfits: Callable[[S | None, E], tuple[Refusal, ...]]
    tags: Callable[[UUID, S, E], Tags]

    def moves(self, event: object) -> bool:
        """Say whether *event* is a step of the life cycle, which must not run backward."""
        return type(event) in self.life_cycle or type(event) in LIFE_CYCLE

    def has(self, event: object) -> bool:
        """Say whether *event* can stand in a stream of this noun."""
        return type(event) in self.events or isinstance(event, AnyNoun)

    def history(self, records: Sequence[Record], happened: datetime | None = None) -> tuple[Record, ...]:
        """Return one stream's records as they are to be read: corrected, in the order they happened.

        With *happened*, only those that had surely happened by then; nothing before the stream
        itself had begun.
        """
        return tuple(one.record for one in self.placed(records) if happened is None or one.end <= happened)

    def before(self, records: Sequence[Record], when: When) -> tuple[Record, ...]:
        """Return the records a decision about *when* stands on: all that may have happened by its end.

        Facts from before the stream began are placed at its beginning, so a decision about an
        earlier time stands on the beginning at least.
        """
        placed = self.placed(records)
        moment = max(when.end, placed[0].start) if placed else when.end
        return tuple(one.record for one in placed if one.start <= moment)

    def fold(self, history: Iterable[Record]) -> S | None:
        """Add a history up to the state it leads to; `None` where nothing has happened."""
        state: S | None = None
        for record in history:
            state = self.evolve(state, record.event)
        return state

    def problems(self, records: Sequence[Record]) -> tuple[Problem, ...]:
        """Say what cannot be in one stream's records, corrections applied; empty where all fits."""
        found = list(_clashes(self, corrected(records)))
        state: S | None = None
        for record in self.history(records):
            found += [Problem(record.version, refusal) for refusal in self.misfits(state, record.event)]
            state = self.evolve(state, record.event)
        return tuple(found)

    def placed(self, records: Sequence[Record]) -> "list[Placed]":
        """Return one stream's records, corrected, in the order they happened, each with its time narrowed.

        Facts dated before the stream began are placed at its beginning.
        """
        narrowed = _narrowed(self, corrected(records))
        if not narrowed:
            return []
        birth = narrowed[0]
        clamped = [
            attrs.evolve(one, start=max(one.start, birth.start), end=max(one.end, birth.end)) for one in narrowed
        ]
        return in_order(clamped)


@attrs.frozen
class Placed:
    """A record with the narrowest time that the rest of its stream leaves for it."""

    record: Record
    start: datetime
    end: datetime


def corrected(records: Sequence[Record]) -> tuple[Record, ...]:
    """Return one stream's records as if each had been right from the start, in version order.

    Corrections themselves drop out; a later one of the same record wins, and a correction can
    itself be corrected. A replaced record keeps its position, author and recording time, and
    takes the correction's tags.
    """
    verdicts: dict[int, Record] = {}
    standing: list[Record] = []
    for record in reversed(records):
        verdict = verdicts.get(record.version)
        if verdict is not None:
            if verdict.event.replacement is None:
                continue
            record = _replaced(record, verdict)  # noqa: PLW2901 (what stands in its place)
        if isinstance(record.event, Corrected):
            verdicts.setdefault(record.event.version, record)
        else:
            standing.append(record)
    return tuple(reversed(standing))


def _replaced(record: Record, verdict: Record) -> Record:
    when = verdict.event.occurred or record.when
    return attrs.evolve(
        record,
        event=verdict.event.replacement,
        occurred_from=when.start,
        occurred_to=when.end,
        account=verdict.account,
        deals=verdict.deals,
    )


class Spanning(Protocol):
    """Something that happened between two instants."""

    @property
    def start(self) -> datetime:
        """The earliest it can have happened."""
        ...

    @property
    def end(self) -> datetime:
        """The latest it can have happened."""
        ...


D = TypeVar("D", bound=Spanning)


def in_order(told: Iterable[D]) -> list[D]:
    """Put what was told into the order in which it happened.

    One thing goes before another where it surely happened before; where their times overlap
    nobody knows, and they stay in the order they were told: a bare date typed in the morning and
    an instant at noon were meant in that order.
    """
    ordered: list[D] = []
    latest: datetime | None = None
    for one in told:
        if latest is None or one.end >= latest:
            ordered.append(one)
        else:
            ordered.insert(next(spot for spot, other in enumerate(ordered) if one.end < other.start), one)
        latest = max(latest or one.start, one.start)
    return ordered


def narrow(intervals: Sequence[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Sharpen intervals known to have happened in this order: none starts before an earlier one
    started, none ends after a later one ended. Where that cannot be, the later one is right.
    """
    starts: list[datetime] = []
    for start, _ in intervals:
        starts.append(max(start, starts[-1]) if starts else start)
    ends: list[datetime] = []
    for _, end in reversed(intervals):
        ends.append(min(end, ends[-1]) if ends else end)
    return [(min(start, end), end) for start, end in zip(starts, reversed(ends), strict=True)]


def _narrowed(noun: Noun[Any, Any], records: Sequence[Record]) -> list[Placed]:
    """Give each record the narrowest time that the order of the life cycle, and of what is raised
    and then settled, leaves for it.
    """
    spans = {record.version: (record.occurred_from, record.occurred_to) for record in records}
    moves = [record.version for record in records if noun.moves(record.event)]
    spans |= zip(moves, narrow([spans[version] for version in moves]), strict=True)
    raised = {record.event.id: record.version for record in records if getattr(record.event, "id", None)}
    for record in records:
        first = raised.get(getattr(record.event, "ref", None))
        if first is not None:
            (early, late), (start, end) = spans[first], spans[record.version]
            spans[first], spans[record.version] = (early, min(late, end)), (max(start, early), end)
    return [Placed(record, *spans[record.version]) for record in records]


def _clashes(noun: Noun[Any, Any], records: Sequence[Record]) -> Iterable[Problem]:
    """Find life cycles that run backward, ids given twice, and things settled before they began."""
    latest: datetime | None = None
    began: dict[str, datetime] = {}
    for record in records:
        event = record.event
        if noun.moves(event):
            if latest is not None and record.occurred_to < latest:
                yield Problem(record.version, RunsBackward(record.occurred_to, latest))
            latest = max(latest or record.occurred_from, record.occurred_from)
        if (given := getattr(event, "id", None)) is not None:
            if given in began:
                yield Problem(record.version, IdTaken(given))
            began[given] = record.occurred_from
        ref = getattr(event, "ref", None)
        if ref in began and record.occurred_to < began[ref]:
            yield Problem(record.version, BeforeItsCause(ref, record.occurred_to, began[ref]))
