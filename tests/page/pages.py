"""Pages to look at: those of the demo, of a deal whose words are hostile, and of a leadforge deal."""

import gzip
import json
import re
from base64 import b64decode
from datetime import datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import dealflow as df
from dealflow.page import ReplayPage, render
from tests.clock import Clock

NIGHT = datetime(2026, 1, 10, 2, 30, tzinfo=timezone(timedelta(hours=8)))  # in UTC it is still the 9th


def page(flow: df.DealFlow, deal: UUID, **how: Any) -> ReplayPage:
    """Gather what a page shows."""
    closed = flow.deal(deal, **how).deal
    return ReplayPage(
        tracks=flow.tracks(deal, **how),
        story=flow.replay(deal, **how),
        turning=flow.turning_points(deal, **how),
        review=flow.review(deal, **how) if closed is not None and closed.end is not None else None,
    )


def written(flow: df.DealFlow, deal: UUID, **how: Any) -> str:
    return render(page(flow, deal, **how))


def at_night(at: datetime = NIGHT) -> tuple[df.DealFlow, UUID]:
    """Return a journal that reads days in Shanghai, and its deal, valued there at night."""
    flow = df.DealFlow.open("memory:", clock=Clock(), zone="Asia/Shanghai")
    day = NIGHT.date() - timedelta(days=5)
    account = flow.do(df.RegisterAccount("Acme"), by="li", at=day).stream
    deal = flow.do(df.OpenDeal(account, "Line 4"), by="li", at=day).stream
    flow.do(df.ValueDeal(df.Money.of(7, "EUR")), by="li", on=deal, at=at)
    return flow, deal


def island(text: str) -> Any:
    """Return what the script of a page reads."""
    (found,) = re.findall(r'<script type="text/plain" id="island">([A-Za-z0-9+/=]*)</script>', text)
    return json.loads(gzip.decompress(b64decode(found)))
