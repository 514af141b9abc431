"""Rows that several ask for at once, and what goes wrong half-way."""

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any
from uuid import UUID

import attrs
import pytest

import dealflow as df
from dealflow import runner
from dealflow.domain.deal import DealOpened, DealRenamed
from dealflow.domain.noun import Noted
from dealflow.journal import Record
from dealflow.projections import View
from dealflow.projections.folding import NotAKey
from dealflow.projections.pipeline import PIPELINE
from dealflow.store.errors import StoreUnavailable, UnreadableRow
from tests.clock import Clock
from tests.test_runner import DAY, Counting, account, deal, note
from tests.views import BOOK, in_order, plainly_from

SOON = 20  # seconds in which a machine under load has surely done what waits for nobody
ALL = UUID(int=1)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "pipeline.db"


@pytest.fixture
def flow(file: Path) -> Iterator[df.DealFlow]:
    with df.DealFlow.open(f"sqlite:///{file}", clock=Clock()) as flow:
        yield flow


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as threads:
        yield threads


@attrs.define
class Failing(Counting):
    """A view that counts, and fails at a note that says so until it is mended."""

    name: str = "test.failing"
    mended: bool = False

    def evolve(self, row: int | None, record: Record) -> int:
        if not self.mended and dict(record.event.data).get("bad"):
            raise KeyError
        return Counting.evolve(self, row, record)


# Who waits for whom


def test_a_question_does_not_wait_for_a_checkpoint_that_waits_to_write(
    flow: df.DealFlow, file: Path, monkeypatch: pytest.MonkeyPatch, threads: ThreadPoolExecutor
) -> None:
    line = deal(flow)
    view = Counting().view()
    note(flow, line, n=1)
    flow.rows(view)
    keep, begun = flow.journal.keep, Event()

    def keeping(savings: Sequence[Any]) -> bool:
        begun.set()
        return keep(savings)

    monkeypatch.setattr(flow.journal, "keep", keeping)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        saved = threads.submit(flow.checkpoint, view)
        assert begun.wait(SOON)
        assert threads.submit(flow.rows, view).result(SOON) == {line: 1}
        assert not saved.done()
        other.execute("ROLLBACK")
    saved.result(SOON)
    assert [one.rows for one in flow.checkpoints()] == [1]


def test_a_question_does_not_wait_for_the_first_fold_of_another_view(
    flow: df.DealFlow, threads: ThreadPoolExecutor
) -> None:
    line = deal(flow)
    note(flow, line, n=1)
    flow.rows(BOOK)
    begun, go_on = Event(), Event()
    folded = []

    def slow(_: int | None, record: Record) -> int:
        begun.set()
        assert go_on.wait(SOON)
        folded.append(record.position)
        return len(folded)

    view = attrs.evolve(Counting("slow").view(), evolve=slow)
    first = [threads.submit(flow.rows, view) for _ in range(2)]
    assert begun.wait(SOON)
    try:
        note(flow, line, n=2)
        assert in_order(threads.submit(flow.rows, BOOK).result(SOON)) == plainly_from(BOOK, flow.journal)
    finally:
        go_on.set()
    assert [one.result(SOON) for one in first] == [{line: 2}, {line: 2}]
    assert len(folded) == 2  # by one of the two who asked


def test_what_changed_while_rows_are_written_is_written_the_next_time(
    flow: df.DealFlow, monkeypatch: pytest.MonkeyPatch, threads: ThreadPoolExecutor
) -> None:
    lines = [deal(flow) for _ in range(2)]
    view = Counting().view()
    flow.checkpoint(view)
    keep = flow.journal.keep
    written: list[list[UUID]] = []

    def keeping(savings: Sequence[Any]) -> bool:
        if not written:
            note(flow, lines[1], n=1)
            assert threads.submit(flow.rows, view).result(SOON) == {lines[0]: 1, lines[1]: 1}
        written.append([row.key for row in savings[0].rows])
        return keep(savings)

    monkeypatch.setattr(flow.journal, "keep", keeping)
    note(flow, lines[0], n=1)
    flow.checkpoint(view)
    flow.checkpoint(view)
    assert written == [[lines[0]], [lines[1]]]
    assert df.DealFlow(flow.journal).rows(view) == {lines[0]: 1, lines[1]: 1}


def test_what_could_not_be_written_is_written_the_next_time(flow: df.DealFlow, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [deal(flow) for _ in range(2)]
    view = Counting().view()
    flow.checkpoint(view)
    keep = flow.journal.keep
    written: list[list[UUID]] = []

    def keeping(savings: Sequence[Any]) -> bool:
        written.append([row.key for row in savings[0].rows])
        if len(written) == 1:
            raise StoreUnavailable
        return keep(savings)

    monkeypatch.setattr(flow.journal, "keep", keeping)
    note(flow, lines[0], n=1)
    with pytest.raises(StoreUnavailable):
        flow.checkpoint(view)
    note(flow, lines[1], n=1)
    flow.checkpoint(view)
    assert written == [[lines[0]], sorted(lines)]
    assert df.DealFlow(flow.journal).rows(view) == {lines[0]: 1, lines[1]: 1}


@pytest.mark.parametrize("where", ["keys", "evolve"])
def test_a_view_that_asks_the_flow_is_told_so(flow: df.DealFlow, where: str) -> None:
    note(flow, deal(flow), n=1)

    def asking(*_: Any) -> Any:
        asks: list[Callable[[], Any]] = [
            flow.funnel,
            lambda: flow.rows(BOOK, known=DAY),
            lambda: flow.checkpoint(BOOK),
            lambda: flow.drop_checkpoint("test.book", 1),
        ]
        for ask in asks:
            with pytest.raises(RuntimeError, match="keys and evolve look at their row and record alone"):
                ask()
        return (ALL,) if where == "keys" else 1

    view: View[Any] = Counting().view()
    view = attrs.evolve(view, keys=asking) if where == "keys" else attrs.evolve(view, evolve=asking)
    assert len(flow.rows(view)) == len(flow.rows(view, known=datetime(2027, 1, 1, tzinfo=UTC))) == 1
    assert flow.funnel().deals == 1


# What is read


def test_a_view_that_is_up_to_date_is_not_read_for_again(flow: df.DealFlow, monkeypatch: pytest.MonkeyPatch) -> None:
    line = deal(flow)
    first, second, third = (
        View(f"test.{cls.__name__}", 1, frozenset({cls}), lambda one: (one.stream,), lambda row, _: (row or 0) + 1)
        for cls in (Noted, DealOpened, DealRenamed)
    )
    assert flow.rows(first) == {}
    there = flow.journal.head()
    note(flow, line, n=1)
    flow.rows(second)
    head = flow.journal.head()
    read = flow.journal.read
    reads: list[tuple[int, int | None, Collection[type] | None]] = []

    def reading(after: int = 0, **asked: Any) -> Iterator[Record]:
        reads.append((after, asked["up_to"], asked["names"]))
        return read(after, **asked)

    monkeypatch.setattr(flow.journal, "read", reading)
    assert flow.rows_of(second, third) == ({line: 1}, {})
    assert reads == [(0, head, third.reads)]
    reads.clear()
    assert flow.rows_of(first, second, third) == ({line: 1}, {line: 1}, {})
    assert reads == [(there, head, first.reads)]
    reads.clear()
    flow.rows_of(first, second, third)
    assert reads == []


def test_views_that_stand_apart_are_read_for_from_where_each_stands(
    flow: df.DealFlow, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = deal(flow)
    notes = Counting().view()
    flow.rows(notes)
    there = flow.journal.head()
    note(flow, line, n=1)
    flow.rows(PIPELINE)
    here = flow.journal.head()
    note(flow, line, n=2)
    head = flow.journal.head()
    read = flow.journal.read
    reads: list[Any] = []

    def reading(after: int = 0, **asked: Any) -> Iterator[Record]:
        reads.append((after, asked["up_to"], asked["names"]))
        return read(after, **asked)

    monkeypatch.setattr(flow.journal, "read", reading)
    assert flow.rows_of(PIPELINE, notes)[1] == {line: 2}
    assert reads == [(there, here, notes.reads), (here, head, notes.reads | PIPELINE.reads)]


def test_however_many_corrections_come_the_stale_rows_are_folded_once(
    flow: df.DealFlow, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [deal(flow) for _ in range(3)]
    told = [note(flow, line, n=number) for number in range(3) for line in lines]
    for one in told[:6]:
        flow.do(df.CorrectRecord(one.version, "typed wrong"), by="li", on=one.stream, at=DAY)
    streams = flow.journal.streams
    reads = []

    def reading(asked: Iterable[UUID]) -> tuple[Record, ...]:
        reads.append(set(asked))
        return streams(reads[-1])

    monkeypatch.setattr(flow.journal, "streams", reading)
    monkeypatch.setattr(runner, "PAGE", 1)
    counting = Counting()
    assert flow.rows(attrs.evolve(counting.view(), keys=lambda _: (ALL,))) == {ALL: 3}
    assert reads == [set(lines), set()]
    assert counting.folded == 9 + 3


# What goes wrong


def test_a_view_that_fails_costs_the_others_nothing(flow: df.DealFlow) -> None:
    line = deal(flow)
    counting = good, bad, late = Counting("good"), Failing(), Counting("late")
    views = [one.view() for one in counting]
    note(flow, line, n=1)
    flow.rows_of(*views[:2])
    note(flow, line, bad=True)
    for _ in range(2):
        with pytest.raises(KeyError):
            flow.rows_of(*views)
    bad.mended = True
    assert flow.rows_of(*views) == ({line: 2}, {line: 2}, {line: 2})
    assert (good.folded, late.folded) == (2, 2)


def test_a_correction_is_not_lost_where_another_view_fails_after_it(
    flow: df.DealFlow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "PAGE", 1)
    line = deal(flow)
    counting = Counting()
    good, bad = counting.view(), Failing().view()
    told = note(flow, line, n=1)
    flow.rows_of(good, bad)
    flow.do(df.CorrectRecord(told.version, "typed wrong"), by="li", on=line, at=DAY)
    note(flow, line, bad=True)
    with pytest.raises(KeyError):
        flow.rows_of(bad, good)
    note(flow, line, n=3)
    assert flow.rows(good) == {line: 2}
    assert counting.folded == 1 + 2


def test_a_checkpoint_that_cannot_be_read_costs_the_other_views_nothing(flow: df.DealFlow) -> None:
    note(flow, deal(flow), n=1)
    counting = Counting()
    view = counting.view()
    flow.rows(view)
    df.DealFlow(flow.journal).checkpoint(BOOK)
    with pytest.raises(UnreadableRow):
        flow.rows_of(view, attrs.evolve(BOOK, row=int))
    flow.rows(view)
    assert counting.folded == 1


@pytest.mark.parametrize("key", [None, 7, "acme"])
def test_a_key_that_is_no_uuid_is_refused_at_the_first_fold(flow: df.DealFlow, key: Any) -> None:
    told = note(flow, deal(flow), n=1)
    view: View[int] = attrs.evolve(Counting().view(), keys=lambda one: (one.stream, key))
    with pytest.raises(
        NotAKey, match=rf"'test.counting' gave {key!r} as the key .* record {told.position}: .*derived_id"
    ):
        flow.rows(view)


def test_a_record_that_cannot_be_read_troubles_no_view_that_does_not_read_it(flow: df.DealFlow, file: Path) -> None:
    line = deal(flow)
    note(flow, line, n=1)
    with closing(sqlite3.connect(file)) as newer, newer:
        newer.execute(
            """INSERT INTO records
                (stream, name, version, schema, data, deals, occurred_from, occurred_to, recorded_at, "by")
            SELECT ?, 'deal.of-the-future', 1, 1, data, deals, occurred_from, occurred_to, recorded_at, "by"
            FROM records LIMIT 1""",
            (ALL.bytes,),
        )
    view = Counting().view()
    for _ in range(2):
        assert flow.rows(view) == {line: 1}


# A journal that was put back


@pytest.mark.parametrize("more", [0, 1, 5])
def test_rows_of_a_journal_that_was_put_back_are_begun_anew(
    flow: df.DealFlow, file: Path, tmp_path: Path, more: int
) -> None:
    """It ends before where the rows stood, just there, or beyond."""
    ours, theirs = account(flow), account(flow)
    with closing(sqlite3.connect(file)) as now, closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        now.backup(copy)
        note(flow, ours, n=1)
        flow.rows(BOOK)
        copy.backup(now)
    for number in range(more):
        note(flow, theirs, n=number)
    assert in_order(flow.rows(BOOK)) == plainly_from(BOOK, flow.journal)
    assert ours not in flow.rows(Counting().view())


# Letting go


def test_a_checkpoint_that_is_dropped_leaves_no_rows_in_memory(flow: df.DealFlow) -> None:
    note(flow, deal(flow), n=1)
    counting = Counting()
    view = counting.view()
    flow.checkpoint(view)
    assert flow.drop_checkpoint("test.counting", 1)
    flow.rows(view)
    assert counting.folded == 2
    assert not flow.drop_checkpoint("test.counting", 1)
    flow.rows(view)
    assert counting.folded == 3
