"""Vocabulary: what the code has, found in the code itself: events, commands, refusals, errors, values.

A refusal is an attrs class of the domain with a text of its own; a command an attrs class with a
`decide`. Which refusals a command can meet is read from the source of its `decide`, and from the
invariants of its noun, asked about the events it leads to in every state that a stream can be in.
"""

import ast
import importlib
import inspect
import pkgutil
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from functools import cache
from types import ModuleType
from typing import Any

import attrs

import dealflow
from dealflow import domain
from dealflow.domain.mapping import EraseStakeholder, RecordDeparture
from dealflow.domain.noting import CorrectRecord
from dealflow.domain.noun import AnyNoun, BeforeItsCause, Noun, Problem, RunsBackward
from dealflow.domain.nouns import NOUNS
from dealflow.domain.stakeholder import Erased, HasDeparted
from dealflow.store import errors
from dealflow.store.codec import EVENTS
from tests.docs import lifecycles
from tests.examples import example

ANY = "any noun"


def modules(package: ModuleType) -> Iterator[ModuleType]:
    """Return every module of a package."""
    for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        yield importlib.import_module(found.name)


def classes(*owners: ModuleType) -> Iterator[type]:
    """Return the classes that modules define themselves, in the order in which they stand there."""
    for owner in owners:
        for one in vars(owner).values():
            if isinstance(one, type) and one.__module__ == owner.__name__ and not one.__name__.startswith("_"):
                yield one


@cache
def domain_classes() -> tuple[type, ...]:
    """Return every class of the domain, and of the conversation that asks it."""
    return tuple(classes(*modules(domain), importlib.import_module("dealflow.conversation")))


@cache
def refusals() -> tuple[type, ...]:
    """Return every reason why not."""
    return tuple(one for one in domain_classes() if attrs.has(one) and "__str__" in vars(one))


@cache
def commands() -> tuple[type, ...]:
    """Return every command."""
    return tuple(one for one in domain_classes() if attrs.has(one) and hasattr(one, "decide"))


def noun_name(command: Any) -> str:
    """Return whose streams a command is asked of."""
    return ANY if command.noun is None else str(command.noun.name)


def stored_name(event: type) -> str:
    """Return the name under which an event is stored."""
    return next(name for name, (cls, _) in EVENTS.items() if cls is event)


def nouns_of(event: type) -> tuple[Noun[Any, Any], ...]:
    """Return the nouns whose streams can hold an event."""
    return NOUNS if issubclass(event, AnyNoun) else tuple(noun for noun in NOUNS if event in noun.events)


def is_life_cycle(event: type) -> bool:
    """Say whether an event must not run backward in time within its stream."""
    return nouns_of(event)[0].moves(example(event))


def words(cls: type) -> type[StrEnum] | None:
    """Return a class as a set of words, if it is one."""
    return cls if issubclass(cls, StrEnum) else None


def enums() -> tuple[type[StrEnum], ...]:
    """Return every set of words of the domain."""
    return tuple(found for one in domain_classes() if (found := words(one)) is not None)


def public(kind: Callable[[Any], bool]) -> tuple[str, ...]:
    """Return the public names of one kind."""
    return tuple(name for name in dealflow.__all__ if kind(getattr(dealflow, name)))


def store_errors() -> tuple[type[Exception], ...]:
    """Return every error of the store, parents first."""
    return tuple(one for one in classes(errors) if issubclass(one, Exception))


# What a command leads to, and what it refuses


@cache
def leads_to(command: type) -> tuple[type, ...]:
    """Return the events that a command's `decide` makes, in the order of the source."""
    events = {cls for cls, _ in EVENTS.values()}
    return tuple(dict.fromkeys(one for one in _called(command) if one in events))


QUIET_INSTEAD = frozenset({(EraseStakeholder, Erased), (RecordDeparture, HasDeparted)})
"""What an event would be refused for, and its command is not: it is already so."""


@cache
def refuses(command: type) -> tuple[type, ...]:
    """Return every refusal that a command can meet, in the order of the modules they stand in."""
    met = {one for one in _called(command) if one in refusals()}
    for event in leads_to(command):
        for noun in nouns_of(event):
            met |= lifecycles.misfits(noun, event)
        names = {field.name for field in attrs.fields(event)}
        if "ref" in names:
            met.add(BeforeItsCause)
    if vars(command)["life_cycle"]:
        met.add(RunsBackward)
    if command is CorrectRecord:
        met.add(Problem)
    return tuple(one for one in refusals() if one in met and (command, one) not in QUIET_INSTEAD)


def refused_by(refusal: type) -> tuple[type, ...]:
    """Return the commands that can meet a refusal."""
    return tuple(command for command in commands() if refusal in refuses(command))


def _called(command: type) -> Iterator[Any]:
    """Return whatever a command's `decide` calls, its helpers included, invariants apart."""
    yield from _called_in(vars(command)["decide"], command, set())


def _called_in(function: Any, owner: type, seen: set[Any]) -> Iterator[Any]:
    if function in seen or function.__name__ == "misfits":
        return
    seen.add(function)
    scope = vars(importlib.import_module(function.__module__))
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(function)))):
        if not isinstance(node, ast.Call):
            continue
        called = _resolved(node.func, scope, owner)
        if inspect.isfunction(called) and called.__module__.startswith("dealflow.domain"):
            yield from _called_in(called, owner, seen)
        elif isinstance(called, type):
            yield called


def _resolved(called: ast.expr, scope: Mapping[str, Any], owner: type) -> Any:
    match called:
        case ast.Name(id=name):
            return scope.get(name)
        case ast.Attribute(value=ast.Name(id="self"), attr=name):
            return vars(owner).get(name)
        case _:
            return None


# Texts


def text_of(refusal: type) -> str:
    """Return what a refusal says, with what it is about in braces, as its source has it."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(vars(refusal)["__str__"])))
    said = [one.value for one in ast.walk(tree) if isinstance(one, ast.Return) and one.value is not None]
    return "; or: ".join(_template(one) for one in said)


def _template(said: ast.expr) -> str:
    match said:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            return "".join(_template(one) for one in values)
        case ast.FormattedValue(value=value):
            return f"{{{_subject(value)}}}"
        case _:
            return f"{{{_subject(said)}}}"


def _subject(said: ast.AST) -> str:
    """Name what is put into a text: the fields it is made of, else the names."""
    found = tuple(_own(said))
    names = [one.id for one in ast.walk(said) if isinstance(one, ast.Name)]
    return ", ".join(dict.fromkeys(found or names))


def _own(said: ast.AST) -> Iterator[str]:
    """Return the last link of every chain that begins at the refusal itself, calls apart."""
    match said:
        case ast.Call(func=ast.Attribute(value=inner), args=args):
            for part in (inner, *args):
                yield from _own(part)
        case ast.Attribute(value=ast.Name(id="self"), attr=name):
            yield name
        case ast.Attribute(value=inner, attr=name) if tuple(_own(inner)):
            yield name
        case _:
            for child in ast.iter_child_nodes(said):
                yield from _own(child)


_SOURCE = re.compile(r"\s*\((?:source: )?(?:S\d|domain\.md|decision)[^)]*\)")


def doc(thing: Any) -> str:
    """Return a docstring as one line of Markdown, without the places its rules were taken from."""
    text = inspect.cleandoc(vars(thing).get("__doc__") or "" if isinstance(thing, type) else thing.__doc__ or "")
    return _SOURCE.sub("", re.sub(r"\s+", " ", text)).strip()
