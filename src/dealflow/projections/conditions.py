"""Conditions: when a relationship stands at which stage, each with the evidence, by a policy (domain.md §8)."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from uuid import UUID

import attrs

from dealflow.domain.account import ShareMeasured
from dealflow.domain.alliance import AgreementSigned
from dealflow.domain.gate import Answer
from dealflow.domain.stakeholder import JobLevel
from dealflow.money import Money
from dealflow.projections import Dated
from dealflow.projections.contacts import Turn
from dealflow.projections.look import positions
from dealflow.projections.people import PersonRow, level_met
from dealflow.projections.relation import Lasting, Relation
from dealflow.projections.thresholds import Part


class RelationshipStage(StrEnum):
    """How far the relationship with an account has come, or that it has been terminated."""

    DEVELOPMENT = "development"
    INITIAL = "initial"
    STABLE = "stable"
    STRATEGIC = "strategic"
    TERMINATED = "terminated"

    @property
    def is_customer(self) -> bool:
        """Whether they buy from us: not before the first purchase, and not once it is terminated."""
        return self not in {RelationshipStage.DEVELOPMENT, RelationshipStage.TERMINATED}


STAGES = (
    RelationshipStage.DEVELOPMENT,
    RelationshipStage.INITIAL,
    RelationshipStage.STABLE,
    RelationshipStage.STRATEGIC,
)
"""The stages, from the first to the last."""


def _nobody() -> Mapping[str, JobLevel]:
    return MappingProxyType({})


@attrs.frozen
class RelationshipPolicy:
    """When a relationship stands at which stage; all lengths in calendar days.

    Stable takes the largest share of wallet, in so many *measurements* running: at least *share*
    (0 to 1), or above every rival's where those are known; of one *category* of goods, or (nothing)
    of all they buy. Strategic takes an agreement in force and people of the *executive* levels of
    both sides met within *met*; *ours* says how high our own people stand, who are known to the host
    alone. A stage is lost once its conditions have not been met for more than *grace*, and the
    relationship itself after more than *lapse* without a purchase.
    """

    share: float = 0.5
    measurements: int = attrs.field(default=2, validator=attrs.validators.ge(1))
    category: str | None = None
    executive: frozenset[JobLevel] = frozenset({JobLevel.DIRECTOR})
    met: int = attrs.field(default=365, validator=attrs.validators.ge(0))
    ours: Mapping[str, JobLevel] = attrs.field(factory=_nobody)
    grace: int = attrs.field(default=90, validator=attrs.validators.ge(0))
    lapse: int = attrs.field(default=730, validator=attrs.validators.ge(0))


RELATIONSHIP = RelationshipPolicy()


class Reason(StrEnum):
    """What a passage rests on: a condition met or met no more, or what was told of the relationship."""

    REGISTERED = "registered"
    BOUGHT = "bought"
    LARGEST_SHARE = "largest share"
    AGREEMENT = "agreement in force"
    EXECUTIVES = "executives met"
    ENDED = "relationship ended"
    LAPSED = "nothing bought"
    RESUMED = "relationship resumed"


@attrs.frozen
class Spell:
    """The moment that is looked at, and the one from which on what happened counts: registration, or a recovery."""

    start: datetime
    at: datetime


@attrs.frozen
class Evidence:
    """What is told of an account, held against a policy at any moment up to the relation's."""

    relation: Relation
    policy: RelationshipPolicy = RELATIONSHIP

    @cached_property
    def meetings(self) -> tuple[Lasting[date], ...]:
        """The contacts in which executives of both sides took part: their days, each since it is known to be so."""
        found, rows = [], self._rows
        for one in self.relation.contacts if self._ours else ():
            there = [person for person in one.value.theirs if person in rows]
            known = [self._known(one, person, rows[person]) for person in there if self._ours & {*one.value.ours}]
            since = min((moment for moment in known if moment is not None), default=None)
            if since is not None:
                found.append(Lasting(self.relation.day(one.since), since, one.record, one.over, one.ended))
        return tuple(found)

    @cached_property
    def _ours(self) -> frozenset[str]:
        return frozenset(name for name, level in self.policy.ours.items() if level in self.policy.executive)

    @cached_property
    def _rows(self) -> Mapping[UUID, PersonRow]:
        return dict(self.relation.people)

    def is_unclear(self, contact: Lasting[Turn], at: datetime) -> bool:
        """Say whether an executive of ours took part in a contact, and by a moment nobody knew who of theirs, or how
        high one of them stood.
        """
        if not self._ours & {*contact.value.ours}:
            return False
        rows = [self._rows.get(person) for person in contact.value.theirs]
        levels = [None if row is None else level_met(row, contact.since) for row in rows]
        return not levels or any(level is None or level.end > at for level in levels)

    def _known(self, contact: Lasting[Turn], person: UUID, row: PersonRow) -> datetime | None:
        """Return since when a contact is known to be with an executive of theirs; nothing where it is with another."""
        level, came = level_met(row, contact.since), self.relation.came[person]
        if level is None or came is None or level.value not in self.policy.executive:
            return None
        return max(contact.since, level.end, came)


def conditions(stage: RelationshipStage, evidence: Evidence, spell: Spell) -> tuple[Part, ...]:
    """Return all that must be so for a relationship to stand at a stage, each with what was found."""
    wanted = STAGES.index(stage)
    checks = ((1, _bought), (2, _largest), (3, _agreed), (3, _executives))
    return tuple(check(evidence, spell) for least, check in checks if least <= wanted)


def _bought(evidence: Evidence, spell: Spell) -> Part:
    relation = evidence.relation
    first = next(purchases(relation, spell), None)
    if first is not None:
        return Part(Reason.BOUGHT, Answer.MET, f"first on {relation.day(first.since)}", first.records)
    back = [one for one in _in(spell, relation) if one.over is not None]
    text = "what was bought was taken back" if back else "nothing was bought"
    return Part(Reason.BOUGHT, Answer.UNMET, text, positions(*(one.records for one in back)))


def purchases(relation: Relation, spell: Spell, *, backward: bool = False) -> Iterator[Lasting[Money | None]]:
    """Yield the purchases that stood at a moment, the first or the last one first."""
    return (one for one in _in(spell, relation, backward=backward) if one.stands)


def _in(spell: Spell, relation: Relation, *, backward: bool = False) -> Iterator[Lasting[Money | None]]:
    begin = bisect_left(relation.purchases, spell.start, key=_since)
    end = bisect_right(relation.purchases, spell.at, key=_since)
    for spot in range(end - 1, begin - 1, -1) if backward else range(begin, end):
        yield relation.purchases[spot].as_of(spell.at)


def _since(one: Lasting[Money | None]) -> datetime:
    return one.since


def _largest(evidence: Evidence, spell: Spell) -> Part:
    """The last measurements are all of the largest share; one period measured again counts once."""
    relation, policy = evidence.relation, evidence.policy
    measured = running(relation, policy.category, spell)[-policy.measurements :]
    found = "; ".join(f"{one.value.share:.0%} on {relation.day(one.end)}" for one in measured)
    records = tuple(one.record for one in measured)
    if not measured:
        return Part(Reason.LARGEST_SHARE, Answer.UNKNOWN, "the share of wallet was not measured")
    if not all(_is_largest(one.value, policy) for one in measured):
        return Part(Reason.LARGEST_SHARE, Answer.UNMET, f"measured at {found}", records)
    if len(measured) < policy.measurements:
        text = f"measured at {found}; it takes {policy.measurements} measurements running"
        return Part(Reason.LARGEST_SHARE, Answer.UNKNOWN, text, records)
    return Part(Reason.LARGEST_SHARE, Answer.MET, f"measured at {found}", records)


def running(relation: Relation, category: str | None, spell: Spell) -> list[Dated[ShareMeasured]]:
    """Return the measurements of a category, in order; the last one of a period stands for the period."""
    found: dict[object, Dated[ShareMeasured]] = {}
    for one in relation.shares:
        if spell.start <= one.end <= spell.at and one.value.category == category:
            found[one.value.period or one.record] = one
    return [*found.values()]


def _is_largest(measured: ShareMeasured, policy: RelationshipPolicy) -> bool:
    rivals = [share for _, share in measured.rivals]
    return measured.share >= policy.share or (bool(rivals) and measured.share > max(rivals))


def _agreed(evidence: Evidence, spell: Spell) -> Part:
    relation = evidence.relation
    signed = [one for one in relation.agreements if one.since <= spell.at]
    force = [one for one in signed if in_force(relation, one, spell.at)]
    if force:
        until = f" until {force[-1].value.until}" if force[-1].value.until else ""
        return Part(Reason.AGREEMENT, Answer.MET, f"{force[-1].value.kind} in force{until}", (force[-1].record,))
    if signed:
        return Part(
            Reason.AGREEMENT, Answer.UNMET, "no agreement is in force any more", signed[-1].as_of(spell.at).records
        )
    return Part(Reason.AGREEMENT, Answer.UNMET, "no agreement was signed")


def in_force(relation: Relation, agreement: Lasting[AgreementSigned], at: datetime) -> bool:
    """Say whether an agreement that was signed by a moment was in force at it, its last day included."""
    last = agreement.value.until
    return agreement.as_of(at).stands and (last is None or relation.day(at) <= last)


def _executives(evidence: Evidence, spell: Spell) -> Part:
    """People of the executive levels of both sides took part in one contact, lately; unknown where none can have."""
    relation, policy, name = evidence.relation, evidence.policy, Reason.EXECUTIVES
    met = [one for one in evidence.meetings if one.since <= spell.at and one.as_of(spell.at).stands]
    if met:
        last = max(met, key=lambda one: one.value)
        ago = (relation.day(spell.at) - last.value).days
        answer = Answer.MET if ago <= policy.met else Answer.UNMET
        return Part(name, answer, f"last met on {last.value}, which counts for {policy.met} days", last.records)
    if not policy.executive & {*policy.ours.values()}:
        return Part(name, Answer.UNKNOWN, "nobody is named as an executive of ours")
    contacts = [one for one in relation.contacts if one.since <= spell.at]
    if not contacts:
        return Part(name, Answer.UNKNOWN, "no contact is recorded")
    unclear = [one for one in contacts if evidence.is_unclear(one, spell.at)]
    if unclear:
        text = "an executive of ours met somebody, and nobody knows who, or how high they stand"
        return Part(name, Answer.UNKNOWN, text, tuple(one.record for one in unclear))
    return Part(name, Answer.UNMET, "executives of both sides never met")
