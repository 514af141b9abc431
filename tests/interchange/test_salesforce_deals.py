"""Opportunities and their history: what each row comes to, and when it happened."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from dealflow.domain.deal import CloseExpected, DealLost, DealOpened, DealReopened, DealValued, DealWon, Status
from dealflow.domain.noun import Corrected, HistoryUnknown, Noted
from dealflow.domain.playbook import Meaning
from dealflow.engine import DealFlow
from dealflow.interchange.salesforce.files import Sort
from dealflow.interchange.salesforce.notices import About
from dealflow.interchange.salesforce.rows import stream_of
from dealflow.journal import Source
from dealflow.money import Money
from tests.interchange.salesforce_export import (
    ACCOUNT,
    DEAL,
    ORG,
    OWNER,
    T0,
    T1,
    T2,
    T3,
    Folder,
    about,
    history,
    instant,
    opportunity,
    records,
    state,
    told,
)

LEAD = "00Q000000000001AAA"
DAY_0, DAY_1, DAY_2, DAY_3 = (f"2026-03-0{day}T09:00:00+00:00" for day in (2, 3, 4, 5))


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def names(flow: DealFlow) -> list[str]:
    return [name for name, _, _ in told(flow)]


# A history


def test_the_first_row_opens_the_deal_at_its_stage_and_each_later_one_moves_it(folder: Folder, flow: DealFlow) -> None:
    steps = history(
        (T0, "Qualification"), (T1, "Needs Analysis"), (T2, "Negotiation/Review"), (T3, "Value Proposition")
    )
    folder.with_deal(opportunity(StageName="Value Proposition", LastModifiedDate=T3), history=steps)
    report = folder.into(flow)
    assert told(flow) == [
        ("DealOpened", DAY_0, DAY_0),
        ("DealValued", DAY_0, DAY_0),
        ("CloseExpected", DAY_0, DAY_0),
        ("StageAdvanced", DAY_1, DAY_1),
        ("StageAdvanced", DAY_2, DAY_2),
        ("StageReverted", DAY_3, DAY_3),
    ]
    deal = state(flow)
    assert (deal.stage, deal.chance, deal.meaning) == ("Value Proposition", Decimal("0.5"), Meaning.OPEN)
    assert (report.counts.moves, report.counts.won_to_lost) == (3, 0)
    assert (report.differences, report.notices) == ((), ())


def test_skipped_milestones_are_listed_with_the_reason(folder: Folder, flow: DealFlow) -> None:
    folder.with_deal(
        opportunity(StageName="Needs Analysis"), history=history((T0, "Prospecting"), (T1, "Needs Analysis"))
    ).into(flow)
    advanced = records(flow)[-1].event
    assert (advanced.skipped, advanced.reason) == (("Qualification",), "skipped in the source")


def test_file_order_is_not_time_order(folder: Folder, flow: DealFlow) -> None:
    steps = history((T0, "Prospecting"), (T1, "Qualification"), (T2, "Needs Analysis"))
    folder.with_deal(opportunity(StageName="Needs Analysis"), history=[steps[2], steps[0], steps[1]])
    report = folder.into(flow)
    assert names(flow)[0] == "DealOpened"
    assert state(flow).stage == "Needs Analysis"
    assert report.notices == ()


def test_rows_of_one_minute_are_ordered_by_when_they_were_last_touched(folder: Folder, flow: DealFlow) -> None:
    later, first = history((T0, "Qualification"), (T0, "Prospecting"))
    rows = [{**later, "SystemModstamp": T1}, {**first, "SystemModstamp": T0}]
    report = folder.with_deal(opportunity(StageName="Qualification"), history=rows).into(flow)
    assert [move.reached for move in flow.deals()[0].moves] == ["Prospecting", "Qualification"]
    assert report.notices == ()


def test_rows_with_the_very_same_times_end_at_the_current_stage_and_are_noticed(folder: Folder, flow: DealFlow) -> None:
    rows = history((T0, "Qualification"), (T0, "Prospecting"))
    report = folder.with_deal(opportunity(StageName="Qualification"), history=rows).into(flow)
    assert [move.reached for move in flow.deals()[0].moves] == ["Prospecting", "Qualification"]
    assert about(report) == [About.HISTORY_UNORDERED]


def test_a_break_in_the_chain_of_rows_is_noticed(folder: Folder, flow: DealFlow) -> None:
    first, second = history((T0, "Prospecting"), (T2, "Qualification"))
    folder.with_deal(opportunity(StageName="Qualification"), history=[{**first, "SystemModstamp": T1}, second])
    report = folder.into(flow)
    assert about(report) == [About.HISTORY_BREAK]
    assert str(report.notices[0].place) == "OpportunityHistory.csv, line 2, column SystemModstamp"


def test_a_history_that_begins_after_the_deal_leaves_a_gap(folder: Folder, flow: DealFlow) -> None:
    report = folder.with_deal(opportunity(StageName="Qualification"), history=history((T2, "Qualification"))).into(flow)
    assert told(flow)[:2] == [("DealOpened", DAY_0, DAY_2), ("HistoryUnknown", DAY_0, DAY_2)]
    assert records(flow)[1].event == HistoryUnknown(instant(T2))
    assert about(report) == [About.HISTORY_LATE]


def test_history_of_an_opportunity_that_is_not_there_is_noticed_and_left_out(folder: Folder, flow: DealFlow) -> None:
    other = history((T0, "Prospecting"), deal="006000000000009AAA")
    report = folder.with_deal(history=[*history((T0, "Prospecting")), *other]).into(flow)
    assert about(report) == [About.HISTORY_ORPHAN]
    assert len(flow.deals()) == 1


# Ends


def test_a_deal_whose_first_row_is_closed_was_opened_and_ended_at_once(folder: Folder, flow: DealFlow) -> None:
    closed = history((T1, "Closed Won", {"CloseDate": "2026-03-03"}))
    report = folder.with_deal(
        opportunity(StageName="Closed Won", CloseDate="2026-03-03", CreatedDate=T1), history=closed
    ).into(flow)
    assert told(flow) == [
        ("DealOpened", DAY_1, DAY_1),
        ("DealValued", DAY_1, DAY_1),
        ("HistoryUnknown", DAY_1, DAY_1),
        ("DealWon", "2026-03-03T00:00:00+00:00", "2026-03-03T23:59:59.999999+00:00"),
    ]
    opened, *_, won = (record.event for record in records(flow))
    assert opened.at == "Prospecting"
    assert won.skipped[0] == "Qualification"
    assert (report.differences, report.notices) == ((), ())


@pytest.mark.parametrize(
    ("close", "start", "noticed"),
    [
        ("2026-03-04", "2026-03-04T00:00:00+00:00", []),  # between the last step and the row
        ("2026-03-03", "2026-03-03T00:00:00+00:00", []),  # on the day of the last step
        ("2026-03-05", "2026-03-05T00:00:00+00:00", []),  # on the day of the row
        ("2026-03-02", DAY_3, [About.END_BEFORE_LAST_STEP]),
        ("2021-01-27", DAY_3, [About.WON_BEFORE_DEAL]),
        ("2026-03-06", DAY_3, [About.END_AFTER_ROW]),
        ("", DAY_3, []),
    ],
)
def test_an_end_happened_on_its_close_date_where_it_can_have_been(
    folder: Folder, flow: DealFlow, close: str, start: str, noticed: list[About]
) -> None:
    steps = history((T0, "Prospecting"), (T1, "Qualification"), (T3, "Closed Won", {"CloseDate": close}))
    report = folder.with_deal(opportunity(StageName="Closed Won", CloseDate=close), history=steps).into(flow)
    assert (told(flow)[-1][0], told(flow)[-1][1]) == ("DealWon", start)
    assert about(report) == noticed
    assert report.differences == ()


def test_a_loss_before_the_deal_is_noticed_as_one(folder: Folder, flow: DealFlow) -> None:
    steps = history((T0, "Prospecting"), (T1, "Closed Lost", {"CloseDate": "2026-01-01"}))
    report = folder.with_deal(opportunity(StageName="Closed Lost", CloseDate="2026-01-01"), history=steps).into(flow)
    assert about(report) == [About.LOST_BEFORE_DEAL]
    assert state(flow).status is Status.LOST


def test_a_move_from_won_to_lost_goes_through_a_reopening(folder: Folder, flow: DealFlow) -> None:
    steps = history(
        (T0, "Qualification"), (T1, "Closed Won", {"CloseDate": "2026-03-03"}), (T2, "Closed Lost", {"Amount": "900"})
    )
    report = folder.with_deal(opportunity(StageName="Closed Lost", Amount="900"), history=steps).into(flow)
    assert names(flow) == [
        "DealOpened", "DealValued", "CloseExpected", "DealWon", "DealValued", "DealReopened", "DealLost",
    ]  # fmt: skip
    won, valued, reopened, lost = (record.event for record in records(flow)[-4:])
    assert isinstance(won, DealWon)
    assert won.amount == Money(Decimal(1000), "EUR")
    assert valued == DealValued(Money(Decimal(900), "EUR"))
    assert reopened == DealReopened("Qualification", "the source moved a closed deal", valued.amount, Decimal("0.1"))
    assert isinstance(lost, DealLost)
    assert (report.counts.moves, report.counts.won_to_lost) == (2, 1)


def test_a_closed_deal_that_moves_on_in_the_source_is_reopened_where_it_goes(folder: Folder, flow: DealFlow) -> None:
    steps = history((T0, "Qualification"), (T1, "Closed Lost"), (T2, "Needs Analysis", {"CloseDate": "2026-09-30"}))
    folder.with_deal(opportunity(StageName="Needs Analysis", CloseDate="2026-09-30"), history=steps).into(flow)
    assert names(flow)[-2:] == ["DealReopened", "CloseExpected"]
    assert (state(flow).stage, state(flow).status) == ("Needs Analysis", Status.OPEN)
    assert records(flow)[-1].event == CloseExpected(date(2026, 9, 30))


def test_an_end_that_is_only_said_otherwise_is_corrected(folder: Folder, flow: DealFlow) -> None:
    won, more = {"CloseDate": "2026-03-03"}, {"CloseDate": "2026-03-04", "Amount": "1200"}
    steps = history((T0, "Qualification"), (T1, "Closed Won", won), (T3, "Closed Won", more))
    report = folder.with_deal(opportunity(StageName="Closed Won", **more), history=steps).into(flow)
    assert names(flow)[-3:] == ["DealWon", "DealValued", "Corrected"]
    assert isinstance(records(flow)[-1].event, Corrected)
    assert state(flow).amount == Money(Decimal(1200), "EUR")
    (standing,) = flow.deals()
    assert (standing.amount, standing.since.date()) == (Money(Decimal(1200), "EUR"), date(2026, 3, 4))
    assert (report.differences, report.notices) == ((), ())
    assert folder.into(flow).records == 0


def test_a_win_said_otherwise_with_an_impossible_day_stays_on_its_own(folder: Folder, flow: DealFlow) -> None:
    won, later = {"CloseDate": "2026-03-03"}, {"CloseDate": "2020-01-01"}
    steps = history((T0, "Qualification"), (T1, "Closed Won", won), (T3, "Closed Won", later))
    report = folder.with_deal(opportunity(StageName="Closed Won", **later), history=steps).into(flow)
    assert names(flow)[-1] == "DealWon"
    assert about(report) == [About.WON_BEFORE_DEAL]
    assert [(one.field, one.source, one.ours) for one in report.differences] == [
        ("close_date", "2020-01-01", "2026-03-03")
    ]


def test_a_win_whose_amount_was_taken_back_when_it_was_written_down_has_none(folder: Folder, flow: DealFlow) -> None:
    won = {"Amount": "", "CloseDate": "2026-03-03"}
    steps = history((T0, "Qualification"), (T3, "Closed Won", won))
    report = folder.with_deal(opportunity(StageName="Closed Won", **won), history=steps).into(flow)
    assert (state(flow).amount, report.differences) == (None, ())


def test_a_day_taken_back_while_the_deal_was_closed_is_expected_no_more(folder: Folder, flow: DealFlow) -> None:
    steps = history((T0, "Qualification"), (T1, "Closed Lost"), (T2, "Qualification", {"CloseDate": ""}))
    report = folder.with_deal(opportunity(StageName="Qualification", CloseDate=""), history=steps).into(flow)
    assert (state(flow).close_expected, report.differences) == (None, ())


# Amounts and days


def test_amounts_and_days_are_told_where_they_change_and_empty_ones_are_unknown(folder: Folder, flow: DealFlow) -> None:
    steps = history(
        (T0, "Prospecting", {"Amount": ""}),
        (T1, "Prospecting", {"Amount": "2500.50", "CloseDate": ""}),
        (T2, "Qualification", {"Amount": "2500.50", "CloseDate": ""}),
        (T3, "Qualification", {"Amount": "", "CloseDate": "2026-07-31"}),
    )
    report = folder.with_deal(
        opportunity(StageName="Qualification", Amount="", CloseDate="2026-07-31"), history=steps
    ).into(flow)
    facts = [record.event for record in records(flow) if isinstance(record.event, DealValued | CloseExpected)]
    assert facts == [
        CloseExpected(date(2026, 6, 30)),
        DealValued(Money(Decimal("2500.50"), "EUR")),
        CloseExpected(None),
        DealValued(None),
        CloseExpected(date(2026, 7, 31)),
    ]
    assert report.differences == ()


def test_a_step_freezes_the_amount_of_its_own_row(folder: Folder, flow: DealFlow) -> None:
    steps = history((T0, "Prospecting"), (T1, "Qualification", {"Amount": "4000"}))
    folder.with_deal(opportunity(StageName="Qualification", Amount="4000"), history=steps).into(flow)
    assert records(flow)[-1].event.amount == Money(Decimal(4000), "EUR")


def test_a_currency_column_says_more_than_the_one_given_for_all(folder: Folder, flow: DealFlow) -> None:
    folder.with_deal(opportunity(CurrencyIsoCode="JPY"))
    folder.into(flow, currency=None)
    assert state(flow).amount == Money(Decimal(1000), "JPY")


def test_what_the_current_row_says_otherwise_is_a_difference_and_nothing_is_made_up(
    folder: Folder, flow: DealFlow
) -> None:
    other = "005000000000002AAA"
    now = opportunity(
        StageName="Closed Won",
        Amount="1",
        IsClosed="true",
        IsWon="true",
        Probability="100",
        OwnerId=other,
        LastModifiedDate=T3,
    )
    folder.with_deal(now, history=history((T0, "Qualification")))
    change = {
        "Id": "0171",
        "OpportunityId": DEAL,
        "CreatedDate": T1,
        "Field": "Owner",
        "OldValue": other,
        "NewValue": OWNER,
    }
    folder.put("OpportunityFieldHistory", change)
    report = folder.into(flow)
    assert [(one.field, one.source, one.ours) for one in report.differences] == [
        ("stage", "Closed Won", "Qualification"),
        ("amount", "1 EUR", "1,000 EUR"),
        ("owner", other, OWNER),
        ("outcome", "won", "open"),
        ("probability", "100", "10"),
    ]
    assert names(flow) == ["DealOpened", "DealValued", "CloseExpected", "DealOwnerAssigned"]


# Without a history


def test_a_deal_without_history_stood_at_its_stage_some_time_before_its_last_change(
    folder: Folder, flow: DealFlow
) -> None:
    report = folder.with_deal(opportunity(StageName="Needs Analysis", LastModifiedDate=T3)).into(flow)
    assert told(flow) == [
        ("DealOpened", DAY_0, DAY_0),
        ("HistoryUnknown", DAY_0, DAY_0),
        ("DealValued", DAY_0, DAY_3),
        ("StageAdvanced", DAY_0, DAY_3),
        ("CloseExpected", DAY_0, DAY_3),
    ]
    assert records(flow)[1].event == HistoryUnknown(instant(T3))
    assert about(report) == [About.HISTORY_MISSING]
    assert report.differences == ()
    (then,) = flow.deals(happened=date(2026, 3, 3))
    assert (then.stage, then.amount) == ("Prospecting", None)


def test_a_deal_that_was_never_touched_was_always_where_it_is(folder: Folder, flow: DealFlow) -> None:
    report = folder.with_deal(opportunity(StageName="Needs Analysis")).into(flow)
    assert names(flow) == ["DealOpened", "DealValued", "CloseExpected"]
    assert (state(flow).stage, report.notices) == ("Needs Analysis", ())


def test_a_win_without_history_happened_on_its_close_date(folder: Folder, flow: DealFlow) -> None:
    folder.with_deal(opportunity(StageName="Closed Won", CloseDate="2026-03-04", LastModifiedDate=T3)).into(flow)
    name, start, end = told(flow)[-1]
    assert (name, start[:10], end[:10]) == ("DealWon", "2026-03-04", "2026-03-04")


def test_a_deal_without_any_date_is_refused(folder: Folder, flow: DealFlow) -> None:
    folder.put("Account", {"Id": ACCOUNT, "Name": "Acme"})
    folder.put("Opportunity", {"Id": DEAL, "AccountId": ACCOUNT, "Name": "Ten presses", "StageName": "Prospecting"})
    (trouble,) = folder.refused_by(flow)
    assert trouble.startswith("Opportunity.csv, line 2, column CreatedDate: nothing says when the deal was opened")


# Owners


def test_the_current_owner_has_owned_it_since_some_time_before_the_last_change(folder: Folder, flow: DealFlow) -> None:
    folder.with_deal(opportunity(OwnerId=OWNER[:15], LastModifiedDate=T3), history=history((T0, "Prospecting")))
    report = folder.into(flow)
    assert ("DealOwnerAssigned", DAY_0, DAY_3) in told(flow)
    assert (state(flow).owner, report.differences) == (OWNER, ())


def test_the_field_history_tells_every_owner(folder: Folder, flow: DealFlow) -> None:
    other = "005000000000002AAA"
    folder.with_deal(opportunity(OwnerId=other, LastModifiedDate=T3), history=history((T0, "Prospecting")))
    change = {"OpportunityId": DEAL, "CreatedDate": T2, "CreatedById": OWNER, "Field": "Owner"}
    folder.put(
        "OpportunityFieldHistory",
        {"Id": "017000000000001AAA", "OldValue": "Ann", "NewValue": "Bob", **change},
        {"Id": "017000000000002AAA", "OldValue": OWNER, "NewValue": other, **change},
        {"Id": "017000000000003AAA", **change, "Field": "NextStep", "OldValue": "a", "NewValue": "b"},
    )
    report = folder.into(flow)
    opened = records(flow)[0].event
    assert isinstance(opened, DealOpened)
    assert opened.owner == OWNER
    assert [one for one in told(flow) if one[0] == "DealOwnerAssigned"] == [("DealOwnerAssigned", DAY_2, DAY_2)]
    assert (state(flow).owner, report.counts.field_history, report.differences) == (other, 3, ())


# What the source knew


def test_every_record_says_where_it_came_from_and_what_the_source_knew_when(folder: Folder, flow: DealFlow) -> None:
    steps = [{**row, "CreatedById": OWNER} for row in history((T0, "Prospecting"), (T1, "Qualification"))]
    folder.with_deal(opportunity(StageName="Qualification"), history=steps).into(flow)
    assert {record.source for record in records(flow)} == {
        Source("salesforce", DEAL, instant(T0), OWNER),
        Source("salesforce", DEAL, instant(T1), OWNER),
    }
    assert flow.find(DEAL) == stream_of(ORG, Sort.OPPORTUNITY, DEAL)
    (early,) = flow.deals(known=date(2026, 3, 2), knowledge="source")
    assert early.stage == "Prospecting"
    assert flow.funnel(known=date(2026, 3, 2), knowledge="source").stages[0].open == 1
    assert flow.deals(known=date(2026, 3, 1), knowledge="source") == ()


def test_command_ids_name_the_row_the_kind_and_the_version(folder: Folder, flow: DealFlow) -> None:
    folder.with_deal(opportunity(), history=history((T0, "Prospecting"), (T1, "Qualification"))).into(flow)
    ids = [record.command_id or "" for record in records(flow)]
    assert ids[0] == f"import:salesforce:acme:{DEAL}:opened@first"
    assert ids[-1].startswith("import:salesforce:acme:008000000001001AAA:stage@")


def test_a_converted_lead_is_noted_on_its_deal(folder: Folder, flow: DealFlow) -> None:
    folder.with_deal().put(
        "Lead",
        {
            "Id": LEAD,
            "IsConverted": "true",
            "ConvertedOpportunityId": DEAL,
            "ConvertedDate": "2026-03-02",
            "LeadSource": "Web",
        },
        {"Id": "00Q000000000002AAA", "IsConverted": "false"},
    )
    report = folder.into(flow)
    (noted,) = [record.event for record in records(flow) if isinstance(record.event, Noted)]
    assert noted == Noted("salesforce.lead-converted", (("lead", LEAD), ("lead_source", "Web")))
    assert (report.counts.leads, report.counts.converted_leads) == (2, 1)


# Warehouse tables


def version(at: str, **cells: str) -> dict[str, str]:
    return {
        "id": DEAL, "_fivetran_start": at, "_fivetran_end": "9999-12-31 23:59:59", "account_id": ACCOUNT,
        "name": "Ten presses", "stage_name": "Prospecting", "amount": "1000", "close_date": "2026-06-30 00:00:00",
        "created_date": "2026-03-02 09:00:00", "owner_id": OWNER, **cells,
    }  # fmt: skip


def test_a_warehouse_keeps_dated_versions_of_the_opportunity_itself(folder: Folder, flow: DealFlow) -> None:
    other = "005000000000002AAA"
    folder.put("sf_account_data", {"id": ACCOUNT, "name": "Acme"})
    folder.put(
        "sf_opportunity_history_data",
        version("2026-03-04 09:00:00", stage_name="Qualification", owner_id=other),
        version("2026-03-02 09:00:00"),
    )
    report = folder.into(flow, timezone=ZoneInfo("UTC"))
    assert told(flow) == [
        ("DealOpened", DAY_0, DAY_0),
        ("DealValued", DAY_0, DAY_0),
        ("CloseExpected", DAY_0, DAY_0),
        ("StageAdvanced", DAY_2, DAY_2),
        ("DealOwnerAssigned", DAY_0, DAY_0),
        ("DealOwnerAssigned", DAY_2, DAY_2),
    ]
    assert (state(flow).owner, state(flow).close_expected) == (other, date(2026, 6, 30))
    assert (report.files[1].sort, report.counts.deals, report.differences) == (Sort.VERSION, 1, ())
    assert folder.into(flow, timezone=ZoneInfo("UTC")).records == 0


def test_of_several_versions_a_warehouse_keeps_the_active_one_counts(folder: Folder, flow: DealFlow) -> None:
    folder.put(
        "sf_account_data",
        {"id": ACCOUNT, "name": "Acme", "_fivetran_active": "false"},
        {"id": ACCOUNT, "name": "Acme AG", "_fivetran_active": "true"},
    )
    folder.put("sf_opportunity_data", version("", _fivetran_end=""))
    folder.into(flow, timezone=ZoneInfo("UTC"))
    assert state(flow, ACCOUNT, Sort.ACCOUNT).name == "Acme AG"
