"""What the journal means: views fold it into rows of dated facts, questions are asked of the rows.

Every policy and every "as of" enters with the question, so one set of rows answers for any day.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Generic, TypeVar
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
    whenever a row changes its shape or meaning.
    """

    name: str
    version: int
    reads: frozenset[type]
    keys: Callable[[Record], Iterable[UUID]]
    evolve: Callable[[R | None, Record], R | None]


def build(view: View[R], records: Iterable[Record]) -> Mapping[UUID, R]:
    """Fold records in position order, corrections already applied, into rows by key."""
    rows: dict[UUID, R | None] = {}
    for record in records:
        if type(record.event) in view.reads:
            for key in view.keys(record):
                rows[key] = view.evolve(rows.get(key), record)
    return {key: row for key, row in rows.items() if row is not None}


@attrs.frozen
class Dated(Generic[R]):
    """A value from some moment between *start* and *end* on, with the record it came from."""

    value: R
    start: datetime
    end: datetime
    record: int


def latest(
    history: Iterable[Dated[R]], begun: tuple[datetime, datetime], happened: datetime | None = None
) -> Dated[R] | None:
    """Return the value that stood at *happened*, or nothing where none did yet.

    What is dated before the row itself had *begun* holds from then on. The order is that of
    `in_order`, as in the nouns.
    """
    start, end = begun
    clamped = (attrs.evolve(one, start=max(one.start, start), end=max(one.end, end)) for one in history)
    stood = [one for one in in_order(clamped) if happened is None or one.end <= happened]
    return stood[-1] if stood else None
