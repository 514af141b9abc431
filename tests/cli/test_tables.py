"""Tables on a terminal, wide and narrow; two playbooks; a bar while something is stored."""

import sys
from datetime import UTC
from decimal import Decimal
from io import StringIO

import pytest
from rich.console import Console

import dealflow as df
from dealflow.cli.options import NOW
from dealflow.cli.output import progress
from dealflow.cli.tables import estimate, show_deals, show_funnel
from dealflow.domain.playbook import STANDARD
from tests.clock import Clock

OTHER = df.Playbook.of("short", "In short", (df.Milestone("one", "First"), df.Milestone("two", "Second")))


def terminal(width: int) -> Console:
    return Console(file=StringIO(), force_terminal=True, width=width, color_system=None)


def lines(console: Console) -> list[str]:
    assert isinstance(console.file, StringIO)
    return [" ".join(line.split()) for line in console.file.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("share", "shown"),
    [(df.Share(0, 941), "0.0% (0 to 0.4)"), (df.Share(0, 99), "0.0% (0 to 4)"), (df.Share(9, 9), "100.0% (70 to 100)")],
)
def test_an_interval_that_is_not_of_nothing_does_not_look_so(share: df.Share, shown: str) -> None:
    assert estimate(share).plain.splitlines()[0] == shown


@pytest.fixture
def flow(demo_db: str) -> df.DealFlow:
    return df.DealFlow.open(demo_db)


def funnel(flow: df.DealFlow, width: int) -> list[str]:
    console = terminal(width)
    show_funnel(console, flow.funnel(), flow.zone, NOW)
    assert all(len(line) <= width for line in lines(console)[:20])
    return lines(console)


def deals(flow: df.DealFlow, width: int) -> list[str]:
    console = terminal(width)
    answer = flow.deals()
    show_deals(console, answer, flow.names(deal.account for deal in answer), flow.zone, NOW)
    return lines(console)


def test_a_wide_terminal_shows_a_milestone_in_one_line(flow: df.DealFlow) -> None:
    assert "Solution proposed 4 5 1 3 · 1 · · · · 1,350,000 CNY" in funnel(flow, 130)


def test_a_narrow_terminal_shows_the_amount_under_the_milestone(flow: df.DealFlow) -> None:
    shown = funnel(flow, 80)
    at = shown.index("Solution 4 5 1 3 · 1 · · · ·")
    assert shown[at : at + 3] == ["Solution 4 5 1 3 · 1 · · · ·", "proposed", "1,350,000 CNY"]


def test_a_wide_terminal_shows_a_deal_in_one_line(flow: df.DealFlow) -> None:
    assert "f9dd2773 Tank farm Rhine Chemicals abandoned at executive_meeting 2026-04-07 310,000 EUR Ma Jun -" in deals(
        flow, 160
    )


def test_a_narrow_terminal_shows_a_deal_in_two(flow: df.DealFlow) -> None:
    shown = deals(flow, 80)
    at = shown.index("d635b6e7 Furnace monitoring consulting 420,000 CNY -")
    assert shown[at + 1] == "- Orient Glass 2026-05-18 Ma Jun"


def test_each_playbook_has_a_table_of_its_own_and_each_currency_a_line() -> None:
    flow = df.DealFlow.open(clock=Clock())
    account = flow.do(df.RegisterAccount("Huaxin Steel"), by="li.wei").stream
    for title, playbook, currency in (("A", STANDARD, "CNY"), ("B", OTHER, "CNY"), ("C", OTHER, "EUR")):
        deal = flow.do(df.OpenDeal(account, title, playbook), by="li.wei").stream
        flow.do(df.ValueDeal(df.Money(Decimal(100), currency)), by="li.wei", on=deal)
    deal = flow.deals()[0].deal
    flow.do(df.ChangePlaybook(OTHER, "two", "small enough"), by="li.wei", on=deal)
    console = terminal(130)
    show_funnel(console, flow.funnel(), UTC, NOW)
    shown = lines(console)
    assert shown.index("Playbook short") < shown.index("Playbook standard")
    at = shown.index("First 2 2 2 100 CNY")
    assert shown[at + 1] == "100 EUR"
    assert "Training / seminar 1 1 · 1 -" in shown
    assert any("changed" in line for line in shown)


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_a_bar_shows_how_far_the_storing_has_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", Terminal())
    with progress("storing") as bar:
        bar(1, 2)
        bar(2, 2)
    assert isinstance(sys.stderr, Terminal)
    assert "storing" in sys.stderr.getvalue()


def test_no_bar_is_shown_where_nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", StringIO())
    with progress("storing") as bar:
        bar(1, 2)
    assert isinstance(sys.stderr, StringIO)
    assert sys.stderr.getvalue() == ""
