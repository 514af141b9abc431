"""Deal: one opportunity, one buying decision, from its opening to its end and back again.

The life cycle, the money and the invariants of domain.md §2. The customer's side of it stands in
`purchase`, the competition in `contest`; both are part of the deal's stream.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import assert_never, get_args
from uuid import UUID

import attrs

from dealflow.decider import Refusal
from dealflow.domain import contest, purchase
from dealflow.domain.contest import NO_CONTEST, Contest, ContestEvent
from dealflow.domain.gate import PASSED, Verdict
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
from dealflow.domain.playbook import Meaning, MilestoneKey, PlaybookKey
from dealflow.domain.purchase import NOTHING_LEARNED, Purchase, PurchaseEvent
from dealflow.domain.qualification import Qualified
from dealflow.money import Money


class Status(StrEnum):
    """Whether a deal is open, or how it ended."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"
    ABANDONED = "abandoned"


class Side(StrEnum):
    """Who says so."""

    SELLER = "seller"
    BUYER = "buyer"
    THIRD_PARTY = "third-party"
    UNKNOWN = "unknown"


class LossCause(StrEnum):
    """Why a deal was lost, in one word."""

    COMPETITOR = "competitor"
    NO_DECISION = "no-decision"
    PRICE = "price"
    WITHDRAWN = "withdrawn"
    DISQUALIFIED = "disqualified"
    UNKNOWN = "unknown"


class Given(StrEnum):
    """How the customer's word was given."""

    VERBAL = "verbal"
    WRITTEN = "written"


# Events: the life cycle


@attrs.frozen
class DealOpened:
    """An opportunity is worked on: it stands at the milestone *at* of one playbook version."""

    account: UUID
    title: str
    playbook: PlaybookKey
    version: int
    at: MilestoneKey
    owner: str | None = None
    lead_source: str | None = None
    chance: Decimal | None = None
    meaning: Meaning = Meaning.OPEN


@attrs.frozen
class StageAdvanced:
    """The deal reached a later milestone; amount, chance and meaning frozen as they were."""

    left: MilestoneKey
    reached: MilestoneKey
    skipped: tuple[MilestoneKey, ...] = ()
    verdict: Verdict = PASSED
    reason: str | None = None
    amount: Money | None = None
    chance: Decimal | None = None
    meaning: Meaning = Meaning.OPEN


@attrs.frozen
class StageReverted:
    """The deal went back to an earlier milestone."""

    left: MilestoneKey
    reached: MilestoneKey
    reason: str
    amount: Money | None = None
    chance: Decimal | None = None
    meaning: Meaning = Meaning.OPEN


@attrs.frozen
class DealPlaybookChanged:
    """The deal runs on another playbook or version from now on, and stands at *at* there."""

    playbook: PlaybookKey
    version: int
    at: MilestoneKey
    reason: str
    amount: Money | None = None
    chance: Decimal | None = None
    meaning: Meaning = Meaning.OPEN


@attrs.frozen
class DealCommitted:
    """The customer gave their word; between it and the signature a deal can still be reneged."""

    given: Given
    by: UUID | None = None


@attrs.frozen
class DealReneged:
    """The customer took their word back."""

    reason: str


@attrs.frozen
class DealWon:
    """The contract is signed. *skipped* are the milestones it never passed."""

    amount: Money | None = None
    skipped: tuple[MilestoneKey, ...] = ()
    primary_reason: str | None = None
    contributing: tuple[str, ...] = ()
    said_by: Side = Side.UNKNOWN


@attrs.frozen
class DealLost:
    """The customer decided otherwise, or not at all."""

    cause: LossCause = LossCause.UNKNOWN
    primary_reason: str | None = None
    contributing: tuple[str, ...] = ()
    rival: str | None = None
    said_by: Side = Side.UNKNOWN


@attrs.frozen
class DealAbandoned:
    """We gave it up."""

    reason: str


@attrs.frozen
class DealReopened:
    """A closed deal is worked on again; it stands at *at*."""

    at: MilestoneKey
    reason: str
    amount: Money | None = None
    chance: Decimal | None = None
    meaning: Meaning = Meaning.OPEN


# Events: what is so about it


@attrs.frozen
class DealRenamed:
    """The deal bears another title."""

    title: str


@attrs.frozen
class DealOwnerAssigned:
    """One of ours answers for the deal."""

    owner: str


@attrs.frozen
class DealGraded:
    """The deal was put into a class of the host's own."""

    grade: str


@attrs.frozen
class DealValued:
    """What it may be worth: the deal's amount until it is priced. Absent: unknown again."""

    amount: Money | None


@attrs.frozen
class DealPriced:
    """Our price: the deal's amount from then on."""

    amount: Money


@attrs.frozen
class CloseExpected:
    """The day the signature is expected. Absent: nobody says any more."""

    on: date | None


@attrs.frozen
class MilestoneScheduled:
    """A milestone is planned for a day."""

    milestone: MilestoneKey
    on: date


@attrs.frozen
class EndExplained:
    """Someone said, after the end, why it came so."""

    said_by: Side
    primary_reason: str
    contributing: tuple[str, ...] = ()
    text: str | None = None


@attrs.frozen
class DealReviewed:
    """The project behaviour of a closed deal, written down (S3, domain.md §7)."""

    people: str
    money: str
    things: str
    intelligence: str
    key_points: str


@attrs.frozen
class EffortPlanned:
    """One of ours is booked for the deal: *share* of their time, 0 to 1, between two days."""

    ours: str
    start: date
    end: date
    share: float


StageEvent = DealOpened | StageAdvanced | StageReverted | DealPlaybookChanged | DealReopened
EndEvent = DealWon | DealLost | DealAbandoned
FactEvent = (
    DealRenamed
    | DealOwnerAssigned
    | DealGraded
    | DealValued
    | DealPriced
    | CloseExpected
    | MilestoneScheduled
    | EndExplained
    | DealReviewed
    | EffortPlanned
    | Qualified
)
DealEvent = StageEvent | EndEvent | DealCommitted | DealReneged | FactEvent | PurchaseEvent | ContestEvent


# State


@attrs.frozen
class Deal:
    """One deal as its events add up.

    *stage* is the milestone it stands at, or stood at when it ended; *passed* the milestones it
    has reached or explicitly skipped on the way there.
    """

    account: UUID
    title: str
    playbook: PlaybookKey
    version: int
    stage: MilestoneKey
    chance: Decimal | None = None
    meaning: Meaning = Meaning.OPEN
    passed: tuple[MilestoneKey, ...] = ()
    status: Status = Status.OPEN
    owner: str | None = None
    lead_source: str | None = None
    grade: str | None = None
    valued: Money | None = None
    priced: Money | None = None
    close_expected: date | None = None
    scheduled: tuple[tuple[MilestoneKey, date], ...] = ()
    committed: Given | None = None
    end: EndEvent | None = None
    explained: tuple[EndExplained, ...] = ()
    review: DealReviewed | None = None
    qualified: Qualified | None = None
    effort: tuple[EffortPlanned, ...] = ()
    purchase: Purchase = NOTHING_LEARNED
    contest: Contest = NO_CONTEST
    merged_into: UUID | None = None

    @property
    def amount(self) -> Money | None:
        """What the deal is worth: signed for, else our price, else what it may be worth."""
        if isinstance(self.end, DealWon) and self.end.amount is not None:
            return self.end.amount
        return self.priced or self.valued


def evolve(deal: Deal | None, event: DealEvent | AnyNoun) -> Deal | None:
    """Add one event to a deal."""
    if isinstance(event, DealOpened):
        return _opened(event)
    if deal is None:
        return None
    match event:
        case StageAdvanced() | StageReverted() | DealPlaybookChanged() | DealReopened():
            return _stand(deal, event)
        case DealWon() | DealLost() | DealAbandoned():
            return attrs.evolve(deal, status=_ENDS[type(event)], end=event)
        case DealCommitted():
            return attrs.evolve(deal, committed=event.given)
        case DealReneged():
            return attrs.evolve(deal, committed=None)
        case MergedInto():
            return attrs.evolve(deal, merged_into=event.other)
        case Corrected() | Noted() | HistoryUnknown() | ObservationEnded():
            return deal
        case _:
            return _learn(deal, event)


def _opened(event: DealOpened) -> Deal:
    return Deal(
        account=event.account,
        title=event.title,
        playbook=event.playbook,
        version=event.version,
        stage=event.at,
        chance=event.chance,
        meaning=event.meaning,
        passed=(event.at,),
        owner=event.owner,
        lead_source=event.lead_source,
    )


def _stand(deal: Deal, event: StageAdvanced | StageReverted | DealPlaybookChanged | DealReopened) -> Deal:
    deal = attrs.evolve(deal, chance=event.chance, meaning=event.meaning)
    match event:
        case StageAdvanced():
            passed = (*deal.passed, *event.skipped, event.reached)
            return attrs.evolve(deal, stage=event.reached, passed=passed)
        case StageReverted():
            return attrs.evolve(deal, stage=event.reached, passed=_back_to(deal.passed, event.reached))
        case DealPlaybookChanged():
            passed = (*(key for key in deal.passed if key != event.at), event.at)
            return attrs.evolve(deal, playbook=event.playbook, version=event.version, stage=event.at, passed=passed)
        case DealReopened():
            return attrs.evolve(
                deal,
                stage=event.at,
                passed=_back_to(deal.passed, event.at) if event.at in deal.passed else (*deal.passed, event.at),
                status=Status.OPEN,
                end=None,
                committed=None,
                explained=(),
                review=None,
            )
        case _:
            assert_never(event)


def _back_to(passed: tuple[MilestoneKey, ...], key: MilestoneKey) -> tuple[MilestoneKey, ...]:
    """What lies beyond the milestone gone back to must be passed again."""
    return passed[: passed.index(key) + 1] if key in passed else (key,)


def _learn(deal: Deal, event: FactEvent | PurchaseEvent | ContestEvent) -> Deal:
    if isinstance(event, PurchaseEvent):
        return attrs.evolve(deal, purchase=purchase.evolve(deal.purchase, event))
    if isinstance(event, ContestEvent):
        return attrs.evolve(deal, contest=contest.evolve(deal.contest, event))
    match event:
        case DealRenamed():
            return attrs.evolve(deal, title=event.title)
        case DealOwnerAssigned():
            return attrs.evolve(deal, owner=event.owner)
        case DealGraded():
            return attrs.evolve(deal, grade=event.grade)
        case DealValued():
            return attrs.evolve(deal, valued=event.amount)
        case DealPriced():
            return attrs.evolve(deal, priced=event.amount)
        case CloseExpected():
            return attrs.evolve(deal, close_expected=event.on)
        case MilestoneScheduled():
            others = tuple(one for one in deal.scheduled if one[0] != event.milestone)
            return attrs.evolve(deal, scheduled=(*others, (event.milestone, event.on)))
        case EndExplained():
            return attrs.evolve(deal, explained=(*deal.explained, event))
        case DealReviewed():
            return attrs.evolve(deal, review=event)
        case EffortPlanned():
            return attrs.evolve(deal, effort=(*deal.effort, event))
        case Qualified():
            return attrs.evolve(deal, qualified=event)
        case _:
            assert_never(event)


_ENDS = {DealWon: Status.WON, DealLost: Status.LOST, DealAbandoned: Status.ABANDONED}


# Invariants


@attrs.frozen
class NotOpen:
    """A closed deal takes no stage event until it is reopened."""

    status: Status

    def __str__(self) -> str:
        return f"the deal is {self.status}: reopen it first"


@attrs.frozen
class NotClosed:
    """Only a closed deal can be reopened, explained or reviewed."""

    stage: MilestoneKey

    def __str__(self) -> str:
        return f"the deal is open, at {self.stage!r}: only a closed deal is reopened, explained or reviewed"


@attrs.frozen
class StandsElsewhere:
    """The deal does not stand at the milestone it is said to leave."""

    left: MilestoneKey
    stage: MilestoneKey

    def __str__(self) -> str:
        return f"the deal stands at {self.stage!r}, not at {self.left!r}"


@attrs.frozen
class NotCommitted:
    """A word that was not given cannot be taken back."""

    def __str__(self) -> str:
        return "the customer has not committed at that time: there is nothing to renege on"


def misfits(deal: Deal | None, event: DealEvent | AnyNoun) -> tuple[Refusal, ...]:
    """Say why *event* cannot come next (domain.md §2, stage invariants)."""
    if isinstance(event, DealOpened):
        return () if deal is None else (AlreadyThere("deal"),)
    if deal is None:
        return (NotThere("deal"),)
    if isinstance(event, PurchaseEvent):
        return purchase.misfits(deal.purchase, event)
    if isinstance(event, ContestEvent):
        return contest.misfits(deal.contest, event)
    if DEAL.moves(event):
        return tuple(_missteps(deal, event))
    return ()


def _missteps(deal: Deal, event: object) -> Iterator[Refusal]:
    yield from merged("deal", deal.merged_into)
    if isinstance(event, MergedInto):
        return
    if isinstance(event, DealReopened):
        if deal.status is Status.OPEN:
            yield NotClosed(deal.stage)
    elif deal.status is not Status.OPEN:
        yield NotOpen(deal.status)
    if isinstance(event, StageAdvanced | StageReverted) and event.left != deal.stage:
        yield StandsElsewhere(event.left, deal.stage)
    if isinstance(event, DealReneged) and deal.committed is None:
        yield NotCommitted()


def tags(stream: UUID, deal: Deal, _event: DealEvent | AnyNoun) -> Tags:
    """A deal's record belongs to its account and to the deal."""
    return Tags(deal.account, (stream,))


DEAL: Noun[Deal, DealEvent | AnyNoun] = Noun(
    name="deal",
    events=frozenset(get_args(DealEvent)),
    creation=frozenset({DealOpened}),
    life_cycle=frozenset({*get_args(StageEvent | EndEvent), DealCommitted, DealReneged}),
    evolve=evolve,
    misfits=misfits,
    tags=tags,
)
