"""Progression: the stages a relationship went through, folded from evidence by a policy (domain.md §8).

Development, initial, stable, strategic; one stage on where the next one's conditions are met, one
back where its own have not been for a grace period. It is terminated when it ends, or when nothing
was bought for so long; a purchase, or its being resumed, recovers it. No stage is ever typed in.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from enum import StrEnum
from heapq import heapify, heappop

import attrs

from dealflow.domain.account import ChurnCause, RelationshipEnded
from dealflow.domain.gate import Answer
from dealflow.journal import day_start
from dealflow.money import Money
from dealflow.projections import Dated
from dealflow.projections.conditions import (
    RELATIONSHIP,
    STAGES,
    Evidence,
    Reason,
    RelationshipPolicy,
    RelationshipStage,
    Spell,
    conditions,
    purchases,
)
from dealflow.projections.look import positions
from dealflow.projections.relation import Lasting, Relation
from dealflow.projections.rhythm import later
from dealflow.projections.thresholds import Part

DEVELOPMENT, INITIAL, _, STRATEGIC = STAGES
TERMINATED = RelationshipStage.TERMINATED


class Passage(StrEnum):
    """How a relationship came to a stage."""

    REGISTERED = "registered"
    ADVANCED = "advanced"
    REGRESSED = "regressed"
    TERMINATED = "terminated"
    RECOVERED = "recovered"


@attrs.frozen
class Transition:
    """One step: from the stage it *left* (nothing: it was registered) to the one *reached*, and why.

    *at* is the moment from which it stands there, *on* its day. *churn* and *controllable* are said
    where somebody said why the relationship ended.
    """

    passage: Passage
    left: RelationshipStage | None
    reached: RelationshipStage
    at: datetime
    on: date
    reasons: tuple[Reason, ...]
    text: str
    records: tuple[int, ...]
    churn: ChurnCause | None = None
    controllable: bool | None = None


@attrs.frozen
class Progression:
    """Every step of a relationship, in order, the first its registration.

    What counts since is from *start* on: its registration, or its last recovery. *unmet* is since
    when the conditions of its stage are not met, and *lost_on* the day on which it is therefore lost.
    """

    steps: tuple[Transition, ...]
    start: datetime
    unmet: datetime | None
    lost_on: date | None

    @property
    def stage(self) -> RelationshipStage:
        """Where it stands."""
        return self.steps[-1].reached


# The walk through the stages


def progression(relation: Relation, policy: RelationshipPolicy = RELATIONSHIP) -> Progression:
    """Return how a relationship came to its stage, up to the moment."""
    walk = _Walk(Evidence(relation, policy), relation.begun)
    moments = {one for one in _moments(walk.evidence) if one is not None}
    ahead = [one for one in moments if relation.begun < one <= relation.at]
    heapify(ahead)
    due = walk.begin()
    while ahead or due:
        moment = heappop(ahead) if due is None or (ahead and ahead[0] <= due) else due
        if moment > relation.at:
            break
        due = walk.go(moment)
    lost_on = None if due is None else relation.day(due)
    return Progression(tuple(walk.steps), walk.start, walk.unmet, lost_on)


def _moments(evidence: Evidence) -> Iterator[datetime | None]:
    """Yield every moment at which something can become so, or by itself be so no more; nothing for never."""
    relation, policy = evidence.relation, evidence.policy
    yield from (one.end for one in relation.life)
    yield from (one.end for one in relation.shares)
    for bought in relation.purchases:
        yield from (bought.since, bought.over, _after(relation, relation.day(bought.since), policy.lapse))
    for signed in relation.agreements:
        yield from (signed.since, signed.over)
        yield None if signed.value.until is None else _after(relation, signed.value.until)
    for met in evidence.meetings:
        yield from (met.since, met.over, _after(relation, met.value, policy.met))


def _after(relation: Relation, day: date, days: int = 0) -> datetime | None:
    """Return when so many days are over after a day; nothing where the calendar ends before."""
    first = later(day, days + 1)
    return None if first is None else day_start(first, relation.horizon.zone)


@attrs.define
class _Walk:
    """How a relationship stands as time goes by; the only thing here that changes.

    *start* is when it was registered or last recovered, *unmet* since when the conditions of its
    stage have not been met, *life* the last end or resumption that was acted upon.
    """

    evidence: Evidence
    start: datetime
    steps: list[Transition] = attrs.field(factory=list)
    unmet: datetime | None = None
    life: Dated[RelationshipEnded | None] | None = None

    @property
    def relation(self) -> Relation:
        return self.evidence.relation

    @property
    def policy(self) -> RelationshipPolicy:
        return self.evidence.policy

    @property
    def stage(self) -> RelationshipStage:
        return self.steps[-1].reached

    def begin(self) -> datetime | None:
        """Register it; returns when its grace is over, if it runs."""
        text, record = f"registered on {self.relation.day(self.start)}", self.relation.registered
        self._step(Passage.REGISTERED, DEVELOPMENT, self.start, (Reason.REGISTERED,), text, (record,))
        return self.go(self.start)

    def go(self, moment: datetime) -> datetime | None:
        """Look at a moment; returns when the grace of the stage is over, if it runs."""
        told = next((one for one in reversed(self.relation.life) if one.end <= moment), None)
        fresh, self.life = told if told != self.life else None, told
        if self.stage is TERMINATED:
            self._recover(moment, fresh)
        elif fresh is not None and fresh.value is not None:
            self._end(moment, fresh.value, fresh.record)
        elif (last := self._lapsed(moment)) is not None:
            text = f"nothing bought for more than {self.policy.lapse} days, last on {self.relation.day(last.since)}"
            self._step(Passage.TERMINATED, TERMINATED, moment, (Reason.LAPSED,), text, last.records)
        if self.stage is not TERMINATED:
            self._settle(moment)
        return None if self.unmet is None else _after(self.relation, self.relation.day(self.unmet), self.policy.grace)

    def _end(self, moment: datetime, ended: RelationshipEnded, record: int) -> None:
        text = f"the relationship ended: {ended.cause}{f', {ended.text}' if ended.text else ''}"
        self._step(Passage.TERMINATED, TERMINATED, moment, (Reason.ENDED,), text, (record,))
        by_cause = ended.cause.controllable if ended.controllable is None else ended.controllable
        self.steps[-1] = attrs.evolve(self.steps[-1], churn=ended.cause, controllable=by_cause)

    def _lapsed(self, moment: datetime) -> Lasting[Money | None] | None:
        """Return the last purchase where it lies too long ago."""
        if self.stage is DEVELOPMENT:
            return None
        last = next(purchases(self.relation, Spell(self.start, moment), backward=True), None)
        late = last is not None and self.relation.horizon.days(last.since, moment) > self.policy.lapse
        return last if late else None

    def _recover(self, moment: datetime, resumed: Dated[RelationshipEnded | None] | None) -> None:
        """Begin anew: where it was resumed in development, where they buy again as a customer."""
        ended = self.steps[-1].at
        bought = next((one for one in purchases(self.relation, Spell(ended, moment)) if one.since > ended), None)
        if bought is not None:
            self.start = moment
            text = f"bought again on {self.relation.day(bought.since)}"
            self._step(Passage.RECOVERED, INITIAL, moment, (Reason.BOUGHT,), text, bought.records)
        elif resumed is not None and resumed.value is None:
            self.start = moment
            text = f"resumed on {self.relation.day(resumed.end)}"
            self._step(Passage.RECOVERED, DEVELOPMENT, moment, (Reason.RESUMED,), text, (resumed.record,))

    def _settle(self, moment: datetime) -> None:
        """Go one stage back where the conditions were not met for too long, on where more are met."""
        failing = self._failing(self.stage, moment)
        if failing and self.unmet is None:
            self.unmet = moment
        elif not failing:
            self.unmet = None
            self._advance(moment)
        elif self.unmet is not None and self.relation.horizon.days(self.unmet, moment) > self.policy.grace:
            back = STAGES[STAGES.index(self.stage) - 1]
            since = f"since {self.relation.day(self.unmet)}"
            text = f"{'; '.join(f'{one.name}: {one.text}' for one in failing)}; not met {since}"
            self._step(Passage.REGRESSED, back, moment, _reasons(failing), text, _records(failing))
            self.unmet = moment if self._failing(back, moment) else None

    def _advance(self, moment: datetime) -> None:
        while self.stage is not STRATEGIC:
            reached = STAGES[STAGES.index(self.stage) + 1]
            if self._failing(reached, moment):
                return
            met, held = (conditions(stage, self.evidence, Spell(self.start, moment)) for stage in (reached, self.stage))
            new = met[len(held) :]
            text = "; ".join(f"{one.name}: {one.text}" for one in new)
            self._step(Passage.ADVANCED, reached, moment, _reasons(new), text, _records(new))

    def _failing(self, stage: RelationshipStage, moment: datetime) -> list[Part]:
        found = conditions(stage, self.evidence, Spell(self.start, moment))
        return [one for one in found if one.answer is not Answer.MET]

    def _step(  # noqa: PLR0917 (a step in full)
        self,
        passage: Passage,
        reached: RelationshipStage,
        at: datetime,
        reasons: tuple[Reason, ...],
        text: str,
        records: tuple[int, ...],
    ) -> None:
        left = self.steps[-1].reached if self.steps else None
        self.steps.append(Transition(passage, left, reached, at, self.relation.day(at), reasons, text, records))
        self.unmet = None


def _reasons(parts: Sequence[Part]) -> tuple[Reason, ...]:
    return tuple(Reason(one.name) for one in parts)


def _records(parts: Sequence[Part]) -> tuple[int, ...]:
    return positions(*(one.records for one in parts))
