"""What a market may be said to be like, and what is refused: at once, by the name of the field."""

from collections.abc import Callable
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

import pytest

from dealflow.domain.interaction import Conclusion
from dealflow.testing import COURSE, Course, Detail, Fare, Market, Worth, Writing
from dealflow.testing.chance import stream_of_chance, times

WRONG: list[tuple[Callable[..., Any], str, Any, str]] = [
    (Fare, "goes_on", 1.2, "a share from 0 to 1"),
    (Fare, "goes_on", "0.5", "a share from 0 to 1"),
    (Fare, "goes_on", float("nan"), "a share from 0 to 1"),
    (Fare, "days", 0, "a number above 0"),
    (Course, "fares", (), "one fare or more in a tuple"),
    (Course, "fares", [Fare(0.5, 10)], "one fare or more in a tuple"),
    (Course, "spread", -1, "a number from 0 on"),
    (Course, "losing_takes", 0, "a number above 0"),
    (Course, "goes_back", 1, "a share from 0 to less than 1, or no deal would end"),
    (Course, "reopened", 1, "a share from 0 to less than 1, or no deal would end"),
    (Course, "skips", -0.1, "a share from 0 to 1"),
    (Worth, "median", 0, "a number above 0"),
    (Worth, "currencies", {}, "shares from 0 on by name, not all of them 0"),
    (Worth, "currencies", {"CNY": 0}, "shares from 0 on by name, not all of them 0"),
    (Worth, "currencies", {"CNY": -1, "EUR": 2}, "shares from 0 on by name, not all of them 0"),
    (Worth, "currencies", ("CNY", "EUR"), "shares from 0 on by name, not all of them 0"),
    (Writing, "prompt", {0.5: 1}, "shares from 0 on by whole days from 0 on, not all of them 0"),
    (Writing, "late", 2, "a share from 0 to 1"),
    (Writing, "late_days", 0, "a number above 0"),
    (Detail, "people", -1, "a number from 0 on"),
    (Detail, "contacts_a_week", float("inf"), "a number from 0 on"),
    (Detail, "facts", 5, "a share from 0 to 1"),
    (Detail, "unwatched", 5, "a share from 0 to 1"),
    (Market, "deals", -1, "a whole number from 0 on"),
    (Market, "deals", 2.5, "a whole number from 0 on"),
    (Market, "days", 0, "a whole number from 1 on"),
    (Market, "deals_an_account", 0, "a number above 0"),
    (Market, "team", 0, "a whole number from 1 on"),
    (Market, "revised", 1.5, "a share from 0 to 1"),
    (Market, "first_day", datetime(2024, 1, 1), "a date without a time"),  # noqa: DTZ001 (that is what is wrong)
    (Market, "lead_sources", {}, "shares from 0 on by name, not all of them 0"),
    (Market, "outcomes", {Conclusion.ORDER: 1}, "shares from 0 on by outcome but an order, not all of them 0"),
    (Market, "objections", {"price": 1}, "shares from 0 on by objection topic, not all of them 0"),
    (Market, "detail", COURSE, "a Detail"),
]
USUAL: dict[Callable[..., Any], dict[str, Any]] = {
    Fare: {"goes_on": 0.5, "days": 10},
    Course: {"fares": COURSE.fares},
}


@pytest.mark.parametrize(("kind", "field", "value", "expected"), WRONG)
def test_what_makes_no_sense_is_refused_by_the_name_of_its_field(
    kind: Callable[..., Any], field: str, value: Any, expected: str
) -> None:
    with pytest.raises(ValueError, match="expected") as refused:
        kind(**USUAL.get(kind, {}) | {field: value})
    assert str(refused.value) == f"{kind.__name__}.{field} is {value!r}: expected {expected}"


def test_more_objections_than_there_are_cannot_be_settled() -> None:
    with pytest.raises(ValueError, match=r"Detail.resolved and Detail.conceded are 0.8 and 0.3: expected 1 at most"):
        Detail(resolved=0.8, conceded=0.3)


def test_a_course_needs_a_fare_for_each_milestone() -> None:
    with pytest.raises(ValueError, match="2 fares for 5 milestones"):
        Market(course=Course((Fare(0.5, 10), Fare(0.5, 10))))


def test_a_market_keeps_shares_of_its_own() -> None:
    mine = {"CNY": 1.0}
    worth = Worth(currencies=mine)
    mine["EUR"] = 1.0
    assert worth.currencies == MappingProxyType({"CNY": 1.0})
    assert Market(first_day=date(2025, 1, 1)).first_day == date(2025, 1, 1)


@pytest.mark.parametrize("mean", [0, 0.5, 20, 900, 5_000])
def test_what_happens_often_on_average_happens_that_often(mean: float) -> None:
    dice = stream_of_chance(1, "often")
    counts = [times(dice, mean) for _ in range(100)]
    assert sum(counts) / 100 == pytest.approx(mean, abs=0.4 * mean**0.5)
