"""Seat: what a person is in one deal, with the records it rests on (domain.md §4).

A deal's own facts about a person override the standing ones at the account. Contact is never
typed in: it follows from held interactions.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

import attrs

from dealflow.domain.deal import DealOpened
from dealflow.domain.interaction import InteractionHeld
from dealflow.domain.noun import MergedInto
from dealflow.domain.stakeholder import (
    Influence,
    InfluenceRated,
    Role,
    RoleIdentified,
    RoleWithdrawn,
    StakeholderDeparted,
    StakeholderMoved,
    Stance,
    StanceChanged,
)
from dealflow.journal import Record

T = TypeVar("T")


@attrs.frozen
class Cited(Generic[T]):
    """A value with the journal position of the record it came from."""

    value: T
    record: int


@attrs.frozen
class Seat:
    """One person's part in one deal: roles, influence, stance, and when we met them.

    Absent is unknown. *met* holds the end of each held interaction they took part in; *left* says
    that they departed, and since when: they decide nothing any more.
    """

    stakeholder: UUID
    roles: tuple[Cited[Role], ...] = ()
    influence: Cited[Influence] | None = None
    stance: Cited[Stance] | None = None
    ally: bool | None = None
    met: tuple[Cited[datetime], ...] = ()
    left: Cited[datetime] | None = None

    def plays(self, role: Role) -> Cited[Role] | None:
        """Return the role with its record, or nothing where the person does not hold it."""
        return next((one for one in self.roles if one.value is role), None)


SeatFact = RoleIdentified | RoleWithdrawn | InfluenceRated | StanceChanged


def seats(deal: UUID, history: Iterable[Record]) -> tuple[Seat, ...]:
    """Return the seats in *deal* that a history leads to, in the order the people appeared.

    *history* holds records in the order they happened, corrections applied. A person has a seat
    once they hold a role in it, or a fact about them was recorded for this very deal. What is
    standing holds at the account it was said of; whoever departed, or moved anywhere but there, has
    left until a role of theirs is named again. Of two streams for one person, or for one contact,
    the one that was merged into the other does not count, so that nothing counts twice.
    """
    history = tuple(history)
    merged = {one.stream for one in history if isinstance(one.event, MergedInto)}
    account = next(
        (one.event.account for one in history if one.stream == deal and isinstance(one.event, DealOpened)), None
    )
    facts: dict[UUID, list[Record]] = {}
    met: dict[UUID, list[Cited[datetime]]] = {}
    left: dict[UUID, Cited[datetime]] = {}
    for record in history:
        match record.event:
            case RoleIdentified() | RoleWithdrawn() | InfluenceRated() | StanceChanged():
                if holds_in(deal, account, record):
                    facts.setdefault(record.stream, []).append(record)
                    if isinstance(record.event, RoleIdentified):
                        left.pop(record.stream, None)
            case InteractionHeld() if record.stream not in merged:
                for person in record.event.theirs:
                    met.setdefault(person, []).append(Cited(record.occurred_to, record.position))
            case StakeholderMoved(account=to) if to is not None and to == account:
                pass
            case StakeholderDeparted() | StakeholderMoved():
                left[record.stream] = Cited(record.occurred_to, record.position)
            case _:
                pass
    found = (
        _seat(deal, one, said, tuple(met.get(one, ())), left.get(one))
        for one, said in facts.items()
        if one not in merged
    )
    return tuple(seat for seat in found if seat is not None)


def holds_in(deal: UUID, account: UUID | None, record: Record) -> bool:
    """Say whether a fact about a person is one of the deal, or a standing one of its account, as far as both are
    known.
    """
    if record.event.deal is not None:
        return bool(record.event.deal == deal)
    return account is None or record.account in {None, account}


def _seat(
    deal: UUID, person: UUID, records: list[Record], met: tuple[Cited[datetime], ...], left: Cited[datetime] | None
) -> Seat | None:
    own = [record for record in records if record.event.deal == deal]
    standing = [record for record in records if record.event.deal is None]
    roles: dict[Role, Cited[Role] | None] = {}
    influence: Cited[Influence] | None = None
    stance: Cited[Stance] | None = None
    ally: bool | None = None
    for record in (*standing, *own):
        match record.event:
            case RoleIdentified(role=role):
                roles[role] = Cited(role, record.position)
            case RoleWithdrawn(role=role):
                roles[role] = None
            case InfluenceRated(influence=rated):
                influence = Cited(rated, record.position)
            case StanceChanged(stance=shown, ally=helps):
                stance, ally = Cited(shown, record.position), helps
            case _:
                pass
    held = tuple(cited for cited in roles.values() if cited is not None)
    return Seat(person, held, influence, stance, ally, met, left) if held or own else None
