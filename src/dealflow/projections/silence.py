"""Silence: how long ago somebody was last met about a deal, or tried (domain.md §5)."""

from collections.abc import Iterable, Sequence
from datetime import date
from statistics import median
from uuid import UUID

import attrs

from dealflow.domain.deal import Status
from dealflow.projections import Dated
from dealflow.projections.cases import Horizon
from dealflow.projections.contact import Contact
from dealflow.projections.contacts import Turn
from dealflow.projections.estimates import Share
from dealflow.projections.pipeline import Standing


@attrs.frozen
class Silence:
    """How long it has been silent about an open deal: between *least* and *most* calendar days up to *until*.

    The two differ where the day of the last contact is not known; both are nothing where there was
    none. *until* is the day that was asked for, or the last on which the deal was followed.
    """

    deal: UUID
    account: UUID
    until: date
    least: int | None = None
    most: int | None = None
    records: tuple[int, ...] = ()

    @property
    def never(self) -> bool:
        """Whether nobody was ever met or tried about it."""
        return self.most is None

    @property
    def days(self) -> int | None:
        """How many days, where that is known."""
        return self.least if self.least == self.most else None

    def lasts(self, days: int) -> bool | None:
        """Say whether it has been silent for so many days at least; nothing where nobody knows, or never spoke."""
        if self.least is None or self.most is None or self.least < days <= self.most:
            return None
        return self.least >= days


@attrs.frozen
class SilencePolicy:
    """For how many calendar days at least it has been silent: a count is made for each number."""

    days: tuple[int, ...] = (7, 14)


SILENCE = SilencePolicy()


@attrs.frozen
class Silent:
    """How many deals have been silent for so many *days* at least, of those of which that is known; of *unknown* ones
    it is not.
    """

    days: int
    share: Share
    unknown: int


@attrs.frozen
class Quiet:
    """How silent it is about open deals: how many there are, and about how many there was *never* a contact.

    The others are counted by how long it has been. *median* is that of the days, where they are known.
    """

    open: int
    never: int
    median: float | None
    silent: tuple[Silent, ...]


def silences(contacts: Iterable[Contact], deals: Iterable[Standing], horizon: Horizon) -> tuple[Silence, ...]:
    """Return how long it has been silent about each deal that is open: those of never first, then the longest."""
    about: dict[UUID, list[Dated[Turn]]] = {}
    for one in contacts:
        if one.tried is not None:
            for deal in one.deals:
                about.setdefault(deal, []).append(one.tried)
    found = [_silence(one, about.get(one.deal, ()), horizon) for one in deals if one.status is Status.OPEN]
    return tuple(sorted(found, key=lambda one: (not one.never, -(one.least or 0), -(one.most or 0))))


def _silence(deal: Standing, tried: Sequence[Dated[Turn]], horizon: Horizon) -> Silence:
    """The last contact was not before the latest start, and not after the latest end.

    A contact after the deal was last watched shows that it was followed until then.
    """
    until = max([horizon.known(deal), *(one.end for one in tried)])
    silence = Silence(deal.deal, deal.account, horizon.day(until))
    if not tried:
        return silence
    first, last = max(tried, key=lambda one: one.start), max(tried, key=lambda one: one.end)
    return attrs.evolve(
        silence,
        least=horizon.days(last.end, until),
        most=horizon.days(first.start, until),
        records=tuple(sorted({first.record, last.record})),
    )


def quiet(silences: Sequence[Silence], policy: SilencePolicy = SILENCE) -> Quiet:
    """Count deals by how long it has been silent about them."""
    known = [one.days for one in silences if one.days is not None]
    return Quiet(
        open=len(silences),
        never=sum(one.never for one in silences),
        median=median(known) if known else None,
        silent=tuple(_silent(days, [one for one in silences if not one.never]) for days in policy.days),
    )


def _silent(days: int, silences: Sequence[Silence]) -> Silent:
    lasting = [said for one in silences if (said := one.lasts(days)) is not None]
    return Silent(days, Share(sum(lasting), len(lasting)), len(silences) - len(lasting))
