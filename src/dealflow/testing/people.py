"""People: what is recorded of the persons of a company, standing, and in each deal they have a part in."""

from collections.abc import Iterator, Sequence
from datetime import date
from random import Random
from typing import Any
from uuid import UUID

from dealflow.domain.acceptance import (
    Closeness,
    PriceAcceptanceRated,
    RivalClosenessRated,
    SolutionAcceptanceRated,
)
from dealflow.domain.coverage import ActionChecked, ActionPlanned, CounterpartAssigned, CounterpartReleased
from dealflow.domain.noun import MergedInto
from dealflow.domain.personal import Personal
from dealflow.domain.stakeholder import (
    Influence,
    InfluenceRated,
    Influences,
    JobLevel,
    PositionChanged,
    ReportsTo,
    Role,
    RoleIdentified,
    RoleWithdrawn,
    SocialStyle,
    StakeholderDeparted,
    StakeholderErased,
    StakeholderIdentified,
    StakeholderMoved,
    StakeholderRenamed,
    Stance,
    StanceChanged,
    StyleObserved,
)
from dealflow.journal import When, derived_id
from dealflow.testing.chance import drawn, happens, times
from dealflow.testing.company import LEAVES, Company, Person
from dealflow.testing.deals import Case
from dealflow.testing.diary import Diary, Fact
from dealflow.testing.market import Market, Writing
from dealflow.testing.words import ACTIONS, DEPARTMENTS

STANCES = {Stance.SUPPORT: 0.4, Stance.NEUTRAL: 0.4, Stance.OPPOSE: 0.2}
WEIGHT = {JobLevel.DIRECTOR: Influence.HIGH, JobLevel.MANAGER: Influence.MEDIUM}


def tell_people(market: Market, company: Company, diary: Diary) -> None:
    """Tell what stands of every person of a company, deals apart."""
    for person in company.people:
        _tell_person(company, person, diary)
        if person.gone is not None:
            _tell_leaving(market, company, person, diary)
        else:
            tell_duplicate(market.writing, company, person, diary)


def identified(company: Company, person: Person, dice: Random, stream: UUID) -> StakeholderIdentified:
    """Write a person down, under a stream that is theirs or a twin's."""
    return StakeholderIdentified(
        company.stream,
        Personal(person.name, stream),
        title=Personal(f"{person.level.value.title()}", stream),
        level=person.level,
        department=dice.choice(DEPARTMENTS),
    )


def _tell_person(company: Company, person: Person, diary: Diary) -> None:
    dice, by = diary.dice, company.colleague(diary.dice)
    born = diary.tell(
        person.stream, identified(company, person, dice, person.stream), person.since, by, needs=(company.stream,)
    )
    for event, needs in _standing(company, person, dice):
        diary.tell(person.stream, event, _day_of(person, company, dice), by, needs=needs)
    assigned = diary.tell(person.stream, CounterpartAssigned(by, main=True), person.since, by, after=born)
    if happens(dice, 0.1):
        day = _day_of(person, company, dice)
        diary.tell(person.stream, CounterpartReleased(by), day, by, after=assigned)


def _day_of(person: Person, company: Company, dice: Random) -> int:
    last = company.until if person.gone is None else person.gone - 1
    return dice.randint(person.since, max(person.since, last))


def _standing(company: Company, person: Person, dice: Random) -> Iterator[tuple[Any, Sequence[UUID]]]:
    """Draw what is so of a person wherever they sit; with the streams it speaks of."""
    yield InfluenceRated(WEIGHT.get(person.level, Influence.LOW)), ()
    earlier = [one for one in company.people[: company.people.index(person)] if one.since <= person.since]
    if earlier and happens(dice, 0.6):
        yield ReportsTo(earlier[0].stream), (earlier[0].stream,)
        other = dice.choice(earlier)
        yield (
            Influences(other.stream, drawn(dice, {None: 0.3, Influence.HIGH: 0.3, Influence.LOW: 0.4})),
            (other.stream,),
        )
    if happens(dice, 0.4):
        yield StyleObserved(dice.choice(list(SocialStyle))), ()
    if happens(dice, 0.3):
        yield RoleIdentified(person.role), ()
    if happens(dice, 0.1):
        title = Personal("Head of division", person.stream)
        yield PositionChanged(title, JobLevel.DIRECTOR, dice.choice(DEPARTMENTS)), ()
    if happens(dice, 0.05):
        yield StakeholderRenamed(Personal(f"{person.name}-Berg", person.stream)), ()


def _tell_leaving(market: Market, company: Company, person: Person, diary: Diary) -> None:
    dice, gone = diary.dice, person.gone or company.until
    event = StakeholderMoved(organisation="elsewhere") if happens(dice, 0.3) else StakeholderDeparted("a new post")
    left = diary.tell(person.stream, event, gone, company.owner)
    if happens(dice, market.writing.erased / LEAVES):
        day = gone + dice.randint(30, 400)
        diary.tell(person.stream, StakeholderErased("they asked for it"), day, company.owner, after=left)


def tell_duplicate(writing: Writing, company: Company, person: Person, diary: Diary) -> None:
    """Somebody writes a person down once more, and finds out later."""
    if not happens(diary.dice, writing.duplicates):
        return
    dice, by = diary.dice, company.colleague(diary.dice)
    twin = derived_id("simulated", str(person.stream), "twin")
    day = _day_of(person, company, dice)
    told = diary.tell(twin, identified(company, person, dice, twin), day, by, needs=(person.stream,))
    merger = MergedInto(person.stream, "one and the same")
    diary.tell(twin, merger, day + dice.randint(1, 60), by, after=told)


# In a deal


def committee(case: Case) -> tuple[Person, ...]:
    """Return who has a part in a deal: those there on the day it is opened, five at most."""
    there = case.company.there(case.opened)
    return there[:2] + tuple(case.diary.dice.sample(there[2:], min(3, len(there[2:]))))


def tell_committee(case: Case, seated: Sequence[Person], rivals: Sequence[str]) -> None:
    """Tell what a deal's people are to it: their roles, what they think of us and of rivals, what we do."""
    for person in seated:
        _tell_seat(case, person)
        for _ in range(times(case.diary.dice, case.market.detail.ratings)):
            tell_of(case, person, _rating(case.deal, rivals, case.diary.dice))
        if happens(case.diary.dice, 0.2):
            _tell_action(case, person)


def tell_of(case: Case, person: Person, event: Any, on: int | When | None = None, after: Fact | None = None) -> Fact:
    """Tell something of a person in a deal: *on* some day while they are there, where no other is given."""
    day = _while_there(case, person) if on is None else on
    return case.diary.tell(person.stream, event, day, case.owner, deals=(case.deal,), after=after, needs=(case.deal,))


def _while_there(case: Case, person: Person) -> int:
    last = case.ended if person.gone is None else min(case.ended, person.gone - 1)
    return case.diary.dice.randint(case.opened, max(case.opened, last))


def _tell_seat(case: Case, person: Person) -> None:
    dice = case.diary.dice
    role = person.role if happens(dice, 0.85) else dice.choice(list(Role))
    told = tell_of(case, person, RoleIdentified(role, case.deal))
    if happens(dice, 0.05):
        day = told.when.start.toordinal() + dice.randrange(30)
        tell_of(case, person, RoleWithdrawn(role, "we were wrong", case.deal), day, told)
    if happens(dice, 0.1):
        tell_of(case, person, CounterpartAssigned(case.owner, main=False, deal=case.deal))


def _rating(deal: UUID, rivals: Sequence[str], dice: Random) -> Any:
    match dice.randrange(6):
        case 0:
            return SolutionAcceptanceRated(round(dice.random(), 2), deal)
        case 1:
            return PriceAcceptanceRated(round(dice.random(), 2), deal)
        case 2 if rivals:
            return RivalClosenessRated(dice.choice(rivals), dice.choice(list(Closeness)), deal)
        case 3:
            return InfluenceRated(dice.choice(list(Influence)), deal)
        case _:
            stance = drawn(dice, STANCES)
            return StanceChanged(stance, happens(dice, 0.4) if stance is Stance.SUPPORT else None, deal)


def _tell_action(case: Case, person: Person) -> None:
    dice = case.diary.dice
    day = _while_there(case, person)
    due = date.fromordinal(day + 14)
    what = Personal(dice.choice(ACTIONS), person.stream)
    planned = ActionPlanned(f"action-{case.life.number + 1}", what, case.owner, due, case.deal)
    told = tell_of(case, person, planned, day)
    if happens(dice, 0.7):
        tell_of(case, person, ActionChecked(planned.id, done=happens(dice, 0.8)), day + dice.randint(7, 30), told)
