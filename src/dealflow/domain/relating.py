"""What may be asked of the lines between people: whom someone reports to, with whom their word weighs."""

from typing import ClassVar
from uuid import UUID

import attrs

from dealflow.decider import Events, Facts, refuse_if
from dealflow.domain.stakeholder import STAKEHOLDER, Influence, Influences, ReportsTo, Stakeholder, misfits


@attrs.frozen
class OwnManager:
    """Nobody reports to themselves."""

    def __str__(self) -> str:
        return "this person is named as their own manager: name whom they report to, or nobody"


@attrs.frozen
class OwnInfluence:
    """Nobody's word weighs with themselves."""

    def __str__(self) -> str:
        return "this person is named as under their own influence: name with whom their word weighs"


@attrs.frozen
class SetManager:
    """Say whom the person reports to; absent: nobody knows any more."""

    noun: ClassVar = STAKEHOLDER
    life_cycle: ClassVar = False

    manager: UUID | None

    def decide(self, stakeholder: Stakeholder | None, facts: Facts) -> Events:
        """Stays quiet where they report to them already."""
        if stakeholder is not None and stakeholder.manager == self.manager:
            return ()
        event = ReportsTo(self.manager)
        refuse_if(*misfits(stakeholder, event), OwnManager() if self.manager == facts.stream else None)
        return (event,)


@attrs.frozen
class NoteInfluence:
    """Say that the person's word weighs with another; how much, where *strength* is known."""

    noun: ClassVar = STAKEHOLDER
    life_cycle: ClassVar = False

    other: UUID
    strength: Influence | None = None

    def decide(self, stakeholder: Stakeholder | None, facts: Facts) -> Events:
        """Stays quiet where that was the last word on it."""
        event = Influences(self.other, self.strength)
        if stakeholder is not None and event in stakeholder.influences:
            return ()
        refuse_if(*misfits(stakeholder, event), OwnInfluence() if self.other == facts.stream else None)
        return (event,)
