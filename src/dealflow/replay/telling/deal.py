"""One sentence for each event of a deal."""

from typing import assert_never

from dealflow.domain.contest import (
    BidSubmitted,
    CompetitorAssessed,
    CompetitorEntered,
    CompetitorLeft,
    ContestEvent,
    RivalBidLearned,
    SuccessFactorsNamed,
)
from dealflow.domain.deal import (
    CloseExpected,
    DealAbandoned,
    DealCommitted,
    DealEvent,
    DealGraded,
    DealLost,
    DealOpened,
    DealOwnerAssigned,
    DealPlaybookChanged,
    DealPriced,
    DealRenamed,
    DealReneged,
    DealReopened,
    DealReviewed,
    DealValued,
    DealWon,
    EffortPlanned,
    EndEvent,
    EndExplained,
    FactEvent,
    MilestoneScheduled,
    Side,
    StageAdvanced,
    StageEvent,
    StageReverted,
)
from dealflow.domain.gate import Answer, Verdict
from dealflow.domain.purchase import (
    CriteriaLearned,
    InformationNoted,
    ProblemQuantified,
    ProblemWithdrawn,
    PurchaseEvent,
    PurchaseModeLearned,
    PurchaseProcessMapped,
    PurchaseStepReached,
    TechnicalContentRated,
)
from dealflow.domain.qualification import Assessed, Qualified
from dealflow.replay.telling.words import Names, because, listed, maybe, said


def tell(event: DealEvent, names: Names) -> str:
    """Say what happened to the deal."""
    if isinstance(event, StageEvent):
        return _stage(event)
    if isinstance(event, EndEvent):
        return _end(event)
    if isinstance(event, PurchaseEvent):
        return _purchase(event, names)
    if isinstance(event, ContestEvent):
        return _contest(event)
    match event:
        case DealCommitted():
            return f"The customer gave their {event.given} word{said(event.by, names)}."
        case DealReneged():
            return f"The customer took their word back{because(event.reason)}."
        case _:
            return _fact(event)


def _stage(event: StageEvent) -> str:
    match event:
        case DealOpened():
            source = maybe(" from {}", event.lead_source)
            return f"Opened as “{event.title}” at {event.at}{source}{maybe(', owned by {}', event.owner)}."
        case StageAdvanced():
            skipped = f", skipping {listed(event.skipped)}" if event.skipped else ""
            return (
                f"Advanced from {event.left} to {event.reached}{skipped}{because(event.reason)}.{_gate(event.verdict)}"
            )
        case StageReverted():
            return f"Went back from {event.left} to {event.reached}{because(event.reason)}."
        case DealPlaybookChanged():
            return f"Moved to playbook {event.playbook}, version {event.version}, at {event.at}{because(event.reason)}."
        case DealReopened():
            return f"Reopened at {event.at}{because(event.reason)}."
        case _:
            assert_never(event)


def _gate(verdict: Verdict) -> str:
    """Say what the gates found wanting; a gate that found nothing wanting is passed over."""
    wanting = [finding for finding in verdict.findings if finding.answer is not Answer.MET]
    found = "; ".join(f"{finding.criterion} was {finding.answer}" for finding in wanting)
    overridden = f", overridden because {verdict.override}" if verdict.override else ""
    return f" Gate: {found}{overridden}." if found else ""


def _end(event: EndEvent) -> str:
    match event:
        case DealWon():
            skipped = f", skipping {listed(event.skipped)}" if event.skipped else ""
            return f"Won{maybe(' for {}', event.amount)}{skipped}{_reasons(event)}."
        case DealLost():
            cause = "" if event.cause.value == "unknown" else f" ({event.cause.value})"
            return f"Lost{maybe(' to {}', event.rival)}{cause}{_reasons(event)}."
        case DealAbandoned():
            return f"Given up by us{because(event.reason)}."
        case _:
            assert_never(event)


def _reasons(event: DealWon | DealLost) -> str:
    who = "" if event.said_by is Side.UNKNOWN else f", says the {event.said_by}"
    why = because(event.primary_reason)
    return f"{why}{maybe('; also {}', listed(event.contributing))}{who if why else ''}"


def _fact(event: FactEvent) -> str:
    match event:
        case DealRenamed():
            return f"Now called “{event.title}”."
        case DealOwnerAssigned():
            return f"{event.owner} took the deal over."
        case DealGraded():
            return f"Graded {event.grade}."
        case DealValued():
            return f"Valued at {event.amount}." if event.amount else "Its value is unknown again."
        case DealPriced():
            return f"Priced at {event.amount}."
        case CloseExpected():
            return f"Signature expected on {event.on}." if event.on else "Nobody says any more when it will be signed."
        case MilestoneScheduled():
            return f"{event.milestone} planned for {event.on}."
        case EndExplained():
            also = maybe("; also {}", listed(event.contributing))
            return f"The {event.said_by} explained the end: {event.primary_reason}{also}{maybe(' — {}', event.text)}."
        case DealReviewed():
            return f"Reviewed: {event.key_points.rstrip('.')}."
        case EffortPlanned():
            return f"{event.ours} booked for it at {event.share:.0%} from {event.start} to {event.end}."
        case Qualified():
            return f"Held against the screening questions: {event.verdict}{because(event.reason)}."
        case _:
            assert_never(event)


def _purchase(event: PurchaseEvent, names: Names) -> str:
    match event:
        case InformationNoted():
            return f"Information point {event.point} noted{maybe(': {}', event.text)}{said(event.told_by, names)}."
        case ProblemQuantified():
            return f"Problem quantified: {event.problem}, costing {event.cost}{said(event.by, names)}."
        case ProblemWithdrawn():
            return f"Problem {event.ref} no longer counts{because(event.reason)}."
        case TechnicalContentRated():
            return f"The purchase is of {event.level} technical content."
        case PurchaseModeLearned():
            return f"How they buy: {event.mode}."
        case PurchaseProcessMapped():
            return f"Their purchase process: {listed(tuple(step.name for step in event.steps))}."
        case PurchaseStepReached():
            return f"The customer reached their step “{event.step}”."
        case CriteriaLearned():
            return f"They will judge by {listed(tuple(criterion.name for criterion in event.criteria))}."
        case _:
            assert_never(event)


def _contest(event: ContestEvent) -> str:
    match event:
        case CompetitorEntered():
            return f"{event.competitor} is in the deal{', the incumbent' if event.incumbent else ''}."
        case CompetitorLeft():
            return f"{event.competitor} is out of the deal{because(event.reason)}."
        case CompetitorAssessed():
            strong = maybe(", strong in {}", listed(event.strengths))
            weak = maybe(", weak in {}", listed(event.weaknesses))
            answer = maybe("; our answer: {}", event.our_answer)
            return f"{event.competitor} assessed{strong}{weak}{answer}."
        case BidSubmitted():
            return f"We bid {event.amount}."
        case RivalBidLearned():
            return f"{event.competitor} bids {event.amount}."
        case SuccessFactorsNamed():
            return f"What will decide it: {listed(event.factors)}."
        case Assessed():
            return f"{event.competitor or 'We'} assessed on {len(event.answers)} questions."
        case _:
            assert_never(event)
