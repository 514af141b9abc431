"""DealFlow: the one object an application holds. It asks commands, and it answers questions.

Synchronous and thread-safe; one process or many on one store. What it raises is a `Refused` (the
rules say no), a `Conflict` (others were quicker, after retries), or another `StoreError`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from random import uniform
from time import monotonic, sleep
from typing import Any, Self, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import attrs

from dealflow.conversation import Ask, Conversation, around
from dealflow.decider import Command, Refused
from dealflow.domain.criteria import CRITERIA, Criterion
from dealflow.domain.deal import DEAL, Status
from dealflow.domain.erasure import forgetting
from dealflow.domain.nouns import noun_of
from dealflow.domain.stakeholder import Role
from dealflow.domain.timeline import known_by
from dealflow.journal import JOURNAL, Record, Source, When, until
from dealflow.money import Money, Rates
from dealflow.projections import View
from dealflow.projections.cases import Horizon
from dealflow.projections.closeness import CLOSENESS, ChainCloseness, ClosenessPolicy, closeness
from dealflow.projections.committee import COMMITTEE, Committee, CommitteePolicy, committee
from dealflow.projections.estimates import SAMPLING, Sampling
from dealflow.projections.funnel import Funnel
from dealflow.projections.health import Health, health
from dealflow.projections.look import HEALTH, HealthPolicy
from dealflow.projections.norms import Basis, chosen, counted, measured
from dealflow.projections.people import OWNERS, PEOPLE, lacking_roles, registered, roles_known
from dealflow.projections.pipeline import PIPELINE, DealRow, Standing, standing
from dealflow.projections.plan import Plan, done, plan
from dealflow.projections.playbooks import PLAYBOOKS, PlaybookRow, playbook_at
from dealflow.projections.questions import Pipeline, pipeline
from dealflow.projections.schedule import Month, Pace
from dealflow.projections.situation import Situation, Usual, situation
from dealflow.projections.stock import AccountCloseness, Stock, accounts_closeness, stocks
from dealflow.projections.times import usual_times
from dealflow.projections.warnings import WARNINGS
from dealflow.projections.warnings.judging import Check
from dealflow.replay.dossier import Dossier, dossier, names_of
from dealflow.replay.story import Story, story
from dealflow.replay.telling.words import Names
from dealflow.runner import Runner
from dealflow.store import Journal, open_journal
from dealflow.store.checkpoint import Checkpoint
from dealflow.store.errors import CommandReused, Conflict, StoreError

PAUSE, LONGEST_PAUSE = 0.002, 0.25  # seconds between two tries, doubled each time
PATIENCE = 20.0  # seconds of trying before a conflict is given back
R = TypeVar("R")
Moment = date | datetime


@attrs.frozen
class Done:
    """What a command led to: its stream, and the records (none where things were already so)."""

    stream: UUID
    records: tuple[Record, ...]


class NotFound(StoreError):
    """Nothing in the journal, or more than one thing, answers to this name."""

    def __init__(self, asked: str, found: int = 0, what: str = "stream") -> None:
        hint = "give more of the id" if found else "give an id, a unique prefix of one, or its key in the source system"
        super().__init__(f"{asked!r} fits {found or 'no'} {what}s: {hint}")
        self.asked = asked
        self.found = found


@attrs.frozen
class _Outcome:
    """What one command led to: records of *past* asking, or those from *start* to *end* of this one."""

    stream: UUID
    start: int = 0
    end: int = 0
    past: tuple[Record, ...] | None = None

    @property
    def is_new(self) -> bool:
        """Whether it is to be stored, and remembered by its command id."""
        return self.end > self.start

    def done(self, stored: Sequence[Record]) -> Done:
        """Return the command's own records; a playbook defined on the way is not its own."""
        records = stored[self.start : self.end] if self.past is None else self.past
        return Done(self.stream, tuple(record for record in records if record.stream == self.stream))


def _now() -> datetime:
    return datetime.now(UTC)


class DealFlow:
    """A journal of selling, and the questions it answers."""

    def __init__(
        self,
        journal: Journal,
        *,
        clock: Callable[[], datetime] = _now,
        criteria: Mapping[str, Criterion] = CRITERIA,
    ) -> None:
        self.journal = journal
        self._runner = Runner(journal)
        self._clock = clock
        self._criteria = criteria

    @classmethod
    def open(
        cls,
        url: str = "memory:",
        *,
        zone: str | None = None,
        clock: Callable[[], datetime] = _now,
        criteria: Mapping[str, Criterion] | None = None,
    ) -> "DealFlow":
        """Open the journal at *url*: `sqlite:///pipeline.db` or `memory:`; a new file is set up.

        *zone* is the IANA name of the zone bare dates are read in, kept with a new journal
        (default UTC). *criteria* are the application's own questions for gates, by name, beside
        the built-in ones. Raises `StoreError` where the journal cannot be opened.
        """
        journal = open_journal(url, zone=zone, clock=clock)
        return cls(journal, clock=clock, criteria={**CRITERIA, **(criteria or {})})

    def close(self) -> None:
        """Let go of the store."""
        self.journal.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which bare dates are read."""
        return self.journal.zone

    # Commands

    def do(
        self,
        command: Command,
        *,
        by: str,
        on: UUID | None = None,
        at: Moment | When | None = None,
        command_id: str | None = None,
        cause: int | None = None,
        source: Source | None = None,
    ) -> Done:
        """Ask one command, and store what follows from it.

        *by* is who records it, *on* the stream it is asked of (absent: a new one), *at* when it
        happened (absent: now). Asking again with the same *command_id* returns the first outcome.
        Raises `Refused` with every reason, or `Conflict` after several tries.
        """
        return self.do_all([Ask(command, by, on, at, command_id, cause, source)])[0]

    def do_all(self, asks: Sequence[Ask]) -> tuple[Done, ...]:
        """Ask several commands, of any streams, and store all that follows or nothing.

        Each sees what the earlier ones led to. A refusal names the command by a note.
        """
        give_up = monotonic() + PATIENCE
        pause = PAUSE
        while True:
            try:
                return self._attempt(asks)
            except Conflict:
                if monotonic() > give_up:
                    raise
            sleep(uniform(0, pause))  # noqa: S311 (only to fall out of step with whoever was quicker)
            pause = min(2 * pause, LONGEST_PAUSE)

    def conversation(self) -> Conversation:
        """Begin a conversation: what is asked in it is decided now, and stored once its entries are appended."""
        return Conversation(self.journal, self._criteria, self._clock())

    def _attempt(self, asks: Sequence[Ask]) -> tuple[Done, ...]:
        talk = self.conversation()
        ids: dict[str, str] = {}
        outcomes: list[_Outcome] = []
        first = self._first_outcomes(asks)
        for number, ask in enumerate(asks, start=1):
            if ask.command_id is not None and ask.command_id in first:
                outcomes.append(first[ask.command_id])
                continue
            try:
                outcomes.append(self._decide(talk, ask))
            except Refused as no:
                no.add_note(f"command {number} of {len(asks)}: {ask.command}")
                raise
            if ask.command_id is not None and outcomes[-1].is_new:
                ids[ask.command_id] = ask.digest()
                first[ask.command_id] = outcomes[-1]
        head = talk.head if talk.leans_on_itself else None
        records = self.journal.append(talk.entries, ids, head=head) if talk.entries else ()
        return tuple(one.done(records) for one in outcomes)

    def _decide(self, talk: Conversation, ask: Ask) -> "_Outcome":
        """Decide one command. Where it leads to nothing, the very same may have been stored while we read."""
        try:
            stream, entries = talk.ask(ask)
        except Refused:
            if past := self._first_outcomes([ask]):
                return past[ask.command_id or ""]
            raise
        if not entries and (past := self._first_outcomes([ask])):
            return past[ask.command_id or ""]
        return _Outcome(stream, len(talk.entries) - len(entries), len(talk.entries))

    def _first_outcomes(self, asks: Sequence[Ask]) -> "dict[str, _Outcome]":
        """Return what commands with these ids led to before, by id; raises `CommandReused`."""
        digests: dict[str, str] = {}
        for ask in asks:
            if ask.command_id is not None and digests.setdefault(ask.command_id, ask.digest()) != ask.digest():
                raise CommandReused(ask.command_id)
        first: dict[str, _Outcome] = {}
        for command_id, past in self.journal.commands(digests).items():
            if past.digest != digests[command_id]:
                raise CommandReused(command_id)
            records = tuple(self._forgetting(self.journal.records(past.positions)))
            first[command_id] = _Outcome(records[-1].stream, past=records)
        return first

    # Questions

    def pipeline(
        self,
        *,
        happened: Moment | None = None,
        known: Moment | None = None,
        knowledge: str = "journal",
        playbook: str | None = None,
        entry: str | None = None,
        rates: Rates | None = None,
    ) -> Pipeline:
        """Return the deals as they stood at *happened*, as known at *known*, to be asked or cut into lots.

        *playbook* keeps those that stand under one; *entry* those that came to a milestone or beyond
        it, and has their time begin there; *rates* bring amounts into one currency. Raises
        `NoSuchMilestone`, `NoRate`.
        """
        deals, playbooks = self._deals_and_playbooks(known, knowledge)
        return pipeline(
            deals.values(),
            playbooks.values(),
            self._horizon(happened, known),
            playbook=playbook,
            entry=entry,
            rates=rates,
            happened=self._until(happened),
            known=self._until(known),
        )

    def funnel(
        self,
        *,
        happened: Moment | None = None,
        known: Moment | None = None,
        knowledge: str = "journal",
        playbook: str | None = None,
    ) -> Funnel:
        """Count the funnel as of *happened*, as it was known at *known* (absent: all, now)."""
        return self.pipeline(happened=happened, known=known, knowledge=knowledge, playbook=playbook).funnel()

    def plan(
        self,
        target: Money,
        average: Money,
        months: Mapping[Month, int] | Iterable[Month],
        *,
        playbook: str | None = None,
        basis: Basis = "playbook",
        pace: Pace = "lengths",
        blocked: Iterable[date] = (),
        sampling: Sampling = SAMPLING,
        happened: Moment | None = None,
        known: Moment | None = None,
        knowledge: str = "journal",
    ) -> Plan:
        """Plan a target backward from its signing *months*, beside what was really done by *happened*.

        *average* is the amount of an order; *months* so many signatures each, or months over which
        they are spread. *playbook* is the one to follow (absent: the journal's only one, or the
        standard one); *basis* says whose norms: its own, or those measured here; *pace* how long a
        milestone is worked: its usual length, or a month; *blocked* are days of weeks without work;
        *sampling* how much history a measured norm needs. Raises `CannotPlan`.
        """
        deals, playbooks = self._deals_and_playbooks(known, knowledge)
        moment = self._until(happened)
        asked = pipeline(deals.values(), playbooks.values(), self._horizon(happened, known), happened=moment)
        followed = chosen([playbook_at(row, moment) for row in playbooks.values()], playbook)
        if basis == "measured":
            norms = measured(
                followed, {one.stage: one.learnt for one in asked.chances(sampling) if one.playbook == followed.key}
            )
        else:
            norms = counted(followed)
        return plan(
            target,
            average,
            months,
            norms,
            pace=pace,
            blocked=blocked,
            today=asked.horizon.day(asked.horizon.until),
            done=done(asked.deals, followed.key, self.zone) if asked.deals else None,
        )

    def deals(
        self, *, happened: Moment | None = None, known: Moment | None = None, knowledge: str = "journal"
    ) -> tuple[Standing, ...]:
        """Return how every deal stood, in the order they entered the journal."""
        rows = self.rows(PIPELINE, known=known, knowledge=knowledge).values()
        return tuple(deal for row in rows if (deal := standing(row, self._until(happened))) is not None)

    def deal(
        self,
        deal: UUID,
        *,
        happened: Moment | None = None,
        known: Moment | None = None,
        knowledge: str = "journal",
    ) -> Dossier:
        """Return the whole deal, its people included, as of *happened* and as known at *known*."""
        return dossier(deal, self._around(deal, known, knowledge), self._until(happened))

    def situation(
        self,
        deal: UUID,
        *,
        happened: Moment | None = None,
        known: Moment | None = None,
        knowledge: str = "journal",
        sampling: Sampling = SAMPLING,
    ) -> Situation:
        """Return how a deal stood, with its people and its account, to be asked about them.

        Its cost grows with the deal, its people and its account, not with the journal, unless it is
        asked how long deals usually stay at its milestone, for which *sampling* is how much history
        is needed.
        """
        return situation(
            deal,
            self._around(deal, known, knowledge),
            self._horizon(happened, known),
            happened=self._until(happened),
            usual=self._usual(known, knowledge, sampling),
        )

    # People

    def committee(
        self,
        deal: UUID,
        *,
        happened: Moment | None = None,
        known: Moment | None = None,
        knowledge: str = "journal",
        policy: CommitteePolicy = COMMITTEE,
    ) -> Committee:
        """Return who decides about a deal, what each of them is to it, and who of them is for us."""
        return committee(self.situation(deal, happened=happened, known=known, knowledge=knowledge), policy)

    def closeness(
        self,
        deal: UUID,
        *,
        happened: Moment | None = None,
        known: Moment | None = None,
        knowledge: str = "journal",
        policy: ClosenessPolicy = CLOSENESS,
    ) -> ChainCloseness:
        """Return how near the people of a deal are to us, each and as its decision chain."""
        return closeness(self.situation(deal, happened=happened, known=known, knowledge=knowledge), policy)

    def closeness_by_account(
        self,
        *,
        happened: Moment | None = None,
        known: Moment | None = None,
        knowledge: str = "journal",
        policy: ClosenessPolicy = CLOSENESS,
    ) -> Mapping[UUID, AccountCloseness]:
        """Return how near each registered account is to us, by its people and what is standing of them."""
        people, owners = self.rows_of(PEOPLE, OWNERS, known=known, knowledge=knowledge)
        until_, at = self._until(happened), self._horizon(happened, known).until
        return accounts_closeness(people, registered(owners, until_), at, until_, policy)

    def closeness_by_owner(
        self,
        *,
        happened: Moment | None = None,
        known: Moment | None = None,
        knowledge: str = "journal",
        policy: ClosenessPolicy = CLOSENESS,
    ) -> tuple[Stock, ...]:
        """Return the relationships each of ours holds: the sum over the accounts they answer for."""
        near = self.closeness_by_account(happened=happened, known=known, knowledge=knowledge, policy=policy)
        owners = self.rows(OWNERS, known=known, knowledge=knowledge)
        return stocks(owners, near.values(), self._until(happened))

    def roles_known(
        self, *, happened: Moment | None = None, known: Moment | None = None, knowledge: str = "journal"
    ) -> Mapping[UUID, tuple[Role, ...]]:
        """Return the buying roles that somebody at each registered account is known to hold, whatever the deal."""
        people, owners = self.rows_of(PEOPLE, OWNERS, known=known, knowledge=knowledge)
        return roles_known(people, registered(owners, self._until(happened)), self._until(happened))

    def lacking_roles(
        self,
        *,
        happened: Moment | None = None,
        known: Moment | None = None,
        knowledge: str = "journal",
        entry: str | None = None,
    ) -> Mapping[UUID, tuple[Role, ...]]:
        """Return for each account with an open deal the buying roles that nobody is known to hold.

        Known is a role at the account, or in any of its open deals. *entry* counts only deals that
        came to that milestone or beyond it.
        """
        deals = self.pipeline(happened=happened, known=known, knowledge=knowledge, entry=entry).deals
        people = self.rows(PEOPLE, known=known, knowledge=knowledge)
        return lacking_roles(people, deals, self._until(happened))

    # Health

    def health(
        self,
        deal: UUID,
        *,
        happened: Moment | None = None,
        known: Moment | None = None,
        knowledge: str = "journal",
        policy: HealthPolicy = HEALTH,
        checks: Sequence[Check] = WARNINGS,
        sampling: Sampling = SAMPLING,
    ) -> Health:
        """Judge a deal by its three thresholds and its warnings, as of *happened* and as known at *known*.

        *policy* says when a threshold is passed and a warning up, *checks* which warnings there are,
        *sampling* how much history it takes to say how long deals usually stay somewhere.
        """
        asked = self.situation(deal, happened=happened, known=known, knowledge=knowledge, sampling=sampling)
        return health(asked, policy, checks)

    def healths(
        self,
        *,
        happened: Moment | None = None,
        known: Moment | None = None,
        knowledge: str = "journal",
        policy: HealthPolicy = HEALTH,
        checks: Sequence[Check] = WARNINGS,
        sampling: Sampling = SAMPLING,
    ) -> tuple[Health, ...]:
        """Judge every deal that was open, in the order they entered the journal; each account is read once.

        Takes what `health` takes.
        """
        stood = self.deals(happened=happened, known=known, knowledge=knowledge)
        opened = [one for one in stood if one.status is Status.OPEN]
        accounts: dict[UUID, list[UUID]] = {}
        for one in opened:
            accounts.setdefault(one.account, []).append(one.deal)
        horizon, usual = self._horizon(happened, known), self._usual(known, knowledge, sampling)
        found: dict[UUID, Health] = {}
        for account, deals in accounts.items():
            records = known_by(self._forgetting(around(self.journal, deals, {account})), self._until(known), knowledge)
            first = situation(deals[0], records, horizon, happened=self._until(happened), usual=usual)
            found |= {deal: health(attrs.evolve(first, id=deal), policy, checks) for deal in deals}
        return tuple(found[one.deal] for one in opened)

    # The story, and whatever a view holds

    def replay(
        self,
        deal: UUID,
        *,
        happened: Moment | None = None,
        known: Moment | None = None,
        knowledge: str = "journal",
    ) -> Story:
        """Tell the deal record by record, each with how things stood after it."""
        return story(deal, self._around(deal, known, knowledge), self._until(happened), self.zone)

    def state(
        self,
        stream: UUID,
        *,
        happened: Moment | None = None,
        known: Moment | None = None,
        knowledge: str = "journal",
    ) -> Any:
        """Return what one stream of any noun adds up to; `None` where it holds nothing by then."""
        told = self._forgetting(self.journal.stream(stream))
        records = tuple(known_by(told, self._until(known), knowledge))
        if not records:
            return None
        noun = noun_of(records)
        return noun.fold(noun.history(records, self._until(happened)))

    def rows(self, view: View[R], *, known: Moment | None = None, knowledge: str = "journal") -> Mapping[UUID, R]:
        """Return the rows of a view as it was known at *known* (absent: all, now), in the order they began.

        Those of now are kept up with the journal, so that only what came since is read. Those of an
        earlier day are folded anew each time.
        """
        (rows,) = self.rows_of(view, known=known, knowledge=knowledge)
        return rows

    def rows_of(
        self, *views: View[Any], known: Moment | None = None, knowledge: str = "journal"
    ) -> tuple[Mapping[UUID, Any], ...]:
        """Return the rows of several views in one pass over the journal, all as of one position."""
        if known is None and knowledge == JOURNAL:
            return self._runner.rows(views)
        return self._runner.rows_known(views, self._until(known), knowledge)

    def checkpoint(self, *views: View[Any]) -> None:
        """Keep the rows of views beside the journal, as of now, so that the next process need not fold it all.

        Each view needs *row*, the type of its rows. What changed since the last time is written,
        in one transaction; nothing is where others have kept rows that are further on.
        """
        self._runner.save(views)

    def checkpoints(self) -> tuple[Checkpoint, ...]:
        """Return which views are kept, in which versions, how far and with how many rows."""
        return self.journal.checkpoints()

    def drop_checkpoint(self, name: str, version: int) -> bool:
        """Forget the rows that are kept of one version of a view, in memory too; say whether any were kept."""
        return self._runner.drop(name, version)

    def find(self, text: str, *, noun: str | None = None) -> UUID:
        """Return the stream with that id, unique prefix of one, or key in a source system.

        With *noun* (`"deal"`), only streams of that noun are meant. Raises `NotFound` where none or
        several fit.
        """
        found = self.journal.find(text)
        if noun is not None:
            found = tuple(one for one in found if noun_of(self.journal.stream(one)).name == noun)
        if len(found) != 1:
            raise NotFound(text, len(found), noun or "stream")
        return found[0]

    def names(self, streams: Iterable[UUID]) -> Names:
        """Return what accounts, people and deals are called, by all that is known now."""
        return names_of(list(self._forgetting(self.journal.streams(streams))))

    def _horizon(self, happened: Moment | None, known: Moment | None) -> Horizon:
        """Return up to when it is known what went on: as asked on either clock, and never beyond now."""
        limits = (self._until(happened), self._until(known), self._clock())
        return Horizon(min(limit for limit in limits if limit is not None), self.zone)

    def _deals_and_playbooks(
        self, known: Moment | None, knowledge: str
    ) -> tuple[Mapping[UUID, DealRow], Mapping[UUID, PlaybookRow]]:
        """Return both as they were known; playbooks are ours, and so of no other source's knowledge."""
        if knowledge == JOURNAL:
            deals, playbooks = self.rows_of(PIPELINE, PLAYBOOKS, known=known)
            return deals, playbooks
        return self.rows(PIPELINE, known=known, knowledge=knowledge), self.rows(PLAYBOOKS)

    def _usual(self, known: Moment | None, knowledge: str, sampling: Sampling) -> Usual:
        """Return how to ask how long visits to a milestone usually last, by what was known then."""
        return usual_times(
            lambda: self.rows(PIPELINE, known=known, knowledge=knowledge).values(), self.zone, sampling.floor
        )

    def _around(self, deal: UUID, known: Moment | None, knowledge: str) -> Sequence[Record]:
        """Read the whole streams of the deal, its people and its account, as they were known."""
        own = self.journal.stream(deal)
        if not own or noun_of(own) is not DEAL:
            raise NotFound(str(deal), what="deal")
        accounts = {record.account for record in own if record.account is not None}
        told = self._forgetting(around(self.journal, [deal], accounts))
        return tuple(known_by(told, self._until(known), knowledge))

    def _forgetting(self, records: Iterable[Record]) -> Iterable[Record]:
        """Leave out the words of people whose data was erased, on both clocks."""
        return forgetting(records, self.journal.erased())

    def _until(self, moment: Moment | None) -> datetime | None:
        return None if moment is None else until(moment, self.zone)
