"""The demo is the first thing a new user sees: it must hold what it promises to show."""

import json
import time
from collections import Counter
from datetime import date
from uuid import UUID

import pytest

from dealflow import Status
from dealflow.cli.demonstrating import KEEP
from dealflow.demo import MISTYPED, Demo, play, script
from dealflow.domain.deal import StageAdvanced, StageReverted
from dealflow.domain.gate import Answer
from dealflow.domain.noun import Corrected
from dealflow.domain.objection import ObjectionRaised
from dealflow.domain.promise import PromiseBroken, PromiseKept
from dealflow.store.errors import NotEmpty
from tests.cli.conftest import Run


@pytest.fixture(scope="module")
def demo() -> Demo:
    return play()


def test_the_script_is_told_in_the_order_it_was_written_down() -> None:
    recorded = [told.recorded for told in script()]
    assert recorded == sorted(recorded)
    assert all(told.at <= told.recorded.date() for told in script())


def test_one_deal_is_won_and_one_is_lost_among_others(demo: Demo) -> None:
    deals = {deal.deal: deal for deal in demo.flow.deals()}
    assert (deals[demo.won].status, deals[demo.lost].status) == (Status.WON, Status.LOST)
    assert Counter(deal.status for deal in deals.values()) == {
        Status.OPEN: 2,
        Status.WON: 2,
        Status.LOST: 2,
        Status.ABANDONED: 1,
    }


def test_every_line_of_the_script_led_to_a_record(demo: Demo) -> None:
    assert len(list(demo.flow.journal.read())) == len(script()) + 1  # and the playbook, on first use


def test_the_stories_hold_what_the_field_speaks_of(demo: Demo) -> None:
    won, lost = demo.flow.replay(demo.won), demo.flow.replay(demo.lost)
    for story in (won, lost):
        assert 35 <= len(story.lines) <= 55
        assert len(story.dossier.committee) == 3
        assert any(line.late.days > 1 for line in story.lines)
    assert {StageReverted, PromiseKept, ObjectionRaised} <= {type(line.record.event) for line in won.lines}
    assert {PromiseBroken, ObjectionRaised} <= {type(line.record.event) for line in lost.lines}


def test_one_advisory_gate_was_unmet_and_one_strict_gate_overridden(demo: Demo) -> None:
    def verdicts(deal: UUID) -> list[tuple[str, Answer, bool, bool]]:
        return [
            (finding.criterion, finding.answer, finding.strict, event.verdict.override is not None)
            for event in (line.record.event for line in demo.flow.replay(deal).lines)
            if isinstance(event, StageAdvanced)
            for finding in event.verdict.findings
        ]

    assert ("technical-buyer-not-opposed", Answer.UNMET, False, False) in verdicts(demo.won)
    assert ("economic-buyer-identified", Answer.UNMET, True, True) in verdicts(demo.lost)


def test_the_price_objection_comes_early_only_where_the_deal_is_lost(demo: Demo) -> None:
    def stage_of_price_objection(deal: UUID) -> str | None:
        lines = demo.flow.replay(deal).lines
        return next(
            line.stage
            for line in lines
            if isinstance(line.record.event, ObjectionRaised) and line.record.event.topic == "price"
        )

    assert stage_of_price_objection(demo.lost) == "training"
    assert stage_of_price_objection(demo.won) == "negotiation"


def test_the_two_clocks_differ_on_the_day_that_is_named(demo: Demo) -> None:
    def amount(known: date | None) -> str:
        deals = demo.flow.deals(happened=MISTYPED, known=known)
        return str(next(deal.amount for deal in deals if deal.deal == demo.won))

    assert (amount(MISTYPED), amount(None)) == ("1,300,000 CNY", "3,100,000 CNY")
    assert any(isinstance(record.event, Corrected) for record in demo.flow.journal.read())


def test_the_demo_tells_all_of_it_within_three_seconds(run: Run) -> None:
    began = time.monotonic()
    ran = run("demo")
    assert time.monotonic() - began < 3
    assert (ran.code, ran.err) == (0, f"{KEEP}\n")
    for part in (
        "Half a year of selling to key accounts: the funnel",
        "Win rate: 50.0% (2 of 4)",
        "How one deal was won",
        "How another was lost",
        "Lost to Kestrel Systems",
        f"3,100,000 CNY as we know today (--happened {MISTYPED}), but 1,300,000 CNY as it was known that evening",
    ):
        assert part in ran.out


def test_the_demo_plays_the_same_every_time(run: Run) -> None:
    assert run("demo").out == run("demo").out


def test_the_demo_as_json_is_its_three_answers(run: Run) -> None:
    answers = json.loads(run("demo", "--json").out)
    assert set(answers) == {"funnel", "won", "lost"}
    assert answers["funnel"]["deals"] == 7
    assert answers["lost"]["lines"][-1]["record"]["event"] == "deal.lost"


def test_the_demo_can_be_kept_but_only_in_a_new_journal(run: Run) -> None:
    assert run("demo", "--db", "sqlite:///kept.db").err == "kept in kept.db\n"
    assert run("deals", "--db", "sqlite:///kept.db").code == 0
    ran = run("demo", "--db", "sqlite:///kept.db")
    assert (ran.code, ran.out) == (1, "")
    assert "holds records up to position" in ran.err


def test_the_demo_leaves_another_journal_as_it_is(demo_db: str) -> None:
    with pytest.raises(NotEmpty):
        play(demo_db)


def test_the_environment_does_not_lend_its_journal_to_the_demo(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEALFLOW_DB", "sqlite:///mine.db")
    assert run("demo").code == 0
    assert run("deals").code == 1
