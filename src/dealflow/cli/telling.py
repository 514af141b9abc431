"""Telling: the replay of a deal as a story, with how it stood beside each record."""

from collections.abc import Iterator, Sequence
from datetime import tzinfo
from enum import StrEnum

import attrs
from rich.console import Console
from rich.table import Table

from dealflow.cli.options import AsOf
from dealflow.cli.tables import NOTHING, cell, cited, clocks, count, grid, say, show, stands
from dealflow.replay.dossier import Member
from dealflow.replay.story import Chapter, Line, Story
from dealflow.replay.telling.beside import (
    corrected_words,
    late,
    learnt_words,
    moved_words,
    objection_words,
    outcome,
    position_words,
    seat_words,
    stance_words,
    standing_words,
)
from dealflow.replay.telling.words import Names
from dealflow.replay.turning import TurningPoint, TurningPoints
from dealflow.replay.voices import Voice

LEGEND = "Roles: E economic, T technical, U user, C coach. Then influence, stance, and whether we have met them."


class Chapters(StrEnum):
    """By what the story is put into chapters."""

    DAY = "day"
    MILESTONE = "milestone"

    def of(self, story: Story) -> tuple[Chapter, ...]:
        """Return the chapters of a story."""
        return story.by_day() if self is Chapters.DAY else story.by_milestone()


def show_story(
    console: Console,
    story: Story,
    zone: tzinfo,
    as_of: AsOf,
    *,
    turning: TurningPoints | None = None,
    by: Chapters | None = None,
) -> None:
    """Show a header, the story record by record, what moved the deal most, and how it stood in the end."""
    for head in _header(story, zone, as_of):
        say(console, head)
    table = grid(None, "!when", "what happened", "how it stood then, where that changed")
    table.columns[-1].style = "cyan"
    when, before = "", Beside()
    for chapter in (Chapter("", story.lines),) if by is None else by.of(story):
        if chapter.title:
            table.add_section()
            table.add_row(cell(" "), cell(f"== {chapter.title} =="), cell(" "))
        for line in chapter.lines:
            now = Beside.of(line, story.names)
            news = "\n".join(now.news(before)) or " "
            table.add_row(cell(" " if line.when == when else line.when), cell(_told(line, zone)), cell(news))
            when, before = line.when, now
    show(console, table)
    if turning is not None:
        show_turning(console, turning)
    _show_dossier(console, story, zone)


def _told(line: Line, zone: tzinfo) -> str:
    return f"{line.sentence}{corrected_words(line)}{late(line.record, zone)}"


def show_turning(console: Console, turning: TurningPoints) -> None:
    """Show the records that moved the deal most, the furthest first, with what each moved and rests on."""
    say(console, "")
    if not turning.points:
        say(console, "Turning points: no record moved it.")
        return
    table = grid("Turning points", "!", "!day", "what happened", "what it moved", ">by", "records")
    for number, point in enumerate(turning.points, start=1):
        moved = cell(moved_words(point.moved))
        rests = cell(cited(point.evidence))
        table.add_row(cell(number), cell(point.on), cell(_turned(point)), moved, cell(_far(point)), rests)
    show(console, table)
    apart = f"{float(turning.by_records):.2f} by records, {float(turning.by_time):.2f} by time alone"
    say(console, f"By how far its health moved, in all {apart}: the sum over all that differs, each by its weight.")


def _turned(point: TurningPoint) -> str:
    who = "" if point.voice is Voice.SELLER else f" [{point.voice}]"
    return f"{point.text}{who}{learnt_words(point)}"


def _far(point: TurningPoint) -> str:
    return f"{float(point.distance):.2f}"


def _header(story: Story, zone: tzinfo, as_of: AsOf) -> Iterator[str]:
    deal, account = story.dossier.deal, story.dossier.account
    if deal is not None:
        yield f"{deal.title} · {account.name if account else story.names(deal.account)}"
        yield f"{outcome(deal)} · {deal.amount or 'no amount'} · deal {story.deal}"
    yield f"{len(story.lines)} records. {clocks(as_of, zone)}"
    yield from _imported(story, zone)
    yield LEGEND


def _imported(story: Story, zone: tzinfo) -> Iterator[str]:
    records = [line.record for line in story.lines if line.record.source is not None]
    if records:
        systems = ", ".join(sorted({record.source.system for record in records if record.source}))
        days = sorted({record.recorded_at.astimezone(zone).date() for record in records})
        when = f"on {days[0]}" if len(days) == 1 else f"from {days[0]} to {days[-1]}"
        many = "all" if len(records) == len(story.lines) else len(records)
        yield f"Of these, {many} were imported from {systems} {when}."


@attrs.frozen
class Beside:
    """What stands beside a record, in words."""

    stage: str | None = None
    amount: str | None = None
    committee: tuple[tuple[str, str], ...] = ()
    objections: tuple[str, ...] = ()

    @classmethod
    def of(cls, line: Line, names: Names) -> "Beside":
        """Put what a line says into words."""
        return cls(
            stage=stands(line.status, line.stage),
            amount=None if line.amount is None else str(line.amount),
            committee=tuple((names(seat.stakeholder), seat_words(seat)) for seat in line.committee),
            objections=tuple(objection_words(one, names) for one in line.objections),
        )

    def news(self, before: "Beside") -> Iterator[str]:
        """Say what is otherwise than *before*: only that is worth reading."""
        if (self.stage, self.amount) != (before.stage, before.amount):
            yield f"{self.stage or NOTHING} · {self.amount or 'no amount'}"
        for name, words in self.committee:
            if (name, words) not in before.committee:
                yield f"{name}: {words}"
        for name, _ in before.committee:
            if name not in dict(self.committee):
                yield f"{name}: no longer on the committee"
        if self.objections != before.objections:
            yield f"open objections: {'; '.join(self.objections) or 'none'}"


# How it stood


def _show_dossier(console: Console, story: Story, zone: tzinfo) -> None:
    deal, committee = story.dossier.deal, story.dossier.committee
    if deal is None:
        return
    say(console, "")
    say(console, f"How it stood: {outcome(deal)}, {deal.amount or 'no amount'}.")
    if committee:
        show(console, _committee(committee, story.names, zone))
    else:
        say(console, "Nobody is known to have a part in it.")
    for line in standing_words(story.dossier, story.names):
        say(console, line)


def _committee(committee: Sequence[Member], names: Names, zone: tzinfo) -> Table:
    table = grid(None, "person", "position", "roles", "influence", "stance", ">met", "!last")
    for member in committee:
        seat = member.seat
        last = max((met.value for met in seat.met), default=None)
        table.add_row(
            cell(names(member.id)),
            cell(position_words(member.person, names)),
            cell(", ".join(cited.value for cited in seat.roles)),
            cell(seat.influence.value if seat.influence else None),
            cell(stance_words(seat)),
            count(len(seat.met)),
            cell(last.astimezone(zone).date() if last else None),
        )
    return table
