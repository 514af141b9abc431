"""The contest for one deal: who was in it when, what was bid, whom the criteria favour, and who is nearer."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from uuid import uuid4

import pytest

import dealflow as df
from dealflow.domain.acceptance import RivalClosenessRated
from dealflow.domain.contact import ContactLevel
from dealflow.domain.contest import CompetitorAssessed, CompetitorEntered, CompetitorLeft
from dealflow.projections.contests import CONTESTS
from tests.projections.dealing import Dealing
from tests.projections.selling import ACCOUNT, SHORT, day

BOLT, CRANE = "Bolt", "Crane"
LOST_TO_BOLT = df.LoseDeal(rival=BOLT)
LOW, HIGH = df.Closeness.LOW, df.Closeness.HIGH


@pytest.fixture
def dealing() -> Iterator[Dealing]:
    dealing = Dealing()
    yield dealing
    dealing.flow.close()


def cny(amount: int) -> df.Money:
    return df.Money.of(amount, "CNY")


def asked(dealing: Dealing, at: int, policy: df.ContestPolicy | None = None) -> df.DealContest:
    return dealing.flow.contest(dealing.id, happened=day(at), policy=policy or df.ContestPolicy())


def rival(dealing: Dealing, at: int, name: str = BOLT) -> df.DealRival:
    return next(one for one in asked(dealing, at).rivals if one.competitor == name)


# Who was in it


def test_a_rival_comes_leaves_and_comes_again(dealing: Dealing) -> None:
    dealing.deal(2, df.NameCompetitor(BOLT, incumbent=True))
    dealing.deal(4, df.DropCompetitor(BOLT, "too dear"))
    assert not rival(dealing, 4).there
    dealing.deal(6, df.NameCompetitor(BOLT))
    found = rival(dealing, 9)
    assert [(one.since.date(), one.until and one.until.date()) for one in found.stays] == [
        (day(2), day(4)),
        (day(6), None),
    ]
    assert [one.incumbent for one in found.stays] == [True, True]  # nobody said that they are none any more
    came, left = dealing.record(CompetitorEntered), dealing.record(CompetitorLeft)
    assert [one.records for one in found.stays] == [(came[0], left[0]), (came[1],)]
    assert (found.there, found.incumbent) == (True, True)


def test_what_is_said_later_of_one_who_is_in_it_joins_the_stay(dealing: Dealing) -> None:
    dealing.deal(2, df.NameCompetitor(BOLT))
    dealing.deal(3, df.NameCompetitor(BOLT, incumbent=False))
    (stay,) = rival(dealing, 9).stays
    assert (stay.since.date(), stay.incumbent, len(stay.records)) == (day(2), False, 2)


def test_who_was_assessed_is_in_it_and_the_last_assessment_counts(dealing: Dealing) -> None:
    dealing.deal(2, df.AssessCompetitor(BOLT, strengths=("price",)))
    dealing.deal(3, df.AssessCompetitor(BOLT, weaknesses=("service",), our_answer="a service contract"))
    dealing.deal(4, df.DropCompetitor(BOLT))
    dealing.deal(5, df.AssessCompetitor(BOLT, solution="the old press"))
    found = rival(dealing, 3)
    assert found.assessment is not None
    assert (found.assessment.value.weaknesses, found.assessment.record) == (
        ("service",),
        dealing.record(CompetitorAssessed)[1],
    )
    assert not rival(dealing, 9).there  # to be assessed again brings nobody back


def test_a_closed_deal_is_seen_as_of_its_close(dealing: Dealing) -> None:
    dealing.deal(2, df.NameCompetitor(BOLT))
    dealing.deal(5, df.LoseDeal())
    dealing.deal(7, df.DropCompetitor(BOLT), df.NameCompetitor(CRANE), df.AssessCompetitor(BOLT, strengths=("price",)))
    found = asked(dealing, 9)
    assert (found.at.date(), found.status) == (day(5), df.Status.LOST)
    assert [(one.competitor, one.there, one.assessment) for one in found.rivals] == [(BOLT, True, None)]


def test_who_won_it_was_in_it_though_nobody_had_named_them(dealing: Dealing) -> None:
    dealing.deal(5, LOST_TO_BOLT)
    found = asked(dealing, 9)
    assert [(one.competitor, one.stays, one.there, one.incumbent) for one in found.rivals] == [(BOLT, (), True, None)]
    assert found.lost_to is not None
    assert (found.lost_to.value, found.lost_to.end.date()) == (BOLT, day(5))
    dealing.deal(10, df.ReopenDeal("again"))
    assert (asked(dealing, 11).rivals, asked(dealing, 11).lost_to) == ((), None)


def test_that_there_is_no_competition_is_known_only_where_it_was_asked(dealing: Dealing) -> None:
    assert asked(dealing, 1).contested is df.Contested.UNKNOWN
    nobody = df.QualifyDeal(df.Screening(), df.Risk(has_competition=df.YesNo.NO), df.Pursuit.PASS)
    dealing.deal(2, nobody)
    assert asked(dealing, 3).contested is df.Contested.NONE
    dealing.deal(4, df.NameCompetitor(BOLT))
    assert asked(dealing, 5).contested is df.Contested.SOME


def test_of_what_is_no_deal_there_is_no_contest(dealing: Dealing) -> None:
    for deal, at in ((uuid4(), 9), (dealing.id, -1)):
        with pytest.raises(df.NotFound):
            dealing.flow.contest(deal, happened=day(at))


def test_of_a_deal_whose_opening_is_not_known_no_row_is_kept(dealing: Dealing) -> None:
    dealing.deal(2, df.NameCompetitor(BOLT))
    (named,) = (one for one in dealing.flow.journal.read() if isinstance(one.event, CompetitorEntered))
    assert CONTESTS.evolve(None, named) is None


# What was bid


def test_ours_is_our_bid_or_else_what_was_signed_our_price_or_the_worth(dealing: Dealing) -> None:
    assert asked(dealing, 1).ours is None
    dealing.deal(2, df.ValueDeal(cny(90)))
    dealing.deal(3, df.PriceDeal(cny(100)))
    dealing.deal(6, df.WinDeal(cny(95), skip_rest=True))
    seen = [asked(dealing, at).ours for at in (2, 3, 6)]
    assert [(int(one.amount.amount), one.basis.value) for one in seen if one] == [
        (90, "value"),
        (100, "price"),
        (95, "signed"),
    ]
    dealing.deal(5, df.SubmitBid(cny(105)), df.SubmitBid(cny(98)))
    found = asked(dealing, 6)
    assert found.ours is not None
    assert (found.ours.amount, found.ours.basis) == (cny(98), df.Basis.BID)


def test_bids_of_both_sides_stand_in_order_also_where_theirs_was_learnt_after_the_close(dealing: Dealing) -> None:
    dealing.deal(2, df.NameCompetitor(BOLT), df.SubmitBid(cny(110)))
    dealing.deal(3, df.LearnRivalBid(BOLT, cny(120)))
    dealing.deal(4, df.LoseDeal())
    dealing.deal(8, df.LearnRivalBid(BOLT, cny(100)))
    assert [(one.competitor, int(one.amount.amount)) for one in asked(dealing, 9).bids] == [
        (None, 110),
        (BOLT, 120),
        (BOLT, 100),
    ]
    assert rival(dealing, 9).gap == Fraction(1, 10)
    assert rival(dealing, 7).gap == Fraction(-1, 12)


def test_the_gap_is_to_the_lowest_bid_of_those_who_are_in_it(dealing: Dealing) -> None:
    dealing.deal(
        2, df.SubmitBid(cny(100)), df.NameCompetitor(BOLT), df.NameCompetitor(CRANE), df.NameCompetitor("Dyne")
    )
    dealing.deal(3, df.LearnRivalBid(BOLT, cny(80)), df.LearnRivalBid(CRANE, cny(125)))
    assert (asked(dealing, 3).gap, asked(dealing, 3).bracket) == (Fraction(1, 4), df.Bracket.MUCH_DEARER)
    dealing.deal(4, df.DropCompetitor(BOLT))
    assert (asked(dealing, 4).gap, asked(dealing, 4).bracket) == (Fraction(-1, 5), df.Bracket.CHEAPER)


def test_amounts_of_two_currencies_are_compared_at_given_rates_alone(dealing: Dealing) -> None:
    dealing.deal(2, df.SubmitBid(cny(770)), df.NameCompetitor(BOLT), df.LearnRivalBid(BOLT, df.Money.of(100, "USD")))
    dealing.deal(2, df.NameCompetitor(CRANE), df.LearnRivalBid(CRANE, cny(770)))
    found = asked(dealing, 3)
    assert [one.gap for one in found.rivals] == [None, 0]
    assert (found.gap, found.bracket) == (None, df.Bracket.UNKNOWN)  # nobody knows whose bid is the lowest
    found = asked(dealing, 3, df.ContestPolicy(rates=df.Rates("CNY", {"USD": Decimal(7)})))
    assert (found.gap, found.bracket) == (Fraction(1, 10), df.Bracket.DEARER)
    with pytest.raises(df.NoRate):
        asked(dealing, 3, df.ContestPolicy(rates=df.Rates("EUR", {})))


def test_a_bid_of_nothing_cannot_be_compared(dealing: Dealing) -> None:
    dealing.deal(2, df.SubmitBid(cny(100)), df.NameCompetitor(BOLT), df.LearnRivalBid(BOLT, cny(0)))
    assert rival(dealing, 3).gap is None


@pytest.mark.parametrize(
    ("gap", "bracket"),
    [
        (Fraction(-6, 100), "cheaper"),
        (Fraction(-5, 100), "equal"),
        (Fraction(5, 100), "equal"),
        (Fraction(6, 100), "dearer"),
        (Fraction(15, 100), "dearer"),
        (Fraction(16, 100), "much dearer"),
        (None, "unknown"),
    ],
)
def test_brackets_meet_without_overlapping(gap: Fraction | None, bracket: str) -> None:
    assert df.PricePolicy().bracket(gap) == bracket


# What the offers are judged by


def test_criteria_are_told_by_whom_they_favour(dealing: Dealing) -> None:
    ours, theirs, nobody = (
        df.BuyingCriterion("service", favours=df.Favours.US),
        df.BuyingCriterion("price", 0.5, df.Favours.RIVAL),
        df.BuyingCriterion("noise"),
    )
    assert asked(dealing, 1).favours == {}
    dealing.deal(2, df.LearnCriteria((theirs, nobody, ours)))
    assert asked(dealing, 3).favours == {"us": (ours,), "rival": (theirs,), "unknown": (nobody,)}


# Who is nearer


def test_a_rival_is_nearer_to_whom_they_know_better_than_we_do(dealing: Dealing) -> None:
    boss, outsider = dealing.person(1, df.Role.ECONOMIC), dealing.person(1)
    for person in (boss, outsider):
        dealing.about(2, person, df.RateRivalCloseness(BOLT, LOW), df.RateRivalCloseness(CRANE, HIGH))
    assert asked(dealing, 3).closer == ()  # neither is in the deal
    dealing.deal(3, df.NameCompetitor(BOLT))
    (near,) = asked(dealing, 3).closer
    assert (near.deal, near.person, near.competitor) == (dealing.id, boss, BOLT)
    assert (near.closeness, near.contact, near.records) == (
        LOW,
        ContactLevel.NONE,
        dealing.record(RivalClosenessRated)[:1],
    )
    dealing.call(4, boss)
    assert asked(dealing, 5).closer == ()


def test_what_the_deal_says_of_closeness_goes_before_what_is_standing(dealing: Dealing) -> None:
    boss = dealing.person(1, df.Role.ECONOMIC)
    dealing.deal(2, df.NameCompetitor(BOLT))
    dealing.about(
        2, boss, df.RateRivalCloseness(BOLT, df.Closeness.NONE, dealing.id), df.RateRivalCloseness(BOLT, HIGH)
    )
    assert asked(dealing, 3).closer == ()


def test_a_contact_told_twice_brings_us_nearer_once(dealing: Dealing) -> None:
    boss = dealing.person(1, df.Role.ECONOMIC)
    dealing.deal(2, df.NameCompetitor(BOLT))
    dealing.about(2, boss, df.RateRivalCloseness(BOLT, df.Closeness.MEDIUM))
    calls = [dealing.call(3, boss) for _ in range(3)]
    assert asked(dealing, 4).closer == ()  # met three times, which is medium
    dealing.about(5, calls[2], df.MergeInto(calls[0], "the same"))
    assert asked(dealing, 4).closer == ()
    assert [one.contact for one in asked(dealing, 6).closer] == [ContactLevel.LOW]


# The account


def test_a_merged_account_s_contest_is_that_of_the_one_that_stands_for_it(dealing: Dealing) -> None:
    old, new = (dealing.tell(1, df.RegisterAccount(name), None) for name in ("Huaxin", "Huaxin Holding"))
    deal = dealing.tell(2, df.OpenDeal(old, "A deal", SHORT, "meet"), None)
    dealing.tell(4, df.MergeInto(new, "the same"), old)
    assert [dealing.flow.contest(deal, happened=day(at)).account for at in (3, 5)] == [old, new]
    assert asked(dealing, 9).account == ACCOUNT  # nobody registered it
