"""Evenings: what is made up, put into the order in which it is recorded."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from heapq import heappop, heappush
from itertools import groupby
from operator import itemgetter
from typing import Protocol
from uuid import UUID

import attrs

from dealflow.journal import Entry
from dealflow.testing.diary import Fact, evening_of


@attrs.frozen
class Evening:
    """What is recorded on one evening, in order."""

    at: datetime
    entries: tuple[Entry, ...]


class MadeUp(Protocol):
    """What `fill` takes: anything that can say, evening by evening, what is recorded of it."""

    def evenings(self) -> Iterator[Evening]:
        """Return all that is recorded, in order; the versions of every stream count from 1."""
        ...


Told = Callable[[], list[Fact]]  # someone's whole diary, written when it is asked for
Beginning = tuple[int, Told]  # the day on which it begins; nothing of it is recorded earlier


def in_evenings(beginnings: Iterable[Beginning]) -> Iterator[Evening]:
    """Return all that is told, evening by evening; *beginnings* are to come in the order of their days."""
    versions: dict[UUID, int] = {}
    for day, facts in groupby(_recorded(beginnings), key=itemgetter(0)):
        entries: list[Entry] = []
        for *_, fact in facts:
            versions[fact.stream] = versions.get(fact.stream, 0) + 1
            entries.append(fact.entry(versions[fact.stream]))
        yield Evening(evening_of(day), tuple(entries))


Place = tuple[int, int, int, Fact]  # the evening, whose diary, where in it


def _recorded(beginnings: Iterable[Beginning]) -> Iterator[Place]:
    """Return every fact in the order in which it is recorded.

    Nothing is recorded before it begins, so what begins later need not be told yet: only what has
    begun is held, as far as it is still to be recorded.
    """
    waiting: list[Place] = []
    for number, (begins, told) in enumerate(beginnings):
        while waiting and waiting[0][0] < begins:
            yield heappop(waiting)
        for place, fact in enumerate(told()):
            heappush(waiting, (fact.evening, number, place, fact))
    while waiting:
        yield heappop(waiting)
