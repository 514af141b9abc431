from decimal import Decimal

import pytest

from dealflow.decider import Command
from dealflow.domain.defining import DefinePlaybook, RetirePlaybook, RevisePlaybook
from dealflow.domain.noting import MergeInto
from dealflow.domain.noun import AlreadyThere, Missing, NotThere
from dealflow.domain.playbook import (
    STANDARD,
    ChanceOutOfRange,
    Ends,
    Meaning,
    Milestone,
    MilestoneTwice,
    NoTwin,
    Playbook,
    PlaybookDefined,
    PlaybookRetired,
    PlaybookRevised,
    Retired,
    playbook_id,
)
from tests.scenario import given

SHORT = (Milestone("offer", "Offer"), Milestone("contract", "Contract", Decimal(1), meaning=Meaning.WON_READY))
LONGER = (Milestone("talk", "Talk"), *SHORT)
TWICE = (Milestone("offer", "Offer"), Milestone("offer", "Offer again", Decimal("1.5")))
DEFINED = PlaybookDefined("short", "Short cycle", SHORT)
RETIRED = PlaybookRetired("all deals are long")


@pytest.mark.parametrize("command", [RevisePlaybook(LONGER, "talks count"), RetirePlaybook("all deals are long")])
def test_nothing_is_asked_of_a_playbook_that_is_not_there(command: Command) -> None:
    given().when(command).then_refused(NotThere("playbook"))


def test_a_playbook_is_defined() -> None:
    given().when(DefinePlaybook("short", "Short cycle", SHORT)).then(DEFINED)


def test_a_playbook_without_key_name_and_milestones_is_none() -> None:
    given().when(DefinePlaybook("", "", ())).then_refused(Missing("key"), Missing("name"), Missing("milestones"))


def test_a_milestone_is_there_once_and_its_chance_is_a_chance() -> None:
    outcome = given().when(DefinePlaybook("short", "Short cycle", TWICE))
    outcome.then_refused(MilestoneTwice("offer"), ChanceOutOfRange("offer", Decimal("1.5")))


def test_a_key_stands_for_one_playbook() -> None:
    given(DEFINED).when(DefinePlaybook("short", "Short cycle", LONGER)).then_refused(AlreadyThere("playbook"))


def test_a_playbook_whose_ends_are_called_otherwise_is_another() -> None:
    renamed = DefinePlaybook("short", "Short cycle", SHORT, Ends(won="signed"))
    given(DEFINED).when(renamed).then_refused(AlreadyThere("playbook"))


def test_defining_the_same_milestones_again_is_quiet() -> None:
    given(DEFINED).when(DefinePlaybook("short", "Short cycle", SHORT)).then_quiet()


def test_a_playbook_is_revised() -> None:
    given(DEFINED).when(RevisePlaybook(LONGER, "talks count")).then(PlaybookRevised(LONGER, "talks count"))


def test_a_revision_needs_a_reason_and_milestones() -> None:
    given(DEFINED).when(RevisePlaybook((), "")).then_refused(Missing("reason"), Missing("milestones"))


def test_a_retired_playbook_is_not_revised() -> None:
    given(DEFINED, RETIRED).when(RevisePlaybook(LONGER, "talks count")).then_refused(Retired("short"))


def test_revising_to_the_milestones_it_has_is_quiet() -> None:
    given(DEFINED, PlaybookRevised(LONGER, "talks count")).when(RevisePlaybook(LONGER, "again")).then_quiet()


def test_going_back_to_earlier_milestones_is_a_new_version() -> None:
    revised = given(DEFINED, PlaybookRevised(LONGER, "talks count"))
    revised.when(RevisePlaybook(SHORT, "they do not")).then(PlaybookRevised(SHORT, "they do not"))


def test_a_playbook_is_retired() -> None:
    given(DEFINED).when(RetirePlaybook("all deals are long")).then(RETIRED)


def test_retiring_needs_a_reason() -> None:
    given(DEFINED).when(RetirePlaybook("")).then_refused(Missing("reason"))


def test_retiring_twice_is_quiet() -> None:
    given(DEFINED, RETIRED).when(RetirePlaybook("still")).then_quiet()


def test_a_key_is_one_stream_everywhere() -> None:
    assert playbook_id("standard") == playbook_id("standard")
    assert playbook_id("standard") != playbook_id("short")


def test_earlier_versions_stay_readable() -> None:
    playbook = Playbook("short", "Short cycle", (SHORT, LONGER))
    assert (playbook.version, playbook.keys(1), playbook.keys()) == (
        2,
        ("offer", "contract"),
        ("talk", "offer", "contract"),
    )
    assert (playbook.keys(3), playbook.milestone("talk", 1), playbook.milestone("talk")) == ((), None, LONGER[0])


def test_the_standard_cycle_is_23_weeks() -> None:
    days = sum(milestone.days or 0 for milestone in STANDARD.milestones())
    assert days == 23 * 7
    assert Decimal(days) / 30 == pytest.approx(Decimal("5.37"), abs=Decimal("0.005"))


def test_a_playbook_is_its_key_and_merged_into_no_other() -> None:
    defined = given(PlaybookDefined("short", "Short cycle", SHORT))
    defined.when(MergeInto(playbook_id("other"), "alike")).then_refused(NoTwin("short"))
