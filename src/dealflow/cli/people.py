"""The verb about people: who decides about a deal, what each is to it, and how near they are to us."""

import sys
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Annotated
from uuid import UUID

from cyclopts import Parameter
from rich.console import Console
from rich.table import Table

from dealflow.cli.asking import stood
from dealflow.cli.options import DEFAULT, NOW, TABLE, AsOf, Form, Where
from dealflow.cli.output import out, show_json
from dealflow.cli.tables import cell, clocks, grid, say, show, words
from dealflow.domain.stakeholder import Role
from dealflow.plain import plain
from dealflow.projections.chart import UNKNOWN, signs
from dealflow.projections.chart import mermaid as drawn
from dealflow.projections.closeness import ChainCloseness, closeness
from dealflow.projections.committee import Committee, Point, Support, support_over_time, words_on
from dealflow.projections.committee import committee as gathered
from dealflow.projections.situation import Situation
from dealflow.replay.telling.stakeholder import tell
from dealflow.replay.telling.words import Names

LEGEND = """\
Role: C coach, U user, T technical, E economic buyer. Support: + for us,
0 neutral, - against us. Influence, contact: H high, M medium, L low, N none.
Close: from 0 % to 100 %. ? is unknown, and moves no figure."""


def committee(
    deal: Annotated[
        str, Parameter(help="Its id, a unique beginning of it, or its key in the source system: KEY or SYSTEM:KEY.")
    ],
    /,
    *,
    mermaid: Annotated[bool, Parameter(negative="", help="A Mermaid flowchart on standard output instead.")] = False,
    history: Annotated[bool, Parameter(negative="", help="Also what was said of each person, with its day.")] = False,
    where: Where = DEFAULT,
    as_of: AsOf = NOW,
    form: Form = TABLE,
) -> None:
    """Show who decides about a deal: roles, influence, whose side they are on, contact, and what is planned."""
    with where.reading() as flow:
        situation, state = stood(flow, deal, as_of)
        answer, near = gathered(situation), closeness(situation)
        names = flow.names({situation.id, state.account, *_named(answer)})
        if form.json:
            show_json(_whole(situation, answer, near, names))
        elif mermaid:
            sys.stdout.write(drawn(answer, names))
        else:
            show_committee(out(), situation, answer, near, names)
            for line in ("", "What was said of them:", *_history(situation, answer, names)) if history else ():
                say(out(), line)
            say(out(), f"\n{clocks(as_of, flow.zone)}")


def _named(answer: Committee) -> Iterator[UUID]:
    yield from (one.id for one in answer.members)
    yield from (one.other for one in (*answer.reporting, *answer.influencing))


def _whole(situation: Situation, answer: Committee, near: ChainCloseness, names: Names) -> dict[str, object]:
    whole = {
        "committee": answer,
        "closeness": near,
        "support_over_time": support_over_time(situation),
        "history": {one.id: words_on(situation, one.id) for one in answer.members},
        "names": names,
    }
    return {key: plain(value, names) for key, value in whole.items()}


def show_committee(
    console: Console, situation: Situation, answer: Committee, near: ChainCloseness, names: Names
) -> None:
    """Show the relationship matrix, what follows from it, and what is planned."""
    account = names(situation.deal.account) if situation.deal else UNKNOWN
    say(console, f"{names(answer.deal)}, {account}: the committee on {answer.today}")
    show(console, _matrix(answer, near, names))
    say(console, LEGEND)
    sections = (
        _deciding(answer, names),
        _lines(answer, names),
        _support(support_over_time(situation), answer.support, situation),
        _near(near, names),
        _towards(answer, names),
    )
    for lines in map(list, sections):
        for line in ["", *lines] if lines else []:
            say(console, line)


def _matrix(answer: Committee, near: ChainCloseness, names: Names) -> Table:
    close = {one.person: one.figures.composite for one in near.people}
    table = grid(None, "name", "role", "infl", "supp", "cont", "!last met", "ours", ">close")
    for one in answer.members:
        name = f"{names(one.id)} (left)" if one.seat.left else names(one.id)
        ours = ", ".join(f"{our} (main)" if our == one.main else our for our in one.counterparts)
        table.add_row(*map(cell, (name, *signs(one), one.last_met, ours, _percent(close.get(one.id)))))
    return table


def _percent(share: Fraction | None) -> str:
    return UNKNOWN if share is None else f"{float(share):.0%}"


def _deciding(answer: Committee, names: Names) -> Iterator[str]:
    chain = ", ".join(
        f"{names(one.id)} {UNKNOWN if one.weight is None else _weight(one.weight)}" for one in answer.chain
    )
    yield f"Decision chain, by weight: {chain or 'nobody is known to have a part in it'}"
    yield f"Roles nobody is known to hold: {', '.join(answer.uncovered) or 'none'}"
    yield f"Allies, who actively help: {', '.join(names(one.id) for one in answer.allies) or 'none'}"
    days = answer.since_economic_buyer
    if days is not None:
        yield f"An economic buyer was last met {days} days ago."
    elif answer.playing(Role.ECONOMIC):
        yield "No economic buyer was ever met."


def _weight(weight: Fraction) -> str:
    return f"{float(weight):g}"


def _lines(answer: Committee, names: Names) -> Iterator[str]:
    for one in answer.reporting:
        yield f"{names(one.person)} reports to {names(one.other)}."
    for one in answer.influencing:
        yield f"{names(one.person)} has {f'{one.strength} ' if one.strength else ''}influence on {names(one.other)}."


def _support(points: Iterable[Point], now: Support, situation: Situation) -> Iterator[str]:
    yield f"Support surface, by weight: {_surface(now)}"
    for point in points:
        yield f"  since {situation.horizon.day(point.since)}  {_surface(point.support)}"


def _surface(support: Support) -> str:
    left_out = f"; {support.unknown} left out, of unknown influence or stance" if support.unknown else ""
    return f"{_percent(support.share)}{left_out}"


def _near(near: ChainCloseness, names: Names) -> Iterator[str]:
    figures = near.figures
    left_out = f"; {near.unknown} left out, of unknown influence" if near.unknown else ""
    uncapped = f" ({_percent(near.uncapped)} but for what follows)" if near.uncapped != figures.composite else ""
    yield f"Closeness of the chain: {_percent(figures.composite)}{uncapped}{left_out}"
    parts = {"relationship": figures.relationship, "solution": figures.solution, "price": figures.price}
    yield f"  {', '.join(f'{name} {_percent(value)}' for name, value in parts.items())}"
    for cap in near.caps:
        yield f"  no more than {_percent(cap.limit)}, because {cap.name}"
    for person, rival in near.rivals_closer:
        yield f"  {rival} is closer to {names(person)} than we are"


def _towards(answer: Committee, names: Names) -> Iterator[str]:
    if answer.present:
        yield "What we want of them, and what is to be done:"
    for one in answer.present:
        hears = f" (wants to hear {one.hears})" if one.hears else ""
        yield f"  {names(one.id)}: {one.target}{hears}"
        overdue = one.overdue(answer.today)
        for action in one.planned:
            mark = "OVERDUE: " if action in overdue else ""
            yield f"    {mark}{action.who} until {action.due}: {words(names.text(action.what))}"


def _history(situation: Situation, answer: Committee, names: Names) -> Iterator[str]:
    for one in answer.members:
        for told in words_on(situation, one.id):
            yield f"  {told.record.when.text(situation.horizon.zone)}  {tell(told.record.event, one.id, names)}"
