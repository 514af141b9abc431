"""Who decides about a deal, what each is to it, and who of them is for us."""

from collections.abc import Iterator
from fractions import Fraction
from uuid import UUID

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dealflow as df
from dealflow.domain.contact import ContactLevel, ContactPolicy
from dealflow.domain.stakeholder import StanceChanged
from dealflow.projections.committee import (
    COMMITTEE,
    Committee,
    CommitteePolicy,
    Line,
    Member,
    Support,
    Target,
    support_over_time,
    words_on,
)
from tests.projections.knowing import Sale, sale
from tests.projections.selling import SHORT, day

ECONOMIC, TECHNICAL, USER, COACH = df.Role.ECONOMIC, df.Role.TECHNICAL, df.Role.USER, df.Role.COACH
HIGH, MEDIUM, LOW = df.Influence.HIGH, df.Influence.MEDIUM, df.Influence.LOW
SUPPORT, NEUTRAL, OPPOSE = df.Stance.SUPPORT, df.Stance.NEUTRAL, df.Stance.OPPOSE


@pytest.fixture
def here() -> Iterator[Sale]:
    sold = sale()
    yield sold
    sold.flow.close()


def asked(here: Sale, at: int = 100, policy: CommitteePolicy = COMMITTEE) -> Committee:
    return here.flow.committee(here.deal, happened=day(at), policy=policy)


def row(here: Sale, who: UUID, at: int = 100) -> Member:
    (found,) = (one for one in asked(here, at).members if one.id == who)
    return found


def decider(here: Sale, role: df.Role, influence: df.Influence, stance: df.Stance | None = None) -> UUID:
    said = [] if stance is None else [df.ChangeStance(stance)]
    return here.person(role, df.IdentifyRole(role), df.RateInfluence(influence), *said)


# The matrix


def test_coo_wang_is_a_buying_influence_whom_we_have_never_met(here: Sale) -> None:
    """The row of the source: role E, influence H, support 0, contact N (domain.md §4)."""
    wang = here.person("COO Wang", df.IdentifyRole(ECONOMIC), df.RateInfluence(HIGH), df.ChangeStance(NEUTRAL))
    found = row(here, wang)
    assert (found.roles, found.influence, found.stance, found.contact) == (
        (ECONOMIC,),
        HIGH,
        NEUTRAL,
        ContactLevel.NONE,
    )
    assert found.is_buying_influence
    assert (found.last_met, found.held, found.target) == (None, (), Target.WIN_OVER)


def test_what_nobody_said_is_unknown_and_no_default(here: Sale) -> None:
    who = here.person("Wang", df.IdentifyRole(USER))
    found = row(here, who)
    assert (found.influence, found.stance, found.weight, found.level, found.style) == (None,) * 5
    assert (found.main, found.hears, found.seat.ally) == (None, None, None)
    assert found.target is Target.FIND_OUT


def test_the_deals_own_word_goes_before_the_standing_one_however_late_that_came(here: Sale) -> None:
    who = here.person("Wang", df.IdentifyRole(USER), df.RateInfluence(LOW, here.deal), at=1)
    here.say(who, df.ChangeStance(SUPPORT, deal=here.deal), df.WithdrawRole(USER, "not here", here.deal), at=2)
    here.say(who, df.RateInfluence(HIGH), df.ChangeStance(OPPOSE), df.IdentifyRole(COACH), at=3)
    found = row(here, who)
    assert (found.roles, found.influence, found.stance) == ((COACH,), LOW, SUPPORT)
    other = here.flow.do(df.OpenDeal(here.account, "Line 5", SHORT), by="li", at=day(1)).stream
    (there,) = here.flow.committee(other).members
    assert (set(there.roles), there.influence, there.stance) == ({USER, COACH}, HIGH, OPPOSE)


def test_contact_follows_from_what_was_held_whatever_it_was_about(here: Sale) -> None:
    who = here.person("Wang", df.IdentifyRole(USER))
    here.meet(who, at=10, times=3)
    found = row(here, who)
    assert (found.contact, found.last_met, len(found.held)) == (ContactLevel.MEDIUM, day(10), 3)
    assert row(here, who, at=9).contact is ContactLevel.NONE
    assert row(here, who, at=300).contact is ContactLevel.NONE
    few = CommitteePolicy(contact=ContactPolicy(medium=2, high=3))
    assert asked(here, policy=few).members[0].contact is ContactLevel.HIGH


def test_a_contact_in_a_window_that_is_not_over_was_last_met_today_at_most(here: Sale) -> None:
    who = here.person("Wang", df.IdentifyRole(USER))
    some = df.When.between(df.When.of(day(300), here.flow.zone).start, df.When.of(day(500), here.flow.zone).end)
    here.flow.do(df.HoldInteraction(here.account, df.Channel.CALL, (who,), ("li",)), by="li", at=some)
    (found,) = here.flow.committee(here.deal).members
    assert (found.last_met, found.contact) == (day(364), ContactLevel.LOW)


def test_our_counterparts_and_the_main_one(here: Sale) -> None:
    who = here.person("Wang", df.IdentifyRole(USER))
    here.say(who, df.AssignCounterpart("li", main=True), df.AssignCounterpart("ma", main=True, deal=here.deal), at=2)
    here.say(who, df.AssignCounterpart("zhang", main=True), at=3)
    assert (row(here, who).counterparts, row(here, who).main) == (("li", "ma", "zhang"), "ma")
    here.say(who, df.ReleaseCounterpart("ma", here.deal), at=4)
    assert (row(here, who).counterparts, row(here, who).main) == (("li", "zhang"), "zhang")


def test_countermeasures_are_due_overdue_and_checked(here: Sale) -> None:
    who = here.person("Wang", df.IdentifyRole(USER))
    other = here.flow.do(df.OpenDeal(here.account, "Line 5", SHORT), by="li", at=day(1)).stream
    here.say(who, df.PlanAction("dinner", "ma", day(30), here.deal, "dinner"), at=5)
    here.say(who, df.PlanAction("a reference", "li", day(20), None, "visit"), at=5)
    here.say(who, df.PlanAction("elsewhere", "li", day(20), other, "elsewhere"), at=5)
    assert [one.id for one in row(here, who, at=6).planned] == ["visit", "dinner"]

    def overdue(at: int) -> list[str]:
        return [one.id for one in row(here, who, at).overdue(day(at))]

    assert (overdue(20), overdue(21), overdue(31)) == ([], ["visit"], ["visit", "dinner"])
    here.say(who, df.CheckAction("visit", done=False), at=22)
    assert overdue(23) == ["visit"]
    here.say(who, df.CheckAction("visit", done=True, result="he came"), at=24)
    assert overdue(31) == ["dinner"]
    assert [one.done for one in row(here, who, at=31).actions] == [None, True]


def test_needs_and_style_are_shown_beside_the_person_with_what_they_want_to_hear(here: Sale) -> None:
    who = here.person("Wang", df.IdentifyRole(USER), df.ObserveStyle(df.SocialStyle.ANALYST))
    here.say(who, df.UncoverNeed(df.NeedKind.COST, explicit=True, id="scrap"))
    found = row(here, who)
    assert found.hears == "facts, proofs and method; in writing, with time"
    assert [one.kind for one in found.needs] == [df.NeedKind.COST]


def test_targets_follow_the_side_a_person_is_on(here: Sale) -> None:
    for stance in (SUPPORT, NEUTRAL, OPPOSE):
        decider(here, USER, LOW, stance)
    assert [one.target for one in asked(here).members] == [Target.DEVELOP, Target.WIN_OVER, Target.NEUTRALISE]


# Who counts


def test_who_left_is_shown_and_counts_no_more(here: Sale) -> None:
    who = here.person("Wang", df.IdentifyRole(ECONOMIC), df.RateInfluence(HIGH), df.ChangeStance(SUPPORT, ally=True))
    here.meet(who, at=5)
    here.say(who, df.RecordDeparture("retired"), at=10)
    found = asked(here)
    assert [one.id for one in found.members] == [who]
    assert (found.present, found.chain, found.allies, found.members[0].target) == ((), (), (), None)
    assert (found.support, found.since_economic_buyer) == (Support(Fraction(0), Fraction(0), 0), None)
    assert found.uncovered == tuple(df.Role)
    assert asked(here, at=9).allies[0].id == who


def test_who_moved_to_another_account_decides_nothing_here_any_more(here: Sale) -> None:
    elsewhere = here.flow.do(df.RegisterAccount("Bolt"), by="li", at=day(0)).stream
    who = decider(here, ECONOMIC, HIGH, SUPPORT)
    here.say(who, df.MoveStakeholder(elsewhere), at=10)
    here.say(who, df.IdentifyRole(USER), at=11)  # there
    assert asked(here).chain == ()
    assert [one.roles for one in asked(here, at=9).chain] == [(ECONOMIC,)]


def test_a_consultant_of_another_account_sits_with_what_is_said_of_the_deal(here: Sale) -> None:
    firm = here.flow.do(df.RegisterAccount("Advisers", df.AccountKind.CONSULTANT), by="li", at=day(0)).stream
    who = here.person("Zhao", df.IdentifyRole(TECHNICAL, here.deal), df.RateInfluence(HIGH), account=firm)
    here.meet(who, at=3)
    found = row(here, who)
    assert (found.roles, found.influence, found.contact) == ((TECHNICAL,), None, ContactLevel.LOW)


def test_a_role_that_nobody_holds_is_uncovered(here: Sale) -> None:
    who = here.person("Wang", df.IdentifyRole(USER), df.IdentifyRole(COACH))
    assert asked(here).uncovered == (TECHNICAL, ECONOMIC)
    here.say(who, df.WithdrawRole(COACH, "he was not"), at=50)
    assert asked(here).uncovered == (COACH, TECHNICAL, ECONOMIC)


def test_days_since_an_economic_buyer_was_met(here: Sale) -> None:
    assert asked(here).since_economic_buyer is None
    who = decider(here, ECONOMIC, HIGH)
    assert asked(here).since_economic_buyer is None
    here.meet(who, at=60)
    other = decider(here, ECONOMIC, LOW)
    here.meet(other, at=80)
    assert asked(here, at=79).since_economic_buyer == 19
    assert asked(here).since_economic_buyer == 20


def test_allies_are_those_who_actively_help(here: Sale) -> None:
    here.person("Wang", df.IdentifyRole(USER), df.ChangeStance(SUPPORT))
    here.person("Zhao", df.IdentifyRole(USER), df.ChangeStance(SUPPORT, ally=False))
    who = here.person("Zhou", df.ChangeStance(SUPPORT, ally=True, deal=here.deal))
    assert [one.id for one in asked(here).allies] == [who]


# Lines


def test_reporting_and_influence_lines_are_as_last_told(here: Sale) -> None:
    boss, wang, zhao = (here.person(name) for name in ("Boss", "Wang", "Zhao"))
    here.say(wang, df.IdentifyRole(USER), df.SetManager(zhao), df.NoteInfluence(boss), at=1)
    here.say(wang, df.SetManager(boss), df.NoteInfluence(boss, HIGH), df.NoteInfluence(zhao), at=2)
    here.say(boss, df.NoteInfluence(wang), at=2)  # has no seat
    found = asked(here)
    assert [(one.person, one.other) for one in found.reporting] == [(wang, boss)]
    assert [(one.person, one.other, one.strength) for one in found.influencing] == [
        (wang, boss, HIGH),
        (wang, zhao, None),
    ]
    assert all(isinstance(one, Line) and one.record for one in (*found.reporting, *found.influencing))
    here.say(wang, df.SetManager(None), at=60)
    assert asked(here).reporting == ()


def test_who_moves_leaves_their_manager_behind(here: Sale) -> None:
    firm = here.flow.do(df.RegisterAccount("Advisers"), by="li", at=day(0)).stream
    boss = here.person("Boss", account=firm)
    who = here.person("Zhao", df.IdentifyRole(TECHNICAL, here.deal), df.SetManager(boss), account=firm)
    assert [one.other for one in asked(here).reporting] == [boss]
    here.say(who, df.MoveStakeholder(here.account), at=5)
    found = asked(here)
    assert ([one.id for one in found.present], found.reporting) == ([who], ())


def test_lines_of_who_left_are_gone(here: Sale) -> None:
    boss, wang = here.person("Boss"), here.person("Wang", df.IdentifyRole(USER))
    here.say(wang, df.SetManager(boss), df.NoteInfluence(boss), at=1)
    here.say(wang, df.RecordDeparture(), at=2)
    assert (asked(here).reporting, asked(here).influencing) == ((), ())


# The chain


def test_the_chain_is_in_order_of_influence_and_unknown_comes_last(here: Sale) -> None:
    unrated = here.person("Somebody", df.IdentifyRole(ECONOMIC))
    low, high = decider(here, USER, LOW), decider(here, USER, HIGH)
    here.person("Not a buyer", df.RateInfluence(HIGH, here.deal))
    assert [one.id for one in asked(here).chain] == [high, low, unrated]


def test_among_equals_who_gives_the_final_approval_comes_first(here: Sale) -> None:
    people = {role: decider(here, role, MEDIUM) for role in (COACH, USER, TECHNICAL, ECONOMIC)}
    assert [one.id for one in asked(here).chain] == [people[role] for role in (ECONOMIC, TECHNICAL, USER, COACH)]


@pytest.mark.parametrize(
    ("content", "order", "weights"),
    [
        (df.Level.HIGH, (TECHNICAL, ECONOMIC), (Fraction(3), Fraction(9, 4))),
        (df.Level.MEDIUM, (ECONOMIC, TECHNICAL), (Fraction(3), Fraction(2))),
        (df.Level.LOW, (ECONOMIC, TECHNICAL), (Fraction(9, 2), Fraction(3, 2))),
        (None, (ECONOMIC, TECHNICAL), (Fraction(3), Fraction(2))),
    ],
)
def test_the_more_technical_the_purchase_the_more_the_technical_people_weigh(
    here: Sale, content: df.Level | None, order: tuple[df.Role, ...], weights: tuple[Fraction, ...]
) -> None:
    decider(here, ECONOMIC, HIGH)
    decider(here, TECHNICAL, MEDIUM)
    if content is not None:
        here.flow.do(df.RateTechnicalContent(content), on=here.deal, by="li", at=day(1))
    chain = asked(here).chain
    assert tuple(one.roles[0] for one in chain) == order
    assert tuple(one.weight for one in chain) == weights


# The support surface


def test_the_support_surface_is_the_share_by_influence_of_those_for_us(here: Sale) -> None:
    decider(here, ECONOMIC, HIGH, NEUTRAL)
    decider(here, TECHNICAL, MEDIUM, SUPPORT)
    decider(here, USER, LOW, OPPOSE)
    decider(here, COACH, HIGH)  # of unknown stance
    here.person("Somebody", df.IdentifyRole(USER), df.ChangeStance(SUPPORT))  # of unknown influence
    assert asked(here).support == Support(Fraction(2), Fraction(6), 2)
    assert asked(here).support.share == Fraction(1, 3)


def test_without_anybody_who_weighs_there_is_no_share(here: Sale) -> None:
    assert asked(here).support.share is None


def test_the_support_surface_never_stands_still(here: Sale) -> None:
    boss, wang = decider(here, ECONOMIC, HIGH, NEUTRAL), decider(here, TECHNICAL, HIGH)
    here.say(wang, df.ChangeStance(SUPPORT), at=10)
    here.say(boss, df.ChangeStance(OPPOSE), at=20)  # changes nothing in it
    here.flow.do(df.RateTechnicalContent(df.Level.HIGH), on=here.deal, by="li", at=day(25))
    here.say(boss, df.RecordDeparture(), at=30)
    points = support_over_time(here.flow.situation(here.deal))
    assert [(point.since.date(), point.support.share) for point in points] == [
        (day(0), Fraction(0)),
        (day(10), Fraction(1, 2)),
        (day(25), Fraction(2, 3)),
        (day(30), Fraction(1)),
    ]


def test_the_support_surface_begins_with_the_deal(here: Sale) -> None:
    decider(here, ECONOMIC, HIGH, SUPPORT)
    late = here.flow.do(df.OpenDeal(here.account, "Later", SHORT), by="li", at=day(9)).stream
    (point,) = support_over_time(here.flow.situation(late))
    assert (point.since.date(), point.support.share) == (day(9), Fraction(1))


# Histories


def test_roles_stance_and_influence_are_dated_histories(here: Sale) -> None:
    other = here.flow.do(df.OpenDeal(here.account, "Line 5", SHORT), by="li", at=day(1)).stream
    who = here.person("Wang", df.IdentifyRole(USER), at=1)
    here.say(who, df.ChangeStance(OPPOSE, deal=here.deal), df.ChangeStance(SUPPORT, deal=other), at=2)
    here.say(who, df.RateInfluence(LOW), df.ObserveStyle(df.SocialStyle.DECIDER), at=4)
    here.say(who, df.ChangeStance(NEUTRAL, deal=here.deal), at=3)  # told later, happened before
    words = words_on(here.flow.situation(here.deal), who)
    assert [(one.end.date(), type(one.record.event).__name__) for one in words] == [
        (day(1), "RoleIdentified"),
        (day(2), "StanceChanged"),
        (day(3), "StanceChanged"),
        (day(4), "InfluenceRated"),
    ]
    before = here.flow.situation(here.deal, happened=day(0))
    assert words_on(before.as_of(before.at.replace(year=2025)), who) == ()


def test_what_was_known_then_is_what_was_known_then(here: Sale) -> None:
    who = here.person("Wang", df.IdentifyRole(USER), at=1)
    known = here.flow.journal.head()
    (last,) = here.flow.journal.records([known])
    here.say(who, df.ChangeStance(SUPPORT), at=1)
    assert here.flow.committee(here.deal, known=last.recorded_at).members[0].stance is None
    assert here.flow.committee(here.deal).members[0].stance is SUPPORT


# Laws


words = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.one_of(
            st.builds(df.IdentifyRole, role=st.sampled_from(df.Role)),
            st.builds(df.RateInfluence, influence=st.sampled_from(df.Influence)),
            st.builds(df.ChangeStance, stance=st.sampled_from(df.Stance)),
            st.builds(df.RecordDeparture),
        ),
        st.integers(0, 40),
    ),
    max_size=14,
)


def told(said: list[tuple[int, df.Command, int]], content: df.Level | None = None) -> Sale:
    here = sale()
    people = [here.person(str(number)) for number in range(4)]
    if content is not None:
        here.flow.do(df.RateTechnicalContent(content), on=here.deal, by="li", at=day(0))
    for number, command, at in said:
        try:
            here.say(people[number], command, at=at)
        except df.Refused:
            continue
    return here


@given(said=words, content=st.none() | st.sampled_from(df.Level))
def test_the_support_surface_is_what_the_rows_add_up_to_on_every_day(
    said: list[tuple[int, df.Command, int]], content: df.Level | None
) -> None:
    here = told(said, content)
    points = support_over_time(here.flow.situation(here.deal))
    for at in range(0, 41, 8):
        found = asked(here, at)
        known = [one for one in found.chain if one.weight is not None and one.stance is not None]
        whole = sum((one.weight for one in known if one.weight), Fraction(0))
        ours = sum((one.weight for one in known if one.weight and one.stance is SUPPORT), Fraction(0))
        assert found.support == Support(ours, whole, len(found.chain) - len(known))
        share = found.support.share
        assert share is None if not known else share == ours / whole
        assert share is None or 0 <= share <= 1
        stood = [point.support for point in points if point.since.date() <= day(at)]
        assert stood[-1] == found.support
    here.flow.close()


@given(said=words, later=words)
def test_what_is_said_later_changes_no_earlier_day(
    said: list[tuple[int, df.Command, int]], later: list[tuple[int, df.Command, int]]
) -> None:
    one, both = told(said), told([*said, *((who, command, at + 41) for who, command, at in later)])
    assert shown(asked(one, 40)) == shown(asked(both, 40))
    one.flow.close()
    both.flow.close()


def shown(committee: Committee) -> object:
    """Return a committee without the ids, which differ from journal to journal."""
    members = [(one.roles, one.influence, one.stance, one.weight, bool(one.seat.left)) for one in committee.members]
    return members, committee.support, committee.uncovered


@given(said=words)
def test_who_nobody_knows_anything_of_changes_no_score(said: list[tuple[int, df.Command, int]]) -> None:
    here = told(said)
    before = asked(here).support
    here.person("Somebody", df.IdentifyRole(USER))
    after = asked(here).support
    assert (after.share, after.unknown) == (before.share, before.unknown + 1)
    here.flow.close()


def test_a_stance_that_is_corrected_was_never_so(here: Sale) -> None:
    who = here.person("Wang", df.IdentifyRole(USER), df.RateInfluence(LOW), df.ChangeStance(OPPOSE))
    here.say(who, df.CorrectRecord(4, "I misheard him", StanceChanged(SUPPORT)), at=9)
    assert row(here, who, at=0).stance is SUPPORT
    assert attrs.asdict(asked(here).support)["supporting"] == 1
