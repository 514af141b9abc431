"""Limits: what the fields of a market may hold; anything else is refused where it is written, by its name."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import Enum
from math import isfinite
from typing import Any

import attrs

Check = Callable[[Any, "attrs.Attribute[Any]", Any], None]


def expecting(expected: str, fits: Callable[[Any], bool]) -> Check:
    """Return a validator; its `ValueError` names the class, the field, what it holds and what it should hold."""

    def check(holder: Any, field: "attrs.Attribute[Any]", value: Any) -> None:
        if not fits(value):
            shown = dict(value) if isinstance(value, Mapping) else value
            message = f"{type(holder).__name__}.{field.name} is {shown!r}: expected {expected}"
            raise ValueError(message)

    return check


def is_number(value: Any) -> bool:
    """Say whether a value is one that can be counted with."""
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def whole(least: int) -> Check:
    """Return a validator of whole numbers."""
    return expecting(
        f"a whole number from {least} on",
        lambda value: isinstance(value, int) and not isinstance(value, bool) and value >= least,
    )


def by_share(named: str, is_key: Callable[[Any], bool]) -> Check:
    """Return a validator of shares by what they are shares of; they need not add up to one."""

    def fits(value: Any) -> bool:
        return (
            isinstance(value, Mapping)
            and all(is_key(key) and is_number(share) and share >= 0 for key, share in value.items())
            and sum(value.values()) > 0
        )

    return expecting(f"shares from 0 on by {named}, not all of them 0", fits)


def a(kind: type) -> Check:
    """Return a validator of what is itself a value of a class."""
    return expecting(f"a {kind.__name__}", lambda value: isinstance(value, kind))


def is_one_of(kind: type[Enum], *but: Enum) -> Callable[[Any], bool]:
    """Return what says whether a key is a member of an enumeration, and none of *but*."""
    return lambda key: isinstance(key, kind) and key not in but


SHARE = expecting("a share from 0 to 1", lambda value: is_number(value) and 0 <= value <= 1)
NOT_ALL = expecting(
    "a share from 0 to less than 1, or no deal would end", lambda value: is_number(value) and 0 <= value < 1
)
RATE = expecting("a number from 0 on", lambda value: is_number(value) and value >= 0)
LENGTH = expecting("a number above 0", lambda value: is_number(value) and value > 0)
DAY = expecting("a date without a time", lambda value: isinstance(value, date) and not isinstance(value, datetime))
BY_NAME = by_share("name", lambda key: isinstance(key, str) and bool(key))
BY_DAYS = by_share("whole days from 0 on", lambda key: isinstance(key, int) and not isinstance(key, bool) and key >= 0)
