"""The verb that looks back on contacts: what became of them, how they were held, what we owe, where it is silent."""

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

import dealflow as df
from dealflow.cli.contacts import promised
from dealflow.cli.options import AsOf
from dealflow.domain.interaction import VisitStep
from dealflow.projections.promises import DuePromise
from tests.cli.conftest import Ran, Run
from tests.projections.selling import SHORT

Ask = Callable[..., Ran]


@pytest.fixture(scope="module")
def contacts_db(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A month of contacts with two accounts, told as of February 2026; to be read only."""
    url = f"sqlite:///{Path(tmp_path_factory.mktemp('contacts')) / 'contacts.db'}"
    with df.DealFlow.open(url) as flow:
        _tell(flow)
    return url


def _tell(flow: df.DealFlow) -> None:
    def told(at: Any, *commands: df.Command, on: UUID | None = None) -> UUID:
        for command in commands:
            on = flow.do(command, on=on, by="li.wei", at=at).stream
        assert on is not None
        return on

    def held(at: date, account: UUID, *then: df.Command, **more: Any) -> UUID:
        more = {"channel": df.Channel.VISIT, "ours": ("li.wei",)} | more
        return told(at, df.HoldInteraction(account, **more), *then)

    day = date(2026, 1, 5)
    steel, glass = (told(day, df.RegisterAccount(name)) for name in ("Huaxin Steel", "Lost Glass"))
    told(date(2026, 1, 30), df.MarkHistoryUnknown(until=datetime(2026, 1, 1, tzinfo=UTC)), on=glass)
    presses = told(day, df.OpenDeal(steel, "Presses", SHORT, "meet"))
    furnace = told(day, df.OpenDeal(glass, "Furnace", SHORT, "meet"))
    told(day, df.OpenDeal(glass, "Lehr", SHORT, "meet"))

    advance = df.ConcludeInteraction(df.Conclusion.ADVANCE, "a demo", date(2026, 1, 20))
    sample = df.MakePromise("a sample of the new bearing", "li.wei", date(2026, 1, 20), id="sample")
    offer = df.MakePromise("an offer", "zhou", date(2026, 2, 20), id="offer")
    research = {"activity": df.Activity.RESEARCH, "deals": (presses,), "minutes": 25, "steps": tuple(VisitStep)[:4]}
    held(date(2026, 1, 7), steel, advance, sample, offer, **research)
    for number in range(20):
        held(date(2026, 1, 8), steel, df.ConcludeInteraction(df.Conclusion.NO_SALE), ours=("li.wei", "zhou"))
        held(date(2026, 1, 9), steel, channel=df.Channel.CALL, deals=(presses,) if number else ())
    held(date(2026, 1, 12), glass, minutes=90)
    window = df.When.between(datetime(2026, 1, 12, tzinfo=UTC), datetime(2026, 1, 20, tzinfo=UTC))
    told(window, df.HoldInteraction(glass, df.Channel.CALL, deals=(furnace,)))
    later = df.When.of(date(2026, 1, 26), UTC)
    plan = told(date(2026, 1, 15), df.PlanInteraction(glass, later, df.Channel.VISIT, "see it"))
    told(later.start, df.HoldInteraction(), on=plan)
    told(date(2026, 1, 15), df.PlanInteraction(glass, later, df.Channel.VISIT, "see it again"))


@pytest.fixture
def ask(run: Run, contacts_db: str) -> Ask:
    def asked(*words: object) -> Ran:
        return run("contacts", "--happened", "2026-02-02", *words, "--db", contacts_db)

    return asked


def lines(ran: Ran) -> list[str]:
    assert (ran.code, ran.err) == (0, "")
    return [" ".join(line.split()) for line in ran.out.splitlines()]


def after(shown: list[str], title: str) -> list[str]:
    return shown[shown.index(title) + 3 :]


def test_what_became_of_contacts_comes_first(ask: Ask) -> None:
    shown = lines(ask())
    assert shown[:3] == [
        "45 contacts:",
        "44 held",
        "1 planned for a day that is over, and nobody said what became of it",
    ]
    assert lines(ask("--since", "2026-01-12"))[:2] == ["4 contacts since 2026-01-12:", "3 held"]


def test_how_they_ended_beside_the_source_and_where_ours_differs(ask: Ask) -> None:
    shown = lines(ask())
    rows = after(shown, "How they ended, where somebody said")
    assert rows[2:4] == ["advance 4.8% (1 to 23) 40% below", "1 of 21"]
    assert rows[6:8] == ["no-sale 95.2% (77 to 99) 40% above", "20 of 21"]
    said = shown.index("Of 23 of 44 held contacts nobody said how they ended;")
    assert shown[said + 1] == "the shares are of the others, and say little where only good news was told."
    assert "An advance, of all held: 2.3% (1 of 44)." in shown


def test_how_well_they_were_made(ask: Ask) -> None:
    shown = lines(ask())
    assert "Purpose reached, where planned: nothing to count yet; of 1 nobody said." in shown
    assert after(shown, "The eight steps, where told")[3] == "ask 1 of 1 *"
    assert "All eight: insufficient history (0 of 1)." in shown
    assert "Of 43 held contacts nobody said which of the eight steps were taken." in shown
    assert "Visits: median 57.5 minutes, 2 of known length, 21 of unknown." in shown
    first = shown.index("First visits: median 25 minutes, 1 of known length, 0 of unknown.")
    assert shown[first + 1 : first + 3] == [
        "20 to 30 minutes: insufficient history (1 of 1); 0 shorter, 0 longer",
        "1 more may not have been the first: what was before is not known",
    ]
    assert "* Insufficient history: an estimate needs 20 of what is counted (--floor)." in shown


def test_the_floor_is_the_askers(ask: Ask) -> None:
    shown = lines(ask("--floor", "1"))
    assert after(shown, "The eight steps, where told")[6:8] == ["ask 100.0% (21 to 100)", "1 of 1"]
    assert not [line for line in shown if line.startswith("*")]


def test_since_cuts_neither_what_we_owe_nor_where_it_is_silent(ask: Ask) -> None:
    whole, cut = lines(ask()), lines(ask("--since", "2026-01-26"))
    assert "Promises open: 1 overdue, 1 due today or later, 0 without a day." in cut
    start = "Open deals: 3, 1 of them without any contact."
    assert cut[cut.index(start) :] == whole[whole.index(start) :]


def test_which_pre_sale_steps_the_deals_had(ask: Ask) -> None:
    shown = lines(ask("--floor", "0"))
    rows = after(shown, "Pre-sale steps, and the deals that had them")
    assert rows[:2] == ["research 1 33.3% (6 to 79) - -", "1 of 3"]
    assert "No held contact is said to be part of a pre-sale step." in lines(ask("--since", "2026-01-08"))


def test_what_was_asked_and_objected_by_how_far_the_deals_were(run: Run, demo_db: str) -> None:
    shown = [" ".join(line.split()) for line in run("contacts", "--db", demo_db).out.splitlines()]
    begun = shown.index("What was asked and objected, by how far the deals were")
    assert shown[begun + 3 : begun + 5] == ["early need and cost 5 implication 1 price 1", "situation 1 timing 1"]


def test_what_we_owe_the_most_pressing_first(ask: Ask) -> None:
    shown = lines(ask())
    start = shown.index("Promises kept: nothing to count yet.")
    assert shown[start + 2] == "Promises open: 1 overdue, 1 due today or later, 0 without a day."
    rows = after(shown, "Promises that are due")[1:]  # its head is of two lines
    assert rows[0].startswith("a sample of the new bearing Huaxin Steel li.wei 2026-01-20 -13 ")
    assert rows[1].startswith("an offer Huaxin Steel zhou 2026-02-20 18 ")


def test_of_a_promise_whose_words_cannot_be_told_the_id_is_shown(contacts_db: str) -> None:
    account = UUID(int=1)
    gone = DuePromise("sample", account, account, "li", date(2026, 1, 20), 1, (), ())
    with df.DealFlow.open(contacts_db) as flow:
        assert promised(flow, gone, AsOf()) == "sample"


def test_where_it_is_silent_never_met_first(ask: Ask) -> None:
    shown = lines(ask())
    start = shown.index("Open deals: 3, 1 of them without any contact.")
    assert shown[start + 1 : start + 4] == [
        "silent for 7 days or more: 100.0% (2 of 2)",
        "silent for 14 days or more: 100.0% (1 of 1); of 1 unknown",
        "days of silence, median: 24",
    ]
    rows = after(shown, "The most silent")
    assert [(row.split()[0], row.split()[2]) for row in rows[:3]] == [
        ("Lehr", "never"),
        ("Presses", "24"),
        ("Furnace", "13"),
    ]
    assert "13 to 21 2026-02-02" in rows[2]
    assert shown[-1].startswith("As it had happened by the evening of 2026-02-02")


def test_a_promise_kept_without_a_day_is_neither_in_time_nor_late(run: Run) -> None:
    with df.DealFlow.open("sqlite:///kept.db") as flow:
        account = flow.do(df.RegisterAccount("Acme"), by="li").stream
        held = flow.do(df.HoldInteraction(account, df.Channel.CALL), by="li").stream
        flow.do(df.MakePromise("a sample", "li", id="sample"), on=held, by="li")
        flow.do(df.KeepPromise("sample"), on=held, by="li")
    shown = lines(run("contacts", "--floor", "1", "--db", "sqlite:///kept.db"))
    assert "Promises kept: 100.0% (1 of 1)." in shown
    assert "Kept in time: nothing to count yet; of 1 nobody knows." in shown


def test_where_somebody_said_everything_nothing_is_unknown(run: Run) -> None:
    with df.DealFlow.open("sqlite:///all.db") as flow:
        account = flow.do(df.RegisterAccount("Acme"), by="li").stream
        held = df.HoldInteraction(account, df.Channel.CALL, steps=tuple(VisitStep))
        stream = flow.do(held, by="li").stream
        flow.do(df.ConcludeInteraction(df.Conclusion.ORDER), on=stream, by="li")
    assert "nobody said" not in run("contacts", "--db", "sqlite:///all.db").out


def test_of_an_empty_journal_nothing_is_told(run: Run) -> None:
    df.DealFlow.open("sqlite:///none.db").close()
    ran = run("contacts", "--db", "sqlite:///none.db")
    shown = [" ".join(line.split()) for line in ran.out.splitlines()]
    assert (ran.code, shown[:2]) == (0, ["0 contacts:", "nothing is recorded"])
    assert "Open deals: 0, 0 of them without any contact." in shown


def test_only_the_first_of_many_are_shown_and_all_are_in_the_json(run: Run) -> None:
    with df.DealFlow.open("sqlite:///many.db") as flow:
        account = flow.do(df.RegisterAccount("Acme"), by="li").stream
        for number in range(11):
            flow.do(df.OpenDeal(account, f"Deal {number}", SHORT, "meet"), by="li")
    shown = lines(run("contacts", "--db", "sqlite:///many.db"))
    assert "The most silent: the first 10 of 11" in shown
    assert len(json.loads(run("contacts", "--json", "--db", "sqlite:///many.db").out)["silences"]) == 11


# Lots


def test_one_line_for_each_of_ours(ask: Ask) -> None:
    shown = lines(ask("--by", "ours"))
    rows = {line.split()[0]: line for line in shown if line.startswith(("li.wei", "zhou", "unknown"))}
    assert rows["li.wei"] == "li.wei 42 · · · · 0% 5% 0% 95%"
    assert rows["zhou"] == "zhou 20 · · · · 0% 0% 0% 100%"
    assert rows["unknown"] == "unknown 2 · · 1 · - - - -"
    assert "A contact of several of ours is in the line of each." in shown


@pytest.mark.parametrize(
    ("by", "names"),
    [
        ("account", ["Huaxin Steel", "Lost Glass"]),
        ("channel", ["call", "visit"]),
        ("activity", ["other", "research"]),
        ("month", ["2026-01"]),
    ],
)
def test_one_line_for_each_lot(ask: Ask, by: str, names: list[str]) -> None:
    found = json.loads(ask("--by", by, "--json").out)
    assert sorted(one["name"] for one in found) == names
    assert all(set(one) == {by, "name", "report"} for one in found)
    shown = lines(ask("--by", by, "--floor", "99"))
    assert [name for name in names if not any(line.startswith(f"{name} ") for line in shown)] == []
    assert "* Insufficient history: an estimate needs 99 concluded contacts (--floor)." in shown


def test_accounts_are_in_the_order_of_their_names(run: Run) -> None:
    url = "sqlite:///named.db"
    with df.DealFlow.open(url) as flow:
        for name in ("zinc", "Beta", "acme", "Delta", "chrome"):
            account = flow.do(df.RegisterAccount(name), by="li").stream
            flow.do(df.HoldInteraction(account, df.Channel.CALL), by="li")
    names = ["acme", "Beta", "chrome", "Delta", "zinc"]
    found = json.loads(run("contacts", "--by", "account", "--json", "--db", url).out)
    assert [one["name"] for one in found] == names
    shown = lines(run("contacts", "--by", "account", "--db", url))
    assert [word for line in shown for word in line.split()[:1] if word in names] == names


@pytest.mark.parametrize("by", [*df.ContactBy])
def test_where_there_is_no_contact_there_is_no_table(ask: Ask, by: df.ContactBy) -> None:
    shown = lines(ask("--by", by, "--since", "2026-01-27"))
    assert (shown[0], len(shown)) == ("There are no contacts in question.", 2)


# As JSON, and in one line where it cannot be


def test_json_holds_the_report_and_every_silence(ask: Ask) -> None:
    whole = json.loads(ask("--json").out)
    assert set(whole) == {"report", "silence", "silences"}
    assert whole["report"]["counts"]["total"] == 45
    assert whole["report"]["outcomes"]["ways"][3]["beside"] == "above"
    assert [one["overdue"] for one in whole["report"]["promises"]["due"]] == [True, False]
    assert [(one["never"], one["days"]) for one in whole["silences"]] == [(True, None), (False, 24), (False, None)]
    assert whole["silence"]["silent"][0]["days"] == 7


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--since", "soon"), 2, "'soon' is not a date such as 2026-02-28"),
        (("--by", "weather"), 2, 'Invalid value "weather" for --by'),
        (("--entry", "nowhere"), 1, "no milestone 'nowhere' in the playbooks of these deals"),
    ],
)
def test_what_cannot_be_asked_is_said_in_one_line(ask: Ask, words: tuple[str, ...], code: int, said: str) -> None:
    ran = ask(*words)
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err.splitlines()[0]


@pytest.mark.parametrize("words", [(), ("--by", "account")])
def test_it_reads_at_80_columns(ask: Ask, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("FORCE_COLOR", "1")  # as a terminal would be taken
    shown = [re.sub(r"\x1b\[\d*m", "", line).rstrip() for line in ask(*words).out.splitlines()]
    assert max(map(len, shown[:-1])) <= 80
