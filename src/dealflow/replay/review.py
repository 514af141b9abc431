"""Review: how a deal was won or lost, by each side's reasons and by what the log shows, side by side.

Contradictions are named, never settled: the log holds what was written down, and people remember more.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import chain
from uuid import UUID

import attrs

from dealflow.domain.deal import (
    DealAbandoned,
    DealLost,
    DealReviewed,
    DealWon,
    EndExplained,
    LossCause,
    Side,
    Status,
)
from dealflow.domain.objection import ObjectionTopic
from dealflow.domain.seat import Cited
from dealflow.projections.look import HEALTH, HealthPolicy, Look, positions
from dealflow.projections.situation import Situation, about_to_end
from dealflow.projections.thresholds import Thresholds, thresholds
from dealflow.projections.warnings import WARNINGS
from dealflow.projections.warnings.judging import DealWarning, judged
from dealflow.replay.behaviour import Behaviour, behaviour
from dealflow.replay.dossier import DealObjection, Dossier
from dealflow.replay.reasons import REASON_WORDS, EndReason, reasons
from dealflow.replay.showing import Shown, Shows, shown
from dealflow.replay.telling.words import Names, listed
from dealflow.replay.turning import TurningPoint, TurningPoints

ENDS = (DealWon, DealLost, DealAbandoned)


class NotEnded(LookupError):
    """A review is asked of a deal that is not closed."""

    def __init__(self, deal: UUID) -> None:
        super().__init__(f"deal {deal} was not closed by then: a review is of a deal that was won, lost or given up")
        self.deal = deal


@attrs.frozen
class Contradiction:
    """Two things that cannot both be the whole of it: what was said, and what stands against it."""

    name: str
    text: str
    records: tuple[int, ...]


@attrs.frozen
class Review:
    """How a deal was won or lost.

    *reasons* are those given by each side, the seller's own word apart from the buyer's; *log* is what
    the records show on each topic, whatever anybody says; *unsaid* is what the log shows against us
    and no reason names. *thresholds*, *warnings* and *objections* are as the deal was about to close.
    *recorded* is the review that was written down, where one was.
    """

    deal: UUID
    status: Status
    on: date
    reasons: tuple[EndReason, ...]
    log: tuple[Shown, ...]
    contradictions: tuple[Contradiction, ...]
    unsaid: tuple[Shown, ...]
    objections: tuple[DealObjection, ...]
    thresholds: Thresholds
    warnings: tuple[DealWarning, ...]
    turning: tuple[TurningPoint, ...]
    behaviour: Behaviour
    recorded: Cited[DealReviewed] | None
    names: Names

    def said_by(self, *sides: Side) -> tuple[EndReason, ...]:
        """Return the reasons that one side, or several, gave."""
        return tuple(one for one in self.reasons if one.side in sides)

    @property
    def seller(self) -> tuple[EndReason, ...]:
        """Our own reasons; a reason of which nobody says whose it is was written down by us."""
        return self.said_by(Side.SELLER, Side.UNKNOWN)

    @property
    def buyer(self) -> tuple[EndReason, ...]:
        """The customer's reasons."""
        return self.said_by(Side.BUYER)


def review(
    whole: Situation,
    dossier: Dossier,
    turning: TurningPoints,
    names: Names,
    *,
    policy: HealthPolicy = HEALTH,
    words: Mapping[ObjectionTopic, tuple[str, ...]] = REASON_WORDS,
) -> Review:
    """Review a closed deal; *whole* has all that is told of it, explanations after the end too.

    *words* tell what a reason is about. Raises `NotEnded`.
    """
    if dossier.deal is None or dossier.deal.end is None:
        raise NotEnded(whole.id)
    closing = whole.own(*ENDS)[-1]
    look = Look(about_to_end(whole), policy)
    given = _reasons(whole, dossier, words)
    log = shown(dossier, look)
    reviewed = whole.own(DealReviewed)
    return Review(
        deal=whole.id,
        status=dossier.deal.status,
        on=whole.horizon.day(closing.occurred_to),
        reasons=given,
        log=log,
        contradictions=tuple(_contradictions(dossier, given, log)),
        unsaid=_unsaid(given, log),
        objections=dossier.open_objections,
        thresholds=thresholds(look),
        warnings=tuple(one for one in judged(look, WARNINGS) if one.up),
        turning=turning.points,
        behaviour=behaviour(dossier, look, turning, names),
        recorded=Cited(reviewed[-1].event, reviewed[-1].position) if reviewed else None,
        names=names,
    )


def _reasons(
    whole: Situation, dossier: Dossier, words: Mapping[ObjectionTopic, tuple[str, ...]]
) -> tuple[EndReason, ...]:
    """Return the reasons of the end that stands, and of what was said of it; those of an end taken back are not."""
    own = whole.own(*ENDS, EndExplained)
    last = max(number for number, one in enumerate(own) if isinstance(one.event, ENDS))
    return reasons(own[last:], words, [one.rival.competitor for one in dossier.competitors])


def _unsaid(given: Iterable[EndReason], log: Iterable[Shown]) -> tuple[Shown, ...]:
    named = {topic for one in given for topic in one.topics}
    return tuple(one for one in log if one.shows is Shows.AGAINST and one.topic not in named)


# Contradictions


def _contradictions(dossier: Dossier, given: tuple[EndReason, ...], log: Iterable[Shown]) -> Iterator[Contradiction]:
    yield from _against_the_log(dossier, given, {one.topic: one for one in log})
    yield from _between_sides(given)
    yield from _about_rivals(dossier)


def _against_the_log(
    dossier: Dossier, given: Iterable[EndReason], log: Mapping[ObjectionTopic, Shown]
) -> Iterator[Contradiction]:
    """Yield reasons that the log speaks against: a loss by what was not against us, a win by what was."""
    won = dossier.deal is not None and dossier.deal.status is Status.WON
    speaks, told = Shows.AGAINST if won else Shows.FOR, set[tuple[int, ObjectionTopic]]()
    for one in sorted(given, key=lambda each: not each.primary):
        for topic in one.topics:
            found = log.get(topic)
            if topic is ObjectionTopic.COMPETITOR or found is None or found.shows is not speaks:
                continue
            if (one.record, topic) not in told:  # the cause that was chosen says it once more than the words do
                text = f"{_who(one.side)} says “{one.text}” ({topic}); the log shows: {found.text}"
                yield Contradiction("said, and not shown", text, positions((one.record,), found.records))
            told.add((one.record, topic))


def _between_sides(given: Iterable[EndReason]) -> Iterator[Contradiction]:
    """Yield what the two sides say where both say what it is about, and nothing of it is the same."""
    ours, theirs = ([one for one in given if one.side is side and one.topics] for side in (Side.SELLER, Side.BUYER))
    topics = [{topic for one in some for topic in one.topics} for some in (ours, theirs)]
    if ours and theirs and topics[0].isdisjoint(topics[1]):
        said = [f"{_who(some[0].side)} says {listed([f'“{one.text}”' for one in some])}" for some in (ours, theirs)]
        yield Contradiction("the sides differ", "; ".join(said), positions(one.record for one in chain(ours, theirs)))


def _about_rivals(dossier: Dossier) -> Iterator[Contradiction]:
    """Yield a loss to somebody who is not known to have been in it, or to a competitor while none is known."""
    end = dossier.deal.end if dossier.deal else None
    if not isinstance(end, DealLost):
        return
    closing = (dossier.visits[-1].left.record,) if dossier.visits and dossier.visits[-1].left else ()
    known = {one.rival.competitor.casefold(): one for one in dossier.competitors}
    there = known.get(end.rival.casefold()) if end.rival is not None else None
    if end.rival is not None and there is None:
        text = f"lost to {end.rival}, who is not known to have been in the deal"
        yield Contradiction("an unknown rival", text, closing)
    elif there is not None and not there.rival.present:
        text = f"lost to {end.rival}, who had left the deal"
        yield Contradiction("a rival who had left", text, positions(closing, there.records))
    elif (
        end.rival is None
        and end.cause is LossCause.COMPETITOR
        and not any(one.rival.present for one in dossier.competitors)
    ):
        yield Contradiction("an unknown rival", "lost to a competitor, and none is known to have been in it", closing)
    elif end.rival is not None and end.cause is LossCause.NO_DECISION:
        yield Contradiction("decided after all", f"no decision, it is said, and lost to {end.rival}", closing)


def _who(side: Side) -> str:
    return "nobody in particular" if side is Side.UNKNOWN else f"the {side}"
