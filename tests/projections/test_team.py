"""What each of ours carries, and whom they face."""

from collections.abc import Iterator
from decimal import Decimal
from uuid import UUID

import pytest

import dealflow as df
from dealflow.domain.coverage import CounterpartAssigned
from dealflow.domain.interaction import InteractionHeld
from dealflow.projections.team import Load, Match, Nobodys
from tests.projections.buying import Buyer
from tests.projections.selling import SHORT, day


@pytest.fixture
def buyer() -> Iterator[Buyer]:
    buyer = Buyer()
    yield buyer
    buyer.flow.close()


def deal(buyer: Buyer, owner: str | None, amount: int | None = None, currency: str = "CNY") -> UUID:
    stream = buyer.flow.do(df.OpenDeal(buyer.id, "A deal", SHORT, "meet", owner=owner), by="li", at=day(1)).stream
    if amount is not None:
        buyer.tell(1, df.ValueDeal(df.Money.of(amount, currency)), on=stream)
    return stream


def team(buyer: Buyer, number: int = 9) -> df.Team:
    return buyer.flow.team(happened=day(number))


def load(buyer: Buyer, ours: str, number: int = 9) -> Load:
    return next(one for one in team(buyer, number).loads if one.ours == ours)


def plan(buyer: Buyer, *ours: str) -> UUID:
    planned = df.PlanInteraction(buyer.id, df.When.of(day(20), buyer.flow.zone), df.Channel.VISIT, "see them", (), ours)
    return buyer.flow.do(planned, by="li", at=day(1)).stream


def test_who_owns_open_deals_carries_what_they_are_worth(buyer: Buyer) -> None:
    first, second, third = deal(buyer, "li", 100), deal(buyer, "li", 5, "EUR"), deal(buyer, "li")
    lost = deal(buyer, "li", 70)
    buyer.tell(2, df.LoseDeal(), on=lost)
    found = load(buyer, "li")
    assert (found.deals, found.amount, found.without_amount) == (
        (first, second, third),
        {"CNY": Decimal(100), "EUR": Decimal(5)},
        1,
    )
    assert lost in load(buyer, "li", 1).deals


def test_a_deal_given_to_another_is_theirs_from_then_on(buyer: Buyer) -> None:
    given = deal(buyer, "li", 100)
    buyer.tell(5, df.AssignDealOwner("wang"), on=given)
    assert [one.ours for one in team(buyer, 4).loads] == ["li"]
    assert [one.ours for one in team(buyer).loads] == ["wang"]


def test_who_answers_for_accounts_and_is_to_take_part_in_contacts(buyer: Buyer) -> None:
    buyer.tell(1, df.AssignAccountOwner("li"))
    contact = plan(buyer, "li", "wang")
    assert (load(buyer, "li").accounts, load(buyer, "li").contacts) == ((buyer.id,), (contact,))
    assert (load(buyer, "wang").accounts, load(buyer, "wang").contacts) == ((), (contact,))


def test_what_nobody_is_named_for_is_told(buyer: Buyer) -> None:
    unowned, contact = deal(buyer, None, 100), plan(buyer)
    found = team(buyer)
    assert (found.loads, found.nobodys) == ((), Nobodys((unowned,), (buyer.id,), (contact,)))


def test_of_theirs_who_is_faced_and_by_whom_as_main_contact(buyer: Buyer) -> None:
    boss, clerk = buyer.person(1, df.JobLevel.DIRECTOR, "Wang"), buyer.person(1, name="Zhao")
    buyer.tell(2, df.AssignCounterpart("li", main=True), df.AssignCounterpart("ma", main=False), on=boss)
    buyer.meet(3, clerk, ours=("li",))
    buyer.meet(3, clerk, ours=())
    found = team(buyer)
    assigned, met = buyer.record(CounterpartAssigned), buyer.record(InteractionHeld)
    assert set(found.matches) == {
        Match("li", boss, buyer.id, assigned=True, main=True, met=None, records=assigned[:1]),
        Match("ma", boss, buyer.id, assigned=True, main=False, met=None, records=assigned[1:]),
        Match("li", clerk, buyer.id, assigned=False, main=False, met=day(3), records=met[:1]),
    }
    assert (set(load(buyer, "li").faces), load(buyer, "li").main) == ({boss, clerk}, (boss,))
    assert (load(buyer, "ma").faces, load(buyer, "ma").main) == ((boss,), ())


def test_who_was_released_or_has_departed_is_faced_no_more(buyer: Buyer) -> None:
    boss, clerk = buyer.person(1), buyer.person(1)
    buyer.tell(2, df.AssignCounterpart("li", main=True), on=boss)
    buyer.tell(2, df.AssignCounterpart("li", main=True), on=clerk)
    buyer.tell(4, df.ReleaseCounterpart("li"), on=boss)
    buyer.tell(5, df.RecordDeparture("retired"), on=clerk)
    assert load(buyer, "li", 4).main == (clerk,)
    assert team(buyer, 5).loads == ()


def test_what_has_no_owner_is_in_nobodys_load(buyer: Buyer) -> None:
    mine, unowned = deal(buyer, "li", 100), deal(buyer, None, 50)
    found = team(buyer)
    assert [(one.ours, one.deals, one.amount) for one in found.loads] == [("li", (mine,), {"CNY": Decimal(100)})]
    assert found.nobodys.deals == (unowned,)


def test_a_deal_that_nobody_follows_any_more_is_carried_apart(buyer: Buyer) -> None:
    followed, left = deal(buyer, "li", 100), deal(buyer, "li", 50)
    unowned = deal(buyer, None)
    for one in (left, unowned):
        buyer.tell(5, df.EndObservation(), on=one)
    there = load(buyer, "li", 5)
    assert (there.deals, there.amount, there.unfollowed) == ((followed, left), {"CNY": Decimal(150)}, ())
    later = load(buyer, "li", 6)
    assert (later.deals, later.amount, later.unfollowed) == ((followed,), {"CNY": Decimal(100)}, (left,))
    assert team(buyer).nobodys.deals == (unowned,)


def test_what_is_told_of_an_account_merged_into_another_is_the_others(buyer: Buyer) -> None:
    twice = buyer.register(name="Huaxin again")
    when = df.When.of(day(20), buyer.flow.zone)
    planned = df.PlanInteraction(twice, when, df.Channel.VISIT, "see them", (), ("li",))
    buyer.flow.do(planned, by="li", at=day(1))
    buyer.flow.do(df.OpenDeal(twice, "A deal", owner="li"), by="li", at=day(1))
    buyer.tell(5, df.MergeInto(buyer.id, "the same"), on=twice)
    for number, account in ((4, twice), (5, buyer.id)):
        found = team(buyer, number)
        assert [one.account for one in found.appointments] == [account]
        assert [one.account for one in found.next.unknown] == [account]
    assert team(buyer).nobodys.accounts == (buyer.id,)


def test_before_anything_there_is_nobody(buyer: Buyer) -> None:
    found = team(buyer, -1)
    assert (found.at, found.loads, found.nobodys) == (day(-1), (), Nobodys((), (), ()))


def test_now_what_is_dated_today_counts_and_what_is_dated_later_does_not(buyer: Buyer) -> None:
    today = deal(buyer, "li", 100)
    buyer.tell(364, df.AssignDealOwner("wang"), on=today)
    buyer.tell(365, df.AssignDealOwner("zhou"), on=today)
    assert [one.ours for one in buyer.flow.team().loads] == ["wang"]
    assert [one.ours for one in buyer.flow.team(knowledge="source").loads] == ["wang"]
