"""Importing mapped files: once, again, later, in pieces, and the many ways in which a file can be written."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest

from dealflow.domain.account import AccountRegistered, AccountRenamed
from dealflow.domain.deal import DealOwnerAssigned, DealWon
from dealflow.domain.interaction import InteractionHeld
from dealflow.domain.stakeholder import StakeholderIdentified
from dealflow.engine import DealFlow
from dealflow.interchange import pipeline
from tests.clock import Clock
from tests.interchange.crm import Crm, events, history, story

Rewrite = Callable[[str], bytes]


def told(flow: DealFlow) -> list[object]:
    """Return what the journal says but for the moments of recording."""
    return [(record.stream, record.when, record.by, record.source, record.command_id, record.event)
            for record in history(flow)]  # fmt: skip


@pytest.fixture
def other() -> DealFlow:
    return DealFlow.open("memory:", clock=Clock())


def test_an_import_tells_what_it_did(crm: Crm, flow: DealFlow) -> None:
    (crm.folder / "notes.csv").write_text("x\n1\n", encoding="utf-8")
    crm.change("mapping", ('system = "crm"', 'system = "crm"\nignore = ["old.csv"]'))
    (crm.folder / "old.csv").write_text("x\n1\n", encoding="utf-8")
    crm.change("people", ("role,since", "role,mood,since"), ("buyer,", "buyer,good,"), ("engineer,", "engineer,,"))
    report = crm.go(flow)
    assert list(report.lines()) == [
        "crm, here: 19 records stored, from 19 facts",
        "0 facts were known already, 6 changed nothing",
        "companies.csv: 2 rows, comma",
        "people.csv: 2 rows, comma; columns not mapped: mood",
        "deals.csv: 3 rows, comma",
        "steps.csv: 8 rows, comma",
        "calls.csv: 2 rows, comma",
        "ignored, as the mapping says: old.csv",
        "not in the mapping: notes.csv",
        "0 differences between the source's current rows and their history",
    ]


def test_a_deal_is_found_by_its_key_in_the_source_alone(crm: Crm, flow: DealFlow) -> None:
    crm.go(flow)
    for key in ("C1", "P1", "D1", "K1"):
        sources = {record.source for record in flow.journal.stream(flow.find(key))}
        assert {(source.system, source.key) for source in sources if source} == {("crm", key)}


def test_the_organisation_is_the_folder_unless_someone_says_otherwise(crm: Crm, flow: DealFlow) -> None:
    assert crm.go(flow, org=None).org == "export"
    crm.change("mapping", ('system = "crm"', 'system = "crm"\norg = "north"'))
    assert crm.go(flow, org=None).org == "north"
    assert crm.go(flow, org="south").org == "south"
    assert flow.funnel().deals == 9


# Again, and later


def test_the_same_import_again_adds_nothing(crm: Crm, flow: DealFlow) -> None:
    first = crm.go(flow).imported
    before = history(flow)
    again = crm.go(flow, exported=date(2026, 7, 1), by="someone.else").imported
    assert (again.stored, again.known) == (0, first.stored)
    assert history(flow) == before


def test_a_later_export_adds_what_is_new(crm: Crm, flow: DealFlow) -> None:
    crm.go(flow)
    crm.add("deals", "D4,C1,Seals,mai,20,lead,2026-05-02").add("steps", "D4,1,lead,2026-05-02", "D2,3,offer,2026-05-03")
    assert crm.go(flow).imported.stored == 3
    assert story(flow, "D2")[-1] == ("2026-05-03", "StageAdvanced")


def test_a_later_export_adds_what_has_changed_as_of_some_time_until_it_was_made(crm: Crm, flow: DealFlow) -> None:
    crm.go(flow)
    crm.change("companies", ("Acme", "Acme plc")).change("deals", ("Valves,mai", "Valves,jo"))
    later = crm.go(flow, exported=date(2026, 7, 1))
    assert later.imported.stored == 2
    assert events(flow, "C1")[-1] == AccountRenamed("Acme plc")
    assert events(flow, "D2")[-1] == DealOwnerAssigned("jo")
    assert story(flow, "C1")[-1][0] == "2026-01-02 to 2026-07-01"
    assert crm.go(flow, exported=date(2026, 8, 1)).imported.stored == 0
    states = [flow.state(flow.find("C1"), happened=day).name for day in (date(2026, 6, 30), date(2026, 7, 1))]
    assert states == ["Acme", "Acme plc"]


def test_the_mapping_can_say_when_the_export_was_made(crm: Crm, flow: DealFlow) -> None:
    crm.go(flow)
    crm.change("mapping", ('system = "crm"', 'system = "crm"\nexported = 2026-05-01T12:00:00'))
    crm.change("companies", ("Acme", "Acme plc")).go(flow, exported=None)
    assert story(flow, "C1")[-1][0] == "2026-01-02 to 2026-05-01"


def test_a_mapping_that_has_changed_its_mind_is_refused(crm: Crm, flow: DealFlow) -> None:
    crm.go(flow)
    found = crm.change("mapping", ('buyer = "economic"', 'buyer = "coach"')).refused(flow)
    assert found == [
        (
            "people.csv, line 2, column role: imported before as something else: the mapping changed, or the row, "
            "and nothing in it says when; import into a new journal"
        )
    ]


def test_observation_ends_so_many_days_after_the_date_or_time_of_a_row(crm: Crm, flow: DealFlow) -> None:
    crm.change("mapping", ('noun = "account"', 'noun = "account"\nobserved_days = 89'))
    crm.change("companies", ("2026-01-03", "2026-01-03 09:30")).go(flow)
    assert story(flow, "C1") == [("2026-01-02", "AccountRegistered"), ("2026-04-01", "ObservationEnded")]
    assert story(flow, "C2") == [("2026-01-03 08:30", "AccountRegistered"), ("2026-04-02 08:30", "ObservationEnded")]


def test_days_of_observation_are_added_to_those_of_the_date(crm: Crm, flow: DealFlow) -> None:
    at = 'at = { column = "since", plus_days = 1 }\nobserved_days = 0'
    crm.change("mapping", ('at = "since"', at)).go(flow)
    assert story(flow, "P2")[-1] == ("2026-01-05", "ObservationEnded")


def test_an_observation_that_ended_is_told_once_in_whichever_words(crm: Crm, flow: DealFlow) -> None:
    crm.change("mapping", ('noun = "deal"', 'noun = "deal"\nobserved_days = 89')).go(flow)
    before = history(flow)
    crm.go(flow)
    by_hand = ("[[files.deals.do]]", 'command = "EndObservation"', 'at = { column = "opened", plus_days = 89 }')
    crm.change("mapping", ("observed_days = 89\n", "")).add("mapping", *by_hand).go(flow)
    assert history(flow) == before


def test_a_later_export_may_cover_more_days(crm: Crm, flow: DealFlow) -> None:
    crm.change("mapping", ('noun = "deal"', 'noun = "deal"\nobserved_days = 89')).go(flow)
    crm.change("mapping", ("observed_days = 89", "observed_days = 120"))
    crm.add("steps", "D2,3,offer,2026-05-02").go(flow)
    assert story(flow, "D2")[-3:] == [
        ("2026-04-05", "ObservationEnded"), ("2026-05-02", "StageAdvanced"), ("2026-05-06", "ObservationEnded")
    ]  # fmt: skip


def test_rows_with_a_stamp_of_their_own_change_as_often_as_it_does(crm: Crm, flow: DealFlow) -> None:
    crm.change("mapping", ('noun = "account"', 'noun = "account"\nversion = "rev"'))
    crm.change("companies", ("created", "created,rev"), ("01-02", "01-02,1"), ("01-03", "01-03,1"))
    for name, rev in (("Acme", "1"), ("Ajax", "2"), ("Acme", "3")):
        text = crm.file("companies").read_text(encoding="utf-8").splitlines()
        text[1] = f"C1,{name},steel,2026-01-02,{rev}"
        crm.file("companies").write_text("\n".join(text), encoding="utf-8")
        crm.go(flow)
    assert events(flow, "C1") == [
        AccountRegistered("Acme", industry="steel"), AccountRenamed("Ajax"), AccountRenamed("Acme")
    ]  # fmt: skip


def test_several_versions_of_a_row_in_one_file_are_told_by_their_stamps(crm: Crm, flow: DealFlow) -> None:
    crm.change("mapping", ('noun = "account"', 'noun = "account"\nversion = "rev"'))
    crm.change("companies", ("created", "created,rev"), ("01-02", "01-02,2"), ("01-03", "01-03,1"))
    crm.add("companies", "C1,Old Acme,steel,2026-01-02,1").go(flow)
    assert events(flow, "C1") == [AccountRegistered("Old Acme", industry="steel"), AccountRenamed("Acme")]


def test_what_is_told_once_changes_only_through_what_is_told_until_the_export(crm: Crm, flow: DealFlow) -> None:
    value = 'command = "ValueDeal"\nonce = true\nfields.amount = "value"'
    later = '[[files.deals.do]]\ncommand = "ValueDeal"\nat = { from = "opened" }\nfields.amount = "value"'
    crm.change("mapping", ('command = "ValueDeal"\nfields.amount = "value"', f"{value}\n\n{later}")).go(flow)
    assert story(flow, "D1")[1] == ("2026-01-05", "DealValued")
    assert crm.change("deals", ("1000.50", "900")).go(flow).imported.stored == 1
    assert story(flow, "D1")[-1] == ("2026-01-05 to 2026-06-01", "DealValued")
    before = flow.state(flow.find("D1"), happened=date(2026, 5, 31))
    assert str(before.valued) == "1,000.50 EUR"


def test_rows_with_keys_of_their_own_are_told_apart_where_they_say_the_same_of_another(
    crm: Crm, flow: DealFlow
) -> None:
    note = """
[[files.calls.do]]
command = "Note"
on = { column = "deal", refers_to = "deals" }
fields.kind = { value = "crm.call" }
fields.data = ["minutes"]
"""
    crm.add("mapping", note).add("calls", "K3,D1,P1,30,2026-01-08").go(flow)
    assert [kind for _, kind in story(flow, "D1")].count("Noted") == 2
    assert crm.go(flow).imported.stored == 0


def test_rows_that_say_two_things_of_one_other_with_one_stamp_are_refused(crm: Crm, flow: DealFlow) -> None:
    crm.change("mapping", ('noun = "deal"', 'noun = "deal"\nversion = "rev"'))
    crm.change("deals", ("stage,opened", "stage,opened,rev"), ("01-05", "01-05,1"), ("01-06", "01-06,1"))
    crm.change("deals", ("01-07", "01-07,1")).add("deals", "D1,C1,Pumps,li.wei,7,won,2026-01-05,1")
    assert crm.refused(flow) == [
        "deals.csv, line 5, column value: said otherwise in deals.csv, line 2, and nothing tells which is newer"
    ]


# In pieces


def test_a_killed_import_goes_on_when_it_is_run_again(
    crm: Crm, flow: DealFlow, other: DealFlow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "BATCH", 5)
    crm.go(other)

    def die(done: int, total: int) -> None:
        assert total == 19
        if done == 10:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        crm.go(flow, progress=die)
    assert len(history(flow)) == 10
    assert crm.go(flow).imported.stored == 9
    assert told(flow) == told(other)


# Files as they come


@pytest.mark.parametrize(
    "rewrite",
    [
        pytest.param(lambda text: text.encode("utf-8-sig"), id="a byte order mark"),
        pytest.param(lambda text: text.replace("\n", "\r\n").encode(), id="line ends of Windows"),
        pytest.param(lambda text: text.replace(",", ";").encode(), id="semicolons"),
        pytest.param(lambda text: text.replace(",", "\t").encode(), id="tabs"),
        pytest.param(lambda text: (text + text).encode(), id="two exports, one after the other"),
        pytest.param(lambda text: text.encode("utf-8-sig") * 2, id="two of them with marks"),
        pytest.param(lambda text: (text + "\n\n").encode(), id="empty lines"),
    ],
)
def test_a_file_may_be_written_in_many_ways(crm: Crm, flow: DealFlow, other: DealFlow, rewrite: Rewrite) -> None:
    crm.go(other)
    for path in crm.folder.glob("*.csv"):
        path.write_bytes(rewrite(path.read_text(encoding="utf-8")))
    crm.go(flow)
    assert told(flow) == told(other)


def test_columns_may_stand_in_any_order(crm: Crm, flow: DealFlow, other: DealFlow) -> None:
    crm.go(other)
    for path in crm.folder.glob("*.csv"):
        lines = path.read_text(encoding="utf-8").splitlines()
        path.write_text("\n".join(",".join(reversed(line.split(","))) for line in lines), encoding="utf-8")
    crm.go(flow)
    assert told(flow) == told(other)


def test_line_breaks_in_quotes_count_for_the_lines_of_what_follows(crm: Crm, flow: DealFlow) -> None:
    crm.change("companies", (",Acme,", ',"Acme\nof ""Graz"", Ltd",'), ("2026-01-03", "never"))
    (found,) = crm.refused(flow)
    assert found.startswith("companies.csv, line 4, column created: 'never' is not a date or time")
    crm.change("companies", ("never", "2026-01-03")).go(flow)
    assert events(flow, "C1")[0].name == 'Acme\nof "Graz", Ltd'


def test_repeated_rows_are_counted(crm: Crm, flow: DealFlow) -> None:
    report = crm.add("companies", "C1,Acme,steel,2026-01-02").go(flow)
    assert str(report.files[0]) == "companies.csv: 3 rows, comma; 1 said twice"


def test_rows_can_be_left_out_with_all_that_speaks_of_them(crm: Crm, flow: DealFlow) -> None:
    crm.change(
        "mapping",
        ('noun = "deal"\nkey = "no"', 'noun = "deal"\nkey = "no"\nwhen = { column = "stage", not_in = ["lost"] }'),
    )
    report = crm.add("calls", "K3,D3,P2,5,2026-01-10").go(flow)
    assert flow.funnel().deals == 2
    assert str(report.files[2]) == "deals.csv: 3 rows, comma; 1 left out by the mapping: D3"


def test_a_file_that_is_not_there_is_named_unless_it_is_optional(crm: Crm, flow: DealFlow) -> None:
    crm.file("calls").unlink()
    assert crm.refused(flow) == ["calls.csv: cannot be read: No such file or directory"]
    crm.change("mapping", ("[files.calls]", "[files.calls]\noptional = true")).go(flow)
    assert flow.funnel().deals == 3


def test_a_file_may_bear_another_name(crm: Crm, flow: DealFlow) -> None:
    crm.file("calls").rename(crm.folder / "Anrufe 2026.csv")
    crm.change("mapping", ("[files.calls]", '[files.calls]\npath = "Anrufe 2026.csv"')).go(flow)
    assert story(flow, "K1") == [("2026-01-08", "InteractionHeld")]


def test_what_is_said_of_rows_left_out_is_left_out_too(crm: Crm, flow: DealFlow) -> None:
    crm.change("mapping", ('noun = "account"', 'noun = "account"\nwhen = { column = "industry", is = "steel" }'))
    crm.change("mapping", ('noun = "deal"', 'noun = "deal"\nwhen = { column = "company", is = "C1" }'))
    report = crm.go(flow)
    assert "7 facts left out, about rows that the mapping leaves out" in list(report.lines())
    assert (flow.funnel().deals, report.differences) == (1, ())


# Keys


def test_rows_without_a_key_are_known_by_their_number(crm: Crm, flow: DealFlow) -> None:
    crm.change("mapping", ('noun = "interaction"\nkey = "id"', 'noun = "interaction"\nrow = true'))
    crm.add("calls", "K2,D2,P2,,2026-01-09").go(flow)
    assert [story(flow, f"row-{number}")[0][1] for number in (1, 2, 3)] == ["InteractionHeld"] * 3
    assert crm.add("calls", "K3,D2,P2,5,2026-01-10").go(flow).imported.stored == 1


def test_a_row_without_a_key_that_says_something_else_is_another_and_refused(crm: Crm, flow: DealFlow) -> None:
    crm.change("mapping", ('noun = "interaction"\nkey = "id"', 'noun = "interaction"\nrow = true')).go(flow)
    (found,) = crm.change("calls", (",30,", ",45,")).refused(flow)
    assert found.startswith("calls.csv, line 2, column on: imported before as something else")


def test_personal_keys_are_stored_as_keyed_digests(crm: Crm, flow: DealFlow, monkeypatch: pytest.MonkeyPatch) -> None:
    crm.change("mapping", ('noun = "stakeholder"', 'noun = "stakeholder"\npersonal = true'))
    crm.change("people", ("P1", "ana@acme.example"), ("P2", "bo@globex.example"))
    crm.change("calls", ("P1", "Ana@acme.example"), ("P2", "bo@globex.example"))
    assert crm.refused(flow) == [
        (
            "mapping.toml, at files.people.personal: a personal key is stored as a keyed digest, but there is no "
            "secret: set `secret_env`, or give one"
        )
    ]
    crm.change("mapping", ('system = "crm"', 'system = "crm"\nsecret_env = "CRM_SECRET"'))
    assert "set the environment variable CRM_SECRET" in crm.refused(flow)[0]
    crm.change("calls", ("Ana@", "ana@"))
    monkeypatch.setenv("CRM_SECRET", "hush")
    crm.go(flow)
    assert "acme.example" not in repr([(one.source, one.command_id, one.stream) for one in history(flow)])
    assert crm.go(flow, secret="hush").imported.stored == 0  # noqa: S106 (a test's own)
    (held,) = events(flow, "K1")
    assert isinstance(held, InteractionHeld)
    assert isinstance(flow.journal.stream(held.theirs[0])[0].event, StakeholderIdentified)


def test_what_tells_rows_apart_is_keyed_as_well_where_a_key_is_personal(crm: Crm) -> None:
    crm.change("mapping", ('noun = "stakeholder"', 'noun = "stakeholder"\npersonal = true'))
    versions = []
    for secret in ("hush", "hush", "whisper"):
        with DealFlow.open() as flow:
            crm.go(flow, secret=secret)
            ids = [one.command_id or "" for one in history(flow)]
            versions.append({one.rpartition("@")[2] for one in ids if "people.IdentifyRole" in one})
    assert versions[0] == versions[1]
    assert not versions[0] & versions[2]


def test_a_personal_key_is_not_repeated_in_complaints(crm: Crm, flow: DealFlow) -> None:
    crm.change("mapping", ('noun = "stakeholder"', 'noun = "stakeholder"\npersonal = true'))
    crm.change("calls", ("P1", "eve@acme.example"))
    (found,) = crm.refused(flow, secret="hush")  # noqa: S106 (a test's own)
    assert found == "calls.csv, line 2, column person: this key is in no row of people.csv, nor in the journal"


# What the source knew


def test_what_the_source_recorded_and_who_did_is_kept_where_the_mapping_says(crm: Crm, flow: DealFlow) -> None:
    stamps = 'noun = "interaction"\nrecorded_at = "entered"\nrecorded_by = "by"'
    crm.change("mapping", ('noun = "interaction"', stamps))
    crm.change("calls", ("minutes,on", "minutes,on,entered,by"), ("01-08", "01-08,2026-01-11 10:00,mai"))
    crm.change("calls", ("01-09", "01-09,,")).go(flow)
    (record,) = flow.journal.stream(flow.find("K1"))
    assert record.source is not None
    assert (str(record.source.recorded_at), record.source.by) == ("2026-01-11 09:00:00+00:00", "mai")
    assert flow.state(flow.find("K1"), known=date(2026, 1, 10), knowledge="source") is None


def test_accounts_alone_need_no_playbook(crm: Crm, flow: DealFlow) -> None:
    text = crm.mapping.read_text(encoding="utf-8")
    start, end, people = (text.index(part) for part in ("[playbook]", "[maps.role]", "[files.people]"))
    crm.mapping.write_text(text[:start] + text[end:people], encoding="utf-8")
    report = crm.go(flow, exported=datetime(2026, 6, 1, 12))  # noqa: DTZ001 (then it is the mapping's zone)
    assert (report.imported.stored, report.strange) == (2, ("calls.csv", "deals.csv", "people.csv", "steps.csv"))


def test_differences_are_named_with_both_values_and_close_nothing(crm: Crm, flow: DealFlow) -> None:
    crm.change(
        "mapping",
        ('amount = "value"\n\n[files.steps]', 'amount = "value"\nclosed = "end"\nowner = "boss"\n\n[files.steps]'),
    )
    crm.change("deals", ("stage,opened", "stage,opened,end,boss"), ("01-05", "01-05,2026-02-11,li.wei"))
    crm.change("deals", ("01-06", "01-06,,jo"), ("lost,2026-01-07", "won,2026-01-07,2026-01-30,mai"))
    report = crm.go(flow)
    assert [(one.key, one.what, one.source, one.imported) for one in report.differences] == [
        ("D1", "closed", "2026-02-11", "2026-02-10"),
        ("D2", "owner", "jo", "mai"),
        ("D3", "stage", "won", "lost"),
    ]
    assert not any(isinstance(event, DealWon) for event in events(flow, "D3"))


def test_what_cannot_be_compared_is_a_difference(crm: Crm, flow: DealFlow) -> None:
    crm.change("mapping", ('amount = "value"\n\n[files.steps]', 'amount = "sum"\n\n[files.steps]'))
    crm.change("deals", ("stage,opened", "stage,opened,sum"), ("01-05", "01-05,much"), ("01-06", "01-06,"))
    crm.change("deals", ("01-07", "01-07,300"))
    (one,) = crm.go(flow).differences
    assert (one.key, one.what, one.source) == ("D1", "amount", "unreadable")


def test_a_deal_the_source_speaks_of_and_no_row_opens_is_a_difference(crm: Crm, flow: DealFlow) -> None:
    condition = '[[files.deals.do]]\nwhen = { column = "no", not_in = ["D2"] }'
    crm.change("mapping", ("[[files.deals.do]]", condition))
    report = crm.change("calls", ("K2,D2,P2,,2026-01-09\n", "")).go(flow)
    assert [str(one) for one in report.differences] == [
        "deals.csv, line 3: D2: the deal is there now, but never opened by its history"
    ]


def test_a_check_that_finds_no_deal_is_a_difference(crm: Crm, flow: DealFlow) -> None:
    check = '[[files.people.reconcile]]\non = { column = "deal", refers_to = "deals" }\nstage = "stage"'
    crm.add("mapping", check).change("people", ("role,since", "role,since,deal,stage"))
    crm.change("people", ("01-04\nP2", "01-04,D1,won\nP2"), ("engineer,2026-01-04", "engineer,2026-01-04,D8,won"))
    (one,) = crm.go(flow).differences
    assert (one.key, one.imported) == (
        "D8",
        "not found (people.csv, line 3, column deal: 'D8' is in no row of deals.csv, nor in the journal)",
    )


def test_a_recording_time_that_cannot_be_read_spoils_what_was_recorded(crm: Crm, flow: DealFlow) -> None:
    crm.change("mapping", ('noun = "interaction"', 'noun = "interaction"\nrecorded_at = "entered"'))
    crm.change("calls", ("minutes,on", "minutes,on,entered"), ("01-08", "01-08,lately"), ("01-09", "01-09,"))
    (found,) = crm.refused(flow)
    assert found.startswith("calls.csv, line 2, column entered: 'lately' is not a date or time")


def test_import_into_a_file_and_open_it_again(crm: Crm, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'crm.db'}"
    with DealFlow.open(url) as flow:
        crm.go(flow)
    with DealFlow.open(url) as flow:
        assert crm.go(flow).imported.stored == 0
        assert flow.funnel().won == 1
