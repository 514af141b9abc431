"""A mapping: what the columns of someone's CSV files mean, as values.

It is written by hand, in TOML, and read by `written`. An example with most of it::

    system = "crm"                     # names the source; part of every id
    zone = "Europe/Vienna"             # of times without an offset
    currency = "EUR"                   # of amounts, where no column says it
    unknown = ["n/a"]                  # words that say nothing (an empty cell never does)

    [playbook]                         # or playbook = "standard", or another key of the journal's
    key = "crm"
    name = "Our way of selling"
    milestones = [{ key = "lead", chance = 0.1 }, { key = "offer", name = "Offer made", days = 21 }]
    ends = { won = "closed won", lost = "closed lost" }

    [maps.level]                       # a table of words that several columns share
    "Head of" = "director"

    [files.companies]                  # companies.csv, unless `path` says otherwise
    noun = "account"                   # what a row of it stands for
    key = "id"                         # or a list of columns; row = true where there is no key
    at = "created"                     # when its commands happened, unless they say otherwise

    [[files.companies.do]]             # what a row gives; as often as wanted
    command = "RegisterAccount"
    fields.name = "company"            # a string is a column
    fields.kind = { value = "customer" }

    [[files.companies.do]]             # a later export may have another name: some time until then
    command = "RenameAccount"
    at = { from = "created" }
    fields.name = "company"

    [files.deals]
    noun = "deal"
    key = "no"
    at = { from = "created", to = "closed" }

    [[files.deals.do]]
    command = "OpenDeal"
    fields.account = { column = "company id", refers_to = "companies" }
    fields.title = { text = "{product} for {company}" }

    [[files.deals.stages]]             # the one special case: where a deal stood, and when
    stage = { column = "status", map = { Angebot = "offer" } }
    at = "changed"

    [[files.deals.reconcile]]          # compared with what was imported, never imported
    amount = "value"

A mapping: `system`, `org`, `exported` (when the export was made), `secret_env`, `ignore`, `playbook`,
`maps`, `files`. A file: `path`, `noun`, `key` or `row`, `personal` (its key is a keyed digest, blake2b
under the secret that the environment variable `secret_env` holds), `optional`, `delimiter`, `at`,
`observed_days` (how long after `at` its stream was watched), `when` (rows that count), `version` (the
source's stamp of a row's last change), `recorded_at`, `recorded_by`, `ignore` (columns), `do`,
`stages`, `reconcile`. What it gives: `command`, `on` (whose stream it goes to: the row's own, or that
of a key), `at`, `when`, `once` (never again, whatever a later export says), `fields`. A stage: `on`,
`at`, `when`, `stage`, `order`, `ended`, `amount`, `reason`. What is compared: `on`, `when`, `stage`,
`closed`, `amount`, `owner`. A condition: `column` with `is`, `in`, `not_in` or `present`. When: a
column, a date, or a window `{ from, to }`.

Where a value comes from: `column`, `value` (a constant), `text` (with columns in braces), `this` (the
stream of this very row); `of` and `by` take the column from another file, from the row whose key
stands in `by`. How it is read: `refers_to`, `map`, `otherwise`, `unknown`, `default`, `split`,
`format`, `precision`, `plus_days`, `dates`, `decimal`, `zone`, `currency`. What a command's field
takes is asked of the command itself; a field that has fields of its own is a table of them, a field
that takes several values a list. Nothing comes of an empty cell: a command that needs it is not given,
unless its stream begins with it, which is an error.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, tzinfo
from types import MappingProxyType
from typing import Any

import attrs

from dealflow.decider import Command
from dealflow.domain.playbook import Playbook
from dealflow.interchange.pipeline import Place, Trouble


@attrs.frozen
class Spot(Place):
    """A place in the mapping itself: the way to a key of it."""

    key: str = ""

    def __str__(self) -> str:
        return f"{self.file}, at {self.key}" if self.key else self.file


@attrs.frozen
class Settings:
    """How cells are read, unless something closer to them says otherwise."""

    zone: tzinfo | None = None
    dates: str | None = None  # "dmy" or "mdy", for slashed dates that do not tell
    decimal: str = "."
    currency: str | None = None
    unknown: frozenset[str] = frozenset()


# Where a value comes from


@attrs.frozen
class Column:
    """A cell of this row, or of the row of another *file* whose key stands in *by*.

    Several *names* make up one key.
    """

    names: tuple[str, ...]
    file: str | None = None
    by: tuple[str, ...] = ()


@attrs.frozen
class Constant:
    """The same for every row."""

    value: Any


@attrs.frozen
class Template:
    """Text with columns of this row in braces."""

    pattern: str
    columns: tuple[str, ...]


@attrs.frozen
class ThisRow:
    """The stream of this row itself, of the noun it is asked for."""


Origin = Column | Constant | Template | ThisRow


# What is made of it


@attrs.frozen
class Value:
    """One value of a row: where it comes from, and how it is read.

    *words* say what the source's words mean; *otherwise* and *default* hold what stands for a word
    they lack and for an empty cell, if anything does.
    """

    key: str
    origin: Origin
    type: Any
    settings: Settings
    refers_to: str | None = None
    noun: str | None = None
    words: Mapping[str, Any] | None = None
    otherwise: tuple[Any, ...] = ()
    default: tuple[Any, ...] = ()
    split: str | None = None
    format: str | None = None
    precision: str | None = None
    plus_days: int = 0
    currency: "Value | None" = None

    @property
    def column(self) -> str | None:
        """The column of this row to complain of, where there is one."""
        match self.origin:
            case Column(names=names, by=by):
                return (by or names)[0]
            case Template(columns=columns) if columns:
                return columns[0]
            case _:
                return None


@attrs.frozen
class Several:
    """Any number of values, one after the other."""

    items: "tuple[Node, ...]"


@attrs.frozen
class Pairs:
    """Named values."""

    items: "Mapping[str, Node]"
    mapping: bool


@attrs.frozen
class Struct:
    """A value with fields of its own."""

    type: type
    fields: "Mapping[str, Node]"


Node = Value | Several | Pairs | Struct


@attrs.frozen
class Window:
    """Some time between two dates; without an end: until the export was made."""

    start: Value
    end: Value | None = None


Time = Value | Window


@attrs.frozen
class Condition:
    """What a cell must say for a row to count: one of some words, none of them, anything, nothing."""

    column: str
    words: frozenset[str] | None = None
    without: frozenset[str] | None = None
    present: bool | None = None

    def holds(self, cell: str | None) -> bool:
        """Say whether a cell is so."""
        if self.present is not None:
            return (cell is not None) == self.present
        if self.words is not None:
            return cell in self.words
        return self.without is None or cell not in self.without


# What a row gives


@attrs.frozen
class Give:
    """A command that a row gives. *kind* tells it from the others of its file in command ids.

    Given *once*, it is not given again where a later export says something else.
    """

    kind: str
    command: type[Command]
    on: Value
    at: Time
    when: tuple[Condition, ...]
    fields: Mapping[str, Node]
    once: bool = False
    open_ended: bool = False  # its time reaches to the export, so it is another with every one

    def values(self) -> "Iterator[Node | Window]":
        """Return everything that is read of a row for it."""
        yield from (self.on, self.at, *self.fields.values())


@attrs.frozen
class StageGive:
    """Where a deal stood, and when; *order* are columns that say which row came first."""

    kind: str
    on: Value
    at: Time
    when: tuple[Condition, ...]
    stage: Value
    order: tuple[str, ...] = ()
    ended: Time | None = None
    amount: Value | None = None
    reason: Value | None = None

    def values(self) -> "Iterator[Node | Window]":
        """Return everything that is read of a row for it."""
        several = (self.on, self.at, self.stage, self.ended, self.amount, self.reason)
        yield from (one for one in several if one is not None)


@attrs.frozen
class Check:
    """What the source says of a deal now, to be compared with what its history led to."""

    on: Value
    when: tuple[Condition, ...]
    stage: Value | None = None
    closed: Value | None = None
    amount: Value | None = None
    owner: Value | None = None

    def values(self) -> Iterator[tuple[str, Value]]:
        """Return what is compared, by name."""
        for name in ("stage", "closed", "amount", "owner"):
            if (value := getattr(self, name)) is not None:
                yield name, value


@attrs.frozen
class File:
    """One file: what a row of it stands for, how it is known, and what it gives.

    Without a *key* and not *numbered*, its rows are no streams of their own. *version* is the
    column with the source's own stamp of when a row was changed.
    """

    name: str
    path: str
    noun: str | None = None
    key: tuple[str, ...] = ()
    numbered: bool = False
    personal: bool = False
    optional: bool = False
    delimiter: str | None = None
    when: tuple[Condition, ...] = ()
    version: str | None = None
    recorded_at: Value | None = None
    recorded_by: Value | None = None
    ignore: tuple[str, ...] = ()
    gives: tuple[Give, ...] = ()
    stages: tuple[StageGive, ...] = ()
    checks: tuple[Check, ...] = ()

    def values(self) -> Iterator[Node | Window]:
        """Return everything that is read of a row."""
        yield from (one for one in (self.recorded_at, self.recorded_by) if one is not None)
        for give in self.gives:
            yield from give.values()
        for stage in self.stages:
            yield from stage.values()
        for check in self.checks:
            yield check.on
            yield from (value for _, value in check.values())

    def conditions(self) -> Iterator[Condition]:
        """Return every condition on its rows."""
        yield from self.when
        for several in (self.gives, self.stages, self.checks):
            for one in several:
                yield from one.when


@attrs.frozen
class CsvMapping:
    """What some system's CSV files mean.

    *playbook* is one to be written down, or the key of one that the journal holds. *exported* is
    when the export was made; *secret* the environment variable with the key for personal keys.
    """

    where: str
    system: str
    playbook: Playbook | str | None
    files: Mapping[str, File]
    ignore: tuple[str, ...] = ()
    org: str | None = None
    exported: date | datetime | None = None
    secret: str | None = None
    settings: Settings = attrs.field(factory=Settings)

    def trouble(self, key: str, message: str) -> Trouble:
        """Complain of a key of the mapping."""
        return Trouble(Spot(self.where, key=key), message)

    def columns(self) -> Mapping[str, tuple[str, ...]]:
        """Return the columns that are read of each file, in the order in which they are first named."""
        used: dict[str, dict[str, None]] = {name: dict.fromkeys(file.key) for name, file in self.files.items()}
        for name, file in self.files.items():
            if file.version is not None:
                used[name][file.version] = None
            for value in leaves(file.values()):
                for whose, column in _columns(value):
                    used[whose or name][column] = None
            for stage in file.stages:
                used[name].update(dict.fromkeys(stage.order))
            used[name].update(dict.fromkeys(condition.column for condition in file.conditions()))
        return MappingProxyType({name: tuple(columns) for name, columns in used.items()})


def leaves(nodes: "Iterator[Node | Window]") -> Iterator[Value]:
    """Return the single values in what is read of a row."""
    for node in nodes:
        match node:
            case Value(currency=currency):
                yield node
                if currency is not None:
                    yield currency
            case Window(start=start, end=end):
                yield start
                if end is not None:
                    yield end
            case Several(items=items):
                yield from leaves(iter(items))
            case Pairs(items=named) | Struct(fields=named):
                yield from leaves(iter(named.values()))


def _columns(value: Value) -> Iterator[tuple[str | None, str]]:
    match value.origin:
        case Column(names=names, file=file, by=by):
            yield from ((file, name) for name in names)
            yield from ((None, name) for name in by)
        case Template(columns=columns):
            yield from ((None, name) for name in columns)
        case _:
            pass
