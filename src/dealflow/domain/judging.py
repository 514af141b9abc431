"""Judging: what the gates of a milestone found, and which of them are shut (domain.md §2)."""

from collections.abc import Iterator

import attrs

from dealflow.decider import Facts, Refusal
from dealflow.domain.criteria import Case
from dealflow.domain.deal import Deal
from dealflow.domain.gate import IMPORTED, PASSED, Answer, CriterionName, Finding, Gate, Verdict
from dealflow.domain.seat import seats

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
    case = Case(facts.stream, deal, seats(facts.stream, records), records, facts.at)
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
