"""Runner: keeps the rows of views up with the journal, so that a question need not read all of it again.

Whenever rows are asked for, the records that came since are folded in; so a program sees its own
writes, and what others committed before it asked. Several views go forward in one pass, and stand
at one position. What is kept in checkpoints is a cache of the same rows.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import islice
from threading import Lock
from typing import Any
from uuid import UUID

import attrs

from dealflow.domain.erasure import forgetting
from dealflow.domain.timeline import known_by
from dealflow.journal import JOURNAL, Record
from dealflow.projections import View
from dealflow.projections.folding import Fed, Folding
from dealflow.store import Journal
from dealflow.store.checkpoint import KeptRow, RowCodec, Saving

PAGE = 5000  # records folded in one go
Heard = Callable[[Iterable[Record]], Iterable[Record]]  # what of the records is for our ears
Rows = Mapping[UUID, Any]


@attrs.define
class _Live:
    """Rows that go forward with the journal, folded without the words of those who were *erased*.

    *kept* is the position of the checkpoint that they were last saved to, or begun from.
    """

    folding: Folding[Any]
    erased: frozenset[UUID]
    kept: int | None = None

    @property
    def bound(self) -> tuple[str, int]:
        """What checkpoints are bound to."""
        return _bound(self.folding.view)

    def saving(self, stored: int | None) -> Saving:
        """Return what brings the checkpoint at *stored* to where these rows stand: what changed, if it is ours."""
        fed, changed = self.folding.fed, self.folding.changed
        ours = stored is not None and stored == self.kept
        keys = sorted(changed & fed.keys()) if ours else list(fed)
        codec = RowCodec(*self.bound, self.folding.view.row)
        rows = [_kept_row(key, fed[key], codec) for key in keys]
        gone = sorted(changed - fed.keys())
        return Saving(*self.bound, self.folding.position, stored, rows, gone, whole=not ours)

    def saved(self) -> None:
        """Count what changes from here on."""
        self.kept = self.folding.position
        self.folding.changed.clear()


class Runner:
    """The rows of views over one journal; many threads may ask, one at a time brings them forward.

    Rows are kept by the view's name and version. A view that bears the name and version of another
    but is not equal to it takes its place, and is folded from nothing.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._lock = Lock()
        self._live: dict[tuple[str, int], _Live] = {}

    def rows(self, views: Sequence[View[Any]]) -> tuple[Rows, ...]:
        """Return the rows of views as of now, all at one position."""
        with self._lock:
            return tuple(one.folding.rows() for one in self._caught_up(views))

    def rows_known(self, views: Sequence[View[Any]], known: datetime | None, knowledge: str) -> tuple[Rows, ...]:
        """Return the rows of views as they were known, folded from nothing."""
        ours = knowledge == JOURNAL
        up_to = self._journal.position_known(known) if ours and known else self._journal.head()
        erased = self._journal.erased()
        foldings = [Folding(view) for view in views]
        names = _read_by(foldings) if ours else None  # how a stream began says whether the source knew of it
        self._forward(foldings, up_to, names, lambda records: known_by(forgetting(records, erased), known, knowledge))
        return tuple(folding.rows() for folding in foldings)

    def save(self, views: Sequence[View[Any]]) -> None:
        """Catch up, and keep rows and position in a checkpoint, unless one that is further is there."""
        with self._lock:
            while True:
                live = self._caught_up(tuple(_distinct(views).values()))
                stored = {(one.name, one.version): one.position for one in self._journal.checkpoints()}
                behind = [one for one in live if stored.get(one.bound, 0) <= one.folding.position]
                if self._journal.keep([one.saving(stored.get(one.bound)) for one in behind]):
                    break
            for one in behind:
                one.saved()

    def _caught_up(self, views: Sequence[View[Any]]) -> list[_Live]:
        """Bring views forward to the journal's head. What fails half-way is begun again the next time."""
        head = self._journal.head()
        erased = self._journal.erased()  # after the head, so that nobody erased up to there is missed
        live = {bound: self._begun(view, head, erased) for bound, view in _distinct(views).items()}
        foldings = [one.folding for one in live.values()]
        self._forward(foldings, head, _read_by(foldings), partial(forgetting, erased=erased))
        self._live |= live
        return [live[_bound(view)] for view in views]

    def _begun(self, view: View[Any], head: int, erased: frozenset[UUID]) -> _Live:
        """Return rows to go on from: those at hand, else those in a checkpoint, else none.

        Who was erased since has words in the rows at hand, so they are folded anew. A checkpoint
        has none: recording an erasure forgets it.
        """
        at_hand = self._live.pop(_bound(view), None)
        if at_hand is None:
            return self._resumed(view, head, erased)
        if at_hand.folding.view == view and at_hand.erased == erased:
            return at_hand
        return _Live(Folding(view), erased)

    def _resumed(self, view: View[Any], head: int, erased: frozenset[UUID]) -> _Live:
        kept = None if view.row is None else self._journal.kept(*_bound(view))
        if kept is None or kept.position > head:
            return _Live(Folding(view), erased)
        codec = RowCodec(*_bound(view), view.row)
        fed = {row.key: _fed(row, codec) for row in kept.rows}
        return _Live(Folding(view, kept.position, fed), erased, kept.position)

    def _forward(
        self, foldings: Sequence[Folding[Any]], up_to: int, names: frozenset[type] | None, heard: Heard
    ) -> None:
        """Fold all the journal has up to a position, a page at a time; each passes by what it has already."""
        after = min((folding.position for folding in foldings), default=up_to)
        records = iter(heard(self._journal.read(after, names=names, up_to=up_to)))
        while page := list(islice(records, PAGE)):
            whole = partial(self._whole, heard, page[-1].position)
            for folding in foldings:
                folding.forward(page, whole)
        for folding in foldings:
            folding.position = up_to

    def _whole(self, heard: Heard, up_to: int, streams: Iterable[UUID]) -> list[Record]:
        return [record for record in heard(self._journal.streams(streams)) if record.position <= up_to]


def _bound(view: View[Any]) -> tuple[str, int]:
    return (view.name, view.version)


def _distinct(views: Sequence[View[Any]]) -> Mapping[tuple[str, int], View[Any]]:
    """Return views by what their rows are kept by; raises `ValueError` where that does not tell two apart."""
    distinct: dict[tuple[str, int], View[Any]] = {}
    for view in views:
        if distinct.setdefault(_bound(view), view) != view:
            message = f"two views are called {view.name!r}, version {view.version}: give one of them another version"
            raise ValueError(message)
    return distinct


def _read_by(foldings: Iterable[Folding[Any]]) -> frozenset[type]:
    return frozenset().union(*(folding.view.reads for folding in foldings))


def _kept_row(key: UUID, fed: Fed[Any], codec: RowCodec) -> KeptRow:
    data = None if fed.row is None else codec.encode(fed.row)
    return KeptRow(key, fed.begun, tuple(sorted(fed.streams)), data)


def _fed(kept: KeptRow, codec: RowCodec) -> Fed[Any]:
    row = None if kept.data is None else codec.decode(kept.data)
    return Fed(kept.begun, frozenset(kept.streams), row)
