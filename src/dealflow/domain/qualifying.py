"""What may be asked of a deal's worth pursuing, and of who pursues it: qualify, assign an owner."""

from typing import ClassVar

import attrs

from dealflow.decider import Events, Facts, refuse_if
from dealflow.domain.deal import DEAL, Deal, DealOwnerAssigned, misfits
from dealflow.domain.noun import missing
from dealflow.domain.qualification import Pursuit, Qualified, Risk, Screening, unexplained


@attrs.frozen
class QualifyDeal:
    """Hold the deal against the screening and risk questions (domain.md §3)."""

    noun: ClassVar = DEAL
    life_cycle: ClassVar = False

    screening: Screening
    risk: Risk
    verdict: Pursuit
    reason: str | None = None

    def decide(self, deal: Deal | None, facts: Facts) -> Events:
        """Refuses less than full force without a reason; stays quiet where nothing has changed."""
        event = Qualified(self.screening, self.risk, self.verdict, self.reason)
        if deal is not None and deal.qualified == event:
            return ()
        refuse_if(*misfits(deal, event), *unexplained(self.verdict, self.reason))
        return (event,)


@attrs.frozen
class AssignDealOwner:
    """Make one of ours answer for the deal."""

    noun: ClassVar = DEAL
    life_cycle: ClassVar = False

    owner: str

    def decide(self, deal: Deal | None, facts: Facts) -> Events:
        """Stays quiet where they do already."""
        if deal is not None and deal.owner == self.owner:
            return ()
        event = DealOwnerAssigned(self.owner)
        refuse_if(*misfits(deal, event), *missing(owner=self.owner))
        return (event,)
