"""What the journal means: views fold it into rows of dated facts, questions are asked of the rows.

Every policy and every "as of" enters with the question, so one set of rows answers for any day.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Generic, Protocol, TypeVar
from uuid import UUID

import attrs

from dealflow.domain.noun import in_order
from dealflow.journal import Record

R = TypeVar("R")


@attrs.frozen
class View(Generic[R]):
    """A fold of the journal into rows.

    *reads* are the event classes it wants; *keys* the rows a record belongs to; *evolve* adds a
    record to a row (`None`: no such row, or no more). Rows are dated facts only. *version* rises
    whenever a row changes its shape or meaning. *row* is the type of a row, where rows may be kept
    in checkpoints.
    """

    name: str
    version: int
    reads: frozenset[type]
    keys: Callable[[Record], Iterable[UUID]]
    evolve: Callable[[R | None, Record], R | None]
    row: object = None


@attrs.frozen
class Dated(Generic[R]):
    """A value from some moment between *start* and *end* on, with the record it came from."""

    value: R
    start: datetime
    end: datetime
    record: int

    @classmethod
    def of(cls, value: R, record: Record) -> "Dated[R]":
        """Date a value as the record is dated that it comes from."""
        return cls(value, record.occurred_from, record.occurred_to, record.position)


class _Spanning(Protocol):
    @property
    def start(self) -> datetime: ...

    @property
    def end(self) -> datetime: ...


D = TypeVar("D", bound=_Spanning)


def not_before(told: Iterable[D], start: datetime, end: datetime) -> list[D]:
    """Return what was told of something, what is dated before it began, between *start* and *end*, from then on."""
    return [
        one
        if one.start >= start and one.end >= end
        else attrs.evolve(one, start=max(one.start, start), end=max(one.end, end))  # type: ignore[misc]
        for one in told
    ]


def latest(
    history: Iterable[Dated[R]], begun: tuple[datetime, datetime], happened: datetime | None = None
) -> Dated[R] | None:
    """Return the value that stood at *happened*, or nothing where none did yet.

    What is dated before the row itself had *begun* holds from then on. The order is that of
    `in_order`, as in the nouns.
    """
    stood = [one for one in in_order(not_before(history, *begun)) if happened is None or one.end <= happened]
    return stood[-1] if stood else None
