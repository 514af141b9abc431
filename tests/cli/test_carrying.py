"""A journal handed on as lines of JSON, and taken over again."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run


@pytest.fixture
def exported(run: Run, demo_db: str) -> Path:
    ran = run("export", "jsonl", "demo.jsonl", "--db", demo_db)
    assert (ran.code, ran.out, ran.err) == (0, "", "wrote demo.jsonl\n")
    return Path("demo.jsonl").resolve()


def test_an_export_is_lines_of_json_on_standard_output_alone(run: Run, demo_db: str, exported: Path) -> None:
    for words in (("export", "jsonl"), ("export", "jsonl", "-")):
        ran = run(*words, "--db", demo_db)
        assert (ran.code, ran.err) == (0, "")
        assert ran.out == exported.read_text(encoding="utf-8")
    assert json.loads(ran.out.splitlines()[0])["format"] == "dealflow-journal"
    assert "Huaxin Steel" in ran.out


def test_a_journal_taken_over_answers_the_same(run: Run, demo_db: str, exported: Path) -> None:
    ran = run("import", "jsonl", exported, "--db", "sqlite:///copy.db", "--json")
    assert ran.code == 0
    assert json.loads(ran.out)["position"] > 0
    for question in (["funnel"], ["deals"], ["replay", "e818"], ["deals", "--known", "2026-04-30"]):
        assert (
            run(*question, "--json", "--db", "sqlite:///copy.db").out == run(*question, "--json", "--db", demo_db).out
        )
    assert run("export", "jsonl", "--db", "sqlite:///copy.db").out == exported.read_text(encoding="utf-8")


def test_a_journal_is_taken_over_into_a_new_one_only(run: Run, exported: Path) -> None:
    run("import", "jsonl", exported, "--db", "sqlite:///copy.db")
    ran = run("import", "jsonl", exported, "--db", "sqlite:///copy.db")
    assert (ran.code, ran.out) == (1, "")
    assert "import into a new, empty one" in ran.err


def test_an_export_cut_short_is_refused_with_its_line(run: Run, exported: Path) -> None:
    lines = exported.read_bytes().splitlines(keepends=True)
    exported.write_bytes(b"".join(lines[:20]))
    ran = run("import", "jsonl", exported, "--db", "sqlite:///copy.db")
    assert ran.code == 1
    assert ran.err.startswith(f"dealflow: {exported}: line 21: ")
    assert not Path("copy.db").exists()


@pytest.mark.parametrize(
    ("data", "why"), [(b"", "line 1"), (b"id;name\n", "line 1"), (b"\xff\xfe", "can't decode byte 0xff")]
)
def test_what_is_no_export_is_refused_with_its_name(run: Run, tmp_path: Path, data: bytes, why: str) -> None:
    (tmp_path / "deals.csv").write_bytes(data)
    ran = run("import", "jsonl", "deals.csv")
    assert ran.code == 1
    assert ran.err.startswith("dealflow: deals.csv: ")
    assert why in ran.err
    assert not (tmp_path / "dealflow.db").exists()


def test_a_file_that_cannot_be_read_or_written_is_named(run: Run, demo_db: str, tmp_path: Path) -> None:
    ran = run("import", "jsonl", "nowhere.jsonl")
    assert (ran.code, ran.err) == (1, "dealflow: nowhere.jsonl cannot be read: No such file or directory\n")
    ran = run("export", "jsonl", "no/where.jsonl", "--db", demo_db)
    assert (ran.code, ran.err) == (1, "dealflow: no/where.jsonl cannot be written: No such file or directory\n")
    assert list(tmp_path.iterdir()) == []


def test_a_journal_is_taken_over_from_standard_input(run: Run, exported: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with exported.open(encoding="utf-8") as stream:
        monkeypatch.setattr("sys.stdin", stream)
        assert run("import", "jsonl", "-", "--db", "sqlite:///copy.db").code == 0
    assert run("export", "jsonl", "--db", "sqlite:///copy.db").out == exported.read_text(encoding="utf-8")
