import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.scenario import OUTCOMES

# No deadlines, since machines are noisy; in CI the same examples every time, so that a red run means a change.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.fixture(autouse=True)
def nothing_forgotten() -> Iterator[None]:
    """A test that forgets its *then* claims that nothing happened."""
    OUTCOMES.clear()
    yield
    for outcome in OUTCOMES:
        if not outcome.asked_about:
            outcome.then_quiet()
