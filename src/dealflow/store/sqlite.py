"""The journal in SQLite: one file, or memory."""

import json
import re
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from eventsourcing.domain import EventSourcingError
from eventsourcing.persistence import ConnectionPoolClosedError
from eventsourcing.sqlite import SQLiteCursor

from dealflow.domain.noun import Corrected
from dealflow.journal import Entry, Record
from dealflow.store import keeping, rows
from dealflow.store.checkpoint import Checkpoint, Kept, Saving
from dealflow.store.codec import CODEC
from dealflow.store.errors import (
    CannotOpen,
    NewerSchema,
    NotAJournal,
    NotEmpty,
    OtherZone,
    StoreUnavailable,
    Unstorable,
)
from dealflow.store.journal import NO_COMMANDS, Remembered, StoredRecord
from dealflow.store.recorder import (
    FORMAT,
    MANY,
    MEMORY,
    MOST,
    POSITION,
    SCHEMA,
    EnvelopeMapper,
    JournalFactory,
    lock,
    marks,
    remember,
    write,
)
from dealflow.store.rows import Row, chunks, micros, moment

WAIT = 30.0  # seconds for others to let go of the store
PAGE = 5000  # records read in one go


class SQLiteJournal:
    """A `Journal` in one SQLite file, or in memory (*path* `:memory:`), gone when it is closed.

    A file can be opened by many threads and processes at once. What was committed survives a
    crash of the machine. Somebody else's write is waited for, up to *wait* seconds.
    """

    def __init__(
        self, path: str, *, clock: Callable[[], datetime], zone: str | None = None, wait: float = WAIT
    ) -> None:
        self._path = path if path == MEMORY else str(Path(path).resolve())
        self._wait = wait
        asked = None if zone is None else _zone(zone)
        with self._in_our_words():
            begun = None if path == MEMORY else _look_at(Path(self._path), wait)
            if begun is not None:
                self._zone = _ours(self._path, begun, asked)
            factory = JournalFactory(self._path, wait, clock)
            self._datastore = factory.datastore
            self._mapper = EnvelopeMapper(factory.transcoder())
            self._recorder = factory.application_recorder()
            if begun is None:
                self._recorder.begin("UTC" if zone is None else zone)
                self._zone = _ours(self._path, self._recorder.query(META)[0], asked)

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which bare dates are read."""
        return self._zone

    def append(
        self, entries: Sequence[Entry], commands: Mapping[str, str] = NO_COMMANDS, *, head: int | None = None
    ) -> tuple[Record, ...]:
        """Record all *entries* or none; see `Journal`."""
        with self._in_our_words():
            new = [self._mapper.to_stored_event(entry) for entry in entries]
            positions = self._recorder.insert_events(new, commands=commands, head=head) or ()
            if not positions:
                return ()
            ((at,),) = self._recorder.query("SELECT recorded_at FROM records WHERE position = ?", positions[:1])
        recorded_at = moment(at)
        return tuple(
            rows.recorded(entry, position, recorded_at) for entry, position in zip(entries, positions, strict=True)
        )

    def stream(self, stream: UUID) -> tuple[Record, ...]:
        """Return one whole stream, by version."""
        return self._records("WHERE stream = ? ORDER BY version", (stream.bytes,))

    def streams(self, streams: Iterable[UUID]) -> tuple[Record, ...]:
        """Return several whole streams, by position."""
        return self._in("stream", {stream.bytes for stream in streams})

    def account_streams(self, account: UUID) -> tuple[Record, ...]:
        """Return every whole stream that has a record of that account, by position."""
        where = "WHERE stream IN (SELECT stream FROM records WHERE account = ?) ORDER BY position"
        return self._records(where, (account.bytes,))

    def deal_streams(self, deal: UUID) -> tuple[Record, ...]:
        """Return every whole stream that has a record of that deal, by position."""
        tagged = "SELECT stream FROM record_deals JOIN records USING (position) WHERE deal = ?"
        where = f"WHERE stream IN ({tagged} UNION SELECT ?) ORDER BY position"
        return self._records(where, (deal.bytes, deal.bytes))

    def read(
        self,
        after: int = 0,
        *,
        names: Collection[type] | None = None,
        known: datetime | None = None,
        up_to: int | None = None,
    ) -> Iterator[Record]:
        """Return the records after a position, in order, a page at a time."""
        ends = (MOST if known is None else self.position_known(known), MOST if up_to is None else up_to)
        only = () if names is None else [CODEC.name(cls) for cls in {*names, Corrected}]
        return (record for page in self._pages(after, min(ends), only) for record in map(rows.record, page))

    def records(self, positions: Iterable[int]) -> tuple[Record, ...]:
        """Return the records at these positions, in order."""
        return self._in("position", set(positions))

    def erased(self) -> frozenset[UUID]:
        """Return the people whose data was erased."""
        return frozenset(UUID(bytes=stream) for (stream,) in self._recorder.query(ERASED))

    def head(self) -> int:
        """Return the last position; 0 while nothing is recorded."""
        return self._number("SELECT MAX(position) FROM records")

    def position_known(self, known: datetime) -> int:
        """Return the last position recorded by *known*."""
        last = "SELECT MAX(recorded_at) FROM records WHERE recorded_at <= ?"
        return self._number(f"SELECT MAX(position) FROM records WHERE recorded_at = ({last})", micros(known))  # noqa: S608

    def command(self, command_id: str) -> Remembered | None:
        """Return what a command id stands for, or nothing."""
        return self.commands((command_id,)).get(command_id)

    def commands(self, command_ids: Iterable[str]) -> Mapping[str, Remembered]:
        """Return what several command ids stand for."""
        statement = "SELECT command_id, digest, positions FROM commands WHERE command_id IN "
        with self._in_our_words():
            return dict(
                _remembered(row)
                for some in chunks(set(command_ids), MANY)
                for row in self._recorder.query(f"{statement}({marks(some)})", some)
            )

    def find(self, text: str) -> tuple[UUID, ...]:
        """Return the streams that *text* may mean."""
        digits = text.replace("-", "").lower()
        asked: list[tuple[str, tuple[bytes | str, ...]]] = [("source_key = ?", (text,))]
        if _ID.fullmatch(digits):
            ends = bytes.fromhex(digits.ljust(32, "0")), bytes.fromhex(digits.ljust(32, "f"))
            asked.append(("stream BETWEEN ? AND ?", ends))
        if ":" in text:
            system, _, key = text.partition(":")
            asked.append(("source_key = ? AND source_system = ?", (key, system)))
        found: set[Row] = set()
        statement = "SELECT DISTINCT stream FROM records WHERE "
        with self._in_our_words():
            for where, params in asked:
                found |= set(self._recorder.query(statement + where, params))
        return tuple(UUID(bytes=stream) for (stream,) in sorted(found))

    def stored(self, after: int = 0, up_to: int | None = None) -> Iterator[StoredRecord]:
        """Return records as they are written down, in order."""
        pages = self._pages(after, MOST if up_to is None else up_to)
        return (record for page in pages for record in map(rows.stored_record, page))

    def remembered(self, up_to: int | None = None) -> Iterator[tuple[str, Remembered]]:
        """Return every command id that led to nothing beyond a position, in order."""
        statement = (
            "SELECT command_id, digest, positions FROM commands WHERE command_id > ? ORDER BY command_id LIMIT ?"
        )
        last = ""
        while True:
            with self._in_our_words():
                page = self._recorder.query(statement, (last, PAGE))
            for row in page:
                last, one = _remembered(row)
                if up_to is None or all(position <= up_to for position in one.positions):
                    yield last, one
            if len(page) < PAGE:
                return

    def restore(self, records: Iterable[StoredRecord], commands: Iterable[tuple[str, Remembered]]) -> None:
        """Take over a whole journal as it was into an empty one."""
        with self._in_our_words(), self._datastore.transaction(commit=True) as c:
            lock(c)
            _must_be_empty(c)
            for some in chunks(records, PAGE):
                write(c, [(*rows.row(one, one.event), one.position, micros(one.recorded_at), one.hash) for one in some])
            remember(c, commands)
            keeping.forget(c)

    def kept(self, name: str, version: int) -> Kept | None:
        """Return the rows that are kept of one version of a view, or nothing."""
        with self._in_our_words():
            return keeping.kept(self._recorder.query(keeping.SELECT, (name, version)))

    def kept_at(self, name: str, version: int) -> int | None:
        """Return as of which position rows are kept of one version of a view, or nothing."""
        with self._in_our_words():
            found = self._recorder.query(keeping.POSITION, (name, version))
        return found[0][0] if found else None

    def keep(self, savings: Sequence[Saving]) -> bool:
        """Keep rows of views at their positions, all that is given or nothing; see `Journal`."""
        with self._in_our_words(), self._datastore.transaction(commit=True) as c:
            lock(c)
            return keeping.keep(c, savings)

    def checkpoints(self) -> tuple[Checkpoint, ...]:
        """Return what is kept of which views, by name and version."""
        with self._in_our_words():
            return tuple(Checkpoint(*row) for row in self._recorder.query(keeping.LIST))

    def drop_checkpoint(self, name: str, version: int) -> bool:
        """Forget the rows that are kept of one version of a view; say whether there were any."""
        with self._in_our_words(), self._datastore.transaction(commit=True) as c:
            lock(c)
            return keeping.drop(c, name, version)

    def close(self) -> None:
        """Let go of the store."""
        self._datastore.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _pages(self, after: int, up_to: int, names: Collection[str] = ()) -> Iterator[list[Row]]:
        while True:
            with self._in_our_words():
                page = self._recorder.page(after, up_to, PAGE, names)
            yield page
            if len(page) < PAGE:
                return
            after = page[-1][POSITION]

    def _records(self, where: str, params: Sequence[object]) -> tuple[Record, ...]:
        with self._in_our_words():
            found = self._recorder.select(where, params)
        return tuple(map(rows.record, found))

    def _in(self, column: str, values: Collection[object]) -> tuple[Record, ...]:
        found: list[Row] = []
        with self._in_our_words():
            for some in chunks(values, MANY):
                found += self._recorder.select(f"WHERE {column} IN ({marks(some)})", some)
        return tuple(map(rows.record, sorted(found, key=itemgetter(POSITION))))

    def _number(self, statement: str, *params: object) -> int:
        with self._in_our_words():
            ((number,),) = self._recorder.query(statement, params)
        return number or 0

    @contextmanager
    def _in_our_words(self) -> Iterator[None]:
        """Say what went wrong in the library or the database so that the caller knows what to do."""
        try:
            yield
        except (EventSourcingError, sqlite3.Error) as error:
            message = f"{self._path}: {self._told(error)}"
            raise StoreUnavailable(message) from error
        except (OverflowError, UnicodeEncodeError) as error:
            message = f"{error}: nothing was done; give text and numbers that a database can hold"
            raise Unstorable(message) from error

    def _told(self, error: Exception) -> str:
        if isinstance(error, ConnectionPoolClosedError):
            return "the journal is closed: open it again"
        if isinstance(error, TimeoutError) or "locked" in str(error):
            return f"waited {self._wait:g} s for others to finish writing, in vain: try again later"
        return f"{error}: nothing was done; see to the file and its disk, then try again"


ERASED = "SELECT DISTINCT stream FROM records WHERE name = 'stakeholder.erased'"
META = "SELECT format, schema, zone FROM meta"
_ID = re.compile("[0-9a-f]{4,32}")


def _remembered(row: Row) -> tuple[str, Remembered]:
    command_id, digest, positions = row
    return command_id, Remembered(digest, tuple(json.loads(positions)))


def _must_be_empty(c: SQLiteCursor) -> None:
    c.execute("SELECT MAX(position) FROM records")
    (head,) = c.fetchone()
    if head:
        raise NotEmpty(head)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        message = f"{name!r} is not a time zone here: give an IANA name such as Asia/Shanghai"
        raise CannotOpen(message) from error


def _look_at(file: Path, wait: float) -> Row | None:
    """Return what a file says about the journal in it, or nothing where it is yet to be begun.

    Opened for reading only, since a file that is not ours is not to be touched.
    """
    if file.is_dir():
        message = f"{file} is a directory: name a file in it"
        raise CannotOpen(message)
    if not file.parent.is_dir():
        message = f"{file}: there is no directory {file.parent}: make it first"
        raise CannotOpen(message)
    if not file.exists() or file.stat().st_size == 0:
        return None
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=wait)) as connection:
            if not connection.execute("SELECT name FROM sqlite_master").fetchall():
                return None
            found: Row | None = connection.execute(META).fetchone()
    except sqlite3.Error as error:
        if error.sqlite_errorcode in {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR}:
            raise NotAJournal(str(file)) from error
        raise
    if found is None:
        raise NotAJournal(str(file))
    return found


def _ours(where: str, begun: Row, asked: ZoneInfo | None) -> ZoneInfo:
    """Return the zone of the journal that was begun here; raises `CannotOpen` where it is not for us."""
    form, schema, zone = begun
    if form != FORMAT:
        raise NotAJournal(where)
    if schema > SCHEMA:
        raise NewerSchema(where, schema, SCHEMA)
    if asked is not None and asked.key != zone:
        raise OtherZone(where, asked.key, zone)
    return _zone(zone)
