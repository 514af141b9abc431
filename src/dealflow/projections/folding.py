"""Folding: the rows of a view, brought forward from one position of the journal to the next.

The only mutable loop. It reads nothing itself: it is given the records that come next, and a
function that returns whole streams, which it asks only where a correction made rows stale.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Generic, TypeVar
from uuid import UUID

import attrs

from dealflow.domain.noun import Corrected, corrected
from dealflow.domain.timeline import by_stream
from dealflow.journal import Record
from dealflow.projections import View

R = TypeVar("R")
Whole = Callable[[Collection[UUID]], Iterable[Record]]


@attrs.frozen
class Fed(Generic[R]):
    """A row, the position of its first record, and the streams that its records are of.

    Without a row, those records add up to none; it may come once there are more.
    """

    begun: int
    streams: frozenset[UUID]
    row: R | None


class Folding(Generic[R]):
    """The rows of one view as of *position*, in the order in which they began.

    *changed* are the keys of the rows that were folded since it was last emptied.
    """

    def __init__(self, view: View[R], position: int = 0, fed: Mapping[UUID, Fed[R]] = MappingProxyType({})) -> None:
        self.view = view
        self.position = position
        self.fed = dict(fed)
        self.changed: set[UUID] = set()
        self._fed_by: dict[UUID, set[UUID]] = {}  # the keys of the rows that a stream fed
        for key, one in self.fed.items():
            for stream in one.streams:
                self._fed_by.setdefault(stream, set()).add(key)

    def rows(self) -> Mapping[UUID, R]:
        """Return the rows as they are now; they stay so."""
        return MappingProxyType({key: one.row for key, one in self.fed.items() if one.row is not None})

    def forward(self, records: Sequence[Record], whole: Whole) -> None:
        """Fold the records that come next, by position; those that are not new are passed by.

        *whole* returns streams with all their records up to the last of these. Rows that a
        correction touches, those its stream fed before and those it feeds now, are folded anew.
        """
        new = [record for record in records if record.position > self.position]
        if not new:
            return
        amended = {record.stream for record in new if isinstance(record.event, Corrected)}
        stale = self._touched(amended, whole) if amended else set()
        sources = amended.union(*(self.fed[key].streams for key in stale if key in self.fed))
        for record in new:
            for key in () if record.stream in amended else self._keys(record):
                if key in stale:
                    sources.add(record.stream)
                else:
                    self._add(key, record)
        if stale:
            self._rebuild(stale, whole(sources))
        self.position = new[-1].position

    def _keys(self, record: Record) -> Sequence[UUID]:
        return sorted(set(self.view.keys(record))) if type(record.event) in self.view.reads else ()

    def _add(self, key: UUID, record: Record) -> None:
        old = self.fed.get(key) or Fed(record.position, frozenset(), None)
        streams = old.streams if record.stream in old.streams else old.streams | {record.stream}
        self.fed[key] = Fed(old.begun, streams, self.view.evolve(old.row, record))
        self.changed.add(key)
        self._fed_by.setdefault(record.stream, set()).add(key)

    def _touched(self, amended: Collection[UUID], whole: Whole) -> set[UUID]:
        before = {key for stream in amended for key in self._fed_by.get(stream, ())}
        return before.union(*(self._keys(record) for record in _as_corrected(whole(amended))))

    def _rebuild(self, stale: set[UUID], records: Iterable[Record]) -> None:
        for key in stale & self.fed.keys():
            for stream in self.fed.pop(key).streams:
                self._fed_by[stream].discard(key)
        for record in _as_corrected(records):
            for key in self._keys(record):
                if key in stale:
                    self._add(key, record)
        self.changed |= stale
        self.fed = dict(sorted(self.fed.items(), key=lambda item: (item[1].begun, item[0])))


def _as_corrected(records: Iterable[Record]) -> list[Record]:
    """Return whole streams as if every record had been right from the start, by position."""
    right = [record for stream in by_stream(records).values() for record in corrected(stream)]
    return sorted(right, key=lambda record: record.position)
