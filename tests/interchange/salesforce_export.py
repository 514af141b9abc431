"""A folder of exported Salesforce tables, made by hand: rows as dicts, of which a test says what matters."""

import csv
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import attrs

from dealflow.engine import DealFlow
from dealflow.interchange.pipeline import ImportRefused
from dealflow.interchange.salesforce import SalesforceReport, import_salesforce
from dealflow.interchange.salesforce.files import Sort
from dealflow.interchange.salesforce.notices import About
from dealflow.interchange.salesforce.rows import stream_of
from dealflow.journal import Record

Cells = Mapping[str, str]
ORG = "acme"
ACCOUNT = "001000000000001AAA"
DEAL = "006000000000001AAA"
PERSON = "003000000000001AAA"
OWNER = "005000000000001AAA"
TASK = "00T000000000001EAA"
EVENT = "00U000000000001EAA"
T0, T1, T2, T3 = (f"2026-03-0{day}T09:00:00.000Z" for day in (2, 3, 4, 5))


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


NOW = instant("2026-06-01T09:00:00Z")


def account(**cells: str) -> Cells:
    return {"Id": ACCOUNT, "Name": "Acme", "CreatedDate": T0, **cells}


def opportunity(**cells: str) -> Cells:
    """A deal as it is now; unless more is said, it was made at T0 and never touched again."""
    return {
        "Id": DEAL,
        "AccountId": ACCOUNT,
        "Name": "Ten presses",
        "StageName": "Prospecting",
        "CloseDate": "2026-06-30",
        "Amount": "1000",
        "CreatedDate": T0,
        "LastModifiedDate": T0,
        **cells,
    }


def history(*steps: tuple[str, str] | tuple[str, str, Cells], deal: str = DEAL) -> list[Cells]:
    """The rows of one deal's history, chained: each was last touched when the next was written."""
    rows: list[dict[str, str]] = []
    for number, (at, stage, *more) in enumerate(steps):
        cells = {"Amount": "1000", "CloseDate": "2026-06-30", **(more[0] if more else {})}
        key = f"008{deal[6:15]}{number:03}AAA"
        rows.append(
            {"Id": key, "OpportunityId": deal, "CreatedDate": at, "SystemModstamp": at, "StageName": stage, **cells}
        )
    for row, following in pairwise(rows):
        row["SystemModstamp"] = following["CreatedDate"]
    return [*rows]


def contact(**cells: str) -> Cells:
    return {"Id": PERSON, "AccountId": ACCOUNT, "Name": "Ada Poe", "Title": "CFO", "CreatedDate": T0, **cells}


def task(**cells: str) -> Cells:
    return {
        "Id": TASK,
        "AccountId": ACCOUNT,
        "OwnerId": OWNER,
        "Subject": "Call Ada",
        "Type": "Call",
        "IsClosed": "false",
        "ActivityDate": "2026-03-10",
        "CreatedDate": T0,
        "LastModifiedDate": T0,
        **cells,
    }


def event(**cells: str) -> Cells:
    return {
        "Id": EVENT,
        "AccountId": ACCOUNT,
        "OwnerId": OWNER,
        "Subject": "Demo",
        "StartDateTime": T2,
        "EndDateTime": "2026-03-04T10:00:00.000Z",
        "DurationInMinutes": "60",
        "CreatedDate": T0,
        "LastModifiedDate": T0,
        **cells,
    }


@attrs.frozen
class Folder:
    """Where an export lies, and what is asked of it; a file is written with `put`, as CSV."""

    path: Path

    def put(self, name: str, *rows: Cells, columns: tuple[str, ...] = ()) -> Path:
        header = [*dict.fromkeys((*columns, *(column for row in rows for column in row)))]
        file = self.path / f"{name}.csv"
        with file.open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, header, restval="")
            writer.writeheader()
            writer.writerows(rows)
        return file

    def write(self, name: str, text: str) -> Path:
        file = self.path / name
        file.write_text(text, encoding="utf-8")
        return file

    def with_deal(self, *rows: Cells, history: Sequence[Cells] | None = None) -> "Folder":
        """An account, its deals (one, unless more is said) and perhaps their history."""
        self.put("Account", account())
        self.put("Opportunity", *(rows or (opportunity(),)))
        if history is not None:
            self.put("OpportunityHistory", *history)
        return self

    def into(self, flow: DealFlow, **options: Any) -> SalesforceReport:
        return import_salesforce(flow, self.path, **{"org": ORG, "currency": "EUR", "now": NOW, **options})

    def refused_by(self, flow: DealFlow, **options: Any) -> list[str]:
        """Every trouble of an import that must not go in, as its text; the journal stays as it was."""
        before = flow.journal.head()
        try:
            self.into(flow, **options)
        except ImportRefused as no:
            assert flow.journal.head() == before
            return [str(trouble) for trouble in no.troubles]
        message = "it went in"
        raise AssertionError(message)


def told(flow: DealFlow, key: str = DEAL, sort: Sort = Sort.OPPORTUNITY) -> list[tuple[str, str, str]]:
    """What the journal holds of one object: each event's name, from when to when it happened."""
    return [
        (type(record.event).__name__, record.occurred_from.isoformat(), record.occurred_to.isoformat())
        for record in records(flow, key, sort)
    ]


def records(flow: DealFlow, key: str = DEAL, sort: Sort = Sort.OPPORTUNITY) -> tuple[Record, ...]:
    return flow.journal.stream(stream_of(ORG, sort, key))


def state(flow: DealFlow, key: str = DEAL, sort: Sort = Sort.OPPORTUNITY) -> Any:
    return flow.state(stream_of(ORG, sort, key))


def about(report: SalesforceReport) -> list[About]:
    return [notice.about for notice in report.notices]
