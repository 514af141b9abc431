"""Chances: how likely a deal is won, once it came to a milestone; learnt from what deals did (domain.md §2).

Not from closed deals alone: as long as deals are under way, those that closed are the quick ones.
A deal is won by going on from milestone to milestone, so its chance is the product of the shares
*resolved or advanced* along the way, each resting on the deals that were decided there.
"""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from math import exp, log, sqrt

import attrs

from dealflow.domain.deal import Status
from dealflow.domain.playbook import MilestoneKey, Playbook, PlaybookKey
from dealflow.projections.cases import milestones_of
from dealflow.projections.conversion import ON, Fates, eventually
from dealflow.projections.estimates import Share, Z


@attrs.frozen
class Learnt:
    """A chance as learnt, with its 95 % interval; *of* is how many deals were decided at the milestone itself.

    Nothing where any step of the way has insufficient history. The interval is the delta method's on
    the logit scale; it covers sampling alone.
    """

    of: int
    rate: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def sufficient(self) -> bool:
        """Whether there is enough history for an estimate."""
        return self.rate is not None


@attrs.frozen
class Chance:
    """The chance of winning, of a deal that ever came to *stage*.

    *prior* is the playbook's; *learnt* the one to reckon with. Beside it, to compare: *closed*, the
    share won of those that closed, which is off as long as others are under way; *aalen_johansen*,
    the share won in the long run, open deals censored; nothing below the floor, or where none closed.
    """

    playbook: PlaybookKey
    stage: MilestoneKey
    name: str
    prior: Decimal | None
    learnt: Learnt
    closed: Share
    aalen_johansen: float | None


def chances(playbook: Playbook, onward: Fates, at_last: Fates, floor: int) -> tuple[Chance, ...]:
    """Return the chance of winning from each milestone, by the fates of the deals that came to it."""
    learnt = _learnt(onward, floor)
    found = []
    for key, name in milestones_of(playbook).items():
        ends = [fate.way for fate in at_last[key] if fate.way is not None]
        milestone = playbook.milestone(key)
        found.append(
            Chance(
                playbook=playbook.key,
                stage=key,
                name=name,
                prior=milestone.chance if milestone else None,
                learnt=learnt[key],
                closed=Share(ends.count(Status.WON), len(ends), floor),
                aalen_johansen=eventually(at_last[key], Status.WON, floor),
            )
        )
    return tuple(found)


@attrs.frozen
class _Way:
    """The chance from a milestone on, and how it moves with the share that goes on from each milestone."""

    chance: float
    slopes: Mapping[MilestoneKey, float]


_WON = _Way(1.0, {})


def _learnt(onward: Fates, floor: int) -> Mapping[MilestoneKey, Learnt]:
    """Learn from the last milestone backward: the share that goes on, times the chance of where it goes to."""
    ways: dict[MilestoneKey | None, _Way | None] = {None: _WON}
    spread: dict[MilestoneKey, float] = {}
    learnt: dict[MilestoneKey, Learnt] = {}
    for key in reversed(list(onward)):
        onto = Counter(fate.onto for fate in onward[key] if fate.way == ON)
        on, decided = onto.total(), sum(fate.way is not None for fate in onward[key])
        spread[key] = _spread(on, decided)
        ways[key] = way = _way(key, onto, decided, ways) if decided >= max(floor, 1) else None
        learnt[key] = Learnt(decided) if way is None else Learnt(decided, way.chance, *_interval(way, spread))
    return learnt


def _way(
    key: MilestoneKey, onto: Counter[MilestoneKey | None], decided: int, ways: Mapping[MilestoneKey | None, _Way | None]
) -> _Way | None:
    ahead = 0.0  # the chance of those that go on
    slopes: dict[MilestoneKey, float] = {}
    for goal, deals in onto.items():
        further = ways.get(goal)
        if further is None:
            return None
        ahead += further.chance * deals / onto.total()
        for step, slope in further.slopes.items():
            slopes[step] = slopes.get(step, 0.0) + slope * deals / decided
    return _Way(ahead * onto.total() / decided, {**slopes, key: ahead})


def _spread(on: int, decided: int) -> float:
    """Return the variance of a share, never none however few there are (Agresti and Coull, 1998)."""
    share, of = (on + Z**2 / 2) / (decided + Z**2), decided + Z**2
    return share * (1 - share) / of


def _interval(way: _Way, spread: Mapping[MilestoneKey, float]) -> tuple[float, float]:
    error = Z * sqrt(sum(slope**2 * spread[step] for step, slope in way.slopes.items()))
    if not 0 < way.chance < 1:
        return max(0.0, way.chance - error), min(1.0, way.chance + error)
    middle, half = log(way.chance / (1 - way.chance)), error / (way.chance * (1 - way.chance))
    return _share(middle - half), _share(middle + half)


def _share(logit: float) -> float:
    return 1 / (1 + exp(-max(-700.0, min(700.0, logit))))
