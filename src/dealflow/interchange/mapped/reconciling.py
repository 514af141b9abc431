"""Reconciling: what the source says of its deals now, beside what its history led to.

Differences are named, with both values; nothing is invented to close them.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import attrs

from dealflow.domain.deal import Status
from dealflow.interchange.mapped.cells import Cells, Wrong
from dealflow.interchange.mapped.drafts import holds
from dealflow.interchange.mapped.mapping import Check
from dealflow.interchange.mapped.sources import Item, LeftOut
from dealflow.interchange.pipeline import Place
from dealflow.interchange.stages import Stages
from dealflow.journal import When
from dealflow.projections.pipeline import Standing


@attrs.frozen
class Difference:
    """Something the source says of a deal now that its history does not bear out."""

    place: Place
    key: str
    what: str
    source: str
    imported: str

    def __str__(self) -> str:
        return f"{self.place}: {self.key}: {self.what} is {self.source} now, but {self.imported} by its history"


@attrs.frozen
class Reconciliation:
    """What the source's current rows are held against; deals that were set aside are passed over."""

    cells: Cells
    stages: Stages | None
    deals: Mapping[UUID, Standing]
    rejected: frozenset[UUID]

    def differences(self) -> Iterator[Difference]:
        """Compare every deal the source speaks of with how it stands."""
        for name, items in self.cells.sources.rows.items():
            for check in self.cells.sources.mapping.files[name].checks:
                for item in items:
                    if holds(check.when, item):
                        yield from self._of(check, item)

    def _of(self, check: Check, item: Item) -> Iterator[Difference]:
        called = (item.row.get(check.on.column) if check.on.column else None) or "/".join(item.key)
        try:
            stream = self.cells.value(check.on, item)
        except Wrong as error:
            yield Difference(item.row.place(check.on.column), called, "the deal", "named", f"not found ({error})")
            return
        except LeftOut:
            return
        deal = self.deals.get(stream)
        if deal is not None:
            yield from self._compared(check, item, deal)
        elif stream is not None and stream not in self.rejected:
            yield Difference(item.row.place(check.on.column), called, "the deal", "there", "never opened")

    def _compared(self, check: Check, item: Item, deal: Standing) -> Iterator[Difference]:
        for what, value in check.values():
            place, called = item.row.place(value.column), deal.key or str(deal.deal)
            try:
                said = self.cells.value(value, item)
            except (Wrong, LeftOut) as error:
                yield Difference(place, called, what, "unreadable", f"{error}")
                continue
            ours = self._ours(what, deal)
            if said is not None and not _agree(said, ours):
                yield Difference(place, called, what, self._shown(said), self._shown(ours))

    def _ours(self, what: str, deal: Standing) -> Any:
        match what:
            case "stage" if deal.status is Status.OPEN:
                return deal.stage
            case "stage":
                ends = self.stages.ends.items() if self.stages is not None else ()
                return next((word for word, status in ends if status is deal.status), str(deal.status))
            case "closed":
                return When(deal.moves[-1].start, deal.moves[-1].end) if deal.status is not Status.OPEN else None
            case "amount":
                return deal.amount
            case _:
                return deal.owner

    def _shown(self, value: Any) -> str:
        if value is None:
            return "unknown"
        return value.text(self.cells.zone) if isinstance(value, When) else str(value)


def _agree(said: Any, ours: Any) -> bool:
    """Say whether two values are one; a time agrees with any that lies within it, or around it."""
    if isinstance(said, When) and isinstance(ours, When):
        return _within(said, ours) or _within(ours, said)
    return bool(said == ours)


def _within(outer: When, inner: When) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end
