"""Health: how a deal stands by its thresholds and warnings, with the reasons, never a bare number (domain.md §6)."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from uuid import UUID

import attrs

from dealflow.domain.deal import Deal
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
    if grave(deal, passed.decision):
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


def grave(deal: Deal, decision: Threshold) -> bool:
    """Say whether the customer is about to sign and the decision maker was never met: grave danger (S4)."""
    late = deal.committed is not None or deal.meaning is not Meaning.OPEN
    return late and never_met(decision)


def never_met(decision: Threshold) -> bool:
    """Say whether a decision maker is known and was never met."""
    return all(isinstance(one, Part) and one.answer is Answer.UNMET for one in decision.parts)


def _reason(warning: DealWarning) -> str:
    return f"{warning.name} is up"
