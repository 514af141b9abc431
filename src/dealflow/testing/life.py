"""Life: one deal's whole way, from its opening to its last end; what is true before anything is recorded."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from random import Random
from statistics import median
from uuid import UUID

import attrs

from dealflow.domain.playbook import MilestoneKey
from dealflow.journal import derived_id
from dealflow.projections.pipeline import Step
from dealflow.testing.chance import happens, skewed, stream_of_chance
from dealflow.testing.market import Course, Market

OVER = frozenset({Step.WON, Step.LOST, Step.ABANDONED})


@attrs.frozen
class Turn:
    """One step of a life; *stage* is the number of the milestone it stands at afterwards, or stood at."""

    step: Step
    on: date
    stage: int
    skipped: tuple[int, ...] = ()


@attrs.frozen
class Life:
    """One deal, and everything that becomes of it, whether or not anybody has recorded it yet."""

    number: int
    deal: UUID
    account: int
    turns: tuple[Turn, ...]

    @property
    def opened(self) -> date:
        """The day it was opened."""
        return self.turns[0].on

    @property
    def ended(self) -> date:
        """The day of its last end."""
        return self.turns[-1].on

    @property
    def end(self) -> Step:
        """How it ends at last."""
        return self.turns[-1].step


def lives(market: Market, seed: int) -> Iterator[Life]:
    """Live every deal of a market, in no order of time."""
    for number in range(market.deals):
        dice = stream_of_chance(seed, "life", number)
        opened = market.first_day + timedelta(days=dice.randrange(market.days))
        account = dice.randrange(market.accounts)
        deal = derived_id("simulated", str(seed), "deal", str(number))
        yield Life(number, deal, account, tuple(_turns(market.course, opened, dice)))


def _turns(course: Course, opened: date, dice: Random) -> Iterator[Turn]:
    last = len(course.fares) - 1
    stage, days = 0, 0.0
    yield Turn(Step.OPENED, opened, stage)
    while True:
        fare = course.fares[stage]
        stay = skewed(dice, fare.days, course.spread)
        if stage and happens(dice, course.goes_back):
            days, stage = days + stay, stage - 1
            yield Turn(Step.REVERTED, _after(opened, days), stage)
        elif happens(dice, fare.goes_on):
            days += stay
            skipped = (stage + 1,) if stage < last and happens(dice, course.skips) else ()
            reached = stage + 1 + len(skipped)
            if reached > last:
                yield Turn(Step.WON, _after(opened, days), stage, skipped)
                return
            stage = reached
            yield Turn(Step.ADVANCED, _after(opened, days), stage, skipped)
        else:
            days += stay * course.losing_takes
            end = Step.ABANDONED if happens(dice, course.abandoned) else Step.LOST
            yield Turn(end, _after(opened, days), stage)
            if not happens(dice, course.reopened):
                return
            days += skewed(dice, course.reopening_days, course.spread)
            yield Turn(Step.REOPENED, _after(opened, days), stage)


def _after(opened: date, days: float) -> date:
    return opened + timedelta(days=int(days))


# What is true of all lives


@attrs.frozen
class StageTruth:
    """What deals do at one milestone, followed to their end.

    *came* ever stood there, *went_on* of them ever stood at a later milestone afterwards or were
    won, *won* of them were won in the end. *days* is the median stay, of all stays there.
    """

    milestone: MilestoneKey
    came: int
    went_on: int
    won: int
    days: float | None

    @property
    def goes_on(self) -> float | None:
        """The share of deals that go on, or nothing where none came."""
        return self.went_on / self.came if self.came else None

    @property
    def chance(self) -> float | None:
        """The share of deals that are won, or nothing where none came."""
        return self.won / self.came if self.came else None


def truths(all_lives: Iterable[Life], keys: tuple[MilestoneKey, ...]) -> tuple[StageTruth, ...]:
    """Return what becomes of the deals that come to each milestone."""
    came, went_on, won = [[0] * len(keys) for _ in range(3)]
    stays: list[list[int]] = [[] for _ in keys]
    for life in all_lives:
        for stage in {turn.stage for turn in life.turns}:
            first = next(number for number, turn in enumerate(life.turns) if turn.stage == stage)
            later = life.turns[first:]
            came[stage] += 1
            won[stage] += life.end is Step.WON
            went_on[stage] += any(turn.stage > stage or turn.step is Step.WON for turn in later)
        for turn, after in pairwise(life.turns):
            if turn.step not in OVER:
                stays[turn.stage].append((after.on - turn.on).days)
    return tuple(
        StageTruth(key, came[stage], went_on[stage], won[stage], median(stays[stage]) if stays[stage] else None)
        for stage, key in enumerate(keys)
    )
