"""Signals in what they buy: nothing for too long, less than before, a smaller share of what they spend."""

from datetime import timedelta
from math import floor

from dealflow.projections.churn.judging import ChurnPolicy, Sign
from dealflow.projections.relation import Relation
from dealflow.projections.rhythm import rhythm
from dealflow.projections.warnings.judging import WarningState

UP, CLEAR, UNKNOWN = WarningState.UP, WarningState.CLEAR, WarningState.UNKNOWN


def purchases_overdue(relation: Relation, policy: ChurnPolicy) -> Sign:
    """Nothing was bought for longer than so many of the account's own usual gaps; unknown while it has too few."""
    bought = rhythm((relation.day(one.since) for one in relation.bought), relation.today)
    if len(bought.days) < policy.known or bought.usual is None or bought.silent is None:
        return Sign(UNKNOWN, f"bought on {len(bought.days)} days; it takes {policy.known} to know their rhythm")
    limit = policy.times * bought.usual
    text = f"last bought {bought.silent} days ago; usually every {bought.usual:g}"
    records = tuple(one.record for one in relation.bought[-policy.known :])
    if bought.silent > limit:
        return Sign(UP, text, records)
    return Sign(CLEAR, text, records, turns=bought.days[-1] + timedelta(days=floor(limit) + 1))
