"""A mapping is held against the vocabulary before any data is read; every error names its key."""

from pathlib import Path
from textwrap import dedent

import pytest

from dealflow.engine import DealFlow
from dealflow.interchange.mapped import mapping
from dealflow.interchange.mapped.mapping import Column, Spot, Value
from dealflow.interchange.mapped.vocabulary import commands
from dealflow.interchange.mapped.written import read_mapping
from dealflow.interchange.pipeline import ImportRefused
from tests.data import ROOT
from tests.interchange.crm import Crm


def troubles(crm: Crm) -> list[str]:
    with pytest.raises(ImportRefused) as no:
        read_mapping(crm.mapping)
    assert all(isinstance(trouble.place, Spot) for trouble in no.value.troubles)
    return [str(trouble) for trouble in no.value.troubles]


@pytest.mark.parametrize("name", ["leadforge", "salvirt"])
def test_the_examples_are_in_order(name: str) -> None:
    assert read_mapping(ROOT / "examples" / name / "mapping.toml").system == name


def test_the_example_that_documents_the_language_is_in_order(tmp_path: Path) -> None:
    text = (mapping.__doc__ or "").split("::\n", 1)[1].split("\nA mapping: `system`", 1)[0]
    (tmp_path / "mapping.toml").write_text(dedent(text), encoding="utf-8")
    assert tuple(read_mapping(tmp_path / "mapping.toml").files) == ("companies", "deals")


def test_a_string_is_a_column(crm: Crm) -> None:
    register = read_mapping(crm.mapping).files["companies"].gives[0]
    name = register.fields["name"]
    assert isinstance(name, Value)
    assert name.origin == Column(("company",))


def test_every_command_of_the_domain_can_be_mapped_but_a_playbook_s_and_a_correction() -> None:
    assert {"RegisterAccount", "OpenDeal", "HoldInteraction", "QualifyDeal", "Note"} <= set(commands())
    assert not {"DefinePlaybook", "CorrectRecord"} & set(commands())


ONE_FLAW = [
    (
        'command = "RenameAccount"',
        'command = "RenameAcount"',
        "files.companies.do[2].command: 'RenameAcount' is no command: did you mean 'RenameAccount'?",
    ),
    (
        'fields.title = "title"',
        'fields.titel = "title"',
        "files.people.do[1].fields.titel: IdentifyStakeholder has no 'titel': did you mean 'title'?",
    ),
    (
        'fields.name = "name"',
        "",
        "files.people.do[1].fields.name: missing: IdentifyStakeholder needs it (text)",
    ),
    (
        'fields.channel = { value = "call" }',
        'fields.channel = { value = "phone" }',
        "files.calls.do[1].fields.channel.value: 'phone' is no Channel: there are visit, meeting, call",
    ),
    (
        'engineer = "technical"',
        'engineer = "technicel"',
        "maps.role.engineer: 'technicel' is no Role: did you mean 'technical'? there are coach, user, technical",
    ),
    (
        'refers_to = "companies" }\nfields.name',
        'refers_to = "company" }\nfields.name',
        "files.people.do[1].fields.account.refers_to: 'company': did you mean 'companies'?",
    ),
    (
        'fields.account = { column = "company", refers_to = "companies" }\nfields.name',
        'fields.account = "company"\nfields.name',
        "files.people.do[1].fields.account: expected a reference: say which file the column refers to",
    ),
    (
        'fields.owner = "owner"\n\n[[files.deals.do]]\ncommand = "ValueDeal"',
        'fields.owner = { column = "owner", refers_to = "people" }\n\n[[files.deals.do]]\ncommand = "ValueDeal"',
        "files.deals.do[2].fields.owner: this takes text, not a reference",
    ),
    (
        'currency = "EUR"\n',
        "",
        "files.deals.do[3].fields.amount: an amount without a currency: say `currency`",
    ),
    (
        'map = "role"',
        'map = "roles"',
        ("files.people.do[2].fields.role.map: 'roles': expected a table of words, or the name of one under [maps]: "
        "did you mean 'role'?"),
    ),
    ('noun = "account"\nkey = "id"', 'noun = "account"', "files.companies: rows that stand for something need a `key`"),
    ('key = "no"', 'key = "no"\nrow = true', "files.deals: `key` names the key columns and `row` says there are none"),
    ('noun = "deal"', 'noun = "opportunity"', "files.deals.noun: 'opportunity': there are"),
    ('at = "since"\n', "", "files.people.do[1].at: missing: when it happened, here or for the whole file"),
    (
        'at = { from = "opened" }',
        'at = { from = "opened", until = "x" }',
        "files.deals.do[2].at.until: a window has no 'until': there are from, to",
    ),
    (
        'order = "seq"\nstage = "stage"',
        'order = "seq"\nstage = { column = "stage", map = { Angebot = "ofer" } }',
        "files.steps.stages[1].stage: 'Angebot' stands for 'ofer', which is no stage: did you mean 'offer'?",
    ),
    ('order = "seq"\nstage = "stage"', 'order = "seq"', "files.steps.stages[1].stage: missing: the column with"),
    ('on = { column = "deal", refers_to = "deals" }\n', "", "files.steps.stages[1].on: missing: rows of this file"),
    (
        'refers_to = "deals" }\nat = "on"',
        'refers_to = "people" }\nat = "on"',
        "files.steps.stages[1].on: stages belong to a deal: refer to a file whose noun is one",
    ),
    ('zone = "Europe/Vienna"', 'zone = "Vienna"', "zone: 'Vienna': expected the IANA name of a time zone"),
    ('key = "lead", chance = 0.1', 'key = "lead", chance = 10', "playbook.milestones: milestone 'lead' has the chance"),
    ('{ key = "talk" }', '{ key = "lead" }', "playbook.milestones: milestone 'lead' is there twice"),
    ('won = "won"', 'won = "offer"', "playbook.ends.won: 'offer' means something else already"),
    (
        'fields.title = { text = "{product} for {company}" }',
        'fields.title = { text = "{product for {company}" }',
        "files.deals.do[1].fields.title.text: '{product for {company}': expected columns in braces",
    ),
    (
        'fields.title = { text = "{product} for {company}" }',
        'fields.title = { text = "{product!r}" }',
        "files.deals.do[1].fields.title.text: '{product!r}': expected nothing but the name of a column in each pair",
    ),
    (
        'of = "deals", by = "deal"',
        'of = "deals"',
        "files.calls.do[1].fields.account: `of` names another file and `by` the columns with its key: give both",
    ),
    (
        'of = "deals", by = "deal"',
        'of = "steps", by = "deal"',
        "files.calls.do[1].fields.account: rows of 'steps' cannot be looked up: give that file a `key`",
    ),
    (
        'fields.minutes = "minutes"',
        "fields.minutes = 1.5",
        "files.calls.do[1].fields.minutes: 1.5: expected a whole number",
    ),
    (
        'fields.minutes = "minutes"',
        'fields.minutes = { column = "minutes", plus_days = 3 }',
        "files.calls.do[1].fields.minutes: `format`, `precision` and `plus_days` are for dates",
    ),
    (
        'fields.minutes = "minutes"',
        'fields.minutes = { column = "minutes", value = 3 }',
        "files.calls.do[1].fields.minutes: expected exactly one of column, value, text, this",
    ),
    (
        'command = "ValueDeal"',
        'command = "ValueDeal"\nwhen = { column = "value", is = "1", in = ["2"] }',
        "files.deals.do[3].when[1]: expected exactly one of is, in, not_in, present",
    ),
    (
        'command = "ValueDeal"',
        'command = "RecordPurchase"\non = { column = "no", refers_to = "deals" }',
        "files.deals.do[3].on: RecordPurchase is for the noun 'account', but this goes to 'deal'",
    ),
    (
        'command = "ValueDeal"',
        'command = "RecordPurchase"',
        "files.deals.do[3].on: rows of 'deals' begin no account: say whose RecordPurchase this is",
    ),
    (
        ('command = "OpenDeal"\nfields.account = { column = "company", refers_to = "companies" }\n'
        'fields.title = { text = "{product} for {company}" }\nfields.owner = "owner"'),
        'command = "Note"\nfields.kind = { value = "crm.deal" }',
        "files.steps.stages[1].on: 'deals' gives no OpenDeal: say there what its deals are",
    ),
    ("[files.steps]", "[files.steps]\npersonal = true", "files.steps.personal: True: expected a `key` that is"),
    ("chance = 0.1", "chance = nan", "playbook.milestones[1].chance: NaN: expected a number"),
    ("[files.steps]", '[files.steps]\npath = "a\\u0000b"', "files.steps.path: 'a\\x00b': expected the name of a file"),
    (
        'at = { from = "created" }',
        'at = { column = "created", plus_days = 3000000 }',
        "files.companies.do[2].at.plus_days: 3000000: expected at most 36525 days",
    ),
    (
        'noun = "account"',
        'noun = "account"\nobserved_days = 1.5',
        "files.companies.observed_days: 1.5: expected a whole number",
    ),
    (
        "[files.steps]",
        "[files.steps]\nobserved_days = 89",
        "files.steps.noun: missing: what a row stands for, since that is what was watched for `observed_days`",
    ),
    (
        "[files.steps]",
        "[files.steps]\nobserved_days = 89",
        "files.steps.at: missing: the date from which `observed_days` are counted",
    ),
    ("[files.steps]", '[files.steps]\ndelimiter = ";;"', "files.steps.delimiter: ';;': expected one character"),
    ("[files.steps]", "[files.steps]\nrow = 1", "files.steps.row: 1: expected true or false"),
    (
        'refers_to = "deals" }]',
        'refers_to = "deals", split = ";" }]\nfields.purpose_reached = { column = "x", split = ";" }',
        "files.calls.do[1].fields.purpose_reached: `split` is for lists: this takes one value",
    ),
    (
        'fields.account = { column = "company", refers_to = "companies" }\nfields.title',
        'fields.account = { text = "{company}", refers_to = "companies" }\nfields.title',
        "files.deals.do[1].fields.account: `refers_to` says what the key in a `column` stands for: name the column",
    ),
    (
        'fields.channel = { value = "call" }',
        'fields.channel = { this = "interaction" }',
        "files.calls.do[1].fields.channel: this takes one of visit, meeting, call, e-mail",
    ),
    (
        'fields.name = "company"\nfields.industry',
        'fields.name = { column = ["id", "company"] }\nfields.industry',
        "files.companies.do[1].fields.name: one column is expected; several make up a key, with `refers_to`",
    ),
    (
        'fields.name = "name"',
        'fields.name = { column = "name", refers_to = "steps" }',
        "files.people.do[1].fields.name: rows of 'steps' stand for nothing: give that file a `noun` and a `key`",
    ),
    (
        'command = "HoldInteraction"',
        'command = "QualifyDeal"\non = { column = "deal", refers_to = "deals" }',
        "files.calls.do[1].fields.screening: missing: QualifyDeal needs it (a table with can_use, can_afford",
    ),
    (
        'command = "HoldInteraction"',
        'command = "LinkInteraction"',
        "files.calls.do[1].fields.account: LinkInteraction has no 'account': there are deals",
    ),
    ('key = "lead", chance = 0.1', 'key = "lead", chance = true', "playbook.milestones[1].chance: True: expected a nu"),
    ('key = "lead", chance = 0.1', 'key = "lead", days = true', "playbook.milestones[1].days: True: expected a whole"),
    (
        'milestones = [{ key = "lead", chance = 0.1 }, ',
        'milestones = ["lead", ',
        "playbook.milestones: ['lead', {'key': 'talk'}, {'key': 'offer', 'days': 21}]: expected tables, each begun",
    ),
    ('noun = "account"\nkey = "id"', 'noun = "account"\nkey = 7', "files.companies.key: 7: expected a text, or a list"),
    ('system = "crm"', 'system = "crm"\nexported = "May"', "exported: 'May': expected a date or time, without quotes"),
    ("[files.companies]", "[files.empty]\n[files.companies]\nwhen = 3", "files.companies.when: 3: expected tables"),
    ('system = "crm"', 'system = "crm"\nsytem = "x"', "sytem: a mapping has no 'sytem': did you mean 'system'?"),
    ('system = "crm"', "system = 3", "system: 3: expected a text"),
    ('system = "crm"\n', "", "system: missing: the name of the system the files come from"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message"), ONE_FLAW, ids=[message.split(":")[0] for *_, message in ONE_FLAW])
def test_a_flaw_is_named_by_its_key_with_what_is_expected(crm: Crm, old: str, new: str, message: str) -> None:
    found = troubles(crm.change("mapping", (old, new)))
    assert any(f"mapping.toml, at {message}" in trouble for trouble in found), found


@pytest.mark.parametrize("days", [-1, 36_526])
def test_days_of_observation_are_none_or_more(crm: Crm, days: int) -> None:
    crm.change("mapping", ('noun = "deal"', f'noun = "deal"\nobserved_days = {days}'))
    expected = f"mapping.toml, at files.deals.observed_days: {days}: expected a whole number of days, 0 to 36525"
    assert troubles(crm) == [expected]


@pytest.mark.parametrize(
    "at",
    [
        "2026-01-05",
        '{ from = "opened", to = "closed" }',
        '{ column = "opened", default = 2026-01-05 }',
        '{ column = "opened", otherwise = 2026-01-05 }',
        '{ column = "opened", map = { today = 2026-01-05 } }',
    ],
)
def test_days_of_observation_are_counted_from_the_date_in_a_column(crm: Crm, at: str) -> None:
    (found,) = troubles(crm.change("mapping", ('at = "opened"\n', f"at = {at}\nobserved_days = 89\n")))
    assert found.startswith("mapping.toml, at files.deals.at: ")
    assert found.endswith("expected the date in a column and nothing else, since `observed_days` are counted from it")


def test_all_flaws_are_listed_at_once(crm: Crm) -> None:
    crm.change(
        "mapping", ('command = "RenameAccount"', 'command = "Rename"'), ('key = "no"', ""), (', map = "role"', "")
    )
    found = troubles(crm.add("mapping", "[files.calls.colour]"))
    keys = [trouble.split(", at ")[1].split(": ")[0] for trouble in found]
    assert keys == ["files.companies.do[2].command", "files.deals", "files.deals.do[1].on", "files.deals.do[2].on",
                    "files.deals.do[3].on", "files.deals.reconcile[1].on", "files.calls.colour"]  # fmt: skip


def test_deals_need_a_playbook(crm: Crm) -> None:
    text = crm.mapping.read_text(encoding="utf-8")
    start, end = text.index("[playbook]"), text.index("[maps.role]")
    crm.mapping.write_text(text[:start] + text[end:], encoding="utf-8")
    (found,) = troubles(crm)
    assert found.startswith("mapping.toml, at playbook: missing: deals are opened under one")


def test_what_is_no_toml_says_where(crm: Crm) -> None:
    crm.mapping.write_text("system = \n", encoding="utf-8")
    with pytest.raises(ImportRefused, match=r"mapping\.toml: not TOML: .*line 1"):
        read_mapping(crm.mapping)


def test_what_is_nested_too_deep_is_refused(crm: Crm) -> None:
    crm.mapping.write_text(f"system = {'[' * 5000}{']' * 5000}", encoding="utf-8")
    with pytest.raises(ImportRefused, match="too deep to be read"):
        read_mapping(crm.mapping)


def test_what_is_no_utf_8_says_so(crm: Crm) -> None:
    crm.mapping.write_bytes('system = "Café"'.encode("latin-1"))
    with pytest.raises(ImportRefused, match=r"mapping\.toml: byte 0xe9 is not UTF-8"):
        read_mapping(crm.mapping)


def test_a_mapping_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match=r"nowhere\.toml: cannot be read"):
        read_mapping(tmp_path / "nowhere.toml")


def test_a_flawed_mapping_is_refused_before_any_file_is_opened(crm: Crm, flow: DealFlow) -> None:
    crm.file("deals").unlink()
    found = crm.change("mapping", ('map = "role"', 'map = "roles"')).refused(flow)
    assert all("mapping.toml" in trouble for trouble in found)
