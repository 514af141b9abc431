"""Markdown: the replay of a deal as a page of text, to be filed, mailed or put beside the contract."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import tzinfo
from html import escape
from unicodedata import bidirectional, category

from attrs import fields

from dealflow.domain.deal import Side
from dealflow.replay.behaviour import Behaviour
from dealflow.replay.dossier import Dossier
from dealflow.replay.reasons import EndReason
from dealflow.replay.review import Review
from dealflow.replay.story import Line, Story
from dealflow.replay.telling.beside import (
    SIDES,
    closing_words,
    corrected_words,
    late,
    learnt_words,
    moved_words,
    outcome,
    position_words,
    stance_words,
    standing_words,
)
from dealflow.replay.telling.words import Names, listed
from dealflow.replay.turning import TurningPoints
from dealflow.replay.voices import Voice

_SPECIAL = re.compile(r"([\\`*_{}\[\]#|~])")
_UNSEEN = {"Cc", "Cs"}  # control characters, and halves of characters
_TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}  # what turns the direction of text


def markdown(
    story: Story, turning: TurningPoints, review: Review | None, zone: tzinfo, *, clocks: str | None = None
) -> str:
    """Write the story by milestone, the turning points, how the deal stood, and its review where it is closed.

    *clocks* is a sentence that says as of when all of it is, on both clocks.
    """
    parts = [_head(story, clocks), _story(story, zone), _turning(turning), _stood(story.dossier, story.names, zone)]
    if review is not None:
        parts.append(_review(review))
    return "\n".join(line for part in parts for line in part) + "\n"


def safe(text: object) -> str:
    """Return text that Markdown shows as it is, on one line."""
    seen = "".join(map(_seen, " ".join(str(text).split())))
    return _SPECIAL.sub(r"\\\1", escape(seen, quote=False))


def _seen(one: str) -> str:
    """Return a character that can be seen, and leaves the others where they are."""
    return "\N{REPLACEMENT CHARACTER}" if category(one) in _UNSEEN or bidirectional(one) in _TURNING else one


def _numbers(records: Iterable[int]) -> str:
    return listed([str(one) for one in records])


def _cited(records: Iterable[int]) -> str:
    return " ".join(f"`{one}`" for one in records)


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{' --- |' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join('' if one is None else safe(one) for one in row)} |"
    yield ""


def _head(story: Story, clocks: str | None) -> Iterator[str]:
    deal, account = story.dossier.deal, story.dossier.account
    title = "A deal" if deal is None else deal.title
    of = "" if account is None else f" · {account.name}"
    yield f"# {safe(f'{title}{of}')}"
    yield ""
    if deal is not None:
        yield f"{safe(outcome(deal))} · {safe(deal.amount or 'no amount')} · {len(story.lines)} records"
        yield ""
    yield " ".join((f"Deal `{story.deal}`.", *([safe(clocks)] if clocks else [])))
    yield ""


def _story(story: Story, zone: tzinfo) -> Iterator[str]:
    yield "## Story"
    yield ""
    for chapter in story.by_milestone():
        yield f"### {safe(chapter.title)}"
        yield ""
        for line in chapter.lines:
            yield f"- **{safe(line.when)}** {safe(_told(line, zone))} `{line.record.position}`"
        yield ""


def _told(line: Line, zone: tzinfo) -> str:
    who = "" if line.voice is Voice.SELLER else f" [{line.voice}]"
    return f"{line.sentence}{who}{corrected_words(line)}{late(line.record, zone)}"


def _turning(turning: TurningPoints) -> Iterator[str]:
    yield "## Turning points"
    yield ""
    rows = (
        (
            number,
            one.on,
            f"{one.text}{learnt_words(one)}",
            moved_words(one.moved),
            f"{float(one.distance):.2f}",
            _numbers(one.evidence),
        )
        for number, one in enumerate(turning.points, start=1)
    )
    yield from _table(("", "day", "what happened", "what it moved", "by", "records"), rows)


def _stood(dossier: Dossier, names: Names, zone: tzinfo) -> Iterator[str]:
    yield "## How it stood"
    yield ""
    rows = (
        (
            names(one.id),
            position_words(one.person, names),
            listed([role.value for role in one.seat.roles]),
            one.seat.influence.value if one.seat.influence else "unknown",
            stance_words(one.seat) or "unknown",
            one.contact,
            max((met.value.astimezone(zone).date() for met in one.seat.met), default=None),
        )
        for one in dossier.committee
    )
    yield from _table(("person", "position", "roles", "influence", "stance", "contact", "last met"), rows)
    yield from (f"- {safe(one)}" for one in standing_words(dossier, names))
    if dossier.health is not None:
        states = [f"{one.name} {one.state}" for one in dossier.health.thresholds.all]
        yield f"- Thresholds: {safe(listed(states))}."
    yield ""


def _review(review: Review) -> Iterator[str]:
    yield "## Review"
    yield ""
    for side, name in SIDES.items():
        reasons = review.said_by(side)
        if reasons or side in (Side.SELLER, Side.BUYER):
            yield from _said(f"Said by {name}" if side is not Side.UNKNOWN else name.capitalize(), reasons)
    yield "### The log shows"
    yield ""
    rows = (
        (
            one.topic,
            one.shows,
            one.text,
            "by nobody" if one in review.unsaid else None,
            _numbers(one.records),
        )
        for one in review.log
    )
    yield from _table(("about", "stood", "what is on record", "said", "records"), rows)
    if review.contradictions:
        yield "### Contradictions"
        yield ""
        yield from (f"- {safe(one.name)}: {safe(one.text)} {_cited(one.records)}" for one in review.contradictions)
        yield ""
    yield "### At the close"
    yield ""
    yield from (f"- {safe(one)}" for one in closing_words(review))
    yield ""
    yield from _behaviour(review)


def _said(title: str, reasons: Iterable[EndReason]) -> Iterator[str]:
    yield f"### {title}"
    yield ""
    told = [f"- {'' if one.primary else 'also: '}{safe(one.text)} `{one.record}`" for one in reasons]
    yield from told or ["- nothing that is on record"]
    yield ""


def _behaviour(review: Review) -> Iterator[str]:
    yield "### How both sides acted"
    yield ""
    rows = (
        (field.name.replace("_", " "), one.text, _numbers(one.records))
        for field in fields(Behaviour)
        for one in getattr(review.behaviour, field.name)
    )
    yield from _table(("of", "what is on record", "records"), rows)
    if review.recorded is not None:
        yield f"Reviewed in `{review.recorded.record}`: {safe(review.recorded.value.key_points)}"
        yield ""
