"""Movements: what each fact did to the pipeline: of which kind it was, and what it added or took away.

A movement is the difference between how a deal stood before a fact and after it, so movements one
after another add up to the difference between two moments.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

import attrs

from dealflow.domain.deal import Status
from dealflow.domain.playbook import PlaybookKey
from dealflow.money import EXACT, Money, Rates, totals
from dealflow.projections.pipeline import Standing, Step
from dealflow.replay.course import Stood

Amounts = Mapping[str, Decimal]


class MovementKind(StrEnum):
    """What became of a deal in the pipeline."""

    NEW = "new"
    REOPENED = "reopened"
    OWNER_IN = "owner in"
    PLAYBOOK_IN = "playbook in"
    STAGE_FORWARD = "stage forward"
    STAGE_SKIPPED = "stage skipped"
    STAGE_BACK = "stage back"
    PLAYBOOK_CHANGED = "playbook changed"
    AMOUNT_UP = "amount up"
    AMOUNT_DOWN = "amount down"
    AMOUNT_NAMED = "amount named"
    AMOUNT_WITHDRAWN = "amount withdrawn"
    CURRENCY_CHANGED = "currency changed"
    PULLED_IN = "pulled in"
    PUSHED_OUT = "pushed out"
    CLOSE_NAMED = "close named"
    CLOSE_WITHDRAWN = "close withdrawn"
    OWNER_CHANGED = "owner changed"
    COMMITTED = "committed"
    RENEGED = "reneged"
    CORRECTED = "corrected"
    WON = "won"
    LOST = "lost"
    ABANDONED = "abandoned"
    MERGED = "merged"
    OWNER_OUT = "owner out"
    PLAYBOOK_OUT = "playbook out"


# Counting


@attrs.frozen
class Measures:
    """What open deals come to, or by how much that changed.

    *weighted* is the amount by the chance frozen when each came to its milestone, never rounded;
    *dated* the deals with an expected close, *days* the sum of the days until those closes, counted
    from the day of the start. Amounts are per currency.
    """

    deals: int = 0
    amount: Amounts = MappingProxyType({})
    weighted: Amounts = MappingProxyType({})
    dated: int = 0
    days: int = 0

    def __add__(self, other: "Measures") -> "Measures":
        return Measures(
            self.deals + other.deals,
            _joined(EXACT.add, self.amount, other.amount),
            _joined(EXACT.add, self.weighted, other.weighted),
            self.dated + other.dated,
            self.days + other.days,
        )

    def __sub__(self, other: "Measures") -> "Measures":
        return Measures(
            self.deals - other.deals,
            _joined(EXACT.subtract, self.amount, other.amount),
            _joined(EXACT.subtract, self.weighted, other.weighted),
            self.dated - other.dated,
            self.days - other.days,
        )

    def changes(self) -> "Measures":
        """Return it without the currencies of which nothing changed."""
        return attrs.evolve(self, amount=_without_zeros(self.amount), weighted=_without_zeros(self.weighted))


def _joined(join: Callable[[Decimal, Decimal], Decimal], left: Amounts, right: Amounts) -> Amounts:
    nothing = Decimal(0)
    return MappingProxyType(
        {
            currency: join(left.get(currency, nothing), right.get(currency, nothing))
            for currency in sorted({*left, *right})
        }
    )


def _without_zeros(sums: Amounts) -> Amounts:
    return MappingProxyType({currency: amount for currency, amount in sums.items() if amount})


@attrs.frozen
class Counting:
    """Which deals the pipeline is made of, the open ones of an owner or under a playbook, and how they count.

    *since* is the day from which days to a close are counted; *rates* bring amounts into one currency.
    """

    since: date
    owner: str | None = None
    playbook: PlaybookKey | None = None
    rates: Rates | None = None

    def holds(self, deal: Stood | Standing | None) -> bool:
        """Say whether a deal is in the pipeline."""
        return (
            deal is not None
            and deal.status is Status.OPEN
            and self.owner in {None, deal.owner}
            and self.playbook in {None, deal.playbook}
        )

    def of(self, deals: Iterable[Stood | Standing | None]) -> Measures:
        """Return what those of the deals come to that are in the pipeline; raises `NoRate`."""
        held = [deal for deal in deals if deal is not None and self.holds(deal)]
        worth = [(self._converted(deal.amount), deal.chance) for deal in held if deal.amount is not None]
        weighed = (
            Money(EXACT.multiply(amount.amount, chance), amount.currency)
            for amount, chance in worth
            if chance is not None
        )
        closes = [deal.close_expected for deal in held if deal.close_expected is not None]
        return Measures(
            deals=len(held),
            amount=totals(amount for amount, _ in worth),
            weighted=totals(weighed),
            dated=len(closes),
            days=sum((day - self.since).days for day in closes),
        )

    def _converted(self, amount: Money) -> Money:
        return amount if self.rates is None else self.rates.convert(amount)


# Movements


@attrs.frozen
class Shift:
    """How a deal stood before some records were heard, and after; nothing where it was not there.

    *start* and *end* bound when: on the happened clock when it took effect, on the known clock when
    it became known. *corrected* says that a record was put right.
    """

    start: datetime
    end: datetime
    records: tuple[int, ...]
    before: Stood | None
    after: Stood | None
    corrected: bool = False


@attrs.frozen
class Movement:
    """One deal moved in the pipeline, came into it, or left it.

    *records* are the positions of those it follows from, *start* and *end* bound when it happened,
    or are both the moment it became known. *before* and *after* differ by what moved; the one that
    is absent is no deal of the journal yet, or no more. *change* is what it did to the pipeline.
    """

    deal: UUID
    kind: MovementKind
    start: datetime
    end: datetime
    records: tuple[int, ...]
    before: Stood | None
    after: Stood | None
    change: Measures


def movements(deal: UUID, shift: Shift, counting: Counting) -> Iterator[Movement]:
    """Yield what a shift did to the pipeline; nothing where the deal was not in it, or nothing moved."""
    for kind, before, after in _parts(shift, counting):
        change = counting.of([after]) - counting.of([before])
        yield Movement(deal, kind, shift.start, shift.end, shift.records, before, after, change.changes())


Part = tuple[MovementKind, Stood | None, Stood | None]


def _parts(shift: Shift, counting: Counting) -> Iterable[Part]:
    """Tell a shift as movements of one kind each."""
    before, after = shift.before, shift.after
    was, still = counting.holds(before), counting.holds(after)
    if before == after or not (was or still):
        return ()
    if shift.corrected:
        return ((MovementKind.CORRECTED, before, after),)
    if before is not None and after is not None and was and still:
        return _within(before, after)
    return ((_left(after, counting) if was else _came(before, counting), before, after),)


def _came(before: Stood | None, counting: Counting) -> MovementKind:
    if before is None:
        return MovementKind.NEW
    if before.status is not Status.OPEN:
        return MovementKind.REOPENED
    return MovementKind.PLAYBOOK_IN if counting.owner in {None, before.owner} else MovementKind.OWNER_IN


_ENDS = {Status.WON: MovementKind.WON, Status.LOST: MovementKind.LOST, Status.ABANDONED: MovementKind.ABANDONED}


def _left(after: Stood | None, counting: Counting) -> MovementKind:
    if after is None:
        return MovementKind.MERGED
    if after.status is not Status.OPEN:
        return _ENDS[after.status]
    return MovementKind.PLAYBOOK_OUT if counting.owner in {None, after.owner} else MovementKind.OWNER_OUT


# Within the pipeline


def _within(before: Stood, after: Stood) -> Iterator[Part]:
    """Tell one thing after another, so that each weighted amount begins where the one before it ended."""
    for fields, kind in _ASPECTS:
        then = attrs.evolve(before, **{name: getattr(after, name) for name in fields})
        if then != before:
            yield (kind(before, then), before, then)
            before = then


_STEPS = {
    Step.ADVANCED: MovementKind.STAGE_FORWARD,
    Step.REVERTED: MovementKind.STAGE_BACK,
    Step.PLAYBOOK_CHANGED: MovementKind.PLAYBOOK_CHANGED,
    Step.REOPENED: MovementKind.REOPENED,
}


def _stage(_before: Stood, after: Stood) -> MovementKind:
    return MovementKind.STAGE_SKIPPED if after.skipped else _STEPS[after.step]


def _amount(before: Stood, after: Stood) -> MovementKind:
    if before.amount is None:
        return MovementKind.AMOUNT_NAMED
    if after.amount is None:
        return MovementKind.AMOUNT_WITHDRAWN
    if before.amount.currency != after.amount.currency:
        return MovementKind.CURRENCY_CHANGED
    return MovementKind.AMOUNT_UP if before.amount < after.amount else MovementKind.AMOUNT_DOWN


def _close(before: Stood, after: Stood) -> MovementKind:
    if before.close_expected is None:
        return MovementKind.CLOSE_NAMED
    if after.close_expected is None:
        return MovementKind.CLOSE_WITHDRAWN
    return MovementKind.PULLED_IN if after.close_expected < before.close_expected else MovementKind.PUSHED_OUT


def _owner(_before: Stood, _after: Stood) -> MovementKind:
    return MovementKind.OWNER_CHANGED


def _word(_before: Stood, after: Stood) -> MovementKind:
    return MovementKind.RENEGED if after.word is None else MovementKind.COMMITTED


_ASPECTS: tuple[tuple[tuple[str, ...], Callable[[Stood, Stood], MovementKind]], ...] = (
    (("playbook", "version", "stage", "step", "came", "skipped", "chance"), _stage),
    (("amount",), _amount),
    (("close_expected",), _close),
    (("owner",), _owner),
    (("word",), _word),
)
