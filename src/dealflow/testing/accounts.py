"""Accounts: what is recorded of a company: what it is, what it buys, what goes wrong, what binds it to us."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from dealflow.domain.account import (
    AccountOwnerAssigned,
    AccountProfiled,
    AccountRegistered,
    AccountRenamed,
    AccountScreened,
    ChurnCause,
    KeyDesignated,
    KeyReason,
    KeyWithdrawn,
    Purchased,
    PurchaseOrigin,
    PurchasesComeFrom,
    RelationshipEnded,
    RelationshipResumed,
    ShareMeasured,
    Topic,
)
from dealflow.domain.alliance import (
    AgreementEnded,
    AgreementSigned,
    Direction,
    DirectionChanged,
    PlanMade,
    PlanReviewed,
)
from dealflow.domain.matter import ComplaintRaised, IncidentKind, IncidentReported, MatterResolved
from dealflow.domain.noun import HistoryUnknown, MergedInto, Noted
from dealflow.domain.purchase import Level
from dealflow.domain.qualification import Pursuit, Risk, Screening, YesNo
from dealflow.domain.rivalry import CriteriaAssessed, RivalGone, RivalMove, RivalSeen
from dealflow.journal import derived_id
from dealflow.money import Money
from dealflow.testing.chance import drawn, happens, skewed, times
from dealflow.testing.company import Company
from dealflow.testing.diary import Diary, Fact, the_day
from dealflow.testing.market import Market, Writing
from dealflow.testing.words import INDUSTRIES, REGIONS, RIVALS

Habit = tuple[float, Callable[[Random, Company], Any]]
HABITS: tuple[Habit, ...] = (
    (5, lambda dice, _: AccountProfiled(dice.choice(list(Topic)), "as told")),
    (3, lambda dice, _: ShareMeasured(share := round(dice.random(), 2), ((RIVALS[0], round(1 - share, 2)),))),
    (2, lambda dice, _: _screened(dice)),
    (2, lambda dice, _: CriteriaAssessed(_perhaps(dice), ((dice.choice(RIVALS), _perhaps(dice)),))),
    (1, lambda dice, _: KeyDesignated((dice.choice(list(KeyReason)),))),
    (1, lambda _, __: KeyWithdrawn("no growth in sight")),
    (1, lambda dice, company: AccountOwnerAssigned(company.colleague(dice))),
    (0.5, lambda dice, _: DirectionChanged(dice.choice(list(Direction)), "as announced")),
    (2, lambda dice, _: PlanMade((dice.choice(("a larger share", "a second plant")),), ("visit the top",))),
    (4, lambda dice, _: PlanReviewed(dice.choice(("on course", "behind")))),
    (0.3, lambda dice, company: AccountRenamed(f"{company.name} {dice.choice(('Group', 'Holding'))}")),
    (0.5, lambda dice, _: Noted("crm.credit-check", (("limit", dice.randrange(1, 50) * 10_000),))),
)
"""What may be recorded of an account on any day, each with its weight."""

BUYS_BY_ITS_OWN_RECORDS = 0.3  # of accounts, as the host has their purchases in its books
PURCHASES_A_YEAR = 6
LAST_PURCHASE = 0.8  # of the time we follow it, where the account stops buying
TROUBLED = 2.5  # how many times the usual troubles an account has that is about to leave


def _perhaps(dice: Random) -> bool | None:
    return drawn(dice, {True: 0.5, False: 0.3, None: 0.2})


def _answer(dice: Random) -> YesNo:
    return drawn(dice, {YesNo.YES: 0.6, YesNo.NO: 0.15, YesNo.UNKNOWN: 0.25})


def screening(dice: Random) -> Screening:
    """Answer the five screening questions."""
    return Screening(*(_answer(dice) for _ in range(5)))


def risk(dice: Random) -> Risk:
    """Answer the four risk questions."""
    return Risk(*(_answer(dice) for _ in range(4)))


def _screened(dice: Random) -> AccountScreened:
    verdict = drawn(dice, {Pursuit.PASS: 0.7, Pursuit.REDUCE: 0.2, Pursuit.ABANDON: 0.1})
    return AccountScreened(screening(dice), risk(dice), verdict, None if verdict is Pursuit.PASS else "small")


def tell_account(market: Market, company: Company, diary: Diary) -> None:
    """Tell all that is recorded of an account itself."""
    dice, detail = diary.dice, market.detail
    by = company.owner
    name, industry, region = company.name, dice.choice(INDUSTRIES), dice.choice(REGIONS)
    diary.tell(company.stream, AccountRegistered(name, industry=industry, region=region), company.since, by, delay=0)
    for _ in range(times(dice, detail.account_facts * company.years)):
        event = dice.choices([make for _, make in HABITS], [weight for weight, _ in HABITS])[0](dice, company)
        diary.tell(company.stream, event, company.some_day(dice), by)
    if detail.account_facts:
        _tell_purchases(market, company, diary)
        _tell_agreements(company, diary)
        _tell_gap(company, diary)
    _tell_troubles(market, company, diary)
    _tell_end(company, diary)
    tell_duplicate(market.writing, company, diary)


def _tell_purchases(market: Market, company: Company, diary: Diary) -> None:
    dice = diary.dice
    if not happens(dice, BUYS_BY_ITS_OWN_RECORDS):
        return
    diary.tell(company.stream, PurchasesComeFrom(PurchaseOrigin.HOST), company.since, company.owner)
    currency = drawn(dice, market.worth.currencies)
    last = company.since + int((company.until - company.since) * (LAST_PURCHASE if company.churns else 1))
    for number in range(times(dice, PURCHASES_A_YEAR * company.years)):
        amount = Decimal(round(skewed(dice, market.worth.median / 10, market.worth.spread), 2))
        money = Money(amount.quantize(Decimal("0.01")), currency)
        diary.tell(company.stream, Purchased(money, f"order-{number + 1}"), dice.randint(company.since, last), "erp")


def _tell_agreements(company: Company, diary: Diary) -> None:
    dice = diary.dice
    for number in range(times(dice, 0.4 * company.years)):
        day = company.some_day(dice)
        until = day + dice.choice((365, 730))
        agreement = AgreementSigned(f"agreement-{number + 1}", "framework", date.fromordinal(until))
        signed = diary.tell(company.stream, agreement, day, company.owner)
        if happens(dice, 0.3):
            ended = AgreementEnded(agreement.id, "not renewed")
            diary.tell(company.stream, ended, dice.randint(day, until), company.owner, after=signed)


def _tell_gap(company: Company, diary: Diary) -> None:
    if happens(diary.dice, 0.05):
        unknown = HistoryUnknown(the_day(company.since).start)
        diary.tell(company.stream, unknown, company.since, company.owner)


def _tell_troubles(market: Market, company: Company, diary: Diary) -> None:
    """Complaints, incidents and rivals; more of them, and later settled, where the account is about to leave."""
    dice = diary.dice
    rate = market.detail.troubles * company.years * (TROUBLED if company.churns else 1)
    for number in range(times(dice, rate)):
        day, kind = company.some_day(dice), dice.randrange(3)
        if kind == 0:
            _tell_rival(company, diary, day)
            continue
        due = date.fromordinal(day + 14)
        severity = drawn(dice, {Level.LOW: 0.4, Level.MEDIUM: 0.4, Level.HIGH: 0.2})
        matter = (
            ComplaintRaised(f"matter-{number + 1}", dice.choice(("delivery", "quality", "answer")), severity, due)
            if kind == 1
            else IncidentReported(f"matter-{number + 1}", dice.choice(list(IncidentKind)), severity, due)
        )
        raised = diary.tell(company.stream, matter, day, company.owner)
        if happens(dice, 0.5 if company.churns else 0.85):
            settled = day + int(skewed(dice, 25 if company.churns else 10, 0.8))
            diary.tell(company.stream, MatterResolved(matter.id, "made good"), settled, company.owner, after=raised)


def _tell_rival(company: Company, diary: Diary, day: int) -> Fact:
    dice, rival = diary.dice, diary.dice.choice(RIVALS)
    seen = diary.tell(company.stream, RivalSeen(rival, dice.choice(list(RivalMove))), day, company.owner)
    if happens(dice, 0.4):
        gone = day + int(skewed(dice, 90, 0.8))
        seen = diary.tell(company.stream, RivalGone(rival), gone, company.owner, after=seen)
    return seen


def _tell_end(company: Company, diary: Diary) -> None:
    if not company.churns:
        return
    dice = diary.dice
    cause = dice.choice(list(ChurnCause))
    told = diary.tell(company.stream, RelationshipEnded(cause), company.until, company.owner)
    if happens(dice, 0.2):
        day = company.until + int(skewed(dice, 120, 0.7))
        diary.tell(company.stream, RelationshipResumed("a new director"), day, company.owner, after=told)


def tell_duplicate(writing: Writing, company: Company, diary: Diary) -> None:
    """Somebody registers the account once more, and somebody else finds out."""
    dice = diary.dice
    if not happens(dice, writing.duplicates):
        return
    twin, by = derived_id("simulated", str(company.stream), "twin"), company.colleague(dice)
    day = company.some_day(dice)
    told = diary.tell(twin, AccountRegistered(company.name.upper()), day, by, account=twin, needs=(company.stream,))
    merger = MergedInto(company.stream, "the same company")
    diary.tell(twin, merger, day + dice.randint(1, 90), by, after=told, account=twin)
