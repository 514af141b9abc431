"""The review of a closed deal: what each side says, what the log shows, and what contradicts what."""

import pytest

import dealflow as df
from dealflow.demo import Demo, play
from dealflow.domain.contest import RivalBidLearned
from dealflow.domain.deal import DealLost, DealReviewed, EndExplained
from dealflow.plain import plain
from dealflow.replay.reasons import topics_of
from tests.projections.dealing import Dealing
from tests.projections.selling import ACCOUNT, day

T, S = df.ObjectionTopic, df.Shows


@pytest.fixture(scope="module")
def demo() -> Demo:
    return play()


@pytest.fixture
def dealing() -> Dealing:
    return Dealing()


def euro(amount: int) -> df.Money:
    return df.Money.of(amount, "EUR")


def shows(dealing: Dealing, topic: df.ObjectionTopic) -> tuple[df.Shows, str]:
    (found,) = [one for one in dealing.flow.review(dealing.id).log if one.topic is topic]
    return found.shows, found.text


def contradictions(dealing: Dealing) -> list[str]:
    return [f"{one.name}: {one.text}" for one in dealing.flow.review(dealing.id).contradictions]


# What was said


def test_each_side_has_reasons_of_its_own(dealing: Dealing) -> None:
    dealing.deal(3, df.LoseDeal(df.LossCause.PRICE, "too expensive", ("late delivery time",), said_by=df.Side.SELLER))
    dealing.deal(4, df.ExplainEnd(df.Side.BUYER, "we did not trust the schedule"))
    found = dealing.flow.review(dealing.id)
    assert [(one.text, one.primary, one.topics) for one in found.seller] == [
        ("price", False, (T.PRICE,)),
        ("too expensive", True, (T.PRICE,)),
        ("late delivery time", False, (T.TIMING,)),
    ]
    assert [(one.text, one.topics) for one in found.buyer] == [("we did not trust the schedule", (T.TRUST,))]
    lost, explained = dealing.record(DealLost)[0], dealing.record(EndExplained)[0]
    assert [one.record for one in found.reasons] == [lost, lost, lost, explained]


def test_reasons_of_an_end_that_was_taken_back_do_not_count(dealing: Dealing) -> None:
    dealing.deal(3, df.LoseDeal(df.LossCause.PRICE, "too expensive", said_by=df.Side.BUYER))
    dealing.deal(4, df.ReopenDeal("they called", at="offer"))
    dealing.deal(5, df.AbandonDeal("no budget"))
    assert [one.text for one in dealing.flow.review(dealing.id).reasons] == ["no budget"]


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("a tenth cheaper", (T.PRICE,)),
        ("their price and the board", (T.PRICE, T.AUTHORITY)),
        ("pricey feelings", ()),
        ("价格太高", (T.PRICE,)),
        ("they promised more", (T.TRUST,)),
        ("nothing in particular", ()),
    ],
)
def test_what_a_reason_is_about_is_told_by_its_words(text: str, topics: tuple[df.ObjectionTopic, ...]) -> None:
    assert topics_of(text) == topics


def test_the_words_are_a_policy(dealing: Dealing) -> None:
    dealing.deal(3, df.LoseDeal(primary_reason="zu teuer", said_by=df.Side.BUYER))
    (reason,) = dealing.flow.review(dealing.id, words={T.PRICE: ("teuer",)}).reasons
    assert reason.topics == (T.PRICE,)


def test_the_name_of_a_rival_is_about_competition(dealing: Dealing) -> None:
    dealing.deal(1, df.NameCompetitor("Kestrel"))
    dealing.deal(3, df.LoseDeal(primary_reason="Kestrel knew them", said_by=df.Side.BUYER))
    assert dealing.flow.review(dealing.id).reasons[0].topics == (T.COMPETITOR,)


# What the log shows


def test_the_price_by_our_bid_and_the_lowest_of_theirs_in_figures(dealing: Dealing) -> None:
    dealing.deal(1, df.SubmitBid(euro(110)), df.NameCompetitor("Acme"), df.NameCompetitor("Bolt"))
    dealing.deal(2, df.LearnRivalBid("Acme", euro(120)), df.LearnRivalBid("Bolt", euro(100)))
    dealing.deal(3, df.LoseDeal())
    assert shows(dealing, T.PRICE) == (S.AGAINST, "our bid of 110 EUR was 10.0% above Bolt's 100 EUR")


def test_a_rival_who_left_sets_no_price_and_another_currency_tells_nothing(dealing: Dealing) -> None:
    dealing.deal(1, df.PriceDeal(euro(110)), df.NameCompetitor("Acme"), df.NameCompetitor("Bolt"))
    dealing.deal(2, df.LearnRivalBid("Acme", euro(90)), df.LearnRivalBid("Bolt", df.Money.of(1, "CNY")))
    dealing.deal(2, df.DropCompetitor("Acme"))
    dealing.deal(3, df.LoseDeal())
    assert shows(dealing, T.PRICE) == (
        S.UNKNOWN,
        "Bolt bid 1 CNY, which our price of 110 EUR cannot be set beside, and no price objection stood",
    )
    assert shows(dealing, T.COMPETITOR) == (S.AGAINST, "in it to the end: Bolt")


def test_a_bid_beside_which_we_have_none_is_told_with_its_record(dealing: Dealing) -> None:
    dealing.deal(1, df.NameCompetitor("Acme"), df.LearnRivalBid("Acme", euro(90)))
    dealing.deal(3, df.LoseDeal())
    price = next(one for one in dealing.flow.review(dealing.id).log if one.topic is T.PRICE)
    assert (price.shows, price.text) == (
        S.UNKNOWN,
        "Acme bid 90 EUR, and what we offered is not on record, and no price objection stood",
    )
    assert {*dealing.record(RivalBidLearned)} <= {*price.records}


def test_an_objection_that_stood_speaks_against_us_and_a_settled_one_does_not(dealing: Dealing) -> None:
    call = dealing.call(1)
    dealing.about(1, call, df.RaiseObjection(T.PRICE, id="dear"), df.RaiseObjection(T.TIMING, id="late"))
    dealing.about(2, call, df.ResolveObjection("late"))
    dealing.deal(3, df.LoseDeal())
    assert shows(dealing, T.PRICE) == (S.AGAINST, "1 price objection stood open")
    assert shows(dealing, T.TIMING)[0] is S.UNKNOWN


def test_the_decision_maker_as_the_threshold_has_it(dealing: Dealing) -> None:
    boss = dealing.person(1, df.Role.ECONOMIC)
    dealing.deal(3, df.LoseDeal())
    assert shows(dealing, T.AUTHORITY) == (S.AGAINST, "never met; a deal that ends without it is in grave danger")
    met = Dealing()
    met.call(2, met.person(1, df.Role.ECONOMIC))
    met.deal(3, df.LoseDeal())
    assert shows(met, T.AUTHORITY)[0] is S.FOR
    assert boss


def test_promises_a_close_that_was_put_off_and_criteria(dealing: Dealing) -> None:
    call = dealing.call(1)
    dealing.about(1, call, df.MakePromise("a sample", "li", id="P1"), df.BreakPromise("P1"))
    dealing.deal(1, df.ExpectClose(day(10)), df.LearnCriteria((df.BuyingCriterion("service", favours=df.Favours.US),)))
    dealing.deal(2, df.ExpectClose(day(20)))
    dealing.deal(3, df.LoseDeal())
    assert shows(dealing, T.TRUST) == (S.AGAINST, "1 promise broken")
    assert shows(dealing, T.TIMING) == (S.AGAINST, "the close was put off 1 time, from 2026-01-11 to 2026-01-21")
    assert shows(dealing, T.PRODUCT) == (S.FOR, "1 criteria favoured us, 0 a rival")


def test_of_what_nobody_wrote_down_the_log_shows_nothing(dealing: Dealing) -> None:
    dealing.deal(3, df.LoseDeal())
    found = dealing.flow.review(dealing.id)
    assert {one.shows for one in found.log} == {S.UNKNOWN}
    assert (found.contradictions, found.unsaid, found.reasons) == ((), (), ())


# Contradictions


def test_a_loss_by_price_is_contradicted_by_the_lower_bid(dealing: Dealing) -> None:
    dealing.deal(1, df.SubmitBid(euro(90)), df.NameCompetitor("Acme"), df.LearnRivalBid("Acme", euro(100)))
    dealing.deal(3, df.LoseDeal(primary_reason="too expensive", said_by=df.Side.BUYER))
    (only,) = contradictions(dealing)
    said, shown = only.split("; the log shows: ")
    assert said == "said, and not shown: the buyer says “too expensive” (price)"
    assert shown == "our bid of 90 EUR was 10.0% below Acme's 100 EUR"


def test_one_claim_is_contradicted_once_whether_by_its_cause_or_its_words(dealing: Dealing) -> None:
    dealing.deal(1, df.SubmitBid(euro(90)), df.NameCompetitor("Acme"), df.LearnRivalBid("Acme", euro(100)))
    dealing.deal(3, df.LoseDeal(df.LossCause.PRICE, "too expensive", ("the price",), said_by=df.Side.BUYER))
    (only,) = contradictions(dealing)
    assert only.startswith("said, and not shown: the buyer says “too expensive”")


def test_a_win_by_price_is_contradicted_by_the_higher_bid(dealing: Dealing) -> None:
    dealing.deal(1, df.SubmitBid(euro(110)), df.NameCompetitor("Acme"), df.LearnRivalBid("Acme", euro(100)))
    dealing.deal(3, df.WinDeal(primary_reason="our price", skip_rest=True, said_by=df.Side.SELLER))
    (only,) = contradictions(dealing)
    assert only.startswith(
        "said, and not shown: the seller says “our price” (price); the log shows: our bid of 110 EUR"
    )


def test_two_sides_that_say_different_things_are_named(dealing: Dealing) -> None:
    dealing.deal(3, df.LoseDeal(primary_reason="the price", said_by=df.Side.SELLER))
    dealing.deal(4, df.ExplainEnd(df.Side.BUYER, "a broken promise"))
    assert contradictions(dealing) == [
        "the sides differ: the seller says “the price”; the buyer says “a broken promise”"
    ]
    dealing.deal(5, df.ExplainEnd(df.Side.BUYER, "and the price"))
    assert contradictions(dealing) == []


def test_a_rival_whom_nobody_knew_or_who_had_left_is_named() -> None:
    unknown, left, none, decided = (Dealing() for _ in range(4))
    unknown.deal(3, df.LoseDeal(df.LossCause.COMPETITOR, rival="Bolt"))
    left.deal(1, df.NameCompetitor("Bolt"))
    left.deal(2, df.DropCompetitor("Bolt"))
    left.deal(3, df.LoseDeal(df.LossCause.COMPETITOR, rival="Bolt"))
    none.deal(3, df.LoseDeal(df.LossCause.COMPETITOR))
    decided.deal(1, df.NameCompetitor("Bolt"))
    decided.deal(3, df.LoseDeal(df.LossCause.NO_DECISION, rival="Bolt"))
    called = Dealing()
    called.deal(1, df.NameCompetitor("Bolt"))
    called.deal(3, df.LoseDeal(df.LossCause.COMPETITOR, rival="BOLT"))
    assert contradictions(called) == []
    assert [contradictions(one) for one in (unknown, left, none, decided)] == [
        ["an unknown rival: lost to Bolt, who is not known to have been in the deal"],
        ["a rival who had left: lost to Bolt, who had left the deal"],
        ["an unknown rival: lost to a competitor, and none is known to have been in it"],
        ["decided after all: no decision, it is said, and lost to Bolt"],
    ]


def test_what_the_log_shows_against_us_and_nobody_says_is_named(demo: Demo) -> None:
    found = demo.flow.review(demo.lost)
    assert [one.topic for one in found.unsaid] == [T.TIMING, T.TRUST]
    assert found.contradictions == ()


# As it was about to close


def test_thresholds_warnings_and_objections_are_as_it_was_about_to_close(demo: Demo) -> None:
    found = demo.flow.review(demo.lost)
    assert {one.state for one in found.thresholds.all} == {"open"}
    assert [one.name for one in found.warnings][:2] == ["decision-maker-never-met", "no-coach"]
    assert [one.objection.topic for one in found.objections] == [T.PRICE, T.TRUST]


def test_project_behaviour_is_drafted_from_the_log_and_can_be_recorded(demo: Demo) -> None:
    draft = demo.flow.review(demo.lost).behaviour.draft()
    assert draft.people.startswith("Maria Holm: economic; high influence; stance unknown; never met.")
    assert "11.1% above Kestrel Systems's 882,000 EUR" in draft.money
    assert draft.things.startswith("training on 2026-02-09.")
    assert "Kestrel Systems: strong in price, knows the board" in draft.intelligence
    assert "2026-04-09: Jonas Keller left" in draft.key_points
    with play().flow as flow:
        flow.do(draft, on=demo.lost, by="li")
        recorded = flow.review(demo.lost).recorded
        assert recorded is not None
        assert recorded.value == DealReviewed(
            draft.people, draft.money, draft.things, draft.intelligence, draft.key_points
        )
        assert flow.replay(demo.lost).lines[-1].sentence == f"Reviewed: {draft.key_points}"


def test_every_word_of_a_review_names_its_records(demo: Demo) -> None:
    for deal in (demo.won, demo.lost):
        found = demo.flow.review(deal)
        there = {one.position for one in demo.flow.journal.read()}
        behaviour = [one for part in plain(found.behaviour).values() for one in part]
        assert all(one["records"] for one in behaviour)
        cited = {one for part in (found.log, found.contradictions) for each in part for one in each.records}
        assert cited | {one.record for one in found.reasons} <= there


def test_an_open_deal_has_none(dealing: Dealing) -> None:
    with pytest.raises(df.NotEnded, match="was not closed by then"):
        dealing.flow.review(dealing.id)
    dealing.deal(3, df.LoseDeal())
    with pytest.raises(df.NotEnded):
        dealing.flow.review(dealing.id, happened=day(2))
    assert dealing.flow.review(dealing.id, happened=day(3)).on == day(3)


def test_the_words_of_somebody_erased_are_in_no_review(dealing: Dealing) -> None:
    boss = dealing.tell(1, df.IdentifyStakeholder(ACCOUNT, "COO Wang"), None)
    dealing.about(1, boss, df.IdentifyRole(df.Role.ECONOMIC, dealing.id))
    dealing.deal(3, df.LoseDeal())
    dealing.about(4, boss, df.EraseStakeholder("asked"))
    assert "Wang" not in str(plain(dealing.flow.review(dealing.id)))
