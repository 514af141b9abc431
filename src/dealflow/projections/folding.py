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


class NotAKey(TypeError):
    """A view named a row by something that is no UUID."""

    def __init__(self, view: str, key: object, position: int) -> None:
        super().__init__(
            f"the view {view!r} gave {key!r} as the key of a row, for record {position}: keys are UUIDs; "
            "leave a record without a key out, and make a UUID of anything else with derived_id"
        )
        self.view, self.key, self.position = view, key, position


@attrs.define
class Fed(Generic[R]):
    """A row, the position of its first record, and the streams that its records are of.

    Without a row, those records add up to none; it may come once there are more.
    """

    begun: int
    streams: set[UUID]
    row: R | None


class Folding(Generic[R]):
    """The rows of one view as of *position*, in the order in which they began.

    *changed* are the keys of the rows that were folded since it was last emptied. Rows that a
    correction made stale are folded anew once, when all that comes has come and it is settled.
    *sound* is false for ever where an exception left it half-way: it is good for nothing then.
    """

    def __init__(self, view: View[R], position: int = 0, fed: Mapping[UUID, Fed[R]] = MappingProxyType({})) -> None:
        self.view = view
        self.position = position
        self.fed = dict(fed)
        self.changed: set[UUID] = set()
        self.sound = True
        self._fed_by: dict[UUID, set[UUID]] = {}  # the keys of the rows that a stream fed
        for key, one in self.fed.items():
            for stream in one.streams:
                self._fed_by.setdefault(stream, set()).add(key)
        self._amended: set[UUID] = set()  # streams with corrections to be settled
        self._stale: set[UUID] = set()  # the keys of the rows these fed
        self._waiting: set[UUID] = set()  # the streams with records for such rows

    def rows(self) -> Mapping[UUID, R]:
        """Return the rows as they are now, once they are settled; they stay so."""
        return MappingProxyType({key: one.row for key, one in self.fed.items() if one.row is not None})

    def forward(self, records: Iterable[Record]) -> None:
        """Fold the records that come next, by position; those that are not new are passed by.

        What a correction touches waits until it is settled.
        """
        self.sound = False
        for record in records:
            if record.position > self.position:
                self._take(record)
                self.position = record.position
        self.sound = True

    def settle(self, position: int, whole: Whole) -> None:
        """Stand at *position*, up to which all has come, and fold anew the rows that corrections touched.

        Those are the rows that an amended stream fed before and those it feeds now. *whole* returns
        streams with all their records up to that position.
        """
        self.sound = False
        if self._amended:
            self._rebuild(whole)
        self.position = position
        self.sound = True

    def _take(self, record: Record) -> None:
        if isinstance(record.event, Corrected):
            self._amended.add(record.stream)
            self._stale |= self._fed_by.get(record.stream, frozenset())
        elif record.stream not in self._amended:
            for key in self._keys(record):
                if key in self._stale:
                    self._waiting.add(record.stream)
                else:
                    self._add(key, record)

    def _keys(self, record: Record) -> Sequence[UUID]:
        if type(record.event) not in self.view.reads:
            return ()
        keys = set(self.view.keys(record))
        for key in keys:
            if not isinstance(key, UUID):
                raise NotAKey(self.view.name, key, record.position)
        return sorted(keys)

    def _add(self, key: UUID, record: Record) -> None:
        fed = self.fed.get(key)
        if fed is None:
            fed = self.fed[key] = Fed(record.position, set(), None)
        fed.row = self.view.evolve(fed.row, record)
        fed.streams.add(record.stream)
        self.changed.add(key)
        self._fed_by.setdefault(record.stream, set()).add(key)

    def _rebuild(self, whole: Whole) -> None:
        amended = list(whole(self._amended))
        stale = self._stale.union(*(self._keys(record) for record in _as_corrected(amended)))
        sources = self._waiting.union(*(self.fed[key].streams for key in stale if key in self.fed)) - self._amended
        for key in stale & self.fed.keys():
            for stream in self.fed.pop(key).streams:
                self._fed_by[stream].discard(key)
        for record in _as_corrected([*amended, *whole(sources)]):
            for key in self._keys(record):
                if key in stale:
                    self._add(key, record)
        self.changed |= stale
        self.fed = dict(sorted(self.fed.items(), key=lambda item: (item[1].begun, item[0])))
        self._amended, self._stale, self._waiting = set(), set(), set()


def _as_corrected(records: Iterable[Record]) -> list[Record]:
    """Return whole streams as if every record had been right from the start, by position."""
    right = [record for stream in by_stream(records).values() for record in corrected(stream)]
    return sorted(right, key=lambda record: record.position)
