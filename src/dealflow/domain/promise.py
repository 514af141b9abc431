"""Promise: what we said we would do, from our word to its being kept or broken.

Part of the stream of the interaction it was made in (domain.md §5).
"""

from datetime import date
from enum import StrEnum
from typing import assert_never

import attrs

from dealflow.decider import Refusal
from dealflow.domain.noun import NoSuchRef


class PromiseStatus(StrEnum):
    """What became of it."""

    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"


# Events


@attrs.frozen
class PromiseMade:
    """We gave our word; *who* of ours is to see to it."""

    id: str
    what: str
    who: str
    due: date | None = None


@attrs.frozen
class PromiseKept:
    """We did what we said."""

    ref: str


@attrs.frozen
class PromiseBroken:
    """We did not, and will not."""

    ref: str
    reason: str | None = None


PromiseEvent = PromiseMade | PromiseKept | PromiseBroken


# State


@attrs.frozen
class Promise:
    """One promise, and what became of it."""

    id: str
    what: str
    who: str
    due: date | None = None
    status: PromiseStatus = PromiseStatus.OPEN


def made(event: PromiseMade) -> Promise:
    """Return the promise as it stands when it is made."""
    return Promise(event.id, event.what, event.who, event.due)


def evolve(promises: tuple[Promise, ...], event: PromiseEvent) -> tuple[Promise, ...]:
    """Add one event to the promises of an interaction."""
    match event:
        case PromiseMade():
            return (*promises, made(event))
        case PromiseKept():
            return _ended(promises, event.ref, PromiseStatus.KEPT)
        case PromiseBroken():
            return _ended(promises, event.ref, PromiseStatus.BROKEN)
        case _:
            assert_never(event)


def _ended(promises: tuple[Promise, ...], ref: str, status: PromiseStatus) -> tuple[Promise, ...]:
    return tuple(attrs.evolve(one, status=status) if one.id == ref else one for one in promises)


def misfits(promises: tuple[Promise, ...], event: PromiseEvent) -> tuple[Refusal, ...]:
    """Say why *event* cannot come next."""
    match event:
        case PromiseKept() | PromiseBroken() if event.ref not in _open(promises):
            return (NoSuchRef(event.ref, "open promise"),)
        case _:
            return ()


def _open(promises: tuple[Promise, ...]) -> frozenset[str]:
    return frozenset(one.id for one in promises if one.status is PromiseStatus.OPEN)
