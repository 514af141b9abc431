"""Closeness: how near people are to us, to our solution and to our price (domain.md §4, S3).

Every figure lies between 0, far, and 1, near. What is unknown is left out of a mean: it moves no score.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from fractions import Fraction
from types import MappingProxyType
from uuid import UUID

import attrs

from dealflow.domain.acceptance import (
    Closeness,
    PriceAcceptanceRated,
    RivalClosenessRated,
    SolutionAcceptanceRated,
)
from dealflow.domain.contact import ContactLevel
from dealflow.domain.deal import DealOpened
from dealflow.domain.interaction import InteractionHeld
from dealflow.domain.seat import holds_in
from dealflow.domain.stakeholder import Role, Stance
from dealflow.domain.timeline import by_stream
from dealflow.journal import TICK, Record, until
from dealflow.projections.committee import COMMITTEE, MOVING, Committee, CommitteePolicy, Member, committee
from dealflow.projections.situation import Situation

_NONE, _LOW, _MEDIUM, _HIGH = Fraction(0), Fraction(1, 3), Fraction(2, 3), Fraction(1)
OPPOSED, NEVER_MET = "a technical buyer opposes us", "an economic buyer is known and none was ever met"


@attrs.frozen
class ClosenessPolicy:
    """What each sign of closeness is worth.

    Relationship closeness is the mean of *contacts* and *stances*, which weigh as *contact* and
    *stance*; the composite is that of *relationship*, *solution* and *price*. The composite of a
    chain is no higher than *opposed* where a technical buyer opposes us, and no higher than
    *never_met* where an economic buyer is known and none was ever met. People weigh as *committee*
    has it.
    """

    contact: Fraction = Fraction(1, 2)
    stance: Fraction = Fraction(1, 2)
    relationship: Fraction = Fraction(2, 5)
    solution: Fraction = Fraction(3, 10)
    price: Fraction = Fraction(3, 10)
    contacts: Mapping[ContactLevel, Fraction] = MappingProxyType(
        dict(zip(ContactLevel, (_NONE, _LOW, _MEDIUM, _HIGH), strict=True))
    )
    stances: Mapping[Stance, Fraction] = MappingProxyType(
        {Stance.SUPPORT: _HIGH, Stance.NEUTRAL: Fraction(1, 2), Stance.OPPOSE: _NONE}
    )
    rivals: Mapping[Closeness, Fraction] = MappingProxyType(
        dict(zip(Closeness, (_NONE, _LOW, _MEDIUM, _HIGH), strict=True))
    )
    opposed: Fraction = Fraction(1, 2)
    never_met: Fraction = Fraction(1, 2)
    committee: CommitteePolicy = COMMITTEE


CLOSENESS = ClosenessPolicy()


@attrs.frozen
class Figures:
    """Relationship closeness, acceptance of our solution and of our price, and the composite of those that are known.

    Nothing where it is unknown, of a person or of all who count.
    """

    relationship: Fraction | None
    solution: Fraction | None
    price: Fraction | None
    composite: Fraction | None


def figures_of(
    contact: ContactLevel,
    stance: Stance | None,
    solution: float | None,
    price: float | None,
    policy: ClosenessPolicy = CLOSENESS,
) -> Figures:
    """Return the figures of one person. Contact is never unknown: it follows from what was held."""
    known = None if stance is None else policy.stances[stance]
    relationship = mean([(policy.contact, policy.contacts[contact]), (policy.stance, known)])
    return _composed(relationship, _exact(solution), _exact(price), policy)


def figures_over(people: Iterable[tuple[Fraction | None, Figures]], policy: ClosenessPolicy = CLOSENESS) -> Figures:
    """Return the figures of several people, each the mean by weight; people of unknown weight count in none."""
    counted = [(weight, one) for weight, one in people if weight is not None]
    return _composed(
        mean((weight, one.relationship) for weight, one in counted),
        mean((weight, one.solution) for weight, one in counted),
        mean((weight, one.price) for weight, one in counted),
        policy,
    )


def mean(parts: Iterable[tuple[Fraction, Fraction | None]]) -> Fraction | None:
    """Return the mean by weight of the parts that are known; nothing where none is."""
    known = [(weight, value) for weight, value in parts if value is not None]
    whole = sum(weight for weight, _ in known)
    return sum((weight * value for weight, value in known), Fraction(0)) / whole if whole else None


def _composed(
    relationship: Fraction | None, solution: Fraction | None, price: Fraction | None, policy: ClosenessPolicy
) -> Figures:
    parts = [(policy.relationship, relationship), (policy.solution, solution), (policy.price, price)]
    return Figures(relationship, solution, price, mean(parts))


def _exact(level: float | None) -> Fraction | None:
    """Return a level as it was typed: 0.7 is seven tenths."""
    return None if level is None else Fraction(str(level))


# A person and a chain


@attrs.frozen
class RivalCloseness:
    """How near a person is to a rival; *closer* where that is nearer than they are to us."""

    competitor: str
    closeness: Closeness
    closer: bool
    record: int


@attrs.frozen
class PersonCloseness:
    """How near one person is, to us and to the rivals in the deal.

    *records* are those that the figures, and what the person weighs, rest on.
    """

    person: UUID
    figures: Figures
    rivals: tuple[RivalCloseness, ...]
    records: tuple[int, ...]


@attrs.frozen
class Cap:
    """Why the composite can be no higher than *limit*, and the records that say so."""

    name: str
    limit: Fraction
    records: tuple[int, ...]


@attrs.frozen
class ChainCloseness:
    """How near the decision chain of a deal is.

    *figures* are the means by weight over the chain, the composite after the *caps*, *uncapped*
    before. *unknown* counts those in the chain whose influence nobody rated: they are left out.
    *people* are all with a seat who have not left.
    """

    deal: UUID
    figures: Figures
    uncapped: Fraction | None
    caps: tuple[Cap, ...]
    unknown: int
    people: tuple[PersonCloseness, ...]

    @property
    def rivals_closer(self) -> tuple[tuple[UUID, str], ...]:
        """The people to whom a rival is closer than we are, each with the rival."""
        return tuple((one.person, rival.competitor) for one in self.people for rival in one.rivals if rival.closer)


def closeness(situation: Situation, policy: ClosenessPolicy = CLOSENESS) -> ChainCloseness:
    """Return how near the people of a deal are, each and as a chain."""
    return closeness_of(committee(situation, policy.committee), situation, policy)


def closeness_of(asked: Committee, situation: Situation, policy: ClosenessPolicy = CLOSENESS) -> ChainCloseness:
    """Return the same of a committee that is at hand."""
    people = {one.person: one for one in _people(situation, asked.present, policy)}
    chain = figures_over(((one.weight, people[one.id].figures) for one in asked.chain), policy)
    caps = tuple(_caps(asked, policy))
    return ChainCloseness(
        deal=situation.id,
        figures=attrs.evolve(chain, composite=_capped(chain.composite, caps)),
        uncapped=chain.composite,
        caps=caps,
        unknown=sum(one.weight is None for one in asked.chain),
        people=tuple(people.values()),
    )


def _capped(composite: Fraction | None, caps: Iterable[Cap]) -> Fraction | None:
    return None if composite is None else min((composite, *(cap.limit for cap in caps)))


def _caps(asked: Committee, policy: ClosenessPolicy) -> Iterator[Cap]:
    """Yield what holds the chain down; an unknown stance, or nobody known to be the buyer, does not."""
    against = [one for one in asked.playing(Role.TECHNICAL) if one.stance is Stance.OPPOSE]
    if against:
        yield Cap(OPPOSED, policy.opposed, _cited(against, Role.TECHNICAL))
    buyers = asked.playing(Role.ECONOMIC)
    if buyers and not any(one.held for one in buyers):
        yield Cap(NEVER_MET, policy.never_met, _cited(buyers, Role.ECONOMIC))


def _cited(members: Iterable[Member], role: Role) -> tuple[int, ...]:
    cited = [(one.seat.plays(role), one.seat.stance if role is Role.TECHNICAL else None) for one in members]
    return tuple(sorted({word.record for words in cited for word in words if word is not None}))


def _people(situation: Situation, members: Iterable[Member], policy: ClosenessPolicy) -> Iterator[PersonCloseness]:
    said = _said(situation)
    by_person = by_stream(said.values())
    for one in members:
        solution, price = (said.get((one.id, kind)) for kind in (SolutionAcceptanceRated, PriceAcceptanceRated))
        figures = figures_of(one.contact, one.stance, _level(solution), _level(price), policy)
        cited = [record.position for record in (solution, price) if record is not None]
        words = [word.record for word in (one.seat.influence, one.seat.stance) if word is not None]
        yield PersonCloseness(
            person=one.id,
            figures=figures,
            rivals=tuple(_rivals(situation, by_person.get(one.id, ()), one.contact, policy)),
            records=tuple(sorted({*one.held, *words, *cited})),
        )


def _level(record: Record | None) -> float | None:
    return None if record is None else float(record.event.level)


def _said(situation: Situation) -> Mapping[tuple[UUID, object], Record]:
    """Return the last word on what each person accepts, and on each rival: the deal's own before a standing one."""
    account = situation.deal.account if situation.deal else None
    words = [
        one for one in situation.history if isinstance(one.event, ACCEPTING) and holds_in(situation.id, account, one)
    ]
    words.sort(key=lambda one: one.event.deal is not None)
    return {(one.stream, getattr(one.event, "competitor", type(one.event))): one for one in words}


def _rivals(
    situation: Situation, said: Iterable[Record], contact: ContactLevel, policy: ClosenessPolicy
) -> Iterator[RivalCloseness]:
    """Yield the rivals in the deal that a person was rated on; closer than our contact, on the same four steps."""
    for record in said:
        event = record.event
        if isinstance(event, RivalClosenessRated) and _is_in(situation, event.competitor):
            closer = is_closer(event.closeness, contact, policy)
            yield RivalCloseness(event.competitor, event.closeness, closer, record.position)


def is_closer(rival: Closeness, contact: ContactLevel, policy: ClosenessPolicy = CLOSENESS) -> bool:
    """Say whether a rival is closer to somebody than we are: their closeness held against our contact."""
    return policy.rivals[rival] > policy.contacts[contact]


def _is_in(situation: Situation, competitor: str) -> bool:
    return situation.deal is not None and competitor in situation.deal.contest.present


# Over time

ACCEPTING = (SolutionAcceptanceRated, PriceAcceptanceRated, RivalClosenessRated)


@attrs.frozen
class ClosenessPoint:
    """From a moment on, or at it, the chain was this near."""

    at: datetime
    closeness: ChainCloseness


def closeness_over_time(
    situation: Situation, days: Iterable[date | datetime] | None = None, policy: ClosenessPolicy = CLOSENESS
) -> tuple[ClosenessPoint, ...]:
    """Return how near the chain was on given days (a bare date: that evening), or each time its figures changed.

    They change with what is said and held, and when a contact is too long ago to count. Days before
    the deal was opened have no point.
    """
    if days is not None:
        return tuple(_points(situation, (until(day, situation.horizon.zone) for day in days), policy))
    points: list[ClosenessPoint] = []
    for point in _points(situation, _moments(situation, policy), policy):
        if not points or _shown(points[-1]) != _shown(point):
            points.append(point)
    return tuple(points)


def _points(situation: Situation, moments: Iterable[datetime], policy: ClosenessPolicy) -> Iterator[ClosenessPoint]:
    for moment in moments:
        then = situation.as_of(moment)
        if then.deal is not None:
            yield ClosenessPoint(moment, closeness(then, policy))


def _shown(point: ClosenessPoint) -> tuple[Figures, tuple[str, ...]]:
    return point.closeness.figures, tuple(cap.name for cap in point.closeness.caps)


def _moments(situation: Situation, policy: ClosenessPolicy) -> Iterable[datetime]:
    here = {seat.stakeholder for seat in situation.seats}
    met = {
        one.end
        for one in situation.told
        if isinstance(one.record.event, InteractionHeld) and here.intersection(one.record.event.theirs)
    }
    fade = timedelta(days=policy.committee.contact.days) + TICK
    faded = {moment + fade for moment in met if moment <= situation.at - fade}
    return sorted({*situation.moments(*MOVING, *ACCEPTING, DealOpened), *met, *faded})
