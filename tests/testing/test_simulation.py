import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from itertools import pairwise
from typing import Any, get_args
from uuid import UUID

import attrs
import pytest

import dealflow as df
from dealflow.domain.closing import out_of_play
from dealflow.domain.deal import DEAL
from dealflow.domain.interaction import Conclusion, InteractionConcluded, InteractionHeld, InteractionPlanned
from dealflow.domain.noun import AnyNoun, Corrected, ObservationEnded, Tags
from dealflow.domain.nouns import NOUNS, noun_of
from dealflow.domain.personal import Personal
from dealflow.domain.playbook import PlaybookRetired, playbook_id
from dealflow.journal import day_end
from dealflow.projections.pipeline import Step
from dealflow.store import open_journal
from dealflow.store.jsonl import read_jsonl, write_jsonl
from dealflow.testing import (
    COURSE,
    DEALS_ONLY,
    FAULTLESS,
    Clock,
    Course,
    Detail,
    Fare,
    Market,
    Writing,
    fill,
    simulate,
)
from tests.testing.conftest import Filled, Streams

NEVER = {
    PlaybookRetired: "a market has one playbook, in use to the end",
}
"""Events that no simulation has, with the reason."""

# What comes out is legal


def test_every_stream_is_a_history_that_can_be(streams: Streams) -> None:
    assert {stream: found for stream, one in streams.items() if (found := noun_of(one).problems(one))} == {}


@pytest.mark.parametrize(
    "market",
    [
        Market(deals=0),
        Market(deals=1, days=1, team=1),
        Market(deals=20, detail=DEALS_ONLY),
        Market(deals=20, revised=0, writing=FAULTLESS),
        Market(deals=20, moved=1, course=attrs.evolve(COURSE, goes_back=0.5, skips=0.5, reopened=0.5)),
        Market(deals=5, deals_an_account=10, detail=Detail(contacts_a_week=3, people=15, facts=1, troubles=9)),
        Market(deals=20, writing=Writing(late=1, corrected=1, duplicates=1, erased=1)),
        Market(deals=20, playbook=df.STANDARD, course=Course((Fare(0.7, 30),) * 6)),
    ],
    ids=["none", "one", "bare", "faultless", "restless", "talkative", "careless", "standard"],
)
def test_any_market_is_a_history_that_can_be(market: Market) -> None:
    simulation, clock = simulate(market, seed=6), Clock()
    with df.DealFlow.open("memory:", clock=clock) as flow:
        assert fill(flow, clock, simulation) == flow.journal.head()
        found: Streams = {}
        for record in flow.journal.read():
            found.setdefault(record.stream, []).append(record)
        assert {one: flaws for one, told in found.items() if (flaws := noun_of(told).problems(told))} == {}
        assert flow.funnel().deals == market.deals


def test_versions_count_without_gaps(streams: Streams) -> None:
    for one in streams.values():
        assert [record.version for record in one] == list(range(1, len(one) + 1))


def test_every_record_bears_the_tags_that_a_command_would_have_given_it(streams: Streams) -> None:
    for one in list(streams.values())[::4]:
        for number, record in enumerate(one, start=1):
            assert Tags(record.account, record.deals) == tags(one[:number]), record


def tags(told: Sequence[df.Record]) -> Tags:
    """Return the tags of the last record of a stream."""
    noun, event = noun_of(told), told[-1].event
    if isinstance(event, Corrected):
        target = told[event.version - 1]
        if event.replacement is None:
            return Tags(target.account, target.deals)
        event = event.replacement
    return noun.tags(told[0].stream, noun.fold(noun.history(told)), event)


def test_no_step_of_a_life_cycle_is_recorded_before_the_one_that_came_first(streams: Streams) -> None:
    for one in streams.values():
        moves = [record.occurred_from for record in one if noun_of(one).moves(record.event)]
        assert moves == sorted(moves)


def test_a_deal_runs_by_its_playbook(filled: Filled, streams: Streams) -> None:
    flow, simulation = filled
    key = simulation.market.playbook.key
    playbooks = {key: flow.state(playbook_id(key))}
    for one in streams.values():
        if noun_of(one) is DEAL:
            assert list(out_of_play(DEAL.history(one), playbooks)) == []


def test_nothing_is_recorded_before_the_day_on_which_it_happens(records: Sequence[df.Record]) -> None:
    for record in records:
        assert record.occurred_to <= day_end(record.recorded_at.date(), UTC)


def test_some_things_are_recorded_weeks_late(records: Sequence[df.Record]) -> None:
    late = sum(record.recorded_at - record.occurred_to > timedelta(days=7) for record in records)
    assert 0.03 < late / len(records) < 0.12


def test_what_a_record_speaks_of_was_recorded_before_it(records: Sequence[df.Record]) -> None:
    there: set[UUID] = set()
    for record in records:
        there.add(record.stream)
        assert set(spoken_of(record)) <= there, record


def spoken_of(record: df.Record) -> Iterator[UUID]:
    yield from (one for one in (record.account, *record.deals) if one is not None)
    yield from ids_in(record.event)


def ids_in(value: Any) -> Iterator[UUID]:
    match value:
        case UUID():
            yield value
        case Personal():
            yield value.of
        case tuple():
            for one in value:
                yield from ids_in(one)
        case _ if attrs.has(type(value)):
            for field in attrs.fields(type(value)):
                yield from ids_in(getattr(value, field.name))


def test_what_is_settled_was_raised_before(streams: Streams) -> None:
    for one in streams.values():
        raised: set[str] = set()
        for record in one:
            raised.add(getattr(record.event, "id", ""))
            assert getattr(record.event, "ref", "") in raised, record


def test_a_person_who_has_left_is_met_no_more(streams: Streams, records: Sequence[df.Record]) -> None:
    gone = {
        stream: record.occurred_from
        for stream, one in streams.items()
        for record in one
        if type(record.event).__name__ in {"StakeholderDeparted", "StakeholderMoved"}
    }
    for record in records:
        if isinstance(record.event, InteractionHeld):
            assert all(record.occurred_from < gone[person] for person in record.event.theirs if person in gone)


# What comes out is whole


def test_every_event_of_the_vocabulary_appears_but_those_that_are_left_out_for_a_reason(
    records: Sequence[df.Record],
) -> None:
    told = {type(record.event) for record in records}
    vocabulary = {event for noun in NOUNS for event in noun.events} | set(get_args(AnyNoun))
    assert vocabulary - told == set(NEVER)
    assert told <= vocabulary


def test_contacts_end_in_the_shares_of_the_source_but_that_each_won_deal_has_one_order(
    records: Sequence[df.Record],
) -> None:
    ends = Counter(record.event.outcome for record in records if isinstance(record.event, InteractionConcluded))
    expected = {
        Conclusion.ORDER: 0.03,
        Conclusion.ADVANCE: 0.43,
        Conclusion.CONTINUATION: 0.11,
        Conclusion.NO_SALE: 0.43,
    }
    assert {end: n / ends.total() for end, n in ends.items()} == pytest.approx(expected, abs=0.02)


def test_an_order_is_the_last_contact_of_a_won_deal(filled: Filled, records: Sequence[df.Record]) -> None:
    held: dict[UUID, list[tuple[datetime, Conclusion]]] = {}
    for record in records:
        if isinstance(record.event, InteractionConcluded):
            held.setdefault(record.deals[0], []).append((record.occurred_from, record.event.outcome))
    unwatched = {record.stream for record in records if isinstance(record.event, ObservationEnded)}
    won = {life.deal for life in filled[1].lives if life.end is Step.WON}
    for deal, contacts in held.items():
        ends = [outcome for _, outcome in sorted(contacts, key=lambda one: one[0])]
        brought = [number for number, end in enumerate(ends) if end is Conclusion.ORDER]
        assert brought == ([len(ends) - 1] if deal in won - unwatched else []), deal


def test_contacts_are_on_working_days(records: Sequence[df.Record]) -> None:
    days = {record.occurred_from.weekday() for record in records if isinstance(record.event, InteractionHeld)}
    assert days == {0, 1, 2, 3, 4}
    planned = [record.event.planned_for for record in records if isinstance(record.event, InteractionPlanned)]
    assert {when.start.weekday() for when in planned} == {0, 1, 2, 3, 4}


def test_of_a_deal_that_nobody_watches_any_more_nothing_later_is_told(
    filled: Filled, records: Sequence[df.Record]
) -> None:
    ended = {record.stream: record.occurred_to for record in records if isinstance(record.event, ObservationEnded)}
    cut = [life for life in filled[1].lives if life.deal in ended and day_end(life.ended, UTC) > ended[life.deal]]
    assert len(ended) == pytest.approx(9, abs=6)
    assert cut
    for record in records:
        for deal in record.deals[:1]:
            assert deal not in ended or record.occurred_to <= ended[deal] or isinstance(record.event, Corrected)


def test_the_journal_answers(filled: Filled, records: Sequence[df.Record]) -> None:
    flow, simulation = filled
    ended = {record.stream: record.occurred_to for record in records if isinstance(record.event, ObservationEnded)}
    funnel = flow.funnel()
    ends = Counter(
        life.end for life in simulation.lives if life.deal not in ended or day_end(life.ended, UTC) <= ended[life.deal]
    )
    assert (funnel.deals, funnel.open) == (300, 300 - ends.total())
    assert (funnel.won, funnel.lost, funnel.abandoned) == (ends[Step.WON], ends[Step.LOST], ends[Step.ABANDONED])
    assert len(flow.deals(happened=date(2024, 6, 30))) == sum(
        life.opened <= date(2024, 6, 30) for life in simulation.lives
    )
    life = max((one for one in simulation.lives if one.deal not in ended), key=lambda one: len(one.turns))
    story = flow.replay(life.deal)
    assert story.dossier == flow.deal(life.deal)
    assert story.lines[-1].stage == simulation.market.playbook.keys()[life.turns[-1].stage]


def test_the_way_of_every_deal_is_the_life_it_led_as_far_as_it_was_watched(
    filled: Filled, records: Sequence[df.Record]
) -> None:
    flow, simulation = filled
    keys = simulation.market.playbook.keys()
    ended = {record.stream: record.occurred_to for record in records if isinstance(record.event, ObservationEnded)}
    led = {
        life.deal: [turn for turn in life.turns if life.deal not in ended or day_end(turn.on, UTC) <= ended[life.deal]]
        for life in simulation.lives
    }
    for standing in flow.deals():
        way = [(move.step, move.end.date()) for move in standing.moves if move.step is not Step.PLAYBOOK_CHANGED]
        assert way == [(turn.step, turn.on) for turn in led[standing.deal]]
        assert standing.stage == keys[led[standing.deal][-1].stage]


def test_the_journal_reads_back_as_it_was_written(filled: Filled, records: Sequence[df.Record]) -> None:
    written = StringIO()
    write_jsonl(filled[0].journal, written)
    with open_journal("memory:") as copy:
        read_jsonl(StringIO(written.getvalue()), copy)
        assert list(copy.read()) == records


# The same for a seed, anywhere


DIGEST = """
import hashlib, dealflow.testing as t
found = hashlib.sha256()
for evening in t.simulate(t.Market(deals=5), seed=7).evenings():
    found.update(repr(evening).encode())
print(found.hexdigest())
"""


def test_a_seed_plays_the_same_in_every_process() -> None:
    runs = {
        subprocess.run(  # noqa: S603 (this very interpreter)
            [sys.executable, "-c", DIGEST], env={"PYTHONPATH": ":".join(sys.path), "PYTHONHASHSEED": hashing},
            check=True, capture_output=True, text=True,
        ).stdout
        for hashing in ("1", "2")
    }  # fmt: skip
    assert len(runs) == 1


def test_evenings_can_be_asked_for_again() -> None:
    simulation = simulate(Market(deals=10), seed=3)
    assert list(simulation.evenings()) == list(simulation.evenings())


def test_another_seed_plays_another_market() -> None:
    assert simulate(Market(deals=10), seed=1).lives != simulate(Market(deals=10), seed=2).lives


def test_more_detail_changes_no_life() -> None:
    assert simulate(Market(deals=50), seed=1).lives == simulate(Market(deals=50, detail=DEALS_ONLY), seed=1).lives


# Evenings


def test_evenings_come_in_order_and_each_bears_its_evening() -> None:
    evenings = list(simulate(Market(deals=20), seed=4).evenings())
    assert [one.at for one in evenings] == sorted({one.at for one in evenings})
    assert {one.at.timetz() for one in evenings} == {datetime(2024, 1, 1, 18, tzinfo=UTC).timetz()}


# Shares and lengths


def test_deals_alone_are_recorded_alone() -> None:
    nouns = {
        type(entry.event).__module__
        for evening in simulate(Market(deals=50, detail=DEALS_ONLY, churned=0, writing=FAULTLESS), 1).evenings()
        for entry in evening.entries
    }
    assert nouns == {"dealflow.domain.playbook", "dealflow.domain.account", "dealflow.domain.deal"}


def test_without_late_entries_all_is_recorded_on_the_evening_it_happened() -> None:
    simulation = simulate(Market(deals=30, detail=DEALS_ONLY, writing=FAULTLESS, revised=0), seed=2)
    for evening in simulation.evenings():
        assert {entry.occurred_to.date() for entry in evening.entries} == {evening.at.date()}


def test_one_stay_in_ten_past_the_first_milestone_goes_back() -> None:
    steps = [pair for life in simulate(Market(deals=3000), seed=5).lives for pair in pairwise(life.turns)]
    left = [after.step for before, after in steps if before.stage > 0 and after.step is not Step.REOPENED]
    assert left.count(Step.REVERTED) / len(left) == pytest.approx(0.1, abs=0.01)


def test_where_all_go_on_all_are_won() -> None:
    sure = attrs.evolve(COURSE, fares=(Fare(1, 10),) * 5, skips=0, goes_back=0)
    truth = simulate(Market(deals=200, course=sure), seed=1).truth()
    assert [(one.came, one.went_on, one.won, one.goes_on, one.chance) for one in truth] == [(200, 200, 200, 1, 1)] * 5
    assert all(one.days == pytest.approx(10, abs=3) for one in truth)


def test_where_nobody_goes_on_nobody_comes_further() -> None:
    lost = attrs.evolve(COURSE, fares=(Fare(0, 10),) * 5, reopened=0)
    first, *rest = simulate(Market(deals=50, course=lost), seed=1).truth()
    assert (first.came, first.went_on, first.chance) == (50, 0, 0)
    assert {(one.came, one.goes_on, one.chance, one.days) for one in rest} == {(0, None, None, None)}
