"""The verb that judges: one deal in full, or every open one, worst first."""

import json
from collections.abc import Callable
from datetime import date
from io import BytesIO, TextIOWrapper

import pytest
from rich.console import Console

import dealflow as df
from dealflow.cli.health import show_healths
from dealflow.demo import lost, won
from tests.cli.conftest import Ran, Run

Ask = Callable[..., Ran]
DAY = date(2026, 1, 5)


@pytest.fixture
def ask(run: Run, demo_db: str) -> Ask:
    return lambda *words: run("health", *words, "--db", demo_db)


def lines(ran: Ran) -> list[str]:
    assert (ran.code, ran.err) == (0, "")
    return [" ".join(line.split()) for line in ran.out.splitlines()]


def test_one_deal_with_what_is_up_and_what_to_do(ask: Ask) -> None:
    shown = lines(ask(lost.DEAL, "--happened", "2026-05-25"))
    why = "technical-buyer-opposed is up; it stands at negotiation, and who gives the final approval was never met"
    assert shown[:3] == [
        "Packaging hall 2 · Meridian Foods",
        f"negotiation · 980,000 EUR · deal {lost.DEAL}",
        f"Health on 2026-05-25: danger; {why}.",
    ]
    start = shown.index("Warnings up") + 3
    assert shown[start].startswith("technical-buyer-opposed 1 of 1 technical buyer against us (Anna Berg)")
    assert shown[start + 1].startswith("danger, since 2026-04-15 to do: find what they test by")


def test_its_thresholds_in_parts_with_who_and_which_records(ask: Ask) -> None:
    shown = lines(ask(won.DEAL, "--happened", "2026-05-01"))
    assert "○ information: open, 0 of 9" in shown
    assert "8 competitors unknown - - - -" in shown
    assert "◐ relationship: partly, 2 of 4" in shown
    assert any(line.startswith("allies growing met 1 ally; 60 days ago: 1 (Zhou Min)") for line in shown)
    assert "● decision: passed, 2 of 2" in shown
    assert "○ open, ◐ partly, ● passed" in shown


def test_what_nobody_knows_is_shown_and_what_is_clear_named_in_one_line(ask: Ask) -> None:
    shown = lines(ask(won.DEAL, "--happened", "2026-05-01"))
    assert "Warnings of which nobody knows" in shown
    assert any("how long is usual is unknown: insufficient history" in line for line in shown)
    assert any(line.startswith("Clear: decision-maker-never-met, no-coach, ") for line in shown)


def test_how_much_history_it_takes_is_asked_with_it(ask: Ask) -> None:
    shown = lines(ask(won.DEAL, "--happened", "2026-05-01", "--floor", "1"))
    assert any(line.startswith("Clear: ") and "stage-longer-than-usual" in line for line in shown)


def test_a_closed_deal_has_thresholds_and_no_warnings(ask: Ask) -> None:
    shown = lines(ask(won.DEAL))
    assert "Health on 2026-06-18: none; it is won." in shown
    assert not [line for line in shown if "arning" in line or line.startswith("Clear")]


def test_every_open_deal_worst_first(ask: Ask) -> None:
    shown = lines(ask("--happened", "2026-05-30"))
    assert shown[0] == "id deal account stands at amount level I R D warnings up"
    assert shown[2].startswith(
        f"{str(lost.DEAL)[:8]} Packaging hall 2 Meridian Foods negotiation 980,000 EUR danger ○ ○ ○ technical-buyer"
    )
    assert shown[6].endswith("New drives for rolling line 4 Huaxin Steel negotiation 3,100,000 CNY watch ○ ◐ ◐ -")
    assert shown[-2] == "I information, R relationship, D decision; ○ open, ◐ partly, ● passed"
    assert shown[-1].startswith("5 open deals. As it had happened by the evening of 2026-05-30")


def test_a_narrow_terminal_breaks_the_line_of_a_deal_in_two(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("FORCE_COLOR", "1")  # as a terminal would be taken
    ran = ask("--happened", "2026-05-30")
    assert ran.code == 0
    plain_lines = [line for line in ran.out.splitlines() if "Meridian" in line]
    assert plain_lines
    assert "○ ○ ○" in plain_lines[0]


def test_json_holds_what_is_said_with_names_of_the_deal(ask: Ask) -> None:
    found = json.loads(ask(lost.DEAL, "--happened", "2026-05-25", "--json").out)
    assert (found["title"], found["account_name"], found["level"]) == ("Packaging hall 2", "Meridian Foods", "danger")
    assert found["thresholds"]["relationship"]["state"] == "open"
    assert found["warnings"][3] | {"records": 0, "people": 0, "to_do": 0, "since_records": 0} == {
        "name": "technical-buyer-opposed",
        "state": "up",
        "severity": "danger",
        "since": "2026-04-15",
        "text": "1 of 1 technical buyer against us",
        "to_do": 0,
        "records": 0,
        "people": 0,
        "since_records": 0,
    }
    everything = json.loads(ask("--happened", "2026-05-30", "--json").out)
    assert [one["level"] for one in everything] == ["danger", "watch", "watch", "watch", "watch"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("nobody",), 1, "'nobody' fits no deals"),
        ((str(lost.DEAL), "--happened", "2026-01-01"), 1, "had not been opened by then"),
        (("--floor", "-1"), 2, 'Invalid value "-1" for --floor'),
    ],
)
def test_what_cannot_be_judged_is_said_in_one_line(ask: Ask, words: tuple[str, ...], code: int, said: str) -> None:
    ran = ask(*words)
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err


def test_who_said_what_and_who_noted_it_and_where_nobody_is_known_against_us(run: Run) -> None:
    with df.DealFlow.open("sqlite:///one.db") as flow:
        account = flow.do(df.RegisterAccount("Acme"), by="li", at=DAY).stream
        deal = flow.do(df.OpenDeal(account, "Line 4"), by="li", at=DAY).stream
        person = flow.do(df.IdentifyStakeholder(account, "Wang Fang"), by="li", at=DAY).stream
        flow.do(df.NoteInformation(5, told_by=person), on=deal, by="li", at=DAY)
        for point in range(6, 10):
            flow.do(df.NoteInformation(point), on=deal, by="li", at=DAY)
    shown = lines(run("health", deal, "--happened", "2026-01-15", "--db", "sqlite:///one.db"))
    assert "◐ information: partly, 5 of 9" in shown
    assert any(line.startswith("5 their funds and credit known 2026-01-05 10 Wang Fang (li) ") for line in shown)
    assert any(line.startswith("8 competitors known 2026-01-05 10 (li) ") for line in shown)


def test_where_circles_cannot_be_written_letters_stand_for_them(demo_db: str) -> None:
    written = TextIOWrapper(BytesIO(), encoding="ascii", errors="replace")
    with df.DealFlow.open(demo_db) as flow:
        found = flow.health(won.DEAL, happened=date(2026, 5, 1))
        stood = {one.deal: one for one in flow.deals(happened=date(2026, 5, 1))}
        show_healths(
            Console(file=written, width=120), [(found, stood[won.DEAL])], flow.names({stood[won.DEAL].account})
        )
    written.seek(0)
    shown = written.read()
    assert "|danger |o + * |" in shown
    assert shown.endswith("o open, + partly, * passed\n")
