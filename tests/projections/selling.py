"""A short playbook, and deals that go through it on given days: what the tests of the pipeline stand on."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import dealflow as df
from tests.clock import Clock

SHORT = df.Playbook.of(
    "short",
    "Three steps",
    [
        df.Milestone("meet", "Met", Decimal("0.1"), days=10),
        df.Milestone("offer", "Offered", Decimal("0.5")),
        df.Milestone("sign", "Signing", meaning=df.Meaning.COMMITTED),
    ],
)
ACCOUNT = UUID(int=7)
DAY_ONE = date(2026, 1, 1)


def day(number: int) -> date:
    """Return so many days after the first."""
    return DAY_ONE + timedelta(days=number)


def journal(now: date = date(2026, 12, 31)) -> df.DealFlow:
    """Open a journal whose clock stands at noon of *now*."""
    return df.DealFlow.open("memory:", clock=Clock(datetime(now.year, now.month, now.day, 12, tzinfo=UTC)))


def deal(flow: df.DealFlow, *path: tuple[int, str], **opening: object) -> UUID:
    """Sell one deal: on each day it comes to a milestone, forward or back, or to an end.

    The first step is its opening; `won`, `lost`, `abandoned` are ends, and a milestone after one
    reopens it.
    """
    (first, at), *rest = path
    command = df.OpenDeal(**{"account": ACCOUNT, "title": "A deal", "playbook": SHORT, "at": at} | opening)  # type: ignore[arg-type]
    stream = flow.do(command, by="li", at=day(first)).stream
    for number, step in rest:
        flow.do(_command(flow, stream, step), on=stream, by="li", at=day(number))
    return stream


def _command(flow: df.DealFlow, stream: UUID, step: str) -> df.Command:
    match step:
        case "won":
            return df.WinDeal(skip_rest=True)
        case "lost":
            return df.LoseDeal()
        case "abandoned":
            return df.AbandonDeal("not worth it")
    now = flow.state(stream)
    if now.status is not df.Status.OPEN:
        return df.ReopenDeal("changed their mind", at=step)
    keys = SHORT.keys()
    if keys.index(step) < keys.index(now.stage):
        return df.RevertStage(step, "new people")
    return df.AdvanceStage(step, reason="asked for")
