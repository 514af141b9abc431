"""Visits: the eight steps, how long they take, and the first one with each account (domain.md §5)."""

from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from uuid import UUID

import attrs

from dealflow.domain.interaction import Channel, VisitStep
from dealflow.domain.noun import in_order
from dealflow.projections.cases import Horizon
from dealflow.projections.contact import Contact
from dealflow.projections.estimates import Share


@attrs.frozen
class StepKept:
    """How often one of the eight steps was taken, of the contacts of which somebody said which were."""

    step: VisitStep
    kept: Share


@attrs.frozen
class Steps:
    """The eight steps, in their order; *complete* are contacts that took all, *unknown* those where nobody said."""

    steps: tuple[StepKept, ...]
    complete: Share
    unknown: int


@attrs.frozen
class Lengths:
    """How long contacts took: the *median* of the *known* lengths in minutes, and how many are *unknown*."""

    known: int
    unknown: int
    median: float | None


@attrs.frozen
class FirstVisits:
    """The lengths of first visits: the share *within* *least* to *most* minutes; others were *shorter* or *longer*.

    *unsure* are the first that are told of accounts whose earlier history was not kept, or that another
    visit could have come before: they may be no first visits, and are not counted otherwise.
    """

    least: int
    most: int
    lengths: Lengths
    shorter: int
    within: Share
    longer: int
    unsure: int


def steps(held: Sequence[Contact], floor: int) -> Steps:
    """Count which of the eight steps were taken."""
    told = [frozenset(taken) for one in held if (taken := one.turns[-1].value.steps) is not None]
    return Steps(
        steps=tuple(StepKept(step, Share(sum(step in one for one in told), len(told), floor)) for step in VisitStep),
        complete=Share(sum(one.issuperset(VisitStep) for one in told), len(told), floor),
        unknown=len(held) - len(told),
    )


def lengths(held: Sequence[Contact]) -> Lengths:
    """Return how long contacts took."""
    minutes = _minutes(held)
    return Lengths(len(minutes), len(held) - len(minutes), median(minutes) if minutes else None)


def visits(held: Iterable[Contact]) -> Sequence[Contact]:
    """Return the contacts that were visits."""
    return [one for one in held if one.channel is Channel.VISIT]


def first_visits(
    held: Iterable[Contact], first: Mapping[UUID, bool], between: tuple[int, int], floor: int
) -> FirstVisits:
    """Hold the *first* visits among contacts against the minutes *between* which one should take."""
    found, (least, most) = [one for one in held if one.id in first], between
    sure = [one for one in found if first[one.id]]
    minutes = _minutes(sure)
    shorter, longer = sum(one < least for one in minutes), sum(one > most for one in minutes)
    return FirstVisits(
        least=least,
        most=most,
        lengths=lengths(sure),
        shorter=shorter,
        within=Share(len(minutes) - shorter - longer, len(minutes), floor),
        longer=longer,
        unsure=len(found) - len(sure),
    )


def firsts(held: Iterable[Contact], horizon: Horizon) -> Sequence[tuple[Contact, bool]]:
    """Return the first visit with each account, and whether that is sure: none of the others could have come before.

    Where nobody knows the order it is the one that was told first, which is sure where both are told of the
    very same day.
    """
    made: dict[UUID | None, list[Contact]] = {}
    for one in visits(held):
        made.setdefault(one.account, []).append(one)
    return [_first(some, horizon) for some in made.values()]


def _first(some: Sequence[Contact], horizon: Horizon) -> tuple[Contact, bool]:
    by_record = {one.turns[-1].record: one for one in some}
    first = by_record[in_order(by_record[record].turns[-1] for record in sorted(by_record))[0].record]
    its = first.when
    of_a_day = horizon.day(its.start) == horizon.day(its.end)
    before = (one.when for one in some if one is not first and one.when.start < its.end)
    return first, all(of_a_day and it == its for it in before)


def _minutes(held: Iterable[Contact]) -> list[int]:
    return [minutes for one in held if (minutes := one.turns[-1].value.minutes) is not None]
