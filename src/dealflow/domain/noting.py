"""What may be asked of any stream: correct a record, note a fact of the host's, name a gap, merge it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, ClassVar
from uuid import UUID

import attrs

from dealflow.decider import Events, Facts, Refusal, Refused, refuse_if
from dealflow.domain.noun import (
    Corrected,
    HistoryUnknown,
    MergedInto,
    NoSuchRecord,
    Noted,
    NotOfThisNoun,
    NotThere,
    Noun,
    Scalar,
    corrected,
    missing,
)
from dealflow.domain.nouns import noun_of
from dealflow.journal import Record, When


@attrs.frozen
class IsCorrection:
    """A correction is taken back, or overruled by another of the same record; nothing replaces it."""

    version: int
    of: int

    def __str__(self) -> str:
        return f"version {self.version} is a correction of version {self.of}: correct that again, or take this one back"


@attrs.frozen
class NotNamespaced:
    """A kind of the host's own that could be mistaken for another host's."""

    kind: str

    def __str__(self) -> str:
        return f"kind {self.kind!r} has no namespace: name it like 'acme.credit-check'"


@attrs.frozen
class NoOffset:
    """A time that could be any of two dozen instants."""

    moment: datetime

    def __str__(self) -> str:
        return f"{self.moment.isoformat()} has no UTC offset: give an aware time"


@attrs.frozen
class IntoItself:
    """A stream cannot stand for itself and another."""

    def __str__(self) -> str:
        return "this is to be merged into itself: name the one that stands for both"


def noun_asked(facts: Facts) -> Noun[Any, Any]:
    """Return the noun of the stream that is asked; raises `Refused` where it holds nothing."""
    if not facts.own:
        raise Refused(NotThere("stream"))
    return noun_of(facts.own)


@attrs.frozen
class CorrectRecord:
    """The record at *version* was wrong: *replacement* stands for it, or nothing.

    *occurred* says when the replacement happened; absent: when the record is said to have happened
    now. To correct nothing but the time, give the event again. A correction is itself taken back by
    its own version, without a replacement.
    """

    noun: ClassVar[Noun[Any, Any] | None] = None
    life_cycle: ClassVar = False

    version: int
    reason: str
    replacement: Any | None = None
    occurred: When | None = None

    def decide(self, state: object, facts: Facts) -> Events:
        """Refuses what would leave a history that cannot be; stays quiet where it reads so already."""
        noun = noun_asked(facts)
        strange = tuple(_strange(noun, self.version, self.replacement, facts.own))
        if strange:
            refuse_if(*missing(reason=self.reason), *strange)
        event = Corrected(self.version, self.replacement, self._occurred(facts.own), self.reason)
        records = (*facts.own, _tentative(event, facts))
        if _reading(records) == _reading(facts.own):
            return ()
        before = noun.problems(facts.own)
        new = tuple(problem for problem in noun.problems(records) if problem not in before)
        refuse_if(*missing(reason=self.reason), *new)
        return (event,)

    def _occurred(self, own: Sequence[Record]) -> When | None:
        """A correction of the time outlives a later correction of the rest."""
        if self.occurred is not None or self.replacement is None:
            return self.occurred
        original = own[self.version - 1].when
        now = next((record.when for record in corrected(own) if record.version == self.version), original)
        return None if now == original else now


def _strange(noun: Noun[Any, Any], version: int, replacement: object, own: Sequence[Record]) -> Iterator[Refusal]:
    """Say what makes a correction meaningless, whatever it leads to."""
    if not 1 <= version <= len(own):
        yield NoSuchRecord(version, len(own))
    elif replacement is not None and isinstance(own[version - 1].event, Corrected):
        yield IsCorrection(version, own[version - 1].event.version)
    if replacement is not None and (not noun.has(replacement) or isinstance(replacement, Corrected)):
        yield NotOfThisNoun(noun.name, type(replacement).__name__)


def _tentative(event: Corrected, facts: Facts) -> Record:
    return attrs.evolve(
        facts.own[-1],
        version=facts.version,
        event=event,
        occurred_from=facts.at.start,
        occurred_to=facts.at.end,
    )


def _reading(records: Sequence[Record]) -> tuple[tuple[int, Any, When], ...]:
    return tuple((record.version, record.event, record.when) for record in corrected(records))


def _pairs(data: Mapping[str, Scalar]) -> tuple[tuple[str, Scalar], ...]:
    return tuple(sorted(data.items(), key=lambda pair: pair[0]))


@attrs.frozen
class Note:
    """Write down a fact of the host's own; every note is another. *kind* is namespaced, *data* a mapping."""

    noun: ClassVar[Noun[Any, Any] | None] = None
    life_cycle: ClassVar = False

    kind: str
    data: tuple[tuple[str, Scalar], ...] = attrs.field(default=MappingProxyType({}), converter=_pairs)

    def decide(self, state: object, facts: Facts) -> Events:
        """Refuses a kind without a namespace."""
        noun = noun_asked(facts)
        event = Noted(self.kind, self.data)
        namespaced = "." in self.kind and all(self.kind.split("."))
        refuse_if(*noun.misfits(state, event), None if namespaced else NotNamespaced(self.kind))
        return (event,)


@attrs.frozen
class MarkHistoryUnknown:
    """Say that what happened before *until* was not kept by the system this came from."""

    noun: ClassVar[Noun[Any, Any] | None] = None
    life_cycle: ClassVar = False

    until: datetime

    def decide(self, state: object, facts: Facts) -> Events:
        """Stays quiet where that gap is marked already."""
        noun = noun_asked(facts)
        if self.until.tzinfo is None:
            raise Refused(*noun.misfits(state, HistoryUnknown(self.until)), NoOffset(self.until))
        event = HistoryUnknown(self.until.astimezone(UTC))
        if event in _events(noun, facts):
            return ()
        refuse_if(*noun.misfits(state, event))
        return (event,)


@attrs.frozen
class MergeInto:
    """This stream turned out to be the same thing as *other*, which stands for both."""

    noun: ClassVar[Noun[Any, Any] | None] = None
    life_cycle: ClassVar = True

    other: UUID
    reason: str

    def decide(self, state: object, facts: Facts) -> Events:
        """Stays quiet where it was merged into that one already."""
        noun = noun_asked(facts)
        if any(isinstance(one, MergedInto) and one.other == self.other for one in _events(noun, facts)):
            return ()
        event = MergedInto(self.other, self.reason)
        refuse_if(
            *noun.misfits(state, event),
            *missing(reason=self.reason),
            IntoItself() if self.other == facts.stream else None,
        )
        return (event,)


def _events(noun: Noun[Any, Any], facts: Facts) -> tuple[Any, ...]:
    return tuple(record.event for record in noun.before(facts.own, facts.at))
