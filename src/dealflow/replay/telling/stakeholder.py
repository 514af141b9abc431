"""One sentence for each event of a person."""

from typing import assert_never
from uuid import UUID

from dealflow.domain.acceptance import (
    AcceptanceEvent,
    PriceAcceptanceRated,
    RivalClosenessRated,
    SolutionAcceptanceRated,
)
from dealflow.domain.coverage import (
    ActionChecked,
    ActionPlanned,
    CounterpartAssigned,
    CounterpartReleased,
    CoverageEvent,
)
from dealflow.domain.need import NeedEvent, NeedUncovered
from dealflow.domain.stakeholder import (
    FactEvent,
    InfluenceRated,
    Influences,
    LifeEvent,
    PositionChanged,
    ReportsTo,
    RoleIdentified,
    RoleWithdrawn,
    StakeholderDeparted,
    StakeholderErased,
    StakeholderEvent,
    StakeholderIdentified,
    StakeholderMoved,
    StakeholderRenamed,
    StanceChanged,
    StyleObserved,
)
from dealflow.replay.telling.words import Names, because, here, maybe

_SIDES = {"support": "supports us", "neutral": "is neutral", "oppose": "opposes us"}


def tell(event: StakeholderEvent, person: UUID, names: Names) -> str:
    """Say what happened to, or was learnt of, the person."""
    who = names(person)
    if isinstance(event, LifeEvent):
        return _life(event, who, names)
    if isinstance(event, AcceptanceEvent):
        return _acceptance(event, who)
    if isinstance(event, NeedEvent):
        return _need(event, who, names)
    if isinstance(event, CoverageEvent):
        return _coverage(event, who, names)
    return _fact(event, who, names)


def _life(event: LifeEvent, who: str, names: Names) -> str:
    match event:
        case StakeholderIdentified():
            known_as = f"{maybe(', {}', names.text(event.title))}{maybe(' of {}', event.organisation)}"
            return f"{who}{known_as}{',' if event.title else ''} became known to us."
        case StakeholderMoved():
            to = names(event.account) if event.account else event.organisation or "another organisation"
            return f"{who} moved to {to}."
        case StakeholderDeparted():
            return f"{who} left{because(event.reason)}."
        case StakeholderErased():
            return f"The personal data of {who} was erased{because(event.reason)}."
        case _:
            assert_never(event)


def _fact(event: FactEvent, who: str, names: Names) -> str:
    match event:
        case StakeholderRenamed():
            return f"{who} is now called {names.text(event.name)}."
        case PositionChanged():
            position = names.text(event.title) or event.level or "another position"
            return f"{who} is now {position}{maybe(' in {}', event.department)}."
        case ReportsTo():
            return (
                f"{who} reports to {names(event.manager)}." if event.manager else f"Whom {who} reports to is unknown."
            )
        case Influences():
            return f"{who} has {maybe('{} ', event.strength)}influence on {names(event.other)}."
        case StyleObserved():
            return f"{who} is a {event.style}."
        case RoleIdentified():
            return f"{who} is {_role(event.role)}{here(event.deal)}."
        case RoleWithdrawn():
            return f"{who} is no longer {_role(event.role)}{here(event.deal)}{because(event.reason)}."
        case InfluenceRated():
            return f"{who} has {event.influence} influence{here(event.deal)}."
        case StanceChanged():
            ally = " and actively helps" if event.ally else ""
            return f"{who} {_SIDES[event.stance]}{ally}{here(event.deal)}."
        case _:
            assert_never(event)


def _role(role: str) -> str:
    return {"coach": "our coach", "user": "a user", "technical": "a technical buyer", "economic": "an economic buyer"}[
        role
    ]


def _acceptance(event: AcceptanceEvent, who: str) -> str:
    match event:
        case RivalClosenessRated():
            return f"{who}'s closeness to {event.competitor} is {event.closeness}{here(event.deal)}."
        case SolutionAcceptanceRated():
            return f"{who} accepts our solution to {event.level:.0%}{here(event.deal)}."
        case PriceAcceptanceRated():
            return f"{who} accepts our price to {event.level:.0%}{here(event.deal)}."
        case _:
            assert_never(event)


def _need(event: NeedEvent, who: str, names: Names) -> str:
    if isinstance(event, NeedUncovered):
        kind = "explicit" if event.explicit else "hidden"
        return f"{who} has a need, {kind}: {event.need}{maybe(' — {}', names.text(event.text))}."
    return f"{who}'s need {event.ref} is now {event.rung}{maybe(', after a {} question', event.after)}."


def _coverage(event: CoverageEvent, who: str, names: Names) -> str:
    match event:
        case CounterpartAssigned():
            main = " as the main contact" if event.main else ""
            return f"{event.ours} faces {who}{main}{here(event.deal)}."
        case CounterpartReleased():
            return f"{event.ours} no longer faces {who}{here(event.deal)}."
        case ActionPlanned():
            return f"To be done about {who} by {event.who} until {event.due}: {names.text(event.what)}."
        case ActionChecked():
            done = "done" if event.done else "not done"
            return f"Action {event.ref} about {who} is {done}{maybe(': {}', names.text(event.result))}."
        case _:
            assert_never(event)
