"""Importing: a folder read, told, stored and reconciled."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from pathlib import Path
from typing import TextIO
from uuid import UUID

from dealflow.domain.deal import Status
from dealflow.domain.playbook import playbook_id
from dealflow.domain.timeline import by_stream
from dealflow.engine import DealFlow
from dealflow.interchange.pipeline import (
    Imported,
    ImportRefused,
    Place,
    Progress,
    Reject,
    Trouble,
    import_facts,
    nothing,
)
from dealflow.interchange.rejects import must_be_writable, rows_by_place, write_rejects
from dealflow.interchange.salesforce.export import read_export
from dealflow.interchange.salesforce.files import Folder, Sort, read_folder, read_sheet
from dealflow.interchange.salesforce.notices import Notice
from dealflow.interchange.salesforce.reading import Spoilt, Ways
from dealflow.interchange.salesforce.reconcile import COLUMNS, Difference, Pair, differences, moves, pair, untold
from dealflow.interchange.salesforce.report import Counts, FileRead, Rejected, SalesforceReport
from dealflow.interchange.salesforce.rows import Export
from dealflow.interchange.salesforce.scribe import Scribe
from dealflow.interchange.salesforce.stagetable import StageTable, playbook_key, read_stages, standard
from dealflow.interchange.salesforce.tables import Tables
from dealflow.interchange.salesforce.telling import Telling, tell_export
from dealflow.interchange.values import ORDERS
from dealflow.journal import Record
from dealflow.money import Money

DEFAULT_TABLES = Tables()


def import_salesforce(
    flow: DealFlow,
    directory: Path,
    *,
    org: str | None = None,
    timezone: tzinfo | None = None,
    currency: str | None = None,
    date_order: str | None = None,
    stages: Path | None = None,
    tables: Tables = DEFAULT_TABLES,
    by: str = "import",
    rejects: TextIO | Path | None = None,
    progress: Progress = nothing,
    now: datetime | None = None,
) -> SalesforceReport:
    """Import a folder of exported tables; importing it again adds only what is new or changed in it.

    *org* names the organisation (the folder, if absent): keys are known again under it. *timezone*
    is where naive times are from, *currency* that of amounts beside which none stands, *date_order*
    `mdy` or `dmy` where no column tells; *stages* is a table of stages to be used instead of the
    export's own, *tables* what titles and role words mean. With *rejects*, what has a problem is
    set aside there; without it nothing is stored while there is one, and `ImportRefused` is raised.
    A stamp later than *now* (the computer's clock, if absent) is such a problem.
    """
    must_be_writable(rejects)
    ways = _ways(flow, timezone, currency, date_order)
    folder, unreadable = read_folder(directory)
    table, odd = _stage_table(folder, stages, ways)
    export = read_export(folder, org or directory.resolve().name, ways, now or datetime.now(UTC))
    found = [*((None, trouble) for trouble in unreadable), *odd, *export.troubles]
    if any(stream is None for stream, _ in found):
        raise ImportRefused([trouble for _, trouble in found])
    scribe = _scribe(flow, org or directory.resolve().name, by, ways, export)
    telling = tell_export(scribe, table, tables)
    imported = import_facts(
        flow,
        telling.told.facts,
        troubles=[*found, *telling.told.troubles],
        set_aside=rejects is not None,
        progress=progress,
    )
    if rejects is not None:
        rows = (row for sheet in folder.sheets for row in sheet.table.rows)
        write_rejects(imported.rejects, rejects, rows_by_place(rows))
    return _report(flow, scribe, folder, telling, imported)


def _ways(flow: DealFlow, zone: tzinfo | None, currency: str | None, order: str | None) -> Ways:
    troubles = []
    if order not in {None, *ORDERS}:
        troubles.append(Trouble(Place("date order"), f"{order!r} is no order of day and month: expected mdy or dmy"))
    if currency is not None and (flaw := Money(Decimal(0), currency.upper()).flaw()) is not None:
        troubles.append(Trouble(Place("currency"), flaw))
    if troubles:
        raise ImportRefused(troubles)
    return Ways(zone or flow.zone, zone, order, currency)


def _stage_table(folder: Folder, file: Path | None, ways: Ways) -> tuple[StageTable, Sequence[Spoilt]]:
    """Take the table of stages that was given, else the export's own, else the standard one."""
    try:
        sheet = read_sheet(file, Sort.STAGE) if file is not None else folder.sheet(Sort.STAGE)
    except ImportRefused as no:
        return standard(), [(None, trouble) for trouble in no.troubles]
    return (standard(), ()) if sheet is None else read_stages(sheet, ways)


def _scribe(flow: DealFlow, org: str, by: str, ways: Ways, export: Export) -> Scribe:
    """Look up what the journal holds of everything that the export speaks of."""
    bare = Scribe(org, by, ways, export)
    streams = [playbook_id(playbook_key(org)), *(bare.stream(sort, key) for sort, key in _keys(export))]
    known = by_stream(flow.journal.streams(dict.fromkeys(streams)))
    return Scribe(org, by, ways, export, {stream: tuple(records) for stream, records in known.items()})


def _keys(export: Export) -> Iterator[tuple[Sort, str]]:
    for account in export.accounts:
        yield Sort.ACCOUNT, account.key
        yield Sort.ACCOUNT, account.parent or ""
    for contact in export.contacts:
        yield Sort.CONTACT, contact.key
        yield Sort.ACCOUNT, contact.account or ""
        yield Sort.CONTACT, contact.manager or ""
    for deal in export.opportunities:
        yield Sort.OPPORTUNITY, deal.key
        yield Sort.ACCOUNT, deal.account or ""
    for role in export.roles:
        yield Sort.CONTACT, role.contact
        yield Sort.OPPORTUNITY, role.deal
    for row in export.contacting:
        yield row.sort, row.key
        yield Sort.ACCOUNT, row.account or ""
        yield Sort.ACCOUNT, row.what or ""
        yield Sort.OPPORTUNITY, row.what or ""
        yield Sort.CONTACT, row.who or ""
    yield from ((one.sort, one.key) for one in export.deleted)


# The report


def _report(flow: DealFlow, scribe: Scribe, folder: Folder, telling: Telling, imported: Imported) -> SalesforceReport:
    aside = {reject.stream for reject in imported.rejects}
    pairs = _pairs(flow, scribe, telling, aside)
    different = [one for pair in pairs for one in differences(pair, telling.meaning, scribe.ways)]
    kept = {pair.row.key for pair in pairs}
    lost = {case for case in telling.lives if case not in kept}
    notices = [one for one in telling.told.notices if one.key not in lost]
    notices += [one for pair in pairs if (one := untold(pair.row, pair.history)) is not None]
    return SalesforceReport(
        org=scribe.org,
        files=tuple(
            FileRead(one.table.file, one.sort, len(one.table.rows), one.table.delimiter, one.unread)
            for one in folder.sheets
        ),
        ignored=folder.ignored,
        counts=_counts(scribe.export, telling, pairs),
        deleted=scribe.export.deleted,
        stored=imported.stored,
        records=imported.records,
        known=imported.known,
        quiet=imported.quiet,
        rejects=tuple(_rejected(reject) for reject in imported.rejects),
        compared=_compared(folder),
        differences=tuple(different),
        notices=tuple(notices),
        titles=_titles(pairs, different, notices),
    )


def _compared(folder: Folder) -> tuple[str, ...]:
    sheet = folder.sheet(Sort.OPPORTUNITY) or folder.sheet(Sort.VERSION)
    return () if sheet is None else tuple(field for field, column in COLUMNS.items() if sheet.has(column))


def _pairs(flow: DealFlow, scribe: Scribe, telling: Telling, aside: set[UUID]) -> list[Pair]:
    """Put each row that went in beside its deal, as the journal has it now."""
    streams = {scribe.stream(Sort.OPPORTUNITY, key): life for key, life in telling.lives.items()}
    records: Mapping[UUID, Sequence[Record]] = by_stream(flow.journal.streams(set(streams) - aside))
    found = []
    for row in scribe.export.opportunities:
        stream = scribe.stream(Sort.OPPORTUNITY, row.key)
        if stream in records:
            positions = telling.lives[row.key].history
            account = scribe.stream(Sort.ACCOUNT, row.account or "")
            found.append(pair(row, records[stream], account, positions))
    return [one for one in found if one is not None]


def _counts(export: Export, telling: Telling, pairs: Sequence[Pair]) -> Counts:
    statuses = [pair.ours.status for pair in pairs]
    moved, won_to_lost = moves((telling.lives[pair.row.key] for pair in pairs), telling.meaning)
    return Counts(
        accounts=len(export.accounts),
        contacts=len(export.contacts),
        leads=len(export.leads),
        converted_leads=sum(lead.converted for lead in export.leads),
        deals=len(pairs),
        won=statuses.count(Status.WON),
        lost=statuses.count(Status.LOST),
        open=statuses.count(Status.OPEN),
        history_rows=len(export.history),
        moves=moved,
        won_to_lost=won_to_lost,
        field_history=export.field_history,
        contact_roles=len(export.roles),
        tasks=sum(row.sort is Sort.TASK for row in export.contacting),
        events=sum(row.sort is Sort.EVENT for row in export.contacting),
        users=export.users,
    )


def _rejected(reject: Reject) -> Rejected:
    keys = (fact.ask.source.key for fact in reject.facts if fact.ask.source is not None)
    return Rejected(reject.stream, next(keys, None), reject.troubles)


def _titles(pairs: Iterable[Pair], different: Iterable[Difference], notices: Iterable[Notice]) -> Mapping[str, str]:
    spoken_of = {one.deal for one in different} | {one.key for one in notices}
    return {pair.row.key: pair.row.name for pair in pairs if pair.row.key in spoken_of}
