"""Comparison: deals aligned by milestone, the nearest won and lost ones, and one dossier against another."""

from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest

import dealflow as df
from dealflow.demo import Demo, play
from dealflow.plain import plain
from dealflow.projections.patterns import Outcome
from dealflow.replay.nearest import nearest
from tests.projections.dealing import Dealing
from tests.projections.selling import ACCOUNT, day
from tests.projections.selling import deal as sell

OURS = UUID(int=99)


@pytest.fixture(scope="module")
def demo() -> Demo:
    return play()


# Side by side


def test_deals_are_aligned_by_milestone_and_not_by_calendar() -> None:
    flow = Dealing().flow
    quick = sell(flow, (0, "meet"), (2, "offer"), (5, "won"))
    slow = sell(flow, (100, "meet"), (130, "offer"), (170, "lost"))
    found = flow.compare(quick, slow)
    assert [one.milestone for one in found.rows] == ["meet", "offer", "at the end"]
    assert [[mark and (mark.day, mark.days) for mark in row.marks] for row in found.rows] == [
        [(0, 2), (0, 30)],
        [(2, 3), (30, 40)],
        [(5, 0), (70, 0)],
    ]
    assert [(one.status, one.opened) for one in found.deals] == [("won", day(0)), ("lost", day(100))]


def test_a_milestone_that_a_deal_never_came_to_has_no_mark_and_going_back_counts_as_a_visit() -> None:
    flow = Dealing().flow
    straight = sell(flow, (0, "meet"), (2, "sign"))
    back = sell(flow, (0, "meet"), (2, "offer"), (4, "meet"), (7, "offer"))
    rows = {one.milestone: one.marks for one in flow.compare(straight, back, happened=day(10)).rows}
    assert rows["offer"][0] is None
    assert [(one.days, one.visits) for one in (rows["meet"][1], rows["offer"][1]) if one] == [(5, 2), (5, 2)]
    assert "at the end" not in rows


def test_each_mark_is_how_the_deal_stood_when_it_came_there() -> None:
    dealing = Dealing()
    boss = dealing.person(1, df.Role.ECONOMIC, influence=df.Influence.HIGH, stance=df.Stance.SUPPORT)
    dealing.deal(2, df.ValueDeal(df.Money.of(5, "EUR")), df.AdvanceStage("offer"))
    dealing.call(3, boss)
    dealing.deal(4, df.LoseDeal())
    meet, offer, end = (row.marks[0] for row in dealing.flow.compare(dealing.id).rows)
    assert meet is not None
    assert offer is not None
    assert end is not None
    assert (meet.people, meet.support, meet.contacts) == (0, None, 0)
    assert (offer.people, offer.support, offer.amount) == (1, Fraction(1), df.Money.of(5, "EUR"))
    assert offer.vector.up == ("decision-maker-never-met", "no-coach")
    assert (end.contacts, end.vector.decision) == (1, "passed")  # when it was about to close, warnings and all
    assert "decision-maker-never-met" not in end.vector.up


def test_a_deal_that_was_not_opened_yet_cannot_be_compared() -> None:
    dealing = Dealing()
    with pytest.raises(df.NotOpened, match="had not been opened"):
        dealing.flow.compare(dealing.id, happened=day(-1))
    with pytest.raises(df.NotOpened):
        dealing.flow.nearest(dealing.id, happened=day(-1))


def test_a_deal_that_was_merged_is_named_with_the_one_that_stands_for_it() -> None:
    dealing = Dealing()
    other = dealing.tell(0, df.OpenDeal(ACCOUNT, "The same"), None)
    dealing.deal(5, df.MergeInto(other, "typed in twice"))
    with pytest.raises(df.NotOpened, match=f"was merged into {other}: ask about that one"):
        dealing.flow.nearest(dealing.id)


# The nearest


def outcome(number: int, *, won: bool = True, **factors: Any) -> Outcome:
    return Outcome(UUID(int=number), ACCOUNT, won, factors)


def near(ours: dict[str, Any], *others: Outcome, **policy: Any) -> df.Nearest:
    return nearest(OURS, "offer", ours, others, df.NearestPolicy(**policy))


def test_near_is_who_is_alike_in_what_is_known_of_both() -> None:
    found = near(
        {"industry": "steel", "coach": True},
        outcome(1, industry="food", coach=True),
        outcome(2, industry="steel", coach=True),
    )
    assert [(one.deal.int, one.distance) for one in found.won] == [(2, Fraction(0)), (1, Fraction(1, 2))]
    assert [one.factor for one in found.won[1].alike] == ["coach"]
    assert [(one.factor, one.ours, one.theirs) for one in found.won[1].unlike] == [("industry", "steel", "food")]


def test_numbers_lie_apart_by_the_reach_of_all_and_amounts_by_their_ratio() -> None:
    euro = df.Money.of
    found = near(
        {"calls": 2, "amount": euro(100, "EUR")},
        outcome(1, calls=4, amount=euro(50, "EUR")),
        outcome(2, calls=Decimal(10), amount=euro(100, "CNY")),
    )
    first, second = found.won
    assert [(one.factor, one.apart) for one in (*first.alike, *first.unlike)] == [
        ("calls", Fraction(1, 4)),
        ("amount", Fraction(1, 2)),
    ]
    assert [(one.factor, one.apart) for one in second.unlike] == [
        ("calls", Fraction(1))
    ]  # two currencies: nobody knows


def test_unknown_and_what_does_not_apply_count_for_nothing_and_too_little_is_left_out() -> None:
    ours = {"a": 1, "b": True, "c": "x", "d": None}
    found = near(
        ours, outcome(1, a=1, b=None), outcome(2, a=1, b=True), outcome(3, a=1, b=df.Inapplicable.DOES_NOT_APPLY)
    )
    assert [(one.deal.int, one.compared) for one in found.won] == [(2, 2)]
    assert (found.compared, found.left_out) == (1, 2)
    assert len(near(ours, outcome(1, a=1), known=Fraction(0)).won) == 1


def test_what_they_share_with_the_fewest_is_named_first() -> None:
    others = [outcome(number, rare="no", common="yes") for number in range(2, 9)]
    found = near({"common": "yes", "rare": "yes"}, outcome(1, rare="yes", common="yes"), *others)
    assert [(one.factor, one.shared) for one in found.won[0].alike] == [
        ("rare", Fraction(2, 9)),
        ("common", Fraction(1)),
    ]


def test_won_and_lost_are_told_apart_and_no_more_than_asked_for() -> None:
    others = [outcome(number, won=number % 2 == 0, a=number) for number in range(1, 9)]
    found = near({"a": 0}, *others, most=2)
    assert [[one.deal.int for one in some] for some in (found.won, found.lost)] == [[2, 4], [1, 3]]


def test_like_is_held_against_like_at_the_milestone_where_the_deal_stands(demo: Demo) -> None:
    found = demo.flow.nearest(demo.lost)
    assert found.landmark == "negotiation"
    assert demo.lost not in {one.deal for one in (*found.won, *found.lost)}
    assert demo.won in {one.deal for one in found.won}
    assert demo.flow.nearest(demo.lost, landmark="proposal").landmark == "proposal"
    with pytest.raises(df.NoSuchMilestone):
        demo.flow.nearest(demo.lost, landmark="nowhere")
    with pytest.raises(df.NeverCame, match="never came to 'contract': it stood at training, consulting, proposal"):
        demo.flow.nearest(demo.lost, landmark="contract")


# One dossier against another


def otherwise(dealing: Dealing, first: int, last: int) -> dict[tuple[str, str], tuple[Any, Any]]:
    before, after = (dealing.flow.deal(dealing.id, happened=day(number)) for number in (first, last))
    return {
        (one.subject, one.change.field): (one.change.before, one.change.after)
        for one in df.dossier_changes(before, after)
    }


def test_one_deal_at_two_instants_field_by_field() -> None:
    dealing = Dealing()
    boss = dealing.person(1, df.Role.TECHNICAL, stance=df.Stance.NEUTRAL)
    dealing.deal(3, df.AdvanceStage("offer"))
    dealing.about(3, boss, df.ChangeStance(df.Stance.OPPOSE, deal=dealing.id))
    found = otherwise(dealing, 2, 3)
    assert found["deal", "stage"] == ("meet", "offer")
    assert found["person", "stance"] == (df.Stance.NEUTRAL, df.Stance.OPPOSE)
    assert found["health", "warnings"][1] == ("technical-buyer-opposed",)
    assert ("person", "roles") not in found


def test_what_came_is_told_whole_with_its_records() -> None:
    dealing = Dealing()
    call = dealing.call(3, outcome=df.Conclusion.CONTINUATION)
    dealing.about(
        3, call, df.RaiseObjection(df.ObjectionTopic.PRICE, id="dear"), df.MakePromise("a sample", "li", id="P1")
    )
    before, after = (dealing.flow.deal(dealing.id, happened=day(number)) for number in (2, 3))
    found = {one.subject: one for one in df.dossier_changes(before, after)}
    assert (found["contact"].change.field, found["contact"].id) == ("", call)
    assert (found["objection"].name, found["promise"].name) == ("dear", "P1")
    there = {one.position for one in dealing.flow.journal.read()}
    assert all({*one.records} <= there for one in found.values())
    assert all(one.records for one in found.values())


def test_on_the_known_clock_it_is_what_was_learnt() -> None:
    dealing = Dealing()
    boss = dealing.person(1, df.Role.ECONOMIC)
    known = list(dealing.flow.journal.read())[-1].recorded_at
    dealing.about(1, boss, df.ChangeStance(df.Stance.OPPOSE, deal=dealing.id))
    before, after = (dealing.flow.deal(dealing.id, happened=day(5), known=one) for one in (known, None))
    assert [(one.subject, one.change.field) for one in df.dossier_changes(before, after)] == [
        ("person", "stance"),
        ("health", "warnings"),
    ]


def test_two_deals_can_be_held_against_each_other_and_all_have_a_plain_form(demo: Demo) -> None:
    won, lost = demo.flow.deal(demo.won), demo.flow.deal(demo.lost)
    assert ("deal", "status") in {(one.subject, one.change.field) for one in df.dossier_changes(won, lost)}
    for answer in (df.dossier_changes(won, lost), demo.flow.compare(demo.won, demo.lost), demo.flow.nearest(demo.lost)):
        assert plain(answer)
