"""Criteria about those who buy: are they known, were they met, whose side are they on (domain.md §4)."""

from dealflow.domain.criteria.case import Case, Found, yes
from dealflow.domain.gate import Answer
from dealflow.domain.seat import Seat
from dealflow.domain.stakeholder import Role, Stance


def economic_buyer_identified(case: Case) -> Found:
    """Somebody is known to give the final approval; nobody known is *unmet*: we know our own notes."""
    return _identified(case, Role.ECONOMIC)


def coach_identified(case: Case) -> Found:
    """Somebody inside guides us and wants us to win."""
    return _identified(case, Role.COACH)


def every_role_identified(case: Case) -> Found:
    """A coach, a user, a technical and an economic buyer are known."""
    found = [_identified(case, role) for role in Role]
    records = tuple(record for _, positions in found for record in positions)
    return yes(all(answer is Answer.MET for answer, _ in found)), records


def economic_buyer_met(case: Case) -> Found:
    """An economic buyer took part in a held interaction; *unknown* while nobody is known to be one."""
    return _met(case, Role.ECONOMIC)


def technical_buyer_met(case: Case) -> Found:
    """A technical buyer took part in a held interaction; *unknown* while nobody is known to be one."""
    return _met(case, Role.TECHNICAL)


def economic_buyer_not_opposed(case: Case) -> Found:
    """No economic buyer opposes us; *unknown* while one has shown no stance, or none is known."""
    return _not_opposed(case, Role.ECONOMIC)


def technical_buyer_not_opposed(case: Case) -> Found:
    """No technical buyer opposes us; *unknown* while one has shown no stance, or none is known."""
    return _not_opposed(case, Role.TECHNICAL)


def coach_present(case: Case) -> Found:
    """A coach was met and supports us; *unknown* while one was met and has shown no stance."""
    coaches = case.playing(Role.COACH)
    stances = {seat.stance.value if seat.stance else None for seat in coaches if seat.met}
    records = (
        *_positions(coaches, Role.COACH),
        *(met.record for seat in coaches for met in seat.met),
        *(seat.stance.record for seat in coaches if seat.stance),
    )
    if Stance.SUPPORT in stances:
        return Answer.MET, records
    return (Answer.UNKNOWN if None in stances else Answer.UNMET), records


def buyers_rated(case: Case) -> Found:
    """Of everybody with a role, influence and stance are written down; *unmet* while nobody has a role."""
    buyers = [seat for seat in case.seats if seat.roles and seat.left is None]
    rated = [(seat.influence, seat.stance) for seat in buyers]
    records = tuple(one.record for pair in rated for one in pair if one is not None)
    return yes(bool(rated) and all(None not in pair for pair in rated)), records


def _identified(case: Case, role: Role) -> Found:
    found = case.playing(role)
    return yes(bool(found)), _positions(found, role)


def _met(case: Case, role: Role) -> Found:
    buyers = case.playing(role)
    held = tuple(met.record for seat in buyers for met in seat.met)
    if held:
        return Answer.MET, (*_positions(buyers, role), *held)
    return (Answer.UNMET if buyers else Answer.UNKNOWN), _positions(buyers, role)


def _not_opposed(case: Case, role: Role) -> Found:
    buyers = case.playing(role)
    stances = tuple(seat.stance for seat in buyers)
    records = (*_positions(buyers, role), *(stance.record for stance in stances if stance))
    if any(stance is not None and stance.value is Stance.OPPOSE for stance in stances):
        return Answer.UNMET, records
    return (Answer.UNKNOWN if None in stances or not stances else Answer.MET), records


def _positions(found: tuple[Seat, ...], role: Role) -> tuple[int, ...]:
    return tuple(cited.record for seat in found if (cited := seat.plays(role)))
