"""Vector: what a deal's health comes to at one moment, and how far two of them lie apart (domain.md §6).

Three thresholds, how close the decision chain is, the chance frozen when the deal came to its
milestone, and the warnings that are up. Other deals never move it.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

import attrs

from dealflow.domain.deal import DEAL
from dealflow.projections.closeness import CLOSENESS, ClosenessPolicy, closeness_of
from dealflow.projections.health import grave
from dealflow.projections.look import HEALTH, HealthPolicy, Look, followed, positions
from dealflow.projections.situation import Situation, nothing_usual
from dealflow.projections.thresholds import Threshold, ThresholdState, thresholds
from dealflow.projections.warnings import WARNINGS
from dealflow.projections.warnings.judging import Check, Severity, WarningState, judged

NEAR, CHANCE = "closeness", "chance"
NEVER_MET = "decision-maker-never-met"


@attrs.frozen
class Vector:
    """What a deal's health comes to at one moment, to be compared.

    *met* is which share of each threshold's conditions holds, 0 to 1. *closeness* is the composite of
    the decision chain, 0 to 1; *chance* is the one frozen when the deal came to its milestone;
    nothing where it is unknown. *up* are the names of the warnings that are up, *dangers* of those that
    endanger the deal by themselves (never having met the decision maker does, once the customer is about
    to sign), *unknown* of those of which nobody knows.
    """

    information: ThresholdState
    relationship: ThresholdState
    decision: ThresholdState
    met: tuple[Fraction, Fraction, Fraction]
    closeness: Fraction | None
    chance: Decimal | None
    up: tuple[str, ...]
    dangers: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


@attrs.frozen
class Judged:
    """A vector, whether the deal was open, and the records that each component rests on, by its name."""

    vector: Vector
    open: bool
    records: Mapping[str, tuple[int, ...]]


def vector(situation: Situation, policy: HealthPolicy = HEALTH, checks: Sequence[Check] = WARNINGS) -> Vector:
    """Judge a deal as of a situation's moment, in short."""
    return judge(situation, policy, checks).vector


def judge(
    situation: Situation,
    policy: HealthPolicy = HEALTH,
    checks: Sequence[Check] = WARNINGS,
    near: ClosenessPolicy = CLOSENESS,
) -> Judged:
    """Judge a deal as of a situation's moment, with what each component rests on; of how long is usual, nothing."""
    look = Look(followed(attrs.evolve(situation, usual=nothing_usual)), policy)
    passed, warnings = thresholds(look), judged(look, checks, dated=False)
    chain = closeness_of(look.committee, look.situation, attrs.evolve(near, committee=policy.committee))
    deal = look.situation.deal
    late = look.deal is not None and grave(look.deal, passed.decision)
    up = [one for one in warnings if one.up]
    information, relationship, decision = (one.state for one in passed.all)
    found = Vector(
        information,
        relationship,
        decision,
        met=(_share(passed.information), _share(passed.relationship), _share(passed.decision)),
        closeness=chain.figures.composite,
        chance=deal.chance if deal else None,
        up=tuple(one.name for one in up),
        dangers=tuple(one.name for one in up if one.severity is Severity.DANGER or (late and one.name == NEVER_MET)),
        unknown=tuple(one.name for one in warnings if one.state is WarningState.UNKNOWN),
    )
    near_to = positions(*(one.records for one in chain.people), *(one.records for one in chain.caps))
    rests = {one.name: one.records for one in passed.all} | {one.name: one.records for one in warnings}
    return Judged(found, look.deal is not None, MappingProxyType({**rests, NEAR: near_to}))


def _share(threshold: Threshold) -> Fraction:
    return Fraction(sum(one.met for one in threshold.parts), len(threshold.parts))


# How far apart

THRESHOLDS = ("information", "relationship", "decision")


@attrs.frozen
class DistancePolicy:
    """How far two vectors lie apart: the weighted city-block distance, the sum over all that differs.

    Each *threshold* counts by the share of its conditions that holds, *closeness* and *chance* by
    their difference, each times its weight. A warning that is up counts as much as *danger* or
    *watch* says, or *named* by its name: that nothing is agreed next is raised and settled by nearly
    every contact. What is unknown on either side lies no distance away, for unknown moves no score: a
    first contact is one contact only, and no turn. A danger is one, whatever was known before.
    """

    threshold: Fraction = Fraction(1)
    closeness: Fraction = Fraction(1)
    chance: Fraction = Fraction(1)
    danger: Fraction = Fraction(1, 2)
    watch: Fraction = Fraction(1, 4)
    named: Mapping[str, Fraction] = MappingProxyType({"nothing-agreed-next": Fraction(1, 8)})

    def weight(self, vector: Vector, warning: str) -> Fraction:
        """Return what a warning counts in a vector."""
        if warning not in vector.up:
            return Fraction(0)
        return self.named.get(warning, self.danger if warning in vector.dangers else self.watch)


DISTANCE = DistancePolicy()


@attrs.frozen
class Moved:
    """One component that differs: what it was *before* and *after*, and how far that counts, its weight included.

    Of a warning it is said whether it was up, nothing where that was unknown.
    """

    name: str
    before: Fraction | Decimal | bool | None
    after: Fraction | Decimal | bool | None
    distance: Fraction


def moved(before: Vector, after: Vector, policy: DistancePolicy = DISTANCE) -> tuple[Moved, ...]:
    """Return what differs between two vectors: the thresholds, closeness, the chance, the warnings."""
    return (*_moved_figures(before, after, policy), *_moved_warnings(before, after, policy))


def distance(before: Vector, after: Vector, policy: DistancePolicy = DISTANCE) -> Fraction:
    """Return how far two vectors lie apart."""
    return sum((one.distance for one in moved(before, after, policy)), Fraction(0))


def _moved_figures(before: Vector, after: Vector, policy: DistancePolicy) -> Iterator[Moved]:
    for name, old, new in zip(THRESHOLDS, before.met, after.met, strict=True):
        if old != new:
            yield Moved(name, old, new, policy.threshold * abs(new - old))
    for name, weight, was, is_ in (
        (NEAR, policy.closeness, before.closeness, after.closeness),
        (CHANCE, policy.chance, before.chance, after.chance),
    ):
        if was != is_:
            apart = Fraction(0) if was is None or is_ is None else abs(Fraction(is_) - Fraction(was))
            yield Moved(name, was, is_, weight * apart)


def _moved_warnings(before: Vector, after: Vector, policy: DistancePolicy) -> Iterator[Moved]:
    for name in dict.fromkeys((*before.up, *after.up)):
        apart = abs(policy.weight(after, name) - policy.weight(before, name))
        if apart:
            watched = name not in {*before.dangers, *after.dangers}
            unknown = watched and name in {*before.unknown, *after.unknown}
            yield Moved(name, _is_up(before, name), _is_up(after, name), Fraction(0) if unknown else apart)


def _is_up(vector: Vector, warning: str) -> bool | None:
    return None if warning in vector.unknown else warning in vector.up


# Over time


@attrs.frozen
class Turn:
    """What one record did to a deal's health: as it was right *before* it, at the same moment, and *after* it."""

    record: int
    at: datetime
    before: Vector
    after: Vector

    @property
    def changed(self) -> bool:
        """Whether it did anything."""
        return self.before != self.after


@attrs.frozen
class TurnJudged:
    """A turn, with what both its vectors rest on."""

    record: int
    at: datetime
    before: Judged
    after: Judged


def health_over_time(
    situation: Situation, policy: HealthPolicy = HEALTH, checks: Sequence[Check] = WARNINGS
) -> tuple[Turn, ...]:
    """Return what each record did to a deal's health, in order, from its opening on.

    Records of other deals do nothing to it and are left out. What time alone did lies between the
    *after* of one and the *before* of the next.
    """
    turns = turns_judged(situation, policy, checks)
    return tuple(Turn(one.record, one.at, one.before.vector, one.after.vector) for one in turns)


def turns_judged(
    situation: Situation,
    policy: HealthPolicy = HEALTH,
    checks: Sequence[Check] = WARNINGS,
    near: ClosenessPolicy = CLOSENESS,
) -> tuple[TurnJudged, ...]:
    """Return the same, with what each vector rests on."""
    turns: list[TurnJudged] = []
    at = datetime.min.replace(tzinfo=UTC)
    for number, one in enumerate(situation.told):
        at = max(at, one.end)
        if one.record.stream != situation.id and situation.nouns[one.record.stream] is DEAL:
            continue
        moment = attrs.evolve(situation, horizon=attrs.evolve(situation.horizon, until=at))
        before, after = (attrs.evolve(moment, told=situation.told[:upto]) for upto in (number, number + 1))
        if after.deal is not None:
            last = turns[-1] if turns and turns[-1].at == at else None
            then = last.after if last else judge(before, policy, checks, near)
            turns.append(TurnJudged(one.record.position, at, then, judge(after, policy, checks, near)))
    return tuple(turns)
