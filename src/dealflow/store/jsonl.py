"""A journal as lines of JSON: to keep, to hand on, to look at with any tool; and back.

The first line is a header, then comes a line for each record, one for each command id, and a last
one that says how many there were, so that a file cut short is not taken for a whole one.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Annotated, TextIO
from uuid import UUID

import attrs
import msgspec

from dealflow.journal import Source
from dealflow.store.codec import CODEC, Stored
from dealflow.store.errors import BadLine, StoreError
from dealflow.store.journal import Journal, Remembered, StoredRecord

FORMAT = "dealflow-journal"
VERSION = 1
OFTEN = 1000  # records between two reports of progress

Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the first line says; *zone* is the one in which the journal reads bare dates."""

    format: str
    version: int
    zone: str


class _Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    system: str
    key: str
    recorded_at: Moment | None
    by: str | None


class _Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="line"):
    pass


class _Record(_Line, frozen=True, tag="record"):
    position: int
    stream: UUID
    version: int
    account: UUID | None
    deals: tuple[UUID, ...]
    occurred_from: Moment
    occurred_to: Moment
    recorded_at: Moment
    by: str
    command_id: str | None
    cause: int | None
    source: _Source | None
    name: str
    schema: int
    data: msgspec.Raw
    hash: str | None


class _Command(_Line, frozen=True, tag="command"):
    command_id: str
    digest: str
    positions: tuple[int, ...]


class _End(_Line, frozen=True, tag="end"):
    records: int
    commands: int


_HEADER = msgspec.json.Decoder(Header)
_LINE = msgspec.json.Decoder(_Record | _Command | _End)


# Out


def write_jsonl(journal: Journal, stream: TextIO, *, progress: Callable[[int, int], None] | None = None) -> None:
    """Write the journal as it stands now; what others add meanwhile is left out.

    *progress* is told the position written and the last one, every thousand records and at the end.
    """
    head = journal.head()
    records = commands = 0
    stream.write(_text(Header(FORMAT, VERSION, journal.zone.key)))
    for record in journal.stored(up_to=head):
        stream.write(_text(_exported(record)))
        records += 1
        if progress is not None and records % OFTEN == 0:
            progress(record.position, head)
    for command_id, one in journal.remembered(up_to=head):
        stream.write(_text(_Command(command_id, one.digest, one.positions)))
        commands += 1
    stream.write(_text(_End(records, commands)))
    if progress is not None:
        progress(head, head)


def _text(line: msgspec.Struct) -> str:
    return msgspec.json.encode(line).decode() + "\n"


def _exported(record: StoredRecord) -> _Record:
    return _Record(
        position=record.position,
        stream=record.stream,
        version=record.version,
        account=record.account,
        deals=record.deals,
        occurred_from=record.occurred_from,
        occurred_to=record.occurred_to,
        recorded_at=record.recorded_at,
        by=record.by,
        command_id=record.command_id,
        cause=record.cause,
        source=None if record.source is None else _Source(*attrs.astuple(record.source)),
        name=record.event.name,
        schema=record.event.schema,
        data=msgspec.Raw(record.event.data),
        hash=None if record.hash is None else record.hash.hex(),
    )


# In


def read_header(line: str) -> Header:
    """Read the first line of an export: it says which zone the journal is to be begun in."""
    try:
        header = _HEADER.decode(line)
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise BadLine(1, f"expected the header of an export ({error})") from error
    if header.format != FORMAT:
        raise BadLine(1, f"expected the format {FORMAT!r}, found {header.format!r}")
    if header.version != VERSION:
        raise BadLine(1, f"expected version {VERSION} of the format, found {header.version}: upgrade dealflow")
    return header


def read_jsonl(lines: Iterable[str], journal: Journal) -> None:
    """Take an export over into an empty journal: positions, both clocks, command ids and all.

    All or nothing: a line that is not what it should be is a `BadLine`, which says what was
    expected there. A journal that holds something already is `NotEmpty`.
    """
    numbered = _numbered(lines)
    _, first = next(numbered, (1, ""))
    zone = read_header(first).zone
    if zone != journal.zone.key:
        raise BadLine(1, f"expected the journal's zone {journal.zone.key}, found {zone}: begin a journal in that one")
    export = _Export(map(_parsed, numbered))
    journal.restore(export.records(), export.commands())


def _numbered(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    number = 0
    try:
        for number, line in enumerate(lines, start=1):
            yield number, line
    except UnicodeDecodeError as error:
        raise BadLine(number + 1, f"expected UTF-8 ({error})") from error


def _parsed(numbered: tuple[int, str]) -> tuple[int, _Line]:
    number, text = numbered
    try:
        return number, _LINE.decode(text)
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise BadLine(number, f"expected a record, a command id or the end ({error})") from error


class _Export:
    """The lines of an export after its header, read once, each held to what went before it."""

    def __init__(self, lines: Iterator[tuple[int, _Line]]) -> None:
        self._lines = lines
        self._number, self._line = 1, _Line()
        self._records = self._commands = 0
        self._position = 0
        self._known = datetime.min.replace(tzinfo=UTC)
        self._versions: dict[UUID, int] = {}

    def records(self) -> Iterator[StoredRecord]:
        """Return the records, up to the first line that is none."""
        self._go_on()
        while isinstance(line := self._line, _Record):
            if (wanted := self._wanted(line)) is not None:
                raise BadLine(self._number, f"expected {wanted}")
            yield self._imported(line)
            self._position, self._known = line.position, line.recorded_at
            self._versions[line.stream] = line.version
            self._records += 1
            self._go_on()

    def commands(self) -> Iterator[tuple[str, Remembered]]:
        """Return the command ids, and make sure that nothing is missing after them."""
        last = ""
        while isinstance(line := self._line, _Command):
            if line.command_id <= last:
                raise BadLine(self._number, f"expected a command id after {last!r}, found {line.command_id!r}")
            if not all(0 < position <= self._position for position in line.positions):
                raise BadLine(self._number, f"expected positions up to {self._position}, found {line.positions}")
            yield line.command_id, Remembered(line.digest, line.positions)
            last = line.command_id
            self._commands += 1
            self._go_on()
        if not isinstance(line, _End):
            raise BadLine(self._number, "expected a command id or the end, found a record")
        if (line.records, line.commands) != (self._records, self._commands):
            said = f"{line.records} records and {line.commands} command ids"
            raise BadLine(self._number, f"expected {said}, found {self._records} and {self._commands}")
        for number, _ in self._lines:
            raise BadLine(number, "expected nothing after the end")

    def _go_on(self) -> None:
        try:
            self._number, self._line = next(self._lines)
        except StopIteration:
            why = "expected a record, a command id or the end, found nothing: the export is cut short"
            raise BadLine(self._number + 1, why) from None

    def _wanted(self, line: _Record) -> str | None:
        """Say what a record should have been after those before it, or nothing where it fits."""
        version = self._versions.get(line.stream, 0) + 1
        if line.position <= self._position:
            return f"a position after {self._position}, found {line.position}"
        if line.version != version:
            return f"version {version} of stream {line.stream}, found {line.version}"
        if line.recorded_at < self._known:
            return f"a recorded_at from {self._known} on, found {line.recorded_at}"
        if line.occurred_to < line.occurred_from:
            return f"an occurred_to from {line.occurred_from} on, found {line.occurred_to}"
        return None

    def _imported(self, line: _Record) -> StoredRecord:
        event = Stored(line.name, line.schema, bytes(line.data))
        try:
            CODEC.decode(event.name, event.schema, event.data, line.position)
            checksum = None if line.hash is None else bytes.fromhex(line.hash)
        except (StoreError, ValueError) as error:
            raise BadLine(self._number, f"expected an event and a hash that can be read ({error})") from error
        return StoredRecord(
            position=line.position,
            stream=line.stream,
            version=line.version,
            account=line.account,
            deals=line.deals,
            occurred_from=line.occurred_from,
            occurred_to=line.occurred_to,
            recorded_at=line.recorded_at,
            by=line.by,
            command_id=line.command_id,
            cause=line.cause,
            source=None if line.source is None else Source(*msgspec.structs.astuple(line.source)),
            hash=checksum,
            event=event,
        )
