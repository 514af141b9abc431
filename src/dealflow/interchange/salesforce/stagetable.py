"""Stage table: what an organisation's stage names mean, as a playbook with two kinds of ends.

The table is a file given for it, else the export's own OpportunityStage, else the one Salesforce
starts with. A name in none of them is understood where its rows say that it is an end.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType

import attrs

from dealflow.domain.deal import Status
from dealflow.domain.playbook import Ends, Meaning, Milestone, Playbook
from dealflow.interchange.pipeline import Place, Trouble
from dealflow.interchange.salesforce.files import Sheet
from dealflow.interchange.salesforce.reading import Reader, Spoilt, Ways
from dealflow.interchange.salesforce.rows import SYSTEM, Position
from dealflow.interchange.stages import Stages
from dealflow.interchange.values import Unreadable

PER_CENT = 100
BUILT_IN = Place("the standard Salesforce stages")


@attrs.frozen
class Stage:
    """One stage of an organisation; *status* is the end it is, or open. *chance* is from 0 to 1.

    *label* is what people call it, where that is not its name.
    """

    name: str
    status: Status
    chance: Decimal | None = None
    meaning: Meaning = Meaning.OPEN
    label: str | None = None
    active: bool = True


@attrs.frozen
class StageTable:
    """The stages of an organisation in their order; *labels* are other words for some of them."""

    stages: tuple[Stage, ...]
    labels: Mapping[str, str] = MappingProxyType({})
    place: Place = BUILT_IN

    def key(self, name: str) -> str:
        """Return the stage that a row means by *name*."""
        return self.labels.get(name, name)

    def status(self, name: str) -> Status | None:
        """Return what a name stands for; nothing where the table does not have it."""
        return next((stage.status for stage in self.stages if stage.name == self.key(name)), None)

    def in_use(self, borne: Container[str]) -> "StageTable":
        """Return the table without the open stages that nothing can enter any more and nothing bears."""
        spoken = {self.key(name) for name in (*self.labels, *self.labels.values()) if name in borne}
        used = (
            stage
            for stage in self.stages
            if stage.active or stage.status is not Status.OPEN or stage.name in spoken or stage.name in borne
        )
        return attrs.evolve(self, stages=tuple(used))

    def meaning(self, org: str) -> Stages:
        """Return the table as the playbook of *org* and its ends."""
        ends = {stage.name: stage.status for stage in self.stages if stage.status is not Status.OPEN}
        by_status = {status: name for name, status in reversed(ends.items())}
        names = Ends(won=by_status.get(Status.WON, "Closed Won"), lost=by_status.get(Status.LOST, "Closed Lost"))
        milestones = (
            Milestone(stage.name, stage.label or stage.name, stage.chance, meaning=stage.meaning)
            for stage in self.stages
            if stage.status is Status.OPEN
        )
        playbook = Playbook.of(playbook_key(org), f"Salesforce stages of {org}", milestones, names)
        return Stages(playbook, MappingProxyType(ends))


def playbook_key(org: str) -> str:
    """Return the key of an organisation's playbook: each has its own, so that no two tables clash."""
    return f"{SYSTEM}:{org}"


def standard() -> StageTable:
    """Return the stages every new organisation of Salesforce begins with."""
    chances = {
        "Prospecting": 10,
        "Qualification": 10,
        "Needs Analysis": 20,
        "Value Proposition": 50,
        "Id. Decision Makers": 60,
        "Perception Analysis": 70,
        "Proposal/Price Quote": 75,
        "Negotiation/Review": 90,
    }
    stages = (Stage(name, Status.OPEN, Decimal(chance) / PER_CENT) for name, chance in chances.items())
    won, lost = Stage("Closed Won", Status.WON, Decimal(1)), Stage("Closed Lost", Status.LOST, Decimal(0))
    return StageTable((*stages, won, lost))


def read_stages(sheet: Sheet, ways: Ways) -> tuple[StageTable, tuple[Spoilt, ...]]:
    """Read a table of stages, and say what is wrong with it."""
    reader = Reader(sheet, ways)
    ordered: list[tuple[Decimal, Stage]] = []
    labels: dict[str, str] = {}
    for number, row in enumerate(sheet.table.rows):
        line = reader.line(row, None)
        label = line.text("MasterLabel")
        name = line.text("ApiName") or label
        closed, won = line.flag("IsClosed"), line.flag("IsWon")
        if name is None or label is None or closed is None or won is None:
            reader.complain(line, "MasterLabel", "a stage needs a name, and yes or no in IsClosed and IsWon")
            continue
        labels[label] = name
        order, chance = line.number("SortOrder"), line.number("DefaultProbability")
        status = Status.OPEN if not closed else Status.WON if won else Status.LOST
        meaning = _meaning(line.text("ForecastCategory"))
        active = line.flag("IsActive") is not False
        stage = Stage(name, status, None if chance is None else chance / PER_CENT, meaning, label, active)
        ordered.append((Decimal(number) if order is None else order, stage))
    if not any(stage.status is Status.OPEN for _, stage in ordered):
        reader.troubles.append((None, Trouble(Place(sheet.table.file), "no open stage: a deal has to begin somewhere")))
    stages = tuple(stage for _, stage in sorted(ordered, key=lambda pair: pair[0]))
    return StageTable(stages, MappingProxyType(labels), Place(sheet.table.file, 1)), tuple(reader.troubles)


def _meaning(category: str | None) -> Meaning:
    return Meaning.COMMITTED if (category or "").casefold() in {"commit", "forecast"} else Meaning.OPEN


# Names in no table


@attrs.frozen
class Witness:
    """A row that bears a stage name, and what it says of it; *closed* and *won* where it says so itself."""

    position: Position
    closed: bool | None = None
    won: bool | None = None


@attrs.frozen
class Understood:
    """A name in no table, as it was understood, and the first row that bears it."""

    stage: Stage
    place: Place


def complete(
    table: StageTable, witnesses: Iterable[Witness]
) -> tuple[StageTable, tuple[Understood, ...], Mapping[str, Trouble]]:
    """Understand the names that are in no table, where their rows say that they are ends.

    Returns the table with them, how each was understood, and a trouble for each that was not: no
    row says where an open stage stands among the others.
    """
    strange: dict[str, list[Witness]] = {}
    for witness in witnesses:
        if table.status(witness.position.stage) is None:
            strange.setdefault(witness.position.stage, []).append(witness)
    found: list[Understood] = []
    troubles: dict[str, Trouble] = {}
    for name, several in strange.items():
        first = several[0].position.line
        try:
            found.append(Understood(_understand(name, several), first.place("StageName")))
        except Unreadable as error:
            known = ", ".join(stage.name for stage in table.stages)
            message = f"unknown stage {name!r} ({error}): known are {known}; give a table of stages that has it"
            troubles[name] = first.trouble("StageName", message)
    stages = (*table.stages, *(one.stage for one in found))
    return attrs.evolve(table, stages=stages), tuple(found), MappingProxyType(troubles)


def _understand(name: str, witnesses: Sequence[Witness]) -> Stage:
    """Understand a name by IsWon and IsClosed, else by the forecast category; raises `Unreadable`."""
    said = {status for witness in witnesses if (status := _by_flags(witness)) is not None}
    said = said or {status for witness in witnesses if (status := _by_category(witness.position)) is not None}
    if len(said) != 1:
        message = "its rows contradict each other" if said else "no row says whether it is open, won or lost"
        raise Unreadable(message)
    (status,) = said
    if status is Status.OPEN:
        message = "it is open, but no row says where it stands among the others"
        raise Unreadable(message)
    return Stage(name, status, Decimal(1 if status is Status.WON else 0))


def _by_flags(witness: Witness) -> Status | None:
    if witness.closed is None:
        return Status.WON if witness.won else None
    if not witness.closed:
        return Status.OPEN
    return None if witness.won is None else Status.WON if witness.won else Status.LOST


def _by_category(position: Position) -> Status | None:
    category = (position.category or "").casefold().replace(" ", "")
    if category == "omitted" and position.probability not in {None, Decimal(0)}:
        return Status.OPEN
    return _CATEGORIES.get(category)


_CATEGORIES: Mapping[str, Status] = MappingProxyType(
    {
        "closed": Status.WON,
        "omitted": Status.LOST,
        **dict.fromkeys(("pipeline", "bestcase", "mostlikely", "commit", "forecast"), Status.OPEN),
    }
)
