"""What may be asked of an objection: raise, answer, resolve, concede it.

Asked of the interaction it was raised in; *interaction* names another where the later steps
happened there.
"""

from typing import ClassVar
from uuid import UUID

import attrs

from dealflow.decider import Events, Facts, refuse_if
from dealflow.domain.interaction import INTERACTION, Interaction, misfits, taken
from dealflow.domain.objection import (
    Objection,
    ObjectionAnswered,
    ObjectionConceded,
    ObjectionKind,
    ObjectionRaised,
    ObjectionResolved,
    ObjectionStatus,
    ObjectionTopic,
    Technique,
    not_open,
    raised,
)
from dealflow.domain.personal import nobodys, personal


@attrs.frozen
class RaiseObjection:
    """The customer objects; *id* names it for the later steps, made up where the caller has none."""

    noun: ClassVar = INTERACTION
    life_cycle: ClassVar = False

    topic: ObjectionTopic
    kind: ObjectionKind | None = None
    by: UUID | None = None
    text: str | None = None
    deal: UUID | None = None
    id: str | None = None

    def decide(self, interaction: Interaction | None, facts: Facts) -> Events:
        """Refuses words of nobody; stays quiet where the same was raised under that id already."""
        event = ObjectionRaised(
            id=self.id or facts.id("objection"),
            topic=self.topic,
            kind=self.kind,
            by=self.by,
            text=personal(self.text, self.by),
            deal=self.deal,
        )
        known = _objection(interaction, event.id)
        if known is not None and attrs.evolve(known, status=ObjectionStatus.OPEN, answers=()) == raised(event):
            return ()
        refuse_if(
            *misfits(interaction, event),
            *nobodys(self.text, by=self.by),
            *taken(interaction, event.id),
        )
        return (event,)


@attrs.frozen
class AnswerObjection:
    """We meet it; whether that settles it, the customer says."""

    noun: ClassVar = INTERACTION
    life_cycle: ClassVar = False

    ref: str
    technique: Technique
    text: str | None = None
    interaction: UUID | None = None

    def decide(self, interaction: Interaction | None, facts: Facts) -> Events:
        """Refuses an objection that is settled; stays quiet where it was answered so already."""
        event = ObjectionAnswered(self.ref, self.technique, self.text, self.interaction)
        known = _objection(interaction, self.ref)
        if known is not None and event in known.answers:
            return ()
        refuse_if(*misfits(interaction, event), *(() if known is None else not_open((known,), self.ref)))
        return (event,)


@attrs.frozen
class ResolveObjection:
    """The customer holds it against us no more."""

    noun: ClassVar = INTERACTION
    life_cycle: ClassVar = False

    ref: str
    interaction: UUID | None = None

    def decide(self, interaction: Interaction | None, facts: Facts) -> Events:
        """Stays quiet where it is resolved already."""
        known = _objection(interaction, self.ref)
        if known is not None and known.status is ObjectionStatus.RESOLVED:
            return ()
        event = ObjectionResolved(self.ref, self.interaction)
        refuse_if(*misfits(interaction, event))
        return (event,)


@attrs.frozen
class ConcedeObjection:
    """They are right, and we say so."""

    noun: ClassVar = INTERACTION
    life_cycle: ClassVar = False

    ref: str
    interaction: UUID | None = None

    def decide(self, interaction: Interaction | None, facts: Facts) -> Events:
        """Stays quiet where it is conceded already."""
        known = _objection(interaction, self.ref)
        if known is not None and known.status is ObjectionStatus.CONCEDED:
            return ()
        event = ObjectionConceded(self.ref, self.interaction)
        refuse_if(*misfits(interaction, event))
        return (event,)


def _objection(interaction: Interaction | None, ref: str) -> Objection | None:
    return None if interaction is None else interaction.objection(ref)
