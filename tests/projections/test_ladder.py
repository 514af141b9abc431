"""Which levels of theirs are faced by whom of ours, and what holds a customer."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dealflow as df
from dealflow.domain.coverage import CounterpartAssigned
from dealflow.domain.interaction import InteractionHeld
from dealflow.domain.stakeholder import PositionChanged, StakeholderIdentified, StanceChanged
from dealflow.projections.bond import Bond
from dealflow.projections.coverage_ladder import CoverageLadder, CoverageLine, CoverageRung
from tests.projections.knowing import Sale, sale
from tests.projections.selling import day

DIRECTOR, MANAGER, EXPERT, OPERATOR, CLERK = df.JobLevel
NOBODY, UNKNOWN, NOT_FACED, FACED, BY_PEER = df.RungState
PRICE, SERVICE, DEPENDENCE = df.BondLevel
MET, UNMET, NOBODY_KNOWS = df.Answer
OURS = {"zhou": DIRECTOR, "wu": MANAGER, "ma": EXPERT, "an": CLERK}


@pytest.fixture
def here() -> Iterator[Sale]:
    sold = sale()
    yield sold
    sold.flow.close()


def someone(here: Sale, level: df.JobLevel | None, at: int = 0, account: UUID | None = None) -> UUID:
    asked = df.IdentifyStakeholder(account or here.account, "Somebody", level=level)
    return here.flow.do(asked, by="li", at=day(at)).stream


def ladder(here: Sale, at: int, ours: Mapping[str, df.JobLevel] = OURS, **policy: Any) -> CoverageLadder:
    relation = here.flow.relation(here.account, happened=day(at))
    return df.coverage_ladder(relation, df.RelationshipPolicy(ours=ours), df.CoveragePolicy(**policy))


def rung(here: Sale, level: df.JobLevel | None, at: int, **asked: Any) -> CoverageRung:
    found = ladder(here, at, **asked)
    return next(one for one in (*found.rungs, found.unplaced) if one.level is level)


def records(here: Sale, *events: type) -> tuple[int, ...]:
    return tuple(one.position for one in here.flow.journal.read() if isinstance(one.event, events))


# The rungs


def test_there_is_a_rung_for_each_level_of_theirs_the_highest_first(here: Sale) -> None:
    found = ladder(here, 1)
    assert [one.level for one in found.rungs] == [DIRECTOR, MANAGER, EXPERT, OPERATOR, CLERK]
    assert {one.state for one in (*found.rungs, found.unplaced)} == {NOBODY}
    assert (found.extent, found.known, found.faced, found.at) == (None, (), (), day(1))


def test_who_is_known_and_was_met_by_nobody_is_not_faced(here: Sale) -> None:
    boss, clerk = someone(here, DIRECTOR), someone(here, CLERK)
    here.meet(clerk, at=2)
    found = rung(here, DIRECTOR, 3)
    assert (found.people, found.lines, found.state, found.peer) == ((boss,), (), NOT_FACED, UNMET)
    assert found.records == records(here, StakeholderIdentified)[:1]


def test_where_no_contact_says_who_was_met_nobody_knows_who_is_faced(here: Sale) -> None:
    someone(here, DIRECTOR)
    here.meet(at=1)
    found = rung(here, DIRECTOR, 2)
    assert (found.state, found.peer, ladder(here, 2).extent) == (UNKNOWN, NOBODY_KNOWS, None)


def test_who_was_met_is_faced_by_those_of_ours_who_were_there(here: Sale) -> None:
    boss = someone(here, DIRECTOR)
    here.meet(boss, at=2, ours=("wu", "li"))
    here.meet(boss, at=4, ours=("wu",))
    first, last = records(here, InteractionHeld)
    found = rung(here, DIRECTOR, 5)
    assert set(found.lines) == {
        CoverageLine("wu", boss, MANAGER, -1, assigned=False, main=False, met=day(4), records=(last,)),
        CoverageLine("li", boss, None, None, assigned=False, main=False, met=day(2), records=(first,)),
    }
    assert (found.state, found.peer) == (FACED, NOBODY_KNOWS)
    assert found.records == (*records(here, StakeholderIdentified), first, last)


def test_a_contact_counts_for_the_days_of_the_policy(here: Sale) -> None:
    boss = someone(here, DIRECTOR)
    here.meet(boss, at=2)
    assert rung(here, DIRECTOR, 12, met=10).state is FACED
    assert rung(here, DIRECTOR, 13, met=10).state is NOT_FACED


def test_a_contact_that_was_told_twice_does_not_count_when_it_was_merged(here: Sale) -> None:
    boss = someone(here, DIRECTOR)
    here.meet(boss, at=2, ours=("wu",))
    here.meet(boss, at=2, ours=("zhou",))
    twice, kept = (one.stream for one in here.flow.journal.read() if isinstance(one.event, InteractionHeld))
    here.flow.do(df.MergeInto(kept, "told twice"), on=twice, by="li", at=day(3))
    assert [one.ours for one in rung(here, DIRECTOR, 4).lines] == ["zhou"]


def test_where_a_contact_does_not_say_who_of_ours_was_there_somebody_was(here: Sale) -> None:
    boss = someone(here, DIRECTOR)
    here.meet(boss, at=2, ours=())
    found = rung(here, DIRECTOR, 3)
    assert [(one.ours, one.level, one.above) for one in found.lines] == [(None, None, None)]
    assert (found.state, found.peer) == (FACED, NOBODY_KNOWS)


def test_whoever_is_their_counterpart_faces_them_standing_or_in_any_deal(here: Sale) -> None:
    boss, head = someone(here, DIRECTOR), someone(here, MANAGER)
    here.say(boss, df.AssignCounterpart("zhou", main=True), at=1)
    here.say(head, df.AssignCounterpart("zhou", main=True, deal=here.deal), at=1)
    first, second = records(here, CounterpartAssigned)
    assert rung(here, DIRECTOR, 2).lines == (
        CoverageLine("zhou", boss, DIRECTOR, 0, assigned=True, main=True, met=None, records=(first,)),
    )
    assert rung(here, MANAGER, 2).lines == (
        CoverageLine("zhou", head, DIRECTOR, 1, assigned=True, main=True, met=None, records=(second,)),
    )


def test_whoever_was_released_faces_them_no_more_unless_assigned_elsewhere(here: Sale) -> None:
    boss = someone(here, DIRECTOR)
    here.say(boss, df.AssignCounterpart("zhou", main=True), at=1)
    here.say(boss, df.AssignCounterpart("zhou", main=True, deal=here.deal), at=2)
    assert rung(here, DIRECTOR, 2).lines[0].records == records(here, CounterpartAssigned)
    here.say(boss, df.ReleaseCounterpart("zhou", here.deal), at=3)
    assert rung(here, DIRECTOR, 3).lines[0].records == records(here, CounterpartAssigned)[:1]
    here.say(boss, df.ReleaseCounterpart("zhou"), at=4)
    assert rung(here, DIRECTOR, 4).lines == ()


def test_a_rung_is_faced_by_a_peer_where_one_of_ours_stands_as_high(here: Sale) -> None:
    boss, other = someone(here, DIRECTOR), someone(here, DIRECTOR)
    here.meet(boss, at=1, ours=("wu",))
    assert (rung(here, DIRECTOR, 1).state, rung(here, DIRECTOR, 1).peer) == (FACED, UNMET)
    here.meet(other, at=2, ours=("zhou",))
    assert (rung(here, DIRECTOR, 2).state, rung(here, DIRECTOR, 2).peer) == (BY_PEER, MET)
    assert rung(here, DIRECTOR, 2, ours={}).peer is NOBODY_KNOWS


def test_who_is_faced_only_from_far_above_or_below_is_named(here: Sale) -> None:
    boss, clerk, head = someone(here, DIRECTOR), someone(here, CLERK), someone(here, MANAGER)
    here.meet(boss, at=1, ours=("ma",))
    here.meet(clerk, at=1, ours=("zhou",))
    here.meet(head, at=1, ours=("an", "zhou"))
    assert [one.far for one in ladder(here, 1).rungs] == [(boss,), (), (), (), (clerk,)]
    assert rung(here, DIRECTOR, 1, far=3).far == ()
    here.meet(boss, at=2, ours=("li",))  # nobody says how high they stand
    assert rung(here, DIRECTOR, 2).far == ()


# Who stands where


def test_those_of_unknown_level_are_listed_apart(here: Sale) -> None:
    who = someone(here, None)
    here.meet(who, at=1, ours=("zhou",))
    found = ladder(here, 1)
    assert (found.extent, found.known, found.unplaced.people) == (None, (), (who,))
    assert (found.unplaced.state, found.unplaced.peer, found.unplaced.lines[0].above) == (FACED, NOBODY_KNOWS, None)


def test_a_level_counts_from_when_it_was_told(here: Sale) -> None:
    who = someone(here, None)
    here.say(who, df.ChangePosition("Chief buyer", MANAGER), at=5)
    here.say(who, df.ChangePosition("Director", DIRECTOR), at=9)
    assert [ladder(here, at).unplaced.people for at in (4, 5)] == [(who,), ()]
    assert [rung(here, MANAGER, at).people for at in (5, 9)] == [(who,), ()]
    assert rung(here, DIRECTOR, 9).records == records(here, PositionChanged)[1:]


def test_whoever_left_stands_on_no_rung(here: Sale) -> None:
    boss = someone(here, DIRECTOR)
    here.meet(boss, at=1)
    here.say(boss, df.RecordDeparture(), at=3)
    assert [rung(here, DIRECTOR, at).state for at in (2, 3)] == [FACED, NOBODY]


def test_the_people_of_an_account_that_was_merged_into_it_are_its_own(here: Sale) -> None:
    other = here.flow.do(df.RegisterAccount("Acme Ltd"), by="li", at=day(0)).stream
    boss = someone(here, DIRECTOR, account=other)
    here.say(boss, df.AssignCounterpart("zhou", main=True), at=1)
    here.flow.do(df.MergeInto(here.account, "one and the same"), on=other, by="li", at=day(2))
    assert rung(here, DIRECTOR, 1).people == ()
    assert rung(here, DIRECTOR, 2).state is BY_PEER


# How wide


def test_contact_widens_from_one_line_to_the_whole_front(here: Sale) -> None:
    boss, head, expert = (someone(here, level) for level in (DIRECTOR, MANAGER, EXPERT))
    here.say(boss, df.AssignCounterpart("zhou", main=True), at=1)
    here.say(boss, df.ReleaseCounterpart("zhou"), at=2)
    someone(here, None)
    here.meet(head, at=3, ours=("wu",))
    here.meet(expert, at=4, ours=("wu",))
    here.meet(boss, at=5, ours=("zhou",))
    here.meet(expert, at=6, ours=("ma",))
    found = [ladder(here, at).extent for at in range(1, 7)]
    one, several = df.Extent.ONE_LINE, df.Extent.SEVERAL_LINES
    assert found == [one, None, one, several, several, df.Extent.WHOLE_FRONT]
    assert ladder(here, 6, front=4).extent is several
    assert ladder(here, 6, ours={"zhou": DIRECTOR, "wu": MANAGER}).extent is several  # of ma nobody knows


def test_contact_with_nobody_who_is_known_is_none(here: Sale) -> None:
    boss = someone(here, DIRECTOR)
    here.meet(boss, at=1)
    assert ladder(here, 20, met=10).extent is df.Extent.NONE


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([*df.JobLevel, None]), st.lists(st.sampled_from(["zhou", "wu", "li"]), max_size=2)),
        max_size=5,
    )
)
def test_everybody_there_stands_on_one_rung_and_unknown_levels_of_ours_widen_nothing(
    met: list[tuple[df.JobLevel | None, list[str]]],
) -> None:
    here = sale()
    people = []
    for level, ours in met:
        people.append(someone(here, level))
        for our in ours:
            here.meet(people[-1], at=1, ours=(our,))
    found, blind = ladder(here, 2), ladder(here, 2, ours={})
    here.flow.close()
    rungs = (*found.rungs, found.unplaced)
    assert sorted(one for some in rungs for one in some.people) == sorted(people)
    assert all({line.theirs for line in one.lines} <= set(one.people) for one in rungs)
    assert all({*one.far} <= {line.theirs for line in one.lines} for one in rungs)
    assert df.RungState.BY_PEER not in {one.state for one in (*blind.rungs, blind.unplaced)}
    assert blind.extent is not df.Extent.WHOLE_FRONT


# What holds a customer


def bond(here: Sale, at: int, **asked: Any) -> Bond:
    return df.bond(here.flow.relation(here.account, happened=day(at)), **asked)


def tell(here: Sale, *commands: Any, at: int) -> None:
    for command in commands:
        here.flow.do(command, on=here.account, by="li", at=day(at))


def win(here: Sale, at: int = 1) -> None:
    here.flow.do(df.WinDeal(skip_rest=True), on=here.deal, by="li", at=day(at))


def friend(here: Sale, *said: df.Command, at: int = 2, times: int = 3) -> UUID:
    who = someone(here, None)
    here.say(who, *said, at=at)
    here.meet(who, at=at, times=times)
    return who


def test_nothing_holds_who_has_not_bought(here: Sale) -> None:
    found = bond(here, 1)
    assert (found.level, found.possible, found.reasons) == (None, None, ("nothing was bought",))
    assert [(one.name, one.answer) for one in found.parts] == [("bought", UNMET)]


def test_nothing_holds_who_buys_no_more(here: Sale) -> None:
    win(here)
    tell(here, df.EndRelationship(df.ChurnCause.LOWER_PRICE), at=3)
    found = bond(here, 4)
    assert (found.level, found.possible, found.parts) == (None, None, ())
    assert found.reasons == ("the relationship is terminated",)


def test_nothing_holds_who_bought_what_was_taken_back(here: Sale) -> None:
    win(here)
    here.flow.do(df.ReopenDeal("not signed after all"), on=here.deal, by="li", at=day(3))
    assert [bond(here, at).level for at in (2, 3)] == [PRICE, None]


def test_who_buys_is_held_by_price_for_all_that_is_known(here: Sale) -> None:
    win(here)
    found = bond(here, 2)
    assert (found.level, found.possible) == (PRICE, SERVICE)
    assert found.reasons == (
        "bought: first on 2026-01-02",
        "personal service is unknown: nobody of theirs is known",
    )
    assert [(one.name, one.answer) for one in found.parts] == [
        ("bought", MET),
        ("personal service", NOBODY_KNOWS),
        ("largest share", NOBODY_KNOWS),
        ("agreement in force", UNMET),
    ]


@pytest.mark.parametrize("said", ["standing", "in the deal"])
def test_personal_service_holds_where_one_who_supports_us_is_met_often(here: Sale, said: str) -> None:
    win(here)
    who = friend(here, df.ChangeStance(df.Stance.SUPPORT, deal=here.deal if said == "in the deal" else None))
    found = bond(here, 3)
    assert (found.level, found.possible) == (SERVICE, SERVICE)
    assert found.reasons == ("personal service: of 1 person in medium or high contact, 1 for us",)
    assert found.parts[1].people == (who,)
    assert found.parts[1].records == records(here, StanceChanged, InteractionHeld)
    assert bond(here, 2 + 180).level is SERVICE
    assert bond(here, 2 + 181).level is PRICE  # the contacts are too long ago
    assert bond(here, 3, contact=df.ContactPolicy(medium=4)).level is PRICE


def test_whose_last_word_was_another_holds_nobody(here: Sale) -> None:
    win(here)
    who = friend(here, df.ChangeStance(df.Stance.SUPPORT))
    here.say(who, df.ChangeStance(df.Stance.NEUTRAL, deal=here.deal), at=4)
    found = bond(here, 4)
    assert (found.level, found.possible) == (PRICE, PRICE)
    assert found.parts[1].text == "of 1 person in medium or high contact, nobody is for us"


def test_of_whom_nobody_said_whose_side_they_are_on_service_is_unknown(here: Sale) -> None:
    win(here)
    who = friend(here)
    found = bond(here, 3)
    assert (found.level, found.possible, found.parts[1].people) == (PRICE, SERVICE, (who,))
    text = "of 1 person in medium or high contact, nobody said of 1 whose side they are on"
    assert found.reasons[1] == f"personal service is unknown: {text}"


def test_who_is_met_seldom_is_held_by_no_service(here: Sale) -> None:
    win(here)
    friend(here, df.ChangeStance(df.Stance.SUPPORT), times=2)
    assert bond(here, 3).possible is PRICE
    assert bond(here, 3).parts[1].text == "nobody is in medium or high contact"


def test_where_no_contact_says_who_was_met_service_is_unknown(here: Sale) -> None:
    win(here)
    here.meet(at=2, times=3)
    someone(here, None)
    assert bond(here, 3).parts[1].text == "no contact says who was met"
    assert bond(here, 3).possible is SERVICE


def test_who_was_met_at_another_account_was_met(here: Sale) -> None:
    win(here)
    other = here.flow.do(df.RegisterAccount("Advisers"), by="li", at=day(0)).stream
    boss = someone(here, DIRECTOR)
    here.say(boss, df.ChangeStance(df.Stance.SUPPORT), at=1)
    for _ in range(3):
        here.flow.do(df.HoldInteraction(other, df.Channel.CALL, (boss,), ("wu",)), by="li", at=day(2))
    assert (rung(here, DIRECTOR, 3).state, bond(here, 3).level) == (FACED, SERVICE)


def test_mutual_dependence_is_the_largest_share_and_an_agreement_in_force(here: Sale) -> None:
    win(here)
    tell(here, df.SignAgreement("frame", day(300)), at=3)
    assert (bond(here, 3).level, bond(here, 3).possible) == (PRICE, DEPENDENCE)
    tell(here, df.MeasureShare(0.6), at=4)
    reason = "largest share is unknown: measured at 60% on 2026-01-05; it takes 2 measurements running"
    assert bond(here, 4).reasons == ("bought: first on 2026-01-02", reason)
    tell(here, df.MeasureShare(0.7), at=5)
    found = bond(here, 5)
    assert (found.level, found.possible) == (DEPENDENCE, DEPENDENCE)
    assert found.reasons == (
        "largest share: measured at 60% on 2026-01-05; 70% on 2026-01-06",
        "agreement in force: frame in force until 2026-10-28",
    )
    assert bond(here, 301).level is PRICE


def test_what_was_before_it_was_won_back_holds_nobody(here: Sale) -> None:
    win(here)
    tell(here, df.MeasureShare(0.6), at=2)
    tell(here, df.MeasureShare(0.7), at=3)
    tell(here, df.EndRelationship(df.ChurnCause.LOWER_PRICE), at=4)
    tell(here, df.DrawPurchasesFrom(df.PurchaseOrigin.HOST), df.RecordPurchase(df.Money.of(1, "CNY")), at=6)
    tell(here, df.SignAgreement("frame", day(300)), at=6)
    found = bond(here, 7)
    assert (found.level, found.possible) == (PRICE, DEPENDENCE)
    assert found.parts[2].text == "the share of wallet was not measured"


def test_as_of_a_day_nothing_counts_that_was_told_of_later_ones(here: Sale) -> None:
    boss = someone(here, DIRECTOR, at=1)
    here.say(boss, df.AssignCounterpart("zhou", main=True), at=3)
    win(here, at=4)
    friend(here, df.ChangeStance(df.Stance.SUPPORT), at=6)
    here.say(boss, df.ReleaseCounterpart("zhou"), df.RecordDeparture(), at=9)
    whole = here.flow.relation(here.account)
    for number in range(12):
        then = here.flow.relation(here.account, happened=day(number))
        assert df.coverage_ladder(whole.as_of(then.at)) == df.coverage_ladder(then)
        assert df.bond(whole.as_of(then.at)) == df.bond(then)
