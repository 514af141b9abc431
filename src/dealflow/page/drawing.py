"""Drawing: the tracks of a deal on their axis, span by span, as known at each stop."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

import attrs

from dealflow.page.axis import Axis
from dealflow.page.svg import layered
from dealflow.replay.rectangles import Rectangle
from dealflow.replay.telling.words import Names
from dealflow.replay.tracks import Tracks

EDGE = 100.0


@attrs.frozen
class Span:
    """A *value* from one place on the axis to another."""

    value: Any
    left: float
    right: float

    @property
    def width(self) -> float:
        """How wide it is."""
        return round(self.right - self.left, 2)


@attrs.frozen
class Drawing:
    """Tracks, the axis they are drawn along, and what ids are called."""

    tracks: Tracks
    scale: Axis
    names: Names

    @cached_property
    def _areas(self) -> Mapping[str, tuple[Rectangle, ...]]:
        return {one.key: one.rectangles for one in self.tracks.tracks}

    def keys(self, *kinds: str) -> tuple[str, ...]:
        """Return the tracks of some kinds, those that begin so, in their order."""
        return tuple(key for kind in kinds for key in self._areas if key == kind or key.startswith(f"{kind}:"))

    def areas(self, key: str) -> tuple[Rectangle, ...]:
        """Return the rectangles of a track that have a value."""
        return tuple(one for one in self._areas.get(key, ()) if one.value is not None)

    @property
    def last(self) -> int:
        """The last stop of the known clock."""
        return len(self.tracks.known) - 1

    def values(self, key: str, known: int | None = None) -> tuple[Rectangle, ...]:
        """Return what a track held, in the order in which it happened, as known at a stop (absent: in the end)."""
        at = self.last if known is None else known
        found = (one for one in self.areas(key) if one.known[0] <= at <= one.known[1])
        return tuple(sorted(found, key=lambda one: one.happened))

    def spans(self, key: str, known: int) -> tuple[Span, ...]:
        """Return the same as it lies on the axis."""
        return tuple(self._span(one) for one in self.values(key, known))

    def _span(self, area: Rectangle) -> Span:
        first, last = area.happened
        stops = self.tracks.happened
        right = EDGE if last + 1 == len(stops) else self.scale.x(stops[last + 1].at)
        return Span(area.value, self.scale.x(stops[first].at), right)

    def layers(self, draw: Callable[[int], Iterable[str]]) -> str:
        """Write what is drawn as known at each stop."""
        return layered([tuple(draw(known)) for known in range(self.last + 1)])

    def each(self, key: str, draw: Callable[[Span], str]) -> str:
        """Write every span of a track."""
        return self.layers(lambda known: (draw(one) for one in self.spans(key, known)))

    def ever(self, key: str) -> Iterator[Any]:
        """Yield every value that a track ever held, whatever was known."""
        return (one.value for one in self.areas(key))
