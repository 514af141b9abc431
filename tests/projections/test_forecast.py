"""What open deals may bring: weighted by two kinds of chance, currencies apart, what cannot be weighted counted."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

import dealflow as df
from dealflow.domain.playbook import playbook_id
from dealflow.projections.estimates import Sampling
from dealflow.projections.forecast import Forecast
from tests.projections.selling import day, deal, journal

ANY = Sampling(floor=0)


@pytest.fixture
def flow() -> Iterator[df.DealFlow]:
    with journal() as flow:
        yield flow


def worth(
    flow: df.DealFlow, amount: str, *path: tuple[int, str], currency: str = "CNY", close: date | None = None
) -> None:
    stream = deal(flow, *path)
    flow.do(df.ValueDeal(df.Money.of(amount, currency)), on=stream, by="li", at=day(path[0][0]))
    if close is not None:
        flow.do(df.ExpectClose(close), on=stream, by="li", at=day(path[0][0]))


def forecast(flow: df.DealFlow, happened: int = 100, rates: df.Rates | None = None) -> Forecast:
    return flow.pipeline(happened=day(happened), rates=rates).forecast(ANY)


def test_an_open_deal_is_weighted_by_the_prior_and_by_what_was_learnt(flow: df.DealFlow) -> None:
    worth(flow, "1000", (0, "meet"))
    worth(flow, "500", (0, "meet"), (9, "won"))
    worth(flow, "500", (0, "meet"), (9, "lost"))
    total = forecast(flow).total
    assert (total.deals, total.amount["CNY"], total.prior["CNY"]) == (1, Decimal(1000), Decimal("100.00"))
    assert (total.learnt["CNY"], total.low["CNY"], total.high["CNY"]) == (
        Decimal("500.00"),
        Decimal("164.95"),
        Decimal("835.05"),
    )


def test_what_cannot_be_weighted_is_counted_and_not_guessed(flow: df.DealFlow) -> None:
    deal(flow, (0, "meet"))  # worth nobody knows what
    worth(flow, "700", (0, "meet"), (5, "sign"))  # a milestone without a prior
    total = forecast(flow).total
    assert (total.without_amount, total.without_prior, total.without_learnt) == (1, 1, 2)
    assert [dict(sums) for sums in (total.amount, total.prior, total.learnt)] == [{"CNY": 700}, {}, {}]


def test_currencies_are_never_added(flow: df.DealFlow) -> None:
    worth(flow, "1000", (0, "meet"))
    worth(flow, "200", (0, "meet"), currency="EUR")
    assert dict(forecast(flow).total.amount) == {"CNY": 1000, "EUR": 200}


def test_currencies_are_added_at_the_rates_given(flow: df.DealFlow) -> None:
    worth(flow, "1000", (0, "meet"))
    worth(flow, "200", (0, "meet"), currency="EUR")
    rates = df.Rates("CNY", {"EUR": Decimal("7.8")})
    assert dict(forecast(flow, rates=rates).total.amount) == {"CNY": Decimal(2560)}


def test_a_currency_without_a_rate_is_named(flow: df.DealFlow) -> None:
    worth(flow, "200", (0, "meet"), currency="EUR")
    with pytest.raises(df.NoRate, match=r"no rate from EUR to CNY: give one, such as EUR=1\.25"):
        forecast(flow, rates=df.Rates("CNY", {}))


@pytest.mark.parametrize(
    ("to", "rates", "said"),
    [
        ("cny", {}, "'cny' is not a currency: expected an ISO 4217 code"),
        ("CNY", {"eur": Decimal(7)}, "'eur' is not a currency"),
        ("CNY", {"EUR": Decimal(-7)}, "is no rate from EUR to CNY: expected a Decimal, a billionth to a billion"),
        ("CNY", {"EUR": 7.8}, "7.8 is no rate from EUR to CNY"),
    ],
)
def test_what_is_no_rate_is_refused(to: str, rates: dict[str, Decimal], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        df.Rates(to, rates)


def test_deals_are_put_where_their_signature_is_expected(flow: df.DealFlow) -> None:
    worth(flow, "1", (0, "meet"), close=day(150))
    worth(flow, "2", (0, "meet"), close=day(99))
    worth(flow, "4", (0, "meet"))
    closing = forecast(flow).closing
    assert {period: one.amount["CNY"] for period, one in closing.items()} == {"2026-05": 1, "overdue": 2, "undated": 4}
    assert list(closing) == ["2026-05", "overdue", "undated"]


def test_stages_say_how_many_deals_are_committed(flow: df.DealFlow) -> None:
    worth(flow, "1", (0, "meet"), (4, "sign"))
    stages = {one.stage: dict(one.meanings) for one in forecast(flow).stages}
    assert stages == {"meet": {}, "offer": {}, "sign": {df.Meaning.COMMITTED: 1}}


def test_what_was_won_stands_beside_it_unweighted_by_month(flow: df.DealFlow) -> None:
    worth(flow, "500", (0, "meet"), (9, "won"))
    worth(flow, "300", (0, "meet"), (40, "won"))
    deal(flow, (0, "meet"), (41, "won"))
    won = forecast(flow).won
    assert {period: dict(sums) for period, sums in won.items()} == {"2026-01": {"CNY": 500}, "2026-02": {"CNY": 300}}


def test_the_chance_is_the_one_frozen_when_the_deal_came_to_its_milestone(flow: df.DealFlow) -> None:
    worth(flow, "1000", (0, "meet"))
    better = df.RevisePlaybook((df.Milestone("meet", "Met", Decimal("0.9")),), "we are good")
    flow.do(better, on=playbook_id("short"), by="li", at=day(20))
    assert forecast(flow).total.prior["CNY"] == 100


def test_a_deal_that_went_back_before_the_entry_asked_for_is_counted_as_not_learnt(flow: df.DealFlow) -> None:
    worth(flow, "1000", (0, "meet"), (5, "offer"), (9, "meet"))
    total = flow.pipeline(entry="offer").forecast(ANY).total
    assert (total.deals, total.without_learnt) == (1, 1)
