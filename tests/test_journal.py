from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealflow import When
from dealflow.journal import day_end, day_start, derived_id, until

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 3, 29, 12, tzinfo=UTC)


@given(st.lists(st.text(), min_size=1, max_size=3), st.lists(st.text(), min_size=1, max_size=3))
def test_different_keys_name_different_streams_and_equal_ones_the_same(left: list[str], right: list[str]) -> None:
    assert (derived_id(*left) == derived_id(*right)) == (left == right)


@given(st.dates(min_value=date(1, 1, 2), max_value=date(9999, 12, 30)), st.sampled_from([UTC, SHANGHAI, BERLIN]))
def test_a_day_ends_where_the_next_begins(day: date, zone: ZoneInfo) -> None:
    assert day_end(day, zone) + timedelta(microseconds=1) == day_start(day + timedelta(days=1), zone)
    assert When.of(day, zone).label(zone) == "day"


def test_the_last_day_there_is_has_an_end() -> None:
    assert day_end(date.max, UTC) == datetime.max.replace(tzinfo=UTC)


def test_a_day_of_summer_time_has_its_own_length() -> None:
    spring = When.of(date(2026, 3, 29), BERLIN)
    assert spring.end - spring.start == timedelta(hours=23) - timedelta(microseconds=1)


def test_a_bare_date_means_that_evening_and_an_instant_itself() -> None:
    assert until(date(2026, 3, 29), SHANGHAI) == datetime(2026, 3, 29, 15, 59, 59, 999999, tzinfo=UTC)
    assert until(NOON.astimezone(timezone(timedelta(hours=8))), SHANGHAI) == NOON


def test_a_time_without_an_offset_is_not_guessed() -> None:
    with pytest.raises(ValueError, match="has no UTC offset: give an aware time, or a bare date"):
        until(datetime(2026, 3, 29), UTC)  # noqa: DTZ001


def test_a_window_does_not_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="a window cannot end"):
        When.between(NOON, NOON - timedelta(seconds=1))


def test_a_time_is_written_no_more_precisely_than_it_is_known() -> None:
    window = When.between(NOON, NOON + timedelta(days=3))
    assert When.of(NOON, UTC).text(BERLIN) == "2026-03-29 14:00"
    assert When.of(date(2026, 3, 29), BERLIN).text(BERLIN) == "2026-03-29"
    assert (window.label(UTC), window.text(UTC)) == ("window", "2026-03-29 to 2026-04-01")
    hours = When.between(NOON, NOON + timedelta(hours=2))
    assert (hours.text(BERLIN), hours.text(UTC)) == ("2026-03-29 14:00 to 16:00", "2026-03-29 12:00 to 14:00")
    assert When.of(window, UTC) == window
