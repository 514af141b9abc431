import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import attrs
import msgspec
import pytest

from dealflow.domain.noun import Corrected
from dealflow.journal import Source
from dealflow.store import Journal, Remembered, open_journal
from dealflow.store.errors import BadLine, CommandDone, NotEmpty
from dealflow.store.jsonl import read_header, read_jsonl, write_jsonl
from tests.clock import Clock
from tests.examples import EVENTS, example
from tests.store.contract import DEAL, FULL, GRADED, PERSON, THEN, entries, entry


@pytest.fixture
def journal(clock: Clock) -> Iterator[Journal]:
    with open_journal("memory:", zone="Asia/Shanghai", clock=clock) as journal:
        yield journal


@pytest.fixture
def another(clock: Clock) -> Iterator[Journal]:
    with open_journal("memory:", zone="Asia/Shanghai", clock=clock) as journal:
        yield journal


def exported(journal: Journal) -> list[str]:
    stream = io.StringIO()
    write_jsonl(journal, stream)
    return stream.getvalue().splitlines(keepends=True)


def told(journal: Journal) -> None:
    """Record a little of everything an envelope can hold."""
    journal.append([FULL, entry(2, Corrected(1, GRADED, None, "typo")), entry(1, stream=PERSON)], {"c-1": "digest"})
    journal.append([entry(3, command_id="c-2", source=Source("crm", "18"))], {"c-2": "digest"})


# There and back


def test_a_journal_read_in_is_the_journal_written_out(journal: Journal, another: Journal) -> None:
    told(journal)
    journal.append([entry(version, example(cls)) for version, cls in enumerate(EVENTS, start=4)])
    lines = exported(journal)
    read_jsonl(lines, another)
    assert tuple(another.read()) == tuple(journal.read())
    assert list(another.stored()) == list(journal.stored())
    assert list(another.remembered()) == list(journal.remembered())
    assert exported(another) == lines


def test_holes_between_positions_and_hashes_are_kept(journal: Journal, another: Journal) -> None:
    journal.append(entries((1, 2)))
    kept = [attrs.evolve(one, position=one.position * 10, hash=b"\x00\xff") for one in journal.stored()]
    with open_journal("memory:", zone="Asia/Shanghai") as holed:
        holed.restore(kept, [("c-1", Remembered("digest", (10,)))])
        read_jsonl(exported(holed), another)
    assert list(another.stored()) == kept


def test_an_empty_journal_is_exported_too(journal: Journal, another: Journal) -> None:
    assert exported(journal) == [
        '{"format":"dealflow-journal","version":1,"zone":"Asia/Shanghai"}\n',
        '{"line":"end","records":0,"commands":0}\n',
    ]
    read_jsonl(exported(journal), another)
    assert another.head() == 0


def test_a_command_asked_again_after_an_import_is_known(journal: Journal, another: Journal) -> None:
    told(journal)
    read_jsonl(exported(journal), another)
    with pytest.raises(CommandDone):
        another.append([entry(4, command_id="c-2")], {"c-2": "digest"})


def test_a_line_says_all_there_is_to_a_record(journal: Journal, clock: Clock) -> None:
    journal.append([FULL], {"c-1": "digest"})
    _, record, command, end = exported(journal)
    assert msgspec.json.decode(record) == {
        "line": "record",
        "position": 1,
        "stream": str(FULL.stream),
        "version": 1,
        "account": str(FULL.account),
        "deals": [str(deal) for deal in FULL.deals],
        "occurred_from": "2025-01-25T08:30:00.000250Z",
        "occurred_to": "2026-03-02T08:30:00.000251Z",
        "recorded_at": clock.now.isoformat().replace("+00:00", "Z"),
        "by": "李伟",
        "command_id": "c-1",
        "cause": 7,
        "source": {"system": "crm", "key": "opp:17", "recorded_at": "2026-03-01T08:30:00.000250Z", "by": "anna"},
        "name": "deal.priced",
        "schema": 1,
        "data": {"amount": {"amount": "1000.10", "currency": "CNY"}},
        "hash": None,
    }
    assert msgspec.json.decode(command) == {
        "line": "command",
        "command_id": "c-1",
        "digest": "digest",
        "positions": [1],
    }
    assert msgspec.json.decode(end) == {"line": "end", "records": 1, "commands": 1}


def test_what_is_added_while_writing_is_left_out(journal: Journal, another: Journal) -> None:
    class Busy(io.StringIO):
        def write(self, text: str) -> int:
            if '"position":1,' in text:
                journal.append([entry(3, command_id="late")], {"late": "digest"})
            return super().write(text)

    journal.append(entries((1, 2)))
    stream = Busy()
    write_jsonl(journal, stream)
    read_jsonl(stream.getvalue().splitlines(), another)
    assert (another.head(), another.command("late")) == (2, None)


def test_progress_is_told(journal: Journal) -> None:
    journal.append(entries(range(1, 2501)))
    seen = []
    write_jsonl(journal, io.StringIO(), progress=lambda done, last: seen.append((done, last)))
    assert seen == [(1000, 2500), (2000, 2500), (2500, 2500)]


def test_the_header_says_which_zone_to_begin_a_journal_in(journal: Journal) -> None:
    assert read_header(exported(journal)[0]).zone == "Asia/Shanghai"


# What cannot be read in


def test_an_import_needs_an_empty_journal(journal: Journal, another: Journal) -> None:
    told(journal)
    another.append([entry()])
    with pytest.raises(NotEmpty, match="up to position 1 already"):
        read_jsonl(exported(journal), another)
    assert another.head() == 1


def changed(number: int, **fields: Any) -> Any:
    """Return what changes fields of one line of an export, counted from 1."""

    def change(lines: list[str]) -> list[str]:
        line = {**msgspec.json.decode(lines[number - 1]), **fields}
        return [*lines[: number - 1], msgspec.json.encode(line).decode(), *lines[number:]]

    return change


EARLIER = (THEN - timedelta(days=365)).isoformat()

# An export of `told`: the header, records in lines 2 to 5, command ids in 6 and 7, the end in 8.
BROKEN = {
    "no header": (lambda lines: lines[:0], "line 1: expected the header of an export"),
    "a record for a header": (lambda lines: lines[1:], "line 1: expected the header of an export"),
    "another format": (changed(1, format="theirs"), "line 1: expected the format 'dealflow-journal', found 'theirs'"),
    "a newer format": (changed(1, version=2), "line 1: expected version 1 of the format, found 2: upgrade dealflow"),
    "another zone": (changed(1, zone="UTC"), "line 1: expected the journal's zone Asia/Shanghai, found UTC: begin a"),
    "no JSON": (lambda lines: [*lines[:2], "{", *lines[3:]], "line 3: expected a record, a command id or the end"),
    "an empty line": (lambda lines: [*lines[:2], "\n", *lines[2:]], "line 3: expected a record, a command id or the"),
    "an unknown line": (changed(3, line="remark"), "line 3: expected a record, a command id or the end"),
    "an unknown field": (changed(3, remark="?"), "line 3: expected a record, .*unknown field `remark`"),
    "a field of another type": (changed(3, version="2"), "line 3: expected a record, .*Expected `int`, got `str`"),
    "a time without offset": (changed(3, recorded_at="2026-06-01T09:00:00"), "line 3: expected a record, .* timezone"),
    "a position twice": (changed(3, position=1), "line 3: expected a position after 1, found 1"),
    "a version twice": (changed(3, version=1), f"line 3: expected version 2 of stream {DEAL}, found 1"),
    "a version left out": (changed(3, version=3), f"line 3: expected version 2 of stream {DEAL}, found 3"),
    "a clock that goes back": (
        changed(5, recorded_at=EARLIER),
        "line 5: expected a recorded_at from .* on, found 2025",
    ),
    "an end before its beginning": (changed(3, occurred_to=EARLIER), "line 3: expected an occurred_to from 2026"),
    "an unknown event": (changed(3, name="deal.dreamt-of"), "line 3: expected an event .* upgrade dealflow"),
    "a newer event": (changed(3, schema=2), "line 3: expected an event .* reads schemas 1 to 1; upgrade dealflow"),
    "a damaged event": (changed(3, data={}), "line 3: expected an event .* its data is damaged"),
    "a damaged hash": (changed(3, hash="xyz"), "line 3: expected an event and a hash that can be read"),
    "a command id twice": (changed(7, command_id="c-1"), "line 7: expected a command id after 'c-1', found 'c-1'"),
    "a command of the future": (changed(7, positions=[5]), "line 7: expected positions up to 4"),
    "a record after the command ids": (
        lambda lines: [*lines[:6], lines[1], *lines[6:]],
        "line 7: expected a command id or the end, found a record",
    ),
    "cut short in the records": (
        lambda lines: lines[:3],
        "line 4: expected .*, found nothing: the export is cut short",
    ),
    "cut short before the end": (
        lambda lines: lines[:7],
        "line 8: expected .*, found nothing: the export is cut short",
    ),
    "a record left out": (lambda lines: [*lines[:4], *lines[5:]], "line 6: expected positions up to 3"),
    "a command id left out": (lambda lines: [*lines[:5], *lines[6:]], "line 7: expected 4 records and 2 command ids"),
    "more after the end": (lambda lines: [*lines, lines[-1]], "line 9: expected nothing after the end"),
}


@pytest.mark.parametrize(("change", "why"), BROKEN.values(), ids=BROKEN)
def test_a_line_that_is_wrong_is_named_and_nothing_is_imported(
    journal: Journal, another: Journal, change: Any, why: str
) -> None:
    told(journal)
    with pytest.raises(BadLine, match=why) as caught:
        read_jsonl(change(exported(journal)), another)
    assert str(caught.value).startswith(f"line {caught.value.line}: ")
    assert str(caught.value).endswith("nothing was imported")
    assert (another.head(), list(another.remembered())) == (0, [])


def test_what_is_no_text_is_named(journal: Journal, another: Journal) -> None:
    told(journal)
    data = "".join(exported(journal)).encode().replace("李伟".encode(), b"\xff\xfe")
    lines = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8")
    with pytest.raises(BadLine, match="expected UTF-8"):
        read_jsonl(lines, another)
    assert another.head() == 0
