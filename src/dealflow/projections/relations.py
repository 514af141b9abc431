"""Relations: every account put together from the rows of its own, of its deals, its contacts and its people."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Protocol, TypeVar
from uuid import UUID

import attrs

from dealflow.domain.account import PurchaseOrigin, RelationshipEnded
from dealflow.domain.interaction import InteractionStatus
from dealflow.domain.noun import in_order, narrow
from dealflow.money import Money
from dealflow.projections import Dated, not_before
from dealflow.projections.accounts import AccountRow, Sighting
from dealflow.projections.cases import Horizon
from dealflow.projections.contact import objections
from dealflow.projections.contacts import ContactRow, Objected, Turn, turns_of
from dealflow.projections.people import PersonRow, by_account
from dealflow.projections.pipeline import DealRow, Move, Step, narrowed, standing
from dealflow.projections.relation import Lasting, Relation

T = TypeVar("T")


@attrs.frozen
class Rows:
    """The rows of four views, as of one position."""

    accounts: Mapping[UUID, AccountRow]
    deals: Mapping[UUID, DealRow]
    contacts: Mapping[UUID, ContactRow]
    people: Mapping[UUID, PersonRow]


def relations(rows: Rows, horizon: Horizon, *, only: UUID | None = None) -> Mapping[UUID, Relation]:
    """Return how every account, or *only* one, stood by the *horizon*, in the order they entered the journal.

    One that was merged into another by then is no more: what was told of it is the other's, but for whether
    the relationship ended.
    """
    stands_for = survivors(rows.accounts, horizon.until)
    places: dict[UUID, list[UUID]] = {account: [] for account in stands_for}
    for account, survivor in stands_for.items():
        places[survivor].append(account)
    asked = {account: its for account, its in places.items() if its and only in {None, account}}
    wanted = {place for its in asked.values() for place in its}
    deals, contacts = _by_account(rows.deals.values(), wanted), _by_account(rows.contacts.values(), wanted)
    people = by_account(rows.people)
    return MappingProxyType(
        {
            account: _relation(
                account,
                horizon,
                own={place: rows.accounts[place] for place in its},
                deals=[deal for place in its for deal in deals.get(place, ())],
                contacts=[contact for place in its for contact in contacts.get(place, ())],
                people={person: row for place in its for person, row in people.get(place, ())},
            )
            for account, its in asked.items()
        }
    )


D = TypeVar("D", DealRow, ContactRow)


def _by_account(rows: Iterable[D], wanted: Container[UUID | None]) -> Mapping[UUID | None, Sequence[D]]:
    found: dict[UUID | None, list[D]] = {}
    for row in rows:
        if row.account in wanted:
            found.setdefault(row.account, []).append(row)
    return found


def survivors(accounts: Mapping[UUID, AccountRow], moment: datetime) -> Mapping[UUID, UUID]:
    """Return of each account that had surely been registered by then the one that it had been merged into, itself
    where it was not.

    Where corrected mergers lead round in a circle, each stands for itself.
    """
    there = {account: row for account, row in accounts.items() if _born(row).end <= moment}
    return {account: _stands_for(account, there, moment) for account in there}


def _stands_for(account: UUID, there: Mapping[UUID, AccountRow], moment: datetime) -> UUID:
    seen = [account]
    while into := [one.value for one in there[seen[-1]].merged if one.end <= moment and one.value in there]:
        if into[-1] in seen:
            return account
        seen.append(into[-1])
    return seen[-1]


def _relation(
    account: UUID,
    horizon: Horizon,
    *,
    own: Mapping[UUID, AccountRow],
    deals: Iterable[DealRow],
    contacts: Sequence[ContactRow],
    people: Mapping[UUID, PersonRow],
) -> Relation:
    rows = tuple(own.values())
    origins, begun = _told(rows, lambda row: row.origins), min(_born(row).end for row in rows)
    whole = Relation(
        account=account,
        horizon=horizon,
        kind=own[account].kind,
        begun=begun,
        registered=own[account].record,
        purchases=_by_time(*_sold(deals, origins, begun), *_bought(_told(rows, lambda row: row.purchases), origins)),
        shares=_told(rows, lambda row: row.shares),
        matters=_by_time(*(one for row in rows for one in _closed(_placed(row, row.matters), row.settled))),
        rivals=_by_time(*_rivals(_told(rows, lambda row: row.rivals))),
        criteria=_told(rows, lambda row: row.criteria),
        agreements=_by_time(*(one for row in rows for one in _closed(_placed(row, row.agreements), row.ended))),
        directions=_told(rows, lambda row: row.directions),
        plans=_told(rows, lambda row: row.plans),
        owners=_told(rows, lambda row: row.owners),
        key=_told(rows, lambda row: row.key),
        screened=_told(rows, lambda row: row.screened),
        life=_told([own[account]], _life),
        contacts=_by_time(*(one for row in contacts for one in _held(row))),
        objections=_by_time(*(one for row in contacts for one in _objections(row))),
        people=tuple(people.items()),
        places=frozenset(own),
        gaps=_told(rows, lambda row: row.unknown),
    )
    return _followed(whole.as_of(horizon.until), own[account], rows)


def _followed(relation: Relation, own: AccountRow, rows: Iterable[AccountRow]) -> Relation:
    """Return the relation as of when the account was last followed, where that is earlier.

    Its own end of observation counts, not that of what was merged into it. What is told of either
    from after it shows that it was followed until then.
    """
    watched = [one for one in own.watched if one <= relation.at]
    told = [one.end for row in rows for one in _everything(row) if one.end <= relation.at]
    until = max(relation.begun, *watched, *told) if watched else relation.at
    return attrs.evolve(relation.as_of(until), unfollowed=True) if until < relation.at else relation


def _everything(row: AccountRow) -> Iterator[Dated[Any]]:
    for value in attrs.asdict(row, recurse=False).values():
        yield from (one for one in value if isinstance(one, Dated)) if isinstance(value, tuple) else ()


# In the order in which it happened, and not before the account was registered


def _by_time(*lasting: Lasting[T]) -> tuple[Lasting[T], ...]:
    return tuple(sorted(lasting, key=lambda one: (one.since, one.record)))


def _told(rows: Iterable[AccountRow], said: Callable[[AccountRow], Iterable[Dated[T]]]) -> tuple[Dated[T], ...]:
    """Bring together what was said of one thing, of the account and of those merged into it."""
    placed = [one for row in rows for one in _placed(row, said(row))]
    return tuple(in_order(sorted(placed, key=lambda one: one.record)))


def _placed(row: AccountRow, told: Iterable[Dated[T]]) -> tuple[Dated[T], ...]:
    born = _born(row)
    return tuple(not_before(told, born.start, born.end))


def _born(row: AccountRow) -> Dated[None]:
    """Return when the account was registered, narrowed by what became of it."""
    steps = [(row.start, row.end), *_spans(row.life), *_spans(row.merged)]
    return Dated(None, *narrow(steps)[0], row.record)


def _spans(told: Iterable[Dated[T]]) -> Iterator[tuple[datetime, datetime]]:
    return ((one.start, one.end) for one in told)


def _life(row: AccountRow) -> Iterator[Dated[RelationshipEnded | None]]:
    spans = narrow([(row.start, row.end), *_spans(row.life)])[1:]
    for one, (start, end) in zip(row.life, spans, strict=True):
        yield attrs.evolve(one, start=start, end=end)


# What stands until something else is told


class _Named(Protocol):
    @property
    def id(self) -> str: ...


N = TypeVar("N", bound=_Named)


def _closed(raised: Iterable[Dated[N]], closed: Iterable[Dated[str]]) -> Iterator[Lasting[N]]:
    """Yield what was raised, until what bears its id was told; the later says that the former was before it."""
    ends = {one.value: one for one in reversed(tuple(closed))}
    for one in raised:
        end = ends.get(one.value.id)
        if end is None:
            yield Lasting(one.value, one.end, one.record)
        else:
            yield Lasting(one.value, min(one.end, end.end), one.record, max(one.start, end.end), end.record)


def _rivals(told: Iterable[Dated[Sighting]]) -> Iterator[Lasting[Sighting]]:
    """Yield each thing a competitor was seen to do, from when that was first sure until they were gone."""
    about: dict[Sighting, Lasting[Sighting]] = {}
    for one in told:
        if one.value.move is not None:
            seen = about.get(one.value)
            if seen is None or one.end < seen.since:
                about[one.value] = Lasting(one.value, one.end, one.record)
            continue
        for gone in [seen for seen in about if seen.competitor == one.value.competitor]:
            yield _until(about.pop(gone), one)
    yield from about.values()


def _held(row: ContactRow) -> Iterator[Lasting[Turn]]:
    for one in turns_of(row):
        if one.value.status is InteractionStatus.HELD:
            yield _until(Lasting(one.value, one.end, one.record), _twice(row))


def _objections(row: ContactRow) -> Iterator[Lasting[Objected]]:
    twice = _twice(row)
    for one in objections(row):
        raised, end = one.raised, one.settled
        standing = Lasting(raised.value, raised.end, raised.record)
        settled = end is not None and (twice is None or end.end <= twice.end)
        yield _until(standing, end if settled else twice)


def _twice(row: ContactRow) -> Dated[None] | None:
    return min(row.merged, key=lambda one: one.end, default=None)


def _until(lasting: Lasting[T], end: Dated[Any] | Move | None) -> Lasting[T]:
    return lasting if end is None else attrs.evolve(lasting, over=max(lasting.since, end.end), ended=end.record)


# Purchases


def _bought(told: Iterable[Dated[Money]], origins: Sequence[Dated[PurchaseOrigin]]) -> Iterator[Lasting[Money | None]]:
    """Yield the purchases in the host's records, while purchases are read from there."""
    for one in told:
        if _origin(origins, one.end) is PurchaseOrigin.HOST:
            yield Lasting(one.value, one.end, one.record)


def _sold(
    deals: Iterable[DealRow], origins: Sequence[Dated[PurchaseOrigin]], begun: datetime
) -> Iterator[Lasting[Money | None]]:
    """Yield the wins of deals, while purchases are read from them, each until the deal is reopened or merged.

    None is before the account itself had *begun*.
    """
    for row in deals:
        moves = narrowed(row)
        for number, move in enumerate(moves):
            since = max(move.end, begun)
            if move.step is Step.WON and _origin(origins, since) is PurchaseOrigin.DEALS:
                won = standing(row, move.end)
                signed: Lasting[Money | None] = Lasting(won.amount if won else None, since, move.record)
                yield _until(signed, next(iter(moves[number + 1 :]), None))


def _origin(origins: Sequence[Dated[PurchaseOrigin]], moment: datetime) -> PurchaseOrigin:
    said = [one.value for one in origins if one.end <= moment]
    return said[-1] if said else PurchaseOrigin.DEALS
