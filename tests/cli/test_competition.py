"""The verb that tells whom we compete with, over all deals and for one."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import attrs
import pytest

import dealflow as df
from tests.cli.conftest import Ran, Run
from tests.clock import Clock
from tests.projections.selling import SHORT

BOLT, CRANE = "Bolt", "Crane"


@attrs.frozen
class Told:
    """A journal, and its deals."""

    url: str
    open: UUID
    lost: UUID
    quiet: UUID
    account: UUID


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Told]:
    """One deal open, one lost to Bolt, and one of which nobody knows whether others want it."""
    url = f"sqlite:///{tmp_path / 'one.db'}"
    with df.DealFlow.open(url, clock=Clock(datetime(2026, 5, 30, 12, tzinfo=UTC))) as flow:

        def tell(on: int, command: df.Command, stream: UUID | None = None) -> UUID:
            return flow.do(command, by="li", on=stream, at=date(2026, 5, on)).stream

        acme, other = tell(1, df.RegisterAccount("Acme")), tell(1, df.RegisterAccount("Other"))
        boss = tell(1, df.IdentifyStakeholder(acme, "Wang Lan"))
        tell(1, df.IdentifyRole(df.Role.ECONOMIC), boss)
        tell(1, df.RateRivalCloseness(BOLT, df.Closeness.HIGH), boss)
        opened, lost, quiet = (
            tell(1, df.OpenDeal(acme, title, SHORT, "meet")) for title in ("Line 4", "Line 3", "Line 2")
        )
        money = [df.Money.of(one, "CNY") for one in (90, 100, 110)]
        for command in (
            df.NameCompetitor(BOLT, incumbent=True),
            df.AssessCompetitor(BOLT, ("price",), ("service",), "the old press", money[0], money[1], "a contract"),
            df.SubmitBid(money[2]),
            df.LearnRivalBid(BOLT, money[1]),
            df.NameCompetitor(CRANE, incumbent=False),
            df.AssessCompetitor(CRANE),
            df.LearnCriteria((df.BuyingCriterion("price", 0.6, df.Favours.RIVAL), df.BuyingCriterion("noise"))),
        ):
            tell(2, command, opened)
        tell(3, df.DropCompetitor(CRANE), opened)
        tell(3, df.NameCompetitor(CRANE), lost)
        tell(3, df.LearnRivalBid(CRANE, df.Money.of(5, "USD")), lost)
        tell(4, df.LoseDeal(rival=BOLT), lost)
        tell(2, df.AssessCriteria(we_meet=True, rivals=((BOLT, False),)), acme)
        tell(3, df.AssessCriteria(we_meet=False, rivals=((BOLT, True),)), acme)
        tell(3, df.AssessCriteria(we_meet=False), other)
        yield Told(url, opened, lost, quiet, acme)


def lines(ran: Ran) -> list[str]:
    assert (ran.code, ran.err) == (0, "")
    return [" ".join(line.split()) for line in ran.out.splitlines()]


# All deals


def test_rivals_prices_and_who_is_nearer_are_told_with_their_counts(run: Run, told: Told) -> None:
    shown = lines(run("competition", "--db", told.url))
    assert shown[0] == "3 deals: 2 open, 0 won, 1 lost, 0 abandoned."
    assert "Bolt 2 1 · 1 0.0% (0 to 79) 0.0% (0 to 79) 1 1 - -" in shown
    assert "dearer 1 · · · -" in shown
    assert "some known 1 · 1 · 0.0% (0 to 79)" in shown
    assert any(line.startswith("Line 4 Wang Lan Bolt high none ") for line in shown)
    assert any(line.startswith("Acme alarm Bolt: safe since 2026-05-02, alarm since 2026-05-03 ") for line in shown)
    assert "Who meets what they buy by: 1 at alarm; of 1 account nobody knows." in shown


def test_a_narrow_terminal_stacks_the_counts(run: Run, told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    shown = run("competition", "--db", told.url).out.splitlines()
    texts = ("Win rate: ", "there at the close")
    assert max(len(line) for line in shown if not line.startswith(texts)) <= 80
    text = [" ".join(line.split()) for line in shown]
    assert "Bolt 2 · 0.0% (0 to 79) 0.0% 1 -" in [line.replace(" 0 0.0%", " · 0.0%") for line in text]


def test_gaps_in_deals_that_closed_are_medians_with_their_number(run: Run, told: Told) -> None:
    with df.DealFlow.open(told.url) as flow:
        flow.do(df.WinDeal(skip_rest=True), by="li", on=told.open, at=date(2026, 5, 9))
    shown = " ".join(lines(run("competition", "--db", told.url)))
    assert "+10.0% of 1" in shown
    assert "Open deals in which" not in shown


def test_where_no_competitor_is_known_that_is_said_plainly(run: Run, told: Told) -> None:
    shown = lines(run("competition", "--db", told.url, "--happened", "2026-05-01"))
    assert shown[:3] == [
        "3 deals: 3 open, 0 won, 0 lost, 0 abandoned.",
        "No competitor is known in any of these deals.",
        "Who meets what they buy by: none is known; of 2 accounts nobody knows.",
    ]


def test_json_holds_what_is_known_of_each_deal(run: Run, told: Told) -> None:
    whole = json.loads(run("competition", "--db", told.url, "--json").out)
    assert [one["competitor"] for one in whole["rivals"]] == [BOLT, CRANE]
    assert whole["rivals"][0]["deals"]["deals"] == 2
    assert [one["deal"] for one in whole["contests"]] == [str(told.open), str(told.lost)]
    assert whole["by_contested"]["unknown"]["open"] == 1
    assert [(one["account_name"], one["state"]) for one in whole["criteria"]] == [
        ("Acme", "alarm"),
        ("Other", "unknown"),
    ]
    assert whole["criteria"][0]["rivals"][0]["steps"][1]["on"] == "2026-05-03"


# One deal


def test_one_deal_tells_each_rival_the_bids_and_the_criteria(run: Run, told: Told) -> None:
    shown = lines(run("competition", told.open, "--db", told.url))
    assert shown[0] == f"Line 4 · Acme · open · deal {told.open}"
    assert shown[1].startswith("Bolt, incumbent: since 2026-05-02 (records ")
    assert shown[2].startswith("bid 100 CNY (record ")
    assert shown[2].endswith("; ours is +10.0% against it")
    known = "strong in price; weak in service; solution the old press; price 90 CNY to 100 CNY; our answer a contract"
    assert shown[3].startswith(f"{known} (record ")
    assert shown[4].startswith("Crane, no incumbent: 2026-05-02 to 2026-05-03 (records ")
    assert shown[5].startswith("assessed, without a word (record ")
    assert shown[6].startswith("Ours: 110 CNY (bid, record ")
    assert shown[6].endswith("), +10.0% against the lowest bid there: dearer.")
    assert any(line.startswith("we 2026-05-02 110 CNY") for line in shown)
    assert any(
        line.startswith("Judged by, and whom that favours: rival: price 60%; unknown: noise (record") for line in shown
    )
    assert any(line.startswith("Line 4 Wang Lan Bolt high none") for line in shown)


def test_a_deal_that_was_lost_says_to_whom(run: Run, told: Told) -> None:
    shown = lines(run("competition", told.lost, "--db", told.url))
    assert shown[1].startswith("Lost to Bolt (record ")
    assert "Bolt: not named before" in shown
    assert any(line.startswith("bid 5 USD (record ") and line.endswith(")") for line in shown)


def test_a_deal_without_a_known_rival_says_so(run: Run, told: Told) -> None:
    shown = lines(run("competition", told.quiet, "--db", told.url))
    assert shown[1] == "No competitor is known in it; whether there is competition: unknown."
    with df.DealFlow.open(told.url) as flow:
        flow.do(df.ValueDeal(df.Money.of(9, "CNY")), by="li", on=told.quiet, at=date(2026, 5, 3))
    shown = lines(run("competition", told.quiet, "--db", told.url))
    assert shown[2].startswith("Ours: 9 CNY (value, record ")


def test_one_deal_in_json_is_whole(run: Run, told: Told) -> None:
    whole = json.loads(run("competition", told.open, "--json", "--db", told.url).out)
    assert (whole["title"], whole["account_name"], whole["gap"], whole["bracket"]) == ("Line 4", "Acme", 0.1, "dearer")
    assert [one["incumbent"] for one in whole["rivals"]] == [True, False]
    assert list(whole["favours"]) == ["rival", "unknown"]


def test_two_currencies_need_rates(run: Run, told: Told) -> None:
    ran = run("competition", "--in", "CNY", "--db", told.url)
    assert (ran.code, ran.err) == (0, "")  # of the deal with a bid in USD ours is unknown: nothing is compared
    with df.DealFlow.open(told.url) as flow:
        flow.do(df.SubmitBid(df.Money.of(40, "CNY")), by="li", on=told.lost, at=date(2026, 5, 3))
    ran = run("competition", "--in", "CNY", "--db", told.url)
    assert (ran.code, "no rate from USD to CNY" in ran.err) == (1, True)
    shown = lines(run("competition", told.lost, "--in", "CNY", "--rate", "USD=8", "--db", told.url))
    assert any("+0.0% against the lowest bid there: equal" in line for line in shown)


def test_what_is_no_deal_or_not_yet_is_said_so(run: Run, told: Told) -> None:
    assert "fits no deal" in run("competition", told.account, "--db", told.url).err
    early = run("competition", told.open, "--happened", "2020-01-01", "--db", told.url)
    assert (early.code, "had not been opened by then" in early.err) == (1, True)
