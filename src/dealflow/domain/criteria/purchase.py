"""Criteria about the purchase: is it worth it to them, and to us; how will they choose (domain.md §3, §6, §7)."""

from collections.abc import Mapping
from types import MappingProxyType
from uuid import UUID

import attrs

from dealflow.domain.contest import CompetitorEntered
from dealflow.domain.criteria.case import Case, Found, cited, yes
from dealflow.domain.gate import Answer
from dealflow.domain.need import NeedMoved, NeedUncovered, Rung
from dealflow.domain.purchase import PurchaseProcessMapped
from dealflow.domain.qualification import Pursuit, Qualified, YesNo
from dealflow.domain.worth import VALUE, ValuePolicy, Weighing, equation

_OF_WEIGHING: Mapping[Weighing, Answer] = MappingProxyType(
    {
        Weighing.OUTWEIGHS: Answer.MET,
        Weighing.FALLS_SHORT: Answer.UNMET,
        Weighing.UNKNOWN: Answer.UNKNOWN,
    }
)
_OF_COMPETITION: Mapping[YesNo, Answer] = MappingProxyType(
    {YesNo.NO: Answer.MET, YesNo.YES: Answer.UNMET, YesNo.UNKNOWN: Answer.UNKNOWN}
)


def value_equation_positive(case: Case, policy: ValuePolicy = VALUE) -> Found:
    """The quantified problems cost the customer more than our price; *unknown* while there is none, or no rate to it.

    With nothing quantified they outweigh nothing: *unmet*.
    """
    found = equation(case.id, case.records, policy)
    return _OF_WEIGHING[found.balance.verdict], found.records


def need_must_change(case: Case) -> Found:
    """Somebody with a seat has a need that must change now; *unknown* while none does and one stands on no rung yet.

    It is unknown too while no need of theirs is known.
    """
    present = {seat.stakeholder for seat in case.seats if seat.left is None}
    needs: dict[tuple[UUID, str], tuple[Rung | None, int]] = {}
    for record in case.records:
        match record.event:
            case NeedUncovered(id=id_, deal=deal) if record.stream in present and deal in {None, case.id}:
                needs[record.stream, id_] = None, record.position
            case NeedMoved(ref=ref, rung=rung) if (record.stream, ref) in needs:
                needs[record.stream, ref] = rung, record.position
            case _:
                pass
    pressing = tuple(position for rung, position in needs.values() if rung is Rung.MUST_CHANGE)
    if pressing:
        return Answer.MET, pressing
    rungs = {rung for rung, _ in needs.values()}
    known = bool(rungs) and None not in rungs
    return (Answer.UNMET if known else Answer.UNKNOWN), tuple(position for _, position in needs.values())


def screening_passed(case: Case) -> Found:
    """The five screening questions were answered yes; one no is *unmet*, else one unknown is *unknown*."""
    asked = case.own(Qualified)[-1:]
    answers = {answer for one in asked for answer in attrs.astuple(one.event.screening)}
    if YesNo.NO in answers:
        return Answer.UNMET, cited(asked)
    return (Answer.MET if answers == {YesNo.YES} else Answer.UNKNOWN), cited(asked)


def worth_pursuing(case: Case) -> Found:
    """The last qualification says: with full force; *unknown* while the deal was not qualified."""
    asked = case.own(Qualified)[-1:]
    if not asked:
        return Answer.UNKNOWN, ()
    return yes(asked[0].event.verdict is Pursuit.PASS), cited(asked)


def purchase_process_mapped(case: Case) -> Found:
    """The customer's own steps are written down."""
    return yes(case.deal.purchase.steps), cited(case.own(PurchaseProcessMapped)[-1:])


def competition_known(case: Case) -> Found:
    """A competitor is named, also one that has left, or the risk question says that there is none.

    *Unmet* where it says that there is one, else *unknown*.
    """
    if case.deal.contest.rivals:
        return Answer.MET, cited(case.own(CompetitorEntered))
    asked = case.own(Qualified)[-1:]
    answers = (one.event.risk.has_competition for one in asked)
    return _OF_COMPETITION[next(answers, YesNo.UNKNOWN)], cited(asked)
