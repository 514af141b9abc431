"""Contest: who else wants the deal, what they and we bid (domain.md §7).

Part of the deal's stream; here because competition is a subject of its own.
"""

from typing import Any, assert_never

import attrs

from dealflow.decider import Refusal
from dealflow.domain.qualification import Answers, Assessed
from dealflow.money import Money

# Events


@attrs.frozen
class CompetitorEntered:
    """A competitor is in the deal; *incumbent* where they supply the customer already."""

    competitor: str
    incumbent: bool | None = None


@attrs.frozen
class CompetitorLeft:
    """A competitor is out of the deal."""

    competitor: str
    reason: str | None = None


@attrs.frozen
class CompetitorAssessed:
    """What we make of a competitor; replaces an earlier assessment of the same one."""

    competitor: str
    strengths: tuple[str, ...] = ()
    weaknesses: tuple[str, ...] = ()
    solution: str | None = None
    price_from: Money | None = None
    price_to: Money | None = None
    our_answer: str | None = None


@attrs.frozen
class BidSubmitted:
    """We put in a bid; replaces an earlier one."""

    amount: Money
    technical: str | None = None
    commercial: str | None = None


@attrs.frozen
class RivalBidLearned:
    """We learnt what a competitor bid."""

    competitor: str
    amount: Money


@attrs.frozen
class SuccessFactorsNamed:
    """The critical success factors, the most important first."""

    factors: tuple[str, ...]


ContestEvent = (
    CompetitorEntered
    | CompetitorLeft
    | CompetitorAssessed
    | BidSubmitted
    | RivalBidLearned
    | SuccessFactorsNamed
    | Assessed
)


# State


@attrs.frozen
class Rival:
    """A competitor in this deal, as far as we know them."""

    competitor: str
    incumbent: bool | None = None
    present: bool = True
    assessment: CompetitorAssessed | None = None
    bid: Money | None = None


@attrs.frozen
class Contest:
    """Who is in it, what was bid, how each side was assessed, and what will decide it."""

    rivals: tuple[Rival, ...] = ()
    bid: BidSubmitted | None = None
    factors: tuple[str, ...] = ()
    assessments: tuple[tuple[str | None, Answers], ...] = ()

    @property
    def present(self) -> tuple[str, ...]:
        """The competitors that are in the deal, in the order they came."""
        return tuple(rival.competitor for rival in self.rivals if rival.present)

    def rival(self, competitor: str) -> Rival | None:
        """Return what is known of one competitor, or nothing."""
        return next((one for one in self.rivals if one.competitor == competitor), None)


def evolve(contest: Contest, event: ContestEvent) -> Contest:
    """Add one event to the contest."""
    match event:
        case CompetitorEntered():
            known = contest.rival(event.competitor)
            incumbent = event.incumbent if event.incumbent is not None else known and known.incumbent
            return _with(contest, event.competitor, present=True, incumbent=incumbent)
        case CompetitorLeft():
            return _with(contest, event.competitor, present=False)
        case CompetitorAssessed():
            return _with(contest, event.competitor, assessment=event)
        case RivalBidLearned():
            return _with(contest, event.competitor, bid=event.amount)
        case BidSubmitted():
            return attrs.evolve(contest, bid=event)
        case SuccessFactorsNamed():
            return attrs.evolve(contest, factors=event.factors)
        case Assessed():
            others = tuple(one for one in contest.assessments if one[0] != event.competitor)
            return attrs.evolve(contest, assessments=(*others, (event.competitor, event.answers)))
        case _:
            assert_never(event)


def _with(contest: Contest, competitor: str, **changes: Any) -> Contest:
    known = contest.rival(competitor)
    if known is None:
        return attrs.evolve(contest, rivals=(*contest.rivals, attrs.evolve(Rival(competitor), **changes)))
    changed = attrs.evolve(known, **changes)
    return attrs.evolve(contest, rivals=tuple(changed if one is known else one for one in contest.rivals))


NO_CONTEST = Contest()

# Invariants


@attrs.frozen
class NotInTheDeal:
    """A competitor that is not in the deal cannot leave it; one that never was has no bid in it, and no answers."""

    competitor: str

    def __str__(self) -> str:
        return f"{self.competitor!r} is not in this deal at that time: name them first, or check the spelling"


def strangers(contest: Contest, competitor: str | None) -> tuple[Refusal, ...]:
    """Return the refusal of a competitor that never was in the deal; none where we are meant."""
    return () if competitor is None or contest.rival(competitor) is not None else (NotInTheDeal(competitor),)


def misfits(contest: Contest, event: ContestEvent) -> tuple[Refusal, ...]:
    """Say why *event* cannot come next."""
    match event:
        case CompetitorLeft() if event.competitor not in contest.present:
            return (NotInTheDeal(event.competitor),)
        case _:
            return ()
