"""Objection: what a customer holds against buying, from its being raised to its being settled.

Part of the stream of the interaction it was raised in, also where it is answered in another
(domain.md §5).
"""

from enum import StrEnum
from typing import assert_never
from uuid import UUID

import attrs

from dealflow.decider import Refusal
from dealflow.domain.noun import NoSuchRef
from dealflow.domain.personal import Personal


class ObjectionTopic(StrEnum):
    """What it is about."""

    PRICE = "price"
    PRODUCT = "product"
    TIMING = "timing"
    COMPETITOR = "competitor"
    AUTHORITY = "authority"
    TRUST = "trust"
    OTHER = "other"


class ObjectionKind(StrEnum):
    """Whether it is meant: true, a pretext, or a cover for another."""

    TRUE = "true"
    FALSE = "false"
    HIDDEN = "hidden"


class Technique(StrEnum):
    """How it was met."""

    INDIRECT_REBUTTAL = "indirect-rebuttal"
    SMILE_AND_PASS = "smile-and-pass"  # noqa: S105 (a technique, not a secret)
    TURN_INTO_REASON = "turn-into-reason"
    DIRECT_REBUTTAL = "direct-rebuttal"
    FIVE_WHYS = "five-whys"
    THIRD_PARTY_PROOF = "third-party-proof"


class ObjectionStatus(StrEnum):
    """What became of it; answered is not yet settled."""

    OPEN = "open"
    ANSWERED = "answered"
    RESOLVED = "resolved"
    CONCEDED = "conceded"


# Events. *interaction* says where the later ones happened; absent: in the one they stand in.


@attrs.frozen
class ObjectionRaised:
    """The customer objected; *by* is who of theirs, *kind* what we take it for."""

    id: str
    topic: ObjectionTopic
    kind: ObjectionKind | None = None
    by: UUID | None = None
    text: Personal | None = None
    deal: UUID | None = None


@attrs.frozen
class ObjectionAnswered:
    """We met it; whether that settles it, the customer says."""

    ref: str
    technique: Technique
    text: str | None = None
    interaction: UUID | None = None


@attrs.frozen
class ObjectionResolved:
    """The customer holds it against us no more."""

    ref: str
    interaction: UUID | None = None


@attrs.frozen
class ObjectionConceded:
    """They are right, and we said so."""

    ref: str
    interaction: UUID | None = None


ObjectionEvent = ObjectionRaised | ObjectionAnswered | ObjectionResolved | ObjectionConceded


# State


@attrs.frozen
class Objection:
    """One objection, how it was met, and what became of it."""

    id: str
    topic: ObjectionTopic
    kind: ObjectionKind | None = None
    by: UUID | None = None
    text: Personal | None = None
    deal: UUID | None = None
    status: ObjectionStatus = ObjectionStatus.OPEN
    answers: tuple[ObjectionAnswered, ...] = ()

    @property
    def settled(self) -> bool:
        """Whether nothing more is to be done about it."""
        return self.status in {ObjectionStatus.RESOLVED, ObjectionStatus.CONCEDED}


def raised(event: ObjectionRaised) -> Objection:
    """Return the objection as it stands when it is raised."""
    return Objection(event.id, event.topic, event.kind, event.by, event.text, event.deal)


def evolve(objections: tuple[Objection, ...], event: ObjectionEvent) -> tuple[Objection, ...]:
    """Add one event to the objections of an interaction."""
    if isinstance(event, ObjectionRaised):
        return (*objections, raised(event))
    return tuple(_met(one, event) if one.id == event.ref else one for one in objections)


def _met(objection: Objection, event: ObjectionAnswered | ObjectionResolved | ObjectionConceded) -> Objection:
    match event:
        case ObjectionAnswered():
            status = objection.status if objection.settled else ObjectionStatus.ANSWERED
            return attrs.evolve(objection, status=status, answers=(*objection.answers, event))
        case ObjectionResolved():
            return attrs.evolve(objection, status=ObjectionStatus.RESOLVED)
        case ObjectionConceded():
            return attrs.evolve(objection, status=ObjectionStatus.CONCEDED)
        case _:
            assert_never(event)


def misfits(objections: tuple[Objection, ...], event: ObjectionEvent) -> tuple[Refusal, ...]:
    """Say why *event* cannot come next.

    An answer may turn up after the end: of one day's records nobody knows which came first.
    """
    match event:
        case ObjectionAnswered() if event.ref not in {one.id for one in objections}:
            return (NoSuchRef(event.ref, "objection"),)
        case ObjectionResolved() | ObjectionConceded():
            return not_open(objections, event.ref)
        case _:
            return ()


def not_open(objections: tuple[Objection, ...], ref: str) -> tuple[Refusal, ...]:
    """Return the refusal of a *ref* that names no objection still to be settled."""
    return () if ref in {one.id for one in objections if not one.settled} else (NoSuchRef(ref, "open objection"),)
