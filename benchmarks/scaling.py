"""Scaling: how the cost of a question grows with what it is asked about, as a ratio in one run.

`python -m benchmarks.scaling` asks each question of so much, and of four times as much. Four times the
cost is 1.0 for each; much more says that something is held against everything else.
"""

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from time import perf_counter
from uuid import UUID

from dealflow import Channel, ContactBy, DealFlow, HoldInteraction, RegisterAccount, When
from dealflow.projections.bookings import Appointment, clashes
from dealflow.projections.cases import Horizon

TIMES = 4
FIRST = datetime(2026, 1, 5, 9, tzinfo=UTC)


def appointments(number: int) -> Callable[[], object]:
    """Return the question who is planned at two contacts at once, of one person with so many ahead."""
    starts = (FIRST + timedelta(hours=hour) for hour in range(number))
    ahead = [
        Appointment(UUID(int=spot), None, When.between(start, start), None, None, ("li",), (), (spot,))
        for spot, start in enumerate(starts)
    ]
    return lambda: clashes(ahead, Horizon(FIRST, UTC))


def accounts(number: int) -> Callable[[], object]:
    """Return the question how the contacts of so many accounts are cut by account."""
    with DealFlow.open("memory:") as flow:
        for spot in range(number):
            account = flow.do(RegisterAccount(f"Buyer {spot}"), by="li", at=date(2026, 1, 5)).stream
            flow.do(HoldInteraction(account, Channel.CALL), by="li", at=date(2026, 1, 6))
        found = flow.contacts()
    return lambda: found.by(ContactBy.ACCOUNT)


QUESTIONS = {"double bookings": (appointments, 1000), "contacts by account": (accounts, 1000)}


def seconds(ask: Callable[[], object]) -> float:
    """Return how long a question takes, the best of many times."""
    best = float("inf")
    for _ in range(15):
        begun = perf_counter()
        ask()
        best = min(best, perf_counter() - begun)
    return best


def report() -> Iterator[str]:
    """Tell it, a line a question."""
    for name, (asked_of, number) in QUESTIONS.items():
        ratio = seconds(asked_of(number * TIMES)) / seconds(asked_of(number)) / TIMES
        yield f"{name}: {number:,} to {number * TIMES:,}, {ratio:.1f} times the cost for each"


if __name__ == "__main__":
    for line in report():
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
