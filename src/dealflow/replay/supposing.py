"""Supposing: a deal's records as they might have been: without one, with one earlier, under other rules.

Frozen values, each with what it makes of a `World`; an application may write its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Protocol
from uuid import UUID

import attrs

from dealflow.domain.account import AccountRegistered
from dealflow.domain.deal import DealOpened, DealPlaybookChanged, DealReopened, StageAdvanced, StageEvent, StageReverted
from dealflow.domain.noun import Corrected, Noun, Problem, corrected
from dealflow.domain.nouns import noun_of
from dealflow.domain.playbook import Meaning, MilestoneKey, Playbook
from dealflow.journal import JOURNAL, Record, When
from dealflow.projections.cases import Horizon
from dealflow.projections.look import HEALTH, HealthPolicy


class CannotSuppose(LookupError):
    """What is to be supposed cannot be: no such record, or a history that could not have been."""


@attrs.frozen
class World:
    """The whole streams of a deal, its people and its account, and by what they are judged.

    *playbooks* are those the journal has, by key; *judged_by* the one whose gates and chances count in
    their place, where one is supposed. What was known when a gate was passed is asked of *knowledge*.
    *left_out* are records that could not have been without another.
    """

    deal: UUID
    records: tuple[Record, ...]
    horizon: Horizon
    happened: datetime | None = None
    knowledge: str = JOURNAL
    playbooks: Mapping[str, Playbook] = MappingProxyType({})
    judged_by: Playbook | None = None
    policy: HealthPolicy = HEALTH
    left_out: tuple[int, ...] = ()

    def must_have(self, position: int) -> Record:
        """Return a record; raises `CannotSuppose` where the deal's streams have none at that position."""
        found = next((one for one in self.records if one.position == position), None)
        if found is None:
            message = f"no record {position} among those of this deal, its people and its account: check the number"
            raise CannotSuppose(message)
        if isinstance(found.event, Corrected):
            message = f"record {position} is a correction: suppose something of the record it corrects"
            raise CannotSuppose(message)
        return found


class Supposition(Protocol):
    """Something to be supposed."""

    def apply(self, world: World) -> World:
        """Return the world in which it is so; raises `CannotSuppose`."""
        ...


@attrs.frozen
class WithoutRecord:
    """The record at this position had not been, nor what could not have been without it."""

    record: int

    def apply(self, world: World) -> World:
        """Raises `CannotSuppose` for the records with which the deal and its account began: all rests on them."""
        gone = world.must_have(self.record)
        if gone.stream == world.deal and isinstance(gone.event, DealOpened):
            message = f"record {self.record} opened the deal: without it there is nothing to judge"
            raise CannotSuppose(message)
        if isinstance(gone.event, AccountRegistered):
            message = f"record {self.record} is the account's beginning, and all of the deal rests on it: name another"
            raise CannotSuppose(message)
        own = [one for one in world.records if one.stream == gone.stream]
        kept, left_out = _without(own, gone)
        keep = {one.position for one in kept}
        records = tuple(one for one in world.records if one.stream != gone.stream or one.position in keep)
        return attrs.evolve(world, records=records, left_out=(*world.left_out, *left_out))


def _without(own: Sequence[Record], gone: Record) -> tuple[list[Record], list[int]]:
    """Take a record out of its stream, and whatever does not fit any more without it."""
    noun, problems = noun_of(own), _problems(own)
    kept = [one for one in own if one.position != gone.position and not _corrects(one, gone)]
    left_out: list[int] = []
    while fresh := [one for one in noun.problems(kept) if one not in problems]:
        version = fresh[0].version
        left_out += [one.position for one in kept if one.version == version]
        kept = [one for one in kept if one.version != version]
    return kept, left_out


def _problems(own: Sequence[Record]) -> Sequence[Problem]:
    noun: Noun[Any, Any] = noun_of(own)
    return noun.problems(own)


def _corrects(one: Record, other: Record) -> bool:
    return isinstance(one.event, Corrected) and one.event.version == other.version


@attrs.frozen
class RecordEarlier:
    """The record at this position had happened earlier, *at* that time, and become known as much earlier.

    A step of the deal itself became known when it did: what was known then is what its gates are judged by.
    """

    record: int
    at: datetime | date | When

    def apply(self, world: World) -> World:
        """Raises `CannotSuppose` where it would be later, or in an order that cannot be."""
        was, when = world.must_have(self.record), When.of(self.at, world.horizon.zone)
        own = [one for one in world.records if one.stream == was.stream]
        stands = next((one for one in corrected(own) if one.version == was.version), None)
        if stands is None or when.end >= stands.occurred_to:
            said = "was taken back" if stands is None else f"happened by {stands.when.text(world.horizon.zone)}"
            message = f"record {self.record} {said}: name an earlier time"
            raise CannotSuppose(message)
        moved = _moved(stands, when)
        kept = [moved if one.version == was.version else one for one in own if not _corrects(one, was)]
        _must_have_begun(kept, was, when)
        _must_fit(kept, own)
        new = {one.position: one for one in kept}
        records = tuple(
            new.get(one.position, one) for one in world.records if one.stream != was.stream or one.position in new
        )
        return attrs.evolve(world, records=records)


def _moved(stands: Record, when: When) -> Record:
    """Return a record as it would be had it happened then."""
    moved = attrs.evolve(stands, occurred_from=when.start, occurred_to=when.end)
    if isinstance(stands.event, StageAdvanced):
        return moved
    by, source = stands.occurred_to - when.end, stands.source
    if source is not None and source.recorded_at is not None:
        source = attrs.evolve(source, recorded_at=source.recorded_at - by)
    return attrs.evolve(moved, recorded_at=stands.recorded_at - by, source=source)


def _must_have_begun(supposed: Sequence[Record], moved: Record, when: When) -> None:
    """Raise `CannotSuppose` where the stream itself had not begun by then: a person not yet known, say."""
    first = next(iter(corrected(supposed)), moved)
    if first.position != moved.position and when.end < first.occurred_from:
        message = (
            f"record {moved.position} would be earlier than its beginning: suppose record {first.position} earlier too"
        )
        raise CannotSuppose(message)


def _must_fit(supposed: Sequence[Record], own: Sequence[Record]) -> None:
    known = _problems(own)
    fresh = [str(one.refusal) for one in _problems(supposed) if one not in known]
    if fresh:
        message = f"that could not have been: {'; '.join(fresh)}"
        raise CannotSuppose(message)


@attrs.frozen
class UnderPlaybook:
    """The deal had been judged by the gates and chances of this playbook (its latest version)."""

    playbook: Playbook

    def apply(self, world: World) -> World:
        """Milestones that the playbook does not have are judged by nothing, and have no chance."""
        frozen = {stone.key: (stone.chance, stone.meaning) for stone in self.playbook.milestones()}
        records = (_refrozen(one, world.deal, frozen) for one in world.records)
        return attrs.evolve(world, records=tuple(records), judged_by=self.playbook)


def _refrozen(record: Record, deal: UUID, frozen: Mapping[MilestoneKey, tuple[Any, Meaning]]) -> Record:
    event = record.event
    if record.stream != deal:
        return record
    if isinstance(event, Corrected) and isinstance(event.replacement, StageEvent):
        return attrs.evolve(record, event=attrs.evolve(event, replacement=_judged(event.replacement, frozen)))
    return attrs.evolve(record, event=_judged(event, frozen)) if isinstance(event, StageEvent) else record


def _judged(event: StageEvent, frozen: Mapping[MilestoneKey, tuple[Any, Meaning]]) -> StageEvent:
    chance, meaning = frozen.get(stood_at(event), (None, Meaning.OPEN))
    return attrs.evolve(event, chance=chance, meaning=meaning)


def stood_at(event: StageEvent) -> MilestoneKey:
    """Return the milestone that a step leads to."""
    match event:
        case StageAdvanced() | StageReverted():
            return event.reached
        case DealOpened() | DealPlaybookChanged() | DealReopened():
            return event.at


@attrs.frozen
class UnderPolicy:
    """The deal had been judged by other thresholds and warnings' limits."""

    policy: HealthPolicy

    def apply(self, world: World) -> World:
        """Nothing that was recorded is otherwise."""
        return attrs.evolve(world, policy=self.policy)


def supposed(world: World, suppositions: Iterable[Supposition]) -> World:
    """Return the world in which all of it is so, one after the other."""
    for one in suppositions:
        world = one.apply(world)
    return world
