"""The law of folding: rows brought forward by any steps are the rows folded from nothing."""

from collections.abc import Collection, Sequence
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from dealflow.domain.deal import DealGraded
from dealflow.domain.noun import Corrected, Noted
from dealflow.journal import Record, When
from dealflow.projections.folding import Folding
from tests.scenario import record
from tests.views import BOOK, in_order, plainly

THEN = datetime(2026, 3, 1, tzinfo=UTC)
WHEN = When(THEN, THEN)
STREAMS = [UUID(int=number) for number in (1, 2, 3)]
KEYS = [UUID(int=number) for number in (11, 12, 13)]

events = st.one_of(
    st.integers(0, 9).map(lambda number: Noted("test.fact", (("n", number),))),
    st.just(Noted("test.start-over")),
    st.just(DealGraded("A")),  # which the view does not read
)


@st.composite
def histories(draw: st.DrawFn) -> list[Record]:
    """Streams told in turns, their tags wandering, each record correctable, corrections too."""
    told: list[Record] = []
    latest = dict.fromkeys(STREAMS, 0)
    for position in range(1, draw(st.integers(1, 14)) + 1):
        stream = draw(st.sampled_from(STREAMS))
        event: Any = draw(events)
        if latest[stream] and draw(st.integers(0, 2)) == 0:
            event = Corrected(draw(st.integers(1, latest[stream])), draw(st.none() | events), None, "typed wrong")
        latest[stream] += 1
        one = record(latest[stream], event, WHEN, stream)
        tags = (draw(st.none() | st.sampled_from(KEYS)), tuple(draw(st.lists(st.sampled_from(KEYS), max_size=2))))
        told.append(attrs.evolve(one, position=position * 2, account=tags[0], deals=tags[1]))
    return told


def brought(folding: Folding[Any], new: Sequence[Record], told: Sequence[Record], page: int = 14) -> None:
    """Bring it to the last of the new records, so many at a time."""

    def whole(streams: Collection[UUID]) -> list[Record]:
        return [one for one in told if one.stream in streams and one.position <= new[-1].position]

    for start in range(0, len(new), page):
        folding.forward(new[start : start + page])
    folding.settle(new[-1].position, whole)


@settings(max_examples=200)
@given(
    told=histories(),
    cuts=st.lists(st.integers(1, 14), max_size=5),
    overlap=st.integers(0, 2),
    page=st.integers(1, 14),
)
def test_rows_brought_forward_by_any_steps_are_the_rows_folded_from_nothing(
    told: list[Record], cuts: list[int], overlap: int, page: int
) -> None:
    live = Folding(BOOK)
    start = 0
    for cut in sorted({min(one, len(told)) for one in [*cuts, len(told)]}):
        brought(live, told[max(0, start - overlap) : cut], told, page)  # some of it has been folded already
        anew = Folding(BOOK)
        brought(anew, told[:cut], told)
        assert in_order(live.rows()) == plainly(BOOK, told[:cut])
        assert list(live.fed.items()) == list(anew.fed.items())
        live = Folding(BOOK, live.position, live.fed)  # as one that was kept and begun again
        start = cut


@given(told=histories(), cut=st.integers(1, 14))
def test_what_was_not_counted_as_changed_has_not_changed(told: list[Record], cut: int) -> None:
    live = Folding(BOOK)
    brought(live, told[:cut], told)
    before = deepcopy(live.fed)
    live.changed.clear()
    brought(live, told, told)
    assert {key for key in before.keys() | live.fed.keys() if before.get(key) != live.fed.get(key)} <= live.changed


@given(told=histories(), cut=st.integers(1, 14), page=st.integers(1, 14))
def test_rows_that_are_left_unsettled_are_settled_with_those_that_come_later(
    told: list[Record], cut: int, page: int
) -> None:
    live, anew = Folding(BOOK), Folding(BOOK)
    live.forward(told[:cut])
    brought(live, told[cut:] or told, told, page)
    brought(anew, told, told)
    assert list(live.fed.items()) == list(anew.fed.items())


@given(told=histories())
def test_rows_that_were_handed_out_stay_as_they_are(told: list[Record]) -> None:
    live = Folding(BOOK)
    brought(live, told[:1], told)
    handed, copy = live.rows(), dict(live.rows())
    brought(live, told, told)
    assert handed == copy
