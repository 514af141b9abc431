"""Purchase: the customer's side of a deal: why they buy, how they buy, what is known of it.

Part of the deal's stream; here because the buying is a subject of its own (domain.md §2, §3, §6).
"""

from datetime import date
from enum import StrEnum
from typing import assert_never
from uuid import UUID

import attrs

from dealflow.decider import Refusal
from dealflow.domain.noun import NoSuchRef
from dealflow.money import Money


class Level(StrEnum):
    """High, medium or low."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class PurchaseMode(StrEnum):
    """Who chooses the brand (domain.md §7)."""

    OWNER_BUYS = "owner-buys"
    OWNER_NAMES_BRAND = "owner-names-brand"
    CONTRACTOR_DECIDES = "contractor-decides"


class Favours(StrEnum):
    """Whom a criterion of the customer's favours."""

    US = "us"
    RIVAL = "rival"
    NEITHER = "neither"


@attrs.frozen
class PurchaseStep:
    """One step of the customer's own purchase process."""

    name: str
    who: UUID | None = None
    when: date | None = None


@attrs.frozen
class BuyingCriterion:
    """What the customer will judge the offers by; *weight* is its share of the score, 0 to 1."""

    name: str
    weight: float | None = None
    favours: Favours | None = None


# Events


@attrs.frozen
class InformationNoted:
    """We learnt something on one of the nine information points (domain.md §6)."""

    point: int
    text: str | None = None
    told_by: UUID | None = None


@attrs.frozen
class ProblemQuantified:
    """A problem of the customer's was given a cost; its sum stands against our price."""

    id: str
    problem: str
    cost: Money
    by: UUID | None = None


@attrs.frozen
class ProblemWithdrawn:
    """A quantified problem turned out not to count."""

    ref: str
    reason: str


@attrs.frozen
class TechnicalContentRated:
    """How technical the purchase is: the more, the more the technical people weigh (S2)."""

    level: Level


@attrs.frozen
class PurchaseModeLearned:
    """We learnt who chooses the brand."""

    mode: PurchaseMode


@attrs.frozen
class PurchaseProcessMapped:
    """The customer's own steps were mapped; replaces an earlier map."""

    steps: tuple[PurchaseStep, ...]


@attrs.frozen
class PurchaseStepReached:
    """The customer reached a step of their own process."""

    step: str


@attrs.frozen
class CriteriaLearned:
    """We learnt what the offers will be judged by; replaces what was known before."""

    criteria: tuple[BuyingCriterion, ...]


PurchaseEvent = (
    InformationNoted
    | ProblemQuantified
    | ProblemWithdrawn
    | TechnicalContentRated
    | PurchaseModeLearned
    | PurchaseProcessMapped
    | PurchaseStepReached
    | CriteriaLearned
)


# State


@attrs.frozen
class Purchase:
    """What is known of the customer's buying; absent is unknown."""

    problems: tuple[ProblemQuantified, ...] = ()
    information: tuple[InformationNoted, ...] = ()
    technical_content: Level | None = None
    mode: PurchaseMode | None = None
    steps: tuple[PurchaseStep, ...] = ()
    step: str | None = None
    criteria: tuple[BuyingCriterion, ...] = ()


NOTHING_LEARNED = Purchase()


def evolve(purchase: Purchase, event: PurchaseEvent) -> Purchase:
    """Add one event to what is known of the buying."""
    match event:
        case InformationNoted():
            return attrs.evolve(purchase, information=(*purchase.information, event))
        case ProblemQuantified():
            return attrs.evolve(purchase, problems=(*purchase.problems, event))
        case ProblemWithdrawn():
            left = tuple(problem for problem in purchase.problems if problem.id != event.ref)
            return attrs.evolve(purchase, problems=left)
        case TechnicalContentRated():
            return attrs.evolve(purchase, technical_content=event.level)
        case PurchaseModeLearned():
            return attrs.evolve(purchase, mode=event.mode)
        case PurchaseProcessMapped():
            return attrs.evolve(purchase, steps=event.steps)
        case PurchaseStepReached():
            return attrs.evolve(purchase, step=event.step)
        case CriteriaLearned():
            return attrs.evolve(purchase, criteria=event.criteria)
        case _:
            assert_never(event)


def misfits(purchase: Purchase, event: PurchaseEvent) -> tuple[Refusal, ...]:
    """Say why *event* cannot come next."""
    match event:
        case ProblemWithdrawn() if event.ref not in {problem.id for problem in purchase.problems}:
            return (NoSuchRef(event.ref, "quantified problem"),)
        case _:
            return ()
