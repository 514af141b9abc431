"""The verb about all accounts at once: the ranking, the key accounts, the screening and the plans."""

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

import dealflow as df
from tests.cli.conftest import Ran, Run
from tests.clock import Clock

Ask = Callable[..., Ran]
NOW = datetime(2026, 6, 30, 18, tzinfo=UTC)
NO, YES = df.YesNo.NO, df.YesNo.YES


def lines(ran: Ran) -> list[str]:
    assert (ran.code, ran.err) == (0, "")
    return [" ".join(line.split()) for line in ran.out.splitlines()]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Twelve customers: a large one and a small one are key accounts, one failed the screening, one pays in euros."""
    url = f"sqlite:///{tmp_path_factory.mktemp('portfolio') / 'portfolio.db'}"
    with df.DealFlow.open(url, clock=Clock(NOW)) as flow:

        def tell(command: Any, on: Any = None, at: date = date(2026, 3, 2)) -> Any:
            return flow.do(command, on=on, by="li", at=at).stream

        def customer(name: str, *amounts: str) -> Any:
            account = tell(df.RegisterAccount(name))
            tell(df.DrawPurchasesFrom(df.PurchaseOrigin.HOST), account)
            for amount in amounts:
                tell(df.RecordPurchase(df.Money.of(*amount.split())), account)
            return account

        large, small = customer("Large", "9000 CNY"), customer("Small", "10 CNY")
        gone = customer("Gone")
        for account in (large, small, gone):
            tell(df.DesignateKey((df.KeyReason.SIZE, df.KeyReason.MUST_NOT_LOSE)), account)
        tell(df.AssignAccountOwner("li.wei"), large)
        tell(df.MakePlan(("more",), ("visit",)), large)
        tell(df.NoteDirectionChange(df.Direction.STRATEGY, "abroad"), large, date(2026, 4, 1))
        tell(df.ScreenAccount(df.Screening(can_afford=YES), df.Risk(), df.Pursuit.PASS), small)
        tell(
            df.ScreenAccount(df.Screening(can_afford=NO), df.Risk(), df.Pursuit.REDUCE, "no money"),
            small,
            date(2026, 5, 1),
        )
        tell(df.OpenDeal(small, "A deal"), None)
        tell(df.EndObservation(), small, date(2026, 6, 1))
        for number in range(8):
            customer(f"Customer {number}", f"{800 + number} CNY")
        customer("Abroad", "5 EUR")
        deal = tell(df.OpenDeal(tell(df.RegisterAccount("By deals")), "Another"))
        tell(df.WinDeal(skip_rest=True), deal)
    return url


@pytest.fixture
def ask(run: Run, url: str) -> Ask:
    then = ("--happened", "2026-06-30")
    return lambda *words: run("accounts", *words, *(() if "--happened" in words else then), "--db", url)


def test_the_ranking_says_how_few_make_most_of_it(ask: Ask) -> None:
    shown = lines(ask("--top", "2"))
    assert shown[0] == "REVENUE: 15,438 CNY, by 10 accounts of 13."
    assert shown[1:3] == [
        "6 accounts make 80% of it: 60.0% of those that bought, 46.2% of all.",
        "The first 2 make 63.5%.",
    ]
    first = next(line for line in shown if " Large " in line)
    assert first.split()[2:10] == ["Large", "9,000", "1", "58.3%", "58.3%", "li.wei", "initial", "2026-03-02"]
    assert first.endswith(" - 120 d !")
    assert "8 more (--top)." in shown
    euros = shown.index("REVENUE: 5 EUR, by 1 account of 13.")
    assert shown[euros + 1] == "1 account makes 80% of it: 100.0% of those that bought, 7.7% of all."
    assert shown[euros + 2] == "The first makes 100.0%."
    assert "Of 1 purchase by 1 account nobody knows the amount: they are in no sum." in shown
    assert "Currencies are not added: bring them into one with --in and --rate." in shown
    assert "Plan: days since it was made or reviewed; ! where they took another way since." in shown


def test_key_accounts_are_told_with_why_and_what_is_amiss(ask: Ask) -> None:
    shown = lines(ask("--key"))
    assert shown[1] == "KEY ACCOUNTS: 3."
    whole = " ".join(shown)
    assert "Large 2026-03-02 size vital 120 d !" in whole
    assert any(line.startswith("must-not-lose") for line in shown)
    assert "Small (followed until 2026-06-01)" in whole
    named = "Customer 7, Customer 6, Customer 5, Customer 4, Customer 3"
    assert f"Among the few, and no key account: {named}, and 1 more." in shown
    assert "Key account, and not among the few: Small." in shown
    assert "Key account, and bought nothing: Gone." in shown
    assert "Key account without a plan: Small, Gone." in shown
    assert "REVENUE" not in whole
    assert "SCREENING" not in whole


def test_who_failed_the_screening_is_told_with_what_changed(ask: Ask) -> None:
    shown = lines(ask())
    assert "SCREENING: 1 reduce, 12 accounts never screened." in shown
    at = next(number for number, line in enumerate(shown) if line.startswith("Failed"))
    assert "reduce 2026-05-01 no money" in shown[at + 4]
    assert "can afford: yes -> no" in shown[at + 5]
    assert "Failed, and pursued all the same: Small." in shown


def test_a_narrow_terminal_shows_an_account_in_two_lines(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("FORCE_COLOR", "1")  # as a terminal would be taken
    told = [re.sub("\x1b[^m]*m", "", line).rstrip() for line in ask("--top", "3").out.splitlines()]
    table = told[3 : told.index("7 more (--top).")]
    assert max(map(len, told)) <= 80
    assert "Among the few, and no key account: Customer 7, Customer 6, Customer 5, Customer" in told
    large = next(number for number, line in enumerate(table) if line.startswith("Large"))
    assert table[large + 1].split()[1:] == ["1", "58.3%", "li.wei", "-"]


def test_since_a_day_and_in_one_currency(ask: Ask) -> None:
    shown = lines(ask("--since", "2026-03-02", "--in", "CNY", "--rate", "EUR=8"))
    assert shown[0] == "REVENUE since 2026-03-02: 15,478 CNY, by 11 accounts of 13."
    assert "Nothing is known to have been bought for any amount, by any of 13 accounts." in lines(
        ask("--since", "2026-03-03")
    )


def test_what_cannot_be_read_is_one_clear_error(ask: Ask) -> None:
    assert "give one, such as EUR=1.25" in ask("--in", "CNY").err
    assert "'March' is not a date such as 2026-02-28" in ask("--since", "March").err
    assert ask("--most", "2").code == 2
    assert ask("--top", "0").code == 2


def test_json_holds_the_whole_portfolio(ask: Ask) -> None:
    whole = json.loads(ask("--json").out)
    ranking = whole["rankings"]["CNY"]
    assert (ranking["few"], ranking["of_all"]["of"], ranking["top_share"]) == (6, 13, 1.0)
    assert [one["account_name"] for one in whole["accounts"]][:3] == ["Large", "Small", "Gone"]
    assert whole["accounts"][0]["account"] == ranking["ranked"][0]["account"] == whole["key"][0]
    assert (len(whole["unscreened"]), whole["pursued"]) == (12, [whole["accounts"][1]["account"]])
    assert [one["account_name"] for one in json.loads(ask("--json", "--key").out)["accounts"]] == [
        "Large",
        "Small",
        "Gone",
    ]


def test_where_no_account_is_key_or_screened_that_is_said(run: Run, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'one.db'}"
    with df.DealFlow.open(url, clock=Clock(NOW)) as flow:
        account = flow.do(df.RegisterAccount("Acme"), by="li", at=date(2026, 5, 1)).stream
        flow.do(df.OpenDeal(account, "A deal"), by="li", at=date(2026, 5, 1))
    shown = lines(run("accounts", "--db", url))
    assert "KEY ACCOUNTS: none is designated." in shown
    assert "SCREENING: 1 account never screened (1 with open deals)." in shown


def test_who_bought_as_much_as_the_last_of_the_few_is_counted_apart(run: Run, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ties.db'}"
    with df.DealFlow.open(url, clock=Clock(NOW)) as flow:
        for name in ("Acme", "Borealis", "Cobalt"):
            account = flow.do(df.RegisterAccount(name), by="li", at=date(2026, 5, 1)).stream
            flow.do(df.DrawPurchasesFrom(df.PurchaseOrigin.HOST), on=account, by="li", at=date(2026, 5, 1))
            flow.do(df.RecordPurchase(df.Money.of(10, "EUR")), on=account, by="li", at=date(2026, 5, 2))
    shown = lines(run("accounts", "--most", "0.5", "--db", url))
    assert shown[1:3] == [
        "2 accounts make 50% of it: 66.7% of those that bought, 66.7% of all.",
        "1 more account bought as much as the last of these.",
    ]
    assert "Among the few, and no key account: Acme, Borealis, Cobalt." in shown


def test_as_of_before_there_was_anybody(ask: Ask) -> None:
    shown = lines(ask("--happened", "2020-01-01"))
    assert shown[-1].startswith("As it had happened by the evening of 2020-01-01")
