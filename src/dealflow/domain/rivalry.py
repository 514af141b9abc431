"""Rivalry: who else courts the account, and who meets what it buys by (domain.md §7, §9).

Part of the account's stream; the competition for one deal stands in `contest`.
"""

from enum import StrEnum
from typing import assert_never

import attrs

from dealflow.money import Money


class RivalMove(StrEnum):
    """What a rival was seen to do."""

    APPROACHED = "approached"
    LOWER_PRICE = "lower-price"
    BETTER_PRODUCT = "better-product"
    BETTER_SERVICE = "better-service"
    BRIBERY_SUSPECTED = "bribery-suspected"
    INCUMBENT = "incumbent"


# Events


@attrs.frozen
class RivalSeen:
    """A competitor was seen at the account; *price* is theirs, where we learnt it."""

    competitor: str
    move: RivalMove
    price: Money | None = None


@attrs.frozen
class RivalGone:
    """A competitor courts the account no more."""

    competitor: str


@attrs.frozen
class CriteriaAssessed:
    """Who meets what the account buys by: we, and each competitor. Absent is unknown."""

    we_meet: bool | None = None
    rivals: tuple[tuple[str, bool | None], ...] = ()


RivalryEvent = RivalSeen | RivalGone | CriteriaAssessed


# State


@attrs.frozen
class Rivalry:
    """What each competitor who is still about was last seen to do, and the last assessment."""

    seen: tuple[RivalSeen, ...] = ()
    criteria: CriteriaAssessed | None = None

    @property
    def present(self) -> tuple[str, ...]:
        """The competitors who are about, in the order they came."""
        return tuple(dict.fromkeys(one.competitor for one in self.seen))


NO_RIVALRY = Rivalry()


def evolve(rivalry: Rivalry, event: RivalryEvent) -> Rivalry:
    """Add one event to the rivalry."""
    match event:
        case RivalSeen():
            spot = (event.competitor, event.move)
            others = tuple(one for one in rivalry.seen if (one.competitor, one.move) != spot)
            return attrs.evolve(rivalry, seen=(*others, event))
        case RivalGone():
            left = tuple(one for one in rivalry.seen if one.competitor != event.competitor)
            return attrs.evolve(rivalry, seen=left)
        case CriteriaAssessed():
            return attrs.evolve(rivalry, criteria=event)
        case _:
            assert_never(event)
