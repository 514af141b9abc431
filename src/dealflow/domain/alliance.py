"""Alliance: what binds the account and us: agreements, our plan for it, the direction it takes.

Part of the account's stream; here because binding is a subject of its own (domain.md §8, §9).
"""

from datetime import date
from enum import StrEnum
from typing import assert_never

import attrs

from dealflow.decider import Refusal
from dealflow.domain.noun import NoSuchRef


class Direction(StrEnum):
    """How a customer's way may part from ours."""

    STRATEGY = "strategy"
    SCOPE_CUT = "scope-cut"
    ENTERS_OUR_FIELD = "enters-our-field"
    OTHER = "other"


# Events


@attrs.frozen
class AgreementSigned:
    """An agreement is in force, *until* a day where it has an end; *kind* in the host's words."""

    id: str
    kind: str
    until: date | None = None


@attrs.frozen
class AgreementEnded:
    """An agreement is in force no more."""

    ref: str
    reason: str


@attrs.frozen
class DirectionChanged:
    """The customer takes another way."""

    change: Direction
    text: str


@attrs.frozen
class PlanMade:
    """What we want with the account, and how; replaces an earlier plan."""

    goals: tuple[str, ...]
    actions: tuple[str, ...]


@attrs.frozen
class PlanReviewed:
    """The plan was held against what has become of it."""

    verdict: str
    text: str | None = None


AllianceEvent = AgreementSigned | AgreementEnded | DirectionChanged | PlanMade | PlanReviewed


# State


@attrs.frozen
class Alliance:
    """The agreements that were not ended, the last change of direction, the plan and its review."""

    agreements: tuple[AgreementSigned, ...] = ()
    direction: DirectionChanged | None = None
    plan: PlanMade | None = None
    review: PlanReviewed | None = None


NO_ALLIANCE = Alliance()


def evolve(alliance: Alliance, event: AllianceEvent) -> Alliance:
    """Add one event to the alliance."""
    match event:
        case AgreementSigned():
            return attrs.evolve(alliance, agreements=(*alliance.agreements, event))
        case AgreementEnded():
            left = tuple(one for one in alliance.agreements if one.id != event.ref)
            return attrs.evolve(alliance, agreements=left)
        case DirectionChanged():
            return attrs.evolve(alliance, direction=event)
        case PlanMade():
            return attrs.evolve(alliance, plan=event, review=None)
        case PlanReviewed():
            return attrs.evolve(alliance, review=event)
        case _:
            assert_never(event)


def misfits(alliance: Alliance, event: AllianceEvent) -> tuple[Refusal, ...]:
    """Say why *event* cannot come next."""
    match event:
        case AgreementEnded() if event.ref not in {one.id for one in alliance.agreements}:
            return (NoSuchRef(event.ref, "agreement in force"),)
        case _:
            return ()
