"""The laws of the journal, over arbitrary conversations (domain.md §2, stage invariants)."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from io import StringIO
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

import dealflow as df
from dealflow.domain.deal import Deal, DealReopened, EndEvent, StageAdvanced, StageReverted
from dealflow.domain.nouns import noun_of
from dealflow.money import totals
from dealflow.projections.cases import By, Every
from dealflow.projections.funnel import Funnel, Period
from dealflow.store import open_journal
from dealflow.store.jsonl import read_jsonl, write_jsonl
from tests.laws.selling import DAY_ONE, LAST_DAY, Selling, days


class Laws(Selling):
    """Someone who sells, and someone who checks the books after every step."""

    def __init__(self) -> None:
        super().__init__()
        self.remembered: list[tuple[datetime, Any]] = []

    def answers(self, known: datetime | None = None) -> Any:
        deals = [one.deal for one in self.flow.deals(known=known)]
        return (
            self.flow.funnel(known=known).stages,
            self.flow.deals(known=known, happened=DAY_ONE + timedelta(days=20)),
            [self.flow.deal(deal, known=known, happened=LAST_DAY) for deal in deals],
        )

    @invariant()
    def every_stream_is_a_history_that_can_be(self) -> None:
        for stream in self.streams:
            records = self.flow.journal.stream(stream)
            assert noun_of(records).problems(records) == ()
            assert [record.version for record in records] == list(range(1, len(records) + 1))

    @invariant()
    def the_log_of_a_deal_and_the_pipeline_agree(self) -> None:
        states = {stream: self.flow.state(stream) for stream in self.streams}
        for standing in self.flow.deals():
            deal = states[standing.deal]
            assert (deal.stage, deal.status, deal.amount) == (standing.stage, standing.status, standing.amount)
            assert (deal.title, deal.owner, deal.close_expected) == (
                standing.title,
                standing.owner,
                standing.close_expected,
            )

    @invariant()
    def a_closed_deal_moves_only_by_being_reopened(self) -> None:
        for stream in self.streams:
            records = self.flow.journal.stream(stream)
            noun = noun_of(records)
            state = None
            for record in noun.history(records):
                if isinstance(state, Deal) and state.status is not df.Status.OPEN and noun.moves(record.event):
                    assert isinstance(record.event, DealReopened) or record.event.__class__.__name__ == "MergedInto"
                if isinstance(record.event, StageAdvanced | StageReverted):
                    assert isinstance(state, Deal)
                    assert state.stage == record.event.left
                if isinstance(record.event, EndEvent):
                    assert isinstance(state, Deal)
                    assert state.status is df.Status.OPEN
                state = noun.evolve(state, record.event)

    @rule(happened=st.none() | days, back=st.integers(0, 500))
    def entering_and_leaving_balance(self, happened: date | None, back: int) -> None:
        balanced(self.flow.funnel(happened=happened, known=self.clock.now - timedelta(seconds=back)))

    @rule(happened=st.none() | days, back=st.integers(0, 500), every=st.sampled_from(Every))
    def what_came_and_left_adds_up_to_what_stands(self, happened: date | None, back: int, every: Every) -> None:
        pipeline = self.flow.pipeline(happened=happened, known=self.clock.now - timedelta(seconds=back))
        adds_up(pipeline.periods(every), pipeline.funnel())

    @rule(happened=st.none() | days)
    def lots_are_the_deals_cut_and_nothing_lost(self, happened: date | None) -> None:
        pipeline = self.flow.pipeline(happened=happened)
        for lots in (*map(pipeline.by, By), *map(pipeline.cohorts, Every)):
            cut = [case for lot in lots.values() for case in lot.cases]
            assert sorted(cut, key=lambda case: case.deal.deal) == sorted(
                pipeline.cases, key=lambda case: case.deal.deal
            )

    @rule()
    def the_story_ends_where_the_deal_stands(self) -> None:
        for standing in self.flow.deals():
            story = self.flow.replay(standing.deal, happened=LAST_DAY)
            assert story.dossier == self.flow.deal(standing.deal, happened=LAST_DAY)
            assert (story.lines[-1].stage, story.lines[-1].amount) == (standing.stage, standing.amount)

    @rule(happened=st.none() | days)
    def the_value_equation_is_the_deals_and_its_moves_lead_there(self, happened: date | None) -> None:
        for standing in self.flow.deals(happened=happened):
            situation = self.flow.situation(standing.deal, happened=happened)
            value = df.value_equation(situation)
            assert situation.deal is not None
            assert tuple(one.value for one in value.now.problems) == situation.deal.purchase.problems
            assert (value.now.price and value.now.price.value) == situation.deal.priced
            changes = (df.Money(sum_, code) for move in value.moves for code, sum_ in move.change.items())
            assert {code: sum_ for code, sum_ in totals(changes).items() if sum_} == value.now.balance.cost
            assert not value.moves or value.moves[-1].after == value.now.balance

    @rule()
    def remember(self) -> None:
        self.remembered.append((self.clock.now, self.answers()))

    @precondition(lambda self: self.remembered)
    @rule(data=st.data())
    def what_was_known_stays_as_it_was_known(self, data: st.DataObject) -> None:
        known, answers = data.draw(st.sampled_from(self.remembered))
        assert self.answers(known) == answers

    @rule()
    def the_journal_reads_back_as_it_was_written(self) -> None:
        written = StringIO()
        write_jsonl(self.flow.journal, written)
        with open_journal("memory:") as copy:
            read_jsonl(StringIO(written.getvalue()), copy)
            assert list(copy.read()) == list(self.flow.journal.read())


def balanced(funnel: Funnel) -> None:
    """Every visit stands or left in one way; every deal is open or ended in one way."""
    ways: Counter[str] = Counter()
    for stage in funnel.stages:
        assert stage.visits == stage.came.total == stage.open + stage.left.total
        assert stage.entered <= stage.visits
        ways["here" if stage.end is None else str(stage.end)] += stage.open
    assert ways["here"] == funnel.open
    assert (ways["won"], ways["lost"], ways["abandoned"]) == (funnel.won, funnel.lost, funnel.abandoned)
    assert funnel.deals == funnel.open + funnel.won + funnel.lost + funnel.abandoned


def adds_up(periods: Sequence[Period], funnel: Funnel) -> None:
    """Every period begins where the last one ended, and the last one ends as the funnel stands."""
    for before, after in pairwise(periods):
        assert [flow.at_end for flow in before.flows] == [flow.at_start for flow in after.flows]
    for period in periods:
        for flow in period.flows:
            assert flow.at_start + flow.came.total - flow.left.total == flow.at_end >= 0
    last = periods[-1].flows if periods else ()
    assert [(flow.playbook, flow.stage, flow.at_end) for flow in last] == [
        (stage.playbook, stage.stage, stage.open) for stage in funnel.stages
    ]
    for step in funnel.conversions:
        assert step.resolved.of + step.undecided == step.reached.of


TestLaws = Laws.TestCase
TestLaws.settings = settings(
    max_examples=60,
    stateful_step_count=30,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
