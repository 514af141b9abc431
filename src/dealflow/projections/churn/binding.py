"""Signals in what binds us: the direction they take, and the agreements between us."""

from datetime import date

from dealflow.domain.alliance import Direction
from dealflow.projections.account_plan import changed_since, last_step
from dealflow.projections.churn.judging import ChurnPolicy, Sign
from dealflow.projections.conditions import in_force
from dealflow.projections.look import many, positions
from dealflow.projections.relation import Relation
from dealflow.projections.rhythm import later
from dealflow.projections.warnings.judging import Severity, WarningState

UP, CLEAR, UNKNOWN = WarningState.UP, WarningState.CLEAR, WarningState.UNKNOWN
GRAVE = frozenset({Direction.SCOPE_CUT, Direction.ENTERS_OUR_FIELD})
NEVER_SIGNED = Sign(UNKNOWN, "no agreement was ever recorded")


def direction_changed(relation: Relation, _policy: ChurnPolicy) -> Sign:
    """They took another way, and our plan was neither made nor reviewed since; unknown while neither was ever told.

    A danger where they cut what they do, or enter our field.
    """
    if not relation.directions and not relation.plans:
        return Sign(UNKNOWN, "neither a change of their direction nor a plan of ours was ever recorded")
    last, changes = last_step(relation), changed_since(relation)
    plan = f"our plan {last.value} on {relation.day(last.end)}" if last else "no plan of ours"
    planned = () if last is None else (last.record,)
    if not changes:
        return Sign(CLEAR, f"{plan}; no change of their direction since", planned)
    said = ", ".join(f"{str(one.value).replace('-', ' ')} on {relation.day(one.end)}" for one in changes)
    severity = Severity.DANGER if any(one.value in GRAVE for one in changes) else Severity.WATCH
    records = positions((one.record for one in changes), planned)
    return Sign(UP, f"{said}; {plan}", records, severity=severity)


def agreement_ending(relation: Relation, policy: ChurnPolicy) -> Sign:
    """The last of the agreements in force ends within the policy's days; unknown while none was ever recorded."""
    if not relation.agreements:
        return NEVER_SIGNED
    force = [one for one in relation.agreements if in_force(relation, one, relation.at)]
    records = positions(one.record for one in force)
    if not force:
        return Sign(CLEAR, "no agreement is in force any more", relation.agreements[-1].records)
    last = _last_day(relation)
    if last is None:
        return Sign(CLEAR, f"{many(len(force), 'agreement')} in force, not all with an end", records)
    left = (last - relation.today).days
    text = f"the last of {many(len(force), 'agreement')} in force ends on {last}, in {many(left, 'day')}"
    if left <= policy.ending:
        return Sign(UP, text, records, turns=later(last, 1))
    return Sign(CLEAR, text, records, turns=later(last, -policy.ending))


def agreement_ended(relation: Relation, _policy: ChurnPolicy) -> Sign:
    """An agreement was signed, and none is in force; unknown while none was ever recorded."""
    if not relation.agreements:
        return NEVER_SIGNED
    force = [one for one in relation.agreements if in_force(relation, one, relation.at)]
    if force:
        last = _last_day(relation)
        records = positions(one.record for one in force)
        return Sign(CLEAR, f"{many(len(force), 'agreement')} in force", records, turns=last and later(last, 1))
    signed, last_signed = many(len(relation.agreements), "agreement"), relation.day(relation.agreements[-1].since)
    text = f"none of {signed} in force, the last signed on {last_signed}"
    return Sign(UP, text, positions(*(one.records for one in relation.agreements)))


def _last_day(relation: Relation) -> date | None:
    """Return the last day of the agreements in force; nothing where one of them has none."""
    ends = [one.value.until for one in relation.agreements if in_force(relation, one, relation.at)]
    return None if None in ends else max(one for one in ends if one is not None)
