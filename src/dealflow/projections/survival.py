"""Survival: how long things last and how they end, those that still go on counted as such.

What has not ended yet is *censored*: all that is known is that it lasted longer than so far.
Leaving it out would make everything look quicker than it is (domain.md §2).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from itertools import groupby
from math import exp, log, sqrt
from operator import attrgetter
from statistics import fmean, median
from types import MappingProxyType
from typing import Any

import attrs

from dealflow.extras import needed
from dealflow.projections.estimates import Z

ENDED = "ended"
ROUNDING = 1e-9  # a sum of floats that comes so near to none or all is none or all


@attrs.frozen
class Spell:
    """How many days something lasted, and how it ended; nothing while it goes on."""

    days: int
    end: str | None = None


class Verdict(StrEnum):
    """What an estimate of a length came to."""

    ESTIMATED = "estimated"
    NOT_REACHED = "not reached"
    INSUFFICIENT = "insufficient history"


# How long: Kaplan-Meier


@attrs.frozen
class Naive:
    """Median and mean days of those that ended alone: too short as long as others go on."""

    n: int
    median: float | None
    mean: float | None


@attrs.frozen
class Point:
    """After *day* days *share* of all still went on, with its 95 % interval."""

    day: int
    share: float
    low: float
    high: float


@attrs.frozen
class Duration:
    """How long something takes, in days, with what still goes on censored (Kaplan and Meier, 1958).

    *n* began and *ended* of them ended; *undated* more are left out, because the day they began or
    ended is not known. *median* with its 95 % interval (Brookmeyer and Crowley, 1982; an end that
    is nothing was not reached) is the day by which half have ended; *not reached* where more than
    half lasted as long as anything was watched. *naive* is what those that ended would say alone.
    """

    n: int
    ended: int
    undated: int
    verdict: Verdict
    median: int | None
    low: int | None
    high: int | None
    watched: int
    naive: Naive
    curve: tuple[Point, ...]

    def still(self, day: int) -> float | None:
        """Return the share that lasted longer than *day* days; nothing beyond what was watched."""
        if day > self.watched or self.verdict is Verdict.INSUFFICIENT:
            return None
        return next((one.share for one in reversed(self.curve) if one.day <= day), 1.0)


def duration(spells: Sequence[Spell], floor: int, undated: int = 0) -> Duration:
    """Estimate how long spells last; with fewer than *floor* of them there is insufficient history.

    Needs scipy (the extra `stats`), else raises `MissingExtra`.
    """
    ended = [spell.days for spell in spells if spell.end is not None]
    going = [spell.days for spell in spells if spell.end is None]
    enough = len(spells) >= max(floor, 1)
    curve = _curve(ended, going) if enough else ()
    middle = _half(curve, attrgetter("share"))
    reached = Verdict.NOT_REACHED if middle is None else Verdict.ESTIMATED
    return Duration(
        n=len(spells),
        ended=len(ended),
        undated=undated,
        verdict=reached if enough else Verdict.INSUFFICIENT,
        median=middle,
        low=_half(curve, attrgetter("low")),
        high=_half(curve, attrgetter("high")),
        watched=max((spell.days for spell in spells), default=0),
        naive=naive(ended),
        curve=curve,
    )


def naive(days: Sequence[int]) -> Naive:
    """Say what those that ended would say, as if nothing else were going on."""
    return Naive(len(days), float(median(days)) if days else None, fmean(days) if days else None)


def _curve(ended: list[int], going: list[int]) -> tuple[Point, ...]:
    """Estimate the share that still goes on after each day on which any ended, with its interval."""
    if not ended:
        return ()
    stats: Any = needed("scipy.stats", extra="stats", to="estimate how long deals take")
    still = stats.ecdf(stats.CensoredData(uncensored=ended, right=going)).sf
    exits = incidence([*(Spell(day, ENDED) for day in ended), *map(Spell, going)]).exits
    points: list[Point] = []
    hazard = 0.0
    for one, share in zip(exits, map(float, still.evaluate([one.day for one in exits])), strict=True):
        left = one.at_risk - one.ended
        hazard += one.ended / (one.at_risk * left) if left else 0.0  # Greenwood (1926)
        band = _log_log(share, share**2 * hazard)
        # where none are left the band has no upper end of its own, so the one before stands
        points.append(Point(one.day, share, *(band or (0.0, points[-1].high if points else 1.0))))
    return tuple(points)


def _half(curve: Sequence[Point], end: Callable[[Point], float]) -> int | None:
    """Return the first day by which no more than half were left, or nothing."""
    return next((point.day for point in curve if end(point) <= 0.5 + ROUNDING), None)


def _log_log(share: float, variance: float) -> tuple[float, float] | None:
    """Return the 95 % interval of a share, kept from 0 to 1 by the log-log transform; of none or all, nothing."""
    if not ROUNDING < share < 1 - ROUNDING:
        return None
    half = Z * sqrt(max(variance, 0.0)) / -(share * log(share))
    return share ** exp(half), share ** exp(-half)


# How it ends: Aalen-Johansen


@attrs.frozen
class Exits:
    """On one day, of so many at risk, so many ended in each way."""

    day: int
    at_risk: int
    ways: Mapping[str, int]

    @property
    def ended(self) -> int:
        """How many ended, in whatever way."""
        return sum(self.ways.values())


@attrs.frozen
class Incidence:
    """How spells end, in ways that compete, with what still goes on censored (Aalen and Johansen, 1978).

    *n* began; *exits* are the days on which any ended.
    """

    n: int
    exits: tuple[Exits, ...]

    def share(self, way: str, day: int | None = None) -> float:
        """Return the share that ended in a *way* by *day*, or as far as was watched."""
        return self._told(way, day)[0]

    def interval(self, way: str, day: int | None = None) -> tuple[float, float] | None:
        """Return the 95 % interval of that share (log-log; the variance is the delta method's).

        Nothing where none or all ended so: there is no telling by how much that may be chance.
        """
        return _log_log(*self._told(way, day))

    def eventually(self, way: str) -> float | None:
        """Return the share of a *way* among all that ended in the long run; nothing if none did.

        What had not ended when it was last watched is taken to end as the others.
        """
        ways = {one for exit_ in self.exits for one in exit_.ways}
        total = sum(self.share(one) for one in ways)
        return self.share(way) / total if total else None

    def _told(self, way: str, day: int | None) -> tuple[float, float]:
        """Return the share of a way by a day, and its variance (Marubini and Valsecchi, 1995)."""
        exits = [one for one in self.exits if day is None or one.day <= day]
        left, share, steps = 1.0, 0.0, []
        for one in exits:
            gone, ended = one.ways.get(way, 0), one.ended
            share += left * gone / one.at_risk
            steps.append((share, left, gone, ended, one.at_risk))
            left *= 1 - ended / one.at_risk
        variance = 0.0
        for so_far, before, gone, ended, at_risk in steps:
            rest = share - so_far
            if ended < at_risk:
                variance += rest**2 * ended / (at_risk * (at_risk - ended))
            variance += before**2 * gone * (at_risk - gone) / at_risk**3 - 2 * rest * before * gone / at_risk**2
        return share, variance


def incidence(spells: Iterable[Spell]) -> Incidence:
    """Count who was at risk and who ended how, day by day."""
    ordered = sorted(spells, key=attrgetter("days"))
    at_risk, exits = len(ordered), []
    for day, group in groupby(ordered, key=attrgetter("days")):
        ends = [spell.end for spell in group]
        ways = Counter(end for end in ends if end is not None)
        if ways:
            exits.append(Exits(day, at_risk, MappingProxyType(ways)))
        at_risk -= len(ends)
    return Incidence(len(ordered), tuple(exits))
