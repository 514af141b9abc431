"""Given what happened, when this is asked, then that follows: the tests' way to talk to a noun.

Pure: no store and no engine. An outcome that is never asked about means that nothing happened;
the `nothing_forgotten` fixture in conftest.py holds every test to it.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

import attrs

from dealflow.decider import Command, Facts, Refusal, Refused
from dealflow.domain.criteria import CRITERIA
from dealflow.domain.nouns import noun_of
from dealflow.domain.playbook import STANDARD, Playbook
from dealflow.journal import Record, When

STREAM = UUID(int=1)
DAY_ONE = date(2026, 1, 5)
OUTCOMES: list["Outcome"] = []


def record(version: int, event: Any, when: When, stream: UUID = STREAM) -> Record:
    """Put an event into an envelope that says no more than a test needs."""
    return Record(
        position=version,
        stream=stream,
        version=version,
        account=None,
        deals=(),
        occurred_from=when.start,
        occurred_to=when.end,
        recorded_at=datetime(2026, 6, 1, tzinfo=UTC) + timedelta(seconds=version),
        by="test",
        command_id=None,
        cause=None,
        source=None,
        event=event,
    )


@attrs.define
class Outcome:
    """What a command led to: events, or reasons why not."""

    events: tuple[Any, ...] = ()
    reasons: tuple[Refusal, ...] = ()
    asked_about: bool = False

    def then(self, *events: Any) -> None:
        """Expect exactly these events."""
        self.asked_about = True
        assert self.reasons == ()
        assert self.events == events

    def then_refused(self, *reasons: Refusal) -> None:
        """Expect a no, with exactly these reasons, in this order."""
        self.asked_about = True
        assert self.events == ()
        assert self.reasons == reasons
        assert all(str(reason) for reason in reasons)

    def then_quiet(self) -> None:
        """Expect nothing: things are already so."""
        self.asked_about = True
        assert (self.events, self.reasons) == ((), ())


@attrs.frozen
class Given:
    """Events that have happened, one day after the other unless dated as `(day, event)`."""

    records: tuple[Record, ...]
    people: tuple[Record, ...] = ()
    playbooks: Mapping[str, Playbook] = MappingProxyType({STANDARD.key: STANDARD})

    def and_around(self, *records: Record) -> "Given":
        """Add the records that gates look at: of the deal, its people and its account."""
        return attrs.evolve(self, people=records)

    def under(self, *playbooks: Playbook) -> "Given":
        """Say which playbooks the journal holds, instead of the standard one."""
        return attrs.evolve(self, playbooks=MappingProxyType({one.key: one for one in playbooks}))

    def when(self, command: Command, at: date | datetime | When | None = None, *, imported: bool = False) -> Outcome:
        """Ask *command*, a day after the last event unless *at* says when.

        A command for any noun is asked of the one that the events are of.
        """
        noun = command.noun or (noun_of(self.records) if self.records else None)
        when = When.of(at or DAY_ONE + timedelta(days=len(self.records)), UTC)
        facts = Facts(
            at=when,
            stream=STREAM,
            own=self.records,
            position=len(self.records) + len(self.people),
            look=lambda: self.people,
            playbooks=self.playbooks,
            criteria=CRITERIA,
            imported=imported,
        )
        outcome = Outcome()
        try:
            state = noun.fold(noun.before(self.records, when)) if noun is not None else None
            outcome.events = command.decide(state, facts)
        except Refused as no:
            outcome.reasons = no.reasons
        OUTCOMES.append(outcome)
        return outcome


def given(*events: Any) -> Given:
    """Say what has happened in the stream, in order."""
    records = []
    for version, given_event in enumerate(events, start=1):
        day, event = given_event if isinstance(given_event, tuple) else (DAY_ONE + timedelta(version - 1), given_event)
        records.append(record(version, event, When.of(day, UTC)))
    return Given(tuple(records))
