from datetime import date
from math import inf
from uuid import UUID

import pytest

from dealflow.decider import Command
from dealflow.domain.asking import MoreThanWhole, NamedTwice, OutOfOrder, OutOfRange
from dealflow.domain.deal import DealOpened
from dealflow.domain.informing import (
    LearnCriteria,
    LearnPurchaseMode,
    MapPurchaseProcess,
    NoteInformation,
    RateTechnicalContent,
    ReachPurchaseStep,
    UnknownStep,
)
from dealflow.domain.noun import Missing, NotThere
from dealflow.domain.purchase import (
    BuyingCriterion,
    CriteriaLearned,
    Favours,
    InformationNoted,
    Level,
    PurchaseMode,
    PurchaseModeLearned,
    PurchaseProcessMapped,
    PurchaseStep,
    PurchaseStepReached,
    TechnicalContentRated,
)
from tests.scenario import given

WANG = UUID(int=3)
OPENED = DealOpened(UUID(int=2), "Press line 3", "standard", 1, "training")
STEPS = (PurchaseStep("approval", WANG, date(2026, 3, 1)), PurchaseStep("screening"), PurchaseStep("tender"))
CRITERIA = (BuyingCriterion("price", 0.4, Favours.RIVAL), BuyingCriterion("service", 0.6), BuyingCriterion("style"))


@pytest.mark.parametrize(
    "command",
    [
        NoteInformation(5, "rated A"),
        LearnCriteria(CRITERIA),
        LearnPurchaseMode(PurchaseMode.OWNER_BUYS),
        RateTechnicalContent(Level.HIGH),
        MapPurchaseProcess(STEPS),
        ReachPurchaseStep("tender"),
    ],
)
def test_nothing_is_known_of_a_deal_that_is_not_there(command: Command) -> None:
    given().when(command).then_refused(NotThere("deal"))


def test_information_is_noted() -> None:
    given(OPENED).when(NoteInformation(5, "rated A", WANG)).then(InformationNoted(5, "rated A", WANG))


@pytest.mark.parametrize("point", [0, 10])
def test_there_are_nine_points_to_know(point: int) -> None:
    given(OPENED).when(NoteInformation(point)).then_refused(OutOfRange("point", point, 1, 9))


def test_what_is_noted_again_later_is_known_anew() -> None:
    given(OPENED, InformationNoted(5, "rated A")).when(NoteInformation(5, "rated A")).then(
        InformationNoted(5, "rated A")
    )


def test_noting_the_same_of_the_same_day_is_quiet() -> None:
    noted = given(OPENED, (date(2026, 2, 1), InformationNoted(5, "rated A")))
    noted.when(NoteInformation(5, "rated A"), at=date(2026, 2, 1)).then_quiet()


def test_criteria_are_learnt() -> None:
    given(OPENED).when(LearnCriteria(CRITERIA)).then(CriteriaLearned(CRITERIA))


def test_criteria_are_named_once_each() -> None:
    given(OPENED).when(LearnCriteria(())).then_refused(Missing("criteria"))
    unnamed = (BuyingCriterion(""), BuyingCriterion("price"), BuyingCriterion("price"))
    given(OPENED).when(LearnCriteria(unnamed)).then_refused(Missing("criteria"), NamedTwice("criteria", "price"))


def test_weights_are_shares_of_one_score() -> None:
    odd = (BuyingCriterion("price", -0.1), BuyingCriterion("service", inf), BuyingCriterion("style", 0.5))
    given(OPENED).when(LearnCriteria(odd)).then_refused(
        OutOfRange("weight of price", -0.1, 0, 1), OutOfRange("weight of service", inf, 0, 1)
    )
    much = (BuyingCriterion("price", 0.5), BuyingCriterion("service", 0.75))
    given(OPENED).when(LearnCriteria(much)).then_refused(MoreThanWhole("weights", 1.25))


def test_weights_that_add_up_but_for_rounding_are_whole() -> None:
    thirds = tuple(BuyingCriterion(name, 0.33333333336) for name in "abc")
    given(OPENED).when(LearnCriteria(thirds)).then(CriteriaLearned(thirds))


def test_learning_the_same_criteria_again_is_quiet() -> None:
    given(OPENED, CriteriaLearned(CRITERIA)).when(LearnCriteria(CRITERIA)).then_quiet()


def test_a_purchase_mode_is_learnt() -> None:
    command = LearnPurchaseMode(PurchaseMode.CONTRACTOR_DECIDES)
    given(OPENED).when(command).then(PurchaseModeLearned(PurchaseMode.CONTRACTOR_DECIDES))


def test_learning_the_same_mode_again_is_quiet() -> None:
    known = given(OPENED, PurchaseModeLearned(PurchaseMode.OWNER_BUYS))
    known.when(LearnPurchaseMode(PurchaseMode.OWNER_BUYS)).then_quiet()


def test_technical_content_is_rated() -> None:
    given(OPENED).when(RateTechnicalContent(Level.HIGH)).then(TechnicalContentRated(Level.HIGH))


def test_rating_the_same_technical_content_again_is_quiet() -> None:
    given(OPENED, TechnicalContentRated(Level.HIGH)).when(RateTechnicalContent(Level.HIGH)).then_quiet()


def test_a_purchase_process_is_mapped() -> None:
    given(OPENED).when(MapPurchaseProcess(STEPS)).then(PurchaseProcessMapped(STEPS))


def test_steps_are_named_once_each_and_their_days_run_forward() -> None:
    given(OPENED).when(MapPurchaseProcess(())).then_refused(Missing("steps"))
    twice = (PurchaseStep("tender"), PurchaseStep("tender"), PurchaseStep(""))
    given(OPENED).when(MapPurchaseProcess(twice)).then_refused(Missing("steps"), NamedTwice("steps", "tender"))
    back = (*STEPS, PurchaseStep("contract", when=date(2026, 2, 1)))
    given(OPENED).when(MapPurchaseProcess(back)).then_refused(
        OutOfOrder("approval", date(2026, 3, 1), "contract", date(2026, 2, 1))
    )


def test_mapping_the_same_steps_again_is_quiet() -> None:
    given(OPENED, PurchaseProcessMapped(STEPS)).when(MapPurchaseProcess(STEPS)).then_quiet()


@pytest.mark.parametrize("before", [(), (PurchaseProcessMapped(STEPS),)])
def test_the_customer_reaches_a_step(before: tuple[object, ...]) -> None:
    given(OPENED, *before).when(ReachPurchaseStep("tender")).then(PurchaseStepReached("tender"))


def test_a_step_is_one_of_their_process_where_it_was_mapped() -> None:
    given(OPENED).when(ReachPurchaseStep("")).then_refused(Missing("step"))
    mapped = given(OPENED, PurchaseProcessMapped(STEPS))
    mapped.when(ReachPurchaseStep("dinner")).then_refused(UnknownStep("dinner", ("approval", "screening", "tender")))
    mapped.when(ReachPurchaseStep("")).then_refused(Missing("step"))


def test_reaching_the_same_step_twice_is_quiet() -> None:
    given(OPENED, PurchaseStepReached("tender")).when(ReachPurchaseStep("tender")).then_quiet()
