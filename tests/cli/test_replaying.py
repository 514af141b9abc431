"""The verbs of the replay: a deal told, reviewed, compared, and what would have differed."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import dealflow as df
from dealflow.demo import lost, play, won
from tests.cli.conftest import Ran, Run

Ask = Callable[..., Ran]


@pytest.fixture
def ask(run: Run, demo_db: str) -> Ask:
    return lambda verb, *words: run(verb, *words, "--db", demo_db)


def lines(ran: Ran) -> list[str]:
    assert (ran.code, ran.err) == (0, "")
    return [" ".join(line.split()) for line in ran.out.splitlines()]


def said(ran: Ran) -> str:
    assert (ran.code, ran.out) == (1, "")
    return ran.err


# replay


def test_the_replay_names_what_moved_the_deal_most_and_its_records(ask: Ask) -> None:
    shown = lines(ask("replay", lost.DEAL))
    start = shown.index("Turning points")
    assert shown[start + 3].startswith(
        "1 2026-04-09 Jonas Keller left: went to another relationship 25% to 0%, no-coach"
    )
    assert "0.75 110 126 127 163 +3" in shown[start + 3]
    assert shown[start + 4].startswith("employer. (known on 2026-04-20)")
    assert any(line.startswith("By how far its health moved, in all 3.95 by records, 0.38 by time") for line in shown)


def test_its_story_can_be_put_into_chapters(ask: Ask) -> None:
    by_milestone = lines(ask("replay", lost.DEAL, "--by", "milestone"))
    assert [line for line in by_milestone if line.startswith("==")] == [
        "== before it was opened ==",
        "== training ==",
        "== consulting ==",
        "== proposal ==",
        "== negotiation ==",
        "== lost ==",
    ]
    assert "== 2026-04-15 ==" in lines(ask("replay", lost.DEAL, "--by", "day"))


def test_as_json_the_story_has_its_turning_points(ask: Ask) -> None:
    ran = ask("replay", lost.DEAL, "--json")
    answer = json.loads(ran.out)
    assert answer["turning_points"]["points"][0]["record"] == 163
    (line,) = [one for one in answer["lines"] if one["record"]["position"] == 163]
    assert (line["voice"], line["changed"][0]["field"]) == ("seller", "departed")


def test_as_markdown_it_is_alone_on_standard_output(ask: Ask) -> None:
    ran = ask("replay", lost.DEAL, "--markdown")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("# Packaging hall 2 · Meridian Foods\n")
    assert "## Review" in ran.out
    assert "## Review" not in ask("replay", lost.DEAL, "--markdown", "--happened", "2026-05-01").out


def test_as_a_page_it_is_written_whole_to_a_file_or_to_standard_output(ask: Ask, tmp_path: Path) -> None:
    known = ("--known", "2026-07-01")
    ran = ask("replay", lost.DEAL, "--html", "lost.html", *known)
    assert (ran.code, ran.out, ran.err) == (0, "", "wrote lost.html\n")
    text = (tmp_path / "lost.html").read_text(encoding="utf-8")
    assert text.lower().startswith("<!doctype html>")
    assert [one.name for one in tmp_path.iterdir()] == ["lost.html"]
    assert ask("replay", lost.DEAL, "--html", "-", *known).out == text
    assert "cannot be written" in said(ask("replay", lost.DEAL, "--html", "nowhere/lost.html"))


def test_a_deal_can_be_set_beside_it_on_the_page(ask: Ask, tmp_path: Path) -> None:
    assert ask("replay", lost.DEAL, "--html", "lost.html", "--beside", won.DEAL).code == 0
    assert 'id="compare"' in (tmp_path / "lost.html").read_text(encoding="utf-8")
    assert "give --html" in said(ask("replay", lost.DEAL, "--beside", won.DEAL))
    early = ask("replay", lost.DEAL, "--html", "-", "--beside", won.DEAL, "--known", "2026-01-14")
    assert "had not been opened" in said(early)


def test_one_form_at_a_time_and_a_page_has_the_whole_deal(ask: Ask) -> None:
    assert "three forms of one answer" in said(ask("replay", lost.DEAL, "--json", "--markdown"))
    assert "leave out --happened" in said(ask("replay", lost.DEAL, "--html", "x.html", "--happened", "2026-05-01"))


def test_a_deal_that_was_not_opened_by_then_is_no_story(ask: Ask) -> None:
    assert "had not been opened by then" in said(ask("replay", lost.DEAL, "--happened", "2026-01-01"))


# review


def test_the_review_has_both_sides_the_log_and_what_nobody_says(ask: Ask) -> None:
    shown = lines(ask("review", lost.DEAL))
    assert shown[0] == f"Packaging hall 2 · lost on 2026-06-09 · deal {lost.DEAL}"
    assert any(line.startswith("the buyer Kestrel was a tenth cheaper") for line in shown)
    assert any(line.startswith("price against us our bid of 980,000 EUR was 11.1% above") for line in shown)
    assert any(
        line.startswith("trust against us 1 promise broken; 1 trust objection stood open by nobody") for line in shown
    )
    assert "When it was about to close: information open, relationship open, decision open." in shown
    assert "What contradicts what" not in shown


def test_contradictions_and_the_review_that_was_recorded_are_shown(run: Run) -> None:
    demo = play("sqlite:///mine.db")
    with demo.flow as flow:
        flow.do(df.ExplainEnd(df.Side.SELLER, "they wanted a reference"), on=demo.lost, by="li")
        flow.do(flow.review(demo.lost).behaviour.draft(), on=demo.lost, by="li")
    shown = lines(run("review", demo.lost, "--db", "sqlite:///mine.db"))
    start = shown.index("What contradicts what")
    assert any(line.startswith("the sides differ the seller says “they wanted a reference”;") for line in shown[start:])
    assert any(line.startswith("Reviewed in record ") for line in shown)


def test_an_open_deal_has_no_review(ask: Ask) -> None:
    assert "was not closed by then" in said(ask("review", lost.DEAL, "--happened", "2026-05-01"))


def test_the_review_as_json(ask: Ask) -> None:
    answer = json.loads(ask("review", lost.DEAL, "--json").out)
    assert [one["topic"] for one in answer["unsaid"]] == ["timing", "trust"]
    assert answer["behaviour"]["people"][0]["text"].startswith("Maria Holm")


# compare


def test_a_deal_beside_its_nearest_and_why_those(ask: Ask) -> None:
    shown = lines(ask("compare", lost.DEAL))
    assert shown[0] == "Nearest when they came to negotiation, of 2 deals with enough known in common"
    assert any(line.startswith("New drives for rolling line 4 won 0.50") for line in shown)
    assert any("owner: Li Wei, not Zhang Min" in line for line in shown)
    assert any(line.startswith("1 Packaging hall 2 · Meridian Foods · lost · opened 2026-02-09") for line in shown)


def test_two_deals_side_by_side_by_milestone(ask: Ask) -> None:
    shown = lines(ask("compare", lost.DEAL, won.DEAL))
    assert "training day 0, stayed 22 0, stayed 27" in shown
    assert "at the end day 120 153" in shown
    answer = json.loads(ask("compare", lost.DEAL, won.DEAL, "--json").out)
    assert [one["milestone"] for one in answer["rows"]][-1] == "at the end"


def test_a_deal_beside_itself_at_an_earlier_moment_on_either_clock(ask: Ask) -> None:
    shown = lines(ask("compare", lost.DEAL, "--since", "2026-04-01", "--happened", "2026-04-30"))
    assert "Anna Berg stance - oppose 81 96 160 162 +1" in shown
    assert "promise P1 status open broken 111 153" in shown
    known = ("--since", "2026-04-15", "--clock", "known", "--happened", "2026-04-15")
    learnt = lines(ask("compare", lost.DEAL, *known))
    assert any(line.startswith("Jonas Keller left no yes") for line in learnt)
    same = ask("compare", lost.DEAL, "--since", "2026-04-30", "--happened", "2026-04-30")
    assert "Nothing is otherwise." in lines(same)
    answer = json.loads(ask("compare", lost.DEAL, "--since", "2026-04-01", "--happened", "2026-04-30", "--json").out)
    assert {"called": "Anna Berg", "subject": "person"}.items() <= next(
        one for one in answer if one["subject"] == "person"
    ).items()


def test_what_is_within_a_value_is_told_in_words(ask: Ask) -> None:
    shown = ask("compare", lost.DEAL, "--since", "2026-02-10").out
    assert "[{" not in shown
    assert "{'" not in shown


def test_what_cannot_be_compared_is_said(ask: Ask) -> None:
    assert "leave out --since" in said(ask("compare", lost.DEAL, won.DEAL, "--since", "2026-04-01"))
    assert "had not been opened" in said(ask("compare", lost.DEAL, won.DEAL, "--happened", "2026-01-01"))
    assert "no milestone 'nowhere'" in said(ask("compare", lost.DEAL, "--landmark", "nowhere"))
    assert "never came to 'contract'" in said(ask("compare", lost.DEAL, "--landmark", "contract"))
    assert "fits no deals" in said(ask("compare", lost.DEAL, "ffffffff"))
    assert "leave out --since" in said(ask("compare", lost.DEAL, "--landmark", "consulting", "--since", "2026-04-01"))
    assert "--landmark is for the nearest" in said(ask("compare", lost.DEAL, won.DEAL, "--landmark", "consulting"))
    assert "give --since too" in said(ask("compare", lost.DEAL, "--clock", "known"))
    assert "name another" in said(ask("replay", lost.DEAL, "--html", "-", "--beside", lost.DEAL))


# suppose


def test_without_a_record_some_warnings_would_not_have_come_up(ask: Ask) -> None:
    shown = lines(ask("suppose", lost.DEAL, "--without", 163))
    assert "no-coach 2026-04-09 the end up clear" in shown
    assert "This is what the model would have said. It does not say that the customer would have bought." in shown


def test_records_earlier_would_have_opened_a_gate(ask: Ask) -> None:
    shown = lines(ask("suppose", lost.DEAL, "--earlier", "171=2026-03-01", "--earlier", "172=2026-03-01"))
    assert "consulting to proposal economic-buyer-identified unmet met 149" in shown
    answer = json.loads(ask("suppose", lost.DEAL, "--earlier", "171=2026-03-01", "--json").out)
    assert answer["gates"] == []


def test_under_another_playbook_other_gates_are_asked(ask: Ask) -> None:
    assert "Nothing would have differed." in lines(ask("suppose", lost.DEAL, "--playbook", "key-accounts"))
    assert "no playbook 'other' in this journal" in said(ask("suppose", lost.DEAL, "--playbook", "other"))


def test_what_could_not_have_been_without_it_is_named(ask: Ask) -> None:
    shown = lines(ask("suppose", lost.DEAL, "--without", 106))
    assert shown[0].startswith("Left out too, since they could not have been: 149, 166")


def test_what_cannot_be_supposed_is_said(ask: Ask) -> None:
    assert "suppose what?" in said(ask("suppose", lost.DEAL))
    assert "no record 9999" in said(ask("suppose", lost.DEAL, "--without", 9999))
    assert "suppose record 171 earlier too" in said(ask("suppose", lost.DEAL, "--earlier", "172=2026-03-01"))
    for text in ("soon", "²=2026-03-01", f"{'9' * 5000}=2026-03-01"):
        unread = ask("suppose", lost.DEAL, "--earlier", text)
        assert (unread.code, "write it as 163=2026-03-01" in unread.err) == (2, True)
