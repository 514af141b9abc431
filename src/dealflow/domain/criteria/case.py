"""Case: what a criterion looks at, and how it answers."""

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from types import MappingProxyType
from uuid import UUID

import attrs

from dealflow.domain import interaction
from dealflow.domain.deal import Deal
from dealflow.domain.gate import Answer
from dealflow.domain.interaction import Interaction, InteractionEvent, InteractionHeld
from dealflow.domain.seat import Seat
from dealflow.domain.stakeholder import Role
from dealflow.journal import Record, When


@attrs.frozen
class Case:
    """What a criterion looks at: the deal, who sits in it, and the records behind both, as of the time *at*.

    *interactions* are all that the records tell of, whatever they are about, by their streams.
    """

    id: UUID
    deal: Deal
    seats: tuple[Seat, ...]
    records: tuple[Record, ...]
    at: When

    def playing(self, role: Role) -> tuple[Seat, ...]:
        """Return the seats of those who hold *role* in the deal and have not left."""
        return tuple(seat for seat in self.seats if seat.plays(role) and seat.left is None)

    def own(self, event: type) -> tuple[Record, ...]:
        """Return the deal's own records of one event, in the order they happened."""
        return tuple(one for one in self.records if one.stream == self.id and isinstance(one.event, event))

    def held(self) -> tuple[Record, ...]:
        """Return the records of the held interactions about the deal, in the order they happened."""
        return tuple(
            one
            for one in self.records
            if isinstance(one.event, InteractionHeld)
            and one.stream in self.interactions
            and self.id in self.interactions[one.stream].deals
        )

    @cached_property
    def interactions(self) -> Mapping[UUID, Interaction]:
        """What every interaction has come to; one that was merged into another does not count."""
        states: dict[UUID, Interaction] = {}
        for record in self.records:
            if isinstance(record.event, InteractionEvent) or record.stream in states:
                state = interaction.evolve(states.get(record.stream), record.event)
                states |= {} if state is None else {record.stream: state}
        return MappingProxyType({stream: one for stream, one in states.items() if one.merged_into is None})


Found = tuple[Answer, tuple[int, ...]]
Criterion = Callable[[Case], Found]


def yes(so: object) -> Answer:
    """Answer what our own notes can only affirm or deny."""
    return Answer.MET if so else Answer.UNMET


def cited(records: Iterable[Record]) -> tuple[int, ...]:
    """Return the positions of records."""
    return tuple(one.position for one in records)
