"""Relation: an account at one moment, with all that is told by then of it, its deals, its contacts and its people.

What the questions about relationships and churn are asked of. It holds whole histories, so that the
same question can be asked of any earlier moment: `as_of`.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import cached_property
from typing import Generic, TypeVar
from uuid import UUID

import attrs

from dealflow.domain.account import AccountKind, AccountScreened, KeyReason, RelationshipEnded, ShareMeasured
from dealflow.domain.alliance import AgreementSigned, Direction
from dealflow.domain.rivalry import CriteriaAssessed
from dealflow.journal import day_start
from dealflow.money import Money
from dealflow.projections import Dated
from dealflow.projections.accounts import PlanStep, Raised, Sighting
from dealflow.projections.cases import Horizon
from dealflow.projections.contacts import Objected, Turn
from dealflow.projections.people import Met, PersonRow, came_to, is_at, told_of
from dealflow.projections.rhythm import earlier

T = TypeVar("T")


@attrs.frozen
class Lasting(Generic[T]):
    """A *value* that stood from *since* on, by *record*; and no more once it was *over*, by the record *ended*."""

    value: T
    since: datetime
    record: int
    over: datetime | None = None
    ended: int | None = None

    @property
    def stands(self) -> bool:
        """Whether it stands still."""
        return self.over is None

    @property
    def records(self) -> tuple[int, ...]:
        """The records that it rests on."""
        return (self.record,) if self.ended is None else (self.record, self.ended)

    def as_of(self, moment: datetime) -> "Lasting[T]":
        """Return it as it was at a moment by which it had begun."""
        return self if self.over is None or self.over <= moment else attrs.evolve(self, over=None, ended=None)


@attrs.frozen
class Relation:
    """How an account stood at a moment (the *horizon*), by what had surely happened by then.

    *begun* is when it was registered, by *registered*. *purchases* are won deals or the host's
    records, as `account.purchases-come-from` said at the time; one that is over was taken back, and
    a contact that is over was told twice. *owners* are who of ours answered for it, *key* why it is
    a key account (no reason: none any more), *screened* how it was held against the nine questions.
    *life* tells the ends of the relationship, and (nothing) its being resumed. *people* are those who
    had to do with it by then, their rows whole: questions on them take the moment, and *places*, the
    account and those merged into it. *gaps* are the moments before which its history was not kept;
    *unfollowed* says that nobody watched it any more by the moment that was asked for, so that this
    is an earlier one.
    """

    account: UUID
    horizon: Horizon
    kind: AccountKind
    begun: datetime
    registered: int
    purchases: tuple[Lasting[Money | None], ...] = ()
    shares: tuple[Dated[ShareMeasured], ...] = ()
    matters: tuple[Lasting[Raised], ...] = ()
    rivals: tuple[Lasting[Sighting], ...] = ()
    criteria: tuple[Dated[CriteriaAssessed], ...] = ()
    agreements: tuple[Lasting[AgreementSigned], ...] = ()
    directions: tuple[Dated[Direction], ...] = ()
    plans: tuple[Dated[PlanStep], ...] = ()
    owners: tuple[Dated[str], ...] = ()
    key: tuple[Dated[tuple[KeyReason, ...]], ...] = ()
    screened: tuple[Dated[AccountScreened], ...] = ()
    life: tuple[Dated[RelationshipEnded | None], ...] = ()
    contacts: tuple[Lasting[Turn], ...] = ()
    objections: tuple[Lasting[Objected], ...] = ()
    people: tuple[tuple[UUID, PersonRow], ...] = attrs.field(default=(), repr=False)
    places: frozenset[UUID] = frozenset()
    gaps: tuple[Dated[datetime], ...] = ()
    unfollowed: bool = False
    _days: dict[frozenset[str], tuple[date, ...]] = attrs.field(factory=dict, init=False, repr=False, eq=False)

    @property
    def at(self) -> datetime:
        """The moment."""
        return self.horizon.until

    @property
    def today(self) -> date:
        """The day of the moment, in the journal's zone."""
        return self.horizon.day(self.at)

    @property
    def known_from(self) -> datetime | None:
        """When its history begins to be known; nothing where nobody said that some is missing."""
        return max((one.value for one in self.gaps), default=None)

    @cached_property
    def bought(self) -> tuple[Lasting[Money | None], ...]:
        """The purchases that were not taken back, in order."""
        return tuple(one for one in self.purchases if one.stands)

    @cached_property
    def present(self) -> tuple[tuple[UUID, PersonRow], ...]:
        """Those of its people who are there now, their rows whole."""
        return tuple((one, row) for one, row in self.people if any(is_at(row, place, self.at) for place in self.places))

    def days(self, *parts: str) -> tuple[date, ...]:
        """Return the days on which anything was told of these parts (of all, where none is named), in order.

        Parts are fields of a relation. The day of the registration is always the first.
        """
        asked = frozenset(parts or PARTS)
        if asked not in self._days:
            begun = self.day(self.begun)
            ends = (one for part in asked for one in _ends(self, part) if one <= self.at)
            self._days[asked] = tuple(sorted({begun, *(max(self.day(one), begun) for one in ends)}))
        return self._days[asked]

    def day(self, moment: datetime) -> date:
        """Return the day of a moment."""
        return self.horizon.day(moment)

    def days_since(self, moment: datetime) -> int:
        """Return how many calendar days lie between a moment and now."""
        return self.horizon.days(moment, self.at)

    def lately(self, told: Iterable[Lasting[T]], days: int) -> list[Lasting[T]]:
        """Return what began in the last so many calendar days, today not counted."""
        first = day_start(earlier(self.today, days), self.horizon.zone)
        return [one for one in told if one.since >= first]

    def met(self, row: PersonRow) -> tuple[Met, ...]:
        """Return the contacts held with somebody so far, with any of ours; one that was told twice counts once."""
        return tuple(one for one in row.met if one.end <= self.at and one.record not in self._twice)

    @cached_property
    def came(self) -> Mapping[UUID, datetime | None]:
        """By when each of its people first had to do with the account."""
        return {one: came_to(row, self.places) for one, row in self.people}

    @cached_property
    def _twice(self) -> frozenset[int]:
        return frozenset(one.record for one in self.contacts if not one.stands)

    def as_of(self, moment: datetime) -> "Relation":
        """Return the relation of an earlier moment."""
        return attrs.evolve(
            self,
            horizon=attrs.evolve(self.horizon, until=moment),
            purchases=_begun_by(self.purchases, moment),
            shares=_told_by(self.shares, moment),
            matters=_begun_by(self.matters, moment),
            rivals=_begun_by(self.rivals, moment),
            criteria=_told_by(self.criteria, moment),
            agreements=_begun_by(self.agreements, moment),
            directions=_told_by(self.directions, moment),
            plans=_told_by(self.plans, moment),
            owners=_told_by(self.owners, moment),
            key=_told_by(self.key, moment),
            screened=_told_by(self.screened, moment),
            life=_told_by(self.life, moment),
            gaps=_told_by(self.gaps, moment),
            contacts=_begun_by(self.contacts, moment),
            objections=_begun_by(self.objections, moment),
            people=tuple(one for one in self.people if (came := self.came[one[0]]) is not None and came <= moment),
        )


DATED = ("shares", "criteria", "directions", "plans", "owners", "key", "screened", "life")
LASTING = ("purchases", "matters", "rivals", "agreements", "contacts", "objections")
PEOPLE = "people"
PARTS = (*DATED, *LASTING, PEOPLE)


def _ends(relation: Relation, part: str) -> Iterator[datetime]:
    if part == PEOPLE:
        return (one for _, row in relation.people for one in told_of(row))
    if part in DATED:
        return (one.end for one in getattr(relation, part))
    return (end for one in getattr(relation, part) for end in (one.since, one.over) if end is not None)


def _told_by(told: Iterable[Dated[T]], moment: datetime) -> tuple[Dated[T], ...]:
    return tuple(one for one in told if one.end <= moment)


def _begun_by(told: Iterable[Lasting[T]], moment: datetime) -> tuple[Lasting[T], ...]:
    return tuple(one.as_of(moment) for one in told if one.since <= moment)
