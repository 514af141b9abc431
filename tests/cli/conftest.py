from collections.abc import Callable
from pathlib import Path

import attrs
import pytest

from dealflow.cli import main
from dealflow.demo import play


@attrs.frozen
class Ran:
    """What a command line came to."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run command lines in an empty folder, with no journal named by the environment."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DEALFLOW_DB", raising=False)
    monkeypatch.delenv("COLUMNS", raising=False)

    def ran(*words: object) -> Ran:
        capsys.readouterr()
        code = main([str(word) for word in words])
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return Ran(code, said.out, said.err)

    return ran


@pytest.fixture(scope="session")
def demo_db(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The demo's journal, to be read only."""
    url = f"sqlite:///{tmp_path_factory.mktemp('demo') / 'demo.db'}"
    play(url).flow.close()
    return url
