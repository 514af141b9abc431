"""Worth: the value equation, what the customer's problems cost them against the price of the remedy.

A buyer buys when the seriousness of the problem outweighs the cost of the remedy (domain.md §3, S0).
A problem that was only voiced weighs nothing: it counts once it is quantified.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

import attrs

from dealflow.domain.deal import DealPriced, DealValued
from dealflow.domain.purchase import ProblemQuantified, ProblemWithdrawn
from dealflow.domain.seat import Cited
from dealflow.journal import Record
from dealflow.money import Money, Rates, totals


class Weighing(StrEnum):
    """Whether the problems outweigh the price."""

    OUTWEIGHS = "outweighs"
    FALLS_SHORT = "falls-short"
    UNKNOWN = "unknown"


@attrs.frozen
class ValuePolicy:
    """How problems and price are weighed.

    *rates* bring both into one currency; without one, a problem in another currency than the price
    is not weighed. *estimates* takes what the deal may be worth for the price while it has none.
    """

    rates: Rates | None = None
    estimates: bool = False


VALUE = ValuePolicy()


@attrs.frozen
class Balance:
    """How the two sides weigh.

    *cost* is the sum of the problems, by currency; *surplus* what it is above the *price*, below
    zero where it falls short. No surplus where there is no price, or where some of the cost is in
    the currencies *unweighed*, for which there is no rate.
    """

    cost: Mapping[str, Decimal]
    price: Money | None = None
    surplus: Money | None = None
    unweighed: tuple[str, ...] = ()
    verdict: Weighing = Weighing.UNKNOWN


@attrs.frozen
class Equation:
    """The value equation of a deal.

    *problems* are those that stand, *price* is our last one, *valued* what the deal may be worth;
    each with its record. Absent is unknown.
    """

    problems: tuple[Cited[ProblemQuantified], ...]
    price: Cited[Money] | None
    valued: Cited[Money] | None
    balance: Balance

    @property
    def records(self) -> tuple[int, ...]:
        """The positions of the records that problems and price rest on."""
        return (*(one.record for one in self.problems), *((self.price.record,) if self.price else ()))


def equation(deal: UUID, history: Iterable[Record], policy: ValuePolicy = VALUE) -> Equation:
    """Return the value equation that a history leads to; *unknown* in it where the deal has no price.

    *history* holds records of any streams in the order they happened, corrections applied.
    """
    problems: dict[str, Cited[ProblemQuantified]] = {}
    price: Cited[Money] | None = None
    valued: Cited[Money] | None = None
    for record in history:
        if record.stream != deal:
            continue
        match record.event:
            case ProblemQuantified(id=id_) as problem:
                problems[id_] = Cited(problem, record.position)
            case ProblemWithdrawn(ref=ref):
                problems.pop(ref, None)
            case DealPriced(amount=amount):
                price = Cited(amount, record.position)
            case DealValued(amount=worth):
                valued = None if worth is None else Cited(worth, record.position)
            case _:
                pass
    standing = tuple(problems.values())
    price = price or (valued if policy.estimates else None)
    balance = weigh((one.value.cost for one in standing), price.value if price else None, policy.rates)
    return Equation(standing, price, valued, balance)


def weigh(costs: Iterable[Money], price: Money | None, rates: Rates | None = None) -> Balance:
    """Weigh what problems cost against a price.

    No cost is below nothing, so what is in the price's currency can outweigh it whatever the rest;
    only where it does not, and there is a rest, nobody knows.
    """
    sums = totals(_brought(one, rates) for one in costs)
    cost = MappingProxyType({currency: sum_ for currency, sum_ in sums.items() if sum_})
    if price is None:
        return Balance(cost)
    price = _brought(price, rates)
    surplus = Money(cost.get(price.currency, Decimal(0)), price.currency) - price
    unweighed = tuple(currency for currency in cost if currency != price.currency)
    short = Weighing.UNKNOWN if unweighed else Weighing.FALLS_SHORT
    verdict = Weighing.OUTWEIGHS if surplus.amount > 0 else short
    return Balance(cost, price, None if unweighed else surplus, unweighed, verdict)


def _brought(money: Money, rates: Rates | None) -> Money:
    """Bring an amount into the currency of the rates, where they have one for it."""
    return rates.convert(money) if rates and money.currency in rates.rates else money
