"""A small CRM, exported: a mapping and five files by hand, each of which a test may change."""

from datetime import date
from pathlib import Path
from typing import Any

import attrs
import pytest

from dealflow.engine import DealFlow
from dealflow.interchange.mapped import Report, import_csv
from dealflow.interchange.pipeline import ImportRefused
from dealflow.journal import Record

MAPPING = """
system = "crm"
currency = "EUR"
zone = "Europe/Vienna"

[playbook]
key = "crm"
name = "Our way of selling"
milestones = [{ key = "lead", chance = 0.1 }, { key = "talk" }, { key = "offer", days = 21 }]
ends = { won = "won", lost = "lost", abandoned = "dropped" }

[maps.role]
buyer = "economic"
engineer = "technical"

[files.companies]
noun = "account"
key = "id"
at = "created"

[[files.companies.do]]
command = "RegisterAccount"
fields.name = "company"
fields.industry = { column = "industry", unknown = ["n/a"] }

[[files.companies.do]]
command = "RenameAccount"
at = { from = "created" }
fields.name = "company"

[files.people]
noun = "stakeholder"
key = "id"
at = "since"

[[files.people.do]]
command = "IdentifyStakeholder"
fields.account = { column = "company", refers_to = "companies" }
fields.name = "name"
fields.title = "title"

[[files.people.do]]
command = "IdentifyRole"
fields.role = { column = "role", map = "role" }

[files.deals]
noun = "deal"
key = "no"
at = "opened"

[[files.deals.do]]
command = "OpenDeal"
fields.account = { column = "company", refers_to = "companies" }
fields.title = { text = "{product} for {company}" }
fields.owner = "owner"

[[files.deals.do]]
command = "AssignDealOwner"
at = { from = "opened" }
fields.owner = "owner"

[[files.deals.do]]
command = "ValueDeal"
fields.amount = "value"

[[files.deals.reconcile]]
stage = "stage"
amount = "value"

[files.steps]

[[files.steps.stages]]
on = { column = "deal", refers_to = "deals" }
at = "on"
order = "seq"
stage = "stage"

[files.calls]
noun = "interaction"
key = "id"
at = "on"

[[files.calls.do]]
command = "HoldInteraction"
fields.account = { column = "company", of = "deals", by = "deal", refers_to = "companies" }
fields.channel = { value = "call" }
fields.theirs = [{ column = "person", refers_to = "people" }]
fields.deals = [{ column = "deal", refers_to = "deals" }]
fields.minutes = "minutes"
"""

FILES = {
    "companies": """
id,company,industry,created
C1,Acme,steel,2026-01-02
C2,Globex,n/a,2026-01-03
""",
    "people": """
id,company,name,title,role,since
P1,C1,Ana Roth,CFO,buyer,2026-01-04
P2,C2,Bo Lind,,engineer,2026-01-04
""",
    "deals": """
no,company,product,owner,value,stage,opened
D1,C1,Pumps,li.wei,1000.50,won,2026-01-05
D2,C2,Valves,mai,,talk,2026-01-06
D3,C2,Pipes,mai,300,lost,2026-01-07
""",
    "steps": """
deal,seq,stage,on
D1,1,lead,2026-01-05
D1,2,talk,2026-01-08
D1,3,offer,2026-01-20
D1,4,won,2026-02-10
D2,1,lead,2026-01-06
D2,2,talk,2026-01-09
D3,1,lead,2026-01-07
D3,2,lost,2026-01-30
""",
    "calls": """
id,deal,person,minutes,on
K1,D1,P1,30,2026-01-08
K2,D2,P2,,2026-01-09
""",
}


EXPORTED = date(2026, 6, 1)


@attrs.define
class Crm:
    """An export in a folder, with its mapping; files are changed by replacing text in them."""

    folder: Path

    @classmethod
    def at(cls, folder: Path) -> "Crm":
        """Write the export down, as it is before a test changes it."""
        crm = cls(folder)
        crm.mapping.write_text(MAPPING, encoding="utf-8")
        for name, text in FILES.items():
            crm.file(name).write_text(text.lstrip("\n"), encoding="utf-8")
        return crm

    @property
    def mapping(self) -> Path:
        return self.folder / "mapping.toml"

    def file(self, name: str) -> Path:
        return self.folder / f"{name}.csv"

    def change(self, name: str, *changes: tuple[str, str]) -> "Crm":
        """Replace text in a file, or in the mapping; what is to be replaced must be there."""
        path = self.mapping if name == "mapping" else self.file(name)
        text = path.read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text, f"{old!r} is not in {path.name}"
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")
        return self

    def add(self, name: str, *lines: str) -> "Crm":
        """Add rows to a file, or lines to the mapping."""
        path = self.mapping if name == "mapping" else self.file(name)
        path.write_text(path.read_text(encoding="utf-8") + "".join(f"{line}\n" for line in lines), encoding="utf-8")
        return self

    def go(self, flow: DealFlow, **options: Any) -> Report:
        """Import it."""
        usual = {"org": "here", "exported": EXPORTED}
        return import_csv(flow, self.folder, self.mapping, **{**usual, **options})

    def refused(self, flow: DealFlow, **options: Any) -> list[str]:
        """Import it, expecting a no and a journal that is as it was; returns what stands against it."""
        before = history(flow)
        with pytest.raises(ImportRefused) as no:
            self.go(flow, **options)
        assert history(flow) == before
        return [str(trouble) for trouble in no.value.troubles]


def history(flow: DealFlow) -> list[Record]:
    return list(flow.journal.read())


def story(flow: DealFlow, key: str) -> list[tuple[str, str]]:
    """Return what happened in the stream with a key: when, and the name of the event."""
    records = flow.journal.stream(flow.find(key))
    return [(record.when.text(flow.zone), type(record.event).__name__) for record in records]


def events(flow: DealFlow, key: str) -> list[Any]:
    return [record.event for record in flow.journal.stream(flow.find(key))]
