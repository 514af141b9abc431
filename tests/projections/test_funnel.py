from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from dealflow.domain.advancing import AdvanceStage, ChangePlaybook, OpenDeal, RenameDeal, RevertStage
from dealflow.domain.closing import AbandonDeal, LoseDeal, ReopenDeal, WinDeal
from dealflow.domain.deal import DealRenamed, Status
from dealflow.domain.defining import RevisePlaybook
from dealflow.domain.playbook import Ends, Milestone, Playbook, playbook_id
from dealflow.domain.valuing import PriceDeal, ValueDeal
from dealflow.engine import DealFlow
from dealflow.money import Money
from dealflow.plain import plain
from dealflow.projections.estimates import Share
from dealflow.projections.funnel import Funnel, Left, StageCount
from tests.clock import Clock

SHORT = Playbook.of(
    "short", "Three steps", [Milestone("meet", "Met"), Milestone("offer", "Offered"), Milestone("sign", "Signing")]
)
ACCOUNT = UUID(int=7)


@pytest.fixture
def flow() -> DealFlow:
    return DealFlow.open("memory:", clock=Clock())


def opened(flow: DealFlow, day: date = date(2026, 1, 1), amount: str | None = None, currency: str = "CNY") -> UUID:
    deal = flow.do(OpenDeal(ACCOUNT, "A deal", SHORT), by="li", at=day).stream
    if amount is not None:
        flow.do(ValueDeal(Money.of(amount, currency)), on=deal, by="li", at=day)
    return deal


def stage(answer: Funnel, key: str) -> StageCount:
    return next(one for one in answer.stages if one.stage == key)


def test_a_deal_stands_at_the_milestone_it_reached_and_left_the_one_before(flow: DealFlow) -> None:
    deal = opened(flow)
    flow.do(AdvanceStage("offer"), on=deal, by="li", at=date(2026, 1, 10))
    answer = flow.funnel()
    assert (stage(answer, "meet").entered, stage(answer, "meet").open) == (1, 0)
    assert stage(answer, "meet").left == Left(forward=1)
    assert (stage(answer, "offer").entered, stage(answer, "offer").open) == (1, 1)


def test_the_stages_come_in_playbook_order_with_the_two_ends_last(flow: DealFlow) -> None:
    opened(flow)
    assert [one.stage for one in flow.funnel().stages] == ["meet", "offer", "sign", "won", "lost"]


def test_a_skipped_milestone_was_not_entered_but_passed_over(flow: DealFlow) -> None:
    deal = opened(flow)
    flow.do(AdvanceStage("sign", reason="no offer asked for"), on=deal, by="li", at=date(2026, 1, 10))
    answer = flow.funnel()
    assert stage(answer, "meet").left == Left(skipping=1)
    assert (stage(answer, "offer").entered, stage(answer, "offer").passed_over) == (0, 1)


def test_going_back_and_coming_again_is_one_deal_and_two_visits(flow: DealFlow) -> None:
    deal = opened(flow)
    flow.do(AdvanceStage("offer"), on=deal, by="li", at=date(2026, 1, 10))
    flow.do(RevertStage("meet", "new people"), on=deal, by="li", at=date(2026, 1, 20))
    flow.do(AdvanceStage("offer"), on=deal, by="li", at=date(2026, 1, 30))
    offer = stage(flow.funnel(), "offer")
    assert (offer.entered, offer.visits, offer.open, offer.left) == (1, 2, 1, Left(backward=1))


def test_won_and_lost_count_where_the_deal_left_and_at_the_end_it_came_to(flow: DealFlow) -> None:
    won, lost = opened(flow), opened(flow)
    flow.do(WinDeal(skip_rest=True), on=won, by="li", at=date(2026, 2, 1))
    flow.do(LoseDeal(), on=lost, by="li", at=date(2026, 2, 1))
    answer = flow.funnel()
    assert stage(answer, "meet").left == Left(won=1, lost=1)
    assert (stage(answer, "won").entered, stage(answer, "lost").entered) == (1, 1)
    assert (answer.won, answer.lost, answer.open) == (1, 1, 0)


def test_the_win_rate_leaves_abandoned_deals_out_and_is_nothing_without_ends(flow: DealFlow) -> None:
    assert flow.funnel().win_rate.rate is None
    won, lost, abandoned = opened(flow), opened(flow), opened(flow)
    flow.do(WinDeal(skip_rest=True), on=won, by="li", at=date(2026, 2, 1))
    flow.do(LoseDeal(), on=lost, by="li", at=date(2026, 2, 1))
    flow.do(AbandonDeal("not worth it"), on=abandoned, by="li", at=date(2026, 2, 1))
    answer = flow.funnel()
    assert answer.win_rate == Share(1, 2)
    assert (answer.abandoned, stage(answer, "abandoned").open) == (1, 1)
    assert answer.won_of_all == Share(1, 3)


def test_a_reopened_deal_left_its_end_and_stands_at_its_milestone_again(flow: DealFlow) -> None:
    deal = opened(flow)
    flow.do(WinDeal(skip_rest=True), on=deal, by="li", at=date(2026, 2, 1))
    flow.do(ReopenDeal("the contract fell through", at="meet"), on=deal, by="li", at=date(2026, 3, 1))
    answer = flow.funnel()
    won = stage(answer, "won")
    assert (won.entered, won.visits, won.open, won.left) == (1, 1, 0, Left(reopened=1))
    assert (stage(answer, "meet").visits, stage(answer, "meet").open, answer.reopened) == (2, 1, 1)


def test_amounts_are_added_per_currency_and_priced_ones_count_as_priced(flow: DealFlow) -> None:
    opened(flow, amount="100.50")
    opened(flow, amount="50", currency="EUR")
    priced = opened(flow, amount="70")
    flow.do(PriceDeal(Money.of("80.25", "CNY")), on=priced, by="li", at=date(2026, 1, 5))
    assert dict(stage(flow.funnel(), "meet").amount) == {"CNY": Decimal("180.75"), "EUR": Decimal(50)}


def test_as_of_a_day_on_the_happened_clock_nothing_later_shows(flow: DealFlow) -> None:
    deal = opened(flow, amount="100")
    flow.do(AdvanceStage("offer"), on=deal, by="li", at=date(2026, 1, 10))
    flow.do(ValueDeal(Money.of("900", "CNY")), on=deal, by="li", at=date(2026, 1, 9))
    flow.do(WinDeal(skip_rest=True), on=deal, by="li", at=date(2026, 2, 1))
    assert flow.funnel(happened=date(2025, 12, 31)).deals == 0
    assert stage(flow.funnel(happened=date(2026, 1, 9)), "meet").amount["CNY"] == 900
    assert stage(flow.funnel(happened=date(2026, 1, 31)), "offer").open == 1
    assert flow.funnel(happened=date(2026, 2, 1)).won == 1


def test_as_known_on_a_day_nothing_recorded_later_shows(flow: DealFlow) -> None:
    clock = Clock()
    flow = DealFlow.open("memory:", clock=clock)
    deal = opened(flow)
    monday = clock.now
    flow.do(AdvanceStage("offer"), on=deal, by="li", at=date(2026, 1, 10))
    assert stage(flow.funnel(known=monday), "meet").open == 1
    assert stage(flow.funnel(), "meet").open == 0


def test_conversion_is_of_the_deals_that_ever_entered(flow: DealFlow) -> None:
    first, second, _ = opened(flow), opened(flow), opened(flow)
    for deal in (first, second):
        flow.do(AdvanceStage("offer"), on=deal, by="li", at=date(2026, 1, 10))
    flow.do(AdvanceStage("sign"), on=first, by="li", at=date(2026, 1, 20))
    flow.do(WinDeal(), on=first, by="li", at=date(2026, 1, 30))
    steps = {(one.stage, one.to): one.reached for one in flow.funnel().conversions}
    assert steps == {
        ("meet", "offer"): Share(2, 3, 20),
        ("offer", "sign"): Share(1, 2, 20),
        ("sign", "won"): Share(1, 1, 20),
    }


def test_two_playbooks_follow_one_another_and_one_can_be_asked_for(flow: DealFlow) -> None:
    opened(flow)
    flow.do(OpenDeal(ACCOUNT, "Another"), by="li", at=date(2026, 1, 1))
    assert flow.funnel().deals == 2
    assert {one.playbook for one in flow.funnel().stages} == {"short", "standard"}
    assert flow.funnel(playbook="short").deals == 1


def test_milestones_that_only_an_older_version_had_do_not_vanish(flow: DealFlow) -> None:
    deal = opened(flow)
    flow.do(AdvanceStage("offer"), on=deal, by="li", at=date(2026, 1, 10))
    revised = (Milestone("meet", "Met"), Milestone("trial", "Trial"), Milestone("sign", "Signing"))
    flow.do(RevisePlaybook(revised, "trials sell"), on=playbook_id("short"), by="li")
    answer = flow.funnel()
    assert [one.stage for one in answer.stages] == ["meet", "offer", "trial", "sign", "won", "lost"]
    assert stage(answer, "offer").open == 1


def test_moving_to_another_playbook_is_told_apart(flow: DealFlow) -> None:
    deal = opened(flow)
    other = Playbook.of("other", "Other", [Milestone("a", "A"), Milestone("b", "B")], Ends(won="in"))
    flow.do(ChangePlaybook(other, "b", "sold through a partner"), on=deal, by="li", at=date(2026, 1, 10))
    answer = flow.funnel()
    assert stage(answer, "meet").left == Left(playbook_changed=1)
    assert stage(answer, "b").open == 1
    assert "in" in {one.stage for one in answer.stages}


def test_a_renamed_deal_bears_its_title_of_the_day(flow: DealFlow) -> None:
    deal = opened(flow)
    done = flow.do(RenameDeal("Line 4 retrofit"), on=deal, by="li", at=date(2026, 2, 1))
    assert done.records[0].event == DealRenamed("Line 4 retrofit")
    assert [one.title for one in flow.deals(happened=date(2026, 1, 15))] == ["A deal"]
    assert [one.title for one in flow.deals()] == ["Line 4 retrofit"]


def test_the_json_form_holds_counts_beside_every_rate(flow: DealFlow) -> None:
    deal = opened(flow, amount="100.50")
    flow.do(WinDeal(skip_rest=True), on=deal, by="li", at=date(2026, 2, 1))
    found = plain(flow.funnel())
    assert {key: found[key] for key in ("deals", "won", "lost", "open", "win_rate")} == {
        "deals": 1,
        "won": 1,
        "lost": 0,
        "open": 0,
        "win_rate": 1.0,
    }
    won = next(one for one in found["stages"] if one["stage"] == "won")
    assert won["end"] == Status.WON
    assert won["amount"] == {"CNY": "100.50"}
    assert found["conversions"][0] == {
        "playbook": "short",
        "stage": "meet",
        "to": "offer",
        "reached": {"n": 0, "of": 1, "rate": None, "low": None, "high": None, "sufficient": False},
        "resolved": {"n": 1, "of": 1, "rate": None, "low": None, "high": None, "sufficient": False},
        "undecided": 0,
        "aalen_johansen": None,
    }


def test_a_deal_merged_into_another_is_counted_once(flow: DealFlow) -> None:
    from dealflow.domain.noting import MergeInto

    first, second = opened(flow), opened(flow)
    flow.do(MergeInto(first, "entered twice"), on=second, by="li", at=date(2026, 1, 10))
    assert flow.funnel().deals == 1
    assert flow.funnel(happened=date(2026, 1, 9)).deals == 2
