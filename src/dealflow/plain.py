"""Plain: any answer as the values JSON knows, for `--json` and for hosts that hand answers on.

Money is `{"amount": "1000.00", "currency": "CNY"}`, an exact number a string, an id a string, a time
ISO 8601 in UTC, an enum its value. An event bears its stored name, which is promised for ever,
beside its fields: `{"event": "deal.won", "data": {…}}`.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import attrs
import msgspec

from dealflow.decider import Refused
from dealflow.domain.personal import Personal
from dealflow.domain.stakeholder import StakeholderErased
from dealflow.journal import Record
from dealflow.projections.funnel import Funnel, Share, as_json
from dealflow.replay.dossier import Dossier
from dealflow.replay.story import Story
from dealflow.replay.telling.words import Names
from dealflow.store.codec import EVENTS

_NAMES: Mapping[type, str] = MappingProxyType({cls: name for name, (cls, _) in EVENTS.items()})
NOBODY_ERASED = Names()


def plain(answer: Any, names: Names | None = None) -> Any:
    """Return an answer as dicts, lists, strings, numbers and nulls.

    Words of people whose data was erased are blanked out: of those that *names*, the answer itself
    or its records say so of. Raises `TypeError` for a value that no answer holds.
    """
    return _Plain(names or _names_in(answer))(answer)


def _names_in(answer: Any) -> Names:
    match answer:
        case Story():
            return answer.names
        case Dossier():
            return _erased_in(answer.records)
        case Record():
            return _erased_in((answer,))
        case _:
            return NOBODY_ERASED


def _erased_in(records: Iterable[Record]) -> Names:
    return Names(erased=frozenset(one.stream for one in records if isinstance(one.event, StakeholderErased)))


@attrs.frozen
class _Plain:
    """The walk through an answer, knowing whose words may no longer be repeated."""

    names: Names

    def __call__(self, value: Any) -> Any:
        match value:
            case Funnel():
                return self(as_json(value))
            case Story():
                return self._story(value)
            case Record():
                return self._record(value)
            case Personal():
                return self.names.text(value)
            case Names():
                return {str(id_): value(id_) for id_ in sorted({*value.known, *value.erased})}
            case Share():
                return {"n": value.n, "of": value.of, "rate": value.rate}
            case Refused():
                return [{"refusal": type(reason).__name__, "text": str(reason)} for reason in value.reasons]
            case Mapping():
                return {str(key): self(one) for key, one in value.items()}
            case list() | tuple() | set() | frozenset():
                return [self(one) for one in value]
            case _ if type(value) in _NAMES:
                return {"event": _NAMES[type(value)], "data": self._fields(value)}
            case _ if attrs.has(type(value)):
                return self._fields(value)
            case _:
                return msgspec.to_builtins(value)

    def _fields(self, value: Any) -> dict[str, Any]:
        return {field.name: self(getattr(value, field.name)) for field in attrs.fields(type(value))}

    def _record(self, record: Record) -> dict[str, Any]:
        """A record is its envelope, with the event's name and fields beside it."""
        envelope = self._fields(record)
        return {**envelope, **envelope["event"]}

    def _story(self, story: Story) -> dict[str, Any]:
        """The records stand in the lines, so the dossier need not repeat them."""
        whole = self._fields(story)
        del whole["dossier"]["records"]
        return whole
