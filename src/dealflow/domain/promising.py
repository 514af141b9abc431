"""What may be asked of a promise of ours: make, keep, break it."""

from datetime import date
from typing import ClassVar

import attrs

from dealflow.decider import Events, Facts, refuse_if
from dealflow.domain.interaction import INTERACTION, Interaction, misfits, taken
from dealflow.domain.noun import missing
from dealflow.domain.promise import Promise, PromiseBroken, PromiseKept, PromiseMade, PromiseStatus, made


@attrs.frozen
class MakePromise:
    """Give our word; *who* of ours is to see to it; *id* is made up where the caller has none."""

    noun: ClassVar = INTERACTION
    life_cycle: ClassVar = False

    what: str
    who: str
    due: date | None = None
    id: str | None = None

    def decide(self, interaction: Interaction | None, facts: Facts) -> Events:
        """Stays quiet where the same was promised under that id already."""
        event = PromiseMade(self.id or facts.id("promise"), self.what, self.who, self.due)
        known = _promise(interaction, event.id)
        if known is not None and attrs.evolve(known, status=PromiseStatus.OPEN) == made(event):
            return ()
        refuse_if(
            *misfits(interaction, event),
            *missing(what=self.what, who=self.who),
            *taken(interaction, event.id),
        )
        return (event,)


@attrs.frozen
class KeepPromise:
    """We did what we said."""

    noun: ClassVar = INTERACTION
    life_cycle: ClassVar = False

    ref: str

    def decide(self, interaction: Interaction | None, facts: Facts) -> Events:
        """Stays quiet where it is kept already."""
        known = _promise(interaction, self.ref)
        if known is not None and known.status is PromiseStatus.KEPT:
            return ()
        event = PromiseKept(self.ref)
        refuse_if(*misfits(interaction, event))
        return (event,)


@attrs.frozen
class BreakPromise:
    """We did not do it, and will not."""

    noun: ClassVar = INTERACTION
    life_cycle: ClassVar = False

    ref: str
    reason: str | None = None

    def decide(self, interaction: Interaction | None, facts: Facts) -> Events:
        """Stays quiet where it is broken already."""
        known = _promise(interaction, self.ref)
        if known is not None and known.status is PromiseStatus.BROKEN:
            return ()
        event = PromiseBroken(self.ref, self.reason)
        refuse_if(*misfits(interaction, event))
        return (event,)


def _promise(interaction: Interaction | None, ref: str) -> Promise | None:
    return None if interaction is None else interaction.promise(ref)
