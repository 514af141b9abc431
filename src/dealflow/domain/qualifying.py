"""What may be asked of a deal's worth pursuing, and of who pursues it: qualify, assess, grade, assign an owner."""

from typing import ClassVar

import attrs

from dealflow.decider import Events, Facts, refuse_if
from dealflow.domain.asking import not_names
from dealflow.domain.contest import strangers
from dealflow.domain.deal import DEAL, Deal, DealGraded, DealOwnerAssigned, misfits
from dealflow.domain.noun import missing
from dealflow.domain.qualification import Answers, Assessed, Pursuit, Qualified, Risk, Screening, unexplained


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
class AssessSide:
    """Answer the twenty questions for one side: a competitor, or us where none is named (domain.md §3)."""

    noun: ClassVar = DEAL
    life_cycle: ClassVar = False

    answers: Answers
    competitor: str | None = None

    def decide(self, deal: Deal | None, facts: Facts) -> Events:
        """Refuses a competitor that never was in the deal; stays quiet where nothing has changed."""
        event = Assessed(self.answers, self.competitor)
        if deal is not None and (self.competitor, self.answers) in deal.contest.assessments:
            return ()
        refuse_if(
            *misfits(deal, event),
            *missing(answers=self.answers),
            *not_names(answers=(question for question, _ in self.answers)),
            *(() if deal is None else strangers(deal.contest, self.competitor)),
        )
        return (event,)


@attrs.frozen
class GradeDeal:
    """Put the deal into a class of the host's own."""

    noun: ClassVar = DEAL
    life_cycle: ClassVar = False

    grade: str

    def decide(self, deal: Deal | None, facts: Facts) -> Events:
        """Stays quiet where it is in that class already."""
        if deal is not None and deal.grade == self.grade:
            return ()
        event = DealGraded(self.grade)
        refuse_if(*misfits(deal, event), *missing(grade=self.grade))
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
