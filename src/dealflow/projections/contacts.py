"""Contacts: every interaction with an account, planned, tried or held, as dated facts, with what came of it.

One row an interaction. How one stood at a moment is a `Contact`; silence, outcomes, objections and
promises are questions on those (`conduct`, `objections`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, Protocol, TypeVar
from uuid import UUID

import attrs

from dealflow.domain.interaction import (
    Activity,
    Channel,
    Conclusion,
    InteractionAttempted,
    InteractionCancelled,
    InteractionConcluded,
    InteractionHeld,
    InteractionLinked,
    InteractionMissed,
    InteractionPlanned,
    InteractionRescheduled,
    InteractionStatus,
    Party,
    VisitStep,
)
from dealflow.domain.noun import MergedInto, in_order, narrow
from dealflow.domain.objection import (
    ObjectionAnswered,
    ObjectionConceded,
    ObjectionKind,
    ObjectionRaised,
    ObjectionResolved,
    ObjectionTopic,
    Technique,
)
from dealflow.domain.promise import PromiseBroken, PromiseKept, PromiseMade
from dealflow.journal import Record, When
from dealflow.projections import Dated, View, latest, not_before

T = TypeVar("T")


@attrs.frozen
class Turn:
    """One step of a contact's life: what became of it, *channel* and who of both sides took part or was to.

    *planned_for* is said by a plan, *purpose* why, *missed_by* who did not turn up; *minutes*, *steps*
    and *purpose_reached* are known of what was held alone, and of that not always.
    """

    status: InteractionStatus
    channel: Channel | None = None
    theirs: tuple[UUID, ...] = ()
    ours: tuple[str, ...] = ()
    activity: Activity | None = None
    planned_for: When | None = None
    purpose: str | None = None
    missed_by: Party | None = None
    minutes: int | None = None
    steps: tuple[VisitStep, ...] | None = None
    purpose_reached: bool | None = None


@attrs.frozen
class Concluded:
    """How a contact ended; whether an action was *agreed* to, and by when it was *due*."""

    outcome: Conclusion
    agreed: bool = False
    due: date | None = None


@attrs.frozen
class Objected:
    """What they objected to, and who (*by*); *id* names it until it is settled, *deal* is what it is about, if said."""

    id: str
    topic: ObjectionTopic
    kind: ObjectionKind | None = None
    by: UUID | None = None
    deal: UUID | None = None


@attrs.frozen
class Answered:
    """How we met the objection *ref*."""

    ref: str
    technique: Technique


@attrs.frozen
class Settled:
    """The objection *ref* is held against us no more, or (*conceded*) they were right."""

    ref: str
    conceded: bool


@attrs.frozen
class Promised:
    """We gave our word: *who* of ours sees to it."""

    id: str
    who: str
    due: date | None = None


@attrs.frozen
class Redeemed:
    """The promise *ref* was *kept*, or broken."""

    ref: str
    kept: bool


@attrs.frozen
class ContactRow:
    """Everything said of one interaction that counts across an account, nothing of it as of today.

    *turns* are the steps of its life; *deals* are what it was said to be about, *redeemed* what became
    of promises, *settled* of objections; *merged* is when it turned out to be told twice.
    """

    account: UUID | None
    turns: tuple[Dated[Turn], ...] = ()
    deals: tuple[Dated[tuple[UUID, ...]], ...] = ()
    concluded: tuple[Dated[Concluded], ...] = ()
    objections: tuple[Dated[Objected], ...] = ()
    answers: tuple[Dated[Answered], ...] = ()
    settled: tuple[Dated[Settled], ...] = ()
    promises: tuple[Dated[Promised], ...] = ()
    redeemed: tuple[Dated[Redeemed], ...] = ()
    merged: tuple[Dated[None], ...] = ()


def keys(record: Record) -> Iterable[UUID]:
    """An interaction's own record belongs to its row; nothing else does (a person may be merged, too)."""
    return (record.stream,)


_TURNS: Mapping[type, Callable[[Any], Turn]] = {
    InteractionPlanned: lambda event: Turn(
        InteractionStatus.PLANNED,
        event.channel,
        event.theirs,
        event.ours,
        event.activity,
        planned_for=event.planned_for,
        purpose=event.purpose,
    ),
    InteractionRescheduled: lambda event: Turn(InteractionStatus.PLANNED, planned_for=event.to),
    InteractionCancelled: lambda _: Turn(InteractionStatus.CANCELLED),
    InteractionMissed: lambda event: Turn(InteractionStatus.MISSED, missed_by=event.by),
    InteractionAttempted: lambda event: Turn(InteractionStatus.ATTEMPTED, event.channel, event.theirs, event.ours),
    InteractionHeld: lambda event: Turn(
        InteractionStatus.HELD,
        event.channel,
        event.theirs,
        event.ours,
        event.activity,
        minutes=event.minutes,
        steps=event.steps,
        purpose_reached=event.purpose_reached,
    ),
}
"""Of each event of the life cycle, what it says."""

_SAYS: Mapping[type, tuple[str, Callable[[Any], Any]]] = {
    InteractionLinked: ("deals", lambda event: event.deals),
    InteractionConcluded: (
        "concluded",
        lambda event: Concluded(event.outcome, agreed=bool(event.agreed), due=event.due),
    ),
    ObjectionRaised: (
        "objections",
        lambda event: Objected(event.id, event.topic, event.kind, event.by, event.deal),
    ),
    ObjectionAnswered: ("answers", lambda event: Answered(event.ref, event.technique)),
    ObjectionResolved: ("settled", lambda event: Settled(event.ref, conceded=False)),
    ObjectionConceded: ("settled", lambda event: Settled(event.ref, conceded=True)),
    PromiseMade: ("promises", lambda event: Promised(event.id, event.who, event.due)),
    PromiseKept: ("redeemed", lambda event: Redeemed(event.ref, kept=True)),
    PromiseBroken: ("redeemed", lambda event: Redeemed(event.ref, kept=False)),
    MergedInto: ("merged", lambda _: None),
}
"""Of what each other event speaks, and what it says."""


def evolve(row: ContactRow | None, record: Record) -> ContactRow | None:
    """Add one record to an interaction."""
    event = record.event
    turn = _TURNS.get(type(event))
    if turn is not None:
        row = row or ContactRow(record.account)
        deals = getattr(event, "deals", ())
        return attrs.evolve(
            row,
            turns=(*row.turns, Dated.of(turn(event), record)),
            deals=(*row.deals, Dated.of(deals, record)) if deals else row.deals,
        )
    if row is None:
        return None
    name, says = _SAYS[type(event)]
    said: dict[str, Any] = {name: (*getattr(row, name), Dated.of(says(event), record))}
    return attrs.evolve(row, **said)


CONTACTS: View[ContactRow] = View(
    name="contacts",
    version=1,
    reads=frozenset({*_TURNS, *_SAYS}),
    keys=keys,
    evolve=evolve,
    row=ContactRow,
)


# Questions on one


@attrs.frozen
class ObjectionHistory:
    """One objection, how it was met, and (if it was) settled; *deals* are those it stands against."""

    raised: Dated[Objected]
    answers: tuple[Dated[Answered], ...] = ()
    settled: Dated[Settled] | None = None
    deals: tuple[UUID, ...] = ()

    @property
    def open(self) -> bool:
        """Whether it stands still, answered or not."""
        return self.settled is None

    @property
    def records(self) -> tuple[int, ...]:
        """The records that it rests on, in the journal's order."""
        ends = () if self.settled is None else (self.settled.record,)
        return tuple(sorted((self.raised.record, *(one.record for one in self.answers), *ends)))


@attrs.frozen
class PromiseHistory:
    """One promise of ours, and what became of it; *deals* are those of the contact in which it was made."""

    made: Dated[Promised]
    redeemed: Dated[Redeemed] | None = None
    deals: tuple[UUID, ...] = ()

    @property
    def open(self) -> bool:
        """Whether it is neither kept nor broken."""
        return self.redeemed is None

    @property
    def records(self) -> tuple[int, ...]:
        """The records that it rests on."""
        return (self.made.record,) if self.redeemed is None else (self.made.record, self.redeemed.record)


@attrs.frozen
class Contact:
    """How an interaction stood at a moment: the steps of its life so far, each with its time narrowed by the others.

    *deals* are all that it was ever said to be about.
    """

    id: UUID
    account: UUID | None
    turns: tuple[Dated[Turn], ...]
    deals: tuple[UUID, ...] = ()
    concluded: Dated[Concluded] | None = None
    objections: tuple[ObjectionHistory, ...] = ()
    promises: tuple[PromiseHistory, ...] = ()

    @property
    def status(self) -> InteractionStatus:
        """What became of it so far."""
        return self.turns[-1].value.status

    @property
    def held(self) -> Dated[Turn] | None:
        """The step by which it took place, if it did."""
        last = self.turns[-1]
        return last if last.value.status is InteractionStatus.HELD else None

    @property
    def tried(self) -> Dated[Turn] | None:
        """The last step by which we met them, or tried to and reached nobody."""
        return next((one for one in reversed(self.turns) if one.value.status in _TRIED), None)

    @property
    def plan(self) -> Dated[Turn] | None:
        """The step by which it was planned, if it was: with whom, why."""
        first = self.turns[0]
        return first if first.value.status is InteractionStatus.PLANNED else None

    @property
    def planned_for(self) -> Dated[Turn] | None:
        """The step that says for when it is planned, the last one; nothing where it was not planned."""
        return next((one for one in reversed(self.turns) if one.value.planned_for is not None), None)


_TRIED = frozenset({InteractionStatus.HELD, InteractionStatus.ATTEMPTED})


def contact(interaction: UUID, row: ContactRow, at: datetime) -> Contact | None:
    """Return how an interaction stood; nothing before it began, and nothing once it turned out to be told twice."""
    turns = tuple(one for one in turns_of(row) if one.end <= at)
    if not turns or any(one.end <= at for one in row.merged):
        return None
    linked = tuple(dict.fromkeys(deal for one in _told(row, row.deals, at) for deal in one.value))
    return Contact(
        id=interaction,
        account=row.account,
        turns=turns,
        deals=linked,
        concluded=latest(row.concluded, _born(row), at),
        objections=tuple(objections(row, at)),
        promises=tuple(_promises(row, at, linked)),
    )


def contacts(rows: Mapping[UUID, ContactRow], at: datetime) -> Iterator[Contact]:
    """Yield how every interaction stood that had begun by then, as they entered the journal."""
    found = (contact(interaction, row, at) for interaction, row in rows.items())
    return (one for one in found if one is not None)


def turns_of(row: ContactRow) -> tuple[Dated[Turn], ...]:
    """Return the steps of its life with their times narrowed by each other."""
    spans = narrow([(one.start, one.end) for one in row.turns])
    return tuple(
        one if (one.start, one.end) == (start, end) else attrs.evolve(one, start=start, end=end)
        for one, (start, end) in zip(row.turns, spans, strict=True)
    )


def placed(row: ContactRow, told: Iterable[Dated[T]]) -> list[Dated[T]]:
    """Return what was told of a contact in the order in which it happened, nothing before the contact began."""
    return in_order(not_before(told, *_born(row)))


def _born(row: ContactRow) -> tuple[datetime, datetime]:
    first = turns_of(row)[0]
    return first.start, first.end


def _told(row: ContactRow, told: Iterable[Dated[T]], at: datetime) -> list[Dated[T]]:
    return [one for one in placed(row, told) if one.end <= at]


class _Referring(Protocol):
    @property
    def ref(self) -> str: ...


R = TypeVar("R", bound=_Referring)


def _by_ref(told: Iterable[Dated[R]]) -> Mapping[str, list[Dated[R]]]:
    found: dict[str, list[Dated[R]]] = {}
    for one in told:
        found.setdefault(one.value.ref, []).append(one)
    return found


def ends(raised: Dated[T], end: Dated[R] | None) -> tuple[Dated[T], Dated[R] | None]:
    """Narrow what was raised and what ended it by each other: the one was not after the other."""
    if end is None:
        return raised, None
    return (
        attrs.evolve(raised, start=min(raised.start, end.end), end=min(raised.end, end.end)),
        attrs.evolve(end, start=max(raised.start, end.start), end=max(raised.start, end.end)),
    )


def objections(row: ContactRow, at: datetime | None = None) -> Iterator[ObjectionHistory]:
    """Yield the objections of a contact as they stood at a moment (absent: all, whenever it was)."""
    linked = tuple(dict.fromkeys(deal for one in row.deals for deal in one.value))
    answers, settled = _by_ref(placed(row, row.answers)), _by_ref(placed(row, row.settled))
    for told in placed(row, row.objections):
        one = told.value
        raised, end = ends(told, settled.get(one.id, [None])[0])
        if at is None or raised.end <= at:
            met = tuple(answer for answer in answers.get(one.id, ()) if at is None or answer.end <= at)
            over = end if end is not None and (at is None or end.end <= at) else None
            yield ObjectionHistory(raised, met, over, (one.deal,) if one.deal else linked)


def _promises(row: ContactRow, at: datetime, linked: tuple[UUID, ...]) -> Iterator[PromiseHistory]:
    redeemed = _by_ref(placed(row, row.redeemed))
    for told in placed(row, row.promises):
        made, end = ends(told, redeemed.get(told.value.id, [None])[0])
        if made.end <= at:
            yield PromiseHistory(made, end if end is not None and end.end <= at else None, linked)
