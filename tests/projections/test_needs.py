"""The need ladder, and which question came before each step."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

import dealflow as df
from dealflow.projections.needs import Asked, Climb, ContactQuestions, Ladder, NeedLadder, NeedStep
from tests.projections.selling import day, journal
from tests.projections.worth import Play

S, P, IM, N = df.Spin
CONTENT, DISSATISFIED, GROWING, MUST = df.Rung


@pytest.fixture
def play() -> Iterator[Play]:
    with journal() as flow:
        yield Play.begin(flow)


def needs(play: Play, happened: int | None = None) -> NeedLadder:
    return df.need_ladder(play.situation(happened))


def ladder(play: Play) -> Ladder:
    ((one,),) = (person.needs for person in needs(play).people)
    return one


def last_asked(play: Play) -> tuple[df.Spin, Any] | None:
    asked = ladder(play).steps[-1].asked
    return None if asked is None else (asked.kind, asked.day)


def uncover(play: Play, person: UUID, number: int = 1, **more: Any) -> None:
    play.tell(number, df.UncoverNeed(df.NeedKind.COST, explicit=False, id="cost", **more), on=person)


def move(play: Play, person: UUID, number: int, rung: df.Rung, after: df.Spin | None = None) -> int:
    return play.tell(number, df.MoveNeed("cost", rung, after), on=person)


def test_each_step_has_the_question_it_names_and_the_one_that_was_really_asked(play: Play) -> None:
    wang = play.person("Wang", df.Role.USER)
    uncover(play, wang)
    visit = play.visit(2, wang, questions=(S, P))
    asked = play.flow.journal.stream(visit)[2]
    first = move(play, wang, 2, DISSATISFIED, P)
    second = move(play, wang, 5, MUST, IM)
    third = move(play, wang, 6, CONTENT)
    one = ladder(play)
    question = Asked(P, None, asked.position, day(2), visit)
    assert (one.need.rung, one.of_the_business, one.day) == (CONTENT, True, day(1))
    assert one.steps == (
        NeedStep(first, day(2), None, DISSATISFIED, Climb.PLACED, P, question, agree=True),
        NeedStep(second, day(5), DISSATISFIED, MUST, Climb.UP, IM, question, agree=False),
        NeedStep(third, day(6), MUST, CONTENT, Climb.DOWN, None, question, agree=None),
    )


def test_a_question_to_somebody_else_was_not_asked_of_them(play: Play) -> None:
    wang, chen = play.person("Wang", df.Role.USER), play.person("Chen")
    uncover(play, wang)
    visit = play.visit(2, wang, chen, questions=(S,))
    play.tell(2, df.AskQuestion(N, to=chen), on=visit)
    play.visit(3, chen, questions=(IM,))
    move(play, wang, 4, GROWING)
    assert last_asked(play) == (S, day(2))
    play.tell(5, df.AskQuestion(P, to=wang), on=visit)
    move(play, wang, 5, MUST)
    assert last_asked(play) == (P, day(5))


def test_a_question_after_the_step_did_not_come_before_it(play: Play) -> None:
    wang = play.person("Wang", df.Role.USER)
    uncover(play, wang)
    move(play, wang, 4, GROWING, IM)
    play.visit(6, wang, questions=(IM,))
    assert (ladder(play).steps[0].asked, ladder(play).steps[0].agree) == (None, None)


def test_what_was_only_planned_was_asked_of_nobody(play: Play) -> None:
    wang = play.person("Wang", df.Role.USER)
    uncover(play, wang)
    plan = df.PlanInteraction(
        play.account, df.When.of(day(9), play.flow.zone), df.Channel.VISIT, "see", theirs=(wang,), deals=(play.deal,)
    )
    planned = play.flow.do(plan, by="li", at=day(2)).stream
    play.tell(2, df.AskQuestion(P, to=wang), df.AskQuestion(S), on=planned)
    move(play, wang, 4, GROWING)
    assert last_asked(play) is None
    assert needs(play).contacts == ()


def test_a_record_that_leaves_a_need_where_it_stood_is_no_step(play: Play) -> None:
    wang = play.person("Wang", df.Role.USER)
    uncover(play, wang)
    move(play, wang, 2, GROWING)
    moved = play.flow.journal.stream(wang)[-1]
    move(play, wang, 3, MUST)
    wrong = play.flow.journal.stream(wang)[-1]
    play.tell(4, df.CorrectRecord(wrong.version, "no", moved.event), on=wang)
    assert [one.reached for one in ladder(play).steps] == [GROWING]


def test_people_without_a_seat_count_where_they_were_met_or_their_need_is_of_this_deal(play: Play) -> None:
    met, theirs, neither, elsewhere = (play.person(name) for name in ("Met", "Theirs", "Neither", "Elsewhere"))
    seated = play.person("Seated", df.Role.COACH)
    for person in (met, neither):
        uncover(play, person)
    uncover(play, theirs, deal=play.deal)
    other = play.flow.do(df.OpenDeal(play.account, "Another"), by="li", at=day(0)).stream
    uncover(play, elsewhere, deal=other)
    uncover(play, seated)
    play.visit(2, met, elsewhere)
    assert {one.person for one in needs(play).people} == {seated, met, theirs}
    assert needs(play).people[0].person == seated


def test_who_left_is_said_to_have_left_with_a_seat_or_without(play: Play) -> None:
    seated, met = play.person("Seated", df.Role.COACH), play.person("Met")
    play.visit(1, seated, met)
    for person in (seated, met):
        uncover(play, person)
        play.tell(3, df.RecordDeparture(), on=person)
    assert [[one.left for one in needs(play, number).people] for number in (2, 3)] == [[False, False], [True, True]]


def test_every_contact_shows_its_questions_in_order_and_every_kind_is_counted(play: Play) -> None:
    wang = play.person("Wang")
    first, second = play.visit(2, wang, questions=(S, P, S)), play.visit(3, wang)
    play.flow.do(df.HoldInteraction(play.account, df.Channel.CALL, theirs=(wang,)), by="li", at=day(4))
    answer = needs(play)
    assert [(one.interaction, one.day, [asked.kind for asked in one.asked]) for one in answer.contacts] == [
        (first, day(2), [S, P, S]),
        (second, day(3), []),
    ]
    assert isinstance(answer.contacts[0], ContactQuestions)
    assert answer.counts == {S: 2, P: 1, IM: 0, N: 0}
    assert needs(play, 1).contacts == ()


def test_the_needs_stood_otherwise_on_an_earlier_day(play: Play) -> None:
    wang = play.person("Wang", df.Role.USER)
    uncover(play, wang, 3)
    move(play, wang, 5, GROWING)
    assert needs(play, 2).people == ()
    ((then,),) = (one.needs for one in needs(play, 4).people)
    assert (then.need.rung, then.steps) == (None, ())
