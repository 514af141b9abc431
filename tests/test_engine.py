"""DealFlow as an application sees it: asking, retrying, and being told no."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any, cast
from uuid import UUID, uuid4

import pytest

import dealflow as df
from dealflow.domain.advancing import LiesBehind, StageSkipped, UnknownMilestone, UnknownPlaybook
from dealflow.domain.criteria import CRITERIA
from dealflow.domain.deal import DealValued, NotOpen, StageAdvanced
from dealflow.domain.gate import Answer
from dealflow.domain.judging import GateNotMet, UnknownCriterion
from dealflow.domain.noun import AlreadyThere, NotThere, RunsBackward
from dealflow.domain.playbook import PlaybookDefined, playbook_id
from dealflow.journal import Record
from dealflow.store import Journal
from dealflow.store.errors import CommandReused
from tests.clock import Clock

ACCOUNT = UUID(int=7)
GATED = df.Playbook.of(
    "gated",
    "Gated",
    [
        df.Milestone("meet", "Met", gate=df.Gate(strict=("economic-buyer-met",), advisory=("coach-identified",))),
        df.Milestone("offer", "Offered"),
        df.Milestone("sign", "Signed"),
    ],
)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def flow(clock: Clock) -> df.DealFlow:
    return df.DealFlow.open("memory:", clock=clock)


def money(amount: int) -> df.Money:
    return df.Money.of(amount, "CNY")


def opened(flow: df.DealFlow, playbook: df.Playbook | str = df.STANDARD) -> UUID:
    return flow.do(df.OpenDeal(ACCOUNT, "Line 4", playbook), by="li", at=date(2026, 1, 5)).stream


# Envelopes


def test_a_record_says_when_it_happened_when_it_was_known_and_who_says_so(flow: df.DealFlow, clock: Clock) -> None:
    source = df.Source("crm", "opp-1", datetime(2026, 1, 6, tzinfo=UTC), "wang")
    done = flow.do(df.OpenDeal(ACCOUNT, "Line 4"), by="li", at=date(2026, 1, 5), source=source, cause=3)
    (record,) = done.records
    assert (record.stream, record.version, record.account, record.deals) == (done.stream, 1, ACCOUNT, (done.stream,))
    assert record.when == df.When(
        datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 1, 5, 23, 59, 59, 999999, tzinfo=UTC)
    )
    assert record.recorded_at == clock.now
    assert (record.by, record.source, record.cause) == ("li", source, 3)


def test_without_a_day_it_happened_now(flow: df.DealFlow) -> None:
    (record,) = flow.do(df.OpenDeal(ACCOUNT, "Line 4"), by="li").records
    assert record.when.label(UTC) == "instant"
    assert timedelta(0) <= record.recorded_at - record.occurred_to < timedelta(seconds=5)


def test_bare_dates_are_days_in_the_journals_zone() -> None:
    flow = df.DealFlow.open("memory:", zone="Asia/Shanghai")
    (record,) = flow.do(df.OpenDeal(ACCOUNT, "Line 4"), by="li", at=date(2026, 1, 5)).records
    assert record.occurred_from == datetime(2026, 1, 4, 16, tzinfo=UTC)
    assert record.when.label(flow.zone) == "day"
    assert flow.funnel(happened=date(2026, 1, 5)).deals == 1
    assert flow.funnel(happened=datetime(2026, 1, 5, 15, tzinfo=UTC)).deals == 0


def test_a_time_without_an_offset_is_refused_before_anything_is_asked(flow: df.DealFlow) -> None:
    with pytest.raises(ValueError, match="has no UTC offset"):
        flow.do(df.OpenDeal(ACCOUNT, "Line 4"), by="li", at=datetime(2026, 1, 5))  # noqa: DTZ001
    assert flow.journal.head() == 0


def test_times_of_any_zone_are_kept_in_utc(flow: df.DealFlow) -> None:
    east = timezone(timedelta(hours=8))
    (record,) = flow.do(df.OpenDeal(ACCOUNT, "Line 4"), by="li", at=datetime(2026, 1, 5, 8, tzinfo=east)).records
    assert record.occurred_to == datetime(2026, 1, 5, tzinfo=UTC)
    assert record.occurred_to.tzinfo is UTC


# Playbooks


def test_opening_a_deal_under_a_new_playbook_writes_it_down_once(flow: df.DealFlow) -> None:
    opened(flow, GATED)
    opened(flow, GATED)
    events = [record.event for record in flow.journal.stream(playbook_id("gated"))]
    assert events == [PlaybookDefined("gated", "Gated", GATED.milestones())]


def test_another_playbook_under_a_taken_key_is_refused_and_nothing_is_stored(flow: df.DealFlow) -> None:
    opened(flow, GATED)
    head = flow.journal.head()
    other = df.Playbook.of("gated", "Other", [df.Milestone("x", "X")])
    with pytest.raises(df.Refused) as no:
        opened(flow, other)
    assert no.value.reasons == (AlreadyThere("playbook"),)
    assert flow.journal.head() == head


def test_a_deal_stays_on_its_version_when_the_playbook_is_revised(flow: df.DealFlow) -> None:
    deal = opened(flow, GATED)
    flow.do(df.RevisePlaybook((df.Milestone("only", "Only"),), "simpler"), on=playbook_id("gated"), by="li")
    flow.do(df.AdvanceStage("offer", override="friends"), on=deal, by="li")
    later = flow.do(df.OpenDeal(ACCOUNT, "Line 5", "gated"), by="li").stream
    assert (flow.state(deal).version, flow.state(deal).stage) == (1, "offer")
    assert (flow.state(later).version, flow.state(later).stage) == (2, "only")


def test_a_playbook_of_an_older_version_still_opens_deals_under_the_latest(flow: df.DealFlow) -> None:
    opened(flow, GATED)
    flow.do(df.RevisePlaybook((df.Milestone("only", "Only"),), "simpler"), on=playbook_id("gated"), by="li")
    assert flow.state(flow.do(df.OpenDeal(ACCOUNT, "Line 5", GATED), by="li").stream).version == 2


def test_an_unknown_playbook_is_refused(flow: df.DealFlow) -> None:
    with pytest.raises(df.Refused) as no:
        opened(flow, "nobody's")
    assert no.value.reasons == (UnknownPlaybook("nobody's"),)


# Refusals


def test_all_reasons_come_at_once(flow: df.DealFlow) -> None:
    deal = opened(flow)
    flow.do(df.AdvanceStage("executive_meeting"), on=deal, by="li", at=date(2026, 2, 1))
    flow.do(df.LoseDeal(), on=deal, by="li", at=date(2026, 3, 1))
    with pytest.raises(df.Refused) as no:
        flow.do(df.AdvanceStage("proposal"), on=deal, by="li", at=date(2026, 2, 10))
    backward, skipped = no.value.reasons
    assert isinstance(backward, RunsBackward)
    assert skipped == StageSkipped(("consulting",))
    with pytest.raises(df.Refused) as no:
        flow.do(df.AdvanceStage("training"), on=deal, by="li", at=date(2026, 4, 1))
    assert no.value.reasons == (NotOpen(df.Status.LOST), LiesBehind("training", "executive_meeting"))
    with pytest.raises(df.Refused) as no:
        flow.do(df.AdvanceStage("moon"), on=deal, by="li", at=date(2026, 4, 1))
    assert no.value.reasons == (NotOpen(df.Status.LOST), UnknownMilestone("moon", df.STANDARD.keys()))


def test_a_command_for_another_noun_is_refused(flow: df.DealFlow) -> None:
    deal = opened(flow)
    with pytest.raises(df.Refused, match="command for a account, but the stream is a deal"):
        flow.do(df.RenameAccount("Acme"), on=deal, by="li")


def test_a_command_for_any_noun_needs_a_stream(flow: df.DealFlow) -> None:
    with pytest.raises(df.Refused) as no:
        flow.do(df.Note("host.fact", {"n": 1}), on=uuid4(), by="li")
    assert no.value.reasons == (NotThere("stream"),)


# Gates


def test_a_strict_gate_refuses_what_is_unmet_and_what_is_unknown(flow: df.DealFlow) -> None:
    deal = opened(flow, GATED)
    with pytest.raises(df.Refused) as no:
        flow.do(df.AdvanceStage("offer"), on=deal, by="li", at=date(2026, 2, 1))
    (reason,) = no.value.reasons
    assert isinstance(reason, GateNotMet)
    assert reason.finding.answer is Answer.UNKNOWN
    person = flow.do(df.IdentifyStakeholder(ACCOUNT, "COO Wang"), by="li", at=date(2026, 1, 6)).stream
    role = flow.do(df.IdentifyRole(df.Role.ECONOMIC, deal), on=person, by="li", at=date(2026, 1, 6)).records[0]
    with pytest.raises(df.Refused) as no:
        flow.do(df.AdvanceStage("offer"), on=deal, by="li", at=date(2026, 2, 1))
    (reason,) = no.value.reasons
    assert isinstance(reason, GateNotMet)
    assert (reason.finding.answer, reason.finding.records) == (Answer.UNMET, (role.position,))


def test_a_passed_gate_cites_the_records_it_rests_on(flow: df.DealFlow) -> None:
    deal = opened(flow, GATED)
    person = flow.do(df.IdentifyStakeholder(ACCOUNT, "COO Wang"), by="li", at=date(2026, 1, 6)).stream
    role = flow.do(df.IdentifyRole(df.Role.ECONOMIC), on=person, by="li", at=date(2026, 1, 6)).records[0]
    visit = df.HoldInteraction(ACCOUNT, df.Channel.VISIT, (person,), ("li",))
    met = flow.do(visit, by="li", at=date(2026, 1, 20)).records[0]
    event = flow.do(df.AdvanceStage("offer"), on=deal, by="li", at=date(2026, 2, 1)).records[0].event
    found = {one.criterion: one for one in event.verdict.findings}
    assert found["economic-buyer-met"].answer is Answer.MET
    assert found["economic-buyer-met"].records == (role.position, met.position)
    assert found["coach-identified"].answer is Answer.UNMET
    assert event.verdict.looked_at == met.position


def test_a_gate_sees_what_had_happened_by_then_not_what_came_later(flow: df.DealFlow) -> None:
    deal = opened(flow, GATED)
    person = flow.do(df.IdentifyStakeholder(ACCOUNT, "COO Wang"), by="li", at=date(2026, 1, 6)).stream
    flow.do(df.IdentifyRole(df.Role.ECONOMIC), on=person, by="li", at=date(2026, 1, 6))
    visit = df.HoldInteraction(ACCOUNT, df.Channel.VISIT, (person,), ("li",))
    flow.do(visit, by="li", at=date(2026, 2, 20))
    with pytest.raises(df.Refused, match="economic-buyer-met is unmet"):
        flow.do(df.AdvanceStage("offer"), on=deal, by="li", at=date(2026, 2, 1))


def test_a_gate_sees_what_the_same_transaction_holds(flow: df.DealFlow) -> None:
    deal, person = opened(flow, GATED), uuid4()
    visit = df.HoldInteraction(ACCOUNT, df.Channel.VISIT, (person,), ("li",))
    done = flow.do_all(
        [
            df.Ask(df.IdentifyStakeholder(ACCOUNT, "COO Wang"), "li", person, date(2026, 1, 6)),
            df.Ask(df.IdentifyRole(df.Role.ECONOMIC), "li", person, date(2026, 1, 6)),
            df.Ask(visit, "li", None, date(2026, 1, 20)),
            df.Ask(df.AdvanceStage("offer"), "li", deal, date(2026, 2, 1)),
        ]
    )
    (finding, _) = sorted(done[3].records[0].event.verdict.findings, key=lambda one: one.criterion, reverse=True)
    assert finding.records == (done[1].records[0].position, done[2].records[0].position)


def test_an_override_passes_a_strict_gate_and_is_kept_with_its_reason(flow: df.DealFlow) -> None:
    deal = opened(flow, GATED)
    event = flow.do(df.AdvanceStage("offer", override="they are friends"), on=deal, by="li").records[0].event
    assert event.verdict.override == "they are friends"
    assert event.verdict.answer is Answer.UNMET


def test_a_criterion_of_ones_own_is_asked_by_name(clock: Clock) -> None:
    def big_enough(case: df.Case) -> tuple[Answer, tuple[int, ...]]:
        amount = case.deal.amount
        return (Answer.UNKNOWN if amount is None else Answer.MET if amount.amount > 10 else Answer.UNMET), ()

    playbook = df.Playbook.of(
        "own", "Own", [df.Milestone("a", "A", gate=df.Gate(strict=("acme.big-enough",))), df.Milestone("b", "B")]
    )
    flow = df.DealFlow.open("memory:", clock=clock, criteria={"acme.big-enough": big_enough})
    deal = opened(flow, playbook)
    flow.do(df.ValueDeal(money(11)), on=deal, by="li")
    assert flow.do(df.AdvanceStage("b"), on=deal, by="li").records[0].event.verdict.answer is Answer.MET


def test_a_gate_that_asks_what_nobody_can_answer_is_refused(flow: df.DealFlow) -> None:
    gate = df.Gate(strict=("acme.moon-phase",), advisory=("acme.tide",))
    playbook = df.Playbook.of("own", "Own", [df.Milestone("a", "A", gate=gate), df.Milestone("b", "B")])
    deal = opened(flow, playbook)
    with pytest.raises(df.Refused) as no:
        flow.do(df.AdvanceStage("b"), on=deal, by="li")
    assert no.value.reasons == (UnknownCriterion("acme.moon-phase"),)
    event = flow.do(df.AdvanceStage("b", override="the moon is up"), on=deal, by="li").records[0].event
    assert {one.criterion: one.answer for one in event.verdict.findings} == {
        "acme.moon-phase": Answer.UNKNOWN,
        "acme.tide": Answer.UNKNOWN,
    }


def test_every_criterion_can_be_asked_by_its_name(flow: df.DealFlow) -> None:
    first = df.Milestone("first", "First", gate=df.Gate(advisory=tuple(CRITERIA)))
    book = df.Playbook.of("all", "All of them", [first, df.Milestone("second", "Second")])
    deal = flow.do(df.OpenDeal(ACCOUNT, "Press line 3", book), by="li", at=date(2026, 1, 5)).stream
    (step,) = flow.do(df.AdvanceStage("second"), on=deal, by="li", at=date(2026, 1, 6)).records
    assert {finding.criterion for finding in step.event.verdict.findings} == {*CRITERIA}
    assert {finding.note for finding in step.event.verdict.findings} == {None}


def test_what_another_system_did_was_not_ours_to_judge(flow: df.DealFlow) -> None:
    deal = opened(flow, GATED)
    source = df.Source("crm", "opp-1")
    event = flow.do(df.AdvanceStage("offer"), on=deal, by="import", source=source).records[0].event
    assert {finding.answer for finding in event.verdict.findings} == {Answer.UNKNOWN}
    assert all(finding.note for finding in event.verdict.findings)


# Freezing


def test_a_stage_event_freezes_amount_and_chance_of_its_day_also_when_told_late(flow: df.DealFlow) -> None:
    deal = opened(flow)
    flow.do(df.ValueDeal(money(100)), on=deal, by="li", at=date(2026, 1, 10))
    flow.do(df.ValueDeal(money(500)), on=deal, by="li", at=date(2026, 3, 10))
    event = flow.do(df.AdvanceStage("executive_meeting"), on=deal, by="li", at=date(2026, 2, 1)).records[0].event
    assert event == StageAdvanced("training", "executive_meeting", amount=money(100), chance=Decimal("0.20"))


# Asking twice, together, and at once


def test_the_same_command_id_returns_the_first_outcome_and_adds_nothing(flow: df.DealFlow) -> None:
    first = flow.do(df.OpenDeal(ACCOUNT, "Line 4"), by="li", at=date(2026, 1, 5), command_id="a")
    head = flow.journal.head()
    assert flow.do(df.OpenDeal(ACCOUNT, "Line 4"), by="li", at=date(2026, 1, 5), command_id="a") == first
    assert flow.journal.head() == head


def test_the_same_command_id_with_another_command_is_refused(flow: df.DealFlow) -> None:
    deal = opened(flow)
    flow.do(df.ValueDeal(money(1)), on=deal, by="li", command_id="a")
    with pytest.raises(CommandReused, match="'a'"):
        flow.do(df.ValueDeal(money(2)), on=deal, by="li", command_id="a")


def test_a_refused_command_id_may_be_asked_again(flow: df.DealFlow) -> None:
    deal = opened(flow)
    with pytest.raises(df.Refused):
        flow.do(df.AdvanceStage("proposal"), on=deal, by="li", command_id="a")
    assert flow.do(df.AdvanceStage("proposal", reason="hurry"), on=deal, by="li", command_id="a").records


def test_the_same_command_id_twice_in_one_transaction_is_one_command(flow: df.DealFlow) -> None:
    ask = df.Ask(df.OpenDeal(ACCOUNT, "Line 4"), "li", at=date(2026, 1, 5), command_id="a")
    first, second = flow.do_all([ask, ask])
    assert first == second
    assert flow.funnel().deals == 1


def test_commands_of_several_streams_are_stored_together_or_not_at_all(flow: df.DealFlow) -> None:
    deal = opened(flow)
    head = flow.journal.head()
    with pytest.raises(df.Refused) as no:
        flow.do_all(
            [
                df.Ask(df.RegisterAccount("Acme"), "li"),
                df.Ask(df.ValueDeal(money(5)), "li", deal),
                df.Ask(df.AdvanceStage("moon"), "li", deal),
            ]
        )
    assert "command 3 of 3" in no.value.__notes__[0]
    assert flow.journal.head() == head


def test_of_many_threads_each_command_is_stored_once(tmp_path: Path) -> None:
    with df.DealFlow.open(f"sqlite:///{tmp_path / 'threads.db'}") as flow:
        deal = opened(flow)

        def value(number: int) -> df.Done:
            return flow.do(df.ValueDeal(money(number)), on=deal, by="li", command_id=f"value-{number % 20}")

        with ThreadPoolExecutor(8) as pool:
            numbers = [number % 20 for number in range(60)]
            done = list(pool.map(value, numbers))
        stored = [one.event for one in flow.journal.stream(deal) if isinstance(one.event, DealValued)]
        assert sorted(event.amount.amount for event in stored if event.amount) == list(range(20))
        for number, one in zip(numbers, done, strict=True):
            assert one.records[0].event == DealValued(money(number))


# Finding


def test_a_stream_is_found_by_its_id_a_unique_prefix_or_its_key_elsewhere(flow: df.DealFlow) -> None:
    deal = flow.do(
        df.OpenDeal(ACCOUNT, "Line 4"), by="li", source=df.Source("crm", "opp-1"), on=UUID(int=2**127)
    ).stream
    assert flow.find(str(deal)) == deal
    assert flow.find(str(deal)[:8]) == deal
    assert flow.find("opp-1") == deal
    with pytest.raises(df.NotFound, match="fits no streams"):
        flow.find("opp-2")


def test_a_deal_that_is_not_there_is_said_to_be_so(flow: df.DealFlow) -> None:
    with pytest.raises(df.NotFound):
        flow.replay(uuid4())


# Knowledge of a source


def test_as_the_source_knew_it_counts_the_sources_own_recording_time(flow: df.DealFlow) -> None:
    known = df.Source("crm", "opp-1", datetime(2026, 1, 6, tzinfo=UTC))
    later = df.Source("crm", "opp-1", datetime(2026, 2, 6, tzinfo=UTC))
    deal = flow.do(df.OpenDeal(ACCOUNT, "Line 4"), by="import", at=date(2026, 1, 5), source=known).stream
    flow.do(df.ValueDeal(money(5)), on=deal, by="import", at=date(2026, 1, 5), source=later)
    assert flow.deals(known=date(2026, 1, 31)) == ()
    (standing,) = flow.deals(known=date(2026, 1, 31), knowledge="source")
    assert standing.amount is None
    assert flow.deal(deal, known=date(2026, 1, 31), knowledge="source").deal is not None
    assert flow.deal(deal, known=date(2026, 1, 1), knowledge="source").deal is None


def test_a_decision_that_leans_on_its_own_transaction_is_taken_anew_when_the_journal_has_grown(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'two.db'}"
    with df.DealFlow.open(url) as flow, df.DealFlow.open(url) as other:
        deal, person = opened(flow, GATED), uuid4()
        visit = df.HoldInteraction(ACCOUNT, df.Channel.VISIT, (person,), ("li",))
        meddled: list[df.Done] = []

        def meddling(case: df.Case) -> tuple[Answer, tuple[int, ...]]:
            if not meddled:
                meddled.append(other.do(df.RegisterAccount("Elsewhere"), by="wang"))
            return CRITERIA["economic-buyer-met"](case)

        meddled_with = df.DealFlow(flow.journal, criteria={**CRITERIA, "economic-buyer-met": meddling})
        done = meddled_with.do_all(
            [
                df.Ask(df.IdentifyStakeholder(ACCOUNT, "COO Wang"), "li", person, date(2026, 1, 6)),
                df.Ask(df.IdentifyRole(df.Role.ECONOMIC), "li", person, date(2026, 1, 6)),
                df.Ask(visit, "li", None, date(2026, 1, 20)),
                df.Ask(df.AdvanceStage("offer"), "li", deal, date(2026, 2, 1)),
            ]
        )
        met = next(one for one in done[3].records[0].event.verdict.findings if one.criterion == "economic-buyer-met")
        assert met.records == (done[1].records[0].position, done[2].records[0].position)


class Meddled:
    """A journal into which somebody else writes just before we first read a stream."""

    def __init__(self, journal: Journal, meddle: Callable[[], object]) -> None:
        self._journal = journal
        self._meddle: list[Callable[[], object]] = [meddle]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._journal, name)

    def streams(self, streams: Iterable[UUID]) -> tuple[Record, ...]:
        while self._meddle:
            self._meddle.pop()()
        return self._journal.streams(streams)


@pytest.mark.parametrize(
    "command",
    [df.ValueDeal(money(5)), df.LoseDeal(df.LossCause.PRICE), df.AdvanceStage("executive_meeting")],
    ids=["quiet now", "quiet at its end", "quiet where it stands"],
)
def test_the_same_command_stored_while_we_read_is_our_outcome(tmp_path: Path, command: df.Command) -> None:
    with df.DealFlow.open(f"sqlite:///{tmp_path / 'two.db'}") as other:
        deal = opened(other)
        ask = df.Ask(command, "li", deal, date(2026, 2, 1), command_id="a")
        theirs: list[df.Done] = []
        journal = Meddled(other.journal, lambda: theirs.extend(other.do_all([ask])))
        ours = df.DealFlow(cast("Journal", journal)).do_all([ask])
        assert ours == tuple(theirs)
        assert len(ours[0].records) == 1


def test_a_command_refused_because_it_was_just_stored_returns_what_it_led_to(tmp_path: Path) -> None:
    with df.DealFlow.open(f"sqlite:///{tmp_path / 'two.db'}") as other:
        deal = opened(other)
        other.do(df.LoseDeal(), on=deal, by="li", at=date(2026, 2, 1))
        ask = df.Ask(df.ReopenDeal("a new budget"), "li", deal, date(2026, 3, 1), command_id="a")
        theirs: list[df.Done] = []
        journal = Meddled(other.journal, lambda: theirs.extend(other.do_all([ask])))
        assert df.DealFlow(cast("Journal", journal)).do_all([ask]) == tuple(theirs)
