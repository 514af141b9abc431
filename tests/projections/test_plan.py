from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from uuid import UUID
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealflow.domain.advancing import AdvanceStage, OpenDeal, RevertStage
from dealflow.domain.closing import LoseDeal, ReopenDeal, WinDeal
from dealflow.domain.noting import MarkHistoryUnknown
from dealflow.domain.playbook import STANDARD, Milestone, Playbook
from dealflow.engine import DealFlow
from dealflow.money import Money
from dealflow.projections.estimates import Share
from dealflow.projections.norms import CannotPlan, Cycle, Norm, Norms, chosen, counted, cycle, measured
from dealflow.projections.plan import Done, Plan, as_json, done, plan, signatures, signings
from dealflow.projections.schedule import Month, Pace, monday, schedule
from tests.clock import Clock

TARGET, AVERAGE = Money(Decimal(5_000_000), "CNY"), Money(Decimal(1_000_000), "CNY")
JUNE, JULY, AUGUST = Month(2026, 6), Month(2026, 7), Month(2026, 8)
SPRING_FESTIVAL = date(2026, 2, 16)  # a Monday
STANDARD_NORMS = counted(STANDARD)


def loads(answer: Plan) -> dict[str, list[Fraction | None]]:
    """Return the units by month, each in the order of the milestones."""
    return {str(month.month): [load.units for load in month.loads] for month in answer.months}


# The figures of domain.md §2


def test_figure_the_cycle_is_23_weeks_and_5_4_months() -> None:
    whole = cycle(STANDARD)
    assert whole == Cycle(161)
    assert whole.weeks == 23
    assert (round(whole.months, 2), round(whole.months, 1)) == (5.37, 5.4)


def test_figure_a_target_of_five_million_in_orders_of_one_million_needs_5_signatures() -> None:
    assert signatures(TARGET, AVERAGE) == 5


def test_figure_in_the_busiest_month_every_milestone_is_in_work_at_once_9_6_5_5_3_1() -> None:
    half_a_year = JUNE.through(Month(2026, 11))
    answer = plan(TARGET, AVERAGE, dict.fromkeys(half_a_year, 1), STANDARD_NORMS, pace="months")
    assert loads(answer)["2026-06"] == [9, 6, 5, 5, 3, 1]
    assert max(sum(filter(None, month)) for month in loads(answer).values()) == 9 + 6 + 5 + 5 + 3 + 1


def test_figure_three_cohorts_begun_one_month_apart_take_eight_months() -> None:
    answer = plan(TARGET, AVERAGE, dict.fromkeys((JUNE, JULY, AUGUST), 1), STANDARD_NORMS, pace="months")
    assert loads(answer) == {
        "2026-01": [9, 0, 0, 0, 0, 0],
        "2026-02": [9, 6, 0, 0, 0, 0],
        "2026-03": [9, 6, 5, 0, 0, 0],
        "2026-04": [0, 6, 5, 5, 0, 0],
        "2026-05": [0, 0, 5, 5, 3, 0],
        "2026-06": [0, 0, 0, 5, 3, 1],
        "2026-07": [0, 0, 0, 0, 3, 1],
        "2026-08": [0, 0, 0, 0, 0, 1],
    }


# The target


@pytest.mark.parametrize(("target", "needed"), [("5000000", 5), ("5000000.01", 6), ("1", 1), ("1000000", 1)])
def test_the_last_order_counts_whole(target: str, needed: int) -> None:
    assert signatures(Money.of(target, "CNY"), AVERAGE) == needed


@pytest.mark.parametrize(
    ("target", "average", "text"),
    [
        (Money(Decimal(0), "CNY"), AVERAGE, "target: 0 CNY; expected a positive amount"),
        (TARGET, Money(Decimal(-1), "CNY"), "average: -1 CNY; expected a positive amount"),
        (TARGET, Money(Decimal("NaN"), "CNY"), "average: NaN is not an amount: expected a finite number; expected a"),
        (TARGET, Money(Decimal(1), "EUR"), "average: 1 EUR; expected an amount in the target's currency, CNY"),
    ],
)
def test_amounts_that_cannot_be_divided_are_named(target: Money, average: Money, text: str) -> None:
    with pytest.raises(CannotPlan, match="^" + text):
        signatures(target, average)


# The months


def test_a_month_is_read_as_it_is_written() -> None:
    assert Month.read("2026-06") == JUNE
    assert str(JUNE) == "2026-06"
    assert JUNE.end == date(2026, 6, 30)
    with pytest.raises(ValueError, match="'June' is not a month: expected one such as 2026-06"):
        Month.read("June")
    with pytest.raises(ValueError, match="'month' must be in"):
        Month(2026, 13)


def test_months_run_on_over_the_end_of_a_year() -> None:
    run = Month(2025, 12).through(Month(2026, 2))
    assert run == (Month(2025, 12), Month(2026, 1), Month(2026, 2))
    assert Month(2026, 2).through(Month(2026, 1)) == ()


def test_signatures_are_spread_evenly_the_earliest_months_taking_one_more() -> None:
    assert signings(5, [AUGUST, JUNE, JULY]) == {JUNE: 2, JULY: 2, AUGUST: 1}
    assert signings(1, [JUNE, JULY]) == {JUNE: 1}


def test_a_month_named_twice_takes_two_parts() -> None:
    assert signings(6, [JUNE, JUNE, JULY]) == {JUNE: 4, JULY: 2}


def test_signatures_counted_by_month_are_taken_as_they_are() -> None:
    assert signings(5, {JULY: 3, JUNE: 1, AUGUST: 0}) == {JUNE: 1, JULY: 3}


@pytest.mark.parametrize("months", [(), {}, {JUNE: 0}, {JUNE: 2, JULY: -1}])
def test_a_plan_without_a_signature_is_refused(months: dict[Month, int] | tuple[Month, ...]) -> None:
    with pytest.raises(CannotPlan, match=r"^signings: .*; expected at least one signature"):
        signings(5, months)


@given(st.integers(1, 500), st.lists(st.builds(Month, st.integers(2020, 2030), st.integers(1, 12)), min_size=1))
def test_no_signature_is_lost_in_spreading_and_no_two_parts_differ_by_more_than_one(
    needed: int, months: list[Month]
) -> None:
    spread = signings(needed, months)
    assert sum(spread.values()) == needed
    parts = [Fraction(spread.get(month, 0), months.count(month)) for month in set(months)]
    assert max(parts) - min(parts) <= 1


# Norms


def test_a_playbook_counts_what_it_states_and_knows_no_more() -> None:
    book = Playbook.of("short", "Short", [Milestone("meet", "Met", days=7), Milestone("sign", "Signed", units=2)])
    assert counted(book).each == (
        Norm("meet", "Met", days=7, why="the playbook states none"),
        Norm("sign", "Signed", Fraction(2)),
    )


def test_measured_units_are_the_deals_that_must_come_for_one_to_be_won() -> None:
    share = Share(4, 20, 20)
    assert share.low is not None
    assert share.high is not None
    norm = measured(STANDARD, {"consulting": share}).each[2]
    assert norm == Norm(
        "consulting",
        "Consulting / needs study",
        units=Fraction(5),
        low=1 / Fraction(share.high).limit_denominator(10**9),
        high=1 / Fraction(share.low).limit_denominator(10**9),
        days=35,
    )
    assert norm.low is not None
    assert norm.high is not None
    assert norm.low < 5 < norm.high


@pytest.mark.parametrize(
    ("shares", "why"),
    [
        ({}, "insufficient history: 0 deals"),
        ({"contract": Share(3, 4, 20)}, "insufficient history: 4 deals"),
        ({"contract": Share(0, 20, 20)}, "none of 20 deals was won"),
    ],
)
def test_what_history_cannot_say_stays_unknown(shares: dict[str, Share], why: str) -> None:
    assert measured(STANDARD, shares).each[-1] == Norm("contract", "Contract", days=14, why=why)


def test_a_playbook_without_milestones_cannot_be_planned_by() -> None:
    with pytest.raises(CannotPlan, match="playbook: 'none' has no milestones; expected at least one"):
        counted(Playbook.of("none", "None", ()))


def test_the_cycle_is_unknown_while_one_length_is() -> None:
    assert cycle(Playbook.of("short", "Short", [Milestone("meet", "Met", days=7), Milestone("sign", "Signed")])) is None
    assert cycle(STANDARD, version=2) is None


def test_the_playbook_is_the_one_named_or_the_only_one() -> None:
    one, two = (Playbook.of(key, key, STANDARD.milestones()) for key in ("one", "two"))
    assert chosen([]) == STANDARD
    assert chosen([one]) == one
    assert chosen([one, two], "two") == two
    assert chosen([one, two], "standard") == STANDARD
    with pytest.raises(CannotPlan, match="playbook: none named; expected one of one, two"):
        chosen([two, one])
    with pytest.raises(CannotPlan, match="playbook: 'three'; expected one of one"):
        chosen([one], "three")


# The calendar


def test_milestones_end_where_the_next_begins_back_from_the_last_working_day_of_the_month() -> None:
    spans = [(one.milestone, one.days[0], one.days[-1], len(one.days)) for one in schedule(JUNE, STANDARD_NORMS)]
    assert spans == [
        ("training", date(2026, 1, 21), date(2026, 2, 3), 10),
        ("executive_meeting", date(2026, 2, 4), date(2026, 3, 3), 20),
        ("consulting", date(2026, 3, 4), date(2026, 4, 7), 25),
        ("proposal", date(2026, 4, 8), date(2026, 5, 5), 20),
        ("negotiation", date(2026, 5, 6), date(2026, 6, 16), 30),
        ("contract", date(2026, 6, 17), date(2026, 6, 30), 10),
    ]


def test_in_the_week_of_the_spring_festival_nobody_works_and_all_before_it_is_a_week_earlier() -> None:
    free = schedule(JUNE, STANDARD_NORMS)
    festive = schedule(JUNE, STANDARD_NORMS, blocked=[SPRING_FESTIVAL])
    assert festive[2:] == free[2:]
    assert festive[0].days[0] == free[0].days[0] - timedelta(weeks=1)
    assert not any(monday(day) == SPRING_FESTIVAL for one in festive for day in one.days)


def test_a_length_that_is_no_whole_week_takes_as_many_working_days_as_it_may_need() -> None:
    norms = Norms("odd", "playbook", (Norm("meet", "Met", days=10), Norm("call", "Called", days=1)))
    assert [len(one.days) for one in schedule(JUNE, norms)] == [8, 1]


@pytest.mark.parametrize("days", [None, 0])
def test_a_milestone_without_a_length_needs_the_other_pace(days: int | None) -> None:
    norms = Norms("short", "playbook", (Norm("meet", "Met", days=days),))
    with pytest.raises(CannotPlan, match="pace: milestone 'meet' has no usual length; expected its days, or"):
        schedule(JUNE, norms)
    assert len(schedule(JUNE, norms, pace="months")[0].days) == 22


def test_a_month_in_which_nobody_works_at_all_is_passed_over() -> None:
    may = [date(2026, 5, day) for day in (1, 4, 11, 18, 25)]
    answer = plan(TARGET, AVERAGE, {JUNE: 1}, STANDARD_NORMS, pace="months", blocked=may)
    assert loads(answer)["2026-05"] == [0] * 6
    assert loads(answer)["2026-04"] == [0, 0, 0, 0, 3, 0]
    assert answer.starts == date(2025, 12, 1)
    assert answer.blocked == tuple(map(monday, may))


def test_another_pace_is_named_beside_those_there_are() -> None:
    with pytest.raises(CannotPlan, match="pace: 'weeks'; expected 'lengths' or 'months'"):
        schedule(JUNE, STANDARD_NORMS, pace="weeks")  # type: ignore[arg-type]


@pytest.mark.parametrize("pace", ["lengths", "months"])
def test_a_plan_that_would_begin_before_the_calendar_is_refused(pace: Pace) -> None:
    with pytest.raises(CannotPlan, match="signings: 0001-02; expected a month before which"):
        schedule(Month(1, 2), STANDARD_NORMS, pace=pace)


# The plan


def test_a_plan_by_lengths_spreads_each_milestone_over_the_months_it_lies_in() -> None:
    answer = plan(TARGET, AVERAGE, {JUNE: 2}, STANDARD_NORMS, blocked=[date(2026, 2, 18)])
    training = {str(month.month): month.loads[0].units for month in answer.months}
    assert answer.starts == date(2026, 1, 14)
    assert training["2026-01"] == Fraction(2 * 9 * 10, 10)
    negotiation = [month.loads[4].units for month in answer.months]
    assert negotiation == [0, 0, 0, 0, Fraction(2 * 3 * 18, 30), Fraction(2 * 3 * 12, 30)]
    assert [load.units for load in answer.totals] == [18, 12, 10, 10, 6, 2]


def test_fewer_signatures_than_the_target_needs_are_planned_as_asked_and_said() -> None:
    answer = plan(TARGET, AVERAGE, {JUNE: 2, JULY: 1}, STANDARD_NORMS)
    assert (answer.needed, answer.due) == (5, 3)
    assert [month.due for month in answer.months] == [0, 0, 0, 0, 0, 2, 1]
    assert answer.warnings == ("the target needs 5 signatures; 3 planned",)


def test_a_plan_that_should_have_begun_says_how_long_ago() -> None:
    late = plan(TARGET, AVERAGE, [JUNE], STANDARD_NORMS, today=date(2026, 3, 1))
    assert late.warnings == ("the work begins on 2026-01-21, 39 days before 2026-03-01",)
    assert plan(TARGET, AVERAGE, [JUNE], STANDARD_NORMS, today=date(2026, 1, 21)).warnings == ()


def test_where_no_norm_is_known_the_load_is_unknown_while_worked_and_nothing_otherwise() -> None:
    norms = attrs.evolve(STANDARD_NORMS, each=(attrs.evolve(STANDARD_NORMS.each[0], units=None, why="nobody counted"),))
    answer = plan(TARGET, AVERAGE, dict.fromkeys((JUNE, AUGUST), 1), norms, pace="months")
    assert loads(answer) == {"2026-06": [None], "2026-07": [0], "2026-08": [None]}
    assert answer.totals[0].units is None
    assert "Training / seminar: load unknown (nobody counted)" in answer.warnings


def test_a_measured_load_has_the_interval_of_its_norm() -> None:
    norms = measured(STANDARD, dict.fromkeys(STANDARD.keys(), Share(10, 20, 20)))
    answer = plan(TARGET, AVERAGE, [JUNE], norms, pace="months")
    (month,) = (month for month in answer.months if month.month == JUNE)
    assert [load.units for load in month.loads] == [0, 0, 0, 0, 0, 10]
    contract, norm = month.loads[-1], norms.each[-1]
    assert norm.low is not None
    assert norm.high is not None
    assert (contract.low, contract.high) == (5 * norm.low, 5 * norm.high)


# Laws


def arbitrary_norms() -> st.SearchStrategy[Norms]:
    each = st.builds(
        lambda units, days: (Fraction(units), days), st.fractions(0, 50, max_denominator=20), st.integers(1, 60)
    )
    return st.lists(each, min_size=1, max_size=5).map(
        lambda found: Norms(
            "any",
            "measured",
            tuple(
                Norm(f"m{at}", f"M{at}", units, units / 2, units * 2, days) for at, (units, days) in enumerate(found)
            ),
        )
    )


MONTHS = st.builds(Month, st.integers(2025, 2027), st.integers(1, 12))
WEEKS = st.frozensets(st.dates(date(2024, 1, 1), date(2027, 12, 31)), max_size=40)
PACES: st.SearchStrategy[Pace] = st.sampled_from(["lengths", "months"])
PLANS = (
    st.dictionaries(MONTHS, st.integers(1, 4), min_size=1, max_size=4),
    arbitrary_norms(),
    PACES,
    WEEKS,
)


@given(*PLANS)
def test_over_all_months_a_milestone_takes_its_norm_times_the_signatures_exactly(
    due: dict[Month, int], norms: Norms, pace: Pace, blocked: frozenset[date]
) -> None:
    answer = plan(TARGET, AVERAGE, due, norms, pace=pace, blocked=blocked)
    for at, norm in enumerate(norms.each):
        column = [month.loads[at] for month in answer.months]
        for end in ("units", "low", "high"):
            whole = sum(getattr(load, end) or 0 for load in column)
            assert whole == getattr(norm, end) * sum(due.values()) == getattr(answer.totals[at], end)


@given(MONTHS, arbitrary_norms(), PACES, WEEKS)
def test_a_signature_is_worked_on_working_days_in_the_order_of_its_milestones_up_to_its_month(
    month: Month, norms: Norms, pace: Pace, blocked: frozenset[date]
) -> None:
    weeks = frozenset(map(monday, blocked))
    worked = schedule(month, norms, pace, weeks)
    days = [day for one in worked for day in one.days]
    assert [one.milestone for one in worked] == [norm.milestone for norm in norms.each]
    assert days == sorted(set(days))
    assert all(one.days for one in worked)
    assert days[-1] <= month.end
    assert all(day.weekday() < 5 and monday(day) not in weeks for day in days)


@given(*PLANS)
def test_the_months_of_a_plan_run_on_from_its_first_work_to_its_last_signature(
    due: dict[Month, int], norms: Norms, pace: Pace, blocked: frozenset[date]
) -> None:
    answer = plan(TARGET, AVERAGE, due, norms, pace=pace, blocked=blocked)
    assert tuple(month.month for month in answer.months) == Month.of(answer.starts).through(max(due))
    assert {month.month: month.due for month in answer.months if month.due} == due


@given(MONTHS, arbitrary_norms(), WEEKS)
def test_what_is_paced_by_lengths_never_begins_later_for_weeks_without_work(
    month: Month, norms: Norms, blocked: frozenset[date]
) -> None:
    free, taken = (schedule(month, norms, "lengths", frozenset(map(monday, days))) for days in ((), blocked))
    assert [one.days[0] for one in taken] <= [one.days[0] for one in free]
    assert [len(one.days) for one in taken] == [len(one.days) for one in free]


# What was done

SHORT = Playbook.of("short", "Short", [Milestone("meet", "Met", days=7, units=2), Milestone("sign", "Signing", days=7)])
ACCOUNT = UUID(int=7)
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def flow() -> Iterator[DealFlow]:
    with DealFlow.open("memory:", clock=Clock()) as flow:
        yield flow


def opened(flow: DealFlow, at: date | datetime, playbook: Playbook = SHORT) -> UUID:
    return flow.do(OpenDeal(ACCOUNT, "A deal", playbook), by="li", at=at).stream


def test_what_was_done_is_counted_in_the_month_in_which_a_deal_came(flow: DealFlow) -> None:
    deal = opened(flow, date(2026, 1, 10))
    flow.do(AdvanceStage("sign"), on=deal, by="li", at=date(2026, 2, 10))
    flow.do(RevertStage("meet", "new people"), on=deal, by="li", at=date(2026, 2, 12))
    flow.do(AdvanceStage("sign"), on=deal, by="li", at=date(2026, 2, 20))
    opened(flow, date(2026, 2, 1), STANDARD)
    counts = done(flow.deals(), "short", flow.zone)
    january, february = Month(2026, 1), Month(2026, 2)
    assert counts == Done({(january, "meet"): 1, (february, "meet"): 1, (february, "sign"): 2}, {})


def test_a_month_is_one_of_the_journals_zone(flow: DealFlow) -> None:
    opened(flow, datetime(2026, 1, 31, 20, tzinfo=UTC))
    assert done(flow.deals(), "short", flow.zone).came == {(Month(2026, 1), "meet"): 1}
    assert done(flow.deals(), "short", SHANGHAI).came == {(Month(2026, 2), "meet"): 1}


def test_a_deal_is_won_in_the_month_of_its_last_winning(flow: DealFlow) -> None:
    won, lost, again = (opened(flow, date(2026, 1, 10)) for _ in range(3))
    opened(flow, date(2026, 1, 10), STANDARD)
    flow.do(WinDeal(skip_rest=True), on=won, by="li", at=date(2026, 2, 1))
    flow.do(LoseDeal(), on=lost, by="li", at=date(2026, 2, 1))
    flow.do(WinDeal(skip_rest=True), on=again, by="li", at=date(2026, 2, 1))
    flow.do(ReopenDeal("not signed after all", at="sign"), on=again, by="li", at=date(2026, 2, 2))
    assert done(flow.deals(), "short", flow.zone).won == {Month(2026, 2): 1}
    flow.do(WinDeal(), on=again, by="li", at=date(2026, 3, 1))
    assert done(flow.deals(), "short", flow.zone).won == {Month(2026, 2): 1, Month(2026, 3): 1}


def test_where_a_deal_stood_when_its_history_begins_it_did_not_come(flow: DealFlow) -> None:
    deal = opened(flow, date(2026, 1, 10))
    until = datetime(2026, 2, 1, tzinfo=UTC)
    flow.do(MarkHistoryUnknown(until), on=deal, by="li", at=date(2026, 1, 10))
    flow.do(AdvanceStage("sign"), on=deal, by="li", at=date(2026, 2, 10))
    assert done(flow.deals(), "short", flow.zone).came == {(Month(2026, 2), "sign"): 1}


def test_beside_the_plan_stands_what_was_done_and_nothing_of_what_is_to_come() -> None:
    counts = Done({(JUNE, "meet"): 3, (JULY, "meet"): 1}, {JUNE: 1})
    answer = plan(
        TARGET, AVERAGE, {JUNE: 1, AUGUST: 1}, counted(SHORT), pace="months", today=date(2026, 7, 1), done=counts
    )
    assert [(str(month.month), month.won, [one.done for one in month.loads]) for month in answer.months] == [
        ("2026-05", 0, [0, 0]),
        ("2026-06", 1, [3, 0]),
        ("2026-07", 0, [1, 0]),
        ("2026-08", None, [None, None]),
    ]
    assert answer.won == 1
    assert [one.done for one in answer.totals] == [4, 0]


def test_without_a_journal_nothing_is_known_of_what_was_done() -> None:
    answer = plan(TARGET, AVERAGE, [JUNE], STANDARD_NORMS)
    assert answer.won is None
    assert {load.done for month in answer.months for load in (*month.loads, *answer.totals)} == {None}


# As JSON


def test_a_plan_as_json_has_its_loads_to_three_decimals() -> None:
    norms = measured(STANDARD, dict.fromkeys(STANDARD.keys(), Share(3, 20, 20)))
    one = attrs.evolve(norms, each=norms.each[:1])
    told = as_json(plan(TARGET, AVERAGE, {JUNE: 1}, one, blocked=[SPRING_FESTIVAL], today=date(2026, 6, 1)))
    load = {"milestone": "training", "units": 6.667, "low": 2.775, "high": 19.095, "done": None}
    assert told == {
        "target": TARGET,
        "average": AVERAGE,
        "signatures": {"needed": 5, "due": 1, "won": None},
        "playbook": "standard",
        "basis": "measured",
        "pace": "lengths",
        "starts": date(2026, 6, 17),
        "today": date(2026, 6, 1),
        "blocked": [],
        "warnings": ["the target needs 5 signatures; 1 planned"],
        "norms": [
            {
                "milestone": "training",
                "name": "Training / seminar",
                "units": 6.667,
                "low": 2.775,
                "high": 19.095,
                "days": 14,
                "why": None,
            }
        ],
        "months": [{"month": "2026-06", "due": 1, "won": None, "loads": [load]}],
        "totals": [load],
    }
