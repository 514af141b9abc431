"""Grouping: which deals have which value of a factor; numbers are put into groups of about one size."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from statistics import quantiles

import attrs

from dealflow.money import Money
from dealflow.projections.factors import FactorValue, Inapplicable

GROUPS = 4  # numbers with more distinct values than this are put into so many groups
DIGITS = range(2, 13)  # behind the point, as many as it takes to tell bounds apart
UNKNOWN = "unknown"
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
    """Put deals together by what was *found* of a factor in each, in the order of the values.

    Raises `ValueError` for a number that cannot be compared.
    """
    try:
        words, numbers = _words(found), _numbers(found)
    except (ValueError, OverflowError) as no:
        message = f"factor {factor!r} found a number that cannot be compared: return None where it is unknown ({no})"
        raise ValueError(message) from None
    return Lots(
        factor=factor,
        values={**words, **numbers},
        unknown=frozenset(number for number, value in enumerate(found) if value is None),
        outside=sum(isinstance(value, Inapplicable) for value in found),
    )


def label_of(word: bool | str) -> str:
    """Write a value that is no number; a word that would read as something else is put in quotation marks."""
    if isinstance(word, bool):
        return "yes" if word else "no"
    return f"“{word}”" if word in {"", UNKNOWN} else word


def _words(found: Sequence[Value]) -> Mapping[str, Deals]:
    """Return the deals of each word: yes before no, others by how often they are there."""
    said: dict[str, set[int]] = {}
    for number, value in enumerate(found):
        if isinstance(value, bool | str) and not isinstance(value, Inapplicable):
            said.setdefault(label_of(value), set()).add(number)
    order = sorted(said, key=lambda word: (word != "yes", word != "no", -len(said[word]), word))
    return {word: frozenset(said[word]) for word in order}


def _numbers(found: Sequence[Value]) -> Mapping[str, Deals]:
    """Return the deals of each number, or of each group of numbers, by currency and size."""
    units: dict[str, dict[int, Fraction]] = {}
    for number, value in enumerate(found):
        if isinstance(value, Money):
            units.setdefault(value.currency, {})[number] = Fraction(value.amount)
        elif isinstance(value, int | float | Decimal | Fraction) and not isinstance(value, bool):
            units.setdefault("", {})[number] = Fraction(value)
    return {label: deals for unit in sorted(units) for label, deals in _sized(units[unit], unit).items()}


def _sized(numbers: Mapping[int, Fraction], unit: str) -> Mapping[str, Deals]:
    if len({*numbers.values()}) <= GROUPS:
        each = sorted({*numbers.values()})
        said = _written(each, unit)
        return {said[one]: frozenset(deal for deal, number in numbers.items() if number == one) for one in each}
    bounds = _bounds(sorted(numbers.values()))
    said = _written(bounds, unit)
    spots: dict[int, set[int]] = {}
    for deal, number in numbers.items():
        spots.setdefault(bisect_left(bounds, number), set()).add(deal)
    return {_between(bounds, spot, said): frozenset(spots[spot]) for spot in sorted(spots)}


def _bounds(numbers: Sequence[Fraction]) -> Sequence[Fraction]:
    """Return up to where the groups go; where the largest number is the bound of one, it is a group by itself."""
    cuts, largest = {*quantiles(numbers, n=GROUPS, method="inclusive")}, numbers[-1]
    if largest in cuts:
        cuts = {*(cut for cut in cuts if cut < largest), max(one for one in numbers if one < largest)}
    return sorted(cuts)


def _between(bounds: Sequence[Fraction], spot: int, said: Mapping[Fraction, str]) -> str:
    if spot == 0:
        return f"up to {said[bounds[0]]}"
    over = f"over {said[bounds[spot - 1]]}"
    return over if spot == len(bounds) else f"{over}, up to {said[bounds[spot]]}"


def _written(numbers: Iterable[Fraction], unit: str) -> Mapping[Fraction, str]:
    """Write numbers so that each can be told from the others."""
    numbers = list(numbers)
    for digits in DIGITS:
        said = {one: _number(one, digits) for one in numbers}
        if len({*said.values()}) == len(numbers):
            break
    else:
        said = {one: str(one) for one in numbers}
    return {one: f"{text} {unit}".rstrip() for one, text in said.items()}


def _number(number: Fraction, digits: int) -> str:
    return f"{number.numerator:,}" if number.denominator == 1 else f"{float(number):,.{digits}f}"
