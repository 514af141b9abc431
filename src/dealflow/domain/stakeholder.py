"""Stakeholder: a person who matters to an account, from our first knowing them to our last.

Where they stand, what part they play and whose side they are on (domain.md §4). What they accept
stands in `acceptance`, what they want in `need`, what we do about them in `coverage`; all three are
part of the stakeholder's stream. The account's own people, and partners, consultants or contractors
who decide for it.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any, assert_never, get_args
from uuid import UUID

import attrs

from dealflow.decider import Refusal
from dealflow.domain import acceptance, coverage, need
from dealflow.domain.acceptance import NOTHING_RATED, Acceptance, AcceptanceEvent
from dealflow.domain.coverage import NOT_COVERED, Coverage, CoverageEvent
from dealflow.domain.merger import merged
from dealflow.domain.need import Need, NeedEvent
from dealflow.domain.noun import (
    AlreadyThere,
    AnyNoun,
    Corrected,
    HistoryUnknown,
    MergedInto,
    Noted,
    NotThere,
    Noun,
    ObservationEnded,
    Tags,
)
from dealflow.domain.personal import Personal
from dealflow.domain.scope import last_word, restated


class JobLevel(StrEnum):
    """How high someone stands in their organisation (domain.md §8)."""

    DIRECTOR = "director"
    MANAGER = "manager"
    EXPERT = "expert"
    OPERATOR = "operator"
    CLERK = "clerk"


class Role(StrEnum):
    """A buying role: guides us, uses it, screens it out, gives the final approval."""

    COACH = "coach"
    USER = "user"
    TECHNICAL = "technical"
    ECONOMIC = "economic"


class Influence(StrEnum):
    """How much someone's word weighs."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Stance(StrEnum):
    """Whether someone wants us to win."""

    SUPPORT = "support"
    NEUTRAL = "neutral"
    OPPOSE = "oppose"


class SocialStyle(StrEnum):
    """How someone deals with others: task or people, outgoing or reserved (S2)."""

    DECIDER = "decider"
    PROMOTER = "promoter"
    HARMONISER = "harmoniser"
    ANALYST = "analyst"


# Events: the life cycle


@attrs.frozen
class StakeholderIdentified:
    """We know of a person who matters to the account; *organisation* where they work for another."""

    account: UUID
    name: Personal
    organisation: str | None = None
    title: Personal | None = None
    level: JobLevel | None = None
    department: str | None = None


@attrs.frozen
class StakeholderMoved:
    """They went to another account we know, or to an organisation that is none."""

    account: UUID | None = None
    organisation: str | None = None


@attrs.frozen
class StakeholderDeparted:
    """They left, and nobody says where to."""

    reason: str | None = None


@attrs.frozen
class StakeholderErased:
    """Their personal data was erased; what they were to us stays, under an id."""

    reason: str


# Events: where they stand


@attrs.frozen
class StakeholderRenamed:
    """They bear another name, or were written down wrong."""

    name: Personal


@attrs.frozen
class PositionChanged:
    """They hold another position; what is absent is unknown, not as before."""

    title: Personal | None = None
    level: JobLevel | None = None
    department: str | None = None


@attrs.frozen
class ReportsTo:
    """They report to *manager*. Absent: nobody knows any more."""

    manager: UUID | None = None


@attrs.frozen
class Influences:
    """Their word weighs with another stakeholder: *strength*, where it is known."""

    other: UUID
    strength: Influence | None = None


@attrs.frozen
class StyleObserved:
    """How they deal with others; it says what they want to hear."""

    style: SocialStyle


# Events: what they are to a purchase, standing or in one deal


@attrs.frozen
class RoleIdentified:
    """They play a part in the buying."""

    role: Role
    deal: UUID | None = None


@attrs.frozen
class RoleWithdrawn:
    """They play that part no more, or never did; in a deal it overrides a standing role."""

    role: Role
    reason: str
    deal: UUID | None = None


@attrs.frozen
class InfluenceRated:
    """How much their word weighs."""

    influence: Influence
    deal: UUID | None = None


@attrs.frozen
class StanceChanged:
    """Whose side they are on; *ally* where they actively help us."""

    stance: Stance
    ally: bool | None = None
    deal: UUID | None = None


LifeEvent = StakeholderIdentified | StakeholderMoved | StakeholderDeparted | StakeholderErased
FactEvent = (
    StakeholderRenamed
    | PositionChanged
    | ReportsTo
    | Influences
    | StyleObserved
    | RoleIdentified
    | RoleWithdrawn
    | InfluenceRated
    | StanceChanged
)
StakeholderEvent = LifeEvent | FactEvent | AcceptanceEvent | NeedEvent | CoverageEvent


# State


@attrs.frozen
class Stakeholder:
    """One person as their events add up.

    *roles*, *influence* and *stances* hold the last word on each, standing and by deal: ask with
    `roles_in` and its like. Once *erased* it holds nothing personal.
    """

    account: UUID
    name: Personal | None
    organisation: str | None = None
    title: Personal | None = None
    level: JobLevel | None = None
    department: str | None = None
    departed: bool = False
    erased: bool = False
    manager: UUID | None = None
    influences: tuple[Influences, ...] = ()
    style: SocialStyle | None = None
    roles: tuple[RoleIdentified | RoleWithdrawn, ...] = ()
    influence: tuple[InfluenceRated, ...] = ()
    stances: tuple[StanceChanged, ...] = ()
    acceptance: Acceptance = NOTHING_RATED
    needs: tuple[Need, ...] = ()
    coverage: Coverage = NOT_COVERED
    merged_into: UUID | None = None

    @property
    def called(self) -> str | None:
        """What they are called, where an answer names them; nothing once they are erased."""
        return None if self.name is None else self.name.text

    def roles_in(self, deal: UUID | None) -> tuple[Role, ...]:
        """Return the roles they hold in a deal, its own word before the standing one."""
        said = {role: last_word((one for one in self.roles if one.role is role), deal) for role in Role}
        return tuple(role for role, word in said.items() if isinstance(word, RoleIdentified))

    def influence_in(self, deal: UUID | None) -> Influence | None:
        """Return how much their word weighs in a deal; nothing where nobody rated it."""
        said = last_word(self.influence, deal)
        return None if said is None else said.influence

    def stance_in(self, deal: UUID | None) -> Stance | None:
        """Return whose side they are on in a deal; nothing where they showed none."""
        said = last_word(self.stances, deal)
        return None if said is None else said.stance

    def ally_in(self, deal: UUID | None) -> bool | None:
        """Return whether they actively help us in a deal; nothing where nobody knows."""
        said = last_word(self.stances, deal)
        return None if said is None else said.ally


def evolve(stakeholder: Stakeholder | None, event: StakeholderEvent | AnyNoun) -> Stakeholder | None:
    """Add one event to a person."""
    if isinstance(event, StakeholderIdentified):
        return _identified(event)
    if stakeholder is None:
        return None
    told = _told(stakeholder, event)
    return _forgotten(told) if told.erased else told


def _identified(event: StakeholderIdentified) -> Stakeholder:
    return Stakeholder(
        account=event.account,
        name=event.name,
        organisation=event.organisation,
        title=event.title,
        level=event.level,
        department=event.department,
    )


def _told(stakeholder: Stakeholder, event: StakeholderEvent | AnyNoun) -> Stakeholder:
    match event:
        case StakeholderIdentified() | Corrected() | Noted() | HistoryUnknown() | ObservationEnded():
            return stakeholder
        case StakeholderMoved():
            return _moved(stakeholder, event)
        case StakeholderDeparted():
            return attrs.evolve(stakeholder, departed=True)
        case StakeholderErased():
            return attrs.evolve(stakeholder, erased=True)
        case MergedInto():
            return attrs.evolve(stakeholder, merged_into=event.other)
        case _:
            return _learn(stakeholder, event)


def _moved(stakeholder: Stakeholder, event: StakeholderMoved) -> Stakeholder:
    """The old position and manager do not move along."""
    return attrs.evolve(
        stakeholder,
        account=event.account or stakeholder.account,
        organisation=event.organisation,
        title=None,
        level=None,
        department=None,
        manager=None,
        departed=False,
    )


def _forgotten(stakeholder: Stakeholder) -> Stakeholder:
    return attrs.evolve(
        stakeholder,
        name=None,
        title=None,
        needs=need.forgotten(stakeholder.needs),
        coverage=coverage.forgotten(stakeholder.coverage),
    )


def _learn(stakeholder: Stakeholder, event: FactEvent | AcceptanceEvent | NeedEvent | CoverageEvent) -> Stakeholder:
    if isinstance(event, AcceptanceEvent):
        return attrs.evolve(stakeholder, acceptance=acceptance.evolve(stakeholder.acceptance, event))
    if isinstance(event, NeedEvent):
        return attrs.evolve(stakeholder, needs=need.evolve(stakeholder.needs, event))
    if isinstance(event, CoverageEvent):
        return attrs.evolve(stakeholder, coverage=coverage.evolve(stakeholder.coverage, event))
    match event:
        case StakeholderRenamed():
            return attrs.evolve(stakeholder, name=event.name)
        case PositionChanged():
            return attrs.evolve(stakeholder, title=event.title, level=event.level, department=event.department)
        case ReportsTo():
            return attrs.evolve(stakeholder, manager=event.manager)
        case Influences():
            others = tuple(one for one in stakeholder.influences if one.other != event.other)
            return attrs.evolve(stakeholder, influences=(*others, event))
        case StyleObserved():
            return attrs.evolve(stakeholder, style=event.style)
        case RoleIdentified() | RoleWithdrawn():
            roles = restated(stakeholder.roles, event, about=lambda one: one.role)
            return attrs.evolve(stakeholder, roles=roles)
        case InfluenceRated():
            return attrs.evolve(stakeholder, influence=restated(stakeholder.influence, event))
        case StanceChanged():
            return attrs.evolve(stakeholder, stances=restated(stakeholder.stances, event))
        case _:
            assert_never(event)


# Invariants


@attrs.frozen
class Erased:
    """A person whose data was erased takes no further step, and nothing personal."""

    def __str__(self) -> str:
        return "this person's data was erased: nothing personal and no step of theirs can be recorded any more"


@attrs.frozen
class HasDeparted:
    """A person who left cannot leave again."""

    def __str__(self) -> str:
        return "this person has departed already: record where they moved, or correct that record"


def misfits(stakeholder: Stakeholder | None, event: StakeholderEvent | AnyNoun) -> tuple[Refusal, ...]:
    """Say why *event* cannot come next."""
    if isinstance(event, StakeholderIdentified):
        return () if stakeholder is None else (AlreadyThere("stakeholder"),)
    if stakeholder is None:
        return (NotThere("stakeholder"),)
    return (*_missteps(stakeholder, event), *_loose_ends(stakeholder, event))


def _missteps(stakeholder: Stakeholder, event: StakeholderEvent | AnyNoun) -> Iterator[Refusal]:
    moves = STAKEHOLDER.moves(event)
    if moves and not isinstance(event, StakeholderErased):
        yield from merged("stakeholder", stakeholder.merged_into)
    if stakeholder.erased and (moves or is_personal(event)):
        yield Erased()
    elif stakeholder.departed and isinstance(event, StakeholderDeparted):
        yield HasDeparted()


def _loose_ends(stakeholder: Stakeholder, event: StakeholderEvent | AnyNoun) -> tuple[Refusal, ...]:
    if isinstance(event, NeedEvent):
        return need.misfits(stakeholder.needs, event)
    if isinstance(event, CoverageEvent):
        return coverage.misfits(stakeholder.coverage, event)
    return ()


def is_personal(event: Any) -> bool:
    """Say whether an event bears personal data."""
    return any(isinstance(value, Personal) for value in attrs.astuple(event, recurse=False))


def tags(_stream: UUID, stakeholder: Stakeholder, event: StakeholderEvent | AnyNoun) -> Tags:
    """A person's record belongs to their account, and to the deal it is about, if any.

    What settles a need or an action belongs to the deal that this was about.
    """
    raised = {one.id: one.deal for one in stakeholder.needs}
    raised |= {one.id: one.deal for one in stakeholder.coverage.actions}
    deal = getattr(event, "deal", None) or raised.get(getattr(event, "ref", ""))
    return Tags(stakeholder.account, (deal,) if deal else ())


STAKEHOLDER: Noun[Stakeholder, StakeholderEvent | AnyNoun] = Noun(
    name="stakeholder",
    events=frozenset(get_args(StakeholderEvent)),
    creation=frozenset({StakeholderIdentified}),
    life_cycle=frozenset(get_args(LifeEvent)),
    evolve=evolve,
    misfits=misfits,
    tags=tags,
)
