"""Differing: what is otherwise between two values, field by field."""

from collections.abc import Iterator
from typing import Any

import attrs


@attrs.frozen
class Change:
    """One field that is otherwise: its path with dots (`purchase.steps`), and what it was *before* and *after*.

    Of a field with several values only those are told that went or came.
    """

    field: str
    before: Any
    after: Any


def changes(before: object, after: object) -> tuple[Change, ...]:
    """Return what is otherwise between two attrs values of one kind; nothing in place of either is an empty one."""
    kind = type(before if after is None else after)
    return tuple(_changes("", kind, before, after)) if attrs.has(kind) else ()


def _changes(path: str, kind: type, before: object, after: object) -> Iterator[Change]:
    for field in attrs.fields(kind):
        old, new = (_of(one, field) for one in (before, after))
        if old != new:
            yield from _change(f"{path}{field.name}", old, new)


def _of(value: object, field: "attrs.Attribute[Any]") -> Any:
    if value is not None:
        return getattr(value, field.name)
    return None if field.default is attrs.NOTHING else field.default


def _change(path: str, old: Any, new: Any) -> Iterator[Change]:
    if type(old) is type(new) and attrs.has(type(old)) and _is_part(old):
        yield from _changes(f"{path}.", type(old), old, new)
    elif isinstance(old, tuple) and isinstance(new, tuple):
        yield Change(path, _without(old, new), _without(new, old))
    else:
        yield Change(path, old, new)


def _is_part(value: Any) -> bool:
    """Say whether a value is a part of a state, with every field to be left out, and no fact of its own."""
    return all(field.default is not attrs.NOTHING for field in attrs.fields(type(value)))


def _without(some: tuple[Any, ...], others: tuple[Any, ...]) -> tuple[Any, ...]:
    left = list(others)
    kept = []
    for one in some:
        if one in left:
            left.remove(one)
        else:
            kept.append(one)
    return tuple(kept)
