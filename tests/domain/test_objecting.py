from uuid import UUID

import pytest

from dealflow.decider import Command
from dealflow.domain.interaction import Channel, InteractionHeld
from dealflow.domain.noun import IdTaken, NoSuchRef, NotThere
from dealflow.domain.objecting import AnswerObjection, ConcedeObjection, RaiseObjection, ResolveObjection
from dealflow.domain.objection import (
    ObjectionAnswered,
    ObjectionConceded,
    ObjectionKind,
    ObjectionRaised,
    ObjectionResolved,
    ObjectionTopic,
    Technique,
)
from dealflow.domain.personal import Personal, WhoseWords
from tests.scenario import given

WANG, DEAL, LATER = UUID(int=3), UUID(int=4), UUID(int=5)
HELD = InteractionHeld(UUID(int=2), Channel.VISIT, (WANG,))
RAISED = ObjectionRaised("price", ObjectionTopic.PRICE)
ANSWERED = ObjectionAnswered("price", Technique.FIVE_WHYS)
RESOLVED, CONCEDED = ObjectionResolved("price"), ObjectionConceded("price")
ANSWER, RESOLVE, CONCEDE = (
    AnswerObjection("price", Technique.FIVE_WHYS),
    ResolveObjection("price"),
    ConcedeObjection("price"),
)


@pytest.mark.parametrize("command", [RaiseObjection(ObjectionTopic.PRICE), ANSWER, RESOLVE, CONCEDE])
def test_nobody_objects_in_an_interaction_that_is_not_there(command: Command) -> None:
    given().when(command).then_refused(NotThere("interaction"))


def test_an_objection_is_raised_under_the_id_it_is_given() -> None:
    command = RaiseObjection(ObjectionTopic.PRICE, ObjectionKind.TRUE, WANG, "12 % too dear", DEAL, "price")
    event = ObjectionRaised(
        "price", ObjectionTopic.PRICE, ObjectionKind.TRUE, WANG, Personal("12 % too dear", WANG), DEAL
    )
    given(HELD).when(command).then(event)


def test_an_objection_without_an_id_gets_one_of_its_own() -> None:
    raised = given(HELD).when(RaiseObjection(ObjectionTopic.TIMING))
    raised.then(ObjectionRaised("objection-2", ObjectionTopic.TIMING))


def test_words_are_somebodys_and_an_id_is_given_once() -> None:
    outcome = given(HELD, RAISED).when(RaiseObjection(ObjectionTopic.TRUST, text="who are you?", id="price"))
    outcome.then_refused(WhoseWords("by"), IdTaken("price"))


def test_raising_the_same_under_the_same_id_is_quiet() -> None:
    given(HELD, RAISED, ANSWERED).when(RaiseObjection(ObjectionTopic.PRICE, id="price")).then_quiet()


def test_an_objection_is_answered_in_a_later_interaction() -> None:
    command = AnswerObjection("price", Technique.THIRD_PARTY_PROOF, "what Baogang saved", LATER)
    event = ObjectionAnswered("price", Technique.THIRD_PARTY_PROOF, "what Baogang saved", LATER)
    given(HELD, RAISED, ANSWERED).when(command).then(event)


def test_answering_the_same_way_again_is_quiet() -> None:
    given(HELD, RAISED, ANSWERED).when(AnswerObjection("price", Technique.FIVE_WHYS)).then_quiet()


@pytest.mark.parametrize("settled", [RESOLVED, CONCEDED])
def test_what_is_settled_is_not_answered(settled: object) -> None:
    outcome = given(HELD, RAISED, settled).when(AnswerObjection("price", Technique.FIVE_WHYS))
    outcome.then_refused(NoSuchRef("price", "open objection"))


@pytest.mark.parametrize("before", [(), (ANSWERED,)])
def test_an_objection_is_resolved(before: tuple[object, ...]) -> None:
    given(HELD, RAISED, *before).when(ResolveObjection("price", LATER)).then(ObjectionResolved("price", LATER))


def test_resolving_twice_is_quiet() -> None:
    given(HELD, RAISED, RESOLVED).when(ResolveObjection("price", LATER)).then_quiet()


@pytest.mark.parametrize("before", [(), (ANSWERED,)])
def test_an_objection_is_conceded(before: tuple[object, ...]) -> None:
    given(HELD, RAISED, *before).when(ConcedeObjection("price", LATER)).then(ObjectionConceded("price", LATER))


def test_conceding_twice_is_quiet() -> None:
    given(HELD, RAISED, CONCEDED).when(ConcedeObjection("price")).then_quiet()


def test_an_objection_is_settled_one_way() -> None:
    given(HELD, RAISED, RESOLVED).when(ConcedeObjection("price")).then_refused(NoSuchRef("price", "open objection"))
    given(HELD, RAISED, CONCEDED).when(ResolveObjection("price")).then_refused(NoSuchRef("price", "open objection"))


def test_what_nobody_raised_is_neither_answered_nor_settled() -> None:
    given(HELD).when(ANSWER).then_refused(NoSuchRef("price", "objection"))
    given(HELD).when(RESOLVE).then_refused(NoSuchRef("price", "open objection"))
    given(HELD).when(CONCEDE).then_refused(NoSuchRef("price", "open objection"))
