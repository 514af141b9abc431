import sys
from datetime import date

import pytest

from dealflow.calendars import blocked_weeks, weeks_of
from dealflow.extras import MissingExtra


@pytest.mark.parametrize(
    ("year", "monday"),
    [
        (2024, date(2024, 2, 12)),
        (2025, date(2025, 1, 27)),  # off from the 28th to the 4th of February
        (2026, date(2026, 2, 16)),  # off from the 16th to the 23rd
        (2027, date(2027, 2, 8)),  # by the law alone: not announced when the library was made
    ],
)
def test_the_week_of_the_spring_festival_is_blocked(year: int, monday: date) -> None:
    assert blocked_weeks("CN", [year], named="Chinese New Year") == {monday}


def test_days_off_in_lieu_count_into_a_week_that_has_the_holiday() -> None:
    five_days = blocked_weeks("CN", [2026], named="Chinese New Year", days=5)  # the Friday is one in lieu
    assert five_days == {date(2026, 2, 16)}
    assert blocked_weeks("CN", [2026], named="Chinese New Year", days=1) == {date(2026, 2, 16)}


def test_without_a_name_every_week_mostly_taken_by_holidays_is_blocked() -> None:
    assert blocked_weeks("CN", [2025]) == {date(2025, 1, 27), date(2025, 9, 29), date(2025, 10, 6)}


def test_a_week_of_two_years_is_looked_at_whole_and_belongs_to_one_of_them() -> None:
    over = date(2025, 12, 29)  # Thursday and Friday are off, in the next year
    assert over in blocked_weeks("CN", [2026], days=2)
    assert over not in blocked_weeks("CN", [2025], days=2)


def test_a_country_or_holiday_that_is_not_known_is_named() -> None:
    with pytest.raises(ValueError, match="no holidays are known of 'XX': expected an ISO 3166 code such as CN"):
        blocked_weeks("XX", [2026])
    with pytest.raises(ValueError, match="no holiday of CN is called 'Xmas': expected one of Chinese New Year, "):
        blocked_weeks("CN", [2026], named="Xmas")


def test_where_the_library_is_missing_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "holidays", None)
    with pytest.raises(MissingExtra, match=r"pip install 'dealflow\[plan\]'"):
        blocked_weeks("CN", [2026])


def test_days_are_blocked_by_the_weeks_they_touch() -> None:
    assert weeks_of(date(2026, 2, 22), date(2026, 2, 23)) == {date(2026, 2, 16), date(2026, 2, 23)}
    assert weeks_of(date(2026, 2, 18), date(2026, 2, 18)) == {date(2026, 2, 16)}
    with pytest.raises(ValueError, match="2026-02-18 to 2026-02-17 is no span of days"):
        weeks_of(date(2026, 2, 18), date(2026, 2, 17))
