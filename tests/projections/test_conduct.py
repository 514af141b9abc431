"""What our contacts come to: what became of them, how they ended and were made, our promises, the pre-sale steps."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import attrs
import pytest

import dealflow as df
from dealflow.domain.interaction import VisitStep
from dealflow.plain import plain
from dealflow.projections.conclusions import Beside, ConclusionShare
from dealflow.projections.promises import DuePromise
from dealflow.projections.visits import Lengths
from tests.projections.buying import Buyer
from tests.projections.selling import day
from tests.projections.selling import deal as sell

NO_FLOOR = df.ConductPolicy(sampling=df.Sampling(0))
ORDER, ADVANCE, CONTINUATION, NO_SALE = df.Conclusion
EVERY = tuple(VisitStep)


@attrs.frozen
class Seller(Buyer):
    """A journal with one account, and our contacts with it."""

    def hold(self, number: Any, channel: df.Channel = df.Channel.VISIT, **held: Any) -> UUID:
        """Hold a contact out of the blue."""
        said: dict[str, Any] = {"account": self.id, "channel": channel, "ours": ("li",)} | held
        return self.flow.do(df.HoldInteraction(**said), by="li", at=_moment(number)).stream

    def plan(self, number: int, on: int, **planned: Any) -> UUID:
        """Plan a contact for a day."""
        when = df.When.of(day(on), UTC)
        command = df.PlanInteraction(self.id, when, df.Channel.VISIT, "see it", ours=("li",), **planned)
        return self.flow.do(command, by="li", at=day(number)).stream

    def attempt(self, number: int, **tried: Any) -> UUID:
        """Reach nobody."""
        command = df.AttemptInteraction("no answer", self.id, df.Channel.CALL, **tried)
        return self.flow.do(command, by="li", at=day(number)).stream

    def ask(self, stream: UUID, number: Any, command: df.Command) -> None:
        """Ask a command of a contact."""
        self.flow.do(command, on=stream, by="li", at=_moment(number))

    def conclude(self, number: int, outcome: df.Conclusion) -> None:
        """Hold a contact that ends in a way."""
        agreed = "a demo" if outcome is ADVANCE else None
        self.ask(self.hold(number), number, df.ConcludeInteraction(outcome, agreed))

    def promise(self, number: int, due: int | None, name: str = "sample") -> UUID:
        """Promise something."""
        made = self.hold(number)
        self.ask(made, number, df.MakePromise("a sample", "li", None if due is None else day(due), id=name))
        return made

    def report(self, number: int, since: date | None = None) -> df.ContactReport:
        """Return what the contacts come to as of the evening of a day, however few they are."""
        return self.flow.contacts(happened=day(number), since=since).report(NO_FLOOR)


def _moment(number: Any) -> Any:
    return day(number) if isinstance(number, int) else number


def window(first: int, last: int) -> df.When:
    return df.When.between(instant(first), instant(last))


def instant(number: int) -> datetime:
    return datetime.combine(day(number), datetime.min.time(), UTC)


@pytest.fixture
def seller() -> Iterator[Seller]:
    seller = Seller()
    yield seller
    seller.flow.close()


# What became of them


def test_what_is_planned_lies_ahead_until_its_day_is_over_and_is_then_forgotten(seller: Seller) -> None:
    seller.plan(1, on=9)
    counts = {number: seller.report(number).counts for number in (0, 1, 9, 10)}
    assert (counts[0].total, counts[1].ahead, counts[9].ahead, counts[10].ahead) == (0, 1, 1, 0)
    assert (counts[9].forgotten, counts[10].forgotten) == (0, 1)


def test_what_became_of_a_plan_is_counted_once(seller: Seller) -> None:
    cancelled, by_us, by_them, held, tried = (seller.plan(1, on=9) for _ in range(5))
    seller.ask(cancelled, 8, df.CancelInteraction("ill"))
    seller.ask(by_us, 9, df.MissInteraction(df.Party.US))
    seller.ask(by_them, 9, df.MissInteraction(df.Party.THEM))
    seller.ask(held, 9, df.HoldInteraction())
    seller.ask(tried, 9, df.AttemptInteraction("no answer"))
    counts = seller.report(20).counts
    assert attrs.asdict(counts) == {
        "ahead": 0,
        "forgotten": 0,
        "held": 1,
        "cancelled": 1,
        "missed_by_us": 1,
        "missed_by_them": 1,
        "attempted": 1,
    }
    assert counts.total == 5
    assert seller.report(8).counts.ahead == 4


def test_one_told_twice_counts_once(seller: Seller) -> None:
    seller.ask(seller.hold(1), 2, df.MergeInto(seller.hold(1), "told twice"))
    assert (seller.report(1).counts.held, seller.report(2).counts.held) == (2, 1)


# How they ended


def test_figure_the_four_outcomes_beside_the_10_40_10_40_of_the_source(seller: Seller) -> None:
    for outcome in (ORDER, *[ADVANCE] * 4, CONTINUATION, *[NO_SALE] * 4):
        seller.conclude(1, outcome)
    seller.hold(1)
    outcomes = seller.report(1).outcomes
    assert [(one.conclusion, one.usual, one.share.rate) for one in outcomes.ways] == [
        (ORDER, 0.1, 0.1),
        (ADVANCE, 0.4, 0.4),
        (CONTINUATION, 0.1, 0.1),
        (NO_SALE, 0.4, 0.4),
    ]
    assert [one.beside for one in outcomes.ways] == [Beside.WITHIN] * 4
    assert (outcomes.unconcluded, outcomes.advances) == (1, df.Share(4, 11))


@pytest.mark.parametrize(
    ("n", "floor", "usual", "beside"),
    [
        (30, 20, 0.4, Beside.ABOVE),
        (2, 20, 0.4, Beside.BELOW),
        (15, 20, 0.4, Beside.WITHIN),
        (30, 41, 0.4, None),
        (30, 20, None, None),
    ],
)
def test_ours_differs_from_the_source_only_beyond_the_interval(
    n: int, floor: int, usual: float | None, beside: Beside | None
) -> None:
    assert ConclusionShare(ADVANCE, df.Share(n, 40, floor), usual).beside is beside


def test_a_policy_says_what_is_usual_and_how_much_it_takes_to_tell(seller: Seller) -> None:
    seller.conclude(1, ORDER)
    asked = seller.flow.contacts(happened=day(1))
    policy = df.ConductPolicy(usual={ORDER: 0.5}, sampling=df.Sampling(1))
    order, advance, *_ = asked.report(policy).outcomes.ways
    assert (order.usual, order.beside, advance.usual, advance.beside) == (0.5, Beside.WITHIN, None, None)
    assert not asked.report().outcomes.ways[0].share.sufficient


def test_a_purpose_is_held_against_a_plan_and_said_or_unknown(seller: Seller) -> None:
    for reached in (True, True, False, None):
        seller.ask(seller.plan(1, on=2), 2, df.HoldInteraction(purpose_reached=reached))
    seller.hold(2, purpose_reached=True)
    purposes = seller.report(2).purposes
    assert (purposes.reached, purposes.unknown) == (df.Share(2, 3), 1)


# How they were made


def test_the_eight_steps_are_counted_where_somebody_said_which_were_taken(seller: Seller) -> None:
    for taken in (EVERY, EVERY[:2], (), None):
        seller.hold(1, steps=taken)
    steps = seller.report(1).steps
    assert [one.step for one in steps.steps] == list(EVERY)
    assert [one.kept.n for one in steps.steps] == [2, 2, 1, 1, 1, 1, 1, 1]
    assert (steps.steps[0].kept, steps.complete, steps.unknown) == (df.Share(2, 3), df.Share(1, 3), 1)


def test_a_first_visit_takes_20_to_30_minutes(seller: Seller) -> None:
    for minutes in (19, 20, 30, 31, None):
        seller.hold(1, account=seller.register(), minutes=minutes)
    first = seller.report(1).first_visits
    assert (first.least, first.most) == (20, 30)
    assert (first.shorter, first.within, first.longer) == (1, df.Share(2, 4), 1)
    assert (first.lengths, first.unsure) == (Lengths(4, 1, 25), 0)


def test_only_the_first_visit_with_an_account_is_one(seller: Seller) -> None:
    seller.hold(9, minutes=90)
    seller.hold(5, minutes=25)
    seller.hold(1, df.Channel.CALL, minutes=5)
    seller.plan(1, on=3)
    report = seller.report(9)
    assert (report.first_visits.within, report.visits) == (df.Share(1, 1), Lengths(2, 0, 57.5))
    assert seller.report(9, since=day(6)).first_visits.lengths.known == 0  # the first was before
    assert seller.report(4).visits == Lengths(0, 0, None)


def test_of_several_visits_on_one_day_the_one_told_first_is_the_first(seller: Seller) -> None:
    seller.hold(5, minutes=25)
    seller.hold(5, minutes=90)
    assert seller.report(5).first_visits.within == df.Share(1, 1)


@pytest.mark.parametrize("first_told", [0, 1])
def test_a_first_visit_that_another_could_have_come_before_is_unsure(seller: Seller, first_told: int) -> None:
    told: list[tuple[Any, int]] = [(window(5, 40), 90), (9, 25)]
    for at, minutes in told[:: -1 if first_told else 1]:
        seller.hold(at, minutes=minutes)
    first = seller.report(50).first_visits
    assert (first.unsure, first.lengths.known, first.within.of) == (1, 0, 0)


@pytest.mark.parametrize(
    ("visits", "sure"),
    [
        ((window(1, 5), window(6, 9)), True),
        ((window(1, 6), window(6, 9)), True),  # at that very instant both could have been, and none before
        ((window(1, 6), window(1, 6)), False),
        ((window(1, 6), window(5, 9)), False),
        ((5, 5), True),
        ((5, 5, window(1, 6)), False),
        ((5, df.When.between(datetime(2026, 1, 6, 8, tzinfo=UTC), datetime(2026, 1, 6, 9, tzinfo=UTC))), False),
        ((datetime(2026, 1, 6, 8, tzinfo=UTC), datetime(2026, 1, 6, 8, tzinfo=UTC)), True),
    ],
)
def test_a_first_visit_is_sure_where_no_other_lies_in_part_before_its_end(
    seller: Seller, visits: tuple[Any, ...], sure: bool
) -> None:
    for at in visits:
        seller.hold(at, minutes=25)
    assert seller.report(20).first_visits.unsure == (not sure)


def test_of_a_plan_and_a_visit_out_of_the_blue_held_on_one_day_the_one_told_held_first_is_the_first(
    seller: Seller,
) -> None:
    planned = seller.plan(1, on=5)
    seller.hold(5, minutes=25)
    seller.ask(planned, 5, df.HoldInteraction(minutes=90))
    assert seller.report(5).first_visits.within == df.Share(1, 1)


def test_an_account_whose_history_was_not_kept_may_have_been_visited_before(seller: Seller) -> None:
    seller.hold(5, minutes=25)
    seller.tell(3, df.MarkHistoryUnknown(until=instant(2)))
    first = seller.report(5).first_visits
    assert (first.lengths, first.within, first.unsure) == (Lengths(0, 0, None), df.Share(0, 0), 1)


# Promises


def test_promises_are_kept_or_broken_in_time_or_late(seller: Seller) -> None:
    for kept_on in (9, 10, 11):
        seller.ask(seller.promise(1, due=10), kept_on, df.KeepPromise("sample"))
    seller.ask(seller.promise(1, due=10), 12, df.BreakPromise("sample"))
    promises = seller.report(20).promises
    assert (promises.kept, promises.broken) == (df.Share(3, 4), 1)
    assert (promises.in_time, promises.undated, promises.due) == (df.Share(2, 3), 0, ())


@pytest.mark.parametrize(
    ("kept_on", "in_time", "undated"),
    [((8, 10), (1, 1), 0), ((8, 12), (0, 0), 1), ((11, 12), (0, 1), 0)],
)
def test_of_a_promise_kept_in_a_window_it_is_in_time_only_if_surely_so(
    seller: Seller, kept_on: tuple[int, int], in_time: tuple[int, int], undated: int
) -> None:
    seller.ask(seller.promise(1, due=10), window(*kept_on), df.KeepPromise("sample"))
    promises = seller.report(20).promises
    assert (promises.in_time, promises.undated) == (df.Share(*in_time), undated)


def test_without_a_day_nobody_knows_whether_it_was_in_time(seller: Seller) -> None:
    seller.ask(seller.promise(1, due=None), 5, df.KeepPromise("sample"))
    seller.promise(2, due=None)
    promises = seller.report(20).promises
    assert (promises.kept, promises.in_time, promises.undated) == (df.Share(1, 1), df.Share(0, 0), 1)
    assert (promises.dateless, promises.due) == (1, ())


def test_open_promises_are_ahead_until_their_day_is_over_and_the_most_pressing_comes_first(seller: Seller) -> None:
    deal = sell(seller.flow, (0, "meet"), account=seller.id)
    late, soon = seller.promise(1, due=9, name="late"), seller.promise(1, due=5, name="soon")
    seller.ask(soon, 1, df.LinkInteraction((deal,)))
    made = [one.position for one in seller.flow.journal.stream(soon)][1]
    promises = seller.report(6).promises
    assert (promises.overdue, promises.ahead) == (1, 1)
    assert promises.due[0] == DuePromise("soon", soon, seller.id, "li", day(5), -1, (deal,), (made,))
    assert [(one.interaction, one.days, one.overdue) for one in promises.due] == [(soon, -1, True), (late, 3, False)]
    assert seller.report(5).promises.ahead == 2


def test_what_we_owe_is_told_whenever_it_was_promised_and_what_became_of_promises_since_a_day(seller: Seller) -> None:
    for due in (3, 9):
        seller.promise(1, due)
    both = seller.promise(1, due=None)
    seller.ask(both, 1, df.MakePromise("an offer", "li", day(9), id="offer"))
    seller.ask(both, 3, df.KeepPromise("offer"))
    seller.ask(seller.promise(1, due=10), 7, df.KeepPromise("sample"))
    seller.ask(seller.promise(6, due=10), 7, df.BreakPromise("sample"))
    seller.promise(6, due=8)
    report = seller.report(7, since=day(5))
    promises = report.promises
    assert (promises.overdue, promises.ahead, promises.dateless) == (1, 2, 1)
    assert [one.due for one in promises.due] == [day(3), day(8), day(9)]
    assert (promises.kept, promises.broken, report.counts.held) == (df.Share(0, 1), 1, 2)


def test_a_lot_in_which_nothing_is_left_but_what_we_owe_is_there(seller: Seller) -> None:
    seller.promise(1, due=3)
    kept = seller.hold(2, ours=("wang",))
    seller.ask(kept, 2, df.MakePromise("a sample", "wang", day(3), id="sample"))
    seller.ask(kept, 3, df.KeepPromise("sample"))
    seller.hold(6, ours=("zhou",))
    asked = seller.flow.contacts(happened=day(7), since=day(5))
    lots = asked.by(df.ContactBy.OURS)
    assert {name: (len(lot.contacts), lot.report().promises.overdue) for name, lot in lots.items()} == {
        "li": (0, 1),
        "zhou": (1, 0),
    }
    assert asked.on_or_after(day(7)).report().promises.overdue == 1


# Pre-sale steps


def test_the_five_pre_sale_steps_by_the_deals_that_had_them(seller: Seller) -> None:
    won, lost, open_ = (
        sell(seller.flow, (0, "meet"), *end, account=seller.id) for end in ([(9, "won")], [(9, "lost")], [])
    )
    seller.hold(1, activity=df.Activity.RESEARCH, deals=(won, lost))
    seller.hold(2, activity=df.Activity.RESEARCH, deals=(won,))
    seller.hold(3, activity=df.Activity.BID, deals=(won, UUID(int=99)))
    seller.hold(3, activity=df.Activity.SERVICE, deals=(open_,))
    seller.plan(3, on=30, activity=df.Activity.EDUCATION, deals=(won,))
    research, plan, education, method, bid = seller.report(20).presale
    assert (research.activity, research.held) == (df.Activity.RESEARCH, 2)
    assert (research.deals, research.won, research.lost) == (df.Share(2, 3), df.Share(1, 1), df.Share(1, 1))
    assert [one.held for one in (plan, education, method, bid)] == [0, 0, 0, 1]
    assert (bid.deals, bid.lost) == (df.Share(1, 3), df.Share(0, 1))
    assert seller.report(5).presale[0].won == df.Share(0, 0)


def phases(report: df.ContactReport) -> dict[str, tuple[int, dict[Any, int], dict[Any, int]]]:
    return {one.phase: (one.held, dict(one.questions), dict(one.objections)) for one in report.phases}


def test_what_is_asked_and_objected_is_read_by_how_far_the_deal_was(seller: Seller) -> None:
    deal = sell(seller.flow, (1, "meet"), (5, "offer"), (9, "sign"), (12, "lost"), account=seller.id)
    for number in (0, 2, 6, 9, 12, 20):  # before it was opened, then at each milestone, and after it was lost
        held = seller.hold(number, deals=(deal,))
        seller.ask(held, number, df.AskQuestion(df.Spin.PROBLEM))
        seller.ask(held, number, df.RaiseObjection(df.ObjectionTopic.PRICE))
    seller.hold(2)
    found = seller.report(30)
    one = {"problem": 1}, {"price": 1}
    assert phases(found) == {
        "early": (1, *one),
        "middle": (1, *one),
        "late": (2, {"problem": 2}, {"price": 2}),
    }
    assert [one.weighed for one in found.phases] == ["need and cost", "value", "risk"]


def test_a_contact_about_several_deals_counts_once_in_the_phase_of_each(seller: Seller) -> None:
    first = sell(seller.flow, (1, "meet"), (9, "offer"), account=seller.id)
    other = sell(seller.flow, (1, "meet"), account=seller.id)
    third = sell(seller.flow, (1, "sign"), account=seller.id)
    seller.hold(3, deals=(first, other, third))
    assert [held for held, _, _ in phases(seller.report(30)).values()] == [1, 0, 1]


def test_the_deals_in_question_are_those_that_came_to_a_milestone(seller: Seller) -> None:
    deal = sell(seller.flow, (0, "meet"), (5, "offer"), account=seller.id)
    sell(seller.flow, (0, "meet"), account=seller.id)
    seller.hold(1, activity=df.Activity.BID, deals=(deal,))
    asked = seller.flow.contacts(happened=day(9), entry="offer")
    assert asked.report(NO_FLOOR).presale[-1].deals == df.Share(1, 1)
    with pytest.raises(df.NoSuchMilestone):
        seller.flow.contacts(entry="nowhere")


# Asked and cut


def test_since_keeps_what_took_place_or_was_to_from_that_day_on(seller: Seller) -> None:
    seller.hold(4)
    seller.hold(window(3, 6))
    seller.attempt(5)
    seller.plan(1, on=9)
    counts = seller.report(7, since=day(5)).counts
    assert (counts.held, counts.attempted, counts.ahead) == (1, 1, 1)
    assert seller.flow.contacts(happened=day(7), since=day(5)).since == day(5)


def test_what_is_dated_later_today_counts_and_what_is_dated_tomorrow_does_not(seller: Seller) -> None:
    with df.DealFlow(seller.flow.journal, clock=lambda: datetime(2026, 12, 31, 8, tzinfo=UTC)) as flow:
        for at in (datetime(2026, 12, 31, 18, tzinfo=UTC), date(2027, 1, 1)):
            flow.do(df.HoldInteraction(seller.id, df.Channel.CALL), by="li", at=at)
        assert flow.contacts().report().counts.held == 1


def test_contacts_are_cut_by_who_of_ours_takes_part_and_one_of_several_is_in_the_lot_of_each(seller: Seller) -> None:
    seller.hold(1, ours=("li", "wang", "li"))
    seller.hold(2, ours=("li",))
    seller.attempt(3)
    lots = seller.flow.contacts(happened=day(9)).by(df.ContactBy.OURS)
    assert {name: len(lot.contacts) for name, lot in lots.items()} == {"li": 2, "unknown": 1, "wang": 1}


def test_contacts_are_cut_by_channel_activity_and_the_month_in_which_they_lie(seller: Seller) -> None:
    seller.hold(1, activity=df.Activity.BID)
    seller.attempt(35)
    seller.plan(1, on=70)
    asked = seller.flow.contacts(happened=day(40))
    cut = {by: {name: len(lot.contacts) for name, lot in asked.by(by).items()} for by in df.ContactBy}
    assert cut[df.ContactBy.CHANNEL] == {"call": 1, "visit": 2}
    assert cut[df.ContactBy.ACTIVITY] == {"bid": 1, "other": 1, "unknown": 1}
    assert cut[df.ContactBy.MONTH] == {"2026-01": 1, "2026-02": 1, "2026-03": 1}


def test_an_accounts_lot_has_its_own_deals_and_other_lots_have_all(seller: Seller) -> None:
    other = seller.register()
    deal, _ = (sell(seller.flow, (0, "meet"), account=one) for one in (seller.id, other))
    seller.hold(1, activity=df.Activity.BID, deals=(deal,))
    seller.hold(1, account=other)
    asked = seller.flow.contacts(happened=day(9))
    bids = {name: lot.report(NO_FLOOR).presale[-1].deals for name, lot in asked.by(df.ContactBy.ACCOUNT).items()}
    assert bids == {str(seller.id): df.Share(1, 1), str(other): df.Share(0, 1)}
    (lot,) = asked.by(df.ContactBy.CHANNEL).values()
    assert lot.deals == asked.deals


def test_contacts_and_deals_of_an_account_that_was_merged_are_the_others(seller: Seller) -> None:
    twin = seller.register(name="Huaxin Ltd")
    sell(seller.flow, (0, "meet"), account=twin)
    seller.hold(1, account=twin, minutes=25)
    seller.hold(2, minutes=90)
    seller.ask(twin, 5, df.MergeInto(seller.id, "the same firm"))
    before, after = (seller.flow.contacts(happened=day(number)) for number in (4, 5))
    assert [len(one.by(df.ContactBy.ACCOUNT)) for one in (before, after)] == [2, 1]
    assert [one.report().first_visits.lengths.known for one in (before, after)] == [2, 1]
    assert {*(one.account for one in after.contacts), *(one.account for one in after.deals)} == {seller.id}


def test_a_first_visit_is_unsure_where_the_history_of_what_was_merged_into_the_account_was_not_kept(
    seller: Seller,
) -> None:
    twin = seller.register(name="Huaxin Ltd")
    seller.hold(2, minutes=25)
    seller.tell(3, df.MarkHistoryUnknown(until=instant(2)), on=twin)
    seller.ask(twin, 5, df.MergeInto(seller.id, "the same firm"))
    assert [seller.report(number).first_visits.unsure for number in (4, 5)] == [0, 1]


def test_a_plan_for_the_last_day_of_all_is_ahead_wherever_it_is_read() -> None:
    with df.DealFlow.open("memory:", zone="Asia/Shanghai") as flow:
        account = flow.do(df.RegisterAccount("Huaxin"), by="li", at=day(0)).stream
        someday = df.When.of(date.max, flow.zone)
        plan = df.PlanInteraction(account, someday, df.Channel.VISIT, "see it", ours=("li",))
        flow.do(plan, by="li", at=day(0))
        asked = flow.contacts()
        assert asked.report().counts.ahead == 1
        assert [*asked.by(df.ContactBy.MONTH)] == ["9999-12"]
        assert len(flow.contacts(since=date.max).contacts) == 1
        assert [len(one.contacts) for one in flow.team().loads] == [1]


def test_many_accounts_are_cut_in_one_pass_over_their_deals(seller: Seller) -> None:
    deal, held = sell(seller.flow, (0, "meet"), account=seller.id), seller.hold(1)
    asked = seller.flow.contacts(happened=day(9))
    compared = 0

    class Account(UUID):
        def __str__(self) -> str:
            nonlocal compared
            compared += 1
            return super().__str__()

    (one,), (standing,) = asked.contacts, asked.deals
    assert (one.id, standing.deal) == (held, deal)
    accounts = [Account(int=number) for number in range(1, 51)]
    whole = attrs.evolve(
        asked,
        contacts=tuple(attrs.evolve(one, account=account) for account in accounts),
        deals=tuple(attrs.evolve(standing, account=account) for account in accounts),
    )
    assert {len(lot.deals) for lot in whole.by(df.ContactBy.ACCOUNT).values()} == {1}
    assert compared <= 2 * len(accounts)


def test_what_was_known_on_a_day_stays_as_it_was_known(seller: Seller) -> None:
    stream = seller.hold(1)
    known = max(one.recorded_at for one in seller.flow.journal.stream(stream))
    seller.hold(1)
    assert seller.flow.contacts(known=known).report().counts.held == 1


def test_contacts_are_there_to_be_asked_and_have_no_json_form(seller: Seller) -> None:
    with pytest.raises(TypeError, match="give one of their answers"):
        plain(seller.flow.contacts())
