"""Foretelling: which signals of churn the back-test tells from noise, on customers of whom the truth is known.

`python -m benchmarks.foretelling` simulates 500 customers over four years, five times. They leave
several times as often while a complaint is overdue, a coach who left is not replaced, or a quality
incident is open; nothing else matters. What goes along with one of these is neither right nor wrong.
"""

import sys
import time
from collections.abc import Iterator
from datetime import timedelta

from dealflow import DealFlow
from dealflow.projections.backtest import Backtest, SignalVerdict
from dealflow.testing import Clock, Customers, customers, fill

SEEDS = range(1, 6)
CUSTOMERS = Customers(accounts=500)
TRUE = ("quality-incident", "complaint-overdue", "champion-departed")
GOES_ALONG = ("support-shrinking", "complaint-repeated")


def tested(seed: int) -> tuple[Backtest, float]:
    """Return what the back-test finds, and how many seconds it takes once the rows are there."""
    clock = Clock()
    with DealFlow.open("memory:", clock=clock) as flow:
        fill(flow, clock, customers(CUSTOMERS, seed))
        last = CUSTOMERS.first_day + timedelta(days=CUSTOMERS.days - 1)
        flow.relations(happened=last)
        begun = time.perf_counter()
        return flow.backtest(happened=last), time.perf_counter() - begun


def report() -> Iterator[str]:
    """Tell it, a line a seed."""
    found, wrong, weighed = 0, 0, 0
    for seed in SEEDS:
        answer, seconds = tested(seed)
        verdicts = {one.name: one.verdict for one in answer.scores}
        said = [name for name, verdict in verdicts.items() if verdict is SignalVerdict.FORETELLS]
        noise = [name for name in verdicts if name not in (*TRUE, *GOES_ALONG)]
        enough = [name for name in noise if verdicts[name] is not SignalVerdict.INSUFFICIENT]
        found += sum(name in TRUE for name in said)
        wrong += sum(verdicts[name] is not SignalVerdict.NO_SIGNAL for name in enough)
        weighed += len(enough)
        yield f"seed {seed}: {answer.all.losses} losses, {seconds:.0f} s; foretells: {', '.join(said)}"
    yield f"{found} of {len(TRUE) * len(SEEDS)} true signals found; {wrong} of {weighed} verdicts on noise are wrong"


if __name__ == "__main__":
    for line in report():
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
