"""What may be asked of where we stand with an account: key or not, its background, our share, rivals, criteria."""

from typing import ClassVar
from uuid import UUID

import attrs

from dealflow.decider import Events, Facts, refuse_if
from dealflow.domain.account import (
    ACCOUNT,
    Account,
    AccountProfiled,
    KeyDesignated,
    KeyReason,
    KeyWithdrawn,
    ShareMeasured,
    Topic,
    misfits,
)
from dealflow.domain.asking import not_names, not_parts, told, told_then
from dealflow.domain.noun import missing
from dealflow.domain.rivalry import CriteriaAssessed, RivalGone, RivalMove, RivalSeen
from dealflow.domain.valuing import not_money
from dealflow.money import Money


@attrs.frozen
class NotKey:
    """What is no key account cannot cease to be one."""

    def __str__(self) -> str:
        return "this is no key account at that time: there is nothing to withdraw"


@attrs.frozen
class NotAbout:
    """A competitor that was not seen at the account cannot be gone from it."""

    competitor: str

    def __str__(self) -> str:
        return f"{self.competitor!r} is not about at that time: say that they were seen, or check the spelling"


@attrs.frozen
class ProfileAccount:
    """Write down the background on one topic; replaces what was known of it before."""

    noun: ClassVar = ACCOUNT
    life_cycle: ClassVar = False

    topic: Topic
    text: str
    told_by: UUID | None = None

    def decide(self, account: Account | None, facts: Facts) -> Events:
        """Stays quiet where that is what we know already."""
        event = AccountProfiled(self.topic, self.text, self.told_by)
        if account is not None and event in account.profile:
            return ()
        refuse_if(*misfits(account, event), *missing(text=self.text))
        return (event,)


@attrs.frozen
class DesignateKey:
    """Make it a key account, and say why; the reasons replace earlier ones."""

    noun: ClassVar = ACCOUNT
    life_cycle: ClassVar = False

    reasons: tuple[KeyReason, ...]

    def decide(self, account: Account | None, facts: Facts) -> Events:
        """Stays quiet where it is one for these reasons already."""
        if account is not None and self.reasons and account.key == self.reasons:
            return ()
        event = KeyDesignated(self.reasons)
        refuse_if(*misfits(account, event), *missing(reasons=self.reasons), *not_names(reasons=self.reasons))
        return (event,)


@attrs.frozen
class WithdrawKey:
    """Say that it is a key account no more."""

    noun: ClassVar = ACCOUNT
    life_cycle: ClassVar = False

    reason: str

    def decide(self, account: Account | None, facts: Facts) -> Events:
        """Refuses where it never was one; stays quiet where it was withdrawn already."""
        key = account is not None and bool(account.key)
        if not key and any(isinstance(one, KeyWithdrawn) for one in told(ACCOUNT, facts)):
            return ()
        event = KeyWithdrawn(self.reason)
        refuse_if(
            *misfits(account, event),
            *missing(reason=self.reason),
            NotKey() if account is not None and not key else None,
        )
        return (event,)


@attrs.frozen
class MeasureShare:
    """Measure what they spend with us, 0 to 1, and with each rival; every measurement is another.

    Of one *category* of goods, or of all; of a *period* in the host's words (`2026-Q1`).
    """

    noun: ClassVar = ACCOUNT
    life_cycle: ClassVar = False

    share: float
    rivals: tuple[tuple[str, float], ...] = ()
    category: str | None = None
    period: str | None = None

    def decide(self, account: Account | None, facts: Facts) -> Events:
        """Refuses shares that make more than the whole; stays quiet where it was measured so at that very time."""
        event = ShareMeasured(self.share, self.rivals, self.category, self.period)
        if told_then(facts, event):
            return ()
        refuse_if(
            *misfits(account, event),
            *not_names(rivals=(name for name, _ in self.rivals)),
            *not_parts("shares", {"share": self.share} | {f"share of {name}": part for name, part in self.rivals}),
        )
        return (event,)


@attrs.frozen
class SightRival:
    """A competitor was seen at the account, doing something; *price* is theirs, where we learnt it."""

    noun: ClassVar = ACCOUNT
    life_cycle: ClassVar = False

    competitor: str
    move: RivalMove
    price: Money | None = None

    def decide(self, account: Account | None, facts: Facts) -> Events:
        """Stays quiet where that was the last they were seen to do of it, and they are not gone since."""
        event, flaws = RivalSeen(self.competitor, self.move, self.price), not_money(price=self.price)
        if account is not None and not flaws and event in account.rivalry.seen:
            return ()
        refuse_if(*misfits(account, event), *missing(competitor=self.competitor), *flaws)
        return (event,)


@attrs.frozen
class MarkRivalGone:
    """Say that a competitor courts the account no more."""

    noun: ClassVar = ACCOUNT
    life_cycle: ClassVar = False

    competitor: str

    def decide(self, account: Account | None, facts: Facts) -> Events:
        """Refuses one that never was about; stays quiet where they are gone already."""
        event = RivalGone(self.competitor)
        about = account is not None and self.competitor in account.rivalry.present
        if not about and event in told(ACCOUNT, facts):
            return ()
        refuse_if(
            *misfits(account, event),
            NotAbout(self.competitor) if account is not None and not about else None,
        )
        return (event,)


@attrs.frozen
class AssessCriteria:
    """Say who meets what the account buys by: we, and each competitor; absent is unknown."""

    noun: ClassVar = ACCOUNT
    life_cycle: ClassVar = False

    we_meet: bool | None = None
    rivals: tuple[tuple[str, bool | None], ...] = ()

    def decide(self, account: Account | None, facts: Facts) -> Events:
        """Stays quiet where that was the last word on it."""
        event = CriteriaAssessed(self.we_meet, self.rivals)
        if account is not None and account.rivalry.criteria == event:
            return ()
        refuse_if(*misfits(account, event), *not_names(rivals=(name for name, _ in self.rivals)))
        return (event,)
