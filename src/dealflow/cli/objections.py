"""The verb that tells what customers object to: what stands open, what settles it, what it costs."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from cyclopts import Parameter
from cyclopts.validators import Number
from rich.console import Console
from rich.table import Table

from dealflow.cli.options import DEFAULT, NOW, TABLE, AsOf, Form, Where
from dealflow.cli.output import out, show_json
from dealflow.cli.tables import NARROW, NOTHING, cell, cited, clocks, count, estimate, grid, rate, say, show, words
from dealflow.engine import DealFlow
from dealflow.extras import MissingExtra
from dealflow.plain import plain
from dealflow.projections.estimates import SAMPLING, Sampling
from dealflow.projections.look import many
from dealflow.projections.objection_cases import Earliness, ObjectionBy, ObjectionCase
from dealflow.projections.objections import Objections
from dealflow.projections.results import Results
from dealflow.projections.survival import Duration, Verdict
from dealflow.replay.telling.words import Names

Days = Mapping[tuple[ObjectionBy | None, str], Duration]


def objections(
    *,
    floor: Annotated[
        int,
        Parameter(
            validator=Number(gte=0),
            help="How many objections an estimate of days needs; with fewer it says: insufficient history.",
        ),
    ] = SAMPLING.floor,
    where: Where = DEFAULT,
    as_of: AsOf = NOW,
    form: Form = TABLE,
) -> None:
    """Tell what customers object to: what is to be settled yet, what settles it and how fast, what stood at the end."""
    with where.reading() as flow:
        answer = flow.objections(**as_of.clocks)
        days, missing = _days(answer, Sampling(floor))
        names = _names(flow, answer)
        if form.json:
            show_json(_json(answer, days, names))
            return
        if answer.cases:
            show_objections(out(), answer, days, names, flow)
            say(out(), DAYS if missing is None else f"Days are left out: {missing}")
        else:
            say(out(), "No objection is recorded.")
        say(out(), clocks(as_of, flow.zone))


def _days(answer: Objections, sampling: Sampling) -> tuple[Days, MissingExtra | None]:
    """Return how many days it takes, for all and for each lot; or what is missing to tell."""
    lots: dict[tuple[ObjectionBy | None, str], Objections] = {(None, ""): answer}
    lots |= {(by, name): lot for by in ObjectionBy for name, lot in answer.by(by).items()}
    try:
        return {key: lot.duration(sampling) for key, lot in lots.items()}, None
    except MissingExtra as missing:
        return {}, missing


def _names(flow: DealFlow, answer: Objections) -> Names:
    streams = (one for case in answer.open for one in (case.account, case.by, *case.deals))
    return flow.names({one for one in streams if one is not None})


def _json(answer: Objections, days: Days, names: Names) -> Any:
    whole = plain(answer)
    for shown, case in zip(whole["open"], answer.open, strict=True):
        shown["account_name"] = None if case.account is None else names(case.account)
    lots = {by: {name: one for (cut, name), one in days.items() if cut is by} for by in ObjectionBy}
    whole["days"] = {"all": days[None, ""], **{f"by_{by}": some for by, some in lots.items()}} if days else None
    return whole


# Tables

DAYS = """\
Rate: of those decided, resolved; decided are the resolved, the conceded, and those that stood when all their
deals had closed. Days: by when half are settled, with what still stands counted as longer (Kaplan-Meier)."""


def show_objections(console: Console, answer: Objections, days: Days, names: Names, flow: DealFlow) -> None:
    """Show what is to be settled yet, what became of each lot, the early ones, and what stood at the end."""
    all_ = answer.resolution
    fates = f"{all_.resolved} resolved, {all_.conceded} conceded, {all_.stood} stood at the end, {all_.open} open"
    say(console, f"{many(all_.raised, 'objection')}: {fates}. Rate: {rate(all_.rate)}.")
    if answer.open:
        show(console, _open(console, answer.open, names, flow))
    for by in ObjectionBy:
        show(console, _lots(by, answer.by(by), days, narrow=console.width < NARROW))
    if any(answer.early.values()):
        say(console, _early(answer.early))
    show(console, results_table("Deals that closed, by how their objections stood then", "objections", answer.at_close))


def _open(console: Console, cases: Sequence[ObjectionCase], names: Names, flow: DealFlow) -> Table:
    narrow = console.width < NARROW
    heads = ("topic\nkind", "raised by\nmet by", ">since\ndays") if narrow else ()
    wide = ("deals", "topic", "kind", "raised by", "met by", "!since", ">days", "records")
    table = grid("Open, oldest first", "account\ndeals" if narrow else "account", *(heads or wide))
    for one in cases:
        account, deals = None if one.account is None else names(one.account), names.all(list(one.deals))
        topic = f"{one.topic}, early" if one.early is Earliness.EARLY else one.topic
        by, met = None if one.by is None else names(one.by), ", ".join(one.techniques) or "not answered"
        since = one.raised.astimezone(flow.zone).date()
        if narrow:
            lines = ((account, deals), (topic, one.kind), (by, met), (since, one.days))
            table.add_row(*(cell(f"{words(first)}\n{words(second)}") for first, second in lines))
        else:
            known = (account, deals, topic, one.kind, by, met, since, one.days, cited(one.records))
            table.add_row(*map(cell, known))
    return table


def _lots(by: ObjectionBy, lots: Mapping[str, Objections], days: Days, *, narrow: bool) -> Table:
    heads = (">resolved\nconceded", ">stood\nopen") if narrow else (">resolved", ">conceded", ">stood", ">open")
    table = grid(None, f"by {by}", ">raised", *heads, ">rate", ">days")
    for name, lot in lots.items():
        one = lot.resolution
        counts = [count(some) for some in (one.resolved, one.conceded, one.stood, one.open)]
        if narrow:
            counts = [cell("\n".join(map(str, pair))) for pair in (counts[:2], counts[2:])]
        middle = cell(_middle(days.get((by, name))))
        table.add_row(cell(name), count(one.raised), *counts, estimate(one.rate), middle)
    return table


def _middle(one: Duration | None) -> str:
    if one is None:
        return NOTHING
    return words(one.median) if one.verdict is Verdict.ESTIMATED else one.verdict.replace(" ", "\n")


def _early(early: Mapping[Earliness, int]) -> str:
    first, later, unknown = (early[one] for one in (Earliness.EARLY, Earliness.NOT_EARLY, Earliness.UNKNOWN))
    about = many(first + later + unknown, "objection")
    return f"Of {about} to the price {first} came before any problem was quantified, {later} later; {unknown} unknown."


def results_table(title: str, what: str, lots: Mapping[Any, Results]) -> Table:
    """Return a table of how deals ended, a line for each lot that has any."""
    table = grid(title, what, ">open", ">won", ">lost", ">abandoned", ">win rate")
    for name, one in lots.items():
        if one.deals:
            table.add_row(cell(name), *map(count, (one.open, one.won, one.lost, one.abandoned)), estimate(one.win_rate))
    return table
