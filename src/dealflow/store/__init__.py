"""Where the journal is kept. The only package that knows the library underneath."""

from collections.abc import Callable
from datetime import UTC, datetime

from dealflow.store.errors import UnknownURL
from dealflow.store.journal import Journal, Remembered
from dealflow.store.sqlite import SQLiteJournal

__all__ = ["Journal", "Remembered", "open_journal"]

UNDERSTOOD = "understood are memory:, sqlite:///relative.db and sqlite:////absolute/path.db"


def utc_now() -> datetime:
    """Read this machine's clock."""
    return datetime.now(UTC)


def open_journal(url: str, *, zone: str | None = None, clock: Callable[[], datetime] = utc_now) -> Journal:
    """Open the journal that *url* names, or begin it there.

    *zone*, an IANA name, is what bare dates are read in: chosen when the journal is begun (UTC if
    none is given) and the same ever after. *clock* says when something is recorded.
    """
    scheme, _, rest = url.partition(":")
    if url == "memory:":
        return SQLiteJournal(":memory:", zone=zone, clock=clock)
    if scheme == "sqlite" and rest.startswith("///") and rest != "///" and "?" not in rest:
        return SQLiteJournal(rest.removeprefix("///"), zone=zone, clock=clock)
    message = f"{_flaw(scheme, rest)}: {UNDERSTOOD}"
    raise UnknownURL(message)


def _flaw(scheme: str, rest: str) -> str:
    """Say what keeps this from naming a journal; never the URL itself, which may hold a password."""
    if scheme == "sqlite":
        return "a URL of SQLite has three slashes, a file and nothing after it"
    if scheme.startswith("postgres"):
        return "PostgreSQL comes with a later release, as the extra `postgres`"
    return f"no journal is kept in {scheme!r}" if rest.startswith("//") else "this is no URL of a journal"
