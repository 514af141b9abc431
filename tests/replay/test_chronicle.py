"""The chronicle of an account: its records, and among them the stages and signals that follow from them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

import dealflow as df
from dealflow.domain.account import Purchased
from dealflow.domain.erasure import ERASED
from dealflow.domain.matter import MatterResolved
from dealflow.plain import plain
from dealflow.projections.churn.judging import ChurnPolicy, Sign, Signal
from dealflow.projections.conditions import RelationshipPolicy
from dealflow.projections.relation import Relation
from dealflow.projections.warnings.judging import WarningState
from tests.clock import Clock
from tests.projections.selling import SHORT, day

K = df.ChronicleKind


def complained(relation: Relation, _policy: ChurnPolicy) -> Sign:
    """Up while a matter is open, with who is known of them; what clears it is not among its records."""
    opened = [one.record for one in relation.matters if one.stands]
    people = tuple(person for person, row in relation.people if row.places[0].end <= relation.at)
    return (
        Sign(WarningState.UP, f"{len(opened)} open", tuple(opened), people)
        if opened
        else Sign(WarningState.CLEAR, "none open")
    )


def signal(name: str, find: Any = complained) -> Signal:
    return Signal(
        name, None, controllable=True, clears="-", to_do="-", find=find, cleared_by=(MatterResolved,), answered_by=()
    )


OPEN = signal("matter-open")
SILENT = signal(
    "never-met",
    lambda relation, _: Sign(WarningState.CLEAR if relation.contacts else WarningState.UP, f"{len(relation.contacts)}"),
)


class Case:
    """An account registered on day 0, and what is told of it by day."""

    def __init__(self) -> None:
        self.clock = Clock(datetime(2026, 12, 31, 12, tzinfo=UTC))
        self.flow = df.DealFlow.open("memory:", clock=self.clock)
        self.account = self.tell(0, df.RegisterAccount("Acme"))

    def tell(self, at: Any, command: Any, on: UUID | None = None) -> UUID:
        return self.flow.do(command, by="li", on=on, at=day(at) if isinstance(at, int) else at).stream

    def of(self, at: Any, *commands: Any) -> None:
        for command in commands:
            self.tell(at, command, self.account)

    def told(self, number: int | None = None, *signals: Signal, **asked: Any) -> df.Chronicle:
        happened = None if number is None else day(number)
        return self.flow.chronicle(self.account, happened=happened, signals=signals, **asked)

    def texts(self, number: int | None = None, *signals: Signal, **asked: Any) -> list[str]:
        return [one.text for one in self.told(number, *signals, **asked).lines]


@pytest.fixture
def case() -> Case:
    return Case()


REGISTERED = ["Acme became an account of ours.", "The relationship began, in development — registered on 2026-01-01."]


def test_a_stage_stands_right_behind_the_record_that_led_to_it(case: Case) -> None:
    case.of(0, df.DrawPurchasesFrom(df.PurchaseOrigin.HOST))
    case.of(9, df.RecordPurchase(df.Money.of(5, "CNY")), df.MeasureShare(0.4), df.MeasureShare(0.3))
    told = case.told().lines
    assert [(one.kind, one.when, one.text, one.stage) for one in told[3:]] == [
        (K.PURCHASE, "2026-01-10", "They bought for 5 CNY.", "development"),
        (
            K.TRANSITION,
            "2026-01-10",
            "The relationship advanced from development to initial — bought: first on 2026-01-10.",
            "initial",
        ),
        (K.SHARE, "2026-01-10", "They spend 40% with us.", "initial"),
        (K.SHARE, "2026-01-10", "They spend 30% with us.", "initial"),
    ]
    assert told[4].records == told[3].records
    assert (told[4].record, told[3].bought, told[5].bought) == (None, True, False)


def test_a_stage_that_time_alone_ended_stands_on_its_own_day_before_what_happened_then(case: Case) -> None:
    case.of(0, df.DrawPurchasesFrom(df.PurchaseOrigin.HOST), df.RecordPurchase(df.Money.of(5, "CNY")))
    case.of(11, df.AssignAccountOwner("li"))
    case.of(12, df.AssignAccountOwner("wang"))
    told = case.told(30, policy=RelationshipPolicy(lapse=10)).lines
    assert [(one.on, one.text.split(" — ")[0], one.stage) for one in told[-3:]] == [
        (day(11), "The relationship was terminated, from initial", "terminated"),
        (day(11), "li answers for the account.", "terminated"),
        (day(12), "wang answers for the account.", "terminated"),
    ]


def test_every_way_from_stage_to_stage_has_its_words(case: Case) -> None:
    case.of(0, df.DrawPurchasesFrom(df.PurchaseOrigin.HOST), df.RecordPurchase(df.Money.of(5, "CNY")))
    case.of(1, df.MeasureShare(0.7))
    case.of(2, df.MeasureShare(0.2))
    case.of(20, df.EndRelationship(df.ChurnCause.LOWER_PRICE))
    case.of(30, df.ResumeRelationship("a new buyer"))
    policy = RelationshipPolicy(measurements=1, grace=5)
    ways = [one.text.split(" — ")[0] for one in case.told(policy=policy).only(K.TRANSITION).lines]
    assert ways == [
        "The relationship began, in development",
        "The relationship advanced from development to initial",
        "The relationship advanced from initial to stable",
        "The relationship went back from stable to initial",
        "The relationship was terminated, from initial",
        "The relationship was recovered, at development",
    ]


def test_a_signal_stands_behind_the_record_it_rests_on_and_behind_the_one_that_cleared_it(case: Case) -> None:
    case.of(3, df.RaiseComplaint("noise", df.Level.HIGH, id="C1"), df.AssignAccountOwner("li"))
    case.of(5, df.ResolveMatter("C1", "a new bearing"), df.AssignAccountOwner("wang"))
    told = case.told(30, OPEN).lines[2:]
    assert [(one.kind, one.text, one.signals) for one in told] == [
        (K.MATTER, "Complaint C1 (high): noise.", ()),
        (K.SIGNAL_RAISED, "matter-open is up: 1 open.", ("matter-open",)),
        (K.OTHER, "li answers for the account.", ("matter-open",)),
        (K.MATTER, "C1 was settled: a new bearing.", ("matter-open",)),
        (K.SIGNAL_CLEARED, "matter-open is up no more: none open.", ()),
        (K.OTHER, "wang answers for the account.", ()),
    ]
    assert told[1].records == told[0].records
    assert (told[1].when, told[1].on, told[4].on) == ("2026-01-04", day(3), day(5))


def test_a_signal_that_no_record_of_its_day_caused_stands_at_the_end_of_the_day(case: Case) -> None:
    case.of(0, df.DrawPurchasesFrom(df.PurchaseOrigin.HOST))
    for number in (0, 10, 20):
        case.of(number, df.RecordPurchase(df.Money.of(5, "CNY")))
    case.of(51, df.AssignAccountOwner("li"))
    case.of(52, df.AssignAccountOwner("wang"))
    overdue = tuple(one for one in df.SIGNALS if one.name == "purchases-overdue")
    told = case.flow.chronicle(case.account, happened=day(60), signals=overdue).lines
    assert [one.text for one in told[-3:]] == [
        "li answers for the account.",
        "purchases-overdue is up: last bought 31 days ago; usually every 10.",
        "wang answers for the account.",
    ]
    assert {*told[-2].records} <= {one.record.position for one in told if one.record is not None}


def test_the_signals_that_are_up_are_named_beside_each_line_in_the_order_of_the_table(case: Case) -> None:
    case.of(3, df.RaiseComplaint("noise", df.Level.HIGH))
    up = [one.signals for one in case.told(30, SILENT, OPEN).lines]
    assert up == [(), (), ("never-met",), ("never-met",), ("never-met", "matter-open")]


def test_a_signal_names_whom_it_is_about(case: Case) -> None:
    case.tell(1, df.IdentifyStakeholder(case.account, "COO Wang"))
    case.of(3, df.RaiseComplaint("noise", df.Level.HIGH))
    assert case.texts(30, OPEN)[-1] == "matter-open is up: 1 open (COO Wang)."


def test_of_deals_the_life_cycle_is_told_under_their_names_and_no_single_step(case: Case) -> None:
    deal = case.tell(1, df.OpenDeal(case.account, "Line 4", SHORT))
    case.tell(2, df.AdvanceStage("offer"), deal)
    case.tell(3, df.WinDeal(df.Money.of(9, "CNY"), skip_rest=True), deal)
    case.tell(4, df.ReopenDeal("a mistake", at="offer"), deal)
    case.tell(5, df.LoseDeal(), deal)
    case.tell(6, df.ReopenDeal("another mistake", at="offer"), deal)
    case.tell(7, df.AbandonDeal("no budget"), deal)
    told = [(one.text, one.bought) for one in case.told().only(K.DEAL).lines]
    assert told == [
        ("Opened as “Line 4” at meet.", False),
        ("Line 4: Won for 9 CNY, skipping sign.", True),
        ("Line 4: Reopened at offer: a mistake.", False),
        ("Line 4: Lost.", False),
        ("Line 4: Reopened at offer: another mistake.", False),
        ("Line 4: Given up by us: no budget.", False),
    ]


def test_a_won_deal_is_a_purchase_too_where_purchases_are_read_from_deals(case: Case) -> None:
    first = case.tell(1, df.OpenDeal(case.account, "Line 4", SHORT))
    case.tell(2, df.WinDeal(skip_rest=True), first)
    case.of(3, df.DrawPurchasesFrom(df.PurchaseOrigin.HOST))
    second = case.tell(4, df.OpenDeal(case.account, "Line 5", SHORT))
    case.tell(5, df.WinDeal(skip_rest=True), second)
    bought = [one.text.split(",")[0] for one in case.told().only(K.PURCHASE).lines]
    assert bought == ["Line 4: Won", "Their purchases are read from host."]


def test_of_people_it_tells_that_they_left_whom_they_coach_and_whose_side_they_are_on(case: Case) -> None:
    deal = case.tell(0, df.OpenDeal(case.account, "Line 4", SHORT))
    wang = case.tell(1, df.IdentifyStakeholder(case.account, "COO Wang"))
    case.tell(2, df.IdentifyRole(df.Role.COACH, deal), wang)
    case.tell(2, df.IdentifyRole(df.Role.USER), wang)
    case.tell(3, df.ChangeStance(df.Stance.SUPPORT), wang)
    case.tell(4, df.RateInfluence(df.Influence.HIGH), wang)
    case.tell(5, df.WithdrawRole(df.Role.COACH, "too busy", deal), wang)
    case.tell(6, df.RecordDeparture("retired"), wang)
    assert [one.text for one in case.told().only(K.PERSON).lines] == [
        "Line 4: COO Wang is our coach in this deal.",
        "COO Wang supports us.",
        "Line 4: COO Wang is no longer our coach in this deal: too busy.",
        "COO Wang left: retired.",
    ]


def test_whatever_else_a_signal_rests_on_is_told_too(case: Case) -> None:
    wang = case.tell(1, df.IdentifyStakeholder(case.account, "COO Wang"))
    case.tell(2, df.RateInfluence(df.Influence.LOW), wang)
    assert "COO Wang has low influence." not in case.texts()

    def weak(relation: Relation, _policy: ChurnPolicy) -> Sign:
        said = [one.record for _, row in relation.people for one in row.influence if one.end <= relation.at]
        return Sign(WarningState.UP, "low", tuple(said)) if said else Sign(WarningState.UNKNOWN, "nobody rated")

    assert case.texts(None, signal("weak", weak))[-2:] == ["COO Wang has low influence.", "weak is up: low."]


def test_whoever_moved_away_is_told_of_as_long_as_they_were_here(case: Case) -> None:
    other = case.tell(0, df.RegisterAccount("Bolt"))
    wang = case.tell(1, df.IdentifyStakeholder(case.account, "COO Wang"))
    case.tell(2, df.MoveStakeholder(other), wang)
    case.tell(3, df.ChangeStance(df.Stance.OPPOSE), wang)
    case.tell(4, df.MoveStakeholder(case.account), wang)
    assert [one.text for one in case.told().only(K.PERSON).lines] == [
        "COO Wang moved to Bolt.",
        "COO Wang moved to Acme.",
    ]
    bolts = case.flow.chronicle(other).only(K.PERSON)
    assert [one.text for one in bolts.lines] == [
        "COO Wang moved to Bolt.",
        "COO Wang opposes us.",
        "COO Wang moved to Acme.",
    ]


def test_contacts_are_told_when_they_were_held_and_of_no_other_account(case: Case) -> None:
    other = case.tell(0, df.RegisterAccount("Bolt"))
    wang = case.tell(1, df.IdentifyStakeholder(case.account, "COO Wang"))
    window = df.When.of(day(9), UTC)
    case.tell(1, df.PlanInteraction(case.account, window, df.Channel.VISIT, "see the line", (wang,)))
    case.tell(2, df.HoldInteraction(case.account, df.Channel.CALL, (wang,), ("li",)))
    case.tell(3, df.HoldInteraction(other, df.Channel.CALL, (wang,), ("li",)))
    deal = case.tell(3, df.OpenDeal(other, "Line 9", SHORT))
    case.tell(4, df.LoseDeal(), deal)
    assert case.texts()[2:] == ["A call was held with COO Wang by li."]


def test_what_the_account_itself_is_told_of_is_told_whole_each_under_its_kind(case: Case) -> None:
    case.of(1, df.SignAgreement("framework", id="A1"), df.EndAgreement("A1", "not renewed"))
    case.of(
        2, df.SightRival("Bolt", df.RivalMove.LOWER_PRICE), df.MarkRivalGone("Bolt"), df.AssessCriteria(we_meet=True)
    )
    case.of(3, df.MakePlan(("grow",), ("visit",)), df.ReviewPlan("on course"))
    case.of(4, df.NoteDirectionChange(df.Direction.SCOPE_CUT, "one plant less"), df.RenameAccount("Acme Group"))
    kinds = [one.kind for one in case.told().lines[2:]]
    assert kinds == [K.AGREEMENT] * 2 + [K.RIVAL] * 3 + [K.PLAN] * 3 + [K.OTHER]


def test_what_was_merged_into_the_account_belongs_to_it_from_that_day_on(case: Case) -> None:
    other = case.tell(1, df.RegisterAccount("Acme Ltd"))
    case.tell(2, df.MergeInto(case.account, "the same company"), other)
    case.tell(3, df.AssignAccountOwner("li"), other)
    assert case.texts(1) == REGISTERED
    assert case.texts() == [
        *REGISTERED,
        "Acme Ltd became an account of ours.",
        "Acme Ltd: Merged into Acme: the same company.",
        "li answers for the account.",
    ]
    with pytest.raises(df.NotFound):
        case.flow.chronicle(other)


def test_what_happened_before_it_was_registered_stands_at_no_stage(case: Case) -> None:
    case.tell(day(0) - timedelta(days=4), df.HoldInteraction(case.account, df.Channel.CALL, (), ("li",)))
    first, registered, began = case.told().lines
    assert (first.text, first.stage) == ("A call was held by li.", None)
    assert (registered.stage, began.stage) == (None, "development")


def test_a_time_is_told_no_more_precisely_than_it_is_known(case: Case) -> None:
    case.of(datetime(2026, 2, 1, 9, 30, tzinfo=UTC), df.AssignAccountOwner("li"))
    window = df.When.between(datetime(2026, 2, 3, tzinfo=UTC), datetime(2026, 2, 9, tzinfo=UTC))
    case.of(window, df.RenameAccount("Acme Group"))
    told = [(one.when, one.on) for one in case.told().lines[2:]]
    assert told == [("2026-02-01 09:30", date(2026, 2, 1)), ("2026-02-03 to 2026-02-09", date(2026, 2, 9))]


def test_a_line_says_how_late_its_record_was_and_what_was_corrected(case: Case) -> None:
    before = case.clock.now
    case.of(9, df.DrawPurchasesFrom(df.PurchaseOrigin.HOST), df.RecordPurchase(df.Money.of(5, "CNY")))
    case.of(20, df.CorrectRecord(3, "a nought short", Purchased(df.Money.of(50, "CNY"))))
    (line,) = [one for one in case.told().lines if one.bought]
    assert (line.text, line.corrected, line.when) == ("They bought for 50 CNY.", True, "2026-01-10")
    assert line.record is not None
    assert line.late == line.record.recorded_at - line.record.occurred_to > timedelta(days=300)
    assert [one for one in case.told().lines if one.corrected] == [line]
    assert case.texts(known=before) == REGISTERED


def test_it_is_told_up_to_an_evening_and_not_beyond_today(case: Case) -> None:
    case.of(5, df.AssignAccountOwner("li"))
    case.of(date(2027, 3, 1), df.AssignAccountOwner("wang"))
    assert case.told(4).lines == case.told().lines[:2]
    assert case.told(4).at == day(4)
    assert case.texts()[2:] == ["li answers for the account."]
    with pytest.raises(df.NotFound):
        case.told(-1)


def test_once_nobody_watched_it_nothing_is_told_and_before_its_history_nothing_known(case: Case) -> None:
    case.of(2, df.MarkHistoryUnknown(datetime(2026, 1, 2, tzinfo=UTC)))
    case.of(5, df.EndObservation())
    case.tell(9, df.HoldInteraction(case.account, df.Channel.CALL, (), ("li",)))
    told = case.told()
    assert (told.unfollowed, told.at, told.known_from) == (True, day(5), datetime(2026, 1, 2, tzinfo=UTC))
    assert not told.only(K.CONTACT).lines


def test_of_whoever_was_erased_no_name_and_no_word_is_told(case: Case) -> None:
    before = case.clock.now + timedelta(hours=1)
    wang = case.tell(1, df.IdentifyStakeholder(case.account, "COO Wang"))
    case.tell(2, df.ChangeStance(df.Stance.SUPPORT), wang)
    case.clock.now = before
    case.tell(3, df.EraseStakeholder("asked us to"), wang)
    for told in (case.told(), case.told(known=before), case.told(2)):
        assert [one.text for one in told.only(K.PERSON).lines] == [f"{ERASED} supports us."]
        assert "Wang" not in str(told)


def test_it_has_a_plain_form_with_the_words_of_the_erased_left_out(case: Case) -> None:
    wang = case.tell(1, df.IdentifyStakeholder(case.account, "COO Wang"))
    case.tell(2, df.HoldInteraction(case.account, df.Channel.CALL, (wang,), ("li",)))
    whole = plain(case.told())
    assert whole["names"] == {str(case.account): "Acme", str(wang): "COO Wang"}
    assert [one["kind"] for one in whole["lines"]] == ["other", "transition", "contact"]
    assert (whole["lines"][2]["record"]["event"], whole["lines"][1]["record"]) == ("interaction.held", None)
