"""Accuracy: how near each way of reading a funnel comes to what the deals do when followed to their end.

`python -m benchmarks.accuracy` lets 6,000 deals be opened evenly over a year, asks at the end of that
year, and compares the answers with those of the same journal at the end of all lives; five seeds a
market. What is asked: of the deals that came to a milestone, which share goes on: ever stands at a
later one afterwards, or is won. One stay in ten goes back, some steps skip a milestone, some losses
are reopened, amounts and dates are edited in place. Stays are log-normal with a sigma of 1, since
real ones have a long tail.

Two markets have the bars: there a stay takes as long whichever way it ends. In the two others one
that ends in a loss takes 1.2 times as long, since customers say no late; that favours going on
wherever one asks early, and Aalen-Johansen takes part of it back. Where fewer than 20 deals are
resolved the library answers *insufficient history*; the errors are those of the answers it gives.
"""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from statistics import fmean

import attrs

from dealflow import DealFlow, Sampling, Status
from dealflow.projections.chances import Chance
from dealflow.projections.deals import Pipeline
from dealflow.projections.pipeline import Standing, Step
from dealflow.testing import COURSE, DEALS_ONLY, Clock, Course, Market, fill, simulate

SEEDS = range(5)
DEALS = 6_000
WINDOW = 365  # days in which deals are opened
STRETCH = 7.6  # makes the mean cycle three windows long
BARS = {"short": 1.0, "long": 2.1}  # points that *resolved or advanced* may be off, on average
ENOUGH, ANY = Sampling(), Sampling(floor=1)


def stretched(course: Course, factor: float) -> Course:
    """Return a course on which every stay is so many times as long."""
    return attrs.evolve(course, fares=tuple(attrs.evolve(fare, days=fare.days * factor) for fare in course.fares))


def market(course: Course) -> Market:
    """Return the market that is measured: deals alone."""
    return Market(deals=DEALS, days=WINDOW, course=course, detail=DEALS_ONLY, revised=0)


SHORT = attrs.evolve(COURSE, losing_takes=1.0)
MARKETS = {
    "short": market(SHORT),
    "long": market(stretched(SHORT, STRETCH)),
    "short, losing takes 1.2 times as long": market(attrs.evolve(SHORT, losing_takes=1.2)),
    "long, losing takes 1.2 times as long": market(stretched(attrs.evolve(SHORT, losing_takes=1.2), STRETCH)),
}

# What each way of reading says


@attrs.frozen
class Reading:
    """What is said of one milestone: each a share from 0 to 1, or nothing where it cannot be said.

    *came* is how many deals came to it, *decided* how many of them went on or closed.
    """

    milestone: str
    came: int
    decided: int
    reached: float | None
    resolved_or_advanced: float | None
    aalen_johansen: float | None
    snapshot: float | None


WAYS: Mapping[str, Callable[[Reading], float | None]] = {
    "ever reached": lambda one: one.reached,
    "resolved or advanced": lambda one: one.resolved_or_advanced,
    "Aalen-Johansen": lambda one: one.aalen_johansen,
    "snapshot": lambda one: one.snapshot,
}


def estimates(pipeline: Pipeline, sampling: Sampling = ANY) -> tuple[Reading, ...]:
    """Read a pipeline in every way; who went on over the next milestone counts as having reached it."""
    conversions = pipeline.funnel(sampling).conversions
    keys = [one.stage for one in conversions]
    now = [place for deal in pipeline.deals if (place := _place(keys, deal)) is not None]
    return tuple(
        Reading(
            milestone=one.stage,
            came=one.reached.of,
            decided=one.resolved.of,
            reached=_share(one.resolved.n, one.reached.of) if one.resolved.sufficient else None,
            resolved_or_advanced=one.resolved.rate,
            aalen_johansen=one.aalen_johansen,
            snapshot=_share(sum(place > at for place in now), sum(place >= at for place in now)),
        )
        for at, one in enumerate(conversions)
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _place(keys: Sequence[str], deal: Standing) -> int | None:
    """Return which milestone a system shows that keeps only the present one; a lost deal has none."""
    if deal.status is Status.WON:
        return len(keys)
    return keys.index(deal.stage) if deal.status is Status.OPEN else None


# The table


@attrs.frozen
class Run:
    """One seed: the truth of every milestone, what was read at the end of the window, and the mean cycle in days.

    *answered* is what the library answers, *read* what it would without its floor; *chances* are
    those of winning as answered, *won* what they turned out to be.
    """

    cycle: float
    truth: tuple[float, ...]
    read: tuple[Reading, ...]
    answered: tuple[Reading, ...]
    chances: tuple[Chance, ...]
    won: tuple[float, ...]


def run(market: Market, seed: int) -> Run:
    """Play a market, and ask at the end of its window and at the end of all lives."""
    simulation, clock = simulate(market, seed), Clock()
    with DealFlow.open("memory:", clock=clock) as flow:
        fill(flow, clock, simulation)
        early = flow.pipeline(happened=last_day(market))
        late = flow.pipeline()
        truth = tuple(one.reached or 0.0 for one in estimates(late))
        won = tuple(one.closed.rate or 0.0 for one in late.chances(ANY))
    cycles = [(life.ended - life.opened).days for life in simulation.lives if life.end is Step.WON]
    return Run(fmean(cycles), truth, estimates(early), estimates(early, ENOUGH), early.chances(ENOUGH), won)


def last_day(market: Market) -> date:
    """Return the last day on which deals are opened."""
    return market.first_day + timedelta(days=market.days - 1)


def mean_error(runs: Sequence[Run], way: str, *, answered: bool = True) -> float:
    """Return the mean absolute error in points, of what the library answers or of all that was read."""
    return fmean(
        100 * abs(said - true)
        for one in runs
        for reading, true in zip(one.answered if answered else one.read, one.truth, strict=True)
        if (said := WAYS[way](reading)) is not None
    )


CHANCES: Mapping[str, Callable[[Chance], float | None]] = {
    "learnt": lambda one: one.learnt.rate,
    "of closed deals alone": lambda one: one.closed.rate,
    "Aalen-Johansen": lambda one: one.aalen_johansen,
}


def chance_error(runs: Sequence[Run], way: str) -> float | None:
    """Return the mean absolute error of chances in points; nothing where no chance is answered."""
    errors = [
        100 * abs(said - true)
        for one in runs
        for chance, true in zip(one.chances, one.won, strict=True)
        if (said := CHANCES[way](chance)) is not None
    ]
    return fmean(errors) if errors else None


def _told(error: float | None) -> str:
    return "insufficient history" if error is None else f"{error:.2f}"


def report(name: str, runs: Sequence[Run]) -> Iterator[str]:
    """Return the table of one market, line by line."""
    cycle = fmean(one.cycle for one in runs)
    yield f"{name}: {DEALS:,} deals, window {WINDOW} days, mean cycle {cycle:.0f} days, {len(runs)} seeds"
    yield f"{'milestone':<12}{'came':>7}{'decided':>10}{'truth %':>9}" + "".join(f"{way:>22}" for way in WAYS)
    for number, one in enumerate(runs[0].read):
        came, decided = (fmean(getattr(run.read[number], what) for run in runs) for what in ("came", "decided"))
        truth = 100 * fmean(run.truth[number] for run in runs)
        cells = (_cell([run.read[number] for run in runs], [run.truth[number] for run in runs], way) for way in WAYS)
        yield f"{one.milestone:<12}{came:>7.0f}{decided:>10.0f}{truth:>9.1f}" + "".join(f"{cell:>22}" for cell in cells)
    for what, answered in (("mean absolute error of the answers", True), ("  with insufficient history too", False)):
        yield f"{what:<38}" + "".join(f"{mean_error(runs, way, answered=answered):>22.2f}" for way in WAYS)
    yield "chance of winning, mean absolute error of the answers: " + ", ".join(
        f"{way} {_told(chance_error(runs, way))}" for way in CHANCES
    )
    if name in BARS:
        error = mean_error(runs, "resolved or advanced")
        yield f"resolved or advanced is {error:.2f} points off; the bar is {BARS[name]}: {_held(error, BARS[name])}"


def _held(error: float, bar: float) -> str:
    return "held" if error <= bar else "MISSED"


def _cell(read: Sequence[Reading], truth: Sequence[float], way: str) -> str:
    said = [WAYS[way](one) for one in read]
    errors = [100 * (one - true) for one, true in zip(said, truth, strict=True) if one is not None]
    if not errors:
        return "-"
    mean = fmean(100 * one for one in said if one is not None)
    return f"{mean:.1f} ({fmean(map(abs, errors)):.2f}, {fmean(errors):+.2f})"


CAPTION = """\
Of the deals that came to a milestone, the share that goes on. In each cell: the mean of the seeds, in per cent, and in
brackets the mean absolute error and the mean error, in points. "Snapshot" is what a system says that keeps the present
stage alone, as of the same day: of the deals that now stand at the milestone or beyond (won ones among them, lost ones
in no stage), the share that stands beyond.
"""


def main() -> None:
    """Measure every market and print its table."""
    sys.stdout.write(CAPTION)
    for name, one in MARKETS.items():
        runs = [run(one, seed) for seed in SEEDS]
        sys.stdout.write("\n" + "".join(f"{line}\n" for line in report(name, runs)))
        sys.stdout.flush()


if __name__ == "__main__":
    main()
