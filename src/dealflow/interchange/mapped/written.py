"""The TOML that a mapping is written in, read whole and held against the vocabulary of commands.

This happens before any data is read; everything that is wrong is listed at once, each with the
key it stands at and what is expected there.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import UUID

import attrs

from dealflow.domain.advancing import OpenDeal
from dealflow.domain.noting import EndObservation
from dealflow.domain.playbook import ENDS, STANDARD, Ends, Milestone, Playbook, flaws
from dealflow.interchange.mapped.grammar import MOST_DAYS, SETTINGS, Grammar
from dealflow.interchange.mapped.mapping import (
    Check,
    Column,
    Constant,
    CsvMapping,
    File,
    Give,
    Settings,
    StageGive,
    ThisRow,
    Time,
    Value,
    Window,
    leaves,
)
from dealflow.interchange.mapped.parts import TOO_DEEP, Page, Part, nearest, open_page
from dealflow.interchange.mapped.vocabulary import BEGINNINGS, NOUN_NAMES, commands, fields_of, noun_of
from dealflow.interchange.pipeline import ImportRefused, Place, Trouble
from dealflow.journal import When
from dealflow.money import Money

TOP = ("system", "org", "exported", "secret_env", "ignore", "playbook", "maps", "files", *SETTINGS)
PLAYBOOK = ("key", "name", "milestones", "ends")
MILESTONE = ("key", "name", "chance", "days", "units")
FILE = (
    "path", "noun", "key", "row", "personal", "optional", "delimiter", "at", "observed_days", "when", "version",
    "recorded_at", "recorded_by", "ignore", "do", "stages", "reconcile", *SETTINGS,
)  # fmt: skip
DO = ("command", "on", "at", "when", "once", "fields")
STAGES = ("on", "at", "when", "stage", "order", "ended", "amount", "reason")
RECONCILE = ("on", "when", "stage", "closed", "amount", "owner")


def read_mapping(path: Path) -> CsvMapping:
    """Read a mapping; raises `ImportRefused` with everything that is wrong with it."""
    page, top = open_page(path)
    try:
        mapping = _mapping(page, top)
    except RecursionError:
        raise ImportRefused([Trouble(Place(page.file), TOO_DEEP)]) from None
    if not page.troubles:
        for key, message in _loose_ends(mapping):
            page.complain(key, message)
    if page.troubles:
        raise ImportRefused(page.troubles)
    return mapping


def _mapping(page: Page, top: Part) -> CsvMapping:
    top.only(TOP, "a mapping")
    top.needs("system", "the name of the system the files come from; it is part of every id")
    if top.needs("files", "the files, each as [files.NAME]") and not top.data["files"]:
        top.wrong("files", "at least one file, as [files.NAME]")
    files = top.part("files") or Part(page, "files", {})
    declared = {name: files.part(name) or Part(page, files.at(name), {}) for name in files.data}
    grammar = Grammar(page, {name: part.text("noun") for name, part in declared.items()}, _maps(top))
    settings = grammar.settings(top, Settings())
    playbook = _playbook(top)
    return CsvMapping(
        where=page.file,
        system=top.text("system") or "",
        playbook=playbook,
        files=MappingProxyType({name: _File(grammar, part, name, settings).read() for name, part in declared.items()}),
        ignore=top.texts("ignore"),
        org=top.text("org"),
        exported=top.moment("exported"),
        secret=top.text("secret_env"),
        settings=settings,
    )


def _maps(top: Part) -> Mapping[str, Mapping[str, Any]]:
    part = top.part("maps")
    if part is None:
        return {}
    return {name: one.data for name in part.data if (one := part.part(name)) is not None}


def _playbook(top: Part) -> Playbook | str | None:
    if isinstance(top.data.get("playbook"), str):
        key = top.text("playbook") or ""
        return STANDARD if key == STANDARD.key else key
    part = top.part("playbook")
    if part is None:
        return None
    part.only(PLAYBOOK, "a playbook")
    part.needs("key", "the key of the playbook")
    part.needs("milestones", "its milestones, in order")
    ends = part.part("ends") or Part(part.page, part.at("ends"), {})
    ends.only(attrs.asdict(ENDS), "the ends of a deal")
    named = {name: ends.text(name) or word for name, word in attrs.asdict(ENDS).items()}
    milestones = tuple(_milestone(one) for one in part.parts("milestones"))
    for flaw in flaws(milestones):
        part.page.complain(part.at("milestones"), str(flaw))
    for name, word in named.items():
        if word in {one.key for one in milestones} or list(named.values()).count(word) > 1:
            ends.page.complain(ends.at(name), f"{word!r} means something else already: each stage needs its own word")
    key = part.text("key") or ""
    return Playbook.of(key, part.text("name") or key, milestones, Ends(**named))


def _milestone(part: Part) -> Milestone:
    part.only(MILESTONE, "a milestone")
    part.needs("key", "the source's word for this stage, or one that a map turns it into")
    key = part.text("key") or ""
    return Milestone(
        key=key,
        name=part.text("name") or key,
        chance=part.decimal("chance"),
        days=part.number("days"),
        units=part.number("units"),
    )


@attrs.frozen
class _File:
    """One file as it is read: what its parts stand on."""

    grammar: Grammar
    part: Part
    name: str
    top: Settings

    def read(self) -> File:
        part = self.part
        part.only(FILE, "a file")
        settings = self.grammar.settings(part, self.top)
        key, numbered = part.texts("key"), part.flag("row")
        if key and numbered:
            part.page.complain(part.key, "`key` names the key columns and `row` says there are none: give one of them")
        noun = part.word("noun", NOUN_NAMES)
        if noun is not None and not (key or numbered):
            message = "rows that stand for something need a `key`, or `row = true` where they have none"
            part.page.complain(part.key, message)
        if part.flag("personal") and not key:
            part.wrong("personal", "a `key` that is personal")
        return File(
            name=self.name,
            path=self._path(),
            noun=noun,
            key=key,
            numbered=numbered,
            personal=part.flag("personal"),
            optional=part.flag("optional"),
            delimiter=self._delimiter(),
            when=self.grammar.conditions(part),
            version=part.text("version"),
            recorded_at=self._maybe(part, "recorded_at", When, settings),
            recorded_by=self._maybe(part, "recorded_by", str, settings),
            ignore=part.texts("ignore"),
            gives=(*self._gives(settings), *self._observed(settings)),
            stages=tuple(self._stages(settings)),
            checks=tuple(self._checks(settings)),
        )

    def _path(self) -> str:
        path = self.part.text("path") or f"{self.name}.csv"
        if "\0" in path:
            self.part.page.complain(self.part.at("path"), f"{path!r}: expected the name of a file")
        return path

    def _delimiter(self) -> str | None:
        found = self.part.text("delimiter")
        if found is not None and len(found) != 1:
            self.part.wrong("delimiter", "one character")
            return None
        return found

    def _gives(self, settings: Settings) -> Iterator[Give]:
        counted: dict[str, int] = {}
        for part in self.part.parts("do"):
            part.only(DO, "a command of a row")
            part.needs("command", "the name of a command")
            name = part.text("command") or ""
            if name not in commands():
                if "command" in part.data:
                    part.page.complain(part.at("command"), f"{name!r} is no command: {nearest(name, commands())}")
                continue
            counted[name] = counted.get(name, 0) + 1
            command = commands()[name]
            fields = part.part("fields") or Part(part.page, part.at("fields"), {})
            at = self._at(part, settings)
            yield Give(
                kind=f"{self.name}.{name}" + (f".{counted[name]}" if counted[name] > 1 else ""),
                command=command,
                on=self._on(part, settings, noun_of(command)),
                at=at,
                when=self.grammar.conditions(part),
                fields=self.grammar.fields(fields, fields_of(command), name, settings),
                once=part.flag("once") or command in BEGINNINGS,
                open_ended=isinstance(at, Window) and at.end is None,
            )

    def _observed(self, settings: Settings) -> Iterator[Give]:
        """Read for how many days a row's stream was watched: an EndObservation so long after the file's `at`.

        Another number of days is another fact, since a later export may cover more.
        """
        part, days = self.part, self.part.number("observed_days")
        if days is None:
            return
        if not 0 <= days <= MOST_DAYS:
            part.wrong("observed_days", f"a whole number of days, 0 to {MOST_DAYS}")
        watched = part.needs("noun", "what a row stands for, since that is what was watched for `observed_days`")
        if not part.needs("at", "the date from which `observed_days` are counted") or not watched:
            return
        at = self.grammar.time(part, "at", settings)
        if isinstance(at, Window) or isinstance(at.origin, Constant) or at.words or at.otherwise or at.default:
            part.wrong("at", "the date in a column and nothing else, since `observed_days` are counted from it")
            return
        yield Give(
            kind=f"{self.name}.observed.{days}",
            command=EndObservation,
            on=Value(part.at("observed_days"), ThisRow(), UUID, settings),
            at=attrs.evolve(at, plus_days=at.plus_days + days),
            when=(),
            fields=MappingProxyType({}),
        )

    def _stages(self, settings: Settings) -> Iterator[StageGive]:
        for number, part in enumerate(self.part.parts("stages"), start=1):
            part.only(STAGES, "a stage of a row")
            if not part.needs("stage", "the column with the stage, or what it stands for"):
                continue
            yield StageGive(
                kind=f"{self.name}.stages" + (f".{number}" if number > 1 else ""),
                on=self._on(part, settings, "deal"),
                at=self._at(part, settings),
                when=self.grammar.conditions(part),
                stage=self.grammar.value(part, "stage", str, settings),
                order=part.texts("order"),
                ended=self.grammar.time(part, "ended", settings) if "ended" in part.data else None,
                amount=self._maybe(part, "amount", Money, settings),
                reason=self._maybe(part, "reason", str, settings),
            )

    def _checks(self, settings: Settings) -> Iterator[Check]:
        for part in self.part.parts("reconcile"):
            part.only(RECONCILE, "what is reconciled")
            yield Check(
                on=self._on(part, settings, "deal"),
                when=self.grammar.conditions(part),
                stage=self._maybe(part, "stage", str, settings),
                closed=self._maybe(part, "closed", When, settings),
                amount=self._maybe(part, "amount", Money, settings),
                owner=self._maybe(part, "owner", str, settings),
            )

    def _maybe(self, part: Part, name: str, kind: Any, settings: Settings) -> Value | None:
        return self.grammar.value(part, name, kind, settings) if name in part.data else None

    def _at(self, part: Part, settings: Settings) -> Time:
        """Read when; where a part does not say, its file does."""
        for one in (part, self.part):
            if "at" in one.data:
                return self.grammar.time(one, "at", settings)
        part.page.complain(part.at("at"), "missing: when it happened, here or for the whole file")
        return Value(part.at("at"), ThisRow(), When, settings)

    def _on(self, part: Part, settings: Settings, noun: str | None) -> Value:
        """Read whose stream it goes to: the row's own, unless another is named."""
        if "on" in part.data:
            value = self.grammar.value(part, "on", UUID, settings)
            return attrs.evolve(value, noun=value.noun or (noun if isinstance(value.origin, ThisRow) else None))
        if not (self.part.data.get("key") or self.part.data.get("row")):
            part.page.complain(part.at("on"), "missing: rows of this file have no key, so say whose this is")
        return Value(part.at("on"), ThisRow(), UUID, settings, noun=noun)


def _loose_ends(mapping: CsvMapping) -> Iterator[tuple[str, str]]:
    """Return what only shows once all is read: nouns that do not fit, deals nobody opens."""
    for file in mapping.files.values():
        yield from _commands_astray(mapping, file)
        yield from _stages_astray(mapping, file)
        for value in leaves(file.values()):
            if isinstance(value.origin, Column) and value.origin.file and not mapping.files[value.origin.file].key:
                yield value.key, f"rows of {value.origin.file!r} cannot be looked up: give that file a `key`"
    if isinstance(mapping.playbook, Playbook):
        yield from strange_stages(mapping, mapping.playbook)
    opens = [one for file in mapping.files.values() for one in file.gives if one.command is OpenDeal]
    tells = any(file.stages for file in mapping.files.values())
    if mapping.playbook is None and (tells or any("playbook" not in one.fields for one in opens)):
        yield "playbook", "missing: deals are opened under one, and stages are stages of one; define it, or name one"


def strange_stages(mapping: CsvMapping, playbook: Playbook) -> Iterator[tuple[str, str]]:
    """Return where the mapping itself names a stage that the playbook does not have."""
    names = (*playbook.keys(), *attrs.astuple(playbook.ends))
    for file in mapping.files.values():
        for value in (
            *(one.stage for one in file.stages),
            *(one.stage for one in file.checks if one.stage is not None),
        ):
            constants = (value.origin.value,) if isinstance(value.origin, Constant) else ()
            said = {str(one): one for one in (*constants, *value.otherwise, *value.default)} | dict(value.words or {})
            for word, stage in said.items():
                if stage not in names:
                    meant = "" if word == stage else f"{word!r} stands for "
                    yield value.key, f"{meant}{stage!r}, which is no stage: {nearest(str(stage), names)}"


def _commands_astray(mapping: CsvMapping, file: File) -> Iterator[tuple[str, str]]:
    for give in file.gives:
        wanted, found = noun_of(give.command), _noun_of(mapping, file, give.on)
        own = isinstance(give.on.origin, ThisRow)
        begun = {file.noun, *(noun_of(one.command) for one in file.gives if one.command in BEGINNINGS)}
        if own and found not in begun:
            yield give.on.key, f"rows of {file.name!r} begin no {found}: say whose {give.command.__name__} this is"
        elif wanted is not None and found != wanted:
            yield give.on.key, f"{give.command.__name__} is for the noun {wanted!r}, but this goes to {found!r}"


def _stages_astray(mapping: CsvMapping, file: File) -> Iterator[tuple[str, str]]:
    for on in (*(stage.on for stage in file.stages), *(check.on for check in file.checks)):
        if _noun_of(mapping, file, on) != "deal":
            yield on.key, "stages belong to a deal: refer to a file whose noun is one"
    for stage in file.stages:
        opener = mapping.files[stage.on.refers_to or file.name]
        if not any(give.command is OpenDeal for give in opener.gives):
            yield stage.on.key, f"{opener.name!r} gives no OpenDeal: say there what its deals are"


def _noun_of(mapping: CsvMapping, file: File, on: Value) -> str | None:
    return on.noun or mapping.files[on.refers_to or file.name].noun
