"""How near people are, to us and to rivals; what is unknown moves no figure, and caps hold the chain down."""

from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dealflow as df
from dealflow.domain.contact import ContactLevel
from dealflow.projections.closeness import (
    CLOSENESS,
    NEVER_MET,
    OPPOSED,
    ChainCloseness,
    ClosenessPolicy,
    Figures,
    PersonCloseness,
    closeness_over_time,
    figures_of,
    figures_over,
)
from tests.projections.knowing import Sale, sale
from tests.projections.selling import SHORT, day

ECONOMIC, TECHNICAL, USER = df.Role.ECONOMIC, df.Role.TECHNICAL, df.Role.USER
HIGH, LOW = df.Influence.HIGH, df.Influence.LOW
SUPPORT, NEUTRAL, OPPOSE = df.Stance.SUPPORT, df.Stance.NEUTRAL, df.Stance.OPPOSE
HALF = Fraction(1, 2)


@pytest.fixture
def here() -> Iterator[Sale]:
    sold = sale()
    yield sold
    sold.flow.close()


def asked(here: Sale, at: int = 100, policy: ClosenessPolicy = CLOSENESS) -> ChainCloseness:
    return here.flow.closeness(here.deal, happened=day(at), policy=policy)


def near(here: Sale, who: UUID, at: int = 100) -> PersonCloseness:
    (found,) = (one for one in asked(here, at).people if one.person == who)
    return found


def liked(solution: float, price: float) -> tuple[df.Command, ...]:
    return df.RateSolutionAcceptance(solution), df.RatePriceAcceptance(price)


# One person


def test_coo_wang_of_whom_little_is_known_is_as_near_as_what_is_known(here: Sale) -> None:
    wang = here.person("COO Wang", df.IdentifyRole(ECONOMIC), df.RateInfluence(HIGH), df.ChangeStance(NEUTRAL))
    assert near(here, wang).figures == Figures(Fraction(1, 4), None, None, Fraction(1, 4))


def test_the_composite_is_of_relationship_solution_and_price(here: Sale) -> None:
    who = here.person("Wang", df.IdentifyRole(USER), df.ChangeStance(SUPPORT), *liked(0.7, 0.2))
    here.meet(who, at=90, times=3)
    relationship = Fraction(5, 6)  # contact medium 2/3, support 1
    composite = Fraction(2, 5) * relationship + Fraction(3, 10) * (Fraction(7, 10) + Fraction(1, 5))
    assert near(here, who).figures == Figures(relationship, Fraction(7, 10), Fraction(1, 5), composite)


def test_a_person_answers_with_the_records_they_rest_on(here: Sale) -> None:
    said: list[df.Command] = [df.RateInfluence(LOW), df.ChangeStance(SUPPORT), *liked(0.7, 0.2)]
    who = here.person("Wang", df.IdentifyRole(USER), *said)
    here.meet(who, at=90)
    events = [here.flow.journal.records([position])[0].event for position in near(here, who).records]
    assert [type(event).__name__ for event in events] == [
        "InfluenceRated",
        "StanceChanged",
        "SolutionAcceptanceRated",
        "PriceAcceptanceRated",
        "InteractionHeld",
    ]


def test_the_deals_own_word_on_acceptance_goes_before_the_standing_one(here: Sale) -> None:
    other = here.flow.do(df.OpenDeal(here.account, "Line 5", SHORT), by="li", at=day(1)).stream
    who = here.person("Wang", df.IdentifyRole(USER), df.RateSolutionAcceptance(0.9, here.deal))
    here.say(who, df.RateSolutionAcceptance(0.1), df.RatePriceAcceptance(0.3, other), at=5)
    assert near(here, who).figures.solution == Fraction(9, 10)
    assert near(here, who).figures.price is None
    assert here.flow.closeness(other).people[0].figures.solution == Fraction(1, 10)


def test_contact_that_is_long_ago_brings_nobody_near(here: Sale) -> None:
    who = here.person("Wang", df.IdentifyRole(USER))
    here.meet(who, at=10)
    assert near(here, who, at=10).figures.relationship == Fraction(1, 3)
    assert near(here, who, at=300).figures.relationship == 0


# Rivals


def test_a_rival_is_closer_where_they_are_nearer_than_we_are(here: Sale) -> None:
    who = here.person("Wang", df.IdentifyRole(USER), df.ChangeStance(NEUTRAL))
    here.say(who, df.RateRivalCloseness("Acme", df.Closeness.MEDIUM), df.RateRivalCloseness("Bolt", df.Closeness.NONE))
    for rival in ("Acme", "Bolt"):
        here.flow.do(df.NameCompetitor(rival), on=here.deal, by="li", at=day(0))
    assert [(one.competitor, one.closer) for one in near(here, who).rivals] == [("Acme", True), ("Bolt", False)]
    assert asked(here).rivals_closer == ((who, "Acme"),)
    here.meet(who, at=90, times=6)
    assert asked(here).rivals_closer == ()


def test_a_rival_that_left_the_deal_is_near_nobody_in_it(here: Sale) -> None:
    who = here.person("Wang", df.IdentifyRole(USER), df.RateRivalCloseness("Acme", df.Closeness.HIGH))
    for command, at in ((df.NameCompetitor("Acme"), 5), (df.DropCompetitor("Acme"), 50)):
        here.flow.do(command, on=here.deal, by="li", at=day(at))
    assert [one.closeness for one in near(here, who, at=49).rivals] == [df.Closeness.HIGH]
    assert near(here, who).rivals == ()


def test_a_rival_that_nobody_named_in_the_deal_is_near_nobody_in_it(here: Sale) -> None:
    who = here.person("Wang", df.IdentifyRole(USER), df.RateRivalCloseness("Acme", df.Closeness.HIGH))
    assert near(here, who).rivals == ()


def test_a_contact_written_down_twice_and_merged_counts_once(here: Sale) -> None:
    who = here.person("Wang", df.IdentifyRole(USER))
    first, *twins = (
        here.flow.do(df.HoldInteraction(here.account, df.Channel.VISIT, (who,), ("li",)), by="li", at=day(80)).stream
        for _ in range(3)
    )
    for twin in twins:
        here.flow.do(df.MergeInto(first, "written down twice"), on=twin, by="li", at=day(81))
    asked_ = here.flow.committee(here.deal, happened=day(90))
    assert [(one.contact, len(one.held)) for one in asked_.members] == [(df.ContactLevel.LOW, 1)]
    assert len(here.flow.situation(here.deal, happened=day(90)).seats[0].met) == 1


# The chain


def test_the_chain_is_the_mean_by_weight_and_says_who_is_left_out(here: Sale) -> None:
    here.person("Boss", df.IdentifyRole(USER), df.RateInfluence(HIGH), df.ChangeStance(SUPPORT), *liked(1, 0))
    here.person("Wang", df.IdentifyRole(USER), df.RateInfluence(LOW), df.ChangeStance(OPPOSE))
    here.person("Somebody", df.IdentifyRole(USER), df.ChangeStance(SUPPORT), *liked(1, 1))
    found = asked(here)
    composite = Fraction(2, 5) * Fraction(3, 8) + Fraction(3, 10)
    assert found.figures == Figures(Fraction(3, 8), Fraction(1), Fraction(0), composite)
    assert (found.unknown, found.caps, found.uncapped) == (1, (), found.figures.composite)
    assert len(found.people) == 3


def test_without_anybody_who_weighs_nothing_is_known_of_the_chain(here: Sale) -> None:
    here.person("Somebody", df.IdentifyRole(USER), df.ChangeStance(SUPPORT))
    assert asked(here).figures == Figures(None, None, None, None)


def test_a_technical_buyer_opposed_caps_the_chain(here: Sale) -> None:
    boss = here.person("Boss", df.IdentifyRole(USER), df.RateInfluence(HIGH), df.ChangeStance(SUPPORT), *liked(1, 1))
    here.meet(boss, at=90, times=6)
    assert asked(here).figures.composite == 1
    who = here.person("Wang", df.IdentifyRole(TECHNICAL), df.ChangeStance(OPPOSE))  # of unknown influence, even so
    found = asked(here)
    assert [(cap.name, cap.limit, len(cap.records)) for cap in found.caps] == [(OPPOSED, HALF, 2)]
    assert (found.uncapped, found.figures.composite) == (Fraction(1), HALF)
    here.say(who, df.ChangeStance(NEUTRAL), at=10)
    assert asked(here).caps == ()


def test_an_economic_buyer_who_is_known_and_never_met_caps_the_chain(here: Sale) -> None:
    boss = here.person(
        "Boss", df.IdentifyRole(ECONOMIC), df.RateInfluence(HIGH), df.ChangeStance(SUPPORT), *liked(1, 1)
    )
    found = asked(here, policy=ClosenessPolicy(never_met=Fraction(1, 5)))
    assert [(cap.name, cap.limit) for cap in found.caps] == [(NEVER_MET, Fraction(1, 5))]
    assert found.figures.composite == Fraction(1, 5)
    here.meet(boss, at=50)
    assert (asked(here, at=49).caps != (), asked(here).caps) == (True, ())


def test_one_economic_buyer_met_is_enough_and_nobody_known_to_be_one_caps_nothing(here: Sale) -> None:
    here.person("Wang", df.IdentifyRole(TECHNICAL), df.RateInfluence(HIGH))
    assert asked(here).caps == ()
    one, _ = (here.person(name, df.IdentifyRole(ECONOMIC)) for name in ("Boss", "Chair"))
    assert [cap.name for cap in asked(here).caps] == [NEVER_MET]
    here.meet(one, at=50)
    assert asked(here).caps == ()


def test_who_left_is_near_nobody(here: Sale) -> None:
    who = here.person("Wang", df.IdentifyRole(TECHNICAL), df.RateInfluence(HIGH), df.ChangeStance(OPPOSE))
    here.say(who, df.RecordDeparture(), at=20)
    assert (asked(here).people, asked(here).caps) == ((), ())


# Over time


def test_closeness_over_time_changes_with_what_is_said_and_held_and_with_contacts_long_ago(here: Sale) -> None:
    who = here.person("Wang", df.IdentifyRole(USER), df.RateInfluence(HIGH))
    here.meet(who, at=10)
    here.meet(here.person("Outsider"), at=12)
    here.say(who, df.ChangeStance(SUPPORT), at=20)
    here.say(who, df.IdentifyRole(ECONOMIC), at=25)  # met already, so it changes nothing
    here.say(who, df.RatePriceAcceptance(0.5), at=30)
    points = closeness_over_time(here.flow.situation(here.deal))
    assert [(point.at.date(), point.closeness.figures.relationship) for point in points] == [
        (day(0), 0),
        (day(10), Fraction(1, 3)),
        (day(20), Fraction(2, 3)),
        (day(30), Fraction(2, 3)),
        (day(191), HALF),  # of the contact of day 10, 180 days later
    ]
    assert points[-1].closeness == here.flow.closeness(here.deal, happened=points[-1].at)


def test_closeness_is_told_of_given_days(here: Sale) -> None:
    who = here.person("Wang", df.IdentifyRole(USER), df.RateInfluence(HIGH))
    here.meet(who, at=10)
    now = here.flow.situation(here.deal)
    points = closeness_over_time(now, [day(-5), day(9), now.at])
    assert [point.closeness for point in points] == [asked(here, at=9), here.flow.closeness(here.deal)]
    assert [point.at.date() for point in points] == [day(9), day(364)]


def test_a_deal_that_is_not_opened_yet_has_no_points(here: Sale) -> None:
    late = here.flow.do(df.OpenDeal(here.account, "Later", SHORT), by="li", at=day(9)).stream
    here.person("Wang", df.IdentifyRole(USER), df.ChangeStance(SUPPORT))
    then = here.flow.situation(late, happened=day(8))
    assert closeness_over_time(then) == ()
    assert here.flow.closeness(late, happened=day(8)) == ChainCloseness(
        late, Figures(None, None, None, None), None, (), 0, ()
    )
    assert here.flow.situation(late).at - then.at > timedelta(0)


# Laws

levels = st.none() | st.floats(0, 1)
people = st.builds(figures_of, st.sampled_from(ContactLevel), st.none() | st.sampled_from(df.Stance), levels, levels)
weights = st.fractions(Fraction(1, 4), 9)
chains = st.lists(st.tuples(st.none() | weights, people), max_size=6)


@given(chain=chains)
def test_every_figure_lies_between_far_and_near_and_between_those_of_the_people(chain: list[Any]) -> None:
    whole = figures_over(chain)
    for name in ("relationship", "solution", "price"):
        known = [getattr(one, name) for weight, one in chain if weight is not None and getattr(one, name) is not None]
        found = getattr(whole, name)
        assert found is None if not known else 0 <= min(known) <= found <= max(known) <= 1
    assert whole.composite is None or 0 <= whole.composite <= 1


@given(chain=chains, one=people)
def test_who_is_of_unknown_weight_changes_no_figure(chain: list[Any], one: Figures) -> None:
    assert figures_over([*chain, (None, one)]) == figures_over(chain)


@given(chain=chains, weight=weights, contact=st.sampled_from(ContactLevel))
def test_what_is_unknown_of_somebody_changes_no_acceptance(chain: list[Any], weight: Fraction, contact: Any) -> None:
    one = figures_of(contact, None, None, None)
    with_them, without = figures_over([*chain, (weight, one)]), figures_over(chain)
    assert (with_them.solution, with_them.price) == (without.solution, without.price)
    assert one.relationship == one.composite == CLOSENESS.contacts[contact]


@given(
    stances=st.lists(st.none() | st.sampled_from(df.Stance), min_size=1, max_size=4),
    roles=st.lists(st.sampled_from(df.Role), min_size=4, max_size=4),
    met=st.booleans(),
    limits=st.tuples(st.fractions(0, 1), st.fractions(0, 1)),
)
def test_the_chain_is_bounded_by_its_caps(
    stances: list[df.Stance | None], roles: list[df.Role], met: bool, limits: tuple[Fraction, Fraction]
) -> None:
    here = sale()
    for stance, role in zip(stances, roles, strict=False):
        who = here.person(role, df.IdentifyRole(role), df.RateInfluence(HIGH), *liked(1, 1))
        here.say(who, *([] if stance is None else [df.ChangeStance(stance)]))
        if met:
            here.meet(who, at=95, times=6)
    found = asked(here, policy=ClosenessPolicy(opposed=limits[0], never_met=limits[1]))
    assert found.figures.composite is not None
    assert found.figures.composite == min([found.uncapped, *(cap.limit for cap in found.caps)])  # type: ignore[type-var]
    assert all(cap.records for cap in found.caps)
    here.flow.close()
