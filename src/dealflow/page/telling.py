"""Telling: the story, the turning points and the review of a deal, as the page lists them."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import attrs

from dealflow.domain.deal import Side
from dealflow.page.cells import UNKNOWN, spoken
from dealflow.page.clocks import Late, late
from dealflow.page.drawing import Drawing
from dealflow.plain import plain
from dealflow.projections.look import many
from dealflow.projections.vector import Moved
from dealflow.replay.comparison import Comparison
from dealflow.replay.differing import Change, changes
from dealflow.replay.review import Review
from dealflow.replay.story import Line as StoryLine
from dealflow.replay.story import Story
from dealflow.replay.telling.beside import turned_words
from dealflow.replay.telling.marks import MARKS
from dealflow.replay.telling.words import Names
from dealflow.replay.turning import TurningPoint, TurningPoints
from dealflow.replay.voices import Voice

VOICES: Mapping[Voice, str] = {
    Voice.SELLER: "our word",
    Voice.BUYER: "the buyer's word",
    Voice.THIRD_PARTY: "a third party's word",
    Voice.DOCUMENT: "a document",
    Voice.IMPORT: "imported",
}
LONGEST = 70  # letters of a value that changed
EMPTY: tuple[Any, ...] = (None, [], {}, "")


@attrs.frozen
class Line:
    """A sentence of the story; *notes* are what must be said beside it."""

    record: int
    on: str
    when: str
    sentence: str
    voice: str
    notes: tuple[str, ...]


@attrs.frozen
class Chapter:
    """Lines under the milestone that the deal stood at."""

    title: str
    lines: tuple[Line, ...]


def chapters(story: Story, drawing: Drawing) -> tuple[Chapter, ...]:
    """Return the story, milestone by milestone."""
    there, tardy = {one.record for one in drawing.tracks.marks}, late(drawing)
    return tuple(
        Chapter(
            spoken(one.title),
            tuple(_line(line, tardy, drawing.names) for line in one.lines if line.record.position in there),
        )
        for one in story.by_milestone()
    )


def _line(line: StoryLine, tardy: Mapping[int, Late], names: Names) -> Line:
    told_by = f", {names(line.told_by)}" if line.told_by is not None else ""
    return Line(
        record=line.record.position,
        on=line.on.isoformat(),
        when=line.when,
        sentence=line.sentence,
        voice=VOICES[line.voice] + told_by,
        notes=tuple(_notes(line, tardy.get(line.record.position))),
    )


def _notes(line: StoryLine, late: Late | None) -> Iterator[str]:
    if late is not None:
        yield f"known {many(late.days, 'day')} later"
    if line.corrected:
        yield "corrected"
    if line.rests_on_corrected:
        yield "rests on a record that was corrected"


def changed(line: StoryLine, names: Names) -> list[list[str]]:
    """Return what a record changed: each field with what it was before and after, in words.

    Of what began with the record nothing is told: its sentence says it.
    """
    if line.record.version == 1:
        return []
    return [
        [spoken(one.field), _short(one.before, names), _short(one.after, names)]
        for told in line.changed
        for one in _inside(told)
    ]


def _inside(told: Change) -> Iterator[Change]:
    """Look into one thing that is otherwise than before; what came or went is told whole."""
    match told.before, told.after:
        case (before,), (after,) if type(before) is type(after) and attrs.has(type(before)):
            yield from changes(before, after)
        case _:
            yield told


def _short(value: Any, names: Names) -> str:
    written = _written(plain(value, names), names)
    return written if len(written) <= LONGEST else f"{written[: LONGEST - 1]}…"


def _written(value: Any, names: Names) -> str:
    """Write what JSON knows as people do; a list by its parts, an object by its values, an id by its name."""
    if value in EMPTY:
        return "nothing"
    match value:
        case {"amount": amount, "currency": currency}:
            return f"{amount} {currency}"
        case dict():
            return ", ".join(_written(one, names) for one in value.values() if one not in EMPTY)
        case list():
            return "; ".join(_written(one, names) for one in value)
        case str():
            return _named(value, names)
        case _:
            return str(value)


def _named(value: str, names: Names) -> str:
    try:
        return names(UUID(value))
    except ValueError:
        return value


# Turning points


@attrs.frozen
class Turn:
    """A turning point: its *number* in time, its *place* on the axis, what it moved, and what it rests on."""

    number: int
    place: float
    record: int
    on: str
    text: str
    voice: str
    moved: tuple[str, ...]
    evidence: tuple[int, ...]
    learnt: tuple[int, ...]
    late: str | None


def turns(turning: TurningPoints | None, drawing: Drawing) -> tuple[Turn, ...]:
    """Return the turning points in the order in which they happened."""
    found = () if turning is None else turning.in_time
    return tuple(_turn(number, one, drawing) for number, one in enumerate(found, 1))


def _turn(number: int, one: TurningPoint, drawing: Drawing) -> Turn:
    return Turn(
        number=number,
        place=drawing.scale.x(one.at),
        record=one.record,
        on=one.on.isoformat(),
        text=one.text,
        voice=VOICES[one.voice],
        moved=tuple(_moved(part) for part in one.moved),
        evidence=one.evidence,
        learnt=one.learnt,
        late=None if one.known_at_the_time else f"not known until {one.known_on.isoformat()}",
    )


def _moved(one: Moved) -> str:
    figures = f"{_figure(one.before)} → {_figure(one.after)}"
    return f"{spoken(one.name)} {turned_words(one) or figures}"


def _figure(value: Any) -> str:
    return UNKNOWN if value is None else f"{float(value):.0%}".replace("%", " %")


# The review


@attrs.frozen
class Said:
    """What one side says, or the log shows, of how it ended."""

    title: str
    said: tuple[str, ...]


def sides(review: Review | None) -> tuple[Said, ...]:
    """Return the reasons by whose they are, what the log shows beside them, and where they cannot all be so."""
    if review is None:
        return ()
    given = [
        ("The buyer says", _reasons(review, Side.BUYER)),
        ("We say", _reasons(review, Side.SELLER)),
        ("A third party says", _reasons(review, Side.THIRD_PARTY)),
        ("Not said whose", _reasons(review, Side.UNKNOWN)),
        ("The log shows", [f"{one.topic}, {spoken(one.shows)}: {one.text}" for one in review.log]),
        ("These contradict one another", [one.text for one in review.contradictions]),
    ]
    return tuple(Said(title, tuple(said)) for title, said in given if said)


def _reasons(review: Review, side: Side) -> list[str]:
    return [one.text for one in review.said_by(side)]


# Other deals beside it


@attrs.frozen
class Compared:
    """A line of the comparison: the milestone, what is told of it, and that of each deal; empty where it never came."""

    milestone: str
    what: str
    first: bool
    cells: tuple[str, ...]


def compared(comparison: Comparison | None) -> tuple[Compared, ...]:
    """Tell deals side by side, milestone by milestone."""
    return tuple(
        Compared(spoken(row.milestone), what, not number, tuple("" if one is None else of(one) for one in row.marks))
        for row in (() if comparison is None else comparison.rows)
        for number, (what, of) in enumerate(MARKS.items())
    )
