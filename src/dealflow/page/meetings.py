"""Meetings: our contacts along the axis, a picture for each channel.

The sign says what came of one, its size how long it was.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from dealflow.domain.interaction import Channel, Conclusion, InteractionStatus
from dealflow.page.cells import spoken
from dealflow.page.drawing import Drawing, Span
from dealflow.page.svg import element, percent, picture, text
from dealflow.replay.frames import ContactAt

ROW = 26  # pixels
SMALL, LARGE, LONG = 13, 20, 120  # the size of a sign, and at how many minutes it is largest

SIGNS: Mapping[Conclusion | None, str] = MappingProxyType(
    {
        Conclusion.ORDER: "★",
        Conclusion.ADVANCE: "▲",
        Conclusion.CONTINUATION: "●",
        Conclusion.NO_SALE: "■",
        None: "○",
    }
)
"""What came of a contact that was held; a ring where nobody said."""

OTHERS: Mapping[InteractionStatus, str] = MappingProxyType(
    {
        InteractionStatus.PLANNED: "◌",
        InteractionStatus.CANCELLED: "⊘",
        InteractionStatus.MISSED: "✕",
        InteractionStatus.ATTEMPTED: "⌀",
    }
)


def channels(drawing: Drawing) -> tuple[Channel, ...]:
    """Return the channels that were used, each a row."""
    return tuple(dict.fromkeys(one.channel for key in drawing.keys("contact") for one in drawing.ever(key)))


def meetings(drawing: Drawing, channel: Channel) -> str:
    """Draw the contacts through one channel, and the silences between contacts of any."""
    silences = drawing.each("silent", _silence)
    signs = drawing.layers(lambda known: _signs(drawing, channel, known))
    said = "A sign for each contact: star order, triangle advance, disc continuation, square no sale; hatched: silence."
    return picture(f"Contacts by {spoken(channel)}", said, ROW, silences, signs)


def _silence(span: Span) -> str:
    return element("rect", x=percent(span.left), y=0, width=percent(span.width), height=ROW, class_="silence")


def _signs(drawing: Drawing, channel: Channel, known: int) -> Iterator[str]:
    for key in drawing.keys("contact"):
        spans = drawing.spans(key, known)
        if spans and spans[-1].value.channel is channel:
            last = spans[-1].value
            place = next(one.left for one in spans if one.value.status is last.status)
            yield _sign(place, last)


def _sign(place: float, one: ContactAt) -> str:
    held = one.status is InteractionStatus.HELD
    sign = SIGNS[one.outcome] if held else OTHERS[one.status]
    size = SMALL + (LARGE - SMALL) * min(one.minutes or 0, LONG) // LONG
    return text(sign, x=percent(place), y=ROW // 2 + size // 3, class_="sign", font_size=size)
