"""Contests: who else wanted each deal and what was bid, as dated facts.

One row a deal. Who was in it at a moment, how far apart the prices were and against whom we win are
questions on these rows (`contest`, `competition`).
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import attrs

from dealflow.domain.contest import (
    BidSubmitted,
    CompetitorAssessed,
    CompetitorEntered,
    CompetitorLeft,
    RivalBidLearned,
)
from dealflow.domain.deal import DealLost, DealOpened
from dealflow.domain.purchase import CriteriaLearned
from dealflow.domain.qualification import Qualified, YesNo
from dealflow.journal import Record
from dealflow.money import Money
from dealflow.projections import Dated, View


@attrs.frozen
class Presence:
    """A *competitor* came into the deal (*incumbent* where they supply the customer already), or is out of it."""

    competitor: str
    there: bool
    incumbent: bool | None = None


@attrs.frozen
class RivalBid:
    """What a *competitor* bid."""

    competitor: str
    amount: Money


@attrs.frozen
class ContestRow:
    """Everything said of the contest for one deal of an *account*, nothing of it as of today.

    The deal was opened between *start* and *end*. *bids* are ours; *lost_to* is to whom it was lost,
    nothing where nobody said; *rivalled* is what was answered when it was asked whether there is
    competition.
    """

    account: UUID
    start: datetime
    end: datetime
    presences: tuple[Dated[Presence], ...] = ()
    assessments: tuple[Dated[CompetitorAssessed], ...] = ()
    bids: tuple[Dated[Money], ...] = ()
    rival_bids: tuple[Dated[RivalBid], ...] = ()
    criteria: tuple[Dated[CriteriaLearned], ...] = ()
    lost_to: tuple[Dated[str | None], ...] = ()
    rivalled: tuple[Dated[YesNo], ...] = ()


_SAYS: Mapping[type, tuple[str, Callable[[Any], Any]]] = {
    CompetitorEntered: ("presences", lambda event: Presence(event.competitor, there=True, incumbent=event.incumbent)),
    CompetitorLeft: ("presences", lambda event: Presence(event.competitor, there=False)),
    CompetitorAssessed: ("assessments", lambda event: event),
    BidSubmitted: ("bids", lambda event: event.amount),
    RivalBidLearned: ("rival_bids", lambda event: RivalBid(event.competitor, event.amount)),
    CriteriaLearned: ("criteria", lambda event: event),
    DealLost: ("lost_to", lambda event: event.rival),
    Qualified: ("rivalled", lambda event: event.risk.has_competition),
}
"""Of what each event speaks, and what it says."""


def keys(record: Record) -> Iterable[UUID]:
    """A deal's own record belongs to its row."""
    return (record.stream,)


def evolve(row: ContestRow | None, record: Record) -> ContestRow | None:
    """Add one record to a deal's contest."""
    event = record.event
    if isinstance(event, DealOpened):
        return ContestRow(event.account, record.occurred_from, record.occurred_to)
    if row is None:
        return None
    name, says = _SAYS[type(event)]
    said: dict[str, Any] = {name: (*getattr(row, name), Dated.of(says(event), record))}
    return attrs.evolve(row, **said)


CONTESTS: View[ContestRow] = View(
    name="contests",
    version=1,
    reads=frozenset({DealOpened, *_SAYS}),
    keys=keys,
    evolve=evolve,
    row=ContestRow,
)
