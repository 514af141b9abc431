"""The verb that watches over accounts: risks with their reasons, and what signals were worth."""

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

import dealflow as df
from dealflow.demo import kept, won
from dealflow.testing import FAULTLESS, Customers, customers, fill
from dealflow.testing import Clock as Setting
from tests.cli.conftest import Ran, Run
from tests.clock import Clock

Ask = Callable[..., Ran]
THEN = ("--happened", "2026-06-30")


@pytest.fixture
def ask(run: Run, demo_db: str) -> Ask:
    return lambda *words: run("churn", *words, "--db", demo_db)


def lines(ran: Ran) -> list[str]:
    assert (ran.code, ran.err) == (0, "")
    return [" ".join(line.split()) for line in ran.out.splitlines()]


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, date]:
    """Some customers whose history is known to a day; their journal and that day."""
    url, clock = f"sqlite:///{tmp_path_factory.mktemp('market') / 'market.db'}", Setting()
    population = Customers(accounts=30, days=900, leaving=0.5, writing=FAULTLESS)
    with df.DealFlow.open(url, clock=clock) as flow:
        fill(flow, clock, customers(population, seed=2))
    return url, population.first_day + timedelta(days=population.days - 1)


def test_the_accounts_that_may_leave_come_first(ask: Ask) -> None:
    shown = lines(ask(*THEN))
    accounts = [line.split()[1:] for line in shown[2:6]]
    assert [(one[0], one[2], one[3]) for one in accounts] == [
        ("Sanhe", "stable", "high"),
        ("Baolin", "initial", "low"),
        ("Huaxin", "initial", "low"),
        ("Qinghe", "terminated", "gone"),
    ]
    assert "champion-departed, complaint-overdue, few-supporters" in shown[2]
    assert shown[-1].startswith("4 accounts. As it had happened by the evening of 2026-06-30")


def test_a_narrow_terminal_shows_an_account_in_two_lines(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("FORCE_COLOR", "1")  # as a terminal would be taken
    told = [re.sub("\x1b[^m]*m", "", line).rstrip() for line in ask(*THEN).out.splitlines()]
    assert max(map(len, told[:-1])) <= 80
    assert any("Sanhe Cement" in line and "high" in line for line in told)


def test_one_account_shows_what_is_up_and_what_to_do(ask: Ask) -> None:
    shown = lines(ask(str(kept.CEMENT), *THEN))
    assert shown[0] == f"Sanhe Cement · stable · account {kept.CEMENT}"
    why = "champion-departed is up; complaint-overdue is up; signals of 6 kinds are up"
    assert shown[1] == f"RISK on 2026-06-30: high; {why}."
    whole = " ".join(shown)
    assert "danger, since 2026-03-18" in whole
    assert "clears: what is overdue is settled" in whole
    assert "nobody there is one now (Sun Li)" in whole
    assert "criteria-slipping nobody assessed who meets what they buy by" in whole
    assert "Clear: no-executive-contact, quality-incident" in whole


def test_what_is_not_in_our_hands_is_said(run: Run, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'one.db'}"
    with df.DealFlow.open(url, clock=Clock(datetime(2026, 5, 3, tzinfo=UTC))) as flow:
        account = flow.do(df.RegisterAccount("Acme"), by="li", at=date(2026, 5, 1)).stream
        for command in (
            df.DrawPurchasesFrom(df.PurchaseOrigin.HOST),
            df.RecordPurchase(df.Money.of(5, "CNY")),
            df.NoteDirectionChange(df.Direction.SCOPE_CUT, "no more pumps"),
            df.EndObservation(),
        ):
            flow.do(command, by="li", on=account, at=date(2026, 5, 1))
    shown = lines(run("churn", account, "--db", url))
    assert any(line.startswith("not in our hands") for line in shown)
    assert "It was not followed after 2026-05-01: what came later is unknown." in shown


def test_json_holds_every_signal(ask: Ask) -> None:
    one = json.loads(ask(str(kept.CEMENT), "--json", *THEN).out)
    assert (one["account"], one["account_name"], one["level"]) == (str(kept.CEMENT), "Sanhe Cement", "high")
    assert [signal["name"] for signal in one["signals"]] == [signal.name for signal in df.SIGNALS]
    assert all(signal["records"] for signal in one["signals"] if signal["state"] == "up")
    everyone = json.loads(ask("--json", *THEN).out)
    assert everyone[0] == one


def test_who_was_a_customer_when_follows_from_the_terms(ask: Ask) -> None:
    shown = lines(ask(str(kept.GLASS), "--happened", "2026-03-01", "--lapse", "100"))
    assert shown[0].startswith("Qinghe Glass · terminated")


# Was it worth listening


def test_a_back_test_ranks_the_signals_and_says_what_its_figures_mean(run: Run, market: tuple[str, date]) -> None:
    url, last = market
    shown = lines(run("churn", "--backtest", "--floor", "5", "--happened", last, "--db", url))
    assert shown[0].startswith("28 customers, ")
    assert shown[0].endswith(" customer-years; in time is within 180 days.")
    whole = " ".join(shown)
    assert all(signal.name in whole for signal in df.SIGNALS)
    assert "Precision: of the times it came up" in whole
    assert "* Insufficient history: an estimate needs 5 losses, and times it came up (--floor)." in whole
    assert "Losses by the very thing that is watched, left out: share-falling" in whole


def test_a_back_test_in_json_holds_the_counts(run: Run, market: tuple[str, date]) -> None:
    url, last = market
    answer = json.loads(run("churn", "--backtest", "--within", "90", "--happened", last, "--json", "--db", url).out)
    assert (answer["within"], answer["accounts"], len(answer["scores"])) == (90, 28, len(df.SIGNALS))


def test_without_losses_there_is_nothing_to_weigh(ask: Ask) -> None:
    shown = lines(ask("--backtest", "--happened", "2025-12-31"))
    assert shown[0].startswith("2 customers, 0 losses by 0 of them in 2.8 customer-years;")


def test_what_went_before_a_loss_is_told_with_what_we_did(ask: Ask, run: Run, market: tuple[str, date]) -> None:
    shown = lines(ask(str(kept.GLASS), "--backtest", *THEN))
    assert shown[0] == f"Qinghe Glass · account {kept.GLASS}"
    assert "1 signal was up in the time before; the risk was high from 2025-10-01 on." in shown
    assert "nothing was done about it" in shown
    assert "As a customer it never left nor regressed." in lines(ask(str(won.ACCOUNT), "--backtest", *THEN))
    url, last = market
    for name in lost(url, last)[:2]:
        told = lines(run("churn", name, "--backtest", "--happened", last, "--db", url))
        assert any(line.startswith(("before, ", "during, ", "after, ")) for line in told)
        answer = json.loads(run("churn", name, "--backtest", "--happened", last, "--json", "--db", url).out)
        assert answer[0]["account"] == str(name)


def lost(url: str, last: date) -> list[UUID]:
    with df.DealFlow.open(url) as flow:
        found = flow.relationships(happened=last)
    return [one.account for one in found if one.stage is df.RelationshipStage.TERMINATED]


def test_what_is_no_account_or_none_any_more_is_said_so(ask: Ask) -> None:
    assert "fits no account" in ask(str(won.DEAL)).err
    early = ask(str(kept.GLASS), "--happened", "2020-01-01")
    assert (early.code, "had not been registered by then" in early.err) == (1, True)


def test_what_a_back_test_takes_is_asked_of_a_back_test(ask: Ask) -> None:
    assert "give --backtest, or leave them out" in ask("--within", "9").err
    assert "--floor is about all accounts" in ask(str(kept.GLASS), "--backtest", "--floor", "9").err
    for words in (("--lapse", "99999999999"), ("--backtest", "--within", "99999999999")):
        assert ask(*words, *THEN).code == 0
