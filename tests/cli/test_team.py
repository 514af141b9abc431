"""The verb about our own people: their loads, who is booked twice, and where effort goes next."""

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import dealflow as df
from tests.cli.conftest import Ran, Run
from tests.clock import Clock
from tests.projections.selling import SHORT

Ask = Callable[..., Ran]
NOW = datetime(2026, 6, 30, 18, tzinfo=UTC)
MAY = date(2026, 5, 4)


def lines(ran: Ran) -> list[str]:
    assert (ran.code, ran.err) == (0, "")
    return [" ".join(line.split()) for line in ran.out.splitlines()]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Two of ours with three deals; one is to be at two contacts at once, and has more effort booked than time."""
    url = f"sqlite:///{tmp_path_factory.mktemp('team') / 'team.db'}"
    with df.DealFlow.open(url, clock=Clock(NOW)) as flow:

        def tell(command: Any, on: Any = None) -> Any:
            return flow.do(command, on=on, by="li", at=MAY).stream

        def deal(title: str, stage: str, owner: str | None, worth: df.Money | None, **more: Any) -> Any:
            opened = tell(df.OpenDeal(account, title, at=stage, owner=owner, **more))
            if worth is not None:
                tell(df.ValueDeal(worth), opened)
            return opened

        account = tell(df.RegisterAccount("Acme Steel"))
        press = deal("Press line", "proposal", "li.wei", df.Money.of(2_000_000, "CNY"))
        hall = deal("Hall 2", "training", "li.wei", df.Money.of(3_000_000, "CNY"))
        deal("Pumps", "contract", "ma.jun", df.Money.of(90_000, "EUR"))
        deal("Valves", "meet", None, None, playbook=SHORT)
        deal("Gates", "proposal", "ma.jun", None)
        tell(df.AssignAccountOwner("ma.jun"), account)
        boss = tell(df.IdentifyStakeholder(account, "Wang Lan"))
        tell(df.AssignCounterpart("li.wei", main=True), boss)
        noon = datetime(2026, 7, 2, 12, tzinfo=UTC)
        for start in (noon, noon + timedelta(minutes=15)):
            when = df.When.between(start, start)
            tell(df.PlanInteraction(account, when, df.Channel.VISIT, "see the hall", (boss,), ("li.wei",)))
        whole = df.When.of(date(2026, 7, 2), UTC)
        tell(df.PlanInteraction(account, whole, df.Channel.CALL, "ask", (), ("li.wei", "ma.jun")))
        vague = df.When.between(noon, noon + timedelta(days=20))
        tell(df.PlanInteraction(account, vague, df.Channel.CALL, "ask again"))
        tell(df.PlanEffort("li.wei", date(2026, 6, 1), date(2026, 7, 17), 0.6), press)
        tell(df.PlanEffort("li.wei", date(2026, 7, 13), date(2026, 9, 30), 0.6), hall)
    return url


@pytest.fixture
def ask(run: Run, url: str) -> Ask:
    then = ("--happened", "2026-06-30")
    return lambda *words: run("team", *words, *(() if "--happened" in words else then), "--db", url)


def test_each_of_ours_with_what_they_carry(ask: Ask) -> None:
    shown = lines(ask())
    assert shown[0] == "TEAM: 2 people of ours."
    assert "li.wei 2 5,000,000 CNY · 3 1 1" in shown
    at = shown.index("ma.jun 2 90,000 EUR 1 1 · ·")
    assert shown[at + 1] == "1 without"
    assert "Nobody of ours is named for 1 open deal, 1 planned contact." in shown


def test_the_time_booked_by_the_week(ask: Ask) -> None:
    shown = lines(ask())
    assert "Booked, of the working time of the week from" in shown
    assert "ours 06-29 07-06 07-13 07-20 07-27 08-03 08-10 08-17" in shown
    assert "li.wei 60% 60% 120% 60% 60% 60% 60% 60%" in shown
    assert "12 more weeks stand in --json." in lines(ask("--weeks", "20"))
    assert "BOOKED: no effort is booked for an open deal in the weeks ahead." in lines(ask("--weeks", "0"))


def test_who_is_booked_twice_and_by_what(ask: Ask) -> None:
    shown = lines(ask())
    assert "BOOKED TWICE: 1 contact clash, 2 more possible." in shown
    assert "1 stretch of days with more effort than time." in shown
    whole = " ".join(shown)
    assert "li.wei sure 2026-07-02 12:00 2026-07-02 12:15" in whole
    assert "li.wei possible 2026-07-02 2026-07-02 12:00" in whole
    assert "li.wei 2026-07-13 120% 60% Press line" in whole
    assert "Of 1 planned contact not even the day is known." in shown


def test_where_effort_goes_next(ask: Ask) -> None:
    shown = lines(ask())
    assert "NEXT BEST EFFORT: open deals by value x chance x remaining effort (lengths)." in shown
    first = next(number for number, line in enumerate(shown) if line.startswith("Press line Acme"))
    assert shown[first].split()[4:-1] == [
        "li.wei", "proposal", "2,000,000", "CNY", "55%", "playbook", "52%", "573,913", "2,108,333",
    ]  # fmt: skip
    assert shown[first + 1].startswith("Hall 2 Acme Steel")
    assert "Currencies are not compared: bring them into one with --in and --rate." in shown
    assert "Not in the order: 1 open deal without amount." in shown
    assert "Not in the order: 1 open deal without amount, remaining effort." in shown
    assert "Their playbook does not state its lengths: try --effort steps." in shown


def test_by_the_return_in_one_currency_and_no_more_than_asked_for(ask: Ask) -> None:
    shown = lines(ask("--order", "return", "--in", "CNY", "--rate", "EUR=8", "--top", "1", "--effort", "steps"))
    assert "NEXT BEST EFFORT: open deals by value x chance / remaining effort (steps)." in shown
    assert any(line.startswith("Pumps Acme Steel ma.jun contract 720,000 CNY 100% playbook") for line in shown)
    assert "2 more (--top)." in shown
    assert "Not in the order: 2 open deals without amount." in shown


def test_a_narrow_terminal_shows_a_deal_in_two_lines(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("FORCE_COLOR", "1")  # as a terminal would be taken
    told = [re.sub("\x1b[^m]*m", "", line).rstrip() for line in ask().out.splitlines()]
    assert max(map(len, told)) <= 80
    press = next(number for number, line in enumerate(told) if line.startswith("Press line"))
    assert told[press + 1].split() == ["Acme", "Steel", "li.wei", "55%", "playbook", "2,108,333"]


def test_deals_that_nobody_follows_any_more_are_counted_apart(run: Run, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'left.db'}"
    with df.DealFlow.open(url, clock=Clock(NOW)) as flow:
        account = flow.do(df.RegisterAccount("Acme"), by="li", at=MAY).stream
        for title in ("Gates", "Pumps"):
            opened = flow.do(df.OpenDeal(account, title, owner="ma.jun"), by="li", at=MAY).stream
            flow.do(df.ValueDeal(df.Money.of(100, "EUR")), on=opened, by="li", at=MAY)
        flow.do(df.EndObservation(), on=opened, by="li", at=date(2026, 5, 20))
    shown = lines(run("team", "--db", url))
    assert "ma.jun 1 100 EUR 1 · · · ·" in shown
    assert "Not in the order: 1 open deal that nobody follows any more." in shown
    assert any(line.startswith("Gates Acme") for line in shown)
    assert not any(line.startswith("Pumps") for line in shown)


def test_what_shows_nothing_is_refused(ask: Ask) -> None:
    assert ask("--top", "0").code == 2


def test_a_rate_that_lacks_is_one_clear_error(ask: Ask) -> None:
    assert "no rate from EUR to CNY" in ask("--in", "CNY").err
    assert ask("--in", "CNY").code == 1


def test_json_holds_everything_and_what_it_is_called(ask: Ask) -> None:
    whole = json.loads(ask("--json").out)
    assert [one["ours"] for one in whole["loads"]] == ["li.wei", "ma.jun"]
    assert whole["loads"][0]["booked"][2] == {"start": "2026-07-13", "end": "2026-07-19", "share": 1.2}
    assert [one["sure"] for one in whole["clashes"]] == [True, False, False]
    assert all(one["records"] for one in (*whole["clashes"], *whole["overbooked"], *whole["matches"]))
    assert [one["product"] for one in whole["next"]["deals"]["CNY"]] == ["573913.04", "300000.00"]
    assert whole["names"][whole["next"]["deals"]["CNY"][0]["deal"]] == "Press line"
    assert [one["lacks"] for one in whole["next"]["unknown"]] == [["amount", "remaining effort"], ["amount"]]


def test_before_there_is_anybody_nothing_is_made_up(ask: Ask, run: Run, tmp_path: Path) -> None:
    shown = lines(ask("--happened", "2020-01-01"))
    assert shown[0] == "TEAM: 0 people of ours."
    assert "BOOKED TWICE: nobody, as far as is told." in shown
    assert "No deal is open." in shown
    url = f"sqlite:///{tmp_path / 'one.db'}"
    with df.DealFlow.open(url, clock=Clock(NOW)) as flow:
        account = flow.do(df.RegisterAccount("Acme"), by="li", at=MAY).stream
        flow.do(df.OpenDeal(account, "A deal"), by="li", at=MAY)
    assert "Of no open deal enough is known." in lines(run("team", "--db", url))
