"""Values: text from other systems read as exact amounts, dates and instants, or refused.

Whether 03/04/25 is in March or in April, and whether 1.234 is more than a thousand, is decided over
a whole column, never over a cell; where no cell tells, it is refused rather than guessed.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal

import attrs

_AMOUNT = re.compile(r"[+-]?(\d+|[1-9]\d{0,2}(,\d{3})+)(\.\d+)?")
_SWAPPED = str.maketrans(",.", ".,")
_AMBIGUOUS = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")  # a thousand, or thousandths
_ISO = re.compile(r"\d{4}-\d{1,2}-\d{1,2}([ T]\d{1,2}:.*)?")
_SLASHED = re.compile(
    r"(?P<a>\d{1,2})[/.-](?P<b>\d{1,2})[/.-](?P<year>\d{4}|\d{2})"
    r"(?:[ T]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?(?:\s*(?P<half>[AaPp])\.?[Mm]\.?)?)?"
)
_CENTURY = 2000  # a two-digit year in a sales system is of this century
_NOON = 12
ORDERS = ("mdy", "dmy")


class Unreadable(ValueError):
    """A cell does not say what its column should; the text says what was expected."""


class Undecided(Unreadable):
    """No cell says it: the whole column leaves open which day or amount it means, or in which zone."""


def amount(text: str) -> Decimal:
    """Read an exact amount: digits, a point, commas between thousands."""
    if not _AMOUNT.fullmatch(text):
        message = f"{text!r} is not an amount: expected digits with a decimal point, such as 1250.50"
        raise Unreadable(message)
    return Decimal(text.replace(",", ""))


@attrs.frozen
class Amounts:
    """How one column writes its amounts: *mark* is the decimal one, absent where no cell tells.

    A cell tells that can be read with one mark only: 12.50 and 1,234.50 are of a point, 12,5 and
    1.234.567 of a comma. One mark with three digits behind it (12,500, 1.234) tells nothing, and
    is refused where nothing else does: read wrong, it would be a thousand times what it is.
    *mixed* are two cells that can only be read with different marks, the odd one last.
    """

    mark: str | None = None
    mixed: tuple[str, str] | None = None

    @classmethod
    def of(cls, cells: Iterable[str]) -> "Amounts":
        """Decide the decimal mark over all cells of a column."""
        votes: dict[str, list[str]] = {}
        for cell in cells:
            marks = _marks(cell)
            if len(marks) == 1:
                votes.setdefault(marks[0], []).append(cell)
        if len(votes) > 1:
            common, rare = sorted(votes.values(), key=len, reverse=True)
            return cls(None, (common[0], rare[0]))
        return cls(next(iter(votes), None))

    def read(self, text: str) -> Decimal:
        """Read one cell exactly; raises `Unreadable`, and `Undecided` where the column leaves it open."""
        if self.mixed is not None and ("," in text or "." in text):
            both = f"the column has {self.mixed[0]!r} and {self.mixed[1]!r}"
            message = f"{text!r}: decimal point or comma? {both}; write all of them such as 1250.50"
            raise Undecided(message)
        if self.mark is None and _AMBIGUOUS.fullmatch(text):
            whole, small = re.sub("[.,]", "", text), text.replace(",", ".")
            remedy = f"write amounts with a point and two decimals, such as {whole}.00"
            message = f"{text!r}: {whole} or {small}? no cell of the column tells its decimal mark; {remedy}"
            raise Undecided(message)
        return amount(text.translate(_SWAPPED) if self.mark == "," else text)


def _marks(cell: str) -> Sequence[str]:
    """Return the decimal marks a cell can be read with; none where it has no mark to tell by."""
    if not re.search("[.,]", cell) or _AMBIGUOUS.fullmatch(cell):
        return ()
    return [mark for mark, text in ((".", cell), (",", cell.translate(_SWAPPED))) if _AMOUNT.fullmatch(text)]


def truth(text: str) -> bool:
    """Read a yes or no."""
    word = text.casefold()
    if word in {"true", "yes", "1", "y", "t"}:
        return True
    if word in {"false", "no", "0", "n", "f"}:
        return False
    message = f"{text!r} is neither yes nor no: expected true or false"
    raise Unreadable(message)


@attrs.frozen
class Moments:
    """How one column writes its days and times.

    *order* is `mdy` or `dmy` for slashed dates; *zone* where naive times are from. Either may be
    absent, and is refused only where it is needed. *mixed* are two cells that can only be read in
    different orders, the odd one last.
    """

    order: str | None = None
    zone: tzinfo | None = None
    mixed: tuple[str, str] | None = None

    @classmethod
    def of(cls, cells: Iterable[str], *, order: str | None = None, zone: tzinfo | None = None) -> "Moments":
        """Decide the order of day and month over all cells of a column, unless it is given."""
        if order is not None:
            return cls(order, zone)
        votes: dict[str, list[str]] = {}
        for cell in cells:
            found = _SLASHED.fullmatch(cell)
            orders = [] if found is None else [one for one in ORDERS if _date(found, one) is not None]
            if len(orders) == 1:
                votes.setdefault(orders[0], []).append(cell)
        if len(votes) > 1:
            common, rare = sorted(votes.values(), key=len, reverse=True)
            return cls(None, zone, (common[0], rare[0]))
        return cls(next(iter(votes), None), zone)

    def read(self, text: str) -> date | datetime:
        """Read one cell: a bare date, or an instant in UTC; raises `Unreadable`."""
        if _ISO.fullmatch(text):
            return self._iso(text)
        found = _SLASHED.fullmatch(text)
        if found is None:
            such = "2026-02-23, 2026-02-23T20:55:00Z or 02/23/26 08:55 PM"
            message = f"{text!r} is not a date or time: expected such as {such}"
            raise Unreadable(message)
        day = self._day(found, text)
        if found["hour"] is None:
            return day
        return self._instant(datetime.combine(day, _time(found, text)), text)

    def _iso(self, text: str) -> date | datetime:
        try:
            if len(text) <= len("2026-02-23"):
                year, month, day = (int(part) for part in text.split("-"))
                return date(year, month, day)
            return self._instant(_iso_instant(text), text)
        except ValueError as error:
            if isinstance(error, Unreadable):
                raise
            message = f"{text!r} is not a date or time: {error}"
            raise Unreadable(message) from None

    def _day(self, found: re.Match[str], text: str) -> date:
        if self.order is None:
            why = "no cell of the column tells"
            if self.mixed is not None:
                why = f"the column has {self.mixed[0]!r} and {self.mixed[1]!r}"
            message = f"{text!r}: day first or month first? {why}; say which, by --date-order, or `dates` in a mapping"
            raise Undecided(message)
        day = _date(found, self.order)
        if day is None:
            message = f"{text!r} is not a date, read as {self.order}: no such day or month"
            raise Unreadable(message)
        return day

    def _instant(self, moment: datetime, text: str) -> datetime:
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
        if self.zone is None:
            remedy = "name the zone it is written in, by --timezone, or `zone` in a mapping"
            message = f"{text!r} has no UTC offset: {remedy}"
            raise Undecided(message)
        return moment.replace(tzinfo=self.zone).astimezone(UTC)


def _date(found: re.Match[str], order: str) -> date | None:
    """Read a slashed date in one order; nothing where there is no such day."""
    first, second = int(found["a"]), int(found["b"])
    month, day = (first, second) if order == "mdy" else (second, first)
    year = int(found["year"])
    try:
        return date(year if len(found["year"]) > 2 else _CENTURY + year, month, day)  # noqa: PLR2004
    except ValueError:
        return None


def _iso_instant(text: str) -> datetime:
    day, _, clock = text.replace("T", " ").partition(" ")
    year, month, number = (int(part) for part in day.split("-"))
    hour, _, rest = clock.partition(":")
    return datetime.fromisoformat(f"{year:04}-{month:02}-{number:02}T{int(hour):02}:{rest}")


def _time(found: re.Match[str], text: str) -> time:
    hour = int(found["hour"])
    if found["half"] is not None:
        if not 1 <= hour <= _NOON:
            message = f"{text!r}: {hour} is no hour of a twelve-hour clock"
            raise Unreadable(message)
        hour = hour % _NOON + (_NOON if found["half"] in "Pp" else 0)
    try:
        return time(hour, int(found["minute"]), int(found["second"] or 0))
    except ValueError as error:
        message = f"{text!r} is not a time: {error}"
        raise Unreadable(message) from None
