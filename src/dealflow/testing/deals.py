"""Deals: what is recorded of one life: its stages, its worth, the day its end is expected, the word given."""

from collections.abc import Iterable, Iterator, Sequence
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
from dealflow.domain.noun import ObservationEnded
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


def tell_deal(case: Case, worth: "Worths") -> None:
    """Tell the way of the deal and what it was worth on it."""
    told = case.tell(_opening(case), case.opened)
    said = tuple(_tell_worth(case, worth))
    for day, event in _steps(case):
        told = case.tell(event, day, after=told)
        if isinstance(event, FREEZING):
            told.event = attrs.evolve(event, amount=_known(said, told))
    for day, on in _expectations(case):
        case.tell(CloseExpected(on), day)
    _tell_rest(case)


FREEZING = StageAdvanced | StageReverted | DealPlaybookChanged | DealReopened | DealWon
Worths = tuple[tuple[int, DealValued | DealPriced], ...]


def draw_worth(case: Case) -> Worths:
    """Draw what the deal is worth, from when on; priced in the later half of its life."""
    return tuple(sorted(_worth(case), key=lambda one: one[0]))


def _worth(case: Case) -> Iterator[tuple[int, DealValued | DealPriced]]:
    dice, worth = case.diary.dice, case.market.worth
    currency = drawn(dice, worth.currencies)
    amount = skewed(dice, worth.median, worth.spread)
    said = {now := money(amount, currency)}
    yield case.opened, DealValued(now)
    for _ in range(times(dice, case.market.detail.amount_edits)):
        day = case.some_day()
        amount *= dice.uniform(0.7, 1.25)
        while (now := money(amount, currency)) in said:  # the same again would be no news
            amount += 100
        said.add(now)
        yield day, DealPriced(now) if 2 * (day - case.opened) > case.days else DealValued(now)


def money(amount: float, currency: str) -> Money:
    """Return an amount as people name it: rounded to a hundred, and never nothing."""
    return Money(Decimal(max(1, round(amount / 100)) * 100), currency)


@attrs.frozen
class _Said:
    """What somebody wrote down of the worth, and where they put it right."""

    fact: Fact
    correction: Fact | None = None

    def as_known(self, evening: int) -> DealValued | DealPriced | None:
        """Return what it says to whoever looks on an evening, or nothing where it is not written down yet."""
        if self.fact.evening > evening:
            return None
        if self.correction is not None and self.correction.evening <= evening:
            event: DealValued | DealPriced = self.correction.event.replacement
            return event
        return self.fact.event  # type: ignore[no-any-return]


def _tell_worth(case: Case, worth: Worths) -> Iterator[_Said]:
    for day, event in worth:
        if event.amount is not None and case.diary.is_wrong():
            slip = case.tell(type(event)(Money(event.amount.amount * 10, event.amount.currency)), day)
            yield _Said(slip, case.diary.correct(slip, event, "a zero too many"))
        else:
            yield _Said(case.tell(event, day))


def _known(said: Sequence[_Said], step: Fact) -> Money | None:
    """Return the amount that whoever records a step finds: our price, else what it may be worth.

    Only what is in the journal on that evening, and had happened on the day of the step.
    """
    past = sorted((one for one in said if one.fact.when.start <= step.when.start), key=lambda one: one.fact.evening)
    past.sort(key=lambda one: one.fact.when.start)
    known = [event for one in past if (event := one.as_known(step.evening)) is not None]
    priced = [event for event in known if isinstance(event, DealPriced)]
    return (priced or known)[-1].amount if known else None


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


def _steps(case: Case) -> Iterator[tuple[int, Any]]:
    """Return what follows the opening as events with their days, in order, their amounts still open."""
    keys = case.market.playbook.keys()
    before, latest = case.life.turns[0], case.opened
    version = case.playbooks.version(before.on)
    for turn in case.life.turns[1:]:
        if case.playbooks.changes(version, before, turn) and happens(case.diary.dice, case.market.moved):
            version, day = 2, case.playbooks.revised_on
            at = keys[before.stage]
            freeze = _frozen(case, before.stage, version)
            yield day, DealPlaybookChanged(case.market.playbook.key, version, at, "new conditions", **freeze)
            latest = day
        day = turn.on.toordinal()
        if turn.step in OVER and turn.stage == len(keys) - 1:
            yield from _word(case, latest, turn)
        yield day, _step(case, before, turn, version)
        before, latest = turn, day


def _frozen(case: Case, stage: int, version: int) -> Frozen:
    return frozen(case.playbooks.milestone(stage, version))


def _opening(case: Case) -> DealOpened:
    dice, version = case.diary.dice, case.playbooks.version(case.life.opened)
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


def _step(case: Case, before: Turn, turn: Turn, version: int) -> Any:
    keys, dice = case.market.playbook.keys(), case.diary.dice
    left, reached = keys[before.stage], keys[turn.stage]
    skipped = tuple(keys[stage] for stage in turn.skipped)
    freeze = _frozen(case, turn.stage, version)
    match turn.step:
        case Step.ADVANCED:
            reason = "not asked for" if skipped else None
            return StageAdvanced(left, reached, skipped, reason=reason, **freeze)
        case Step.REVERTED:
            return StageReverted(left, reached, "the need changed", **freeze)
        case Step.REOPENED:
            return DealReopened(reached, "they came back", **freeze)
        case Step.WON:
            return DealWon(None, skipped, drawn(dice, REASONS), said_by=Side.SELLER)
        case Step.LOST:
            cause = drawn(dice, CAUSES)
            rival = dice.choice(RIVALS) if cause is LossCause.COMPETITOR else None
            return DealLost(cause, drawn(dice, REASONS), rival=rival, said_by=Side.SELLER)
        case _:
            return DealAbandoned("not worth the effort")


# What else is so of nearly every deal


def _tell_rest(case: Case) -> None:
    dice, known = case.diary.dice, case.market.detail.facts
    others = [one for one in case.company.ours if one != case.owner]
    if others and happens(dice, 0.15 * known):
        case.tell(DealOwnerAssigned(dice.choice(others)), case.some_day())
    if happens(dice, 0.1 * known):
        case.tell(DealRenamed(f"{dice.choice(PRODUCTS)} {case.life.number + 1}, extended"), case.some_day())
    if case.life.end is not Step.ABANDONED and happens(dice, 0.4 * known):
        said = drawn(dice, {Side.BUYER: 0.6, Side.THIRD_PARTY: 0.1, Side.SELLER: 0.3})
        case.tell(EndExplained(said, drawn(dice, REASONS)), case.ended + dice.randrange(1, 30))
    if known and case.diary.is_wrong():
        case.diary.correct(case.tell(InformationNoted(1, "of another deal"), case.some_day()), None, "the wrong deal")


def leave_unwatched(case: Case) -> None:
    """From some day on nobody writes anything down, and somebody notes that."""
    day = case.some_day()
    case.diary.stop(day)
    case.tell(ObservationEnded(), day)
