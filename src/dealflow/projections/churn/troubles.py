"""Signals in what went wrong: quality, service and supply."""

from collections.abc import Collection, Sequence
from datetime import date

from dealflow.domain.matter import IncidentKind
from dealflow.domain.purchase import Level
from dealflow.projections.accounts import Raised
from dealflow.projections.churn.judging import ChurnPolicy, Sign
from dealflow.projections.look import many, positions
from dealflow.projections.relation import Lasting, Relation
from dealflow.projections.rhythm import later
from dealflow.projections.warnings.judging import Severity, WarningState

UP, CLEAR, UNKNOWN = WarningState.UP, WarningState.CLEAR, WarningState.UNKNOWN
COMPLAINT = None  # the kind of incident that a complaint is
QUALITY = frozenset({IncidentKind.QUALITY})
SUPPLY = frozenset({IncidentKind.LATE_DELIVERY, IncidentKind.SHORT_DELIVERY})
SERVICE = frozenset({COMPLAINT, IncidentKind.SERVICE, IncidentKind.OTHER})
NOTHING_RAISED = Sign(UNKNOWN, "no complaint and no incident of any kind was ever recorded")


def quality_incident(relation: Relation, policy: ChurnPolicy) -> Sign:
    """A quality incident is open, or there were several within the window; unknown while nothing was ever raised."""
    return _gone_wrong(relation, policy, QUALITY, "quality incident")


def delivery_failing(relation: Relation, policy: ChurnPolicy) -> Sign:
    """A late or short delivery is open, or there were several within the window; unknown likewise."""
    return _gone_wrong(relation, policy, SUPPLY, "late or short delivery", "late or short deliveries")


def complaint_overdue(relation: Relation, policy: ChurnPolicy) -> Sign:
    """A complaint, or an incident of service or of no other weapon, is open past its day; unknown likewise.

    Without a due day that is so many days after it was raised.
    """
    if not relation.matters:
        return NOTHING_RAISED
    opened = [one for one in _of(relation, SERVICE) if one.stands]
    overdue = [one for one in opened if _due(relation, one, policy) < relation.today]
    grave = [one for one in overdue if one.value.severity is Level.HIGH]
    text = f"{len(overdue)} of {many(len(opened), 'open complaint')} overdue"
    if overdue:
        late = (relation.today - min(_due(relation, one, policy) for one in overdue)).days
        text += f"{_gravely(grave)}, the longest by {many(late, 'day')}"
    return Sign(
        UP if overdue else CLEAR,
        text,
        positions(one.record for one in overdue or opened or _of(relation, SERVICE)[-1:]),
        severity=Severity.DANGER if grave else Severity.WATCH,
        turns=min(
            (later(_due(relation, one, policy), 1) or date.max for one in opened if one not in overdue), default=None
        ),
    )


def complaint_repeated(relation: Relation, policy: ChurnPolicy) -> Sign:
    """Several complaints, or incidents of service or of no other weapon, within the window; unknown likewise."""
    if not relation.matters:
        return NOTHING_RAISED
    raised = _of(relation, SERVICE)
    recent = _recent(relation, raised, policy)
    text = f"{many(len(recent), 'complaint')} in the last {policy.window} days"
    records = positions(one.record for one in recent or raised[-1:])
    if len(recent) < policy.repeats:
        return Sign(CLEAR, text, records)
    return Sign(UP, text, records, turns=_fades(relation, recent, policy))


def _gone_wrong(
    relation: Relation, policy: ChurnPolicy, kinds: Collection[IncidentKind], one_of: str, several: str | None = None
) -> Sign:
    if not relation.matters:
        return NOTHING_RAISED
    raised = _of(relation, kinds)
    opened, recent = [one for one in raised if one.stands], _recent(relation, raised, policy)
    grave = [one for one in opened if one.value.severity is Level.HIGH]
    repeated = len(recent) >= policy.repeats
    return Sign(
        UP if opened or repeated else CLEAR,
        f"{many(len(opened), one_of, several)} open{_gravely(grave)}; {len(recent)} in the last {policy.window} days",
        positions(one.record for one in (*opened, *recent) or raised[-1:]),
        severity=Severity.DANGER if grave else Severity.WATCH,
        turns=_fades(relation, recent, policy) if repeated and not opened else None,
    )


def _gravely(grave: Sequence[object]) -> str:
    return f", {len(grave)} of high severity" if grave else ""


def _of(relation: Relation, kinds: Collection[IncidentKind | None]) -> Sequence[Lasting[Raised]]:
    return [one for one in relation.matters if one.value.incident in kinds]


def _due(relation: Relation, raised: Lasting[Raised], policy: ChurnPolicy) -> date:
    return raised.value.due or later(relation.day(raised.since), policy.overdue) or date.max


def _recent(relation: Relation, raised: Sequence[Lasting[Raised]], policy: ChurnPolicy) -> Sequence[Lasting[Raised]]:
    return relation.lately(raised, policy.window)


def _fades(relation: Relation, recent: Sequence[Lasting[Raised]], policy: ChurnPolicy) -> date | None:
    """Return the day on which too few of those that make too many are left in the window."""
    return later(relation.day(recent[-policy.repeats].since), policy.window + 1)
