"""What may be asked of a playbook: write it down, revise it, retire it."""

from typing import ClassVar

import attrs

from dealflow.decider import Events, Facts, refuse_if
from dealflow.domain.noun import missing
from dealflow.domain.playbook import (
    ENDS,
    PLAYBOOK,
    Ends,
    Milestone,
    Playbook,
    PlaybookDefined,
    PlaybookKey,
    PlaybookRetired,
    PlaybookRevised,
    misfits,
)


@attrs.frozen
class DefinePlaybook:
    """Write a playbook down; asked again with the same milestones it stays quiet.

    Goes to the stream `playbook_id(key)`, which the engine finds by itself.
    """

    noun: ClassVar = PLAYBOOK
    life_cycle: ClassVar = True

    key: PlaybookKey
    name: str
    milestones: tuple[Milestone, ...]
    ends: Ends = ENDS

    def decide(self, playbook: Playbook | None, facts: Facts) -> Events:
        """Refuses an empty or ambiguous list, and a key that stands for other milestones."""
        event = PlaybookDefined(self.key, self.name, self.milestones, self.ends)
        if playbook is not None and (playbook.milestones(), playbook.ends) == (self.milestones, self.ends):
            return ()
        refuse_if(*missing(key=self.key, name=self.name), *misfits(playbook, event))
        return (event,)


@attrs.frozen
class RevisePlaybook:
    """Change the milestones from now on: the next version; deals already open stay on theirs."""

    noun: ClassVar = PLAYBOOK
    life_cycle: ClassVar = True

    milestones: tuple[Milestone, ...]
    reason: str

    def decide(self, playbook: Playbook | None, facts: Facts) -> Events:
        """Refuses where there is no such playbook, it is retired, or the milestones are none."""
        if playbook is not None and playbook.milestones() == self.milestones:
            return ()
        event = PlaybookRevised(self.milestones, self.reason)
        refuse_if(*missing(reason=self.reason), *misfits(playbook, event))
        return (event,)


@attrs.frozen
class RetirePlaybook:
    """Take it out of use for new deals."""

    noun: ClassVar = PLAYBOOK
    life_cycle: ClassVar = True

    reason: str

    def decide(self, playbook: Playbook | None, facts: Facts) -> Events:
        """Stays quiet where it is retired already."""
        if playbook is not None and playbook.retired:
            return ()
        event = PlaybookRetired(self.reason)
        refuse_if(*missing(reason=self.reason), *misfits(playbook, event))
        return (event,)
