"""The vocabulary of commands, as a mapping names them: which there are, and what each field takes.

Taken from the commands themselves, so a new one can be mapped without a word being added here.
"""

import importlib
import pkgutil
import types
import typing
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from types import MappingProxyType
from typing import Any, Union, get_args, get_origin
from uuid import UUID

import attrs

from dealflow import domain
from dealflow.decider import Command
from dealflow.domain.advancing import OpenDeal
from dealflow.domain.mapping import IdentifyStakeholder
from dealflow.domain.noun import Noun, Scalar
from dealflow.domain.nouns import NOUNS
from dealflow.domain.playbook import PLAYBOOK
from dealflow.domain.stewarding import RegisterAccount
from dealflow.domain.visiting import AttemptInteraction, HoldInteraction, PlanInteraction
from dealflow.journal import When
from dealflow.money import Money

BEGINNINGS = frozenset(
    {RegisterAccount, IdentifyStakeholder, OpenDeal, PlanInteraction, HoldInteraction, AttemptInteraction}
)
"""What a stream may begin with: told once, whatever a later export says of it."""

NOUN_NAMES = tuple(noun.name for noun in NOUNS if noun is not PLAYBOOK)

# What a field takes


@attrs.frozen
class One:
    """A single value: text, an enum's word, an amount, a date, a reference and so on."""

    type: Any


@attrs.frozen
class Many:
    """Any number of things of one shape."""

    of: "Shape"


@attrs.frozen
class Named:
    """Named values of one shape; *mapping* where the command takes them as such, else as pairs."""

    of: "Shape"
    mapping: bool


@attrs.frozen
class Whole:
    """A value that has fields of its own."""

    type: type
    fields: "Mapping[str, Field]"


Shape = One | Many | Named | Whole


@attrs.frozen
class Field:
    """One field of a command: its shape, and whether a row must say something for it."""

    name: str
    shape: Shape
    required: bool
    optional: bool  # absent is one of its values


FREE = "text, number or yes/no"
WORDS: Mapping[Any, str] = MappingProxyType(
    {
        str: "text",
        UUID: "a reference",
        Money: "an amount of money",
        Decimal: "a number",
        int: "a whole number",
        float: "a number",
        bool: "yes or no",
        date: "a date",
        datetime: "a time",
        When: "a date or time",
        FREE: FREE,
    }
)


class Unmappable(TypeError):
    """A field takes something that no cell can say."""


@cache
def commands() -> Mapping[str, type[Command]]:
    """Return every command that a row can give, by its public name.

    Those of a playbook are not among them: a mapping has a part of its own for that.
    """
    modules = [module.name for module in pkgutil.iter_modules(domain.__path__, f"{domain.__name__}.")]
    named = {name: one for module in modules for name, one in vars(importlib.import_module(module)).items()}
    found = {name: one for name, one in sorted(named.items()) if _is_command(one) and _is_mappable(one)}
    return MappingProxyType(found)


def _is_command(one: object) -> bool:
    return isinstance(one, type) and attrs.has(one) and hasattr(one, "decide") and hasattr(one, "life_cycle")


def noun_of(command: type[Command]) -> str | None:
    """Return the name of the noun a command is asked of; nothing where it may be asked of any."""
    noun: Noun[Any, Any] | None = vars(command)["noun"]
    return None if noun is None else noun.name


def _is_mappable(command: type[Command]) -> bool:
    if noun_of(command) == PLAYBOOK.name:
        return False
    try:
        fields_of(command)
    except Unmappable:
        return False
    return True


@cache
def fields_of(owner: type) -> Mapping[str, Field]:
    """Return the fields of a command, or of a value in one, by name; raises `Unmappable`."""
    hints = typing.get_type_hints(owner)
    return MappingProxyType({field.name: _field(field, hints[field.name]) for field in attrs.fields(owner)})


def _field(field: "attrs.Attribute[Any]", hint: Any) -> Field:
    inner, optional = _without_none(hint)
    return Field(field.name, _shape(inner, field.converter is not None), field.default is attrs.NOTHING, optional)


def _without_none(hint: Any) -> tuple[Any, bool]:
    """Split "may be absent" off a type; a free scalar, which may be nothing too, stays whole."""
    if hint == Scalar or get_origin(hint) not in {Union, types.UnionType}:
        return hint, False
    left = tuple(one for one in get_args(hint) if one is not type(None))
    inner: Any = left[0]
    for one in left[1:]:
        inner = inner | one
    return inner, len(left) < len(get_args(hint))


def _shape(hint: Any, converted: bool) -> Shape:
    if hint == Scalar:
        return One(FREE)
    if get_origin(hint) in {Union, types.UnionType}:
        return _shape(get_args(hint)[0], converted)  # a playbook's key, or the playbook itself
    if get_origin(hint) is tuple:
        return _several(hint, converted)
    if hint in WORDS or (isinstance(hint, type) and issubclass(hint, Enum)):
        return One(hint)
    if isinstance(hint, type) and attrs.has(hint):
        return Whole(hint, fields_of(hint))
    message = f"{hint} cannot be said by a mapping"
    raise Unmappable(message)


def _several(hint: Any, converted: bool) -> Shape:
    inner = get_args(hint)[0]
    if get_origin(inner) is tuple and get_args(inner)[0] is str:
        return Named(_shape(get_args(inner)[1], converted=False), converted)
    return Many(_shape(inner, converted=False))
