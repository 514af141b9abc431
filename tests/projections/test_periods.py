"""The pipeline over time, and cut into cohorts and lots."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from uuid import UUID

import pytest

import dealflow as df
from dealflow.domain.playbook import playbook_id
from dealflow.projections.cases import UNKNOWN, By, Every
from dealflow.projections.funnel import Came, Flow, Left
from tests.projections.selling import day, deal, journal


@pytest.fixture
def flow() -> Iterator[df.DealFlow]:
    with journal() as flow:
        yield flow


def test_a_period_tells_what_came_how_and_what_left_how(flow: df.DealFlow) -> None:
    deal(flow, (0, "meet"), (10, "offer"), (20, "meet"), (40, "offer"))
    deal(flow, (5, "meet"), (35, "sign"), (45, "lost"), (100, "offer"))
    january, february, march, april = flow.pipeline(happened=day(110)).periods()
    assert [one.period for one in (january, february, march, april)] == ["2026-01", "2026-02", "2026-03", "2026-04"]
    meet = [period.flows[0] for period in (january, february, march)]
    assert meet == [
        Flow("meet", "Met", "short", None, 0, Came(opened=2, backward=1), Left(forward=1), 2),
        Flow("meet", "Met", "short", None, 2, Came(), Left(forward=1, skipping=1), 0),
        Flow("meet", "Met", "short", None, 0, Came(), Left(), 0),
    ]
    assert april.flows[1].came == Came(reopened=1)
    assert (february.flows[4].came, april.flows[4].left) == (Came(closing=1), Left(reopened=1))


def test_the_last_period_ends_as_the_funnel_stands(flow: df.DealFlow) -> None:
    deal(flow, (0, "meet"), (10, "offer"))
    deal(flow, (0, "meet"), (40, "won"))
    last = flow.pipeline().periods(Every.QUARTER)[-1]
    assert last.period == "2026-Q4"
    assert [one.at_end for one in last.flows] == [one.open for one in flow.funnel().stages]


def test_without_deals_there_are_no_periods(flow: df.DealFlow) -> None:
    assert flow.pipeline().periods() == ()


def test_coming_again_is_told_apart_from_coming(flow: df.DealFlow) -> None:
    deal(flow, (0, "meet"), (10, "offer"), (20, "meet"), (30, "offer"), (40, "lost"), (50, "offer"))
    offer = flow.funnel().stages[1]
    assert (offer.entered, offer.visits, offer.again) == (1, 3, 2)
    assert offer.came == Came(forward=2, reopened=1)


@pytest.mark.parametrize(
    ("every", "names"),
    [
        (Every.MONTH, ("2025-11", "2025-12", "2026-01", "2026-02")),
        (Every.QUARTER, ("2025-Q4", "2026-Q1")),
        (Every.YEAR, ("2025", "2026")),
    ],
)
def test_periods_run_without_gaps(every: Every, names: tuple[str, ...]) -> None:
    assert every.run(date(2025, 11, 30), date(2026, 2, 1)) == names


def test_a_cohort_is_the_deals_that_came_in_in_a_period(flow: df.DealFlow) -> None:
    deal(flow, (0, "meet"), (45, "won"))
    deal(flow, (40, "meet"))
    cohorts = flow.pipeline().cohorts(Every.MONTH)
    assert {key: (lot.funnel().deals, lot.funnel().won) for key, lot in cohorts.items()} == {
        "2026-01": (1, 1),
        "2026-02": (1, 0),
    }


def test_from_an_entry_on_the_cohort_is_that_of_the_entry(flow: df.DealFlow) -> None:
    deal(flow, (0, "meet"), (45, "offer"))
    assert list(flow.pipeline(entry="offer").cohorts(Every.MONTH)) == ["2026-02"]


def test_deals_are_told_apart_by_owner_account_playbook_and_lead_source(flow: df.DealFlow) -> None:
    deal(flow, (0, "meet"), owner="li", lead_source="fair")
    deal(flow, (0, "meet"), account=UUID(int=8))
    cut = {by: list(flow.pipeline().by(by)) for by in By}
    assert cut == {
        By.OWNER: ["li", UNKNOWN],
        By.ACCOUNT: [str(UUID(int=7)), str(UUID(int=8))],
        By.PLAYBOOK: ["short"],
        By.LEAD_SOURCE: ["fair", UNKNOWN],
    }


def test_the_owner_is_the_one_of_the_day(flow: df.DealFlow) -> None:
    one = deal(flow, (0, "meet"), owner="li")
    flow.do(df.AssignDealOwner("wang"), on=one, by="li", at=day(20))
    owners = [list(flow.pipeline(happened=day(number)).by(By.OWNER)) for number in (10, 30)]
    assert owners == [["li"], ["wang"]]


def test_a_lot_shows_only_the_playbooks_its_deals_ran_on(flow: df.DealFlow) -> None:
    deal(flow, (0, "meet"), owner="li")
    flow.do(df.OpenDeal(UUID(int=7), "Another", df.STANDARD, owner="wang"), by="li", at=day(0))
    by = flow.pipeline().by(By.OWNER)
    assert {stage.playbook for stage in by["li"].funnel().stages} == {"short"}
    assert {stage.playbook for stage in flow.funnel().stages} == {"short", "standard"}


def test_a_playbook_that_is_asked_for_shows_even_without_deals(flow: df.DealFlow) -> None:
    moved = deal(flow, (0, "meet"))
    flow.do(df.ChangePlaybook(df.STANDARD, "proposal", "grown"), on=moved, by="li", at=day(9))
    assert [stage.open for stage in flow.funnel(playbook="short").stages] == [0, 0, 0, 0, 0]


def test_a_deal_of_the_day_a_playbook_was_revised_stands_in_the_funnel_of_that_hour(flow: df.DealFlow) -> None:
    deal(flow, (0, "meet"))
    trial = (df.Milestone("meet", "Met"), df.Milestone("trial", "Trial"))
    flow.do(df.RevisePlaybook(trial, "trials sell"), on=playbook_id("short"), by="li", at=day(200))
    noon = datetime.combine(day(200), time(12), UTC)
    flow.do(df.OpenDeal(UUID(int=7), "At noon", "short", "trial"), by="li", at=noon)
    funnel = flow.funnel(happened=noon)
    assert sum(stage.open for stage in funnel.stages) == funnel.deals == 2
