"""The dossier: a whole deal at one instant, every value with the records it came from."""

from datetime import timedelta
from typing import Any

import pytest

import dealflow as df
from dealflow.domain.deal import DealLost, DealPriced, DealValued, DealWon, StageAdvanced
from dealflow.domain.objection import ObjectionAnswered, ObjectionRaised, ObjectionResolved
from dealflow.domain.stakeholder import InfluenceRated, RoleIdentified, StanceChanged
from dealflow.plain import plain
from dealflow.replay.dossier import Dossier
from tests.projections.dealing import Dealing
from tests.projections.selling import ACCOUNT, day


@pytest.fixture
def dealing() -> Dealing:
    return Dealing()


def at(dealing: Dealing, number: int | None = None, **asked: Any) -> Dossier:
    return dealing.flow.deal(dealing.id, happened=None if number is None else day(number), **asked)


def test_the_amount_is_what_it_may_be_worth_then_our_price_then_what_was_signed(dealing: Dealing) -> None:
    dealing.deal(1, df.ValueDeal(df.Money.of(100, "EUR")))
    dealing.deal(2, df.PriceDeal(df.Money.of(90, "EUR")))
    dealing.deal(5, df.WinDeal(df.Money.of(80, "EUR"), skip_rest=True))
    amounts = [at(dealing, number).amount for number in (0, 1, 2, 5)]
    told = [None if one is None else (int(one.amount.amount), str(one.basis), one.record) for one in amounts]
    valued, priced, won = (dealing.record(event)[0] for event in (DealValued, DealPriced, DealWon))
    assert told == [None, (100, "value", valued), (90, "price", priced), (80, "signed", won)]


def test_a_value_that_was_taken_back_leaves_no_amount(dealing: Dealing) -> None:
    dealing.deal(1, df.ValueDeal(df.Money.of(100, "EUR")), df.ExpectClose(day(30)))
    dealing.deal(2, df.ValueDeal(None), df.ExpectClose(None))
    found = at(dealing, 3)
    assert found.amount is None
    assert found.close_expected is not None
    assert found.close_expected.value is None
    assert {*dealing.record(DealValued)[1:], found.close_expected.record} <= {*found.evidence}


def test_stays_at_milestones_are_those_of_the_pipeline(dealing: Dealing) -> None:
    dealing.deal(3, df.AdvanceStage("offer"))
    dealing.deal(6, df.RevertStage("meet", "new people"))
    found, (standing,) = at(dealing, 9), dealing.flow.deals(happened=day(9))
    assert found.visits == standing.visits
    assert [(one.milestone, one.left and one.left.step) for one in found.visits] == [
        ("meet", "advanced"),
        ("offer", "reverted"),
        ("meet", None),
    ]


def test_a_member_cites_all_that_is_so_of_them(dealing: Dealing) -> None:
    boss = dealing.person(1, df.Role.ECONOMIC, influence=df.Influence.HIGH, stance=df.Stance.NEUTRAL)
    call = dealing.call(2, boss)
    dealing.about(3, boss, df.ChangeStance(df.Stance.SUPPORT, deal=dealing.id))
    (member,) = at(dealing, 4).committee
    assert (member.id, member.seat.stance and member.seat.stance.value, member.contact) == (boss, "support", "low")
    overruled, stance = dealing.record(StanceChanged)
    (held,) = [one.position for one in dealing.flow.journal.stream(call)]
    words = {*dealing.record(RoleIdentified, InfluenceRated), stance, held}
    assert words <= {*member.records}
    assert overruled not in member.records


def test_objections_stand_with_their_answers_whether_settled_or_not(dealing: Dealing) -> None:
    call = dealing.call(2)
    dealing.about(2, call, df.RaiseObjection(df.ObjectionTopic.PRICE, id="dear"))
    dealing.about(2, call, df.RaiseObjection(df.ObjectionTopic.TRUST, id="new"))
    dealing.about(3, call, df.AnswerObjection("dear", df.Technique.FIVE_WHYS), df.ResolveObjection("dear"))
    dear, new = at(dealing, 3).objections
    assert dear.records == dealing.record(ObjectionRaised)[:1] + dealing.record(ObjectionAnswered, ObjectionResolved)
    assert (dear.settled, new.settled, at(dealing, 3).open_objections) == (True, False, (new,))
    assert len(at(dealing, 2).open_objections) == 2


def test_a_contact_that_was_told_twice_raises_its_objections_once(dealing: Dealing) -> None:
    first, second = dealing.call(2), dealing.call(2)
    for call in (first, second):
        dealing.about(2, call, df.RaiseObjection(df.ObjectionTopic.PRICE, id="dear"))
    dealing.about(3, second, df.MergeInto(first, "the same call"))
    assert [one.interaction for one in at(dealing, 3).objections] == [first]


def test_an_objection_to_the_price_is_early_while_nothing_else_has_a_cost(dealing: Dealing) -> None:
    first, second = dealing.call(1), dealing.call(5)
    dealing.about(1, first, df.RaiseObjection(df.ObjectionTopic.PRICE, id="dear"))
    dealing.about(1, first, df.RaiseObjection(df.ObjectionTopic.TRUST, id="new"))
    dealing.deal(3, df.QuantifyProblem("scrap", df.Money.of(7, "EUR")))
    dealing.about(5, second, df.RaiseObjection(df.ObjectionTopic.PRICE, id="dear"))
    assert [one.early for one in at(dealing, 9).objections] == ["early", None, "not early"]


def test_promises_and_competitors_bear_their_records(dealing: Dealing) -> None:
    call = dealing.call(2)
    dealing.about(2, call, df.MakePromise("a sample", "li", id="P1"))
    dealing.about(4, call, df.BreakPromise("P1", "no time"))
    dealing.deal(3, df.NameCompetitor("Acme"), df.LearnRivalBid("Acme", df.Money.of(7, "EUR")))
    found = at(dealing, 5)
    (promise,), (acme,) = found.promises, found.competitors
    assert (promise.promise.status, promise.is_open, len(promise.records)) == ("broken", False, 2)
    assert (acme.rival.bid, len(acme.records)) == (df.Money.of(7, "EUR"), 2)
    assert at(dealing, 3).open_promises != ()


def test_gates_say_what_they_found_and_which_was_overridden() -> None:
    strict = df.Gate(strict=("economic-buyer-identified",))
    book = df.Playbook.of("gated", "Gated", [df.Milestone("a", "A", gate=strict), df.Milestone("b", "B")])
    flow = Dealing().flow
    deal = flow.do(df.OpenDeal(ACCOUNT, "Line 4", book), by="li", at=day(0)).stream
    flow.do(df.AdvanceStage("b", override="they sign today"), on=deal, by="li", at=day(1))
    (passage,) = flow.deal(deal).overridden
    assert (passage.left, passage.reached, passage.verdict.override) == ("a", "b", "they sign today")
    assert passage.record == next(one.position for one in flow.journal.read() if isinstance(one.event, StageAdvanced))


def test_a_closed_deal_of_which_no_day_is_asked_stands_as_it_ended(dealing: Dealing) -> None:
    boss = dealing.person(1, df.Role.ECONOMIC, influence=df.Influence.HIGH, stance=df.Stance.SUPPORT)
    dealing.call(2, boss)
    dealing.deal(9, df.LoseDeal())
    dealing.about(12, boss, df.ChangeStance(df.Stance.OPPOSE, deal=dealing.id))
    dealing.deal(12, df.ExplainEnd(df.Side.BUYER, "too dear"))
    found = at(dealing)
    assert found.at.date() == day(9)
    assert found.committee[0].seat.stance is not None
    assert found.committee[0].seat.stance.value is df.Stance.SUPPORT
    assert found.committee[0].contact == "low"  # in December nobody would be in touch any more
    assert found.deal is not None
    assert [one.primary_reason for one in found.deal.explained] == ["too dear"]
    assert len(found.records) == len(at(dealing, 300).records)
    later = at(dealing, 300).committee[0].seat.stance
    assert later is not None
    assert later.value is df.Stance.OPPOSE


def test_the_health_of_a_dossier_knows_nothing_of_other_deals(dealing: Dealing) -> None:
    for _ in range(25):
        other = dealing.tell(0, df.OpenDeal(ACCOUNT, "Another", "short"), None)
        dealing.tell(1, df.AdvanceStage("offer"), other)
    usual = {one.name: one.state for one in at(dealing, 100).health.warnings}  # type: ignore[union-attr]
    assert usual["stage-longer-than-usual"] == "unknown"
    asked = {one.name: one.state for one in dealing.health(100).warnings}
    assert asked["stage-longer-than-usual"] == "up"


def test_before_it_was_opened_everything_is_empty(dealing: Dealing) -> None:
    found = at(dealing, -1)
    assert (found.deal, found.committee, found.health, found.information, found.evidence) == (None, (), None, (), ())


def test_as_known_then_the_late_entry_was_not_there(dealing: Dealing) -> None:
    boss = dealing.person(1, df.Role.ECONOMIC)
    known = list(dealing.flow.journal.read())[-1].recorded_at
    dealing.about(2, boss, df.ChangeStance(df.Stance.OPPOSE, deal=dealing.id))
    assert at(dealing, 3).committee[0].seat.stance is not None
    assert at(dealing, 3, known=known).committee[0].seat.stance is None
    assert at(dealing, 3, known=known + timedelta(days=1)) == at(dealing, 3)


def test_it_has_a_plain_form(dealing: Dealing) -> None:
    dealing.person(1, df.Role.ECONOMIC)
    dealing.deal(9, df.LoseDeal(df.LossCause.PRICE))
    found = plain(at(dealing))
    assert found["committee"][0]["id"] == found["committee"][0]["row"]["id"]
    assert found["deal"]["end"]["event"] == "deal.lost"
    assert dealing.record(DealLost)[0] in found["evidence"]
