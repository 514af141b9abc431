from datetime import date

import pytest

from dealflow.decider import Command
from dealflow.domain.account import AccountRegistered
from dealflow.domain.alliance import (
    AgreementEnded,
    AgreementSigned,
    Direction,
    DirectionChanged,
    PlanMade,
    PlanReviewed,
)
from dealflow.domain.allying import EndAgreement, MakePlan, NoPlan, NoteDirectionChange, ReviewPlan, SignAgreement
from dealflow.domain.asking import NamedTwice, OverAlready
from dealflow.domain.noun import IdTaken, Missing, NoSuchRef, NotThere
from tests.scenario import given

UNTIL = date(2026, 12, 31)
REGISTERED = AccountRegistered("Huaxin Steel")
FRAME, ENDED = AgreementSigned("frame", "framework", UNTIL), AgreementEnded("frame", "not renewed")
ABROAD = DirectionChanged(Direction.STRATEGY, "goes abroad")
PLAN = PlanMade(("main supplier",), ("visit monthly",))
ON_TRACK = PlanReviewed("on track", "two visits")


@pytest.mark.parametrize(
    "command",
    [
        SignAgreement("framework", UNTIL),
        EndAgreement("frame", "not renewed"),
        NoteDirectionChange(Direction.STRATEGY, "goes abroad"),
        MakePlan(("main supplier",), ("visit monthly",)),
        ReviewPlan("on track"),
    ],
)
def test_nothing_binds_us_to_an_account_that_is_not_there(command: Command) -> None:
    given().when(command).then_refused(NotThere("account"))


def test_an_agreement_is_signed_under_the_id_it_is_given() -> None:
    given(REGISTERED).when(SignAgreement("framework", UNTIL, "frame")).then(FRAME)


def test_an_agreement_without_an_id_gets_one_of_its_own() -> None:
    given(REGISTERED).when(SignAgreement("framework")).then(AgreementSigned("agreement-2", "framework"))


def test_an_agreement_is_of_a_kind_not_over_before_it_is_signed_and_has_an_id_of_its_own() -> None:
    late = date(2027, 1, 15)
    outcome = given(REGISTERED, FRAME).when(SignAgreement("", UNTIL, "frame"), at=late)
    outcome.then_refused(Missing("kind"), OverAlready("until", UNTIL, late), IdTaken("frame"))


@pytest.mark.parametrize("after", [(), (ENDED,)])
def test_signing_the_same_under_the_same_id_is_quiet(after: tuple[object, ...]) -> None:
    given(REGISTERED, FRAME, *after).when(SignAgreement("framework", UNTIL, "frame")).then_quiet()


def test_an_agreement_is_ended() -> None:
    given(REGISTERED, FRAME).when(EndAgreement("frame", "not renewed")).then(ENDED)


def test_only_what_was_signed_is_ended_and_with_a_reason() -> None:
    outcome = given(REGISTERED).when(EndAgreement("frame", ""))
    outcome.then_refused(NoSuchRef("frame", "agreement in force"), Missing("reason"))


def test_ending_twice_is_quiet() -> None:
    given(REGISTERED, FRAME, ENDED).when(EndAgreement("frame", "a rival")).then_quiet()


def test_a_customer_takes_another_way() -> None:
    given(REGISTERED).when(NoteDirectionChange(Direction.STRATEGY, "goes abroad")).then(ABROAD)


def test_another_way_leads_somewhere() -> None:
    given(REGISTERED).when(NoteDirectionChange(Direction.STRATEGY, "")).then_refused(Missing("text"))


def test_noting_the_same_change_again_is_quiet() -> None:
    given(REGISTERED, ABROAD).when(NoteDirectionChange(Direction.STRATEGY, "goes abroad")).then_quiet()


def test_a_plan_is_made() -> None:
    given(REGISTERED).when(MakePlan(("main supplier",), ("visit monthly",))).then(PLAN)


def test_a_plan_has_goals_and_actions_each_once() -> None:
    given(REGISTERED).when(MakePlan((), ())).then_refused(Missing("goals"), Missing("actions"))
    outcome = given(REGISTERED).when(MakePlan(("main supplier", ""), ("visit", "visit")))
    outcome.then_refused(Missing("goals"), NamedTwice("actions", "visit"))


def test_making_the_same_plan_again_is_quiet() -> None:
    given(REGISTERED, PLAN, ON_TRACK).when(MakePlan(("main supplier",), ("visit monthly",))).then_quiet()


def test_a_plan_is_reviewed() -> None:
    given(REGISTERED, PLAN).when(ReviewPlan("on track", "two visits")).then(ON_TRACK)


def test_only_a_plan_is_reviewed_and_with_a_verdict() -> None:
    given(REGISTERED).when(ReviewPlan("")).then_refused(Missing("verdict"), NoPlan())


def test_what_is_found_again_later_is_found_anew() -> None:
    given(REGISTERED, PLAN, ON_TRACK, ABROAD).when(ReviewPlan("on track", "two visits")).then(ON_TRACK)


def test_reviewing_the_same_on_the_same_day_is_quiet() -> None:
    reviewed = given(REGISTERED, PLAN, (date(2026, 2, 1), ON_TRACK))
    reviewed.when(ReviewPlan("on track", "two visits"), at=date(2026, 2, 1)).then_quiet()
