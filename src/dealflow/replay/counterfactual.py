"""Counterfactual: what the model would have said of a deal, had something been otherwise.

Gates are judged again from the stored facts, as they were known when each was passed. It says which
gates, thresholds and warnings would have differed; never that the customer would have bought.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import zip_longest
from uuid import UUID

import attrs

from dealflow.decider import Facts
from dealflow.domain.criteria import CRITERIA, Criterion
from dealflow.domain.deal import DEAL, Deal, StageAdvanced
from dealflow.domain.gate import Answer, CriterionName, Finding, Gate
from dealflow.domain.judging import judge as judge_gates
from dealflow.domain.playbook import MilestoneKey
from dealflow.domain.timeline import timeline_before
from dealflow.journal import Record, day_end
from dealflow.projections.look import HealthPolicy
from dealflow.projections.situation import Situation, about_to_end, as_it_ended, gathered
from dealflow.projections.thresholds import ThresholdState
from dealflow.projections.vector import CHANCE, NEAR, THRESHOLDS, Vector, vector
from dealflow.projections.warnings import WARNINGS
from dealflow.projections.warnings.judging import Check
from dealflow.replay.supposing import Supposition, World, supposed

DISCLAIMER = "This is what the model would have said. It does not say that the customer would have bought."


@attrs.frozen
class Rejudged:
    """What the gates of one step find, judged again from the facts that were known when it was taken."""

    record: int
    left: MilestoneKey
    reached: MilestoneKey
    findings: tuple[Finding, ...]


@attrs.frozen
class GateDifference:
    """What a criterion found when a step was taken (*before*), and what it would have found (*after*).

    Nothing on a side where it is not asked, or the step was not taken.
    """

    record: int
    left: MilestoneKey
    reached: MilestoneKey
    criterion: CriterionName
    before: Answer | None
    after: Answer | None


Component = ThresholdState | Fraction | Decimal | bool | None


@attrs.frozen
class WhatIfDifference:
    """A threshold, closeness, the chance or a warning that would have been otherwise from the evening of *since* on.

    *until* is the first evening on which it would not have been, or not so; nothing where it lasts to the end.
    Of a warning it is said whether it was up, nothing where that is unknown.
    """

    name: str
    since: date
    until: date | None
    before: Component
    after: Component


@attrs.frozen
class Counterfactual:
    """What the model would have said of a deal, had it been otherwise.

    *before* and *after* are the two vectors at the end, or when the deal was about to close: where it would
    have closed on another day, at the earlier of the two.
    *left_out* the records that could not have been without another one.
    """

    deal: UUID
    left_out: tuple[int, ...]
    gates: tuple[GateDifference, ...]
    differences: tuple[WhatIfDifference, ...]
    before: Vector
    after: Vector

    @property
    def changed(self) -> bool:
        """Whether anything would have been otherwise."""
        return bool(self.gates or self.differences)


def counterfactual(
    world: World,
    suppositions: Iterable[Supposition],
    checks: Sequence[Check] = WARNINGS,
    criteria: Mapping[CriterionName, Criterion] = CRITERIA,
) -> Counterfactual:
    """Judge a deal in the *world* as it is recorded and in the one that is supposed, and tell where they differ.

    Raises `CannotSuppose`.
    """
    other = supposed(world, suppositions)
    ends = [_ended(one) for one in (world, other)]
    end = min(one.at for one in ends)
    was, would_be = (
        _Judging(then.as_of(end), one.policy, checks) for one, then in zip((world, other), ends, strict=True)
    )
    return Counterfactual(
        deal=world.deal,
        left_out=other.left_out,
        gates=tuple(_gates(rejudged(world, criteria), rejudged(other, criteria))),
        differences=tuple(_differences(was, would_be)),
        before=was.last,
        after=would_be.last,
    )


# Gates


def rejudged(world: World, criteria: Mapping[CriterionName, Criterion] = CRITERIA) -> tuple[Rejudged, ...]:
    """Judge every step of a deal again, each from what was known and had happened when it was taken."""
    own = [one for one in world.records if one.stream == world.deal]
    steps = [one for one in DEAL.history(own) if isinstance(one.event, StageAdvanced)]
    return tuple(one for step in steps if (one := _rejudged(world, step, criteria)) is not None)


def _rejudged(world: World, step: Record, criteria: Mapping[CriterionName, Criterion]) -> Rejudged | None:
    passed = (step.known_at(world.knowledge), step.position)
    then = [one for one in world.records if (one.known_at(world.knowledge), one.position) < passed]
    own = [one for one in then if one.stream == world.deal]
    deal = DEAL.fold(DEAL.before(own, step.when))
    if deal is None:
        return None
    facts = Facts(
        at=step.when,
        stream=world.deal,
        own=tuple(own),
        position=step.event.verdict.looked_at,
        look=lambda: timeline_before(then, step.when),
        criteria=criteria,
    )
    event: StageAdvanced = step.event
    verdict = judge_gates(deal, tuple(_left(world, deal, event)), facts, None)
    return Rejudged(step.position, event.left, event.reached, verdict.findings)


def _left(world: World, deal: Deal, event: StageAdvanced) -> Iterator[Gate]:
    """Yield the gates between two milestones; none where the playbook does not know one of them."""
    playbook = world.judged_by or world.playbooks.get(deal.playbook)
    version = deal.version if world.judged_by is None else None
    keys = playbook.keys(version) if playbook else ()
    if playbook is None or event.left not in keys or event.reached not in keys:
        return
    for key in keys[keys.index(event.left) : keys.index(event.reached)]:
        stone = playbook.milestone(key, version)
        if stone is not None:
            yield stone.gate


def _gates(was: Iterable[Rejudged], would_be: Iterable[Rejudged]) -> Iterator[GateDifference]:
    before, after = ({one.record: one for one in some} for some in (was, would_be))
    for record in sorted({*before, *after}):
        step = before.get(record) or after[record]
        old, new = _answers(before.get(record)), _answers(after.get(record))
        for criterion in dict.fromkeys((*old, *new)):
            if old.get(criterion) != new.get(criterion):
                answers = (old.get(criterion), new.get(criterion))
                yield GateDifference(record, step.left, step.reached, criterion, *answers)


def _answers(step: Rejudged | None) -> Mapping[CriterionName, Answer]:
    return {} if step is None else {one.criterion: one.answer for one in step.findings}


# Thresholds and warnings


def _ended(world: World) -> Situation:
    """Return a deal as it ended, or as it stands."""
    return as_it_ended(gathered(world.deal, world.records, world.horizon, happened=world.happened), None)


@attrs.frozen
class _Judging:
    """What is judged evening by evening: a deal up to its end, and by what."""

    situation: Situation
    policy: HealthPolicy
    checks: Sequence[Check]

    @property
    def last(self) -> Vector:
        """How it stood at the end, or when it was about to close."""
        return vector(about_to_end(self.situation), self.policy, self.checks)

    def evening(self, day: date) -> Mapping[str, Component]:
        """Return each component as of the evening of a day, or as it was about to close; empty if not open."""
        end = day_end(day, self.situation.horizon.zone)
        then = about_to_end(self.situation) if day == self.situation.today else self.situation.as_of(end)
        open_ = then.deal is not None and then.deal.end is None and then.deal.merged_into is None
        return _components(vector(then, self.policy, self.checks), self.checks) if open_ else {}


def _components(found: Vector, checks: Iterable[Check]) -> dict[str, Component]:
    states = (found.information, found.relationship, found.decision)
    known: dict[str, Component] = dict(zip(THRESHOLDS, states, strict=True))
    known |= {NEAR: found.closeness, CHANCE: found.chance}
    warnings = {one.name: None if one.name in found.unknown else one.name in found.up for one in checks}
    return {**known, **warnings}


Differing = Mapping[str, tuple[Component, Component]]


def _differences(was: _Judging, would_be: _Judging) -> Iterator[WhatIfDifference]:
    """Yield where two worlds differ, name by name, from evening to evening."""
    found: dict[str, WhatIfDifference] = {}
    for day, differing in _course(was, would_be):
        for name, one in list(found.items()):
            if differing.get(name) != (one.before, one.after):
                yield attrs.evolve(found.pop(name), until=day)
        for name, (before, after) in differing.items():
            found.setdefault(name, WhatIfDifference(name, day, None, before, after))
    yield from found.values()


def _course(was: _Judging, would_be: _Judging) -> Iterator[tuple[date, Differing]]:
    """Yield every evening from the first on which they may differ, with how they do."""
    horizon, start = was.situation.horizon, _parting(was, would_be)
    if start is None:
        return
    first = horizon.day(start)
    for number in range((was.situation.today - first).days + 1):
        day = first + timedelta(days=number)
        old, new = was.evening(day), would_be.evening(day)
        names = dict.fromkeys((*old, *new)) if old and new else ()
        yield day, {name: (old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)}


def _parting(was: _Judging, would_be: _Judging) -> datetime | None:
    """Return from when on two worlds may differ: by what is told in them, or from the beginning by how it is judged."""
    told = zip_longest(was.situation.told, would_be.situation.told)
    same = was.policy == would_be.policy
    ends = ([one.end for one in pair if one is not None] for pair in told if not same or pair[0] != pair[1])
    return min(next(ends, []), default=None)
