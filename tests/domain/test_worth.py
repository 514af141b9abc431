"""The value equation: a buyer buys when the seriousness of the problem outweighs the cost of the remedy."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from dealflow.domain.deal import DealOpened, DealPriced, DealValued
from dealflow.domain.purchase import ProblemQuantified, ProblemWithdrawn
from dealflow.domain.seat import Cited
from dealflow.domain.worth import Balance, Equation, ValuePolicy, Weighing, equation, weigh
from dealflow.money import Money, Rates
from tests.scenario import STREAM, given

OPENED = DealOpened(UUID(int=2), "Press line 3", "standard", 1, "training")
TRAINING = ProblemQuantified("training", "training three operators", Money.of(2500, "CNY"))
RATES = Rates("CNY", {"EUR": Decimal(8)})


def weighed(*events: Any, policy: ValuePolicy | None = None) -> Equation:
    return equation(STREAM, given(OPENED, *events).records, policy or ValuePolicy())


def yuan(amount: int) -> Money:
    return Money.of(amount, "CNY")


def euro(amount: int) -> Money:
    return Money.of(amount, "EUR")


def costs(*amounts: int) -> Iterable[ProblemQuantified]:
    return (ProblemQuantified(f"p{number}", "a problem", yuan(amount)) for number, amount in enumerate(amounts))


def test_hard_to_operate_alone_does_not_buy_a_remedy_of_12000() -> None:
    assert weighed(DealPriced(yuan(12000))).balance.verdict is Weighing.FALLS_SHORT


@pytest.mark.parametrize(
    ("amounts", "verdict"),
    [
        ((2500,), Weighing.FALLS_SHORT),
        ((2500, 4000, 3000, 2000), Weighing.FALLS_SHORT),
        ((2500, 4000, 3000, 2000, 500), Weighing.FALLS_SHORT),  # 12 000: not passed yet
        ((2500, 4000, 3000, 2000, 501), Weighing.OUTWEIGHS),
    ],
)
def test_quantified_problems_buy_it_once_their_sum_passes_the_price(
    amounts: tuple[int, ...], verdict: Weighing
) -> None:
    found = weighed(DealPriced(yuan(12000)), *costs(*amounts))
    assert found.balance == Balance(
        {"CNY": Decimal(sum(amounts))}, yuan(12000), yuan(sum(amounts) - 12000), (), verdict
    )


def test_without_a_price_nobody_knows() -> None:
    assert weighed(TRAINING).balance == Balance({"CNY": Decimal(2500)})
    assert weighed().balance == Balance({})


def test_the_last_price_counts_and_a_withdrawn_problem_does_not() -> None:
    found = weighed(
        TRAINING, *costs(4000), ProblemWithdrawn("training", "done"), DealPriced(yuan(12000)), DealPriced(yuan(3000))
    )
    assert found.balance.surplus == yuan(1000)
    assert found.problems == (Cited(next(iter(costs(4000))), 3),)
    assert (found.price, found.records) == (Cited(yuan(3000), 6), (3, 6))


def test_what_it_may_be_worth_is_no_price_unless_the_policy_says_so() -> None:
    assert weighed(DealValued(yuan(900)), TRAINING).balance.verdict is Weighing.UNKNOWN
    estimating = ValuePolicy(estimates=True)
    assert weighed(DealValued(yuan(900)), TRAINING, policy=estimating).balance.surplus == yuan(1600)
    priced = weighed(DealPriced(yuan(3000)), DealValued(yuan(900)), TRAINING, policy=estimating)
    assert (priced.balance.price, priced.valued) == (yuan(3000), Cited(yuan(900), 3))
    assert weighed(DealValued(yuan(900)), DealValued(None), policy=estimating).price is None


def test_another_currency_needs_a_rate() -> None:
    price, cost = yuan(12000), [yuan(2500), euro(1200)]
    assert weigh(cost, price) == Balance(
        {"CNY": Decimal(2500), "EUR": Decimal(1200)}, price, None, ("EUR",), Weighing.UNKNOWN
    )
    assert weigh(cost, price, RATES).surplus == yuan(100)
    assert weigh(cost, euro(1500), RATES) == Balance(
        {"CNY": Decimal(12100)}, yuan(12000), yuan(100), (), Weighing.OUTWEIGHS
    )


def test_what_outweighs_the_price_alone_needs_no_rate_for_the_rest() -> None:
    assert weigh([yuan(13000), euro(1)], yuan(12000)).verdict is Weighing.OUTWEIGHS
    assert weigh([yuan(13000), euro(1)], yuan(12000)).surplus is None
    assert weigh([yuan(1), euro(0)], yuan(12000)).verdict is Weighing.FALLS_SHORT


def test_other_streams_say_nothing_about_this_deal() -> None:
    records = given(OPENED, TRAINING, DealPriced(yuan(1))).records
    assert equation(UUID(int=99), records) == Equation((), None, None, Balance({}))


@drawn(st.lists(st.integers(0, 9000)), st.integers(0, 20000))
def test_it_outweighs_exactly_where_the_sum_passes_the_price(amounts: list[int], price: int) -> None:
    found = weigh(map(yuan, amounts), yuan(price))
    assert (found.verdict is Weighing.OUTWEIGHS) == (sum(amounts) > price)
    assert found.surplus == yuan(sum(amounts) - price)
