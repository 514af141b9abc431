"""How a mapping reads a cell: words, dates, amounts, references, and what an empty one means."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from dealflow.domain.account import AccountRegistered
from dealflow.domain.deal import CloseExpected, DealOpened, DealValued
from dealflow.domain.interaction import InteractionHeld, VisitStep
from dealflow.domain.noun import HistoryUnknown, Noted
from dealflow.domain.qualification import Pursuit, Qualified, Risk, Screening, YesNo
from dealflow.domain.stakeholder import RoleIdentified
from dealflow.engine import DealFlow
from dealflow.money import Money
from tests.interchange.crm import Crm, events, story

DEAL = """
[[files.deals.do]]
command = "{command}"
{rest}
"""


def deal_gives(crm: Crm, command: str, *rest: str) -> Crm:
    return crm.add("mapping", DEAL.format(command=command, rest="\n".join(rest)))


def of_type(flow: DealFlow, key: str, kind: type) -> list[Any]:
    return [event for event in events(flow, key) if isinstance(event, kind)]


def test_a_word_that_says_nothing_is_absent(crm: Crm, flow: DealFlow) -> None:
    crm.go(flow)
    assert events(flow, "C1") == [AccountRegistered("Acme", industry="steel")]
    assert events(flow, "C2") == [AccountRegistered("Globex")]


def test_unknown_words_hold_for_a_file_and_for_the_whole_mapping(crm: Crm, flow: DealFlow) -> None:
    crm.change("mapping", ('system = "crm"', 'system = "crm"\nunknown = ["?"]'))
    crm.change("mapping", ('noun = "stakeholder"', 'noun = "stakeholder"\nunknown = ["-"]'))
    crm.change("companies", ("steel", "?")).change("people", ("CFO", "-")).go(flow)
    assert events(flow, "C1") == [AccountRegistered("Acme")]
    assert events(flow, "P1")[0].title is None


def test_a_word_the_map_lacks_is_refused_with_those_it_has(crm: Crm, flow: DealFlow) -> None:
    assert crm.change("people", ("engineer", "enginer")).refused(flow) == [
        (
            "people.csv, line 3, column role: 'enginer' is not in the map `files.people.do[2].fields.role`: "
            "did you mean 'engineer'? there are buyer, engineer; add it, or say `otherwise`"
        )
    ]


def test_otherwise_stands_for_every_word_the_map_lacks(crm: Crm, flow: DealFlow) -> None:
    crm.change("mapping", ('map = "role"', 'map = "role", otherwise = "user"')).change("people", ("engineer", "clerk"))
    crm.go(flow)
    assert [event.role.value for event in of_type(flow, "P2", RoleIdentified)] == ["user"]


def test_without_a_map_an_enum_s_own_words_are_read_in_any_case(crm: Crm, flow: DealFlow) -> None:
    crm.change("mapping", (', map = "role"', "")).change("people", ("buyer", "Economic"), ("engineer", "technical"))
    crm.go(flow)
    assert [event.role.value for event in of_type(flow, "P1", RoleIdentified)] == ["economic"]


def test_a_default_stands_for_an_empty_cell(crm: Crm, flow: DealFlow) -> None:
    crm.change("mapping", ('fields.minutes = "minutes"', 'fields.minutes = { column = "minutes", default = 10 }'))
    crm.go(flow)
    assert [events(flow, key)[0].minutes for key in ("K1", "K2")] == [30, 10]


def test_what_begins_a_stream_needs_all_it_needs(crm: Crm, flow: DealFlow) -> None:
    crm.change("companies", (",Acme,", ",,"))
    assert "companies.csv, line 2, column company: empty: RegisterAccount needs its name" in crm.refused(flow)


def test_another_command_without_what_it_needs_is_not_given_and_counted(crm: Crm, flow: DealFlow) -> None:
    report = crm.change("people", (",buyer,", ",,")).go(flow)
    assert of_type(flow, "P1", RoleIdentified) == []
    assert {file.file: file.unsaid for file in report.files if file.unsaid} == {"people.csv": 1}


def test_a_field_that_may_be_unknown_is_told_as_unknown(crm: Crm, flow: DealFlow) -> None:
    crm.add("deals", "D4,C1,Seals,mai,200,lead,2026-02-01").go(flow)
    crm.change("deals", (",200,", ",,")).go(flow)
    assert of_type(flow, "D4", DealValued) == [DealValued(Money(Decimal(200), "EUR")), DealValued(None)]


def test_amounts_take_their_currency_from_a_column_where_the_mapping_says_so(crm: Crm, flow: DealFlow) -> None:
    amount = 'fields.amount = { column = "value", currency = { column = "owner", map = { "li.wei" = "CNY" } } }'
    crm.change("mapping", ('fields.amount = "value"', amount)).change("deals", (",mai,", ",,"), ("300", ""))
    crm.change("mapping", ('amount = "value"\n\n[files.steps]', "\n[files.steps]")).go(flow)
    assert of_type(flow, "D1", DealValued) == [DealValued(Money(Decimal("1000.50"), "CNY"))]


def test_an_amount_whose_currency_is_empty_is_refused_where_nothing_else_says_it(crm: Crm, flow: DealFlow) -> None:
    amount = 'fields.amount = { column = "value", currency = { column = "cur" } }'
    crm.change("mapping", ('currency = "EUR"\n', ""), ('fields.amount = "value"', amount))
    crm.change("mapping", ('amount = "value"\n\n[files.steps]', "\n[files.steps]"))
    crm.change("deals", ("stage,opened", "stage,opened,cur"), ("01-05", "01-05,CNY"), ("01-06", "01-06,"))
    crm.change("deals", ("01-07", "01-07,"))
    assert crm.refused(flow) == [
        "deals.csv, line 4, column cur: empty: an amount needs a currency; say `currency` in the mapping"
    ]


def test_a_decimal_comma_is_read_where_the_mapping_says_so(crm: Crm, flow: DealFlow) -> None:
    crm.change("mapping", ('noun = "deal"', 'noun = "deal"\ndecimal = ","'))
    crm.change("deals", ("1000.50", '"1.000,50"'), (",300,", ',"300,25",')).go(flow)
    assert of_type(flow, "D1", DealValued) == [DealValued(Money(Decimal("1000.50"), "EUR"))]
    assert of_type(flow, "D3", DealValued) == [DealValued(Money(Decimal("300.25"), "EUR"))]


def test_a_number_that_is_none_is_refused(crm: Crm, flow: DealFlow) -> None:
    assert crm.change("deals", ("1000.50", "about 1000")).refused(flow) == [
        (
            "deals.csv, line 2, column value: 'about 1000' is not an amount: expected digits with a decimal point, "
            "such as 1250.50"
        )
    ]


def test_a_number_that_is_none_with_a_comma_is_refused(crm: Crm, flow: DealFlow) -> None:
    crm.change("mapping", ('noun = "deal"', 'noun = "deal"\ndecimal = ","')).change("deals", (",300,", ",3.00,"))
    (found,) = crm.change("deals", ("1000.50", '"1000,50"')).refused(flow)
    assert found.endswith("'3.00' is not an amount: expected digits with a decimal comma, such as 1.250,50")


def test_a_word_that_is_no_number_can_stand_for_one(crm: Crm, flow: DealFlow) -> None:
    crm.change("mapping", ('fields.minutes = "minutes"', 'fields.minutes = { column = "minutes", otherwise = 0 }'))
    crm.change("calls", (",30,", ",brief,")).go(flow)
    assert events(flow, "K1")[0].minutes == 0


def test_truths_are_read(crm: Crm, flow: DealFlow) -> None:
    crm.add("mapping", 'fields.purpose_reached = "good"').change("calls", ("minutes,on", "minutes,on,good"))
    crm.change("calls", ("01-08", "01-08,Yes"), ("01-09", "01-09,maybe"))
    (found,) = crm.refused(flow)
    assert found == "calls.csv, line 3, column good: 'maybe' is neither yes nor no: expected true or false"
    crm.change("calls", ("maybe", "")).go(flow)
    assert [events(flow, key)[0].purpose_reached for key in ("K1", "K2")] == [True, None]


def test_a_word_that_is_none_of_an_enum_s_is_refused(crm: Crm, flow: DealFlow) -> None:
    crm.change("mapping", (', map = "role"', "")).change("people", ("buyer", "economics"))
    assert crm.refused(flow)[0] == (
        "people.csv, line 2, column role: 'economics' is no Role: did you mean 'economic'? there are coach, user, "
        "technical, economic; say what it means in a `map`"
    )


def test_a_whole_number_has_no_fraction(crm: Crm, flow: DealFlow) -> None:
    (found,) = crm.change("calls", (",30,", ",30.5,")).refused(flow)
    assert found == "calls.csv, line 2, column minutes: '30.5' is not a whole number"


# Dates


def test_day_and_month_are_told_apart_over_the_whole_column(crm: Crm, flow: DealFlow) -> None:
    crm.change("companies", ("2026-01-02", "02.01.2026"), ("2026-01-03", "13.01.2026")).go(flow)
    assert story(flow, "C1") == [("2026-01-02", "AccountRegistered")]


def test_day_and_month_that_no_cell_tells_apart_are_refused(crm: Crm, flow: DealFlow) -> None:
    crm.change("companies", ("2026-01-02", "02/01/2026"), ("2026-01-03", "03/01/2026"))
    (found,) = crm.refused(flow)
    assert found.startswith(
        "companies.csv, column created: '02/01/2026': day first or month first? no cell of the column tells; say which"
    )
    crm.change("mapping", ('noun = "account"', 'noun = "account"\ndates = "dmy"')).go(flow)
    assert story(flow, "C1") == [("2026-01-02", "AccountRegistered")]


def test_a_format_of_one_s_own_is_read(crm: Crm, flow: DealFlow) -> None:
    crm.change("mapping", ('at = "created"\n', 'at = { column = "created", format = "%Y%m%d" }\n'))
    crm.change("mapping", ('from = "created"', 'from = { column = "created", format = "%Y%m%d" }'))
    crm.change("companies", ("2026-01-02", "20260102"), ("2026-01-03", "20260103")).go(flow)
    assert story(flow, "C1") == [("2026-01-02", "AccountRegistered")]


def test_a_cell_not_of_that_format_is_refused(crm: Crm, flow: DealFlow) -> None:
    crm.change("mapping", ('at = "created"\n', 'at = { column = "created", format = "%Y%m%d" }\n'))
    assert "companies.csv, line 2, column created: '2026-01-02' is not a date or time as in `%Y%m%d`" in crm.refused(
        flow
    )


def test_a_time_without_an_offset_is_of_the_mapping_s_zone(crm: Crm, flow: DealFlow) -> None:
    crm.change("companies", ("2026-01-02", "2026-01-02 09:30")).go(flow)
    assert story(flow, "C1") == [("2026-01-02 08:30", "AccountRegistered")]


def test_a_time_of_a_format_is_of_the_mapping_s_zone_too(crm: Crm, flow: DealFlow) -> None:
    crm.change("mapping", ('at = "created"\n', 'at = { column = "created", format = "%d %b %Y, %H:%M" }\n'))
    crm.change("mapping", ('at = { from = "created" }\n', ""))
    crm.change("companies", ("2026-01-02", '"2 Jan 2026, 09:30"'), ("2026-01-03", '"3 Jan 2026, 00:00"')).go(flow)
    assert story(flow, "C1") == [("2026-01-02 08:30", "AccountRegistered")]


def test_a_time_of_a_format_without_any_zone_is_refused(crm: Crm, flow: DealFlow) -> None:
    crm.change("mapping", ('zone = "Europe/Vienna"\n', ""))
    crm.change("mapping", ('at = "created"\n', 'at = { column = "created", format = "%Y%m%d%H" }\n'))
    found = crm.change("companies", ("2026-01-02", "2026010209")).refused(flow)
    message = (
        "companies.csv, column created: '2026010209' has no UTC offset: "
        "say the zone it is written in, as `zone` in the mapping"
    )
    assert message in found


def test_a_time_that_only_means_a_day_is_read_as_that_day(crm: Crm, flow: DealFlow) -> None:
    crm.change("mapping", ('at = "created"\n', 'at = { column = "created", precision = "day" }\n'))
    crm.change("companies", ("2026-01-02", "2026-01-02 00:00")).go(flow)
    assert story(flow, "C1") == [("2026-01-02", "AccountRegistered")]


def test_days_are_added_to_dates_of_every_kind(crm: Crm, flow: DealFlow) -> None:
    deal_gives(crm, "ExpectClose", 'fields.on = { column = "opened", plus_days = 30 }')
    deal_gives(crm, "MarkHistoryUnknown", 'fields.until = { column = "opened", plus_days = -1 }')
    deal_gives(crm, "Note", 'fields.kind = { value = "crm.x" }', 'fields.data.d = { column = "opened", plus_days = 1 }')
    crm.go(flow)
    assert of_type(flow, "D1", CloseExpected) == [CloseExpected(date(2026, 2, 4))]
    assert [event.until.date() for event in events(flow, "D1") if isinstance(event, HistoryUnknown)] == [
        date(2026, 1, 4)
    ]
    assert of_type(flow, "D1", Noted) == [Noted("crm.x", (("d", "2026-01-06"),))]


def test_a_window_lies_between_two_dates(crm: Crm, flow: DealFlow) -> None:
    crm.change("mapping", ('at = "since"', 'at = { from = 2025-12-01, to = "since" }')).go(flow)
    assert story(flow, "P1")[0] == ("2025-12-01 to 2026-01-04", "StakeholderIdentified")


def test_a_window_that_ends_before_it_begins_is_refused(crm: Crm, flow: DealFlow) -> None:
    crm.change("mapping", ('at = "since"', 'at = { from = "since", to = 2025-12-01 }'))
    assert crm.refused(flow)[0].startswith("people.csv, line 2, column since: a window cannot begin (2026-01-04T")


def test_a_date_that_is_empty_is_refused_and_says_what_to_do(crm: Crm, flow: DealFlow) -> None:
    (found,) = crm.change("calls", (",30,2026-01-08", ",30,")).refused(flow)
    assert found.startswith("calls.csv, line 2, column on: empty, so nobody knows when: give a window `{ from, to }`")


# Shapes


def test_values_with_fields_of_their_own_are_tables(crm: Crm, flow: DealFlow) -> None:
    rest = (
        'fields.screening = { can_use = { column = "stage", map = { won = "yes" }, otherwise = "unknown" } }',
        'fields.risk = { has_competition = { value = "no" } }',
        'fields.verdict = { value = "pass" }',
    )
    deal_gives(crm, "QualifyDeal", *rest).go(flow)
    screened = [Qualified(Screening(YesNo.YES), Risk(has_competition=YesNo.NO), Pursuit.PASS)]
    assert of_type(flow, "D1", Qualified) == screened


def test_a_cell_can_hold_several_values(crm: Crm, flow: DealFlow) -> None:
    steps = 'fields.steps = { column = "steps", split = "+", map = { a = "ask", l = "listen-and-present" } }'
    crm.add("mapping", steps).change("calls", ("minutes,on", "minutes,on,steps"), ("01-08", "01-08,a + l"))
    crm.change("calls", ("01-09", "01-09,")).go(flow)
    assert [event.steps for event in of_type(flow, "K1", InteractionHeld)] == [
        (VisitStep.ASK, VisitStep.LISTEN_AND_PRESENT)
    ]
    assert [event.steps for event in of_type(flow, "K2", InteractionHeld)] == [None]


def test_a_cell_can_hold_several_keys(crm: Crm, flow: DealFlow) -> None:
    theirs = 'fields.theirs = { column = "person", split = "/", refers_to = "people" }'
    crm.change("mapping", ('fields.theirs = [{ column = "person", refers_to = "people" }]', theirs))
    crm.change("calls", ("D1,P1", "D1,P1/P9"))
    assert crm.refused(flow) == [
        "calls.csv, line 2, column person: 'P9' is in no row of people.csv, nor in the journal"
    ]
    crm.change("calls", ("P1/P9", "P1/P2")).go(flow)
    assert events(flow, "K1")[0].theirs == (flow.find("P1"), flow.find("P2"))


def test_a_list_of_columns_is_named_as_they_are_and_empty_ones_are_unknown(crm: Crm, flow: DealFlow) -> None:
    deal_gives(crm, "Note", 'fields.kind = { value = "crm.raw" }', 'fields.data = ["owner", "value"]').go(flow)
    assert of_type(flow, "D2", Noted) == [Noted("crm.raw", (("owner", "mai"), ("value", None)))]


def test_a_map_of_a_note_keeps_numbers_and_truths(crm: Crm, flow: DealFlow) -> None:
    data = 'fields.data = { big = { column = "product", map = { Pumps = true }, otherwise = 0.5 }, no = 3 }'
    deal_gives(crm, "Note", 'fields.kind = { value = "crm.size" }', data).go(flow)
    assert of_type(flow, "D1", Noted) == [Noted("crm.size", (("big", True), ("no", 3)))]
    assert of_type(flow, "D2", Noted) == [Noted("crm.size", (("big", 0.5), ("no", 3)))]


def test_a_reference_in_a_note_is_the_id_of_the_stream(crm: Crm, flow: DealFlow) -> None:
    data = 'fields.data = { c = { column = "company", refers_to = "companies" }, d = { this = "deal" } }'
    deal_gives(crm, "Note", 'fields.kind = { value = "crm.ref" }', data).go(flow)
    assert of_type(flow, "D1", Noted) == [Noted("crm.ref", (("c", str(flow.find("C1"))), ("d", str(flow.find("D1")))))]


def test_a_template_is_absent_where_one_of_its_columns_is(crm: Crm, flow: DealFlow) -> None:
    crm.go(flow)
    (opened,) = of_type(flow, "D1", DealOpened)
    assert opened.title == "Pumps for C1"
    found = Crm.at(crm.folder).change("deals", ("Pumps", "")).refused(flow)
    assert found == ["deals.csv, line 2, column product: empty: OpenDeal needs its title"]


# References


def test_a_reference_to_nothing_is_refused(crm: Crm, flow: DealFlow) -> None:
    assert crm.change("people", ("P1,C1", "P1,C9")).refused(flow) == [
        "people.csv, line 2, column company: 'C9' is in no row of companies.csv, nor in the journal"
    ]


def test_a_reference_to_what_the_journal_knows_is_fine(crm: Crm, flow: DealFlow) -> None:
    crm.go(flow)
    later = Crm.at(crm.folder).change("companies", ("C1,Acme,steel,2026-01-02\n", ""))
    assert later.go(flow).imported.stored == 0


def test_a_column_of_another_file_is_found_by_its_key(crm: Crm, flow: DealFlow) -> None:
    crm.go(flow)
    (held,) = of_type(flow, "K2", InteractionHeld)
    assert held.account == flow.find("C2")


def test_a_key_with_which_no_row_of_the_other_file_is_found_is_refused(crm: Crm, flow: DealFlow) -> None:
    found = crm.change("calls", ("K1,D1", "K1,D9")).refused(flow)
    assert "calls.csv, line 2, column deal: 'D9' is in no row of deals.csv" in found


def test_what_cannot_be_looked_up_for_want_of_a_key_is_unknown(crm: Crm, flow: DealFlow) -> None:
    by = '{ column = "company", of = "deals", by = "other", refers_to = "companies" }'
    deal_gives(crm, "Note", 'fields.kind = { value = "crm.other" }', f"fields.data.c = {by}")
    crm.change("deals", ("stage,opened", "stage,opened,other"), ("01-05", "01-05,D2"), ("01-06", "01-06,"))
    crm.change("deals", ("01-07", "01-07,")).go(flow)
    assert of_type(flow, "D1", Noted)[0].data == (("c", str(flow.find("C2"))),)
    assert of_type(flow, "D2", Noted)[0].data == (("c", None),)


def test_several_columns_make_up_a_key(crm: Crm, flow: DealFlow) -> None:
    crm.change("mapping", ('noun = "account"\nkey = "id"', 'noun = "account"\nkey = ["land", "id"]'))
    crm.change("mapping", ('{ column = "company", refers_to', '{ column = ["land", "company"], refers_to'))
    crm.change("mapping", ('{ column = "company", of', '{ column = ["land", "company"], of'))
    crm.change("companies", ("id,", "land,id,"), ("C1,", "AT,C1,"), ("C2,", "DE,C1,"))
    crm.change("people", ("id,", "land,id,"), ("P1,", "AT,P1,"), ("P2,C2", "DE,P2,C1"))
    crm.change("deals", ("no,", "land,no,"), ("D1,", "AT,D1,"), ("D2,C2", "DE,D2,C1"), ("D3,C2", "DE,D3,C1"))
    crm.go(flow)
    assert events(flow, "AT/C1") == [AccountRegistered("Acme", industry="steel")]
    assert of_type(flow, "D2", DealOpened)[0].account == flow.find("DE/C1")


@pytest.mark.parametrize(
    ("condition", "valued"),
    [
        ('{ column = "owner", is = "mai" }', ["D3"]),
        ('{ column = "owner", in = ["mai", "x"] }', ["D3"]),
        ('{ column = "owner", not_in = ["mai"] }', ["D1"]),
        ('{ column = "value", present = true }', ["D1", "D3"]),
        ('{ column = "value", present = false }', []),
        ('[{ column = "owner", is = "mai" }, { column = "stage", is = "won" }]', []),
    ],
)
def test_a_command_is_given_where_its_conditions_hold(
    crm: Crm, flow: DealFlow, condition: str, valued: list[str]
) -> None:
    crm.change("mapping", ('command = "ValueDeal"', f'command = "ValueDeal"\nwhen = {condition}')).go(flow)
    assert [key for key in ("D1", "D2", "D3") if of_type(flow, key, DealValued)] == valued
