"""Importing: a folder of CSV files and a mapping go in, a report of what became of them comes out."""

import os
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import attrs

from dealflow.domain.noun import corrected
from dealflow.domain.playbook import Playbook, playbook_id
from dealflow.domain.timeline import by_stream
from dealflow.engine import DealFlow
from dealflow.interchange.mapped.cells import Cells
from dealflow.interchange.mapped.drafts import Drafting
from dealflow.interchange.mapped.journeys import stages_of
from dealflow.interchange.mapped.mapping import CsvMapping
from dealflow.interchange.mapped.reconciling import Reconciliation
from dealflow.interchange.mapped.report import FileRead, Report, unmapped
from dealflow.interchange.mapped.sources import Sources, read_sources
from dealflow.interchange.mapped.telling import Told, tell_all
from dealflow.interchange.mapped.written import read_mapping, strange_stages
from dealflow.interchange.pipeline import ImportRefused, Progress, import_facts, nothing
from dealflow.interchange.rejects import must_be_writable, rows_by_place, write_rejects
from dealflow.journal import Record, until


def import_csv(
    flow: DealFlow,
    directory: Path,
    mapping: Path,
    *,
    by: str = "import",
    org: str | None = None,
    rejects: Path | None = None,
    progress: Progress = nothing,
    exported: date | datetime | None = None,
    secret: str | None = None,
) -> Report:
    """Import the CSV files in *directory* as *mapping* says.

    *org* names whose data it is (else the mapping does, else the folder's name): it is part of every
    id, so a later export must be given the same. *exported* is when the export was made (else the
    mapping says so, else it is now), *secret* the key that personal keys are digested with (else the
    mapping names an environment variable). With *rejects*, streams with a problem are written to
    that file as JSON lines, and the rest goes in; without, any problem raises `ImportRefused`, which
    lists them all, and nothing is stored.
    """
    must_be_writable(rejects)
    read = read_mapping(mapping)
    playbook = _playbook(flow, read)
    hidden = secret or (os.environ.get(read.secret) if read.secret else None) or ""
    sources = read_sources(read, directory, org or read.org or directory.resolve().name, hidden.encode())
    cells = _cells(flow, sources, exported)
    drafting = Drafting(cells, playbook)
    told = tell_all(drafting, playbook, _Begun(flow), by)
    imported = import_facts(flow, told.facts, troubles=told.spoilt, set_aside=rejects is not None, progress=progress)
    if rejects is not None:
        rows = rows_by_place(row for table in sources.tables.values() for row in table.rows)
        write_rejects(imported.rejects, rejects, rows)
    stages = stages_of(playbook) if playbook is not None else None
    rejected = frozenset(reject.stream for reject in imported.rejects)
    deals = {deal.deal: deal for deal in flow.deals()} if any(one.checks for one in read.files.values()) else {}
    return Report(
        system=read.system,
        org=sources.org,
        imported=imported,
        files=tuple(_files(sources, told)),
        ignored=tuple(name for name in read.ignore if (directory / name).exists()),
        strange=tuple(unmapped(directory, read)),
        left_out=sum(told.left_out.values()),
        differences=tuple(Reconciliation(cells, stages, deals, rejected).differences()),
    )


def _cells(flow: DealFlow, sources: Sources, exported: date | datetime | None) -> Cells:
    when = exported or sources.mapping.exported
    known: dict[UUID, bool] = {}

    def exists(stream: UUID) -> bool:
        if stream not in known:
            known[stream] = bool(flow.journal.stream(stream))
        return known[stream]

    if isinstance(when, datetime) and when.tzinfo is None:
        when = when.replace(tzinfo=sources.mapping.settings.zone or flow.zone)
    moment = until(when, flow.zone) if when is not None else datetime.now(UTC)
    return Cells(sources, flow.zone, moment, exists)


def _playbook(flow: DealFlow, mapping: CsvMapping) -> Playbook | None:
    """Return the playbook deals are opened under; raises `ImportRefused` where the journal has another."""
    asked = mapping.playbook
    if asked is None:
        return None
    key = asked if isinstance(asked, str) else asked.key
    known: Playbook | None = flow.state(playbook_id(key))
    if isinstance(asked, str):
        if known is None:
            message = f"no playbook {key!r} in this journal: define it here, as [playbook], or name another"
            raise ImportRefused([mapping.trouble("playbook", message)])
        if troubles := [mapping.trouble(*one) for one in strange_stages(mapping, known)]:
            raise ImportRefused(troubles)
        return known
    if known is not None and asked.milestones() not in known.versions:
        message = (
            f"the journal has another playbook {key!r}, with {', '.join(known.keys())} instead of "
            f"{', '.join(asked.keys())}: give this one a key of its own, or revise that one"
        )
        raise ImportRefused([mapping.trouble("playbook", message)])
    return asked


@attrs.frozen
class _Begun:
    """Looks up how deals began that the journal knows."""

    flow: DealFlow

    def __call__(self, deals: Iterable[UUID]) -> Mapping[UUID, Record]:
        if self.flow.journal.head() == 0:
            return {}
        streams = by_stream(self.flow.journal.streams(deals))
        return {deal: corrected(records)[0] for deal, records in streams.items()}


def _files(sources: Sources, told: Told) -> Iterable[FileRead]:
    used = sources.mapping.columns()
    for name, table in sources.tables.items():
        file = sources.mapping.files[name]
        kinds = [give.kind for give in file.gives]
        yield FileRead(
            file=file.path,
            delimiter=table.delimiter,
            rows=len(table.rows),
            repeated=sources.repeated[name],
            left_out=tuple(sources.source_key(name, None, key) for key in sorted(sources.left_out[name])),
            unsaid=sum(told.unsaid[kind] for kind in kinds if kind in told.unsaid),
            unmapped=tuple(one for one in table.columns if one and one not in {*used[name], *file.ignore}),
        )
