"""Timeline: whole streams of any nouns as one history, in the order things happened."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

import attrs

from dealflow.domain.noun import Corrected, Placed
from dealflow.domain.nouns import noun_of
from dealflow.journal import JOURNAL, SOURCE, Record, When

_BEGINNING = datetime.min.replace(tzinfo=UTC)


def by_stream(records: Iterable[Record]) -> Mapping[UUID, list[Record]]:
    """Group records by their stream, each group in version order, as the journal gives them."""
    streams: dict[UUID, list[Record]] = {}
    for record in records:
        streams.setdefault(record.stream, []).append(record)
    return streams


@attrs.frozen
class Told:
    """A record, and by when what it tells had surely happened."""

    end: datetime
    record: Record


def timeline(records: Iterable[Record], happened: datetime | None = None) -> tuple[Record, ...]:
    """Return what had surely happened by *happened* (all of it, if absent), corrections applied.

    *records* are whole streams in position order, or what was known of them at some moment.
    """
    return tuple(one.record for one in told(records, happened))


def told(records: Iterable[Record], happened: datetime | None = None) -> tuple[Told, ...]:
    """Return the `timeline`, each record with its time: those of an earlier moment are those that end by it."""
    return _merged(records, lambda one: happened is None or one.end <= happened)


def timeline_before(records: Iterable[Record], when: When) -> tuple[Record, ...]:
    """Return what may have happened by the end of *when*: what a decision about it stands on."""
    return tuple(one.record for one in _merged(records, lambda one: one.start <= when.end))


def known_by(records: Iterable[Record], known: datetime | None, knowledge: str = JOURNAL) -> Iterable[Record]:
    """Return what was known by then, to the journal or (`"source"`) to the systems imported from.

    A stream whose very beginning was not known is not known at all. Raises `ValueError` where
    *knowledge* is neither.
    """
    check_knowledge(knowledge)
    return records if known is None else _known_by(records, known, knowledge)


def known_since(records: Iterable[Record], knowledge: str = JOURNAL) -> Mapping[int, datetime]:
    """Return by position since when each record is known as it now reads: a corrected one since its last correction.

    *records* are whole streams in position order.
    """
    found: dict[int, datetime] = {}
    for own in by_stream(records).values():
        corrections = [one for one in own if isinstance(one.event, Corrected)]
        found |= {one.position: _since(one, corrections, knowledge) for one in own}
    return found


def _since(record: Record, corrections: Sequence[Record], knowledge: str) -> datetime:
    later = (one for one in corrections if one.event.version == record.version)
    return max((record.known_at(knowledge), *(_since(one, corrections, knowledge) for one in later)))


def check_knowledge(knowledge: str) -> None:
    """Raise `ValueError` where nobody goes by that name whose knowledge could be asked for."""
    if knowledge not in {JOURNAL, SOURCE}:
        message = f"knowledge is {JOURNAL!r} or {SOURCE!r}, not {knowledge!r}"
        raise ValueError(message)


def _known_by(records: Iterable[Record], known: datetime, knowledge: str) -> Iterator[Record]:
    unheard: set[UUID] = set()
    for record in records:
        if record.known_at(knowledge) <= known and record.stream not in unheard:
            yield record
        elif record.version == 1:
            unheard.add(record.stream)


def _merged(records: Iterable[Record], wanted: Callable[[Placed], bool]) -> tuple[Told, ...]:
    """Bring streams together by time, each keeping its own order; within one time, as recorded."""
    keyed: list[tuple[datetime, int, Told]] = []
    for stream in by_stream(records).values():
        end, position = _BEGINNING, 0
        for one in noun_of(stream).placed(stream):
            end, position = max(end, one.end), max(position, one.record.position)
            if wanted(one):
                keyed.append((end, position, Told(one.end, one.record)))
    return tuple(one for _, _, one in sorted(keyed, key=lambda key: key[:2]))
