from uuid import UUID

import pytest

from dealflow.domain.criteria import CRITERIA, Case
from dealflow.domain.deal import Deal
from dealflow.domain.gate import Answer, Finding, Verdict
from dealflow.domain.seat import Cited, Seat
from dealflow.domain.stakeholder import Role, Stance
from tests.scenario import DAY_ONE, STREAM, given

DEAL = Deal(UUID(int=2), "Press line 3", "standard", 1, "training")
MOMENT = given((DAY_ONE, None)).records[0].occurred_to
ECONOMIC, TECHNICAL = Cited(Role.ECONOMIC, 1), Cited(Role.TECHNICAL, 2)
COACH = Seat(UUID(int=3), (Cited(Role.COACH, 3),))
BUYER, MET = Seat(UUID(int=4), (ECONOMIC,)), Seat(UUID(int=4), (ECONOMIC,), met=(Cited(MOMENT, 7), Cited(MOMENT, 9)))
SILENT = Seat(UUID(int=5), (TECHNICAL,))
NEUTRAL = Seat(UUID(int=5), (TECHNICAL,), stance=Cited(Stance.NEUTRAL, 8))
AGAINST = Seat(UUID(int=6), (Cited(Role.TECHNICAL, 4),), stance=Cited(Stance.OPPOSE, 6))


@pytest.mark.parametrize(
    ("criterion", "seats", "found"),
    [
        ("economic-buyer-identified", (), (Answer.UNMET, ())),
        ("economic-buyer-identified", (COACH, BUYER), (Answer.MET, (1,))),
        ("coach-identified", (BUYER,), (Answer.UNMET, ())),
        ("coach-identified", (COACH,), (Answer.MET, (3,))),
        ("economic-buyer-met", (COACH,), (Answer.UNKNOWN, ())),
        ("economic-buyer-met", (BUYER,), (Answer.UNMET, (1,))),
        ("economic-buyer-met", (MET,), (Answer.MET, (1, 7, 9))),
        ("technical-buyer-not-opposed", (BUYER,), (Answer.UNKNOWN, ())),
        ("technical-buyer-not-opposed", (SILENT,), (Answer.UNKNOWN, (2,))),
        ("technical-buyer-not-opposed", (NEUTRAL,), (Answer.MET, (2, 8))),
        ("technical-buyer-not-opposed", (SILENT, AGAINST), (Answer.UNMET, (2, 4, 6))),
    ],
)
def test_a_criterion_answers_with_the_records_it_looked_at(
    criterion: str, seats: tuple[Seat, ...], found: tuple[Answer, tuple[int, ...]]
) -> None:
    assert CRITERIA[criterion](Case(STREAM, DEAL, seats, ())) == found


@pytest.mark.parametrize(
    ("answers", "together"),
    [
        ([], Answer.MET),
        ([Answer.MET], Answer.MET),
        ([Answer.MET, Answer.UNKNOWN], Answer.UNKNOWN),
        ([Answer.UNKNOWN, Answer.UNMET, Answer.MET], Answer.UNMET),
    ],
)
def test_one_no_outweighs_unknown_and_unknown_outweighs_yes(answers: list[Answer], together: Answer) -> None:
    assert Verdict(tuple(Finding("any", answer) for answer in answers)).answer is together
