"""What may be asked of a deal's calendar: schedule a milestone, book one of ours."""

from datetime import date
from typing import ClassVar

import attrs

from dealflow.decider import Events, Facts, Refused, refuse_if
from dealflow.domain.advancing import UnknownMilestone
from dealflow.domain.asking import not_in_order, not_within
from dealflow.domain.deal import DEAL, Deal, EffortPlanned, MilestoneScheduled, misfits
from dealflow.domain.noun import NotThere, missing
from dealflow.domain.playbook import MilestoneKey


@attrs.frozen
class ScheduleMilestone:
    """Plan a milestone of the deal's playbook for a day."""

    noun: ClassVar = DEAL
    life_cycle: ClassVar = False

    milestone: MilestoneKey
    on: date

    def decide(self, deal: Deal | None, facts: Facts) -> Events:
        """Refuses a milestone that the playbook does not have; stays quiet where it is planned so already."""
        if deal is None:
            raise Refused(NotThere("deal"))
        if (self.milestone, self.on) in deal.scheduled:
            return ()
        playbook = facts.playbooks.get(deal.playbook)
        keys = playbook.keys(deal.version) if playbook else ()
        event = MilestoneScheduled(self.milestone, self.on)
        refuse_if(
            *misfits(deal, event),
            UnknownMilestone(self.milestone, keys) if self.milestone not in keys else None,
        )
        return (event,)


@attrs.frozen
class PlanEffort:
    """Book one of ours for the deal: a *share* of their time, 0 to 1, from *start* to *end*."""

    noun: ClassVar = DEAL
    life_cycle: ClassVar = False

    ours: str
    start: date
    end: date
    share: float

    def decide(self, deal: Deal | None, facts: Facts) -> Events:
        """Refuses an end before the start; stays quiet where they are booked so already."""
        event = EffortPlanned(self.ours, self.start, self.end, self.share)
        if deal is not None and event in deal.effort:
            return ()
        refuse_if(
            *misfits(deal, event),
            *missing(ours=self.ours),
            *not_in_order(start=self.start, end=self.end),
            *not_within(0, 1, share=self.share),
        )
        return (event,)
