"""Warning: what endangers a deal: up, clear or unknown, since when, and what to do about it (domain.md §6)."""

from collections.abc import Callable, Sequence
from datetime import date
from enum import StrEnum
from uuid import UUID

import attrs

from dealflow.domain.deal import DEAL
from dealflow.journal import day_end
from dealflow.projections.look import Look


class WarningState(StrEnum):
    """Whether a warning is up, clear, or nobody knows."""

    UP = "up"
    CLEAR = "clear"
    UNKNOWN = "unknown"


class Severity(StrEnum):
    """How grave a warning is: to be watched, or a danger to the deal by itself."""

    WATCH = "watch"
    DANGER = "danger"


@attrs.frozen
class Found:
    """What a check found, in figures: the records it rests on, and whom it is about."""

    state: WarningState
    text: str
    records: tuple[int, ...] = ()
    people: tuple[UUID, ...] = ()


@attrs.frozen
class Check:
    """One warning: its name, how grave it is, what to do (which clears it), and the pure function that judges it.

    *reads* are the events that can change the answer, beside time passing, which can only raise a
    warning; none named: any event can. Since when it is up is looked for on their days.
    """

    name: str
    severity: Severity
    to_do: str
    find: Callable[[Look], Found]
    reads: tuple[type, ...] = (object,)


@attrs.frozen
class DealWarning:
    """One warning of a deal: *since* is the day since which it has been up without a break, to the evening.

    *records* are what it rests on, *since_records* what it rested on since then, and before it came up.
    """

    name: str
    state: WarningState
    severity: Severity
    since: date | None
    text: str
    to_do: str
    records: tuple[int, ...]
    people: tuple[UUID, ...]
    since_records: tuple[int, ...] = ()

    @property
    def up(self) -> bool:
        """Whether it is up."""
        return self.state is WarningState.UP


def judged(look: Look, checks: Sequence[Check], *, dated: bool = True) -> tuple[DealWarning, ...]:
    """Ask every check of an open deal; a closed one has no warnings. Not *dated*: leave out since when."""
    if look.deal is None:
        return ()
    past = _Past(look)
    return tuple(_warning(one, one.find(look), past if dated else None) for one in checks)


def _warning(check: Check, found: Found, past: "_Past | None") -> DealWarning:
    dated = past is not None and found.state is WarningState.UP
    since, rested = past.since(check) if past is not None and dated else (None, ())
    return DealWarning(
        check.name, found.state, check.severity, since, found.text, check.to_do, found.records, found.people, rested
    )


@attrs.frozen
class _Past:
    """The earlier evenings of a deal, each looked at once, whichever check asks."""

    look: Look
    looks: dict[date, Look] = attrs.field(factory=dict)

    def since(self, check: Check) -> tuple[date, tuple[int, ...]]:
        """Return the first evening, without a break until now, on which a warning was up, and what that rests on.

        Between two days on which something happened it can only have come up.
        """
        first, rested = self.look.today, set[int]()
        for day in self._days(check):
            found = self._found(check, day)
            rested |= {*found.records} if found is not None else set()
            if not _is_up(found):
                return self._between(check, day, first), tuple(sorted(rested))
            first = day
        return first, tuple(sorted(rested))

    def _days(self, check: Check) -> list[date]:
        """Return the days before today on which the answer can have changed, the opening's too, the last one first."""
        situation, opened = self.look.situation, self.look.opened
        told = (
            one
            for one in situation.told
            if isinstance(one.record.event, check.reads)
            and (one.record.stream == situation.id or situation.nouns[one.record.stream] is not DEAL)
        )
        days = {situation.horizon.day(one.end) for one in (*told, *([opened] if opened else []))}
        start = situation.horizon.day(opened.end) if opened else self.look.today
        return sorted((day for day in days if start <= day < self.look.today), reverse=True)

    def _between(self, check: Check, down: date, up: date) -> date:
        while (up - down).days > 1:
            middle = down + (up - down) // 2
            down, up = (down, middle) if self._up(check, middle) else (middle, up)
        return up

    def _up(self, check: Check, day: date) -> bool:
        return _is_up(self._found(check, day))

    def _found(self, check: Check, day: date) -> Found | None:
        """Return what a check found on an evening; nothing where the deal was not open."""
        if day not in self.looks:
            self.looks[day] = self.look.back(day_end(day, self.look.situation.horizon.zone))
        then = self.looks[day]
        return None if then.deal is None else check.find(then)


def _is_up(found: Found | None) -> bool:
    return found is not None and found.state is WarningState.UP
