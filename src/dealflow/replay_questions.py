"""Questions of how it came about: one deal whole at an instant, its story, and what changed in the pipeline.

Each as of any day on both clocks.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

import attrs

from dealflow.domain.criteria import CRITERIA, Criterion
from dealflow.domain.deal import DEAL, DealOpened, DealPlaybookChanged
from dealflow.domain.noun import Corrected
from dealflow.domain.objection import ObjectionTopic
from dealflow.domain.playbook import playbook_id
from dealflow.domain.timeline import by_stream, check_knowledge, known_since
from dealflow.journal import Record, until
from dealflow.money import Rates
from dealflow.projections.cases import Horizon
from dealflow.projections.ended import decisions, stood_at
from dealflow.projections.factors import FACTORS, Finder
from dealflow.projections.look import HEALTH, HealthPolicy
from dealflow.projections.patterns import Outcome
from dealflow.projections.pipeline import PIPELINE
from dealflow.projections.situation import Situation, as_it_ended, gathered
from dealflow.projections.warnings import WARNINGS
from dealflow.projections.warnings.judging import Check
from dealflow.reading import Moment
from dealflow.replay.changes import Changes, between, what_became_known, what_happened
from dealflow.replay.comparison import Comparison, NotOpened, comparison
from dealflow.replay.counterfactual import Counterfactual, counterfactual
from dealflow.replay.dossier import Dossier, dossier, names_of
from dealflow.replay.movements import Counting
from dealflow.replay.nearest import NEAREST, Nearest, NearestPolicy, NeverCame, nearest
from dealflow.replay.reasons import REASON_WORDS
from dealflow.replay.review import Review, review
from dealflow.replay.story import Story, story
from dealflow.replay.supposing import Supposition, World
from dealflow.replay.tracks import Tracks, tracks
from dealflow.replay.turning import TURNING, TurningPoints, TurningPolicy, turning_points
from dealflow.selling_questions import SellingQuestions
from dealflow.store import Journal


class ReplayQuestions(SellingQuestions):
    """What a journal of selling answers about how deals were won and lost.

    *criteria* are what gates may ask, by name.
    """

    def __init__(
        self, journal: Journal, *, clock: Callable[[], datetime], criteria: Mapping[str, Criterion] = CRITERIA
    ) -> None:
        super().__init__(journal, clock=clock)
        self._criteria = criteria

    def deal(
        self,
        deal: UUID,
        *,
        happened: Moment | None = None,
        known: Moment | None = None,
        knowledge: str = "journal",
    ) -> Dossier:
        """Return the whole deal, its people included, as of *happened* and as known at *known*."""
        _, whole = self._told(deal, happened, known, knowledge)
        return dossier(whole, self._until(happened))

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
        records, whole = self._told(deal, happened, known, knowledge)
        then = as_it_ended(whole, self._until(happened))
        return turning_points(then, names_of(records, self.zone), policy, checks, since=known_since(records, knowledge))

    def tracks(self, deal: UUID, *, known: Moment | None = None, knowledge: str = "journal") -> Tracks:
        """Lay out a deal on both clocks at once, as far as it was known at *known*: what a replay moves over.

        At any two stops of the clocks it says of each track what `deal` says as of the two.
        """
        records = self._around(deal, known, knowledge)
        found = tracks(deal, records, self._horizon(None, known), knowledge)
        state = DEAL.fold(DEAL.history([one for one in records if one.stream == deal]))
        playbook = self.state(playbook_id(state.playbook)) if state else None
        if state is None or playbook is None:
            return found
        usual = {one.key: one.days for one in playbook.milestones(state.version) if one.days is not None}
        return attrs.evolve(found, usual=MappingProxyType(usual))

    def what_if(
        self,
        deal: UUID,
        *suppositions: Supposition,
        happened: Moment | None = None,
        known: Moment | None = None,
        knowledge: str = "journal",
        policy: HealthPolicy = HEALTH,
        checks: Sequence[Check] = WARNINGS,
    ) -> Counterfactual:
        """Say which gates, thresholds and warnings of a deal would have differed, had something been otherwise.

        Raises `CannotSuppose` where it could not have been.
        """
        records = tuple(self._around(deal, known, knowledge))
        own = DEAL.history([one for one in records if one.stream == deal])
        keys = {one.event.playbook for one in own if isinstance(one.event, DealOpened | DealPlaybookChanged)}
        world = World(
            deal,
            records,
            self._horizon(happened, known),
            self._until(happened),
            knowledge,
            playbooks={key: self.state(playbook_id(key)) for key in keys},
            policy=policy,
        )
        return counterfactual(world, suppositions, checks, self._criteria)

    def review(
        self,
        deal: UUID,
        *,
        happened: Moment | None = None,
        known: Moment | None = None,
        knowledge: str = "journal",
        policy: TurningPolicy = TURNING,
        words: Mapping[ObjectionTopic, tuple[str, ...]] = REASON_WORDS,
    ) -> Review:
        """Review a closed deal: each side's reasons, what the log shows, and where they contradict one another.

        *words* tell what a reason is about. Raises `NotEnded` where it was not closed by then.
        """
        records, whole = self._told(deal, happened, known, knowledge)
        names, written = names_of(records, self.zone), dossier(whole, self._until(happened))
        then, since = as_it_ended(whole, self._until(happened)), known_since(records, knowledge)
        turning = turning_points(then, names, policy, since=since)
        return review(whole, written, turning, names, policy=policy.health, words=words)

    # Side by side

    def compare(
        self,
        *deals: UUID,
        happened: Moment | None = None,
        known: Moment | None = None,
        knowledge: str = "journal",
        policy: HealthPolicy = HEALTH,
    ) -> Comparison:
        """Set deals side by side, milestone by milestone, each as it stood when it came there. Raises `NotOpened`."""
        sides = []
        for deal in deals:
            _, whole = self._told(deal, happened, known, knowledge)
            sides.append((as_it_ended(whole, self._until(happened)), dossier(whole, self._until(happened))))
        first = sides[0][1].deal if sides else None
        playbook = self.state(playbook_id(first.playbook)) if first else None
        return comparison(sides, playbook.keys(first.version) if playbook and first else (), policy)

    def nearest(
        self,
        deal: UUID,
        *,
        landmark: str | None = None,
        happened: Moment | None = None,
        known: Moment | None = None,
        knowledge: str = "journal",
        factors: Sequence[Finder] = FACTORS,
        policy: NearestPolicy = NEAREST,
        judged_by: HealthPolicy = HEALTH,
    ) -> Nearest:
        """Return the won and lost deals nearest to one, and why those, each as it stood when it came to a *landmark*.

        Without one it is the milestone at which the deal stands, or stood in the end. *factors* are
        what is asked of each, *judged_by* what their health is judged by. Raises `NotOpened`, `NeverCame`,
        `NoSuchMilestone`.
        """
        asked = self.pipeline(happened=happened, known=known, knowledge=knowledge)
        own = next((one for one in asked.deals if one.deal == deal), None)
        if own is None:
            _, whole = self._told(deal, happened, known, knowledge)
            raise NotOpened(deal, whole.deal.merged_into if whole.deal else None)
        stage = own.stage if landmark is None else landmark
        asked.must_have(stage)
        if stood_at(own, stage) is None:
            raise NeverCame(deal, stage, tuple(dict.fromkeys(visit.milestone for visit in own.visits)))
        decided, _ = decisions((one for one in asked.deals if one.deal != deal), asked.horizon, stage, None)
        deals = [own, *(one for one, _ in decided)]
        told = self._told_of(deals, asked, landmark=stage, factors=factors, policy=judged_by, knowledge=knowledge)
        others = [Outcome(one.deal, one.account, won, told[one.deal]) for one, won in decided]
        return nearest(deal, stage, told[deal], others, policy)

    def _told(
        self, deal: UUID, happened: Moment | None, known: Moment | None, knowledge: str
    ) -> tuple[Sequence[Record], Situation]:
        """Return what was known of a deal, and its situation with all that is told by then, ended or not."""
        records = self._around(deal, known, knowledge)
        return records, gathered(deal, records, self._horizon(happened, known), happened=self._until(happened))

    # What changed

    def changes(
        self,
        start: Moment,
        end: Moment,
        *,
        clock: str = "happened",
        happened: Moment | None = None,
        known: Moment | None = None,
        knowledge: str = "journal",
        owner: str | None = None,
        playbook: str | None = None,
        rates: Rates | None = None,
    ) -> Changes:
        """Return what changed in the pipeline after *start* and up to *end*, movement by movement.

        On the clock `"happened"` it is what took effect in between, as known at *known*; on `"known"`
        what became known in between, of all that had happened by *happened*. *owner* and *playbook*
        keep the deals that stand so, which then come and go by a change of it; *rates* bring amounts
        into one currency. Raises `CannotCompare`, `NoRate`.
        """
        check_knowledge(knowledge)
        first, last = until(start, self.zone), until(end, self.zone)
        asked = between(clock, first, last, happened=self._until(happened), known=self._until(known), zone=self.zone)
        counting = Counting(Horizon(first, self.zone).day(first), owner, playbook, rates)
        if asked.clock == "happened":
            rows = self.rows(PIPELINE, known=known, knowledge=knowledge).values()
            return what_happened(rows, asked, counting)
        return what_became_known(self._deals_as_told(), asked, counting, knowledge)

    def _deals_as_told(self) -> Iterable[Sequence[Record]]:
        """Read of each deal what the pipeline reads, and the whole of those with corrections, as of one position."""
        head = self.journal.head()
        read = self._forgetting(self.journal.read(names=PIPELINE.reads | {Corrected}, up_to=head))
        deals = {id_: some for id_, some in by_stream(read).items() if isinstance(some[0].event, DealOpened)}
        amended = [id_ for id_, some in deals.items() if any(isinstance(one.event, Corrected) for one in some)]
        whole = (one for one in self._forgetting(self.journal.streams(amended)) if one.position <= head)
        return {**deals, **by_stream(whole)}.values()
