"""How an event is written down: a stored name, a schema version, and JSON.

Names are promised for ever and stand here literally, so that renaming a class changes nothing
stored. An event whose stored form must change gets a higher schema version and a step in
`OLD_SHAPES` that reads the old form forward; old records stay as they are.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import attrs
import msgspec

from dealflow.domain import (
    acceptance,
    account,
    alliance,
    contest,
    coverage,
    deal,
    inquiry,
    interaction,
    matter,
    need,
    noun,
    objection,
    playbook,
    promise,
    purchase,
    qualification,
    rivalry,
    stakeholder,
)
from dealflow.domain.noun import Corrected
from dealflow.journal import When
from dealflow.store.errors import NewerEvent, UnknownEvent, Unreadable, Unstorable

Form = tuple[type, int]
Shape = dict[str, Any]
Step = Callable[[Shape], Shape]

EVENTS: Mapping[str, Form] = MappingProxyType(
    {
        "record.corrected": (noun.Corrected, 1),
        "noun.noted": (noun.Noted, 1),
        "noun.merged-into": (noun.MergedInto, 1),
        "noun.history-unknown": (noun.HistoryUnknown, 1),
        "noun.observation-ended": (noun.ObservationEnded, 1),
        "playbook.defined": (playbook.PlaybookDefined, 1),
        "playbook.revised": (playbook.PlaybookRevised, 1),
        "playbook.retired": (playbook.PlaybookRetired, 1),
        "account.registered": (account.AccountRegistered, 1),
        "account.renamed": (account.AccountRenamed, 1),
        "account.owner-assigned": (account.AccountOwnerAssigned, 1),
        "account.profiled": (account.AccountProfiled, 1),
        "account.designated-key": (account.KeyDesignated, 1),
        "account.key-withdrawn": (account.KeyWithdrawn, 1),
        "account.screened": (account.AccountScreened, 1),
        "account.share-measured": (account.ShareMeasured, 1),
        "account.purchases-come-from": (account.PurchasesComeFrom, 1),
        "account.purchased": (account.Purchased, 1),
        "account.complaint-raised": (matter.ComplaintRaised, 1),
        "account.incident-reported": (matter.IncidentReported, 1),
        "account.matter-resolved": (matter.MatterResolved, 1),
        "account.rival-seen": (rivalry.RivalSeen, 1),
        "account.rival-gone": (rivalry.RivalGone, 1),
        "account.criteria-assessed": (rivalry.CriteriaAssessed, 1),
        "account.agreement-signed": (alliance.AgreementSigned, 1),
        "account.agreement-ended": (alliance.AgreementEnded, 1),
        "account.direction-changed": (alliance.DirectionChanged, 1),
        "account.plan-made": (alliance.PlanMade, 1),
        "account.plan-reviewed": (alliance.PlanReviewed, 1),
        "account.relationship-ended": (account.RelationshipEnded, 1),
        "account.relationship-resumed": (account.RelationshipResumed, 1),
        "stakeholder.identified": (stakeholder.StakeholderIdentified, 1),
        "stakeholder.renamed": (stakeholder.StakeholderRenamed, 1),
        "stakeholder.position-changed": (stakeholder.PositionChanged, 1),
        "stakeholder.moved": (stakeholder.StakeholderMoved, 1),
        "stakeholder.departed": (stakeholder.StakeholderDeparted, 1),
        "stakeholder.reports-to": (stakeholder.ReportsTo, 1),
        "stakeholder.influences": (stakeholder.Influences, 1),
        "stakeholder.role-identified": (stakeholder.RoleIdentified, 1),
        "stakeholder.role-withdrawn": (stakeholder.RoleWithdrawn, 1),
        "stakeholder.influence-rated": (stakeholder.InfluenceRated, 1),
        "stakeholder.stance-changed": (stakeholder.StanceChanged, 1),
        "stakeholder.rival-closeness-rated": (acceptance.RivalClosenessRated, 1),
        "stakeholder.solution-acceptance-rated": (acceptance.SolutionAcceptanceRated, 1),
        "stakeholder.price-acceptance-rated": (acceptance.PriceAcceptanceRated, 1),
        "stakeholder.need-uncovered": (need.NeedUncovered, 1),
        "stakeholder.need-moved": (need.NeedMoved, 1),
        "stakeholder.style-observed": (stakeholder.StyleObserved, 1),
        "stakeholder.counterpart-assigned": (coverage.CounterpartAssigned, 1),
        "stakeholder.counterpart-released": (coverage.CounterpartReleased, 1),
        "stakeholder.action-planned": (coverage.ActionPlanned, 1),
        "stakeholder.action-checked": (coverage.ActionChecked, 1),
        "stakeholder.erased": (stakeholder.StakeholderErased, 1),
        "interaction.planned": (interaction.InteractionPlanned, 1),
        "interaction.rescheduled": (interaction.InteractionRescheduled, 1),
        "interaction.cancelled": (interaction.InteractionCancelled, 1),
        "interaction.missed": (interaction.InteractionMissed, 1),
        "interaction.attempted": (interaction.InteractionAttempted, 1),
        "interaction.held": (interaction.InteractionHeld, 1),
        "interaction.linked": (interaction.InteractionLinked, 1),
        "interaction.question-asked": (inquiry.QuestionAsked, 1),
        "interaction.problem-voiced": (inquiry.ProblemVoiced, 1),
        "interaction.objection-raised": (objection.ObjectionRaised, 1),
        "interaction.objection-answered": (objection.ObjectionAnswered, 1),
        "interaction.objection-resolved": (objection.ObjectionResolved, 1),
        "interaction.objection-conceded": (objection.ObjectionConceded, 1),
        "interaction.concluded": (interaction.InteractionConcluded, 1),
        "interaction.promise-made": (promise.PromiseMade, 1),
        "interaction.promise-kept": (promise.PromiseKept, 1),
        "interaction.promise-broken": (promise.PromiseBroken, 1),
        "deal.opened": (deal.DealOpened, 1),
        "deal.renamed": (deal.DealRenamed, 1),
        "deal.owner-assigned": (deal.DealOwnerAssigned, 1),
        "deal.graded": (deal.DealGraded, 1),
        "deal.qualified": (qualification.Qualified, 1),
        "deal.assessed": (qualification.Assessed, 1),
        "deal.information-noted": (purchase.InformationNoted, 1),
        "deal.valued": (deal.DealValued, 1),
        "deal.priced": (deal.DealPriced, 1),
        "deal.close-expected": (deal.CloseExpected, 1),
        "deal.problem-quantified": (purchase.ProblemQuantified, 1),
        "deal.problem-withdrawn": (purchase.ProblemWithdrawn, 1),
        "deal.technical-content-rated": (purchase.TechnicalContentRated, 1),
        "deal.purchase-mode-learned": (purchase.PurchaseModeLearned, 1),
        "deal.purchase-process-mapped": (purchase.PurchaseProcessMapped, 1),
        "deal.purchase-step-reached": (purchase.PurchaseStepReached, 1),
        "deal.milestone-scheduled": (deal.MilestoneScheduled, 1),
        "deal.stage-advanced": (deal.StageAdvanced, 1),
        "deal.stage-reverted": (deal.StageReverted, 1),
        "deal.playbook-changed": (deal.DealPlaybookChanged, 1),
        "deal.competitor-entered": (contest.CompetitorEntered, 1),
        "deal.competitor-left": (contest.CompetitorLeft, 1),
        "deal.competitor-assessed": (contest.CompetitorAssessed, 1),
        "deal.criteria-learned": (purchase.CriteriaLearned, 1),
        "deal.bid-submitted": (contest.BidSubmitted, 1),
        "deal.rival-bid-learned": (contest.RivalBidLearned, 1),
        "deal.success-factors-named": (contest.SuccessFactorsNamed, 1),
        "deal.committed": (deal.DealCommitted, 1),
        "deal.reneged": (deal.DealReneged, 1),
        "deal.won": (deal.DealWon, 1),
        "deal.lost": (deal.DealLost, 1),
        "deal.abandoned": (deal.DealAbandoned, 1),
        "deal.reopened": (deal.DealReopened, 1),
        "deal.end-explained": (deal.EndExplained, 1),
        "deal.reviewed": (deal.DealReviewed, 1),
        "deal.effort-planned": (deal.EffortPlanned, 1),
    }
)

OLD_SHAPES: Mapping[tuple[str, int], Step] = MappingProxyType({})
"""How to read an old schema of an event as the next one, by the name and the old schema."""


# What encoding, decoding and a step forward raise on values of the wrong kind.
FLAWS = (msgspec.MsgspecError, ValueError, TypeError, LookupError, ArithmeticError)


@attrs.frozen
class Stored:
    """An event as it is written down; *data* is JSON, kept byte for byte."""

    name: str
    schema: int
    data: bytes


@attrs.frozen
class _Nested:
    name: str
    schema: int
    data: msgspec.Raw


@attrs.frozen
class _Correction:
    """`Corrected` as it is written down: what stands for the record is an event with its own name."""

    version: int
    replacement: _Nested | None
    occurred: When | None
    reason: str


class Codec:
    """Writes events down and reads them back, under the names and schema versions of *events*."""

    def __init__(self, events: Mapping[str, Form] = EVENTS, old: Mapping[tuple[str, int], Step] = OLD_SHAPES) -> None:
        self._forms = events
        self._old = old
        self._names = {cls: (name, schema) for name, (cls, schema) in events.items()}
        self._encoder = msgspec.json.Encoder(order="deterministic")
        self._readers: dict[tuple[str, int], Callable[[bytes], Any]] = {
            (name, schema): msgspec.json.Decoder(_Correction if cls is Corrected else cls).decode
            for name, (cls, schema) in events.items()
        }

    def name(self, cls: type) -> str:
        """Return the stored name of an event class; raises `Unstorable` for a class that is none."""
        try:
            return self._names[cls][0]
        except KeyError:
            message = f"{cls.__qualname__} is not an event of ours: record the host's own facts as Noted"
            raise Unstorable(message) from None

    def encode(self, event: Any) -> Stored:
        """Write an event down.

        What could not be read back as the same value (a text where an id belongs, a list where a
        tuple does, not-a-number) is `Unstorable`: stored, it would be unreadable for ever.
        """
        name = self.name(type(event))
        schema = self._names[type(event)][1]
        plain = self._plain(event)
        try:
            data = self._encoder.encode(plain)
            same = self._readers[name, schema](data) == plain
        except FLAWS as error:
            message = f"this {name!r} could not be read back: {error}; give every field a value of its type"
            raise Unstorable(message) from error
        if not same:
            message = f"this {name!r} would be read back as another; give every field a value of its type"
            raise Unstorable(message)
        return Stored(name, schema, data)

    def decode(self, name: str, schema: int, data: bytes, position: int | None = None) -> Any:
        """Read an event back; *position* is named in what is raised if that cannot be done."""
        read = self._readers.get((name, schema)) or self._old_reader(name, schema, position)
        try:
            event = read(data)
        except FLAWS as error:
            why = f"its data is damaged ({error}); restore the journal from an export"
            raise Unreadable(name, schema, position, why) from error
        return self._whole(event, position) if type(event) is _Correction else event

    def _plain(self, event: Any) -> Any:
        if not isinstance(event, Corrected):
            return event
        inner = self.encode(event.replacement) if event.replacement is not None else None
        nested = _Nested(inner.name, inner.schema, msgspec.Raw(inner.data)) if inner else None
        return _Correction(event.version, nested, event.occurred, event.reason)

    def _whole(self, stored: _Correction, position: int | None) -> Corrected:
        inner = stored.replacement
        replacement = self.decode(inner.name, inner.schema, bytes(inner.data), position) if inner else None
        return Corrected(stored.version, replacement, stored.occurred, stored.reason)

    def _old_reader(self, name: str, schema: int, position: int | None) -> Callable[[bytes], Any]:
        form = self._forms.get(name)
        if form is None:
            raise UnknownEvent(name, schema, position)
        _, latest = form
        if not 0 < schema <= latest:
            raise NewerEvent(name, schema, latest, position)
        steps = [self._old[name, number] for number in range(schema, latest)]
        newest = self._readers[name, latest]

        def read(data: bytes) -> Any:
            shape = msgspec.json.decode(data, type=dict[str, Any])
            for step in steps:
                shape = step(shape)
            return newest(msgspec.json.encode(shape))

        return self._readers.setdefault((name, schema), read)


CODEC = Codec()
