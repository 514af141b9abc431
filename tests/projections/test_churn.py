"""What says that an account may leave: each signal up, clear or unknown, since when, and by which records."""

from collections.abc import Iterator

import attrs
import pytest

import dealflow as df
from dealflow.domain.account import Purchased
from dealflow.domain.alliance import AgreementSigned
from dealflow.domain.deal import DealReopened
from dealflow.domain.noun import Corrected
from dealflow.projections.churn import RiskLevel
from dealflow.projections.churn.judging import CHURN, ChurnPolicy, Past, Sign, Signal, Weapon
from dealflow.projections.churn.signals import SIGNALS
from dealflow.projections.conditions import Reason
from dealflow.projections.relation import Relation
from tests.projections.keeping import BY_NAME, Keeping
from tests.projections.selling import day

UP, CLEAR, UNKNOWN = df.WarningState
WATCH, DANGER = df.Severity


@pytest.fixture
def keeping() -> Iterator[Keeping]:
    keeping = Keeping()
    yield keeping
    keeping.flow.close()


def test_every_weapon_is_watched_by_a_signal_and_the_rows_stand_in_their_order() -> None:
    watched = list(dict.fromkeys(one.weapon for one in SIGNALS if one.weapon))
    assert watched == list(Weapon)
    assert [one.name for one in SIGNALS if one.weapon is None] == [
        "rival-better",
        "share-falling",
        "purchases-overdue",
        "purchases-falling",
    ]
    assert len(BY_NAME) == len(SIGNALS) == 20
    assert [one.name for one in SIGNALS if not one.controllable] == ["direction-changed"]
    assert all(one.cleared_by or one.fades for one in SIGNALS)
    assert all(one.answered_by and one.clears and one.to_do for one in SIGNALS)


def test_of_an_account_of_which_nothing_else_is_told_nobody_knows_anything(keeping: Keeping) -> None:
    risk = keeping.risk(1)
    assert {one.state for one in risk.signals} == {UNKNOWN}
    assert (risk.level, risk.reasons) == (None, ("they have not bought yet",))


# How likely they are to leave


def test_who_buys_and_of_whom_nothing_else_is_told_is_of_no_level(keeping: Keeping) -> None:
    keeping.buys(1)
    risk = keeping.risk(1)
    assert (risk.level, risk.reasons) == (None, ("nothing is recorded that a signal could rest on",))


def test_with_no_signal_up_the_risk_is_low_and_what_nobody_knows_is_counted(keeping: Keeping) -> None:
    keeping.buys(1, 11, 21)
    risk = keeping.risk(22)
    assert (risk.level, risk.up) == (RiskLevel.LOW, ())
    assert risk.reasons == ("no signal is up", "of 18 of 20 signals nobody knows")


def test_one_signal_makes_it_a_risk_to_watch(keeping: Keeping) -> None:
    keeping.buys(1, 11, 21)
    keeping.own(22, df.SightRival("Bolt", df.RivalMove.LOWER_PRICE))
    risk = keeping.risk(23)
    assert (risk.level, risk.reasons) == (RiskLevel.WATCH, ("rival-price-lower is up",))
    assert [one.name for one in risk.up] == ["rival-price-lower"]


def test_a_danger_makes_it_high_and_is_named_first(keeping: Keeping) -> None:
    keeping.buys(1, 11, 21)
    keeping.own(22, df.SightRival("Bolt", df.RivalMove.LOWER_PRICE))
    keeping.own(22, df.NoteDirectionChange(df.Direction.SCOPE_CUT, "no more presses"))
    risk = keeping.risk(23)
    assert (risk.level, risk.reasons) == (RiskLevel.HIGH, ("direction-changed is up",))
    assert [one.name for one in risk.up] == ["direction-changed", "rival-price-lower"]


def test_signals_of_three_weapons_make_it_high_and_two_of_one_weapon_count_once(keeping: Keeping) -> None:
    keeping.buys(1, 11, 21)
    keeping.own(22, df.SightRival("Bolt", df.RivalMove.LOWER_PRICE))
    keeping.about(22, keeping.meet(22), df.RaiseObjection(df.ObjectionTopic.PRICE))
    keeping.incident(22, df.IncidentKind.QUALITY)
    assert keeping.risk(22).level is RiskLevel.WATCH  # price twice, and quality
    keeping.incident(23, df.IncidentKind.LATE_DELIVERY)
    risk = keeping.risk(23)
    assert (risk.level, risk.reasons[-1]) == (RiskLevel.HIGH, "signals of 3 kinds are up")
    assert len(risk.reasons) == 5


def test_whose_relationship_has_ended_is_of_no_level(keeping: Keeping) -> None:
    keeping.buys(1, 11, 21)
    keeping.own(30, df.EndRelationship(df.ChurnCause.LOWER_PRICE))
    risk = keeping.risk(31)
    assert (risk.level, risk.reasons) == (None, ("the relationship is terminated",))


def test_once_it_is_no_longer_followed_it_is_judged_by_when_it_last_was(keeping: Keeping) -> None:
    keeping.buys(1, 11, 21)
    keeping.own(30, df.EndObservation())
    risk = keeping.risk(90)
    assert (risk.unfollowed, risk.at, risk.level) == (True, day(30), RiskLevel.LOW)


# What they buy


def test_purchases_are_overdue_against_their_own_rhythm(keeping: Keeping) -> None:
    keeping.buys(1, 11)
    assert keeping.sign("purchases-overdue", 90) == Sign(UNKNOWN, "bought on 2 days; it takes 3 to know their rhythm")
    keeping.buys(21, 21)  # twice on a day is once
    found = keeping.sign("purchases-overdue", 51)
    assert (found.state, found.turns, found.text) == (CLEAR, day(52), "last bought 30 days ago; usually every 10")
    signal = keeping.signal("purchases-overdue", 60)
    assert (signal.state, signal.since, signal.severity) == (UP, day(52), WATCH)
    assert signal.records == keeping.record(Purchased)[-3:]
    keeping.buys(61)
    assert keeping.sign("purchases-overdue", 61).state is CLEAR


def test_a_rhythm_slower_than_the_calendar_never_turns(keeping: Keeping) -> None:
    keeping.buys(1, 101, 201)
    forever = attrs.evolve(CHURN, times=1e5)
    assert keeping.sign("purchases-overdue", 300, forever) == Sign(
        CLEAR, "last bought 99 days ago; usually every 100", keeping.record(Purchased)
    )


def test_a_purchase_taken_back_is_none(keeping: Keeping) -> None:
    keeping.own(0, df.DrawPurchasesFrom(df.PurchaseOrigin.DEALS))
    deals = [keeping.deal(1) for _ in range(3)]
    for number, deal in zip((1, 11, 21), deals, strict=True):
        keeping.about(number, deal, df.WinDeal(df.Money.of(1, "CNY"), skip_rest=True))
    assert keeping.sign("purchases-overdue", 60).state is UP
    keeping.about(61, deals[0], df.ReopenDeal("a flaw"))
    assert keeping.sign("purchases-overdue", 61).state is UNKNOWN
    assert all(DealReopened in BY_NAME[name].cleared_by for name in ("purchases-overdue", "purchases-falling"))


def test_purchases_fall_against_what_they_spent_before(keeping: Keeping) -> None:
    keeping.buys(0, 10, 20, 30, 40)
    assert keeping.sign("purchases-falling", 40).text == "bought on 5 days; it takes 6 to tell whether it falls"
    keeping.buys(50)
    found = keeping.sign("purchases-falling", 60)
    # 300 since day 20, and 200 in the 20 days up to it: half of 10 a day is reached when the 300 lie 60 days back
    assert found == Sign(
        CLEAR,
        f"spent 7.50 a day since {day(20)}; before 10.00",
        keeping.record(Purchased),
        turns=day(81),
    )
    assert keeping.sign("purchases-falling", 80).state is CLEAR
    signal = keeping.signal("purchases-falling", 90)
    assert (signal.state, signal.since) == (UP, day(81))
    keeping.buys(91, amount=900)
    assert keeping.sign("purchases-falling", 91).state is CLEAR


def test_smaller_orders_at_the_same_pace_are_a_fall(keeping: Keeping) -> None:
    keeping.buys(0, 10, 20)
    keeping.buys(30, 40, 50, amount=40)
    assert keeping.signal("purchases-falling", 50).since == day(50)
    assert keeping.sign("purchases-falling", 50).turns is None


@pytest.mark.parametrize("more", [{"currency": "EUR"}, {"amount": None}])
def test_of_unknown_amounts_and_several_currencies_there_is_no_telling(
    keeping: Keeping, more: dict[str, str | None]
) -> None:
    keeping.buys(0, 10, 20, 30, 40, 50)
    if "currency" in more:
        keeping.buys(60, currency="EUR")
    else:
        keeping.own(55, df.DrawPurchasesFrom(df.PurchaseOrigin.DEALS))
        keeping.about(60, keeping.deal(56), df.WinDeal(skip_rest=True))
    found = keeping.sign("purchases-falling", 200)
    assert (found.state, found.text) == (UNKNOWN, "not every purchase has an amount in one currency")


def test_what_was_free_cannot_get_less(keeping: Keeping) -> None:
    keeping.buys(0, 10, 20, amount=0)
    keeping.buys(30, 40, 50)
    assert keeping.sign("purchases-falling", 300).state is CLEAR
    assert keeping.sign("purchases-falling", 300).turns is None


def test_with_one_purchase_to_tell_by_there_must_be_two_before_it(keeping: Keeping) -> None:
    one = attrs.evolve(CHURN, known=1)
    keeping.buys(0, 10)
    assert keeping.sign("purchases-falling", 10, one).text == "bought on 2 days; it takes 3 to tell whether it falls"
    keeping.buys(20)
    assert keeping.sign("purchases-falling", 20, one).turns == day(31)
    assert keeping.sign("purchases-overdue", 20, one).state is CLEAR
    silent = Keeping()
    silent.buys(0)
    assert silent.sign("purchases-overdue", 90, one).state is UNKNOWN  # one day has no gap
    assert silent.sign("silence", 90, one).state is UNKNOWN


def test_our_share_of_wallet_falls(keeping: Keeping) -> None:
    keeping.own(1, df.MeasureShare(0.6))
    assert keeping.sign("share-falling", 1).state is UNKNOWN
    assert keeping.sign("share-falling", 1).text == "the share of wallet was not measured twice"
    keeping.own(20, df.MeasureShare(0.55))
    assert keeping.sign("share-falling", 20).state is CLEAR  # no more than the five points allowed
    keeping.own(30, df.MeasureShare(0.1, category="drives"))
    assert keeping.sign("share-falling", 30).state is CLEAR  # of one category of goods
    keeping.own(40, df.MeasureShare(0.3))
    signal = keeping.signal("share-falling", 50)
    assert (signal.state, signal.since) == (UP, day(40))
    assert signal.text == f"30% on {day(40)}, 55% on {day(20)}"
    assert len(signal.records) == 2
    keeping.own(60, df.MeasureShare(0.3))
    assert keeping.sign("share-falling", 60).state is CLEAR


def test_a_period_measured_again_is_one_measurement(keeping: Keeping) -> None:
    keeping.own(1, df.MeasureShare(0.6, period="2026-Q1"), df.MeasureShare(0.5, period="2026-Q2"))
    assert keeping.sign("share-falling", 1).state is UP
    keeping.own(9, df.MeasureShare(0.58, period="2026-Q2"))
    assert keeping.sign("share-falling", 9).state is CLEAR


# What binds us


def test_they_take_another_way_and_our_plan_was_not_reviewed_since(keeping: Keeping) -> None:
    assert keeping.sign("direction-changed", 0).state is UNKNOWN
    keeping.own(1, df.MakePlan(("more",), ("visit",)))
    found = keeping.sign("direction-changed", 1)
    assert (found.state, found.text) == (CLEAR, f"our plan made on {day(1)}; no change of their direction since")
    keeping.own(5, df.NoteDirectionChange(df.Direction.STRATEGY, "abroad"))
    signal = keeping.signal("direction-changed", 9)
    assert (signal.state, signal.severity, signal.since, signal.controllable) == (UP, WATCH, day(5), False)
    assert signal.text == f"strategy on {day(5)}; our plan made on {day(1)}"
    keeping.own(10, df.NoteDirectionChange(df.Direction.ENTERS_OUR_FIELD, "their own drives"))
    signal = keeping.signal("direction-changed", 11)
    assert (signal.severity, signal.since, len(signal.records)) == (DANGER, day(5), 3)
    keeping.own(12, df.ReviewPlan("needs another"))
    assert keeping.sign("direction-changed", 12).text.startswith(f"our plan reviewed on {day(12)}")
    keeping.own(13, df.NoteDirectionChange(df.Direction.SCOPE_CUT, "no more presses"))
    assert keeping.signal("direction-changed", 14).since == day(13)


def test_a_change_that_no_plan_answers(keeping: Keeping) -> None:
    keeping.own(1, df.NoteDirectionChange(df.Direction.OTHER, "another owner"))
    assert keeping.sign("direction-changed", 1).text == f"other on {day(1)}; no plan of ours"
    keeping.own(1, df.MakePlan(("more",), ("visit",)))  # told later of the same day
    assert keeping.sign("direction-changed", 1).state is CLEAR


def test_the_last_agreement_in_force_is_about_to_end_and_ends(keeping: Keeping) -> None:
    assert keeping.sign("agreement-ending", 0).state is keeping.sign("agreement-ended", 0).state is UNKNOWN
    keeping.own(1, df.SignAgreement("frame", until=day(200), id="A1"), df.SignAgreement("stock", until=day(50)))
    found = keeping.sign("agreement-ending", 109)
    assert (found.state, found.turns) == (CLEAR, day(110))
    signal = keeping.signal("agreement-ending", 199)
    assert (signal.state, signal.since) == (UP, day(110))
    assert signal.text == f"the last of 1 agreement in force ends on {day(200)}, in 1 day"
    assert signal.records == keeping.record(AgreementSigned)[:1]
    assert keeping.sign("agreement-ending", 199).turns == day(201) == keeping.sign("agreement-ended", 199).turns
    assert keeping.sign("agreement-ending", 201).state is CLEAR
    signal = keeping.signal("agreement-ended", 230)
    assert (signal.state, signal.since, signal.records) == (UP, day(201), keeping.record(AgreementSigned))
    assert signal.text == f"none of 2 agreements in force, the last signed on {day(1)}"
    keeping.own(231, df.SignAgreement("frame"))
    assert keeping.sign("agreement-ended", 231) == Sign(
        CLEAR, "1 agreement in force", keeping.record(AgreementSigned)[-1:]
    )
    assert keeping.sign("agreement-ending", 231).text == "1 agreement in force, not all with an end"


def test_an_agreement_ended_before_its_time_is_in_force_no_more(keeping: Keeping) -> None:
    keeping.own(1, df.SignAgreement("frame", until=day(50), id="A1"))
    assert keeping.sign("agreement-ending", 2).state is UP
    keeping.own(9, df.EndAgreement("A1", "too dear"))
    assert keeping.sign("agreement-ending", 9).text == "no agreement is in force any more"
    assert keeping.signal("agreement-ended", 20).since == day(9)


# Of all


def test_what_a_signal_foretells_does_not_rest_on_the_same_evidence() -> None:
    assert {one.name: one.rests_on for one in SIGNALS if one.rests_on} == {
        "no-executive-contact": {Reason.EXECUTIVES},
        "silence": {Reason.LAPSED},
        "agreement-ending": {Reason.AGREEMENT},
        "agreement-ended": {Reason.AGREEMENT},
        "share-falling": {Reason.LARGEST_SHARE},
        "purchases-overdue": {Reason.LAPSED},
        "purchases-falling": {Reason.LAPSED},
    }


def test_each_time_a_signal_was_up_is_a_spell(keeping: Keeping) -> None:
    keeping.own(5, df.SightRival("Bolt", df.RivalMove.LOWER_PRICE))
    keeping.own(9, df.MarkRivalGone("Bolt"))
    keeping.own(20, df.SightRival("Crane", df.RivalMove.LOWER_PRICE))
    signal = BY_NAME["rival-price-lower"]
    one, two = Past(keeping.relation(30), CHURN).spells(signal)
    assert (one.since, one.until, two.since, two.until) == (day(5), day(9), day(20), None)
    assert (one.raised.text, two.cleared) == (f"Bolt: lower price since {day(5)}", None)
    assert one.cleared == keeping.sign("rival-price-lower", 9)
    assert [one.until for one in Past(keeping.relation(9), CHURN).spells(signal)] == [day(9)]


def test_what_was_corrected_was_never_up(keeping: Keeping) -> None:
    keeping.own(5, df.SightRival("Bolt", df.RivalMove.LOWER_PRICE))
    version = len(keeping.flow.journal.stream(keeping.id))
    keeping.own(9, df.CorrectRecord(version, "a rumour"))
    assert keeping.record(Corrected)
    assert not list(Past(keeping.relation(30), CHURN).spells(BY_NAME["rival-price-lower"]))


def no_plan(relation: Relation, _policy: ChurnPolicy) -> Sign:
    return Sign(CLEAR if relation.plans else UP, "a key account without a plan", (relation.registered,))


def test_an_application_adds_signals_of_its_own(keeping: Keeping) -> None:
    keeping.buys(3)
    own = Signal(
        "no-plan",
        Weapon.STRATEGY,
        controllable=True,
        clears="a plan",
        to_do="make one",
        find=no_plan,
        cleared_by=(df.MakePlan,),
        answered_by=(df.MakePlan,),
    )
    risk = keeping.risk(4, signals=(*SIGNALS, own))
    assert (risk.level, risk.up[0].name, risk.up[0].since) == (RiskLevel.WATCH, "no-plan", day(0))
