"""Axis: where a moment lies on the one time axis that all tracks share, from 0 to 100.

Time goes by evenly but for long gaps in which nothing was recorded: they are drawn shorter, with a
visible break. What lies before the deal, and the wait after it for the last word, get a margin each.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import accumulate, pairwise
from statistics import median
from zoneinfo import ZoneInfo

import attrs

from dealflow.journal import day_start
from dealflow.replay.tracks import Tracks

LONG = 8  # a gap of more than so many usual ones is drawn no longer
SHORTEST = timedelta(days=21)  # and no gap up to this is drawn shorter than it is
BEFORE, AFTER = 0.08, 0.06  # what the margins may take of the whole
WHOLE = 97.0  # of 100: what begins at the last stop is drawn beyond it


@attrs.frozen
class Axis:
    """A scale by its *knots*, moments and where each of them lies; *breaks* are where gaps are drawn shorter."""

    knots: tuple[tuple[datetime, float], ...]
    breaks: tuple[float, ...] = ()

    def x(self, moment: datetime) -> float:
        """Return where a moment lies; what lies beyond an end of the axis is put there."""
        after = bisect_right(self.knots, moment, key=lambda knot: knot[0])
        if after == 0 or after == len(self.knots):
            return self.knots[max(after - 1, 0)][1]
        (start, left), (end, right) = self.knots[after - 1], self.knots[after]
        return round(left + (right - left) * ((moment - start) / (end - start)), 2)


def axis(tracks: Tracks) -> Axis:
    """Lay out the time of a deal, from its first record to its last word on either clock."""
    last = tracks.happened[-1].at
    told = {tracks.happened[one.happened].at for one in tracks.marks}
    moments = sorted({*told, tracks.happened[0].at, last, *(one.at for one in tracks.known)})
    return _scaled(moments, opened(tracks), last)


def opened(tracks: Tracks) -> datetime:
    """Return the first moment of which a track says anything."""
    said = (area.happened[0] for one in tracks.tracks for area in one.rectangles if area.value is not None)
    return tracks.happened[min(said)].at


def _scaled(moments: Sequence[datetime], opened: datetime, last: datetime) -> Axis:
    gaps = list(pairwise(moments))
    longest = max(LONG * _usual(gaps), SHORTEST)
    before = {number for number, (_, end) in enumerate(gaps) if end <= opened}
    after = {number for number, (start, _) in enumerate(gaps) if start >= last}
    lengths = [min(end - start, longest) / longest for start, end in gaps]
    for margin, share in ((before, BEFORE), (after, AFTER)):
        lengths = _squeezed(lengths, margin, share)
    ends = [0.0, *accumulate(lengths)]
    places = [round(WHOLE * end / (ends[-1] or 1.0), 2) for end in ends]
    shortened = [number for number, (start, end) in enumerate(gaps) if end - start > longest and number not in before]
    return Axis(
        knots=tuple(zip(moments, places, strict=True)),
        breaks=tuple(round((places[one] + places[one + 1]) / 2, 2) for one in shortened),
    )


def _usual(gaps: Sequence[tuple[datetime, datetime]]) -> timedelta:
    return timedelta(seconds=median((end - start).total_seconds() for start, end in gaps)) if gaps else SHORTEST


def _squeezed(lengths: Sequence[float], margin: Collection[int], share: float) -> list[float]:
    """Let a margin take no more than its share of the whole."""
    taken = sum(lengths[one] for one in margin)
    most = (sum(lengths) - taken) * share / (1 - share)
    factor = most / taken if taken > most else 1.0
    return [length * factor if number in margin else length for number, length in enumerate(lengths)]


# The days that are named


@attrs.frozen
class Tick:
    """A named day; a *minor* one goes unnamed where the page is narrow."""

    x: float
    label: str
    minor: bool


APART, WIDE = 7.0, 24.0  # how far names stand apart at least, and on a narrow page
WEEKS, MONTHS = 70, 1500  # up to so many days a deal is divided into weeks, or into months


def ticks(tracks: Tracks, scale: Axis) -> tuple[Tick, ...]:
    """Name the first days of weeks, months or years, as far as their names have room."""
    found: list[Tick] = []
    last = major = -WIDE
    for day in _days(tracks):
        x = scale.x(day_start(day, ZoneInfo(tracks.zone)))
        if last + APART <= x <= WHOLE - APART / 2:
            minor = not major + WIDE <= x <= WHOLE - WIDE / 2
            found.append(Tick(x, _name(day, tracks, first=not found), minor))
            last, major = x, major if minor else x
    return tuple(found)


def _days(tracks: Tracks) -> Iterator[date]:
    """Yield the days from the opening on that begin a week, a month or a year."""
    for number in range(_length(tracks) + 1):
        day = _begun(tracks) + timedelta(days=number)
        if _begins(day, _length(tracks)):
            yield day


def _begun(tracks: Tracks) -> date:
    at = opened(tracks)
    return next(one.on for one in tracks.happened if one.at >= at)


def _length(tracks: Tracks) -> int:
    return (tracks.happened[-1].on - _begun(tracks)).days


def _begins(day: date, days: int) -> bool:
    if days <= WEEKS:
        return day.weekday() == 0
    return day.day == 1 and (days <= MONTHS or day.month == 1)


def _name(day: date, tracks: Tracks, *, first: bool) -> str:
    if _length(tracks) <= WEEKS:
        return f"{day.day} {day:%b}"
    return f"{day:%b %Y}" if first or day.month == 1 else f"{day:%b}"
