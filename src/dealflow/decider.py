"""The two shapes of the domain: a command that decides, and a refusal that says why not.

A command is a frozen value with a `decide(state, facts)` of its own. It returns the events that
follow (none where things are already so) or raises `Refused` with every reason at once.
"""

from collections.abc import Callable, Mapping
from itertools import count
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

import attrs

if TYPE_CHECKING:
    from dealflow.domain.noun import Noun
    from dealflow.journal import Record, When

Events = tuple[Any, ...]
NOTHING_KNOWN: Mapping[str, Any] = MappingProxyType({})


class Refusal(Protocol):
    """A reason why not, as a value; its text names what was asked, what is so and what to do."""

    def __str__(self) -> str: ...


class Refused(Exception):
    """The rules say no: nothing was stored, and `reasons` holds all that stood against it."""

    def __init__(self, *reasons: Refusal) -> None:
        super().__init__("; ".join(str(reason) for reason in reasons))
        self.reasons = reasons


def refuse_if(*reasons: Refusal | None) -> None:
    """Raise `Refused` with the reasons that hold; do nothing where none does."""
    standing = tuple(reason for reason in reasons if reason is not None)
    if standing:
        raise Refused(*standing)


@attrs.frozen
class Facts:
    """What a decision may look at beside the state of its own stream.

    *at* is when the asked thing happened; *stream* whose it is and *own* what the stream holds,
    corrections and all; *position* how far the journal had been read. *look* returns the records of
    the deal, its people and its account as happened by then, read only where a gate asks;
    *playbooks* are those the deal and the command name, by key; *criteria* what gates may ask, by
    name. *imported* is set where another system's history is told: its gates were never ours to
    judge.
    """

    at: "When"
    stream: UUID
    own: "tuple[Record, ...]" = ()
    position: int = 0
    look: "Callable[[], tuple[Record, ...]]" = tuple
    playbooks: Mapping[str, Any] = NOTHING_KNOWN
    criteria: Mapping[str, Any] = NOTHING_KNOWN
    imported: bool = False

    @property
    def version(self) -> int:
        """The version the first new record will get; it makes ids unique within the stream."""
        return len(self.own) + 1

    def id(self, what: str) -> str:
        """Name what is raised now, for a caller that gave it no id of its own."""
        taken = {getattr(record.event, "id", None) for record in self.own}
        return next(id_ for number in count(self.version) if (id_ := f"{what}-{number}") not in taken)


class Command(Protocol):
    """Something asked of one stream of one noun. Both properties are class variables."""

    @property
    def noun(self) -> "Noun[Any, Any] | None":
        """Of which noun's streams it is asked; absent: of any."""
        ...

    @property
    def life_cycle(self) -> bool:
        """Whether what follows is a step of the life cycle, which must not run backward in time."""
        ...

    def decide(self, state: Any, facts: Facts) -> Events:
        """Return the events that follow from *state*, or raise `Refused` with every reason."""
        ...
