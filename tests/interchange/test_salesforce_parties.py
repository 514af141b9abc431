"""Accounts, contacts and the parts they play."""

from pathlib import Path

import pytest

from dealflow.domain.account import AccountKind
from dealflow.domain.mapping import EraseStakeholder
from dealflow.domain.noun import HistoryUnknown, Noted
from dealflow.domain.stakeholder import JobLevel, Role
from dealflow.engine import DealFlow
from dealflow.interchange.pipeline import ImportRefused
from dealflow.interchange.salesforce import Tables, read_tables
from dealflow.interchange.salesforce.files import Sort
from dealflow.interchange.salesforce.notices import About
from dealflow.interchange.salesforce.rows import stream_of
from dealflow.interchange.salesforce.tables import kind_of
from tests.interchange.salesforce_export import (
    ACCOUNT,
    DEAL,
    ORG,
    OWNER,
    PERSON,
    T1,
    T2,
    T3,
    Folder,
    about,
    account,
    contact,
    history,
    instant,
    opportunity,
    records,
    state,
    told,
)

BOSS = "003000000000002AAA"
DAY_0, DAY_1, DAY_2, DAY_3 = (f"2026-03-0{day}T09:00:00+00:00" for day in (2, 3, 4, 5))


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def role(**cells: str) -> dict[str, str]:
    return {"Id": "00K000000000001AAA", "OpportunityId": DEAL, "ContactId": PERSON, "Role": "Economic Buyer", **cells}


def roles(flow: DealFlow) -> tuple[Role, ...]:
    held: tuple[Role, ...] = state(flow, PERSON, Sort.CONTACT).roles_in(stream_of(ORG, Sort.OPPORTUNITY, DEAL))
    return held


# Accounts


def test_an_account_is_registered_as_it_stands(folder: Folder, flow: DealFlow) -> None:
    parent = "001000000000002AAA"
    row = account(
        ParentId=parent,
        Industry="Printing",
        BillingState="TX",
        BillingCountry="USA",
        OwnerId=OWNER,
        Type="Customer - Direct",
    )
    folder.put("Account", account(Id=parent, Name="Acme Holding"), row)
    folder.into(flow)
    found = state(flow, ACCOUNT, Sort.ACCOUNT)
    assert (found.name, found.kind, found.industry, found.region, found.owner, found.parent) == (
        "Acme", AccountKind.CUSTOMER, "Printing", "TX, USA", OWNER, stream_of(ORG, Sort.ACCOUNT, parent),
    )  # fmt: skip
    assert told(flow, ACCOUNT, Sort.ACCOUNT)[0] == ("AccountRegistered", DAY_0, DAY_0)


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        (None, AccountKind.CUSTOMER),
        ("Prospect", AccountKind.CUSTOMER),
        ("Customer - Channel", AccountKind.CUSTOMER),
        ("Technology Partner", AccountKind.PARTNER),
        ("Channel Partner / Reseller", AccountKind.PARTNER),
        ("Consultant", AccountKind.CONSULTANT),
        ("Press", AccountKind.OTHER),
    ],
)
def test_the_type_of_an_account_says_what_it_is_to_us(word: str | None, kind: AccountKind) -> None:
    assert kind_of(word) is kind


def test_an_account_without_a_date_was_there_when_something_first_spoke_of_it(folder: Folder, flow: DealFlow) -> None:
    folder.with_deal(opportunity(CreatedDate=T1), history=history((T1, "Prospecting")))
    folder.put("Account", {"Id": ACCOUNT, "Name": "Acme"}, {"Id": "001000000000002AAA", "Name": "Silent"})
    folder.into(flow)
    assert told(flow, ACCOUNT, Sort.ACCOUNT) == [
        ("AccountRegistered", DAY_1, DAY_1),
        ("HistoryUnknown", DAY_1, DAY_1),
    ]
    assert records(flow, ACCOUNT, Sort.ACCOUNT)[1].event == HistoryUnknown(instant(T1))


def test_accounts_alone_without_any_date_are_known_from_now_on(folder: Folder, flow: DealFlow) -> None:
    folder.put("Account", {"Id": ACCOUNT, "Name": "Acme"})
    folder.into(flow)
    (registered,) = records(flow, ACCOUNT, Sort.ACCOUNT)
    assert registered.occurred_to.date() == registered.recorded_at.date()
    assert folder.into(flow).records == 0


def test_a_parent_that_is_not_there_is_noticed_and_left_unknown(folder: Folder, flow: DealFlow) -> None:
    folder.put("Account", account(ParentId="001000000000009AAA"))
    assert about(folder.into(flow)) == [About.UNKNOWN_PARENT]
    assert state(flow, ACCOUNT, Sort.ACCOUNT).parent is None


# People


def test_a_contact_is_identified_with_title_level_and_whom_they_report_to(folder: Folder, flow: DealFlow) -> None:
    folder.put("Account", account())
    folder.put(
        "Contact",
        contact(ReportsToId=BOSS, Department="Finance"),
        contact(Id=BOSS, Name="", FirstName="Bo", LastName="Li"),
    )
    report = folder.into(flow)
    person, boss = state(flow, PERSON, Sort.CONTACT), state(flow, BOSS, Sort.CONTACT)
    assert (person.called, person.title.text, person.level, person.department) == (
        "Ada Poe", "CFO", JobLevel.DIRECTOR, "Finance",
    )  # fmt: skip
    assert person.account == stream_of(ORG, Sort.ACCOUNT, ACCOUNT)
    assert person.manager == stream_of(ORG, Sort.CONTACT, BOSS)
    assert (boss.called, report.notices, report.counts.contacts) == ("Bo Li", (), 2)


@pytest.mark.parametrize(
    ("title", "level"),
    [
        ("SVP, Procurement", JobLevel.DIRECTOR),
        ("Dean of Administration", JobLevel.DIRECTOR),
        ("Managing Director", JobLevel.DIRECTOR),
        ("Assistant to the CEO", JobLevel.CLERK),
        ("Regional General Manager", JobLevel.MANAGER),
        ("Senior Data Engineer", JobLevel.EXPERT),
        ("Maintenance technician", JobLevel.OPERATOR),
        ("Accounts clerk", JobLevel.CLERK),
        ("Headhunter", None),
        (None, None),
    ],
)
def test_a_title_says_how_high_someone_stands(title: str | None, level: JobLevel | None) -> None:
    assert Tables().level(title) is level


def test_the_tables_of_titles_and_roles_can_be_replaced(folder: Folder, flow: DealFlow) -> None:
    folder.with_deal().put("Contact", contact(Title="Geschäftsführerin"))
    folder.put("OpportunityContactRole", role(Role="Chefin"))
    tables = Tables(levels={"geschäftsführerin": JobLevel.DIRECTOR}, roles={"chefin": Role.ECONOMIC})
    folder.into(flow, tables=tables)
    assert (state(flow, PERSON, Sort.CONTACT).level, roles(flow)) == (JobLevel.DIRECTOR, (Role.ECONOMIC,))


def test_people_without_a_known_account_and_managers_nobody_knows_are_noticed(folder: Folder, flow: DealFlow) -> None:
    folder.put("Account", account())
    folder.put(
        "Contact",
        contact(AccountId=""),
        contact(Id="003000000000003AAA", AccountId="001000000000009AAA"),
        contact(Id="003000000000004AAA", ReportsToId="003000000000009AAA"),
    )
    assert about(folder.into(flow)) == [About.NO_ACCOUNT, About.NO_ACCOUNT, About.UNKNOWN_MANAGER]
    assert state(flow, PERSON, Sort.CONTACT) is None


def test_a_contact_without_a_name_is_refused(folder: Folder, flow: DealFlow) -> None:
    folder.put("Account", account())
    folder.put("Contact", contact(Name=""))
    assert folder.refused_by(flow) == ["Contact.csv, line 2: name is empty: say what it is"]


def test_a_person_whose_data_was_erased_here_is_left_alone(folder: Folder, flow: DealFlow) -> None:
    folder.put("Account", account())
    folder.put("Contact", contact())
    folder.into(flow)
    flow.do(EraseStakeholder("asked for it"), on=stream_of(ORG, Sort.CONTACT, PERSON), by="ann")
    folder.put("Contact", contact(Title="CEO", LastModifiedDate=T3))
    report = folder.into(flow)
    assert (report.records, about(report)) == (0, [About.ERASED])


# Roles


def test_a_contact_role_is_a_buying_role_in_the_deal(folder: Folder, flow: DealFlow) -> None:
    folder.with_deal().put("Contact", contact())
    folder.put("OpportunityContactRole", role(CreatedDate=T1, LastModifiedDate=T2))
    folder.into(flow)
    assert roles(flow) == (Role.ECONOMIC,)
    assert ("RoleIdentified", DAY_1, DAY_2) in told(flow, PERSON, Sort.CONTACT)
    dossier = flow.deal(stream_of(ORG, Sort.OPPORTUNITY, DEAL))
    assert [member.seat.stakeholder for member in dossier.committee] == [stream_of(ORG, Sort.CONTACT, PERSON)]


def test_a_contact_role_without_a_date_began_between_the_deal_and_the_export(folder: Folder, flow: DealFlow) -> None:
    folder.with_deal(opportunity(LastModifiedDate=T3)).put("Contact", contact())
    folder.put("OpportunityContactRole", role())
    folder.into(flow)
    assert ("RoleIdentified", DAY_0, DAY_3) in told(flow, PERSON, Sort.CONTACT)


def test_a_word_that_names_no_buying_role_is_kept_as_a_note(folder: Folder, flow: DealFlow) -> None:
    folder.with_deal().put("Contact", contact())
    folder.put("OpportunityContactRole", role(Role="Influencer", IsPrimary="true"))
    folder.into(flow)
    (noted,) = [one.event for one in records(flow, PERSON, Sort.CONTACT) if isinstance(one.event, Noted)]
    deal = str(stream_of(ORG, Sort.OPPORTUNITY, DEAL))
    assert noted == Noted("salesforce.contact-role", (("deal", deal), ("primary", True), ("role", "Influencer")))
    assert roles(flow) == ()


def test_a_role_that_changes_in_place_replaces_the_one_it_was(folder: Folder, flow: DealFlow) -> None:
    folder.with_deal().put("Contact", contact())
    folder.put("OpportunityContactRole", role(LastModifiedDate=T1))
    folder.into(flow)
    folder.put("OpportunityContactRole", role(Role="Evaluator", LastModifiedDate=T2))
    folder.into(flow)
    assert roles(flow) == (Role.TECHNICAL,)
    folder.put("OpportunityContactRole", role(Role="Other", LastModifiedDate=T3))
    folder.into(flow)
    assert roles(flow) == ()
    assert folder.into(flow).records == 0


def test_roles_of_people_or_deals_that_are_not_there_are_noticed(folder: Folder, flow: DealFlow) -> None:
    folder.with_deal().put("Contact", contact())
    folder.put(
        "OpportunityContactRole",
        role(ContactId="003000000000009AAA"),
        role(Id="00K000000000002AAA", OpportunityId="006000000000009AAA"),
    )
    assert about(folder.into(flow)) == [About.UNKNOWN_PERSON, About.UNKNOWN_DEAL]


def test_a_role_without_an_opportunity_is_refused(folder: Folder, flow: DealFlow) -> None:
    folder.with_deal().put("Contact", contact())
    folder.put("OpportunityContactRole", role(OpportunityId=""))
    (trouble,) = folder.refused_by(flow)
    assert trouble.startswith("OpportunityContactRole.csv, line 2, column OpportunityId: no opportunity")


# Tables


def test_tables_can_be_read_from_files(folder: Folder) -> None:
    levels = folder.write("titles.csv", "word,level\nDirektorin,director\nleiter,manager\n")
    roles = folder.write("roles.csv", "word,role\nEntscheider,economic\n")
    tables = read_tables(levels, roles)
    assert (tables.level("Direktorin Leiter"), tables.role("entscheider")) == (JobLevel.DIRECTOR, Role.ECONOMIC)
    assert read_tables() == Tables()


def test_a_table_with_a_level_that_is_none_is_refused_with_its_place(folder: Folder) -> None:
    levels = folder.write("titles.csv", "word,level\nboss,emperor\n")
    with pytest.raises(ImportRefused) as no:
        read_tables(levels)
    assert str(no.value) == (
        "titles.csv, line 2, column level: boss as emperor: expected a word and one of "
        "director, manager, expert, operator, clerk"
    )


# What no event tells


def test_a_change_that_no_event_tells_is_noticed(folder: Folder, flow: DealFlow) -> None:
    folder.put("Account", account(Industry="Printing"))
    folder.put("Contact", contact())
    folder.into(flow)
    folder.put("Account", account(Industry="Publishing"))
    folder.put("Contact", contact(Name="Ada Roe"))
    report = folder.into(flow)
    assert [(one.about, one.detail) for one in report.notices] == [
        (About.UNRECORDED, "industry"),
        (About.UNRECORDED, "name"),
    ]
    assert report.records == 0
