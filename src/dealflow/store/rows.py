"""Records as rows of a table, and back: the same columns in every store."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from dealflow.journal import TICK, Entry, Record, Source
from dealflow.store.codec import CODEC, Stored
from dealflow.store.journal import StoredRecord

T = TypeVar("T")
Row = tuple[Any, ...]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

OURS = ("position", "recorded_at", "hash")  # the store's own to give; they stand at the end of a row
COLUMNS = (
    "stream",
    "version",
    "name",
    "schema",
    "data",
    "account",
    "deals",
    "occurred_from",
    "occurred_to",
    '"by"',
    "command_id",
    "cause",
    "source_system",
    "source_key",
    "source_recorded_at",
    "source_by",
    *OURS,
)


def micros(moment: datetime) -> int:
    """Return a moment as microseconds since 1970, UTC."""
    return (moment - EPOCH) // TICK


@lru_cache(maxsize=1 << 14)
def moment(since: int) -> datetime:
    """Return the moment so many microseconds after 1970, in UTC."""
    return EPOCH + timedelta(microseconds=since)


@lru_cache(maxsize=1 << 16)
def _uuid(data: bytes) -> UUID:
    return UUID(bytes=data)


@lru_cache(maxsize=1 << 14)
def uuids(data: bytes) -> tuple[UUID, ...]:
    """Return the ids that a column holds end to end."""
    return tuple(UUID(bytes=data[start : start + 16]) for start in range(0, len(data), 16))


def row(envelope: Entry | StoredRecord, event: Stored) -> Row:
    """Return a record's columns but for the store's own."""
    source = envelope.source
    return (
        envelope.stream.bytes,
        envelope.version,
        event.name,
        event.schema,
        event.data,
        None if envelope.account is None else envelope.account.bytes,
        b"".join([deal.bytes for deal in envelope.deals]),
        micros(envelope.occurred_from),
        micros(envelope.occurred_to),
        envelope.by,
        envelope.command_id,
        envelope.cause,
        *((None, None, None, None) if source is None else _source_columns(source)),
    )


def _source_columns(source: Source) -> Row:
    recorded_at = None if source.recorded_at is None else micros(source.recorded_at)
    return (source.system, source.key, recorded_at, source.by)


def _source(system: str, key: str, recorded_at: int | None, by: str | None) -> Source:
    return Source(system, key, None if recorded_at is None else moment(recorded_at), by)


def recorded(entry: Entry, position: int, recorded_at: datetime) -> Record:
    """Return an entry as it was recorded."""
    return Record(
        position,
        entry.stream,
        entry.version,
        entry.account,
        entry.deals,
        entry.occurred_from,
        entry.occurred_to,
        recorded_at,
        entry.by,
        entry.command_id,
        entry.cause,
        entry.source,
        entry.event,
    )


def record(columns: Row) -> Record:
    """Return the record that a row of all columns holds, its event read."""
    (
        stream, version, name, schema, data, account, deals, start, end, by, command_id, cause,
        system, key, known_there, author, position, recorded_at, _,
    ) = columns  # fmt: skip
    return Record(
        position,
        _uuid(stream),
        version,
        None if account is None else _uuid(account),
        uuids(deals),
        moment(start),
        moment(end),
        moment(recorded_at),
        by,
        command_id,
        cause,
        None if system is None else _source(system, key, known_there, author),
        CODEC.decode(name, schema, data, position),
    )


def stored_record(columns: Row) -> StoredRecord:
    """Return the record that a row of all columns holds, its event as it is written down."""
    (
        stream, version, name, schema, data, account, deals, start, end, by, command_id, cause,
        system, key, known_there, author, position, recorded_at, checksum,
    ) = columns  # fmt: skip
    return StoredRecord(
        position,
        _uuid(stream),
        version,
        None if account is None else _uuid(account),
        uuids(deals),
        moment(start),
        moment(end),
        moment(recorded_at),
        by,
        command_id,
        cause,
        None if system is None else _source(system, key, known_there, author),
        checksum,
        Stored(name, schema, data),
    )


def chunks(things: Iterable[T], size: int) -> Iterator[list[T]]:
    """Cut a run of things into lists of at most *size*."""
    left = iter(things)
    while chunk := list(islice(left, size)):
        yield chunk
