"""At which stage a relationship stands: folded from evidence, never typed in (domain.md §8)."""

from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

import pytest

import dealflow as df
from dealflow.domain.account import AccountRegistered, Purchased, RelationshipEnded, RelationshipResumed, ShareMeasured
from dealflow.domain.alliance import AgreementEnded, AgreementSigned
from dealflow.domain.deal import DealReopened, DealWon
from dealflow.domain.gate import Answer
from dealflow.domain.interaction import InteractionHeld
from dealflow.domain.noun import MergedInto
from dealflow.projections.conditions import Reason, RelationshipPolicy, RelationshipStage
from dealflow.projections.progression import Passage
from dealflow.reading import NotFound
from tests.projections.buying import Buyer
from tests.projections.selling import SHORT, day

DEVELOPMENT, INITIAL, STABLE, STRATEGIC, TERMINATED = RelationshipStage
DIRECTOR, CLERK = df.JobLevel.DIRECTOR, df.JobLevel.CLERK
OURS = MappingProxyType({"boss": DIRECTOR, "li": df.JobLevel.MANAGER})


@pytest.fixture
def here() -> Buyer:
    return Buyer()


def way(here: Buyer, number: int, **policy: Any) -> list[tuple[str, int]]:
    """Return the stages that were reached, each with its day."""
    return [(str(one.reached), (one.on - day(0)).days) for one in here.stands(number, **policy).transitions]


def measure(here: Buyer, number: int, share: float, **more: Any) -> None:
    here.tell(number, df.MeasureShare(share, **more))


def stable(here: Buyer) -> None:
    here.buy(10)
    measure(here, 20, 0.5)
    measure(here, 30, 0.6)


def strategic(here: Buyer) -> UUID:
    stable(here)
    here.tell(35, df.SignAgreement("framework", id="frame"))
    wang = here.person(1, DIRECTOR)
    here.meet(40, wang, ours=("boss", "li"))
    return wang


# Onward


def test_who_is_registered_is_a_prospect_in_development(here: Buyer) -> None:
    now = here.stands(5)
    assert (now.stage, now.since, now.next, now.is_customer) == (DEVELOPMENT, day(0), INITIAL, False)
    assert now.transitions[0].records == here.record(AccountRegistered)
    assert [(one.name, one.answer) for one in now.missing] == [(Reason.BOUGHT, Answer.UNMET)]
    assert now.work.goal == "turn a prospect into a customer"


def test_the_first_purchase_makes_a_customer(here: Buyer) -> None:
    here.buy(10, 12)
    now = here.stands(20)
    assert (now.stage, now.since, now.next, now.is_customer) == (INITIAL, day(10), STABLE, True)
    (step,) = now.transitions[1:]
    assert (step.passage, step.left, step.reasons) == (Passage.ADVANCED, DEVELOPMENT, (Reason.BOUGHT,))
    assert step.records == here.record(Purchased)[:1]
    assert here.stands(9).stage is DEVELOPMENT


def test_a_won_deal_is_a_purchase_on_the_day_it_is_signed_unless_the_host_keeps_them() -> None:
    here = Buyer()
    here.win(1, 10)
    assert here.stands(20).stage is DEVELOPMENT
    here.tell(11, df.DrawPurchasesFrom(df.PurchaseOrigin.DEALS))
    here.win(11, 15, amount=500)
    now = here.stands(20)
    assert (now.stage, now.since) == (INITIAL, day(15))
    assert now.transitions[-1].records == here.record(DealWon)[-1:]
    assert here.relation(20).bought[0].value == df.Money.of(500, "CNY")


def test_purchases_of_the_host_do_not_count_while_they_are_read_from_deals() -> None:
    here = Buyer()
    here.tell(5, df.DrawPurchasesFrom(df.PurchaseOrigin.DEALS))
    here.buy(4, 6)
    assert here.relation(9).bought[0].since.date() == day(4)
    assert len(here.relation(9).bought) == 1


def test_the_largest_share_in_two_measurements_running_makes_it_stable(here: Buyer) -> None:
    here.buy(10)
    measure(here, 20, 0.5)
    assert here.stands(25).stage is INITIAL
    assert here.stands(25).missing[0].text == "measured at 50% on 2026-01-21; it takes 2 measurements running"
    measure(here, 30, 0.3, rivals=(("Bolt", 0.29), ("Crane", 0.1)))
    now = here.stands(30)
    assert (now.stage, now.since) == (STABLE, day(30))
    assert now.transitions[-1].records == here.record(ShareMeasured)
    assert (now.transitions[-1].reasons, now.next) == ((Reason.LARGEST_SHARE,), STRATEGIC)


@pytest.mark.parametrize(
    "second",
    [
        {"share": 0.49},
        {"share": 0.4, "rivals": (("Bolt", 0.4),)},
        {"share": 0.9, "category": "pumps"},
        {"share": 0.9, "period": "2026-Q1"},
    ],
    ids=["less than half", "a rival is level", "of one category", "the same period measured again"],
)
def test_it_is_not_stable_where(here: Buyer, second: dict[str, Any]) -> None:
    here.buy(10)
    measure(here, 20, 0.5, period="2026-Q1")
    measure(here, 30, **second)
    assert here.stands(30).stage is INITIAL


def test_shares_of_one_category_count_where_the_policy_names_it(here: Buyer) -> None:
    here.buy(10)
    for number in (20, 30):
        measure(here, number, 0.9, category="pumps")
    assert here.stands(30).stage is INITIAL
    assert here.stands(30, category="pumps").stage is STABLE


def test_a_share_measured_of_who_never_bought_makes_no_customer(here: Buyer) -> None:
    measure(here, 20, 0.5)
    measure(here, 30, 0.6)
    assert here.stands(40).stage is DEVELOPMENT
    here.buy(50)
    assert way(here, 60) == [("development", 0), ("initial", 50), ("stable", 50)]


def test_an_agreement_and_executives_of_both_sides_met_make_it_strategic(here: Buyer) -> None:
    strategic(here)
    now = here.stands(50, ours=OURS)
    assert (now.stage, now.since, now.next, now.towards) == (STRATEGIC, day(40), None, ())
    assert now.transitions[-1].reasons == (Reason.AGREEMENT, Reason.EXECUTIVES)
    assert now.transitions[-1].records == (*here.record(AgreementSigned), *here.record(InteractionHeld))
    assert here.stands(39, ours=OURS).stage is STABLE


def test_who_of_ours_is_an_executive_the_host_says_and_else_nobody_knows(here: Buyer) -> None:
    strategic(here)
    now = here.stands(50)
    assert now.stage is STABLE
    assert [(one.name, one.answer) for one in now.missing] == [(Reason.EXECUTIVES, Answer.UNKNOWN)]
    below = here.stands(50, ours={"li": DIRECTOR, "boss": CLERK}, executive=frozenset({CLERK}))
    assert [one.answer for one in below.missing] == [Answer.UNMET]


def test_an_executive_who_turns_out_to_be_one_later_was_met_since_then(here: Buyer) -> None:
    stable(here)
    here.tell(35, df.SignAgreement("framework"))
    wang = here.person(1)
    here.meet(40, wang, ours=("boss",))
    assert here.stands(44, ours=OURS).missing[0].answer is Answer.UNKNOWN
    here.tell(45, df.ChangePosition(level=DIRECTOR), on=wang)
    assert way(here, 60, ours=OURS)[-1] == ("strategic", 45)
    here.tell(50, df.ChangePosition(level=CLERK), on=wang)
    assert here.stands(60, ours=OURS).stage is STRATEGIC


def test_who_came_to_the_account_later_was_met_there_since_then(here: Buyer) -> None:
    stable(here)
    here.tell(35, df.SignAgreement("framework"))
    other = here.register(0, "Bolt")
    wang = here.flow.do(df.IdentifyStakeholder(other, "Wang", level=DIRECTOR), by="li", at=day(1)).stream
    here.meet(40, wang, ours=("boss",))
    here.tell(60, df.MoveStakeholder(here.id), on=wang)
    assert here.stands(59, ours=OURS).stage is STABLE
    assert way(here, 80, ours=OURS)[-1] == ("strategic", 60)


def test_without_any_contact_nobody_knows_whether_executives_met(here: Buyer) -> None:
    stable(here)
    assert [(one.name, one.answer) for one in here.stands(50, ours=OURS).missing] == [
        (Reason.AGREEMENT, Answer.UNMET),
        (Reason.EXECUTIVES, Answer.UNKNOWN),
    ]


# Back


def test_a_stage_whose_condition_is_not_met_for_the_grace_period_is_lost(here: Buyer) -> None:
    stable(here)
    measure(here, 100, 0.4)
    now = here.stands(150)
    assert (now.stage, now.lost_on) == (STABLE, day(191))
    assert [one.text for one in now.slipping] == ["measured at 60% on 2026-01-31; 40% on 2026-04-11"]
    assert here.stands(190).stage is STABLE
    after = here.stands(191)
    assert (after.stage, after.since, after.lost_on, after.slipping) == (INITIAL, day(191), None, ())
    step = after.transitions[-1]
    assert (step.passage, step.reasons) == (Passage.REGRESSED, (Reason.LARGEST_SHARE,))
    assert step.records == here.record(ShareMeasured)[1:]
    assert step.text.endswith("not met since 2026-04-11")
    assert step.at == datetime(2026, 7, 11, tzinfo=UTC)


def test_who_meets_the_condition_again_in_time_keeps_the_stage(here: Buyer) -> None:
    stable(here)
    measure(here, 100, 0.4)
    measure(here, 120, 0.6)
    measure(here, 140, 0.6)
    assert way(here, 300) == [("development", 0), ("initial", 10), ("stable", 30)]


def test_it_goes_back_one_stage_at_a_time_each_with_its_grace(here: Buyer) -> None:
    strategic(here)
    measure(here, 100, 0.2)
    assert way(here, 330, ours=OURS)[3:] == [("strategic", 40), ("stable", 191), ("initial", 282)]


@pytest.mark.parametrize(
    ("ending", "lost"),
    [(df.EndAgreement("frame", "not renewed"), 100), (None, 60)],
    ids=["ended", "over"],
)
def test_without_an_agreement_in_force_it_is_not_strategic_for_long(here: Buyer, ending: Any, lost: int) -> None:
    stable(here)
    here.tell(35, df.SignAgreement("framework", until=None if ending else day(59), id="frame"))
    here.meet(40, here.person(1, DIRECTOR), ours=("boss",))
    here.tell(100, *filter(None, [ending]))
    assert here.stands(lost + 90, ours=OURS).stage is STRATEGIC
    assert here.stands(lost + 91, ours=OURS).stage is STABLE
    told = here.record(AgreementSigned, AgreementEnded)
    assert here.stands(lost + 91, ours=OURS).transitions[-1].records == told


def test_executives_must_meet_again_within_the_year(here: Buyer) -> None:
    wang = strategic(here)
    assert way(here, 300, ours=OURS, met=30)[-2:] == [("strategic", 40), ("stable", 162)]
    here.meet(150, wang, ours=("boss",))
    assert way(here, 300, ours=OURS, met=30)[-2:] == [("strategic", 40), ("stable", 272)]


def test_a_reopened_win_takes_its_purchase_back_from_that_day(here: Buyer) -> None:
    here.tell(0, df.DrawPurchasesFrom(df.PurchaseOrigin.DEALS))
    deal = here.win(1, 10)
    here.tell(50, df.ReopenDeal("they sent it back", at="offer"), on=deal)
    assert here.stands(49).stage is INITIAL
    now = here.stands(60)
    assert (now.stage, now.lost_on) == (INITIAL, day(141))
    assert (here.stands(49).bought.days, now.bought.days) == ((day(10),), ())
    assert way(here, 150) == [("development", 0), ("initial", 10), ("development", 141)]
    assert now.slipping[0].text == "what was bought was taken back"
    assert here.stands(150).transitions[-1].records == here.record(DealWon, DealReopened)
    here.tell(160, df.WinDeal(skip_rest=True), on=deal)
    assert way(here, 170)[-1] == ("initial", 160)


# The end, and anew


def test_a_relationship_that_ended_is_terminated_with_its_cause(here: Buyer) -> None:
    stable(here)
    here.tell(60, df.EndRelationship(df.ChurnCause.LOWER_PRICE, text="Bolt is cheaper"))
    now = here.stands(70)
    assert (now.stage, now.next, now.towards, now.is_customer) == (TERMINATED, None, (), False)
    step = now.transitions[-1]
    assert (step.passage, step.left, step.churn, step.controllable) == (
        Passage.TERMINATED,
        STABLE,
        df.ChurnCause.LOWER_PRICE,
        True,
    )
    assert (step.text, step.records) == (
        "the relationship ended: lower-price, Bolt is cheaper",
        here.record(RelationshipEnded),
    )
    assert now.work.goal == "win it back"


def test_who_judged_it_uncontrollable_is_believed(here: Buyer) -> None:
    here.tell(60, df.EndRelationship(df.ChurnCause.LOWER_PRICE, controllable=False))
    step = here.stands(70).transitions[-1]
    assert (step.left, step.controllable) == (DEVELOPMENT, False)


def test_who_buys_nothing_for_so_long_is_terminated(here: Buyer) -> None:
    here.buy(10, 20)
    assert here.stands(120, lapse=100).stage is INITIAL
    now = here.stands(121, lapse=100)
    step = now.transitions[-1]
    assert (now.stage, step.reasons, step.on) == (TERMINATED, (Reason.LAPSED,), day(121))
    assert step.records == here.record(Purchased)[1:]
    assert step.text == "nothing bought for more than 100 days, last on 2026-01-21"


def test_who_never_bought_stays_in_development(here: Buyer) -> None:
    assert here.stands(300, lapse=100).stage is DEVELOPMENT


def test_who_buys_again_came_back_and_is_not_lost(here: Buyer) -> None:
    here.buy(10, 200)
    now = here.stands(210, lapse=100)
    step = now.transitions[-1]
    assert (now.stage, step.passage, step.left, step.on) == (INITIAL, Passage.RECOVERED, TERMINATED, day(200))
    assert step.records == here.record(Purchased)[1:]
    here.tell(220, df.EndRelationship(df.ChurnCause.OTHER))
    here.buy(230)
    assert way(here, 240)[-2:] == [("terminated", 220), ("initial", 230)]


def test_a_purchase_of_the_day_it_ended_does_not_bring_it_back(here: Buyer) -> None:
    here.tell(20, df.EndRelationship(df.ChurnCause.OTHER))
    here.buy(20)
    assert here.stands(30).stage is TERMINATED


def test_what_is_resumed_begins_anew(here: Buyer) -> None:
    stable(here)
    here.tell(60, df.EndRelationship(df.ChurnCause.OTHER))
    here.tell(80, df.ResumeRelationship("a new director"))
    now = here.stands(90)
    assert (now.stage, now.since, now.transitions[-1].passage) == (DEVELOPMENT, day(80), Passage.RECOVERED)
    assert now.transitions[-1].records == here.record(RelationshipResumed)
    here.buy(100)
    measure(here, 110, 0.8)
    assert here.stands(115).stage is INITIAL  # measured once since
    measure(here, 120, 0.8)
    assert here.stands(120).stage is STABLE


def test_ended_and_resumed_on_one_day_is_no_end(here: Buyer) -> None:
    here.buy(10)
    here.tell(20, df.EndRelationship(df.ChurnCause.OTHER), df.ResumeRelationship("a mistake"))
    assert way(here, 30) == [("development", 0), ("initial", 10)]


# Time, and what was known


def test_the_days_at_each_stage_add_up_to_the_time_we_know_them(here: Buyer) -> None:
    here.buy(10, 200)
    now = here.stands(210, lapse=100)
    assert dict(now.days) == {DEVELOPMENT: 10, INITIAL: 101 + 10, TERMINATED: 89}
    assert sum(now.days.values()) == 210


def test_what_is_learnt_late_counts_from_its_day_and_was_not_known_before(here: Buyer) -> None:
    stable(here)
    known = here.flow.journal.stream(here.id)[-1].recorded_at
    measure(here, 25, 0.1)
    assert here.stands(40).stage is INITIAL
    as_known = here.flow.relationship(here.id, happened=day(40), known=known)
    assert as_known.stage is STABLE


def test_what_is_dated_later_than_today_does_not_count_yet(here: Buyer) -> None:
    here.buy(400)
    assert here.flow.relationship(here.id).stage is DEVELOPMENT
    here.buy((here.flow.relationship(here.id).at - day(0)).days)
    assert here.flow.relationship(here.id).stage is INITIAL


def test_an_account_that_is_watched_no_more_stands_as_it_did_then(here: Buyer) -> None:
    here.buy(10)
    here.tell(50, df.EndObservation())
    now = here.stands(300, lapse=100)
    assert (now.stage, now.at, now.unfollowed) == (INITIAL, day(50), True)
    measure(here, 60, 0.5)
    assert here.stands(300).at == day(60)
    assert not here.stands(40).unfollowed


def test_before_its_history_was_kept_nobody_knows(here: Buyer) -> None:
    unknown = datetime(2026, 1, 1, 9, tzinfo=UTC)
    here.tell(0, df.MarkHistoryUnknown(unknown))
    assert here.stands(5).known_from == unknown


def test_the_end_of_observation_of_nothing_but_a_name_is_an_answer_too(here: Buyer) -> None:
    other = here.register(5, "Bolt")
    here.tell(3, df.EndObservation(), on=other)
    now = here.flow.relationship(other, happened=day(50))
    assert (now.stage, now.at, now.unfollowed) == (DEVELOPMENT, day(5), True)


def test_what_is_told_of_missing_history_later_was_not_known_before(here: Buyer) -> None:
    here.tell(50, df.MarkHistoryUnknown(datetime(2026, 1, 31, tzinfo=UTC)))
    assert here.relation(49).known_from is None
    assert here.relation(60).as_of(here.relation(49).at) == here.relation(49)


def test_a_deal_won_before_the_account_was_registered_is_a_purchase_from_then_on() -> None:
    here = Buyer()
    late = here.register(20, "Bolt")
    deal = here.flow.do(df.OpenDeal(late, "A deal", SHORT, "meet"), by="li", at=day(1)).stream
    here.tell(5, df.WinDeal(skip_rest=True), on=deal)
    now = here.flow.relationship(late, happened=day(30))
    assert (now.stage, now.since, now.bought.days) == (INITIAL, day(20), (day(20),))


@pytest.mark.parametrize("until", [date.max, date(9999, 12, 30)])
def test_an_agreement_without_an_end_in_sight_never_runs_out(here: Buyer, until: date) -> None:
    stable(here)
    here.tell(35, df.SignAgreement("framework", until=until))
    assert here.stands(50).missing[0].name == Reason.EXECUTIVES
    forever = {"grace": 10**11, "lapse": 10**11, "met": 10**11}
    assert here.stands(50, **forever).stage is STABLE


def test_executives_are_not_known_to_have_met_where_nobody_says_whom_ours_met(here: Buyer) -> None:
    stable(here)
    here.meet(40, ours=("boss",))
    assert here.stands(50, ours=OURS).missing[-1].answer is Answer.UNKNOWN
    here.tell(45, df.SignAgreement("framework"))
    other = Buyer()
    stable(other)
    other.meet(40, other.person(1, CLERK), ours=("boss",))
    assert other.stands(50, ours=OURS).missing[-1].answer is Answer.UNMET


# Several accounts


def test_partners_are_no_customers_until_they_buy(here: Buyer) -> None:
    advisers, builders = (
        here.register(1, "Advisers", kind=kind) for kind in (df.AccountKind.CONSULTANT, df.AccountKind.CONTRACTOR)
    )
    here.tell(1, df.DrawPurchasesFrom(df.PurchaseOrigin.HOST), on=builders)
    here.buy(9, on=builders)
    assert [one.account for one in here.flow.relationships(happened=day(20))] == [here.id, builders]
    assert here.flow.relationship(advisers, happened=day(20)).stage is DEVELOPMENT


def test_an_account_merged_into_another_is_part_of_it_from_that_day(here: Buyer) -> None:
    twin = here.register(2, "HUAXIN")
    here.tell(2, df.DrawPurchasesFrom(df.PurchaseOrigin.HOST), on=twin)
    here.buy(5, on=twin)
    here.tell(20, df.MergeInto(here.id, "the same"), on=twin)
    assert [one.stage for one in here.flow.relationships(happened=day(19))] == [DEVELOPMENT, INITIAL]
    (now,) = here.flow.relationships(happened=day(20))
    assert (now.account, now.stage, now.since) == (here.id, INITIAL, day(5))
    with pytest.raises(NotFound):
        here.flow.relationship(twin, happened=day(20))


def test_what_ended_with_a_duplicate_ended_nothing(here: Buyer) -> None:
    here.buy(1)
    twin = here.register(2, "HUAXIN")
    here.tell(10, df.EndRelationship(df.ChurnCause.OTHER), df.EndObservation(), on=twin)
    here.tell(20, df.MergeInto(here.id, "the same"), on=twin)
    now = here.stands(50)
    assert (now.stage, now.at, now.unfollowed) == (INITIAL, day(50), False)


def test_owner_and_key_designation_of_a_duplicate_pass_over_to_the_account_in_the_order_of_time(here: Buyer) -> None:
    twin = here.register(2, "HUAXIN")
    here.tell(3, df.AssignAccountOwner("li"))
    here.tell(4, df.AssignAccountOwner("ma"), df.DesignateKey((df.KeyReason.SIZE,)), on=twin)
    here.tell(5, df.DesignateKey((df.KeyReason.FUTURE_PROFIT,)))
    here.tell(10, df.MergeInto(here.id, "the same"), on=twin)
    here.tell(20, df.AssignAccountOwner("wang"), df.WithdrawKey("too small"))
    size, profit = (df.KeyReason.SIZE,), (df.KeyReason.FUTURE_PROFIT,)
    told = {
        number: ([one.value for one in now.owners], [one.value for one in now.key])
        for number in (9, 10, 20)
        for now in [here.relation(number)]
    }
    assert told == {
        9: (["li"], [profit]),
        10: (["li", "ma"], [size, profit]),
        20: (["li", "ma", "wang"], [size, profit, ()]),
    }
    assert [here.flow.portfolio(happened=day(number)).account(here.id).owner for number in (9, 10)] == ["li", "ma"]


def test_mergers_that_lead_round_in_a_circle_leave_each_for_itself(here: Buyer) -> None:
    twin = here.register(2, "HUAXIN")
    here.tell(10, df.MergeInto(here.id, "the same"), on=twin)
    version = len(here.flow.journal.stream(twin))
    here.tell(20, df.CorrectRecord(version, "mistyped", MergedInto(twin, "the same")), on=twin)
    assert [one.account for one in here.flow.relationships(happened=day(30))] == [here.id, twin]


def test_a_contact_told_twice_is_none(here: Buyer) -> None:
    stable(here)
    here.tell(35, df.SignAgreement("framework"))
    wang = here.person(1, DIRECTOR)
    other = here.person(1, CLERK, "Zhao")
    once, twice = here.meet(40, other, ours=("boss",)), here.meet(40, wang, ours=("boss",))
    here.tell(50, df.MergeInto(once, "entered twice"), on=twice)
    assert way(here, 300, ours=OURS)[-2:] == [("strategic", 40), ("stable", 141)]


def test_an_account_that_was_not_registered_yet_is_not_found(here: Buyer) -> None:
    later = here.register(50, "Later")
    with pytest.raises(NotFound, match="account"):
        here.flow.relationship(later, happened=day(49))


def test_two_running_is_the_least_that_can_be_asked() -> None:
    with pytest.raises(ValueError, match="measurements"):
        RelationshipPolicy(measurements=0)
