"""Marks: how a deal stood at a milestone, in words; a line for each thing that deals are compared by."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType

from dealflow.replay.comparison import Mark
from dealflow.replay.telling.words import listed

UNKNOWN = "-"


def _days(mark: Mark) -> str:
    stayed = f", stayed {mark.days}" if mark.visits else ""
    return f"{mark.day}{stayed}{f' in {mark.visits} visits' if mark.visits > 1 else ''}"


def _share(value: Fraction | None) -> str:
    return UNKNOWN if value is None else f"{float(value):.0%}"


def _thresholds(mark: Mark) -> str:
    return f"{mark.vector.information} / {mark.vector.relationship} / {mark.vector.decision}"


MARKS: Mapping[str, Callable[[Mark], str]] = MappingProxyType(
    {
        "day": _days,
        "amount": lambda mark: UNKNOWN if mark.amount is None else str(mark.amount),
        "contacts, people": lambda mark: f"{mark.contacts}, {mark.people}",
        "support, closeness": lambda mark: f"{_share(mark.support)}, {_share(mark.vector.closeness)}",
        "information / relationship / decision": _thresholds,
        "warnings up": lambda mark: listed(mark.vector.up) or "none",
    }
)
"""What is told of each mark, by name, in the order in which it is shown."""
