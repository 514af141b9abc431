"""A view that tests fold, and rows folded the plain way: everything anew, in one go, to be compared with."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import attrs

from dealflow.domain.account import AccountRenamed, Purchased
from dealflow.domain.deal import DealOpened, DealValued
from dealflow.domain.erasure import forgetting
from dealflow.domain.interaction import InteractionHeld
from dealflow.domain.noun import Noted, corrected
from dealflow.domain.objection import ObjectionRaised
from dealflow.domain.stakeholder import RoleIdentified, StakeholderIdentified
from dealflow.domain.timeline import by_stream
from dealflow.journal import Record
from dealflow.projections import View
from dealflow.store import Journal


@attrs.frozen
class Fact:
    """What was told, word for word."""

    record: int
    happened: datetime
    said: str


def keys(record: Record) -> Iterable[UUID]:
    """The account's row, fed by streams of all nouns, and that of each deal it is about."""
    return (*record.deals, *(() if record.account is None else (record.account,)))


def evolve(row: tuple[Fact, ...] | None, record: Record) -> tuple[Fact, ...] | None:
    """Add a fact; a note to start over makes the row vanish."""
    if isinstance(record.event, Noted) and record.event.kind == "test.start-over":
        return None
    return (*(row or ()), Fact(record.position, record.occurred_to, repr(record.event)))


BOOK: View[tuple[Fact, ...]] = View(
    name="test.book",
    version=1,
    reads=frozenset(
        {
            AccountRenamed,
            DealOpened,
            DealValued,
            InteractionHeld,
            Noted,
            ObjectionRaised,
            Purchased,
            RoleIdentified,
            StakeholderIdentified,
        }
    ),
    keys=keys,
    evolve=evolve,
    row=tuple[Fact, ...],
)


def plainly(view: View[Any], records: Iterable[Record]) -> list[tuple[UUID, Any]]:
    """Fold whole streams into rows with no thought of speed, in order."""
    right = [record for stream in by_stream(records).values() for record in corrected(stream)]
    rows: dict[UUID, Any] = {}
    for record in sorted(right, key=lambda one: one.position):
        if type(record.event) in view.reads:
            for key in sorted(set(view.keys(record))):
                rows[key] = view.evolve(rows.get(key), record)
    return [(key, row) for key, row in rows.items() if row is not None]


def plainly_from(view: View[Any], journal: Journal, known: datetime | None = None) -> list[tuple[UUID, Any]]:
    """Fold a journal, or what was known of it, into rows."""
    records = [record for record in journal.read() if known is None or record.recorded_at <= known]
    return plainly(view, forgetting(records, journal.erased()))


def in_order(rows: Mapping[UUID, Any]) -> list[tuple[UUID, Any]]:
    """Return rows with their order, which dictionaries that are compared do not look at."""
    return list(rows.items())
