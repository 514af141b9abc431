"""Draws: the few kinds of chance a made-up world needs, each from a generator that is handed in."""

from collections.abc import Mapping
from math import exp, log
from random import Random
from typing import TypeVar

T = TypeVar("T")
AT_A_TIME = 500.0  # of a mean; the exponential of much more is zero


def stream_of_chance(seed: int, *what: object) -> Random:
    """Return the dice of one thing: the same for the same seed and name, in any process, in any order.

    Every account, deal and life throws its own, so that more detail in one changes nothing in another.
    """
    return Random("/".join(map(str, (seed, *what))))


def happens(dice: Random, share: float) -> bool:
    """Say whether something that happens in this *share* of cases, 0 to 1, happens now."""
    return dice.random() < share


def skewed(dice: Random, median: float, spread: float) -> float:
    """Draw from a log-normal: half below *median*, a long tail above; *spread* is the sigma of its logarithm."""
    return exp(dice.gauss(log(median), spread))


def times(dice: Random, mean: float) -> int:
    """Draw how often something happens that happens *mean* times on average, each time on its own."""
    count = 0
    while mean > AT_A_TIME:
        count += _few_times(dice, AT_A_TIME)
        mean -= AT_A_TIME
    return count + _few_times(dice, mean)


def _few_times(dice: Random, mean: float) -> int:
    left, count = exp(-mean), 0
    product = dice.random()
    while product > left:
        count += 1
        product *= dice.random()
    return count


def drawn(dice: Random, shares: Mapping[T, float]) -> T:
    """Draw one of several things by their *shares*, which need not add up to one."""
    left = dice.random() * sum(shares.values())
    for thing, share in shares.items():
        if left < share:
            return thing
        left -= share
    return next(reversed(tuple(shares)))  # rounding may leave a crumb
