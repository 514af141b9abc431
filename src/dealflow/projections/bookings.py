"""Bookings: what of our people's time is taken from a day on, and where it is taken twice (domain.md §10).

Two things take time: contacts that are planned, and effort that is booked for deals still open. What
lies before the day cannot be changed any more, and is not looked at.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import MAXYEAR, date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from uuid import UUID

import attrs

from dealflow.domain.deal import Status
from dealflow.domain.interaction import Channel, InteractionStatus
from dealflow.journal import When
from dealflow.projections.cases import Horizon
from dealflow.projections.contact import Contact
from dealflow.projections.look import positions
from dealflow.projections.pipeline import DealRow, Standing
from dealflow.projections.rhythm import later
from dealflow.projections.schedule import WORKING_DAYS, monday

WHOLE = Fraction(1)  # all of somebody's time


class Spacing(StrEnum):
    """How long the periods of a series are: calendar weeks, or months."""

    WEEK = "week"
    MONTH = "month"


@attrs.frozen
class BookingPolicy:
    """What is shown of the time ahead: so many periods (*ahead*), the running one the first.

    A contact planned for an instant takes so many *minutes*: ten to open, ten on the point, ten to
    leave (domain.md §5). One planned for so many minutes at most (*span*) keeps them free; of a longer
    span, as of a bare day, nobody knows when in it.
    """

    every: Spacing = Spacing.WEEK
    ahead: int = attrs.field(default=8, validator=attrs.validators.ge(0))
    minutes: int = attrs.field(default=30, validator=attrs.validators.ge(0))
    span: int = attrs.field(default=240, validator=attrs.validators.ge(0))


BOOKINGS = BookingPolicy()


# Contacts that are planned


@attrs.frozen
class Appointment:
    """A contact that is planned for a day that is not over: *when*, and who of both sides is to take part.

    *records* are the plan and what last put it off.
    """

    contact: UUID
    account: UUID | None
    when: When
    channel: Channel | None
    purpose: str | None
    ours: tuple[str, ...]
    theirs: tuple[UUID, ...]
    records: tuple[int, ...]


@attrs.frozen
class Clash:
    """One of *ours* is to be at two contacts at once: *sure* where the times say so, else possible.

    Sure takes two times that overlap: an instant, or a span of the policy's length at most, which is
    kept free. Where one is planned for longer, or only the day is known, it is possible.
    """

    ours: str
    first: Appointment
    second: Appointment
    sure: bool

    @property
    def records(self) -> tuple[int, ...]:
        """The records that it rests on."""
        return positions(self.first.records, self.second.records)


def appointments(contacts: Iterable[Contact], horizon: Horizon) -> tuple[Appointment, ...]:
    """Return the contacts that are planned for the horizon's day or later, the next one first."""
    today = horizon.day(horizon.until)
    found = [one for each in contacts if (one := _appointment(each)) is not None]
    ahead = [one for one in found if horizon.day(one.when.end) >= today]
    return tuple(sorted(ahead, key=lambda one: (one.when.start, one.when.end, one.records)))


def _appointment(contact: Contact) -> Appointment | None:
    planned, when = contact.turns[-1], contact.planned_for
    if contact.status is not InteractionStatus.PLANNED or when is None:
        return None
    with_whom = next((one for one in reversed(contact.turns) if one.value.channel is not None), planned)
    return Appointment(
        contact=contact.id,
        account=contact.account,
        when=when,
        channel=with_whom.value.channel,
        purpose=with_whom.value.purpose,
        ours=with_whom.value.ours,
        theirs=with_whom.value.theirs,
        records=positions((with_whom.record, planned.record)),
    )


def is_dated(appointment: Appointment, horizon: Horizon) -> bool:
    """Say whether the day of an appointment is known."""
    return horizon.day(appointment.when.start) == horizon.day(appointment.when.end)


def clashes(ahead: Sequence[Appointment], horizon: Horizon, policy: BookingPolicy = BOOKINGS) -> tuple[Clash, ...]:
    """Return where one of ours is planned at two contacts at once, by person, the sure ones first.

    A contact of which not even the day is known is held against none.
    """
    by_person: dict[str, list[Appointment]] = {}
    for one in sorted((one for one in ahead if is_dated(one, horizon)), key=lambda one: one.when.start):
        for ours in dict.fromkeys(one.ours):
            by_person.setdefault(ours, []).append(one)
    found = [
        Clash(ours, first, second, _is_exact(first, policy) and _is_exact(second, policy))
        for ours, own in by_person.items()
        for first, second in _at_once(own, policy)
    ]
    return tuple(sorted(found, key=lambda one: (one.ours, not one.sure, one.first.when.start, one.second.when.start)))


def _at_once(own: Iterable[Appointment], policy: BookingPolicy) -> Iterator[tuple[Appointment, Appointment]]:
    """Yield those that overlap, of one person's in the order of their starts."""
    running: list[Appointment] = []
    for second in own:
        running = [one for one in running if _end(one, policy) >= second.when.start]
        yield from ((first, second) for first in running if _overlap(first, second, policy))
        running.append(second)


def _is_exact(appointment: Appointment, policy: BookingPolicy) -> bool:
    return appointment.when.end - appointment.when.start <= timedelta(minutes=policy.span)


def _overlap(first: Appointment, second: Appointment, policy: BookingPolicy) -> bool:
    one, other = first.when.start, second.when.start
    return one == other or (one < _end(second, policy) and other < _end(first, policy))


def _end(appointment: Appointment, policy: BookingPolicy) -> datetime:
    when = appointment.when
    instant = when.start == when.end and when.end.year < MAXYEAR
    return when.end + timedelta(minutes=policy.minutes) if instant else when.end


# Effort that is booked


@attrs.frozen
class Booking:
    """One of *ours* is booked for a *deal*: *share* of their time, 0 to 1, from *start* to *end*, both included."""

    ours: str
    deal: UUID
    start: date
    end: date
    share: float
    record: int

    @property
    def part(self) -> Fraction:
        """The share exactly as it was said, so that a tenth ten times is one."""
        return Fraction(str(self.share))


@attrs.frozen
class Booked:
    """How much of somebody's working time of a period is booked: 1 is all of it.

    Monday to Friday are worked, as plans have it (`schedule`).
    """

    start: date
    end: date
    share: Fraction


@attrs.frozen
class Overbooked:
    """From *start* to *end*, both included, more than all of one's time is booked: *share* of it, by *bookings*.

    Both are working days. A weekend between them does not count: Monday to Friday are worked.
    """

    ours: str
    start: date
    end: date
    share: Fraction
    bookings: tuple[Booking, ...]

    @property
    def records(self) -> tuple[int, ...]:
        """The records that it rests on."""
        return positions(one.record for one in self.bookings)


def bookings(deals: Iterable[tuple[DealRow, Standing]], horizon: Horizon) -> tuple[Booking, ...]:
    """Return what is booked for open deals on the horizon's day or later, as told by then; the earliest first.

    Booked twice is twice as much: who means another share corrects the record.
    """
    today = horizon.day(horizon.until)
    found = [
        Booking(said.ours, deal.deal, said.start, said.end, said.share, one.record)
        for row, deal in deals
        if deal.status is Status.OPEN
        for one in row.efforts
        if one.end <= horizon.until and (said := one.value).end >= today
    ]
    return tuple(sorted(found, key=lambda one: (one.start, one.end, one.record)))


def booked(own: Sequence[Booking], today: date, policy: BookingPolicy = BOOKINGS) -> tuple[Booked, ...]:
    """Return how much of one person's time is booked in each period ahead, the running one the first.

    Of that, days that are over by *today* count as well, where what is booked goes on. The series
    ends where the calendar does.
    """
    return tuple(Booked(start, end, _share(own, start, end)) for start, end in _periods(today, policy))


def _periods(today: date, policy: BookingPolicy) -> Iterator[tuple[date, date]]:
    start: date | None = monday(today) if policy.every is Spacing.WEEK else today.replace(day=1)
    for _ in range(policy.ahead):
        following = start and _next(start, policy.every)
        if start is None or following is None:
            return
        yield start, following - timedelta(days=1)
        start = following


def _next(start: date, every: Spacing) -> date | None:
    if every is Spacing.WEEK:
        return later(start, 7)
    within = later(start, 31)
    return None if within is None else within.replace(day=1)


def _share(own: Iterable[Booking], start: date, end: date) -> Fraction:
    taken = sum((one.part * _worked(max(one.start, start), min(one.end, end)) for one in own), Fraction(0))
    return taken / _worked(start, end)


def _worked(start: date, end: date) -> int:
    days = (date.fromordinal(day) for day in range(start.toordinal(), end.toordinal() + 1))
    return sum(day.weekday() < WORKING_DAYS for day in days)


def overbooked(own: Iterable[Booking], today: date) -> tuple[Overbooked, ...]:
    """Return the working days from *today* on for which more than all of people's time is booked, by person.

    A stretch of days ends where what is booked changes. Monday to Friday are worked.
    """
    by_person: dict[str, list[Booking]] = {}
    for one in own:
        by_person.setdefault(one.ours, []).append(one)
    return tuple(found for ours in sorted(by_person) for found in _overbooked(ours, by_person[ours], today))


def _overbooked(ours: str, own: Sequence[Booking], today: date) -> Iterator[Overbooked]:
    first = today.toordinal()
    turns = {max(day, first) for one in own for day in (one.start.toordinal(), one.end.toordinal() + 1)}
    for begin, until in pairwise(sorted(turns)):
        on = date.fromordinal(begin)
        taken = tuple(one for one in own if one.start <= on <= one.end)
        share = sum((one.part for one in taken), Fraction(0))
        days = range(begin, until)
        start, end = _first_worked(days), _first_worked(days[::-1])
        if share > WHOLE and start is not None and end is not None:
            yield Overbooked(ours, start, end, share, taken)


def _first_worked(days: Iterable[int]) -> date | None:
    return next((day for day in map(date.fromordinal, days) if day.weekday() < WORKING_DAYS), None)
