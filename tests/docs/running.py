"""Running: the snippets of a page, in order, as a reader would type them.

    ```python           runs; all blocks of a page share one set of names
    ```text             right after it: exactly what it printed (nothing, where there is none)
    ```csv deals.csv    a block with a file's name is written to that file
    ```toml +map.toml   and added to its end, with a plus before the name
    ```console          `$ dealflow …` runs; below it stands all it showed, standard error included

In what is expected, `...` stands for anything. Everything runs in a folder of its own.
"""

import shlex
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from doctest import ELLIPSIS, OutputChecker
from io import BytesIO, TextIOWrapper
from itertools import pairwise
from pathlib import Path
from typing import Any

from dealflow import DealFlow
from dealflow.cli import main
from tests.docs.pages import Block, Page

PROMPT = "$ "
MORE = "+"
NOTHING = Block("", None, 0, "")


class Wrong(AssertionError):
    """A snippet does something else than its page says."""

    def __init__(self, page: Page, line: int, expected: str, found: str) -> None:
        super().__init__(f"{page.name}:{line}\nexpected:\n{expected}\nfound:\n{found}")


def run(page: Page, folder: Path) -> None:
    """Run every snippet of a page in a folder; raises `Wrong`, or whatever a snippet raises."""
    names: dict[str, Any] = {"__name__": "__main__"}
    try:
        for block, after in pairwise((*page.blocks(), NOTHING)):
            _run(page, block, after, names, folder)
    finally:
        for one in names.values():
            if isinstance(one, DealFlow):
                one.close()


def _run(page: Page, block: Block, after: Block, names: dict[str, Any], folder: Path) -> None:
    if block.file is not None:
        path = folder / block.file.removeprefix(MORE)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a" if block.file.startswith(MORE) else "w", encoding="utf-8", newline="\n") as file:
            file.write(block.text)
    elif block.language == "python":
        expected = after.text if after.language == "text" else ""
        with shown() as screen:
            code = compile("\n" * (block.line - 1) + block.text, page.path, "exec")
            exec(code, names)  # noqa: S102 (a snippet of our own)
        _compare(page, block.line, expected, text_on(screen))
    elif block.language == "console":
        for line, command, expected in commands(block):
            _compare(page, line, expected, typed(command))


def commands(block: Block) -> Iterator[tuple[int, str, str]]:
    """Return what is typed in a block, each with its line and what is shown below it."""
    lines = block.text.splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith(PROMPT)]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        told = "".join(f"{line}\n" for line in lines[start + 1 : end])
        yield block.line + start, lines[start].removeprefix(PROMPT), told


def typed(command: str) -> str:
    """Run a command line of dealflow in this very process, and return what it showed."""
    first, *words = shlex.split(command)
    if first != "dealflow":
        message = f"{command!r} is not run here: show it in a block of `sh`"
        raise ValueError(message)
    with shown() as screen:
        main(words)
    return text_on(screen)


@contextmanager
def shown() -> Iterator[TextIOWrapper]:
    """Catch what is printed, and what is said on standard error."""
    screen = TextIOWrapper(BytesIO(), encoding="utf-8", write_through=True)
    with redirect_stdout(screen), redirect_stderr(screen):
        yield screen


def text_on(screen: TextIOWrapper) -> str:
    """Return what was caught."""
    screen.flush()
    screen.seek(0)
    return screen.read()


def _compare(page: Page, line: int, expected: str, found: str) -> None:
    wanted, given = _trimmed(expected), _trimmed(found)
    if not OutputChecker().check_output(wanted, given, ELLIPSIS):
        raise Wrong(page, line, wanted, given)


def _trimmed(text: str) -> str:
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())
