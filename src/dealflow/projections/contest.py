"""Contest: who else wanted one deal, since when and how near, what each side bid, and whom the criteria favour.

An open deal is seen as of a moment, a closed one as of its close (domain.md §7).
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from operator import attrgetter
from types import MappingProxyType
from uuid import UUID

import attrs

from dealflow.domain.contest import CompetitorAssessed
from dealflow.domain.deal import Status
from dealflow.domain.noun import in_order
from dealflow.domain.purchase import BuyingCriterion, CriteriaLearned, Favours
from dealflow.domain.qualification import YesNo
from dealflow.money import Rates
from dealflow.projections import Dated, latest, not_before
from dealflow.projections.cases import UNKNOWN
from dealflow.projections.closeness import CLOSENESS, ClosenessPolicy
from dealflow.projections.contests import ContestRow, Presence, RivalBid
from dealflow.projections.nearer import Acquaintance, NearerRival
from dealflow.projections.pipeline import DealRow, Span, Standing, narrowed
from dealflow.projections.prices import (
    PRICES,
    Bracket,
    Offer,
    PricePolicy,
    our_bids,
    our_offer,
    price_gap,
    their_bids,
    to_the_lowest,
)


class Contested(StrEnum):
    """Whether a deal had competition: some is known, it was answered that there is none, or nobody said."""

    SOME = "some known"
    NONE = "said to be none"
    UNKNOWN = "unknown"


@attrs.frozen
class Stay:
    """A competitor was in a deal from *since* on, *until* they left or still; *incumbent* where that was said."""

    since: datetime
    until: datetime | None
    incumbent: bool | None
    records: tuple[int, ...]


@attrs.frozen
class DealRival:
    """A *competitor* who ever was in a deal.

    *stays* are when; none where all that is known is that the deal was lost to them. *there* says
    that they were in it in the end, or are. *gap* is by which part of their *bid* our offer is higher.
    """

    competitor: str
    stays: tuple[Stay, ...]
    there: bool
    assessment: Dated[CompetitorAssessed] | None
    bid: Offer | None
    gap: Fraction | None

    @property
    def incumbent(self) -> bool | None:
        """Whether they supplied the customer already; nothing where nobody said."""
        return self.stays[-1].incumbent if self.stays else None


@attrs.frozen
class DealContest:
    """The contest for one deal as it stood *at* a moment, or when the deal closed.

    *account* is the one that stands for the deal's. *ours* is our last bid, or before one what it was
    signed for, our price, or what it may be worth; *bids* are those of both sides, in order. *gap* is
    that to the lowest bid of those who are in it, *bracket* how that compares. *criteria* are what the
    offers are judged by; *lost_to* is to whom it was lost.
    """

    deal: UUID
    account: UUID
    status: Status
    at: datetime
    contested: Contested
    rivals: tuple[DealRival, ...]
    ours: Offer | None
    bids: tuple[Offer, ...]
    gap: Fraction | None
    bracket: Bracket
    criteria: Dated[CriteriaLearned] | None
    closer: tuple[NearerRival, ...]
    lost_to: Dated[str] | None

    @property
    def favours(self) -> Mapping[str, tuple[BuyingCriterion, ...]]:
        """What the offers are judged by, by whom it favours: `us`, `rival`, `neither`, or `unknown`."""
        told = () if self.criteria is None else self.criteria.value.criteria
        lots = {name: tuple(one for one in told if (one.favours or UNKNOWN) == name) for name in (*Favours, UNKNOWN)}
        return MappingProxyType({name: some for name, some in lots.items() if some})


@attrs.frozen
class ContestPolicy:
    """How prices compare, how near is nearer, and (*rates*) at which rates currencies are brought together, if any."""

    prices: PricePolicy = PRICES
    closeness: ClosenessPolicy = CLOSENESS
    rates: Rates | None = None


CONTEST = ContestPolicy()


def contest(
    row: DealRow,
    said: ContestRow,
    deal: Standing,
    known: Acquaintance,
    at: datetime,
    *,
    account: UUID,
    policy: ContestPolicy = CONTEST,
) -> DealContest:
    """Return the contest for a *deal* that stood so *at* a moment; *account* is what stands for its own.

    What a rival bid counts also where it was learnt after the close, since it was bid before. Raises
    `NoRate`.
    """
    begun, end, closed = _begun(row), deal.moves[-1], deal.status is not Status.OPEN
    then = end.end if closed else at
    ours, lost_to = our_offer(row, said, deal, begun, then), _lost_to(said, deal)
    rivals = tuple(_rivals(said, begun, then=then, at=at, lost_to=lost_to, ours=ours, rates=policy.rates))
    gap = to_the_lowest(one.gap for one in rivals if one.there and one.bid is not None)
    bids = [*our_bids(said, begun, then), *(one for one in their_bids(said, begun, at) if _of(one, rivals))]
    return DealContest(
        deal=deal.deal,
        account=account,
        status=deal.status,
        at=then,
        contested=_contested(said, rivals, begun, then),
        rivals=rivals,
        ours=ours,
        bids=tuple(sorted(bids, key=attrgetter("at", "record"))),
        gap=gap,
        bracket=policy.prices.bracket(gap),
        criteria=latest(said.criteria, begun, then),
        closer=tuple(known.nearer(deal, {one.competitor for one in rivals if one.there}, then, policy.closeness)),
        lost_to=lost_to,
    )


def _begun(row: DealRow) -> Span:
    first = narrowed(row)[0]
    return first.start, first.end


def _lost_to(said: ContestRow, deal: Standing) -> Dated[str] | None:
    """Return to whom a deal is lost; nothing where it is not, or nobody said."""
    end = deal.moves[-1]
    named = (one.value for one in said.lost_to if one.record == end.record)
    return next((Dated(name, end.start, end.end, end.record) for name in named if name), None)


def _rivals(
    said: ContestRow,
    begun: Span,
    *,
    then: datetime,
    at: datetime,
    lost_to: Dated[str] | None,
    ours: Offer | None,
    rates: Rates | None,
) -> Iterator[DealRival]:
    winner = None if lost_to is None else lost_to.value
    mine = None if ours is None else ours.amount
    stays = _stays(said, begun, then)
    if winner is not None:
        stays.setdefault(winner, ())
    last = {one.competitor: one for one in their_bids(said, begun, at)}
    assessed = [one for one in in_order(not_before(said.assessments, *begun)) if one.end <= then]
    judged = {one.value.competitor: one for one in assessed}
    for name, some in stays.items():
        bid = last.get(name)
        there = name == winner or any(one.until is None for one in some)
        gap = price_gap(mine, None if bid is None else bid.amount, rates)
        yield DealRival(name, some, there, judged.get(name), bid, gap)


def _stays(said: ContestRow, begun: Span, then: datetime) -> dict[str, tuple[Stay, ...]]:
    """Return when each rival was in it, in the order they came.

    Who was assessed, or whose bid was learnt, without having been named was in it from then on.
    """
    named = {one.record for one in said.presences}
    others = (
        Dated(Presence(one.value.competitor, there=True), one.start, one.end, one.record) for one in _mentions(said)
    )
    found: dict[str, list[Stay]] = {}
    for one in in_order(not_before(sorted((*said.presences, *others), key=attrgetter("record")), *begun)):
        stays = found.setdefault(one.value.competitor, [])
        if one.end <= then and (one.record in named or not stays):
            _came_or_went(stays, one)
    return {name: tuple(stays) for name, stays in found.items() if stays}


def _mentions(said: ContestRow) -> Iterator[Dated[CompetitorAssessed] | Dated[RivalBid]]:
    yield from said.assessments
    yield from said.rival_bids


def _came_or_went(stays: list[Stay], one: Dated[Presence]) -> None:
    last, known = stays[-1] if stays else None, one.value.incumbent
    if known is None and last is not None:
        known = last.incumbent
    if last is not None and last.until is None:
        until = None if one.value.there else one.end
        stays[-1] = attrs.evolve(last, until=until, incumbent=known, records=(*last.records, one.record))
    else:
        stays.append(Stay(one.end, None if one.value.there else one.end, known, (one.record,)))


def _of(offer: Offer, rivals: tuple[DealRival, ...]) -> bool:
    return any(offer.competitor == one.competitor for one in rivals)


def _contested(said: ContestRow, rivals: tuple[DealRival, ...], begun: Span, then: datetime) -> Contested:
    if rivals:
        return Contested.SOME
    asked = latest(said.rivalled, begun, then)
    return Contested.NONE if asked is not None and asked.value is YesNo.NO else Contested.UNKNOWN
