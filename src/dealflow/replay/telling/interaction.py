"""One sentence for each event of a contact."""

from typing import assert_never

from dealflow.domain.inquiry import InquiryEvent, ProblemVoiced, QuestionAsked
from dealflow.domain.interaction import (
    InteractionAttempted,
    InteractionCancelled,
    InteractionConcluded,
    InteractionEvent,
    InteractionHeld,
    InteractionLinked,
    InteractionMissed,
    InteractionPlanned,
    InteractionRescheduled,
    LifeEvent,
)
from dealflow.domain.objection import (
    ObjectionAnswered,
    ObjectionConceded,
    ObjectionEvent,
    ObjectionRaised,
    ObjectionResolved,
)
from dealflow.domain.promise import PromiseBroken, PromiseEvent, PromiseKept, PromiseMade
from dealflow.replay.telling.words import Names, a, because, listed, maybe, said


def tell(event: InteractionEvent, names: Names) -> str:
    """Say what happened in, or came of, the contact."""
    if isinstance(event, LifeEvent):
        return _life(event, names)
    if isinstance(event, ObjectionEvent):
        return _objection(event, names)
    if isinstance(event, PromiseEvent):
        return _promise(event)
    if isinstance(event, InquiryEvent):
        return _inquiry(event, names)
    return _fact(event, names)


def _life(event: LifeEvent, names: Names) -> str:
    match event:
        case InteractionPlanned():
            when = names.when(event.planned_for)
            return f"{a(event.channel).capitalize()} was planned for {when}{_among(event, names)}: {event.purpose}."
        case InteractionRescheduled():
            return f"It was put off to {names.when(event.to)}."
        case InteractionCancelled():
            return f"It was called off{because(event.reason)}."
        case InteractionMissed():
            return "They did not turn up." if event.by == "them" else "We did not turn up."
        case InteractionAttempted():
            who = listed(event.ours) or "We"
            whom = names.all(event.theirs) or "somebody"
            return f"{who} tried to reach {whom} by {event.channel}, and did not{because(event.result)}."
        case InteractionHeld():
            minutes = maybe(", {} minutes", event.minutes)
            held = f"{a(event.channel).capitalize()} was held{_among(event, names)}"
            return f"{held}{minutes}{_purpose(event.purpose_reached)}."
        case _:
            assert_never(event)


def _among(event: InteractionPlanned | InteractionHeld, names: Names) -> str:
    theirs = maybe(" with {}", names.all(event.theirs))
    return f"{theirs}{maybe(' by {}', listed(event.ours))}"


def _purpose(reached: bool | None) -> str:
    return "" if reached is None else "; its purpose was reached" if reached else "; its purpose was not reached"


def _inquiry(event: InquiryEvent, names: Names) -> str:
    match event:
        case QuestionAsked():
            to = f" to {names(event.to)}" if event.to else ""
            return f"We put {a(event.kind)} question{to}{maybe(': “{}”', names.text(event.text))}."
        case ProblemVoiced():
            return f"A problem was voiced: “{names.text(event.text)}”{said(event.by, names)}."
        case _:
            assert_never(event)


def _fact(event: InteractionLinked | InteractionConcluded, names: Names) -> str:
    match event:
        case InteractionLinked():
            return f"The contact turned out to be about {names.all(event.deals)} too."
        case InteractionConcluded():
            due = maybe(", due {}", event.due)
            return f"It ended with {_OUTCOMES[event.outcome]}{because(event.agreed)}{due}."
        case _:
            assert_never(event)


_OUTCOMES = {"order": "an order", "advance": "an advance", "continuation": "friendly words", "no-sale": "no sale"}


def _objection(event: ObjectionEvent, names: Names) -> str:
    match event:
        case ObjectionRaised():
            words = maybe(" — “{}”", names.text(event.text))
            kind = maybe(" ({})", event.kind)
            return f"Objection {event.id}: {event.topic}{kind}{words}{said(event.by, names)}."
        case ObjectionAnswered():
            return f"Objection {event.ref} was met by {event.technique}{because(event.text)}."
        case ObjectionResolved():
            return f"Objection {event.ref} is resolved."
        case ObjectionConceded():
            return f"Objection {event.ref} was conceded."
        case _:
            assert_never(event)


def _promise(event: PromiseEvent) -> str:
    match event:
        case PromiseMade():
            return f"{event.who} promised{maybe(' until {}', event.due)}: {event.what}."
        case PromiseKept():
            return f"Promise {event.ref} was kept."
        case PromiseBroken():
            return f"Promise {event.ref} was broken{because(event.reason)}."
        case _:
            assert_never(event)
