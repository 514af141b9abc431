from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import attrs
import pytest

from dealflow.domain.noun import Noted
from dealflow.domain.timeline import known_by
from dealflow.journal import Record, Source, When
from tests.examples import example
from tests.scenario import record

DAY = datetime(2026, 1, 5, tzinfo=UTC)


def told(version: int, known: datetime) -> Record:
    source = Source("crm", "1", known)
    return attrs.evolve(record(version, Noted("test.fact"), example(When)), source=source)


def test_what_was_known_is_found_without_reading_on() -> None:
    def records() -> Iterator[Record]:
        yield told(1, DAY)
        yield told(2, DAY + timedelta(days=1))
        yield told(3, DAY)
        raise AssertionError

    heard = iter(known_by(records(), DAY, "source"))
    assert [next(heard).version for _ in range(2)] == [1, 3]


def test_a_stream_whose_beginning_was_not_known_is_not_known() -> None:
    late = DAY + timedelta(days=1)
    assert list(known_by([told(1, late), told(2, DAY)], DAY, "source")) == []


def test_knowledge_is_somebodys_before_anything_is_read() -> None:
    with pytest.raises(ValueError, match="knowledge is 'journal' or 'source', not 'gossip'"):
        known_by(iter(()), None, "gossip")
