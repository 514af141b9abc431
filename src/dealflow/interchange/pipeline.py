"""The one way in: facts of another system are asked as commands, rehearsed whole, then stored.

Nothing is stored while there is a problem, unless the streams that have one are set aside whole.
Storing goes in batches; an import that was killed goes on when it is run again, because every
command bears an id made of the source's own key and row version.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol
from uuid import UUID

import attrs

from dealflow.conversation import Ask
from dealflow.decider import Refusal, Refused
from dealflow.domain.noun import RunsBackward
from dealflow.engine import DealFlow
from dealflow.journal import Entry

BATCH = 1_000  # commands a transaction: enough to be quick, few enough to be done again


@attrs.frozen
class Place:
    """Where in the source something stands."""

    file: str
    line: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        line = f", line {self.line}" if self.line is not None else ""
        column = f", column {self.column}" if self.column is not None else ""
        return f"{self.file}{line}{column}"


@attrs.frozen
class Trouble:
    """One thing that keeps a source from being imported: where it stands, and what to do."""

    place: Place
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class ImportRefused(Exception):
    """The source cannot be imported as it is; nothing was stored. `troubles` lists all that was found."""

    def __init__(self, troubles: Sequence[Trouble]) -> None:
        self.troubles = tuple(dict.fromkeys(troubles))
        super().__init__("\n".join(str(trouble) for trouble in self.troubles))


@attrs.frozen
class Fact:
    """Something the source says, as the command it comes to.

    *order* places it among all facts, and is never the time alone; *needs* are other streams it
    makes no sense without (a deal's account); *once* marks the beginning of a stream, which is
    told once whatever a later export says of it.
    """

    ask: Ask
    place: Place
    order: tuple[Any, ...]
    needs: tuple[UUID, ...] = ()
    once: bool = False

    @property
    def stream(self) -> UUID:
        """The stream it belongs to; an importer always names it."""
        if self.ask.on is None:
            message = f"{self.place}: a fact without a stream"
            raise TypeError(message)
        return self.ask.on


@attrs.frozen
class Reject:
    """A stream that was set aside whole, with the facts that would have gone in."""

    stream: UUID
    troubles: tuple[Trouble, ...]
    facts: tuple[Fact, ...]


@attrs.frozen
class Rehearsal:
    """What an import would store: the entries of each fact that leads to any."""

    writes: tuple[tuple[Fact, tuple[Entry, ...]], ...]
    known: int
    quiet: int
    rejects: tuple[Reject, ...]


@attrs.frozen
class Imported:
    """What an import did: facts stored, facts the journal had already, facts that changed nothing."""

    stored: int
    records: int
    known: int
    quiet: int
    rejects: tuple[Reject, ...]


class Progress(Protocol):
    """Told how far the storing has come."""

    def __call__(self, done: int, total: int) -> None:
        """Hear that *done* of *total* commands are stored."""
        ...


def nothing(done: int, total: int) -> None:
    """Show no progress."""


def import_facts(
    flow: DealFlow,
    facts: Iterable[Fact],
    *,
    troubles: Sequence[tuple[UUID | None, Trouble]] = (),
    set_aside: bool = False,
    progress: Progress = nothing,
) -> Imported:
    """Rehearse all facts, and store them in batches where that went well.

    *troubles* are what reading the source has found already, each with the stream it spoils
    (`None`: all). With *set_aside*, spoilt streams are left out whole and come back as rejects;
    otherwise any trouble raises `ImportRefused` and nothing is stored.
    """
    whole = [trouble for stream, trouble in troubles if stream is None]
    if whole:
        raise ImportRefused([trouble for _, trouble in troubles])
    spoilt: dict[UUID, list[Trouble]] = {}
    for stream, trouble in troubles:
        if stream is not None:
            spoilt.setdefault(stream, []).append(trouble)
    rehearsal = rehearse(flow, facts, spoilt, set_aside=set_aside)
    return store(flow, rehearsal, progress)


def rehearse(
    flow: DealFlow, facts: Iterable[Fact], spoilt: dict[UUID, list[Trouble]] | None = None, *, set_aside: bool = False
) -> Rehearsal:
    """Decide everything in memory, storing nothing.

    Raises `ImportRefused` with every trouble, or, with *set_aside*, leaves out the streams that
    have one, and those that make no sense without them.
    """
    ordered = sorted(facts, key=lambda fact: fact.order)
    spoilt = dict(spoilt or {})
    while True:
        own = [trouble for troubles in spoilt.values() for trouble in troubles]
        _spoil_dependents(ordered, spoilt)
        if spoilt and not set_aside:
            _, found = _decide(flow, [fact for fact in ordered if fact.stream not in spoilt])
            raise ImportRefused([*own, *(trouble for several in found.values() for trouble in several)])
        kept = [fact for fact in ordered if fact.stream not in spoilt]
        outcome, found = _decide(flow, kept)
        if not found:
            return attrs.evolve(outcome, rejects=_rejects(ordered, spoilt))
        if not set_aside:
            raise ImportRefused([trouble for several in found.values() for trouble in several])
        spoilt |= found


def _rejects(facts: Sequence[Fact], spoilt: dict[UUID, list[Trouble]]) -> tuple[Reject, ...]:
    left: dict[UUID, list[Fact]] = {stream: [] for stream in spoilt}
    for fact in facts:
        if fact.stream in left:
            left[fact.stream].append(fact)
    return tuple(Reject(stream, tuple(troubles), tuple(left[stream])) for stream, troubles in spoilt.items())


def _spoil_dependents(facts: Sequence[Fact], spoilt: dict[UUID, list[Trouble]]) -> None:
    """Spoil what cannot stand without a spoilt stream, to the last."""
    before = -1
    while before != len(spoilt):
        before = len(spoilt)
        for fact in facts:
            if fact.stream not in spoilt and any(need in spoilt for need in fact.needs):
                message = "what this belongs to was set aside; see its own trouble"
                spoilt[fact.stream] = [Trouble(fact.place, message)]


def _decide(flow: DealFlow, facts: Sequence[Fact]) -> tuple[Rehearsal, dict[UUID, list[Trouble]]]:
    talk = flow.conversation()
    talk.load([fact.stream for fact in facts])
    remembered = flow.journal.commands([fact.ask.command_id for fact in facts if fact.ask.command_id is not None])
    found: dict[UUID, list[Trouble]] = {}
    broken: set[UUID] = set()  # a step of their life cycle was refused: what follows would only echo it
    writes: list[tuple[Fact, tuple[Entry, ...]]] = []
    known = quiet = 0
    for fact in facts:
        if fact.stream in broken:
            continue
        past = remembered.get(fact.ask.command_id) if fact.ask.command_id is not None else None
        if past is not None:
            known += 1
            if not fact.once and past.digest != fact.ask.digest():
                message = (
                    "imported before as something else: the mapping changed, or the row, and nothing in it says when; "
                    "import into a new journal"
                )
                found.setdefault(fact.stream, []).append(Trouble(fact.place, message))
            continue
        try:
            _, entries = talk.ask(fact.ask)
        except Refused as no:
            found.setdefault(fact.stream, []).extend(Trouble(fact.place, str(reason)) for reason in _own(no))
            if fact.ask.command.life_cycle:
                broken.add(fact.stream)
            continue
        if entries:
            writes.append((fact, entries))
        else:
            quiet += 1
    return Rehearsal(tuple(writes), known, quiet, ()), found


def _own(no: Refused) -> Sequence[Refusal]:
    """Leave out the echoes: a step that runs backward is judged on a state that is not its own."""
    return [reason for reason in no.reasons if isinstance(reason, RunsBackward)] or no.reasons


def store(flow: DealFlow, rehearsal: Rehearsal, progress: Progress = nothing) -> Imported:
    """Store what was rehearsed, a batch of commands a transaction."""
    writes, records = rehearsal.writes, 0
    progress(0, len(writes))
    for start in range(0, len(writes), BATCH):
        batch = writes[start : start + BATCH]
        ids = {fact.ask.command_id: fact.ask.digest() for fact, _ in batch if fact.ask.command_id is not None}
        records += len(flow.journal.append([entry for _, entries in batch for entry in entries], ids))
        progress(min(start + BATCH, len(writes)), len(writes))
    return Imported(len(writes), records, rehearsal.known, rehearsal.quiet, rehearsal.rejects)


def command_id(system: str, org: str, key: str, kind: str, row_version: str) -> str:
    """Name a command by what it came from, so that the same export adds nothing twice."""
    return f"import:{system}:{org}:{key}:{kind}@{row_version}"
