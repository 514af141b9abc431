"""What the pages show is what happens."""

import json
import tomllib
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, Page, pages
from tests.docs.running import Wrong, run

PAGES = [page for page in pages() if any(page.blocks())]
LANGUAGES = {"python", "text", "console", "sh", "csv", "toml", "json", "mermaid", "sql"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_snippets_of_a_page_run_as_shown(page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.delenv("DEALFLOW_DB", raising=False)
    run(page, tmp_path)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_block_says_what_it_is(page: Page) -> None:
    for block in page.blocks():
        assert block.language in LANGUAGES, f"{page.name}:{block.line}"
        if block.language == "toml":
            tomllib.loads(block.text)
        if block.language == "json":
            json.loads(block.text)
        if block.language == "console":
            assert block.text.startswith("$ dealflow"), f"{page.name}:{block.line}"


@pytest.mark.parametrize(
    "snippet",
    [
        "```python\nprint(1)\n```\n```text\n2\n```\n",
        "```python\nprint(1)\n```\n",
        "```python\npass\n```\n```text\n1\n```\n",
        "```console\n$ dealflow --version\n0.0\n```\n",
    ],
)
def test_a_snippet_that_shows_something_else_is_found_out(snippet: str, tmp_path: Path) -> None:
    with pytest.raises(Wrong):
        run(Page(ROOT / "page.md", snippet), tmp_path)


def test_a_snippet_that_raises_is_found_out(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        run(Page(ROOT / "page.md", "```python\n1 / 0\n```\n"), tmp_path)
