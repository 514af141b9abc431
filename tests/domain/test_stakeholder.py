from datetime import date
from typing import Any
from uuid import UUID

import attrs
from hypothesis import given as for_all
from hypothesis import strategies as st

from dealflow.domain.acceptance import (
    Closeness,
    PriceAcceptanceRated,
    RivalClosenessRated,
    SolutionAcceptanceRated,
)
from dealflow.domain.coverage import ActionChecked, ActionPlanned, CounterpartAssigned, CounterpartReleased
from dealflow.domain.inquiry import Spin
from dealflow.domain.need import NeedKind, NeedMoved, NeedUncovered, Rung
from dealflow.domain.noun import AlreadyThere, MergedInto, NoSuchRef, Noted, NotThere, Problem, Tags
from dealflow.domain.personal import Personal
from dealflow.domain.stakeholder import (
    STAKEHOLDER,
    Erased,
    HasDeparted,
    Influence,
    InfluenceRated,
    Influences,
    JobLevel,
    PositionChanged,
    ReportsTo,
    Role,
    RoleIdentified,
    RoleWithdrawn,
    SocialStyle,
    Stakeholder,
    StakeholderDeparted,
    StakeholderErased,
    StakeholderIdentified,
    StakeholderMoved,
    Stance,
    StanceChanged,
    StyleObserved,
    evolve,
    is_personal,
    tags,
)
from tests.scenario import STREAM, given

ACCOUNT, OTHER, DEAL, SECOND, BOSS = (UUID(int=number) for number in (2, 3, 4, 5, 6))


def words(text: str) -> Personal:
    return Personal(text, STREAM)


WANG = StakeholderIdentified(ACCOUNT, words("Wang"), None, words("COO"), JobLevel.DIRECTOR, "works")
NEED = NeedUncovered("n1", NeedKind.COST, explicit=True, text=words("scrap is dear"), deal=DEAL)
ACTION = ActionPlanned("a1", words("invite him to the plant"), "li.wei", date(2026, 2, 1), DEAL)
CHECKED = ActionChecked("a1", done=True, result=words("he came"))
LEFT, ERASED = StakeholderDeparted(), StakeholderErased("asked for it")


def person(*events: Any) -> Stakeholder:
    state = STAKEHOLDER.fold(given(WANG, *events).records)
    assert state is not None
    return state


def problems(*events: Any) -> tuple[Problem, ...]:
    return STAKEHOLDER.problems(given(WANG, *events).records)


# Where they stand


def test_a_person_begins_with_what_they_were_identified_with() -> None:
    assert person() == Stakeholder(ACCOUNT, words("Wang"), None, words("COO"), JobLevel.DIRECTOR, "works")
    assert person().called == "Wang"


def test_of_a_new_position_nothing_is_taken_over_from_the_old() -> None:
    moved_up = person(PositionChanged(level=JobLevel.DIRECTOR))
    assert (moved_up.title, moved_up.level, moved_up.department) == (None, JobLevel.DIRECTOR, None)


def test_who_moves_to_another_account_leaves_position_and_manager_behind() -> None:
    moved = person(ReportsTo(BOSS), LEFT, StakeholderMoved(OTHER))
    assert moved == attrs.evolve(person(), account=OTHER, title=None, level=None, department=None)


def test_who_moves_to_an_organisation_that_is_no_account_still_belongs_to_theirs() -> None:
    moved = person(StakeholderMoved(organisation="Design Institute No. 4"))
    assert (moved.account, moved.organisation) == (ACCOUNT, "Design Institute No. 4")


def test_lines_of_reporting_and_of_influence_and_style_are_as_last_said() -> None:
    known = person(
        ReportsTo(BOSS),
        Influences(OTHER, Influence.LOW),
        Influences(BOSS),
        Influences(OTHER, Influence.HIGH),
        StyleObserved(SocialStyle.ANALYST),
    )
    assert known.manager == BOSS
    assert known.influences == (Influences(BOSS), Influences(OTHER, Influence.HIGH))
    assert known.style is SocialStyle.ANALYST


# What they are to a purchase


def test_what_is_standing_holds_in_every_deal_without_a_word_of_its_own() -> None:
    known = person(
        RoleIdentified(Role.ECONOMIC), InfluenceRated(Influence.HIGH), StanceChanged(Stance.NEUTRAL, ally=False)
    )
    for deal in (None, DEAL):
        assert known.roles_in(deal) == (Role.ECONOMIC,)
        assert known.influence_in(deal) is Influence.HIGH
        assert known.stance_in(deal) is Stance.NEUTRAL
        assert known.ally_in(deal) is False


def test_a_deals_own_word_overrides_the_standing_one_in_whatever_order_they_come() -> None:
    known = person(
        RoleIdentified(Role.COACH, DEAL),
        RoleWithdrawn(Role.USER, "not in this one", DEAL),
        InfluenceRated(Influence.LOW, DEAL),
        StanceChanged(Stance.SUPPORT, ally=True, deal=DEAL),
        RoleIdentified(Role.USER),
        InfluenceRated(Influence.HIGH),
        StanceChanged(Stance.OPPOSE),
    )
    assert (known.roles_in(DEAL), known.roles_in(SECOND), known.roles_in(None)) == (
        (Role.COACH,),
        (Role.USER,),
        (Role.USER,),
    )
    assert (known.influence_in(DEAL), known.influence_in(SECOND)) == (Influence.LOW, Influence.HIGH)
    assert (known.stance_in(DEAL), known.stance_in(SECOND)) == (Stance.SUPPORT, Stance.OPPOSE)
    assert (known.ally_in(DEAL), known.ally_in(SECOND)) == (True, None)


def test_of_whom_nothing_was_said_nothing_is_known() -> None:
    known = person(RoleIdentified(Role.USER, SECOND))
    assert known.roles_in(DEAL) == ()
    assert (known.influence_in(DEAL), known.stance_in(DEAL), known.ally_in(DEAL)) == (None, None, None)


def test_a_role_is_held_again_once_it_is_identified_again() -> None:
    again = person(
        RoleIdentified(Role.COACH, DEAL), RoleWithdrawn(Role.COACH, "cooled", DEAL), RoleIdentified(Role.COACH, DEAL)
    )
    assert again.roles_in(DEAL) == (Role.COACH,)


def test_acceptance_and_closeness_to_rivals_differ_by_deal() -> None:
    rated = person(
        SolutionAcceptanceRated(0.8),
        PriceAcceptanceRated(0.5),
        PriceAcceptanceRated(0.2, DEAL),
        RivalClosenessRated("Acme", Closeness.HIGH),
        RivalClosenessRated("Acme", Closeness.NONE, DEAL),
        RivalClosenessRated("Zeta", Closeness.LOW),
    ).acceptance
    assert (rated.solution_in(DEAL), rated.solution_in(SECOND)) == (0.8, 0.8)
    assert (rated.price_in(DEAL), rated.price_in(SECOND)) == (0.2, 0.5)
    assert (rated.closeness_to("Acme", DEAL), rated.closeness_to("Acme", SECOND)) == (Closeness.NONE, Closeness.HIGH)
    assert (rated.closeness_to("Zeta", DEAL), rated.closeness_to("Eta", DEAL)) == (Closeness.LOW, None)


def test_what_was_not_rated_is_unknown() -> None:
    assert (person().acceptance.solution_in(DEAL), person().acceptance.price_in(None)) == (None, None)


# Needs, counterparts, countermeasures


def test_a_need_climbs_its_ladder() -> None:
    climbed = person(NEED, NeedMoved("n1", Rung.GROWING, Spin.IMPLICATION)).needs
    assert [(need.id, need.kind, need.rung) for need in climbed] == [("n1", NeedKind.COST, Rung.GROWING)]


def test_needs_are_of_the_business_or_of_the_person() -> None:
    assert [kind.value for kind in NeedKind if kind.of_the_business] == ["volume", "cost", "profit", "safety", "image"]


def test_a_need_moves_only_where_it_was_uncovered() -> None:
    assert problems(NeedMoved("n1", Rung.GROWING)) == (Problem(2, NoSuchRef("n1", "need")),)


def test_who_of_ours_faces_them_differs_by_deal() -> None:
    li, zhang = CounterpartAssigned("li.wei", main=True), CounterpartAssigned("zhang.min", main=False)
    covered = person(li, zhang, CounterpartReleased("li.wei", DEAL), CounterpartReleased("chen.bo")).coverage
    assert covered.counterparts_in(SECOND) == (li, zhang)
    assert covered.counterparts_in(DEAL) == (zhang,)


def test_a_countermeasure_is_open_until_it_is_done() -> None:
    not_yet = ActionChecked("a1", done=False)
    assert [action.done for action in person(ACTION).coverage.actions] == [None]
    assert [action.done for action in person(ACTION, not_yet).coverage.actions] == [False]
    assert problems(ACTION, not_yet, CHECKED) == ()
    assert problems(ACTION, CHECKED, not_yet) == (Problem(4, NoSuchRef("a1", "open action")),)


# Invariants


def test_a_person_is_identified_once() -> None:
    assert problems(WANG) == (Problem(2, AlreadyThere("stakeholder")),)


def test_nothing_is_known_of_somebody_nobody_identified() -> None:
    assert evolve(None, LEFT) is None
    assert STAKEHOLDER.misfits(None, Noted("acme.checked")) == (NotThere("stakeholder"),)


def test_who_left_leaves_again_only_after_they_turned_up_elsewhere() -> None:
    (problem,) = problems(LEFT, LEFT)
    assert problem == Problem(3, HasDeparted())
    assert "departed already" in str(problem)
    assert problems(LEFT, StakeholderMoved(OTHER), LEFT) == ()


def test_an_erased_person_takes_no_step_and_nothing_personal() -> None:
    assert problems(LEFT, ERASED) == ()
    found = problems(ERASED, LEFT, StakeholderMoved(OTHER), ERASED, NEED, MergedInto(OTHER, "entered twice"))
    assert [problem.version for problem in found] == [3, 4, 5, 6, 7]
    assert {problem.refusal for problem in found} == {Erased()}


def test_what_is_not_personal_may_be_learnt_of_the_erased() -> None:
    assert problems(ERASED, StanceChanged(Stance.SUPPORT), NeedUncovered("n2", NeedKind.STATUS, explicit=False)) == ()


def test_personal_is_what_bears_somebodys_words() -> None:
    assert [is_personal(event) for event in (WANG, NEED, ACTION, CHECKED)] == [True] * 4
    assert [is_personal(event) for event in (LEFT, PositionChanged(), StanceChanged(Stance.SUPPORT))] == [False] * 3


PERSONAL = st.sampled_from([WANG, NEED, ACTION, CHECKED, PositionChanged(words("CEO")), LEFT, StakeholderMoved(OTHER)])


@for_all(st.lists(PERSONAL, max_size=6), st.lists(PERSONAL.filter(lambda one: one is not WANG), max_size=6))
def test_the_state_of_an_erased_person_holds_nothing_personal(before: list[Any], after: list[Any]) -> None:
    state = person(*before, ERASED, *after)
    assert "Personal(" not in repr(state)
    assert state.called is None


def test_what_they_were_to_us_outlives_the_erasure() -> None:
    erased = person(NEED, ACTION, RoleIdentified(Role.USER, DEAL), ERASED)
    assert (erased.erased, erased.level, erased.roles_in(DEAL)) == (True, JobLevel.DIRECTOR, (Role.USER,))
    assert ([need.kind for need in erased.needs], [one.who for one in erased.coverage.actions]) == (
        [NeedKind.COST],
        ["li.wei"],
    )


def test_a_merged_person_says_into_whom() -> None:
    assert person(MergedInto(OTHER, "entered twice")).merged_into == OTHER


# Tags


def test_a_persons_record_belongs_to_their_account_and_to_the_deal_it_is_about() -> None:
    assert tags(STREAM, person(), WANG) == Tags(ACCOUNT)
    assert tags(STREAM, person(), StanceChanged(Stance.SUPPORT)) == Tags(ACCOUNT)
    assert tags(STREAM, person(), StanceChanged(Stance.SUPPORT, deal=DEAL)) == Tags(ACCOUNT, (DEAL,))


def test_what_settles_a_thing_belongs_to_the_deal_the_thing_was_about() -> None:
    known = person(NEED, ACTION)
    assert tags(STREAM, known, NeedMoved("n1", Rung.GROWING)) == Tags(ACCOUNT, (DEAL,))
    assert tags(STREAM, known, CHECKED) == Tags(ACCOUNT, (DEAL,))
    assert tags(STREAM, known, NeedMoved("n9", Rung.GROWING)) == Tags(ACCOUNT)


def test_the_life_cycle_of_a_person() -> None:
    assert STAKEHOLDER.creation == {StakeholderIdentified}
    assert STAKEHOLDER.life_cycle == {
        StakeholderIdentified,
        StakeholderMoved,
        StakeholderDeparted,
        StakeholderErased,
    }
