"""Questions of how we sell, over many deals and contacts: what they come to, against whom, where effort goes, and
what won and lost deals have in common.

Each as of any day on both clocks.
"""

from collections.abc import Sequence
from uuid import UUID

from dealflow.domain.deal import Status
from dealflow.projections.ended import before_its_end, stood_at
from dealflow.projections.factors import FACTORS, Factors, Finder, recorded
from dealflow.projections.look import HEALTH, HealthPolicy
from dealflow.projections.patterns import Outcome, Outcomes
from dealflow.questions import Questions
from dealflow.reading import Moment


class SellingQuestions(Questions):
    """What a journal of selling answers about the selling."""

    # Contacts

    # Objections

    # Competition

    # Portfolio and team

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
        factors: Sequence[Finder] = FACTORS,
        policy: HealthPolicy = HEALTH,
    ) -> Outcomes:
        """Return the deals that were won or lost by *happened*, with what was recorded of each by its end.

        With a *landmark* it is what was recorded by the time they first came to that milestone, of those
        that ever stood there: so like is held against like, since a deal that ended early had less time
        to have anything recorded of it. Takes what `pipeline` takes; *factors* are what is asked of each
        deal, *policy* what its health is judged by. `outcomes().patterns()` says what goes with winning.
        Raises `NoSuchMilestone`.
        """
        asked = self.pipeline(happened=happened, known=known, knowledge=knowledge, playbook=playbook, entry=entry)
        if landmark is not None:
            asked.must_have(landmark)
        ended = [one for one in asked.deals if one.status in {Status.WON, Status.LOST}]
        closed = [one for one in ended if landmark is None or stood_at(one, landmark) is not None]
        relations = self.relations(happened=happened, known=known, knowledge=knowledge)
        owns = {place: relation for relation in relations.values() for place in relation.places}
        told: dict[UUID, Factors] = {}
        for deal, situation in self._situations(closed, asked.horizon, known, knowledge):
            then = before_its_end(deal, situation, owns.get(deal.account), policy, stood_at(deal, landmark))
            told[deal.deal] = recorded(then, factors)
        return Outcomes(tuple(Outcome(one.deal, one.status is Status.WON, told[one.deal]) for one in closed))
