"""Company: an account of the made-up world and its people, as they are, whether or not anybody wrote it down."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from random import Random
from uuid import UUID

import attrs

from dealflow.domain.stakeholder import JobLevel, Role
from dealflow.journal import derived_id
from dealflow.testing.chance import happens, stream_of_chance, times
from dealflow.testing.life import Life
from dealflow.testing.market import Market
from dealflow.testing.words import FAMILY, FIRST, GIVEN, SECOND


@attrs.frozen
class Person:
    """Someone at an account: known to us from the day *since*, and there until *gone*, where they leave.

    Days are counted as `date.toordinal` counts them.
    """

    stream: UUID
    name: str
    level: JobLevel
    role: Role
    since: int
    gone: int | None = None

    def is_there(self, day: int) -> bool:
        """Say whether we can meet them on a day."""
        return self.since <= day and (self.gone is None or day < self.gone)


@attrs.frozen
class Company:
    """An account from the day we registered it until the last that we follow it; *ours* sell to it.

    *churns* says that it stops buying in the end, on the day *until*; before, it has more troubles
    than others, fewer of them settled, and its purchases cease. Days are counted as
    `date.toordinal` counts them.
    """

    number: int
    stream: UUID
    name: str
    since: int
    until: int
    ours: tuple[str, ...]
    churns: bool
    people: tuple[Person, ...] = ()

    @property
    def owner(self) -> str:
        """Who of ours answers for it."""
        return self.ours[0]

    @property
    def years(self) -> float:
        """How long we follow it."""
        return (self.until - self.since) / 365

    def some_day(self, dice: Random) -> int:
        """Draw a day of the time we follow it."""
        return dice.randint(self.since, self.until)

    def colleague(self, dice: Random) -> str:
        """Draw one of ours who sell to it."""
        return dice.choice(self.ours)

    def there(self, day: int) -> tuple[Person, ...]:
        """Return whom we can meet on a day."""
        return tuple(person for person in self.people if person.is_there(day))


COMMITTEE = (
    (Role.ECONOMIC, JobLevel.DIRECTOR),
    (Role.TECHNICAL, JobLevel.EXPERT),
    (Role.USER, JobLevel.OPERATOR),
    (Role.COACH, JobLevel.MANAGER),
)
LEAVES = 0.15  # of people, while we follow their account


def companies(market: Market, seed: int, lives: Iterable[Life]) -> Iterator[Company]:
    """Found every account of a market, each before the first of its deals."""
    last_day = (market.first_day + timedelta(days=market.days)).toordinal()
    spans: dict[int, tuple[int, int]] = {}
    for life in lives:
        opened, ended = life.opened.toordinal(), life.ended.toordinal()
        first, last = spans.get(life.account, (opened, ended))
        spans[life.account] = (min(first, opened), max(last, ended))
    for number in range(market.accounts):
        dice = stream_of_chance(seed, "company", number)
        first, last = spans.get(number, (last_day, last_day))
        since, until = first - dice.randrange(60), max(last, last_day)
        yield Company(
            number,
            derived_id("simulated", str(seed), "account", str(number)),
            f"{dice.choice(FIRST)}{dice.choice(SECOND)} {number + 1}",
            since,
            until,
            tuple(f"rep-{one + 1:02}" for one in dice.sample(range(market.team), min(3, market.team))),
            happens(dice, market.churned),
            tuple(_people(market, seed, number, since, until)) if market.detail.people else (),
        )


def _people(market: Market, seed: int, number: int, since: int, until: int) -> Iterator[Person]:
    dice = stream_of_chance(seed, "people", number)
    for one in range(max(1, times(dice, market.detail.people))):
        role, level = COMMITTEE[one % len(COMMITTEE)]
        known = since if one < len(COMMITTEE) else dice.randint(since, until)
        gone = dice.randint(known + 1, until + 1) if happens(dice, LEAVES) else None
        stream = derived_id("simulated", str(seed), "person", str(number), str(one))
        yield Person(stream, f"{dice.choice(GIVEN)} {dice.choice(FAMILY)}", level, role, known, gone)
