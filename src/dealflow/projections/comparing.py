"""Comparing two versions of a view by what they answer, before one takes the place of the other.

Their rows differ in shape, so it is the answers of one question on both that are compared.
"""

from collections.abc import Mapping
from typing import Generic, Literal, TypeVar
from uuid import UUID

import attrs

A = TypeVar("A")


@attrs.frozen
class Difference(Generic[A]):
    """A key with two answers, or with an answer in *only* one of the versions."""

    key: UUID
    old: A | None
    new: A | None
    only: Literal["old", "new"] | None = None


def compare(old: Mapping[UUID, A], new: Mapping[UUID, A]) -> tuple[Difference[A], ...]:
    """Return where the answers differ: first the keys of *old*, in its order, then those that only *new* has."""
    gone_or_changed = (
        Difference(key, answer, new.get(key), None if key in new else "old")
        for key, answer in old.items()
        if key not in new or new[key] != answer
    )
    come = (Difference(key, None, answer, "new") for key, answer in new.items() if key not in old)
    return (*gone_or_changed, *come)
