"""Questions of how we sell, over many deals and contacts: what they come to, against whom, where effort goes, and
what won and lost deals have in common.

Each as of any day on both clocks.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from dealflow.money import Rates
from dealflow.projections.accounts import ACCOUNTS
from dealflow.projections.cases import order_of
from dealflow.projections.competition import Competition, competition
from dealflow.projections.conditions import RELATIONSHIP, RelationshipPolicy
from dealflow.projections.conduct import Contacts, conduct
from dealflow.projections.contact import contacts
from dealflow.projections.contacts import CONTACTS
from dealflow.projections.contest import CONTEST, ContestPolicy, DealContest, contest
from dealflow.projections.contests import CONTESTS, ContestRow
from dealflow.projections.deals import Pipeline, pipeline
from dealflow.projections.ended import before_its_end, decisions, stood_at
from dealflow.projections.factors import FACTORS, Factors, Finder, recorded
from dealflow.projections.look import HEALTH, HealthPolicy
from dealflow.projections.nearer import Acquaintance
from dealflow.projections.objections import Objections, objections
from dealflow.projections.patterns import Outcome, Outcomes
from dealflow.projections.people import PEOPLE
from dealflow.projections.pipeline import PIPELINE, Standing
from dealflow.projections.pipeline import standing as standing_of
from dealflow.projections.portfolio import Portfolio, portfolio
from dealflow.projections.ranking import PORTFOLIO, PortfolioPolicy
from dealflow.projections.relations import Rows, relations, survivors
from dealflow.projections.silence import Silence, silences
from dealflow.projections.team import TEAM, Team, TeamPolicy, team
from dealflow.questions import Questions
from dealflow.reading import Moment, NotFound


class SellingQuestions(Questions):
    """What a journal of selling answers about the selling."""

    # Contacts

    def contacts(
        self,
        *,
        happened: Moment | None = None,
        known: Moment | None = None,
        knowledge: str = "journal",
        since: date | None = None,
        entry: str | None = None,
    ) -> Contacts:
        """Return our contacts as they stood at *happened*, as known at *known*, to be asked or cut into lots.

        *since* keeps those that took place, were tried or were to be on that day or later, and what we
        promised before and still owe; *entry* counts only deals that came to that milestone or beyond it.
        Without *happened* what is dated today counts, and what is dated later does not yet. Raises
        `NoSuchMilestone`.
        """
        rows, accounts = self.rows_of(CONTACTS, ACCOUNTS, known=known, knowledge=knowledge)
        horizon = self._evening(happened, known)
        deals = self.pipeline(happened=horizon.until, known=known, knowledge=knowledge, entry=entry)
        found = conduct(rows, accounts, deals, horizon)
        return found if since is None else found.on_or_after(since)

    def silences(
        self,
        *,
        happened: Moment | None = None,
        known: Moment | None = None,
        knowledge: str = "journal",
        entry: str | None = None,
    ) -> tuple[Silence, ...]:
        """Return since when nobody was met or tried about each open deal, those never met first, then the longest.

        *entry* counts only deals that came to that milestone or beyond it. Raises `NoSuchMilestone`.
        """
        asked = self.contacts(happened=happened, known=known, knowledge=knowledge, entry=entry)
        return silences(asked.contacts, asked.deals, asked.horizon)

    # Objections

    def objections(
        self, *, happened: Moment | None = None, known: Moment | None = None, knowledge: str = "journal"
    ) -> Objections:
        """Return every objection there was: what stands open, how it was met, what came of it; to be asked or cut.

        Without *happened* what is dated today counts, and what is dated later does not yet.
        """
        accounts, deals, contacts = self.rows_of(ACCOUNTS, PIPELINE, CONTACTS, known=known, knowledge=knowledge)
        horizon = self._evening(happened, known)
        return objections(contacts, deals.values(), horizon, survivors(accounts, horizon.until))

    # Competition

    def contest(
        self,
        deal: UUID,
        *,
        happened: Moment | None = None,
        known: Moment | None = None,
        knowledge: str = "journal",
        policy: ContestPolicy = CONTEST,
    ) -> DealContest:
        """Return who else wanted a deal, what each side bid, whom the criteria favour and who is nearer than we are.

        A closed deal is seen as of its close. *policy* says how prices compare, how near is nearer, and at
        which rates. Raises `NotFound` where it was not opened, or was merged, by then, and `NoRate`.
        """
        rows, contests = self._contest_rows(known, knowledge)
        horizon = self._evening(happened, known)
        row = rows.deals.get(deal)
        stood = None if row is None else standing_of(row, horizon.until)
        if row is None or stood is None:
            raise NotFound(str(deal), what="deal")
        account = survivors(rows.accounts, horizon.until).get(row.account, row.account)
        acquaintance = Acquaintance.of(rows.people, rows.contacts.values())
        return contest(row, contests[deal], stood, acquaintance, horizon.until, account=account, policy=policy)

    def competition(
        self,
        *,
        happened: Moment | None = None,
        known: Moment | None = None,
        knowledge: str = "journal",
        policy: ContestPolicy = CONTEST,
    ) -> Competition:
        """Return the contests for all deals, to be asked: against whom we win, at what price, where others are nearer.

        Each closed deal is seen as of its close. *policy* is as for `contest`; raises `NoRate`.
        """
        rows, contests = self._contest_rows(known, knowledge)
        horizon = self._evening(happened, known)
        return competition(rows, contests, relations(rows, horizon), horizon.until, policy)

    def _contest_rows(self, known: Moment | None, knowledge: str) -> tuple[Rows, Mapping[UUID, ContestRow]]:
        views = (ACCOUNTS, PIPELINE, CONTACTS, PEOPLE, CONTESTS)
        *rows, contests = self.rows_of(*views, known=known, knowledge=knowledge)
        return Rows(*rows), contests

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
        views = (ACCOUNTS, PIPELINE, CONTACTS, PEOPLE)
        *found, playbooks = self._with_playbooks(*views, known=known, knowledge=knowledge)
        rows, horizon = Rows(*found), self._evening(happened, known)
        asked = pipeline(rows.deals.values(), playbooks.values(), horizon, rates=rates, happened=horizon.until)
        there = relations(rows, horizon).values()
        return team(asked, rows.deals, there, contacts(rows.contacts, horizon.until), policy)

    # Patterns

    def outcomes(
        self,
        *,
        happened: Moment | None = None,
        known: Moment | None = None,
        knowledge: str = "journal",
        playbook: str | None = None,
        entry: str | None = None,
        landmark: str | None = None,
        within: int | None = None,
        factors: Sequence[Finder] = FACTORS,
        policy: HealthPolicy = HEALTH,
    ) -> Outcomes:
        """Return the deals that were won or lost by *happened*, with what was recorded of each by its end.

        With a *landmark* it is what was recorded by the time they first came to that milestone, of those
        that ever stood there: a deal that ended early had less time to have anything recorded of it. With
        *within* a deal counts as won if it was won so many calendar days after its landmark, and else as
        not won, open or lost; only deals that were followed so long count, so that quick ends do not
        crowd out slow ones. Takes what `pipeline` takes; *factors* are what is asked of each deal,
        *policy* what its health is judged by. Raises `NoSuchMilestone`, and `ValueError` for *within*
        without a landmark.
        """
        asked = self.pipeline(happened=happened, known=known, knowledge=knowledge, playbook=playbook, entry=entry)
        if landmark is not None:
            asked.must_have(landmark)
        decided, undecided = decisions(asked.deals, asked.horizon, landmark, within)
        told = self._told_of(
            [one for one, _ in decided], asked, landmark=landmark, factors=factors, policy=policy, knowledge=knowledge
        )
        outcomes = (Outcome(one.deal, one.account, won, told[one.deal]) for one, won in decided)
        return Outcomes(tuple(outcomes), undecided)

    def _told_of(
        self,
        deals: Iterable[Standing],
        asked: Pipeline,
        *,
        landmark: str | None,
        factors: Sequence[Finder],
        policy: HealthPolicy,
        knowledge: str,
    ) -> Mapping[UUID, Factors]:
        """Return what was recorded of deals in question by their end, or by the time they came to a landmark."""
        happened, known = asked.happened, asked.known
        accounts = self.relations(happened=happened, known=known, knowledge=knowledge).values()
        owns = {place: relation for relation in accounts for place in relation.places}
        orders = {one.key: order_of(one) for one in asked.playbooks}
        told: dict[UUID, Factors] = {}
        for deal, found in self._situations(deals, asked.horizon, known, knowledge, places=owns):
            then = before_its_end(
                deal,
                found,
                relation=owns.get(deal.account),
                orders=orders,
                policy=policy,
                landmark=stood_at(deal, landmark),
            )
            told[deal.deal] = recorded(then, factors)
        return told
