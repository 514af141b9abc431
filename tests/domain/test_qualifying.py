from uuid import UUID

import pytest

from dealflow.decider import Command
from dealflow.domain.asking import NamedTwice
from dealflow.domain.contest import CompetitorEntered, CompetitorLeft, NotInTheDeal
from dealflow.domain.deal import DealAbandoned, DealGraded, DealOpened, DealOwnerAssigned
from dealflow.domain.noun import Missing, NotThere
from dealflow.domain.qualification import Assessed, Pursuit, Qualified, Risk, Screening, YesNo
from dealflow.domain.qualifying import AssessSide, AssignDealOwner, GradeDeal, QualifyDeal
from tests.scenario import given

OPENED = DealOpened(UUID(int=2), "Press line 3", "standard", 1, "training")
SCREENING, RISK = Screening(needs_it_now=YesNo.YES), Risk(worth_winning=YesNo.YES)
ANSWERS = (("can they decide", YesNo.YES), ("are they funded", YesNo.UNKNOWN))
ENTERED = CompetitorEntered("Acme")


@pytest.mark.parametrize(
    "command",
    [
        QualifyDeal(SCREENING, RISK, Pursuit.PASS),
        AssessSide(ANSWERS),
        AssessSide(ANSWERS, "Acme"),
        GradeDeal("A"),
        AssignDealOwner("li.wei"),
    ],
)
def test_nothing_is_asked_of_a_deal_that_is_not_there(command: Command) -> None:
    given().when(command).then_refused(NotThere("deal"))


def test_a_deal_is_qualified() -> None:
    given(OPENED).when(QualifyDeal(SCREENING, RISK, Pursuit.PASS)).then(Qualified(SCREENING, RISK, Pursuit.PASS))


def test_a_closed_deal_may_be_qualified_late() -> None:
    closed = given(OPENED, DealAbandoned("no funds"))
    closed.when(QualifyDeal(SCREENING, RISK, Pursuit.ABANDON, "no funds")).then(
        Qualified(SCREENING, RISK, Pursuit.ABANDON, "no funds")
    )


@pytest.mark.parametrize("verdict", [Pursuit.REDUCE, Pursuit.ABANDON])
def test_less_than_full_force_needs_a_reason(verdict: Pursuit) -> None:
    given(OPENED).when(QualifyDeal(SCREENING, RISK, verdict)).then_refused(Missing("reason"))


def test_qualifying_with_the_same_answers_is_quiet() -> None:
    qualified = given(OPENED, Qualified(SCREENING, RISK, Pursuit.PASS))
    qualified.when(QualifyDeal(SCREENING, RISK, Pursuit.PASS)).then_quiet()


def test_we_are_assessed_and_each_competitor() -> None:
    given(OPENED).when(AssessSide(ANSWERS)).then(Assessed(ANSWERS))
    given(OPENED, ENTERED).when(AssessSide(ANSWERS, "Acme")).then(Assessed(ANSWERS, "Acme"))


def test_a_competitor_may_be_assessed_after_they_left() -> None:
    left = given(OPENED, ENTERED, CompetitorLeft("Acme"))
    left.when(AssessSide(ANSWERS, "Acme")).then(Assessed(ANSWERS, "Acme"))


def test_who_never_was_in_the_deal_is_not_assessed_and_a_question_is_answered_once() -> None:
    given(OPENED).when(AssessSide((), "Acme")).then_refused(Missing("answers"), NotInTheDeal("Acme"))
    twice = (*ANSWERS, ("are they funded", YesNo.NO), ("", YesNo.NO))
    given(OPENED).when(AssessSide(twice)).then_refused(Missing("answers"), NamedTwice("answers", "are they funded"))


def test_assessing_with_the_same_answers_is_quiet() -> None:
    assessed = given(OPENED, ENTERED, Assessed(ANSWERS), Assessed(ANSWERS, "Acme"))
    assessed.when(AssessSide(ANSWERS)).then_quiet()
    assessed.when(AssessSide(ANSWERS, "Acme")).then_quiet()


def test_a_deal_is_graded() -> None:
    given(OPENED, DealGraded("B")).when(GradeDeal("A")).then(DealGraded("A"))


def test_a_grade_says_something() -> None:
    given(OPENED).when(GradeDeal("")).then_refused(Missing("grade"))


def test_grading_the_same_again_is_quiet() -> None:
    given(OPENED, DealGraded("A")).when(GradeDeal("A")).then_quiet()


def test_a_deal_gets_an_owner() -> None:
    given(OPENED).when(AssignDealOwner("li.wei")).then(DealOwnerAssigned("li.wei"))


def test_an_owner_is_somebody() -> None:
    given(OPENED).when(AssignDealOwner("")).then_refused(Missing("owner"))


def test_assigning_the_same_owner_again_is_quiet() -> None:
    given(OPENED, DealOwnerAssigned("li.wei")).when(AssignDealOwner("li.wei")).then_quiet()
