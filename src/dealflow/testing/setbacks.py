"""Setbacks: how the troubles of a customer show in the journal: what is recorded as one comes, and as it goes.

Each begins on the first day of its stretch and is settled on the day that ends it. What still stood
when the customer left is settled on the day it is back. Departed champions and silence are not
told here: they show in whom we meet, and when.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from dealflow.domain.account import ShareMeasured
from dealflow.domain.alliance import (
    AgreementEnded,
    AgreementSigned,
    Direction,
    DirectionChanged,
    PlanMade,
    PlanReviewed,
)
from dealflow.domain.matter import ComplaintRaised, IncidentKind, IncidentReported, MatterResolved
from dealflow.domain.purchase import Level
from dealflow.domain.rivalry import CriteriaAssessed, RivalGone, RivalMove, RivalSeen
from dealflow.testing.chance import drawn
from dealflow.testing.clientele import Trouble
from dealflow.testing.dealings import Dealing
from dealflow.testing.diary import Fact
from dealflow.testing.relationship import Spell, Stay

TO_ANSWER = 14  # days we have to settle a complaint
MEASURED = 182  # days from one measurement of our share to the next
SEVERITIES = {Level.LOW: 0.4, Level.MEDIUM: 0.4, Level.HIGH: 0.2}

Events = tuple[Any, Any]  # what is recorded as a trouble comes, and as it goes
Shown = Callable[[Dealing, str, Spell], Events]


def tell_setbacks(dealing: Dealing) -> None:
    """Tell of the good state that a customer begins in, and of every trouble that comes and goes."""
    since = dealing.company.since
    fine: dict[Trouble, Fact] = {
        Trouble.CRITERIA: dealing.tell(_safe(dealing), since),
        Trouble.DIRECTION: dealing.tell(PlanMade(("a larger share",), ("visit the top",)), since),
        Trouble.SHARE: dealing.tell(ShareMeasured(dealing.habits.share), since),
    }
    for trouble, events in SHOWS.items():
        _tell_trouble(dealing, trouble, events, fine.get(trouble))
    for stay in dealing.stays:
        _tell_usual_share(dealing, stay)
    _tell_agreements(dealing)


def _tell_trouble(dealing: Dealing, trouble: Trouble, events: Shown, told: Fact | None) -> None:
    begun = ((stay, spell) for stay in dealing.stays for spell in stay.of(trouble))
    for number, (stay, spell) in enumerate(begun, start=1):
        came, went = events(dealing, f"{trouble}-{number}", spell)
        day = max(stay.begins, spell.since - TO_ANSWER) if trouble is Trouble.COMPLAINT else spell.since
        if day < stay.ends:
            told = dealing.tell(came, day, told)
            settled = stay.settled(spell)
            if settled is not None:
                told = dealing.tell(went, settled, told)


# What comes, and what goes


def _complaint(dealing: Dealing, ref: str, spell: Spell) -> Events:
    """It is raised days before: the trouble is that nobody settles it in time."""
    dice = dealing.diary.dice
    due = date.fromordinal(spell.since - 1)
    topic = dice.choice(("delivery", "quality", "answer"))
    return ComplaintRaised(ref, topic, drawn(dice, SEVERITIES), due), MatterResolved(ref, "made good")


def _incident(kind: IncidentKind) -> Shown:
    def events(dealing: Dealing, ref: str, _spell: Spell) -> Events:
        severity = drawn(dealing.diary.dice, SEVERITIES)
        return IncidentReported(ref, kind, severity), MatterResolved(ref, "made good")

    return events


def _rival(dealing: Dealing, _ref: str, _spell: Spell) -> Events:
    rival = dealing.habits.rival
    return RivalSeen(rival, RivalMove.LOWER_PRICE), RivalGone(rival)


def _criteria(dealing: Dealing, _ref: str, _spell: Spell) -> Events:
    return CriteriaAssessed(we_meet=False, rivals=((dealing.habits.rival, True),)), _safe(dealing)


def _safe(dealing: Dealing) -> CriteriaAssessed:
    return CriteriaAssessed(we_meet=True, rivals=((dealing.habits.rival, False),))


def _direction(dealing: Dealing, ref: str, _spell: Spell) -> Events:
    change = dealing.diary.dice.choice(list(Direction))
    return DirectionChanged(change, f"as announced ({ref})"), PlanReviewed("changed with them")


def _share(dealing: Dealing, _ref: str, _spell: Spell) -> Events:
    usual = dealing.habits.share
    return ShareMeasured(round(usual * dealing.diary.dice.uniform(0.5, 0.85), 2)), ShareMeasured(usual)


SHOWS: Mapping[Trouble, Shown] = {
    Trouble.QUALITY: _incident(IncidentKind.QUALITY),
    Trouble.COMPLAINT: _complaint,
    Trouble.DELIVERY: _incident(IncidentKind.LATE_DELIVERY),
    Trouble.PRICE: _rival,
    Trouble.CRITERIA: _criteria,
    Trouble.DIRECTION: _direction,
    Trouble.SHARE: _share,
}


def _tell_usual_share(dealing: Dealing, stay: Stay) -> None:
    """Measure our share again and again, but while it has fallen: the next word on that is that it rose."""
    fallen = stay.of(Trouble.SHARE)
    for day in range(stay.begins + MEASURED, stay.ends, MEASURED):
        if not any(one.since <= day <= one.until for one in fallen):
            dealing.tell(ShareMeasured(dealing.habits.share), day)


# Agreements: each is followed by another, and it is a trouble that the other is late


def _tell_agreements(dealing: Dealing) -> None:
    told: Fact | None = None
    terms = ((stay, *term) for stay in dealing.stays for term in _terms(stay, dealing.like.notice))
    for number, (stay, signed, until, renewed) in enumerate(terms, start=1):
        agreement = AgreementSigned(f"agreement-{number}", "framework", date.fromordinal(until))
        told = dealing.tell(agreement, signed, told)
        if until < min(stay.ends, renewed or stay.ends):
            told = dealing.tell(AgreementEnded(agreement.id, "not renewed"), until, told)
        elif renewed is not None:
            told = dealing.tell(AgreementEnded(agreement.id, "renewed"), renewed, told)


def _terms(stay: Stay, notice: int) -> Iterator[tuple[int, int, int | None]]:
    """Return when each agreement is signed, until when it is, and when another takes its place."""
    signed = stay.begins
    for spell in stay.of(Trouble.AGREEMENT):
        renewed = stay.settled(spell)
        yield signed, spell.since + notice, renewed
        if renewed is None or renewed >= stay.ends:
            return
        signed = renewed
