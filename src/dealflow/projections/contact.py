"""Contact: an interaction as it stood at a moment, with the objections raised and the promises made in it.

Silence, outcomes, promises and pre-sale steps are questions on many of them (`conduct`, `silence`).
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Protocol, TypeVar
from uuid import UUID

import attrs

from dealflow.domain.inquiry import Spin
from dealflow.domain.interaction import Activity, Channel, InteractionStatus
from dealflow.journal import When
from dealflow.projections import Dated, latest
from dealflow.projections.contacts import (
    Answered,
    Concluded,
    ContactRow,
    Objected,
    Promised,
    Redeemed,
    Settled,
    Turn,
    born,
    placed,
    turns_of,
)

T = TypeVar("T")


@attrs.frozen
class ObjectionHistory:
    """One objection, how it was met, and (if it was) settled; *deals* are those it stands against."""

    raised: Dated[Objected]
    answers: tuple[Dated[Answered], ...] = ()
    settled: Dated[Settled] | None = None
    deals: tuple[UUID, ...] = ()

    @property
    def open(self) -> bool:
        """Whether it stands still, answered or not."""
        return self.settled is None

    @property
    def records(self) -> tuple[int, ...]:
        """The records that it rests on, in the journal's order."""
        ends = () if self.settled is None else (self.settled.record,)
        return tuple(sorted((self.raised.record, *(one.record for one in self.answers), *ends)))


@attrs.frozen
class PromiseHistory:
    """One promise of ours, and what became of it; *deals* are those of the contact in which it was made."""

    made: Dated[Promised]
    redeemed: Dated[Redeemed] | None = None
    deals: tuple[UUID, ...] = ()

    @property
    def open(self) -> bool:
        """Whether it is neither kept nor broken."""
        return self.redeemed is None

    @property
    def records(self) -> tuple[int, ...]:
        """The records that it rests on."""
        return (self.made.record,) if self.redeemed is None else (self.made.record, self.redeemed.record)


@attrs.frozen
class Contact:
    """How an interaction stood at a moment: the steps of its life so far, each with its time narrowed by the others.

    *deals* are all that it was ever said to be about, *asked* the kinds of our questions.
    """

    id: UUID
    account: UUID | None
    turns: tuple[Dated[Turn], ...]
    deals: tuple[UUID, ...] = ()
    asked: tuple[Spin, ...] = ()
    concluded: Dated[Concluded] | None = None
    objections: tuple[ObjectionHistory, ...] = ()
    promises: tuple[PromiseHistory, ...] = ()

    @property
    def status(self) -> InteractionStatus:
        """What became of it so far."""
        return self.turns[-1].value.status

    @property
    def held(self) -> Dated[Turn] | None:
        """The step by which it took place, if it did."""
        last = self.turns[-1]
        return last if last.value.status is InteractionStatus.HELD else None

    @property
    def tried(self) -> Dated[Turn] | None:
        """The last step by which we met them, or tried to and reached nobody."""
        return next((one for one in reversed(self.turns) if one.value.status in _TRIED), None)

    @property
    def plan(self) -> Dated[Turn] | None:
        """The step by which it was planned, if it was: with whom, why."""
        first = self.turns[0]
        return first if first.value.status is InteractionStatus.PLANNED else None

    @property
    def planned_for(self) -> When | None:
        """For when it was planned last; nothing where it was not planned."""
        return next((one.value.planned_for for one in reversed(self.turns) if one.value.planned_for), None)

    @property
    def when(self) -> When:
        """When it took place or was tried; of what is planned, missed or cancelled, when it was to be."""
        step = self.tried or self.turns[-1]
        tried = When(step.start, step.end)
        return tried if self.status in _TRIED else self.planned_for or tried

    @property
    def channel(self) -> Channel | None:
        """How they met, or were to."""
        return _said(self).channel

    @property
    def ours(self) -> tuple[str, ...]:
        """Who of ours took part, or was to."""
        return _said(self).ours

    @property
    def theirs(self) -> tuple[UUID, ...]:
        """Who of theirs took part, or was to."""
        return _said(self).theirs

    @property
    def activity(self) -> Activity | None:
        """Of what it is part; nothing where nobody was met and nothing was planned."""
        return next((one.value.activity for one in reversed(self.turns) if one.value.activity is not None), None)


_TRIED = frozenset({InteractionStatus.HELD, InteractionStatus.ATTEMPTED})


def _said(contact: Contact) -> Turn:
    """Return the last step that says who meets whom, and how."""
    return next(one.value for one in reversed(contact.turns) if one.value.channel is not None)


def contact(interaction: UUID, row: ContactRow, at: datetime) -> Contact | None:
    """Return how an interaction stood; nothing before it began, and nothing once it turned out to be told twice."""
    turns = tuple(one for one in turns_of(row) if one.end <= at)
    if not turns or any(one.end <= at for one in row.merged):
        return None
    linked = _linked(row, at)
    return Contact(
        id=interaction,
        account=row.account,
        turns=turns,
        deals=linked,
        asked=tuple(one.value for one in placed(row, row.asked) if one.end <= at),
        concluded=latest(row.concluded, born(row), at) if row.concluded else None,
        objections=tuple(objections(row, at)),
        promises=tuple(_promises(row, at, linked)),
    )


def contacts(rows: Mapping[UUID, ContactRow], at: datetime) -> Iterator[Contact]:
    """Yield how every interaction stood that had begun by then, as they entered the journal."""
    found = (contact(interaction, row, at) for interaction, row in rows.items())
    return (one for one in found if one is not None)


def _linked(row: ContactRow, at: datetime | None) -> tuple[UUID, ...]:
    """Return the deals that it was said to be about; what a step of its life says is dated as the step is."""
    steps = {one.record: one for one in turns_of(row)}
    told = [
        attrs.evolve(one, start=step.start, end=step.end) if (step := steps.get(one.record)) else one
        for one in row.deals
    ]
    return tuple(dict.fromkeys(deal for one in placed(row, told) if at is None or one.end <= at for deal in one.value))


class _Referring(Protocol):
    @property
    def ref(self) -> str: ...


R = TypeVar("R", bound=_Referring)


def _by_ref(told: Iterable[Dated[R]]) -> Mapping[str, list[Dated[R]]]:
    found: dict[str, list[Dated[R]]] = {}
    for one in told:
        found.setdefault(one.value.ref, []).append(one)
    return found


def _before(raised: Dated[T], told: Iterable[Dated[Any]]) -> Dated[T]:
    """Narrow what was raised by what was told of it: that was not before."""
    latest = min((one.end for one in told), default=raised.end)
    return attrs.evolve(raised, start=min(raised.start, latest), end=min(raised.end, latest))


def _after(told: Dated[R], raised: Dated[T]) -> Dated[R]:
    """Narrow what was told of something by when that was raised."""
    return attrs.evolve(told, start=max(raised.start, told.start), end=max(raised.start, told.end))


def objections(row: ContactRow, at: datetime | None = None) -> Iterator[ObjectionHistory]:
    """Yield the objections of a contact as they stood at a moment (absent: all, whenever it was)."""
    answers, settled = _by_ref(placed(row, row.answers)), _by_ref(placed(row, row.settled))
    linked = _linked(row, at) if row.objections else ()
    for told in placed(row, row.objections):
        one = told.value
        met, over = answers.get(one.id, []), settled.get(one.id, [])
        raised = _before(told, (*met, *over))
        if at is None or raised.end <= at:
            yield ObjectionHistory(
                raised,
                tuple(_by(at, (_after(answer, raised) for answer in met))),
                next(_by(at, (_after(end, raised) for end in over)), None),
                (one.deal,) if one.deal else linked,
            )


def _promises(row: ContactRow, at: datetime, linked: tuple[UUID, ...]) -> Iterator[PromiseHistory]:
    redeemed = _by_ref(placed(row, row.redeemed))
    for told in placed(row, row.promises):
        over = redeemed.get(told.value.id, [])
        made = _before(told, over)
        if made.end <= at:
            yield PromiseHistory(made, next(_by(at, (_after(end, made) for end in over)), None), linked)


def _by(at: datetime | None, told: Iterable[Dated[T]]) -> Iterator[Dated[T]]:
    return (one for one in told if at is None or one.end <= at)
