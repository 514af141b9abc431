"""Running: one command line, from its words to its exit code. No error comes out as a traceback."""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import version

from cyclopts import App, CycloptsError

from dealflow.cli.account import account
from dealflow.cli.accounts import accounts
from dealflow.cli.asking import deals, funnel
from dealflow.cli.changes import changes
from dealflow.cli.churn import churn
from dealflow.cli.comparing import compare
from dealflow.cli.competition import competition
from dealflow.cli.contacts import contacts
from dealflow.cli.demonstrating import demo
from dealflow.cli.estimating import forecast, times
from dealflow.cli.exporting import export_app
from dealflow.cli.health import health
from dealflow.cli.importing import import_app
from dealflow.cli.objections import objections
from dealflow.cli.output import Failed, err, make_ready, note, out
from dealflow.cli.patterns import patterns
from dealflow.cli.people import committee
from dealflow.cli.planning import plan
from dealflow.cli.relationships import relationships
from dealflow.cli.replaying import replay, review
from dealflow.cli.supposing import suppose
from dealflow.cli.team import team
from dealflow.cli.worth import worth
from dealflow.decider import Refused
from dealflow.extras import MissingExtra
from dealflow.interchange.pipeline import ImportRefused
from dealflow.store.errors import StoreError

DONE, FAILED, USAGE, INTERRUPTED, NOBODY_READS = 0, 1, 2, 130, 141

app = App(
    name="dealflow",
    help="Selling to key accounts as immutable events: the funnel, and the replay of every deal, as of any day.",
    version=lambda: version("dealflow"),
    help_format="plaintext",
    suppress_keyboard_interrupt=False,
)
app.command(demo)
app.command(import_app)
app.command(export_app)
app.command(funnel)
app.command(times)
app.command(forecast)
app.command(plan)
app.command(deals)
app.command(health)
app.command(replay)
app.command(review)
app.command(compare)
app.command(suppose)
app.command(changes)
app.command(worth)
app.command(committee)
app.command(contacts)
app.command(objections)
app.command(competition)
app.command(churn)
app.command(relationships)
app.command(account)
app.command(patterns)
app.command(accounts)
app.command(team)


def run(words: Sequence[str]) -> int:
    """Run one command line and return its exit code."""
    make_ready()
    try:
        code = _run(words)
        sys.stdout.flush()
    except BrokenPipeError:
        _read_no_more()
        return NOBODY_READS
    except OSError as error:
        _read_no_more()
        note(f"dealflow: {error.filename or 'standard output'}: {error.strerror}")
        return FAILED
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
        note(f"dealflow: {misunderstood}", "try: dealflow --help")
        return USAGE
    except Refused as no:
        note("dealflow: refused:", *(f"  {reason}" for reason in no.reasons))
        return FAILED
    except ImportRefused as no:
        note(f"dealflow: nothing was imported; {len(no.troubles)} to see to:", *(f"  {one}" for one in no.troubles))
        return FAILED
    except (Failed, MissingExtra, StoreError) as error:
        note(f"dealflow: {error}")
        return FAILED
    except KeyboardInterrupt:
        note("dealflow: interrupted; what was stored stays, and the same command goes on from there")
        return INTERRUPTED
    return result if isinstance(result, int) else DONE


def _read_no_more() -> None:
    """Let what is still to be written go nowhere, so that Python does not complain of it at the end."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
