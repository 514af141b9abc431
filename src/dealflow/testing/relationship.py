"""Relationship: one customer's whole time with us; what is true before anything is recorded.

A day begins with what stood on its eve: what troubles an account today can drive it away from
tomorrow on.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from operator import attrgetter
from random import Random
from uuid import UUID

import attrs

from dealflow.domain.account import ChurnCause
from dealflow.journal import derived_id
from dealflow.testing.chance import drawn, happens, skewed, stream_of_chance
from dealflow.testing.clientele import Customers, Trouble

YEAR = 365.25
RETURNING_SPREAD = 0.7
FURTHEST = 5 * 365  # days beyond the end of our time, where a trouble to come is of no more interest

CAUSES: Mapping[Trouble, ChurnCause] = {
    Trouble.QUALITY: ChurnCause.NEEDS_UNMET,
    Trouble.COMPLAINT: ChurnCause.MATTER_NEGLECTED,
    Trouble.DELIVERY: ChurnCause.BETTER_SERVICE,
    Trouble.PRICE: ChurnCause.LOWER_PRICE,
    Trouble.CHAMPION: ChurnCause.OTHER,
    Trouble.CRITERIA: ChurnCause.BETTER_PRODUCT,
    Trouble.DIRECTION: ChurnCause.DIRECTION_CHANGED,
    Trouble.AGREEMENT: ChurnCause.SCOPE_CUT,
    Trouble.SHARE: ChurnCause.LOWER_PRICE,
    Trouble.SILENCE: ChurnCause.BETTER_SERVICE,
}
"""What a customer whom a trouble drives away gives as its cause."""


# The truth, as it is handed out


@attrs.frozen
class Stretch:
    """A trouble stood from the day *since* on, and no more on the day *until*.

    That is the day it was settled, the day the customer left, or the first day after our time.
    """

    trouble: Trouble
    since: date
    until: date


@attrs.frozen
class Parting:
    """A customer left on a day, and came back on another, where they did within our time."""

    left: date
    cause: ChurnCause
    back: date | None = None


@attrs.frozen
class CustomerTruth:
    """What became of one customer, whatever was recorded of it.

    *since* is the day we began to deal with it; *partings* and *stretches* are in order of time.
    """

    account: UUID
    since: date
    partings: tuple[Parting, ...]
    stretches: tuple[Stretch, ...]

    @property
    def left(self) -> date | None:
        """The day it first left, or nothing where it never did."""
        return self.partings[0].left if self.partings else None

    @property
    def cause(self) -> ChurnCause | None:
        """Why it first left, or nothing where it never did."""
        return self.partings[0].cause if self.partings else None

    def deals_with_us(self, day: date) -> bool:
        """Say whether it was a customer on a day; on the day it leaves it is none any more."""
        away = (one.left <= day and (one.back is None or day < one.back) for one in self.partings)
        return self.since <= day and not any(away)

    def standing(self, day: date) -> frozenset[Trouble]:
        """Return which troubles stood on a day."""
        return frozenset(one.trouble for one in self.stretches if one.since <= day < one.until)


# The making of it. Days are counted as `date.toordinal` counts them.


@attrs.frozen
class Spell:
    """A trouble from the day *since* to the day *until*, if the customer stays so long."""

    trouble: Trouble
    since: int
    until: int


@attrs.frozen
class Stay:
    """One time as a customer: from the day it *begins* until the day it *ends*, which is none of it.

    It ends with our time, or where there is a *cause*, because the customer leaves; *back* is when
    it returns. *spells* are all that would have come if it had stayed, and one of each beyond.
    """

    begins: int
    ends: int
    spells: tuple[Spell, ...]
    cause: ChurnCause | None = None
    back: int | None = None

    def of(self, trouble: Trouble) -> Sequence[Spell]:
        """Return the spells of one trouble, in order."""
        return [one for one in self.spells if one.trouble is trouble]

    def begun(self, trouble: Trouble) -> Sequence[Spell]:
        """Return those that came while the customer was one."""
        return [one for one in self.of(trouble) if one.since < self.ends]

    def settled(self, spell: Spell) -> int | None:
        """Return the day a trouble is settled: in its time, else when the customer is back, or never."""
        return spell.until if spell.until < self.ends else self.back


@attrs.frozen
class Relationship:
    """All of a customer's stays with us."""

    number: int
    account: UUID
    stays: tuple[Stay, ...]

    @property
    def since(self) -> int:
        """The day we began to deal with it."""
        return self.stays[0].begins

    def truth(self) -> CustomerTruth:
        """Return it as far as it came to pass."""
        since = date.fromordinal(self.since)
        return CustomerTruth(self.account, since, tuple(self._partings()), tuple(self._stretches()))

    def _partings(self) -> Iterator[Parting]:
        for stay in self.stays:
            if stay.cause is not None:
                back = None if stay.back is None else date.fromordinal(stay.back)
                yield Parting(date.fromordinal(stay.ends), stay.cause, back)

    def _stretches(self) -> Iterator[Stretch]:
        for stay in self.stays:
            for one in stay.spells:
                if one.since < stay.ends:
                    until = min(one.until, stay.ends)
                    yield Stretch(one.trouble, date.fromordinal(one.since), date.fromordinal(until))


def relationship(like: Customers, seed: int, number: int) -> Relationship:
    """Live one customer's whole time; no other's is changed by it."""
    account = derived_id("simulated", str(seed), "customer", str(number))
    return Relationship(number, account, tuple(_stays(like, seed, number)))


def _stays(like: Customers, seed: int, number: int) -> Iterator[Stay]:
    dice = stream_of_chance(seed, "customer", number, "joins")
    begins: int | None = like.first_day.toordinal() + dice.randrange(min(like.joins_within, like.days))
    stays = 0
    while begins is not None:
        lived = _Living(like, seed, f"customer/{number}/{stays}", begins).stay()
        yield lived
        begins, stays = lived.back, stays + 1


@attrs.frozen
class _Living:
    """One stay being lived; each trouble comes by dice of its own, whatever the others do."""

    like: Customers
    seed: int
    name: str
    begins: int

    @property
    def over(self) -> int:
        """The first day after our time."""
        return self.like.first_day.toordinal() + self.like.days

    def stay(self) -> Stay:
        """Let troubles come and go until it is too much."""
        dice = stream_of_chance(self.seed, self.name)
        spells = tuple(sorted(self._spells(), key=attrgetter("since")))
        patience = dice.expovariate(1)
        for day, ratio in enumerate(self._ratios(spells), start=self.begins + 1):
            patience -= self.like.leaving / YEAR * ratio
            if patience < 0:
                return Stay(self.begins, day, spells, self._cause(spells, day, dice), self._back(day, dice))
        return Stay(self.begins, self.over, spells)

    def _spells(self) -> Iterator[Spell]:
        for trouble, like in self.like.troubles.items():
            dice, day = stream_of_chance(self.seed, self.name, trouble), self.begins
            while like.a_year and day < self.over:
                since = day + 1 + int(min(FURTHEST, dice.expovariate(1) * YEAR / like.a_year))
                day = since + 1 + int(skewed(dice, like.days, like.spread))
                yield Spell(trouble, since, day)

    def _ratios(self, spells: Iterable[Spell]) -> Sequence[float]:
        """Return how much likelier it is to leave on each day than if nothing had stood on its eve."""
        ratios = [1.0] * (self.over - self.begins - 1)
        for spell in spells:
            for eve in range(spell.since, min(spell.until, self.over - 1)):
                ratios[eve - self.begins] *= self._ratio(spell)
        return ratios

    def _ratio(self, spell: Spell) -> float:
        return self.like.foretelling.get(spell.trouble, 1)

    def _cause(self, spells: Iterable[Spell], day: int, dice: Random) -> ChurnCause:
        """Draw why it leaves: each trouble that stood on the eve by what it adds to the rate, or any cause."""
        adds = {one.trouble: self._ratio(one) - 1 for one in spells if one.since < day <= one.until}
        driven = drawn(dice, {None: 1.0} | {trouble: added for trouble, added in adds.items() if added > 0})
        return dice.choice(list(ChurnCause)) if driven is None else CAUSES[driven]

    def _back(self, left: int, dice: Random) -> int | None:
        if not happens(dice, self.like.returns):
            return None
        back = left + 1 + int(skewed(dice, self.like.returning_days, RETURNING_SPREAD))
        return back if back < self.over else None
