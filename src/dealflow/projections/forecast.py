"""Forecast: what the open deals may bring, by the playbook's chances and by those learnt from the log.

An amount is weighted by a chance, never rounded up to a promise; currencies are never added. What
cannot be weighted is counted, not guessed (domain.md §2).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from types import MappingProxyType

import attrs

from dealflow.domain.deal import Status
from dealflow.domain.playbook import Meaning, MilestoneKey, Playbook, PlaybookKey
from dealflow.money import EXACT, Money, totals
from dealflow.projections.cases import Every, Horizon, milestones_of
from dealflow.projections.chances import Chance, Learnt
from dealflow.projections.pipeline import Standing

OVERDUE, UNDATED = "overdue", "undated"
CENT = Decimal("0.01")
Amounts = Mapping[str, Decimal]
Lessons = Mapping[tuple[PlaybookKey, MilestoneKey], Chance]


@attrs.frozen
class Weighted:
    """Open deals and what they may bring, per currency.

    *amount* is what they are worth; *prior* that weighted by the chance frozen when each came to its
    milestone; *learnt*, *low* and *high* by the chance learnt from the log and the ends of its
    interval. Deals *without_amount*, *without_prior*, and *without_learnt* (insufficient history)
    are left out of the sums that need it.
    """

    deals: int
    without_amount: int
    without_prior: int
    without_learnt: int
    amount: Amounts
    prior: Amounts
    learnt: Amounts
    low: Amounts
    high: Amounts


@attrs.frozen
class StageForecast:
    """The open deals that stand at one milestone; *meanings* says how far they are committed."""

    playbook: PlaybookKey
    stage: MilestoneKey
    name: str
    meanings: Mapping[Meaning, int]
    weighted: Weighted


@attrs.frozen
class Forecast:
    """What the open deals may bring.

    *chances* are those of all milestones; *stages* the open deals by where they stand; *closing* by
    the period in which their signature is expected: `overdue` where that day has passed, `undated`
    where nobody said; *won* what was won, by the period of winning, unweighted.
    """

    chances: tuple[Chance, ...]
    stages: tuple[StageForecast, ...]
    closing: Mapping[str, Weighted]
    total: Weighted
    won: Mapping[str, Amounts]


def forecast(
    deals: Sequence[Standing],
    playbooks: Sequence[Playbook],
    chances: Sequence[Chance],
    horizon: Horizon,
    every: Every,
) -> Forecast:
    """Weigh the open ones of *deals* by the *chances* learnt, and by those the playbook gave them."""
    learnt = {(one.playbook, one.stage): one for one in chances}
    still = [deal for deal in deals if deal.status is Status.OPEN]
    today = horizon.day(horizon.until)
    closing = _grouped(still, lambda deal: _expected(deal.close_expected, today, every))
    won = _grouped(
        [deal for deal in deals if deal.status is Status.WON],
        lambda deal: every.of(horizon.day(deal.moves[-1].end)),
    )
    return Forecast(
        chances=tuple(one for one in chances if one.playbook in {book.key for book in playbooks}),
        stages=tuple(
            _stage(one.key, key, name, still, learnt) for one in playbooks for key, name in milestones_of(one).items()
        ),
        closing=MappingProxyType({label: _weigh(some, learnt) for label, some in closing.items()}),
        total=_weigh(still, learnt),
        won=MappingProxyType({label: totals(one.amount for one in some if one.amount) for label, some in won.items()}),
    )


def _grouped(deals: Iterable[Standing], label: Callable[[Standing], str]) -> Mapping[str, Sequence[Standing]]:
    """Group by period, in time's order; the words for deals without one follow."""
    found: dict[str, list[Standing]] = {}
    for deal in deals:
        found.setdefault(label(deal), []).append(deal)
    return {key: found[key] for key in sorted(found)}


def _expected(on: date | None, today: date, every: Every) -> str:
    if on is None:
        return UNDATED
    return OVERDUE if on < today else every.of(on)


def _stage(
    playbook: PlaybookKey, key: MilestoneKey, name: str, deals: Iterable[Standing], learnt: Lessons
) -> StageForecast:
    here = [deal for deal in deals if (deal.playbook, deal.stage) == (playbook, key)]
    meanings = {meaning: n for meaning in Meaning if (n := sum(deal.meaning is meaning for deal in here))}
    return StageForecast(playbook, key, name, MappingProxyType(meanings), _weigh(here, learnt))


def _weigh(deals: Sequence[Standing], learnt: Lessons) -> Weighted:
    worth = [(deal, deal.amount) for deal in deals if deal.amount is not None]
    nothing = Learnt(0)
    shares = {
        deal.deal: chance.learnt if (chance := learnt.get((deal.playbook, deal.stage))) else nothing for deal in deals
    }

    def sums(chance: Callable[[Standing], float | Decimal | None]) -> Amounts:
        weighed = (_times(amount, share) for deal, amount in worth if (share := chance(deal)) is not None)
        return {currency: EXACT.quantize(total, CENT) for currency, total in totals(weighed).items()}

    return Weighted(
        deals=len(deals),
        without_amount=len(deals) - len(worth),
        without_prior=sum(deal.chance is None for deal in deals),
        without_learnt=sum(not share.sufficient for share in shares.values()),
        amount=totals(amount for _, amount in worth),
        prior=sums(lambda deal: deal.chance),
        learnt=sums(lambda deal: shares[deal.deal].rate),
        low=sums(lambda deal: shares[deal.deal].low),
        high=sums(lambda deal: shares[deal.deal].high),
    )


def _times(amount: Money, chance: float | Decimal) -> Money:
    return Money(EXACT.multiply(amount.amount, Decimal(chance)), amount.currency)
