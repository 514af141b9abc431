from uuid import UUID

import pytest

from dealflow.decider import Command
from dealflow.domain.noun import NotThere
from dealflow.domain.personal import Personal
from dealflow.domain.relating import NoteInfluence, OwnInfluence, OwnManager, SetManager
from dealflow.domain.stakeholder import Influence, Influences, ReportsTo, StakeholderIdentified
from tests.scenario import STREAM, given

BOSS = UUID(int=5)
WANG = StakeholderIdentified(UUID(int=2), Personal("Wang", STREAM))


@pytest.mark.parametrize("command", [SetManager(BOSS), NoteInfluence(BOSS)])
def test_no_line_leads_from_a_person_who_is_not_there(command: Command) -> None:
    given().when(command).then_refused(NotThere("stakeholder"))


def test_a_person_reports_to_another() -> None:
    given(WANG).when(SetManager(BOSS)).then(ReportsTo(BOSS))


def test_whom_a_person_reports_to_may_become_unknown_again() -> None:
    given(WANG, ReportsTo(BOSS)).when(SetManager(None)).then(ReportsTo(None))


def test_nobody_reports_to_themselves() -> None:
    given(WANG).when(SetManager(STREAM)).then_refused(OwnManager())


def test_naming_the_same_manager_again_is_quiet() -> None:
    given(WANG, ReportsTo(BOSS)).when(SetManager(BOSS)).then_quiet()


@pytest.mark.parametrize("before", [(), (Influences(BOSS),)])
def test_a_persons_word_weighs_with_another(before: tuple[object, ...]) -> None:
    given(WANG, *before).when(NoteInfluence(BOSS, Influence.HIGH)).then(Influences(BOSS, Influence.HIGH))


def test_nobodys_word_weighs_with_themselves() -> None:
    given(WANG).when(NoteInfluence(STREAM)).then_refused(OwnInfluence())


def test_noting_the_same_influence_again_is_quiet() -> None:
    given(WANG, Influences(BOSS, Influence.HIGH)).when(NoteInfluence(BOSS, Influence.HIGH)).then_quiet()
