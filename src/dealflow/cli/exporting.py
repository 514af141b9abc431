"""Verbs that hand a journal on."""

import sys
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from dealflow.cli.options import DEFAULT, STDIO, Where, a_file
from dealflow.cli.output import Failed, note, progress
from dealflow.store.jsonl import write_jsonl

export_app = App(name="export", help="Hand the journal on.")


@export_app.command
def jsonl(
    file: Annotated[
        str,
        Parameter(
            converter=a_file,
            allow_leading_hyphen=True,
            help="The file to write, anew if it is there; - is standard output.",
        ),
    ] = STDIO,
    /,
    *,
    where: Where = DEFAULT,
) -> None:
    """Write the whole journal as lines of JSON: to keep, to hand on, to import elsewhere."""
    with where.reading() as flow, progress("exporting") as bar:
        if file == STDIO:
            if isinstance(sys.stdout, TextIOWrapper):
                sys.stdout.reconfigure(encoding="utf-8", newline="\n")
            write_jsonl(flow.journal, sys.stdout, progress=bar)
            return
        part = Path(f"{file}.part")  # so that a file of that name is a whole export, or none
        try:
            with part.open("w", encoding="utf-8", newline="\n") as stream:
                write_jsonl(flow.journal, stream, progress=bar)
            part.replace(file)
        except OSError as error:
            message = f"{file} cannot be written: {error.strerror}"
            raise Failed(message) from None
        finally:
            part.unlink(missing_ok=True)
    note(f"wrote {file}")
