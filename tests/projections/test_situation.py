"""A deal at one moment: the same whether asked of that day or looked back at."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dealflow as df
from dealflow.domain.deal import DealOpened, DealValued
from dealflow.journal import day_end
from tests.projections.knowing import Sale, sale
from tests.projections.selling import SHORT, day


@pytest.fixture
def here() -> Iterator[Sale]:
    sold = sale()
    yield sold
    sold.flow.close()


def evening(number: int) -> datetime:
    return day_end(day(number), UTC)


@given(asked=st.integers(0, 60), words=st.lists(st.tuples(st.sampled_from(df.Stance), st.integers(0, 60)), max_size=4))
def test_looking_back_at_a_day_is_asking_of_that_day(asked: int, words: list[tuple[df.Stance, int]]) -> None:
    here = sale()
    who = here.person("Wang", df.IdentifyRole(df.Role.USER), at=3)
    for stance, at in words:
        here.say(who, df.ChangeStance(stance), at=at)
    here.meet(who, at=20)
    then = here.flow.situation(here.deal, happened=day(asked))
    assert here.flow.situation(here.deal).as_of(evening(asked)) == then
    assert then.as_of(then.at) == then
    assert (then.at, then.today) == (evening(asked), day(asked))
    here.flow.close()


def test_a_deal_that_is_not_opened_yet_is_none_and_has_no_seats(here: Sale) -> None:
    late = here.flow.do(df.OpenDeal(here.account, "Later", SHORT), by="li", at=day(9)).stream
    here.person("Wang", df.IdentifyRole(df.Role.USER))
    then = here.flow.situation(late, happened=day(8))
    assert (then.deal, then.seats) == (None, ())
    assert here.flow.situation(late, happened=day(9)).deal is not None


def test_a_closed_deal_of_which_no_day_is_asked_stands_as_when_it_ended(here: Sale) -> None:
    who = here.person("Wang", df.IdentifyRole(df.Role.USER))
    here.close(at=30)
    here.say(who, df.ChangeStance(df.Stance.OPPOSE), at=31)
    here.meet(who, at=32)
    found = here.flow.situation(here.deal)
    assert found == here.flow.situation(here.deal, happened=day(30))
    assert (found.today, found.held_with(who)) == (day(30), ())
    assert found.deal is not None
    assert found.deal.end is not None


def test_asked_of_a_later_day_a_closed_deal_tells_what_came_after(here: Sale) -> None:
    who = here.person("Wang", df.IdentifyRole(df.Role.USER))
    here.close(at=30)
    here.meet(who, at=32)
    found = here.flow.situation(here.deal, happened=day(40))
    assert (found.today, len(found.held_with(who))) == (day(40), 1)


def test_a_reopened_deal_stands_as_of_now(here: Sale) -> None:
    here.close(at=30)
    here.flow.do(df.ReopenDeal("they called again", at="meet"), on=here.deal, by="li", at=day(40))
    assert here.flow.situation(here.deal).today == day(364)


def test_a_deal_that_ended_today_has_ended() -> None:
    here = sale(now=day(30))
    here.close(at=30)  # some time today: the day is not over
    found = here.flow.situation(here.deal)
    assert found.deal is not None
    assert (found.deal.status, found.today) == (df.Status.LOST, day(30))


def test_people_and_contacts_are_found_by_their_stream(here: Sale) -> None:
    who = here.person("Wang")
    about = df.HoldInteraction(here.account, df.Channel.CALL, (who,), ("li",), deals=(here.deal,))
    call = here.flow.do(about, by="li", at=day(5)).stream
    here.meet(who, at=6)  # about nothing in particular
    found = here.flow.situation(here.deal, happened=day(10))
    assert [stream for stream, _ in found.contacts()] == [call]
    assert len(found.held_with(who)) == 2
    person = found.person(who)
    assert person is not None
    assert person.called == "Wang"
    assert found.person(here.deal) is None
    assert found.days_since(evening(3)) == 7
    assert found.days_ago(4) == here.flow.situation(here.deal, happened=day(6))
    assert found.history == tuple(one.record for one in found.told)


def test_the_deals_own_records_and_the_moments_of_events(here: Sale) -> None:
    for at, amount in ((5, 10), (7, 12)):
        here.flow.do(df.ValueDeal(df.Money.of(amount, "EUR")), on=here.deal, by="li", at=day(at))
    found = here.flow.situation(here.deal)
    assert [one.event.amount.amount for one in found.own(DealValued)] == [10, 12]
    assert found.moments(DealOpened, DealValued) == (evening(0), evening(5), evening(7))


def test_nobody_knows_how_long_is_usual_without_history(here: Sale) -> None:
    found = here.flow.situation(here.deal)
    assert found.usual("short", "meet", found.at) is None
