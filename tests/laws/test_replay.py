"""The laws of the replay: the dossier is a fold of what is asked for, and it rests on what it cites."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

import dealflow as df
from dealflow.conversation import around
from dealflow.domain.account import AccountRegistered
from dealflow.domain.deal import DEAL, Deal, DealOpened, StageAdvanced
from dealflow.domain.noun import Corrected, corrected
from dealflow.domain.playbook import playbook_id
from dealflow.domain.timeline import known_by, known_since
from dealflow.journal import Record, until
from dealflow.plain import plain
from dealflow.projections.situation import gathered
from dealflow.replay.comparison import dossier_changes
from dealflow.replay.counterfactual import rejudged
from dealflow.replay.dossier import Dossier, dossier
from dealflow.replay.supposing import World
from dealflow.replay.telling.words import Names
from dealflow.replay.turning import turning_points
from tests.clock import Clock
from tests.laws.selling import (
    DAY_ONE,
    LAST_DAY,
    ON_ACCOUNTS,
    ON_CONTACTS,
    ON_DEALS,
    ON_PEOPLE,
    PLAYBOOK,
    Selling,
    days,
    instants,
)

SHORTLY = df.HealthPolicy(  # so that time passing matters within the forty days
    thresholds=df.ThresholdPolicy(stale=10, window=7, met=10), warnings=df.WarningPolicy(contacts=10, silent=4, calls=2)
)
ACCOUNT_ID, DEAL_ID = UUID(int=1), UUID(int=2)
PEOPLE, CONTACTS = tuple(UUID(int=10 + n) for n in range(3)), tuple(UUID(int=20 + n) for n in range(3))
KEPT = Corrected | DealOpened | AccountRegistered  # what nobody can suppose away
back = st.integers(0, 120)  # seconds: how long ago something was known


def value(one: Dossier) -> Dossier:
    """Return a dossier without the lists of records, which are no values of the deal."""
    return attrs.evolve(one, records=(), evidence=())


class Replaying(Selling):
    """Someone who sells anyhow, and someone who audits their deals."""

    def __init__(self) -> None:
        super().__init__()
        self.remembered: list[tuple[UUID, date, datetime, Dossier]] = []

    def there(self) -> Sequence[UUID]:
        return [stream for stream in self.streams if isinstance(self.flow.state(stream), Deal)]

    def a_deal(self, data: st.DataObject) -> UUID:
        return data.draw(st.sampled_from(self.there()))

    @precondition(lambda self: self.there())
    @rule(data=st.data(), on=days, ago=back)
    def the_dossier_is_a_fold_of_all_that_was_known_and_had_happened(
        self, data: st.DataObject, on: date, ago: int
    ) -> None:
        deal, known = self.a_deal(data), self.clock.now - timedelta(seconds=ago)
        asked = self.flow.deal(deal, happened=on, known=known)
        everything = [one for one in self.flow.journal.read() if one.recorded_at <= known and one.account is not None]
        horizon = attrs.evolve(self.flow.situation(deal).horizon, until=asked.at)
        whole = gathered(deal, everything, horizon, happened=until(on, self.flow.zone))
        naive = dossier(whole, until(on, self.flow.zone))
        assert value(asked) == value(naive)
        assert {one.position for one in asked.records} == {one.position for one in naive.records}
        own = [one for one in everything if one.stream == deal]
        assert asked.deal == DEAL.fold(DEAL.history(own, until(on, self.flow.zone)))
        self.remembered.append((deal, on, known, asked))

    @precondition(lambda self: self.remembered)
    @rule(data=st.data())
    def what_is_told_later_changes_no_dossier_as_it_was_known(self, data: st.DataObject) -> None:
        deal, on, known, asked = data.draw(st.sampled_from(self.remembered))
        assert self.flow.deal(deal, happened=on, known=known) == asked

    def around(self, deal: UUID, known: datetime | None = None) -> tuple[Record, ...]:
        """Return what was known of the deal, its people and its account."""
        accounts = {one.account for one in self.flow.journal.stream(deal) if one.account is not None}
        return tuple(known_by(around(self.flow.journal, [deal], accounts), known))

    @precondition(lambda self: self.there())
    @rule(data=st.data(), on=days)
    def what_the_dossier_does_not_cite_can_be_left_out(self, data: st.DataObject, on: date) -> None:
        deal = self.a_deal(data)
        world = World(deal, self.around(deal), self.flow.situation(deal, happened=on).horizon)
        limit = until(on, self.flow.zone)
        found = dossier(gathered(deal, world.records, world.horizon, happened=limit), limit)
        others = [one for one in world.records if one.position not in found.evidence and one.stream != deal]
        own = [one for one in world.records if one.position not in found.evidence and one.stream == deal]
        for gone in (*others, *own):
            if isinstance(gone.event, KEPT):
                continue
            left = df.WithoutRecord(gone.position).apply(world)
            again = dossier(gathered(deal, left.records, world.horizon, happened=limit), limit)
            assert value(again) == value(found), gone

    @precondition(lambda self: self.there())
    @rule(data=st.data(), on=st.none() | days)
    def the_story_mentions_every_record_once(self, data: st.DataObject, on: date | None) -> None:
        deal = self.a_deal(data)
        story = self.flow.replay(deal, happened=on)
        mentioned = [line.record.position for line in story.lines]
        assert len(mentioned) == len({*mentioned})
        assert mentioned == [one.position for one in story.dossier.records]
        if story.lines:
            limit = until(on or LAST_DAY, self.flow.zone)
            own = DEAL.history(self.flow.journal.stream(deal), limit if on else None)
            assert {one.position for one in own} <= {*mentioned}
        for chapters in (story.by_day(), story.by_milestone()):
            assert tuple(line for chapter in chapters for line in chapter.lines) == story.lines
        assert all(one.title != other.title for one, other in pairwise(story.by_milestone()))

    @precondition(lambda self: self.there())
    @rule(data=st.data(), ago=back)
    def gates_judged_again_find_what_they_found(self, data: st.DataObject, ago: int) -> None:
        deal, known = self.a_deal(data), self.clock.now - timedelta(seconds=ago)
        records = self.around(deal, known)
        own = corrected([one for one in records if one.stream == deal])
        if not own:
            return
        keys = {one.event.playbook for one in own if hasattr(one.event, "playbook")}
        books = {key: self.flow.state(playbook_id(key)) for key in keys}
        world = World(deal, records, self.flow.situation(deal).horizon, playbooks=books)
        first = {one.position: one for one in records if one.stream == deal}
        steps = {one.position: one.event for one in own if isinstance(one.event, StageAdvanced)}
        for step in rejudged(world):
            as_written = first[step.record].event == steps[step.record] and first[step.record].when == when(own, step)
            if as_written:
                assert step.findings == steps[step.record].verdict.findings

    @precondition(lambda self: self.there())
    @rule(data=st.data(), on=st.none() | days)
    def a_turning_point_moved_what_it_says_and_cites_itself(self, data: st.DataObject, on: date | None) -> None:
        deal = self.a_deal(data)
        policy = df.TurningPolicy(most=100, health=SHORTLY)
        found = self.flow.turning_points(deal, happened=on, policy=policy)
        told_of = {one.position for one in self.flow.journal.read()}
        for point in found.points:
            assert point.distance == sum(one.distance for one in point.moved) > 0
            assert point.record in point.evidence
            assert sorted((*point.known, *point.learnt)) == [*point.evidence]
            assert {*point.evidence} <= told_of
        assert [one.distance for one in found.points] == sorted((one.distance for one in found.points), reverse=True)
        assert sum(one.distance for one in found.points) == found.by_records

    @precondition(lambda self: self.there())
    @rule(data=st.data(), on=days)
    def another_deal_moves_no_turning_point(self, data: st.DataObject, on: date) -> None:
        deal = self.a_deal(data)
        asked: dict[str, Any] = {"happened": LAST_DAY, "policy": df.TurningPolicy(health=SHORTLY)}
        before = self.flow.turning_points(deal, **asked)
        account = self.flow.journal.stream(deal)[0].account
        other = self.ask(df.OpenDeal(account, "Another"), on) if account else None
        if other is not None:
            self.ask(df.ValueDeal(df.Money.of(7, "CNY")), on, other.stream)
        assert self.flow.turning_points(deal, **asked) == before

    @precondition(lambda self: self.there())
    @rule(data=st.data())
    def supposing_nothing_changes_nothing(self, data: st.DataObject) -> None:
        assert not self.flow.what_if(self.a_deal(data), happened=LAST_DAY).changed

    @precondition(lambda self: self.there())
    @rule(data=st.data())
    def without_a_record_the_deal_is_as_if_it_had_never_been(self, data: st.DataObject) -> None:
        deal = self.a_deal(data)
        records = [one for one in self.around(deal) if not isinstance(one.event, Corrected)]
        gone = data.draw(st.sampled_from(records))
        if (isinstance(gone.event, DealOpened) and gone.stream == deal) or isinstance(gone.event, AccountRegistered):
            with pytest.raises(df.CannotSuppose):
                self.flow.what_if(deal, df.WithoutRecord(gone.position))
            return
        found = self.flow.what_if(deal, df.WithoutRecord(gone.position), happened=LAST_DAY, policy=SHORTLY)
        assert gone.position not in found.left_out
        assert plain(found)

    @precondition(lambda self: self.there())
    @rule(data=st.data(), on=st.none() | days)
    def a_deal_is_reviewed_once_it_is_closed(self, data: st.DataObject, on: date | None) -> None:
        deal = self.a_deal(data)
        state = self.flow.deal(deal, happened=on).deal
        if state is None or state.end is None:
            with pytest.raises(df.NotEnded):
                self.flow.review(deal, happened=on)
            return
        review = self.flow.review(deal, happened=on)
        cited = {one for some in (review.log, review.contradictions) for each in some for one in each.records}
        assert cited <= {one.position for one in self.flow.journal.read()}
        assert {one.topic for one in review.unsaid} <= {one.topic for one in review.log}
        assert plain(review)["status"] == state.status

    @precondition(lambda self: self.there())
    @rule(data=st.data(), first=days, last=days)
    def a_dossier_differs_from_itself_in_nothing(self, data: st.DataObject, first: date, last: date) -> None:
        deal = self.a_deal(data)
        one, other = (self.flow.deal(deal, happened=day) for day in (first, last))
        assert dossier_changes(one, one) == ()
        there, again = dossier_changes(one, other), dossier_changes(other, one)
        assert [(each.subject, each.id, each.name, each.change.field) for each in there] == [
            (each.subject, each.id, each.name, each.change.field) for each in sorted(again, key=key_in(there))
        ]


# One deal with its people, of which much is told


@attrs.frozen
class Told:
    """One command, asked of one of those that are there."""

    of: str
    number: int
    command: Any
    at: Any


def anything(of: str, commands: Sequence[st.SearchStrategy[Any]]) -> st.SearchStrategy[Told]:
    return st.builds(Told, st.just(of), st.integers(0, 2), st.one_of(commands), st.one_of(days, instants))


OF_PEOPLE = [
    *ON_PEOPLE,
    st.builds(df.IdentifyRole, role=st.sampled_from(df.Role), deal=st.just(DEAL_ID) | st.none()),
    st.builds(df.WithdrawRole, st.sampled_from(df.Role), st.just("no more"), deal=st.just(DEAL_ID) | st.none()),
    st.builds(df.RateInfluence, influence=st.sampled_from(df.Influence)),
    st.builds(df.RateRivalCloseness, st.just("Acme"), st.sampled_from(df.Closeness), deal=st.just(DEAL_ID)),
]
OF_DEALS = [
    *ON_DEALS,
    st.builds(df.RateTechnicalContent, st.sampled_from(df.Level)),
    st.builds(df.MapPurchaseProcess, st.just((df.PurchaseStep("tender"),))),
    st.builds(df.NameSuccessFactors, st.just(("price", "service", "trust"))),
]
RATED = [  # told of the same people again and again, so that one word overrules another
    st.builds(df.ChangeStance, st.sampled_from(df.Stance), ally=st.none() | st.booleans(), deal=st.just(DEAL_ID)),
    st.builds(df.RateInfluence, influence=st.sampled_from(df.Influence), deal=st.just(DEAL_ID)),
]
much = st.lists(
    st.one_of(
        anything("deal", OF_DEALS),
        anything("person", OF_PEOPLE),
        anything("person", RATED),
        anything("contact", ON_CONTACTS),
        anything("account", ON_ACCOUNTS),
    ),
    min_size=10,
    max_size=40,
)


def selling(some: Sequence[Told]) -> df.DealFlow:
    """Tell a deal with three people and three contacts, and then all that is told of them."""
    flow = df.DealFlow.open("memory:", clock=Clock(datetime(2026, 3, 1, tzinfo=UTC)))
    ids = {"account": [ACCOUNT_ID], "deal": [DEAL_ID], "person": [*PEOPLE], "contact": [*CONTACTS]}
    flow.do(df.RegisterAccount("Acme"), on=ACCOUNT_ID, by="li", at=DAY_ONE)
    flow.do(df.OpenDeal(ACCOUNT_ID, "Line 4", PLAYBOOK), on=DEAL_ID, by="li", at=DAY_ONE)
    for number, person in enumerate(PEOPLE):
        flow.do(df.IdentifyStakeholder(ACCOUNT_ID, f"Person {number}"), on=person, by="li", at=DAY_ONE)
        role = df.IdentifyRole(list(df.Role)[number], DEAL_ID)
        flow.do(role, on=person, by="li", at=DAY_ONE)
    for number, contact in enumerate(CONTACTS):
        day = DAY_ONE + timedelta(days=5 * number)
        held = df.HoldInteraction(
            ACCOUNT_ID, df.Channel.CALL, PEOPLE[: number + 1], ("li",), deals=(DEAL_ID,)[number // 2 :]
        )
        flow.do(held, on=contact, by="li", at=day)
    for one in some:
        try:
            flow.do(one.command, on=ids[one.of][one.number % len(ids[one.of])], by="li", at=one.at)
        except df.Refused:
            continue
    return flow


@settings(deadline=None, max_examples=150)
@given(much, days)
def test_whatever_the_dossier_does_not_cite_can_be_left_out(some: list[Told], on: date) -> None:
    with selling(some) as flow:
        limit = until(on, flow.zone)
        records = tuple(around(flow.journal, [DEAL_ID], {ACCOUNT_ID}))
        world = World(DEAL_ID, records, flow.situation(DEAL_ID, happened=on).horizon)
        found = dossier(gathered(DEAL_ID, records, world.horizon, happened=limit), limit)
        assert {one.record for member in found.committee for one in member.seat.roles} <= {*found.evidence}
        for gone in records:
            if gone.position not in found.evidence and not isinstance(
                gone.event, Corrected | DealOpened | AccountRegistered
            ):
                left = df.WithoutRecord(gone.position).apply(world)
                again = dossier(gathered(DEAL_ID, left.records, world.horizon, happened=limit), limit)
                assert value(again) == value(found), gone


@settings(deadline=None, max_examples=60)
@given(much)
def test_what_no_turning_point_rests_on_can_be_left_out_and_they_turn_as_far(some: list[Told]) -> None:
    policy = df.TurningPolicy(most=1000, health=SHORTLY)
    with selling(some) as flow:
        records = tuple(around(flow.journal, [DEAL_ID], {ACCOUNT_ID}))
        world = World(DEAL_ID, records, flow.situation(DEAL_ID, happened=LAST_DAY).horizon)
        limit = until(LAST_DAY, flow.zone)

        def points(told: Sequence[Record]) -> Sequence[df.TurningPoint]:
            then = gathered(DEAL_ID, told, world.horizon, happened=limit)
            return turning_points(then, Names(), policy, since=known_since(told)).points

        found = points(records)
        now = dossier(gathered(DEAL_ID, records, world.horizon, happened=limit), limit)
        rests = {*now.evidence}.union(*(one.evidence for one in found))
        for gone in records:
            if gone.position not in rests and not isinstance(gone.event, KEPT):
                left = points(df.WithoutRecord(gone.position).apply(world).records)
                assert [turned(one) for one in left] == [turned(one) for one in found], gone


def turned(point: df.TurningPoint) -> Any:
    return point.record, point.moved, point.distance


def key_in(order: Sequence[Any]) -> Any:
    places = {(one.subject, one.id, one.name, one.change.field): spot for spot, one in enumerate(order)}
    return lambda one: places[one.subject, one.id, one.name, one.change.field]


def when(own: Sequence[Record], step: Any) -> df.When:
    return next(one.when for one in own if one.position == step.record)


TestReplaying = Replaying.TestCase
TestReplaying.settings = settings(
    max_examples=60, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
