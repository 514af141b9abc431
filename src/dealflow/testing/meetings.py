"""Meetings: whom we know at a customer, and when we meet them; a champion who leaves, and silence, show here."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from random import Random
from uuid import UUID

from dealflow.domain.coverage import CounterpartAssigned
from dealflow.domain.interaction import Activity, InteractionHeld
from dealflow.domain.stakeholder import (
    Influence,
    InfluenceRated,
    JobLevel,
    Role,
    RoleIdentified,
    StakeholderDeparted,
    StakeholderErased,
    Stance,
    StanceChanged,
)
from dealflow.journal import When, derived_id
from dealflow.testing.chance import drawn, happens
from dealflow.testing.clientele import Trouble
from dealflow.testing.company import Person
from dealflow.testing.contacts import CHANNELS
from dealflow.testing.dealings import Dealing
from dealflow.testing.diary import is_working
from dealflow.testing.people import STANCES, WEIGHT, identified, tell_duplicate
from dealflow.testing.relationship import Relationship, Spell, Stay
from dealflow.testing.words import FAMILY, GIVEN

LASTING = (
    (Role.ECONOMIC, JobLevel.DIRECTOR),
    (Role.TECHNICAL, JobLevel.EXPERT),
    (Role.USER, JobLevel.OPERATOR),
)  # who never leaves; the champion is a manager


def people(relationship: Relationship, dice: Random) -> tuple[Person, ...]:
    """Return whom we come to know at a customer: some who stay, and one champion after the other."""
    lasting = [(role, level, relationship.since, None) for role, level in LASTING]
    champions = [(Role.COACH, JobLevel.MANAGER, since, gone) for since, gone in _champions(relationship)]
    return tuple(
        Person(
            derived_id("simulated", str(relationship.account), "person", str(number)),
            f"{dice.choice(GIVEN)} {dice.choice(FAMILY)}",
            level,
            role,
            since,
            gone,
        )
        for number, (role, level, since, gone) in enumerate([*lasting, *champions])
    )


def _champions(relationship: Relationship) -> Iterator[tuple[int, int | None]]:
    """Return from when until when each champion is there; between two there is none."""
    lost = [(stay, spell) for stay in relationship.stays for spell in stay.begun(Trouble.CHAMPION)]
    came = [relationship.since, *(stay.settled(spell) for stay, spell in lost)]
    gone = [*(spell.since for _, spell in lost), None]
    return ((since, until) for since, until in zip(came, gone, strict=True) if since is not None)


def tell_people(dealing: Dealing) -> None:
    """Tell who they are, what part they play, whose side they are on, and that they leave."""
    for person in dealing.company.people:
        _tell_person(dealing, person)
        if person.gone is None:
            tell_duplicate(dealing.like.writing, dealing.company, person, dealing.diary)
        else:
            _tell_departure(dealing, person, person.gone)


def _tell_person(dealing: Dealing, person: Person) -> None:
    dice, company = dealing.diary.dice, dealing.company
    by = company.colleague(dice)
    is_champion = person.role is Role.COACH
    stance = Stance.SUPPORT if is_champion else drawn(dice, STANCES)
    for event in (
        identified(company, person, dice, person.stream),
        RoleIdentified(person.role),
        InfluenceRated(WEIGHT.get(person.level, Influence.LOW)),
        StanceChanged(stance, is_champion or None),
        CounterpartAssigned(by, main=True),
    ):
        dealing.diary.tell(person.stream, event, person.since, by, needs=(company.stream,))


def _tell_departure(dealing: Dealing, person: Person, gone: int) -> None:
    diary, by = dealing.diary, dealing.company.owner
    left = diary.tell(person.stream, StakeholderDeparted("a new post"), gone, by)
    if happens(diary.dice, dealing.like.writing.erased):
        day = gone + diary.dice.randint(30, 400)
        diary.tell(person.stream, StakeholderErased("they asked for it"), day, by, after=left)


def tell_meetings(dealing: Dealing) -> None:
    """Tell every time we met."""
    days = (day for stay in dealing.stays for day in _days_met(dealing, stay))
    for number, day in enumerate(days, start=1):
        stream = derived_id("simulated", str(dealing.company.stream), "contact", str(number))
        _tell_meeting(dealing, stream, day)


def _days_met(dealing: Dealing, stay: Stay) -> Iterator[int]:
    silences = stay.of(Trouble.SILENCE)
    day = _next_open(stay.begins + 1 + int(dealing.diary.dice.random() * dealing.habits.meets), silences)
    while day < stay.ends:
        yield day
        day = _next_open(day + max(1, int(dealing.varied(dealing.habits.meets))), silences)


def _next_open(day: int, silences: Sequence[Spell]) -> int:
    """Return a day or the next after it on which we may meet: a working day, and not in a silence."""
    while not is_working(day) or any(one.since <= day < one.until for one in silences):
        day += 1
    return day


def _tell_meeting(dealing: Dealing, stream: UUID, day: int) -> None:
    dice, company = dealing.diary.dice, dealing.company
    there = [person.stream for person in company.there(day)]
    theirs = tuple(dice.sample(there, 1 + dice.randrange(2)))
    by = company.colleague(dice)
    at = datetime.combine(date.fromordinal(day), time(8 + dice.randrange(9), tzinfo=UTC))
    held = InteractionHeld(company.stream, drawn(dice, CHANNELS), theirs, (by,), activity=dice.choice(list(Activity)))
    dealing.diary.tell(stream, held, When(at, at), by, needs=theirs)
