"""Market: what a made-up world of selling is like: how many deals, how they fare, how much is written down.

Every share is a chance from 0 to 1, every length in days, every rate a mean per what its name says;
anything else is a `ValueError` that names the field.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import attrs

from dealflow.domain.interaction import Conclusion
from dealflow.domain.objection import ObjectionTopic
from dealflow.domain.playbook import Meaning, Milestone, Playbook
from dealflow.testing.limits import (
    BY_DAYS,
    BY_NAME,
    DAY,
    LENGTH,
    NOT_ALL,
    RATE,
    SHARE,
    a,
    by_share,
    expecting,
    is_one_of,
    whole,
)

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


def fixed(of: Mapping[Any, Any]) -> Mapping[Any, Any]:
    """Return a mapping that cannot be changed; what is no mapping is left to the validators."""
    return MappingProxyType(dict(of)) if isinstance(of, Mapping) else of


@attrs.frozen
class Fare:
    """How deals fare at one milestone.

    *goes_on* is the share that goes on, of the stays that end in going on or in the deal's end;
    *days* the median of a stay that ends in going on.
    """

    goes_on: float = attrs.field(validator=SHARE)
    days: float = attrs.field(validator=LENGTH)


FARES = expecting(
    "one fare or more in a tuple",
    lambda value: isinstance(value, tuple) and bool(value) and all(isinstance(one, Fare) for one in value),
)


@attrs.frozen
class Course:
    """How deals run through the playbook, one *fare* a milestone.

    Stays are log-normal, *spread* the sigma of their logarithm: most are short, some very long.
    Those that end in a loss take *losing_takes* times as long. *goes_back* is the share of stays
    that end in a reversion (never at the first milestone), *skips* the share of steps forward that
    pass one milestone over, *abandoned* the share of losses that we gave up ourselves, *reopened*
    the share of losses that are worked on again, *reopening_days* the median until then.
    """

    fares: tuple[Fare, ...] = attrs.field(validator=FARES)
    spread: float = attrs.field(default=1.0, validator=RATE)
    losing_takes: float = attrs.field(default=1.2, validator=LENGTH)
    goes_back: float = attrs.field(default=0.10, validator=NOT_ALL)
    skips: float = attrs.field(default=0.05, validator=SHARE)
    abandoned: float = attrs.field(default=0.25, validator=SHARE)
    reopened: float = attrs.field(default=0.03, validator=NOT_ALL)
    reopening_days: float = attrs.field(default=60, validator=LENGTH)


COURSE = Course((Fare(0.65, 12), Fare(0.72, 17), Fare(0.75, 18), Fare(0.78, 18), Fare(0.85, 15)))
"""About one deal in four is won, five months after it was opened on average."""


@attrs.frozen
class Worth:
    """What deals are worth: a log-normal about *median*, in one of several currencies by share."""

    median: float = attrs.field(default=400_000, validator=LENGTH)
    spread: float = attrs.field(default=1.1, validator=RATE)
    currencies: Mapping[str, float] = attrs.field(
        default=shares(CNY=0.8, EUR=0.15, USD=0.05), validator=BY_NAME, converter=fixed
    )


@attrs.frozen
class Detail:
    """How much is written down beside the way of the deals; a rate of zero leaves it out.

    A deal: *amount_edits* and *date_edits* in place; *facts* is how much of what can be known of
    the purchase and the rivals is known, 0 to 1. A contact: *contacts_a_week* while a deal is open,
    of which *planned* is the share that was planned before, with *questions*, *objections* and
    *promises* each; *resolved*, *conceded* and *kept* are shares of these. A person: *people* an
    account, *ratings* of one in a deal. An account: *account_facts* a year, and *troubles* a year
    (complaints, incidents, rivals). *unwatched* is the share of deals of which nobody writes down
    any more, from some day on.
    """

    amount_edits: float = attrs.field(default=1.0, validator=RATE)
    date_edits: float = attrs.field(default=1.5, validator=RATE)
    facts: float = attrs.field(default=0.5, validator=SHARE)
    contacts_a_week: float = attrs.field(default=0.6, validator=RATE)
    planned: float = attrs.field(default=0.6, validator=SHARE)
    questions: float = attrs.field(default=1.5, validator=RATE)
    objections: float = attrs.field(default=0.35, validator=RATE)
    resolved: float = attrs.field(default=0.6, validator=SHARE)
    conceded: float = attrs.field(default=0.1, validator=SHARE)
    promises: float = attrs.field(default=0.3, validator=RATE)
    kept: float = attrs.field(default=0.8, validator=SHARE)
    people: float = attrs.field(default=6, validator=RATE)
    ratings: float = attrs.field(default=2.0, validator=RATE)
    account_facts: float = attrs.field(default=4.0, validator=RATE)
    troubles: float = attrs.field(default=1.0, validator=RATE)
    unwatched: float = attrs.field(default=0.01, validator=SHARE)

    def __attrs_post_init__(self) -> None:
        if self.resolved + self.conceded > 1:
            message = f"Detail.resolved and Detail.conceded are {self.resolved} and {self.conceded}: expected 1 at most"
            raise ValueError(message)


DEALS_ONLY = Detail(
    amount_edits=1.0,
    date_edits=1.5,
    facts=0,
    contacts_a_week=0,
    people=0,
    ratings=0,
    account_facts=0,
    troubles=0,
    unwatched=0,
)
"""The way of the deals, with edits of amount and date in place, and nothing else."""


PROMPT: Mapping[int, float] = MappingProxyType({0: 0.55, 1: 0.25, 2: 0.12, 3: 0.08})


@attrs.frozen
class Writing:
    """How long after it happened something is recorded, and what is recorded wrong.

    *prompt* holds the shares by whole days; a *late* share takes weeks instead (log-normal about
    *late_days*). *corrected* is the share of amounts and of information that is put right later;
    *duplicates* the share of accounts and people written down twice and merged; *erased* the share
    of people who have their data erased.
    """

    prompt: Mapping[int, float] = attrs.field(default=PROMPT, validator=BY_DAYS, converter=fixed)
    late: float = attrs.field(default=0.05, validator=SHARE)
    late_days: float = attrs.field(default=21, validator=LENGTH)
    late_spread: float = attrs.field(default=0.6, validator=RATE)
    corrected: float = attrs.field(default=0.02, validator=SHARE)
    duplicates: float = attrs.field(default=0.02, validator=SHARE)
    erased: float = attrs.field(default=0.02, validator=SHARE)


FAULTLESS = Writing(prompt=MappingProxyType({0: 1.0}), late=0, corrected=0, duplicates=0, erased=0)
"""Everything is recorded right on the evening it happened."""


@attrs.frozen
class Market:
    """A made-up world of selling; `simulate` plays it.

    *deals* are opened evenly over *days* from *first_day* on, *deals_an_account* on average, and
    followed to their end, however late. The playbook is revised once, at *revised* of the window
    (0: never), and *moved* is the share of the deals open that day that change to the new version.
    *team* is how many of ours sell; *churned* the share of accounts that stop buying. *outcomes* are
    the ends of contacts by share, an order apart: that is how the last contact of a won deal ends.
    """

    deals: int = attrs.field(default=300, validator=whole(0))
    deals_an_account: float = attrs.field(default=2.5, validator=LENGTH)
    first_day: date = attrs.field(default=date(2024, 1, 1), validator=DAY)
    days: int = attrs.field(default=365, validator=whole(1))
    playbook: Playbook = attrs.field(default=FIVE_STEPS, validator=a(Playbook))
    course: Course = attrs.field(default=COURSE, validator=a(Course))
    worth: Worth = attrs.field(default=Worth(), validator=a(Worth))
    detail: Detail = attrs.field(default=Detail(), validator=a(Detail))
    writing: Writing = attrs.field(default=Writing(), validator=a(Writing))
    revised: float = attrs.field(default=0.5, validator=SHARE)
    moved: float = attrs.field(default=0.05, validator=SHARE)
    team: int = attrs.field(default=12, validator=whole(1))
    churned: float = attrs.field(default=0.08, validator=SHARE)
    lead_sources: Mapping[str, float] = attrs.field(
        default=shares(referral=0.3, existing_customer=0.3, trade_fair=0.15, web=0.15, tender=0.1),
        validator=BY_NAME,
        converter=fixed,
    )
    outcomes: Mapping[Conclusion, float] = attrs.field(
        default=MappingProxyType(
            {
                Conclusion.ADVANCE: 0.40,
                Conclusion.CONTINUATION: 0.10,
                Conclusion.NO_SALE: 0.40,
            }
        ),
        validator=by_share("outcome but an order", is_one_of(Conclusion, Conclusion.ORDER)),
        converter=fixed,
    )
    objections: Mapping[ObjectionTopic, float] = attrs.field(
        default=MappingProxyType(
            {
                ObjectionTopic.PRICE: 0.35,
                ObjectionTopic.PRODUCT: 0.2,
                ObjectionTopic.TIMING: 0.15,
                ObjectionTopic.COMPETITOR: 0.12,
                ObjectionTopic.AUTHORITY: 0.08,
                ObjectionTopic.TRUST: 0.07,
                ObjectionTopic.OTHER: 0.03,
            }
        ),
        validator=by_share("objection topic", is_one_of(ObjectionTopic)),
        converter=fixed,
    )

    def __attrs_post_init__(self) -> None:
        milestones, fares = len(self.playbook.milestones()), len(self.course.fares)
        if milestones != fares:
            message = f"Market.course has {fares} fares for {milestones} milestones: give it one for each"
            raise ValueError(message)

    @property
    def accounts(self) -> int:
        """How many accounts there are."""
        return max(1, round(self.deals / self.deals_an_account))
