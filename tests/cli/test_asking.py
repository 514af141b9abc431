"""The verbs that ask, on the demo's journal."""

import json
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dealflow import PIPELINE, DealFlow, MergeInto, NotFound, OpenDeal, RegisterAccount
from dealflow.demo import lost, play, won
from dealflow.projections.funnel import WIN_RATE
from tests.cli.conftest import Run


@pytest.fixture
def ask(run: Run, demo_db: str) -> Run:
    return lambda *words: run(*words, "--db", demo_db)


def parsed(ask: Run, *words: str) -> Any:
    ran = ask(*words, "--json")
    assert (ran.code, ran.err) == (0, "")
    return json.loads(ran.out)


# The funnel


def test_a_kept_row_that_cannot_be_read_is_told_with_what_to_do(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "kept.db"
    with play(f"sqlite:///{file}").flow as flow:
        flow.checkpoint(PIPELINE)
    with closing(sqlite3.connect(file)) as damaging, damaging:
        damaging.execute("UPDATE checkpoint_rows SET data = '{}'")
    ran = run("funnel", "--db", f"sqlite:///{file}")
    assert (ran.code, ran.out) == (1, "")
    assert "a row kept for the view 'pipeline', version" in ran.err
    assert "or forget what is kept with drop_checkpoint('pipeline'" in " ".join(ran.err.split())


def test_the_funnel_as_json_has_the_keys_promised(ask: Run) -> None:
    funnel = parsed(ask, "funnel")
    assert {key: funnel[key] for key in ("deals", "won", "lost", "open", "win_rate")} == {
        "deals": 7,
        "won": 2,
        "lost": 2,
        "open": 2,
        "win_rate": 0.5,
    }
    assert [stage["stage"] for stage in funnel["stages"]] == [
        *("training", "executive_meeting", "consulting", "proposal", "negotiation", "contract"),
        *("won", "lost", "abandoned"),
    ]
    assert funnel["stages"][2]["amount"] == {"CNY": "420000"}


def test_the_funnel_as_a_table_says_what_its_figures_mean(ask: Run) -> None:
    ran = ask("funnel")
    assert (ran.code, ran.err) == (0, "")
    lines = [" ".join(line.split()) for line in ran.out.splitlines()]
    assert "7 deals: 2 open, 2 won, 2 lost, 1 abandoned" in lines
    assert "Solution proposed 4 5 1 3 · 1 · · · · 1,350,000 CNY" in lines
    assert "won 2 3,700,000 CNY" in lines
    assert "Solution proposed Bid and negotiation 3 of 4 * 3 of 3 * 1 -" in lines
    assert "* Insufficient history: an estimate needs 20 deals (--floor)." in lines
    assert f"Win rate: 50.0% (2 of 4) — {WIN_RATE}." in lines
    assert lines[-1] == "As of now, on both clocks."


def test_ways_nobody_left_by_are_not_shown(ask: Run) -> None:
    assert "skipping" in ask("funnel").out
    assert "skipping" not in ask("funnel", "--happened", "2026-02-28").out


def test_the_funnel_of_a_day_names_the_day_on_both_clocks(ask: Run) -> None:
    assert parsed(ask, "funnel", "--happened", "2026-02-28")["happened"] == "2026-02-28T23:59:59.999999Z"
    last = ask("funnel", "--happened", "2026-02-28", "--known", "2026-03-01T12:00:00+01:00").out.splitlines()[-1]
    assert last == "As it had happened by the evening of 2026-02-28, as it was known by 2026-03-01 11:00:00 UTC."


def test_a_late_entry_is_in_the_funnel_only_once_it_was_known(ask: Run) -> None:
    assert parsed(ask, "funnel", "--happened", "2026-06-18")["won"] == 2
    assert parsed(ask, "funnel", "--happened", "2026-06-18", "--known", "2026-06-18")["won"] == 1


def test_an_unknown_playbook_is_named_beside_those_there(ask: Run) -> None:
    assert parsed(ask, "funnel", "--playbook", "key-accounts")["deals"] == 7
    ran = ask("funnel", "--playbook", "standard")
    assert (ran.code, ran.err) == (
        1,
        "dealflow: no playbook 'standard' in this journal: it has key-accounts\n",
    )


# The deals


def test_every_deal_is_listed_with_its_account(ask: Run) -> None:
    deals = {deal["deal"]: deal for deal in parsed(ask, "deals")}
    assert len(deals) == 7
    deal = deals[str(won.DEAL)]
    assert (deal["account_name"], deal["status"], deal["stage"]) == ("Huaxin Steel", "won", "contract")
    assert deal["amount"] == {"amount": "3050000", "currency": "CNY"}


def test_a_deal_is_a_line_of_the_table(ask: Run) -> None:
    ran = ask("deals")
    (line,) = [line for line in ran.out.splitlines() if line.startswith(str(lost.DEAL)[:8])]
    for word in ("Packaging hall 2", "Meridian Foods", "lost at", "2026-06-09", "980,000 EUR", "Zhang Min"):
        assert word in line
    assert ran.out.splitlines()[-1] == "7 deals. As of now, on both clocks."


def test_a_price_that_was_mistyped_is_as_it_was_known(ask: Run) -> None:
    def amount(*words: str) -> str:
        found: dict[str, str] = {deal["deal"]: deal["amount"]["amount"] for deal in parsed(ask, "deals", *words)}
        return found[str(won.DEAL)]

    assert amount("--happened", "2026-04-30") == "3100000"
    assert amount("--happened", "2026-04-30", "--known", "2026-04-30") == "1300000"
    assert amount("--happened", "2026-04-30", "--known", "2026-04-30", "--knowledge", "source") == "1300000"


# The replay


def test_a_replay_reads_as_a_story(ask: Run) -> None:
    ran = ask("replay", str(lost.DEAL))
    assert (ran.code, ran.err) == (0, "")
    lines = [" ".join(line.split()) for line in ran.out.splitlines()]
    assert lines[:3] == [
        "Packaging hall 2 · Meridian Foods",
        f"lost, at negotiation · 980,000 EUR · deal {lost.DEAL}",
        "42 records. As of now, on both clocks.",
    ]
    text = " ".join(lines)
    assert "Anna Berg is a technical buyer in this deal. Anna Berg: T, not met" in text
    assert "(recorded 11 days later)" in text
    assert "How it stood: lost, at negotiation, 980,000 EUR." in lines
    assert "Jonas Keller Line leader, left user, coach - for us, ally 1 2026-03-05" in lines
    assert "Open objections: price (hidden) of Anna Berg, answered; trust (true) of Anna Berg." in lines
    assert "Promises: 1 broken." in lines
    assert "Competitors: Kestrel Systems." in lines


def test_what_did_not_change_is_not_said_again(ask: Run) -> None:
    assert ask("replay", str(won.DEAL)).out.count("3,100,000 CNY") == 4  # priced, and at three milestones


def test_a_replay_as_json_holds_every_record(ask: Run, demo_db: str) -> None:
    story = parsed(ask, "replay", str(won.DEAL))
    with DealFlow.open(demo_db) as flow:
        lines = flow.replay(won.DEAL).lines
    assert [line["record"]["position"] for line in story["lines"]] == [line.record.position for line in lines]
    assert story["lines"][-1]["record"]["event"] == "deal.won"
    assert story["lines"][-1]["record"]["data"]["amount"] == {"amount": "3050000", "currency": "CNY"}
    assert story["names"][str(won.CHEN)] == "Chen Guo"


def test_a_replay_up_to_a_day_knows_nothing_of_the_end(ask: Run) -> None:
    text = ask("replay", str(won.DEAL), "--happened", "2026-03-01").out
    assert "open, at executive_meeting" in text
    assert "Won" not in text


@pytest.mark.parametrize("text", [str(won.DEAL), str(won.DEAL)[:8], won.DEAL.hex[:12], str(won.DEAL).upper()])
def test_a_deal_is_found_by_its_id_or_the_beginning_of_it(ask: Run, text: str) -> None:
    assert ask("replay", text).out.startswith("New drives for rolling line 4")


@pytest.mark.parametrize(("text", "why"), [("zzz", "fits no deals"), (str(won.ACCOUNT), "fits no deals")])
def test_what_is_no_deal_is_not_replayed(ask: Run, text: str, why: str) -> None:
    ran = ask("replay", text)
    assert (ran.code, ran.out) == (1, "")
    assert why in ran.err


def test_a_deal_that_was_not_opened_yet_is_said_to_be_so(ask: Run) -> None:
    ran = ask("replay", str(won.DEAL), "--happened", "2025-12-31")
    assert (ran.code, ran.out) == (1, "")
    assert "had not been opened by then: ask as of a later day" in ran.err


# What the verbs ask the engine for


def test_a_noun_narrows_what_a_text_may_mean(demo_db: str) -> None:
    with DealFlow.open(demo_db) as flow:
        assert flow.find(str(won.ACCOUNT)) == flow.find(str(won.ACCOUNT), noun="account") == won.ACCOUNT
        with pytest.raises(NotFound, match="fits no deals"):
            flow.find(str(won.ACCOUNT), noun="deal")


def test_names_are_what_things_are_called_now(demo_db: str) -> None:
    with DealFlow.open(demo_db) as flow:
        names = flow.names([won.ACCOUNT, won.DEAL, won.CHEN])
    assert [names(one) for one in (won.ACCOUNT, won.DEAL, won.CHEN)] == [
        "Huaxin Steel",
        "New drives for rolling line 4",
        "Chen Guo",
    ]
    assert names(lost.BERG) == str(lost.BERG)[:8]


@pytest.mark.parametrize("verb", ["health", "committee", "worth"])
def test_a_merged_deal_says_which_one_stands_for_it(run: Run, verb: str) -> None:
    with DealFlow.open("sqlite:///merged.db") as flow:
        account = flow.do(RegisterAccount("Acme"), by="li", at=date(2026, 1, 1)).stream
        one, other = (flow.do(OpenDeal(account, "Line 4"), by="li", at=date(2026, 1, 1)).stream for _ in range(2))
        flow.do(MergeInto(other, "entered twice"), on=one, by="li", at=date(2026, 1, 9))
    ran = run(verb, str(one), "--db", "sqlite:///merged.db")
    assert (ran.code, ran.out) == (1, "")
    assert f"was merged into {other} by then: ask of that one" in ran.err
    assert run(verb, str(one), "--happened", "2026-01-05", "--db", "sqlite:///merged.db").code == 0
