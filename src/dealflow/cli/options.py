"""Options that several verbs share, each declared once: where the journal is, as of when, in which form."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, TypedDict
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import attrs
from cyclopts import Parameter, Token

from dealflow.cli.output import STDIO, Failed, note
from dealflow.engine import DealFlow

DB = "sqlite:///dealflow.db"
_FILE = "sqlite:///"
EVENING = "a date (that evening in the journal's zone) or an instant such as 2026-02-28T17:00:00Z"
Moment = date | datetime


def moment(text: str) -> Moment:
    """Read a bare date, or an instant with its UTC offset; raises `ValueError` saying what is expected."""
    try:
        read = datetime.fromisoformat(text) if "T" in text or " " in text else date.fromisoformat(text)
    except ValueError:
        message = f"{text!r} is neither a date such as 2026-02-28 nor an instant such as 2026-02-28T17:00:00Z"
        raise ValueError(message) from None
    if isinstance(read, datetime) and read.tzinfo is None:
        message = f"{text!r} has no UTC offset: write {text}Z or {text}+01:00, or a bare date for that evening"
        raise ValueError(message)
    if not _within_reach(read):
        message = f"{text!r} is out of reach: give a day after {date.min} and before {date.max}"
        raise ValueError(message)
    return read


def _within_reach(read: Moment) -> bool:
    """Say whether a moment can be told in every zone: the first and the last day of all cannot."""
    try:
        day = read.astimezone(UTC).date() if isinstance(read, datetime) else read
    except OverflowError:
        return False
    return date.min < day < date.max


def a_moment(_type: Any, tokens: Sequence[Token]) -> Moment:
    """Read what an option was given as a moment."""
    return moment(tokens[0].value)


def a_day(_type: Any, tokens: Sequence[Token]) -> date:
    """Read what an option was given as a day."""
    text = tokens[0].value
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = f"{text!r} is not a date such as 2026-02-28"
        raise ValueError(message) from None


class Clocks(TypedDict):
    """What every question of `DealFlow` takes."""

    happened: Moment | None
    known: Moment | None
    knowledge: str


@Parameter(name="*")
@attrs.frozen(kw_only=True)
class Where:
    """Which journal is meant."""

    db: Annotated[
        str,
        Parameter(env_var="DEALFLOW_DB", help="The journal: sqlite:///relative.db or sqlite:////absolute/path.db."),
    ] = DB

    def reading(self) -> DealFlow:
        """Open a journal that is there already; raises `Failed` where none is."""
        file = journal_file(self.db)
        if file is not None and not file.exists():
            message = f"there is no journal {file}: import one (dealflow import --help), or name another with --db"
            raise Failed(message)
        flow = DealFlow.open(self.db)
        if flow.journal.head() == 0:
            note("the journal is empty: nothing has been imported or recorded yet")
        return flow

    @contextmanager
    def writing(self, begun: str | None = None, *, zone: str | None = None) -> Iterator[DealFlow]:
        """Open a journal, begun here if it is not there yet; where nothing comes of it, none is left behind.

        *zone* is what its bare dates are read in, and must be that of a journal which is there
        already; *begun* is only for a new one, where no *zone* is given.
        """
        file = journal_file(self.db)
        there = file is not None and file.exists()
        stored = there
        with DealFlow.open(self.db, zone=zone or (None if there else begun)) as flow:
            try:
                yield flow
                stored = True
            finally:
                stored = stored or flow.journal.head() > 0
                if not stored and file is not None:
                    flow.close()
                    _remove(file)


def _remove(file: Path) -> None:
    """Remove a journal, with what SQLite keeps beside it."""
    for name in (file, f"{file}-wal", f"{file}-shm"):
        Path(name).unlink(missing_ok=True)


def journal_file(url: str) -> Path | None:
    """Return the file that a URL names, or nothing where it names none."""
    path = url.removeprefix(_FILE)
    return Path(path) if url.startswith(_FILE) and path else None


@Parameter(name="*")
@attrs.frozen(kw_only=True)
class AsOf:
    """As of when, on the two clocks."""

    happened: Annotated[
        Moment | None,
        Parameter(converter=a_moment, help=f"What had happened by then: {EVENING}."),
    ] = None
    known: Annotated[
        Moment | None,
        Parameter(converter=a_moment, help=f"What was known by then: {EVENING}."),
    ] = None
    knowledge: Annotated[
        Literal["journal", "source"],
        Parameter(help="Who knew it: this journal, or the system that a record was imported from."),
    ] = "journal"

    @property
    def clocks(self) -> Clocks:
        """The clocks as questions of `DealFlow` take them."""
        return {"happened": self.happened, "known": self.known, "knowledge": self.knowledge}


def a_zone(_type: Any, tokens: Sequence[Token]) -> ZoneInfo:
    """Read the IANA name of a time zone."""
    try:
        return ZoneInfo(tokens[0].value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        message = f"{tokens[0].value!r} is not a time zone: give an IANA name such as Asia/Shanghai"
        raise ValueError(message) from None


def a_file(_type: Any, tokens: Sequence[Token]) -> str:
    """Read the name of a file, or the `-` that stands for standard input or output."""
    name = tokens[0].value
    if name.startswith("-") and name != STDIO:
        message = f"{name!r} is an option that this verb does not have (a file of that name is ./{name})"
        raise ValueError(message)
    return name


@Parameter(name="*")
@attrs.frozen(kw_only=True)
class Form:
    """In which form the answer comes."""

    json: Annotated[bool, Parameter(negative="", help="JSON on standard output, and nothing else there.")] = False


DEFAULT, NOW, TABLE = Where(), AsOf(), Form()
