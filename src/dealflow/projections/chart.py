"""Chart: a committee as a Mermaid flowchart, which many pages and editors draw from its text."""

from collections.abc import Callable, Iterator
from uuid import UUID

from dealflow.domain.contact import ContactLevel
from dealflow.domain.stakeholder import Influence, Role, Stance
from dealflow.projections.committee import Committee, Line, Member

UNKNOWN = "?"
ROLES = {Role.COACH: "C", Role.USER: "U", Role.TECHNICAL: "T", Role.ECONOMIC: "E"}
INFLUENCE = {Influence.HIGH: "H", Influence.MEDIUM: "M", Influence.LOW: "L"}
STANCES = {Stance.SUPPORT: "+", Stance.NEUTRAL: "0", Stance.OPPOSE: "-"}
CONTACT = {ContactLevel.NONE: "N", ContactLevel.LOW: "L", ContactLevel.MEDIUM: "M", ContactLevel.HIGH: "H"}

_CLASSES = (
    "classDef support fill:#d5e8d4,stroke:#2d7a2d,color:#000",
    "classDef neutral fill:#eeeeee,stroke:#777777,color:#000",
    "classDef oppose fill:#f8cecc,stroke:#b03030,color:#000",
    "classDef unknown fill:#ffffff,stroke:#777777,color:#000,stroke-dasharray:4",
)


def signs(member: Member) -> tuple[str, str, str, str]:
    """Return role, influence, support and contact of a row of the matrix as its letters and signs."""
    roles = "".join(sign for role, sign in ROLES.items() if role in member.roles)
    influence = UNKNOWN if member.influence is None else INFLUENCE[member.influence]
    stance = UNKNOWN if member.stance is None else STANCES[member.stance]
    return roles or UNKNOWN, influence, stance, CONTACT[member.contact]


def mermaid(committee: Committee, names: Callable[[UUID], str]) -> str:
    """Draw the committee: a box for each who has not left, coloured by whose side they are on.

    Reporting lines are solid and lead upward, influence lines dashed; whoever they lead to without
    a seat in the deal has a box of their own. *names* says what people are called.
    """
    return "\n".join(("flowchart BT", *(f"    {line}" for line in _lines(committee, names)))) + "\n"


def _lines(committee: Committee, names: Callable[[UUID], str]) -> Iterator[str]:
    lines = (*committee.reporting, *committee.influencing)
    members = {one.id: one for one in committee.present}
    boxes = {person: f"p{number}" for number, person in enumerate(_people(members, lines), start=1)}
    for person, box in boxes.items():
        yield _box(box, escaped(names(person)), members.get(person))
    for one in committee.reporting:
        yield f"{boxes[one.person]} --> {boxes[one.other]}"
    for one in committee.influencing:
        weight = f"|{one.strength}|" if one.strength else ""
        yield f"{boxes[one.person]} -.->{weight} {boxes[one.other]}"
    yield from _CLASSES


def _people(members: dict[UUID, Member], lines: tuple[Line, ...]) -> dict[UUID, None]:
    return dict.fromkeys((*members, *(person for line in lines for person in (line.person, line.other))))


def _box(box: str, name: str, member: Member | None) -> str:
    if member is None:
        return f'{box}["{name}"]'
    roles, influence, stance, contact = signs(member)
    told = f"{roles} · influence {influence} · support {stance} · contact {contact}"
    return f'{box}["{name}<br/>{told}"]:::{member.stance or "unknown"}'


def escaped(text: str) -> str:
    """Return text as Mermaid may read it inside quotes: what could mean something to it is given by number."""
    return "".join(one if one.isalnum() or one in " .,-" else f"#{ord(one)};" for one in " ".join(text.split()))
