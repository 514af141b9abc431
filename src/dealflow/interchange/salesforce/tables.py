"""Tables: what the source's own words mean: titles, role words, types of account.

The first two can be replaced, by values or by CSV files of two columns.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

import attrs

from dealflow.domain.account import AccountKind
from dealflow.domain.stakeholder import JobLevel, Role
from dealflow.interchange.pipeline import ImportRefused, Trouble
from dealflow.interchange.table import read_table

E = TypeVar("E", bound=StrEnum)

# The first word of a title that is in the table decides; an assistant to a director is no director.
LEVELS: Mapping[str, JobLevel] = MappingProxyType(
    {
        **dict.fromkeys(("assistant", "secretary", "clerk", "receptionist", "bookkeeper"), JobLevel.CLERK),
        **dict.fromkeys(
            ("chief", "ceo", "cfo", "cto", "cio", "coo", "cmo", "ciso", "president", "svp", "evp", "vp", "partner"),
            JobLevel.DIRECTOR,
        ),
        **dict.fromkeys(
            ("director", "dean", "head", "owner", "founder", "chairman", "chairwoman", "chair", "principal"),
            JobLevel.DIRECTOR,
        ),
        **dict.fromkeys(("manager", "mgr", "supervisor", "foreman", "buyer"), JobLevel.MANAGER),
        **dict.fromkeys(
            ("engineer", "architect", "analyst", "scientist", "specialist", "consultant", "developer", "expert"),
            JobLevel.EXPERT,
        ),
        **dict.fromkeys(("operator", "technician", "mechanic", "driver", "worker"), JobLevel.OPERATOR),
        **dict.fromkeys(("coordinator", "administrator"), JobLevel.CLERK),
    }
)
ROLES: Mapping[str, Role] = MappingProxyType(
    {
        "business user": Role.USER,
        "user": Role.USER,
        "end user": Role.USER,
        "economic buyer": Role.ECONOMIC,
        "economic decision maker": Role.ECONOMIC,
        "decision maker": Role.ECONOMIC,
        "technical buyer": Role.TECHNICAL,
        "evaluator": Role.TECHNICAL,
        "gatekeeper": Role.TECHNICAL,
        "coach": Role.COACH,
        "champion": Role.COACH,
    }
)
KINDS: Mapping[str, AccountKind] = MappingProxyType(
    {
        "customer": AccountKind.CUSTOMER,
        "prospect": AccountKind.CUSTOMER,
        "partner": AccountKind.PARTNER,
        "reseller": AccountKind.PARTNER,
        "consultant": AccountKind.CONSULTANT,
        "contractor": AccountKind.CONTRACTOR,
        "integrator": AccountKind.CONTRACTOR,
    }
)


@attrs.frozen
class Tables:
    """What the source's own words mean: words of titles, and words for roles, in small letters."""

    levels: Mapping[str, JobLevel] = LEVELS
    roles: Mapping[str, Role] = ROLES

    def level(self, title: str | None) -> JobLevel | None:
        """Return how high a title stands; nothing where no word of it is known."""
        words = set(re.findall(r"\w+", (title or "").casefold()))
        return next((level for word, level in self.levels.items() if word in words), None)

    def role(self, word: str | None) -> Role | None:
        """Return the buying role a word names, or nothing."""
        return self.roles.get((word or "").casefold())


def kind_of(word: str | None) -> AccountKind:
    """Return what an account is to us by its type: a customer where nothing is said."""
    if word is None:
        return AccountKind.CUSTOMER
    words = set(re.findall(r"\w+", word.casefold()))
    return next((kind for known, kind in KINDS.items() if known in words), AccountKind.OTHER)


def read_tables(levels: Path | None = None, roles: Path | None = None) -> Tables:
    """Read tables from CSV files: `word,level` for titles, `word,role` for contact roles.

    The order of the first is that in which words are looked for. What is not given stays as it is.
    Raises `ImportRefused` for a level or a role that is none.
    """
    return Tables(
        levels=LEVELS if levels is None else _read(levels, "level", JobLevel),
        roles=ROLES if roles is None else _read(roles, "role", Role),
    )


def _read(file: Path, column: str, kind: type[E]) -> Mapping[str, E]:
    found: dict[str, E] = {}
    troubles: list[Trouble] = []
    for row in read_table(file, required=("word", column)).rows:
        word, meaning = row.get("word"), row.get(column)
        if word is None or meaning is None or meaning not in {*kind}:
            message = f"{word or 'no word'} as {meaning or 'nothing'}: expected a word and one of {', '.join(kind)}"
            troubles.append(row.trouble(message, column))
            continue
        found[word.casefold()] = kind(meaning)
    if troubles:
        raise ImportRefused(troubles)
    return MappingProxyType(found)
