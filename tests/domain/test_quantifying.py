from decimal import Decimal
from uuid import UUID

import pytest

from dealflow.decider import Command
from dealflow.domain.deal import DealOpened
from dealflow.domain.noun import IdTaken, Missing, NoSuchRef, NotThere
from dealflow.domain.purchase import ProblemQuantified, ProblemWithdrawn
from dealflow.domain.quantifying import QuantifyProblem, WithdrawProblem
from dealflow.domain.valuing import Negative, NotMoney
from dealflow.money import Money
from tests.scenario import given

WANG, TEN = UUID(int=3), Money.of(10, "CNY")
OPENED = DealOpened(UUID(int=2), "Press line 3", "standard", 1, "training")
TRAINING = ProblemQuantified("training", "operators must be trained", TEN, WANG)
QUANTIFY = QuantifyProblem("operators must be trained", TEN, WANG, "training")
WITHDRAWN = ProblemWithdrawn("training", "they are trained")


@pytest.mark.parametrize("command", [QUANTIFY, WithdrawProblem("training", "they are trained")])
def test_nothing_is_quantified_in_a_deal_that_is_not_there(command: Command) -> None:
    given().when(command).then_refused(NotThere("deal"))


def test_a_problem_is_quantified_under_the_id_it_is_given() -> None:
    given(OPENED).when(QUANTIFY).then(TRAINING)


def test_a_problem_without_an_id_gets_one_of_its_own() -> None:
    given(OPENED).when(QuantifyProblem("overtime", TEN)).then(ProblemQuantified("problem-2", "overtime", TEN))


def test_a_problem_says_something_costs_money_and_has_an_id_of_its_own() -> None:
    below = Money(Decimal(-1), "CNY")
    outcome = given(OPENED, TRAINING).when(QuantifyProblem("", below, id="training"))
    outcome.then_refused(Missing("problem"), Negative("cost", below), IdTaken("training"))


def test_what_is_no_number_is_refused_and_never_compared() -> None:
    odd = Money(Decimal("sNaN"), "CNY")
    outcome = given(OPENED, TRAINING).when(QuantifyProblem("operators must be trained", odd, WANG, "training"))
    outcome.then_refused(NotMoney("cost", odd.flaw() or ""), IdTaken("training"))


@pytest.mark.parametrize("after", [(), (WITHDRAWN,)])
def test_quantifying_the_same_under_the_same_id_is_quiet(after: tuple[object, ...]) -> None:
    given(OPENED, TRAINING, *after).when(QUANTIFY).then_quiet()


def test_a_problem_is_withdrawn() -> None:
    given(OPENED, TRAINING).when(WithdrawProblem("training", "they are trained")).then(WITHDRAWN)


def test_only_what_was_quantified_is_withdrawn_and_with_a_reason() -> None:
    outcome = given(OPENED).when(WithdrawProblem("training", ""))
    outcome.then_refused(NoSuchRef("training", "quantified problem"), Missing("reason"))


def test_withdrawing_twice_is_quiet() -> None:
    given(OPENED, TRAINING, WITHDRAWN).when(WithdrawProblem("training", "not any more")).then_quiet()
