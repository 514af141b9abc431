"""How long deals take: those that go on are censored, those whose days are not known are left out and counted."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

import dealflow as df
from dealflow.projections.estimates import Sampling
from dealflow.projections.survival import Duration, Naive, Verdict
from dealflow.projections.times import Times
from tests.projections.selling import ACCOUNT, SHORT, day, deal, journal

ANY = Sampling(floor=0)


@pytest.fixture
def flow() -> Iterator[df.DealFlow]:
    with journal() as flow:
        yield flow


def times(flow: df.DealFlow, happened: int | None = None, entry: str | None = None) -> Times:
    return flow.pipeline(happened=None if happened is None else day(happened), entry=entry).times(ANY)


def at(answer: Times, stage: str) -> Duration:
    return next(one.duration for one in answer.stages if one.stage == stage)


def test_every_visit_counts_and_the_one_that_lasts_is_longer_than_so_far(flow: df.DealFlow) -> None:
    deal(flow, (0, "meet"), (10, "offer"), (14, "meet"), (20, "offer"))
    meet, offer = at(times(flow, 30), "meet"), at(times(flow, 30), "offer")
    assert (meet.n, meet.ended, meet.naive) == (2, 2, Naive(2, 8, 8))
    assert (offer.n, offer.ended, offer.watched, offer.naive) == (2, 1, 10, Naive(1, 4, 4))


def test_the_cycle_runs_from_the_opening_to_the_end_however_it_ends(flow: df.DealFlow) -> None:
    deal(flow, (0, "meet"), (30, "won"))
    deal(flow, (0, "meet"), (10, "lost"))
    deal(flow, (0, "meet"), (20, "abandoned"))
    deal(flow, (0, "meet"))
    answer = times(flow, 40)
    assert (answer.cycle.n, answer.cycle.ended, answer.cycle.median) == (4, 3, 20)
    assert answer.naive["won"] == Naive(1, 30, 30)
    assert answer.naive["closed"] == Naive(3, 20, 20)
    assert answer.ends is not None
    assert answer.ends.share("won") == pytest.approx(0.25)


def test_the_naive_median_of_closed_deals_is_shorter_than_the_truth(flow: df.DealFlow) -> None:
    deal(flow, (0, "meet"), (5, "lost"))
    for _ in range(3):
        deal(flow, (0, "meet"))
    cycle = times(flow, 40).cycle
    assert (cycle.naive.median, cycle.median, cycle.verdict) == (5, None, Verdict.NOT_REACHED)


def test_a_reopened_deal_goes_on_from_its_first_opening(flow: df.DealFlow) -> None:
    deal(flow, (0, "meet"), (5, "lost"), (50, "meet"), (80, "won"))
    assert times(flow, 60).cycle.ended == 0
    assert times(flow).cycle.median == 80


def test_from_an_entry_on_time_begins_where_a_deal_came_to_it_or_beyond(flow: df.DealFlow) -> None:
    deal(flow, (0, "meet"), (10, "offer"), (30, "won"))
    deal(flow, (0, "meet"), (10, "sign"), (50, "won"))  # skipped it
    deal(flow, (0, "meet"), (12, "won"))  # won without it, and so on the day it passed it
    deal(flow, (0, "meet"), (12, "lost"))  # never came to it
    answer = times(flow, entry="offer")
    assert answer.naive["won"] == Naive(3, 20, 20)
    assert answer.naive["lost"].n == 0


def test_how_deals_end_is_not_said_with_insufficient_history(flow: df.DealFlow) -> None:
    deal(flow, (0, "meet"), (12, "won"))
    assert flow.pipeline().times().ends is None


def test_a_milestone_that_nobody_has_is_named_with_those_there_are(flow: df.DealFlow) -> None:
    deal(flow, (0, "meet"))
    with pytest.raises(df.NoSuchMilestone, match=r"'offr'.*: they have meet, offer, sign"):
        flow.pipeline(entry="offr")


def test_a_deal_is_open_until_it_was_last_watched_and_no_longer(flow: df.DealFlow) -> None:
    one = deal(flow, (0, "meet"))
    deal(flow, (0, "meet"), (60, "won"))
    flow.do(df.EndObservation(), on=one, by="import", at=day(30))
    assert times(flow, 20).cycle.watched == 20
    answer = times(flow, 90)
    assert answer.ends is not None
    assert [exit_.at_risk for exit_ in answer.ends.exits] == [1]  # on day 60 only one is still watched
    assert at(answer, "meet").curve[0].share == 0


def test_what_happened_after_watching_ended_shows_that_it_went_on(flow: df.DealFlow) -> None:
    one = deal(flow, (0, "meet"), (45, "offer"))
    flow.do(df.EndObservation(), on=one, by="import", at=day(30))
    assert (times(flow).cycle.watched, times(flow).cycle.ended) == (45, 0)


def test_open_deals_are_not_known_beyond_now_or_beyond_what_was_known(flow: df.DealFlow) -> None:
    deal(flow, (0, "meet"))
    until = [flow.pipeline(happened=asked).times(ANY).cycle.watched for asked in (None, date(2030, 1, 1), day(9))]
    assert until == [364, 364, 9]
    assert flow.pipeline(known=date(2026, 12, 31)).times(ANY).cycle.watched == 364


def test_what_began_or_ended_on_no_known_day_is_left_out_and_counted(flow: df.DealFlow) -> None:
    window = df.When.between(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC))
    flow.do(df.OpenDeal(ACCOUNT, "Somewhen", SHORT), by="li", at=window)
    deal(flow, (0, "meet"), (7, "won"))
    answer = times(flow)
    assert (answer.cycle.n, answer.cycle.undated) == (1, 1)
    assert (at(answer, "meet").n, at(answer, "meet").undated) == (1, 1)


def test_a_deal_whose_beginning_was_not_kept_has_no_length(flow: df.DealFlow) -> None:
    one = deal(flow, (30, "meet"), (30, "won"))
    flow.do(df.MarkHistoryUnknown(datetime(2026, 1, 31, tzinfo=UTC)), on=one, by="import", at=day(30))
    assert (times(flow).cycle.n, times(flow).cycle.undated) == (0, 1)


def test_the_usual_length_is_the_playbooks(flow: df.DealFlow) -> None:
    deal(flow, (0, "meet"))
    assert [one.usual for one in times(flow).stages] == [10, None, None]


def test_days_are_those_of_the_journals_zone() -> None:
    with df.DealFlow.open("memory:", zone="Asia/Shanghai") as flow:
        late = datetime(2026, 1, 1, 17, tzinfo=UTC)  # the 2nd in Shanghai
        one = flow.do(df.OpenDeal(UUID(int=7), "A deal", SHORT), by="li", at=late).stream
        flow.do(df.LoseDeal(), on=one, by="li", at=date(2026, 1, 2))
        assert flow.pipeline().times(ANY).cycle.naive == Naive(1, 0, 0)
