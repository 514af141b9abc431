"""One account with its people, its contacts and what it buys, told by day: what the tests of churn stand on."""

from datetime import date
from typing import Any
from uuid import UUID

import attrs

import dealflow as df
from dealflow.domain.matter import IncidentKind
from dealflow.domain.purchase import Level
from dealflow.projections.churn import ChurnRisk, churn_risk
from dealflow.projections.churn.judging import CHURN, ChurnPolicy, ChurnSignal, Sign, Signal
from dealflow.projections.churn.signals import SIGNALS
from dealflow.projections.progression import progression
from tests.projections.buying import Buyer
from tests.projections.selling import SHORT, day, journal

BY_NAME = {one.name: one for one in SIGNALS}


@attrs.frozen
class Keeping(Buyer):
    """A journal with one account, registered on day 0, whose purchases the host records, kept for some years."""

    flow: df.DealFlow = attrs.field(factory=lambda: journal(date(2029, 12, 31)))

    def new(self, number: int, command: Any) -> UUID:
        """Begin a stream as of a day."""
        return self.flow.do(command, by="li", at=day(number)).stream

    def own(self, number: int, *commands: Any) -> None:
        """Ask commands of the account."""
        self.tell(number, *commands)

    def about(self, number: int, stream: UUID, *commands: Any) -> None:
        """Ask commands of a person, a contact or a deal."""
        self.tell(number, *commands, on=stream)

    def somebody(
        self,
        number: int,
        *roles: df.Role,
        stance: df.Stance | None = None,
        influence: df.Influence | None = None,
        ally: bool | None = None,
        level: df.JobLevel | None = None,
    ) -> UUID:
        """Identify somebody there, and what else is known of them, whatever the deal."""
        person = self.person(number, level)
        rated = [df.RateInfluence(influence)] if influence else []
        showed = [df.ChangeStance(stance, ally=ally)] if stance else []
        self.about(number, person, *(df.IdentifyRole(role) for role in roles), *rated, *showed)
        return person

    def deal(self, number: int) -> UUID:
        """Open a deal."""
        return self.new(number, df.OpenDeal(self.id, "A deal", SHORT, "meet"))

    def buys(self, *numbers: int, amount: int = 100, currency: str = "CNY") -> None:
        """Record a purchase on each of these days."""
        for number in numbers:
            self.own(number, df.RecordPurchase(df.Money.of(amount, currency)))

    def incident(self, number: int, kind: IncidentKind, severity: Level = Level.LOW, **more: Any) -> None:
        """Report that something went wrong."""
        self.own(number, df.ReportIncident(kind, severity, **more))

    def complaint(self, number: int, severity: Level = Level.LOW, **more: Any) -> None:
        """Raise a complaint."""
        self.own(number, df.RaiseComplaint("noise", severity, **more))

    def sign(self, name: str, number: int, policy: ChurnPolicy = CHURN) -> Sign:
        """Return what is found of a signal on the evening of a day."""
        return BY_NAME[name].find(self.relation(number), policy)

    def risk(self, number: int, policy: ChurnPolicy = CHURN, signals: tuple[Signal, ...] = SIGNALS) -> ChurnRisk:
        """Judge the account on the evening of a day."""
        relation = self.relation(number)
        return churn_risk(relation, progression(relation).stage, policy, signals)

    def signal(self, name: str, number: int, policy: ChurnPolicy = CHURN) -> ChurnSignal:
        """Return one signal on the evening of a day, with since when it is up."""
        return self.risk(number, policy, (BY_NAME[name],)).signals[0]
