"""The laws of relationships, over arbitrary histories of an account (domain.md §8)."""

from collections.abc import Sequence
from datetime import UTC
from itertools import pairwise
from typing import Any

import attrs
from hypothesis import given
from hypothesis import strategies as st

import dealflow as df
from dealflow.decider import Refused
from dealflow.journal import TICK, until
from dealflow.projections.accounts import ACCOUNTS
from dealflow.projections.cases import Horizon
from dealflow.projections.conditions import STAGES, RelationshipPolicy, RelationshipStage
from dealflow.projections.contacts import CONTACTS
from dealflow.projections.folding import Folding
from dealflow.projections.people import PEOPLE
from dealflow.projections.pipeline import PIPELINE
from dealflow.projections.progression import Passage, progression
from dealflow.projections.relations import Rows, relations
from dealflow.projections.relationship import relationship
from tests.projections.buying import Buyer
from tests.projections.selling import day

LAST = 300
QUICK = RelationshipPolicy(grace=20, lapse=60, met=40, ours={"boss": df.JobLevel.DIRECTOR})
numbers = st.integers(0, LAST)
ON_ACCOUNTS = st.one_of(
    st.builds(df.RecordPurchase, st.just(df.Money.of(100, "CNY"))),
    st.builds(df.RecordPurchase, st.just(df.Money.of(100, "CNY"))),
    st.builds(df.MeasureShare, st.sampled_from([0.2, 0.5, 0.7]), period=st.sampled_from([None, "Q1"])),
    st.builds(df.MeasureShare, st.sampled_from([0.5, 0.7])),
    st.builds(df.SignAgreement, st.just("framework"), until=st.none() | numbers.map(day), id=st.sampled_from("ab")),
    st.builds(df.EndAgreement, st.sampled_from("ab"), st.just("over")),
    st.builds(df.EndRelationship, st.sampled_from(df.ChurnCause)),
    st.builds(df.ResumeRelationship, st.just("a new director")),
    st.builds(df.DrawPurchasesFrom, st.sampled_from(df.PurchaseOrigin)),
)
MEETING = "meeting"
WON, BACK = "won", "reopened"
steps = st.lists(st.tuples(numbers, ON_ACCOUNTS | st.sampled_from([MEETING, WON, BACK])), max_size=25)


def told(history: Sequence[tuple[int, Any]]) -> Buyer:
    """Tell a history in the order in which it was drawn, early or late; what is refused is left out."""
    here = Buyer()
    boss, deal = here.person(0, df.JobLevel.DIRECTOR), None
    for number, step in history:
        try:
            if step == MEETING:
                here.meet(number, boss, ours=("boss",))
            elif step == WON:
                deal = here.win(number, number)
            elif step == BACK:
                here.tell(number, df.ReopenDeal("sent back", at="meet"), on=deal)
            else:
                here.tell(number, step)
        except Refused:
            continue
    return here


@given(steps)
def test_there_is_exactly_one_stage_at_any_instant(history: Sequence[tuple[int, Any]]) -> None:
    here = told(history)
    steps = progression(here.relation(LAST), QUICK).steps
    assert (steps[0].left, steps[0].passage, steps[0].reached) == (None, Passage.REGISTERED, STAGES[0])
    for before, after in pairwise(steps):
        assert after.left is before.reached is not after.reached
        assert before.at <= after.at
    now = here.stands(LAST)
    assert now.stage is now.transitions[-1].reached
    assert sum(now.days.values()) == LAST


@given(steps)
def test_only_an_end_and_a_recovery_go_further_than_to_the_next_stage(history: Sequence[tuple[int, Any]]) -> None:
    for step in progression(told(history).relation(LAST), QUICK).steps[1:]:
        match step.passage:
            case Passage.TERMINATED:
                assert step.reached is RelationshipStage.TERMINATED
            case Passage.RECOVERED:
                assert step.left is RelationshipStage.TERMINATED
                assert step.reached in STAGES[:2]
            case _:
                assert step.left is not None
                assert STAGES.index(step.reached) - STAGES.index(step.left) == (
                    1 if step.passage is Passage.ADVANCED else -1
                )
        assert step.records


@given(steps, numbers)
def test_what_comes_later_changes_no_earlier_step(history: Sequence[tuple[int, Any]], number: int) -> None:
    here = told(history)
    whole, then = here.relation(LAST), here.relation(number)
    steps = progression(whole, QUICK).steps
    assert progression(then, QUICK).steps == tuple(one for one in steps if one.at <= until(day(number), UTC))
    assert relationship(whole.as_of(then.at), QUICK) == relationship(then, QUICK)


@given(steps, numbers)
def test_a_stage_stands_from_its_moment_on_and_not_before(history: Sequence[tuple[int, Any]], number: int) -> None:
    here = told(history)
    whole = here.relation(LAST)
    steps = progression(whole, QUICK).steps
    one = steps[number % len(steps)]
    assert one in progression(whole.as_of(one.at), QUICK).steps
    if one.passage is not Passage.REGISTERED:
        assert one not in progression(whole.as_of(one.at - TICK), QUICK).steps


@given(steps, numbers)
def test_as_of_a_day_is_folding_what_had_happened_by_then(history: Sequence[tuple[int, Any]], number: int) -> None:
    here = told(history)
    moment = until(day(number), UTC)
    records = [one for one in here.flow.journal.read() if one.occurred_to <= moment]
    foldings = [Folding(view) for view in (ACCOUNTS, PIPELINE, CONTACTS, PEOPLE)]
    for folding in foldings:
        folding.forward(records)
    rows = Rows(*(folding.rows() for folding in foldings))
    found, asked = relations(rows, Horizon(moment, here.flow.zone))[here.id], here.relation(number)
    assert attrs.evolve(found, people=asked.people) == asked  # rows of people are whole in any of them
    assert relationship(found, QUICK) == relationship(asked, QUICK)


@given(steps, numbers)
def test_what_was_known_is_the_journal_as_far_as_it_was_written(history: Sequence[tuple[int, Any]], cut: int) -> None:
    spot = cut % (len(history) + 1)
    short, long = told(history[:spot]), told(history)
    last = list(short.flow.journal.read())[-1].position
    known = next(one.recorded_at for one in long.flow.journal.read() if one.position == last)
    found = long.flow.relationship(long.id, happened=day(LAST), known=known, policy=QUICK)
    there = short.flow.relationship(short.id, happened=day(LAST), policy=QUICK)
    assert [(one.reached, one.on) for one in found.transitions] == [(one.reached, one.on) for one in there.transitions]
