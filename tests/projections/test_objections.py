"""What customers held against buying: what became of it, how it was met, and what stood when deals closed."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

import dealflow as df
from dealflow.projections.survival import Verdict
from tests.projections.keeping import Keeping
from tests.projections.selling import day

PRICE, TRUST = df.ObjectionTopic.PRICE, df.ObjectionTopic.TRUST
TRUE = df.ObjectionKind.TRUE
SMILE, PROOF = df.Technique.SMILE_AND_PASS, df.Technique.THIRD_PARTY_PROOF
RESOLVED, CONCEDED, STOOD, OPEN = df.ObjectionFate
EARLY, NOT_EARLY, UNKNOWN = df.Earliness
LOSE, WIN = df.LoseDeal(), df.WinDeal(skip_rest=True)


@pytest.fixture
def keeping() -> Iterator[Keeping]:
    keeping = Keeping()
    yield keeping
    keeping.flow.close()


def raised(keeping: Keeping, at: Any, *deals: UUID, **said: Any) -> UUID:
    """Hold a contact about deals, and hear an objection in it."""
    call = keeping.new(at, df.HoldInteraction(keeping.id, df.Channel.CALL, ours=("li",), deals=deals))
    keeping.about(at, call, df.RaiseObjection(**{"topic": PRICE, "id": "it"} | said))
    return call


def asked(keeping: Keeping, at: int) -> df.Objections:
    return keeping.flow.objections(happened=day(at))


def only(keeping: Keeping, at: int) -> df.ObjectionCase:
    (case,) = asked(keeping, at).cases
    return case


# What became of it


def test_an_objection_is_open_until_it_is_settled(keeping: Keeping) -> None:
    deal, boss = keeping.deal(1), keeping.person(1)
    call = raised(keeping, 2, deal, kind=TRUE, by=boss)
    keeping.about(4, call, df.AnswerObjection("it", SMILE), df.AnswerObjection("it", PROOF))
    keeping.about(7, call, df.ResolveObjection("it"))
    (case,) = asked(keeping, 5).open
    assert (case.fate, case.days, case.dated, case.settled) == (OPEN, 3, True, None)
    assert (case.interaction, case.account, case.deals, case.by) == (call, keeping.id, (deal,), boss)
    assert (case.topic, case.kind, case.techniques) == (PRICE, TRUE, (SMILE, PROOF))
    later = asked(keeping, 9)
    assert (later.open, later.cases[0].fate, later.cases[0].days) == ((), RESOLVED, 5)
    assert len(later.cases[0].records) == 4
    assert asked(keeping, 1).cases == ()


def test_those_to_be_settled_come_oldest_first(keeping: Keeping) -> None:
    later, first = raised(keeping, 5), raised(keeping, 3)
    assert [one.interaction for one in asked(keeping, 9).open] == [first, later]


def test_what_stood_when_all_its_deals_had_closed_is_decided(keeping: Keeping) -> None:
    one, other = keeping.deal(1), keeping.deal(1)
    raised(keeping, 2, one, other)
    keeping.about(4, one, LOSE)
    assert only(keeping, 5).fate is OPEN
    keeping.about(6, other, WIN)
    assert (only(keeping, 9).fate, only(keeping, 9).days) == (STOOD, 4)
    keeping.about(10, other, df.ReopenDeal("a flaw"))
    assert only(keeping, 11).fate is OPEN


def test_what_was_raised_after_the_close_or_about_no_deal_is_not_decided_by_it(keeping: Keeping) -> None:
    deal = keeping.deal(1)
    keeping.about(2, deal, WIN)
    raised(keeping, 5, deal)
    raised(keeping, 5)
    assert asked(keeping, 9).resolution == df.Resolution(raised=2, resolved=0, conceded=0, stood=0, open=2)


def test_what_is_settled_after_the_close_is_settled_all_the_same(keeping: Keeping) -> None:
    deal = keeping.deal(1)
    call = raised(keeping, 2, deal)
    keeping.about(3, deal, WIN)
    keeping.about(5, call, df.ConcedeObjection("it"))
    assert only(keeping, 9).fate is CONCEDED
    assert asked(keeping, 9).ends[0].state is df.AtClose.STANDING


def test_a_deal_no_longer_followed_tells_no_more_of_what_stands(keeping: Keeping) -> None:
    deal = keeping.deal(1)
    raised(keeping, 2, deal)
    keeping.about(6, deal, df.EndObservation())
    assert (only(keeping, 30).fate, only(keeping, 30).days) == (OPEN, 4)


def test_a_merged_account_s_objections_are_those_of_the_one_that_stands_for_it(keeping: Keeping) -> None:
    other = keeping.register(1, "Huaxin Holding")
    raised(keeping, 2)
    keeping.about(5, keeping.id, df.MergeInto(other, "the same"))
    assert (only(keeping, 4).account, only(keeping, 6).account) == (keeping.id, other)


def test_a_merged_deal_counts_nowhere(keeping: Keeping) -> None:
    one, other = keeping.deal(1), keeping.deal(1)
    raised(keeping, 2, one)
    keeping.about(5, one, df.MergeInto(other, "the same"))
    assert (only(keeping, 4).deals, only(keeping, 6).deals) == ((one,), ())


# Lots


def test_the_rate_is_of_those_decided(keeping: Keeping) -> None:
    deal = keeping.deal(1)
    for number, settle in (
        (2, df.ResolveObjection("it")),
        (3, df.ResolveObjection("it")),
        (4, df.ConcedeObjection("it")),
    ):
        keeping.about(number, raised(keeping, number), settle)
    raised(keeping, 5, deal)
    raised(keeping, 6)
    keeping.about(7, deal, LOSE)
    found = asked(keeping, 9).resolution
    assert found == df.Resolution(raised=5, resolved=2, conceded=1, stood=1, open=1)
    assert found.rate == df.Share(2, 4)


def test_lots_by_topic_and_kind_and_an_objection_counts_for_each_technique(keeping: Keeping) -> None:
    call = raised(keeping, 2, kind=TRUE)
    keeping.about(3, call, *(df.AnswerObjection("it", one) for one in (PROOF, SMILE, PROOF)))
    raised(keeping, 4, topic=TRUST)
    found = asked(keeping, 9)
    lots = {by: {name: lot.resolution.raised for name, lot in found.by(by).items()} for by in df.ObjectionBy}
    assert lots == {
        "topic": {"price": 1, "trust": 1},
        "kind": {"true": 1, "unknown": 1},
        "technique": {"smile-and-pass": 1, "third-party-proof": 1, "not answered": 1},
    }
    assert [*found.by(df.ObjectionBy.KIND)] == ["true", "unknown"]


def test_days_count_what_still_stands_as_longer(keeping: Keeping) -> None:
    for days in (1, 3, 5):
        keeping.about(2 + days, raised(keeping, 2), df.ResolveObjection("it"))
    raised(keeping, 2)
    unsure = df.When.between(datetime(2026, 1, 3, tzinfo=UTC), datetime(2026, 1, 6, tzinfo=UTC))
    call = keeping.flow.do(df.HoldInteraction(keeping.id, df.Channel.CALL), by="li", at=day(2)).stream
    keeping.flow.do(df.RaiseObjection(PRICE), on=call, by="li", at=unsure)
    found = asked(keeping, 9).duration(df.Sampling(4))
    assert (found.n, found.ended, found.undated, found.median) == (4, 3, 1, 3)
    assert asked(keeping, 9).duration().verdict is Verdict.INSUFFICIENT


# Early


@pytest.mark.parametrize(
    ("quantified", "withdrawn", "early"),
    [
        (None, None, EARLY),
        (9, None, EARLY),
        (2, None, NOT_EARLY),
        (2, 3, EARLY),  # none counted any more
        (2, 9, NOT_EARLY),
        (5, None, UNKNOWN),  # of one day's records nobody knows which came first
        (2, 5, UNKNOWN),
    ],
)
def test_a_price_objection_is_early_before_any_problem_was_quantified(
    keeping: Keeping, quantified: int | None, withdrawn: int | None, early: df.Earliness
) -> None:
    deal = keeping.deal(1)
    if quantified is not None:
        keeping.about(quantified, deal, df.QuantifyProblem("scrap", df.Money.of(5, "CNY"), id="scrap"))
    if withdrawn is not None:
        keeping.about(withdrawn, deal, df.WithdrawProblem("scrap", "solved"))
    raised(keeping, 5, deal)
    assert only(keeping, 20).early is early
    assert asked(keeping, 20).early[early] == 1


def test_it_is_unknown_whether_it_is_early_without_a_deal_and_where_one_has_problems_and_one_has_none(
    keeping: Keeping,
) -> None:
    one, other = keeping.deal(1), keeping.deal(1)
    keeping.about(2, one, df.QuantifyProblem("scrap", df.Money.of(5, "CNY")))
    raised(keeping, 5)
    raised(keeping, 5, one, other)
    raised(keeping, 5, one, topic=TRUST)
    assert [case.early for case in asked(keeping, 9).cases] == [UNKNOWN, UNKNOWN, None]


# The close


def test_a_deal_closes_with_something_standing_all_settled_none_recorded_or_nothing_known(keeping: Keeping) -> None:
    standing, settled, silent, unmet, opened = (keeping.deal(1) for _ in range(5))
    raised(keeping, 2, standing)
    keeping.about(3, raised(keeping, 2, settled), df.ResolveObjection("it"))
    keeping.new(2, df.HoldInteraction(keeping.id, df.Channel.CALL, deals=(silent, opened)))
    keeping.about(4, standing, LOSE)
    for deal in (settled, silent):
        keeping.about(4, deal, WIN)
    keeping.about(4, unmet, df.AbandonDeal("too small"))
    raised(keeping, 6, silent)  # after the close
    keeping.new(6, df.HoldInteraction(keeping.id, df.Channel.CALL, deals=(unmet,)))
    found = asked(keeping, 9)
    assert {one.deal: one.state.value for one in found.ends} == {
        standing: "standing",
        settled: "all settled",
        silent: "none recorded",
        unmet: "unknown",
    }
    assert found.at_close == {
        df.AtClose.STANDING: df.Results(lost=1),
        df.AtClose.SETTLED: df.Results(won=1),
        df.AtClose.NONE: df.Results(won=1),
        df.AtClose.UNKNOWN: df.Results(abandoned=1),
    }
    assert found.at_close[df.AtClose.STANDING].win_rate == df.Share(0, 1)
    (end,) = [one for one in found.ends if one.standing]
    assert [case.deals for case in end.standing] == [(standing,)]


def test_a_contact_that_was_only_planned_tells_nothing_of_the_close(keeping: Keeping) -> None:
    deal = keeping.deal(1)
    when = df.When.of(day(3), UTC)
    keeping.new(2, df.PlanInteraction(keeping.id, when, df.Channel.VISIT, "see them", deals=(deal,)))
    keeping.about(4, deal, LOSE)
    assert asked(keeping, 9).ends[0].state is df.AtClose.UNKNOWN


def test_as_of_now_what_is_dated_later_does_not_count_yet(keeping: Keeping) -> None:
    raised(keeping, 9)
    assert len(keeping.flow.objections().cases) == 1
    assert keeping.flow.objections(known=day(-1)).cases == ()
