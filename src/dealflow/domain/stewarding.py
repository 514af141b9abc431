"""What may be asked of an account: register, rename, own, screen, buy, end the relationship, resume it."""

from typing import ClassVar
from uuid import UUID

import attrs

from dealflow.decider import Events, Facts, refuse_if
from dealflow.domain.account import (
    ACCOUNT,
    Account,
    AccountKind,
    AccountOwnerAssigned,
    AccountRegistered,
    AccountRenamed,
    AccountScreened,
    ChurnCause,
    Purchased,
    PurchaseOrigin,
    PurchasesComeFrom,
    RelationshipEnded,
    RelationshipResumed,
    misfits,
)
from dealflow.domain.noun import corrected, missing
from dealflow.domain.qualification import Pursuit, Risk, Screening, unexplained
from dealflow.domain.valuing import not_money
from dealflow.money import Money


@attrs.frozen
class OwnParent:
    """An account cannot belong to itself."""

    def __str__(self) -> str:
        return "the account is named as its own parent: name the account it belongs to, or none"


@attrs.frozen
class RecordedOtherwise:
    """The host's reference stands for another purchase already."""

    reference: str
    asked: Money
    recorded: Money

    def __str__(self) -> str:
        return f"purchase {self.reference!r} is recorded with {self.recorded}, not {self.asked}: correct that record"


@attrs.frozen
class RegisterAccount:
    """Begin to deal with an organisation; *parent* is the account it belongs to."""

    noun: ClassVar = ACCOUNT
    life_cycle: ClassVar = True

    name: str
    kind: AccountKind = AccountKind.CUSTOMER
    industry: str | None = None
    region: str | None = None
    parent: UUID | None = None

    def decide(self, account: Account | None, facts: Facts) -> Events:
        """Stays quiet where the very same account is registered already."""
        event = AccountRegistered(self.name, self.kind, self.industry, self.region, self.parent)
        if account is not None and registered(account) == event:
            return ()
        refuse_if(
            *missing(name=self.name),
            *misfits(account, event),
            OwnParent() if self.parent == facts.stream else None,
        )
        return (event,)


def registered(account: Account) -> AccountRegistered:
    """Return the registration that would lead to the account as it is now."""
    return AccountRegistered(account.name, account.kind, account.industry, account.region, account.parent)


@attrs.frozen
class RenameAccount:
    """The organisation bears another name."""

    noun: ClassVar = ACCOUNT
    life_cycle: ClassVar = False

    name: str

    def decide(self, account: Account | None, facts: Facts) -> Events:
        """Stays quiet where it is called that already."""
        if account is not None and account.name == self.name:
            return ()
        event = AccountRenamed(self.name)
        refuse_if(*misfits(account, event), *missing(name=self.name))
        return (event,)


@attrs.frozen
class AssignAccountOwner:
    """Make one of ours answer for the account."""

    noun: ClassVar = ACCOUNT
    life_cycle: ClassVar = False

    owner: str

    def decide(self, account: Account | None, facts: Facts) -> Events:
        """Stays quiet where they do already."""
        if account is not None and account.owner == self.owner:
            return ()
        event = AccountOwnerAssigned(self.owner)
        refuse_if(*misfits(account, event), *missing(owner=self.owner))
        return (event,)


@attrs.frozen
class ScreenAccount:
    """Hold the account against the screening and risk questions (domain.md §3)."""

    noun: ClassVar = ACCOUNT
    life_cycle: ClassVar = False

    screening: Screening
    risk: Risk
    verdict: Pursuit
    reason: str | None = None

    def decide(self, account: Account | None, facts: Facts) -> Events:
        """Refuses less than full force without a reason; stays quiet where nothing has changed."""
        event = AccountScreened(self.screening, self.risk, self.verdict, self.reason)
        if account is not None and account.screened == event:
            return ()
        refuse_if(*misfits(account, event), *unexplained(self.verdict, self.reason))
        return (event,)


@attrs.frozen
class RecordPurchase:
    """They bought, by the host's own records; it counts while purchases are read from the host."""

    noun: ClassVar = ACCOUNT
    life_cycle: ClassVar = False

    amount: Money
    reference: str | None = None

    def decide(self, account: Account | None, facts: Facts) -> Events:
        """Stays quiet where that reference is recorded already, on whatever day.

        Without a reference, every purchase is another.
        """
        event = Purchased(self.amount, self.reference)
        known = None
        if account is not None and self.reference is not None:
            told = (record.event for record in corrected(facts.own) if isinstance(record.event, Purchased))
            known = next((one for one in told if one.reference == self.reference), None)
        if known == event:
            return ()
        refuse_if(
            *misfits(account, event),
            *not_money(amount=self.amount),
            RecordedOtherwise(known.reference, self.amount, known.amount) if known and known.reference else None,
        )
        return (event,)


@attrs.frozen
class DrawPurchasesFrom:
    """Say where the account's purchases are read from: its won deals, or the host's own records."""

    noun: ClassVar = ACCOUNT
    life_cycle: ClassVar = False

    origin: PurchaseOrigin

    def decide(self, account: Account | None, facts: Facts) -> Events:
        """Stays quiet where they are read from there already."""
        if account is not None and account.purchases_from is self.origin:
            return ()
        event = PurchasesComeFrom(self.origin)
        refuse_if(*misfits(account, event))
        return (event,)


@attrs.frozen
class EndRelationship:
    """They buy from us no more; *controllable* where someone judges it beyond what the cause says."""

    noun: ClassVar = ACCOUNT
    life_cycle: ClassVar = True

    cause: ChurnCause
    controllable: bool | None = None
    text: str | None = None

    def decide(self, account: Account | None, facts: Facts) -> Events:
        """Stays quiet where it has ended so already."""
        event = RelationshipEnded(self.cause, self.controllable, self.text)
        if account is not None and account.ended == event:
            return ()
        refuse_if(*misfits(account, event))
        return (event,)


@attrs.frozen
class ResumeRelationship:
    """They deal with us again."""

    noun: ClassVar = ACCOUNT
    life_cycle: ClassVar = True

    reason: str

    def decide(self, account: Account | None, facts: Facts) -> Events:
        """Refuses where it has not ended."""
        event = RelationshipResumed(self.reason)
        refuse_if(*misfits(account, event), *missing(reason=self.reason))
        return (event,)
