"""Filling: how what is made up gets into a journal, evening by evening, on a clock of its own."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from heapq import merge
from itertools import islice
from operator import attrgetter
from typing import Any
from uuid import UUID

from dealflow.domain.playbook import PlaybookDefined, PlaybookRevised, playbook_id
from dealflow.engine import DealFlow
from dealflow.journal import Entry
from dealflow.testing.diary import the_day
from dealflow.testing.evenings import Evening, MadeUp
from dealflow.testing.playbooks import Playbooks
from dealflow.testing.simulation import Simulation

AT_ONCE = 1000  # entries of one transaction


class Clock:
    """A clock that stands still until it is set; open a journal with it to fill it with a made-up past."""

    def __init__(self, now: datetime = datetime(2000, 1, 1, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """Say what time it is."""
        return self.now


def fill(
    flow: DealFlow, clock: Clock, *simulations: MadeUp, after: date | None = None, until: date | None = None
) -> int:
    """Record simulations in a journal that was opened with *clock*; returns how many records it took.

    Every evening's records bear that evening as `recorded_at`; several simulations are recorded side
    by side. With *until*, only what is recorded by that day; with *after*, only what is recorded
    later, so that a journal can be filled further. A playbook that is there already, the same and
    of the same days, is not defined again. Days are those of UTC, so the journal should be in it.

    Raises `ValueError` where the journal goes by another clock, holds something of a later evening,
    or has another playbook of that key, and `Conflict` where it holds the same simulation already.
    """
    _check_playbooks(flow, simulations)
    recorded = 0
    for evening in _between(simulations, after, until):
        entries = iter([entry for entry in evening.entries if not _is_defined(flow, entry)])
        clock.now = evening.at
        if not recorded:
            _check_last(flow, evening.at)
            recorded += _first(flow, tuple(islice(entries, 1)), evening.at)
        while some := tuple(islice(entries, AT_ONCE)):
            flow.journal.append(some)
            recorded += len(some)
    return recorded


def _between(simulations: Sequence[MadeUp], after: date | None, until: date | None) -> Iterator[Evening]:
    for evening in merge(*(one.evenings() for one in simulations), key=attrgetter("at")):
        day = evening.at.date()
        if until is not None and day > until:
            return
        if after is None or day > after:
            yield evening


def _check_last(flow: DealFlow, first: datetime) -> None:
    """Refuse to record before what is recorded: every record would bear the wrong evening."""
    for last in flow.journal.records([flow.journal.head()]):
        if last.recorded_at > first:
            message = (
                f"the first evening is that of {first:%Y-%m-%d}, but the journal's last record is of "
                f"{last.recorded_at:%Y-%m-%d}: say `after`, or fill another journal"
            )
            raise ValueError(message)


def _first(flow: DealFlow, entries: Sequence[Entry], asked: datetime) -> int:
    """Record the first entry, and go no further where the journal goes by another clock."""
    for record in flow.journal.append(entries):
        if record.recorded_at != asked:
            message = (
                f"the clock was set to {asked.isoformat()}, but the journal recorded at "
                f"{record.recorded_at.isoformat()}: open a new journal with the clock that is given to `fill`; "
                f"this one holds the simulation's first record now, at position {record.position}"
            )
            raise ValueError(message)
    return len(entries)


# Playbooks, which several simulations may share

Told = tuple[tuple[Any, datetime], ...]  # a playbook's events, and the ends of the days on which they happened


def _check_playbooks(flow: DealFlow, simulations: Iterable[MadeUp]) -> None:
    """Refuse a playbook that differs from one of the same key, in the journal or in another simulation."""
    seen: dict[UUID, Told] = {}
    for one in simulations:
        if not isinstance(one, Simulation):
            continue  # only a market has a playbook
        key = one.market.playbook.key
        stream = playbook_id(key)
        told: Told = tuple((event, the_day(day).end) for day, event in Playbooks(one.market).events())
        held: Told = tuple((record.event, record.occurred_to) for record in flow.journal.stream(stream))
        if held != told[: len(held)] or seen.setdefault(stream, told) != told:
            message = (
                f"there is another playbook {key!r}, or one of other days, than the market's: "
                "give the market's playbook another key, or fill another journal"
            )
            raise ValueError(message)


def _is_defined(flow: DealFlow, entry: Entry) -> bool:
    is_playbook = isinstance(entry.event, PlaybookDefined | PlaybookRevised)
    return is_playbook and len(flow.journal.stream(entry.stream)) >= entry.version
