"""Verbs that hand a journal on."""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from dealflow.cli.options import DEFAULT, Where
from dealflow.cli.output import Failed, note, progress
from dealflow.store.jsonl import write_jsonl

export_app = App(name="export", help="Hand the journal on.")
STDOUT = "-"


@export_app.command
def jsonl(
    file: Annotated[str, Parameter(help="The file to write; - is standard output.")] = STDOUT,
    /,
    *,
    where: Where = DEFAULT,
) -> None:
    """Write the whole journal as lines of JSON: to keep, to hand on, to import elsewhere."""
    with where.reading() as flow, progress("exporting") as bar:
        if file == STDOUT:
            write_jsonl(flow.journal, sys.stdout, progress=bar)
            return
        part = Path(f"{file}.part")
        try:
            with part.open("w", encoding="utf-8", newline="\n") as stream:
                write_jsonl(flow.journal, stream, progress=bar)
            part.replace(file)
        except OSError as error:
            message = f"{file} cannot be written: {error.strerror}"
            raise Failed(message) from None
    note(f"wrote {file}")
