"""The verb that says what changed in the pipeline between two moments."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

import dealflow as df
from dealflow.domain.deal import DealValued
from tests.cli.conftest import Ran, Run
from tests.data import ROOT, data

Ask = Callable[..., Ran]
SPAN = ("--from", "2026-01-31", "--to", "2026-02-28")
DB = "sqlite:///changes.db"


@pytest.fixture
def ask(run: Run) -> Ask:
    """Tell of three deals, two of February, and return how to ask about them."""
    with df.DealFlow.open(DB) as flow:
        acme = flow.do(df.RegisterAccount("Acme"), by="li", at=date(2026, 1, 5)).stream

        def deal(title: str, day: date, *commands: object, owner: str = "li") -> None:
            stream = flow.do(df.OpenDeal(acme, title, owner=owner), by="li", at=day).stream
            for at, command in zip(commands[::2], commands[1::2], strict=True):
                flow.do(command, by="li", on=stream, at=at)  # type: ignore[arg-type]

        def eur(amount: str) -> df.ValueDeal:
            return df.ValueDeal(df.Money.of(amount, "EUR"))

        january, february = date(2026, 1, 9), date(2026, 2, 9)
        pulled = (january, df.ExpectClose(date(2026, 6, 30)), february, df.ExpectClose(date(2026, 6, 15)))
        right = df.CorrectRecord(2, "a nought too many", DealValued(df.Money.of("4000.50", "EUR")))
        deal(
            "Rolling line",
            january,
            january,
            eur("40005"),
            january,
            right,
            *pulled,
            february,
            df.AdvanceStage("executive_meeting"),
        )
        deal(
            "Crane",
            january,
            january,
            eur("1000"),
            february,
            df.AssignDealOwner("wang"),
            date(2026, 2, 20),
            df.WinDeal(df.Money.of("900", "EUR"), skip_rest=True),
        )
        deal("Shears", february, february, df.ValueDeal(df.Money.of("700", "USD")), owner="wang")
    return lambda *words: run("changes", *words, "--db", DB)


def lines(ran: Ran) -> list[str]:
    assert (ran.code, ran.err) == (0, "")
    return [" ".join(line.split()) for line in ran.out.splitlines()]


def test_the_way_from_opening_to_closing_is_shown_kind_by_kind(ask: Ask) -> None:
    shown = lines(ask(*SPAN))
    assert shown[0] == "deals open amount weighted close days"
    assert shown[2:17] == [
        "opening 2 5,000.5 EUR 500.05 EUR 150",
        "new 1 +1 +700 USD +70 USD ·",
        "stage forward 1 · · +400.05 EUR ·",
        "pulled in 1 · · · -15",
        "owner changed 1 · · · ·",
        "won 1 -1 -1,000 EUR -100 EUR ·",
        "closing 2 4,000.5 EUR 800.1 EUR 135",
        "700 USD 70 USD",
        "residual 0 0 EUR 0 EUR 0",
        "0 USD 0 USD",
        "deal when what amount weighted records",
        shown[13],
        "Rolling line 2026-02-09 pulled in: 2026-06-30 to 2026-06-15 · · 7",
        "Rolling line 2026-02-09 stage forward: training to executive_meeting · +400.05 EUR 8",
        "Crane 2026-02-09 owner changed: li to wang · · 11",
    ]
    assert shown[17:19] == [
        "Shears 2026-02-09 new at training +700 USD +70 USD 13 14",
        "Crane 2026-02-20 won at training, for 900 EUR -1,000 EUR -100 EUR 12",
    ]
    assert shown[-1] == (
        "What happened from the evening of 2026-01-31 to the evening of 2026-02-28, as it was known by now."
    )


def test_on_a_narrow_terminal_no_line_is_wider(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    ran = ask(*SPAN)
    assert ran.code == 0
    tables = ran.out[: ran.out.index("Open: ")]
    assert max(map(len, tables.splitlines())) <= 80
    assert "amount\n" in tables


def test_json_holds_the_whole_answer(ask: Ask) -> None:
    found = json.loads(ask(*SPAN, "--json").out)
    assert Decimal(found["residual"]["weighted"]["EUR"]) == Decimal(0)
    assert [one["kind"] for one in found["totals"]] == ["new", "stage forward", "pulled in", "owner changed", "won"]
    assert found["movements"][0]["records"] == [7]


def test_of_one_owner(ask: Ask) -> None:
    shown = lines(ask(*SPAN, "--owner", "li"))
    assert "owner out 1 -1 -1,000 EUR -100 EUR ·" in shown
    assert "Crane 2026-02-09 owner out: li to wang -1,000 EUR -100 EUR 11" in shown


def test_in_one_currency(ask: Ask) -> None:
    assert "new 1 +1 +350 EUR +35 EUR ·" in lines(ask(*SPAN, "--in", "EUR", "--rate", "USD=0.5"))


def test_what_became_known_and_what_was_corrected(ask: Ask) -> None:
    with df.DealFlow.open(DB) as flow:
        opened = flow.journal.stream(flow.deals()[0].deal)[1].recorded_at
        last = flow.journal.stream(flow.deals()[2].deal)[-1].recorded_at
    shown = lines(ask("--from", opened.isoformat(), "--to", last.isoformat(), "--clock", "known"))
    assert "corrected 1 · -36,004.5 EUR -3,600.45 EUR ·" in shown
    assert any("corrected: 40,005 EUR to 4,000.50 EUR -36,004.5 EUR -3,600.45 EUR 4 5" in line for line in shown)
    assert shown[-1].startswith("What became known from ")
    assert shown[-1].endswith("of what had happened by now.")


def test_between_a_day_and_itself_there_is_nothing_to_list(ask: Ask) -> None:
    shown = lines(ask("--from", "2026-02-28", "--to", "2026-02-28"))
    assert [line.split()[0] for line in shown[2:5]] == ["opening", "700", "closing"]
    assert not any(line.startswith("deal when") for line in shown)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--from", "2026-03-01", "--to", "2026-02-01"), 1, "is after the end"),
        ((*SPAN, "--happened", "2026-02-01"), 1, "happened goes from the start to the end here: leave it out"),
        ((*SPAN, "--clock", "known", "--known", "2026-02-01"), 1, "known goes from the start to the end here"),
        ((*SPAN, "--clock", "mine"), 2, "--clock"),
        ((*SPAN, "--owner", "nobody"), 1, "no deal was ever owned by 'nobody': the owners are li, wang"),
        ((*SPAN, "--playbook", "none"), 1, "no playbook 'none' in this journal: it has standard"),
        ((*SPAN, "--in", "EUR"), 1, "no rate from USD to EUR"),
        ((*SPAN, "--rate", "USD=2"), 1, "--rate needs --in"),
        (("--from", "yesterday", "--to", "2026-02-01"), 2, "'yesterday' is neither a date"),
        (("--from", "2026-02-01"), 2, "--to"),
    ],
)
def test_what_cannot_be_asked_is_said_in_one_line(ask: Ask, words: tuple[str, ...], code: int, said: str) -> None:
    ran = ask(*words)
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err


def test_of_an_empty_journal_everything_is_nothing(run: Run) -> None:
    df.DealFlow.open("sqlite:///empty.db").close()
    ran = run("changes", *SPAN, "--db", "sqlite:///empty.db")
    assert (ran.code, ran.err) == (0, "the journal is empty: nothing has been imported or recorded yet\n")
    assert [" ".join(line.split()) for line in ran.out.splitlines()][2:5] == [
        "opening 0 - - 0",
        "closing 0 - - 0",
        "residual 0 - - 0",
    ]


@pytest.mark.parametrize("clock", ["happened", "known"])
@pytest.mark.parametrize(
    ("source", "options"),
    [
        (("csv", "leadforge_s42_400"), ("--mapping", ROOT / "examples" / "leadforge" / "mapping.toml")),
        (("salesforce", "salesforce_dev_org"), ("--timezone", "UTC", "--currency", "USD")),
    ],
    ids=["leadforge", "salesforce"],
)
def test_it_runs_on_what_was_imported(
    run: Run, source: tuple[str, str], options: tuple[object, ...], clock: str
) -> None:
    kind, name = source
    assert run("import", kind, data(name), *options).code == 0
    shown = lines(run("changes", "--from", "2020-01-01", "--to", "2099-12-31", "--clock", clock))
    assert shown[2].startswith("opening 0 -")
    (residual,) = (line for line in shown if line.startswith("residual"))
    assert set(residual.split()[1:]) <= {"0", "USD", "-"}
