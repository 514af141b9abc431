"""Parties: accounts and their people, with the parts these play in deals, as facts."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import attrs

from dealflow.domain.account import Account as KnownAccount
from dealflow.domain.mapping import (
    ChangePosition,
    IdentifyRole,
    IdentifyStakeholder,
    MoveStakeholder,
    WithdrawRole,
)
from dealflow.domain.noting import MarkHistoryUnknown, Note
from dealflow.domain.relating import SetManager
from dealflow.domain.stakeholder import Role, RoleIdentified, Stakeholder
from dealflow.domain.stewarding import AssignAccountOwner, RegisterAccount, RenameAccount
from dealflow.interchange.pipeline import Fact
from dealflow.interchange.salesforce.files import Sort
from dealflow.interchange.salesforce.notices import About, Notice
from dealflow.interchange.salesforce.reading import digest, window
from dealflow.interchange.salesforce.rows import SYSTEM, Account, Contact, ContactRole
from dealflow.interchange.salesforce.scribe import Rank, Scribe, Told, changed, created, in_order, together
from dealflow.interchange.salesforce.tables import Tables, kind_of
from dealflow.journal import When

ROLE_CHANGED = "the source gave them another role"


# Accounts


def tell_accounts(scribe: Scribe, first_seen: Mapping[str, datetime]) -> Told:
    """Tell every account; *first_seen* is when something else first spoke of it."""
    here = {account.key for account in scribe.export.accounts}
    return together(_account(scribe, account, here, first_seen.get(account.key)) for account in scribe.export.accounts)


def _account(scribe: Scribe, account: Account, here: set[str], first_seen: datetime | None) -> Told:
    notices: list[Notice] = []
    parent = scribe.stream(Sort.ACCOUNT, account.parent) if account.parent else None
    if account.parent and account.parent not in here and parent not in scribe.known:
        notices.append(Notice(About.UNKNOWN_PARENT, account.key, account.line.place("ParentId"), account.parent))
        parent = None
    register = RegisterAccount(account.name, kind_of(account.kind), account.industry, account.region, parent)
    notices += _unrecorded(scribe, account, register)
    facts = in_order(Rank.ACCOUNT, account.key, _account_facts(scribe, account, register, first_seen))
    return Told(tuple(facts), notices=tuple(notices))


def _unrecorded(scribe: Scribe, account: Account, said: RegisterAccount) -> Iterator[Notice]:
    """Notice what has changed since the account was registered, and what no event tells."""
    known = scribe.state(scribe.stream(Sort.ACCOUNT, account.key))
    columns = {"kind": "Type", "industry": "Industry", "region": "BillingCountry", "parent": "ParentId"}
    if isinstance(known, KnownAccount):
        for field, column in columns.items():
            if account.line.has(column) and getattr(said, field) != getattr(known, field):
                yield Notice(About.UNRECORDED, account.key, account.line.place(column), field)


def _account_facts(
    scribe: Scribe, account: Account, register: RegisterAccount, first_seen: datetime | None
) -> Iterator[Fact]:
    on = scribe.stream(Sort.ACCOUNT, account.key)
    begun, now = created(account.key, account.line, account.stamp), changed(account.key, account.line, account.stamp)
    at = account.stamp.created or window(first_seen or scribe.export.first, first_seen or scribe.seen(account.stamp))
    yield scribe.fact(register, "registered", begun, on=on, at=at)
    if account.stamp.created is None and at is not None:
        yield scribe.fact(MarkHistoryUnknown(at.end), "history-unknown", begun, on=on, at=at)
    so = window(at.start if at else None, scribe.seen(account.stamp))
    version = scribe.version(account.stamp, account.name)
    yield scribe.fact(RenameAccount(account.name), "name", now, on=on, at=so, version=version)
    if account.owner:
        version = scribe.version(account.stamp, account.owner)
        yield scribe.fact(AssignAccountOwner(account.owner), "owner", now, on=on, at=so, version=version)


# People


def tell_people(scribe: Scribe, tables: Tables) -> Told:
    """Tell every contact that belongs to an account that is known."""
    accounts = {account.key for account in scribe.export.accounts}
    people = {contact.key for contact in scribe.export.contacts}
    return together(_person(scribe, tables, contact, accounts, people) for contact in scribe.export.contacts)


def _person(scribe: Scribe, tables: Tables, contact: Contact, accounts: set[str], people: set[str]) -> Told:
    place = contact.line.place("AccountId")
    if contact.account is None or not _is_known(scribe, Sort.ACCOUNT, contact.account, accounts):
        return Told(notices=(Notice(About.NO_ACCOUNT, contact.key, place, contact.account),))
    if _is_erased(scribe, contact.key):
        return Told(notices=(Notice(About.ERASED, contact.key, contact.line.place()),))
    account = scribe.stream(Sort.ACCOUNT, contact.account)
    notices: list[Notice] = []
    if contact.manager and not _is_known(scribe, Sort.CONTACT, contact.manager, people):
        place = contact.line.place("ReportsToId")
        notices.append(Notice(About.UNKNOWN_MANAGER, contact.key, place, contact.manager))
        contact = attrs.evolve(contact, manager=None)
    known = scribe.state(scribe.stream(Sort.CONTACT, contact.key))
    if isinstance(known, Stakeholder) and known.called != contact.name:
        notices.append(Notice(About.UNRECORDED, contact.key, contact.line.place("Name"), "name"))
    facts = in_order(Rank.PERSON, contact.key, _person_facts(scribe, tables, contact, account))
    return Told(tuple(facts), notices=tuple(notices))


def _person_facts(scribe: Scribe, tables: Tables, contact: Contact, account: UUID) -> Iterator[Fact]:
    on = scribe.stream(Sort.CONTACT, contact.key)
    begun, now = created(contact.key, contact.line, contact.stamp), changed(contact.key, contact.line, contact.stamp)
    at = contact.stamp.created or window(scribe.export.first, scribe.seen(contact.stamp))
    so = window(at.start if at else None, scribe.seen(contact.stamp))
    title, level, department = contact.title, tables.level(contact.title), contact.department
    identify = IdentifyStakeholder(account, contact.name, title=title, level=level, department=department)
    yield scribe.fact(identify, "identified", begun, on=on, at=at, needs=(account,))
    version = scribe.version(contact.stamp, contact.account)
    yield scribe.fact(MoveStakeholder(account), "account", now, on=on, at=so, version=version, needs=(account,))
    position = _position(scribe, contact, ChangePosition(title, level, department), on)
    version = scribe.version(contact.stamp, position.title, position.level, position.department)
    yield scribe.fact(position, "position", now, on=on, at=so, version=version, needs=(account,))
    if contact.line.has("ReportsToId"):
        manager = scribe.stream(Sort.CONTACT, contact.manager) if contact.manager else None
        version = scribe.version(contact.stamp, contact.manager)
        yield scribe.fact(SetManager(manager), "manager", now, on=on, at=so, version=version, needs=(account,))


def _position(scribe: Scribe, contact: Contact, said: ChangePosition, on: UUID) -> ChangePosition:
    """Return the position the row tells; what it has no column for stays as the journal has it."""
    known = scribe.state(on)
    if not isinstance(known, Stakeholder):
        return said
    if not contact.line.has("Title"):
        said = attrs.evolve(said, title=known.title.text if known.title else None, level=known.level)
    return said if contact.line.has("Department") else attrs.evolve(said, department=known.department)


def _is_known(scribe: Scribe, sort: Sort, key: str, here: set[str]) -> bool:
    return key in here or scribe.stream(sort, key) in scribe.known


def _is_erased(scribe: Scribe, key: str) -> bool:
    person = scribe.state(scribe.stream(Sort.CONTACT, key))
    return isinstance(person, Stakeholder) and person.erased


# Their parts in deals


def tell_roles(scribe: Scribe, tables: Tables, opened: Mapping[str, When], people: set[str]) -> Told:
    """Tell the part of every contact in a deal; *opened* says when each deal was, *people* who is known."""
    return together(_role(scribe, tables, role, opened, people) for role in scribe.export.roles)


def _role(scribe: Scribe, tables: Tables, role: ContactRole, opened: Mapping[str, When], people: set[str]) -> Told:
    if role.contact not in people:
        place = role.line.place("ContactId")
        return Told(notices=(Notice(About.UNKNOWN_PERSON, role.deal, place, role.contact),))
    deal = scribe.stream(Sort.OPPORTUNITY, role.deal)
    if role.deal not in opened and deal not in scribe.known:
        place = role.line.place("OpportunityId")
        return Told(notices=(Notice(About.UNKNOWN_DEAL, role.contact, place, role.deal),))
    at = role.stamp.created or opened.get(role.deal)
    so = window(at.start if at else None, scribe.seen(role.stamp))
    return Told(tuple(in_order(Rank.ROLE, role.key, _role_facts(scribe, tables, role, so))))


def _role_facts(scribe: Scribe, tables: Tables, role: ContactRole, at: When | None) -> Iterator[Fact]:
    on, deal = scribe.stream(Sort.CONTACT, role.contact), scribe.stream(Sort.OPPORTUNITY, role.deal)
    origin = attrs.evolve(changed(role.contact, role.line, role.stamp), row=role.key)
    played = tables.role(role.role)
    version = scribe.version(role.stamp, role.role, played)
    for before in _roles_told(scribe, role):
        if before is not played:
            withdraw = WithdrawRole(before, ROLE_CHANGED, deal)
            kind = f"{before}-withdrawn"
            yield scribe.fact(withdraw, kind, origin, on=on, at=at, version=version)
    if played is not None:
        yield scribe.fact(IdentifyRole(played, deal), "role", origin, on=on, at=at, version=version)
        return
    note = Note(f"{SYSTEM}.contact-role", {"deal": str(deal), "role": role.role, "primary": role.primary})
    said = digest(role.role, role.primary)
    yield scribe.fact(note, "noted", origin, on=on, at=at, version=said, once=True)


def _roles_told(scribe: Scribe, role: ContactRole) -> Sequence[Role]:
    """Return the roles an earlier version of this row has told, as far as they are still held."""
    on, deal = scribe.stream(Sort.CONTACT, role.contact), scribe.stream(Sort.OPPORTUNITY, role.deal)
    person = scribe.state(on)
    held = person.roles_in(deal) if isinstance(person, Stakeholder) else ()
    mark = f":{role.key}:role@"
    return [
        record.event.role
        for record in scribe.known.get(on, ())
        if isinstance(record.event, RoleIdentified) and mark in (record.command_id or "") and record.event.role in held
    ]
