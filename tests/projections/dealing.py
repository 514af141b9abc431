"""One deal with its people and its calls, told by day: what the tests of thresholds, warnings and health stand on."""

from collections.abc import Sequence
from datetime import UTC
from typing import Any
from uuid import UUID

import attrs

import dealflow as df
from dealflow.projections.situation import Situation
from tests.projections.selling import ACCOUNT, SHORT, day, journal


@attrs.frozen
class Dealing:
    """A journal with one deal, opened on day 0 unless told otherwise."""

    flow: df.DealFlow = attrs.field(factory=journal)
    id: UUID = attrs.field(
        default=attrs.Factory(
            lambda self: self.tell(0, df.OpenDeal(ACCOUNT, "A deal", SHORT, "meet"), None), takes_self=True
        )
    )

    def tell(self, number: int, command: Any, on: UUID | None) -> UUID:
        """Ask one command as of a day; returns its stream."""
        return self.flow.do(command, on=on, by="li", at=day(number)).stream

    def deal(self, number: int, *commands: Any) -> None:
        """Ask commands of the deal."""
        for command in commands:
            self.tell(number, command, self.id)

    def person(
        self,
        number: int,
        *roles: df.Role,
        influence: df.Influence | None = None,
        stance: df.Stance | None = None,
        ally: bool | None = None,
    ) -> UUID:
        """Identify somebody with parts in the deal, and what else is known of them."""
        person = self.tell(number, df.IdentifyStakeholder(ACCOUNT, "Somebody"), None)
        commands = [df.IdentifyRole(role, self.id) for role in roles]
        rated = [df.RateInfluence(influence, self.id)] if influence else []
        showed = [df.ChangeStance(stance, ally=ally, deal=self.id)] if stance else []
        self.about(number, person, *commands, *rated, *showed)
        return person

    def about(self, number: int, person: UUID, *commands: Any) -> None:
        """Ask commands of a person, or of a call."""
        for command in commands:
            self.tell(number, command, person)

    def call(self, number: int, *theirs: UUID, outcome: df.Conclusion | None = None) -> UUID:
        """Hold a call about the deal, concluded or not."""
        call = self.tell(number, df.HoldInteraction(ACCOUNT, df.Channel.CALL, theirs, ("li",), deals=(self.id,)), None)
        if outcome is not None:
            agreed = "they come and see" if outcome is df.Conclusion.ADVANCE else None
            self.about(number, call, df.ConcludeInteraction(outcome, agreed))
        return call

    def planned(self, number: int, on: int) -> UUID:
        """Plan a call about the deal for a later day."""
        when = df.When.of(day(on), UTC)
        plan = df.PlanInteraction(ACCOUNT, when, df.Channel.VISIT, "see them", deals=(self.id,))
        return self.tell(number, plan, None)

    def situation(self, number: int) -> Situation:
        """Return how the deal stood on the evening of a day."""
        return self.flow.situation(self.id, happened=day(number))

    def health(self, number: int, **asked: Any) -> df.Health:
        """Judge the deal as of the evening of a day."""
        return self.flow.health(self.id, happened=day(number), **asked)

    def warning(self, name: str, number: int, **asked: Any) -> df.DealWarning:
        """Return one warning as of the evening of a day."""
        return next(one for one in self.health(number, **asked).warnings if one.name == name)

    def record(self, *events: type) -> tuple[int, ...]:
        """Return the positions of such events, in the order they were recorded."""
        return tuple(one.position for one in self.flow.journal.read() if isinstance(one.event, events))


def states(warnings: Sequence[df.DealWarning]) -> dict[str, str]:
    """Return what each warning is."""
    return {one.name: one.state for one in warnings}
