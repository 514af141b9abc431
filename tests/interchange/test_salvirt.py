"""Salvirt: 448 sales without a key or a date, known by their rows, placed between two bounds."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from dealflow.domain.deal import Status
from dealflow.domain.noun import Noted
from dealflow.engine import DealFlow
from dealflow.interchange.mapped import Report, import_csv
from tests.data import ROOT, data, expected

MAPPING = ROOT / "examples" / "salvirt" / "mapping.toml"


@pytest.fixture(scope="module")
def imported() -> Iterator[tuple[DealFlow, Report]]:
    folder = data("salvirt_b2b")
    with DealFlow.open("memory:") as flow:
        yield flow, import_csv(flow, folder, MAPPING)


@pytest.fixture
def flow(imported: tuple[DealFlow, Report]) -> DealFlow:
    return imported[0]


@pytest.fixture
def figures() -> Any:
    return expected("B_salvirt_b2b")


def factors(flow: DealFlow) -> list[tuple[dict[str, Any], bool]]:
    """Return what is noted of each deal, and whether it was won."""
    won = {deal.deal for deal in flow.deals() if deal.status is Status.WON}
    notes = (record for record in flow.journal.read(names=[Noted]) if record.event.kind == "salvirt.factors")
    return [(dict(record.event.data), record.stream in won) for record in notes]


def test_every_row_is_a_deal_and_none_is_open(flow: DealFlow, figures: Any) -> None:
    funnel = flow.funnel()
    assert (funnel.deals, funnel.open) == (figures["B1_rows"], 0)
    assert {"Won": funnel.won, "Lost": funnel.lost} == figures["B1_status"]
    assert round(funnel.win_rate.rate or 0, 6) == figures["B2_win_rate"]


def test_the_same_factors_lead_to_the_same_win_rates(flow: DealFlow, figures: Any) -> None:
    told = factors(flow)
    for name, by_value in figures["B5_win_rate_by_value"].items():
        counted = Counter(noted[name] or "Unknown" for noted, _ in told)
        won = Counter(noted[name] or "Unknown" for noted, ended in told if ended)
        assert {value: (counted[value], won[value]) for value in counted} == {
            value: (one["n"], one["won"]) for value, one in by_value.items()
        }


def test_an_unknown_factor_is_unknown_and_no_word(flow: DealFlow, figures: Any) -> None:
    told = [noted for noted, _ in factors(flow)]
    missing = {name: sum(noted[name] is None for noted in told) for name in told[0]}
    assert {name: count for name, count in missing.items() if count} == figures["B6_unknown_counts"]
    assert not any(value == "Unknown" for noted in told for value in noted.values())


def test_nobody_knows_when_and_no_figure_of_a_day_pretends_to(flow: DealFlow) -> None:
    assert flow.funnel(happened=date(2017, 3, 31)).deals == 0
    assert flow.funnel(happened=date(2017, 4, 1)).deals == 448


def test_sales_of_unknown_amount_rank_nobody(flow: DealFlow, figures: Any) -> None:
    portfolio = flow.portfolio()
    assert portfolio.rankings == {}
    assert sum(one.without_amount for one in portfolio.accounts) == figures["B1_status"]["Won"]
    assert len(flow.team().nobodys.accounts) == len(portfolio.accounts) == figures["B1_rows"]


def test_the_same_import_again_adds_nothing(imported: tuple[DealFlow, Report]) -> None:
    flow, report = imported
    again = import_csv(flow, data("salvirt_b2b"), MAPPING)
    assert (again.imported.stored, again.imported.known) == (0, report.imported.stored)
    assert report.differences == again.differences == ()
    assert [file.unmapped for file in report.files] == [()]
