"""Repeats: what nobody would record, since it is so already, or since there is nothing it could end.

A command stays quiet in such a case (the *already so* of every `decide`), so a journal holds none.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from dealflow.domain.acceptance import PriceAcceptanceRated, RivalClosenessRated, SolutionAcceptanceRated
from dealflow.domain.account import (
    AccountOwnerAssigned,
    AccountProfiled,
    AccountRenamed,
    AccountScreened,
    KeyDesignated,
    KeyWithdrawn,
)
from dealflow.domain.alliance import DirectionChanged, PlanMade, PlanReviewed
from dealflow.domain.rivalry import CriteriaAssessed, RivalGone, RivalSeen
from dealflow.domain.stakeholder import InfluenceRated, StanceChanged
from dealflow.testing.diary import Fact

SLOTS: Mapping[type, tuple[str, ...]] = {
    AccountRenamed: (),
    AccountOwnerAssigned: (),
    AccountProfiled: ("topic",),
    AccountScreened: (),
    CriteriaAssessed: (),
    DirectionChanged: (),
    PlanMade: (),
    RivalSeen: ("competitor", "move"),
    KeyDesignated: (),
    InfluenceRated: ("deal",),
    StanceChanged: ("deal",),
    SolutionAcceptanceRated: ("deal",),
    PriceAcceptanceRated: ("deal",),
    RivalClosenessRated: ("competitor", "deal"),
}
"""What has one answer at a time, by the fields that say of what: the same answer again is no news."""

UNDOES: Mapping[type, tuple[type, tuple[str, ...]]] = {
    KeyWithdrawn: (KeyDesignated, ()),
    RivalGone: (RivalSeen, ("competitor",)),
}
"""What can be so only while the other is, alike in these fields; it makes every answer of the other news again."""

NEEDS: Mapping[type, type] = {PlanReviewed: PlanMade}
"""What can be said only once the other has been."""


def worth_recording(facts: Iterable[Fact]) -> Iterator[Fact]:
    """Return a diary's facts in the order they are recorded, without those a command would not have written.

    What is so is judged as the command would: from what was recorded before and had happened by then.
    """
    said: dict[tuple[UUID, type], list[Fact]] = {}
    for fact in sorted(facts, key=lambda one: one.evening):
        kind = type(fact.event)
        about = UNDOES[kind][0] if kind in UNDOES else kind
        if kind in SLOTS or kind in UNDOES:
            before = [one for one in said.get((fact.stream, about), ()) if one.when.start <= fact.when.start]
            before.sort(key=lambda one: one.when.start)
            if not _is_news(fact.event, [one.event for one in before]):
                continue
            said.setdefault((fact.stream, about), []).append(fact)
        elif kind in NEEDS and not any(
            one.when.start <= fact.when.start for one in said.get((fact.stream, NEEDS[kind]), ())
        ):
            continue
        yield fact


def _is_news(event: Any, before: list[Any]) -> bool:
    """Say whether an event changes anything after those of its kind *before* it, in the order they happened."""
    kind = type(event)
    if kind in UNDOES:
        undone, by = UNDOES[kind]
        latest = next((one for one in reversed(before) if _alike(one, event, by)), None)
        return type(latest) is undone
    for one in reversed(before):
        if type(one) in UNDOES and _alike(one, event, UNDOES[type(one)][1]):
            return True
        if type(one) is kind and _alike(one, event, SLOTS[kind]):
            return bool(one != event)
    return True


def _alike(one: Any, other: Any, by: tuple[str, ...]) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in by)
