"""The laws of a chronicle: it ends where the account stands, and an earlier one is where a later one begins."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import attrs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

import dealflow as df
from dealflow.journal import day_end
from dealflow.projections.churn.judging import ChurnPolicy, Sign, Signal, judged
from dealflow.projections.churn.signals import SIGNALS
from dealflow.projections.conditions import RelationshipPolicy
from dealflow.projections.relation import Relation
from dealflow.projections.warnings.judging import WarningState
from tests.laws.selling import LAST_DAY, Selling, days
from tests.replay.test_chronicle import OPEN, SILENT, Case, signal

SHORTLY = RelationshipPolicy(measurements=1, met=5, grace=3, lapse=8)  # so that time passing matters within the days
RARELY = ChurnPolicy(times=1.0, known=2)


def forgotten(relation: Relation, _policy: ChurnPolicy) -> Sign:
    """Up once nobody of theirs was met for five days; it rests on contacts and on what was said of people."""
    last = max((one for one in relation.contacts if one.stands), key=lambda one: one.since, default=None)
    said = tuple(one.record for _, row in relation.people for one in row.influence if one.end <= relation.at)
    if last is None:
        return Sign(WarningState.UNKNOWN, "never met")
    ago, turns = relation.days_since(last.since), relation.day(last.since) + timedelta(days=6)
    return Sign(WarningState.UP if ago > 5 else WarningState.CLEAR, f"{ago} days", (last.record, *said), turns=turns)


ALL: Sequence[Signal] = (*SIGNALS, OPEN, SILENT, signal("forgotten", forgotten))
ASKED: Any = {"policy": SHORTLY, "churn": RARELY, "signals": ALL}


def rests_on(lines: Sequence[df.ChronicleLine]) -> set[int]:
    """Return the records that the stages and signals among lines rest on."""
    return {position for one in lines if one.record is None for position in one.records}


def positions(lines: Sequence[df.ChronicleLine]) -> list[int]:
    return [one.record.position for one in lines if one.record is not None]


def told_alone(lines: Sequence[df.ChronicleLine]) -> list[df.ChronicleLine]:
    return [attrs.evolve(one, stage=None, signals=()) for one in lines]


class Telling(Selling):
    """Someone who sells anyhow, and someone who tells their accounts."""

    @precondition(lambda self: self.flow.relations())
    @rule(data=st.data())
    def it_ends_where_the_account_stands(self, data: st.DataObject) -> None:
        account = data.draw(st.sampled_from([*self.flow.relations()]))
        told = self.flow.chronicle(account, **ASKED).lines
        relation = self.flow.relation(account)
        assert told[-1].stage == self.flow.relationship(account, policy=SHORTLY).stage
        up = [one.name for one in judged(relation, RARELY, ALL, dated=False) if one.up]
        assert list(told[-1].signals) == up

    @precondition(lambda self: self.flow.relations())
    @rule(data=st.data())
    def each_record_is_told_once_and_so_is_what_anything_rests_on(self, data: st.DataObject) -> None:
        account = data.draw(st.sampled_from([*self.flow.relations()]))
        told = self.flow.chronicle(account, **ASKED).lines
        assert len(positions(told)) == len({*positions(told)})
        assert rests_on(told) <= {*positions(told)}

    @precondition(lambda self: self.flow.relations())
    @rule(data=st.data(), on=days)
    def an_earlier_one_is_where_a_later_one_begins(self, data: st.DataObject, on: date) -> None:
        """But for what only something later rests on.

        How it stood beside a line is left out: of what happened in a window nobody knows what came first.
        """
        accounts = [*self.flow.relations(happened=on)]
        if not accounts:
            return
        account = data.draw(st.sampled_from(accounts))
        earlier = self.flow.chronicle(account, happened=on, **ASKED).lines
        whole = self.flow.chronicle(account, happened=LAST_DAY, **ASKED).lines
        begun = [one for one in whole if one.at <= day_end(on, self.flow.zone)]
        only_later = rests_on(whole) - {*positions(earlier)}
        kept = [one for one in begun if not only_later.intersection(positions([one]))]
        assert told_alone(kept) == told_alone(earlier)


TestTelling = Telling.TestCase
TestTelling.settings = settings(
    max_examples=60, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)

# Told day by day, as it happens

Fact = Callable[[Case, int], Any]
FACTS: Sequence[Fact] = [
    lambda one, at: one.of(at, df.RecordPurchase(df.Money.of(at, "CNY"))),
    lambda one, at: one.of(at, df.MeasureShare(0.7)),
    lambda one, at: one.of(at, df.MeasureShare(0.2)),
    lambda one, at: one.of(at, df.RaiseComplaint("noise", df.Level.HIGH, id=f"C{at}")),
    lambda one, at: one.of(at, df.SignAgreement("framework")),
    lambda one, at: one.tell(at, df.HoldInteraction(one.account, df.Channel.CALL, (), ("li",))),
    lambda one, at: one.tell(at, df.IdentifyStakeholder(one.account, "COO Wang")),
    lambda one, at: one.tell(at, df.OpenDeal(one.account, "Line 4")),
]
history = st.lists(st.tuples(st.integers(1, 40), st.sampled_from(FACTS)), max_size=12).map(
    lambda some: sorted(some, key=lambda one: one[0])
)


def lived(some: Sequence[tuple[int, Fact]]) -> Case:
    case = Case()
    case.of(0, df.DrawPurchasesFrom(df.PurchaseOrigin.HOST))
    for at, fact in some:
        fact(case, at)
    return case


@settings(deadline=None, max_examples=40)
@given(history, st.integers(0, 45))
def test_as_of_a_day_it_is_what_a_journal_of_that_day_tells(some: list[tuple[int, Fact]], on: int) -> None:
    then = lived([(at, fact) for at, fact in some if at <= on]).told(on, *ALL, policy=SHORTLY, churn=RARELY)
    now = lived(some).told(on, *ALL, policy=SHORTLY, churn=RARELY)

    def words(told: df.Chronicle) -> list[Any]:
        return [(one.kind, one.when, one.text, one.records, one.stage, one.signals) for one in told.lines]

    assert words(now) == words(then)


@settings(deadline=None, max_examples=40)
@given(history)
def test_it_is_told_in_the_order_of_the_days_and_nothing_before_what_it_rests_on(some: list[tuple[int, Fact]]) -> None:
    told = lived(some).told(50, *ALL, policy=SHORTLY, churn=RARELY).lines
    assert [one.on for one in told] == sorted(one.on for one in told)
    for number, line in enumerate(told):
        assert rests_on([line]) <= {*positions(told[:number])}
