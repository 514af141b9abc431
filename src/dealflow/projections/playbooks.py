"""Playbooks: every version of every playbook, for questions that need the order of milestones."""

from collections.abc import Iterable
from uuid import UUID

from dealflow.domain.playbook import PLAYBOOK, Playbook
from dealflow.journal import Record
from dealflow.projections import View


def keys(record: Record) -> Iterable[UUID]:
    """A playbook's record belongs to its stream."""
    return (record.stream,)


def evolve(playbook: Playbook | None, record: Record) -> Playbook | None:
    """Add one record to a playbook."""
    return PLAYBOOK.evolve(playbook, record.event)


PLAYBOOKS: View[Playbook] = View("playbooks", 1, PLAYBOOK.events, keys, evolve)
