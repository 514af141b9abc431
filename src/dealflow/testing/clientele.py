"""Clientele: what made-up customers are like: how they buy, what troubles them, which troubles drive them away.

Every share is a chance from 0 to 1, every length in days, every rate a mean per what its name says;
anything else is a `ValueError` that names the field.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import attrs

from dealflow.money import Money
from dealflow.testing.limits import DAY, LENGTH, RATE, SHARE, Check, a, expecting, is_number, whole
from dealflow.testing.market import Writing, fixed


class Trouble(StrEnum):
    """What may weaken the tie to a customer for a while, one for each way a journal shows it (domain.md §9)."""

    QUALITY = "quality"
    COMPLAINT = "complaint"
    DELIVERY = "delivery"
    PRICE = "price"
    CHAMPION = "champion"
    CRITERIA = "criteria"
    DIRECTION = "direction"
    AGREEMENT = "agreement"
    SHARE = "share"
    SILENCE = "silence"


@attrs.frozen
class Spells:
    """How often a trouble comes, and for how long.

    *a_year* is how many begin in a year in which none stands; *days* the median of how long one
    stands, *spread* the sigma of its logarithm.
    """

    a_year: float = attrs.field(default=0.4, validator=RATE)
    days: float = attrs.field(default=60, validator=LENGTH)
    spread: float = attrs.field(default=0.6, validator=RATE)


TROUBLES: Mapping[Trouble, Spells] = MappingProxyType(
    {
        Trouble.QUALITY: Spells(0.5, 45),
        Trouble.COMPLAINT: Spells(0.5, 45),
        Trouble.DELIVERY: Spells(0.6, 30),
        Trouble.PRICE: Spells(0.4, 90),
        Trouble.CHAMPION: Spells(0.3, 90),
        Trouble.CRITERIA: Spells(0.3, 90),
        Trouble.DIRECTION: Spells(0.2, 120),
        Trouble.AGREEMENT: Spells(0.3, 100),
        Trouble.SHARE: Spells(0.3, 120),
        Trouble.SILENCE: Spells(0.3, 120),
    }
)
"""How often each trouble comes and for how long: it stands on five to ten days in a hundred."""

FORETELLING: Mapping[Trouble, float] = MappingProxyType({Trouble.COMPLAINT: 5, Trouble.CHAMPION: 4, Trouble.QUALITY: 4})
"""A complaint makes it 5 times as likely that a customer leaves, a lost champion or bad quality 4 times."""


def by_trouble(expected: str, fits: Callable[[Any], bool]) -> Check:
    """Return a validator of what is said of some troubles, or of none."""
    return expecting(
        f"{expected} by trouble",
        lambda value: (
            isinstance(value, Mapping) and all(isinstance(key, Trouble) and fits(one) for key, one in value.items())
        ),
    )


@attrs.frozen
class Customers:
    """Customers who buy by their own rhythm, have their troubles, and leave; `customers` plays them.

    *accounts* are registered within the first *joins_within* days and followed until *days* after
    *first_day*. One that nothing troubles leaves at the rate *leaving* a year; while a trouble stands
    the rate is so many times as high as *foretelling* says, and troubles multiply. What
    *foretelling* leaves out is 1 and says nothing; what *troubles* leaves out never comes. *returns*
    is the share of those who left that come back, if our time is long enough, *returning_days* the
    median until then; they may leave again.

    An account buys every *buys_every* days, for *spends* of one *currency*, and is met every
    *meets_every* days, all medians: *spread* is how far accounts differ from one another, *jitter*
    how far each strays from its own rhythm (sigmas of logarithms). It buys nothing in the last
    *fades_before_leaving* days before it leaves. An agreement counts as a trouble from *notice*
    days before it runs out. *team* is how many of ours sell. *writing* is as for a market; of
    amounts, those of purchases are put right, and those who are erased are people who had departed.
    """

    accounts: int = attrs.field(default=200, validator=whole(0))
    first_day: date = attrs.field(default=date(2021, 1, 1), validator=DAY)
    days: int = attrs.field(default=1461, validator=whole(1))
    joins_within: int = attrs.field(default=365, validator=whole(1))
    leaving: float = attrs.field(default=0.06, validator=RATE)
    foretelling: Mapping[Trouble, float] = attrs.field(
        default=FORETELLING,
        validator=by_trouble("ratios from 0 on", lambda ratio: is_number(ratio) and ratio >= 0),
        converter=fixed,
    )
    troubles: Mapping[Trouble, Spells] = attrs.field(
        default=TROUBLES, validator=by_trouble("Spells", lambda one: isinstance(one, Spells)), converter=fixed
    )
    returns: float = attrs.field(default=0.2, validator=SHARE)
    returning_days: float = attrs.field(default=150, validator=LENGTH)
    fades_before_leaving: int = attrs.field(default=0, validator=whole(0))
    buys_every: float = attrs.field(default=40, validator=LENGTH)
    meets_every: float = attrs.field(default=25, validator=LENGTH)
    spends: float = attrs.field(default=40_000, validator=LENGTH)
    currency: str = attrs.field(
        default="CNY",
        validator=expecting(
            "an ISO 4217 code such as CNY",
            lambda value: isinstance(value, str) and Money(Decimal(1), value).flaw() is None,
        ),
    )
    spread: float = attrs.field(default=0.5, validator=RATE)
    jitter: float = attrs.field(default=0.25, validator=RATE)
    notice: int = attrs.field(default=90, validator=whole(0))
    team: int = attrs.field(default=12, validator=whole(1))
    writing: Writing = attrs.field(default=Writing(), validator=a(Writing))

    @property
    def last_day(self) -> date:
        """The last day on which anything happens; what is recorded late comes after."""
        return self.first_day + timedelta(days=self.days - 1)
