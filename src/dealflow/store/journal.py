"""What every store must do: keep records in order, whole, for ever, and find them again.

One class per place (SQLite today); `tests/store/contract.py` holds each to this.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType, TracebackType
from typing import Protocol, Self
from uuid import UUID
from zoneinfo import ZoneInfo

import attrs

from dealflow.journal import Entry, Record, Source
from dealflow.store.checkpoint import Checkpoint, Kept, Saving
from dealflow.store.codec import Stored

NO_COMMANDS: Mapping[str, str] = MappingProxyType({})


@attrs.frozen
class Remembered:
    """What a command id stands for: the digest of its command, and the positions it led to."""

    digest: str
    positions: tuple[int, ...] = ()


@attrs.frozen
class StoredRecord:
    """A record as it is written down, its event not yet read; *hash* is room to bind it to the one before."""

    position: int
    stream: UUID
    version: int
    account: UUID | None
    deals: tuple[UUID, ...]
    occurred_from: datetime
    occurred_to: datetime
    recorded_at: datetime
    by: str
    command_id: str | None
    cause: int | None
    source: Source | None
    hash: bytes | None
    event: Stored


class Journal(Protocol):
    """All records in order. One handle serves many threads; many processes may hold one each.

    Whatever goes wrong is a `StoreError`, and then nothing of what was asked has been done.
    """

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which bare dates are read, fixed when the journal was begun."""
        ...

    def append(
        self, entries: Sequence[Entry], commands: Mapping[str, str] = NO_COMMANDS, *, head: int | None = None
    ) -> tuple[Record, ...]:
        """Record all *entries* or none, and return them as recorded, in the same order.

        They bear one `recorded_at`, taken once nobody else can write, and never before the last.
        An entry's version is the one it expects to become: `Conflict` if it cannot. *commands*
        maps command ids to digests; each is remembered with the positions of the entries that
        bear it. A known id is a `Conflict` with the same digest, else `CommandReused`. With
        *head*, it is a `Conflict` too if the journal no longer ends there.
        """
        ...

    def stream(self, stream: UUID) -> tuple[Record, ...]:
        """Return one whole stream, by version; empty where there is none."""
        ...

    def streams(self, streams: Iterable[UUID]) -> tuple[Record, ...]:
        """Return several whole streams, by position."""
        ...

    def account_streams(self, account: UUID) -> tuple[Record, ...]:
        """Return every whole stream that has a record of that account, by position."""
        ...

    def deal_streams(self, deal: UUID) -> tuple[Record, ...]:
        """Return every whole stream that has a record of that deal, the deal's own too, by position."""
        ...

    def read(
        self,
        after: int = 0,
        *,
        names: Collection[type] | None = None,
        known: datetime | None = None,
        up_to: int | None = None,
    ) -> Iterator[Record]:
        """Return the records after a position, in order; nothing is held between two of them.

        With *names*, only events of these classes, and corrections, which may replace them. With
        *known*, only what was recorded by then: a prefix of the journal. With *up_to*, only those
        up to that position.
        """
        ...

    def records(self, positions: Iterable[int]) -> tuple[Record, ...]:
        """Return the records at these positions, in order; those that are not there are left out."""
        ...

    def erased(self) -> frozenset[UUID]:
        """Return the people whose data was erased: their words are for no answer, as of any day."""
        ...

    def head(self) -> int:
        """Return the last position; 0 while nothing is recorded."""
        ...

    def position_known(self, known: datetime) -> int:
        """Return the last position recorded by *known*; 0 where that is before the first."""
        ...

    def command(self, command_id: str) -> Remembered | None:
        """Return what a command id stands for, or nothing where it was never seen."""
        ...

    def commands(self, command_ids: Iterable[str]) -> Mapping[str, Remembered]:
        """Return what several command ids stand for, without those never seen."""
        ...

    def find(self, text: str) -> tuple[UUID, ...]:
        """Return the streams that *text* may mean, in the order of their ids.

        It may be the beginning of an id (four hex digits or more, dashes or not), the key of an
        imported record in its own system, or `system:key`.
        """
        ...

    def stored(self, after: int = 0, up_to: int | None = None) -> Iterator[StoredRecord]:
        """Return records as they are written down, in order: what an export is made of."""
        ...

    def remembered(self, up_to: int | None = None) -> Iterator[tuple[str, Remembered]]:
        """Return every command id that led to nothing beyond a position, in the order of the ids."""
        ...

    def restore(self, records: Iterable[StoredRecord], commands: Iterable[tuple[str, Remembered]]) -> None:
        """Take over a whole journal as it was, positions and times included, into an empty one.

        *records* is used up before *commands* is begun. All or nothing, also when either raises.
        Checkpoints are forgotten.
        """
        ...

    def kept(self, name: str, version: int) -> Kept | None:
        """Return the rows that are kept of one version of a view, or nothing where none are."""
        ...

    def kept_at(self, name: str, version: int) -> int | None:
        """Return as of which position rows are kept of one version of a view, or nothing where none are."""
        ...

    def keep(self, savings: Sequence[Saving]) -> bool:
        """Keep rows of views at their positions, all that is given or nothing.

        `False`, and nothing is done, where one of them is to take the place of a checkpoint that is
        no longer there, or where a person was erased after its position: look again, and decide
        again. Recording an erasure forgets every checkpoint, so that no word outlives it there.
        """
        ...

    def checkpoints(self) -> tuple[Checkpoint, ...]:
        """Return what is kept of which views, by name and version."""
        ...

    def drop_checkpoint(self, name: str, version: int) -> bool:
        """Forget the rows that are kept of one version of a view; say whether there were any."""
        ...

    def close(self) -> None:
        """Let go of the store; a second time does nothing."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
