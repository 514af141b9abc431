"""A view of one's own: which of our promises are overdue, and how well we keep them.

Run it on the journal of the demo: `python -m examples.own_view`.
"""

import sys
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from uuid import UUID

import attrs

from dealflow import DealFlow, Record, View
from dealflow.demo import play
from dealflow.domain.promise import PromiseBroken, PromiseKept, PromiseMade
from dealflow.journal import until

Name = tuple[UUID, str]  # a promise is named by the interaction it was made in, and its id there


@attrs.frozen
class Given:
    """Our word, since when it stands."""

    name: Name
    what: str
    who: str
    due: date | None
    since: datetime


@attrs.frozen
class Settled:
    """A promise was kept, or broken."""

    name: Name
    kept: bool
    since: datetime


@attrs.frozen
class Promises:
    """All promises to one account, and what became of them: dated facts, nothing as of today."""

    given: tuple[Given, ...] = ()
    settled: tuple[Settled, ...] = ()


def keys(record: Record) -> Iterable[UUID]:
    """A promise belongs to the account of the contact it was made in."""
    return () if record.account is None else (record.account,)


def evolve(row: Promises | None, record: Record) -> Promises:
    """Add one record; they come in the order of recording, so nothing is joined here."""
    row = row or Promises()
    match record.event:
        case PromiseMade(id=ref, what=what, who=who, due=due):
            given = Given((record.stream, ref), what, who, due, record.occurred_to)
            return attrs.evolve(row, given=(*row.given, given))
        case PromiseKept(ref=ref) | PromiseBroken(ref=ref):
            kept = isinstance(record.event, PromiseKept)
            settled = Settled((record.stream, ref), kept, record.occurred_to)
            return attrs.evolve(row, settled=(*row.settled, settled))
        case _:
            return row


PROMISES: View[Promises] = View(
    name="example.promises",
    version=1,
    reads=frozenset({PromiseMade, PromiseKept, PromiseBroken}),
    keys=keys,
    evolve=evolve,
)


# Questions: the day, and every policy, come with them


def overdue(row: Promises, today: date, evening: datetime) -> Iterator[Given]:
    """The promises that were due before *today* and not settled by that *evening*."""
    settled = {one.name for one in row.settled if one.since <= evening}
    for given in row.given:
        if given.since <= evening and given.due is not None and given.due < today and given.name not in settled:
            yield given


def kept(rows: Iterable[Promises]) -> tuple[int, int]:
    """How many promises were kept, of how many that were settled."""
    settled = [one for row in rows for one in row.settled]
    return sum(one.kept for one in settled), len(settled)


def report(flow: DealFlow, today: date) -> Iterator[str]:
    """Tell both, in lines."""
    rows = flow.rows(PROMISES)
    names = flow.names(rows)
    for account, row in rows.items():
        for late in overdue(row, today, until(today, flow.zone)):
            yield f"{late.who} promised {names(account)} {late.what}, due {late.due}"
    yield "{} of {} promises were kept".format(*kept(rows.values()))


if __name__ == "__main__":
    with play().flow as journal:
        sys.stdout.writelines(f"{line}\n" for line in report(journal, date(2026, 3, 31)))
