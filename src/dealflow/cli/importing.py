"""Verbs that bring a history in: a CRM's export, mapped tables, another journal."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from dealflow.cli.options import DEFAULT, TABLE, Form, Where
from dealflow.cli.output import Failed, note, show_json
from dealflow.store.errors import BadLine
from dealflow.store.jsonl import read_header, read_jsonl

import_app = App(name="import", help="Bring a history in: a CRM's export, mapped tables, another journal.")
STDIN = "-"


@import_app.command
def jsonl(
    file: Annotated[str, Parameter(help="What dealflow export jsonl wrote; - is standard input.")],
    /,
    *,
    where: Where = DEFAULT,
    form: Form = TABLE,
) -> None:
    """Take a whole journal over, positions and both clocks included, into a new one."""
    try:
        with _lines(file) as lines:
            first = next(lines, "")
            with where.writing(read_header(first).zone) as flow:
                read_jsonl(chain([first], lines), flow.journal)
                position = flow.journal.head()
    except (BadLine, UnicodeDecodeError) as error:
        message = f"{file}: {error}"
        raise Failed(message) from None
    if form.json:
        show_json({"file": file, "position": position})
    note(f"{file}: taken over, up to position {position}")


@contextmanager
def _lines(file: str) -> Iterator[Iterator[str]]:
    """Read line by line, so that what cannot be read is found in its own line."""
    if file == STDIN:
        yield (line.decode() for line in sys.stdin.buffer)
        return
    try:
        with Path(file).open("rb") as stream:
            yield (line.decode() for line in stream)
    except OSError as error:
        message = f"{file} cannot be read: {error.strerror}"
        raise Failed(message) from None
