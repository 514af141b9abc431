"""Contacts: every interaction with an account, as dated facts: that it was held, and what they objected.

One row an interaction. Silence, whom we meet and what stands open are questions on these rows.
"""

from collections.abc import Iterable
from uuid import UUID

import attrs

from dealflow.domain.interaction import InteractionHeld
from dealflow.domain.noun import MergedInto
from dealflow.domain.objection import ObjectionConceded, ObjectionRaised, ObjectionResolved, ObjectionTopic
from dealflow.journal import Record
from dealflow.projections import Dated, View


@attrs.frozen
class Held:
    """Who took part in a contact that was held: stakeholders of *theirs*, the host's names for *ours*."""

    theirs: tuple[UUID, ...]
    ours: tuple[str, ...]


@attrs.frozen
class Objected:
    """What they objected to; *id* names it until it is settled."""

    id: str
    topic: ObjectionTopic


@attrs.frozen
class ContactRow:
    """Everything said of one interaction that counts across an account, nothing of it as of today.

    *settled* are the ids of objections that were resolved or conceded; *merged* is when it turned
    out to be told twice.
    """

    account: UUID | None
    held: tuple[Dated[Held], ...] = ()
    objections: tuple[Dated[Objected], ...] = ()
    settled: tuple[Dated[str], ...] = ()
    merged: tuple[Dated[None], ...] = ()


def keys(record: Record) -> Iterable[UUID]:
    """An interaction's own record belongs to its row; nothing else does (a person may be merged, too)."""
    return (record.stream,)


def evolve(row: ContactRow | None, record: Record) -> ContactRow | None:
    """Add one record to an interaction; what was only planned so far has no row."""
    match record.event:
        case InteractionHeld(theirs=theirs, ours=ours):
            row = row or ContactRow(record.account)
            return attrs.evolve(row, held=(*row.held, Dated.of(Held(theirs, ours), record)))
        case ObjectionRaised(id=ref, topic=topic):
            row = row or ContactRow(record.account)
            return attrs.evolve(row, objections=(*row.objections, Dated.of(Objected(ref, topic), record)))
        case ObjectionResolved(ref=ref) | ObjectionConceded(ref=ref) if row is not None:
            return attrs.evolve(row, settled=(*row.settled, Dated.of(ref, record)))
        case MergedInto() if row is not None:
            return attrs.evolve(row, merged=(*row.merged, Dated.of(None, record)))
        case _:
            return row


CONTACTS: View[ContactRow] = View(
    name="contacts",
    version=1,
    reads=frozenset({InteractionHeld, ObjectionRaised, ObjectionResolved, ObjectionConceded, MergedInto}),
    keys=keys,
    evolve=evolve,
    row=ContactRow,
)
