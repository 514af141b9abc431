"""Words the sentences share; each is empty where there is nothing to say."""

from collections.abc import Mapping, Sequence
from datetime import UTC, tzinfo
from types import MappingProxyType
from uuid import UUID

import attrs

from dealflow.domain.account import Account
from dealflow.domain.deal import Deal
from dealflow.domain.erasure import ERASED
from dealflow.domain.personal import Personal
from dealflow.domain.stakeholder import Stakeholder
from dealflow.journal import When


@attrs.frozen
class Names:
    """What ids are called, whose words may no longer be repeated, and the zone in which times are told."""

    known: Mapping[UUID, str] = MappingProxyType({})
    erased: frozenset[UUID] = frozenset()
    zone: tzinfo = UTC

    @classmethod
    def of(cls, states: Mapping[UUID, object], zone: tzinfo = UTC) -> "Names":
        """Take the names of accounts, people and deals from their states."""
        known: dict[UUID, str] = {}
        for id_, state in states.items():
            match state:
                case Account(name=name) | Deal(title=name):
                    known[id_] = name
                case Stakeholder(name=Personal(text=text)):
                    known[id_] = text
                case _:
                    pass
        erased = frozenset(id_ for id_, one in states.items() if isinstance(one, Stakeholder) and one.erased)
        return cls(MappingProxyType(known), erased, zone)

    def __call__(self, id_: UUID) -> str:
        """Return what *id_* is called; the beginning of the id itself where nobody knows."""
        return ERASED if id_ in self.erased else self.known.get(id_, str(id_)[:8])

    def all(self, ids: Sequence[UUID]) -> str:
        """Return what several are called, joined by commas."""
        return listed([self(id_) for id_ in ids])

    def when(self, when: When) -> str:
        """Write a time as a person would."""
        return when.text(self.zone)

    def text(self, words: Personal | None) -> str | None:
        """Return someone's words, unless they were erased."""
        if words is None:
            return None
        return ERASED if words.of in self.erased else words.text


def a(word: str) -> str:
    """Put the article before a word."""
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"


def listed(words: Sequence[str]) -> str:
    """Join words by commas."""
    return ", ".join(words)


def maybe(template: str, value: object) -> str:
    """Fill a template, or say nothing where the value is absent or empty."""
    return template.format(value) if value else ""


def because(reason: str | None) -> str:
    """Give the reason, if there is one."""
    return maybe(": {}", reason)


def said(by: UUID | None, names: Names) -> str:
    """Say who said so, if anybody is known to have."""
    return f", says {names(by)}" if by is not None else ""


def here(deal: UUID | None) -> str:
    """Tell what holds in this deal from what holds at the account, whatever the deal."""
    return " in this deal" if deal is not None else ""
