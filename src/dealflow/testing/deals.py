"""Deals: what is recorded of one life: its stages, its worth, the day its end is expected, the word given."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import attrs

from dealflow.domain.advancing import Frozen, frozen
from dealflow.domain.deal import (
    CloseExpected,
    DealAbandoned,
    DealCommitted,
    DealLost,
    DealOpened,
    DealOwnerAssigned,
    DealPlaybookChanged,
    DealPriced,
    DealRenamed,
    DealReneged,
    DealReopened,
    DealValued,
    DealWon,
    EndExplained,
    Given,
    LossCause,
    Side,
    StageAdvanced,
    StageReverted,
)
from dealflow.domain.purchase import InformationNoted
from dealflow.money import Money
from dealflow.projections.pipeline import Step
from dealflow.testing.chance import drawn, happens, skewed, times
from dealflow.testing.company import Company
from dealflow.testing.diary import Diary, Fact
from dealflow.testing.life import OVER, Life, Turn
from dealflow.testing.market import Market
from dealflow.testing.playbooks import Playbooks
from dealflow.testing.words import PRODUCTS, RIVALS

CAUSES = {
    LossCause.COMPETITOR: 0.35,
    LossCause.NO_DECISION: 0.3,
    LossCause.PRICE: 0.2,
    LossCause.WITHDRAWN: 0.08,
    LossCause.DISQUALIFIED: 0.03,
    LossCause.UNKNOWN: 0.04,
}
REASONS = {"fit": 0.3, "price": 0.25, "trust": 0.2, "timing": 0.15, "service": 0.1}


@attrs.frozen
class Case:
    """One deal being written down: what it is, whose it is, and where the telling goes.

    *others* are the account's deals that were opened before.
    """

    market: Market
    playbooks: Playbooks
    company: Company
    life: Life
    diary: Diary
    owner: str
    others: tuple[UUID, ...] = ()

    @property
    def deal(self) -> UUID:
        """Its stream."""
        return self.life.deal

    @property
    def opened(self) -> int:
        """The day it was opened."""
        return self.life.opened.toordinal()

    @property
    def ended(self) -> int:
        """The day of its last end."""
        return self.life.ended.toordinal()

    @property
    def days(self) -> int:
        """How long it lives."""
        return self.ended - self.opened

    def some_day(self) -> int:
        """Draw a day of its life."""
        return self.diary.dice.randint(self.opened, self.ended)

    def tell(self, event: Any, on: int, after: Fact | None = None, needs: Iterable[UUID] = ()) -> Fact:
        """Tell something of the deal itself; *needs* are the streams it speaks of."""
        return self.diary.tell(self.deal, event, on, self.owner, deals=(self.deal,), after=after, needs=needs)


def tell_deal(case: Case) -> None:
    """Tell the way of the deal and what it was worth on it."""
    worth = sorted(_worth(case), key=lambda one: one[0])
    told: Fact | None = None
    for day, event in _steps(case, worth):
        told = case.tell(event, day, after=told)
    _tell_worth(case, worth)
    for day, on in _expectations(case):
        case.tell(CloseExpected(on), day)
    _tell_rest(case)


Worths = list[tuple[int, DealValued | DealPriced]]


def _worth(case: Case) -> Iterator[tuple[int, DealValued | DealPriced]]:
    """Draw what the deal is said to be worth, from when on; priced in the later half of its life."""
    dice, worth = case.diary.dice, case.market.worth
    currency = drawn(dice, worth.currencies)
    amount = skewed(dice, worth.median, worth.spread)
    yield case.opened, DealValued(_money(amount, currency))
    for _ in range(times(dice, case.market.detail.amount_edits)):
        day = case.some_day()
        amount *= dice.uniform(0.7, 1.25)
        money = _money(amount, currency)
        yield day, DealPriced(money) if 2 * (day - case.opened) > case.days else DealValued(money)


def _money(amount: float, currency: str) -> Money:
    return Money(Decimal(max(1, round(amount / 100)) * 100), currency)


def _tell_worth(case: Case, worth: Worths) -> None:
    for day, event in worth:
        if event.amount is not None and case.diary.is_wrong():
            slip = type(event)(Money(event.amount.amount * 10, event.amount.currency))
            case.diary.correct(case.tell(slip, day), event, "a zero too many")
        else:
            case.tell(event, day)


def _amount(worth: Worths, day: int) -> Money | None:
    """Return what the deal was worth on a day: our price, else what it may be worth."""
    past = [event for on, event in worth if on <= day]
    priced = [event for event in past if isinstance(event, DealPriced)]
    return (priced or past)[-1].amount if past else None


def _expectations(case: Case) -> Iterator[tuple[int, date]]:
    """Draw the day the signature is expected, put off now and again."""
    dice = case.diary.dice
    usual = sum(milestone.days or 0 for milestone in case.market.playbook.milestones())
    expected = case.life.opened + timedelta(days=int(usual * dice.uniform(0.7, 1.3)))
    yield case.opened, expected
    for day in sorted(case.some_day() for _ in range(times(dice, case.market.detail.date_edits))):
        expected = max(expected, date.fromordinal(day)) + timedelta(days=dice.randint(7, 60))
        yield day, expected


# The way


def _steps(case: Case, worth: Worths) -> Iterator[tuple[int, Any]]:
    """Return the life cycle as events with their days, in order."""
    keys = case.market.playbook.keys()
    before, latest = case.life.turns[0], case.opened
    version = case.playbooks.version(before.on)
    yield case.opened, _opening(case, version)
    for turn in case.life.turns[1:]:
        if case.playbooks.changes(version, before, turn) and happens(case.diary.dice, case.market.moved):
            version, day = 2, case.playbooks.revised_on
            at = keys[before.stage]
            freeze = _frozen(case, before.stage, version)
            change = DealPlaybookChanged(
                case.market.playbook.key, version, at, "new conditions", _amount(worth, day), **freeze
            )
            yield day, change
            latest = day
        day = turn.on.toordinal()
        if turn.step in OVER and turn.stage == len(keys) - 1:
            yield from _word(case, latest, turn)
        yield day, _step(case, before, turn, version, _amount(worth, day))
        before, latest = turn, day


def _frozen(case: Case, stage: int, version: int) -> Frozen:
    return frozen(case.playbooks.milestone(stage, version))


def _opening(case: Case, version: int) -> DealOpened:
    dice = case.diary.dice
    return DealOpened(
        case.company.stream,
        f"{dice.choice(PRODUCTS)} {case.life.number + 1}",
        case.market.playbook.key,
        version,
        case.market.playbook.keys()[0],
        case.owner,
        drawn(dice, case.market.lead_sources),
        **_frozen(case, 0, version),
    )


def _word(case: Case, latest: int, end: Turn) -> Iterator[tuple[int, Any]]:
    """Before the end of a deal that came all the way: the customer's word, given and sometimes taken back."""
    dice = case.diary.dice
    given = dice.randint(latest, end.on.toordinal())
    if end.step is Step.WON and happens(dice, 0.6):
        yield given, DealCommitted(drawn(dice, {Given.VERBAL: 0.7, Given.WRITTEN: 0.3}))
    elif end.step is Step.LOST and happens(dice, 0.3):
        yield given, DealCommitted(Given.VERBAL)
        yield dice.randint(given, end.on.toordinal()), DealReneged("another decided")


def _step(case: Case, before: Turn, turn: Turn, version: int, amount: Money | None) -> Any:
    keys, dice = case.market.playbook.keys(), case.diary.dice
    left, reached = keys[before.stage], keys[turn.stage]
    skipped = tuple(keys[stage] for stage in turn.skipped)
    freeze = _frozen(case, turn.stage, version)
    match turn.step:
        case Step.ADVANCED:
            reason = "not asked for" if skipped else None
            return StageAdvanced(left, reached, skipped, reason=reason, amount=amount, **freeze)
        case Step.REVERTED:
            return StageReverted(left, reached, "the need changed", amount, **freeze)
        case Step.REOPENED:
            return DealReopened(reached, "they came back", amount, **freeze)
        case Step.WON:
            return DealWon(amount, skipped, drawn(dice, REASONS), said_by=Side.SELLER)
        case Step.LOST:
            cause = drawn(dice, CAUSES)
            rival = dice.choice(RIVALS) if cause is LossCause.COMPETITOR else None
            return DealLost(cause, drawn(dice, REASONS), rival=rival, said_by=Side.SELLER)
        case _:
            return DealAbandoned("not worth the effort")


# What else is so of nearly every deal


def _tell_rest(case: Case) -> None:
    dice, known = case.diary.dice, case.market.detail.facts
    if happens(dice, 0.2 * known):
        case.tell(DealOwnerAssigned(case.company.colleague(dice)), case.some_day())
    if happens(dice, 0.1 * known):
        case.tell(DealRenamed(f"{dice.choice(PRODUCTS)} {case.life.number + 1}, extended"), case.some_day())
    if case.life.end is not Step.ABANDONED and happens(dice, 0.4 * known):
        said = drawn(dice, {Side.BUYER: 0.6, Side.THIRD_PARTY: 0.1, Side.SELLER: 0.3})
        case.tell(EndExplained(said, drawn(dice, REASONS)), case.ended + dice.randrange(1, 30))
    if known and case.diary.is_wrong():
        case.diary.correct(case.tell(InformationNoted(1, "of another deal"), case.some_day()), None, "the wrong deal")
