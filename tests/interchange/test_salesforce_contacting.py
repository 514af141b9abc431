"""Tasks and events: planned, held, attempted, or passed over."""

from pathlib import Path

import pytest

from dealflow.domain.interaction import Channel, InteractionStatus
from dealflow.domain.visiting import CancelInteraction
from dealflow.engine import DealFlow
from dealflow.interchange.salesforce.files import Sort
from dealflow.interchange.salesforce.notices import About
from dealflow.interchange.salesforce.rows import stream_of
from tests.interchange.salesforce_export import (
    ACCOUNT,
    DEAL,
    EVENT,
    ORG,
    OWNER,
    PERSON,
    T1,
    T2,
    T3,
    TASK,
    Cells,
    Folder,
    about,
    contact,
    event,
    instant,
    opportunity,
    records,
    state,
    task,
    told,
)

DAY_0, DAY_1, DAY_2, DAY_3 = (f"2026-03-0{day}T09:00:00+00:00" for day in (2, 3, 4, 5))
ANN, BOB = "005000000000002AAA", "005000000000003AAA"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    folder = Folder(tmp_path)
    folder.with_deal(opportunity(LastModifiedDate=T3)).put("Contact", contact())
    return folder


def tasks(folder: Folder, *rows: Cells) -> Folder:
    folder.put("Task", *rows)
    return folder


def events(folder: Folder, *rows: Cells) -> Folder:
    folder.put("Event", *rows)
    return folder


def test_an_open_task_is_planned(folder: Folder, flow: DealFlow) -> None:
    report = tasks(folder, task(WhoId=PERSON, WhatId=DEAL)).into(flow)
    found = state(flow, TASK, Sort.TASK)
    assert (found.status, found.channel, found.ours, found.theirs, found.deals) == (
        InteractionStatus.PLANNED,
        Channel.CALL,
        (OWNER,),
        (stream_of(ORG, Sort.CONTACT, PERSON),),
        (stream_of(ORG, Sort.OPPORTUNITY, DEAL),),
    )
    assert (found.plan.purpose, found.planned_for.start.date().isoformat()) == ("Call Ada", "2026-03-10")
    assert told(flow, TASK, Sort.TASK) == [("InteractionPlanned", DAY_0, DAY_0)]
    assert (report.counts.tasks, about(report)) == (1, [About.HISTORY_MISSING])


def test_a_closed_task_was_held_when_it_was_completed(folder: Folder, flow: DealFlow) -> None:
    done = task(IsClosed="true", CompletedDateTime=T2, CallDurationInSeconds="600", LastModifiedDate=T2)
    tasks(folder, done).into(flow)
    found = state(flow, TASK, Sort.TASK)
    assert (found.status, found.held.minutes) == (InteractionStatus.HELD, 10)
    assert told(flow, TASK, Sort.TASK) == [("InteractionHeld", DAY_2, DAY_2)]


@pytest.mark.parametrize(
    ("cells", "start", "end"),
    [
        ({"ActivityDate": "2026-03-03"}, "2026-03-03T00:00:00+00:00", "2026-03-03T23:59:59.999999+00:00"),
        ({"ActivityDate": "2026-02-20"}, "2026-02-20T00:00:00+00:00", "2026-02-20T23:59:59.999999+00:00"),
        ({"ActivityDate": "2026-04-01"}, DAY_0, DAY_2),
        ({"ActivityDate": ""}, DAY_0, DAY_2),
    ],
)
def test_a_closed_task_without_a_time_happened_on_its_day_where_it_can_have_been(
    folder: Folder, flow: DealFlow, cells: dict[str, str], start: str, end: str
) -> None:
    tasks(folder, task(IsClosed="", Status="Completed", LastModifiedDate=T2, **cells)).into(flow)
    assert told(flow, TASK, Sort.TASK) == [("InteractionHeld", start, end)]


@pytest.mark.parametrize("result", ["No answer", "Left voicemail", "left a message", "Busy"])
def test_a_call_that_reached_nobody_was_attempted(folder: Folder, flow: DealFlow, result: str) -> None:
    tasks(folder, task(IsClosed="true", CallDisposition=result)).into(flow)
    (attempted,) = records(flow, TASK, Sort.TASK)
    assert (type(attempted.event).__name__, attempted.event.result) == ("InteractionAttempted", result)


def test_a_call_that_reached_somebody_was_held(folder: Folder, flow: DealFlow) -> None:
    tasks(folder, task(IsClosed="true", CallDisposition="Interested")).into(flow)
    assert state(flow, TASK, Sort.TASK).status is InteractionStatus.HELD


def test_an_event_is_planned_until_its_time_has_passed(folder: Folder, flow: DealFlow) -> None:
    later = {"StartDateTime": "2026-03-09T09:00:00Z", "EndDateTime": "2026-03-09T10:00:00Z"}
    events(folder, event(), event(Id="00U000000000002EAA", **later)).into(flow)
    held, planned = state(flow, EVENT, Sort.EVENT), state(flow, "00U000000000002EAA", Sort.EVENT)
    assert (held.status, held.channel, held.held.minutes) == (InteractionStatus.HELD, Channel.MEETING, 60)
    assert told(flow, EVENT, Sort.EVENT) == [("InteractionHeld", DAY_2, DAY_2)]
    assert (planned.status, planned.planned_for.end.hour) == (InteractionStatus.PLANNED, 10)


def test_an_event_of_a_whole_day_happened_on_that_day(folder: Folder, flow: DealFlow) -> None:
    events(folder, event(StartDateTime="", EndDateTime="", DurationInMinutes="", ActivityDate="2026-03-04")).into(flow)
    ((_, start, end),) = told(flow, EVENT, Sort.EVENT)
    assert (start[:16], end[:16]) == ("2026-03-04T00:00", "2026-03-04T23:59")


def test_an_event_planned_before_and_over_by_the_next_export_is_held(folder: Folder, flow: DealFlow) -> None:
    later = {"StartDateTime": "2026-03-09T09:00:00Z", "EndDateTime": "2026-03-09T10:00:00Z"}
    events(folder, event(**later)).into(flow)
    folder.put("Opportunity", opportunity(LastModifiedDate="2026-03-20T09:00:00Z"))
    folder.into(flow)
    assert [name for name, _, _ in told(flow, EVENT, Sort.EVENT)] == ["InteractionPlanned", "InteractionHeld"]


def test_copies_for_invitees_are_attendees_of_the_event(folder: Folder, flow: DealFlow) -> None:
    copies = (
        event(Id=f"00U00000000000{number}EAA", OwnerId=owner, IsChild="true") for number, owner in ((2, ANN), (3, BOB))
    )
    lonely = event(Id="00U000000000004EAA", IsChild="true", Subject="Somewhere else")
    report = events(folder, event(), *copies, lonely).into(flow)
    assert state(flow, EVENT, Sort.EVENT).ours == (OWNER, ANN, BOB)
    assert about(report) == [About.HISTORY_MISSING, About.INVITEE]
    assert report.counts.events == 4


def test_recurrence_masters_are_counted_and_no_interactions(folder: Folder, flow: DealFlow) -> None:
    report = events(folder, event(IsRecurrence="true")).into(flow)
    assert about(report) == [About.HISTORY_MISSING, About.MASTER]
    assert state(flow, EVENT, Sort.EVENT) is None


@pytest.mark.parametrize(
    "cells",
    [{"WhatId": DEAL}, {"WhoId": PERSON}, {"WhatId": ACCOUNT}],
)
def test_the_account_is_that_of_the_deal_or_the_person(folder: Folder, flow: DealFlow, cells: dict[str, str]) -> None:
    tasks(folder, task(AccountId="", **cells)).into(flow)
    assert state(flow, TASK, Sort.TASK).account == stream_of(ORG, Sort.ACCOUNT, ACCOUNT)


def test_what_points_at_people_or_deals_that_are_not_there_is_noticed(folder: Folder, flow: DealFlow) -> None:
    report = tasks(
        folder,
        task(WhoId="003000000000009AAA", WhatId="006000000000009AAA"),
        task(Id="00T000000000002EAA", AccountId="001000000000009AAA"),
        task(Id="00T000000000003EAA", AccountId="", WhoId="00Q000000000001AAA"),
    ).into(flow)
    assert about(report)[1:] == [About.UNKNOWN_PERSON, About.UNKNOWN_DEAL, About.NO_ACCOUNT, About.NO_ACCOUNT]
    assert state(flow, TASK, Sort.TASK).theirs == ()


def test_an_open_task_without_a_day_plans_nothing(folder: Folder, flow: DealFlow) -> None:
    assert about(tasks(folder, task(ActivityDate="")).into(flow))[1:] == [About.NO_DUE_DATE]


def test_a_task_that_was_held_and_is_open_again_stays_held(folder: Folder, flow: DealFlow) -> None:
    tasks(folder, task(IsClosed="true")).into(flow)
    report = tasks(folder, task(LastModifiedDate=T2)).into(flow)
    assert about(report)[1:] == [About.HELD_ALREADY]
    assert state(flow, TASK, Sort.TASK).status is InteractionStatus.HELD


def test_what_was_held_is_told_once_and_later_edits_are_noticed(folder: Folder, flow: DealFlow) -> None:
    tasks(folder, task(IsClosed="true")).into(flow)
    report = tasks(folder, task(IsClosed="true", CallDurationInSeconds="60", LastModifiedDate=T2)).into(flow)
    assert (report.records, about(report)[1:]) == (0, [About.UNRECORDED])


def test_a_task_closed_on_a_day_before_it_was_planned_was_held_some_time_after(folder: Folder, flow: DealFlow) -> None:
    tasks(folder, task(ActivityDate="2026-02-20")).into(flow)
    tasks(folder, task(ActivityDate="2026-02-20", IsClosed="true", LastModifiedDate=T1)).into(flow)
    assert told(flow, TASK, Sort.TASK)[-1] == ("InteractionHeld", DAY_0, DAY_1)
    assert folder.into(flow).records == 0


def test_a_conflict_with_what_the_host_did_is_refused_with_its_place(folder: Folder, flow: DealFlow) -> None:
    tasks(folder, task()).into(flow)
    flow.do(CancelInteraction("ill"), on=stream_of(ORG, Sort.TASK, TASK), by="ann", at=None)
    tasks(
        folder, task(IsClosed="true", CompletedDateTime="2026-08-01T09:00:00Z", LastModifiedDate="2026-08-01T09:00:00Z")
    )
    (trouble,) = folder.refused_by(flow, now=instant("2026-09-01T09:00:00Z"))
    assert trouble.startswith("Task.csv, line 2: this interaction was cancelled: reschedule it first")
