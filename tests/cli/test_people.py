"""The verb about the people of a deal, on the demo's journal and on a committee with everything in it."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

import dealflow as df
from dealflow.demo import lost, won
from tests.cli.conftest import Ran, Run
from tests.clock import Clock

Ask = Callable[..., Ran]
THAT_DAY = ("--happened", "2026-03-31")


@pytest.fixture
def ask(run: Run, demo_db: str) -> Ask:
    return lambda *words: run("committee", *words, "--db", demo_db)


def lines(ran: Ran) -> list[str]:
    assert (ran.code, ran.err) == (0, "")
    return [" ".join(line.split()) for line in ran.out.splitlines()]


@pytest.fixture
def whole(tmp_path: Path) -> str:
    """A committee of four, one of whom left, with lines, counterparts, countermeasures, rivals and caps."""
    url = f"sqlite:///{tmp_path / 'whole.db'}"
    with df.DealFlow.open(url, clock=Clock(datetime(2026, 3, 31, 12, tzinfo=UTC))) as flow:

        def told(command: df.Command, on: Any = None, at: date = date(2026, 1, 5)) -> Any:
            return flow.do(command, on=on, by="li", at=at).stream

        account = told(df.RegisterAccount("Acme"))
        deal = told(df.OpenDeal(account, "Line 4"))
        wang, zhao, lu, xu = (
            told(df.IdentifyStakeholder(account, name)) for name in ("COO Wang", "Zhao Li", "Lu Bo", "Xu")
        )
        for who, role in ((wang, df.Role.ECONOMIC), (zhao, df.Role.TECHNICAL), (lu, df.Role.USER), (xu, df.Role.COACH)):
            told(df.IdentifyRole(role), who)
        told(df.RateInfluence(df.Influence.HIGH), wang)
        told(df.ChangeStance(df.Stance.NEUTRAL), wang)
        told(df.ObserveStyle(df.SocialStyle.DECIDER), wang)
        told(df.RateRivalCloseness("Bolt", df.Closeness.HIGH), wang)
        told(df.NameCompetitor("Bolt"), deal)
        told(df.RateInfluence(df.Influence.MEDIUM), zhao)
        told(df.ChangeStance(df.Stance.OPPOSE), zhao, date(2026, 1, 9))
        told(df.SetManager(wang), zhao)
        told(df.NoteInfluence(zhao, df.Influence.HIGH), lu)
        told(df.NoteInfluence(wang), lu)
        told(df.ChangeStance(df.Stance.SUPPORT), lu)
        told(df.RateInfluence(df.Influence.LOW), lu)
        told(df.RateSolutionAcceptance(0.8), lu)
        told(df.AssignCounterpart("Li Wei", main=True), wang)
        told(df.AssignCounterpart("Ma Jun", main=False), wang)
        told(df.PlanAction("a day at the reference plant", "Ma Jun", date(2026, 2, 1), id="A1"), zhao)
        told(df.PlanAction("dinner with our chairman", "Li Wei", date(2026, 4, 30), id="A2"), wang)
        told(df.RecordDeparture("retired"), xu, date(2026, 2, 2))
    return url


def test_the_committee_of_the_deal_that_was_won(ask: Ask) -> None:
    shown = lines(ask(won.DEAL))
    assert shown[0] == "New drives for rolling line 4, Huaxin Steel: the committee on 2026-06-18"
    assert "name role infl supp cont last met ours close" in shown
    assert "Zhou Min CU ? + L 2026-03-06 - 67%" in shown
    assert "Decision chain, by weight: Chen Guo 3, Wu Tao ?, Zhou Min ?" in shown
    assert "An economic buyer was last met 126 days ago." in shown
    assert "Allies, who actively help: Zhou Min" in shown
    assert "since 2026-05-20 100%; 2 left out, of unknown influence or stance" in shown
    assert shown[-1] == "As of now, on both clocks."


def test_as_it_was_on_a_day(ask: Ask) -> None:
    shown = lines(ask(won.DEAL, "--happened", "2026-05-10"))
    assert "Wu Tao T ? - L 2026-05-08 - 17%" in shown
    assert any(line == "no more than 50%, because a technical buyer opposes us" for line in shown)
    assert shown[-1] == "As it had happened by the evening of 2026-05-10, as it was known by now."


def test_nobody_of_the_deal_that_was_lost_gives_the_final_approval(ask: Ask) -> None:
    shown = lines(ask(lost.DEAL))
    assert any(line.startswith("Roles nobody is known to hold:") for line in shown)


def test_everything_there_is_to_say(run: Run, whole: str) -> None:
    shown = lines(run("committee", deal(run, whole), "--db", whole, *THAT_DAY))
    assert shown[3:7] == [
        "COO Wang E H 0 N - Li Wei (main), Ma Jun 25%",
        "Zhao Li T M - N - - 0%",
        "Lu Bo U L + N - - 63%",
        "Xu (left) C ? ? N - - ?",
    ]
    assert shown[10:] == [
        "",
        "Decision chain, by weight: COO Wang 3, Zhao Li 2, Lu Bo 1",
        "Roles nobody is known to hold: coach",
        "Allies, who actively help: none",
        "No economic buyer was ever met.",
        "",
        "Zhao Li reports to COO Wang.",
        "Lu Bo has high influence on Zhao Li.",
        "Lu Bo has influence on COO Wang.",
        "",
        "Support surface, by weight: 17%",
        "since 2026-01-05 25%; 2 left out, of unknown influence or stance",
        "since 2026-01-09 17%; 1 left out, of unknown influence or stance",
        "since 2026-02-02 17%",
        "",
        "Closeness of the chain: 46%",
        "relationship 21%, solution 80%, price ?",
        "no more than 50%, because a technical buyer opposes us",
        "no more than 50%, because an economic buyer is known and none was ever met",
        "Bolt is closer to COO Wang than we are",
        "",
        "What we want of them, and what is to be done:",
        "COO Wang: win over (wants to hear results, options and who is responsible; briefly)",
        "Li Wei until 2026-04-30: dinner with our chairman",
        "Zhao Li: at least neutral",
        "OVERDUE: Ma Jun until 2026-02-01: a day at the reference plant",
        "Lu Bo: develop, the more the better",
        "",
        "As it had happened by the evening of 2026-03-31, as it was known by now.",
    ]


def deal(run: Run, url: str) -> str:
    return str(json.loads(run("deals", "--json", "--db", url).out)[0]["deal"])


def test_the_matrix_is_readable_at_eighty_columns(run: Run, whole: str, monkeypatch: pytest.MonkeyPatch) -> None:
    which = deal(run, whole)
    monkeypatch.setenv("COLUMNS", "80")
    shown = run("committee", which, "--db", whole).out.splitlines()
    assert max(map(len, shown[1:9])) <= 80
    assert any(line.startswith("Zhao Li") for line in shown)


def test_what_was_said_of_each_with_its_day(run: Run, whole: str) -> None:
    shown = lines(run("committee", deal(run, whole), "--history", "--db", whole))
    start = shown.index("What was said of them:")
    assert shown[start + 4 : start + 7] == [
        "2026-01-05 Zhao Li is a technical buyer.",
        "2026-01-05 Zhao Li has medium influence.",
        "2026-01-09 Zhao Li opposes us.",
    ]


def test_the_chart_stands_alone(run: Run, whole: str) -> None:
    ran = run("committee", deal(run, whole), "--mermaid", "--db", whole)
    assert (ran.code, ran.err) == (0, "")
    drawn = ran.out.splitlines()
    assert drawn[0] == "flowchart BT"
    assert '    p1["COO Wang<br/>E · influence H · support 0 · contact N"]:::neutral' in drawn
    assert "    p2 --> p1" in drawn


def test_the_json_is_complete(run: Run, whole: str) -> None:
    found = json.loads(run("committee", deal(run, whole), "--json", "--db", whole, *THAT_DAY).out)
    assert set(found) == {"committee", "closeness", "support_over_time", "history", "names"}
    wang, zhao, lu, xu = (one["id"] for one in found["committee"]["members"])
    committee = found["committee"]
    assert (committee["chain"], committee["uncovered"], committee["allies"]) == ([wang, zhao, lu], ["coach"], [])
    assert (committee["support"]["share"], committee["since_economic_buyer"]) == (0.166667, None)
    assert [one["other"] for one in committee["reporting"]] == [wang]
    assert committee["members"][0]["hears"].startswith("results")
    assert committee["members"][1]["planned"][0]["what"] == "a day at the reference plant"
    assert committee["overdue"] == ["A1"]
    assert found["closeness"]["figures"]["composite"] == 0.461905
    assert found["closeness"]["rivals_closer"] == [[wang, "Bolt"]]
    assert [one["support"]["share"] for one in found["support_over_time"]] == [0.25, 0.166667, 0.166667]
    assert [one["record"]["event"] for one in found["history"][xu]] == ["stakeholder.role-identified"]
    assert found["names"][zhao] == "Zhao Li"


def test_words_about_who_was_erased_are_nowhere(run: Run, whole: str) -> None:
    which = deal(run, whole)
    with df.DealFlow.open(whole) as flow:
        (zhao,) = (one.id for one in flow.committee(flow.find(which)).members if df.Role.TECHNICAL in one.roles)
        flow.do(df.EraseStakeholder("asked"), on=zhao, by="li")
    for form in ((), ("--json",), ("--mermaid",), ("--history",)):
        told = run("committee", which, *form, "--db", whole).out
        assert "Zhao" not in told
        assert "reference plant" not in told


def test_a_deal_without_people_says_so(run: Run) -> None:
    with df.DealFlow.open("sqlite:///empty.db") as flow:
        account = flow.do(df.RegisterAccount("Acme"), by="li").stream
        flow.do(df.OpenDeal(account, "Line 4"), by="li")
    which = deal(run, "sqlite:///empty.db")
    shown = lines(run("committee", which, "--db", "sqlite:///empty.db"))
    assert "Decision chain, by weight: nobody is known to have a part in it" in shown
    assert "Support surface, by weight: ?" in shown
    assert "What we want of them, and what is to be done:" not in shown


def test_a_deal_that_was_not_opened_by_then_is_told_with_what_to_do(ask: Ask) -> None:
    ran = ask(won.DEAL, "--happened", "2025-01-01")
    assert (ran.code, ran.out) == (1, "")
    assert "had not been opened by then: ask as of a later day" in ran.err
