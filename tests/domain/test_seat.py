from datetime import UTC, date
from typing import Any
from uuid import UUID

import attrs
import pytest

from dealflow.domain.deal import DealOpened
from dealflow.domain.interaction import Channel, InteractionHeld
from dealflow.domain.noun import MergedInto, Noted
from dealflow.domain.seat import Cited, Seat, seats
from dealflow.domain.stakeholder import (
    Influence,
    InfluenceRated,
    Role,
    RoleIdentified,
    RoleWithdrawn,
    SocialStyle,
    StakeholderDeparted,
    StakeholderMoved,
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


# Accounts, and who left


HOME, ELSEWHERE = UUID(int=0xA), UUID(int=0xB)
OPENED = (DEAL, DealOpened(HOME, "Line 4", "short", 1, "meet"))


def at(account: UUID, *facts: tuple[UUID, Any]) -> tuple[tuple[UUID, Any, UUID], ...]:
    return tuple((stream, event, account) for stream, event in facts)


def told(*facts: tuple[UUID, Any, UUID]) -> tuple[Record, ...]:
    """Facts, each said of an account, at the positions 1, 2, 3 and so on; first the deal is opened."""
    found = history(OPENED, *((stream, event) for stream, event, _ in facts))
    return found[:1] + tuple(
        attrs.evolve(one, account=account) for one, (_, _, account) in zip(found[1:], facts, strict=True)
    )


def roles(*facts: tuple[UUID, Any, UUID]) -> dict[UUID, tuple[Role, ...]]:
    return {
        one.stakeholder: tuple(role.value for role in one.roles) for one in seats(DEAL, told(*facts)) if not one.left
    }


def test_what_is_standing_holds_at_the_account_it_was_said_of() -> None:
    said = (WANG, RoleIdentified(Role.ECONOMIC)), (WANG, InfluenceRated(Influence.HIGH))
    assert roles(*at(HOME, *said)) == {WANG: (Role.ECONOMIC,)}
    assert roles(*at(ELSEWHERE, *said)) == {}


def test_a_consultant_of_another_account_counts_with_what_is_said_of_the_very_deal() -> None:
    own = at(ELSEWHERE, (WANG, RoleIdentified(Role.TECHNICAL, DEAL)), (WANG, StanceChanged(Stance.OPPOSE)))
    (seat,) = seats(DEAL, told(*own))
    assert (seat.roles, seat.stance) == ((Cited(Role.TECHNICAL, 2),), None)


@pytest.mark.parametrize("gone", [StakeholderDeparted(), StakeholderMoved(ELSEWHERE), StakeholderMoved(None, "Bolt")])
def test_who_departed_or_moved_away_has_left_until_a_role_of_theirs_is_named_again(gone: Any) -> None:
    economic = RoleIdentified(Role.ECONOMIC)
    left = (*at(HOME, (WANG, economic)), *at(ELSEWHERE, (WANG, gone)))
    (seat,) = seats(DEAL, told(*left))
    assert seat.left == Cited(DAY.end, 3)
    assert roles(*left) == {}
    assert roles(*left, *at(ELSEWHERE, (WANG, economic))) == {}
    assert roles(*left, *at(HOME, (WANG, economic))) == {WANG: (Role.ECONOMIC,)}
    assert roles(*left, *at(ELSEWHERE, (WANG, RoleIdentified(Role.USER, DEAL)))) == {WANG: (Role.ECONOMIC, Role.USER)}


def test_who_joins_the_customer_has_not_left() -> None:
    said = at(ELSEWHERE, (WANG, RoleIdentified(Role.COACH, DEAL)), (WANG, StakeholderMoved(HOME)))
    assert roles(*said) == {WANG: (Role.COACH,)}


def test_who_comes_back_is_named_again_before_they_count() -> None:
    said = at(
        HOME, (WANG, RoleIdentified(Role.COACH)), (WANG, StakeholderMoved(ELSEWHERE)), (WANG, StakeholderMoved(HOME))
    )
    assert roles(*said) == {}


def test_of_two_streams_for_one_person_the_one_merged_into_the_other_has_no_seat() -> None:
    said = at(HOME, (WANG, RoleIdentified(Role.COACH)), (ZHAO, RoleIdentified(Role.COACH)))
    assert roles(*said, *at(HOME, (ZHAO, MergedInto(WANG, "entered twice")))) == {WANG: (Role.COACH,)}
