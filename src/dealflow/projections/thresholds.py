"""Thresholds: information, relationship, decision. All three passed: safe, as far as the model can say (S4).

domain.md §6. Each is open, partly passed or passed, with the records it rests on. What is unknown
never helps a threshold over, and is never held against the deal as if somebody had said so.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from uuid import UUID

import attrs

from dealflow.domain.contest import SuccessFactorsNamed
from dealflow.domain.deal import DealOpened
from dealflow.domain.gate import Answer
from dealflow.domain.purchase import InformationNoted, PurchaseProcessMapped, TechnicalContentRated
from dealflow.domain.stakeholder import InfluenceRated, Role, StanceChanged
from dealflow.journal import Record
from dealflow.projections.committee import MOVING, Member, support
from dealflow.projections.look import Look, cited, many, positions
from dealflow.projections.situation import Situation

PROCESS, FACTORS = 2, 9
POINTS: Mapping[int, str] = MappingProxyType(
    {
        1: "our steps, and what is hard",
        PROCESS: "how they buy, and what they stress",
        3: "organisation, and our support in it",
        4: "who decides, and with what weight",
        5: "their funds and credit",
        6: "why it exists, and who needs what",
        7: "what people of both sides can bring",
        8: "competitors",
        FACTORS: "the three factors that decide it",
    }
)
"""The nine points of information, by number (domain.md §6)."""


class ThresholdState(StrEnum):
    """How far a threshold is passed."""

    OPEN = "open"
    PARTLY = "partly"
    PASSED = "passed"


class Freshness(StrEnum):
    """Whether a point of information is known, was known long ago, or never was."""

    KNOWN = "known"
    STALE = "stale"
    UNKNOWN = "unknown"


@attrs.frozen
class Information:
    """One of the nine points: whether it is known, when (*on*, *days* ago) and by whom it was last said.

    *told_by* is who of theirs said it, *by* who wrote it down; absent where nobody did, or nobody says.
    """

    point: int
    name: str
    state: Freshness
    on: date | None = None
    days: int | None = None
    told_by: UUID | None = None
    by: str | None = None
    records: tuple[int, ...] = ()

    @property
    def met(self) -> bool:
        """Whether it is known."""
        return self.state is Freshness.KNOWN


@attrs.frozen
class Part:
    """One condition of a threshold, what was found in figures, and whom it is about."""

    name: str
    answer: Answer
    text: str
    records: tuple[int, ...] = ()
    people: tuple[UUID, ...] = ()

    @property
    def met(self) -> bool:
        """Whether it holds."""
        return self.answer is Answer.MET


@attrs.frozen
class Threshold:
    """One threshold: passed when every part is met, open when none is, else partly passed."""

    name: str
    state: ThresholdState
    parts: tuple[Information, ...] | tuple[Part, ...]
    records: tuple[int, ...]


@attrs.frozen
class Thresholds:
    """The three thresholds of a deal."""

    information: Threshold
    relationship: Threshold
    decision: Threshold

    @property
    def all(self) -> tuple[Threshold, Threshold, Threshold]:
        """The three in their order."""
        return self.information, self.relationship, self.decision

    @property
    def passed(self) -> bool:
        """Whether all three are: then the deal is safe, as far as the model can say."""
        return all(one.state is ThresholdState.PASSED for one in self.all)


def thresholds(look: Look) -> Thresholds:
    """Judge the three thresholds of a deal, open or closed."""
    return Thresholds(
        _threshold("information", information(look)),
        _threshold("relationship", relationship(look)),
        _threshold("decision", decision(look)),
    )


def _threshold(name: str, parts: tuple[Information, ...] | tuple[Part, ...]) -> Threshold:
    met = {one.met for one in parts}
    state = ThresholdState.PARTLY if len(met) > 1 else ThresholdState.PASSED if met == {True} else ThresholdState.OPEN
    return Threshold(name, state, parts, positions(*(one.records for one in parts)))


# Information


def information(look: Look) -> tuple[Information, ...]:
    """Return the nine points, each as it was last spoken of."""
    last = {_point(one, look.policy.thresholds.factors): one for one in look.situation.own(*SPEAKING)}
    return tuple(_information(look, point, last.get(point)) for point in POINTS)


SPEAKING = (InformationNoted, PurchaseProcessMapped, SuccessFactorsNamed)


def _point(record: Record, factors: int) -> int | None:
    """Say which point a record speaks of: the one noted, or the one that it is by its nature."""
    match record.event:
        case InformationNoted(point=point):
            return int(point)
        case PurchaseProcessMapped():
            return PROCESS
        case SuccessFactorsNamed(factors=named) if len(named) >= factors:
            return FACTORS
        case _:
            return None


def _information(look: Look, point: int, record: Record | None) -> Information:
    if record is None:
        return Information(point, POINTS[point], Freshness.UNKNOWN)
    days = look.situation.days_since(record.occurred_to)
    return Information(
        point,
        POINTS[point],
        Freshness.STALE if days > look.policy.thresholds.stale else Freshness.KNOWN,
        on=look.situation.horizon.day(record.occurred_to),
        days=days,
        told_by=getattr(record.event, "told_by", None),
        by=record.by,
        records=(record.position,),
    )


# Relationship

CALLED: Mapping[Role, str] = MappingProxyType(
    {Role.COACH: "coach", Role.USER: "user", Role.TECHNICAL: "technical buyer", Role.ECONOMIC: "economic buyer"}
)


def relationship(look: Look) -> tuple[Part, ...]:
    """Return the four conditions: identified, scored, allies growing, support growing."""
    before = look.situation.days_ago(look.policy.thresholds.window)
    return (_identified(look), _scored(look), _allies(look, before), _support(look, before))


def _identified(look: Look) -> Part:
    """Every buying role is held by somebody present; *unknown* while nobody is known to have a part."""
    name, present, missing = "key people identified", look.committee.present, look.committee.uncovered
    records = positions(*((role.record for role in one.seat.roles) for one in present))
    if not present:
        return Part(name, Answer.UNKNOWN, "nobody is known to have a part in it")
    if missing:
        return Part(name, Answer.UNMET, f"nobody is known as {' or '.join(CALLED[one] for one in missing)}", records)
    return Part(name, Answer.MET, f"every role is held, by {many(len(present), 'person', 'people')}", records)


def _scored(look: Look) -> Part:
    """Everybody in the decision chain has influence and stance; *unknown* while it is empty."""
    name, chain = "scored and ranked", look.committee.chain
    lacking = [one.id for one in chain if one.influence is None or one.stance is None]
    if not chain:
        return Part(name, Answer.UNKNOWN, "nobody is known to decide")
    if lacking:
        text = f"{len(lacking)} of {len(chain)} in the decision chain lack influence or stance"
        return Part(name, Answer.UNMET, text, _rated(chain), tuple(lacking))
    return Part(name, Answer.MET, f"all {len(chain)} in the decision chain have influence and stance", _rated(chain))


def _allies(look: Look, before: Situation) -> Part:
    """At least one, and not fewer than when the window began; *unknown* while nobody said who helps."""
    name, window = "allies growing", look.policy.thresholds.window
    now = look.committee.allies
    then = [seat for seat in before.seats if seat.ally and seat.left is None]
    records = positions(*(cited(seat.stance) for seat in (*(one.seat for one in now), *then)))
    if not now and not then and not any(one.seat.ally is False for one in look.committee.present):
        return Part(name, Answer.UNKNOWN, "nobody said who helps us")
    text = f"{many(len(now), 'ally', 'allies')}; {window} days ago: {len(then)}"
    grown = bool(now) and len(now) >= len(then)
    return Part(name, Answer.MET if grown else Answer.UNMET, text, records, tuple(one.id for one in now))


def _support(look: Look, before: Situation) -> Part:
    """More of the weight is for us than when the window began, or all of it is.

    Where the share was not known then it is held against the first one known since, and *unknown*
    while it is still that.
    """
    name, surface, weighed = "support surface growing", look.committee.support, _weighed(look.situation)
    if surface.share is None:
        return Part(name, Answer.UNKNOWN, "nobody who decides has both influence and stance", weighed)
    then, first, since = _first_share(look, before)
    records = positions(weighed, _weighed(then))
    text = (
        f"{float(surface.share):.0%} of the weight is for us; {since or 'when it was first known'}: {float(first):.0%}"
    )
    if surface.unknown:
        text += f"; {many(surface.unknown, 'person', 'people')} unknown"
    if surface.share > first or surface.share == 1:
        return Part(name, Answer.MET, text, records)
    return Part(name, Answer.UNMET if since or surface.share < first else Answer.UNKNOWN, text, records)


def _first_share(look: Look, before: Situation) -> tuple[Situation, Fraction, str | None]:
    """Return when the window began, the share then, and how to say when; or when it was first known since."""
    policy = look.policy.committee
    if (share := support(before, policy).share) is not None:
        return before, share, f"{look.policy.thresholds.window} days ago"
    since = max(before.at, _first_rated(look.situation))
    later = (one for one in look.situation.moments(*MOVING, DealOpened) if one > before.at and one >= since)
    for then in map(look.situation.as_of, later):
        if (share := support(then, policy).share) is not None:
            return then, share, None
    message = f"the support surface of {look.situation.id} is known now, and was never known"
    raise LookupError(message)


def _weighed(situation: Situation) -> tuple[int, ...]:
    """Return what a support surface rests on: influence and stance of each, and how technical the purchase is."""
    content = situation.own(TechnicalContentRated)[-1:]
    rated = (cited(one.influence, one.stance) for one in situation.seats if one.left is None)
    return positions(*rated, (one.position for one in content))


def _first_rated(situation: Situation) -> datetime:
    """Return by when anybody was first rated in both influence and stance: before that no share was known."""
    first: dict[tuple[UUID, type], datetime] = {}
    for one in situation.told:
        if isinstance(one.record.event, InfluenceRated | StanceChanged):
            key = (one.record.stream, type(one.record.event))
            first[key] = min(first.get(key, one.end), one.end)
    both = (
        max(end, first[who, StanceChanged])
        for (who, kind), end in first.items()
        if kind is InfluenceRated and (who, StanceChanged) in first
    )
    return min(both, default=situation.at)


def _rated(members: Iterable[Member]) -> tuple[int, ...]:
    return positions(*(cited(one.seat.influence, one.seat.stance) for one in members))


# Decision


def decision(look: Look) -> tuple[Part, ...]:
    """The top decision maker was met, and lately; *unknown* while nobody is known as one."""
    person, days = look.decision_maker, look.policy.thresholds.met
    if person is None:
        nobody = "nobody is known to give the final approval"
        return Part(MET, Answer.UNKNOWN, nobody), Part(LATELY, Answer.UNKNOWN, nobody)
    records, people = positions(person.held, cited(person.seat.plays(Role.ECONOMIC))), (person.id,)
    if person.last_met is None:
        never = "never met; a deal that ends without it is in grave danger"
        return Part(MET, Answer.UNMET, never, records, people), Part(LATELY, Answer.UNMET, "never met", records, people)
    ago = (look.today - person.last_met).days
    times = f"met {many(len(person.held), 'time')}"
    last = f"last met {many(ago, 'day')} ago, on {person.last_met}; {days} days count"
    return (
        Part(MET, Answer.MET, times, records, people),
        Part(LATELY, Answer.MET if ago <= days else Answer.UNMET, last, records, people),
    )


MET, LATELY = "decision maker met", "met lately"
