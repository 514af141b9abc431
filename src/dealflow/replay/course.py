"""Course: a deal's way through the pipeline, fact by fact, with how it stood after each.

The last leg by a moment is how the deal stood then; `standing` says the same of one moment alone.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

import attrs

from dealflow.domain.deal import Given, Status
from dealflow.domain.noun import in_order
from dealflow.domain.playbook import MilestoneKey, PlaybookKey
from dealflow.money import Money
from dealflow.projections import Dated, not_before
from dealflow.projections.pipeline import CLOSING, DealRow, Move, Span, Step, narrowed, narrowed_words

T = TypeVar("T")


@attrs.frozen
class Stood:
    """How a deal stood, as far as the pipeline counts it.

    *step* is how it came to its milestone, by the record *came*, passing over those *skipped*, and
    *chance* was frozen then. *amount* is our price, before one what it may be worth; *signed* what a
    won deal was signed for, where that was told; *word* how the customer gave their word, if it stands.
    """

    status: Status
    playbook: PlaybookKey
    version: int | None
    stage: MilestoneKey
    step: Step
    came: int
    skipped: tuple[MilestoneKey, ...] = ()
    chance: Decimal | None = None
    amount: Money | None = None
    signed: Money | None = None
    close_expected: date | None = None
    owner: str | None = None
    word: Given | None = None


@attrs.frozen
class Leg:
    """A fact that took effect between *start* and *end*, its record, and how the deal stood after it.

    It stood nowhere once it was merged into another.
    """

    start: datetime
    end: datetime
    record: int
    stood: Stood | None


def course(row: DealRow) -> Iterator[Leg]:
    """Yield the legs of a deal in the order they took effect; at one moment, in the order they were told."""
    stood: Stood | None = None
    for fact in sorted(_facts(row), key=lambda one: (one.end, one.record)):
        stood = _after(stood, fact.value)
        yield Leg(fact.start, fact.end, fact.record, stood)


def stood_at(row: DealRow, happened: datetime | None) -> Stood | None:
    """Return how a deal stood at *happened* (absent: after all that is told)."""
    stood: Stood | None = None
    for leg in course(row):
        if happened is not None and leg.end > happened:
            break
        stood = leg.stood
    return stood


Told = Mapping[str, Any]  # fields of `Stood`, as a fact tells them


def _after(stood: Stood | None, told: Told | None) -> Stood | None:
    """Begin with the opening; once a deal is found under another, nothing brings it back."""
    if told is None:
        return None
    if stood is not None:
        return attrs.evolve(stood, **told)
    return Stood(**told) if told.get("step") is Step.OPENED else None


def _facts(row: DealRow) -> Iterator[Dated[Told | None]]:
    """Yield what was told of a deal, each fact with what it changes; nothing where it takes the deal away."""
    moves = narrowed(row)
    if not moves:
        return
    begun = (moves[0].start, moves[0].end)
    for move in moves:
        yield Dated(_told_by(move, row), move.start, move.end, move.record)
    yield from _telling("owner", _in_turn(row.owners, begun))
    yield from _telling("amount", _amounts(row, begun))
    yield from _telling("close_expected", _in_turn(row.closes, begun))
    yield from _telling("word", narrowed_words(row))


def _told_by(move: Move, row: DealRow) -> Told | None:
    if move.step is Step.MERGED:
        return None
    if move.step in CLOSING:
        return {"status": CLOSING[move.step], "signed": move.amount}
    came: Told = {"status": Status.OPEN, "signed": None, "step": move.step, "came": move.record}
    there: Told = {"playbook": move.playbook, "stage": move.reached, "skipped": move.skipped, "chance": move.chance}
    version: Told = {} if move.version is None else {"version": move.version}
    return {**came, **there, **version, **_besides(move, row)}


def _besides(move: Move, row: DealRow) -> Told:
    """Return what a step says beside where the deal stands: an opening its owner; a word ended with the deal."""
    match move.step:
        case Step.OPENED:
            return {"owner": row.owner}
        case Step.REOPENED:
            return {"word": None}
        case _:
            return {}


def _telling(field: str, history: Iterable[Dated[Any]]) -> Iterator[Dated[Told | None]]:
    return (Dated({field: one.value}, one.start, one.end, one.record) for one in history)


def _amounts(row: DealRow, begun: Span) -> Iterator[Dated[Any]]:
    """Yield what the deal may be worth until there is a price, and the prices from then on."""
    prices = _in_turn(row.prices, begun)
    priced = (prices[0].end, prices[0].record) if prices else None
    yield from (one for one in _in_turn(row.values, begun) if priced is None or (one.end, one.record) < priced)
    yield from prices


def _in_turn(history: tuple[Dated[T], ...], begun: Span) -> list[Dated[T]]:
    """Return the values that stood one after another, as `latest` finds them.

    What surely had happened only after the one that follows it in order never stood.
    """
    stood: list[Dated[T]] = []
    for one in reversed(in_order(not_before(history, *begun))):
        if not stood or one.end <= stood[-1].end:
            stood.append(one)
    return stood[::-1]
