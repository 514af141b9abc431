"""Constants: what a mapping writes down itself, as the value a command's field takes."""

from datetime import date, datetime, tzinfo
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from dealflow.interchange.mapped.parts import nearest, shown
from dealflow.interchange.mapped.vocabulary import FREE, WORDS
from dealflow.journal import When
from dealflow.money import Money


class Misfit(ValueError):
    """A constant is not what its field takes; the text says what is expected."""


def constant(raw: object, wanted: Any, *, currency: str | None = None, zone: tzinfo | None = None) -> Any:
    """Return a constant of a mapping as a value of the *wanted* type; raises `Misfit`.

    Amounts need a *currency*, times without an offset a *zone*.
    """
    if isinstance(raw, Decimal) and not raw.is_finite():
        raise Misfit(_expected(raw, "a number"))
    if wanted is FREE:
        return float(raw) if isinstance(raw, Decimal) else _free(raw)
    if isinstance(wanted, type) and issubclass(wanted, Enum):
        return _word(raw, wanted)
    if wanted is Money:
        return _money(raw, currency)
    if wanted in {date, datetime, When}:
        return _moment(raw, wanted, zone)
    return _plain(raw, wanted)


def _free(raw: object) -> object:
    if isinstance(raw, date):
        return raw.isoformat()
    if isinstance(raw, str | int | float):
        return raw
    raise Misfit(_expected(raw, FREE))


def _word(raw: object, words: type[Enum]) -> Enum:
    try:
        return words(raw)
    except ValueError:
        known = tuple(str(one.value) for one in words)
        message = f"{shown(raw)} is no {words.__name__}: {nearest(str(raw), known)}"
        raise Misfit(message) from None


def _money(raw: object, currency: str | None) -> Money:
    if currency is None:
        message = f"{shown(raw)}: say the currency, here or at the top of the mapping"
        raise Misfit(message)
    if isinstance(raw, bool) or not isinstance(raw, int | Decimal | str):
        raise Misfit(_expected(raw, "a number"))
    try:
        return Money.of(raw, currency)
    except ValueError as error:
        raise Misfit(str(error)) from None


def _moment(raw: object, wanted: Any, zone: tzinfo | None) -> object:
    if not isinstance(raw, date):
        raise Misfit(_expected(raw, f"{WORDS[wanted]}, without quotes"))
    if isinstance(raw, datetime) and raw.tzinfo is None:
        if zone is None:
            message = f"{raw.isoformat()} has no UTC offset: say the zone, at the top of the mapping"
            raise Misfit(message)
        return raw.replace(tzinfo=zone)
    return raw


def _plain(raw: object, wanted: Any) -> object:
    if wanted in {Decimal, float} and isinstance(raw, int | Decimal) and not isinstance(raw, bool):
        return wanted(raw)
    if wanted is UUID and isinstance(raw, str):
        try:
            return UUID(raw)
        except ValueError:
            raise Misfit(_expected(raw, "an id, or a column that refers to a file")) from None
    if isinstance(raw, wanted) and not (wanted is int and isinstance(raw, bool)):
        return raw
    raise Misfit(_expected(raw, WORDS[wanted]))


def _expected(raw: object, what: str) -> str:
    return f"{shown(raw)}: expected {what}"
