"""Libraries that only some questions need: imported where used, and named where missing."""

from importlib import import_module
from typing import Any


class MissingExtra(ImportError):
    """A question needs a library that is not installed; the text names the extra that brings it."""


def needed(module: str, *, extra: str, to: str) -> Any:
    """Import a module of the extra that a caller needs *to* do something; raises `MissingExtra`."""
    try:
        return import_module(module)
    except ModuleNotFoundError as missing:
        library = module.partition(".")[0]
        if (missing.name or "").partition(".")[0] != library:
            raise
        message = f"{library} is needed to {to}: pip install 'dealflow[{extra}]'"
        raise MissingExtra(message, name=missing.name) from missing
