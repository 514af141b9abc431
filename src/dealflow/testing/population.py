"""Population: a journal of made-up customers, with the truth on which of their troubles drive them away.

Held against signals of churn: some troubles foretell that a customer leaves, others say nothing.
"""

from collections.abc import Iterator
from random import Random

import attrs

from dealflow.testing.chance import skewed, stream_of_chance
from dealflow.testing.clientele import Customers
from dealflow.testing.company import Company
from dealflow.testing.dealings import Dealing, Habits, tell_account
from dealflow.testing.diary import Diary, Fact
from dealflow.testing.evenings import Beginning, Evening, in_evenings
from dealflow.testing.meetings import people, tell_meetings, tell_people
from dealflow.testing.relationship import CustomerTruth, Relationship, relationship
from dealflow.testing.setbacks import tell_setbacks
from dealflow.testing.words import FIRST, RIVALS, SECOND

DEFAULT = Customers()


@attrs.frozen
class Population:
    """Customers as one seed plays them: the same in every run and every process.

    Each throws dice of its own: with more or fewer of them the others are the same.
    """

    customers: Customers
    seed: int

    def truth(self) -> tuple[CustomerTruth, ...]:
        """Return what became of every customer, in the order of their numbers, whatever was recorded of it."""
        return tuple(one.truth() for one in self._lives())

    def evenings(self) -> Iterator[Evening]:
        """Return all that is recorded, evening by evening; made as it is asked for, and not kept."""
        in_turn = sorted(self._lives(), key=lambda one: one.since)
        return in_evenings(self._beginning(one) for one in in_turn)

    def _lives(self) -> Iterator[Relationship]:
        return (relationship(self.customers, self.seed, number) for number in range(self.customers.accounts))

    def _beginning(self, lived: Relationship) -> Beginning:
        return lived.since, lambda: _told(self.customers, self.seed, lived)


def customers(like: Customers = DEFAULT, seed: int = 0) -> Population:
    """Return customers whose time with us is known; what is recorded of it follows by `fill`."""
    return Population(like, seed)


# Everybody tells their own


def _told(like: Customers, seed: int, lived: Relationship) -> list[Fact]:
    dice = stream_of_chance(seed, "customer", lived.number)
    company = _company(like, lived, dice)
    habits = _habits(like, dice)
    dealing = Dealing(like, lived, company, habits, Diary(dice, like.writing, lived.account, {}))
    tell_account(dealing)
    tell_people(dealing)
    tell_setbacks(dealing)
    tell_meetings(dealing)
    return dealing.diary.facts


def _company(like: Customers, lived: Relationship, dice: Random) -> Company:
    return Company(
        lived.number,
        lived.account,
        f"{dice.choice(FIRST)}{dice.choice(SECOND)} {lived.number + 1}",
        lived.since,
        like.last_day.toordinal(),
        tuple(f"rep-{one + 1:02}" for one in dice.sample(range(like.team), min(3, like.team))),
        lived.stays[-1].cause is not None,
        people(lived, dice),
    )


def _habits(like: Customers, dice: Random) -> Habits:
    return Habits(
        buys=skewed(dice, like.buys_every, like.spread),
        meets=skewed(dice, like.meets_every, like.spread),
        spends=skewed(dice, like.spends, like.spread),
        share=round(dice.uniform(0.3, 0.8), 2),
        rival=dice.choice(RIVALS),
    )
