"""Dealings: what is recorded of a customer in good and bad times alike: who it is, what it buys, that it left."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import takewhile
from typing import Any

import attrs

from dealflow.domain.account import (
    AccountOwnerAssigned,
    AccountRegistered,
    Purchased,
    PurchaseOrigin,
    PurchasesComeFrom,
    RelationshipEnded,
    RelationshipResumed,
)
from dealflow.money import Money
from dealflow.testing.accounts import tell_duplicate
from dealflow.testing.chance import skewed
from dealflow.testing.clientele import Customers
from dealflow.testing.company import Company
from dealflow.testing.diary import Diary, Fact
from dealflow.testing.relationship import Relationship, Stay
from dealflow.testing.words import INDUSTRIES, REGIONS


@attrs.frozen
class Habits:
    """What is an account's own: its rhythms in days, what it spends, our share of that, who else courts it."""

    buys: float
    meets: float
    spends: float
    share: float
    rival: str


@attrs.frozen
class Dealing:
    """One customer being written down."""

    like: Customers
    relationship: Relationship
    company: Company
    habits: Habits
    diary: Diary

    @property
    def stays(self) -> tuple[Stay, ...]:
        """Its times as a customer."""
        return self.relationship.stays

    def tell(self, event: Any, day: int, after: Fact | None = None, by: str | None = None) -> Fact:
        """Tell something of the account itself."""
        return self.diary.tell(self.company.stream, event, day, by or self.company.owner, after=after)

    def varied(self, usual: float) -> float:
        """Draw what is *usual*, as far as this account keeps to it."""
        return skewed(self.diary.dice, usual, self.like.jitter)


def tell_account(dealing: Dealing) -> None:
    """Tell who it is, what it buys, and when it left and came back."""
    dice, company = dealing.diary.dice, dealing.company
    registered = AccountRegistered(company.name, industry=dice.choice(INDUSTRIES), region=dice.choice(REGIONS))
    dealing.diary.tell(company.stream, registered, company.since, company.owner, delay=0)
    dealing.tell(AccountOwnerAssigned(company.owner), company.since)
    dealing.tell(PurchasesComeFrom(PurchaseOrigin.HOST), company.since)
    _tell_purchases(dealing)
    _tell_partings(dealing)
    tell_duplicate(dealing.like.writing, company, dealing.diary)


def _tell_purchases(dealing: Dealing) -> None:
    days = (day for stay in dealing.stays for day in _days_bought(dealing, stay))
    for number, day in enumerate(days, start=1):
        bought = _purchase(dealing, number)
        if dealing.diary.is_wrong():
            slip = attrs.evolve(bought, amount=Money(bought.amount.amount * 10, bought.amount.currency))
            dealing.diary.correct(dealing.tell(slip, day, by="erp"), bought, "a zero too many")
        else:
            dealing.tell(bought, day, by="erp")


def _days_bought(dealing: Dealing, stay: Stay) -> Iterator[int]:
    over = stay.ends if stay.cause is None else stay.ends - dealing.like.fades_before_leaving
    return takewhile(lambda day: day < over, _days_of_buying(dealing, stay.begins))


def _days_of_buying(dealing: Dealing, begins: int) -> Iterator[int]:
    day = begins + 1 + dealing.diary.dice.random() * dealing.habits.buys
    while True:
        yield int(day)
        day += max(1, dealing.varied(dealing.habits.buys))


def _purchase(dealing: Dealing, number: int) -> Purchased:
    amount = Decimal(round(dealing.varied(dealing.habits.spends), 2)).quantize(Decimal("0.01"))
    return Purchased(Money(amount, dealing.like.currency), f"order-{number}")


def _tell_partings(dealing: Dealing) -> None:
    told: Fact | None = None
    for stay in dealing.stays:
        if stay.cause is not None:
            told = dealing.tell(RelationshipEnded(stay.cause), stay.ends, told)
        if stay.back is not None:
            told = dealing.tell(RelationshipResumed("a new director"), stay.back, told)
