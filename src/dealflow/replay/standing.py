"""Standing: which records still hold, because no later one speaks of the same thing."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from dealflow.domain.account import AccountOwnerAssigned, AccountRenamed
from dealflow.domain.contest import BidSubmitted, CompetitorAssessed, RivalBidLearned, SuccessFactorsNamed
from dealflow.domain.deal import (
    CloseExpected,
    DealGraded,
    DealOwnerAssigned,
    DealPriced,
    DealRenamed,
    DealReviewed,
    DealValued,
    MilestoneScheduled,
)
from dealflow.domain.interaction import InteractionConcluded
from dealflow.domain.purchase import (
    CriteriaLearned,
    PurchaseModeLearned,
    PurchaseProcessMapped,
    TechnicalContentRated,
)
from dealflow.domain.qualification import Qualified
from dealflow.domain.stakeholder import (
    InfluenceRated,
    PositionChanged,
    ReportsTo,
    StakeholderRenamed,
    StanceChanged,
    StyleObserved,
)
from dealflow.journal import Record

OVERRULED: Mapping[type, tuple[str, ...]] = MappingProxyType(
    {
        **dict.fromkeys((AccountRenamed, AccountOwnerAssigned), ()),
        **dict.fromkeys((DealRenamed, DealOwnerAssigned, DealGraded, DealValued, DealPriced, CloseExpected), ()),
        **dict.fromkeys((DealReviewed, Qualified, BidSubmitted, SuccessFactorsNamed), ()),
        **dict.fromkeys((PurchaseModeLearned, PurchaseProcessMapped, CriteriaLearned, TechnicalContentRated), ()),
        MilestoneScheduled: ("milestone",),
        **dict.fromkeys((CompetitorAssessed, RivalBidLearned), ("competitor",)),
        **dict.fromkeys((StakeholderRenamed, PositionChanged, ReportsTo, StyleObserved), ()),
        **dict.fromkeys((InfluenceRated, StanceChanged), ("deal",)),
        InteractionConcluded: (),
    }
)
"""Events that take the place of an earlier one of their kind in the stream, of the same fields; all others stay."""


def standing(history: Iterable[Record]) -> tuple[Record, ...]:
    """Return the records of a history that no later one overrules, in its order."""
    last: dict[Any, Record] = {}
    for record in history:
        key = _subject(record)
        last.pop(key, None)
        last[key] = record
    return tuple(last.values())


def _subject(record: Record) -> Any:
    named = OVERRULED.get(type(record.event))
    if named is None:
        return record.position
    return (record.stream, type(record.event), *(getattr(record.event, name) for name in named))
