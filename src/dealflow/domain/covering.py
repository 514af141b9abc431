"""What may be asked of what we do about a person: who of ours faces them, and the countermeasures."""

from datetime import date
from typing import ClassVar
from uuid import UUID

import attrs

from dealflow.decider import Events, Facts, refuse_if
from dealflow.domain.asking import named, over
from dealflow.domain.coverage import ActionChecked, ActionPlanned, CounterpartAssigned, CounterpartReleased
from dealflow.domain.mapping import unspeakable
from dealflow.domain.noun import IdTaken, missing
from dealflow.domain.personal import Personal, personal
from dealflow.domain.stakeholder import STAKEHOLDER, Stakeholder, misfits


@attrs.frozen
class NotFacing:
    """Who does not face a person cannot be released from it."""

    ours: str
    deal: UUID | None

    def __str__(self) -> str:
        where = "at the account" if self.deal is None else f"in deal {self.deal}"
        return f"{self.ours!r} does not face this person {where} at that time: check the name, the deal and the date"


@attrs.frozen
class AssignCounterpart:
    """Have one of ours face the person, *main* as the main contact: in one deal, or standing."""

    noun: ClassVar = STAKEHOLDER
    life_cycle: ClassVar = False

    ours: str
    main: bool
    deal: UUID | None = None

    def decide(self, stakeholder: Stakeholder | None, facts: Facts) -> Events:
        """Stays quiet where that was the last word on it, in the same deal or standing."""
        event = CounterpartAssigned(self.ours, self.main, self.deal)
        if stakeholder is not None and event in stakeholder.coverage.counterparts:
            return ()
        refuse_if(*misfits(stakeholder, event), *missing(ours=self.ours))
        return (event,)


@attrs.frozen
class ReleaseCounterpart:
    """Have one of ours face the person no more; in a deal it overrides a standing assignment."""

    noun: ClassVar = STAKEHOLDER
    life_cycle: ClassVar = False

    ours: str
    deal: UUID | None = None

    def decide(self, stakeholder: Stakeholder | None, facts: Facts) -> Events:
        """Refuses one who does not face them; stays quiet where they were released already."""
        event = CounterpartReleased(self.ours, self.deal)
        facing = stakeholder is not None and self._faces(stakeholder)
        if stakeholder is not None and not facing and self._released(stakeholder):
            return ()
        refuse_if(
            *misfits(stakeholder, event),
            NotFacing(self.ours, self.deal) if stakeholder is not None and not facing else None,
        )
        return (event,)

    def _faces(self, stakeholder: Stakeholder) -> bool:
        return self.ours in {one.ours for one in stakeholder.coverage.counterparts_in(self.deal)}

    def _released(self, stakeholder: Stakeholder) -> bool:
        said = (one for one in stakeholder.coverage.counterparts if one.deal in {None, self.deal})
        return any(isinstance(one, CounterpartReleased) and one.ours == self.ours for one in said)


@attrs.frozen
class PlanAction:
    """Plan a countermeasure: *what* is to be done about the person, by *who* of ours, until when."""

    noun: ClassVar = STAKEHOLDER
    life_cycle: ClassVar = False

    what: str
    who: str
    due: date
    deal: UUID | None = None
    id: str | None = None

    def decide(self, stakeholder: Stakeholder | None, facts: Facts) -> Events:
        """Refuses a due day that is over; stays quiet where the same was planned under that id already."""
        what = Personal(self.what, facts.stream)
        event = ActionPlanned(self.id or facts.id("action"), what, self.who, self.due, self.deal)
        known = named(STAKEHOLDER, facts, event.id)
        if known == event:
            return ()
        refuse_if(
            *(misfits(stakeholder, event) or unspeakable(event, facts)),
            *missing(what=self.what, who=self.who),
            *over(facts, due=self.due),
            IdTaken(event.id) if known is not None else None,
        )
        return (event,)


@attrs.frozen
class CheckAction:
    """Look at a countermeasure: is it done, and what came of it."""

    noun: ClassVar = STAKEHOLDER
    life_cycle: ClassVar = False

    ref: str
    done: bool
    result: str | None = None

    def decide(self, stakeholder: Stakeholder | None, facts: Facts) -> Events:
        """Refuses one that was done before; stays quiet where it was checked so already."""
        event = ActionChecked(self.ref, self.done, personal(self.result, facts.stream))
        actions = () if stakeholder is None else stakeholder.coverage.actions
        if any((one.id, one.done, one.result) == (event.ref, event.done, event.result) for one in actions):
            return ()
        refuse_if(*(misfits(stakeholder, event) or unspeakable(event, facts)))
        return (event,)
