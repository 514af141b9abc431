"""A playbook of one's own: selling through partners, with a gate that asks a question of one's own.

Run it: `python -m examples.own_playbook`.
"""

import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from dealflow import (
    AdvanceStage,
    Answer,
    Case,
    DealFlow,
    Ends,
    Gate,
    Meaning,
    Milestone,
    Note,
    OpenDeal,
    Playbook,
    Refused,
    RegisterAccount,
)
from dealflow.domain.noun import Noted

AGREED = "example.margin-agreed"  # a note of ours: the partner's margin, and whether they signed it


def margin_agreed(case: Case) -> tuple[Answer, tuple[int, ...]]:
    """The partner signed their margin; unknown while nobody has noted anything about it."""
    for record in reversed(case.records):
        if isinstance(record.event, Noted) and record.event.kind == AGREED:
            signed = dict(record.event.data).get("signed")
            return (Answer.MET if signed else Answer.UNMET), (record.position,)
    return Answer.UNKNOWN, ()


CRITERIA = {"example.margin-agreed": margin_agreed}

PARTNERS = Playbook.of(
    "partners",
    "Selling through partners",
    [
        Milestone("registered", "Registered by the partner", chance=Decimal("0.20"), days=10),
        Milestone(
            "joint_visit", "Visited together", chance=Decimal("0.45"), gate=Gate(strict=("example.margin-agreed",))
        ),
        Milestone("quoted", "Quoted by the partner", chance=Decimal("0.70"), meaning=Meaning.COMMITTED),
    ],
    Ends(won="ordered", lost="not ordered", abandoned="given back"),
)


def told(flow: DealFlow, day: date) -> Iterator[str]:
    """Sell one deal under it, and tell how the gate answers."""
    account = flow.do(RegisterAccount("Acme Steel"), by="ma.jun", at=day).stream
    deal = flow.do(OpenDeal(account, "Spare parts", PARTNERS), by="ma.jun", at=day).stream
    flow.do(AdvanceStage("joint_visit"), on=deal, by="ma.jun", at=day)
    for signed in (None, False, True):
        if signed is not None:
            flow.do(Note(AGREED, {"signed": signed}), on=deal, by="ma.jun", at=day)
        try:
            flow.do(AdvanceStage("quoted"), on=deal, by="ma.jun", at=day)
        except Refused as no:
            yield str(no)
        else:
            yield f"at {flow.state(deal).stage}"


if __name__ == "__main__":
    with DealFlow.open("memory:", criteria=CRITERIA) as journal:
        sys.stdout.writelines(f"{line}\n" for line in told(journal, date(2026, 3, 2)))
