from uuid import UUID

import pytest

from dealflow.decider import Command
from dealflow.domain.deal import DealAbandoned, DealOpened, DealOwnerAssigned
from dealflow.domain.noun import Missing, NotThere
from dealflow.domain.qualification import Pursuit, Qualified, Risk, Screening, YesNo
from dealflow.domain.qualifying import AssignDealOwner, QualifyDeal
from tests.scenario import given

OPENED = DealOpened(UUID(int=2), "Press line 3", "standard", 1, "training")
SCREENING, RISK = Screening(needs_it_now=YesNo.YES), Risk(worth_winning=YesNo.YES)


@pytest.mark.parametrize("command", [QualifyDeal(SCREENING, RISK, Pursuit.PASS), AssignDealOwner("li.wei")])
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


def test_a_deal_gets_an_owner() -> None:
    given(OPENED).when(AssignDealOwner("li.wei")).then(DealOwnerAssigned("li.wei"))


def test_an_owner_is_somebody() -> None:
    given(OPENED).when(AssignDealOwner("")).then_refused(Missing("owner"))


def test_assigning_the_same_owner_again_is_quiet() -> None:
    given(OPENED, DealOwnerAssigned("li.wei")).when(AssignDealOwner("li.wei")).then_quiet()
