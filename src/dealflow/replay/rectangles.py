"""Rectangles: a value of each track at every point of both clocks, written as few areas over which it is the same.

They tile the plane: every point lies in exactly one rectangle of each track. What is drawn at a
playhead are the rectangles that hold it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from dealflow.replay.frames import Frame


@attrs.frozen
class Rectangle:
    """A *value* that holds from one stop to another of each clock, both ends included; nothing where there is none."""

    value: Any
    happened: tuple[int, int]
    known: tuple[int, int]

    def holds(self, happened: int, known: int) -> bool:
        """Say whether a point, given by its stops, lies in it."""
        return self.happened[0] <= happened <= self.happened[1] and self.known[0] <= known <= self.known[1]


Run = tuple[int, int, Any]  # the first and the last stop over which a value is the same
Row = Sequence[Frame]  # what was so at each stop of the happened clock, as known at one stop of the other


def tiled(rows: Sequence[Row]) -> Mapping[str, tuple[Rectangle, ...]]:
    """Return the rectangles of every track that ever has a value, in the order in which the tracks appear."""
    cut = [list(_runs(row)) for row in rows]
    keys = dict.fromkeys(key for row in reversed(cut) for _, _, frame in row for key in frame)
    return {key: tuple(_rectangles(key, cut)) for key in keys}


def _runs(row: Row) -> Iterator[Run]:
    """Cut a row where anything in it changes."""
    first = 0
    for stop in range(1, len(row) + 1):
        if stop == len(row) or row[stop] is not row[first]:
            yield first, stop - 1, row[first]
            first = stop


def _rectangles(key: str, rows: Sequence[Sequence[Run]]) -> Iterator[Rectangle]:
    """Yield the areas of one track: its runs, each as long as the rows that follow have the very same one."""
    standing: dict[Run, int] = {}
    for known, row in enumerate(rows):
        runs = _merged((first, last, frame.get(key)) for first, last, frame in row)
        yield from (_area(run, since, known - 1) for run, since in standing.items() if run not in runs)
        standing = {run: standing.get(run, known) for run in runs}
    yield from (_area(run, since, len(rows) - 1) for run, since in standing.items())


def _merged(runs: Iterator[Run]) -> dict[Run, None]:
    """Put neighbours of one value together."""
    merged: list[Run] = []
    for first, last, value in runs:
        if merged and merged[-1][2] == value:
            merged[-1] = (merged[-1][0], last, value)
        else:
            merged.append((first, last, value))
    return dict.fromkeys(merged)


def _area(run: Run, since: int, until: int) -> Rectangle:
    first, last, value = run
    return Rectangle(value, (first, last), (since, until))
