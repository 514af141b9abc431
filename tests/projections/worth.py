"""A deal in which problems are quantified, needs climb and sides are assessed: what the tests of its worth stand on."""

from datetime import date
from uuid import UUID

import attrs

import dealflow as df
from dealflow.decider import Command
from dealflow.projections.situation import Situation
from tests.projections.selling import day


def yuan(amount: int) -> df.Money:
    return df.Money.of(amount, "CNY")


@attrs.frozen
class Play:
    """One deal, and how it is told of."""

    flow: df.DealFlow
    account: UUID
    deal: UUID

    @classmethod
    def begin(cls, flow: df.DealFlow) -> "Play":
        account = flow.do(df.RegisterAccount("Acme Steel"), by="li", at=day(0)).stream
        deal = flow.do(df.OpenDeal(account, "Press line 3"), by="li", at=day(0)).stream
        return cls(flow, account, deal)

    def tell(self, number: int, *commands: Command, on: UUID | None = None, cause: int | None = None) -> int:
        """Ask commands of the deal, or of another stream, on a day; return the position of the last record."""
        for command in commands:
            done = self.flow.do(command, on=on or self.deal, by="li", at=day(number), cause=cause)
        return done.records[-1].position

    def visit(self, number: int, *people: UUID, questions: tuple[df.Spin, ...] = ()) -> UUID:
        """Hold a visit about the deal, and ask questions of nobody named in it."""
        held = df.HoldInteraction(self.account, df.Channel.VISIT, theirs=people, deals=(self.deal,))
        visit = self.flow.do(held, by="li", at=day(number)).stream
        for kind in questions:
            self.flow.do(df.AskQuestion(kind), on=visit, by="li", at=day(number))
        return visit

    def person(self, name: str, role: df.Role | None = None) -> UUID:
        person = self.flow.do(df.IdentifyStakeholder(self.account, name), by="li", at=day(0)).stream
        if role is not None:
            self.flow.do(df.IdentifyRole(role, self.deal), on=person, by="li", at=day(0))
        return person

    def situation(self, happened: int | None = None) -> Situation:
        at: date | None = None if happened is None else day(happened)
        return self.flow.situation(self.deal, happened=at)
