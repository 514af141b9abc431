"""Running: one command line, from its words to its exit code. No error comes out as a traceback."""

import os
import sys
from collections.abc import Sequence
from importlib.metadata import version

from cyclopts import App, CycloptsError

from dealflow.cli.asking import deals, funnel, replay
from dealflow.cli.exporting import export_app
from dealflow.cli.importing import import_app
from dealflow.cli.output import Failed, err, note, out
from dealflow.decider import Refused
from dealflow.interchange.pipeline import ImportRefused
from dealflow.store.errors import StoreError

DONE, FAILED, USAGE, INTERRUPTED, NOBODY_READS = 0, 1, 2, 130, 141

app = App(
    name="dealflow",
    help="Selling to key accounts as immutable events: the funnel, and the replay of every deal, as of any day.",
    version=version("dealflow"),
    help_format="plaintext",
)
app.command(import_app)
app.command(export_app)
app.command(funnel)
app.command(deals)
app.command(replay)


def run(words: Sequence[str]) -> int:
    """Run one command line and return its exit code."""
    try:
        code = _run(words)
        sys.stdout.flush()
    except BrokenPipeError:
        return _nobody_reads()
    return code


def _run(words: Sequence[str]) -> int:
    try:
        result = app(
            words,
            console=out(),
            error_console=err(),
            print_error=False,
            exit_on_error=False,
            result_action="return_value",
        )
    except CycloptsError as misunderstood:
        note(f"dealflow: {_in_words(misunderstood)}", "try: dealflow --help")
        return USAGE
    except Refused as no:
        note("dealflow: refused:", *(f"  {reason}" for reason in no.reasons))
        return FAILED
    except ImportRefused as no:
        note(f"dealflow: nothing was imported; {len(no.troubles)} to see to:", *(f"  {one}" for one in no.troubles))
        return FAILED
    except (Failed, StoreError) as error:
        note(f"dealflow: {error}")
        return FAILED
    except KeyboardInterrupt:
        note("dealflow: interrupted; what was stored stays, and the same command goes on from there")
        return INTERRUPTED
    return result if isinstance(result, int) else DONE


def _in_words(error: CycloptsError) -> str:
    return str(error).strip()


def _nobody_reads() -> int:
    """Whoever read the answer has had enough: keep Python from complaining of it at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return NOBODY_READS
