"""Cases: the deals a question is about, each from its entry on, and the lots they are put in."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, tzinfo
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType

import attrs

from dealflow.domain.deal import Status
from dealflow.domain.playbook import MilestoneKey, Playbook, PlaybookKey
from dealflow.projections.pipeline import Move, Standing, Step

UNKNOWN = "unknown"
Order = Mapping[MilestoneKey, int]


class By(StrEnum):
    """What deals are told apart by."""

    OWNER = "owner"
    ACCOUNT = "account"
    PLAYBOOK = "playbook"
    LEAD_SOURCE = "lead-source"


class Every(StrEnum):
    """How long a period is: a calendar month, quarter or year, in the journal's zone."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    def of(self, day: date) -> str:
        """Name the period that a day lies in: `2026-03`, `2026-Q1`, `2026`; names sort by time."""
        match self:
            case Every.MONTH:
                return f"{day:%Y-%m}"
            case Every.QUARTER:
                return f"{day:%Y}-Q{(day.month + 2) // 3}"
            case Every.YEAR:
                return f"{day:%Y}"

    def run(self, first: date, last: date) -> tuple[str, ...]:
        """Name all periods from the one of *first* to the one of *last*, those without a deal too."""
        months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
        return tuple(dict.fromkeys(self.of(date(month // 12, month % 12 + 1, 1)) for month in months))


@lru_cache(maxsize=1 << 16)
def _day(moment: datetime, zone: tzinfo) -> date:
    try:
        return moment.astimezone(zone).date()
    except OverflowError:  # the zone would have it beyond the calendar
        return moment.date()


@attrs.frozen
class Horizon:
    """Up to when open deals are known to be open (*until*), in which *zone* days are read."""

    until: datetime
    zone: tzinfo

    def day(self, moment: datetime) -> date:
        """Return the day of a moment; what lies beyond the calendar in the zone is of its last day, or its first."""
        return _day(moment, self.zone)

    def known(self, deal: Standing) -> datetime:
        """Return until when it is known what a deal did: as asked, or as long as it was watched."""
        until = self.until if deal.watched is None else min(self.until, deal.watched)
        return max(until, deal.moves[-1].end)

    def dated(self, deal: Standing, *moves: Move) -> bool:
        """Say whether the days of a deal's moves are known, and nothing before them is missing."""
        kept = (deal.known_from is None or move.start > deal.known_from for move in moves)
        return all(kept) and all(self.day(move.start) == self.day(move.end) for move in moves)

    def days(self, start: datetime, end: datetime) -> int:
        """Return how many calendar days lie between two moments."""
        return (self.day(end) - self.day(start)).days


@attrs.frozen
class Case:
    """A deal in question: how it stands, and from when to when its case is known.

    *began* is the day it came to the entry (its opening, unless the question names a milestone);
    *until* the day it closed, or was last known to be open. Both are days of the journal's zone.
    *dated* says whether both are known to the day.
    """

    deal: Standing
    began: date
    until: date
    dated: bool

    @property
    def days(self) -> int:
        """How long it took, or has taken so far, in calendar days."""
        return (self.until - self.began).days

    @property
    def closed(self) -> bool:
        """Whether it ended."""
        return self.deal.status is not Status.OPEN


def cases(
    deals: Iterable[Standing], orders: Mapping[PlaybookKey, Order], horizon: Horizon, entry: MilestoneKey | None
) -> tuple[Case, ...]:
    """Return the deals that came to *entry* or beyond it (all, where none is named) as cases.

    Who won without it, or skipped it, came beyond it.
    """
    found = ((deal, came_to(deal, orders, entry)) for deal in deals)
    return tuple(_case(deal, first, horizon) for deal, first in found if first is not None)


def came_to(deal: Standing, orders: Mapping[PlaybookKey, Order], entry: MilestoneKey | None) -> Move | None:
    """Return the move by which a deal first stood at a milestone or beyond it; nothing if it never did."""
    if entry is None:
        return deal.moves[0]
    return next((move for move in deal.moves if reaches(move, orders.get(move.playbook or "", {}), entry)), None)


def reaches(move: Move, order: Order, milestone: MilestoneKey, *, beyond: bool = False) -> bool:
    """Say whether a move leads to a milestone or (only) beyond it, in the order of its playbook."""
    if milestone not in order:
        return False
    if move.step is Step.WON:
        return True
    return move.reached is not None and order.get(move.reached, -1) >= order[milestone] + beyond


def _case(deal: Standing, first: Move, horizon: Horizon) -> Case:
    closed = deal.status is not Status.OPEN
    last = deal.moves[-1]
    return Case(
        deal,
        began=horizon.day(first.end),
        until=horizon.day(last.end if closed else horizon.known(deal)),
        dated=horizon.dated(deal, first, last) if closed else horizon.dated(deal, first),
    )


# Lots


def lots(cases: Iterable[Case], label: Callable[[Case], str]) -> Mapping[str, tuple[Case, ...]]:
    """Put cases together that bear one label, in the order of the labels."""
    found: dict[str, list[Case]] = {}
    for case in cases:
        found.setdefault(label(case), []).append(case)
    return MappingProxyType({key: tuple(found[key]) for key in sorted(found)})


def trait(by: By) -> Callable[[Case], str]:
    """Return what names a case's lot; `unknown` where nobody said."""
    match by:
        case By.OWNER:
            return lambda case: case.deal.owner or UNKNOWN
        case By.ACCOUNT:
            return lambda case: str(case.deal.account)
        case By.PLAYBOOK:
            return lambda case: case.deal.playbook
        case By.LEAD_SOURCE:
            return lambda case: case.deal.lead_source or UNKNOWN


def order_of(playbook: Playbook) -> Order:
    """Return each milestone's place in its playbook."""
    return {key: place for place, key in enumerate(milestones_of(playbook))}


def milestones_of(playbook: Playbook) -> Mapping[MilestoneKey, str]:
    """Return the names of all milestones by key, in order: the latest version's, and those only older
    versions had, whose deals must not vanish, each behind the one it followed there.
    """
    names: dict[MilestoneKey, str] = {}
    order: list[MilestoneKey] = []
    for version in reversed(playbook.versions):
        spot = 0
        for milestone in version:
            if milestone.key not in names:
                order.insert(spot, milestone.key)
            names.setdefault(milestone.key, milestone.name)
            spot = order.index(milestone.key) + 1
    return {key: names[key] for key in order}
