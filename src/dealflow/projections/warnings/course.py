"""Warnings about the course of a deal: where it stands, what was said, agreed and promised, and what comes next."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any
from uuid import UUID

from dealflow.domain.contest import CompetitorEntered
from dealflow.domain.deal import CloseExpected, DealCommitted, StageEvent
from dealflow.domain.interaction import (
    Conclusion,
    Interaction,
    InteractionConcluded,
    InteractionPlanned,
    InteractionRescheduled,
    InteractionStatus,
)
from dealflow.domain.objection import Objection, ObjectionKind, ObjectionRaised
from dealflow.domain.promise import Promise, PromiseMade
from dealflow.domain.stakeholder import Role
from dealflow.domain.timeline import Told
from dealflow.projections.look import Look, many, positions
from dealflow.projections.survival import ROUNDING
from dealflow.projections.times import LEFT
from dealflow.projections.warnings.judging import Found, WarningState
from dealflow.projections.warnings.people import NO_CONTACT

UP, CLEAR, UNKNOWN = WarningState.UP, WarningState.CLEAR, WarningState.UNKNOWN


def stage_longer_than_usual(look: Look) -> Found:
    """The deal stands at its milestone longer than most did: of the visits to it no more than the
    policy's share lasted longer (Kaplan-Meier, from this journal); unknown with insufficient history.
    """
    deal, came = look.deal, _own(look, StageEvent)
    if deal is None or not came:
        return Found(UNKNOWN, "it stands at no milestone")
    days, records = look.situation.days_since(came[-1].end), (came[-1].record.position,)
    here = f"{many(days, 'day')} at {deal.stage}"
    usual = look.situation.usual(deal.playbook, deal.stage, look.situation.at)
    if usual is None:
        return Found(UNKNOWN, f"{here}; how long is usual is unknown: insufficient history", records)
    still = 1 - usual.share(LEFT, days)
    text = f"{here}; {still:.0%} of {many(usual.n, 'visit')} lasted longer"
    return Found(UP if still <= look.policy.warnings.still + ROUNDING else CLEAR, text, records)


def open_true_objection(look: Look) -> Found:
    """A true objection is not settled; unknown where an unsettled one is of unknown kind, or hides another."""
    unsettled = [(stream, one) for stream, one in _objections(look) if not one.settled]
    true = [(stream, one) for stream, one in unsettled if one.kind is ObjectionKind.TRUE]
    doubtful = [(stream, one) for stream, one in unsettled if one.kind in {None, ObjectionKind.HIDDEN}]
    if true:
        topics = ", ".join(dict.fromkeys(one.topic for _, one in true))
        return Found(UP, f"{many(len(true), 'true objection')} open: {topics}", *_raised(look, true))
    if doubtful:
        text = f"{many(len(doubtful), 'objection')} open, and what is behind it is not known"
        return Found(UNKNOWN, text, *_raised(look, doubtful))
    return Found(CLEAR, "no true objection is open", *_raised(look, unsettled))


def _objections(look: Look) -> Iterable[tuple[UUID, Objection]]:
    """Return the objections against the deal: those of its contacts, and those said of it in others."""
    deal = look.situation.id
    for stream, state in look.situation.states.items():
        if isinstance(state, Interaction) and state.merged_into is None:
            about = {deal, None} if deal in state.deals else {deal}
            yield from ((stream, one) for one in state.objections if one.deal in about)


def _raised(look: Look, some: Iterable[tuple[UUID, Objection]]) -> tuple[tuple[int, ...], tuple[UUID, ...]]:
    some = tuple(some)
    records = positions(*(look.last(stream, ObjectionRaised, id=one.id) for stream, one in some))
    return records, tuple(dict.fromkeys(one.by for _, one in some if one.by is not None))


def calls_without_advance(look: Look) -> Found:
    """The last calls of which the outcome is known, as many as the policy says, led to no advance and no order.

    Calls without a conclusion count as neither; unknown while too many of them have none.
    """
    count, held = look.policy.warnings.calls, look.calls
    known = [(one, call.concluded) for one, call in held if call.concluded is not None][-count:]
    advanced = any(concluded.outcome in {Conclusion.ADVANCE, Conclusion.ORDER} for _, concluded in known)
    records = positions(*(look.last(one.stream, InteractionConcluded) for one, _ in known))
    if advanced:
        return Found(CLEAR, f"an advance among the last {many(len(known), 'call')} of known outcome", records)
    if len(known) == count:
        return Found(UP, f"none of the last {many(count, 'call')} of known outcome led to an advance", records)
    if held and len(held) < count:
        return Found(CLEAR, f"only {many(len(held), 'call')} so far, without an advance", records)
    text = f"of {many(len(held), 'call')} the outcome of {len(held) - len(known)} is unknown" if held else NO_CONTACT
    return Found(UNKNOWN, text, records)


def nothing_agreed_next(look: Look) -> Found:
    """No contact is planned, no agreed action is due today or later, no promise of ours is still to be kept, and the
    customer has not committed; unknown while no contact about the deal is recorded at all.
    """
    deal = look.situation.deal
    ahead = {
        "the customer committed": look.last(look.situation.id, DealCommitted) if deal and deal.committed else (),
        "a contact is planned": positions(*(_planned(look, stream, one) for stream, one in look.contacts.items())),
        "an action is agreed": positions(*(_agreed(look, stream, one) for stream, one in look.contacts.items())),
        "we owe a promise": _made(look, [(stream, one) for stream, one in _promises(look) if not _late(look, one)]),
    }
    found = [what for what, records in ahead.items() if records]
    if found:
        return Found(CLEAR, "; ".join(found), positions(*ahead.values()))
    if not look.contacts:
        return Found(UNKNOWN, NO_CONTACT)
    return Found(UP, f"after {many(len(look.calls), 'call')} nothing is agreed that lies ahead")


def _planned(look: Look, stream: UUID, contact: Interaction) -> tuple[int, ...]:
    when = contact.planned_for
    if contact.status is not InteractionStatus.PLANNED or when is None or when.end < look.situation.at:
        return ()
    return look.last(stream, InteractionPlanned, InteractionRescheduled)


def _agreed(look: Look, stream: UUID, contact: Interaction) -> tuple[int, ...]:
    concluded = contact.concluded
    if concluded is None or not concluded.agreed or concluded.due is None or concluded.due < look.today:
        return ()
    return look.last(stream, InteractionConcluded)


def promise_overdue(look: Look) -> Found:
    """A promise of ours is due and neither kept nor broken; unknown where an open one has no day."""
    late = [(stream, one) for stream, one in _promises(look) if _late(look, one)]
    undated = [(stream, one) for stream, one in _promises(look) if one.due is None]
    if late:
        days = max((look.today - one.due).days for _, one in late if one.due is not None)
        return Found(UP, f"{many(len(late), 'promise')} overdue, by up to {many(days, 'day')}", _made(look, late))
    if undated:
        return Found(UNKNOWN, f"{many(len(undated), 'promise')} open without a day", _made(look, undated))
    return Found(CLEAR, "no promise is overdue", _made(look, _promises(look)))


def _promises(look: Look) -> Sequence[tuple[UUID, Promise]]:
    return [(stream, one) for stream, contact in look.contacts.items() for one in contact.open_promises]


def _late(look: Look, promise: Promise) -> bool:
    return promise.due is not None and promise.due < look.today


def _made(look: Look, some: Iterable[tuple[UUID, Promise]]) -> tuple[int, ...]:
    return positions(*(look.last(stream, PromiseMade, id=one.id) for stream, one in some))


def close_date_moved(look: Look) -> Found:
    """The expected close was put off as often as the policy says since it was last opened, and still lies later than
    it was first expected; unknown if never told.
    """
    opened = look.opened.end if look.opened else look.situation.at
    told = [one.record for one in _own(look, CloseExpected) if one.end >= opened and one.record.event.on is not None]
    later = [now for before, now in pairwise(told) if now.event.on > before.event.on]
    if not told:
        return Found(UNKNOWN, "nobody said when it is expected to close")
    text = f"put off {many(len(later), 'time')}, from {told[0].event.on} to {told[-1].event.on}"
    behind = told[-1].event.on > told[0].event.on
    state = UP if behind and len(later) >= look.policy.warnings.moves else CLEAR
    return Found(state, text, positions(one.position for one in (told[0], *later)))


def silent_before_signing(look: Look) -> Found:
    """The customer committed and has not signed, and since then no coach was met for the policy's days, or a
    competitor came in ("black three minutes", S4); unknown while no coach is known.
    """
    deal, words = look.deal, _own(look, DealCommitted)
    if deal is None or deal.committed is None or not words:
        return Found(CLEAR, "the customer has not committed yet")
    since, coaches = look.situation.horizon.day(words[-1].end), look.committee.playing(Role.COACH)
    entered = [one for one in _own(look, CompetitorEntered) if one.end > words[-1].end]
    entered = [one for one in entered if one.record.event.competitor in deal.contest.present]
    silent = (look.today - max([since, *(one.last_met for one in coaches if one.last_met)])).days
    committed = f"committed on {since}, not signed"
    said = [f"{one.record.event.competitor} came in" for one in entered]
    said += [f"no coach met for {many(silent, 'day')}"] if coaches and silent >= look.policy.warnings.silent else []
    records = positions((one.record.position for one in (words[-1], *entered)), *(one.held[-1:] for one in coaches))
    if said:
        return Found(UP, "; ".join((committed, *said)), records, tuple(one.id for one in coaches))
    if not coaches:
        return Found(UNKNOWN, f"{committed}; nobody is known as coach", records)
    return Found(CLEAR, f"{committed}; {many(silent, 'day')} of silence", records)


def _own(look: Look, *events: Any) -> Sequence[Told]:
    """Return the deal's own records of some events, each with its time."""
    own = (one for one in look.situation.told if one.record.stream == look.situation.id)
    return [one for one in own if isinstance(one.record.event, events)]
