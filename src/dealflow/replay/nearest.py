"""Nearest: the won and the lost deals that were most like one when they came to the same milestone, and why those.

How far apart two deals are is Gower's coefficient (1971) over all that is recorded of both: the mean,
over the factors known of both, of how far their values lie apart. What is unknown of either counts for
nothing, and a deal of which too little is known in common is left out.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from uuid import UUID

import attrs

from dealflow.money import Money
from dealflow.projections.factors import Factors, FactorValue, Inapplicable
from dealflow.projections.patterns import Outcome


@attrs.frozen
class NearestPolicy:
    """How many of each kind are told (*most*), and which part of what is known of the deal must be known of them."""

    most: int = 3
    known: Fraction = Fraction(1, 2)


NEAREST = NearestPolicy()


class NeverCame(LookupError):
    """A deal is to be compared with others at a milestone that it never came to."""

    def __init__(self, deal: UUID, landmark: str, visited: Sequence[str]) -> None:
        super().__init__(f"deal {deal} never came to {landmark!r}: it stood at {', '.join(visited)}")
        self.deal, self.landmark = deal, landmark


@attrs.frozen
class Likeness:
    """A factor known of both deals: the two values, how far *apart* they are (0 alike, 1 not at all).

    *shared* is the part of all the deals compared that have the other deal's value: the rarer, the more it tells.
    """

    factor: str
    ours: FactorValue
    theirs: FactorValue
    apart: Fraction
    shared: Fraction


@attrs.frozen
class Neighbour:
    """A decided deal beside the one in question: how far it is, over how many factors, what is alike and what not."""

    deal: UUID
    account: UUID
    won: bool
    distance: Fraction
    compared: int
    alike: tuple[Likeness, ...]
    unlike: tuple[Likeness, ...]


@attrs.frozen
class Nearest:
    """The deals nearest to one, as each stood when it came to the *landmark*, the nearest first.

    *compared* deals had enough known in common; of *left_out* too little is known.
    """

    deal: UUID
    landmark: str
    won: tuple[Neighbour, ...]
    lost: tuple[Neighbour, ...]
    compared: int
    left_out: int


def nearest(
    deal: UUID, landmark: str, ours: Factors, others: Sequence[Outcome], policy: NearestPolicy = NEAREST
) -> Nearest:
    """Return the deals among *others* that are nearest to one of which this is recorded (*ours*)."""
    known = _known(ours)
    scale = _Scale.of([known, *(_known(one.factors) for one in others)])
    found = [one for one in (_neighbour(known, other, scale, policy) for other in others) if one is not None]
    found.sort(key=lambda one: (one.distance, -one.compared, one.deal))
    won, lost = ([one for one in found if one.won is kind] for kind in (True, False))
    return Nearest(
        deal, landmark, tuple(won[: policy.most]), tuple(lost[: policy.most]), len(found), len(others) - len(found)
    )


Known = Mapping[str, FactorValue]


def _known(factors: Factors) -> Known:
    return {name: one for name, one in factors.items() if one is not None and not isinstance(one, Inapplicable)}


@attrs.frozen
class _Scale:
    """How far values of each factor reach, and how many deals have each of them."""

    reach: Mapping[str, Fraction]
    counts: Mapping[str, Mapping[FactorValue, int]]

    @classmethod
    def of(cls, some: Iterable[Known]) -> "_Scale":
        values: dict[str, list[FactorValue]] = {}
        for known in some:
            for name, one in known.items():
                values.setdefault(name, []).append(one)
        reach = {name: _reach(told) for name, told in values.items()}
        counts = {name: {one: told.count(one) for one in dict.fromkeys(told)} for name, told in values.items()}
        return cls(MappingProxyType(reach), MappingProxyType(counts))

    def shared(self, factor: str, value: FactorValue) -> Fraction:
        counted = self.counts[factor]
        return Fraction(counted[value], sum(counted.values()))

    def apart(self, factor: str, one: FactorValue, other: FactorValue) -> Fraction | None:
        """Return how far two values lie apart, 0 to 1; nothing where they cannot be compared."""
        if isinstance(one, Money) and isinstance(other, Money):
            return _ratio(one, other)
        if _is_number(one) and _is_number(other):
            reach = self.reach[factor]
            return abs(_exact(one) - _exact(other)) / reach if reach else Fraction(0)
        return Fraction(one != other)


def _is_number(value: FactorValue) -> bool:
    return isinstance(value, int | float | Decimal | Fraction) and not isinstance(value, bool)


def _exact(value: FactorValue) -> Fraction:
    return Fraction(str(value))


def _reach(values: Iterable[FactorValue]) -> Fraction:
    numbers = [_exact(one) for one in values if _is_number(one)]
    return max(numbers) - min(numbers) if numbers else Fraction(0)


def _ratio(one: Money, other: Money) -> Fraction | None:
    """Amounts are as far apart as the smaller falls short of the greater; of two currencies nobody knows."""
    if one.currency != other.currency:
        return None
    small, great = sorted((Fraction(one.amount), Fraction(other.amount)))
    return 1 - small / great if great > 0 else Fraction(0)


def _neighbour(ours: Known, other: Outcome, scale: _Scale, policy: NearestPolicy) -> Neighbour | None:
    theirs = _known(other.factors)
    likenesses = tuple(
        Likeness(name, ours[name], theirs[name], apart, scale.shared(name, theirs[name]))
        for name in ours
        if name in theirs and (apart := scale.apart(name, ours[name], theirs[name])) is not None
    )
    if not likenesses or len(likenesses) < policy.known * len(ours):
        return None
    half = Fraction(1, 2)
    return Neighbour(
        deal=other.deal,
        account=other.account,
        won=other.won,
        distance=sum((one.apart for one in likenesses), Fraction(0)) / len(likenesses),
        compared=len(likenesses),
        alike=tuple(sorted((one for one in likenesses if one.apart < half), key=lambda one: (one.shared, one.apart))),
        unlike=tuple(sorted((one for one in likenesses if one.apart >= half), key=lambda one: -one.apart)),
    )
