"""The same export again, and later ones: only what is new or changed goes in."""

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from dealflow.domain.advancing import AdvanceStage
from dealflow.domain.deal import Status
from dealflow.domain.noun import Noted
from dealflow.engine import DealFlow
from dealflow.interchange import pipeline
from dealflow.interchange.salesforce.files import Sort
from dealflow.interchange.salesforce.notices import About
from dealflow.interchange.salesforce.rows import stream_of
from dealflow.store.errors import StoreError
from tests.interchange.salesforce_export import (
    ACCOUNT,
    DEAL,
    ORG,
    OWNER,
    PERSON,
    T0,
    T1,
    T2,
    T3,
    TASK,
    Folder,
    about,
    account,
    contact,
    event,
    history,
    opportunity,
    records,
    state,
    task,
    told,
)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def everything(folder: Folder) -> Folder:
    folder.with_deal(opportunity(OwnerId=OWNER, StageName="Qualification", LastModifiedDate=T1))
    folder.put("OpportunityHistory", *history((T0, "Prospecting"), (T1, "Qualification")))
    folder.put("Account", account(OwnerId=OWNER))
    folder.put("Contact", contact(), contact(Id="003000000000002AAA", Name="Bo Li", ReportsToId=PERSON))
    role = {"Id": "00K000000000001AAA", "OpportunityId": DEAL, "ContactId": PERSON}
    folder.put("OpportunityContactRole", {**role, "Role": "Influencer"}, {**role, "Id": "00K2", "Role": "Evaluator"})
    folder.put("Lead", {"Id": "00Q000000000001AAA", "IsConverted": "true", "ConvertedOpportunityId": DEAL})
    folder.put("Task", task(), task(Id="00T000000000002EAA", IsClosed="true", CallDisposition="No answer"))
    folder.put("Event", event())
    return folder


def test_the_same_export_again_adds_nothing(folder: Folder, flow: DealFlow) -> None:
    first = everything(folder).into(flow)
    head = flow.journal.head()
    again = folder.into(flow)
    assert flow.journal.head() == head
    assert (again.stored, again.known, again.differences, again.notices) == (
        0, first.stored, first.differences, first.notices,
    )  # fmt: skip


def test_the_same_export_from_another_folder_under_the_same_name_adds_nothing(
    folder: Folder, flow: DealFlow, tmp_path: Path
) -> None:
    everything(folder).into(flow)
    elsewhere = Folder(tmp_path / "elsewhere")
    elsewhere.path.mkdir()
    assert everything(elsewhere).into(flow).records == 0
    assert everything(elsewhere).into(flow, org="somebody else").records > 0


def test_a_new_history_row_moves_the_deal_on(folder: Folder, flow: DealFlow) -> None:
    everything(folder).into(flow)
    folder.put(
        "Opportunity", opportunity(OwnerId=OWNER, StageName="Closed Won", CloseDate="2026-03-05", LastModifiedDate=T3)
    )
    steps = (T0, "Prospecting"), (T1, "Qualification"), (T3, "Closed Won", {"CloseDate": "2026-03-05"})
    folder.put("OpportunityHistory", *history(*steps))
    before = told(flow)
    assert folder.into(flow).differences == ()
    assert ([*before, told(flow)[-1]], state(flow).status) == (told(flow), Status.WON)


def test_what_changes_in_place_is_told_as_a_change(folder: Folder, flow: DealFlow) -> None:
    everything(folder).into(flow)
    other = "005000000000002AAA"
    folder.put("Account", account(Name="Acme AG", OwnerId=other, LastModifiedDate=T2))
    folder.put("Contact", contact(Title="CEO"), contact(Id="003000000000002AAA", Name="Bo Li", ReportsToId=""))
    folder.put(
        "Opportunity", opportunity(Name="Twelve presses", OwnerId=other, StageName="Qualification", LastModifiedDate=T2)
    )
    report = folder.into(flow)
    company, boss, worker = state(flow, ACCOUNT, Sort.ACCOUNT), state(flow, PERSON, Sort.CONTACT), "003000000000002AAA"
    assert (company.name, company.owner) == ("Acme AG", other)
    assert boss.title.text == "CEO"
    assert state(flow, worker, Sort.CONTACT).manager is None
    assert (state(flow).title, state(flow).owner) == ("Twelve presses", other)
    assert (report.records, report.differences) == (6, ())
    assert folder.into(flow).records == 0


def test_a_row_without_a_stamp_is_known_to_have_changed_by_what_it_says(folder: Folder, flow: DealFlow) -> None:
    folder.with_deal().put("Account", {"Id": ACCOUNT, "Name": "Acme"})
    folder.into(flow)
    for name in ("Apex", "Acme"):
        folder.put("Account", {"Id": ACCOUNT, "Name": name})
        assert folder.into(flow).records == 1
        assert state(flow, ACCOUNT, Sort.ACCOUNT).name == name
    assert folder.into(flow).records == 0


def test_a_task_is_planned_then_moved_then_closed(folder: Folder, flow: DealFlow) -> None:
    folder.with_deal().put("Task", task())
    folder.into(flow)
    folder.put("Task", task(ActivityDate="2026-03-12", LastModifiedDate=T1))
    folder.into(flow)
    folder.put("Task", task(ActivityDate="2026-03-12", IsClosed="true", CompletedDateTime=T3, LastModifiedDate=T3))
    assert folder.into(flow).records == 1
    assert [name for name, _, _ in told(flow, TASK, Sort.TASK)] == [
        "InteractionPlanned", "InteractionRescheduled", "InteractionHeld",
    ]  # fmt: skip
    assert folder.into(flow).records == 0


def test_a_contact_who_goes_to_another_account_moves(folder: Folder, flow: DealFlow) -> None:
    other = "001000000000002AAA"
    folder.with_deal().put("Account", account(), account(Id=other, Name="Apex"))
    folder.put("Contact", contact())
    folder.into(flow)
    folder.put("Contact", contact(AccountId=other, Title="CEO", LastModifiedDate=T2))
    folder.into(flow)
    person = state(flow, PERSON, Sort.CONTACT)
    assert (person.account, person.title.text) == (stream_of(ORG, Sort.ACCOUNT, other), "CEO")


def test_a_column_that_is_missing_later_takes_nothing_back(folder: Folder, flow: DealFlow) -> None:
    folder.with_deal().put("Contact", contact(Department="Finance"))
    folder.into(flow)
    folder.put("Contact", {"Id": PERSON, "AccountId": ACCOUNT, "Name": "Ada Poe", "Title": "CEO"})
    folder.into(flow)
    person = state(flow, PERSON, Sort.CONTACT)
    assert (person.title.text, person.department) == ("CEO", "Finance")
    folder.put("Contact", {"Id": PERSON, "AccountId": ACCOUNT, "Name": "Ada Poe", "Department": "Board"})
    folder.into(flow)
    person = state(flow, PERSON, Sort.CONTACT)
    assert (person.title.text, person.department) == ("CEO", "Board")
    assert folder.into(flow).records == 0


def test_a_deal_without_history_moves_on_from_where_the_last_export_left_it(folder: Folder, flow: DealFlow) -> None:
    folder.with_deal(opportunity(StageName="Needs Analysis", LastModifiedDate=T1)).into(flow)
    folder.with_deal(opportunity(StageName="Qualification", Amount="", LastModifiedDate=T2)).into(flow)
    assert [name for name, _, _ in told(flow)][-2:] == ["DealValued", "StageReverted"]
    assert (state(flow).stage, state(flow).amount) == ("Qualification", None)
    won = opportunity(StageName="Closed Won", CloseDate="2026-03-04", LastModifiedDate=T3)
    folder.with_deal(won).into(flow)
    assert folder.with_deal({**won, "Amount": "1200"}).into(flow).differences == ()
    report = folder.with_deal(opportunity(StageName="Closed Lost", CloseDate="2026-03-05", LastModifiedDate=T3)).into(
        flow
    )
    assert (state(flow).status, report.differences) == (Status.LOST, ())
    assert folder.into(flow).records == 0


def test_what_the_host_did_in_the_meantime_is_not_undone_by_the_same_export(folder: Folder, flow: DealFlow) -> None:
    folder.with_deal(opportunity(StageName="Qualification", LastModifiedDate=T1)).into(flow)
    deal = stream_of(ORG, Sort.OPPORTUNITY, DEAL)
    flow.do(AdvanceStage("Needs Analysis"), on=deal, by="ann", at=date(2026, 4, 1))
    report = folder.into(flow)
    assert (report.records, state(flow).stage) == (0, "Needs Analysis")
    assert [(one.field, one.source, one.ours) for one in report.differences] == [
        ("stage", "Qualification", "Needs Analysis")
    ]


def test_a_later_export_may_hold_only_what_is_new(folder: Folder, flow: DealFlow, tmp_path: Path) -> None:
    everything(folder).into(flow)
    later = Folder(tmp_path / "later")
    later.path.mkdir()
    later.put("Opportunity", opportunity(Id="006000000000002AAA"))
    later.put("Contact", contact(Id="003000000000003AAA", ReportsToId=PERSON))
    later.put("Task", task(Id="00T000000000003EAA", WhatId=DEAL, WhoId=PERSON, AccountId=""))
    report = later.into(flow)
    assert (report.notices, flow.funnel().deals) == ((), 2)
    interaction = state(flow, "00T000000000003EAA", Sort.TASK)
    assert interaction.deals == (stream_of(ORG, Sort.OPPORTUNITY, DEAL),)


def test_a_row_that_lies_before_what_the_journal_knows_is_refused_with_its_place(
    folder: Folder, flow: DealFlow
) -> None:
    steps = history((T1, "Prospecting"), (T3, "Needs Analysis"))
    folder.with_deal(opportunity(StageName="Needs Analysis", CreatedDate=T1), history=steps).into(flow)
    between = {**steps[0], "Id": "008000000000009AAA", "StageName": "Qualification", "CreatedDate": T2}
    folder.put("OpportunityHistory", steps[0], between, steps[1])
    troubles = folder.refused_by(flow)
    assert troubles[0].startswith(
        "OpportunityHistory.csv, line 3, column StageName: life cycle runs backward: asked for 2026-03-04"
    )


def test_a_history_that_begins_later_than_before_is_refused_with_the_remedy(folder: Folder, flow: DealFlow) -> None:
    rows = history((T0, "Prospecting"), (T1, "Qualification"), (T2, "Needs Analysis"))
    folder.with_deal(history=rows).into(flow)
    folder.with_deal(history=rows[1:])
    assert folder.refused_by(flow) == [
        (
            f"OpportunityHistory.csv, line 2, column CreatedDate: the history of {DEAL} begins later than in an "
            "earlier export (2026-03-02T09:00:00+00:00); export it whole"
        )
    ]


def test_an_older_export_does_not_undo_what_a_newer_one_told(folder: Folder, flow: DealFlow) -> None:
    folder.with_deal().into(flow)
    folder.with_deal(opportunity(Name="Twelve presses", LastModifiedDate=T2)).into(flow)
    report = folder.with_deal(opportunity(Name="Eleven presses", LastModifiedDate=T1)).into(flow)
    assert state(flow).title == "Twelve presses"
    assert About.OLDER in about(report)


def test_an_import_that_was_killed_goes_on_when_it_is_run_again(
    folder: Folder, flow: DealFlow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "BATCH", 3)
    append, seen = flow.journal.append, []

    def dies(*args: object, **kwargs: object) -> object:
        seen.append(1)
        if len(seen) == 3:
            message = "the power went"
            raise StoreError(message)
        return append(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(flow.journal, "append", dies)
    with pytest.raises(StoreError):
        everything(folder).into(flow)
    assert 0 < flow.journal.head() < 10
    folder.into(flow)
    with DealFlow.open("memory:") as whole:
        folder.into(whole)
        assert told(flow) == told(whole)
        assert flow.journal.head() == whole.journal.head()
    assert folder.into(flow).records == 0


def test_progress_is_told(folder: Folder, flow: DealFlow) -> None:
    seen: list[tuple[int, int]] = []
    report = everything(folder).into(flow, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(0, report.stored), (report.stored, report.stored)]


def test_notes_are_written_once(folder: Folder, flow: DealFlow) -> None:
    everything(folder).into(flow)
    folder.put("Opportunity", opportunity(OwnerId=OWNER, StageName="Qualification", LastModifiedDate=T3))
    folder.into(flow)
    assert [type(one.event) for one in records(flow, PERSON, Sort.CONTACT)].count(Noted) == 1
    assert [type(one.event) for one in records(flow)].count(Noted) == 1


def test_with_a_changed_zone_the_same_export_is_told_apart(folder: Folder, flow: DealFlow) -> None:
    cells = {"CreatedDate": "2026-03-02 09:00", "LastModifiedDate": "2026-03-02 09:00"}
    folder.with_deal(opportunity(**cells, CloseDate="2026-03-02", StageName="Closed Won"))
    rows = [{**row, "CreatedDate": "2026-03-02 09:00", "SystemModstamp": ""} for row in history((T0, "Closed Won"))]
    folder.put("OpportunityHistory", *rows)
    folder.into(flow, timezone=ZoneInfo("UTC"))
    troubles = folder.refused_by(flow, timezone=ZoneInfo("Asia/Tokyo"))
    assert "imported before as something else" in troubles[0]
