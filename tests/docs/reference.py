"""Reference: the tables and diagrams of `docs/reference`, drawn from the code."""

import ast
import inspect
import re
import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import attrs

import dealflow
from dealflow import testing
from dealflow.cli.running import app
from dealflow.domain.acceptance import Acceptance
from dealflow.domain.account import Account
from dealflow.domain.alliance import Alliance
from dealflow.domain.contest import Contest, Rival
from dealflow.domain.coverage import Action, Coverage
from dealflow.domain.criteria import CRITERIA
from dealflow.domain.deal import Deal
from dealflow.domain.gate import Finding, Verdict
from dealflow.domain.inquiry import Inquiry
from dealflow.domain.interaction import Interaction
from dealflow.domain.need import Need
from dealflow.domain.nouns import NOUNS
from dealflow.domain.objection import Objection
from dealflow.domain.personal import Personal
from dealflow.domain.playbook import STANDARD
from dealflow.domain.promise import Promise
from dealflow.domain.purchase import Purchase
from dealflow.domain.rivalry import Rivalry
from dealflow.domain.stakeholder import Stakeholder
from dealflow.interchange.mapped import vocabulary as mapping
from dealflow.projections import View
from dealflow.projections.relationship import WORK
from dealflow.store.codec import EVENTS
from tests.docs import lifecycles, vocabulary

NONE = type(None)
GROUP = ("*",)  # how the command line calls options that are declared together
TYPED = {
    "str": "text",
    "bool": "nothing",
    "int": "a number",
    "float": "a number",
    "Path": "a path",
    "date": "a date",
    "datetime": "a time",
    "ZoneInfo": "a time zone",
}
SAID = re.compile(r" \[default: (?P<default>[^]]+)\]$")  # what stands where nothing is said, in a help text
NOUN_NAMES = (vocabulary.ANY, *(noun.name for noun in NOUNS))
MANY = 20  # a refusal that more commands than these can meet is met by "most"
INNER = (Personal, Verdict, Finding)  # values that stand in events


@cache
def parts() -> Mapping[str, str]:
    """Return every generated part by name."""
    made: dict[str, Iterable[str]] = {}
    for noun in NOUN_NAMES:
        made[f"events of {noun}"] = events(noun)
        made[f"commands for {noun}"] = commands(noun)
    for one in NOUNS:
        made[f"life cycle of {one.name}"] = ("```mermaid", *lifecycles.diagram(one), "```")
    made |= {
        "refusals": refusals(),
        "errors": errors(),
        "words": words(),
        "values": values(),
        "criteria": criteria(),
        "deal warnings": deal_warnings(),
        "churn signals": churn_signals(),
        "work of the stages": work(),
        "standard playbook": standard(),
        "twenty questions": twenty(),
        "verbs": verbs(),
        "questions": questions(),
        "testing": made_up(),
        "views": views(),
        "states": states(),
        "mappable commands": mappable(),
    }
    return {name: "\n" + "\n".join(lines) + "\n\n" for name, lines in made.items()}


def table(*heads: str) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{' --- |' * len(heads)}"


def row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def code(text: object) -> str:
    return f"`{text}`"


def listed(names: Iterable[str]) -> str:
    return ", ".join(map(code, names))


# Types and fields


def link(cls: type) -> str:
    """Name a value or a set of words, with a link to what is said of it."""
    return f"[{cls.__name__}](values.md#{cls.__name__.lower()})"


def kind(hint: Any) -> str:
    """Say what a field holds; `?` where it may be absent."""
    if get_origin(hint) in {Union, types.UnionType}:
        arms = [arm for arm in get_args(hint) if arm is not NONE]
        return " or ".join(map(kind, arms)) + ("?" if NONE in get_args(hint) else "")
    if get_origin(hint) is tuple:
        args = get_args(hint)
        if args[-1] is not Ellipsis:
            return f"({', '.join(map(kind, args))})"
        inner = kind(args[0])
        return f"tuple of ({inner})" if " or " in inner and not inner.startswith("(") else f"tuple of {inner}"
    if hint is Any:
        return "an event"
    if isinstance(hint, TypeVar):
        return "any value"
    if hint in {str, int, float, bool, Decimal, date, datetime, UUID}:
        return code(hint.__name__)
    if hint in STATES:
        return f"[{hint.__name__}](questions.md#{hint.__name__.lower()})"
    return link(hint) if isinstance(hint, type) and hint in valued() else code(_bare(hint))


def _bare(hint: Any) -> str:
    return hint.__name__ if isinstance(hint, type) else re.sub(r"\b[a-z_.]+\.(?=[A-Z])", "", str(hint))


@cache
def valued() -> frozenset[type]:
    """Return what stands on the page of values."""
    return frozenset({*vocabulary.enums(), *value_classes()})


def default(field: "attrs.Attribute[Any]") -> str:
    """Say what stands where a caller says nothing."""
    match field.default:
        case attrs.NOTHING:
            return "required"
        case None | ():
            return ""
        case Enum(value=word):
            return code(word)
        case bool() | str() | int() | float():
            return code(field.default)
        case date():
            return code(field.default.isoformat())
        case Fraction():
            return code(field.default)
        case _ if field.default is STANDARD:
            return "`STANDARD`"
        case _:
            return ""


def fields(cls: Any) -> Iterator[tuple["attrs.Attribute[Any]", Any]]:
    """Return the fields of an attrs class with their types, private ones apart."""
    hints = get_type_hints(cls, localns={"Record": dealflow.Record})
    return ((field, hints[field.name]) for field in attrs.fields(cls) if not field.name.startswith("_"))


def field_table(cls: Any) -> Iterator[str]:
    if not attrs.fields(cls):
        return
    yield ""
    yield from table("field", "type", "default")
    for field, hint in fields(cls):
        yield row(code(field.name), kind(hint), default(field))


def inline(cls: Any) -> str:
    """Return all fields in one cell."""
    told = []
    for field, hint in fields(cls):
        said = default(field)
        told.append(f"{code(field.name)} {kind(hint)}" + (f" = {said}" if said not in {"", "required"} else ""))
    return "<br>".join(told)


# Events and commands


def events(noun: str) -> Iterator[str]:
    """Tell the events of one noun, in the order of the codec."""
    yield from table("stored name", "schema", "class", "fields", "what it says")
    for name, (cls, schema) in EVENTS.items():
        owners = vocabulary.nouns_of(cls)
        if (len(owners) > 1) == (noun == vocabulary.ANY) and noun in {vocabulary.ANY, owners[0].name}:
            mark = "● " if vocabulary.is_life_cycle(cls) else ""
            yield row(f"{mark}{code(name)}", str(schema), code(cls.__name__), inline(cls), vocabulary.doc(cls))


def commands(noun: str) -> Iterator[str]:
    """Tell the commands for one noun, in the order of their modules."""
    first = True
    for command in vocabulary.commands():
        if vocabulary.noun_name(command) == noun:
            if not first:
                yield ""
            first = False
            yield from _command(command)


def _command(command: Any) -> Iterator[str]:
    yield f"### {command.__name__}"
    yield ""
    yield vocabulary.doc(command)
    yield from field_table(command)
    yield ""
    mark = "● " if command.life_cycle else ""
    yield f"- Leads to: {', '.join(mark + code(vocabulary.stored_name(one)) for one in vocabulary.leads_to(command))}."
    yield f"- {vocabulary.doc(vars(command)['decide'])}"
    yield f"- Can be refused as: {listed(one.__name__ for one in vocabulary.refuses(command)) or 'nothing'}."


# Refusals and errors


def refusals() -> Iterator[str]:
    yield from table("refusal", "what it says", "why", "met by")
    for refusal in vocabulary.refusals():
        names = [one.__name__ for one in vocabulary.refused_by(refusal)]
        met = "most commands" if len(names) > MANY else listed(names)
        module = refusal.__module__.removeprefix("dealflow.")
        yield row(
            f"{code(refusal.__name__)}<br>{module}",
            vocabulary.text_of(refusal).replace("{", "*").replace("}", "*"),
            vocabulary.doc(refusal),
            met or "see above",
        )


def errors() -> Iterator[str]:
    yield from table("error", "is a", "when")
    for error in vocabulary.store_errors():
        parent = error.__base__ or error
        yield row(code(error.__name__), code(parent.__name__), vocabulary.doc(error))


# Values


def words() -> Iterator[str]:
    for number, enum in enumerate(sorted(vocabulary.enums(), key=lambda one: one.__name__)):
        if number:
            yield ""
        yield f"### {enum.__name__}"
        yield ""
        where = "" if enum.__name__ in dealflow.__all__ else f" From `{enum.__module__}`."
        yield f"{vocabulary.doc(enum)}{where}"
        yield ""
        yield ", ".join(f"`{one.name}` = {one.value}" for one in enum)


def is_value(one: Any) -> bool:
    """Say whether a public name is a value that callers make or are given."""
    return (
        isinstance(one, type) and attrs.has(one) and one not in vocabulary.commands() and not issubclass(one, Exception)
    )


@cache
def value_classes() -> tuple[type, ...]:
    return (*(getattr(dealflow, name) for name in vocabulary.public(is_value)), *INNER)


def values() -> Iterator[str]:
    for number, cls in enumerate(sorted(value_classes(), key=lambda one: one.__name__)):
        if number:
            yield ""
        yield f"### {cls.__name__}"
        yield ""
        where = "" if cls.__name__ in dealflow.__all__ else f" From `{cls.__module__}`."
        yield f"{vocabulary.doc(cls)}{where}"
        yield from field_table(cls)
        yield from _members(cls)


def made_up() -> Iterator[str]:
    """Tell what `dealflow.testing` offers: values with fields, and functions."""
    for number, name in enumerate(testing.__all__):
        one = getattr(testing, name)
        if number:
            yield ""
        yield f"### {name}"
        yield ""
        if inspect.isfunction(one):
            yield f"`{name}({_parameters(one, own=False)})`: {vocabulary.doc(one)}"
        elif isinstance(one, type):
            yield vocabulary.doc(one)
            yield from field_table(one) if attrs.has(one) else ()
            yield from _members(one)
        else:
            kind = "Mapping" if isinstance(one, Mapping) else type(one).__name__
            yield f"A ready-made {code(kind)}: {constant(testing, name)}"


def constant(package: types.ModuleType, name: str) -> str:
    """Return what is said below a constant, in the module of the package that has it."""
    for module in vocabulary.modules(package):
        body = ast.parse(inspect.getsource(module)).body
        for one, after in pairwise(body):
            match one, after:
                case (
                    ast.Assign(targets=[ast.Name(id=found)]) | ast.AnnAssign(target=ast.Name(id=found)),
                    ast.Expr(value=ast.Constant(value=str(text))),
                ):
                    if found == name:
                        return re.sub(r"\s+", " ", text).strip()
    message = f"{name} has no words of its own"
    raise LookupError(message)


def _members(cls: type) -> Iterator[str]:
    told = [f"- {code(called)}: {vocabulary.doc(one)}" for called, one in members(cls)]
    if told:
        yield ""
        yield from told


def members(cls: type) -> Iterator[tuple[str, Any]]:
    """Return the public methods and properties of a class and of those of ours it rests on, as they are called."""
    ours = (base for base in cls.__mro__ if base.__module__.startswith("dealflow."))
    for name, one in (item for base in ours for item in vars(base).items()):
        if name.startswith("_") or not getattr(one, "__doc__", None):
            continue
        if isinstance(one, property):
            yield name, one.fget
        elif isinstance(one, classmethod):
            yield f"{cls.__name__}.{name}({_parameters(one.__func__)})", one.__func__
        elif inspect.isfunction(one):
            yield f"{name}({_parameters(one)})", one


def _parameters(function: Callable[..., Any], *, own: bool = True) -> str:
    """Return a function's parameters by name, with their defaults; keywords after a star.

    Of a method, whose first is its *own*, that one is left out.
    """
    told: list[str] = []
    starred = False
    for parameter in [*inspect.signature(function).parameters.values()][own:]:
        many = parameter.kind is parameter.VAR_POSITIONAL
        if parameter.kind is parameter.KEYWORD_ONLY and not starred:
            told.append("*")
        starred = starred or many or parameter.kind is parameter.KEYWORD_ONLY
        without = parameter.default is parameter.empty
        told.append("*" * many + parameter.name if without else f"{parameter.name}={_literal(parameter.default)}")
    return ", ".join(told)


def _literal(value: object) -> str:
    if isinstance(value, Enum):
        return f"{type(value).__name__}.{value.name}"
    if (named := next((name for name in dealflow.__all__ if getattr(dealflow, name) is value), None)) is not None:
        return named
    if attrs.has(type(value)) and value == type(value)():
        return f"{type(value).__name__}()"  # a policy as it comes
    return value.__name__.strip("_") if inspect.isfunction(value) else f"{value!r}"


def criteria() -> Iterator[str]:
    yield from table("criterion", "what it asks")
    for name, criterion in CRITERIA.items():
        yield row(code(name), vocabulary.doc(criterion))


def deal_warnings() -> Iterator[str]:
    yield from table("warning", "how grave", "when it is up", "what to do, which clears it")
    for one in dealflow.WARNINGS:
        yield row(code(one.name), one.severity, vocabulary.doc(one.find), one.to_do)


def churn_signals() -> Iterator[str]:
    yield from table("signal", "weapon", "when it is up", "what clears it", "what to do")
    for one in dealflow.SIGNALS:
        clears = f"{one.clears}; fades" if one.fades else one.clears
        yield row(code(one.name), one.weapon or "", vocabulary.doc(one.find), clears, one.to_do)


def work() -> Iterator[str]:
    yield from table("stage", "goal", "work")
    for stage, one in WORK.items():
        yield row(code(stage), one.goal, "; ".join(one.tasks))


def standard() -> Iterator[str]:
    yield from table("key", "name", "chance", "days", "units", "meaning", "gate")
    for one in STANDARD.milestones():
        gate = [
            *(f"{name} (strict)" for name in one.gate.strict),
            *(f"{name} (advisory)" for name in one.gate.advisory),
        ]
        yield row(code(one.key), one.name, str(one.chance), str(one.days), str(one.units), one.meaning, ", ".join(gate))


def twenty() -> Iterator[str]:
    yield from table("about", "key", "what is asked of a side")
    yield from (row(one.group or "", code(one.key), one.text) for one in dealflow.TWENTY)


# Questions


def questions() -> Iterator[str]:
    yield from table("method", "what it does")
    for called, one in members(dealflow.DealFlow):
        yield row(code(called), vocabulary.doc(one))


STATES = (
    Deal, Purchase, Contest, Rival, Account, Rivalry, Alliance, Stakeholder, Acceptance, Need, Coverage, Action,
    Interaction, Inquiry, Objection, Promise,
)  # fmt: skip
"""What streams add up to: each noun, followed by the values that its state is made of."""


def states() -> Iterator[str]:
    for number, cls in enumerate(STATES):
        if number:
            yield ""
        yield f"### {cls.__name__}"
        yield ""
        yield f"{vocabulary.doc(cls)} From `{cls.__module__}`."
        yield ""
        yield from table("field", "type")
        yield from (row(code(field.name), kind(hint)) for field, hint in fields(cls))
        yield from _members(cls)


def views() -> Iterator[str]:
    """Tell the views that are public, and what their rows are."""
    yield from table("view", "name", "version", "row", "what a row is")
    for called in vocabulary.public(lambda one: isinstance(one, View)):
        view = getattr(dealflow, called)
        told = f"{vocabulary.doc(view.row)} From `{view.row.__module__}`."
        yield row(code(called), code(view.name), str(view.version), code(view.row.__name__), told)


def mappable() -> Iterator[str]:
    """Tell the commands that a row of a CSV file can give, by what they are for."""
    yield from table("for", "commands")
    by_noun: dict[str, list[str]] = {}
    for name, command in mapping.commands().items():
        by_noun.setdefault(vocabulary.noun_name(command), []).append(name)
    for noun in NOUN_NAMES:
        if noun in by_noun:
            yield row(noun, ", ".join(f"[{name}](commands.md#{name.lower()})" for name in by_noun[noun]))
    yield ""
    yield f"A stream begins with {listed(sorted(one.__name__ for one in mapping.BEGINNINGS))}."


# The command line


def verbs() -> Iterator[str]:
    """Tell every verb with its options, as the command line itself understands them."""
    for number, (words_, verb) in enumerate(leaves(app, ())):
        if number:
            yield ""
        yield f"### dealflow {' '.join(words_)}"
        yield ""
        yield verb.help.strip()
        yield ""
        yield from table("argument", "takes", "default", "what it says")
        for one in options(verb):
            told = one.parameter.help or ""
            yield row(listed(one.names), _takes(one), _default(one, told), SAID.sub("", told))


def leaves(verb: Any, words_: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Return every command that does something, with the words that lead to it."""
    names = [name for name in verb if not name.startswith("-")]
    if not names:
        yield words_, verb
    for name in names:
        yield from leaves(verb[name], (*words_, name))


def options(verb: Any) -> Iterator[Any]:
    """Return the arguments of a verb: what is typed, not the groups they are declared in."""
    found = verb.assemble_argument_collection()
    return (one for one in found if one.names != GROUP and one.parameter.parse is not False)


def _takes(one: Any) -> str:
    choices = one.get_choices()
    if choices:
        return " or ".join(map(code, choices))
    if get_origin(one.hint) is Mapping:
        return "`KEY=value`"
    arms = [arm for arm in (get_args(one.hint) or (one.hint,)) if arm is not NONE]
    return " or ".join(dict.fromkeys(TYPED.get(_bare(arm), code(_bare(arm))) for arm in arms))


def _default(one: Any, told: str) -> str:
    if one.required:
        return "required"
    if (said := SAID.search(told)) is not None:
        return said["default"]
    value = one.field_info.default
    variables = "".join(f" or `${name}`" for name in one.parameter.env_var)
    unset = value is inspect.Parameter.empty or not value
    return "" if unset else f"{code(value)}{variables}"
