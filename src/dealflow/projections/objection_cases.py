"""Objection cases: one objection each, against what it stood, how it was met and what became of it (domain.md §5)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID

import attrs

from dealflow.domain.deal import Status
from dealflow.domain.objection import ObjectionKind, ObjectionTopic, Technique
from dealflow.projections import Dated, not_before
from dealflow.projections.cases import UNKNOWN, Horizon
from dealflow.projections.contact import Contact, ObjectionHistory
from dealflow.projections.contacts import Objected
from dealflow.projections.pipeline import DealRow, Standing, narrowed

NOT_ANSWERED = "not answered"


class ObjectionFate(StrEnum):
    """What became of an objection: settled either way, stood when all its deals had closed, or to be settled yet."""

    RESOLVED = "resolved"
    CONCEDED = "conceded"
    STOOD = "stood"
    OPEN = "open"


class ObjectionBy(StrEnum):
    """What objections are told apart by."""

    TOPIC = "topic"
    KIND = "kind"
    TECHNIQUE = "technique"


LABELS: Mapping[ObjectionBy, tuple[str, ...]] = MappingProxyType(
    {
        ObjectionBy.TOPIC: tuple(ObjectionTopic),
        ObjectionBy.KIND: (*ObjectionKind, UNKNOWN),
        ObjectionBy.TECHNIQUE: (*Technique, NOT_ANSWERED),
    }
)
"""The lots, in order."""


class Earliness(StrEnum):
    """Whether the price was objected to before any problem of the deal was quantified."""

    EARLY = "early"
    NOT_EARLY = "not early"
    UNKNOWN = "unknown"


@attrs.frozen
class ObjectionCase:
    """One objection: what it is about, how it was met, and what became of it.

    It was *raised* in an interaction, *by* one of theirs where that is known, against *deals*; *settled*
    is when it was, if it was. *days* is how long it stood, in calendar days, until it was settled, all
    its deals had closed, or as long as these were followed; *dated* says whether that is known to the
    day. *techniques* are how it was met, in order, one for each answer. *early* is said of the price alone.
    """

    interaction: UUID
    account: UUID | None
    deals: tuple[UUID, ...]
    topic: ObjectionTopic
    kind: ObjectionKind | None
    by: UUID | None
    raised: datetime
    settled: datetime | None
    fate: ObjectionFate
    days: int
    dated: bool
    techniques: tuple[Technique, ...]
    early: Earliness | None
    records: tuple[int, ...]

    def labels(self, by: ObjectionBy) -> tuple[str, ...]:
        """Name the lots that it is in: one of topic and of kind, and one for each technique."""
        if by is ObjectionBy.TECHNIQUE:
            return tuple(dict.fromkeys(self.techniques)) or (NOT_ANSWERED,)
        return (self.topic,) if by is ObjectionBy.TOPIC else (self.kind or UNKNOWN,)

    def stood(self, at: datetime) -> bool:
        """Say whether it stood at a moment."""
        return self.raised <= at and (self.settled is None or self.settled > at)


def objection_case(
    contact: Contact,
    history: ObjectionHistory,
    deals: Mapping[UUID, tuple[Standing, DealRow]],
    horizon: Horizon,
    heirs: Mapping[UUID, UUID] = MappingProxyType({}),
) -> ObjectionCase:
    """Return an objection as of the *horizon*; *deals* are those that it stands against and that there are.

    *heirs* says for each account which one stands for it.
    """
    raised, settled = history.raised, history.settled
    fate = _fate(history, [deal for deal, _ in deals.values()])
    if settled is not None:
        until = settled.end
    elif fate is ObjectionFate.STOOD:
        until = max(deal.moves[-1].end for deal, _ in deals.values())
    else:
        until = max((horizon.known(deal) for deal, _ in deals.values()), default=horizon.until)
    spans = (raised, settled) if settled is not None else (raised,)
    return ObjectionCase(
        interaction=contact.id,
        account=heirs.get(contact.account, contact.account) if contact.account else None,
        deals=tuple(deals),
        topic=raised.value.topic,
        kind=raised.value.kind,
        by=raised.value.by,
        raised=raised.end,
        settled=None if settled is None else settled.end,
        fate=fate,
        days=max(horizon.days(raised.end, until), 0),
        dated=all(horizon.day(one.start) == horizon.day(one.end) for one in spans),
        techniques=tuple(one.value.technique for one in history.answers),
        early=_early(raised, [row for _, row in deals.values()], horizon.until),
        records=history.records,
    )


def _fate(history: ObjectionHistory, deals: Iterable[Standing]) -> ObjectionFate:
    if history.settled is not None:
        return ObjectionFate.CONCEDED if history.settled.value.conceded else ObjectionFate.RESOLVED
    ends = [None if one.status is Status.OPEN else one.moves[-1].end for one in deals]
    closed = [end for end in ends if end is not None]
    over = len(closed) == len(ends) > 0 and history.raised.end <= max(closed)
    return ObjectionFate.STOOD if over else ObjectionFate.OPEN


# Objections to the price


def _early(raised: Dated[Objected], deals: Iterable[DealRow], at: datetime) -> Earliness | None:
    """Say whether the price came before the problem.

    Unknown without a deal, where the times overlap, and where it stands against several deals of which
    it is early in some.
    """
    if raised.value.topic is not ObjectionTopic.PRICE:
        return None
    answers = {before_any_problem(raised, deal, at) for deal in deals}
    return answers.pop() if len(answers) == 1 else Earliness.UNKNOWN


def before_any_problem(raised: Dated[Any], deal: DealRow, at: datetime) -> Earliness:
    """Say whether nothing had a price yet but our solution: no problem of the deal that still counted."""
    first = narrowed(deal)[0]
    told = [one for one in not_before(deal.problems, first.start, first.end) if one.end <= at]
    gone = {one.value: one for one in not_before(deal.withdrawn, first.start, first.end) if one.end <= at}
    counts = [(one, gone.get(one.value)) for one in told]
    if any(one.end <= raised.start and (over is None or over.start > raised.end) for one, over in counts):
        return Earliness.NOT_EARLY
    if all(one.start > raised.end or (over is not None and over.end <= raised.start) for one, over in counts):
        return Earliness.EARLY
    return Earliness.UNKNOWN
