"""The reference says what the code says, and leaves nothing out."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import attrs
import pytest

import dealflow
from dealflow.cli.running import app
from dealflow.engine import Done
from dealflow.interchange.pipeline import ImportRefused
from dealflow.projections.funnel import Conversion, Funnel, Left, Share, StageCount
from dealflow.projections.pipeline import Move, Standing, Visit
from dealflow.replay.dossier import Dossier, Member
from dealflow.replay.story import Line, Story
from dealflow.domain.seat import Cited, Seat
from dealflow.store import jsonl
from dealflow.store.codec import EVENTS
from dealflow.store.rows import COLUMNS
from tests.docs import vocabulary
from tests.docs.pages import REFERENCE, Page, reference
from tests.docs.reference import leaves, members, options, parts

PAGES = reference()
WHOLE = "\n".join(page.text for page in PAGES)


def page(name: str) -> str:
    return Page.read(REFERENCE / f"{name}.md").text


def left_out(names: Sequence[str], where: str) -> list[str]:
    return [name for name in names if not re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", where)]


@pytest.mark.parametrize("one", PAGES, ids=lambda one: one.name)
def test_the_generated_parts_are_as_the_code_has_them(one: Page) -> None:
    """If this fails: `python -m tests.docs`, and look at what has changed."""
    assert one.filled(parts()) == one.text


def test_every_generated_part_stands_in_the_reference() -> None:
    assert {name for one in PAGES for name in one.generated()} == set(parts())


def test_every_event_is_in_the_reference() -> None:
    assert left_out([*EVENTS, *(cls.__name__ for cls, _ in EVENTS.values())], page("events")) == []


def test_every_command_is_in_the_reference() -> None:
    assert left_out([f"### {command.__name__}" for command in vocabulary.commands()], page("commands")) == []


def test_every_refusal_is_in_the_reference() -> None:
    assert left_out([refusal.__name__ for refusal in vocabulary.refusals()], page("refusals")) == []


def test_every_error_is_in_the_reference() -> None:
    others = [dealflow.Refused, dealflow.NotFound, dealflow.CurrencyMismatch, ImportRefused]
    assert left_out([one.__name__ for one in (*vocabulary.store_errors(), *others)], page("errors")) == []


def test_every_question_is_in_the_reference() -> None:
    asked = [called.partition("(")[0] for called, _ in members(dealflow.DealFlow)]
    assert left_out(asked, page("questions")) == []


def test_every_verb_and_option_is_in_the_reference() -> None:
    told = page("cli")
    for words, verb in leaves(app, ()):
        heading = f"### dealflow {' '.join(words)}\n"
        assert heading in told
        section = told.partition(heading)[2].partition("\n### ")[0]
        assert left_out([name for one in options(verb) for name in one.names], section) == []


def test_every_word_is_in_the_reference() -> None:
    for enum in vocabulary.enums():
        section = page("values").partition(f"### {enum.__name__}\n")[2].partition("\n### ")[0]
        assert left_out([one.value for one in enum], section) == [], enum


def test_every_public_name_is_in_the_reference() -> None:
    assert left_out(dealflow.__all__, WHOLE) == []


# Tables written by hand: their fields, and their order, are the code's


def fields(cls: Any) -> tuple[str, ...]:
    """Return the fields of an answer, and what follows from them."""
    return (*(field.name for field in attrs.fields(cls)), *(name for name, one in vars(cls).items() if isinstance(one, property)))


ANSWERS: Mapping[str, tuple[str, ...]] = {
    **{
        cls.__name__: fields(cls)
        for cls in (
            Done, Funnel, StageCount, Left, Conversion, Share, Standing, Visit, Move,
            Dossier, Member, Seat, Cited, Story, Line,
        )
    },
    "header": jsonl.Header.__struct_fields__,
    "record line": ("line", *jsonl._Record.__struct_fields__),
    "command line": ("line", *jsonl._Command.__struct_fields__),
    "end line": ("line", *jsonl._End.__struct_fields__),
    "records": tuple(column.strip('"') for column in COLUMNS),
}  # fmt: skip
_TABLE = re.compile(r"<!-- fields: (?P<name>[^>]+?) -->\n\n(?P<table>(?:\|.*\n)+)")


def test_the_tables_of_answers_and_stored_forms_name_the_very_fields() -> None:
    found = {
        table["name"]: tuple(line.split("|")[1].strip(" `") for line in table["table"].splitlines()[2:])
        for table in _TABLE.finditer(WHOLE)
    }
    assert found == ANSWERS
