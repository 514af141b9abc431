"""A contact as it stood: what its row tells of any moment is what the interaction had come to by then."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import dealflow as df
from dealflow.domain.interaction import INTERACTION, Interaction
from dealflow.journal import day_end
from dealflow.projections.contact import Contact, contact, contacts, objections
from dealflow.projections.contacts import CONTACTS, turns_of
from tests.laws.selling import ON_CONTACTS, days, moments, windows
from tests.projections.selling import ACCOUNT, day, journal

Asked = tuple[Any, Any]
OTHER, DEAL, ANOTHER = UUID(int=8), UUID(int=0xD1), UUID(int=0xD2)
deals = st.sampled_from([(), (DEAL,), (DEAL, ANOTHER)])
BEGINNINGS: list[st.SearchStrategy[Any]] = [
    st.builds(df.PlanInteraction, st.just(ACCOUNT), windows, st.just(df.Channel.VISIT), st.just("see"), deals=deals),
    st.builds(df.AttemptInteraction, st.just("voicemail"), st.just(ACCOUNT), st.just(df.Channel.CALL), deals=deals),
    st.builds(df.HoldInteraction, st.just(ACCOUNT), st.just(df.Channel.VISIT), deals=deals),
]
AFTER: list[st.SearchStrategy[Any]] = [
    *ON_CONTACTS,
    st.builds(df.LinkInteraction, st.sampled_from([(DEAL,), (ANOTHER,)])),
    st.builds(df.RaiseObjection, st.just(df.ObjectionTopic.PRICE), id=st.just("one"), deal=st.none() | st.just(DEAL)),
    st.builds(df.HoldInteraction, channel=st.sampled_from([None, df.Channel.CALL]), deals=st.none() | deals),
    st.builds(df.MergeInto, other=st.just(OTHER), reason=st.just("told twice")),
    st.builds(df.CorrectRecord, st.integers(1, 5), st.just("typed wrong")),
    st.integers(0, 40 * 24),
]


def redated(flow: df.DealFlow, stream: UUID, hours: int) -> df.CorrectRecord:
    """Move the second record of a stream, or the first, to another time."""
    record = flow.journal.stream(stream)[:2][-1]
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
    return df.CorrectRecord(record.version, "on another day", record.event, df.When.of(moment, UTC))


def told(flow: df.DealFlow, begun: Asked, rest: list[Asked]) -> UUID:
    stream = flow.do(begun[0], by="li", at=begun[1]).stream
    for asked, at in rest:
        try:
            flow.do(redated(flow, stream, asked) if isinstance(asked, int) else asked, on=stream, by="li", at=at)
        except df.Refused:
            continue
    return stream


def agree(found: Contact | None, state: Interaction | None) -> None:
    if state is None or state.merged_into is not None:
        assert found is None
        return
    assert found is not None
    assert (found.status, found.account, found.planned_for) == (state.status, state.account, state.planned_for)
    assert (found.channel, found.ours, found.theirs) == (state.channel, state.ours, state.theirs)
    assert (found.activity or df.Activity.OTHER) == state.activity
    assert (found.held is None, found.concluded is None) == (state.held is None, state.concluded is None)
    assert {*found.deals} == {*state.deals}
    answered = {one.raised.value.id: len(one.answers) for one in found.objections}
    assert answered == {one.id: len(one.answers) for one in state.objections}
    assert {one.raised.value.id for one in found.objections if one.open} == {one.id for one in state.open_objections}
    assert {one.made.value.id for one in found.promises} == {one.id for one in state.promises}
    assert {one.made.value.id for one in found.promises if one.open} == {one.id for one in state.open_promises}


def stood(flow: df.DealFlow, stream: UUID) -> Iterator[tuple[Contact | None, Interaction | None]]:
    """Return how an interaction stood by its row and by its records, at each moment at which it may have changed."""
    records = flow.journal.stream(stream)
    row = flow.rows(CONTACTS).get(stream)  # none where its beginning was withdrawn
    ends = {one.end for one in INTERACTION.placed(records)} | {record.occurred_to for record in records}
    for moment in sorted({*ends, *(end - timedelta(seconds=1) for end in ends)}):
        found = contact(stream, row, moment) if row is not None else None
        yield found, INTERACTION.fold(INTERACTION.history(records, moment))


lawful = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
begun_at = st.one_of(BEGINNINGS)


@lawful
@given(st.tuples(begun_at, moments), st.lists(st.tuples(st.one_of(AFTER), moments), max_size=10))
def test_a_contact_as_of_a_moment_is_what_the_interaction_had_come_to(begun: Asked, rest: list[Asked]) -> None:
    with journal(date(2026, 3, 1)) as flow:
        for found, state in stood(flow, told(flow, begun, rest)):
            agree(found, state)


@lawful
@given(st.tuples(begun_at, days), st.lists(st.tuples(st.one_of(AFTER), days), max_size=10))
def test_told_by_the_day_it_ended_as_the_interaction_had_ended(begun: Asked, rest: list[Asked]) -> None:
    with journal(date(2026, 3, 1)) as flow:
        for found, state in stood(flow, told(flow, begun, rest)):
            if found is not None and found.concluded is not None:
                assert state is not None
                assert state.concluded is not None
                assert found.concluded.value.outcome is state.concluded.outcome


# What its row tells


@pytest.fixture
def flow() -> Iterator[df.DealFlow]:
    with journal() as flow:
        yield flow


def at(number: int) -> datetime:
    """Return the noon of a day."""
    return datetime.combine(day(number), datetime.min.time(), UTC) + timedelta(hours=12)


def between(first: int, last: int) -> df.When:
    return df.When.between(at(first), at(last))


def begin(flow: df.DealFlow, command: df.Command, when: Any) -> UUID:
    return flow.do(command, by="li", at=when).stream


def tell(flow: df.DealFlow, stream: UUID, command: df.Command, when: Any) -> None:
    flow.do(command, on=stream, by="li", at=when)


def seen(flow: df.DealFlow, stream: UUID, number: int) -> Contact:
    """Return a contact on the evening of a day."""
    found = contact(stream, flow.rows(CONTACTS)[stream], day_end(day(number), UTC))
    assert found is not None
    return found


PLAN = df.PlanInteraction(ACCOUNT, df.When.of(day(9), UTC), df.Channel.VISIT, "see it", ours=("li",), deals=(DEAL,))
HOLD = df.HoldInteraction(ACCOUNT, df.Channel.VISIT, (), ("li",))
PRICE = df.RaiseObjection(df.ObjectionTopic.PRICE, id="price")


def test_a_plan_becomes_an_attempt_is_put_off_and_held(flow: df.DealFlow) -> None:
    stream = begin(flow, PLAN, day(1))
    tell(flow, stream, df.AttemptInteraction("voicemail", channel=df.Channel.CALL, ours=("wang",)), day(9))
    tell(flow, stream, df.RescheduleInteraction(df.When.of(day(12), UTC)), day(10))
    tell(flow, stream, df.HoldInteraction(activity=df.Activity.BID), day(13))
    planned, tried, put_off, held = (seen(flow, stream, number) for number in (1, 9, 10, 13))
    assert [one.status.value for one in (planned, tried, put_off, held)] == ["planned", "attempted", "planned", "held"]
    assert [one.channel for one in (planned, tried, put_off)] == [df.Channel.VISIT, df.Channel.CALL, df.Channel.CALL]
    assert [one.ours for one in (planned, tried, held)] == [("li",), ("wang",), ("wang",)]
    assert [one.when.start.date() for one in (planned, tried, put_off, held)] == [day(9), day(9), day(12), day(13)]
    assert [one.activity for one in (tried, held)] == [df.Activity.OTHER, df.Activity.BID]
    assert planned.tried is None
    assert put_off.tried is not None
    assert (put_off.held, held.held) == (None, held.turns[-1])
    assert (planned.plan, held.plan) == (planned.turns[0], planned.turns[0])
    assert planned.planned_for == df.When.of(day(9), UTC)


def test_what_was_tried_out_of_the_blue_has_no_plan_and_no_activity(flow: df.DealFlow) -> None:
    stream = begin(flow, df.AttemptInteraction("no answer", ACCOUNT, df.Channel.CALL), day(1))
    tried = seen(flow, stream, 1)
    assert (tried.plan, tried.planned_for, tried.activity, tried.theirs) == (None, None, None, ())
    tell(flow, stream, df.CancelInteraction("ill"), day(3))
    assert seen(flow, stream, 3).when.start.date() == day(1)


def test_there_is_none_before_it_began_nor_once_it_was_told_twice(flow: df.DealFlow) -> None:
    stream, other = begin(flow, HOLD, day(2)), begin(flow, HOLD, day(1))
    tell(flow, stream, df.MergeInto(other, "told twice"), day(5))
    rows = flow.rows(CONTACTS)
    assert [[one.id for one in contacts(rows, at(number))] for number in (0, 2, 3, 6)] == [
        [],
        [other],
        [stream, other],
        [other],
    ]


def test_being_told_twice_narrows_when_it_took_place(flow: df.DealFlow) -> None:
    stream, other = begin(flow, HOLD, between(1, 20)), begin(flow, HOLD, day(1))
    tell(flow, stream, df.MergeInto(other, "told twice"), between(4, 6))
    (turn,) = flow.rows(CONTACTS)[stream].turns
    assert turn.end == at(20)
    assert not [one for one in contacts(flow.rows(CONTACTS), at(7)) if one.id == stream]
    assert turns_of(flow.rows(CONTACTS)[stream])[0].end == at(6)


def test_what_it_was_about_is_known_as_the_step_that_said_so(flow: df.DealFlow) -> None:
    attempt = df.AttemptInteraction("no answer", ACCOUNT, df.Channel.CALL, deals=(DEAL,))
    stream = begin(flow, attempt, between(1, 20))
    tell(flow, stream, df.HoldInteraction(), day(5))  # so the attempt was not after it
    tell(flow, stream, df.LinkInteraction((ANOTHER,)), day(8))
    assert [seen(flow, stream, number).deals for number in (5, 8)] == [(DEAL,), (DEAL, ANOTHER)]


def test_an_objection_is_open_until_settled_answered_or_not(flow: df.DealFlow) -> None:
    stream = begin(flow, attrs.evolve(HOLD, deals=(DEAL,)), day(1))
    tell(flow, stream, PRICE, between(1, 20))
    tell(flow, stream, df.AnswerObjection("price", df.Technique.FIVE_WHYS), day(4))
    tell(flow, stream, df.ResolveObjection("price"), day(7))
    (answered,), (settled,) = (seen(flow, stream, number).objections for number in (4, 7))
    records = [one.position for one in flow.journal.stream(stream)]
    assert (answered.open, len(answered.answers), answered.deals, answered.records) == (
        True, 1, (DEAL,), tuple(records[1:3])
    )  # fmt: skip
    assert (settled.open, settled.records) == (False, tuple(records[1:]))
    assert seen(flow, stream, 3).objections == ()
    assert tuple(objections(flow.rows(CONTACTS)[stream])) == (settled,)


def test_an_objection_stands_against_its_own_deal_else_those_its_contact_was_said_to_be_about_by_then(
    flow: df.DealFlow,
) -> None:
    stream = begin(flow, attrs.evolve(HOLD, deals=(DEAL,)), day(1))
    tell(flow, stream, PRICE, day(1))
    tell(flow, stream, df.RaiseObjection(df.ObjectionTopic.TRUST, deal=ANOTHER), day(1))
    tell(flow, stream, df.LinkInteraction((ANOTHER,)), day(5))
    assert [one.deals for one in seen(flow, stream, 1).objections] == [(DEAL,), (ANOTHER,)]
    assert [one.deals for one in seen(flow, stream, 5).objections] == [(DEAL, ANOTHER), (ANOTHER,)]


def test_a_promise_is_open_until_it_is_kept_or_broken(flow: df.DealFlow) -> None:
    stream = begin(flow, attrs.evolve(HOLD, deals=(DEAL,)), day(1))
    tell(flow, stream, df.MakePromise("a sample", "li", day(9), id="sample"), day(1))
    tell(flow, stream, df.KeepPromise("sample"), day(4))
    (open_,), (kept,) = (seen(flow, stream, number).promises for number in (1, 4))
    records = tuple(one.position for one in flow.journal.stream(stream))
    assert (open_.open, open_.deals, open_.records) == (True, (DEAL,), records[1:2])
    assert (kept.open, kept.records) == (False, records[1:])


def test_a_promise_was_made_by_when_it_was_kept(flow: df.DealFlow) -> None:
    stream = begin(flow, HOLD, day(1))
    tell(flow, stream, df.MakePromise("a sample", "li", day(9), id="sample"), between(1, 20))
    tell(flow, stream, df.KeepPromise("sample"), day(4))
    assert seen(flow, stream, 3).promises == ()
    (kept,) = seen(flow, stream, 4).promises
    assert (kept.open, kept.made.end.date()) == (False, day(4))


def test_of_what_else_is_told_twice_or_was_withdrawn_there_is_no_row(flow: df.DealFlow) -> None:
    first, second = (begin(flow, df.RegisterAccount(name), day(1)) for name in ("Acme", "Acme Ltd"))
    tell(flow, second, df.MergeInto(first, "told twice"), day(2))
    assert dict(flow.rows(CONTACTS)) == {}
