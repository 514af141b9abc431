from decimal import Decimal
from uuid import UUID

import pytest

from dealflow.decider import Command
from dealflow.domain.account import (
    AccountKind,
    AccountOwnerAssigned,
    AccountRegistered,
    AccountRenamed,
    AccountScreened,
    ChurnCause,
    HasEnded,
    NotEnded,
    Purchased,
    PurchaseOrigin,
    PurchasesComeFrom,
    RelationshipEnded,
    RelationshipResumed,
)
from dealflow.domain.merger import Merged
from dealflow.domain.noun import AlreadyThere, MergedInto, Missing, NotThere
from dealflow.domain.qualification import Pursuit, Risk, Screening, YesNo
from dealflow.domain.stewarding import (
    AssignAccountOwner,
    DrawPurchasesFrom,
    EndRelationship,
    OwnParent,
    RecordedOtherwise,
    RecordPurchase,
    RegisterAccount,
    RenameAccount,
    ResumeRelationship,
    ScreenAccount,
)
from dealflow.domain.valuing import Negative, NotMoney
from dealflow.money import Money
from tests.scenario import STREAM, given

REGISTERED = AccountRegistered("Huaxin Steel")
SCREENING, RISK = Screening(can_use=YesNo.YES), Risk(can_win=YesNo.NO)
ENDED = RelationshipEnded(ChurnCause.LOWER_PRICE, text="12 % below us")
OTHER = UUID(int=9)
TEN = Money.of("10", "CNY")


@pytest.mark.parametrize(
    "command",
    [
        RenameAccount("Huaxin Group"),
        AssignAccountOwner("li.wei"),
        ScreenAccount(SCREENING, RISK, Pursuit.PASS),
        RecordPurchase(TEN),
        DrawPurchasesFrom(PurchaseOrigin.HOST),
        EndRelationship(ChurnCause.SCOPE_CUT),
        ResumeRelationship("a new plant"),
    ],
)
def test_nothing_is_asked_of_an_account_that_is_not_there(command: Command) -> None:
    given().when(command).then_refused(NotThere("account"))


def test_an_account_is_registered() -> None:
    command = RegisterAccount("Huaxin Steel", AccountKind.PARTNER, "steel", "north", OTHER)
    given().when(command).then(AccountRegistered("Huaxin Steel", AccountKind.PARTNER, "steel", "north", OTHER))


def test_an_account_needs_a_name_and_does_not_belong_to_itself() -> None:
    given().when(RegisterAccount("", parent=STREAM)).then_refused(Missing("name"), OwnParent())


def test_an_id_that_is_taken_registers_no_other_account() -> None:
    given(REGISTERED).when(RegisterAccount("Baogang")).then_refused(AlreadyThere("account"))


def test_registering_the_same_account_again_is_quiet() -> None:
    given(REGISTERED).when(RegisterAccount("Huaxin Steel")).then_quiet()


def test_an_account_is_renamed() -> None:
    given(REGISTERED).when(RenameAccount("Huaxin Group")).then(AccountRenamed("Huaxin Group"))


def test_a_name_says_something() -> None:
    given(REGISTERED).when(RenameAccount("")).then_refused(Missing("name"))


def test_renaming_to_the_name_it_bears_is_quiet() -> None:
    given(REGISTERED, AccountRenamed("Huaxin Group")).when(RenameAccount("Huaxin Group")).then_quiet()


def test_an_account_gets_an_owner() -> None:
    given(REGISTERED).when(AssignAccountOwner("li.wei")).then(AccountOwnerAssigned("li.wei"))


def test_an_owner_is_somebody() -> None:
    given(REGISTERED).when(AssignAccountOwner("")).then_refused(Missing("owner"))


def test_assigning_the_same_owner_again_is_quiet() -> None:
    given(REGISTERED, AccountOwnerAssigned("li.wei")).when(AssignAccountOwner("li.wei")).then_quiet()


def test_an_account_is_screened() -> None:
    command = ScreenAccount(SCREENING, RISK, Pursuit.REDUCE, "no budget before 2027")
    event = AccountScreened(SCREENING, RISK, Pursuit.REDUCE, "no budget before 2027")
    given(REGISTERED).when(command).then(event)


@pytest.mark.parametrize("verdict", [Pursuit.REDUCE, Pursuit.ABANDON])
def test_less_than_full_force_needs_a_reason(verdict: Pursuit) -> None:
    given(REGISTERED).when(ScreenAccount(SCREENING, RISK, verdict)).then_refused(Missing("reason"))


def test_screening_with_the_same_answers_is_quiet() -> None:
    screened = AccountScreened(SCREENING, RISK, Pursuit.PASS)
    given(REGISTERED, screened).when(ScreenAccount(SCREENING, RISK, Pursuit.PASS)).then_quiet()


def test_a_purchase_is_recorded() -> None:
    given(REGISTERED).when(RecordPurchase(TEN, "INV-7")).then(Purchased(TEN, "INV-7"))


def test_two_purchases_without_a_reference_are_two() -> None:
    given(REGISTERED, Purchased(TEN)).when(RecordPurchase(TEN)).then(Purchased(TEN))


@pytest.mark.parametrize(
    ("amount", "refusal"),
    [
        (Money(Decimal(-1), "CNY"), Negative("amount", Money(Decimal(-1), "CNY"))),
        (Money(Decimal(1), "yuan"), NotMoney("amount", Money(Decimal(1), "yuan").flaw() or "")),
    ],
)
def test_a_purchase_is_an_amount_of_money(amount: Money, refusal: Negative | NotMoney) -> None:
    given(REGISTERED).when(RecordPurchase(amount)).then_refused(refusal)


def test_one_reference_stands_for_one_purchase() -> None:
    asked = Money.of(9, "CNY")
    refusal = RecordedOtherwise("INV-7", asked, TEN)
    given(REGISTERED, Purchased(TEN, "INV-7")).when(RecordPurchase(asked, "INV-7")).then_refused(refusal)


def test_recording_the_same_reference_again_is_quiet() -> None:
    given(REGISTERED, Purchased(TEN, "INV-7")).when(RecordPurchase(TEN, "INV-7")).then_quiet()


def test_purchases_are_read_from_the_host() -> None:
    command = DrawPurchasesFrom(PurchaseOrigin.HOST)
    given(REGISTERED).when(command).then(PurchasesComeFrom(PurchaseOrigin.HOST))


def test_purchases_are_read_from_deals_until_somebody_says_otherwise() -> None:
    given(REGISTERED).when(DrawPurchasesFrom(PurchaseOrigin.DEALS)).then_quiet()


def test_a_relationship_ends() -> None:
    given(REGISTERED).when(EndRelationship(ChurnCause.LOWER_PRICE, text="12 % below us")).then(ENDED)


def test_a_relationship_that_has_ended_cannot_end_again() -> None:
    outcome = given(REGISTERED, ENDED).when(EndRelationship(ChurnCause.SCOPE_CUT))
    outcome.then_refused(HasEnded(ChurnCause.LOWER_PRICE))


def test_ending_a_relationship_for_the_same_cause_is_quiet() -> None:
    given(REGISTERED, ENDED).when(EndRelationship(ChurnCause.LOWER_PRICE, text="12 % below us")).then_quiet()


def test_a_relationship_is_resumed() -> None:
    given(REGISTERED, ENDED).when(ResumeRelationship("a new plant")).then(RelationshipResumed("a new plant"))


def test_only_a_relationship_that_has_ended_is_resumed_and_with_a_reason() -> None:
    resumed = RelationshipResumed("a new plant")
    given(REGISTERED, ENDED, resumed).when(ResumeRelationship("")).then_refused(NotEnded(), Missing("reason"))


def test_a_merged_account_takes_no_step_by_itself() -> None:
    merged = given(REGISTERED, MergedInto(OTHER, "registered twice"))
    merged.when(EndRelationship(ChurnCause.OTHER)).then_refused(Merged("account", OTHER))
