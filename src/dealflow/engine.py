"""DealFlow: the one object an application holds. It asks commands, and it answers questions.

Synchronous and thread-safe; one process or many on one store. What it raises is a `Refused` (the
rules say no), a `Conflict` (others were quicker, after retries), or another `StoreError`.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from random import uniform
from time import monotonic, sleep
from uuid import UUID

import attrs

from dealflow.conversation import Ask, Conversation
from dealflow.decider import Command, Refused
from dealflow.domain.criteria import CRITERIA, Criterion
from dealflow.journal import Record, Source, When
from dealflow.reading import Moment
from dealflow.replay_questions import ReplayQuestions
from dealflow.store import Journal, open_journal
from dealflow.store.errors import CommandReused, Conflict

PAUSE, LONGEST_PAUSE = 0.002, 0.25  # seconds between two tries, doubled each time
PATIENCE = 20.0  # seconds of trying before a conflict is given back


@attrs.frozen
class Done:
    """What a command led to: its stream, and the records (none where things were already so)."""

    stream: UUID
    records: tuple[Record, ...]


@attrs.frozen
class _Outcome:
    """What one command led to: records of *past* asking, or those from *start* to *end* of this one."""

    stream: UUID
    start: int = 0
    end: int = 0
    past: tuple[Record, ...] | None = None

    @property
    def is_new(self) -> bool:
        """Whether it is to be stored, and remembered by its command id."""
        return self.end > self.start

    def done(self, stored: Sequence[Record]) -> Done:
        """Return the command's own records; a playbook defined on the way is not its own."""
        records = stored[self.start : self.end] if self.past is None else self.past
        return Done(self.stream, tuple(record for record in records if record.stream == self.stream))


def _now() -> datetime:
    return datetime.now(UTC)


class DealFlow(ReplayQuestions):
    """A journal of selling, what may be asked for in it, and the questions it answers."""

    def __init__(
        self,
        journal: Journal,
        *,
        clock: Callable[[], datetime] = _now,
        criteria: Mapping[str, Criterion] = CRITERIA,
    ) -> None:
        super().__init__(journal, clock=clock, criteria=criteria)

    @classmethod
    def open(
        cls,
        url: str = "memory:",
        *,
        zone: str | None = None,
        clock: Callable[[], datetime] = _now,
        criteria: Mapping[str, Criterion] | None = None,
    ) -> "DealFlow":
        """Open the journal at *url*: `sqlite:///pipeline.db` or `memory:`; a new file is set up.

        *zone* is the IANA name of the zone bare dates are read in, kept with a new journal
        (default UTC). *criteria* are the application's own questions for gates, by name, beside
        the built-in ones. Raises `StoreError` where the journal cannot be opened.
        """
        journal = open_journal(url, zone=zone, clock=clock)
        return cls(journal, clock=clock, criteria={**CRITERIA, **(criteria or {})})

    # Commands

    def do(
        self,
        command: Command,
        *,
        by: str,
        on: UUID | None = None,
        at: Moment | When | None = None,
        command_id: str | None = None,
        cause: int | None = None,
        source: Source | None = None,
    ) -> Done:
        """Ask one command, and store what follows from it.

        *by* is who records it, *on* the stream it is asked of (absent: a new one), *at* when it
        happened (absent: now). Asking again with the same *command_id* returns the first outcome.
        Raises `Refused` with every reason, or `Conflict` after several tries.
        """
        return self.do_all([Ask(command, by, on, at, command_id, cause, source)])[0]

    def do_all(self, asks: Sequence[Ask]) -> tuple[Done, ...]:
        """Ask several commands, of any streams, and store all that follows or nothing.

        Each sees what the earlier ones led to. A refusal names the command by a note.
        """
        give_up = monotonic() + PATIENCE
        pause = PAUSE
        while True:
            try:
                return self._attempt(asks)
            except Conflict:
                if monotonic() > give_up:
                    raise
            sleep(uniform(0, pause))  # noqa: S311 (only to fall out of step with whoever was quicker)
            pause = min(2 * pause, LONGEST_PAUSE)

    def conversation(self) -> Conversation:
        """Begin a conversation: what is asked in it is decided now, and stored once its entries are appended."""
        return Conversation(self.journal, self._criteria, self._clock())

    def _attempt(self, asks: Sequence[Ask]) -> tuple[Done, ...]:
        talk = self.conversation()
        ids: dict[str, str] = {}
        outcomes: list[_Outcome] = []
        first = self._first_outcomes(asks)
        for number, ask in enumerate(asks, start=1):
            if ask.command_id is not None and ask.command_id in first:
                outcomes.append(first[ask.command_id])
                continue
            try:
                outcomes.append(self._decide(talk, ask))
            except Refused as no:
                no.add_note(f"command {number} of {len(asks)}: {ask.command}")
                raise
            if ask.command_id is not None and outcomes[-1].is_new:
                ids[ask.command_id] = ask.digest()
                first[ask.command_id] = outcomes[-1]
        head = talk.head if talk.leans_on_itself else None
        records = self.journal.append(talk.entries, ids, head=head) if talk.entries else ()
        return tuple(one.done(records) for one in outcomes)

    def _decide(self, talk: Conversation, ask: Ask) -> "_Outcome":
        """Decide one command. Where it leads to nothing, the very same may have been stored while we read."""
        try:
            stream, entries = talk.ask(ask)
        except Refused:
            if past := self._first_outcomes([ask]):
                return past[ask.command_id or ""]
            raise
        if not entries and (past := self._first_outcomes([ask])):
            return past[ask.command_id or ""]
        return _Outcome(stream, len(talk.entries) - len(entries), len(talk.entries))

    def _first_outcomes(self, asks: Sequence[Ask]) -> "dict[str, _Outcome]":
        """Return what commands with these ids led to before, by id; raises `CommandReused`."""
        digests: dict[str, str] = {}
        for ask in asks:
            if ask.command_id is not None and digests.setdefault(ask.command_id, ask.digest()) != ask.digest():
                raise CommandReused(ask.command_id)
        first: dict[str, _Outcome] = {}
        for command_id, past in self.journal.commands(digests).items():
            if past.digest != digests[command_id]:
                raise CommandReused(command_id)
            records = tuple(self._forgetting(self.journal.records(past.positions)))
            first[command_id] = _Outcome(records[-1].stream, past=records)
        return first
