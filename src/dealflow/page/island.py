"""Island: what the script reads: the stops, the tracks as rectangles, and the records as they are stored.

Values, strings and the shapes of objects that come again are written once and named by number.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import attrs

from dealflow.page.cells import words
from dealflow.page.drawing import Drawing
from dealflow.page.groups import title
from dealflow.page.telling import changed
from dealflow.plain import plain
from dealflow.replay.rectangles import Rectangle
from dealflow.replay.story import Line
from dealflow.replay.tracks import Stop

REFERENCE = "~"  # before the number of a string that is written elsewhere; doubled where a string begins so
SHORT = 6  # letters up to which a string is not worth a number


def island(drawing: Drawing, story: Iterable[Line]) -> str:
    """Write all of it as JSON that can stand in a page, whatever anybody typed."""
    values: dict[str, int] = {}
    tracks = {
        one.key: [title(drawing, one.key), [_area(area, _value(values, drawing, one.key, area)) for area in areas]]
        for one in drawing.tracks.tracks
        if (areas := drawing.areas(one.key))
    }
    told = {
        "happened": [_stop(drawing, one) for one in drawing.tracks.happened],
        "known": [_stop(drawing, one) for one in drawing.tracks.known],
        "values": [json.loads(one) for one in values],
        "tracks": tracks,
        "marks": [[one.record, one.happened, one.known] for one in drawing.tracks.marks],
        "records": packed([[plain(one.record, drawing.names), changed(one, drawing.names)] for one in story]),
    }
    return harmless(json.dumps(told, ensure_ascii=False, separators=(",", ":")))


def harmless(written: str) -> str:
    """Write JSON so that nothing in it can end the element it stands in."""
    for sign in "<>&\u2028\u2029":
        written = written.replace(sign, f"\\u{ord(sign):04x}")
    return written


def _stop(drawing: Drawing, stop: Stop) -> list[Any]:
    """A stop is its day and its place; one within the day says when."""
    place: list[Any] = [stop.on.isoformat(), drawing.scale.x(stop.at)]
    return place if stop.evening else [*place, stop.at.isoformat().replace("+00:00", "Z")]


def _value(values: dict[str, int], drawing: Drawing, key: str, area: Rectangle) -> int:
    said = [words(key, area.value, drawing.names), plain(area.value, drawing.names)]
    return values.setdefault(json.dumps(said, ensure_ascii=False), len(values))


def _area(area: Rectangle, value: int) -> list[int]:
    return [value, *area.happened, *area.known]


# Packing


def packed(values: Sequence[Any]) -> Mapping[str, Any]:
    """Write values with each string and each object's names once: `strings`, `shapes`, and the `values` themselves.

    An object is a list that begins with the number of its shape, a list one that begins with -1.
    """
    packing = _Packing({one: number for number, one in enumerate(_often(values))})
    return {
        "values": [packing(one) for one in values],
        "strings": list(packing.strings),
        "shapes": [list(one) for one in packing.shapes],
    }


def _often(values: Sequence[Any]) -> list[str]:
    times = Counter(one for value in values for one in _strings(value))
    return [one for one, number in times.items() if number > 1 and len(one) > SHORT]


def _strings(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            yield from (found for one in value.values() for found in _strings(one))
        case list():
            yield from (found for one in value for found in _strings(one))
        case _:
            pass


@attrs.frozen
class _Packing:
    strings: Mapping[str, int]
    shapes: dict[tuple[str, ...], int] = attrs.field(factory=dict)

    def __call__(self, value: Any) -> Any:
        match value:
            case str() if value in self.strings:
                return f"{REFERENCE}{self.strings[value]}"
            case str():
                return REFERENCE + value if value.startswith(REFERENCE) else value
            case dict():
                shape = self.shapes.setdefault(tuple(value), len(self.shapes))
                return [shape, *map(self, value.values())]
            case list():
                return [-1, *map(self, value)]
            case _:
                return value
