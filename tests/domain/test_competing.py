from decimal import Decimal
from uuid import UUID

import pytest

from dealflow.decider import Command
from dealflow.domain.asking import NamedTwice
from dealflow.domain.competing import (
    AssessCompetitor,
    DropCompetitor,
    LearnRivalBid,
    NameCompetitor,
    NameSuccessFactors,
    NoRange,
    SubmitBid,
)
from dealflow.domain.contest import (
    BidSubmitted,
    CompetitorAssessed,
    CompetitorEntered,
    CompetitorLeft,
    NotInTheDeal,
    RivalBidLearned,
    SuccessFactorsNamed,
)
from dealflow.domain.deal import DealOpened
from dealflow.domain.noun import Missing, NotThere
from dealflow.domain.valuing import Negative, NotMoney
from dealflow.money import Money
from tests.scenario import given

OPENED = DealOpened(UUID(int=2), "Press line 3", "standard", 1, "training")
ENTERED, LEFT = CompetitorEntered("Acme"), CompetitorLeft("Acme", "too dear")
NINE, TEN = Money.of(9, "CNY"), Money.of(10, "CNY")


@pytest.mark.parametrize(
    "command",
    [
        NameCompetitor("Acme"),
        DropCompetitor("Acme"),
        AssessCompetitor("Acme"),
        SubmitBid(TEN),
        LearnRivalBid("Acme", TEN),
        NameSuccessFactors(("service",)),
    ],
)
def test_nobody_competes_for_a_deal_that_is_not_there(command: Command) -> None:
    given().when(command).then_refused(NotThere("deal"))


def test_a_competitor_enters() -> None:
    given(OPENED).when(NameCompetitor("Acme", incumbent=True)).then(CompetitorEntered("Acme", incumbent=True))


def test_a_competitor_that_left_may_come_back() -> None:
    given(OPENED, ENTERED, LEFT).when(NameCompetitor("Acme")).then(ENTERED)


def test_it_may_turn_out_later_that_they_are_the_incumbent() -> None:
    given(OPENED, ENTERED).when(NameCompetitor("Acme", incumbent=True)).then(CompetitorEntered("Acme", incumbent=True))


def test_a_competitor_has_a_name() -> None:
    given(OPENED).when(NameCompetitor("")).then_refused(Missing("competitor"))


@pytest.mark.parametrize("incumbent", [None, True])
def test_naming_a_competitor_of_whom_nothing_new_is_said_is_quiet(incumbent: bool | None) -> None:
    known = given(OPENED, CompetitorEntered("Acme", incumbent=True))
    known.when(NameCompetitor("Acme", incumbent)).then_quiet()


def test_a_competitor_leaves() -> None:
    given(OPENED, ENTERED).when(DropCompetitor("Acme", "too dear")).then(LEFT)


def test_who_never_was_in_the_deal_does_not_leave_it() -> None:
    given(OPENED).when(DropCompetitor("Acme")).then_refused(NotInTheDeal("Acme"))


def test_dropping_a_competitor_twice_is_quiet() -> None:
    given(OPENED, ENTERED, LEFT).when(DropCompetitor("Acme")).then_quiet()


def test_a_competitor_is_assessed() -> None:
    command = AssessCompetitor("Acme", ("near",), ("slow",), "press X", NINE, TEN, "our service")
    event = CompetitorAssessed("Acme", ("near",), ("slow",), "press X", NINE, TEN, "our service")
    given(OPENED, ENTERED).when(command).then(event)


def test_an_assessment_names_its_competitor_and_prices_that_are_prices() -> None:
    below = Money(Decimal(-1), "CNY")
    outcome = given(OPENED).when(AssessCompetitor("", price_from=below, price_to=TEN))
    outcome.then_refused(Missing("competitor"), Negative("price_from", below))


@pytest.mark.parametrize("price_to", [NINE, Money.of(11, "EUR")])
def test_a_price_range_goes_upward_in_one_currency(price_to: Money) -> None:
    outcome = given(OPENED).when(AssessCompetitor("Acme", price_from=TEN, price_to=price_to))
    outcome.then_refused(NoRange(TEN, price_to))


def test_assessing_a_competitor_the_same_again_is_quiet() -> None:
    assessed = given(OPENED, ENTERED, CompetitorAssessed("Acme", ("near",), price_to=TEN))
    assessed.when(AssessCompetitor("Acme", ("near",), price_to=TEN)).then_quiet()


@pytest.mark.parametrize("before", [(), (BidSubmitted(TEN),)])
def test_a_bid_is_submitted(before: tuple[object, ...]) -> None:
    command = SubmitBid(NINE, "press X", "net 30")
    given(OPENED, *before).when(command).then(BidSubmitted(NINE, "press X", "net 30"))


def test_a_bid_is_an_amount_of_money() -> None:
    odd = Money(Decimal("sNaN"), "CNY")
    given(OPENED, BidSubmitted(TEN)).when(SubmitBid(odd)).then_refused(NotMoney("amount", odd.flaw() or ""))


def test_submitting_the_same_bid_again_is_quiet() -> None:
    given(OPENED, BidSubmitted(TEN)).when(SubmitBid(TEN)).then_quiet()


@pytest.mark.parametrize("before", [(), (LEFT,), (RivalBidLearned("Acme", TEN),)])
def test_what_a_rival_bid_is_learnt_even_after_they_left(before: tuple[object, ...]) -> None:
    given(OPENED, ENTERED, *before).when(LearnRivalBid("Acme", NINE)).then(RivalBidLearned("Acme", NINE))


def test_who_never_was_in_the_deal_did_not_bid_and_nobody_bids_below_nothing() -> None:
    below = Money(Decimal(-1), "CNY")
    outcome = given(OPENED).when(LearnRivalBid("Acme", below))
    outcome.then_refused(NotInTheDeal("Acme"), Negative("amount", below))


def test_learning_the_same_bid_again_is_quiet() -> None:
    given(OPENED, ENTERED, RivalBidLearned("Acme", NINE)).when(LearnRivalBid("Acme", NINE)).then_quiet()


def test_what_will_decide_it_is_named() -> None:
    named = given(OPENED, SuccessFactorsNamed(("service",)))
    named.when(NameSuccessFactors(("price", "service"))).then(SuccessFactorsNamed(("price", "service")))


def test_success_factors_are_named_once_each() -> None:
    given(OPENED).when(NameSuccessFactors(())).then_refused(Missing("factors"))
    outcome = given(OPENED).when(NameSuccessFactors(("price", "", "price")))
    outcome.then_refused(Missing("factors"), NamedTwice("factors", "price"))


def test_naming_the_same_factors_again_is_quiet() -> None:
    given(OPENED, SuccessFactorsNamed(("service",))).when(NameSuccessFactors(("service",))).then_quiet()
