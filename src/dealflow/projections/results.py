"""Results: how the deals of a lot stand, and what share of the decided ones was won."""

from collections import Counter
from collections.abc import Iterable

import attrs

from dealflow.domain.deal import Status
from dealflow.projections.estimates import Share


@attrs.frozen
class Results:
    """How many deals are open, won, lost and abandoned."""

    open: int = 0
    won: int = 0
    lost: int = 0
    abandoned: int = 0

    @property
    def deals(self) -> int:
        """All of them."""
        return self.open + self.closed

    @property
    def closed(self) -> int:
        """Those that ended, however."""
        return self.won + self.lost + self.abandoned

    @property
    def win_rate(self) -> Share:
        """Won of won and lost, as in the funnel: the abandoned count in neither. A fact of history, however few."""
        return Share(self.won, self.won + self.lost)


def results(statuses: Iterable[Status]) -> Results:
    """Count how deals stand."""
    found = Counter(statuses)
    return Results(*(found[one] for one in (Status.OPEN, Status.WON, Status.LOST, Status.ABANDONED)))
