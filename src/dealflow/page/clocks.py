"""Clocks: the two rails between which every record is a line, from when it happened to when it was known.

What was recorded at once stands upright; what was late leans, and its delay is shaded. The gap between the
clocks is drawn because it is the finding.
"""

from collections.abc import Iterator, Mapping

import attrs

from dealflow.page.drawing import Drawing
from dealflow.page.svg import element, percent, picture, text
from dealflow.replay.tracks import Mark

HIGH, TOP, BOTTOM, NUMBER = 58, 4, 54, 18  # pixels
CLOSE = 6.0  # of the axis: numbers closer than that stand under one another


@attrs.frozen
class Late:
    """A record that became known on a later day than it had surely happened."""

    record: int
    happened: str
    known: str
    days: int


def in_one_go(drawing: Drawing) -> bool:
    """Say whether all became known at one moment, as it does by an import: then nothing was later than the rest."""
    return len({one.known for one in drawing.tracks.marks}) == 1 < len(drawing.tracks.marks)


def late(drawing: Drawing) -> Mapping[int, Late]:
    """Return the records that were late, by position."""
    if in_one_go(drawing):
        return {}
    return {one.record: found for one in drawing.tracks.marks if (found := _late(drawing, one)).days > 0}


def _late(drawing: Drawing, mark: Mark) -> Late:
    happened, known = drawing.tracks.happened[mark.happened].on, drawing.tracks.known[mark.known].on
    return Late(mark.record, happened.isoformat(), known.isoformat(), (known - happened).days)


def clocks(drawing: Drawing) -> str:
    """Draw both rails, and every record between them."""
    rails = (element("line", x1="0", x2="100%", y1=y, y2=y, class_="rail") for y in (TOP, BOTTOM))
    tardy = late(drawing)
    lines = dict.fromkeys(
        shape for one in drawing.tracks.marks for shape in _record(drawing, one, late=one.record in tardy)
    )
    said = "Above when each record happened, below when it was known; leaning and shaded: known on a later day."
    return picture("Happened and known", said, HIGH, *rails, *sorted(lines))


def _record(drawing: Drawing, mark: Mark, *, late: bool) -> Iterator[str]:
    start = drawing.scale.x(drawing.tracks.happened[mark.happened].at)
    end = drawing.scale.x(drawing.tracks.known[mark.known].at)
    style = "late" if late else "prompt"
    if late:
        yield element("rect", x=percent(start), width=percent(end - start), y=BOTTOM - 9, height=9, class_="delay")
    yield element("line", x1=percent(start), x2=percent(end), y1=TOP, y2=BOTTOM, class_=f"entry {style}")


def numbers(places: Mapping[int, float]) -> str:
    """Draw the numbers of the turning points above the axis; those that are close stand under one another."""
    rows = _stacked(places)
    height = 4 + NUMBER * (1 + max(rows.values(), default=0))
    shapes = (shape for number, row in rows.items() for shape in _number(number, places[number], row))
    return picture("Turning points", "Their numbers, when they happened; each is told below.", height, *shapes)


def _number(number: int, x: float, row: int) -> Iterator[str]:
    y = 11 + NUMBER * row
    yield element("circle", cx=percent(x), cy=y, r=8, class_="turn")
    yield text(str(number), x=percent(x), y=y + 4, class_="turn-number")


def _stacked(places: Mapping[int, float]) -> Mapping[int, int]:
    """Return for each number the first row in which it has room."""
    rows: dict[int, int] = {}
    ends: list[float] = []
    for number, x in sorted(places.items(), key=lambda one: (one[1], one[0])):
        row = next((row for row, end in enumerate(ends) if x - end >= CLOSE), len(ends))
        ends[row : row + 1] = [x]
        rows[number] = row
    return rows
