"""Conclusions: what became of contacts, and how they ended, beside what the source says is usual (domain.md §5)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType

import attrs

from dealflow.domain.interaction import Conclusion, InteractionStatus, Party
from dealflow.projections.cases import Horizon
from dealflow.projections.contact import Contact
from dealflow.projections.estimates import Share

USUAL: Mapping[Conclusion, float] = MappingProxyType(
    {Conclusion.ORDER: 0.1, Conclusion.ADVANCE: 0.4, Conclusion.CONTINUATION: 0.1, Conclusion.NO_SALE: 0.4}
)
"""How often contacts end in which way, as the source has it (S0)."""


@attrs.frozen
class ContactCounts:
    """What became of contacts; each is counted once.

    *ahead* are planned, their day not over; *forgotten* were planned for a day that is over, and
    nobody said what became of them. *attempted* reached nobody so far.
    """

    ahead: int
    forgotten: int
    held: int
    cancelled: int
    missed_by_us: int
    missed_by_them: int
    attempted: int

    @property
    def total(self) -> int:
        """All of them."""
        return sum(attrs.astuple(self))


class Beside(StrEnum):
    """How a share lies to what is usual, by its interval."""

    ABOVE = "above"
    WITHIN = "within"
    BELOW = "below"


@attrs.frozen
class ConclusionShare:
    """One way for a contact to end: its *share* of the concluded ones held, beside the *usual* one, if there is any."""

    conclusion: Conclusion
    share: Share
    usual: float | None

    @property
    def beside(self) -> Beside | None:
        """Whether the usual share lies beyond the interval; nothing where either is not there."""
        if self.usual is None or self.share.low is None or self.share.high is None:
            return None
        if self.share.low > self.usual:
            return Beside.ABOVE
        return Beside.BELOW if self.share.high < self.usual else Beside.WITHIN


@attrs.frozen
class Conclusions:
    """How held contacts ended; of *unconcluded* ones nobody said.

    *advances* is their share of all that were held: at least so many, since of the unconcluded nobody knows.
    """

    ways: tuple[ConclusionShare, ...]
    unconcluded: int
    advances: Share


@attrs.frozen
class Purposes:
    """Of contacts that were planned and held, those whose purpose was *reached*, of those where somebody said."""

    reached: Share
    unknown: int


def counts(contacts: Iterable[Contact], horizon: Horizon) -> ContactCounts:
    """Count what became of contacts; one planned for today is ahead all day."""
    became = Counter(one.status for one in contacts)
    planned = [one for one in contacts if one.status is InteractionStatus.PLANNED]
    missed = Counter(one.turns[-1].value.missed_by for one in contacts)
    ahead = sum(horizon.day(one.when.end) >= horizon.day(horizon.until) for one in planned)
    return ContactCounts(
        ahead=ahead,
        forgotten=len(planned) - ahead,
        held=became[InteractionStatus.HELD],
        cancelled=became[InteractionStatus.CANCELLED],
        missed_by_us=missed[Party.US],
        missed_by_them=missed[Party.THEM],
        attempted=became[InteractionStatus.ATTEMPTED],
    )


def conclusions(held: Sequence[Contact], usual: Mapping[Conclusion, float], floor: int) -> Conclusions:
    """Count how held contacts ended, beside what is *usual*."""
    ended = Counter(one.concluded.value.outcome for one in held if one.concluded is not None)
    concluded = ended.total()
    return Conclusions(
        ways=tuple(ConclusionShare(way, Share(ended[way], concluded, floor), usual.get(way)) for way in Conclusion),
        unconcluded=len(held) - concluded,
        advances=Share(ended[Conclusion.ADVANCE], len(held), floor),
    )


def purposes(held: Iterable[Contact], floor: int) -> Purposes:
    """Count the purposes that were reached, of held contacts that were planned; others had none to be held against."""
    said = Counter(one.turns[-1].value.purpose_reached for one in held if one.plan is not None)
    return Purposes(Share(said[True], said[True] + said[False], floor), said[None])
