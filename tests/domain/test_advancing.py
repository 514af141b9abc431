from datetime import UTC, date
from decimal import Decimal
from uuid import UUID

import attrs
import pytest

from dealflow.decider import Command
from dealflow.domain.advancing import (
    AdvanceStage,
    ChangePlaybook,
    LiesAhead,
    LiesBehind,
    OpenDeal,
    RenameDeal,
    RevertStage,
    StageSkipped,
    UnknownMilestone,
    UnknownPlaybook,
)
from dealflow.domain.deal import (
    DealAbandoned,
    DealOpened,
    DealPlaybookChanged,
    DealPriced,
    DealRenamed,
    DealReopened,
    DealValued,
    NotOpen,
    StageAdvanced,
    StageReverted,
    Status,
)
from dealflow.domain.gate import IMPORTED, Answer, Finding, Gate, Verdict
from dealflow.domain.interaction import Channel, InteractionHeld
from dealflow.domain.judging import GateNotMet, UnknownCriterion
from dealflow.domain.merger import Merged
from dealflow.domain.noun import AlreadyThere, MergedInto, Missing, NotThere
from dealflow.domain.playbook import STANDARD, Meaning, Milestone, Playbook, Retired
from dealflow.domain.stakeholder import Role, RoleIdentified, RoleWithdrawn, Stance, StanceChanged
from dealflow.journal import Record, When
from dealflow.money import Money
from tests.scenario import STREAM, given, record

ACCOUNT, WANG, ZHAO, OTHER = UUID(int=2), UUID(int=3), UUID(int=4), UUID(int=9)
OPENED = DealOpened(ACCOUNT, "Press line 3", "standard", 1, "training", chance=Decimal("0.10"))
KEYS = STANDARD.keys()
TEN = Money.of(10, "CNY")
STRICT = Gate(strict=("economic-buyer-met", "technical-buyer-not-opposed"))
GUARDED = Playbook.of("guarded", "Guarded", (Milestone("offer", "Offer", gate=STRICT), Milestone("deal", "Deal")))
AT_OFFER = DealOpened(ACCOUNT, "Press line 3", "guarded", 1, "offer")
ECONOMIC, TECHNICAL = "economic-buyer-met", "technical-buyer-not-opposed"


def around(*facts: tuple[UUID, object]) -> tuple[Record, ...]:
    """What gates look at, from position 100 on, all of it on one day."""
    when = When.of(date(2026, 1, 5), UTC)
    return tuple(
        attrs.evolve(record(1, event, when, stream), position=position)
        for position, (stream, event) in enumerate(facts, start=100)
    )


ROLE = (WANG, RoleIdentified(Role.ECONOMIC))
MET = (OTHER, InteractionHeld(ACCOUNT, Channel.VISIT, (WANG,)))
SCREENS = (ZHAO, RoleIdentified(Role.TECHNICAL, STREAM))
NEUTRAL, AGAINST = (ZHAO, StanceChanged(Stance.NEUTRAL)), (ZHAO, StanceChanged(Stance.OPPOSE, deal=STREAM))


def finding(name: str, answer: Answer, *records: int, strict: bool = True) -> Finding:
    return Finding(name, answer, strict, records)


@pytest.mark.parametrize(
    "command",
    [
        RenameDeal("Press line 4"),
        AdvanceStage("proposal"),
        RevertStage("training", "they start over"),
        ChangePlaybook("standard", "training", "a better way"),
    ],
)
def test_nothing_is_asked_of_a_deal_that_is_not_there(command: Command) -> None:
    given().when(command).then_refused(NotThere("deal"))


@pytest.mark.parametrize(
    "command",
    [
        AdvanceStage("executive_meeting"),
        RevertStage("training", "they start over"),
        ChangePlaybook("standard", "consulting", "a better way"),
    ],
)
def test_a_closed_deal_takes_no_stage_event_until_it_is_reopened(command: Command) -> None:
    closed = given(OPENED, DealAbandoned("no funds"))
    closed.when(command).then_refused(NotOpen(Status.ABANDONED))


def test_a_merged_deal_takes_no_step_by_itself() -> None:
    merged = given(OPENED, MergedInto(OTHER, "entered twice"))
    merged.when(AdvanceStage("executive_meeting")).then_refused(Merged("deal", OTHER))


# Opening


def test_a_deal_is_opened_at_the_first_milestone_of_the_standard_playbook() -> None:
    given().when(OpenDeal(ACCOUNT, "Press line 3")).then(OPENED)


def test_a_deal_is_opened_elsewhere_by_somebody_from_somewhere() -> None:
    command = OpenDeal(ACCOUNT, "Press line 3", "standard", "contract", "li.wei", "fair")
    event = DealOpened(
        ACCOUNT, "Press line 3", "standard", 1, "contract", "li.wei", "fair", Decimal("1.00"), Meaning.WON_READY
    )
    given().when(command).then(event)


def test_a_deal_is_opened_under_the_latest_version() -> None:
    revised = attrs.evolve(GUARDED, versions=(*GUARDED.versions, STANDARD.milestones()))
    opened = DealOpened(ACCOUNT, "Press line 3", "guarded", 2, "training", chance=Decimal("0.10"))
    given().under(revised).when(OpenDeal(ACCOUNT, "Press line 3", "guarded")).then(opened)


def test_a_deal_needs_a_title_and_a_playbook() -> None:
    outcome = given().when(OpenDeal(ACCOUNT, "", "secret"))
    outcome.then_refused(Missing("title"), UnknownPlaybook("secret"))


def test_a_deal_stands_at_a_milestone_of_its_playbook() -> None:
    given().when(OpenDeal(ACCOUNT, "Press line 3", at="dinner")).then_refused(UnknownMilestone("dinner", KEYS))


def test_no_deal_is_opened_under_a_retired_playbook() -> None:
    retired = attrs.evolve(GUARDED, retired=True)
    given().under(retired).when(OpenDeal(ACCOUNT, "Press line 3", "guarded")).then_refused(Retired("guarded"))


def test_an_id_that_is_taken_opens_no_other_deal() -> None:
    given(OPENED).when(OpenDeal(ACCOUNT, "Press line 4")).then_refused(AlreadyThere("deal"))


def test_opening_the_same_deal_again_is_quiet() -> None:
    given(OPENED).when(OpenDeal(ACCOUNT, "Press line 3")).then_quiet()


# Renaming


def test_a_deal_is_renamed() -> None:
    given(OPENED).when(RenameDeal("Press line 4")).then(DealRenamed("Press line 4"))


def test_a_title_says_something() -> None:
    given(OPENED).when(RenameDeal("")).then_refused(Missing("title"))


def test_renaming_to_the_title_it_bears_is_quiet() -> None:
    given(OPENED, DealRenamed("Press line 4")).when(RenameDeal("Press line 4")).then_quiet()


# Advancing


def test_a_deal_advances_to_the_next_milestone_and_freezes_what_it_was_worth() -> None:
    event = StageAdvanced("training", "executive_meeting", amount=TEN, chance=Decimal("0.20"), meaning=Meaning.OPEN)
    given(OPENED, DealValued(TEN)).when(AdvanceStage("executive_meeting")).then(event)


def test_milestones_are_skipped_with_a_reason() -> None:
    given(OPENED).when(AdvanceStage("consulting")).then_refused(StageSkipped(("executive_meeting",)))
    event = StageAdvanced(
        "training", "consulting", ("executive_meeting",), reason="they came to us", chance=Decimal("0.45")
    )
    given(OPENED).when(AdvanceStage("consulting", "they came to us")).then(event)


def test_advancing_goes_forward_only() -> None:
    at_consulting = given(OPENED, StageAdvanced("training", "consulting", ("executive_meeting",)))
    at_consulting.when(AdvanceStage("training")).then_refused(LiesBehind("training", "consulting"))


def test_a_deal_advances_along_its_playbook() -> None:
    given(OPENED).when(AdvanceStage("dinner")).then_refused(UnknownMilestone("dinner", KEYS))


def test_a_deal_whose_playbook_is_not_there_goes_nowhere() -> None:
    given(OPENED).under().when(AdvanceStage("consulting")).then_refused(UnknownMilestone("consulting", ()))


def test_advancing_to_where_it_stands_is_quiet() -> None:
    given(OPENED).when(AdvanceStage("training")).then_quiet()


def test_advancing_lists_every_reason_against_it() -> None:
    outcome = given(OPENED, DealAbandoned("no funds")).when(AdvanceStage("consulting"))
    outcome.then_refused(NotOpen(Status.ABANDONED), StageSkipped(("executive_meeting",)))


def test_what_lies_beyond_a_reversion_must_be_passed_again() -> None:
    back = given(OPENED, StageAdvanced("training", "proposal", KEYS[1:3]), StageReverted("proposal", "training", "new"))
    back.when(AdvanceStage("proposal")).then_refused(StageSkipped(KEYS[1:3]))


# Gates


def test_a_strict_gate_lets_nobody_by_of_whom_too_little_is_known() -> None:
    outcome = given(AT_OFFER).under(GUARDED).when(AdvanceStage("deal"))
    outcome.then_refused(GateNotMet(finding(ECONOMIC, Answer.UNKNOWN)), GateNotMet(finding(TECHNICAL, Answer.UNKNOWN)))


def test_a_strict_gate_names_the_records_it_found_wanting() -> None:
    standing = given(AT_OFFER).under(GUARDED).and_around(*around(ROLE, SCREENS, AGAINST))
    outcome = standing.when(AdvanceStage("deal"))
    outcome.then_refused(
        GateNotMet(finding(ECONOMIC, Answer.UNMET, 100)), GateNotMet(finding(TECHNICAL, Answer.UNMET, 101, 102))
    )


def test_a_strict_gate_that_is_met_is_written_down_with_its_evidence() -> None:
    standing = given(AT_OFFER).under(GUARDED).and_around(*around(ROLE, MET, SCREENS, NEUTRAL))
    verdict = Verdict((finding(ECONOMIC, Answer.MET, 100, 101), finding(TECHNICAL, Answer.MET, 102, 103)), 5)
    standing.when(AdvanceStage("deal")).then(StageAdvanced("offer", "deal", verdict=verdict))
    assert verdict.answer is Answer.MET


def test_a_strict_gate_is_passed_all_the_same_with_a_reason() -> None:
    findings = (finding(ECONOMIC, Answer.UNKNOWN), finding(TECHNICAL, Answer.UNKNOWN))
    event = StageAdvanced("offer", "deal", verdict=Verdict(findings, 1, "the CEO said so"))
    given(AT_OFFER).under(GUARDED).when(AdvanceStage("deal", override="the CEO said so")).then(event)
    assert event.verdict.answer is Answer.UNKNOWN


def test_an_advisory_gate_writes_down_what_was_missing_and_lets_by() -> None:
    at_proposal = DealOpened(ACCOUNT, "Press line 3", "standard", 1, "proposal")
    findings = (
        finding(ECONOMIC, Answer.UNMET, 100, strict=False),
        finding(TECHNICAL, Answer.UNKNOWN, strict=False),
    )
    event = StageAdvanced(
        "proposal",
        "negotiation",
        verdict=Verdict(findings, 2),
        chance=Decimal("0.80"),
        meaning=Meaning.COMMITTED,
    )
    given(at_proposal).and_around(*around(ROLE)).when(AdvanceStage("negotiation")).then(event)
    assert event.verdict.answer is Answer.UNMET


def test_a_deals_own_word_on_a_person_overrides_the_standing_one() -> None:
    waived = (WANG, RoleWithdrawn(Role.ECONOMIC, "not in this one", STREAM))
    won_over = (ZHAO, StanceChanged(Stance.NEUTRAL, deal=STREAM))
    standing_against = (ZHAO, StanceChanged(Stance.OPPOSE))
    standing = given(AT_OFFER).under(GUARDED)
    outcome = standing.and_around(*around(ROLE, MET, SCREENS, won_over, standing_against, waived)).when(
        AdvanceStage("deal")
    )
    outcome.then_refused(GateNotMet(finding(ECONOMIC, Answer.UNKNOWN)))


def test_a_criterion_nobody_here_can_answer_shuts_the_gate() -> None:
    odd = Playbook.of("odd", "Odd", (Milestone("a", "A", gate=Gate(strict=("moon-is-full",))), Milestone("b", "B")))
    at_a = given(DealOpened(ACCOUNT, "Press line 3", "odd", 1, "a")).under(odd)
    at_a.when(AdvanceStage("b")).then_refused(UnknownCriterion("moon-is-full"))


def test_the_gates_of_another_system_were_never_ours_to_judge() -> None:
    findings = tuple(Finding(name, Answer.UNKNOWN, strict=True, note=IMPORTED) for name in (ECONOMIC, TECHNICAL))
    event = StageAdvanced("offer", "deal", verdict=Verdict(findings, 1))
    given(AT_OFFER).under(GUARDED).when(AdvanceStage("deal"), imported=True).then(event)


# Reverting


def test_a_deal_goes_back_with_a_reason() -> None:
    advanced = StageAdvanced("training", "proposal", KEYS[1:3])
    event = StageReverted("proposal", "consulting", "they changed the plant", TEN, Decimal("0.45"), Meaning.OPEN)
    at_proposal = given(OPENED, advanced, DealPriced(TEN))
    at_proposal.when(RevertStage("consulting", "they changed the plant")).then(event)


def test_reverting_goes_back_only_and_says_why() -> None:
    outcome = given(OPENED).when(RevertStage("proposal", ""))
    outcome.then_refused(Missing("reason"), LiesAhead("proposal", "training"))


def test_a_deal_goes_back_along_its_playbook() -> None:
    given(OPENED).when(RevertStage("dinner", "hungry")).then_refused(UnknownMilestone("dinner", KEYS))


def test_reverting_to_where_it_stands_is_quiet() -> None:
    given(OPENED).when(RevertStage("training", "they start over")).then_quiet()


# Changing the playbook


def test_a_deal_moves_to_another_playbook() -> None:
    event = DealPlaybookChanged("guarded", 1, "offer", "smaller than thought", TEN)
    moving = given(OPENED, DealPriced(TEN)).under(STANDARD, GUARDED)
    moving.when(ChangePlaybook(GUARDED, "offer", "smaller than thought")).then(event)


def test_a_deal_moves_to_a_playbook_that_is_there_with_a_reason() -> None:
    outcome = given(OPENED).when(ChangePlaybook("secret", "offer", ""))
    outcome.then_refused(Missing("reason"), UnknownPlaybook("secret"))


def test_a_deal_moves_to_a_milestone_of_a_playbook_that_is_in_use() -> None:
    outcome = (
        given(OPENED)
        .under(STANDARD, attrs.evolve(GUARDED, retired=True))
        .when(ChangePlaybook("guarded", "dinner", "smaller than thought"))
    )
    outcome.then_refused(UnknownMilestone("dinner", GUARDED.keys()), Retired("guarded"))


def test_moving_to_where_it_stands_is_quiet() -> None:
    given(OPENED).when(ChangePlaybook("standard", "training", "no reason")).then_quiet()


def test_a_deal_that_moved_advances_along_its_new_playbook() -> None:
    loose = Playbook.of("loose", "Loose", (Milestone("offer", "Offer"), Milestone("deal", "Deal")))
    moved = given(OPENED, DealPlaybookChanged("loose", 1, "offer", "smaller")).under(STANDARD, loose)
    moved.when(AdvanceStage("deal")).then(StageAdvanced("offer", "deal"))


def test_a_reopened_deal_advances_from_where_it_was_reopened() -> None:
    reopened = given(OPENED, DealAbandoned("no funds"), DealReopened("contract", "funds are back"))
    reopened.when(AdvanceStage("negotiation")).then_refused(LiesBehind("negotiation", "contract"))
