"""Questions of accounts: how near they are, at which stage they stand, how likely they are to leave.

Each as of any day on both clocks. Accounts are put together from the rows of four views, so the
cost of a question grows with what came to the journal since the last one; what was known on an
earlier day is folded anew.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

import attrs

from dealflow.conversation import around
from dealflow.domain.stakeholder import Role
from dealflow.domain.timeline import told
from dealflow.journal import day_end
from dealflow.projections.accounts import ACCOUNTS, AccountRow, registered
from dealflow.projections.backtest import BACKTEST, Backtest, BacktestPolicy, backtest
from dealflow.projections.cases import Horizon
from dealflow.projections.churn import ChurnRisk, churn_risk
from dealflow.projections.churn.judging import CHURN, ChurnPolicy, Signal
from dealflow.projections.churn.signals import SIGNALS
from dealflow.projections.closeness import CLOSENESS, ClosenessPolicy
from dealflow.projections.conditions import RELATIONSHIP, RelationshipPolicy
from dealflow.projections.contacts import CONTACTS
from dealflow.projections.losses import Loss, losses
from dealflow.projections.people import PEOPLE, roles_known
from dealflow.projections.pipeline import PIPELINE
from dealflow.projections.progression import progression
from dealflow.projections.relation import Relation
from dealflow.projections.relations import Rows, relations
from dealflow.projections.relationship import Relationship, is_buyer, relationship
from dealflow.projections.stock import AccountCloseness, Stock, accounts_closeness, stocks
from dealflow.reading import Moment, NotFound, Reading
from dealflow.replay.chronicle import Chronicle, chronicle


class AccountQuestions(Reading):
    """What a journal of selling answers about accounts."""

    def relations(
        self, *, happened: Moment | None = None, known: Moment | None = None, knowledge: str = "journal"
    ) -> Mapping[UUID, Relation]:
        """Return how every account stood, with its deals, contacts and people, to be asked about them.

        Without *happened* what is dated today counts, and what is dated later does not yet. An
        account merged into another is none; what was told of it is the other's.
        """
        return self._relations(happened, known, knowledge)

    def relation(
        self,
        account: UUID,
        *,
        happened: Moment | None = None,
        known: Moment | None = None,
        knowledge: str = "journal",
    ) -> Relation:
        """Return how one account stood; raises `NotFound` where it was not registered, or was merged, by then."""
        found = self._relations(happened, known, knowledge, only=account).get(account)
        if found is None:
            raise NotFound(str(account), what="account")
        return found

    def _relations(
        self, happened: Moment | None, known: Moment | None, knowledge: str, only: UUID | None = None
    ) -> Mapping[UUID, Relation]:
        views = (ACCOUNTS, PIPELINE, CONTACTS, PEOPLE)
        rows = Rows(*self.rows_of(*views, known=known, knowledge=knowledge))
        return relations(rows, self._evening(happened, known), only=only)

    def _evening(self, happened: Moment | None, known: Moment | None) -> Horizon:
        """Return the moment accounts are asked about: as of now, what is dated today counts, and no later day."""
        horizon, until = self._horizon(happened, known), self._until(happened)
        evening = day_end(horizon.day(horizon.until), self.zone)
        return attrs.evolve(horizon, until=evening if until is None else min(until, evening))

    def relationship(
        self,
        account: UUID,
        *,
        happened: Moment | None = None,
        known: Moment | None = None,
        knowledge: str = "journal",
        policy: RelationshipPolicy = RELATIONSHIP,
    ) -> Relationship:
        """Return at which stage we stand with an account, how it came there and what leads on, by a policy."""
        return relationship(self.relation(account, happened=happened, known=known, knowledge=knowledge), policy)

    def relationships(
        self,
        *,
        happened: Moment | None = None,
        known: Moment | None = None,
        knowledge: str = "journal",
        policy: RelationshipPolicy = RELATIONSHIP,
    ) -> tuple[Relationship, ...]:
        """Return the same of every account that is a customer by its kind, or has bought, as they were registered."""
        found = self.relations(happened=happened, known=known, knowledge=knowledge).values()
        return tuple(relationship(one, policy) for one in found if is_buyer(one))

    def churn_risk(
        self,
        account: UUID,
        *,
        happened: Moment | None = None,
        known: Moment | None = None,
        knowledge: str = "journal",
        policy: ChurnPolicy = CHURN,
        standing: RelationshipPolicy = RELATIONSHIP,
        signals: Sequence[Signal] = SIGNALS,
    ) -> ChurnRisk:
        """Judge how likely an account is to leave, by *signals*, as of *happened* and as known at *known*.

        *policy* says when a signal is up and what makes the risk high, *standing* who is a customer.
        """
        relation = self.relation(account, happened=happened, known=known, knowledge=knowledge)
        return churn_risk(relation, progression(relation, standing).stage, policy, signals)

    def churn_risks(
        self,
        *,
        happened: Moment | None = None,
        known: Moment | None = None,
        knowledge: str = "journal",
        policy: ChurnPolicy = CHURN,
        standing: RelationshipPolicy = RELATIONSHIP,
        signals: Sequence[Signal] = SIGNALS,
    ) -> tuple[ChurnRisk, ...]:
        """Judge every account that ever bought, as they entered the journal; takes what `churn_risk` takes."""
        found = self.relations(happened=happened, known=known, knowledge=knowledge).values()
        stages = ((one, progression(one, standing).stage) for one in found if one.purchases)
        return tuple(churn_risk(one, stage, policy, signals) for one, stage in stages)

    def backtest(
        self,
        *,
        happened: Moment | None = None,
        known: Moment | None = None,
        knowledge: str = "journal",
        policy: BacktestPolicy = BACKTEST,
        signals: Sequence[Signal] = SIGNALS,
    ) -> Backtest:
        """Hold every signal against which accounts left or regressed; raises `MissingExtra` without scipy."""
        relations = self.relations(happened=happened, known=known, knowledge=knowledge)
        return backtest(relations.values(), policy, signals)

    def losses(
        self,
        account: UUID,
        *,
        happened: Moment | None = None,
        known: Moment | None = None,
        knowledge: str = "journal",
        policy: BacktestPolicy = BACKTEST,
        signals: Sequence[Signal] = SIGNALS,
    ) -> tuple[Loss, ...]:
        """Return each time an account left or regressed: which signals were up before, and what we did about them."""
        relation = self.relation(account, happened=happened, known=known, knowledge=knowledge)
        records = self._as_known(around(self.journal, (), relation.places), known, knowledge)
        return losses(relation, told(records, relation.at), policy, signals)

    def chronicle(
        self,
        account: UUID,
        *,
        happened: Moment | None = None,
        known: Moment | None = None,
        knowledge: str = "journal",
        policy: RelationshipPolicy = RELATIONSHIP,
        churn: ChurnPolicy = CHURN,
        signals: Sequence[Signal] = SIGNALS,
    ) -> Chronicle:
        """Tell an account as one story: its records, and the stages and signals that follow from them.

        *policy* says when a relationship stands at which stage, *churn* when a signal is up, *signals*
        which there are. Raises `NotFound` where it was not registered, or was merged, by then.
        """
        asked = self.relation(account, happened=happened, known=known, knowledge=knowledge)
        read = around(self.journal, (), asked.places)
        named = {id_ for one in read for id_ in (*one.deals, getattr(one.event, "account", None)) if id_ is not None}
        others = self.journal.streams(named - {one.stream for one in read})  # for what they are called
        return chronicle(asked, self._as_known([*read, *others], known, knowledge), policy, churn, signals)

    # Closeness

    def closeness_by_account(
        self,
        *,
        happened: Moment | None = None,
        known: Moment | None = None,
        knowledge: str = "journal",
        policy: ClosenessPolicy = CLOSENESS,
    ) -> Mapping[UUID, AccountCloseness]:
        """Return how near each registered account is to us, by its people and what is standing of them."""
        near, _ = self._nearness(happened, known, knowledge, policy)
        return near

    def closeness_by_owner(
        self,
        *,
        happened: Moment | None = None,
        known: Moment | None = None,
        knowledge: str = "journal",
        policy: ClosenessPolicy = CLOSENESS,
    ) -> tuple[Stock, ...]:
        """Return the relationships each of ours holds: the sum over the accounts they answer for."""
        near, owners = self._nearness(happened, known, knowledge, policy)
        return stocks(owners, near.values(), self._until(happened))

    def _nearness(
        self, happened: Moment | None, known: Moment | None, knowledge: str, policy: ClosenessPolicy
    ) -> tuple[Mapping[UUID, AccountCloseness], Mapping[UUID, AccountRow]]:
        """Return how near each account is, and who answered for it, both from one pass."""
        people, accounts = self.rows_of(PEOPLE, ACCOUNTS, known=known, knowledge=knowledge)
        moment, at = self._until(happened), self._horizon(happened, known).until
        return accounts_closeness(people, registered(accounts, moment), at, moment, policy), accounts

    def roles_known(
        self, *, happened: Moment | None = None, known: Moment | None = None, knowledge: str = "journal"
    ) -> Mapping[UUID, tuple[Role, ...]]:
        """Return the buying roles that somebody at each registered account is known to hold, whatever the deal."""
        people, accounts = self.rows_of(PEOPLE, ACCOUNTS, known=known, knowledge=knowledge)
        return roles_known(people, registered(accounts, self._until(happened)), self._until(happened))
