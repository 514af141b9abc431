"""The laws of what changed: it adds up exactly on both clocks, whatever was sold, corrected and told late."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule

import dealflow as df
from dealflow import testing
from dealflow.domain.deal import CloseExpected, DealPriced, DealValued
from dealflow.journal import JOURNAL, SOURCE
from dealflow.money import EXACT, totals
from dealflow.projections.forecast import CENT
from dealflow.projections.pipeline import PIPELINE, standing
from dealflow.replay.course import course, stood_at
from dealflow.replay.movements import Measures
from tests.clock import Clock
from tests.laws.selling import Selling
from tests.laws.selling import instants as sold_at

WRITTEN = datetime(2026, 3, 1, tzinfo=UTC)  # when the journals here begin to be written
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
THREE = df.Playbook.of(
    "three",
    "Three steps",
    [df.Milestone("a", "A", Decimal("0.1")), df.Milestone("b", "B", Decimal("0.333")), df.Milestone("c", "C")],
)
TWO = df.Playbook.of("two", "Two steps", [df.Milestone("a", "A", Decimal("0.2")), df.Milestone("z", "Z", Decimal(1))])


def moments(begin: datetime, unit: timedelta, first: int, last: int) -> st.SearchStrategy[datetime]:
    return st.integers(first, last).map(lambda number: begin + number * unit)


instants = moments(FIRST, HOUR, -1, 300)
windows = st.tuples(instants, instants).map(lambda pair: df.When.between(min(pair), max(pair)))
days = st.integers(0, 11).map(lambda number: FIRST.date() + timedelta(days=number))
monies = st.builds(df.Money.of, st.sampled_from(["0", "100", "100.00", "333.33"]), st.sampled_from(["CNY", "EUR"]))
stages = st.sampled_from("abc")
owners = st.sampled_from(["li", "wang"])
COMMANDS: Sequence[st.SearchStrategy[Any]] = (
    st.builds(df.AdvanceStage, to=stages, reason=st.just("hurry")),
    st.builds(df.RevertStage, to=stages, reason=st.just("new people")),
    st.builds(df.ReopenDeal, reason=st.just("new budget"), at=st.none() | stages),
    st.builds(df.ChangePlaybook, playbook=st.sampled_from([THREE, TWO]), at=st.just("a"), reason=st.just("grown")),
    st.one_of(
        st.sampled_from([df.LoseDeal(), df.AbandonDeal("no budget")]),
        st.builds(df.WinDeal, amount=st.none() | monies, skip_rest=st.just(value=True)),
        st.builds(df.MergeInto, other=st.sampled_from([UUID(int=1), UUID(int=2)]), reason=st.just("told twice")),
    ),
    st.builds(df.ValueDeal, amount=st.none() | monies),
    st.builds(df.PriceDeal, amount=monies),
    st.builds(df.ExpectClose, on=st.none() | days),
    st.builds(df.AssignDealOwner, owner=owners),
    st.sampled_from([df.CommitDeal(df.Given.VERBAL), df.RenegeDeal("new boss")]),
    *2
    * (
        st.builds(
            df.CorrectRecord,
            version=st.integers(2, 9),
            reason=st.just("typed wrong"),
            replacement=st.one_of(
                st.none(), monies.map(DealValued), monies.map(DealPriced), st.builds(CloseExpected, on=days)
            ),
            occurred=st.none() | instants.map(lambda at: df.When(at, at)),
        ),
    ),
)


@attrs.frozen
class Saying:
    """What is said of a deal in one breath: some hours after the last time, or of some other time.

    *known* is when the system it came from had come to know it.
    """

    deal: int
    hours: int
    commands: tuple[Any, ...]
    owner: str | None
    other: Any
    bare: bool
    known: datetime | None

    def at(self, now: datetime) -> date | datetime | df.When:
        return self.other or (now.date() if self.bare else now)

    def asks(self, now: datetime, number: int, *, opening: bool) -> Iterator[df.Ask]:
        source = None if self.known is None else df.Source("crm", f"row {number}", self.known)
        first = [df.OpenDeal(UUID(int=7), "A deal", THREE, owner=self.owner)] if opening else []
        for command in (*first, *self.commands):
            yield df.Ask(command, "li", UUID(int=self.deal), self.at(now), source=source)


histories = st.lists(
    st.builds(
        Saying,
        deal=st.integers(1, 2),
        hours=st.integers(0, 30),
        commands=st.lists(st.one_of(*COMMANDS), min_size=1, max_size=3).map(tuple),
        owner=st.none() | owners,
        other=st.one_of(st.none(), st.none(), days, windows),
        bare=st.booleans(),
        known=st.none() | moments(WRITTEN, HOUR, -40, 0),
    ),
    min_size=8,
    max_size=25,
)


def told(history: Sequence[Saying]) -> df.DealFlow:
    """Tell of two deals, each opened with the first that is said of it; what is refused is left out."""
    flow = df.DealFlow.open("memory:", clock=Clock(WRITTEN))
    now, opened = FIRST, set[int]()
    for number, one in enumerate(history):
        now += one.hours * HOUR
        say(flow, list(one.asks(now, number, opening=one.deal not in opened)))
        opened.add(one.deal)
    return flow


def say(flow: df.DealFlow, asks: Sequence[df.Ask]) -> None:
    """Ask for all at once, or where that is refused for one after another."""
    try:
        flow.do_all(asks)
    except df.Refused:
        for one in asks:
            with suppress(df.Refused):
                flow.do_all([one])


# What must hold of any two moments


def holds(flow: df.DealFlow, start: datetime, end: datetime, clock: str, **asked: Any) -> df.Changes:
    """Hold what changed between two moments against the pipeline at each, and against its own parts."""
    found = flow.changes(start, end, clock=clock, **asked)
    adds_up(found)
    stands_as_the_pipeline_did(flow, found.opening, **{**asked, clock: start})
    stands_as_the_pipeline_did(flow, found.closing, **{**asked, clock: end})
    names_its_own_records(flow, found)
    halfway = start + (end - start) / 2
    parts = [flow.changes(*two, clock=clock, **asked) for two in ((start, halfway), (halfway, end))]
    assert [one.kind for some in parts for one in some.movements] == [one.kind for one in found.movements]
    assert summed(parts) == summed([found])
    assert flow.changes(start, start, clock=clock, **asked).movements == ()
    return found


def adds_up(found: df.Changes) -> None:
    residual = found.residual
    assert (residual.deals, residual.dated, residual.days) == (0, 0, 0)
    for sums in (residual.amount, residual.weighted):
        assert all(amount == Decimal(0) for amount in sums.values())
    assert set(residual.amount) >= {*found.opening.amount, *found.closing.amount}
    total = sum((one.change for one in found.totals), Measures())
    assert total.changes() == (found.closing - found.opening).changes()


def stands_as_the_pipeline_did(
    flow: df.DealFlow, found: Measures, *, owner: str | None = None, playbook: str | None = None, **clocks: Any
) -> None:
    pipeline = flow.pipeline(**clocks, playbook=playbook)
    still = [one for one in pipeline.deals if one.status is df.Status.OPEN and owner in {None, one.owner}]
    assert (found.deals, found.amount) == (len(still), totals(one.amount for one in still if one.amount))
    assert found.dated == sum(one.close_expected is not None for one in still)
    if owner is None:
        funnel, weighted = pipeline.funnel(), pipeline.forecast().total.prior
        assert found.deals == funnel.open
        assert {currency: EXACT.quantize(amount, CENT) for currency, amount in found.weighted.items()} == weighted


def names_its_own_records(flow: df.DealFlow, found: df.Changes) -> None:
    streams = {record.position: record.stream for record in flow.journal.read()}
    for one in found.movements:
        assert one.records
        assert {streams[position] for position in one.records} == {one.deal}
        assert one.before != one.after


def summed(found: Iterable[df.Changes]) -> tuple[Any, ...]:
    """Return the sums that do not depend on the day of the start."""
    total = sum((one.change for some in found for one in some.movements), Measures()).changes()
    return total.deals, dict(total.amount), dict(total.weighted), total.dated


# Small histories, as tangled as can be

some_owner, some_playbook = st.none() | owners, st.sampled_from([None, THREE.key, TWO.key])
many = settings(deadline=None, max_examples=200)


@many
@given(
    history=histories,
    start=moments(FIRST, HOUR, -1, 60),
    end=moments(FIRST, HOUR, 60, 500),
    known=st.none() | moments(WRITTEN, SECOND, -1, 60),
    knowledge=st.sampled_from([JOURNAL, SOURCE]),
    owner=some_owner,
    playbook=some_playbook,
)
def test_what_happened_leads_from_opening_to_closing(history: Any, start: Any, end: Any, **asked: Any) -> None:
    holds(told(history), start, end, "happened", **asked)


@many
@given(
    history=histories,
    start=moments(WRITTEN, SECOND, -1, 9),
    end=moments(WRITTEN, SECOND, 9, 60),
    happened=st.none() | instants,
    owner=some_owner,
    playbook=some_playbook,
)
def test_what_became_known_leads_from_opening_to_closing(history: Any, start: Any, end: Any, **asked: Any) -> None:
    holds(told(history), start, end, "known", **asked)


@many
@given(
    history=histories,
    start=moments(WRITTEN, HOUR, -41, -10),
    end=st.one_of(moments(WRITTEN, HOUR, -10, 0), moments(WRITTEN, SECOND, 0, 60)),
    happened=st.none() | instants,
    owner=some_owner,
    playbook=some_playbook,
)
def test_what_its_source_came_to_know_leads_from_opening_to_closing(
    history: Any, start: Any, end: Any, **asked: Any
) -> None:
    holds(told(history), start, end, "known", knowledge=SOURCE, **asked)


@given(histories)
def test_the_course_of_a_deal_says_of_every_moment_what_its_standing_and_the_deal_itself_say(history: Any) -> None:
    flow = told(history)
    for row in flow.rows(PIPELINE).values():
        for moment in {leg.end for leg in course(row)} | {FIRST, FIRST + timedelta(days=5)}:
            stood, stands = stood_at(row, moment), standing(row, moment)
            assert (stood is None) == (stands is None)
            if stood is None or stands is None:
                continue
            assert (stood.status, stood.playbook, stood.stage) == (stands.status, stands.playbook, stands.stage)
            assert (stood.version, stood.chance, stood.owner) == (stands.version, stands.chance, stands.owner)
            assert (stood.signed or stood.amount, stood.close_expected) == (stands.amount, stands.close_expected)
            deal = flow.state(row.deal, happened=moment)
            assert (stood.status, stood.stage, stood.word) == (deal.status, deal.stage, deal.committed)
        assert (stood_at(row, None) is None) == (flow.state(row.deal).merged_into is not None)


@given(histories)
def test_over_all_that_happened_every_step_the_funnel_counts_is_a_movement(history: Any) -> None:
    flow = told(history)
    pipeline = flow.pipeline()
    there = {one.deal for one in pipeline.deals}  # the funnel leaves out what was merged
    found = flow.changes(FIRST - timedelta(days=2), FIRST + timedelta(days=60))
    moved = [one.kind for one in found.movements if one.deal in there]
    milestones = [one for one in pipeline.funnel().stages if one.end is None]
    kinds = df.MovementKind
    steps = {
        kinds.NEW: sum(one.came.opened for one in milestones),
        kinds.REOPENED: sum(one.came.reopened for one in milestones),
        kinds.STAGE_FORWARD: sum(one.left.forward for one in milestones),
        kinds.STAGE_SKIPPED: sum(one.left.skipping for one in milestones),
        kinds.STAGE_BACK: sum(one.left.backward for one in milestones),
        kinds.PLAYBOOK_CHANGED: sum(one.left.playbook_changed for one in milestones),
        kinds.WON: sum(one.left.won for one in milestones),
        kinds.LOST: sum(one.left.lost for one in milestones),
        kinds.ABANDONED: sum(one.left.abandoned for one in milestones),
    }
    assert steps == {kind: moved.count(kind) for kind in steps}


# Arbitrary conversations


class Compared(Selling):
    """Someone sells, and any two moments are compared."""

    @rule(at=st.tuples(sold_at, sold_at), owner=some_owner)
    def on_the_happened_clock(self, at: Any, owner: Any) -> None:
        holds(self.flow, min(at), max(at), "happened", owner=owner)

    @rule(since=st.integers(0, 60), until=st.integers(0, 60), happened=st.none() | sold_at)
    def on_the_known_clock(self, since: int, until: int, happened: Any) -> None:
        now = self.clock.now
        holds(self.flow, now - (since + until) * SECOND, now - until * SECOND, "known", happened=happened)


class TestCompared(Compared.TestCase):  # type: ignore[misc,valid-type]
    settings = settings(
        max_examples=30,
        stateful_step_count=30,
        deadline=None,
        print_blob=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )


# Whole markets


@pytest.mark.parametrize("seed", [1, 2])
def test_month_after_month_of_a_market_adds_up_on_both_clocks(seed: int) -> None:
    market = testing.Market(
        deals=40, days=120, writing=testing.Writing(late=0.3, corrected=0.3, duplicates=0.2, erased=0.1)
    )
    clock = testing.Clock()
    with df.DealFlow.open("memory:", clock=clock) as flow:
        testing.fill(flow, clock, testing.simulate(market, seed))
        months = [market.first_day + timedelta(days=30 * number) for number in range(-1, 12)]
        kinds = set[str]()
        for start, end in pairwise(months):
            for clock_asked in ("happened", "known"):
                found = flow.changes(start, end, clock=clock_asked)
                adds_up(found)
                stands_as_the_pipeline_did(flow, found.closing, **dict[str, Any]({clock_asked: end}))
                kinds |= {one.kind for one in found.movements}
        assert {"new", "stage forward", "corrected", "amount up", "pushed out", "won", "lost"} <= kinds
