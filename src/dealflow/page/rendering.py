"""Rendering: everything that is to be seen of a deal, put into the template.

The page is one file. It loads nothing, runs one script, whose digest its own policy names, and can be
read without it: then it shows the deal as known in the end.
"""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from hashlib import sha256
from importlib.resources import files
from itertools import takewhile
from typing import Any

import attrs

from dealflow.domain.deal import Deal, Status
from dealflow.extras import needed
from dealflow.journal import SOURCE
from dealflow.page.axis import Tick, axis, ticks
from dealflow.page.cells import field, spoken
from dealflow.page.clocks import Late, clocks, in_one_go, late, numbers
from dealflow.page.drawing import Drawing
from dealflow.page.groups import Group, Told, groups, title, told
from dealflow.page.island import island
from dealflow.page.people import committee_map
from dealflow.page.telling import Chapter, Compared, Said, Turn, chapters, compared, sides, turns
from dealflow.replay.comparison import Comparison
from dealflow.replay.frames import SeatAt
from dealflow.replay.review import Review
from dealflow.replay.story import Story
from dealflow.replay.tracks import Tracks
from dealflow.replay.turning import TurningPoints


@attrs.frozen
class ReplayPage:
    """What a page shows of a deal: its tracks and story, and its turning points and review where they are at hand.

    All are of one deal, as known at one moment, by one knowledge; a *comparison* sets others beside it.
    """

    tracks: Tracks
    story: Story
    turning: TurningPoints | None = None
    review: Review | None = None
    comparison: Comparison | None = None


def render(page: ReplayPage) -> str:
    """Write the page; the same values make the same page.

    Raises `MissingExtra` where Jinja is not installed, and `ValueError` where the deal was not opened,
    as far as was known.
    """
    deal = page.story.dossier.deal
    if deal is None or not page.tracks.happened:
        message = f"nothing is known yet of deal {page.tracks.deal}: there is nothing to be seen"
        raise ValueError(message)
    style, script = _packaged("replay.css"), _packaged("replay.js")
    return str(
        _template().render(
            style=style,
            script=script,
            policy=_policy(style, script),
            **attrs.asdict(_seen(page, deal), recurse=False),
        )
    )


def _packaged(name: str) -> str:
    return (files("dealflow.page") / "templates" / name).read_text(encoding="utf-8")


def _template() -> Any:
    jinja2 = needed("jinja2", extra="html", to="write the page of a deal")
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("dealflow.page"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("replay.html")


def _policy(style: str, script: str) -> str:
    """Say what the page may do: show its own style, run its own script, and nothing else."""
    return (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


@attrs.frozen
class _Seen:
    """What the template is filled with; pictures and the island are written already."""

    account: str
    title: str
    status: str
    standing: str
    amount: str
    span: str
    asked: str
    ticks: tuple[Tick, ...]
    breaks: tuple[float, ...]
    clocks: str
    late: tuple[Late, ...]
    lateness: str
    numbers: str
    groups: tuple[Group, ...]
    tables: Mapping[str, tuple[Told, ...]]
    map: str | None
    seats: tuple["_Seat", ...]
    turns: tuple[Turn, ...]
    chapters: tuple[Chapter, ...]
    review: tuple[Said, ...]
    comparison: Comparison | None
    compared: tuple[Compared, ...]
    island: str


@attrs.frozen
class _Seat:
    key: str
    name: str
    cells: tuple[tuple[str, str], ...]


def _seen(page: ReplayPage, deal: Deal) -> _Seen:
    tracks, account = page.tracks, page.story.dossier.account
    drawing = Drawing(tracks, axis(tracks), page.story.names)
    shown, turned = groups(drawing), turns(page.turning, drawing)
    return _Seen(
        account=account.name if account else drawing.names(deal.account),
        title=deal.title,
        status=deal.status.value,
        standing=_standing(page.story, deal),
        amount=str(deal.amount) if deal.amount else "amount unknown",
        span=f"{len(tracks.marks)} records, {tracks.happened[0].on} to {tracks.happened[-1].on}",
        asked=_asked(tracks),
        ticks=ticks(tracks, drawing.scale),
        breaks=drawing.scale.breaks,
        clocks=clocks(drawing),
        late=tuple(late(drawing).values()),
        lateness="known in one go" if in_one_go(drawing) else f"{len(late(drawing))} known late",
        numbers=numbers({one.number: one.place for one in turned}) if turned else "",
        groups=shown,
        tables={one.id: told(drawing, one.keys) for one in shown},
        map=committee_map(drawing),
        seats=tuple(_seats(drawing)),
        turns=turned,
        chapters=chapters(page.story, drawing),
        review=sides(page.review),
        comparison=page.comparison,
        compared=compared(page.comparison),
        island=island(drawing, page.story.lines),
    )


def _standing(story: Story, deal: Deal) -> str:
    """Say how the deal stands, and since when where it ended."""
    if deal.merged_into is not None:
        return f"merged into {story.names(deal.merged_into)}"
    if deal.status is Status.OPEN:
        return f"open, at {spoken(deal.stage)}"
    *_, ended = takewhile(lambda line: line.status is deal.status, reversed(story.lines))
    return f"{deal.status} {ended.on.isoformat()}"


def _asked(tracks: Tracks) -> str:
    whose = "the system it was imported from" if tracks.knowledge == SOURCE else "the journal"
    return f"as known to {whose} on {tracks.known[-1].on}"


def _seats(drawing: Drawing) -> Iterator[_Seat]:
    """Yield the rows of the committee's table, as known in the end."""
    last = len(drawing.tracks.happened) - 1
    for key in drawing.keys("seat"):
        value = next((one.value for one in drawing.areas(key) if one.holds(last, drawing.last)), None)
        yield _Seat(key, title(drawing, key), tuple(_cells(value)))


COLUMNS = ("roles", "influence", "stance", "contact", "main", "left")


def _cells(seat: SeatAt | None) -> Iterator[tuple[str, str]]:
    for name in COLUMNS:
        yield name, field(getattr(seat, name)) if seat else ""
