"""Conduct: our contacts in question as they stood at a moment, and what they come to (domain.md §5).

Contacts as of a moment are what had happened by then; what was planned is a plan.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import TypeVar
from uuid import UUID

import attrs

from dealflow.domain.interaction import Conclusion
from dealflow.domain.playbook import PlaybookKey
from dealflow.projections.accounts import AccountRow
from dealflow.projections.cases import UNKNOWN, Every, Horizon, Order, order_of
from dealflow.projections.conclusions import (
    USUAL,
    Conclusions,
    ContactCounts,
    Purposes,
    conclusions,
    counts,
    purposes,
)
from dealflow.projections.contact import Contact, contacts
from dealflow.projections.contacts import ContactRow
from dealflow.projections.deals import Pipeline
from dealflow.projections.estimates import SAMPLING, Sampling
from dealflow.projections.phases import PhaseCount, phases
from dealflow.projections.pipeline import Standing
from dealflow.projections.presale import PresaleStep, presale
from dealflow.projections.promises import Promises, promises
from dealflow.projections.relations import survivors
from dealflow.projections.visits import (
    FirstVisits,
    Lengths,
    Steps,
    first_visits,
    firsts,
    lengths,
    steps,
    visits,
)


class ContactBy(StrEnum):
    """What contacts are told apart by."""

    OURS = "ours"
    ACCOUNT = "account"
    CHANNEL = "channel"
    ACTIVITY = "activity"
    MONTH = "month"


def _as_usual() -> Mapping[Conclusion, float]:
    return USUAL


@attrs.frozen
class ConductPolicy:
    """What our contacts are held against.

    *usual* are the shares of the ways to end, 0 to 1; a first visit should take the minutes from the
    first of *first_visit* to the second, both included. *sampling* is how much an estimate takes.
    """

    usual: Mapping[Conclusion, float] = attrs.field(factory=_as_usual)
    first_visit: tuple[int, int] = (20, 30)
    sampling: Sampling = SAMPLING


CONDUCT = ConductPolicy()


@attrs.frozen
class ContactReport:
    """What contacts come to: what became of them, and how those were that were held."""

    counts: ContactCounts
    outcomes: Conclusions
    purposes: Purposes
    steps: Steps
    visits: Lengths
    first_visits: FirstVisits
    promises: Promises
    presale: tuple[PresaleStep, ...]
    phases: tuple[PhaseCount, ...]


@attrs.frozen
class Contacts:
    """The contacts in question as they stood at one moment (the *horizon*), to be asked, or cut into lots.

    *deals* are those that they may be about, *orders* the places of the milestones in their playbooks;
    *since* is the first day of the contacts, *owing* are those from before in which a promise was made
    that is open still: it is owed whenever it was made. *first* are the interactions by which each
    account was visited first, of all that are told, and whether that is sure.
    """

    contacts: tuple[Contact, ...]
    deals: tuple[Standing, ...]
    horizon: Horizon
    first: Mapping[UUID, bool]
    orders: Mapping[PlaybookKey, Order]
    owing: tuple[Contact, ...] = ()
    since: date | None = None

    @cached_property
    def held(self) -> tuple[Contact, ...]:
        """Those that took place."""
        return tuple(one for one in self.contacts if one.held is not None)

    def report(self, policy: ConductPolicy = CONDUCT) -> ContactReport:
        """Say what they come to, held against a policy."""
        floor = policy.sampling.floor
        return ContactReport(
            counts=counts(self.contacts, self.horizon),
            outcomes=conclusions(self.held, policy.usual, floor),
            purposes=purposes(self.held, floor),
            steps=steps(self.held, floor),
            visits=lengths(visits(self.held)),
            first_visits=first_visits(self.held, self.first, policy.first_visit, floor),
            promises=promises(self.contacts, self.owing, self.horizon, floor),
            presale=presale(self.held, self.deals, floor),
            phases=phases(self.held, self.deals, self.orders),
        )

    def on_or_after(self, day: date) -> "Contacts":
        """Keep those that took place, were tried or were to be, by what is known of it, on a day or later.

        What we promised before and still owe stays in the report.
        """
        cut: dict[bool, list[Contact]] = {True: [], False: []}
        for one in self.contacts:
            cut[self.horizon.day(one.when.end) >= day].append(one)
        owing = (one for one in cut[False] if any(promise.open for promise in one.promises))
        return attrs.evolve(self, contacts=tuple(cut[True]), owing=(*self.owing, *owing), since=day)

    def by(self, by: ContactBy) -> "Mapping[str, Contacts]":
        """Cut them by who of ours takes part, account, channel, activity or month; `unknown` where nobody said.

        In which several of ours take part is in the lot of each, and the promises made in it with it, whoever
        is to see to them. Of an account's lot the deals are its own.
        """
        contacts, owing = (
            _lots((name, one) for one in some for name in _NAMES[by](one, self.horizon) or (UNKNOWN,))
            for some in (self.contacts, self.owing)
        )
        names = sorted({*contacts, *owing})
        deals = dict.fromkeys(names, self.deals)
        if by is ContactBy.ACCOUNT:
            its = _lots((str(one.account), one) for one in self.deals)
            deals = {name: its.get(name, ()) for name in names}
        return MappingProxyType(
            {
                name: attrs.evolve(self, contacts=contacts.get(name, ()), owing=owing.get(name, ()), deals=deals[name])
                for name in names
            }
        )


T = TypeVar("T")


def _lots(named: Iterable[tuple[str, T]]) -> Mapping[str, tuple[T, ...]]:
    lots: dict[str, list[T]] = {}
    for name, one in named:
        lots.setdefault(name, []).append(one)
    return {name: tuple(some) for name, some in lots.items()}


_NAMES: Mapping[ContactBy, Callable[[Contact, Horizon], tuple[str, ...]]] = {
    ContactBy.OURS: lambda one, _: tuple(dict.fromkeys(one.ours)),
    ContactBy.ACCOUNT: lambda one, _: _known(one.account),
    ContactBy.CHANNEL: lambda one, _: _known(one.channel),
    ContactBy.ACTIVITY: lambda one, _: _known(one.activity),
    ContactBy.MONTH: lambda one, horizon: (Every.MONTH.of(horizon.day(one.when.end)),),
}


def _known(trait: UUID | StrEnum | None) -> tuple[str, ...]:
    return () if trait is None else (str(trait),)


def conduct(
    rows: Mapping[UUID, ContactRow],
    accounts: Mapping[UUID, AccountRow],
    deals: Pipeline,
    horizon: Horizon,
) -> Contacts:
    """Gather the contacts as of the *horizon*; those of an account merged into another by then are the other's."""
    stands_for = survivors(accounts, horizon.until)
    found = tuple(of_survivor(one, stands_for) for one in contacts(rows, horizon.until))
    begun = firsts((one for one in found if one.held is not None), horizon)
    gaps = {survivor for account, survivor in stands_for.items() if _lacks_history(accounts[account], horizon)}
    return Contacts(
        contacts=found,
        deals=tuple(of_survivor(one, stands_for) for one in deals.deals),
        horizon=horizon,
        first=MappingProxyType({one.id: sure and one.account not in gaps for one, sure in begun}),
        orders=MappingProxyType({one.key: order_of(one) for one in deals.playbooks}),
    )


A = TypeVar("A", Contact, Standing)


def of_survivor(one: A, stands_for: Mapping[UUID, UUID]) -> A:
    """Return a contact or a deal as that of the account which its own was merged into."""
    survivor = stands_for.get(one.account, one.account) if one.account is not None else None
    return one if survivor == one.account else attrs.evolve(one, account=survivor)


def _lacks_history(row: AccountRow, horizon: Horizon) -> bool:
    return any(one.end <= horizon.until for one in row.unknown)
