"""Drafts: what each row gives, as commands with whose they are, or why not."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

import attrs

from dealflow.decider import Command
from dealflow.domain.advancing import OpenDeal
from dealflow.domain.playbook import Playbook
from dealflow.interchange.mapped.cells import Cells, Wrong
from dealflow.interchange.mapped.mapping import (
    Column,
    Condition,
    Constant,
    Give,
    StageGive,
    ThisRow,
    Time,
    Value,
    leaves,
)
from dealflow.interchange.mapped.sources import Item, Key, LeftOut
from dealflow.interchange.mapped.vocabulary import BEGINNINGS, fields_of
from dealflow.interchange.pipeline import Place, Trouble
from dealflow.journal import When, derived_id


@attrs.frozen
class Owner:
    """Whose stream a fact goes to: a key of a file, and the noun that it stands for."""

    file: str
    noun: str
    key: Key
    stream: UUID


@attrs.frozen
class Draft:
    """What a row gives, before its place among all facts is known.

    *version* tells a row from what it says in another export; `FIRST` where that is not told again.
    *at_export* says that its time is another with every export.
    """

    kind: str
    item: Item
    owner: Owner
    command: Command
    at: When
    version: str
    place: Place
    at_export: bool = False

    @property
    def begins(self) -> bool:
        """Whether a stream may begin with it."""
        return type(self.command) in BEGINNINGS

    @property
    def needs(self) -> tuple[UUID, ...]:
        """The streams that the command refers to: it makes no sense without them."""
        found = dict.fromkeys(_ids(attrs.astuple(self.command, recurse=False)))  # type: ignore[arg-type]
        return tuple(one for one in found if one != self.owner.stream)

    @property
    def key(self) -> Key:
        """The key of the row itself, where it tells of something else than what it stands for."""
        return () if (self.item.file.name, self.item.key) == (self.owner.file, self.owner.key) else self.item.key


FIRST = "first"  # the row version of what is told once, whatever a later export says


class Unsaid(Exception):
    """The row says nothing for a field without which there is no command."""


@attrs.define
class Drafting:
    """Drafts as they are made, with what is wrong on the way and whose stream it spoils."""

    cells: Cells
    playbook: Playbook | None
    spoilt: list[tuple[UUID, Trouble]] = attrs.field(factory=list)
    unsaid: Counter[str] = attrs.field(factory=Counter)
    left_out: Counter[str] = attrs.field(factory=Counter)
    gone: set[UUID] = attrs.field(factory=set)  # streams that do not begin, since what they need is left out
    _said: dict[str, tuple[Value, ...]] = attrs.field(factory=dict)

    def drafts(self) -> Iterator[Draft]:
        """Return what the rows of all files give, stages apart."""
        for trouble in self.cells.sources.keyless:
            self.spoil(None, trouble)
        for name, items in self.cells.sources.rows.items():
            for item in items:
                for give in self.cells.sources.mapping.files[name].gives:
                    if (draft := self.draft(give, item)) is not None:
                        yield draft

    def draft(self, give: Give, item: Item) -> Draft | None:
        """Return what one row gives; nothing where it gives no such thing, or something is wrong."""
        if not holds(give.when, item) or (owner := self.owner(give.on, item)) is None:
            return None
        try:
            command = self._command(give, item)
            at = self.cells.when(give.at, item)
        except LeftOut:
            self.left_out[give.kind] += 1
            if give.command in BEGINNINGS:
                self.gone.add(owner.stream)
        except Unsaid:
            self.unsaid[give.kind] += 1
        except Wrong as wrong:
            self.spoil(owner, *wrong.troubles)
        else:
            return Draft(
                kind=give.kind,
                item=item,
                owner=owner,
                command=command,
                at=at,
                version=FIRST if give.once else self.version(give, item),
                place=item.row.place(_column(give, command)),
                at_export=give.open_ended,
            )
        return None

    def owner(self, on: Value, item: Item) -> Owner | None:
        """Return whose stream a row tells of; nothing where that is left out, or something is wrong."""
        sources = self.cells.sources
        file, key = on.refers_to or item.file.name, item.key
        if not isinstance(on.origin, ThisRow):
            try:
                found = self.cells.referred(on, item)
            except LeftOut:
                self.left_out[on.key] += 1
                return None
            except Wrong as error:
                self.spoil(None, *error.troubles)
                return None
            if found is None:
                message = f"no key: say which row of {sources.path(file)} this is of"
                self.spoil(None, item.row.trouble(message, on.column))
                return None
            key = found
        noun = on.noun or sources.mapping.files[file].noun or ""
        return Owner(file, noun, key, sources.stream(file, noun, key))

    def stamped(self, value: Value | None, draft: Draft) -> Any:
        """Return what a row says of its own recording; nothing where it says nothing."""
        try:
            return None if value is None else self.cells.value(value, draft.item)
        except LeftOut:
            return None
        except Wrong as error:
            self.spoil(draft.owner, *error.troubles)
            return None

    def spoil(self, owner: Owner | None, *troubles: Trouble) -> None:
        """Note what is wrong with a stream; a row of nobody's stands for itself."""
        for trouble in troubles:
            place = trouble.place
            stream = owner.stream if owner else derived_id("row", place.file, str(place.line))
            self.spoilt.append((stream, trouble))

    def version(self, give: Give | StageGive, item: Item, turn: int = 0) -> str:
        """Return what tells this row from what it says in another export: its stamp, or a digest.

        Of rows that say the same of one deal's stages, *turn* tells which.
        """
        stamp = item.row.get(item.file.version) if item.file.version is not None else None
        if stamp is not None:
            return stamp
        if give.kind not in self._said:
            self._said[give.kind] = tuple(leaves(give.values()))
        cells = [self.cells.said(value, item) for value in self._said[give.kind]]
        words = [item.row.get(condition.column) for condition in give.when]
        key = self.cells.sources.secret if self._personal(give.kind, item) else b""
        return hashlib.blake2b(json.dumps([cells, words, turn]).encode(), digest_size=8, key=key).hexdigest()

    def _personal(self, kind: str, item: Item) -> bool:
        """Say whether a personal key may be among the cells: whoever knows the rest could try names on the digest."""
        origins = [value.origin for value in self._said[kind]]
        files = {item.file.name, *(value.refers_to for value in self._said[kind])}
        files |= {origin.file for origin in origins if isinstance(origin, Column)}
        return any(self.cells.sources.mapping.files[name].personal for name in files if name is not None)

    def _command(self, give: Give, item: Item) -> Command:
        said: dict[str, Any] = {}
        wrong: list[Trouble] = []
        for name, node in give.fields.items():
            try:
                said[name] = self.cells.read(node, item)
            except Wrong as error:
                wrong += error.troubles
        if wrong:
            raise Wrong(*wrong)
        for name, field in fields_of(give.command).items():
            if said.get(name) is not None or (field.optional and field.required):
                said.setdefault(name, None)
            elif not field.required:
                said.pop(name, None)
            elif give.command in BEGINNINGS:
                raise Wrong(item.row.trouble(f"empty: {give.command.__name__} needs its {name}", _first(give, name)))
            else:
                raise Unsaid
        if give.command is OpenDeal and self.playbook is not None:
            said.setdefault("playbook", self.playbook)
        return give.command(**said)


def holds(when: tuple[Condition, ...], item: Item) -> bool:
    """Say whether a row is what some conditions ask for."""
    return all(condition.holds(item.row.get(condition.column)) for condition in when)


def column_of(time: Time) -> str | None:
    """Return the column that says when."""
    return time.column if isinstance(time, Value) else time.start.column


def _column(give: Give, command: Command) -> str | None:
    """Return the column to complain of where the rules say no: its date, if it is a step of a life cycle."""
    if command.life_cycle:
        return column_of(give.at)
    named = {value.column for value in leaves(iter(give.fields.values())) if not isinstance(value.origin, Constant)}
    return named.pop() if len(named) == 1 else None


def _first(give: Give, name: str) -> str | None:
    return next((value.column for value in leaves(iter([give.fields[name]]))), None) if name in give.fields else None


def _ids(values: Iterable[object]) -> Iterator[UUID]:
    for value in values:
        if isinstance(value, UUID):
            yield value
        elif isinstance(value, tuple):
            yield from _ids(value)
