from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from dealflow.decider import Command
from dealflow.domain.deal import CloseExpected, DealOpened, DealPriced, DealValued
from dealflow.domain.noun import NotThere
from dealflow.domain.valuing import ExpectClose, Negative, NotMoney, PriceDeal, ValueDeal
from dealflow.money import Money
from tests.scenario import given

OPENED = DealOpened(UUID(int=2), "Press line 3", "standard", 1, "training")
TEN = Money.of(10, "CNY")
BELOW = Money(Decimal(-1), "CNY")
ENDLESS = Money(Decimal("Infinity"), "CNY")


@pytest.mark.parametrize("command", [ValueDeal(TEN), PriceDeal(TEN), ExpectClose(date(2026, 6, 30))])
def test_nothing_is_asked_of_a_deal_that_is_not_there(command: Command) -> None:
    given().when(command).then_refused(NotThere("deal"))


def test_a_deal_is_valued() -> None:
    given(OPENED).when(ValueDeal(TEN)).then(DealValued(TEN))


def test_its_value_may_become_unknown_again() -> None:
    given(OPENED, DealValued(TEN)).when(ValueDeal(None)).then(DealValued(None))


def test_a_deal_is_priced() -> None:
    given(OPENED, DealValued(TEN)).when(PriceDeal(TEN)).then(DealPriced(TEN))


@pytest.mark.parametrize("asked", [ValueDeal, PriceDeal])
def test_an_amount_is_money_and_not_below_nothing(asked: type[ValueDeal | PriceDeal]) -> None:
    given(OPENED).when(asked(BELOW)).then_refused(Negative("amount", BELOW))
    given(OPENED).when(asked(ENDLESS)).then_refused(NotMoney("amount", ENDLESS.flaw() or ""))


def test_valuing_the_same_again_is_quiet() -> None:
    given(OPENED, DealValued(TEN)).when(ValueDeal(TEN)).then_quiet()


def test_pricing_the_same_again_is_quiet() -> None:
    given(OPENED, DealPriced(TEN)).when(PriceDeal(TEN)).then_quiet()


def test_a_signature_is_expected() -> None:
    given(OPENED).when(ExpectClose(date(2026, 6, 30))).then(CloseExpected(date(2026, 6, 30)))


def test_nobody_may_say_any_more_when_it_is_signed() -> None:
    given(OPENED, CloseExpected(date(2026, 6, 30))).when(ExpectClose(None)).then(CloseExpected(None))


def test_expecting_the_same_day_again_is_quiet() -> None:
    given(OPENED, CloseExpected(date(2026, 6, 30))).when(ExpectClose(date(2026, 6, 30))).then_quiet()


@pytest.mark.parametrize("digits", ["NaN", "sNaN", "Infinity"])
def test_what_is_no_number_is_refused_and_never_compared(digits: str) -> None:
    odd = Money(Decimal(digits), "CNY")
    for command in (ValueDeal(odd), PriceDeal(odd)):
        outcome = given(OPENED, DealValued(Money.of(1, "CNY")), DealPriced(Money.of(1, "CNY"))).when(command)
        outcome.then_refused(NotMoney("amount", f"{digits} is not an amount: expected a finite number"))
