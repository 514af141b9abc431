"""Erasure: what is left of a person's words once their data was erased, on both clocks.

Erasing is not undone by asking as of an earlier day, known or happened: what was said to be
forgotten is forgotten in every answer, and reads *[erased]*.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import attrs

from dealflow.domain.noun import Corrected
from dealflow.domain.personal import Personal
from dealflow.journal import Record

ERASED = "[erased]"


def forgetting(records: Iterable[Record], erased: frozenset[UUID]) -> Iterable[Record]:
    """Return records without the words of those who were *erased*."""
    if not erased:
        return records
    return (attrs.evolve(record, event=_forgotten(record.event, erased)) for record in records)


def _forgotten(event: Any, erased: frozenset[UUID]) -> Any:
    if isinstance(event, Corrected):
        replacement = None if event.replacement is None else _forgotten(event.replacement, erased)
        return attrs.evolve(event, replacement=replacement)
    words = {field.name: getattr(event, field.name) for field in attrs.fields(type(event))}
    gone = {
        name: Personal(ERASED, value.of)
        for name, value in words.items()
        if isinstance(value, Personal) and value.of in erased
    }
    return attrs.evolve(event, **gone) if gone else event
