"""Belonging: which records the chronicle of an account tells, and what each of them is about."""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from dealflow.domain.account import Purchased, PurchasesComeFrom, ShareMeasured
from dealflow.domain.alliance import AgreementEnded, AgreementSigned, DirectionChanged, PlanMade, PlanReviewed
from dealflow.domain.deal import DealAbandoned, DealLost, DealOpened, DealReopened, DealWon
from dealflow.domain.interaction import InteractionHeld
from dealflow.domain.matter import ComplaintRaised, IncidentReported, MatterResolved
from dealflow.domain.noun import MergedInto
from dealflow.domain.rivalry import CriteriaAssessed, RivalGone, RivalSeen
from dealflow.domain.stakeholder import (
    Role,
    RoleIdentified,
    RoleWithdrawn,
    StakeholderDeparted,
    StakeholderMoved,
    StanceChanged,
)
from dealflow.domain.timeline import Told
from dealflow.journal import Record


class ChronicleKind(StrEnum):
    """What a line of a chronicle is about; the first three follow from records, the others are records."""

    TRANSITION = "transition"
    SIGNAL_RAISED = "signal-raised"
    SIGNAL_CLEARED = "signal-cleared"
    PURCHASE = "purchase"
    SHARE = "share"
    AGREEMENT = "agreement"
    MATTER = "matter"
    RIVAL = "rival"
    PLAN = "plan"
    DEAL = "deal"
    CONTACT = "contact"
    PERSON = "person"
    OTHER = "other"


_KINDS: Mapping[type, ChronicleKind] = MappingProxyType(
    {
        **dict.fromkeys((Purchased, PurchasesComeFrom), ChronicleKind.PURCHASE),
        ShareMeasured: ChronicleKind.SHARE,
        **dict.fromkeys((AgreementSigned, AgreementEnded), ChronicleKind.AGREEMENT),
        **dict.fromkeys((ComplaintRaised, IncidentReported, MatterResolved), ChronicleKind.MATTER),
        **dict.fromkeys((RivalSeen, RivalGone, CriteriaAssessed), ChronicleKind.RIVAL),
        **dict.fromkeys((PlanMade, PlanReviewed, DirectionChanged), ChronicleKind.PLAN),
    }
)
"""What an account's own records are about; `other` where nothing is said."""

_NOUNS: Mapping[str, ChronicleKind] = MappingProxyType(
    {"deal": ChronicleKind.DEAL, "interaction": ChronicleKind.CONTACT, "stakeholder": ChronicleKind.PERSON}
)
_COUNTING = (
    *(DealOpened, DealWon, DealLost, DealAbandoned, DealReopened),
    *(InteractionHeld, StakeholderDeparted, StakeholderMoved, StanceChanged, MergedInto),
)
"""What is told of deals, contacts and people."""


def belonging(places: Collection[UUID], heard: Iterable[Told]) -> set[int]:
    """Return the positions of all that is told of the account at these *places*, of what was *heard* in order.

    Its own records whole; of its deals and contacts, and of its people while they were there, what
    counts in a relationship. That someone moved away is told of the account they left, too.
    """
    heard = tuple(heard)
    deals = {
        one.record.stream
        for one in heard
        if isinstance(one.record.event, DealOpened) and one.record.event.account in places
    }
    found: set[int] = set()
    stood: dict[UUID, UUID | None] = {}
    for one in heard:
        record = one.record
        left = isinstance(record.event, StakeholderMoved) and stood.get(record.stream) in places
        ours = record.account in places or left or record.stream in deals
        if record.stream in places or (ours and _counts(record)):
            found.add(record.position)
        stood[record.stream] = record.account
    return found


def _counts(record: Record) -> bool:
    event = record.event
    return isinstance(event, _COUNTING) or (
        isinstance(event, RoleIdentified | RoleWithdrawn) and event.role is Role.COACH
    )


def kind_of(record: Record, noun: str) -> ChronicleKind:
    """Return what a record of a noun is about."""
    return _NOUNS.get(noun) or _KINDS.get(type(record.event), ChronicleKind.OTHER)
