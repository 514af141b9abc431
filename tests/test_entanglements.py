"""Where corrections, mergers, other accounts and the two clocks meet."""

from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID, uuid4

import pytest

import dealflow as df
from dealflow.conversation import NotItsStream, WrongNoun
from dealflow.domain.deal import DealPriced, DealValued, StageAdvanced
from dealflow.domain.defining import RevisePlaybook
from dealflow.domain.gate import Answer
from dealflow.domain.interaction import InteractionHeld
from dealflow.domain.merger import Merged
from dealflow.domain.noun import NotThere
from dealflow.domain.personal import Personal
from dealflow.domain.playbook import playbook_id
from dealflow.domain.stakeholder import STAKEHOLDER, StakeholderErased, StakeholderIdentified
from dealflow.projections import View
from dealflow.projections.funnel import Left
from dealflow.store.errors import CommandReused
from tests.clock import Clock

ACCOUNT, OTHER = UUID(int=7), UUID(int=8)
STEPS = df.Playbook.of("steps", "Steps", [df.Milestone("a", "A"), df.Milestone("b", "B"), df.Milestone("c", "C")])
MET = df.Playbook.of(
    "met",
    "Met first",
    [df.Milestone("a", "A", gate=df.Gate(strict=("economic-buyer-met",))), df.Milestone("b", "B")],
)


def day(number: int) -> date:
    return date(2026, 1, 1) + timedelta(days=number)


@pytest.fixture
def flow() -> df.DealFlow:
    return df.DealFlow.open("memory:", clock=Clock())


def opened(flow: df.DealFlow, playbook: df.Playbook = STEPS, at: int = 0) -> UUID:
    return flow.do(df.OpenDeal(ACCOUNT, "Line", playbook), by="li", at=day(at)).stream


def money(amount: int) -> df.Money:
    return df.Money.of(amount, "CNY")


# Corrected steps


@pytest.mark.parametrize("removed", [False, True])
def test_a_step_that_was_misdated_and_corrected_holds_up_no_later_one(flow: df.DealFlow, removed: bool) -> None:
    deal = opened(flow)
    step = flow.do(df.AdvanceStage("b"), on=deal, by="li", at=date(2062, 1, 1)).records[0]
    right = None if removed else df.When.of(day(5), UTC)
    replacement = None if removed else StageAdvanced("a", "b")
    flow.do(df.CorrectRecord(step.version, "the year is wrong", replacement, right), on=deal, by="li", at=day(6))
    flow.do(df.AdvanceStage("b" if removed else "c"), on=deal, by="li", at=day(10))
    assert flow.state(deal).stage == ("b" if removed else "c")


def test_a_correction_that_moves_a_step_on_holds_up_earlier_ones(flow: df.DealFlow) -> None:
    deal = opened(flow)
    step = flow.do(df.AdvanceStage("b"), on=deal, by="li", at=day(5)).records[0]
    later = df.When.of(day(20), UTC)
    flow.do(df.CorrectRecord(step.version, "it was later", StageAdvanced("a", "b"), later), on=deal, by="li")
    with pytest.raises(df.Refused, match="life cycle runs backward"):
        flow.do(df.AdvanceStage("c"), on=deal, by="li", at=day(10))


def test_what_a_corrected_contact_is_about_takes_all_it_holds_along(flow: df.DealFlow) -> None:
    first, second = opened(flow), opened(flow)
    call = flow.do(df.HoldInteraction(ACCOUNT, df.Channel.CALL, (), ("li",), deals=(first,)), by="li", at=day(3)).stream
    flow.do(df.RaiseObjection(df.ObjectionTopic.PRICE, id="dear"), on=call, by="li", at=day(3))
    right = InteractionHeld(ACCOUNT, df.Channel.CALL, (), ("li",), deals=(second,))
    flow.do(df.CorrectRecord(1, "another deal", right), on=call, by="li")
    told = {deal: [line.sentence for line in flow.replay(deal).lines] for deal in (first, second)}
    assert told[first] == ["Opened as “Line” at a."]
    assert told[second] == ["Opened as “Line” at a.", "A call was held by li.", "Objection dear: price."]


# People


def test_a_merged_person_can_still_be_erased(flow: df.DealFlow) -> None:
    one, other = (flow.do(df.IdentifyStakeholder(ACCOUNT, "Wang"), by="li").stream for _ in range(2))
    flow.do(df.MergeInto(other, "the same person"), on=one, by="li")
    assert isinstance(flow.do(df.EraseStakeholder("asked"), on=one, by="li").records[0].event, StakeholderErased)


def test_an_economic_buyer_of_another_account_met_there_is_met(flow: df.DealFlow) -> None:
    deal = opened(flow, MET)
    buyer = flow.do(df.IdentifyStakeholder(OTHER, "Contractor Li"), by="li", at=day(1)).stream
    flow.do(df.IdentifyRole(df.Role.ECONOMIC, deal), on=buyer, by="li", at=day(1))
    flow.do(df.HoldInteraction(OTHER, df.Channel.VISIT, (buyer,), ("li",)), by="li", at=day(2))
    verdict = flow.do(df.AdvanceStage("b"), on=deal, by="li", at=day(3)).records[0].event.verdict
    assert verdict.answer is Answer.MET
    assert "Contractor Li is an economic buyer in this deal." in [one.sentence for one in flow.replay(deal).lines]


def test_who_was_met_about_a_deal_has_a_name_whatever_their_account(flow: df.DealFlow) -> None:
    deal = opened(flow)
    adviser = flow.do(df.IdentifyStakeholder(OTHER, "Consultant Zhao"), by="li", at=day(1)).stream
    visit = df.HoldInteraction(ACCOUNT, df.Channel.VISIT, (adviser,), ("li",), deals=(deal,))
    flow.do(visit, by="li", at=day(2))
    assert "A visit was held with Consultant Zhao by li." in [one.sentence for one in flow.replay(deal).lines]


def test_a_buyer_who_left_decides_nothing_any_more(flow: df.DealFlow) -> None:
    deal = opened(flow, MET)
    buyer = flow.do(df.IdentifyStakeholder(ACCOUNT, "COO Wang"), by="li", at=day(1)).stream
    flow.do(df.IdentifyRole(df.Role.ECONOMIC), on=buyer, by="li", at=day(1))
    flow.do(df.HoldInteraction(ACCOUNT, df.Channel.VISIT, (buyer,), ("li",)), by="li", at=day(2))
    flow.do(df.RecordDeparture("retired"), on=buyer, by="li", at=day(3))
    with pytest.raises(df.Refused, match="economic-buyer-met is unknown"):
        flow.do(df.AdvanceStage("b"), on=deal, by="li", at=day(4))
    assert flow.deal(deal).committee[0].seat.left is not None


# Mergers


def test_a_stream_is_merged_into_one_of_its_kind_that_is_there(flow: df.DealFlow) -> None:
    deal = opened(flow)
    account = flow.do(df.RegisterAccount("Acme"), by="li").stream
    for other, reason in ((uuid4(), NotThere("deal")), (account, WrongNoun("deal", "account"))):
        with pytest.raises(df.Refused) as no:
            flow.do(df.MergeInto(other, "twice"), on=deal, by="li")
        assert no.value.reasons == (reason,)


def test_two_streams_are_not_merged_into_each_other(flow: df.DealFlow) -> None:
    one, other = opened(flow), opened(flow)
    flow.do(df.MergeInto(other, "twice"), on=one, by="li")
    with pytest.raises(df.Refused) as no:
        flow.do(df.MergeInto(one, "twice"), on=other, by="li")
    assert no.value.reasons == (Merged("deal", other),)


# Commands


def test_a_playbook_stands_in_the_stream_of_its_key(flow: df.DealFlow) -> None:
    with pytest.raises(df.Refused) as no:
        flow.do(df.DefinePlaybook("own", "Own", STEPS.milestones()), on=uuid4(), by="li")
    assert no.value.reasons == (NotItsStream("own"),)


def test_one_command_id_tells_commands_apart_by_all_they_hold(flow: df.DealFlow) -> None:
    deal = opened(flow)
    flow.do(df.ValueDeal(money(1)), on=deal, by="li", at=day(1))
    flow.do(df.CorrectRecord(2, "typed wrong", DealValued(money(2))), on=deal, by="li", at=day(2), command_id="x")
    with pytest.raises(CommandReused):
        flow.do(df.CorrectRecord(2, "typed wrong", DealPriced(money(2))), on=deal, by="li", at=day(2), command_id="x")


def test_the_same_instant_in_another_zone_is_the_same_command(flow: df.DealFlow) -> None:
    deal, noon = opened(flow), datetime(2026, 1, 5, 12, tzinfo=UTC)
    first = flow.do(df.ValueDeal(money(1)), on=deal, by="li", at=noon, command_id="x")
    east = noon.astimezone(timezone(timedelta(hours=8)))
    assert flow.do(df.ValueDeal(money(1)), on=deal, by="li", at=east, command_id="x") == first


def test_an_invoice_entered_again_for_an_earlier_day_is_the_same_purchase(flow: df.DealFlow) -> None:
    account = flow.do(df.RegisterAccount("Acme"), by="li", at=day(0)).stream
    flow.do(df.RecordPurchase(money(5), "inv-1"), on=account, by="li", at=day(10))
    assert flow.do(df.RecordPurchase(money(5), "inv-1"), on=account, by="li", at=day(5)).records == ()


def test_an_id_that_is_made_up_takes_no_other_ones_place(flow: df.DealFlow) -> None:
    call = flow.do(df.HoldInteraction(ACCOUNT, df.Channel.CALL, (), ("li",)), by="li", at=day(1)).stream
    flow.do(df.RaiseObjection(df.ObjectionTopic.PRICE, id="objection-3"), on=call, by="li", at=day(1))
    event = flow.do(df.RaiseObjection(df.ObjectionTopic.TRUST), on=call, by="li", at=day(1)).records[0].event
    assert event.id == "objection-4"


def test_a_window_that_ends_before_it_starts_is_refused(flow: df.DealFlow) -> None:
    noon = datetime(2026, 1, 5, 12, tzinfo=UTC)
    with pytest.raises(ValueError, match="a window cannot end"):
        flow.do(df.OpenDeal(ACCOUNT, "Line"), by="li", at=df.When(noon, noon - timedelta(hours=1)))


def test_an_override_that_overrides_nothing_is_not_kept(flow: df.DealFlow) -> None:
    deal = opened(flow)
    event = flow.do(df.AdvanceStage("b", override="just in case"), on=deal, by="li").records[0].event
    assert event.verdict.override is None


def test_an_amount_with_more_digits_than_any_price_is_no_money() -> None:
    for digits in ("9e999999", "0.0000001", "1234567890123456789"):
        with pytest.raises(ValueError, match="has too many digits"):
            df.Money.of(digits, "CNY")


# The funnel


def test_a_revision_shows_from_its_day_on(flow: df.DealFlow) -> None:
    opened(flow)
    longer = (*STEPS.milestones(), df.Milestone("d", "D"))
    flow.do(RevisePlaybook(longer, "longer"), on=playbook_id("steps"), by="li", at=day(50))
    assert "d" not in {one.stage for one in flow.funnel(happened=day(10)).stages}
    assert "d" in {one.stage for one in flow.funnel(happened=day(50)).stages}


def test_conversions_follow_the_playbook_as_it_is_now(flow: df.DealFlow) -> None:
    opened(flow)
    shorter = (STEPS.milestones()[0], STEPS.milestones()[2])
    flow.do(RevisePlaybook(shorter, "shorter"), on=playbook_id("steps"), by="li")
    answer = flow.funnel()
    assert [one.stage for one in answer.stages] == ["a", "b", "c", "won", "lost"]
    assert [(one.stage, one.to) for one in answer.conversions] == [("a", "c"), ("c", "won")]


def test_a_deal_won_after_going_back_still_came_through_the_last_milestone(flow: df.DealFlow) -> None:
    deal = opened(flow)
    for command in (
        df.AdvanceStage("b"),
        df.AdvanceStage("c"),
        df.RevertStage("b", "a new buyer"),
        df.WinDeal(skip_rest=True),
    ):
        flow.do(command, on=deal, by="li")
    assert {one.to: one.reached.n for one in flow.funnel().conversions} == {"b": 1, "c": 1, "won": 1}


def test_ends_and_skips_are_booked_on_the_playbook_of_their_time(flow: df.DealFlow) -> None:
    deal = opened(flow)
    for command in (
        df.AdvanceStage("c", reason="hurry"),
        df.LoseDeal(),
        df.ReopenDeal("a new budget"),
        df.ChangePlaybook(MET, "b", "sold by a partner"),
    ):
        flow.do(command, on=deal, by="li")
    rows = {(one.playbook, one.stage): one for one in flow.funnel().stages}
    assert (rows["steps", "lost"].visits, rows["steps", "lost"].left) == (1, Left(reopened=1))
    assert rows["met", "lost"].visits == 0
    assert (rows["steps", "b"].passed_over, rows["met", "b"].passed_over) == (1, 0)


def test_a_reopened_deal_did_not_skip_the_milestone_it_began_at(flow: df.DealFlow) -> None:
    deal = opened(flow)
    for command in (
        df.WinDeal(skip_rest=True),
        df.ReopenDeal("fell through", at="b"),
        df.WinDeal(skip_rest=True),
    ):
        flow.do(command, on=deal, by="li")
    assert flow.state(deal).end.skipped == ("c",)


def test_a_playbook_is_ours_whatever_the_source_knew(flow: df.DealFlow) -> None:
    source = df.Source("crm", "1", datetime(2020, 1, 1, tzinfo=UTC))
    flow.do(df.OpenDeal(ACCOUNT, "Line", STEPS), by="import", at=date(2020, 1, 1), source=source)
    answer = flow.funnel(known=date(2021, 1, 1), knowledge="source")
    assert (answer.deals, [one.open for one in answer.stages if one.end is None]) == (1, [1, 0, 0])


def test_whose_knowledge_is_a_word_that_is_checked(flow: df.DealFlow) -> None:
    with pytest.raises(ValueError, match="knowledge is 'journal' or 'source', not 'gossip'"):
        flow.funnel(known=date(2026, 1, 1), knowledge="gossip")


# What a correction may not do


def refused(flow: df.DealFlow, command: df.Command, on: UUID) -> tuple[str, ...]:
    with pytest.raises(df.Refused) as no:
        flow.do(command, on=on, by="li")
    return tuple(type(reason).__name__ for reason in no.value.reasons)


def test_a_won_deal_cannot_be_corrected_into_one_that_passed_too_little(flow: df.DealFlow) -> None:
    deal = opened(flow)
    flow.do(df.AdvanceStage("b"), on=deal, by="li")
    flow.do(df.AdvanceStage("c"), on=deal, by="li")
    flow.do(df.WinDeal(), on=deal, by="li")
    assert refused(flow, df.CorrectRecord(3, "never"), deal) == ("MilestonesNotPassed",)


def test_a_correction_knows_the_milestones_and_what_money_is(flow: df.DealFlow) -> None:
    deal = opened(flow)
    flow.do(df.AdvanceStage("b"), on=deal, by="li")
    flow.do(df.ValueDeal(money(5)), on=deal, by="li")
    assert refused(flow, df.CorrectRecord(2, "typed wrong", StageAdvanced("a", "moon")), deal) == ("UnknownMilestone",)
    assert refused(
        flow, df.CorrectRecord(3, "typed wrong", DealValued(df.Money(money(0).amount - 3, "CNY"))), deal
    ) == ("Negative",)


def test_an_erasure_and_a_playbook_are_not_taken_back(flow: df.DealFlow) -> None:
    opened(flow)
    person = flow.do(df.IdentifyStakeholder(ACCOUNT, "Wang"), by="li").stream
    flow.do(df.EraseStakeholder("asked"), on=person, by="li")
    assert refused(flow, df.CorrectRecord(2, "by mistake"), person) == ("Sacrosanct",)
    name = StakeholderIdentified(ACCOUNT, Personal("Wang Wei", person))
    assert "Erased" in refused(flow, df.CorrectRecord(1, "typed wrong", name), person)
    assert refused(flow, df.CorrectRecord(1, "never"), playbook_id("steps")) == ("Sacrosanct",)


def test_erased_words_are_in_no_answer_whatever_is_asked(flow: df.DealFlow) -> None:
    deal = opened(flow)
    adviser = flow.do(df.IdentifyStakeholder(OTHER, "Consultant Zhao"), by="li", at=day(1), command_id="x").stream
    visit = df.HoldInteraction(ACCOUNT, df.Channel.VISIT, (adviser,), ("li",), deals=(deal,))
    contact = flow.do(visit, by="li", at=day(2)).stream
    flow.do(df.VoiceProblem("Wang is ill", adviser), on=contact, by="li", at=day(2))
    flow.do(df.EraseStakeholder("asked"), on=adviser, by="li", at=day(3))
    again = flow.do(df.IdentifyStakeholder(OTHER, "Consultant Zhao"), by="li", at=day(1), command_id="x")
    people = View("people", 1, STAKEHOLDER.events, lambda record: (record.stream,), lambda _, record: record.event)
    answers = (flow.state(contact), flow.replay(deal), flow.deal(deal), again, flow.rows(people))
    for answer in answers:
        assert "Wang is ill" not in str(answer)
        assert "Zhao" not in str(answer)


def test_what_was_not_held_was_not_concluded(flow: df.DealFlow) -> None:
    call = flow.do(df.AttemptInteraction("no answer", ACCOUNT, df.Channel.CALL), by="li", at=day(1)).stream
    flow.do(df.HoldInteraction(), on=call, by="li", at=day(2))
    flow.do(df.ConcludeInteraction(df.Conclusion.ORDER), on=call, by="li", at=day(2))
    assert refused(flow, df.CorrectRecord(2, "never"), call) == ("Problem",)


def test_a_verdict_that_rests_on_a_corrected_record_is_flagged(flow: df.DealFlow) -> None:
    deal = opened(flow, MET)
    buyer = flow.do(df.IdentifyStakeholder(ACCOUNT, "COO Wang"), by="li", at=day(1)).stream
    role = flow.do(df.IdentifyRole(df.Role.ECONOMIC), on=buyer, by="li", at=day(1)).records[0]
    flow.do(df.HoldInteraction(ACCOUNT, df.Channel.VISIT, (buyer,), ("li",)), by="li", at=day(2))
    flow.do(df.AdvanceStage("b"), on=deal, by="li", at=day(3))
    flow.do(df.CorrectRecord(role.version, "he only advises"), on=buyer, by="li")
    (line,) = [one for one in flow.replay(deal).lines if one.sentence.startswith("Advanced")]
    assert line.rests_on_corrected == (role.position,)


def test_who_asks_must_be_said(flow: df.DealFlow) -> None:
    with pytest.raises(ValueError, match="by and command_id must not be empty"):
        flow.do(df.RegisterAccount("Acme"), by="")
