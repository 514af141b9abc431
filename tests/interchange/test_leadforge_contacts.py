"""leadforge: what its activities say of our contacts, and about which opportunities it was silent."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from statistics import median, quantiles
from typing import Any

import pytest

import dealflow as df
from dealflow.engine import DealFlow
from dealflow.interchange.mapped import import_csv
from tests.data import data, expected
from tests.interchange.test_leadforge import FIGURES, MAPPING


@pytest.fixture(scope="module")
def flow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DealFlow]:
    folder = data("leadforge_s42_400")
    with DealFlow.open(f"sqlite:///{tmp_path_factory.mktemp('leadforge') / 'lf.db'}") as flow:
        import_csv(flow, folder, MAPPING)
        yield flow


@pytest.fixture
def figures() -> Any:
    return expected(FIGURES)


def test_activities_by_type_are_contacts_by_channel(flow: DealFlow, figures: Any) -> None:
    lots = {channel: len(lot.contacts) for channel, lot in flow.contacts().by(df.ContactBy.CHANNEL).items()}
    assert {channel.replace("e-mail", "email"): n for channel, n in lots.items()} == figures["C9b_activities_by_type"]


def test_every_activity_was_held_or_attempted(flow: DealFlow, figures: Any) -> None:
    counts = flow.contacts().report().counts
    assert counts.held + counts.attempted == counts.total == figures["C1_rows"]["sales_activities"]


def test_activities_by_how_the_opportunity_ended(flow: DealFlow, figures: Any) -> None:
    asked = flow.contacts(entry="sql")
    about = Counter(deal for one in asked.contacts for deal in one.deals)
    found = {"won": "closed_won", "lost": "closed_lost", "open": "open"}
    medians = {
        word: median(about[one.deal] for one in asked.deals if one.status == status) for status, word in found.items()
    }
    assert medians == figures["C9_activities_per_opp_median"]


def test_days_between_an_activity_and_the_next_about_the_same_deal(flow: DealFlow, figures: Any) -> None:
    asked = flow.contacts()
    days: dict[Any, list[date]] = {}
    for one in asked.contacts:
        days.setdefault(one.deals, []).append(asked.horizon.day(one.when.end))
    gaps = [(after - before).days for some in days.values() for before, after in pairwise(sorted(some))]
    told = figures["C9c_gap_between_consecutive_activities_days"]
    assert (median(gaps), quantiles(gaps, n=10, method="inclusive")[-1], max(gaps)) == tuple(told.values())


def test_about_which_open_opportunities_it_was_silent_that_evening(flow: DealFlow, figures: Any) -> None:
    found = df.quiet(flow.silences(happened=date(2024, 3, 31), entry="sql"))
    seven, fourteen = (one.share.n for one in found.silent)
    assert {
        "open": found.open,
        "no_activity_ever": found.never,
        "silent_ge_7d": seven,
        "silent_ge_14d": fourteen,
        "silence_median": found.median,
    } == figures["C9d_open_opps_as_of_2024-03-31"]
