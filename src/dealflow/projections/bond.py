"""Bond: what holds a customer: price, personal service or mutual dependence (domain.md §8, S2)."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

import attrs

from dealflow.domain.contact import CONTACT, ContactLevel, ContactPolicy, level_of
from dealflow.domain.gate import Answer
from dealflow.domain.stakeholder import Stance
from dealflow.journal import When
from dealflow.projections.conditions import (
    RELATIONSHIP,
    STAGES,
    Evidence,
    Reason,
    RelationshipPolicy,
    RelationshipStage,
    Spell,
    conditions,
)
from dealflow.projections.look import many, positions
from dealflow.projections.people import PersonRow, Said, words_at
from dealflow.projections.progression import progression
from dealflow.projections.relation import Relation
from dealflow.projections.thresholds import Part

CLOSE = frozenset({ContactLevel.MEDIUM, ContactLevel.HIGH})
SERVICE = "personal service"


class BondLevel(StrEnum):
    """What holds a customer."""

    PRICE = "price"
    PERSONAL_SERVICE = "personal service"
    MUTUAL_DEPENDENCE = "mutual dependence"


RESTS_ON: Mapping[BondLevel, tuple[str, ...]] = MappingProxyType(
    {
        BondLevel.MUTUAL_DEPENDENCE: (Reason.LARGEST_SHARE, Reason.AGREEMENT),
        BondLevel.PERSONAL_SERVICE: (SERVICE,),
        BondLevel.PRICE: (Reason.BOUGHT,),
    }
)
"""What must be so of who buys, the strongest bond first."""


@attrs.frozen
class Bond:
    """What holds a customer on the day *at*, with the *reasons*, and all that was looked at in *parts*.

    *level* is the strongest bond that is shown; nothing for who does not buy from us (not yet, or no
    more). *possible* is the strongest one that is not ruled out: where it is another, of some parts
    nobody knows.
    """

    account: UUID
    at: date
    level: BondLevel | None
    possible: BondLevel | None
    reasons: tuple[str, ...]
    parts: tuple[Part, ...]


def bond(relation: Relation, policy: RelationshipPolicy = RELATIONSHIP, contact: ContactPolicy = CONTACT) -> Bond:
    """Return what holds a customer, as of the relation's moment.

    Mutual dependence is the largest share of what they buy, and an agreement in force; personal
    service somebody of theirs who supports us, in medium or high contact; price that they buy at all.
    """
    found = progression(relation, policy)
    if found.stage is RelationshipStage.TERMINATED:
        return Bond(relation.account, relation.today, None, None, ("the relationship is terminated",), ())
    bought, *further = conditions(STAGES[-1], Evidence(relation, policy), Spell(found.start, relation.at))
    if not bought.met:
        return Bond(relation.account, relation.today, None, None, (bought.text,), (bought,))
    wanted = {name for names in RESTS_ON.values() for name in names}
    parts = {one.name: one for one in (bought, _service(relation, contact), *further) if one.name in wanted}
    level = _strongest(parts, {Answer.MET})
    possible = _strongest(parts, {Answer.MET, Answer.UNKNOWN})
    return Bond(relation.account, relation.today, level, possible, _reasons(level, possible, parts), (*parts.values(),))


def _strongest(parts: Mapping[str, Part], answers: set[Answer]) -> BondLevel:
    return next(level for level, names in RESTS_ON.items() if all(parts[name].answer in answers for name in names))


def _reasons(level: BondLevel, possible: BondLevel, parts: Mapping[str, Part]) -> tuple[str, ...]:
    shown = tuple(f"{name}: {parts[name].text}" for name in RESTS_ON[level])
    unknown = () if possible is level else tuple(name for name in RESTS_ON[possible] if not parts[name].met)
    return (*shown, *(f"{name} is unknown: {parts[name].text}" for name in unknown))


# Personal service


@attrs.frozen
class _Friend:
    """Somebody of theirs in medium or high contact: whose side they said they are on, by which contacts."""

    person: UUID
    stance: Said[Stance] | None
    contacts: tuple[int, ...]

    def says(self, stance: Stance | None) -> bool:
        return (self.stance and self.stance.value) is stance


def _service(relation: Relation, policy: ContactPolicy) -> Part:
    """Somebody of theirs supports us, and is in medium or high contact.

    Unknown where nobody said whose side one in such contact is on, and where no contact says who was met.
    """
    if not relation.present:
        return Part(SERVICE, Answer.UNKNOWN, "nobody of theirs is known")
    if not any(one.value.theirs for one in relation.contacts) and not any(
        relation.met(row) for _, row in relation.present
    ):
        return Part(SERVICE, Answer.UNKNOWN, "no contact says who was met")
    close = [one for person, row in relation.present if (one := _friend(person, row, relation, policy)) is not None]
    told = f"of {many(len(close), 'person', 'people')} in medium or high contact"
    for stance, answer, text in (
        (Stance.SUPPORT, Answer.MET, "{} for us"),
        (None, Answer.UNKNOWN, "nobody said of {} whose side they are on"),
    ):
        if some := [one for one in close if one.says(stance)]:
            return _part(answer, f"{told}, {text.format(len(some))}", some)
    return _part(Answer.UNMET, f"{told}, nobody is for us" if close else "nobody is in medium or high contact", close)


def _part(answer: Answer, text: str, people: Sequence[_Friend]) -> Part:
    said = (one.stance.record for one in people if one.stance is not None)
    records = positions(said, *(one.contacts for one in people))
    return Part(SERVICE, answer, text, records, tuple(one.person for one in people))


def _friend(person: UUID, row: PersonRow, relation: Relation, policy: ContactPolicy) -> _Friend | None:
    """Return somebody as one in medium or high contact; nothing where they are not."""
    met = relation.met(row)
    if level_of(((When(one.start, one.end), one.ours) for one in met), relation.at, policy) not in CLOSE:
        return None
    counted = (one.record for one in met if relation.at - one.end <= timedelta(days=policy.days))
    stances = words_at(row, row.stances, relation.places, relation.at)
    return _Friend(person, stances[-1] if stances else None, tuple(counted))
