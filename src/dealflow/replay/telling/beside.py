"""Beside: what stands beside a record or at the end of a replay, in words; shared by every form it is shown in."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta, tzinfo
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

from dealflow.domain.contest import Rival
from dealflow.domain.deal import Deal, Side, Status
from dealflow.domain.objection import Objection
from dealflow.domain.promise import Promise, PromiseStatus
from dealflow.domain.seat import Seat
from dealflow.domain.stakeholder import Stakeholder
from dealflow.journal import Record
from dealflow.projections.vector import Moved
from dealflow.replay.dossier import Dossier
from dealflow.replay.review import Review
from dealflow.replay.story import Line
from dealflow.replay.telling.words import Names, listed
from dealflow.replay.turning import TurningPoint

LATE = timedelta(days=1)  # recorded later than this, it is said; a day is the normal case
STANCES: Mapping[str, str] = MappingProxyType({"support": "for us", "neutral": "neutral", "oppose": "against us"})
SIDES: Mapping[Side, str] = MappingProxyType(
    {
        Side.SELLER: "the seller",
        Side.BUYER: "the buyer",
        Side.THIRD_PARTY: "a third party",
        Side.UNKNOWN: "not said whose",
    }
)


def outcome(deal: Deal) -> str:
    """Say where a deal stands, or how it ended and where that was."""
    if deal.merged_into is not None:
        return f"merged into {str(deal.merged_into)[:8]}, at {deal.stage}"
    return f"open, at {deal.stage}" if deal.status is Status.OPEN else f"{deal.status}, at {deal.stage}"


def late(record: Record, zone: tzinfo) -> str:
    """Say how much later a record was entered; what was imported is measured by its own system's stamp."""
    entered = record.recorded_at if record.source is None else record.source.recorded_at
    if entered is None or entered - record.occurred_to <= LATE:
        return ""
    days = (entered.astimezone(zone).date() - record.occurred_to.astimezone(zone).date()).days
    where = "" if record.source is None else f" in {record.source.system}"
    return f" (recorded{where} {days} days later)"


def corrected_words(line: Line) -> str:
    """Say that a record was corrected, or rests on one that was."""
    if line.corrected:
        return " (corrected)"
    return " (rests on a record corrected since)" if line.rests_on_corrected else ""


def seat_words(seat: Seat) -> str:
    """Say what a person is in the deal: roles, influence, stance, met or not; unknown is left out."""
    roles = "".join(cited.value[0].upper() for cited in seat.roles)
    influence = f"{seat.influence.value} influence" if seat.influence else None
    met = "met" if seat.met else "not met"
    return ", ".join(word for word in (roles, influence, stance_words(seat), met) if word)


def stance_words(seat: Seat) -> str:
    """Say whose side a person is on, and whether they help; empty where it is unknown."""
    stance = STANCES[seat.stance.value] if seat.stance else None
    return ", ".join(word for word in (stance, "ally" if seat.ally else None) if word)


def position_words(person: Stakeholder | None, names: Names) -> str | None:
    """Say what a person is at home, and whether they left; nothing where it is unknown."""
    if person is None:
        return None
    title = names.text(person.title) or person.level
    return ", ".join(word for word in (title, "left" if person.departed else None) if word)


def objection_words(objection: Objection, names: Names) -> str:
    """Name an objection by its topic, whose it is, and whether it was answered."""
    by = f" of {names(objection.by)}" if objection.by else ""
    kind = f" ({objection.kind})" if objection.kind else ""
    answered = ", answered" if objection.answers else ""
    return f"{objection.topic}{kind}{by}{answered}"


def promises_words(promises: Sequence[Promise]) -> str:
    """Say how many promises were kept and broken, and which are open."""
    ended = Counter(one.status for one in promises)
    counted = [f"{ended[status]} {status}" for status in (PromiseStatus.KEPT, PromiseStatus.BROKEN) if ended[status]]
    waiting = [
        f"{one.what} ({one.who}{f', due {one.due}' if one.due else ''})"
        for one in promises
        if one.status is PromiseStatus.OPEN
    ]
    return "; ".join([*counted, *(f"open: {one}" for one in waiting)]) or "none made"


def closing_words(review: Review) -> Iterator[str]:
    """Say how a deal stood when it was about to close: thresholds, warnings that were up, objections."""
    states = [f"{one.name} {one.state}" for one in review.thresholds.all]
    yield f"When it was about to close: {listed(states)}."
    yield f"Warnings up: {listed([one.name for one in review.warnings]) or 'none'}."
    objections = "; ".join(objection_words(one.objection, review.names) for one in review.objections)
    yield f"Objections standing: {objections or 'none'}."


def standing_words(dossier: Dossier, names: Names) -> Iterator[str]:
    """Say what stood in the end: objections, promises, competitors."""
    objections = "; ".join(objection_words(one.objection, names) for one in dossier.open_objections)
    yield f"Open objections: {objections or 'none'}."
    yield f"Promises: {promises_words([one.promise for one in dossier.promises])}."
    yield f"Competitors: {'; '.join(rival_words(one.rival) for one in dossier.competitors) or 'none known'}."


def learnt_words(point: TurningPoint) -> str:
    """Say on which day a turning point became known, where that was later."""
    return "" if point.known_at_the_time else f" (known on {point.known_on})"


def rival_words(rival: Rival) -> str:
    """Name a competitor, and say whether they supplied already, or left."""
    incumbent = ", the incumbent" if rival.incumbent else ""
    return f"{rival.competitor}{incumbent}{'' if rival.present else ' (left)'}"


def moved_words(moved: Sequence[Moved]) -> str:
    """Say what a record moved: figures from and to, warnings that came up or went."""
    return listed([_moved(one) for one in moved])


def _moved(one: Moved) -> str:
    turned = turned_words(one)
    return f"{one.name} {turned or f'{_share(one.before)} to {_share(one.after)}'}"


def turned_words(one: Moved) -> str | None:
    """Say what became of a warning; nothing of a figure."""
    match one.before, one.after:
        case True, True:
            return "weighs otherwise"
        case True, None:
            return "is unknown now"
        case _, True:
            return "came up"
        case True, False:
            return "went"
        case _:
            return None


def _share(value: Fraction | Decimal | bool | None) -> str:
    return "unknown" if value is None else f"{float(value):.0%}"
