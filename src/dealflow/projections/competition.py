"""Competition: against whom we win, at what price, and where others are nearer than we are (domain.md §7).

Figures of history with their counts; what nobody said is counted apart.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from statistics import median
from types import MappingProxyType
from typing import TypeVar
from uuid import UUID

import attrs

from dealflow.domain.deal import Status
from dealflow.projections.contest import CONTEST, Contested, ContestPolicy, DealContest, DealRival, contest
from dealflow.projections.contests import ContestRow
from dealflow.projections.criteria_watch import AccountCriteria, CriteriaState, account_criteria
from dealflow.projections.nearer import Acquaintance, NearerRival
from dealflow.projections.pipeline import standing
from dealflow.projections.prices import Bracket
from dealflow.projections.relation import Relation
from dealflow.projections.relations import Rows
from dealflow.projections.results import Results, results

K = TypeVar("K")


@attrs.frozen
class Gaps:
    """By which part of theirs our offer was higher, below 0 where it was lower, in *n* deals; no *median* of none."""

    n: int
    median: Fraction | None

    @classmethod
    def of(cls, gaps: Iterable[Fraction | None]) -> "Gaps":
        """Count the gaps that are known."""
        known = [one for one in gaps if one is not None]
        return cls(len(known), median(known) if known else None)


@attrs.frozen
class AgainstRival:
    """How we do against a *competitor*.

    *deals* are those they were ever in, *to_the_end* those of the closed ones in which they were still
    at the close; *lost_to* counts those lost to them by name, *incumbent* those in which they supplied
    the customer already. *won* and *lost* are the gaps between our offer and their bid in such deals.
    """

    competitor: str
    deals: Results
    to_the_end: Results
    lost_to: int
    incumbent: int
    won: Gaps
    lost: Gaps


@attrs.frozen
class Competition:
    """The contests for all deals as they stood at a moment, and how each account's criteria stand; to be asked."""

    at: datetime
    contests: tuple[DealContest, ...]
    criteria: tuple[AccountCriteria, ...]

    @property
    def deals(self) -> Results:
        """How all deals stand."""
        return results(one.status for one in self.contests)

    @property
    def rivals(self) -> tuple[AgainstRival, ...]:
        """How we do against each who ever was in a deal, the most met first."""
        met: dict[str, list[tuple[DealContest, DealRival]]] = {}
        for one in self.contests:
            for rival in one.rivals:
                met.setdefault(rival.competitor, []).append((one, rival))
        ordered = sorted(met.items(), key=lambda one: (-len(one[1]), one[0]))
        return tuple(_against(name, some) for name, some in ordered)

    @property
    def by_price(self) -> Mapping[Bracket, Results]:
        """How deals stand by how our offer compares with the lowest bid of those who are in it."""
        return self._lots(Bracket, lambda one: one.bracket)

    @property
    def by_contested(self) -> Mapping[Contested, Results]:
        """How deals stand with competition known, said to be none, and where nobody said."""
        return self._lots(Contested, lambda one: one.contested)

    @property
    def closer(self) -> tuple[NearerRival, ...]:
        """To whom, of those who decide about the open deals, a rival is closer than we are."""
        return tuple(near for one in self.contests if one.status is Status.OPEN for near in one.closer)

    @property
    def accounts(self) -> Mapping[CriteriaState, int]:
        """How many accounts stand how by what they buy by."""
        states = [one.state for one in self.criteria]
        return MappingProxyType({state: states.count(state) for state in CriteriaState})

    def _lots(self, names: Iterable[K], name: Callable[[DealContest], K]) -> Mapping[K, Results]:
        return MappingProxyType(
            {lot: results(one.status for one in self.contests if name(one) == lot) for lot in names}
        )


def competition(
    rows: Rows,
    contests: Mapping[UUID, ContestRow],
    relations: Mapping[UUID, Relation],
    at: datetime,
    policy: ContestPolicy = CONTEST,
) -> Competition:
    """Return the contests for all deals there were *at* a moment, and the criteria of the accounts, whose *relations*
    are of that moment. Raises `NoRate`.
    """
    known = Acquaintance.of(rows.people, rows.contacts.values())
    heirs = {place: account for account, one in relations.items() for place in one.places}
    deals = ((row, standing(row, at)) for row in rows.deals.values())
    return Competition(
        at=at,
        contests=tuple(
            contest(
                row, contests[row.deal], deal, known, at, account=heirs.get(row.account, row.account), policy=policy
            )
            for row, deal in deals
            if deal is not None
        ),
        criteria=tuple(map(account_criteria, relations.values())),
    )


def _against(competitor: str, met: Sequence[tuple[DealContest, DealRival]]) -> AgainstRival:
    gaps = {status: [rival.gap for one, rival in met if one.status is status] for status in Status}
    return AgainstRival(
        competitor=competitor,
        deals=results(one.status for one, _ in met),
        to_the_end=results(one.status for one, rival in met if rival.there and one.status is not Status.OPEN),
        lost_to=sum(one.lost_to is not None and one.lost_to.value == competitor for one, _ in met),
        incumbent=sum(rival.incumbent is True for _, rival in met),
        won=Gaps.of(gaps[Status.WON]),
        lost=Gaps.of(gaps[Status.LOST]),
    )
