"""Tracks: a deal on both clocks at once, track by track, for a playhead to move over.

The stops of the happened clock are the moments by which something had surely happened and the
evenings of the deal; those of the known clock are the moments at which something was recorded. At
each pair of stops a track has the value that the dossier has there.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from types import MappingProxyType
from typing import Any
from uuid import UUID

import attrs

from dealflow.domain.noun import MergedInto
from dealflow.domain.playbook import MilestoneKey
from dealflow.domain.timeline import Told, known_by
from dealflow.journal import JOURNAL, Record, day_end
from dealflow.projections.cases import Horizon
from dealflow.projections.look import followed
from dealflow.projections.situation import Situation, as_it_ended, gathered
from dealflow.replay.dossier import dossier
from dealflow.replay.frames import Frame, frame
from dealflow.replay.rectangles import Rectangle, tiled


@attrs.frozen
class Stops:
    """How closely the clocks are divided.

    There are at most so many *evenings* (of a longer deal every second, third, … day has one) and at
    most so many moments of knowledge (*known*): beyond that they are evenings, too. What was recorded
    within one *burst*, an import above all, became known at one moment.
    """

    evenings: int = 400
    known: int = 200
    burst: timedelta = timedelta(minutes=1)


STOPS = Stops()


@attrs.frozen
class Stop:
    """One stop of a clock: the moment *at*, which is an *evening*, the end of its day (*on*), or within the day."""

    at: datetime
    on: date
    evening: bool

    @property
    def moment(self) -> date | datetime:
        """What to ask a question by."""
        return self.on if self.evening else self.at


@attrs.frozen
class Track:
    """The values of one kind of fact, by its *key*, at every point of both clocks."""

    key: str
    rectangles: tuple[Rectangle, ...]

    def at(self, happened: int, known: int) -> Any:
        """Return the value at a pair of stops; nothing where there is none."""
        return next((one.value for one in self.rectangles if one.holds(happened, known)), None)


@attrs.frozen
class Mark:
    """Where a record of the story stands: by which stop it had surely happened, and at which it was first known."""

    record: int
    happened: int
    known: int


@attrs.frozen
class Tracks:
    """A deal on both clocks: the stops of each, the tracks, and where its records stand, in the story's order.

    *knowledge* is whose the known clock is; *usual* is how many days stays at the milestones usually last,
    by the deal's playbook; *zone* is the one in which days are read.
    """

    deal: UUID
    knowledge: str
    happened: tuple[Stop, ...] = ()
    known: tuple[Stop, ...] = ()
    tracks: tuple[Track, ...] = ()
    marks: tuple[Mark, ...] = ()
    usual: Mapping[MilestoneKey, int] = MappingProxyType({})
    zone: str = "UTC"

    def frame(self, happened: int, known: int) -> Frame:
        """Return the value of every track at a pair of stops, those without one left out."""
        values = ((one.key, one.at(happened, known)) for one in self.tracks)
        return {key: value for key, value in values if value is not None}


def tracks(
    deal: UUID, records: Sequence[Record], horizon: Horizon, knowledge: str = JOURNAL, stops: Stops = STOPS
) -> Tracks:
    """Lay out a deal from whole streams of its own, of its people and of its account, all that is known of them.

    The last stop of the known clock is the *horizon*: now, or the moment at which it was known.
    Everything is empty where it was not known then that the deal was opened.
    """
    records = tuple(known_by(records, horizon.until, knowledge))
    whole = gathered(deal, records, horizon)
    if whole.deal is None:
        return Tracks(deal, knowledge, zone=str(horizon.zone))
    story = dossier(whole).records
    streams = {one.stream for one in story}
    moments = {one.known_at(knowledge) for one in records if one.stream in streams}
    known = _known(moments, horizon, stops)
    situations = [_as_known(whole, records, moment, knowledge) for moment in known]
    happened = _happened(situations, {one.position for one in story}, stops.evenings)
    learnt = {one.position: one.known_at(knowledge) for one in story}
    return Tracks(
        deal=deal,
        knowledge=knowledge,
        happened=tuple(_stop(moment, horizon) for moment in happened),
        known=tuple(_stop(moment, horizon) for moment in known),
        tracks=tuple(Track(key, areas) for key, areas in tiled(list(_rows(situations, happened))).items()),
        marks=tuple(
            Mark(one.record.position, bisect_left(happened, one.end), bisect_left(known, learnt[one.record.position]))
            for one in whole.told
            if one.record.position in learnt
        ),
        zone=str(horizon.zone),
    )


def _as_known(whole: Situation, records: Iterable[Record], moment: datetime, knowledge: str) -> Situation:
    return gathered(
        whole.id, known_by(records, moment, knowledge), attrs.evolve(whole.horizon, until=moment), usual=whole.usual
    )


# The stops


def _stop(moment: datetime, horizon: Horizon) -> Stop:
    day = horizon.day(moment)
    return Stop(moment, day, moment == day_end(day, horizon.zone))


def _known(moments: Collection[datetime], horizon: Horizon, stops: Stops) -> Sequence[datetime]:
    """Return when something was recorded, and last the horizon."""
    apart = [one for one, after in pairwise(sorted({*moments, horizon.until})) if after - one > stops.burst]
    if len(apart) >= stops.known:
        evenings = {day_end(horizon.day(one), horizon.zone) for one in apart}
        apart = _thinned(sorted(one for one in evenings if one < horizon.until), stops.known - 1)
    return [*apart, horizon.until]


def _happened(situations: Sequence[Situation], story: Container[int], evenings: int) -> Sequence[datetime]:
    """Return when what is told had surely happened, as it was ever known, and the evenings of the deal."""
    told = {one.end for then in situations for one in then.told if one.record.position in story}
    return sorted(told.union(_evenings(situations[-1], evenings)))


def _evenings(whole: Situation, most: int) -> Sequence[datetime]:
    """Return the evenings from a deal's opening to its end or merger, or for as long as it is followed."""
    own = [one for one in whole.told if one.record.stream == whole.id]
    first = min(one.end for one in own)
    merged = (one.end for one in own if isinstance(one.record.event, MergedInto))
    last = min([followed(as_it_ended(whole, None)).at, *merged])
    opened, horizon = whole.horizon.day(first), whole.horizon
    days = [opened + timedelta(days=number) for number in range(horizon.days(first, last) + 1)]
    return _thinned([day_end(day, horizon.zone) for day in days], most)


def _thinned(moments: Sequence[datetime], most: int) -> list[datetime]:
    """Keep every second, third, … one, the last one among them, where there are more than *most*."""
    step = -(-len(moments) // most) if moments else 1
    return list(moments[::-1][::step][::-1])


# The values


@attrs.frozen
class _Row:
    """What was so at every stop, as *then* knew."""

    then: Situation
    frames: tuple[Frame, ...]


def _rows(situations: Iterable[Situation], happened: Sequence[datetime]) -> Iterator[tuple[Frame, ...]]:
    row: _Row | None = None
    for then in situations:
        row = _Row(then, tuple(_frames(then, happened, row)))
        yield row.frames


def _frames(then: Situation, happened: Sequence[datetime], before: _Row | None) -> Iterator[Frame]:
    """Yield the frame of every stop.

    A frame follows from what had happened by its stop and from the moment it is seen from: the
    stop, or when it was known, whichever is earlier. Where both are as they were in the row
    *before*, or at the last stop, so is the frame.
    """
    kept = 0 if before is None else _alike(before.then, then, happened)
    last: tuple[tuple[Told, ...], datetime, Frame] | None = None
    for stop, moment in enumerate(happened):
        if before is not None and stop < kept:
            yield before.frames[stop]
            continue
        told, at = _upto(then, moment), min(moment, then.at)
        if last is None or len(last[0]) != len(told) or last[1] != at:
            found = frame(attrs.evolve(then, horizon=attrs.evolve(then.horizon, until=at), told=told))
            last = (told, at, last[2] if last is not None and last[2] == found else found)
        yield last[2]


def _alike(before: Situation, then: Situation, happened: Sequence[datetime]) -> int:
    """Return at how many stops, from the first on, two situations are seen alike: told the same, from the same moment.

    What was told by an earlier moment is the beginning of what was told by a later one, so that they
    differ from some stop on.
    """
    differ = bisect_left(happened, 1, key=lambda moment: int(_upto(before, moment) != _upto(then, moment)))
    return min(differ, bisect_right(happened, before.at))


def _upto(then: Situation, moment: datetime) -> tuple[Told, ...]:
    """Return what had surely happened by a moment."""
    return tuple(one for one in then.told if one.end <= moment)
