"""SVG: elements as text, and which of them are drawn as of which stop of the known clock.

Places along the axis are percentages, so that a picture is as wide as the page and its text is not
stretched. What differs by what was known is written once for each span of stops, and shown by it.
"""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby

Attribute = str | float | None  # an absent one is left out


def element(name: str, *children: str, **attributes: Attribute) -> str:
    """Write an element; *children* are written already. A name's underscores are hyphens, a last one is dropped."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_number(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    inside = "".join(children)
    return f"<{name}{written}>{inside}</{name}>" if inside else f"<{name}{written}/>"


def text(words: str, **attributes: Attribute) -> str:
    """Write words into a picture."""
    return element("text", escape(words, quote=False), **attributes)


def percent(x: float) -> str:
    """Write a place along the axis."""
    return f"{_number(round(x, 2))}%"


def _number(value: str | float) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def picture(title: str, desc: str, height: int, *content: str) -> str:
    """Write a picture that says what it is; its data stand in the table beside it."""
    return element(
        "svg",
        element("title", escape(title, quote=False)),
        element("desc", escape(desc, quote=False)),
        *content,
        role="img",
        height=height,
        width="100%",
    )


def layered(drawn: Sequence[Iterable[str]]) -> str:
    """Write what is drawn at each stop of the known clock, each shape once for every span over which it is drawn.

    What is drawn at the last stop is to be seen, the rest is hidden until somebody goes back to it.
    """
    last = len(drawn) - 1
    spans = sorted(_spans(drawn), key=lambda one: one[1:])
    return "".join(
        _shown((shape for shape, _, _ in some), since, until, last)
        for (since, until), some in groupby(spans, key=lambda one: one[1:])
    )


def _spans(drawn: Sequence[Iterable[str]]) -> Iterator[tuple[str, int, int]]:
    standing: dict[str, int] = {}
    for known, shapes in enumerate(drawn):
        now = dict.fromkeys(shapes)
        yield from ((shape, since, known - 1) for shape, since in standing.items() if shape not in now)
        standing = {shape: standing.get(shape, known) for shape in now}
    yield from ((shape, since, len(drawn) - 1) for shape, since in standing.items())


def _shown(shapes: Iterable[str], since: int, until: int, last: int) -> str:
    if (since, until) == (0, last):
        return "".join(shapes)
    return element("g", *shapes, data_k=f"{since} {until}", hidden=None if until == last else "hidden")
