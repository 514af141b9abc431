"""The journal's words: a record is an event in its envelope, on two clocks.

`occurred_from` and `occurred_to` say when it happened in the world, as precisely as that is
known; `recorded_at` says when the journal learnt of it. Positions rise through the journal but
may have holes; versions count the records of one stream from 1 without any.
"""

import json
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any
from uuid import UUID, uuid5

import attrs

JOURNAL, SOURCE = "journal", "source"  # whose knowledge the known clock is about
TICK = timedelta(microseconds=1)
_NAMESPACE = UUID("6f1d8f8e-5c1b-5f0a-9a53-0b7a2f6c1d11")


def derived_id(*key: str) -> UUID:
    """Name a stream by an outside key, so that the same key is always the same stream.

    The key parts are joined unambiguously; none of them may be personal data, because an id is
    stored in the clear for ever (replace such a key by a keyed digest first).
    """
    return uuid5(_NAMESPACE, json.dumps(key, ensure_ascii=False))


def day_start(day: date, zone: tzinfo) -> datetime:
    """Return the first instant of *day* in *zone*, in UTC."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def day_end(day: date, zone: tzinfo) -> datetime:
    """Return the last instant of *day* in *zone*, in UTC."""
    if day == date.max:
        return datetime.max.replace(tzinfo=UTC)
    return day_start(day + timedelta(days=1), zone) - TICK


def until(moment: date | datetime, zone: tzinfo) -> datetime:
    """Read the T of "as of T": an instant as it is, a bare date as that evening in *zone*.

    Raises `ValueError` on a time without an offset, which could be any of two dozen instants.
    """
    if not isinstance(moment, datetime):
        return day_end(moment, zone)
    return _aware(moment)


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        message = f"{moment.isoformat()} has no UTC offset: give an aware time, or a bare date"
        raise ValueError(message)
    return moment.astimezone(UTC)


@attrs.frozen
class When:
    """When something happened: some instant from *start* to *end*, both included, in UTC.

    Equal ends are an instant, a day's ends a bare date, anything else a window: "between these
    two, nobody knows when".
    """

    start: datetime
    end: datetime

    @classmethod
    def of(cls, moment: "datetime | date | When", zone: tzinfo) -> "When":
        """Read what a caller gives: an aware instant, a bare date in *zone*, or a window."""
        if isinstance(moment, When):
            return cls.between(moment.start, moment.end)
        if isinstance(moment, datetime):
            instant = _aware(moment)
            return cls(instant, instant)
        return cls(day_start(moment, zone), day_end(moment, zone))

    @classmethod
    def between(cls, start: datetime, end: datetime) -> "When":
        """Return the window between two aware instants; raises `ValueError` if they are swapped."""
        start, end = _aware(start), _aware(end)
        if end < start:
            message = f"a window cannot end ({end.isoformat()}) before it starts ({start.isoformat()})"
            raise ValueError(message)
        return cls(start, end)

    def label(self, zone: tzinfo) -> str:
        """Say how precise this is: `instant`, `day` or `window`."""
        if self.start == self.end:
            return "instant"
        day = self.start.astimezone(zone).date()
        return "day" if self == When.of(day, zone) else "window"

    def text(self, zone: tzinfo) -> str:
        """Write it as a person would, no more precise than it is."""
        start, end = self.start.astimezone(zone), self.end.astimezone(zone)
        match self.label(zone):
            case "instant":
                return start.strftime("%Y-%m-%d %H:%M")
            case "day":
                return start.date().isoformat()
            case _ if start.date() == end.date():
                return f"{start:%Y-%m-%d %H:%M} to {end:%H:%M}"
            case _:
                return f"{start.date().isoformat()} to {end.date().isoformat()}"


@attrs.frozen
class Source:
    """Where an imported record came from: the system, its key there, and what *it* knew when.

    *recorded_at* and *by* are that system's own stamp and author; absent where it kept none.
    """

    system: str
    key: str
    recorded_at: datetime | None = None
    by: str | None = None


@attrs.frozen
class Entry:
    """A record on its way into the journal: all of the envelope but what the store adds."""

    stream: UUID
    version: int
    account: UUID | None
    deals: tuple[UUID, ...]
    occurred_from: datetime
    occurred_to: datetime
    by: str
    event: Any
    command_id: str | None = None
    cause: int | None = None
    source: Source | None = None


@attrs.frozen
class Record:
    """An event in its envelope, as the journal keeps it.

    *account* and *deals* are its tags (none for a playbook's records); *by* is who recorded it;
    *cause* the position of the record that led to it.
    """

    position: int
    stream: UUID
    version: int
    account: UUID | None
    deals: tuple[UUID, ...]
    occurred_from: datetime
    occurred_to: datetime
    recorded_at: datetime
    by: str
    command_id: str | None
    cause: int | None
    source: Source | None
    event: Any

    @property
    def when(self) -> When:
        """When it happened, as one value."""
        return When(self.occurred_from, self.occurred_to)

    def known_at(self, knowledge: str = JOURNAL) -> datetime:
        """Say when it became known: to the journal, or (`"source"`) to the system it came from."""
        if knowledge == SOURCE and self.source is not None and self.source.recorded_at:
            return self.source.recorded_at
        return self.recorded_at
