"""Telling: everything an export says, as facts."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import attrs

from dealflow.domain.playbook import Playbook, playbook_id
from dealflow.interchange.pipeline import Fact, Place, Trouble
from dealflow.interchange.salesforce.contacting import Around, tell_contacting
from dealflow.interchange.salesforce.deals import Case, tell_deal, tell_stages
from dealflow.interchange.salesforce.files import Sort
from dealflow.interchange.salesforce.life import Life, Meaning, backward, life_of, purged
from dealflow.interchange.salesforce.notices import About, Notice
from dealflow.interchange.salesforce.parties import tell_accounts, tell_people, tell_roles
from dealflow.interchange.salesforce.rows import Export, HistoryRow, Opportunity, OwnerChange
from dealflow.interchange.salesforce.scribe import Scribe, Told, together
from dealflow.interchange.salesforce.stagetable import StageTable, Understood, Witness, complete, playbook_key
from dealflow.interchange.salesforce.tables import Tables

T = TypeVar("T")
_USER = "005"  # what the id of a user begins with
_TOLD = frozenset({Sort.ACCOUNT, Sort.CONTACT, Sort.OPPORTUNITY, Sort.TASK, Sort.EVENT})


@attrs.frozen
class Telling:
    """What an export comes to, and the life of each opportunity in it that can be told."""

    told: Told
    meaning: Meaning
    lives: Mapping[str, Life]


def tell_export(scribe: Scribe, table: StageTable, tables: Tables) -> Telling:
    """Tell all that an export says."""
    export = scribe.export
    table, understood, unknown = complete(table.in_use(_borne(scribe)), _witnesses(export))
    meaning = Meaning(table, table.meaning(scribe.org))
    cases, misplaced = _cases(scribe, meaning, unknown)
    lives = {case.deal.key: case.life for case in cases}
    people = tell_people(scribe, tables)
    here = {fact.ask.source.key for fact in people.facts if fact.ask.source is not None}
    told = together(
        (
            Told(notices=(*_understood(understood), *_orphans(export), *_unread(export), *_deleted_since(scribe))),
            tell_stages(scribe, meaning, lives.values()),
            tell_accounts(scribe, _first_seen(export, lives)),
            people,
            misplaced,
            *(tell_deal(scribe, meaning, case) for case in cases),
            tell_roles(scribe, tables, {key: life.opened for key, life in lives.items()}, here),
            tell_contacting(scribe, _around(export, lives, here)),
        )
    )
    return Telling(_without_the_older(scribe, told), meaning, lives)


def _without_the_older(scribe: Scribe, told: Told) -> Told:
    """Leave out what an older export says of that which changes in place, where a newer one was there before it."""
    older = {id(fact): fact for fact in told.facts if scribe.is_older(fact)}
    notices = (Notice(About.OLDER, _key(fact), fact.place, type(fact.ask.command).__name__) for fact in older.values())
    facts = tuple(fact for fact in told.facts if id(fact) not in older)
    return attrs.evolve(told, facts=facts, notices=(*told.notices, *notices))


def _key(fact: Fact) -> str:
    return (fact.ask.source.key if fact.ask.source else None) or ""


# Deals


def _cases(scribe: Scribe, meaning: Meaning, unknown: Mapping[str, Trouble]) -> tuple[list[Case], Told]:
    """Put together what belongs to each deal; a deal that cannot be told has a trouble instead."""
    export = scribe.export
    history = _grouped(export.history, lambda row: row.deal)
    owners = _grouped(export.owner_changes, lambda change: change.deal)
    leads = _grouped((lead for lead in export.leads if lead.converted), lambda lead: lead.deal or "")
    there = {scribe.stream(Sort.ACCOUNT, account.key) for account in export.accounts}
    there |= {stream for stream, _ in export.troubles if stream is not None}  # what is wrong is said where it stands
    cases: list[Case] = []
    told: list[Told] = []
    for deal in export.opportunities:
        rows = history.get(deal.key, [])
        troubles = [*_unplaced(scribe, deal, there), *_unknown(deal, rows, unknown), *backward(deal, rows)]
        troubles += purged(scribe, deal, rows)
        if troubles or deal.account is None:
            told.append(_spoilt(deal, troubles))
            continue
        life = life_of(scribe, meaning, deal, rows)
        if life is None:
            message = "nothing says when the deal was opened: it needs a date of creation, or a history"
            told.append(_spoilt(deal, [deal.line.trouble("CreatedDate", message)]))
            continue
        case = Case(deal, scribe.stream(Sort.ACCOUNT, deal.account), life)
        changes, converted = _by_id(owners.get(deal.key, [])), tuple(leads.get(deal.key, ()))
        cases.append(attrs.evolve(case, owners=changes, leads=converted))
    return cases, together(told)


def _spoilt(deal: Opportunity, troubles: Iterable[Trouble]) -> Told:
    return Told(troubles=tuple((deal.line.stream, trouble) for trouble in troubles))


def _unplaced(scribe: Scribe, deal: Opportunity, there: set[UUID]) -> Iterator[Trouble]:
    """Say why a deal has no place: it belongs to no account that is known."""
    if deal.account is None:
        yield deal.line.trouble("AccountId", "no account: a deal belongs to one")
        return
    stream = scribe.stream(Sort.ACCOUNT, deal.account)
    if stream not in there and stream not in scribe.known:
        message = (
            f"account {deal.account} is neither in the export (or deleted there) nor in the journal: export it too"
        )
        yield deal.line.trouble("AccountId", message)


def _unknown(deal: Opportunity, rows: Iterable[HistoryRow], unknown: Mapping[str, Trouble]) -> Iterator[Trouble]:
    names = dict.fromkeys((*(row.position.stage for row in rows), deal.position.stage))
    yield from (unknown[name] for name in names if name in unknown)


def _witnesses(export: Export) -> Iterator[Witness]:
    for deal in export.opportunities:
        yield Witness(deal.position, deal.closed, deal.won)
    keys = {deal.key for deal in export.opportunities}
    yield from (Witness(row.position) for row in export.history if row.deal in keys)


def _borne(scribe: Scribe) -> set[str]:
    """Return the stages that any row bears, or that the journal has from before."""
    book = scribe.state(playbook_id(playbook_key(scribe.org)))
    known = book.keys() if isinstance(book, Playbook) else ()
    return {*known, *(witness.position.stage for witness in _witnesses(scribe.export))}


def _by_id(changes: Sequence[OwnerChange]) -> tuple[OwnerChange, ...]:
    """The source tells each change of the owner twice, by name and by id: keep the ids, where there are any."""
    ordered = sorted(changes, key=lambda change: (change.at, change.key))
    return tuple(change for change in ordered if change.new.startswith(_USER)) or tuple(ordered)


# Around them


def _first_seen(export: Export, lives: Mapping[str, Life]) -> Mapping[str, datetime]:
    """Say when something else first spoke of each account: by then it was there."""
    seen: dict[str, datetime] = {}
    deals = ((deal.account, lives[deal.key].opened) for deal in export.opportunities if deal.key in lives)
    people = ((row.account, row.stamp.created) for row in export.contacts)
    contacting = ((row.account, row.stamp.created) for row in export.contacting)
    for account, when in (*deals, *people, *contacting):
        if account is not None and when is not None:
            seen[account] = min(seen.get(account, when.end), when.end)
    return seen


def _around(export: Export, lives: Mapping[str, Life], people: set[str]) -> Around:
    return Around(
        accounts=frozenset(account.key for account in export.accounts),
        deals={deal.key: deal.account for deal in export.opportunities if deal.key in lives},
        people={contact.key: contact.account for contact in export.contacts if contact.key in people},
    )


def _understood(names: Iterable[Understood]) -> Iterator[Notice]:
    for one in names:
        yield Notice(About.STAGE_UNDERSTOOD, one.stage.name, one.place, one.stage.status)


def _orphans(export: Export) -> Iterator[Notice]:
    known = {deal.key for deal in export.opportunities}
    known |= {deleted.key for deleted in export.deleted}
    told = [(row.deal, row.line) for row in export.history]
    told += [(change.deal, change.line) for change in export.owner_changes]
    for deal, line in told:
        if deal not in known:
            yield Notice(About.HISTORY_ORPHAN, deal, line.place())


def _unread(export: Export) -> Iterator[Notice]:
    for field, count in export.unread_fields.items():
        yield Notice(About.FIELD_UNREAD, field or "(no field)", Place(Sort.FIELD_HISTORY), f"{count} rows")


def _deleted_since(scribe: Scribe) -> Iterator[Notice]:
    for one in scribe.export.deleted:
        if one.sort in _TOLD and scribe.stream(one.sort, one.key) in scribe.known:
            yield Notice(About.DELETED_SINCE, one.key, one.place)


def _grouped(rows: Iterable[T], key: Callable[[T], str]) -> Mapping[str, list[T]]:
    found: dict[str, list[T]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found
