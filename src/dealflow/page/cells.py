"""Cells: the values of tracks in words, and as JSON has them."""

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from dealflow.domain.stakeholder import Stance
from dealflow.money import Money
from dealflow.projections.committee import Support
from dealflow.projections.warnings.judging import WarningState
from dealflow.replay.frames import ContactAt, LineAt, ObjectionAt, PromiseAt, RivalAt, SeatAt, ThresholdAt
from dealflow.replay.telling.words import Names, listed

UNKNOWN = "unknown"
STANCES: Mapping[Stance | None, str] = MappingProxyType(
    {Stance.SUPPORT: "supports us", Stance.NEUTRAL: "neutral", Stance.OPPOSE: "opposes us", None: "stance unknown"}
)


def words(key: str, value: Any, names: Names) -> str:
    """Say a value in words; a share as it is usual for its track."""
    if key == "gap":
        return f"{float(value):+.1%}".replace("%", " %")
    if key == "silent":
        return f"silent since {value.isoformat()}"
    if isinstance(value, LineAt):
        return names(value.other) + (f", {value.strength} influence" if value.strength else "")
    return _FORMS.get(type(value), spoken)(value)


def spoken(word: str | StrEnum) -> str:
    """Write a stored word as people do."""
    return str(word).replace("_", " ").replace("-", " ")


def _support(one: Support) -> str:
    share = "nobody weighs anything" if one.share is None else f"{float(one.share):.0%}".replace("%", " %")
    return f"{share}, {one.unknown} unknown" if one.unknown else share


def _seat(one: SeatAt) -> str:
    roles = listed([spoken(role) for role in one.roles]) or "no role"
    influence = f"influence {one.influence or UNKNOWN}"
    ally = "an ally" if one.ally else None
    left = "left" if one.left else None
    parts = (left, roles, influence, STANCES[one.stance], ally, f"contact {one.contact}")
    return " · ".join(part for part in parts if part)


def _objection(one: ObjectionAt) -> str:
    early = ", ⚑ before any problem had a cost" if one.early else ""
    return spoken(one.status) + (f" ({one.kind})" if one.kind else "") + early


def _contact(one: ContactAt) -> str:
    minutes = f", {one.minutes} minutes" if one.minutes else ""
    outcome = f": {spoken(one.outcome)}" if one.outcome else ""
    return f"{spoken(one.channel)} {spoken(one.status)}{minutes}{outcome}"


def _promise(one: PromiseAt) -> str:
    return spoken(one.status) + (f", due {one.due.isoformat()}" if one.due else "")


def _rival(one: RivalAt) -> str:
    place = "in the deal" if one.present else "out of the deal"
    supplier = ", supplies them already" if one.incumbent else ""
    return place + supplier + (f", bid {one.bid}" if one.bid else "")


_FORMS: Mapping[type, Callable[[Any], str]] = MappingProxyType(
    {
        Money: str,
        date: date.isoformat,
        Fraction: lambda value: f"{float(value):.2f}",
        Support: _support,
        ThresholdAt: lambda value: f"{value.state}, {value.met} of {value.of}",
        SeatAt: _seat,
        ObjectionAt: _objection,
        ContactAt: _contact,
        PromiseAt: _promise,
        RivalAt: _rival,
        WarningState: spoken,
    }
)


def field(value: object) -> str:
    """Say one field of a value, as a cell of the committee's table has it."""
    match value:
        case None:
            return UNKNOWN
        case bool():
            return "yes" if value else "no"
        case tuple() | list():
            return listed([spoken(one) for one in value]) or "none"
        case StrEnum():
            return spoken(value)
        case _:
            return str(value)
