"""What became of deals that came to a milestone: two conversions that are never mixed, and a third beside them."""

from collections.abc import Iterator

import pytest

import dealflow as df
from dealflow.domain.playbook import playbook_id
from dealflow.projections.conversion import Chance, Conversion
from dealflow.projections.estimates import Sampling, Share
from dealflow.projections.questions import Pipeline
from tests.projections.selling import SHORT, day, deal, journal

ANY = Sampling(floor=0)


@pytest.fixture
def flow() -> Iterator[df.DealFlow]:
    with journal() as flow:
        yield flow


def step(pipeline: Pipeline, stage: str, sampling: Sampling = ANY) -> Conversion:
    return next(one for one in pipeline.funnel(sampling).conversions if one.stage == stage)


def chance(pipeline: Pipeline, stage: str, sampling: Sampling = ANY) -> Chance:
    return next(one for one in pipeline.chances(sampling) if one.stage == stage)


def test_deals_under_way_count_as_not_reached_but_are_left_out_of_what_resolved(flow: df.DealFlow) -> None:
    deal(flow, (0, "meet"), (5, "offer"))
    deal(flow, (0, "meet"), (9, "lost"))
    deal(flow, (0, "meet"))
    found = step(flow.pipeline(), "meet")
    assert (found.reached, found.resolved, found.undecided) == (Share(1, 3), Share(1, 2), 1)


def test_skipping_the_next_milestone_is_going_on_but_not_reaching_it(flow: df.DealFlow) -> None:
    deal(flow, (0, "meet"), (5, "sign"))
    found = step(flow.pipeline(), "meet")
    assert (found.reached, found.resolved) == (Share(0, 1), Share(1, 1))


def test_winning_from_an_early_milestone_is_going_on(flow: df.DealFlow) -> None:
    deal(flow, (0, "meet"), (5, "won"))
    assert step(flow.pipeline(), "meet").resolved == Share(1, 1)


def test_who_went_back_is_undecided_until_it_comes_beyond_or_closes(flow: df.DealFlow) -> None:
    deal(flow, (0, "meet"), (5, "offer"), (9, "meet"), (20, "offer"), (30, "sign"))
    at_offer = [step(flow.pipeline(happened=day(number)), "offer") for number in (15, 25, 35)]
    assert [one.undecided for one in at_offer] == [1, 1, 0]
    assert at_offer[2].resolved == Share(1, 1)


def test_a_reopened_deal_is_undecided_again(flow: df.DealFlow) -> None:
    deal(flow, (0, "meet"), (5, "lost"), (50, "meet"))
    assert step(flow.pipeline(happened=day(10)), "meet").resolved == Share(0, 1)
    assert step(flow.pipeline(), "meet").undecided == 1


def test_who_is_moved_to_another_playbook_is_out_of_sight_from_then_on(flow: df.DealFlow) -> None:
    moved = deal(flow, (0, "meet"))
    deal(flow, (0, "meet"), (30, "lost"))
    other = df.ChangePlaybook(df.STANDARD, "proposal", "sold through a partner")
    flow.do(other, on=moved, by="li", at=day(3))
    found = step(flow.pipeline(), "meet")
    assert (found.resolved, found.undecided) == (Share(0, 1), 1)


def test_the_long_run_counts_who_is_undecided_as_not_yet(flow: df.DealFlow) -> None:
    deal(flow, (0, "meet"), (10, "offer"))
    deal(flow, (0, "meet"), (40, "lost"))
    deal(flow, (345, "meet"))  # watched for 19 days: at risk on day 10, no more on day 40
    found = step(flow.pipeline(), "meet")
    assert found.resolved == Share(1, 2)
    assert found.aalen_johansen == pytest.approx((1 / 3) / (1 / 3 + 2 / 3))
    assert step(flow.pipeline(), "meet", Sampling(3)).aalen_johansen is None


def test_below_the_floor_a_conversion_says_insufficient_history(flow: df.DealFlow) -> None:
    deal(flow, (0, "meet"), (5, "offer"))
    found = step(flow.pipeline(), "meet", Sampling())
    assert (found.reached.rate, found.resolved.rate, found.aalen_johansen) == (None, None, None)


def test_the_chance_of_winning_is_learnt_from_closed_deals_beside_the_prior(flow: df.DealFlow) -> None:
    deal(flow, (0, "meet"), (5, "offer"), (9, "won"))
    deal(flow, (0, "meet"), (5, "offer"), (9, "abandoned"))
    deal(flow, (0, "meet"), (9, "lost"))
    deal(flow, (0, "meet"), (5, "offer"))
    meet, offer = chance(flow.pipeline(), "meet"), chance(flow.pipeline(), "offer")
    assert (meet.prior, meet.learnt) == (SHORT.milestones()[0].chance, Share(1, 3))
    assert offer.learnt == Share(1, 2)
    assert chance(flow.pipeline(), "sign").prior is None


def test_a_chance_is_learnt_from_everybody_also_where_one_owner_is_asked_about(flow: df.DealFlow) -> None:
    deal(flow, (0, "meet"), (9, "won"), owner="li")
    deal(flow, (0, "meet"), (9, "lost"), owner="wang")
    li = flow.pipeline().by(df.By.OWNER)["li"]
    assert chance(li, "meet").learnt == Share(1, 2)
    assert li.funnel().won == 1


def test_asked_from_an_entry_on_nothing_is_said_of_what_lay_before_it(flow: df.DealFlow) -> None:
    deal(flow, (0, "meet"), (9, "offer"))
    deal(flow, (0, "meet"), (9, "lost"))
    pipeline = flow.pipeline(entry="offer")
    assert [one.stage for one in pipeline.funnel().conversions] == ["offer", "sign"]
    assert [one.stage for one in pipeline.chances()] == ["offer", "sign"]
    assert pipeline.funnel().deals == 1


def test_an_entry_that_the_playbook_dropped_since_still_hides_what_lay_before_it(flow: df.DealFlow) -> None:
    deal(flow, (0, "meet"), (9, "offer"), (12, "sign"))
    deal(flow, (0, "meet"))
    shorter = (df.Milestone("meet", "Met"), df.Milestone("sign", "Signing"))
    flow.do(df.RevisePlaybook(shorter, "offers are verbal now"), on=playbook_id("short"), by="li", at=day(90))
    assert [one.stage for one in flow.pipeline(entry="offer").funnel().conversions] == ["sign"]
