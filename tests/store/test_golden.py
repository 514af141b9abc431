from pathlib import Path

import pytest

from dealflow.store.codec import CODEC, EVENTS
from tests import golden
from tests.examples import example


def test_no_stored_form_has_changed_under_its_schema_version() -> None:
    assert not (problems := golden.broken()), "\n".join(problems)


def test_every_event_has_its_form_written_down() -> None:
    missing = golden.current().keys() - golden.promised().keys()
    assert not missing, "run: python -m tests.golden"


def test_every_form_ever_promised_is_still_there() -> None:
    expected = {(name, schema) for name, (_, latest) in EVENTS.items() for schema in range(1, latest + 1)}
    assert set(golden.promised()) == expected, f"a line is never taken away; {golden.HOW}"


@pytest.mark.parametrize("form", golden.promised().values(), ids=lambda form: f"{form.name}-{form.schema}")
def test_every_form_ever_promised_is_read(form: golden.Form) -> None:
    event = CODEC.decode(form.name, form.schema, bytes(form.data))
    assert type(event) is EVENTS[form.name][0]
    assert form.schema < EVENTS[form.name][1] or event == example(type(event))


def test_a_changed_form_is_told_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = tmp_path / "stored_events.jsonl"
    changed.write_text('{"name":"deal.graded","schema":1,"data":{"grade":"another"}}\n')
    monkeypatch.setattr(golden, "PATH", changed)
    (problem,) = golden.broken()
    assert problem.startswith("deal.graded is no longer stored as schema 1 promises: raise its schema version")


def test_adding_forms_leaves_the_others_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(golden, "PATH", tmp_path / "stored_events.jsonl")
    first, second, *_ = golden.current().values()
    golden.add([first])
    golden.add([second])
    assert list(golden.promised().values()) == [first, second]
