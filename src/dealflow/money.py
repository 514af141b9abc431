"""Money: an exact amount with its currency, never a bare number."""

import re
from collections.abc import Iterable, Mapping
from decimal import Context, Decimal, InvalidOperation
from types import MappingProxyType

import attrs

MOST_DIGITS, MOST_DECIMALS = 18, 6  # so that the sum of very many is still exact
MOST_OF_ONE = Decimal(10**9)  # of one currency for one of another, or the other way round
EXACT = Context(prec=80)  # digits enough that no amount, rate or sum of them is ever rounded
_CODE = re.compile(r"[A-Z]{3}")


class CurrencyMismatch(TypeError):
    """Two currencies met in one sum; there is no rate here to bring them together."""

    def __init__(self, left: str, right: str) -> None:
        super().__init__(f"cannot combine {left} with {right}: convert one of them first")


@attrs.frozen(order=False)
class Money:
    """So much of one currency.

    *amount* is exact; *currency* is an ISO 4217 code. Nothing is checked here, because stored
    money must stay readable for ever: `Money.of` reads what people type, and commands refuse
    what is not money.
    """

    amount: Decimal
    currency: str

    @classmethod
    def of(cls, amount: Decimal | str | int, currency: str) -> "Money":
        """Read an amount as typed; raises `ValueError` naming what is wrong with it."""
        try:
            money = cls(Decimal(amount), currency)
        except InvalidOperation:
            message = f"{amount!r} is not an amount: expected a decimal number such as 1000.00"
            raise ValueError(message) from None
        if (flaw := money.flaw()) is not None:
            raise ValueError(flaw)
        return money

    def flaw(self) -> str | None:
        """Say what keeps this from being money, or nothing when it is."""
        if not isinstance(self.amount, Decimal):
            return f"{self.amount!r} is not an exact amount: give a Decimal, or use Money.of"
        if not self.amount.is_finite():
            return f"{self.amount} is not an amount: expected a finite number"
        exponent = self.amount.as_tuple().exponent
        if self.amount.adjusted() >= MOST_DIGITS or (isinstance(exponent, int) and exponent < -MOST_DECIMALS):
            return f"{self.amount} has too many digits: expected {MOST_DIGITS} and {MOST_DECIMALS} decimals at most"
        if not _CODE.fullmatch(self.currency):
            return f"{self.currency!r} is not a currency: expected an ISO 4217 code such as CNY"
        return None

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount - other.amount, self.currency)

    def __lt__(self, other: "Money") -> bool:
        self._same(other)
        return self.amount < other.amount

    def __str__(self) -> str:
        return f"{self.amount:,} {self.currency}"

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(self.currency, other.currency)


def totals(monies: Iterable[Money]) -> Mapping[str, Decimal]:
    """Add up what can be added: one sum per currency, the codes in alphabetical order."""
    sums: dict[str, Decimal] = {}
    for money in monies:
        sums[money.currency] = EXACT.add(sums.get(money.currency, Decimal(0)), money.amount)
    return MappingProxyType(dict(sorted(sums.items())))


class NoRate(LookupError):
    """An amount is in a currency for which no rate was given."""

    def __init__(self, currency: str, to: str) -> None:
        super().__init__(f"no rate from {currency} to {to}: give one, such as {currency}=1.25 ({to} for 1 {currency})")
        self.currency = currency


@attrs.frozen
class Rates:
    """What one unit of other currencies is worth in the currency *to*, as the caller says.

    Raises `ValueError` where a currency is no ISO 4217 code, or a rate no positive number.
    """

    to: str
    rates: Mapping[str, Decimal]

    def __attrs_post_init__(self) -> None:
        for currency, rate in {self.to: Decimal(1), **self.rates}.items():
            if (flaw := Money(Decimal(1), currency).flaw()) is not None:
                raise ValueError(flaw)
            if not (isinstance(rate, Decimal) and rate.is_finite() and 1 / MOST_OF_ONE <= rate <= MOST_OF_ONE):
                message = (
                    f"{rate!r} is no rate from {currency} to {self.to}: expected a Decimal, a billionth to a billion"
                )
                raise ValueError(message)

    def convert(self, money: Money) -> Money:
        """Return the amount in the currency *to*, exactly; raises `NoRate`."""
        if money.currency == self.to:
            return money
        if money.currency not in self.rates:
            raise NoRate(money.currency, self.to)
        return Money(EXACT.multiply(money.amount, self.rates[money.currency]), self.to)
