"""Ranking: accounts by what they bought, and how few of them make most of it (80/20, domain.md §3).

Currencies are never added: each is ranked by itself.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate
from types import MappingProxyType
from uuid import UUID

import attrs

from dealflow.money import Money, totals
from dealflow.projections.estimates import Share
from dealflow.projections.look import positions
from dealflow.projections.relation import Lasting


@attrs.frozen
class PortfolioPolicy:
    """Which *share* of the revenue, 0 to 1, the few are to make, and of how many at the *top* the share is told."""

    share: float = attrs.field(default=0.8, validator=[attrs.validators.ge(0), attrs.validators.le(1)])
    top: int = attrs.field(default=10, validator=attrs.validators.ge(0))


PORTFOLIO = PortfolioPolicy()


@attrs.frozen
class Ranked:
    """One account's place by revenue; who bought as much stands at the same *rank*.

    *share* is its part of the revenue, *cumulative* that of it and of all before it; both nothing
    where there is no revenue to divide by. *records* are those of its *purchases*.
    """

    rank: int
    account: UUID
    revenue: Decimal
    purchases: int
    share: Fraction | None
    cumulative: Fraction | None
    records: tuple[int, ...]


@attrs.frozen
class Ranking:
    """The accounts that bought in one *currency*, by *revenue*; who bought as much, as they entered the journal.

    *few* is how many at the least make the policy's share of it, *of_buyers* their share of those
    ranked here, *of_all* that of all accounts. *top_share* is what the first *top* make; nothing where
    there is no revenue.
    """

    currency: str
    revenue: Decimal
    ranked: tuple[Ranked, ...]
    few: int
    of_buyers: Share
    of_all: Share
    top: int
    top_share: Fraction | None

    @property
    def vital(self) -> tuple[UUID, ...]:
        """The few, the largest first, and whoever bought as much as the last of them."""
        last = self.ranked[self.few - 1].rank if self.few else 0
        return tuple(one.account for one in self.ranked if one.rank <= last)


Purchases = Sequence[Lasting[Money]]


def rankings(bought: Mapping[UUID, Purchases], accounts: int, policy: PortfolioPolicy) -> Mapping[str, Ranking]:
    """Rank accounts by what they *bought*, by currency; *accounts* is how many there are in all."""
    found: dict[str, dict[UUID, Purchases]] = {}
    for account, purchases in bought.items():
        for currency in totals(one.value for one in purchases):
            own = [one for one in purchases if one.value.currency == currency]
            found.setdefault(currency, {})[account] = own
    return MappingProxyType({key: _ranking(key, found[key], accounts, policy) for key in sorted(found)})


def _ranking(currency: str, bought: Mapping[UUID, Purchases], accounts: int, policy: PortfolioPolicy) -> Ranking:
    sums = {account: totals(one.value for one in purchases)[currency] for account, purchases in bought.items()}
    order = sorted(sums, key=sums.__getitem__, reverse=True)
    ranks = {sums[account]: place for place, account in reversed([*enumerate(order, start=1)])}
    so_far = list(accumulate(Fraction(sums[account]) for account in order))
    whole = so_far[-1]
    wanted = Fraction(str(policy.share)) * whole
    few = next(number for number, made in enumerate((Fraction(0), *so_far)) if made >= wanted)
    ranked = tuple(
        Ranked(
            rank=ranks[sums[account]],
            account=account,
            revenue=sums[account],
            purchases=len(bought[account]),
            share=Fraction(sums[account]) / whole if whole else None,
            cumulative=made / whole if whole else None,
            records=positions(*(one.records for one in bought[account])),
        )
        for account, made in zip(order, so_far, strict=True)
    )
    return Ranking(
        currency=currency,
        revenue=totals(one.value for purchases in bought.values() for one in purchases)[currency],
        ranked=ranked,
        few=few,
        of_buyers=Share(few, len(ranked)),
        of_all=Share(few, accounts),
        top=(top := min(policy.top, len(ranked))),
        top_share=(sum((one.share or Fraction(0) for one in ranked[:top]), Fraction(0)) if whole else None),
    )
