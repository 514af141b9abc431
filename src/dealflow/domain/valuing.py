"""What may be asked about a deal's money and its expected day: value, price, expect the close."""

from datetime import date
from typing import ClassVar

import attrs

from dealflow.decider import Events, Facts, Refusal, refuse_if
from dealflow.domain.deal import DEAL, CloseExpected, Deal, DealPriced, DealValued, misfits
from dealflow.money import Money


@attrs.frozen
class NotMoney:
    """What was given is not an amount of money."""

    field: str
    flaw: str

    def __str__(self) -> str:
        return f"{self.field}: {self.flaw}"


@attrs.frozen
class Negative:
    """An amount below nothing."""

    field: str
    amount: Money

    def __str__(self) -> str:
        return f"{self.field}: {self.amount} is below zero; give zero or more"


def not_money(**monies: Money | None) -> tuple[Refusal, ...]:
    """Return a refusal for each amount that is not one, or lies below zero; absent ones are unknown."""
    found: list[Refusal] = []
    for field, money in monies.items():
        if money is None:
            continue
        if (flaw := money.flaw()) is not None:
            found.append(NotMoney(field, flaw))
        elif money.amount < 0:
            found.append(Negative(field, money))
    return tuple(found)


@attrs.frozen
class ValueDeal:
    """Say what the deal may be worth: its amount until it is priced. Absent: unknown again."""

    noun: ClassVar = DEAL
    life_cycle: ClassVar = False

    amount: Money | None

    def decide(self, deal: Deal | None, facts: Facts) -> Events:
        """Stays quiet where that is its value already."""
        flaws = not_money(amount=self.amount)
        if deal is not None and not flaws and deal.valued == self.amount:
            return ()
        event = DealValued(self.amount)
        refuse_if(*misfits(deal, event), *flaws)
        return (event,)


@attrs.frozen
class PriceDeal:
    """Name our price: the deal's amount from then on."""

    noun: ClassVar = DEAL
    life_cycle: ClassVar = False

    amount: Money

    def decide(self, deal: Deal | None, facts: Facts) -> Events:
        """Stays quiet where that is our price already."""
        flaws = not_money(amount=self.amount)
        if deal is not None and not flaws and deal.priced == self.amount:
            return ()
        event = DealPriced(self.amount)
        refuse_if(*misfits(deal, event), *flaws)
        return (event,)


@attrs.frozen
class ExpectClose:
    """Say when the signature is expected; absent: nobody says any more."""

    noun: ClassVar = DEAL
    life_cycle: ClassVar = False

    on: date | None

    def decide(self, deal: Deal | None, facts: Facts) -> Events:
        """Stays quiet where that day is expected already."""
        if deal is not None and deal.close_expected == self.on:
            return ()
        event = CloseExpected(self.on)
        refuse_if(*misfits(deal, event))
        return (event,)
