"""Norms: what one signature asks of each milestone, as the playbook counts it or as history shows (domain.md §2)."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Literal, Protocol

import attrs

from dealflow.domain.playbook import STANDARD, Milestone, MilestoneKey, Playbook, PlaybookKey
from dealflow.projections.estimates import Share

Basis = Literal["playbook", "measured"]
MOST_PARTS = 10**9  # so fine that no share of deals is rounded
DAYS_PER_MONTH = 30  # the source's rounding: 23 weeks are 23 * 7 / 30 = 5.37 months (domain.md §2)


class CannotPlan(ValueError):
    """What was given cannot be planned with; the text names the field and what was expected."""

    def __init__(self, field: str, given: object, expected: str) -> None:
        super().__init__(f"{field}: {given}; expected {expected}")
        self.field = field


@attrs.frozen
class Norm:
    """So many *units* of a milestone per signature, worked over its usual length of *days*.

    A measured norm lies between *low* and *high*. Absent is unknown; *why* says so of the units.
    """

    milestone: MilestoneKey
    name: str
    units: Fraction | None = None
    low: Fraction | None = None
    high: Fraction | None = None
    days: int | None = None
    why: str | None = None


@attrs.frozen
class Norms:
    """What one signature asks for, by the counts of a playbook or as measured, in its order."""

    playbook: PlaybookKey
    basis: Basis
    each: tuple[Norm, ...]


def counted(playbook: Playbook) -> Norms:
    """Return the norms a playbook states: activities the team needs per signature."""
    return Norms(playbook.key, "playbook", tuple(map(_counted, _milestones(playbook))))


def _counted(one: Milestone) -> Norm:
    if one.units is None:
        return Norm(one.key, one.name, days=one.days, why="the playbook states none")
    return Norm(one.key, one.name, units=Fraction(one.units), days=one.days)


class Rated(Protocol):
    """A share of deals won, learnt from *of* deals; a rate of nothing is insufficient history."""

    @property
    def of(self) -> int:
        """How many deals it rests on."""
        ...

    @property
    def rate(self) -> float | None:
        """The share."""
        ...

    @property
    def low(self) -> float | None:
        """The lower end of its interval."""
        ...

    @property
    def high(self) -> float | None:
        """The upper end of its interval."""
        ...


def measured(playbook: Playbook, won: Mapping[MilestoneKey, Rated]) -> Norms:
    """Return the norms that history shows: deals that must come to a milestone for one to be won.

    *won* are the shares of deals won once they reached it; the norm and its interval are their
    inverse. Unknown with insufficient history, and where none was won.
    """
    each = tuple(_measured(one, won.get(one.key, Share(0, 0))) for one in _milestones(playbook))
    return Norms(playbook.key, "measured", each)


def _measured(one: Milestone, won: Rated) -> Norm:
    if won.rate is None:
        return Norm(one.key, one.name, days=one.days, why=f"insufficient history: {won.of} deals")
    if not won.rate:
        return Norm(one.key, one.name, days=one.days, why=f"none of {won.of} deals was won")
    units, low, high = map(_inverse, (won.rate, won.high, won.low))
    return Norm(one.key, one.name, units, low, high, one.days)


def _inverse(rate: float | None) -> Fraction | None:
    return 1 / Fraction(rate).limit_denominator(MOST_PARTS) if rate else None


def _milestones(playbook: Playbook) -> tuple[Milestone, ...]:
    milestones = playbook.milestones()
    if not milestones:
        raise CannotPlan("playbook", f"{playbook.key!r} has no milestones", "at least one")
    return milestones


def chosen(playbooks: Iterable[Playbook], key: PlaybookKey | None = None) -> Playbook:
    """Return the playbook to plan by: the one named, or the only one there; the standard one need not be there."""
    there = {one.key: one for one in playbooks} or {STANDARD.key: STANDARD}
    if key is None and len(there) == 1:
        return next(iter(there.values()))
    found = {STANDARD.key: STANDARD, **there}.get(key or "")
    if found is None:
        raise CannotPlan("playbook", "none named" if key is None else repr(key), f"one of {', '.join(sorted(there))}")
    return found


@attrs.frozen
class Cycle:
    """How long a deal usually takes from the first milestone to the last."""

    days: int

    @property
    def weeks(self) -> float:
        """In weeks."""
        return self.days / 7

    @property
    def months(self) -> float:
        """In months of 30 days, the source's rounding."""
        return self.days / DAYS_PER_MONTH


def cycle(playbook: Playbook, version: int | None = None) -> Cycle | None:
    """Return the length of the whole way; nothing where that of a milestone is unknown, or there is no such version."""
    lengths = [one.days for one in playbook.milestones(version)]
    known = [days for days in lengths if days is not None]
    return Cycle(sum(known)) if known and len(known) == len(lengths) else None
