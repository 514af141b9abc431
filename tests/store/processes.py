"""What other processes do to a journal in the tests; apart, so that they start quickly."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from multiprocessing.synchronize import Barrier
from uuid import UUID

from dealflow.domain.deal import DealGraded
from dealflow.journal import Entry
from dealflow.store import open_journal
from dealflow.store.errors import Conflict
from dealflow.store.journal import StoredRecord

THEN = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)


def graded(stream: UUID, version: int, by: str) -> Entry:
    return Entry(stream, version, None, (), THEN, THEN, by, DealGraded("A"))


def writing(file: str, start: Barrier, streams: list[UUID], many: int) -> None:
    """Record *many* events in each stream, reading again wherever somebody else was quicker."""
    start.wait()
    with open_journal(f"sqlite:///{file}") as journal:
        for number in range(many):
            for stream in streams:
                told = False
                while not told:
                    version = len(journal.stream(stream)) + 1
                    try:
                        journal.append([graded(stream, version, f"{os.getpid()}-{number}")])
                        told = True
                    except Conflict:
                        pass


def breaking_down(file: str, many: int) -> None:
    """Die inside a transaction that has written *many* records."""

    def told_until_the_lights_go_out() -> Iterator[StoredRecord]:
        with open_journal("memory:") as source:
            source.append([graded(UUID(int=1), version, "li.wei") for version in range(1, many + 1)])
            yield from source.stored()
        os._exit(9)

    with open_journal(f"sqlite:///{file}") as journal:
        journal.restore(told_until_the_lights_go_out(), ())


def beginning(file: str, start: Barrier) -> None:
    """Begin a journal at the same moment as others."""
    start.wait()
    open_journal(f"sqlite:///{file}").close()
