"""What may be asked of what binds an account and us: agreements, its direction, our plan for it."""

from datetime import date
from typing import ClassVar

import attrs

from dealflow.decider import Events, Facts, refuse_if
from dealflow.domain.account import ACCOUNT, Account, misfits
from dealflow.domain.alliance import (
    AgreementEnded,
    AgreementSigned,
    Direction,
    DirectionChanged,
    PlanMade,
    PlanReviewed,
)
from dealflow.domain.asking import named, not_names, over, settled, told_then
from dealflow.domain.noun import IdTaken, missing


@attrs.frozen
class NoPlan:
    """What was never planned cannot be reviewed."""

    def __str__(self) -> str:
        return "there is no plan for this account at that time: make one first, or check the date"


@attrs.frozen
class SignAgreement:
    """Put an agreement in force, *until* a day where it has an end; *id* names it for later."""

    noun: ClassVar = ACCOUNT
    life_cycle: ClassVar = False

    kind: str
    until: date | None = None
    id: str | None = None

    def decide(self, account: Account | None, facts: Facts) -> Events:
        """Refuses a last day that is over; stays quiet where the same was signed under that id already."""
        event = AgreementSigned(self.id or facts.id("agreement"), self.kind, self.until)
        known = named(ACCOUNT, facts, event.id)
        if known == event:
            return ()
        refuse_if(
            *misfits(account, event),
            *missing(kind=self.kind),
            *over(facts, until=self.until),
            IdTaken(event.id) if known is not None else None,
        )
        return (event,)


@attrs.frozen
class EndAgreement:
    """Say that an agreement is in force no more."""

    noun: ClassVar = ACCOUNT
    life_cycle: ClassVar = False

    ref: str
    reason: str

    def decide(self, account: Account | None, facts: Facts) -> Events:
        """Refuses one that nobody signed; stays quiet where it was ended already."""
        if settled(ACCOUNT, facts, AgreementEnded, self.ref):
            return ()
        event = AgreementEnded(self.ref, self.reason)
        refuse_if(*misfits(account, event), *missing(reason=self.reason))
        return (event,)


@attrs.frozen
class NoteDirectionChange:
    """The customer takes another way."""

    noun: ClassVar = ACCOUNT
    life_cycle: ClassVar = False

    change: Direction
    text: str

    def decide(self, account: Account | None, facts: Facts) -> Events:
        """Stays quiet where that was the last word on it."""
        event = DirectionChanged(self.change, self.text)
        if account is not None and account.alliance.direction == event:
            return ()
        refuse_if(*misfits(account, event), *missing(text=self.text))
        return (event,)


@attrs.frozen
class MakePlan:
    """Say what we want with the account, and how; replaces an earlier plan."""

    noun: ClassVar = ACCOUNT
    life_cycle: ClassVar = False

    goals: tuple[str, ...]
    actions: tuple[str, ...]

    def decide(self, account: Account | None, facts: Facts) -> Events:
        """Stays quiet where that is the plan already."""
        event = PlanMade(self.goals, self.actions)
        if account is not None and account.alliance.plan == event:
            return ()
        refuse_if(
            *misfits(account, event),
            *missing(goals=self.goals, actions=self.actions),
            *not_names(goals=self.goals, actions=self.actions),
        )
        return (event,)


@attrs.frozen
class ReviewPlan:
    """Hold the plan against what has become of it; every review is another."""

    noun: ClassVar = ACCOUNT
    life_cycle: ClassVar = False

    verdict: str
    text: str | None = None

    def decide(self, account: Account | None, facts: Facts) -> Events:
        """Refuses where there is no plan; stays quiet where the very same was found at that very time."""
        event = PlanReviewed(self.verdict, self.text)
        if told_then(facts, event):
            return ()
        refuse_if(
            *misfits(account, event),
            *missing(verdict=self.verdict),
            NoPlan() if account is not None and account.alliance.plan is None else None,
        )
        return (event,)
