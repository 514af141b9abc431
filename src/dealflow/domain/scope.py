"""Scope: what is so of a person at their account, and what one deal says otherwise (domain.md §4).

A fact about a person bears a deal, or none: then it is standing, and holds in every deal that has
no word of its own.
"""

from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar
from uuid import UUID


class Scoped(Protocol):
    """A fact that can differ by deal."""

    @property
    def deal(self) -> UUID | None:
        """The deal it is about; absent: standing."""
        ...


W = TypeVar("W", bound=Scoped)


def last_word(words: Iterable[W], deal: UUID | None) -> W | None:
    """Return what holds in *deal*: its own word, else the standing one, else nothing.

    Asked without a deal: the standing word alone.
    """
    spoken = {word.deal: word for word in words}
    return spoken.get(deal, spoken.get(None))


def restated(words: tuple[W, ...], word: W, about: Callable[[W], object] = lambda _: None) -> tuple[W, ...]:
    """Return *words* with *word* in the place of the earlier one *about* the same, in the same scope."""
    spot = (word.deal, about(word))
    return (*(one for one in words if (one.deal, about(one)) != spot), word)
