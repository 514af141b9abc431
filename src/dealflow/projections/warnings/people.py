"""Warnings about people: who decides, who helps, who is against us, and whom a competitor is closer to."""

from collections.abc import Sequence
from uuid import UUID

from dealflow.domain.acceptance import Closeness, RivalClosenessRated
from dealflow.domain.stakeholder import Role, Stance
from dealflow.projections.closeness import is_closer
from dealflow.projections.committee import Member
from dealflow.projections.look import Look, cited, many, positions
from dealflow.projections.warnings.judging import Found, WarningState

UP, CLEAR, UNKNOWN = WarningState.UP, WarningState.CLEAR, WarningState.UNKNOWN
NO_CONTACT = "no contact about it is recorded"


def decision_maker_never_met(look: Look) -> Found:
    """The economic buyer of most weight never took part in a held interaction; unknown while nobody is known as one."""
    person = look.decision_maker
    if person is None:
        return Found(UNKNOWN, "nobody is known to give the final approval")
    records = positions(cited(person.seat.plays(Role.ECONOMIC)), person.held)
    if person.last_met is None:
        return Found(UP, "who gives the final approval was never met", records, (person.id,))
    return Found(CLEAR, f"last met on {person.last_met}", records, (person.id,))


def no_coach(look: Look) -> Found:
    """Nobody present is known as coach; unknown while nobody at all is known to have a part."""
    present, coaches = look.committee.present, look.committee.playing(Role.COACH)
    if not present:
        return Found(UNKNOWN, "nobody is known to have a part in it")
    if coaches:
        return Found(CLEAR, f"{many(len(coaches), 'coach', 'coaches')}", _roles(coaches, Role.COACH), _ids(coaches))
    left = [one for one in look.committee.members if one.seat.left and Role.COACH in one.roles]
    text = f"of {many(len(present), 'person', 'people')} with a part in it nobody is a coach"
    gone = f"; {len(left)} left" if left else ""
    return Found(UP, text + gone, positions(cited(*(one.seat.left for one in left))), _ids(left))


def one_contact_only(look: Look) -> Found:
    """Fewer than two of theirs, of those still there, were met about the deal within the policy's days.

    Contacts that do not say with whom they were count for nobody; unknown while none says it.
    """
    days = look.policy.warnings.contacts
    named = [one for one, _ in look.calls if one.event.theirs]
    if not named:
        return Found(UNKNOWN, "no contact says who was met" if look.calls else NO_CONTACT)
    recent = [one for one in named if look.situation.days_since(one.occurred_to) <= days]
    met = {person for one in recent for person in one.event.theirs if not _left(look, person)}
    text = f"{many(len(met), 'person', 'people')} met in the last {days} days"
    records = positions(one.position for one in recent or named[-1:])
    return Found(UP if len(met) < SEVERAL else CLEAR, text, records, tuple(sorted(met)))


SEVERAL = 2


def technical_buyer_opposed(look: Look) -> Found:
    """A technical buyer is against us, who can say no; unknown while one has shown no stance, or none is known."""
    return _against(look, Role.TECHNICAL, "technical buyer")


def economic_buyer_against(look: Look) -> Found:
    """An economic buyer is against us, who says no when all say yes; unknown likewise."""
    return _against(look, Role.ECONOMIC, "economic buyer")


def _against(look: Look, role: Role, called: str) -> Found:
    buyers = look.committee.playing(role)
    against = [one for one in buyers if one.stance is Stance.OPPOSE]
    silent = [one for one in buyers if one.stance is None]
    if against:
        text = f"{len(against)} of {many(len(buyers), called)} against us"
        return Found(UP, text, _stances(against), _ids(against))
    if not buyers:
        return Found(UNKNOWN, f"nobody is known as {called}")
    if silent:
        text = f"{len(silent)} of {many(len(buyers), called)} showed no stance"
        return Found(UNKNOWN, text, _stances(buyers), _ids(silent))
    return Found(CLEAR, f"none of {many(len(buyers), called)} against us", _stances(buyers), _ids(buyers))


def competitor_closer(look: Look) -> Found:
    """A competitor still in the deal is closer to somebody in the decision chain than our contact is.

    Both on the scale none, low, medium, high. Unknown while no competitor is known, or how close
    each of them is to each in the chain.
    """
    contest, chain = look.situation.deal.contest if look.situation.deal else None, look.committee.chain
    if contest is None or not contest.rivals or not chain:
        return Found(UNKNOWN, "no competitor is known" if chain else "nobody is known to decide")
    rated = {(one.id, rival): _closeness(look, one, rival) for one in chain for rival in contest.present}
    nearer = {
        (one, rival): _ratings(look, one.id, rival)
        for one in chain
        for rival in contest.present
        if (closeness := rated[one.id, rival]) is not None and is_closer(closeness, one.contact)
    }
    if nearer:
        rivals = ", ".join(dict.fromkeys(rival for _, rival in nearer))
        people = dict.fromkeys(one.id for one, _ in nearer)
        text = f"{rivals} closer than we are to {len(people)} of {len(chain)} in the decision chain"
        return Found(UP, text, positions(*nearer.values()), tuple(people))
    missing = sum(one is None for one in rated.values())
    if missing:
        return Found(UNKNOWN, f"{missing} of {len(rated)} ratings of a competitor's closeness are missing")
    text = (
        "no competitor is in it any more" if not rated else f"none of {many(len(contest.present), 'competitor')} closer"
    )
    return Found(CLEAR, text, positions(*(_ratings(look, *one) for one in rated)))


def _closeness(look: Look, member: Member, rival: str) -> Closeness | None:
    person = look.situation.person(member.id)
    return None if person is None else person.acceptance.closeness_to(rival, look.situation.id)


def _ratings(look: Look, person: UUID, rival: str) -> tuple[int, ...]:
    """Return the record of what holds of a rival's closeness: the deal's own word before the standing one."""
    own = look.last(person, RivalClosenessRated, competitor=rival, deal=look.situation.id)
    return own or look.last(person, RivalClosenessRated, competitor=rival, deal=None)


def _ids(members: Sequence[Member]) -> tuple[UUID, ...]:
    return tuple(one.id for one in members)


def _roles(members: Sequence[Member], role: Role) -> tuple[int, ...]:
    return positions(*(cited(one.seat.plays(role)) for one in members))


def _stances(members: Sequence[Member]) -> tuple[int, ...]:
    return positions(*(cited(one.seat.stance) for one in members))


def _left(look: Look, person: UUID) -> bool:
    known = look.situation.person(person)
    seated = next((one for one in look.committee.members if one.id == person), None)
    return (known is not None and known.departed) or (seated is not None and seated.seat.left is not None)
