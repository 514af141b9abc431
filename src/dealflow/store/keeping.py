"""Keeping checkpoints in tables beside the journal's: plain SQL, inside the store's transactions."""

from collections.abc import Sequence
from uuid import UUID

from eventsourcing.sqlite import SQLiteCursor

from dealflow.store.checkpoint import Kept, KeptRow, Saving
from dealflow.store.rows import Row, uuids

ERASED = "stakeholder.erased"  # once recorded, nothing folded before it may be kept

TABLES = (
    """CREATE TABLE IF NOT EXISTS checkpoints (
        name TEXT NOT NULL,
        version INTEGER NOT NULL,
        position INTEGER NOT NULL,
        PRIMARY KEY (name, version)
    )""",
    """CREATE TABLE IF NOT EXISTS checkpoint_rows (
        name TEXT NOT NULL,
        version INTEGER NOT NULL,
        key BLOB NOT NULL,
        begun INTEGER NOT NULL,
        streams BLOB NOT NULL,
        data BLOB,
        PRIMARY KEY (name, version, key)
    )""",
)

SELECT = """
    SELECT position, key, begun, streams, data FROM checkpoints LEFT JOIN checkpoint_rows USING (name, version)
    WHERE name = ? AND version = ? ORDER BY begun, key
"""
POSITION = "SELECT position FROM checkpoints WHERE name = ? AND version = ?"
LIST = """
    SELECT name, version, position, COUNT(data) FROM checkpoints LEFT JOIN checkpoint_rows USING (name, version)
    GROUP BY name, version, position ORDER BY name, version
"""


def kept(found: Sequence[Row]) -> Kept | None:
    """Return the checkpoint that rows of `SELECT` hold: one statement, so no two moments mix."""
    if not found:
        return None
    rows = (KeptRow(UUID(bytes=row[1]), row[2], uuids(row[3]), row[4]) for row in found if row[1] is not None)
    return Kept(found[0][0], tuple(rows))


def keep(c: SQLiteCursor, savings: Sequence[Saving]) -> bool:
    """Write checkpoints, under the lock; `False` where one of them may not be written."""
    c.execute("SELECT MAX(position) FROM records WHERE name = ?", (ERASED,))
    erased: int = c.fetchone()[0] or 0
    if not all(one.position >= erased and _position(c, one.name, one.version) == one.instead_of for one in savings):
        return False
    for one in savings:
        _write(c, one)
    return True


def drop(c: SQLiteCursor, name: str, version: int) -> bool:
    """Forget one checkpoint; say whether there was any."""
    there = _position(c, name, version) is not None
    c.execute("DELETE FROM checkpoint_rows WHERE name = ? AND version = ?", (name, version))
    c.execute("DELETE FROM checkpoints WHERE name = ? AND version = ?", (name, version))
    return there


def forget(c: SQLiteCursor) -> None:
    """Forget every checkpoint."""
    c.execute("DELETE FROM checkpoint_rows")
    c.execute("DELETE FROM checkpoints")


def _position(c: SQLiteCursor, name: str, version: int) -> int | None:
    c.execute(POSITION, (name, version))
    found: Row | None = c.fetchone()
    return None if found is None else found[0]


def _write(c: SQLiteCursor, saving: Saving) -> None:
    view = (saving.name, saving.version)
    if saving.whole:
        drop(c, *view)
    old = (*(row.key for row in saving.rows), *saving.gone)
    c.executemany(
        "DELETE FROM checkpoint_rows WHERE name = ? AND version = ? AND key = ?", ((*view, key.bytes) for key in old)
    )
    c.executemany(
        "INSERT INTO checkpoint_rows (name, version, key, begun, streams, data) VALUES (?, ?, ?, ?, ?, ?)",
        (
            (*view, row.key.bytes, row.begun, b"".join([one.bytes for one in row.streams]), row.data)
            for row in saving.rows
        ),
    )
    c.execute("DELETE FROM checkpoints WHERE name = ? AND version = ?", view)
    c.execute("INSERT INTO checkpoints (name, version, position) VALUES (?, ?, ?)", (*view, saving.position))
