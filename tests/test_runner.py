from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import attrs
import pytest

import dealflow as df
from dealflow import runner
from dealflow.domain.deal import DealValued
from dealflow.domain.noun import Noted
from dealflow.domain.personal import Personal
from dealflow.interchange.mapped import import_csv
from dealflow.journal import Record
from dealflow.projections import View
from dealflow.projections.pipeline import PIPELINE
from dealflow.projections.playbooks import PLAYBOOKS
from dealflow.store.checkpoint import Checkpoint, RowCodec
from dealflow.store.errors import UnreadableRow, Unstorable
from tests.clock import Clock
from tests.data import ROOT, data
from tests.views import BOOK, Fact, in_order, plainly_from

DAY = date(2026, 1, 5)
VIEWS: Sequence[View[Any]] = (PIPELINE, PLAYBOOKS, BOOK)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[[], df.DealFlow]]:
    """Open one more handle on the same file, with nothing at hand."""
    handles: list[df.DealFlow] = []
    clock = Clock()

    def opened() -> df.DealFlow:
        handles.append(df.DealFlow.open(f"sqlite:///{tmp_path / 'pipeline.db'}", clock=clock))
        return handles[-1]

    yield opened
    for flow in handles:
        flow.close()


@pytest.fixture
def flow(opened: Callable[[], df.DealFlow]) -> df.DealFlow:
    return opened()


def account(flow: df.DealFlow) -> UUID:
    return flow.do(df.RegisterAccount("Acme"), by="li", at=DAY).stream


def deal(flow: df.DealFlow, of: UUID | None = None) -> UUID:
    return flow.do(df.OpenDeal(of or account(flow), "Line 4"), by="li", at=DAY).stream


def note(flow: df.DealFlow, on: UUID, **data: Any) -> Record:
    return flow.do(df.Note("test.fact", data), by="li", on=on, at=DAY).records[0]


@attrs.define
class Counting:
    """A view that counts the records it is given, and how often it was."""

    name: str = "test.counting"
    folded: int = 0
    version: int = 1

    def view(self) -> View[int]:
        return View(self.name, self.version, frozenset({Noted}), lambda one: (one.stream,), self.evolve, int)

    def evolve(self, row: int | None, _: Record) -> int:
        self.folded += 1
        return (row or 0) + 1


# What is seen


def test_ones_own_writes_are_seen_at_once(flow: df.DealFlow) -> None:
    line = deal(flow)
    assert list(flow.rows(PIPELINE)) == [line]
    flow.do(df.RenameDeal("Line 5"), by="li", on=line, at=DAY)
    assert [one.value for one in flow.rows(PIPELINE)[line].titles] == ["Line 5"]


def test_the_writes_of_others_are_seen_at_once(flow: df.DealFlow, opened: Callable[[], df.DealFlow]) -> None:
    other = opened()
    assert flow.rows(PIPELINE) == {}
    line = deal(other)
    assert list(flow.rows(PIPELINE)) == [line]


def test_rows_handed_out_do_not_change(flow: df.DealFlow) -> None:
    deal(flow)
    rows = flow.rows(PIPELINE)
    deal(flow)
    assert (len(rows), len(flow.rows(PIPELINE))) == (1, 2)
    with pytest.raises(TypeError):
        rows[UUID(int=1)] = rows[next(iter(rows))]  # type: ignore[index]


def test_what_was_folded_is_not_folded_again(flow: df.DealFlow) -> None:
    line = deal(flow)
    counting = Counting()
    view = counting.view()
    for told in range(1, 4):
        note(flow, line, n=told)
        assert flow.rows(view) == {line: told}
    assert counting.folded == 3


def test_views_that_stand_apart_go_forward_together_each_from_where_it_stood(flow: df.DealFlow) -> None:
    line = deal(flow)
    far, near = Counting("far"), Counting("near")
    views = far.view(), near.view()
    note(flow, line, n=1)
    flow.rows(views[0])
    note(flow, line, n=2)
    assert flow.rows_of(*views) == ({line: 2}, {line: 2})
    assert (far.folded, near.folded) == (2, 2)


def test_several_views_stand_at_one_position(flow: df.DealFlow) -> None:
    line = deal(flow)
    first, twice, second = flow.rows_of(BOOK, PIPELINE, BOOK)
    assert first == second == flow.rows(BOOK)
    assert list(twice) == [line]
    assert flow.rows_of() == ()


def test_rows_as_known_are_those_of_the_prefix_and_leave_the_live_ones_alone(flow: df.DealFlow) -> None:
    line = deal(flow)
    early = note(flow, line, n=1)
    note(flow, line, n=2)
    counting = Counting()
    view = counting.view()
    assert flow.rows(view) == {line: 2}
    assert flow.rows(view, known=early.recorded_at) == {line: 1}
    assert flow.rows_of(view, view, known=early.recorded_at - timedelta(microseconds=1)) == ({}, {})
    assert flow.rows(view) == {line: 2}
    assert counting.folded == 3


def test_pages_are_short_or_long(flow: df.DealFlow, monkeypatch: pytest.MonkeyPatch) -> None:
    line = deal(flow)
    told = [note(flow, line, n=number) for number in range(10)]
    flow.do(df.CorrectRecord(told[3].version, "typed wrong"), by="li", on=line, at=DAY)
    note(flow, line, n=11)
    pages = []
    for size in (1, 2, 3, 100):
        monkeypatch.setattr(runner, "PAGE", size)
        pages.append(in_order(df.DealFlow(flow.journal).rows(BOOK)))
    assert pages == [plainly_from(BOOK, flow.journal)] * 4


def test_threads_share_one_handle(flow: df.DealFlow) -> None:
    lines = [deal(flow) for _ in range(4)]

    def busy(line: UUID) -> None:
        for number in range(1, 11):
            note(flow, line, n=number)
            book, pipeline = flow.rows_of(BOOK, PIPELINE)
            assert sum("test.fact" in one.said for one in book[line]) == number
            assert set(pipeline) == set(lines)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(busy, lines))
    assert in_order(flow.rows(BOOK)) == plainly_from(BOOK, flow.journal)


def test_another_view_of_the_same_name_and_version_is_folded_from_nothing(flow: df.DealFlow) -> None:
    line = deal(flow)
    note(flow, line, n=1)
    ones, others = Counting(), Counting()
    one, other = ones.view(), attrs.evolve(others.view(), evolve=lambda _, record: 10 * record.version)
    assert flow.rows(one) == {line: 1}
    flow.checkpoint(one)
    assert flow.rows(other) == {line: 20}
    assert flow.rows(one) == {line: 1}
    flow.rows(other)
    flow.checkpoint(other)
    assert df.DealFlow(flow.journal).rows(other) == {line: 20}


def test_two_views_of_one_name_and_version_are_not_asked_at_once(flow: df.DealFlow) -> None:
    one, other = Counting().view(), Counting().view()
    for ask in (flow.rows_of, flow.checkpoint):
        with pytest.raises(ValueError, match=r"two views are called 'test.counting', version 1: give one"):
            ask(one, other)


def test_a_view_that_fails_is_folded_from_nothing_the_next_time(flow: df.DealFlow) -> None:
    line = deal(flow)
    failing = True

    def evolve(row: int | None, record: Record) -> int:
        if failing and dict(record.event.data)["n"] == 3:
            raise KeyError
        return (row or 0) + 1

    view = attrs.evolve(Counting().view(), evolve=evolve)
    note(flow, line, n=1)
    assert flow.rows(view) == {line: 1}
    for number in (2, 3):
        note(flow, line, n=number)
    with pytest.raises(KeyError):
        flow.rows(view)
    failing = False
    assert flow.rows(view) == {line: 3}


def test_what_the_source_did_not_know_to_begin_is_not_known_to_any_view(flow: df.DealFlow) -> None:
    """Also where the view does not read how the stream began."""
    late, early = (datetime(2026, month, 1, tzinfo=UTC) for month in (3, 1))
    opening = df.Ask(df.OpenDeal(account(flow), "Line 4"), "li", at=DAY, source=df.Source("crm", "1", late))
    line = flow.do_all([opening])[0].stream
    flow.do(df.Note("test.fact"), by="li", on=line, at=DAY, source=df.Source("crm", "1", early))
    view = Counting().view()
    assert flow.rows(view, known=date(2026, 2, 1), knowledge="source") == {}
    assert flow.rows(view, known=date(2026, 3, 2), knowledge="source") == {line: 1}
    with pytest.raises(ValueError, match="knowledge is 'journal' or 'source'"):
        flow.rows(view, knowledge="gossip")
    with pytest.raises(ValueError, match="knowledge is 'journal' or 'source'"):
        df.DealFlow.open("memory:").rows(view, knowledge="gossip")


# Corrections and erasures


def test_a_correction_moves_a_record_to_another_row(flow: df.DealFlow) -> None:
    ours, theirs = account(flow), account(flow)
    note(flow, ours, n=1)
    line = deal(flow, ours)
    opening = flow.journal.stream(line)[0]
    assert opening.position in {one.record for one in flow.rows(BOOK)[ours]}
    moved = attrs.evolve(opening.event, account=theirs)
    flow.do(df.CorrectRecord(1, "the other one", moved), by="li", on=line, at=DAY)
    rows = flow.rows(BOOK)
    assert opening.position not in {one.record for one in rows[ours]}
    assert opening.position in {one.record for one in rows[theirs]}
    assert in_order(rows) == plainly_from(BOOK, flow.journal)


def test_a_correction_rebuilds_the_rows_it_touches_alone(flow: df.DealFlow) -> None:
    lines = [deal(flow) for _ in range(3)]
    told = [note(flow, line, n=number) for line in lines for number in range(2)]
    counting = Counting()
    view = counting.view()
    flow.rows(view)
    flow.do(df.CorrectRecord(told[0].version, "typed wrong"), by="li", on=lines[0], at=DAY)
    assert flow.rows(view) == {lines[0]: 1, lines[1]: 2, lines[2]: 2}
    assert counting.folded == 6 + 1


def erased(flow: df.DealFlow) -> None:
    person = flow.do(df.IdentifyStakeholder(account(flow), "COO Wang"), by="li", at=DAY).stream
    assert "Wang" in str(flow.rows(BOOK))
    flow.checkpoint(BOOK)
    flow.do(df.EraseStakeholder("asked"), by="li", on=person, at=DAY)


def test_erased_words_leave_the_rows_at_hand_and_those_that_are_kept(
    flow: df.DealFlow, opened: Callable[[], df.DealFlow]
) -> None:
    erased(flow)
    assert flow.checkpoints() == ()
    for one in (flow, opened()):
        assert "[erased]" in str(one.rows(BOOK))
        assert "Wang" not in str(one.rows(BOOK))
    flow.checkpoint(BOOK)
    assert "Wang" not in str(flow.journal.kept("test.book", 1))


def test_erased_words_of_a_correction_leave_the_rows_too(flow: df.DealFlow) -> None:
    person = flow.do(df.IdentifyStakeholder(account(flow), "COO Wang"), by="li", at=DAY).stream
    named = flow.journal.stream(person)[0].event
    right = attrs.evolve(named, name=Personal("COO Zhao", person))
    flow.do(df.CorrectRecord(1, "misheard", right), by="li", on=person, at=DAY)
    assert "Zhao" in str(flow.rows(BOOK))
    flow.do(df.EraseStakeholder("asked"), by="li", on=person, at=DAY)
    assert "Zhao" not in str(flow.rows(BOOK))
    assert in_order(flow.rows(BOOK)) == plainly_from(BOOK, flow.journal)


def test_who_keeps_rows_while_a_person_is_erased_keeps_them_without_the_words(
    flow: df.DealFlow, opened: Callable[[], df.DealFlow], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The erasure comes after the rows were folded, and before they are written."""
    person = flow.do(df.IdentifyStakeholder(account(flow), "COO Wang"), by="li", at=DAY).stream
    other = opened()
    keep = flow.journal.keep
    meanwhile = [lambda: other.do(df.EraseStakeholder("asked"), by="li", on=person, at=DAY)]

    def keeping(savings: Sequence[Any]) -> bool:
        if meanwhile:
            meanwhile.pop()()
        return keep(savings)

    monkeypatch.setattr(flow.journal, "keep", keeping)
    flow.checkpoint(BOOK)
    assert "Wang" not in str(flow.journal.kept("test.book", 1))
    assert [one.position for one in flow.checkpoints()] == [flow.journal.head()]


# Checkpoints


def test_a_new_process_goes_on_from_the_checkpoint(flow: df.DealFlow, opened: Callable[[], df.DealFlow]) -> None:
    line = deal(flow)
    note(flow, line, n=1)
    flow.checkpoint(Counting().view())
    note(flow, line, n=2)
    counting = Counting()
    assert opened().rows(counting.view()) == {line: 2}
    assert counting.folded == 1
    assert flow.checkpoints() == (Checkpoint("test.counting", 1, flow.journal.head() - 1, rows=1),)


def test_asking_keeps_nothing(flow: df.DealFlow) -> None:
    deal(flow)
    flow.funnel()
    assert flow.checkpoints() == ()


def test_only_rows_that_changed_are_written_again(flow: df.DealFlow, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [deal(flow) for _ in range(3)]
    for line in lines:
        note(flow, line, n=1)
    view = Counting().view()
    kept: list[tuple[bool, list[UUID]]] = []
    keep = flow.journal.keep

    def keeping(savings: Sequence[Any]) -> bool:
        kept.extend((one.whole, [row.key for row in one.rows]) for one in savings)
        return keep(savings)

    monkeypatch.setattr(flow.journal, "keep", keeping)
    flow.checkpoint(view)
    note(flow, lines[1], n=2)
    flow.checkpoint(view)
    flow.checkpoint(view)
    resumed = df.DealFlow(flow.journal)
    note(flow, lines[2], n=2)
    resumed.checkpoint(view)
    assert kept == [(True, lines), (False, [lines[1]]), (False, [lines[2]])]
    assert df.DealFlow(flow.journal).rows(view) == {lines[0]: 1, lines[1]: 2, lines[2]: 2}


def test_a_row_that_vanished_vanishes_from_the_checkpoint(flow: df.DealFlow) -> None:
    line = deal(flow)
    told = note(flow, line, n=1)
    view = Counting().view()
    flow.checkpoint(view)
    flow.do(df.CorrectRecord(told.version, "of another"), by="li", on=line, at=DAY)
    flow.checkpoint(view)
    assert [one.rows for one in flow.checkpoints()] == [0]
    assert df.DealFlow(flow.journal).rows(view) == flow.rows(view) == {}


def test_two_who_keep_in_turns_never_mix_their_rows(flow: df.DealFlow, opened: Callable[[], df.DealFlow]) -> None:
    other = opened()
    line = deal(flow)
    for number in range(6):
        note(flow, line if number % 2 else deal(flow), n=number)
        (flow, other)[number % 3 % 2].checkpoint(*VIEWS)
        for view in VIEWS:
            kept = opened()
            assert in_order(kept.rows(view)) == plainly_from(view, flow.journal)


def test_two_who_keep_at_once_never_mix_their_rows(flow: df.DealFlow, opened: Callable[[], df.DealFlow]) -> None:
    lines = [deal(flow) for _ in range(3)]
    handles = [opened() for _ in lines]

    def busy(which: int) -> None:
        for number in range(8):
            note(handles[which], lines[which], n=number)
            handles[which].checkpoint(BOOK, PIPELINE)

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(busy, range(3)))
    for view in (BOOK, PIPELINE):
        assert in_order(opened().rows(view)) == plainly_from(view, flow.journal)
    assert {one.position for one in flow.checkpoints()} == {flow.journal.head()}


def test_who_is_behind_keeps_nothing(
    flow: df.DealFlow, opened: Callable[[], df.DealFlow], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = opened()
    line = deal(flow)
    flow.checkpoint(BOOK)
    note(other, line, n=1)
    other.checkpoint(BOOK)
    monkeypatch.setattr(flow.journal, "head", lambda: other.journal.head() - 1)  # as it was a moment ago
    flow.checkpoint(BOOK)
    assert [one.position for one in flow.checkpoints()] == [other.journal.head()]
    assert df.DealFlow(flow.journal).rows(BOOK) == flow.rows(BOOK) != other.rows(BOOK)


def test_a_checkpoint_can_be_dropped(flow: df.DealFlow) -> None:
    deal(flow)
    flow.checkpoint(PIPELINE, BOOK)
    assert flow.drop_checkpoint("pipeline", PIPELINE.version)
    assert not flow.drop_checkpoint("pipeline", PIPELINE.version)
    assert [one.name for one in flow.checkpoints()] == ["test.book"]


def test_two_versions_are_asked_and_kept_side_by_side(flow: df.DealFlow) -> None:
    line = deal(flow)
    note(flow, line, n=1)
    old = Counting().view()
    new = attrs.evolve(Counting(version=2).view(), evolve=lambda _, record: record.version)
    assert flow.rows_of(old, new) == ({line: 1}, {line: 2})
    flow.checkpoint(old, new)
    assert [(one.name, one.version) for one in flow.checkpoints()] == [("test.counting", 1), ("test.counting", 2)]
    assert df.DealFlow(flow.journal).rows_of(old, new) == ({line: 1}, {line: 2})


def test_a_view_without_a_type_of_row_cannot_be_kept(flow: df.DealFlow) -> None:
    deal(flow)
    with pytest.raises(Unstorable, match=r"rows of the view 'test.book' have no type: give the view row="):
        flow.checkpoint(PIPELINE, attrs.evolve(BOOK, row=None))
    assert flow.checkpoints() == ()


def test_a_view_that_lost_its_type_of_row_is_folded_from_the_journal(flow: df.DealFlow) -> None:
    deal(flow)
    flow.checkpoint(BOOK)
    assert df.DealFlow(flow.journal).rows(attrs.evolve(BOOK, row=None)) == flow.rows(BOOK)


@attrs.frozen
class Longer:
    """`Fact`, with a field that came later."""

    record: int
    happened: datetime
    said: str
    more: str = "nothing"


@pytest.mark.parametrize("row", [tuple[Longer, ...], tuple[int, ...], DealValued, None | tuple[Fact, ...]])
def test_a_row_of_another_shape_is_an_error_with_what_to_do(flow: df.DealFlow, row: Any) -> None:
    deal(flow)
    flow.checkpoint(BOOK)
    changed, fresh = attrs.evolve(BOOK, row=row), df.DealFlow(flow.journal)
    if row == None | tuple[Fact, ...]:  # another type, but of the same form
        assert fresh.rows(changed) == flow.rows(BOOK)
        return
    with pytest.raises(UnreadableRow, match=r"'test.book', version 1, .* or forget .* drop_checkpoint\('test.book', 1"):
        fresh.rows(changed)
    assert fresh.rows(attrs.evolve(changed, version=2)) == flow.rows(BOOK)


@pytest.mark.parametrize(
    ("row", "value", "flaw"),
    [
        (int, "one", "could not be read back"),
        (list[int], (1, 2), "would be read back as another"),
        (Any, Fact(1, datetime(2026, 1, 1, tzinfo=UTC), "x"), "would be read back as another"),
        (dict[UUID, int], {UUID(int=1): 2}, "could not be read back: Only dicts with str keys"),
        (float, float("nan"), "could not be read back"),
        (float, 3, "would be read back as another"),
        (tuple[float, ...], (1.5, 3), "would be read back as another"),
        (str, df.Channel.VISIT, "would be read back as another"),
        (frozenset[str], frozenset({df.Channel.VISIT}), "would be read back as another"),
        (dict[str, int], {df.Channel.VISIT: 1}, "would be read back as another"),
        (dict[str, int], Counter("a"), "would be read back as another"),
        (datetime, datetime(2026, 7, 1, tzinfo=ZoneInfo("Europe/Vienna")), "would be read back as another"),
        (tuple[Fact], (Fact(1, datetime(2026, 1, 1, tzinfo=ZoneInfo("UTC")), "x"),), "would be read back as another"),
        (Any, object(), "object is no plain value"),
    ],
)
def test_a_row_that_would_not_be_read_back_is_not_kept(row: Any, value: Any, flaw: str) -> None:
    with pytest.raises(Unstorable, match=f"row of the view 'x' .*{flaw}"):
        RowCodec("x", 1, row).encode(value)


def test_a_mapping_that_cannot_be_changed_is_kept_as_a_mapping() -> None:
    codec = RowCodec("x", 1, Mapping[str, frozenset[int]])
    row = MappingProxyType({"b": frozenset({2, 1}), "a": frozenset[int]()})
    assert codec.encode(row) == b'{"a":[],"b":[1,2]}'
    assert codec.decode(codec.encode(row)) == row


def test_a_type_of_row_that_cannot_be_kept_is_refused(flow: df.DealFlow) -> None:
    with pytest.raises(Unstorable, match=r"rows of the view 'test.book' cannot be kept as"):
        flow.checkpoint(attrs.evolve(BOOK, row=dict[tuple[int, int] | list[int], str] | dict[str, int]))


def test_the_rows_of_an_import_are_kept_as_they_are(opened: Callable[[], df.DealFlow]) -> None:
    flow = opened()
    import_csv(flow, data("leadforge_s42_400"), ROOT / "examples" / "leadforge" / "mapping.toml")
    rows = flow.rows_of(*VIEWS)
    assert all(rows)
    for view, told in zip(VIEWS, rows, strict=True):
        codec = RowCodec(view.name, view.version, view.row)
        assert all(repr(codec.decode(codec.encode(row))) == repr(row) for row in told.values())
    flow.checkpoint(*VIEWS)
    assert opened().rows_of(*VIEWS) == rows
    assert opened().funnel() == flow.funnel()
