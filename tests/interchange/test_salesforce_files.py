"""Which file is which, how its columns are called, and everything that can be wrong with one."""

import json
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from dealflow.engine import DealFlow
from dealflow.interchange.salesforce import as_json, as_text
from dealflow.interchange.salesforce.files import Sort, sort_of
from dealflow.interchange.salesforce.notices import About
from dealflow.interchange.salesforce.reading import long_id
from tests.interchange.salesforce_export import (
    ACCOUNT,
    DEAL,
    EVENT,
    T0,
    T1,
    Folder,
    about,
    account,
    contact,
    event,
    history,
    opportunity,
    state,
    task,
)

OTHER = "006000000000002AAA"
SHORT_ACCOUNT, SHORT_DEAL = ACCOUNT[:15], DEAL[:15]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.mark.parametrize(
    ("file", "sort"),
    [
        ("Opportunity.csv", Sort.OPPORTUNITY),
        ("opportunities.CSV", Sort.OPPORTUNITY),
        ("sf_opportunity_data.csv", Sort.OPPORTUNITY),
        ("Opportunity__c.csv", Sort.OPPORTUNITY),
        ("Opportunity Contact Roles.csv", Sort.CONTACT_ROLE),
        ("opportunity_histories.csv", Sort.HISTORY),
        ("sf_user_data.csv", Sort.USER),
        ("OpportunityHistoryGroup.csv", None),
        ("deal_contact_data.csv", None),
        ("Opportunity.xlsx", None),
        ("Account", None),
    ],
)
def test_a_file_is_known_by_its_name(file: str, sort: Sort | None) -> None:
    assert sort_of(file) is sort


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("a0D30000001n7Pi", "a0D30000001n7PiEAI"),
        ("006bm00000LKJNN", "006bm00000LKJNNAA5"),
        ("001bm00001ZL8U9", "001bm00001ZL8U9AAL"),
        ("005bm00000NCJmQAAX", "005bm00000NCJmQAAX"),
        ("not an id", "not an id"),
    ],
)
def test_ids_of_15_characters_become_18(short: str, long: str) -> None:
    assert long_id(short) == long


def test_short_and_long_ids_mean_the_same(folder: Folder, flow: DealFlow) -> None:
    folder.put("Account", account())
    folder.put("Opportunity", opportunity(Id=SHORT_DEAL, AccountId=SHORT_ACCOUNT))
    folder.into(flow)
    assert state(flow).title == "Ten presses"
    assert flow.find(DEAL)


def test_labels_are_as_good_as_api_names(folder: Folder, flow: DealFlow) -> None:
    folder.put("Accounts", {"Account ID": ACCOUNT, "Account Name": "Acme"})
    folder.put(
        "Opportunities",
        {
            "Opportunity ID": DEAL,
            "Account ID": ACCOUNT,
            "Opportunity Name": "Ten presses",
            "Stage": "Qualification",
            "Close Date": "06/30/26",
            "Probability (%)": "10%",
            "Amount": "1,250.50",
            "Closed": "0",
            "Won": "0",
            "Created Date": "03/02/26 09:00 AM",
            "Last Modified Date": "03/02/26 09:00 AM",
        },
    )
    report = folder.into(flow, timezone=ZoneInfo("Europe/Vienna"), date_order="mdy")
    assert (report.files[1].unread, report.differences) == ((), ())
    assert str(state(flow).amount) == "1,250.50 EUR"
    assert flow.deals()[0].since.isoformat() == "2026-03-02T08:00:00+00:00"


def test_columns_that_nothing_is_read_from_and_files_that_are_none_are_reported(folder: Folder, flow: DealFlow) -> None:
    folder.with_deal(opportunity(Shoe_Size__c="43"))
    folder.write("notes.txt", "buy milk")
    report = folder.into(flow)
    assert [one.unread for one in report.files] == [(), ("Shoe_Size__c",)]
    assert report.ignored == ("notes.txt",)


def test_semicolons_and_a_byte_order_mark_are_no_trouble(folder: Folder, flow: DealFlow) -> None:
    folder.with_deal()
    folder.write("Account.csv", f'\ufeffId;Name;CreatedDate\n{ACCOUNT};"Acme;\nand sons";{T0}\n')
    report = folder.into(flow)
    assert report.files[0].delimiter == ";"
    assert state(flow, ACCOUNT, Sort.ACCOUNT).name == "Acme;\nand sons"


def test_deleted_rows_are_listed_and_nothing_else_of_them_is_read(folder: Folder, flow: DealFlow) -> None:
    gone = opportunity(Id="006000000000002AAA", IsDeleted="TRUE", StageName="x+/=", Amount="1k", CreatedDate="hash")
    folder.with_deal(opportunity(IsDeleted="false"), gone, history=history((T0, "Prospecting")))
    lost = history((T0, "Nowhere"), deal="006000000000002AAA")
    folder.put("OpportunityHistory", *history((T0, "Prospecting")), *lost)
    report = folder.into(flow)
    assert [(one.sort, one.key, str(one.place)) for one in report.deleted] == [
        (Sort.OPPORTUNITY, "006000000000002AAA", "Opportunity.csv, line 3")
    ]
    assert (report.counts.deals, flow.funnel().deals, report.notices) == (1, 1, ())


def test_what_is_deleted_after_it_was_imported_is_noticed_and_stays(folder: Folder, flow: DealFlow) -> None:
    folder.with_deal().into(flow)
    report = folder.with_deal(opportunity(IsDeleted="true")).into(flow)
    assert about(report) == [About.DELETED_SINCE]
    assert flow.funnel().deals == 1


def test_an_empty_table_of_something_optional_says_that_there_is_none(folder: Folder, flow: DealFlow) -> None:
    folder.with_deal().put("Task", columns=("Id", "Subject"))
    assert folder.into(flow).counts.tasks == 0


# What is wrong


def test_a_folder_without_an_export_is_refused(folder: Folder, flow: DealFlow) -> None:
    folder.write("letter.csv", "a,b\n1,2\n")
    (trouble,) = folder.refused_by(flow)
    assert "no file of a Salesforce export: expected Opportunity.csv, Account.csv" in trouble


def test_a_folder_that_is_not_there_is_refused(folder: Folder, flow: DealFlow) -> None:
    (trouble,) = Folder(folder.path / "nowhere").refused_by(flow)
    assert "cannot be read: No such file or directory" in trouble


def test_two_files_of_one_sort_are_refused(folder: Folder, flow: DealFlow) -> None:
    folder.with_deal().put("accounts", account())
    assert folder.refused_by(flow) == ["accounts.csv: Account.csv is Account too: keep one of them"]


def test_a_missing_column_is_refused(folder: Folder, flow: DealFlow) -> None:
    folder.with_deal().put("Account", {"Id": ACCOUNT, "Phone": "1"})
    assert folder.refused_by(flow) == [
        "Account.csv, line 1, column Name: Account needs this column: the header has Id, Phone"
    ]


def test_no_rows_are_refused_where_there_must_be_some(folder: Folder, flow: DealFlow) -> None:
    folder.with_deal().put("Opportunity", columns=tuple(opportunity()))
    assert folder.refused_by(flow) == ["Opportunity.csv, line 2: no rows: the file has a header and nothing else"]


def test_a_wrong_encoding_is_refused(folder: Folder, flow: DealFlow) -> None:
    folder.with_deal()
    (folder.path / "Account.csv").write_bytes("Id,Name\n001,Müller\n".encode("latin-1"))
    (trouble,) = folder.refused_by(flow)
    assert trouble.startswith("Account.csv, line 2, column 6: byte 0xfc is not UTF-8")


def test_every_problem_of_every_file_is_listed_at_once(folder: Folder, flow: DealFlow) -> None:
    folder.put("Account", {"Id": ACCOUNT, "Phone": "1"})
    folder.put("Opportunity", opportunity(CloseDate="soon", Amount="a lot"))
    assert folder.refused_by(flow) == [
        "Account.csv, line 1, column Name: Account needs this column: the header has Id, Phone",
        (
            "Opportunity.csv, line 2, column Amount: 'a lot' is not an amount: expected digits with a decimal point, "
            "such as 1250.50"
        ),
        (
            "Opportunity.csv, line 2, column CloseDate: 'soon' is not a date or time: expected such as 2026-02-23, "
            "2026-02-23T20:55:00Z or 02/23/26 08:55 PM"
        ),
    ]


@pytest.mark.parametrize(
    ("cells", "trouble"),
    [
        ({"CloseDate": "2026-02-30"}, "column CloseDate: '2026-02-30' is not a date or time"),
        ({"CreatedDate": "yesterday"}, "column CreatedDate: 'yesterday' is not a date or time"),
        ({"Amount": "1,000,5"}, "column Amount: '1,000,5' is not an amount"),
        ({"Amount": "-5"}, "column Amount: amount: -5 EUR is below zero"),
        ({"IsClosed": "perhaps"}, "column IsClosed: 'perhaps' is neither yes nor no"),
        ({"Probability": "high"}, "column Probability: 'high' is not an amount"),
        ({"CurrencyIsoCode": "euro"}, "column Amount: 'EURO' is not a currency"),
        ({"Id": ""}, "column Id: no id: every row needs one"),
        ({"Name": ""}, "column Name: no name: a deal needs one"),
        ({"StageName": ""}, "column StageName: no stage"),
        ({"AccountId": ""}, "column AccountId: no account: a deal belongs to one"),
        ({"AccountId": "001000000000009AAA"}, "column AccountId: account 001000000000009AAA is neither in the export"),
        ({"StageName": "Courting"}, "column StageName: unknown stage 'Courting'"),
    ],
)
def test_a_bad_cell_is_refused_with_its_place(
    folder: Folder, flow: DealFlow, cells: dict[str, str], trouble: str
) -> None:
    folder.with_deal(opportunity(**cells))
    (said,) = folder.refused_by(flow)
    assert said.startswith("Opportunity.csv, line 2")
    assert trouble in said


def test_a_company_without_a_name_is_refused(folder: Folder, flow: DealFlow) -> None:
    folder.with_deal().put("Account", account(Name=""))
    assert folder.refused_by(flow) == ["Account.csv, line 2, column Name: no name: a company needs one"]


@pytest.mark.parametrize(
    ("cells", "trouble"),
    [
        ({"CreatedDate": ""}, "column CreatedDate: no time: a history needs to know when"),
        ({"StageName": ""}, "column StageName: no stage: a deal stands somewhere"),
        ({"OpportunityId": ""}, "column OpportunityId: no id: every row needs one"),
    ],
)
def test_a_bad_row_of_the_history_is_refused_with_its_place(
    folder: Folder, flow: DealFlow, cells: dict[str, str], trouble: str
) -> None:
    (row,) = history((T0, "Prospecting"))
    folder.with_deal(history=[{**row, **cells}])
    (said,) = folder.refused_by(flow)
    assert said.startswith(f"OpportunityHistory.csv, line 2, {trouble}")


def test_a_history_that_runs_backward_is_refused_with_its_places(folder: Folder, flow: DealFlow) -> None:
    rows = history((T0, "Prospecting"), (T1, "Qualification"))
    folder.with_deal(opportunity(CreatedDate=T1), history=rows)
    assert folder.refused_by(flow) == [
        (
            "OpportunityHistory.csv, line 2, column CreatedDate: life cycle runs backward: "
            "of 2026-03-02T09:00:00+00:00, but the deal was made 2026-03-03T09:00:00+00:00 "
            "(Opportunity.csv, line 2, column CreatedDate); one of the two is wrong"
        )
    ]
    folder.with_deal(history=[rows[0], {**rows[1], "SystemModstamp": T0}])
    (trouble,) = folder.refused_by(flow)
    assert trouble.startswith(
        "OpportunityHistory.csv, line 3, column SystemModstamp: life cycle runs backward: "
        "last touched 2026-03-02T09:00:00+00:00, but written 2026-03-03T09:00:00+00:00"
    )


def test_a_change_of_the_owner_needs_a_time(folder: Folder, flow: DealFlow) -> None:
    change = {"Id": "0171", "OpportunityId": DEAL, "Field": "Owner", "NewValue": "Ann", "CreatedDate": ""}
    folder.with_deal().put("OpportunityFieldHistory", change)
    (trouble,) = folder.refused_by(flow)
    assert trouble.startswith("OpportunityFieldHistory.csv, line 2, column CreatedDate: no time")


def test_one_id_for_two_companies_is_refused_with_both_places(folder: Folder, flow: DealFlow) -> None:
    folder.with_deal().put("Account", account(), account(Name="Apex"))
    assert folder.refused_by(flow) == [
        (
            f"Account.csv, line 3, column Name: one id for two companies: {ACCOUNT} has Name 'Apex' here, "
            "'Acme' in Account.csv, line 2, column Name; keep one of the two rows"
        )
    ]


def test_a_row_that_is_there_twice_word_for_word_says_nothing_new(folder: Folder, flow: DealFlow) -> None:
    folder.with_deal().put("Account", account(), account())
    assert folder.into(flow).counts.accounts == 1


def test_amounts_without_a_currency_are_refused_once(folder: Folder, flow: DealFlow) -> None:
    folder.with_deal(opportunity(), opportunity(Id="006000000000002AAA"))
    assert folder.refused_by(flow, currency=None) == [
        (
            "Opportunity.csv, line 2, column Amount: amounts, but no currency: no column CurrencyIsoCode says it; "
            "name the one they are all in (--currency)"
        )
    ]


@pytest.mark.parametrize(
    ("cells", "amounts"),
    [
        (("1.234", "12,5"), ("1234", "12.5")),
        (("1.234", "1.234,50"), ("1234", "1234.50")),
        (("1.234", "1.234.567"), ("1234", "1234567")),
        (("1.234", "0,500"), ("1234", "0.500")),
        (("12,500", "12.50"), ("12500", "12.50")),
        (("12,500", "1,234.50"), ("12500", "1234.50")),
        (("1.234", "1250.5"), ("1.234", "1250.5")),
        (("12500", "8"), ("12500", "8")),
    ],
)
def test_the_decimal_mark_is_decided_over_the_whole_column(
    folder: Folder, flow: DealFlow, cells: tuple[str, str], amounts: tuple[str, str]
) -> None:
    folder.with_deal(*(opportunity(Id=key, Amount=cell) for key, cell in zip((DEAL, OTHER), cells, strict=True)))
    folder.into(flow)
    assert [state(flow, key).amount.amount for key in (DEAL, OTHER)] == [Decimal(one) for one in amounts]


@pytest.mark.parametrize(("cell", "small"), [("1.234", "1.234"), ("1,234", "1.234")])
def test_an_amount_that_may_be_a_thousand_times_as_much_is_refused_once(
    folder: Folder, flow: DealFlow, cell: str, small: str
) -> None:
    folder.with_deal(opportunity(Amount="500"), opportunity(Id=OTHER, Amount=cell))
    assert folder.refused_by(flow) == [
        (
            f"Opportunity.csv, line 3, column Amount: {cell!r}: 1234 or {small}? no cell of the column tells its "
            "decimal mark; write amounts with a point and two decimals, such as 1234.00"
        )
    ]


def test_amounts_with_two_decimal_marks_in_one_column_are_refused_at_the_odd_one(
    folder: Folder, flow: DealFlow
) -> None:
    keys = (DEAL, OTHER, "006000000000003AAA")
    folder.with_deal(
        *(opportunity(Id=key, Amount=cell) for key, cell in zip(keys, ("1.50", "2,5", "3.5"), strict=True))
    )
    assert folder.refused_by(flow) == [
        (
            "Opportunity.csv, line 3, column Amount: '1.50': decimal point or comma? the column has '1.50' and '2,5'; "
            "write all of them such as 1250.50"
        )
    ]


def test_the_currency_of_a_report_stands_beside_its_amounts(folder: Folder, flow: DealFlow) -> None:
    folder.with_deal(opportunity(**{"Amount (converted)": "1090", "Amount Currency": "USD"}))
    report = folder.into(flow)
    assert str(state(flow).amount) == "1,000 USD"
    assert report.files[1].unread == ("Amount (converted)",)


def test_a_converted_amount_is_not_the_amount(folder: Folder, flow: DealFlow) -> None:
    row = {**opportunity(), "Amount (converted)": "1090"}
    del row["Amount"]
    folder.with_deal(row).into(flow)
    assert state(flow).amount is None


def test_a_history_without_a_currency_is_in_that_of_its_deal(folder: Folder, flow: DealFlow) -> None:
    folder.with_deal(opportunity(CurrencyIsoCode="USD"), history=history((T0, "Prospecting")))
    report = folder.into(flow, currency="EUR")
    assert str(state(flow).amount) == "1,000 USD"
    assert report.differences == ()


def test_a_stamp_in_the_future_is_refused_and_dates_nothing_else(folder: Folder, flow: DealFlow) -> None:
    folder.with_deal().put("Account", account(), account(Id="001000000000002AAA", CreatedDate="2206-01-01T09:00:00Z"))
    folder.put("Event", event(EndDateTime="2026-08-01T10:00:00Z", StartDateTime="2026-08-01T09:00:00Z"))
    said = "'2206-01-01T09:00:00Z' lies in the future (now is 2026-06-01T09:00:00+00:00): correct it"
    assert folder.refused_by(flow) == [f"Account.csv, line 3, column CreatedDate: {said}"]
    folder.into(flow, rejects=folder.path.parent / "rejects.csv")
    assert state(flow, EVENT, Sort.EVENT).held is None


def test_kept_changes_of_fields_that_are_not_read_are_counted(folder: Folder, flow: DealFlow) -> None:
    change = {"OpportunityId": DEAL, "CreatedDate": T0, "NewValue": "1"}
    fields = ("Amount", "StageName", "Amount", "Owner")
    rows = [{**change, "Id": f"017{number}", "Field": field} for number, field in enumerate(fields)]
    folder.with_deal().put("OpportunityFieldHistory", *rows)
    notices = [one for one in folder.into(flow).notices if one.about is About.FIELD_UNREAD]
    assert [(one.key, one.detail) for one in notices] == [("Amount", "2 rows"), ("StageName", "1 rows")]


def test_a_currency_that_is_none_and_an_order_that_is_none_are_refused(folder: Folder, flow: DealFlow) -> None:
    troubles = folder.with_deal().refused_by(flow, currency="Taler", date_order="ymd")
    assert [trouble.split(":")[0] for trouble in troubles] == ["date order", "currency"]


def test_naive_times_without_a_zone_are_refused_once_a_column(folder: Folder, flow: DealFlow) -> None:
    naive = {"CreatedDate": "2026-03-02 09:00:00", "LastModifiedDate": "2026-03-02 09:00:00"}
    folder.with_deal(opportunity(**naive), opportunity(**naive, Id="006000000000002AAA"))
    assert folder.refused_by(flow) == [
        (
            "Opportunity.csv, line 2, column CreatedDate: '2026-03-02 09:00:00' has no UTC offset: "
            "name the zone it is written in, by --timezone, or `zone` in a mapping"
        ),
        (
            "Opportunity.csv, line 2, column LastModifiedDate: '2026-03-02 09:00:00' has no UTC offset: "
            "name the zone it is written in, by --timezone, or `zone` in a mapping"
        ),
    ]


def test_the_order_of_day_and_month_is_decided_over_the_whole_column(folder: Folder, flow: DealFlow) -> None:
    undecided = opportunity(CloseDate="03/04/26")
    folder.with_deal(undecided, opportunity(CloseDate="05/06/26", Id="006000000000002AAA"))
    (trouble,) = folder.refused_by(flow)
    assert trouble.startswith("Opportunity.csv, line 2, column CloseDate: '03/04/26': day first or month first?")
    folder.with_deal(undecided, opportunity(CloseDate="13/06/26", Id="006000000000002AAA")).into(flow)
    assert state(flow).close_expected.isoformat() == "2026-04-03"


@pytest.mark.parametrize(
    ("odd", "trouble"),
    [
        ("13/45/26", "'13/45/26' is not a date, read as mdy: no such day or month"),
        ("30/02/26", "'30/02/26' is not a date, read as mdy: no such day or month"),
        (
            "13/01/26",
            (
                "'02/23/26': day first or month first? the column has '02/23/26' and '13/01/26'; "
                "say which, by --date-order, or `dates` in a mapping"
            ),
        ),
    ],
)
def test_a_date_at_odds_with_its_column_is_refused_where_it_stands(
    folder: Folder, flow: DealFlow, odd: str, trouble: str
) -> None:
    days = ("02/23/26", "02/24/26", odd, "02/25/26")
    folder.with_deal(*(opportunity(CloseDate=day, Id=f"00600000000000{number}AAA") for number, day in enumerate(days)))
    assert folder.refused_by(flow) == [f"Opportunity.csv, line 4, column CloseDate: {trouble}"]


def test_days_are_read_where_the_export_was_written(folder: Folder, flow: DealFlow) -> None:
    late = {"CreatedDate": "2026-03-03T02:20:00.000Z", "LastModifiedDate": "2026-03-03T02:20:00.000Z"}
    folder.with_deal(opportunity(**late, StageName="Closed Won", CloseDate="2026-03-02"))
    report = folder.into(flow, timezone=ZoneInfo("America/Los_Angeles"))
    assert report.notices == ()
    assert flow.deals()[0].since.isoformat() == "2026-03-03T07:59:59.999999+00:00"


# Set aside


def test_with_rejects_what_has_a_problem_goes_there_whole_and_the_rest_goes_in(folder: Folder, flow: DealFlow) -> None:
    good, bad = opportunity(), opportunity(Id="006000000000002AAA", CloseDate="soon")
    folder.with_deal(good, bad, history=[*history((T0, "Prospecting")), *history((T1, "Prospecting"), deal=bad["Id"])])
    out = folder.path / "rejects.jsonl"
    report = folder.into(flow, rejects=out)
    assert (report.counts.deals, flow.funnel().deals) == (1, 1)
    (reject,) = report.rejects
    assert reject.key == bad["Id"]
    (line,) = out.read_text(encoding="utf-8").splitlines()
    assert "'soon' is not a date" in line
    assert '"command": "OpenDeal"' in line


def test_what_belongs_to_a_spoilt_account_is_set_aside_with_it(folder: Folder, flow: DealFlow) -> None:
    other = "001000000000002AAA"
    folder.put("Account", account(), account(Id=other), account(Id=other, Name="Apex"))
    folder.put("Contact", contact(), contact(Id="003000000000002AAA", AccountId=other))
    folder.put("Opportunity", opportunity(), opportunity(Id="006000000000002AAA", AccountId=other))
    folder.put("Task", task(), task(Id="00T000000000002AAA", AccountId=other))
    report = folder.into(flow, rejects=folder.path / "rejects.jsonl")
    assert {one.key for one in report.rejects} == {
        other, "003000000000002AAA", "006000000000002AAA", "00T000000000002AAA",
    }  # fmt: skip
    assert (report.counts.deals, state(flow, other, Sort.ACCOUNT)) == (1, None)
    assert folder.into(flow, rejects=folder.path / "rejects.jsonl").records == 0


def test_a_rejects_file_that_cannot_be_is_refused_before_anything_is_stored(folder: Folder, flow: DealFlow) -> None:
    (trouble,) = folder.with_deal().refused_by(flow, rejects=folder.path / "no" / "rejects.jsonl")
    assert "cannot be written: there is no folder" in trouble


# The report


def test_the_report_names_what_was_set_aside_what_differs_and_what_was_left_out(folder: Folder, flow: DealFlow) -> None:
    bad, gone = (
        opportunity(Id="006000000000002AAA", CloseDate="soon"),
        opportunity(Id="006000000000003AAA", IsDeleted="1"),
    )
    folder.with_deal(opportunity(Probability="55", OwnerId=""), bad, gone, history=history((T0, "Prospecting")))
    report = folder.into(flow, rejects=folder.path / "rejects.jsonl")
    text, form = as_text(report), as_json(report)
    assert "1 of 3 rows of Opportunity are soft-deleted and left out: 006000000000003AAA" in text
    assert "set aside: 006000000000002AAA: Opportunity.csv, line 3, column CloseDate: 'soon' is not a date" in text
    assert "probability differs in 1 deal\n" in text
    assert f"  {DEAL} Ten presses: 55 there, 10 here (Opportunity.csv, line 2, column Probability)" in text
    assert form["rejects"][0]["key"] == "006000000000002AAA"
    assert form["deleted"] == {"Opportunity": ["006000000000003AAA"]}
    assert json.loads(json.dumps(form)) == form


def test_the_report_lists_a_close_date_that_the_history_tells_otherwise_once(folder: Folder, flow: DealFlow) -> None:
    steps = history((T0, "Prospecting"), (T1, "Prospecting", {"CloseDate": "2026-07-31"}))
    untold = opportunity(Id="006000000000002AAA", CloseDate="2026-12-31")
    other = history((T0, "Prospecting"), deal="006000000000002AAA")
    text = as_text(folder.with_deal(opportunity(), untold, history=[*steps, *other]).into(flow))
    assert "close_date differs in 2 deals, 1 of them listed above\n" in f"{text}\n"
    assert text.count("2026-06-30 there, 2026-07-31 here") == 1
    assert text.count("2026-12-31") == 1
