"""Against whom we win, at what price, and where others are nearer than we are."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest

import dealflow as df
from tests.projections.keeping import Keeping
from tests.projections.selling import day

BOLT, CRANE = "Bolt", "Crane"
WIN, LOSE, ABANDON = df.WinDeal(skip_rest=True), df.LoseDeal(), df.AbandonDeal("too small")


@pytest.fixture
def keeping() -> Iterator[Keeping]:
    keeping = Keeping()
    yield keeping
    keeping.flow.close()


def against(keeping: Keeping, *commands: Any, end: Any = None) -> UUID:
    """Sell one deal against Bolt."""
    deal = keeping.deal(1)
    keeping.about(2, deal, df.NameCompetitor(BOLT), *commands)
    if end is not None:
        keeping.about(4, deal, end)
    return deal


def bids(ours: int, theirs: int) -> tuple[df.Command, ...]:
    money = [df.Money.of(one, "CNY") for one in (ours, theirs)]
    return df.SubmitBid(money[0]), df.LearnRivalBid(BOLT, money[1])


def asked(keeping: Keeping, at: int = 9) -> df.Competition:
    return keeping.flow.competition(happened=day(at))


def test_against_each_rival_deals_are_counted_by_how_they_ended(keeping: Keeping) -> None:
    against(keeping)
    against(keeping, end=WIN)
    against(keeping, df.DropCompetitor(BOLT), end=WIN)
    against(keeping, df.NameCompetitor(CRANE), end=df.LoseDeal(rival=CRANE))
    against(keeping, df.NameCompetitor(BOLT, incumbent=True), end=df.LoseDeal(rival=BOLT))
    against(keeping, end=ABANDON)
    keeping.deal(1)
    bolt, crane = asked(keeping).rivals
    assert (bolt.competitor, crane.competitor) == (BOLT, CRANE)
    assert bolt.deals == df.Results(open=1, won=2, lost=2, abandoned=1)
    assert (bolt.deals.deals, bolt.deals.closed, bolt.deals.win_rate) == (6, 5, df.Share(2, 4))
    assert bolt.to_the_end == df.Results(won=1, lost=2, abandoned=1)
    assert (bolt.lost_to, crane.lost_to, bolt.incumbent, crane.incumbent) == (1, 1, 1, 0)
    assert asked(keeping).by_contested == {
        df.Contested.SOME: bolt.deals,
        df.Contested.NONE: df.Results(),
        df.Contested.UNKNOWN: df.Results(open=1),
    }


def test_without_rivals_there_is_none_to_tell_of(keeping: Keeping) -> None:
    keeping.deal(1)
    found = asked(keeping)
    assert (found.rivals, found.closer, found.deals) == ((), (), df.Results(open=1))


def test_prices_are_compared_in_deals_won_and_lost(keeping: Keeping) -> None:
    for ours, end in ((90, WIN), (110, WIN), (104, LOSE), (120, None)):
        against(keeping, *bids(ours, 100), end=end)
    against(keeping, end=LOSE)
    found = asked(keeping)
    assert found.rivals[0].won == df.Gaps(2, Fraction(0))
    assert found.rivals[0].lost == df.Gaps(1, Fraction(1, 25))
    assert df.Gaps.of(()) == df.Gaps(0, None)
    assert {name.value: one for name, one in found.by_price.items()} == {
        "cheaper": df.Results(won=1),
        "equal": df.Results(lost=1),
        "dearer": df.Results(won=1),
        "much dearer": df.Results(open=1),
        "unknown": df.Results(lost=1),
    }


def test_where_others_are_nearer_is_told_of_open_deals_alone(keeping: Keeping) -> None:
    boss = keeping.somebody(1, df.Role.ECONOMIC)
    keeping.about(2, boss, df.RateRivalCloseness(BOLT, df.Closeness.HIGH))
    opened = against(keeping)
    closed = against(keeping, end=LOSE)
    found = asked(keeping)
    assert [(one.deal, one.person) for one in found.closer] == [(opened, boss)]
    assert [one.deal for one in found.contests if one.closer] == [opened, closed]


def test_a_merged_deal_counts_nowhere_and_a_merged_account_s_deals_are_the_other_s(keeping: Keeping) -> None:
    first, second = against(keeping), against(keeping)
    other = keeping.register(3, "Huaxin Holding")
    keeping.about(5, first, df.MergeInto(second, "the same"))
    keeping.about(5, keeping.id, df.MergeInto(other, "the same"))
    assert [one.account for one in asked(keeping, 4).contests] == [keeping.id, keeping.id]
    assert [(one.deal, one.account) for one in asked(keeping, 6).contests] == [(second, other)]
