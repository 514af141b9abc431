"""Contact: how closely we are in touch with a person; it follows from held interactions (domain.md §4).

It is never typed in. How many, how recent and how senior on our side is a policy.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

import attrs

from dealflow.domain.interaction import InteractionHeld
from dealflow.journal import Record


class ContactLevel(StrEnum):
    """How closely we are in touch: none, low, medium or high."""

    NONE = "none"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@attrs.frozen
class ContactPolicy:
    """When contact is low, medium or high.

    Interactions held within *days* count one each, those with one of our *seniors* (the host's
    names for our people) *senior_counts*; *medium* and *high* are reached at so many. One is low.
    """

    days: int = 180
    medium: int = 3
    high: int = 6
    seniors: frozenset[str] = frozenset()
    senior_counts: int = 2


CONTACT = ContactPolicy()


def contact_level(held: Iterable[Record], at: datetime, policy: ContactPolicy = CONTACT) -> ContactLevel:
    """Return how closely we were in touch *at* a moment with somebody who took part in these held interactions."""
    recent = (one.event for one in held if at - timedelta(days=policy.days) <= one.occurred_to <= at)
    points = sum(_counts(event, policy) for event in recent)
    if points >= policy.high:
        return ContactLevel.HIGH
    if points >= policy.medium:
        return ContactLevel.MEDIUM
    return ContactLevel.LOW if points else ContactLevel.NONE


def _counts(event: InteractionHeld, policy: ContactPolicy) -> int:
    return policy.senior_counts if policy.seniors.intersection(event.ours) else 1
