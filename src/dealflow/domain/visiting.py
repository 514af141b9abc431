"""What may be asked of an interaction: plan, move, call off, hold, ask, conclude it."""

from datetime import date
from typing import ClassVar
from uuid import UUID

import attrs

from dealflow.decider import Events, Facts, Refused, refuse_if
from dealflow.domain.inquiry import ProblemVoiced, QuestionAsked, Spin
from dealflow.domain.interaction import (
    INTERACTION,
    Activity,
    Channel,
    Conclusion,
    Interaction,
    InteractionAttempted,
    InteractionCancelled,
    InteractionConcluded,
    InteractionHeld,
    InteractionLinked,
    InteractionMissed,
    InteractionPlanned,
    InteractionRescheduled,
    InteractionStatus,
    Party,
    VisitStep,
    misfits,
)
from dealflow.domain.noun import missing
from dealflow.domain.personal import Personal, nobodys, personal
from dealflow.journal import When


@attrs.frozen
class NoLength:
    """An interaction lasts no negative time."""

    minutes: int

    def __str__(self) -> str:
        return f"an interaction cannot last {self.minutes} minutes: give its length, or nothing"


@attrs.frozen
class PlanInteraction:
    """Plan a contact with an account, about none, one or several deals."""

    noun: ClassVar = INTERACTION
    life_cycle: ClassVar = True

    account: UUID
    planned_for: When
    channel: Channel
    purpose: str
    theirs: tuple[UUID, ...] = ()
    ours: tuple[str, ...] = ()
    activity: Activity = Activity.OTHER
    deals: tuple[UUID, ...] = ()

    def decide(self, interaction: Interaction | None, facts: Facts) -> Events:
        """Stays quiet where the very same was planned already."""
        event = InteractionPlanned(
            account=self.account,
            planned_for=self.planned_for,
            channel=self.channel,
            purpose=self.purpose,
            theirs=self.theirs,
            ours=self.ours,
            activity=self.activity,
            deals=self.deals,
        )
        if interaction is not None and interaction.plan == event:
            return ()
        refuse_if(*misfits(interaction, event), *missing(purpose=self.purpose))
        return (event,)


@attrs.frozen
class RescheduleInteraction:
    """Plan it for another time; one that was cancelled or missed is on again."""

    noun: ClassVar = INTERACTION
    life_cycle: ClassVar = True

    to: When

    def decide(self, interaction: Interaction | None, facts: Facts) -> Events:
        """Stays quiet where it is planned for then already."""
        if interaction is not None and _is_on(interaction) and interaction.planned_for == self.to:
            return ()
        event = InteractionRescheduled(self.to)
        refuse_if(*misfits(interaction, event))
        return (event,)


def _is_on(interaction: Interaction) -> bool:
    return interaction.status is InteractionStatus.PLANNED


@attrs.frozen
class CancelInteraction:
    """Call it off."""

    noun: ClassVar = INTERACTION
    life_cycle: ClassVar = True

    reason: str

    def decide(self, interaction: Interaction | None, facts: Facts) -> Events:
        """Stays quiet where it is off already."""
        if interaction is not None and interaction.status is InteractionStatus.CANCELLED:
            return ()
        event = InteractionCancelled(self.reason)
        refuse_if(*misfits(interaction, event), *missing(reason=self.reason))
        return (event,)


@attrs.frozen
class MissInteraction:
    """One side did not turn up."""

    noun: ClassVar = INTERACTION
    life_cycle: ClassVar = True

    by: Party

    def decide(self, interaction: Interaction | None, facts: Facts) -> Events:
        """Stays quiet where that side missed it already."""
        if interaction is not None and interaction.missed_by is self.by:
            return ()
        event = InteractionMissed(self.by)
        refuse_if(*misfits(interaction, event))
        return (event,)


@attrs.frozen
class AttemptInteraction:
    """We tried and reached nobody; every attempt is another.

    *theirs* are whom we tried to reach. What is left out is as planned; unplanned, *account* and
    *channel* must be said.
    """

    noun: ClassVar = INTERACTION
    life_cycle: ClassVar = True

    result: str
    account: UUID | None = None
    channel: Channel | None = None
    theirs: tuple[UUID, ...] | None = None
    ours: tuple[str, ...] | None = None
    deals: tuple[UUID, ...] | None = None

    def decide(self, interaction: Interaction | None, facts: Facts) -> Events:
        """Refuses what was held or called off."""
        plan = _plan(interaction, self.account, self.channel)
        event = InteractionAttempted(
            account=self.account or plan.account,
            channel=self.channel or plan.channel,
            result=self.result,
            theirs=plan.theirs if self.theirs is None else self.theirs,
            ours=plan.ours if self.ours is None else self.ours,
            deals=plan.deals if self.deals is None else self.deals,
        )
        refuse_if(*misfits(interaction, event), *missing(result=self.result))
        return (event,)


@attrs.frozen
class HoldInteraction:
    """It took place. What is left out is as planned; unplanned, *account* and *channel* must be said."""

    noun: ClassVar = INTERACTION
    life_cycle: ClassVar = True

    account: UUID | None = None
    channel: Channel | None = None
    theirs: tuple[UUID, ...] | None = None
    ours: tuple[str, ...] | None = None
    minutes: int | None = None
    steps: tuple[VisitStep, ...] | None = None
    purpose_reached: bool | None = None
    activity: Activity | None = None
    deals: tuple[UUID, ...] | None = None

    def decide(self, interaction: Interaction | None, facts: Facts) -> Events:
        """Refuses what was called off; stays quiet where it was held so already."""
        plan = _plan(interaction, self.account, self.channel)
        event = InteractionHeld(
            account=self.account or plan.account,
            channel=self.channel or plan.channel,
            theirs=plan.theirs if self.theirs is None else self.theirs,
            ours=plan.ours if self.ours is None else self.ours,
            minutes=self.minutes,
            steps=self.steps,
            purpose_reached=self.purpose_reached,
            activity=self.activity or plan.activity,
            deals=plan.deals if self.deals is None else self.deals,
        )
        if interaction is not None and interaction.held == event:
            return ()
        refuse_if(
            *misfits(interaction, event),
            NoLength(self.minutes) if self.minutes is not None and self.minutes < 0 else None,
        )
        return (event,)


def _plan(interaction: Interaction | None, account: UUID | None, channel: Channel | None) -> Interaction:
    """Return what an interaction was to be, planned or out of the blue."""
    if interaction is not None:
        return interaction
    if account is None or channel is None:
        raise Refused(*missing(account=account, channel=channel))
    return Interaction(account, channel)


@attrs.frozen
class LinkInteraction:
    """Say that it was about these deals too."""

    noun: ClassVar = INTERACTION
    life_cycle: ClassVar = False

    deals: tuple[UUID, ...]

    def decide(self, interaction: Interaction | None, facts: Facts) -> Events:
        """Stays quiet where it is about all of them already."""
        if interaction is not None and self.deals and set(self.deals) <= set(interaction.deals):
            return ()
        event = InteractionLinked(self.deals)
        refuse_if(*misfits(interaction, event), *missing(deals=self.deals))
        return (event,)


@attrs.frozen
class AskQuestion:
    """We asked a question of one of the four kinds; every one is another. *to* is who of theirs."""

    noun: ClassVar = INTERACTION
    life_cycle: ClassVar = False

    kind: Spin
    to: UUID | None = None
    text: str | None = None

    def decide(self, interaction: Interaction | None, facts: Facts) -> Events:
        """Refuses words put to nobody."""
        event = QuestionAsked(self.kind, self.to, personal(self.text, self.to))
        refuse_if(*misfits(interaction, event), *nobodys(self.text, to=self.to))
        return (event,)


@attrs.frozen
class VoiceProblem:
    """One of theirs spoke of a problem."""

    noun: ClassVar = INTERACTION
    life_cycle: ClassVar = False

    text: str
    by: UUID

    def decide(self, interaction: Interaction | None, facts: Facts) -> Events:
        """Stays quiet where they said so already."""
        event = ProblemVoiced(Personal(self.text, self.by), self.by)
        if interaction is not None and event in interaction.inquiry.problems:
            return ()
        refuse_if(*misfits(interaction, event), *missing(text=self.text))
        return (event,)


@attrs.frozen
class ConcludeInteraction:
    """Say how it ended, and the action they *agreed* to; replaces an earlier conclusion."""

    noun: ClassVar = INTERACTION
    life_cycle: ClassVar = False

    outcome: Conclusion
    agreed: str | None = None
    due: date | None = None

    def decide(self, interaction: Interaction | None, facts: Facts) -> Events:
        """Refuses an advance to which nobody agreed anything, and the end of what was not held."""
        event = InteractionConcluded(self.outcome, self.agreed, self.due)
        if interaction is not None and interaction.concluded == event:
            return ()
        refuse_if(*misfits(interaction, event))
        return (event,)
