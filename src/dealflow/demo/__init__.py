"""The demo: half a year of selling to key accounts, played through public commands alone.

One deal is won and one is lost, told in full; a few others stand around them, two of which go on
after June, and two customers of old: one slipping away, one gone. What was learnt late is recorded
late, and one price was mistyped and corrected, so that the two clocks differ.
"""

from datetime import UTC, date, datetime
from itertools import chain
from uuid import UUID

import attrs

from dealflow import DealFlow
from dealflow.demo import ahead, kept, lost, others, won
from dealflow.demo.script import Told
from dealflow.store.errors import NotEmpty

MISTYPED = date(2026, 4, 30)
"""A day on which the journal believed a price that had been mistyped."""


@attrs.frozen
class Demo:
    """The journal after the play, and the two deals it tells in full."""

    flow: DealFlow
    won: UUID
    lost: UUID


class _Clock:
    """The time at which the next line of the script is recorded."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def script() -> tuple[Told, ...]:
    """Return all that is told, in the order in which it is recorded."""
    stories = (won.STORY, lost.STORY, others.STORY, kept.STORY, ahead.STORY)
    return tuple(sorted(chain(*stories), key=lambda told: told.recorded))


def play(url: str = "memory:") -> Demo:
    """Play the script into a new journal; raises `NotEmpty` where it holds something already."""
    clock = _Clock()
    flow = DealFlow.open(url, clock=clock)
    if head := flow.journal.head():
        flow.close()
        raise NotEmpty(head)
    for told in script():
        clock.now = told.recorded
        flow.do(told.asked(flow), on=told.on, by=told.by, at=told.at)
    return Demo(flow, won.DEAL, lost.DEAL)
