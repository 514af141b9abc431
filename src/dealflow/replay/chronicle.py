"""Chronicle: an account told as one story: its records, and the stages and signals that follow from them.

A stage or a signal stands right behind the record that caused it; where time alone did, on its own day.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import accumulate
from uuid import UUID

import attrs

from dealflow.domain.deal import DealOpened
from dealflow.domain.noun import MergedInto
from dealflow.domain.nouns import noun_of
from dealflow.domain.timeline import Told, by_stream, told
from dealflow.journal import Record, day_end
from dealflow.projections.churn.judging import CHURN, ChurnPolicy, Past, Signal, SignalSpell
from dealflow.projections.churn.signals import SIGNALS
from dealflow.projections.conditions import RELATIONSHIP, RelationshipPolicy, RelationshipStage
from dealflow.projections.progression import Transition, progression
from dealflow.projections.relation import Relation
from dealflow.replay.belonging import ChronicleKind, belonging, kind_of
from dealflow.replay.dossier import names_of
from dealflow.replay.story import amended
from dealflow.replay.telling import sentence
from dealflow.replay.telling.turns import cleared, passed, raised
from dealflow.replay.telling.words import Names


@attrs.frozen
class ChronicleLine:
    """One line: a record, or a stage or signal that follows from *records*, and how the account stood after it.

    *at* is by when it had surely happened, *on* the day of that. *stage* is nothing before the account
    was registered; *signals* are the names of those that are up. *bought* says that it counts as a
    purchase, as a won deal may. *late* is how long after it had surely happened it was recorded,
    *corrected* that it does not stand as it was first recorded; both say nothing where there is no *record*.
    """

    kind: ChronicleKind
    when: str
    at: datetime
    on: date
    text: str
    records: tuple[int, ...]
    stage: RelationshipStage | None = None
    signals: tuple[str, ...] = ()
    record: Record | None = None
    bought: bool = False
    late: timedelta = timedelta(0)
    corrected: bool = False


@attrs.frozen
class Chronicle:
    """An account told as of the day *at*, in the order in which things happened; *names* is what ids are called.

    *unfollowed*: nobody watched it after *at*. Before *known_from* its history was not kept.
    """

    account: UUID
    at: date
    lines: tuple[ChronicleLine, ...]
    names: Names
    known_from: datetime | None = None
    unfollowed: bool = False

    def only(self, *kinds: ChronicleKind) -> "Chronicle":
        """Return it without the lines of other kinds; won deals that count as purchases are of both.

        How the account stood beside a line stays as it is.
        """
        bought = ChronicleKind.PURCHASE in kinds
        return attrs.evolve(
            self, lines=tuple(one for one in self.lines if one.kind in kinds or (bought and one.bought))
        )


def chronicle(
    relation: Relation,
    records: Sequence[Record],
    policy: RelationshipPolicy = RELATIONSHIP,
    churn: ChurnPolicy = CHURN,
    signals: Sequence[Signal] = SIGNALS,
) -> Chronicle:
    """Tell an account from its relation and the whole streams of its places, as both were known."""
    names = names_of(records, relation.horizon.zone)
    turns = [*_passages(relation, policy), *_signals(relation, churn, signals, names)]
    heard = told(records)
    spots = [*_spots(relation, records, heard, turns, names)]
    ends = list(accumulate((one.end for one in heard), max))
    placed = [*spots, *_placed(turns, spots, ends)]
    order = [one.name for one in signals]
    lines = _standing(sorted(placed, key=lambda one: (one.spot, one.line.at, one.turn is not None)), order)
    return Chronicle(
        relation.account, relation.today, tuple(lines), names, relation.known_from, unfollowed=relation.unfollowed
    )


# What follows from the records


@attrs.frozen
class _Turn:
    """A stage *reached*, or a *signal* that came up or is up no more; not yet in its place.

    *causes* are the events of which one on its day caused it, unless a record that it rests on did.
    """

    line: ChronicleLine
    reached: RelationshipStage | None = None
    signal: str | None = None
    causes: tuple[type, ...] = ()


def _passages(relation: Relation, policy: RelationshipPolicy) -> Iterator[_Turn]:
    for step in progression(relation, policy).steps:
        yield _Turn(_passage(step), reached=step.reached)


def _passage(step: Transition) -> ChronicleLine:
    return ChronicleLine(ChronicleKind.TRANSITION, step.on.isoformat(), step.at, step.on, passed(step), step.records)


def _signals(relation: Relation, churn: ChurnPolicy, signals: Iterable[Signal], names: Names) -> Iterator[_Turn]:
    past = Past(relation, churn)
    for signal in signals:
        for spell in past.spells(signal):
            yield from _spell(relation, spell, names)


def _spell(relation: Relation, spell: SignalSpell, names: Names) -> Iterator[_Turn]:
    up, down, name = ChronicleKind.SIGNAL_RAISED, ChronicleKind.SIGNAL_CLEARED, spell.signal.name
    yield _Turn(_evening(relation, up, spell.since, raised(spell, names), spell.raised.records), signal=name)
    if spell.until is not None and spell.cleared is not None:
        line = _evening(relation, down, spell.until, cleared(spell, spell.cleared, names), spell.cleared.records)
        yield _Turn(line, signal=name, causes=spell.signal.cleared_by)


def _evening(relation: Relation, kind: ChronicleKind, day: date, text: str, records: tuple[int, ...]) -> ChronicleLine:
    """A signal stands as it is found in the evening, on the last day at the moment itself."""
    at = min(day_end(day, relation.horizon.zone), relation.at)
    return ChronicleLine(kind, day.isoformat(), at, day, text, records)


# The records


@attrs.frozen
class _Spot:
    """A line in its place: after what stands at the same *spot* of the timeline."""

    spot: int
    line: ChronicleLine
    turn: _Turn | None = None


def _spots(
    relation: Relation, records: Sequence[Record], heard: Sequence[Told], turns: Iterable[_Turn], names: Names
) -> Iterator[_Spot]:
    """Yield the records that are told, each with its place in the timeline.

    An account's own are told whole; so is every record that a stage or a signal rests on.
    """
    nouns = {stream: noun_of(some).name for stream, some in by_stream(records).items()}
    cited = {position for turn in turns for position in turn.line.records}
    bought = {one.record for one in relation.purchases}
    changed = amended(records)
    wanted = cited | belonging(relation.places, heard)
    for spot, one in enumerate(heard):
        record = one.record
        if one.end <= relation.at and record.position in wanted:
            line = ChronicleLine(
                kind=kind_of(record, nouns[record.stream]),
                when=record.when.text(relation.horizon.zone),
                at=one.end,
                on=relation.day(one.end),
                text=_sentence(record, nouns[record.stream], names),
                records=(record.position,),
                record=record,
                bought=record.position in bought,
                late=max(record.recorded_at - record.occurred_to, timedelta(0)),
                corrected=record.position in changed,
            )
            yield _Spot(spot, line)


def _sentence(record: Record, noun: str, names: Names) -> str:
    """Name the deal, or what was merged, where the sentence itself does not."""
    said, event = sentence(record, names), record.event
    itself = isinstance(event, MergedInto) or (noun == "deal" and not isinstance(event, DealOpened))
    about = record.stream if itself else getattr(event, "deal", None)
    return said if about is None else f"{names(about)}: {said}"


# One story


def _placed(turns: Iterable[_Turn], spots: Iterable[_Spot], ends: Sequence[datetime]) -> Iterator[_Spot]:
    """Put each turn behind the record that caused it, or where its time is; never before the one it follows upon.

    *ends* are the times by which all up to each spot of the timeline had surely happened.
    """
    days: dict[date, list[_Spot]] = {}
    for one in spots:
        days.setdefault(one.line.on, []).append(one)
    earlier: dict[str | None, int] = {}
    for turn in turns:
        by_time = bisect_right(ends, turn.line.at) - 1
        spot = max(_causes(turn, days.get(turn.line.on, ())), default=by_time)
        earlier[turn.signal] = max(spot, earlier.get(turn.signal, spot))
        yield _Spot(earlier[turn.signal], turn.line, turn)


def _causes(turn: _Turn, same_day: Iterable[_Spot]) -> list[int]:
    """Return where the records stand that it rests on, or else those that may have caused it."""
    before = [one for one in same_day if one.line.at <= turn.line.at]
    cited = [one.spot for one in before if not {*one.line.records}.isdisjoint(turn.line.records)]
    return cited or [one.spot for one in before if isinstance(getattr(one.line.record, "event", None), turn.causes)]


def _standing(placed: Iterable[_Spot], order: Sequence[str]) -> Iterator[ChronicleLine]:
    """Say beside each line how the account stood after it."""
    stage: RelationshipStage | None = None
    up: set[str] = set()
    for one in placed:
        if one.turn is not None:
            stage = one.turn.reached or stage
            up ^= {one.turn.signal} if one.turn.signal is not None else set()
        yield attrs.evolve(one.line, stage=stage, signals=tuple(name for name in order if name in up))
