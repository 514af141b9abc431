"""Comparison: deals side by side, milestone by milestone and not by the calendar; and one dossier against another."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

import attrs

from dealflow.domain.contact import ContactLevel
from dealflow.domain.deal import Status
from dealflow.domain.interaction import Channel, InteractionConcluded, InteractionStatus
from dealflow.domain.playbook import MilestoneKey
from dealflow.domain.stakeholder import Influence, Role, Stance
from dealflow.money import Money
from dealflow.projections.committee import support
from dealflow.projections.look import HEALTH, HealthPolicy
from dealflow.projections.pipeline import Move, Visit
from dealflow.projections.situation import Situation, about_to_end
from dealflow.projections.thresholds import ThresholdState
from dealflow.projections.vector import Vector, vector
from dealflow.replay.differing import Change, changes
from dealflow.replay.dossier import DealInteraction, Dossier, Member

# Side by side


@attrs.frozen
class Mark:
    """How a deal stood when it first came to a milestone, or when it was about to close.

    *day* counts from its opening; *days* is how long it stayed there in all, in so many *visits*. So
    many *contacts* about it were held by then, and so many *people* had a part in it.
    """

    on: date
    day: int
    days: int
    visits: int
    amount: Money | None
    contacts: int
    people: int
    support: Fraction | None
    vector: Vector
    record: int


@attrs.frozen
class Aligned:
    """One milestone, or the end, with the mark of each deal; nothing where it never came there."""

    milestone: str
    marks: tuple[Mark | None, ...]


@attrs.frozen
class ComparedDeal:
    """One of the deals that are compared."""

    deal: UUID
    title: str
    account: UUID
    status: Status
    opened: date


@attrs.frozen
class Comparison:
    """Deals side by side, milestone by milestone in the order of the first one's playbook, and at last at their end."""

    deals: tuple[ComparedDeal, ...]
    rows: tuple[Aligned, ...]


class NotOpened(LookupError):
    """A deal is to be compared that had not been opened by then, or had been merged into another."""

    def __init__(self, deal: UUID, merged_into: UUID | None = None) -> None:
        why = "had not been opened by then: ask as of a later day"
        if merged_into is not None:
            why = f"was merged into {merged_into}: ask about that one"
        super().__init__(f"deal {deal} {why}")
        self.deal = deal


AT_THE_END = "at the end"


def comparison(
    sides: Sequence[tuple[Situation, Dossier]], order: Iterable[MilestoneKey], policy: HealthPolicy = HEALTH
) -> Comparison:
    """Compare deals, each by its situation (as it ended) and its dossier, in the *order* of the first one's playbook.

    Raises `NotOpened`.
    """
    compared = tuple(_compared(situation, dossier) for situation, dossier in sides)
    marked = [_marks(situation, dossier, policy) for situation, dossier in sides]
    others = (key for marks in marked for key in marks if key != AT_THE_END)
    keys = dict.fromkeys((*order, *others, AT_THE_END))
    rows = (Aligned(key, tuple(marks.get(key) for marks in marked)) for key in keys)
    return Comparison(compared, tuple(row for row in rows if any(row.marks)))


def _compared(situation: Situation, dossier: Dossier) -> ComparedDeal:
    deal = dossier.deal
    if deal is None:
        raise NotOpened(dossier.id)
    opened = situation.horizon.day(dossier.visits[0].came.end)
    return ComparedDeal(dossier.id, deal.title, deal.account, deal.status, opened)


def _marks(situation: Situation, dossier: Dossier, policy: HealthPolicy) -> Mapping[str, Mark]:
    marking, last = _Marking(situation, dossier.visits[0].came, policy), dossier.visits[-1].left
    stays: dict[str, list[Visit]] = {}
    for visit in dossier.visits:
        stays.setdefault(visit.milestone, []).append(visit)
    ended = {} if last is None else {AT_THE_END: marking.end(last)}
    return {key: marking.arrival(visits) for key, visits in stays.items()} | ended


@attrs.frozen
class _Marking:
    """A deal whose way is marked, from when it was *opened*."""

    whole: Situation
    opened: Move
    policy: HealthPolicy

    def arrival(self, visits: Sequence[Visit]) -> Mark:
        """Mark a milestone by its first visit, with how long all of them lasted."""
        came, horizon = visits[0].came, self.whole.horizon
        days = sum(horizon.days(one.came.end, one.left.end if one.left else self.whole.at) for one in visits)
        return attrs.evolve(self._mark(self.whole.as_of(came.end), came), days=days, visits=len(visits))

    def end(self, last: Move) -> Mark:
        """Mark how it stood when it was about to close."""
        return self._mark(about_to_end(self.whole.as_of(last.end), last.end), last)

    def _mark(self, then: Situation, move: Move) -> Mark:
        deal, horizon = then.deal, then.horizon
        return Mark(
            on=horizon.day(move.end),
            day=horizon.days(self.opened.end, move.end),
            days=0,
            visits=0,
            amount=deal.amount if deal else None,
            contacts=sum(one.held is not None for _, one in then.contacts()),
            people=sum(seat.left is None for seat in then.seats),
            support=support(then, self.policy.committee).share,
            vector=vector(then, self.policy),
            record=move.record,
        )


# One dossier against another


@attrs.frozen
class DossierChange:
    """Something that is otherwise in another dossier: of the deal itself (no *id*), a person, a contact, an objection.

    *change* is of one field; of a part that came or went it is of the whole. *records* are those that
    it rests on in the later of the two, or in the earlier where it is gone.
    """

    subject: str
    id: UUID | None
    name: str | None
    change: Change
    records: tuple[int, ...]


@attrs.frozen
class _Seen:
    """What a person is to a deal, without the records."""

    roles: tuple[Role, ...]
    influence: Influence | None
    stance: Stance | None
    ally: bool | None
    contact: ContactLevel
    left: bool

    @classmethod
    def of(cls, member: Member) -> "_Seen":
        row = member.row
        return cls(row.roles, row.influence, row.stance, row.seat.ally, row.contact, row.seat.left is not None)


@attrs.frozen
class _Contact:
    """What became of a contact; objections and promises are told apart."""

    channel: Channel
    status: InteractionStatus
    theirs: tuple[UUID, ...]
    concluded: InteractionConcluded | None

    @classmethod
    def of(cls, one: DealInteraction) -> "_Contact":
        return cls(one.state.channel, one.state.status, one.state.theirs, one.state.concluded)


@attrs.frozen
class _Standing:
    """What a deal's health comes to, to be held against another."""

    information: ThresholdState
    relationship: ThresholdState
    decision: ThresholdState
    closeness: Fraction | None
    warnings: tuple[str, ...]

    @classmethod
    def of(cls, dossier: Dossier) -> "_Standing | None":
        if dossier.health is None:
            return None
        information, relationship, decision = (one.state for one in dossier.health.thresholds.all)
        near = dossier.closeness.figures.composite if dossier.closeness else None
        return cls(information, relationship, decision, near, tuple(one.name for one in dossier.health.up))


def dossier_changes(before: Dossier, after: Dossier) -> tuple[DossierChange, ...]:
    """Return what is otherwise in the second dossier: of one deal at two instants on either clock, or of two deals."""
    own = sorted({one.position for one in after.records if one.stream == after.id} - _positions(before))
    rests = sorted({*after.evidence} - {*before.evidence})
    return (
        *(DossierChange("deal", None, None, one, tuple(own)) for one in changes(before.deal, after.deal)),
        *_each("person", _by(before.committee), _by(after.committee), _Seen.of),
        *_each("contact", _by(before.interactions), _by(after.interactions), _Contact.of),
        *_each("objection", _objections(before), _objections(after), lambda one: one.objection),
        *_each("promise", _promises(before), _promises(after), lambda one: one.promise),
        *(
            DossierChange("health", None, None, one, tuple(rests))
            for one in changes(_Standing.of(before), _Standing.of(after))
        ),
    )


def _positions(dossier: Dossier) -> set[int]:
    return {one.position for one in dossier.records}


Parts = Mapping[tuple[UUID, str | None], Any]


def _by(some: Iterable[Any]) -> Parts:
    return {(one.id, None): one for one in some}


def _objections(dossier: Dossier) -> Parts:
    return {(one.interaction, one.objection.id): one for one in dossier.objections}


def _promises(dossier: Dossier) -> Parts:
    return {(one.interaction, one.promise.id): one for one in dossier.promises}


def _each(subject: str, before: Parts, after: Parts, value: Callable[[Any], object]) -> Iterator[DossierChange]:
    """Yield what is otherwise of each part, field by field; what came or went, whole."""
    for key in dict.fromkeys((*before, *after)):
        was, is_ = (value(side[key]) if key in side else None for side in (before, after))
        records = (after if key in after else before)[key].records
        whole = (Change("", was, is_),)
        for one in whole if was is None or is_ is None else changes(was, is_):
            yield DossierChange(subject, *key, one, records)
