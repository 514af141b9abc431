"""The laws of the portfolio and the team, over arbitrary journals (domain.md §3, §10)."""

from collections.abc import Sequence
from datetime import UTC, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

import dealflow as df
from dealflow.journal import day_end, until
from dealflow.projections import View
from dealflow.projections.accounts import ACCOUNTS
from dealflow.projections.bookings import Appointment, Booking, booked, clashes, overbooked
from dealflow.projections.cases import Horizon
from dealflow.projections.contact import contacts
from dealflow.projections.contacts import CONTACTS
from dealflow.projections.deals import pipeline
from dealflow.projections.folding import Folding
from dealflow.projections.people import PEOPLE
from dealflow.projections.pipeline import PIPELINE, standing
from dealflow.projections.playbooks import PLAYBOOKS
from dealflow.projections.portfolio import portfolio
from dealflow.projections.ranking import Ranking, rankings
from dealflow.projections.relation import Lasting
from dealflow.projections.relations import Rows, relations
from dealflow.projections.schedule import WORKING_DAYS
from dealflow.projections.team import team
from tests.projections.buying import Buyer
from tests.projections.selling import SHORT, day

LAST = 30
numbers = st.integers(0, LAST)
SINCE = day_end(day(0), UTC)
monies = st.builds(df.Money.of, st.integers(0, 9).map(lambda number: number * 10), st.sampled_from(["CNY", "EUR"]))
bought = st.lists(st.lists(monies, max_size=4), max_size=8)
shares = st.sampled_from([0.0, 0.2, 0.5, 0.8, 1.0])


def ranked(amounts: Sequence[Sequence[df.Money]], share: float = 0.8) -> dict[str, Ranking]:
    purchases = {
        UUID(int=number): [Lasting(one, SINCE, 1) for one in some] for number, some in enumerate(amounts, start=1)
    }
    return dict(rankings(purchases, len(amounts), df.PortfolioPolicy(share=share)))


# 80/20


@given(bought)
def test_shares_add_up_to_all_of_it_and_the_order_is_by_revenue(amounts: list[list[df.Money]]) -> None:
    for one in ranked(amounts).values():
        assert sum((each.revenue for each in one.ranked), Decimal(0)) == one.revenue
        for before, after in pairwise(one.ranked):
            assert before.revenue >= after.revenue
            assert (before.rank == after.rank) == (before.revenue == after.revenue)
            assert (before.cumulative or 0) <= (after.cumulative or 0)
        if one.revenue:
            assert sum(each.share or Fraction(0) for each in one.ranked) == one.ranked[-1].cumulative == 1


@given(bought, shares)
def test_the_few_are_the_fewest_first_ones_that_make_the_share_and_who_bought_as_much_is_vital_too(
    amounts: list[list[df.Money]], share: float
) -> None:
    for one in ranked(amounts, share).values():
        made = [sum((each.revenue for each in one.ranked[:few]), Decimal(0)) for few in range(len(one.ranked) + 1)]
        wanted = Decimal(str(share)) * one.revenue
        assert made[one.few] >= wanted
        assert all(sum_ < wanted for sum_ in made[: one.few])
        least = made[one.few] - made[one.few - 1] if one.few else None
        among = [each for each in one.ranked if least is not None and each.revenue >= least]
        assert one.vital == tuple(each.account for each in among)
        assert len(one.vital) >= one.few


@given(bought, st.integers(0, 7), st.integers(0, 3))
def test_a_purchase_more_never_lowers_a_rank(amounts: list[list[df.Money]], who: int, how: int) -> None:
    if who < len(amounts):
        account, more = UUID(int=who + 1), df.Money.of(how * 10, "CNY")
        places = [
            next((each.rank for each in one["CNY"].ranked if each.account == account), LAST) if "CNY" in one else LAST
            for one in (ranked(amounts), ranked([*amounts[:who], [*amounts[who], more], *amounts[who + 1 :]]))
        ]
        assert places[1] <= places[0]


# Told in any order

WON, BACK, OPENED = "won", "back", "opened"
ON_ACCOUNTS: Sequence[st.SearchStrategy[Any]] = [
    st.builds(df.RecordPurchase, monies),
    st.builds(df.DesignateKey, st.sampled_from([(df.KeyReason.SIZE,), (df.KeyReason.DIRECTION,)])),
    st.builds(df.WithdrawKey, st.just("small")),
    st.builds(df.ScreenAccount, st.just(df.Screening()), st.just(df.Risk()), st.sampled_from(df.Pursuit), st.just("x")),
    st.builds(df.MakePlan, st.just(("more",)), st.just(("visit",))),
    st.builds(df.ReviewPlan, st.just("well")),
    st.builds(df.NoteDirectionChange, st.sampled_from(df.Direction), st.just("abroad")),
    st.builds(df.AssignAccountOwner, st.sampled_from(["li", "wang"])),
    st.builds(df.DrawPurchasesFrom, st.sampled_from(df.PurchaseOrigin)),
]
ON_DEALS: Sequence[st.SearchStrategy[Any]] = [
    st.builds(df.ValueDeal, monies),
    st.builds(df.WinDeal, st.none() | monies, skip_rest=st.just(value=True)),
    st.builds(df.ReopenDeal, st.just("sent back"), at=st.just("meet")),
    st.builds(df.AssignDealOwner, st.sampled_from(["li", "wang"])),
    st.just(df.EndObservation()),
    st.tuples(numbers, numbers, st.sampled_from([0.3, 0.5, 1.0])).map(
        lambda one: df.PlanEffort("li", day(min(one[:2])), day(max(one[:2])), one[2])
    ),
]
OTHERS = st.tuples(st.just("plan"), numbers)
steps = st.lists(
    st.tuples(numbers, st.integers(0, 1), st.one_of(*ON_ACCOUNTS, *ON_DEALS, OTHERS)),
    max_size=20,
)


def told(history: Sequence[tuple[int, int, Any]]) -> Buyer:
    """Tell a history of two accounts with a deal each, early or late; what is refused is left out."""
    here = Buyer()
    accounts = (here.id, here.register(name="Second"))
    deals = [
        here.flow.do(df.OpenDeal(one, "A deal", SHORT, "offer", owner="li"), by="li", at=day(0)).stream
        for one in accounts
    ]
    for number, which, step in history:
        try:
            if isinstance(step, tuple):
                when = df.When.of(day(step[1]), UTC)
                planned = df.PlanInteraction(accounts[which], when, df.Channel.CALL, "ask", (), ("li", "wang"))
                here.flow.do(planned, by="li", at=day(number))
            else:
                on = accounts if step.noun is not None and step.noun.name == "account" else deals
                here.tell(number, step, on=on[which])
        except df.Refused:
            continue
    return here


def at(here: Buyer, number: int) -> tuple[df.Portfolio, df.Team]:
    return here.flow.portfolio(happened=day(number)), here.flow.team(happened=day(number))


@settings(deadline=None)
@given(steps, numbers)
def test_as_of_a_day_is_folding_what_had_happened_by_then(history: Sequence[tuple[int, int, Any]], number: int) -> None:
    here = told(history)
    moment = until(day(number), UTC)
    records = [one for one in here.flow.journal.read() if one.occurred_to <= moment]

    def fold(view: View[Any]) -> Any:
        folding = Folding(view)
        folding.forward(one for one in records if type(one.event) in view.reads)
        return folding.rows()

    rows, horizon = Rows(fold(ACCOUNTS), fold(PIPELINE), fold(CONTACTS), fold(PEOPLE)), Horizon(moment, here.flow.zone)
    deals = [one for row in rows.deals.values() if (one := standing(row, moment)) is not None]
    there = relations(rows, horizon)
    asked = pipeline(rows.deals.values(), fold(PLAYBOOKS).values(), horizon, happened=moment)
    assert at(here, number) == (
        portfolio(there.values(), deals, horizon),
        team(asked, rows.deals, there.values(), contacts(rows.contacts, moment)),
    )


@settings(deadline=None)
@given(steps, numbers, st.integers(0, 1))
def test_taking_a_purchase_back_never_raises_revenue(
    history: Sequence[tuple[int, int, Any]], number: int, which: int
) -> None:
    here = told(history)
    before = here.flow.portfolio()
    deal = list(here.flow.rows(PIPELINE))[which]
    try:
        here.tell(LAST + number, df.ReopenDeal("sent back", at="meet"), on=deal)
    except df.Refused:
        return
    after = here.flow.portfolio()
    for one, other in zip(before.accounts, after.accounts, strict=True):
        assert one.purchases >= other.purchases
        assert all(sum_ <= one.bought[currency] for currency, sum_ in other.bought.items())


@settings(deadline=None)
@given(steps, numbers)
def test_every_account_and_every_open_deal_stands_somewhere_and_nowhere_twice(
    history: Sequence[tuple[int, int, Any]], number: int
) -> None:
    whole, ours = at(told(history), number)
    for one in whole.accounts:
        places = [each.account for ranking in whole.rankings.values() for each in ranking.ranked]
        assert (one.account in places) == bool(one.bought)
        assert one.purchases >= one.without_amount
    still = sorted(deal for one in whole.accounts for deal in one.deals)
    owned = (*(deal for one in ours.loads for deal in (*one.deals, *one.unfollowed)), *ours.nobodys.deals)
    efforts = (*(one for some in ours.next.deals.values() for one in some), *ours.next.unknown)
    assert still == sorted(owned) == sorted(one.deal for one in efforts)


# Booked twice

HORIZON = Horizon(until(day(0), UTC), UTC)
instants = st.integers(0, 12).map(lambda number: day_end(day(3), UTC) + timedelta(minutes=10 * number))
spans = st.one_of(
    st.tuples(instants, instants).map(lambda two: df.When.between(min(two), max(two))),
    instants.map(lambda one: df.When.between(one, one)),
    st.integers(3, 5).map(lambda number: df.When.of(day(number), UTC)),
)
diaries = st.lists(st.tuples(spans, st.sets(st.sampled_from(["li", "wang", "ma"])).map(tuple)), max_size=6)


@given(diaries, st.randoms())
def test_double_bookings_are_the_same_whoever_is_looked_at_first(
    diary: list[tuple[df.When, tuple[str, ...]]], chance: Any
) -> None:
    ahead = [
        Appointment(UUID(int=number), None, when, None, None, ours, (), (number,))
        for number, (when, ours) in enumerate(diary, start=1)
    ]
    mixed = chance.sample(ahead, len(ahead))
    found = [
        {(one.ours, frozenset({one.first.contact, one.second.contact}), one.sure) for one in clashes(some, HORIZON)}
        for some in (ahead, mixed)
    ]
    assert found[0] == found[1]
    assert all(len(pair) == 2 for _, pair, _ in found[0])
    longer = df.BookingPolicy(minutes=60)
    assert {pair for _, pair, _ in found[0]} <= {
        frozenset({one.first.contact, one.second.contact}) for one in clashes(ahead, HORIZON, longer)
    }


bookings = st.lists(st.tuples(numbers, numbers, st.sampled_from([0.1, 0.2, 0.3, 0.7, 1.0])), max_size=6).map(
    lambda some: [
        Booking("li", UUID(int=1), day(min(one[:2])), day(max(one[:2])), one[2], number)
        for number, one in enumerate(some)
    ]
)


@given(bookings, numbers)
def test_a_working_day_is_overbooked_if_its_bookings_make_more_than_all(own: list[Booking], number: int) -> None:
    found = overbooked(own, day(number))
    assert all(on.weekday() < WORKING_DAYS for one in found for on in (one.start, one.end))
    for on in (on for one in range(LAST + 2) if (on := day(one)).weekday() < WORKING_DAYS):
        taken = [one for one in own if one.start <= on <= one.end]
        told_ = [one for one in found if one.start <= on <= one.end]
        share = sum((one.part for one in taken), Fraction(0))
        over = on >= day(number) and share > 1
        assert [(one.share, one.bookings) for one in told_] == [(share, tuple(taken))] * over


@given(bookings)
def test_what_is_booked_in_all_is_in_the_series_once(own: list[Booking]) -> None:
    worked = Fraction(0)
    for on in (day(number) for number in range(LAST + 1)):
        if on.weekday() < WORKING_DAYS:
            worked += sum((one.part for one in own if one.start <= on <= one.end), Fraction(0))
    series = booked(own, day(0), df.BookingPolicy(ahead=6))
    assert sum((one.share * WORKING_DAYS for one in series), Fraction(0)) == worked
