"""Runner: keeps the rows of views up with the journal, so that a question need not read all of it again.

Whenever rows are asked for, the records that came since are folded in; so a program sees its own
writes, and what others committed before it asked. Several views go forward in one pass, and stand
at one position. What is kept in checkpoints is a cache of the same rows.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from itertools import islice, pairwise
from threading import Lock, get_ident
from typing import Any
from uuid import UUID

import attrs

from dealflow.domain.erasure import forgetting
from dealflow.domain.timeline import check_knowledge, known_by
from dealflow.journal import JOURNAL, Record
from dealflow.projections import View
from dealflow.projections.folding import Fed, Folding
from dealflow.store import Journal
from dealflow.store.checkpoint import KeptRow, RowCodec, Saving
from dealflow.store.journal import StoredRecord

PAGE = 5000  # records folded in one go
Heard = Callable[[Iterable[Record]], Iterable[Record]]  # what of the records is for our ears
Rows = Mapping[UUID, Any]


@attrs.frozen
class _Found:
    """The journal as it is when it is asked: up to where, without whose words, and some records of it."""

    head: int
    erased: frozenset[UUID]
    records: Mapping[int, StoredRecord]


@attrs.define
class _Live:
    """Rows that go forward with the journal, folded without the words of those who were *erased*.

    *kept* is the position of the checkpoint that they were last saved to, or begun from; *last* the
    record at which they last stood.
    """

    folding: Folding[Any]
    erased: frozenset[UUID]
    kept: int | None = None
    last: StoredRecord | None = None

    @property
    def bound(self) -> tuple[str, int]:
        """What checkpoints are bound to."""
        return _bound(self.folding.view)

    def is_of(self, found: _Found) -> bool:
        """Say whether these rows may go on: not those of one erased since, nor of a journal put back since."""
        on = self.last is None or found.records.get(self.last.position) == self.last
        return self.folding.sound and on and self.folding.position <= found.head and self.erased == found.erased

    def is_news_to(self, stored: int | None) -> bool:
        """Say whether a checkpoint at *stored* lacks anything of these rows; one that is further does not."""
        return stored is None or stored < self.folding.position or (stored == self.folding.position != self.kept)

    def saving(self, stored: int | None) -> Saving:
        """Return what brings the checkpoint at *stored* to where these rows stand: what changed, if it is ours."""
        fed, changed = self.folding.fed, self.folding.changed
        ours = stored is not None and stored == self.kept
        keys = sorted(changed & fed.keys()) if ours else list(fed)
        codec = RowCodec(*self.bound, self.folding.view.row)
        rows = [_kept_row(key, fed[key], codec) for key in keys]
        gone = sorted(changed - fed.keys())
        return Saving(*self.bound, self.folding.position, stored, rows, gone, whole=not ours)

    def count_anew(self) -> set[UUID]:
        """Count what changes from here on, and return what changed up to here."""
        changed, self.folding.changed = self.folding.changed, set()
        return changed


class Runner:
    """The rows of views over one journal; many threads may ask, one at a time brings them forward.

    Rows are kept by the view's name and version. A view that bears the name and version of another
    but is not equal to it takes its place, and is folded from nothing.

    Nobody who asks for rows at hand waits for others' writing or for the first fold of another view.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._lock = Lock()  # over the rows at hand
        self._beginning = Lock()  # one at a time folds views for the first time; taken before the other
        self._saving = Lock()  # one at a time saves; taken before both
        self._live: dict[tuple[str, int], _Live] = {}
        self._asking: set[int] = set()  # threads

    def rows(self, views: Sequence[View[Any]]) -> tuple[Rows, ...]:
        """Return the rows of views as of now, all at one position."""
        with self._not_while_folding():
            self._begin(views)
            with self._lock:
                return tuple(one.folding.rows() for one in self._caught_up(views))

    def rows_known(self, views: Sequence[View[Any]], known: datetime | None, knowledge: str) -> tuple[Rows, ...]:
        """Return the rows of views as they were known, folded from nothing."""
        check_knowledge(knowledge)
        ours = knowledge == JOURNAL
        up_to = self._journal.position_known(known) if ours and known else self._journal.head()
        erased = self._journal.erased()

        def heard(records: Iterable[Record]) -> Iterable[Record]:
            told = forgetting(records, erased)
            return told if ours else known_by(told, known, knowledge)

        foldings = [Folding(view) for view in views]
        with self._not_while_folding():
            self._forward(foldings, up_to, heard, beginnings=not ours)
        return tuple(folding.rows() for folding in foldings)

    def save(self, views: Sequence[View[Any]]) -> None:
        """Catch up, and keep rows and position in a checkpoint, unless one that is further is there."""
        with self._not_while_folding(), self._saving:
            self._begin(views)
            while not self._saved(tuple(_distinct(views).values())):
                pass

    def drop(self, name: str, version: int) -> bool:
        """Forget the rows of one version of a view, at hand and kept; say whether any were kept."""
        with self._not_while_folding(), self._lock:
            self._live.pop((name, version), None)
        return self._journal.drop_checkpoint(name, version)

    def _saved(self, views: Sequence[View[Any]]) -> bool:
        """Save once; `False` where what is kept, or who is erased, was changed by others meanwhile."""
        with self._lock:
            live = self._caught_up(views)
            stored = {one.bound: self._journal.kept_at(*one.bound) for one in live}
            due = [one for one in live if one.is_news_to(stored[one.bound])]
            savings = [one.saving(stored[one.bound]) for one in due]
            changed = [one.count_anew() for one in due]
        kept = False
        try:
            kept = not savings or self._journal.keep(savings)
        finally:
            with self._lock:
                for one, saving, keys in zip(due, savings, changed, strict=True):
                    if kept:
                        one.kept = saving.position
                    else:
                        one.folding.changed |= keys
        return kept

    def _begin(self, views: Sequence[View[Any]]) -> None:
        """Fold views that are not at hand, one after another, while others ask for those that are."""
        if not self._new(views):
            return
        with self._beginning:
            new, found = self._new(views), self._found()
            live = [self._resumed(view, found) for view in new]
            try:
                self._bring(live, found)
            finally:
                with self._lock:
                    self._live |= {one.bound: one for one in live if one.folding.sound}

    def _new(self, views: Sequence[View[Any]]) -> list[View[Any]]:
        """Return the views that have no rows at hand; nor has another in their name."""
        with self._lock:
            at_hand = [(view, self._live.get(bound)) for bound, view in _distinct(views).items()]
        return [view for view, one in at_hand if one is None or (not one.folding.sound and one.folding.view == view)]

    def _caught_up(self, views: Sequence[View[Any]]) -> list[_Live]:
        """Bring views forward to the journal's head. Those that fail half-way are begun again the next time."""
        distinct = _distinct(views)
        found = self._found(self._live[bound].last for bound in distinct if bound in self._live)
        self._live |= {bound: self._begun(view, found) for bound, view in distinct.items()}
        live = {bound: self._live[bound] for bound in distinct}
        self._bring(list(live.values()), found)
        return [live[_bound(view)] for view in views]

    def _found(self, last: Iterable[StoredRecord | None] = ()) -> _Found:
        """Look at the journal, at its last record, and at what is now where these records were."""
        head = self._journal.head()
        erased = self._journal.erased()  # after the head, so that nobody erased up to there is missed
        positions = {head, *(one.position for one in last if one is not None)}
        records = (record for position in positions for record in self._journal.stored(position - 1, position))
        return _Found(head, erased, {record.position: record for record in records})

    def _begun(self, view: View[Any], found: _Found) -> _Live:
        """Return rows to go on from: those at hand, else those in a checkpoint, else none.

        A checkpoint has no words of anybody who was erased: recording an erasure forgets it.
        """
        at_hand = self._live.get(_bound(view))
        if at_hand is not None and at_hand.folding.view != view:
            return _Live(Folding(view), found.erased)
        return at_hand if at_hand is not None and at_hand.is_of(found) else self._resumed(view, found)

    def _resumed(self, view: View[Any], found: _Found) -> _Live:
        kept = None if view.row is None else self._journal.kept(*_bound(view))
        if kept is None or kept.position > found.head:
            return _Live(Folding(view), found.erased)
        codec = RowCodec(*_bound(view), view.row)
        fed = {row.key: _fed(row, codec) for row in kept.rows}
        return _Live(Folding(view, kept.position, fed), found.erased, kept.position)

    def _bring(self, live: Sequence[_Live], found: _Found) -> None:
        self._forward([one.folding for one in live], found.head, partial(forgetting, erased=found.erased))
        for one in live:
            one.last = found.records.get(found.head)

    def _forward(self, foldings: Sequence[Folding[Any]], up_to: int, heard: Heard, *, beginnings: bool = False) -> None:
        """Fold all the journal has up to a position: from where the last stands to the next, and both from there.

        With *beginnings*, what no view reads is heard too: how a stream began says who knew of it.
        """
        for start, stop in pairwise(sorted({up_to, *(folding.position for folding in foldings)})):
            behind = [folding for folding in foldings if folding.position <= start]
            records = iter(heard(self._journal.read(start, names=None if beginnings else _reads(behind), up_to=stop)))
            while page := list(islice(records, PAGE)):
                for folding in behind:
                    folding.forward(page)
            for folding in behind:
                folding.position = stop
        for folding in foldings:
            folding.settle(up_to, partial(self._whole, heard, up_to))

    def _whole(self, heard: Heard, up_to: int, streams: Iterable[UUID]) -> list[Record]:
        return [record for record in heard(self._journal.streams(streams)) if record.position <= up_to]

    @contextmanager
    def _not_while_folding(self) -> Iterator[None]:
        """Raise `RuntimeError` where a view that is being folded asks: it would wait for itself."""
        thread = get_ident()
        if thread in self._asking:
            message = "a view was asked for while another is folded: keys and evolve look at their row and record alone"
            raise RuntimeError(message)
        self._asking.add(thread)
        try:
            yield
        finally:
            self._asking.discard(thread)


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


def _reads(foldings: Iterable[Folding[Any]]) -> frozenset[type]:
    return frozenset().union(*(folding.view.reads for folding in foldings))


def _kept_row(key: UUID, fed: Fed[Any], codec: RowCodec) -> KeptRow:
    data = None if fed.row is None else codec.encode(fed.row)
    return KeptRow(key, fed.begun, tuple(sorted(fed.streams)), data)


def _fed(kept: KeptRow, codec: RowCodec) -> Fed[Any]:
    row = None if kept.data is None else codec.decode(kept.data)
    return Fed(kept.begun, set(kept.streams), row)
