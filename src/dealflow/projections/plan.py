"""Plan: from a target backward to the load of every month and milestone, beside what was done (domain.md §2).

A target needs so many signatures, due in some months. Each asks for its norm of every milestone,
which is worked going backward from its month. Loads are exact fractions, so that over all months a
milestone's load is its norm times the signatures; they are rounded only where they are written.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, tzinfo
from fractions import Fraction
from math import ceil
from types import MappingProxyType
from typing import Any

import attrs

from dealflow.domain.deal import Status
from dealflow.domain.playbook import MilestoneKey, PlaybookKey
from dealflow.money import Money
from dealflow.projections.norms import CannotPlan, Norm, Norms
from dealflow.projections.pipeline import Standing
from dealflow.projections.schedule import Month, Pace, Stretch, monday, schedule

# What is due


def signatures(target: Money, average: Money) -> int:
    """Return how many average orders reach the target, the last one whole."""
    for field, money in (("target", target), ("average", average)):
        flaw = money.flaw()
        if flaw is not None or money.amount <= 0:
            raise CannotPlan(field, flaw or money, "a positive amount")
    if average.currency != target.currency:
        raise CannotPlan("average", average, f"an amount in the target's currency, {target.currency}")
    return ceil(Fraction(target.amount) / Fraction(average.amount))


def signings(needed: int, months: Mapping[Month, int] | Iterable[Month]) -> Mapping[Month, int]:
    """Return how many signatures are due when: as counted by month, or *needed* spread over months.

    They are spread as evenly as can be, the earliest months taking one more; a month that is given
    twice takes two parts.
    """
    counts = dict(months) if isinstance(months, Mapping) else _spread(needed, sorted(months))
    if min(counts.values(), default=0) < 0 or not any(counts.values()):
        given = ", ".join(f"{count} in {month}" for month, count in sorted(counts.items()))
        raise CannotPlan("signings", given or "no month", "at least one signature, and in no month less than none")
    return MappingProxyType({month: count for month, count in sorted(counts.items()) if count})


def _spread(needed: int, parts: Sequence[Month]) -> dict[Month, int]:
    counts = dict.fromkeys(parts, 0)
    for at, month in enumerate(parts):
        counts[month] += needed // len(parts) + (at < needed % len(parts))
    return counts


# What was done


@attrs.frozen
class Done:
    """What really happened: how often a deal *came* to a milestone in a month, and how many were *won* in it."""

    came: Mapping[tuple[Month, MilestoneKey], int]
    won: Mapping[Month, int]


def done(deals: Iterable[Standing], playbook: PlaybookKey, zone: tzinfo) -> Done:
    """Count what was done under a playbook, by months of *zone*.

    A deal that comes again counts again; where it stood already when its history begins, it did
    not come. Won is what still is.
    """
    came: Counter[tuple[Month, MilestoneKey]] = Counter()
    won: Counter[Month] = Counter()
    for deal in deals:
        for visit in deal.visits:
            if visit.playbook == playbook and (deal.known_from is None or visit.came.start > deal.known_from):
                came[_month(visit.came.end, zone), visit.milestone] += 1
        if deal.status is Status.WON and deal.playbook == playbook:
            won[_month(deal.moves[-1].end, zone)] += 1
    return Done(MappingProxyType(came), MappingProxyType(won))


def _month(moment: datetime, zone: tzinfo) -> Month:
    return Month.of(moment.astimezone(zone))


# The plan


@attrs.frozen
class Load:
    """How many *units* of a milestone are to be worked, between *low* and *high* where measured, and how
    many were *done*. Absent is unknown.
    """

    milestone: MilestoneKey
    units: Fraction | None
    low: Fraction | None
    high: Fraction | None
    done: int | None


@attrs.frozen
class PlanMonth:
    """What a month asks for: the signatures *due* in it, those *won*, the load of each milestone in order."""

    month: Month
    due: int
    won: int | None
    loads: tuple[Load, ...]


@attrs.frozen
class Plan:
    """A target planned backward, month by month from the first work to the last signature.

    *needed* are the signatures that reach the target; *starts* is the first day of work; *blocked*
    are the Mondays of the weeks without work in between; *today* is the day it was asked about.
    """

    target: Money
    average: Money
    needed: int
    norms: Norms
    pace: Pace
    starts: date
    blocked: tuple[date, ...]
    today: date | None
    months: tuple[PlanMonth, ...]

    @property
    def due(self) -> int:
        """The signatures planned."""
        return sum(month.due for month in self.months)

    @property
    def won(self) -> int | None:
        """The signatures won in its months so far, if that is known."""
        return _sum(month.won for month in self.months)

    @property
    def totals(self) -> tuple[Load, ...]:
        """The load of each milestone over all months."""
        return tuple(
            Load(norm.milestone, *_times(norm, self.due), _sum(month.loads[at].done for month in self.months))
            for at, norm in enumerate(self.norms.each)
        )

    @property
    def warnings(self) -> tuple[str, ...]:
        """What whoever follows it should know first."""
        short = [f"the target needs {self.needed} signatures; {self.due} planned"] if self.due < self.needed else []
        unknown = [f"{norm.name}: load unknown ({norm.why})" for norm in self.norms.each if norm.units is None]
        behind = (self.today - self.starts).days if self.today else 0
        late = [f"the work begins on {self.starts}, {behind} days before {self.today}"] if behind > 0 else []
        return (*late, *short, *unknown)


def plan(
    target: Money,
    average: Money,
    months: Mapping[Month, int] | Iterable[Month],
    norms: Norms,
    *,
    pace: Pace = "lengths",
    blocked: Iterable[date] = (),
    today: date | None = None,
    done: Done | None = None,
) -> Plan:
    """Plan a target backward from its signing *months* (see `signings`), at a *pace* (see `schedule`).

    *blocked* are any days of the weeks in which nobody works. What was *done* is unknown for months
    after *today*. Raises `CannotPlan`.
    """
    needed = signatures(target, average)
    due = signings(needed, months)
    closed = frozenset(map(monday, blocked))
    schedules = {month: schedule(month, norms, pace, closed) for month in due}
    starts = min(stretches[0].days[0] for stretches in schedules.values())
    last = max(due)
    worked = _worked(due, schedules)
    return Plan(
        target=target,
        average=average,
        needed=needed,
        norms=norms,
        pace=pace,
        starts=starts,
        blocked=tuple(sorted(week for week in closed if monday(starts) <= week <= last.end)),
        today=today,
        months=tuple(
            _row(month, due.get(month, 0), norms, worked, None if today and month > Month.of(today) else done)
            for month in Month.of(starts).through(last)
        ),
    )


_Worked = Mapping[tuple[Month, MilestoneKey], Fraction]


def _worked(due: Mapping[Month, int], schedules: Mapping[Month, Iterable[Stretch]]) -> _Worked:
    """Return how many signatures' worth of each milestone is worked in each month."""
    worked: dict[tuple[Month, MilestoneKey], Fraction] = {}
    for signed, stretches in schedules.items():
        for stretch in stretches:
            for month, days in Counter(map(Month.of, stretch.days)).items():
                spot = (month, stretch.milestone)
                worked[spot] = worked.get(spot, Fraction(0)) + Fraction(due[signed] * days, len(stretch.days))
    return worked


def _row(month: Month, due: int, norms: Norms, worked: _Worked, done: Done | None) -> PlanMonth:
    loads = []
    for norm in norms.each:
        spot = (month, norm.milestone)
        loads.append(Load(norm.milestone, *_times(norm, worked.get(spot, 0)), done.came.get(spot, 0) if done else None))
    return PlanMonth(month, due, done.won.get(month, 0) if done else None, tuple(loads))


def _times(norm: Norm, signatures: Fraction | int) -> tuple[Fraction | None, Fraction | None, Fraction | None]:
    """Return a norm and its bounds times some signatures; of no signature nothing is asked, whatever the norm."""
    if not signatures:
        return Fraction(0), None, None
    units, low, high = (None if one is None else one * signatures for one in (norm.units, norm.low, norm.high))
    return units, low, high


def _sum(counts: Iterable[int | None]) -> int | None:
    known = [one for one in counts if one is not None]
    return sum(known) if known else None


def as_json(answer: Plan) -> dict[str, Any]:
    """Return a plan as plain JSON values; loads to three decimals."""
    return {
        "target": answer.target,
        "average": answer.average,
        "signatures": {"needed": answer.needed, "due": answer.due, "won": answer.won},
        "playbook": answer.norms.playbook,
        "basis": answer.norms.basis,
        "pace": answer.pace,
        "starts": answer.starts,
        "today": answer.today,
        "blocked": list(answer.blocked),
        "warnings": list(answer.warnings),
        "norms": [{**attrs.asdict(norm), **_bounds(norm)} for norm in answer.norms.each],
        "months": [
            {"month": str(one.month), "due": one.due, "won": one.won, "loads": _loads_json(one.loads)}
            for one in answer.months
        ],
        "totals": _loads_json(answer.totals),
    }


def _loads_json(loads: Sequence[Load]) -> list[dict[str, Any]]:
    return [{"milestone": one.milestone, **_bounds(one), "done": one.done} for one in loads]


def _bounds(one: Norm | Load) -> dict[str, float | None]:
    ends = {"units": one.units, "low": one.low, "high": one.high}
    return {name: None if value is None else round(float(value), 3) for name, value in ends.items()}
