import re
from datetime import UTC, date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, get_args
from uuid import UUID

import attrs
import msgspec
import pytest
from hypothesis import given

from dealflow.domain.deal import DealGraded, DealOpened, DealPriced, EffortPlanned
from dealflow.domain.noun import AnyNoun, Corrected, Noted, Noun
from dealflow.domain.nouns import NOUNS
from dealflow.domain.personal import Personal
from dealflow.domain.stakeholder import StakeholderIdentified
from dealflow.journal import When
from dealflow.money import Money
from dealflow.store.codec import CODEC, EVENTS, OLD_SHAPES, Codec, Stored
from dealflow.store.errors import NewerEvent, UnknownEvent, Unreadable, Unstorable
from tests.examples import events, example, minimal

ID = UUID("12345678-1234-5678-1234-567812345678")
THEN = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
CLASSES = [cls for cls, _ in EVENTS.values()]


def read_back(event: Any) -> Any:
    stored = CODEC.encode(event)
    return CODEC.decode(stored.name, stored.schema, stored.data)


def written(event: Any) -> Any:
    return msgspec.json.decode(CODEC.encode(event).data)


# The table


def test_every_event_has_one_stored_name_and_nothing_else_has() -> None:
    assert set(CLASSES) == {*get_args(AnyNoun), *(event for noun in NOUNS for event in noun.events)}
    assert len(set(CLASSES)) == len(CLASSES)


@pytest.mark.parametrize("name", EVENTS)
def test_a_stored_name_is_a_noun_and_what_happened(name: str) -> None:
    assert re.fullmatch(r"[a-z]+\.[a-z]+(-[a-z]+)*", name)


@pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: noun.name)
def test_a_noun_s_events_are_stored_under_its_name(noun: Noun[Any, Any]) -> None:
    assert {CODEC.name(event).split(".")[0] for event in noun.events} == {noun.name}


def test_every_old_schema_is_read_forward() -> None:
    assert set(OLD_SHAPES) == {(name, old) for name, (_, schema) in EVENTS.items() for old in range(1, schema)}


# There and back


@given(events())
def test_an_event_is_read_back_as_it_was(event: Any) -> None:
    assert read_back(event) == event
    assert repr(read_back(event)) == repr(event)  # types and exponents too


@pytest.mark.parametrize("cls", CLASSES)
def test_a_full_and_an_empty_example_are_read_back_as_they_were(cls: type) -> None:
    told: list[Any] = [example(cls), minimal(cls)]
    assert [repr(read_back(event)) for event in told] == [repr(event) for event in told]


def test_the_stored_form_is_the_same_whatever_the_order_of_the_fields() -> None:
    data = CODEC.encode(DealOpened(ID, "Line 3", "standard", 1, "training")).data
    assert list(msgspec.json.decode(data)) == sorted(msgspec.json.decode(data))


# How values are written


def test_money_is_written_exactly() -> None:
    assert written(DealPriced(Money(Decimal("1000.00"), "CNY"))) == {"amount": {"amount": "1000.00", "currency": "CNY"}}


def test_ids_choices_and_chances_are_written_as_text() -> None:
    told = written(DealOpened(ID, "Line 3", "standard", 1, "training", chance=Decimal("0.10")))
    assert (told["account"], told["meaning"], told["chance"]) == (str(ID), "open", "0.10")


def test_times_are_written_in_utc_and_days_as_days() -> None:
    told = written(Corrected(1, None, When(THEN, THEN), "typo"))
    assert told["occurred"] == {"start": "2026-03-01T08:30:00Z", "end": "2026-03-01T08:30:00Z"}
    assert written(EffortPlanned("anna", date(2026, 3, 1), date(2026, 3, 2), 0.5))["start"] == "2026-03-01"


def test_personal_text_is_written_with_whose_it_is() -> None:
    told = written(StakeholderIdentified(ID, Personal("李伟", ID)))
    assert told["name"] == {"text": "李伟", "of": str(ID)}


def test_a_replacement_is_written_with_its_own_name_and_schema() -> None:
    told = written(Corrected(2, DealGraded("A"), None, "typo"))
    assert told["replacement"] == {"name": "deal.graded", "schema": 1, "data": {"grade": "A"}}
    nested = Corrected(3, Corrected(2, DealGraded("A"), None, "typo"), None, "not a typo")
    assert read_back(nested) == nested


# What cannot be


@pytest.mark.parametrize(
    ("event", "why"),
    [
        (DealGraded(3), r"this 'deal\.graded' could not be read back: Expected `str`, got `int`"),  # type: ignore[arg-type]
        (Noted("acme.rating", [("grade", "A")]), "would be read back as another"),  # type: ignore[arg-type]
        (EffortPlanned("anna", date(2026, 3, 1), date(2026, 3, 2), float("nan")), "Expected `float`, got `null`"),
        (Corrected(1, Money(Decimal(1), "CNY"), None, "typo"), "Money is not an event of ours"),
        (When(THEN, THEN), "When is not an event of ours: record the host's own facts as Noted"),
    ],
)
def test_what_could_not_be_read_back_is_not_written(event: Any, why: str) -> None:
    with pytest.raises(Unstorable, match=why):
        CODEC.encode(event)


def test_an_event_we_do_not_know_asks_for_an_upgrade() -> None:
    with pytest.raises(
        UnknownEvent, match=r"record 7 is a 'deal\.dreamt-of' of schema 1: .*; upgrade dealflow"
    ) as caught:
        CODEC.decode("deal.dreamt-of", 1, b"{}", position=7)
    assert (caught.value.name, caught.value.schema, caught.value.position) == ("deal.dreamt-of", 1, 7)


@pytest.mark.parametrize("schema", [2, 0, -1])
def test_a_schema_we_do_not_know_asks_for_an_upgrade(schema: int) -> None:
    with pytest.raises(NewerEvent, match=f"of schema {schema}: this dealflow reads schemas 1 to 1; upgrade dealflow"):
        CODEC.decode("deal.graded", schema, b"{}")


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"{}", b'{"grade":3}', b'{"grade":"\xff"}'])
def test_damaged_data_says_what_is_wrong_and_where(data: bytes) -> None:
    with pytest.raises(Unreadable, match=r"record 7 .* its data is damaged .* restore the journal"):
        CODEC.decode("deal.graded", 1, data, position=7)


def test_what_is_wrong_inside_a_correction_says_where_it_stands() -> None:
    data = CODEC.encode(Corrected(2, DealGraded("A"), None, "typo")).data
    with pytest.raises(UnknownEvent, match=r"record 7 is a 'deal\.dreamt-of'"):
        CODEC.decode("record.corrected", 1, data.replace(b"deal.graded", b"deal.dreamt-of"), position=7)


def test_what_cannot_be_stored_is_told_without_repeating_what_may_be_personal() -> None:
    with pytest.raises(Unstorable) as caught:
        CODEC.encode(StakeholderIdentified(ID, Personal("李伟", "no id")))  # type: ignore[arg-type]
    assert "李伟" not in str(caught.value)


# Old forms


@attrs.frozen
class Graded:
    """As an event might look after two changes of its form."""

    grade: str
    scale: str
    by: str | None = None


GROWN = Codec(
    events=MappingProxyType({**EVENTS, "deal.graded": (Graded, 3)}),
    old=MappingProxyType(
        {
            ("deal.graded", 1): lambda shape: {**shape, "scale": "A to C"},
            ("deal.graded", 2): lambda shape: {"grade": shape["grade"].upper(), "scale": shape["scale"]},
        }
    ),
)


@pytest.mark.parametrize(
    ("stored", "event"),
    [
        (Stored("deal.graded", 1, b'{"grade":"a"}'), Graded("A", "A to C")),
        (Stored("deal.graded", 2, b'{"grade":"a","scale":"A to F"}'), Graded("A", "A to F")),
        (Stored("deal.graded", 3, b'{"grade":"a","scale":"A to F","by":"anna"}'), Graded("a", "A to F", "anna")),
    ],
)
def test_an_old_form_is_read_forward_step_by_step(stored: Stored, event: Graded) -> None:
    assert GROWN.decode(stored.name, stored.schema, stored.data) == event
    assert GROWN.encode(event).schema == 3


def test_an_old_form_inside_a_correction_is_read_forward_too() -> None:
    stored = CODEC.encode(Corrected(2, DealGraded("a"), None, "typo"))
    assert GROWN.decode(stored.name, stored.schema, stored.data).replacement == Graded("A", "A to C")


def test_an_old_form_that_is_damaged_says_so() -> None:
    with pytest.raises(Unreadable, match="damaged"):
        GROWN.decode("deal.graded", 1, b"[1]")
    with pytest.raises(Unreadable, match="damaged"):
        GROWN.decode("deal.graded", 2, b'{"grade":"a"}')
