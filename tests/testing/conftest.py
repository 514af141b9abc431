"""One filled journal that the tests of made-up markets share."""

from collections.abc import Iterator, Sequence
from uuid import UUID

import attrs
import pytest

import dealflow as df
from dealflow.testing import Clock, Market, Simulation, fill, simulate

Filled = tuple[df.DealFlow, Simulation]
Streams = dict[UUID, list[df.Record]]


@pytest.fixture(scope="package")
def filled() -> Iterator[Filled]:
    """A default market of some hundred deals, with much that goes wrong in the writing."""
    market = Market(deals=300)
    writing = attrs.evolve(market.writing, corrected=0.05, duplicates=0.05, erased=0.05)
    market = attrs.evolve(market, writing=writing, detail=attrs.evolve(market.detail, unwatched=0.03))
    simulation, clock = simulate(market, seed=1), Clock()
    with df.DealFlow.open("memory:", clock=clock) as flow:
        fill(flow, clock, simulation)
        yield flow, simulation


@pytest.fixture(scope="package")
def records(filled: Filled) -> Sequence[df.Record]:
    return list(filled[0].journal.read())


@pytest.fixture(scope="package")
def streams(records: Sequence[df.Record]) -> Streams:
    found: Streams = {}
    for record in records:
        found.setdefault(record.stream, []).append(record)
    return found
