"""Telling: the replay of a deal as a story, with how it stood beside each record."""

from collections.abc import Iterator, Sequence
from datetime import timedelta, tzinfo

import attrs
from rich.console import Console

from dealflow.cli.options import AsOf
from dealflow.cli.output import shown
from dealflow.cli.tables import NOTHING, cell, clocks, grid, say, stands
from dealflow.domain.deal import Deal, Status
from dealflow.domain.objection import Objection
from dealflow.domain.promise import Promise, PromiseStatus
from dealflow.domain.seat import Seat
from dealflow.replay.dossier import Dossier, Member
from dealflow.replay.story import Line, Story
from dealflow.replay.telling.words import Names

LATE = timedelta(days=1)  # recorded later than this, it is said; a day is the normal case
LEGEND = "Roles: E economic, T technical, U user, C coach. Then influence, stance, and whether we have met them."


def show_story(console: Console, story: Story, zone: tzinfo, as_of: AsOf) -> None:
    """Show a header, the story record by record, and how the deal stood in the end."""
    for line in _header(story, zone, as_of):
        say(console, line)
    table = grid(None, "when", "what happened", "how it stood then")
    table.padding = (0, 2, 0, 0)
    before = Beside()
    for line in story.lines:
        now = Beside.of(line, story.names)
        told = f"{shown(line.sentence)}{late(line)}"
        table.add_row(cell(line.when), cell(told), cell("\n".join(now.news(before)) or " "))
        before = now
    console.print(table)
    _show_dossier(console, story.dossier, story.names)


def _header(story: Story, zone: tzinfo, as_of: AsOf) -> Iterator[str]:
    deal, account = story.dossier.deal, story.dossier.account
    if deal is not None:
        yield f"{deal.title} · {account.name if account else story.names(deal.account)}"
        yield f"{_outcome(deal)} · {deal.amount or 'no amount'} · deal {story.deal}"
    yield f"{len(story.lines)} records. {clocks(as_of, zone)}"
    imported = [line.record for line in story.lines if line.record.source is not None]
    if imported:
        systems = ", ".join(sorted({record.source.system for record in imported if record.source}))
        first = min(record.recorded_at for record in imported).astimezone(zone)
        yield f"{len(imported)} of them imported from {systems}, first on {first:%Y-%m-%d}."
    yield LEGEND


def _outcome(deal: Deal) -> str:
    return f"open, at {deal.stage}" if deal.status is Status.OPEN else f"{deal.status}, at {deal.stage}"


def late(line: Line) -> str:
    """Say how much later a record was entered; an import tells it by the stamp of its own system."""
    source = line.record.source
    if source is None:
        behind, where = line.late, "recorded"
    elif source.recorded_at is None:
        return ""
    else:
        behind, where = source.recorded_at - line.record.occurred_to, f"recorded in {source.system}"
    return f" ({where} {behind.days} days later)" if behind > LATE else ""


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


def seat_words(seat: Seat) -> str:
    """Say what a person is in the deal: roles, influence, stance, met or not; unknown is left out."""
    roles = "".join(cited.value[0].upper() for cited in seat.roles)
    influence = f"{seat.influence.value} influence" if seat.influence else None
    stance = STANCES[seat.stance.value] if seat.stance else None
    met = "met" if seat.met else "not met"
    return ", ".join(word for word in (roles, influence, stance, "ally" if seat.ally else None, met) if word)


STANCES = {"support": "for us", "neutral": "neutral", "oppose": "against us"}


def objection_words(objection: Objection, names: Names) -> str:
    """Name an objection by its topic, whose it is, and whether it was answered."""
    by = f" of {names(objection.by)}" if objection.by else ""
    kind = f" ({objection.kind})" if objection.kind else ""
    answered = ", answered" if objection.answers else ""
    return f"{objection.topic}{kind}{by}{answered}"


# How it stood


def _show_dossier(console: Console, dossier: Dossier, names: Names) -> None:
    deal = dossier.deal
    if deal is None:
        return
    say(console, "")
    say(console, f"How it stood: {_outcome(deal)}, {deal.amount or 'no amount'}.")
    if dossier.committee:
        console.print(_committee(dossier.committee, names))
    else:
        say(console, "Nobody is known to have a part in it.")
    for line in _standing(dossier, names):
        say(console, line)


def _committee(committee: Sequence[Member], names: Names) -> object:
    table = grid(None, "person", "position", "roles", "influence", "stance", ">met", "last")
    for member in committee:
        person, seat = member.person, member.seat
        title = names.text(person.title) if person else None
        last = max((met.value for met in seat.met), default=None)
        stance = STANCES[seat.stance.value] if seat.stance else None
        table.add_row(
            cell(names(member.id)),
            cell(title or (person.level if person else None)),
            cell(", ".join(cited.value for cited in seat.roles)),
            cell(seat.influence.value if seat.influence else None),
            cell(f"{stance}, ally" if stance and seat.ally else stance),
            cell(f"{len(seat.met)} x"),
            cell(last.date() if last else None),
        )
    return table


def _standing(dossier: Dossier, names: Names) -> Iterator[str]:
    objections = "; ".join(objection_words(one, names) for one in dossier.objections)
    yield f"Open objections: {objections or 'none'}."
    promises = [promise for _, contact in dossier.interactions for promise in contact.promises]
    yield f"Promises: {_promises(promises)}."
    rivals = dossier.deal.contest.rivals if dossier.deal else ()
    yield f"Competitors: {'; '.join(_rival(one.competitor, one.present, one.incumbent) for one in rivals) or 'none known'}."


def _promises(promises: Sequence[Promise]) -> str:
    waiting = "; ".join(f"{one.what} ({one.who}{f', due {one.due}' if one.due else ''})" for one in promises if _waits(one))
    counted = [
        f"{number} {status}"
        for status in (PromiseStatus.KEPT, PromiseStatus.BROKEN)
        if (number := sum(one.status is status for one in promises))
    ]
    return ", ".join([*counted, *([f"open: {waiting}"] if waiting else [])]) or "none made"


def _waits(promise: Promise) -> bool:
    return promise.status is PromiseStatus.OPEN


def _rival(competitor: str, present: bool, incumbent: bool | None) -> str:
    return f"{competitor}{', the incumbent' if incumbent else ''}{'' if present else ' (left)'}"
