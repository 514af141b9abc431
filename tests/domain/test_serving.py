from datetime import date
from uuid import UUID

import pytest

from dealflow.decider import Command
from dealflow.domain.account import AccountRegistered
from dealflow.domain.asking import OverAlready
from dealflow.domain.matter import ComplaintRaised, IncidentKind, IncidentReported, MatterResolved
from dealflow.domain.noun import IdTaken, Missing, NoSuchRef, NotThere
from dealflow.domain.purchase import Level
from dealflow.domain.serving import RaiseComplaint, ReportIncident, ResolveMatter
from tests.scenario import given

WANG, DUE, PAST = UUID(int=3), date(2026, 2, 1), date(2025, 12, 24)
REGISTERED = AccountRegistered("Huaxin Steel")
NOISE = ComplaintRaised("noise", "line 3 is loud", Level.HIGH, DUE, WANG)
LATE = IncidentReported("late", IncidentKind.LATE_DELIVERY, Level.MEDIUM, DUE)
COMPLAIN = RaiseComplaint("line 3 is loud", Level.HIGH, DUE, WANG, "noise")
REPORT = ReportIncident(IncidentKind.LATE_DELIVERY, Level.MEDIUM, DUE, "late")
RESOLVED = MatterResolved("noise", "a new bearing")


@pytest.mark.parametrize("command", [COMPLAIN, REPORT, ResolveMatter("noise", "a new bearing")])
def test_nothing_goes_wrong_at_an_account_that_is_not_there(command: Command) -> None:
    given().when(command).then_refused(NotThere("account"))


def test_a_complaint_is_raised_under_the_id_it_is_given() -> None:
    given(REGISTERED).when(COMPLAIN).then(NOISE)


def test_a_complaint_without_an_id_gets_one_of_its_own() -> None:
    outcome = given(REGISTERED).when(RaiseComplaint("line 3 is loud", Level.LOW))
    outcome.then(ComplaintRaised("complaint-2", "line 3 is loud", Level.LOW))


def test_a_complaint_is_about_something_due_on_a_day_to_come_and_has_an_id_of_its_own() -> None:
    outcome = given(REGISTERED, NOISE).when(RaiseComplaint("", Level.LOW, PAST, id="noise"), at=DUE)
    outcome.then_refused(Missing("topic"), OverAlready("due", PAST, DUE), IdTaken("noise"))


@pytest.mark.parametrize("after", [(), (RESOLVED,)])
def test_raising_the_same_complaint_under_the_same_id_is_quiet(after: tuple[object, ...]) -> None:
    given(REGISTERED, NOISE, *after).when(COMPLAIN).then_quiet()


def test_an_incident_is_reported_under_the_id_it_is_given() -> None:
    given(REGISTERED).when(REPORT).then(LATE)


def test_an_incident_without_an_id_gets_one_of_its_own() -> None:
    outcome = given(REGISTERED).when(ReportIncident(IncidentKind.QUALITY, Level.LOW))
    outcome.then(IncidentReported("incident-2", IncidentKind.QUALITY, Level.LOW))


def test_an_incident_is_due_on_a_day_to_come_and_has_an_id_of_its_own() -> None:
    outcome = given(REGISTERED, NOISE).when(ReportIncident(IncidentKind.QUALITY, Level.LOW, PAST, "noise"), at=DUE)
    outcome.then_refused(OverAlready("due", PAST, DUE), IdTaken("noise"))


def test_reporting_the_same_incident_under_the_same_id_is_quiet() -> None:
    given(REGISTERED, LATE).when(REPORT).then_quiet()


@pytest.mark.parametrize("ref", ["noise", "late"])
def test_a_complaint_and_an_incident_are_resolved(ref: str) -> None:
    given(REGISTERED, NOISE, LATE).when(ResolveMatter(ref, "a new bearing")).then(MatterResolved(ref, "a new bearing"))


def test_only_what_was_raised_is_resolved_and_somehow() -> None:
    outcome = given(REGISTERED).when(ResolveMatter("noise", ""))
    outcome.then_refused(NoSuchRef("noise", "open matter"), Missing("how"))


def test_resolving_twice_is_quiet() -> None:
    given(REGISTERED, NOISE, RESOLVED).when(ResolveMatter("noise", "they got used to it")).then_quiet()
