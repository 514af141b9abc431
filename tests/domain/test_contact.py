"""Contact is never typed in: it follows from what was held."""

from datetime import UTC, date, datetime, timedelta

import pytest

from dealflow.domain.contact import CONTACT, ContactLevel, ContactPolicy, contact_level
from dealflow.domain.interaction import Channel, InteractionHeld
from dealflow.journal import Record, When
from tests.scenario import STREAM, record

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
BOSS = ContactPolicy(seniors=frozenset({"director Li"}))


def held(days_ago: int, *ours: str) -> Record:
    when = When.of(NOW.date() - timedelta(days=days_ago), UTC)
    return record(1, InteractionHeld(STREAM, Channel.VISIT, ours=ours), when)


@pytest.mark.parametrize(
    ("times", "level"),
    [
        (0, ContactLevel.NONE),
        (1, ContactLevel.LOW),
        (2, ContactLevel.LOW),
        (3, ContactLevel.MEDIUM),
        (5, ContactLevel.MEDIUM),
        (6, ContactLevel.HIGH),
        (60, ContactLevel.HIGH),
    ],
)
def test_the_more_was_held_the_higher_the_contact(times: int, level: ContactLevel) -> None:
    assert contact_level([held(10, "li")] * times, NOW) is level


def test_what_is_too_long_ago_does_not_count() -> None:
    assert contact_level([held(CONTACT.days)], NOW) is ContactLevel.LOW
    assert contact_level([held(CONTACT.days + 1)], NOW) is ContactLevel.NONE


def test_what_is_held_today_counts_though_the_day_is_not_over() -> None:
    assert contact_level([held(0)], NOW) is ContactLevel.LOW
    assert contact_level([held(-1)], NOW) is ContactLevel.NONE


def test_one_of_our_seniors_counts_for_more() -> None:
    assert contact_level([held(1, "li", "director Li"), held(2, "li")], NOW, BOSS) is ContactLevel.MEDIUM
    assert contact_level([held(1, "li"), held(2, "li")], NOW, BOSS) is ContactLevel.LOW


def test_the_end_of_all_days_is_no_trouble() -> None:
    last = record(1, InteractionHeld(STREAM, Channel.VISIT), When.of(date.max, UTC))
    assert contact_level([last], NOW) is ContactLevel.NONE
