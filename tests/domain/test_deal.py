from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from dealflow.domain.contest import (
    BidSubmitted,
    CompetitorAssessed,
    CompetitorEntered,
    CompetitorLeft,
    NotInTheDeal,
    Rival,
    RivalBidLearned,
    SuccessFactorsNamed,
)
from dealflow.domain.deal import (
    DEAL,
    CloseExpected,
    Deal,
    DealAbandoned,
    DealCommitted,
    DealGraded,
    DealLost,
    DealOpened,
    DealOwnerAssigned,
    DealPlaybookChanged,
    DealPriced,
    DealRenamed,
    DealReneged,
    DealReopened,
    DealReviewed,
    DealValued,
    DealWon,
    EffortPlanned,
    EndExplained,
    Given,
    MilestoneScheduled,
    NotOpen,
    Side,
    StageAdvanced,
    StageReverted,
    StandsElsewhere,
    Status,
    evolve,
    tags,
)
from dealflow.domain.merger import Merged
from dealflow.domain.noun import (
    AlreadyThere,
    HistoryUnknown,
    MergedInto,
    NoSuchRef,
    Noted,
    NotThere,
    ObservationEnded,
    Problem,
    Tags,
)
from dealflow.domain.playbook import Meaning
from dealflow.domain.purchase import (
    BuyingCriterion,
    CriteriaLearned,
    InformationNoted,
    Level,
    ProblemQuantified,
    ProblemWithdrawn,
    Purchase,
    PurchaseMode,
    PurchaseModeLearned,
    PurchaseProcessMapped,
    PurchaseStep,
    PurchaseStepReached,
    TechnicalContentRated,
)
from dealflow.domain.qualification import Assessed, Pursuit, Qualified, Risk, Screening, YesNo
from dealflow.money import Money
from tests.scenario import STREAM, given

ACCOUNT, OTHER = UUID(int=2), UUID(int=9)
OPENED = DealOpened(ACCOUNT, "Press line 3", "standard", 1, "training", "li.wei", "fair", Decimal("0.10"))
MET = StageAdvanced("training", "executive_meeting", chance=Decimal("0.20"))
OFFERED = StageAdvanced("executive_meeting", "proposal", ("consulting",), meaning=Meaning.COMMITTED)
ABANDONED = DealAbandoned("no funds")
NINE, TEN = Money.of(9, "CNY"), Money.of(10, "CNY")


def deal(*events: Any) -> Deal:
    state = DEAL.fold(given(OPENED, *events).records)
    assert state is not None
    return state


def problems(*events: Any) -> tuple[Problem, ...]:
    return DEAL.problems(given(OPENED, *events).records)


# The way through the playbook


def test_a_deal_begins_at_the_milestone_it_was_opened_at() -> None:
    assert deal() == Deal(
        account=ACCOUNT,
        title="Press line 3",
        playbook="standard",
        version=1,
        stage="training",
        chance=Decimal("0.10"),
        passed=("training",),
        owner="li.wei",
        lead_source="fair",
    )


def test_a_deal_stands_where_it_advanced_to_and_has_passed_what_it_skipped() -> None:
    offered = deal(MET, OFFERED)
    assert (offered.stage, offered.chance, offered.meaning) == ("proposal", None, Meaning.COMMITTED)
    assert offered.passed == ("training", "executive_meeting", "consulting", "proposal")


def test_a_deal_that_went_back_has_not_passed_what_lies_beyond() -> None:
    back = deal(MET, OFFERED, StageReverted("proposal", "executive_meeting", "a new CEO"))
    assert (back.stage, back.passed) == ("executive_meeting", ("training", "executive_meeting"))


def test_a_deal_that_went_back_to_where_it_never_was_has_passed_that_alone() -> None:
    assert deal(StageReverted("training", "research", "it was too early")).passed == ("research",)


def test_a_deal_that_changed_its_playbook_stands_in_the_new_one() -> None:
    moved = deal(MET, DealPlaybookChanged("short", 2, "training", "smaller", chance=Decimal("0.5")))
    assert (moved.playbook, moved.version, moved.stage, moved.chance) == ("short", 2, "training", Decimal("0.5"))
    assert moved.passed == ("executive_meeting", "training")


# Its end


def test_a_deal_ends_one_of_three_ways() -> None:
    ends = {Status.WON: DealWon(TEN), Status.LOST: DealLost(), Status.ABANDONED: ABANDONED}
    for status, end in ends.items():
        assert (deal(end).status, deal(end).end) == (status, end)


def test_a_reopened_deal_is_open_and_nobodys_word_is_given_any_more() -> None:
    committed = deal(MET, OFFERED, DealCommitted(Given.VERBAL))
    assert committed.committed is Given.VERBAL
    reopened = deal(MET, OFFERED, DealCommitted(Given.VERBAL), DealLost(), DealReopened("executive_meeting", "again"))
    assert (reopened.status, reopened.end, reopened.committed) == (Status.OPEN, None, None)
    assert reopened.passed == ("training", "executive_meeting")


def test_a_word_taken_back_is_not_given() -> None:
    assert deal(DealCommitted(Given.VERBAL), DealReneged("a new director")).committed is None


def test_a_deal_is_worth_what_was_signed_for_else_our_price_else_its_value() -> None:
    assert deal().amount is None
    assert deal(DealValued(NINE)).amount == NINE
    assert deal(DealPriced(TEN), DealValued(NINE)).amount == TEN
    assert deal(DealPriced(TEN), DealWon(NINE)).amount == NINE
    assert deal(DealPriced(TEN), DealWon()).amount == TEN
    assert deal(DealPriced(TEN), DealWon(NINE), DealReopened("training", "not signed after all")).amount == TEN


# What is so about it


def test_the_last_word_on_each_thing_stands() -> None:
    effort = EffortPlanned("li.wei", date(2026, 2, 1), date(2026, 2, 28), 0.5)
    explained = EndExplained(Side.BUYER, "price")
    review = DealReviewed("people", "money", "things", "intelligence", "key points")
    qualified = Qualified(Screening(), Risk(), Pursuit.PASS)
    known = deal(
        DealRenamed("Press line 4"),
        DealOwnerAssigned("zhang.min"),
        DealGraded("A"),
        CloseExpected(date(2026, 6, 30)),
        MilestoneScheduled("proposal", date(2026, 3, 1)),
        MilestoneScheduled("contract", date(2026, 6, 1)),
        MilestoneScheduled("proposal", date(2026, 4, 1)),
        effort,
        explained,
        review,
        qualified,
        MergedInto(OTHER, "entered twice"),
    )
    assert (known.title, known.owner, known.grade) == ("Press line 4", "zhang.min", "A")
    assert known.close_expected == date(2026, 6, 30)
    assert known.scheduled == (("contract", date(2026, 6, 1)), ("proposal", date(2026, 4, 1)))
    assert (known.effort, known.explained, known.review, known.qualified) == (
        (effort,),
        (explained,),
        review,
        qualified,
    )
    assert known.merged_into == OTHER


def test_what_is_learnt_of_the_purchase_adds_up() -> None:
    kept, gone = ProblemQuantified("a", "scrap", TEN), ProblemQuantified("b", "overtime", NINE)
    noted = InformationNoted(5, "rated A")
    step, criterion = PurchaseStep("tender"), BuyingCriterion("price", 0.4)
    known = deal(
        kept,
        gone,
        ProblemWithdrawn("b", "they hired"),
        noted,
        TechnicalContentRated(Level.HIGH),
        PurchaseModeLearned(PurchaseMode.OWNER_BUYS),
        PurchaseProcessMapped((step,)),
        PurchaseStepReached("tender"),
        CriteriaLearned((criterion,)),
    )
    assert known.purchase == Purchase(
        (kept,), (noted,), Level.HIGH, PurchaseMode.OWNER_BUYS, (step,), "tender", (criterion,)
    )


def test_what_is_learnt_of_the_competition_adds_up() -> None:
    assessment = CompetitorAssessed("Acme", ("near",))
    ours, theirs = (("can we win", YesNo.YES),), (("can they win", YesNo.NO),)
    known = deal(
        CompetitorEntered("Acme", incumbent=True),
        CompetitorEntered("Acme"),
        assessment,
        RivalBidLearned("Zeta", NINE),
        CompetitorLeft("Zeta", "too late"),
        BidSubmitted(TEN),
        SuccessFactorsNamed(("service",)),
        Assessed(ours),
        Assessed(theirs, "Acme"),
        Assessed(theirs),
    ).contest
    assert known.present == ("Acme",)
    assert known.rival("Acme") == Rival("Acme", incumbent=True, assessment=assessment)
    assert known.rival("Zeta") == Rival("Zeta", present=False, bid=NINE)
    assert known.rival("Eta") is None
    assert (known.bid, known.factors) == (BidSubmitted(TEN), ("service",))
    assert known.assessments == (("Acme", theirs), (None, theirs))


def test_notes_and_gaps_change_nothing() -> None:
    at = given(OPENED).records[0].occurred_from
    assert deal(Noted("acme.checked"), HistoryUnknown(at), ObservationEnded()) == deal()


# Invariants


def test_a_deal_is_opened_once() -> None:
    assert problems(OPENED) == (Problem(2, AlreadyThere("deal")),)
    assert evolve(None, MET) is None
    assert DEAL.misfits(None, MET) == (NotThere("deal"),)


def test_a_deal_leaves_the_milestone_it_stands_at() -> None:
    assert problems(OFFERED) == (Problem(2, StandsElsewhere("executive_meeting", "training")),)


def test_a_closed_deal_takes_facts_but_no_steps() -> None:
    assert problems(ABANDONED, DealGraded("C"), EndExplained(Side.SELLER, "funds")) == ()
    assert problems(ABANDONED, MET) == (Problem(3, NotOpen(Status.ABANDONED)),)


def test_a_merged_deal_takes_no_step_but_a_closed_one_may_be_merged() -> None:
    merged = MergedInto(OTHER, "entered twice")
    assert problems(ABANDONED, merged) == ()
    assert problems(merged, MET) == (Problem(3, Merged("deal", OTHER)),)
    assert problems(merged, MergedInto(STREAM, "no, that one")) == (Problem(3, Merged("deal", OTHER)),)


def test_what_was_never_quantified_or_never_there_is_not_taken_away() -> None:
    assert problems(ProblemWithdrawn("p", "no")) == (Problem(2, NoSuchRef("p", "quantified problem")),)
    assert problems(CompetitorLeft("Acme")) == (Problem(2, NotInTheDeal("Acme")),)


def test_a_deals_record_belongs_to_its_account_and_to_the_deal() -> None:
    assert tags(STREAM, deal(), MET) == Tags(ACCOUNT, (STREAM,))


def test_the_life_cycle_of_a_deal() -> None:
    assert DEAL.creation == {DealOpened}
    assert DEAL.life_cycle == {
        DealOpened,
        StageAdvanced,
        StageReverted,
        DealPlaybookChanged,
        DealCommitted,
        DealReneged,
        DealWon,
        DealLost,
        DealAbandoned,
        DealReopened,
    }
