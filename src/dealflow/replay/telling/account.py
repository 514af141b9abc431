"""One sentence for each event of an account."""

from typing import assert_never

from dealflow.domain.account import (
    AccountEvent,
    AccountOwnerAssigned,
    AccountProfiled,
    AccountRegistered,
    AccountRenamed,
    AccountScreened,
    FactEvent,
    KeyDesignated,
    KeyWithdrawn,
    LifeEvent,
    Purchased,
    PurchasesComeFrom,
    RelationshipEnded,
    RelationshipResumed,
    ShareMeasured,
)
from dealflow.domain.alliance import (
    AgreementEnded,
    AgreementSigned,
    AllianceEvent,
    DirectionChanged,
    PlanMade,
    PlanReviewed,
)
from dealflow.domain.matter import ComplaintRaised, IncidentReported, MatterEvent, MatterResolved
from dealflow.domain.rivalry import CriteriaAssessed, RivalGone, RivalryEvent, RivalSeen
from dealflow.replay.telling.words import Names, because, listed, maybe, said

_MEETS = {True: "meet", False: "do not meet", None: "may or may not meet"}


def tell(event: AccountEvent, names: Names) -> str:
    """Say what happened at, or was learnt of, the account."""
    if isinstance(event, LifeEvent):
        return _life(event)
    if isinstance(event, MatterEvent):
        return _matter(event, names)
    if isinstance(event, RivalryEvent):
        return _rivalry(event)
    if isinstance(event, AllianceEvent):
        return _alliance(event)
    return _fact(event, names)


def _life(event: LifeEvent) -> str:
    match event:
        case AccountRegistered():
            where = f"{maybe(', in {}', event.industry)}{maybe(', {}', event.region)}"
            return f"{event.name} became an account of ours{where}."
        case RelationshipEnded():
            return f"The relationship ended ({event.cause}){because(event.text)}."
        case RelationshipResumed():
            return f"The relationship was resumed{because(event.reason)}."
        case _:
            assert_never(event)


def _fact(event: FactEvent, names: Names) -> str:
    match event:
        case AccountRenamed():
            return f"The account is now called {event.name}."
        case AccountOwnerAssigned():
            return f"{event.owner} answers for the account."
        case AccountProfiled():
            return f"On their {event.topic}: {event.text}{said(event.told_by, names)}."
        case KeyDesignated():
            return f"Made a key account: {listed(event.reasons)}."
        case KeyWithdrawn():
            return f"No longer a key account{because(event.reason)}."
        case AccountScreened():
            return f"The account was held against the screening questions: {event.verdict}{because(event.reason)}."
        case ShareMeasured():
            return (
                f"They spend {event.share:.0%} with us{maybe(' on {}', event.category)}{maybe(' in {}', event.period)}."
            )
        case PurchasesComeFrom():
            return f"Their purchases are read from {event.origin}."
        case Purchased():
            return f"They bought for {event.amount}{maybe(' ({})', event.reference)}."
        case _:
            assert_never(event)


def _matter(event: MatterEvent, names: Names) -> str:
    match event:
        case ComplaintRaised():
            return f"Complaint {event.id} ({event.severity}): {event.topic}{said(event.by, names)}."
        case IncidentReported():
            return f"Incident {event.id} ({event.severity}): {event.kind}."
        case MatterResolved():
            return f"{event.ref} was settled: {event.how}."
        case _:
            assert_never(event)


def _rivalry(event: RivalryEvent) -> str:
    match event:
        case RivalSeen():
            return f"{event.competitor} was seen at the account: {event.move}{maybe(', at {}', event.price)}."
        case RivalGone():
            return f"{event.competitor} is gone from the account."
        case CriteriaAssessed():
            rivals = "".join(
                f"; {name} {'does' if meets else 'does not' if meets is False else 'may'}"
                for name, meets in event.rivals
            )
            return f"We {_MEETS[event.we_meet]} what they buy by{rivals}."
        case _:
            assert_never(event)


def _alliance(event: AllianceEvent) -> str:
    match event:
        case AgreementSigned():
            return f"Agreement {event.id} signed: {event.kind}{maybe(', until {}', event.until)}."
        case AgreementEnded():
            return f"Agreement {event.ref} ended{because(event.reason)}."
        case DirectionChanged():
            return f"They take another way ({event.change}): {event.text}."
        case PlanMade():
            return f"Our plan for the account: {listed(event.goals)}."
        case PlanReviewed():
            return f"The account plan was reviewed: {event.verdict}{maybe(' — {}', event.text)}."
        case _:
            assert_never(event)
