"""What is wrong with a source: one clear message each, all at once, and the journal is as it was.

Or, with rejects, the streams it spoils are set aside whole and the rest goes in.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dealflow.engine import DealFlow
from dealflow.interchange.pipeline import ImportRefused
from tests.interchange.crm import Crm, events, story

FLAWS: list[tuple[str, Callable[[Crm], object], str]] = [
    (
        "a bad date",
        lambda crm: crm.change("steps", ("D1,3,offer,2026-01-20", "D1,3,offer,2026-02-30")),
        "steps.csv, line 4, column on: '2026-02-30' is not a date or time: day is out of range for month",
    ),
    (
        "an unknown stage",
        lambda crm: crm.change("steps", ("3,offer", "3,ofer")),
        "steps.csv, line 4, column stage: unknown stage 'ofer': known are lead, talk, offer, won, lost, dropped",
    ),
    (
        "a missing key",
        lambda crm: crm.add("deals", ",C1,Seals,mai,20,lead,2026-02-02"),
        "deals.csv, line 5, column no: no key: every row of this file needs one, to be known again",
    ),
    (
        "one id for two companies",
        lambda crm: crm.add("companies", "C1,Initech,paper,2026-01-02"),
        (
            "companies.csv, line 4, column id: 'C1' stands for two things, this account and that of companies.csv, "
            "line 2: company is 'Initech' here and 'Acme' there; industry is 'paper' here and 'steel' there; "
            "one id is one account"
        ),
    ),
    (
        "a life cycle that runs backward",
        lambda crm: crm.change("steps", ("D1,4,won,2026-02-10", "D1,4,won,2026-01-02")),
        (
            "steps.csv, line 5, column on: life cycle runs backward: asked for 2026-01-02T23:59:59.999999+00:00, but "
            "the stream's last step is of 2026-01-20T00:00:00+00:00; correct that record if it is the wrong one"
        ),
    ),
    (
        "wrong encoding",
        lambda crm: crm.file("companies").write_bytes("id,company,industry,created\nC1,Café".encode("latin-1")),
        "companies.csv, line 2, column 7: byte 0xe9 is not UTF-8: save the file as UTF-8 and import it again",
    ),
    (
        "no rows",
        lambda crm: crm.file("people").write_text("id,company,name,title,role,since\n", encoding="utf-8"),
        "people.csv, line 2: no rows: the file has a header and nothing else",
    ),
    (
        "no header",
        lambda crm: crm.file("people").write_text("", encoding="utf-8"),
        "people.csv, line 1: the file is empty: expected a header and rows",
    ),
    (
        "an amount below zero",
        lambda crm: crm.change("deals", (",300,", ",-300,")),
        "deals.csv, line 4, column value: amount: -300 EUR is below zero; give zero or more",
    ),
    (
        "a row of another width",
        lambda crm: crm.change("deals", (",300,", ",300,00,")),
        "deals.csv, line 4: 8 fields, but the header has 7: check quotes and the delimiter ','",
    ),
    (
        "a quote that never ends",
        lambda crm: crm.change("calls", ("K1", '"K1')),
        "calls.csv, line 2: not CSV from here on (unexpected end of data): check the quotes",
    ),
]


@pytest.mark.parametrize(("spoil", "message"), [flaw[1:] for flaw in FLAWS], ids=[flaw[0] for flaw in FLAWS])
def test_each_flaw_is_one_message_and_nothing_is_stored(
    crm: Crm, flow: DealFlow, spoil: Callable[[Crm], object], message: str
) -> None:
    spoil(crm)
    assert crm.refused(flow) == [message]
    assert flow.journal.head() == 0


def test_a_journal_that_holds_something_is_as_before(crm: Crm, flow: DealFlow) -> None:
    crm.go(flow)
    crm.change("companies", ("Globex", "Globe")).change("steps", ("3,offer", "3,ofer"))
    assert len(crm.refused(flow)) == 1
    assert events(flow, "C2")[-1].name == "Globex"


def test_missing_columns_are_listed_for_all_files_before_any_row_is_read(crm: Crm, flow: DealFlow) -> None:
    crm.change("people", ("title,role", "Title,role")).change("deals", ("product,owner", "item,own,er"))
    assert crm.refused(flow) == [
        (
            "people.csv, line 1, column title: this column is missing: the header has "
            "id, company, name, Title, role, since"
        ),
        *(
            f"deals.csv, line 1, column {name}: this column is missing: "
            "the header has no, company, item, own, er, value, stage, opened"
            for name in ("product", "owner")
        ),
        *(
            f"deals.csv, line {line}: 7 fields, but the header has 8: check quotes and the delimiter ','"
            for line in (2, 3, 4)
        ),
    ]


def test_all_flaws_of_all_rows_are_listed_at_once(crm: Crm, flow: DealFlow) -> None:
    crm.change("companies", ("2026-01-02", "soon")).change("deals", ("1000.50", "much"), ("2026-01-05", "later"))
    crm.change("people", ("P2,C2", "P2,C7"), (",engineer,", ",clerk,")).change("steps", ("D3,2,lost", "D3,2,gone"))
    places = [message.split(": ")[0] for message in crm.refused(flow)]
    assert places == [
        "companies.csv, line 2, column created",
        "people.csv, line 3, column company",
        "people.csv, line 3, column role",
        "deals.csv, line 2, column opened",
        "deals.csv, line 2, column value",
        "steps.csv, line 9, column stage",
    ]


def test_a_date_that_days_take_out_of_reach_is_refused(crm: Crm, flow: DealFlow) -> None:
    crm.change("mapping", ('at = { from = "created" }', 'at = { column = "created", plus_days = 30 }'))
    crm.change("companies", ("2026-01-02", "9999-12-30"))
    assert "companies.csv, line 2, column created: '9999-12-30' is too far off to be a date" in crm.refused(flow)


# Tables as spreadsheets and reports write them


@pytest.mark.parametrize("mark", ["sep=;\r\n", '"sep=;"\n', "SEP=;\n"])
def test_a_first_line_that_tells_the_delimiter_is_taken_at_its_word(crm: Crm, flow: DealFlow, mark: str) -> None:
    text = crm.file("companies").read_text(encoding="utf-8")
    crm.file("companies").write_text(mark + text.replace(",", ";"), encoding="utf-8")
    assert crm.go(flow).files[0].delimiter == ";"
    crm.change("companies", ("2026-01-03", "soon"))
    assert crm.refused(flow)[0].startswith("companies.csv, line 4, column created")


def test_the_footer_of_a_report_is_left_out(crm: Crm, flow: DealFlow) -> None:
    crm.add("companies", "", "", '"Companies, all"', "Confidential,2026", "", "Copyright (c)")
    assert crm.go(flow).files[0].rows == 2


def test_a_short_row_is_no_footer_where_rows_follow_or_no_blank_line_precedes(crm: Crm, flow: DealFlow) -> None:
    crm.add("companies", "C3,cut", "", "C4,cut", "C5,Initech,paper,2026-01-04", "", "Copyright")
    assert [found.split(": ")[0] for found in crm.refused(flow)] == ["companies.csv, line 4", "companies.csv, line 6"]


# With rejects


def rejected(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_stream_with_a_problem_is_set_aside_whole_and_the_rest_goes_in(
    crm: Crm, flow: DealFlow, tmp_path: Path
) -> None:
    crm.change("steps", ("D1,3,offer,2026-01-20", "D1,3,offer,2026-02-30"))
    report = crm.go(flow, rejects=tmp_path / "rejects.jsonl")
    assert flow.funnel().deals == 2
    deal, call = rejected(tmp_path / "rejects.jsonl")
    assert (deal["key"], call["key"]) == ("D1", "K1")
    assert [f"{one['file']}, line {one['line']}, column {one['column']}" for one in deal["troubles"]] == [
        "steps.csv, line 4, column on"
    ]
    assert {(row["file"], row["line"]) for row in deal["rows"]} == {
        ("deals.csv", 2), ("steps.csv", 2), ("steps.csv", 3), ("steps.csv", 4), ("steps.csv", 5)
    }  # fmt: skip
    assert {"deal": "D1", "seq": "3", "stage": "offer", "on": "2026-02-30"} in [row["cells"] for row in deal["rows"]]
    assert call["troubles"][0]["message"] == "what this belongs to was set aside; see its own trouble"
    assert "2 streams set aside, with what stands against them" in list(report.lines())
    assert report.differences == ()


def test_what_belongs_to_a_rejected_account_is_set_aside_with_it(crm: Crm, flow: DealFlow, tmp_path: Path) -> None:
    crm.add("companies", "C2,Initech,paper,2026-01-03").go(flow, rejects=tmp_path / "rejects.jsonl")
    assert {one["key"] for one in rejected(tmp_path / "rejects.jsonl")} == {"C2", "P2", "D2", "D3", "K2"}
    assert flow.funnel().deals == 1


def test_a_row_without_a_key_is_set_aside_by_itself(crm: Crm, flow: DealFlow, tmp_path: Path) -> None:
    crm.add("deals", ",C1,Seals,mai,20,lead,2026-02-02").go(flow, rejects=tmp_path / "rejects.jsonl")
    (one,) = rejected(tmp_path / "rejects.jsonl")
    assert (one["key"], one["rows"][0]["cells"]["product"]) == (None, "Seals")
    assert flow.funnel().deals == 3


def test_once_put_right_the_rest_goes_in_as_well(crm: Crm, flow: DealFlow, tmp_path: Path) -> None:
    crm.change("steps", ("3,offer", "3,ofer")).go(flow, rejects=tmp_path / "rejects.jsonl")
    crm.change("steps", ("3,ofer", "3,offer")).go(flow, rejects=tmp_path / "rejects.jsonl")
    assert story(flow, "D1")[-1] == ("2026-02-10", "DealWon")
    assert rejected(tmp_path / "rejects.jsonl") == []


def test_a_file_that_cannot_be_read_is_refused_all_the_same(crm: Crm, flow: DealFlow, tmp_path: Path) -> None:
    crm.file("steps").write_bytes(b"\xff\xfe")
    assert "steps.csv, line 1, column 1: byte 0xff is not UTF-8" in crm.refused(flow, rejects=tmp_path / "r.jsonl")[0]


def test_rejects_need_a_place_before_anything_is_stored(crm: Crm, flow: DealFlow, tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="cannot be written: there is no folder"):
        crm.go(flow, rejects=tmp_path / "nowhere" / "rejects.jsonl")
    assert flow.journal.head() == 0
