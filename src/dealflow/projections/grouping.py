"""Grouping: which deals have which value of a factor; numbers are put into groups of about one size."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from statistics import quantiles
from types import MappingProxyType

import attrs

from dealflow.money import Money
from dealflow.projections.factors import FactorValue, Inapplicable

GROUPS = 4  # numbers with more distinct values than this are put into so many groups
Value = FactorValue | Inapplicable | None

Deals = frozenset[int]
Question = frozenset[Deals]
"""Two lots held against each other: the same whichever is named first, and whatever both are called."""


@attrs.frozen
class Lots:
    """The deals of each value of a factor, by number, and those of which nobody said it."""

    factor: str
    values: Mapping[str, Deals]
    unknown: Deals
    outside: int

    @property
    def known(self) -> Deals:
        """Those of which it is known."""
        return frozenset().union(*self.values.values())

    @property
    def questions(self) -> Iterator[Question]:
        """What can be asked: does each value differ from the others, and the unknown from the known."""
        known = self.known
        yield from (frozenset({one, known - one}) for one in self.values.values())
        yield frozenset({self.unknown, known})


def grouped(factor: str, found: Sequence[Value]) -> Lots:
    """Put deals together by what was *found* of a factor in each, in the order of the values."""
    cuts = _cuts(found)
    labels = [label_of(value, cuts) for value in found]
    places: dict[str, tuple[int, str, Fraction | int, str]] = {}
    many = Counter(labels)
    for value, label in zip(found, labels, strict=True):
        if value is not None and label is not None and not isinstance(value, Inapplicable):
            place = _place(value, label, many[label])
            places[label] = min(place, places.get(label, place))
    return Lots(
        factor,
        {label: _numbers(labels, label) for label in sorted(places, key=places.__getitem__)},
        _numbers(labels, None),
        sum(isinstance(value, Inapplicable) for value in found),
    )


def _numbers(labels: Iterable[str | None], asked: str | None) -> Deals:
    return frozenset(number for number, label in enumerate(labels) if label == asked)


def _place(value: FactorValue, label: str, many: int) -> tuple[int, str, Fraction | int, str]:
    """Say where a value comes: yes before no, numbers by size, anything else by how often it is there."""
    if isinstance(value, bool):
        return 0, "", 0 if value else 1, ""
    if isinstance(value, str):
        return 2, "", -many, label
    return 1, _unit(value), _number(value), ""


NOWHERE: Mapping[str, Sequence[Fraction]] = MappingProxyType({})


def label_of(value: Value, cuts: Mapping[str, Sequence[Fraction]] = NOWHERE) -> str | None:
    """Write a value, or the group it falls into where numbers of its unit are cut; nothing where it is unknown."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    unit, number = _unit(value), _number(value)
    bounds = cuts.get(unit, ())
    spot = bisect_left(bounds, number)
    if not bounds:
        return _written(number, unit)
    if spot == 0:
        return f"up to {_written(bounds[0], unit)}"
    over = f"over {_written(bounds[spot - 1], unit)}"
    return over if spot == len(bounds) else f"{over}, up to {_written(bounds[spot], unit)}"


def _cuts(found: Iterable[object]) -> Mapping[str, Sequence[Fraction]]:
    """Return where numbers of each unit are cut into groups of about one size; nowhere where they are few."""
    numbers: dict[str, list[Fraction]] = {}
    for value in found:
        if isinstance(value, int | float | Decimal | Fraction | Money) and not isinstance(value, bool):
            numbers.setdefault(_unit(value), []).append(_number(value))
    return {
        unit: sorted({*quantiles(some, n=GROUPS, method="inclusive")})
        for unit, some in numbers.items()
        if len({*some}) > GROUPS
    }


def _unit(value: float | Decimal | Fraction | Money) -> str:
    return value.currency if isinstance(value, Money) else ""


def _number(value: float | Decimal | Fraction | Money) -> Fraction:
    return Fraction(value.amount if isinstance(value, Money) else value)


def _written(number: Fraction, unit: str) -> str:
    written = f"{number.numerator:,}" if number.denominator == 1 else f"{float(number):,.2f}"
    return f"{written} {unit}".rstrip()
