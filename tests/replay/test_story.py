"""The dossier and the story of a deal, on both clocks."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

import dealflow as df
from dealflow.domain.contest import Rival
from dealflow.domain.deal import DealValued
from dealflow.domain.erasure import ERASED
from tests.clock import Clock

DAY = date(2026, 1, 5)


def money(amount: int) -> df.Money:
    return df.Money.of(amount, "CNY")


class Case:
    """One deal at one account, with an economic buyer whom we visited on the 20th."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.flow = df.DealFlow.open("memory:", clock=self.clock)
        self.account = self.do(df.RegisterAccount("Acme"), DAY)
        self.deal = self.do(df.OpenDeal(self.account, "Line 4"), DAY)
        self.wang = self.do(df.IdentifyStakeholder(self.account, "COO Wang", title="COO"), DAY)
        self.do(df.IdentifyRole(df.Role.ECONOMIC), date(2026, 1, 6), self.wang)
        self.do(df.ValueDeal(money(100)), date(2026, 1, 7), self.deal)
        visit = df.HoldInteraction(
            self.account, df.Channel.VISIT, (self.wang,), ("li",), minutes=30, deals=(self.deal,)
        )
        self.visit = self.do(visit, date(2026, 1, 20))
        objection = df.RaiseObjection(df.ObjectionTopic.PRICE, by=self.wang, text="too dear", id="price")
        self.do(objection, date(2026, 1, 20), self.visit)

    def do(self, command: object, at: object, on: UUID | None = None) -> UUID:
        return self.flow.do(command, by="li", at=at, on=on).stream  # type: ignore[arg-type]


@pytest.fixture
def case() -> Case:
    return Case()


def test_the_dossier_holds_the_deal_its_people_and_what_stands_open(case: Case) -> None:
    dossier = case.flow.deal(case.deal)
    assert dossier.deal is not None
    assert dossier.account is not None
    assert (dossier.deal.title, dossier.deal.amount, dossier.account.name) == ("Line 4", money(100), "Acme")
    (member,) = dossier.committee
    assert (member.id, member.person and member.person.name and member.person.name.text) == (case.wang, "COO Wang")
    assert [role.value for role in member.seat.roles] == [df.Role.ECONOMIC]
    assert len(member.seat.met) == 1
    assert [one.objection.id for one in dossier.open_objections] == ["price"]


def test_on_an_earlier_day_the_dossier_is_as_it_was_then(case: Case) -> None:
    dossier = case.flow.deal(case.deal, happened=date(2026, 1, 6))
    assert dossier.deal is not None
    assert (dossier.deal.amount, dossier.open_objections) == (None, ())
    assert dossier.committee[0].seat.met == ()
    assert case.flow.deal(case.deal, happened=date(2026, 1, 4)).deal is None


def test_what_is_recorded_late_happened_then_but_was_not_known(case: Case) -> None:
    monday = case.clock.now
    case.clock.now += timedelta(days=3)
    case.do(df.ChangeStance(df.Stance.OPPOSE), date(2026, 1, 21), case.wang)
    stance = case.flow.deal(case.deal, happened=date(2026, 1, 21)).committee[0].seat.stance
    assert stance is not None
    assert stance.value is df.Stance.OPPOSE
    assert case.flow.deal(case.deal, happened=date(2026, 1, 21), known=monday).committee[0].seat.stance is None


def test_a_deals_own_word_about_a_person_overrides_the_standing_one(case: Case) -> None:
    other = case.do(df.OpenDeal(case.account, "Line 5"), DAY)
    case.do(df.ChangeStance(df.Stance.SUPPORT), date(2026, 1, 8), case.wang)
    case.do(df.ChangeStance(df.Stance.OPPOSE, deal=case.deal), date(2026, 1, 9), case.wang)
    case.do(df.WithdrawRole(df.Role.ECONOMIC, "his boss decides", deal=other), date(2026, 1, 9), case.wang)
    (here,), there = case.flow.deal(case.deal).committee, case.flow.deal(other).committee
    assert here.seat.stance is not None
    assert here.seat.stance.value is df.Stance.OPPOSE
    assert [role.value for role in here.seat.roles] == [df.Role.ECONOMIC]
    assert [seat.seat.roles for seat in there] == [()]


def test_a_settled_objection_stands_open_no_more(case: Case) -> None:
    case.do(df.ResolveObjection("price"), date(2026, 2, 1), case.visit)
    assert case.flow.deal(case.deal).open_objections == ()
    assert case.flow.deal(case.deal, happened=date(2026, 1, 31)).open_objections != ()


def test_the_story_tells_each_record_in_the_order_it_happened(case: Case) -> None:
    case.do(df.AdvanceStage("executive_meeting"), date(2026, 1, 21), case.deal)
    case.do(df.ExpectClose(date(2026, 6, 30)), date(2026, 1, 6), case.deal)
    told = [(line.when, line.sentence) for line in case.flow.replay(case.deal).lines]
    assert told == [
        ("2026-01-05", "Acme became an account of ours."),
        ("2026-01-05", "Opened as “Line 4” at training."),
        ("2026-01-05", "COO Wang, COO, became known to us."),
        ("2026-01-06", "COO Wang is an economic buyer."),
        ("2026-01-06", "Signature expected on 2026-06-30."),
        ("2026-01-07", "Valued at 100 CNY."),
        ("2026-01-20", "A visit was held with COO Wang by li, 30 minutes."),
        ("2026-01-20", "Objection price: price — “too dear”, says COO Wang."),
        ("2026-01-21", "Advanced from training to executive_meeting."),
    ]


def test_beside_each_record_the_story_says_how_things_stood_then(case: Case) -> None:
    lines = {line.sentence.split(" ")[0]: line for line in case.flow.replay(case.deal).lines}
    assert (lines["Opened"].stage, lines["Opened"].amount, lines["Opened"].committee) == ("training", None, ())
    assert lines["Valued"].amount == money(100)
    assert [seat.met for seat in lines["Valued"].committee] == [()]
    assert len(lines["A"].committee[0].met) == 1
    assert [objection.id for objection in lines["Objection"].objections] == ["price"]


def test_the_story_of_an_evening_stops_there(case: Case) -> None:
    story = case.flow.replay(case.deal, happened=date(2026, 1, 6))
    assert story.lines[-1].when == "2026-01-06"
    assert story.dossier == case.flow.deal(case.deal, happened=date(2026, 1, 6))


def test_a_line_says_how_late_it_was_recorded(case: Case) -> None:
    (line,) = [line for line in case.flow.replay(case.deal).lines if line.sentence.startswith("Valued")]
    assert line.late == line.record.recorded_at - line.record.occurred_to
    assert line.late > timedelta(days=100)


def test_other_deals_are_not_part_of_the_story(case: Case) -> None:
    before = case.flow.replay(case.deal)
    other = case.do(df.OpenDeal(case.account, "Line 5"), DAY)
    case.do(df.PriceDeal(money(7)), date(2026, 1, 8), other)
    visit = df.HoldInteraction(case.account, df.Channel.CALL, (), ("li",), deals=(other,))
    case.do(visit, date(2026, 1, 9))
    after = case.flow.replay(case.deal)
    assert [line.sentence for line in after.lines] == [line.sentence for line in before.lines]


def test_a_contact_with_the_deals_people_about_no_deal_is_part_of_it(case: Case) -> None:
    visit = df.HoldInteraction(case.account, df.Channel.SEMINAR, (case.wang,), ("li",))
    case.do(visit, date(2026, 1, 25))
    assert "A seminar was held with COO Wang by li." in [line.sentence for line in case.flow.replay(case.deal).lines]
    assert len(case.flow.deal(case.deal).committee[0].seat.met) == 2


def test_a_corrected_record_is_told_as_corrected_and_before_as_it_was(case: Case) -> None:
    before = case.clock.now
    wrong = next(one for one in case.flow.journal.stream(case.deal) if isinstance(one.event, DealValued))
    correction = df.CorrectRecord(wrong.version, "a nought short", DealValued(money(1000)))
    case.do(correction, date(2026, 3, 1), case.deal)
    told = [line.sentence for line in case.flow.replay(case.deal).lines]
    assert "Valued at 1,000 CNY." in told
    assert "Valued at 100 CNY." not in told
    assert [line.sentence for line in case.flow.replay(case.deal).lines if line.corrected] == ["Valued at 1,000 CNY."]
    assert "Valued at 100 CNY." in [line.sentence for line in case.flow.replay(case.deal, known=before).lines]


def test_an_erased_person_has_no_name_and_no_words_in_the_story(case: Case) -> None:
    case.do(df.EraseStakeholder("asked us to"), date(2026, 3, 1), case.wang)
    told = " ".join(line.sentence for line in case.flow.replay(case.deal).lines)
    assert "Wang" not in told
    assert "too dear" not in told
    assert ERASED in told


def test_what_was_erased_is_not_told_as_of_an_earlier_day_either(case: Case) -> None:
    before = case.clock.now
    case.do(df.EraseStakeholder("asked us to"), date(2026, 3, 1), case.wang)
    for story in (case.flow.replay(case.deal, known=before), case.flow.replay(case.deal, happened=date(2026, 2, 1))):
        assert "Wang" not in str(story)
        assert "too dear" not in str(story)
    assert "Wang" not in str(case.flow.state(case.wang, known=before))


def test_a_contact_about_another_deal_with_the_deals_people_was_a_contact(case: Case) -> None:
    other = case.do(df.OpenDeal(case.account, "Line 5"), DAY)
    visit = df.HoldInteraction(case.account, df.Channel.EMAIL, (case.wang,), ("li",), deals=(other,))
    contact = case.do(visit, date(2026, 1, 25))
    case.do(df.MakePromise("a sample", "li"), date(2026, 1, 25), contact)
    told = [line.sentence for line in case.flow.replay(case.deal).lines]
    assert told[-1] == "An e-mail was held with COO Wang by li."
    assert len(case.flow.deal(case.deal).committee[0].seat.met) == 2
    assert case.flow.deal(case.deal).promises == ()


def test_linking_a_contact_to_a_deal_brings_it_into_the_story_and_correcting_takes_it_out(case: Case) -> None:
    call = case.do(df.HoldInteraction(case.account, df.Channel.CALL, (), ("li",)), date(2026, 1, 25))
    assert "A call was held by li." not in [line.sentence for line in case.flow.replay(case.deal).lines]
    case.do(df.LinkInteraction((case.deal,)), date(2026, 2, 1), call)
    assert "A call was held by li." in [line.sentence for line in case.flow.replay(case.deal).lines]
    assert len(case.flow.deal(case.deal).interactions) == 2
    case.do(df.CorrectRecord(2, "another deal"), date(2026, 2, 2), call)
    assert len(case.flow.deal(case.deal).interactions) == 1


def test_the_known_clock_is_exact_to_the_instant(case: Case) -> None:
    last = case.flow.journal.stream(case.visit)[-1]
    assert case.flow.deal(case.deal, known=last.recorded_at).objections != ()
    assert case.flow.deal(case.deal, known=last.recorded_at - timedelta(microseconds=1)).objections == ()
    assert case.flow.deal(case.deal, known=datetime.max.replace(tzinfo=last.recorded_at.tzinfo)).objections != ()


# What each record changed, whose word it is, and chapters


def changed(case: Case, sentence: str) -> list[tuple[str, object, object]]:
    (line,) = [one for one in case.flow.replay(case.deal).lines if one.sentence.startswith(sentence)]
    return [(one.field, one.before, one.after) for one in line.changed]


def test_a_line_says_field_by_field_what_its_record_changed(case: Case) -> None:
    case.do(df.ValueDeal(money(150)), date(2026, 1, 21), case.deal)
    case.do(df.NameCompetitor("Acme"), date(2026, 1, 22), case.deal)
    assert changed(case, "Valued at 150") == [("valued", money(100), money(150))]
    assert changed(case, "Acme is in") == [("contest.rivals", (), (Rival("Acme"),))]
    assert ("stage", None, "training") in changed(case, "Opened")
    assert ("grade", None, None) not in changed(case, "Opened")


def test_of_several_values_only_what_came_or_went_is_told(case: Case) -> None:
    price, service, trust = map(df.BuyingCriterion, ("price", "service", "trust"))
    case.do(df.LearnCriteria((price, service)), date(2026, 1, 21), case.deal)
    case.do(df.LearnCriteria((price, trust)), date(2026, 1, 22), case.deal)
    (line,) = [one for one in case.flow.replay(case.deal).lines if one.sentence.endswith("price, trust.")]
    assert line.changed == (df.Change("purchase.criteria", (service,), (trust,)),)


def test_what_is_already_so_changes_nothing_and_is_told_all_the_same(case: Case) -> None:
    case.do(df.Note("acme.fact", {"n": 1}), date(2026, 1, 21), case.deal)
    assert changed(case, "acme.fact") == []


def test_a_record_is_the_word_of_who_said_it(case: Case) -> None:
    case.do(df.CommitDeal(df.Given.WRITTEN), date(2026, 1, 21), case.deal)
    case.do(df.SubmitBid(money(90)), date(2026, 1, 22), case.deal)
    case.do(df.LoseDeal(df.LossCause.PRICE, "too dear", said_by=df.Side.BUYER), date(2026, 1, 23), case.deal)
    case.do(df.ExplainEnd(df.Side.THIRD_PARTY, "a friend of the board"), date(2026, 1, 24), case.deal)
    case.do(df.ExplainEnd(df.Side.SELLER, "the price"), date(2026, 1, 24), case.deal)
    told = [
        (line.sentence.split(" ")[0:3], line.voice.value, line.told_by) for line in case.flow.replay(case.deal).lines
    ]
    assert [(voice, who) for words, voice, who in told if words == ["Objection", "price:", "price"]] == [
        ("buyer", case.wang)
    ]
    assert [voice for words, voice, _ in told if words[0] in {"The", "We", "Lost"}] == [
        "document",
        "document",
        "buyer",
        "third-party",
        "seller",
    ]


def test_what_was_imported_is_the_word_of_its_system_unless_it_says_whose_it_is(case: Case) -> None:
    source = df.Source("crm", "1")
    case.flow.do(df.ValueDeal(money(7)), by="li", on=case.deal, at=date(2026, 1, 21), source=source)
    lost = df.LoseDeal(df.LossCause.PRICE, "too dear", said_by=df.Side.BUYER)
    case.flow.do(lost, by="li", on=case.deal, at=date(2026, 1, 22), source=source)
    found = {line.sentence.split(" ")[0]: line.voice for line in case.flow.replay(case.deal).lines[-2:]}
    assert found == {"Valued": df.Voice.IMPORT, "Lost": df.Voice.BUYER}


def test_a_story_is_put_into_chapters_by_day_and_by_milestone(case: Case) -> None:
    case.do(df.AdvanceStage("executive_meeting"), date(2026, 1, 21), case.deal)
    case.do(df.LoseDeal(), date(2026, 1, 23), case.deal)
    case.do(df.ExplainEnd(df.Side.BUYER, "too dear"), date(2026, 1, 24), case.deal)
    story = case.flow.replay(case.deal)
    assert [(one.title, len(one.lines)) for one in story.by_milestone()] == [
        ("before it was opened", 1),
        ("training", 6),
        ("executive_meeting", 1),
        ("lost", 2),
    ]
    assert [one.title for one in story.by_day()][-3:] == ["2026-01-21", "2026-01-23", "2026-01-24"]
