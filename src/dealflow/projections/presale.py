"""Pre-sale: the five activities that prepare a sale, and which deals had them (S0, domain.md §2)."""

from collections.abc import Iterable, Sequence
from uuid import UUID

import attrs

from dealflow.domain.deal import Status
from dealflow.domain.interaction import Activity
from dealflow.projections.contact import Contact
from dealflow.projections.estimates import Share
from dealflow.projections.pipeline import Standing

PRESALE = (
    Activity.RESEARCH,
    Activity.PROJECT_PLAN,
    Activity.EDUCATION,
    Activity.PURCHASE_METHOD,
    Activity.BID,
)
"""The five, in their order."""


@attrs.frozen
class PresaleStep:
    """One of the five: how many contacts were *held* for it, and which share of the *deals* in question had it.

    *won* and *lost* are the same of those that ended so.
    """

    activity: Activity
    held: int
    deals: Share
    won: Share
    lost: Share


def presale(held: Iterable[Contact], deals: Sequence[Standing], floor: int) -> tuple[PresaleStep, ...]:
    """Return the five pre-sale steps, in their order."""
    about: dict[Activity | None, list[Contact]] = {}
    for one in held:
        about.setdefault(one.activity, []).append(one)
    return tuple(_step(activity, about.get(activity, ()), deals, floor) for activity in PRESALE)


def _step(activity: Activity, held: Sequence[Contact], deals: Sequence[Standing], floor: int) -> PresaleStep:
    had = frozenset(deal for one in held for deal in one.deals)
    return PresaleStep(
        activity=activity,
        held=len(held),
        deals=_share(had, deals, floor),
        won=_share(had, [one for one in deals if one.status is Status.WON], floor),
        lost=_share(had, [one for one in deals if one.status is Status.LOST], floor),
    )


def _share(had: frozenset[UUID], deals: Sequence[Standing], floor: int) -> Share:
    return Share(sum(one.deal in had for one in deals), len(deals), floor)
