"""Pages to look at: those of the demo, of a deal whose words are hostile, and of a leadforge deal."""

import gzip
import json
import re
from base64 import b64decode
from typing import Any
from uuid import UUID

import dealflow as df
from dealflow.page import ReplayPage, render


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


def island(text: str) -> Any:
    """Return what the script of a page reads."""
    (found,) = re.findall(r'<script type="text/plain" id="island">([A-Za-z0-9+/=]*)</script>', text)
    return json.loads(gzip.decompress(b64decode(found)))
