"""Personal: words about a person, bound to them so that they can be forgotten with them."""

from uuid import UUID

import attrs

from dealflow.decider import Refusal


@attrs.frozen
class Personal:
    """Text that is personal data of the stakeholder *of*.

    The store keeps it under a key of theirs; once that key is forgotten, nobody reads it again.
    """

    text: str
    of: UUID


@attrs.frozen
class WhoseWords:
    """Words that belong to nobody could never be forgotten with anybody."""

    field: str

    def __str__(self) -> str:
        return f"{self.field} is empty: say whose words these are, so that they can be forgotten with that person"


def personal(text: str | None, of: UUID | None) -> Personal | None:
    """Bind words to a person; nothing where either is missing."""
    return Personal(text, of) if text and of else None


def nobodys(text: str | None, **of: UUID | None) -> tuple[Refusal, ...]:
    """Return a refusal for words of nobody; the field that should say whose they are is named."""
    return tuple(WhoseWords(field) for field, person in of.items() if text and person is None)
