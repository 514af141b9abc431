"""Matter: what a customer holds against us: a complaint, or a delivery or service gone wrong.

Part of the account's stream; here because what is open too long loses accounts (domain.md §9).
"""

from datetime import date
from enum import StrEnum
from typing import assert_never
from uuid import UUID

import attrs

from dealflow.decider import Refusal
from dealflow.domain.noun import NoSuchRef
from dealflow.domain.purchase import Level


class IncidentKind(StrEnum):
    """What went wrong."""

    QUALITY = "quality"
    SERVICE = "service"
    LATE_DELIVERY = "late-delivery"
    SHORT_DELIVERY = "short-delivery"
    OTHER = "other"


# Events


@attrs.frozen
class ComplaintRaised:
    """The customer complained; *by* is who of theirs, *due* the day it is to be settled."""

    id: str
    topic: str
    severity: Level
    due: date | None = None
    by: UUID | None = None


@attrs.frozen
class IncidentReported:
    """Something went wrong, whether or not anybody complained."""

    id: str
    kind: IncidentKind
    severity: Level
    due: date | None = None


@attrs.frozen
class MatterResolved:
    """A complaint or an incident was settled."""

    ref: str
    how: str


Matter = ComplaintRaised | IncidentReported
MatterEvent = Matter | MatterResolved


# State: the matters that are open


def evolve(matters: tuple[Matter, ...], event: MatterEvent) -> tuple[Matter, ...]:
    """Add one event to the open matters of an account."""
    match event:
        case ComplaintRaised() | IncidentReported():
            return (*matters, event)
        case MatterResolved():
            return tuple(one for one in matters if one.id != event.ref)
        case _:
            assert_never(event)


def misfits(matters: tuple[Matter, ...], event: MatterEvent) -> tuple[Refusal, ...]:
    """Say why *event* cannot come next."""
    match event:
        case MatterResolved() if event.ref not in {one.id for one in matters}:
            return (NoSuchRef(event.ref, "open matter"),)
        case _:
            return ()
