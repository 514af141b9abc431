from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealflow import CurrencyMismatch, Money
from dealflow.money import totals

amounts = st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9), max_value=10**9)


def test_an_amount_keeps_every_digit_it_was_given() -> None:
    assert Money.of("1000.10", "CNY") == Money(Decimal("1000.10"), "CNY")
    assert str(Money.of("1000.10", "CNY")) == "1,000.10 CNY"


@pytest.mark.parametrize(
    ("amount", "currency", "flaw"),
    [
        ("a lot", "CNY", "'a lot' is not an amount: expected a decimal number such as 1000.00"),
        ("NaN", "CNY", "NaN is not an amount: expected a finite number"),
        ("Infinity", "CNY", "Infinity is not an amount: expected a finite number"),
        ("5", "yuan", "'yuan' is not a currency: expected an ISO 4217 code such as CNY"),
    ],
)
def test_what_is_not_money_is_named(amount: str, currency: str, flaw: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (the whole text is compared)
        Money.of(amount, currency)
    assert str(caught.value) == flaw


def test_a_plain_number_is_not_an_exact_amount() -> None:
    money = Money(1.5, "CNY")  # type: ignore[arg-type]
    assert money.flaw() == "1.5 is not an exact amount: give a Decimal, or use Money.of"


@given(amounts, amounts)
def test_of_one_currency_amounts_are_added_subtracted_and_compared(left: Decimal, right: Decimal) -> None:
    mine, yours = Money(left, "EUR"), Money(right, "EUR")
    assert mine + yours == yours + mine
    assert (mine + yours - yours).amount == left
    assert (mine < yours) == (left < right)


def test_two_currencies_are_never_brought_together() -> None:
    yuan, euro = Money.of(1, "CNY"), Money.of(1, "EUR")
    for meet in (lambda: yuan + euro, lambda: yuan - euro, lambda: yuan < euro):
        with pytest.raises(CurrencyMismatch, match="cannot combine CNY with EUR: convert one of them first"):
            meet()


@given(st.lists(st.tuples(amounts, st.sampled_from(["CNY", "EUR"]))))
def test_totals_are_per_currency_in_alphabetical_order(pairs: list[tuple[Decimal, str]]) -> None:
    sums = totals(Money(amount, currency) for amount, currency in pairs)
    assert list(sums) == sorted(sums)
    for currency, total in sums.items():
        assert total == sum(amount for amount, other in pairs if other == currency)
