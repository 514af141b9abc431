from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import attrs
from hypothesis import given as for_all
from hypothesis import strategies as st

from dealflow.domain.deal import (
    DEAL,
    CloseExpected,
    Deal,
    DealGraded,
    DealOpened,
    DealValued,
    DealWon,
    StageAdvanced,
    StageReverted,
    StandsElsewhere,
)
from dealflow.domain.noun import (
    BeforeItsCause,
    Corrected,
    HistoryUnknown,
    IdTaken,
    MergedInto,
    NoSuchRef,
    Noted,
    NotThere,
    ObservationEnded,
    Problem,
    RunsBackward,
    corrected,
    narrow,
)
from dealflow.domain.purchase import ProblemQuantified, ProblemWithdrawn
from dealflow.journal import Record, When
from dealflow.money import Money
from tests.scenario import given, record

ACCOUNT, OTHER = UUID(int=2), UUID(int=9)
OPENED = DealOpened(ACCOUNT, "Press line 3", "standard", 1, "training")
MET = StageAdvanced("training", "executive_meeting")
STUDIED = StageAdvanced("executive_meeting", "consulting")
A, B, C = DealGraded("A"), DealGraded("B"), DealGraded("C")
TEN = Money.of(10, "CNY")
RAISED = ProblemQuantified("p", "hard to operate", TEN)
GONE = ProblemWithdrawn("p", "they hired")


def day(number: int) -> date:
    """Day *number* of January 2026."""
    return date(2026, 1, number)


def at(number: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 1, number, hour, minute, tzinfo=UTC)


def evening(number: int) -> datetime:
    return When.of(day(number), UTC).end


def events(records: Sequence[Record]) -> list[Any]:
    return [one.event for one in records]


def told(*facts: Any) -> tuple[Record, ...]:
    return given(*facts).records


# Corrections


def test_without_corrections_everything_stands_as_it_was_recorded() -> None:
    records = told(OPENED, A, Noted("acme.checked"))
    assert corrected(records) == records


def test_a_replacement_stands_in_the_place_of_the_record() -> None:
    assert events(corrected(told(OPENED, A, MET, Corrected(2, B, None, "typo")))) == [OPENED, B, MET]


def test_a_replaced_record_keeps_its_envelope_but_for_the_tags() -> None:
    first, second, correction = told(OPENED, A, Corrected(2, B, None, "typo"))
    correction = attrs.evolve(correction, account=ACCOUNT, deals=(OTHER,), by="li.wei")
    _, replaced = corrected((first, second, correction))
    assert replaced == attrs.evolve(second, event=B, account=ACCOUNT, deals=(OTHER,))


def test_a_replacement_happened_when_the_correction_says() -> None:
    march = When.of(date(2026, 3, 1), UTC)
    assert corrected(told(OPENED, A, Corrected(2, A, march, "in March")))[1].when == march


def test_a_removed_record_is_not_there() -> None:
    assert events(corrected(told(OPENED, A, Corrected(2, None, None, "of another deal")))) == [OPENED]


def test_of_two_corrections_of_one_record_the_later_stands() -> None:
    twice = told(OPENED, A, Corrected(2, None, None, "no"), Corrected(2, B, None, "typo"))
    assert events(corrected(twice)) == [OPENED, B]


def test_a_correction_that_is_removed_has_never_been() -> None:
    undone = told(OPENED, A, Corrected(2, B, None, "typo"), Corrected(3, None, None, "it was right"))
    assert events(corrected(undone)) == [OPENED, A]


def test_taking_back_the_later_correction_leaves_the_earlier() -> None:
    undone = told(
        OPENED, A, Corrected(2, B, None, "typo"), Corrected(2, None, None, "no"), Corrected(4, None, None, "yes")
    )
    assert events(corrected(undone)) == [OPENED, B]


def test_taking_back_the_taking_back_corrects_again() -> None:
    redone = told(
        OPENED, A, Corrected(2, B, None, "typo"), Corrected(3, None, None, "right"), Corrected(4, None, None, "wrong")
    )
    assert events(corrected(redone)) == [OPENED, B]


def test_a_corrected_correction_says_what_the_later_one_says() -> None:
    inner = Corrected(2, C, None, "neither")
    assert events(corrected(told(OPENED, A, Corrected(2, B, None, "typo"), Corrected(3, inner, None, "C")))) == [
        OPENED,
        C,
    ]


REPLACING = st.tuples(st.integers(1, 3), st.sampled_from([None, A, B, C]))
TAKING_BACK = st.tuples(st.integers(4, 9), st.none())


@for_all(st.lists(REPLACING | TAKING_BACK, max_size=7))
def test_corrections_never_add_records_nor_change_their_order(asked: list[tuple[int, DealGraded | None]]) -> None:
    records = told(OPENED, A, B, *(Corrected(version, event, None, "law") for version, event in asked))
    assert [one.version for one in corrected(records)] in ([], [1], [2], [3], [1, 2], [1, 3], [2, 3], [1, 2, 3])


# The order of a history


def test_a_late_entry_is_read_where_it_happened() -> None:
    late = told((day(1), OPENED), (day(10), B), (day(5), A))
    assert events(DEAL.history(late)) == [OPENED, A, B]
    assert DEAL.fold(DEAL.history(late)) == DEAL.fold(DEAL.history(told(OPENED, A, B)))


def test_what_was_so_before_the_stream_began_is_read_right_after_its_beginning() -> None:
    assert events(DEAL.history(told((day(5), OPENED), (day(1), A), (day(6), B)))) == [OPENED, A, B]


def test_what_happened_at_the_same_time_is_read_as_it_was_recorded() -> None:
    assert events(DEAL.history(told((day(1), OPENED), (day(2), B), (day(2), A)))) == [OPENED, B, A]


def test_a_bare_day_is_over_in_the_evening() -> None:
    records = told((day(1), OPENED), (day(2), A))
    assert events(DEAL.history(records, at(2, 23))) == [OPENED]
    assert events(DEAL.history(records, evening(2))) == [OPENED, A]


def test_nothing_has_happened_before_the_beginning() -> None:
    assert DEAL.history(told((day(5), OPENED), (day(1), A)), evening(4)) == ()
    assert DEAL.history(()) == ()
    assert DEAL.fold(()) is None


def test_a_bare_day_followed_by_an_instant_of_that_day_was_over_by_then() -> None:
    records = told((day(1), OPENED), (day(2), MET), (at(2, 10), STUDIED))
    assert events(DEAL.history(records)) == [OPENED, MET, STUDIED]
    assert events(DEAL.history(records, at(2, 10))) == [OPENED, MET, STUDIED]
    assert DEAL.problems(records) == ()


def test_an_instant_followed_by_its_bare_day_was_before_it() -> None:
    records = told((day(1), OPENED), (at(2, 10), MET), (day(2), STUDIED))
    assert events(DEAL.history(records)) == [OPENED, MET, STUDIED]
    assert events(DEAL.history(records, at(2, 22))) == [OPENED, MET]
    assert DEAL.problems(records) == ()


def test_a_window_is_narrowed_by_the_steps_around_it() -> None:
    window = When.between(at(1, 0), at(30, 0))
    records = told((day(2), OPENED), (window, MET), (day(10), STUDIED))
    placed = DEAL.placed(records)
    assert (placed[1].record.event, placed[1].start, placed[1].end) == (MET, at(2, 0), evening(10))


def test_what_is_settled_was_raised_before() -> None:
    records = told((day(1), OPENED), (day(2), RAISED), (at(2, 10), GONE))
    assert events(DEAL.history(records, at(2, 10))) == [OPENED, RAISED, GONE]
    assert DEAL.problems(records) == ()


def test_what_was_raised_in_a_window_is_settled_no_earlier() -> None:
    records = told((day(1), OPENED), (at(5, 9), RAISED), (When.between(at(1, 0), at(9, 0)), GONE))
    assert DEAL.placed(records)[2].start == at(5, 9)


# What a decision stands on


def test_a_decision_stands_on_all_that_may_have_happened_by_then() -> None:
    records = told((day(1), OPENED), (day(2), A), (at(2, 18), B), (day(3), C))
    assert events(DEAL.before(records, When.of(at(2, 12), UTC))) == [OPENED, A]
    assert events(DEAL.before(records, When.of(day(2), UTC))) == [OPENED, A, B]


def test_a_decision_about_a_time_before_the_beginning_stands_on_the_beginning() -> None:
    records = told((day(5), OPENED), (day(6), A))
    assert events(DEAL.before(records, When.of(day(1), UTC))) == [OPENED]
    assert DEAL.before((), When.of(day(1), UTC)) == ()


# What cannot be


def test_a_life_cycle_does_not_run_backward() -> None:
    records = told((day(1), OPENED), (day(5), MET), (day(4), STUDIED))
    (problem,) = DEAL.problems(records)
    assert problem == Problem(3, RunsBackward(evening(4), at(5, 0)))
    assert evening(4).isoformat() in str(problem)
    assert at(5, 0).isoformat() in str(problem)


def test_the_order_of_steps_holds_past_a_step_that_ran_backward() -> None:
    records = told((day(1), OPENED), (day(9), MET), (day(4), STUDIED), (day(5), DealWon()))
    assert [one.version for one in DEAL.problems(records) if isinstance(one.refusal, RunsBackward)] == [3, 4]


def test_merging_is_a_step_of_every_life_cycle() -> None:
    records = told((day(5), OPENED), (day(1), MergedInto(OTHER, "twice")))
    assert DEAL.problems(records) == (Problem(2, RunsBackward(evening(1), at(5, 0))),)


def test_an_id_is_given_once() -> None:
    assert DEAL.problems(told(OPENED, RAISED, RAISED)) == (Problem(3, IdTaken("p")),)


def test_nothing_is_settled_before_it_was_raised() -> None:
    records = told((day(1), OPENED), (day(5), RAISED), (day(3), GONE))
    found = DEAL.problems(records)
    assert found[0] == Problem(3, BeforeItsCause("p", evening(3), at(5, 0)))
    assert "version 3" in str(found[0])


def test_nothing_is_settled_that_was_never_raised() -> None:
    assert DEAL.problems(told(OPENED, GONE)) == (Problem(2, NoSuchRef("p", "quantified problem")),)


def test_nothing_comes_before_a_beginning_that_was_removed() -> None:
    records = told(OPENED, A, Corrected(1, None, None, "never happened"))
    assert DEAL.problems(records) == (Problem(2, NotThere("deal")),)


def test_an_invariant_is_read_in_the_order_of_what_happened() -> None:
    back = StageReverted("executive_meeting", "training", "they start over")
    assert DEAL.problems(told(OPENED, MET, back)) == ()
    assert DEAL.problems(told(OPENED, back)) == (Problem(2, StandsElsewhere("executive_meeting", "training")),)


def test_a_correction_that_repairs_leaves_no_problem() -> None:
    records = told(OPENED, StageAdvanced("proposal", "negotiation"), Corrected(2, MET, None, "wrong deal"))
    assert DEAL.problems(records) == ()


# Words


def test_a_noun_knows_its_events_and_its_steps() -> None:
    assert [DEAL.has(one) for one in (MET, A, Noted("acme.checked"), object())] == [True, True, True, False]
    assert [
        DEAL.moves(one) for one in (MET, MergedInto(OTHER, "twice"), A, HistoryUnknown(at(1, 0)), ObservationEnded())
    ] == [
        True,
        True,
        False,
        False,
        False,
    ]


def test_the_hosts_own_facts_change_no_state() -> None:
    deal = DEAL.fold(told(OPENED))
    assert (
        DEAL.fold(told(OPENED, Noted("acme.checked"), HistoryUnknown(at(1, 0)), Corrected(1, None, None, "x"))) == deal
    )
    assert isinstance(deal, Deal)


# Narrowing

MOMENTS = st.integers(0, 50).map(lambda hours: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours))
SPANS = st.tuples(MOMENTS, MOMENTS).map(lambda pair: (min(pair), max(pair)))


def test_narrowing_sharpens_from_both_sides() -> None:
    spans = [(at(1, 0), at(9, 0)), (at(3, 0), at(4, 0)), (at(1, 0), at(9, 0))]
    assert narrow(spans) == [(at(1, 0), at(4, 0)), (at(3, 0), at(4, 0)), (at(3, 0), at(9, 0))]


def test_nothing_is_narrowed_to_nothing() -> None:
    assert narrow([]) == []


@for_all(st.lists(MOMENTS, min_size=1, max_size=8), st.data())
def test_narrowing_loses_no_true_moment_and_keeps_the_order(truth: list[datetime], data: st.DataObject) -> None:
    truth.sort()
    margin = st.integers(0, 30).map(lambda hours: timedelta(hours=hours))
    spans = [(moment - data.draw(margin), moment + data.draw(margin)) for moment in truth]
    narrowed = narrow(spans)
    assert all(start <= moment <= end for moment, (start, end) in zip(truth, narrowed, strict=True))
    assert [start for start, _ in narrowed] == sorted(start for start, _ in narrowed)
    assert [end for _, end in narrowed] == sorted(end for _, end in narrowed)


@for_all(st.lists(SPANS, max_size=8))
def test_narrowing_twice_is_narrowing_once(spans: list[tuple[datetime, datetime]]) -> None:
    assert narrow(narrow(spans)) == narrow(spans)


@for_all(st.permutations([(2, A), (3, B), (4, DealValued(TEN)), (5, CloseExpected(date(2026, 6, 30)))]))
def test_the_order_of_typing_in_does_not_matter(facts: list[tuple[int, Any]]) -> None:
    records = (
        record(1, OPENED, When.of(day(1), UTC)),
        *(record(number, event, When.of(day(when), UTC)) for number, (when, event) in enumerate(facts, start=2)),
    )
    assert events(DEAL.history(records)) == [OPENED, *(event for _, event in sorted(facts, key=lambda fact: fact[0]))]
