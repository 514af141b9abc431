"""Needs: what the people of a deal want, how pressing it became, and which question came before each step.

Situation, problem, implication and need-payoff questions move a need up the ladder (domain.md §4, S0).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

import attrs

from dealflow.domain.inquiry import QuestionAsked, Spin
from dealflow.domain.interaction import InteractionHeld
from dealflow.domain.need import Need, NeedMoved, NeedUncovered, Rung
from dealflow.domain.stakeholder import Stakeholder
from dealflow.domain.timeline import Told
from dealflow.projections.situation import Situation

LADDER = tuple(Rung)  # from the bottom up


class Climb(StrEnum):
    """Which way a need went; the first time it is seen on a rung it is only placed there."""

    PLACED = "placed"
    UP = "up"
    DOWN = "down"


@attrs.frozen
class Asked:
    """A question that was asked in a held contact; *to* is whom, absent where nobody is named."""

    kind: Spin
    to: UUID | None
    record: int
    day: date
    interaction: UUID


@attrs.frozen
class NeedStep:
    """A need came to another rung.

    *said* is the question that the record itself says moved it, *asked* the last one really asked of
    the person before. *agree* is whether they are of one kind: nothing where either is missing.
    """

    record: int
    day: date
    left: Rung | None
    reached: Rung
    climb: Climb
    said: Spin | None
    asked: Asked | None
    agree: bool | None


@attrs.frozen
class Ladder:
    """One need, when it was uncovered, and its steps; *of_the_business*, or the person's own."""

    need: Need
    of_the_business: bool
    record: int
    day: date
    steps: tuple[NeedStep, ...]


@attrs.frozen
class PersonNeeds:
    """What one person wants, standing or in this deal; *left* where they decide nothing any more."""

    person: UUID
    left: bool
    needs: tuple[Ladder, ...]


@attrs.frozen
class ContactQuestions:
    """What was asked in a held contact about the deal, in order; nothing: none is recorded."""

    interaction: UUID
    record: int
    day: date
    asked: tuple[Asked, ...]


@attrs.frozen
class NeedLadder:
    """The needs of everybody with one here, the questions by contact, and how often each kind was asked."""

    deal: UUID
    people: tuple[PersonNeeds, ...]
    contacts: tuple[ContactQuestions, ...]
    counts: Mapping[Spin, int]


def need_ladder(situation: Situation) -> NeedLadder:
    """Return the needs of a deal's people: of those with a seat, those met about it, and those with a need in it."""
    contacts = tuple(_contacts(situation))
    kinds = [one.kind for contact in contacts for one in contact.asked]
    people = (_person(person, situation) for person in _people(situation))
    return NeedLadder(
        deal=situation.id,
        people=tuple(one for one in people if one.needs),
        contacts=contacts,
        counts=MappingProxyType({kind: kinds.count(kind) for kind in Spin}),
    )


# What they want


def _people(situation: Situation) -> Iterable[UUID]:
    seated = [seat.stakeholder for seat in situation.seats]
    met = {person for _, contact in situation.contacts() if contact.held for person in contact.held.theirs}
    known = ((stream, state) for stream, state in situation.states.items() if isinstance(state, Stakeholder))
    here = (id_ for id_, one in known if id_ in met or any(need.deal == situation.id for need in one.needs))
    return dict.fromkeys((*seated, *here))


def _person(person: UUID, situation: Situation) -> PersonNeeds:
    state = situation.person(person)
    seat = next((one for one in situation.seats if one.stakeholder == person), None)
    needs = tuple(one for one in state.needs if one.deal in {None, situation.id}) if state else ()
    left = seat.left is not None if seat else state is not None and state.departed
    return PersonNeeds(person, left, tuple(_ladder(one, person, situation) for one in needs))


def _ladder(need: Need, person: UUID, situation: Situation) -> Ladder:
    own = [(at, one) for at, one in enumerate(situation.told) if one.record.stream == person]
    first = next(
        one for _, one in own if isinstance(one.record.event, NeedUncovered) and one.record.event.id == need.id
    )
    moved = (
        (at, one) for at, one in own if isinstance(one.record.event, NeedMoved) and one.record.event.ref == need.id
    )
    return Ladder(
        need=need,
        of_the_business=need.kind.of_the_business,
        record=first.record.position,
        day=situation.horizon.day(first.end),
        steps=tuple(_steps(moved, person, situation)),
    )


def _steps(moved: Iterable[tuple[int, Told]], person: UUID, situation: Situation) -> Iterator[NeedStep]:
    """Yield the steps; a record that leaves a need where it stood is none."""
    left: Rung | None = None
    for at, one in moved:
        event = one.record.event
        if event.rung is left:
            continue
        asked = _last_asked(person, situation.told[:at], situation)
        yield NeedStep(
            record=one.record.position,
            day=situation.horizon.day(one.end),
            left=left,
            reached=event.rung,
            climb=_climb(left, event.rung),
            said=event.after,
            asked=asked,
            agree=None if event.after is None or asked is None else event.after is asked.kind,
        )
        left = event.rung


def _climb(left: Rung | None, reached: Rung) -> Climb:
    if left is None:
        return Climb.PLACED
    return Climb.UP if LADDER.index(reached) > LADDER.index(left) else Climb.DOWN


# What we asked


def _last_asked(person: UUID, before: Sequence[Told], situation: Situation) -> Asked | None:
    """Return the last question put to a person, or to nobody named in a held contact they took part in."""
    for one in reversed(before):
        if isinstance(one.record.event, QuestionAsked):
            held = situation.states[one.record.stream].held
            whom = (one.record.event.to,) if one.record.event.to else held.theirs if held else ()
            if held is not None and person in whom:
                return _asked(one, situation)
    return None


def _asked(one: Told, situation: Situation) -> Asked:
    event, record = one.record.event, one.record
    return Asked(event.kind, event.to, record.position, situation.horizon.day(one.end), record.stream)


def _contacts(situation: Situation) -> Iterator[ContactQuestions]:
    here = {stream for stream, _ in situation.contacts()}
    told = [one for one in situation.told if one.record.stream in here]
    for held in told:
        if isinstance(held.record.event, InteractionHeld):
            yield ContactQuestions(
                interaction=held.record.stream,
                record=held.record.position,
                day=situation.horizon.day(held.end),
                asked=tuple(
                    _asked(one, situation)
                    for one in told
                    if one.record.stream == held.record.stream and isinstance(one.record.event, QuestionAsked)
                ),
            )
