"""Dossier: one whole deal at one instant, its people included.

What was so at *happened* follows from the records that had surely happened by then; what was
known is settled before, by which records are handed in. Of other deals one thing counts: who of
the deal's people we met, since a person met about one deal is met.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import attrs

from dealflow.domain.account import Account
from dealflow.domain.deal import Deal
from dealflow.domain.interaction import Interaction, InteractionHeld
from dealflow.domain.nouns import noun_of
from dealflow.domain.objection import Objection
from dealflow.domain.promise import Promise, PromiseStatus
from dealflow.domain.seat import Seat, seats
from dealflow.domain.stakeholder import Stakeholder
from dealflow.domain.timeline import by_stream, timeline
from dealflow.journal import Record
from dealflow.replay.telling.words import Names


@attrs.frozen
class Member:
    """A person with a seat in the deal."""

    id: UUID
    person: Stakeholder | None
    seat: Seat


@attrs.frozen
class Dossier:
    """The deal as of an instant: what it was, who sat in it, what stood open.

    *deal* is `None` where it had not been opened by then; then everything else is empty.
    """

    id: UUID
    happened: datetime | None
    deal: Deal | None
    account: Account | None
    committee: tuple[Member, ...]
    interactions: tuple[tuple[UUID, Interaction], ...]
    objections: tuple[Objection, ...]
    promises: tuple[Promise, ...]
    records: tuple[Record, ...]


def dossier(deal: UUID, records: Sequence[Record], happened: datetime | None = None) -> Dossier:
    """Gather the deal from whole streams of its own, of its people and of its account."""
    states = _states(records, happened)
    state = states.get(deal)
    if not isinstance(state, Deal):
        return Dossier(deal, happened, None, None, (), (), (), (), ())
    history = timeline(records, happened)
    committee = tuple(
        Member(seat.stakeholder, _person(states, seat.stakeholder), seat) for seat in seats(deal, history)
    )
    interactions = tuple(
        (id_, one) for id_, one in states.items() if isinstance(one, Interaction) and deal in one.deals
    )
    account = states.get(state.account)
    return Dossier(
        id=deal,
        happened=happened,
        deal=state,
        account=account if isinstance(account, Account) else None,
        committee=committee,
        interactions=interactions,
        objections=open_objections(deal, states.values()),
        promises=tuple(
            promise for _, one in interactions for promise in one.promises if promise.status is PromiseStatus.OPEN
        ),
        records=tuple(
            _about(
                deal,
                {id_ for id_, _ in interactions},
                {state.account, *(one.id for one in committee)},
                history,
                _tags(history, states),
            )
        ),
    )


def open_objections(deal: UUID, states: Iterable[object]) -> tuple[Objection, ...]:
    """Return the objections that stand open against a deal, whatever contact they were raised in."""
    contacts = (one for one in states if isinstance(one, Interaction))
    return tuple(
        objection
        for contact in contacts
        for objection in contact.objections
        if not objection.settled and (objection.deal == deal or (objection.deal is None and deal in contact.deals))
    )


def _about(
    deal: UUID,
    contacts: set[UUID],
    others: set[UUID],
    history: Sequence[Record],
    tags: Mapping[int, tuple[UUID, ...]],
) -> Iterator[Record]:
    """Keep what belongs to the deal's story: its own records, its contacts whole, and what is so of
    its *others* (its people and its account) whatever the deal, contacts with these people included;
    of contacts about other deals, that they were held. *tags* are the records' deals as they stand.
    """
    meetings = [record for record in history if not others.isdisjoint(getattr(record.event, "theirs", ()))]
    held = {record.position for record in meetings if isinstance(record.event, InteractionHeld)}
    standing = others | {record.stream for record in meetings}
    for record in history:
        deals = tags.get(record.position, ())
        ours = deal in deals or record.stream in contacts or record.position in held
        if ours or (not deals and record.stream in standing):
            yield record


def _tags(history: Sequence[Record], states: Mapping[UUID, Any]) -> Mapping[int, tuple[UUID, ...]]:
    """Return each record's deals anew: a correction may have changed what a whole stream is about."""
    nouns = {id_: noun_of(stream) for id_, stream in by_stream(history).items()}
    return {
        record.position: nouns[record.stream].tags(record.stream, states[record.stream], record.event).deals
        for record in history
    }


def names_of(records: Sequence[Record]) -> Names:
    """Return what the accounts, people and deals of these streams are called, by all that is known."""
    return Names.of(_states(records, None))


def _states(records: Sequence[Record], happened: datetime | None) -> Mapping[UUID, Any]:
    states: dict[UUID, Any] = {}
    for id_, stream in by_stream(records).items():
        noun = noun_of(stream)
        states[id_] = noun.fold(noun.history(stream, happened))
    return states


def _person(states: Mapping[UUID, Any], id_: UUID) -> Stakeholder | None:
    person = states.get(id_)
    return person if isinstance(person, Stakeholder) else None
