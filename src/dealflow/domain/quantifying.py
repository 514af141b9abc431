"""What may be asked of what the customer's problems cost them, which stands against our price (domain.md §3)."""

from typing import ClassVar
from uuid import UUID

import attrs

from dealflow.decider import Events, Facts, refuse_if
from dealflow.domain.asking import named, settled
from dealflow.domain.deal import DEAL, Deal, misfits
from dealflow.domain.noun import IdTaken, missing
from dealflow.domain.purchase import ProblemQuantified, ProblemWithdrawn
from dealflow.domain.valuing import not_money
from dealflow.money import Money


@attrs.frozen
class QuantifyProblem:
    """Give a problem of the customer's a cost; *by* is who of theirs says so, *id* names it for later."""

    noun: ClassVar = DEAL
    life_cycle: ClassVar = False

    problem: str
    cost: Money
    by: UUID | None = None
    id: str | None = None

    def decide(self, deal: Deal | None, facts: Facts) -> Events:
        """Stays quiet where the same was quantified under that id already."""
        event = ProblemQuantified(self.id or facts.id("problem"), self.problem, self.cost, self.by)
        known, flaws = named(DEAL, facts, event.id), not_money(cost=self.cost)
        if not flaws and known == event:
            return ()
        refuse_if(
            *misfits(deal, event),
            *missing(problem=self.problem),
            *flaws,
            IdTaken(event.id) if known is not None else None,
        )
        return (event,)


@attrs.frozen
class WithdrawProblem:
    """Say that a quantified problem does not count."""

    noun: ClassVar = DEAL
    life_cycle: ClassVar = False

    ref: str
    reason: str

    def decide(self, deal: Deal | None, facts: Facts) -> Events:
        """Refuses one that nobody quantified; stays quiet where it was withdrawn already."""
        if settled(DEAL, facts, ProblemWithdrawn, self.ref):
            return ()
        event = ProblemWithdrawn(self.ref, self.reason)
        refuse_if(*misfits(deal, event), *missing(reason=self.reason))
        return (event,)
