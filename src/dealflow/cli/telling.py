"""Telling: the replay of a deal as a story, with how it stood beside each record."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta, tzinfo

import attrs
from rich.console import Console
from rich.table import Table

from dealflow.cli.options import AsOf
from dealflow.cli.tables import NOTHING, cell, clocks, count, grid, say, show, stands
from dealflow.domain.contest import Rival
from dealflow.domain.deal import Deal, Status
from dealflow.domain.objection import Objection
from dealflow.domain.promise import Promise, PromiseStatus
from dealflow.domain.seat import Seat
from dealflow.domain.stakeholder import Stakeholder
from dealflow.journal import Record
from dealflow.replay.dossier import Dossier, Member
from dealflow.replay.story import Line, Story
from dealflow.replay.telling.words import Names

LATE = timedelta(days=1)  # recorded later than this, it is said; a day is the normal case
LEGEND = "Roles: E economic, T technical, U user, C coach. Then influence, stance, and whether we have met them."


def show_story(console: Console, story: Story, zone: tzinfo, as_of: AsOf) -> None:
    """Show a header, the story record by record, and how the deal stood in the end."""
    for head in _header(story, zone, as_of):
        say(console, head)
    table = grid(None, "!when", "what happened", "how it stood then, where that changed")
    table.columns[-1].style = "cyan"
    when, before = "", Beside()
    for line in story.lines:
        now = Beside.of(line, story.names)
        first = " " if line.when == when else line.when
        news = "\n".join(now.news(before)) or " "
        table.add_row(cell(first), cell(f"{line.sentence}{_standing_still(line)}{late(line.record, zone)}"), cell(news))
        when, before = line.when, now
    show(console, table)
    _show_dossier(console, story, zone)


def _header(story: Story, zone: tzinfo, as_of: AsOf) -> Iterator[str]:
    deal, account = story.dossier.deal, story.dossier.account
    if deal is not None:
        yield f"{deal.title} · {account.name if account else story.names(deal.account)}"
        yield f"{_outcome(deal)} · {deal.amount or 'no amount'} · deal {story.deal}"
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


def _outcome(deal: Deal) -> str:
    return f"open, at {deal.stage}" if deal.status is Status.OPEN else f"{deal.status}, at {deal.stage}"


def _standing_still(line: Line) -> str:
    if line.corrected:
        return " (corrected)"
    return " (rests on a record corrected since)" if line.rests_on_corrected else ""


def late(record: Record, zone: tzinfo) -> str:
    """Say how much later a record was entered; what was imported is measured by its own system's stamp."""
    entered = record.recorded_at if record.source is None else record.source.recorded_at
    if entered is None or entered - record.occurred_to <= LATE:
        return ""
    days = (entered.astimezone(zone).date() - record.occurred_to.astimezone(zone).date()).days
    where = "" if record.source is None else f" in {record.source.system}"
    return f" (recorded{where} {days} days later)"


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
    met = "met" if seat.met else "not met"
    return ", ".join(word for word in (roles, influence, _stance(seat), met) if word)


STANCES = {"support": "for us", "neutral": "neutral", "oppose": "against us"}


def objection_words(objection: Objection, names: Names) -> str:
    """Name an objection by its topic, whose it is, and whether it was answered."""
    by = f" of {names(objection.by)}" if objection.by else ""
    kind = f" ({objection.kind})" if objection.kind else ""
    answered = ", answered" if objection.answers else ""
    return f"{objection.topic}{kind}{by}{answered}"


# How it stood


def _show_dossier(console: Console, story: Story, zone: tzinfo) -> None:
    deal, committee = story.dossier.deal, story.dossier.committee
    if deal is None:
        return
    say(console, "")
    say(console, f"How it stood: {_outcome(deal)}, {deal.amount or 'no amount'}.")
    if committee:
        show(console, _committee(committee, story.names, zone))
    else:
        say(console, "Nobody is known to have a part in it.")
    for line in _standing(story.dossier, story.names):
        say(console, line)


def _committee(committee: Sequence[Member], names: Names, zone: tzinfo) -> Table:
    table = grid(None, "person", "position", "roles", "influence", "stance", ">met", "!last")
    for member in committee:
        seat = member.seat
        last = max((met.value for met in seat.met), default=None)
        table.add_row(
            cell(names(member.id)),
            cell(_position(member.person, names)),
            cell(", ".join(cited.value for cited in seat.roles)),
            cell(seat.influence.value if seat.influence else None),
            cell(_stance(seat)),
            count(len(seat.met)),
            cell(last.astimezone(zone).date() if last else None),
        )
    return table


def _position(person: Stakeholder | None, names: Names) -> str | None:
    if person is None:
        return None
    title = names.text(person.title) or person.level
    return ", ".join(word for word in (title, "left" if person.departed else None) if word)


def _stance(seat: Seat) -> str | None:
    stance = STANCES[seat.stance.value] if seat.stance else None
    return ", ".join(word for word in (stance, "ally" if seat.ally else None) if word)


def _standing(dossier: Dossier, names: Names) -> Iterator[str]:
    objections = "; ".join(objection_words(one.objection, names) for one in dossier.open_objections)
    yield f"Open objections: {objections or 'none'}."
    yield f"Promises: {_promises([one.promise for one in dossier.promises])}."
    rivals = [_rival(one) for one in (dossier.deal.contest.rivals if dossier.deal else ())]
    yield f"Competitors: {'; '.join(rivals) or 'none known'}."


def _promises(promises: Sequence[Promise]) -> str:
    ended = Counter(one.status for one in promises)
    counted = [f"{ended[status]} {status}" for status in (PromiseStatus.KEPT, PromiseStatus.BROKEN) if ended[status]]
    waiting = [
        f"{one.what} ({one.who}{f', due {one.due}' if one.due else ''})"
        for one in promises
        if one.status is PromiseStatus.OPEN
    ]
    return "; ".join([*counted, *(f"open: {one}" for one in waiting)]) or "none made"


def _rival(rival: Rival) -> str:
    incumbent = ", the incumbent" if rival.incumbent else ""
    return f"{rival.competitor}{incumbent}{'' if rival.present else ' (left)'}"
