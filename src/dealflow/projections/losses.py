"""Losses: what went before each account that left or regressed: which signals, and what we did (domain.md §9)."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

import attrs

from dealflow.domain.timeline import Told
from dealflow.journal import Record, day_end
from dealflow.projections.backtest import BACKTEST, BacktestPolicy
from dealflow.projections.churn import RiskLevel, churn_risk
from dealflow.projections.churn.judging import Past, Signal, SignalSpell, Weapon
from dealflow.projections.churn.signals import SIGNALS
from dealflow.projections.conditions import UP
from dealflow.projections.progression import Transition, progression
from dealflow.projections.relation import Relation


class Phase(StrEnum):
    """Where an action stood in the defence: before the risk was high, while it was, after they had left (S2)."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


@attrs.frozen
class Defence:
    """Something that we did about a signal after it had come up, *days* later, by the record that tells it."""

    record: Record
    on: date
    days: int
    phase: Phase


@attrs.frozen
class Foretold:
    """A signal that was up before a loss: since when, how many days before, and until when if it was cleared before.

    *by_definition* says that the loss rests on the very evidence that the signal watches. *actions*
    are what we did about it, in order.
    """

    name: str
    weapon: Weapon | None
    since: date
    days: int
    until: date | None
    text: str
    records: tuple[int, ...]
    by_definition: bool
    actions: tuple[Defence, ...]


@attrs.frozen
class Loss:
    """An account left or regressed, by *step*; the *signals* that were up in the days before, longest first.

    *high* is the first of these days on which the risk was high, if it ever was.
    """

    account: UUID
    step: Transition
    high: date | None
    signals: tuple[Foretold, ...]


def losses(
    relation: Relation,
    told: Iterable[Told],
    policy: BacktestPolicy = BACKTEST,
    signals: Sequence[Signal] = SIGNALS,
) -> tuple[Loss, ...]:
    """Return every loss of a customer; *told* is what was told of the account, its deals, people and contacts."""
    steps, past = progression(relation, policy.relationship).steps, Past(relation, policy.churn)
    lost = [one for one in steps if one.passage in policy.losses and one.left in UP[1:]]
    spells = [spell for signal in signals for spell in past.spells(signal)] if lost else []
    acts = [(one.record, relation.day(one.end)) for one in told] if lost else []
    return tuple(_loss(relation, step, spells, acts, policy, signals) for step in lost)


def _loss(  # noqa: PLR0917 (what a loss is made of)
    relation: Relation,
    step: Transition,
    spells: Sequence[SignalSpell],
    acts: Sequence[tuple[Record, date]],
    policy: BacktestPolicy,
    signals: Sequence[Signal],
) -> Loss:
    first = step.on - timedelta(days=policy.within)
    before = [one for one in spells if one.since < step.on and (one.until is None or one.until > first)]
    high = next((day for day in _days(before, step.on) if _is_high(relation, step, day, policy, signals)), None)
    last = step.on + timedelta(days=policy.within)
    found = (_foretold(spell, step, [one for one in acts if one[1] <= last], high) for spell in before)
    return Loss(relation.account, step, high, tuple(sorted(found, key=lambda one: -one.days)))


def _days(spells: Iterable[SignalSpell], until: date) -> list[date]:
    """Return the days on which a signal came up or was cleared, in order."""
    days = {day for one in spells for day in (one.since, one.until) if day is not None}
    return sorted(day for day in days if day < until)


def _is_high(
    relation: Relation, step: Transition, day: date, policy: BacktestPolicy, signals: Sequence[Signal]
) -> bool:
    then = relation.as_of(day_end(day, relation.horizon.zone))
    stage = step.left or step.reached
    return churn_risk(then, stage, policy.churn, signals, dated=False).level is RiskLevel.HIGH


def _foretold(spell: SignalSpell, step: Transition, acts: Iterable[tuple[Record, date]], high: date | None) -> Foretold:
    return Foretold(
        name=spell.signal.name,
        weapon=spell.signal.weapon,
        since=spell.since,
        days=(step.on - spell.since).days,
        until=None if spell.until is None or spell.until >= step.on else spell.until,
        text=spell.raised.text,
        records=spell.raised.records,
        by_definition=bool(spell.signal.rests_on.intersection(step.reasons)),
        actions=tuple(_defences(spell, step, acts, high)),
    )


def _defences(
    spell: SignalSpell, step: Transition, acts: Iterable[tuple[Record, date]], high: date | None
) -> Iterator[Defence]:
    for record, day in acts:
        if isinstance(record.event, spell.signal.answered_by) and day >= spell.since:
            during = high is not None and day >= high
            phase = Phase.AFTER if day >= step.on else Phase.DURING if during else Phase.BEFORE
            yield Defence(record, day, (day - spell.since).days, phase)
