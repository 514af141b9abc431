"""The stored form of every event, one line each: promised, so written down apart from the code.

A line is never changed or taken away. An event whose form must change gets a higher schema version
in `dealflow.store.codec`, a step in `OLD_SHAPES` that reads the form before it, and a new line:

    python -m tests.golden      adds the lines that are missing, and refuses to change one
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

import attrs
import msgspec

from dealflow.store.codec import CODEC
from tests.examples import EVENTS, example

PATH = Path(__file__).parent / "stored_events.jsonl"
HOW = "raise its schema version in dealflow.store.codec, add a step to OLD_SHAPES, and run: python -m tests.golden"


@attrs.frozen
class Form:
    """A line: how one event of one schema, or a row of one version of a view, is written down."""

    name: str
    schema: int
    data: msgspec.Raw

    @property
    def key(self) -> tuple[str, int]:
        """What the promise is made for."""
        return (self.name, self.schema)


def promised(path: Path) -> dict[tuple[str, int], Form]:
    """Return the forms that were promised, old ones too."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else ()
    forms = [msgspec.json.decode(line, type=Form) for line in lines]
    return {form.key: form for form in forms}


def current() -> dict[tuple[str, int], Form]:
    """Return the forms as the code writes them now."""
    stored = [CODEC.encode(example(cls)) for cls in EVENTS]
    return {(one.name, one.schema): Form(one.name, one.schema, msgspec.Raw(one.data)) for one in stored}


def broken(path: Path, now: Mapping[tuple[str, int], Form], how: str) -> tuple[str, ...]:
    """Say which promises the code breaks: a form changed under the same number."""
    before = promised(path)
    changed = [key for key, form in now.items() if key in before and form.data != before[key].data]
    return tuple(
        f"{name} is no longer stored as {number} promises: {how}\n"
        f"  promised {bytes(before[name, number].data)!r}\n"
        f"  found    {bytes(now[name, number].data)!r}"
        for name, number in changed
    )


def add(path: Path, forms: Iterable[Form]) -> None:
    """Add lines at the end."""
    with path.open("a", encoding="utf-8") as file:
        file.writelines(msgspec.json.encode(form).decode() + "\n" for form in forms)
