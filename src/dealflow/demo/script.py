"""The script's one kind of line: what is asked, of what, when it happened and when it is recorded."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from uuid import UUID

import attrs

from dealflow import STANDARD, DealFlow, Gate, Milestone, Playbook, When
from dealflow.decider import Command
from dealflow.journal import derived_id

YEAR = 2026
EVENING = time(17, 30, tzinfo=UTC)  # when people write down what the day brought

_GATES = {
    "consulting": Gate(strict=("economic-buyer-identified",)),
    "proposal": Gate(advisory=("economic-buyer-met", "technical-buyer-not-opposed")),
}


def _gated(milestone: Milestone) -> Milestone:
    return attrs.evolve(milestone, gate=_GATES.get(milestone.key, Gate()))


PLAYBOOK = Playbook.of("key-accounts", "Key accounts", map(_gated, STANDARD.milestones()))
"""The standard milestones under gates of our own: no proposal before the economic buyer is known."""


@attrs.frozen
class Told:
    """One line of the script. *command* may wait for the journal to say what it is about."""

    recorded: datetime
    on: UUID
    command: "Command | Callable[[DealFlow], Command]"
    at: date
    by: str

    def asked(self, flow: DealFlow) -> Command:
        """Return the command."""
        return self.command(flow) if callable(self.command) else self.command


def named(*key: str) -> UUID:
    """Return the stream of something in the play: the same one every time it is played."""
    return derived_id("demo", *key)


def day(text: str) -> date:
    """Read a day of the play: `03-06`."""
    return date.fromisoformat(f"{YEAR}-{text}")


def that(text: str) -> When:
    """Return the whole of a day, for what is planned."""
    return When.of(day(text), UTC)


def teller(by: str) -> Callable[..., Told]:
    """Return how one of ours tells: the day it is recorded, of what, the command, and when it
    happened where that was earlier.
    """

    def told(
        recorded: str, on: UUID, command: "Command | Callable[[DealFlow], Command]", happened: str | date | None = None
    ) -> Told:
        at = happened if isinstance(happened, date) else day(happened or recorded)
        return Told(datetime.combine(day(recorded), EVENING), on, command, at, by)

    return told
