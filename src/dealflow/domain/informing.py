"""What may be asked of what we know of a purchase: the nine points, how they buy, what they judge by."""

from typing import ClassVar
from uuid import UUID

import attrs

from dealflow.decider import Events, Facts, refuse_if
from dealflow.domain.asking import not_in_order, not_names, not_parts, not_within, told_then
from dealflow.domain.deal import DEAL, Deal, misfits
from dealflow.domain.noun import missing
from dealflow.domain.purchase import (
    NOTHING_LEARNED,
    BuyingCriterion,
    CriteriaLearned,
    InformationNoted,
    Level,
    Purchase,
    PurchaseMode,
    PurchaseModeLearned,
    PurchaseProcessMapped,
    PurchaseStep,
    PurchaseStepReached,
    TechnicalContentRated,
)

LAST_POINT = 9  # of what there is to know of a project (domain.md §6)


@attrs.frozen
class UnknownStep:
    """The customer's purchase process was mapped without such a step."""

    step: str
    there: tuple[str, ...]

    def __str__(self) -> str:
        return f"no step {self.step!r} in their process: it has {', '.join(self.there)}; check it, or map it anew"


@attrs.frozen
class NoteInformation:
    """Write down what we learnt on one of the nine information points, 1 to 9; it ages from then on."""

    noun: ClassVar = DEAL
    life_cycle: ClassVar = False

    point: int
    text: str | None = None
    told_by: UUID | None = None

    def decide(self, deal: Deal | None, facts: Facts) -> Events:
        """Stays quiet where the very same was noted of that very time; at another time it is known anew."""
        event = InformationNoted(self.point, self.text, self.told_by)
        if told_then(facts, event):
            return ()
        refuse_if(*misfits(deal, event), *not_within(1, LAST_POINT, point=self.point))
        return (event,)


@attrs.frozen
class LearnCriteria:
    """Say what the offers will be judged by; replaces what was known before."""

    noun: ClassVar = DEAL
    life_cycle: ClassVar = False

    criteria: tuple[BuyingCriterion, ...]

    def decide(self, deal: Deal | None, facts: Facts) -> Events:
        """Refuses weights that are no shares of one score; stays quiet where that is what we know already."""
        if self.criteria and _known(deal).criteria == self.criteria:
            return ()
        event = CriteriaLearned(self.criteria)
        refuse_if(
            *misfits(deal, event),
            *missing(criteria=self.criteria),
            *not_names(criteria=(one.name for one in self.criteria)),
            *not_parts("weights", {f"weight of {one.name}": one.weight for one in self.criteria}),
        )
        return (event,)


@attrs.frozen
class LearnPurchaseMode:
    """Say who chooses the brand."""

    noun: ClassVar = DEAL
    life_cycle: ClassVar = False

    mode: PurchaseMode

    def decide(self, deal: Deal | None, facts: Facts) -> Events:
        """Stays quiet where that is what we know already."""
        if _known(deal).mode is self.mode:
            return ()
        event = PurchaseModeLearned(self.mode)
        refuse_if(*misfits(deal, event))
        return (event,)


@attrs.frozen
class RateTechnicalContent:
    """Say how technical the purchase is: the more, the more the technical people weigh."""

    noun: ClassVar = DEAL
    life_cycle: ClassVar = False

    level: Level

    def decide(self, deal: Deal | None, facts: Facts) -> Events:
        """Stays quiet where it is rated so already."""
        if _known(deal).technical_content is self.level:
            return ()
        event = TechnicalContentRated(self.level)
        refuse_if(*misfits(deal, event))
        return (event,)


@attrs.frozen
class MapPurchaseProcess:
    """Map the customer's own steps, in their order; replaces an earlier map."""

    noun: ClassVar = DEAL
    life_cycle: ClassVar = False

    steps: tuple[PurchaseStep, ...]

    def decide(self, deal: Deal | None, facts: Facts) -> Events:
        """Refuses steps whose days run backward; stays quiet where it is mapped so already."""
        if self.steps and _known(deal).steps == self.steps:
            return ()
        event = PurchaseProcessMapped(self.steps)
        refuse_if(
            *misfits(deal, event),
            *missing(steps=self.steps),
            *not_names(steps=(one.name for one in self.steps)),
            *not_in_order(**{one.name: one.when for one in self.steps}),
        )
        return (event,)


@attrs.frozen
class ReachPurchaseStep:
    """The customer reached a step of their own process."""

    noun: ClassVar = DEAL
    life_cycle: ClassVar = False

    step: str

    def decide(self, deal: Deal | None, facts: Facts) -> Events:
        """Refuses a step that their process, where it was mapped, does not have; stays quiet where they stand there."""
        known = _known(deal)
        if self.step and known.step == self.step:
            return ()
        event = PurchaseStepReached(self.step)
        there = tuple(one.name for one in known.steps)
        refuse_if(
            *misfits(deal, event),
            *missing(step=self.step),
            UnknownStep(self.step, there) if self.step and there and self.step not in there else None,
        )
        return (event,)


def _known(deal: Deal | None) -> Purchase:
    return NOTHING_LEARNED if deal is None else deal.purchase
