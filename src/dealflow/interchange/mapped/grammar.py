"""The values of a mapping, read from TOML: where each comes from, and how it is to be read.

A string is a column; a table says more; a number, a truth or a date is itself.
"""

import string
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import attrs

from dealflow.interchange.mapped.constants import Misfit, constant
from dealflow.interchange.mapped.mapping import (
    Column,
    Condition,
    Constant,
    Node,
    Origin,
    Pairs,
    Settings,
    Several,
    Struct,
    Template,
    ThisRow,
    Time,
    Value,
    Window,
)
from dealflow.interchange.mapped.parts import Page, Part, nearest
from dealflow.interchange.mapped.vocabulary import FREE, NOUN_NAMES, WORDS, Field, Many, Named, One, Shape, Whole
from dealflow.journal import When
from dealflow.money import Money

MOST_DAYS = 36_525  # a hundred years
SETTINGS = ("zone", "dates", "decimal", "currency", "unknown")
ORIGINS = ("column", "value", "text", "this")
READINGS = (
    "of", "by", "refers_to", "noun", "map", "otherwise", "default", "split", "format", "precision", "plus_days",
)  # fmt: skip
CONDITIONS = ("column", "is", "in", "not_in", "present")
DATED = frozenset({date, datetime, When, FREE})


@attrs.frozen
class Grammar:
    """What values may refer to: the nouns of the files' rows, and the tables of words with a name."""

    page: Page
    nouns: Mapping[str, str | None]
    maps: Mapping[str, Mapping[str, Any]]

    # Settings

    def settings(self, part: Part, base: Settings) -> Settings:
        """Return how cells are read below this part."""
        zone, dates, decimal = part.text("zone"), part.word("dates", ("dmy", "mdy")), part.word("decimal", (".", ","))
        currency = part.text("currency") if isinstance(part.data.get("currency"), str) else None
        return Settings(
            zone=self._zone(part, zone) or base.zone,
            dates=dates or base.dates,
            decimal=decimal or base.decimal,
            currency=currency or base.currency,
            unknown=base.unknown | frozenset(part.texts("unknown")),
        )

    def _zone(self, part: Part, name: str | None) -> ZoneInfo | None:
        try:
            return None if name is None else ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            part.wrong("zone", "the IANA name of a time zone, such as Europe/Vienna")
            return None

    # Fields

    def fields(self, part: Part, known: Mapping[str, Field], of: str, settings: Settings) -> Mapping[str, Node]:
        """Read the fields of a command, or of a value that has some, against what it takes."""
        part.only(known, of)
        for name, field in known.items():
            if field.required and not field.optional:
                part.needs(name, f"{of} needs it ({words_of(field.shape)})")
        read = {name: self.node(part, name, known[name].shape, settings) for name in part.data if name in known}
        return MappingProxyType(read)

    def node(self, part: Part, name: str, shape: Shape, settings: Settings) -> Node:
        """Read what a row says for something of a given shape."""
        raw = part.data[name]
        match shape:
            case One(type=kind):
                return self._alone(part, name, kind, settings)
            case Many(of=One(type=kind)):
                listed = self._listed(part, name, raw)
                return Several(tuple(self.value(listed, one, kind, settings) for one in listed.data))
            case Many(of=inner):
                listed = self._listed(part, name, raw)
                return Several(tuple(self.node(listed, one, inner, settings) for one in listed.data))
            case Named(of=inner, mapping=mapping):
                named = self._named(part, name, raw)
                return Pairs({key: self.node(named, key, inner, settings) for key in named.data}, mapping)
            case Whole(type=cls, fields=fields):
                inner_part = part.part(name) or Part(part.page, part.at(name), {})
                return Struct(cls, self.fields(inner_part, fields, cls.__name__, settings))

    def _alone(self, part: Part, name: str, kind: Any, settings: Settings) -> Value:
        value = self.value(part, name, kind, settings)
        if value.split is not None:
            part.page.complain(value.key, "`split` is for lists: this takes one value")
        return value

    def _listed(self, part: Part, name: str, raw: object) -> Part:
        several = raw if isinstance(raw, list) else [raw]
        return Part(part.page, part.key, {f"{name}[{number}]": one for number, one in enumerate(several, start=1)})

    def _named(self, part: Part, name: str, raw: object) -> Part:
        """Named values: a table, or a list of columns that keep their names."""
        if isinstance(raw, list) and all(isinstance(one, str) for one in raw):
            return Part(part.page, part.at(name), {one: one for one in raw})
        return part.part(name) or Part(part.page, part.at(name), {})

    # Single values

    def value(self, part: Part, name: str, kind: Any, settings: Settings) -> Value:
        """Read one value."""
        raw, key = part.data[name], part.at(name)
        if isinstance(raw, str):
            return self._checked(Value(key, Column((raw,)), kind, settings))
        if isinstance(raw, dict):
            return self._checked(self._told(Part(part.page, key, raw), kind, settings))
        return Value(key, Constant(self._constant(part, name, kind, settings)), kind, settings)

    def _told(self, part: Part, kind: Any, base: Settings) -> Value:
        part.only((*ORIGINS, *READINGS, *SETTINGS), "a value")
        settings = self.settings(part, base)
        refers = part.word("refers_to", tuple(self.nouns))
        target = str if refers is not None else kind
        currency = isinstance(part.data.get("currency"), dict)
        return Value(
            key=part.key,
            origin=self._origin(part, kind, settings),
            type=kind,
            settings=settings,
            refers_to=refers,
            noun=part.word("this", NOUN_NAMES) or part.word("noun", NOUN_NAMES),
            words=self._words(part, target, settings),
            otherwise=self._constants(part, "otherwise", target, settings),
            default=self._constants(part, "default", kind, settings),
            split=part.text("split"),
            format=part.text("format"),
            precision=part.word("precision", ("day",)),
            plus_days=_days(part),
            currency=self.value(part, "currency", str, base) if currency else None,
        )

    def _origin(self, part: Part, kind: Any, settings: Settings) -> Origin:
        named = [one for one in ORIGINS if one in part.data]
        if len(named) != 1:
            part.page.complain(part.key, f"expected exactly one of {', '.join(ORIGINS)}: where the value comes from")
            return Constant(None)
        match named[0]:
            case "column":
                return Column(part.texts("column"), self._other_file(part), part.texts("by"))
            case "value":
                return Constant(self._constant(part, "value", kind, settings))
            case "text":
                return self._template(part)
            case _:
                return ThisRow()

    def _other_file(self, part: Part) -> str | None:
        other = part.word("of", tuple(self.nouns))
        if (other is None) != ("by" not in part.data):
            part.page.complain(part.key, "`of` names another file and `by` the columns with its key: give both or none")
        return other

    def _template(self, part: Part) -> Origin:
        pattern = part.text("text") or ""
        try:
            parsed = [*string.Formatter().parse(pattern)]
        except ValueError as error:
            part.wrong("text", f"columns in braces, such as '{{title}} for {{company}}' ({error})")
            return Constant(pattern)
        named = [(field, spec, turn) for _, field, spec, turn in parsed if field is not None]
        if any(spec or turn or not field for field, spec, turn in named):
            part.wrong("text", "nothing but the name of a column in each pair of braces")
        return Template(pattern, tuple(dict.fromkeys(field for field, _, _ in named)))

    def _words(self, part: Part, kind: Any, settings: Settings) -> Mapping[str, Any] | None:
        raw = part.data.get("map")
        if raw is None:
            return None
        if isinstance(raw, str):
            if raw not in self.maps:
                part.wrong("map", f"a table of words, or the name of one under [maps]: {nearest(raw, self.maps)}")
                return {}
            words = Part(part.page, f"maps.{raw}", self.maps[raw])
        else:
            words = part.part("map") or Part(part.page, part.at("map"), {})
        read = {word: self._constant(words, word, kind, settings) for word in words.data}
        return MappingProxyType(read)

    def _constants(self, part: Part, name: str, kind: Any, settings: Settings) -> tuple[Any, ...]:
        return (self._constant(part, name, kind, settings),) if name in part.data else ()

    def _constant(self, part: Part, name: str, kind: Any, settings: Settings) -> Any:
        try:
            return constant(part.data[name], kind, currency=settings.currency, zone=settings.zone)
        except Misfit as error:
            part.page.complain(part.at(name), str(error))
            return None

    def _checked(self, value: Value) -> Value:
        """Hold a value against what its field takes."""
        for message in self._flaws(value):
            self.page.complain(value.key, message)
        return value

    def _flaws(self, value: Value) -> Iterator[str]:
        column, dated = isinstance(value.origin, Column), value.type in DATED
        if value.type is UUID and not (value.refers_to or isinstance(value.origin, Constant | ThisRow)):
            example = next(iter(self.nouns))
            yield f"expected a reference: say which file the column refers to, as in `refers_to = {example!r}`"
        if value.type is not UUID and value.type is not FREE and (value.refers_to or isinstance(value.origin, ThisRow)):
            yield f"this takes {words_of(One(value.type))}, not a reference"
        if value.refers_to is not None and not column:
            yield "`refers_to` says what the key in a `column` stands for: name the column"
        if value.refers_to is not None and self.nouns.get(value.refers_to) is None:
            yield f"rows of {value.refers_to!r} stand for nothing: give that file a `noun` and a `key`"
        if value.type is Money and column and value.settings.currency is None and value.currency is None:
            yield "an amount without a currency: say `currency`, here or at the top of the mapping"
        if not dated and (value.format or value.precision or value.plus_days):
            yield "`format`, `precision` and `plus_days` are for dates"
        if len(getattr(value.origin, "names", ("",))) != 1 and value.refers_to is None:
            yield "one column is expected; several make up a key, with `refers_to`"

    # Times and conditions

    def time(self, part: Part, name: str, settings: Settings) -> Time:
        """Read when something happened: a date, or a window `{ from, to }`."""
        raw = part.data[name]
        if not isinstance(raw, dict) or "from" not in raw:
            return self.value(part, name, When, settings)
        window = Part(part.page, part.at(name), raw)
        window.only(("from", "to"), "a window")
        end = self.value(window, "to", When, settings) if "to" in raw else None
        return Window(self.value(window, "from", When, settings), end)

    def conditions(self, part: Part) -> tuple[Condition, ...]:
        """Read what must hold for a row to count."""
        return tuple(self._condition(one) for one in part.parts("when"))

    def _condition(self, part: Part) -> Condition:
        part.only(CONDITIONS, "a condition")
        part.needs("column", "the column that decides")
        tests = [one for one in CONDITIONS[1:] if one in part.data]
        if len(tests) != 1:
            part.page.complain(part.key, f"expected exactly one of {', '.join(CONDITIONS[1:])}")
        words = part.texts("is") if "is" in part.data else part.texts("in")
        return Condition(
            column=part.text("column") or "",
            words=frozenset(words) if tests in (["is"], ["in"]) else None,
            without=frozenset(part.texts("not_in")) if tests == ["not_in"] else None,
            present=part.flag("present") if tests == ["present"] else None,
        )


def words_of(shape: Shape) -> str:
    """Say what a field takes."""
    match shape:
        case One(type=kind):
            return WORDS.get(kind) or "one of " + ", ".join(str(one.value) for one in kind)
        case Many(of=inner):
            return f"a list, each {words_of(inner)}"
        case Named():
            return "a table of named values"
        case Whole(fields=fields):
            return f"a table with {', '.join(fields)}"


def _days(part: Part) -> int:
    days = part.number("plus_days") or 0
    if abs(days) > MOST_DAYS:
        part.wrong("plus_days", f"at most {MOST_DAYS} days")
        return 0
    return days
