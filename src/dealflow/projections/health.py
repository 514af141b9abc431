"""Health: how a deal stands by its thresholds and warnings, with the reasons, never a bare number (domain.md §6)."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from uuid import UUID

import attrs

from dealflow.domain.deal import DEAL, Deal
from dealflow.domain.gate import Answer
from dealflow.domain.playbook import Meaning
from dealflow.projections.look import HEALTH, HealthPolicy, Look, followed
from dealflow.projections.situation import Situation
from dealflow.projections.thresholds import Part, Threshold, Thresholds, ThresholdState, thresholds
from dealflow.projections.warnings import WARNINGS
from dealflow.projections.warnings.judging import Check, DealWarning, Severity, judged


class HealthLevel(StrEnum):
    """How a deal stands as far as the model can say."""

    SAFE = "safe"
    WATCH = "watch"
    DANGER = "danger"


@attrs.frozen
class Health:
    """A deal's thresholds and warnings as of the day *at*, the level they come to, and the *reasons* for it.

    *level* is nothing for a deal that is not open, which has no warnings either. *at* is the day
    asked for, or the last on which the deal was followed.
    """

    deal: UUID
    at: date
    level: HealthLevel | None
    reasons: tuple[str, ...]
    thresholds: Thresholds
    warnings: tuple[DealWarning, ...]

    @property
    def up(self) -> tuple[DealWarning, ...]:
        """The warnings that are up, dangers first."""
        return tuple(sorted((one for one in self.warnings if one.up), key=lambda one: one.severity is Severity.WATCH))


def health(
    situation: Situation,
    policy: HealthPolicy = HEALTH,
    checks: Sequence[Check] = WARNINGS,
    *,
    dated: bool = True,
) -> Health:
    """Judge a deal as of a situation's moment. Not *dated*: it is left out since when each warning is up."""
    look = Look(followed(situation), policy)
    passed, warnings = thresholds(look), judged(look, checks, dated=dated)
    level, reasons = _level(look, passed, warnings)
    if look.situation.at < situation.at and level is not None:
        reasons = (*reasons, f"it was not followed after {look.today}: what came later is unknown")
    return Health(situation.id, look.today, level, reasons, passed, warnings)


def _level(
    look: Look, passed: Thresholds, warnings: Sequence[DealWarning]
) -> tuple[HealthLevel | None, tuple[str, ...]]:
    """Danger where a danger is up, or the customer is about to sign and the decision maker was never met.

    Safe where all three thresholds are passed and nothing is up; else to be watched. What nobody
    knows puts no deal in danger: it only keeps it from being called safe.
    """
    deal = look.deal
    if deal is None:
        return None, (_not_open(look.situation.deal),)
    up = [one for one in warnings if one.up]
    dangers = [_reason(one) for one in up if one.severity is Severity.DANGER]
    late = deal.committed is not None or deal.meaning is not Meaning.OPEN
    if late and never_met(passed.decision):
        dangers.append(f"it stands at {deal.stage}, and who gives the final approval was never met")
    if dangers:
        return HealthLevel.DANGER, tuple(dangers)
    if passed.passed and not up:
        return HealthLevel.SAFE, ("all three thresholds are passed, and no warning is up",)
    short = [f"{one.name} is {WORDS[one.state]}" for one in passed.all if one.state is not ThresholdState.PASSED]
    return HealthLevel.WATCH, (*short, *map(_reason, up))


def _not_open(deal: Deal | None) -> str:
    if deal is None:
        return "it had not been opened"
    return f"it is {deal.status}" if deal.merged_into is None else "it was merged into another deal"


WORDS = {ThresholdState.OPEN: "open", ThresholdState.PARTLY: "partly passed"}


def never_met(decision: Threshold) -> bool:
    """Say whether a decision maker is known and was never met."""
    return all(isinstance(one, Part) and one.answer is Answer.UNMET for one in decision.parts)


def _reason(warning: DealWarning) -> str:
    return f"{warning.name} is up"


# Over time


@attrs.frozen
class Vector:
    """What a deal's health comes to at one moment, to be compared: the three thresholds, and the warnings up."""

    information: ThresholdState
    relationship: ThresholdState
    decision: ThresholdState
    up: tuple[str, ...]


def vector(situation: Situation, policy: HealthPolicy = HEALTH, checks: Sequence[Check] = WARNINGS) -> Vector:
    """Judge a deal as of a situation's moment, in short."""
    found = health(situation, policy, checks, dated=False)
    information, relationship, decision = (one.state for one in found.thresholds.all)
    return Vector(information, relationship, decision, tuple(one.name for one in found.warnings if one.up))


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


def health_over_time(
    situation: Situation, policy: HealthPolicy = HEALTH, checks: Sequence[Check] = WARNINGS
) -> tuple[Turn, ...]:
    """Return what each record did to a deal's health, in order, from its opening on.

    Records of other deals do nothing to it and are left out. What time alone did lies between the
    *after* of one and the *before* of the next.
    """
    turns: list[Turn] = []
    at = datetime.min.replace(tzinfo=UTC)
    for number, one in enumerate(situation.told):
        at = max(at, one.end)
        moment = attrs.evolve(situation, horizon=attrs.evolve(situation.horizon, until=at))
        before, after = (attrs.evolve(moment, told=situation.told[:upto]) for upto in (number, number + 1))
        ours = one.record.stream == situation.id or situation.nouns[one.record.stream] is not DEAL
        if ours and after.deal is not None:
            turns.append(Turn(one.record.position, at, *(vector(then, policy, checks) for then in (before, after))))
    return tuple(turns)
