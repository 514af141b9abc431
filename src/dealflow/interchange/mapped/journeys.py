"""Journeys: where each deal stood and when, gathered from the rows, told as its life cycle."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import attrs

from dealflow.domain.advancing import OpenDeal
from dealflow.domain.deal import Status
from dealflow.domain.noting import MarkHistoryUnknown
from dealflow.domain.playbook import Playbook
from dealflow.interchange.mapped.cells import Wrong
from dealflow.interchange.mapped.drafts import Draft, Drafting, Owner, column_of, holds
from dealflow.interchange.mapped.mapping import StageGive
from dealflow.interchange.mapped.sources import Item, LeftOut
from dealflow.interchange.stages import Opening, Stages, Stop, Telling, UnknownStage, tell
from dealflow.journal import Record, When

Begun = Callable[[Iterable[UUID]], Mapping[UUID, Record]]


@attrs.frozen
class Halt:
    """A stop of a deal, with the row that tells of it."""

    stop: Stop
    stage: StageGive
    item: Item
    order: tuple[Any, ...]


@attrs.frozen
class Journeys:
    """The way of every deal that has one told.

    *begun* looks up how the deals that the journal knows already began there.
    """

    drafting: Drafting
    stages: Stages
    begun: Begun

    def drafts(self, opened: Mapping[UUID, Draft]) -> Iterator[Draft]:
        """Tell every deal's stops; *opened* are the deals by what their own row gives."""
        sources = self.drafting.cells.sources
        halts: dict[UUID, list[Halt]] = {}
        owners: dict[UUID, Owner] = {}
        for name, items in sources.rows.items():
            for stage in sources.mapping.files[name].stages:
                for item in items:
                    if holds(stage.when, item) and (owner := self.drafting.owner(stage.on, item)) is not None:
                        owners[owner.stream] = owner
                        halts.setdefault(owner.stream, []).extend(self._halt(stage, item, owner))
        past = self.begun(halts)
        for stream, several in halts.items():
            if several:
                yield from self._told(owners[stream], _in_order(several), opened.get(stream), past.get(stream))

    def _halt(self, stage: StageGive, item: Item, owner: Owner) -> Iterator[Halt]:
        try:
            stop = self._stop(stage, item)
        except LeftOut:
            self.drafting.left_out[stage.kind] += 1
        except Wrong as error:
            self.drafting.spoil(owner, *error.troubles)
        else:
            yield Halt(stop, stage, item, tuple(_rank(item.row.get(name)) for name in stage.order))

    def _stop(self, stage: StageGive, item: Item) -> Stop:
        cells, column = self.drafting.cells, stage.stage.column
        said = cells.value(stage.stage, item)
        if said is None:
            raise Wrong(item.row.trouble(f"empty: expected a stage, one of {', '.join(self.stages.names())}", column))
        stop = Stop(
            stage=said,
            at=cells.when(stage.at, item),
            place=item.row.place(column_of(stage.at)),
            ended=None if stage.ended is None else cells.when(stage.ended, item),
            amount=None if stage.amount is None else cells.value(stage.amount, item),
            reason=None if stage.reason is None else cells.value(stage.reason, item),
        )
        if said not in self.stages.names():
            raise Wrong(item.row.trouble(str(UnknownStage(stop, self.stages.names())), column))
        return stop

    def _told(self, owner: Owner, halts: Sequence[Halt], opened: Draft | None, past: Record | None) -> Iterator[Draft]:
        if opened is None:
            self._unopened(owner, halts[0])
            return
        command = opened.command
        if not isinstance(command, OpenDeal):  # pragma: no cover (drafts by stream are of OpenDeal)
            return
        opening = Opening(command.account, command.title, command.owner, command.lead_source)
        tellings = [*tell(opening, [halt.stop for halt in halts], self.stages)]
        tellings[1:1] = _gap(opened.at, tellings)
        if (otherwise := self._began_otherwise(past, tellings[0])) is not None:
            self.drafting.spoil(owner, halts[0].item.row.trouble(otherwise, tellings[0].stop.place.column))
            return
        yield attrs.evolve(opened, command=tellings[0].command, at=tellings[0].at, place=tellings[0].stop.place)
        by_stop = {id(halt.stop): (turn, halt) for turn, halt in enumerate(halts)}
        for telling in tellings[1:]:
            turn, halt = by_stop[id(telling.stop)]
            same = sum(_same(halt, other) for other in halts[:turn])
            yield Draft(
                kind=f"{halt.stage.kind}.{type(telling.command).__name__}",
                item=halt.item,
                owner=owner,
                command=telling.command,
                at=telling.at,
                version=self.drafting.version(halt.stage, halt.item, same),
                place=halt.stop.place,
            )

    def _unopened(self, owner: Owner, halt: Halt) -> None:
        sources = self.drafting.cells.sources
        if any(stream == owner.stream for stream, _ in self.drafting.spoilt):
            return
        if owner.key in sources.items[owner.file]:
            self.drafting.left_out[halt.stage.kind] += 1
            return
        message = (
            f"{sources.shown(owner.file, owner.key)} is in no row of {sources.path(owner.file)}: a deal's stages are "
            "told whole, so export its row and all of its history"
        )
        self.drafting.spoil(owner, halt.item.row.trouble(message, halt.stage.on.column))

    def _began_otherwise(self, past: Record | None, telling: Telling) -> str | None:
        """Say where the journal has this deal begin, if not where these rows do."""
        here = getattr(telling.command, "at", None)
        there = getattr(past.event, "at", None) if past is not None else None
        if past is None or (there, past.when) == (here, telling.at):
            return None
        zone = self.drafting.cells.zone
        return (
            f"here the deal begins at {here!r}, {telling.at.text(zone)}, but the journal has it begin at {there!r}, "
            f"{past.when.text(zone)}: export its whole history, or correct the journal"
        )


def stages_of(playbook: Playbook) -> Stages:
    """Return what the stages of a playbook are called, ends included."""
    ends = playbook.ends
    return Stages(playbook, {ends.won: Status.WON, ends.lost: Status.LOST, ends.abandoned: Status.ABANDONED})


def _gap(opened: When, tellings: Sequence[Telling]) -> list[Telling]:
    """Mark the time before the first stop as unknown, where the deal was there already."""
    first = tellings[0]
    marked = any(isinstance(one.command, MarkHistoryUnknown) for one in tellings)
    if marked or opened.end >= first.at.start:
        return []
    return [Telling(MarkHistoryUnknown(first.at.start), first.at, first.stop)]


def _in_order(halts: Sequence[Halt]) -> list[Halt]:
    """Put a deal's stops in order: by the columns that say so, else by time; several kinds meet by time."""
    lanes: dict[str, list[Halt]] = {}
    for halt in halts:
        lanes.setdefault(halt.stage.kind, []).append(halt)
    placed = []
    for lane, several in enumerate(lanes.values()):
        several.sort(key=lambda halt: (halt.order or (halt.stop.at.start,), halt.item.row.line))
        latest = several[0].stop.at.start
        for turn, halt in enumerate(several):
            latest = max(latest, halt.stop.at.start)
            placed.append(((latest, lane, turn), halt))
    return [halt for _, halt in sorted(placed, key=lambda one: one[0])]


def _rank(cell: str | None) -> tuple[int, Decimal, str]:
    """Rank a cell of an order column: numbers by their size, before all other words."""
    text = cell or ""
    if text.replace(".", "", 1).isdecimal():
        return (0, Decimal(text), "")
    return (1, Decimal(0), text)


def _same(one: Halt, other: Halt) -> bool:
    return (one.stop.stage, one.stop.at, one.stage.kind) == (other.stop.stage, other.stop.at, other.stage.kind)
