"""Scribe: writes down what a row comes to, with its key, its place and what the source knew when."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from enum import IntEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID

import attrs

from dealflow.conversation import Ask
from dealflow.decider import Command
from dealflow.domain.nouns import noun_of
from dealflow.interchange.pipeline import Fact, Place, command_id
from dealflow.interchange.salesforce.files import Sort
from dealflow.interchange.salesforce.notices import Notice
from dealflow.interchange.salesforce.reading import Line, Spoilt, Stamp, Ways, digest
from dealflow.interchange.salesforce.rows import SYSTEM, Export, stream_of
from dealflow.journal import Record, Source, When

FIRST = "first"  # the version of what is told once, whatever a later export says of it
_IN_PLACE = frozenset({"name", "owner", "account", "position", "manager"})
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Rank(IntEnum):
    """What has to be there before what."""

    STAGES = 0
    ACCOUNT = 1
    PERSON = 2
    DEAL = 3
    ROLE = 4
    CONTACT = 5


@attrs.frozen
class Origin:
    """Where a fact comes from: the object it belongs to, the row that says it, and what the source knew when."""

    object: str
    row: str
    place: Place
    recorded_at: datetime | None = None
    by: str | None = None


@attrs.frozen
class Told:
    """What some rows came to: facts, what is wrong with them, and what is to be noticed."""

    facts: tuple[Fact, ...] = ()
    troubles: tuple[Spoilt, ...] = ()
    notices: tuple[Notice, ...] = ()


def together(tellings: Iterable[Told]) -> Told:
    """Put several tellings into one."""
    several = tuple(tellings)
    return Told(
        facts=tuple(fact for told in several for fact in told.facts),
        troubles=tuple(trouble for told in several for trouble in told.troubles),
        notices=tuple(notice for told in several for notice in told.notices),
    )


@attrs.frozen
class Scribe:
    """Knows the organisation, who imports, what the export says as a whole, and what the journal holds of it."""

    org: str
    by: str
    ways: Ways
    export: Export
    known: Mapping[UUID, tuple[Record, ...]] = MappingProxyType({})

    def stream(self, sort: Sort, key: str) -> UUID:
        """Return our stream of an object of theirs."""
        return stream_of(self.org, sort, key)

    def state(self, stream: UUID) -> Any:
        """Return what the journal holds of a stream; nothing where it has none."""
        records = self.known.get(stream, ())
        return _fold(records, records)

    def told_state(self, stream: UUID) -> Any:
        """Return what this source has told of a stream so far, our own records left aside."""
        records = self.known.get(stream, ())
        return _fold(records, [record for record in records if record.source and record.source.system == SYSTEM])

    def fact(
        self,
        command: Command,
        kind: str,
        origin: Origin,
        *,
        on: UUID,
        at: When | None,
        version: str | None = None,
        once: bool = False,
        needs: Sequence[UUID] = (),
    ) -> Fact:
        """Write one fact down; its place among others comes with `in_order`.

        Without a *version* it is told once, whatever later exports say of it; with *once*, so is this version.
        """
        return Fact(
            ask=Ask(
                command=command,
                by=self.by,
                on=on,
                at=at,
                command_id=command_id(SYSTEM, self.org, origin.row, kind, version or FIRST),
                source=Source(SYSTEM, origin.object, origin.recorded_at, origin.by),
            ),
            place=origin.place,
            order=(),
            needs=tuple(needs),
            once=once or version is None,
        )

    def is_older(self, fact: Fact) -> bool:
        """Say whether the source has told the same kind of thing that changes in place, as of a later time."""
        name, _, _ = (fact.ask.command_id or "").rpartition("@")
        at = fact.ask.source.recorded_at if fact.ask.source else None
        if at is None or name.rpartition(":")[2] not in _IN_PLACE:
            return False
        records = (one for one in self.known.get(fact.stream, ()) if (one.command_id or "").startswith(f"{name}@"))
        told = (one.source.recorded_at for one in records if one.source is not None)
        return any(moment is not None and moment > at for moment in told)

    def version(self, stamp: Stamp, *said: Any) -> str:
        """Name the version of a row that changes in place: by its stamp, else the export's, and by what it says."""
        moment = stamp.modified or self.export.last
        return f"{moment.isoformat() if moment else 'undated'}.{digest(*said)}"

    def seen(self, stamp: Stamp) -> datetime | None:
        """Return the moment for which a row that changes in place is known to be so."""
        return stamp.modified or self.export.last


def created(key: str, line: Line, stamp: Stamp) -> Origin:
    """Return the origin of what a row says of its beginning."""
    return Origin(key, key, line.place(), stamp.created.end if stamp.created else None, stamp.created_by)


def changed(key: str, line: Line, stamp: Stamp) -> Origin:
    """Return the origin of what a row says of its present."""
    at = stamp.modified or (stamp.created.end if stamp.created else None)
    return Origin(key, key, line.place(), at, stamp.modified_by)


def in_order(rank: Rank, key: str, facts: Iterable[Fact]) -> Iterator[Fact]:
    """Give facts of one stream their place among all: by what must be there first, by when the source
    recorded them, by their key, and among themselves in the order they come.
    """
    moment = _LONG_AGO
    for number, fact in enumerate(facts):
        recorded_at = fact.ask.source.recorded_at if fact.ask.source else None
        moment = max(moment, recorded_at or moment)
        yield attrs.evolve(fact, order=(rank, moment, key, number))


def _fold(whole: Sequence[Record], records: Sequence[Record]) -> Any:
    if not records:
        return None
    noun = noun_of(whole)
    return noun.fold(noun.history(records))
