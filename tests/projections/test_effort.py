"""To which open deal the next best unit of effort goes."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import attrs
import pytest

import dealflow as df
from dealflow.domain.playbook import playbook_id
from dealflow.plain import plain
from dealflow.projections.chances import Learnt
from dealflow.projections.effort import DealEffort, NextEffort, next_effort
from tests.projections.selling import ACCOUNT, SHORT, day, journal

STANDARD = df.STANDARD
KEYS = STANDARD.keys()
STEPS = df.EffortPolicy(df.Measure.STEPS)


@pytest.fixture
def flow() -> Iterator[df.DealFlow]:
    with journal() as flow:
        yield flow


def sell(flow: df.DealFlow, stage: str, amount: int | None = None, currency: str = "CNY", **more: Any) -> UUID:
    """Open a deal at a milestone of the standard playbook."""
    opening: dict[str, Any] = {"account": ACCOUNT, "title": "A deal", "playbook": STANDARD, "at": stage}
    command = df.OpenDeal(**opening | more)
    deal = flow.do(command, by="li", at=day(0)).stream
    if amount is not None:
        flow.do(df.ValueDeal(df.Money.of(amount, currency)), on=deal, by="li", at=day(0))
    return deal


def asked(flow: df.DealFlow, policy: df.EffortPolicy | None = None, **more: Any) -> NextEffort:
    whole = df.TeamPolicy(effort=policy or df.EffortPolicy(), sampling=more.pop("sampling", df.Sampling()))
    return flow.team(happened=day(9), policy=whole, **more).next


def order(found: NextEffort, currency: str = "CNY") -> list[UUID]:
    return [one.deal for one in found.deals[currency]]


# What remains


def test_what_remains_is_the_part_of_the_usual_lengths_from_where_a_deal_stands() -> None:
    remaining = [df.remaining_effort(STANDARD, key) for key in KEYS]
    assert remaining == [Fraction(weeks, 23) for weeks in (23, 21, 17, 12, 8, 2)]


def test_or_of_the_units_one_signature_takes_or_of_the_steps() -> None:
    units = df.EffortPolicy(df.Measure.UNITS)
    assert [df.remaining_effort(STANDARD, key, units) for key in ("training", "negotiation")] == [1, Fraction(4, 29)]
    assert [df.remaining_effort(SHORT, key, STEPS) for key in ("meet", "offer", "sign")] == [
        1,
        Fraction(2, 3),
        Fraction(1, 3),
    ]


def test_who_holds_that_what_is_reached_is_done_says_so_in_the_policy() -> None:
    done = df.EffortPolicy(here=0)
    assert [df.remaining_effort(STANDARD, key, done) for key in ("training", "contract")] == [Fraction(21, 23), 0]


def test_where_a_milestone_does_not_say_what_it_takes_nobody_knows() -> None:
    assert df.remaining_effort(SHORT, "meet") is None
    assert df.remaining_effort(STANDARD, "nowhere") is None
    idle = df.Playbook.of("idle", "Idle", [df.Milestone("a", "A", days=0)])
    assert df.remaining_effort(idle, "a") is None


def test_a_milestone_that_only_an_older_version_had_is_measured_by_that_one() -> None:
    older, newer = (df.Milestone("a", "A", days=1), df.Milestone("b", "B", days=3)), (df.Milestone("a", "A", days=9),)
    both = df.Playbook("p", "P", (older, newer))
    assert (df.remaining_effort(both, "b"), df.remaining_effort(both, "a")) == (Fraction(3, 4), Fraction(1))


QUICK, SLOW = (
    (df.Milestone("a", "A", days=first), df.Milestone("b", "B", days=last)) for first, last in ((1, 3), (3, 1))
)


def test_what_remains_is_measured_by_the_version_that_is_named_or_by_the_latest() -> None:
    both = df.Playbook("p", "P", (QUICK, SLOW))
    measured = [df.remaining_effort(both, "b", version=version) for version in (1, 2, 3, None)]
    assert measured == [Fraction(3, 4), Fraction(1, 4), Fraction(1, 4), Fraction(1, 4)]


def test_a_revised_playbook_changes_nothing_for_deals_that_are_open_until_they_move_to_it(flow: df.DealFlow) -> None:
    account = flow.do(df.RegisterAccount("Acme"), by="li", at=day(0)).stream
    opening = df.OpenDeal(account, "A deal", df.Playbook.of("p", "P", QUICK), at="b")
    older = flow.do(opening, by="li", at=day(1)).stream
    moved = flow.do(attrs.evolve(opening, playbook="p"), by="li", at=day(1)).stream
    flow.do(df.RevisePlaybook(SLOW, "they take longer to begin"), on=playbook_id("p"), by="li", at=day(5))
    flow.do(df.ChangePlaybook("p", "b", "the new one"), on=moved, by="li", at=day(6))
    newer = flow.do(attrs.evolve(opening, playbook="p"), by="li", at=day(6)).stream
    remaining = {one.deal: one.remaining for one in asked(flow).unknown}
    assert remaining == {older: Fraction(3, 4), moved: Fraction(1, 4), newer: Fraction(1, 4)}


def test_a_milestone_of_several_versions_is_measured_by_the_latest() -> None:
    older, newer = ((df.Milestone("a", "A", days=days), df.Milestone("b", "B", days=1)) for days in (1, 3))
    assert df.remaining_effort(df.Playbook("p", "P", (older, newer)), "b") == Fraction(1, 4)


# The order


def test_each_deal_shows_its_three_numbers_their_product_and_the_return_on_effort(flow: df.DealFlow) -> None:
    deal = sell(flow, "proposal", 2300, owner="li")
    opened = next(one.position for one in flow.journal.stream(deal))
    assert asked(flow).deals["CNY"] == (
        DealEffort(
            deal=deal,
            account=ACCOUNT,
            owner="li",
            playbook="standard",
            stage="proposal",
            amount=df.Money.of(2300, "CNY"),
            chance=Fraction(55, 100),
            basis=df.ChanceBasis.PLAYBOOK,
            prior=Decimal("0.55"),
            learnt=Learnt(0),
            remaining=Fraction(12, 23),
            weighted=Decimal("1265.00"),
            product=Decimal("660.00"),
            per_effort=Decimal("2424.58"),
            followed=True,
            record=opened,
        ),
    )


def test_by_the_product_the_most_is_where_value_and_chance_and_work_are(flow: df.DealFlow) -> None:
    signing = sell(flow, "contract", 1000)  # 1000 x 1.00 x 2/23
    bidding = sell(flow, "negotiation", 1000)  # 1000 x 0.80 x 8/23
    starting = sell(flow, "training", 1000)  # 1000 x 0.10 x 1
    assert order(asked(flow)) == [bidding, starting, signing]


def test_by_the_return_the_least_work_for_the_most_comes_first(flow: df.DealFlow) -> None:
    bidding, signing = sell(flow, "negotiation", 1000), sell(flow, "contract", 1000)
    starting = sell(flow, "training", 1000)
    by_return = df.EffortPolicy(order=df.Ordering.RETURN)
    assert order(asked(flow, by_return)) == [signing, bidding, starting]


def test_where_nothing_remains_to_be_done_there_is_no_return_and_it_comes_first(flow: df.DealFlow) -> None:
    sell(flow, "negotiation", 10**6)
    small, large = sell(flow, "contract", 10), sell(flow, "contract", 20)
    done = asked(flow, df.EffortPolicy(order=df.Ordering.RETURN, here=0))
    assert order(done)[:2] == [large, small]
    assert (done.deals["CNY"][0].product, done.deals["CNY"][0].per_effort) == (Decimal(0), None)
    assert order(asked(flow, df.EffortPolicy(here=0)))[1:] == [large, small]


def test_a_chance_that_history_shows_goes_before_the_playbooks(flow: df.DealFlow) -> None:
    for number in range(4):
        ended = sell(flow, "contract")
        flow.do(df.WinDeal(skip_rest=True) if number else df.LoseDeal(), on=ended, by="li", at=day(5))
    sell(flow, "contract", 100)
    (few,), (enough,) = (asked(flow, sampling=df.Sampling(floor)).deals["CNY"] for floor in (5, 4))
    assert (few.basis, few.chance) == (df.ChanceBasis.PLAYBOOK, Fraction(1))
    assert (enough.basis, enough.chance, enough.prior) == (df.ChanceBasis.LEARNT, Fraction(3, 4), Decimal(1))
    assert (enough.learnt.of, enough.weighted) == (4, Decimal("75.00"))


def test_what_lacks_a_number_stands_apart(flow: df.DealFlow) -> None:
    worthless = sell(flow, "proposal")
    vague = sell(flow, "sign", 100, playbook=SHORT)
    sell(flow, "proposal", 0)
    found = asked(flow)
    assert [(one.deal, one.lacks) for one in found.unknown] == [
        (worthless, ("amount",)),
        (vague, ("chance", "remaining effort")),
    ]
    assert [(one.weighted, one.product, one.per_effort) for one in found.unknown] == [(None, None, None)] * 2
    assert len(found.deals["CNY"]) == 1  # nothing is an amount
    assert plain(found)["unknown"][0]["lacks"] == ["amount"]


def test_a_chance_without_remaining_effort_is_weighted_all_the_same(flow: df.DealFlow) -> None:
    sell(flow, "offer", 100, playbook=SHORT)
    (one,) = asked(flow).unknown
    assert (one.lacks, one.weighted, one.product) == (("remaining effort",), Decimal("50.00"), None)
    (known,) = asked(flow, STEPS).deals["CNY"]
    assert (known.product, known.per_effort) == (Decimal("33.33"), Decimal("75.00"))


def test_of_a_deal_that_nobody_follows_any_more_nobody_knows_what_became_and_it_is_not_in_the_order(
    flow: df.DealFlow,
) -> None:
    followed, left, vague = sell(flow, "proposal", 100), sell(flow, "proposal", 200), sell(flow, "proposal")
    for deal in (left, vague):
        flow.do(df.EndObservation(), on=deal, by="li", at=day(5))
    found = asked(flow)
    assert order(found) == [followed]
    assert [(one.deal, one.followed, one.lacks) for one in found.unknown] == [
        (left, False, ("what became of it",)),
        (vague, False, ("what became of it", "amount")),
    ]
    assert order(flow.team(happened=day(5)).next) == [left, followed]


def test_closed_deals_take_no_effort(flow: df.DealFlow) -> None:
    lost = sell(flow, "proposal", 100)
    flow.do(df.LoseDeal(), on=lost, by="li", at=day(5))
    found = asked(flow)
    assert (found.deals, found.unknown) == ({}, ())


def test_each_currency_has_an_order_of_its_own_unless_rates_bring_them_into_one(flow: df.DealFlow) -> None:
    here, abroad = sell(flow, "proposal", 100), sell(flow, "proposal", 50, "EUR")
    assert (order(asked(flow)), order(asked(flow), "EUR")) == ([here], [abroad])
    assert order(asked(flow, rates=df.Rates("CNY", {"EUR": Decimal(8)}))) == [abroad, here]
    with pytest.raises(df.NoRate):
        asked(flow, rates=df.Rates("CNY", {}))


def test_a_deal_under_a_playbook_that_is_not_there_has_no_remaining_effort(flow: df.DealFlow) -> None:
    deal = sell(flow, "proposal", 100)
    whole = flow.pipeline(happened=day(9))
    found = attrs.evolve(whole, playbooks=())
    (one,) = next_effort(found.deals, found.playbooks, (), found.horizon).unknown
    assert (one.deal, one.lacks) == (deal, ("remaining effort",))
