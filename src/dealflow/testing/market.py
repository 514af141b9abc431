"""Market: what a made-up world of selling is like: how many deals, how they fare, how much is written down.

Every share is a chance from 0 to 1, every length in days, every rate a mean per what its name says.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import TypeVar

import attrs

from dealflow.domain.interaction import Conclusion
from dealflow.domain.objection import ObjectionTopic
from dealflow.domain.playbook import Meaning, Milestone, Playbook

K = TypeVar("K")

FIVE_STEPS = Playbook.of(
    "five-steps",
    "Five steps to an order",
    (
        Milestone("qualified", "Need confirmed", Decimal("0.25"), days=20, units=4),
        Milestone("explored", "Key people met", Decimal("0.35"), days=28, units=3),
        Milestone("proposed", "Solution proposed", Decimal("0.50"), days=30, units=2),
        Milestone("bid", "Bid submitted", Decimal("0.65"), days=30, units=2),
        Milestone("negotiated", "Terms negotiated", Decimal("0.85"), days=26, units=1, meaning=Meaning.COMMITTED),
    ),
)
"""Five open milestones; the chances are priors, near what `COURSE` leads to and not equal to it."""


def shares(**of: float) -> Mapping[str, float]:
    """Return shares by name, underscores read as dashes."""
    return MappingProxyType({name.replace("_", "-"): share for name, share in of.items()})


@attrs.frozen
class Fare:
    """How deals fare at one milestone.

    *goes_on* is the share that goes on, of the stays that end in going on or in the deal's end;
    *days* the median of a stay that ends in going on.
    """

    goes_on: float
    days: float


@attrs.frozen
class Course:
    """How deals run through the playbook, one *fare* a milestone.

    Stays are log-normal, *spread* the sigma of their logarithm: most are short, some very long.
    Those that end in a loss take *losing_takes* times as long. *goes_back* is the share of stays
    that end in a reversion (never at the first milestone), *skips* the share of steps forward that
    pass one milestone over, *abandoned* the share of losses that we gave up ourselves, *reopened*
    the share of losses that are worked on again, *reopening_days* the median until then.
    """

    fares: tuple[Fare, ...]
    spread: float = 1.0
    losing_takes: float = 1.2
    goes_back: float = 0.10
    skips: float = 0.05
    abandoned: float = 0.25
    reopened: float = 0.03
    reopening_days: float = 60


COURSE = Course((Fare(0.65, 12), Fare(0.72, 17), Fare(0.75, 18), Fare(0.78, 18), Fare(0.85, 15)))
"""About one deal in four is won, five months after it was opened on average."""


@attrs.frozen
class Worth:
    """What deals are worth: a log-normal about *median*, in one of several currencies by share."""

    median: float = 400_000
    spread: float = 1.1
    currencies: Mapping[str, float] = shares(CNY=0.8, EUR=0.15, USD=0.05)


@attrs.frozen
class Detail:
    """How much is written down beside the way of the deals; a rate of zero leaves it out.

    A deal: *amount_edits* and *date_edits* in place; *facts* is how much of what can be known of
    the purchase and the rivals is known, 0 to 1. A contact: *contacts_a_week* while a deal is open,
    of which *planned* is the share that was planned before, with *questions*, *objections* and
    *promises* each; *resolved*, *conceded* and *kept* are shares of these. A person: *people* an
    account, *ratings* of one in a deal. An account: *account_facts* a year, and *troubles* a year
    (complaints, incidents, rivals).
    """

    amount_edits: float = 1.0
    date_edits: float = 1.5
    facts: float = 0.5
    contacts_a_week: float = 0.6
    planned: float = 0.6
    questions: float = 1.5
    objections: float = 0.35
    resolved: float = 0.6
    conceded: float = 0.1
    promises: float = 0.3
    kept: float = 0.8
    people: float = 6
    ratings: float = 2.0
    account_facts: float = 4.0
    troubles: float = 1.0


DEALS_ONLY = Detail(
    amount_edits=1.0, date_edits=1.5, facts=0, contacts_a_week=0, people=0, ratings=0, account_facts=0, troubles=0
)
"""The way of the deals, with edits of amount and date in place, and nothing else."""


@attrs.frozen
class Writing:
    """How long after it happened something is recorded, and what is recorded wrong.

    *prompt* holds the shares by whole days; a *late* share takes weeks instead (log-normal about
    *late_days*). *corrected* is the share of amounts and of information that is put right later;
    *duplicates* the share of accounts and people written down twice and merged; *erased* the share
    of people who have their data erased.
    """

    prompt: Mapping[int, float] = MappingProxyType({0: 0.55, 1: 0.25, 2: 0.12, 3: 0.08})
    late: float = 0.05
    late_days: float = 21
    late_spread: float = 0.6
    corrected: float = 0.02
    duplicates: float = 0.02
    erased: float = 0.02


FAULTLESS = Writing(prompt=MappingProxyType({0: 1.0}), late=0, corrected=0, duplicates=0, erased=0)
"""Everything is recorded right on the evening it happened."""


@attrs.frozen
class Market:
    """A made-up world of selling; `simulate` plays it.

    *deals* are opened evenly over *days* from *first_day* on, *deals_an_account* on average, and
    followed to their end, however late. The playbook is revised once, at *revised* of the window
    (0: never), and *moved* is the share of the deals open that day that change to the new version.
    *team* is how many of ours sell; *churned* the share of accounts that stop buying.
    """

    deals: int = 300
    deals_an_account: float = 2.5
    first_day: date = date(2024, 1, 1)
    days: int = 365
    playbook: Playbook = FIVE_STEPS
    course: Course = COURSE
    worth: Worth = Worth()
    detail: Detail = Detail()
    writing: Writing = Writing()
    revised: float = 0.5
    moved: float = 0.05
    team: int = 12
    churned: float = 0.08
    lead_sources: Mapping[str, float] = shares(
        referral=0.3, existing_customer=0.3, trade_fair=0.15, web=0.15, tender=0.1
    )
    outcomes: Mapping[Conclusion, float] = MappingProxyType(
        {
            Conclusion.ORDER: 0.10,
            Conclusion.ADVANCE: 0.40,
            Conclusion.CONTINUATION: 0.10,
            Conclusion.NO_SALE: 0.40,
        }
    )
    objections: Mapping[ObjectionTopic, float] = MappingProxyType(
        {
            ObjectionTopic.PRICE: 0.35,
            ObjectionTopic.PRODUCT: 0.2,
            ObjectionTopic.TIMING: 0.15,
            ObjectionTopic.COMPETITOR: 0.12,
            ObjectionTopic.AUTHORITY: 0.08,
            ObjectionTopic.TRUST: 0.07,
            ObjectionTopic.OTHER: 0.03,
        }
    )

    def __attrs_post_init__(self) -> None:
        milestones, fares = len(self.playbook.milestones()), len(self.course.fares)
        if milestones != fares:
            message = f"{fares} fares for {milestones} milestones: give the course one for each"
            raise ValueError(message)

    @property
    def accounts(self) -> int:
        """How many accounts there are."""
        return max(1, round(self.deals / self.deals_an_account))
