"""The house, held to its plan: who may import whom, and what the pure rooms may not touch."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent / "src" / "dealflow"

# Each layer may import itself and those it names; what is not named here is in no layer, which fails.
LAYERS = {
    "money": {"money"},
    "journal": {"journal"},
    "decider": {"decider", "journal", "domain"},  # domain for type checking only
    "domain": {"domain", "decider", "journal", "money"},
    "extras": {"extras"},
    "projections": {"projections", "domain", "journal", "money", "extras"},
    "calendars": {"calendars", "extras", "projections"},
    "replay": {"replay", "projections", "domain", "decider", "journal", "money"},
    "store": {"store", "domain", "journal", "money"},
    "conversation": {"conversation", "store", "domain", "decider", "journal"},
    "runner": {"runner", "store", "projections", "domain", "journal"},
    "reading": {"reading", "runner", "conversation", "store", "replay", "projections", "domain", "journal"},
    "account_questions": {"account_questions", "reading", "conversation", "replay", "projections", "domain"}
    | {"journal"},
    "questions": {"questions", "account_questions", "reading", "conversation", "replay", "projections", "domain"}
    | {"journal", "money"},
    "selling_questions": {"selling_questions", "questions", "reading", "conversation", "projections", "domain"}
    | {"journal", "money"},
    "replay_questions": {"replay_questions", "selling_questions", "reading", "store", "replay", "projections", "domain"}
    | {"journal", "money"},
    "engine": {"engine", "replay_questions", "reading", "conversation", "store", "domain", "decider", "journal"},
    "interchange": {"interchange", "engine", "conversation", "store", "replay", "projections", "domain", "decider"}
    | {"journal", "money"},
    "testing": {"testing", "engine", "projections", "domain", "journal", "money"},
    "plain": {"plain", "store", "replay", "projections", "domain", "decider", "journal", "money"},
    "page": {"page", "plain", "replay", "projections", "domain", "journal", "money", "extras"},
}
TOP = {"__init__", "__main__", "cli", "demo"}  # over everything
PURE = {"domain", "projections", "replay", "decider", "money"}
IMPURE = {
    "asyncio", "io", "os", "pathlib", "random", "secrets", "shutil", "socket", "sqlite3", "subprocess",
    "tempfile", "threading", "time", "zoneinfo",
}  # fmt: skip
CLOCKS = {"now", "utcnow", "today", "uuid1", "uuid4", "open", "print", "input"}


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(SOURCE.rglob("*.py")):
        yield path.relative_to(SOURCE).parts[0].removesuffix(".py"), path


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def layer(name: str) -> str | None:
    parts = name.split(".")
    return parts[1] if parts[0] == "dealflow" and len(parts) > 1 else None


def test_every_module_belongs_to_a_layer() -> None:
    assert {name for name, _ in modules()} <= {*LAYERS, *TOP}


@pytest.mark.parametrize("name", sorted(LAYERS))
def test_imports_point_one_way(name: str) -> None:
    known = {one for one, _ in modules()}
    for owner, path in modules():
        if owner == name:
            found = {one for one in map(layer, imports(path)) if one in known}
            assert found <= LAYERS[name], f"{path.relative_to(SOURCE)} imports {sorted(found - LAYERS[name])}"


def test_only_the_store_knows_the_library_underneath() -> None:
    for owner, path in modules():
        if owner != "store":
            assert not [one for one in imports(path) if one.split(".")[0] in {"eventsourcing", "sqlite3"}], path


def test_only_the_command_line_knows_the_terminal() -> None:
    for owner, path in modules():
        if owner not in TOP:
            assert not [one for one in imports(path) if one.split(".")[0] in {"rich", "cyclopts"}], path


@pytest.mark.parametrize("name", sorted(PURE))
def test_the_pure_rooms_touch_no_world(name: str) -> None:
    for owner, path in modules():
        if owner != name:
            continue
        assert not {one.split(".")[0] for one in imports(path)} & IMPURE, path
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                assert called not in CLOCKS, f"{path}:{node.lineno} calls {called}"


def test_the_domain_needs_attrs_and_the_standard_library_alone() -> None:
    for owner, path in modules():
        if owner in {"domain", "decider", "journal", "money", "projections", "replay"}:
            outside = {one.split(".")[0] for one in imports(path)} & {"msgspec", "eventsourcing", "cyclopts", "rich"}
            assert not outside, path
