"""Nouns: the five kinds of stream, and how to tell which one a stream is."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from dealflow.domain.account import ACCOUNT
from dealflow.domain.deal import DEAL
from dealflow.domain.interaction import INTERACTION
from dealflow.domain.noun import Noun
from dealflow.domain.playbook import PLAYBOOK
from dealflow.domain.stakeholder import STAKEHOLDER
from dealflow.journal import Record

NOUNS: tuple[Noun[Any, Any], ...] = (PLAYBOOK, ACCOUNT, STAKEHOLDER, INTERACTION, DEAL)

_BY_EVENT: Mapping[type, Noun[Any, Any]] = MappingProxyType({event: noun for noun in NOUNS for event in noun.events})


def noun_of(records: Iterable[Record]) -> Noun[Any, Any]:
    """Tell a stream's noun by the first event that only one noun has; raises `LookupError` where none is."""
    for record in records:
        if type(record.event) in _BY_EVENT:
            return _BY_EVENT[type(record.event)]
    message = "these records are of no noun: hand over a whole stream"
    raise LookupError(message)
