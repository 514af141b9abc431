"""What may be asked of any stream: correct a record, note a fact of the host's, name what is not known, merge it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, ClassVar
from uuid import UUID

import attrs

from dealflow.decider import Events, Facts, Refusal, Refused, refuse_if
from dealflow.domain.asking import not_within, told, told_then
from dealflow.domain.closing import out_of_play
from dealflow.domain.deal import DEAL
from dealflow.domain.noun import (
    Corrected,
    HistoryUnknown,
    MergedInto,
    Missing,
    NoSuchRecord,
    Noted,
    NotOfThisNoun,
    NotThere,
    Noun,
    ObservationEnded,
    Scalar,
    corrected,
    missing,
)
from dealflow.domain.nouns import noun_of
from dealflow.domain.personal import Personal
from dealflow.domain.playbook import PlaybookDefined, PlaybookRevised
from dealflow.domain.stakeholder import Erased, StakeholderErased
from dealflow.domain.valuing import not_money
from dealflow.journal import Record, When
from dealflow.money import Money


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
        target, before = facts.own[self.version - 1].event, _odds(noun, facts.own, facts)
        refuse_if(
            *missing(reason=self.reason),
            *_sacrosanct(target, self.replacement),
            *(_contents(self.replacement, facts) if self.replacement is not None else ()),
            *(one for one in _odds(noun, records, facts) if one not in before),
        )
        return (event,)

    def _occurred(self, own: Sequence[Record]) -> When | None:
        """A correction of the time outlives a later correction of the rest."""
        if self.occurred is not None or self.replacement is None:
            return self.occurred
        original = own[self.version - 1].when
        now = next((record.when for record in corrected(own) if record.version == self.version), original)
        return None if now == original else now


@attrs.frozen
class Sacrosanct:
    """Some records stand for good, because others rest on them or somebody was promised they would."""

    event: str
    instead: str

    def __str__(self) -> str:
        return f"a {self.event} is not taken back: {self.instead}"


def _sacrosanct(target: Any, replacement: Any) -> Iterator[Refusal]:
    """Say what must not be corrected away: an erasure, and the milestones that deals run on."""
    if isinstance(target, StakeholderErased) and not isinstance(replacement, StakeholderErased):
        yield Sacrosanct("StakeholderErased", "what was forgotten stays forgotten")
    if isinstance(replacement, StakeholderErased) and not isinstance(target, StakeholderErased):
        yield Sacrosanct(type(target).__name__, "to erase a person, ask EraseStakeholder")
    if isinstance(target, PlaybookDefined | PlaybookRevised) and type(replacement) is not type(target):
        yield Sacrosanct(type(target).__name__, "revise the playbook, or replace the milestones")
    elif isinstance(target, PlaybookDefined) and replacement.key != target.key:
        yield Sacrosanct("PlaybookDefined", "its key is its stream; define another playbook")


def _contents(event: Any, facts: Facts) -> Iterator[Refusal]:
    """Hold a replacement to what every command holds its event to: words that say something, money
    that is money, shares that are shares, nothing personal of somebody who was erased.
    """
    values = {field.name: getattr(event, field.name) for field in attrs.fields(type(event))}
    shares = {field.name: values[field.name] for field in attrs.fields(type(event)) if field.type is float}
    yield from (Missing(name) for name, value in values.items() if value == "")
    yield from not_money(**{name: value for name, value in values.items() if isinstance(value, Money)})
    yield from not_within(0, 1, **shares)
    erased = any(isinstance(record.event, StakeholderErased) for record in facts.own)
    if erased and any(isinstance(value, Personal) for value in values.values()):
        yield Erased()


def _odds(noun: Noun[Any, Any], records: Sequence[Record], facts: Facts) -> tuple[object, ...]:
    """Return what cannot be in a history, by the noun's own rules and by the playbook of a deal."""
    play = tuple(out_of_play(noun.history(records), facts.playbooks)) if noun is DEAL else ()
    return (*noun.problems(records), *play)


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
        if event in told(noun, facts):
            return ()
        refuse_if(*noun.misfits(state, event))
        return (event,)


@attrs.frozen
class EndObservation:
    """Say that nothing is known of this from here on, since what came later was not kept."""

    noun: ClassVar[Noun[Any, Any] | None] = None
    life_cycle: ClassVar = False

    def decide(self, state: object, facts: Facts) -> Events:
        """Stays quiet where it is said to have ended at that very moment already."""
        noun = noun_asked(facts)
        event = ObservationEnded()
        if told_then(facts, event):
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
        if any(isinstance(one, MergedInto) and one.other == self.other for one in told(noun, facts)):
            return ()
        event = MergedInto(self.other, self.reason)
        refuse_if(
            *noun.misfits(state, event),
            *missing(reason=self.reason),
            IntoItself() if self.other == facts.stream else None,
        )
        return (event,)
