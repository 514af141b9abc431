"""The health of a deal: its level with reasons, as of when it was followed, of all open deals, and record by record."""

from collections.abc import Iterator
from typing import Any

import pytest

import dealflow as df
from dealflow.domain.interaction import InteractionHeld
from dealflow.plain import plain
from dealflow.projections.thresholds import POINTS
from tests.projections.dealing import Dealing
from tests.projections.selling import day
from tests.projections.selling import deal as sell

FOR, NEUTRAL, AGAINST = df.Stance
OPEN, PARTLY, PASSED = df.ThresholdState
COACH, USER, TECHNICAL, ECONOMIC = df.Role
SAFE, WATCH, DANGER = df.HealthLevel


@pytest.fixture
def dealing() -> Iterator[Dealing]:
    dealing = Dealing()
    yield dealing
    dealing.flow.close()


def test_a_deal_of_which_little_is_known_is_to_be_watched(dealing: Dealing) -> None:
    found = dealing.health(1)
    assert (found.deal, found.at, found.level) == (dealing.id, day(1), WATCH)
    assert found.reasons == ("information is open", "relationship is open", "decision is open")


def test_a_warning_up_is_a_reason_and_a_danger_goes_before_the_others(dealing: Dealing) -> None:
    dealing.person(1, USER)
    assert dealing.health(1).reasons[-1] == "no-coach is up"
    dealing.person(2, TECHNICAL, stance=AGAINST)
    found = dealing.health(2)
    assert (found.level, found.reasons) == (DANGER, ("technical-buyer-opposed is up",))
    assert [one.name for one in found.up] == ["technical-buyer-opposed", "no-coach"]


@pytest.mark.parametrize("late", [df.AdvanceStage("sign", reason="hurry"), df.CommitDeal(df.Given.VERBAL)])
def test_about_to_sign_without_ever_having_met_who_decides_is_a_danger(dealing: Dealing, late: df.Command) -> None:
    dealing.deal(1, late)
    assert dealing.health(1).level is WATCH  # nobody is known to decide, which puts no deal in danger
    dealing.person(2, ECONOMIC)
    stage = "sign" if isinstance(late, df.AdvanceStage) else "meet"
    found = dealing.health(2)
    assert (found.level, found.reasons) == (
        DANGER,
        (f"it stands at {stage}, and who gives the final approval was never met",),
    )


def passed(dealing: Dealing) -> None:
    boss = dealing.person(1, *df.Role, influence=df.Influence.HIGH, stance=FOR, ally=True)
    other = dealing.person(1, USER, influence=df.Influence.LOW, stance=FOR)
    dealing.deal(1, *(df.NoteInformation(point) for point in POINTS))
    dealing.call(2, boss, other)
    dealing.planned(2, on=30)


def test_with_three_thresholds_passed_and_nothing_up_it_is_safe_as_far_as_the_model_can_say(dealing: Dealing) -> None:
    passed(dealing)
    found = dealing.health(3)
    assert (found.level, found.reasons) == (SAFE, ("all three thresholds are passed, and no warning is up",))
    assert dealing.health(31).reasons == ("nothing-agreed-next is up",)


def test_a_deal_that_is_not_open_has_no_level(dealing: Dealing) -> None:
    passed(dealing)
    dealing.deal(4, df.WinDeal(skip_rest=True))
    found = dealing.flow.health(dealing.id)
    assert (found.level, found.reasons, found.warnings, found.at) == (None, ("it is won",), (), day(4))
    assert found.thresholds.passed
    before = dealing.flow.health(dealing.id, happened=day(-1))
    assert (before.level, before.reasons) == (None, ("it had not been opened",))


def test_a_deal_that_was_merged_into_another_is_judged_there(dealing: Dealing) -> None:
    other = sell(dealing.flow, (0, "meet"))
    dealing.deal(2, df.MergeInto(other, "entered twice"))
    assert dealing.health(3).reasons == ("it was merged into another deal",)
    assert [one.deal for one in dealing.flow.healths(happened=day(3))] == [other]


def test_what_came_after_the_end_of_observation_is_unknown(dealing: Dealing) -> None:
    dealing.planned(1, on=6)
    dealing.deal(5, df.EndObservation())
    found = dealing.health(50)
    assert (found.at, found.up) == (day(5), ())
    assert found.reasons[-1] == f"it was not followed after {day(5)}: what came later is unknown"
    assert dealing.health(4) == dealing.flow.health(dealing.id, happened=day(4))
    dealing.deal(8, df.ValueDeal(df.Money.of(1, "EUR")))  # so it was followed until then at least
    assert [one.name for one in dealing.health(50).up] == ["nothing-agreed-next"]


def test_all_open_deals_are_judged_as_each_alone_is(dealing: Dealing) -> None:
    passed(dealing)
    flow = dealing.flow
    sell(flow, (0, "meet"), (3, "lost"))
    others = [sell(flow, (number, "meet")) for number in (1, 2)]
    flow.do(df.IdentifyRole(COACH), on=dealing.person(3), by="li", at=day(3))  # standing, and so in every deal
    asked: dict[str, Any] = {"happened": day(9), "sampling": df.Sampling(floor=1)}
    assert flow.healths(**asked) == tuple(flow.health(one, **asked) for one in (dealing.id, *others))
    assert flow.healths(happened=day(-1)) == ()


def test_it_was_known_as_it_was_known(dealing: Dealing) -> None:
    known = dealing.flow.journal.stream(dealing.id)[-1].recorded_at
    dealing.person(1, TECHNICAL, stance=AGAINST)
    assert dealing.flow.health(dealing.id, known=known).level is WATCH
    assert dealing.flow.health(dealing.id).level is DANGER


def test_what_each_record_did_to_it(dealing: Dealing) -> None:
    boss = dealing.person(1, ECONOMIC)
    dealing.call(2, boss)
    sell(dealing.flow, (3, "meet"))
    turns = df.health_over_time(dealing.situation(5))
    assert [one.at.date() for one in turns] == [day(0), day(1), day(1), day(2)]  # the other deal did nothing
    met = turns[-1]
    assert (met.record, met.changed) == (dealing.record(InteractionHeld)[0], True)
    assert (met.before.decision, met.after.decision) == (OPEN, PASSED)
    assert set(met.before.up) - set(met.after.up) == {"decision-maker-never-met"}
    assert met.after == df.vector(dealing.situation(2))
    identified = turns[1]
    assert not identified.changed  # somebody without a part in it moves nothing


def test_what_time_did_lies_between_two_records(dealing: Dealing) -> None:
    dealing.planned(1, on=6)
    dealing.deal(20, df.ValueDeal(df.Money.of(1, "EUR")))
    planned, valued = df.health_over_time(dealing.situation(20))[-2:]
    assert (planned.after.up, valued.before.up, valued.changed) == ((), ("nothing-agreed-next",), False)


def test_it_has_a_plain_form(dealing: Dealing) -> None:
    passed(dealing)
    found = plain(dealing.health(3))
    assert (found["level"], found["thresholds"]["decision"]["state"]) == ("safe", "passed")
    assert found["warnings"][0]["name"] == "decision-maker-never-met"
