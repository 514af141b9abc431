"""Estimates: a share with what can be said of it, which below a sample floor is nothing; a chance among many."""

from collections.abc import Sequence
from math import sqrt
from statistics import NormalDist

import attrs

CONFIDENCE = 0.95
ALPHA = 0.05  # below it a chance is small enough to be believed
Z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)


@attrs.frozen
class Sampling:
    """How much history an estimate needs (policy): with less, the answer is *insufficient history*.

    *floor* is the number of deals, 0 or more; no estimate is made of none.
    """

    floor: int = attrs.field(default=20, validator=attrs.validators.ge(0))


SAMPLING = Sampling()


@attrs.frozen
class Share:
    """*n* of *of*, with its 95 % interval after Wilson (1927).

    *rate*, *low* and *high* are nothing where there is nothing to divide by, and where *of* is
    below the *floor*: then there is insufficient history, and only the counts stand.
    """

    n: int
    of: int
    floor: int = 0

    @property
    def sufficient(self) -> bool:
        """Whether there is enough history for an estimate."""
        return self.of >= max(self.floor, 1)

    @property
    def rate(self) -> float | None:
        """The share as a number from 0 to 1, or nothing."""
        return self.n / self.of if self.sufficient else None

    @property
    def low(self) -> float | None:
        """The lower end of the interval, or nothing."""
        return max(0.0, self._centre() - self._half()) if self.sufficient else None

    @property
    def high(self) -> float | None:
        """The upper end of the interval, or nothing."""
        return min(1.0, self._centre() + self._half()) if self.sufficient else None

    def _centre(self) -> float:
        return (self.n + Z**2 / 2) / (self.of + Z**2)

    def _half(self) -> float:
        rate = self.n / self.of
        return Z * sqrt(self.of * rate * (1 - rate) + Z**2 / 4) / (self.of + Z**2)


def holm(chances: Sequence[float | None]) -> list[float | None]:
    """Raise each probability for how many were tested, the smallest most, none above 1 (Holm 1979)."""
    tested = sorted((chance, spot) for spot, chance in enumerate(chances) if chance is not None)
    raised: list[float | None] = [None] * len(chances)
    least = 0.0
    for number, (chance, spot) in enumerate(tested):
        least = max(least, min(1.0, chance * (len(tested) - number)))
        raised[spot] = least
    return raised
