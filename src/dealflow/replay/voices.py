"""Voices: who says what a record tells: our people, theirs, a third party, a document, or another system."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID

from dealflow.domain.alliance import AgreementSigned
from dealflow.domain.contest import BidSubmitted
from dealflow.domain.deal import DealCommitted, DealReneged, DealWon, EndExplained, Given, Side
from dealflow.domain.inquiry import ProblemVoiced
from dealflow.domain.matter import ComplaintRaised
from dealflow.domain.objection import ObjectionRaised
from dealflow.journal import Record


class Voice(StrEnum):
    """Whose word a record is."""

    SELLER = "seller"
    BUYER = "buyer"
    THIRD_PARTY = "third-party"
    DOCUMENT = "document"
    IMPORT = "import"


_SIDES: Mapping[Side, Voice] = MappingProxyType(
    {Side.SELLER: Voice.SELLER, Side.BUYER: Voice.BUYER, Side.THIRD_PARTY: Voice.THIRD_PARTY}
)
_BUYERS = (ObjectionRaised, ProblemVoiced, DealCommitted, DealReneged, ComplaintRaised)
_WRITTEN = (BidSubmitted, AgreementSigned, DealWon)
_TELLERS = ("told_by", "by")


def said_by(record: Record) -> tuple[Voice, UUID | None]:
    """Return whose word a record is, and which of their people said it, where that is known.

    What says so itself comes first: a side, somebody of theirs who is named, a paper that is signed.
    The rest is the word of whoever recorded it, or of the system that it was imported from.
    """
    event = record.event
    side = _SIDES.get(getattr(event, "said_by", Side.UNKNOWN))
    if side is not None and (isinstance(event, EndExplained) or event.primary_reason):
        return side, None
    if (who := teller(event)) is not None:
        return Voice.BUYER, who
    if isinstance(event, _WRITTEN) or (isinstance(event, DealCommitted) and event.given is Given.WRITTEN):
        return Voice.DOCUMENT, None
    if isinstance(event, _BUYERS):
        return Voice.BUYER, None
    return (Voice.SELLER if record.source is None else Voice.IMPORT), None


def teller(event: Any) -> UUID | None:
    """Return who of theirs is named as having said it; nothing where nobody is."""
    named = (getattr(event, name, None) for name in _TELLERS)
    return next((one for one in named if isinstance(one, UUID)), None)
