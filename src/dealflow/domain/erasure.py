"""Erasure: what is left of a person's words once their data was erased, on both clocks.

Erasing is not undone by asking as of an earlier day, known or happened: what was said to be
forgotten is forgotten in every answer, and reads *[erased]*.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any, get_args, get_type_hints
from uuid import UUID

import attrs

from dealflow.domain.noun import Corrected
from dealflow.domain.personal import Personal
from dealflow.journal import Record

ERASED = "[erased]"


def forgetting(records: Iterable[Record], erased: frozenset[UUID]) -> Iterable[Record]:
    """Return records without the words of those who were *erased*."""
    return (_without(record, erased) for record in records) if erased else records


def _without(record: Record, erased: frozenset[UUID]) -> Record:
    event = _forgotten(record.event, erased)
    return record if event is record.event else attrs.evolve(record, event=event)


def _forgotten(event: Any, erased: frozenset[UUID]) -> Any:
    if isinstance(event, Corrected):
        replacement = None if event.replacement is None else _forgotten(event.replacement, erased)
        return event if replacement is event.replacement else attrs.evolve(event, replacement=replacement)
    gone = {
        name: Personal(ERASED, value.of)
        for name in _personal(event.__class__)
        if isinstance(value := getattr(event, name), Personal) and value.of in erased
    }
    return attrs.evolve(event, **gone) if gone else event


@cache
def _personal(event: type) -> tuple[str, ...]:
    """Return the fields of an event class that may hold a person's words, by their types."""
    return tuple(name for name, hint in get_type_hints(event).items() if Personal in (hint, *get_args(hint)))
