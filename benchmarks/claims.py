"""Claims: how often patterns claim what is not there, and find what is, on made-up deals of whom the truth is known.

`python -m benchmarks.claims` makes up closed deals, half of them won, with forty factors that have
nothing to do with it: yes or no, five words, numbers, each unsaid of some. Then it plants one factor
that has: of deals with it *more* are won.
"""

import sys
import time
from collections.abc import Iterator
from random import Random
from types import MappingProxyType
from uuid import UUID

from dealflow import FactorValue, Outcome, Outcomes

SEEDS = range(100)
NOISE = 40
UNSAID = 0.15
PLANTED = ((100, 0.3), (200, 0.2), (200, 0.3), (400, 0.2))  # deals, and how much more often those with it are won


def drawn(dice: Random, number: int) -> FactorValue | None:
    """Draw a value of a factor that means nothing."""
    if dice.random() < UNSAID:
        return None
    match number % 4:
        case 0:
            return dice.random() < 0.5
        case 1:
            return dice.random() < 0.15
        case 2:
            return dice.choice(["fair", "web", "tender", "partner", "call"])
        case _:
            return dice.randrange(1000)


def made_up(seed: int, deals: int, more: float = 0.0) -> Outcomes:
    """Make up closed deals; those with the planted factor are won *more* often than the others."""
    dice = Random(seed)  # noqa: S311 (made up)
    found = []
    for number in range(deals):
        planted = dice.random() < 0.5
        won = dice.random() < 0.5 + (more / 2 if planted else -more / 2)
        factors = {"planted": planted, **{f"noise {spot}": drawn(dice, spot) for spot in range(NOISE)}}
        found.append(Outcome(UUID(int=number), UUID(int=number), won, MappingProxyType(factors)))
    return Outcomes(tuple(found))


def report() -> Iterator[str]:
    """Tell it, a line a measurement."""
    begun, claims, tested = time.perf_counter(), 0, 0
    for seed in SEEDS:
        found = made_up(seed, 300).patterns()
        claims += any(one.is_signal for one in found.patterns)
        tested += found.tested
    seconds = (time.perf_counter() - begun) / len(SEEDS)
    yield f"nothing there: {claims} of {len(SEEDS)} journals with any claim, {tested // len(SEEDS)} differences in each"
    yield f"300 deals with {NOISE + 1} factors: {seconds:.2f} s"
    for deals, more in PLANTED:
        hits = sum(made_up(seed, deals, more).patterns().pattern("planted").is_signal for seed in SEEDS)
        low, high = 0.5 - more / 2, 0.5 + more / 2
        yield f"{low:.0%} against {high:.0%} won, {deals} deals: found in {hits} of {len(SEEDS)}"


if __name__ == "__main__":
    for line in report():
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
