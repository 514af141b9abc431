"""The laws of the two clocks: late entry, and correction."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid5

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dealflow as df
from dealflow.domain.contest import CompetitorEntered, CompetitorLeft
from dealflow.domain.deal import DEAL, DealOpened, DealOwnerAssigned, DealPriced, DealValued, StageAdvanced
from dealflow.domain.noun import Corrected, in_order
from dealflow.journal import When
from dealflow.projections import Dated
from tests.clock import Clock
from tests.scenario import record

ACCOUNT, DEAL_ID, PERSON, CONTACT = (UUID(int=number) for number in range(1, 5))
DAY_ONE = date(2026, 1, 1)
DAYS = 12


def day(number: int) -> date:
    return DAY_ONE + timedelta(days=number)


def money(number: int) -> df.Money:
    return df.Money.of(number, "CNY")


def other(number: int) -> UUID:
    return uuid5(DEAL_ID, str(number))


# One fact a day, none of a life cycle. No two say the same, because what is already so is not said again.
FACTS: Sequence[tuple[UUID, Callable[[int], Any]]] = [
    (DEAL_ID, lambda n: df.ValueDeal(money(n))),
    (DEAL_ID, lambda n: df.PriceDeal(money(n + 100))),
    (DEAL_ID, lambda n: df.ExpectClose(day(100 + n))),
    (DEAL_ID, lambda n: df.AssignDealOwner(f"owner {n}")),
    (DEAL_ID, lambda n: df.RenameDeal(f"Line {n}")),
    (DEAL_ID, lambda n: df.NameCompetitor(f"Rival {n}")),
    (ACCOUNT, lambda n: df.RenameAccount(f"Acme {n}")),
    (ACCOUNT, lambda n: df.RecordPurchase(money(n), f"invoice {n}")),
    (PERSON, lambda n: df.ChangePosition(f"Title {n}")),
    (PERSON, lambda n: df.SetManager(other(n))),
    (PERSON, lambda n: df.ChangeStance(list(df.Stance)[n % 3], deal=other(n // 3))),
    (PERSON, lambda n: df.IdentifyRole(list(df.Role)[n % 4], deal=other(n // 4))),
    (CONTACT, lambda n: df.RaiseObjection(df.ObjectionTopic.PRICE, id=f"objection {n}")),
    (CONTACT, lambda n: df.MakePromise(f"sample {n}", "li", id=f"promise {n}")),
    (CONTACT, lambda n: df.LinkInteraction((other(n),))),
]


def told(facts: Sequence[tuple[int, int]]) -> df.DealFlow:
    """Tell a deal's beginnings, then facts as `(which, day)`, in this order."""
    flow = df.DealFlow.open("memory:", clock=Clock(datetime(2026, 6, 1, tzinfo=UTC)))
    start = day(0)
    flow.do(df.RegisterAccount("Acme"), on=ACCOUNT, by="li", at=start)
    flow.do(df.OpenDeal(ACCOUNT, "Line"), on=DEAL_ID, by="li", at=start)
    flow.do(df.IdentifyStakeholder(ACCOUNT, "Wang"), on=PERSON, by="li", at=start)
    flow.do(df.HoldInteraction(ACCOUNT, df.Channel.VISIT, (PERSON,), ("li",)), on=CONTACT, by="li", at=start)
    for which, number in facts:
        stream, command = FACTS[which]
        flow.do(command(number), on=stream, by="li", at=day(number))
    return flow


def seen(flow: df.DealFlow, happened: date) -> Any:
    """All that is so on a day, without the positions it happens to stand at."""
    deal = flow.deals(happened=happened)
    return (
        [flow.state(stream, happened=happened) for stream in (ACCOUNT, DEAL_ID, PERSON, CONTACT)],
        [(one.title, one.amount, one.owner, one.close_expected, one.stage) for one in deal],
        [(one.stage, one.open, one.amount) for one in flow.funnel(happened=happened).stages],
        {one.objection.topic for one in flow.deal(DEAL_ID, happened=happened).objections},
    )


@settings(deadline=None, max_examples=50)
@given(st.permutations(range(DAYS)), st.lists(st.integers(0, len(FACTS) - 1), min_size=DAYS, max_size=DAYS))
def test_facts_entered_late_read_as_if_entered_in_time(order: list[int], which: list[int]) -> None:
    in_time = told([(which[number], number) for number in range(DAYS)])
    late = told([(which[number], number) for number in order])
    for number in range(-1, DAYS):
        assert seen(late, day(number)) == seen(in_time, day(number))


LATE = st.lists(
    st.one_of(
        st.integers(0, 3).map(lambda number: DealValued(money(number))),
        st.integers(0, 3).map(lambda number: DealPriced(money(number))),
        st.integers(0, 3).map(lambda number: DealOwnerAssigned(f"owner {number}")),
        st.integers(0, 3).map(lambda number: CompetitorEntered(f"Rival {number}")),
        st.integers(0, 3).map(lambda number: CompetitorLeft(f"Rival {number}")),
    ),
    min_size=1,
    max_size=8,
)


@given(LATE, st.randoms(use_true_random=False))
def test_the_order_of_recording_does_not_matter_for_facts(events: list[Any], random: Random) -> None:
    """Whatever was said, the same things said again included."""
    dated = [(event, When.of(day(number), UTC)) for number, event in enumerate(events, start=1)]
    opened = (DealOpened(ACCOUNT, "Line", "standard", 1, "a"), When.of(day(0), UTC))
    shuffled = random.sample(dated, len(dated))
    in_time, late = (
        [record(version, event, when) for version, (event, when) in enumerate([opened, *order], start=1)]
        for order in (dated, shuffled)
    )
    for number in range(-1, len(events) + 2):
        evening = When.of(day(number), UTC).end
        assert DEAL.fold(DEAL.history(late, evening)) == DEAL.fold(DEAL.history(in_time, evening))


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)).map(sorted), max_size=8))
def test_what_surely_happened_before_stands_before_and_the_rest_as_told(spans: list[list[int]]) -> None:
    told = [Dated(number, at(start), at(end), number) for number, (start, end) in enumerate(spans)]
    ordered = in_order(told)
    assert sorted(one.value for one in ordered) == list(range(len(told)))
    for spot, one in enumerate(ordered):
        assert not any(later.end < one.start for later in ordered[spot:])
    if not any(one.end < other.start for one in told for other in told):
        assert ordered == told


def at(hour: int) -> datetime:
    return datetime(2026, 1, 1, hour, tzinfo=UTC)


def test_entering_on_a_day_and_leaving_at_an_hour_of_it_is_one_history() -> None:
    flow = df.DealFlow.open("memory:", clock=Clock())
    deal = flow.do(df.OpenDeal(ACCOUNT, "Line"), by="li", at=day(0)).stream
    flow.do(df.NameCompetitor("Acme"), on=deal, by="li", at=day(1))
    noon = datetime(2026, 1, 2, 12, tzinfo=UTC)
    flow.do(df.DropCompetitor("Acme"), on=deal, by="li", at=noon)
    flow.do(df.ValueDeal(money(1)), on=deal, by="li", at=day(1))
    flow.do(df.ValueDeal(money(2)), on=deal, by="li", at=noon)
    assert flow.state(deal).contest.present == ()
    assert [one.amount for one in flow.deals()] == [money(2)]


# Corrections, on records alone: every history, every record of it, every replacement

MOVES = st.sampled_from(["value", "price", "own", "rival", "advance"])


def history(kinds: Sequence[str]) -> list[Any]:
    """Return events that can follow one another."""
    events: list[Any] = [DealOpened(ACCOUNT, "Line", "standard", 1, "a")]
    stage = "a"
    for number, kind in enumerate(kinds):
        match kind:
            case "value":
                events.append(DealValued(money(number)))
            case "price":
                events.append(DealPriced(money(number)))
            case "own":
                events.append(DealOwnerAssigned(f"owner {number}"))
            case "rival":
                events.append(CompetitorEntered(f"Rival {number}"))
            case _:
                events.append(StageAdvanced(stage, f"stage {number}"))
                stage = f"stage {number}"
    return events


REPLACEMENTS = st.one_of(
    st.integers(200, 300).map(lambda number: DealValued(money(number))),
    st.integers(200, 300).map(lambda number: DealOwnerAssigned(f"other {number}")),
    st.integers(200, 300).map(lambda number: CompetitorEntered(f"Other {number}")),
)


@given(st.lists(MOVES, min_size=1, max_size=8), st.data())
def test_a_corrected_history_reads_as_if_it_had_been_right(kinds: list[str], data: st.DataObject) -> None:
    events = history(kinds)
    facts = [number for number, event in enumerate(events) if not DEAL.moves(event)]
    if not facts:
        return
    wrong = data.draw(st.sampled_from(facts))
    right = data.draw(REPLACEMENTS)
    new_day = data.draw(st.none() | st.integers(0, 10))
    when = When.of(day(new_day if new_day is not None else wrong), UTC)
    records = [record(number + 1, event, When.of(day(number), UTC)) for number, event in enumerate(events)]
    as_right = [record(one.version, right, when) if one.version == wrong + 1 else one for one in records]
    correction = Corrected(wrong + 1, right, when if new_day is not None else None, "typed wrong")
    corrected = [*records, record(len(records) + 1, correction, When.of(day(50), UTC))]
    for number in range(-1, 12):
        evening = When.of(day(number), UTC).end
        assert DEAL.fold(DEAL.history(corrected, evening)) == DEAL.fold(DEAL.history(as_right, evening))
    assert DEAL.problems(corrected) == DEAL.problems(as_right)


@given(st.lists(MOVES, min_size=1, max_size=8), st.data())
def test_a_correction_taken_back_leaves_what_was_first_said(kinds: list[str], data: st.DataObject) -> None:
    events = history(kinds)
    records = [record(number + 1, event, When.of(day(number), UTC)) for number, event in enumerate(events)]
    version = data.draw(st.integers(1, len(records)))
    correction = record(len(records) + 1, Corrected(version, None, None, "typed wrong"), When.of(day(50), UTC))
    back = record(len(records) + 2, Corrected(len(records) + 1, None, None, "it was right"), When.of(day(51), UTC))
    assert DEAL.history([*records, correction, back]) == DEAL.history(records)


def test_a_corrected_journal_answers_as_if_it_had_been_right_and_before_as_it_was() -> None:
    clock = Clock()
    flow = df.DealFlow.open("memory:", clock=clock)
    deal = flow.do(df.OpenDeal(ACCOUNT, "Line"), by="li", at=day(0)).stream
    typed = flow.do(df.ValueDeal(money(1000)), on=deal, by="li", at=day(1)).records[0]
    flow.do(df.AdvanceStage("executive_meeting"), on=deal, by="li", at=day(2))
    before = clock.now
    flow.do(df.CorrectRecord(typed.version, "one nought too many", DealValued(money(100))), on=deal, by="li")
    stage = next(one for one in flow.funnel().stages if one.open)
    assert stage.amount["CNY"] == 100
    assert flow.deal(deal).deal.amount == money(100)  # type: ignore[union-attr]
    stage = next(one for one in flow.funnel(known=before).stages if one.open)
    assert stage.amount["CNY"] == 1000
    assert flow.deal(deal, known=before).deal.amount == money(1000)  # type: ignore[union-attr]


def test_a_correction_that_would_leave_an_impossible_history_is_refused() -> None:
    flow = df.DealFlow.open("memory:", clock=Clock())
    deal = flow.do(df.OpenDeal(ACCOUNT, "Line"), by="li", at=day(0)).stream
    moved = flow.do(df.AdvanceStage("executive_meeting"), on=deal, by="li", at=day(2)).records[0]
    flow.do(df.AdvanceStage("consulting"), on=deal, by="li", at=day(3))
    with pytest.raises(df.Refused, match="stands at 'training', not at 'executive_meeting'"):
        flow.do(df.CorrectRecord(moved.version, "never met them"), on=deal, by="li")
    assert flow.state(deal).stage == "consulting"
