"""The library's SQLite recorder, bent to our tables: how a journal is made and written.

Of `eventsourcing` we keep the datastore, the pool, the transactions and the places where it
lets itself be extended. Ours are the columns, the tags, the command ids, and the clock that is
read only once the lock is held.
"""

import json
import sqlite3
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from eventsourcing.persistence import Mapper, Notification, StoredEvent
from eventsourcing.sqlite import (
    SQLiteApplicationRecorder,
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteDatastore,
    SQLiteFactory,
)

from dealflow.journal import Entry
from dealflow.store import keeping, rows
from dealflow.store.codec import CODEC
from dealflow.store.errors import (
    ClockAhead,
    CommandDone,
    CommandReused,
    JournalGrown,
    StoreUnavailable,
    Unstorable,
    VersionTaken,
)
from dealflow.store.journal import NO_COMMANDS, Remembered
from dealflow.store.rows import COLUMNS, Row, chunks, micros, moment

FORMAT = "dealflow-journal"
APPLICATION_ID = int.from_bytes(b"deal")  # in the file's header
SCHEMA = 1
MANY = 900  # parameters of one statement; an old SQLite takes 999
TOLERANCE = timedelta(days=1)  # how far ahead of our clock the last record may lie
MEMORY = ":memory:"

TABLES = (
    """CREATE TABLE IF NOT EXISTS records (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        stream BLOB NOT NULL,
        version INTEGER NOT NULL,
        name TEXT NOT NULL,
        schema INTEGER NOT NULL,
        data BLOB NOT NULL,
        account BLOB,
        deals BLOB NOT NULL,
        occurred_from INTEGER NOT NULL,
        occurred_to INTEGER NOT NULL,
        recorded_at INTEGER NOT NULL,
        "by" TEXT NOT NULL,
        command_id TEXT,
        cause INTEGER,
        source_system TEXT,
        source_key TEXT,
        source_recorded_at INTEGER,
        source_by TEXT,
        hash BLOB,
        UNIQUE (stream, version)
    )""",
    "CREATE INDEX IF NOT EXISTS records_account ON records (account, stream) WHERE account IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS records_recorded_at ON records (recorded_at)",
    "CREATE INDEX IF NOT EXISTS records_erased ON records (stream) WHERE name = 'stakeholder.erased'",
    "CREATE INDEX IF NOT EXISTS records_source_key ON records (source_key) WHERE source_key IS NOT NULL",
    """CREATE TRIGGER IF NOT EXISTS records_never_change BEFORE UPDATE ON records
        BEGIN SELECT RAISE(ABORT, 'a record is never changed: correct it by another'); END""",
    """CREATE TRIGGER IF NOT EXISTS records_never_go BEFORE DELETE ON records
        BEGIN SELECT RAISE(ABORT, 'a record is never deleted: correct it by another'); END""",
    """CREATE TABLE IF NOT EXISTS record_deals (
        deal BLOB NOT NULL,
        position INTEGER NOT NULL,
        PRIMARY KEY (deal, position)
    ) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS commands (
        command_id TEXT PRIMARY KEY,
        digest TEXT NOT NULL,
        positions TEXT NOT NULL
    ) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS meta (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        format TEXT NOT NULL,
        schema INTEGER NOT NULL,
        zone TEXT NOT NULL,
        recorded_at INTEGER NOT NULL
    )""",
    *keeping.TABLES,
)

INSERT = f"INSERT INTO records ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"  # noqa: S608
SELECT = f"SELECT {', '.join(COLUMNS)} FROM records "  # noqa: S608

STREAM, VERSION, NAME, DATA = map(COLUMNS.index, ("stream", "version", "name", "data"))
DEALS, COMMAND_ID, POSITION, RECORDED_AT = map(COLUMNS.index, ("deals", "command_id", "position", "recorded_at"))
MOST = 2**63 - 1  # the greatest number a column holds


class JournalPool(SQLiteConnectionPool):
    """Connections that lose nothing once committed, and answer in plain tuples."""

    def _create_connection(self) -> SQLiteConnection:
        raw = sqlite3.connect(self.db_name, timeout=self.pool_timeout, isolation_level=None, check_same_thread=False)
        try:
            self._make_durable(raw)
        except BaseException:
            raw.close()
            raise
        return SQLiteConnection(raw, max_age=self.max_age)

    def _make_durable(self, raw: sqlite3.Connection) -> None:
        if _log_mode(raw, self.pool_timeout) != "wal" and self.db_name != MEMORY:
            message = f"{self.db_name}: no write-ahead log is possible here; keep the journal on a local disk"
            raise StoreUnavailable(message)
        raw.execute("PRAGMA synchronous = FULL")
        raw.execute("PRAGMA fullfsync = ON")  # without it macOS leaves what was written in the drive's cache


class JournalDatastore(SQLiteDatastore):
    """A file has many readers and one writer; memory has one connection, taken in turns."""

    def __init__(self, db_name: str, wait: float) -> None:
        super().__init__(db_name, originator_id_type="uuid")
        if db_name == MEMORY:
            self.pool = JournalPool(db_name=db_name, pool_timeout=wait, pool_size=1, max_overflow=0)
        else:
            self.pool = JournalPool(db_name=db_name, pool_timeout=wait)


@dataclass(frozen=True)
class EnvelopedEvent(StoredEvent):
    """The library's stored event, with the row that it becomes."""

    row: Row


class EnvelopeMapper(Mapper[UUID]):
    """Writes entries down as our codec does, and reads stored rows back as records."""

    def to_stored_event(self, domain_event: Any) -> EnvelopedEvent:
        """Take an `Entry` to the row it becomes."""
        entry: Entry = domain_event
        event = CODEC.encode(entry.event)
        try:
            row = rows.row(entry, event)
        except (AttributeError, TypeError) as error:
            message = f"the envelope of a {event.name!r} cannot be stored: {error}; ids are UUIDs, times are aware"
            raise Unstorable(message) from error
        return EnvelopedEvent(entry.stream, entry.version, event.name, event.data, row)

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        """Take a stored row back to its `Record`."""
        return rows.record(_row(stored_event))


class JournalRecorder(SQLiteApplicationRecorder):
    """Writes and reads the journal's tables; *clock* is read once nobody else can write."""

    def __init__(self, datastore: SQLiteDatastore, clock: Callable[[], datetime]) -> None:
        super().__init__(datastore, events_table_name="records")
        self._clock = clock

    def construct_create_table_statements(self) -> list[str]:
        """Return what makes the tables; harmless where somebody else just made them."""
        return list(TABLES)

    def begin(self, zone: str) -> None:
        """Make the tables of a new journal, all or none of them."""
        with self.datastore.transaction(commit=True) as c:
            c.execute(f"PRAGMA application_id = {APPLICATION_ID}")  # a write, which waits; see `lock`
            self._create_table(c)
            c.execute("INSERT OR IGNORE INTO meta VALUES (1, ?, ?, ?, 0)", (FORMAT, SCHEMA, zone))

    def _insert_events(
        self,
        c: SQLiteCursor,
        stored_events: Sequence[StoredEvent],
        *,
        commands: Mapping[str, str] = NO_COMMANDS,
        head: int | None = None,
        **_: Any,
    ) -> Sequence[int]:
        """Write events down at one moment, under the lock, and return their positions."""
        new = [_row(one) for one in stored_events]
        lock(c)
        _must_be_new(c, commands)
        _must_come_next(c, new)
        last = _last_position(c)
        if head is not None and head != last:
            raise JournalGrown(head, last)
        recorded_at = _now(c, self._clock)
        first = last + 1
        positions = range(first, first + len(new))
        write(c, [(*row, position, recorded_at, None) for position, row in zip(positions, new, strict=True)])
        if any(row[NAME] == keeping.ERASED for row in new):
            keeping.forget(c)
        led_to: dict[str | None, list[int]] = {}
        for position, row in zip(positions, new, strict=True):
            led_to.setdefault(row[COMMAND_ID], []).append(position)
        remember(c, ((key, Remembered(digest, tuple(led_to.get(key, ())))) for key, digest in commands.items()))
        return positions

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Return one stream, or the part of it between two versions."""
        order = "DESC" if desc else "ASC"
        where = f"WHERE stream = ? AND version > ? AND version <= ? ORDER BY version {order} LIMIT ?"
        stream = UUID(str(originator_id)).bytes
        found = self.select(where, (stream, gt or 0, MOST if lte is None else lte, MOST if limit is None else limit))
        return [EnvelopedEvent(UUID(bytes=row[STREAM]), row[VERSION], row[NAME], row[DATA], row) for row in found]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Return a page of the whole journal, as the library's own readers ask for it."""
        after = 0 if start is None else start - inclusive_of_start
        found = self.page(after, MOST if stop is None else stop, limit, topics)
        return [
            Notification(UUID(bytes=row[STREAM]), row[VERSION], row[NAME], row[DATA], row[POSITION]) for row in found
        ]

    def page(self, after: int, up_to: int, limit: int, names: Collection[str] = ()) -> list[Row]:
        """Return up to *limit* rows between two positions, in order; with *names*, only of these."""
        only = f"AND name IN ({marks(names)}) " if names else ""
        where = f"WHERE position > ? AND position <= ? {only}ORDER BY position LIMIT ?"
        return self.select(where, (after, up_to, *names, limit))

    def select(self, where: str, params: Sequence[Any] = ()) -> list[Row]:
        """Return whole rows."""
        return self.query(SELECT + where, params)

    def query(self, statement: str, params: Sequence[Any] = ()) -> list[Row]:
        """Ask the tables anything."""
        with self.datastore.transaction(commit=False) as c:
            c.execute(statement, params)
            found: list[Row] = c.fetchall()
            return found


class JournalFactory(SQLiteFactory):
    """Puts the pieces together; nothing is read from the environment."""

    def __init__(self, db_name: str, wait: float, clock: Callable[[], datetime]) -> None:
        super().__init__({self.SQLITE_DBNAME: db_name, self.ORIGINATOR_ID_TYPE: "uuid"})
        self.datastore = JournalDatastore(db_name, wait)
        self._clock = clock

    def application_recorder(self) -> JournalRecorder:
        """Return the recorder of the journal's tables, which are made by `begin` alone."""
        return JournalRecorder(self.datastore, self._clock)


def _log_mode(raw: sqlite3.Connection, wait: float) -> str:
    """Switch to a write-ahead log, and return what came of it.

    While somebody else does the same with a new file, SQLite says at once that it is locked.
    """
    deadline = time.monotonic() + wait
    while True:
        try:
            return str(raw.execute("PRAGMA journal_mode = WAL").fetchone()[0])
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)


# Inside a transaction


def lock(c: SQLiteCursor) -> None:
    """Be the only one to write from here on.

    A transaction that has read something does not wait for others: its first statement must be a
    write.
    """
    c.execute("UPDATE meta SET recorded_at = recorded_at")


def write(c: SQLiteCursor, new: Sequence[Row]) -> None:
    """Write whole rows, their tags, and the moment of the last of them."""
    if not new:
        return
    c.executemany(INSERT, new)
    c.executemany(
        "INSERT OR IGNORE INTO record_deals VALUES (?, ?)",
        ((deal.bytes, row[POSITION]) for row in new for deal in rows.uuids(row[DEALS])),
    )
    c.execute("UPDATE meta SET recorded_at = ?", (new[-1][RECORDED_AT],))


def remember(c: SQLiteCursor, commands: Iterable[tuple[str, Remembered]]) -> None:
    """Write command ids down with what they led to."""
    c.executemany(
        "INSERT INTO commands VALUES (?, ?, ?)",
        ((key, one.digest, json.dumps(one.positions)) for key, one in commands),
    )


def marks(things: Collection[object]) -> str:
    """Return a question mark for each thing."""
    return ", ".join("?" * len(things))


def _row(stored: StoredEvent) -> Row:
    if not isinstance(stored, EnvelopedEvent):
        message = f"{stored!r} has no envelope"
        raise TypeError(message)
    return stored.row


def _last_position(c: SQLiteCursor) -> int:
    c.execute("SELECT MAX(seq) FROM sqlite_sequence WHERE name = 'records'")
    last: int | None = c.fetchone()[0]
    return last or 0


def _now(c: SQLiteCursor, clock: Callable[[], datetime]) -> int:
    """Return the time for new records: the clock's, but never before the last record's."""
    c.execute("SELECT recorded_at FROM meta")
    last: int = c.fetchone()[0]
    now = clock()
    if last > micros(now + TOLERANCE):
        raise ClockAhead(moment(last), now)
    return max(micros(now), last)


def _must_be_new(c: SQLiteCursor, commands: Mapping[str, str]) -> None:
    for some in chunks(commands, MANY):
        c.execute(f"SELECT command_id, digest FROM commands WHERE command_id IN ({marks(some)})", some)  # noqa: S608
        for command_id, digest in c.fetchall():
            raise CommandDone(command_id) if digest == commands[command_id] else CommandReused(command_id)


def _must_come_next(c: SQLiteCursor, new: Sequence[Row]) -> None:
    """Refuse a version that is taken, and one that would leave a gap."""
    latest: dict[bytes, int] = dict.fromkeys((row[STREAM] for row in new), 0)
    for some in chunks(latest, MANY):
        where = f"WHERE stream IN ({marks(some)}) GROUP BY stream"
        c.execute(f"SELECT stream, MAX(version) FROM records {where}", some)  # noqa: S608
        latest |= c.fetchall()
    for row in new:
        stream, version = row[STREAM], row[VERSION]
        if version != latest[stream] + 1:
            raise VersionTaken(UUID(bytes=stream), version, latest[stream])
        latest[stream] = version
