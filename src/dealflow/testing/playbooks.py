"""Playbooks: the one playbook of a market, revised once in the course of it."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import attrs

from dealflow.domain.playbook import Milestone, PlaybookDefined, PlaybookRevised
from dealflow.testing.life import OVER, Turn
from dealflow.testing.market import Market


@attrs.frozen
class Playbooks:
    """The versions of a market's playbook, and since when each holds."""

    market: Market

    @property
    def is_revised(self) -> bool:
        """Whether there is a second version at all."""
        return self.market.revised > 0

    @property
    def revised_on(self) -> int:
        """The day of the second version."""
        return (self.market.first_day + timedelta(days=int(self.market.revised * self.market.days))).toordinal()

    def version(self, day: date) -> int:
        """Return the version that a deal opened on a day runs on."""
        return 2 if self.is_revised and day.toordinal() >= self.revised_on else 1

    def milestone(self, stage: int, version: int) -> Milestone:
        """Return a milestone by its number."""
        return self.milestones(version)[stage]

    def milestones(self, version: int) -> tuple[Milestone, ...]:
        """Return a version's milestones; the second has slightly better chances."""
        first = self.market.playbook.milestones()
        return first if version == 1 else tuple(map(_better, first))

    def changes(self, version: int, before: Turn, turn: Turn) -> bool:
        """Say whether a deal stands open between two turns on the day of the revision, on the old version."""
        stood = before.on.toordinal() <= self.revised_on <= turn.on.toordinal()
        return self.is_revised and version == 1 and stood and before.step not in OVER

    def events(self) -> Iterator[tuple[int, Any]]:
        """Return the playbook's own stream, with the days."""
        playbook = self.market.playbook
        first = self.market.first_day.toordinal()
        yield first, PlaybookDefined(playbook.key, playbook.name, playbook.milestones(), playbook.ends)
        if self.is_revised:
            yield self.revised_on, PlaybookRevised(self.milestones(2), "a year's experience")


def _better(milestone: Milestone) -> Milestone:
    if milestone.chance is None:
        return milestone
    return attrs.evolve(milestone, chance=min(Decimal(1), milestone.chance + Decimal("0.02")))
