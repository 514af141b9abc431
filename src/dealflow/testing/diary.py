"""Diary: facts of the made-up world on their way into the journal: when each happened, when it is recorded.

What is told here is legal by construction: nothing is recorded before it happened, before what it
refers to is recorded, or out of the order of its stream's life cycle.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from functools import lru_cache
from random import Random
from typing import Any
from uuid import UUID

import attrs

from dealflow.domain.noun import Corrected
from dealflow.journal import Entry, When
from dealflow.testing.chance import drawn, happens, skewed
from dealflow.testing.market import Writing

EVENING = time(18, tzinfo=UTC)
SATURDAY = 5


@lru_cache(maxsize=1 << 12)
def the_day(day: int) -> When:
    """Return the whole of a day, counted as `date.toordinal` counts."""
    return When.of(date.fromordinal(day), UTC)


def evening_of(day: int) -> datetime:
    """Return when people write down what a day brought."""
    return datetime.combine(date.fromordinal(day), EVENING)


def is_working(day: int) -> bool:
    """Say whether a day, counted as `date.toordinal` counts, is one of Monday to Friday."""
    return date.fromordinal(day).weekday() < SATURDAY


def working_day(day: int) -> int:
    """Return a day, or the Friday before it where it lies in a weekend."""
    return day - max(0, date.fromordinal(day).weekday() - SATURDAY + 1)


@attrs.define(eq=False)
class Fact:
    """One record to be; *evening* is the day it is recorded. It gets its version when it is."""

    evening: int
    stream: UUID
    account: UUID | None
    deals: tuple[UUID, ...]
    when: When
    by: str
    event: Any
    corrects: "Fact | None" = None
    version: int = 0

    def entry(self, version: int) -> Entry:
        """Return the entry it becomes, as the version of its stream that is next."""
        self.version = version
        event = self.event
        if self.corrects is not None:
            event = attrs.evolve(event, version=self.corrects.version)
        return Entry(
            stream=self.stream,
            version=version,
            account=self.account,
            deals=self.deals,
            occurred_from=self.when.start,
            occurred_to=self.when.end,
            by=self.by,
            event=event,
        )


class Diary:
    """Facts in the order they are told; *born* says which evening each stream's first record is written."""

    def __init__(self, dice: Random, writing: Writing, account: UUID, born: dict[UUID, int]) -> None:
        self.facts: list[Fact] = []
        self.dice = dice
        self._writing = writing
        self._account = account
        self._born = born

    def delay(self) -> int:
        """Draw how many days pass before something is written down."""
        if happens(self.dice, self._writing.late):
            return 7 + int(skewed(self.dice, self._writing.late_days, self._writing.late_spread))
        return drawn(self.dice, self._writing.prompt)

    def is_wrong(self) -> bool:
        """Say whether something is recorded wrong, to be corrected later."""
        return happens(self.dice, self._writing.corrected)

    def tell(
        self,
        stream: UUID,
        event: Any,
        on: int | When,
        by: str,
        *,
        deals: tuple[UUID, ...] = (),
        after: Fact | None = None,
        needs: Iterable[UUID] = (),
        delay: int | None = None,
        account: UUID | None = None,
    ) -> Fact:
        """Tell what happened: *on* a day or at a moment, recorded some days later.

        It is recorded no earlier than *after* and than the first records of its own stream, of its
        deals and of *needs*; the first fact told of a stream begins it.
        """
        when = the_day(on) if isinstance(on, int) else on
        lag = self.delay() if delay is None else delay
        evening = when.end.toordinal() + lag
        for one in (stream, *deals, *needs):
            evening = max(evening, self._born.get(one, 0))
        if after is not None:
            evening = max(evening, after.evening)
        self._born.setdefault(stream, evening)
        fact = Fact(evening, stream, account or self._account, deals, when, by, event)
        self.facts.append(fact)
        return fact

    def correct(self, fact: Fact, replacement: Any | None, reason: str) -> Fact:
        """Tell, some days after *fact* was recorded, that it was wrong: another stands for it, or none."""
        day = fact.evening + 1 + self.dice.randrange(14)
        event = Corrected(0, replacement, None, reason)
        told = self.tell(fact.stream, event, day, fact.by, deals=fact.deals, after=fact, delay=0, account=fact.account)
        told.corrects = fact
        return told

    def stop(self, day: int) -> None:
        """Strike what was told to happen after a day; what had happened by then is still put right."""
        end = the_day(day).end
        self.facts = [fact for fact in self.facts if (fact.corrects or fact).when.end <= end]
