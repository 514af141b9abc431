"""Island: what the script reads: the stops, the tracks as rectangles, and the records as they are stored.

Values that come again are written once and named by number. All of it is compressed: what a script
alone reads need not be long, and letters of base 64 can end no element, whatever anybody typed.
"""

import gzip
import json
from base64 import b64encode
from bisect import bisect_right
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from dealflow.page.cells import words
from dealflow.page.drawing import Drawing
from dealflow.page.groups import title
from dealflow.page.telling import changed
from dealflow.plain import plain
from dealflow.replay.rectangles import Rectangle
from dealflow.replay.story import Line
from dealflow.replay.tracks import Stop, Tracks


def island(drawing: Drawing, story: Iterable[Line]) -> str:
    """Write all of it as JSON, compressed."""
    values: dict[str, int] = {}
    tracks = {
        one.key: [title(drawing, one.key), [_area(area, _value(values, drawing, one.key, area)) for area in areas]]
        for one in drawing.tracks.tracks
        if (areas := drawing.areas(one.key))
    }
    told = {
        "happened": [_stop(drawing, one) for one in drawing.tracks.happened],
        "known": [_stop(drawing, one) for one in drawing.tracks.known],
        "knownBy": _known_by(drawing.tracks),
        "values": [json.loads(one) for one in values],
        "tracks": tracks,
        "marks": [[one.record, one.happened, one.known] for one in drawing.tracks.marks],
        "records": [[plain(one.record, drawing.names), changed(one, drawing.names)] for one in story],
    }
    written = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return b64encode(gzip.compress(written.encode(), mtime=0)).decode("ascii")


def _stop(drawing: Drawing, stop: Stop) -> list[Any]:
    """A stop is its day and its place; one within the day says when: the instant, and the time of that day."""
    place: list[Any] = [stop.on.isoformat(), drawing.scale.x(stop.at)]
    if stop.evening:
        return place
    there = stop.at.astimezone(ZoneInfo(drawing.tracks.zone))
    return [*place, stop.at.isoformat().replace("+00:00", "Z"), f"{there:%H:%M}"]


def _known_by(tracks: Tracks) -> list[int]:
    """Return the last stop of knowledge by each stop of the other clock; the first where nothing was known yet."""
    known = [one.at for one in tracks.known]
    return [max(bisect_right(known, one.at) - 1, 0) for one in tracks.happened]


def _value(values: dict[str, int], drawing: Drawing, key: str, area: Rectangle) -> int:
    said = [words(key, area.value, drawing.names), plain(area.value, drawing.names)]
    return values.setdefault(json.dumps(said, ensure_ascii=False), len(values))


def _area(area: Rectangle, value: int) -> list[int]:
    return [value, *area.happened, *area.known]
