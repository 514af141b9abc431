"""One deal, and people who decide about it: what the tests of committees and closeness stand on."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import attrs

import dealflow as df
from tests.clock import Clock
from tests.projections.selling import SHORT, day


@attrs.frozen
class Sale:
    """A journal with one account and one deal, opened on day 0; days count from there."""

    flow: df.DealFlow
    account: UUID
    deal: UUID

    def person(self, name: str, *said: df.Command, at: int = 0, account: UUID | None = None) -> UUID:
        """Identify somebody, and say things of them on the same day."""
        who = self.flow.do(df.IdentifyStakeholder(account or self.account, name), by="li", at=day(at)).stream
        return self.say(who, *said, at=at)

    def say(self, who: UUID, *said: Any, at: int = 0) -> UUID:
        """Say things of a person."""
        for command in said:
            self.flow.do(command, on=who, by="li", at=day(at))
        return who

    def meet(self, *theirs: UUID, at: int, ours: tuple[str, ...] = ("li",), times: int = 1) -> None:
        """Meet people, about no deal in particular."""
        for _ in range(times):
            self.flow.do(df.HoldInteraction(self.account, df.Channel.VISIT, theirs, ours), by="li", at=day(at))

    def close(self, at: int) -> None:
        """Lose the deal."""
        self.flow.do(df.LoseDeal(), on=self.deal, by="li", at=day(at))


def sale(now: date = date(2026, 12, 31)) -> Sale:
    """Open a journal whose clock stands at noon of *now*, with an account and a deal."""
    flow = df.DealFlow.open("memory:", clock=Clock(datetime(now.year, now.month, now.day, 12, tzinfo=UTC)))
    account = flow.do(df.RegisterAccount("Acme"), by="li", at=day(0)).stream
    deal = flow.do(df.OpenDeal(account, "Line 4", SHORT), by="li", at=day(0)).stream
    return Sale(flow, account, deal)
