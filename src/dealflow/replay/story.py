"""Story: the deal told record by record, with what each changed and how things stood after it.

One sentence a record; beside it whose word it is, the stage, the amount, the committee and the
objections standing open at that moment. A record that was known much later than it happened says so.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

import attrs

from dealflow.domain.deal import Deal, StageAdvanced, Status
from dealflow.domain.noun import Corrected, Noun, corrected
from dealflow.domain.objection import Objection
from dealflow.domain.playbook import MilestoneKey
from dealflow.domain.seat import Seat, seats
from dealflow.domain.timeline import Told, by_stream
from dealflow.journal import Record
from dealflow.money import Money
from dealflow.projections.cases import Horizon
from dealflow.projections.situation import gathered
from dealflow.replay.differing import Change, changes
from dealflow.replay.dossier import Dossier, dossier, names_of, open_objections
from dealflow.replay.telling import sentence
from dealflow.replay.telling.words import Names
from dealflow.replay.voices import Voice, said_by


@attrs.frozen
class Line:
    """One record of the story: what it *changed* in its own stream, and how the deal stood after it.

    *on* is the day by which it had surely happened. *voice* is whose word it is, *told_by* which of
    their people said it. *late* is how long after it had surely happened it was recorded, zero where
    at once; *corrected* says that it does not stand as it was first recorded, *rests_on_corrected*
    which records that do not its verdict or its cause points at.
    """

    record: Record
    on: date
    when: str
    sentence: str
    voice: Voice
    told_by: UUID | None
    changed: tuple[Change, ...]
    status: Status | None
    stage: MilestoneKey | None
    amount: Money | None
    committee: tuple[Seat, ...]
    objections: tuple[Objection, ...]
    late: timedelta
    corrected: bool
    rests_on_corrected: tuple[int, ...] = ()


@attrs.frozen
class Chapter:
    """Lines that follow one another, under what they have in common: a day, or where the deal stood."""

    title: str
    lines: tuple[Line, ...]


UNOPENED = "before it was opened"


@attrs.frozen
class Story:
    """A deal told from its records, up to an instant on the happened clock.

    *dossier* is how it stood at the end of what is told; *names* what ids are called.
    """

    deal: UUID
    happened: datetime | None
    lines: tuple[Line, ...]
    dossier: Dossier
    names: Names

    def by_day(self) -> tuple[Chapter, ...]:
        """Return the story day by day."""
        return self._chapters(lambda line: line.on.isoformat())

    def by_milestone(self) -> tuple[Chapter, ...]:
        """Return the story milestone by milestone; each begins with the record that led there, an end with its own."""
        return self._chapters(_stood)

    def _chapters(self, title: Callable[[Line], str]) -> tuple[Chapter, ...]:
        return tuple(Chapter(name, tuple(some)) for name, some in groupby(self.lines, title))


def _stood(line: Line) -> str:
    if line.status is None or line.stage is None:
        return UNOPENED
    return line.stage if line.status is Status.OPEN else line.status.value


def story(deal: UUID, records: Sequence[Record], horizon: Horizon, happened: datetime | None) -> Story:
    """Tell the deal from whole streams of its own, of its people and of its account, as they were known."""
    whole = gathered(deal, records, horizon, happened=happened)
    written = dossier(whole, happened)
    names, changed = names_of(records, horizon.zone), amended(records)
    wanted = {record.position for record in written.records}
    teller = _Teller(deal, whole.nouns, horizon, names, changed)
    lines = [line for one in whole.told if (line := teller.hear(one, wanted)) is not None]
    return Story(deal, happened, tuple(lines), written, names)


@attrs.define
class _Teller:
    """How things stand as the records go by; the only thing here that changes."""

    deal: UUID
    nouns: Mapping[UUID, Noun[Any, Any]]
    horizon: Horizon
    names: Names
    amended: frozenset[int]
    states: dict[UUID, Any] = attrs.field(factory=dict)
    heard: list[Record] = attrs.field(factory=list)
    committee: tuple[Seat, ...] | None = None

    def hear(self, one: Told, wanted: Iterable[int]) -> Line | None:
        """Take a record in, and tell it where it is *wanted*."""
        record, noun = one.record, self.nouns[one.record.stream]
        before = self.states.get(record.stream)
        self.heard.append(record)
        self.states[record.stream] = noun.evolve(before, record.event)
        if noun.name in {"stakeholder", "interaction"}:
            self.committee = None
        return self._line(one, before) if record.position in wanted else None

    def _line(self, one: Told, before: object) -> Line:
        record, state = one.record, self.states.get(self.deal)
        deal = state if isinstance(state, Deal) else None
        if self.committee is None:
            self.committee = seats(self.deal, self.heard)
        voice, told_by = said_by(record)
        return Line(
            record=record,
            on=self.horizon.day(one.end),
            when=record.when.text(self.horizon.zone),
            sentence=sentence(record, self.names),
            voice=voice,
            told_by=told_by,
            changed=changes(before, self.states[record.stream]),
            status=deal.status if deal else None,
            stage=deal.stage if deal else None,
            amount=deal.amount if deal else None,
            committee=self.committee,
            objections=open_objections(self.deal, self.states),
            late=max(record.recorded_at - record.occurred_to, timedelta(0)),
            corrected=record.position in self.amended,
            rests_on_corrected=tuple(sorted(_pointed_at(record) & self.amended)),
        )


def amended(records: Sequence[Record]) -> frozenset[int]:
    """Return the positions of the records that were replaced or removed."""
    first = {record.position: record for record in records if not isinstance(record.event, Corrected)}
    standing = {one.position: one for stream in by_stream(records).values() for one in corrected(stream)}
    return frozenset(position for position, record in first.items() if standing.get(position) != record)


def _pointed_at(record: Record) -> set[int]:
    findings = record.event.verdict.findings if isinstance(record.event, StageAdvanced) else ()
    cited = {position for finding in findings for position in finding.records}
    return cited if record.cause is None else {*cited, record.cause}
