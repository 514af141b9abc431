"""Relationship: at which stage we stand with an account, how it came there, and what leads on (domain.md §8)."""

from collections.abc import Mapping
from datetime import date, datetime
from itertools import pairwise
from types import MappingProxyType
from uuid import UUID

import attrs

from dealflow.domain.account import AccountKind
from dealflow.domain.gate import Answer
from dealflow.projections.conditions import (
    RELATIONSHIP,
    STAGES,
    Evidence,
    RelationshipPolicy,
    RelationshipStage,
    Spell,
    conditions,
)
from dealflow.projections.progression import Transition, progression
from dealflow.projections.relation import Relation
from dealflow.projections.rhythm import Rhythm, rhythm
from dealflow.projections.thresholds import Part


@attrs.frozen
class Work:
    """What a stage is for, and the work to be done in it (S2)."""

    goal: str
    tasks: tuple[str, ...]


OPENINGS = (
    "use the openings: new product, purchase window, staff change, quality trouble, service complaint, "
    "weak or souring rival relationship, cost pressure"
)
WORK: Mapping[RelationshipStage, Work] = MappingProxyType(
    {
        RelationshipStage.DEVELOPMENT: Work(
            "turn a prospect into a customer",
            ("find the opening", "find the key person", "build trust", "show value"),
        ),
        RelationshipStage.INITIAL: Work(
            "from secondary to main supplier",
            (
                "complete the relationship network",
                "raise expectations",
                OPENINGS,
            ),
        ),
        RelationshipStage.STABLE: Work(
            "from main to long-term supplier, keeping the largest share",
            ("raise relations to the top level, with regular executive visits", "build loyalty"),
        ),
        RelationshipStage.STRATEGIC: Work(
            "consolidate, prevent regression",
            ("strategic complementarity", "bilateral lock-in", "top-level coordination"),
        ),
        RelationshipStage.TERMINATED: Work(
            "win it back",
            (
                "find out why it ended, and what is controllable of it",
                "settle what stands open",
                "find the opening anew",
            ),
        ),
    }
)
"""The work that each stage calls for; that it leads on to the next one is why it is done."""


@attrs.frozen
class Relationship:
    """At which *stage* we stand with an account on the day *at*, since when, and by which transitions.

    *days* is the time spent at each stage it ever stood at, in calendar days. *towards* holds the
    conditions of the *next* stage, nothing where there is none. *lost_on* is the day on which the
    stage is lost unless its conditions are met again before, *slipping* those that are not. *bought* is
    the rhythm of the purchases. Before *known_from* the history was not kept: it may stand further
    than the journal tells. *unfollowed*: nobody watched it after *at*.
    """

    account: UUID
    at: date
    stage: RelationshipStage
    since: date
    transitions: tuple[Transition, ...]
    days: Mapping[RelationshipStage, int]
    next: RelationshipStage | None
    towards: tuple[Part, ...]
    slipping: tuple[Part, ...]
    lost_on: date | None
    bought: Rhythm
    known_from: datetime | None = None
    unfollowed: bool = False

    @property
    def missing(self) -> tuple[Part, ...]:
        """The conditions of the next stage that are not met, or not known to be."""
        return tuple(one for one in self.towards if one.answer is not Answer.MET)

    @property
    def work(self) -> Work:
        """The work that the stage calls for."""
        return WORK[self.stage]

    @property
    def is_customer(self) -> bool:
        """Whether they buy from us: not before the first purchase, and not once it is terminated."""
        return self.stage.is_customer


def relationship(relation: Relation, policy: RelationshipPolicy = RELATIONSHIP) -> Relationship:
    """Return at which stage an account stands by a policy, as of the relation's moment."""
    found = progression(relation, policy)
    evidence, spell = Evidence(relation, policy), Spell(found.start, relation.at)
    further = _next(found.stage)
    kept = conditions(found.stage, evidence, spell) if found.unmet is not None else ()
    return Relationship(
        account=relation.account,
        at=relation.today,
        stage=found.stage,
        since=found.steps[-1].on,
        transitions=found.steps,
        days=_days(found.steps, relation.today),
        next=further,
        towards=() if further is None else conditions(further, evidence, spell),
        slipping=tuple(one for one in kept if one.answer is not Answer.MET),
        lost_on=found.lost_on,
        bought=rhythm((relation.day(one.since) for one in relation.bought), relation.today),
        known_from=relation.known_from,
        unfollowed=relation.unfollowed,
    )


def is_buyer(relation: Relation) -> bool:
    """Say whether an account is one that buys: a customer by its kind, or one that has bought."""
    return relation.kind is AccountKind.CUSTOMER or bool(relation.purchases)


def _next(stage: RelationshipStage) -> RelationshipStage | None:
    following = dict(pairwise(STAGES))
    return following.get(stage)


def _days(steps: tuple[Transition, ...], today: date) -> Mapping[RelationshipStage, int]:
    days = dict.fromkeys((one.reached for one in steps), 0)
    for step, until in zip(steps, (*(one.on for one in steps[1:]), today), strict=True):
        days[step.reached] += (until - step.on).days
    return MappingProxyType(days)
