"""Silence: how long ago somebody was last met about an open deal, or tried."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

import dealflow as df
from dealflow.projections.silence import Silent
from tests.projections.selling import ACCOUNT, day, deal, journal


@pytest.fixture
def flow() -> Iterator[df.DealFlow]:
    with journal() as flow:
        yield flow


def window(first: int, last: int) -> df.When:
    start, end = (datetime.combine(day(number), datetime.min.time(), UTC) for number in (first, last))
    return df.When.between(start, end)


def hold(flow: df.DealFlow, at: Any, *deals: UUID) -> UUID:
    held = df.HoldInteraction(ACCOUNT, df.Channel.CALL, deals=deals)
    return flow.do(held, by="li", at=day(at) if isinstance(at, int) else at).stream


def silence(flow: df.DealFlow, number: int) -> df.Silence:
    (one,) = flow.silences(happened=day(number))
    return one


def test_it_is_silent_since_somebody_was_last_met_or_tried(flow: df.DealFlow) -> None:
    about = deal(flow, (0, "meet"))
    hold(flow, 3, about)
    attempt = df.AttemptInteraction("no answer", ACCOUNT, df.Channel.CALL, deals=(about,))
    tried = flow.do(attempt, by="li", at=day(5)).records[0]
    found = [silence(flow, number) for number in (3, 4, 5, 9)]
    assert [one.days for one in found] == [0, 1, 0, 4]
    assert found[-1] == df.Silence(about, ACCOUNT, day(9), 4, 4, (tried.position,))


def test_plans_and_contacts_about_other_deals_break_no_silence(flow: df.DealFlow) -> None:
    about = deal(flow, (0, "meet"))
    hold(flow, 3, about)
    hold(flow, 5)
    plan = df.PlanInteraction(ACCOUNT, df.When.of(day(7), UTC), df.Channel.VISIT, "see it", deals=(about,))
    planned = flow.do(plan, by="li", at=day(5)).stream
    assert silence(flow, 9).days == 6
    flow.do(df.AttemptInteraction("nobody there"), on=planned, by="li", at=day(7))
    flow.do(df.RescheduleInteraction(df.When.of(day(20), UTC)), on=planned, by="li", at=day(8))
    assert silence(flow, 9).days == 2  # it is planned anew, and was tried all the same


def test_about_which_nobody_was_ever_met_is_its_own_answer(flow: df.DealFlow) -> None:
    about = deal(flow, (0, "meet"))
    found = silence(flow, 9)
    assert (found, found.never, found.days) == (df.Silence(about, ACCOUNT, day(9)), True, None)
    assert found.lasts(7) is None


def test_a_contact_whose_day_is_not_known_leaves_the_length_unknown(flow: df.DealFlow) -> None:
    about = deal(flow, (0, "meet"))
    hold(flow, window(2, 6), about)
    found = silence(flow, 10)
    assert (found.days, found.least, found.most, found.never) == (None, 4, 8, False)
    assert [found.lasts(days) for days in (4, 5, 8, 9)] == [True, None, None, False]
    hold(flow, 6, about)
    found = silence(flow, 10)
    assert (found.days, len(found.records)) == (4, 1)
    hold(flow, window(5, 7), about)
    assert (silence(flow, 10).least, silence(flow, 10).most, len(silence(flow, 10).records)) == (3, 4, 2)


def test_only_open_deals_are_asked_about_those_never_met_first_then_the_longest_silent(flow: df.DealFlow) -> None:
    short, never, long, vague = (deal(flow, (0, "meet")) for _ in range(4))
    deal(flow, (0, "meet"), (5, "won"))
    hold(flow, 8, short)
    hold(flow, 2, long)
    hold(flow, window(1, 2), vague)
    assert [one.deal for one in flow.silences(happened=day(10))] == [never, vague, long, short]
    assert len(flow.silences(happened=day(4))) == 5
    assert flow.silences(happened=day(10), entry="offer") == ()


def test_a_deal_that_is_not_followed_any_more_is_silent_until_it_last_was(flow: df.DealFlow) -> None:
    about = deal(flow, (0, "meet"))
    hold(flow, 3, about)
    flow.do(df.EndObservation(), on=about, by="li", at=day(5))
    assert (silence(flow, 20).until, silence(flow, 20).days) == (day(5), 2)
    hold(flow, 9, about)  # so it was followed until then
    assert (silence(flow, 20).until, silence(flow, 20).days) == (day(9), 0)


def test_how_many_deals_are_silent_for_how_long(flow: df.DealFlow) -> None:
    for at in (3, 13, 16, 17, window(5, 15), None):
        about = deal(flow, (0, "meet"))
        if at is not None:
            hold(flow, at, about)
    found = df.quiet(flow.silences(happened=day(20)))
    assert (found.open, found.never, found.median) == (6, 1, 5.5)
    assert found.silent == (Silent(7, df.Share(2, 4), 1), Silent(14, df.Share(1, 4), 1))


def test_a_policy_says_how_long_is_long(flow: df.DealFlow) -> None:
    hold(flow, 3, deal(flow, (0, "meet")))
    asked = flow.silences(happened=day(8))
    assert df.quiet(asked, df.SilencePolicy((5, 6))).silent == (
        Silent(5, df.Share(1, 1), 0),
        Silent(6, df.Share(0, 1), 0),
    )
    assert df.quiet(()).median is None
