"""Customers of whom it is known what foretells their leaving: the back-test finds it, and nothing else."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from dealflow import DealFlow
from dealflow.projections.backtest import Backtest, SignalScore, SignalVerdict
from dealflow.testing import Clock, Customers, customers, fill

TRUE = {"quality-incident", "complaint-overdue", "champion-departed"}
GOES_ALONG = {"support-shrinking", "complaint-repeated"}  # comes up by the same records as one that is true
SILENT = {"price-objection-open", "rival-better", "purchases-overdue"}  # nothing of the kind is told of them


@pytest.fixture(scope="module")
def found() -> Iterator[Backtest]:
    population, clock = Customers(accounts=250), Clock()
    with DealFlow.open("memory:", clock=clock) as flow:
        fill(flow, clock, customers(population, seed=1))
        yield flow.backtest(happened=population.first_day + timedelta(days=population.days - 1))


def score(found: Backtest, name: str) -> SignalScore:
    return next(one for one in found.scores if one.name == name)


def test_what_foretells_is_ranked_first_with_its_ratio(found: Backtest) -> None:
    foretelling = [one.name for one in found.scores if one.verdict is SignalVerdict.FORETELLS]
    assert TRUE <= set(foretelling) <= TRUE | GOES_ALONG
    assert foretelling == [one.name for one in found.scores[: len(foretelling)]]
    for name in TRUE:
        one = score(found, name)
        assert one.low is not None
        assert one.low > 1
        assert one.up.a_year is not None
        assert one.clear.a_year is not None
        assert one.up.a_year > one.clear.a_year
        assert one.quartiles is not None


def test_of_what_foretells_nothing_it_is_said_that_there_is_no_signal(found: Backtest) -> None:
    others = {one.name: one.verdict for one in found.scores if one.name not in TRUE | GOES_ALONG}
    assert len(others) == 15
    assert {name for name, verdict in others.items() if verdict is SignalVerdict.INSUFFICIENT} == SILENT
    assert {verdict for name, verdict in others.items() if name not in SILENT} == {SignalVerdict.NO_SIGNAL}


def test_what_was_up_at_a_loss_had_come_up_before(found: Backtest) -> None:
    for one in found.scores:
        assert len(one.days) == one.up.losses
        assert all(day > 0 for day in one.days)
        assert one.up.losses + one.clear.losses + one.unknown.losses + one.by_definition == found.all.losses
        assert one.up.days + one.clear.days + one.unknown.days == found.all.days
