"""What may be asked of a deal's way through its playbook: open, advance, revert, change playbook."""

from decimal import Decimal
from typing import ClassVar, TypedDict
from uuid import UUID

import attrs

from dealflow.decider import Events, Facts, Refused, refuse_if
from dealflow.domain.deal import (
    DEAL,
    Deal,
    DealOpened,
    DealPlaybookChanged,
    DealRenamed,
    StageAdvanced,
    StageReverted,
    Status,
    misfits,
)
from dealflow.domain.judging import judge, shut
from dealflow.domain.noun import AlreadyThere, NotThere, missing
from dealflow.domain.playbook import STANDARD, Meaning, Milestone, MilestoneKey, Playbook, PlaybookKey, Retired


@attrs.frozen
class UnknownPlaybook:
    """No playbook with this key has been defined."""

    key: PlaybookKey

    def __str__(self) -> str:
        return f"no playbook {self.key!r} in this journal: define it first, or open the deal under the playbook itself"


@attrs.frozen
class UnknownMilestone:
    """The deal's playbook has no such milestone."""

    key: MilestoneKey
    there: tuple[MilestoneKey, ...]

    def __str__(self) -> str:
        return f"no milestone {self.key!r} in the playbook: it has {', '.join(self.there) or 'none'}"


@attrs.frozen
class LiesBehind:
    """Advancing goes forward only."""

    to: MilestoneKey
    stage: MilestoneKey

    def __str__(self) -> str:
        return f"{self.to!r} lies before {self.stage!r}, where the deal stands: revert to it, with a reason"


@attrs.frozen
class LiesAhead:
    """Reverting goes back only."""

    to: MilestoneKey
    stage: MilestoneKey

    def __str__(self) -> str:
        return f"{self.to!r} does not lie before {self.stage!r}, where the deal stands: advance to it"


@attrs.frozen
class StageSkipped:
    """Milestones would be skipped without a reason."""

    skipped: tuple[MilestoneKey, ...]

    def __str__(self) -> str:
        return f"this skips {', '.join(self.skipped)}: give a reason, or advance one milestone at a time"


def milestone_of(playbook: Playbook | None, key: MilestoneKey, version: int | None = None) -> Milestone | None:
    """Return a milestone of a playbook that may not be there."""
    return playbook.milestone(key, version) if playbook is not None else None


class Frozen(TypedDict):
    """What a stage event keeps of a milestone, since its definition may change later."""

    chance: Decimal | None
    meaning: Meaning


def frozen(milestone: Milestone | None) -> Frozen:
    """Return what to keep of a milestone; unknown where the playbook has none."""
    if milestone is None:
        return {"chance": None, "meaning": Meaning.OPEN}
    return {"chance": milestone.chance, "meaning": milestone.meaning}


@attrs.frozen
class OpenDeal:
    """Open an opportunity at an account.

    *playbook* is a key from the journal, or a playbook itself, which is then written down on
    first use. The deal stands at its first milestone unless *at* names another.
    """

    noun: ClassVar = DEAL
    life_cycle: ClassVar = True

    account: UUID
    title: str
    playbook: PlaybookKey | Playbook = STANDARD
    at: MilestoneKey | None = None
    owner: str | None = None
    lead_source: str | None = None

    def decide(self, deal: Deal | None, facts: Facts) -> Events:
        """Stays quiet where the very same deal is open already."""
        key = self.playbook.key if isinstance(self.playbook, Playbook) else self.playbook
        playbook = facts.playbooks.get(key)
        keys = playbook.keys() if playbook else ()
        at = self.at or next(iter(keys), "")
        if deal is not None and (deal.account, deal.title, deal.playbook) == (self.account, self.title, key):
            return ()
        refuse_if(
            *missing(title=self.title),
            AlreadyThere("deal") if deal is not None else None,
            UnknownPlaybook(key) if playbook is None else None,
            UnknownMilestone(at, keys) if playbook is not None and at not in keys else None,
            Retired(key) if playbook is not None and playbook.retired else None,
        )
        version = playbook.version if playbook else 1
        freeze = frozen(milestone_of(playbook, at))
        return (DealOpened(self.account, self.title, key, version, at, self.owner, self.lead_source, **freeze),)


@attrs.frozen
class RenameDeal:
    """Give the deal another title."""

    noun: ClassVar = DEAL
    life_cycle: ClassVar = False

    title: str

    def decide(self, deal: Deal | None, facts: Facts) -> Events:
        """Stays quiet where it bears that title already."""
        if deal is not None and deal.title == self.title:
            return ()
        event = DealRenamed(self.title)
        refuse_if(*misfits(deal, event), *missing(title=self.title))
        return (event,)


@attrs.frozen
class AdvanceStage:
    """Move the deal on to the milestone *to*, through the gates in between.

    *reason* is required where milestones are skipped; *override* is the reason where a strict
    gate is to be passed all the same.
    """

    noun: ClassVar = DEAL
    life_cycle: ClassVar = True

    to: MilestoneKey
    reason: str | None = None
    override: str | None = None

    def decide(self, deal: Deal | None, facts: Facts) -> Events:
        """Stays quiet where the deal stands there already; lists every shut gate at once."""
        if deal is None:
            raise Refused(NotThere("deal"))
        if deal.stage == self.to and deal.status is Status.OPEN:
            return ()
        playbook = facts.playbooks.get(deal.playbook)
        keys = playbook.keys(deal.version) if playbook else ()
        here, there = _index(keys, deal.stage), _index(keys, self.to)
        left = keys[here:there] if here < there else ()
        gates = tuple(stone.gate for key in left if (stone := milestone_of(playbook, key, deal.version)))
        verdict = judge(deal, gates, facts, self.override)
        event = StageAdvanced(
            left=deal.stage,
            reached=self.to,
            skipped=left[1:],
            verdict=verdict,
            reason=self.reason,
            amount=deal.amount,
            **frozen(milestone_of(playbook, self.to, deal.version)),
        )
        refuse_if(
            *misfits(deal, event),
            UnknownMilestone(deal.stage, keys) if keys and deal.stage not in keys else None,
            UnknownMilestone(self.to, keys) if self.to not in keys else None,
            LiesBehind(self.to, deal.stage) if 0 <= there < here else None,
            StageSkipped(left[1:]) if left[1:] and not self.reason else None,
            *shut(verdict, facts),
        )
        return (event,)


@attrs.frozen
class RevertStage:
    """Move the deal back to an earlier milestone; what lies beyond must be passed again."""

    noun: ClassVar = DEAL
    life_cycle: ClassVar = True

    to: MilestoneKey
    reason: str

    def decide(self, deal: Deal | None, facts: Facts) -> Events:
        """Refuses to go forward, and to go back without a reason."""
        if deal is None:
            raise Refused(NotThere("deal"))
        if deal.stage == self.to and deal.status is Status.OPEN:
            return ()
        playbook = facts.playbooks.get(deal.playbook)
        keys = playbook.keys(deal.version) if playbook else ()
        freeze = frozen(milestone_of(playbook, self.to, deal.version))
        event = StageReverted(deal.stage, self.to, self.reason, deal.amount, **freeze)
        refuse_if(
            *misfits(deal, event),
            *missing(reason=self.reason),
            UnknownMilestone(self.to, keys) if self.to not in keys else None,
            LiesAhead(self.to, deal.stage) if _index(keys, self.to) > _index(keys, deal.stage) else None,
        )
        return (event,)


@attrs.frozen
class ChangePlaybook:
    """Move the deal to another playbook, or to the latest version of its own, at a milestone of it."""

    noun: ClassVar = DEAL
    life_cycle: ClassVar = True

    playbook: PlaybookKey | Playbook
    at: MilestoneKey
    reason: str

    def decide(self, deal: Deal | None, facts: Facts) -> Events:
        """Stays quiet where the deal runs on that version already and stands there."""
        key = self.playbook.key if isinstance(self.playbook, Playbook) else self.playbook
        playbook = facts.playbooks.get(key)
        if deal is None:
            raise Refused(NotThere("deal"))
        version = playbook.version if playbook else 0
        if (deal.playbook, deal.version, deal.stage) == (key, version, self.at):
            return ()
        freeze = frozen(milestone_of(playbook, self.at))
        event = DealPlaybookChanged(key, version, self.at, self.reason, deal.amount, **freeze)
        keys = playbook.keys() if playbook else ()
        refuse_if(
            *misfits(deal, event),
            *missing(reason=self.reason),
            UnknownPlaybook(key) if playbook is None else None,
            UnknownMilestone(self.at, keys) if playbook is not None and self.at not in keys else None,
            Retired(key) if playbook is not None and playbook.retired else None,
        )
        return (event,)


def _index(keys: tuple[MilestoneKey, ...], key: MilestoneKey) -> int:
    return keys.index(key) if key in keys else -1
