"""The verb that judges: the thresholds and warnings of one deal, or of every open one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated
from uuid import UUID

import attrs
from cyclopts import Parameter
from cyclopts.validators import Number
from rich.console import Console
from rich.table import Table

from dealflow.cli.asking import stood
from dealflow.cli.options import DEFAULT, NOW, TABLE, AsOf, Form, Where
from dealflow.cli.output import out, show_json
from dealflow.cli.tables import NARROW, WHOLE, cell, cited, clocks, grid, say, show, stands, words
from dealflow.engine import DealFlow
from dealflow.plain import plain
from dealflow.projections.estimates import SAMPLING, Sampling
from dealflow.projections.health import Health, HealthLevel
from dealflow.projections.health import health as health_of
from dealflow.projections.pipeline import Standing
from dealflow.projections.thresholds import Information, Part, Threshold, ThresholdState
from dealflow.projections.warnings.judging import DealWarning, WarningState
from dealflow.replay.telling.words import Names

WORST_FIRST = (HealthLevel.DANGER, HealthLevel.WATCH, HealthLevel.SAFE)
DRAWN: Mapping[ThresholdState, tuple[str, str]] = {  # where the output can show it, and where it cannot
    ThresholdState.OPEN: ("○", "o"),
    ThresholdState.PARTLY: ("◐", "+"),
    ThresholdState.PASSED: ("●", "*"),
}


def health(
    deal: Annotated[
        str | None,
        Parameter(
            help="Its id, a unique beginning of it, or its key in the source system: KEY or SYSTEM:KEY. "
            "Left out: every open deal, worst first."
        ),
    ] = None,
    /,
    *,
    floor: Annotated[
        int,
        Parameter(
            validator=Number(gte=0),
            help="How many visits to a milestone it takes to say how long is usual; with fewer it is unknown.",
        ),
    ] = SAMPLING.floor,
    where: Where = DEFAULT,
    as_of: AsOf = NOW,
    form: Form = TABLE,
) -> None:
    """Judge a deal, or all that are open: the three thresholds, the warnings, and what to do about them."""
    with where.reading() as flow:
        if deal is None:
            _all(flow, as_of, form, Sampling(floor))
        else:
            _one(flow, deal, as_of, form, Sampling(floor))


def _one(flow: DealFlow, deal: str, as_of: AsOf, form: Form, sampling: Sampling) -> None:
    situation, _ = stood(flow, deal, as_of, sampling)
    answer = health_of(situation)
    standing = next(one for one in flow.deals(**as_of.clocks) if one.deal == answer.deal)
    names = flow.names({standing.account, *_people(answer)})
    if form.json:
        show_json(_json(answer, standing, names))
    else:
        show_health(out(), answer, standing, names)
        say(out(), clocks(as_of, flow.zone))


def _all(flow: DealFlow, as_of: AsOf, form: Form, sampling: Sampling) -> None:
    answers = sorted(flow.healths(**as_of.clocks, sampling=sampling), key=_worst)
    stood = {one.deal: one for one in flow.deals(**as_of.clocks)}
    names = flow.names({stood[one.deal].account for one in answers})
    if form.json:
        show_json([_json(one, stood[one.deal], names) for one in answers])
    else:
        show_healths(out(), [(one, stood[one.deal]) for one in answers], names)
        say(out(), f"{len(answers)} open deals. {clocks(as_of, flow.zone)}")


def _worst(answer: Health) -> tuple[int, int, int]:
    """Worst level first, then most warnings up, then fewest thresholds passed."""
    passed = sum(one.state is ThresholdState.PASSED for one in answer.thresholds.all)
    return WORST_FIRST.index(answer.level or HealthLevel.SAFE), -len(answer.up), passed


def _json(answer: Health, stood: Standing, names: Names) -> object:
    about = {"title": stood.title, "account": stood.account, "account_name": names(stood.account)}
    stands = {"status": stood.status, "stage": stood.stage, "amount": stood.amount}
    return plain({"deal": answer.deal, **about, **stands, **attrs.asdict(answer, recurse=False)})


def _people(answer: Health) -> Iterator[UUID]:
    for threshold in answer.thresholds.all:
        for part in threshold.parts:
            yield from part.people if isinstance(part, Part) else ()
            yield from (part.told_by,) if isinstance(part, Information) and part.told_by else ()
    for warning in answer.warnings:
        yield from warning.people


# One deal


def show_health(console: Console, answer: Health, stood: Standing, names: Names) -> None:
    """Show the level and why, the warnings that are up with what to do, the thresholds, and the other warnings."""
    say(console, f"{stood.title} · {names(stood.account)}")
    say(console, f"{stands(stood.status, stood.stage)} · {stood.amount or 'no amount'} · deal {answer.deal}")
    say(console, f"Health on {answer.at}: {answer.level or 'none'}; {'; '.join(answer.reasons)}.")
    if answer.up:
        show(console, _up(answer.up, names))
    for threshold in answer.thresholds.all:
        show(console, _threshold(console, threshold, names))
    unknown = [one for one in answer.warnings if one.state is WarningState.UNKNOWN]
    if unknown:
        show(console, _unknown(unknown, names))
    if answer.warnings:
        clear = [one.name for one in answer.warnings if one.state is WarningState.CLEAR]
        say(console, f"Clear: {', '.join(clear) or 'none'}.")
    say(console, _legend(console))


def _up(up: Sequence[DealWarning], names: Names) -> Table:
    table = grid("Warnings up", "!warning", "what is so, and what to do", "records")
    for one in up:
        name = f"{one.name}\n{one.severity}, since {one.since}"
        said = f"{one.text}{_named(one.people, names)}\nto do: {one.to_do}"
        table.add_row(cell(name), cell(said), cell(cited(one.records)))
    return table


def _unknown(unknown: Sequence[DealWarning], names: Names) -> Table:
    table = grid("Warnings of which nobody knows", "!warning", "what is known", "records")
    for one in unknown:
        table.add_row(cell(one.name), cell(f"{one.text}{_named(one.people, names)}"), cell(cited(one.records)))
    return table


def _threshold(console: Console, threshold: Threshold, names: Names) -> Table:
    met = sum(one.met for one in threshold.parts)
    title = f"{_mark(console, threshold.state)} {threshold.name}: {threshold.state}, {met} of {len(threshold.parts)}"
    if threshold.name == "information":
        table = grid(title, "point", "!", "!last said", ">days", "by (noted by)", ">record")
    else:
        table = grid(title, "condition", "!", "what was found", "records")
    for one in threshold.parts:
        table.add_row(*map(cell, _point(one, names) if isinstance(one, Information) else _part(one, names)))
    return table


def _point(one: Information, names: Names) -> Sequence[object]:
    said = " ".join([*([names(one.told_by)] if one.told_by else []), *([f"({one.by})"] if one.by else [])])
    return f"{one.point} {one.name}", one.state, one.on, one.days, said, cited(one.records)


def _part(one: Part, names: Names) -> Sequence[object]:
    return one.name, one.answer, f"{one.text}{_named(one.people, names)}", cited(one.records)


# Every open deal


def show_healths(console: Console, answers: Sequence[tuple[Health, Standing]], names: Names) -> None:
    """Show each open deal in one line, or in two where the terminal is narrow."""
    if not console.is_terminal:
        console.width = WHOLE
    narrow = console.width < NARROW
    heads = (
        ("deal\naccount, id", "stands at\namount", "!level\nI R D", "warnings up")
        if narrow
        else ("!id", "deal", "account", "stands at", ">amount", "!level", "!I R D", "warnings up")
    )
    table = grid(None, *heads)
    for answer, standing in answers:
        table.add_row(*map(cell, _line(console, answer, standing, names, narrow=narrow)))
    show(console, table)
    say(console, f"I information, R relationship, D decision; {_legend(console)}")


def _line(console: Console, answer: Health, stood: Standing, names: Names, *, narrow: bool) -> Sequence[object]:
    account, level = names(stood.account), words(answer.level)
    marks = " ".join(_mark(console, one.state) for one in answer.thresholds.all)
    up = ", ".join(one.name for one in answer.up)
    id_ = str(answer.deal)[:8]
    if narrow:
        amount = words(stood.amount)
        return f"{stood.title}\n{account}, {id_}", f"{stood.stage}\n{amount}", f"{level}\n{marks}", up
    return id_, stood.title, account, stood.stage, stood.amount, level, marks, up


# Words


def _mark(console: Console, state: ThresholdState) -> str:
    return DRAWN[state]["utf" not in console.encoding.lower()]


def _legend(console: Console) -> str:
    return ", ".join(f"{_mark(console, state)} {state}" for state in ThresholdState)


def _named(people: Iterable[UUID], names: Names) -> str:
    called = names.all(list(people))
    return f" ({called})" if called else ""
