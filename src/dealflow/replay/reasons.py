"""Reasons: why a deal ended so, in the words of each side, and what those words are about."""

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

import attrs

from dealflow.domain.deal import DealAbandoned, DealLost, DealWon, EndExplained, LossCause, Side
from dealflow.domain.objection import ObjectionTopic
from dealflow.journal import Record

T = ObjectionTopic

REASON_WORDS: Mapping[ObjectionTopic, tuple[str, ...]] = MappingProxyType(
    {
        T.PRICE: ("price", "priced", "pricing", "cheap*", "expensive", "dear", "dearer", "cost*", "discount*", "价格"),
        T.PRODUCT: ("product*", "feature*", "quality", "technical*", "solution*", "specification*", "产品", "质量"),
        T.TIMING: ("timing", "late", "too early", "delay*", "postpone*", "deadline*", "delivery time", "时间", "交期"),
        T.COMPETITOR: ("competitor*", "competition", "rival*", "incumbent*", "竞争"),
        T.AUTHORITY: ("authority", "board", "executive*", "upstairs", "management", "sign-off", "approval", "决策"),
        T.TRUST: ("trust*", "promise*", "reference*", "reliab*", "reputation", "relationship*", "信任", "承诺"),
    }
)
"""Words by which it is told what a reason is about; a star stands for any ending."""

CAUSES: Mapping[LossCause, ObjectionTopic] = MappingProxyType(
    {LossCause.PRICE: T.PRICE, LossCause.COMPETITOR: T.COMPETITOR}
)


@attrs.frozen
class EndReason:
    """A reason somebody gave: in their words, or the cause that was chosen; what it is about, as far as words tell."""

    side: Side
    text: str
    primary: bool
    topics: tuple[ObjectionTopic, ...]
    record: int


def reasons(
    records: Iterable[Record],
    words: Mapping[ObjectionTopic, tuple[str, ...]] = REASON_WORDS,
    rivals: Iterable[str] = (),
) -> tuple[EndReason, ...]:
    """Return the reasons that a deal's end and what was said after it give, in order; *rivals* are names of theirs."""
    named = {**words, T.COMPETITOR: (*words.get(T.COMPETITOR, ()), *rivals)}
    return tuple(one for record in records for one in _reasons(record, named))


def _reasons(record: Record, words: Mapping[ObjectionTopic, tuple[str, ...]]) -> Iterator[EndReason]:
    event = record.event
    if isinstance(event, DealAbandoned):
        yield EndReason(Side.SELLER, event.reason, True, topics_of(event.reason, words), record.position)
    if isinstance(event, DealLost) and event.cause is not LossCause.UNKNOWN:
        about = (CAUSES[event.cause],) if event.cause in CAUSES else ()
        to = f" ({event.rival})" if event.rival else ""
        yield EndReason(event.said_by, f"{event.cause}{to}", not event.primary_reason, about, record.position)
    if isinstance(event, DealWon | DealLost | EndExplained):
        if event.primary_reason:
            text = event.primary_reason
            yield EndReason(event.said_by, text, True, topics_of(text, words), record.position)
        for text in event.contributing:
            yield EndReason(event.said_by, text, False, topics_of(text, words), record.position)


def topics_of(text: str, words: Mapping[ObjectionTopic, tuple[str, ...]] = REASON_WORDS) -> tuple[ObjectionTopic, ...]:
    """Return what a text is about, by the words in it; empty where none tells."""
    return tuple(topic for topic, some in words.items() if any(_has(text, word) for word in some))


def _has(text: str, word: str) -> bool:
    """Say whether a word is in a text; where letters are not put apart by spaces, anywhere in it."""
    if not word.isascii():
        return word in text
    ending = r"\w*" if word.endswith("*") else ""
    return re.search(rf"\b{re.escape(word.removesuffix('*'))}{ending}\b", text, re.IGNORECASE) is not None
