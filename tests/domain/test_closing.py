from decimal import Decimal
from uuid import UUID

import pytest

from dealflow.decider import Command
from dealflow.domain.advancing import UnknownMilestone
from dealflow.domain.closing import (
    AbandonDeal,
    CommitDeal,
    LoseDeal,
    MilestonesNotPassed,
    RenegeDeal,
    ReopenDeal,
    WinDeal,
)
from dealflow.domain.deal import (
    DealAbandoned,
    DealCommitted,
    DealLost,
    DealOpened,
    DealPriced,
    DealReneged,
    DealReopened,
    DealValued,
    DealWon,
    Given,
    LossCause,
    NotClosed,
    NotCommitted,
    NotOpen,
    Side,
    StageAdvanced,
    Status,
)
from dealflow.domain.merger import Merged
from dealflow.domain.noun import MergedInto, Missing, NotThere
from dealflow.domain.playbook import STANDARD, Meaning
from dealflow.domain.valuing import Negative
from dealflow.money import Money
from tests.scenario import given

ACCOUNT, WANG, OTHER = UUID(int=2), UUID(int=3), UUID(int=9)
OPENED = DealOpened(ACCOUNT, "Press line 3", "standard", 1, "training")
AT_THE_END = DealOpened(ACCOUNT, "Press line 3", "standard", 1, "contract")
ALL_PASSED = [StageAdvanced(left, reached) for left, reached in zip(STANDARD.keys(), STANDARD.keys()[1:], strict=False)]
REST = STANDARD.keys()[1:]
NINE, TEN = Money.of(9, "CNY"), Money.of(10, "CNY")
COMMITTED, WON, LOST = DealCommitted(Given.VERBAL, WANG), DealWon(TEN), DealLost(LossCause.PRICE, rival="Acme")
ABANDONED = DealAbandoned("no funds")
EVERYTHING = [
    CommitDeal(Given.VERBAL),
    RenegeDeal("a new director"),
    WinDeal(),
    LoseDeal(),
    AbandonDeal("no funds"),
    ReopenDeal("funds are back"),
]


@pytest.mark.parametrize("command", EVERYTHING)
def test_nothing_is_asked_of_a_deal_that_is_not_there(command: Command) -> None:
    given().when(command).then_refused(NotThere("deal"))


@pytest.mark.parametrize("command", [CommitDeal(Given.WRITTEN), LoseDeal(), AbandonDeal("no funds")])
def test_a_deal_that_is_won_ends_no_other_way(command: Command) -> None:
    given(OPENED, WON).when(command).then_refused(NotOpen(Status.WON))


@pytest.mark.parametrize("command", [CommitDeal(Given.VERBAL), LoseDeal(), AbandonDeal("no funds")])
def test_a_merged_deal_takes_no_step_by_itself(command: Command) -> None:
    given(OPENED, MergedInto(OTHER, "entered twice")).when(command).then_refused(Merged("deal", OTHER))


def test_the_customer_gives_their_word() -> None:
    given(OPENED).when(CommitDeal(Given.VERBAL, WANG)).then(COMMITTED)


def test_a_word_given_becomes_a_written_one() -> None:
    given(OPENED, COMMITTED).when(CommitDeal(Given.WRITTEN)).then(DealCommitted(Given.WRITTEN))


def test_giving_the_same_word_again_is_quiet() -> None:
    given(OPENED, COMMITTED).when(CommitDeal(Given.VERBAL)).then_quiet()


def test_the_customer_takes_their_word_back() -> None:
    given(OPENED, COMMITTED).when(RenegeDeal("a new director")).then(DealReneged("a new director"))


def test_a_word_that_was_not_given_is_not_taken_back() -> None:
    given(OPENED).when(RenegeDeal("")).then_refused(NotCommitted(), Missing("reason"))


def test_a_deal_is_won_at_its_own_amount() -> None:
    given(OPENED, DealValued(NINE), DealPriced(TEN), *ALL_PASSED).when(WinDeal()).then(WON)


def test_a_deal_is_won_at_the_amount_signed_for() -> None:
    command = WinDeal(NINE, primary_reason="service", contributing=("trust",), said_by=Side.BUYER)
    event = DealWon(NINE, primary_reason="service", contributing=("trust",), said_by=Side.BUYER)
    given(OPENED, DealPriced(TEN), *ALL_PASSED).when(command).then(event)


def test_a_won_deal_passed_every_milestone_or_skipped_it_explicitly() -> None:
    given(OPENED).when(WinDeal(TEN)).then_refused(MilestonesNotPassed(REST))
    given(OPENED).when(WinDeal(TEN, skip_rest=True)).then(DealWon(TEN, REST))


def test_milestones_before_the_one_it_was_opened_at_count_as_not_passed() -> None:
    given(AT_THE_END).when(WinDeal(TEN)).then_refused(MilestonesNotPassed(STANDARD.keys()[:-1]))


def test_winning_lists_every_reason_against_it() -> None:
    below = Money(Decimal(-1), "CNY")
    outcome = given(OPENED, ABANDONED).when(WinDeal(below))
    outcome.then_refused(NotOpen(Status.ABANDONED), Negative("amount", below), MilestonesNotPassed(REST))


@pytest.mark.parametrize("command", [WinDeal(), WinDeal(TEN)])
def test_winning_for_the_same_amount_again_is_quiet(command: WinDeal) -> None:
    given(OPENED, *ALL_PASSED, WON).when(command).then_quiet()


def test_a_deal_is_lost() -> None:
    command = LoseDeal(LossCause.COMPETITOR, "price", ("late",), "Acme", Side.BUYER)
    given(OPENED).when(command).then(DealLost(LossCause.COMPETITOR, "price", ("late",), "Acme", Side.BUYER))


def test_losing_for_the_same_reasons_again_is_quiet() -> None:
    given(OPENED, LOST).when(LoseDeal(LossCause.PRICE, rival="Acme")).then_quiet()


def test_a_lost_deal_is_not_lost_for_another_reason() -> None:
    given(OPENED, LOST).when(LoseDeal(LossCause.NO_DECISION)).then_refused(NotOpen(Status.LOST))


def test_a_deal_is_given_up() -> None:
    given(OPENED).when(AbandonDeal("no funds")).then(ABANDONED)


def test_giving_up_needs_a_reason() -> None:
    given(OPENED, LOST).when(AbandonDeal("")).then_refused(NotOpen(Status.LOST), Missing("reason"))


def test_giving_up_twice_is_quiet() -> None:
    given(OPENED, ABANDONED).when(AbandonDeal("still no funds")).then_quiet()


def test_a_deal_is_reopened_where_it_stood() -> None:
    reopened = DealReopened("training", "funds are back", TEN, Decimal("0.10"), Meaning.OPEN)
    given(OPENED, DealPriced(TEN), LOST).when(ReopenDeal("funds are back")).then(reopened)


def test_a_reopened_deal_is_worth_what_it_was_before_it_was_signed_for() -> None:
    reopened = DealReopened("contract", "not signed after all", TEN, Decimal("1.00"), Meaning.WON_READY)
    won = given(OPENED, DealPriced(TEN), *ALL_PASSED, DealWon(NINE))
    won.when(ReopenDeal("not signed after all")).then(reopened)


def test_a_deal_is_reopened_at_another_milestone() -> None:
    reopened = DealReopened("negotiation", "they bid anew", None, Decimal("0.80"), Meaning.COMMITTED)
    given(OPENED, LOST).when(ReopenDeal("they bid anew", "negotiation")).then(reopened)


def test_only_a_closed_deal_is_reopened_with_a_reason_and_at_a_milestone_of_its_playbook() -> None:
    outcome = given(OPENED).when(ReopenDeal("", "dinner"))
    outcome.then_refused(NotClosed("training"), Missing("reason"), UnknownMilestone("dinner", STANDARD.keys()))
