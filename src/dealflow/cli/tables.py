"""Tables: the funnel and the list of deals, for people to read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Literal

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from dealflow.cli.options import NOW, AsOf, Moment
from dealflow.cli.output import shown
from dealflow.domain.deal import Status
from dealflow.money import Money
from dealflow.projections.estimates import Share
from dealflow.projections.funnel import WIN_RATE, Funnel, StageCount
from dealflow.projections.pipeline import Standing
from dealflow.replay.telling.words import Names

NOTHING = "-"
CITED = 4  # records that are named; of more the rest is counted
LEAST = 10  # columns for the name of a row
NARROW = 110  # columns: with fewer, the line of a deal is broken in two
LEAST_WHOLE = 0.005  # a smaller share would be 0 per cent in whole ones
WHOLE = 300  # columns: what is written to a file is searched by line, so a row is one


def show_funnel(console: Console, funnel: Funnel, zone: tzinfo, as_of: AsOf) -> None:
    """Show the milestones and ends of each playbook, the conversions, the win rate, and as of when."""
    ends = f"{funnel.open} open, {funnel.won} won, {funnel.lost} lost, {funnel.abandoned} abandoned"
    say(console, f"{funnel.deals} deals: {ends}{f'; {funnel.reopened} reopened' if funnel.reopened else ''}")
    for playbook in dict.fromkeys(stage.playbook for stage in funnel.stages):
        stages = [stage for stage in funnel.stages if stage.playbook == playbook]
        milestones = [stage for stage in stages if stage.end is None]
        show(console, _stages(f"Playbook {playbook}", milestones, narrow=console.width < NARROW))
        show(console, _ends([stage for stage in stages if stage.end is not None]))
        show(console, _came(milestones))
        say(console, "Of the deals that ever entered a milestone:")
        show(console, _conversions(funnel, stages, narrow=console.width < NARROW))
    say_insufficient(console, (share for step in funnel.conversions for share in (step.reached, step.resolved)))
    say(console, CONVERSIONS)
    say(console, f"Win rate: {rate(funnel.win_rate)} — {WIN_RATE}.")
    say(console, f"Won of all deals: {rate(funnel.won_of_all)}.")
    say(console, clocks(as_of, zone))


_WAYS: Mapping[str, tuple[str, str]] = {  # how a visit ended: its head in a wide table, and in a narrow one
    "forward": ("forward", "on"),
    "skipping": ("skipping", "skip"),
    "backward": ("back", "back"),
    "playbook_changed": ("playbook\nchanged", "moved"),
    "won": ("won", "won"),
    "lost": ("lost", "lost"),
    "abandoned": ("abandoned", "aband."),
}


_CAME: Mapping[str, str] = {  # how a visit began
    "opened": "opened",
    "forward": "forward",
    "skipping": "skipping",
    "backward": "back",
    "playbook_changed": "playbook\nchanged",
    "reopened": "reopened",
}


def _stages(title: str, stages: Sequence[StageCount], *, narrow: bool) -> Table:
    """In a narrow table the heads are short, and an amount stands under the name of its milestone."""
    ways = [way for way in _WAYS if any(getattr(stage.left, way) for stage in stages)]
    passed = any(stage.passed_over for stage in stages)
    heads = ["entered", "visits", "here", *(_WAYS[way][narrow] for way in ways)]
    if passed:
        heads.append("over" if narrow else "skipped\nover")
    name, amount = ("milestone\n  amount here", ()) if narrow else ("milestone", (">amount here",))
    table = grid(title, name, *(f">{head}" for head in heads), *amount)
    for stage in stages:
        left = [getattr(stage.left, way) for way in ways]
        counts = [stage.entered, stage.visits, stage.open, *left, *([stage.passed_over] if passed else [])]
        worth = amounts(stage.amount)
        lines = [f"  {line}".replace(" ", "\u00a0") for line in worth.plain.splitlines()]  # never broken
        name = "\n".join([stage.name, *lines]) if narrow and stage.amount else stage.name
        table.add_row(cell(name), *map(count, counts), *([] if narrow else [worth]))
    return table


def _came(stages: Sequence[StageCount]) -> Table:
    ways = [way for way in _CAME if any(getattr(stage.came, way) for stage in stages)]
    table = grid(None, "how they came there", *(f">{_CAME[way]}" for way in ways), ">of these\nagain")
    for stage in stages:
        table.add_row(cell(stage.name), *(count(getattr(stage.came, way)) for way in ways), count(stage.again))
    return table


def _ends(stages: Sequence[StageCount]) -> Table:
    reopened = any(stage.left.reopened for stage in stages)
    table = grid(None, "end", ">deals", *([">reopened"] if reopened else []), ">amount")
    for stage in stages:
        more = [count(stage.left.reopened)] if reopened else []
        table.add_row(cell(stage.name), count(stage.open), *more, amounts(stage.amount))
    return table


def _conversions(funnel: Funnel, stages: Sequence[StageCount], *, narrow: bool) -> Table:
    """In a narrow table the next milestone stands nowhere but in the next line."""
    names = {(stage.playbook, stage.stage): stage.name for stage in stages}
    heads = (">ever reached", ">resolved or\nadvanced", ">undecided", ">Aalen-\nJohansen")
    table = grid(None, "from", *([] if narrow else ["to"]), *heads)
    for step in funnel.conversions:
        if (step.playbook, step.stage) in names:
            to = names.get((step.playbook, step.to), step.to)
            ends = (names[step.playbook, step.stage], *([] if narrow else [to]))
            shares = (*map(estimate, (step.reached, step.resolved)), count(step.undecided))
            table.add_row(*map(cell, ends), *shares, cell(percent(step.aalen_johansen)))
    return table


CONVERSIONS = """\
In brackets, the 95 % interval after Wilson.
Ever reached: those that ever entered the next milestone, those under way counted as not; what history shows.
Resolved or advanced: of those that went on or closed without, those that went on; what deals do.
Aalen-Johansen: the same in the long run, undecided ones counted as not yet; for cycles longer than the history."""


HEADS = ("!id", "!key", "deal", "account", "stands at", "!since", ">amount", "owner", "!close")


def show_deals(console: Console, deals: Sequence[Standing], names: Names, zone: tzinfo, as_of: AsOf) -> None:
    """Show each deal in one line, or in two where the terminal is narrow."""
    if not console.is_terminal:
        console.width = WHOLE
    rows = [_deal(deal, names, zone) for deal in deals]
    if console.width < NARROW:
        table = grid(None, *_stacked(HEADS))
        for row in rows:
            table.add_row(*map(cell, _stacked(row)))
    else:
        shown_ones = [at for at, head in enumerate(HEADS) if head != "!key" or any(deal.key for deal in deals)]
        table = grid(None, *(HEADS[at] for at in shown_ones))
        for row in rows:
            table.add_row(*(cell(row[at]) for at in shown_ones))
    show(console, table)
    say(console, f"{len(deals)} deals. {clocks(as_of, zone)}")


def _deal(deal: Standing, names: Names, zone: tzinfo) -> tuple[str, ...]:
    since = deal.since.astimezone(zone).date()
    known = (deal.key, deal.title, names(deal.account), stands(deal.status, deal.stage), since, deal.amount)
    return str(deal.deal)[:8], *(words(one) for one in (*known, deal.owner, deal.close_expected))


def _stacked(cells: Sequence[str]) -> list[str]:
    """Put every second cell under the one before it."""
    below = [*(one.lstrip("!>") for one in cells[1::2]), ""]
    return [f"{first}\n{second}" for first, second in zip(cells[::2], below, strict=True)]


# Cells and lines


def grid(title: str | None, first: str, *heads: str) -> Table:
    """Begin a table; its first column names the rows. `!` before a head: its column is not wrapped; `>`: nor that,
    and aligned to the right.
    """
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))
    for number, head in enumerate((first, *heads)):
        justify: Literal["right", "left"] = "right" if head.startswith(">") else "left"
        whole = head.startswith(("!", ">"))
        least = None if whole or number else LEAST
        table.add_column(head.lstrip("!>"), justify=justify, overflow="fold", no_wrap=whole, min_width=least)
    return table


def words(value: object) -> str:
    """Return a value as it is written; a dash where it is unknown."""
    return NOTHING if value is None or value == "" else str(value)


def cell(value: object) -> Text:
    """Return a value as it is shown; a dash where it is unknown."""
    return Text(shown(words(value)))


def cited(records: Sequence[int]) -> str:
    """Return the last of the records that something rests on, and how many more there are."""
    more = f" +{len(records) - CITED}" if len(records) > CITED else ""
    return f"{' '.join(map(str, records[-CITED:]))}{more}"


def count(number: int) -> Text:
    """Return a number as it is shown; a dot where it is zero, so that the others stand out."""
    return Text(f"{number:,}" if number else "·")


def amounts(sums: Mapping[str, Decimal]) -> Text:
    """Return sums of several currencies, one a line."""
    return cell("\n".join(str(Money(amount, currency)) for currency, amount in sums.items()))


def rounded(amount: Decimal) -> str:
    """Write an amount to the whole unit of its currency."""
    return f"{amount:,.0f}"


def stands(status: Status | None, stage: str | None) -> str | None:
    """Say where a deal stands, or how it ended and where that was."""
    return stage if status in {None, Status.OPEN} else f"{status} at {stage}"


def rate(share: Share) -> str:
    """Write a share with the counts it rests on."""
    if not share.of:
        return "nothing to count yet"
    if share.rate is None:
        return f"insufficient history ({share.n} of {share.of})"
    return f"{share.rate:.1%} ({share.n} of {share.of})"


def estimate(share: Share) -> Text:
    """Return a share with its interval, over the counts it rests on; an asterisk where history is insufficient."""
    if share.rate is None or share.low is None or share.high is None:
        return cell(f"{share.n} of {share.of} *" if share.of else None)
    high = f"{100 * share.high:.{0 if share.high >= LEAST_WHOLE else 1}f}"
    return cell(f"{share.rate:.1%} ({100 * share.low:.0f} to {high})\n{share.n} of {share.of}")


def percent(rate: float | None, digits: int = 1) -> str:
    """Write a rate in per cent."""
    return NOTHING if rate is None else f"{rate:.{digits}%}"


def say_insufficient(console: Console, shares: Iterable[Share], of: str = "deals") -> None:
    """Explain the asterisk, if there is one."""
    floors = {share.floor for share in shares if share.of and not share.sufficient}
    if floors:
        say(console, f"* Insufficient history: an estimate needs {max(floors)} {of} (--floor).")


def clocks(as_of: AsOf, zone: tzinfo) -> str:
    """Say as of when an answer is, on both clocks."""
    if as_of == NOW:
        return "As of now, on both clocks."
    happened, known = (moment_told(one, zone) for one in (as_of.happened, as_of.known))
    of = " to its source" if as_of.knowledge == "source" else ""
    return f"As it had happened by {happened}, as it was known{of} by {known}."


def moment_told(moment: Moment | None, zone: tzinfo) -> str:
    """Say which moment is meant on a clock."""
    if moment is None:
        return "now"
    if isinstance(moment, datetime):
        return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S %Z}"
    return f"the evening of {moment:%Y-%m-%d}"


def show(console: Console, table: Table) -> None:
    """Show a table; its lines end without blanks where they are not written to a terminal.

    One that is too wide runs on over the edge, since half a number is a wrong one.
    """
    for column in table.columns:
        if column.no_wrap:
            column.min_width = max(map(_width, (column.header, *column.cells)))
    with _wide_enough(console, table):
        if console.is_terminal:
            console.print(table)
            return
        with console.capture() as captured:
            console.print(table)
    for line in captured.get().splitlines():
        say(console, line.rstrip())


@contextmanager
def _wide_enough(console: Console, table: Table) -> Iterator[None]:
    width = console.width
    console.width = max(width, Measurement.get(console, console.options.update_width(WHOLE), table).minimum)
    try:
        yield
    finally:
        console.width = width


def _width(cell: object) -> int:
    return max(map(cell_len, str(cell).splitlines()), default=0)


def say(console: Console, line: object) -> None:
    """Write one line as it is, however wide the console."""
    console.print(Text(shown(line)), soft_wrap=True)
