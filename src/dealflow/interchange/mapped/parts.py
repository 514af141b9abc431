"""Parts: the tables of a TOML file, which collect what is wrong with them instead of stopping at it.

Whoever reads a part gets a value of the right type in any case; whether it can be relied on is
said once, at the end, by `Page.troubles`.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import attrs

from dealflow.interchange.mapped.mapping import Spot
from dealflow.interchange.pipeline import ImportRefused, Place, Trouble

TOO_DEEP = "tables and lists stand in one another too deep to be read: no mapping needs that"


@attrs.define
class Page:
    """A file that is being read, and what was found wrong with it so far."""

    file: str
    troubles: list[Trouble] = attrs.field(factory=list)

    def complain(self, key: str, message: str) -> None:
        """Note that something is wrong at a key."""
        self.troubles.append(Trouble(Spot(self.file, key=key), message))


@attrs.frozen
class Part:
    """A table of the file, with the way to it."""

    page: Page
    key: str
    data: Mapping[str, Any]

    def at(self, name: str) -> str:
        """Return the way to one key of this table."""
        word = name if name.endswith("]") or name.replace("_", "").replace("-", "").isalnum() else f'"{name}"'
        return f"{self.key}.{word}" if self.key else word

    def wrong(self, name: str, expected: str) -> None:
        """Complain of a value."""
        self.page.complain(self.at(name), f"{shown(self.data.get(name))}: expected {expected}")

    def only(self, allowed: Iterable[str], of: str) -> None:
        """Complain of keys that mean nothing here."""
        known = tuple(allowed)
        for name in self.data:
            if name not in known:
                self.page.complain(self.at(name), f"{of} has no {name!r}: {nearest(name, known)}")

    def needs(self, name: str, what: str) -> bool:
        """Complain where a key is missing."""
        if name not in self.data:
            self.page.complain(self.at(name), f"missing: {what}")
        return name in self.data

    def text(self, name: str) -> str | None:
        """Return a text, or nothing."""
        found: str | None = self._typed(name, str, "a text")
        return found

    def flag(self, name: str) -> bool:
        """Return yes or no; no where nothing is said."""
        return self._typed(name, bool, "true or false") or False

    def number(self, name: str) -> int | None:
        """Return a whole number, or nothing."""
        found: int | None = self._typed(name, int, "a whole number")
        if isinstance(found, bool):
            self.wrong(name, "a whole number")
        return found

    def decimal(self, name: str) -> Decimal | None:
        """Return an exact number, or nothing; it may be written as text."""
        found = self.data.get(name)
        try:
            number = None if found is None else Decimal(str(found))
        except (ArithmeticError, TypeError, ValueError):
            number = Decimal("nan")
        if number is not None and not number.is_finite():
            self.wrong(name, "a number")
            return None
        return number

    def moment(self, name: str) -> date | datetime | None:
        """Return a date or time, or nothing."""
        found: date | datetime | None = self._typed(name, date, "a date or time, without quotes")
        return found

    def texts(self, name: str) -> tuple[str, ...]:
        """Return texts: one, or a list of them."""
        found = self.data.get(name, [])
        several = [found] if isinstance(found, str) else found
        if not isinstance(several, list) or not all(isinstance(one, str) for one in several):
            self.wrong(name, "a text, or a list of texts")
            return ()
        return tuple(several)

    def word(self, name: str, words: Sequence[str]) -> str | None:
        """Return one of some words, or nothing."""
        found = self.text(name)
        if found is not None and found not in words:
            self.page.complain(self.at(name), f"{shown(found)}: {nearest(found, words)}")
            return None
        return found

    def part(self, name: str) -> "Part | None":
        """Return a table in this one, or nothing."""
        found = self._typed(name, dict, "a table")
        return None if found is None else Part(self.page, self.at(name), found)

    def parts(self, name: str) -> "Iterator[Part]":
        """Return the tables of a list of them, `[[…]]`; one alone will do."""
        found = self.data.get(name, [])
        several = [found] if isinstance(found, dict) else found
        if not isinstance(several, list) or not all(isinstance(one, dict) for one in several):
            self.wrong(name, f"tables, each begun with [[{self.at(name)}]]")
            return
        for number, one in enumerate(several, start=1):
            yield Part(self.page, f"{self.at(name)}[{number}]", one)

    def _typed(self, name: str, kind: type, expected: str) -> Any:
        found = self.data.get(name)
        if found is None or isinstance(found, kind):
            return found
        self.wrong(name, expected)
        return None


def nearest(word: str, words: Iterable[str]) -> str:
    """Say which words there are, and which one may have been meant."""
    known = tuple(words)
    meant = get_close_matches(word, known, 1)
    return f"did you mean {meant[0]!r}? there are {', '.join(known)}" if meant else f"there are {', '.join(known)}"


def shown(value: object) -> str:
    """Write a value down for a message, dates and numbers without their Python names."""
    return repr(value) if isinstance(value, str | bool | list | dict) else str(value)


def open_page(path: Path) -> tuple[Page, Part]:
    """Read a TOML file; raises `ImportRefused` where it is none."""
    try:
        raw = tomllib.loads(path.read_bytes().decode("utf-8-sig"), parse_float=Decimal)
    except OSError as error:
        raise ImportRefused([Trouble(Place(path.name), f"cannot be read: {error.strerror}")]) from None
    except UnicodeDecodeError as error:
        message = f"byte {error.object[error.start]:#04x} is not UTF-8: save the file as UTF-8"
        raise ImportRefused([Trouble(Place(path.name), message)]) from None
    except tomllib.TOMLDecodeError as error:
        raise ImportRefused([Trouble(Place(path.name), f"not TOML: {error}")]) from None
    except RecursionError:
        raise ImportRefused([Trouble(Place(path.name), TOO_DEEP)]) from None
    page = Page(path.name)
    return page, Part(page, "", raw)
