"""Contacts: what is recorded of the visits and calls about a deal, and of what is said and promised there."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import attrs

from dealflow.domain.inquiry import ProblemVoiced, QuestionAsked, Spin
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
    Party,
    VisitStep,
)
from dealflow.domain.objection import (
    ObjectionAnswered,
    ObjectionConceded,
    ObjectionKind,
    ObjectionRaised,
    ObjectionResolved,
    Technique,
)
from dealflow.domain.personal import Personal
from dealflow.domain.promise import PromiseBroken, PromiseKept, PromiseMade
from dealflow.journal import When, derived_id
from dealflow.projections.pipeline import Step
from dealflow.testing.chance import drawn, happens, times
from dealflow.testing.company import Person
from dealflow.testing.deals import Case
from dealflow.testing.diary import Fact, is_working, the_day, working_day
from dealflow.testing.words import ACTIONS, PROBLEMS

CHANNELS = {
    Channel.VISIT: 0.35,
    Channel.CALL: 0.25,
    Channel.MEETING: 0.15,
    Channel.EMAIL: 0.1,
    Channel.DEMO: 0.06,
    Channel.SITE_VISIT: 0.04,
    Channel.SEMINAR: 0.03,
    Channel.OTHER: 0.02,
}
QUESTIONS = {Spin.SITUATION: 0.4, Spin.PROBLEM: 0.3, Spin.IMPLICATION: 0.15, Spin.NEED_PAYOFF: 0.15}
KINDS = {ObjectionKind.TRUE: 0.5, ObjectionKind.FALSE: 0.2, ObjectionKind.HIDDEN: 0.1, None: 0.2}
PUT_OFF, CANCELLED, MISSED = 0.12, 0.06, 0.04  # of planned contacts
NOBODY_REACHED = 0.08  # of the others


@attrs.frozen
class Contact:
    """One contact being written down.

    *at* is when it is held; *deals* are all it is about. One that *seals* brings the order.
    """

    case: Case
    stream: UUID
    at: When
    channel: Channel
    theirs: tuple[UUID, ...]
    ours: tuple[str, ...]
    deals: tuple[UUID, ...]
    delay: int
    seals: bool

    @property
    def day(self) -> int:
        """The day it is held."""
        return self.at.start.toordinal()

    def tell(self, event: Any, at: int | When | None = None, after: Fact | None = None) -> Fact:
        """Tell something of it: of the moment it is held, on the same evening as the rest, or of *at*."""
        return self.case.diary.tell(
            self.stream,
            event,
            self.at if at is None else at,
            self.ours[0],
            deals=self.deals,
            after=after,
            needs=self.theirs,
            delay=self.delay if at is None else None,
        )


@attrs.frozen
class Open:
    """An objection that still stands, to be settled in a later contact."""

    contact: Contact
    ref: str
    told: Fact


@attrs.frozen
class Asked:
    """A question that was put to a person."""

    kind: Spin
    whom: UUID
    told: Fact


def tell_contacts(case: Case, seated: Sequence[Person]) -> tuple[Asked, ...]:
    """Tell every contact of a deal, in order; what was objected to in one is settled in another.

    Returns what was asked of whom, in order.
    """
    pending: list[Open] = []
    asked: list[Asked] = []
    for contact in _contacts(case, seated):
        begun, takes_place = _begin(contact)
        if takes_place:
            held = contact.tell(_held(contact), after=begun)
            contact = _linked(contact, held)  # noqa: PLW2901 (it is the same contact, and about more)
            pending = _settled(contact, pending, held)
            asked += _asked(contact, held)
            pending += _said(contact, held)
    return tuple(asked)


def _contacts(case: Case, seated: Sequence[Person]) -> Iterator[Contact]:
    dice = case.diary.dice
    hours = _hours(case)
    for number, (day, hour) in enumerate(hours):
        there = [person.stream for person in seated if person.is_there(day)]
        ours = (case.owner, case.company.colleague(dice)) if happens(dice, 0.2) else (case.owner,)
        start = datetime.combine(date.fromordinal(day), time(hour, tzinfo=UTC))
        yield Contact(
            case,
            derived_id("simulated", str(case.deal), "contact", str(number)),
            When(start, start),
            drawn(dice, CHANNELS),
            tuple(dice.sample(there, min(len(there), 1 + dice.randrange(2)))),
            tuple(dict.fromkeys(ours)),
            (case.deal,),
            case.diary.delay(),
            seals=case.life.end is Step.WON and number == len(hours) - 1,
        )


def _hours(case: Case) -> list[tuple[int, int]]:
    """Draw the days and hours of a deal's contacts, in order: working days only, the last of a won deal at its end."""
    dice = case.diary.dice
    days = [day for day in range(case.opened, case.ended + 1) if is_working(day)]
    met = sorted((dice.choice(days), 8 + dice.randrange(9)) for _ in range(_times_met(case))) if days else []
    if met and case.life.end is Step.WON:
        met[-1] = (days[-1], met[-1][1])
    return met


def _times_met(case: Case) -> int:
    """Draw how many contacts a deal takes, a hundred at most: nobody calls for ever."""
    weeks = case.days / 7
    return min(100, sum(times(case.diary.dice, case.market.detail.contacts_a_week) for _ in range(int(weeks) + 1)))


# From the plan to its being held


def _begin(contact: Contact) -> tuple[Fact | None, bool]:
    """Tell what goes before; returns the last of it, and whether the contact takes place."""
    dice = contact.case.diary.dice
    if happens(dice, contact.case.market.detail.planned):
        return _planned(contact)
    if not contact.seals and happens(dice, NOBODY_REACHED):
        tried = InteractionAttempted(
            contact.case.company.stream, contact.channel, "no answer", contact.theirs, contact.ours, contact.deals
        )
        return contact.tell(tried), happens(dice, 0.3)
    return None, True


def _planned(contact: Contact) -> tuple[Fact, bool]:
    dice = contact.case.diary.dice
    day = max(contact.case.opened, working_day(contact.day - dice.randint(1, 14)))
    before = working_day(contact.day - 1)
    moved = before >= day and happens(dice, PUT_OFF)
    plan = InteractionPlanned(
        contact.case.company.stream,
        the_day(before if moved else contact.day),
        contact.channel,
        "to move it on",
        contact.theirs,
        contact.ours,
        dice.choice(list(Activity)),
        contact.deals,
    )
    told = contact.tell(plan, day)
    if moved:
        told = contact.tell(InteractionRescheduled(the_day(contact.day)), before, told)
    if contact.seals:
        return told, True
    if happens(dice, CANCELLED):
        return contact.tell(InteractionCancelled("no time"), contact.at, told), False
    if happens(dice, MISSED):
        return contact.tell(InteractionMissed(dice.choice(list(Party))), contact.at, told), False
    return told, True


def _held(contact: Contact) -> InteractionHeld:
    dice = contact.case.diary.dice
    steps = tuple(VisitStep)[: 3 + dice.randrange(6)] if contact.channel is Channel.VISIT else None
    return InteractionHeld(
        contact.case.company.stream,
        contact.channel,
        contact.theirs,
        contact.ours,
        drawn(dice, {None: 0.2, 20: 0.3, 45: 0.3, 90: 0.2}),
        steps,
        drawn(dice, {None: 0.3, True: 0.5, False: 0.2}),
        dice.choice(list(Activity)),
        contact.deals,
    )


# What is said


def _asked(contact: Contact, held: Fact) -> Iterator[Asked]:
    """Tell what was asked; returns it, where it was asked of somebody."""
    dice = contact.case.diary.dice
    whom = contact.theirs[0] if contact.theirs else None
    for _ in range(times(dice, contact.case.market.detail.questions)):
        kind = drawn(dice, QUESTIONS)
        told = contact.tell(QuestionAsked(kind, whom), after=held)
        if whom is not None:
            yield Asked(kind, whom, told)


def _said(contact: Contact, held: Fact) -> Iterator[Open]:
    """Tell what was voiced, objected, promised and concluded; returns the objections left open."""
    dice, detail = contact.case.diary.dice, contact.case.market.detail
    whom = contact.theirs[0] if contact.theirs else None
    if whom is not None and happens(dice, 0.2):
        contact.tell(ProblemVoiced(Personal(dice.choice(PROBLEMS), whom), whom), after=held)
    yield from (_objected(contact, number, whom, held) for number in range(times(dice, detail.objections)))
    for number in range(times(dice, detail.promises)):
        _promised(contact, number, held)
    _concluded(contact, held)


def _linked(contact: Contact, held: Fact) -> Contact:
    """Now and then it turns out to be about another deal of the account, too."""
    dice, case = contact.case.diary.dice, contact.case
    if not case.others or not happens(dice, 0.03):
        return contact
    both = attrs.evolve(contact, deals=(case.deal, dice.choice(case.others)))
    both.tell(InteractionLinked(both.deals[1:]), after=held)
    return both


def _objected(contact: Contact, number: int, whom: UUID | None, held: Fact) -> Open:
    dice = contact.case.diary.dice
    topic, kind = drawn(dice, contact.case.market.objections), drawn(dice, KINDS)
    objection = ObjectionRaised(f"objection-{number + 1}", topic, kind, whom, deal=contact.case.deal)
    told = contact.tell(objection, after=held)
    if happens(dice, 0.8):
        told = contact.tell(ObjectionAnswered(objection.id, dice.choice(list(Technique))), after=told)
    return Open(contact, objection.id, told)


def _settled(contact: Contact, pending: Sequence[Open], held: Fact) -> list[Open]:
    """Tell which of the open objections are settled in this contact; returns the others."""
    dice, detail = contact.case.diary.dice, contact.case.market.detail
    left: list[Open] = []
    for one in pending:
        ends = drawn(
            dice,
            {
                ObjectionResolved: detail.resolved,
                ObjectionConceded: detail.conceded,
                None: max(0.0, 1 - detail.resolved - detail.conceded),
            },
        )
        if ends is None:
            left.append(one)
        else:
            after = held if held.evening > one.told.evening else one.told
            one.contact.tell(ends(one.ref, contact.stream), contact.at, after)
    return left


def _promised(contact: Contact, number: int, held: Fact) -> None:
    dice, detail = contact.case.diary.dice, contact.case.market.detail
    due = date.fromordinal(contact.day) + timedelta(days=dice.randint(2, 21))
    promise = PromiseMade(f"promise-{number + 1}", dice.choice(ACTIONS), contact.ours[0], due)
    told = contact.tell(promise, after=held)
    day = contact.day + dice.randint(1, 28)
    if happens(dice, detail.kept):
        contact.tell(PromiseKept(promise.id), day, told)
    elif happens(dice, 0.7):
        contact.tell(PromiseBroken(promise.id, "forgotten"), day, told)


def _concluded(contact: Contact, held: Fact) -> None:
    dice = contact.case.diary.dice
    outcome = Conclusion.ORDER if contact.seals else drawn(dice, contact.case.market.outcomes)
    if outcome is Conclusion.ADVANCE:
        due = date.fromordinal(contact.day + dice.randint(3, 30))
        contact.tell(InteractionConcluded(outcome, dice.choice(ACTIONS), due), after=held)
    else:
        contact.tell(InteractionConcluded(outcome), after=held)
