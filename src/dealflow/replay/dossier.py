"""Dossier: one whole deal at one instant, its people included, every value with the records it came from.

What was so at *happened* follows from the records that had surely happened by then; what was
known is settled before, by which records are handed in. Of other deals one thing counts: who of
the deal's people we met, since a person met about one deal is met.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, tzinfo
from functools import reduce
from typing import Any
from uuid import UUID

import attrs

from dealflow.domain.account import Account
from dealflow.domain.contact import ContactLevel
from dealflow.domain.contest import BidSubmitted, Rival
from dealflow.domain.deal import (
    CloseExpected,
    Deal,
    DealOpened,
    DealOwnerAssigned,
    DealPriced,
    DealValued,
    DealWon,
    StageAdvanced,
)
from dealflow.domain.gate import Verdict
from dealflow.domain.interaction import Interaction, InteractionHeld
from dealflow.domain.nouns import noun_of
from dealflow.domain.objection import Objection, ObjectionRaised, ObjectionTopic
from dealflow.domain.playbook import MilestoneKey
from dealflow.domain.promise import Promise, PromiseStatus
from dealflow.domain.purchase import BuyingCriterion, CriteriaLearned
from dealflow.domain.seat import Cited, Seat
from dealflow.domain.stakeholder import Stakeholder
from dealflow.domain.timeline import by_stream
from dealflow.journal import Record
from dealflow.projections import Dated
from dealflow.projections.closeness import ChainCloseness, closeness
from dealflow.projections.committee import Member as Row
from dealflow.projections.committee import committee
from dealflow.projections.health import Health, health
from dealflow.projections.objection_cases import Earliness, before_any_problem
from dealflow.projections.pipeline import PIPELINE, DealRow, Visit, narrowed, visits
from dealflow.projections.prices import Basis, Offer
from dealflow.projections.situation import Situation, as_it_ended
from dealflow.projections.thresholds import Information
from dealflow.replay.standing import standing
from dealflow.replay.telling.words import Names


@attrs.frozen
class Member:
    """A person with a seat in the deal: what they were to it (*row*), who they were, and the records that say so."""

    person: Stakeholder | None
    row: Row
    records: tuple[int, ...]

    @property
    def id(self) -> UUID:
        """The person's stream."""
        return self.row.id

    @property
    def seat(self) -> Seat:
        """Roles, influence and stance, each with its record."""
        return self.row.seat

    @property
    def contact(self) -> ContactLevel:
        """How closely we were in touch."""
        return self.row.contact


@attrs.frozen
class DealInteraction:
    """A contact about the deal, planned or held, and its records."""

    id: UUID
    state: Interaction
    records: tuple[int, ...]


@attrs.frozen
class DealObjection:
    """An objection to the deal, the contact it was raised in, and the records of its raising, answers and settling.

    *early* is said of one to the price: whether it was raised before any problem was quantified.
    """

    interaction: UUID
    objection: Objection
    early: Earliness | None
    records: tuple[int, ...]

    @property
    def settled(self) -> bool:
        """Whether nothing more is to be done about it."""
        return self.objection.settled


@attrs.frozen
class DealPromise:
    """A promise of ours made about the deal, the contact it was made in, and its records."""

    interaction: UUID
    promise: Promise
    records: tuple[int, ...]

    @property
    def is_open(self) -> bool:
        """Whether it is neither kept nor broken."""
        return self.promise.status is PromiseStatus.OPEN


@attrs.frozen
class DealCompetitor:
    """A competitor who ever was in the deal, as far as we knew them, and the records that say so."""

    rival: Rival
    records: tuple[int, ...]


@attrs.frozen
class GatePassage:
    """A step through gates: what they found, and why they were passed all the same where that was so."""

    record: int
    left: MilestoneKey
    reached: MilestoneKey
    verdict: Verdict

    @property
    def overridden(self) -> bool:
        """Whether a strict criterion was not met, and somebody gave a reason."""
        return self.verdict.override is not None


@attrs.frozen
class Dossier:
    """The deal as seen from the moment *at*: what it was, who sat in it, what stood open.

    *deal* is `None` where it had not been opened by then; then everything else is empty. *at* is
    the moment asked for, or now. A closed deal of which no day is asked is seen as it ended; what
    was told later, explanations and a review above all, stands in *deal* and among the *records*.

    *visits* are its stays at milestones; *amount* is what counts: signed for, else our price, else
    what it may be worth. A fact that was taken back (nobody knows any more) is one whose value is nothing.
    *objections* and *promises* are all there were, settled or not. *health* knows nothing of how
    long deals usually stay anywhere: other deals never move it.
    """

    id: UUID
    happened: datetime | None
    at: datetime
    deal: Deal | None = None
    account: Account | None = None
    visits: tuple[Visit, ...] = ()
    amount: Offer | None = None
    bid: Cited[BidSubmitted] | None = None
    close_expected: Cited[date | None] | None = None
    owner: Cited[str] | None = None
    committee: tuple[Member, ...] = ()
    closeness: ChainCloseness | None = None
    interactions: tuple[DealInteraction, ...] = ()
    objections: tuple[DealObjection, ...] = ()
    promises: tuple[DealPromise, ...] = ()
    competitors: tuple[DealCompetitor, ...] = ()
    criteria: Cited[tuple[BuyingCriterion, ...]] | None = None
    gates: tuple[GatePassage, ...] = ()
    health: Health | None = None
    evidence: tuple[int, ...] = ()
    records: tuple[Record, ...] = ()

    @property
    def open_objections(self) -> tuple[DealObjection, ...]:
        """The objections that stand open, answered or not."""
        return tuple(one for one in self.objections if not one.settled)

    @property
    def open_promises(self) -> tuple[DealPromise, ...]:
        """The promises that are neither kept nor broken."""
        return tuple(one for one in self.promises if one.is_open)

    @property
    def information(self) -> tuple[Information, ...]:
        """The nine points of information, each known, stale or unknown, and by whom it was said."""
        points = () if self.health is None else self.health.thresholds.information.parts
        return tuple(one for one in points if isinstance(one, Information))

    @property
    def overridden(self) -> tuple[GatePassage, ...]:
        """The gates that were passed all the same."""
        return tuple(one for one in self.gates if one.overridden)


def dossier(whole: Situation, happened: datetime | None = None) -> Dossier:
    """Gather a deal from its situation with all that is told by *happened* (absent: ever)."""
    deal = whole.deal
    then = as_it_ended(whole, happened)
    if deal is None:
        return Dossier(whole.id, happened, then.at)
    return _Gathering(then).dossier(deal, happened, tuple(_about(whole)))


@attrs.frozen
class _Gathering:
    """A situation whose deal was opened, being written down."""

    then: Situation

    def dossier(self, deal: Deal, happened: datetime | None, records: tuple[Record, ...]) -> Dossier:
        account = self.then.states.get(deal.account)
        nearness, judged = closeness(self.then), health(self.then)
        seated, contacts = tuple(self._committee()), tuple(self._interactions())
        return Dossier(
            id=self.then.id,
            happened=happened,
            at=self.then.at,
            deal=deal,
            account=account if isinstance(account, Account) else None,
            visits=visits(narrowed(row_of(self.then))),
            amount=self._amount(),
            bid=self._last(BidSubmitted, lambda event: event),
            close_expected=self._last(CloseExpected, lambda event: event.on),
            owner=self._owner(),
            committee=seated,
            closeness=nearness,
            interactions=contacts,
            objections=tuple(self._objections()),
            promises=tuple(self._promises()),
            competitors=tuple(self._competitors()),
            criteria=self._last(CriteriaLearned, lambda event: event.criteria),
            gates=tuple(_passage(one) for one in self.then.own(StageAdvanced) if one.event.verdict.findings),
            health=judged,
            evidence=_evidence(self.then, deal.account, seated, contacts, judged),
            records=records,
        )

    def _last(self, event: type, value: Callable[[Any], Any]) -> Cited[Any] | None:
        told = self.then.own(event)
        return Cited(value(told[-1].event), told[-1].position) if told else None

    def _amount(self) -> Offer | None:
        """Return what the deal is worth by the same order as the deal itself has it; nothing where nobody knows."""
        deal = self.then.deal
        won = self.then.own(DealWon) if deal and isinstance(deal.end, DealWon) and deal.end.amount else ()
        for records, basis in (
            (won, Basis.SIGNED),
            (self.then.own(DealPriced), Basis.PRICE),
            (self.then.own(DealValued), Basis.VALUE),
        ):
            if records and (amount := records[-1].event.amount) is not None:
                return Offer(amount, records[-1].occurred_to, records[-1].position, basis=basis)
        return None

    def _owner(self) -> Cited[str] | None:
        told = [one for one in self.then.own(DealOpened, DealOwnerAssigned) if one.event.owner]
        return Cited(told[-1].event.owner, told[-1].position) if told else None

    def _committee(self) -> Iterator[Member]:
        for row in committee(self.then).members:
            said = [row.seat.influence, row.seat.stance, row.seat.left, *row.seat.roles]
            own = (one.position for one in standing(self._of(row.id)))
            cited = (one.record for one in said if one is not None)
            yield Member(self.then.person(row.id), row, tuple(sorted({*own, *cited, *row.held})))

    def _interactions(self) -> Iterator[DealInteraction]:
        for stream, state in self.then.contacts():
            yield DealInteraction(stream, state, _positions(standing(self._of(stream))))

    def _objections(self) -> Iterator[DealObjection]:
        row = row_of(self.then)
        for stream, one in objections_to(self.then.id, self.then.states):
            early = earliness(self.then, row, stream, one)
            yield DealObjection(stream, one, early, _positions(self._named(stream, one.id)))

    def _promises(self) -> Iterator[DealPromise]:
        for stream, state in self.then.contacts():
            for one in state.promises:
                yield DealPromise(stream, one, _positions(self._named(stream, one.id)))

    def _competitors(self) -> Iterator[DealCompetitor]:
        deal = self.then.deal
        for rival in deal.contest.rivals if deal else ():
            named = (one for one in standing(self._of(self.then.id)) if _names(one.event, rival.competitor))
            yield DealCompetitor(rival, _positions(named))

    def _of(self, stream: UUID) -> Sequence[Record]:
        return self.then.by_stream.get(stream, ())

    def _named(self, stream: UUID, name: str) -> Iterator[Record]:
        return (one for one in self._of(stream) if name in {_field(one, "id"), _field(one, "ref")})


def _field(record: Record, name: str) -> object:
    return getattr(record.event, name, None)


def _names(event: Any, competitor: str) -> bool:
    return getattr(event, "competitor", None) == competitor


def _positions(records: Iterable[Record]) -> tuple[int, ...]:
    return tuple(sorted(one.position for one in records))


def row_of(then: Situation) -> DealRow:
    """Return the row of the pipeline that the deal's own history adds up to."""
    own = (one for one in then.by_stream[then.id] if type(one.event) in PIPELINE.reads)
    row: DealRow | None = reduce(PIPELINE.evolve, own, None)
    if row is None:
        message = f"deal {then.id} is there, and nothing opened it"
        raise LookupError(message)
    return row


def _passage(record: Record) -> GatePassage:
    event: StageAdvanced = record.event
    return GatePassage(record.position, event.left, event.reached, event.verdict)


def objections_to(deal: UUID, states: Mapping[UUID, object]) -> Iterator[tuple[UUID, Objection]]:
    """Yield the objections to a deal with the contact they were raised in; those of a contact told twice once."""
    for stream, contact in states.items():
        if isinstance(contact, Interaction) and contact.merged_into is None:
            about = {deal, None} if deal in contact.deals else {deal}
            yield from ((stream, one) for one in contact.objections if one.deal in about)


def earliness(then: Situation, row: DealRow, stream: UUID, objection: Objection) -> Earliness | None:
    """Say whether an objection to the price was raised before any problem of the deal (its *row*) was quantified."""
    if objection.topic is not ObjectionTopic.PRICE:
        return None
    raised = (one for one in then.by_stream[stream] if isinstance(one.event, ObjectionRaised))
    record = next(one for one in raised if one.event.id == objection.id)
    return before_any_problem(Dated.of(objection.id, record), row, then.at)


def open_objections(deal: UUID, states: Mapping[UUID, object]) -> tuple[Objection, ...]:
    """Return the objections that stand open against a deal, whatever contact they were raised in."""
    return tuple(one for _, one in objections_to(deal, states) if not one.settled)


# What it rests on


def _evidence(
    then: Situation, account: UUID, seated: Sequence[Member], contacts: Sequence[DealInteraction], judged: Health
) -> tuple[int, ...]:
    """Return every record that anything in the dossier rests on; leaving out any other changes nothing in it."""
    whole = (*then.by_stream[then.id], *then.by_stream.get(account, ()))
    cited = {one.position for one in standing(whole)}
    told = [one.records for some in (seated, contacts, judged.thresholds.all, judged.warnings) for one in some]
    told += [one.since_records for one in judged.warnings]
    return tuple(sorted(cited.union(*told)))


# The records that are told of it


def _about(whole: Situation) -> Iterator[Record]:
    """Keep what belongs to the deal's story: its own records, its contacts whole, and what is so of
    its people and its account whatever the deal, contacts with these people included; of contacts
    about other deals, that they were held.
    """
    deal = whole.states[whole.id]
    contacts = {id_ for id_, one in whole.states.items() if isinstance(one, Interaction) and whole.id in one.deals}
    others = {deal.account, *(seat.stakeholder for seat in whole.seats)}
    meetings = [record for record in whole.history if not others.isdisjoint(getattr(record.event, "theirs", ()))]
    held = {record.position for record in meetings if isinstance(record.event, InteractionHeld)}
    there = others | {record.stream for record in meetings}
    for record in whole.history:
        deals = whole.nouns[record.stream].tags(record.stream, whole.states[record.stream], record.event).deals
        ours = whole.id in deals or record.stream in contacts or record.position in held
        if ours or (not deals and record.stream in there):
            yield record


def names_of(records: Sequence[Record], zone: tzinfo) -> Names:
    """Return what the accounts, people and deals of these streams are called, by all that is known."""
    states = {}
    for id_, stream in by_stream(records).items():
        noun = noun_of(stream)
        states[id_] = noun.fold(noun.history(stream))
    return Names.of(states, zone)
