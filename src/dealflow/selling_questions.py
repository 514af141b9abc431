"""Questions of how we sell, over many deals and contacts: what they come to, against whom, where effort goes, and
what won and lost deals have in common.

Each as of any day on both clocks.
"""

from datetime import date

from dealflow.journal import JOURNAL
from dealflow.money import Rates
from dealflow.projections.conditions import RELATIONSHIP, RelationshipPolicy
from dealflow.projections.contacts import contacts
from dealflow.projections.deals import pipeline
from dealflow.projections.pipeline import standing as standing_of
from dealflow.projections.playbooks import PLAYBOOKS
from dealflow.projections.portfolio import Portfolio, portfolio
from dealflow.projections.ranking import PORTFOLIO, PortfolioPolicy
from dealflow.projections.relations import relations
from dealflow.projections.team import TEAM, Team, TeamPolicy, team
from dealflow.questions import Questions
from dealflow.reading import Moment


class SellingQuestions(Questions):
    """What a journal of selling answers about the selling."""

    # Contacts

    # Objections

    # Competition

    # Portfolio and team

    def portfolio(
        self,
        *,
        happened: Moment | None = None,
        known: Moment | None = None,
        knowledge: str = "journal",
        since: date | None = None,
        rates: Rates | None = None,
        policy: PortfolioPolicy = PORTFOLIO,
        standing: RelationshipPolicy = RELATIONSHIP,
    ) -> Portfolio:
        """Rank the accounts by what they bought, and say of each whether it is a key account, screened and planned.

        Purchases count *since* that day, without one all. *rates* bring them into one currency,
        else each currency is ranked by itself; raises `NoRate`. *policy* says which share the few
        are to make, *standing* by what a relationship stands at which stage.
        """
        rows, horizon = self._account_rows(known, knowledge), self._evening(happened, known)
        deals = (standing_of(row, horizon.until) for row in rows.deals.values())
        return portfolio(
            relations(rows, horizon).values(),
            (one for one in deals if one is not None),
            horizon,
            since=since,
            rates=rates,
            policy=policy,
            standing=standing,
        )

    def team(
        self,
        *,
        happened: Moment | None = None,
        known: Moment | None = None,
        knowledge: str = "journal",
        rates: Rates | None = None,
        policy: TeamPolicy = TEAM,
    ) -> Team:
        """Return what each of ours carries, whom they face, who is booked twice, and where effort goes next.

        *rates* bring amounts into one currency, else the deals of each are put in order by
        themselves; raises `NoRate`. *policy* says how far ahead is looked, by what remaining effort
        is measured, and how much history a chance that is learnt needs.
        """
        rows, horizon = self._account_rows(known, knowledge), self._evening(happened, known)
        playbooks = self.rows(PLAYBOOKS, known=known) if knowledge == JOURNAL else self.rows(PLAYBOOKS)
        asked = pipeline(rows.deals.values(), playbooks.values(), horizon, rates=rates, happened=horizon.until)
        there = relations(rows, horizon).values()
        return team(asked, rows.deals, there, contacts(rows.contacts, horizon.until), policy)

    # Patterns
