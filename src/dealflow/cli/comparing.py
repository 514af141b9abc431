"""The verb that sets deals side by side: with the nearest ones, with another, or with itself at an earlier moment."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal
from uuid import UUID

import attrs
from cyclopts import Parameter
from rich.console import Console

from dealflow.cli.asking import ADeal, found
from dealflow.cli.options import DEFAULT, EVENING, NOW, TABLE, AsOf, Form, Moment, Where, a_moment
from dealflow.cli.output import Failed, out, show_json
from dealflow.cli.tables import cell, cited, clocks, grid, say, show
from dealflow.engine import DealFlow
from dealflow.plain import plain
from dealflow.projections.deals import NoSuchMilestone
from dealflow.replay.comparison import Comparison, DossierChange, NotOpened, dossier_changes
from dealflow.replay.nearest import Likeness, Nearest, Neighbour, NeverCame
from dealflow.replay.telling.marks import MARKS
from dealflow.replay.telling.words import Names

WHY = 4  # factors that are named of each neighbour


def compare(
    deal: ADeal,
    other: Annotated[str | None, Parameter(help="The deal to set beside it. [default: the nearest ones]")] = None,
    /,
    *,
    landmark: Annotated[
        str | None,
        Parameter(help="The milestone at which deals are near or far. [default: where the deal stands, or ended]"),
    ] = None,
    since: Annotated[
        Moment | None,
        Parameter(converter=a_moment, help=f"Compare the deal with itself as of {EVENING}."),
    ] = None,
    clock: Annotated[
        Literal["happened", "known"] | None,
        Parameter(help="With --since: what had happened by then, or what was known. [default: happened]"),
    ] = None,
    where: Where = DEFAULT,
    as_of: AsOf = NOW,
    form: Form = TABLE,
) -> None:
    """Set a deal beside its nearest won and lost ones, beside another, or beside itself at an earlier moment."""
    if since is not None and other is not None:
        message = "--since compares one deal with itself: name one deal, or leave out --since"
        raise Failed(message)
    if landmark is not None and (since is not None or other is not None):
        message = "--landmark is for the nearest deals: leave it out, or name one deal and leave out --since"
        raise Failed(message)
    if since is None and clock is not None:
        message = "--clock says what --since means: give --since too"
        raise Failed(message)
    with where.reading() as flow:
        try:
            id_ = found(flow, deal)
            if since is not None:
                earlier = attrs.evolve(as_of, known=since) if clock == "known" else attrs.evolve(as_of, happened=since)
                _with_itself(flow, id_, earlier, as_of, form)
            elif other is not None:
                _with_another(flow, [id_, found(flow, other)], as_of, form)
            else:
                _with_the_nearest(flow, id_, landmark, as_of, form)
        except (NotOpened, NoSuchMilestone, NeverCame) as no:
            raise Failed(str(no)) from None


def _with_another(flow: DealFlow, deals: Sequence[UUID], as_of: AsOf, form: Form) -> None:
    answer = flow.compare(*deals, **as_of.clocks)
    if form.json:
        show_json(answer)
        return
    show_comparison(out(), answer, flow.names(one.account for one in answer.deals))
    say(out(), clocks(as_of, flow.zone))


def _with_the_nearest(flow: DealFlow, deal: UUID, landmark: str | None, as_of: AsOf, form: Form) -> None:
    near = flow.nearest(deal, landmark=landmark, **as_of.clocks)
    others = [one.deal for one in (*near.won[:1], *near.lost[:1])]
    answer = flow.compare(deal, *others, **as_of.clocks)
    if form.json:
        show_json({"nearest": near, "comparison": answer})
        return
    names = flow.names({one.deal for one in (*near.won, *near.lost)} | {one.account for one in answer.deals})
    show_nearest(out(), near, names)
    show_comparison(out(), answer, names)
    say(out(), clocks(as_of, flow.zone))


def _with_itself(flow: DealFlow, deal: UUID, earlier: AsOf, as_of: AsOf, form: Form) -> None:
    before, after = (flow.deal(deal, **one.clocks) for one in (earlier, as_of))
    answer = dossier_changes(before, after)
    names = flow.names({deal, *(one.id for one in answer if one.id is not None)})
    if form.json:
        show_json([{**plain(one, names), "called": _called(one, names)} for one in answer])
        return
    say(out(), f"{names(deal)} · what is otherwise · deal {deal}")
    show_changes(out(), answer, names)
    say(out(), f"Was: {clocks(earlier, flow.zone)} Is: {clocks(as_of, flow.zone)}")


# The nearest


def show_nearest(console: Console, near: Nearest, names: Names) -> None:
    """Show the nearest won and lost deals, and why those."""
    say(console, f"Nearest when they came to {near.landmark}, of {near.compared} deals with enough known in common")
    if near.left_out:
        say(console, f"({near.left_out} left out: too little is known of them that is known of this one).")
    table = grid(None, "deal", "!", ">apart", "alike", "not alike")
    for one in (*near.won, *near.lost):
        ended = "won" if one.won else "lost"
        apart = f"{float(one.distance):.2f}\nof {one.compared}"
        table.add_row(*map(cell, (_named(one, names), ended, apart, _alike(one), _unlike(one))))
    if table.rows:
        show(console, table)
        say(console, "Apart: Gower's coefficient, 0 alike to 1 not at all, over so many factors known of both.")
    else:
        say(console, "No decided deal came so far, or too little is known of those that did.")


def _named(one: Neighbour, names: Names) -> str:
    return f"{names(one.deal)}\n{str(one.deal)[:8]}"


def _alike(one: Neighbour) -> str:
    """Name what they share with the fewest others first."""
    return "\n".join(f"{like.factor}: {_value(like.theirs)}" for like in one.alike[:WHY])


def _unlike(one: Neighbour) -> str:
    return "\n".join(_both(like) for like in one.unlike[:WHY])


def _both(like: Likeness) -> str:
    return f"{like.factor}: {_value(like.theirs)}, not {_value(like.ours)}"


def _value(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case Fraction() | Decimal() | float():
            return f"{float(value):.2g}"
        case _:
            return str(value)


# Side by side


def show_comparison(console: Console, answer: Comparison, names: Names) -> None:
    """Show deals side by side, milestone by milestone, each as it stood when it came there."""
    for number, one in enumerate(answer.deals, start=1):
        say(console, f"{number} {one.title} · {names(one.account)} · {one.status} · opened {one.opened} · {one.deal}")
    table = grid(None, "milestone", "", *(str(number) for number, _ in enumerate(answer.deals, start=1)))
    for row in answer.rows:
        name = row.milestone
        for what, of in MARKS.items():
            table.add_row(cell(name), cell(what), *(cell(None if mark is None else of(mark)) for mark in row.marks))
            name = " "
        table.add_section()
    show(console, table)
    say(console, "Day: counted from the opening. Each as it stood when the deal first came there.")


# One deal at two moments


def show_changes(console: Console, some: Iterable[DossierChange], names: Names) -> None:
    """Show what is otherwise in a dossier, part by part."""
    table = grid(None, "of", "what", "was", "is", "records")
    for one in some:
        change = one.change
        values = (_words(change.before, names), _words(change.after, names))
        table.add_row(*map(cell, (_called(one, names), change.field, *values, cited(one.records))))
    if table.rows:
        show(console, table)
    else:
        say(console, "Nothing is otherwise.")


def _called(one: DossierChange, names: Names) -> str:
    if one.id is None:
        return one.subject
    return names(one.id) if one.subject == "person" else f"{one.subject} {one.name or str(one.id)[:8]}"


def _words(value: Any, names: Names) -> str | None:
    """Return a value as it is shown; of one with fields those that are known, of several each."""
    match plain(value, names):
        case None | []:
            return None
        case bool() as told:
            return "yes" if told else "no"
        case dict() as fields:
            return ", ".join(_fields(fields))
        case list() as several:
            return "; ".join(", ".join(_fields(one)) if isinstance(one, dict) else str(one) for one in several)
        case told:
            return str(told)


def _fields(fields: dict[str, Any]) -> Iterator[str]:
    inner = fields.get("data", fields)
    if {"amount", "currency"} == {*inner}:
        yield f"{inner['amount']} {inner['currency']}"
        return
    yield from (
        f"{name} {_inner(one)}"
        for name, one in inner.items()
        if one not in (None, [], {}, "") and name not in {"deals", "theirs", "account", "by", "deal", "id"}
    )


def _inner(value: Any) -> str:
    """Return a value within another."""
    match value:
        case dict() as fields:
            return "/".join(_fields(fields))
        case list() as several:
            return " and ".join(map(_inner, several))
        case told:
            return str(told)
