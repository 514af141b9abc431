"""All accounts at once: who carries us, which are key accounts, how they were screened and planned."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest

import dealflow as df
from dealflow.domain.account import KeyDesignated
from dealflow.domain.alliance import DirectionChanged, PlanMade, PlanReviewed
from dealflow.plain import plain
from dealflow.projections.account_plan import AccountPlan
from dealflow.projections.portfolio import Holding, KeyAccount
from dealflow.projections.qualification import Change
from dealflow.projections.ranking import Ranked
from tests.projections.buying import Buyer
from tests.projections.selling import SHORT, day

SIZE, PROFIT = df.KeyReason.SIZE, df.KeyReason.FUTURE_PROFIT
YES, NO, UNKNOWN = df.YesNo.YES, df.YesNo.NO, df.YesNo.UNKNOWN
PASS, REDUCE = df.Pursuit.PASS, df.Pursuit.REDUCE


@pytest.fixture
def buyer() -> Iterator[Buyer]:
    buyer = Buyer()
    yield buyer
    buyer.flow.close()


def customer(buyer: Buyer, name: str, *amounts: int, currency: str = "CNY") -> UUID:
    """Register a customer that buys for these amounts, on day 1, 2 and so on."""
    account = buyer.register(name=name)
    buyer.tell(0, df.DrawPurchasesFrom(df.PurchaseOrigin.HOST), on=account)
    for number, amount in enumerate(amounts, start=1):
        buyer.tell(number, df.RecordPurchase(df.Money.of(amount, currency)), on=account)
    return account


def worth(**sums: int) -> Mapping[str, Decimal]:
    return {currency: Decimal(sum_) for currency, sum_ in sums.items()}


def screen(buyer: Buyer, number: int, verdict: df.Pursuit, **answers: df.YesNo) -> None:
    reason = None if verdict is PASS else "they have no money"
    buyer.tell(number, df.ScreenAccount(df.Screening(**answers), df.Risk(), verdict, reason))


def asked(buyer: Buyer, number: int = 9, **more: object) -> df.Portfolio:
    return buyer.flow.portfolio(happened=day(number), **more)  # type: ignore[arg-type]


def only(buyer: Buyer, number: int = 9) -> Holding:
    return asked(buyer, number).account(buyer.id)


# 80/20


def test_accounts_are_ranked_by_what_they_bought(buyer: Buyer) -> None:
    large = customer(buyer, "Large", 500, 200)
    buyer.buy(1, 2, 3)
    found = asked(buyer).rankings["CNY"]
    assert (found.currency, found.revenue) == ("CNY", Decimal(1000))
    assert found.ranked == (
        Ranked(1, large, Decimal(700), 2, Fraction(7, 10), Fraction(7, 10), found.ranked[0].records),
        Ranked(2, buyer.id, Decimal(300), 3, Fraction(3, 10), Fraction(1), found.ranked[1].records),
    )
    assert found.ranked[1].records == tuple(one.record for one in buyer.relation(9).purchases)


def test_the_few_are_as_many_as_make_the_share_that_the_policy_names(buyer: Buyer) -> None:
    buyer.buy(1)
    large, middle = customer(buyer, "Large", 700), customer(buyer, "Middle", 200)
    customer(buyer, "Nothing yet")
    found = asked(buyer).rankings["CNY"]
    assert (found.few, found.vital) == (2, (large, middle))
    assert (found.of_buyers, found.of_all) == (df.Share(2, 3), df.Share(2, 4))
    assert (found.top, found.top_share) == (3, Fraction(1))
    exactly = asked(buyer, policy=df.PortfolioPolicy(share=0.7, top=2)).rankings["CNY"]
    assert (exactly.few, exactly.top_share) == (1, Fraction(9, 10))


def test_who_bought_as_much_stands_at_the_same_rank_as_they_were_registered(buyer: Buyer) -> None:
    buyer.buy(1)
    second, last = customer(buyer, "Second", 100), customer(buyer, "Last", 50)
    ranked = asked(buyer).rankings["CNY"].ranked
    assert [(one.rank, one.account) for one in ranked] == [(1, buyer.id), (1, second), (3, last)]


def test_who_bought_as_much_as_the_last_of_the_few_is_among_them_whoever_was_registered_first(buyer: Buyer) -> None:
    buyer.buy(1)
    others = [customer(buyer, f"Customer {number}", 100) for number in range(9)]
    small = customer(buyer, "Small", 1)
    for account in (*others[:-1], small):
        buyer.tell(2, df.DesignateKey((SIZE,)), on=account)
    found = asked(buyer)
    ranking = found.rankings["CNY"]
    assert (ranking.few, ranking.of_buyers, ranking.vital) == (9, df.Share(9, 11), (buyer.id, *others))
    assert {found.account(one).weight for one in others} == {df.Weight.VITAL}
    assert [one.account for one in found.undesignated] == [buyer.id, others[-1]]
    assert [one.account for one in found.outside] == [small]


def test_who_makes_exactly_the_share_is_enough(buyer: Buyer) -> None:
    large = customer(buyer, "Large", 80)
    customer(buyer, "Small", 20)
    assert asked(buyer).rankings["CNY"].vital == (large,)


def test_weights_are_by_the_amounts_that_are_known(buyer: Buyer) -> None:
    large, small = customer(buyer, "Large", 80), customer(buyer, "Small", 20)
    deals = buyer.register(name="By deals")
    won = buyer.flow.do(df.OpenDeal(deals, "A deal", SHORT, "meet"), by="li", at=day(1)).stream
    buyer.tell(2, df.WinDeal(skip_rest=True), on=won)
    weights = [asked(buyer).account(one).weight for one in (large, small, deals)]
    assert weights == [df.Weight.VITAL, df.Weight.OTHER, df.Weight.UNKNOWN]


def test_gifts_are_no_revenue_to_divide_by(buyer: Buyer) -> None:
    buyer.buy(1, amount=0)
    found = asked(buyer).rankings["CNY"]
    assert (found.few, found.top_share, found.ranked[0].share, found.ranked[0].cumulative) == (0, None, None, None)


def test_currencies_are_ranked_apart_unless_rates_bring_them_into_one(buyer: Buyer) -> None:
    buyer.buy(1)
    abroad = customer(buyer, "Abroad", 20, currency="EUR")
    assert {key: one.revenue for key, one in asked(buyer).rankings.items()} == worth(CNY=100, EUR=20)
    assert {one.weight for one in asked(buyer).accounts} == {df.Weight.VITAL}
    whole = asked(buyer, rates=df.Rates("CNY", {"EUR": Decimal(8)}))
    assert whole.rankings["CNY"].vital == (abroad, buyer.id)
    assert whole.account(abroad).bought == worth(CNY=160)
    with pytest.raises(df.NoRate):
        asked(buyer, rates=df.Rates("CNY", {}))


def test_a_purchase_of_unknown_amount_is_counted_apart_and_never_as_nothing(buyer: Buyer) -> None:
    customer(buyer, "Large", 900)
    deals = buyer.register(name="By deals")
    won = buyer.flow.do(df.OpenDeal(deals, "A deal", SHORT, "meet"), by="li", at=day(1)).stream
    buyer.tell(2, df.WinDeal(skip_rest=True), on=won)
    found = asked(buyer)
    it = found.account(deals)
    assert (it.purchases, it.without_amount, it.bought, it.weight) == (1, 1, worth(), df.Weight.UNKNOWN)
    assert [one.account for one in found.rankings["CNY"].ranked] != [deals]
    assert found.rankings["CNY"].of_all.of == 3


def test_a_win_that_was_taken_back_is_no_revenue(buyer: Buyer) -> None:
    account = buyer.register(name="By deals")
    won = buyer.flow.do(df.OpenDeal(account, "A deal", SHORT, "meet"), by="li", at=day(1)).stream
    buyer.tell(2, df.WinDeal(df.Money.of(50, "CNY"), skip_rest=True), on=won)
    assert asked(buyer, 2).account(account).bought == worth(CNY=50)
    buyer.tell(4, df.ReopenDeal("sent back", at="meet"), on=won)
    it = asked(buyer, 4).account(account)
    assert (it.bought, it.purchases, it.weight, it.last) == (worth(), 0, df.Weight.NOTHING, None)
    assert it.deals == (won,)


def test_only_what_was_bought_since_a_day_counts(buyer: Buyer) -> None:
    buyer.buy(1, 5)
    early = customer(buyer, "Early", 900)
    found = asked(buyer, since=day(5))
    assert (found.since, found.rankings["CNY"].revenue, found.rankings["CNY"].vital) == (
        day(5),
        Decimal(100),
        (buyer.id,),
    )
    it = found.account(early)
    assert (it.weight, it.purchases, it.last) == (df.Weight.NOTHING, 0, day(1))


def test_what_was_told_of_an_account_merged_into_another_is_the_others(buyer: Buyer) -> None:
    buyer.buy(1)
    twice = customer(buyer, "Huaxin again", 200)
    deal = buyer.flow.do(df.OpenDeal(twice, "A deal", SHORT, "meet"), by="li", at=day(1)).stream
    buyer.tell(3, df.MergeInto(buyer.id, "the same"), on=twice)
    (it,) = asked(buyer).accounts
    assert (it.account, it.bought, it.deals) == (buyer.id, worth(CNY=300), (deal,))


def test_who_is_no_customer_is_in_it_once_they_buy_or_are_screened_or_key(buyer: Buyer) -> None:
    partner = buyer.register(name="A partner", kind=df.AccountKind.PARTNER)
    assert partner not in {one.account for one in asked(buyer).accounts}
    with pytest.raises(KeyError):
        asked(buyer).account(partner)
    buyer.tell(2, df.DesignateKey((SIZE,)), on=partner)
    assert asked(buyer).account(partner).kind is df.AccountKind.PARTNER


def test_before_anybody_is_registered_there_is_nothing(buyer: Buyer) -> None:
    found = asked(buyer, -1)
    assert (found.at, found.accounts, found.rankings) == (day(-1), (), {})


# What each account is


def test_each_account_says_who_answers_for_it_and_where_it_stands(buyer: Buyer) -> None:
    buyer.buy(1)
    buyer.tell(2, df.AssignAccountOwner("li"))
    buyer.tell(3, df.AssignAccountOwner("wang"))
    it = only(buyer)
    assert (it.owner, it.stage, it.at, it.unfollowed) == ("wang", df.RelationshipStage.INITIAL, day(9), False)
    assert only(buyer, 2).owner == "li"
    buyer.tell(5, df.EndObservation())
    assert (only(buyer).at, only(buyer).unfollowed) == (day(5), True)


def test_a_key_account_says_why_and_since_when_without_a_break(buyer: Buyer) -> None:
    assert only(buyer).key is None
    buyer.tell(1, df.DesignateKey((PROFIT,)))
    buyer.tell(2, df.WithdrawKey("no profit"))
    assert only(buyer, 2).key is None
    buyer.tell(3, df.DesignateKey((PROFIT,)))
    buyer.tell(6, df.DesignateKey((SIZE, PROFIT)))
    designated = buyer.record(KeyDesignated)
    assert only(buyer, 5).key == KeyAccount((PROFIT,), day(3), designated[1:2])
    assert only(buyer).key == KeyAccount((SIZE, PROFIT), day(3), designated[1:])


def test_key_accounts_are_held_against_what_they_buy(buyer: Buyer) -> None:
    large, small = customer(buyer, "Large", 900), customer(buyer, "Small", 10)
    huge, unpriced = customer(buyer, "Huge", 9000), buyer.register(name="By deals")
    won = buyer.flow.do(df.OpenDeal(unpriced, "A deal", SHORT, "meet"), by="li", at=day(1)).stream
    buyer.tell(2, df.WinDeal(skip_rest=True), on=won)
    for account in (small, unpriced, buyer.id):
        buyer.tell(3, df.DesignateKey((SIZE,)), on=account)
    found = asked(buyer, policy=df.PortfolioPolicy(share=0.95))
    assert [one.account for one in found.key] == [buyer.id, small, unpriced]
    assert [one.account for one in found.undesignated] == [huge, large]
    assert [one.account for one in found.outside] == [small]
    assert [one.account for one in found.not_buying] == [buyer.id]


# Screening


def test_the_last_screening_says_what_changed_since_the_one_before(buyer: Buyer) -> None:
    it = only(buyer)
    assert (it.screened, it.screened_days, it.passed) == (None, None, None)
    screen(buyer, 1, PASS, can_use=YES, can_afford=YES)
    screen(buyer, 4, REDUCE, can_use=YES, can_afford=NO)
    it = only(buyer)
    assert it.screened is not None
    assert (it.screened.verdict, it.screened.day, it.screened_days, it.passed) == (REDUCE, day(4), 5, False)
    assert it.screened.changes == (Change("can_afford", YES, NO),)
    assert only(buyer, 3).passed is True


def test_whom_we_pursue_although_they_failed_and_whom_nobody_screened(buyer: Buyer) -> None:
    other = customer(buyer, "Other")
    screen(buyer, 1, REDUCE)
    found = asked(buyer)
    assert (found.pursued, [one.account for one in found.unscreened]) == ((), [other])
    deal = buyer.flow.do(df.OpenDeal(buyer.id, "A deal", SHORT, "meet"), by="li", at=day(2)).stream
    assert [(one.account, one.deals) for one in asked(buyer).pursued] == [(buyer.id, (deal,))]
    buyer.tell(3, df.LoseDeal(), on=deal)
    assert asked(buyer).pursued == ()


# Plans


def test_a_plan_has_an_age_and_says_whether_they_took_another_way_since(buyer: Buyer) -> None:
    assert only(buyer).plan == AccountPlan(None, None, None, None, (), ())
    assert not only(buyer).plan.there
    buyer.tell(1, df.MakePlan(("more",), ("visit",)))
    made = buyer.record(PlanMade)
    assert only(buyer).plan == AccountPlan(day(1), None, 8, 8, (), made)
    buyer.tell(3, df.ReviewPlan("well"))
    reviewed = buyer.record(PlanReviewed)
    assert only(buyer).plan == AccountPlan(day(1), day(3), 8, 6, (), made + reviewed)
    buyer.tell(4, df.NoteDirectionChange(df.Direction.SCOPE_CUT, "no more presses"))
    changed = buyer.record(DirectionChanged)
    assert only(buyer).plan == AccountPlan(day(1), day(3), 8, 6, (df.Direction.SCOPE_CUT,), made + reviewed + changed)
    buyer.tell(6, df.MakePlan(("less",), ("visit",)))
    assert only(buyer).plan == AccountPlan(day(6), None, 3, 3, (), buyer.record(PlanMade)[-1:])


def test_of_what_happened_on_one_day_the_order_it_was_told_in_says_what_came_after_the_plan(buyer: Buyer) -> None:
    buyer.tell(3, df.NoteDirectionChange(df.Direction.STRATEGY, "abroad"))
    buyer.tell(3, df.MakePlan(("more",), ("visit",)))
    assert only(buyer).plan.changes == ()
    buyer.tell(3, df.NoteDirectionChange(df.Direction.SCOPE_CUT, "no more presses"))
    assert only(buyer).plan.changes == (df.Direction.SCOPE_CUT,)


def test_a_plan_of_which_nothing_but_a_review_is_left_is_of_unknown_age(buyer: Buyer) -> None:
    buyer.tell(1, df.MakePlan(("more",), ("visit",)))
    buyer.tell(3, df.ReviewPlan("well"))
    version = next(one.version for one in buyer.flow.journal.stream(buyer.id) if isinstance(one.event, PlanMade))
    buyer.tell(4, df.CorrectRecord(version, "another account's"))
    plan = only(buyer).plan
    assert (plan.there, plan.made, plan.age, plan.reviewed, plan.untouched) == (True, None, None, day(3), 6)


def test_a_key_account_without_a_plan_is_named(buyer: Buyer) -> None:
    buyer.tell(1, df.DesignateKey((SIZE,)))
    assert [one.account for one in asked(buyer).unplanned] == [buyer.id]
    buyer.tell(2, df.MakePlan(("more",), ("visit",)))
    assert asked(buyer).unplanned == ()
    assert df.account_plan(buyer.relation(9)) == only(buyer).plan


def test_in_json_those_that_are_asked_for_by_name_are_ids(buyer: Buyer) -> None:
    buyer.buy(1)
    buyer.tell(1, df.DesignateKey((SIZE,)))
    whole = plain(asked(buyer))
    assert (whole["key"], whole["unplanned"], whole["undesignated"]) == ([str(buyer.id)], [str(buyer.id)], [])
    ranking = whole["rankings"]["CNY"]
    assert (ranking["ranked"][0]["share"], ranking["vital"]) == (1.0, [str(buyer.id)])
