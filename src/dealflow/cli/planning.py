"""The verb that plans: from a target backward to the load of every month, and its table."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, tzinfo
from fractions import Fraction
from textwrap import fill
from typing import Annotated, Any

from cyclopts import Parameter
from rich.console import Console
from rich.table import Table

from dealflow.calendars import blocked_weeks, weeks_of
from dealflow.cli.options import DB, DEFAULT, NOW, TABLE, AsOf, Form, Where, journal_file
from dealflow.cli.output import Failed, note, out, show_json
from dealflow.cli.slicing import Floor
from dealflow.cli.tables import NOTHING, cell, clocks, grid, say, show
from dealflow.engine import DealFlow
from dealflow.extras import MissingExtra
from dealflow.money import Money
from dealflow.projections.estimates import SAMPLING, Sampling
from dealflow.projections.norms import Basis, CannotPlan
from dealflow.projections.plan import Load, Plan
from dealflow.projections.schedule import Month, Pace

YEARS_BEFORE = 5  # the first signature of which holidays are looked up: more than any cycle
NAME = 11  # columns for the name of a milestone


def signing_months(texts: Iterable[str]) -> Mapping[Month, int] | Sequence[Month]:
    """Read months, `2026-06` or `2026-06..2026-08`, each followed by `:2` where it says how many are due in it."""
    counted: dict[Month, int] = {}
    spread: list[Month] = []
    for text in texts:
        months, colon, count = text.partition(":")
        for month in _through(months):
            if colon:
                counted[month] = counted.get(month, 0) + _count(text, count)
            else:
                spread.append(month)
    if counted and spread:
        message = f"{spread[0]} has no count, and {min(counted)} has: give one to every month, or to none"
        raise ValueError(message)
    return counted or spread


def _through(text: str) -> tuple[Month, ...]:
    first, dots, last = text.partition("..")
    months = Month.read(first).through(Month.read(last if dots else first))
    if not months:
        message = f"{text!r} is no span of months: expected the earlier month first"
        raise ValueError(message)
    return months


def _count(text: str, count: str) -> int:
    if not count.isdecimal():
        message = f"{text!r} does not say how many signatures: expected a month with a count such as 2026-06:2"
        raise ValueError(message)
    return int(count)


def weeks(texts: Iterable[str]) -> frozenset[date]:
    """Read weeks, `2026-W08`, and days, `2026-02-16` or `2026-02-16..2026-02-27`, as the Mondays of all they touch."""
    return frozenset(week for text in texts for week in weeks_of(*_days(text)))


def _days(text: str) -> tuple[date, date]:
    first, dots, last = text.partition("..")
    try:
        return date.fromisoformat(first), date.fromisoformat(last if dots else first)
    except ValueError:
        message = f"{text!r} is no week and no day: expected one such as 2026-W08, 2026-02-16 or 2026-02-16..2026-02-27"
        raise ValueError(message) from None


def read_by(reader: Callable[[Iterable[str]], object]) -> Callable[[Any, Sequence[str]], None]:
    """Return what sees to it that an option can be read, before the verb begins."""

    def validated(_type: Any, texts: Sequence[str]) -> None:
        reader(texts)

    return validated


def plan(
    *,
    target: Annotated[str, Parameter(help="The amount to reach, such as 5000000.")],
    average: Annotated[str, Parameter(help="The amount of an average order, such as 1000000.")],
    currency: Annotated[str, Parameter(help="The currency of both, such as CNY.")],
    sign: Annotated[
        Sequence[str],
        Parameter(
            validator=read_by(signing_months),
            negative="",
            help="When signatures are due: 2026-06, or 2026-06..2026-08, spread evenly over all months given; "
            "or so many in each, 2026-06:2. May be repeated.",
        ),
    ],
    playbook: Annotated[
        str | None, Parameter(help="The playbook to follow. [default: the journal's only one, or standard]")
    ] = None,
    basis: Annotated[
        Basis, Parameter(help="What a signature takes: as the playbook counts it, or as measured in the journal.")
    ] = "playbook",
    pace: Annotated[Pace, Parameter(help="How long a milestone takes: its usual length, or a month each.")] = "lengths",
    holidays: Annotated[
        Sequence[str],
        Parameter(
            negative="",
            show_default=False,
            help="No work in weeks mostly taken by public holidays of a country, CN, or by one of them, "
            "'CN:Chinese New Year'. May be repeated. [default: none]",
        ),
    ] = (),
    block: Annotated[
        Sequence[str],
        Parameter(
            validator=read_by(weeks),
            negative="",
            show_default=False,
            help="No work in a week, 2026-W08, or in those of some days, 2026-02-16..2026-02-27. "
            "May be repeated. [default: none]",
        ),
    ] = (),
    floor: Floor = SAMPLING.floor,
    where: Where = DEFAULT,
    as_of: AsOf = NOW,
    form: Form = TABLE,
) -> None:
    """Plan backward from a target: what each month asks of every milestone, and what was done."""
    months = signing_months(sign)
    goal, order = _amount("--target", target, currency), _amount("--average", average, currency)
    blocked = weeks(block) | _taken(holidays, months)
    with _reading(where) as flow:
        try:
            answer = flow.plan(
                goal,
                order,
                months,
                playbook=playbook,
                basis=basis,
                pace=pace,
                blocked=blocked,
                sampling=Sampling(floor),
                **as_of.clocks,
            )
        except CannotPlan as no:
            raise Failed(str(no)) from None
        if form.json:
            show_json(answer)
        else:
            show_plan(out(), answer, flow.zone, as_of)


def _reading(where: Where) -> DealFlow:
    """Open the journal; where none is named and none is there, a plan can do without."""
    file = journal_file(where.db)
    if where.db != DB or file is None or file.exists():
        return where.reading()
    note(f"there is no journal {file}: planned without one, so nothing is known of what was done")
    return DealFlow.open("memory:")


def _amount(option: str, text: str, currency: str) -> Money:
    try:
        return Money.of(text, currency)
    except ValueError as flaw:
        message = f"{option}: {flaw}"
        raise Failed(message) from None


def _taken(holidays: Iterable[str], months: Iterable[Month]) -> frozenset[date]:
    """Return the weeks taken by holidays; raises `Failed` where these cannot be looked up."""
    years = range(min(months).year - YEARS_BEFORE, max(months).year + 1)
    taken: frozenset[date] = frozenset()
    for one in holidays:
        country, colon, name = one.partition(":")
        if colon and not name:
            message = f"--holidays {one!r} names no holiday: expected {country}, or one such as CN:Chinese New Year"
            raise Failed(message)
        try:
            taken |= blocked_weeks(country.upper(), years, named=name or None)
        except (ValueError, MissingExtra) as no:
            raise Failed(str(no)) from None
    return taken


def show_plan(console: Console, plan: Plan, zone: tzinfo, as_of: AsOf) -> None:
    """Show what is due, each month with its loads, the weeks without work, what to know first, and as of when."""
    norms = plan.norms
    due = ", ".join(f"{month.due} in {month.month}" for month in plan.months if month.due)
    say(console, f"{plan.target} in orders of {plan.average}. Signatures needed: {plan.needed}.")
    say(console, f"Signatures planned: {plan.due} ({due}). Work begins on {plan.starts}.")
    show(console, _months(plan))
    what = "as measured, with 95 % intervals" if norms.basis == "measured" else "by the counts"
    paced = "a month each" if plan.pace == "months" else "by their usual lengths"
    say(console, f"Units of playbook {norms.playbook}, {what}; milestones worked {paced}.")
    if plan.won is not None:
        say(console, "Behind a stroke: the deals that came to the milestone in that month.")
        say(console, f"Won in these months: {plan.won} of {plan.due}.")
    if plan.blocked:
        say(console, f"Weeks without work: {', '.join(f'{week:%G-W%V}' for week in plan.blocked)}.")
    for warning in plan.warnings:
        say(console, f"Note: {warning}.")
    say(console, clocks(as_of, zone))


def _months(plan: Plan) -> Table:
    table = grid(None, "!month", *(f">{fill(norm.name, NAME)}" for norm in plan.norms.each))
    for month in plan.months:
        table.add_row(cell(month.month), *(cell(_load(one)) for one in month.loads))
    table.add_section()
    table.add_row(cell("total"), *(cell(_load(one)) for one in plan.totals))
    return table


def _load(load: Load) -> str:
    """Write a load, what was done behind a stroke, and below both the interval of a measured one."""
    done = "" if load.done is None else f" / {load.done:,}"
    between = "" if load.low is None else f"\n{_number(load.low)}-{_number(load.high)}"
    return f"{_number(load.units)}{done}{between}"


def _number(number: Fraction | None) -> str:
    """Write a load to one decimal; a dash where it is unknown, a dot where nothing is to do."""
    if number is None:
        return NOTHING
    return f"{float(number):,.1f}".removesuffix(".0") if number else "·"
