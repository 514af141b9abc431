"""The importers from the command line: small exports made by hand, and the real ones where they are."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dealflow import DealFlow
from tests.cli.conftest import Ran, Run
from tests.data import ROOT, data, expected

MAPPING = """
system = "crm"
currency = "EUR"
zone = "UTC"

[playbook]
key = "crm"
name = "Our way of selling"
milestones = [{ key = "lead" }, { key = "offer" }]
ends = { won = "won", lost = "lost" }

[files.companies]
noun = "account"
key = "id"
at = "created"

[[files.companies.do]]
command = "RegisterAccount"
fields.name = "company"

[files.deals]
noun = "deal"
key = "no"
at = "opened"

[[files.deals.do]]
command = "OpenDeal"
fields.account = { column = "company", refers_to = "companies" }
fields.title = "title"

[[files.deals.do]]
command = "ValueDeal"
fields.amount = "value"
"""
COMPANIES = "id,created,company\nA1,2026-01-05,Huaxin Steel\nA2,2026-01-06,Meridian Foods\n"
DEALS = "no,opened,company,title,value\nD1,2026-01-12,A1,Line 4,1800000\nD2,2026-02-09,A2,Hall 2,900000\n"

ACCOUNTS = "Id,Name\n001000000000001AAA,Huaxin Steel\n"
OPPORTUNITIES = """\
Id,AccountId,Name,StageName,Amount,CloseDate,CreatedDate,IsClosed,IsWon
006000000000001AAA,001000000000001AAA,Line 4,Prospecting,1800000,2026-06-30,2026-01-12T09:00:00Z,false,false
006000000000002AAA,001000000000001AAA,Line 3,Closed Won,900000,2026-03-20,2026-02-01T09:00:00Z,true,true
"""
HISTORY = """\
Id,OpportunityId,CreatedDate,StageName,Amount,CloseDate,SystemModstamp
008000000000001AAA,006000000000001AAA,2026-01-12T09:00:00Z,Prospecting,1800000,2026-06-30,2026-01-12T09:00:00Z
008000000000002AAA,006000000000002AAA,2026-02-01T09:00:00Z,Prospecting,900000,2026-03-20,2026-03-20T09:00:00Z
008000000000003AAA,006000000000002AAA,2026-03-20T09:00:00Z,Closed Won,900000,2026-03-20,2026-03-20T09:00:00Z
"""
Import = Callable[..., Ran]


@pytest.fixture
def crm(run: Run, tmp_path: Path) -> Import:
    """Import the small CRM, some of its files changed, into crm.db."""
    folder = tmp_path / "crm"
    folder.mkdir()

    def imported(*words: str, companies: str = COMPANIES, deals: str | bytes = DEALS, mapping: str = MAPPING) -> Ran:
        (folder / "companies.csv").write_text(companies)
        (folder / "deals.csv").write_bytes(deals if isinstance(deals, bytes) else deals.encode())
        Path("crm.toml").write_text(mapping)
        return run("import", "csv", "crm", "--mapping", "crm.toml", "--db", "sqlite:///crm.db", *words)

    return imported


@pytest.fixture
def org(run: Run, tmp_path: Path) -> Import:
    """Import the small Salesforce organisation, some of its files changed, into org.db."""
    folder = tmp_path / "org"
    folder.mkdir()

    def imported(*words: str, opportunities: str = OPPORTUNITIES, history: str = HISTORY) -> Ran:
        (folder / "Account.csv").write_text(ACCOUNTS)
        (folder / "Opportunity.csv").write_text(opportunities)
        (folder / "OpportunityHistory.csv").write_text(history)
        return run("import", "salesforce", "org", "--currency", "USD", "--db", "sqlite:///org.db", *words)

    return imported


def answer(run: Run, url: str, *words: str) -> Any:
    return json.loads(run(*words, "--json", "--db", url).out)


# Mapped CSV


def test_mapped_files_go_in_and_the_funnel_comes_out(run: Run, crm: Import) -> None:
    ran = crm()
    assert (ran.code, ran.out) == (0, "")
    assert "companies.csv: 2 rows" in ran.err
    funnel = answer(run, "sqlite:///crm.db", "funnel")
    assert (funnel["deals"], funnel["open"], funnel["stages"][0]["amount"]) == (2, 2, {"EUR": "2700000"})
    assert run("replay", "D1", "--db", "sqlite:///crm.db").out.startswith("Line 4 · Huaxin Steel")


def test_the_same_files_again_add_nothing(crm: Import) -> None:
    first = json.loads(crm("--json").out)
    again = json.loads(crm("--json").out)
    assert (first["imported"]["records"] > 0, again["imported"]["records"]) == (True, 0)


def test_a_report_as_json_is_alone_on_standard_output(crm: Import) -> None:
    ran = crm("--json")
    assert json.loads(ran.out)["imported"]["rejects"] == []
    assert "companies.csv: 2 rows" in ran.err


def test_who_imports_is_named_in_the_journal(crm: Import) -> None:
    crm("--by", "li.wei", "--org", "north")
    with DealFlow.open("sqlite:///crm.db") as flow:
        assert {record.by for record in flow.journal.read()} == {"li.wei"}


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"deals": DEALS.replace("2026-02-09", "2026-02-30")}, "deals.csv, line 3, column opened"),
        ({"deals": DEALS.replace("900000", "a lot")}, "deals.csv, line 3, column value"),
        ({"deals": DEALS.replace("D2", "")}, "deals.csv, line 3, column no"),
        ({"deals": DEALS.encode().replace(b"Hall", b"H\xe4ll")}, "deals.csv, line 3"),
        ({"deals": DEALS.splitlines()[0]}, "deals.csv, line"),
        ({"companies": COMPANIES.replace("A2,", "A1,")}, "companies.csv, line 3"),
        ({"mapping": MAPPING.replace("OpenDeal", "OpenSesame")}, "crm.toml"),
        ({"mapping": "system = "}, "crm.toml"),
    ],
)
def test_what_cannot_be_imported_is_named_by_its_place(tmp_path: Path, crm: Import, change: Any, place: str) -> None:
    ran = crm(**change)
    assert (ran.code, ran.out) == (1, "")
    assert "dealflow: nothing was imported; " in ran.err
    assert place in ran.err
    assert sorted(file.name for file in tmp_path.iterdir()) == ["crm", "crm.toml"]


def test_every_trouble_is_listed_however_many(crm: Import) -> None:
    rows = "".join(f"D{number},2026-13-01,A1,Line {number},1\n" for number in range(300))
    ran = crm(deals=DEALS + rows)
    assert "nothing was imported; 300 to see to:" in ran.err
    assert "deals.csv, line 303, column opened" in ran.err


def test_what_is_set_aside_is_written_down_and_the_rest_goes_in(run: Run, crm: Import, tmp_path: Path) -> None:
    ran = crm("--rejects", "aside.jsonl", "--json", deals=DEALS.replace("900000", "a lot"))
    assert ran.code == 0
    (reject,) = json.loads(ran.out)["imported"]["rejects"]
    assert "a lot" in reject["troubles"][0]["message"]
    assert reject["troubles"][0]["place"] == {"file": "deals.csv", "line": 3, "column": "value"}
    assert len((tmp_path / "aside.jsonl").read_text().splitlines()) >= 1
    assert answer(run, "sqlite:///crm.db", "funnel")["deals"] == 1


@pytest.mark.parametrize("words", [("csv", "nowhere", "--mapping", "crm.toml"), ("salesforce", "nowhere")])
def test_a_folder_that_is_not_there_is_named(run: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    ran = run("import", *words)
    assert (ran.code, ran.out) == (1, "")
    assert "there is no folder nowhere" in ran.err
    assert not (tmp_path / "dealflow.db").exists()


def test_a_mapping_that_is_not_there_is_named(crm: Import, run: Run) -> None:
    crm()
    ran = run("import", "csv", "crm", "--mapping", "nowhere.toml", "--db", "sqlite:///crm.db")
    assert ran.code == 1
    assert "nowhere.toml" in ran.err


def test_a_mapping_must_be_given(run: Run, tmp_path: Path) -> None:
    assert run("import", "csv", tmp_path).code == 2


def test_a_new_journal_reads_bare_dates_in_the_zone_of_the_mapping(run: Run, crm: Import) -> None:
    assert crm(mapping=MAPPING.replace('"UTC"', '"Asia/Shanghai"')).code == 0
    funnel = answer(run, "sqlite:///crm.db", "funnel", "--happened", "2026-02-28")
    assert funnel["happened"] == "2026-02-28T15:59:59.999999Z"


def test_the_zone_of_a_new_journal_may_be_another_than_that_of_the_mapping(run: Run, crm: Import) -> None:
    assert crm("--zone", "Europe/Vienna", mapping=MAPPING.replace('"UTC"', '"Asia/Shanghai"')).code == 0
    funnel = answer(run, "sqlite:///crm.db", "funnel", "--happened", "2026-02-28")
    assert funnel["happened"] == "2026-02-28T22:59:59.999999Z"


def test_a_refused_import_does_not_settle_the_zone(crm: Import) -> None:
    assert crm("--zone", "Asia/Shanghai", deals=DEALS.replace("900000", "a lot")).code == 1
    assert crm("--zone", "Europe/Vienna").code == 0


def test_a_refused_import_leaves_the_journal_that_was_there(run: Run, crm: Import) -> None:
    DealFlow.open("sqlite:///crm.db", zone="Asia/Shanghai").close()
    assert crm(deals=DEALS.replace("900000", "a lot")).code == 1
    with DealFlow.open("sqlite:///crm.db") as flow:
        assert flow.zone.key == "Asia/Shanghai"


def test_a_zone_that_is_not_that_of_the_journal_is_refused(crm: Import) -> None:
    assert crm().code == 0
    assert crm("--zone", "UTC").code == 0
    ran = crm("--zone", "Asia/Shanghai")
    assert ran.code == 1
    assert "reads bare dates in UTC, but was to be opened in Asia/Shanghai" in ran.err


@pytest.mark.parametrize("words", [("--org", "n\udce4he"), ("--by", "J\udcfcrgen")])
def test_a_name_that_is_not_utf_8_is_refused(crm: Import, words: tuple[str, str]) -> None:
    ran = crm(*words)
    assert (ran.code, f"is not UTF-8: name it otherwise, with {words[0]}" in ran.err) == (1, True)


@pytest.mark.parametrize(
    ("rejects", "why"),
    [
        ("nowhere/aside.jsonl", "there is no folder nowhere"),
        ("crm", "it is a folder"),
        ("a" * 253, "File name too long"),
    ],
)
def test_rejects_that_cannot_be_written_are_noticed_before_anything_is_stored(
    crm: Import, tmp_path: Path, rejects: str, why: str
) -> None:
    ran = crm("--rejects", rejects, deals=DEALS.replace("900000", "a lot"))
    assert (ran.code, f"{rejects}: cannot be written: {why}" in ran.err) == (1, True)
    assert not (tmp_path / "crm.db").exists()


def test_rejects_may_go_nowhere(crm: Import) -> None:
    assert crm("--rejects", os.devnull, deals=DEALS.replace("900000", "a lot")).code == 0
    assert not Path(os.devnull).is_file()


def test_rejects_that_were_there_stay_where_the_import_is_refused(crm: Import, tmp_path: Path) -> None:
    (tmp_path / "aside.jsonl").write_text("of yesterday")
    assert crm("--rejects", "aside.jsonl", deals=DEALS.splitlines()[0]).code == 1
    assert (tmp_path / "aside.jsonl").read_text() == "of yesterday"
    assert not (tmp_path / "aside.jsonl.part").exists()


# Salesforce


def test_an_export_goes_in_and_the_funnel_comes_out(run: Run, org: Import) -> None:
    ran = org()
    assert (ran.code, ran.out) == (0, "")
    funnel = answer(run, "sqlite:///org.db", "funnel")
    assert {key: funnel[key] for key in ("deals", "won", "lost", "open", "win_rate")} == {
        "deals": 2,
        "won": 1,
        "lost": 0,
        "open": 1,
        "win_rate": 1.0,
    }
    assert json.loads(org("--json").out)["records"] == 0


@pytest.mark.parametrize(
    "key",
    [
        "006000000000002AAA",
        "salesforce:006000000000002AAA",
        "006000000000002",
        "salesforce:006000000000002",
    ],
)
def test_an_imported_deal_is_found_by_its_key_and_not_called_late(run: Run, org: Import, key: str) -> None:
    org()
    ran = run("replay", key, "--db", "sqlite:///org.db")
    assert ran.out.startswith("Line 3 · Huaxin Steel")
    assert "all were imported from salesforce on " in ran.out
    assert "days later" not in ran.out


def test_the_source_knew_before_the_journal_did(run: Run, org: Import) -> None:
    org()
    then = ("deals", "--known", "2026-02-15")
    assert answer(run, "sqlite:///org.db", *then) == []
    assert [deal["status"] for deal in answer(run, "sqlite:///org.db", *then, "--knowledge", "source")] == ["open"] * 2


def test_a_new_journal_reads_bare_dates_in_the_zone_of_the_export(run: Run, org: Import) -> None:
    org("--timezone", "Asia/Shanghai")
    funnel = answer(run, "sqlite:///org.db", "funnel", "--happened", "2026-02-28")
    assert funnel["happened"] == "2026-02-28T15:59:59.999999Z"


def test_the_zone_of_a_new_journal_can_be_told_apart(run: Run, org: Import) -> None:
    org("--timezone", "Asia/Shanghai", "--zone", "UTC")
    funnel = answer(run, "sqlite:///org.db", "funnel", "--happened", "2026-02-28")
    assert funnel["happened"] == "2026-02-28T23:59:59.999999Z"
    assert org("--timezone", "Asia/Shanghai").code == 0


def test_a_zone_that_is_none_is_misunderstood(org: Import) -> None:
    ran = org("--timezone", "Mars/Olympus")
    assert ran.code == 2
    assert "'Mars/Olympus' is not a time zone: give an IANA name such as Asia/Shanghai" in ran.err


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"opportunities": OPPORTUNITIES.replace("Prospecting", "Dreaming")}, "Opportunity.csv, line 2"),
        ({"history": HISTORY.replace("2026-03-20T", "20/03/26 ")}, "OpportunityHistory.csv, line"),
        ({"opportunities": OPPORTUNITIES.replace("Name,", "Title,", 1)}, "Opportunity.csv, line 1"),
    ],
)
def test_an_export_that_cannot_be_is_named_by_its_place(tmp_path: Path, org: Import, change: Any, place: str) -> None:
    ran = org(**change)
    assert (ran.code, ran.out) == (1, "")
    assert place in ran.err
    assert [file.name for file in tmp_path.iterdir()] == ["org"]


# The real exports


def test_the_salesforce_organisation_gives_its_figures(run: Run) -> None:
    figures = expected("H_salesforce_dev_org")
    words = ("import", "salesforce", data("salesforce_dev_org"), "--timezone", "UTC", "--currency", "USD")
    report = json.loads(run(*words, "--json", "--db", "sqlite:///sf.db").out)
    assert (report["counts"]["moves"], report["counts"]["won_to_lost"]) == (
        figures["H8_stage_changing_history_rows"],
        7,
    )
    funnel = answer(run, "sqlite:///sf.db", "funnel")
    assert (funnel["deals"], funnel["won"], funnel["lost"], funnel["open"]) == (36, 12, 8, 16)
    assert funnel["win_rate"] == figures["H4_win_rate_closed"]
    assert {stage["stage"]: stage["open"] for stage in funnel["stages"]} == figures["H2_stage"]
    assert {stage["stage"]: float(stage["amount"]["USD"]) for stage in funnel["stages"]} == figures[
        "H7_amount_by_stage"
    ]
    assert json.loads(run(*words, "--json", "--db", "sqlite:///sf.db").out)["records"] == 0


def test_an_export_of_deleted_deals_says_so(run: Run) -> None:
    ran = run("import", "salesforce", data("fivetran_seeds"), "--timezone", "UTC", "--currency", "USD")
    assert ran.code == 0
    assert "all 10 rows of Opportunity are soft-deleted and left out" in ran.err
    assert answer(run, "sqlite:///dealflow.db", "funnel")["deals"] == 0


def test_the_leadforge_leads_give_their_figures(run: Run) -> None:
    figures = expected("C_leadforge_s42_400")
    mapping = ROOT / "examples" / "leadforge" / "mapping.toml"
    assert run("import", "csv", data("leadforge_s42_400"), "--mapping", mapping).code == 0
    funnel = answer(run, "sqlite:///dealflow.db", "funnel")
    entered = {stage["stage"]: stage["entered"] for stage in funnel["stages"]}
    assert entered == figures["C3_leads_ever_in_stage"]
    assert funnel["won_of_all"] == figures["C4e_lead_to_won"]
    assert funnel["win_rate"] == figures["C4f_win_rate_closed_leads(incl lost before SQL)"]
    assert run("replay", "lead_000188").out.startswith("Lead lead_000188 · Company acct_000177")


def test_titles_and_roles_are_read_by_tables_of_ones_own(run: Run, tmp_path: Path) -> None:
    export = tmp_path / "org"
    export.mkdir()
    (export / "Account.csv").write_text(ACCOUNTS)
    (export / "Opportunity.csv").write_text(OPPORTUNITIES)
    (export / "OpportunityHistory.csv").write_text(HISTORY)
    person = "003000000000001AAA,001000000000001AAA,Wang,Werksleiter,2026-01-12T09:00:00Z\n"
    (export / "Contact.csv").write_text(f"Id,AccountId,Name,Title,CreatedDate\n{person}")
    levels = tmp_path / "levels.csv"
    levels.write_text("word,level\nwerksleiter,director\n")
    words = ("import", "salesforce", export, "--currency", "EUR", "--org", "org", "--db", "sqlite:///own.db")
    assert run(*words, "--levels", levels).code == 0
    with DealFlow.open("sqlite:///own.db") as flow:
        assert flow.state(flow.find("003000000000001AAA")).level == "director"
    levels.write_text("word,level\nwerksleiter,emperor\n")
    refused = run(*words, "--levels", levels)
    assert (refused.code, "levels.csv, line 2, column level" in refused.err) == (1, True)
