"""A clock that tests wind themselves."""

from datetime import UTC, datetime, timedelta


class Clock:
    """Says what it was set to; every look moves it on by a second, so that no two records are alike."""

    def __init__(self, now: datetime = datetime(2026, 6, 1, 9, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now
