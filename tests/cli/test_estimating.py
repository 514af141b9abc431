"""The verbs that ask about the whole pipeline: cut, over time, how long, what it may bring."""

import json
from collections.abc import Callable
from datetime import date

import pytest

import dealflow as df
from tests.cli.conftest import Ran, Run

Ask = Callable[..., Ran]


@pytest.fixture
def ask(run: Run, demo_db: str) -> Ask:
    return lambda *words: run(*words, "--db", demo_db)


def lines(ran: Ran) -> list[str]:
    assert (ran.code, ran.err) == (0, "")
    return [" ".join(line.split()) for line in ran.out.splitlines()]


def test_one_line_an_owner(ask: Ask) -> None:
    shown = lines(ask("funnel", "--by", "owner"))
    assert "deals open won lost aband. win rate amount open" in shown
    assert shown[shown.index("Li Wei 1 · 1 · · 100.0% (21 to 100) -") :][:4] == [
        "Li Wei 1 · 1 · · 100.0% (21 to 100) -",
        "1 of 1",
        "Ma Jun 5 2 1 1 1 50.0% (9 to 91) 1,770,000 CNY",
        "1 of 2",
    ]


def test_one_line_a_cohort_with_the_share_that_came_to_each_milestone(ask: Ask) -> None:
    shown = lines(ask("funnel", "--cohort", "quarter"))
    assert any(line.startswith("2026-Q1 ") for line in shown)
    assert "Playbook key-accounts: of the deals of a line, those that ever came to each milestone:" in shown


def test_a_cohort_of_an_owner_is_named_by_both(ask: Ask) -> None:
    found = json.loads(ask("funnel", "--cohort", "year", "--by", "owner", "--json").out)
    assert {(one["cohort"], one["owner"]) for one in found} >= {("2026", "Li Wei")}
    assert sum(one["funnel"]["deals"] for one in found) == 7


def test_accounts_are_shown_by_their_names(ask: Ask) -> None:
    assert any(line.startswith("Huaxin Steel 1 · 1") for line in lines(ask("funnel", "--by", "account")))
    found = json.loads(ask("funnel", "--by", "account", "--json").out)
    assert "Huaxin Steel" in {one["name"] for one in found}


def two_of_a_kind() -> None:
    """Two accounts of one name, each with a deal at a milestone of one name, under two playbooks."""
    with df.DealFlow.open("sqlite:///twins.db") as flow:
        for key, amount in (("one", 100), ("two", 7)):
            book = df.Playbook.of(key, key, [df.Milestone("met", "Met")])
            account = flow.do(df.RegisterAccount("Acme"), by="li", at=date(2026, 1, 1)).stream
            deal = flow.do(df.OpenDeal(account, "A deal", book), by="li", at=date(2026, 1, 1)).stream
            flow.do(df.ValueDeal(df.Money.of(amount, "EUR")), on=deal, by="li", at=date(2026, 1, 1))


def test_two_accounts_of_one_name_are_two_lines(run: Run) -> None:
    two_of_a_kind()
    for verb in ("funnel", "forecast", "times"):
        shown = lines(run(verb, "--by", "account", "--db", "sqlite:///twins.db"))
        assert sum(line.startswith("Acme 1") for line in shown) >= 2
        found = json.loads(run(verb, "--by", "account", "--json", "--db", "sqlite:///twins.db").out)
        assert [one["name"] for one in found] == ["Acme", "Acme"]


def test_milestones_of_one_name_are_told_apart_by_their_playbooks(run: Run) -> None:
    two_of_a_kind()
    shown = lines(run("forecast", "--db", "sqlite:///twins.db"))
    assert {"one: Met 1 100 EUR - -", "two: Met 1 7 EUR - -"} <= set(shown)


def test_month_by_month_ends_as_the_funnel_stands(ask: Ask) -> None:
    shown = lines(ask("funnel", "--period", "month", "--happened", "2026-06-30"))
    assert shown[0] == "Playbook key-accounts: came +, left -, and stood there at the end"
    assert any(line.startswith("2026-01 +") for line in shown)
    found = json.loads(ask("funnel", "--period", "month", "--happened", "2026-06-30", "--json").out)
    assert [one["period"] for one in found][-1] == "2026-06"
    funnel = json.loads(ask("funnel", "--happened", "2026-06-30", "--json").out)
    assert [flow["at_end"] for flow in found[-1]["flows"]] == [stage["open"] for stage in funnel["stages"]]


def test_quiet_months_are_put_together(ask: Ask) -> None:
    assert "2026-07 to · · 1 1 · · 2 2 1" in lines(ask("funnel", "--period", "month", "--happened", "2026-10-31"))


def test_periods_and_lots_do_not_go_together(ask: Ask) -> None:
    ran = ask("funnel", "--period", "month", "--by", "owner")
    assert (ran.code, ran.err) == (1, "dealflow: --period shows all deals over time: leave out --by and --cohort\n")


def test_times_name_the_naive_median_naive(ask: Ask) -> None:
    shown = lines(ask("times", "--floor", "3", "--happened", "2026-06-30"))
    assert shown[0] == "Playbook key-accounts: days at each milestone"
    assert any("naive" in line for line in shown)
    assert any(line.startswith("Naive medians of closed deals: won ") for line in shown)
    assert "won" in {line.split()[0] for line in shown if line}


def test_few_deals_are_insufficient_history(ask: Ask) -> None:
    assert "insufficient" in ask("times").out
    assert json.loads(ask("times", "--json").out)["cycle"]["verdict"] == "insufficient history"


def test_times_by_owner(ask: Ask) -> None:
    assert any(
        line.startswith("Ma Jun 5 3 91 50 to - 82") for line in lines(ask("times", "--by", "owner", "--floor", "1"))
    )
    found = json.loads(ask("times", "--by", "owner", "--json").out)
    assert {one["owner"]: one["times"]["cycle"]["n"] for one in found}["Ma Jun"] == 5


def test_visits_without_a_known_day_are_counted_beside_the_times(run: Run) -> None:
    with df.DealFlow.open("sqlite:///windows.db") as flow:
        window = df.When.of(date(2026, 1, 1), flow.zone)
        wide = df.When(window.start, df.When.of(date(2026, 2, 1), flow.zone).end)
        account = flow.do(df.RegisterAccount("Acme"), by="li", at=date(2026, 1, 1)).stream
        flow.do(df.OpenDeal(account, "Somewhen"), by="li", at=wide)
    shown = lines(run("times", "--db", "sqlite:///windows.db"))
    assert "Left out, as the day they began or ended is not known: 1 visits, 1 deals." in shown
    assert "Left out, as the day they began or ended is not known: 0 visits, 1 deals." in lines(
        run("times", "--by", "owner", "--db", "sqlite:///windows.db")
    )


def test_the_forecast_shows_prior_and_learnt_and_says_what_is_left_out(ask: Ask) -> None:
    shown = lines(ask("forecast", "--happened", "2026-06-30"))
    assert shown[0] == "Chance of winning, once a milestone is reached"
    assert "* Insufficient history: an estimate needs 20 deals (--floor)." in shown
    assert "all open deals 2 1,770,000 CNY 931,500 CNY -" in shown
    assert "Of 2 open deals 2 stand where history is insufficient: they are left out of the sums that need it." in shown


def test_with_enough_history_every_open_deal_is_in(ask: Ask) -> None:
    shown = lines(ask("forecast", "--floor", "1"))
    assert "No open deal is left out." in shown


def test_the_forecast_by_owner(ask: Ask) -> None:
    assert any(line.startswith("Ma Jun 2 1,770,000 CNY") for line in lines(ask("forecast", "--by", "owner")))
    found = json.loads(ask("forecast", "--by", "owner", "--json").out)
    assert {one["owner"]: one["forecast"]["total"]["deals"] for one in found}["Ma Jun"] == 2
    assert json.loads(ask("forecast", "--json").out)["total"]["amount"] == {"CNY": "1770000"}


def test_currencies_are_brought_into_one_at_the_rates_given(ask: Ask) -> None:
    found = json.loads(ask("forecast", "--in", "EUR", "--rate", "CNY=0.125", "--json").out)
    assert found["total"]["amount"] == {"EUR": "221250.000"}


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--rate", "CNY=0.125"), 1, "--rate needs --in: say into which currency amounts are to be brought"),
        (("--in", "EUR"), 1, "no rate from CNY to EUR: give one, such as CNY=1.25 (EUR for 1 CNY)"),
        (("--in", "EUR", "--rate", "CNY"), 2, "'CNY' is not a rate: write it as EUR=1.08, for what 1 EUR is worth"),
        (("--in", "EUR", "--rate", "CNY=-1"), 1, "Decimal('-1') is no rate from CNY to EUR"),
        (("--in", "EUR", "--rate", "CNY=1", "--rate", "CNY=2"), 2, "CNY has two rates: give one"),
        (("--in", "eur", "--rate", "CNY=1"), 1, "'eur' is not a currency"),
        (("--entry", "nowhere"), 1, "no milestone 'nowhere' in the playbooks of these deals: they have training, "),
        (("--playbook", "none"), 1, "no playbook 'none' in this journal: it has key-accounts"),
        (("--floor", "-1"), 2, 'Invalid value "-1" for --floor'),
        (("--by", "colour"), 2, "--by"),
    ],
)
def test_what_cannot_be_asked_is_said_in_one_line(ask: Ask, words: tuple[str, ...], code: int, said: str) -> None:
    ran = ask("forecast", *words)
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err


def test_without_scipy_the_extra_is_named(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_module: str) -> None:
        raise ModuleNotFoundError(name="scipy")

    monkeypatch.setattr("dealflow.extras.import_module", missing)
    ran = ask("times", "--floor", "1")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "dealflow: scipy is needed to estimate how long deals take: pip install 'dealflow[stats]'\n"
