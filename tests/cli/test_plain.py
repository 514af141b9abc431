"""Any answer as plain data: what a host hands on as JSON."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any
from uuid import UUID

import pytest

import dealflow as df
from dealflow.domain.deal import DealPriced
from dealflow.domain.erasure import ERASED
from dealflow.domain.noun import Corrected, NotThere
from dealflow.domain.playbook import STANDARD
from dealflow.plain import plain
from dealflow.projections.committee import Support
from dealflow.projections.estimates import Share
from dealflow.projections.survival import Spell, incidence
from dealflow.replay.telling.words import Names
from tests.clock import Clock
from tests.examples import EVENTS, example

ID = UUID(int=7)
EURO = df.Money(Decimal("1000.00"), "EUR")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (EURO, {"amount": "1000.00", "currency": "EUR"}),
        (Decimal("0.10"), "0.10"),
        (ID, str(ID)),
        (datetime(2026, 2, 28, 17, tzinfo=UTC), "2026-02-28T17:00:00Z"),
        (date(2026, 2, 28), "2026-02-28"),
        (timedelta(days=4, hours=2), "P4DT7200S"),
        (df.Stance.OPPOSE, "oppose"),
        (MappingProxyType({ID: (EURO,)}), {str(ID): [{"amount": "1000.00", "currency": "EUR"}]}),
        (Share(1, 4), {"n": 1, "of": 4, "rate": 0.25, "low": 0.045587, "high": 0.699358, "sufficient": True}),
        (Fraction(1, 3), 0.333333),
        (
            Support(Fraction(1), Fraction(3), 2),
            {"supporting": 1.0, "weight": 3.0, "unknown": 2, "share": 0.333333},
        ),
        (Share(0, 0), {"n": 0, "of": 0, "rate": None, "low": None, "high": None, "sufficient": False}),
        (frozenset({"a"}), ["a"]),
        (None, None),
        (True, True),
        (0.5, 0.5),
    ],
)
def test_a_value_has_one_plain_form(value: Any, expected: Any) -> None:
    assert plain(value) == expected


def test_an_event_bears_its_stored_name_wherever_it_stands() -> None:
    price = {"event": "deal.priced", "data": {"amount": {"amount": "1000.00", "currency": "EUR"}}}
    assert plain(DealPriced(EURO)) == price
    assert plain(Corrected(2, DealPriced(EURO), None, "typed twice"))["data"]["replacement"] == price


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_every_event_is_plain_data(event: type) -> None:
    told = plain(example(event))
    assert set(told) == {"event", "data"}
    assert json.loads(json.dumps(told)) == told


def test_a_refusal_says_every_reason() -> None:
    assert plain(df.Refused(NotThere("deal"))) == [{"refusal": "NotThere", "text": str(NotThere("deal"))}]


def test_what_no_answer_holds_is_not_guessed_at() -> None:
    with pytest.raises(TypeError):
        plain(object())


class Erasing:
    """A deal, a person who spoke in it, and the day their data was erased."""

    def __init__(self) -> None:
        self.flow = df.DealFlow.open(clock=Clock())
        self.account = self._do(df.RegisterAccount("Meridian Foods"))
        self.deal = self._do(df.OpenDeal(self.account, "Hall 2", STANDARD))
        self.person = self._do(df.IdentifyStakeholder(self.account, "Anna Berg", title="Purchasing manager"))
        self._do(df.IdentifyRole(df.Role.TECHNICAL, self.deal), self.person)
        self.visit = self._do(
            df.HoldInteraction(self.account, df.Channel.VISIT, theirs=(self.person,), deals=(self.deal,))
        )
        self._do(df.VoiceProblem("Film tears twice a shift", self.person), self.visit)
        self._do(df.EraseStakeholder("she asked for it"), self.person)

    def _do(self, command: Any, on: UUID | None = None) -> UUID:
        return self.flow.do(command, by="li.wei", on=on).stream


@pytest.fixture(scope="module")
def erasing() -> Erasing:
    return Erasing()


def forgotten(told: Any) -> bool:
    text = json.dumps(told)
    return ERASED in text and not any(word in text for word in ("Anna", "Berg", "Purchasing manager", "Film tears"))


def test_words_of_an_erased_person_are_in_no_answer(erasing: Erasing) -> None:
    assert forgotten(plain(erasing.flow.replay(erasing.deal)))
    assert forgotten(plain(erasing.flow.deal(erasing.deal)))


def test_words_of_an_erased_person_are_blanked_in_single_records_too(erasing: Erasing) -> None:
    spoken = erasing.flow.journal.stream(erasing.visit)[-1]
    names = Names(erased=frozenset({erasing.person}))
    assert plain(spoken, names)["data"] == {"text": ERASED, "by": str(erasing.person)}


def test_the_words_of_others_stay(erasing: Erasing) -> None:
    spoken = erasing.flow.journal.stream(erasing.visit)[-1]
    assert plain(spoken)["data"]["text"] == "Film tears twice a shift"


def test_a_story_repeats_no_record(erasing: Erasing) -> None:
    told = plain(erasing.flow.replay(erasing.deal))
    assert isinstance(told, Mapping)
    assert "records" not in told["dossier"]
    assert [line["record"]["event"] for line in told["lines"]][:2] == ["account.registered", "deal.opened"]


def test_a_pipeline_is_there_to_be_asked() -> None:
    with df.DealFlow.open("memory:") as flow, pytest.raises(TypeError, match="so give one of its answers"):
        plain(flow.pipeline())


def test_competing_ends_bear_the_shares_that_follow_from_them() -> None:
    found = plain(incidence([Spell(1, "won"), Spell(2, "lost"), Spell(3)]))
    assert found["ways"]["won"]["share"] == pytest.approx(1 / 3)
    assert found["ways"]["lost"]["eventually"] == pytest.approx(1 / 2)
    assert len(found["ways"]["won"]["interval"]) == 2
    assert found["exits"][0] == {"day": 1, "at_risk": 3, "ways": {"won": 1}}
