"""Need: what a person wants, for the business or for themselves, and how pressing it has become.

Part of the stakeholder's stream; here because the need ladder is a subject of its own (domain.md §4).
"""

from enum import StrEnum
from typing import assert_never
from uuid import UUID

import attrs

from dealflow.decider import Refusal
from dealflow.domain.inquiry import Spin
from dealflow.domain.noun import NoSuchRef
from dealflow.domain.personal import Personal


class NeedKind(StrEnum):
    """What is wanted: five needs of the business, five of the person (S2)."""

    VOLUME = "volume"
    COST = "cost"
    PROFIT = "profit"
    SAFETY = "safety"
    IMAGE = "image"
    ACHIEVEMENT = "achievement"
    STATUS = "status"
    AFFILIATION = "affiliation"
    SECURITY = "security"
    SURVIVAL = "survival"

    @property
    def of_the_business(self) -> bool:
        """Whether the business wants it, rather than the person."""
        return self in _OF_THE_BUSINESS


_OF_THE_BUSINESS = frozenset({NeedKind.VOLUME, NeedKind.COST, NeedKind.PROFIT, NeedKind.SAFETY, NeedKind.IMAGE})


class Rung(StrEnum):
    """How pressing a need is; the ladder from the bottom up."""

    CONTENT = "content"
    DISSATISFIED = "dissatisfied"
    GROWING = "growing"
    MUST_CHANGE = "must-change"


# Events


@attrs.frozen
class NeedUncovered:
    """We learnt of a need; *explicit* where the person says it themselves."""

    id: str
    need: NeedKind
    explicit: bool
    text: Personal | None = None
    deal: UUID | None = None


@attrs.frozen
class NeedMoved:
    """The need stands on another rung; *after* is the question that moved it, where one did."""

    ref: str
    rung: Rung
    after: Spin | None = None


NeedEvent = NeedUncovered | NeedMoved


# State


@attrs.frozen
class Need:
    """One need, and the rung it stands on; absent is unknown."""

    id: str
    kind: NeedKind
    explicit: bool
    text: Personal | None = None
    deal: UUID | None = None
    rung: Rung | None = None


def evolve(needs: tuple[Need, ...], event: NeedEvent) -> tuple[Need, ...]:
    """Add one event to a person's needs."""
    match event:
        case NeedUncovered():
            return (*needs, Need(event.id, event.need, event.explicit, event.text, event.deal))
        case NeedMoved():
            return tuple(attrs.evolve(one, rung=event.rung) if one.id == event.ref else one for one in needs)
        case _:
            assert_never(event)


def forgotten(needs: tuple[Need, ...]) -> tuple[Need, ...]:
    """Return the needs without the person's words."""
    return tuple(attrs.evolve(one, text=None) for one in needs)


def misfits(needs: tuple[Need, ...], event: NeedEvent) -> tuple[Refusal, ...]:
    """Say why *event* cannot come next."""
    match event:
        case NeedMoved() if event.ref not in {one.id for one in needs}:
            return (NoSuchRef(event.ref, "need"),)
        case _:
            return ()
