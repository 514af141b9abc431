from datetime import date

import pytest

import dealflow as df
from benchmarks.accuracy import ENOUGH, WAYS, Passage, Run, aalen_johansen, estimates, report, run
from dealflow.testing import DEALS_ONLY, Clock, Market, fill, simulate

MARKET = Market(deals=400, days=200, detail=DEALS_ONLY)


def test_at_the_end_of_all_lives_the_journal_says_what_is_true() -> None:
    simulation, clock = simulate(MARKET, seed=1), Clock()
    with df.DealFlow.open("memory:", clock=clock) as flow:
        fill(flow, clock, simulation)
        said = estimates(flow)
    assert [(one.milestone, one.came, one.reached) for one in said] == [
        (one.milestone, one.came, one.goes_on) for one in simulation.truth()
    ]
    for one in said:
        assert one.resolved == one.came
        assert one.resolved_or_advanced == one.reached
        assert one.aalen_johansen == pytest.approx(one.reached)


def test_what_is_read_of_a_day_looks_no_further() -> None:
    simulation, clock = simulate(MARKET, seed=1), Clock()
    with df.DealFlow.open("memory:", clock=clock) as flow:
        fill(flow, clock, simulation)
        first = estimates(flow, date(2024, 4, 1))[0]
    assert first.came == sum(life.opened <= date(2024, 4, 1) for life in simulation.lives)
    assert first.resolved < first.came


@pytest.mark.parametrize(
    ("passages", "share"),
    [
        ([], None),
        ([Passage(3, on=None)], None),
        ([Passage(3, on=True)], 1.0),
        ([Passage(3, on=True), Passage(5, on=False)], 0.5),
        # one of three goes on; of the two left one is not seen again; the last one closes for both
        ([Passage(1, on=True), Passage(2, on=None), Passage(3, on=False)], 1 / 3),
        # seen until the same day as another's end: still at risk then
        ([Passage(2, on=True), Passage(2, on=None), Passage(3, on=False)], 1 / 3),
    ],
)
def test_undecided_deals_weigh_by_how_long_they_were_seen(passages: list[Passage], share: float | None) -> None:
    assert aalen_johansen(passages) == (None if share is None else pytest.approx(share))


def test_the_table_shows_every_milestone_and_every_way() -> None:
    runs: list[Run] = [run(MARKET, seed) for seed in (1, 2)]
    text = "\n".join(report("small", runs))
    assert all(name in text for name in (*WAYS, *MARKET.playbook.keys(), f"where {ENOUGH} or more", "weighted"))
