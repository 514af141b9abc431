"""Pages: Markdown files as the blocks, headings, links and generated parts that are in them."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import attrs

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"
_FENCE = re.compile(r"(?P<indent> *)(?P<fence>```+)(?P<info>[^`]*)")
_HEADING = re.compile(r"#{1,6} (?P<title>.+)")
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?P<goal>[^)\s]+)\)")
_GENERATED = re.compile(
    r"(?P<begin><!-- generated: (?P<name>[^>]+?) -->\n)(?P<text>.*?)(?P<end><!-- end -->)", re.DOTALL
)


@attrs.frozen
class Block:
    """A fenced block: its language, the file it is said to be (if any), the line it begins at, its text."""

    language: str
    file: str | None
    line: int
    text: str


@attrs.frozen
class Page:
    """One Markdown file."""

    path: Path
    text: str

    @classmethod
    def read(cls, path: Path) -> "Page":
        return cls(path, path.read_text(encoding="utf-8"))

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    def blocks(self) -> Iterator[Block]:
        """Return the fenced blocks in order; raises `ValueError` where one is never closed."""
        lines = iter(enumerate(self.text.splitlines(), start=1))
        for number, line in lines:
            if (fence := _FENCE.fullmatch(line)) is None:
                continue
            language, _, file = fence["info"].strip().partition(" ")
            inner: list[str] = []
            for _, one in lines:
                if one.strip() == fence["fence"]:
                    break
                inner.append(one.removeprefix(fence["indent"]))
            else:
                message = f"{self.name}:{number}: this block is never closed"
                raise ValueError(message)
            yield Block(language, file.strip() or None, number + 1, "".join(f"{one}\n" for one in inner))

    def prose(self) -> str:
        """Return the page without its fenced blocks."""
        kept: list[str] = []
        fence: str | None = None
        for line in self.text.splitlines():
            found = _FENCE.fullmatch(line)
            if fence is None and found is not None:
                fence = found["fence"]
            elif fence is not None:
                fence = None if line.strip() == fence else fence
            else:
                kept.append(line)
        return "\n".join(kept)

    def anchors(self) -> frozenset[str]:
        """Return what a link may lead to on this page, as GitHub names it."""
        headings = [found["title"] for line in self.prose().splitlines() if (found := _HEADING.fullmatch(line))]
        return frozenset(map(anchor, headings))

    def links(self) -> Iterator[str]:
        """Return where the page's links lead to."""
        return (found["goal"] for found in _LINK.finditer(self.prose()))

    def generated(self) -> Mapping[str, str]:
        """Return the generated parts by name."""
        return {found["name"]: found["text"] for found in _GENERATED.finditer(self.text)}

    def filled(self, parts: Mapping[str, str]) -> str:
        """Return the page's text with its generated parts as they should be; raises `KeyError` for one nobody makes."""
        return _GENERATED.sub(lambda found: f"{found['begin']}{parts[found['name']]}{found['end']}", self.text)


def anchor(title: str) -> str:
    """Return the name under which a heading is linked to."""
    return re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-")


def pages() -> list[Page]:
    """Return every page: those at the top, and all under `docs`."""
    top = [ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")]
    return [Page.read(path) for path in (*top, *sorted(DOCS.rglob("*.md")))]


def reference() -> list[Page]:
    """Return the pages of the reference."""
    return [Page.read(path) for path in sorted(REFERENCE.glob("*.md"))]
