"""The verb that tells what customers object to."""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest

import dealflow as df
from tests.cli.conftest import Ran, Run
from tests.clock import Clock
from tests.projections.selling import SHORT

PRICE = df.ObjectionTopic.PRICE


@pytest.fixture
def flow(tmp_path: Path) -> Iterator[df.DealFlow]:
    with df.DealFlow.open(
        f"sqlite:///{tmp_path / 'one.db'}", clock=Clock(datetime(2026, 5, 30, 12, tzinfo=UTC))
    ) as flow:
        yield flow


@pytest.fixture
def url(flow: df.DealFlow, tmp_path: Path) -> str:
    """A deal that was lost with a word on the price standing, and two objections besides; who raised one is known."""

    def tell(on: int, command: df.Command, stream: UUID | None = None) -> UUID:
        return flow.do(command, by="li", on=stream, at=date(2026, 5, on)).stream

    acme = tell(1, df.RegisterAccount("Acme"))
    boss = tell(1, df.IdentifyStakeholder(acme, "Wang Lan"))
    deal = tell(1, df.OpenDeal(acme, "Line 4", SHORT, "meet"))
    lost = tell(1, df.OpenDeal(acme, "Line 3", SHORT, "meet"))
    first = tell(2, df.HoldInteraction(acme, df.Channel.VISIT, (boss,), ("li",), deals=(lost,)))
    tell(2, df.RaiseObjection(PRICE, id="price"), first)
    tell(2, df.RaiseObjection(df.ObjectionTopic.TRUST, id="trust"), first)
    tell(4, df.AnswerObjection("trust", df.Technique.FIVE_WHYS), first)
    tell(5, df.ResolveObjection("trust"), first)
    tell(6, df.LoseDeal(), lost)
    second = tell(7, df.HoldInteraction(acme, df.Channel.VISIT, (boss,), ("li",), deals=(deal,)))
    tell(7, df.RaiseObjection(PRICE, df.ObjectionKind.HIDDEN, boss, "too dear for us", id="price"), second)
    third = tell(8, df.HoldInteraction(acme, df.Channel.CALL))
    tell(8, df.RaiseObjection(df.ObjectionTopic.TIMING), third)
    return f"sqlite:///{tmp_path / 'one.db'}"


def lines(ran: Ran) -> list[str]:
    assert (ran.code, ran.err) == (0, "")
    return [" ".join(line.split()) for line in ran.out.splitlines()]


def test_what_is_open_comes_first_and_then_what_became_of_each_lot(run: Run, url: str) -> None:
    shown = lines(run("objections", "--db", url, "--floor", "1", "--happened", "2026-05-30"))
    assert shown[0].startswith("4 objections: 1 resolved, 0 conceded, 1 stood at the end, 2 open. Rate: 50.0% (1 of 2)")
    assert shown[4].startswith("Acme Line 4 price, early hidden Wang Lan not answered 2026-05-07 23 ")
    assert shown[5].startswith("Acme - timing - - not answered 2026-05-08 22 ")
    assert "price 2 · · 1 1 0.0% (0 to 79) not" in shown
    assert "trust 1 1 · · · 100.0% (21 to 100) 3" in shown
    assert "Of 2 objections to the price 2 came before any problem was quantified, 0 later; 0 unknown." in shown
    assert "standing · · 1 · 0.0% (0 to 79)" in shown
    assert shown[-1].startswith("As it had happened by the evening of 2026-05-30")
    assert "too dear" not in " ".join(shown)


def test_a_narrow_terminal_shows_two_lines_each(run: Run, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    shown = run("objections", "--db", url).out.splitlines()
    texts = ("Rate: ", "deals had closed", "Of 2 ", "4 objections")
    assert max(len(line) for line in shown if not line.startswith(texts)) <= 80
    assert any("Wang Lan" in line for line in shown)


def test_without_scipy_all_but_the_days_is_told(run: Run, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "scipy.stats", None)
    monkeypatch.setitem(sys.modules, "scipy", None)
    shown = lines(run("objections", "--db", url, "--floor", "1"))
    assert "trust 1 1 · · · 100.0% (21 to 100) -" in shown
    assert any(line.startswith("Days are left out: scipy is needed") for line in shown)
    assert json.loads(run("objections", "--db", url, "--floor", "1", "--json").out)["days"] is None


def test_json_holds_every_case_and_every_lot(run: Run, url: str) -> None:
    told = json.loads(run("objections", "--db", url, "--json").out)
    assert told["resolution"]["rate"] == {
        "n": 1, "of": 2, "rate": 0.5, "low": 0.094531, "high": 0.905469, "sufficient": True,
    }  # fmt: skip
    assert [one["topic"] for one in told["open"]] == ["price", "timing"]
    assert told["open"][0]["account_name"] == "Acme"
    assert len(told["cases"]) == 4
    assert told["by_kind"]["unknown"]["raised"] == 3
    assert told["at_close"]["standing"]["lost"] == 1
    assert told["ends"][0]["standing"][0]["fate"] == "stood"
    assert told["days"]["by_topic"]["price"]["verdict"] == "insufficient history"


def test_where_none_is_recorded_that_is_all_there_is_to_say(run: Run, url: str) -> None:
    shown = lines(run("objections", "--db", url, "--happened", "2026-05-01"))
    assert shown[0] == "No objection is recorded."
    assert len(shown) == 2


def test_all_settled_and_none_to_the_price_leaves_these_lines_out(run: Run, flow: df.DealFlow, tmp_path: Path) -> None:
    acme = flow.do(df.RegisterAccount("Acme"), by="li").stream
    call = flow.do(df.HoldInteraction(acme, df.Channel.CALL), by="li").stream
    flow.do(df.RaiseObjection(df.ObjectionTopic.TRUST, id="it"), by="li", on=call)
    flow.do(df.ConcedeObjection("it"), by="li", on=call)
    shown = lines(run("objections", "--db", f"sqlite:///{tmp_path / 'one.db'}"))
    assert not any(line.startswith(("Open", "Of ")) for line in shown)


def test_the_demo_has_some(run: Run, demo_db: str) -> None:
    assert lines(run("objections", "--db", demo_db))[0].startswith("6 objections: 3 resolved")
