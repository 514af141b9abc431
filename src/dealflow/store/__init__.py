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
    none is given) and the same ever after. *clock* says what the records' `recorded_at` is.
    """
    scheme, _, rest = url.partition(":")
    match scheme:
        case "memory" if not rest:
            return SQLiteJournal(":memory:", zone=zone, clock=clock)
        case "sqlite" if len(rest) > len("///") and rest.startswith("///"):
            return SQLiteJournal(rest.removeprefix("///"), zone=zone, clock=clock)
        case "postgresql" | "postgres" | "postgresql+psycopg":
            message = "PostgreSQL comes with a later release, as the extra `postgres`; until then "
            raise UnknownURL(message + UNDERSTOOD)
        case _:  # the URL itself is not repeated: it may hold a password
            message = f"a URL of the scheme {scheme!r} names no journal: " if "://" in url else "this is no URL: "
            raise UnknownURL(message + UNDERSTOOD)
