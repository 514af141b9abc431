from datetime import date
from uuid import UUID

import pytest

from dealflow.decider import Command
from dealflow.domain.interaction import Channel, InteractionHeld
from dealflow.domain.noun import IdTaken, Missing, NoSuchRef, NotThere
from dealflow.domain.objecting import RaiseObjection
from dealflow.domain.objection import ObjectionRaised, ObjectionTopic
from dealflow.domain.promise import PromiseBroken, PromiseKept, PromiseMade
from dealflow.domain.promising import BreakPromise, KeepPromise, MakePromise
from tests.scenario import given

HELD = InteractionHeld(UUID(int=2), Channel.VISIT)
MADE = PromiseMade("drawings", "send the drawings", "li.wei", date(2026, 2, 9))
MAKE = MakePromise("send the drawings", "li.wei", date(2026, 2, 9), "drawings")
KEPT, BROKEN = PromiseKept("drawings"), PromiseBroken("drawings", "lost")


@pytest.mark.parametrize("command", [MAKE, KeepPromise("drawings"), BreakPromise("drawings")])
def test_nothing_is_promised_in_an_interaction_that_is_not_there(command: Command) -> None:
    given().when(command).then_refused(NotThere("interaction"))


def test_a_promise_is_made_under_the_id_it_is_given() -> None:
    given(HELD).when(MAKE).then(MADE)


def test_a_promise_without_an_id_gets_one_of_its_own() -> None:
    made = given(HELD).when(MakePromise("call back", "li.wei"))
    made.then(PromiseMade("promise-2", "call back", "li.wei"))


def test_a_promise_says_what_and_who_and_its_id_is_given_once() -> None:
    outcome = given(HELD, MADE).when(MakePromise("", "", id="drawings"))
    outcome.then_refused(Missing("what"), Missing("who"), IdTaken("drawings"))


def test_objections_and_promises_of_one_interaction_share_their_ids() -> None:
    objected = given(HELD, ObjectionRaised("price", ObjectionTopic.PRICE))
    objected.when(MakePromise("a rebate", "li.wei", id="price")).then_refused(IdTaken("price"))
    given(HELD, MADE).when(RaiseObjection(ObjectionTopic.PRICE, id="drawings")).then_refused(IdTaken("drawings"))


@pytest.mark.parametrize("since", [(), (KEPT,), (BROKEN,)])
def test_promising_the_same_under_the_same_id_is_quiet(since: tuple[object, ...]) -> None:
    given(HELD, MADE, *since).when(MAKE).then_quiet()


def test_a_promise_is_kept() -> None:
    given(HELD, MADE).when(KeepPromise("drawings")).then(KEPT)


def test_keeping_it_twice_is_quiet() -> None:
    given(HELD, MADE, KEPT).when(KeepPromise("drawings")).then_quiet()


def test_a_promise_is_broken() -> None:
    given(HELD, MADE).when(BreakPromise("drawings", "lost")).then(BROKEN)


def test_breaking_it_twice_is_quiet() -> None:
    given(HELD, MADE, BROKEN).when(BreakPromise("drawings")).then_quiet()


def test_a_promise_ends_one_way() -> None:
    given(HELD, MADE, BROKEN).when(KeepPromise("drawings")).then_refused(NoSuchRef("drawings", "open promise"))
    given(HELD, MADE, KEPT).when(BreakPromise("drawings")).then_refused(NoSuchRef("drawings", "open promise"))


@pytest.mark.parametrize("command", [KeepPromise("drawings"), BreakPromise("drawings")])
def test_what_nobody_promised_is_neither_kept_nor_broken(command: Command) -> None:
    given(HELD).when(command).then_refused(NoSuchRef("drawings", "open promise"))
