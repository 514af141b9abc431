"""Reconciling: the journal's deals beside the source's current rows; every difference, with both values."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from uuid import UUID

import attrs

from dealflow.domain.deal import DEAL, Deal, Status
from dealflow.interchange.pipeline import Place
from dealflow.interchange.salesforce.life import Life, Meaning
from dealflow.interchange.salesforce.notices import About, Notice
from dealflow.interchange.salesforce.reading import Ways
from dealflow.interchange.salesforce.rows import Opportunity, Position
from dealflow.journal import Record, When

PER_CENT = 100
CLOSE_DATE = "close_date"
COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "name": "Name",
        "account": "AccountId",
        "stage": "StageName",
        "amount": "Amount",
        CLOSE_DATE: "CloseDate",
        "owner": "OwnerId",
        "outcome": "IsClosed",
        "probability": "Probability",
    }
)
_MAY_BE_EMPTY = frozenset({"amount", CLOSE_DATE, "owner"})
_OUTCOMES: Mapping[tuple[bool, bool], Status] = MappingProxyType(
    {
        (False, False): Status.OPEN,
        (True, True): Status.WON,
        (True, False): Status.LOST,
    }
)


@attrs.frozen
class Difference:
    """One field of a deal in which the source's current row and the journal are not one."""

    deal: str
    title: str
    field: str
    source: str | None
    ours: str | None
    place: Place


@attrs.frozen
class Pair:
    """A deal twice: as the source has it now, and as the journal has it, with when its last end happened."""

    row: Opportunity
    ours: Deal
    account: UUID
    ended: When | None
    history: tuple[Position, ...] = ()


def pair(row: Opportunity, records: Sequence[Record], account: UUID, history: Sequence[Position]) -> Pair | None:
    """Put a row and the records of its deal side by side; nothing where the journal has no such deal.

    *history* is what the rows of its history say, in their order.
    """
    told = DEAL.history(records)
    deal = DEAL.fold(told)
    if deal is None:
        return None
    ends = [record.when for record in told if record.event == deal.end]
    return Pair(row, deal, account, ends[-1] if ends else None, tuple(history))


def differences(pair: Pair, meaning: Meaning, ways: Ways) -> Iterator[Difference]:
    """Return every field in which the two are not one; a column that is missing says nothing."""
    row, ours = pair.row, pair.ours
    both: Mapping[str, tuple[object, object]] = {
        "name": (row.name, ours.title),
        "account": (row.account, row.account if ours.account == pair.account else ours.account),
        "stage": (meaning.table.key(row.position.stage), _stage(pair, meaning)),
        "amount": (row.position.amount, ours.amount),
        CLOSE_DATE: (row.position.close, _close_date(pair, ways)),
        "owner": (row.owner, ours.owner),
        "outcome": (_outcome(row), ours.status),
        "probability": (row.position.probability, _probability(ours)),
    }
    for field, column in COLUMNS.items():
        source, here = both[field]
        said = source is not None or field in _MAY_BE_EMPTY
        if row.line.has(column) and said and source != here:
            yield Difference(row.key, row.name, field, _text(source), _text(here), row.line.place(column))


def _stage(pair: Pair, meaning: Meaning) -> str:
    """Return where the deal stands in the source's words: several of them may name one and the same end."""
    if pair.ours.status is Status.OPEN:
        return pair.ours.stage
    name = meaning.table.key(pair.row.position.stage)
    ends = meaning.stages.ends
    return name if ends.get(name) is pair.ours.status else _end(ends, pair.ours.status)


def _end(ends: Mapping[str, Status], status: Status) -> str:
    return next((name for name, one in ends.items() if one is status), status.value)


def _close_date(pair: Pair, ways: Ways) -> date | None:
    """Return the day we hold: expected while the deal is open, then the day of its end.

    Where the end could not be placed on its close date (a notice says so), the journal has no such
    day, and what the history last said counts.
    """
    if pair.ours.status is Status.OPEN:
        return pair.ours.close_expected
    if pair.ended is not None and pair.ended == ways.when(ways.day(pair.ended.start)):
        return ways.day(pair.ended.start)
    return pair.history[-1].close if pair.history else pair.row.position.close


def _outcome(row: Opportunity) -> Status | None:
    if row.closed is None:
        return None
    return _OUTCOMES.get((row.closed, bool(row.won)))


def _probability(deal: Deal) -> Decimal | None:
    if deal.status is not Status.OPEN:
        return Decimal(PER_CENT if deal.status is Status.WON else 0)
    return None if deal.chance is None else deal.chance * PER_CENT


def _text(value: object) -> str | None:
    match value:
        case None:
            return None
        case Decimal():
            return f"{value.normalize():f}"
        case _:
            return str(value)


def untold(row: Opportunity, history: Sequence[Position]) -> Notice | None:
    """Return the notice that no row of the history bears the current close date, where that is so."""
    close = row.position.close
    carried = {one.close for one in history}
    if close is None or not history or close in carried:
        return None
    place = row.line.place("CloseDate")
    said = ", ".join(sorted(str(day) for day in carried if day))
    return Notice(About.CLOSE_DATE_UNTOLD, row.key, place, f"{close}; the history has {said or 'none'}")


def moves(lives: Iterable[Life], meaning: Meaning) -> tuple[int, int]:
    """Count the changes of stage after the first row of each history, and those from won to lost."""
    changes = [
        (meaning.end(one.stage), meaning.end(following.stage))
        for life in lives
        for one, following in zip(life.stands, life.stands[1:], strict=False)
        if one.position is not None and one.stage != following.stage
    ]
    return len(changes), changes.count((Status.WON, Status.LOST))
