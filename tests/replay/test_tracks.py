"""Tracks: a deal on both clocks at once, at its stops."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import attrs
import pytest

import dealflow as df
from dealflow.demo import MISTYPED, Demo, play
from dealflow.plain import plain
from dealflow.replay.frames import ContactAt, LineAt, ObjectionAt, SeatAt
from dealflow.replay.tracks import tracks
from tests.replay.test_story import DAY, Case, money


@pytest.fixture
def case() -> Case:
    return Case()


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    found = play()
    yield found
    found.flow.close()


def track(found: df.Tracks, key: str) -> df.Track:
    return next(one for one in found.tracks if one.key == key)


def on(stops: tuple[df.Stop, ...], day: date) -> int:
    return max(number for number, one in enumerate(stops) if one.on <= day)


def test_a_track_says_what_was_so_on_a_day_as_known_on_another(demo: Demo) -> None:
    found = demo.flow.tracks(demo.won)
    amount, end = track(found, "amount"), len(found.happened) - 1
    believed = amount.at(on(found.happened, MISTYPED), on(found.known, MISTYPED))
    assert believed == demo.flow.deal(demo.won, happened=MISTYPED, known=MISTYPED).deal.amount  # type: ignore[union-attr]
    assert believed != amount.at(on(found.happened, MISTYPED), len(found.known) - 1)
    assert amount.at(end, len(found.known) - 1) == demo.flow.deal(demo.won).deal.amount  # type: ignore[union-attr]


def test_every_part_of_the_deal_has_its_track(case: Case) -> None:
    found = case.flow.tracks(case.deal)
    last = found.frame(len(found.happened) - 1, len(found.known) - 1)
    assert last["amount"] == money(100)
    assert last["stage"] == "training"
    assert last[f"seat:{case.wang}"] == SeatAt(
        roles=(df.Role.ECONOMIC,),
        influence=None,
        stance=None,
        ally=None,
        contact=df.ContactLevel.LOW,
        main=None,
        level=None,
        left=False,
    )
    assert last[f"contact:{case.visit}"] == ContactAt(df.Channel.VISIT, df.InteractionStatus.HELD, None, 30)
    price = ObjectionAt(df.ObjectionTopic.PRICE, None, df.ObjectionStatus.OPEN, early=True)
    assert last[f"objection:{case.visit}/price"] == price
    assert "gap" not in last


def test_lines_between_people_have_tracks(case: Case) -> None:
    lin = case.do(df.IdentifyStakeholder(case.account, "Engineer Lin"), DAY)
    case.do(df.IdentifyRole(df.Role.TECHNICAL, case.deal), DAY, lin)
    case.do(df.SetManager(case.wang), DAY, lin)
    case.do(df.NoteInfluence(case.wang, df.Influence.HIGH), DAY, lin)
    found = case.flow.tracks(case.deal)
    last = found.frame(len(found.happened) - 1, len(found.known) - 1)
    assert last[f"reports:{lin}"] == LineAt(case.wang)
    assert last[f"influences:{lin}/{case.wang}"] == LineAt(case.wang, df.Influence.HIGH)


def test_the_stops_are_the_records_and_the_evenings(case: Case) -> None:
    found = case.flow.tracks(case.deal)
    days = [one.on for one in found.happened]
    assert days == [DAY + timedelta(days=number) for number in range(len(days))]
    assert all(one.evening for one in found.happened)
    case.do(df.PriceDeal(money(120)), datetime(2026, 1, 21, 9, 30, tzinfo=UTC), case.deal)
    within = [one for one in case.flow.tracks(case.deal).happened if not one.evening]
    assert [one.moment for one in within] == [datetime(2026, 1, 21, 9, 30, tzinfo=UTC)]


def test_a_closed_deal_has_evenings_up_to_its_end(case: Case) -> None:
    case.do(df.LoseDeal(), date(2026, 1, 25), case.deal)
    case.do(df.ExplainEnd(df.Side.BUYER, "price"), date(2026, 2, 9), case.deal)
    days = [one.on for one in case.flow.tracks(case.deal).happened]
    assert days[-2:] == [date(2026, 1, 25), date(2026, 2, 9)]


def test_of_a_long_deal_not_every_day_has_an_evening(case: Case) -> None:
    case.do(df.LoseDeal(), date(2029, 1, 5), case.deal)
    found = case.flow.tracks(case.deal)
    assert len(found.happened) < df.STOPS.evenings + 20
    assert found.happened[-1].on == date(2029, 1, 5)


def test_what_was_recorded_in_one_go_became_known_at_once(case: Case) -> None:
    found = case.flow.tracks(case.deal)
    moments = sorted({one.record.recorded_at for one in case.flow.replay(case.deal).lines})
    assert len(found.known) < len(moments)
    assert found.known[-1].at >= moments[-1]


def test_where_there_is_much_to_know_it_is_known_by_the_evening(demo: Demo) -> None:
    flow, few = demo.flow, attrs.evolve(df.STOPS, known=6)
    records = flow._around(demo.won, None, "journal")  # noqa: SLF001
    found = tracks(demo.won, records, flow._horizon(None, None), "journal", few)  # noqa: SLF001
    assert len(found.known) == 6
    assert all(one.evening for one in found.known[:-1])


def test_a_record_stands_where_it_happened_and_where_it_was_known(demo: Demo) -> None:
    found, lines = demo.flow.tracks(demo.won), demo.flow.replay(demo.won).lines
    marks = {one.record: one for one in found.marks}
    late = max(lines, key=lambda one: one.late)
    mark = marks[late.record.position]
    assert found.happened[mark.happened].on == late.on
    assert found.known[mark.known].at == late.record.recorded_at


def test_tracks_as_known_on_a_day_say_nothing_of_what_was_learnt_later(demo: Demo) -> None:
    found = demo.flow.tracks(demo.won, known=MISTYPED)
    assert found.known[-1].on == MISTYPED
    last = found.frame(len(found.happened) - 1, len(found.known) - 1)
    assert last["status"] is df.Status.OPEN
    assert last["amount"] == demo.flow.deal(demo.won, known=MISTYPED).deal.amount  # type: ignore[union-attr]


def test_of_a_deal_nobody_knew_there_is_nothing(demo: Demo) -> None:
    found = demo.flow.tracks(demo.won, known=date(2020, 1, 1))
    assert (found.happened, found.known, found.tracks, found.marks) == ((), (), (), ())


def test_they_have_a_form_as_json(demo: Demo) -> None:
    told = plain(demo.flow.tracks(demo.won))
    stage = next(one for one in told["tracks"] if one["key"] == "stage")
    assert {"value", "happened", "known"} == set(stage["rectangles"][0])
    assert told["happened"][0].keys() == {"at", "on", "evening"}
