"""Deals: those in question as of a day, as one pipeline, and everything that can be asked of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from operator import attrgetter
from types import MappingProxyType

import attrs

from dealflow.domain.playbook import MilestoneKey, Playbook, PlaybookKey
from dealflow.money import Rates
from dealflow.projections.cases import By, Case, Every, Horizon, cases, lots, milestones_of, order_of, trait
from dealflow.projections.chances import Chance, chances
from dealflow.projections.conversion import Fates, conversions, fates_at_last, fates_onward
from dealflow.projections.estimates import SAMPLING, Sampling
from dealflow.projections.forecast import Forecast, forecast
from dealflow.projections.funnel import Funnel, Period, funnel, periods
from dealflow.projections.pipeline import DealRow, Standing, standing
from dealflow.projections.playbooks import PlaybookRow, playbook_at
from dealflow.projections.times import Times, times


class NoSuchMilestone(LookupError):
    """A question is about a milestone that no playbook here has."""

    def __init__(self, asked: MilestoneKey, known: Sequence[MilestoneKey]) -> None:
        super().__init__(
            f"no milestone {asked!r} in the playbooks of these deals: they have {', '.join(known) or 'none'}"
        )
        self.asked = asked


@attrs.frozen
class Pipeline:
    """The deals in question as they stood on one day, on both clocks; ask it, or cut it into lots.

    Of a lot, *whole* is what it was cut from: chances of winning are learnt from that, since a lot
    alone is seldom enough.
    """

    cases: tuple[Case, ...]
    playbooks: tuple[Playbook, ...]
    horizon: Horizon
    entry: MilestoneKey | None = None
    happened: datetime | None = None
    known: datetime | None = None
    whole: "Pipeline | None" = None

    @property
    def deals(self) -> tuple[Standing, ...]:
        """How each deal stood."""
        return tuple(case.deal for case in self.cases)

    def must_have(self, milestone: MilestoneKey) -> None:
        """Raise `NoSuchMilestone` where no playbook here has a milestone; before there is one, none is missed."""
        must_have(milestone, self.playbooks)

    def funnel(self, sampling: Sampling = SAMPLING) -> Funnel:
        """Count them: where they stand, how they came and left, what went on, who won."""
        steps = [
            step for one in self._ahead for step in conversions(self.deals, one, self._onward[one.key], sampling.floor)
        ]
        return funnel(self.deals, self.playbooks, steps, happened=self.happened, known=self.known)

    def periods(self, every: Every = Every.MONTH) -> tuple[Period, ...]:
        """Count what came to each milestone and left it, period by period; the last ends as the funnel stands.

        These deals are followed back: of one that was merged, or moved out of the question, since
        then no period tells.
        """
        return periods(self.deals, self.playbooks, every, self.horizon)

    def times(self, sampling: Sampling = SAMPLING) -> Times:
        """Estimate how long they stay and how long until they close; needs the extra `stats`."""
        return times(self.cases, self._ahead, self.horizon, sampling)

    def forecast(
        self,
        sampling: Sampling = SAMPLING,
        every: Every = Every.MONTH,
        chances: Sequence[Chance] | None = None,
    ) -> Forecast:
        """Weigh what the open ones may bring, by the playbook's chances and by those learnt.

        *chances*, where they are at hand, are not learnt anew: for a forecast of each of many lots.
        """
        learnt = self.chances(sampling) if chances is None else chances
        return forecast(self.deals, self.playbooks, learnt, self.horizon, every)

    def chances(self, sampling: Sampling = SAMPLING) -> tuple[Chance, ...]:
        """Return the chance of winning from each milestone, as the playbook has it and as learnt."""
        if self.whole is not None:
            used = {one.key for one in self.playbooks}
            return tuple(one for one in self.whole.chances(sampling) if one.playbook in used)
        return tuple(
            chance
            for one in self._ahead
            for chance in chances(one, self._onward[one.key], self._at_last[one.key], sampling.floor)
        )

    def by(self, by: By) -> "Mapping[str, Pipeline]":
        """Cut it by owner, account, playbook or lead source, as they stood; `unknown` where nobody said."""
        return self._cut(trait(by))

    def cohorts(self, every: Every = Every.MONTH) -> "Mapping[str, Pipeline]":
        """Cut it by the period in which the deals came in: were opened, or came to the entry asked for."""
        return self._cut(lambda case: every.of(case.began))

    @cached_property
    def _onward(self) -> Mapping[PlaybookKey, Fates]:
        return {one.key: fates_onward(self.deals, one, self.horizon) for one in self._ahead}

    @cached_property
    def _at_last(self) -> Mapping[PlaybookKey, Fates]:
        return {one.key: fates_at_last(self.deals, one, self.horizon) for one in self._ahead}

    @cached_property
    def _ahead(self) -> Sequence[Playbook]:
        """Return the playbooks from the entry on: of deals picked because they came to it, what lay
        before says nothing.
        """
        return [_from(self.entry, one) for one in self.playbooks]

    def _cut(self, label: Callable[[Case], str]) -> "Mapping[str, Pipeline]":
        cut = lots(self.cases, label)
        return MappingProxyType(
            {
                key: attrs.evolve(self, cases=some, playbooks=in_use(some, self.playbooks), whole=self.whole or self)
                for key, some in cut.items()
            }
        )


def in_use(cases: Iterable[Case], playbooks: Iterable[Playbook]) -> tuple[Playbook, ...]:
    """Return the playbooks that the deals ever ran on, in the order of their keys."""
    used = {visit.playbook for case in cases for visit in case.deal.visits}
    return tuple(sorted((one for one in playbooks if one.key in used), key=attrgetter("key")))


def pipeline(
    rows: Iterable[DealRow],
    playbooks: Iterable[PlaybookRow],
    horizon: Horizon,
    *,
    playbook: PlaybookKey | None = None,
    entry: MilestoneKey | None = None,
    rates: Rates | None = None,
    happened: datetime | None = None,
    known: datetime | None = None,
) -> Pipeline:
    """Gather the deals as of *happened*; *rows* and *playbooks* are what was known at *known*.

    *playbook* keeps those that stand under one; *entry* those that came to a milestone or beyond it,
    and has their time begin there; *rates* bring amounts into one currency. Raises
    `NoSuchMilestone`, `NoRate`.
    """
    deals = [one for row in rows if (one := standing(row, happened)) and playbook in {None, one.playbook}]
    if rates is not None:
        deals = [attrs.evolve(one, amount=one.amount and rates.convert(one.amount)) for one in deals]
    stood = {(visit.playbook, visit.milestone) for deal in deals for visit in deal.visits}
    rows_of_books = [row for row in playbooks if playbook in {None, row.playbook.key}]
    if entry is not None:
        must_have(entry, [row.playbook for row in rows_of_books])
    books = [_in_sight(row, stood, happened) for row in rows_of_books]
    orders = {book.key: order_of(book) for book in books}
    found = cases(deals, orders, horizon, entry)
    used = in_use(found, books) if playbook is None else tuple(books)
    return Pipeline(found, used, horizon, entry, happened, known)


def must_have(entry: MilestoneKey, playbooks: Iterable[Playbook]) -> None:
    """Raise `NoSuchMilestone` where no version of any playbook has it; before there is one, none is missed."""
    there = list(dict.fromkeys(key for one in playbooks for key in milestones_of(one)))
    if there and entry not in there:
        raise NoSuchMilestone(entry, there)


def _from(entry: MilestoneKey | None, playbook: Playbook) -> Playbook:
    order = order_of(playbook)
    first = order.get(entry, 0) if entry is not None else 0
    ahead = (tuple(one for one in version if order[one.key] >= first) for version in playbook.versions)
    return attrs.evolve(playbook, versions=tuple(ahead))


def _in_sight(row: PlaybookRow, stood: Iterable[tuple[str, str]], happened: datetime | None) -> Playbook:
    """Return a playbook as of a day, or whole where deals of an earlier day were moved by a later version."""
    then = playbook_at(row, happened)
    keys = {milestone.key for version in then.versions for milestone in version}
    return then if all(milestone in keys for key, milestone in stood if key == then.key) else row.playbook
