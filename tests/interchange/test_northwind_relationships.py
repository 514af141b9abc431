"""Northwind's customers over two years: their rhythm, their silence, who left and who came back."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from statistics import median
from typing import Any

import pytest

from dealflow import DealFlow
from dealflow.projections.conditions import RelationshipPolicy, RelationshipStage
from dealflow.projections.progression import Passage
from dealflow.projections.relationship import Relationship
from examples.northwind.importer import import_northwind
from tests.data import data, expected

LAST = date(2018, 5, 6)
HALF_A_YEAR = RelationshipPolicy(lapse=180)


@pytest.fixture(scope="module")
def flow() -> Iterator[DealFlow]:
    file = data("northwind") / "northwind.sqlite"
    with DealFlow.open("memory:") as flow:
        import_northwind(flow, file)
        yield flow


@pytest.fixture
def figures() -> Any:
    return expected("L_northwind")


def silences(answers: Sequence[Relationship]) -> list[int]:
    return [one.bought.silent for one in answers if one.bought.silent is not None]


def test_customers_buy_every_five_weeks(flow: DealFlow, figures: Any) -> None:
    gaps = [gap for one in flow.relationships(happened=LAST) for gap in one.bought.gaps]
    assert median(gaps) == figures["L3_median_reorder_gap_days_all"]


def test_silence_as_of_each_date(flow: DealFlow, figures: Any) -> None:
    for day, counts in figures["L5_silence_as_of"].items():
        silent = silences(flow.relationships(happened=date.fromisoformat(day)))
        assert {
            "accounts_ever": len(silent),
            "active_<=90d": sum(one <= 90 for one in silent),
            "dormant_91_180d": sum(90 < one <= 180 for one in silent),
            "lapsed_>180d": sum(one > 180 for one in silent),
        } == counts
    assert (
        sum(one > 90 for one in silences(flow.relationships(happened=LAST)))
        == (figures["L3b_silent_gt_90d_at_last_date"])
    )


def test_whose_silence_is_three_times_their_own_gap(flow: DealFlow, figures: Any) -> None:
    silent = [
        one
        for one in flow.relationships(happened=LAST)
        if len(one.bought.days) >= 3 and one.bought.silent and one.bought.usual
        if one.bought.silent > 3 * one.bought.usual
    ]
    assert len(silent) == figures["L3c_silent_gt_3x_own_median_gap(>=3 orders)"]
    overdue = {
        one.account
        for one in flow.churn_risks(happened=LAST)
        if any(signal.name == "purchases-overdue" for signal in one.up)
    }
    assert overdue == {one.account for one in silent}


def test_an_account_that_came_back_is_not_lost(flow: DealFlow, figures: Any) -> None:
    answers = flow.relationships(happened=LAST, policy=HALF_A_YEAR)
    back = [sum(step.passage is Passage.RECOVERED for step in one.transitions) for one in answers]
    assert (sum(map(bool, back)), sum(back)) == (
        figures["L6_returned_after_gap_gt_180d"]["accounts"],
        figures["L6_returned_after_gap_gt_180d"]["events"],
    )
    lost = [one for one in answers if one.stage is RelationshipStage.TERMINATED]
    assert len(lost) == figures["L5_silence_as_of"]["2018-05-06"]["lapsed_>180d"]
    assert all(one.transitions[-1].passage is Passage.TERMINATED for one in lost)
    default = Counter(one.stage for one in flow.relationships(happened=LAST))
    assert default[RelationshipStage.TERMINATED] == 0


def test_customers_that_never_ordered_stay_in_development(flow: DealFlow, figures: Any) -> None:
    for policy in (RelationshipPolicy(), HALF_A_YEAR):
        answers = flow.relationships(happened=date(2026, 1, 1), policy=policy)
        still = [one for one in answers if one.stage is RelationshipStage.DEVELOPMENT]
        assert len(still) == figures["L1"]["customers_without_order"]
        assert all(not one.bought.days and len(one.transitions) == 1 for one in still)
