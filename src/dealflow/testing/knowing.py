"""Knowing: what is learnt of a deal's purchase and of its rivals, as far as somebody asked."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from dealflow.domain.contest import (
    BidSubmitted,
    CompetitorAssessed,
    CompetitorEntered,
    CompetitorLeft,
    RivalBidLearned,
    SuccessFactorsNamed,
)
from dealflow.domain.deal import DealGraded, DealReviewed, EffortPlanned, MilestoneScheduled
from dealflow.domain.noun import Noted
from dealflow.domain.purchase import (
    BuyingCriterion,
    CriteriaLearned,
    Favours,
    InformationNoted,
    Level,
    ProblemQuantified,
    ProblemWithdrawn,
    PurchaseMode,
    PurchaseModeLearned,
    PurchaseProcessMapped,
    PurchaseStep,
    PurchaseStepReached,
    TechnicalContentRated,
)
from dealflow.domain.qualification import Assessed, Pursuit, Qualified, YesNo
from dealflow.money import Money
from dealflow.testing.accounts import risk, screening
from dealflow.testing.chance import drawn, happens, times
from dealflow.testing.deals import Case
from dealflow.testing.words import FACTORS, PROBLEMS, RIVALS, STEPS

PLAIN: tuple[Callable[[Random], Any], ...] = (
    lambda dice: Qualified(screening(dice), risk(dice), Pursuit.PASS),
    lambda dice: DealGraded(dice.choice("ABC")),
    lambda dice: TechnicalContentRated(dice.choice(list(Level))),
    lambda dice: PurchaseModeLearned(dice.choice(list(PurchaseMode))),
    lambda dice: Assessed((("has-a-project", _yes(dice)), ("has-funds", _yes(dice)), ("we-fit", _yes(dice)))),
    lambda dice: SuccessFactorsNamed(tuple(dice.sample(FACTORS, 3))),
    lambda dice: CriteriaLearned(tuple(_criterion(name, dice) for name in dice.sample(FACTORS, 2))),
    lambda dice: InformationNoted(dice.randint(1, 9), "as told"),
    lambda dice: InformationNoted(dice.randint(1, 9)),
    lambda dice: Noted("crm.score", (("score", dice.randrange(100)),)),
)
"""What may be learnt of a deal on any day of its life, each as likely as another."""


def _yes(dice: Random) -> YesNo:
    return dice.choice(list(YesNo))


def _criterion(name: str, dice: Random) -> BuyingCriterion:
    return BuyingCriterion(name, round(dice.random(), 2), dice.choice([None, *Favours]))


def tell_known(case: Case) -> None:
    """Tell what is learnt of the purchase and the rivals in the course of a deal."""
    dice, known = case.diary.dice, case.market.detail.facts
    if not known:
        return
    for make in PLAIN:
        if happens(dice, known):
            case.tell(make(dice), case.some_day())
    for tell in (_tell_steps, _tell_problems, _tell_plan, _tell_review, _tell_bid):
        if happens(dice, known):
            tell(case)
    for rival in dice.sample(RIVALS, min(len(RIVALS), times(dice, 2 * known))):
        _tell_rival(case, rival)


def _tell_steps(case: Case) -> None:
    dice = case.diary.dice
    there = [person.stream for person in case.company.there(case.opened)]
    steps = tuple(PurchaseStep(name, dice.choice(there) if there else None) for name in STEPS)
    told = case.tell(PurchaseProcessMapped(steps), case.some_day(), needs=there)
    days = sorted(case.some_day() for _ in range(dice.randrange(len(STEPS))))
    for day, step in zip(days, STEPS, strict=False):
        told = case.tell(PurchaseStepReached(step), day, told)


def _tell_problems(case: Case) -> None:
    dice = case.diary.dice
    for number in range(1 + times(dice, 1)):
        cost = Money(Decimal(dice.randrange(1, 60) * 1_000), "CNY")
        problem = ProblemQuantified(f"problem-{number + 1}", dice.choice(PROBLEMS), cost)
        told = case.tell(problem, case.some_day())
        if happens(dice, 0.1):
            day = told.when.start.toordinal() + dice.randint(1, 30)
            case.tell(ProblemWithdrawn(problem.id, "counted twice"), day, told)


def _tell_plan(case: Case) -> None:
    dice = case.diary.dice
    day = case.some_day()
    due = date.fromordinal(day + dice.randint(7, 60))
    case.tell(MilestoneScheduled(dice.choice(case.market.playbook.keys()), due), day)
    share = drawn(dice, {0.1: 0.4, 0.2: 0.4, 0.5: 0.2})
    case.tell(EffortPlanned(case.owner, date.fromordinal(day), due, share), day)


def _tell_review(case: Case) -> None:
    said = DealReviewed("met whom we should", "near the others", "in time", "their offer was known", "service")
    case.tell(said, case.ended + case.diary.dice.randint(3, 40))


def _tell_bid(case: Case) -> None:
    dice = case.diary.dice
    late = len(case.market.playbook.keys()) // 2
    days = [turn.on.toordinal() for turn in case.life.turns if turn.stage >= late]
    if days:
        case.tell(BidSubmitted(_sum(dice), "as specified", "thirty days net"), dice.choice(days))


def _sum(dice: Random) -> Money:
    return Money(Decimal(dice.randrange(50, 2_000) * 1_000), "CNY")


def _tell_rival(case: Case, rival: str) -> None:
    dice = case.diary.dice
    entered = case.tell(CompetitorEntered(rival, drawn(dice, {None: 0.5, True: 0.2, False: 0.3})), case.some_day())
    day = entered.when.start.toordinal()
    if happens(dice, 0.4):
        told = CompetitorAssessed(rival, (dice.choice(FACTORS),), (dice.choice(FACTORS),), our_answer="references")
        case.tell(told, dice.randint(day, max(day, case.ended)), entered)
    if happens(dice, 0.2):
        case.tell(RivalBidLearned(rival, _sum(dice)), dice.randint(day, max(day, case.ended)), entered)
    if happens(dice, 0.2):
        case.tell(CompetitorLeft(rival, "too dear"), dice.randint(day, max(day, case.ended)), entered)
