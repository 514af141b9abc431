from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from dealflow.decider import Command
from dealflow.domain.asking import OverAlready
from dealflow.domain.coverage import ActionChecked, ActionPlanned, CounterpartAssigned, CounterpartReleased
from dealflow.domain.covering import AssignCounterpart, CheckAction, NotFacing, PlanAction, ReleaseCounterpart
from dealflow.domain.noun import IdTaken, Missing, NoSuchRef, NotThere
from dealflow.domain.personal import Personal
from dealflow.domain.stakeholder import Erased, StakeholderErased, StakeholderIdentified
from tests.scenario import STREAM, given

DEAL, DUE = UUID(int=4), date(2026, 2, 1)
WANG = StakeholderIdentified(UUID(int=2), Personal("Wang", STREAM))
LI, LI_HERE = CounterpartAssigned("li.wei", main=True), CounterpartAssigned("li.wei", main=True, deal=DEAL)
INVITED = ActionPlanned("plant", Personal("invite him to the plant", STREAM), "li.wei", DUE, DEAL)
INVITE = PlanAction("invite him to the plant", "li.wei", DUE, DEAL, "plant")
CAME = ActionChecked("plant", done=True, result=Personal("he came", STREAM))


@pytest.mark.parametrize(
    "command",
    [AssignCounterpart("li.wei", main=True), ReleaseCounterpart("li.wei"), INVITE, CheckAction("plant", done=True)],
)
def test_nothing_is_done_about_a_person_who_is_not_there(command: Command) -> None:
    given().when(command).then_refused(NotThere("stakeholder"))


def test_one_of_ours_faces_a_person_standing_and_in_a_deal() -> None:
    given(WANG).when(AssignCounterpart("li.wei", main=True)).then(LI)
    given(WANG, LI).when(AssignCounterpart("li.wei", main=True, deal=DEAL)).then(LI_HERE)


def test_the_main_contact_may_become_one_of_several() -> None:
    outcome = given(WANG, LI).when(AssignCounterpart("li.wei", main=False))
    outcome.then(CounterpartAssigned("li.wei", main=False))


def test_a_counterpart_is_somebody() -> None:
    given(WANG).when(AssignCounterpart("", main=False)).then_refused(Missing("ours"))


def test_assigning_the_same_counterpart_again_is_quiet() -> None:
    given(WANG, LI).when(AssignCounterpart("li.wei", main=True)).then_quiet()


def test_a_counterpart_is_released() -> None:
    given(WANG, LI).when(ReleaseCounterpart("li.wei")).then(CounterpartReleased("li.wei"))


def test_a_standing_counterpart_is_released_in_one_deal() -> None:
    given(WANG, LI).when(ReleaseCounterpart("li.wei", DEAL)).then(CounterpartReleased("li.wei", DEAL))


@pytest.mark.parametrize("deal", [None, DEAL])
def test_who_does_not_face_a_person_is_not_released(deal: UUID | None) -> None:
    given(WANG, LI).when(ReleaseCounterpart("zhang.min", deal)).then_refused(NotFacing("zhang.min", deal))


def test_who_faces_a_person_in_one_deal_does_not_face_them_everywhere() -> None:
    given(WANG, LI_HERE).when(ReleaseCounterpart("li.wei")).then_refused(NotFacing("li.wei", None))


@pytest.mark.parametrize("deal", [None, DEAL])
def test_releasing_a_counterpart_twice_is_quiet(deal: UUID | None) -> None:
    given(WANG, LI, CounterpartReleased("li.wei")).when(ReleaseCounterpart("li.wei", deal)).then_quiet()


def test_a_countermeasure_is_planned_under_the_id_it_is_given() -> None:
    given(WANG).when(INVITE).then(INVITED)


def test_a_countermeasure_without_an_id_gets_one_of_its_own() -> None:
    outcome = given(WANG).when(PlanAction("call him", "li.wei", DUE))
    outcome.then(ActionPlanned("action-2", Personal("call him", STREAM), "li.wei", DUE))


def test_a_countermeasure_says_what_by_whom_until_a_day_to_come_and_has_an_id_of_its_own() -> None:
    past = date(2025, 12, 24)
    outcome = given(WANG, INVITED).when(PlanAction("", "", past, id="plant"), at=date(2026, 1, 7))
    outcome.then_refused(Missing("what"), Missing("who"), OverAlready("due", past, date(2026, 1, 7)), IdTaken("plant"))


@pytest.mark.parametrize("due", [date(2026, 1, 7), date(2026, 1, 6), date.max])
def test_a_day_that_is_not_over_everywhere_is_still_to_come(due: date) -> None:
    at = datetime(2026, 1, 7, 6, tzinfo=UTC)  # the evening of the 6th in Los Angeles
    outcome = given(WANG).when(PlanAction("call him", "li.wei", due), at=at)
    outcome.then(ActionPlanned("action-2", Personal("call him", STREAM), "li.wei", due))


def test_a_day_that_is_over_everywhere_is_not_to_come() -> None:
    at, due = datetime(2026, 1, 7, 12, tzinfo=UTC), date(2026, 1, 6)
    outcome = given(WANG).when(PlanAction("call him", "li.wei", due), at=at)
    outcome.then_refused(OverAlready("due", due, date(2026, 1, 7)))


def test_planning_the_same_under_the_same_id_is_quiet() -> None:
    given(WANG, INVITED, CAME).when(INVITE).then_quiet()


def test_nothing_is_planned_in_words_about_an_erased_person() -> None:
    known = given(WANG, INVITED, StakeholderErased("asked for it"))
    known.when(PlanAction("call him", "li.wei", DUE)).then_refused(Erased())
    known.when(PlanAction("call him", "li.wei", DUE), at=date(2026, 1, 6)).then_refused(Erased())
    known.when(CheckAction("plant", done=True, result="he came"), at=date(2026, 1, 6)).then_refused(Erased())
    known.when(CheckAction("plant", done=True)).then(ActionChecked("plant", done=True))


def test_a_countermeasure_is_checked() -> None:
    given(WANG, INVITED).when(CheckAction("plant", done=True, result="he came")).then(CAME)


def test_what_was_not_done_is_checked_again() -> None:
    put_off = ActionChecked("plant", done=False)
    given(WANG, INVITED, put_off).when(CheckAction("plant", done=True, result="he came")).then(CAME)


def test_what_nobody_planned_or_what_is_done_is_not_checked() -> None:
    unknown = NoSuchRef("plant", "open action")
    given(WANG).when(CheckAction("plant", done=True)).then_refused(unknown)
    given(WANG, INVITED, CAME).when(CheckAction("plant", done=False)).then_refused(unknown)


def test_checking_with_the_same_result_again_is_quiet() -> None:
    given(WANG, INVITED, CAME).when(CheckAction("plant", done=True, result="he came")).then_quiet()
