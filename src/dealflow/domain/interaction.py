"""Interaction: one contact with an account, planned or not, from the plan to what came of it.

Its life cycle and how it ended (domain.md §5). What was asked stands in `inquiry`, objections in
`objection`, our promises in `promise`; all three are part of the interaction's stream.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import assert_never, get_args
from uuid import UUID

import attrs

from dealflow.decider import Refusal
from dealflow.domain import inquiry, objection, promise
from dealflow.domain.inquiry import NOTHING_ASKED, Inquiry, InquiryEvent
from dealflow.domain.merger import merged
from dealflow.domain.noun import (
    AlreadyThere,
    AnyNoun,
    Corrected,
    HistoryUnknown,
    IdTaken,
    MergedInto,
    Noted,
    NotThere,
    Noun,
    ObservationEnded,
    Tags,
)
from dealflow.domain.objection import Objection, ObjectionEvent
from dealflow.domain.promise import Promise, PromiseEvent, PromiseStatus
from dealflow.journal import When


class InteractionStatus(StrEnum):
    """What became of it so far."""

    PLANNED = "planned"
    CANCELLED = "cancelled"
    MISSED = "missed"
    ATTEMPTED = "attempted"
    HELD = "held"


class Channel(StrEnum):
    """How we meet."""

    VISIT = "visit"
    MEETING = "meeting"
    CALL = "call"
    EMAIL = "e-mail"
    DEMO = "demo"
    SEMINAR = "seminar"
    SITE_VISIT = "site-visit"
    OTHER = "other"


class Activity(StrEnum):
    """The pre-sale step it is part of, which the funnel counts (S0, domain.md §2)."""

    RESEARCH = "research"
    PROJECT_PLAN = "project-plan"
    EDUCATION = "education"
    PURCHASE_METHOD = "purchase-method"
    BID = "bid"
    SERVICE = "service"
    OTHER = "other"


class VisitStep(StrEnum):
    """The eight steps of a visit, in order (S2)."""

    PREPARE = "prepare"
    ENTER = "enter"
    PRAISE_AND_OBSERVE = "praise-and-observe"
    ASK = "ask"
    LISTEN_AND_PRESENT = "listen-and-present"
    HANDLE_OBJECTIONS = "handle-objections"
    AGREE = "agree"
    THANK_AND_LEAVE = "thank-and-leave"


class Party(StrEnum):
    """Which side."""

    US = "us"
    THEM = "them"


class Conclusion(StrEnum):
    """How it ended: an order, an action agreed, friendly words, nothing."""

    ORDER = "order"
    ADVANCE = "advance"
    CONTINUATION = "continuation"
    NO_SALE = "no-sale"


# Events: the life cycle. *theirs* are stakeholders, *ours* the host's names for our people.


@attrs.frozen
class InteractionPlanned:
    """A contact is to take place."""

    account: UUID
    planned_for: When
    channel: Channel
    purpose: str
    theirs: tuple[UUID, ...] = ()
    ours: tuple[str, ...] = ()
    activity: Activity = Activity.OTHER
    deals: tuple[UUID, ...] = ()


@attrs.frozen
class InteractionRescheduled:
    """It is to take place at another time; one that fell through is on again."""

    to: When


@attrs.frozen
class InteractionCancelled:
    """It is off."""

    reason: str


@attrs.frozen
class InteractionMissed:
    """One side did not turn up."""

    by: Party


@attrs.frozen
class InteractionAttempted:
    """We tried and reached nobody; planned or out of the blue. *theirs* are whom we tried to reach."""

    account: UUID
    channel: Channel
    result: str
    theirs: tuple[UUID, ...] = ()
    ours: tuple[str, ...] = ()
    deals: tuple[UUID, ...] = ()


@attrs.frozen
class InteractionHeld:
    """It took place; planned or out of the blue.

    *minutes* is its length, *steps* those of the eight that were taken, *purpose_reached* measured
    against the plan; absent is unknown.
    """

    account: UUID
    channel: Channel
    theirs: tuple[UUID, ...] = ()
    ours: tuple[str, ...] = ()
    minutes: int | None = None
    steps: tuple[VisitStep, ...] | None = None
    purpose_reached: bool | None = None
    activity: Activity = Activity.OTHER
    deals: tuple[UUID, ...] = ()


# Events: what it was about, and what came of it


@attrs.frozen
class InteractionLinked:
    """It turned out to be about these deals too; to take one away, correct what said so."""

    deals: tuple[UUID, ...]


@attrs.frozen
class InteractionConcluded:
    """How it ended, and the action they *agreed* to; replaces an earlier conclusion."""

    outcome: Conclusion
    agreed: str | None = None
    due: date | None = None


Beginning = InteractionPlanned | InteractionAttempted | InteractionHeld
LifeEvent = Beginning | InteractionRescheduled | InteractionCancelled | InteractionMissed
FactEvent = InteractionLinked | InteractionConcluded
InteractionEvent = LifeEvent | FactEvent | InquiryEvent | ObjectionEvent | PromiseEvent


# State


@attrs.frozen
class Interaction:
    """One contact as its events add up.

    Who takes part and how is as planned until it is held, and as held from then on; *deals* are all
    that it was ever said to be about.
    """

    account: UUID
    channel: Channel
    status: InteractionStatus = InteractionStatus.PLANNED
    deals: tuple[UUID, ...] = ()
    theirs: tuple[UUID, ...] = ()
    ours: tuple[str, ...] = ()
    activity: Activity = Activity.OTHER
    plan: InteractionPlanned | None = None
    planned_for: When | None = None
    missed_by: Party | None = None
    held: InteractionHeld | None = None
    inquiry: Inquiry = NOTHING_ASKED
    objections: tuple[Objection, ...] = ()
    promises: tuple[Promise, ...] = ()
    concluded: InteractionConcluded | None = None
    merged_into: UUID | None = None

    @property
    def open_objections(self) -> tuple[Objection, ...]:
        """The objections still to be settled, answered or not."""
        return tuple(one for one in self.objections if not one.settled)

    @property
    def open_promises(self) -> tuple[Promise, ...]:
        """The promises that are neither kept nor broken."""
        return tuple(one for one in self.promises if one.status is PromiseStatus.OPEN)

    def objection(self, ref: str) -> Objection | None:
        """Return the objection that was raised with this id, or nothing."""
        return next((one for one in self.objections if one.id == ref), None)

    def promise(self, ref: str) -> Promise | None:
        """Return the promise that was made with this id, or nothing."""
        return next((one for one in self.promises if one.id == ref), None)


def evolve(interaction: Interaction | None, event: InteractionEvent | AnyNoun) -> Interaction | None:
    """Add one event to an interaction."""
    if isinstance(event, InteractionPlanned) or (interaction is None and isinstance(event, Beginning)):
        interaction = Interaction(event.account, event.channel)
    if interaction is None:
        return None
    if isinstance(event, LifeEvent):
        return _live(attrs.evolve(interaction, status=STEPS[type(event)].to), event)
    match event:
        case MergedInto():
            return attrs.evolve(interaction, merged_into=event.other)
        case Corrected() | Noted() | HistoryUnknown() | ObservationEnded():
            return interaction
        case _:
            return _learn(interaction, event)


def _live(interaction: Interaction, event: LifeEvent) -> Interaction:
    match event:
        case InteractionPlanned():
            return attrs.evolve(_among(interaction, event), plan=event, planned_for=event.planned_for)
        case InteractionRescheduled():
            return attrs.evolve(interaction, planned_for=event.to, missed_by=None)
        case InteractionCancelled():
            return interaction
        case InteractionMissed():
            return attrs.evolve(interaction, missed_by=event.by)
        case InteractionAttempted():
            return _among(interaction, event)
        case InteractionHeld():
            return attrs.evolve(_among(interaction, event), held=event)
        case _:
            assert_never(event)


def _among(interaction: Interaction, event: Beginning) -> Interaction:
    return attrs.evolve(
        interaction,
        channel=event.channel,
        theirs=event.theirs,
        ours=event.ours,
        activity=interaction.activity if isinstance(event, InteractionAttempted) else event.activity,
        deals=_joined(interaction.deals, event.deals),
    )


def _joined(deals: tuple[UUID, ...], more: tuple[UUID, ...]) -> tuple[UUID, ...]:
    return tuple(dict.fromkeys((*deals, *more)))


def _learn(interaction: Interaction, event: FactEvent | InquiryEvent | ObjectionEvent | PromiseEvent) -> Interaction:
    if isinstance(event, InquiryEvent):
        return attrs.evolve(interaction, inquiry=inquiry.evolve(interaction.inquiry, event))
    if isinstance(event, ObjectionEvent):
        return attrs.evolve(interaction, objections=objection.evolve(interaction.objections, event))
    if isinstance(event, PromiseEvent):
        return attrs.evolve(interaction, promises=promise.evolve(interaction.promises, event))
    match event:
        case InteractionLinked():
            return attrs.evolve(interaction, deals=_joined(interaction.deals, event.deals))
        case InteractionConcluded():
            return attrs.evolve(interaction, concluded=event)
        case _:
            assert_never(event)


# The life cycle as a table


@attrs.frozen
class Step:
    """Where a step leads *to*, and from where it may be taken; `None` is where nothing is yet."""

    to: InteractionStatus
    after: frozenset[InteractionStatus | None]


_ON = frozenset({InteractionStatus.PLANNED, InteractionStatus.ATTEMPTED})
_OFF = frozenset({InteractionStatus.CANCELLED, InteractionStatus.MISSED})

STEPS: Mapping[type, Step] = MappingProxyType(
    {
        InteractionPlanned: Step(InteractionStatus.PLANNED, frozenset({None})),
        InteractionRescheduled: Step(InteractionStatus.PLANNED, frozenset({*_ON, *_OFF})),
        InteractionCancelled: Step(InteractionStatus.CANCELLED, frozenset(_ON)),
        InteractionMissed: Step(InteractionStatus.MISSED, frozenset(_ON)),
        InteractionAttempted: Step(InteractionStatus.ATTEMPTED, frozenset({None, *_ON})),
        InteractionHeld: Step(InteractionStatus.HELD, frozenset({None, *_ON})),
    }
)


# Invariants


@attrs.frozen
class AlreadyHeld:
    """What took place cannot be planned, cancelled, missed or held again."""

    def __str__(self) -> str:
        return "this interaction was held already: record another, or correct that record"


@attrs.frozen
class CalledOff:
    """What was cancelled or missed does not take place unless it is planned anew."""

    status: InteractionStatus

    def __str__(self) -> str:
        return f"this interaction was {self.status}: reschedule it first"


@attrs.frozen
class WithAnotherAccount:
    """An interaction is held with the account it was planned with."""

    asked: UUID
    account: UUID

    def __str__(self) -> str:
        return f"planned with account {self.account}, not {self.asked}: record another interaction"


@attrs.frozen
class NotHeld:
    """Only what took place can be concluded."""

    status: InteractionStatus

    def __str__(self) -> str:
        return f"this interaction is {self.status} at that time: hold it first, or check the date"


@attrs.frozen
class NoActionAgreed:
    """An outcome without an agreed action cannot be an advance (domain.md §5)."""

    def __str__(self) -> str:
        return "an advance needs the action they agreed to: name it in `agreed`, or call it a continuation"


def misfits(interaction: Interaction | None, event: InteractionEvent | AnyNoun) -> tuple[Refusal, ...]:
    """Say why *event* cannot come next."""
    if interaction is None:
        return () if isinstance(event, Beginning) else (NotThere("interaction"),)
    if INTERACTION.moves(event):
        return tuple(_missteps(interaction, event))
    if isinstance(event, ObjectionEvent):
        return objection.misfits(interaction.objections, event)
    if isinstance(event, PromiseEvent):
        return promise.misfits(interaction.promises, event)
    if isinstance(event, InteractionConcluded):
        return (*unagreed(event), *(() if interaction.held is not None else (NotHeld(interaction.status),)))
    return ()


def _missteps(interaction: Interaction, event: object) -> Iterator[Refusal]:
    yield from merged("interaction", interaction.merged_into)
    if isinstance(event, InteractionPlanned):
        yield AlreadyThere("interaction")
        return
    step = STEPS.get(type(event))
    if step is not None and interaction.status not in step.after:
        held = interaction.status is InteractionStatus.HELD
        yield AlreadyHeld() if held else CalledOff(interaction.status)
    if isinstance(event, Beginning) and event.account != interaction.account:
        yield WithAnotherAccount(event.account, interaction.account)


def unagreed(event: InteractionConcluded) -> tuple[Refusal, ...]:
    """Return the refusal of an advance to which nobody agreed anything."""
    return (NoActionAgreed(),) if event.outcome is Conclusion.ADVANCE and not event.agreed else ()


def taken(interaction: Interaction | None, name: str) -> tuple[Refusal, ...]:
    """Return the refusal of an id given before: objections and promises of one interaction share theirs."""
    if interaction is None or (interaction.objection(name) is None and interaction.promise(name) is None):
        return ()
    return (IdTaken(name),)


def tags(_stream: UUID, interaction: Interaction, event: InteractionEvent | AnyNoun) -> Tags:
    """An interaction's record belongs to its account, its deals, and the deal it speaks of, if any.

    What answers or settles an objection belongs to the deal that the objection was about.
    """
    raised = {one.id: one.deal for one in interaction.objections}
    deal = getattr(event, "deal", None) or raised.get(getattr(event, "ref", ""))
    return Tags(interaction.account, _joined(interaction.deals, (deal,) if deal else ()))


INTERACTION: Noun[Interaction, InteractionEvent | AnyNoun] = Noun(
    name="interaction",
    events=frozenset(get_args(InteractionEvent)),
    creation=frozenset(get_args(Beginning)),
    life_cycle=frozenset(get_args(LifeEvent)),
    evolve=evolve,
    misfits=misfits,
    tags=tags,
)
