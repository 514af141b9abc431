"""Contacting: tasks and events as interactions: planned while they are open, held or attempted once closed.

An event has no end but its time: it was held once its end lies before the latest stamp of the
export. Copies for invitees are attendees of the event they are copies of.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from uuid import UUID

import attrs

from dealflow.domain.interaction import Channel, Interaction, InteractionPlanned
from dealflow.domain.visiting import AttemptInteraction, HoldInteraction, PlanInteraction, RescheduleInteraction
from dealflow.interchange.pipeline import Fact
from dealflow.interchange.salesforce.files import Sort
from dealflow.interchange.salesforce.notices import About, Notice
from dealflow.interchange.salesforce.reading import window
from dealflow.interchange.salesforce.rows import Contacting
from dealflow.interchange.salesforce.scribe import Rank, Scribe, Told, changed, created, in_order, together
from dealflow.journal import When

NO_SUBJECT = "(no subject)"

# The first word found in an activity's type decides.
CHANNELS: Mapping[str, Channel] = MappingProxyType(
    {
        "demo": Channel.DEMO,
        "site visit": Channel.SITE_VISIT,
        "visit": Channel.VISIT,
        "call": Channel.CALL,
        "email": Channel.EMAIL,
        "e-mail": Channel.EMAIL,
        "webinar": Channel.SEMINAR,
        "seminar": Channel.SEMINAR,
        "meeting": Channel.MEETING,
    }
)
NOBODY_REACHED = re.compile(
    r"no answer|not answered|unanswered|no reply|left (a )?(message|voice ?mail)|voice ?mail|busy|wrong number"
    r"|not reached|unreachable|no contact|disconnected|no[- ]show",
    re.IGNORECASE,
)


@attrs.frozen
class Around:
    """Whom and what an activity may point at: account by deal and by person, and all accounts."""

    accounts: frozenset[str]
    deals: Mapping[str, str | None]
    people: Mapping[str, str | None]


@attrs.frozen
class Meeting:
    """An activity with all that it points at found."""

    row: Contacting
    account: UUID
    theirs: tuple[UUID, ...]
    ours: tuple[str, ...]
    deals: tuple[UUID, ...]

    @property
    def channel(self) -> Channel:
        """How we met, by the type of the activity."""
        said = " ".join(self.row.words).casefold()
        default = Channel.MEETING if self.row.sort is Sort.EVENT else Channel.OTHER
        return next((channel for word, channel in CHANNELS.items() if word in said), default)


def tell_contacting(scribe: Scribe, around: Around) -> Told:
    """Tell every task and event that belongs to an account that is known."""
    own = [row for row in scribe.export.contacting if not row.child and not row.master]
    guests, lonely = _guests(scribe.export.contacting, own)
    masters = (Notice(About.MASTER, row.key, row.line.place()) for row in scribe.export.contacting if row.master)
    told = together(_one(scribe, around, row, guests.get(row.key, ())) for row in own)
    return attrs.evolve(told, notices=(*told.notices, *masters, *lonely))


def _guests(
    rows: Sequence[Contacting], own: Sequence[Contacting]
) -> tuple[Mapping[str, tuple[str, ...]], tuple[Notice, ...]]:
    """Find the event each invitee's copy is a copy of: nothing but what they say binds the two."""
    events = {_said(row): row.key for row in own if row.sort is Sort.EVENT}
    guests: dict[str, tuple[str, ...]] = {}
    lonely: list[Notice] = []
    for row in rows:
        if not row.child or row.master:
            continue
        event = events.get(_said(row))
        if event is None:
            lonely.append(Notice(About.INVITEE, row.key, row.line.place()))
        elif row.owner is not None:
            guests[event] = (*guests.get(event, ()), row.owner)
    return guests, tuple(lonely)


def _said(row: Contacting) -> tuple[object, ...]:
    return row.subject, row.start, row.end


def _one(scribe: Scribe, around: Around, row: Contacting, guests: Sequence[str]) -> Told:
    account = _account(scribe, around, row)
    if account is None:
        return Told(notices=(Notice(About.NO_ACCOUNT, row.key, row.line.place("AccountId"), row.account or row.who),))
    theirs, deals, notices = [], [], []
    if row.who and _is_there(scribe, around.people, Sort.CONTACT, row.who):
        theirs.append(scribe.stream(Sort.CONTACT, row.who))
    elif row.who:
        notices.append(Notice(About.UNKNOWN_PERSON, row.key, row.line.place("WhoId"), row.who))
    if row.what and _is_there(scribe, around.deals, Sort.OPPORTUNITY, row.what):
        deals.append(scribe.stream(Sort.OPPORTUNITY, row.what))
    elif row.what and row.what.startswith("006"):
        notices.append(Notice(About.UNKNOWN_DEAL, row.key, row.line.place("WhatId"), row.what))
    ours = tuple(dict.fromkeys((*((row.owner,) if row.owner else ()), *guests)))
    meeting = Meeting(row, account, tuple(theirs), ours, tuple(deals))
    told = _told(scribe, meeting)
    facts = in_order(Rank.CONTACT, row.key, told.facts)
    return Told(tuple(facts), notices=(*notices, *told.notices))


def _account(scribe: Scribe, around: Around, row: Contacting) -> UUID | None:
    """Find the account: named, or that of the deal or the person, or what the activity is about."""
    for key in (row.account, around.deals.get(row.what or ""), around.people.get(row.who or ""), row.what):
        if key and (key in around.accounts or scribe.stream(Sort.ACCOUNT, key) in scribe.known):
            return scribe.stream(Sort.ACCOUNT, key)
    known = (
        scribe.state(scribe.stream(sort, key or ""))
        for sort, key in ((Sort.OPPORTUNITY, row.what), (Sort.CONTACT, row.who))
    )
    return next((state.account for state in known if state is not None), None)


def _is_there(scribe: Scribe, here: Mapping[str, str | None], sort: Sort, key: str) -> bool:
    return key in here or scribe.stream(sort, key) in scribe.known


def _told(scribe: Scribe, meeting: Meeting) -> Told:
    row = meeting.row
    known = scribe.state(scribe.stream(row.sort, row.key))
    if _took_place(scribe, row):
        return Told((_held(scribe, meeting),), notices=tuple(_unrecorded(meeting, known)))
    if isinstance(known, Interaction) and (known.plan is None or known.held is not None):
        return Told(notices=(Notice(About.HELD_ALREADY, row.key, row.line.place()),))
    if row.start is None:
        return Told(notices=(Notice(About.NO_DUE_DATE, row.key, row.line.place("ActivityDate")),))
    return Told(tuple(_planned(scribe, meeting, row.start)))


def _unrecorded(meeting: Meeting, known: object) -> Iterator[Notice]:
    """Notice what the source says otherwise of what was held: it is told once."""
    if isinstance(known, Interaction) and known.held is not None:
        held, row = known.held, meeting.row
        if (held.theirs, held.ours, held.minutes) != (meeting.theirs, meeting.ours, row.minutes):
            yield Notice(About.UNRECORDED, row.key, row.line.place())


def _took_place(scribe: Scribe, row: Contacting) -> bool:
    if row.closed is not None:
        return row.closed
    return row.end is not None and scribe.export.last is not None and row.end <= scribe.export.last


def _planned(scribe: Scribe, meeting: Meeting, start: When) -> Iterator[Fact]:
    row, on = meeting.row, scribe.stream(meeting.row.sort, meeting.row.key)
    planned_for = start if row.sort is Sort.TASK or row.end is None else When(start.start, max(start.end, row.end))
    plan = PlanInteraction(
        account=meeting.account,
        planned_for=planned_for,
        channel=meeting.channel,
        purpose=row.subject or NO_SUBJECT,
        theirs=meeting.theirs,
        ours=meeting.ours,
        deals=meeting.deals,
    )
    begun = created(row.key, row.line, row.stamp)
    at = row.stamp.created or window(scribe.export.first, scribe.seen(row.stamp))
    yield scribe.fact(plan, "planned", begun, on=on, at=at, needs=(meeting.account,))
    so = window(at.start if at else None, scribe.seen(row.stamp))
    version = scribe.version(row.stamp, planned_for.start, planned_for.end)
    now = changed(row.key, row.line, row.stamp)
    move = RescheduleInteraction(planned_for)
    yield scribe.fact(move, "rescheduled", now, on=on, at=so, version=version, needs=(meeting.account,))


def _held(scribe: Scribe, meeting: Meeting) -> Fact:
    """Tell that it took place, or that nobody was reached; said once, since what took place does not change."""
    row, on = meeting.row, scribe.stream(meeting.row.sort, meeting.row.key)
    now, at = changed(row.key, row.line, row.stamp), _when(scribe, row, on)
    if row.result and NOBODY_REACHED.search(row.result):
        attempt = AttemptInteraction(
            row.result, meeting.account, meeting.channel, meeting.theirs, meeting.ours, meeting.deals
        )
        return scribe.fact(attempt, "attempted", now, on=on, at=at, needs=(meeting.account,))
    hold = HoldInteraction(
        account=meeting.account,
        channel=meeting.channel,
        theirs=meeting.theirs,
        ours=meeting.ours,
        minutes=row.minutes,
        deals=meeting.deals,
    )
    return scribe.fact(hold, "held", now, on=on, at=at, needs=(meeting.account,))


def _when(scribe: Scribe, row: Contacting, on: UUID) -> When | None:
    """Say when it took place: when it was completed, on its day, else between its making and its last change.

    A task closed before the day it was due was not done on that day. A day before it was written
    down is believed (it was noted afterwards), unless the journal has it as planned later than that.
    """
    begun = row.stamp.created
    lasting = window(begun.start if begun else None, scribe.seen(row.stamp))
    at = row.done or row.start
    too_early = row.sort is Sort.TASK and row.done is None and at and lasting and at.start > lasting.end
    if at is None or too_early:
        return lasting
    planned = [one for one in scribe.known.get(on, ()) if isinstance(one.event, InteractionPlanned)]
    return lasting if planned and at.end < planned[0].occurred_from else at
