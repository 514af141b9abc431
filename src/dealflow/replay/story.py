"""Story: the deal told record by record, with how things stood after each.

One sentence a record; beside it the stage, the amount, the committee and the objections standing
open at that moment. A record that was known much later than it happened says so.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any
from uuid import UUID

import attrs

from dealflow.domain.deal import Deal, StageAdvanced, Status
from dealflow.domain.noun import Corrected, Noun, corrected
from dealflow.domain.nouns import noun_of
from dealflow.domain.objection import Objection
from dealflow.domain.playbook import MilestoneKey
from dealflow.domain.seat import Seat, seats
from dealflow.domain.timeline import by_stream, timeline
from dealflow.journal import Record
from dealflow.money import Money
from dealflow.replay.dossier import Dossier, dossier, names_of, open_objections
from dealflow.replay.telling import sentence
from dealflow.replay.telling.words import Names


@attrs.frozen
class Line:
    """One record of the story, and how the deal stood after it.

    *late* is how long after it had surely happened it was recorded, zero where at once;
    *corrected* says that it does not stand as it was first recorded, *rests_on_corrected* which
    records that do not its verdict or its cause points at.
    """

    record: Record
    when: str
    sentence: str
    status: Status | None
    stage: MilestoneKey | None
    amount: Money | None
    committee: tuple[Seat, ...]
    objections: tuple[Objection, ...]
    late: timedelta
    corrected: bool
    rests_on_corrected: tuple[int, ...] = ()


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


def story(deal: UUID, records: Sequence[Record], happened: datetime | None, zone: tzinfo) -> Story:
    """Tell the deal from whole streams of its own, of its people and of its account."""
    whole = dossier(deal, records, happened)
    wanted = {record.position for record in whole.records}
    names = names_of(records)
    teller = _Teller(deal, {id_: noun_of(stream) for id_, stream in by_stream(records).items()})
    changed = amended(records)
    lines: list[Line] = []
    for record in timeline(records, happened):
        teller.hear(record)
        if record.position in wanted:
            lines.append(teller.line(record, names, zone, changed=changed))
    return Story(deal, happened, tuple(lines), whole, names)


@attrs.define
class _Teller:
    """How things stand as the records go by; the only thing here that changes."""

    deal: UUID
    nouns: dict[UUID, Noun[Any, Any]]
    states: dict[UUID, Any] = attrs.field(factory=dict)
    heard: list[Record] = attrs.field(factory=list)
    committee: tuple[Seat, ...] | None = None

    def hear(self, record: Record) -> None:
        self.heard.append(record)
        self.states[record.stream] = self.nouns[record.stream].evolve(self.states.get(record.stream), record.event)
        if self.nouns[record.stream].name in {"stakeholder", "interaction"}:
            self.committee = None

    def line(self, record: Record, names: Names, zone: tzinfo, *, changed: frozenset[int]) -> Line:
        state = self.states.get(self.deal)
        deal = state if isinstance(state, Deal) else None
        if self.committee is None:
            self.committee = seats(self.deal, self.heard)
        return Line(
            record=record,
            when=record.when.text(zone),
            sentence=sentence(record, names),
            status=deal.status if deal else None,
            stage=deal.stage if deal else None,
            amount=deal.amount if deal else None,
            committee=self.committee,
            objections=open_objections(self.deal, self.states.values()),
            late=max(record.recorded_at - record.occurred_to, timedelta(0)),
            corrected=record.position in changed,
            rests_on_corrected=tuple(sorted(_pointed_at(record) & changed)),
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
