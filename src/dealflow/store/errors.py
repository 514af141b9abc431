"""What can go wrong between the engine and the place where the journal is kept.

Each error says what was asked, what is so, and what to do; the library's and the database's own
errors never come through::

    StoreError
    ├── Conflict            somebody else was quicker (VersionTaken, CommandDone, JournalGrown)
    │   ├── VersionTaken    another record has become that version
    │   └── CommandDone     the very same command has been carried out
    ├── CommandReused       a command id was seen before, with another command
    ├── ClockAhead          the last record lies far in the future: a clock is wrong
    ├── Unstorable          what was to be stored could not be read back
    ├── Unreadable          a record's data is not what its name promises
    │   ├── UnknownEvent    its name is not in our vocabulary
    │   └── NewerEvent      it was written by a newer dealflow
    ├── UnreadableRow       a row in a checkpoint is not what its view's version promises
    ├── StoreUnavailable    locked, full, closed, or out of reach
    ├── CannotOpen          this is no journal for us
    │   ├── UnknownURL      the URL names no store that we know
    │   ├── NotAJournal     the file holds something else
    │   ├── NewerSchema     its tables were made by a newer dealflow
    │   └── OtherZone       it was begun in another time zone
    └── CannotImport        an export cannot be read in
        ├── NotEmpty        the journal holds something already
        └── BadLine         a line is not what an export holds at that place
"""

from datetime import datetime
from uuid import UUID


class StoreError(Exception):
    """The journal could not do what was asked; nothing of it was done."""


class Conflict(StoreError):
    """Somebody else was quicker: a version or a command id was taken in the meantime."""


class VersionTaken(Conflict):
    """A record was to become version *asked* of a stream that stands at *latest*."""

    def __init__(self, stream: UUID, asked: int, latest: int) -> None:
        super().__init__(
            f"stream {stream}: asked to append version {asked}, but its latest is {latest}, "
            f"so the next is {latest + 1}: read the stream again and decide again"
        )
        self.stream, self.asked, self.latest = stream, asked, latest


class CommandDone(Conflict):
    """The very same command was carried out by somebody else in the meantime."""

    def __init__(self, command_id: str) -> None:
        super().__init__(f"command {command_id!r} has been carried out already: look up what it led to")
        self.command_id = command_id


class JournalGrown(Conflict):
    """What was decided leaned on positions that are somebody else's by now."""

    def __init__(self, asked: int, head: int) -> None:
        super().__init__(f"decided at position {asked}, but the journal stands at {head}: read and decide again")
        self.asked, self.head = asked, head


class CommandReused(StoreError):
    """A command id stands for one command for ever."""

    def __init__(self, command_id: str) -> None:
        super().__init__(
            f"command id {command_id!r} was used before, for another command: "
            "give a new id, or repeat the command exactly as it was"
        )
        self.command_id = command_id


class ClockAhead(StoreError):
    """The journal's last record lies so far in the future that a clock must be wrong."""

    def __init__(self, last: datetime, now: datetime) -> None:
        super().__init__(
            f"the last record was recorded at {last.isoformat()}, but it is {now.isoformat()} now: "
            "set this machine's clock right, or wait until then"
        )
        self.last, self.now = last, now


class Unstorable(StoreError):
    """What was to be stored would not be read back as what it is."""


class Unreadable(StoreError):
    """A record's data is not what its name and schema version promise."""

    def __init__(self, name: str, schema: int, position: int | None, why: str) -> None:
        place = f"record {position}" if position is not None else "an event"
        super().__init__(f"{place} is a {name!r} of schema {schema}: {why}")
        self.name, self.schema, self.position, self.why = name, schema, position, why


class UnknownEvent(Unreadable):
    """A stored name that our vocabulary does not have."""

    def __init__(self, name: str, schema: int, position: int | None = None) -> None:
        super().__init__(name, schema, position, "this dealflow knows no such event; upgrade dealflow")


class NewerEvent(Unreadable):
    """A stored form that is newer than we are."""

    def __init__(self, name: str, schema: int, known: int, position: int | None = None) -> None:
        super().__init__(name, schema, position, f"this dealflow reads schemas 1 to {known}; upgrade dealflow")
        self.known = known


class UnreadableRow(StoreError):
    """A row in a checkpoint has not the shape that its view's version now has."""

    def __init__(self, name: str, version: int, why: str) -> None:
        super().__init__(
            f"a row kept for the view {name!r}, version {version}, cannot be read ({why}): raise the view's version, "
            f"or forget what is kept with drop_checkpoint({name!r}, {version})"
        )
        self.name, self.version, self.why = name, version, why


class StoreUnavailable(StoreError):
    """The store cannot be reached, or could not be had in time."""


class CannotOpen(StoreError):
    """What the URL names is no journal for us."""


class UnknownURL(CannotOpen):
    """The URL names no store that we know."""


class NotAJournal(CannotOpen):
    """The file holds something that is not ours, and is left as it is."""

    def __init__(self, where: str) -> None:
        super().__init__(f"{where} is no journal of dealflow: name another file; this one was left as it is")


class NewerSchema(CannotOpen):
    """The journal's tables were made by a newer dealflow."""

    def __init__(self, where: str, schema: int, known: int) -> None:
        super().__init__(f"{where} has tables of schema {schema}, this dealflow knows {known}: upgrade dealflow")
        self.schema, self.known = schema, known


class OtherZone(CannotOpen):
    """The journal was begun in another time zone, which its bare dates are read in."""

    def __init__(self, where: str, asked: str, zone: str) -> None:
        super().__init__(
            f"{where} reads bare dates in {zone}, but was to be opened in {asked}: "
            "leave the zone out, or start a new journal"
        )
        self.asked, self.zone = asked, zone


class CannotImport(StoreError):
    """An export cannot be read in."""


class NotEmpty(CannotImport):
    """An export is a whole journal; it cannot be added to another."""

    def __init__(self, head: int) -> None:
        super().__init__(f"the journal holds records up to position {head} already: import into a new, empty one")


class BadLine(CannotImport):
    """A line is not what an export holds at that place."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(f"line {line}: {why}; nothing was imported")
        self.line, self.why = line, why
