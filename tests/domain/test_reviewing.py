from uuid import UUID

import pytest

from dealflow.decider import Command
from dealflow.domain.asking import NamedTwice
from dealflow.domain.deal import (
    DealAbandoned,
    DealLost,
    DealOpened,
    DealReopened,
    DealReviewed,
    EndExplained,
    NotClosed,
    Side,
)
from dealflow.domain.noun import Missing, NotThere
from dealflow.domain.reviewing import ExplainEnd, ReviewDeal
from tests.scenario import given

OPENED = DealOpened(UUID(int=2), "Press line 3", "standard", 1, "training")
LOST, REOPENED = DealLost(), DealReopened("training", "a new budget")
EXPLAINED = EndExplained(Side.BUYER, "price", ("service",), "12 % too dear")
EXPLAIN = ExplainEnd(Side.BUYER, "price", ("service",), "12 % too dear")
REVIEWED = DealReviewed("never met the COO", "12 % above", "tender in May", "Acme bid late", "the COO")
REVIEW = ReviewDeal("never met the COO", "12 % above", "tender in May", "Acme bid late", "the COO")


@pytest.mark.parametrize("command", [EXPLAIN, REVIEW])
def test_a_deal_that_is_not_there_has_no_end(command: Command) -> None:
    given().when(command).then_refused(NotThere("deal"))


@pytest.mark.parametrize("end", [LOST, DealAbandoned("no funds")])
def test_an_end_is_explained(end: object) -> None:
    given(OPENED, end).when(EXPLAIN).then(EXPLAINED)


def test_everybody_has_an_explanation_of_their_own() -> None:
    outcome = given(OPENED, LOST, EXPLAINED).when(ExplainEnd(Side.SELLER, "price"))
    outcome.then(EndExplained(Side.SELLER, "price"))


def test_only_an_end_is_explained_and_with_reasons() -> None:
    outcome = given(OPENED).when(ExplainEnd(Side.BUYER, "", ("service", "service")))
    outcome.then_refused(NotClosed("training"), Missing("primary_reason"), NamedTwice("contributing", "service"))


def test_explaining_the_same_again_is_quiet() -> None:
    given(OPENED, LOST, EXPLAINED).when(EXPLAIN).then_quiet()


def test_a_deal_is_reviewed() -> None:
    given(OPENED, LOST).when(REVIEW).then(REVIEWED)


def test_only_a_deal_that_has_ended_is_reviewed_and_in_all_five_respects() -> None:
    given(OPENED).when(ReviewDeal("", "", "", "", "")).then_refused(
        NotClosed("training"), *map(Missing, ("people", "money", "things", "intelligence", "key_points"))
    )


def test_reviewing_the_same_again_is_quiet() -> None:
    given(OPENED, LOST, REVIEWED).when(REVIEW).then_quiet()


def test_another_end_is_explained_and_reviewed_anew() -> None:
    again = given(OPENED, LOST, EXPLAINED, REVIEWED, REOPENED, LOST)
    again.when(EXPLAIN).then(EXPLAINED)
    again.when(REVIEW).then(REVIEWED)
