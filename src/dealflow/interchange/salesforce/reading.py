"""Reading: cells of a sheet as ids, amounts, days and instants; what cannot be read is listed."""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

import attrs

from dealflow.interchange.pipeline import Place, Trouble
from dealflow.interchange.salesforce.files import Sheet
from dealflow.interchange.table import Row
from dealflow.interchange.values import Amounts, Moments, Undecided, Unreadable, truth
from dealflow.journal import When
from dealflow.money import Money

T = TypeVar("T")
Spoilt = tuple[UUID | None, Trouble]  # a trouble, and the stream it spoils (none: the whole import)

_SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_SHORT_ID = re.compile("[0-9A-Za-z]{15}")


def long_id(key: str) -> str:
    """Return the 18-character form of an id: three more that say which letters are capitals."""
    if not _SHORT_ID.fullmatch(key):
        return key
    chunks = (key[start : start + 5] for start in (0, 5, 10))
    return key + "".join(_SUFFIX[sum(1 << bit for bit, one in enumerate(chunk) if one.isupper())] for chunk in chunks)


@attrs.frozen
class Ways:
    """What an export leaves open, said from outside.

    *zone* is where naive times are from, *days* the zone its bare dates are read in, *order* `mdy`
    or `dmy`, *currency* that of amounts beside which none stands.
    """

    days: tzinfo
    zone: tzinfo | None = None
    order: str | None = None
    currency: str | None = None

    def when(self, moment: date | datetime) -> When:
        """Return an instant, or a whole day."""
        return When.of(moment, self.days)

    def day(self, moment: datetime) -> date:
        """Return the day an instant falls on, where the export was written."""
        return moment.astimezone(self.days).date()


@attrs.define
class Reader:
    """Reads one sheet, and keeps what is wrong with it.

    What the whole column leaves open is said once, at its first cell, and spoils everything.
    """

    sheet: Sheet
    ways: Ways
    troubles: list[Spoilt] = attrs.field(factory=list)
    _moments: dict[str, Moments] = attrs.field(factory=dict)
    _amounts: dict[str, Amounts] = attrs.field(factory=dict)
    _said: set[str] = attrs.field(factory=set)

    def line(self, row: Row, stream: UUID | None) -> "Line":
        """Return a row to be read, and the stream that is spoilt where it cannot be."""
        return Line(self, row, stream)

    def moments(self, field: str, zone: tzinfo | None) -> Moments:
        """Return how the column of a field writes its days and times."""
        if field not in self._moments:
            self._moments[field] = Moments.of(self._cells(field), order=self.ways.order, zone=zone)
        return self._moments[field]

    def amounts(self, field: str) -> Amounts:
        """Return how the column of a field writes its amounts, per cent signs aside."""
        if field not in self._amounts:
            self._amounts[field] = Amounts.of(_bare_number(cell) for cell in self._cells(field))
        return self._amounts[field]

    def _cells(self, field: str) -> Iterator[str]:
        cells = (self.sheet.text(row, field) for row in self.sheet.table.rows)
        return (cell for cell in cells if cell is not None)

    def complain(self, line: "Line", field: str, message: str) -> None:
        """Complain of one cell."""
        self.troubles.append((line.stream, line.trouble(field, message)))

    def complain_once(self, line: "Line", field: str, message: str) -> None:
        """Complain of a whole column, at the first cell that shows it."""
        if field not in self._said:
            self._said.add(field)
            self.troubles.append((None, self._odd(line, field).trouble(field, message)))

    def _odd(self, line: "Line", field: str) -> "Line":
        """Return the line of the cell that is at odds with the rest of its column, if there is one."""
        ways = self._moments.get(field) or self._amounts.get(field)
        if ways is None or ways.mixed is None:
            return line
        odd = ways.mixed[1]
        rows = (row for row in self.sheet.table.rows if _bare_number(self.sheet.text(row, field) or "") == odd)
        return attrs.evolve(line, row=next(rows, line.row))


@attrs.frozen(eq=False)
class Line:
    """One row as it is read."""

    reader: Reader
    row: Row
    stream: UUID | None

    def place(self, field: str | None = None) -> Place:
        """Say where the row, or one field of it, stands."""
        return self.row.place(None if field is None else self.reader.sheet.columns.get(field, field))

    def trouble(self, field: str | None, message: str) -> Trouble:
        """Complain of the row, or of one field of it."""
        return Trouble(self.place(field), message)

    def has(self, field: str) -> bool:
        """Say whether the file has the field at all: an empty cell tells something, no column nothing."""
        return self.reader.sheet.has(field)

    def text(self, field: str) -> str | None:
        """Read a text."""
        return self.reader.sheet.text(self.row, field)

    def key(self, field: str) -> str | None:
        """Read an id, in its long form."""
        text = self.text(field)
        return None if text is None else long_id(text)

    def flag(self, field: str) -> bool | None:
        """Read a yes or no."""
        return self._read(field, truth)

    def number(self, field: str) -> Decimal | None:
        """Read a number, with or without a percent sign."""
        return self._read(field, lambda text: self.reader.amounts(field).read(_bare_number(text)))

    def money(self, field: str = "Amount", currency: str | None = None) -> Money | None:
        """Read an amount in the currency of its row, else in *currency*, else in the one given for all."""
        number = self._read(field, self.reader.amounts(field).read)
        if number is None:
            return None
        currency = self.text("CurrencyIsoCode") or currency or self.reader.ways.currency
        if currency is None:
            message = (
                "amounts, but no currency: no column CurrencyIsoCode says it; name the one they are all in (--currency)"
            )
            self.reader.complain_once(self, field, message)
            return None
        money = Money(number, currency.upper())
        if (flaw := money.flaw()) is not None:
            self.reader.complain(self, field, flaw)
            return None
        return money

    def when(self, field: str) -> When | None:
        """Read a time: an instant, or the whole of a bare day."""
        found = self._moment(field, self.reader.ways.zone)
        return None if found is None else self.reader.ways.when(found)

    def instant(self, field: str) -> datetime | None:
        """Read a time as the moment by which it surely was."""
        found = self.when(field)
        return None if found is None else found.end

    def day(self, field: str) -> date | None:
        """Read a day; a time of day beside it (warehouses write midnight) says nothing."""
        found = self._moment(field, UTC)
        return found.date() if isinstance(found, datetime) else found

    def _moment(self, field: str, zone: tzinfo | None) -> date | datetime | None:
        return self._read(field, self.reader.moments(field, zone).read)

    def _read(self, field: str, read: Callable[[str], T]) -> T | None:
        text = self.text(field)
        if text is None:
            return None
        try:
            return read(text)
        except Undecided as error:
            self.reader.complain_once(self, field, str(error))
        except Unreadable as error:
            self.reader.complain(self, field, str(error))
        return None


def _bare_number(text: str) -> str:
    return text.removesuffix("%").rstrip()


@attrs.frozen
class Stamp:
    """When and by whom a row was made and last changed, as far as the export says."""

    created: When | None = None
    created_by: str | None = None
    modified: datetime | None = None
    modified_by: str | None = None

    @classmethod
    def of(cls, line: Line) -> "Stamp":
        """Read the stamps of a row."""
        stamps = ("LastModifiedDate", "SystemModstamp")
        modified = next((found for field in stamps if (found := line.instant(field)) is not None), None)
        return cls(line.when("CreatedDate"), line.key("CreatedById"), modified, line.key("LastModifiedById"))


def digest(*said: Any) -> str:
    """Return what tells one version of a row from another: a digest of what it says."""
    return hashlib.sha256(json.dumps(said, default=str).encode()).hexdigest()[:16]


def latest(moments: Iterable[datetime | None]) -> datetime | None:
    """Return the last of some moments, or nothing where none is known."""
    return max((moment for moment in moments if moment is not None), default=None)


def earliest(moments: Iterable[datetime | None]) -> datetime | None:
    """Return the first of some moments, or nothing where none is known."""
    return min((moment for moment in moments if moment is not None), default=None)


def window(start: datetime | None, end: datetime | None) -> When | None:
    """Return the time between two moments, as far as they are known; nothing where neither is."""
    if start is None or end is None:
        known = start or end
        return None if known is None else When(known, known)
    return When(min(start, end), end)


SAME = timedelta(seconds=1)  # two stamps of one and the same save
