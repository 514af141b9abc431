"""Merger: a stream that turned out to be the same thing as another, which stands for both."""

from uuid import UUID

import attrs

from dealflow.decider import Refusal


@attrs.frozen
class Merged:
    """It was merged into another and moves no more by itself."""

    noun: str
    other: UUID

    def __str__(self) -> str:
        return f"this {self.noun} was merged into {self.other}: move that one"


def merged(noun: str, other: UUID | None) -> tuple[Refusal, ...]:
    """Return the refusal of a stream that stands merged into *other*; nothing where there is none."""
    return () if other is None else (Merged(noun, other),)
