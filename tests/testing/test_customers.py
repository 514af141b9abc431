"""Made-up customers: what troubles them, which of it drives them away, and that the journal tells both."""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from math import log
from statistics import median, pstdev
from typing import Any
from uuid import UUID

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dealflow as df
from dealflow.domain.account import (
    AccountOwnerAssigned,
    AccountRegistered,
    ChurnCause,
    Purchased,
    PurchasesComeFrom,
    RelationshipEnded,
    RelationshipResumed,
    ShareMeasured,
)
from dealflow.domain.alliance import AgreementEnded, AgreementSigned, DirectionChanged, PlanMade, PlanReviewed
from dealflow.domain.coverage import CounterpartAssigned
from dealflow.domain.interaction import InteractionHeld
from dealflow.domain.matter import ComplaintRaised, IncidentKind, IncidentReported, MatterResolved
from dealflow.domain.noun import Corrected, MergedInto
from dealflow.domain.nouns import noun_of
from dealflow.domain.rivalry import CriteriaAssessed, RivalGone, RivalSeen
from dealflow.domain.stakeholder import (
    InfluenceRated,
    Role,
    RoleIdentified,
    StakeholderDeparted,
    StakeholderErased,
    StakeholderIdentified,
    StanceChanged,
)
from dealflow.testing import (
    FAULTLESS,
    TROUBLES,
    Clock,
    Customers,
    CustomerTruth,
    Market,
    Population,
    Spells,
    Stretch,
    Trouble,
    Writing,
    customers,
    fill,
    simulate,
)
from tests.testing.conftest import Streams

RESTLESS = Customers(
    accounts=7,
    leaving=1,
    returns=1,
    returning_days=60,
    troubles={trouble: Spells(3, 30, 1) for trouble in Trouble},
    writing=Writing(late=0.5, corrected=0.3, duplicates=0.3, erased=0.5),
)
EXACT = attrs.evolve(RESTLESS, accounts=30, leaving=0.4, writing=FAULTLESS)


def recorded(population: Population) -> list[df.Record]:
    with df.DealFlow.open("memory:", clock=(clock := Clock())) as flow:
        fill(flow, clock, population)
        return list(flow.journal.read())


def by_stream(records: Sequence[df.Record]) -> Streams:
    found: Streams = {}
    for record in records:
        found.setdefault(record.stream, []).append(record)
    return found


@pytest.fixture(scope="module")
def exact() -> tuple[Population, dict[UUID, list[df.Record]]]:
    """Customers of whom all is recorded on the evening it happened, and the records by account, as they happened."""
    population = customers(EXACT, seed=1)
    told: dict[UUID, list[df.Record]] = {}
    for record in recorded(population):
        assert record.account is not None
        told.setdefault(record.account, []).append(record)
    return population, told


# What comes out is legal

COMMANDS: dict[type, Callable[[Any], df.Command]] = {
    AccountRegistered: lambda e: df.RegisterAccount(e.name, e.kind, e.industry, e.region, e.parent),
    AccountOwnerAssigned: lambda e: df.AssignAccountOwner(e.owner),
    PurchasesComeFrom: lambda e: df.DrawPurchasesFrom(e.origin),
    Purchased: lambda e: df.RecordPurchase(e.amount, e.reference),
    RelationshipEnded: lambda e: df.EndRelationship(e.cause, e.controllable, e.text),
    RelationshipResumed: lambda e: df.ResumeRelationship(e.reason),
    ShareMeasured: lambda e: df.MeasureShare(e.share, e.rivals, e.category, e.period),
    AgreementSigned: lambda e: df.SignAgreement(e.kind, e.until, e.id),
    AgreementEnded: lambda e: df.EndAgreement(e.ref, e.reason),
    DirectionChanged: lambda e: df.NoteDirectionChange(e.change, e.text),
    PlanMade: lambda e: df.MakePlan(e.goals, e.actions),
    PlanReviewed: lambda e: df.ReviewPlan(e.verdict, e.text),
    ComplaintRaised: lambda e: df.RaiseComplaint(e.topic, e.severity, e.due, e.by, e.id),
    IncidentReported: lambda e: df.ReportIncident(e.kind, e.severity, e.due, e.id),
    MatterResolved: lambda e: df.ResolveMatter(e.ref, e.how),
    RivalSeen: lambda e: df.SightRival(e.competitor, e.move, e.price),
    RivalGone: lambda e: df.MarkRivalGone(e.competitor),
    CriteriaAssessed: lambda e: df.AssessCriteria(e.we_meet, e.rivals),
    StakeholderIdentified: lambda e: df.IdentifyStakeholder(
        e.account, e.name.text, e.organisation, e.title.text, e.level, e.department
    ),
    RoleIdentified: lambda e: df.IdentifyRole(e.role, e.deal),
    InfluenceRated: lambda e: df.RateInfluence(e.influence, e.deal),
    StanceChanged: lambda e: df.ChangeStance(e.stance, e.ally, e.deal),
    CounterpartAssigned: lambda e: df.AssignCounterpart(e.ours, e.main, e.deal),
    StakeholderDeparted: lambda e: df.RecordDeparture(e.reason),
    StakeholderErased: lambda e: df.EraseStakeholder(e.reason),
    InteractionHeld: lambda e: df.HoldInteraction(e.account, e.channel, e.theirs, e.ours, activity=e.activity),
    MergedInto: lambda e: df.MergeInto(e.other, e.reason),
    Corrected: lambda e: df.CorrectRecord(e.version, e.reason, e.replacement, e.occurred),
}


def test_what_is_recorded_is_what_commands_would_have_recorded_asked_on_those_evenings() -> None:
    population = customers(RESTLESS, seed=3)
    told = recorded(population)
    assert {type(record.event) for record in told} == set(COMMANDS)
    with df.DealFlow.open("memory:", clock=(clock := Clock())) as flow:
        for evening in population.evenings():
            clock.now = evening.at
            for entry in evening.entries:
                when = df.When(entry.occurred_from, entry.occurred_to)
                flow.do(COMMANDS[type(entry.event)](entry.event), by=entry.by, on=entry.stream, at=when)
        assert list(flow.journal.read()) == told


@pytest.mark.parametrize(
    "like",
    [
        Customers(accounts=0),
        Customers(accounts=3, days=1, team=1),
        Customers(accounts=20, troubles={}, foretelling={}, leaving=2),
        Customers(accounts=20, leaving=0, jitter=0, spread=0, notice=0),
        Customers(accounts=10, buys_every=0.1, meets_every=0.1, days=90),
        Customers(accounts=20, leaving=3, fades_before_leaving=90, returns=1, returning_days=1),
        Customers(accounts=20, writing=Writing(late=1, corrected=1, duplicates=1, erased=1)),
        attrs.evolve(RESTLESS, writing=FAULTLESS, notice=400),
    ],
    ids=["none", "one day", "untroubled", "faithful", "busy", "fading", "careless", "restless"],
)
def test_any_customers_are_a_history_that_can_be(like: Customers) -> None:
    told = by_stream(recorded(customers(like, seed=5)))
    assert {stream: flaws for stream, one in told.items() if (flaws := noun_of(one).problems(one))} == {}


def test_some_things_are_recorded_weeks_late_and_none_before_it_happens() -> None:
    told = recorded(customers(Customers(accounts=20), seed=1))
    delays = [record.recorded_at.date() - record.occurred_to.date() for record in told]
    assert min(delays) == timedelta(0)
    assert 0.03 < sum(delay > timedelta(days=7) for delay in delays) / len(told) < 0.12


# The truth


spells = st.builds(Spells, a_year=st.floats(0, 20), days=st.floats(0.5, 500), spread=st.floats(0, 1.5))
any_customers = st.builds(
    Customers,
    accounts=st.just(2),
    days=st.integers(1, 500),
    joins_within=st.integers(1, 600),
    leaving=st.floats(0, 30),
    foretelling=st.dictionaries(st.sampled_from(Trouble), st.floats(0, 50)),
    troubles=st.dictionaries(st.sampled_from(Trouble), spells),
    returns=st.floats(0, 1),
    returning_days=st.floats(0.5, 100),
    fades_before_leaving=st.integers(0, 100),
    buys_every=st.floats(5, 500),
    meets_every=st.floats(5, 500),
    notice=st.integers(0, 400),
    writing=st.sampled_from([FAULTLESS, Writing(), RESTLESS.writing]),
)


@given(any_customers, st.integers(0, 9))
@settings(max_examples=40, deadline=None)
def test_whatever_is_asked_the_truth_holds_together_and_the_journal_can_be(like: Customers, seed: int) -> None:
    population = customers(like, seed)
    for one in population.truth():
        assert like.first_day <= one.since <= like.last_day
        holds_together(one, like.last_day)
    told = by_stream(recorded(population))
    assert {stream: flaws for stream, one in told.items() if (flaws := noun_of(one).problems(one))} == {}
    assert all(record.occurred_from.date() >= like.first_day for one in told.values() for record in one)


def test_every_trouble_stands_within_its_customers_time_and_once_at_a_time() -> None:
    for one in customers(RESTLESS, seed=2).truth():
        holds_together(one, RESTLESS.last_day)


def holds_together(one: CustomerTruth, last_day: date) -> None:
    for since, until in stays(one, last_day + timedelta(days=1)):
        assert since < until
    for stretch in one.stretches:
        assert one.since < stretch.since < stretch.until <= last_day + timedelta(days=1)
        days = [stretch.since + timedelta(days=n) for n in range((stretch.until - stretch.since).days)]
        assert all(one.deals_with_us(day) and stretch.trouble in one.standing(day) for day in days)
    for trouble in Trouble:
        assert all(before.until < after.since for before, after in pairwise(of(one, trouble)))


def of(one: CustomerTruth, trouble: Trouble) -> list[Stretch]:
    return [stretch for stretch in one.stretches if stretch.trouble is trouble]


def test_who_never_left_has_no_day_and_no_cause_and_who_left_has_those_of_the_first_time() -> None:
    faithful = customers(Customers(accounts=5, leaving=0), seed=1).truth()
    assert {(one.left, one.cause, one.deals_with_us(date(2024, 12, 31))) for one in faithful} == {(None, None, True)}
    for one in customers(RESTLESS, seed=2).truth():
        if one.partings:
            first = one.partings[0]
            assert (one.left, one.cause) == (first.left, first.cause)
            assert not one.deals_with_us(first.left)
            assert one.deals_with_us(first.left - timedelta(days=1))
            assert first.back is None or one.deals_with_us(first.back)
        assert not one.deals_with_us(one.since - timedelta(days=1))


def test_customers_leave_over_the_whole_time_at_one_rate() -> None:
    like = Customers(accounts=3000, troubles={}, leaving=0.2, joins_within=1)
    left = Counter((one.left - like.first_day).days * 4 // like.days for one in customers(like).truth() if one.left)
    expected = [3000 * (0.8187**year - 0.8187 ** (year + 1)) for year in range(4)]
    assert [left[year] for year in range(4)] == pytest.approx(expected, rel=0.12)


def test_some_come_back_and_may_leave_again() -> None:
    like = Customers(accounts=1000, leaving=0.5, returns=0.5, returning_days=30)
    partings = [one.partings for one in customers(like, seed=1).truth()]
    early = [one[0] for one in partings if one and one[0].left < date(2023, 1, 1)]
    assert sum(one.back is not None for one in early) / len(early) == pytest.approx(0.5, abs=0.06)
    assert max(map(len, partings)) > 2


def test_a_trouble_that_drives_a_customer_away_is_given_as_the_cause() -> None:
    like = Customers(accounts=400, foretelling={Trouble.COMPLAINT: 100})
    causes = Counter[ChurnCause]()
    for one in customers(like, seed=1).truth():
        for parting in one.partings:
            if Trouble.COMPLAINT in one.standing(parting.left - timedelta(days=1)):
                causes[parting.cause] += 1
    assert causes[ChurnCause.MATTER_NEGLECTED] / causes.total() > 0.95


# Which troubles foretell


def ratio(truth: Sequence[CustomerTruth], trouble: Trouble, last_day: date) -> float:
    """Return how many times as often customers left on the day after a trouble stood than on others."""
    days, left = Counter[bool](), Counter[bool]()
    for one in truth:
        days[False] += sum((until - since).days for since, until in stays(one, last_day))
        left[False] += len(one.partings)
        for stretch in of(one, trouble):
            days[True] += (stretch.until - stretch.since).days
            left[True] += any(parting.left == stretch.until for parting in one.partings)
    without = (left[False] - left[True]) / (days[False] - days[True])
    return left[True] / days[True] / without


def stays(one: CustomerTruth, last_day: date) -> Iterator[tuple[date, date]]:
    since: date | None = one.since
    for parting in one.partings:
        assert since is not None
        yield since, parting.left
        since = parting.back
    if since is not None:
        yield since, last_day


def test_customers_leave_so_many_times_as_often_while_a_trouble_stands_as_was_asked() -> None:
    like = Customers(accounts=4000, leaving=0.15, returns=0.5)
    truth = customers(like, seed=1).truth()
    asked = {trouble: like.foretelling.get(trouble, 1) for trouble in Trouble}
    assert Counter(asked.values()) == {1: 7, 4: 2, 5: 1}
    found = {trouble: ratio(truth, trouble, like.last_day) for trouble in Trouble}
    assert found == {trouble: pytest.approx(times, rel=0.2) for trouble, times in asked.items()}


def test_a_trouble_can_keep_customers_too() -> None:
    like = Customers(accounts=1500, leaving=0.5, foretelling={Trouble.SILENCE: 0, Trouble.PRICE: 0.3})
    truth = customers(like, seed=1).truth()
    assert ratio(truth, Trouble.SILENCE, like.last_day) == 0
    assert ratio(truth, Trouble.PRICE, like.last_day) == pytest.approx(0.3, abs=0.1)


def test_troubles_come_of_themselves_whatever_they_foretell() -> None:
    noise, driven = (
        customers(Customers(accounts=60, foretelling=told, returns=0), seed=1).truth()
        for told in ({}, {Trouble.PRICE: 9})
    )
    for one, other in zip(noise, driven, strict=True):
        both = min((left for left in (one.left, other.left) if left), default=date.max)
        assert other.left is None or both == other.left  # what drives away keeps nobody
        assert [stretch for stretch in one.stretches if stretch.until < both] == [
            stretch for stretch in other.stretches if stretch.until < both
        ]


def test_a_trouble_stands_as_often_and_as_long_as_was_asked() -> None:
    like = Customers(accounts=1000, leaving=0, joins_within=1, troubles={Trouble.PRICE: Spells(1, 20, 0.5)})
    lengths = [(one.until - one.since).days for truth in customers(like).truth() for one in truth.stretches]
    free = 1000 * like.days - sum(lengths)
    assert len(lengths) / free * 365.25 == pytest.approx(1, rel=0.05)
    assert median(lengths) == pytest.approx(20, abs=1.5)


# What the journal tells of it

Exact = tuple[Population, dict[UUID, list[df.Record]]]


def test_nothing_is_bought_and_nobody_met_while_a_customer_is_gone(exact: Exact) -> None:
    population, told = exact
    for one in population.truth():
        dealt = [
            record.occurred_from.date()
            for record in told[one.account]
            if isinstance(record.event, Purchased | InteractionHeld)
        ]
        assert all(one.deals_with_us(day) for day in dealt)
        for since, until in stays(one, population.customers.last_day):
            if until - since > timedelta(days=180):
                assert any(since <= day < until for day in dealt)


def test_partings_are_recorded_as_they_were(exact: Exact) -> None:
    population, told = exact
    for one in population.truth():
        found = [
            (record.occurred_from.date(), getattr(record.event, "cause", None))
            for record in told[one.account]
            if isinstance(record.event, RelationshipEnded | RelationshipResumed)
        ]
        expected = [
            pair
            for parting in one.partings
            for pair in ((parting.left, parting.cause), (parting.back, None))
            if pair[0] is not None
        ]
        assert found == expected


def incident(kind: IncidentKind) -> Callable[[Any], bool]:
    return lambda event: isinstance(event, IncidentReported) and event.kind is kind


COMES: dict[Trouble, Callable[[Any], bool]] = {
    Trouble.QUALITY: incident(IncidentKind.QUALITY),
    Trouble.DELIVERY: incident(IncidentKind.LATE_DELIVERY),
    Trouble.PRICE: lambda event: isinstance(event, RivalSeen),
    Trouble.CRITERIA: lambda event: isinstance(event, CriteriaAssessed) and not event.we_meet,
    Trouble.DIRECTION: lambda event: isinstance(event, DirectionChanged),
    Trouble.CHAMPION: lambda event: isinstance(event, StakeholderDeparted),
}
GOES: dict[Trouble, Callable[[Any], bool]] = {
    Trouble.PRICE: lambda event: isinstance(event, RivalGone),
    Trouble.CRITERIA: lambda event: isinstance(event, CriteriaAssessed) and bool(event.we_meet),
    Trouble.DIRECTION: lambda event: isinstance(event, PlanReviewed),
    Trouble.CHAMPION: lambda event: isinstance(event, RoleIdentified) and event.role is Role.COACH,
}


def shown(trouble: Trouble, records: Sequence[df.Record]) -> Iterator[tuple[date, date | None]]:
    """Return from when until when the journal shows a trouble, or until it ends."""
    since: date | None = None
    raised = ""
    for record in records:
        settles = isinstance(record.event, MatterResolved) and record.event.ref == raised
        if COMES[trouble](record.event):
            since, raised = record.occurred_from.date(), getattr(record.event, "id", "")
        elif since is not None and (settles or GOES.get(trouble, lambda _: False)(record.event)):
            yield since, record.occurred_from.date()
            since = None
    if since is not None:
        yield since, None


@pytest.mark.parametrize("trouble", COMES)
def test_a_trouble_shows_in_the_journal_from_the_day_it_comes_to_the_day_it_goes(
    exact: Exact, trouble: Trouble
) -> None:
    population, told = exact
    stood = [settled(one, stretch, population) for one in population.truth() for stretch in of(one, trouble)]
    assert len(stood) > 50
    assert stood == [pair for one in population.truth() for pair in shown(trouble, told[one.account])]


def settled(one: CustomerTruth, stretch: Stretch, population: Population) -> tuple[date, date | None]:
    """Return from when until when a trouble is to show: what stood as a customer left, until it is back."""
    for parting in one.partings:
        if parting.left == stretch.until:
            return stretch.since, parting.back
    return stretch.since, None if stretch.until > population.customers.last_day else stretch.until


def test_a_complaint_is_a_trouble_from_the_day_after_it_was_due(exact: Exact) -> None:
    population, told = exact
    for one in population.truth():
        raised = {e.id: (r, e.due) for r in told[one.account] if isinstance(e := r.event, ComplaintRaised)}
        done = {e.ref: r.occurred_from.date() for r in told[one.account] if isinstance(e := r.event, MatterResolved)}
        overdue = [
            (due + timedelta(days=1), done.get(ref))
            for ref, (_, due) in raised.items()
            if due is not None and one.deals_with_us(due + timedelta(days=1))
        ]
        assert [pair for pair in overdue if pair[0] <= population.customers.last_day] == [
            settled(one, stretch, population) for stretch in of(one, Trouble.COMPLAINT)
        ]
        assert all(record.occurred_from.date() <= due for record, due in raised.values() if due is not None)


def test_an_agreement_is_a_trouble_from_its_notice_until_the_next_is_signed(exact: Exact) -> None:
    population, told = exact
    notice = timedelta(days=population.customers.notice)
    for one in population.truth():
        signed = [
            (record.occurred_from.date(), record.event.until)
            for record in told[one.account]
            if isinstance(record.event, AgreementSigned)
        ]
        spans = [(until - notice, after[0]) for (_, until), after in pairwise([*signed, (None, None)]) if until]
        shown = [
            (since, renewed)
            for since, renewed in spans
            if one.deals_with_us(since)
            and (since <= population.customers.last_day if renewed is None else since < renewed)
        ]
        assert shown == [settled(one, stretch, population) for stretch in of(one, Trouble.AGREEMENT)]


def test_our_share_falls_and_rises_again_and_does_neither_otherwise(exact: Exact) -> None:
    population, told = exact
    for one in population.truth():
        measured = [
            (record.occurred_from.date(), record.event.share)
            for record in told[one.account]
            if isinstance(record.event, ShareMeasured)
        ]
        moves = [(day, share < before) for (_, before), (day, share) in pairwise(measured) if share != before]
        expected: list[tuple[date, bool]] = []
        for stretch in of(one, Trouble.SHARE):
            since, until = settled(one, stretch, population)
            expected += [(since, True), *([] if until is None else [(until, False)])]
        assert moves == expected


def test_nobody_is_met_in_a_silence_and_everybody_again_after_it(exact: Exact) -> None:
    population, told = exact
    silences = 0
    for one in population.truth():
        met = [r.occurred_from.date() for r in told[one.account] if isinstance(r.event, InteractionHeld)]
        assert {day.weekday() for day in met} <= {0, 1, 2, 3, 4}
        for stretch in of(one, Trouble.SILENCE):
            assert not any(stretch.since <= day < stretch.until for day in met)
            silences += 1
    assert silences > 50


def test_only_those_who_are_there_are_met(exact: Exact) -> None:
    for told in exact[1].values():
        there: set[UUID] = set()
        for record in sorted(told, key=lambda one: one.occurred_from):
            if isinstance(record.event, StakeholderIdentified):
                there.add(record.stream)
            if isinstance(record.event, StakeholderDeparted):
                there.remove(record.stream)
            if isinstance(record.event, InteractionHeld):
                assert set(record.event.theirs) <= there
                assert record.event.theirs


# Their rhythm


def gaps(population: Population, kind: type) -> dict[UUID, list[int]]:
    days: dict[UUID, list[datetime]] = {}
    for record in recorded(population):
        if isinstance(record.event, kind) and record.account is not None:
            days.setdefault(record.account, []).append(record.occurred_from)
    return {stream: [(after - one).days for one, after in pairwise(on)] for stream, on in days.items()}


@pytest.mark.parametrize(("kind", "usual"), [(Purchased, 40), (InteractionHeld, 25)])
def test_every_account_has_a_rhythm_of_its_own_and_keeps_to_it(kind: type, usual: float) -> None:
    like = Customers(accounts=60, leaving=0, troubles={}, writing=FAULTLESS)
    found = gaps(customers(like, seed=1), kind)
    own = {stream: median(days) for stream, days in found.items() if len(days) > 5}
    assert median(own.values()) == pytest.approx(usual, rel=0.2)
    assert pstdev(map(log, own.values())) == pytest.approx(0.5, abs=0.12)
    astray = [pstdev(log(max(day, 1)) for day in found[stream]) for stream in own]
    assert median(astray) == pytest.approx(0.25, abs=0.06)


@pytest.mark.parametrize(("fades", "least"), [(0, 0), (120, 120)])
def test_purchases_cease_before_a_customer_leaves_only_where_it_was_asked(fades: int, least: int) -> None:
    like = Customers(accounts=50, fades_before_leaving=fades, returns=0, buys_every=10, spread=0, writing=FAULTLESS)
    population = customers(like, seed=1)
    last: dict[UUID | None, date] = {}
    for record in recorded(population):
        if isinstance(record.event, Purchased):
            last[record.account] = record.occurred_from.date()
    quiet = [(one.left - last[one.account]).days for one in population.truth() if one.left and one.account in last]
    assert least < min(quiet)
    assert median(quiet) < least + 15


# The same for a seed, anywhere

DIGEST = """
import hashlib, dealflow.testing as t
found = hashlib.sha256()
for evening in t.customers(t.Customers(accounts=4), seed=7).evenings():
    found.update(repr(evening).encode())
print(found.hexdigest())
"""


def test_a_seed_plays_the_same_customers_in_every_process() -> None:
    runs = {
        subprocess.run(  # noqa: S603 (this very interpreter)
            [sys.executable, "-c", DIGEST], env={"PYTHONPATH": ":".join(sys.path), "PYTHONHASHSEED": hashing},
            check=True, capture_output=True, text=True,
        ).stdout
        for hashing in ("1", "2")
    }  # fmt: skip
    assert len(runs) == 1


def test_another_seed_plays_other_customers() -> None:
    assert customers(Customers(accounts=5), seed=1).truth() != customers(Customers(accounts=5), seed=2).truth()


def test_more_customers_change_nothing_in_the_others() -> None:
    few, many = (customers(attrs.evolve(RESTLESS, accounts=number), seed=1) for number in (5, 9))
    assert many.truth()[:5] == few.truth()
    streams = {entry.stream for evening in few.evenings() for entry in evening.entries}
    alone = [(one.at, entry) for one in few.evenings() for entry in one.entries]
    among = [(one.at, entry) for one in many.evenings() for entry in one.entries if entry.stream in streams]
    assert among == alone


def test_how_it_is_written_down_changes_no_truth() -> None:
    assert customers(RESTLESS, 1).truth() == customers(attrs.evolve(RESTLESS, writing=FAULTLESS), 1).truth()


# Filling


def test_customers_are_filled_beside_a_market_of_the_same_seed_and_step_by_step() -> None:
    market, population = simulate(Market(deals=5), seed=1), customers(Customers(accounts=3), seed=1)
    june = date(2024, 6, 1)
    with df.DealFlow.open("memory:", clock=(clock := Clock())) as flow:
        first = fill(flow, clock, market, population, until=june)
        second = fill(flow, clock, market, population, after=june)
        told = list(flow.journal.read())
    assert len(told) == first + second
    with df.DealFlow.open("memory:", clock=(clock := Clock())) as flow:
        fill(flow, clock, population, market)
        assert by_stream(list(flow.journal.read())).keys() == by_stream(told).keys()


def test_the_same_customers_are_not_recorded_twice() -> None:
    population = customers(Customers(accounts=2), seed=1)
    with df.DealFlow.open("memory:", clock=(clock := Clock())) as flow:
        fill(flow, clock, population)
        with pytest.raises(ValueError, match="say `after`"):
            fill(flow, clock, population)
    evenings = [one.at.date() for one in population.evenings()]
    with df.DealFlow.open("memory:", clock=(clock := Clock())) as flow:
        fill(flow, clock, population, until=evenings[3])
        with pytest.raises(df.Conflict):
            fill(flow, clock, population, after=evenings[2])


# What makes no sense

WRONG: list[tuple[type, str, Any, str]] = [
    (Spells, "a_year", -1, "a number from 0 on"),
    (Spells, "days", 0, "a number above 0"),
    (Spells, "spread", float("inf"), "a number from 0 on"),
    (Customers, "accounts", -1, "a whole number from 0 on"),
    (Customers, "first_day", "2021-01-01", "a date without a time"),
    (Customers, "days", 0, "a whole number from 1 on"),
    (Customers, "joins_within", 0, "a whole number from 1 on"),
    (Customers, "leaving", -0.1, "a number from 0 on"),
    (Customers, "foretelling", {"price": 2}, "ratios from 0 on by trouble"),
    (Customers, "foretelling", {Trouble.PRICE: -2}, "ratios from 0 on by trouble"),
    (Customers, "foretelling", 5, "ratios from 0 on by trouble"),
    (Customers, "troubles", {Trouble.PRICE: 0.4}, "Spells by trouble"),
    (Customers, "returns", 1.5, "a share from 0 to 1"),
    (Customers, "returning_days", 0, "a number above 0"),
    (Customers, "fades_before_leaving", 1.5, "a whole number from 0 on"),
    (Customers, "buys_every", 0, "a number above 0"),
    (Customers, "meets_every", 0, "a number above 0"),
    (Customers, "spends", 0, "a number above 0"),
    (Customers, "currency", "yuan", "an ISO 4217 code such as CNY"),
    (Customers, "currency", None, "an ISO 4217 code such as CNY"),
    (Customers, "spread", -1, "a number from 0 on"),
    (Customers, "jitter", -1, "a number from 0 on"),
    (Customers, "notice", -1, "a whole number from 0 on"),
    (Customers, "team", 0, "a whole number from 1 on"),
    (Customers, "writing", TROUBLES, "a Writing"),
]


@pytest.mark.parametrize(("kind", "field", "value", "expected"), WRONG)
def test_what_makes_no_sense_is_refused_by_the_name_of_its_field(
    kind: type, field: str, value: Any, expected: str
) -> None:
    with pytest.raises(ValueError, match="expected") as refused:
        kind(**{field: value})
    assert str(refused.value).startswith(f"{kind.__name__}.{field} is ")
    assert str(refused.value).endswith(f": expected {expected}")
