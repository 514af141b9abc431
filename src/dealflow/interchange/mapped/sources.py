"""Sources: the files of a mapping, read; each row with the key it is known by."""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from uuid import UUID

import attrs

from dealflow.interchange.mapped.mapping import CsvMapping, File
from dealflow.interchange.pipeline import ImportRefused, Trouble
from dealflow.interchange.table import Row, Table, read_table
from dealflow.journal import derived_id

Key = tuple[str, ...]


class LeftOut(Exception):
    """What a row refers to is left out by the mapping, so the row is, too."""


@attrs.frozen
class Item:
    """A row of a file, with its key; none where the rows of that file have none."""

    file: File
    row: Row
    key: Key = ()

    @property
    def passes(self) -> bool:
        """Whether the mapping wants it at all."""
        return all(condition.holds(self.row.get(condition.column)) for condition in self.file.when)


@attrs.frozen
class Sources:
    """All files of an export.

    *rows* are those to be told, by file; *items* the last row of each key; *left_out* the keys
    that the mapping leaves out; *repeated* how many rows of each file were there already, word for
    word.
    """

    mapping: CsvMapping
    org: str
    tables: Mapping[str, Table]
    rows: Mapping[str, tuple[Item, ...]]
    items: Mapping[str, Mapping[Key, Item]]
    left_out: Mapping[str, frozenset[Key]]
    repeated: Mapping[str, int]
    keyless: tuple[Trouble, ...]
    secret: bytes = b""
    _streams: dict[tuple[str, str | None, Key], UUID] = attrs.field(factory=dict)

    def stream(self, file: str, noun: str | None, key: Key) -> UUID:
        """Return the stream of a key of a file; a row that stands for two nouns has one of each."""
        known = self._streams.get((file, noun, key))
        if known is None:
            whose = self.mapping.files[file]
            name = (self.mapping.system, self.org, file, noun or whose.noun or "", *self._impersonal(whose, key))
            known = self._streams[file, noun, key] = derived_id(*name)
        return known

    def source_key(self, file: str, noun: str | None, key: Key) -> str:
        """Return what a stream is found by: the source's own key."""
        whose = self.mapping.files[file]
        text = "/".join(self._impersonal(whose, key))
        return text if noun in {None, whose.noun} else f"{text}:{noun}"

    def shown(self, file: str, key: Key) -> str:
        """Write a key down for a message, unless it is personal."""
        return "this key" if self.mapping.files[file].personal else repr("/".join(key))

    def path(self, file: str) -> str:
        """Return the name a file has on disk."""
        return self.mapping.files[file].path

    def _impersonal(self, file: File, key: Key) -> Key:
        if not file.personal:
            return key
        digest = hashlib.blake2b(digest_size=16, key=self.secret)
        for part in key:
            digest.update(f"{len(part)}:{part.casefold()}".encode())
        return (digest.hexdigest(),)


def spelt(row: Row, columns: Iterable[str], unknown: frozenset[str] = frozenset()) -> Key | None:
    """Return the cells of several columns, or nothing where one of them says nothing."""
    said: list[str] = []
    for name in columns:
        cell = row.cells.get(name)
        if cell is None or cell in unknown:
            return None
        said.append(cell)
    return tuple(said)


def read_sources(mapping: CsvMapping, directory: Path, org: str, secret: bytes) -> Sources:
    """Read every file of a mapping; raises `ImportRefused` with all that keeps any of them from it."""
    used, troubles, tables = mapping.columns(), [*_secretless(mapping, secret)], {}
    for name, file in mapping.files.items():
        path = directory / file.path
        if file.optional and not path.exists():
            tables[name] = Table(file.path, file.delimiter or ",", used[name], ())
            continue
        try:
            tables[name] = read_table(path, delimiter=file.delimiter, required=used[name])
        except ImportRefused as refused:
            troubles += refused.troubles
    if troubles:
        raise ImportRefused(troubles)
    return _sorted_out(mapping, org, tables, secret)


def _secretless(mapping: CsvMapping, secret: bytes) -> Iterable[Trouble]:
    for name, file in mapping.files.items():
        if file.personal and not secret:
            where = f"the environment variable {mapping.secret}" if mapping.secret else "`secret_env`"
            message = f"a personal key is stored as a keyed digest, but there is no secret: set {where}, or give one"
            yield mapping.trouble(f"files.{name}.personal", message)


def _sorted_out(mapping: CsvMapping, org: str, tables: Mapping[str, Table], secret: bytes) -> Sources:
    rows: dict[str, tuple[Item, ...]] = {}
    left_out: dict[str, frozenset[Key]] = {}
    repeated: dict[str, int] = {}
    keyless: list[Trouble] = []
    for name, table in tables.items():
        file = mapping.files[name]
        distinct = _distinct(table.rows) if not file.numbered else table.rows
        repeated[name] = len(table.rows) - len(distinct)
        items = [_item(file, row, number) for number, row in enumerate(distinct, start=1)]
        wanted = [item for item in items if item.passes]
        left_out[name] = frozenset(item.key for item in items) - {item.key for item in wanted}
        if file.key:
            keyless += [_no_key(item) for item in wanted if not item.key]
            wanted = [item for item in wanted if item.key]
        rows[name] = tuple(wanted)
    return Sources(
        mapping=mapping,
        org=org,
        tables=MappingProxyType(dict(tables)),
        rows=MappingProxyType(rows),
        items=MappingProxyType({name: {item.key: item for item in items} for name, items in rows.items()}),
        left_out=MappingProxyType(left_out),
        repeated=MappingProxyType(repeated),
        keyless=tuple(keyless),
        secret=secret,
    )


def _distinct(rows: Iterable[Row]) -> tuple[Row, ...]:
    """Leave out rows that say word for word what one before them said: two exports in one file."""
    first: dict[tuple[tuple[str, str], ...], Row] = {}
    for row in rows:
        first.setdefault(tuple(sorted(row.cells.items())), row)
    return tuple(first.values())


def _item(file: File, row: Row, number: int) -> Item:
    key = (f"row-{number}",) if file.numbered else spelt(row, file.key) or ()
    return Item(file, row, key)


def _no_key(item: Item) -> Trouble:
    empty = next(name for name in item.file.key if item.row.get(name) is None)
    return item.row.trouble("no key: every row of this file needs one, to be known again", empty)
