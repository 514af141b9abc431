"""One account, told by day: what it buys, what binds it, who meets whom; what tests of relationships stand on."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import attrs

import dealflow as df
from dealflow.projections.conditions import RelationshipPolicy
from dealflow.projections.relation import Relation
from dealflow.projections.relationship import Relationship
from tests.projections.selling import SHORT, day, journal


@attrs.frozen
class Buyer:
    """A journal with one account, registered on day 0, whose purchases are the host's."""

    flow: df.DealFlow = attrs.field(factory=journal)
    id: UUID = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "id", self.register())
        self.tell(0, df.DrawPurchasesFrom(df.PurchaseOrigin.HOST))

    def register(self, at: int = 0, name: str = "Huaxin", **known: Any) -> UUID:
        """Register an account."""
        return self.flow.do(df.RegisterAccount(name, **known), by="li", at=day(at)).stream

    def tell(self, number: int, *commands: Any, on: UUID | None = None) -> None:
        """Ask commands of the account, or of another stream, as of a day."""
        for command in commands:
            self.flow.do(command, on=on or self.id, by="li", at=day(number))

    def buy(self, *numbers: int, amount: int = 100, on: UUID | None = None) -> None:
        """Buy on days."""
        for number in numbers:
            self.tell(number, df.RecordPurchase(df.Money.of(amount, "CNY")), on=on)

    def person(self, number: int, level: df.JobLevel | None = None, name: str = "Wang") -> UUID:
        """Identify somebody at the account."""
        return self.flow.do(df.IdentifyStakeholder(self.id, name, level=level), by="li", at=day(number)).stream

    def meet(self, number: int, *theirs: UUID, ours: Sequence[str] = ("li",)) -> UUID:
        """Meet people of theirs."""
        held = df.HoldInteraction(self.id, df.Channel.VISIT, theirs, tuple(ours))
        return self.flow.do(held, by="li", at=day(number)).stream

    def win(self, opened: int, won: int, amount: int | None = None) -> UUID:
        """Sell a deal to the account."""
        deal = self.flow.do(df.OpenDeal(self.id, "A deal", SHORT, "meet"), by="li", at=day(opened)).stream
        self.tell(
            won, df.WinDeal(skip_rest=True, amount=None if amount is None else df.Money.of(amount, "CNY")), on=deal
        )
        return deal

    def relation(self, number: int) -> Relation:
        """Return the account as of the evening of a day."""
        return self.flow.relation(self.id, happened=day(number))

    def stands(self, number: int, **policy: Any) -> Relationship:
        """Return the relationship as of the evening of a day."""
        return self.flow.relationship(self.id, happened=day(number), policy=RelationshipPolicy(**policy))

    def record(self, *events: type) -> tuple[int, ...]:
        """Return the positions of such events, in the order they were recorded."""
        return tuple(one.position for one in self.flow.journal.read() if isinstance(one.event, events))
