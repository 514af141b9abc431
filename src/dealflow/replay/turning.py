"""Turning points: the few records that moved a deal's health most, what each moved, and what was known then.

Each is judged right before and right after it, at the moment it happened, so that what time alone
did is not laid at its door. The end itself is the outcome and no turn.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from types import MappingProxyType
from uuid import UUID

import attrs

from dealflow.domain.deal import EndEvent
from dealflow.journal import Record
from dealflow.projections.closeness import CLOSENESS, ClosenessPolicy
from dealflow.projections.look import HEALTH, HealthPolicy, positions
from dealflow.projections.situation import Situation
from dealflow.projections.vector import (
    DISTANCE,
    DistancePolicy,
    Moved,
    TurnJudged,
    Vector,
    distance,
    moved,
    turns_judged,
)
from dealflow.projections.warnings import WARNINGS
from dealflow.projections.warnings.judging import Check
from dealflow.replay.telling import sentence
from dealflow.replay.telling.words import Names
from dealflow.replay.voices import Voice, said_by


@attrs.frozen
class TurningPolicy:
    """How many turning points are told at *most*, and everything by which a deal is judged before and after each."""

    most: int = 7
    distance: DistancePolicy = DISTANCE
    health: HealthPolicy = HEALTH
    closeness: ClosenessPolicy = CLOSENESS


TURNING = TurningPolicy()


@attrs.frozen
class TurningPoint:
    """A record that moved a deal's health, by what and how far.

    *moved* is each component that it moved, the furthest first; *evidence* the records that those rest
    on, before and after: those *known* by the evening of its day, and those that were *learnt* only later.
    *known_on* is the day on which the record itself became known as it reads (corrected, by its
    correction), *late* how long after it had surely happened.
    """

    record: int
    at: datetime
    on: date
    text: str
    voice: Voice
    distance: Fraction
    before: Vector
    after: Vector
    moved: tuple[Moved, ...]
    evidence: tuple[int, ...]
    known: tuple[int, ...]
    learnt: tuple[int, ...]
    known_on: date
    late: timedelta

    @property
    def known_at_the_time(self) -> bool:
        """Whether it was known by the evening of the day on which it had surely happened."""
        return self.known_on <= self.on


@attrs.frozen
class TurningPoints:
    """The records that moved a deal most, the furthest first.

    *by_records* is how far all its records moved it, one after the other; *by_time* how far time alone
    did between them: silence, what grows stale, what falls due.
    """

    deal: UUID
    points: tuple[TurningPoint, ...]
    records: int
    by_records: Fraction
    by_time: Fraction

    @property
    def in_time(self) -> tuple[TurningPoint, ...]:
        """The same in the order in which they happened."""
        return tuple(sorted(self.points, key=lambda one: (one.at, one.record)))


def turning_points(
    situation: Situation,
    names: Names,
    policy: TurningPolicy = TURNING,
    checks: Sequence[Check] = WARNINGS,
    *,
    since: Mapping[int, datetime],
) -> TurningPoints:
    """Return the turning points of a deal up to a situation's moment.

    *names* is what ids are called, *since* says of each record since when it is known as it reads.
    """
    records = {one.record.position: one.record for one in situation.told}
    turns = turns_judged(situation, policy.health, checks, policy.closeness)
    told = _Telling(situation, names, policy, MappingProxyType(records), since)
    found = [point for turn in turns if (point := told.point(turn)) is not None]
    found.sort(key=lambda one: (-one.distance, one.at, one.record))
    return TurningPoints(
        deal=situation.id,
        points=tuple(found[: policy.most]),
        records=len(turns),
        by_records=sum((one.distance for one in found), Fraction(0)),
        by_time=sum((told.apart(one.after.vector, other.before.vector) for one, other in _open(turns)), Fraction(0)),
    )


def _open(turns: Iterable[TurnJudged]) -> Iterable[tuple[TurnJudged, TurnJudged]]:
    return ((one, other) for one, other in pairwise(turns) if one.after.open and other.before.open)


@attrs.frozen
class _Telling:
    """What a turn is told by."""

    situation: Situation
    names: Names
    policy: TurningPolicy
    records: Mapping[int, Record]
    since: Mapping[int, datetime]

    def apart(self, before: Vector, after: Vector) -> Fraction:
        return distance(before, after, self.policy.distance)

    def point(self, turn: TurnJudged) -> TurningPoint | None:
        """Tell a turn; nothing where it moved nothing, ended the deal, or brought it back."""
        record = self.records[turn.record]
        if not (turn.before.open and turn.after.open) or isinstance(record.event, EndEvent):
            return None
        parts = moved(turn.before.vector, turn.after.vector, self.policy.distance)
        far = sum((one.distance for one in parts), Fraction(0))
        return self._point(turn, record, parts, far) if far else None

    def _point(self, turn: TurnJudged, record: Record, parts: Iterable[Moved], far: Fraction) -> TurningPoint:
        parts = tuple(sorted((one for one in parts if one.distance), key=lambda one: -one.distance))
        rests = [side.records.get(one.name, ()) for side in (turn.before, turn.after) for one in parts]
        evidence = positions((turn.record,), *rests)
        day, known_at = self.situation.horizon.day, self.since[turn.record]
        known = tuple(one for one in evidence if day(self.since[one]) <= day(turn.at))
        return TurningPoint(
            record=turn.record,
            at=turn.at,
            on=day(turn.at),
            text=sentence(record, self.names),
            voice=said_by(record)[0],
            distance=far,
            before=turn.before.vector,
            after=turn.after.vector,
            moved=parts,
            evidence=evidence,
            known=known,
            learnt=tuple(one for one in evidence if one not in known),
            known_on=day(known_at),
            late=max(known_at - record.occurred_to, timedelta(0)),
        )
