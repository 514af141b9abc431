"""Checkpoints: rows of a view as they are kept beside the journal, to be brought forward from there.

They are a cache. Whatever is in one can be folded anew from the journal, so nothing is lost when
one is dropped; an export does not carry them.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import Any
from uuid import UUID

import attrs
import msgspec

from dealflow.store.codec import FLAWS
from dealflow.store.errors import UnreadableRow, Unstorable


@attrs.frozen
class Checkpoint:
    """How far the rows of one version of a view are kept: so many, as of that position."""

    name: str
    version: int
    position: int
    rows: int


@attrs.frozen
class KeptRow:
    """One row as it is kept: JSON, byte for byte, or nothing where its records add up to no row.

    *begun* is the position of its first record; *streams* are those that its records are of.
    """

    key: UUID
    begun: int
    streams: tuple[UUID, ...]
    data: bytes | None


@attrs.frozen
class Kept:
    """All rows that are kept of a view, as of *position*, in the order in which they began."""

    position: int
    rows: tuple[KeptRow, ...]


@attrs.frozen
class Saving:
    """What is to be kept of a view, in place of the checkpoint at *instead_of* (`None`: where there is none).

    Where *whole*, *rows* are all there are; else those that changed since that checkpoint, and
    *gone* the keys that vanished since.
    """

    name: str
    version: int
    position: int
    instead_of: int | None
    rows: Sequence[KeptRow]
    gone: Sequence[UUID] = ()
    whole: bool = False


_ATOMS = frozenset({type(None), bool, int, float, str, Decimal, UUID, date})  # told apart by how they are written


class RowCodec:
    """Writes the rows of one version of a view down, and reads them back as the very same values."""

    def __init__(self, name: str, version: int, row: Any) -> None:
        self._name, self._version = name, version
        self._encoder = msgspec.json.Encoder(order="deterministic", enc_hook=_plain)
        if row is None:
            message = f"the rows of the view {name!r} have no type: give the view row=, the type of one of its rows"
            raise Unstorable(message)
        try:
            self._decoder = msgspec.json.Decoder(row)
        except FLAWS as error:
            message = f"rows of the view {name!r} cannot be kept as {row!r}: {error}; give row= a type of plain values"
            raise Unstorable(message) from error

    def encode(self, row: Any) -> bytes:
        """Write a row down; raises `Unstorable` where it would not be read back as it is, types and all."""
        try:
            data = self._encoder.encode(row)
            read = self._decoder.decode(data)
            same = read == row and self._encoder.encode(read) == data and _same(read, row)
        except FLAWS as error:
            raise Unstorable(self._told(f"could not be read back: {error}")) from error
        if not same:
            raise Unstorable(self._told("would be read back as another"))
        return data

    def decode(self, data: bytes) -> Any:
        """Read a row back; raises `UnreadableRow` where its type has another shape by now.

        A field that has come or gone since does not trouble a reader of JSON. Written down again
        the row must give the same bytes, or it would be silently wrong.
        """
        try:
            row = self._decoder.decode(data)
            same = self._encoder.encode(row) == data
        except FLAWS as error:
            raise UnreadableRow(self._name, self._version, str(error)) from error
        if not same:
            raise UnreadableRow(self._name, self._version, "its fields are others by now")
        return row

    def _told(self, flaw: str) -> str:
        return f"a row of the view {self._name!r} {flaw}; give row= the type that its rows have, of plain values"


def _same(one: Any, other: Any) -> bool:
    """Say whether two values that are written alike are of the same types in every part: a text is no `StrEnum`.

    What is no collection of ours is as it is told: two times may be equal, and of two zones.
    """
    kind = type(one)
    if kind is not type(other):
        return kind is dict and type(other) is MappingProxyType and _same_pairs(one, other)
    if kind in _ATOMS:
        return True
    if attrs.has(kind):
        return all(_same(getattr(one, name), getattr(other, name)) for name in _names(kind))
    if kind in {tuple, list}:
        return all(map(_same, one, other))
    if kind in {set, frozenset}:
        return _same_pairs(dict.fromkeys(one), dict.fromkeys(other))
    return _same_pairs(one, other) if kind is dict else repr(one) == repr(other)


def _same_pairs(one: Mapping[Any, Any], other: Mapping[Any, Any]) -> bool:
    keys = {key: key for key in other}
    return all(_same(key, keys[key]) and _same(one[key], other[key]) for key in one)


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in attrs.fields(kind))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    message = f"{type(value).__qualname__} is no plain value"
    raise TypeError(message)
