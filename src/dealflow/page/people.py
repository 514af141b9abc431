"""People: the committee as a map. Everybody keeps their place in it, so that what moves has changed.

A person is a shape by what they are to the purchase, as large as their influence, filled by whose side
they are on, ringed by how closely we are in touch. A solid line is whom they report to, a dashed one
with whom their word weighs.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from uuid import UUID

import attrs

from dealflow.domain.contact import ContactLevel
from dealflow.domain.stakeholder import Influence, JobLevel, Role, Stance
from dealflow.page.drawing import Drawing
from dealflow.page.svg import Attribute, element, percent, picture, text
from dealflow.replay.frames import SeatAt
from dealflow.replay.rectangles import Rectangle

ROW, ABREAST = 92, 3  # pixels, and how many stand side by side at most
SIZES: Mapping[Influence | None, int] = MappingProxyType(
    {Influence.HIGH: 19, Influence.MEDIUM: 15, Influence.LOW: 11, None: 15}
)
SIDES: Mapping[Stance | None, str] = MappingProxyType(
    {Stance.SUPPORT: "for", Stance.NEUTRAL: "neutral", Stance.OPPOSE: "against", None: "empty"}
)
SHAPES: Mapping[Role, str] = MappingProxyType(
    {Role.ECONOMIC: "square", Role.TECHNICAL: "diamond", Role.USER: "circle", Role.COACH: "hexagon"}
)
"""What somebody is drawn as: by the first of their roles in this order."""
LONGEST = 13  # letters of a name


@attrs.frozen
class Place:
    """Where somebody stands: from 0 to 100, and how many pixels down."""

    x: float
    y: int


def committee_map(drawing: Drawing) -> str | None:
    """Draw everybody who ever had a seat, or nothing where nobody had."""
    seats = {UUID(key.removeprefix("seat:")): drawing.areas(key) for key in drawing.keys("seat")}
    if not seats:
        return None
    places = _places(drawing, seats)
    height = max(place.y for place in places.values()) + ROW // 2
    lines = (shape for key in drawing.keys("reports", "influences") for shape in _lines(drawing, key, places))
    nodes = (shape for person, areas in seats.items() for shape in _person(drawing, person, areas, places[person]))
    said = "Who decides, by rank: shape is the role, size the influence, fill the stance, the ring our contact."
    return picture("The committee", said, height, *lines, *nodes)


# Where everybody stands


def _places(drawing: Drawing, seats: Mapping[UUID, Sequence[Rectangle]]) -> Mapping[UUID, Place]:
    """Rank people by their level, in rows, and put those beside one another who belong together."""
    rows = list(_rows({person: areas[-1].value.level for person, areas in seats.items()}))
    above: dict[UUID, Fraction] = {}
    places: dict[UUID, Place] = {}
    links = dict(_links(drawing))
    for number, row in enumerate(rows):
        row.sort(key=lambda one: above.get(links.get(one) or one, Fraction(1, 2)))
        for spot, person in enumerate(row):
            x = Fraction(2 * spot + 1, 2 * len(row))
            above[person] = x
            places[person] = Place(round(float(100 * x), 2), number * ROW + ROW // 2 - 8)
    return places


def _rows(levels: Mapping[UUID, JobLevel | None]) -> Iterator[list[UUID]]:
    """Yield those of each level, the highest first, the unknown last; no more abreast than there is room for."""
    for level in (*JobLevel, None):
        some = [person for person, one in levels.items() if one is level]
        for first in range(0, len(some), ABREAST):
            yield some[first : first + ABREAST]


def _links(drawing: Drawing) -> Iterator[tuple[UUID, UUID]]:
    for key in drawing.keys("reports"):
        for one in drawing.ever(key):
            yield UUID(key.removeprefix("reports:")), one.other


# What is drawn


def _lines(drawing: Drawing, key: str, places: Mapping[UUID, Place]) -> Iterator[str]:
    kind, _, ends = key.partition(":")
    start = places.get(UUID(ends.partition("/")[0]))
    for area in drawing.areas(key):
        end = places.get(area.value.other)
        if start and end:
            spots: Mapping[str, Attribute] = {"x1": percent(start.x), "y1": start.y, "x2": percent(end.x), "y2": end.y}
            yield element("line", **spots, class_=f"link {kind}", **_at(drawing, [area]))


def _person(drawing: Drawing, person: UUID, areas: Sequence[Rectangle], place: Place) -> Iterator[str]:
    """Draw somebody as they were, once for each thing they were; and as a ghost while nobody knows of them."""
    looks: dict[str, list[Rectangle]] = {}
    for area in areas:
        looks.setdefault(_node(area.value), []).append(area)
    name = text(_short(drawing.names(person)), y=38, class_="name")
    spot: Mapping[str, Attribute] = {"x": percent(place.x), "y": place.y, "overflow": "visible"}
    nodes = (element("g", look, **_at(drawing, some)) for look, some in looks.items())
    ghost = element("circle", r=SIZES[None], class_="ghost", data_ghost=f"seat:{person}", hidden="hidden")
    shown = element("g", name, data_any=f"seat:{person}")
    yield element("svg", ghost, *nodes, shown, **spot)


def _at(drawing: Drawing, areas: Iterable[Rectangle]) -> Mapping[str, str | None]:
    """Say when something is to be seen: while the playhead lies in one of these."""
    areas = list(areas)
    last = len(drawing.tracks.happened) - 1, drawing.last
    spans = " ".join(f"{a},{b},{c},{d}" for a, b, c, d in ((*one.happened, *one.known) for one in areas))
    return {"data_at": spans, "hidden": None if any(one.holds(*last) for one in areas) else "hidden"}


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST // 2]}…{name[-(LONGEST // 2) :]}"


def _node(seat: SeatAt) -> str:
    size = SIZES[seat.influence]
    main = next((role for role in SHAPES if role in seat.roles), None)
    letters = "".join(role.value[0].upper() for role in SHAPES if role in seat.roles) or "-"
    cross = element("path", d="M-16 -16L16 16M16 -16L-16 16", class_="cross") if seat.left else ""
    ring = element("circle", r=size + 7, class_=f"ring {seat.contact}") if seat.contact is not ContactLevel.NONE else ""
    shape = _shape(SHAPES[main] if main else "circle", size, f"fill {SIDES[seat.stance]}")
    return "".join((ring, shape, text(letters, y=4, class_="letters"), cross))


def _shape(shape: str, size: int, style: str) -> str:
    match shape:
        case "square":
            return element("rect", x=-size, y=-size, width=2 * size, height=2 * size, class_=style)
        case "diamond":
            return element("path", d=f"M0 {-size - 4}L{size + 4} 0L0 {size + 4}L{-size - 4} 0Z", class_=style)
        case "hexagon":
            half = size // 2
            corners = f"M{-size - 2} 0L{-half} {-size}L{half} {-size}L{size + 2} 0L{half} {size}L{-half} {size}Z"
            return element("path", d=corners, class_=style)
        case _:
            return element("circle", r=size, class_=style)
