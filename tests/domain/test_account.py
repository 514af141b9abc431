from datetime import date
from typing import Any
from uuid import UUID

import pytest

from dealflow.domain.account import (
    ACCOUNT,
    Account,
    AccountKind,
    AccountOwnerAssigned,
    AccountProfiled,
    AccountRegistered,
    AccountRenamed,
    AccountScreened,
    ChurnCause,
    KeyDesignated,
    KeyReason,
    KeyWithdrawn,
    Purchased,
    PurchaseOrigin,
    PurchasesComeFrom,
    RelationshipEnded,
    RelationshipResumed,
    ShareMeasured,
    Topic,
    evolve,
    tags,
)
from dealflow.domain.alliance import (
    AgreementEnded,
    AgreementSigned,
    Alliance,
    Direction,
    DirectionChanged,
    PlanMade,
    PlanReviewed,
)
from dealflow.domain.matter import ComplaintRaised, IncidentKind, IncidentReported, MatterResolved
from dealflow.domain.noun import MergedInto, NoSuchRef, Noted, Problem, Tags
from dealflow.domain.purchase import Level
from dealflow.domain.qualification import Pursuit, Risk, Screening
from dealflow.domain.rivalry import CriteriaAssessed, RivalGone, RivalMove, RivalSeen
from dealflow.money import Money
from tests.scenario import STREAM, given

REGISTERED = AccountRegistered("Huaxin Steel", AccountKind.CUSTOMER, "steel", "north", UUID(int=8))
COMPLAINT = ComplaintRaised("c1", "noise", Level.HIGH, date(2026, 2, 1))
INCIDENT = IncidentReported("i1", IncidentKind.LATE_DELIVERY, Level.LOW)
FRAME = AgreementSigned("a1", "frame", date(2026, 12, 31))
TEN = Money.of(10, "CNY")


def account(*events: Any) -> Account:
    state = ACCOUNT.fold(given(REGISTERED, *events).records)
    assert state is not None
    return state


def problems(*events: Any) -> tuple[Problem, ...]:
    return ACCOUNT.problems(given(REGISTERED, *events).records)


def test_an_account_begins_with_what_it_was_registered_with() -> None:
    assert account() == Account("Huaxin Steel", AccountKind.CUSTOMER, "steel", "north", UUID(int=8))


def test_an_account_is_called_by_its_last_name() -> None:
    assert account(AccountRenamed("Huaxin Group")).called == "Huaxin Group"


def test_an_account_is_owned_by_the_last_one_assigned() -> None:
    assert account(AccountOwnerAssigned("li.wei"), AccountOwnerAssigned("zhang.min")).owner == "zhang.min"


def test_a_profile_keeps_the_last_word_on_each_topic() -> None:
    old, new = AccountProfiled(Topic.POLITICS, "calm"), AccountProfiled(Topic.POLITICS, "a new CEO")
    funds = AccountProfiled(Topic.FUNDS_AND_CREDIT, "rated A")
    assert account(old, funds, new).profile == (funds, new)


def test_a_key_account_is_one_for_its_last_reasons_until_they_are_withdrawn() -> None:
    size, profit = KeyDesignated((KeyReason.SIZE,)), KeyDesignated((KeyReason.FUTURE_PROFIT,))
    assert account(size, profit).key == (KeyReason.FUTURE_PROFIT,)
    assert account(size, KeyWithdrawn("shrinking")).key == ()


def test_the_last_screening_stands() -> None:
    first = AccountScreened(Screening(), Risk(), Pursuit.REDUCE, "no need yet")
    last = AccountScreened(Screening(), Risk(), Pursuit.PASS)
    assert account(first, last).screened == last


def test_shares_are_kept_by_category() -> None:
    presses, spares = ShareMeasured(0.4, (("Acme", 0.6),), "presses"), ShareMeasured(0.9, category="spares")
    later = ShareMeasured(0.55, category="presses", period="2026-Q1")
    assert account(presses, spares, later).shares == (spares, later)


def test_purchases_add_up_as_they_come() -> None:
    bought = account(PurchasesComeFrom(PurchaseOrigin.HOST), Purchased(TEN, "INV-7"), Purchased(TEN))
    assert bought.purchases_from is PurchaseOrigin.HOST
    assert bought.purchases == (Purchased(TEN, "INV-7"), Purchased(TEN))


def test_a_relationship_ends_and_is_resumed() -> None:
    ended = RelationshipEnded(ChurnCause.SCOPE_CUT)
    assert account(ended).ended == ended
    assert account(ended, RelationshipResumed("a new plant")).ended is None


@pytest.mark.parametrize(
    ("cause", "controllable"),
    [
        (ChurnCause.NEEDS_UNMET, True),
        (ChurnCause.MATTER_NEGLECTED, True),
        (ChurnCause.LOWER_PRICE, True),
        (ChurnCause.BETTER_PRODUCT, True),
        (ChurnCause.BETTER_SERVICE, True),
        (ChurnCause.BRIBERY, True),
        (ChurnCause.DIRECTION_CHANGED, False),
        (ChurnCause.SCOPE_CUT, False),
        (ChurnCause.ENTERS_OUR_FIELD, False),
        (ChurnCause.OTHER, None),
        (ChurnCause.UNKNOWN, None),
    ],
)
def test_a_cause_says_whether_the_loss_could_have_been_averted(cause: ChurnCause, controllable: bool | None) -> None:
    assert cause.controllable is controllable


def test_matters_are_open_until_they_are_resolved() -> None:
    assert account(COMPLAINT, INCIDENT).matters == (COMPLAINT, INCIDENT)
    assert account(COMPLAINT, INCIDENT, MatterResolved("c1", "a new bearing")).matters == (INCIDENT,)


def test_what_is_not_open_is_not_resolved() -> None:
    resolved = MatterResolved("c1", "a new bearing")
    assert problems(COMPLAINT, resolved) == ()
    assert problems(resolved) == (Problem(2, NoSuchRef("c1", "open matter")),)
    assert problems(COMPLAINT, resolved, resolved) == (Problem(4, NoSuchRef("c1", "open matter")),)


def test_a_rival_is_about_until_they_are_gone() -> None:
    near, cheap = RivalSeen("Acme", RivalMove.APPROACHED), RivalSeen("Acme", RivalMove.LOWER_PRICE, TEN)
    other = RivalSeen("Zeta", RivalMove.INCUMBENT)
    assert account(near, other, cheap).rivalry.present == ("Acme", "Zeta")
    assert account(near, other, cheap, RivalGone("Acme")).rivalry.seen == (other,)


def test_the_last_that_a_rival_was_seen_to_do_stands() -> None:
    first, last = RivalSeen("Acme", RivalMove.LOWER_PRICE), RivalSeen("Acme", RivalMove.LOWER_PRICE, TEN)
    assert account(first, last).rivalry.seen == (last,)


def test_the_last_assessment_of_the_criteria_stands() -> None:
    assessed = CriteriaAssessed(we_meet=True, rivals=(("Acme", None), ("Zeta", False)))
    assert account(CriteriaAssessed(), assessed).rivalry.criteria == assessed


def test_an_agreement_is_in_force_until_it_is_ended() -> None:
    assert account(FRAME).alliance.agreements == (FRAME,)
    assert account(FRAME, AgreementEnded("a1", "not renewed")).alliance.agreements == ()


def test_only_an_agreement_in_force_is_ended() -> None:
    ended = AgreementEnded("a1", "not renewed")
    assert problems(FRAME, ended) == ()
    assert problems(ended) == (Problem(2, NoSuchRef("a1", "agreement in force")),)


def test_a_new_plan_has_not_been_reviewed() -> None:
    plan, review = PlanMade(("main supplier",), ("visit monthly",)), PlanReviewed("on track")
    direction = DirectionChanged(Direction.STRATEGY, "goes abroad")
    assert account(plan, review, direction).alliance == Alliance((), direction, plan, review)
    assert account(plan, review, plan).alliance.review is None


def test_a_merged_account_says_into_which_and_a_note_changes_nothing() -> None:
    assert account(MergedInto(UUID(int=9), "registered twice")).merged_into == UUID(int=9)
    assert account(Noted("acme.checked")) == account()


def test_nothing_becomes_of_what_was_never_registered() -> None:
    assert evolve(None, RelationshipResumed("a new plant")) is None


def test_an_accounts_record_belongs_to_the_account() -> None:
    assert tags(STREAM, account(), COMPLAINT) == Tags(STREAM)


def test_the_life_cycle_of_an_account() -> None:
    assert ACCOUNT.creation == {AccountRegistered}
    assert ACCOUNT.life_cycle == {AccountRegistered, RelationshipEnded, RelationshipResumed}
