"""The verb that says what changed in the pipeline between two moments, and by which records."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import tzinfo
from decimal import Decimal
from typing import Annotated, Literal

import attrs
from cyclopts import Parameter
from rich.console import Console
from rich.table import Table
from rich.text import Text

from dealflow.cli.options import DEFAULT, EVENING, NOW, TABLE, AsOf, Form, Moment, Where, a_moment
from dealflow.cli.output import Failed, out, show_json
from dealflow.cli.slicing import AtRates, InCurrency, must_have, rates_of
from dealflow.cli.tables import NARROW, NOTHING, cell, cited, grid, moment_told, say, show, words
from dealflow.engine import DealFlow
from dealflow.money import EXACT, NoRate
from dealflow.projections.pipeline import PIPELINE
from dealflow.replay.changes import CannotCompare, Changes
from dealflow.replay.movements import Measures, Movement, MovementKind
from dealflow.replay.telling.words import Names, maybe

QUIET = "·"  # where a kind of movement did nothing to a measure
MEASURED = """\
Open: deals that came into the pipeline or left it. Weighted: the amount by the chance frozen when a deal came to its
milestone. Close days: from the day of the start to each expected close, added up. All figures are exact."""


@Parameter(name="*")
@attrs.frozen(kw_only=True)
class Of:
    """Whose pipeline is meant, and in which currency it is counted."""

    owner: Annotated[str | None, Parameter(help="Only deals of this owner; they come and go as they change hands.")] = (
        None
    )
    playbook: Annotated[str | None, Parameter(help="Only deals under this playbook.")] = None
    currency: InCurrency = None
    rate: AtRates = ()


ALL = Of()


def changes(
    *,
    start: Annotated[Moment, Parameter(name="--from", converter=a_moment, help=f"What changed after {EVENING}.")],
    end: Annotated[Moment, Parameter(name="--to", converter=a_moment, help=f"And up to {EVENING}.")],
    clock: Annotated[
        Literal["happened", "known"], Parameter(help="By what happened in between, or by what became known.")
    ] = "happened",
    of: Of = ALL,
    where: Where = DEFAULT,
    as_of: AsOf = NOW,
    form: Form = TABLE,
) -> None:
    """Say what changed in the pipeline between two moments: opening, every movement with its records, closing."""
    rates = rates_of(of.currency, of.rate)
    with where.reading() as flow:
        must_have(flow, of.playbook)
        _must_own(flow, of.owner)
        try:
            answer = flow.changes(
                start, end, clock=clock, **as_of.clocks, owner=of.owner, playbook=of.playbook, rates=rates
            )
        except (CannotCompare, NoRate) as no:
            raise Failed(str(no)) from None
        if form.json:
            show_json(answer)
        else:
            show_changes(out(), answer, flow.names({one.deal for one in answer.movements}), flow.zone)
            say(out(), _clocks(start, end, clock, as_of, flow.zone))


def _must_own(flow: DealFlow, owner: str | None) -> None:
    """Raise `Failed` where nobody of that name ever answered for a deal."""
    if owner is None:
        return
    rows = flow.rows(PIPELINE).values()
    there = {name for row in rows for name in (row.owner, *(one.value for one in row.owners)) if name}
    if owner not in there:
        message = f"no deal was ever owned by {owner!r}: the owners are {', '.join(sorted(there)) or 'unknown'}"
        raise Failed(message)


def _clocks(start: Moment, end: Moment, clock: str, as_of: AsOf, zone: tzinfo) -> str:
    span = f"from {moment_told(start, zone)} to {moment_told(end, zone)}"
    to = " to its source" if as_of.knowledge == "source" else ""
    if clock == "known":
        return f"What became known{to} {span}, of what had happened by {moment_told(as_of.happened, zone)}."
    return f"What happened {span}, as it was known{to} by {moment_told(as_of.known, zone)}."


def show_changes(console: Console, answer: Changes, names: Names, zone: tzinfo) -> None:
    """Show the way from opening to closing, kind by kind, and then every movement."""
    show(console, _bridge(answer))
    if answer.movements:
        show(console, _listed(answer.movements, names, zone, narrow=console.width < NARROW))
    say(console, MEASURED)


# The way from opening to closing


def _bridge(answer: Changes) -> Table:
    table = grid(None, "", ">deals", ">open", ">amount", ">weighted", ">close days")
    table.add_row(cell("opening"), Text(), *map(cell, _sums(answer.opening)))
    for total in answer.totals:
        table.add_row(cell(total.kind), cell(total.deals), *map(cell, _changed(total.change)))
    table.add_row(cell("closing"), Text(), *map(cell, _sums(answer.closing)))
    table.add_row(cell("residual"), Text(), *map(cell, _sums(answer.residual)))
    return table


def _sums(sums: Measures) -> Iterator[str]:
    yield f"{sums.deals:,}"
    yield from (_amounts(one, "") or NOTHING for one in (sums.amount, sums.weighted))
    yield f"{sums.days:,}"


def _changed(change: Measures) -> Iterator[str]:
    yield f"{change.deals:+,}" if change.deals else QUIET
    yield from (_amounts(one) or QUIET for one in (change.amount, change.weighted))
    yield f"{change.days:+,}" if change.days else QUIET


def _amounts(sums: Mapping[str, Decimal], sign: str = "+") -> str:
    """Write exact sums without the noughts behind them, one currency a line."""
    return "\n".join(f"{EXACT.normalize(amount):{sign},f} {currency}" for currency, amount in sums.items())


# Every movement


def _listed(movements: Sequence[Movement], names: Names, zone: tzinfo, *, narrow: bool) -> Table:
    """In a narrow table the weighted amount stands under the amount."""
    heads = (">amount\nweighted",) if narrow else (">amount", ">weighted")
    table = grid(None, "deal", "!when", "what", *heads, "!records")
    for one in movements:
        sums = [_amounts(sums) or QUIET for sums in (one.change.amount, one.change.weighted)]
        worth = ["\n".join(sums)] if narrow else sums
        day = one.end.astimezone(zone).date()
        table.add_row(*map(cell, (names(one.deal), day, _what(one), *worth, cited(one.records))))
    return table


_ENDS = {MovementKind.WON, MovementKind.LOST, MovementKind.ABANDONED, MovementKind.MERGED}


def _what(one: Movement) -> str:
    before, after = one.before, one.after
    if before is not None and (after is None or one.kind in _ENDS):
        return f"{one.kind} at {before.stage}{maybe(', for {}', after and after.signed)}"
    if after is not None and (before is None or one.kind is MovementKind.REOPENED):
        return f"{one.kind} at {after.stage}"
    return f"{one.kind}{maybe(': {}', '; '.join(_differences(one)))}"


def _differences(one: Movement) -> Iterator[str]:
    """Say what was what before; where nothing was, the kind of movement says so, but for a correction."""
    for name in ("status", "playbook", "stage", "amount", "close_expected", "owner", "word"):
        was, now = getattr(one.before, name), getattr(one.after, name)
        if was != now:
            told = [side for side in (was, now) if side is not None or one.kind is MovementKind.CORRECTED]
            yield " to ".join(map(words, told))
