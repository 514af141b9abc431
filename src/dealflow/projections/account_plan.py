"""Account plan: what we want with an account, how old that is, and whether they took another way since.

domain.md §10 (identify, cover, manage, evaluate, plan) and §9 (aligned with the customer's strategy).
"""

from datetime import date, datetime
from typing import Any

import attrs

from dealflow.domain.alliance import Direction
from dealflow.projections import Dated
from dealflow.projections.accounts import PlanStep
from dealflow.projections.look import positions
from dealflow.projections.relation import Relation


@attrs.frozen
class AccountPlan:
    """Our plan for an account: the day it was last *made*, and last *reviewed* since; nothing where it was not.

    *age* are the days since it was made, *untouched* those since it was made or reviewed. *changes*
    are those of their direction since then, all of them where there is no plan.
    """

    made: date | None
    reviewed: date | None
    age: int | None
    untouched: int | None
    changes: tuple[Direction, ...]
    records: tuple[int, ...]

    @property
    def there(self) -> bool:
        """Whether there is one."""
        return self.untouched is not None


def account_plan(relation: Relation) -> AccountPlan:
    """Return our plan for an account, seen from the relation's moment."""
    steps = sorted(relation.plans, key=_when)
    made = next((one for one in reversed(steps) if one.value is PlanStep.MADE), None)
    last, changes = last_step(relation), changed_since(relation)
    reviewed = last if last is not None and last.value is PlanStep.REVIEWED else None
    return AccountPlan(
        made=None if made is None else relation.day(made.end),
        reviewed=None if reviewed is None else relation.day(reviewed.end),
        age=None if made is None else relation.days_since(made.end),
        untouched=None if last is None else relation.days_since(last.end),
        changes=tuple(one.value for one in changes),
        records=positions(one.record for one in (made, reviewed, *changes) if one is not None),
    )


def last_step(relation: Relation) -> Dated[PlanStep] | None:
    """Return by what our plan was last made or reviewed; nothing where there is none."""
    return max(relation.plans, key=_when, default=None)


def changed_since(relation: Relation) -> tuple[Dated[Direction], ...]:
    """Return the changes of their direction since our plan was last made or reviewed, all where there is none."""
    last = last_step(relation)
    return tuple(one for one in relation.directions if last is None or _when(last) < _when(one))


def _when(told: Dated[Any]) -> tuple[datetime, int]:
    """Order by when it had surely happened; what happened at once, by when it was told."""
    return told.end, told.record
