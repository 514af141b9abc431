"""Rejects: streams that were set aside whole, a line of JSON each, with what stood against them."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from types import MappingProxyType
from typing import Any, TextIO

import attrs
import msgspec

from dealflow.interchange.pipeline import Fact, ImportRefused, Place, Reject, Trouble
from dealflow.interchange.table import Row

Rows = Mapping[tuple[str, int], Row]
NO_ROWS: Rows = MappingProxyType({})


def must_be_writable(out: TextIO | Path | None) -> None:
    """Raise `ImportRefused` where the rejects could not be written, before anything is stored."""
    if not isinstance(out, Path):
        return
    if not out.parent.is_dir():
        raise _unwritable(out, f"there is no folder {out.parent}")
    if out.is_dir():
        raise _unwritable(out, "it is a folder")
    try:
        if _is_kept(out):
            _part(out.resolve()).open("w", encoding="utf-8").close()
            _part(out.resolve()).unlink()
        else:
            out.open("w", encoding="utf-8").close()
    except OSError as error:
        raise _unwritable(out, error.strerror or str(error)) from None


def _unwritable(out: Path, why: str) -> ImportRefused:
    return ImportRefused([Trouble(Place(str(out)), f"cannot be written: {why}")])


def _is_kept(out: Path) -> bool:
    """Say whether it is a file, or will be one; a device or a pipe is written to as it is."""
    return out.is_file() or not out.exists()


def _part(out: Path) -> Path:
    """Return where rejects are written at first, so that a file of that name is whole, or none."""
    return out.with_name(f"{out.name}.part")


def rows_by_place(rows: Iterable[Row]) -> Rows:
    """Return rows by the file and line they stand in."""
    return {(row.file, row.line): row for row in rows}


def write_rejects(rejects: Iterable[Reject], out: TextIO | Path, rows: Rows = NO_ROWS) -> None:
    """Write one line a stream: its key in the source, its troubles, and the facts that would have gone in.

    With *rows*, also every row of the source that had to do with it.
    """
    with _opened(out) as file:
        for reject in rejects:
            file.write(json.dumps(_line(reject, rows), ensure_ascii=False) + "\n")


def _opened(out: TextIO | Path) -> AbstractContextManager[TextIO]:
    if not isinstance(out, Path):
        return nullcontext(out)
    return _whole(out.resolve()) if _is_kept(out) else out.open("w", encoding="utf-8")


@contextmanager
def _whole(out: Path) -> Iterator[TextIO]:
    try:
        with _part(out).open("w", encoding="utf-8") as file:
            yield file
        _part(out).replace(out)
    finally:
        _part(out).unlink(missing_ok=True)


def _line(reject: Reject, rows: Rows) -> dict[str, Any]:
    sources = [fact.ask.source for fact in reject.facts if fact.ask.source is not None]
    return {
        "stream": str(reject.stream),
        "key": sources[0].key if sources else None,
        "troubles": [{**attrs.asdict(one.place), "message": one.message} for one in reject.troubles],
        "rows": [{"file": row.file, "line": row.line, "cells": dict(row.cells)} for row in _rows(reject, rows)],
        "facts": [_fact(fact) for fact in reject.facts],
    }


def _rows(reject: Reject, rows: Rows) -> Iterable[Row]:
    places = (*(trouble.place for trouble in reject.troubles), *(fact.place for fact in reject.facts))
    stood = dict.fromkeys((place.file, place.line) for place in places if place.line is not None)
    return (rows[place] for place in stood if place in rows)


def _fact(fact: Fact) -> dict[str, Any]:
    return {
        **attrs.asdict(fact.place),
        "command": type(fact.ask.command).__name__,
        "at": msgspec.to_builtins(fact.ask.at),
        "data": msgspec.to_builtins(fact.ask.command),
    }
