"""What endangers an open deal: each warning up, clear or unknown, since when, and by which records."""

from collections.abc import Iterator
from datetime import UTC
from uuid import UUID

import pytest

import dealflow as df
from dealflow.domain.acceptance import RivalClosenessRated
from dealflow.domain.contest import CompetitorEntered
from dealflow.domain.deal import CloseExpected, DealCommitted
from dealflow.domain.interaction import InteractionConcluded, InteractionHeld, InteractionRescheduled
from dealflow.domain.noun import Noted
from dealflow.domain.objection import ObjectionRaised
from dealflow.domain.promise import PromiseMade
from dealflow.domain.stakeholder import RoleIdentified, StanceChanged
from tests.projections.dealing import Dealing, states
from tests.projections.selling import ACCOUNT, day
from tests.projections.selling import deal as sell

COACH, USER, TECHNICAL, ECONOMIC = df.Role
FOR, NEUTRAL, AGAINST = df.Stance
UP, CLEAR, UNKNOWN = df.WarningState
ORDER, ADVANCE, CONTINUATION, NO_SALE = df.Conclusion
ACME = "Acme Drives"


@pytest.fixture
def dealing() -> Iterator[Dealing]:
    dealing = Dealing()
    yield dealing
    dealing.flow.close()


def test_of_a_deal_of_which_nothing_else_is_told_no_warning_is_up(dealing: Dealing) -> None:
    found = states(dealing.health(1).warnings)
    certain = {"open-true-objection", "promise-overdue", "silent-before-signing"}  # what was never raised, made, given
    assert found == {one.name: CLEAR if one.name in certain else UNKNOWN for one in df.WARNINGS}


def test_a_deal_that_is_not_open_has_no_warnings(dealing: Dealing) -> None:
    dealing.person(1, USER)
    assert dealing.warning("no-coach", 2).up
    dealing.deal(3, df.LoseDeal())
    assert dealing.health(3).warnings == ()
    dealing.deal(5, df.ReopenDeal("again"))
    assert dealing.warning("no-coach", 6).since == day(5)


def test_of_a_deal_that_was_not_opened_yet_nothing_is_up(dealing: Dealing) -> None:
    look = df.Look(dealing.situation(-1))
    assert UP not in {one.find(look).state for one in df.WARNINGS}


# People


def test_the_decision_maker_was_never_met(dealing: Dealing) -> None:
    boss = dealing.person(2, ECONOMIC)
    found = dealing.warning("decision-maker-never-met", 9)
    assert (found.state, found.since, found.people, found.records) == (
        UP,
        day(2),
        (boss,),
        dealing.record(RoleIdentified),
    )
    dealing.call(10, boss)
    assert dealing.warning("decision-maker-never-met", 10).text == "last met on 2026-01-11"
    dealing.about(11, boss, df.RecordDeparture())
    assert dealing.warning("decision-maker-never-met", 11).state is UNKNOWN


def test_there_is_no_coach(dealing: Dealing) -> None:
    dealing.person(2, USER)
    assert dealing.warning("no-coach", 3).state is UP
    coach = dealing.person(4, COACH)
    assert dealing.warning("no-coach", 4).state is CLEAR
    dealing.about(6, coach, df.RecordDeparture())
    found = dealing.warning("no-coach", 7)
    assert (found.since, found.people) == (day(6), (coach,))
    assert found.text == "of 1 person with a part in it nobody is a coach; 1 left"


def test_one_contact_only(dealing: Dealing) -> None:
    one, two = dealing.person(1, USER), dealing.person(1, TECHNICAL)
    dealing.call(2, one)
    assert dealing.warning("one-contact-only", 3).since == day(2)
    dealing.call(4, two)
    assert dealing.warning("one-contact-only", 92).state is CLEAR
    found = dealing.warning("one-contact-only", 93)  # the first of them longer ago than 90 days
    assert (found.since, found.people) == (day(93), (two,))
    found = dealing.warning("one-contact-only", 120)
    assert (found.text, found.records) == ("0 people met in the last 90 days", dealing.record(InteractionHeld)[-1:])


def test_whoever_left_is_no_contact_any_more(dealing: Dealing) -> None:
    one, two = dealing.person(1, USER), dealing.person(1)  # the second has no part in it, and counts all the same
    dealing.call(2, one, two)
    assert dealing.warning("one-contact-only", 2).state is CLEAR
    dealing.about(3, two, df.RecordDeparture())
    assert dealing.warning("one-contact-only", 3).people == (one,)


def test_a_call_that_does_not_say_with_whom_it_was_counts_for_nobody(dealing: Dealing) -> None:
    dealing.call(2)
    assert dealing.warning("one-contact-only", 2).text == "no contact says who was met"
    dealing.call(3, dealing.person(1, USER))
    dealing.call(4)
    assert dealing.warning("one-contact-only", 4).since == day(3)


@pytest.mark.parametrize(
    ("name", "role"), [("technical-buyer-opposed", TECHNICAL), ("economic-buyer-against", ECONOMIC)]
)
def test_a_buyer_is_against_us(dealing: Dealing, name: str, role: df.Role) -> None:
    person = dealing.person(2, role)
    assert dealing.warning(name, 2).state is UNKNOWN
    dealing.about(3, person, df.ChangeStance(AGAINST, deal=dealing.id))
    found = dealing.warning(name, 9)
    assert (found.state, found.severity, found.since) == (UP, df.Severity.DANGER, day(3))
    assert (found.records, found.people) == (dealing.record(StanceChanged), (person,))
    dealing.about(10, person, df.ChangeStance(NEUTRAL, deal=dealing.id))
    assert dealing.warning(name, 10).state is CLEAR


def test_a_competitor_is_closer_than_we_are(dealing: Dealing) -> None:
    boss, user = dealing.person(1, ECONOMIC), dealing.person(1, USER)
    dealing.deal(2, df.NameCompetitor(ACME))
    assert dealing.warning("competitor-closer", 2).text == "2 of 2 ratings of a competitor's closeness are missing"
    dealing.about(3, boss, df.RateRivalCloseness(ACME, df.Closeness.LOW))
    dealing.about(3, user, df.RateRivalCloseness(ACME, df.Closeness.NONE))
    found = dealing.warning("competitor-closer", 3)
    assert (found.state, found.people, found.records) == (UP, (boss,), dealing.record(RivalClosenessRated)[:1])
    assert found.text == "Acme Drives closer than we are to 1 of 2 in the decision chain"
    dealing.call(4, boss)
    assert dealing.warning("competitor-closer", 4).text == "none of 1 competitor closer"
    assert dealing.warning("competitor-closer", 190).since == day(185)  # our contact was too long ago


def test_what_the_deal_says_of_closeness_goes_before_what_is_standing(dealing: Dealing) -> None:
    boss = dealing.person(1, ECONOMIC)
    dealing.deal(2, df.NameCompetitor(ACME))
    dealing.about(3, boss, df.RateRivalCloseness(ACME, df.Closeness.NONE))
    dealing.about(3, boss, df.RateRivalCloseness(ACME, df.Closeness.HIGH, dealing.id))
    assert dealing.warning("competitor-closer", 3).records == dealing.record(RivalClosenessRated)[1:]
    dealing.deal(4, df.DropCompetitor(ACME, "too dear"))
    assert dealing.warning("competitor-closer", 4).text == "no competitor is in it any more"


# The course of the deal


def test_it_stands_longer_than_usual(dealing: Dealing) -> None:
    for length in (5, 6, 7, 8, 9, 10, 11, 12, 13, 40):
        sell(dealing.flow, (0, "meet"), (length, "offer"))
    any_history = {"sampling": df.Sampling(floor=0)}
    found = dealing.warning("stage-longer-than-usual", 12, **any_history)
    assert (found.state, found.text) == (CLEAR, "12 days at meet; 27% of 11 visits lasted longer")
    found = dealing.warning("stage-longer-than-usual", 20, **any_history)
    assert (found.state, found.since, found.text) == (UP, day(13), "20 days at meet; 18% of 11 visits lasted longer")


def test_it_is_as_long_as_usual_until_four_of_five_have_left(dealing: Dealing) -> None:
    for length in (1, 2, 3, 4):
        sell(dealing.flow, (0, "meet"), (length, "offer"))
    found = dealing.warning("stage-longer-than-usual", 9, sampling=df.Sampling(floor=5))
    assert (found.since, found.text) == (day(4), "9 days at meet; 20% of 5 visits lasted longer")


def test_with_insufficient_history_nobody_knows_what_is_usual(dealing: Dealing) -> None:
    found = dealing.warning("stage-longer-than-usual", 200)
    assert found.state is UNKNOWN
    assert found.text == "200 days at meet; how long is usual is unknown: insufficient history"


def test_what_is_usual_is_what_was_usual_that_day(dealing: Dealing) -> None:
    sell(dealing.flow, (0, "meet"), (5, "offer"))
    for _ in range(8):
        sell(dealing.flow, (0, "meet"))
    any_history = {"sampling": df.Sampling(floor=0)}
    before = dealing.warning("stage-longer-than-usual", 30, **any_history)
    for _ in range(8):
        sell(dealing.flow, (31, "meet"), (32, "offer"))
    assert dealing.warning("stage-longer-than-usual", 30, **any_history) == before


def test_a_true_objection_is_open(dealing: Dealing) -> None:
    person = dealing.person(1, USER)
    call = dealing.call(2, person)
    dealing.about(2, call, df.RaiseObjection(df.ObjectionTopic.PRICE, df.ObjectionKind.TRUE, by=person, id="O1"))
    found = dealing.warning("open-true-objection", 5)
    assert (found.state, found.since, found.records) == (UP, day(2), dealing.record(ObjectionRaised))
    assert (found.text, found.people) == ("1 true objection open: price", (person,))
    dealing.about(6, call, df.AnswerObjection("O1", df.Technique.FIVE_WHYS))
    assert dealing.warning("open-true-objection", 6).state is UP  # answered is not yet settled
    dealing.about(7, call, df.ResolveObjection("O1"))
    assert dealing.warning("open-true-objection", 7).state is CLEAR


@pytest.mark.parametrize(
    ("kind", "state"), [(df.ObjectionKind.FALSE, CLEAR), (df.ObjectionKind.HIDDEN, UNKNOWN), (None, UNKNOWN)]
)
def test_a_pretext_is_no_true_objection_and_of_others_nobody_knows(
    dealing: Dealing, kind: df.ObjectionKind | None, state: df.WarningState
) -> None:
    dealing.about(2, dealing.call(2), df.RaiseObjection(df.ObjectionTopic.TRUST, kind))
    assert dealing.warning("open-true-objection", 3).state is state


def test_an_objection_is_about_the_deal_it_names(dealing: Dealing) -> None:
    other = sell(dealing.flow, (0, "meet"))
    elsewhere = df.HoldInteraction(ACCOUNT, df.Channel.CALL, deals=(other,))
    call = dealing.tell(1, elsewhere, None)
    dealing.about(2, call, df.RaiseObjection(df.ObjectionTopic.PRICE, df.ObjectionKind.TRUE))
    assert dealing.warning("open-true-objection", 2).state is CLEAR
    dealing.about(3, call, df.RaiseObjection(df.ObjectionTopic.PRICE, df.ObjectionKind.TRUE, deal=dealing.id))
    assert dealing.warning("open-true-objection", 3).state is UP


def test_the_last_calls_led_to_no_advance(dealing: Dealing) -> None:
    dealing.call(1, outcome=ADVANCE)
    for number in (2, 3):
        dealing.call(number, outcome=CONTINUATION)
    assert dealing.warning("calls-without-advance", 3).state is CLEAR
    dealing.call(4)  # of unknown outcome, which counts as neither
    assert dealing.warning("calls-without-advance", 4).state is CLEAR
    dealing.call(5, outcome=NO_SALE)
    found = dealing.warning("calls-without-advance", 8)
    assert (found.state, found.since, found.records) == (UP, day(5), dealing.record(InteractionConcluded)[1:])
    dealing.call(9, outcome=ORDER)
    assert dealing.warning("calls-without-advance", 9).state is CLEAR


def test_with_too_few_outcomes_known_there_is_no_telling(dealing: Dealing) -> None:
    dealing.call(1, outcome=NO_SALE)
    assert dealing.warning("calls-without-advance", 1).text == "only 1 call so far, without an advance"
    dealing.call(2)
    dealing.call(3)
    found = dealing.warning("calls-without-advance", 3)
    assert (found.state, found.text) == (UNKNOWN, "of 3 calls the outcome of 2 is unknown")


def test_nothing_is_agreed_next(dealing: Dealing) -> None:
    dealing.call(1, outcome=CONTINUATION)
    found = dealing.warning("nothing-agreed-next", 4)
    assert (found.state, found.since) == (UP, day(1))
    assert found.text == "after 1 call nothing is agreed that lies ahead"


def test_a_contact_that_is_planned_lies_ahead_until_its_day_is_over(dealing: Dealing) -> None:
    contact = dealing.planned(2, on=6)
    assert dealing.warning("nothing-agreed-next", 6).state is CLEAR
    assert dealing.warning("nothing-agreed-next", 9).since == day(7)
    dealing.about(10, contact, df.RescheduleInteraction(df.When.of(day(20), UTC)))
    assert dealing.warning("nothing-agreed-next", 10).records == dealing.record(InteractionRescheduled)
    dealing.about(11, contact, df.CancelInteraction("ill"))
    assert dealing.warning("nothing-agreed-next", 11).since == day(11)


def test_an_action_or_a_promise_lies_ahead_until_it_is_due(dealing: Dealing) -> None:
    call = dealing.call(1)
    dealing.about(1, call, df.ConcludeInteraction(ADVANCE, "they send a roll of film", day(5)))
    assert dealing.warning("nothing-agreed-next", 5).text == "an action is agreed"
    assert dealing.warning("nothing-agreed-next", 6).since == day(6)
    dealing.about(7, call, df.MakePromise("a sample", "li", day(12), id="P1"))
    assert dealing.warning("nothing-agreed-next", 12).text == "we owe a promise"
    assert dealing.warning("nothing-agreed-next", 13).state is UP
    dealing.deal(14, df.CommitDeal(df.Given.VERBAL))
    assert dealing.warning("nothing-agreed-next", 14).records == dealing.record(DealCommitted)


def test_a_promise_is_overdue(dealing: Dealing) -> None:
    call = dealing.call(1)
    dealing.about(1, call, df.MakePromise("a sample", "li", day(5), id="P1"))
    assert dealing.warning("promise-overdue", 5).state is CLEAR
    found = dealing.warning("promise-overdue", 9)
    assert (found.since, found.text, found.records) == (
        day(6),
        "1 promise overdue, by up to 4 days",
        dealing.record(PromiseMade),
    )
    dealing.about(10, call, df.KeepPromise("P1"), df.MakePromise("a call", "li"))
    found = dealing.warning("promise-overdue", 10)
    assert (found.state, found.text) == (UNKNOWN, "1 promise open without a day")


def test_the_close_was_put_off_again_and_again(dealing: Dealing) -> None:
    dealing.deal(1, df.ExpectClose(day(60)))
    dealing.deal(2, df.ExpectClose(day(70)), df.ExpectClose(None))
    dealing.deal(3, df.ExpectClose(day(65)))
    assert dealing.warning("close-date-moved", 3).state is CLEAR
    dealing.deal(4, df.ExpectClose(day(90)))
    found = dealing.warning("close-date-moved", 8)
    assert (found.state, found.since) == (UP, day(4))
    assert found.text == "put off 2 times, from 2026-03-02 to 2026-04-01"
    expected = dealing.record(CloseExpected)
    assert found.records == (expected[0], expected[1], expected[4])
    dealing.deal(9, df.ExpectClose(day(55)))
    assert dealing.warning("close-date-moved", 10).state is CLEAR


def test_what_was_expected_before_a_deal_was_reopened_is_past(dealing: Dealing) -> None:
    for number in (1, 2, 3):
        dealing.deal(number, df.ExpectClose(day(60 + number)))
    dealing.deal(4, df.LoseDeal())
    dealing.deal(9, df.ReopenDeal("a new budget"))
    assert dealing.warning("close-date-moved", 9).state is UNKNOWN


def committed(dealing: Dealing, number: int) -> UUID:
    coach = dealing.person(1, COACH)
    dealing.call(number - 1, coach)
    dealing.deal(number, df.CommitDeal(df.Given.VERBAL))
    return coach


def test_the_coach_is_silent_between_the_word_and_the_signature(dealing: Dealing) -> None:
    coach = committed(dealing, 10)
    assert (
        dealing.warning("silent-before-signing", 23).text == "committed on 2026-01-11, not signed; 13 days of silence"
    )
    found = dealing.warning("silent-before-signing", 30)
    assert (found.state, found.severity, found.since, found.people) == (UP, df.Severity.DANGER, day(24), (coach,))
    assert found.records == (*dealing.record(InteractionHeld), *dealing.record(DealCommitted))
    dealing.call(31, coach)
    assert dealing.warning("silent-before-signing", 31).state is CLEAR
    dealing.deal(40, df.RenegeDeal("a new boss"))
    assert dealing.warning("silent-before-signing", 90).state is CLEAR


def test_a_competitor_comes_in_between_the_word_and_the_signature(dealing: Dealing) -> None:
    dealing.deal(1, df.NameCompetitor("Bolt"))
    committed(dealing, 10)
    assert dealing.warning("silent-before-signing", 11).state is CLEAR
    dealing.deal(12, df.NameCompetitor(ACME))
    found = dealing.warning("silent-before-signing", 13)
    assert (found.since, found.text) == (day(12), "committed on 2026-01-11, not signed; Acme Drives came in")
    assert set(dealing.record(CompetitorEntered)[1:]) < set(found.records)
    dealing.deal(14, df.DropCompetitor(ACME, "too late"))
    assert dealing.warning("silent-before-signing", 14).state is CLEAR


def test_without_a_coach_nobody_knows_whether_one_is_silent(dealing: Dealing) -> None:
    dealing.deal(10, df.CommitDeal(df.Given.VERBAL))
    assert dealing.warning("silent-before-signing", 40).state is UNKNOWN


# Since when, and warnings of one's own


def test_a_warning_is_up_since_it_last_came_up(dealing: Dealing) -> None:
    person = dealing.person(1, TECHNICAL, stance=AGAINST)
    dealing.about(5, person, df.ChangeStance(FOR, deal=dealing.id))
    dealing.about(9, person, df.ChangeStance(AGAINST, deal=dealing.id))
    assert [dealing.warning("technical-buyer-opposed", number).since for number in (4, 5, 9, 12)] == [
        day(1),
        None,
        day(9),
        day(9),
    ]


def no_budget(look: df.Look) -> df.Found:
    noted = [one for one in look.situation.own(Noted) if one.event.kind == "acme.budget"]
    return df.Found(CLEAR if noted else UP, "no budget was seen", tuple(one.position for one in noted))


def test_an_application_adds_warnings_of_its_own(dealing: Dealing) -> None:
    own = df.Check("no-budget", df.Severity.DANGER, "ask for it", no_budget)
    found = dealing.health(3, checks=(*df.WARNINGS, own))
    assert (found.level, found.up[0].name, found.up[0].since) == (df.HealthLevel.DANGER, "no-budget", day(0))
    dealing.deal(4, df.Note("acme.budget", {"seen": True}))
    assert dealing.health(5, checks=(own,)).up == ()
