"""What was asked of a deal's worth, over time, and how each side stands."""

from collections import Counter
from collections.abc import Iterator

import pytest

import dealflow as df
from dealflow.domain.purchase import Favours
from dealflow.projections.qualification import Against, Answered, Assessment, Change, Qualification, Screened, Tally
from tests.projections.selling import day, journal
from tests.projections.worth import Play

YES, NO, UNKNOWN = df.YesNo.YES, df.YesNo.NO, df.YesNo.UNKNOWN


@pytest.fixture
def play() -> Iterator[Play]:
    with journal() as flow:
        yield Play.begin(flow)


def asked(play: Play, happened: int | None = None) -> Qualification:
    return df.qualification(play.situation(happened))


def test_each_qualification_says_what_changed_since_the_one_before(play: Play) -> None:
    able, worth = df.Screening(can_use=YES), df.Risk(worth_winning=YES)
    later = df.Screening(can_use=NO)
    first = play.tell(2, df.QualifyDeal(able, worth, df.Pursuit.PASS))
    second = play.tell(5, df.QualifyDeal(later, worth, df.Pursuit.REDUCE, "they cannot use it"))
    assert asked(play).deal == (
        Screened(
            first,
            day(2),
            able,
            worth,
            df.Pursuit.PASS,
            None,
            (Change("can_use", UNKNOWN, YES), Change("worth_winning", UNKNOWN, YES)),
        ),
        Screened(second, day(5), later, worth, df.Pursuit.REDUCE, "they cannot use it", (Change("can_use", YES, NO),)),
    )
    assert [one.record for one in asked(play, 4).deal] == [first]


def test_the_accounts_screenings_stand_beside(play: Play) -> None:
    record = play.tell(1, df.ScreenAccount(df.Screening(), df.Risk(), df.Pursuit.PASS), on=play.account)
    assert [(one.record, one.changes) for one in asked(play).account] == [(record, ())]
    assert asked(play).deal == ()


def test_an_answer_stands_until_its_question_is_answered_anew(play: Play) -> None:
    first = play.tell(2, df.AssessSide((("must-act", YES), ("power-behind", NO))))
    second = play.tell(5, df.AssessSide((("power-behind", YES), ("must-act", YES), ("profitable", UNKNOWN))))
    third = play.tell(6, df.AssessSide((("must-act", UNKNOWN),)))
    us = asked(play).us
    assert us.answers == (
        Answered("must-act", UNKNOWN, third, day(6), listed=True),
        Answered("power-behind", YES, second, day(5), listed=True),
        Answered("profitable", UNKNOWN, second, day(5), listed=True),
    )
    assert us.history == (
        Assessment(
            first,
            day(2),
            (Change("must-act", UNKNOWN, YES), Change("power-behind", UNKNOWN, NO)),
            Tally(yes=1, no=1, unknown=18),
        ),
        Assessment(second, day(5), (Change("power-behind", NO, YES),), Tally(yes=2, no=0, unknown=18)),
        Assessment(third, day(6), (Change("must-act", YES, UNKNOWN),), Tally(yes=1, no=0, unknown=19)),
    )
    assert us.tally == Tally(1, 0, 19)
    assert asked(play, 1).us.tally == Tally(0, 0, 20)


@pytest.mark.parametrize(
    ("ours", "theirs", "favours"),
    [
        (YES, NO, Favours.US),
        (NO, YES, Favours.RIVAL),
        (YES, YES, Favours.NEITHER),
        (NO, NO, Favours.NEITHER),
        (YES, UNKNOWN, None),
        (UNKNOWN, NO, None),
    ],
)
def test_question_by_question_somebody_is_ahead_or_nobody_knows(
    play: Play, ours: df.YesNo, theirs: df.YesNo, favours: Favours | None
) -> None:
    play.tell(1, df.NameCompetitor("Bolt"))
    play.tell(2, df.AssessSide((("must-act", ours),)), df.AssessSide((("must-act", theirs),), "Bolt"))
    (compared,) = (one for one in asked(play).questions if one.question.key == "must-act")
    assert (compared.us, compared.rivals) == (ours, {"Bolt": Against(theirs, favours)})


def test_every_rival_has_a_side_assessed_or_not_there_any_more_or_still(play: Play) -> None:
    play.tell(1, df.NameCompetitor("Bolt"), df.NameCompetitor("Hansen"))
    play.tell(2, df.AssessSide((("profitable", YES),), "Hansen"), df.DropCompetitor("Hansen"))
    rivals = asked(play).rivals
    assert [(name, one.present, one.tally) for name, one in rivals.items()] == [
        ("Bolt", True, Tally(0, 0, 20)),
        ("Hansen", False, Tally(1, 0, 19)),
    ]
    assert asked(play, 1).rivals["Hansen"].present


def test_a_question_of_the_hosts_own_is_kept_and_said_to_be_beside_the_list(play: Play) -> None:
    play.tell(2, df.AssessSide((("acme.local-service", YES),)))
    us = asked(play).us
    assert [(one.question, one.listed) for one in us.answers] == [("acme.local-service", False)]
    assert us.tally == Tally(0, 0, 20)


def test_a_host_may_ask_a_list_of_its_own(play: Play) -> None:
    play.tell(2, df.AssessSide((("acme.local-service", YES),)))
    own = df.qualification(play.situation(), [df.Question("acme.local-service", "We have people nearby.")])
    assert (own.us.tally, [one.us for one in own.questions]) == (Tally(1, 0, 0), [YES])


def test_before_the_deal_was_opened_nothing_was_asked(play: Play) -> None:
    before = df.qualification(play.flow.situation(play.deal, happened=day(-1)))
    assert (before.deal, before.account, before.rivals, before.us.answers) == ((), (), {}, ())


def test_the_list_has_twenty_questions_five_a_group_each_under_a_key_of_its_own() -> None:
    assert len({one.key for one in df.TWENTY}) == 20
    assert Counter(one.group for one in df.TWENTY) == dict.fromkeys(df.QuestionGroup, 5)
