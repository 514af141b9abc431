"""Every event has its sentence, and none of them says what was erased."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import attrs
import pytest

import dealflow as df
from dealflow.domain.erasure import ERASED
from dealflow.domain.nouns import NOUNS
from dealflow.domain.personal import Personal
from dealflow.domain.stakeholder import Stakeholder
from dealflow.journal import When
from dealflow.replay.telling import sentence
from dealflow.replay.telling.words import Names
from dealflow.store.codec import EVENTS
from tests.examples import example, minimal
from tests.scenario import record

CLASSES = sorted((cls for cls, _ in EVENTS.values()), key=lambda cls: cls.__name__)
SPOTLESS = Names()
DAY = date(2026, 1, 5)


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
@pytest.mark.parametrize("make", [example, minimal], ids=["full", "minimal"])
def test_every_event_is_told_in_one_sentence(cls: type, make: object) -> None:
    assert callable(make)
    told = sentence(record(1, make(cls), When.of(DAY, UTC)), SPOTLESS)
    assert told.endswith(".")
    assert "\n" not in told
    assert "None" not in told
    assert "UUID(" not in told
    assert "Decimal" not in told


def test_every_event_of_every_noun_is_in_the_stored_vocabulary() -> None:
    assert {event for noun in NOUNS for event in noun.events} < {*CLASSES}


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_erased_words_are_told_by_nobody(cls: type) -> None:
    event: Any = example(cls)
    words = [value for field in attrs.fields(cls) if isinstance(value := getattr(event, field.name), Personal)]
    people = {one.of for one in words}
    told = sentence(record(1, event, When.of(DAY, UTC)), Names(erased=frozenset(people)))
    for one in words:
        assert one.text not in told


def test_names_are_those_of_accounts_people_and_deals_and_erased_ones_are_not_told() -> None:
    wang, li = UUID(int=1), UUID(int=2)
    states = {
        wang: Stakeholder(UUID(int=9), Personal("COO Wang", wang)),
        li: Stakeholder(UUID(int=9), None, erased=True),
    }
    names = Names.of(states)
    assert names.all([wang, li, UUID(int=3 << 96)]) == f"COO Wang, {ERASED}, 00000003"


def test_a_planned_time_is_told_in_the_zone_of_the_journal() -> None:
    flow = df.DealFlow.open("memory:", zone="Asia/Shanghai")
    account = flow.do(df.RegisterAccount("Acme"), by="li").stream
    deal = flow.do(df.OpenDeal(account, "Line 4"), by="li").stream
    for when in (date(2030, 1, 10), datetime(2030, 1, 10, 2, 30, tzinfo=ZoneInfo("Asia/Shanghai"))):
        planned = df.When.of(when, flow.zone)
        flow.do(df.PlanInteraction(account, planned, df.Channel.CALL, "ask them", deals=(deal,)), by="li")
    told = [line.sentence for line in flow.replay(deal).lines][-2:]
    assert told == [
        "A call was planned for 2030-01-10: ask them.",
        "A call was planned for 2030-01-10 02:30: ask them.",
    ]
