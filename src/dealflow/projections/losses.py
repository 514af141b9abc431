"""Losses: what went before each account that left or regressed: which signals, and what we did (domain.md §9)."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

import attrs

from dealflow.domain.timeline import Told
from dealflow.journal import Record
from dealflow.projections.backtest import BACKTEST, BacktestPolicy
from dealflow.projections.churn import RiskLevel, churn_risk
from dealflow.projections.churn.judging import Past, Signal, SignalSpell, Weapon
from dealflow.projections.churn.signals import SIGNALS
from dealflow.projections.progression import Transition, progression
from dealflow.projections.relation import Relation
from dealflow.projections.rhythm import earlier


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

    *high* is the first of these days on which the risk was high, if it was.
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
    lost = [one for one in steps if one.passage in policy.losses and _was(one)]
    spells = [spell for signal in signals for spell in past.spells(signal)] if lost else []
    acts = [(one.record, relation.day(one.end)) for one in told] if lost else []
    found = []
    for step in lost:
        high = _high(past, steps, step, policy, signals)
        near = [one for one in acts if (one[1] - step.on).days <= policy.within]
        begun = earlier(step.on, policy.within)
        before = [one for one in spells if one.since < step.on and (one.until is None or one.until > begun)]
        foretold = [_foretold(spell, step, _about(spell, near, past), high) for spell in before]
        found.append(Loss(relation.account, step, high, tuple(sorted(foretold, key=lambda one: -one.days))))
    return tuple(found)


def _high(
    past: Past, steps: Sequence[Transition], step: Transition, policy: BacktestPolicy, signals: Sequence[Signal]
) -> date | None:
    """Return the first evening on which the risk was high, of those before a loss on which they were a customer."""
    came = max(one.on for one in steps if one.at <= step.at and one.reached.is_customer and not _was(one))
    day = max(came, earlier(step.on, policy.within))
    while day < step.on:
        found = churn_risk(past.evening(day), step.left or step.reached, policy.churn, signals, dated=False)
        if found.level is RiskLevel.HIGH:
            return day
        day += timedelta(days=1)
    return None


def _was(step: Transition) -> bool:
    """Say whether they were a customer before a step."""
    return step.left is not None and step.left.is_customer


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


def _about(spell: SignalSpell, acts: Sequence[tuple[Record, date]], past: Past) -> list[tuple[Record, date]]:
    """Return what answers a signal; what settles one thing only where the signal rested on it on the eve."""
    raised = {(one.stream, one.event.id): one.position for one, _ in acts if hasattr(one.event, "id")}
    found = []
    for record, day in acts:
        up = spell.since <= day and (spell.until is None or day <= spell.until)
        if up and isinstance(record.event, spell.signal.answered_by):
            thing = raised.get((record.stream, getattr(record.event, "ref", None)))
            eve = max(spell.since, day - timedelta(days=1))
            if thing is None or thing in {*spell.raised.records, *past.find(spell.signal, eve).records}:
                found.append((record, day))
    return found


def _defences(
    spell: SignalSpell, step: Transition, acts: Iterable[tuple[Record, date]], high: date | None
) -> Iterator[Defence]:
    for record, day in acts:
        during = high is not None and day >= high
        phase = Phase.AFTER if day >= step.on else Phase.DURING if during else Phase.BEFORE
        yield Defence(record, day, (day - spell.since).days, phase)
