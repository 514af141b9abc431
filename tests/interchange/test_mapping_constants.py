"""What a mapping writes down itself is held against the field it is for."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from dealflow.domain.stakeholder import Role
from dealflow.interchange.mapped.constants import Misfit, constant
from dealflow.interchange.mapped.vocabulary import FREE
from dealflow.journal import When
from dealflow.money import Money

ID = "7eafe761-4426-5244-a447-9185f0006cd4"
VIENNA = ZoneInfo("Europe/Vienna")


@pytest.mark.parametrize(
    ("raw", "wanted", "value"),
    [
        ("coach", Role, Role.COACH),
        (12, Money, Money(Decimal(12), "EUR")),
        ("12.50", Money, Money(Decimal("12.50"), "EUR")),
        (Decimal("0.5"), float, 0.5),
        (2, Decimal, Decimal(2)),
        (True, bool, True),
        (3, int, 3),
        ("x", str, "x"),
        (ID, UUID, UUID(ID)),
        (date(2026, 1, 2), date, date(2026, 1, 2)),
        (date(2026, 1, 2), When, date(2026, 1, 2)),
        (datetime(2026, 1, 2, 9), When, datetime(2026, 1, 2, 9, tzinfo=VIENNA)),  # noqa: DTZ001 (as TOML has it)
        (datetime(2026, 1, 2, 9, tzinfo=UTC), datetime, datetime(2026, 1, 2, 9, tzinfo=UTC)),
        (date(2026, 1, 2), FREE, "2026-01-02"),
        (True, FREE, True),
        (Decimal("0.5"), FREE, 0.5),
    ],
)
def test_a_constant_becomes_what_its_field_takes(raw: Any, wanted: Any, value: Any) -> None:
    assert constant(raw, wanted, currency="EUR", zone=VIENNA) == value


@pytest.mark.parametrize(
    ("raw", "wanted", "message"),
    [
        ("champion", Role, "'champion' is no Role: there are coach, user, technical, economic"),
        (12, Money, "12: say the currency, here or at the top of the mapping"),
        (True, int, "True: expected a whole number"),
        (1, str, "1: expected text"),
        ("1", bool, "'1': expected yes or no"),
        ("x", UUID, "'x': expected an id, or a column that refers to a file"),
        ("2026-01-02", date, "'2026-01-02': expected a date, without quotes"),
        (datetime(2026, 1, 2), When, "2026-01-02T00:00:00 has no UTC offset: say the zone, at the top"),  # noqa: DTZ001
        ([1], FREE, "[1]: expected text, number or yes/no"),
        (True, Decimal, "True: expected a number"),
    ],
)
def test_a_constant_that_does_not_fit_says_what_is_expected(raw: Any, wanted: Any, message: str) -> None:
    with pytest.raises(Misfit) as no:
        constant(raw, wanted)
    assert str(no.value).startswith(message)


@pytest.mark.parametrize(("raw", "message"), [(True, "True: expected a number"), ("much", "'much' is not an amount")])
def test_an_amount_is_a_number(raw: Any, message: str) -> None:
    with pytest.raises(Misfit) as no:
        constant(raw, Money, currency="EUR")
    assert str(no.value).startswith(message)
