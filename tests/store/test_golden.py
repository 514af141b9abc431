from pathlib import Path
from typing import Any

import attrs
import pytest

from dealflow.projections import View
from dealflow.projections.pipeline import PIPELINE
from dealflow.projections.playbooks import PLAYBOOKS
from dealflow.store.checkpoint import RowCodec
from dealflow.store.codec import CODEC, EVENTS
from tests import golden
from tests.examples import example
from tests.golden import rows


def test_no_stored_form_has_changed_under_its_schema_version() -> None:
    assert not (problems := golden.broken(golden.PATH, golden.current(), golden.HOW)), "\n".join(problems)


def test_every_event_has_its_form_written_down() -> None:
    missing = golden.current().keys() - golden.promised(golden.PATH).keys()
    assert not missing, "run: python -m tests.golden"


def test_every_form_ever_promised_is_still_there() -> None:
    expected = {(name, schema) for name, (_, latest) in EVENTS.items() for schema in range(1, latest + 1)}
    assert set(golden.promised(golden.PATH)) == expected, f"a line is never taken away; {golden.HOW}"


@pytest.mark.parametrize("form", golden.promised(golden.PATH).values(), ids=lambda form: f"{form.name}-{form.schema}")
def test_every_form_ever_promised_is_read(form: golden.Form) -> None:
    event = CODEC.decode(form.name, form.schema, bytes(form.data))
    assert type(event) is EVENTS[form.name][0]
    assert form.schema < EVENTS[form.name][1] or event == example(type(event))


def test_a_changed_form_is_told_with_what_to_do(tmp_path: Path) -> None:
    changed = tmp_path / "stored_events.jsonl"
    changed.write_text('{"name":"deal.graded","schema":1,"data":{"grade":"another"}}\n')
    (problem,) = golden.broken(changed, golden.current(), golden.HOW)
    assert problem.startswith("deal.graded is no longer stored as 1 promises: raise its schema version")


def test_adding_forms_leaves_the_others_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "stored_events.jsonl"
    first, second, *_ = golden.current().values()
    golden.add(path, [first])
    golden.add(path, [second])
    assert list(golden.promised(path).values()) == [first, second]


# Rows


def test_no_row_has_changed_under_the_version_of_its_view() -> None:
    assert not (problems := golden.broken(rows.PATH, rows.current(), rows.HOW)), "\n".join(problems)


def test_every_view_has_a_row_of_its_version_written_down() -> None:
    assert {PIPELINE, PLAYBOOKS} <= set(rows.views())
    missing = rows.current().keys() - golden.promised(rows.PATH).keys()
    assert not missing, "run: python -m tests.golden"


@pytest.mark.parametrize("view", rows.views(), ids=lambda view: view.name)
def test_a_row_that_was_written_down_is_read_as_it_is_folded(view: View[Any]) -> None:
    form = golden.promised(rows.PATH)[view.name, view.version]
    assert RowCodec(view.name, view.version, view.row).decode(bytes(form.data)) == rows.row(view)


@pytest.mark.parametrize("view", rows.views(), ids=lambda view: view.name)
def test_the_row_that_was_written_down_leaves_no_part_empty(view: View[Any]) -> None:
    """What stays empty could change its shape unnoticed."""
    row = rows.row(view)
    assert [name for name in attrs.asdict(row, recurse=False) if getattr(row, name) in {None, ()}] == []
