"""Criteria: what gates may ask by name, each a pure function of a case (domain.md §2).

What asks about our own notes (is somebody known, is something written down, was it quantified)
answers met or unmet, for those we know completely. What asks about the world answers unknown while
our notes do not tell.
"""

from collections.abc import Mapping
from types import MappingProxyType

from dealflow.domain.criteria import contacts, people, purchase
from dealflow.domain.criteria.case import Case, Criterion, Found
from dealflow.domain.gate import CriterionName

__all__ = ["CRITERIA", "Case", "Criterion", "Found"]

CRITERIA: Mapping[CriterionName, Criterion] = MappingProxyType(
    {
        "economic-buyer-identified": people.economic_buyer_identified,
        "economic-buyer-met": people.economic_buyer_met,
        "economic-buyer-not-opposed": people.economic_buyer_not_opposed,
        "technical-buyer-met": people.technical_buyer_met,
        "technical-buyer-not-opposed": people.technical_buyer_not_opposed,
        "coach-identified": people.coach_identified,
        "coach-present": people.coach_present,
        "every-role-identified": people.every_role_identified,
        "buyers-rated": people.buyers_rated,
        "value-equation-positive": purchase.value_equation_positive,
        "need-must-change": purchase.need_must_change,
        "screening-passed": purchase.screening_passed,
        "worth-pursuing": purchase.worth_pursuing,
        "purchase-process-mapped": purchase.purchase_process_mapped,
        "competition-known": purchase.competition_known,
        "recent-contact": contacts.recent_contact,
        "next-step-agreed": contacts.next_step_agreed,
        "no-open-true-objection": contacts.no_open_true_objection,
    }
)
