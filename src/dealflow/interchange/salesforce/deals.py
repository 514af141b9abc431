"""Deals: the lives of opportunities as commands: opened, moved, valued, expected, ended, owned.

What a row holds that the row before did not is what changed; what no row tells stays unknown.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from uuid import UUID

import attrs

from dealflow.decider import Command
from dealflow.domain.advancing import AdvanceStage, ChangePlaybook, OpenDeal, RenameDeal, RevertStage
from dealflow.domain.closing import AbandonDeal, LoseDeal, ReopenDeal, WinDeal
from dealflow.domain.deal import DEAL, Deal, Status
from dealflow.domain.defining import DefinePlaybook, RevisePlaybook
from dealflow.domain.noting import MarkHistoryUnknown, Note
from dealflow.domain.playbook import Playbook, playbook_id
from dealflow.domain.qualifying import AssignDealOwner
from dealflow.domain.valuing import ExpectClose, ValueDeal
from dealflow.interchange.pipeline import Fact
from dealflow.interchange.salesforce.files import Sort
from dealflow.interchange.salesforce.life import Life, Meaning, Stand, before_status
from dealflow.interchange.salesforce.notices import About, Notice
from dealflow.interchange.salesforce.reading import digest, window
from dealflow.interchange.salesforce.restating import RestateEnd
from dealflow.interchange.salesforce.rows import SYSTEM, Lead, Opportunity, OwnerChange
from dealflow.interchange.salesforce.scribe import Origin, Rank, Scribe, Told, changed, created, in_order
from dealflow.interchange.stages import Opening, Telling, tell
from dealflow.journal import When
from dealflow.money import Money

STAGES_CHANGED = "the source's stages have changed"

_KINDS: Mapping[type, str] = MappingProxyType(
    {
        OpenDeal: "opened",
        MarkHistoryUnknown: "history-unknown",
        ValueDeal: "amount",
        ExpectClose: "close-date",
        AdvanceStage: "stage",
        RevertStage: "stage",
        ReopenDeal: "reopened",
        WinDeal: "ended",
        LoseDeal: "ended",
        AbandonDeal: "ended",
        RestateEnd: "end-restated",
    }
)
_COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "amount": "Amount",
        "close-date": "CloseDate",
        **dict.fromkeys(("stage", "reopened", "ended", "end-restated"), "StageName"),
    }
)


# The playbook


def tell_stages(scribe: Scribe, meaning: Meaning, lives: Iterable[Life]) -> Told:
    """Write the stages down as a playbook; where the journal has others from before, revise it."""
    start = min((life.opened.start for life in lives), default=None)
    if start is None:
        return Told()
    playbook, place = meaning.stages.playbook, meaning.table.place
    on = playbook_id(playbook.key)
    at, origin = window(start, start), Origin(playbook.key, playbook.key, place, start)
    known = scribe.state(on)
    if not isinstance(known, Playbook) or known.milestones() == playbook.milestones():
        define = DefinePlaybook(playbook.key, playbook.name, playbook.milestones(), playbook.ends)
        return Told(tuple(in_order(Rank.STAGES, playbook.key, [scribe.fact(define, "stages", origin, on=on, at=at)])))
    since = window(scribe.known[on][-1].occurred_from, scribe.export.last)
    version = f"{known.version + 1}.{digest(playbook.milestones())}"
    revise = RevisePlaybook(playbook.milestones(), STAGES_CHANGED)
    fact = scribe.fact(revise, "stages", origin, on=on, at=since, version=version)
    notice = Notice(About.STAGES_REVISED, playbook.key, place, f"version {known.version + 1}")
    return Told(tuple(in_order(Rank.STAGES, playbook.key, [fact])), notices=(notice,))


# A deal


@attrs.frozen
class Case:
    """One opportunity with all that the export says of it."""

    deal: Opportunity
    account: UUID
    life: Life
    owners: tuple[OwnerChange, ...] = ()
    leads: tuple[Lead, ...] = ()


def tell_deal(scribe: Scribe, meaning: Meaning, case: Case) -> Told:
    """Tell one opportunity: its life, then its owners, its name and where it came from."""
    on, playbook = scribe.stream(Sort.OPPORTUNITY, case.deal.key), meaning.stages.playbook
    facts = [
        *_onto_the_new_stages(scribe, playbook, on, case),
        *_life(scribe, meaning, on, case),
        *_owners(scribe, on, case),
        *_present(scribe, on, case),
        *_leads(scribe, on, case),
    ]
    needs = (case.account, playbook_id(playbook.key))
    needy = (attrs.evolve(fact, needs=needs) for fact in facts)
    return Told(tuple(in_order(Rank.DEAL, case.deal.key, needy)), notices=case.life.notices)


def _life(scribe: Scribe, meaning: Meaning, on: UUID, case: Case) -> Iterator[Fact]:
    before, expected = None, None
    for stand, tellings in zip(case.life.stands, _tellings(meaning, case), strict=True):
        for command, at in _commands(meaning, case.life, before, stand, tellings):
            yield _fact(scribe, on, stand, command, at)
        if stand.position is not None and meaning.end(stand.stage) is Status.OPEN:
            if case.life.past or stand.position.close != expected:
                yield _fact(scribe, on, stand, ExpectClose(stand.position.close), stand.at)
            expected = stand.position.close
        before = stand


def _tellings(meaning: Meaning, case: Case) -> Iterator[Sequence[Telling]]:
    """Tell the life cycle, stand by stand; what earlier imports told stands between the first and the next."""
    life = case.life
    owner = case.owners[0].old if case.owners else None
    opening = Opening(case.account, case.deal.name, owner, case.deal.lead_source)
    stops = [stand.stop() for stand in life.stands]
    if life.past:
        yield tuple(tell(opening, stops[:1], meaning.stages))
        now = stops[-1]
        yield tuple(one for one in tell(opening, [*life.past, now], meaning.stages) if one.stop is now)
        return
    told: dict[int, list[Telling]] = {id(stop): [] for stop in stops}
    for telling in tell(opening, stops, meaning.stages):
        told[id(telling.stop)].append(telling)
    yield from told.values()


def _fact(scribe: Scribe, on: UUID, stand: Stand, command: Command, at: When) -> Fact:
    """The beginning of a deal is told once, under the key of the deal; what follows under that of its row."""
    kind = _KINDS[type(command)]
    if isinstance(command, OpenDeal | MarkHistoryUnknown):
        origin = attrs.evolve(stand.origin, row=stand.origin.object)
        return scribe.fact(command, kind, origin, on=on, at=at)
    origin = stand.origin
    if stand.position is not None and kind in _COLUMNS:
        origin = attrs.evolve(origin, place=stand.position.line.place(_COLUMNS[kind]))
    return scribe.fact(command, kind, origin, on=on, at=at, version=stand.version)


def _commands(
    meaning: Meaning, life: Life, before: Stand | None, stand: Stand, tellings: Sequence[Telling]
) -> Iterator[tuple[Command, When]]:
    """Say what one row changed: first what it is worth, so that a step freezes the amount of its own row."""
    for one in tellings:
        if isinstance(one.command, OpenDeal):
            yield one.command, one.at
            if life.unknown is not None:
                yield MarkHistoryUnknown(life.unknown), life.opened
    changed = bool(life.past) or _amount_of(stand) != _amount_of(before)  # earlier imports may have told otherwise
    if stand.position is not None and changed:
        yield ValueDeal(stand.position.amount), stand.at
    for one in tellings:
        unsaid = life.unknown is None or not isinstance(one.command, MarkHistoryUnknown)
        if unsaid and not isinstance(one.command, OpenDeal):
            yield one.command, one.at
    if meaning.end(stand.stage) is not Status.OPEN:
        yield from _restated(meaning, life, before, stand)


def _amount_of(stand: Stand | None) -> Money | None:
    return stand.position.amount if stand and stand.position else None


def _restated(meaning: Meaning, life: Life, before: Stand | None, stand: Stand) -> Iterator[tuple[Command, When]]:
    """An end that is said otherwise, without having been undone, is a correction of it."""
    amount, end = _amount_of(stand), meaning.end(stand.stage)
    if before_status(meaning, life, before) is end:
        revalued = end is Status.WON and (bool(life.past) or amount != _amount_of(before))
        if revalued or stand.ended is not None:
            yield RestateEnd(amount, stand.ended), stand.at
    elif end is Status.WON and amount is None and _amount_of(before) is not None:
        yield RestateEnd(None, None), stand.at  # it was won before its amount was taken back, for none that is known


# Beside its life


def _owners(scribe: Scribe, on: UUID, case: Case) -> Iterator[Fact]:
    """Tell who owned it: by the changes that were kept, by the dated rows, else only who does now."""
    deal, life = case.deal, case.life
    if case.owners:
        for change in case.owners:
            origin = Origin(deal.key, change.key, change.line.place(), change.at, change.by)
            then, version = When(change.at, change.at), digest(change.line.text("NewValue"))
            yield scribe.fact(AssignDealOwner(change.new), "owner", origin, on=on, at=then, version=version)
        return
    if any(stand.owner for stand in life.stands):
        yield from _dated_owners(scribe, on, life)
        return
    if deal.owner:
        version = scribe.version(deal.stamp, deal.owner)
        origin = changed(deal.key, deal.line, deal.stamp)
        yield scribe.fact(AssignDealOwner(deal.owner), "owner", origin, on=on, at=_so(scribe, case), version=version)


def _dated_owners(scribe: Scribe, on: UUID, life: Life) -> Iterator[Fact]:
    owner: str | None = None
    for stand in life.stands:
        if stand.owner and stand.owner != owner:
            owner, version = stand.owner, digest(stand.owner)
            yield scribe.fact(AssignDealOwner(owner), "owner", stand.origin, on=on, at=stand.at, version=version)


def _present(scribe: Scribe, on: UUID, case: Case) -> Iterator[Fact]:
    """Tell what changes in place and has no history: the name."""
    deal = case.deal
    version = scribe.version(deal.stamp, deal.name)
    origin = changed(deal.key, deal.line, deal.stamp)
    yield scribe.fact(RenameDeal(deal.name), "name", origin, on=on, at=_so(scribe, case), version=version)


def _so(scribe: Scribe, case: Case) -> When | None:
    """Return the time in which what is so now came to be so."""
    return window(case.life.opened.start, scribe.seen(case.deal.stamp))


def _leads(scribe: Scribe, on: UUID, case: Case) -> Iterator[Fact]:
    for lead in case.leads:
        note = Note(f"{SYSTEM}.lead-converted", {"lead": lead.key, "lead_source": lead.source})
        origin = attrs.evolve(created(lead.key, lead.line, lead.stamp), object=case.deal.key)
        on_day, version = lead.converted_on or case.life.opened, digest(lead.key, lead.source)
        yield scribe.fact(note, "lead", origin, on=on, at=on_day, version=version, once=True)


def _onto_the_new_stages(scribe: Scribe, playbook: Playbook, on: UUID, case: Case) -> Iterator[Fact]:
    """An open deal known from before goes over to the revised playbook, where it stands."""
    known, book = scribe.state(on), scribe.state(playbook_id(playbook.key))
    if not isinstance(known, Deal) or not isinstance(book, Playbook) or known.status is not Status.OPEN:
        return
    if book.milestones(known.version) == playbook.milestones() or playbook.milestone(known.stage) is None:
        return
    moved = [record for record in scribe.known[on] if DEAL.moves(record.event)][-1]
    at = window(moved.occurred_from, scribe.export.last)
    version = f"{known.version}.{digest(playbook.milestones())}"
    change = ChangePlaybook(playbook, known.stage, STAGES_CHANGED)
    origin = Origin(case.deal.key, case.deal.key, case.deal.line.place(), scribe.export.last)
    yield scribe.fact(change, "stages", origin, on=on, at=at, version=version)
