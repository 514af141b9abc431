"""A conversation with the journal: what was read of it, what was asked, what is to be written.

Commands are asked one after the other, each seeing what the earlier ones led to; nothing is
stored before the whole conversation is committed. `do`, `do_all` and the importers all go this
way, so a rehearsal and the real thing cannot differ.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid4

import attrs

from dealflow.decider import Command, Facts, Refusal, Refused, refuse_if
from dealflow.domain.criteria import Criterion
from dealflow.domain.defining import DefinePlaybook
from dealflow.domain.merger import merged
from dealflow.domain.noting import MergeInto
from dealflow.domain.noun import Corrected, NotThere, Noun, RunsBackward, corrected
from dealflow.domain.nouns import noun_of
from dealflow.domain.playbook import Playbook, playbook_id
from dealflow.domain.stakeholder import StakeholderIdentified
from dealflow.domain.timeline import timeline_before
from dealflow.journal import Entry, Record, Source, When
from dealflow.store import Journal


@attrs.frozen
class Ask:
    """One command with all that goes into the envelope of what it leads to.

    *on* is the stream it is asked of; absent for a new one. *at* is when it happened: an aware
    instant, a bare date in the journal's zone, a `When`; absent: now. *command_id* makes asking
    again harmless; *cause* is the position of the record that led to it.
    """

    command: Command
    by: str
    on: UUID | None = None
    at: datetime | date | When | None = None
    command_id: str | None = None
    cause: int | None = None
    source: Source | None = None

    def digest(self) -> str:
        """Return what tells this command from another one that bears the same id.

        The same instant is the same, whatever zone it is written in.
        """
        at = self.at.astimezone(UTC) if isinstance(self.at, datetime) and self.at.tzinfo else self.at
        return hashlib.sha256(repr((self.command, self.on, at)).encode()).hexdigest()


@attrs.frozen
class WrongNoun:
    """The stream belongs to another kind of thing than the command is for."""

    asked: str
    found: str

    def __str__(self) -> str:
        return f"this is a command for a {self.asked}, but the stream is a {self.found}: check the id"


@attrs.frozen
class NotItsStream:
    """A playbook stands in the stream of its key, so that one key is one playbook."""

    key: str

    def __str__(self) -> str:
        return f"playbook {self.key!r} stands in the stream playbook_id({self.key!r}): leave `on` out"


@attrs.define
class _Stream:
    """One stream as the conversation goes: what the journal holds and what was added since."""

    noun: Noun[Any, Any] | None
    records: list[Record]
    state: Any = None
    latest: datetime | None = None  # the latest start of anything that happened in it
    moved: datetime | None = None  # the latest start of a step of its life cycle, corrected or not

    @classmethod
    def of(cls, records: Sequence[Record]) -> "_Stream":
        stream = cls(noun_of(records) if records else None, [])
        for record in records:
            stream._note(record)
        if stream.noun is not None:
            stream.state = stream.noun.fold(stream.noun.history(stream.records))
        return stream

    def before(self, when: When) -> Any:
        """Return the state a decision about *when* stands on."""
        if self.noun is None or self.latest is None or when.end >= self.latest:
            return self.state
        return self.noun.fold(self.noun.before(self.records, when))

    def add(self, noun: Noun[Any, Any], record: Record) -> None:
        """Take a new record in; raises `Refused` where the whole history could not be so."""
        in_order = self.latest is None or record.occurred_to >= self.latest
        if not in_order or hasattr(record.event, "id") or isinstance(record.event, Corrected):
            found = noun.problems([*self.records, record])
            known = set(noun.problems(self.records)) if found else set()
            fresh = [one.refusal for one in found if one not in known]
            if fresh:
                raise Refused(*fresh)
        self.noun = noun
        self._note(record)
        if in_order and not isinstance(record.event, Corrected):
            self.state = noun.evolve(self.state, record.event)
        else:
            self.state = noun.fold(noun.history(self.records))

    def runs_backward(self, when: When) -> RunsBackward | None:
        """Say whether a step of the life cycle at *when* would lie before the last one that stands."""
        if self.moved is None or when.end >= self.moved:
            return None
        moves = (one for one in corrected(self.records) if self.noun is not None and self.noun.moves(one.event))
        latest = max((one.occurred_from for one in moves), default=when.end)
        return RunsBackward(when.end, latest) if when.end < latest else None

    def _note(self, record: Record) -> None:
        self.records.append(record)
        told_of = record.event.occurred if isinstance(record.event, Corrected) else None
        start = max(record.occurred_from, told_of.start) if told_of else record.occurred_from
        self.latest = max(self.latest or start, start)
        if told_of is not None or (self.noun is not None and self.noun.moves(record.event)):
            self.moved = max(self.moved or start, start)


def around(journal: Journal, deals: Iterable[UUID], accounts: Collection[UUID]) -> list[Record]:
    """Read the whole streams of deals, of their people and of their accounts, by position.

    People of other accounts (a consultant, a contractor) who have a part in one, or were met about
    it, count with all their contacts.
    """
    found = {record.position: record for deal in deals for record in journal.deal_streams(deal)}
    for account in accounts:
        found |= {record.position: record for record in journal.account_streams(account)}
    present = {record.stream for record in found.values()}
    named = {person for record in found.values() for person in getattr(record.event, "theirs", ())} - present
    found |= {record.position: record for record in journal.streams(named)}
    elsewhere = {record.account for record in found.values() if isinstance(record.event, StakeholderIdentified)}
    for other in elsewhere - {*accounts}:
        if other is not None:
            found |= {record.position: record for record in journal.account_streams(other)}
    return [found[position] for position in sorted(found)]


class Conversation:
    """Commands asked of one journal as it stood at the beginning."""

    def __init__(self, journal: Journal, criteria: Mapping[str, Criterion], now: datetime) -> None:
        self._journal = journal
        self._criteria = criteria
        self._now = now
        self._head = journal.head()
        self._streams: dict[UUID, _Stream] = {}
        self.entries: list[Entry] = []
        self.leans_on_itself = False  # a gate looked at what is not in the journal yet

    @property
    def head(self) -> int:
        """The position the journal had reached when the conversation began."""
        return self._head

    def load(self, streams: Sequence[UUID]) -> None:
        """Read many streams at once, so that asking about them need not."""
        fresh = [stream for stream in dict.fromkeys(streams) if stream not in self._streams]
        found: dict[UUID, list[Record]] = {stream: [] for stream in fresh}
        for record in self._journal.streams(fresh):
            found[record.stream].append(record)
        for stream, records in found.items():
            self._streams[stream] = _Stream.of(sorted(records, key=lambda record: record.version))

    def ask(self, ask: Ask) -> tuple[UUID, tuple[Entry, ...]]:
        """Decide one command; returns its stream and the entries to be written, none if already so.

        Raises `Refused` with every reason, and then leaves the conversation as it was.
        """
        if not ask.by or ask.command_id == "":
            message = "by and command_id must not be empty: say who asks, and leave the id out where there is none"
            raise ValueError(message)
        when = When.of(ask.at if ask.at is not None else self._now, self._journal.zone)
        named = getattr(ask.command, "playbook", None)
        defined = self._define(named, ask, when) if isinstance(named, Playbook) else ()
        on = ask.on or (playbook_id(ask.command.key) if isinstance(ask.command, DefinePlaybook) else uuid4())
        self._check_others(ask.command, on)
        try:
            entries = self._decide(ask, on, when)
        except Refused:
            self._forget(defined)
            raise
        return on, (*defined, *entries)

    def _check_others(self, command: Command, on: UUID) -> None:
        """Refuse what no stream can see by itself: another playbook's stream, a merger into nothing."""
        if isinstance(command, DefinePlaybook) and on != playbook_id(command.key):
            raise Refused(NotItsStream(command.key))
        if isinstance(command, MergeInto) and command.other != on:
            mine, other = self._stream(on), self._stream(command.other)
            if other.noun is None or other.state is None:
                raise Refused(NotThere(mine.noun.name if mine.noun else "stream"))
            if mine.noun is not None and mine.noun is not other.noun:
                raise Refused(WrongNoun(mine.noun.name, other.noun.name))
            refuse_if(*merged(other.noun.name, getattr(other.state, "merged_into", None)))

    def _decide(self, ask: Ask, on: UUID, when: When) -> tuple[Entry, ...]:
        stream = self._stream(on)
        noun = ask.command.noun or stream.noun
        if noun is None:
            raise Refused(NotThere("stream"))
        if stream.noun is not None and stream.noun is not noun:
            raise Refused(WrongNoun(noun.name, stream.noun.name))
        backward: tuple[Refusal, ...] = ()
        if ask.command.life_cycle and (step := stream.runs_backward(when)) is not None:
            backward = (step,)
        state = stream.before(when)
        facts = Facts(
            at=when,
            stream=on,
            own=tuple(stream.records),
            position=self._head + len(self.entries),
            look=lambda: self._look(on, state, when),
            playbooks=self._playbooks(ask.command, state, when),
            criteria=self._criteria,
            imported=ask.source is not None,
        )
        try:
            events = ask.command.decide(state, facts)
        except Refused as no:
            raise Refused(*backward, *no.reasons) from None
        if events and backward:
            raise Refused(*backward)
        return self._write(ask, on, when, noun, events)

    def _write(self, ask: Ask, on: UUID, when: When, noun: Noun[Any, Any], events: Sequence[Any]) -> tuple[Entry, ...]:
        written: list[Entry] = []
        stream = self._stream(on)
        for event in events:
            entry = Entry(
                stream=on,
                version=len(stream.records) + 1,
                account=None,
                deals=(),
                occurred_from=when.start,
                occurred_to=when.end,
                by=ask.by,
                event=event,
                command_id=ask.command_id,
                cause=ask.cause,
                source=ask.source,
            )
            try:
                stream.add(noun, self._tentative(entry))
            except Refused:
                self._forget(written)
                raise
            entry = self._tagged(entry, noun, stream)
            stream.records[-1] = self._tentative(entry)
            self.entries.append(entry)
            written.append(entry)
        return tuple(written)

    def _tagged(self, entry: Entry, noun: Noun[Any, Any], stream: _Stream) -> Entry:
        event = entry.event
        if isinstance(event, Corrected):
            target = stream.records[event.version - 1]
            if event.replacement is None:
                return attrs.evolve(entry, account=target.account, deals=target.deals)
            event = event.replacement
        tags = noun.tags(entry.stream, stream.state, event)
        return attrs.evolve(entry, account=tags.account, deals=tags.deals)

    def _tentative(self, entry: Entry) -> Record:
        return Record(
            position=self._head + len(self.entries) + 1,
            recorded_at=self._now,
            **{field.name: getattr(entry, field.name) for field in attrs.fields(Entry)},
        )

    def _forget(self, entries: Sequence[Entry]) -> None:
        """Take back what was not committed: the last entries, and the streams they stood in."""
        for entry in reversed(entries):
            self.entries.remove(entry)
            stream = self._streams[entry.stream]
            self._streams[entry.stream] = _Stream.of(stream.records[: entry.version - 1])

    def _stream(self, stream: UUID) -> _Stream:
        if stream not in self._streams:
            self.load([stream])
        return self._streams[stream]

    def _define(self, playbook: Playbook, ask: Ask, when: When) -> tuple[Entry, ...]:
        on = playbook_id(playbook.key)
        known = self._stream(on).state
        if known is not None and playbook.milestones() in known.versions:
            return ()
        command = DefinePlaybook(playbook.key, playbook.name, playbook.milestones(), playbook.ends)
        return self._decide(Ask(command, ask.by, on, when), on, when)

    def _playbooks(self, command: Command, state: Any, when: When) -> Mapping[str, Playbook]:
        named = (getattr(command, "playbook", None), getattr(state, "playbook", None))
        keys = {one.key if isinstance(one, Playbook) else one for one in named if one}
        found = {key: self._stream(playbook_id(key)).before(when) for key in sorted(keys)}
        return MappingProxyType({key: playbook for key, playbook in found.items() if playbook is not None})

    def _look(self, deal: UUID, state: Any, when: When) -> tuple[Record, ...]:
        """Return the records of the deal, its people and its account, as happened by then."""
        stored = around(self._journal, [deal], {state.account})
        near = {record.stream for record in stored}
        self.load(list(near))
        near |= {
            stream
            for stream, one in self._streams.items()
            if any(record.account == state.account or deal in record.deals for record in one.records)
        }
        records = [record for stream in near for record in self._streams[stream].records]
        if any(record.position > self._head for record in records):
            self.leans_on_itself = True
        return timeline_before(sorted(records, key=lambda record: record.position), when)
