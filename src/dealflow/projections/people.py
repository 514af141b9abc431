"""People: what was ever said of each person and when they were met, as dated facts.

One row a person, whatever accounts they were at. Who holds which role where, and how near an account
is to us (`stock`), are questions on these rows.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Generic, TypeVar
from uuid import UUID

import attrs

from dealflow.domain.acceptance import Closeness, PriceAcceptanceRated, RivalClosenessRated, SolutionAcceptanceRated
from dealflow.domain.coverage import CounterpartAssigned, CounterpartReleased
from dealflow.domain.deal import Status
from dealflow.domain.interaction import InteractionHeld
from dealflow.domain.noun import MergedInto, in_order, narrow
from dealflow.domain.stakeholder import (
    Influence,
    InfluenceRated,
    JobLevel,
    PositionChanged,
    Role,
    RoleIdentified,
    RoleWithdrawn,
    StakeholderDeparted,
    StakeholderErased,
    StakeholderIdentified,
    StakeholderMoved,
    Stance,
    StanceChanged,
)
from dealflow.journal import Record
from dealflow.projections import Dated, View, not_before
from dealflow.projections.pipeline import Standing

T = TypeVar("T")


@attrs.frozen
class Said(Generic[T]):
    """A word on a person, in one *deal* or standing, said when they stood at *account*."""

    value: T
    deal: UUID | None
    account: UUID | None
    start: datetime
    end: datetime
    record: int


@attrs.frozen
class Part:
    """A role that a person holds, or holds no more."""

    role: Role
    held: bool


@attrs.frozen
class Facing:
    """One of ours faces the person, *main* where they are the main contact, or does so no more."""

    ours: str
    assigned: bool
    main: bool


@attrs.frozen
class NearRival:
    """How near the person is to a *competitor*."""

    competitor: str
    closeness: Closeness


@attrs.frozen
class Met:
    """A held interaction, and who of ours took part."""

    start: datetime
    end: datetime
    record: int
    ours: tuple[str, ...]


@attrs.frozen
class PersonRow:
    """Everything said of one person that counts across deals, nothing of it as of today.

    *places* is where they went: an account, or nothing where they departed or went to none of ours.
    *levels* is how high they stood, nothing where nobody said; *allies* whether they actively help,
    as far as that was said with a stance. Who was met before being identified has no place yet.
    *merged* is when they turned out to be somebody else we know.
    """

    places: tuple[Dated[UUID | None], ...] = ()
    levels: tuple[Dated[JobLevel | None], ...] = ()
    roles: tuple[Said[Part], ...] = ()
    influence: tuple[Said[Influence], ...] = ()
    stances: tuple[Said[Stance], ...] = ()
    allies: tuple[Said[bool | None], ...] = ()
    faced: tuple[Said[Facing], ...] = ()
    solution: tuple[Said[float], ...] = ()
    price: tuple[Said[float], ...] = ()
    rivals: tuple[Said[NearRival], ...] = ()
    met: tuple[Met, ...] = ()
    merged: tuple[datetime, ...] = ()


def keys(record: Record) -> Iterable[UUID]:
    """A person's own record belongs to their row, and a held interaction to those of all who were met."""
    return record.event.theirs if isinstance(record.event, InteractionHeld) else (record.stream,)


def evolve(row: PersonRow | None, record: Record) -> PersonRow | None:
    """Add one record to a person."""
    event = record.event
    if row is None:
        if not isinstance(event, StakeholderIdentified | InteractionHeld):
            return None
        row = PersonRow()
    match event:
        case StakeholderIdentified(account=account, level=level):
            return _stands(_gone(row, account, record), level, record)
        case StakeholderMoved(account=account):
            return _stands(_gone(row, account, record), None, record)
        case PositionChanged(level=level):
            return _stands(row, level, record)
        case StakeholderDeparted():
            return _gone(row, None, record)
        case MergedInto():
            return attrs.evolve(_gone(row, None, record), merged=(*row.merged, record.occurred_to))
        case StakeholderErased():
            return _gone(row, row.places[-1].value if row.places else None, record)
        case RoleIdentified(role=role):
            return attrs.evolve(row, roles=(*row.roles, _said(Part(role, held=True), record)))
        case RoleWithdrawn(role=role):
            return attrs.evolve(row, roles=(*row.roles, _said(Part(role, held=False), record)))
        case InfluenceRated(influence=influence):
            return attrs.evolve(row, influence=(*row.influence, _said(influence, record)))
        case StanceChanged(stance=stance, ally=ally):
            stances, allies = (*row.stances, _said(stance, record)), (*row.allies, _said(ally, record))
            return attrs.evolve(row, stances=stances, allies=allies)
        case CounterpartAssigned(ours=ours) | CounterpartReleased(ours=ours):
            facing = Facing(ours, isinstance(event, CounterpartAssigned), getattr(event, "main", False))
            return attrs.evolve(row, faced=(*row.faced, _said(facing, record)))
        case SolutionAcceptanceRated(level=level):
            return attrs.evolve(row, solution=(*row.solution, _said(level, record)))
        case PriceAcceptanceRated(level=level):
            return attrs.evolve(row, price=(*row.price, _said(level, record)))
        case RivalClosenessRated(competitor=competitor, closeness=closeness):
            return attrs.evolve(row, rivals=(*row.rivals, _said(NearRival(competitor, closeness), record)))
        case _:
            met = Met(record.occurred_from, record.occurred_to, record.position, event.ours)
            return attrs.evolve(row, met=(*row.met, met))


def _gone(row: PersonRow, to: UUID | None, record: Record) -> PersonRow:
    return attrs.evolve(row, places=(*row.places, Dated.of(to, record)))


def _stands(row: PersonRow, level: JobLevel | None, record: Record) -> PersonRow:
    return attrs.evolve(row, levels=(*row.levels, Dated.of(level, record)))


def _said(value: Any, record: Record) -> Said[Any]:
    return Said(value, record.event.deal, record.account, record.occurred_from, record.occurred_to, record.position)


PEOPLE: View[PersonRow] = View(
    name="people",
    version=1,
    reads=frozenset(
        {StakeholderIdentified, StakeholderMoved, StakeholderDeparted, StakeholderErased, MergedInto}
        | {PositionChanged, RoleIdentified, RoleWithdrawn, InfluenceRated, StanceChanged}
        | {CounterpartAssigned, CounterpartReleased}
        | {SolutionAcceptanceRated, PriceAcceptanceRated, RivalClosenessRated, InteractionHeld}
    ),
    keys=keys,
    evolve=evolve,
    row=PersonRow,
)


# Questions on one person

Rows = Mapping[UUID, PersonRow]


def is_at(row: PersonRow, account: UUID, happened: datetime | None = None, deal: UUID | None = None) -> bool:
    """Say whether a person is still at an account: was there, and did not depart or move away since.

    Whoever left is there again once a role of theirs is named there, standing or in *deal*; whoever
    was merged into another is not: the rules of seats.
    """
    there, left = _stay(row, account, happened, deal)
    return there and left is None


def left_from(row: PersonRow, account: UUID, happened: datetime | None = None) -> Dated[UUID | None] | None:
    """Return the step by which a person left an account; nothing where they never were there, are there, or were
    merged into another.
    """
    return _stay(row, account, happened, None)[1]


def _stay(
    row: PersonRow, account: UUID, happened: datetime | None, deal: UUID | None
) -> tuple[bool, Dated[UUID | None] | None]:
    """Return whether a person ever was at an account, and the last step by which they left it since."""
    if any(happened is None or one <= happened for one in row.merged):
        return False, None
    named = [one for one in _clamped(row, row.roles) if one.value.held and _holds(one, account, deal)]
    steps: list[Dated[UUID | None] | Said[Part]] = [*_places(row), *named]
    there, left = False, None
    for one in in_order(sorted(steps, key=lambda one: one.record)):
        if happened is not None and one.end > happened:
            continue
        if isinstance(one, Said):
            there, left = True, None
        elif one.value == account:
            there = True
        elif there:
            left = one
    return there, left


def came_to(row: PersonRow, accounts: Collection[UUID]) -> datetime | None:
    """Return by when a person first had to do with any of these accounts: was there, or was named in a role there."""
    there = (one.end for one in _places(row) if one.value in accounts)
    named = (one.end for one in _clamped(row, row.roles) if one.account in accounts)
    return min((*there, *named), default=None)


def roles_in(
    row: PersonRow, account: UUID, happened: datetime | None = None, deal: UUID | None = None
) -> tuple[Role, ...]:
    """Return the roles a person holds at an account, or in a deal of it: its own word before the standing one."""
    if not is_at(row, account, happened, deal):
        return ()
    said = {one.value.role: one.value.held for one in words_in(row, row.roles, account, happened, deal)}
    return tuple(role for role in Role if said.get(role))


def words_in(
    row: PersonRow,
    words: Iterable[Said[T]],
    account: UUID,
    happened: datetime | None = None,
    deal: UUID | None = None,
) -> tuple[Said[T], ...]:
    """Return what had been said of a person at an account, and in a deal of it; what holds comes last."""
    here = [one for one in _clamped(row, words) if _holds(one, account, deal)]
    told = (one for one in in_order(here) if happened is None or one.end <= happened)
    return tuple(sorted(told, key=lambda one: one.deal is not None))


def last_in(
    row: PersonRow, words: Iterable[Said[T]], account: UUID, happened: datetime | None = None
) -> Said[T] | None:
    """Return the standing word that holds of a person at an account; nothing where none was said."""
    return next(reversed(words_in(row, words, account, happened)), None)


def words_at(
    row: PersonRow, words: Iterable[Said[T]], accounts: Collection[UUID], happened: datetime
) -> tuple[Said[T], ...]:
    """Return what had been said of a person at any of these accounts, standing or in whichever deal, in order."""
    here = (one for one in _clamped(row, words) if one.account is None or one.account in accounts)
    return tuple(one for one in in_order(here) if one.end <= happened)


def told_of(row: PersonRow) -> Iterator[datetime]:
    """Return the moments by which anything was told of a person, other than that they were met."""
    said = (row.roles, row.influence, row.stances, row.allies, row.faced, row.solution, row.price, row.rivals)
    yield from (one.end for some in (row.places, row.levels) for one in some)
    yield from (one.end for some in said for one in some)
    yield from row.merged


def level_met(row: PersonRow, moment: datetime) -> Dated[JobLevel | None] | None:
    """Return how high someone stood at a moment, or what was first told of it later; nothing where nobody said."""
    born = _places(row)[:1]
    levels = not_before(row.levels, born[0].start, born[0].end) if born else row.levels
    told = [one for one in in_order(levels) if one.value is not None or one.end <= moment]
    by_then = [one for one in told if one.end <= moment]
    if by_then and by_then[-1].value is not None:
        return by_then[-1]
    return next((one for one in told if one.end > moment), None)


def _holds(word: Said[Any], account: UUID, deal: UUID | None) -> bool:
    """Say whether a word is one of the deal, or a standing one of the account; the rule of seats."""
    return word.account in {None, account} if word.deal is None else word.deal == deal


def _places(row: PersonRow) -> Sequence[Dated[UUID | None]]:
    """Return where the person went, each time narrowed by the next."""
    if len(row.places) < 2:  # noqa: PLR2004 (nothing to be narrowed by)
        return row.places
    spans = narrow([(one.start, one.end) for one in row.places])
    return [
        one if (one.start, one.end) == (start, end) else attrs.evolve(one, start=start, end=end)
        for one, (start, end) in zip(row.places, spans, strict=True)
    ]


def _clamped(row: PersonRow, words: Iterable[Said[T]]) -> Sequence[Said[T]]:
    """Return words with none before the person was known to us; none of whom never was."""
    if not row.places:
        return ()
    born = _places(row)[0]
    return not_before(words, born.start, born.end)


# Questions on all


def roles_known(
    people: Rows, accounts: Iterable[UUID], happened: datetime | None = None
) -> Mapping[UUID, tuple[Role, ...]]:
    """Return the standing roles that somebody is known to hold at each of these accounts."""
    found = by_account(people)
    return MappingProxyType(
        {
            account: _together(roles_in(row, account, happened) for _, row in found.get(account, ()))
            for account in accounts
        }
    )


def lacking_roles(
    people: Rows, deals: Iterable[Standing], happened: datetime | None = None
) -> Mapping[UUID, tuple[Role, ...]]:
    """Return for each account with an open deal the roles that nobody is known to hold, there or in any such deal."""
    found = by_account(people)
    held: dict[UUID, set[Role]] = {}
    for deal in deals:
        if deal.status is Status.OPEN:
            rows = dict([*found.get(deal.account, ()), *found.get(deal.deal, ())]).values()
            roles = (roles_in(row, deal.account, happened, deal.deal) for row in rows)
            held.setdefault(deal.account, set()).update(_together(roles))
    return MappingProxyType({account: tuple(role for role in Role if role not in one) for account, one in held.items()})


def by_account(people: Rows) -> Mapping[UUID, Sequence[tuple[UUID, PersonRow]]]:
    """Return who was ever at each account, or had a role there or in a deal, by that account or deal."""
    found: dict[UUID, list[tuple[UUID, PersonRow]]] = {}
    for person, row in people.items():
        spots = {*(one.value for one in row.places), *(spot for one in row.roles for spot in (one.account, one.deal))}
        for spot in spots:
            if spot is not None:
                found.setdefault(spot, []).append((person, row))
    return found


def _together(roles: Iterable[tuple[Role, ...]]) -> tuple[Role, ...]:
    held = {role for some in roles for role in some}
    return tuple(role for role in Role if role in held)
