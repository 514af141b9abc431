"""What changed in the pipeline between two instants, movement by movement, on either clock."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

import dealflow as df
from dealflow.domain.deal import DealPriced, DealValued
from dealflow.journal import When
from dealflow.money import NoRate
from dealflow.plain import plain
from dealflow.replay.movements import Measures
from tests.projections.selling import ACCOUNT, SHORT, day, deal, journal

Kind = df.MovementKind
OTHER = df.Playbook.of("other", "Another", [df.Milestone("first", "First", Decimal("0.25"))])


def eur(amount: str) -> df.Money:
    return df.Money.of(amount, "EUR")


def measures(
    deals: int = 0,
    amount: Mapping[str, int] | None = None,
    weighted: Mapping[str, int] | None = None,
    *,
    dated: int = 0,
    days: int = 0,
) -> Measures:
    return Measures(deals, amount or {}, weighted or {}, dated, days)  # type: ignore[arg-type]


class Sold:
    """One deal at *meet* (10 %), worth 1,000 EUR, of li, expected to close on the 60th day; and what is told next."""

    def __init__(self) -> None:
        self.flow = journal()
        self.deal = deal(self.flow, (0, "meet"), owner="li")
        self.tell(0, df.ValueDeal(eur("1000")), df.ExpectClose(day(60)))

    def tell(self, number: int, *commands: Any, on: UUID | None = None) -> list[int]:
        """Tell of a day, and return the positions of what is recorded."""
        done = self.flow.do_all([df.Ask(one, "li", on or self.deal, day(number)) for one in commands])
        return [record.position for each in done for record in each.records]

    def changes(self, start: int = 9, end: int = 20, **asked: Any) -> df.Changes:
        found = self.flow.changes(day(start), day(end), **asked)
        assert not any((found.residual.deals, *found.residual.amount.values(), *found.residual.weighted.values()))
        return found

    def moved(self, **asked: Any) -> list[tuple[str, Measures]]:
        return [(one.kind, one.change) for one in self.changes(**asked).movements]


@pytest.fixture
def sold() -> Sold:
    return Sold()


LEFT = measures(-1, {"EUR": -1000}, {"EUR": -100}, dated=-1, days=-51)


@pytest.mark.parametrize(
    ("commands", "kind", "change"),
    [
        ([df.AdvanceStage("offer")], Kind.STAGE_FORWARD, measures(weighted={"EUR": 400})),
        ([df.AdvanceStage("sign", reason="in a hurry")], Kind.STAGE_SKIPPED, measures(weighted={"EUR": -100})),
        ([df.ChangePlaybook(OTHER, "first", "grown")], Kind.PLAYBOOK_CHANGED, measures(weighted={"EUR": 150})),
        ([df.ValueDeal(eur("1200"))], Kind.AMOUNT_UP, measures(amount={"EUR": 200}, weighted={"EUR": 20})),
        ([df.PriceDeal(eur("900"))], Kind.AMOUNT_DOWN, measures(amount={"EUR": -100}, weighted={"EUR": -10})),
        ([df.ValueDeal(None)], Kind.AMOUNT_WITHDRAWN, measures(amount={"EUR": -1000}, weighted={"EUR": -100})),
        (
            [df.PriceDeal(df.Money.of("800", "USD"))],
            Kind.CURRENCY_CHANGED,
            measures(amount={"EUR": -1000, "USD": 800}, weighted={"EUR": -100, "USD": 80}),
        ),
        ([df.ExpectClose(day(50))], Kind.PULLED_IN, measures(days=-10)),
        ([df.ExpectClose(day(90))], Kind.PUSHED_OUT, measures(days=30)),
        ([df.ExpectClose(None)], Kind.CLOSE_WITHDRAWN, measures(dated=-1, days=-51)),
        ([df.AssignDealOwner("wang")], Kind.OWNER_CHANGED, measures()),
        ([df.CommitDeal(df.Given.VERBAL)], Kind.COMMITTED, measures()),
        ([df.WinDeal(eur("950"), skip_rest=True)], Kind.WON, LEFT),
        ([df.LoseDeal()], Kind.LOST, LEFT),
        ([df.AbandonDeal("no budget")], Kind.ABANDONED, LEFT),
        ([df.MergeInto(UUID(int=3), "told twice")], Kind.MERGED, LEFT),
    ],
    ids=lambda one: str(one) if isinstance(one, Kind) else "",
)
def test_each_kind_of_movement_has_its_record_and_its_share(
    sold: Sold, commands: list[Any], kind: Kind, change: Measures
) -> None:
    sold.flow.do(df.OpenDeal(ACCOUNT, "The same", SHORT), by="li", on=UUID(int=3), at=day(30))
    told = sold.tell(12, *commands)
    (one,) = sold.changes().movements
    assert (one.kind, one.change, one.deal) == (kind, change, sold.deal)
    assert one.records == (told[-1],)
    assert When(one.start, one.end) == When.of(day(12), UTC)
    assert one.before != one.after


def test_what_is_told_of_a_deal_as_it_is_opened_belongs_to_its_coming(sold: Sold) -> None:
    new = deal(sold.flow, (12, "meet"))
    sold.tell(12, df.AdvanceStage("offer"), df.ValueDeal(eur("500")), df.ExpectClose(day(19)), on=new)
    come, step = sold.changes().movements
    assert come.kind is Kind.NEW
    assert come.change == measures(1, {"EUR": 500}, {"EUR": 50}, dated=1, days=10)
    assert len(come.records) == 3
    assert (step.kind, step.change) == (Kind.STAGE_FORWARD, measures(weighted={"EUR": 200}))


def test_what_is_told_of_a_deal_later_is_named_as_such(sold: Sold) -> None:
    new = deal(sold.flow, (12, "meet"))
    sold.tell(13, df.ValueDeal(eur("500")), df.ExpectClose(day(19)), on=new)
    assert sold.moved() == [
        (Kind.NEW, measures(1)),
        (Kind.AMOUNT_NAMED, measures(amount={"EUR": 500}, weighted={"EUR": 50})),
        (Kind.CLOSE_NAMED, measures(dated=1, days=10)),
    ]


def test_a_deal_that_is_reopened_comes_in_whole(sold: Sold) -> None:
    sold.tell(3, df.LoseDeal())
    sold.tell(12, df.ReopenDeal("new budget", at="offer"))
    assert sold.moved() == [(Kind.REOPENED, measures(1, {"EUR": 1000}, {"EUR": 500}, dated=1, days=51))]


def test_a_deal_that_goes_back_takes_its_chance_along(sold: Sold) -> None:
    sold.tell(3, df.AdvanceStage("offer"))
    sold.tell(12, df.RevertStage("meet", "new people"))
    assert sold.moved() == [(Kind.STAGE_BACK, measures(weighted={"EUR": -400}))]


def test_a_word_that_is_taken_back_on_the_day_it_was_given_is_told(sold: Sold) -> None:
    sold.tell(12, df.CommitDeal(df.Given.WRITTEN), df.RenegeDeal("new boss"))
    assert sold.moved() == [(Kind.COMMITTED, measures()), (Kind.RENEGED, measures())]


def test_of_several_facts_of_one_day_each_has_its_own_record(sold: Sold) -> None:
    told = sold.tell(12, df.AdvanceStage("offer"), df.ValueDeal(eur("2000")), df.ExpectClose(day(90)))
    assert [(one.kind, one.records) for one in sold.changes().movements] == [
        (Kind.STAGE_FORWARD, (told[0],)),
        (Kind.AMOUNT_UP, (told[1],)),
        (Kind.PUSHED_OUT, (told[2],)),
    ]
    assert sold.moved()[1][1] == measures(amount={"EUR": 1000}, weighted={"EUR": 500})


def test_what_a_closed_deal_is_worth_moves_nothing(sold: Sold) -> None:
    sold.tell(3, df.LoseDeal())
    sold.tell(12, df.ValueDeal(eur("2000")), df.AssignDealOwner("wang"))
    assert sold.moved() == []


def test_opening_and_closing_say_what_the_open_deals_come_to(sold: Sold) -> None:
    sold.tell(12, df.ExpectClose(day(50)))
    found = sold.changes()
    assert found.opening == measures(1, {"EUR": 1000}, {"EUR": 100}, dated=1, days=51)
    assert found.closing == measures(1, {"EUR": 1000}, {"EUR": 100}, dated=1, days=41)
    assert found.opening.deals == sold.flow.funnel(happened=day(9)).open


def test_the_totals_of_a_kind_count_movements_and_deals(sold: Sold) -> None:
    sold.tell(12, df.ExpectClose(day(70)))
    sold.tell(14, df.ExpectClose(day(80)))
    found = sold.changes()
    total = found.by(Kind.PUSHED_OUT)
    assert (total.movements, total.deals, total.change) == (2, 1, measures(days=20))
    assert found.totals == (total,)
    assert found.by(Kind.WON).movements == 0


# Whose pipeline


def test_of_one_owner_a_deal_comes_and_goes_whole_as_it_changes_hands(sold: Sold) -> None:
    sold.tell(12, df.AssignDealOwner("wang"))
    come = measures(1, {"EUR": 1000}, {"EUR": 100}, dated=1, days=51)
    assert sold.moved(owner="li") == [(Kind.OWNER_OUT, LEFT)]
    assert sold.moved(owner="wang") == [(Kind.OWNER_IN, come)]
    assert sold.changes(owner="wang").opening == measures()


def test_what_others_do_with_their_deals_is_not_told(sold: Sold) -> None:
    sold.tell(12, df.AdvanceStage("offer"))
    assert sold.moved(owner="wang") == []


def test_under_one_playbook_a_deal_comes_and_goes_whole_as_it_is_moved(sold: Sold) -> None:
    sold.tell(12, df.ChangePlaybook(OTHER, "first", "grown"))
    assert sold.moved(playbook="short") == [(Kind.PLAYBOOK_OUT, LEFT)]
    assert [kind for kind, _ in sold.moved(playbook="other")] == [Kind.PLAYBOOK_IN]


def test_with_rates_all_amounts_are_in_one_currency(sold: Sold) -> None:
    sold.tell(12, df.PriceDeal(df.Money.of("800", "USD")))
    rates = df.Rates("EUR", {"USD": Decimal("0.5")})
    assert sold.moved(rates=rates) == [
        (Kind.CURRENCY_CHANGED, measures(amount={"EUR": -600}, weighted={"EUR": -60})),
    ]
    with pytest.raises(NoRate, match="no rate from USD to EUR"):
        sold.changes(rates=df.Rates("EUR", {}))


# On the known clock


def test_on_the_known_clock_it_counts_when_something_became_known(sold: Sold) -> None:
    before = sold.flow.journal.stream(sold.deal)[-1].recorded_at
    (told,) = sold.tell(12, df.ValueDeal(eur("1200")))
    after = sold.flow.journal.stream(sold.deal)[-1].recorded_at
    (one,) = sold.flow.changes(before, after, clock="known").movements
    assert (one.kind, one.records, one.start, one.end) == (Kind.AMOUNT_UP, (told,), after, after)
    assert sold.flow.changes(after, after + timedelta(days=1), clock="known").movements == ()


def test_of_what_was_told_in_time_nothing_moves_what_had_happened_before(sold: Sold) -> None:
    before = sold.flow.journal.stream(sold.deal)[-1].recorded_at
    sold.tell(12, df.ValueDeal(eur("1200")))
    later = before + timedelta(days=1)
    assert sold.flow.changes(before, later, clock="known", happened=day(11)).movements == ()
    assert sold.flow.changes(before, later, clock="known", happened=day(12)).movements != ()


def test_a_correction_is_told_with_the_record_it_puts_right(sold: Sold) -> None:
    (valued, _) = (record for record in sold.flow.journal.stream(sold.deal) if record.version > 1)
    before = sold.flow.journal.stream(sold.deal)[-1].recorded_at
    (correction,) = sold.tell(12, df.CorrectRecord(valued.version, "a nought too many", DealValued(eur("100"))))
    (one,) = sold.flow.changes(before, before + timedelta(days=1), clock="known").movements
    assert (one.kind, one.records) == (Kind.CORRECTED, (valued.position, correction))
    assert one.change == measures(amount={"EUR": -900}, weighted={"EUR": -90})
    assert sold.changes().opening.amount == {"EUR": Decimal(100)}
    assert sold.changes(known=before).opening.amount == {"EUR": Decimal(1000)}


def test_a_note_that_was_really_a_price_becomes_one(sold: Sold) -> None:
    sold.tell(1, df.Note("host.fact", {"n": 1}))
    note = sold.flow.journal.stream(sold.deal)[-1]
    sold.tell(12, df.CorrectRecord(note.version, "it was our price", DealPriced(eur("700"))))
    (one,) = sold.flow.changes(note.recorded_at, note.recorded_at + timedelta(days=1), clock="known").movements
    assert (one.kind, one.change.amount) == (Kind.CORRECTED, {"EUR": Decimal(-300)})


def test_all_that_is_told_of_a_deal_in_one_breath_is_its_coming(sold: Sold) -> None:
    before = sold.flow.journal.stream(sold.deal)[-1].recorded_at
    new = UUID(int=5)
    commands = (df.OpenDeal(ACCOUNT, "Another", SHORT), df.ValueDeal(eur("500")))
    told = sold.tell(12, *commands, on=new)
    (one,) = sold.flow.changes(before, before + timedelta(days=1), clock="known").movements
    assert (one.kind, one.records) == (Kind.NEW, tuple(told))
    assert one.change == measures(1, {"EUR": 500}, {"EUR": 50})


def test_its_source_may_have_known_of_a_step_before_the_deal(sold: Sold) -> None:
    sent = datetime(2026, 3, 1, tzinfo=UTC)
    new = UUID(int=5)
    opened, advanced = (df.Source("crm", name, sent + timedelta(days=late)) for name, late in (("one", 4), ("two", 2)))
    sold.flow.do(df.OpenDeal(ACCOUNT, "Another", SHORT), by="crm", on=new, at=day(1), source=opened)
    sold.flow.do(df.AdvanceStage("offer"), by="crm", on=new, at=day(2), source=advanced)
    found = sold.flow.changes(sent, sent + timedelta(days=5), clock="known", knowledge="source")
    assert [(one.kind, one.end) for one in found.movements] == [(Kind.NEW, sent + timedelta(days=4))]
    assert found.movements[0].after.stage == "offer"  # type: ignore[union-attr]
    early = sold.flow.changes(sent, sent + timedelta(days=3), clock="known", knowledge="source")
    assert early.movements == ()


# What cannot be asked


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"happened": day(1)}, "happened goes from the start to the end here: leave it out"),
        ({"clock": "known", "known": day(1)}, "known goes from the start to the end here: leave it out"),
        ({"clock": "both"}, "there is no clock 'both': compare on 'happened' or 'known'"),
    ],
)
def test_two_instants_that_cannot_be_compared_are_refused_in_words(
    sold: Sold, asked: Mapping[str, Any], said: str
) -> None:
    with pytest.raises(df.CannotCompare, match=said):
        sold.flow.changes(day(9), day(20), **asked)


def test_the_end_is_not_before_the_start(sold: Sold) -> None:
    with pytest.raises(df.CannotCompare, match=r"is after the end .*: swap them"):
        sold.flow.changes(day(20), day(9))


def test_where_it_is_the_days_are_those_of_the_journals_zone() -> None:
    flow = df.DealFlow.open("memory:", zone="Asia/Shanghai")
    with pytest.raises(df.CannotCompare, match=r"the start \(2026-01-12T.*\+08:00\) is after the end \(2026-01-11T"):
        flow.changes(day(11), day(10))


def test_whose_knowledge_is_the_journals_or_the_sources(sold: Sold) -> None:
    for clock in ("happened", "known"):
        with pytest.raises(ValueError, match="knowledge is 'journal' or 'source', not 'mine'"):
            sold.flow.changes(day(9), day(20), clock=clock, knowledge="mine")


def test_between_a_moment_and_itself_nothing_changes(sold: Sold) -> None:
    found = sold.changes(0, 0)
    assert (found.movements, found.opening) == ((), found.closing)


def test_of_an_empty_journal_there_is_nothing_to_tell() -> None:
    found = journal().changes(day(0), day(9), clock="known")
    assert (found.opening, found.closing, found.residual) == (Measures(), Measures(), Measures())


def test_the_json_form_holds_totals_and_the_residual_as_exact_strings(sold: Sold) -> None:
    sold.tell(12, df.ValueDeal(eur("1200")))
    form = plain(sold.changes())
    assert form["residual"] == {"deals": 0, "amount": {"EUR": "0"}, "weighted": {"EUR": "0.0"}, "dated": 0, "days": 0}
    assert [one["kind"] for one in form["totals"]] == ["amount up"]
    (one,) = form["movements"]
    assert (one["before"]["amount"]["amount"], one["after"]["amount"]["amount"]) == ("1000", "1200")
    assert form["between"]["clock"] == "happened"
