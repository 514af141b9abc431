"""Criteria about what our contacts led to (domain.md §5)."""

from collections.abc import Iterator
from datetime import timedelta

from dealflow.domain.criteria.case import Case, Found, cited, yes
from dealflow.domain.gate import Answer
from dealflow.domain.interaction import Conclusion, InteractionConcluded
from dealflow.domain.objection import ObjectionKind, ObjectionRaised

RECENT = timedelta(days=30)


def recent_contact(case: Case, within: timedelta = RECENT) -> Found:
    """An interaction about the deal was held in the last 30 days; *unknown* where its time is too vague to tell."""
    since = case.at.start - within
    held = case.held()
    perhaps = [one for one in held if one.occurred_to >= since]
    sure = [one for one in perhaps if one.occurred_from >= since]
    if sure:
        return Answer.MET, cited(sure[-1:])
    return (Answer.UNKNOWN, cited(perhaps[-1:])) if perhaps else (Answer.UNMET, cited(held[-1:]))


def next_step_agreed(case: Case) -> Found:
    """The last held interaction about the deal ended with an order or an agreed action.

    *Unknown* while nobody wrote down how it ended; *unmet* before the first.
    """
    held = case.held()
    if not held:
        return Answer.UNMET, ()
    last = held[-1]
    concluded = case.interactions[last.stream].concluded
    said = [one for one in case.records if one.stream == last.stream and isinstance(one.event, InteractionConcluded)]
    records = cited((last, *said[-1:]))
    if concluded is None:
        return Answer.UNKNOWN, records
    return yes(concluded.agreed or concluded.outcome is Conclusion.ORDER), records


def no_open_true_objection(case: Case) -> Found:
    """No true objection to the deal is open; *unknown* while one is open that is hidden, or of no kind that we know."""
    kinds = dict(_open_objections(case))
    if ObjectionKind.TRUE in kinds.values():
        return Answer.UNMET, tuple(record for record, kind in kinds.items() if kind is ObjectionKind.TRUE)
    unclear = tuple(record for record, kind in kinds.items() if kind is not ObjectionKind.FALSE)
    return (Answer.UNKNOWN if unclear else Answer.MET), unclear


def _open_objections(case: Case) -> Iterator[tuple[int, ObjectionKind | None]]:
    """Yield the objections to the deal that are not settled: the record each was raised in, and its kind."""
    for record in case.records:
        if not isinstance(record.event, ObjectionRaised):
            continue
        contact = case.interactions[record.stream]
        about = (record.event.deal,) if record.event.deal else contact.deals
        if case.id in about and record.event.id in {one.id for one in contact.open_objections}:
            yield record.position, record.event.kind
