"""Curves: figures over time, as steps; where one is unknown there is a gap."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any

import attrs

from dealflow.money import Money
from dealflow.page.drawing import Drawing, Span
from dealflow.page.svg import Attribute, element, percent, picture, text

HIGH, PAD = 96, 12  # pixels, and what is left free above and below
Height = Callable[[Any], float | None]


@attrs.frozen
class Curve:
    """One figure: its track, its style, and how far up its values lie, from 0 to 1; nothing where that is unknown."""

    key: str
    style: str
    height: Height


def curves(drawing: Drawing, title: str, desc: str, some: Iterable[Curve], *more: str, ends: tuple[str, str]) -> str:
    """Draw several figures over one another, between two named ends."""
    return picture(title, desc, HIGH, *_frame(ends), *(_curve(drawing, one) for one in some), *more)


def _curve(drawing: Drawing, one: Curve) -> str:
    steps = drawing.layers(lambda known: _steps(drawing.spans(one.key, known), one))
    return element("g", steps, class_=f"curve {one.style}")


def _frame(ends: tuple[str, str]) -> Iterator[str]:
    for height, name in zip((0.0, 1.0), ends, strict=True):
        yield element("line", x1="0", x2="100%", y1=y(height), y2=y(height), class_="grid")
        yield text(name, x=2, y=y(height) + (11 if height else -3), class_="end")


def _steps(spans: Iterable[Span], one: Curve) -> Iterator[str]:
    known = [(span, height) for span in spans if (height := one.height(span.value)) is not None]
    for span, height in known:
        yield _line(span.left, span.right, y(height), y(height))
    for (before, low), (after, high) in pairwise(known):
        if before.right == after.left and low != high:
            yield _line(after.left, after.left, y(low), y(high))


def _line(left: float, right: float, top: float, bottom: float) -> str:
    ends: Mapping[str, Attribute] = {"x1": percent(left), "x2": percent(right), "y1": top, "y2": bottom}
    return element("line", **ends)


def y(height: float) -> float:
    """Return how many pixels from above a height from 0 to 1 lies."""
    return round(PAD + (1 - height) * (HIGH - 2 * PAD), 1)


def share(drawing: Drawing) -> str:
    """Draw the support surface."""
    said = "The share of the committee's weight that supports us, from nobody to everybody."
    some = [Curve("support", "c0", lambda one: None if one.share is None else float(one.share))]
    return curves(drawing, "Support surface", said, some, ends=("0 %", "100 %"))


NEAR = ("relationship", "solution", "price", "composite")


def nearness(drawing: Drawing) -> str:
    """Draw how close the decision chain is: four figures, each with its own stroke."""
    said = "How near the decision chain is to us, from far to near: relationship, solution, price and the composite."
    some = [Curve(key, f"c{number}", float) for number, key in enumerate(NEAR)]
    return curves(drawing, "Closeness", said, some, ends=("far", "near"))


# Money


def money(drawing: Drawing) -> str | None:
    """Draw what the deal was worth, and what was bid, in the currency it was last worth something in; else nothing."""
    amounts = list(drawing.ever("amount"))
    if not amounts:
        return None
    currency = (drawing.values("amount") or drawing.areas("amount"))[-1].value.currency
    bids = [one.bid for key in drawing.keys("rival") for one in drawing.ever(key) if one.bid]
    known = [one.amount for one in (*amounts, *drawing.ever("bid"), *bids) if one.currency == currency]
    top = max(known) or Decimal(1)

    def height(one: Money) -> float | None:
        return float(one.amount / top) if one.currency == currency else None

    said = f"What the deal was worth in {currency}, step by step; diamonds are our bids, circles what rivals bid."
    dots = drawing.layers(lambda known: _bids(drawing, known, height))
    return curves(drawing, "Amount", said, [Curve("amount", "c0", height)], dots, ends=("0", f"{Money(top, currency)}"))


def _bids(drawing: Drawing, known: int, height: Height) -> Iterator[str]:
    for span in drawing.spans("bid", known):
        if (high := height(span.value)) is not None:
            yield text("◆", x=percent(span.left), y=y(high) + 5, class_="ours dot")
    for key in drawing.keys("rival"):
        yield from _learnt(drawing.spans(key, known), height)


def _learnt(spans: Iterable[Span], height: Height) -> Iterator[str]:
    """Draw a rival's bid where it was first told; it stays theirs until another is."""
    last: Money | None = None
    for span in spans:
        if span.value.bid is not None and span.value.bid != last and (high := height(span.value.bid)) is not None:
            yield element("circle", cx=percent(span.left), cy=y(high), r=4.5, class_="theirs dot")
        last = span.value.bid
