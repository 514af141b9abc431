"""Situation: a deal at one moment, with all that is told by then of it, its people and its account.

What the questions about people and health are asked of. It holds whole histories, so that the same
question can be asked of any earlier moment: `as_of`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

import attrs

from dealflow.domain.deal import Deal, EndEvent
from dealflow.domain.interaction import Interaction, InteractionHeld
from dealflow.domain.noun import Noun
from dealflow.domain.nouns import noun_of
from dealflow.domain.playbook import MilestoneKey, PlaybookKey
from dealflow.domain.seat import Seat, seats
from dealflow.domain.stakeholder import Stakeholder
from dealflow.domain.timeline import Told, by_stream, told
from dealflow.journal import Record, day_end
from dealflow.projections.cases import Horizon
from dealflow.projections.survival import Incidence

Usual = Callable[[PlaybookKey, MilestoneKey, datetime], Incidence | None]
"""How long visits to a milestone of a playbook lasted, by what had happened at a moment."""


SEATED = 8  # of the latest moments asked: whoever walks through a deal asks of the same ones again


def nothing_usual(_playbook: PlaybookKey, _milestone: MilestoneKey, _at: datetime) -> None:
    """Say that nobody knows how long deals usually stay anywhere."""


@attrs.frozen
class Situation:
    """How a deal stood at a moment (the *horizon*, from which ages are counted), as it was known.

    *told* is what had surely happened by then, in order, corrections applied; *nouns* says what
    each stream is; *usual* how long visits to a milestone last in the journal, where that is known.
    """

    id: UUID
    horizon: Horizon
    told: tuple[Told, ...]
    nouns: Mapping[UUID, Noun[Any, Any]] = attrs.field(repr=False)
    usual: Usual = attrs.field(default=nothing_usual, repr=False, eq=False)
    # Kept from moment to moment: what streams came to, and who sat in the deal.
    _folded: dict[tuple[int, ...], Any] = attrs.field(factory=dict, repr=False, eq=False)
    _seated: dict[tuple[UUID, tuple[int, ...]], tuple[Seat, ...]] = attrs.field(factory=dict, repr=False, eq=False)

    @cached_property
    def history(self) -> tuple[Record, ...]:
        """The records, in the order in which they happened."""
        return tuple(one.record for one in self.told)

    @cached_property
    def by_stream(self) -> Mapping[UUID, Sequence[Record]]:
        """The records of each stream, in the order in which they happened."""
        return by_stream(self.history)

    @cached_property
    def states(self) -> Mapping[UUID, Any]:
        """What every stream has come to."""
        return {stream: self._fold(stream, own) for stream, own in self.by_stream.items()}

    def _fold(self, stream: UUID, own: Sequence[Record]) -> Any:
        """Fold a stream, or take what it came to when the very same records were folded before."""
        positions = tuple(one.position for one in own)
        if positions not in self._folded:
            self._folded[positions] = self.nouns[stream].fold(own)
        return self._folded[positions]

    @property
    def deal(self) -> Deal | None:
        """The deal; nothing where it had not been opened yet."""
        state = self.states.get(self.id)
        return state if isinstance(state, Deal) else None

    @cached_property
    def seats(self) -> tuple[Seat, ...]:
        """Who sits in it, in the order in which they appeared; empty before it is opened."""
        if self.deal is None:
            return ()
        told = (self.id, tuple(one.position for one in self.history))
        if told not in self._seated:
            if len(self._seated) >= SEATED:
                self._seated.clear()
            self._seated[told] = seats(self.id, self.history)
        return self._seated[told]

    @property
    def at(self) -> datetime:
        """The moment."""
        return self.horizon.until

    @property
    def today(self) -> date:
        """The day of the moment, in the journal's zone."""
        return self.horizon.day(self.at)

    def person(self, stakeholder: UUID) -> Stakeholder | None:
        """Return a person as they were; nothing where none was known by then."""
        state = self.states.get(stakeholder)
        return state if isinstance(state, Stakeholder) else None

    def held_with(self, stakeholder: UUID) -> tuple[Record, ...]:
        """Return the held interactions a person took part in, about whatever deal; each told twice counts once."""
        return tuple(self._held.get(stakeholder, ()))

    @cached_property
    def _held(self) -> Mapping[UUID, Sequence[Record]]:
        found: dict[UUID, list[Record]] = {}
        for one in self.history:
            if isinstance(one.event, InteractionHeld) and self.states[one.stream].merged_into is None:
                for person in dict.fromkeys(one.event.theirs):
                    found.setdefault(person, []).append(one)
        return found

    def contacts(self) -> Iterator[tuple[UUID, Interaction]]:
        """Yield the interactions about this deal, each with its stream; each told twice once."""
        for stream, state in self.states.items():
            if isinstance(state, Interaction) and self.id in state.deals and state.merged_into is None:
                yield stream, state

    def own(self, *events: type) -> tuple[Record, ...]:
        """Return the deal's own records of some events, in order."""
        return tuple(one for one in self.by_stream.get(self.id, ()) if isinstance(one.event, events))

    def as_of(self, moment: datetime) -> "Situation":
        """Return the situation of an earlier moment."""
        horizon = attrs.evolve(self.horizon, until=moment)
        return attrs.evolve(self, horizon=horizon, told=tuple(one for one in self.told if one.end <= moment))

    def moments(self, *events: type) -> tuple[datetime, ...]:
        """Return the moments by which such events had happened, in order, each once."""
        return tuple(sorted({one.end for one in self.told if isinstance(one.record.event, events)}))

    def days_since(self, moment: datetime) -> int:
        """Return how many calendar days lie between a moment and now."""
        return self.horizon.days(moment, self.at)

    def days_ago(self, days: int) -> "Situation":
        """Return the situation of the evening so many calendar days ago."""
        return self.as_of(day_end(self.today - timedelta(days=days), self.horizon.zone))


def situation(
    deal: UUID,
    records: Iterable[Record],
    horizon: Horizon,
    *,
    happened: datetime | None = None,
    usual: Usual = nothing_usual,
) -> Situation:
    """Gather a deal's situation from whole streams of its own, of its people and of its account.

    *happened* is what was asked, and the *horizon* that, or what was known, or now. A closed deal
    of which no day is asked stands as it did when it ended: what came later is not told.
    """
    return as_it_ended(gathered(deal, records, horizon, happened=happened, usual=usual), happened)


def as_it_ended(whole: Situation, happened: datetime | None) -> Situation:
    """Return a situation without what was told after its deal closed, unless a day was asked for."""
    ended = max((one.end for one in whole.told if _ends(one, whole.id)), default=None)
    if happened is not None or ended is None or whole.deal is None or whole.deal.end is None:
        return whole
    closed = attrs.evolve(whole.horizon, until=min(whole.horizon.until, ended))
    return attrs.evolve(whole, horizon=closed, told=tuple(one for one in whole.told if one.end <= ended))


def about_to_end(whole: Situation, happened: datetime | None = None) -> Situation:
    """Return a situation as it was when its deal was about to close: without the end, and what its stream tells after.

    As it is where the deal is open.
    """
    then = as_it_ended(whole, happened)
    if then.deal is None or then.deal.end is None:
        return then
    last = max(number for number, one in enumerate(then.told) if _ends(one, then.id))
    left = {one.record.position for one in then.told[last:] if one.record.stream == then.id}
    return attrs.evolve(then, told=tuple(one for one in then.told if one.record.position not in left))


def _ends(one: Told, deal: UUID) -> bool:
    return one.record.stream == deal and isinstance(one.record.event, EndEvent)


def gathered(
    deal: UUID,
    records: Iterable[Record],
    horizon: Horizon,
    *,
    happened: datetime | None = None,
    usual: Usual = nothing_usual,
) -> Situation:
    """Gather the same, with all that is told by *happened* (absent: ever), whether the deal ended before or not."""
    records = tuple(records)
    nouns = {stream: noun_of(own) for stream, own in by_stream(records).items()}
    return Situation(deal, horizon, told(records, happened), nouns, usual)
