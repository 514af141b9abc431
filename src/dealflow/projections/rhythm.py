"""Rhythm: how often something comes back, and how long it has been missing, against itself (domain.md §9)."""

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise
from math import floor
from statistics import median

import attrs


@attrs.frozen
class Rhythm:
    """The *days* on which something happened, each once and in order; seen from *today*."""

    days: tuple[date, ...]
    today: date

    @property
    def last(self) -> date | None:
        """The last of the days; nothing where there is none."""
        return self.days[-1] if self.days else None

    @property
    def silent(self) -> int | None:
        """How many days ago that was; nothing where it never was."""
        return (self.today - self.days[-1]).days if self.days else None

    @property
    def gaps(self) -> tuple[int, ...]:
        """The days between each and the next."""
        return tuple((after - before).days for before, after in pairwise(self.days))

    @property
    def usual(self) -> float | None:
        """The median gap, in days; nothing where there is none."""
        gaps = self.gaps
        return median(gaps) if gaps else None

    def due(self, times: float) -> date | None:
        """Return the first day on which it is missing for more than so many of its usual gaps; nothing where there is
        none, or the calendar ends before.
        """
        usual = self.usual
        return None if usual is None else later(self.days[-1], floor(times * usual) + 1)


def rhythm(days: Iterable[date], today: date) -> Rhythm:
    """Return the rhythm of days, several times on one day being one."""
    return Rhythm(tuple(sorted({*days})), today)


def later(day: date, days: int) -> date | None:
    """Return the day so many days later; nothing where the calendar ends before."""
    return day + timedelta(days=days) if days <= (date.max - day).days else None


def earlier(day: date, days: int) -> date:
    """Return the day so many days earlier; the first day that can be told in every zone where the calendar begins
    later.
    """
    return day - timedelta(days=min(days, (day - date.min).days - 1))
