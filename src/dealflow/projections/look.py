"""Look: a deal at one moment, held up against a policy: what its thresholds and warnings are judged by.

Only what was told is looked at. What nobody said is unknown, and speaks neither for the deal nor against it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from functools import cached_property
from typing import Any
from uuid import UUID

import attrs

from dealflow.domain.deal import Deal, DealOpened, DealReopened, Status
from dealflow.domain.interaction import Interaction, InteractionHeld
from dealflow.domain.noun import ObservationEnded
from dealflow.domain.seat import Cited
from dealflow.domain.stakeholder import Role
from dealflow.domain.timeline import Told
from dealflow.journal import Record
from dealflow.projections.committee import COMMITTEE, Committee, CommitteePolicy, Member, committee
from dealflow.projections.situation import Situation


@attrs.frozen
class ThresholdPolicy:
    """When the three thresholds are passed; all in calendar days but *factors*.

    Information is *stale* when it was said longer ago; allies and support must not have shrunk over
    the *window*; the decision maker counts as met for so many days (*met*). *factors* is how many
    success factors must be named to know what will decide it.
    """

    stale: int = 90
    window: int = 60
    met: int = 90
    factors: int = 3


@attrs.frozen
class WarningPolicy:
    """When warnings are up.

    One contact only: fewer than two of theirs met in so many days (*contacts*). Calls without an
    advance: the last so many (*calls*). Longer than usual: of the visits to the milestone no more
    than this share (*still*, 0 to 1) lasted longer. The close moved: so many times (*moves*). The
    coach was silent: so many days (*silent*).
    """

    contacts: int = 90
    calls: int = 3
    still: float = 0.2
    moves: int = 2
    silent: int = 14


@attrs.frozen
class HealthPolicy:
    """Everything about a deal's health that somebody could argue about."""

    committee: CommitteePolicy = COMMITTEE
    thresholds: ThresholdPolicy = ThresholdPolicy()
    warnings: WarningPolicy = WarningPolicy()


HEALTH = HealthPolicy()


@attrs.frozen
class Look:
    """A deal's situation and the policy it is judged by, with what most questions about it need."""

    situation: Situation
    policy: HealthPolicy = HEALTH

    @cached_property
    def committee(self) -> Committee:
        """The relationship matrix."""
        return committee(self.situation, self.policy.committee)

    @property
    def deal(self) -> Deal | None:
        """The deal, while it is open."""
        deal = self.situation.deal
        return deal if deal is not None and deal.status is Status.OPEN and deal.merged_into is None else None

    @property
    def today(self) -> date:
        """The day of the look."""
        return self.situation.today

    @cached_property
    def opened(self) -> Told | None:
        """The opening that it is open by, the last one: nothing before it counts against the deal."""
        own = (one for one in self.situation.told if one.record.stream == self.situation.id)
        return max(
            (one for one in own if isinstance(one.record.event, DealOpened | DealReopened)),
            key=lambda one: one.end,
            default=None,
        )

    @cached_property
    def decision_maker(self) -> Member | None:
        """Who gives the final approval: the economic buyer of most weight, and of several such the one met last."""
        buyers = (one for one in self.committee.chain if Role.ECONOMIC in one.roles)
        return max(buyers, key=lambda one: (one.weight or Fraction(0), one.last_met or date.min), default=None)

    @cached_property
    def contacts(self) -> Mapping[UUID, Interaction]:
        """The interactions about the deal, by stream."""
        return dict(self.situation.contacts())

    @cached_property
    def calls(self) -> Sequence[tuple[Record, Interaction]]:
        """The held interactions about the deal, the earliest first, each with the record of its being held."""
        held = (one for one in self.situation.history if isinstance(one.event, InteractionHeld))
        return [(one, self.contacts[one.stream]) for one in held if one.stream in self.contacts]

    def last(self, stream: UUID, *events: type, **fields: object) -> tuple[int, ...]:
        """Return the position of a stream's last record of such events with such fields; empty if there is none."""
        own = (one for one in self.situation.by_stream.get(stream, ()) if isinstance(one.event, events))
        found = [one.position for one in own if _has(one.event, fields)]
        return tuple(found[-1:])

    def days_ago(self, days: int) -> "Look":
        """Return the look of so many days ago."""
        return attrs.evolve(self, situation=self.situation.days_ago(days))

    def back(self, moment: datetime) -> "Look":
        """Return the look at an earlier moment, held against what is usual now: hindsight, to tell since when."""
        then, usual, at = self.situation.as_of(moment), self.situation.usual, self.situation.at
        return attrs.evolve(
            self, situation=attrs.evolve(then, usual=lambda playbook, milestone, _: usual(playbook, milestone, at))
        )


def followed(situation: Situation) -> Situation:
    """Return the situation as of when the deal was last followed, where that is earlier: what came later is unknown.

    What is told of the deal itself from after the end of observation shows that it was followed
    until then.
    """
    own = [one for one in situation.told if one.record.stream == situation.id]
    if not any(isinstance(one.record.event, ObservationEnded) for one in own):
        return situation
    until = max(one.end for one in own)
    return situation.as_of(until) if until < situation.at else situation


def _has(event: Any, fields: Mapping[str, object]) -> bool:
    return all(getattr(event, name, None) == value for name, value in fields.items())


def positions(*some: Iterable[int]) -> tuple[int, ...]:
    """Return the positions of records, each once, in the journal's order."""
    return tuple(sorted({position for one in some for position in one}))


def cited(*facts: Cited[Any] | None) -> tuple[int, ...]:
    """Return the records of those facts that are known."""
    return tuple(one.record for one in facts if one is not None)


def many(number: int, one: str, several: str | None = None) -> str:
    """Write a number of things."""
    return f"{number} {one if number == 1 else several or f'{one}s'}"
