"""Questions of how we sell, over many deals and contacts: what they come to, against whom, where effort goes, and
what won and lost deals have in common.

Each as of any day on both clocks.
"""

from collections.abc import Mapping
from uuid import UUID

from dealflow.projections.accounts import ACCOUNTS
from dealflow.projections.competition import Competition, competition
from dealflow.projections.contacts import CONTACTS
from dealflow.projections.contest import CONTEST, ContestPolicy, DealContest, contest
from dealflow.projections.contests import CONTESTS, ContestRow
from dealflow.projections.nearer import Acquaintance
from dealflow.projections.objections import Objections, objections
from dealflow.projections.people import PEOPLE
from dealflow.projections.pipeline import PIPELINE, standing
from dealflow.projections.relations import Rows, relations, survivors
from dealflow.questions import Questions
from dealflow.reading import Moment, NotFound


class SellingQuestions(Questions):
    """What a journal of selling answers about the selling."""

    # Contacts

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
        stood = None if row is None else standing(row, horizon.until)
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

    # Patterns
