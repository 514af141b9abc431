"""Showing: what the log shows of a deal about each thing that may win or lose it, whatever anybody says of it."""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

import attrs

from dealflow.domain.deal import CloseExpected
from dealflow.domain.gate import Answer
from dealflow.domain.objection import ObjectionTopic
from dealflow.domain.promise import PromiseStatus
from dealflow.domain.purchase import Favours
from dealflow.money import Money
from dealflow.projections.look import Look, many, positions
from dealflow.projections.prices import Offer, price_gap
from dealflow.projections.thresholds import Part, decision
from dealflow.replay.dossier import DealCompetitor, DealObjection, Dossier
from dealflow.replay.telling.words import listed


class Shows(StrEnum):
    """Whether the log shows that something stood against us, that it did not, or neither."""

    AGAINST = "against us"
    FOR = "not against us"
    UNKNOWN = "unknown"


@attrs.frozen
class Shown:
    """What the log shows about one topic, in figures, and the records that say so."""

    topic: ObjectionTopic
    shows: Shows
    text: str
    records: tuple[int, ...]


def shown(dossier: Dossier, look: Look) -> tuple[Shown, ...]:
    """Return what the log shows of a closed deal: its dossier, and the look when it was about to close."""
    return (
        _price(dossier),
        _product(dossier),
        _timing(dossier, look),
        _competitor(dossier),
        _authority(look),
        _trust(dossier),
    )


# Prices


@attrs.frozen
class Gap:
    """Our offer beside the lowest bid of a rival who was in it to the end; *part* is by how much ours is higher."""

    ours: Offer
    rival: str
    theirs: Money
    part: Fraction
    records: tuple[int, ...]

    @property
    def text(self) -> str:
        """Both figures."""
        side = "above" if self.part > 0 else "below"
        apart = f"{abs(float(self.part)):.1%} {side}" if self.part else "the same as"
        return f"our {self.ours.basis} of {self.ours.amount} was {apart} {self.rival}'s {self.theirs}"


def our_offer(dossier: Dossier) -> Offer | None:
    """Return our last bid, or else what the deal was worth."""
    bid = dossier.bid
    return dossier.amount if bid is None else Offer(bid.value.amount, dossier.at, bid.record)


def lowest_gap(dossier: Dossier) -> Gap | None:
    """Return our offer beside the lowest bid; nothing where either is unknown, or they are in two currencies."""
    ours = our_offer(dossier)
    if ours is None:
        return None
    found = [gap for one in there_at_the_end(dossier) if (gap := _gap(ours, one)) is not None]
    return max(found, key=lambda one: one.part, default=None)


def _gap(ours: Offer, one: DealCompetitor) -> Gap | None:
    part = price_gap(ours.amount, one.rival.bid)
    if part is None or one.rival.bid is None:
        return None
    return Gap(ours, one.rival.competitor, one.rival.bid, part, positions((ours.record,), one.records))


def there_at_the_end(dossier: Dossier) -> tuple[DealCompetitor, ...]:
    """Return the competitors who were in it to the end."""
    return tuple(one for one in dossier.competitors if one.rival.present)


# Topic by topic


def _price(dossier: Dossier) -> Shown:
    gap, (unsettled, cited) = lowest_gap(dossier), _unsettled(dossier, ObjectionTopic.PRICE)
    if gap is not None:
        words = "; ".join((gap.text, *([unsettled] if unsettled else [])))
        return Shown(
            ObjectionTopic.PRICE, Shows.AGAINST if gap.part > 0 else Shows.FOR, words, positions(gap.records, cited)
        )
    if unsettled:
        return Shown(ObjectionTopic.PRICE, Shows.AGAINST, unsettled, cited)
    text, records = _no_gap(dossier)
    return Shown(ObjectionTopic.PRICE, Shows.UNKNOWN, f"{text}, and no price objection stood", records)


def _no_gap(dossier: Dossier) -> tuple[str, tuple[int, ...]]:
    """Say why our offer cannot be set beside a bid, with the records of what is known."""
    ours = our_offer(dossier)
    bids = [(one.rival.competitor, one.rival.bid, one.records) for one in there_at_the_end(dossier) if one.rival.bid]
    records = positions(() if ours is None else (ours.record,), *(cited for _, _, cited in bids))
    theirs = listed([f"{name} bid {bid}" for name, bid, _ in bids])
    if not bids:
        return "no bid is known of a rival who was in it to the end", ()
    if ours is None:
        return f"{theirs}, and what we offered is not on record", records
    return f"{theirs}, which our {ours.basis} of {ours.amount} cannot be set beside", records


def _product(dossier: Dossier) -> Shown:
    topic, (unsettled, cited) = ObjectionTopic.PRODUCT, _unsettled(dossier, ObjectionTopic.PRODUCT)
    told = dossier.criteria
    favours = [one.favours for one in told.value if one.favours is not None] if told is not None else []
    records = positions(cited, () if told is None else (told.record,))
    if unsettled:
        return Shown(topic, Shows.AGAINST, unsettled, records)
    if not favours:
        return Shown(topic, Shows.UNKNOWN, "nobody noted whom their criteria favour, and no objection stood", records)
    us, rival = (favours.count(one) for one in (Favours.US, Favours.RIVAL))
    return Shown(
        topic, Shows.AGAINST if rival > us else Shows.FOR, f"{us} criteria favoured us, {rival} a rival", records
    )


def _timing(dossier: Dossier, look: Look) -> Shown:
    topic, (unsettled, cited) = ObjectionTopic.TIMING, _unsettled(dossier, ObjectionTopic.TIMING)
    told = [one for one in look.situation.own(CloseExpected) if one.event.on is not None]
    later = [now for before, now in pairwise(told) if now.event.on > before.event.on]
    records = positions(cited, (one.position for one in (*told[:1], *later)))
    if unsettled or later:
        words = [unsettled] if unsettled else []
        if later:
            off = many(len(later), "time")
            words.append(f"the close was put off {off}, from {told[0].event.on} to {told[-1].event.on}")
        return Shown(topic, Shows.AGAINST, "; ".join(words), records)
    if told:
        return Shown(topic, Shows.FOR, f"the close was expected on {told[-1].event.on}, and never put off", records)
    return Shown(topic, Shows.UNKNOWN, "nobody said when it was expected to close", records)


def _competitor(dossier: Dossier) -> Shown:
    topic, there = ObjectionTopic.COMPETITOR, there_at_the_end(dossier)
    records = positions(*(one.records for one in dossier.competitors))
    if there:
        names = ", ".join(one.rival.competitor for one in there)
        return Shown(topic, Shows.AGAINST, f"in it to the end: {names}", records)
    if dossier.competitors:
        return Shown(topic, Shows.FOR, "every competitor had left before the end", records)
    return Shown(topic, Shows.UNKNOWN, "no competitor is known", records)


def _authority(look: Look) -> Shown:
    topic, parts = ObjectionTopic.AUTHORITY, decision(look)
    records = positions(*(one.records for one in parts))
    text = parts[0].text if parts[0].text.startswith(parts[1].text) else f"{parts[0].text}; {parts[1].text}"
    answers = {one.answer for one in parts if isinstance(one, Part)}
    if Answer.UNKNOWN in answers:
        return Shown(topic, Shows.UNKNOWN, text, records)
    return Shown(topic, Shows.AGAINST if Answer.UNMET in answers else Shows.FOR, text, records)


def _trust(dossier: Dossier) -> Shown:
    topic, (unsettled, cited) = ObjectionTopic.TRUST, _unsettled(dossier, ObjectionTopic.TRUST)
    broken = [one for one in dossier.promises if one.promise.status is PromiseStatus.BROKEN]
    kept = [one for one in dossier.promises if one.promise.status is PromiseStatus.KEPT]
    records = positions(cited, *(one.records for one in (*broken, *kept)))
    if broken or unsettled:
        words = [many(len(broken), "promise") + " broken" if broken else "", unsettled]
        return Shown(topic, Shows.AGAINST, "; ".join(filter(None, words)), records)
    if kept:
        return Shown(topic, Shows.FOR, f"{many(len(kept), 'promise')} kept, none broken", records)
    return Shown(topic, Shows.UNKNOWN, "no promise was kept or broken", records)


def _unsettled(dossier: Dossier, topic: ObjectionTopic) -> tuple[str, tuple[int, ...]]:
    """Say how many objections of a topic stood at the end, with their records; all of the topic's where none did."""
    about: Sequence[DealObjection] = [one for one in dossier.objections if one.objection.topic is topic]
    standing = [one for one in about if not one.settled]
    text = f"{many(len(standing), f'{topic} objection')} stood open" if standing else ""
    return text, positions(*(one.records for one in _or(standing, about)))


def _or(some: Iterable[DealObjection], others: Iterable[DealObjection]) -> Iterator[DealObjection]:
    return iter(tuple(some) or tuple(others))
