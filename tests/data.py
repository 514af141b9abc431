"""The data sets that some tests read: a folder beside the project, or the one that DEALFLOW_DATA names."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
FOLDER = Path(os.environ.get("DEALFLOW_DATA", ROOT.parent / "shared" / "data"))


def data(name: str) -> Path:
    """Return a folder of the data; skips the test where it is not there."""
    path = FOLDER / name
    if not path.is_dir():
        pytest.skip(f"no data at {path}: set DEALFLOW_DATA to the folder that holds {name}")
    return path


def expected(name: str) -> Any:
    """Return the figures that a data set must lead to."""
    return json.loads((data("expected") / f"{name}.json").read_text(encoding="utf-8"))
