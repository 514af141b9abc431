"""Contacts: every interaction with an account, planned, tried or held, as dated facts, with what came of it.

One row an interaction. How one stood at a moment is a `Contact`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

import attrs

from dealflow.domain.inquiry import QuestionAsked, Spin
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
from dealflow.projections import Dated, View, not_before

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

    *turns* are the steps of its life; *deals* are what it was said to be about, *asked* our questions,
    *redeemed* what became of promises, *settled* of objections; *merged* is when it turned out to be
    told twice.
    """

    account: UUID | None
    turns: tuple[Dated[Turn], ...] = ()
    deals: tuple[Dated[tuple[UUID, ...]], ...] = ()
    asked: tuple[Dated[Spin], ...] = ()
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
    QuestionAsked: ("asked", lambda event: event.kind),
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


# When it was


def turns_of(row: ContactRow) -> tuple[Dated[Turn], ...]:
    """Return the steps of its life with their times narrowed by each other, and by its being told twice."""
    steps = [*((one.start, one.end) for one in row.turns), *((one.start, one.end) for one in row.merged)]
    return tuple(
        one if (one.start, one.end) == (start, end) else attrs.evolve(one, start=start, end=end)
        for one, (start, end) in zip(row.turns, narrow(steps), strict=False)
    )


def placed(row: ContactRow, told: Sequence[Dated[T]]) -> list[Dated[T]]:
    """Return what was told of a contact in the order in which it happened, nothing before the contact began."""
    return in_order(not_before(told, *born(row))) if told else []


def born(row: ContactRow) -> tuple[datetime, datetime]:
    """Return between when its life began: nothing told of it was before."""
    first = turns_of(row)[0]
    return first.start, first.end
