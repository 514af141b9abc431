"""A row of every view of ours, one line each version: what is kept in checkpoints under that version.

A row that changes its shape or its meaning needs a new version of its view, or rows kept before
would be read as something they are not:

    python -m tests.golden      adds the lines that are missing, and refuses to change one
"""

import importlib
import pkgutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import attrs
import msgspec

from dealflow import projections
from dealflow.domain.nouns import NOUNS
from dealflow.journal import Record, Source, When
from dealflow.projections import View
from dealflow.projections.folding import Folding
from dealflow.store.checkpoint import RowCodec
from tests.examples import EVENTS, example
from tests.golden import Form
from tests.scenario import STREAM, record

PATH = Path(__file__).parent / "rows.jsonl"
HOW = "raise the view's version, and run: python -m tests.golden"
ACCOUNT, DEAL = UUID(int=0xACC0), UUID(int=0xDEA1)
BEGINNINGS = frozenset[type]().union(*(noun.creation for noun in NOUNS))


def views() -> tuple[View[Any], ...]:
    """Return every view of ours, found in the code."""
    found = pkgutil.iter_modules(projections.__path__, f"{projections.__name__}.")
    defined = (vars(importlib.import_module(one.name)).values() for one in found)
    distinct = {(one.name, one.version): one for those in defined for one in those if isinstance(one, View)}
    return tuple(distinct[key] for key in sorted(distinct))


def told(view: View[Any]) -> list[Record]:
    """Return one of each event that a view reads, those that begin a stream first, all of one stream.

    A contact is with whom the stream is about, for views of people.
    """
    read = sorted((cls for cls in EVENTS if cls in view.reads), key=lambda cls: cls not in BEGINNINGS)
    events = (_with(STREAM, example(cls)) for cls in read)
    records = (record(version, event, _when(version)) for version, event in enumerate(events, start=1))
    return [attrs.evolve(one, account=ACCOUNT, deals=(DEAL,), source=Source("crm", "opp:17")) for one in records]


def _with(person: UUID, event: Any) -> Any:
    return attrs.evolve(event, theirs=(person,)) if hasattr(event, "theirs") else event


def _when(version: int) -> When:
    start = datetime(2026, 3, version, 8, 30, tzinfo=UTC)
    return When(start, start + timedelta(hours=1))


def row(view: View[Any]) -> Any:
    """Return the first row that these add up to."""
    folding = Folding(view)
    folding.forward(told(view))
    return next(iter(folding.rows().values()))


def current() -> dict[tuple[str, int], Form]:
    """Return a row of each view as the code folds it and writes it down now."""
    codecs = ((view, RowCodec(view.name, view.version, view.row)) for view in views())
    forms = [Form(view.name, view.version, msgspec.Raw(codec.encode(row(view)))) for view, codec in codecs]
    return {form.key: form for form in forms}
