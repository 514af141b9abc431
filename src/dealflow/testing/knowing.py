"""Knowing: what is learnt of a deal's purchase and of its rivals, as far as somebody asked."""

from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any
from uuid import UUID

from dealflow.domain.contest import (
    BidSubmitted,
    CompetitorAssessed,
    CompetitorEntered,
    CompetitorLeft,
    RivalBidLearned,
    SuccessFactorsNamed,
)
from dealflow.domain.deal import DealGraded, DealReviewed, EffortPlanned, MilestoneScheduled
from dealflow.domain.informing import LAST_POINT
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
from dealflow.testing.chance import drawn, happens, skewed, times
from dealflow.testing.deals import Case, Worths, money
from dealflow.testing.words import FACTORS, PROBLEMS, RIVALS, STEPS

ASKED: tuple[str, ...] = (
    "knows-the-project",
    "can-deliver",
    "fits-the-need",
    "is-trusted",
)  # of us and of rivals alike
PLAIN: tuple[Callable[[Random], Any], ...] = (
    lambda dice: Qualified(screening(dice), risk(dice), Pursuit.PASS),
    lambda dice: DealGraded(dice.choice("ABC")),
    lambda dice: TechnicalContentRated(dice.choice(list(Level))),
    lambda dice: PurchaseModeLearned(dice.choice(list(PurchaseMode))),
    lambda dice: Assessed(tuple((question, _yes(dice)) for question in ASKED)),
    lambda dice: SuccessFactorsNamed(tuple(dice.sample(FACTORS, 3))),
    lambda dice: CriteriaLearned(tuple(_criterion(name, dice) for name in dice.sample(FACTORS, 2))),
    lambda dice: Noted("crm.score", (("score", dice.randrange(100)),)),
)
"""What may be learnt of a deal on any day of its life, each as likely as another."""


def _yes(dice: Random) -> YesNo:
    return dice.choice(list(YesNo))


def _criterion(name: str, dice: Random) -> BuyingCriterion:
    return BuyingCriterion(name, round(dice.random(), 2), dice.choice([None, *Favours]))


def tell_known(case: Case, worth: Worths) -> tuple[str, ...]:
    """Tell what is learnt of the purchase and the rivals in the course of a deal; returns who the rivals are."""
    dice, known = case.diary.dice, case.market.detail.facts
    if not known:
        return ()
    for make in PLAIN:
        if happens(dice, known):
            case.tell(make(dice), case.some_day())
    for tell in (_tell_steps, _tell_plan, _tell_review, _tell_problems, _tell_bid):
        if happens(dice, known):
            tell(case, worth)
    for point in range(1, LAST_POINT + 1):
        if happens(dice, known):
            _tell_point(case, point)
    rivals = tuple(dice.sample(RIVALS, min(len(RIVALS), times(dice, 2 * known))))
    for rival in rivals:
        _tell_rival(case, rival, worth)
    return rivals


def _tell_point(case: Case, point: int) -> None:
    """Tell what is learnt on one of the nine points, and again when it has grown old."""
    for day in sorted({case.some_day() for _ in range(1 + times(case.diary.dice, 0.5))}):
        who = _someone(case, day)
        needs = () if who is None else (who,)
        case.tell(InformationNoted(point, case.diary.dice.choice(("as told", None)), who), day, needs=needs)


def _someone(case: Case, day: int) -> UUID | None:
    """Draw who of theirs said something on a day; nobody knows in one case of three."""
    there = case.company.there(day)
    return case.diary.dice.choice(there).stream if there and happens(case.diary.dice, 0.67) else None


def _tell_steps(case: Case, _: Worths) -> None:
    dice = case.diary.dice
    there = [person.stream for person in case.company.there(case.opened)]
    steps = tuple(PurchaseStep(name, dice.choice(there) if there else None) for name in STEPS)
    told = case.tell(PurchaseProcessMapped(steps), case.some_day(), needs=there)
    days = sorted(case.some_day() for _ in range(dice.randrange(len(STEPS))))
    for day, step in zip(days, STEPS, strict=False):
        told = case.tell(PurchaseStepReached(step), day, told)


def _tell_problems(case: Case, worth: Worths) -> None:
    """Tell what the customer's problems cost them, each about a third of what the deal is worth."""
    dice = case.diary.dice
    for number in range(1 + times(dice, 1.5)):
        day = case.some_day()
        who = _someone(case, day)
        cost = _about(worth, day, skewed(dice, 0.35, 0.6))
        problem = ProblemQuantified(f"problem-{number + 1}", dice.choice(PROBLEMS), cost, who)
        told = case.tell(problem, day, needs=() if who is None else (who,))
        if happens(dice, 0.1):
            case.tell(ProblemWithdrawn(problem.id, "counted twice"), day + dice.randint(1, 30), told)


def _tell_plan(case: Case, _: Worths) -> None:
    dice = case.diary.dice
    day = case.some_day()
    due = date.fromordinal(day + dice.randint(7, 60))
    case.tell(MilestoneScheduled(dice.choice(case.market.playbook.keys()), due), day)
    share = drawn(dice, {0.1: 0.4, 0.2: 0.4, 0.5: 0.2})
    case.tell(EffortPlanned(case.owner, date.fromordinal(day), due, share), day)


def _tell_review(case: Case, _: Worths) -> None:
    said = DealReviewed("met whom we should", "near the others", "in time", "their offer was known", "service")
    case.tell(said, case.ended + case.diary.dice.randint(3, 40))


def _tell_bid(case: Case, worth: Worths) -> None:
    dice = case.diary.dice
    late = len(case.market.playbook.keys()) // 2
    days = [turn.on.toordinal() for turn in case.life.turns if turn.stage >= late]
    if days:
        day = dice.choice(days)
        case.tell(BidSubmitted(_about(worth, day, 1), "as specified", "thirty days net"), day)


def _about(worth: Worths, day: int, part: float) -> Money:
    """Return a part of what the deal is worth on a day."""
    whole = [event.amount for on, event in worth if on <= day and event.amount is not None][-1]
    return money(float(whole.amount) * part, whole.currency)


def _tell_rival(case: Case, rival: str, worth: Worths) -> None:
    dice = case.diary.dice
    entered = case.tell(CompetitorEntered(rival, drawn(dice, {None: 0.5, True: 0.2, False: 0.3})), case.some_day())

    def later() -> int:
        day = entered.when.start.toordinal()
        return dice.randint(day, max(day, case.ended))

    if happens(dice, 0.4):
        told = CompetitorAssessed(rival, (dice.choice(FACTORS),), (dice.choice(FACTORS),), our_answer="references")
        case.tell(told, later(), entered)
    if happens(dice, 0.4):
        case.tell(Assessed(tuple((question, _yes(dice)) for question in ASKED), rival), later(), entered)
    if happens(dice, 0.2):
        day = later()
        case.tell(RivalBidLearned(rival, _about(worth, day, dice.uniform(0.8, 1.15))), day, entered)
    if happens(dice, 0.2):
        case.tell(CompetitorLeft(rival, "too dear"), later(), entered)
