"""Behaviour: the project behaviour of a closed deal, from the log: people, money, things, intelligence, key points.

domain.md §7 (S3): the decision chain against the outcome; the award against our and rivals' bids; key
dates and scoring criteria; both sides' offers; what won or lost it.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

import attrs

from dealflow.domain.contest import CompetitorAssessed
from dealflow.domain.deal import CloseExpected, MilestoneScheduled
from dealflow.domain.reviewing import ReviewDeal
from dealflow.projections.committee import Member as Row
from dealflow.projections.look import Look, many, positions
from dealflow.projections.prices import Basis
from dealflow.replay.dossier import Dossier
from dealflow.replay.showing import lowest_gap, our_offer
from dealflow.replay.telling.words import Names, listed, maybe
from dealflow.replay.turning import TurningPoints


@attrs.frozen
class Noted:
    """One thing that the log tells, and the records that say so."""

    text: str
    records: tuple[int, ...]


@attrs.frozen
class Behaviour:
    """The project behaviour of a deal; a part of which nothing is told is empty."""

    people: tuple[Noted, ...]
    money: tuple[Noted, ...]
    things: tuple[Noted, ...]
    intelligence: tuple[Noted, ...]
    key_points: tuple[Noted, ...]

    def draft(self) -> ReviewDeal:
        """Return the command that records it, to be read and put right before it is asked."""
        parts = {field.name: getattr(self, field.name) for field in attrs.fields(type(self))}
        return ReviewDeal(**{name: " ".join(one.text for one in told) or NOTHING_TOLD for name, told in parts.items()})


OURS: Mapping[Basis, str] = MappingProxyType(
    {
        Basis.BID: "We bid",
        Basis.SIGNED: "It was signed for",
        Basis.PRICE: "Our price was",
        Basis.VALUE: "It may have been worth",
    }
)
NOTHING_TOLD = "Nothing is on record."


def behaviour(dossier: Dossier, look: Look, turning: TurningPoints, names: Names) -> Behaviour:
    """Gather it from a closed deal's dossier, the look when it was about to close, and its turning points."""
    return Behaviour(
        people=tuple(_people(look, names)),
        money=tuple(_money(dossier)),
        things=tuple(_things(dossier, look)),
        intelligence=tuple(_intelligence(dossier)),
        key_points=tuple(_key_points(dossier, turning)),
    )


def _people(look: Look, names: Names) -> Iterator[Noted]:
    for row in look.committee.chain:
        said = [row.seat.influence, row.seat.stance, *row.seat.roles]
        cited = (one.record for one in said if one is not None)
        yield Noted(f"{names(row.id)}: {_part(row)}.", positions(cited, row.held))
    share = look.committee.support.share
    if share is not None:
        rated = (one.seat for one in look.committee.chain)
        cited = (word.record for seat in rated for word in (seat.influence, seat.stance) if word is not None)
        yield Noted(f"{float(share):.0%} of the weight was for us.", positions(cited))


def _part(row: Row) -> str:
    roles = listed(tuple(one.value for one in row.roles))
    influence = f"{row.influence.value} influence" if row.influence else "influence unknown"
    stance = row.stance.value if row.stance else "stance unknown"
    met = f"met {many(len(row.held), 'time')}, last on {row.last_met}" if row.held else "never met"
    return f"{roles}; {influence}; {stance}; {met}"


def _money(dossier: Dossier) -> Iterator[Noted]:
    ours, gap = our_offer(dossier), lowest_gap(dossier)
    if ours is not None:
        yield Noted(f"{OURS[ours.basis]} {ours.amount}.", (ours.record,))
    for one in dossier.competitors:
        if one.rival.bid is not None:
            yield Noted(f"{one.rival.competitor} bid {one.rival.bid}.", one.records)
    if gap is not None:
        yield Noted(f"{gap.text[0].upper()}{gap.text[1:]}.", gap.records)


def _things(dossier: Dossier, look: Look) -> Iterator[Noted]:
    horizon = look.situation.horizon
    for visit in dossier.visits:
        yield Noted(f"{visit.milestone} on {horizon.day(visit.came.end)}.", (visit.came.record,))
    for one in look.situation.own(CloseExpected, MilestoneScheduled):
        event = one.event
        what = "Signature" if isinstance(event, CloseExpected) else event.milestone
        yield Noted(f"{what} expected on {event.on or 'no day any more'}.", (one.position,))
    if dossier.criteria is not None:
        criteria = [f"{one.name}{maybe(' (favours {})', one.favours)}" for one in dossier.criteria.value]
        yield Noted(f"They judged by {listed(criteria)}.", (dossier.criteria.record,))


def _intelligence(dossier: Dossier) -> Iterator[Noted]:
    if dossier.bid is not None:
        bid = dossier.bid.value
        parts = [
            f"{name}: {text}" for name, text in (("technical", bid.technical), ("commercial", bid.commercial)) if text
        ]
        yield Noted(f"We offered {bid.amount}{maybe('; {}', '; '.join(parts))}.", (dossier.bid.record,))
    for one in dossier.competitors:
        if one.rival.assessment is not None:
            yield Noted(_assessment(one.rival.assessment), one.records)


def _assessment(made: CompetitorAssessed) -> str:
    prices = [str(price) for price in (made.price_from, made.price_to) if price is not None]
    parts = [
        maybe("strong in {}", listed(made.strengths)),
        maybe("weak in {}", listed(made.weaknesses)),
        maybe("offered {}", made.solution),
        maybe("priced {}", " to ".join(prices)),
        maybe("our answer: {}", made.our_answer),
    ]
    return f"{made.competitor}: {'; '.join(part for part in parts if part) or 'nothing more is known'}."


def _key_points(dossier: Dossier, turning: TurningPoints) -> Iterator[Noted]:
    for point in turning.in_time:
        yield Noted(f"{point.on}: {point.text}", point.evidence)
    for one in dossier.open_objections:
        yield Noted(f"An objection stood open: {one.objection.topic}.", one.records)
