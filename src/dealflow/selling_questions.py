"""Questions of how we sell, over many deals and contacts: what they come to, against whom, where effort goes, and
what won and lost deals have in common.

Each as of any day on both clocks.
"""

from datetime import date

from dealflow.projections.accounts import ACCOUNTS
from dealflow.projections.conduct import Contacts, conduct
from dealflow.projections.contacts import CONTACTS
from dealflow.projections.silence import Silence, silences
from dealflow.questions import Questions
from dealflow.reading import Moment


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

        *since* keeps those that took place, were tried or were to be on that day or later; *entry* counts
        only deals that came to that milestone or beyond it. Without *happened* what is dated today
        counts, and what is dated later does not yet. Raises `NoSuchMilestone`.
        """
        rows, accounts = self.rows_of(CONTACTS, ACCOUNTS, known=known, knowledge=knowledge)
        horizon = self._evening(happened, known)
        deals = self.pipeline(happened=horizon.until, known=known, knowledge=knowledge, entry=entry).deals
        return conduct(rows, accounts, deals, horizon, since)

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

    # Competition

    # Portfolio and team

    # Patterns
