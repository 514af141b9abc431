from datetime import date
from uuid import UUID

import pytest

from dealflow.decider import Command
from dealflow.domain.advancing import UnknownMilestone
from dealflow.domain.asking import OutOfOrder, OutOfRange
from dealflow.domain.deal import DealOpened, DealPlaybookChanged, EffortPlanned, MilestoneScheduled
from dealflow.domain.noun import Missing, NotThere
from dealflow.domain.playbook import STANDARD, Milestone, Playbook
from dealflow.domain.scheduling import PlanEffort, ScheduleMilestone
from tests.scenario import given

OPENED = DealOpened(UUID(int=2), "Press line 3", "standard", 1, "training")
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
BOOKED = EffortPlanned("li.wei", MARCH, APRIL, 0.5)
SHORT = Playbook.of("short", "Short", [Milestone("a", "A"), Milestone("b", "B")])


@pytest.mark.parametrize("command", [ScheduleMilestone("proposal", MARCH), PlanEffort("li.wei", MARCH, APRIL, 0.5)])
def test_a_deal_that_is_not_there_has_no_calendar(command: Command) -> None:
    given().when(command).then_refused(NotThere("deal"))


@pytest.mark.parametrize("before", [(), (MilestoneScheduled("proposal", APRIL),)])
def test_a_milestone_is_planned_for_a_day(before: tuple[object, ...]) -> None:
    given(OPENED, *before).when(ScheduleMilestone("proposal", MARCH)).then(MilestoneScheduled("proposal", MARCH))


def test_a_milestone_is_one_of_the_playbook_the_deal_runs_on() -> None:
    given(OPENED).when(ScheduleMilestone("b", MARCH)).then_refused(UnknownMilestone("b", STANDARD.keys()))
    moved = given(OPENED, DealPlaybookChanged("short", 1, "a", "a small one")).under(STANDARD, SHORT)
    moved.when(ScheduleMilestone("b", MARCH)).then(MilestoneScheduled("b", MARCH))


def test_where_nobody_knows_the_playbook_nothing_is_a_milestone() -> None:
    given(OPENED).under().when(ScheduleMilestone("proposal", MARCH)).then_refused(UnknownMilestone("proposal", ()))


def test_scheduling_the_same_day_again_is_quiet() -> None:
    given(OPENED, MilestoneScheduled("proposal", MARCH)).when(ScheduleMilestone("proposal", MARCH)).then_quiet()


def test_one_of_ours_is_booked() -> None:
    given(OPENED).when(PlanEffort("li.wei", MARCH, APRIL, 0.5)).then(BOOKED)


def test_a_booking_is_of_somebody_from_a_day_to_a_later_one_for_a_share_of_their_time() -> None:
    outcome = given(OPENED).when(PlanEffort("", APRIL, MARCH, 50))
    outcome.then_refused(Missing("ours"), OutOfOrder("start", APRIL, "end", MARCH), OutOfRange("share", 50, 0, 1))


def test_a_booking_may_be_of_one_day() -> None:
    given(OPENED).when(PlanEffort("li.wei", MARCH, MARCH, 1)).then(EffortPlanned("li.wei", MARCH, MARCH, 1))


def test_booking_the_same_again_is_quiet() -> None:
    given(OPENED, BOOKED).when(PlanEffort("li.wei", MARCH, APRIL, 0.5)).then_quiet()
