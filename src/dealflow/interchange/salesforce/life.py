"""Life: the rows of one opportunity in their order, and when each of its ends happened.

A history's rows are chained: the time a row was last touched is the time the next one was written.
File order is not time order, and the close date of an end is often no day on which it can have been.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise

import attrs

from dealflow.domain.deal import DEAL, Deal, Status
from dealflow.interchange.pipeline import Trouble
from dealflow.interchange.salesforce.notices import About, Notice
from dealflow.interchange.salesforce.reading import SAME, digest, window
from dealflow.interchange.salesforce.rows import SYSTEM, HistoryRow, Opportunity, Position
from dealflow.interchange.salesforce.scribe import Origin, Scribe, changed, created
from dealflow.interchange.salesforce.stagetable import StageTable
from dealflow.interchange.stages import Stages, Stop
from dealflow.journal import When

ONE_SAVE = timedelta(minutes=1)  # reports cut times to minutes, and one save may stamp two rows a second apart


@attrs.frozen
class Meaning:
    """What the stage names of an organisation mean: as its own table has them, and as our playbook has them."""

    table: StageTable
    stages: Stages

    def end(self, stage: str) -> Status:
        """Return which end a stage is, or that it is none: open."""
        return self.stages.ends.get(self.table.key(stage), Status.OPEN)


@attrs.frozen
class Stand:
    """A deal as the source has it from *at* on.

    *position* is absent where nothing is known but that the deal was there; *version* tells this
    row from later ones of the same key; *ended* is when the end happened, where it stands at one.
    """

    stage: str
    at: When
    origin: Origin
    version: str
    position: Position | None = None
    owner: str | None = None
    ended: When | None = None

    def stop(self) -> Stop:
        """Return it as a stop on the way of the deal."""
        amount = self.position.amount if self.position else None
        return Stop(self.stage, self.at, self.origin.place, self.ended, amount)


@attrs.frozen
class Life:
    """One opportunity in time.

    *past* are the stops earlier imports told, where no history says them, and *steps* when the
    journal's own steps began; *unknown* is until when nothing was kept; *is_told* says whether
    there is a history at all.
    """

    opened: When
    stands: tuple[Stand, ...]
    past: tuple[Stop, ...] = ()
    steps: tuple[datetime, ...] = ()
    unknown: datetime | None = None
    notices: tuple[Notice, ...] = ()
    is_told: bool = False

    @property
    def history(self) -> tuple[Position, ...]:
        """What the rows of its history say, in their order; empty where it has none."""
        return tuple(one.position for one in self.stands if one.position is not None) if self.is_told else ()


def life_of(scribe: Scribe, meaning: Meaning, deal: Opportunity, rows: Sequence[HistoryRow]) -> Life | None:
    """Put the rows of one opportunity in order; nothing where none says when it was opened."""
    life = _told(meaning, deal, rows) if rows else _untold(scribe, meaning, deal)
    if life is None:
        return None
    stands, notices = _dated(scribe, meaning, deal, life)
    return attrs.evolve(life, stands=stands, notices=(*life.notices, *notices))


def backward(deal: Opportunity, rows: Sequence[HistoryRow]) -> Iterator[Trouble]:
    """Say which rows of a history cannot be: written before the deal was made, or touched before written."""
    begun = deal.stamp.created
    for row in rows:
        if begun is not None and row.at < begun.start - ONE_SAVE:
            place = deal.line.place("CreatedDate")
            message = (
                f"life cycle runs backward: of {row.at.isoformat()}, but the deal was made {begun.start.isoformat()}"
            )
            yield row.line.trouble("CreatedDate", f"{message} ({place}); one of the two is wrong")
        if row.until is not None and row.until < row.at - ONE_SAVE:
            message = (
                f"life cycle runs backward: last touched {row.until.isoformat()}, but written {row.at.isoformat()}"
            )
            yield row.line.trouble("SystemModstamp", f"{message}; one of the two is wrong")


def purged(scribe: Scribe, deal: Opportunity, rows: Sequence[HistoryRow]) -> Iterator[Trouble]:
    """Say where a history lacks the rows it began with in an earlier export: its first row was a later one."""
    first = min(rows, key=lambda row: row.at, default=None)
    told = scribe.known.get(deal.line.stream, ()) if deal.line.stream else ()
    told = tuple(record for record in told if record.source and record.source.system == SYSTEM)
    if first is None or not told or told[0].occurred_to >= first.at - ONE_SAVE:
        return
    if any(record.occurred_from == record.occurred_to == first.at for record in told):
        message = f"the history of {deal.key} begins later than in an earlier export"
        yield first.line.trouble("CreatedDate", f"{message} ({told[0].occurred_to.isoformat()}); export it whole")


# With a history


def _told(meaning: Meaning, deal: Opportunity, rows: Sequence[HistoryRow]) -> Life:
    ordered = sorted(rows, key=lambda row: _order(deal, row))
    first, begun = ordered[0], deal.stamp.created
    late = begun is not None and begun.end < first.at - ONE_SAVE
    opened = When(begun.start, first.at) if begun and late else When(first.at, first.at)
    notices = [*_breaks(deal, ordered), *_ties(deal, ordered)]
    if late:
        notices.append(Notice(About.HISTORY_LATE, deal.key, first.line.place("CreatedDate"), first.at.isoformat()))
    stands = [
        Stand(
            stage=meaning.table.key(row.position.stage),
            at=When(row.at, row.at),
            origin=Origin(deal.key, row.key, row.line.place(), row.at, row.by),
            version=digest(*(row.line.text(field) for field in ("StageName", "Amount", "CloseDate"))),
            position=row.position,
            owner=row.owner,
        )
        for row in ordered
    ]
    stands[0] = attrs.evolve(stands[0], at=opened)
    return Life(opened, tuple(stands), unknown=first.at if late else None, notices=tuple(notices), is_told=True)


def _order(deal: Opportunity, row: HistoryRow) -> tuple[datetime, datetime, bool, str]:
    return row.at, row.until or row.at, row.position.stage == deal.position.stage, row.key


def _breaks(deal: Opportunity, rows: Sequence[HistoryRow]) -> Iterator[Notice]:
    for row, following in pairwise(rows):
        if row.until is not None and abs(row.until - following.at) > SAME:
            detail = f"touched at {row.until.isoformat()}, but followed at {following.at.isoformat()}"
            yield Notice(About.HISTORY_BREAK, deal.key, row.line.place("SystemModstamp"), detail)


def _ties(deal: Opportunity, rows: Sequence[HistoryRow]) -> Iterator[Notice]:
    for row, following in pairwise(rows):
        if (row.at, row.until) == (following.at, following.until):
            detail = f"{row.position.stage}, then {following.position.stage}"
            yield Notice(About.HISTORY_UNORDERED, deal.key, following.line.place("CreatedDate"), detail)


# Without one


def _untold(scribe: Scribe, meaning: Meaning, deal: Opportunity) -> Life | None:
    """Only how it is now is known: it came there some time between its creation and its last change."""
    opened = deal.stamp.created or window(scribe.export.first, scribe.seen(deal.stamp))
    if opened is None:
        return None
    seen = scribe.seen(deal.stamp) or opened.end
    position, version = deal.position, _version(scribe, deal)
    now = Stand(
        stage=meaning.table.key(position.stage),
        at=When(opened.start, max(opened.end, seen)),
        origin=changed(deal.key, deal.line, deal.stamp),
        version=version,
        position=position,
    )
    if opened.start == opened.end and seen - opened.end <= ONE_SAVE:
        return Life(opened, (attrs.evolve(now, at=opened),))
    notice = Notice(About.HISTORY_MISSING, deal.key, deal.line.place("StageName"), position.stage)
    begun = Stand(meaning.stages.playbook.keys()[0], opened, created(deal.key, deal.line, deal.stamp), version)
    past = _past(scribe, meaning, deal, opened)
    steps = _steps(scribe, deal) if past else ()
    return Life(opened, (begun, now), past, steps, now.at.end, (notice,))


def _version(scribe: Scribe, deal: Opportunity) -> str:
    return scribe.version(deal.stamp, *(deal.line.text(field) for field in ("StageName", "Amount", "CloseDate")))


def _past(scribe: Scribe, meaning: Meaning, deal: Opportunity, opened: When) -> tuple[Stop, ...]:
    """Return where the source's earlier exports left the deal: at a milestone, and perhaps at an end."""
    told = scribe.told_state(deal.line.stream) if deal.line.stream else None
    if not isinstance(told, Deal):
        return ()
    stage = Stop(told.stage, opened, deal.line.place())
    end = next((name for name, status in meaning.stages.ends.items() if status is told.status), None)
    return (stage,) if end is None else (stage, Stop(end, opened, deal.line.place()))


def _steps(scribe: Scribe, deal: Opportunity) -> tuple[datetime, ...]:
    records = scribe.known.get(deal.line.stream, ()) if deal.line.stream else ()
    return tuple(record.occurred_from for record in DEAL.history(records) if DEAL.moves(record.event))


# When it ended


def _dated(
    scribe: Scribe, meaning: Meaning, deal: Opportunity, life: Life
) -> tuple[tuple[Stand, ...], tuple[Notice, ...]]:
    """Say of each end when it happened: on its close date where it can have been, else when it was written down.

    An end that is only said otherwise is moved to its new close date, or left where it is.
    """
    stands: list[Stand] = []
    notices: list[Notice] = []
    last = max(life.steps, default=life.opened.start)
    before = max(life.steps[:-1], default=life.opened.start)
    earlier: Stand | None = None
    for stand in life.stands:
        was, goal = before_status(meaning, life, earlier), meaning.end(stand.stage)
        if goal is Status.OPEN:
            moved = earlier is None or stand.stage != earlier.stage
            last = max(last, stand.at.start) if moved else last
        else:
            if was is not goal:
                last = last if was is Status.OPEN else max(last, stand.at.start)  # it has to be opened again first
                before = last
            day, about = _ended(scribe, stand, life.opened, before)
            again = was is goal and (about is not None or _close(stand) in {None, _close(earlier)})
            ended = None if again else day
            if about is not None:
                notices.append(_misdated(scribe, deal, stand, about, goal))
            stand = attrs.evolve(stand, ended=ended)  # noqa: PLW2901 (the same, dated)
            last = last if ended is None else max(last, ended.start)
        stands.append(stand)
        earlier = stand
    return tuple(stands), tuple(notices)


def before_status(meaning: Meaning, life: Life, earlier: Stand | None) -> Status:
    """Return how the deal stood before a stand: by the one before it, or by what earlier imports told."""
    if life.past and earlier is life.stands[0]:
        return meaning.end(life.past[-1].stage)
    return Status.OPEN if earlier is None else meaning.end(earlier.stage)


def _close(stand: Stand | None) -> date | None:
    return stand.position.close if stand and stand.position else None


def _ended(scribe: Scribe, stand: Stand, opened: When, before: datetime) -> tuple[When, About | None]:
    close = _close(stand)
    if close is None:
        return stand.at, None
    day = scribe.ways.when(close)
    if day.end < opened.start:
        return stand.at, About.WON_BEFORE_DEAL
    if day.end < before:
        return stand.at, About.END_BEFORE_LAST_STEP
    if close > scribe.ways.day(stand.at.end):
        return stand.at, About.END_AFTER_ROW
    return day, None


def _misdated(scribe: Scribe, deal: Opportunity, stand: Stand, about: About, status: Status) -> Notice:
    if about is About.WON_BEFORE_DEAL and status is not Status.WON:
        about = About.LOST_BEFORE_DEAL
    place = stand.position.line.place("CloseDate") if stand.position else stand.origin.place
    return Notice(about, deal.key, place, f"{_close(stand)}, but written down {stand.at.text(scribe.ways.days)}")
