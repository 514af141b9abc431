"""What may be asked of what a person wants and accepts: needs, social style, acceptance, closeness to rivals."""

from typing import ClassVar
from uuid import UUID

import attrs

from dealflow.decider import Events, Facts, refuse_if
from dealflow.domain.acceptance import (
    Closeness,
    PriceAcceptanceRated,
    RivalClosenessRated,
    SolutionAcceptanceRated,
)
from dealflow.domain.asking import named, not_within
from dealflow.domain.inquiry import Spin
from dealflow.domain.mapping import unspeakable
from dealflow.domain.need import NeedKind, NeedMoved, NeedUncovered, Rung
from dealflow.domain.noun import IdTaken, missing
from dealflow.domain.personal import personal
from dealflow.domain.stakeholder import STAKEHOLDER, SocialStyle, Stakeholder, StyleObserved, misfits


@attrs.frozen
class UncoverNeed:
    """Write down what the person wants, *explicit* where they say it themselves; *id* names it for later."""

    noun: ClassVar = STAKEHOLDER
    life_cycle: ClassVar = False

    need: NeedKind
    explicit: bool
    text: str | None = None
    deal: UUID | None = None
    id: str | None = None

    def decide(self, stakeholder: Stakeholder | None, facts: Facts) -> Events:
        """Stays quiet where the same was uncovered under that id already."""
        event = NeedUncovered(
            id=self.id or facts.id("need"),
            need=self.need,
            explicit=self.explicit,
            text=personal(self.text, facts.stream),
            deal=self.deal,
        )
        known = named(STAKEHOLDER, facts, event.id)
        if known == event:
            return ()
        refuse_if(
            *(misfits(stakeholder, event) or unspeakable(event, facts)),
            IdTaken(event.id) if known is not None else None,
        )
        return (event,)


@attrs.frozen
class MoveNeed:
    """Put a need on another rung of the ladder; *after* is the question that moved it, where one did."""

    noun: ClassVar = STAKEHOLDER
    life_cycle: ClassVar = False

    ref: str
    rung: Rung
    after: Spin | None = None

    def decide(self, stakeholder: Stakeholder | None, facts: Facts) -> Events:
        """Refuses a need that nobody uncovered; stays quiet where it stands on that rung already."""
        needs = () if stakeholder is None else stakeholder.needs
        if any(one.id == self.ref and one.rung is self.rung for one in needs):
            return ()
        event = NeedMoved(self.ref, self.rung, self.after)
        refuse_if(*misfits(stakeholder, event))
        return (event,)


@attrs.frozen
class ObserveStyle:
    """Say how the person deals with others; it says what they want to hear."""

    noun: ClassVar = STAKEHOLDER
    life_cycle: ClassVar = False

    style: SocialStyle

    def decide(self, stakeholder: Stakeholder | None, facts: Facts) -> Events:
        """Stays quiet where that is what we hold them for already."""
        if stakeholder is not None and stakeholder.style is self.style:
            return ()
        event = StyleObserved(self.style)
        refuse_if(*misfits(stakeholder, event))
        return (event,)


@attrs.frozen
class RateSolutionAcceptance:
    """Say how far the person accepts our solution, 0 to 1: in one deal, or standing."""

    noun: ClassVar = STAKEHOLDER
    life_cycle: ClassVar = False

    level: float
    deal: UUID | None = None

    def decide(self, stakeholder: Stakeholder | None, facts: Facts) -> Events:
        """Stays quiet where that was the last word on it, in the same deal or standing."""
        event = SolutionAcceptanceRated(self.level, self.deal)
        if stakeholder is not None and event in stakeholder.acceptance.solution:
            return ()
        refuse_if(*misfits(stakeholder, event), *not_within(0, 1, level=self.level))
        return (event,)


@attrs.frozen
class RatePriceAcceptance:
    """Say how far the person accepts our price, 0 to 1: in one deal, or standing."""

    noun: ClassVar = STAKEHOLDER
    life_cycle: ClassVar = False

    level: float
    deal: UUID | None = None

    def decide(self, stakeholder: Stakeholder | None, facts: Facts) -> Events:
        """Stays quiet where that was the last word on it, in the same deal or standing."""
        event = PriceAcceptanceRated(self.level, self.deal)
        if stakeholder is not None and event in stakeholder.acceptance.price:
            return ()
        refuse_if(*misfits(stakeholder, event), *not_within(0, 1, level=self.level))
        return (event,)


@attrs.frozen
class RateRivalCloseness:
    """Say how near the person is to a competitor: in one deal, or standing."""

    noun: ClassVar = STAKEHOLDER
    life_cycle: ClassVar = False

    competitor: str
    closeness: Closeness
    deal: UUID | None = None

    def decide(self, stakeholder: Stakeholder | None, facts: Facts) -> Events:
        """Stays quiet where that was the last word on it, in the same deal or standing."""
        event = RivalClosenessRated(self.competitor, self.closeness, self.deal)
        if stakeholder is not None and event in stakeholder.acceptance.rivals:
            return ()
        refuse_if(*misfits(stakeholder, event), *missing(competitor=self.competitor))
        return (event,)
