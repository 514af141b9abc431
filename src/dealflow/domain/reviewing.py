"""What may be asked of a deal that has ended: explain why it came so, review how it went."""

from typing import ClassVar

import attrs

from dealflow.decider import Events, Facts, Refusal, refuse_if
from dealflow.domain.asking import not_names
from dealflow.domain.deal import DEAL, Deal, DealReviewed, EndExplained, NotClosed, Side, Status, misfits
from dealflow.domain.noun import missing


@attrs.frozen
class ExplainEnd:
    """Say why the deal ended so; everybody asked has an explanation of their own."""

    noun: ClassVar = DEAL
    life_cycle: ClassVar = False

    said_by: Side
    primary_reason: str
    contributing: tuple[str, ...] = ()
    text: str | None = None

    def decide(self, deal: Deal | None, facts: Facts) -> Events:
        """Refuses where the deal is open; stays quiet where it was explained so already."""
        event = EndExplained(self.said_by, self.primary_reason, self.contributing, self.text)
        if deal is not None and event in deal.explained:
            return ()
        refuse_if(
            *misfits(deal, event),
            *_not_closed(deal),
            *missing(primary_reason=self.primary_reason),
            *not_names(contributing=self.contributing),
        )
        return (event,)


@attrs.frozen
class ReviewDeal:
    """Write down the project behaviour of the deal (domain.md §7); replaces an earlier review."""

    noun: ClassVar = DEAL
    life_cycle: ClassVar = False

    people: str
    money: str
    things: str
    intelligence: str
    key_points: str

    def decide(self, deal: Deal | None, facts: Facts) -> Events:
        """Refuses where the deal is open; stays quiet where it was reviewed so already."""
        event = DealReviewed(self.people, self.money, self.things, self.intelligence, self.key_points)
        if deal is not None and deal.review == event:
            return ()
        refuse_if(
            *misfits(deal, event),
            *_not_closed(deal),
            *missing(
                people=self.people,
                money=self.money,
                things=self.things,
                intelligence=self.intelligence,
                key_points=self.key_points,
            ),
        )
        return (event,)


def _not_closed(deal: Deal | None) -> tuple[Refusal, ...]:
    return (NotClosed(deal.stage),) if deal is not None and deal.status is Status.OPEN else ()
