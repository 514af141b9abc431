"""Account: the customer organisation, one relationship with it over years.

What it is, what it buys and whether we still deal with it (domain.md §1, §3, §8). What went wrong
stands in `matter`, who else courts it in `rivalry`, what binds us in `alliance`; all three are part
of the account's stream.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import assert_never, get_args
from uuid import UUID

import attrs

from dealflow.decider import Refusal
from dealflow.domain import alliance, matter, rivalry
from dealflow.domain.alliance import NO_ALLIANCE, Alliance, AllianceEvent
from dealflow.domain.matter import Matter, MatterEvent
from dealflow.domain.merger import merged
from dealflow.domain.noun import (
    AlreadyThere,
    AnyNoun,
    Corrected,
    HistoryUnknown,
    MergedInto,
    Noted,
    NotThere,
    Noun,
    ObservationEnded,
    Tags,
)
from dealflow.domain.qualification import Pursuit, Risk, Screening
from dealflow.domain.rivalry import NO_RIVALRY, Rivalry, RivalryEvent
from dealflow.money import Money


class AccountKind(StrEnum):
    """What the organisation is to us."""

    CUSTOMER = "customer"
    PARTNER = "partner"
    CONSULTANT = "consultant"
    CONTRACTOR = "contractor"
    OTHER = "other"


class Topic(StrEnum):
    """What a customer's background is made of."""

    STRUCTURE = "structure"
    PRODUCTS = "products"
    COMPETENCE = "competence"
    PROFIT_MODEL = "profit-model"
    SITUATION = "situation"
    PROBLEMS = "problems"
    FUNDS_AND_CREDIT = "funds-and-credit"
    POLITICS = "politics"
    ECONOMY = "economy"
    SOCIETY = "society"
    TECHNOLOGY = "technology"
    FIVE_FORCES = "five-forces"
    CHANNEL_MAP = "channel-map"


class KeyReason(StrEnum):
    """What makes an account a key account (S1, domain.md §3)."""

    SIZE = "size"
    FUTURE_PROFIT = "future-profit"
    DIRECTION = "direction"
    MUST_NOT_LOSE = "must-not-lose"


class PurchaseOrigin(StrEnum):
    """Where an account's purchases are read from: its won deals, or the host's own records."""

    DEALS = "deals"
    HOST = "host"


class ChurnCause(StrEnum):
    """Why a customer goes (S2, domain.md §9)."""

    NEEDS_UNMET = "needs-unmet"
    MATTER_NEGLECTED = "matter-neglected"
    LOWER_PRICE = "lower-price"
    BETTER_PRODUCT = "better-product"
    BETTER_SERVICE = "better-service"
    BRIBERY = "bribery"
    DIRECTION_CHANGED = "direction-changed"
    SCOPE_CUT = "scope-cut"
    ENTERS_OUR_FIELD = "enters-our-field"
    OTHER = "other"
    UNKNOWN = "unknown"

    @property
    def controllable(self) -> bool | None:
        """Whether such a loss could have been averted; nothing where the cause does not tell."""
        if self in {ChurnCause.OTHER, ChurnCause.UNKNOWN}:
            return None
        return self not in {ChurnCause.DIRECTION_CHANGED, ChurnCause.SCOPE_CUT, ChurnCause.ENTERS_OUR_FIELD}


# Events: the life cycle


@attrs.frozen
class AccountRegistered:
    """We deal with an organisation, or want to; *parent* is the account it belongs to."""

    name: str
    kind: AccountKind = AccountKind.CUSTOMER
    industry: str | None = None
    region: str | None = None
    parent: UUID | None = None


@attrs.frozen
class RelationshipEnded:
    """They buy from us no more; *controllable* where someone judged it beyond what the cause says."""

    cause: ChurnCause
    controllable: bool | None = None
    text: str | None = None


@attrs.frozen
class RelationshipResumed:
    """They deal with us again."""

    reason: str


# Events: what is so about it


@attrs.frozen
class AccountRenamed:
    """It bears another name."""

    name: str


@attrs.frozen
class AccountOwnerAssigned:
    """One of ours answers for the account."""

    owner: str


@attrs.frozen
class AccountProfiled:
    """Background on one topic; replaces what was known of it before."""

    topic: Topic
    text: str
    told_by: UUID | None = None


@attrs.frozen
class KeyDesignated:
    """It is a key account, for these reasons; they replace earlier ones."""

    reasons: tuple[KeyReason, ...]


@attrs.frozen
class KeyWithdrawn:
    """It is a key account no more."""

    reason: str


@attrs.frozen
class AccountScreened:
    """The account was held against the screening and risk questions."""

    screening: Screening
    risk: Risk
    verdict: Pursuit
    reason: str | None = None


@attrs.frozen
class ShareMeasured:
    """What they spend with us of what they spend, 0 to 1, and with each rival, where it is known.

    Of one *category* of goods, or of all; of a *period* in the host's words (`2026-Q1`).
    """

    share: float
    rivals: tuple[tuple[str, float], ...] = ()
    category: str | None = None
    period: str | None = None


@attrs.frozen
class PurchasesComeFrom:
    """Where the account's purchases are read from, from then on; until one is named, its deals."""

    origin: PurchaseOrigin


@attrs.frozen
class Purchased:
    """They bought, by the host's own records; *reference* is its number there."""

    amount: Money
    reference: str | None = None


LifeEvent = AccountRegistered | RelationshipEnded | RelationshipResumed
FactEvent = (
    AccountRenamed
    | AccountOwnerAssigned
    | AccountProfiled
    | KeyDesignated
    | KeyWithdrawn
    | AccountScreened
    | ShareMeasured
    | PurchasesComeFrom
    | Purchased
)
AccountEvent = LifeEvent | FactEvent | MatterEvent | RivalryEvent | AllianceEvent


# State


@attrs.frozen
class Account:
    """One account as its events add up.

    *key* holds the reasons why it is a key account, none where it is not; *profile* and *shares*
    the last word on each topic and category; *matters* those that are open.
    """

    name: str
    kind: AccountKind = AccountKind.CUSTOMER
    industry: str | None = None
    region: str | None = None
    parent: UUID | None = None
    owner: str | None = None
    profile: tuple[AccountProfiled, ...] = ()
    key: tuple[KeyReason, ...] = ()
    screened: AccountScreened | None = None
    shares: tuple[ShareMeasured, ...] = ()
    purchases_from: PurchaseOrigin = PurchaseOrigin.DEALS
    purchases: tuple[Purchased, ...] = ()
    ended: RelationshipEnded | None = None
    matters: tuple[Matter, ...] = ()
    rivalry: Rivalry = NO_RIVALRY
    alliance: Alliance = NO_ALLIANCE
    merged_into: UUID | None = None

    @property
    def called(self) -> str:
        """What it is called, where an answer names it."""
        return self.name


def evolve(account: Account | None, event: AccountEvent | AnyNoun) -> Account | None:
    """Add one event to an account."""
    if isinstance(event, AccountRegistered):
        return Account(event.name, event.kind, event.industry, event.region, event.parent)
    if account is None:
        return None
    match event:
        case RelationshipEnded():
            return attrs.evolve(account, ended=event)
        case RelationshipResumed():
            return attrs.evolve(account, ended=None)
        case MergedInto():
            return attrs.evolve(account, merged_into=event.other)
        case Corrected() | Noted() | HistoryUnknown() | ObservationEnded():
            return account
        case _:
            return _learn(account, event)


def _learn(account: Account, event: FactEvent | MatterEvent | RivalryEvent | AllianceEvent) -> Account:
    if isinstance(event, MatterEvent):
        return attrs.evolve(account, matters=matter.evolve(account.matters, event))
    if isinstance(event, RivalryEvent):
        return attrs.evolve(account, rivalry=rivalry.evolve(account.rivalry, event))
    if isinstance(event, AllianceEvent):
        return attrs.evolve(account, alliance=alliance.evolve(account.alliance, event))
    match event:
        case AccountRenamed():
            return attrs.evolve(account, name=event.name)
        case AccountOwnerAssigned():
            return attrs.evolve(account, owner=event.owner)
        case AccountProfiled():
            topics = tuple(one for one in account.profile if one.topic is not event.topic)
            return attrs.evolve(account, profile=(*topics, event))
        case KeyDesignated():
            return attrs.evolve(account, key=event.reasons)
        case KeyWithdrawn():
            return attrs.evolve(account, key=())
        case AccountScreened():
            return attrs.evolve(account, screened=event)
        case ShareMeasured():
            categories = tuple(one for one in account.shares if one.category != event.category)
            return attrs.evolve(account, shares=(*categories, event))
        case PurchasesComeFrom():
            return attrs.evolve(account, purchases_from=event.origin)
        case Purchased():
            return attrs.evolve(account, purchases=(*account.purchases, event))
        case _:
            assert_never(event)


# Invariants


@attrs.frozen
class HasEnded:
    """A relationship that has ended cannot end again."""

    cause: ChurnCause

    def __str__(self) -> str:
        return f"the relationship has ended already ({self.cause}): resume it first, or correct that record"


@attrs.frozen
class NotEnded:
    """Only a relationship that has ended can be resumed."""

    def __str__(self) -> str:
        return "the relationship has not ended at that time: there is nothing to resume"


def misfits(account: Account | None, event: AccountEvent | AnyNoun) -> tuple[Refusal, ...]:
    """Say why *event* cannot come next."""
    if isinstance(event, AccountRegistered):
        return () if account is None else (AlreadyThere("account"),)
    if account is None:
        return (NotThere("account"),)
    if isinstance(event, MatterEvent):
        return matter.misfits(account.matters, event)
    if isinstance(event, AllianceEvent):
        return alliance.misfits(account.alliance, event)
    if ACCOUNT.moves(event):
        return tuple(_missteps(account, event))
    return ()


def _missteps(account: Account, event: object) -> Iterator[Refusal]:
    yield from merged("account", account.merged_into)
    if isinstance(event, RelationshipEnded) and account.ended is not None:
        yield HasEnded(account.ended.cause)
    if isinstance(event, RelationshipResumed) and account.ended is None:
        yield NotEnded()


def tags(stream: UUID, _account: Account, _event: AccountEvent | AnyNoun) -> Tags:
    """An account's record belongs to the account, whatever its deals."""
    return Tags(stream)


ACCOUNT: Noun[Account, AccountEvent | AnyNoun] = Noun(
    name="account",
    events=frozenset(get_args(AccountEvent)),
    creation=frozenset({AccountRegistered}),
    life_cycle=frozenset(get_args(LifeEvent)),
    evolve=evolve,
    misfits=misfits,
    tags=tags,
)
