"""Accuracy: how near each way of reading a funnel comes to what the deals do when followed to their end.

`python -m benchmarks.accuracy` lets 6,000 deals be opened evenly over a year, asks at the end of that
year, and compares the answers with the same journal's at the end of all lives; five seeds a market.
What is asked: of the deals that came to a milestone, which share goes on: ever stands at a later one
afterwards, or is won. One deal in ten stays goes back, some steps skip a milestone, some losses are
reopened, amounts and dates are edited in place.

The stays are log-normal with a sigma of 1, since real ones have a long tail, and a stay that ends in
a loss takes 1.2 times as long as one that goes on, since customers say no late. That difference
favours going on wherever one asks early; Aalen-Johansen takes part of it back. The third market, where
both take as long, shows how much of the error it is. What is left there is chance: of 6,000 deals a
dozen have left the last milestone by then, so each table also says how it looks without milestones of
insufficient history, and with each deal weighing the same.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from statistics import fmean

import attrs

from dealflow import DealFlow, Status
from dealflow.domain.playbook import playbook_id
from dealflow.projections.pipeline import Standing, Step
from dealflow.testing import COURSE, DEALS_ONLY, FIVE_STEPS, Clock, Course, Market, fill, simulate

SEEDS = range(5)
DEALS = 6_000
WINDOW = 365  # days in which deals are opened
ENOUGH = 20  # resolved deals below which an estimate is called insufficient history
STRETCH = 7.6  # makes the mean cycle three windows long


def stretched(course: Course, factor: float) -> Course:
    """Return a course on which every stay is so many times as long."""
    return attrs.evolve(course, fares=tuple(attrs.evolve(fare, days=fare.days * factor) for fare in course.fares))


def market(course: Course) -> Market:
    """Return the market that is measured: deals alone."""
    return Market(deals=DEALS, days=WINDOW, course=course, detail=DEALS_ONLY, revised=0)


LONG = stretched(COURSE, STRETCH)
MARKETS = {
    "cycles shorter than the window": market(COURSE),
    "cycles three windows long": market(LONG),
    "cycles three windows long, losing takes no longer": market(attrs.evolve(LONG, losing_takes=1.0)),
}

# What each way of reading says


@attrs.frozen
class Reading:
    """What is said of one milestone: each a share from 0 to 1, or nothing where it cannot be said.

    *resolved* is how many deals went on or closed; the others who came are undecided.
    """

    milestone: str
    came: int
    resolved: int
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


@attrs.frozen
class Passage:
    """What became of one deal after it first came to a milestone: so many *days* until it went on or
    closed without (`on` says which), or until now.
    """

    days: int
    on: bool | None


def estimates(flow: DealFlow, happened: date | None = None) -> tuple[Reading, ...]:
    """Read the funnel as of a day, or as of the end of all lives, in every way."""
    keys = flow.state(playbook_id(FIVE_STEPS.key)).keys()
    deals = flow.deals(happened=happened)
    return tuple(_reading(number, keys, deals, happened) for number in range(len(keys)))


def _reading(number: int, keys: Sequence[str], deals: Sequence[Standing], happened: date | None) -> Reading:
    passages = [one for deal in deals if (one := _passage(number, keys, deal, happened)) is not None]
    on, out = (sum(one.on is way for one in passages) for way in (True, False))
    now = [place for deal in deals if (place := _place(keys, deal)) is not None and place >= number]
    return Reading(
        keys[number],
        len(passages),
        on + out,
        _share(on, len(passages)),
        _share(on, on + out),
        aalen_johansen(passages),
        _share(sum(place > number for place in now), len(now)),
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _passage(number: int, keys: Sequence[str], deal: Standing, happened: date | None) -> Passage | None:
    came = next((visit.came for visit in deal.visits if visit.milestone == keys[number]), None)
    if came is None:
        return None
    beyond = {*keys[number + 1 :]}
    later = (move for move in deal.moves if move.record > came.record)
    went = next((move for move in later if move.step is Step.WON or move.reached in beyond), None)
    if went is not None:
        return Passage(_days(came.end, went.end), on=True)
    if deal.status is not Status.OPEN:
        return Passage(_days(came.end, deal.since), on=False)
    return Passage(((happened or date.max) - came.end.date()).days, on=None)


def _days(start: datetime, end: datetime) -> int:
    return (end.date() - start.date()).days


def _place(keys: Sequence[str], deal: Standing) -> int | None:
    """Return which milestone a system shows that keeps only the present one; a lost deal has none."""
    if deal.status is Status.WON:
        return len(keys)
    return keys.index(deal.stage) if deal.status is Status.OPEN else None


def aalen_johansen(passages: Iterable[Passage]) -> float | None:
    """Return the share that goes on by the cumulative incidences of going on and of closing.

    Deals not decided yet count as observed until now; what they do later is not guessed, but the
    two incidences are brought to one.
    """
    waiting = sorted(passages, key=lambda one: (one.days, one.on is None))
    at_risk, surviving = len(waiting), 1.0
    going, closing = 0.0, 0.0
    for one in waiting:
        step = surviving / at_risk
        if one.on is not None:
            going, closing = going + step * one.on, closing + step * (not one.on)
            surviving -= step
        at_risk -= 1
    return going / (going + closing) if going + closing else None


# The table


@attrs.frozen
class Run:
    """One seed: what was read at the end of the window, what is true, and the mean cycle in days."""

    cycle: float
    truth: tuple[float, ...]
    read: tuple[Reading, ...]


def run(market: Market, seed: int) -> Run:
    """Play a market, and ask at the end of its window and at the end of all lives."""
    simulation, clock = simulate(market, seed), Clock()
    with DealFlow.open("memory:", clock=clock) as flow:
        fill(flow, clock, simulation)
        read = estimates(flow, market.first_day + timedelta(days=market.days - 1))
        truth = tuple(one.reached or 0.0 for one in estimates(flow))
    cycles = [(life.ended - life.opened).days for life in simulation.lives if life.end is Step.WON]
    return Run(fmean(cycles), truth, read)


def report(name: str, runs: Sequence[Run]) -> Iterator[str]:
    """Return the table of one market, line by line."""
    cycle = fmean(one.cycle for one in runs)
    yield f"{name}: {DEALS:,} deals, window {WINDOW} days, mean cycle {cycle:.0f} days, {len(runs)} seeds"
    yield f"{'milestone':<12}{'came':>7}{'resolved':>10}{'truth %':>9}" + "".join(f"{way:>22}" for way in WAYS)
    for number, one in enumerate(runs[0].read):
        came, resolved = (fmean(getattr(run.read[number], what) for run in runs) for what in ("came", "resolved"))
        truth = 100 * fmean(run.truth[number] for run in runs)
        cells = (_cell([run.read[number] for run in runs], [run.truth[number] for run in runs], way) for way in WAYS)
        yield f"{one.milestone:<12}{came:>7.0f}{resolved:>10.0f}{truth:>9.1f}" + "".join(
            f"{cell:>22}" for cell in cells
        )
    yield f"{'mean absolute error, points':<38}" + "".join(f"{_mean(runs, way):>22.2f}" for way in WAYS)
    yield f"{f'  where {ENOUGH} or more are resolved':<38}" + "".join(
        f"{_mean(runs, way, ENOUGH):>22.2f}" for way in WAYS
    )
    yield f"{'  weighted by deals resolved':<38}" + "".join(f"{_weighted(runs, way):>22.2f}" for way in WAYS)


def _cell(read: Sequence[Reading], truth: Sequence[float], way: str) -> str:
    said = [WAYS[way](one) for one in read]
    errors = [100 * (one - true) for one, true in zip(said, truth, strict=True) if one is not None]
    if not errors:
        return "-"
    mean = fmean(100 * one for one in said if one is not None)
    return f"{mean:.1f} ({fmean(map(abs, errors)):.2f}, {fmean(errors):+.2f})"


def _errors(runs: Sequence[Run], way: str) -> Iterator[tuple[int, float]]:
    """Return every absolute error in points, with the number of deals resolved."""
    for one in runs:
        for reading, true in zip(one.read, one.truth, strict=True):
            said = WAYS[way](reading)
            if said is not None:
                yield reading.resolved, 100 * abs(said - true)


def _mean(runs: Sequence[Run], way: str, enough: int = 0) -> float:
    return fmean(error for resolved, error in _errors(runs, way) if resolved >= enough)


def _weighted(runs: Sequence[Run], way: str) -> float:
    errors = list(_errors(runs, way))
    return sum(resolved * error for resolved, error in errors) / sum(resolved for resolved, _ in errors)


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
