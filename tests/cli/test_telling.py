"""The replay as people read it: what stands beside a record, and what is said of lateness."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import attrs
import pytest

import dealflow as df
from dealflow.cli.output import shown
from dealflow.cli.telling import Beside
from dealflow.domain.seat import Cited, Seat
from dealflow.replay.story import Line
from dealflow.replay.telling.beside import late, seat_words
from tests.cli.conftest import Run
from tests.clock import Clock

DAY = date(2026, 3, 2)
PERSON = UUID(int=3)


@pytest.fixture
def line() -> Line:
    flow = df.DealFlow.open(clock=Clock(datetime(2026, 3, 2, 9, tzinfo=UTC)))
    account = flow.do(df.RegisterAccount("Huaxin Steel"), by="li.wei").stream
    deal = flow.do(df.OpenDeal(account, "Line 4"), by="li.wei", at=DAY).stream
    return flow.replay(deal).lines[-1]


def told(line: Line, recorded: datetime, source: df.Source | None = None) -> str:
    return late(attrs.evolve(line.record, recorded_at=recorded, source=source), UTC)


def test_what_was_recorded_within_a_day_is_not_called_late(line: Line) -> None:
    assert told(line, datetime(2026, 3, 2, 17, tzinfo=UTC)) == ""
    assert told(line, datetime(2026, 3, 3, 17, tzinfo=UTC)) == ""


def test_what_was_recorded_later_says_by_how_many_days(line: Line) -> None:
    assert told(line, datetime(2026, 3, 4, 0, tzinfo=UTC)) == " (recorded 2 days later)"
    assert told(line, datetime(2026, 3, 6, 17, tzinfo=UTC)) == " (recorded 4 days later)"


def test_what_was_imported_is_measured_by_its_own_system(line: Line) -> None:
    years_later = datetime(2029, 1, 1, tzinfo=UTC)
    assert told(line, years_later, df.Source("salesforce", "006A")) == ""
    stamped = df.Source("salesforce", "006A", datetime(2026, 3, 5, 8, tzinfo=UTC))
    assert told(line, years_later, stamped) == " (recorded in salesforce 3 days later)"


def cited(value: Any) -> Cited[Any]:
    return Cited(value, 1)


def test_a_seat_says_what_is_known_and_leaves_out_the_rest() -> None:
    assert seat_words(Seat(PERSON)) == "not met"
    seat = Seat(
        PERSON,
        roles=(cited(df.Role.USER), cited(df.Role.COACH)),
        influence=cited(df.Influence.HIGH),
        stance=cited(df.Stance.SUPPORT),
        ally=True,
        met=(cited(datetime(2026, 3, 2, tzinfo=UTC)),),
    )
    assert seat_words(seat) == "UC, high influence, for us, ally, met"


def test_only_what_changed_is_news() -> None:
    before = Beside("proposal", "1 EUR", (("Anna", "T, not met"), ("Jonas", "U, met")), ("price",))
    assert list(before.news(before)) == []
    after = Beside("won at proposal", "1 EUR", (("Anna", "T, met"),), ())
    assert list(after.news(before)) == [
        "won at proposal · 1 EUR",
        "Anna: T, met",
        "Jonas: no longer on the committee",
        "open objections: none",
    ]
    assert list(Beside().news(Beside())) == []


@pytest.mark.parametrize("text", ["\x1b[31mred", "\x07bell", "\x9b31m", "a\rb"])
def test_a_terminal_is_not_steered_by_what_it_shows(text: str) -> None:
    assert "�" in shown(text)
    assert not any(ord(mark) < 32 for mark in shown(text))


def test_words_stay_as_they_are() -> None:
    assert shown("华新钢铁 [draft]\n“Line 4”") == "华新钢铁 [draft]\n“Line 4”"


@pytest.fixture
def url(run: Run) -> str:
    """A journal with names that could be taken for markup, and with none at all."""
    with df.DealFlow.open("sqlite:///odd.db", clock=Clock()) as flow:
        account = flow.do(df.RegisterAccount("[bold]Acme[/bold] \x1b[2J"), by="li.wei").stream
        deal = flow.do(df.OpenDeal(account, "Hall :smile: 2"), by="li.wei").stream
        nobody = UUID("0d15ea5e-0000-4000-8000-000000000001")
        flow.do(df.HoldInteraction(account, df.Channel.VISIT, theirs=(nobody,), deals=(deal,)), by="li.wei")
    return "sqlite:///odd.db"


def test_names_are_shown_as_they_are(run: Run, url: str) -> None:
    ran = run("deals", "--db", url)
    assert "[bold]Acme[/bold] �[2J" in ran.out
    assert "Hall :smile: 2" in ran.out


def test_who_has_no_name_is_shown_by_the_beginning_of_the_id(run: Run, url: str) -> None:
    with df.DealFlow.open(url) as flow:
        (deal,) = flow.deals()
    ran = run("replay", str(deal.deal), "--db", url)
    assert "A visit was held with 0d15ea5e" in ran.out
    assert "Nobody is known to have a part in it." in ran.out
    assert "Promises: none made." in ran.out
    assert "Competitors: none known." in ran.out


def test_a_promise_that_waits_says_for_whom(run: Run) -> None:
    with df.DealFlow.open("sqlite:///one.db", clock=Clock(datetime(2026, 3, 2, tzinfo=UTC))) as flow:
        account = flow.do(df.RegisterAccount("Huaxin Steel"), by="li.wei").stream
        deal = flow.do(df.OpenDeal(account, "Line 4"), by="li.wei").stream
        visit = flow.do(df.HoldInteraction(account, df.Channel.CALL, deals=(deal,)), by="li.wei").stream
        flow.do(df.MakePromise("a drawing", "Li Wei", DAY + timedelta(days=7)), by="li.wei", on=visit)
    assert (
        "Promises: open: a drawing (Li Wei, due 2026-03-09)."
        in run("replay", str(deal), "--db", "sqlite:///one.db").out
    )
