"""What is recorded of a deal by the time it ends, told subject by subject; unknown is never no."""

from collections.abc import Iterator
from datetime import UTC
from fractions import Fraction
from uuid import UUID

import pytest

import dealflow as df
from tests.projections.dealing import Dealing
from tests.projections.selling import ACCOUNT, day, deal


@pytest.fixture
def one() -> Iterator[Dealing]:
    dealing = Dealing()
    yield dealing
    dealing.flow.close()


def factors(dealing: Dealing, *, end: int = 50, **asked: object) -> df.Factors:
    """Lose the deal on a day, and return what was recorded of it."""
    dealing.deal(end, df.LoseDeal())
    (found,) = dealing.flow.outcomes(**asked).deals  # type: ignore[arg-type]
    assert (found.deal, found.won) == (dealing.id, False)
    return found.factors


def test_what_was_said_of_the_deal_counts_as_it_was_when_it_ended(one: Dealing) -> None:
    one.deal(1, df.AssignDealOwner("wu"), df.GradeDeal("A"), df.ValueDeal(df.Money.of(5, "CNY")))
    one.deal(2, df.RateTechnicalContent(df.Level.HIGH), df.LearnPurchaseMode(df.PurchaseMode.CONTRACTOR_DECIDES))
    found = factors(one)
    assert {name: found[name] for name in ("owner", "grade", "amount", "technical content", "purchase mode")} == {
        "owner": "wu",
        "grade": "A",
        "amount": df.Money.of(5, "CNY"),
        "technical content": "high",
        "purchase mode": "contractor-decides",
    }
    assert (found["lead source"], found["playbook"]) == (None, "short")


def test_what_is_dated_after_the_end_does_not_count(one: Dealing) -> None:
    one.deal(1, df.GradeDeal("A"))
    one.deal(50, df.LoseDeal())
    one.deal(60, df.GradeDeal("C"))
    (found,) = one.flow.outcomes().deals
    assert found.factors["grade"] == "A"


def test_what_was_typed_in_later_counts_by_when_it_happened_and_only_once_it_was_known(one: Dealing) -> None:
    one.deal(50, df.LoseDeal())
    *_, last = one.flow.journal.read()
    one.deal(1, df.GradeDeal("A"))
    (now,), (then,) = one.flow.outcomes().deals, one.flow.outcomes(known=last.recorded_at).deals
    assert (now.factors["grade"], then.factors["grade"]) == ("A", None)


def test_only_deals_won_or_lost_by_then_are_outcomes(one: Dealing) -> None:
    won = deal(one.flow, (1, "meet"), (9, "won"))
    deal(one.flow, (1, "meet"), (9, "abandoned"))
    deal(one.flow, (1, "meet"), (30, "lost"))
    assert [(found.deal, found.won) for found in one.flow.outcomes(happened=day(10)).deals] == [(won, True)]
    assert one.flow.outcomes(entry="offer").deals == one.flow.outcomes(happened=day(10)).deals


def test_a_deal_that_closed_twice_stands_as_before_its_last_end(one: Dealing) -> None:
    twice = deal(one.flow, (1, "meet"), (5, "lost"), (7, "offer"), (9, "won"))
    found = {outcome.deal: outcome.factors for outcome in one.flow.outcomes().deals}
    assert (found[twice]["reopened"], found[twice]["went back"]) == (True, False)


def test_an_account_that_bought_before_the_deal_was_opened(one: Dealing) -> None:
    acme = one.flow.do(df.RegisterAccount("Acme", industry="steel", region="north"), by="li", at=day(0)).stream
    first = deal(one.flow, (1, "meet"), (5, "won"), account=acme)
    second = deal(one.flow, (9, "meet"), (12, "lost"), account=acme)
    one.flow.do(df.DesignateKey((df.KeyReason.SIZE,)), on=acme, by="li", at=day(10))
    found = {outcome.deal: outcome.factors for outcome in one.flow.outcomes().deals}
    assert [found[which]["bought before"] for which in (first, second)] == [False, True]
    assert [found[which]["key account"] for which in (first, second)] == [False, True]
    assert {found[second][name] for name in ("industry", "region", "account kind")} == {"steel", "north", "customer"}


def test_where_history_was_not_kept_nobody_knows_whether_they_bought_before(one: Dealing) -> None:
    acme = one.flow.do(df.RegisterAccount("Acme"), by="li", at=day(0)).stream
    one.flow.do(df.MarkHistoryUnknown(df.When.of(day(3), UTC).end), on=acme, by="li", at=day(3))
    lost = deal(one.flow, (5, "meet"), (9, "lost"), account=acme)
    found = {outcome.deal: outcome.factors for outcome in one.flow.outcomes().deals}
    assert found[lost]["bought before"] is None


def test_a_purchase_taken_back_before_the_deal_was_none(one: Dealing) -> None:
    acme = one.flow.do(df.RegisterAccount("Acme"), by="li", at=day(0)).stream
    deal(one.flow, (1, "meet"), (5, "won"), (7, "meet"), (8, "lost"), account=acme)
    later = deal(one.flow, (9, "meet"), (12, "lost"), account=acme)
    found = {outcome.deal: outcome.factors for outcome in one.flow.outcomes().deals}
    assert found[later]["bought before"] is False


def test_an_account_that_was_never_registered_says_nothing(one: Dealing) -> None:
    assert not {"industry", "bought before"} & factors(one).keys()


YES, NO = df.YesNo.YES, df.YesNo.NO


def test_screening_is_the_deals_own_before_the_accounts(one: Dealing) -> None:
    acme = one.flow.do(df.RegisterAccount("Acme"), by="li", at=day(0)).stream
    answers = df.Screening(can_use=YES, can_afford=NO), df.Risk(worth_winning=YES)
    one.flow.do(df.ScreenAccount(*answers, df.Pursuit.PASS), on=acme, by="li", at=day(1))
    plain = deal(one.flow, (2, "meet"), (9, "lost"), account=acme)
    own = deal(one.flow, (2, "meet"), (9, "offer"), account=acme)
    one.flow.do(df.QualifyDeal(df.Screening(), df.Risk(), df.Pursuit.REDUCE, "late"), on=own, by="li", at=day(10))
    one.flow.do(df.LoseDeal(), on=own, by="li", at=day(11))
    found = {outcome.deal: outcome.factors for outcome in one.flow.outcomes().deals}
    asked = ("screening: verdict", "screening: can use", "screening: can afford", "screening: worth winning")
    assert [found[plain][name] for name in asked] == ["pass", True, False, True]
    assert [found[own][name] for name in asked] == ["reduce", None, None, None]


def test_how_we_were_assessed_stands_until_it_is_answered_anew(one: Dealing) -> None:
    one.deal(1, df.NameCompetitor("Rival"), df.AssessSide((("must-act", YES),), "Rival"))
    one.deal(2, df.AssessSide((("must-act", NO), ("value-unique", YES))))
    one.deal(3, df.AssessSide((("must-act", df.YesNo.UNKNOWN),)))
    found = factors(one)
    assert (found["assessed: must-act"], found["assessed: value-unique"]) == (None, True)


def test_people_are_those_who_had_a_part_when_it_ended(one: Dealing) -> None:
    one.person(1, df.Role.COACH, influence=df.Influence.HIGH, stance=df.Stance.SUPPORT, ally=True)
    gone = one.person(1, df.Role.TECHNICAL)
    one.about(2, gone, df.RecordDeparture())
    found = factors(one)
    assert [found[f"{name} known"] for name in ("coach", "user", "technical buyer", "economic buyer")] == [
        True, False, False, False,
    ]  # fmt: skip
    assert (found["buying roles known"], found["support surface"], found["an ally known"]) == (1, Fraction(1), True)
    assert found["economic buyer met"] is None


def test_of_a_deal_with_nobody_in_it_nobody_knows_who_helps(one: Dealing) -> None:
    assert factors(one)["an ally known"] is None


def before(dealing: Dealing, milestone: str) -> object:
    found = factors(dealing, factors=(df.met_before(milestone),))
    return found[f"economic buyer met before {milestone}"]


def test_an_economic_buyer_who_was_met_before_the_milestone(one: Dealing) -> None:
    buyer = one.person(1, df.Role.ECONOMIC)
    one.call(5, buyer)
    one.deal(9, df.AdvanceStage("offer"))
    assert before(one, "offer") is True


def test_an_economic_buyer_who_was_met_after_the_milestone_or_never(one: Dealing) -> None:
    buyer = one.person(1, df.Role.ECONOMIC)
    one.deal(9, df.AdvanceStage("offer"))
    one.call(12, buyer)
    assert before(one, "offer") is False


def test_met_on_the_day_of_the_milestone_nobody_knows_which_came_first(one: Dealing) -> None:
    buyer = one.person(1, df.Role.ECONOMIC)
    one.call(9, buyer)
    one.deal(9, df.AdvanceStage("offer"))
    assert before(one, "offer") is None


def test_without_an_economic_buyer_nobody_knows_whether_they_were_met(one: Dealing) -> None:
    one.deal(9, df.AdvanceStage("sign", reason="asked for"))
    assert before(one, "offer") is None  # skipped over is come past


def test_of_a_deal_that_never_came_so_far_it_cannot_be_asked(one: Dealing) -> None:
    assert before(one, "offer") is df.Inapplicable.DOES_NOT_APPLY


def test_contacts_tell_what_was_done_in_them(one: Dealing) -> None:
    bid = df.HoldInteraction(ACCOUNT, df.Channel.MEETING, deals=(one.id,), activity=df.Activity.BID)
    held = one.tell(3, bid, None)
    one.about(3, held, df.ConcludeInteraction(df.Conclusion.ADVANCE, "they come and see"))
    one.about(3, held, df.RaiseObjection(df.ObjectionTopic.PRICE), df.MakePromise("a sample", "li", id="p1"))
    one.about(4, held, df.BreakPromise("p1"))
    found = factors(one, end=13)
    assert [found[name] for name in ("bid done", "research done", "an advance agreed")] == [True, False, True]
    assert (found["price objection raised"], found["promise broken"]) == (True, True)
    assert found["contacts a week"] == Fraction(7, 14)


def test_without_contacts_nobody_knows_what_was_said_in_them(one: Dealing) -> None:
    found = factors(one)
    assert [found[name] for name in ("an advance agreed", "price objection raised", "promise broken")] == [None] * 3
    assert "bid done" not in found
    assert found["contacts a week"] == 0


def test_of_a_deal_whose_days_are_not_known_there_is_no_rhythm(one: Dealing) -> None:
    window = df.When.between(df.When.of(day(20), UTC).start, df.When.of(day(40), UTC).end)
    one.flow.do(df.LoseDeal(), on=one.id, by="li", at=window)
    (found,) = one.flow.outcomes().deals
    assert found.factors["contacts a week"] is None


def test_problems_against_the_price(one: Dealing) -> None:
    one.deal(1, df.QuantifyProblem("waste", df.Money.of(9, "CNY")), df.PriceDeal(df.Money.of(5, "CNY")))
    found = factors(one)
    assert (found["a problem quantified"], found["problems outweigh the price"]) == (True, True)


def test_without_a_price_nobody_knows_whether_it_is_outweighed(one: Dealing) -> None:
    found = factors(one)
    assert (found["a problem quantified"], found["problems outweigh the price"]) == (False, None)


@pytest.mark.parametrize(
    ("rivals", "against", "incumbent"),
    [
        ((("Rival", True),), "Rival", True),
        ((("Rival", None),), "Rival", None),
        ((("Rival", False), ("Other", None)), "several", False),
    ],
)
def test_against_whom(
    one: Dealing, rivals: tuple[tuple[str, bool | None], ...], against: str, incumbent: bool | None
) -> None:
    one.deal(1, *(df.NameCompetitor(name, there) for name, there in rivals))
    found = factors(one)
    assert (found["a competitor known"], found["against"], found["against the incumbent"]) == (True, against, incumbent)


def test_our_price_against_the_lowest_bid_of_those_still_there(one: Dealing) -> None:
    one.deal(1, *map(df.NameCompetitor, ("Rival", "Other", "Gone")), df.PriceDeal(df.Money.of(110, "CNY")))
    for name, amount in (("Rival", 100), ("Other", 200), ("Gone", 50)):
        one.deal(2, df.LearnRivalBid(name, df.Money.of(amount, "CNY")))
    one.deal(3, df.DropCompetitor("Gone"))
    assert factors(one)["our price against theirs"] == "dearer"


def test_our_bid_goes_before_our_price_and_what_cannot_be_compared_is_unknown(one: Dealing) -> None:
    one.deal(1, df.NameCompetitor("Rival"), df.PriceDeal(df.Money.of(110, "CNY")))
    one.deal(2, df.LearnRivalBid("Rival", df.Money.of(100, "CNY")), df.SubmitBid(df.Money.of(90, "EUR")))
    assert factors(one)["our price against theirs"] is None


def test_that_no_competitor_is_known_does_not_mean_that_there_is_none(one: Dealing) -> None:
    assert not {"a competitor known", "against"} & factors(one).keys()


def test_the_way_it_took(one: Dealing) -> None:
    one.deal(1, df.AdvanceStage("sign", reason="asked for"))
    one.deal(2, df.RevertStage("offer", "new people"))
    found = factors(one)
    assert [found[name] for name in ("a milestone skipped", "went back", "reopened", "a gate overridden")] == [
        True, True, False, False,
    ]  # fmt: skip


def test_thresholds_and_warnings_are_those_of_the_open_deal_about_to_end(one: Dealing) -> None:
    one.person(1, df.Role.USER)
    found = factors(one)
    assert found["warning: no-coach"] is True
    assert found["warning: competitor-closer"] is None
    assert found["decision threshold"] == "open"
    assert "warning: stage-longer-than-usual" not in found


def test_the_hosts_own_facts_count_as_they_were_last_noted(one: Dealing) -> None:
    acme = one.flow.do(df.RegisterAccount("Acme"), by="li", at=day(0)).stream
    lost = deal(one.flow, (2, "meet"), (9, "lost"), account=acme)
    for on, number, size in ((acme, 1, "small"), (acme, 3, "big"), (lost, 20, "late")):
        one.flow.do(df.Note("host.size", {"band": size}), on=on, by="li", at=day(number))
    found = {outcome.deal: outcome.factors for outcome in one.flow.outcomes().deals}
    assert found[lost]["host.size:band"] == "big"


def test_an_application_asks_for_factors_of_its_own(one: Dealing) -> None:
    def title(ended: df.EndedDeal) -> df.Factors:
        return {"title": ended.state.title}

    assert dict(factors(one, factors=(title,))) == {"title": "A deal"}


def test_a_merged_accounts_deals_are_its_survivors(one: Dealing) -> None:
    old = one.flow.do(df.RegisterAccount("Acme"), by="li", at=day(0)).stream
    new = one.flow.do(df.RegisterAccount("Acme again"), by="li", at=day(0)).stream
    deal(one.flow, (1, "meet"), (5, "won"), account=old)
    lost = deal(one.flow, (9, "meet"), (12, "lost"), account=new)
    one.flow.do(df.MergeInto(new, "the same"), on=old, by="li", at=day(20))
    found: dict[UUID, df.Factors] = {outcome.deal: outcome.factors for outcome in one.flow.outcomes().deals}
    assert found[lost]["bought before"] is True


# What nobody can know, and what was told later


def test_an_economic_buyer_who_was_one_at_the_milestone_counts_though_another_came_since(one: Dealing) -> None:
    first = one.person(1, df.Role.ECONOMIC)
    one.call(5, first)
    one.deal(9, df.AdvanceStage("offer"))
    one.about(20, first, df.RecordDeparture())
    one.person(21, df.Role.ECONOMIC)
    found = factors(one, factors=(*df.FACTORS, df.met_before("offer")))
    assert (found["economic buyer met before offer"], found["economic buyer met"]) == (True, False)


def test_past_a_milestone_is_come_to_it(one: Dealing) -> None:
    begun = deal(one.flow, (1, "sign"), (9, "lost"))
    found = {outcome.deal: outcome.factors for outcome in one.flow.outcomes(factors=(df.met_before("offer"),)).deals}
    assert found[begun] == {"economic buyer met before offer": None}


def test_what_the_deal_is_told_after_its_end_on_the_same_day_was_not_known_before(one: Dealing) -> None:
    one.deal(50, df.GradeDeal("B"), df.LoseDeal(), df.GradeDeal("C"), df.Note("host.archive", {"bucket": "lost"}))
    (found,) = one.flow.outcomes().deals
    assert found.factors["grade"] == "B"
    assert "host.archive:bucket" not in found.factors


def test_what_is_typed_in_after_the_end_but_was_so_before_counts(one: Dealing) -> None:
    one.deal(50, df.LoseDeal())
    one.deal(49, df.GradeDeal("C"))
    (found,) = one.flow.outcomes().deals
    assert found.factors["grade"] == "C"


def test_of_a_merged_account_what_is_told_of_the_survivor_holds(one: Dealing) -> None:
    new = one.flow.do(df.RegisterAccount("Acme", industry="steel", region="north"), by="li", at=day(0)).stream
    old = one.flow.do(df.RegisterAccount("ACME", region="south"), by="li", at=day(0)).stream
    screened = df.ScreenAccount(df.Screening(can_use=YES), df.Risk(), df.Pursuit.PASS)
    for command in (df.DesignateKey((df.KeyReason.SIZE,)), screened, df.Note("host.size", {"band": "big"})):
        one.flow.do(command, on=new, by="li", at=day(1))
    lost = deal(one.flow, (2, "meet"), (20, "lost"), account=old)
    one.flow.do(df.MergeInto(new, "the same"), on=old, by="li", at=day(6))
    found = {outcome.deal: outcome.factors for outcome in one.flow.outcomes().deals}[lost]
    asked = ("industry", "region", "key account", "screening: can use", "host.size:band")
    assert [found[name] for name in asked] == ["steel", "north", True, True, "big"]


def test_a_note_on_the_deal_goes_before_one_on_its_account(one: Dealing) -> None:
    acme = one.flow.do(df.RegisterAccount("Acme"), by="li", at=day(0)).stream
    lost = deal(one.flow, (2, "meet"), (9, "offer"), account=acme)
    for on, number, size in ((lost, 10, "deal"), (acme, 12, "account")):
        one.flow.do(df.Note("host.size", {"of": size}), on=on, by="li", at=day(number))
    one.flow.do(df.LoseDeal(), on=lost, by="li", at=day(20))
    found = {outcome.deal: outcome.factors for outcome in one.flow.outcomes().deals}
    assert found[lost]["host.size:of"] == "deal"


def bought(one: Dealing, when: object) -> object:
    acme = one.flow.do(df.RegisterAccount("Acme"), by="li", at=day(0)).stream
    one.flow.do(df.DrawPurchasesFrom(df.PurchaseOrigin.HOST), on=acme, by="li", at=day(0))
    one.flow.do(df.RecordPurchase(df.Money.of(5, "CNY")), on=acme, by="li", at=when)  # type: ignore[arg-type]
    lost = deal(one.flow, (10, "meet"), (40, "lost"), account=acme)
    return {outcome.deal: outcome.factors for outcome in one.flow.outcomes().deals}[lost]["bought before"]


def test_a_purchase_of_the_very_day_or_of_some_time_around_it_may_have_been_before(one: Dealing) -> None:
    assert bought(one, day(9)) is True
    assert bought(one, day(10)) is None
    assert bought(one, df.When.between(df.When.of(day(2), UTC).start, df.When.of(day(30), UTC).end)) is None
    assert bought(one, day(11)) is False


def test_winning_itself_is_no_purchase_before(one: Dealing) -> None:
    acme = one.flow.do(df.RegisterAccount("Acme"), by="li", at=day(0)).stream
    won = deal(one.flow, (5, "meet"), (5, "won"), account=acme)
    found = {outcome.deal: outcome.factors for outcome in one.flow.outcomes().deals}
    assert found[won]["bought before"] is False


def test_what_is_told_of_an_account_from_before_its_history_began_is_all_there_is(one: Dealing) -> None:
    acme = one.flow.do(df.RegisterAccount("Acme"), by="li", at=day(3)).stream
    one.flow.do(df.MarkHistoryUnknown(df.When.of(day(2), UTC).end), on=acme, by="li", at=day(3))
    lost = deal(one.flow, (5, "meet"), (9, "lost"), account=acme)
    found = {outcome.deal: outcome.factors for outcome in one.flow.outcomes().deals}
    assert found[lost]["bought before"] is False


def test_of_a_deal_whose_beginning_was_not_kept_nobody_knows_that_something_never_was(one: Dealing) -> None:
    one.deal(3, df.MarkHistoryUnknown(df.When.of(day(2), UTC).end), df.AdvanceStage("sign", reason="asked for"))
    found = factors(one)
    asked = ("a milestone skipped", "went back", "reopened", "a gate overridden", "a problem quantified")
    assert [found[name] for name in asked] == [True, None, None, None, None]


def test_a_rivals_answers_are_not_ours(one: Dealing) -> None:
    one.deal(
        1, df.NameCompetitor("Rival"), df.AssessSide((("must-act", NO),)), df.AssessSide((("must-act", YES),), "Rival")
    )
    assert factors(one)["assessed: must-act"] is False
