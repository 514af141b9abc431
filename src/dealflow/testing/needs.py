"""Needs: what persons turn out to want, and which of our questions moved it up the ladder (domain.md §4)."""

from collections.abc import Iterable, Sequence

from dealflow.domain.inquiry import Spin
from dealflow.domain.need import NeedKind, NeedMoved, NeedUncovered, Rung
from dealflow.testing.chance import happens
from dealflow.testing.company import Person
from dealflow.testing.contacts import Asked
from dealflow.testing.deals import Case
from dealflow.testing.diary import Fact
from dealflow.testing.people import tell_of

UNCOVERS = 0.25  # of questions, while nothing is known that a person wants
UNASKED = 0.08  # of persons come out with what they want
MOVES = {Spin.SITUATION: 0.05, Spin.PROBLEM: 0.25, Spin.IMPLICATION: 0.55, Spin.NEED_PAYOFF: 0.55}
OF_ITSELF = 0.15  # of needs grow more pressing without a question
LADDER = (Rung.DISSATISFIED, Rung.GROWING, Rung.MUST_CHANGE)


def tell_needs(case: Case, seated: Sequence[Person], asked: Sequence[Asked]) -> None:
    """Tell what the people of a deal turn out to want, after what they were asked."""
    for person in seated:
        _tell_need(case, person, [one for one in asked if one.whom == person.stream])


def _tell_need(case: Case, person: Person, asked: Iterable[Asked]) -> None:
    dice = case.diary.dice
    need = NeedUncovered(
        f"need-{case.life.number + 1}", dice.choice(list(NeedKind)), explicit=happens(dice, 0.4), deal=case.deal
    )
    told: Fact | None = None
    rungs = list(LADDER)
    for one in asked:
        if told is None:
            if happens(dice, UNCOVERS):
                told = tell_of(case, person, need, one.told.when, one.told)
        elif rungs and happens(dice, MOVES[one.kind]):
            after = max(told, one.told, key=lambda fact: fact.evening)
            told = tell_of(case, person, NeedMoved(need.id, rungs.pop(0), one.kind), one.told.when, after)
    if told is None and happens(dice, UNASKED):
        told = tell_of(case, person, need)
    if told is not None and rungs and happens(dice, OF_ITSELF):
        day = told.when.end.toordinal() + dice.randrange(1, 30)
        tell_of(case, person, NeedMoved(need.id, rungs[0]), day, told)
