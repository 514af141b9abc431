"""Criteria watch: who meets what an account buys by, each rival beside us, over time (domain.md §7)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum
from uuid import UUID

import attrs

from dealflow.domain.rivalry import CriteriaAssessed
from dealflow.projections.relation import Relation


class CriteriaState(StrEnum):
    """How we stand by what they buy by, against one rival or (the worst of these) at an account."""

    ALARM = "alarm"
    WATCH = "watch"
    UNKNOWN = "unknown"
    SAFE = "safe"


def criteria_state(we_meet: bool | None, they_meet: bool | None) -> CriteriaState:
    """Say how we stand against a rival.

    Safe: we meet what they buy by and the rival does not; watch: both do, or neither, since then
    whoever learns it first has them; alarm: the rival does and we do not. Unknown where either is.
    """
    if we_meet is None or they_meet is None:
        return CriteriaState.UNKNOWN
    if we_meet == they_meet:
        return CriteriaState.WATCH
    return CriteriaState.SAFE if we_meet else CriteriaState.ALARM


@attrs.frozen
class CriteriaStep:
    """From the day *on* we stood so, by the assessment that is *record*."""

    on: date
    state: CriteriaState
    record: int


@attrs.frozen
class RivalCriteria:
    """How we stood against a *competitor* at an account, each step a change; the last one holds.

    An assessment replaces the one before: of whom it does not name nobody knows any more.
    """

    competitor: str
    steps: tuple[CriteriaStep, ...]

    @property
    def state(self) -> CriteriaState:
        """How we stand now."""
        return self.steps[-1].state


@attrs.frozen
class AccountCriteria:
    """How we stand at an *account* by what it buys by, and against each rival that an assessment ever named.

    *state* is the worst against any rival of the last assessment, which is *record*; unknown is worse
    than safe, and stands where there was no assessment, or it named no rival.
    """

    account: UUID
    state: CriteriaState = CriteriaState.UNKNOWN
    rivals: tuple[RivalCriteria, ...] = ()
    record: int | None = None


def account_criteria(relation: Relation) -> AccountCriteria:
    """Return how we stand at an account by every assessment so far."""
    told = relation.criteria
    if not told:
        return AccountCriteria(relation.account)
    named = dict.fromkeys(name for one in told for name, _ in one.value.rivals)
    return AccountCriteria(
        account=relation.account,
        state=worst(_states(told[-1].value).values()),
        rivals=tuple(RivalCriteria(name, tuple(_steps(relation, name))) for name in named),
        record=told[-1].record,
    )


def worst(states: Iterable[CriteriaState]) -> CriteriaState:
    """Return the worst of several; unknown of none."""
    return min(states, key=WORST_FIRST.index, default=CriteriaState.UNKNOWN)


WORST_FIRST = tuple(CriteriaState)


def _states(assessed: CriteriaAssessed) -> Mapping[str, CriteriaState]:
    return {name: criteria_state(assessed.we_meet, does) for name, does in assessed.rivals}


def _steps(relation: Relation, competitor: str) -> Iterator[CriteriaStep]:
    """Yield each change, from the first assessment on that names them."""
    last: CriteriaState | None = None
    for one in relation.criteria:
        states = _states(one.value)
        if last is None and competitor not in states:
            continue
        state = states.get(competitor, CriteriaState.UNKNOWN)
        if state is not last:
            yield CriteriaStep(relation.day(one.end), state, one.record)
            last = state
