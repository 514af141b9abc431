"""Objections: what customers held against buying, how it was met and what became of it, as of a day (domain.md §5)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

import attrs

from dealflow.domain.deal import Status
from dealflow.projections.cases import Horizon
from dealflow.projections.contact import Contact, contacts
from dealflow.projections.contacts import ContactRow
from dealflow.projections.estimates import SAMPLING, Sampling, Share
from dealflow.projections.objection_cases import (
    LABELS,
    Earliness,
    ObjectionBy,
    ObjectionCase,
    ObjectionFate,
    objection_case,
)
from dealflow.projections.pipeline import DealRow, Standing, standing
from dealflow.projections.results import Results, results
from dealflow.projections.survival import Duration, Spell, duration


class AtClose(StrEnum):
    """How a deal stood when it closed: some objection stood, all were settled, none is recorded of the contacts
    about it, or no contact is.
    """

    STANDING = "standing"
    SETTLED = "all settled"
    NONE = "none recorded"
    UNKNOWN = "unknown"


@attrs.frozen
class Resolution:
    """What became of so many objections.

    *stood* counts those that stood when all deals they are about had closed, *open* those of which
    nothing is decided yet.
    """

    raised: int
    resolved: int
    conceded: int
    stood: int
    open: int

    @property
    def rate(self) -> Share:
        """Resolved, of those decided: resolved, conceded, or stood when all their deals had closed."""
        return Share(self.resolved, self.resolved + self.conceded + self.stood)


@attrs.frozen
class ClosedDeal:
    """A deal that closed *at* a moment, and whether a contact about it was held by then."""

    deal: UUID
    status: Status
    at: datetime
    met: bool


@attrs.frozen
class DealEnd:
    """A closed deal, and the objections that stood then."""

    deal: UUID
    status: Status
    state: AtClose
    standing: tuple[ObjectionCase, ...]


@attrs.frozen
class Objections:
    """Every objection that was raised by a day, on both clocks, and the deals that had closed; ask it, or cut it."""

    cases: tuple[ObjectionCase, ...]
    closed: tuple[ClosedDeal, ...]
    at: datetime

    @property
    def open(self) -> tuple[ObjectionCase, ...]:
        """Those to be settled yet, oldest first."""
        return tuple(one for one in self.cases if one.fate is ObjectionFate.OPEN)

    @property
    def resolution(self) -> Resolution:
        """What became of them."""
        fates = [one.fate for one in self.cases]
        return Resolution(len(fates), *(fates.count(one) for one in ObjectionFate))

    @property
    def early(self) -> Mapping[Earliness, int]:
        """How many of those about the price were raised before any problem was quantified."""
        told = [one.early for one in self.cases]
        return MappingProxyType({one: told.count(one) for one in Earliness})

    @property
    def ends(self) -> tuple[DealEnd, ...]:
        """How each closed deal stood then."""
        about: dict[UUID, list[ObjectionCase]] = {}
        for case in self.cases:
            for deal in case.deals:
                about.setdefault(deal, []).append(case)
        return tuple(_end(one, about.get(one.deal, ())) for one in self.closed)

    @property
    def at_close(self) -> Mapping[AtClose, Results]:
        """How closed deals ended, by how they stood then."""
        ends = self.ends
        return MappingProxyType({state: results(one.status for one in ends if one.state is state) for state in AtClose})

    def duration(self, sampling: Sampling = SAMPLING) -> Duration:
        """Estimate in how many days they are settled, either way; what stands is censored. Needs the extra `stats`."""
        dated = [one for one in self.cases if one.dated]
        spells = [Spell(one.days, None if one.settled is None else one.fate) for one in dated]
        return duration(spells, sampling.floor, undated=len(self.cases) - len(dated))

    def by(self, by: ObjectionBy) -> "Mapping[str, Objections]":
        """Cut them by topic, by kind (`unknown` where nobody said), or by technique.

        Of techniques an objection is in the lot of each that it was met with, or in `not answered`.
        """
        found: dict[str, list[ObjectionCase]] = {label: [] for label in LABELS[by]}
        for case in self.cases:
            for label in case.labels(by):
                found[label].append(case)
        return MappingProxyType({label: attrs.evolve(self, cases=tuple(some)) for label, some in found.items() if some})


def objections(
    rows: Mapping[UUID, ContactRow],
    deals: Iterable[DealRow],
    horizon: Horizon,
    heirs: Mapping[UUID, UUID] = MappingProxyType({}),
) -> Objections:
    """Gather the objections as of the *horizon*; *heirs* says for each account which one stands for it."""
    at = horizon.until
    stood = {row.deal: (deal, row) for row in deals if (deal := standing(row, at)) is not None}
    known = tuple(contacts(rows, at))
    cases = [
        objection_case(one, history, {deal: stood[deal] for deal in history.deals if deal in stood}, horizon, heirs)
        for one in known
        for history in one.objections
    ]
    return Objections(
        cases=tuple(sorted(cases, key=lambda one: (one.raised, one.records))),
        closed=tuple(_closed((deal for deal, _ in stood.values()), known)),
        at=at,
    )


# The close of deals


def _closed(deals: Iterable[Standing], contacts: Iterable[Contact]) -> Iterator[ClosedDeal]:
    first: dict[UUID, datetime] = {}
    for one in contacts:
        if (held := one.held) is not None:
            first |= {deal: min(first.get(deal, held.end), held.end) for deal in one.deals}
    for stood in deals:
        end = stood.moves[-1].end
        if stood.status is not Status.OPEN:
            yield ClosedDeal(stood.deal, stood.status, end, stood.deal in first and first[stood.deal] <= end)


def _end(closed: ClosedDeal, about: Iterable[ObjectionCase]) -> DealEnd:
    raised = [one for one in about if one.raised <= closed.at]
    stood = tuple(one for one in raised if one.stood(closed.at))
    if raised:
        state = AtClose.STANDING if stood else AtClose.SETTLED
    else:
        state = AtClose.NONE if closed.met else AtClose.UNKNOWN
    return DealEnd(closed.deal, closed.status, state, stood)
