"""Questions of how it came about: one deal whole at an instant, its story, and what changed in the pipeline.

Each as of any day on both clocks.
"""

from collections.abc import Sequence
from uuid import UUID

from dealflow.projections.situation import as_it_ended, gathered
from dealflow.projections.warnings import WARNINGS
from dealflow.projections.warnings.judging import Check
from dealflow.reading import Moment
from dealflow.replay.dossier import Dossier, dossier, names_of
from dealflow.replay.story import Story, story
from dealflow.replay.tracks import Tracks, tracks
from dealflow.replay.turning import TURNING, TurningPoints, TurningPolicy, turning_points
from dealflow.selling_questions import SellingQuestions


class ReplayQuestions(SellingQuestions):
    """What a journal of selling answers about how deals were won and lost."""

    def deal(
        self,
        deal: UUID,
        *,
        happened: Moment | None = None,
        known: Moment | None = None,
        knowledge: str = "journal",
    ) -> Dossier:
        """Return the whole deal, its people included, as of *happened* and as known at *known*."""
        moment = self._until(happened)
        records = self._around(deal, known, knowledge)
        return dossier(gathered(deal, records, self._horizon(happened, known), happened=moment), moment)

    def replay(
        self,
        deal: UUID,
        *,
        happened: Moment | None = None,
        known: Moment | None = None,
        knowledge: str = "journal",
    ) -> Story:
        """Tell the deal record by record, each with how things stood after it."""
        records = self._around(deal, known, knowledge)
        return story(deal, records, self._horizon(happened, known), self._until(happened))

    def turning_points(
        self,
        deal: UUID,
        *,
        happened: Moment | None = None,
        known: Moment | None = None,
        knowledge: str = "journal",
        policy: TurningPolicy = TURNING,
        checks: Sequence[Check] = WARNINGS,
    ) -> TurningPoints:
        """Return the records that moved a deal's health most up to *happened*, or to its end, as known at *known*.

        *policy* says by which distance and how many, *checks* which warnings there are.
        """
        records = self._around(deal, known, knowledge)
        whole = gathered(deal, records, self._horizon(happened, known), happened=self._until(happened))
        then = as_it_ended(whole, self._until(happened))
        return turning_points(then, names_of(records), policy, checks, knowledge)

    def tracks(self, deal: UUID, *, known: Moment | None = None, knowledge: str = "journal") -> Tracks:
        """Lay out a deal on both clocks at once, as far as it was known at *known*: what a replay moves over.

        At any two stops of the clocks it says of each track what `deal` says as of the two.
        """
        return tracks(deal, self._around(deal, known, knowledge), self._horizon(None, known), knowledge)
