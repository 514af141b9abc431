"""Signals in the people and in the contacts: who is for us, who is gone, whom we meet, how long all is silent."""

from collections.abc import Iterator
from uuid import UUID

import pytest

import dealflow as df
from dealflow.domain.interaction import InteractionHeld
from dealflow.domain.stakeholder import RoleIdentified, StakeholderDeparted, StakeholderIdentified, StanceChanged
from dealflow.projections.churn.judging import Sign
from dealflow.projections.people import is_at
from tests.projections.keeping import Keeping
from tests.projections.selling import day

COACH, USER, TECHNICAL, ECONOMIC = df.Role
FOR, NEUTRAL, AGAINST = df.Stance
HIGH, MEDIUM, LOW = df.Influence
UP, CLEAR, UNKNOWN = df.WarningState
WATCH, DANGER = df.Severity


@pytest.fixture
def keeping() -> Iterator[Keeping]:
    keeping = Keeping()
    yield keeping
    keeping.flow.close()


def elsewhere(keeping: Keeping) -> UUID:
    return keeping.new(0, df.RegisterAccount("Bolt"))


# Few supporters


def test_too_few_are_for_us(keeping: Keeping) -> None:
    keeping.somebody(1)
    assert keeping.sign("few-supporters", 1) == Sign(UNKNOWN, "nobody there has shown whose side they are on")
    one, two = keeping.somebody(2, stance=FOR), keeping.somebody(3, stance=NEUTRAL)
    signal = keeping.signal("few-supporters", 5)
    assert (signal.state, signal.since, signal.people) == (UP, day(2), (one,))
    assert signal.text == "1 of 3 people there known to be for us; it takes 2"
    assert signal.records == keeping.record(StanceChanged)
    keeping.about(6, two, df.ChangeStance(FOR))
    assert keeping.sign("few-supporters", 6).state is CLEAR
    keeping.about(9, one, df.RecordDeparture())
    signal = keeping.signal("few-supporters", 9)
    assert (signal.since, signal.people) == (day(9), (two,))
    assert set(keeping.record(StakeholderDeparted)) < set(signal.records)


def test_the_last_word_on_whose_side_they_are_counts_standing_or_in_a_deal(keeping: Keeping) -> None:
    one, _ = keeping.somebody(1, stance=FOR), keeping.somebody(1, stance=FOR)
    assert keeping.sign("few-supporters", 1).state is CLEAR
    keeping.about(5, one, df.ChangeStance(AGAINST, deal=keeping.deal(4)))
    assert keeping.signal("few-supporters", 5).since == day(5)
    keeping.about(9, one, df.ChangeStance(FOR, ally=True))  # standing, and later
    assert keeping.sign("few-supporters", 9).state is CLEAR


def test_what_was_said_of_them_at_another_account_does_not_count(keeping: Keeping) -> None:
    bolt = elsewhere(keeping)
    person = keeping.new(1, df.IdentifyStakeholder(bolt, "Somebody"))
    keeping.about(2, person, df.ChangeStance(FOR))
    keeping.about(5, person, df.MoveStakeholder(keeping.id))
    assert keeping.sign("few-supporters", 5).state is UNKNOWN
    keeping.about(6, person, df.ChangeStance(NEUTRAL))
    assert keeping.sign("few-supporters", 6).text == "0 of 1 person there known to be for us; it takes 2"


def test_who_moved_here_from_elsewhere_is_here_from_then_on(keeping: Keeping) -> None:
    bolt = elsewhere(keeping)
    person = keeping.new(1, df.IdentifyStakeholder(bolt, "Somebody"))
    keeping.about(5, person, df.MoveStakeholder(keeping.id))
    assert [len(keeping.relation(number).present) for number in (4, 5)] == [0, 1]
    assert [len(keeping.relation(9).as_of(keeping.relation(number).at).people) for number in (4, 5)] == [0, 1]
    (row,) = (row for one, row in keeping.relation(9).people if one == person)
    assert not is_at(row, bolt)


# One contact only


def test_one_contact_only(keeping: Keeping) -> None:
    one, two = keeping.somebody(1), keeping.somebody(1)
    keeping.meet(2)
    assert keeping.sign("one-contact-only", 2) == Sign(UNKNOWN, "no contact says who was met")
    keeping.meet(3, one)
    assert keeping.signal("one-contact-only", 4).since == day(3)
    keeping.meet(5, two)
    found = keeping.sign("one-contact-only", 5)
    assert (found.state, found.turns, set(found.people)) == (CLEAR, day(3 + 181), {one, two})
    signal = keeping.signal("one-contact-only", 185)
    assert (signal.since, signal.people, signal.records) == (day(184), (two,), keeping.record(InteractionHeld)[-1:])
    assert signal.text == "1 person met in the last 180 days"
    assert keeping.sign("one-contact-only", 300).records == keeping.record(InteractionHeld)[-1:]


def test_who_has_left_is_no_contact_until_a_role_of_theirs_is_named_again(keeping: Keeping) -> None:
    one, two = keeping.somebody(1), keeping.somebody(1)
    keeping.meet(2, one, two)
    keeping.about(5, two, df.RecordDeparture())
    assert keeping.signal("one-contact-only", 6).since == day(5)
    keeping.about(7, two, df.IdentifyRole(USER))
    assert keeping.sign("one-contact-only", 7).state is CLEAR


def test_a_contact_told_twice_counts_once(keeping: Keeping) -> None:
    one, two = keeping.somebody(1), keeping.somebody(1)
    first = keeping.meet(2, one)
    second = keeping.meet(2, one, two)
    keeping.about(3, second, df.MergeInto(first, "the same"))
    assert keeping.signal("one-contact-only", 3).people == (one,)


# A champion who left


def test_a_coach_left_and_nobody_there_is_one_now(keeping: Keeping) -> None:
    assert keeping.sign("champion-departed", 0).state is UNKNOWN
    coach = keeping.somebody(1, COACH)
    found = keeping.sign("champion-departed", 1)
    assert (found.state, found.text, found.people) == (CLEAR, "1 coach or ally there", (coach,))
    keeping.about(10, coach, df.RecordDeparture())
    signal = keeping.signal("champion-departed", 20)
    assert (signal.state, signal.severity, signal.since, signal.people) == (UP, DANGER, day(10), (coach,))
    assert signal.text == f"1 coach or ally left, the last on {day(10)}; nobody there is one now"
    assert signal.records == (*keeping.record(RoleIdentified), *keeping.record(StakeholderDeparted))
    assert keeping.sign("champion-departed", 20).turns == day(10 + 366)
    assert keeping.sign("champion-departed", 375).state is UP
    assert keeping.sign("champion-departed", 376).text == "no coach or ally left in the last 365 days"


def test_an_ally_who_moved_is_replaced_by_another(keeping: Keeping) -> None:
    ally, other = keeping.somebody(1, stance=FOR, ally=True), keeping.somebody(1)
    keeping.about(10, ally, df.MoveStakeholder(organisation="a bank"))
    assert keeping.sign("champion-departed", 10).state is UP
    keeping.about(12, other, df.IdentifyRole(COACH, keeping.deal(11)))
    assert keeping.sign("champion-departed", 12).people == (other,)


def test_who_was_no_coach_any_more_is_none_who_left(keeping: Keeping) -> None:
    coach, ally = keeping.somebody(1, COACH), keeping.somebody(1, stance=FOR, ally=True)
    keeping.about(5, coach, df.WithdrawRole(COACH, "a mistake"))
    keeping.about(5, ally, df.ChangeStance(NEUTRAL))
    for person in (coach, ally):
        keeping.about(9, person, df.RecordDeparture())
    assert keeping.sign("champion-departed", 9).state is CLEAR


def test_a_coach_in_one_deal_is_a_coach_whatever_another_says(keeping: Keeping) -> None:
    person, one, two = keeping.somebody(1, COACH), keeping.deal(1), keeping.deal(1)
    keeping.about(2, person, df.WithdrawRole(COACH, "not here", one))
    assert keeping.sign("champion-departed", 2).state is CLEAR
    keeping.about(3, person, df.WithdrawRole(COACH, "nor anywhere"), df.IdentifyRole(COACH, two))
    keeping.about(9, person, df.RecordDeparture())
    assert keeping.sign("champion-departed", 9).people == (person,)


def test_of_two_streams_for_one_coach_the_one_merged_has_not_left(keeping: Keeping) -> None:
    twice, coach = keeping.somebody(1, COACH), keeping.somebody(1)
    keeping.about(5, twice, df.MergeInto(coach, "the same"))
    assert keeping.sign("champion-departed", 5).state is CLEAR


def test_what_they_were_to_an_account_merged_into_this_one_counts_here(keeping: Keeping) -> None:
    bolt = elsewhere(keeping)
    person = keeping.new(1, df.IdentifyStakeholder(bolt, "Somebody"))
    keeping.about(1, person, df.IdentifyRole(COACH))
    keeping.about(3, person, df.MoveStakeholder(keeping.id))
    keeping.tell(5, df.MergeInto(keeping.id, "one company"), on=bolt)
    assert keeping.sign("champion-departed", 5).people == (person,)
    keeping.about(7, person, df.RecordDeparture())
    assert keeping.signal("champion-departed", 9).since == day(7)


# Support


def test_those_for_us_weigh_less_than_when_the_window_began(keeping: Keeping) -> None:
    keeping.somebody(1, stance=FOR)  # of unknown influence
    assert keeping.sign("support-shrinking", 1).state is UNKNOWN
    one, two = (keeping.somebody(5, stance=FOR, influence=weight) for weight in (HIGH, LOW))
    found = keeping.sign("support-shrinking", 5)
    assert (found.state, found.turns) == (CLEAR, None)
    assert found.text == f"those for us weigh 4; on {day(5)}, when it was first known, they weighed 4"
    keeping.about(20, one, df.ChangeStance(NEUTRAL))
    signal = keeping.signal("support-shrinking", 30)
    assert (signal.state, signal.since, signal.people) == (UP, day(20), (one,))
    assert keeping.sign("support-shrinking", 30).turns == day(200)
    keeping.about(40, two, df.RateInfluence(HIGH))
    assert keeping.sign("support-shrinking", 199).text == "those for us weigh 3; 180 days ago they weighed 4"
    found = keeping.sign("support-shrinking", 200)  # the loss lies before the window
    assert (found.state, found.people, found.turns) == (CLEAR, (two,), day(220))


def test_support_shrinks_when_a_supporter_leaves(keeping: Keeping) -> None:
    one = keeping.somebody(1, stance=FOR, influence=MEDIUM)
    keeping.about(9, one, df.RecordDeparture())
    signal = keeping.signal("support-shrinking", 9)
    assert (signal.since, signal.people) == (day(9), (one,))
    assert signal.text == f"those for us weigh 0; on {day(1)}, when it was first known, they weighed 2"
    assert set(keeping.record(StakeholderDeparted)) < set(signal.records)


# A high level


def test_no_executive_was_met_within_the_period(keeping: Keeping) -> None:
    boss, clerk = keeping.somebody(1, level=df.JobLevel.DIRECTOR), keeping.somebody(1, level=df.JobLevel.CLERK)
    assert keeping.sign("no-executive-contact", 1).state is UNKNOWN
    keeping.meet(2, clerk)
    signal = keeping.signal("no-executive-contact", 5)
    assert (signal.state, signal.since, signal.people) == (UP, day(2), (clerk,))
    assert signal.text == "no executive met in the last 365 days; 1 contact with others"
    keeping.meet(10, boss, clerk)
    found = keeping.sign("no-executive-contact", 10)
    assert found == Sign(
        CLEAR,
        f"1 executive last met on {day(10)}",
        (keeping.record(StakeholderIdentified)[0], keeping.record(InteractionHeld)[1]),
        (boss,),
        turns=day(376),
    )
    keeping.meet(300, clerk)
    assert keeping.signal("no-executive-contact", 380).since == day(376)
    assert keeping.sign("no-executive-contact", 700).text.endswith("; 0 contacts with others")
    assert keeping.sign("no-executive-contact", 700).records == keeping.record(InteractionHeld)[-1:]


def test_while_nobody_knows_how_high_somebody_stood_who_was_met(keeping: Keeping) -> None:
    person, stranger = keeping.somebody(1), UUID(int=99)
    keeping.meet(2, person)
    found = keeping.sign("no-executive-contact", 2)
    assert (found.state, found.turns, found.people) == (UNKNOWN, day(2 + 366), (person,))
    assert found.text == "nobody knows how high 1 person stood who were met in the last 365 days"
    keeping.about(9, person, df.ChangePosition("Director", df.JobLevel.DIRECTOR))
    assert [keeping.sign("no-executive-contact", number).state for number in (8, 9)] == [UNKNOWN, CLEAR]
    keeping.meet(10, stranger)
    assert keeping.sign("no-executive-contact", 10).state is CLEAR
    assert keeping.sign("no-executive-contact", 370).people == (stranger,)
    assert keeping.signal("no-executive-contact", 380).since == day(376)


# Open channels


def test_silence_is_measured_by_the_accounts_own_rhythm(keeping: Keeping) -> None:
    keeping.meet(1)
    keeping.buys(1, 11)
    assert keeping.sign("silence", 90).text == "in touch on 2 days; it takes 3 to know the rhythm"
    keeping.meet(21)
    found = keeping.sign("silence", 51)
    assert (found.state, found.turns, found.text) == (CLEAR, day(52), "last in touch 30 days ago; usually every 10")
    signal = keeping.signal("silence", 60)
    assert (signal.state, signal.since, len(signal.records)) == (UP, day(52), 3)
    keeping.meet(61)
    assert keeping.sign("silence", 61).state is CLEAR
