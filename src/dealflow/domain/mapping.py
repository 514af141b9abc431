"""What may be asked of a person: identify, place, move, part with, cast in a role, rate, erase."""

from typing import ClassVar
from uuid import UUID

import attrs

from dealflow.decider import Events, Facts, Refusal, refuse_if
from dealflow.domain.noun import corrected, missing
from dealflow.domain.personal import Personal, personal
from dealflow.domain.stakeholder import (
    STAKEHOLDER,
    Erased,
    Influence,
    InfluenceRated,
    JobLevel,
    PositionChanged,
    Role,
    RoleIdentified,
    RoleWithdrawn,
    Stakeholder,
    StakeholderDeparted,
    StakeholderErased,
    StakeholderIdentified,
    StakeholderMoved,
    StakeholderRenamed,
    Stance,
    StanceChanged,
    is_personal,
    misfits,
)


@attrs.frozen
class RoleNotHeld:
    """A role that is not held cannot be withdrawn."""

    role: Role
    deal: UUID | None

    def __str__(self) -> str:
        where = "at the account" if self.deal is None else f"in deal {self.deal}"
        return f"this person is not known as {self.role} {where} at that time: check the role, the deal and the date"


@attrs.frozen
class IdentifyStakeholder:
    """Write down a person who matters to an account; *organisation* where they work for another."""

    noun: ClassVar = STAKEHOLDER
    life_cycle: ClassVar = True

    account: UUID
    name: str
    organisation: str | None = None
    title: str | None = None
    level: JobLevel | None = None
    department: str | None = None

    def decide(self, stakeholder: Stakeholder | None, facts: Facts) -> Events:
        """Stays quiet where the very same person is known already."""
        event = StakeholderIdentified(
            account=self.account,
            name=Personal(self.name, facts.stream),
            organisation=self.organisation,
            title=personal(self.title, facts.stream),
            level=self.level,
            department=self.department,
        )
        if stakeholder is not None and _same(stakeholder, event):
            return ()
        refuse_if(*missing(name=self.name), *misfits(stakeholder, event))
        return (event,)


def _same(stakeholder: Stakeholder, event: StakeholderIdentified) -> bool:
    names = tuple(field.name for field in attrs.fields(StakeholderIdentified))
    return all(getattr(stakeholder, name) == getattr(event, name) for name in names)


@attrs.frozen
class RenameStakeholder:
    """Give the person another name."""

    noun: ClassVar = STAKEHOLDER
    life_cycle: ClassVar = False

    name: str

    def decide(self, stakeholder: Stakeholder | None, facts: Facts) -> Events:
        """Refuses a name for a person whose data was erased, also for a day before that."""
        event = StakeholderRenamed(Personal(self.name, facts.stream))
        if stakeholder is not None and stakeholder.name == event.name:
            return ()
        refuse_if(*missing(name=self.name), *(misfits(stakeholder, event) or unspeakable(event, facts)))
        return (event,)


@attrs.frozen
class ChangePosition:
    """Give the person another position; what is not said of it is unknown."""

    noun: ClassVar = STAKEHOLDER
    life_cycle: ClassVar = False

    title: str | None = None
    level: JobLevel | None = None
    department: str | None = None

    def decide(self, stakeholder: Stakeholder | None, facts: Facts) -> Events:
        """Refuses a title for a person whose data was erased, also for a day before that."""
        event = PositionChanged(personal(self.title, facts.stream), self.level, self.department)
        if stakeholder is not None and _position(stakeholder) == event:
            return ()
        refuse_if(*(misfits(stakeholder, event) or unspeakable(event, facts)))
        return (event,)


def _position(stakeholder: Stakeholder) -> PositionChanged:
    return PositionChanged(stakeholder.title, stakeholder.level, stakeholder.department)


def unspeakable(event: object, facts: Facts) -> tuple[Refusal, ...]:
    """Return the refusal of words about a person who was erased: the key is forgotten on the known
    clock, so what was asked about an earlier day comes too late.
    """
    erased = any(isinstance(record.event, StakeholderErased) for record in corrected(facts.own))
    return (Erased(),) if erased and is_personal(event) else ()


@attrs.frozen
class MoveStakeholder:
    """The person goes to another account, or to an organisation that is none of our accounts."""

    noun: ClassVar = STAKEHOLDER
    life_cycle: ClassVar = True

    account: UUID | None = None
    organisation: str | None = None

    def decide(self, stakeholder: Stakeholder | None, facts: Facts) -> Events:
        """Stays quiet where they are there already."""
        event = StakeholderMoved(self.account, self.organisation)
        if stakeholder is not None and _is_at(stakeholder, event):
            return ()
        somewhere = self.account or self.organisation
        refuse_if(*misfits(stakeholder, event), *missing(**{"account or organisation": somewhere}))
        return (event,)


def _is_at(stakeholder: Stakeholder, event: StakeholderMoved) -> bool:
    there = (event.account or stakeholder.account, event.organisation)
    named = event.account is not None or event.organisation is not None
    return named and not stakeholder.departed and (stakeholder.account, stakeholder.organisation) == there


@attrs.frozen
class RecordDeparture:
    """The person left, and nobody says where to."""

    noun: ClassVar = STAKEHOLDER
    life_cycle: ClassVar = True

    reason: str | None = None

    def decide(self, stakeholder: Stakeholder | None, facts: Facts) -> Events:
        """Stays quiet where they have left already."""
        if stakeholder is not None and stakeholder.departed:
            return ()
        event = StakeholderDeparted(self.reason)
        refuse_if(*misfits(stakeholder, event))
        return (event,)


@attrs.frozen
class IdentifyRole:
    """Say which part the person plays in the buying: of one deal, or standing."""

    noun: ClassVar = STAKEHOLDER
    life_cycle: ClassVar = False

    role: Role
    deal: UUID | None = None

    def decide(self, stakeholder: Stakeholder | None, facts: Facts) -> Events:
        """Stays quiet where that was the last word on it, in the same deal or standing."""
        event = RoleIdentified(self.role, self.deal)
        if stakeholder is not None and event in stakeholder.roles:
            return ()
        refuse_if(*misfits(stakeholder, event))
        return (event,)


@attrs.frozen
class WithdrawRole:
    """Say that the person plays that part no more; in a deal it overrides a standing role."""

    noun: ClassVar = STAKEHOLDER
    life_cycle: ClassVar = False

    role: Role
    reason: str
    deal: UUID | None = None

    def decide(self, stakeholder: Stakeholder | None, facts: Facts) -> Events:
        """Refuses a role that is not held; stays quiet where it was withdrawn already."""
        event = RoleWithdrawn(self.role, self.reason, self.deal)
        held = stakeholder is not None and self.role in stakeholder.roles_in(self.deal)
        if stakeholder is not None and not held and self._withdrawn(stakeholder):
            return ()
        refuse_if(
            *misfits(stakeholder, event),
            *missing(reason=self.reason),
            RoleNotHeld(self.role, self.deal) if stakeholder is not None and not held else None,
        )
        return (event,)

    def _withdrawn(self, stakeholder: Stakeholder) -> bool:
        said = (one for one in stakeholder.roles if one.role is self.role and one.deal in {None, self.deal})
        return any(isinstance(one, RoleWithdrawn) for one in said)


@attrs.frozen
class RateInfluence:
    """Say how much the person's word weighs: in one deal, or standing."""

    noun: ClassVar = STAKEHOLDER
    life_cycle: ClassVar = False

    influence: Influence
    deal: UUID | None = None

    def decide(self, stakeholder: Stakeholder | None, facts: Facts) -> Events:
        """Stays quiet where that was the last word on it, in the same deal or standing."""
        event = InfluenceRated(self.influence, self.deal)
        if stakeholder is not None and event in stakeholder.influence:
            return ()
        refuse_if(*misfits(stakeholder, event))
        return (event,)


@attrs.frozen
class ChangeStance:
    """Say whose side the person is on, and whether they actively help us: in one deal, or standing."""

    noun: ClassVar = STAKEHOLDER
    life_cycle: ClassVar = False

    stance: Stance
    ally: bool | None = None
    deal: UUID | None = None

    def decide(self, stakeholder: Stakeholder | None, facts: Facts) -> Events:
        """Stays quiet where that was the last word on it, in the same deal or standing."""
        event = StanceChanged(self.stance, self.ally, self.deal)
        if stakeholder is not None and event in stakeholder.stances:
            return ()
        refuse_if(*misfits(stakeholder, event))
        return (event,)


@attrs.frozen
class EraseStakeholder:
    """Erase the person's data, for good; what they were to us stays, under an id."""

    noun: ClassVar = STAKEHOLDER
    life_cycle: ClassVar = True

    reason: str

    def decide(self, stakeholder: Stakeholder | None, facts: Facts) -> Events:
        """Stays quiet where it is erased already."""
        if stakeholder is not None and stakeholder.erased:
            return ()
        event = StakeholderErased(self.reason)
        refuse_if(*misfits(stakeholder, event), *missing(reason=self.reason))
        return (event,)
