"""Signals in what went wrong, and in what others offer."""

from collections.abc import Iterator
from datetime import UTC, datetime

import attrs
import pytest

import dealflow as df
from dealflow.domain.matter import ComplaintRaised, IncidentReported
from dealflow.domain.objection import ObjectionRaised
from dealflow.domain.rivalry import RivalSeen
from dealflow.projections.churn.judging import CHURN, ChurnPolicy, Sign
from tests.projections.keeping import Keeping
from tests.projections.selling import day

UP, CLEAR, UNKNOWN = df.WarningState
WATCH, DANGER = df.Severity
QUALITY, SERVICE, LATE, SHORT, OTHER = df.IncidentKind
HIGH = df.Level.HIGH
TROUBLES = ("quality-incident", "complaint-overdue", "complaint-repeated", "delivery-failing")


@pytest.fixture
def keeping() -> Iterator[Keeping]:
    keeping = Keeping()
    yield keeping
    keeping.flow.close()


# What went wrong


def test_while_nothing_was_ever_raised_nobody_knows_whether_all_went_well(keeping: Keeping) -> None:
    assert {keeping.sign(name, 1).state for name in TROUBLES} == {UNKNOWN}
    keeping.incident(2, OTHER)
    assert {keeping.sign(name, 2).state for name in TROUBLES} == {CLEAR}


@pytest.mark.parametrize(
    ("name", "kind", "other", "called"),
    [
        ("quality-incident", QUALITY, LATE, "1 quality incident open"),
        ("delivery-failing", LATE, SERVICE, "1 late or short delivery open"),
        ("delivery-failing", SHORT, QUALITY, "1 late or short delivery open"),
    ],
)
def test_something_that_went_wrong_is_open(
    keeping: Keeping, name: str, kind: df.IncidentKind, other: df.IncidentKind, called: str
) -> None:
    keeping.incident(1, other)
    assert keeping.sign(name, 1).state is CLEAR
    keeping.incident(5, kind, id="I1")
    signal = keeping.signal(name, 250)
    assert (signal.state, signal.severity, signal.since) == (UP, WATCH, day(5))
    assert (signal.text, signal.records) == (f"{called}; 0 in the last 180 days", keeping.record(IncidentReported)[1:])
    keeping.own(251, df.ResolveMatter("I1", "replaced"))
    assert keeping.sign(name, 251).state is CLEAR
    keeping.incident(260, kind, HIGH)
    signal = keeping.signal(name, 260)
    assert (signal.severity, signal.text) == (DANGER, f"{called}, 1 of high severity; 1 in the last 180 days")


def test_several_within_the_window_are_too_many_settled_or_not(keeping: Keeping) -> None:
    for number in (1, 30, 60):
        keeping.incident(number, QUALITY, HIGH, id=f"I{number}")
        keeping.own(number + 2, df.ResolveMatter(f"I{number}", "replaced"))
    assert [keeping.sign("quality-incident", number).state for number in (2, 3, 30, 40)] == [UP, CLEAR, UP, UP]
    found = keeping.sign("quality-incident", 62)
    assert (found.severity, found.turns) == (WATCH, day(30 + 181))
    assert found.text == "0 quality incidents open; 3 in the last 180 days"
    assert keeping.signal("quality-incident", 210).since == day(30)
    assert keeping.sign("quality-incident", 211).state is CLEAR


def test_a_complaint_is_open_past_its_day(keeping: Keeping) -> None:
    keeping.complaint(1, due=day(10), id="C1")
    found = keeping.sign("complaint-overdue", 10)
    assert (found.state, found.turns, found.text) == (CLEAR, day(11), "0 of 1 open complaint overdue")
    keeping.incident(5, SERVICE, HIGH)  # without a day: thirty later
    signal = keeping.signal("complaint-overdue", 20)
    assert (signal.state, signal.severity, signal.since) == (UP, WATCH, day(11))
    assert signal.text == "1 of 2 open complaints overdue, the longest by 10 days"
    assert signal.records == keeping.record(ComplaintRaised)
    assert keeping.sign("complaint-overdue", 20).turns == day(36)
    signal = keeping.signal("complaint-overdue", 36)
    assert (signal.severity, signal.since) == (DANGER, day(11))
    assert signal.text == "2 of 2 open complaints overdue, 1 of high severity, the longest by 26 days"
    assert keeping.sign("complaint-overdue", 36).turns is None


def test_a_complaint_that_is_settled_is_overdue_no_more(keeping: Keeping) -> None:
    keeping.complaint(1, due=day(10), id="C1")
    keeping.own(40, df.ResolveMatter("C1", "a new bearing"))
    assert [keeping.sign("complaint-overdue", number).state for number in (10, 11, 39, 40)] == [CLEAR, UP, UP, CLEAR]
    assert keeping.sign("complaint-overdue", 40).records == keeping.record(ComplaintRaised)


def test_what_belongs_to_another_weapon_is_no_complaint(keeping: Keeping) -> None:
    for kind in (QUALITY, LATE, SHORT):
        keeping.incident(1, kind)
    assert keeping.sign("complaint-overdue", 90) == Sign(CLEAR, "0 of 0 open complaints overdue")
    assert keeping.sign("complaint-repeated", 1) == Sign(CLEAR, "0 complaints in the last 180 days")
    keeping.incident(2, OTHER)  # of no other weapon
    assert keeping.sign("complaint-overdue", 33).state is UP


def test_complaints_are_repeated(keeping: Keeping) -> None:
    keeping.complaint(1, id="C1")
    assert keeping.sign("complaint-repeated", 1).records == keeping.record(ComplaintRaised)
    keeping.complaint(100)
    signal = keeping.signal("complaint-repeated", 150)
    assert (signal.state, signal.since, signal.text) == (UP, day(100), "2 complaints in the last 180 days")
    keeping.own(160, df.ResolveMatter("C1", "a new bearing"))
    assert keeping.sign("complaint-repeated", 181).turns == day(182)
    assert keeping.sign("complaint-repeated", 182).state is CLEAR
    assert keeping.sign("complaint-repeated", 300).records == keeping.record(ComplaintRaised)[1:]


# What others offer


@pytest.mark.parametrize(
    ("ours", "theirs", "state", "severity"),
    [
        (True, (("Bolt", False), ("Crane", False)), CLEAR, WATCH),
        (True, (("Bolt", True), ("Crane", None)), UP, WATCH),
        (False, (("Bolt", True), ("Crane", False)), UP, DANGER),
        (False, (("Bolt", False),), UP, WATCH),  # nobody does: an opening for whoever comes first
        (False, (), UP, WATCH),
        (None, (("Bolt", True),), UP, WATCH),  # to be watched at least
        (None, (("Bolt", False),), UNKNOWN, WATCH),
        (True, (("Bolt", None), ("Crane", False)), UNKNOWN, WATCH),
        (True, (), UNKNOWN, WATCH),
    ],
)
def test_who_meets_what_they_buy_by(
    keeping: Keeping,
    ours: bool | None,
    theirs: tuple[tuple[str, bool | None], ...],
    state: df.WarningState,
    severity: df.Severity,
) -> None:
    assert keeping.sign("criteria-slipping", 1).state is UNKNOWN
    keeping.own(2, df.AssessCriteria(ours, theirs))
    found = keeping.sign("criteria-slipping", 3)
    assert (found.state, found.severity) == (state, severity)


def test_what_they_buy_by_slips_from_safe_over_watch_to_alarm(keeping: Keeping) -> None:
    keeping.own(1, df.AssessCriteria(we_meet=True, rivals=(("Bolt", False),)))
    assert keeping.sign("criteria-slipping", 1).text == "we meet what they buy by; of 1 competitor 0 do"
    keeping.own(5, df.AssessCriteria(we_meet=True, rivals=(("Bolt", True), ("Crane", None))))
    signal = keeping.signal("criteria-slipping", 6)
    assert (signal.severity, signal.since, len(signal.records)) == (WATCH, day(5), 1)
    assert signal.text == "we meet what they buy by; of 2 competitors 1 does: Bolt, of 1 nobody knows"
    keeping.own(9, df.AssessCriteria(we_meet=False, rivals=(("Bolt", True),)))
    signal = keeping.signal("criteria-slipping", 10)
    assert (signal.severity, signal.since) == (DANGER, day(5))


def test_an_objection_about_the_price_is_open(keeping: Keeping) -> None:
    assert keeping.sign("price-objection-open", 0).state is UNKNOWN
    one, two = keeping.meet(1), keeping.meet(2)
    assert keeping.sign("price-objection-open", 2).state is CLEAR
    keeping.about(2, one, df.RaiseObjection(df.ObjectionTopic.TRUST))
    keeping.about(3, one, df.RaiseObjection(df.ObjectionTopic.PRICE, id="O1"))
    keeping.about(4, two, df.RaiseObjection(df.ObjectionTopic.PRICE, id="O2"))
    signal = keeping.signal("price-objection-open", 9)
    assert (signal.state, signal.since, signal.records) == (UP, day(3), keeping.record(ObjectionRaised)[1:])
    assert signal.text == f"2 objections about the price open, the first since {day(3)}"
    keeping.about(10, one, df.ResolveObjection("O1"))
    assert keeping.sign("price-objection-open", 10).state is UP
    keeping.about(11, two, df.ConcedeObjection("O2"))
    found = keeping.sign("price-objection-open", 11)
    assert (found.state, found.text, len(found.records)) == (CLEAR, "no objection about the price is open", 2)


def test_a_rivals_price_is_lower_until_they_are_gone(keeping: Keeping) -> None:
    assert keeping.sign("rival-price-lower", 0).state is UNKNOWN
    keeping.own(1, df.SightRival("Bolt", df.RivalMove.APPROACHED))
    assert keeping.sign("rival-price-lower", 1).text == "no competitor with a lower price is about"
    keeping.own(5, df.SightRival("Bolt", df.RivalMove.LOWER_PRICE))
    signal = keeping.signal("rival-price-lower", 9)
    assert (signal.state, signal.since, signal.records) == (UP, day(5), keeping.record(RivalSeen)[1:])
    keeping.own(10, df.MarkRivalGone("Bolt"))
    found = keeping.sign("rival-price-lower", 10)
    assert (found.state, len(found.records)) == (CLEAR, 2)


def test_a_rival_is_better_or_suspected_of_bribery(keeping: Keeping) -> None:
    keeping.own(1, df.SightRival("Bolt", df.RivalMove.BETTER_SERVICE))
    signal = keeping.signal("rival-better", 1)
    assert (signal.state, signal.severity, signal.text) == (UP, WATCH, f"Bolt: better service since {day(1)}")
    keeping.own(5, df.SightRival("Crane", df.RivalMove.BRIBERY_SUSPECTED))
    signal = keeping.signal("rival-better", 5)
    assert (signal.severity, signal.since) == (DANGER, day(1))
    keeping.own(9, df.MarkRivalGone("Crane"))
    assert keeping.signal("rival-better", 9).severity is WATCH
    keeping.own(10, df.MarkRivalGone("Bolt"))
    assert keeping.sign("rival-better", 10).text == "no competitor who is better, or suspected of bribery, is about"


def test_the_policy_says_how_long_and_how_many(keeping: Keeping) -> None:
    keeping.complaint(1)
    strict = attrs.evolve(CHURN, overdue=5, repeats=1, window=9)
    assert keeping.signal("complaint-overdue", 9, strict).since == day(7)
    assert keeping.signal("complaint-repeated", 9, strict).since == day(1)
    assert keeping.sign("complaint-repeated", 11, strict).state is CLEAR


def test_a_sure_sighting_counts_beside_one_of_which_nobody_knows_the_day(keeping: Keeping) -> None:
    seen = df.SightRival("Bolt", df.RivalMove.LOWER_PRICE)
    window = df.When.between(datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 1, 21, tzinfo=UTC))
    keeping.flow.do(seen, on=keeping.id, by="li", at=window)
    keeping.own(10, attrs.evolve(seen, price=df.Money.of(9, "CNY")))
    assert keeping.sign("rival-price-lower", 14).up
    keeping.own(15, df.MarkRivalGone("Bolt"))
    assert not keeping.sign("rival-price-lower", 15).up


@pytest.mark.parametrize("given", [{"repeats": 0}, {"known": 0}, {"many": 0}, {"window": -1}])
def test_a_policy_that_makes_no_sense_is_refused(given: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=next(iter(given))):
        ChurnPolicy(**given)  # type: ignore[arg-type]


def test_a_policy_may_be_as_patient_as_it_likes(keeping: Keeping) -> None:
    keeping.buys(1, 11, 21)
    keeping.complaint(12)
    keeping.about(13, keeping.somebody(2), df.ChangeStance(df.Stance.SUPPORT), df.RateInfluence(df.Influence.HIGH))
    keeping.meet(14)
    ages = 10**11
    patient = ChurnPolicy(contacts=ages, departed=ages, window=ages, met=ages, overdue=ages, ending=ages)
    assert keeping.risk(40, patient).level is not None
