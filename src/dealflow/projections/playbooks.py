"""Playbooks: every version of every playbook and since when, for questions about milestones."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import attrs

from dealflow.domain.playbook import PLAYBOOK, Playbook
from dealflow.journal import Record
from dealflow.projections import View


@attrs.frozen
class PlaybookRow:
    """One playbook with all its versions, and for each the latest it can have come into use."""

    playbook: Playbook
    since: tuple[datetime, ...]


def keys(record: Record) -> Iterable[UUID]:
    """A playbook's record belongs to its stream."""
    return (record.stream,)


def evolve(row: PlaybookRow | None, record: Record) -> PlaybookRow | None:
    """Add one record to a playbook."""
    playbook = PLAYBOOK.evolve(row.playbook if row else None, record.event)
    if playbook is None:
        return None
    since = row.since if row else ()
    return PlaybookRow(playbook, (*since, record.occurred_to) if playbook.version > len(since) else since)


PLAYBOOKS: View[PlaybookRow] = View("playbooks", 1, PLAYBOOK.events, keys, evolve, PlaybookRow)


def playbook_at(row: PlaybookRow, happened: datetime | None) -> Playbook:
    """Return the playbook with the versions in use by then; the first always, as its deals may be older."""
    versions = zip(row.playbook.versions, row.since, strict=True)
    used = [one for number, (one, since) in enumerate(versions) if not number or not happened or since <= happened]
    return attrs.evolve(row.playbook, versions=tuple(used))
