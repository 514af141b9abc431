from datetime import UTC, date
from typing import Any
from uuid import UUID

import attrs

from dealflow.domain.interaction import Channel, InteractionHeld
from dealflow.domain.noun import Noted
from dealflow.domain.seat import Cited, Seat, seats
from dealflow.domain.stakeholder import (
    Influence,
    InfluenceRated,
    Role,
    RoleIdentified,
    RoleWithdrawn,
    SocialStyle,
    Stance,
    StanceChanged,
    StyleObserved,
)
from dealflow.journal import Record, When
from tests.scenario import record

DEAL, OTHER, WANG, ZHAO, TALK = (UUID(int=number) for number in (1, 9, 3, 4, 5))
DAY = When.of(date(2026, 1, 5), UTC)


def history(*facts: tuple[UUID, Any]) -> tuple[Record, ...]:
    """Facts of several streams, at the positions 1, 2, 3 and so on."""
    return tuple(
        attrs.evolve(record(1, event, DAY, stream), position=position)
        for position, (stream, event) in enumerate(facts, start=1)
    )


def test_a_person_takes_a_seat_with_a_role_standing_or_in_the_deal() -> None:
    found = seats(DEAL, history((ZHAO, RoleIdentified(Role.USER)), (WANG, RoleIdentified(Role.ECONOMIC, DEAL))))
    assert found == (Seat(ZHAO, (Cited(Role.USER, 1),)), Seat(WANG, (Cited(Role.ECONOMIC, 2),)))


def test_a_fact_about_the_very_deal_takes_a_seat_without_a_role() -> None:
    assert seats(DEAL, history((WANG, StanceChanged(Stance.OPPOSE, deal=DEAL)))) == (
        Seat(WANG, stance=Cited(Stance.OPPOSE, 1)),
    )


def test_standing_facts_without_a_role_take_no_seat() -> None:
    known = history(
        (WANG, InfluenceRated(Influence.HIGH)),
        (WANG, StyleObserved(SocialStyle.DECIDER)),
        (ZHAO, RoleIdentified(Role.USER, OTHER)),
        (TALK, Noted("acme.checked")),
    )
    assert seats(DEAL, known) == ()


def test_a_role_withdrawn_leaves_the_seat_to_who_holds_another() -> None:
    gone = RoleWithdrawn(Role.USER, "retired")
    assert seats(DEAL, history((WANG, RoleIdentified(Role.USER)), (WANG, gone))) == ()
    kept = history((WANG, RoleIdentified(Role.USER)), (WANG, RoleIdentified(Role.COACH)), (WANG, gone))
    assert seats(DEAL, kept) == (Seat(WANG, (Cited(Role.COACH, 2),)),)


def test_the_deals_own_word_overrides_a_standing_one_that_came_later() -> None:
    known = history(
        (WANG, RoleIdentified(Role.ECONOMIC)),
        (WANG, InfluenceRated(Influence.LOW, DEAL)),
        (WANG, StanceChanged(Stance.SUPPORT, ally=True, deal=DEAL)),
        (WANG, InfluenceRated(Influence.HIGH)),
        (WANG, StanceChanged(Stance.OPPOSE)),
        (WANG, StanceChanged(Stance.OPPOSE, deal=OTHER)),
    )
    assert seats(DEAL, known) == (
        Seat(WANG, (Cited(Role.ECONOMIC, 1),), Cited(Influence.LOW, 2), Cited(Stance.SUPPORT, 3), ally=True),
    )


def test_whom_we_met_we_met_whatever_the_contact_was_about() -> None:
    known = history(
        (TALK, InteractionHeld(OTHER, Channel.VISIT, (WANG, ZHAO))), (WANG, RoleIdentified(Role.ECONOMIC, DEAL))
    )
    (seat,) = seats(DEAL, known)
    assert seat.met == (Cited(DAY.end, 1),)
    assert (seat.plays(Role.ECONOMIC), seat.plays(Role.COACH)) == (Cited(Role.ECONOMIC, 2), None)
