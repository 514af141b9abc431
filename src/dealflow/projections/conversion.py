"""Conversion: what became of the deals that came to a milestone; three answers, never mixed.

*Ever reached* is what the history shows; deals still under way count as not having come. *Resolved
or advanced* leaves those out, and so estimates what deals do. *Aalen-Johansen* takes them in as
censored, which copes with cycles longer than the history (domain.md §2).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import attrs

from dealflow.domain.deal import Status
from dealflow.domain.playbook import MilestoneKey, Playbook, PlaybookKey
from dealflow.projections.cases import Horizon, Order, order_of, reaches
from dealflow.projections.estimates import Share
from dealflow.projections.pipeline import Move, Standing, Step
from dealflow.projections.survival import Spell, incidence

ON, OUT = "went on", "ended"


@attrs.frozen
class Conversion:
    """From the milestone *stage* to the next one (*to*; the win, from the last).

    *reached*: of the deals that ever entered *stage*, those that ever entered *to*. *resolved*: of
    those that went on from it (to *to*, or beyond it) or closed without, those that went on; a deal
    that went back is *undecided* until it comes beyond, or closes. *aalen_johansen*: the share that
    goes on in the long run, undecided ones censored; nothing below the floor, or where none decided.
    """

    playbook: PlaybookKey
    stage: MilestoneKey
    to: MilestoneKey
    reached: Share
    resolved: Share
    undecided: int
    aalen_johansen: float | None


@attrs.frozen
class Fate:
    """What became of a deal since it came to a milestone: nothing yet, or how and when that was told.

    *onto* is the milestone it went on to; nothing where it was won.
    """

    way: str | None
    spell: Spell | None  # absent where its days are not known
    onto: MilestoneKey | None = None


Fates = Mapping[MilestoneKey, tuple[Fate, ...]]


def conversions(deals: Sequence[Standing], playbook: Playbook, onward: Fates, floor: int) -> Iterable[Conversion]:
    """Return the conversion from each milestone of the latest version to the next, by what became of the deals."""
    keys = playbook.keys()
    entered = [{deal.deal for deal in deals if came(deal, playbook.key, key)} for key in keys]
    won = {deal.deal for deal in deals if _won(deal, playbook.key)}
    steps = zip(keys, [*keys[1:], playbook.ends.won], entered, [*entered[1:], won], strict=True) if keys else ()
    for key, to, here, there in steps:
        on, out = (sum(fate.way == way for fate in onward[key]) for way in (ON, OUT))
        yield Conversion(
            playbook=playbook.key,
            stage=key,
            to=to,
            reached=Share(len(here & there), len(here), floor),
            resolved=Share(on, on + out, floor),
            undecided=len(onward[key]) - on - out,
            aalen_johansen=eventually(onward[key], ON, floor),
        )


def fates_onward(deals: Sequence[Standing], playbook: Playbook, horizon: Horizon) -> Fates:
    """Return for each milestone of a playbook whether the deals that came to it went on."""
    order = order_of(playbook)
    return {
        key: tuple(fate for deal in deals if (fate := _onward(deal, playbook.key, key, order, horizon)))
        for key in order
    }


def fates_at_last(deals: Sequence[Standing], playbook: Playbook, horizon: Horizon) -> Fates:
    """Return for each milestone of a playbook how the deals that came to it ended."""
    return {
        key: tuple(fate for deal in deals if (fate := _end(deal, playbook.key, key, horizon)))
        for key in order_of(playbook)
    }


def came(deal: Standing, playbook: PlaybookKey, key: MilestoneKey) -> Move | None:
    """Return the move by which a deal first came to a milestone itself; nothing if it never did."""
    visits = (visit.came for visit in deal.visits if (visit.playbook, visit.milestone) == (playbook, key))
    return next(visits, None)


def _won(deal: Standing, playbook: PlaybookKey) -> bool:
    return any((move.step, move.playbook) == (Step.WON, playbook) for move in deal.moves)


def _onward(deal: Standing, playbook: PlaybookKey, key: MilestoneKey, order: Order, horizon: Horizon) -> Fate | None:
    """Say whether a deal went on from a milestone, ended without, or is undecided; nothing if it never came."""
    first = came(deal, playbook, key)
    if first is None:
        return None
    later = deal.moves[deal.moves.index(first) + 1 :]
    on = next((move for move in later if move.playbook == playbook and reaches(move, order, key, beyond=True)), None)
    if on is not None:
        return attrs.evolve(_fate(deal, first, on, ON, horizon), onto=on.reached)
    if deal.playbook != playbook:  # out of sight from when it was moved to another
        moved = next(move for move in reversed(later) if move.step is Step.PLAYBOOK_CHANGED)
        return _undecided(deal, first, moved.end, horizon)
    if deal.status is not Status.OPEN:
        return _fate(deal, first, deal.moves[-1], OUT, horizon)
    return _undecided(deal, first, horizon.known(deal), horizon)


def _end(deal: Standing, playbook: PlaybookKey, key: MilestoneKey, horizon: Horizon) -> Fate | None:
    """Say how a deal that came to a milestone ended, if it has; nothing if it never came."""
    first = came(deal, playbook, key)
    if first is None:
        return None
    if deal.status is not Status.OPEN:
        return _fate(deal, first, deal.moves[-1], deal.status, horizon)
    return _undecided(deal, first, horizon.known(deal), horizon)


def _fate(deal: Standing, first: Move, last: Move, way: str, horizon: Horizon) -> Fate:
    dated = horizon.dated(deal, first, last)
    return Fate(way, Spell(horizon.days(first.end, last.end), way) if dated else None)


def _undecided(deal: Standing, first: Move, until: datetime, horizon: Horizon) -> Fate:
    return Fate(None, Spell(horizon.days(first.end, until)) if horizon.dated(deal, first) else None)


def eventually(fates: Iterable[Fate], way: str, floor: int) -> float | None:
    """Return the share of a way in the long run; nothing with fewer ends than the floor, or with none."""
    found = incidence(fate.spell for fate in fates if fate.spell is not None)
    ended = sum(one.ended for one in found.exits)
    return found.eventually(way) if ended >= max(floor, 1) else None
