"""Verbs that bring a history in: a CRM's export, mapped tables, another journal."""

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import tzinfo
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import attrs
from cyclopts import App, Parameter

from dealflow.cli.options import DEFAULT, TABLE, Form, Moment, Where, a_file, a_moment, a_zone
from dealflow.cli.output import STDIO, Failed, note, progress, show_json
from dealflow.engine import DealFlow
from dealflow.interchange.mapped import import_csv
from dealflow.interchange.mapped.written import read_mapping
from dealflow.interchange.salesforce import as_json, as_text, import_salesforce, read_tables
from dealflow.plain import plain
from dealflow.store.errors import BadLine
from dealflow.store.jsonl import read_header, read_jsonl

import_app = App(name="import", help="Bring a history in: a CRM's export, mapped tables, another journal.")
ZONE = "The zone a new journal reads bare dates in. [default: --timezone, or the mapping's `zone`, or UTC]"
Folder = Annotated[Path, Parameter(help="The folder with the files.")]


@Parameter(name="*")
@attrs.frozen(kw_only=True)
class Inflow:
    """What the importers of other systems share."""

    org: Annotated[
        str | None, Parameter(help="Whose data it is; a later export must be given the same. [default: the folder]")
    ] = None
    by: Annotated[str, Parameter(help="Who imports, as the journal will name them.")] = "import"
    rejects: Annotated[
        Path | None,
        Parameter(help="Write what cannot be imported to this file (JSON lines), and import the rest."),
    ] = None
    zone: Annotated[
        ZoneInfo | None,
        Parameter(converter=a_zone, help=ZONE),
    ] = None

    def must_be_utf8(self, directory: Path) -> None:
        """Refuse names that no journal can keep."""
        for option, name in (("--org", self.org or directory.resolve().name), ("--by", self.by)):
            if name.encode(errors="ignore").decode() != name:
                message = f"{name!r} is not UTF-8: name it otherwise, with {option}"
                raise Failed(message)

    def writing(self, where: Where, begun: tzinfo | None) -> AbstractContextManager[DealFlow]:
        """Open the journal; a new one is *begun* in that zone, unless one is given."""
        return where.writing(str(begun) if begun else None, zone=self.zone.key if self.zone else None)


SHARED = Inflow()


@import_app.command
def salesforce(
    directory: Folder,
    /,
    *,
    timezone: Annotated[
        ZoneInfo | None, Parameter(converter=a_zone, help="The zone of times without an offset, such as Asia/Shanghai.")
    ] = None,
    currency: Annotated[str | None, Parameter(help="The currency of amounts that name none, such as USD.")] = None,
    date_order: Annotated[
        Literal["mdy", "dmy"] | None, Parameter(help="Month or day first, where the dates do not tell.")
    ] = None,
    stages: Annotated[
        Path | None, Parameter(help="A CSV table of the organisation's own stages. [default: the standard ones]")
    ] = None,
    levels: Annotated[
        Path | None, Parameter(help="A CSV table word,level: what in a title makes it which. [default: built in]")
    ] = None,
    roles: Annotated[
        Path | None, Parameter(help="A CSV table word,role: which contact role is which buyer. [default: built in]")
    ] = None,
    inflow: Inflow = SHARED,
    where: Where = DEFAULT,
    form: Form = TABLE,
) -> None:
    """Import a Salesforce export: CSV files as the API, a report or a warehouse writes them."""
    _must_be_there(directory)
    inflow.must_be_utf8(directory)
    with inflow.writing(where, timezone) as flow, progress("storing") as bar:
        report = import_salesforce(
            flow,
            directory,
            org=inflow.org,
            timezone=timezone,
            currency=currency,
            date_order=date_order,
            stages=stages,
            tables=read_tables(levels, roles),
            by=inflow.by,
            rejects=inflow.rejects,
            progress=bar,
        )
    note(*as_text(report).splitlines())
    if form.json:
        show_json(as_json(report))


@import_app.command
def csv(
    directory: Folder,
    /,
    *,
    mapping: Annotated[Path, Parameter(help="The TOML file that says what the columns mean.")],
    exported: Annotated[
        Moment | None, Parameter(converter=a_moment, help="When the export was made. [default: as the mapping says]")
    ] = None,
    inflow: Inflow = SHARED,
    where: Where = DEFAULT,
    form: Form = TABLE,
) -> None:
    """Import CSV files as a mapping says."""
    _must_be_there(directory)
    inflow.must_be_utf8(directory)
    zone = read_mapping(mapping).settings.zone
    with inflow.writing(where, zone) as flow, progress("storing") as bar:
        report = import_csv(
            flow,
            directory,
            mapping,
            by=inflow.by,
            org=inflow.org,
            rejects=inflow.rejects,
            progress=bar,
            exported=exported,
        )
    note(*report.lines())
    if form.json:
        show_json(_without_commands(plain(report)))


def _must_be_there(directory: Path) -> None:
    if not directory.is_dir():
        message = f"there is no folder {directory}: name the one that holds the export's files"
        raise Failed(message)


def _without_commands(report: dict[str, Any]) -> dict[str, Any]:
    """What was set aside is told by its stream and its troubles; its rows are in the rejects file."""
    for reject in report["imported"]["rejects"]:
        del reject["facts"]
    return report


@import_app.command
def jsonl(
    file: Annotated[
        str,
        Parameter(
            converter=a_file, allow_leading_hyphen=True, help="What dealflow export jsonl wrote; - is standard input."
        ),
    ],
    /,
    *,
    where: Where = DEFAULT,
    form: Form = TABLE,
) -> None:
    """Take a whole journal over, positions and both clocks included, into a new one."""
    try:
        with _lines(file) as lines:
            first = next(lines, "")
            with where.writing(read_header(first).zone) as flow:
                read_jsonl(chain([first], lines), flow.journal)
                position = flow.journal.head()
    except (BadLine, UnicodeDecodeError) as error:
        message = f"{file}: {error}"
        raise Failed(message) from None
    note(f"{file}: taken over, up to position {position}")
    if form.json:
        show_json({"file": file, "position": position})


@contextmanager
def _lines(file: str) -> Iterator[Iterator[str]]:
    """Read line by line, so that what cannot be read is found in its own line."""
    if file == STDIO:
        yield (line.decode() for line in sys.stdin.buffer)
        return
    try:
        with Path(file).open("rb") as stream:
            yield (line.decode() for line in stream)
    except OSError as error:
        message = f"{file} cannot be read: {error.strerror}"
        raise Failed(message) from None
