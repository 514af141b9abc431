from datetime import date
from math import nan
from uuid import UUID

import pytest

from dealflow.decider import Command
from dealflow.domain.acceptance import (
    Closeness,
    PriceAcceptanceRated,
    RivalClosenessRated,
    SolutionAcceptanceRated,
)
from dealflow.domain.asking import OutOfRange
from dealflow.domain.inquiry import Spin
from dealflow.domain.need import NeedKind, NeedMoved, NeedUncovered, Rung
from dealflow.domain.noun import IdTaken, Missing, NoSuchRef, NotThere
from dealflow.domain.personal import Personal
from dealflow.domain.stakeholder import Erased, SocialStyle, StakeholderErased, StakeholderIdentified, StyleObserved
from dealflow.domain.understanding import (
    MoveNeed,
    ObserveStyle,
    RatePriceAcceptance,
    RateRivalCloseness,
    RateSolutionAcceptance,
    UncoverNeed,
)
from tests.scenario import STREAM, given

DEAL = UUID(int=4)
WANG = StakeholderIdentified(UUID(int=2), Personal("Wang", STREAM))
ERASED = StakeholderErased("asked for it")
SCRAP = NeedUncovered("scrap", NeedKind.COST, explicit=True, text=Personal("scrap is dear", STREAM), deal=DEAL)
GROWING = NeedMoved("scrap", Rung.GROWING, Spin.IMPLICATION)
UNCOVER_SCRAP = UncoverNeed(NeedKind.COST, explicit=True, text="scrap is dear", deal=DEAL, id="scrap")


@pytest.mark.parametrize(
    "command",
    [
        UNCOVER_SCRAP,
        ObserveStyle(SocialStyle.ANALYST),
        RateSolutionAcceptance(0.5),
        RatePriceAcceptance(0.5),
        RateRivalCloseness("Acme", Closeness.HIGH),
    ],
)
def test_nothing_is_asked_of_a_person_who_is_not_there(command: Command) -> None:
    given().when(command).then_refused(NotThere("stakeholder"))


def test_a_need_of_nobody_does_not_move() -> None:
    given().when(MoveNeed("scrap", Rung.GROWING)).then_refused(NotThere("stakeholder"))


def test_a_need_is_uncovered_under_the_id_it_is_given() -> None:
    given(WANG).when(UNCOVER_SCRAP).then(SCRAP)


def test_a_need_without_an_id_gets_one_of_its_own() -> None:
    outcome = given(WANG).when(UncoverNeed(NeedKind.STATUS, explicit=False))
    outcome.then(NeedUncovered("need-2", NeedKind.STATUS, explicit=False))


def test_an_id_is_given_to_one_need() -> None:
    given(WANG, SCRAP).when(UncoverNeed(NeedKind.SAFETY, explicit=True, id="scrap")).then_refused(IdTaken("scrap"))


def test_uncovering_the_same_under_the_same_id_is_quiet() -> None:
    given(WANG, SCRAP, GROWING).when(UNCOVER_SCRAP).then_quiet()


def test_nothing_is_said_of_what_an_erased_person_wants_but_that_they_want_it() -> None:
    known = given(WANG, ERASED)
    known.when(UNCOVER_SCRAP).then_refused(Erased())
    known.when(UNCOVER_SCRAP, at=date(2026, 1, 5)).then_refused(Erased())
    known.when(UncoverNeed(NeedKind.COST, explicit=True)).then(NeedUncovered("need-3", NeedKind.COST, explicit=True))


@pytest.mark.parametrize("before", [(), (NeedMoved("scrap", Rung.DISSATISFIED),)])
def test_a_need_moves_up_the_ladder(before: tuple[object, ...]) -> None:
    given(WANG, SCRAP, *before).when(MoveNeed("scrap", Rung.GROWING, Spin.IMPLICATION)).then(GROWING)


def test_a_need_that_nobody_uncovered_does_not_move() -> None:
    given(WANG).when(MoveNeed("scrap", Rung.GROWING)).then_refused(NoSuchRef("scrap", "need"))


def test_moving_a_need_to_the_rung_it_stands_on_is_quiet() -> None:
    given(WANG, SCRAP, GROWING).when(MoveNeed("scrap", Rung.GROWING)).then_quiet()


def test_a_style_is_observed() -> None:
    given(WANG).when(ObserveStyle(SocialStyle.ANALYST)).then(StyleObserved(SocialStyle.ANALYST))


def test_observing_the_same_style_again_is_quiet() -> None:
    given(WANG, StyleObserved(SocialStyle.ANALYST)).when(ObserveStyle(SocialStyle.ANALYST)).then_quiet()


def test_acceptance_is_rated_standing_and_in_a_deal() -> None:
    standing = given(WANG, SolutionAcceptanceRated(0.5), PriceAcceptanceRated(0.5))
    standing.when(RateSolutionAcceptance(0.5, DEAL)).then(SolutionAcceptanceRated(0.5, DEAL))
    standing.when(RatePriceAcceptance(1, DEAL)).then(PriceAcceptanceRated(1, DEAL))


@pytest.mark.parametrize("asked", [RateSolutionAcceptance, RatePriceAcceptance])
@pytest.mark.parametrize("level", [-0.1, 1.1, 40.0])
def test_acceptance_goes_from_0_to_1(asked: type[RateSolutionAcceptance | RatePriceAcceptance], level: float) -> None:
    given(WANG).when(asked(level)).then_refused(OutOfRange("level", level, 0, 1))


def test_what_is_no_number_is_no_acceptance() -> None:
    outcome = given(WANG).when(RatePriceAcceptance(nan))
    outcome.asked_about = True
    assert [str(reason) for reason in outcome.reasons] == ["level is nan: expected 0 to 1"]


def test_rating_acceptance_the_same_again_is_quiet() -> None:
    rated = given(WANG, SolutionAcceptanceRated(0.5, DEAL), PriceAcceptanceRated(0.25))
    rated.when(RateSolutionAcceptance(0.5, DEAL)).then_quiet()
    rated.when(RatePriceAcceptance(0.25)).then_quiet()


def test_closeness_to_a_rival_is_rated() -> None:
    known = given(WANG, RivalClosenessRated("Acme", Closeness.LOW, DEAL))
    known.when(RateRivalCloseness("Acme", Closeness.HIGH, DEAL)).then(RivalClosenessRated("Acme", Closeness.HIGH, DEAL))


def test_a_rival_that_somebody_is_close_to_has_a_name() -> None:
    given(WANG).when(RateRivalCloseness("", Closeness.HIGH)).then_refused(Missing("competitor"))


def test_rating_closeness_the_same_again_is_quiet() -> None:
    rated = given(WANG, RivalClosenessRated("Acme", Closeness.LOW))
    rated.when(RateRivalCloseness("Acme", Closeness.LOW)).then_quiet()
