from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from dealflow.decider import Command
from dealflow.domain.account import (
    AccountProfiled,
    AccountRegistered,
    KeyDesignated,
    KeyReason,
    KeyWithdrawn,
    ShareMeasured,
    Topic,
)
from dealflow.domain.asking import MoreThanWhole, NamedTwice, OutOfRange
from dealflow.domain.noun import Missing, NotThere
from dealflow.domain.rivalry import CriteriaAssessed, RivalGone, RivalMove, RivalSeen
from dealflow.domain.valuing import Negative, NotMoney
from dealflow.domain.watching import (
    AssessCriteria,
    DesignateKey,
    MarkRivalGone,
    MeasureShare,
    NotAbout,
    NotKey,
    ProfileAccount,
    SightRival,
    WithdrawKey,
)
from dealflow.money import Money
from tests.scenario import given

WANG, TEN = UUID(int=3), Money.of(10, "CNY")
REGISTERED = AccountRegistered("Huaxin Steel")
PROFILED = AccountProfiled(Topic.PRODUCTS, "cold-rolled strip", WANG)
KEY, WITHDRAWN = KeyDesignated((KeyReason.SIZE, KeyReason.DIRECTION)), KeyWithdrawn("shrinking")
MEASURED = ShareMeasured(0.55, (("Acme", 0.3),), "presses", "2026-Q1")
SEEN, GONE = RivalSeen("Acme", RivalMove.LOWER_PRICE, TEN), RivalGone("Acme")
ASSESSED = CriteriaAssessed(we_meet=True, rivals=(("Acme", None), ("Zeta", False)))


@pytest.mark.parametrize(
    "command",
    [
        ProfileAccount(Topic.PRODUCTS, "strip"),
        DesignateKey((KeyReason.SIZE,)),
        WithdrawKey("shrinking"),
        MeasureShare(0.5),
        SightRival("Acme", RivalMove.APPROACHED),
        MarkRivalGone("Acme"),
        AssessCriteria(we_meet=True),
    ],
)
def test_nothing_is_seen_at_an_account_that_is_not_there(command: Command) -> None:
    given().when(command).then_refused(NotThere("account"))


def test_an_account_is_profiled() -> None:
    given(REGISTERED).when(ProfileAccount(Topic.PRODUCTS, "cold-rolled strip", WANG)).then(PROFILED)


def test_a_profile_says_something() -> None:
    given(REGISTERED).when(ProfileAccount(Topic.PRODUCTS, "")).then_refused(Missing("text"))


def test_profiling_the_same_again_is_quiet() -> None:
    given(REGISTERED, PROFILED).when(ProfileAccount(Topic.PRODUCTS, "cold-rolled strip", WANG)).then_quiet()


@pytest.mark.parametrize("before", [(), (KeyDesignated((KeyReason.SIZE,)),), (KEY, WITHDRAWN)])
def test_an_account_is_made_a_key_account(before: tuple[object, ...]) -> None:
    given(REGISTERED, *before).when(DesignateKey((KeyReason.SIZE, KeyReason.DIRECTION))).then(KEY)


def test_a_key_account_is_one_for_reasons_each_named_once() -> None:
    given(REGISTERED).when(DesignateKey(())).then_refused(Missing("reasons"))
    outcome = given(REGISTERED).when(DesignateKey((KeyReason.SIZE, KeyReason.SIZE)))
    outcome.then_refused(NamedTwice("reasons", "size"))


def test_designating_for_the_same_reasons_again_is_quiet() -> None:
    given(REGISTERED, KEY).when(DesignateKey((KeyReason.SIZE, KeyReason.DIRECTION))).then_quiet()


def test_an_account_is_a_key_account_no_more() -> None:
    given(REGISTERED, KEY).when(WithdrawKey("shrinking")).then(WITHDRAWN)
    given(REGISTERED, KEY, WITHDRAWN, KEY).when(WithdrawKey("shrinking")).then(WITHDRAWN)


def test_only_a_key_account_ceases_to_be_one_and_for_a_reason() -> None:
    given(REGISTERED).when(WithdrawKey("")).then_refused(Missing("reason"), NotKey())


def test_withdrawing_twice_is_quiet() -> None:
    given(REGISTERED, KEY, WITHDRAWN).when(WithdrawKey("no future")).then_quiet()


def test_a_share_is_measured() -> None:
    given(REGISTERED).when(MeasureShare(0.55, (("Acme", 0.3),), "presses", "2026-Q1")).then(MEASURED)


def test_shares_are_shares_of_one_whole_and_rivals_are_named_once() -> None:
    asked = given(REGISTERED)
    asked.when(MeasureShare(55, (("Acme", -0.1),))).then_refused(
        OutOfRange("share", 55, 0, 1), OutOfRange("share of Acme", -0.1, 0, 1)
    )
    asked.when(MeasureShare(0.75, (("Acme", 0.5),))).then_refused(MoreThanWhole("shares", 1.25))
    asked.when(MeasureShare(0.5, (("Acme", 0.1), ("Acme", 0.1), ("", 0.1)))).then_refused(
        Missing("rivals"), NamedTwice("rivals", "Acme")
    )


def test_two_measurements_running_are_two() -> None:
    again = MeasureShare(0.55, (("Acme", 0.3),), "presses", "2026-Q1")
    given(REGISTERED, MEASURED).when(again).then(MEASURED)


def test_measuring_the_same_on_the_same_day_is_quiet() -> None:
    measured = given(REGISTERED, (date(2026, 2, 1), ShareMeasured(0.5)))
    measured.when(MeasureShare(0.5), at=date(2026, 2, 1)).then_quiet()


@pytest.mark.parametrize("before", [(), (RivalSeen("Acme", RivalMove.LOWER_PRICE),), (SEEN, GONE)])
def test_a_rival_is_seen(before: tuple[object, ...]) -> None:
    given(REGISTERED, *before).when(SightRival("Acme", RivalMove.LOWER_PRICE, TEN)).then(SEEN)


def test_a_rival_has_a_name_and_a_price_that_is_one() -> None:
    below = Money(Decimal(-1), "CNY")
    outcome = given(REGISTERED).when(SightRival("", RivalMove.LOWER_PRICE, below))
    outcome.then_refused(Missing("competitor"), Negative("price", below))


def test_a_price_that_is_no_number_is_refused_and_never_compared() -> None:
    odd = Money(Decimal("sNaN"), "CNY")
    outcome = given(REGISTERED, SEEN).when(SightRival("Acme", RivalMove.LOWER_PRICE, odd))
    outcome.then_refused(NotMoney("price", odd.flaw() or ""))


def test_seeing_the_same_again_is_quiet() -> None:
    given(REGISTERED, SEEN).when(SightRival("Acme", RivalMove.LOWER_PRICE, TEN)).then_quiet()


def test_a_rival_is_gone() -> None:
    given(REGISTERED, SEEN).when(MarkRivalGone("Acme")).then(GONE)
    given(REGISTERED, SEEN, GONE, SEEN).when(MarkRivalGone("Acme")).then(GONE)


def test_who_never_was_about_is_not_gone() -> None:
    given(REGISTERED, SEEN).when(MarkRivalGone("Zeta")).then_refused(NotAbout("Zeta"))


def test_going_twice_is_quiet() -> None:
    given(REGISTERED, SEEN, GONE).when(MarkRivalGone("Acme")).then_quiet()


def test_it_is_assessed_who_meets_what_they_buy_by() -> None:
    command = AssessCriteria(we_meet=True, rivals=(("Acme", None), ("Zeta", False)))
    given(REGISTERED).when(command).then(ASSESSED)


def test_who_meets_the_criteria_is_named_once() -> None:
    outcome = given(REGISTERED).when(AssessCriteria(rivals=(("", True), ("Zeta", True), ("Zeta", False))))
    outcome.then_refused(Missing("rivals"), NamedTwice("rivals", "Zeta"))


def test_assessing_the_same_again_is_quiet() -> None:
    command = AssessCriteria(we_meet=True, rivals=(("Acme", None), ("Zeta", False)))
    given(REGISTERED, ASSESSED).when(command).then_quiet()
