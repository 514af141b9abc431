"""Export: the rows of all sheets, read.

Soft-deleted rows are set apart before anything else of them is read: what is left of them may be
rubbish. Every row is of one stream of ours, which is spoilt where the row cannot be read.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

import attrs

from dealflow.interchange.salesforce.files import Folder, Sheet, Sort
from dealflow.interchange.salesforce.reading import SAME, Line, Reader, Spoilt, Stamp, Ways, earliest, latest, long_id
from dealflow.interchange.salesforce.rows import (
    SYSTEM,
    Account,
    Contact,
    Contacting,
    ContactRole,
    Deleted,
    Export,
    HistoryRow,
    Lead,
    Opportunity,
    OwnerChange,
    Position,
    stream_of,
)
from dealflow.interchange.table import Row
from dealflow.journal import When, derived_id


@attrs.define
class Reading:
    """Reads the sheets of an export one by one, and gathers what is wrong with them."""

    org: str
    ways: Ways
    now: datetime | None = None
    deleted: list[Deleted] = attrs.field(factory=list)
    troubles: list[Spoilt] = attrs.field(factory=list)
    stamps: list[datetime] = attrs.field(factory=list)
    currencies: dict[str, str] = attrs.field(factory=dict)  # by deal
    unread_fields: Counter[str] = attrs.field(factory=Counter)

    def lines(self, sheet: Sheet, owner: str) -> Iterator[tuple[str, Line]]:
        """Return the rows that are not deleted, by key; *owner* names the field whose stream a row belongs to."""
        reader = Reader(sheet, self.ways, self.troubles)
        first: dict[str, Line] = {}
        for row in _current(sheet):
            key, belongs = (text and long_id(text) for text in (sheet.text(row, "Id"), sheet.text(row, owner)))
            line = reader.line(row, self._stream(sheet, row, belongs))
            if line.flag("IsDeleted"):
                self.deleted.append(Deleted(sheet.sort, key or "", line.place()))
                continue
            if key is None or belongs is None:
                self.lack(line, "Id" if key is None else owner, "no id: every row needs one, to be known again")
                continue
            if sheet.sort is not Sort.VERSION and (other := first.setdefault(key, line)) is not line:
                self._twice(key, line, other)
                continue
            self._stamp(line)
            yield key, line

    def _stream(self, sheet: Sheet, row: Row, key: str | None) -> UUID:
        """Return the stream a row belongs to; one that nobody can name belongs to one of its own."""
        if key is None:
            return derived_id(SYSTEM, self.org, row.file, str(row.line))
        return stream_of(self.org, _OF[sheet.sort], key)

    def lack(self, line: Line, field: str, message: str) -> None:
        """Complain that a cell does not say what it should."""
        self.troubles.append((line.stream, line.trouble(field, message)))

    def _twice(self, key: str, line: Line, other: Line) -> None:
        """A row repeated word for word says nothing new; one id for two things is nonsense."""
        fields = (field for field in line.reader.sheet.columns if line.text(field) != other.text(field))
        if (field := next(fields, None)) is not None:
            things = _THINGS.get(line.reader.sheet.sort, "rows")
            said = f"{field} {line.text(field)!r} here, {other.text(field)!r} in {other.place(field)}"
            self.lack(line, field, f"one id for two {things}: {key} has {said}; keep one of the two rows")

    def _stamp(self, line: Line) -> None:
        for field in ("CreatedDate", "LastModifiedDate", "SystemModstamp", "_fivetran_synced", "_fivetran_start"):
            found = line.when(field)
            if found is not None and self.now is not None and found.start > self.now + SAME:
                message = f"{line.text(field)!r} lies in the future (now is {self.now.isoformat()}): correct it"
                self.lack(line, field, message)
            elif found is not None and found.start == found.end:
                self.stamps.append(found.start)


_OF: Mapping[Sort, Sort] = MappingProxyType(
    {
        **{sort: sort for sort in Sort},
        Sort.HISTORY: Sort.OPPORTUNITY,
        Sort.VERSION: Sort.OPPORTUNITY,
        Sort.FIELD_HISTORY: Sort.OPPORTUNITY,
        Sort.CONTACT_ROLE: Sort.CONTACT,
    }
)
_THINGS: Mapping[Sort, str] = MappingProxyType(
    {Sort.ACCOUNT: "companies", Sort.CONTACT: "people", Sort.OPPORTUNITY: "deals"}
)


def read_export(folder: Folder, org: str, ways: Ways, now: datetime | None = None) -> Export:
    """Read everything that the recognised sheets say; a stamp later than *now* is none."""
    reading = Reading(org, ways, now)

    def read(sort: Sort, one: Callable[[Reading, str, Line], Any], owner: str = "Id") -> tuple[Any, ...]:
        sheet = folder.sheet(sort)
        found = () if sheet is None else (one(reading, key, line) for key, line in reading.lines(sheet, owner))
        return tuple(row for row in found if row is not None)

    versions = read(Sort.VERSION, _version)
    opportunities = read(Sort.OPPORTUNITY, _opportunity)
    if folder.sheet(Sort.OPPORTUNITY) is None:
        opportunities = _newest(versions, read(Sort.VERSION, _opportunity))
    changes = read(Sort.FIELD_HISTORY, _owner_change, "OpportunityId")
    return Export(
        accounts=read(Sort.ACCOUNT, _account),
        contacts=read(Sort.CONTACT, _contact),
        leads=read(Sort.LEAD, _lead),
        opportunities=opportunities,
        history=read(Sort.HISTORY, _history_row, "OpportunityId") or versions,
        owner_changes=tuple(change for change in changes if isinstance(change, OwnerChange)),
        roles=read(Sort.CONTACT_ROLE, _contact_role, "ContactId"),
        contacting=(*read(Sort.TASK, _task), *read(Sort.EVENT, _event)),
        users=len(read(Sort.USER, lambda _reading, key, _line: key)),
        field_history=len(changes),
        unread_fields=MappingProxyType(dict(reading.unread_fields)),
        deleted=tuple(dict.fromkeys(reading.deleted)),
        first=earliest(reading.stamps),
        last=latest(reading.stamps),
        troubles=tuple(dict.fromkeys(reading.troubles)),
    )


def _newest(versions: tuple[HistoryRow, ...], rows: tuple[Opportunity, ...]) -> tuple[Opportunity, ...]:
    """Return the last version of each opportunity: where no other file says how it is now."""
    begun = {version.line.row.line: version.at for version in versions}
    newest: dict[str, Opportunity] = {}
    for row in sorted((row for row in rows if row.line.row.line in begun), key=lambda row: begun[row.line.row.line]):
        newest[row.key] = row
    return tuple(newest.values())


def _current(sheet: Sheet) -> Iterable[Row]:
    """Leave out what a warehouse kept of rows that have another, active version."""
    if sheet.sort is Sort.VERSION or not sheet.has("_fivetran_active"):
        return sheet.table.rows
    active = {sheet.text(row, "Id") for row in sheet.table.rows if _is_active(sheet, row)}
    return [row for row in sheet.table.rows if _is_active(sheet, row) or sheet.text(row, "Id") not in active]


def _is_active(sheet: Sheet, row: Row) -> bool:
    return (sheet.text(row, "_fivetran_active") or "").casefold() == "true"


# One row each


def _account(reading: Reading, key: str, line: Line) -> Account | None:
    name = line.text("Name")
    if name is None:
        reading.lack(line, "Name", "no name: a company needs one")
        return None
    region = ", ".join(text for field in ("BillingState", "BillingCountry") if (text := line.text(field)))
    return Account(
        key=key,
        line=line,
        stamp=Stamp.of(line),
        name=name,
        kind=line.text("Type"),
        parent=line.key("ParentId"),
        industry=line.text("Industry"),
        region=region or None,
        owner=line.key("OwnerId"),
    )


def _contact(_reading: Reading, key: str, line: Line) -> Contact:
    parts = (line.text("FirstName"), line.text("LastName"))
    return Contact(
        key=key,
        line=line,
        stamp=Stamp.of(line),
        account=line.key("AccountId"),
        name=line.text("Name") or " ".join(part for part in parts if part),
        title=line.text("Title"),
        department=line.text("Department"),
        manager=line.key("ReportsToId"),
    )


def _lead(_reading: Reading, key: str, line: Line) -> Lead:
    return Lead(
        key=key,
        line=line,
        stamp=Stamp.of(line),
        converted=bool(line.flag("IsConverted")),
        converted_on=line.when("ConvertedDate"),
        deal=line.key("ConvertedOpportunityId"),
        source=line.text("LeadSource"),
    )


def _position(reading: Reading, line: Line, deal: str) -> Position | None:
    """Read where a deal stood; a row that says no currency is in that of its deal."""
    stage = line.text("StageName")
    if stage is None:
        reading.lack(line, "StageName", "no stage: a deal stands somewhere")
        return None
    return Position(
        line=line,
        stage=stage,
        amount=line.money(currency=reading.currencies.get(deal)),
        close=line.day("CloseDate"),
        probability=line.number("Probability"),
        category=line.text("ForecastCategory"),
    )


def _opportunity(reading: Reading, key: str, line: Line) -> Opportunity | None:
    if (currency := line.text("CurrencyIsoCode")) is not None:
        reading.currencies[key] = currency
    position, name = _position(reading, line, key), line.text("Name")
    if name is None:
        reading.lack(line, "Name", "no name: a deal needs one")
    if position is None or name is None:
        return None
    return Opportunity(
        key=key,
        line=line,
        stamp=Stamp.of(line),
        account=line.key("AccountId"),
        name=name,
        position=position,
        closed=line.flag("IsClosed"),
        won=line.flag("IsWon"),
        owner=line.key("OwnerId"),
        lead_source=line.text("LeadSource"),
    )


def _history_row(reading: Reading, key: str, line: Line) -> HistoryRow | None:
    deal = line.key("OpportunityId") or ""
    position, at = _position(reading, line, deal), _begun(reading, line, "CreatedDate")
    if position is None or at is None:
        return None
    return HistoryRow(key, deal, line, at, line.instant("SystemModstamp"), line.key("CreatedById"), position)


def _version(reading: Reading, key: str, line: Line) -> HistoryRow | None:
    position, at = _position(reading, line, key), _begun(reading, line, "_fivetran_start")
    if position is None or at is None:
        return None
    return HistoryRow(f"{key}/{at.isoformat()}", key, line, at, None, None, position, line.key("OwnerId"))


def _begun(reading: Reading, line: Line, field: str) -> datetime | None:
    if line.text(field) is None:
        reading.lack(line, field, "no time: a history needs to know when")
    return line.instant(field)


_OWNER_FIELDS = frozenset({"owner", "ownerid", "owner id", "ownerassignment", "opportunity owner"})


def _owner_change(reading: Reading, key: str, line: Line) -> OwnerChange | bool | None:
    """Read a change of the owner; a change of anything else is counted, no more."""
    field = line.text("Field") or ""
    if field.casefold() not in _OWNER_FIELDS:
        reading.unread_fields[field] += 1
        return True
    at, new = _begun(reading, line, "CreatedDate"), line.key("NewValue")
    if at is None or new is None:
        return None
    deal = line.key("OpportunityId") or ""
    return OwnerChange(key, deal, line, at, line.key("CreatedById"), line.key("OldValue"), new)


def _contact_role(reading: Reading, key: str, line: Line) -> ContactRole | None:
    deal, contact = line.key("OpportunityId"), line.key("ContactId")
    if deal is None or contact is None:
        reading.lack(line, "OpportunityId", "no opportunity: a role is played in a deal")
        return None
    return ContactRole(key, line, Stamp.of(line), deal, contact, line.text("Role"), line.flag("IsPrimary"))


def _task(reading: Reading, key: str, line: Line) -> Contacting:
    due, closed, seconds = line.day("ActivityDate"), line.flag("IsClosed"), line.number("CallDurationInSeconds")
    start = None if due is None else reading.ways.when(due)
    return _contacting(
        key,
        line,
        start=start,
        end=None if start is None else start.end,
        closed=(line.text("Status") or "").casefold() == "completed" if closed is None else closed,
        done=line.when("CompletedDateTime"),
        result=line.text("CallDisposition"),
        minutes=None if seconds is None else round(seconds / 60),
    )


def _event(reading: Reading, key: str, line: Line) -> Contacting:
    day, minutes = line.day("ActivityDate"), line.number("DurationInMinutes")
    whole = None if day is None else reading.ways.when(day)
    start = line.when("StartDateTime") or line.when("ActivityDateTime") or whole
    end = line.instant("EndDateTime")
    if end is None and start is not None:
        end = start.end + timedelta(minutes=float(minutes or 0))
    length = None if minutes is None else int(minutes)
    return _contacting(key, line, start=start, end=end, minutes=length)


def _contacting(
    key: str,
    line: Line,
    *,
    start: When | None,
    end: datetime | None,
    minutes: int | None,
    closed: bool | None = None,
    done: When | None = None,
    result: str | None = None,
) -> Contacting:
    return Contacting(
        key=key,
        sort=line.reader.sheet.sort,
        line=line,
        stamp=Stamp.of(line),
        account=line.key("AccountId"),
        who=line.key("WhoId"),
        what=line.key("WhatId"),
        owner=line.key("OwnerId"),
        subject=line.text("Subject"),
        words=tuple(text for field in ("Type", "TaskSubtype") if (text := line.text(field))),
        start=start,
        end=end,
        closed=closed,
        done=done,
        result=result,
        minutes=minutes,
        child=bool(line.flag("IsChild")),
        master=bool(line.flag("IsRecurrence")),
    )
