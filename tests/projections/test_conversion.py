"""What became of deals that came to a milestone: two conversions that are never mixed, and a third beside them."""

from collections.abc import Iterator

import pytest

import dealflow as df
from dealflow.domain.playbook import playbook_id
from dealflow.projections.chances import Chance
from dealflow.projections.conversion import Conversion
from dealflow.projections.deals import Pipeline
from dealflow.projections.estimates import Sampling, Share
from tests.projections.selling import ACCOUNT, SHORT, day, deal, journal

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


def test_the_chance_of_winning_is_learnt_step_by_step_beside_the_prior(
    flow: df.DealFlow,
) -> None:
    deal(flow, (0, "meet"), (5, "offer"), (9, "won"))
    deal(flow, (0, "meet"), (5, "offer"), (9, "abandoned"))
    deal(flow, (0, "meet"), (9, "lost"))
    deal(flow, (0, "meet"), (5, "offer"))
    meet, offer = chance(flow.pipeline(), "meet"), chance(flow.pipeline(), "offer")
    assert meet.prior == SHORT.milestones()[0].chance
    assert [meet.learnt.rate, offer.learnt.rate] == pytest.approx([3 / 4 * 1 / 2, 1 / 2])
    assert [meet.learnt.of, offer.learnt.of] == [4, 2]
    assert [meet.closed, offer.closed] == [Share(1, 3), Share(1, 2)]
    assert chance(flow.pipeline(), "sign").prior is None


def test_who_skips_a_milestone_does_not_run_its_risk(flow: df.DealFlow) -> None:
    deal(flow, (0, "meet"), (5, "sign"), (9, "won"))
    deal(flow, (0, "meet"), (5, "offer"), (9, "lost"))
    assert chance(flow.pipeline(), "meet").learnt.rate == pytest.approx(1 / 2 * 1 + 1 / 2 * 0)


def test_a_step_of_insufficient_history_leaves_the_chances_before_it_unknown(flow: df.DealFlow) -> None:
    for _ in range(3):
        deal(flow, (0, "meet"), (5, "offer"))
    deal(flow, (0, "meet"), (5, "offer"), (9, "won"))
    found = flow.pipeline().chances(Sampling(2))
    assert [one.learnt.sufficient for one in found] == [False, False, False]
    assert [one.learnt.of for one in found] == [4, 1, 0]


def test_while_deals_are_under_way_closed_ones_alone_would_mislead(flow: df.DealFlow) -> None:
    """Lost ones close in a week, won ones take a year: halfway there is nothing but losses."""
    for _ in range(20):
        deal(flow, (0, "meet"), (7, "lost"))
        deal(flow, (0, "meet"), (30, "offer"), (300, "won"))
    halfway = chance(flow.pipeline(happened=day(200)), "meet", Sampling())
    assert (halfway.closed.rate, halfway.learnt.sufficient) == (0.0, False)
    assert chance(flow.pipeline(), "meet", Sampling()).learnt.rate == pytest.approx(1 / 2)


def test_a_certain_chance_still_has_an_interval(flow: df.DealFlow) -> None:
    for _ in range(20):
        deal(flow, (0, "sign"), (7, "won"))
    learnt = chance(flow.pipeline(), "sign", Sampling()).learnt
    assert (learnt.rate, learnt.high) == (1.0, 1.0)
    assert learnt.low is not None
    assert 0.75 < learnt.low < 0.95


def test_without_conversions_there_is_nothing_ahead(flow: df.DealFlow) -> None:
    """An entry that only an older version had, and nothing of the latest lies beyond it."""
    deal(flow, (0, "meet"), (5, "offer"), (9, "sign"))
    flow.do(
        df.RevisePlaybook((df.Milestone("meet", "Met"),), "all in one"), on=playbook_id("short"), by="li", at=day(90)
    )
    assert flow.pipeline(entry="sign").funnel().conversions == ()


def test_a_milestone_named_like_an_end_is_a_milestone(flow: df.DealFlow) -> None:
    odd = df.Playbook.of("odd", "Odd", [df.Milestone("meet", "Met"), df.Milestone("won", "Verbally won")])
    one = flow.do(df.OpenDeal(ACCOUNT, "A deal", odd), by="li", at=day(0)).stream
    flow.do(df.AdvanceStage("won"), on=one, by="li", at=day(3))
    assert [step.reached for step in flow.pipeline().funnel(ANY).conversions] == [Share(1, 1), Share(0, 1)]


def test_a_chance_is_learnt_from_everybody_also_where_one_owner_is_asked_about(flow: df.DealFlow) -> None:
    deal(flow, (0, "meet"), (9, "won"), owner="li")
    deal(flow, (0, "meet"), (9, "lost"), owner="wang")
    li = flow.pipeline().by(df.By.OWNER)["li"]
    assert chance(li, "meet").learnt.rate == pytest.approx(1 / 2)
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
