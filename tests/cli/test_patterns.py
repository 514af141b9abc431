"""The verb that says what goes with winning, and what does not."""

import json
from pathlib import Path

import pytest

import dealflow as df
from tests.cli.conftest import Run
from tests.projections.selling import ACCOUNT, SHORT, day


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Sixty closed deals: those that came by referral were won more often, the colour of the door mattered never."""
    url = f"sqlite:///{tmp_path_factory.mktemp('patterns') / 'sold.db'}"
    with df.DealFlow.open(url) as flow:
        for number in range(60):
            referred, won = number < 30, number % 30 < (25 if number < 30 else 5)
            source = "referral" if referred else "fair"
            opening = df.OpenDeal(ACCOUNT, "A deal", SHORT, "meet", lead_source=source, owner=None if won else "li")
            sold = flow.do(opening, by="li", at=day(1)).stream
            door = {"door": "red" if number % 2 else "blue"} if number % 7 else {}
            flow.do(df.Note("acme.visit", {**door, "mat": number}), on=sold, by="li", at=day(2))
            flow.do(df.WinDeal(skip_rest=True) if won else df.LoseDeal(), on=sold, by="li", at=day(9))
    return url


def test_what_differs_comes_first_and_what_does_not_is_said_plainly(run: Run, db: str) -> None:
    ran = run("patterns", "--db", db)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("60 deals closed, won: 50.0% (30 of 60)\n")
    differs, rest = ran.out.split("Where no effect could be told from chance")
    assert "lead source  fair        16.7% (7 to 34)  83.3% (66 to 93)  < 0.001  won less often" in differs
    assert "referral" not in differs  # it says the same from the other side
    assert "acme.visit:door" in rest
    assert "The same in every deal: " in rest
    assert "Nothing is recorded of: grade, amount" in rest
    assert "nothing here is a cause" in rest


def test_all_values_of_a_factor_can_be_shown_by_what_stands_behind_its_colon(run: Run, db: str) -> None:
    ran = run("patterns", "--db", db, "--factor", "door", "--factor", "grade", "--factor", "lead source")
    assert ran.code == 0
    assert "acme.visit:door: no effect that could be told from chance" in ran.out
    assert "grade: nothing is recorded of it" in ran.out
    assert "referral    83.3% (66 to 93)" in ran.out
    assert "lead source: won less often where it was fair: 5 of 30, of the others 25 of 30\n" in ran.out


def test_of_how_many_deals_a_factor_cannot_be_asked_is_said(run: Run, demo_db: str) -> None:
    ran = run("patterns", "--db", demo_db, "--factor", "economic buyer met before proposal")
    assert "it cannot be asked" in ran.out


def test_what_was_recorded_when_deals_came_to_a_milestone(run: Run, db: str) -> None:
    ran = run("patterns", "--db", db, "--landmark", "meet", "--factor", "lead source")
    assert ran.out.startswith("60 deals closed")
    assert "By what was recorded when they came to meet." in ran.out
    assert run("patterns", "--db", db, "--landmark", "sign").out.startswith("0 deals closed")
    noted_later = run("patterns", "--db", db, "--landmark", "meet", "--factor", "door")
    assert "'door' is no factor of these deals" in noted_later.err


def test_only_deals_with_a_value_are_counted(run: Run, db: str) -> None:
    ran = run("patterns", "--db", db, "--only", "lead source=referral", "--only", "door=unknown")
    assert ran.out.startswith("5 deals closed, won: 80.0% (4 of 5)\n")
    assert "Insufficient history: 20 deals are needed on either side (--floor): " in ran.out
    assert "Where deals were won more or less often" not in ran.out


def test_within_so_many_days_of_a_milestone(run: Run, db: str) -> None:
    ran = run("patterns", "--db", db, "--landmark", "meet", "--within", "7", "--happened", "2026-06-01")
    assert ran.out.startswith("60 deals followed for 7 days, won: 0.0% (0 of 60)\n")
    ran = run("patterns", "--db", db, "--landmark", "meet", "--within", "7", "--happened", "2026-01-05")
    assert "60 deals more in question, not followed for so long." in ran.out


def test_how_many_are_open_and_of_how_many_accounts_they_are(run: Run, db: str, demo_db: str) -> None:
    assert "The deals are of 1 account: those of one are no independent witnesses." in run("patterns", "--db", db).out
    assert "2 deals more in question, open still" in run("patterns", "--db", demo_db).out


def test_json_holds_the_factors_that_were_asked_for(run: Run, db: str) -> None:
    found = json.loads(run("patterns", "--db", db, "--json", "--factor", "owner").out)
    (owner,) = found["patterns"]
    assert (owner["factor"], owner["is_constant"], owner["range"]) == ("owner", False, [0.0, 1.0])
    assert found["accounts"] == 1


def test_whether_it_matters_that_nobody_said(run: Run, db: str) -> None:
    ran = run("patterns", "--db", db, "--unknown", "owner", "--unknown", "door", "--json", "--floor", "1")
    found = {one["factor"]: one for one in json.loads(ran.out)["patterns"]}
    asked = found["nobody said owner or acme.visit:door"]
    assert [(one["value"], one["won"]["of"], one["verdict"]) for one in asked["values"]] == [
        ("yes", 35, "won more often"),
        ("no", 25, "won less often"),
    ]
    assert asked["is_signal"]
    assert asked["text"].startswith("won more often where it was yes: 30 of 35")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--factor", "dor"], "'dor' is no factor of these deals: there is acme.visit:door"),
        (["--only", "mood=good"], "'mood' is no factor of these deals"),
        (["--unknown", "zzz"], "'zzz' is no factor"),
        (["--playbook", "nope"], "no playbook 'nope' in this journal"),
        (["--entry", "nope"], "no milestone 'nope'"),
        (["--landmark", "nope"], "no milestone 'nope'"),
        (["--within", "9"], "--within counts days from a milestone: name it with --landmark"),
        (["--only", "lead source=trade"], "no deal has 'trade' of the factor 'lead source': there are fair, referral"),
    ],
)
def test_what_is_not_there_is_named_with_what_is(run: Run, db: str, words: list[str], said: str) -> None:
    ran = run("patterns", "--db", db, *words)
    assert (ran.code, ran.out) == (1, "")
    assert said in ran.err


@pytest.mark.parametrize("condition", ["owner", "=li", "owner="])
def test_a_condition_names_a_factor_and_a_value(run: Run, db: str, condition: str) -> None:
    ran = run("patterns", "--db", db, "--only", condition)
    assert ran.code == 2
    assert "is not FACTOR=VALUE" in ran.err


def test_without_a_closed_deal_there_is_nothing_to_hold_against_each_other(run: Run, tmp_path: Path) -> None:
    db = f"sqlite:///{tmp_path / 'new.db'}"
    df.DealFlow.open(db).close()
    ran = run("patterns", "--db", db)
    assert ran.code == 0
    assert ran.out.startswith("0 deals closed, won: nothing to count yet\n0 differences looked at")
    ran = run("patterns", "--db", db, "--factor", "owner")
    assert "there is none, since no deal is left" in ran.err


def test_the_demo_says_that_four_deals_are_too_few(run: Run, demo_db: str) -> None:
    ran = run("patterns", "--db", demo_db)
    assert ran.code == 0
    assert "Insufficient history: 20 deals" in ran.out
