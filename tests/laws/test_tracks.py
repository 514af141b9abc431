"""The laws of tracks: rectangles tile the plane of both clocks, and each point holds what is told there alone."""

from itertools import product
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

import dealflow as df
from dealflow.domain.timeline import known_by
from dealflow.projections.cases import Horizon
from dealflow.projections.situation import gathered
from dealflow.replay.frames import Frame, frame
from dealflow.replay.rectangles import Rectangle, tiled
from dealflow.replay.tracks import tracks
from tests.laws.selling import Selling

FEW = df.Stops(evenings=12, known=12)


def laid_out(flow: df.DealFlow, deal: Any, knowledge: str = "journal") -> df.Tracks:
    return tracks(deal, flow._around(deal, None, knowledge), flow._horizon(None, None), knowledge, FEW)  # noqa: SLF001


def alone(flow: df.DealFlow, found: df.Tracks, happened: int, known: int) -> Frame:
    """Return the values at a pair of stops, from the records alone."""
    then, when = found.happened[happened].at, found.known[known].at
    records = known_by(flow._around(found.deal, None, found.knowledge), when, found.knowledge)  # noqa: SLF001
    return frame(gathered(found.deal, records, Horizon(min(then, when), flow.zone), happened=then))


class Moving(Selling):
    """Someone who sells anyhow, and someone who moves over their deals on both clocks."""

    @precondition(lambda self: self.flow.deals())
    @rule(data=st.data(), knowledge=st.sampled_from(["journal", "source"]))
    def each_point_holds_what_is_told_there_alone(self, data: st.DataObject, knowledge: str) -> None:
        deal = data.draw(st.sampled_from([one.deal for one in self.flow.deals()]))
        found = laid_out(self.flow, deal, knowledge)
        for happened, known in product(range(len(found.happened)), range(len(found.known))):
            assert found.frame(happened, known) == alone(self.flow, found, happened, known), (happened, known)

    @precondition(lambda self: self.flow.deals())
    @rule(data=st.data())
    def every_record_of_the_story_has_its_stops(self, data: st.DataObject) -> None:
        deal = data.draw(st.sampled_from([one.deal for one in self.flow.deals()]))
        found, told = laid_out(self.flow, deal), self.flow.replay(deal).lines
        assert [one.record for one in found.marks] == [one.record.position for one in told]
        for mark, line in zip(found.marks, told, strict=True):
            assert found.happened[mark.happened].on == line.on
            assert found.known[mark.known].at >= line.record.recorded_at


TestMoving = Moving.TestCase
TestMoving.settings = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

frames = st.dictionaries(st.sampled_from("abc"), st.sampled_from([1, 2]))
rows = st.integers(1, 6).flatmap(lambda width: st.lists(st.lists(frames, min_size=width, max_size=width), min_size=1))


@given(rows)
def test_every_point_lies_in_exactly_one_rectangle_of_each_track(plane: list[list[Frame]]) -> None:
    found = tiled(plane)
    assert set(found) == {key for row in plane for one in row for key in one}
    for key, (known, row) in product(found, enumerate(plane)):
        for happened, one in enumerate(row):
            (area,) = (area for area in found[key] if area.holds(happened, known))
            assert area.value == one.get(key)


@given(rows)
def test_no_two_rectangles_could_be_one(plane: list[list[Frame]]) -> None:
    for areas in tiled(plane).values():
        for one, other in product(areas, areas):
            assert not (one.value == other.value and joined(one, other)), (one, other)


def joined(one: Rectangle, other: Rectangle) -> bool:
    """Say whether one goes on where the other ends, over the same stops of the other clock."""
    later = one.happened == other.happened and one.known[1] + 1 == other.known[0]
    return later or (one.known == other.known and one.happened[1] + 1 == other.happened[0])
