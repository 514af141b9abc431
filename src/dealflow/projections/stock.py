"""Stock: how near each account is to us, and what relationships each of our people holds (domain.md §4, S3)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from types import MappingProxyType
from typing import TypeVar
from uuid import UUID

import attrs

from dealflow.domain.contact import level_of
from dealflow.journal import When
from dealflow.projections.accounts import AccountRow, owner_of
from dealflow.projections.closeness import (
    CLOSENESS,
    ClosenessPolicy,
    Figures,
    PersonCloseness,
    figures_of,
    figures_over,
)
from dealflow.projections.people import PersonRow, Rows, Said, by_account, is_at, last_in

T = TypeVar("T")


@attrs.frozen
class AccountCloseness:
    """How near an account is: the means by influence over the people at it, with or without a deal.

    What counts of them is standing, and every held interaction. *unknown* are those whose influence
    nobody rated: they are left out, and no figure is known where nobody else is there.
    """

    account: UUID
    figures: Figures
    unknown: int
    people: tuple[PersonCloseness, ...]


@attrs.frozen
class Stock:
    """The relationships that one of ours holds: the *total* is the sum of the composites of their accounts.

    *unknown* counts the accounts of which no composite is known: they add nothing. *owner* is absent
    for accounts that nobody answers for.
    """

    owner: str | None
    total: Fraction
    unknown: int
    accounts: tuple[AccountCloseness, ...]


def account_closeness(
    account: UUID,
    people: Iterable[tuple[UUID, PersonRow]],
    at: datetime,
    happened: datetime | None = None,
    policy: ClosenessPolicy = CLOSENESS,
) -> AccountCloseness:
    """Return how near an account is by what had *happened* (absent: all), with contact counted back from *at*."""
    here = [(person, row) for person, row in people if is_at(row, account, happened)]
    found = [_weighed(person, row, account, at=at, happened=happened, policy=policy) for person, row in here]
    return AccountCloseness(
        account=account,
        figures=figures_over(((weight, one.figures) for weight, one in found), policy),
        unknown=sum(weight is None for weight, _ in found),
        people=tuple(one for _, one in found),
    )


def _weighed(
    person: UUID, row: PersonRow, account: UUID, *, at: datetime, happened: datetime | None, policy: ClosenessPolicy
) -> tuple[Fraction | None, PersonCloseness]:
    influence = last_in(row, row.influence, account, happened)
    stance = last_in(row, row.stances, account, happened)
    solution = last_in(row, row.solution, account, happened)
    price = last_in(row, row.price, account, happened)
    met = [one for one in row.met if happened is None or one.end <= happened]
    contact = level_of(((When(one.start, one.end), one.ours) for one in met), at, policy.committee.contact)
    figures = figures_of(contact, _value(stance), _value(solution), _value(price), policy)
    said = (one.record for one in (influence, stance, solution, price) if one is not None)
    weight = None if influence is None else policy.committee.weights[influence.value]
    return weight, PersonCloseness(person, figures, (), tuple(sorted({*said, *(one.record for one in met)})))


def _value(word: Said[T] | None) -> T | None:
    return None if word is None else word.value


def accounts_closeness(
    people: Rows,
    accounts: Iterable[UUID],
    at: datetime,
    happened: datetime | None = None,
    policy: ClosenessPolicy = CLOSENESS,
) -> Mapping[UUID, AccountCloseness]:
    """Return how near each of these accounts is."""
    found = by_account(people)
    return MappingProxyType({one: account_closeness(one, found.get(one, ()), at, happened, policy) for one in accounts})


def stocks(
    accounts: Mapping[UUID, AccountRow], nearness: Iterable[AccountCloseness], happened: datetime | None = None
) -> tuple[Stock, ...]:
    """Return what each of ours holds, by their names; what nobody answers for comes last."""
    held: dict[str | None, list[AccountCloseness]] = {}
    for one in nearness:
        held.setdefault(owner_of(accounts[one.account], happened), []).append(one)
    return tuple(_stock(owner, held[owner]) for owner in sorted(held, key=lambda name: (name is None, name or "")))


def _stock(owner: str | None, accounts: Sequence[AccountCloseness]) -> Stock:
    known = [one.figures.composite for one in accounts if one.figures.composite is not None]
    return Stock(owner, sum(known, Fraction(0)), len(accounts) - len(known), tuple(accounts))
