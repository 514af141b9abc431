import multiprocessing
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from eventsourcing.persistence import StoredEvent

from dealflow.store import Journal, open_journal, recorder, sqlite
from dealflow.store.errors import (
    CannotOpen,
    NewerEvent,
    NewerSchema,
    NotAJournal,
    NotEmpty,
    StoreError,
    StoreUnavailable,
    UnknownEvent,
    UnknownURL,
    Unreadable,
)
from dealflow.store.recorder import EnvelopeMapper, JournalFactory
from dealflow.store.sqlite import SQLiteJournal
from tests.clock import Clock
from tests.store.contract import DEAL, FULL, GRADED, PERSON, DurableContract, JournalContract, entries, entry
from tests.store.processes import beginning, breaking_down, writing

ZONE = "Asia/Shanghai"
PROCESSES = multiprocessing.get_context("spawn")


@pytest.fixture
def another(clock: Clock) -> Iterator[Journal]:
    with open_journal("memory:", clock=clock) as journal:
        yield journal


class TestMemory(JournalContract):
    @pytest.fixture
    def journal(self, clock: Clock) -> Iterator[Journal]:
        with open_journal("memory:", zone=ZONE, clock=clock) as journal:
            yield journal

    def test_each_handle_is_a_journal_of_its_own(self, journal: Journal, another: Journal) -> None:
        journal.append([entry()])
        assert another.head() == 0


class TestFile(DurableContract):
    @pytest.fixture
    def reopen(self, tmp_path: Path, clock: Clock) -> Iterator[Callable[..., Journal]]:
        opened: list[Journal] = []

        def reopen(**how: Any) -> Journal:
            opened.append(open_journal(f"sqlite:///{tmp_path / 'pipeline.db'}", clock=clock, **how))
            return opened[-1]

        yield reopen
        for journal in opened:
            journal.close()

    @pytest.fixture
    def journal(self, reopen: Callable[..., Journal]) -> Journal:
        return reopen(zone=ZONE)


class TestPages(TestMemory):
    """Everything once more, with pages and statements so short that each takes several."""

    @pytest.fixture(autouse=True)
    def short(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sqlite, "PAGE", 2)
        monkeypatch.setattr(sqlite, "MANY", 2)
        monkeypatch.setattr(recorder, "MANY", 2)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "pipeline.db"


@pytest.fixture
def journal(file: Path, clock: Clock) -> Iterator[SQLiteJournal]:
    with SQLiteJournal(str(file), clock=clock, wait=0.05) as journal:
        yield journal


def ask(file: Path, statement: str, *params: Any) -> list[Any]:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        return connection.execute(statement, params).fetchall()


# URLs


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("postgresql://anna:secret@db/pipeline", "a later release, as the extra `postgres`"),
        ("postgresql+psycopg://anna:secret@db/pipeline", "a later release, as the extra `postgres`"),
        ("mysql://anna:secret@db/pipeline", "no journal is kept in 'mysql'"),
        ("pipeline.db", "this is no URL of a journal"),
        ("memory:pipeline", "this is no URL of a journal"),
        ("sqlite:pipeline.db", "three slashes"),
        ("sqlite://pipeline.db", "three slashes"),
        ("sqlite:///", "a file"),
        ("sqlite:///pipeline.db?mode=ro", "nothing after it"),
    ],
)
def test_a_url_that_names_no_journal_is_explained_without_its_password(url: str, why: str) -> None:
    with pytest.raises(UnknownURL, match=why) as caught:
        open_journal(url)
    assert "sqlite:////absolute/path.db" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_relative_path_stays_where_it_was(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with open_journal("sqlite:///pipeline.db", clock=clock) as journal:
        monkeypatch.chdir("/")
        journal.append([entry()])
    assert ask(tmp_path / "pipeline.db", "SELECT COUNT(*) FROM records") == [(1,)]


def test_the_machine_s_clock_is_taken_where_none_is_given() -> None:
    before = datetime.now(UTC)
    with open_journal("memory:") as journal:
        (record,) = journal.append([entry()])
    assert before <= record.recorded_at <= datetime.now(UTC)


# What a file must be


def test_an_empty_file_becomes_a_journal(file: Path, clock: Clock) -> None:
    file.touch()
    with SQLiteJournal(str(file), clock=clock) as journal:
        assert journal.head() == 0


def test_the_file_says_what_it_is(journal: SQLiteJournal, file: Path) -> None:
    assert ask(file, "SELECT format, schema, zone FROM meta") == [("dealflow-journal", 1, "UTC")]
    assert ask(file, "PRAGMA application_id") == [(int.from_bytes(b"deal"),)]


def test_a_database_without_tables_becomes_a_journal(file: Path, clock: Clock) -> None:
    ask(file, "PRAGMA user_version = 1")
    with SQLiteJournal(str(file), clock=clock) as journal:
        assert journal.head() == 0


@pytest.mark.parametrize("lock", ["IMMEDIATE", "EXCLUSIVE"])
def test_a_file_that_somebody_else_holds_is_waited_for(file: Path, clock: Clock, lock: str) -> None:
    ask(file, "PRAGMA user_version = 1")
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute(f"BEGIN {lock}")
        with pytest.raises(StoreUnavailable, match=r"waited 0\.05 s for others"):
            SQLiteJournal(str(file), clock=clock, wait=0.05)
    SQLiteJournal(str(file), clock=clock).close()


def test_a_place_without_a_write_ahead_log_is_refused(
    file: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "_log_mode", lambda *_: "delete")
    with pytest.raises(StoreUnavailable, match="keep the journal on a local disk"):
        SQLiteJournal(str(file), clock=clock)


@pytest.mark.parametrize(
    "script",
    [
        "CREATE TABLE customers (name TEXT)",
        "PRAGMA journal_mode = WAL; CREATE TABLE customers (name TEXT)",
        "CREATE TABLE meta (format TEXT, schema INTEGER, zone TEXT)",
        "CREATE TABLE meta (format TEXT, schema INTEGER, zone TEXT); INSERT INTO meta VALUES ('theirs', 1, 'UTC')",
    ],
)
def test_somebody_else_s_database_is_refused_and_left_alone(file: Path, clock: Clock, script: str) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(script)
    before = file.read_bytes()
    with pytest.raises(NotAJournal, match="no journal of dealflow: name another file"):
        SQLiteJournal(str(file), clock=clock)
    assert file.read_bytes() == before


def test_what_is_no_database_is_refused_and_left_alone(file: Path, clock: Clock) -> None:
    file.write_text("name,amount\n" * 100)
    with pytest.raises(NotAJournal):
        SQLiteJournal(str(file), clock=clock)
    assert file.read_text() == "name,amount\n" * 100


def test_tables_of_a_newer_version_are_refused(journal: SQLiteJournal, file: Path, clock: Clock) -> None:
    ask(file, "UPDATE meta SET schema = 2")
    with pytest.raises(NewerSchema, match="tables of schema 2, this dealflow knows 1: upgrade dealflow"):
        SQLiteJournal(str(file), clock=clock)


def test_a_directory_that_is_not_there_is_not_made(tmp_path: Path, clock: Clock) -> None:
    with pytest.raises(CannotOpen, match="make it first"):
        SQLiteJournal(str(tmp_path / "nowhere" / "pipeline.db"), clock=clock)
    assert not (tmp_path / "nowhere").exists()


def test_a_zone_nobody_knows_is_refused_before_anything_is_made(file: Path, clock: Clock) -> None:
    with pytest.raises(CannotOpen, match="'Mars/Olympus' is not a time zone"):
        SQLiteJournal(str(file), clock=clock, zone="Mars/Olympus")
    assert not file.exists()


def test_a_directory_is_no_journal(tmp_path: Path, clock: Clock) -> None:
    with pytest.raises(CannotOpen, match="name a file in it"):
        SQLiteJournal(str(tmp_path), clock=clock)


def test_a_file_that_breaks_is_explained(journal: SQLiteJournal, file: Path) -> None:
    ask(file, "DROP TABLE commands")
    with pytest.raises(StoreUnavailable, match=r"no such table: commands: .* see to the file"):
        journal.append([entry()], {"c-1": "digest"})
    assert journal.head() == 0


# What stands, stands


def test_every_connection_writes_through_to_the_disk(journal: SQLiteJournal) -> None:
    for pragma, value in (("journal_mode", "wal"), ("synchronous", 2), ("fullfsync", 1)):
        assert journal._recorder.query(f"PRAGMA {pragma}") == [(value,)]  # noqa: SLF001


@pytest.mark.parametrize("statement", ["UPDATE records SET version = 2", "DELETE FROM records"])
def test_no_record_is_ever_changed_or_deleted(journal: SQLiteJournal, file: Path, statement: str) -> None:
    journal.append([entry()])
    with pytest.raises(sqlite3.IntegrityError, match="never"):
        ask(file, statement)


def test_the_clock_is_read_once_nobody_else_can_write(file: Path) -> None:
    seen = []

    def clock() -> datetime:
        with pytest.raises(sqlite3.OperationalError, match="locked"), closing(sqlite3.connect(file, timeout=0)) as one:
            one.execute("BEGIN IMMEDIATE")
        seen.append(True)
        return datetime.now(UTC)

    with SQLiteJournal(str(file), clock=clock) as journal:
        journal.append([entry()])
    assert seen


def test_waiting_in_vain_is_explained(journal: SQLiteJournal, file: Path) -> None:
    journal.append([entry()])
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match=r"waited 0\.05 s for others .* try again"):
            journal.append([entry(2)])
        assert journal.head() == 1
    assert journal.append([entry(2)])[0].position == 2


def test_an_export_is_not_restored_over_records(journal: SQLiteJournal) -> None:
    journal.append([entry()])
    with pytest.raises(NotEmpty, match="up to position 1 already: import into a new, empty one"):
        journal.restore((), ())


@pytest.mark.parametrize(
    ("change", "error", "why"),
    [
        ("name = 'deal.dreamt-of'", UnknownEvent, "record 1 is a 'deal.dreamt-of' of schema 1: .* upgrade dealflow"),
        ("schema = 9", NewerEvent, "record 1 is a 'deal.graded' of schema 9: .* schemas 1 to 1; upgrade dealflow"),
        ("data = x'7b'", Unreadable, "record 1 is a 'deal.graded' of schema 1: its data is damaged"),
    ],
)
def test_a_record_that_cannot_be_read_says_where_it_stands(
    journal: SQLiteJournal, file: Path, change: str, error: type[StoreError], why: str
) -> None:
    journal.append([entry()])
    ask(file, "DROP TRIGGER records_never_change")
    ask(file, f"UPDATE records SET {change}")  # noqa: S608
    with pytest.raises(error, match=why):
        tuple(journal.read())


def test_no_question_reads_the_whole_journal(journal: SQLiteJournal, monkeypatch: pytest.MonkeyPatch) -> None:
    plans: list[str] = []
    query = journal._recorder.query  # noqa: SLF001

    def explained(statement: str, params: Any = ()) -> Any:
        plans.extend(row[3] for row in query("EXPLAIN QUERY PLAN " + statement, params))
        return query(statement, params)

    monkeypatch.setattr(journal._recorder, "query", explained)  # noqa: SLF001
    journal.append([FULL], {"c-1": "digest"})
    journal.stream(DEAL)
    journal.streams([DEAL, PERSON])
    journal.account_streams(DEAL)
    journal.deal_streams(DEAL)
    journal.records([1, 2])
    journal.commands(["c-1", "c-2"])
    journal.find("crm:deadbeef")
    journal.find("deadbeef")
    journal.position_known(datetime.now(UTC))
    tuple(journal.read(1))
    assert plans
    assert [plan for plan in plans if plan.startswith("SCAN") and "CONSTANT" not in plan] == []


# Under the library


def test_the_library_s_own_readers_read_the_journal(clock: Clock) -> None:
    factory = JournalFactory(":memory:", 1.0, clock)
    library, mapper = factory.application_recorder(), EnvelopeMapper(factory.transcoder())
    library.begin("UTC")
    assert library.insert_events([mapper.to_stored_event(one) for one in entries((1, 2, 3))]) == range(1, 4)
    assert library.max_notification_id() == 3
    assert [one.originator_version for one in library.select_events(DEAL, gt=1)] == [2, 3]
    assert [one.originator_version for one in library.select_events(DEAL, lte=2, desc=True, limit=1)] == [2]
    assert [mapper.to_domain_event(one).event for one in library.select_events(DEAL)] == [GRADED] * 3
    assert [one.id for one in library.select_notifications(2, 10)] == [2, 3]
    assert [one.id for one in library.select_notifications(2, 10, inclusive_of_start=False)] == [3]
    assert [one.id for one in library.select_notifications(None, 2, stop=1, topics=["deal.graded"])] == [1]
    assert library.select_notifications(None, 2, topics=["deal.won"]) == []
    with pytest.raises(TypeError, match="no envelope"):
        library.insert_events([StoredEvent(DEAL, 4, "deal.graded", b"{}")])
    factory.close()


# Several processes


def test_two_processes_lose_nothing_and_tell_nothing_twice(file: Path, clock: Clock) -> None:
    many, streams = 25, [DEAL, PERSON]
    start = PROCESSES.Barrier(2)
    writers = [PROCESSES.Process(target=writing, args=(str(file), start, streams, many)) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0]
    with SQLiteJournal(str(file), clock=clock) as journal:
        records = tuple(journal.read())
        for stream in streams:
            assert [record.version for record in journal.stream(stream)] == list(range(1, 2 * many + 1))
    assert len({(record.stream, record.by) for record in records}) == len(records) == 2 * many * len(streams)
    assert all(one.position < next_one.position for one, next_one in pairwise(records))
    assert all(one.recorded_at <= next_one.recorded_at for one, next_one in pairwise(records))


def test_a_process_that_dies_while_writing_leaves_nothing_half_written(file: Path, clock: Clock) -> None:
    writer = PROCESSES.Process(target=breaking_down, args=(str(file), sqlite.PAGE + 1))
    writer.start()
    writer.join(60)
    assert writer.exitcode == 9
    with SQLiteJournal(str(file), clock=clock) as journal:
        assert journal.head() == 0
        assert journal.append([entry()])[0].position == 1


def test_a_journal_may_be_begun_by_several_at_once(file: Path, clock: Clock) -> None:
    start = PROCESSES.Barrier(3)
    all_of_them = [PROCESSES.Process(target=beginning, args=(str(file), start)) for _ in range(3)]
    for one in all_of_them:
        one.start()
    for one in all_of_them:
        one.join(60)
    assert [one.exitcode for one in all_of_them] == [0] * 3
    with SQLiteJournal(str(file), clock=clock) as journal:
        assert journal.head() == 0
