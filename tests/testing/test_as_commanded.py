"""What is recorded is what commands would have recorded, had they been asked on those evenings."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, get_args
from uuid import UUID

import attrs

import dealflow as df
from dealflow.domain.account import ShareMeasured
from dealflow.domain.advancing import frozen
from dealflow.domain.alliance import PlanMade, PlanReviewed
from dealflow.domain.deal import DEAL, DealOpened, DealWon, StageEvent
from dealflow.domain.inquiry import QuestionAsked
from dealflow.domain.need import NeedMoved, NeedUncovered
from dealflow.domain.noun import AnyNoun
from dealflow.domain.nouns import noun_of
from dealflow.domain.playbook import PLAYBOOK, Playbook, playbook_id
from dealflow.journal import Record
from dealflow.money import Money
from dealflow.testing import Clock, Detail, Market, Writing, fill, simulate
from tests.testing.conftest import Filled, Streams


def playbook_then(streams: Streams, key: str, record: Record) -> Playbook:
    """Return the playbook as whoever recorded *record* found it."""
    known = [one for one in streams[playbook_id(key)] if one.position < record.position]
    found = PLAYBOOK.fold(PLAYBOOK.before(known, record.when))
    assert found is not None
    return found


def test_a_deal_is_opened_on_the_version_that_holds_then(filled: Filled, streams: Streams) -> None:
    key = filled[1].market.playbook.key
    for told in streams.values():
        if noun_of(told) is DEAL:
            playbook = playbook_then(streams, key, told[0])
            assert told[0].event.version == playbook.version, told[0]


def test_a_deal_that_is_opened_on_the_day_of_the_revision_runs_on_the_second_version() -> None:
    market = Market(deals=40, days=3, revised=0.5, first_day=date(2024, 1, 1))
    with df.DealFlow.open("memory:", clock=(clock := Clock())) as flow:
        fill(flow, clock, simulation := simulate(market, seed=1))
        told = [record for record in flow.journal.read() if isinstance(record.event, DealOpened)]
    opened = {record.stream: record.event.version for record in told}
    days = {life.deal: life.opened for life in simulation.lives}
    assert {(days[deal], version) for deal, version in opened.items()} == {
        (date(2024, 1, 1), 1),
        (date(2024, 1, 2), 2),
        (date(2024, 1, 3), 2),
    }


def test_a_stage_event_freezes_what_was_recorded_and_had_happened_by_then(filled: Filled, streams: Streams) -> None:
    amounts = as_frozen(streams, filled[1].market.playbook.key)
    assert None in amounts  # now and then nobody has recorded yet what it is worth


def test_it_freezes_that_also_where_all_is_put_right_later_and_many_are_watched_no_more() -> None:
    careless = Writing(late=0.5, corrected=1, duplicates=1, erased=1)
    market = Market(deals=60, writing=careless, detail=Detail(unwatched=0.5))
    with df.DealFlow.open("memory:", clock=(clock := Clock())) as flow:
        fill(flow, clock, simulate(market, seed=4))
        streams: Streams = {}
        for record in flow.journal.read():
            streams.setdefault(record.stream, []).append(record)
    assert len(as_frozen(streams, market.playbook.key)) > 60


def as_frozen(streams: Streams, key: str) -> list[Money | None]:
    """Hold every step of every deal against the deal and the playbook as they were found; returns the amounts."""
    amounts: list[Money | None] = []
    for told in streams.values():
        for number, record in enumerate(told):
            event: Any = record.event
            if number == 0 or type(event) not in get_args(StageEvent | DealWon):
                continue
            deal = DEAL.fold(DEAL.before(told[:number], record.when))
            assert deal is not None
            assert event.amount == deal.amount, record
            amounts.append(event.amount)
            if type(event) is not DealWon:
                version = getattr(event, "version", deal.version)
                at = getattr(event, "reached", None) or event.at
                milestone = playbook_then(streams, key, record).milestone(at, version)
                assert {"chance": event.chance, "meaning": event.meaning} == frozen(milestone), record
    return amounts


COUNTED = (ShareMeasured, PlanReviewed)  # every one is another, whatever it says


def test_nothing_is_recorded_that_was_so_already(streams: Streams) -> None:
    repeats: Counter[str] = Counter()
    for told in streams.values():
        noun = noun_of(told)
        for number, record in enumerate(told[1:], start=1):
            if not isinstance(record.event, (*get_args(AnyNoun), *COUNTED)):
                before = noun.fold(noun.before(told[:number], record.when))
                if as_sets(noun.evolve(before, record.event)) == as_sets(before):
                    repeats[type(record.event).__name__] += 1
    assert repeats == {}


def as_sets(value: Any) -> Any:
    """Return a state without the order in which its last words were spoken."""
    match value:
        case tuple():
            return frozenset(Counter(as_sets(one) for one in value).items())
        case _ if attrs.has(type(value)):
            return (type(value), *(as_sets(getattr(value, field.name)) for field in attrs.fields(type(value))))
        case Mapping():
            return frozenset(value.items())
        case _:
            return value


def test_a_plan_is_reviewed_only_once_it_was_made(streams: Streams) -> None:
    for told in streams.values():
        for number, record in enumerate(told):
            if isinstance(record.event, PlanReviewed):
                assert any(
                    isinstance(one.event, PlanMade) and one.occurred_from <= record.occurred_from
                    for one in told[:number]
                )


# People and their needs


def test_a_need_moves_after_a_question_of_that_kind_to_that_person(records: Sequence[df.Record]) -> None:
    asked: dict[tuple[Any, UUID | None], list[Record]] = {}
    moved = Counter[bool]()
    for record in records:
        match record.event:
            case QuestionAsked(kind, to):
                asked.setdefault((kind, to), []).append(record)
            case NeedMoved(after=kind):
                moved[kind is not None] += 1
                assert kind is None or any(
                    one.occurred_from <= record.occurred_from and set(record.deals) <= set(one.deals)
                    for one in asked[kind, record.stream]
                ), record
            case _:
                pass
    assert moved[True] > moved[False] > 0


def test_a_need_climbs_its_ladder_rung_by_rung(streams: Streams) -> None:
    ladder = ["dissatisfied", "growing", "must-change"]
    for told in streams.values():
        rungs: dict[str, list[str]] = {}
        for record in told:
            match record.event:
                case NeedUncovered(id):
                    rungs[id] = []
                case NeedMoved(ref, rung):
                    rungs[ref].append(rung.value)
                case _:
                    pass
        assert all(one == ladder[: len(one)] for one in rungs.values())


RATES = {
    "RivalClosenessRated": (0.4, 1.5),
    "SolutionAcceptanceRated": (0.8, 2),
    "PriceAcceptanceRated": (0.8, 2),
    "StanceChanged": (1.5, 4),
    "NeedUncovered": (0.8, 3),
    "NeedMoved": (0.8, 4),
    "CounterpartAssigned": (1, 4),
    "ActionPlanned": (0.5, 2),
    "ActionChecked": (0.3, 1.5),
    "InformationNoted": (4, 9),
    "ProblemQuantified": (0.8, 2),
    "TechnicalContentRated": (0.4, 0.6),
    "Assessed": (0.6, 1.5),
}
"""How many of each a deal of a default market has, at least and at most."""


def test_a_default_market_tells_enough_of_people_and_of_what_a_deal_stands_on(records: Sequence[df.Record]) -> None:
    told = Counter(type(record.event).__name__ for record in records)
    a_deal = {name: told[name] / 300 for name in RATES}
    assert {name: n for name, n in a_deal.items() if not RATES[name][0] <= n <= RATES[name][1]} == {}


def test_a_deal_knows_several_points_from_several_people(streams: Streams) -> None:
    points, tellers, sides = Counter[int](), Counter[int](), Counter[bool]()
    for told in streams.values():
        deal = DEAL.fold(DEAL.history(told)) if noun_of(told) is DEAL else None
        if deal is not None:
            noted = deal.purchase.information
            points[len({one.point for one in noted})] += 1
            tellers[len({one.told_by for one in noted} - {None})] += 1
            sides.update(side is None for side, _ in deal.contest.assessments)
    assert points.most_common(1)[0][0] >= 3
    assert tellers.most_common(1)[0][0] >= 2
    assert min(sides[True], sides[False]) > 60
