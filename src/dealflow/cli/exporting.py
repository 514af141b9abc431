"""Verbs that hand a journal on."""

from typing import Annotated

from cyclopts import App, Parameter

from dealflow.cli.options import DEFAULT, Where, a_file
from dealflow.cli.output import STDIO, progress, whole
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
    with where.reading() as flow, progress("exporting") as bar, whole(file) as stream:
        write_jsonl(flow.journal, stream, progress=bar)
