"""Personal: words about a person, bound to them so that they can be forgotten with them."""

from uuid import UUID

import attrs


@attrs.frozen
class Personal:
    """Text that is personal data of the stakeholder *of*.

    The store keeps it under a key of theirs; once that key is forgotten, nobody reads it again.
    """

    text: str
    of: UUID
