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
from dealflow.projections.estimates import Share
from dealflow.projections.patterns import Outcomes, Patterns, any_unknown
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


# What goes with winning


@pytest.fixture(scope="module")
def outcomes(imported: tuple[DealFlow, Report]) -> Outcomes:
    return imported[0].outcomes()


@pytest.fixture(scope="module")
def patterns(outcomes: Outcomes) -> Patterns:
    return outcomes.patterns()


NOTE = "salvirt.factors:"


def rounded(share: Share) -> tuple[int, int, float | None]:
    return share.of, share.n, None if share.rate is None else round(share.rate, 6)


def test_the_win_rate_by_every_factor_and_value(patterns: Patterns, figures: Any) -> None:
    for name, by_value in figures["B5_win_rate_by_value"].items():
        counts = patterns.pattern(f"{NOTE}{name}").counts
        assert {one.value.replace("unknown", "Unknown"): rounded(one.won) for one in counts} == {
            value: (one["n"], one["won"], one["win_rate"]) for value, one in by_value.items()
        }


def test_authority_has_no_effect_that_could_be_told_from_chance(patterns: Patterns) -> None:
    authority = patterns.pattern(f"{NOTE}Authority")
    assert not authority.is_signal
    assert authority.text == "no effect that could be told from chance: 50% to 53% won"


def test_what_is_told_apart_and_what_is_not(patterns: Patterns) -> None:
    """The seventeen surest of the 22 by one measure of association differ here, too, and no other does."""
    differ = {one.factor.removeprefix(NOTE) for one in patterns.patterns if one.is_signal} - {"owner", "lead source"}
    assert differ == {
        "Up_sale", "Client", "Competitors", "Seller", "Source", "Att_t_client", "Product", "Posit_statm", "Deal_type",
        "Purch_dept", "Budgt_alloc", "Comp_size", "Forml_tend", "Strat_deal", "Scope",
    }  # fmt: skip


def test_not_knowing_goes_with_losing_where_yes_and_no_tell_nothing(patterns: Patterns) -> None:
    budget = patterns.pattern(f"{NOTE}Budgt_alloc")
    assert budget.text == "won less often where nobody said it: 5 of 36, of the others 222 of 412"


def test_where_anything_of_three_is_unknown(outcomes: Outcomes, figures: Any) -> None:
    asked = any_unknown(*(f"{NOTE}{name}" for name in ("Competitors", "Purch_dept", "Budgt_alloc")))
    found = outcomes.adding("anything unknown", asked).patterns().pattern("anything unknown")
    key = "B11_any_Unknown_in(Competitors,Purch_dept,Budgt_alloc)"
    said = {"yes": figures[key]["True"], "no": figures[key]["False"]}
    assert {one.value: [*rounded(one.won)] for one in found.counts} == said
    assert (found.values[0].won.n, found.values[0].won.of, found.is_signal) == (13, 66, True)


@pytest.mark.parametrize(
    ("segment", "values"),
    [
        ("current client & no competitor", {"Client": "Current", "Competitors": "No"}),
        ("new client & competitor present", {"Client": "New", "Competitors": "Yes"}),
        ("formal tender & competitor", {"Forml_tend": "Yes", "Competitors": "Yes"}),
        ("budget allocated & authority high", {"Budgt_alloc": "Yes", "Authority": "High"}),
        ("scope clear & needs defined yes", {"Scope": "Clear", "Needs_def": "Yes"}),
        ("strategic account", {"Att_t_client": "Strategic account"}),
        ("purchasing dept involved", {"Purch_dept": "Yes"}),
    ],
)
def test_segments(outcomes: Outcomes, figures: Any, segment: str, values: dict[str, str]) -> None:
    for name, value in values.items():
        outcomes = outcomes.where(f"{NOTE}{name}", value)
    said = figures["B8_segments"][segment]
    assert rounded(outcomes.win_rate) == (said["n"], said["won"], said["win_rate"])


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
