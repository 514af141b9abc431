"""Portfolio: which accounts carry us, which are key accounts, and how each was screened and planned (domain.md §3).

What is asked of all accounts at once: 80/20 (`ranking`), why an account is a key account and whether
it buys like one, whom we pursue although the screening failed, and for whom nobody has a plan.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from functools import cached_property
from uuid import UUID

import attrs

from dealflow.domain.account import AccountKind, KeyReason
from dealflow.domain.deal import Status
from dealflow.domain.qualification import Pursuit
from dealflow.money import Money, Rates, totals
from dealflow.projections import Dated
from dealflow.projections.account_plan import AccountPlan, account_plan
from dealflow.projections.cases import Horizon
from dealflow.projections.conditions import RELATIONSHIP, RelationshipPolicy, RelationshipStage
from dealflow.projections.forecast import Amounts
from dealflow.projections.pipeline import Standing
from dealflow.projections.progression import progression
from dealflow.projections.qualification import Screened, screenings
from dealflow.projections.ranking import PORTFOLIO, PortfolioPolicy, Purchases, Ranking, rankings
from dealflow.projections.relation import Lasting, Relation
from dealflow.projections.relationship import is_buyer


class Weight(StrEnum):
    """What an account weighs in the revenue: among the few that make most of it, or not.

    By the amounts that are known: a purchase of unknown amount, anybody's, may change who the few are.
    """

    VITAL = "vital"
    OTHER = "other"
    UNKNOWN = "unknown"
    NOTHING = "nothing bought"


@attrs.frozen
class KeyAccount:
    """Why it is a key account, and *since* when without a break; *records* are the designations that say so."""

    reasons: tuple[KeyReason, ...]
    since: date
    records: tuple[int, ...]


@attrs.frozen
class Holding:
    """One account of the portfolio, on the day *at*: the one asked for, or (*unfollowed*) the last it was watched.

    *bought* is what it bought since the day asked for, by currency, in so many *purchases*; those
    *without_amount* are in no sum. *weight* is by the amounts that are known, and unknown where one of
    its own that is not could lift it among the few. *last* is when it last bought anything. *owner* is
    who of ours answers for it, *deals* those that are open. *screened* is the last screening,
    *screened_days* ago; *key* and *screened* are nothing where it is no key account, or never was screened.
    """

    account: UUID
    at: date
    kind: AccountKind
    owner: str | None
    stage: RelationshipStage
    weight: Weight
    bought: Amounts
    purchases: int
    without_amount: int
    last: date | None
    key: KeyAccount | None
    screened: Screened | None
    screened_days: int | None
    plan: AccountPlan
    deals: tuple[UUID, ...]
    unfollowed: bool

    @property
    def passed(self) -> bool | None:
        """Whether the last screening says to develop it with full force; nothing where there is none."""
        return None if self.screened is None else self.screened.verdict is Pursuit.PASS


@attrs.frozen
class Portfolio:
    """All *accounts* on the evening of a day, as they entered the journal, and by revenue in each currency.

    In it are customers by their kind, and whoever bought, was screened or is a key account. Purchases
    count *since* that day, without one all. *policy* is what the rankings were made by.
    """

    at: date
    since: date | None
    policy: PortfolioPolicy
    accounts: tuple[Holding, ...]
    rankings: Mapping[str, Ranking]

    def account(self, account: UUID) -> Holding:
        """Return one account; raises `KeyError` where it is not in the portfolio."""
        return self._by_id[account]

    @cached_property
    def _by_id(self) -> Mapping[UUID, Holding]:
        return {one.account: one for one in self.accounts}

    @property
    def key(self) -> tuple[Holding, ...]:
        """The key accounts."""
        return tuple(one for one in self.accounts if one.key is not None)

    @property
    def undesignated(self) -> tuple[Holding, ...]:
        """Those among the few that are no key accounts, the largest first."""
        few = dict.fromkeys(account for ranking in self.rankings.values() for account in ranking.vital)
        return tuple(one for one in map(self.account, few) if one.key is None)

    @property
    def outside(self) -> tuple[Holding, ...]:
        """The key accounts that buy, and by the amounts that are known are not among the few."""
        return tuple(one for one in self.key if one.weight is Weight.OTHER)

    @property
    def not_buying(self) -> tuple[Holding, ...]:
        """The key accounts that bought nothing."""
        return tuple(one for one in self.key if one.weight is Weight.NOTHING)

    @property
    def unplanned(self) -> tuple[Holding, ...]:
        """The key accounts for which nobody made a plan."""
        return tuple(one for one in self.key if not one.plan.there)

    @property
    def pursued(self) -> tuple[Holding, ...]:
        """Those that failed the last screening, and with whom we have open deals all the same."""
        return tuple(one for one in self.accounts if one.passed is False and one.deals)

    @property
    def unscreened(self) -> tuple[Holding, ...]:
        """Those that were never screened."""
        return tuple(one for one in self.accounts if one.screened is None)


def portfolio(
    relations: Iterable[Relation],
    deals: Iterable[Standing],
    horizon: Horizon,
    *,
    since: date | None = None,
    rates: Rates | None = None,
    policy: PortfolioPolicy = PORTFOLIO,
    standing: RelationshipPolicy = RELATIONSHIP,
) -> Portfolio:
    """Return the portfolio as of a horizon; *rates* bring what was bought into one currency, else raise `NoRate`.

    *standing* is by what a relationship stands at which stage. A purchase that was taken back is none.
    """
    there = [one for one in relations if is_buyer(one) or key_account(one) or one.screened]
    bought = {one.account: [each for each in one.bought if _counts(each, one, since)] for one in there}
    priced = {account: _priced(purchases, rates) for account, purchases in bought.items()}
    found = rankings(priced, len(there), policy)
    vital = {account for one in found.values() for account in one.vital}
    pursued = _open(deals, {place: one.account for one in there for place in one.places})
    return Portfolio(
        at=horizon.day(horizon.until),
        since=since,
        policy=policy,
        accounts=tuple(
            _holding(
                one,
                purchases=len(bought[one.account]),
                priced=priced[one.account],
                vital=one.account in vital,
                deals=tuple(pursued.get(one.account, ())),
                standing=standing,
            )
            for one in there
        ),
        rankings=found,
    )


def _counts(purchase: Lasting[Money | None], relation: Relation, since: date | None) -> bool:
    return since is None or relation.day(purchase.since) >= since


def _priced(purchases: Iterable[Lasting[Money | None]], rates: Rates | None) -> Purchases:
    known = ((one, one.value) for one in purchases if one.value is not None)
    return [Lasting(rates.convert(amount) if rates else amount, one.since, one.record) for one, amount in known]


def _open(deals: Iterable[Standing], stands_for: Mapping[UUID, UUID]) -> Mapping[UUID, Sequence[UUID]]:
    """Return the open deals of each account, those of accounts merged into it among them."""
    found: dict[UUID, list[UUID]] = {}
    for deal in deals:
        if deal.status is Status.OPEN and deal.account in stands_for:
            found.setdefault(stands_for[deal.account], []).append(deal.deal)
    return found


def _holding(
    relation: Relation,
    *,
    purchases: int,
    priced: Purchases,
    vital: bool,
    deals: tuple[UUID, ...],
    standing: RelationshipPolicy,
) -> Holding:
    screened = next(reversed(tuple(screenings(relation.screened, relation.day))), None)
    return Holding(
        account=relation.account,
        at=relation.today,
        kind=relation.kind,
        owner=relation.owners[-1].value if relation.owners else None,
        stage=progression(relation, standing).stage,
        weight=_weight(purchases, len(priced), vital=vital),
        bought=totals(one.value for one in priced),
        purchases=purchases,
        without_amount=purchases - len(priced),
        last=relation.day(relation.bought[-1].since) if relation.bought else None,
        key=key_account(relation),
        screened=screened,
        screened_days=None if screened is None else (relation.today - screened.day).days,
        plan=account_plan(relation),
        deals=deals,
        unfollowed=relation.unfollowed,
    )


def _weight(purchases: int, priced: int, *, vital: bool) -> Weight:
    if vital:
        return Weight.VITAL
    if not purchases:
        return Weight.NOTHING
    return Weight.OTHER if priced == purchases else Weight.UNKNOWN


def key_account(relation: Relation) -> KeyAccount | None:
    """Return why an account is a key account, and since when; nothing where it is none, or none any more."""
    running: list[Dated[tuple[KeyReason, ...]]] = []
    for one in relation.key:
        running = [*running, one] if one.value else []
    if not running:
        return None
    return KeyAccount(running[-1].value, relation.day(running[0].end), tuple(one.record for one in running))
