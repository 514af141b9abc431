"""Factors: what is recorded of a deal before it ends that may go with winning it (domain.md §7).

A row of `FACTORS` tells the factors of one subject, by name; an application adds rows of its own.
What nobody said is unknown, which is never *no*. None of them looks at how the deal ended.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Any, TypeVar
from uuid import UUID

import attrs

from dealflow.domain.contest import Rival
from dealflow.domain.deal import Deal, DealReopened, StageAdvanced, StageReverted
from dealflow.domain.interaction import Activity, Conclusion
from dealflow.domain.noun import Noted
from dealflow.domain.objection import ObjectionTopic
from dealflow.domain.playbook import MilestoneKey
from dealflow.domain.promise import PromiseStatus
from dealflow.domain.qualification import Assessed, YesNo
from dealflow.domain.stakeholder import Role
from dealflow.domain.worth import Weighing, equation
from dealflow.money import Money
from dealflow.projections.cases import reaches
from dealflow.projections.committee import Committee, committee
from dealflow.projections.ended import EndedDeal
from dealflow.projections.pipeline import Move
from dealflow.projections.presale import PRESALE
from dealflow.projections.prices import PRICES, Bracket, price_gap, to_the_lowest
from dealflow.projections.relation import Relation
from dealflow.projections.thresholds import thresholds
from dealflow.projections.warnings import WARNINGS
from dealflow.projections.warnings.course import stage_longer_than_usual
from dealflow.projections.warnings.judging import WarningState

T = TypeVar("T")


class Inapplicable(StrEnum):
    """That a factor cannot be asked of a deal: it counts with none of the values, not with unknown either."""

    DOES_NOT_APPLY = "does not apply"


FactorValue = bool | str | int | float | Decimal | Fraction | Money
Factors = Mapping[str, FactorValue | Inapplicable | None]
"""The factors of a deal by name; one that is missing, or nothing, is unknown."""


Finder = Callable[[EndedDeal], Factors]
"""What tells the factors of one subject."""


def _answer(said: YesNo) -> bool | None:
    return None if said is YesNo.UNKNOWN else said is YesNo.YES


# The deal and its account


def of_deal(one: EndedDeal) -> Factors:
    """Tell what was said of the deal itself."""
    deal = one.state
    return {
        "owner": deal.owner,
        "lead source": deal.lead_source,
        "playbook": deal.playbook,
        "grade": deal.grade,
        "amount": deal.amount,
        "technical content": deal.purchase.technical_content,
        "purchase mode": deal.purchase.mode,
    }


def of_account(one: EndedDeal) -> Factors:
    """Tell what was said of the account, and whether it had bought before the deal was opened."""
    if not one.accounts or one.relation is None:
        return {}
    return {
        "industry": _first(account.industry for account in one.accounts),
        "region": _first(account.region for account in one.accounts),
        "account kind": one.accounts[0].kind,
        "key account": bool(one.relation.key and one.relation.key[-1].value),
        "bought before": _bought_before(one.relation, one),
    }


def _first(said: Iterable[T | None]) -> T | None:
    return next((value for value in said if value is not None), None)


def _bought_before(relation: Relation, one: EndedDeal) -> bool | None:
    """Say whether a purchase stood when the deal was opened; unknown where nobody knows which came first, or what was
    before.
    """
    opened = one.deal.moves[0]
    own = {move.record for move in one.deal.moves}
    others = (each for each in relation.purchases if each.record not in own)
    stood = [each for each in others if each.over is None or each.over >= opened.start]
    if any(each.since < opened.start for each in stood):
        return True
    begun = {record.position: record.occurred_from for record in one.look.situation.history}
    unclear = any(begun.get(each.record, each.since) <= opened.end for each in stood)
    lacking = relation.known_from is not None and relation.known_from > relation.begun
    return None if unclear or lacking else False


def of_screening(one: EndedDeal) -> Factors:
    """Tell the answers to the screening and risk questions, the deal's own before the account's (domain.md §3)."""
    screened = one.state.qualified or _first(account.screened for account in one.accounts)
    if screened is None:
        return {}
    return {"screening: verdict": screened.verdict, **_answers(screened)}


def _answers(screened: Any) -> Factors:
    said = {**attrs.asdict(screened.screening), **attrs.asdict(screened.risk)}
    return {f"screening: {name.replace('_', ' ')}": _answer(answer) for name, answer in said.items()}


def of_assessment(one: EndedDeal) -> Factors:
    """Tell how we were assessed on the questions asked of each side; an answer stands until it is answered anew."""
    said = (record.event for record in one.look.situation.own(Assessed))
    ours = {question: answer for event in said if event.competitor is None for question, answer in event.answers}
    return {f"assessed: {question}": _answer(answer) for question, answer in ours.items()}


# People and contacts


BUYERS: Mapping[Role, str] = MappingProxyType(
    {
        Role.COACH: "coach",
        Role.USER: "user",
        Role.TECHNICAL: "technical buyer",
        Role.ECONOMIC: "economic buyer",
    }
)


def of_people(one: EndedDeal) -> Factors:
    """Tell which buying roles were known to be held, how much of the committee was for us, and who was met."""
    people = one.look.committee
    known = {f"{called} known": bool(people.playing(role)) for role, called in BUYERS.items()}
    return {
        **known,
        "buying roles known": len(Role) - len(people.uncovered),
        "support surface": people.support.share,
        "an ally known": bool(people.allies) if people.present else None,
        "economic buyer met": _met({*_economic(people)}, one, one.at, one.at),
    }


def met_before(milestone: MilestoneKey) -> Finder:
    """Return what tells whether an economic buyer was met before the deal came to a milestone, or past it.

    Any who was one then counts, and any who is known to be one later. Unknown while nobody is known as
    one, or where nobody knows which came first; of a deal that never came so far it cannot be asked.
    """

    def find(one: EndedDeal) -> Factors:
        came = next((move for move in one.moves if _reaches(one, move, milestone)), None)
        told = Inapplicable.DOES_NOT_APPLY if came is None else _met_before(one, came)
        return {f"economic buyer met before {milestone}": told}

    return find


def _reaches(one: EndedDeal, move: Move, milestone: MilestoneKey) -> bool:
    return reaches(move, one.orders.get(move.playbook or "", {}), milestone)


def _met_before(one: EndedDeal, came: Move) -> bool | None:
    then = committee(one.look.situation.as_of(came.end), one.look.policy.committee)
    return _met({*_economic(then), *_economic(one.look.committee)}, one, came.start, came.end)


def _economic(people: Committee) -> Iterator[UUID]:
    return (member.id for member in people.playing(Role.ECONOMIC))


def _met(buyers: Collection[UUID], one: EndedDeal, sure: datetime, possible: datetime) -> bool | None:
    """Say whether one of the buyers was met by then: surely by *sure*, possibly by *possible*."""
    held = [record for buyer in buyers for record in one.look.situation.held_with(buyer)]
    if any(record.occurred_to <= sure for record in held):
        return True
    unclear = any(record.occurred_from <= possible and record.occurred_to > sure for record in held)
    return None if unclear or not buyers else False


def of_contacts(one: EndedDeal) -> Factors:
    """Tell what contacts about the deal came to; unknown, but for how many there were, where none is on record.

    How many is told by the week: a deal that lasts longer has more of them, whatever comes of it.
    """
    calls = [contact for _, contact in one.look.calls]
    objections = [objection for contact in one.look.contacts.values() for objection in contact.objections]
    promises = [promise for contact in one.look.contacts.values() for promise in contact.promises]
    steps = {
        f"{activity} done".replace("-", " "): any(call.activity is activity for call in calls) for activity in PRESALE
    }
    ends = [call.concluded.outcome for call in calls if call.concluded]
    return {
        "contacts a week": _weekly(one, len(calls)),
        **({} if not any(call.activity is not Activity.OTHER for call in calls) else steps),
        "an advance agreed": Conclusion.ADVANCE in ends if ends else None,
        "price objection raised": any(one.topic is ObjectionTopic.PRICE for one in objections) if calls else None,
        "promise broken": any(one.status is PromiseStatus.BROKEN for one in promises) if promises else None,
    }


def _weekly(one: EndedDeal, number: int) -> Fraction | None:
    """Return how many there were a week; unknown where the days are not known to the day."""
    horizon, opened = one.look.situation.horizon, one.deal.moves[0]
    if not horizon.dated(one.deal, opened, one.until):
        return None
    return Fraction(number * 7, horizon.days(opened.end, one.at) + 1)


# Money, competition and the way it took


def of_worth(one: EndedDeal) -> Factors:
    """Tell whether problems were quantified, and whether they outweighed our price."""
    weighed = equation(one.deal.deal, one.look.situation.history)
    verdict = weighed.balance.verdict
    return {
        "a problem quantified": _ever(one, seen=bool(weighed.problems)),
        "problems outweigh the price": None if verdict is Weighing.UNKNOWN else verdict is Weighing.OUTWEIGHS,
    }


def of_competition(one: EndedDeal) -> Factors:
    """Tell against whom it was; that nobody is known to be against us is unknown, not *no*."""
    rivals = one.state.contest.rivals
    if not rivals:
        return {}
    against = rivals[0].competitor if len(rivals) == 1 else SEVERAL
    return {
        "a competitor known": True,
        "against": against,
        "against the incumbent": _incumbent(rivals),
        "our price against theirs": _bracket(one.state),
    }


SEVERAL = "several"


def _bracket(deal: Deal) -> Bracket | None:
    """Say how our offer lies to the lowest bid of those still there; unknown where one cannot be compared."""
    ours = deal.contest.bid.amount if deal.contest.bid else deal.amount
    gap = to_the_lowest(price_gap(ours, one.bid) for one in deal.contest.rivals if one.present and one.bid)
    return None if gap is None else PRICES.bracket(gap)


def _incumbent(rivals: Sequence[Rival]) -> bool | None:
    said = [rival.incumbent for rival in rivals if rival.incumbent is not None]
    return any(said) if said else None


def of_course(one: EndedDeal) -> Factors:
    """Tell which way it took through its playbook."""
    own = [record.event for record in one.look.situation.own(StageAdvanced, StageReverted, DealReopened)]
    advances = [event for event in own if isinstance(event, StageAdvanced)]
    seen = {
        "a milestone skipped": any(event.skipped for event in advances),
        "a gate overridden": any(event.verdict.override for event in advances),
        "went back": any(isinstance(event, StageReverted) for event in own),
        "reopened": any(isinstance(event, DealReopened) for event in own),
    }
    return {name: _ever(one, seen=said) for name, said in seen.items()}


def _ever(one: EndedDeal, *, seen: bool) -> bool | None:
    """Say whether something ever happened; where the beginning of its history was not kept, nobody knows that not."""
    return True if seen else False if one.is_whole else None


CHECKS = tuple(check for check in WARNINGS if check.find is not stage_longer_than_usual)
"""The warnings that are asked; how long is usual is not known of the day when a deal ended."""


def of_health(one: EndedDeal) -> Factors:
    """Tell the three thresholds and the warnings, as they stood when it was about to end (domain.md §6)."""
    passed = {f"{threshold.name} threshold": threshold.state for threshold in thresholds(one.look).all}
    warnings = {f"warning: {check.name}": check.find(one.look).state for check in CHECKS}
    up = {name: None if state is WarningState.UNKNOWN else state is WarningState.UP for name, state in warnings.items()}
    return {**passed, **up}


def of_notes(one: EndedDeal) -> Factors:
    """Tell the host's own facts as they were last noted, the deal's own before its account's."""
    noted = [record for record in one.look.situation.history if isinstance(record.event, Noted)]
    own = [record for record in noted if record.stream == one.deal.deal]
    told = [*(record for record in noted if record.stream in one.places), *own]
    return {f"{record.event.kind}:{name}": value for record in told for name, value in record.event.data}


FACTORS: tuple[Finder, ...] = (
    of_deal,
    of_account,
    of_screening,
    of_assessment,
    of_people,
    met_before("proposal"),
    of_contacts,
    of_worth,
    of_competition,
    of_course,
    of_health,
    of_notes,
)
"""What is asked of every closed deal."""


def recorded(deal: EndedDeal, finders: Iterable[Finder] = FACTORS) -> Factors:
    """Return all factors of a closed deal; of one name that several tell, the last holds."""
    return MappingProxyType({name: value for find in finders for name, value in find(deal).items()})
