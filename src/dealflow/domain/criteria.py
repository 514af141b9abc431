"""Criteria: what gates may ask, each a pure function of a deal and its people (domain.md §2, §4)."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from uuid import UUID

import attrs

from dealflow.decider import Facts, Refusal
from dealflow.domain.deal import Deal
from dealflow.domain.gate import IMPORTED, PASSED, Answer, CriterionName, Finding, Gate, Verdict
from dealflow.domain.seat import Seat, seats
from dealflow.domain.stakeholder import Role, Stance
from dealflow.journal import Record


@attrs.frozen
class Case:
    """What a criterion looks at: the deal, who sits in it, and the records behind both."""

    id: UUID
    deal: Deal
    seats: tuple[Seat, ...]
    records: tuple[Record, ...]

    def playing(self, role: Role) -> tuple[Seat, ...]:
        """Return the seats of those who hold *role* in the deal and have not left."""
        return tuple(seat for seat in self.seats if seat.plays(role) and seat.left is None)


Found = tuple[Answer, tuple[int, ...]]
Criterion = Callable[[Case], Found]


def economic_buyer_identified(case: Case) -> Found:
    """Somebody is known to give the final approval; nobody known is *unmet*: we know our own notes."""
    return _identified(case, Role.ECONOMIC)


def coach_identified(case: Case) -> Found:
    """Somebody inside guides us and wants us to win."""
    return _identified(case, Role.COACH)


def economic_buyer_met(case: Case) -> Found:
    """An economic buyer took part in a held interaction; *unknown* while nobody is known to be one."""
    buyers = case.playing(Role.ECONOMIC)
    held = tuple(met.record for seat in buyers for met in seat.met)
    if held:
        return Answer.MET, (*_positions(buyers, Role.ECONOMIC), *held)
    return (Answer.UNMET if buyers else Answer.UNKNOWN), _positions(buyers, Role.ECONOMIC)


def technical_buyer_not_opposed(case: Case) -> Found:
    """No technical buyer opposes us; *unknown* while one has shown no stance, or none is known."""
    buyers = case.playing(Role.TECHNICAL)
    stances = tuple(seat.stance for seat in buyers)
    cited = (*_positions(buyers, Role.TECHNICAL), *(stance.record for stance in stances if stance))
    if any(stance is not None and stance.value is Stance.OPPOSE for stance in stances):
        return Answer.UNMET, cited
    return (Answer.UNKNOWN if None in stances or not stances else Answer.MET), cited


def _identified(case: Case, role: Role) -> Found:
    found = case.playing(role)
    return (Answer.MET if found else Answer.UNMET), _positions(found, role)


def _positions(found: tuple[Seat, ...], role: Role) -> tuple[int, ...]:
    return tuple(cited.record for seat in found if (cited := seat.plays(role)))


CRITERIA: Mapping[CriterionName, Criterion] = MappingProxyType(
    {
        "economic-buyer-identified": economic_buyer_identified,
        "economic-buyer-met": economic_buyer_met,
        "technical-buyer-not-opposed": technical_buyer_not_opposed,
        "coach-identified": coach_identified,
    }
)


# Judging

UNANSWERABLE = "nobody here can answer this"


@attrs.frozen
class GateNotMet:
    """A strict criterion of a gate is not met."""

    finding: Finding

    def __str__(self) -> str:
        return f"gate: {self.finding.criterion} is {self.finding.answer}; see to it, or override with a reason"


@attrs.frozen
class UnknownCriterion:
    """A gate asks what nobody here can answer."""

    name: CriterionName

    def __str__(self) -> str:
        return f"no criterion {self.name!r} here: pass it to DealFlow.open(criteria=...), or revise the playbook"


def judge(deal: Deal, gates: tuple[Gate, ...], facts: Facts, override: str | None) -> Verdict:
    """Ask every criterion of *gates* and write down what was found.

    A history that is imported was judged elsewhere: every answer is unknown.
    """
    asked = {name: False for gate in gates for name in gate.advisory}
    asked |= {name: True for gate in gates for name in gate.strict}
    if facts.imported:
        findings = tuple(Finding(name, Answer.UNKNOWN, strict, note=IMPORTED) for name, strict in asked.items())
        return Verdict(findings, facts.position)
    if not asked:
        return PASSED
    records = facts.look()
    case = Case(facts.stream, deal, seats(facts.stream, records), records)
    findings = tuple(_find(name, strict, case, facts) for name, strict in asked.items())
    overridden = any(one.strict and one.answer is not Answer.MET for one in findings)
    return Verdict(findings, facts.position, override if overridden else None)


def _find(name: CriterionName, strict: bool, case: Case, facts: Facts) -> Finding:
    if name not in facts.criteria:
        return Finding(name, Answer.UNKNOWN, strict, note=UNANSWERABLE)
    answer, positions = facts.criteria[name](case)
    return Finding(name, answer, strict, tuple(sorted(set(positions))))


def shut(verdict: Verdict, facts: Facts) -> Iterator[Refusal]:
    """Say which strict criteria are not met, and which of them nobody can answer."""
    if facts.imported or verdict.override is not None:
        return
    for one in verdict.findings:
        if one.strict and one.answer is not Answer.MET:
            yield GateNotMet(one) if one.criterion in facts.criteria else UnknownCriterion(one.criterion)
