from collections.abc import Iterator
from pathlib import Path

import pytest

from dealflow.engine import DealFlow
from tests.clock import Clock
from tests.interchange.crm import Crm


@pytest.fixture
def crm(tmp_path: Path) -> Crm:
    folder = tmp_path / "export"
    folder.mkdir()
    return Crm.at(folder)


@pytest.fixture
def flow() -> Iterator[DealFlow]:
    with DealFlow.open("memory:", clock=Clock()) as flow:
        yield flow
