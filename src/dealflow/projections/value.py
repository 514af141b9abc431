"""Value: the value equation of a deal now, and how each contact moved it (domain.md §3, S0)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from uuid import UUID

import attrs

from dealflow.domain.deal import DealPriced, DealValued
from dealflow.domain.inquiry import ProblemVoiced
from dealflow.domain.interaction import Interaction, InteractionHeld
from dealflow.domain.personal import Personal
from dealflow.domain.purchase import ProblemQuantified, ProblemWithdrawn
from dealflow.domain.timeline import Told
from dealflow.domain.worth import VALUE, Balance, Equation, ValuePolicy, equation
from dealflow.journal import Record
from dealflow.money import Money, totals
from dealflow.projections.situation import Situation

Moving = ProblemQuantified | ProblemWithdrawn | DealPriced | DealValued


@attrs.frozen
class ValueMove:
    """A record that moved the value equation, with how it stood before and after.

    *day* is by when it had surely happened, *problem* the one it is about, *says* who of theirs
    named its cost, *by* who of ours wrote it down. *change* is by how much the problems weigh more
    or less, by currency. *contacts* are what it came from if *named*: if the record says so itself.
    If not, they are the contacts about the deal on its day, which may or may not be where it came from.
    """

    record: int
    day: date
    event: Moving
    problem: ProblemQuantified | None
    says: UUID | None
    by: str
    contacts: tuple[UUID, ...]
    named: bool
    before: Balance
    after: Balance
    change: Mapping[str, Decimal]


@attrs.frozen
class ContactValue:
    """A held contact about the deal, and the moves that came from it.

    *moves* are the positions of those that say so themselves, *added* what they changed of the
    problems' cost; *beside* of those that only have its day. Both empty: it moved nothing we know of.
    """

    interaction: UUID
    record: int
    day: date
    moves: tuple[int, ...]
    beside: tuple[int, ...]
    added: Mapping[str, Decimal]


@attrs.frozen
class Voiced:
    """A problem they spoke of; it weighs nothing until it is quantified."""

    interaction: UUID
    record: int
    day: date
    text: Personal
    by: UUID | None


@attrs.frozen
class ValueEquation:
    """The value equation of a deal: as it is *now*, what moved it, each contact's part in that, and what was voiced."""

    deal: UUID
    now: Equation
    moves: tuple[ValueMove, ...]
    contacts: tuple[ContactValue, ...]
    voiced: tuple[Voiced, ...]


def value_equation(situation: Situation, policy: ValuePolicy = VALUE) -> ValueEquation:
    """Return the value equation of a deal with all that moved it; empty before the deal was opened."""
    here = {stream for stream, _ in situation.contacts()}
    held = tuple(
        one for one in situation.told if one.record.stream in here and isinstance(one.record.event, InteractionHeld)
    )
    moves = tuple(_moves(situation, held, policy))
    return ValueEquation(
        deal=situation.id,
        now=equation(situation.id, situation.history, policy),
        moves=moves,
        contacts=tuple(_contact(one, moves, situation) for one in held),
        voiced=tuple(
            Voiced(one.record.stream, one.record.position, situation.horizon.day(one.end), event.text, event.by)
            for one in situation.told
            if one.record.stream in here and isinstance(event := one.record.event, ProblemVoiced)
        ),
    )


def _moves(situation: Situation, held: Sequence[Told], policy: ValuePolicy) -> Iterator[ValueMove]:
    own = [one for one in situation.told if one.record.stream == situation.id and isinstance(one.record.event, Moving)]
    records = [one.record for one in own]
    before = equation(situation.id, (), policy)
    for number, one in enumerate(own, start=1):
        after = equation(situation.id, records[:number], policy)
        if after.balance != before.balance:
            yield _move(one, before, after, _origin(one.record, situation, held), situation)
        before = after


def _move(
    one: Told, before: Equation, after: Equation, origin: tuple[tuple[UUID, ...], bool], situation: Situation
) -> ValueMove:
    event, (contacts, named) = one.record.event, origin
    return ValueMove(
        record=one.record.position,
        day=situation.horizon.day(one.end),
        event=event,
        problem=_problem(event, before),
        says=event.by if isinstance(event, ProblemQuantified) else None,
        by=one.record.by,
        contacts=contacts,
        named=named,
        before=before.balance,
        after=after.balance,
        change=_difference(before.balance.cost, after.balance.cost),
    )


def _problem(event: Moving, before: Equation) -> ProblemQuantified | None:
    match event:
        case ProblemQuantified():
            return event
        case ProblemWithdrawn(ref=ref):
            return next((one.value for one in before.problems if one.value.id == ref), None)
        case _:
            return None


def _difference(before: Mapping[str, Decimal], after: Mapping[str, Decimal]) -> Mapping[str, Decimal]:
    changes = {code: after.get(code, Decimal(0)) - before.get(code, Decimal(0)) for code in sorted({*before, *after})}
    return MappingProxyType({code: change for code, change in changes.items() if change})


def _origin(record: Record, situation: Situation, held: Sequence[Told]) -> tuple[tuple[UUID, ...], bool]:
    """Return the contact that a record names as its cause, and that it does; else the contacts of its day."""
    cause = next((one.stream for one in situation.history if one.position == record.cause), None)
    if cause is not None and isinstance(situation.states[cause], Interaction):
        return (cause,), True
    day = _day(record, situation)
    return tuple(one.record.stream for one in held if day is not None and _day(one.record, situation) == day), False


def _day(record: Record, situation: Situation) -> date | None:
    """Return the day of a record, where it is known to the day."""
    first, last = situation.horizon.day(record.occurred_from), situation.horizon.day(record.occurred_to)
    return first if first == last else None


def _contact(held: Told, moves: Sequence[ValueMove], situation: Situation) -> ContactValue:
    own = [one for one in moves if held.record.stream in one.contacts]
    named = [one for one in own if one.named]
    return ContactValue(
        interaction=held.record.stream,
        record=held.record.position,
        day=situation.horizon.day(held.end),
        moves=tuple(one.record for one in named),
        beside=tuple(one.record for one in own if not one.named),
        added=totals(Money(sum_, code) for one in named for code, sum_ in one.change.items()),
    )
