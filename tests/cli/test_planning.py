"""The verb that plans, with the demo's journal and without any."""

import json
import re
import sys
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from dealflow.cli.options import NOW
from dealflow.cli.output import out
from dealflow.cli.planning import show_plan
from dealflow.domain.playbook import STANDARD
from dealflow.money import Money
from dealflow.projections.estimates import Share
from dealflow.projections.norms import measured
from dealflow.projections.plan import Plan, plan
from dealflow.projections.schedule import Month
from tests.cli.conftest import Run

GOAL = ("plan", "--target", "5000000", "--average", "1000000", "--currency", "CNY")


def lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines()]


def parsed(run: Run, *words: object) -> Any:
    ran = run(*GOAL, *words, "--json")
    assert ran.code == 0
    return json.loads(ran.out)


def by_month(answer: Any, figure: str = "units") -> dict[str, list[Any]]:
    return {month["month"]: [load[figure] for load in month["loads"]] for month in answer["months"]}


# Without a journal


def test_a_plan_needs_no_journal_and_says_so(run: Run) -> None:
    ran = run(*GOAL, "--sign", "2026-06..2026-08")
    assert ran.code == 0
    assert ran.err == "there is no journal dealflow.db: planned without one, so nothing is known of what was done\n"
    assert not Path("dealflow.db").exists()
    told = lines(ran.out)
    assert told[0] == "5,000,000 CNY in orders of 1,000,000 CNY. Signatures needed: 5."
    assert told[1] == "Signatures planned: 5 (2 in 2026-06, 2 in 2026-07, 1 in 2026-08). Work begins on 2026-01-21."
    assert "2026-03 14.4 11.4 8 · · ·" in told
    assert "total 45 30 25 25 15 5" in told
    assert "Units of playbook standard, by the counts; milestones worked by their usual lengths." in told
    assert told[-1] == "As of now, on both clocks."
    assert "Weeks without work" not in ran.out


def test_three_cohorts_a_month_each_read_as_the_source_has_them(run: Run) -> None:
    told = lines(run(*GOAL, "--sign", "2026-06..2026-08:1", "--pace", "months").out)
    months = [line for line in told if re.match(r"2026-\d\d ", line)]
    assert months == [
        "2026-01 9 · · · · ·",
        "2026-02 9 6 · · · ·",
        "2026-03 9 6 5 · · ·",
        "2026-04 · 6 5 5 · ·",
        "2026-05 · · 5 5 3 ·",
        "2026-06 · · · 5 3 1",
        "2026-07 · · · · 3 1",
        "2026-08 · · · · · 1",
    ]
    assert "Note: the target needs 5 signatures; 3 planned." in told


def test_a_plan_can_be_read_in_eighty_columns(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    (head,) = (line for line in run(*GOAL, "--sign", "2026-06").out.splitlines() if line.startswith("month"))
    assert head.split() == ["month", "seminar", "met", "study", "proposed", "negotiation", "Contract"]
    assert len(head) <= 80


def test_months_may_each_say_how_many_signatures_are_due_in_them(run: Run) -> None:
    counted = parsed(run, "--sign", "2026-06..2026-07:2", "--sign", "2026-07:1")
    assert {month["month"]: month["due"] for month in counted["months"] if month["due"]} == {"2026-06": 2, "2026-07": 3}
    assert counted["signatures"] == {"needed": 5, "due": 5, "won": None}


# Weeks without work


def test_the_spring_festival_makes_the_work_begin_a_week_earlier(run: Run) -> None:
    free, holidays, named, week, days = (
        parsed(run, "--sign", "2026-06", *words)
        for words in (
            (),
            ("--holidays", "CN"),
            ("--holidays", "CN:Chinese New Year"),
            ("--block", "2026-W08"),
            ("--block", "2026-02-16..2026-02-20"),
        )
    )
    assert (free["starts"], free["blocked"]) == ("2026-01-21", [])
    for festive in (holidays, named, week, days):
        assert (festive["starts"], festive["blocked"]) == ("2026-01-14", ["2026-02-16"])
    told = lines(run(*GOAL, "--sign", "2026-06", "--block", "2026-02-18", "--block", "2026-W19").out)
    assert "Weeks without work: 2026-W08, 2026-W19." in told


# Beside a journal


def test_beside_the_plan_stands_what_was_done_by_then(run: Run, demo_db: str) -> None:
    asked = ("--sign", "2026-06..2026-08", "--db", demo_db, "--happened", "2026-06-30")
    answer = parsed(run, *asked)
    assert answer["playbook"] == "key-accounts"
    assert by_month(answer, "done")["2026-03"] == [2, 2, 3, 2, 0, 1]
    assert by_month(answer, "done")["2026-07"] == [None] * 6
    assert answer["signatures"]["won"] == 2
    told = lines(run(*GOAL, *asked).out)
    assert "2026-03 14.4 / 2 11.4 / 2 8 / 3 · / 2 · / 0 · / 1" in told
    assert "2026-07 · · · 1 4.5 2" in told
    assert "Won in these months: 2 of 5." in told
    assert "Note: the work begins on 2026-01-21, 160 days before 2026-06-30." in told


def test_with_too_little_history_a_measured_load_is_unknown_and_says_why(run: Run, demo_db: str) -> None:
    asked = ("--sign", "2026-06", "--db", demo_db, "--basis", "measured", "--pace", "months")
    assert by_month(parsed(run, *asked))["2026-06"] == [0, 0, 0, 0, 0, None]
    told = lines(run(*GOAL, *asked).out)
    assert any(re.match(r"total( - / \d+){6}$", line) for line in told)
    assert any(re.match(r"Note: Contract: load unknown \(insufficient history: \d deals\)\.", line) for line in told)


def test_a_measured_load_stands_over_its_interval(capsys: pytest.CaptureFixture[str]) -> None:
    norms = measured(STANDARD, dict.fromkeys(STANDARD.keys(), Share(10, 20, 20)))
    answer: Plan = plan(Money.of(3, "EUR"), Money.of(1, "EUR"), [Month(2026, 6)], norms, pace="months")
    show_plan(out(), answer, UTC, NOW)
    told = lines(capsys.readouterr().out)
    at = told.index("2026-06 · · · · · 6")
    assert told[at + 1] == "4.3-10"
    assert "Units of playbook standard, as measured, with 95 % intervals; milestones worked a month each." in told


# What cannot be planned


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--sign", "June"), "'June' is not a month: expected one such as 2026-06"),
        (("--sign", "2026-08..2026-06"), "'2026-08..2026-06' is no span of months: expected the earlier month first"),
        (("--sign", "2026-06:two"), "'2026-06:two' does not say how many signatures: expected a month with a count"),
        (
            ("--sign", "2026-06", "--sign", "2026-07:2"),
            "2026-06 has no count, and 2026-07 has: give one to",
        ),
        (("--sign", "2026-06", "--block", "CNY"), "'CNY' is no week and no day: expected one such as 2026-W08"),
        (("--sign", "2026-06", "--block", "2026-02-02..2026-02-01"), "2026-02-02 to 2026-02-01 is no span of days"),
    ],
)
def test_an_option_that_cannot_be_read_says_what_is_expected(run: Run, words: tuple[str, ...], why: str) -> None:
    ran = run(*GOAL, *words)
    assert (ran.code, ran.out) == (2, "")
    assert why in ran.err


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--sign", "2026-06:0"), "signings: 0 in 2026-06; expected at least one signature"),
        (("--sign", "2026-06", "--playbook", "mine"), "playbook: 'mine'; expected one of standard"),
        (("--sign", "2026-06", "--holidays", "XX"), "no holidays are known of 'XX': expected an ISO 3166 code"),
        (("--sign", "2026-06", "--db", "sqlite:///gone.db"), "there is no journal gone.db"),
    ],
)
def test_what_cannot_be_planned_is_said_in_one_line(run: Run, words: tuple[str, ...], why: str) -> None:
    ran = run(*GOAL, *words)
    assert (ran.code, ran.out) == (1, "")
    assert f"dealflow: {why}" in ran.err


def test_an_amount_that_is_none_is_named_by_its_option(run: Run) -> None:
    ran = run("plan", "--target", "5", "--average", "much", "--currency", "CNY", "--sign", "2026-06")
    assert (ran.code, ran.err) == (
        1,
        "dealflow: --average: 'much' is not an amount: expected a decimal number such as 1000.00\n",
    )


def test_without_the_library_of_holidays_the_extra_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "holidays", None)
    ran = run(*GOAL, "--sign", "2026-06", "--holidays", "CN")
    assert ran.code == 1
    assert "pip install 'dealflow[plan]'" in ran.err
