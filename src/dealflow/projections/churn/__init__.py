"""Churn: the risk that an account leaves, as low, watch or high, by signals with their evidence (domain.md §9)."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from uuid import UUID

import attrs

from dealflow.projections.churn.judging import CHURN, ChurnPolicy, ChurnSignal, Signal, judged
from dealflow.projections.churn.signals import SIGNALS
from dealflow.projections.conditions import RelationshipStage
from dealflow.projections.relation import Relation
from dealflow.projections.warnings.judging import Severity, WarningState


class RiskLevel(StrEnum):
    """How likely an account is to leave, as far as signals can say."""

    LOW = "low"
    WATCH = "watch"
    HIGH = "high"


@attrs.frozen
class ChurnRisk:
    """The risk that an account leaves, as of the day *at*, the *reasons* for it, and the signals it rests on.

    *level* is nothing for who does not buy from us (not yet, or no more), and where no signal has
    anything to rest on. *unfollowed*: nobody watched the account after *at*.
    """

    account: UUID
    at: date
    stage: RelationshipStage
    level: RiskLevel | None
    reasons: tuple[str, ...]
    signals: tuple[ChurnSignal, ...]
    unfollowed: bool = False

    @property
    def up(self) -> tuple[ChurnSignal, ...]:
        """The signals that are up, dangers first."""
        return tuple(sorted((one for one in self.signals if one.up), key=lambda one: one.severity is Severity.WATCH))


def churn_risk(
    relation: Relation,
    stage: RelationshipStage,
    policy: ChurnPolicy = CHURN,
    signals: Sequence[Signal] = SIGNALS,
    *,
    dated: bool = True,
) -> ChurnRisk:
    """Judge an account at a *stage* as of a relation's moment. Not *dated*: leave out since when signals are up."""
    found = judged(relation, policy, signals, dated=dated)
    level, reasons = _level(stage, found, policy)
    return ChurnRisk(relation.account, relation.today, stage, level, reasons, found, relation.unfollowed)


def _level(
    stage: RelationshipStage, signals: Sequence[ChurnSignal], policy: ChurnPolicy
) -> tuple[RiskLevel | None, tuple[str, ...]]:
    """High where a danger is up, or signals of many kinds; watch where any is; low where all that is known is clear.

    What nobody knows raises no risk, and is counted; where nothing is known there is no level.
    """
    if not stage.is_customer:
        never = stage is RelationshipStage.DEVELOPMENT
        return None, ("they have not bought yet" if never else "the relationship is terminated",)
    up = [one for one in signals if one.up]
    unknown = sum(one.state is WarningState.UNKNOWN for one in signals)
    if unknown == len(signals):
        return None, ("nothing is recorded that a signal could rest on",)
    left_out = (f"of {unknown} of {len(signals)} signals nobody knows",) if unknown else ()
    dangers = [one for one in up if one.severity is Severity.DANGER]
    weapons = {one.weapon for one in up}  # those of none are of one kind: what they buy, and from whom
    if dangers or len(weapons) >= policy.many:
        many = (f"signals of {len(weapons)} kinds are up",) if len(weapons) >= policy.many else ()
        return RiskLevel.HIGH, (*(f"{one.name} is up" for one in dangers or up), *many)
    if up:
        return RiskLevel.WATCH, tuple(f"{one.name} is up" for one in up)
    return RiskLevel.LOW, ("no signal is up", *left_out)
