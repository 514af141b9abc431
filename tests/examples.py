"""Any event, made from its type hints: deterministic examples, and arbitrary ones for laws.

example(StageAdvanced)   every field filled, the same each time
minimal(StageAdvanced)   only what must be given
events()                 any event of the vocabulary, for hypothesis
"""

import types
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID, uuid5

import attrs
from hypothesis import strategies as st

from dealflow.domain.noun import AnyNoun, Noted
from dealflow.domain.nouns import NOUNS
from dealflow.journal import When
from dealflow.money import Money

T = TypeVar("T")
NONE = type(None)
EVENTS: tuple[type, ...] = (
    *get_args(AnyNoun),
    *(event for noun in NOUNS for event in sorted(noun.events, key=lambda cls: cls.__name__)),
)

_MOMENT = datetime(2026, 3, 1, 8, 30, 0, 250, tzinfo=UTC)
_NAMES = UUID("00000000-0000-4000-8000-000000000000")
_CONSTANTS: Mapping[Any, Any] = {
    int: 7,
    float: 0.25,
    bool: True,
    Decimal: Decimal("1.10"),
    date: date(2026, 3, 1),
    datetime: _MOMENT,
    When: When(_MOMENT, _MOMENT + timedelta(hours=1)),
    Money: Money(Decimal("1000.10"), "CNY"),
    Any: Noted("acme.credit-check", (("limit", 250000), ("rating", "AA"))),  # what stands for a corrected record
}


def example(cls: type[T]) -> T:
    """Return the one example of an attrs class, every field filled, optional ones too."""
    return cls(**{name: _example(hint, name) for name, hint in _hints(cls).items()})


def minimal(cls: type[T]) -> T:
    """Return an attrs class with only the fields that must be given, and little in them."""
    required = [field.name for field in attrs.fields(cls) if field.default is attrs.NOTHING]  # type: ignore[arg-type]
    hints = _hints(cls)
    return cls(**{name: _minimal(hints[name], name) for name in required})


def events() -> st.SearchStrategy[Any]:
    """Return arbitrary events of the vocabulary."""
    return st.sampled_from(EVENTS).flatmap(any_of)


def any_of(cls: type[T]) -> st.SearchStrategy[T]:
    """Return arbitrary values of one attrs class."""
    return st.builds(cls, **{name: _any(hint) for name, hint in _hints(cls).items()})


def _hints(cls: type) -> dict[str, Any]:
    hints = get_type_hints(cls)
    return {field.name: hints[field.name] for field in attrs.fields(cls)}


def _arms(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) in {Union, types.UnionType} else (hint,)


def _items(hint: Any, many: int) -> tuple[Any, ...]:
    """Return what stands in a tuple: *many* of a kind where any number may."""
    args = get_args(hint)
    return (args[0],) * many if args[-1] is Ellipsis else args


def _example(hint: Any, name: str) -> Any:
    arm = next(arm for arm in _arms(hint) if arm is not NONE)
    if get_origin(arm) is tuple:
        return tuple(_example(item, f"{name}.{at}") for at, item in enumerate(_items(arm, many=2)))
    if arm in _CONSTANTS:
        return _CONSTANTS[arm]
    if arm is str:
        return f"{name} 客户"
    if arm is UUID:
        return uuid5(_NAMES, name)
    return next(iter(arm)) if issubclass(arm, StrEnum) else example(arm)


def _minimal(hint: Any, name: str) -> Any:
    arm = _arms(hint)[0]
    if NONE in _arms(hint):
        return None
    if get_origin(arm) is tuple:
        return tuple(_minimal(item, name) for item in _items(arm, many=0))
    return minimal(arm) if attrs.has(arm) and arm not in _CONSTANTS else _example(arm, name)


_MOMENTS = st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.replace(fold=0))  # UTC has no folds
_ARBITRARY: Mapping[Any, st.SearchStrategy[Any]] = {
    NONE: st.none(),
    str: st.text(max_size=20),
    int: st.integers(-(2**63), 2**63 - 1),
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
    Decimal: st.decimals(allow_nan=False, allow_infinity=False),
    date: st.dates(),
    datetime: _MOMENTS,
    UUID: st.uuids(),
    When: st.lists(_MOMENTS, min_size=2, max_size=2).map(lambda ends: When(min(ends), max(ends))),
}


def _any(hint: Any) -> st.SearchStrategy[Any]:
    return st.one_of([_any_arm(arm) for arm in _arms(hint)])


def _any_arm(arm: Any) -> st.SearchStrategy[Any]:
    if get_origin(arm) is tuple:
        args = get_args(arm)
        if args[-1] is Ellipsis:
            return st.lists(_any(args[0]), max_size=3).map(tuple)
        return st.tuples(*map(_any, args))
    if arm is Any:
        return events()
    if arm in _ARBITRARY:
        return _ARBITRARY[arm]
    return st.sampled_from(arm) if issubclass(arm, StrEnum) else any_of(arm)
