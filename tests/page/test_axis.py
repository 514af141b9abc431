"""The one time axis: where moments lie, what is drawn shorter, which days are named."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealflow.page.axis import WHOLE, Axis, Tick, axis, ticks
from dealflow.replay.rectangles import Rectangle
from dealflow.replay.tracks import Mark, Stop, Track, Tracks

BEGUN = datetime(2026, 1, 5, 12, tzinfo=UTC)


def deal(*days: int, opened: int = 0, known: int | None = None) -> Tracks:
    """Return the tracks of a deal of which something happened on these days."""
    moments = [BEGUN + timedelta(days=number) for number in days]
    last = BEGUN + timedelta(days=days[-1] if known is None else known)
    return Tracks(
        deal=UUID(int=1),
        knowledge="journal",
        happened=tuple(Stop(one, one.date(), evening=False) for one in moments),
        known=(Stop(last, last.date(), evening=False),),
        tracks=(Track("stage", (Rectangle("a", (opened, len(days) - 1), (0, 0)),)),),
        marks=tuple(Mark(number, number, 0) for number in range(len(days))),
    )


def places(tracks: Tracks) -> list[float]:
    scale = axis(tracks)
    return [scale.x(one.at) for one in tracks.happened]


def test_time_goes_by_evenly() -> None:
    assert places(deal(0, 10, 20, 40)) == [0.0, 24.25, 48.5, 97.0]


def test_a_long_gap_is_drawn_shorter_and_says_so() -> None:
    tracks = deal(0, 2, 4, 6, 8, 200, 202)
    scale = axis(tracks)
    assert scale.x(tracks.happened[5].at) - scale.x(tracks.happened[4].at) < WHOLE * 0.7
    assert len(scale.breaks) == 1
    assert axis(deal(0, 2, 4, 6, 8)).breaks == ()


def test_what_was_before_the_deal_takes_little_room() -> None:
    found = places(deal(0, 100, 200, 300, 310, 320, opened=3))
    assert found[3] == pytest.approx(WHOLE * 0.08, abs=0.1)


def test_the_wait_for_the_last_word_takes_little_room() -> None:
    found = places(deal(0, 10, 20, known=900))
    assert found[-1] == pytest.approx(WHOLE * 0.94, abs=0.1)


def test_what_lies_beyond_the_axis_is_put_at_its_end() -> None:
    scale = Axis(((BEGUN, 0.0), (BEGUN + timedelta(days=1), 97.0)))
    assert scale.x(BEGUN - timedelta(days=1)) == 0.0
    assert scale.x(BEGUN + timedelta(days=9)) == 97.0


def test_a_deal_of_one_moment_has_an_axis() -> None:
    assert places(deal(0)) == [0.0]
    assert [one.label for one in named(0)] == ["5 Jan"]


@given(st.lists(st.integers(0, 900), min_size=1, max_size=30, unique=True).map(sorted), st.integers(0, 2000))
def test_what_happens_later_never_lies_before(days: list[int], later: int) -> None:
    tracks = deal(*days, known=days[-1] + later)
    scale = axis(tracks)
    found = [scale.x(one.at) for one in (*tracks.happened, *tracks.known)]
    assert found == sorted(found)
    assert 0 <= found[0] <= found[-1] <= WHOLE


@given(st.lists(st.integers(0, 3000), min_size=2, max_size=30, unique=True).map(sorted))
def test_names_of_days_have_room(days: list[int]) -> None:
    tracks = deal(*days)
    named = ticks(tracks, axis(tracks))
    assert all(before.x + 7 <= after.x for before, after in pairwise(named))
    wide = [one.x for one in named if not one.minor]
    assert all(before + 24 <= after for before, after in pairwise(wide))


def test_weeks_months_and_years_are_named_by_how_long_it_is() -> None:
    assert [one.label for one in named(0, 14, 28)] == ["5 Jan", "12 Jan", "19 Jan", "26 Jan"]
    assert [one.label for one in named(0, 60, 120)] == ["Feb 2026", "Mar", "Apr", "May"]
    assert [one.label for one in named(*range(0, 2000, 50))][:2] == ["Jan 2027", "Jan 2028"]


def test_days_begin_in_the_zone_of_the_journal() -> None:
    tracks = attrs.evolve(deal(0, 14, 28), zone="Asia/Shanghai")
    scale = axis(tracks)
    (monday,) = (one.x for one in ticks(tracks, scale) if one.label == "12 Jan")
    assert monday == scale.x(datetime(2026, 1, 11, 16, tzinfo=UTC))


def named(*days: int) -> tuple[Tick, ...]:
    return ticks(deal(*days), axis(deal(*days)))
