"""The laws of objections and of competition: lots add up, and what comes later changes no earlier day."""

from collections.abc import Iterable
from datetime import UTC, date
from itertools import product
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import attrs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import dealflow as df
from dealflow.domain.deal import Deal
from dealflow.domain.noun import Placed
from dealflow.domain.nouns import noun_of
from dealflow.domain.timeline import by_stream
from dealflow.journal import Record, day_end
from dealflow.projections import View
from dealflow.projections.accounts import ACCOUNTS
from dealflow.projections.cases import Horizon
from dealflow.projections.closeness import closeness
from dealflow.projections.committee import committee
from dealflow.projections.competition import competition
from dealflow.projections.contacts import CONTACTS
from dealflow.projections.contests import CONTESTS
from dealflow.projections.objections import objections
from dealflow.projections.people import PEOPLE
from dealflow.projections.pipeline import PIPELINE
from dealflow.projections.relations import Rows, relations, survivors
from tests.laws.keeping import INSTANTS
from tests.projections.selling import SHORT, day, journal

LAST = 20
DAYS = [day(number) for number in range(LAST + 1)]
ACME, OTHER = UUID(int=1), UUID(int=2)
RIVALS, IDS = ("Bolt", "Crane"), ("one", "two")
KNOWN = (True, False, None)
ASSESSED = [((one, they),) for one in RIVALS for they in KNOWN]
MONEY = [df.Money.of(number * 100, currency) for number in range(1, 4) for currency in ("CNY", "CNY", "USD")]
SAID: list[tuple[str, list[Any]]] = [
    ("deals", [df.NameCompetitor(one, incumbent) for one in RIVALS for incumbent in (None, True, False)]),
    ("deals", [df.DropCompetitor(one) for one in RIVALS]),
    ("deals", [df.AssessCompetitor(one, strengths=(word,)) for one in RIVALS for word in ("price", "people")]),
    ("deals", [df.LearnRivalBid(one, money) for one in RIVALS for money in MONEY]),
    ("deals", [ask(money) for ask in (df.SubmitBid, df.PriceDeal, df.ValueDeal) for money in MONEY]),
    ("deals", [df.QualifyDeal(df.Screening(), df.Risk(has_competition=one), df.Pursuit.PASS) for one in df.YesNo]),
    ("deals", [df.QuantifyProblem("scrap", MONEY[0], id=one) for one in IDS]),
    ("deals", [df.WithdrawProblem(one, "solved") for one in IDS]),
    ("deals", [df.WinDeal(skip_rest=True), df.LoseDeal(), df.LoseDeal(rival="Bolt"), df.AbandonDeal("too small")]),
    ("deals", [df.ReopenDeal("again")]),
    ("contacts", [df.RaiseObjection(topic, id=one) for topic in df.ObjectionTopic for one in IDS]),
    ("contacts", [df.RaiseObjection(df.ObjectionTopic.PRICE, id=one) for one in IDS]),
    ("contacts", [df.AnswerObjection(one, how) for how in df.Technique for one in IDS]),
    ("contacts", [ask(one) for ask in (df.ResolveObjection, df.ConcedeObjection) for one in IDS]),
    ("people", [df.RateRivalCloseness(one, near) for one in RIVALS for near in df.Closeness]),
    ("people", [df.IdentifyRole(one) for one in df.Role] + [df.WithdrawRole(one, "no more") for one in df.Role]),
    ("people", [df.RecordDeparture(), df.MoveStakeholder(ACME)]),
    ("accounts", [df.AssessCriteria(*both) for both in product(KNOWN, ASSESSED)]),
]
chances = st.randoms(use_true_random=True)
laws = settings(deadline=None, max_examples=100, suppress_health_check=list(HealthCheck))


@attrs.frozen
class Market:
    """A journal of two accounts with some deals, people and contacts, of which anything is told."""

    flow: df.DealFlow = attrs.field(factory=lambda: journal(date(2026, 12, 31)))
    streams: dict[str, list[UUID]] = attrs.field(factory=lambda: {"accounts": [ACME, OTHER]})

    def do(self, command: Any, at: Any, on: UUID | None = None) -> UUID | None:
        try:
            return self.flow.do(command, on=on, by="law", at=at).stream
        except df.Refused:
            return None

    def begin(self, kind: str, command: Any, at: Any) -> None:
        stream = self.do(command, at)
        if stream is not None:
            self.streams.setdefault(kind, []).append(stream)

    def some(self, chance: Random, kind: str) -> tuple[UUID, ...]:
        return tuple(chance.sample(self.streams[kind], chance.randrange(3)))

    def tell(self, chance: Random, at: Any) -> None:
        kind, commands = chance.choice(SAID)
        on, command = chance.choice(self.streams[kind]), chance.choice(commands)
        if kind == "contacts":  # not before it was held
            held, when = self.flow.journal.stream(on)[0].when, df.When.of(at, UTC)
            at = df.When.between(max(held.start, when.start), max(held.end, when.end))
        if (
            kind == "people"
            and chance.random() < 0.5
            and not isinstance(command, df.RecordDeparture | df.MoveStakeholder)
        ):
            command = attrs.evolve(command, deal=chance.choice(self.streams["deals"]))
        self.do(command, at, on)

    def placed(self) -> Iterable[Placed]:
        for records in by_stream(self.flow.journal.read()).values():
            yield from noun_of(records).placed(records)


def market(chance: Random, *moments: Any) -> Market:
    found = Market()
    for account in (ACME, OTHER):
        found.do(df.RegisterAccount("Acme"), day(0), account)
    for _ in range(3):
        found.begin(
            "deals", df.OpenDeal(chance.choice([ACME, OTHER]), "A deal", SHORT, "meet"), chance.choice(DAYS[:9])
        )
        found.begin(
            "people", df.IdentifyStakeholder(chance.choice([ACME, ACME, OTHER]), "Wang"), chance.choice(DAYS[:9])
        )
    for _ in range(chance.randrange(1, 7)):
        theirs, deals = found.some(chance, "people"), found.some(chance, "deals")
        held = df.HoldInteraction(ACME, df.Channel.VISIT, theirs, ("li",), deals=deals)
        found.begin("contacts", held, chance.choice(DAYS))
    for _ in range(chance.randrange(80)):
        found.tell(chance, chance.choice(chance.choice(moments)))
    for kind in ("deals", "contacts", "accounts"):
        if chance.random() < 0.3 and len(found.streams[kind]) > 1:
            found.do(df.MergeInto(found.streams[kind][0], "the same"), chance.choice(DAYS), found.streams[kind][1])
    return found


def together(lots: Iterable[df.Results]) -> df.Results:
    return df.Results(*map(sum, zip(*(attrs.astuple(one) for one in lots), strict=True)))


@laws
@given(chances)
def test_every_deal_is_in_exactly_one_bracket_and_lot(chance: Random) -> None:
    found = market(chance, DAYS, INSTANTS[:90]).flow.competition()
    assert together(found.by_price.values()) == together(found.by_contested.values()) == found.deals
    assert sum(found.accounts.values()) == len(found.criteria)


@laws
@given(chances)
def test_who_never_was_in_a_deal_has_no_row_and_who_was_wins_no_more_than_closed(chance: Random) -> None:
    found = market(chance, DAYS, INSTANTS[:90]).flow.competition()
    for one in found.rivals:
        deals = [each for each in found.contests if any(rival.competitor == one.competitor for rival in each.rivals)]
        assert one.deals.deals == len(deals) > 0
        assert one.deals.won + one.deals.lost <= one.deals.closed
        assert one.to_the_end.closed == one.to_the_end.deals <= one.deals.closed
        assert one.lost_to <= one.deals.lost
        assert one.won.n <= one.deals.won
        assert one.lost.n <= one.deals.lost


@laws
@given(chances)
def test_lots_of_objections_add_up_to_all_and_each_has_one_fate(chance: Random) -> None:
    found = market(chance, DAYS, INSTANTS[:90]).flow.objections()
    whole = attrs.astuple(found.resolution)
    assert whole[0] == sum(whole[1:]) == len(found.cases)
    for by in df.ObjectionBy:
        lots = [attrs.astuple(lot.resolution) for lot in found.by(by).values()]
        added = tuple(map(sum, zip((0,) * len(whole), *lots, strict=True)))
        assert added >= whole if by is df.ObjectionBy.TECHNIQUE else added == whole
    assert together([df.Results(), *found.at_close.values()]).deals == len(found.closed)
    assert sum(found.early.values()) == sum(one.topic is df.ObjectionTopic.PRICE for one in found.cases)


@laws
@given(chances, st.sampled_from(DAYS))
def test_a_day_is_answered_by_what_had_happened_by_then_and_by_nothing_later(chance: Random, on: date) -> None:
    found = market(chance, DAYS, INSTANTS[:90])
    told = [
        attrs.evolve(one.record, occurred_from=one.start, occurred_to=one.end)
        for one in found.placed()
        if one.end <= day_end(on, UTC)
    ]
    told.sort(key=lambda one: one.position)
    accounts, deals, contacts, people, contests = (
        fold(view, told) for view in (ACCOUNTS, PIPELINE, CONTACTS, PEOPLE, CONTESTS)
    )
    horizon = Horizon(day_end(on, UTC), ZoneInfo("UTC"))
    rows = Rows(accounts, deals, contacts, people)
    heirs = survivors(accounts, horizon.until)
    assert found.flow.objections(happened=on) == objections(contacts, deals.values(), horizon, heirs)
    plainly = competition(rows, contests, relations(rows, horizon), horizon.until)
    assert found.flow.competition(happened=on) == plainly
    for one in plainly.contests:
        assert found.flow.contest(one.deal, happened=on) == one


def fold(view: View[Any], records: Iterable[Record]) -> dict[UUID, Any]:
    rows: dict[UUID, Any] = {}
    for one in records:
        for key in view.keys(one) if type(one.event) in view.reads else ():
            rows[key] = view.evolve(rows.get(key), one)
    return {key: row for key, row in rows.items() if row is not None}


@laws
@given(chances, st.sampled_from(DAYS))
def test_who_is_in_it_and_nearer_is_as_the_deal_itself_has_it(chance: Random, on: date) -> None:
    found = market(chance, DAYS, INSTANTS[:90])
    for one in found.flow.competition(happened=on).contests:
        if one.status is not df.Status.OPEN:
            continue
        deal = found.flow.state(one.deal, happened=on)
        assert isinstance(deal, Deal)
        assert {rival.competitor for rival in one.rivals} == {rival.competitor for rival in deal.contest.rivals}
        assert {rival.competitor for rival in one.rivals if rival.there} == {*deal.contest.present}
        situation = found.flow.situation(one.deal, happened=on)
        chain = {member.id for member in committee(situation).chain}
        nearer = {(person, rival) for person, rival in closeness(situation).rivals_closer if person in chain}
        assert {(near.person, near.competitor) for near in one.closer} == nearer
