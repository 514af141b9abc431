"""Prices: what each side offered for a deal, and how far ours lies from a rival's (domain.md §7).

Gaps are exact, and of one currency or at the rates given.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

import attrs

from dealflow.domain.deal import Status
from dealflow.domain.noun import in_order
from dealflow.money import Money, Rates
from dealflow.projections import Dated, latest, not_before
from dealflow.projections.contests import ContestRow
from dealflow.projections.pipeline import DealRow, Span, Standing


class Basis(StrEnum):
    """What an amount is: a bid, what the contract was signed for, our price, or what the deal may be worth."""

    BID = "bid"
    SIGNED = "signed"
    PRICE = "price"
    VALUE = "value"


@attrs.frozen
class Offer:
    """An *amount* told of *at* a moment; ours where no *competitor* is named."""

    amount: Money
    at: datetime
    record: int
    competitor: str | None = None
    basis: Basis = Basis.BID


def our_offer(row: DealRow, said: ContestRow, deal: Standing, begun: Span, at: datetime) -> Offer | None:
    """Return our last bid; before one what it was signed for, our price, or what it may be worth; else nothing."""
    end = deal.moves[-1]
    signed = Dated(end.amount, end.start, end.end, end.record) if deal.status is Status.WON else None
    told: dict[Basis, Dated[Money] | Dated[Money | None] | None] = {
        Basis.BID: latest(said.bids, begun, at),
        Basis.SIGNED: signed,
        Basis.PRICE: latest(row.prices, begun, at),
        Basis.VALUE: latest(row.values, begun, at),
    }
    known = ((basis, one) for basis, one in told.items() if one is not None)
    return next((Offer(one.value, one.end, one.record, basis=basis) for basis, one in known if one.value), None)


def our_bids(said: ContestRow, begun: Span, at: datetime) -> Iterator[Offer]:
    """Yield what we had bid by a moment, the last one last."""
    told = (one for one in in_order(not_before(said.bids, *begun)) if one.end <= at)
    return (Offer(one.value, one.end, one.record) for one in told)


def their_bids(said: ContestRow, begun: Span, at: datetime) -> Iterator[Offer]:
    """Yield what rivals had bid, as far as we had learnt it by a moment, the last one last."""
    told = (one for one in in_order(not_before(said.rival_bids, *begun)) if one.end <= at)
    return (Offer(one.value.amount, one.end, one.record, one.value.competitor) for one in told)


# How far apart


class Bracket(StrEnum):
    """How our price compares with a rival's."""

    CHEAPER = "cheaper"
    EQUAL = "equal"
    DEARER = "dearer"
    MUCH_DEARER = "much dearer"
    UNKNOWN = "unknown"


@attrs.frozen
class PricePolicy:
    """Where one bracket ends and the next begins.

    A price is equal that lies within *equal* of theirs, on either side, dearer up to *dearer* above it,
    and much dearer beyond; both are parts of their price.
    """

    equal: Fraction = Fraction(1, 20)
    dearer: Fraction = Fraction(3, 20)

    def bracket(self, gap: Fraction | None) -> Bracket:
        """Return the bracket that a gap lies in."""
        if gap is None:
            return Bracket.UNKNOWN
        if gap < -self.equal:
            return Bracket.CHEAPER
        if gap <= self.equal:
            return Bracket.EQUAL
        return Bracket.DEARER if gap <= self.dearer else Bracket.MUCH_DEARER


PRICES = PricePolicy()


def to_the_lowest(gaps: Iterable[Fraction | None]) -> Fraction | None:
    """Return the gap to the lowest of several bids, the widest; nothing without one, or where one is unknown."""
    known = list(gaps)
    return None if None in known else max((one for one in known if one is not None), default=None)


def price_gap(ours: Money | None, theirs: Money | None, rates: Rates | None = None) -> Fraction | None:
    """Return by which part of their price ours is higher, below 0 where it is lower.

    Nothing where either is unknown, theirs is nothing, or they are in two currencies and no *rates* are
    given. Raises `NoRate`.
    """
    if ours is None or theirs is None:
        return None
    if rates is not None:
        ours, theirs = rates.convert(ours), rates.convert(theirs)
    if ours.currency != theirs.currency or theirs.amount <= 0:
        return None
    return Fraction(ours.amount) / Fraction(theirs.amount) - 1
