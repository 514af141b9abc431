"""Accounts: what was ever said of each account itself, as dated facts.

One row an account. How the relationship stands, what endangers it and who answers for it are
questions on these rows, beside those of its deals, contacts and people (`relation`).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import attrs

from dealflow.domain.account import (
    AccountKind,
    AccountOwnerAssigned,
    AccountRegistered,
    AccountScreened,
    KeyDesignated,
    KeyReason,
    KeyWithdrawn,
    Purchased,
    PurchaseOrigin,
    PurchasesComeFrom,
    RelationshipEnded,
    RelationshipResumed,
    ShareMeasured,
)
from dealflow.domain.alliance import (
    AgreementEnded,
    AgreementSigned,
    Direction,
    DirectionChanged,
    PlanMade,
    PlanReviewed,
)
from dealflow.domain.matter import ComplaintRaised, IncidentKind, IncidentReported, MatterResolved
from dealflow.domain.noun import HistoryUnknown, MergedInto, ObservationEnded
from dealflow.domain.purchase import Level
from dealflow.domain.rivalry import CriteriaAssessed, RivalGone, RivalMove, RivalSeen
from dealflow.journal import Record
from dealflow.money import Money
from dealflow.projections import Dated, View, latest


@attrs.frozen
class Raised:
    """Something they hold against us: a complaint, or (*incident*) what went wrong; *id* names it until settled."""

    id: str
    severity: Level
    due: date | None = None
    incident: IncidentKind | None = None


@attrs.frozen
class Sighting:
    """A competitor was seen to do something at the account; no *move*: they are gone."""

    competitor: str
    move: RivalMove | None


class PlanStep(StrEnum):
    """What was done about our plan for the account."""

    MADE = "made"
    REVIEWED = "reviewed"


@attrs.frozen
class AccountRow:
    """Everything said of one account that counts over time, nothing of it as of today.

    It was registered between *start* and *end*, by *record*. *settled* are the ids of matters, *ended*
    those of agreements; *key* is why it is a key account, no reason that it is none any more; *life*
    tells the ends of the relationship, and (nothing) its being resumed. *merged* is into what;
    *unknown* are the moments before which its history was not kept, *watched* those after which it was
    no longer followed.
    """

    start: datetime
    end: datetime
    record: int
    kind: AccountKind = AccountKind.CUSTOMER
    owners: tuple[Dated[str], ...] = ()
    origins: tuple[Dated[PurchaseOrigin], ...] = ()
    purchases: tuple[Dated[Money], ...] = ()
    shares: tuple[Dated[ShareMeasured], ...] = ()
    matters: tuple[Dated[Raised], ...] = ()
    settled: tuple[Dated[str], ...] = ()
    rivals: tuple[Dated[Sighting], ...] = ()
    criteria: tuple[Dated[CriteriaAssessed], ...] = ()
    agreements: tuple[Dated[AgreementSigned], ...] = ()
    ended: tuple[Dated[str], ...] = ()
    directions: tuple[Dated[Direction], ...] = ()
    plans: tuple[Dated[PlanStep], ...] = ()
    key: tuple[Dated[tuple[KeyReason, ...]], ...] = ()
    screened: tuple[Dated[AccountScreened], ...] = ()
    life: tuple[Dated[RelationshipEnded | None], ...] = ()
    merged: tuple[Dated[UUID], ...] = ()
    unknown: tuple[Dated[datetime], ...] = ()
    watched: tuple[datetime, ...] = ()


_SAYS: Mapping[type, tuple[str, Callable[[Any], Any]]] = {
    AccountOwnerAssigned: ("owners", lambda event: event.owner),
    PurchasesComeFrom: ("origins", lambda event: event.origin),
    Purchased: ("purchases", lambda event: event.amount),
    ShareMeasured: ("shares", lambda event: event),
    ComplaintRaised: ("matters", lambda event: Raised(event.id, event.severity, event.due)),
    IncidentReported: ("matters", lambda event: Raised(event.id, event.severity, event.due, event.kind)),
    MatterResolved: ("settled", lambda event: event.ref),
    RivalSeen: ("rivals", lambda event: Sighting(event.competitor, event.move)),
    RivalGone: ("rivals", lambda event: Sighting(event.competitor, None)),
    CriteriaAssessed: ("criteria", lambda event: event),
    AgreementSigned: ("agreements", lambda event: event),
    AgreementEnded: ("ended", lambda event: event.ref),
    DirectionChanged: ("directions", lambda event: event.change),
    PlanMade: ("plans", lambda _: PlanStep.MADE),
    PlanReviewed: ("plans", lambda _: PlanStep.REVIEWED),
    KeyDesignated: ("key", lambda event: event.reasons),
    KeyWithdrawn: ("key", lambda _: ()),
    AccountScreened: ("screened", lambda event: event),
    RelationshipEnded: ("life", lambda event: event),
    RelationshipResumed: ("life", lambda _: None),
    MergedInto: ("merged", lambda event: event.other),
    HistoryUnknown: ("unknown", lambda event: event.until),
}
"""Of what each event speaks, and what it says."""


def keys(record: Record) -> Iterable[UUID]:
    """An account's own record belongs to its row."""
    return (record.stream,)


def evolve(row: AccountRow | None, record: Record) -> AccountRow | None:
    """Add one record to an account."""
    event = record.event
    if isinstance(event, AccountRegistered):
        return AccountRow(record.occurred_from, record.occurred_to, record.position, event.kind)
    if row is None:
        return None
    if isinstance(event, ObservationEnded):
        return attrs.evolve(row, watched=(*row.watched, record.occurred_to))
    name, says = _SAYS[type(event)]
    said: dict[str, Any] = {name: (*getattr(row, name), Dated.of(says(event), record))}
    return attrs.evolve(row, **said)


ACCOUNTS: View[AccountRow] = View(
    name="accounts",
    version=1,
    reads=frozenset({AccountRegistered, ObservationEnded, *_SAYS}),
    keys=keys,
    evolve=evolve,
    row=AccountRow,
)


# Questions


def registered(accounts: Mapping[UUID, AccountRow], happened: datetime | None = None) -> Sequence[UUID]:
    """Return the accounts there were by then, in the order they entered the journal."""
    return [account for account, row in accounts.items() if happened is None or row.end <= happened]


def owner_of(row: AccountRow, happened: datetime | None = None) -> str | None:
    """Return who of ours answered for an account; nothing where nobody did."""
    found = latest(row.owners, (row.start, row.end), happened)
    return None if found is None else found.value
