"""The verb that tells an account: how it stands, then month by month what happened and what follows from it."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import get_args
from uuid import UUID

import pytest
from rich.console import Console

import dealflow as df
from dealflow.cli.account import Kind, show_chronicle
from dealflow.demo import won
from dealflow.domain.account import AccountOwnerAssigned
from tests.cli.conftest import Ran, Run
from tests.clock import Clock

Ask = Callable[..., Ran]


@pytest.fixture
def ask(run: Run, demo_db: str) -> Ask:
    return lambda *words: run("account", *words, "--db", demo_db)


def lines(ran: Ran) -> list[str]:
    assert (ran.code, ran.err) == (0, "")
    return [" ".join(line.split()) for line in ran.out.splitlines()]


@pytest.fixture
def customer(tmp_path: Path) -> tuple[str, UUID]:
    """An account that bought every ten days in May, and then no more; its journal and its id."""
    url = f"sqlite:///{tmp_path / 'customer.db'}"
    with df.DealFlow.open(url, clock=Clock(datetime(2026, 8, 1, 12, tzinfo=UTC))) as flow:
        account = flow.do(df.RegisterAccount("Acme"), by="li", at=date(2026, 5, 1)).stream
        asked: list[tuple[int, df.Command]] = [
            (1, df.DrawPurchasesFrom(df.PurchaseOrigin.HOST)),
            (2, df.AssignAccountOwner("Li Wai")),
        ]
        bought = [(number, df.RecordPurchase(df.Money.of(5, "CNY"))) for number in (10, 20, 30)]
        for number, command in (*asked, *bought):
            flow.do(command, by="li", on=account, at=date(2026, 5, number))
        wrong = df.CorrectRecord(3, "misspelt", AccountOwnerAssigned("Li Wei"))
        flow.do(wrong, by="li", on=account)
    return url, account


def test_first_how_it_stands_then_its_story_by_month(run: Run, customer: tuple[str, UUID]) -> None:
    url, account = customer
    shown = lines(run("account", str(account)[:8], "--happened", "2026-08-01", "--db", url))
    assert shown[:2] == [
        f"Acme · owned by Li Wei · account {account}",
        "RELATIONSHIP on 2026-08-01: initial since 2026-05-10, 83 days.",
    ]
    assert "RISK on 2026-08-01: watch; silence is up; purchases-overdue is up." in shown
    start = shown.index("2026-05 initial")
    assert [one.replace(" (recorded", "|").split("|")[0] for one in shown[start : start + 12]] == [
        "2026-05 initial",
        "2026-05-01 Acme became an account of ours.",
        "● The relationship began, in development — registered on 2026-05-01.",
        "Their purchases are read from host.",
        "2026-05-02 Li Wei answers for the account. (corrected)",
        "2026-05-10 They bought for 5 CNY.",
        "● The relationship advanced from development to initial — bought: first on 2026-05-10.",
        "2026-05-20 They bought for 5 CNY.",
        "2026-05-30 They bought for 5 CNY.",
        "2026-06 initial, 2 signals up",
        "2026-06-30 ▲ silence is up: last in touch 31 days ago; usually every 10.",
        "▲ purchases-overdue is up: last bought 31 days ago; usually every 10.",
    ]
    assert shown[-2:] == [
        "● transition, ▲ signal-raised, ▽ signal-cleared",
        "10 of 10 lines. As it had happened by the evening of 2026-08-01, as it was known by now.",
    ]
    assert "They bought for 5 CNY. (recorded 83 days later)" in " ".join(shown)


def test_it_can_be_read_at_eighty_columns(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    told = ask(won.ACCOUNT, "--happened", "2026-06-30").out.splitlines()
    tables = [line for line in told if "  " in line]
    assert len(tables) > 40
    assert max(map(len, tables)) <= 80


def test_only_some_kinds_are_told_where_asked_for(ask: Ask, run: Run, customer: tuple[str, UUID]) -> None:
    shown = lines(ask(won.ACCOUNT, "--only", "purchase", "--only", "transition", "--happened", "2026-06-30"))
    assert [line for line in shown if "Won for" in line]
    assert shown[-1] == "3 of 29 lines. As it had happened by the evening of 2026-06-30, as it was known by now."
    url, account = customer
    shown = lines(run("account", account, "--only", "signal", "--happened", "2026-08-01", "--db", url))
    assert shown[-1].startswith("2 of 10 lines.")
    assert "RISK on 2026-08-01: watch; silence is up; purchases-overdue is up." in shown


def test_every_kind_can_be_asked_for() -> None:
    kinds = {str(one) for one in df.ChronicleKind}
    assert {*get_args(Kind)} == kinds - {"signal-raised", "signal-cleared"} | {"signal"}


def test_as_of_an_earlier_day(ask: Ask) -> None:
    shown = lines(ask(won.ACCOUNT, "--happened", "2026-01-14"))
    assert shown[0].startswith("Huaxin Steel · no owner")
    assert shown[1] == "RELATIONSHIP on 2026-01-14: development since 2026-01-12, 2 days."
    assert "RISK on 2026-01-14: none; they have not bought yet." in shown
    assert shown[-1] == "3 of 3 lines. As it had happened by the evening of 2026-01-14, as it was known by now."


def test_json_holds_the_lines_with_what_they_rest_on(ask: Ask) -> None:
    answer = json.loads(ask(won.ACCOUNT, "--only", "transition", "--json").out)
    assert (answer["name"], answer["owner"], answer["account"]) == ("Huaxin Steel", "Li Wei", str(won.ACCOUNT))
    assert (answer["stage"], answer["risk"]["stage"]) == ("initial", "initial")
    assert {"coverage", "bond"} <= answer.keys()
    assert [(one["kind"], one["stage"]) for one in answer["chronicle"]["lines"]] == [
        ("transition", "development"),
        ("transition", "initial"),
    ]
    assert all(one["records"] and one["record"] is None for one in answer["chronicle"]["lines"])


def test_before_it_was_registered_and_once_it_was_merged_there_is_nothing_to_tell(
    ask: Ask, run: Run, tmp_path: Path
) -> None:
    ran = ask(won.ACCOUNT, "--happened", "2025-12-31")
    assert ran.code == 1
    assert "had not been registered by then: ask as of a later day" in ran.err
    url = f"sqlite:///{tmp_path / 'merged.db'}"
    with df.DealFlow.open(url, clock=Clock(datetime(2026, 5, 3, tzinfo=UTC))) as flow:
        one, other = (flow.do(df.RegisterAccount(name), by="li", at=date(2026, 5, 1)).stream for name in ("A", "B"))
        flow.do(df.MergeInto(other, "the same"), by="li", on=one, at=date(2026, 5, 2))
        unknown = df.MarkHistoryUnknown(datetime(2026, 4, 1, tzinfo=UTC))
        for command in (unknown, df.EndObservation()):
            flow.do(command, by="li", on=other, at=date(2026, 5, 2))
    assert f"was merged into {other} by then: ask of that one" in run("account", one, "--db", url).err
    shown = lines(run("account", other, "--db", url))
    assert "What was before 2026-04-01 was not kept: it may stand further than is known." in shown
    assert "Nobody watched it after 2026-05-02: what came later is unknown." in shown


def test_what_is_no_account_is_not_found(ask: Ask) -> None:
    ran = ask(won.DEAL)
    assert ran.code == 1
    assert "fits no account" in ran.err


def test_where_marks_cannot_be_shown_others_stand_for_them(customer: tuple[str, UUID]) -> None:
    url, account = customer
    written = BytesIO()
    console = Console(file=TextIOWrapper(written, encoding="ascii", errors="replace"), width=100)
    with df.DealFlow.open(url) as flow:
        show_chronicle(console, flow.chronicle(account), flow.zone)
    console.file.flush()
    assert b"* transition, ! signal-raised, - signal-cleared" in written.getvalue()


def test_what_happened_before_it_was_registered_is_told_as_that(run: Run, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'early.db'}"
    with df.DealFlow.open(url, clock=Clock(datetime(2026, 5, 3, tzinfo=UTC))) as flow:
        account = flow.do(df.RegisterAccount("A"), by="li", at=date(2026, 5, 1)).stream
        call = df.HoldInteraction(account, df.Channel.CALL, (), ("li",))
        flow.do(call, by="li", at=date(2026, 4, 1))
    assert "2026-04 not registered yet" in lines(run("account", account, "--db", url))
