"""The pages hang together, and agree with the project they are about."""

import re
import tomllib

import pytest

from tests.docs.pages import DOCS, ROOT, Page, pages

PAGES = pages()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
README = Page.read(ROOT / "README.md")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_within_the_project_leads_somewhere(page: Page) -> None:
    for goal in page.links():
        if "://" in goal:
            continue
        file, _, spot = goal.partition("#")
        path = (page.path.parent / file).resolve() if file else page.path
        assert path.exists(), f"{page.name} links to {goal}"
        if spot:
            assert spot in Page.read(path).anchors(), f"{page.name} links to {goal}"


def test_the_index_leads_to_every_page() -> None:
    index = Page.read(DOCS / "index.md")
    linked = {(DOCS / goal.partition("#")[0]).resolve() for goal in index.links()}
    unlinked = {page.path for page in PAGES if DOCS in page.path.parents} - {*linked, index.path}
    assert {path for path in unlinked if path.parent not in linked} == set()


def test_the_changelog_has_the_version_of_the_project() -> None:
    headings = re.findall(r"^## \[([^]]+)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert PROJECT["version"] in headings


def test_the_readme_states_the_version_of_the_project() -> None:
    assert f"**{PROJECT['version']}**" in README.text


def test_the_commands_of_the_readme_are_those_that_are_run_in_a_clean_clone() -> None:
    commands = [block.text.strip() for block in README.blocks() if block.language == "sh"]
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert len(commands) == 2
    assert [command for command in commands if command not in script] == []
