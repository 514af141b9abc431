"""Laws of every noun, over arbitrary histories and arbitrary conversations."""

from datetime import UTC, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import attrs
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as for_all
from hypothesis import strategies as st

from dealflow.domain.account import ACCOUNT
from dealflow.domain.allying import ReviewPlan
from dealflow.domain.deal import DEAL
from dealflow.domain.informing import NoteInformation
from dealflow.domain.interaction import INTERACTION
from dealflow.domain.noting import CorrectRecord, EndObservation, Note
from dealflow.domain.noun import LIFE_CYCLE, Corrected, HistoryUnknown, MergedInto, Noted, Noun, ObservationEnded, Tags
from dealflow.domain.nouns import NOUNS, noun_of
from dealflow.domain.objecting import RaiseObjection
from dealflow.domain.playbook import PLAYBOOK, STANDARD, Milestone, PlaybookDefined
from dealflow.domain.promising import MakePromise
from dealflow.domain.stakeholder import STAKEHOLDER
from dealflow.domain.stewarding import RecordPurchase
from dealflow.domain.visiting import AskQuestion, AttemptInteraction
from dealflow.domain.watching import MeasureShare
from dealflow.journal import When
from dealflow.money import Money
from tests.docs import vocabulary
from tests.scenario import DAY_ONE, STREAM, Given, given, record

COMMANDS: list[Any] = list(vocabulary.commands())

st.register_type_strategy(Decimal, st.decimals(allow_nan=False, allow_infinity=False))

# Values that meet each other often: few ids, few deals, the milestones of one playbook.
FEW = st.sampled_from(["a", "b"])
IDS = st.sampled_from([STREAM, UUID(int=2), UUID(int=3)])
STONES = st.sampled_from(STANDARD.keys())
MEETING: dict[str, st.SearchStrategy[Any]] = {
    "id": FEW,
    "ref": FEW,
    "competitor": FEW,
    "reason": st.just("a reason"),
    "deal": IDS | st.none(),
    "account": IDS,
    "playbook": st.just(STANDARD.key),
    "version": st.just(1),
    "at": STONES,
    "to": STONES,
    "left": STONES,
    "reached": STONES,
    "amount": st.just(Money.of(10, "CNY")),
    "until": st.datetimes(timezones=st.just(UTC)),
    "replacement": st.none(),
    "milestones": st.just((Milestone("a", "A"),)) | st.just(STANDARD.milestones()),
}


def built(cls: Any) -> st.SearchStrategy[Any]:
    """Instances of *cls* from its annotations, but for the fields that are to meet."""
    apart = {"to"} if "Reschedule" in cls.__name__ or cls.__name__ in {"QuestionAsked", "AskQuestion"} else set()
    apart |= {"until"} if "Agreement" in cls.__name__ else set()
    named = {field.name for field in attrs.fields(cls)} & MEETING.keys() - apart
    return st.builds(cls, **{name: MEETING[name] for name in named})


def events(noun: Noun[Any, Any]) -> st.SearchStrategy[Any]:
    shared = [Noted, MergedInto, HistoryUnknown, ObservationEnded]
    classes = sorted(noun.events, key=lambda cls: cls.__name__)
    return st.one_of([built(cls) for cls in (*classes, *shared)])


def commands(noun: Noun[Any, Any]) -> st.SearchStrategy[Any]:
    asked = [cls for cls in COMMANDS if cls.noun is noun]
    anyone = [cls for cls in COMMANDS if cls.noun is None and cls not in {CorrectRecord, Note}]
    correct = st.builds(
        CorrectRecord,
        version=st.integers(1, 6),
        reason=st.just("a reason"),
        replacement=st.none() | events(noun),
        occurred=st.none(),
    )
    note = st.builds(Note, kind=st.just("acme.checked"), data=st.just({"score": 71}))
    return st.one_of([*(built(cls) for cls in (*asked, *anyone)), correct, note])


def beginnings(noun: Noun[Any, Any]) -> st.SearchStrategy[Any]:
    return st.one_of([built(cls) for cls in sorted(noun.creation, key=lambda cls: cls.__name__)])


BEGINNINGS = {noun.name: beginnings(noun) for noun in NOUNS}
EVENTS = {noun.name: st.lists(events(noun), max_size=12) for noun in NOUNS}
ASKED = {noun.name: commands(noun) for noun in NOUNS}
EVERY_ONE_IS_ANOTHER = {
    AskQuestion,
    AttemptInteraction,
    EndObservation,  # a day later
    MakePromise,
    MeasureShare,  # a day later
    Note,
    NoteInformation,  # a day later
    RaiseObjection,
    RecordPurchase,
    ReviewPlan,  # a day later
}
nouns = pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: noun.name)
arbitrary = settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))


def test_the_nouns_are_five() -> None:
    assert NOUNS == (PLAYBOOK, ACCOUNT, STAKEHOLDER, INTERACTION, DEAL)


def test_an_event_is_of_one_noun() -> None:
    every = [event for noun in NOUNS for event in noun.events]
    assert len(every) == len(set(every))


@nouns
def test_a_nouns_steps_and_beginnings_are_its_own(noun: Noun[Any, Any]) -> None:
    assert noun.creation <= noun.life_cycle <= noun.events
    assert not noun.events & LIFE_CYCLE


@nouns
@arbitrary
@for_all(data=st.data())
def test_a_stream_is_of_the_noun_it_began_with(noun: Noun[Any, Any], data: st.DataObject) -> None:
    beginning = data.draw(BEGINNINGS[noun.name])
    assert noun_of(given(beginning, *data.draw(EVENTS[noun.name])).records) is noun
    assert noun_of(given(Noted("acme.checked"), beginning).records) is noun


@pytest.mark.parametrize("happened", [(), (Noted("acme.checked"),)])
def test_what_says_nothing_is_of_no_noun(happened: tuple[object, ...]) -> None:
    with pytest.raises(LookupError):
        noun_of(given(*happened).records)


def test_something_may_be_asked_of_every_noun_and_no_two_commands_share_a_name() -> None:
    assert {command.noun for command in COMMANDS} == {None, *NOUNS}
    assert len(COMMANDS) == len({command.__name__ for command in COMMANDS})


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_a_frozen_value_that_says_what_it_is_of(command: Any) -> None:
    assert command.noun is None or command.noun in NOUNS
    assert isinstance(command.life_cycle, bool)
    assert command.__setattr__ is not object.__setattr__


@nouns
@arbitrary
@for_all(data=st.data())
def test_folding_never_fails_and_has_no_opinions(noun: Noun[Any, Any], data: st.DataObject) -> None:
    state: Any = None
    for event in data.draw(EVENTS[noun.name]):
        assert isinstance(noun.misfits(state, event), tuple)
        had_begun = state is not None
        state = noun.evolve(state, event)
        assert (state is not None) == (had_begun or type(event) in noun.creation)
        if state is not None:
            assert isinstance(noun.tags(STREAM, state, event), Tags)
            hash(state)  # raises where anything inside could change


@nouns
@arbitrary
@for_all(data=st.data())
def test_whatever_is_asked_the_history_that_follows_can_be(noun: Noun[Any, Any], data: st.DataObject) -> None:
    happened = given(data.draw(BEGINNINGS[noun.name]))
    assert noun.problems(happened.records) == ()
    for command in data.draw(st.lists(ASKED[noun.name], max_size=12)):
        events = answer(happened, command)
        assert {noun.moves(event) for event in events} <= {command.life_cycle}
        happened = and_then(happened, events)
        assert noun.problems(happened.records) == ()


@nouns
@arbitrary
@for_all(data=st.data())
def test_asking_the_same_again_adds_nothing(noun: Noun[Any, Any], data: st.DataObject) -> None:
    """Unless every one is another: the next question is the next question."""
    happened = given(data.draw(BEGINNINGS[noun.name]), *data.draw(EVENTS[noun.name]))
    command = data.draw(ASKED[noun.name])
    again = and_then(happened, answer(happened, command))
    assert answer(again, command) == () or type(command) in EVERY_ONE_IS_ANOTHER


def answer(happened: Given, command: Any) -> tuple[Any, ...]:
    """The events that follow; none where the answer is no."""
    outcome = happened.when(command)
    outcome.asked_about = True
    return outcome.events


def and_then(happened: Given, events: tuple[Any, ...]) -> Given:
    """Add events, a day after the last."""
    day, first = DAY_ONE + timedelta(days=len(happened.records)), len(happened.records) + 1
    new = [record(version, event, When.of(day, UTC)) for version, event in enumerate(events, start=first)]
    return attrs.evolve(happened, records=(*happened.records, *new))


def test_a_stream_whose_beginning_was_corrected_away_holds_nothing() -> None:
    records = given(PlaybookDefined("short", "Short", (Milestone("a", "A"),)), Corrected(1, None, None, "no")).records
    assert (PLAYBOOK.fold(PLAYBOOK.history(records)), PLAYBOOK.problems(records)) == (None, ())
    assert noun_of(records) is PLAYBOOK
