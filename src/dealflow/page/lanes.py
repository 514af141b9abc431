"""Lanes: what was so for a while, as bars along the axis; each colour is doubled by a pattern, a sign or a word."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from itertools import groupby
from types import MappingProxyType

import attrs

from dealflow.domain.deal import Status
from dealflow.domain.objection import ObjectionStatus
from dealflow.domain.promise import PromiseStatus
from dealflow.domain.stakeholder import Stance
from dealflow.page.cells import spoken, words
from dealflow.page.drawing import Drawing, Span
from dealflow.page.svg import element, percent, picture, text
from dealflow.projections.thresholds import ThresholdState
from dealflow.projections.warnings.judging import WarningState

Looks = Callable[[Span], "Look | None"]
HIGH, THIN = 26, 3  # pixels
ROOM, NARROW = 1.05, 2.7  # how much of the axis a letter takes, on a wide page and on a narrow one
MOST_TONES = 6


@attrs.frozen
class Look:
    """How a bar is drawn: the name of its style, and what stands in it."""

    style: str
    label: str


def lane(drawing: Drawing, title: str, key: str, look: Looks) -> str:
    """Draw a track as bars; a value without a look is left out."""
    return picture(title, _told(drawing, key), HIGH, _bars(drawing, key, look))


def _bars(drawing: Drawing, key: str, look: Looks) -> str:
    return drawing.layers(lambda known: _drawn(drawing.spans(key, known), look))


def _drawn(spans: Iterable[Span], look: Looks) -> Iterator[str]:
    """Yield a bar for each look; neighbours that look alike are one."""
    for found, some in groupby(spans, look):
        alike = tuple(some)
        if found is not None:
            yield _bar(alike[0].left, alike[-1].right, found)


def _bar(left: float, right: float, look: Look) -> str:
    return element(
        "svg",
        element("rect", class_="fill"),
        label(look.label, right - left),
        class_=f"bar {look.style}",
        x=percent(left),
        width=percent(max(right - left, 0.4)),
        height=HIGH,
    )


def label(words: str, width: float) -> str:
    """Write what fits into a bar, nothing where that is next to nothing."""
    room = int((width - 1.6) / ROOM)
    if room < min(len(words), 4):
        return ""
    fits = words if len(words) <= room else f"{words[: room - 1]}…"
    roomy = len(fits) * NARROW + 3 > width
    return text(fits, class_="roomy" if roomy else None)


def _told(drawing: Drawing, key: str) -> str:
    """Say in words where a lane has come to, as known in the end; the table tells the rest."""
    found = drawing.values(key)
    if not found:
        return "Nothing, as known in the end."
    last = found[-1]
    since = drawing.tracks.happened[last.happened[0]].on.isoformat()
    return f"{len(found)} in a row, at last {words(key, last.value, drawing.names)} from {since}."


# The looks


def stage(drawing: Drawing) -> str:
    """Draw the milestones a deal stood at, and over them how it ended."""
    seen = dict.fromkeys(one.value for known in (None, *range(drawing.last)) for one in drawing.values("stage", known))
    tones = {value: number % MOST_TONES for number, value in enumerate(seen)}
    bars = _bars(drawing, "stage", lambda span: Look(f"tone{tones[span.value]}", spoken(span.value)))
    ends = _bars(drawing, "status", lambda span: _ENDS.get(span.value))
    usual = drawing.layers(lambda known: _usual(drawing, known))
    return picture("Stage", _told(drawing, "stage"), HIGH, bars, ends, usual)


def _usual(drawing: Drawing, known: int) -> Iterator[str]:
    """Yield a thin bar in each stay, as long as one usually lasts by the playbook; in turns low and high, since one
    may reach into the next.
    """
    for number, one in enumerate(drawing.values("stage", known)):
        came, days = drawing.tracks.happened[one.happened[0]].at, drawing.tracks.usual.get(one.value)
        if days is not None:
            left, right = drawing.scale.x(came), drawing.scale.x(came + timedelta(days=days))
            y = HIGH - THIN - number % 2 * (THIN + 1)
            yield element("rect", class_="usual", x=percent(left), width=percent(right - left), y=y, height=THIN)


_ENDS: Mapping[Status, Look] = MappingProxyType(
    {
        Status.WON: Look("won", "✓ won"),
        Status.LOST: Look("lost", "✕ lost"),
        Status.ABANDONED: Look("lost", "✕ given up"),
    }
)


def plain_bar(drawing: Drawing, key: str) -> Callable[[Span], Look]:
    """Return the look of a bar that says its value in words."""
    return lambda span: Look("tone1", words(key, span.value, drawing.names))


_STATES: Mapping[ThresholdState, str] = MappingProxyType(
    {ThresholdState.OPEN: "empty", ThresholdState.PARTLY: "half", ThresholdState.PASSED: "whole"}
)


def threshold(span: Span) -> Look:
    """A threshold is empty, half or whole, with how many of its conditions are met."""
    return Look(_STATES[span.value.state], f"{span.value.state} {span.value.met}/{span.value.of}")


def level(span: Span) -> Look:
    """Safe, watch and danger."""
    return Look(str(span.value), str(span.value))


def warning(style: str) -> Callable[[Span], Look | None]:
    """A warning is drawn while it is up."""
    return lambda span: Look(style, "up") if span.value is WarningState.UP else None


_STANCES: Mapping[Stance | None, tuple[str, str]] = MappingProxyType(
    {
        Stance.SUPPORT: ("for", "supports"),
        Stance.NEUTRAL: ("neutral", "neutral"),
        Stance.OPPOSE: ("against", "opposes"),
        None: ("empty", "unknown"),
    }
)


def seat(span: Span) -> Look:
    """Somebody's stance, and how closely we were in touch."""
    if span.value.left:
        return Look("gone", "left")
    style, stance = _STANCES[span.value.stance]
    return Look(style, f"{stance} · contact {span.value.contact}")


_OBJECTIONS: Mapping[ObjectionStatus, Look] = MappingProxyType(
    {
        ObjectionStatus.OPEN: Look("against", "open"),
        ObjectionStatus.ANSWERED: Look("half", "answered"),
        ObjectionStatus.RESOLVED: Look("settled", "✓ resolved"),
        ObjectionStatus.CONCEDED: Look("settled", "✕ conceded"),
    }
)


def objection(span: Span) -> Look:
    """Open, answered, settled; one to the price that came early bears a flag."""
    found = _OBJECTIONS[span.value.status]
    return attrs.evolve(found, label=f"⚑ {found.label}") if span.value.early else found


_PROMISES: Mapping[PromiseStatus, Look] = MappingProxyType(
    {
        PromiseStatus.OPEN: Look("half", "promised"),
        PromiseStatus.KEPT: Look("settled", "✓ kept"),
        PromiseStatus.BROKEN: Look("lost", "✕ broken"),
    }
)


def promise(span: Span) -> Look:
    """Promised, kept, broken."""
    return _PROMISES[span.value.status]


def rival(span: Span) -> Look | None:
    """A competitor is drawn while they are in the deal, with what they bid."""
    if not span.value.present:
        return None
    return Look("neutral", f"bid {span.value.bid}" if span.value.bid else "in the deal")
