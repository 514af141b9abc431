"""Turning points: which records moved a deal's health most, by what, and what was known then."""

from datetime import UTC, datetime
from fractions import Fraction

import attrs
import pytest

import dealflow as df
from dealflow.demo import Demo, play
from dealflow.domain.deal import DealLost, StageAdvanced
from dealflow.domain.stakeholder import RoleIdentified, StakeholderDeparted, StanceChanged
from dealflow.plain import plain
from dealflow.projections.thresholds import ThresholdState
from dealflow.replay.telling.beside import moved_words
from tests.clock import Clock
from tests.projections.dealing import Dealing
from tests.projections.selling import day

OPEN = ThresholdState.OPEN
NOTHING = df.Vector(OPEN, OPEN, OPEN, (Fraction(0), Fraction(0), Fraction(0)), None, None, ())


@pytest.fixture(scope="module")
def demo() -> Demo:
    return play()


@pytest.fixture
def dealing() -> Dealing:
    return Dealing()


# The distance


def test_a_threshold_counts_by_the_share_of_its_conditions_that_holds() -> None:
    half = attrs.evolve(NOTHING, met=(Fraction(0), Fraction(1, 2), Fraction(0)))
    (moved,) = df.moved(NOTHING, half)
    assert (moved.name, moved.before, moved.after, moved.distance) == (
        "relationship",
        0,
        Fraction(1, 2),
        Fraction(1, 2),
    )
    assert df.distance(NOTHING, half, df.DistancePolicy(threshold=Fraction(3))) == Fraction(3, 2)


def test_closeness_and_chance_count_by_their_difference_and_not_at_all_where_one_is_unknown() -> None:
    near = attrs.evolve(NOTHING, closeness=Fraction(1, 4), chance=df.Milestone("a", "A").chance)
    nearer = attrs.evolve(NOTHING, closeness=Fraction(3, 4))
    assert df.distance(near, nearer) == Fraction(1, 2)
    assert df.distance(NOTHING, nearer) == 0
    assert [one.name for one in df.moved(NOTHING, nearer)] == ["closeness"]


def test_a_danger_counts_more_than_what_is_to_be_watched() -> None:
    watch = attrs.evolve(NOTHING, up=("no-coach",))
    danger = attrs.evolve(NOTHING, up=("economic-buyer-against",), dangers=("economic-buyer-against",))
    assert (df.distance(NOTHING, watch), df.distance(NOTHING, danger)) == (Fraction(1, 4), Fraction(1, 2))
    assert df.distance(watch, danger) == Fraction(3, 4)


def test_what_nearly_every_contact_raises_and_settles_counts_less_and_that_is_a_policy() -> None:
    silent = attrs.evolve(NOTHING, up=("nothing-agreed-next",))
    assert df.distance(NOTHING, silent) == Fraction(1, 8)
    assert df.distance(NOTHING, silent, df.DistancePolicy(named={})) == Fraction(1, 4)
    assert df.distance(NOTHING, silent, df.DistancePolicy(named={"nothing-agreed-next": Fraction(2)})) == 2


def test_what_was_unknown_is_no_turn_but_a_danger_is_one_whatever_was_known() -> None:
    nobody = attrs.evolve(NOTHING, unknown=("no-coach", "economic-buyer-against"))
    watch = attrs.evolve(NOTHING, up=("no-coach",))
    danger = attrs.evolve(NOTHING, up=("economic-buyer-against",), dangers=("economic-buyer-against",))
    assert df.distance(nobody, watch) == df.distance(watch, nobody) == 0
    assert df.distance(nobody, danger) == Fraction(1, 2)
    assert [(one.before, one.after) for one in df.moved(nobody, danger)] == [(None, True)]


def test_never_having_met_the_decision_maker_is_a_danger_once_they_are_about_to_sign(dealing: Dealing) -> None:
    dealing.person(1, df.Role.ECONOMIC)
    early = df.vector(dealing.situation(1))
    dealing.deal(2, df.AdvanceStage("sign", reason="asked for"))
    late = df.vector(dealing.situation(2))
    assert ("decision-maker-never-met" in early.up, early.dangers) == (True, ())
    assert late.dangers == ("decision-maker-never-met",)
    (graver,) = (one for one in df.moved(early, late) if one.name in late.dangers)
    assert graver.distance == Fraction(1, 4)
    assert moved_words([graver]) == "decision-maker-never-met weighs otherwise"


def test_what_became_of_a_warning_is_told_in_a_word() -> None:
    told = {(True, False): "went", (False, True): "came up", (None, True): "came up", (True, None): "is unknown now"}
    for (before, after), word in told.items():
        assert moved_words([df.Moved("no-coach", before, after, Fraction(1))]) == f"no-coach {word}"
    figures = df.Moved("decision", Fraction(0), Fraction(1, 2), Fraction(1, 2))
    assert moved_words([figures, df.Moved("chance", None, Fraction(1), Fraction(0))]) == (
        "decision 0% to 50%, chance unknown to 100%"
    )


# The points


def test_the_lost_deal_of_the_demo_turned_where_its_story_says(demo: Demo) -> None:
    """The coach left and nobody knew for days, purchasing turned against us, and who decides was never met."""
    first, second, third, fourth = demo.flow.turning_points(demo.lost).points[:4]
    story = {line.record.position: line.record.event for line in demo.flow.replay(demo.lost).lines}
    assert isinstance(story[first.record], StakeholderDeparted)
    assert isinstance(story[second.record], StanceChanged)
    assert isinstance(story[third.record], RoleIdentified)
    assert isinstance(story[fourth.record], StageAdvanced)
    assert [first.text, second.text, third.text] == [
        "Jonas Keller left: went to another employer.",
        "Anna Berg opposes us in this deal.",
        "Maria Holm is an economic buyer in this deal.",
    ]
    assert fourth.text.startswith("Advanced from training to consulting, skipping executive_meeting")
    assert [one.name for one in first.moved] == ["relationship", "no-coach", "one-contact-only"]
    for point in (first, second, third, fourth):
        assert point.record in point.evidence


def test_a_turn_that_was_written_down_late_was_not_known_at_the_time(demo: Demo) -> None:
    first, second = demo.flow.turning_points(demo.lost).points[:2]
    assert (first.on.isoformat(), first.known_on.isoformat(), first.known_at_the_time) == (
        "2026-04-09",
        "2026-04-20",
        False,
    )
    assert first.learnt == (first.record,)
    assert (second.known_at_the_time, second.learnt) == (True, ())


def test_the_won_deal_turned_when_the_one_who_decides_was_met(demo: Demo) -> None:
    first = demo.flow.turning_points(demo.won).points[0]
    assert first.text.startswith("A visit was held with Chen Guo")
    assert [one.name for one in first.moved][:2] == ["decision", "closeness"]
    assert (first.before.decision, first.after.decision) == ("open", "passed")


def test_the_end_is_the_outcome_and_no_turn(dealing: Dealing) -> None:
    dealing.person(1, df.Role.TECHNICAL, stance=df.Stance.OPPOSE)
    dealing.deal(3, df.LoseDeal())
    dealing.deal(4, df.ReopenDeal("they called", at="offer"))
    found = dealing.flow.turning_points(dealing.id, happened=day(9))
    assert {dealing.record(StanceChanged)[0]} <= {one.record for one in found.points}
    assert not {*dealing.record(DealLost)} & {one.record for one in found.points}


def test_time_alone_is_told_apart_from_what_was_done(dealing: Dealing) -> None:
    dealing.planned(1, on=6)
    dealing.deal(20, df.ValueDeal(df.Money.of(1, "EUR")))
    found = dealing.flow.turning_points(dealing.id, happened=day(20))
    eighth = Fraction(1, 8)  # nothing is agreed next, once the sixth is over
    assert (found.by_records, found.by_time) == (Fraction(0), eighth)
    assert found.points == ()


def test_as_known_earlier_what_was_written_down_later_turned_nothing(dealing: Dealing) -> None:
    coach, _ = dealing.person(1, df.Role.COACH), dealing.person(1, df.Role.USER)
    known = list(dealing.flow.journal.read())[-1].recorded_at
    dealing.about(3, coach, df.RecordDeparture("retired"))
    asked = dealing.flow.turning_points(dealing.id, happened=day(5))
    assert dealing.record(StakeholderDeparted)[0] in {one.record for one in asked.points}
    before = dealing.flow.turning_points(dealing.id, happened=day(5), known=known)
    assert not {*dealing.record(StakeholderDeparted)} & {one.record for one in before.points}


def test_people_are_called_as_they_were_known_then(dealing: Dealing) -> None:
    buyer = dealing.person(1, df.Role.TECHNICAL, stance=df.Stance.OPPOSE)
    known = list(dealing.flow.journal.read())[-1].recorded_at
    dealing.about(3, buyer, df.RenameStakeholder("Dr Wang"))
    texts = [dealing.flow.turning_points(dealing.id, known=one).points[0].text for one in (known, None)]
    assert texts == ["Somebody opposes us in this deal.", "Dr Wang opposes us in this deal."]


def test_how_many_and_by_what_is_a_policy(demo: Demo) -> None:
    policy = df.TurningPolicy(most=1, distance=df.DistancePolicy(chance=Fraction(100)))
    (point,) = demo.flow.turning_points(demo.lost, policy=policy).points
    assert point.moved[0].name == "chance"
    assert len(demo.flow.turning_points(demo.lost).in_time) == 7
    assert [one.on for one in demo.flow.turning_points(demo.lost).in_time] == sorted(
        one.on for one in demo.flow.turning_points(demo.lost).points
    )


def test_it_has_a_plain_form(demo: Demo) -> None:
    found = plain(demo.flow.turning_points(demo.lost))
    assert (found["points"][0]["known_at_the_time"], found["points"][0]["distance"]) == (False, 0.75)
    assert found["points"][0]["moved"][1] == {"name": "no-coach", "before": False, "after": True, "distance": 0.25}


def test_by_the_knowledge_of_the_source_a_record_is_as_late_as_it_was_there() -> None:
    clock = Clock(datetime(2026, 6, 1, tzinfo=UTC))
    flow = df.DealFlow.open("memory:", clock=clock)
    account = flow.do(df.RegisterAccount("Acme"), by="li", at=day(0)).stream
    deal = flow.do(df.OpenDeal(account, "Line 4"), by="li", at=day(0)).stream
    buyer = flow.do(df.IdentifyStakeholder(account, "Wang"), by="li", at=day(0)).stream
    source = df.Source("crm", "1", datetime(2026, 1, 3, tzinfo=UTC))
    flow.do(df.IdentifyRole(df.Role.TECHNICAL, deal), on=buyer, by="li", at=day(0), source=source)
    against = df.ChangeStance(df.Stance.OPPOSE, deal=deal)
    flow.do(against, on=buyer, by="li", at=day(1), source=source)
    here, there = (flow.turning_points(deal, knowledge=knowledge).points[0] for knowledge in ("journal", "source"))
    assert (here.known_on.isoformat(), there.known_on.isoformat()) == ("2026-06-01", "2026-01-03")


def test_what_a_correction_says_was_known_when_the_correction_was(dealing: Dealing) -> None:
    coach, _ = dealing.person(1, df.Role.COACH), dealing.person(1, df.Role.USER)
    dealing.about(3, coach, df.RecordDeparture("retired"))
    gone = dealing.record(StakeholderDeparted)[0]
    version = next(one.version for one in dealing.flow.journal.read() if one.position == gone)
    on = day(2)
    dealing.flow.do(
        df.CorrectRecord(version, "a day early", StakeholderDeparted("retired"), df.When.of(on, UTC)),
        on=coach,
        by="li",
        at=day(40),
    )
    learnt = list(dealing.flow.journal.read())[-1].recorded_at
    point = next(one for one in dealing.flow.turning_points(dealing.id, happened=day(50)).points if one.record == gone)
    assert (point.on, point.known_on) == (on, learnt.date())
