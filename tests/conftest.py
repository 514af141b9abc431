from collections.abc import Iterator

import pytest

from tests.scenario import OUTCOMES


@pytest.fixture(autouse=True)
def nothing_forgotten() -> Iterator[None]:
    """A test that forgets its *then* claims that nothing happened."""
    OUTCOMES.clear()
    yield
    for outcome in OUTCOMES:
        if not outcome.asked_about:
            outcome.then_quiet()
