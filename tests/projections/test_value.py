"""How each contact moved the value equation."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

import dealflow as df
from dealflow.domain.worth import Balance
from dealflow.money import totals
from dealflow.projections.value import ContactValue, ValueEquation
from tests.projections.selling import day, journal
from tests.projections.worth import Play, yuan


@pytest.fixture
def play() -> Iterator[Play]:
    with journal() as flow:
        yield Play.begin(flow)


def value(play: Play, happened: int | None = None) -> ValueEquation:
    return df.value_equation(play.situation(happened))


def cny(amount: int) -> dict[str, Decimal]:
    return {"CNY": Decimal(amount)} if amount else {}


def test_the_figure_told_as_a_deal(play: Play) -> None:
    wang = play.person("Wang Lei", df.Role.USER)
    visit = play.visit(3, wang)
    play.tell(3, df.VoiceProblem("It is hard to operate.", wang), on=visit)
    play.tell(4, df.PriceDeal(yuan(12000)))
    assert value(play).now.balance.verdict is df.Weighing.FALLS_SHORT
    assert [(one.text.text, one.by, one.interaction) for one in value(play).voiced] == [
        ("It is hard to operate.", wang, visit)
    ]
    play.tell(10, df.QuantifyProblem("training three operators", yuan(2500)))
    for number, (problem, cost) in enumerate(
        [("staff turnover", 4000), ("overtime", 3000), ("outsourcing", 2000), ("uncertain quality", 1600)], start=11
    ):
        assert value(play).now.balance.verdict is df.Weighing.FALLS_SHORT
        play.tell(number, df.QuantifyProblem(problem, yuan(cost)))
    assert value(play).now.balance.verdict is df.Weighing.OUTWEIGHS
    assert [(str(one.day), one.after.surplus) for one in value(play).moves] == [
        (str(day(number)), yuan(surplus))
        for number, surplus in [(4, -12000), (10, -9500), (11, -5500), (12, -2500), (13, -500), (14, 1100)]
    ]


def test_a_move_has_both_sides_before_and_after_and_who_said_so(play: Play) -> None:
    wang = play.person("Wang Lei")
    play.tell(1, df.PriceDeal(yuan(100)))
    record = play.tell(2, df.QuantifyProblem("scrap", yuan(30), wang, id="scrap"))
    gone = play.tell(3, df.WithdrawProblem("scrap", "solved"))
    _, quantified, withdrawn = value(play).moves
    assert (quantified.record, quantified.day, quantified.says, quantified.by) == (record, day(2), wang, "li")
    assert (quantified.before, quantified.after) == (
        Balance({}, yuan(100), yuan(-100), (), df.Weighing.FALLS_SHORT),
        Balance(cny(30), yuan(100), yuan(-70), (), df.Weighing.FALLS_SHORT),
    )
    assert (quantified.change, withdrawn.change) == (cny(30), cny(-30))
    assert (withdrawn.record, withdrawn.says, withdrawn.problem) == (gone, None, quantified.problem)


def test_what_weighs_nothing_moves_nothing(play: Play) -> None:
    play.tell(1, df.QuantifyProblem("noise", yuan(0)), df.ValueDeal(yuan(500)))
    assert [one.change for one in value(play).moves] == []


def test_a_record_that_names_its_contact_came_from_it(play: Play) -> None:
    visit, other = play.visit(5), play.visit(5)
    held = play.flow.journal.stream(visit)[0].position
    record = play.tell(9, df.QuantifyProblem("scrap", yuan(30)), cause=held)
    (move,) = value(play).moves
    assert (move.contacts, move.named) == ((visit,), True)
    assert value(play).contacts == (
        ContactValue(visit, held, day(5), (record,), (), cny(30)),
        ContactValue(other, held + 1, day(5), (), (), {}),
    )


def test_a_record_that_names_none_has_the_contacts_of_its_day_beside_it(play: Play) -> None:
    visit, _ = play.visit(5), play.visit(6)
    opened = play.flow.journal.stream(play.deal)[0].position
    record = play.tell(5, df.QuantifyProblem("scrap", yuan(30)), cause=opened)  # which is no contact
    (move,) = value(play).moves
    assert (move.contacts, move.named) == ((visit,), False)
    assert [(one.moves, one.beside, one.added) for one in value(play).contacts] == [((), (record,), {}), ((), (), {})]


def test_what_is_not_known_to_the_day_has_no_contacts_of_its_day(play: Play) -> None:
    play.visit(5)
    noon = datetime(2026, 1, 6, 12, tzinfo=UTC)
    window = df.When.between(noon - timedelta(days=2), noon)
    play.flow.do(df.QuantifyProblem("scrap", yuan(30)), on=play.deal, by="li", at=window)
    (move,) = value(play).moves
    assert (move.contacts, move.named, move.day) == ((), False, day(5))


def test_a_contact_about_another_deal_is_named_all_the_same_but_is_not_among_ours(play: Play) -> None:
    other = play.flow.do(df.HoldInteraction(play.account, df.Channel.CALL), by="li", at=day(2))
    play.tell(2, df.QuantifyProblem("scrap", yuan(30)), cause=other.records[0].position)
    assert (value(play).moves[0].contacts, value(play).contacts) == ((other.stream,), ())


def test_it_stood_otherwise_on_an_earlier_day(play: Play) -> None:
    play.tell(1, df.PriceDeal(yuan(100)))
    play.tell(5, df.QuantifyProblem("scrap", yuan(300)))
    assert [value(play, one).now.balance.verdict.value for one in (0, 1, 5)] == ["unknown", "falls-short", "outweighs"]
    assert len(value(play, 4).moves) == 1
    before = df.value_equation(play.flow.situation(play.deal, happened=day(-3)))
    assert (before.moves, before.now.balance) == ((), Balance({}))


def test_a_policy_holds_for_every_move(play: Play) -> None:
    play.tell(1, df.ValueDeal(yuan(800)))
    play.tell(2, df.QuantifyProblem("scrap", df.Money.of(110, "EUR")))
    policy = df.ValuePolicy(df.Rates("CNY", {"EUR": Decimal(8)}), estimates=True)
    moves = df.value_equation(play.situation(), policy).moves
    assert [(one.after.surplus, one.problem is None) for one in moves] == [(yuan(-800), True), (yuan(80), False)]


def test_the_changes_add_up_to_what_the_problems_cost(play: Play) -> None:
    for number, cost in enumerate((30, 40, 0, 50), start=1):
        play.tell(number, df.QuantifyProblem("p", yuan(cost), id=f"p{number}"))
    play.tell(9, df.WithdrawProblem("p2", "solved"), df.PriceDeal(yuan(7)))
    answer = value(play)
    assert totals(df.Money(sum_, code) for one in answer.moves for code, sum_ in one.change.items()) == cny(80)
    assert answer.now.balance.cost == cny(80)
