"""What may be asked of what a customer holds against us: raise a complaint, report an incident, resolve either."""

from datetime import date
from typing import ClassVar
from uuid import UUID

import attrs

from dealflow.decider import Events, Facts, refuse_if
from dealflow.domain.account import ACCOUNT, Account, misfits
from dealflow.domain.asking import named, over, settled
from dealflow.domain.matter import ComplaintRaised, IncidentKind, IncidentReported, MatterResolved
from dealflow.domain.noun import IdTaken, missing
from dealflow.domain.purchase import Level


@attrs.frozen
class RaiseComplaint:
    """The customer complains; *by* is who of theirs, *due* the day it is to be settled, *id* names it for later."""

    noun: ClassVar = ACCOUNT
    life_cycle: ClassVar = False

    topic: str
    severity: Level
    due: date | None = None
    by: UUID | None = None
    id: str | None = None

    def decide(self, account: Account | None, facts: Facts) -> Events:
        """Refuses a due day that is over; stays quiet where the same was raised under that id already."""
        event = ComplaintRaised(self.id or facts.id("complaint"), self.topic, self.severity, self.due, self.by)
        known = named(ACCOUNT, facts, event.id)
        if known == event:
            return ()
        refuse_if(
            *misfits(account, event),
            *missing(topic=self.topic),
            *over(facts, due=self.due),
            IdTaken(event.id) if known is not None else None,
        )
        return (event,)


@attrs.frozen
class ReportIncident:
    """Something went wrong, whether or not anybody complained; *id* names it for later."""

    noun: ClassVar = ACCOUNT
    life_cycle: ClassVar = False

    kind: IncidentKind
    severity: Level
    due: date | None = None
    id: str | None = None

    def decide(self, account: Account | None, facts: Facts) -> Events:
        """Refuses a due day that is over; stays quiet where the same was reported under that id already."""
        event = IncidentReported(self.id or facts.id("incident"), self.kind, self.severity, self.due)
        known = named(ACCOUNT, facts, event.id)
        if known == event:
            return ()
        refuse_if(
            *misfits(account, event),
            *over(facts, due=self.due),
            IdTaken(event.id) if known is not None else None,
        )
        return (event,)


@attrs.frozen
class ResolveMatter:
    """Settle a complaint or an incident, and say *how*."""

    noun: ClassVar = ACCOUNT
    life_cycle: ClassVar = False

    ref: str
    how: str

    def decide(self, account: Account | None, facts: Facts) -> Events:
        """Refuses what nobody raised; stays quiet where it is settled already."""
        if settled(ACCOUNT, facts, MatterResolved, self.ref):
            return ()
        event = MatterResolved(self.ref, self.how)
        refuse_if(*misfits(account, event), *missing(how=self.how))
        return (event,)
