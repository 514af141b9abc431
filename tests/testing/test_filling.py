"""How a journal is filled: in one go or step by step, with one market or several, on the right clock."""

from datetime import UTC, date, datetime

import attrs
import pytest

import dealflow as df
from dealflow.domain.playbook import PlaybookDefined, PlaybookRevised, playbook_id
from dealflow.testing import Clock, Market, Simulation, fill, simulate

SMALL = Market(deals=30)


def filled(*simulations: Simulation, until: date | None = None) -> list[df.Record]:
    clock = Clock()
    with df.DealFlow.open("memory:", clock=clock) as flow:
        fill(flow, clock, *simulations, until=until)
        return list(flow.journal.read())


def test_a_journal_can_be_filled_up_to_a_day() -> None:
    simulation, clock, day = simulate(SMALL, seed=4), Clock(), date(2024, 6, 1)
    with df.DealFlow.open("memory:", clock=clock) as flow:
        recorded = fill(flow, clock, simulation, until=day)
        found = list(flow.journal.read())
    expected = [entry for one in simulation.evenings() if one.at.date() <= day for entry in one.entries]
    assert (recorded, [record.event for record in found]) == (len(expected), [entry.event for entry in expected])
    assert max(record.recorded_at for record in found).date() <= day


def test_a_journal_that_is_filled_step_by_step_is_the_same_as_at_once() -> None:
    simulation, clock = simulate(SMALL, seed=4), Clock()
    june, july, september = date(2024, 6, 1), date(2024, 7, 15), date(2024, 9, 1)
    with df.DealFlow.open("memory:", clock=clock) as flow:
        recorded = [
            fill(flow, clock, simulation, until=june),
            fill(flow, clock, simulation, after=june, until=july),
            fill(flow, clock, simulation, after=july, until=september),
            fill(flow, clock, simulation, after=september),
        ]
        found = list(flow.journal.read())
    assert all(recorded)
    assert sum(recorded) == len(found)
    assert found == filled(simulation)


def test_two_seeds_share_a_journal_and_the_playbook() -> None:
    one, other = simulate(SMALL, seed=1), simulate(SMALL, seed=2)
    both = filled(one, other)
    playbook = [record.event for record in both if record.stream == playbook_id(SMALL.playbook.key)]
    assert [type(event) for event in playbook] == [PlaybookDefined, PlaybookRevised]
    for alone in (filled(one), filled(other)):
        streams = {record.stream for record in alone}
        assert [(record.event, record.recorded_at) for record in both if record.stream in streams] == [
            (record.event, record.recorded_at) for record in alone
        ]
    with df.DealFlow.open("memory:", clock=(clock := Clock())) as flow:
        fill(flow, clock, one, other, until=date(2024, 7, 15))
        fill(flow, clock, one, other, after=date(2024, 7, 15))
        assert list(flow.journal.read()) == both


def test_a_playbook_that_differs_from_the_journals_own_is_refused() -> None:
    one, other = simulate(SMALL, seed=1), simulate(attrs.evolve(SMALL, revised=0.7), seed=2)
    with df.DealFlow.open("memory:", clock=(clock := Clock())) as flow:
        with pytest.raises(ValueError, match="another playbook 'five-steps'"):
            fill(flow, clock, one, other)
        assert flow.journal.head() == 0
        fill(flow, clock, one)
        with pytest.raises(ValueError, match="another playbook 'five-steps'"):
            fill(flow, clock, other)


def test_what_is_recorded_already_is_not_recorded_again() -> None:
    simulation = simulate(Market(deals=3), seed=4)
    with df.DealFlow.open("memory:", clock=(clock := Clock())) as flow:
        fill(flow, clock, simulation)
        head = flow.journal.head()
        with pytest.raises(ValueError, match=r"the journal's last record is of .*: say `after`"):
            fill(flow, clock, simulation)
        assert flow.journal.head() == head


def test_the_same_evening_cannot_be_recorded_twice() -> None:
    simulation = simulate(Market(deals=3), seed=4)
    evenings = [one.at.date() for one in simulation.evenings()]
    with df.DealFlow.open("memory:", clock=(clock := Clock())) as flow:
        fill(flow, clock, simulation, until=evenings[3])
        with pytest.raises(df.Conflict):
            fill(flow, clock, simulation, after=evenings[2], until=evenings[3])


@pytest.mark.parametrize("other", [Clock(datetime(2024, 5, 1, tzinfo=UTC)), Clock(), None], ids=["later", "too", "own"])
def test_a_clock_that_is_not_the_journals_own_is_refused_at_the_first_record(other: Clock | None) -> None:
    with df.DealFlow.open("memory:", **({} if other is None else {"clock": other})) as flow:  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="open a new journal with the clock that is given to `fill`"):
            fill(flow, Clock(), simulate(Market(deals=3), seed=4))
        assert flow.journal.head() == 1
