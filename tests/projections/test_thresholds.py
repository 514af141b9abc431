"""The three thresholds: what was said stays known for a while, people are identified, scored and won, the one who
decides was met. What nobody said helps nothing over."""

from collections.abc import Iterator
from uuid import UUID

import pytest

import dealflow as df
from dealflow.domain.contest import SuccessFactorsNamed
from dealflow.domain.interaction import InteractionHeld
from dealflow.domain.purchase import InformationNoted, PurchaseProcessMapped
from dealflow.domain.stakeholder import InfluenceRated, RoleIdentified, StanceChanged
from dealflow.projections.look import Look
from dealflow.projections.thresholds import POINTS, Information, Part, Threshold, thresholds
from tests.projections.dealing import Dealing
from tests.projections.selling import day

COACH, USER, TECHNICAL, ECONOMIC = df.Role
HIGH, MEDIUM, LOW = df.Influence
FOR, NEUTRAL, AGAINST = df.Stance
OPEN, PARTLY, PASSED = df.ThresholdState
MET, UNMET, UNKNOWN = df.Answer


@pytest.fixture
def dealing() -> Iterator[Dealing]:
    dealing = Dealing()
    yield dealing
    dealing.flow.close()


def information(dealing: Dealing, number: int) -> tuple[df.ThresholdState, dict[int, Information]]:
    found = dealing.health(number).thresholds.information
    return found.state, {one.point: one for one in found.parts if isinstance(one, Information)}


def part(threshold: Threshold, name: str) -> Part:
    return next(one for one in threshold.parts if isinstance(one, Part) and one.name == name)


def relationship(dealing: Dealing, number: int, name: str) -> Part:
    return part(dealing.health(number).thresholds.relationship, name)


# Information


def test_there_are_nine_points_and_at_first_none_is_known(dealing: Dealing) -> None:
    state, points = information(dealing, 1)
    assert (state, list(points)) == (OPEN, list(range(1, 10)))
    assert points[5] == Information(5, POINTS[5], df.Freshness.UNKNOWN)


def test_a_point_is_known_with_who_said_it_who_wrote_it_down_and_when(dealing: Dealing) -> None:
    person = dealing.person(1, USER)
    dealing.deal(2, df.NoteInformation(5, "a loan is agreed", told_by=person))
    state, points = information(dealing, 12)
    assert state is PARTLY
    assert points[5] == Information(
        5, POINTS[5], df.Freshness.KNOWN, day(2), 10, person, "li", dealing.record(InformationNoted)
    )


def test_a_point_goes_stale_unless_it_is_said_again(dealing: Dealing) -> None:
    dealing.deal(2, df.NoteInformation(5))
    assert information(dealing, 92)[1][5].state is df.Freshness.KNOWN
    assert information(dealing, 93)[1][5].state is df.Freshness.STALE
    assert information(dealing, 93)[0] is OPEN
    dealing.deal(90, df.NoteInformation(5))
    assert information(dealing, 93)[1][5].days == 3


def test_how_long_a_point_stays_known_is_the_policys(dealing: Dealing) -> None:
    dealing.deal(2, df.NoteInformation(5))
    policy = df.HealthPolicy(thresholds=df.ThresholdPolicy(stale=5))
    assert dealing.health(8, policy=policy).thresholds.information.state is OPEN


def test_the_process_mapped_and_the_factors_named_speak_for_themselves(dealing: Dealing) -> None:
    dealing.deal(3, df.MapPurchaseProcess((df.PurchaseStep("tender"),)), df.NameSuccessFactors(("price", "service")))
    points = information(dealing, 4)[1]
    assert points[2].records == dealing.record(PurchaseProcessMapped)
    assert points[9].state is df.Freshness.UNKNOWN  # the top three are to be known
    dealing.deal(5, df.NameSuccessFactors(("price", "service", "references")))
    assert information(dealing, 6)[1][9].records == dealing.record(SuccessFactorsNamed)[1:]


def test_information_is_passed_with_all_nine(dealing: Dealing) -> None:
    dealing.deal(3, *(df.NoteInformation(point) for point in POINTS))
    assert information(dealing, 4)[0] is PASSED


# Relationship


def test_nobody_known_is_unknown_and_not_a_no(dealing: Dealing) -> None:
    found = dealing.health(1).thresholds.relationship
    assert found.state is OPEN
    assert {one.answer for one in found.parts if isinstance(one, Part)} == {UNKNOWN}


def test_key_people_are_identified_once_every_role_is_held(dealing: Dealing) -> None:
    dealing.person(1, COACH, USER)
    found = relationship(dealing, 1, "key people identified")
    assert (found.answer, found.text) == (UNMET, "nobody is known as technical buyer or economic buyer")
    dealing.person(2, TECHNICAL)
    last = dealing.person(3, ECONOMIC)
    found = relationship(dealing, 3, "key people identified")
    assert (found.answer, found.records) == (MET, dealing.record(RoleIdentified))
    dealing.about(5, last, df.RecordDeparture())
    assert relationship(dealing, 5, "key people identified").answer is UNMET


def test_everybody_who_decides_is_to_be_scored(dealing: Dealing) -> None:
    dealing.person(1, USER, influence=LOW, stance=FOR)
    other = dealing.person(2, ECONOMIC, influence=HIGH)
    found = relationship(dealing, 2, "scored and ranked")
    assert (found.answer, found.people) == (UNMET, (other,))
    dealing.about(3, other, df.ChangeStance(NEUTRAL, deal=dealing.id))
    found = relationship(dealing, 3, "scored and ranked")
    assert (found.answer, set(found.records)) == (MET, {*dealing.record(InfluenceRated, StanceChanged)})


def test_allies_grow_while_there_is_one_and_no_fewer_than_before(dealing: Dealing) -> None:
    first = dealing.person(1, USER, stance=FOR, ally=True)
    second = dealing.person(2, COACH, stance=FOR, ally=True)
    assert relationship(dealing, 5, "allies growing").answer is MET
    dealing.about(20, first, df.RecordDeparture())
    found = relationship(dealing, 62, "allies growing")
    assert (found.answer, found.people, found.text) == (UNMET, (second,), "1 ally; 60 days ago: 2")
    assert relationship(dealing, 80, "allies growing").answer is MET  # what was lost longer ago is past


def test_that_nobody_helps_must_have_been_said(dealing: Dealing) -> None:
    person = dealing.person(1, USER, stance=FOR)
    assert relationship(dealing, 1, "allies growing").answer is UNKNOWN
    dealing.about(2, person, df.ChangeStance(FOR, ally=False, deal=dealing.id))
    assert relationship(dealing, 2, "allies growing").answer is UNMET


def test_support_grows_when_more_of_the_weight_is_for_us_than_when_the_window_began(dealing: Dealing) -> None:
    dealing.person(1, USER, influence=LOW, stance=FOR)
    boss = dealing.person(1, ECONOMIC, influence=HIGH, stance=NEUTRAL)
    dealing.about(65, boss, df.ChangeStance(FOR, deal=dealing.id))
    assert relationship(dealing, 64, "support surface growing").text == "25% of the weight is for us; 60 days ago: 25%"
    assert relationship(dealing, 64, "support surface growing").answer is UNMET
    assert relationship(dealing, 65, "support surface growing").answer is MET
    assert relationship(dealing, 200, "support surface growing").answer is MET  # there is nothing more to win


def test_support_known_only_since_is_held_against_the_first_that_was(dealing: Dealing) -> None:
    user = dealing.person(10, USER, influence=LOW, stance=FOR)
    dealing.person(12, ECONOMIC)
    dealing.person(11, TECHNICAL, influence=LOW, stance=NEUTRAL)
    found = relationship(dealing, 12, "support surface growing")
    assert (found.answer, found.text) == (
        UNMET,
        "50% of the weight is for us; when it was first known: 100%; 1 person unknown",
    )
    dealing.about(13, user, df.ChangeStance(NEUTRAL, deal=dealing.id))
    assert relationship(dealing, 13, "support surface growing").answer is UNMET


def test_support_that_has_only_been_known_at_one_value_may_be_growing_or_not(dealing: Dealing) -> None:
    dealing.person(10, USER, influence=LOW, stance=NEUTRAL)
    assert relationship(dealing, 12, "support surface growing").answer is UNKNOWN
    assert relationship(dealing, 70, "support surface growing").answer is UNMET


def test_the_relationship_is_passed_with_all_four(dealing: Dealing) -> None:
    dealing.person(1, *df.Role, influence=HIGH, stance=FOR, ally=True)
    assert dealing.health(2).thresholds.relationship.state is PASSED


# Decision


def decision(dealing: Dealing, number: int) -> tuple[df.ThresholdState, list[df.Answer]]:
    found = dealing.health(number).thresholds.decision
    return found.state, [one.answer for one in found.parts if isinstance(one, Part)]


def test_the_decision_is_open_until_the_decision_maker_was_met_and_that_nobody_is_known_is_said(
    dealing: Dealing,
) -> None:
    assert decision(dealing, 1) == (OPEN, [UNKNOWN, UNKNOWN])
    boss = dealing.person(2, ECONOMIC)
    assert decision(dealing, 2) == (OPEN, [UNMET, UNMET])
    dealing.call(3, boss)
    assert decision(dealing, 93) == (PASSED, [MET, MET])
    assert decision(dealing, 94) == (PARTLY, [MET, UNMET])
    found = part(dealing.health(94).thresholds.decision, "met lately")
    assert (found.text, found.people) == ("last met 91 days ago, on 2026-01-04; 90 days count", (boss,))
    assert set(found.records) == {*dealing.record(RoleIdentified), *dealing.record(InteractionHeld)}


def test_of_several_the_one_of_most_weight_counts(dealing: Dealing) -> None:
    lighter = dealing.person(1, ECONOMIC, influence=LOW)
    dealing.call(2, lighter)
    assert decision(dealing, 2)[0] is PASSED
    dealing.person(3, ECONOMIC)  # of unknown weight, which moves nothing
    assert decision(dealing, 3)[0] is PASSED
    dealing.person(4, ECONOMIC, influence=HIGH)
    assert decision(dealing, 4)[0] is OPEN


def test_of_several_of_one_weight_it_is_enough_to_have_met_one(dealing: Dealing) -> None:
    people: list[UUID] = [dealing.person(1, ECONOMIC, influence=HIGH) for _ in range(2)]
    dealing.call(2, people[1])
    assert decision(dealing, 2)[0] is PASSED


def test_all_three_passed_means_safe_as_far_as_the_model_can_say(dealing: Dealing) -> None:
    dealing.deal(1, *(df.NoteInformation(point) for point in POINTS))
    boss = dealing.person(1, *df.Role, influence=HIGH, stance=FOR, ally=True)
    assert not thresholds(Look(dealing.situation(1))).passed
    dealing.call(2, boss)
    assert thresholds(Look(dealing.situation(2))).passed
