"""Asking: what commands hold their figures, names and days to, and what was said of their stream before.

Amounts of money stand in `valuing`, words that are empty in `noun`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import pairwise
from math import fsum
from typing import Any

import attrs

from dealflow.decider import Events, Facts, Refusal
from dealflow.domain.noun import Missing, Noun, corrected

ROUNDING = 1e-9  # parts that are rounded to a few digits may add up to a trifle more than the whole
BEHIND = 12  # hours: no zone is further behind UTC

# What cannot be


@attrs.frozen
class OutOfRange:
    """A figure that its scale does not have."""

    field: str
    asked: float
    least: int
    most: int

    def __str__(self) -> str:
        return f"{self.field} is {self.asked}: expected {self.least} to {self.most}"


@attrs.frozen
class MoreThanWhole:
    """Parts that make more than the whole they are parts of."""

    parts: str
    total: float

    def __str__(self) -> str:
        return f"{self.parts} add up to {self.total:.6g}: expected 1 at most; give 0.4 for 40 %"


@attrs.frozen
class NamedTwice:
    """A list has a name twice."""

    field: str
    name: str

    def __str__(self) -> str:
        return f"{self.field}: {self.name!r} is there twice; name it once"


@attrs.frozen
class OutOfOrder:
    """What comes later lies before what comes first."""

    first: str
    began: date
    later: str
    asked: date

    def __str__(self) -> str:
        return f"{self.later} {self.asked} lies before {self.first} {self.began}: check the dates"


@attrs.frozen
class OverAlready:
    """A day to come lay in the past when this happened."""

    field: str
    asked: date
    happened: date

    def __str__(self) -> str:
        return (
            f"{self.field} {self.asked} lies before this happened, {self.happened}: check it, or say when it happened"
        )


def not_within(least: int, most: int, **figures: float | None) -> tuple[Refusal, ...]:
    """Return a refusal for each figure that does not lie on its scale; absent ones are unknown."""
    known = {field: figure for field, figure in figures.items() if figure is not None}
    return tuple(
        OutOfRange(field, figure, least, most) for field, figure in known.items() if not least <= figure <= most
    )


def not_parts(whole: str, parts: Mapping[str, float | None]) -> tuple[Refusal, ...]:
    """Return a refusal for each part that is none, 0 to 1, or of parts that make more than the whole."""
    if odd := not_within(0, 1, **parts):
        return odd
    total = fsum(part for part in parts.values() if part is not None)
    return (MoreThanWhole(whole, total),) if total > 1 + ROUNDING else ()


def not_names(**lists: Iterable[str]) -> tuple[Refusal, ...]:
    """Return a refusal for each list with a name that says nothing, and for each name that is there twice."""
    found: list[Refusal] = []
    for field, names in lists.items():
        times = Counter(map(str, names))
        found += [Missing(field)] if "" in times else []
        found += [NamedTwice(field, name) for name in times if name and times[name] > 1]
    return tuple(found)


def not_in_order(**days: date | None) -> tuple[Refusal, ...]:
    """Return a refusal for each day that lies before the one ahead of it; absent ones are unknown."""
    known = [(name, day) for name, day in days.items() if day is not None]
    return tuple(OutOfOrder(*first, *later) for first, later in pairwise(known) if later[1] < first[1])


def over(facts: Facts, **days: date | None) -> tuple[Refusal, ...]:
    """Return a refusal for each day that was over, in whatever zone, before the asked thing happened."""
    at = facts.at.start
    running = at.toordinal() - (at.hour < BEHIND)
    past = {field: day for field, day in days.items() if day is not None and day.toordinal() < running}
    return tuple(OverAlready(field, day, at.date()) for field, day in past.items())


# What was said before


def told(noun: Noun[Any, Any], facts: Facts) -> Events:
    """Return what the stream that is asked holds, as far as it may have happened by then."""
    return tuple(record.event for record in noun.before(facts.own, facts.at))


def named(noun: Noun[Any, Any], facts: Facts, id_: str) -> Any | None:
    """Return what was raised under an id by then; nothing where nobody has it."""
    return next((event for event in told(noun, facts) if getattr(event, "id", None) == id_), None)


def settled(noun: Noun[Any, Any], facts: Facts, kind: type[Any], ref: str) -> bool:
    """Say whether an event of that kind settled *ref* by then."""
    return any(isinstance(event, kind) and event.ref == ref for event in told(noun, facts))


def told_then(facts: Facts, event: object) -> bool:
    """Say whether the very same fact is told of the very same time.

    That is all that keeps a fact quiet whose age or number counts: told of another time, it is another.
    """
    return any((record.event, record.when) == (event, facts.at) for record in corrected(facts.own))
