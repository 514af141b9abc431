"""What every journal must do, as tests: a store's test class inherits them and brings `journal`.

`JournalContract` asks for a `journal` on the fixture `clock`; `DurableContract` for a `reopen` too,
which opens another handle on the same place.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import attrs
import pytest

from dealflow.domain.deal import DealGraded, DealOpened, DealPriced, DealRenamed
from dealflow.domain.noun import Corrected, Noted
from dealflow.domain.stakeholder import StakeholderErased, StakeholderIdentified
from dealflow.journal import Entry, Record, Source
from dealflow.money import Money
from dealflow.store import Journal, Remembered
from dealflow.store.checkpoint import Checkpoint, Kept, KeptRow, Saving
from dealflow.store.errors import (
    ClockAhead,
    CommandDone,
    CommandReused,
    Conflict,
    JournalGrown,
    OtherZone,
    StoreUnavailable,
    Unstorable,
    VersionTaken,
)
from dealflow.store.journal import StoredRecord
from tests.clock import Clock
from tests.examples import EVENTS, example

ACCOUNT, DEAL, OTHER_DEAL, PERSON = (UUID(int=number << 96) for number in (0xACC0, 0xDEA1, 0xDEA2, 0x9E50))
THEN = datetime(2026, 3, 1, 8, 30, 0, 250, tzinfo=UTC)
GRADED = DealGraded("A")


def entry(version: int = 1, event: Any = GRADED, stream: UUID = DEAL, **more: Any) -> Entry:
    """Return an entry that says no more than a test needs."""
    return Entry(
        **{
            "stream": stream,
            "version": version,
            "account": None,
            "deals": (),
            "occurred_from": THEN,
            "occurred_to": THEN,
            "by": "li.wei",
            "event": event,
            **more,
        }
    )


def entries(versions: Iterable[int], stream: UUID = DEAL, **more: Any) -> list[Entry]:
    return [entry(version, stream=stream, **more) for version in versions]


def streams_of(records: Iterable[Record]) -> list[UUID]:
    return [record.stream for record in records]


def saving(position: int = 0, *rows: KeptRow, name: str = "acme.view", version: int = 1, **more: Any) -> Saving:
    """Return what is to be kept, all rows of it, where nothing was kept before."""
    return Saving(name, version, position, **{"instead_of": None, "rows": rows, "whole": True, **more})


FULL = entry(
    account=ACCOUNT,
    deals=(OTHER_DEAL, DEAL),
    occurred_from=THEN - timedelta(days=400),
    occurred_to=THEN + timedelta(days=1, microseconds=1),
    by="李伟",
    event=DealPriced(Money(Decimal("1000.10"), "CNY")),
    command_id="c-1",
    cause=7,
    source=Source("crm", "opp:17", THEN, "anna"),
)
ROWS = (
    KeptRow(PERSON, begun=3, streams=(DEAL, PERSON), data=b'{"n":1}'),
    KeptRow(DEAL, begun=1, streams=(DEAL,), data=b"\x00\xff"),
    KeptRow(ACCOUNT, begun=3, streams=(), data=None),
)


class JournalContract:
    """Every store, also one that is gone when it is closed."""

    # Recording

    def test_a_new_journal_is_empty(self, journal: Journal) -> None:
        assert (journal.head(), journal.position_known(THEN), tuple(journal.read())) == (0, 0, ())

    def test_what_is_recorded_is_returned_and_read_back_whole(self, journal: Journal, clock: Clock) -> None:
        (recorded,) = journal.append([FULL])
        assert recorded == Record(
            position=1,
            recorded_at=clock.now,
            **attrs.asdict(FULL, recurse=False),
        )
        assert tuple(journal.read()) == (recorded,)

    def test_every_event_is_read_back_as_it_was(self, journal: Journal) -> None:
        told = [entry(version, example(cls)) for version, cls in enumerate(EVENTS, start=1)]
        journal.append(told)
        assert [repr(record.event) for record in journal.stream(DEAL)] == [repr(one.event) for one in told]

    def test_times_are_read_back_in_utc(self, journal: Journal) -> None:
        journal.append([entry(occurred_from=THEN.astimezone(timezone(timedelta(hours=8))))])
        (record,) = journal.read()
        assert (record.occurred_from, record.occurred_from.tzinfo) == (THEN, UTC)

    def test_a_source_that_keeps_neither_time_nor_author_is_read_back(self, journal: Journal) -> None:
        journal.append([entry(source=Source("crm", "17"))])
        assert [record.source for record in journal.read()] == [Source("crm", "17")]

    def test_positions_rise_and_one_append_is_one_moment(self, journal: Journal) -> None:
        first = journal.append([*entries((1, 2)), entry(stream=PERSON)])
        second = journal.append(entries((3,)))
        assert [record.position for record in (*first, *second)] == [1, 2, 3, 4]
        assert len({record.recorded_at for record in first}) == 1
        assert second[0].recorded_at > first[0].recorded_at
        assert journal.head() == 4

    def test_nothing_to_record_records_nothing(self, journal: Journal) -> None:
        assert journal.append([]) == ()
        assert journal.head() == 0

    def test_five_thousand_entries_are_one_append(self, journal: Journal) -> None:
        records = journal.append(entries(range(1, 5001)))
        assert len({record.recorded_at for record in records}) == 1
        assert journal.stream(DEAL) == records

    def test_whose_data_was_erased_is_known_at_once(self, journal: Journal) -> None:
        assert journal.erased() == frozenset()
        journal.append([entry(1, example(StakeholderIdentified)), entry(2, StakeholderErased("asked"))])
        assert journal.erased() == {DEAL}

    # Who was quicker

    def test_what_was_decided_at_a_head_that_is_none_any_more_is_a_conflict(self, journal: Journal) -> None:
        journal.append([entry()], head=0)
        with pytest.raises(JournalGrown, match="decided at position 0, but the journal stands at 1"):
            journal.append([entry(2)], head=0)
        assert journal.head() == 1

    def test_a_version_that_is_taken_is_a_conflict(self, journal: Journal) -> None:
        journal.append(entries((1, 2)))
        with pytest.raises(VersionTaken, match="append version 2, but its latest is 2, so the next is 3") as caught:
            journal.append([entry(2)])
        assert (caught.value.stream, caught.value.asked, caught.value.latest) == (DEAL, 2, 2)

    @pytest.mark.parametrize("versions", [(2,), (1, 3), (1, 1), (0,)])
    def test_a_stream_has_no_gap_and_no_version_twice(self, journal: Journal, versions: tuple[int, ...]) -> None:
        with pytest.raises(Conflict):
            journal.append(entries(versions))
        assert journal.head() == 0

    def test_all_of_it_is_recorded_or_nothing(self, journal: Journal) -> None:
        journal.append([entry()])
        with pytest.raises(Conflict):
            journal.append([entry(stream=PERSON), entry(1)], {"c-1": "digest"})
        assert (journal.head(), journal.stream(PERSON), journal.command("c-1")) == (1, (), None)

    # Command ids

    def test_a_command_is_remembered_with_what_it_led_to(self, journal: Journal) -> None:
        journal.append(
            [entry(1, command_id="a"), entry(2), entry(3, command_id="a"), entry(4, command_id="b")],
            {
                "a": "digest-a",
                "b": "digest-b",
            },
        )
        assert journal.command("a") == Remembered("digest-a", (1, 3))
        assert journal.commands(["b", "a", "never"]) == {
            "a": Remembered("digest-a", (1, 3)),
            "b": Remembered("digest-b", (4,)),
        }

    def test_a_command_never_seen_is_nothing(self, journal: Journal) -> None:
        assert journal.command("never") is None
        assert journal.commands([]) == {}

    def test_a_command_carried_out_again_is_a_conflict_and_adds_nothing(self, journal: Journal) -> None:
        journal.append([entry(command_id="a")], {"a": "digest"})
        with pytest.raises(CommandDone, match="'a' has been carried out already") as caught:
            journal.append([entry(2, command_id="a")], {"a": "digest"})
        assert (caught.value.command_id, journal.head()) == ("a", 1)

    def test_a_command_id_used_for_another_command_is_refused(self, journal: Journal) -> None:
        journal.append([entry(command_id="a")], {"a": "digest"})
        with pytest.raises(CommandReused, match="'a' was used before, for another command") as caught:
            journal.append([entry(2, command_id="a")], {"a": "another"})
        assert (caught.value.command_id, journal.head()) == ("a", 1)

    # The clock

    def test_time_never_goes_back(self, journal: Journal, clock: Clock) -> None:
        (first,) = journal.append([entry(1)])
        clock.now -= timedelta(hours=23)
        (second,) = journal.append([entry(2)])
        assert second.recorded_at == first.recorded_at

    def test_a_record_from_the_far_future_stops_recording(self, journal: Journal, clock: Clock) -> None:
        (last,) = journal.append([entry(1)])
        clock.now -= timedelta(hours=24, seconds=2)
        with pytest.raises(ClockAhead) as caught:
            journal.append([entry(2)])
        assert (caught.value.last, caught.value.now) == (last.recorded_at, clock.now)
        assert last.recorded_at.isoformat() in str(caught.value)
        assert clock.now.isoformat() in str(caught.value)
        assert journal.head() == 1

    # Finding again

    def test_streams_come_whole(self, journal: Journal) -> None:
        told = journal.append([entry(1), entry(stream=PERSON), entry(2), entry(stream=OTHER_DEAL)])
        assert journal.stream(DEAL) == (told[0], told[2])
        assert journal.streams([PERSON, DEAL]) == told[:3]
        assert journal.stream(ACCOUNT) == journal.streams([]) == ()

    def test_many_streams_come_in_the_order_of_their_records(self, journal: Journal) -> None:
        streams = [UUID(int=number) for number in range(2000, 0, -1)]
        told = journal.append([entry(stream=stream) for stream in streams])
        assert journal.streams(sorted(streams)) == told

    def test_an_account_has_every_stream_with_a_record_of_it(self, journal: Journal) -> None:
        told = journal.append(
            [
                entry(1, stream=PERSON),
                entry(1, stream=OTHER_DEAL),
                entry(2, stream=PERSON, account=ACCOUNT),
                entry(1, stream=ACCOUNT, account=ACCOUNT),
            ]
        )
        assert journal.account_streams(ACCOUNT) == (told[0], *told[2:])
        assert journal.account_streams(PERSON) == ()

    def test_a_deal_has_every_stream_with_a_record_of_it_and_its_own(self, journal: Journal) -> None:
        told = journal.append(
            [
                entry(1, stream=PERSON),
                entry(1, stream=OTHER_DEAL, deals=(OTHER_DEAL,)),
                entry(2, stream=PERSON, deals=(OTHER_DEAL, DEAL, DEAL)),
                entry(1, stream=DEAL),
            ]
        )
        assert journal.deal_streams(DEAL) == (told[0], *told[2:])
        assert journal.deal_streams(OTHER_DEAL) == told[:3]
        assert journal.deal_streams(ACCOUNT) == ()

    def test_records_are_found_by_position(self, journal: Journal) -> None:
        told = journal.append(entries(range(1, 6)))
        assert journal.records([5, 2, 2, 99]) == (told[1], told[4])

    def test_a_stream_is_found_by_the_beginning_of_its_id(self, journal: Journal) -> None:
        alike = UUID("deadbeef-0001-4000-8000-000000000000"), UUID("deadbeef-0002-4000-8000-000000000000")
        journal.append([entry(1, stream=alike[1]), entry(1, stream=alike[0]), entry(2, stream=alike[0])])
        assert journal.find("dead") == journal.find("DEADBEEF-00") == alike
        assert journal.find("deadbeef-0002") == journal.find(str(alike[1])) == alike[1:]
        assert journal.find("dea") == journal.find("beef") == ()

    def test_a_stream_is_found_by_its_key_in_another_system(self, journal: Journal) -> None:
        journal.append(
            [
                entry(1, stream=DEAL, source=Source("crm", "17:a")),
                entry(2, stream=DEAL, source=Source("crm", "17:a")),
                entry(1, stream=OTHER_DEAL, source=Source("erp", "17:a")),
            ]
        )
        assert journal.find("17:a") == (DEAL, OTHER_DEAL)
        assert journal.find("crm:17:a") == (DEAL,)
        assert journal.find("crm:17") == journal.find("17") == ()

    # Reading on

    def test_reading_goes_on_after_a_position(self, journal: Journal) -> None:
        told = journal.append(entries(range(1, 6)))
        assert tuple(journal.read(3)) == told[3:]
        assert tuple(journal.read(5)) == ()

    def test_reading_some_events_brings_the_corrections_too(self, journal: Journal) -> None:
        correction = Corrected(1, DealRenamed("Line 3"), None, "typo")
        told = journal.append(
            [
                entry(1),
                entry(2, DealRenamed("Line 2")),
                entry(3, Noted("acme.credit-check")),
                entry(4, correction),
            ]
        )
        assert tuple(journal.read(names=(DealGraded, Noted))) == (told[0], told[2], told[3])
        assert tuple(journal.read(names=())) == (told[3],)

    def test_reading_ends_where_it_was_to_end(self, journal: Journal, clock: Clock) -> None:
        told = journal.append(entries(range(1, 6)))
        assert tuple(journal.read(1, up_to=3)) == told[1:3]
        assert tuple(journal.read(up_to=3, names=(DealGraded,))) == told[:3]
        assert tuple(journal.read(up_to=0)) == tuple(journal.read(3, up_to=3)) == ()
        assert tuple(journal.read(up_to=3, known=told[0].recorded_at - timedelta(seconds=1))) == ()

    def test_reading_what_is_no_event_is_refused_at_once(self, journal: Journal) -> None:
        with pytest.raises(Unstorable, match="Money is not an event"):
            journal.read(names=(Money,))

    def test_what_was_known_is_a_prefix(self, journal: Journal, clock: Clock) -> None:
        first, second = journal.append(entries((1, 2))), journal.append(entries((3, 4)))
        early, late = first[0].recorded_at, second[0].recorded_at
        assert [journal.position_known(known) for known in (early - timedelta(seconds=1), early, late)] == [0, 2, 4]
        assert tuple(journal.read(known=late - timedelta(microseconds=1))) == first
        assert tuple(journal.read(1, known=early)) == first[1:]
        assert tuple(journal.read(known=early - timedelta(seconds=1))) == ()

    def test_reading_holds_nobody_up(self, journal: Journal) -> None:
        journal.append([entry(1)])
        seen = []
        for record in journal.read():
            seen.append(record.version)
            if record.version == 1:
                journal.append([entry(2)])
        assert seen == [1]
        assert journal.head() == 2

    # Many at once

    def test_threads_share_one_handle(self, journal: Journal) -> None:
        def record(stream: UUID) -> None:
            for version in range(1, 21):
                journal.append([entry(version, stream=stream)])
                assert len(journal.stream(stream)) == version

        with ThreadPoolExecutor(4) as threads:
            list(threads.map(record, (UUID(int=number) for number in range(4))))
        told = tuple(journal.read())
        assert [record.position for record in told] == list(range(1, 81))
        assert all(before.recorded_at <= after.recorded_at for before, after in pairwise(told))

    # What cannot be kept

    @pytest.mark.parametrize(
        "bad",
        [
            entry(event=DealGraded(3)),  # type: ignore[arg-type]
            entry(event=DealPriced(Money(Decimal("NaN"), "CNY"))),
            entry(event=DealPriced(Money(Decimal("sNaN"), "CNY"))),
            entry(event=DealOpened("no id", "Line 3", "standard", 1, "training")),  # type: ignore[arg-type]
            entry(event=Noted("acme.rating", [("grade", "A")])),  # type: ignore[arg-type]
            entry(event=Noted("acme.rating", (("grade", float("inf")),))),
            entry(event=Noted("acme.rating", (("grade", "\ud800"),))),
            entry(event=Corrected(1, "nothing", None, "typo")),
            entry(event="nothing"),
            entry(occurred_from=THEN.replace(tzinfo=None)),
            entry(account="no id"),
            entry(by="\ud800"),
            entry(cause=2**63),
        ],
        ids=lambda bad: repr(bad.event)[:40],
    )
    def test_what_could_not_be_read_back_is_not_recorded(self, journal: Journal, bad: Entry) -> None:
        with pytest.raises(Unstorable):
            journal.append([entry(stream=PERSON), bad])
        assert journal.head() == 0

    # A whole journal, in and out

    def test_a_journal_restored_is_the_same_journal(self, journal: Journal, another: Journal, clock: Clock) -> None:
        journal.append([FULL, *entries((2, 3))], {"c-1": "digest"})
        clock.now += timedelta(days=1)
        journal.append([entry(4, command_id="c-2")], {"c-2": "digest", "c-0": "led to nothing"})
        another.restore(journal.stored(), journal.remembered())
        assert list(another.stored()) == list(journal.stored())
        assert list(another.remembered()) == list(journal.remembered())
        assert tuple(another.read()) == tuple(journal.read())
        assert another.deal_streams(OTHER_DEAL) == journal.deal_streams(OTHER_DEAL)
        clock.now -= timedelta(hours=1)
        (after,) = another.append([entry(5)])
        assert (after.position, after.recorded_at) == (5, journal.records([4])[0].recorded_at)

    def test_a_restored_journal_keeps_its_holes_and_its_hashes(self, journal: Journal, another: Journal) -> None:
        journal.append(entries((1, 2)))
        kept = [attrs.evolve(one, position=one.position * 10, hash=b"\x00\xff") for one in journal.stored()]
        another.restore(kept, [("c-1", Remembered("digest", (10, 20)))])
        assert list(another.stored()) == kept
        assert another.append([entry(3)])[0].position == 21

    def test_only_what_was_there_at_a_position_is_handed_out(self, journal: Journal) -> None:
        journal.append([entry(1, command_id="a")], {"a": "digest"})
        journal.append([entry(2, command_id="b")], {"b": "digest"})
        assert [one.position for one in journal.stored(up_to=1)] == [1]
        assert [one.position for one in journal.stored(after=1)] == [2]
        assert list(journal.remembered(up_to=1)) == [("a", Remembered("digest", (1,)))]

    def test_restoring_is_all_or_nothing(self, journal: Journal, another: Journal) -> None:
        def breaking_off() -> Iterable[StoredRecord]:
            yield from journal.stored()
            raise KeyError

        journal.append(entries((1, 2)))
        with pytest.raises(KeyError):
            another.restore(breaking_off(), ())
        assert another.head() == 0

    # Checkpoints

    def test_what_was_never_kept_is_nothing(self, journal: Journal) -> None:
        assert journal.kept("acme.view", 1) is None
        assert journal.kept_at("acme.view", 1) is None
        assert journal.checkpoints() == ()
        assert not journal.drop_checkpoint("acme.view", 1)

    def test_rows_are_kept_in_the_order_in_which_they_began(self, journal: Journal) -> None:
        journal.append(entries(range(1, 9)))
        assert journal.keep([saving(8, *ROWS)])
        assert journal.kept("acme.view", 1) == Kept(8, (ROWS[1], ROWS[0], ROWS[2]))
        assert journal.checkpoints() == (Checkpoint("acme.view", 1, 8, rows=2),)

    def test_a_checkpoint_may_hold_no_rows(self, journal: Journal) -> None:
        assert journal.keep([saving()])
        assert journal.kept("acme.view", 1) == Kept(0, ())
        assert journal.checkpoints() == (Checkpoint("acme.view", 1, 0, rows=0),)

    def test_two_versions_are_kept_side_by_side(self, journal: Journal) -> None:
        assert journal.keep([saving(0, ROWS[0]), saving(0, ROWS[1], version=2), saving(0, name="acme.other")])
        assert journal.kept("acme.view", 1) == Kept(0, ROWS[:1])
        assert journal.kept("acme.view", 2) == Kept(0, ROWS[1:2])
        assert (journal.kept_at("acme.view", 1), journal.kept_at("acme.view", 3)) == (0, None)
        assert [(one.name, one.version) for one in journal.checkpoints()] == [
            ("acme.other", 1),
            ("acme.view", 1),
            ("acme.view", 2),
        ]

    def test_only_what_changed_need_be_kept(self, journal: Journal) -> None:
        journal.append(entries((1, 2)))
        journal.keep([saving(1, *ROWS)])
        changed = attrs.evolve(ROWS[0], streams=(DEAL,), data=b"changed")
        come = KeptRow(OTHER_DEAL, 4, (), b"new")
        assert journal.keep([saving(2, changed, come, instead_of=1, whole=False, gone=[ROWS[1].key])])
        assert journal.kept("acme.view", 1) == Kept(2, (changed, ROWS[2], come))

    def test_a_whole_checkpoint_leaves_nothing_of_the_one_before(self, journal: Journal) -> None:
        journal.append(entries((1, 2)))
        journal.keep([saving(1, *ROWS), saving(1, *ROWS, version=2)])
        assert journal.keep([saving(2, ROWS[0], instead_of=1)])
        assert journal.kept("acme.view", 1) == Kept(2, ROWS[:1])
        assert journal.kept("acme.view", 2) == Kept(1, (ROWS[1], ROWS[0], ROWS[2]))

    @pytest.mark.parametrize("instead_of", [None, 0, 2])
    def test_nothing_is_kept_in_place_of_what_is_no_longer_there(self, journal: Journal, instead_of: int) -> None:
        journal.append(entries((1, 2)))
        journal.keep([saving(1, ROWS[0])])
        moved = saving(2, ROWS[1], instead_of=instead_of)
        assert not journal.keep([saving(2, ROWS[1], name="acme.other"), moved])
        assert journal.checkpoints() == (Checkpoint("acme.view", 1, 1, rows=1),)
        assert journal.kept("acme.view", 1) == Kept(1, ROWS[:1])

    def test_a_checkpoint_is_forgotten_alone(self, journal: Journal) -> None:
        journal.keep([saving(0, ROWS[0]), saving(0, ROWS[1], version=2)])
        assert journal.drop_checkpoint("acme.view", 1)
        assert journal.kept("acme.view", 1) is None
        assert journal.kept("acme.view", 2) == Kept(0, ROWS[1:2])

    def test_no_checkpoint_outlives_an_erasure(self, journal: Journal) -> None:
        journal.append([entry(1, example(StakeholderIdentified))])
        journal.keep([saving(1, *ROWS), saving(1, *ROWS, version=2)])
        journal.append([entry(2, StakeholderErased("asked")), *entries((3,))])
        assert journal.checkpoints() == ()
        assert not journal.keep([saving(1, *ROWS)])
        assert journal.keep([saving(2, ROWS[0])])
        assert journal.kept("acme.view", 1) == Kept(2, ROWS[:1])

    def test_an_erasure_that_was_not_recorded_forgets_nothing(self, journal: Journal) -> None:
        journal.append([entry(1, example(StakeholderIdentified))])
        journal.keep([saving(1, *ROWS)])
        with pytest.raises(Conflict):
            journal.append([entry(2, StakeholderErased("asked")), *entries((2,))])
        assert len(journal.checkpoints()) == 1

    def test_a_restored_journal_has_no_checkpoints(self, journal: Journal, another: Journal) -> None:
        journal.append(entries((1, 2)))
        journal.keep([saving(2, *ROWS)])
        another.keep([saving()])
        another.restore(journal.stored(), journal.remembered())
        assert another.checkpoints() == ()

    # The end

    def test_a_closed_journal_says_so(self, journal: Journal) -> None:
        journal.close()
        journal.close()
        with pytest.raises(StoreUnavailable, match="is closed: open it again"):
            journal.head()

    def test_a_journal_closes_itself(self, journal: Journal) -> None:
        with journal as same:
            assert same.head() == 0
        with pytest.raises(StoreUnavailable):
            journal.append([entry()])


class DurableContract(JournalContract):
    """A store that is still there tomorrow."""

    def test_everything_is_there_again(self, journal: Journal, reopen: Callable[..., Journal]) -> None:
        told = journal.append([FULL], {"c-1": "digest"})
        journal.close()
        again = reopen()
        assert tuple(again.read()) == told
        assert again.command("c-1") == Remembered("digest", (1,))
        assert again.append([entry(2)])[0].position == 2

    def test_two_handles_see_each_other(self, journal: Journal, reopen: Callable[..., Journal]) -> None:
        other = reopen()
        journal.append([entry(1)])
        other.append([entry(2)])
        assert journal.stream(DEAL) == other.stream(DEAL)
        with pytest.raises(Conflict):
            journal.append([entry(2)])

    def test_two_handles_see_each_others_checkpoints(self, journal: Journal, reopen: Callable[..., Journal]) -> None:
        other = reopen()
        journal.append(entries((1, 2)))
        assert journal.keep([saving(1, ROWS[0])])
        assert other.kept("acme.view", 1) == Kept(1, ROWS[:1])
        assert other.keep([saving(2, ROWS[1], instead_of=1)])
        assert not journal.keep([saving(2, ROWS[2], instead_of=1, whole=False)])
        assert journal.kept("acme.view", 1) == Kept(2, ROWS[1:2])

    def test_the_zone_is_that_of_the_beginning(self, journal: Journal, reopen: Callable[..., Journal]) -> None:
        assert journal.zone == reopen().zone == reopen(zone="Asia/Shanghai").zone == ZoneInfo("Asia/Shanghai")
        with pytest.raises(OtherZone, match="reads bare dates in Asia/Shanghai, but was to be opened in UTC") as caught:
            reopen(zone="UTC")
        assert (caught.value.asked, caught.value.zone) == ("UTC", "Asia/Shanghai")
