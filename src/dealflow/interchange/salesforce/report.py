"""Report: what an import of an export found, did and left open, as values, as JSON and in words."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID

import attrs

from dealflow.interchange.pipeline import Trouble
from dealflow.interchange.salesforce.files import Sort
from dealflow.interchange.salesforce.notices import TEXTS, About, Notice, by_kind
from dealflow.interchange.salesforce.reconcile import CLOSE_DATE, Difference
from dealflow.interchange.salesforce.rows import Deleted

FEW = 8  # columns or keys that are named in a line of text


@attrs.frozen
class FileRead:
    """A file that was recognised, and the columns of it that nothing was read from."""

    file: str
    sort: Sort
    rows: int
    delimiter: str
    unread: tuple[str, ...]


@attrs.frozen
class Counts:
    """How much of each kind the export holds, soft-deleted rows aside.

    *moves* are changes of stage after the first row of a history, *won_to_lost* those of them.
    """

    accounts: int = 0
    contacts: int = 0
    leads: int = 0
    converted_leads: int = 0
    deals: int = 0
    won: int = 0
    lost: int = 0
    open: int = 0
    history_rows: int = 0
    moves: int = 0
    won_to_lost: int = 0
    field_history: int = 0
    contact_roles: int = 0
    tasks: int = 0
    events: int = 0
    users: int = 0


@attrs.frozen
class Rejected:
    """A stream that was set aside, by its key in the source where it has one."""

    stream: UUID
    key: str | None
    troubles: tuple[Trouble, ...]


@attrs.frozen
class SalesforceReport:
    """What an import did.

    *stored* facts led to *records*; *known* ones were in the journal already, *quiet* ones changed
    nothing. *compared* are the fields that were held against the source's current rows, *titles*
    those of the deals that are spoken of, by their keys.
    """

    org: str
    files: tuple[FileRead, ...]
    ignored: tuple[str, ...]
    counts: Counts
    deleted: tuple[Deleted, ...]
    stored: int
    records: int
    known: int
    quiet: int
    rejects: tuple[Rejected, ...]
    compared: tuple[str, ...]
    differences: tuple[Difference, ...]
    notices: tuple[Notice, ...]
    titles: Mapping[str, str] = MappingProxyType({})


def as_json(report: SalesforceReport) -> dict[str, Any]:
    """Return the report as plain JSON values."""
    return {
        "org": report.org,
        "files": [attrs.asdict(one) | {"sort": one.sort.value, "unread": list(one.unread)} for one in report.files],
        "ignored": list(report.ignored),
        "counts": attrs.asdict(report.counts),
        "deleted": {
            sort.value: [one.key for one in report.deleted if one.sort is sort] for sort in _sorts(report.deleted)
        },
        "stored": report.stored,
        "records": report.records,
        "known": report.known,
        "quiet": report.quiet,
        "rejects": [
            {"stream": str(one.stream), "key": one.key, "troubles": [str(trouble) for trouble in one.troubles]}
            for one in report.rejects
        ],
        "compared": list(report.compared),
        "differences": [attrs.asdict(one) for one in report.differences],
        "notices": [
            {
                "about": about.value,
                "text": TEXTS[about],
                "count": len(notices),
                "of": [{"key": one.key, "detail": one.detail, **attrs.asdict(one.place)} for one in notices],
            }
            for about, notices in by_kind(report.notices).items()
        ],
    }


def as_text(report: SalesforceReport) -> str:
    """Return the report in words, a line for each thing, the reconciliation last."""
    return "\n".join(_lines(report))


def _lines(report: SalesforceReport) -> Iterator[str]:
    counts = report.counts
    yield (
        f"{report.org}: {counts.deals} deals ({counts.won} won, {counts.lost} lost, {counts.open} open), "
        f"{counts.accounts} accounts, {counts.contacts} contacts, {counts.leads} leads "
        f"({counts.converted_leads} converted), {counts.tasks} tasks, {counts.events} events"
    )
    if counts.history_rows:
        yield (
            f"{counts.history_rows} rows of history: {counts.moves} stage moves after the first row, "
            f"{counts.won_to_lost} of them from won to lost"
        )
    yield (
        f"{report.stored} facts stored as {report.records} records, {report.known} known already, "
        f"{report.quiet} changed nothing"
    )
    for file in report.files:
        unread = f"; not read: {_some(file.unread)}" if file.unread else ""
        delimiter = _DELIMITERS.get(file.delimiter, file.delimiter)
        yield f"{file.file}: {file.sort}, {file.rows} rows, separated by {delimiter}{unread}"
    if report.ignored:
        yield f"not files of an export, ignored: {', '.join(report.ignored)}"
    yield from _left_out(report)
    yield from _reconciliation(report)


_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}


def _left_out(report: SalesforceReport) -> Iterator[str]:
    for sort in _sorts(report.deleted):
        keys = [one.key for one in report.deleted if one.sort is sort]
        rows = sum(file.rows for file in report.files if file.sort is sort)
        all_of = f"all {rows}" if len(keys) == rows else f"{len(keys)} of {rows}"
        yield f"{all_of} rows of {sort} are soft-deleted and left out: {', '.join(keys)}"
    for reject in report.rejects:
        yield f"set aside: {reject.key or reject.stream}: {'; '.join(str(trouble) for trouble in reject.troubles)}"


def _reconciliation(report: SalesforceReport) -> Iterator[str]:
    """Say every notice and every difference once: an untold close date is both."""
    untold: set[str] = set()
    for about, notices in by_kind(report.notices).items():
        yield f"{len(notices)} {'row' if len(notices) == 1 else 'rows'}: {TEXTS[about]}"
        yield from (
            f"  {_named(report, one.key)}{f': {one.detail}' if one.detail else ''} ({one.place})" for one in notices
        )
        untold |= {one.key for one in notices} if about is About.CLOSE_DATE_UNTOLD else set()
    same = [field for field in report.compared if field not in {one.field for one in report.differences}]
    if same and report.counts.deals:
        yield f"no difference between the source's current rows and the journal in {', '.join(same)}"
    for field in dict.fromkeys(one.field for one in report.differences):
        differing = [one for one in report.differences if one.field == field]
        said = [one for one in differing if field == CLOSE_DATE and one.deal in untold]
        listed = f", {len(said)} of them listed above" if said else ""
        yield f"{field} differs in {len(differing)} {'deal' if len(differing) == 1 else 'deals'}{listed}"
        for one in differing:
            if one not in said:
                yield f"  {_named(report, one.deal)}: {_both(one)} ({one.place})"


def _both(one: Difference) -> str:
    return f"{one.source or 'nothing'} there, {one.ours or 'nothing'} here"


def _named(report: SalesforceReport, key: str) -> str:
    return f"{key} {report.titles[key]}" if key in report.titles else key


def _some(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - FEW} more" if len(names) > FEW else ""
    return ", ".join(names[:FEW]) + more


def _sorts(deleted: Iterable[Deleted]) -> tuple[Sort, ...]:
    found = {one.sort for one in deleted}
    return tuple(sort for sort in Sort if sort in found)
