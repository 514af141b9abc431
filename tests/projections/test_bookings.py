"""What of our people's time is taken from a day on, and where it is taken twice."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

import attrs
import pytest

import dealflow as df
from dealflow.plain import plain
from dealflow.projections import Dated
from dealflow.projections.bookings import Appointment, Booked, Booking, Overbooked, appointments, booked
from dealflow.projections.cases import Horizon
from dealflow.projections.contact import Contact
from dealflow.projections.contacts import Turn
from tests.projections.buying import Buyer
from tests.projections.selling import SHORT, day

NOON = datetime(2026, 1, 20, 12, tzinfo=UTC)
TWENTIETH = df.When.of(date(2026, 1, 20), UTC)
LAST = date.max - timedelta(days=1)


@pytest.fixture
def buyer() -> Iterator[Buyer]:
    buyer = Buyer()
    yield buyer
    buyer.flow.close()


def minutes(start: int, end: int | None = None) -> df.When:
    """Say from when to when, in minutes after noon of the 20th; an instant where there is no end."""
    first = NOON + timedelta(minutes=start)
    return df.When.between(first, first if end is None else NOON + timedelta(minutes=end))


def plan(buyer: Buyer, when: df.When, *ours: str, at: int = 1, account: UUID | None = None) -> UUID:
    planned = df.PlanInteraction(account or buyer.id, when, df.Channel.VISIT, "see them", (), ours or ("li",))
    return buyer.flow.do(planned, by="li", at=day(at)).stream


def team(buyer: Buyer, number: int = 9, **policy: Any) -> df.Team:
    asked = df.TeamPolicy(bookings=df.BookingPolicy(**policy))
    return buyer.flow.team(happened=day(number), policy=asked)


def deal(buyer: Buyer) -> UUID:
    return buyer.flow.do(df.OpenDeal(buyer.id, "A deal", SHORT, "meet"), by="li", at=day(1)).stream


def book(  # noqa: PLR0917 (a booking in full)
    buyer: Buyer, on: UUID, start: date, end: date, share: float, ours: str = "li", at: int = 1
) -> None:
    buyer.tell(at, df.PlanEffort(ours, start, end, share), on=on)


# Contacts


def test_a_contact_is_ahead_until_the_day_it_was_planned_for_is_over(buyer: Buyer) -> None:
    contact = plan(buyer, minutes(0))
    record = buyer.flow.journal.head()
    for number, there in ((0, False), (1, True), (19, True), (20, False)):
        assert [one.contact for one in team(buyer, number).appointments] == [contact] * there
    (found,) = team(buyer).appointments
    assert found == Appointment(contact, buyer.id, minutes(0), df.Channel.VISIT, "see them", ("li",), (), (record,))


@pytest.mark.parametrize(
    "command",
    [df.CancelInteraction("ill"), df.MissInteraction(df.Party.THEM), df.HoldInteraction(), df.AttemptInteraction("no")],
)
def test_what_was_called_off_or_held_takes_no_time_any_more(buyer: Buyer, command: Any) -> None:
    contact = plan(buyer, minutes(0))
    buyer.tell(5, command, on=contact)
    assert team(buyer).appointments == ()
    assert len(team(buyer, 4).appointments) == 1


def test_what_was_put_off_is_ahead_at_its_new_time(buyer: Buyer) -> None:
    contact = plan(buyer, minutes(0), "li", "wang")
    first = buyer.flow.journal.head()
    buyer.tell(5, df.RescheduleInteraction(df.When.of(day(30), UTC)), on=contact)
    (found,) = team(buyer, 25).appointments
    assert (found.when, found.ours) == (df.When.of(day(30), UTC), ("li", "wang"))
    assert found.records == (first, first + 1)


def test_a_try_that_reached_nobody_and_was_put_off_is_ahead(buyer: Buyer) -> None:
    tried = df.AttemptInteraction("voicemail", buyer.id, df.Channel.CALL, ours=("li",))
    contact = buyer.flow.do(tried, by="li", at=day(2)).stream
    buyer.tell(3, df.RescheduleInteraction(minutes(0)), on=contact)
    (found,) = team(buyer).appointments
    assert (found.ours, found.channel, found.purpose) == (("li",), df.Channel.CALL, None)


def test_a_contact_of_whose_plan_its_source_knew_later_is_ahead_with_nobody(buyer: Buyer) -> None:
    put_off = Dated(Turn(df.InteractionStatus.PLANNED, planned_for=minutes(0)), NOON, NOON, 5)
    (found,) = appointments([Contact(buyer.id, None, (put_off,))], Horizon(NOON, UTC))
    assert (found.ours, found.channel, found.records) == ((), None, (5,))


@pytest.mark.parametrize(
    ("one", "other", "sure"),
    [
        (minutes(0), minutes(0), True),
        (minutes(0), minutes(29), True),
        (minutes(0), minutes(30), None),
        (minutes(0, 60), minutes(59), True),
        (minutes(0, 60), minutes(60, 90), None),
        (minutes(0, 60), minutes(30, 90), True),
        (minutes(0, 240), minutes(30), True),
        (minutes(0, 241), minutes(30), False),  # so long a span is not kept free
        (TWENTIETH, minutes(0), False),
        (TWENTIETH, TWENTIETH, False),
        (TWENTIETH, df.When.of(day(20), UTC), None),
        (minutes(0, 60 * 24 * 3), minutes(0), None),
    ],
)
def test_two_contacts_at_once_are_sure_by_the_minute_and_possible_by_the_day(
    buyer: Buyer, one: df.When, other: df.When, sure: bool | None
) -> None:
    first, second = plan(buyer, one), plan(buyer, other)
    found = team(buyer).clashes
    assert [({each.first.contact, each.second.contact}, each.ours, each.sure) for each in found] == (
        [] if sure is None else [({first, second}, "li", sure)]
    )
    assert all(each.records == (each.first.records + each.second.records) for each in found)
    assert [each["records"] for each in plain(found)] == [[*each.records] for each in found]


def test_a_contact_takes_as_long_as_the_policy_says(buyer: Buyer) -> None:
    plan(buyer, minutes(0))
    plan(buyer, minutes(20))
    assert team(buyer, minutes=20).clashes == ()
    assert len(team(buyer, minutes=21).clashes) == 1


def test_a_long_contact_clashes_with_each_that_begins_before_it_ends_the_earliest_first(buyer: Buyer) -> None:
    plan(buyer, minutes(300))
    last, second, long, first = (
        plan(buyer, when) for when in (minutes(280), minutes(15, 90), minutes(0, 300), minutes(10, 20))
    )
    found = [(one.first.contact, one.second.contact) for one in team(buyer, minutes=10, span=300).clashes]
    assert found == [(long, first), (long, second), (long, last), (first, second)]


def test_who_is_named_twice_for_one_contact_does_not_clash_with_themselves(buyer: Buyer) -> None:
    plan(buyer, minutes(0), "li", "li")
    assert team(buyer).clashes == ()


def test_only_who_is_in_both_is_booked_twice(buyer: Buyer) -> None:
    plan(buyer, minutes(0), "li", "wang")
    plan(buyer, minutes(10), "wang", "zhou")
    plan(buyer, TWENTIETH, "wang")
    plan(buyer, minutes(10), "ma")
    assert [(one.ours, one.sure) for one in team(buyer).clashes] == [("wang", True), ("wang", False), ("wang", False)]


def test_of_which_not_even_the_day_is_known_is_held_against_nothing_and_named(buyer: Buyer) -> None:
    vague = plan(buyer, df.When.between(NOON, NOON + timedelta(days=9)))
    plan(buyer, minutes(0))
    found = team(buyer)
    assert (found.clashes, found.undated) == ((), (vague,))


def test_the_end_of_the_calendar_is_no_trouble(buyer: Buyer) -> None:
    last = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    for _ in range(2):
        plan(buyer, df.When.between(last, last))
    assert len(team(buyer).clashes) == 1
    here = deal(buyer)
    book(buyer, here, day(5), date.max, 0.6)
    book(buyer, here, day(5), date.max, 0.7)
    assert [one.end for one in team(buyer).overbooked] == [date.max]
    for every in df.Spacing:
        assert booked((), LAST, df.BookingPolicy(every=every)) == ()


# Effort


def test_effort_is_booked_for_deals_that_are_open(buyer: Buyer) -> None:
    here = deal(buyer)
    book(buyer, here, day(4), day(20), 0.5)
    record = buyer.flow.journal.head()
    assert team(buyer).bookings == (Booking("li", here, day(4), day(20), 0.5, record),)
    assert team(buyer, 0).bookings == team(buyer, 21).bookings == ()
    buyer.tell(12, df.LoseDeal(), on=here)
    assert team(buyer, 12).bookings == ()


def test_what_is_booked_later_is_not_yet(buyer: Buyer) -> None:
    here = deal(buyer)
    book(buyer, here, day(4), day(20), 0.5, at=6)
    assert (team(buyer, 5).bookings, len(team(buyer, 6).bookings)) == ((), 1)


def test_the_time_booked_is_told_by_the_week_from_the_running_one_on(buyer: Buyer) -> None:
    here = deal(buyer)
    book(buyer, here, date(2026, 1, 14), date(2026, 1, 20), 0.5)  # Wednesday to Tuesday
    book(buyer, here, date(2026, 1, 19), date(2026, 1, 19), 1)
    (load,) = team(buyer, 9, ahead=3).loads  # 10 January, a Saturday
    assert load.booked == (
        Booked(date(2026, 1, 5), date(2026, 1, 11), Fraction(0)),
        Booked(date(2026, 1, 12), date(2026, 1, 18), Fraction(3, 10)),
        Booked(date(2026, 1, 19), date(2026, 1, 25), Fraction(2, 5)),
    )


def test_or_by_the_month(buyer: Buyer) -> None:
    here = deal(buyer)
    book(buyer, here, date(2026, 1, 26), date(2026, 2, 6), 1)
    (load,) = team(buyer, 9, every=df.Spacing.MONTH, ahead=2).loads
    assert [(one.start, one.end, one.share) for one in load.booked] == [
        (date(2026, 1, 1), date(2026, 1, 31), Fraction(5, 22)),
        (date(2026, 2, 1), date(2026, 2, 28), Fraction(5, 20)),
    ]


def test_more_than_all_of_somebodys_time_is_told_day_by_day(buyer: Buyer) -> None:
    here, there = deal(buyer), deal(buyer)
    book(buyer, here, day(5), day(20), 0.6)
    book(buyer, there, day(15), day(25), 0.5)
    book(buyer, there, day(18), day(18), 0.1, ours="wang")
    one, other, _ = team(buyer).bookings
    assert team(buyer).overbooked == (Overbooked("li", day(15), day(20), Fraction(11, 10), (one, other)),)
    assert team(buyer).overbooked[0].records == (one.record, other.record)
    assert team(buyer, 18).overbooked[0].start == day(18)
    assert team(buyer, 21).overbooked == ()


def test_a_tenth_ten_times_is_no_more_than_all(buyer: Buyer) -> None:
    here = deal(buyer)
    for number in range(10):
        book(buyer, here, day(11), day(20 + number), 0.1)
    assert team(buyer).overbooked == ()
    book(buyer, here, day(11), day(11), 0.01)
    assert [(one.start, one.end, one.share) for one in team(buyer).overbooked] == [
        (day(11), day(11), Fraction(101, 100))
    ]


def test_on_a_weekend_nobody_works_and_so_nobody_is_overbooked(buyer: Buyer) -> None:
    here, there = deal(buyer), deal(buyer)
    book(buyer, here, date(2026, 1, 12), date(2026, 1, 18), 1)  # Monday to Sunday
    book(buyer, there, date(2026, 1, 17), date(2026, 1, 23), 1)  # Saturday to Friday
    assert team(buyer).overbooked == ()
    book(buyer, there, date(2026, 1, 24), date(2026, 2, 1), 1)  # Saturday to the Sunday after the next
    book(buyer, here, date(2026, 1, 24), date(2026, 2, 1), 1)
    assert [(one.start, one.end) for one in team(buyer).overbooked] == [(date(2026, 1, 26), date(2026, 1, 30))]
    assert team(buyer, 16).overbooked == team(buyer).overbooked


def test_a_stretch_goes_on_over_the_weekend(buyer: Buyer) -> None:
    book(buyer, deal(buyer), date(2026, 1, 16), date(2026, 1, 19), 0.6)
    book(buyer, deal(buyer), date(2026, 1, 16), date(2026, 1, 19), 0.6)
    assert [(one.start, one.end) for one in team(buyer).overbooked] == [(date(2026, 1, 16), date(2026, 1, 19))]
    assert team(buyer, 16).overbooked[0].start == date(2026, 1, 19)


def test_whose_time_is_not_booked_has_a_series_of_nothing() -> None:
    assert [one.share for one in booked((), day(9))] == [0] * 8
    assert attrs.evolve(df.BookingPolicy(), ahead=0).ahead == len(booked((), day(9), df.BookingPolicy(ahead=0)))
