"""Phases: what we asked and what they objected early, midway and late in deals (S2, domain.md §5).

What a buyer weighs moves over time; what is said in a contact is read against that.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

import attrs

from dealflow.domain.inquiry import Spin
from dealflow.domain.objection import ObjectionTopic
from dealflow.domain.playbook import PlaybookKey
from dealflow.projections.cases import Order
from dealflow.projections.contact import Contact
from dealflow.projections.pipeline import Standing

PARTS = 3
K = TypeVar("K")


class DealPhase(StrEnum):
    """A third of a playbook, by the place of the milestone at which a deal stands."""

    EARLY = "early"
    MIDDLE = "middle"
    LATE = "late"


WEIGHED: Mapping[DealPhase, str] = MappingProxyType(
    {DealPhase.EARLY: "need and cost", DealPhase.MIDDLE: "value", DealPhase.LATE: "risk"}
)
"""What buyers weigh in each phase (S2)."""


@attrs.frozen
class PhaseCount:
    """How many contacts were *held* about deals in one phase, and the kinds of *questions* and *objections* in them.

    *weighed* is what buyers weigh then. A contact about several deals counts in the phase of each.
    """

    phase: DealPhase
    weighed: str
    held: int
    questions: Mapping[Spin, int]
    objections: Mapping[ObjectionTopic, int]


def phases(
    held: Iterable[Contact], deals: Iterable[Standing], orders: Mapping[PlaybookKey, Order]
) -> tuple[PhaseCount, ...]:
    """Count contacts by how far the deals were that they were about; those of no open deal are in no phase."""
    there = {one.deal: one for one in deals}
    counted: dict[DealPhase, int] = Counter()
    questions: dict[DealPhase, Counter[Spin]] = {phase: Counter() for phase in DealPhase}
    objections: dict[DealPhase, Counter[ObjectionTopic]] = {phase: Counter() for phase in DealPhase}
    for one in held:
        about = (there[deal] for deal in one.deals if deal in there)
        for phase in {found for deal in about if (found := phase_of(deal, one.when.end, orders)) is not None}:
            counted[phase] += 1
            questions[phase].update(one.asked)
            objections[phase].update(said.raised.value.topic for said in one.objections)
    return tuple(
        PhaseCount(phase, WEIGHED[phase], counted[phase], _fixed(questions[phase]), _fixed(objections[phase]))
        for phase in DealPhase
    )


def _fixed(counts: Counter[K]) -> Mapping[K, int]:
    return MappingProxyType(dict(counts))


def phase_of(deal: Standing, at: datetime, orders: Mapping[PlaybookKey, Order]) -> DealPhase | None:
    """Return how far a deal was at a moment; nothing before it was opened and once it had closed."""
    visit = next((one for one in reversed(deal.visits) if one.came.end <= at), None)
    if visit is None or (visit is deal.visits[-1] and visit.left is not None and visit.left.end < at):
        return None
    order = orders.get(visit.playbook, {})
    place = order.get(visit.milestone)
    return None if place is None else tuple(DealPhase)[place * PARTS // len(order)]
