"""The laws of a deal's health: as of a day it is what was known of that day, and what nobody says moves nothing."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import attrs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

import dealflow as df
from dealflow.journal import day_end
from dealflow.projections.health import health
from dealflow.projections.look import followed
from tests.laws.selling import LAST_DAY, Selling, days
from tests.projections.dealing import Dealing
from tests.projections.selling import day

ANY_HISTORY = df.Sampling(floor=0)
SHORTLY = df.HealthPolicy(  # so that time passing matters within the forty days
    thresholds=df.ThresholdPolicy(stale=10, window=7, met=10), warnings=df.WarningPolicy(contacts=10, silent=4, calls=2)
)


class Judging(Selling):
    """Someone who sells anyhow, and someone who judges their deals."""

    @precondition(lambda self: self.flow.deals())
    @rule(data=st.data(), on=days)
    def as_of_is_asked_as_of(self, data: st.DataObject, on: date) -> None:
        deal = data.draw(st.sampled_from([one.deal for one in self.flow.deals()]))
        whole = self.flow.situation(deal, happened=LAST_DAY, sampling=ANY_HISTORY)  # closed or not, all that is told
        asked = self.flow.health(deal, happened=on, policy=SHORTLY, sampling=ANY_HISTORY)
        assert health(whole.as_of(day_end(on, self.flow.zone)), SHORTLY) == asked

    @precondition(lambda self: self.flow.deals())
    @rule(data=st.data())
    def up_since_then_without_a_break(self, data: st.DataObject) -> None:
        deal = data.draw(st.sampled_from([one.deal for one in self.flow.deals()]))
        asked = self.flow.situation(deal, happened=LAST_DAY, sampling=ANY_HISTORY)
        look = df.Look(followed(asked), SHORTLY)
        checks = {one.name: one for one in df.WARNINGS}
        for warning in health(asked, SHORTLY).up:
            assert warning.since is not None
            opened = look.opened
            assert opened is not None
            first = max(warning.since - timedelta(days=1), look.situation.horizon.day(opened.end))
            for number in range((look.today - first).days):
                evening = first + timedelta(days=number)
                then = look.back(day_end(evening, self.flow.zone))
                up = then.deal is not None and checks[warning.name].find(then).state is df.WarningState.UP
                assert up == (evening >= warning.since), (warning, evening)

    @rule(on=days)
    def all_are_judged_as_each_alone_is(self, on: date) -> None:
        for one in self.flow.healths(happened=on, policy=SHORTLY, sampling=ANY_HISTORY):
            assert one == self.flow.health(one.deal, happened=on, policy=SHORTLY, sampling=ANY_HISTORY)


TestJudging = Judging.TestCase
TestJudging.settings = settings(
    max_examples=60, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)

# Facts about a deal on which much is told already


def told() -> Dealing:
    dealing = Dealing()
    boss = dealing.person(1, df.Role.ECONOMIC, influence=df.Influence.HIGH, stance=df.Stance.NEUTRAL)
    dealing.person(1, df.Role.TECHNICAL, influence=df.Influence.LOW, stance=df.Stance.OPPOSE, ally=False)
    dealing.deal(2, df.NoteInformation(5), df.NameCompetitor("Acme"), df.ExpectClose(day(60)))
    call = dealing.call(3, boss, outcome=df.Conclusion.CONTINUATION)
    dealing.about(3, call, df.MakePromise("a sample", "li", day(8), id="P1"))
    dealing.about(3, call, df.RaiseObjection(df.ObjectionTopic.PRICE, df.ObjectionKind.TRUE, id="O1"))
    return dealing


Fact = Callable[[Dealing, int], Any]
NOBODY_SAYS: Sequence[Fact] = [
    lambda one, at: one.person(at),
    lambda one, at: one.call(at),
    lambda one, at: one.deal(at, df.ValueDeal(None)),
    lambda one, at: one.deal(at, df.ExpectClose(None)),
    lambda one, at: one.deal(at, df.Note("acme.fact", {"n": at})),
    lambda one, at: one.about(at, one.call(at), df.RaiseObjection(df.ObjectionTopic.TRUST)),
    lambda one, at: one.about(at, one.person(at), df.SetManager(None)),
]
SOMEBODY_SAYS: Sequence[Fact] = [
    lambda one, at: one.person(at, df.Role.COACH, stance=df.Stance.SUPPORT, ally=True),
    lambda one, at: one.person(at, df.Role.ECONOMIC, influence=df.Influence.HIGH, stance=df.Stance.OPPOSE),
    lambda one, at: one.call(at, one.person(at), outcome=df.Conclusion.ADVANCE),
    lambda one, at: one.deal(at, df.NoteInformation(at % 9 + 1)),
    lambda one, at: one.deal(at, df.ExpectClose(day(60 + at))),
    lambda one, at: one.deal(at, df.CommitDeal(df.Given.VERBAL)),
    lambda one, at: one.planned(at, at + 3),
]
facts = st.lists(st.tuples(st.sampled_from(NOBODY_SAYS), st.integers(4, 40)), max_size=6)


@settings(deadline=None, max_examples=40)
@given(facts, st.integers(4, 60))
def test_what_nobody_says_moves_no_threshold_no_warning_and_no_level(some: list[tuple[Fact, int]], on: int) -> None:
    plainly, vaguely = told(), told()
    for fact, at in some:
        fact(vaguely, at)
    before, after = plainly.health(on), vaguely.health(on)
    assert (after.level, after.reasons) == (before.level, before.reasons)
    then, now = (df.vector(one.situation(on)) for one in (plainly, vaguely))
    assert attrs.evolve(now, unknown=then.unknown) == then
    assert df.distance(then, now) == 0


later = st.lists(st.tuples(st.sampled_from([*NOBODY_SAYS, *SOMEBODY_SAYS]), st.integers(21, 40)), max_size=6)


@settings(deadline=None, max_examples=40)
@given(later)
def test_what_happens_later_changes_no_earlier_day(some: list[tuple[Fact, int]]) -> None:
    dealing = told()
    before = [dealing.health(number) for number in range(21)]
    for fact, at in sorted(some, key=lambda one: one[1]):
        fact(dealing, at)
    assert [dealing.health(number) for number in range(21)] == before
