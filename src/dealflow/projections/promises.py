"""Promises: what became of our word, and what we still owe by when (domain.md §5)."""

from collections.abc import Iterable, Iterator
from datetime import date
from uuid import UUID

import attrs

from dealflow.projections.cases import Horizon
from dealflow.projections.contact import Contact, PromiseHistory
from dealflow.projections.estimates import Share


@attrs.frozen
class DuePromise:
    """A promise that is neither kept nor broken: *who* of ours owes it, and by when.

    *days* are the calendar days until it is *due*; below 0, it is overdue by so many. *id* names it
    within the *interaction* in which it was made, which was about *deals*.
    """

    id: str
    interaction: UUID
    account: UUID | None
    who: str
    due: date
    days: int
    deals: tuple[UUID, ...]
    records: tuple[int, ...]

    @property
    def overdue(self) -> bool:
        """Whether its day is over."""
        return self.days < 0


@attrs.frozen
class Promises:
    """What became of promises: those *kept* of those that were kept or broken, and those *in time* of the kept.

    Of *undated* ones, kept too, nobody knows whether it was in time: they had no day, or the day they
    were kept on is not known well enough. Of the open ones *overdue* had to be kept before today,
    *ahead* are due today or later, *dateless* have no day; *due* are the former two, the most
    pressing first.
    """

    kept: Share
    broken: int
    in_time: Share
    undated: int
    overdue: int
    ahead: int
    dateless: int
    due: tuple[DuePromise, ...]


def promises(contacts: Iterable[Contact], owing: Iterable[Contact], horizon: Horizon, floor: int) -> Promises:
    """Return what became of the promises made in contacts; of others (*owing*) those that are open alone."""
    made = [
        *((one, promise) for one in contacts for promise in one.promises),
        *((one, promise) for one in owing for promise in one.promises if promise.open),
    ]
    kept = [one for _, one in made if one.redeemed is not None and one.redeemed.value.kept]
    open_ = [(contact, one) for contact, one in made if one.open]
    broken = len(made) - len(kept) - len(open_)
    timely = [in_time for one in kept if (in_time := _in_time(one, horizon)) is not None]
    due = sorted(_due(open_, horizon), key=lambda one: one.due)
    overdue = sum(one.overdue for one in due)
    return Promises(
        kept=Share(len(kept), len(kept) + broken, floor),
        broken=broken,
        in_time=Share(sum(timely), len(timely), floor),
        undated=len(kept) - len(timely),
        overdue=overdue,
        ahead=len(due) - overdue,
        dateless=len(open_) - len(due),
        due=tuple(due),
    )


def _in_time(promise: PromiseHistory, horizon: Horizon) -> bool | None:
    """Say whether a promise was kept by its day; nothing where that is not known."""
    due, kept = promise.made.value.due, promise.redeemed
    if due is None or kept is None:
        return None
    if horizon.day(kept.end) <= due:
        return True
    return False if horizon.day(kept.start) > due else None


def _due(open_: Iterable[tuple[Contact, PromiseHistory]], horizon: Horizon) -> Iterator[DuePromise]:
    today = horizon.day(horizon.until)
    for contact, one in open_:
        made = one.made.value
        if made.due is not None:
            days = (made.due - today).days
            yield DuePromise(made.id, contact.id, contact.account, made.who, made.due, days, one.deals, one.records)
