"""What gates may ask by name: each criterion answers with the records it looked at, and never rounds unknown."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

import attrs
import pytest

from dealflow.domain.contest import CompetitorEntered, CompetitorLeft
from dealflow.domain.criteria import CRITERIA, Case, Criterion
from dealflow.domain.criteria.contacts import recent_contact
from dealflow.domain.criteria.purchase import value_equation_positive
from dealflow.domain.deal import DEAL, Deal, DealOpened, DealPriced
from dealflow.domain.gate import Answer, Finding, Verdict
from dealflow.domain.interaction import (
    Channel,
    Conclusion,
    InteractionConcluded,
    InteractionHeld,
    InteractionLinked,
    InteractionPlanned,
)
from dealflow.domain.need import NeedKind, NeedMoved, NeedUncovered, Rung
from dealflow.domain.objection import (
    ObjectionAnswered,
    ObjectionKind,
    ObjectionRaised,
    ObjectionResolved,
    ObjectionTopic,
    Technique,
)
from dealflow.domain.purchase import ProblemQuantified, PurchaseProcessMapped, PurchaseStep
from dealflow.domain.qualification import Pursuit, Qualified, Risk, Screening, YesNo
from dealflow.domain.seat import Cited, Seat, seats
from dealflow.domain.stakeholder import Influence, InfluenceRated, Role, RoleIdentified, Stance
from dealflow.domain.worth import ValuePolicy
from dealflow.journal import When
from dealflow.money import Money, Rates
from tests.scenario import DAY_ONE, STREAM, given, record

MET, UNMET, UNKNOWN = Answer.MET, Answer.UNMET, Answer.UNKNOWN
ACCOUNT, VISIT, CALL, WANG, OTHER = (UUID(int=number) for number in (2, 21, 22, 31, 99))
OPENED = DealOpened(ACCOUNT, "Press line 3", "standard", 1, "training")
AT = When.of(date(2026, 3, 1), UTC)
MOMENT = given((DAY_ONE, None)).records[0].occurred_to

# Who buys: from seats alone

ECONOMIC, TECHNICAL, COACHING = Cited(Role.ECONOMIC, 1), Cited(Role.TECHNICAL, 2), Cited(Role.COACH, 3)
COACH = Seat(UUID(int=3), (COACHING,))
BUYER = Seat(UUID(int=4), (ECONOMIC,))
SILENT = Seat(UUID(int=5), (TECHNICAL,))
AGAINST = Seat(UUID(int=6), (Cited(Role.TECHNICAL, 4),), stance=Cited(Stance.OPPOSE, 6))
USER = Seat(UUID(int=7), (Cited(Role.USER, 5),))


def met(seat: Seat, *records: int) -> Seat:
    return attrs.evolve(seat, met=tuple(Cited(MOMENT, one) for one in records))


def showing(seat: Seat, stance: Stance) -> Seat:
    return attrs.evolve(seat, stance=Cited(stance, 8))


def rated(seat: Seat) -> Seat:
    return attrs.evolve(seat, influence=Cited(Influence.LOW, 9))


def gone(seat: Seat) -> Seat:
    return attrs.evolve(seat, left=Cited(MOMENT, 10))


@pytest.mark.parametrize(
    ("criterion", "seated", "found"),
    [
        ("economic-buyer-identified", (), (UNMET, ())),
        ("economic-buyer-identified", (COACH, BUYER), (MET, (1,))),
        ("economic-buyer-identified", (gone(BUYER),), (UNMET, ())),
        ("coach-identified", (BUYER,), (UNMET, ())),
        ("coach-identified", (COACH,), (MET, (3,))),
        ("economic-buyer-met", (COACH,), (UNKNOWN, ())),
        ("economic-buyer-met", (BUYER,), (UNMET, (1,))),
        ("economic-buyer-met", (met(BUYER, 7, 9),), (MET, (1, 7, 9))),
        ("technical-buyer-met", (met(BUYER, 7),), (UNKNOWN, ())),
        ("technical-buyer-met", (met(SILENT, 7), AGAINST), (MET, (2, 4, 7))),
        ("technical-buyer-not-opposed", (BUYER,), (UNKNOWN, ())),
        ("technical-buyer-not-opposed", (SILENT,), (UNKNOWN, (2,))),
        ("technical-buyer-not-opposed", (showing(SILENT, Stance.NEUTRAL),), (MET, (2, 8))),
        ("technical-buyer-not-opposed", (SILENT, AGAINST), (UNMET, (2, 4, 6))),
        ("economic-buyer-not-opposed", (BUYER, AGAINST), (UNKNOWN, (1,))),
        ("economic-buyer-not-opposed", (showing(BUYER, Stance.OPPOSE),), (UNMET, (1, 8))),
        ("every-role-identified", (), (UNMET, ())),
        ("every-role-identified", (COACH, BUYER, SILENT), (UNMET, (3, 2, 1))),
        ("every-role-identified", (COACH, BUYER, SILENT, USER), (MET, (3, 5, 2, 1))),
        ("coach-present", (), (UNMET, ())),
        ("coach-present", (showing(COACH, Stance.SUPPORT),), (UNMET, (3, 8))),
        ("coach-present", (met(COACH, 7),), (UNKNOWN, (3, 7))),
        ("coach-present", (met(showing(COACH, Stance.NEUTRAL), 7),), (UNMET, (3, 7, 8))),
        ("coach-present", (met(showing(COACH, Stance.SUPPORT), 7), met(COACH, 9)), (MET, (3, 3, 7, 9, 8))),
        ("buyers-rated", (), (UNMET, ())),
        ("buyers-rated", (rated(BUYER),), (UNMET, (9,))),
        ("buyers-rated", (rated(showing(BUYER, Stance.OPPOSE)), gone(SILENT)), (MET, (9, 8))),
    ],
)
def test_a_criterion_about_people_answers_with_the_records_it_looked_at(
    criterion: str, seated: tuple[Seat, ...], found: tuple[Answer, tuple[int, ...]]
) -> None:
    deal = Deal(ACCOUNT, "Press line 3", "standard", 1, "training")
    assert CRITERIA[criterion](Case(STREAM, deal, seated, (), AT)) == found


# Why and how they buy, and what contacts led to: from records, the deal's opening being the first


def case(*told: Any) -> Case:
    """Tell of the deal, or of `(stream, event)` or `(stream, event, when)`, a day after the other."""
    records = [record(1, OPENED, When.of(DAY_ONE, UTC))]
    for number, one in enumerate(told, start=2):
        stream, event, *when = one if isinstance(one, tuple) else (STREAM, one)
        day = When.of(DAY_ONE + timedelta(days=number), UTC)
        records.append(record(number, event, when[0] if when else day, stream))
    deal = DEAL.fold(one for one in records if one.stream == STREAM)
    assert deal is not None
    return Case(STREAM, deal, seats(STREAM, records), tuple(records), AT)


def answers(criterion: str | Criterion, *told: Any) -> tuple[Answer, tuple[int, ...]]:
    return (criterion if callable(criterion) else CRITERIA[criterion])(case(*told))


def yuan(amount: int) -> Money:
    return Money.of(amount, "CNY")


PRICED = DealPriced(yuan(12000))
TRAINING = ProblemQuantified("training", "training", yuan(2500))
TURNOVER = ProblemQuantified("turnover", "staff turnover", yuan(9501))
ABROAD = ProblemQuantified("abroad", "work bought abroad", Money.of(1200, "EUR"))


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ((), (UNKNOWN, ())),
        ((TRAINING,), (UNKNOWN, (2,))),
        ((PRICED,), (UNMET, (2,))),
        ((PRICED, TRAINING), (UNMET, (3, 2))),
        ((PRICED, TRAINING, TURNOVER), (MET, (3, 4, 2))),
        ((PRICED, TRAINING, ABROAD), (UNKNOWN, (3, 4, 2))),
    ],
)
def test_the_value_equation_is_positive_once_problems_outweigh_the_price(
    told: tuple[Any, ...], found: tuple[Answer, tuple[int, ...]]
) -> None:
    assert answers("value-equation-positive", *told) == found


def test_a_host_can_ask_a_criterion_under_a_policy_of_its_own() -> None:
    policy = ValuePolicy(Rates("CNY", {"EUR": Decimal(8)}))
    asked = partial(value_equation_positive, policy=policy)
    assert answers(asked, PRICED, TRAINING, ABROAD)[0] is MET


SEATED = (WANG, RoleIdentified(Role.USER, STREAM))
NEED = (WANG, NeedUncovered("cost", NeedKind.COST, explicit=True))


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ((SEATED,), (UNKNOWN, ())),
        ((SEATED, NEED), (UNKNOWN, (3,))),
        (
            (
                SEATED,
                NEED,
                (WANG, NeedMoved("cost", Rung.GROWING)),
                (WANG, NeedUncovered("two", NeedKind.SAFETY, explicit=False)),
            ),
            (UNKNOWN, (4, 5)),
        ),
        ((SEATED, NEED, (WANG, NeedMoved("cost", Rung.GROWING))), (UNMET, (4,))),
        ((SEATED, NEED, (WANG, NeedMoved("cost", Rung.MUST_CHANGE))), (MET, (4,))),
        (
            (SEATED, NEED, (WANG, NeedMoved("cost", Rung.MUST_CHANGE)), (WANG, NeedMoved("cost", Rung.CONTENT))),
            (UNMET, (5,)),
        ),
        ((NEED, (WANG, NeedMoved("cost", Rung.MUST_CHANGE))), (UNKNOWN, ())),  # who has no seat
        (
            (
                (WANG, InfluenceRated(Influence.HIGH, STREAM)),
                (WANG, NeedUncovered("cost", NeedKind.COST, explicit=True, deal=OTHER)),
                (WANG, NeedMoved("cost", Rung.MUST_CHANGE)),
            ),
            (UNKNOWN, ()),
        ),
    ],
)
def test_somebody_must_change_now(told: tuple[Any, ...], found: tuple[Answer, tuple[int, ...]]) -> None:
    assert answers("need-must-change", *told) == found


YES, NO = YesNo.YES, YesNo.NO
FIVE = Screening(YES, YES, YES, YES, YES)


def qualified(screening: Screening = FIVE, verdict: Pursuit = Pursuit.PASS, competition: YesNo = YES) -> Qualified:
    return Qualified(screening, Risk(has_competition=competition), verdict, "small")


@pytest.mark.parametrize(
    ("criterion", "told", "found"),
    [
        ("screening-passed", (), (UNKNOWN, ())),
        ("screening-passed", (qualified(),), (MET, (2,))),
        ("screening-passed", (qualified(), qualified(Screening(can_use=NO))), (UNMET, (3,))),
        ("screening-passed", (qualified(Screening(can_use=YES)),), (UNKNOWN, (2,))),
        ("worth-pursuing", (), (UNKNOWN, ())),
        ("worth-pursuing", (qualified(verdict=Pursuit.REDUCE), qualified()), (MET, (3,))),
        ("worth-pursuing", (qualified(), qualified(verdict=Pursuit.REDUCE)), (UNMET, (3,))),
        ("competition-known", (), (UNKNOWN, ())),
        ("competition-known", (qualified(competition=YesNo.UNKNOWN),), (UNKNOWN, (2,))),
        ("competition-known", (qualified(competition=YES),), (UNMET, (2,))),
        ("competition-known", (qualified(competition=NO),), (MET, (2,))),
        ("competition-known", (CompetitorEntered("Bolt"), CompetitorLeft("Bolt")), (MET, (2,))),
        ("purchase-process-mapped", (), (UNMET, ())),
        ("purchase-process-mapped", (PurchaseProcessMapped((PurchaseStep("tender"),)),), (MET, (2,))),
        (
            "purchase-process-mapped",
            (PurchaseProcessMapped((PurchaseStep("tender"),)), PurchaseProcessMapped(())),
            (UNMET, (3,)),
        ),
    ],
)
def test_a_criterion_about_the_purchase_asks_what_was_said_last(
    criterion: str, told: tuple[Any, ...], found: tuple[Answer, tuple[int, ...]]
) -> None:
    assert answers(criterion, *told) == found


HELD = InteractionHeld(ACCOUNT, Channel.VISIT, deals=(STREAM,))
ELSEWHERE = InteractionHeld(ACCOUNT, Channel.CALL, deals=(OTHER,))
ADVANCE = InteractionConcluded(Conclusion.ADVANCE, "a demo")


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ((), (UNMET, ())),
        (((CALL, ELSEWHERE), (CALL, ADVANCE)), (UNMET, ())),
        (((VISIT, HELD),), (UNKNOWN, (2,))),
        (((VISIT, HELD), (VISIT, ADVANCE)), (MET, (2, 3))),
        (((VISIT, HELD), (VISIT, InteractionConcluded(Conclusion.ORDER))), (MET, (2, 3))),
        (((VISIT, HELD), (VISIT, InteractionConcluded(Conclusion.CONTINUATION))), (UNMET, (2, 3))),
        (((VISIT, HELD), (VISIT, ADVANCE), (CALL, HELD)), (UNKNOWN, (4,))),
        (((CALL, ELSEWHERE), (CALL, InteractionLinked((STREAM,))), (CALL, ADVANCE)), (MET, (2, 4))),
    ],
)
def test_the_last_held_contact_about_the_deal_ended_with_an_agreed_step(
    told: tuple[Any, ...], found: tuple[Answer, tuple[int, ...]]
) -> None:
    assert answers("next-step-agreed", *told) == found


def objection(kind: ObjectionKind | None, deal: UUID | None = None) -> ObjectionRaised:
    return ObjectionRaised("o", ObjectionTopic.PRICE, kind, deal=deal)


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ((), (MET, ())),
        (((VISIT, HELD), (VISIT, objection(ObjectionKind.FALSE))), (MET, ())),
        (((VISIT, HELD), (VISIT, objection(ObjectionKind.TRUE))), (UNMET, (3,))),
        (((VISIT, HELD), (VISIT, objection(ObjectionKind.HIDDEN))), (UNKNOWN, (3,))),
        (((VISIT, HELD), (VISIT, objection(None))), (UNKNOWN, (3,))),
        (
            ((VISIT, HELD), (VISIT, objection(None)), (CALL, HELD), (CALL, objection(ObjectionKind.TRUE))),
            (UNMET, (5,)),
        ),
        (
            (
                (VISIT, HELD),
                (VISIT, objection(ObjectionKind.TRUE)),
                (VISIT, ObjectionAnswered("o", Technique.FIVE_WHYS)),
            ),
            (UNMET, (3,)),
        ),
        (((VISIT, HELD), (VISIT, objection(ObjectionKind.TRUE)), (VISIT, ObjectionResolved("o"))), (MET, ())),
        (((VISIT, HELD), (VISIT, objection(ObjectionKind.TRUE, OTHER))), (MET, ())),
        (((CALL, ELSEWHERE), (CALL, objection(ObjectionKind.TRUE))), (MET, ())),
        (((CALL, ELSEWHERE), (CALL, objection(ObjectionKind.TRUE, STREAM))), (UNMET, (3,))),
    ],
)
def test_an_open_true_objection_stands_in_the_way_and_one_of_no_known_kind_may(
    told: tuple[Any, ...], found: tuple[Answer, tuple[int, ...]]
) -> None:
    assert answers("no-open-true-objection", *told) == found


NOON = datetime(2026, 1, 30, 12, tzinfo=UTC)  # on the thirtieth day before the gate is asked
PLANNED = InteractionPlanned(ACCOUNT, AT, Channel.VISIT, "see", deals=(STREAM,))


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ((), (UNMET, ())),
        (((VISIT, PLANNED),), (UNMET, ())),
        (((VISIT, HELD, When.of(NOON, UTC)),), (MET, (2,))),
        (((VISIT, HELD, When.of(NOON.date(), UTC)),), (MET, (2,))),
        (((VISIT, HELD, When.of(NOON.date() - timedelta(days=1), UTC)),), (UNMET, (2,))),
        (((VISIT, HELD, When.between(NOON - timedelta(days=9), NOON)),), (UNKNOWN, (2,))),
    ],
)
def test_a_contact_is_recent_within_thirty_days_of_the_moment_the_gate_is_asked(
    told: tuple[Any, ...], found: tuple[Answer, tuple[int, ...]]
) -> None:
    assert answers("recent-contact", *told) == found


def test_how_recent_is_recent_is_the_hosts_to_say() -> None:
    asked = partial(recent_contact, within=timedelta(days=7))
    assert answers(asked, (VISIT, HELD, When.of(NOON, UTC))) == (UNMET, (2,))


# Together


@pytest.mark.parametrize(
    ("found", "together"),
    [
        ([], Answer.MET),
        ([Answer.MET], Answer.MET),
        ([Answer.MET, Answer.UNKNOWN], Answer.UNKNOWN),
        ([Answer.UNKNOWN, Answer.UNMET, Answer.MET], Answer.UNMET),
    ],
)
def test_one_no_outweighs_unknown_and_unknown_outweighs_yes(found: list[Answer], together: Answer) -> None:
    assert Verdict(tuple(Finding("any", answer) for answer in found)).answer is together
