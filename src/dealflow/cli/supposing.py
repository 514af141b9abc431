"""The verb that supposes: which gates, thresholds and warnings would have differed."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any

from cyclopts import Parameter
from rich.console import Console
from rich.table import Table

from dealflow.cli.asking import ADeal, found
from dealflow.cli.options import DEFAULT, NOW, TABLE, AsOf, Form, Moment, Where, moment
from dealflow.cli.output import Failed, out, show_json
from dealflow.cli.tables import NOTHING, cell, clocks, grid, say, show
from dealflow.domain.playbook import playbook_id
from dealflow.engine import DealFlow
from dealflow.replay.counterfactual import DISCLAIMER, Component, Counterfactual, GateDifference, WhatIfDifference
from dealflow.replay.supposing import CannotSuppose, RecordEarlier, Supposition, UnderPlaybook, WithoutRecord
from dealflow.replay.telling.words import listed

DIGITS = 18  # of a position, at most


def read_earlier(text: str) -> tuple[int, Moment]:
    """Read a record and its time as they are typed, `163=2026-03-01`; raises `ValueError` saying what is expected."""
    record, _, when = text.partition("=")
    if not record.isdecimal() or len(record) > DIGITS or not when:
        message = f"{text!r} is no record with a time: write it as 163=2026-03-01"
        raise ValueError(message)
    return int(record), moment(when)


def an_earlier(_type: Any, texts: Sequence[str]) -> None:
    """See to it that records and times can be read."""
    for text in texts:
        read_earlier(text)


def suppose(
    deal: ADeal,
    /,
    *,
    without: Annotated[
        Sequence[int],
        Parameter(negative="", show_default=False, help="A record that had not been. May be repeated. [default: none]"),
    ] = (),
    earlier: Annotated[
        Sequence[str],
        Parameter(
            validator=an_earlier,
            negative="",
            show_default=False,
            help="A record that had happened earlier: 163=2026-03-01. May be repeated. [default: none]",
        ),
    ] = (),
    playbook: Annotated[str | None, Parameter(help="Judged by the gates and chances of this playbook.")] = None,
    where: Where = DEFAULT,
    as_of: AsOf = NOW,
    form: Form = TABLE,
) -> None:
    """Say what the model would have said of a deal, had something been otherwise; never what the customer would."""
    with where.reading() as flow:
        suppositions = [*_records(without, earlier), *_playbook(flow, playbook)]
        if not suppositions:
            message = "suppose what? name a record (--without, --earlier) or a playbook (--playbook)"
            raise Failed(message)
        try:
            answer = flow.what_if(found(flow, deal), *suppositions, **as_of.clocks)
        except CannotSuppose as no:
            raise Failed(str(no)) from None
        if form.json:
            show_json(answer)
        else:
            show_counterfactual(out(), answer)
            say(out(), clocks(as_of, flow.zone))


def _records(without: Sequence[int], earlier: Sequence[str]) -> Iterator[Supposition]:
    yield from map(WithoutRecord, without)
    yield from (RecordEarlier(*read_earlier(text)) for text in earlier)


def _playbook(flow: DealFlow, key: str | None) -> Iterator[Supposition]:
    if key is None:
        return
    there = flow.state(playbook_id(key))
    if there is None:
        message = f"no playbook {key!r} in this journal: name one that deals here run on, or define it first"
        raise Failed(message)
    yield UnderPlaybook(there)


def show_counterfactual(console: Console, answer: Counterfactual) -> None:
    """Show the gates, thresholds and warnings that would have differed, with from when to when."""
    if answer.left_out:
        say(console, f"Left out too, since they could not have been: {listed(list(map(str, answer.left_out)))}.")
    if not answer.changed:
        say(console, "Nothing would have differed.")
    if answer.gates:
        show(console, _gates(answer.gates))
    if answer.differences:
        show(console, _differences(answer.differences))
    say(console, DISCLAIMER)


def _gates(gates: Iterable[GateDifference]) -> Table:
    table = grid("Gates, judged again", "step", "criterion", "!found", "!would find", ">record")
    for one in gates:
        step = f"{one.left} to {one.reached}"
        table.add_row(
            *map(cell, (step, one.criterion, one.before or "not asked", one.after or "not asked", one.record))
        )
    return table


def _differences(some: Iterable[WhatIfDifference]) -> Table:
    table = grid("Thresholds and warnings", "what", "!from", "!until", "!was", "!would be")
    for one in sorted(some, key=lambda each: (each.since, each.name)):
        table.add_row(*map(cell, (one.name, one.since, one.until or "the end", _word(one.before), _word(one.after))))
    return table


def _word(value: Component) -> str:
    match value:
        case None:
            return NOTHING
        case bool():
            return "up" if value else "clear"
        case Fraction() | Decimal():
            return f"{float(value):.0%}"
        case _:
            return str(value)
