"""Contact: how closely we are in touch with a person; it follows from held interactions (domain.md §4).

It is never typed in. How many, how recent and how senior on our side is a policy.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

import attrs

from dealflow.journal import Record, When


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
    return level_of(((one.when, one.event.ours) for one in held), at, policy)


def level_of(meetings: Iterable[tuple[When, tuple[str, ...]]], at: datetime, policy: ContactPolicy) -> ContactLevel:
    """Return the same from when each took place and who of ours was there.

    What may have begun by then counts: a visit of today is one, though the day is not over yet.
    """
    points = sum(
        policy.senior_counts if policy.seniors.intersection(ours) else 1
        for when, ours in meetings
        if at - when.end <= timedelta(days=policy.days) and when.start <= at
    )
    if points >= policy.high:
        return ContactLevel.HIGH
    if points >= policy.medium:
        return ContactLevel.MEDIUM
    return ContactLevel.LOW if points else ContactLevel.NONE
