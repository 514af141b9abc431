"""Signals in what they buy: nothing for too long, less than before, a smaller share of what they spend."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from math import floor

from dealflow.money import EXACT
from dealflow.projections.churn.judging import ChurnPolicy, Sign
from dealflow.projections.conditions import Spell, running
from dealflow.projections.look import many, positions
from dealflow.projections.relation import Relation
from dealflow.projections.rhythm import later, rhythm
from dealflow.projections.warnings.judging import WarningState

UP, CLEAR, UNKNOWN = WarningState.UP, WarningState.CLEAR, WarningState.UNKNOWN
NOISE = 9  # decimals: what floats make of shares beyond that is no difference


def purchases_overdue(relation: Relation, policy: ChurnPolicy) -> Sign:
    """Nothing was bought for longer than so many of the account's own usual gaps; unknown while it has too few."""
    bought = rhythm((relation.day(one.since) for one in relation.bought), relation.today)
    if len(bought.days) < policy.known or bought.usual is None:
        return Sign(UNKNOWN, f"bought on {many(len(bought.days), 'day')}; it takes {policy.known} to know their rhythm")
    text = f"last bought {bought.silent} days ago; usually every {bought.usual:g}"
    records, due = positions(one.record for one in relation.bought[-policy.known :]), bought.due(policy.times)
    up = due is not None and due <= relation.today
    return Sign(UP if up else CLEAR, text, records, turns=None if up else due)


def purchases_falling(relation: Relation, policy: ChurnPolicy) -> Sign:
    """They spend less a day than the policy's part of what they did before.

    Of the days on which they bought, so many (*known*) last ones are held against those before: what
    was spent after the last of these until today, against what was spent after the first of them until
    the last. Unknown while there are not as many before (two at least), where an amount is unknown, and
    where they paid in several currencies.
    """
    records = positions(one.record for one in relation.bought)
    spent = _by_day(relation)
    if spent is None:
        return Sign(UNKNOWN, "not every purchase has an amount in one currency", records)
    days, known = [*spent], policy.known
    needed = known + max(known, 2)
    if len(days) < needed:
        return Sign(UNKNOWN, f"bought on {many(len(days), 'day')}; it takes {needed} to tell whether it falls", records)
    *earlier, pivot = days[:-known]
    before = _sum(spent, (*earlier[1:], pivot)) / (pivot - earlier[0]).days
    since, length = _sum(spent, days[-known:]), (relation.today - pivot).days
    limit = before * Fraction(str(policy.falling))
    text = f"spent {float(since / length):,.2f} a day since {pivot}; before {float(before):,.2f}"
    if since / length < limit:
        return Sign(UP, text, records)
    return Sign(CLEAR, text, records, turns=later(pivot, floor(since / limit) + 1) if limit else None)


def _sum(spent: Mapping[date, Decimal], days: Iterable[date]) -> Fraction:
    return Fraction(reduce(EXACT.add, (spent[day] for day in days)))


def _by_day(relation: Relation) -> Mapping[date, Decimal] | None:
    """Return what was spent on each day, in order; nothing where an amount is unknown, or of another currency."""
    spent: dict[date, Decimal] = {}
    currencies = set()
    for one in relation.bought:
        if one.value is None:
            return None
        day = relation.day(one.since)
        spent[day] = EXACT.add(spent.get(day, Decimal(0)), one.value.amount)
        currencies.add(one.value.currency)
    return spent if len(currencies) <= 1 else None


def share_falling(relation: Relation, policy: ChurnPolicy) -> Sign:
    """By the last measurement of all they buy, our share is lower than by the one before, by more than the policy has
    it; unknown with fewer than two. One period measured again counts once.
    """
    measured = running(relation, None, Spell(relation.begun, relation.at))[-2:]
    records = positions(one.record for one in measured)
    if len(measured) < 2:  # noqa: PLR2004 (one and the one before)
        return Sign(UNKNOWN, "the share of wallet was not measured twice", records)
    before, last = measured
    text = f"{last.value.share:.0%} on {relation.day(last.end)}, {before.value.share:.0%} on {relation.day(before.end)}"
    fallen = round(before.value.share - last.value.share, NOISE) > policy.drop
    return Sign(UP if fallen else CLEAR, text, records)
