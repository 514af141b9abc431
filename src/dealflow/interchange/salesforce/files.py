"""Files: which file of an export is which object, and which of its columns is which field.

A file is known by its name (case, plural, `sf_`, `_data` and `_c` aside) and by the columns it must
have; a column by its API name, its label, or its snake_case name in a warehouse.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

import attrs

from dealflow.interchange.pipeline import ImportRefused, Place, Trouble
from dealflow.interchange.table import Row, Table, read_table


class Sort(StrEnum):
    """The objects of Salesforce that are read."""

    ACCOUNT = "Account"
    CONTACT = "Contact"
    LEAD = "Lead"
    OPPORTUNITY = "Opportunity"
    HISTORY = "OpportunityHistory"
    VERSION = "Opportunity, dated"  # a warehouse's history of Opportunity rows
    FIELD_HISTORY = "OpportunityFieldHistory"
    STAGE = "OpportunityStage"
    CONTACT_ROLE = "OpportunityContactRole"
    TASK = "Task"
    EVENT = "Event"
    USER = "User"


@attrs.frozen
class Form:
    """What a file of one sort looks like.

    *fields* are those that are read, each with the headings it may bear beside its API name;
    *required* must be there. A file that *may be empty* says that there is nothing of its sort.
    """

    fields: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...]
    may_be_empty: bool = False


def _form(required: str, fields: Mapping[str, tuple[str, ...]], *, may_be_empty: bool = False) -> Form:
    return Form(MappingProxyType({**_STAMPS, **fields}), tuple(required.split()), may_be_empty)


_STAMPS: Mapping[str, tuple[str, ...]] = {
    "IsDeleted": ("Deleted", "_fivetran_deleted"),
    "CreatedDate": (),
    "CreatedById": (),
    "LastModifiedDate": (),
    "LastModifiedById": (),
    "SystemModstamp": (),
    "_fivetran_synced": (),
    "_fivetran_active": (),
}
_OWNER = {"OwnerId": ("Owner", "Opportunity Owner", "Account Owner", "Assigned", "Assigned To ID")}
_CURRENCY = ("Currency", "Amount Currency", "Opportunity Currency", "Currency ISO Code")
_STATE: Mapping[str, tuple[str, ...]] = {
    "AccountId": (),
    "Name": ("Opportunity Name",),
    "StageName": ("Stage",),
    "Amount": (),
    "Probability": (),
    "CloseDate": (),
    "IsClosed": ("Closed",),
    "IsWon": ("Won",),
    "ForecastCategory": ("ForecastCategoryName",),
    "LeadSource": (),
    "CurrencyIsoCode": _CURRENCY,
    **_OWNER,
}
_ABOUT: Mapping[str, tuple[str, ...]] = {
    "WhoId": ("Name ID",),
    "WhatId": ("Related To ID",),
    "AccountId": (),
    "Subject": (),
    "Type": (),
    "IsRecurrence": (),
    **_OWNER,
}

FORMS: Mapping[Sort, Form] = MappingProxyType(
    {
        Sort.ACCOUNT: _form(
            "Id Name",
            {
                "Id": ("Account ID",),
                "Name": ("Account Name",),
                "Type": ("Account Type",),
                "ParentId": ("Parent Account ID",),
                "Industry": (),
                "BillingState": ("Billing State/Province",),
                "BillingCountry": (),
                **_OWNER,
            },
        ),
        Sort.CONTACT: _form(
            "Id AccountId",
            {
                "Id": ("Contact ID",),
                "AccountId": (),
                "Name": ("Full Name", "Contact Name"),
                "FirstName": (),
                "LastName": (),
                "Title": (),
                "Department": (),
                "ReportsToId": (),
            },
        ),
        Sort.LEAD: _form(
            "Id",
            {
                "Id": ("Lead ID",),
                "IsConverted": ("Converted",),
                "ConvertedDate": (),
                "ConvertedOpportunityId": (),
                "LeadSource": (),
            },
            may_be_empty=True,
        ),
        Sort.OPPORTUNITY: _form("Id AccountId Name StageName", {"Id": ("Opportunity ID",), **_STATE}),
        Sort.HISTORY: _form(
            "Id OpportunityId CreatedDate StageName",
            {
                "Id": ("Opportunity History ID", "History ID"),
                "OpportunityId": ("Opportunity",),
                "StageName": ("Stage", "To Stage"),
                "Amount": (),
                "Probability": (),
                "CloseDate": (),
                "ForecastCategory": ("To ForecastCategory",),
                "CurrencyIsoCode": _CURRENCY,
            },
        ),
        Sort.VERSION: _form("Id StageName _fivetran_start", {"Id": (), **_STATE, "_fivetran_start": ()}),
        Sort.FIELD_HISTORY: _form(
            "Id OpportunityId CreatedDate Field NewValue",
            {
                "Id": ("History ID",),
                "OpportunityId": ("Opportunity",),
                "Field": ("Changed Field", "Field / Event"),
                "OldValue": (),
                "NewValue": (),
            },
            may_be_empty=True,
        ),
        Sort.STAGE: _form(
            "MasterLabel IsClosed IsWon",
            {
                "MasterLabel": ("Stage Name", "Stage", "Label", "Master Label"),
                "ApiName": ("API Name",),
                "SortOrder": ("Sort Order", "Order"),
                "IsClosed": ("Closed",),
                "IsWon": ("Won",),
                "DefaultProbability": ("Probability",),
                "ForecastCategory": ("ForecastCategoryName",),
                "IsActive": ("Active",),
            },
        ),
        Sort.CONTACT_ROLE: _form(
            "Id OpportunityId ContactId Role",
            {
                "Id": ("Contact Role ID",),
                "OpportunityId": ("Opportunity",),
                "ContactId": ("Contact",),
                "Role": (),
                "IsPrimary": ("Primary",),
            },
            may_be_empty=True,
        ),
        Sort.TASK: _form(
            "Id",
            {
                "Id": ("Activity ID", "Task ID"),
                **_ABOUT,
                "Status": (),
                "IsClosed": ("Closed",),
                "ActivityDate": ("Due Date Only", "Due Date", "Date"),
                "CompletedDateTime": ("Completed Date/Time", "Completed Date"),
                "TaskSubtype": (),
                "CallDisposition": ("Call Result",),
                "CallDurationInSeconds": ("Call Duration",),
            },
            may_be_empty=True,
        ),
        Sort.EVENT: _form(
            "Id",
            {
                "Id": ("Activity ID", "Event ID"),
                **_ABOUT,
                "StartDateTime": ("Start Date Time", "Start"),
                "EndDateTime": ("End Date Time", "End"),
                "ActivityDate": ("Due Date Only", "Date"),
                "ActivityDateTime": ("Due Date Time",),
                "DurationInMinutes": ("Duration",),
                "IsChild": (),
            },
            may_be_empty=True,
        ),
        Sort.USER: _form("Id", {"Id": ("User ID",)}, may_be_empty=True),
    }
)


@attrs.frozen
class Sheet:
    """A file of an export: its sort, and in which of its columns each field stands."""

    sort: Sort
    table: Table
    columns: Mapping[str, str]

    @property
    def unread(self) -> tuple[str, ...]:
        """The columns that nothing is read from."""
        read = set(self.columns.values())
        return tuple(column for column in self.table.columns if column not in read)

    def has(self, field: str) -> bool:
        """Say whether the file has such a field at all."""
        return field in self.columns

    def text(self, row: Row, field: str) -> str | None:
        """Return what a row says in a field; nothing where the cell is empty or the column missing."""
        column = self.columns.get(field)
        return None if column is None else row.get(column)


@attrs.frozen
class Folder:
    """An export as it lies in its folder: the sheets that were recognised, and the files that were not."""

    sheets: tuple[Sheet, ...]
    ignored: tuple[str, ...]

    def sheet(self, sort: Sort) -> Sheet | None:
        """Return the file of that sort, or nothing."""
        return next((one for one in self.sheets if one.sort is sort), None)


def read_folder(directory: Path) -> tuple[Folder, tuple[Trouble, ...]]:
    """Read every file of an export that is recognised, and say what is wrong with any of them."""
    troubles: list[Trouble] = []
    sheets: list[Sheet] = []
    ignored: list[str] = []
    try:
        files = sorted(path for path in directory.iterdir() if path.is_file())
    except OSError as error:
        return Folder((), ()), (Trouble(Place(str(directory)), f"cannot be read: {error.strerror}"),)
    for path in files:
        sort = sort_of(path.name)
        if sort is None:
            ignored.append(path.name)
            continue
        try:
            sheets.append(read_sheet(path, sort))
        except ImportRefused as no:
            troubles.extend(no.troubles)
    troubles += _twice(sheets)
    if not sheets and not troubles:
        message = f"no file of a Salesforce export: expected {Sort.OPPORTUNITY}.csv, {Sort.ACCOUNT}.csv and their like"
        troubles.append(Trouble(Place(str(directory)), message))
    return Folder(tuple(sheets), tuple(ignored)), tuple(troubles)


def read_sheet(path: Path, sort: Sort) -> Sheet:
    """Read a file of one sort; raises `ImportRefused` where it is not one."""
    table = read_table(path, may_be_empty=FORMS[sort].may_be_empty)
    if sort is Sort.HISTORY and _columns(table, ("_fivetran_start",)):
        sort = Sort.VERSION
    form = FORMS[sort]
    columns = {field: column for field in form.fields if (column := _column(table, field, form.fields[field]))}
    lacking = [field for field in form.required if field not in columns]
    if lacking:
        message = f"{sort} needs this column: the header has {', '.join(table.columns)}"
        raise ImportRefused([Trouble(Place(table.file, 1, field), message) for field in lacking])
    return Sheet(sort, table, MappingProxyType(columns))


def sort_of(file: str) -> Sort | None:
    """Tell by its name what a file holds: `Opportunity.csv`, `opportunities.csv`, `sf_opportunity_data.csv`."""
    stem, dot, ending = file.rpartition(".")
    if ending.casefold() not in {"csv", "tsv", "txt"} or not dot:
        return None
    name = re.sub(r"^sf_|_data$|__?c$", "", re.sub(r"_data$", "", stem.casefold()))
    bare = _bare(re.sub(r"\(.*?\)", "", name))
    return _NAMES.get(bare) or _NAMES.get(_singular(bare))


def _singular(name: str) -> str:
    return re.sub(r"ies$", "y", name) if name.endswith("ies") else name.removesuffix("s")


def _bare(heading: str) -> str:
    """Return a heading without case, blanks and marks; `(converted)` and its like make it another column."""
    return re.sub(r"[^0-9a-z]", "", heading.casefold())


_NAMES: Mapping[str, Sort] = MappingProxyType({_bare(sort): sort for sort in Sort if sort is not Sort.VERSION})


def _column(table: Table, field: str, labels: Sequence[str]) -> str | None:
    """Find the column of a field: the one that bears its API name before one that bears a label."""
    return next(iter(_columns(table, (field, *labels))), None)


def _columns(table: Table, names: Iterable[str]) -> tuple[str, ...]:
    bare = {_bare(column): column for column in reversed(table.columns)}
    return tuple(bare[_bare(name)] for name in names if _bare(name) in bare)


def _twice(sheets: Sequence[Sheet]) -> Iterable[Trouble]:
    first: dict[Sort, Sheet] = {}
    for sheet in sheets:
        other = first.setdefault(sheet.sort, sheet)
        if other is not sheet:
            yield Trouble(Place(sheet.table.file), f"{other.table.file} is {sheet.sort} too: keep one of them")
