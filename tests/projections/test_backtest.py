"""What signals were worth: held against which accounts left, and when (domain.md §9)."""

import sys
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

import dealflow as df
from dealflow.domain.matter import ComplaintRaised, MatterResolved
from dealflow.extras import MissingExtra
from dealflow.plain import plain
from dealflow.projections.backtest import Backtest, BacktestPolicy, Exposure, SignalScore, SignalVerdict, backtest
from dealflow.projections.churn.judging import ChurnPolicy, Sign, Signal
from dealflow.projections.conditions import Reason
from dealflow.projections.estimates import Sampling, Share
from dealflow.projections.losses import Phase
from dealflow.projections.progression import Passage
from dealflow.projections.relation import Relation
from dealflow.projections.warnings.judging import Severity, WarningState
from tests.projections.buying import Buyer
from tests.projections.selling import day

UP, CLEAR, UNKNOWN = WarningState.UP, WarningState.CLEAR, WarningState.UNKNOWN
LAST = day(360)


def complained(relation: Relation, _policy: ChurnPolicy) -> Sign:
    standing = [one for one in relation.matters if one.stands]
    records = tuple(one.record for one in standing)
    return Sign(UP if standing else CLEAR, f"{len(standing)} open", records, severity=Severity.DANGER)


def courted(relation: Relation, _policy: ChurnPolicy) -> Sign:
    if not relation.rivals:
        return Sign(UNKNOWN, "nobody looked")
    return Sign(UP if any(one.stands for one in relation.rivals) else CLEAR, "seen")


def told_of(relation: Relation, policy: ChurnPolicy) -> Sign:
    sign = complained(relation, policy)
    return Sign(sign.state, sign.text, sign.records)


def signal(name: str, find: Callable[[Relation, ChurnPolicy], Sign], *rests_on: Reason) -> Signal:
    settled = (MatterResolved,)
    return Signal(
        name,
        None,
        controllable=True,
        clears="it is settled",
        to_do="settle it",
        find=find,
        cleared_by=settled,
        answered_by=settled,
        reads=("matters", "rivals"),
        rests_on=frozenset(rests_on),
    )


COMPLAINED, COURTED = signal("complained", complained), signal("courted", courted, Reason.LAPSED)
POLICY = BacktestPolicy(within=90, sampling=Sampling(3))


def accounts(here: Buyer, many: int, *, complaint: bool, rival: bool | None, leaving: Iterable[int] = ()) -> list[UUID]:
    """Register customers of one kind; the first ones leave on days."""
    found = [here.register(0, f"Account {number}") for number in range(many)]
    for one in found:
        here.tell(0, df.DrawPurchasesFrom(df.PurchaseOrigin.HOST), on=one)
        here.buy(1, on=one)
        if complaint:
            here.tell(5, df.RaiseComplaint("noise", df.Level.LOW), on=one)
        if rival is not None:
            here.tell(5, df.SightRival("Bolt", df.RivalMove.APPROACHED), on=one)
            here.tell(6, *([] if rival else [df.MarkRivalGone("Bolt")]), on=one)
    for one, number in zip(found, leaving, strict=False):
        here.tell(number, df.EndRelationship(df.ChurnCause.MATTER_NEGLECTED), on=one)
    return found


def asked(here: Buyer, at: date = LAST, policy: BacktestPolicy = POLICY) -> Backtest:
    return here.flow.backtest(happened=at, policy=policy, signals=(COURTED, COMPLAINED))


def score(found: Backtest, name: str) -> SignalScore:
    return next(one for one in found.scores if one.name == name)


@pytest.fixture
def here() -> Buyer:
    return Buyer()


@pytest.fixture
def market(here: Buyer) -> Buyer:
    """Twelve with a complaint, ten of whom leave; twenty without, two of whom do; rivals at half of both."""
    accounts(here, 6, complaint=True, rival=True, leaving=(100, 120, 200, 210, 220))
    accounts(here, 6, complaint=True, rival=False, leaving=(100, 120, 200, 210, 220))
    accounts(here, 10, complaint=False, rival=True, leaving=(100,))
    accounts(here, 10, complaint=False, rival=False, leaving=(200,))
    return here


def test_what_foretells_is_told_from_what_says_nothing(market: Buyer) -> None:
    found = asked(market)
    assert [(one.name, one.verdict) for one in found.scores] == [
        ("complained", SignalVerdict.FORETELLS),
        ("courted", SignalVerdict.NO_SIGNAL),
    ]
    complained, courted = found.scores
    stayed, left = 2 * (360 - 5), 2 * (100 + 120 + 200 + 210 + 220 - 5 * 5)
    assert (found.accounts, found.lost, found.all.losses) == (32, 12, 12)
    assert complained.up == Exposure(10, stayed + left)
    assert complained.clear == Exposure(2, found.all.days - complained.up.days)
    assert complained.recall == Share(10, 12, 3)
    assert complained.precision == Share(0, 12, 3)  # the first left on day 100, 95 days later
    assert complained.days == (95, 95, 115, 115, 195, 195, 205, 205, 215, 215)
    assert complained.quartiles == (115.0, 195.0, 205.0)
    assert complained.ratio == pytest.approx((10 / complained.up.days) / (2 / complained.clear.days))
    low, ratio, high = complained.low, complained.ratio, complained.high
    assert low and ratio and high and 1 < low < ratio < high  # noqa: PT018 (one chain)
    assert complained.chance is not None
    assert complained.chance < 0.001
    assert (courted.recall, courted.unknown) == (Share(6, 12, 3), Exposure(0, 32 * 4))


def test_a_rate_is_of_a_customer_year(market: Buyer) -> None:
    assert Exposure(3, 1461).a_year == 0.75
    assert Exposure(0, 0).a_year is None


def test_what_happened_since_changes_nothing_of_an_earlier_day(market: Buyer) -> None:
    early = asked(market, at=day(150))
    assert early.all.losses == 5
    late = accounts(market, 1, complaint=False, rival=None)[0]
    found = asked(market, at=day(150))
    market.tell(200, df.RaiseComplaint("later", df.Level.LOW), on=late)
    assert asked(market, at=day(150)) == found
    assert score(found, "complained").up == score(early, "complained").up


def test_a_time_it_came_up_counts_once_it_is_known_what_followed(market: Buyer) -> None:
    assert score(asked(market, at=day(99)), "complained").precision == Share(0, 12, 3)
    assert score(asked(market, at=day(94)), "complained").precision == Share(0, 0, 3)
    wide = BacktestPolicy(within=300, sampling=Sampling(3))
    assert score(asked(market, policy=wide), "complained").precision == Share(10, 12, 3)


def test_what_nobody_knows_is_left_out_and_counted(market: Buyer) -> None:
    accounts(market, 2, complaint=True, rival=None, leaving=(100,))
    found = asked(market)
    assert score(found, "courted").unknown.losses == 1
    assert score(found, "courted").recall.of == 12
    assert sum(one.days for one in exposures(score(found, "courted"))) == found.all.days


def exposures(found: SignalScore) -> tuple[Exposure, ...]:
    return found.up, found.clear, found.unknown


def test_what_goes_with_staying_is_told(here: Buyer) -> None:
    accounts(here, 20, complaint=True, rival=True)
    accounts(here, 12, complaint=False, rival=True, leaving=range(100, 111))
    found = score(asked(here), "complained")
    assert (found.verdict, found.ratio, found.quartiles) == (SignalVerdict.REASSURES, 0, None)


def test_where_all_losses_fall_to_it_the_ratio_has_no_end(here: Buyer) -> None:
    accounts(here, 12, complaint=True, rival=True, leaving=range(100, 111))
    accounts(here, 20, complaint=False, rival=True)
    # before they complained, on days 1 to 4, none had left
    found = score(asked(here), "complained")
    assert (found.verdict, found.ratio, found.high) == (SignalVerdict.FORETELLS, None, None)
    assert found.low is not None


def test_too_little_history_makes_no_verdict(market: Buyer) -> None:
    found = asked(market, policy=BacktestPolicy(within=90))
    assert {one.verdict for one in found.scores} == {SignalVerdict.INSUFFICIENT}
    assert all(one.chance is None and one.ratio is None for one in found.scores)
    nothing = Buyer().flow.backtest()
    assert (nothing.accounts, nothing.all, nothing.scores[0].recall.rate) == (0, Exposure(0, 0), None)


def test_who_left_by_what_a_signal_watches_is_not_foretold_by_it(here: Buyer) -> None:
    accounts(here, 8, complaint=True, rival=True)
    quick = df.RelationshipPolicy(lapse=100)
    found = asked(here, policy=BacktestPolicy(within=90, sampling=Sampling(3), relationship=quick))
    assert (score(found, "courted").by_definition, score(found, "courted").recall) == (8, Share(0, 0, 3))
    assert (score(found, "complained").by_definition, score(found, "complained").recall.n) == (0, 8)


def test_who_goes_back_a_stage_is_lost_and_stays_a_customer(here: Buyer) -> None:
    here.buy(1)
    for number, share in ((10, 0.6), (20, 0.6), (100, 0.2)):
        here.tell(number, df.MeasureShare(share))
    found = asked(here)
    assert (found.lost, found.all) == (1, Exposure(1, 359))
    only = BacktestPolicy(losses=frozenset({Passage.TERMINATED}))
    assert asked(here, policy=only).all.losses == 0


def test_who_was_away_was_no_customer(here: Buyer) -> None:
    here.buy(1)
    here.tell(50, df.EndRelationship(df.ChurnCause.OTHER))
    here.buy(100)
    assert asked(here).all == Exposure(1, 49 + 260)


def test_who_never_bought_is_not_looked_at(here: Buyer) -> None:
    here.register(0, "Advisers", kind=df.AccountKind.CONSULTANT)
    assert asked(here).accounts == 0


def test_without_the_library_it_is_named(market: Buyer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "scipy.stats", None)
    relations = market.flow.relations(happened=LAST).values()
    with pytest.raises(MissingExtra, match=r"dealflow\[stats\]"):
        backtest(relations, POLICY, (COMPLAINED,))


def test_its_json_holds_what_follows_from_the_counts(market: Buyer) -> None:
    told = plain(asked(market))
    assert told["all"]["a_year"] == pytest.approx(12 / told["all"]["days"] * 365.25)
    assert told["scores"][0]["quartiles"] == [115.0, 195.0, 205.0]
    with pytest.raises(TypeError, match="a Relation has no JSON form"):
        plain(market.relation(5))


def test_chances_are_raised_for_having_looked_at_many(market: Buyer) -> None:
    relations = market.flow.relations(happened=LAST).values()
    (alone,) = backtest(relations, POLICY, (COMPLAINED,)).scores
    among = score(asked(market), "complained")
    assert alone.chance is not None
    assert among.chance == pytest.approx(2 * alone.chance)


def test_an_alarm_whose_days_still_run_is_left_out_even_where_a_loss_came(here: Buyer) -> None:
    accounts(here, 4, complaint=True, rival=None, leaving=(20, 20))
    asked_early = score(asked(here, at=day(60)), "complained")
    assert (asked_early.precision, asked_early.recall.n) == (Share(0, 0, 3), 2)
    assert score(asked(here, at=day(95)), "complained").precision == Share(2, 4, 3)


def test_a_loss_on_the_day_they_came_was_foretold_by_nothing(here: Buyer) -> None:
    late = here.register(0, "Bolt")
    here.tell(0, df.DrawPurchasesFrom(df.PurchaseOrigin.HOST), on=late)
    here.buy(30, on=late)
    here.tell(30, df.EndRelationship(df.ChurnCause.OTHER), on=late)
    here.buy(40, on=late)
    found = asked(here)
    assert (found.all, found.lost) == (Exposure(0, 320), 0)


def test_the_time_before_its_history_was_kept_is_not_time_as_a_customer(here: Buyer) -> None:
    here.buy(1)
    here.tell(1, df.MarkHistoryUnknown(datetime(2026, 4, 11, tzinfo=UTC)))
    assert asked(here).all == Exposure(0, 260)


# What went before a loss


def test_a_loss_tells_which_signals_were_up_how_long_before_and_what_we_did(here: Buyer) -> None:
    here.buy(1)
    here.tell(40, df.RaiseComplaint("noise", df.Level.LOW, id="noise"))
    here.tell(45, df.SightRival("Bolt", df.RivalMove.APPROACHED))
    here.tell(50, df.RaiseComplaint("delay", df.Level.LOW, id="delay"))
    here.tell(60, df.ResolveMatter("delay", "made good"))
    here.tell(100, df.EndRelationship(df.ChurnCause.MATTER_NEGLECTED))
    here.tell(110, df.ResolveMatter("noise", "too late"))
    (loss,) = here.flow.losses(here.id, happened=day(200), policy=POLICY, signals=(COMPLAINED, COURTED))
    assert (loss.step.passage, loss.step.on, loss.high) == (Passage.TERMINATED, day(100), day(40))
    noise, rival = loss.signals
    assert (noise.name, noise.since, noise.days, noise.until) == ("complained", day(40), 60, None)
    assert noise.records == here.record(ComplaintRaised)[:1]
    assert [(one.on, one.days, one.phase) for one in noise.actions] == [
        (day(60), 20, Phase.DURING),
        (day(110), 70, Phase.AFTER),
    ]
    assert (rival.name, rival.days, rival.records) == ("courted", 55, ())
    assert not rival.by_definition


def test_before_the_risk_is_high_an_action_comes_before(here: Buyer) -> None:
    here.buy(1)
    here.tell(40, df.RaiseComplaint("noise", df.Level.LOW, id="noise"))
    here.tell(50, df.ResolveMatter("noise", "made good"))
    here.tell(100, df.EndRelationship(df.ChurnCause.OTHER))
    (loss,) = here.flow.losses(here.id, happened=day(200), policy=POLICY, signals=(signal("told of", told_of),))
    (foretold,) = loss.signals
    assert (loss.high, foretold.until) == (None, day(50))
    assert [one.phase for one in foretold.actions] == [Phase.BEFORE]


def test_what_was_cleared_long_before_a_loss_is_no_part_of_it(here: Buyer) -> None:
    here.buy(1)
    here.tell(10, df.RaiseComplaint("noise", df.Level.LOW, id="noise"))
    here.tell(20, df.ResolveMatter("noise", "made good"))
    here.tell(200, df.EndRelationship(df.ChurnCause.OTHER))
    (loss,) = here.flow.losses(here.id, happened=day(210), policy=POLICY, signals=(COMPLAINED,))
    assert loss.signals == ()
    assert here.flow.losses(here.id, happened=day(199), policy=POLICY) == ()


def test_the_risk_may_become_high_while_a_signal_is_up(here: Buyer) -> None:
    here.buy(1)
    here.tell(10, df.ReportIncident(df.IncidentKind.QUALITY, df.Level.LOW))
    here.tell(20, df.ReportIncident(df.IncidentKind.QUALITY, df.Level.HIGH))
    here.tell(60, df.EndRelationship(df.ChurnCause.NEEDS_UNMET))
    (loss,) = here.flow.losses(here.id, happened=day(100))
    assert loss.high == day(20)


def test_what_was_in_a_former_life_of_the_customer_is_no_part_of_a_loss(here: Buyer) -> None:
    here.buy(1)
    here.tell(10, df.ReportIncident(df.IncidentKind.QUALITY, df.Level.HIGH))
    here.tell(20, df.EndRelationship(df.ChurnCause.NEEDS_UNMET))
    here.tell(30, df.ResumeRelationship("a new director"))
    here.buy(40)
    here.tell(60, df.EndRelationship(df.ChurnCause.OTHER))
    first, second = here.flow.losses(here.id, happened=day(100))
    assert (first.high, second.high) == (day(10), day(40))


def test_what_settles_another_matter_is_no_answer_and_nothing_is_once_it_is_cleared(here: Buyer) -> None:
    here.buy(1)
    here.tell(10, df.ReportIncident(df.IncidentKind.QUALITY, df.Level.LOW, id="bearings"))
    here.tell(10, df.RaiseComplaint("heat", df.Level.LOW, day(12), id="heat"))
    here.tell(30, df.ResolveMatter("bearings", "replaced"))
    here.tell(40, df.ResolveMatter("heat", "a fan"))
    here.meet(50)
    here.tell(60, df.EndRelationship(df.ChurnCause.OTHER))
    (loss,) = here.flow.losses(here.id, happened=day(100))
    answers = {one.name: [(action.on - day(0)).days for action in one.actions] for one in loss.signals}
    assert answers["complaint-overdue"] == [40]
    assert answers["quality-incident"] == [30]
