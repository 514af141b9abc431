"""Committee: who decides about a deal, what each of them is to it, and who of them is for us (domain.md §4)."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType
from typing import TypeVar
from uuid import UUID

import attrs

from dealflow.domain.contact import CONTACT, ContactLevel, ContactPolicy, contact_level
from dealflow.domain.coverage import Action, CounterpartAssigned
from dealflow.domain.deal import DealOpened
from dealflow.domain.need import Need
from dealflow.domain.noun import MergedInto
from dealflow.domain.purchase import Level, TechnicalContentRated
from dealflow.domain.seat import Seat, holds_in
from dealflow.domain.stakeholder import (
    Influence,
    InfluenceRated,
    Influences,
    JobLevel,
    ReportsTo,
    Role,
    RoleIdentified,
    RoleWithdrawn,
    SocialStyle,
    StakeholderDeparted,
    StakeholderMoved,
    Stance,
    StanceChanged,
)
from dealflow.domain.timeline import Told
from dealflow.projections.situation import Situation

ORDER = (Role.ECONOMIC, Role.TECHNICAL, Role.USER, Role.COACH)  # among people of one weight


class Target(StrEnum):
    """What we want of a person, by whose side they are on (S2)."""

    DEVELOP = "develop, the more the better"
    WIN_OVER = "win over"
    NEUTRALISE = "at least neutral"
    FIND_OUT = "find out whose side they are on"


TARGETS: Mapping[Stance | None, Target] = MappingProxyType(
    {
        Stance.SUPPORT: Target.DEVELOP,
        Stance.NEUTRAL: Target.WIN_OVER,
        Stance.OPPOSE: Target.NEUTRALISE,
        None: Target.FIND_OUT,
    }
)

HEARS: Mapping[SocialStyle, str] = MappingProxyType(
    {
        SocialStyle.DECIDER: "results, options and who is responsible; briefly",
        SocialStyle.PROMOTER: "the vision, who else does it, and recognition",
        SocialStyle.HARMONISER: "security, consent of the others, and our personal word",
        SocialStyle.ANALYST: "facts, proofs and method; in writing, with time",
    }
)
"""What people of each style want to hear (S2)."""


@attrs.frozen
class CommitteePolicy:
    """How much a person's word weighs, and when contact is what.

    *weights* is by rated influence. The more technical the purchase, the more the technical people
    weigh and the less the decision maker (S2): *technical* and *economic* multiply the weight of
    those who hold the role, by the deal's technical content.
    """

    weights: Mapping[Influence, Fraction] = MappingProxyType(
        {Influence.HIGH: Fraction(3), Influence.MEDIUM: Fraction(2), Influence.LOW: Fraction(1)}
    )
    technical: Mapping[Level, Fraction] = MappingProxyType(
        {Level.HIGH: Fraction(3, 2), Level.MEDIUM: Fraction(1), Level.LOW: Fraction(3, 4)}
    )
    economic: Mapping[Level, Fraction] = MappingProxyType(
        {Level.HIGH: Fraction(3, 4), Level.MEDIUM: Fraction(1), Level.LOW: Fraction(3, 2)}
    )
    contact: ContactPolicy = CONTACT


COMMITTEE = CommitteePolicy()
T = TypeVar("T", Action, Need)


@attrs.frozen
class Member:
    """One row of the relationship matrix.

    *seat* has the roles, influence and stance, each with its record; absent is unknown. *weight* is
    the influence scaled by the deal's technical content; *contact* follows from the interactions
    *held*, the last of which was on *last_met*. *counterparts* are who of ours faces them, *main*
    the main contact. *target* is what we want of them, nothing once they have left; *actions* are
    the countermeasures planned for it, done or not.
    """

    seat: Seat
    level: JobLevel | None
    weight: Fraction | None
    contact: ContactLevel
    held: tuple[int, ...]
    last_met: date | None
    counterparts: tuple[str, ...]
    main: str | None
    target: Target | None
    actions: tuple[Action, ...]
    needs: tuple[Need, ...]
    style: SocialStyle | None

    @property
    def id(self) -> UUID:
        """The person's stream."""
        return self.seat.stakeholder

    @property
    def roles(self) -> tuple[Role, ...]:
        """The roles they hold."""
        return tuple(one.value for one in self.seat.roles)

    @property
    def influence(self) -> Influence | None:
        """How much their word weighs; nothing where nobody rated it."""
        return None if self.seat.influence is None else self.seat.influence.value

    @property
    def stance(self) -> Stance | None:
        """Whose side they are on; nothing where they showed none."""
        return None if self.seat.stance is None else self.seat.stance.value

    @property
    def is_buying_influence(self) -> bool:
        """Whether they have a part in the buying, and are still there."""
        return _decides(self.seat)

    @property
    def hears(self) -> str | None:
        """What they want to hear, by their style."""
        return None if self.style is None else HEARS[self.style]

    @property
    def planned(self) -> tuple[Action, ...]:
        """The countermeasures still to be done, those due first coming first; a check may have found them not done."""
        return tuple(sorted((one for one in self.actions if not one.done), key=lambda one: one.due))

    def overdue(self, today: date) -> tuple[Action, ...]:
        """Return the countermeasures whose day is over and that are not done."""
        return tuple(one for one in self.planned if one.due < today)


@attrs.frozen
class Support:
    """Support surface: the influence-weighted share of the committee that is for us.

    *supporting* of *weight*; people whose influence or stance is *unknown* weigh nothing on either
    side. No share where nobody weighs anything.
    """

    supporting: Fraction
    weight: Fraction
    unknown: int

    @property
    def share(self) -> Fraction | None:
        """The share, 0 to 1."""
        return self.supporting / self.weight if self.weight else None


@attrs.frozen
class Line:
    """*person* reports to *other*, or their word weighs with *other*: by its *strength*, where that is known."""

    person: UUID
    other: UUID
    record: int
    strength: Influence | None = None


@attrs.frozen
class Committee:
    """Everybody with a seat in the deal as of *today*, those who left included.

    *reporting* and *influencing* are the lines that begin with somebody who has not left; they may
    lead to people without a seat.
    """

    deal: UUID
    today: date
    members: tuple[Member, ...]
    support: Support
    reporting: tuple[Line, ...]
    influencing: tuple[Line, ...]

    @cached_property
    def present(self) -> tuple[Member, ...]:
        """Those who have not left."""
        return tuple(one for one in self.members if one.seat.left is None)

    @cached_property
    def chain(self) -> tuple[Member, ...]:
        """The decision chain: who has a part in the buying, by weight; those of unknown weight last."""
        return tuple(sorted((one for one in self.members if one.is_buying_influence), key=_rank))

    @property
    def allies(self) -> tuple[Member, ...]:
        """Those who actively help."""
        return tuple(one for one in self.present if one.seat.ally)

    @property
    def uncovered(self) -> tuple[Role, ...]:
        """The roles that nobody here is known to hold."""
        held = {role for one in self.present for role in one.roles}
        return tuple(role for role in Role if role not in held)

    @property
    def since_economic_buyer(self) -> int | None:
        """How many days ago an economic buyer was met; nothing where none was, or none is known."""
        met = [one.last_met for one in self.playing(Role.ECONOMIC) if one.last_met]
        return (self.today - max(met)).days if met else None

    def playing(self, role: Role) -> tuple[Member, ...]:
        """Return those who hold a role and have not left."""
        return tuple(one for one in self.present if role in one.roles)


def committee(situation: Situation, policy: CommitteePolicy = COMMITTEE) -> Committee:
    """Return the relationship matrix of a deal and what follows from it."""
    members = tuple(_member(seat, situation, policy) for seat in situation.seats)
    here = [one.id for one in members if one.seat.left is None]
    return Committee(
        deal=situation.id,
        today=situation.today,
        members=members,
        support=support(situation, policy),
        reporting=_reporting(situation, here),
        influencing=_influencing(situation, here),
    )


def _member(seat: Seat, situation: Situation, policy: CommitteePolicy) -> Member:
    person = situation.person(seat.stakeholder)
    held = situation.held_with(seat.stakeholder)
    counterparts = person.coverage.counterparts_in(situation.id) if person else ()
    return Member(
        seat=seat,
        level=person.level if person else None,
        weight=_weight(seat, situation, policy),
        contact=contact_level(held, situation.at, policy.contact),
        held=tuple(one.position for one in held),
        last_met=max((min(situation.horizon.day(one.occurred_to), situation.today) for one in held), default=None),
        counterparts=tuple(one.ours for one in counterparts),
        main=_main(counterparts),
        target=TARGETS[None if seat.stance is None else seat.stance.value] if seat.left is None else None,
        actions=_here(person.coverage.actions if person else (), situation.id),
        needs=_here(person.needs if person else (), situation.id),
        style=person.style if person else None,
    )


def _main(counterparts: Iterable[CounterpartAssigned]) -> str | None:
    """Return the main contact: the deal's own before a standing one, and of several the one named last."""
    mains = sorted((one for one in counterparts if one.main), key=lambda one: one.deal is not None)
    return mains[-1].ours if mains else None


def _here(things: Iterable[T], deal: UUID) -> tuple[T, ...]:
    return tuple(one for one in things if one.deal in {None, deal})


def _weight(seat: Seat, situation: Situation, policy: CommitteePolicy) -> Fraction | None:
    if seat.influence is None:
        return None
    content = situation.deal.purchase.technical_content if situation.deal else None
    weight = policy.weights[seat.influence.value]
    for role, factors in ((Role.TECHNICAL, policy.technical), (Role.ECONOMIC, policy.economic)):
        if content is not None and seat.plays(role):
            weight *= factors[content]
    return weight


def _decides(seat: Seat) -> bool:
    return bool(seat.roles) and seat.left is None


def _rank(member: Member) -> tuple[bool, Fraction, int]:
    """Heaviest first; among equals, who gives the final approval before who only advises."""
    return member.weight is None, -(member.weight or Fraction(0)), min(ORDER.index(role) for role in member.roles)


def support(situation: Situation, policy: CommitteePolicy = COMMITTEE) -> Support:
    """Return the support surface of those who have a part in the buying."""
    supporting, weight, unknown = Fraction(0), Fraction(0), 0
    for seat in filter(_decides, situation.seats):
        theirs = _weight(seat, situation, policy)
        if theirs is None or seat.stance is None:
            unknown += 1
            continue
        weight += theirs
        supporting += theirs if seat.stance.value is Stance.SUPPORT else 0
    return Support(supporting, weight, unknown)


def _reporting(situation: Situation, people: Iterable[UUID]) -> tuple[Line, ...]:
    """Return whom they report to, as it was last told of each; who moved left their manager behind."""
    said = {one.stream: one for one in situation.history if isinstance(one.event, ReportsTo | StakeholderMoved)}
    last = ((who, said[who]) for who in people if who in said and isinstance(said[who].event, ReportsTo))
    return tuple(Line(who, one.event.manager, one.position) for who, one in last if one.event.manager)


def _influencing(situation: Situation, people: Collection[UUID]) -> tuple[Line, ...]:
    """Return with whom their word weighs, as it was last told of each pair."""
    said = [one for one in situation.history if isinstance(one.event, Influences) and one.stream in people]
    last = {(one.stream, one.event.other): one for one in said}
    return tuple(Line(who, whom, one.position, one.event.strength) for (who, whom), one in last.items())


# Over time

WORDS = (RoleIdentified, RoleWithdrawn, InfluenceRated, StanceChanged)
MOVING = (*WORDS, StakeholderDeparted, StakeholderMoved, MergedInto, TechnicalContentRated)


def words_on(situation: Situation, stakeholder: UUID) -> tuple[Told, ...]:
    """Return the history of a person's roles, influence and stance, standing or in this deal, in order.

    What is standing counts where it was said of the deal's account, as in their seat.
    """
    account = situation.deal.account if situation.deal else None
    return tuple(
        one
        for one in situation.told
        if one.record.stream == stakeholder
        and isinstance(one.record.event, WORDS)
        and holds_in(situation.id, account, one.record)
    )


@attrs.frozen
class Point:
    """From a moment on, the support surface was this."""

    since: datetime
    support: Support


def support_over_time(situation: Situation, policy: CommitteePolicy = COMMITTEE) -> tuple[Point, ...]:
    """Return every support surface the deal has had: "it never stands still: it grows or shrinks" (S2)."""
    points: list[Point] = []
    for moment in situation.moments(*MOVING, DealOpened):
        then = situation.as_of(moment)
        if then.deal is None:
            continue
        now = support(then, policy)
        if not points or points[-1].support != now:
            points.append(Point(moment, now))
    return tuple(points)
