"""Verbs that estimate: how long deals take, and what the open ones may bring."""

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from decimal import Decimal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from dealflow.cli.options import DEFAULT, NOW, TABLE, AsOf, Form, Where
from dealflow.cli.output import out, show_json
from dealflow.cli.slicing import EVERY_DEAL, Slice
from dealflow.cli.tables import (
    NARROW,
    amounts,
    cell,
    clocks,
    count,
    estimate,
    grid,
    percent,
    say,
    say_insufficient,
    show,
    words,
)
from dealflow.money import Money
from dealflow.projections.chances import Chance, Learnt
from dealflow.projections.forecast import Forecast, StageForecast, Weighted
from dealflow.projections.survival import Duration, Incidence, Verdict
from dealflow.projections.times import ENDS, Times

DAYS = (30, 60, 90, 180, 365)
KAPLAN_MEIER = """\
Median: the day by which half have ended, with what still goes on counted as longer than so far (Kaplan-Meier).
Naive: of those that ended alone; too short as long as others go on, and shown only to compare."""


def times(*, slices: Slice = EVERY_DEAL, where: Where = DEFAULT, as_of: AsOf = NOW, form: Form = TABLE) -> None:
    """Estimate how long deals stay at each milestone and how long until they close, open ones not left out."""
    with where.reading() as flow:
        pipeline = slices.of(flow, as_of)
        lots = {name: lot.times(slices.sampling) for name, lot in slices.lots(pipeline).items()}
        if form.json:
            show_json(slices.named(flow, lots, "times") if slices.is_cut else lots[()])
        elif slices.is_cut:
            show_cycles(out(), [(name, lot.cycle) for name, lot in slices.titled(flow, lots)], flow.zone, as_of)
        else:
            show_times(out(), lots[()], flow.zone, as_of)


def forecast(*, slices: Slice = EVERY_DEAL, where: Where = DEFAULT, as_of: AsOf = NOW, form: Form = TABLE) -> None:
    """Weigh what the open deals may bring, by the playbook's chances and by those learnt from the journal."""
    with where.reading() as flow:
        pipeline = slices.of(flow, as_of)
        chances = pipeline.chances(slices.sampling)
        lots = {name: lot.forecast(slices.sampling, chances=chances) for name, lot in slices.lots(pipeline).items()}
        if form.json:
            show_json(slices.named(flow, lots, "forecast") if slices.is_cut else lots[()])
        elif slices.is_cut:
            show(out(), _weighted("", [(name, lot.total) for name, lot in slices.titled(flow, lots)]))
            say(out(), clocks(as_of, flow.zone))
        else:
            show_forecast(out(), lots[()], flow.zone, as_of)


# How long


def show_times(console: Console, answer: Times, zone: tzinfo, as_of: AsOf) -> None:
    """Show the time at each milestone, the time until the close, and how deals end."""
    for playbook in dict.fromkeys(stage.playbook for stage in answer.stages):
        table = _durations(console, f"Playbook {playbook}: days at each milestone", "milestone", ">usual")
        for stage in answer.stages:
            if stage.playbook == playbook:
                table.add_row(cell(stage.name), *_duration(console, stage.duration), cell(stage.usual))
        show(console, table)
    table = _durations(console, "Days until a deal closes, however it closes", "")
    table.add_row(cell("cycle"), *_duration(console, answer.cycle))
    show(console, table)
    naive = ", ".join(f"{end} {one.median:g} ({one.n})" for end, one in answer.naive.items() if one.median is not None)
    say(console, f"Naive medians of closed deals: {naive or 'none closed yet'}.")
    if answer.ends is not None:
        show(console, _ends(answer.ends))
    say(console, KAPLAN_MEIER)
    _say_undated(console, sum(stage.duration.undated for stage in answer.stages), answer.cycle.undated)
    say(console, clocks(as_of, zone))


def show_cycles(console: Console, lots: Sequence[tuple[str, Duration]], zone: tzinfo, as_of: AsOf) -> None:
    """Show the time until the close for each lot."""
    table = _durations(console, "Days until a deal closes, however it closes", "")
    for name, cycle in lots:
        table.add_row(cell(name), *_duration(console, cycle))
    show(console, table)
    say(console, KAPLAN_MEIER)
    _say_undated(console, 0, sum(cycle.undated for _, cycle in lots))
    say(console, clocks(as_of, zone))


def _durations(console: Console, title: str, what: str, *more: str) -> Table:
    """Begin a table of durations; a narrow one does without the shares that still go on."""
    still = (f">still after\n{day} days" for day in _marks(console))
    return grid(title, what, ">began", ">ended", ">median", ">95 %", ">naive\nmedian", *still, *more)


def _duration(console: Console, one: Duration) -> Sequence[Text]:
    middle = words(one.median) if one.verdict is Verdict.ESTIMATED else one.verdict.replace(" ", "\n")
    ends = None if one.low is None else f"{one.low} to {words(one.high)}"
    still = (percent(one.still(day), 0) for day in _marks(console))
    naive = None if one.naive.median is None else f"{one.naive.median:g}"
    return [count(one.n), count(one.ended), *map(cell, (middle, ends, naive, *still))]


def _marks(console: Console) -> Sequence[int]:
    return () if console.width < NARROW else DAYS[:3]


def _ends(ends: Incidence) -> Table:
    days = [day for day in DAYS if ends.exits and day <= ends.exits[-1].day]
    title = "How deals end: the share by each day (Aalen-Johansen), and of those that end at all"
    table = grid(title, "end", *(f">by day {day}" for day in days), ">as far as known", ">95 %", ">of all ends")
    for way in ENDS:
        if any(way in one.ways for one in ends.exits):
            band = ends.interval(way)
            between = None if band is None else f"{100 * band[0]:.0f} to {100 * band[1]:.0f}"
            shares = (percent(ends.share(way, day)) for day in days)
            last = (percent(ends.share(way)), between, percent(ends.eventually(way)))
            table.add_row(*map(cell, (way, *shares, *last)))
    return table


def _say_undated(console: Console, visits: int, deals: int) -> None:
    if visits or deals:
        say(console, f"Left out, as the day they began or ended is not known: {visits} visits, {deals} deals.")


# What they may bring


def show_forecast(console: Console, answer: Forecast, zone: tzinfo, as_of: AsOf) -> None:
    """Show the chances, and the open deals weighted by them: where they stand, and when they may close."""
    several = len({one.playbook for one in answer.stages}) > 1
    show(console, _chances(answer.chances, several=several))
    say_insufficient(console, (one.closed for one in answer.chances))
    stages = [(_place(one, several=several), one.weighted) for one in answer.stages if one.weighted.deals]
    show(console, _weighted("stands at", [*stages, ("all open deals", answer.total)]))
    show(console, _weighted("expected to close", list(answer.closing.items())))
    won = grid("Won, unweighted", "in", ">amount")
    for period, sums in answer.won.items():
        won.add_row(cell(period), amounts(_whole(sums)))
    show(console, won)
    say(console, _left_out(answer.total))
    say(console, clocks(as_of, zone))


def _chances(chances: Sequence[Chance], *, several: bool) -> Table:
    heads = (">playbook's\nprior", ">learnt", ">of closed\ndeals alone", ">Aalen-\nJohansen")
    table = grid("Chance of winning, once a milestone is reached", "milestone", *heads)
    for one in chances:
        prior = percent(None if one.prior is None else float(one.prior), 0)
        table.add_row(
            cell(_place(one, several=several)),
            cell(prior),
            _chance(one.learnt),
            estimate(one.closed),
            cell(percent(one.aalen_johansen)),
        )
    return table


def _chance(learnt: Learnt) -> Text:
    if learnt.rate is None or learnt.low is None or learnt.high is None:
        return cell("*")
    return cell(f"{learnt.rate:.1%} ({100 * learnt.low:.0f} to {100 * learnt.high:.0f})\n{learnt.of} decided")


def _place(one: Chance | StageForecast, *, several: bool) -> str:
    return f"{one.playbook}: {one.name}" if several else one.name


def _weighted(what: str, lots: Sequence[tuple[str, Weighted]]) -> Table:
    table = grid(None, what, ">deals", ">amount", ">by prior", ">by learnt\n(by its low and high)")
    for name, one in lots:
        table.add_row(cell(name), count(one.deals), *map(amounts, map(_whole, (one.amount, one.prior))), _learnt(one))
    return table


def _learnt(one: Weighted) -> Text:
    low, high = _whole(one.low), _whole(one.high)
    sums = (
        f"{Money(amount, currency)}\n({low[currency]:,} to {high[currency]:,})"
        for currency, amount in _whole(one.learnt).items()
    )
    return cell("\n".join(sums))


def _whole(sums: Mapping[str, Decimal]) -> Mapping[str, Decimal]:
    return {currency: amount.quantize(Decimal(1)) for currency, amount in sums.items()}


def _left_out(total: Weighted) -> str:
    left = {
        "have no amount": total.without_amount,
        "stand at a milestone without a prior": total.without_prior,
        "stand where history is insufficient": total.without_learnt,
    }
    told = "; ".join(f"{number} {what}" for what, number in left.items() if number)
    return (
        f"Of {total.deals} open deals {told}: they are left out of the sums that need it."
        if told
        else "No open deal is left out."
    )
