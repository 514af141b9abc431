"""What if: which gates, thresholds and warnings would have differed, and what cannot be supposed."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

import dealflow as df
from dealflow.demo import Demo, play
from dealflow.domain.account import AccountRegistered
from dealflow.domain.deal import DealLost, DealOpened, DealValued, StageAdvanced
from dealflow.domain.gate import Answer
from dealflow.domain.interaction import InteractionConcluded, InteractionHeld
from dealflow.domain.objection import ObjectionRaised, ObjectionResolved
from dealflow.domain.promise import PromiseMade
from dealflow.domain.stakeholder import RoleIdentified, StakeholderIdentified
from dealflow.plain import plain
from tests.projections.dealing import Dealing
from tests.projections.selling import ACCOUNT, day

MET = df.Gate(strict=("economic-buyer-met",))
GATED = df.Playbook.of(
    "gated",
    "Gated",
    [df.Milestone("meet", "Met", gate=MET), df.Milestone("offer", "Offered"), df.Milestone("sign", "Signing")],
)


@pytest.fixture(scope="module")
def demo() -> Demo:
    return play()


def gated() -> Dealing:
    flow = Dealing().flow
    return Dealing(flow, flow.do(df.OpenDeal(ACCOUNT, "Gated", GATED), by="li", at=day(0)).stream)


def spans(found: df.Counterfactual) -> dict[str, tuple[date, date | None, Any, Any]]:
    return {one.name: (one.since, one.until, one.before, one.after) for one in found.differences}


def last(dealing: Dealing, event: type) -> int:
    return dealing.record(event)[-1]


def test_without_the_visit_the_gate_would_have_been_shut() -> None:
    dealing = gated()
    boss = dealing.person(1, df.Role.ECONOMIC)
    dealing.call(2, boss)
    dealing.deal(3, df.AdvanceStage("offer"))
    found = dealing.flow.what_if(dealing.id, df.WithoutRecord(last(dealing, InteractionHeld)), happened=day(5))
    step = last(dealing, StageAdvanced)
    assert found.gates == (df.GateDifference(step, "meet", "offer", "economic-buyer-met", Answer.MET, Answer.UNMET),)
    assert spans(found)["decision"] == (day(2), None, "passed", "open")
    assert spans(found)["decision-maker-never-met"] == (day(2), None, False, True)
    assert (found.before.decision, found.after.decision) == ("passed", "open")


def test_had_they_been_met_earlier_the_gate_would_have_been_open() -> None:
    dealing = gated()
    boss = dealing.person(1, df.Role.ECONOMIC)
    dealing.deal(3, df.AdvanceStage("offer", override="they sign today"))
    dealing.call(6, boss)
    earlier = df.RecordEarlier(last(dealing, InteractionHeld), day(2))
    (gate,) = dealing.flow.what_if(dealing.id, earlier, happened=day(9)).gates
    assert (gate.criterion, gate.before, gate.after) == ("economic-buyer-met", Answer.UNMET, Answer.MET)
    assert spans(dealing.flow.what_if(dealing.id, earlier, happened=day(9)))["decision"] == (
        day(2),
        day(6),
        "open",
        "passed",
    )


def test_a_late_entry_opens_no_gate_that_was_shut_when_it_was_judged() -> None:
    dealing = gated()
    boss = dealing.person(1, df.Role.ECONOMIC)
    dealing.deal(3, df.AdvanceStage("offer", override="they sign today"))
    dealing.call(2, boss)  # happened before, written down after
    without = df.WithoutRecord(last(dealing, InteractionHeld))
    assert dealing.flow.what_if(dealing.id, without, happened=day(9)).gates == ()


def test_what_could_not_have_been_without_a_record_is_left_out_and_named() -> None:
    dealing = Dealing()
    call = dealing.call(1, outcome=df.Conclusion.CONTINUATION)
    dealing.about(1, call, df.RaiseObjection(df.ObjectionTopic.PRICE, id="dear"), df.ResolveObjection("dear"))
    raised, resolved = dealing.record(ObjectionRaised)[0], dealing.record(ObjectionResolved)[0]
    assert dealing.flow.what_if(dealing.id, df.WithoutRecord(raised)).left_out == (resolved,)
    held = dealing.flow.what_if(dealing.id, df.WithoutRecord(last(dealing, InteractionHeld)))
    assert {*held.left_out} == {raised, resolved, *dealing.record(InteractionConcluded)}


def test_without_a_step_those_that_rest_on_it_were_not_taken() -> None:
    dealing = Dealing()
    dealing.deal(2, df.AdvanceStage("offer"))
    dealing.deal(4, df.AdvanceStage("sign"))
    first, second = dealing.record(StageAdvanced)
    found = dealing.flow.what_if(dealing.id, df.WithoutRecord(first), happened=day(6))
    assert found.left_out == (second,)
    assert [(one.name, str(one.before), str(one.after)) for one in found.differences if one.name == "chance"] == [
        ("chance", "0.5", "0.1"),
        ("chance", "None", "0.1"),
    ]


def test_under_another_playbook_its_gates_and_chances_count() -> None:
    dealing = Dealing()
    boss = dealing.person(1, df.Role.ECONOMIC)
    dealing.deal(2, df.AdvanceStage("offer"))
    found = dealing.flow.what_if(dealing.id, df.UnderPlaybook(GATED), happened=day(5))
    (gate,) = found.gates
    assert (gate.criterion, gate.before, gate.after) == ("economic-buyer-met", None, Answer.UNMET)
    assert (found.before.chance is None, found.after.chance) == (False, None)
    assert boss


def test_under_another_policy_warnings_would_have_come_up() -> None:
    dealing = Dealing()
    dealing.call(1, dealing.person(1, df.Role.USER), outcome=df.Conclusion.CONTINUATION)
    policy = df.HealthPolicy(warnings=df.WarningPolicy(calls=1))
    found = dealing.flow.what_if(dealing.id, df.UnderPolicy(policy), happened=day(5))
    assert spans(found) == {"calls-without-advance": (day(1), None, False, True)}


def test_between_two_records_the_day_of_a_difference_is_found() -> None:
    dealing = Dealing()
    call = dealing.call(1, dealing.person(1, df.Role.USER))
    dealing.about(1, call, df.MakePromise("a sample", "li", day(8), id="P1"))
    found = dealing.flow.what_if(dealing.id, df.WithoutRecord(last(dealing, PromiseMade)), happened=day(30))
    assert spans(found)["promise-overdue"] == (day(9), None, True, False)
    assert spans(found)["nothing-agreed-next"] == (day(1), day(9), False, True)


def test_what_differs_between_two_records_alone_is_found_too() -> None:
    dealing = Dealing()
    usual, strict = (df.HealthPolicy(thresholds=df.ThresholdPolicy(met=days)) for days in (9, 5))
    boss = dealing.person(1, df.Role.ECONOMIC)
    for on in (1, 20):  # not met for longer than five days, and than nine, long before the next word
        dealing.call(on, boss)
    found = dealing.flow.what_if(dealing.id, df.UnderPolicy(strict), happened=day(20), policy=usual)
    assert spans(found) == {"decision": (day(7), day(11), "passed", "partly")}


def test_a_closed_deal_is_compared_up_to_its_close_as_it_was_about_to() -> None:
    dealing = Dealing()
    dealing.deal(5, df.ValueDeal(df.Money.of(1, "EUR")))
    dealing.deal(9, df.AdvanceStage("offer"), df.LoseDeal())
    step, lost = (last(dealing, one) for one in (StageAdvanced, DealLost))
    found = dealing.flow.what_if(dealing.id, df.WithoutRecord(step))
    assert spans(found)["chance"] == (day(9), None, found.before.chance, found.after.chance)
    assert (str(found.before.chance), str(found.after.chance)) == ("0.5", "0.1")
    assert not dealing.flow.what_if(dealing.id, df.WithoutRecord(lost), happened=day(30)).changed


def test_after_a_merger_there_is_no_deal_to_be_compared() -> None:
    dealing = Dealing()
    other = dealing.tell(0, df.OpenDeal(ACCOUNT, "The same"), None)
    call = dealing.call(1, dealing.person(1, df.Role.USER))
    dealing.about(1, call, df.MakePromise("a sample", "li", day(8), id="P1"))
    dealing.deal(5, df.MergeInto(other, "typed in twice"))
    found = dealing.flow.what_if(dealing.id, df.WithoutRecord(last(dealing, PromiseMade)), happened=day(30))
    assert spans(found) == {"nothing-agreed-next": (day(1), day(5), False, True)}


def test_a_step_supposed_earlier_keeps_what_was_known_when_it_was_taken() -> None:
    dealing = gated()
    boss = dealing.person(1, df.Role.ECONOMIC)
    dealing.call(2, boss)
    dealing.deal(30, df.AdvanceStage("offer"))  # typed in within the same minute
    found = dealing.flow.what_if(dealing.id, df.RecordEarlier(last(dealing, StageAdvanced), day(3)), happened=day(31))
    assert found.gates == ()


def test_by_the_knowledge_of_the_source_a_gate_is_judged_by_what_was_known_there() -> None:
    dealing = gated()
    boss = dealing.person(1, df.Role.ECONOMIC)
    dealing.deal(3, df.AdvanceStage("offer", override="they sign today"))
    source = df.Source("crm", "1", datetime(2026, 1, 1, tzinfo=UTC))
    call = df.HoldInteraction(ACCOUNT, df.Channel.CALL, (boss,), ("li",), deals=(dealing.id,))
    dealing.flow.do(call, by="li", at=day(2), source=source)  # the journal learnt it after the step
    without = df.WithoutRecord(last(dealing, InteractionHeld))
    here, there = (
        dealing.flow.what_if(dealing.id, without, happened=day(9), knowledge=one).gates for one in ("journal", "source")
    )
    assert (here, [(one.before, one.after) for one in there]) == ((), [(Answer.MET, Answer.UNMET)])


def test_on_the_demo_the_coach_who_left_is_what_the_warnings_hang_on(demo: Demo) -> None:
    (gone,) = [one.record for one in demo.flow.turning_points(demo.lost).points[:1]]
    found = demo.flow.what_if(demo.lost, df.WithoutRecord(gone))
    assert {*spans(found)} == {"relationship", "no-coach", "one-contact-only"}
    assert spans(found)["no-coach"] == (date(2026, 4, 9), None, True, False)


def test_several_things_can_be_supposed_at_once(demo: Demo) -> None:
    lines = demo.flow.replay(demo.lost).lines
    person, role = (
        next(
            line.record.position
            for line in lines
            if isinstance(line.record.event, event) and line.sentence.startswith("Maria Holm")
        )
        for event in (StakeholderIdentified, RoleIdentified)
    )
    with pytest.raises(df.CannotSuppose, match=f"suppose record {person} earlier too"):
        demo.flow.what_if(demo.lost, df.RecordEarlier(role, date(2026, 3, 1)))
    both = [df.RecordEarlier(one, date(2026, 3, 1)) for one in (person, role)]
    gates = {one.criterion: (one.before, one.after) for one in demo.flow.what_if(demo.lost, *both).gates}
    assert gates == {
        "economic-buyer-identified": (Answer.UNMET, Answer.MET),
        "economic-buyer-met": (Answer.UNKNOWN, Answer.UNMET),
    }


def test_what_cannot_be_supposed_is_said_with_the_reason() -> None:
    dealing = Dealing()
    dealing.deal(2, df.ValueDeal(df.Money.of(1, "EUR")), df.AdvanceStage("offer"))
    dealing.deal(3, df.AdvanceStage("sign"))
    dealing.deal(4, df.CorrectRecord(2, "a nought short", DealValued(df.Money.of(10, "EUR"))))
    opened, valued, (_, second) = (dealing.record(one) for one in (DealOpened, DealValued, StageAdvanced))
    for supposed, why in (
        (df.WithoutRecord(opened[0]), "opened the deal"),
        (df.WithoutRecord(99), "no record 99"),
        (df.WithoutRecord(dealing.flow.journal.head()), "is a correction"),
        (df.RecordEarlier(valued[0], day(5)), "name an earlier time"),
        (df.RecordEarlier(second, day(1)), "could not have been: life cycle runs backward"),
    ):
        with pytest.raises(df.CannotSuppose, match=why):
            dealing.flow.what_if(dealing.id, supposed, happened=day(9))


def test_all_rests_on_the_beginning_of_the_account(demo: Demo) -> None:
    account = demo.flow.replay(demo.lost).lines[0].record.account
    assert account is not None
    named = (one for one in demo.flow.journal.stream(account) if isinstance(one.event, AccountRegistered))
    beginning = next(named).position
    with pytest.raises(df.CannotSuppose, match="all of the deal rests on it"):
        demo.flow.what_if(demo.lost, df.WithoutRecord(beginning))


def test_a_corrected_record_is_moved_as_it_stands() -> None:
    dealing = Dealing()
    dealing.deal(5, df.ValueDeal(df.Money.of(1, "EUR")))
    dealing.deal(6, df.CorrectRecord(2, "a nought short", DealValued(df.Money.of(10, "EUR"))))
    world = df.World(dealing.id, tuple(dealing.flow.journal.stream(dealing.id)), dealing.situation(9).horizon)
    moved = df.RecordEarlier(last(dealing, DealValued), day(2)).apply(world)
    assert [(one.event, one.occurred_to.date()) for one in moved.records[1:]] == [
        (DealValued(df.Money.of(10, "EUR")), day(2))
    ]


def test_it_has_a_plain_form(demo: Demo) -> None:
    found = plain(demo.flow.what_if(demo.lost, df.UnderPlaybook(GATED)))
    assert (found["after"]["chance"], found["left_out"]) == (None, [])
