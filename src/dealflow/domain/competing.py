"""What may be asked of the competition for a deal: name, drop, assess a competitor; the bids; what will decide it."""

from collections.abc import Iterator
from typing import ClassVar

import attrs

from dealflow.decider import Events, Facts, Refusal, refuse_if
from dealflow.domain.asking import not_names
from dealflow.domain.contest import (
    BidSubmitted,
    CompetitorAssessed,
    CompetitorEntered,
    CompetitorLeft,
    Rival,
    RivalBidLearned,
    SuccessFactorsNamed,
    strangers,
)
from dealflow.domain.deal import DEAL, Deal, misfits
from dealflow.domain.noun import missing
from dealflow.domain.valuing import not_money
from dealflow.money import Money


@attrs.frozen
class NoRange:
    """Two prices that no range lies between."""

    price_from: Money
    price_to: Money

    def __str__(self) -> str:
        return f"no price lies from {self.price_from} to {self.price_to}: give the lower first, in one currency"


@attrs.frozen
class NameCompetitor:
    """A competitor is in the deal; *incumbent* where they supply the customer already."""

    noun: ClassVar = DEAL
    life_cycle: ClassVar = False

    competitor: str
    incumbent: bool | None = None

    def decide(self, deal: Deal | None, facts: Facts) -> Events:
        """Stays quiet where they are known to be in it, and nothing new is said of them."""
        known = _rival(deal, self.competitor)
        if known is not None and known.present and self.incumbent in {None, known.incumbent}:
            return ()
        event = CompetitorEntered(self.competitor, self.incumbent)
        refuse_if(*misfits(deal, event), *missing(competitor=self.competitor))
        return (event,)


@attrs.frozen
class DropCompetitor:
    """A competitor is out of the deal."""

    noun: ClassVar = DEAL
    life_cycle: ClassVar = False

    competitor: str
    reason: str | None = None

    def decide(self, deal: Deal | None, facts: Facts) -> Events:
        """Refuses one that never was in it; stays quiet where they are out already."""
        known = _rival(deal, self.competitor)
        if known is not None and not known.present:
            return ()
        event = CompetitorLeft(self.competitor, self.reason)
        refuse_if(*misfits(deal, event))
        return (event,)


@attrs.frozen
class AssessCompetitor:
    """Say what we make of a competitor; replaces an earlier assessment of the same one."""

    noun: ClassVar = DEAL
    life_cycle: ClassVar = False

    competitor: str
    strengths: tuple[str, ...] = ()
    weaknesses: tuple[str, ...] = ()
    solution: str | None = None
    price_from: Money | None = None
    price_to: Money | None = None
    our_answer: str | None = None

    def decide(self, deal: Deal | None, facts: Facts) -> Events:
        """Refuses prices that are none; stays quiet where that is what we made of them already."""
        event = CompetitorAssessed(
            competitor=self.competitor,
            strengths=self.strengths,
            weaknesses=self.weaknesses,
            solution=self.solution,
            price_from=self.price_from,
            price_to=self.price_to,
            our_answer=self.our_answer,
        )
        known = _rival(deal, self.competitor)
        if known is not None and known.assessment == event:
            return ()
        refuse_if(*misfits(deal, event), *missing(competitor=self.competitor), *self._prices())
        return (event,)

    def _prices(self) -> Iterator[Refusal]:
        flaws = not_money(price_from=self.price_from, price_to=self.price_to)
        yield from flaws
        if flaws or self.price_from is None or self.price_to is None:
            return
        if self.price_from.currency != self.price_to.currency or self.price_to < self.price_from:
            yield NoRange(self.price_from, self.price_to)


@attrs.frozen
class SubmitBid:
    """Put in a bid; replaces an earlier one."""

    noun: ClassVar = DEAL
    life_cycle: ClassVar = False

    amount: Money
    technical: str | None = None
    commercial: str | None = None

    def decide(self, deal: Deal | None, facts: Facts) -> Events:
        """Stays quiet where that is our bid already."""
        event, flaws = BidSubmitted(self.amount, self.technical, self.commercial), not_money(amount=self.amount)
        if deal is not None and not flaws and deal.contest.bid == event:
            return ()
        refuse_if(*misfits(deal, event), *flaws)
        return (event,)


@attrs.frozen
class LearnRivalBid:
    """Say what a competitor bid; replaces what was known of it before."""

    noun: ClassVar = DEAL
    life_cycle: ClassVar = False

    competitor: str
    amount: Money

    def decide(self, deal: Deal | None, facts: Facts) -> Events:
        """Refuses one that never was in the deal; stays quiet where that is what we know already."""
        event, flaws = RivalBidLearned(self.competitor, self.amount), not_money(amount=self.amount)
        known = _rival(deal, self.competitor)
        if known is not None and not flaws and known.bid == self.amount:
            return ()
        refuse_if(
            *misfits(deal, event),
            *(() if deal is None else strangers(deal.contest, self.competitor)),
            *flaws,
        )
        return (event,)


@attrs.frozen
class NameSuccessFactors:
    """Say what will decide it, the most important first; replaces what was named before."""

    noun: ClassVar = DEAL
    life_cycle: ClassVar = False

    factors: tuple[str, ...]

    def decide(self, deal: Deal | None, facts: Facts) -> Events:
        """Stays quiet where these are named already."""
        if deal is not None and self.factors and deal.contest.factors == self.factors:
            return ()
        event = SuccessFactorsNamed(self.factors)
        refuse_if(*misfits(deal, event), *missing(factors=self.factors), *not_names(factors=self.factors))
        return (event,)


def _rival(deal: Deal | None, competitor: str) -> Rival | None:
    return None if deal is None else deal.contest.rival(competitor)
