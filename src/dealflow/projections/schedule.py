"""Schedule: on which working days the milestones of a signature are worked, backward from its month.

Working days are Monday to Friday of the weeks that are not blocked.
"""

from calendar import monthrange
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import MAXYEAR, MINYEAR, date, datetime, timedelta
from fractions import Fraction
from itertools import groupby, islice
from math import ceil
from types import MappingProxyType
from typing import Literal

import attrs

from dealflow.domain.playbook import MilestoneKey
from dealflow.projections.norms import CannotPlan, Norm, Norms

Pace = Literal["lengths", "months"]
ONE_DAY = timedelta(days=1)
WORKING_DAYS = 5  # a week, Monday to Friday


@attrs.frozen(order=True)
class Month:
    """A month of the calendar, `2026-06` in writing."""

    year: int = attrs.field(validator=attrs.validators.in_(range(MINYEAR, MAXYEAR + 1)))
    month: int = attrs.field(validator=attrs.validators.in_(range(1, 13)))

    @classmethod
    def of(cls, day: date) -> "Month":
        """Return the month that a day lies in."""
        return cls(day.year, day.month)

    @classmethod
    def read(cls, text: str) -> "Month":
        """Read a month as written; raises `ValueError` saying what is expected."""
        try:
            return cls.of(datetime.strptime(text, "%Y-%m"))  # noqa: DTZ007 (a month has no zone)
        except ValueError:
            message = f"{text!r} is not a month: expected one such as 2026-06"
            raise ValueError(message) from None

    def through(self, last: "Month") -> tuple["Month", ...]:
        """Return the months from this one to *last*, both included."""
        numbers = range(self.year * 12 + self.month - 1, last.year * 12 + last.month)
        return tuple(Month(number // 12, number % 12 + 1) for number in numbers)

    @property
    def end(self) -> date:
        """Its last day."""
        return date(self.year, self.month, monthrange(self.year, self.month)[1])

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"


def monday(day: date) -> date:
    """Return the Monday by which the week of a day is known."""
    return day - day.weekday() * ONE_DAY


def _working(last: date, blocked: Collection[date]) -> Iterator[date]:
    """Yield the working days up to *last*, backward."""
    day = last
    while True:
        if day.weekday() < WORKING_DAYS and monday(day) not in blocked:
            yield day
        day -= ONE_DAY


# When it is worked


@attrs.frozen
class Stretch:
    """The working days of one milestone for one signature; its units are spread evenly over them."""

    milestone: MilestoneKey
    days: tuple[date, ...]


def schedule(month: Month, norms: Norms, pace: Pace = "lengths", blocked: Collection[date] = ()) -> tuple[Stretch, ...]:
    """Return when the milestones of a signature due in *month* are worked, one after the other.

    By *lengths*: the last ends on the last working day of the month, each takes five working days
    for seven of its length. By *months*: each takes one month whole, the last that of the
    signature; a month with no working day is passed over. *blocked* are weeks by their Mondays.
    """
    if pace not in _PACES:
        raise CannotPlan("pace", repr(pace), " or ".join(map(repr, _PACES)))
    backward = _PACES[pace](_working(month.end, blocked), norms.each[::-1])
    try:
        worked = [Stretch(norm.milestone, tuple(days)[::-1]) for norm, days in backward]
    except OverflowError:
        raise CannotPlan("signings", month, "a month before which the calendar has days enough") from None
    return tuple(worked[::-1])


_Backward = Iterator[tuple[Norm, Iterable[date]]]


def _by_lengths(days: Iterator[date], norms: Iterable[Norm]) -> _Backward:
    for norm in norms:
        if norm.days is None or norm.days <= 0:
            raise CannotPlan(
                "pace", f"milestone {norm.milestone!r} has no usual length", "its days, or the pace 'months'"
            )
        yield norm, islice(days, ceil(Fraction(norm.days * WORKING_DAYS, 7)))


def _by_months(days: Iterator[date], norms: Iterable[Norm]) -> _Backward:
    months = (worked for _, worked in groupby(days, key=Month.of))
    return zip(norms, months, strict=False)  # the days never end


_PACES: Mapping[str, Callable[[Iterator[date], Iterable[Norm]], _Backward]] = MappingProxyType(
    {"lengths": _by_lengths, "months": _by_months}
)
