"""Who holds which role where, and how near accounts are: rows of people, asked across the journal."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dealflow as df
from dealflow.domain.stakeholder import RoleIdentified
from dealflow.projections.accounts import ACCOUNTS
from dealflow.projections.closeness import ClosenessPolicy, Figures
from dealflow.projections.committee import CommitteePolicy
from dealflow.projections.people import PEOPLE, is_at, roles_in
from tests.projections.knowing import Sale, sale
from tests.projections.selling import SHORT, day

ECONOMIC, TECHNICAL, USER, COACH = df.Role.ECONOMIC, df.Role.TECHNICAL, df.Role.USER, df.Role.COACH
HIGH, LOW = df.Influence.HIGH, df.Influence.LOW
SUPPORT, OPPOSE = df.Stance.SUPPORT, df.Stance.OPPOSE


@pytest.fixture
def here() -> Iterator[Sale]:
    sold = sale()
    yield sold
    sold.flow.close()


def account(here: Sale, name: str = "Bolt", owner: str | None = None) -> UUID:
    stream = here.flow.do(df.RegisterAccount(name), by="li", at=day(0)).stream
    if owner is not None:
        here.flow.do(df.AssignAccountOwner(owner), on=stream, by="li", at=day(0))
    return stream


# Roles


def test_the_roles_known_at_an_account_are_those_standing_of_its_people(here: Sale) -> None:
    here.person("Wang", df.IdentifyRole(ECONOMIC), df.IdentifyRole(USER, here.deal))
    here.person("Zhao", df.IdentifyRole(COACH), df.IdentifyRole(ECONOMIC))
    other = account(here)
    assert here.flow.roles_known() == {here.account: (COACH, ECONOMIC), other: ()}


def test_roles_are_known_of_a_day_and_as_of_what_was_known(here: Sale) -> None:
    who = here.person("Wang", df.IdentifyRole(ECONOMIC), at=10)
    here.say(who, df.WithdrawRole(ECONOMIC, "he was not"), at=20)
    late = here.flow.do(df.RegisterAccount("Late"), by="li", at=day(30)).stream
    found = [here.flow.roles_known(happened=day(at)) for at in (9, 10, 20)]
    assert found == [{here.account: ()}, {here.account: (ECONOMIC,)}, {here.account: ()}]
    assert late in here.flow.roles_known(happened=day(30))
    named = next(one for one in here.flow.journal.stream(who) if isinstance(one.event, RoleIdentified))
    assert here.flow.roles_known(known=named.recorded_at) == {here.account: (ECONOMIC,)}


def test_who_left_takes_their_roles_along(here: Sale) -> None:
    bolt = account(here)
    wang, zhao, lu = (
        here.person(name, df.IdentifyRole(role)) for name, role in (("W", USER), ("Z", COACH), ("L", TECHNICAL))
    )
    here.say(wang, df.RecordDeparture(), at=5)
    here.say(zhao, df.MoveStakeholder(bolt), at=5)
    here.say(lu, df.MoveStakeholder(organisation="a bank"), at=5)
    assert here.flow.roles_known() == {here.account: (), bolt: ()}
    here.say(zhao, df.IdentifyRole(ECONOMIC), at=6)
    here.say(wang, df.IdentifyRole(ECONOMIC), at=6)
    assert here.flow.roles_known() == {here.account: (USER, ECONOMIC), bolt: (ECONOMIC,)}


def test_an_account_lacks_a_role_that_nobody_holds_there_or_in_an_open_deal(here: Sale) -> None:
    firm = account(here, "Advisers")
    here.person("Wang", df.IdentifyRole(ECONOMIC))
    here.person("Zhao", df.IdentifyRole(TECHNICAL, here.deal), account=firm)
    assert here.flow.lacking_roles() == {here.account: (COACH, USER)}
    assert here.flow.committee(here.deal).uncovered == (COACH, USER)
    second = here.flow.do(df.OpenDeal(here.account, "Line 5", SHORT), by="li", at=day(1)).stream
    here.person("Lu", df.IdentifyRole(USER, second))
    assert here.flow.lacking_roles() == {here.account: (COACH,)}
    here.close(at=50)
    assert here.flow.lacking_roles(happened=day(49)) == {here.account: (COACH,)}
    assert here.flow.lacking_roles() == {here.account: (COACH, TECHNICAL)}


def test_only_deals_that_came_to_an_entry_count_where_one_is_named(here: Sale) -> None:
    assert here.flow.lacking_roles(entry="offer") == {}
    here.flow.do(df.AdvanceStage("offer"), on=here.deal, by="li", at=day(10))
    assert here.flow.lacking_roles(entry="offer") == {here.account: tuple(df.Role)}
    assert here.flow.lacking_roles(entry="offer", happened=day(9)) == {}


def test_who_was_met_and_is_not_known_holds_nothing(here: Sale) -> None:
    stranger = UUID(int=0x57)
    here.meet(stranger, at=5)
    row = here.flow.rows(PEOPLE)[stranger]
    assert (row.places, len(row.met)) == ((), 1)
    assert (is_at(row, here.account), roles_in(row, here.account)) == (False, ())


def test_who_is_identified_after_being_met_was_met(here: Sale) -> None:
    who = UUID(int=0x57)
    here.meet(who, at=5)
    here.flow.do(df.IdentifyStakeholder(here.account, "Wang"), on=who, by="li", at=day(9))
    here.say(who, df.IdentifyRole(USER), df.RateInfluence(LOW), at=7)  # before we knew them: from then on
    assert roles_in(here.flow.rows(PEOPLE)[who], here.account, here.flow.situation(here.deal, happened=day(8)).at) == ()
    near = here.flow.closeness_by_account(happened=day(10))[here.account]
    assert near.figures.relationship == Fraction(1, 3)


def test_whose_data_was_erased_stands_where_they_stood(here: Sale) -> None:
    who = here.person("Wang", df.IdentifyRole(ECONOMIC))
    here.say(who, df.EraseStakeholder("asked"), at=9)
    assert here.flow.roles_known() == {here.account: (ECONOMIC,)}


def test_of_two_streams_for_one_person_one_counts(here: Sale) -> None:
    one, other = (here.person("Wang", df.IdentifyRole(role), df.RateInfluence(HIGH)) for role in (USER, COACH))
    here.say(one, df.MergeInto(other, "entered twice"), at=9)
    assert here.flow.roles_known() == {here.account: (COACH,)}
    assert [near.person for near in here.flow.closeness_by_account()[here.account].people] == [other]


def test_a_deal_that_is_merged_is_nobody(here: Sale) -> None:
    other = here.flow.do(df.OpenDeal(here.account, "Line 5", SHORT), by="li", at=day(1)).stream
    here.flow.do(df.MergeInto(here.deal, "entered twice"), on=other, by="li", at=day(2))
    assert here.flow.rows(PEOPLE) == {}


def test_a_role_corrected_was_never_so(here: Sale) -> None:
    who = here.person("Wang", df.IdentifyRole(USER))
    assert here.flow.roles_known() == {here.account: (USER,)}
    here.say(who, df.CorrectRecord(2, "misheard", RoleIdentified(COACH)), at=9)
    assert here.flow.roles_known() == {here.account: (COACH,)}


# Closeness


def test_an_account_is_as_near_as_its_people_by_influence_with_or_without_a_deal(here: Sale) -> None:
    here.person("Wang", df.RateInfluence(HIGH), df.ChangeStance(SUPPORT), df.RateSolutionAcceptance(0.5))
    here.person("Zhao", df.IdentifyRole(USER), df.RateInfluence(LOW), df.ChangeStance(OPPOSE))
    here.person("Lu", df.ChangeStance(SUPPORT), df.RateInfluence(HIGH, here.deal), df.RatePriceAcceptance(1))
    found = here.flow.closeness_by_account()[here.account]
    assert found.figures == Figures(Fraction(3, 8), Fraction(1, 2), None, Fraction(3, 7))
    assert (found.unknown, len(found.people)) == (1, 3)
    assert all(one.records for one in found.people)


def test_an_account_of_which_nobody_is_rated_is_of_unknown_closeness(here: Sale) -> None:
    here.person("Wang", df.ChangeStance(SUPPORT))
    found = here.flow.closeness_by_account()[here.account]
    assert (found.figures, found.unknown) == (Figures(None, None, None, None), 1)


def test_technical_content_is_a_deals_and_scales_no_account(here: Sale) -> None:
    here.person("Wang", df.IdentifyRole(TECHNICAL), df.RateInfluence(HIGH), df.ChangeStance(SUPPORT))
    here.person("Zhao", df.IdentifyRole(USER), df.RateInfluence(HIGH), df.ChangeStance(OPPOSE))
    before = here.flow.closeness_by_account()
    here.flow.do(df.RateTechnicalContent(df.Level.HIGH), on=here.deal, by="li", at=day(1))
    assert here.flow.closeness_by_account() == before
    policy = ClosenessPolicy(committee=CommitteePolicy(weights=dict.fromkeys(df.Influence, Fraction(1))))
    assert here.flow.closeness_by_account(policy=policy)[here.account].figures.relationship == Fraction(1, 4)


def test_a_salespersons_stock_is_the_sum_over_the_accounts_they_answer_for(here: Sale) -> None:
    bolt, crane, dune = account(here, "Bolt", "li"), account(here, "Crane", "li"), account(here, "Dune", "ma")
    near = df.RateInfluence(HIGH), df.ChangeStance(SUPPORT)
    for one in (bolt, crane):
        here.person("Wang", *near, account=one)
    li, ma, nobody = here.flow.closeness_by_owner()
    assert (li.owner, li.total, li.unknown) == ("li", Fraction(1), 0)
    assert (ma.owner, ma.total, ma.unknown) == ("ma", Fraction(0), 1)
    assert [[one.account for one in stock.accounts] for stock in (li, ma)] == [[bolt, crane], [dune]]
    assert (nobody.owner, [one.account for one in nobody.accounts]) == (None, [here.account])
    here.flow.do(df.AssignAccountOwner("ma"), on=bolt, by="li", at=day(50))
    assert [one.total for one in here.flow.closeness_by_owner()] == [Fraction(1, 2), Fraction(1, 2), 0]
    assert here.flow.closeness_by_owner(happened=day(49))[0].total == 1


def test_an_owner_of_an_account_that_was_never_registered_makes_no_row(here: Sale) -> None:
    assert set(here.flow.rows(ACCOUNTS)) == {here.account}
    assert ACCOUNTS.evolve(None, next(iter(here.flow.journal.stream(here.account)))) is not None
    here.flow.do(df.AssignAccountOwner("li"), on=here.account, by="li", at=day(1))
    assert ACCOUNTS.evolve(None, here.flow.journal.stream(here.account)[-1]) is None


# The law: what the rows say of an account is what whole streams say of a deal there that has no word of its own

steps = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.integers(0, 30),
        st.one_of(
            st.builds(df.IdentifyRole, role=st.sampled_from(df.Role)),
            st.builds(df.WithdrawRole, role=st.sampled_from(df.Role), reason=st.just("not so")),
            st.builds(df.RateInfluence, influence=st.sampled_from(df.Influence)),
            st.builds(df.ChangeStance, stance=st.sampled_from(df.Stance)),
            st.builds(df.RateSolutionAcceptance, level=st.sampled_from([0.0, 0.3, 1.0])),
            st.builds(df.RatePriceAcceptance, level=st.sampled_from([0.0, 0.7, 1.0])),
            st.sampled_from(["leave", "move", "come", "join a bank", "meet", "in the deal", "merge"]),
        ),
    ),
    max_size=20,
)


def play(here: Sale, bolt: UUID, own: UUID, said: list[tuple[int, int, Any]]) -> None:
    people = [here.person(str(number), at=number) for number in range(3)]
    commands: dict[str, df.Command] = {
        "leave": df.RecordDeparture(),
        "move": df.MoveStakeholder(bolt),
        "come": df.MoveStakeholder(here.account),
        "join a bank": df.MoveStakeholder(organisation="a bank"),
        "in the deal": df.IdentifyRole(USER, own),
        "merge": df.MergeInto(people[0], "entered twice"),
    }
    for number, at, what in said:
        try:
            if what == "meet":
                here.meet(people[number], at=at)
            else:
                here.say(people[number], commands.get(what, what) if isinstance(what, str) else what, at=at)
        except df.Refused:
            continue


@settings(max_examples=60)
@given(said=steps)
def test_the_rows_say_of_an_account_what_whole_streams_say_of_a_deal_there(said: list[tuple[int, int, Any]]) -> None:
    here = sale()
    bolt = account(here)
    there, own = (here.flow.do(df.OpenDeal(one, "L", SHORT), by="li", at=day(0)).stream for one in (bolt, bolt))
    play(here, bolt, own, said)
    for at in (0, 2, 10, 20, 30):
        then = day(at)
        known, near = here.flow.roles_known(happened=then), here.flow.closeness_by_account(happened=then)
        for place, deal in ((here.account, here.deal), (bolt, there)):
            committee = here.flow.committee(deal, happened=then)
            assert set(known[place]) == {role for one in committee.present for role in one.roles}
            rows = {one.person: one.figures for one in near[place].people}
            chain = here.flow.closeness(deal, happened=then)
            assert {one.person: one.figures for one in chain.people}.items() <= rows.items()
        lacking = here.flow.lacking_roles(happened=then)
        assert lacking[here.account] == here.flow.committee(here.deal, happened=then).uncovered
        both = [set(here.flow.committee(deal, happened=then).uncovered) for deal in (there, own)]
        assert set(lacking[bolt]) == both[0] & both[1]
    here.flow.close()
