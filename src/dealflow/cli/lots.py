"""Tables of many funnels: one line a cohort, an owner, a period."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import tzinfo
from decimal import Decimal
from itertools import groupby

from rich.console import Console
from rich.table import Table
from rich.text import Text

from dealflow.cli.options import AsOf
from dealflow.cli.tables import amounts, cell, clocks, count, estimate, grid, percent, say, say_insufficient, show
from dealflow.money import Money, totals
from dealflow.projections.estimates import Share
from dealflow.projections.funnel import Flow, Funnel, Period

Lots = Sequence[tuple[str, Funnel]]


def show_lots(console: Console, lots: Lots, zone: tzinfo, as_of: AsOf) -> None:
    """Show how the deals of each lot stand, and which share of them ever came to each milestone."""
    show(console, _standing(lots))
    for playbook in dict.fromkeys(stage.playbook for _, lot in lots for stage in lot.stages):
        say(console, f"Playbook {playbook}: of the deals of a line, those that ever came to each milestone:")
        show(console, _reached(playbook, lots))
        say(console, "Of those decided there, those that went on (resolved or advanced):")
        show(console, _resolved(playbook, lots))
    say_insufficient(console, (step.resolved for _, lot in lots for step in lot.conversions))
    say(console, clocks(as_of, zone))


def _standing(lots: Lots) -> Table:
    given_up = any(lot.abandoned for _, lot in lots)
    heads = (">deals", ">open", ">won", ">lost", *([">aband."] if given_up else []))
    table = grid(None, "", *heads, ">win rate", ">amount open")
    for name, lot in lots:
        numbers = (lot.deals, lot.open, lot.won, lot.lost, *([lot.abandoned] if given_up else []))
        table.add_row(cell(name), *map(count, numbers), estimate(lot.win_rate), amounts(_open(lot)))
    return table


def _open(lot: Funnel) -> Mapping[str, Decimal]:
    return totals(
        Money(amount, currency)
        for stage in lot.stages
        if stage.end is None
        for currency, amount in stage.amount.items()
    )


def _reached(playbook: str, lots: Lots) -> Table:
    names = {stage.stage: stage.name for _, lot in lots for stage in lot.stages if stage.playbook == playbook}
    table = grid(None, "", ">deals", *(f">{_short(name)}" for name in names.values()))
    for name, lot in lots:
        entered = {stage.stage: stage.entered for stage in lot.stages if stage.playbook == playbook}
        if entered:
            ran = lot.by_playbook[playbook]
            shares = (cell(percent(entered.get(key, 0) / ran, 0)) for key in names)
            table.add_row(cell(name), count(ran), *shares)
    return table


def _resolved(playbook: str, lots: Lots) -> Table:
    steps = {one.stage: one for _, lot in lots for one in lot.conversions if one.playbook == playbook}
    names = {one.stage: one.name for _, lot in lots for one in lot.stages if one.playbook == playbook}
    table = grid(None, "", *(f">{_short(names[key])}" for key in steps))
    for name, lot in lots:
        shares = {one.stage: one.resolved for one in lot.conversions if one.playbook == playbook}
        if shares:
            table.add_row(cell(name), *(_short_share(shares.get(key, Share(0, 0))) for key in steps))
    return table


def _short_share(share: Share) -> Text:
    """Return a share over the number it rests on; the interval is in the funnel of the lot alone."""
    if share.rate is None:
        return cell(f"{share.n} of {share.of} *" if share.of else None)
    return cell(f"{share.rate:.0%}\nof {share.of}")


def show_periods(console: Console, periods: Sequence[Period], zone: tzinfo, as_of: AsOf) -> None:
    """Show for each period what came to each place and left it, and what stood there at its end."""
    for playbook in dict.fromkeys(flow.playbook for period in periods for flow in period.flows):
        rows = list(_rows([(one.period, [flow for flow in one.flows if flow.playbook == playbook]) for one in periods]))
        heads = [f">{_short(flow.name)}" for flow in rows[0][1]]
        table = grid(f"Playbook {playbook}: came +, left -, and stood there at the end", "", *heads)
        for name, flows in rows:
            table.add_row(cell(name), *map(_flow, flows))
        show(console, table)
    say(console, clocks(as_of, zone))


Row = tuple[str, list[Flow]]


def _rows(rows: Sequence[Row]) -> Iterator[Row]:
    """Put periods in which nothing came or left into one row."""
    for quiet, some in groupby(rows, key=lambda row: not any(flow.came.total or flow.left.total for flow in row[1])):
        run = list(some)
        if quiet and len(run) > 1:
            yield f"{run[0][0]} to\n{run[-1][0]}", run[-1][1]
        else:
            yield from run


def _flow(flow: Flow) -> Text:
    came, left = flow.came.total, flow.left.total
    moved = [f"+{came}"] * bool(came) + [f"-{left}"] * bool(left)
    return cell("\n".join([*moved, str(flow.at_end)])) if moved else count(flow.at_end)


def _short(name: str) -> str:
    """Break a name so that its column stays narrow."""
    return name.replace(" ", "\n").replace("_", "_\n")
