from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from dealflow.decider import Command
from dealflow.domain.mapping import (
    ChangePosition,
    ChangeStance,
    EraseStakeholder,
    IdentifyRole,
    IdentifyStakeholder,
    MoveStakeholder,
    RateInfluence,
    RecordDeparture,
    RenameStakeholder,
    RoleNotHeld,
    WithdrawRole,
)
from dealflow.domain.merger import Merged
from dealflow.domain.noun import AlreadyThere, MergedInto, Missing, NotThere
from dealflow.domain.personal import Personal
from dealflow.domain.stakeholder import (
    Erased,
    Influence,
    InfluenceRated,
    JobLevel,
    PositionChanged,
    Role,
    RoleIdentified,
    RoleWithdrawn,
    StakeholderDeparted,
    StakeholderErased,
    StakeholderIdentified,
    StakeholderMoved,
    StakeholderRenamed,
    Stance,
    StanceChanged,
)
from tests.scenario import STREAM, given

ACCOUNT, OTHER_ACCOUNT, DEAL, BOSS = UUID(int=2), UUID(int=3), UUID(int=4), UUID(int=5)
WANG = StakeholderIdentified(ACCOUNT, Personal("Wang", STREAM), title=Personal("COO", STREAM), level=JobLevel.DIRECTOR)
ERASED = StakeholderErased("asked for it")


@pytest.mark.parametrize(
    "command",
    [
        RenameStakeholder("Wang Wei"),
        ChangePosition("CEO"),
        MoveStakeholder(OTHER_ACCOUNT),
        RecordDeparture(),
        IdentifyRole(Role.ECONOMIC),
        WithdrawRole(Role.ECONOMIC, "signs no more"),
        RateInfluence(Influence.HIGH),
        ChangeStance(Stance.SUPPORT),
        EraseStakeholder("asked for it"),
    ],
)
def test_nothing_is_asked_of_a_person_who_is_not_there(command: Command) -> None:
    given().when(command).then_refused(NotThere("stakeholder"))


def test_a_person_is_identified_and_their_name_bound_to_them() -> None:
    given().when(IdentifyStakeholder(ACCOUNT, "Wang", title="COO", level=JobLevel.DIRECTOR)).then(WANG)


def test_a_person_needs_a_name() -> None:
    given().when(IdentifyStakeholder(ACCOUNT, "")).then_refused(Missing("name"))


def test_a_person_is_renamed() -> None:
    given(WANG).when(RenameStakeholder("Wang Wei")).then(StakeholderRenamed(Personal("Wang Wei", STREAM)))


def test_renaming_a_person_to_their_name_is_quiet() -> None:
    given(WANG).when(RenameStakeholder("Wang")).then_quiet()


def test_a_person_keeps_a_name_unless_it_was_erased() -> None:
    given(WANG).when(RenameStakeholder("")).then_refused(Missing("name"))
    given(WANG, ERASED).when(RenameStakeholder("Wang Wei")).then_refused(Erased())


def test_an_id_that_is_taken_identifies_nobody_else() -> None:
    given(WANG).when(IdentifyStakeholder(ACCOUNT, "Zhao")).then_refused(AlreadyThere("stakeholder"))


def test_identifying_the_same_person_again_is_quiet() -> None:
    given(WANG).when(IdentifyStakeholder(ACCOUNT, "Wang", title="COO", level=JobLevel.DIRECTOR)).then_quiet()


def test_a_position_changes_and_what_is_not_said_of_it_is_unknown() -> None:
    given(WANG).when(ChangePosition("CEO")).then(PositionChanged(Personal("CEO", STREAM)))


def test_changing_to_the_position_they_hold_is_quiet() -> None:
    given(WANG).when(ChangePosition("COO", JobLevel.DIRECTOR)).then_quiet()


def test_an_erased_person_gets_no_new_title() -> None:
    given(WANG, ERASED).when(ChangePosition("CEO")).then_refused(Erased())


def test_an_erased_person_gets_no_new_title_for_an_earlier_day_either() -> None:
    erased = given(WANG, (date(2026, 3, 1), ERASED))
    erased.when(ChangePosition("CEO"), at=date(2026, 2, 1)).then_refused(Erased())


def test_what_is_not_personal_may_still_be_learnt_of_an_erased_person() -> None:
    given(WANG, ERASED).when(ChangePosition(level=JobLevel.EXPERT)).then(PositionChanged(level=JobLevel.EXPERT))


def test_a_person_moves_to_another_account() -> None:
    given(WANG).when(MoveStakeholder(OTHER_ACCOUNT)).then(StakeholderMoved(OTHER_ACCOUNT))


def test_a_person_who_left_turns_up_elsewhere() -> None:
    moved = StakeholderMoved(organisation="Design Institute No. 4")
    given(WANG, StakeholderDeparted()).when(MoveStakeholder(organisation="Design Institute No. 4")).then(moved)


def test_a_person_moves_to_somewhere() -> None:
    given(WANG).when(MoveStakeholder()).then_refused(Missing("account or organisation"))


def test_an_erased_person_moves_no_more() -> None:
    given(WANG, ERASED).when(MoveStakeholder()).then_refused(Erased(), Missing("account or organisation"))


def test_moving_to_where_they_are_is_quiet() -> None:
    given(WANG, StakeholderMoved(OTHER_ACCOUNT)).when(MoveStakeholder(OTHER_ACCOUNT)).then_quiet()


def test_a_person_leaves() -> None:
    given(WANG).when(RecordDeparture("retired")).then(StakeholderDeparted("retired"))


def test_an_erased_person_leaves_no_more() -> None:
    given(WANG, ERASED).when(RecordDeparture()).then_refused(Erased())


def test_a_merged_person_takes_no_step_by_themselves() -> None:
    given(WANG, MergedInto(BOSS, "entered twice")).when(RecordDeparture()).then_refused(Merged("stakeholder", BOSS))


def test_leaving_twice_is_quiet() -> None:
    given(WANG, StakeholderDeparted("retired")).when(RecordDeparture()).then_quiet()


def test_a_person_is_identified_in_a_role_of_one_deal() -> None:
    given(WANG).when(IdentifyRole(Role.ECONOMIC, DEAL)).then(RoleIdentified(Role.ECONOMIC, DEAL))


def test_a_standing_role_may_be_stated_of_one_deal_too() -> None:
    standing = given(WANG, RoleIdentified(Role.ECONOMIC))
    standing.when(IdentifyRole(Role.ECONOMIC, DEAL)).then(RoleIdentified(Role.ECONOMIC, DEAL))


def test_identifying_a_role_that_is_held_is_quiet() -> None:
    given(WANG, RoleIdentified(Role.ECONOMIC, DEAL)).when(IdentifyRole(Role.ECONOMIC, DEAL)).then_quiet()


def test_a_standing_role_is_withdrawn_in_one_deal() -> None:
    standing = given(WANG, RoleIdentified(Role.TECHNICAL))
    withdrawn = RoleWithdrawn(Role.TECHNICAL, "not in this one", DEAL)
    standing.when(WithdrawRole(Role.TECHNICAL, "not in this one", DEAL)).then(withdrawn)


def test_a_role_that_is_not_held_there_is_not_withdrawn_and_never_without_a_reason() -> None:
    in_one_deal = given(WANG, RoleIdentified(Role.TECHNICAL, DEAL))
    outcome = in_one_deal.when(WithdrawRole(Role.TECHNICAL, ""))
    outcome.then_refused(Missing("reason"), RoleNotHeld(Role.TECHNICAL, None))


def test_the_refusal_of_a_role_not_held_names_the_deal() -> None:
    refusal = RoleNotHeld(Role.COACH, DEAL)
    given(WANG).when(WithdrawRole(Role.COACH, "no help", DEAL)).then_refused(refusal)
    assert str(DEAL) in str(refusal)


def test_withdrawing_a_role_again_is_quiet() -> None:
    withdrawn = RoleWithdrawn(Role.COACH, "no help", DEAL)
    gone = given(WANG, RoleIdentified(Role.COACH, DEAL), withdrawn)
    gone.when(WithdrawRole(Role.COACH, "no help at all", DEAL)).then_quiet()


def test_another_role_that_was_withdrawn_says_nothing_of_this_one() -> None:
    other_gone = given(WANG, RoleIdentified(Role.USER, DEAL), RoleWithdrawn(Role.USER, "retired", DEAL))
    outcome = other_gone.when(WithdrawRole(Role.COACH, "no help", DEAL))
    outcome.then_refused(RoleNotHeld(Role.COACH, DEAL))


def test_influence_is_rated() -> None:
    given(WANG).when(RateInfluence(Influence.HIGH)).then(InfluenceRated(Influence.HIGH))


def test_rating_influence_the_same_is_quiet_in_the_same_deal_alone() -> None:
    rated = given(WANG, InfluenceRated(Influence.HIGH, DEAL))
    rated.when(RateInfluence(Influence.HIGH, DEAL)).then_quiet()
    rated.when(RateInfluence(Influence.HIGH)).then(InfluenceRated(Influence.HIGH))


def test_a_stance_changes() -> None:
    opposed = given(WANG, StanceChanged(Stance.OPPOSE))
    opposed.when(ChangeStance(Stance.SUPPORT, ally=True)).then(StanceChanged(Stance.SUPPORT, ally=True))


def test_taking_the_stance_they_took_is_quiet() -> None:
    given(WANG, StanceChanged(Stance.NEUTRAL, deal=DEAL)).when(ChangeStance(Stance.NEUTRAL, deal=DEAL)).then_quiet()


def test_what_somebody_thought_earlier_may_be_entered_after_they_left() -> None:
    left = given(WANG, (date(2026, 3, 1), StakeholderDeparted()))
    late = datetime(2026, 2, 1, 10, tzinfo=UTC)
    left.when(ChangeStance(Stance.OPPOSE), at=late).then(StanceChanged(Stance.OPPOSE))


def test_a_person_is_erased() -> None:
    given(WANG, StakeholderDeparted()).when(EraseStakeholder("asked for it")).then(ERASED)


def test_erasing_needs_a_reason() -> None:
    given(WANG).when(EraseStakeholder("")).then_refused(Missing("reason"))


def test_erasing_twice_is_quiet() -> None:
    given(WANG, ERASED).when(EraseStakeholder("asked again")).then_quiet()
