"""The verb about relationships: every account that buys, what slips first; and one account in full."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from uuid import UUID

import pytest
from rich.console import Console

import dealflow as df
from dealflow.cli.relationships import kept, people, show_relationship
from dealflow.cli.terms import Terms
from tests.cli.conftest import Ran, Run

Ask = Callable[..., Ran]
DIRECTOR, MANAGER, CLERK = df.JobLevel.DIRECTOR, df.JobLevel.MANAGER, df.JobLevel.CLERK
LEVELS = ("--ours", "zhou=director", "--ours", "li.wei=manager")


@pytest.fixture(scope="module")
def accounts_db(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Accounts at every stage, told as of 2025; to be read only."""
    url = f"sqlite:///{Path(tmp_path_factory.mktemp('accounts')) / 'accounts.db'}"
    with df.DealFlow.open(url) as flow:
        _tell(flow)
    return url


def _tell(flow: df.DealFlow) -> None:
    day = date(2025, 1, 6)

    def told(on: UUID | None, *commands: df.Command, at: date = day) -> UUID:
        for command in commands:
            on = flow.do(command, on=on, by="li.wei", at=at).stream
        assert on is not None
        return on

    def account(name: str, *bought: date) -> UUID:
        stream = told(None, df.RegisterAccount(name))
        told(stream, df.DrawPurchasesFrom(df.PurchaseOrigin.HOST))
        for at in bought:
            told(stream, df.RecordPurchase(df.Money.of(1000, "EUR")), at=at)
        return stream

    def met(stream: UUID, *theirs: UUID, ours: str, at: date) -> None:
        told(None, df.HoldInteraction(stream, df.Channel.VISIT, theirs, (ours,)), at=at)

    account("Paper Mill")
    told(account("Old Foundry", date(2025, 2, 3)), df.EndRelationship(df.ChurnCause.SCOPE_CUT), at=date(2025, 9, 1))
    told(account("Lost Glass", date(2025, 3, 3)), df.EndObservation(), at=date(2025, 6, 1))

    slipping = account("Huaxin Steel", date(2025, 2, 10), date(2025, 3, 10), date(2025, 5, 12))
    told(slipping, df.MeasureShare(0.6), at=date(2025, 4, 1))
    told(slipping, df.MeasureShare(0.7), at=date(2025, 7, 1))
    told(slipping, df.MeasureShare(0.3), at=date(2025, 10, 1))

    firm = account("Rhine Chemicals", date(2025, 2, 3))
    told(
        firm, df.MeasureShare(0.6), df.MeasureShare(0.6, period="again"), df.SignAgreement("frame"), at=date(2025, 3, 1)
    )
    told(firm, df.MarkHistoryUnknown(until=datetime(2025, 1, 1, tzinfo=UTC)))
    boss = told(None, df.IdentifyStakeholder(firm, "Eva Roth", level=DIRECTOR))
    head = told(None, df.IdentifyStakeholder(firm, "Max Beil", level=MANAGER))
    other = told(None, df.IdentifyStakeholder(firm, "Ute Kern", level=MANAGER))
    clerk = told(None, df.IdentifyStakeholder(firm, "Jo Lenz", level=CLERK))
    told(None, df.IdentifyStakeholder(firm, "Kim Alt"))
    told(head, df.AssignCounterpart("li.wei", main=True))
    met(firm, boss, clerk, ours="zhou", at=date(2025, 4, 7))
    for month in (9, 10, 11):
        met(firm, head, other, ours="li.wei", at=date(2025, month, 6))
    told(other, df.ChangeStance(df.Stance.SUPPORT))


@pytest.fixture
def ask(run: Run, accounts_db: str) -> Ask:
    def asked(*words: str) -> Ran:
        happened = () if "--happened" in words else ("--happened", "2025-12-01")
        return run("relationships", *happened, *words, "--db", accounts_db)

    return asked


def lines(ran: Ran) -> list[str]:
    assert (ran.code, ran.err) == (0, "")
    return [" ".join(line.split()) for line in ran.out.splitlines()]


def test_what_is_lost_soonest_comes_first_then_the_furthest_stage_and_who_is_there_longest(ask: Ask) -> None:
    shown = lines(ask(*LEVELS))
    head = "id account stage since days last bought ago usual bond faced missing lost on"
    assert shown[0] == head
    rows = [line.partition(" ")[2] for line in shown[2:7]]
    steel = (
        "Huaxin Steel stable 2025-07-01 153 2025-05-12 203 45.5 price ? - largest share, agreement in force, executives"
    )
    assert rows[0].startswith(steel)
    assert rows[0].endswith("2025-12-31")
    assert rows[1:] == [
        "Rhine Chemicals strategic 2025-04-07 238 2025-02-03 301 - mutual dependence 3 of 3 - -",
        "Lost Glass (followed until 2025-06-01) initial 2025-03-03 90 2025-03-03 90 - price ? - largest share ? -",
        "Paper Mill development 2025-01-06 329 - - - - - bought -",
        "Old Foundry terminated 2025-09-01 91 2025-02-03 301 - - - - -",
    ]


def test_beneath_stands_how_many_stand_at_which_stage_and_as_of_when(ask: Ask) -> None:
    shown = lines(ask(*LEVELS))
    assert shown[-2] == "5 accounts: 1 strategic, 1 stable, 1 initial, 1 development, 1 terminated."
    assert shown[-1].startswith("As it had happened by the evening of 2025-12-01")


def test_unknown_is_marked_and_counts_for_nothing(ask: Ask) -> None:
    shown = lines(ask())
    assert any("Rhine Chemicals stable" in line and "executives met ?" in line for line in shown)


def test_of_the_last_stage_what_is_missing_is_its_own(ask: Ask) -> None:
    (firm,) = [line for line in lines(ask(*LEVELS, "--happened", "2026-05-01")) if "Rhine" in line]
    assert "strategic 2025-04-07" in firm
    assert firm.endswith("executives met 2026-07-08")


def test_the_terms_are_the_askers(ask: Ask) -> None:
    strict = lines(ask("--share", "0.65", "--lapse", "200", "--grace", "30", *LEVELS))
    found = {line.split()[1]: line for line in strict[2:7]}
    assert "terminated 2025-11-29" in found["Huaxin"]
    assert "terminated" in found["Rhine"]
    assert any("Huaxin Steel initial 2025-11-01" in line for line in lines(ask("--grace", "30")))


def test_of_an_empty_journal_there_is_nothing_to_list(run: Run) -> None:
    df.DealFlow.open("sqlite:///none.db").close()
    ran = run("relationships", "--db", "sqlite:///none.db")
    assert (ran.code, ran.out.splitlines()[-2]) == (0, "0 accounts.")


def test_a_narrow_terminal_breaks_the_line_of_an_account_in_two_and_crops_no_number(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("FORCE_COLOR", "1")  # as a terminal would be taken
    shown = [re.sub(r"\x1b\[\d*m", "", line).rstrip() for line in ask(*LEVELS).out.splitlines()]
    assert max(map(len, shown[:-1])) <= 80
    first = next(at for at, line in enumerate(shown) if line.startswith("Huaxin Steel"))
    assert " ".join(shown[first].split()).startswith("Huaxin Steel stable 2025-07-01 2025-05-12 price ?")
    assert " ".join(shown[first + 1].split()[1:5]) == "2025-12-31 153 203 /"


def test_json_holds_the_relationship_with_its_name_its_coverage_and_its_bond(ask: Ask) -> None:
    found = {one["account_name"]: one for one in json.loads(ask(*LEVELS, "--json").out)}
    assert next(iter(found)) == "Huaxin Steel"
    steel, firm = found["Huaxin Steel"], found["Rhine Chemicals"]
    assert (steel["stage"], steel["lost_on"], steel["bought"]["usual"]) == ("stable", "2025-12-31", 45.5)
    assert steel["work"]["goal"].startswith("from main to long-term supplier")
    assert (firm["bond"]["level"], firm["coverage"]["extent"]) == ("mutual dependence", "several lines")
    assert [one["state"] for one in firm["coverage"]["rungs"]][:2] == ["faced by a peer", "faced by a peer"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--ours", "zhou"), "'zhou' is not NAME=LEVEL: write it as li.wei=director; a level is one of director, "),
        (("--ours", "zhou=boss"), "'zhou=boss' is not NAME=LEVEL"),
        (("--ours", "=clerk"), "'=clerk' is not NAME=LEVEL"),
        (("--ours", "zhou=clerk", "--ours", "zhou=director"), "zhou has two levels: give one"),
        (("--share", "50"), 'Invalid value "50.0" for --share'),
        (("--grace", "-1"), 'Invalid value "-1" for --grace'),
    ],
)
def test_terms_that_cannot_be_read_are_named_in_one_line(ask: Ask, words: tuple[str, ...], said: str) -> None:
    ran = ask(*words)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err.splitlines()[0]


# One account in full


@pytest.fixture
def flow(accounts_db: str) -> Iterator[df.DealFlow]:
    with df.DealFlow.open(accounts_db) as flow:
        yield flow


def in_full(flow: df.DealFlow, name: str, *ours: str) -> list[str]:
    relations = flow.relations(happened=date(2025, 12, 1))
    names = flow.names(relations)
    relation = next(one for account, one in relations.items() if names(account) == name)
    answer = kept(relation, Terms(ours=ours).policy)
    written = StringIO()
    show_relationship(Console(file=written, width=120), answer, flow.names(people(answer)))
    return [" ".join(line.split()) for line in written.getvalue().splitlines()]


def after(shown: list[str], head: str) -> list[str]:
    return shown[shown.index(head) + 3 :]


def test_the_stage_with_what_slips_and_by_when_it_is_lost(flow: df.DealFlow) -> None:
    shown = in_full(flow, "Huaxin Steel")
    why = "largest share: measured at 70% on 2025-07-01; 30% on 2025-10-01"
    assert shown[:3] == [
        "RELATIONSHIP on 2025-12-01: stable since 2025-07-01, 153 days.",
        f"It slips ({why}), and is lost on 2025-12-31 unless that is so again before.",
        "Bought on 3 days, last on 2025-05-12, 203 days ago; usually every 45.5 days.",
    ]
    assert after(shown, "How it came there")[1].startswith("bought: first on 2025-02-10 2025-02-10 initial advanced ")
    assert "Days at each stage: development 35, initial 141, stable 153." in shown
    assert after(shown, "Towards strategic")[2].startswith("agreement in force unmet no agreement was signed")
    assert shown[shown.index("The work") + 1] == "from main to long-term supplier, keeping the largest share"


def test_who_faces_whom_and_from_how_far(flow: df.DealFlow) -> None:
    shown = in_full(flow, "Rhine Chemicals", "zhou=director", "li.wei=manager")
    assert "What was before 2025-01-01 was not kept: it may stand further than is known." in shown
    assert not [line for line in shown if line.startswith("Towards")]
    start = next(at for at, line in enumerate(shown) if line.startswith("COVERAGE"))
    assert shown[start] == ("COVERAGE: several lines; levels faced: 3 of 3, by a peer: 2; 1 person of unknown level.")
    rows = shown[start + 3 :]
    assert rows[0].startswith("director Eva Roth zhou, director (met 2025-04-07)")
    assert rows[2].startswith("manager Max Beil Max Beil: li.wei, manager (counterpart, met 2025-11-06)")
    assert rows[3].startswith("faced by a peer Ute Kern Ute Kern: li.wei, manager (met 2025-11-06)")
    assert "unknown level Kim Alt - -" in rows
    assert "Jo Lenz (clerk) is faced only from far: zhou (director)." in rows


def test_what_holds_it_and_what_could(flow: df.DealFlow) -> None:
    shown = in_full(flow, "Rhine Chemicals", "zhou=director", "li.wei=manager")
    (held,) = [line for line in shown if line.startswith("BOND")]
    assert held.startswith("BOND: mutual dependence; largest share: measured at 60% on 2025-03-01; 60% on 2025-03-01; ")
    found = after(shown, "What could hold it")
    assert found[1].startswith("personal service met of 2 people in medium or high contact, 1 for us (Ute Kern)")


def test_of_whose_levels_nobody_knows_that_is_said(flow: df.DealFlow) -> None:
    shown = in_full(flow, "Rhine Chemicals")
    coverage = "COVERAGE: several lines; levels faced: 3 of 3, by a peer: 0 (of 3 unknown); 1 person of unknown level."
    assert coverage in shown
    assert any("zhou, level unknown (met 2025-04-07)" in line for line in shown)


def test_why_it_ended_and_whether_that_was_in_our_hands(flow: df.DealFlow) -> None:
    shown = in_full(flow, "Old Foundry")
    ended = after(shown, "How it came there")[2]
    assert ended.startswith("the relationship ended: scope-cut (beyond our control) 2025-09-01 terminated terminated ")
    assert "COVERAGE: unknown; levels faced: none known, by a peer: 0." in shown
    assert shown[-1] == "BOND: none; the relationship is terminated."


def test_that_nothing_was_bought_or_nobody_watched_it_is_said(flow: df.DealFlow) -> None:
    assert in_full(flow, "Paper Mill")[1] == "Nothing was bought."
    assert in_full(flow, "Lost Glass")[2] == "Nobody watched it after 2025-06-01: what came later is unknown."


def test_who_was_there_of_ours_may_be_unknown() -> None:
    with df.DealFlow.open("memory:") as made:
        account = made.do(df.RegisterAccount("Acme"), by="li", at=date(2025, 1, 6)).stream
        boss = made.do(
            df.IdentifyStakeholder(account, "Wang Fang", level=DIRECTOR), by="li", at=date(2025, 1, 6)
        ).stream
        held = df.HoldInteraction(account, df.Channel.CALL, (boss,), ())
        made.do(held, by="li", at=date(2025, 1, 7))
        assert any(
            "director Wang Fang somebody, level unknown (met 2025-01-07)" in line for line in in_full(made, "Acme")
        )
