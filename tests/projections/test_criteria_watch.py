"""Who meets what an account buys by: safe, watch or alarm, against each rival and over time."""

from collections.abc import Iterator

import pytest

import dealflow as df
from dealflow.projections.criteria_watch import criteria_state
from tests.projections.keeping import Keeping
from tests.projections.selling import day

ALARM, WATCH, UNKNOWN, SAFE = df.CriteriaState


@pytest.fixture
def keeping() -> Iterator[Keeping]:
    keeping = Keeping()
    yield keeping
    keeping.flow.close()


def asked(keeping: Keeping, at: int) -> df.AccountCriteria:
    (found,) = keeping.flow.competition(happened=day(at)).criteria
    return found


@pytest.mark.parametrize(
    ("we", "they", "state"),
    [
        (True, False, SAFE),
        (True, True, WATCH),
        (False, True, ALARM),
        (False, False, WATCH),
        (None, True, UNKNOWN),
        (True, None, UNKNOWN),
    ],
)
def test_we_are_safe_watch_or_are_alarmed(we: bool | None, they: bool | None, state: df.CriteriaState) -> None:
    assert criteria_state(we, they) is state


def test_every_change_is_told_with_its_day_and_record(keeping: Keeping) -> None:
    keeping.own(2, df.AssessCriteria(we_meet=True, rivals=(("Bolt", False),)))
    keeping.own(4, df.AssessCriteria(we_meet=True, rivals=(("Bolt", False), ("Crane", True))))
    keeping.own(6, df.AssessCriteria(we_meet=False, rivals=(("Crane", True),)))
    found = asked(keeping, 9)
    assert [(one.competitor, one.state) for one in found.rivals] == [("Bolt", UNKNOWN), ("Crane", ALARM)]
    steps = [[(step.on, step.state) for step in one.steps] for one in found.rivals]
    assert steps == [[(day(2), SAFE), (day(6), UNKNOWN)], [(day(4), WATCH), (day(6), ALARM)]]
    assert [step.record for one in found.rivals for step in one.steps] == [3, 5, 4, 5]
    assert (found.state, found.record) == (ALARM, 5)
    assert asked(keeping, 3).state is SAFE


def test_without_an_assessment_or_a_rival_in_it_nobody_knows(keeping: Keeping) -> None:
    assert asked(keeping, 1) == df.AccountCriteria(keeping.id)
    keeping.own(2, df.AssessCriteria(we_meet=True))
    assert asked(keeping, 3) == df.AccountCriteria(keeping.id, record=3)
    keeping.register(3)
    accounts = keeping.flow.competition(happened=day(4)).accounts
    assert accounts == {ALARM: 0, WATCH: 0, UNKNOWN: 2, SAFE: 0}
