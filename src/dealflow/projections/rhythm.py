"""Rhythm: how often something comes back, and how long it has been missing, against itself (domain.md §9)."""

from collections.abc import Iterable
from datetime import date
from itertools import pairwise
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
        return median(self.gaps) if self.gaps else None


def rhythm(days: Iterable[date], today: date) -> Rhythm:
    """Return the rhythm of days, several times on one day being one."""
    return Rhythm(tuple(sorted({*days})), today)
