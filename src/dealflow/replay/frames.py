"""Frames: what a deal comes to at one point of both clocks, cut into small values, one a track.

A frame is taken from the same functions as the dossier, so that a picture made of frames shows what
the dossier says. Values that only count days are left out: they would be another each evening.
"""

from collections.abc import Container, Iterator, Mapping
from datetime import date
from fractions import Fraction
from itertools import chain
from types import MappingProxyType
from typing import Any
from uuid import UUID

import attrs

from dealflow.domain.contact import ContactLevel
from dealflow.domain.deal import Deal, Status
from dealflow.domain.interaction import Channel, Conclusion, Interaction, InteractionHeld, InteractionStatus
from dealflow.domain.objection import ObjectionKind, ObjectionStatus, ObjectionTopic
from dealflow.domain.promise import PromiseStatus
from dealflow.domain.stakeholder import Influence, JobLevel, Role, Stance
from dealflow.money import Money
from dealflow.projections.closeness import closeness_of
from dealflow.projections.committee import Committee, Member, committee
from dealflow.projections.health import health
from dealflow.projections.look import HEALTH
from dealflow.projections.objection_cases import Earliness
from dealflow.projections.prices import price_gap, to_the_lowest
from dealflow.projections.situation import Situation
from dealflow.projections.thresholds import Threshold, ThresholdState
from dealflow.replay.dossier import earliness, objections_to, row_of

Frame = Mapping[str, Any]
"""The value of each track by its key; a track that is not named has none there."""

NOTHING: Frame = MappingProxyType({})
SILENT = HEALTH.warnings.silent


@attrs.frozen
class SeatAt:
    """What a person was to the deal; *left* says that they had gone, absent is unknown."""

    roles: tuple[Role, ...]
    influence: Influence | None
    stance: Stance | None
    ally: bool | None
    contact: ContactLevel
    main: str | None
    level: JobLevel | None
    left: bool


@attrs.frozen
class ThresholdAt:
    """How far a threshold was passed: so many conditions *met* *of* all."""

    state: ThresholdState
    met: int
    of: int


@attrs.frozen
class ObjectionAt:
    """What an objection was about, and what had become of it; *early* where it came before any problem had a cost."""

    topic: ObjectionTopic
    kind: ObjectionKind | None
    status: ObjectionStatus
    early: bool = False


@attrs.frozen
class ContactAt:
    """How far a contact had come, and how it ended; *minutes* is its length where somebody wrote it down."""

    channel: Channel
    status: InteractionStatus
    outcome: Conclusion | None
    minutes: int | None


@attrs.frozen
class PromiseAt:
    """What we had promised, by when, and what had become of it."""

    what: str
    due: date | None
    status: PromiseStatus


@attrs.frozen
class RivalAt:
    """Whether a competitor was in the deal, and what they had bid, as far as we had learnt it."""

    present: bool
    incumbent: bool | None
    bid: Money | None


@attrs.frozen
class LineAt:
    """Whom somebody reports to, or with whom their word weighs: by its *strength*, where that is known."""

    other: UUID
    strength: Influence | None = None


def frame(situation: Situation) -> Frame:
    """Return the value of every track at a situation's moment; none before the deal is opened."""
    deal = situation.deal
    if deal is None:
        return NOTHING
    asked = committee(situation)
    values = dict(
        chain(
            _course(deal),
            _people(asked),
            _nearness(asked, situation),
            _health(situation),
            _objections(situation),
            _contacts(situation, deal),
            _rivals(deal),
        )
    )
    return MappingProxyType({key: value for key, value in values.items() if value is not None})


Values = Iterator[tuple[str, Any]]


def _course(deal: Deal) -> Values:
    bid = deal.contest.bid.amount if deal.contest.bid else None
    yield "status", deal.status
    yield "stage", deal.stage
    yield "amount", deal.amount
    yield "bid", bid
    yield "gap", _gap(bid or deal.amount, deal)
    yield "close", deal.close_expected


def _gap(ours: Money | None, deal: Deal) -> Fraction | None:
    """Return by which part of the lowest bid of those in it ours is higher; nothing where one cannot be compared."""
    there = (one for one in deal.contest.rivals if one.present and one.bid is not None)
    return to_the_lowest(price_gap(ours, one.bid) for one in there)


def _people(asked: Committee) -> Values:
    for one in asked.members:
        yield f"seat:{one.id}", _seat(one)
    for line in asked.reporting:
        yield f"reports:{line.person}", LineAt(line.other)
    for line in asked.influencing:
        yield f"influences:{line.person}/{line.other}", LineAt(line.other, line.strength)


def _seat(one: Member) -> SeatAt:
    return SeatAt(
        roles=one.roles,
        influence=one.influence,
        stance=one.stance,
        ally=one.seat.ally,
        contact=one.contact,
        main=one.main,
        level=one.level,
        left=one.seat.left is not None,
    )


def _nearness(asked: Committee, situation: Situation) -> Values:
    figures = closeness_of(asked, situation).figures
    yield "support", asked.support
    yield "relationship", figures.relationship
    yield "solution", figures.solution
    yield "price", figures.price
    yield "composite", figures.composite


def _health(situation: Situation) -> Values:
    judged = health(situation, dated=False)
    yield "level", judged.level
    for threshold in judged.thresholds.all:
        yield f"threshold:{threshold.name}", _threshold(threshold)
    for warning in judged.warnings:
        yield f"warning:{warning.name}", warning.state


def _threshold(one: Threshold) -> ThresholdAt:
    return ThresholdAt(one.state, sum(part.met for part in one.parts), len(one.parts))


def _objections(situation: Situation) -> Values:
    row = row_of(situation)
    for stream, one in objections_to(situation.id, situation.states):
        early = earliness(situation, row, stream, one) is Earliness.EARLY
        yield f"objection:{stream}/{one.id}", ObjectionAt(one.topic, one.kind, one.status, early)


def _contacts(situation: Situation, deal: Deal) -> Values:
    contacts = dict(situation.contacts())
    for stream, one in contacts.items():
        yield f"contact:{stream}", _contact(one)
        for promise in one.promises:
            yield f"promise:{stream}/{promise.id}", PromiseAt(promise.what, promise.due, promise.status)
    if deal.status is Status.OPEN:
        yield "silent", _silent(situation, contacts)


def _contact(one: Interaction) -> ContactAt:
    return ContactAt(
        channel=one.channel,
        status=one.status,
        outcome=one.concluded.outcome if one.concluded else None,
        minutes=one.held.minutes if one.held else None,
    )


def _silent(situation: Situation, contacts: Container[UUID]) -> date | None:
    """Return the day of the last contact about an open deal, once that is longer ago than a coach may be silent."""
    held = [
        one.end
        for one in situation.told
        if isinstance(one.record.event, InteractionHeld) and one.record.stream in contacts
    ]
    if not held or situation.days_since(max(held)) <= SILENT:
        return None
    return situation.horizon.day(max(held))


def _rivals(deal: Deal) -> Values:
    for one in deal.contest.rivals:
        yield f"rival:{one.competitor}", RivalAt(one.present, one.incumbent, one.bid)
