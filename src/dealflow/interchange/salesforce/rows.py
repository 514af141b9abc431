"""Rows: what each row of an export says, as a value that knows where it stands."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from uuid import UUID

import attrs

from dealflow.interchange.pipeline import Place
from dealflow.interchange.salesforce.files import Sort
from dealflow.interchange.salesforce.reading import Line, Spoilt, Stamp
from dealflow.journal import When, derived_id
from dealflow.money import Money

SYSTEM = "salesforce"


@lru_cache(maxsize=1 << 16)
def stream_of(org: str, sort: Sort, key: str) -> UUID:
    """Return our stream of an object of theirs."""
    return derived_id(SYSTEM, org, sort.value, key)


@attrs.frozen
class Account:
    """A row of Account."""

    key: str
    line: Line
    stamp: Stamp
    name: str
    kind: str | None
    parent: str | None
    industry: str | None
    region: str | None
    owner: str | None


@attrs.frozen
class Contact:
    """A row of Contact."""

    key: str
    line: Line
    stamp: Stamp
    account: str | None
    name: str
    title: str | None
    department: str | None
    manager: str | None


@attrs.frozen
class Lead:
    """A row of Lead; *deal* where it was converted into one."""

    key: str
    line: Line
    stamp: Stamp
    converted: bool
    converted_on: When | None
    deal: str | None
    source: str | None


@attrs.frozen
class Position:
    """Where an opportunity stood: all that a row of its history, or the opportunity itself, says of it."""

    line: Line
    stage: str
    amount: Money | None
    close: date | None
    probability: Decimal | None
    category: str | None


@attrs.frozen
class Opportunity:
    """A row of Opportunity: as it is now."""

    key: str
    line: Line
    stamp: Stamp
    account: str | None
    name: str
    position: Position
    closed: bool | None
    won: bool | None
    owner: str | None
    lead_source: str | None


@attrs.frozen
class HistoryRow:
    """A row of an opportunity's history: from *at* on it stood so, until the next row was written at *until*."""

    key: str
    deal: str
    line: Line
    at: datetime
    until: datetime | None
    by: str | None
    position: Position
    owner: str | None = None


@attrs.frozen
class OwnerChange:
    """A row of OpportunityFieldHistory about the owner."""

    key: str
    deal: str
    line: Line
    at: datetime
    by: str | None
    old: str | None
    new: str


@attrs.frozen
class ContactRole:
    """A row of OpportunityContactRole."""

    key: str
    line: Line
    stamp: Stamp
    deal: str
    contact: str
    role: str | None
    primary: bool | None


@attrs.frozen
class Contacting:
    """A row of Task or Event; *start* and *end* are when it is due or took place.

    *result* is what a call came to; *closed* is absent for events, whose time tells.
    """

    key: str
    sort: Sort
    line: Line
    stamp: Stamp
    account: str | None
    who: str | None
    what: str | None
    owner: str | None
    subject: str | None
    words: tuple[str, ...]
    start: When | None
    end: datetime | None
    closed: bool | None
    done: When | None
    result: str | None
    minutes: int | None
    child: bool
    master: bool


@attrs.frozen
class Deleted:
    """A row that lies in the source's recycle bin."""

    sort: Sort
    key: str
    place: Place


@attrs.frozen
class Export:
    """All that an export says.

    *last* is the latest stamp of any row: what is known of when it was made. *troubles* are what
    could not be read; *unread_fields* counts the kept changes of each field that nothing is read from.
    """

    accounts: tuple[Account, ...] = ()
    contacts: tuple[Contact, ...] = ()
    leads: tuple[Lead, ...] = ()
    opportunities: tuple[Opportunity, ...] = ()
    history: tuple[HistoryRow, ...] = ()
    owner_changes: tuple[OwnerChange, ...] = ()
    roles: tuple[ContactRole, ...] = ()
    contacting: tuple[Contacting, ...] = ()
    users: int = 0
    field_history: int = 0
    unread_fields: Mapping[str, int] = MappingProxyType({})
    deleted: tuple[Deleted, ...] = ()
    first: datetime | None = None
    last: datetime | None = None
    troubles: tuple[Spoilt, ...] = ()
