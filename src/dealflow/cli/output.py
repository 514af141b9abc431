"""Output: answers on standard output, everything else on standard error."""

import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import Any, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from dealflow.interchange.pipeline import Progress, nothing
from dealflow.plain import plain

STDIO = "-"  # the name that stands for standard input or output
WIDE = 120  # columns where the output is no terminal and nobody says how wide it is
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class Failed(Exception):
    """The command line itself cannot do what was asked; the text says what to do."""


class _Console(Console):
    """A console that leaves a broken pipe to whoever runs it, and takes no text for markup."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def make_ready() -> None:
    """See to it that every character can be written somehow, and that what was closed goes nowhere."""
    sys.stdin = sys.stdin or Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115
    sys.stdout = sys.stdout or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper) and stream.errors in {"strict", "surrogateescape"}:
            stream.reconfigure(errors="replace")


def out() -> Console:
    """Return where answers are shown."""
    return _console(stderr=False)


def err() -> Console:
    """Return where everything else is shown."""
    return _console(stderr=True)


def _console(*, stderr: bool) -> Console:
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() or "COLUMNS" in os.environ else WIDE
    return _Console(stderr=stderr, width=width, markup=False, emoji=False, highlight=False)


def shown(text: object) -> str:
    """Return text as a terminal may show it: control characters, which could steer it, are replaced."""
    return _CONTROL.sub("�", str(text))


def note(*lines: object) -> None:
    """Say something that is not the answer."""
    for line in lines:
        sys.stderr.write(f"{shown(line)}\n")


def show_json(answer: Any) -> None:
    """Show an answer as JSON, alone."""
    unicode = "utf" in (sys.stdout.encoding or "").lower()
    json.dump(plain(answer), sys.stdout, indent=2, ensure_ascii=not unicode)
    sys.stdout.write("\n")


@contextmanager
def whole(file: str) -> Iterator[TextIO]:
    """Open a file that is written whole or not at all; `-` is standard output. Raises `Failed`."""
    if file == STDIO:
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8", newline="\n")
        yield sys.stdout
        return
    part = Path(f"{file}.part")  # so that a file of that name is all of it, or none
    try:
        with part.open("w", encoding="utf-8", newline="\n") as stream:
            yield stream
        part.replace(file)
    except OSError as error:
        message = f"{file} cannot be written: {error.strerror}"
        raise Failed(message) from None
    finally:
        part.unlink(missing_ok=True)
    note(f"wrote {file}")


@contextmanager
def progress(what: str) -> Iterator[Progress]:
    """Show a bar while something is stored, unless nobody is there to look at it."""
    console = err()
    if not console.is_terminal:
        yield nothing
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task("reading", total=None)

        def told(done: int, total: int) -> None:
            bar.update(task, description=what, completed=done, total=total)

        yield told
