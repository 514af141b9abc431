"""Cells: what a row says, as the values a command takes, by what a mapping says of them."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from enum import Enum
from types import MappingProxyType
from typing import Any
from uuid import UUID

import attrs

from dealflow.interchange.mapped.mapping import (
    Column,
    Constant,
    Node,
    Pairs,
    Settings,
    Several,
    Struct,
    Template,
    ThisRow,
    Time,
    Value,
)
from dealflow.interchange.mapped.parts import nearest
from dealflow.interchange.mapped.sources import Item, Key, LeftOut, Sources, spelt
from dealflow.interchange.mapped.vocabulary import FREE
from dealflow.interchange.pipeline import Place, Trouble
from dealflow.interchange.values import Moments, Undecided, Unreadable, amount, truth
from dealflow.journal import When, day_start
from dealflow.money import Money


class Wrong(Exception):
    """A row does not say what it should; `troubles` say where and why."""

    def __init__(self, *troubles: Trouble) -> None:
        super().__init__("; ".join(str(trouble) for trouble in troubles))
        self.troubles = troubles


@attrs.frozen
class Cells:
    """Reads rows. *zone* is the journal's, for bare dates; *exported* when the export was made."""

    sources: Sources
    zone: tzinfo
    exported: datetime
    exists: Callable[[UUID], bool]
    _moments: dict[tuple[str, str, Settings], Moments] = attrs.field(factory=dict)
    _undecided: dict[tuple[str, str | None], Trouble] = attrs.field(factory=dict)

    # Nodes

    def read(self, node: Node, item: Item) -> Any:
        """Return what a row says for a field; `None` where it says nothing. Raises `Wrong`, `LeftOut`."""
        match node:
            case Value():
                return self.value(node, item)
            case Several(items=items):
                return self._several(items, item)
            case Pairs(items=items, mapping=mapping):
                pairs = {name: self.read(one, item) for name, one in items.items()}
                return MappingProxyType(pairs) if mapping else _said(pairs)
            case Struct(type=cls, fields=fields):
                said = {name: self.read(one, item) for name, one in fields.items()}
                return cls(**{name: value for name, value in said.items() if value is not None})

    def _several(self, items: tuple[Node, ...], item: Item) -> tuple[Any, ...] | None:
        found: list[Any] = []
        for one in items:
            if isinstance(one, Value) and one.split is not None:
                parts = [part.strip() for part in (self._text(one, item) or "").split(one.split)]
                found += [self._one(one, item, part) for part in parts if part]
            elif (value := self.read(one, item)) is not None:
                found.append(value)
        return tuple(found) or None

    # Times

    def when(self, time: Time, item: Item) -> When:
        """Return when something happened; raises `Wrong` where the row does not tell."""
        if isinstance(time, Value):
            return self._moment(time, item)
        start = self._moment(time.start, item).start
        end = self.exported if time.end is None else self._moment(time.end, item).end
        if end < start:
            when = "" if time.end is not None else ", when the export was made: say when that was, as `exported`"
            message = f"a window cannot begin ({start.isoformat()}) after it ends ({end.isoformat()}){when}"
            raise Wrong(item.row.trouble(message, time.start.column))
        return When(start, end)

    def _moment(self, value: Value, item: Item) -> When:
        found = self.value(value, item)
        if isinstance(found, When):
            return found
        message = (
            "empty, so nobody knows when: give a window `{ from, to }`, or leave such rows out with "
            "`when = { column, present = true }`"
        )
        raise Wrong(item.row.trouble(message, value.column))

    # Single values

    def value(self, value: Value, item: Item) -> Any:
        """Return one value of a row, of its type; `None` where the row says nothing."""
        match value.origin:
            case Constant(value=constant):
                return self._typed(constant, value)
            case ThisRow():
                return self._typed(self.sources.stream(item.file.name, value.noun, item.key), value)
            case _ if value.refers_to is not None:
                key = self.referred(value, item)
                return self._default(value) if key is None else self._stream(value, key)
            case _:
                text = self._text(value, item)
                return self._default(value) if text is None else self._parsed(value, item, text)

    def _one(self, value: Value, item: Item, text: str) -> Any:
        """Return one of the several values that a cell holds."""
        if value.refers_to is None:
            return self._parsed(value, item, text)
        return self._stream(value, self._there(value, item, (text,)))

    def _stream(self, value: Value, key: Key) -> Any:
        return self._typed(self.sources.stream(value.refers_to or "", value.noun, key), value)

    def _default(self, value: Value) -> Any:
        return self._typed(value.default[0], value) if value.default else None

    def _typed(self, constant: Any, value: Value) -> Any:
        if value.type is When and not isinstance(constant, When | None):
            return When.of(constant, self.zone)
        return str(constant) if value.type is FREE and isinstance(constant, UUID) else constant

    def _text(self, value: Value, item: Item) -> str | None:
        match value.origin:
            case Column() as column:
                cells = self._cells(column, value, item)
                return cells[0] if cells else None
            case Template(pattern=pattern, columns=columns):
                said = {name: item.row.get(name) for name in columns}
                return None if None in said.values() else pattern.format_map(said)
            case _:
                return None

    def _cells(self, column: Column, value: Value, item: Item) -> Key | None:
        """Return the cells of the columns that make up a key, or nothing where one says nothing."""
        row = item.row
        if column.file is not None:
            key = spelt(row, column.by, value.settings.unknown)
            if key is None:
                return None
            row = self._elsewhere(column.file, key, column.by, item).row
        return spelt(row, column.names, value.settings.unknown)

    def _elsewhere(self, file: str, key: Key, by: tuple[str, ...], item: Item) -> Item:
        found = self.sources.items[file].get(key)
        if found is None and key in self.sources.left_out[file]:
            raise LeftOut
        if found is None:
            message = f"{self.sources.shown(file, key)} is in no row of {self.sources.path(file)}"
            raise Wrong(item.row.trouble(message, by[0]))
        return found

    def referred(self, value: Value, item: Item) -> Key | None:
        """Return the key of another file that a row refers to; it must be there, or in the journal."""
        key = self._cells(value.origin, value, item) if isinstance(value.origin, Column) else None
        return None if key is None else self._there(value, item, key)

    def _there(self, value: Value, item: Item, key: Key) -> Key:
        file = value.refers_to or ""
        if value.words is not None:
            key = (self._word(value, item, key[0]), *key[1:])
        if key in self.sources.left_out[file]:
            raise LeftOut
        if key not in self.sources.items[file] and not self.exists(self.sources.stream(file, value.noun, key)):
            message = f"{self.sources.shown(file, key)} is in no row of {self.sources.path(file)}, nor in the journal"
            raise Wrong(item.row.trouble(message, value.column))
        return key

    def said(self, value: Value, item: Item) -> tuple[str, ...]:
        """Return the bare cells a value is made of, for telling one row version from another."""
        match value.origin:
            case Column() as column:
                return self._cells(column, value, item) or ()
            case Template(columns=columns):
                return tuple(item.row.get(name) or "" for name in columns)
            case _:
                return ()

    def _word(self, value: Value, item: Item, text: str) -> Any:
        words = value.words or {}
        if text in words:
            return words[text]
        if value.otherwise:
            return value.otherwise[0]
        message = f"{text!r} is not in the map `{value.key}`: {nearest(text, words)}; add it, or say `otherwise`"
        raise Wrong(item.row.trouble(message, value.column))

    def _parsed(self, value: Value, item: Item, text: str) -> Any:
        if value.words is not None:
            return self._typed(self._word(value, item, text), value)
        try:
            return self._read_as(value, item, text)
        except (Unreadable, OverflowError) as error:
            if value.otherwise:
                return self._typed(value.otherwise[0], value)
            said = f"{text!r} is too far off to be a date" if isinstance(error, OverflowError) else str(error)
            trouble = item.row.trouble(said, value.column)
            if isinstance(error, Undecided):  # of the whole column: told once, not of every cell
                at = (item.row.file, value.column)
                trouble = self._undecided.setdefault(at, attrs.evolve(trouble, place=Place(at[0], None, at[1])))
            raise Wrong(trouble) from None

    def _read_as(self, value: Value, item: Item, text: str) -> Any:
        kind = value.type
        if kind is Money:
            return Money(_number(text, value.settings), self._currency(value, item))
        if kind in {date, datetime, When} or (kind is FREE and (value.format or value.precision or value.plus_days)):
            return self._dated(value, item, text)
        if kind in _TEXTS:
            return _TEXTS[kind](text, value.settings)
        return _one_of(text, kind)

    def _currency(self, value: Value, item: Item) -> str:
        if value.currency is not None and (said := self.value(value.currency, item)) is not None:
            return str(said)
        if value.settings.currency is None:
            column = value.currency.column if value.currency is not None else value.column
            raise Wrong(item.row.trouble("empty: an amount needs a currency; say `currency` in the mapping", column))
        return value.settings.currency

    # Dates

    def _dated(self, value: Value, item: Item, text: str) -> Any:
        moment = self._formatted(value, text) if value.format else self._column(value, item).read(text)
        local = value.settings.zone or self.zone
        if value.precision == "day" and isinstance(moment, datetime):
            moment = moment.astimezone(local).date()
        moment += timedelta(days=value.plus_days)
        if value.type is When:
            return When.of(moment, self.zone)
        if value.type is FREE:
            return moment.isoformat()
        if value.type is date:
            return moment.astimezone(local).date() if isinstance(moment, datetime) else moment
        return moment if isinstance(moment, datetime) else day_start(moment, self.zone)

    def _formatted(self, value: Value, text: str) -> date | datetime:
        pattern = value.format or ""
        try:
            moment = datetime.strptime(text, pattern)  # noqa: DTZ007 (the zone is the mapping's, below)
        except ValueError:
            message = f"{text!r} is not a date or time as in `{pattern}`"
            raise Unreadable(message) from None
        if not any(mark in pattern for mark in ("%H", "%I", "%c", "%X", "%s")):
            return moment.date()
        if moment.tzinfo is None and value.settings.zone is None:
            message = f"{text!r} has no UTC offset: say the zone it is written in, as `zone` in the mapping"
            raise Undecided(message)
        return moment if moment.tzinfo is not None else moment.replace(tzinfo=value.settings.zone)

    def _column(self, value: Value, item: Item) -> Moments:
        """Return how a column writes its dates, which is decided over all of its cells."""
        origin = value.origin
        if not isinstance(origin, Column):
            return Moments(value.settings.dates, value.settings.zone)
        file, name = origin.file or item.file.name, origin.names[0]
        at = (file, name, value.settings)
        if at not in self._moments:
            cells = [cell for row in self.sources.tables[file].rows if (cell := row.get(name)) is not None]
            self._moments[at] = Moments.of(cells, order=value.settings.dates, zone=value.settings.zone)
        return self._moments[at]


def _said(pairs: Mapping[str, Any]) -> tuple[tuple[str, Any], ...] | None:
    return tuple((name, value) for name, value in pairs.items() if value is not None) or None


def _number(text: str, settings: Settings) -> Decimal:
    """Read a number with the mapping's decimal mark; the other mark may stand between thousands."""
    if settings.decimal == ".":
        return amount(text)
    try:
        return amount(text.translate(_SWAPPED))
    except Unreadable:
        message = f"{text!r} is not an amount: expected digits with a decimal comma, such as 1.250,50"
        raise Unreadable(message) from None


_SWAPPED = str.maketrans(",.", ".,")


def _whole(text: str, settings: Settings) -> int:
    number = _number(text, settings)
    if number != int(number):
        message = f"{text!r} is not a whole number"
        raise Unreadable(message)
    return int(number)


_TEXTS: Mapping[Any, Callable[[str, Settings], Any]] = MappingProxyType(
    {
        str: lambda text, _: text,
        FREE: lambda text, _: text,
        Decimal: _number,
        float: lambda text, settings: float(_number(text, settings)),
        int: _whole,
        bool: lambda text, _: truth(text),
    }
)


def _one_of(text: str, words: type[Enum]) -> Enum:
    for one in words:
        if text.casefold() == str(one.value).casefold():
            return one
    known = tuple(str(one.value) for one in words)
    message = f"{text!r} is no {words.__name__}: {nearest(text, known)}; say what it means in a `map`"
    raise Unreadable(message)
