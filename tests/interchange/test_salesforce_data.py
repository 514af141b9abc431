"""The two exports that are there to be imported, and the figures they must lead to."""

from collections.abc import Iterator
from datetime import UTC, date
from decimal import Decimal

import pytest

from dealflow.domain.account import AccountRegistered
from dealflow.domain.deal import Status
from dealflow.engine import DealFlow
from dealflow.interchange.salesforce import SalesforceReport, as_json, as_text, import_salesforce
from dealflow.interchange.salesforce.files import Sort
from dealflow.interchange.salesforce.notices import About
from dealflow.plain import plain
from dealflow.replay.movements import MovementKind
from tests.clock import Clock
from tests.data import data, expected


@pytest.fixture(scope="module")
def imported() -> Iterator[tuple[DealFlow, SalesforceReport]]:
    with DealFlow.open("memory:", clock=Clock()) as flow:
        report = import_salesforce(flow, data("salesforce_dev_org"), timezone=UTC, currency="USD")
        yield flow, report


def test_every_row_of_the_developer_org_is_counted(imported: tuple[DealFlow, SalesforceReport]) -> None:
    _, report = imported
    figures, counts = expected("H_salesforce_dev_org"), report.counts
    assert {
        "opps": counts.deals,
        "history": counts.history_rows,
        "accounts": counts.accounts,
        "contacts": counts.contacts,
    } == figures["H1"]
    assert (counts.won, counts.lost, counts.open) == (12, 8, 16)
    assert counts.moves == figures["H8_stage_changing_history_rows"] == 12
    assert counts.won_to_lost == 7
    assert (counts.leads, counts.converted_leads) == (22, 5)
    assert (report.deleted, report.rejects, report.ignored) == ((), (), ("LICENSE", "OpportunityHistoryGroup.csv"))


def test_the_funnel_of_the_developer_org_is_the_one_the_source_shows(
    imported: tuple[DealFlow, SalesforceReport],
) -> None:
    flow, _ = imported
    figures, funnel = expected("H_salesforce_dev_org"), plain(flow.funnel())
    assert [funnel[key] for key in ("deals", "won", "lost", "open", "win_rate")] == [36, 12, 8, 16, 0.6]
    assert {stage["stage"]: stage["open"] for stage in funnel["stages"]} == figures["H2_stage"]
    amounts = {stage["stage"]: stage["amount"].get("USD") for stage in funnel["stages"]}
    assert {key: Decimal(amount) for key, amount in amounts.items() if amount} == {
        key: Decimal(str(amount)) for key, amount in figures["H7_amount_by_stage"].items()
    }
    assert funnel["reopened"] == 7


def test_the_expected_revenue_of_the_developer_org_is_amount_times_frozen_chance(
    imported: tuple[DealFlow, SalesforceReport],
) -> None:
    flow, _ = imported
    total = Decimal(0)
    for deal in flow.deals():
        state = flow.state(deal.deal)
        chance = {Status.OPEN: state.chance, Status.WON: Decimal(1)}.get(deal.status, Decimal(0))
        total += chance * (deal.amount.amount if deal.amount else Decimal(0))
    assert total == Decimal(str(expected("H_salesforce_dev_org")["H7b_expected_revenue_sum"]))


def test_the_reconciliation_lists_what_the_source_cannot_tell(imported: tuple[DealFlow, SalesforceReport]) -> None:
    _, report = imported
    kinds = [notice.about for notice in report.notices]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        About.WON_BEFORE_DEAL: 19,
        About.LOST_BEFORE_DEAL: 7,
        About.END_AFTER_ROW: 1,
        About.CLOSE_DATE_UNTOLD: 25,
    }
    assert {one.field for one in report.differences} == {"close_date"}
    untold = [one.key for one in report.notices if one.about is About.CLOSE_DATE_UNTOLD]
    assert [one.deal for one in report.differences] == untold
    assert {(one.source, one.ours) for one in report.differences} == {("2024-02-03", "2021-01-27")}
    assert {"stage", "amount", "probability", "outcome"} <= set(report.compared)


@pytest.mark.parametrize(("clock", "knowledge"), [("happened", "journal"), ("known", "journal"), ("known", "source")])
def test_what_changed_in_the_developer_org_adds_up_to_its_open_deals(
    imported: tuple[DealFlow, SalesforceReport], clock: str, knowledge: str
) -> None:
    flow, report = imported
    found = flow.changes(date(2020, 1, 1), date(2100, 1, 1), clock=clock, knowledge=knowledge)
    assert (found.opening.deals, found.closing.deals) == (0, report.counts.open)
    assert (found.residual.deals, found.residual.dated, found.residual.days) == (0, 0, 0)
    for sums in (found.residual.amount, found.residual.weighted):
        assert dict(sums) == {"USD": Decimal(0)}
    weighted = flow.pipeline().forecast().total.prior
    assert found.closing.weighted == weighted
    assert found.by(MovementKind.NEW).deals == report.counts.deals
    assert found.by(MovementKind.REOPENED).deals == report.counts.won_to_lost


def test_a_win_that_became_a_loss_is_found_by_its_id_and_reads_as_a_story(
    imported: tuple[DealFlow, SalesforceReport],
) -> None:
    flow, _ = imported
    deal = flow.find("006bm00000LKJNTAA5")
    (standing,) = [one for one in flow.deals() if one.deal == deal]
    assert [move.step.value for move in standing.moves] == ["opened", "won", "reopened", "lost"]
    before = flow.deal(deal, happened=date(2026, 3, 6)).deal
    assert before is not None
    assert before.status is Status.WON
    assert flow.replay(deal).lines


def test_accounts_are_there_by_the_first_thing_that_speaks_of_them(
    imported: tuple[DealFlow, SalesforceReport],
) -> None:
    flow, _ = imported
    (registered,) = [
        record
        for record in flow.journal.stream(flow.find("001bm00001ZM1LyAAL"))
        if isinstance(record.event, AccountRegistered)
    ]
    assert registered.event.name == "Farmers Coop. of Florida"
    assert registered.occurred_to.isoformat() == "2026-02-24T02:18:00+00:00"


def test_importing_the_developer_org_again_adds_nothing() -> None:
    with DealFlow.open("memory:", clock=Clock()) as flow:
        first = import_salesforce(flow, data("salesforce_dev_org"), timezone=UTC, currency="USD")
        head = flow.journal.head()
        again = import_salesforce(flow, data("salesforce_dev_org"), timezone=UTC, currency="USD")
        assert flow.journal.head() == head
        assert (again.stored, again.records, again.known) == (0, 0, first.stored)
        assert (again.differences, again.notices, again.counts) == (first.differences, first.notices, first.counts)


def test_the_report_says_it_all_in_words_and_in_json(imported: tuple[DealFlow, SalesforceReport]) -> None:
    _, report = imported
    text, form = as_text(report), as_json(report)
    assert "36 deals (12 won, 8 lost, 16 open)" in text
    assert "12 stage moves after the first row, 7 of them from won to lost" in text
    assert text.count("2024-02-03; the history has 2021-01-27") == 25
    assert "no difference between the source's current rows and the journal in name, account, stage, amount" in text
    assert {one["about"]: one["count"] for one in form["notices"]}["won-before-deal"] == 19
    assert len(form["differences"]) == 25
    assert form["counts"]["deals"] == 36


def test_the_ten_opportunities_of_the_warehouse_are_all_soft_deleted() -> None:
    with DealFlow.open("memory:", clock=Clock()) as flow:
        report = import_salesforce(flow, data("fivetran_seeds"), timezone=UTC, currency="USD")
        deleted = [one.key for one in report.deleted if one.sort is Sort.OPPORTUNITY]
        assert len(deleted) == expected("T_fivetran_seeds")["T1_sf"]["is_deleted"] == 10
        assert (report.counts.deals, flow.funnel().deals) == (0, 0)
        assert "all 10 rows of Opportunity are soft-deleted and left out" in as_text(report)
        assert {one.about for one in report.notices} == {About.NO_ACCOUNT}
        assert report.records > 0
