"""Acceptance: how far a person goes along with our solution and our price, and how near rivals are.

Part of the stakeholder's stream; here because closeness is a subject of its own (domain.md §4, S3).
"""

from enum import StrEnum
from typing import assert_never
from uuid import UUID

import attrs

from dealflow.domain.scope import last_word, restated


class Closeness(StrEnum):
    """How near a person is to a rival."""

    NONE = "none"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


# Events


@attrs.frozen
class RivalClosenessRated:
    """How near the person is to a competitor, beside how near they are to us."""

    competitor: str
    closeness: Closeness
    deal: UUID | None = None


@attrs.frozen
class SolutionAcceptanceRated:
    """How far the person accepts our solution: *level* from 0, not at all, to 1, fully."""

    level: float
    deal: UUID | None = None


@attrs.frozen
class PriceAcceptanceRated:
    """How far the person accepts our price: *level* from 0, not at all, to 1, fully."""

    level: float
    deal: UUID | None = None


AcceptanceEvent = RivalClosenessRated | SolutionAcceptanceRated | PriceAcceptanceRated


# State


@attrs.frozen
class Acceptance:
    """The last word on each, standing and by deal; absent is unknown."""

    solution: tuple[SolutionAcceptanceRated, ...] = ()
    price: tuple[PriceAcceptanceRated, ...] = ()
    rivals: tuple[RivalClosenessRated, ...] = ()

    def solution_in(self, deal: UUID | None) -> float | None:
        """Return how far our solution is accepted in a deal, 0 to 1."""
        said = last_word(self.solution, deal)
        return None if said is None else said.level

    def price_in(self, deal: UUID | None) -> float | None:
        """Return how far our price is accepted in a deal, 0 to 1."""
        said = last_word(self.price, deal)
        return None if said is None else said.level

    def closeness_to(self, competitor: str, deal: UUID | None) -> Closeness | None:
        """Return how near the person is to a competitor in a deal."""
        said = last_word((one for one in self.rivals if one.competitor == competitor), deal)
        return None if said is None else said.closeness


NOTHING_RATED = Acceptance()


def evolve(acceptance: Acceptance, event: AcceptanceEvent) -> Acceptance:
    """Add one event to what was rated."""
    match event:
        case SolutionAcceptanceRated():
            return attrs.evolve(acceptance, solution=restated(acceptance.solution, event))
        case PriceAcceptanceRated():
            return attrs.evolve(acceptance, price=restated(acceptance.price, event))
        case RivalClosenessRated():
            rivals = restated(acceptance.rivals, event, about=lambda one: one.competitor)
            return attrs.evolve(acceptance, rivals=rivals)
        case _:
            assert_never(event)
