"""Playbook: the ordered milestones a deal runs through; versioned, because the way we sell changes.

A deal runs on one version of one playbook, from its opening until an explicit change.
"""

from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from typing import assert_never
from uuid import UUID

import attrs

from dealflow.decider import Refusal
from dealflow.domain.gate import OPEN_GATE, Gate
from dealflow.domain.noun import AlreadyThere, AnyNoun, MergedInto, Missing, NotThere, Noun, Tags
from dealflow.journal import derived_id

PlaybookKey = str
MilestoneKey = str


class Meaning(StrEnum):
    """What standing at a milestone means for the forecast."""

    OPEN = "open"
    COMMITTED = "committed"
    WON_READY = "won-ready"


@attrs.frozen
class Milestone:
    """One step of a playbook.

    *chance* is the prior of winning once it is reached, 0 to 1; *days* its usual length;
    *units* how many of it the team needs per one signature; *gate* what should be so before it is
    left. Absent is unknown.
    """

    key: MilestoneKey
    name: str
    chance: Decimal | None = None
    days: int | None = None
    units: int | None = None
    meaning: Meaning = Meaning.OPEN
    gate: Gate = OPEN_GATE


@attrs.frozen
class Ends:
    """What a playbook calls the three ends of a deal; a funnel shows them in these words."""

    won: str = "won"
    lost: str = "lost"
    abandoned: str = "abandoned"


ENDS = Ends()


# Events


@attrs.frozen
class PlaybookDefined:
    """A way of selling was written down: version 1."""

    key: PlaybookKey
    name: str
    milestones: tuple[Milestone, ...]
    ends: Ends = ENDS


@attrs.frozen
class PlaybookRevised:
    """The way of selling changed: the next version; deals stay on theirs until moved."""

    milestones: tuple[Milestone, ...]
    reason: str


@attrs.frozen
class PlaybookRetired:
    """No new deal is to be opened under it."""

    reason: str


PlaybookEvent = PlaybookDefined | PlaybookRevised | PlaybookRetired


# State


@attrs.frozen
class Playbook:
    """All versions of one playbook. Also how a caller hands one over, before it is recorded."""

    key: PlaybookKey
    name: str
    versions: tuple[tuple[Milestone, ...], ...]
    ends: Ends = ENDS
    retired: bool = False

    @classmethod
    def of(cls, key: PlaybookKey, name: str, milestones: Iterable[Milestone], ends: Ends = ENDS) -> "Playbook":
        """Write one down in its first version."""
        return cls(key, name, (tuple(milestones),), ends)

    @property
    def version(self) -> int:
        """The version a deal opened now would run on."""
        return len(self.versions)

    def milestones(self, version: int | None = None) -> tuple[Milestone, ...]:
        """Return the milestones of one version, or of the latest; empty for one that is not there."""
        number = version or self.version
        return self.versions[number - 1] if 0 < number <= self.version else ()

    def keys(self, version: int | None = None) -> tuple[MilestoneKey, ...]:
        """Return the keys of a version's milestones, in order."""
        return tuple(milestone.key for milestone in self.milestones(version))

    def milestone(self, key: MilestoneKey, version: int | None = None) -> Milestone | None:
        """Return the milestone with that key, or nothing where this version has none."""
        return next((one for one in self.milestones(version) if one.key == key), None)


def playbook_id(key: PlaybookKey) -> UUID:
    """Return the stream of the playbook with this key: one key, one stream, everywhere."""
    return derived_id("playbook", key)


def evolve(playbook: Playbook | None, event: PlaybookEvent | AnyNoun) -> Playbook | None:
    """Add one event to a playbook."""
    if isinstance(event, PlaybookDefined):
        return Playbook(event.key, event.name, (event.milestones,), event.ends)
    if playbook is None or isinstance(event, AnyNoun):
        return playbook
    match event:
        case PlaybookRevised():
            return attrs.evolve(playbook, versions=(*playbook.versions, event.milestones))
        case PlaybookRetired():
            return attrs.evolve(playbook, retired=True)
        case _:
            assert_never(event)


# Invariants


@attrs.frozen
class MilestoneTwice:
    """Two milestones of one playbook bear the same key."""

    key: MilestoneKey

    def __str__(self) -> str:
        return f"milestone {self.key!r} is there twice: give each its own key"


@attrs.frozen
class ChanceOutOfRange:
    """A chance of winning is not a chance."""

    key: MilestoneKey
    chance: Decimal

    def __str__(self) -> str:
        return f"milestone {self.key!r} has the chance {self.chance}: expected 0 to 1"


@attrs.frozen
class Retired:
    """The playbook is out of use."""

    key: PlaybookKey

    def __str__(self) -> str:
        return f"playbook {self.key!r} is retired: choose another"


@attrs.frozen
class NoTwin:
    """A playbook is its key; two keys are two playbooks."""

    key: PlaybookKey

    def __str__(self) -> str:
        return f"playbook {self.key!r} cannot be merged into another: retire it, and move its deals"


def flaws(milestones: tuple[Milestone, ...]) -> tuple[Refusal, ...]:
    """Say what keeps these from being a playbook's milestones: none, a key twice, an odd chance."""
    keys = [milestone.key for milestone in milestones]
    return (
        *([] if milestones else [Missing("milestones")]),
        *(MilestoneTwice(key) for key in dict.fromkeys(keys) if keys.count(key) > 1),
        *(
            ChanceOutOfRange(one.key, one.chance)
            for one in milestones
            if one.chance is not None and not (one.chance.is_finite() and 0 <= one.chance <= 1)
        ),
    )


def misfits(playbook: Playbook | None, event: PlaybookEvent | AnyNoun) -> tuple[Refusal, ...]:
    """Say why *event* cannot come next."""
    match event:
        case PlaybookDefined():
            taken = () if playbook is None else (AlreadyThere("playbook"),)
            return (*taken, *flaws(event.milestones))
        case _ if playbook is None:
            return (NotThere("playbook"),)
        case MergedInto():
            return (NoTwin(playbook.key),)
        case PlaybookRevised():
            gone = (Retired(playbook.key),) if playbook.retired else ()
            return (*gone, *flaws(event.milestones))
        case _:
            return ()


def tags(_stream: UUID, _playbook: Playbook, _event: PlaybookEvent | AnyNoun) -> Tags:
    """A playbook belongs to no account and no deal."""
    return Tags()


PLAYBOOK: Noun[Playbook, PlaybookEvent | AnyNoun] = Noun(
    name="playbook",
    events=frozenset({PlaybookDefined, PlaybookRevised, PlaybookRetired}),
    creation=frozenset({PlaybookDefined}),
    life_cycle=frozenset({PlaybookDefined, PlaybookRevised, PlaybookRetired}),
    evolve=evolve,
    misfits=misfits,
    tags=tags,
)


# The default playbook: S0's six milestones, domain.md §2. Lengths in weeks there, in days here.

STANDARD = Playbook.of(
    "standard",
    "Strategic selling to key accounts",
    (
        Milestone("training", "Training / seminar", Decimal("0.10"), days=14, units=9),
        Milestone("executive_meeting", "Executive met", Decimal("0.20"), days=28, units=6),
        Milestone("consulting", "Consulting / needs study", Decimal("0.45"), days=35, units=5),
        Milestone(
            "proposal",
            "Solution proposed",
            Decimal("0.55"),
            days=28,
            units=5,
            gate=Gate(advisory=("economic-buyer-met", "technical-buyer-not-opposed")),
        ),
        Milestone("negotiation", "Bid and negotiation", Decimal("0.80"), days=42, units=3, meaning=Meaning.COMMITTED),
        Milestone("contract", "Contract", Decimal("1.00"), days=14, units=1, meaning=Meaning.WON_READY),
    ),
)
