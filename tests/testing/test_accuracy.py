"""How near the funnel's answers come to what deals do, and that the measurement itself measures."""

import pytest

import dealflow as df
from benchmarks.accuracy import BARS, MARKETS, WAYS, Run, chance_error, estimates, last_day, mean_error, report, run
from dealflow.testing import DEALS_ONLY, Clock, Market, fill, simulate

SMALL = Market(deals=400, days=200, detail=DEALS_ONLY)


def test_at_the_end_of_all_lives_the_journal_says_what_is_true() -> None:
    simulation, clock = simulate(SMALL, seed=1), Clock()
    with df.DealFlow.open("memory:", clock=clock) as flow:
        fill(flow, clock, simulation)
        said = estimates(flow.pipeline())
    assert [(one.milestone, one.came, one.reached) for one in said] == [
        (one.milestone, one.came, one.goes_on) for one in simulation.truth()
    ]
    for one in said:
        assert one.decided == one.came
        assert one.resolved_or_advanced == one.reached
        assert one.aalen_johansen == pytest.approx(one.reached)


def test_what_is_read_of_a_day_looks_no_further() -> None:
    simulation, clock = simulate(SMALL, seed=1), Clock()
    with df.DealFlow.open("memory:", clock=clock) as flow:
        fill(flow, clock, simulation)
        first = estimates(flow.pipeline(happened=last_day(SMALL)))[0]
    assert first.came == sum(life.opened <= last_day(SMALL) for life in simulation.lives)
    assert first.decided < first.came


@pytest.mark.parametrize("name", BARS)
def test_resolved_or_advanced_is_as_near_the_truth_as_promised_and_a_snapshot_far_from_it(name: str) -> None:
    runs = [run(MARKETS[name], seed=0)]
    assert mean_error(runs, "resolved or advanced") <= BARS[name]
    assert mean_error(runs, "snapshot") > 5 * BARS[name]
    learnt, closed = chance_error(runs, "learnt"), chance_error(runs, "of closed deals alone")
    assert closed is not None
    assert learnt is None or learnt < closed / 2


def test_the_table_shows_every_milestone_and_every_way() -> None:
    runs: list[Run] = [run(SMALL, seed) for seed in (1, 2)]
    text = "\n".join(report("short", runs))
    assert all(name in text for name in (*WAYS, *SMALL.playbook.keys(), "the bar is 1.0: "))
