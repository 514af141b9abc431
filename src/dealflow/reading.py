"""Reading: a journal held open, its rows kept up with it, its streams found and folded.

What questions are asked through; nothing here writes but `checkpoint`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Self, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from dealflow.conversation import around
from dealflow.domain.deal import DEAL
from dealflow.domain.erasure import forgetting
from dealflow.domain.nouns import noun_of
from dealflow.domain.timeline import known_by
from dealflow.journal import JOURNAL, Record, until
from dealflow.projections import View
from dealflow.projections.cases import Horizon
from dealflow.replay.dossier import names_of
from dealflow.replay.telling.words import Names
from dealflow.runner import Runner
from dealflow.store import Journal
from dealflow.store.checkpoint import Checkpoint
from dealflow.store.errors import StoreError

R = TypeVar("R")
Moment = date | datetime


class NotFound(StoreError):
    """Nothing in the journal, or more than one thing, answers to this name."""

    def __init__(self, asked: str, found: int = 0, what: str = "stream") -> None:
        hint = "give more of the id" if found else "give an id, a unique prefix of one, or its key in the source system"
        super().__init__(f"{asked!r} fits {found or 'no'} {what}s: {hint}")
        self.asked = asked
        self.found = found


class Reading:
    """A journal, and what can be read from it without knowing what it is about."""

    def __init__(self, journal: Journal, *, clock: Callable[[], datetime]) -> None:
        self.journal = journal
        self._clock = clock
        self._runner = Runner(journal)

    def close(self) -> None:
        """Let go of the store."""
        self.journal.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which bare dates are read."""
        return self.journal.zone

    def state(
        self,
        stream: UUID,
        *,
        happened: Moment | None = None,
        known: Moment | None = None,
        knowledge: str = "journal",
    ) -> Any:
        """Return what one stream of any noun adds up to; `None` where it holds nothing by then."""
        records = self._as_known(self.journal.stream(stream), known, knowledge)
        if not records:
            return None
        noun = noun_of(records)
        return noun.fold(noun.history(records, self._until(happened)))

    def rows(self, view: View[R], *, known: Moment | None = None, knowledge: str = "journal") -> Mapping[UUID, R]:
        """Return the rows of a view as it was known at *known* (absent: all, now), in the order they began.

        Those of now are kept up with the journal, so that only what came since is read. Those of an
        earlier day are folded anew each time.
        """
        (rows,) = self.rows_of(view, known=known, knowledge=knowledge)
        return rows

    def rows_of(
        self, *views: View[Any], known: Moment | None = None, knowledge: str = "journal"
    ) -> tuple[Mapping[UUID, Any], ...]:
        """Return the rows of several views in one pass over the journal, all as of one position."""
        if known is None and knowledge == JOURNAL:
            return self._runner.rows(views)
        return self._runner.rows_known(views, self._until(known), knowledge)

    def checkpoint(self, *views: View[Any]) -> None:
        """Keep the rows of views beside the journal, as of now, so that the next process need not fold it all.

        Each view needs *row*, the type of its rows. What changed since the last time is written,
        in one transaction; nothing is where others have kept rows that are further on.
        """
        self._runner.save(views)

    def checkpoints(self) -> tuple[Checkpoint, ...]:
        """Return which views are kept, in which versions, how far and with how many rows."""
        return self.journal.checkpoints()

    def drop_checkpoint(self, name: str, version: int) -> bool:
        """Forget the rows that are kept of one version of a view, in memory too; say whether any were kept."""
        return self._runner.drop(name, version)

    def find(self, text: str, *, noun: str | None = None) -> UUID:
        """Return the stream with that id, unique prefix of one, or key in a source system.

        With *noun* (`"deal"`), only streams of that noun are meant. Raises `NotFound` where none or
        several fit.
        """
        found = self.journal.find(text)
        if noun is not None:
            found = tuple(one for one in found if noun_of(self.journal.stream(one)).name == noun)
        if len(found) != 1:
            raise NotFound(text, len(found), noun or "stream")
        return found[0]

    def names(self, streams: Iterable[UUID]) -> Names:
        """Return what accounts, people and deals are called, by all that is known now."""
        return names_of(list(self._forgetting(self.journal.streams(streams))), self.zone)

    def _horizon(self, happened: Moment | None, known: Moment | None) -> Horizon:
        """Return up to when it is known what went on: as asked on either clock, and never beyond now."""
        limits = (self._until(happened), self._until(known), self._clock())
        return Horizon(min(limit for limit in limits if limit is not None), self.zone)

    def _around(self, deal: UUID, known: Moment | None, knowledge: str) -> Sequence[Record]:
        """Read the whole streams of the deal, its people and its account, as they were known."""
        own = self.journal.stream(deal)
        if not own or noun_of(own) is not DEAL:
            raise NotFound(str(deal), what="deal")
        accounts = {record.account for record in own if record.account is not None}
        return self._as_known(around(self.journal, [deal], accounts), known, knowledge)

    def _as_known(self, records: Iterable[Record], known: Moment | None, knowledge: str) -> tuple[Record, ...]:
        """Return what was known of records by then, without the words of those who were erased."""
        return tuple(known_by(self._forgetting(records), self._until(known), knowledge))

    def _forgetting(self, records: Iterable[Record]) -> Iterable[Record]:
        """Leave out the words of people whose data was erased, on both clocks."""
        return forgetting(records, self.journal.erased())

    def _until(self, moment: Moment | None) -> datetime | None:
        return None if moment is None else until(moment, self.zone)
