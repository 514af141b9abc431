"""The verb that tells an account: how it stands, and its whole story, signals and stages among the records."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import tzinfo
from itertools import groupby
from typing import Annotated, Literal
from uuid import UUID

from cyclopts import Parameter
from rich.console import Console
from rich.table import Table

from dealflow.cli.options import DEFAULT, NOW, TABLE, AsOf, Form, Where
from dealflow.cli.output import Failed, out, show_json
from dealflow.cli.tables import cell, clocks, grid, say, show
from dealflow.cli.telling import late
from dealflow.domain.account import Account
from dealflow.engine import DealFlow
from dealflow.plain import plain
from dealflow.projections.cases import Every
from dealflow.reading import NotFound
from dealflow.replay.belonging import ChronicleKind
from dealflow.replay.chronicle import Chronicle, ChronicleLine

Kind = Literal[
    "transition", "signal", "purchase", "share", "agreement", "matter",
    "rival", "plan", "deal", "contact", "person", "other"
]  # fmt: skip
SIGNALS = (ChronicleKind.SIGNAL_RAISED, ChronicleKind.SIGNAL_CLEARED)
DRAWN: Mapping[ChronicleKind, tuple[str, str]] = {  # where the output can show it, and where it cannot
    ChronicleKind.TRANSITION: ("●", "*"),
    ChronicleKind.SIGNAL_RAISED: ("▲", "!"),
    ChronicleKind.SIGNAL_CLEARED: ("▽", "-"),
}


def account(
    account: Annotated[
        str, Parameter(help="Its id, a unique beginning of it, or its key in the source system: KEY or SYSTEM:KEY.")
    ],
    /,
    *,
    only: Annotated[
        list[Kind] | None, Parameter(negative="", help="Tell only what is of this kind. May be repeated.")
    ] = None,
    where: Where = DEFAULT,
    as_of: AsOf = NOW,
    form: Form = TABLE,
) -> None:
    """Tell an account as one story: stages, signals, purchases, agreements, complaints, deals, contacts, people."""
    with where.reading() as flow:
        told, state = _told(flow, flow.find(account, noun="account"), as_of)
        shown = told.only(*_kinds(only)) if only else told
        if form.json:
            show_json({"name": state.name, "owner": state.owner, **plain(shown)})
        else:
            show_account(out(), told, state, flow.zone)
            show_chronicle(out(), shown, flow.zone)
            say(out(), f"{len(shown.lines)} of {len(told.lines)} lines. {clocks(as_of, flow.zone)}")


def _told(flow: DealFlow, account: UUID, as_of: AsOf) -> tuple[Chronicle, Account]:
    state = flow.state(account, **as_of.clocks)
    try:
        return flow.chronicle(account, **as_of.clocks), state
    except NotFound:
        if state is not None and state.merged_into is not None:
            message = f"account {account} was merged into {state.merged_into} by then: ask of that one"
        else:
            message = f"account {account} had not been registered by then: ask as of a later day"
        raise Failed(message) from None


def _kinds(only: Sequence[Kind]) -> Iterator[ChronicleKind]:
    for word in only:
        yield from SIGNALS if word == "signal" else (ChronicleKind(word),)


def show_account(console: Console, told: Chronicle, state: Account, zone: tzinfo) -> None:
    """Show what it is called, who answers for it and how it stands."""
    since = next(one.on for one in reversed(told.lines) if one.kind is ChronicleKind.TRANSITION)
    last = told.lines[-1]
    say(console, f"{state.name} · account {told.account}")
    say(console, f"{last.stage} since {since} · {f'owned by {state.owner}' if state.owner else 'no owner'}")
    say(console, f"Signals up: {', '.join(last.signals) or 'none'}.")
    if told.known_from is not None:
        say(console, f"What happened before {told.known_from.astimezone(zone).date()} is not known.")
    if told.unfollowed:
        say(console, f"Nobody watched the account after {told.at}.")


def show_chronicle(console: Console, told: Chronicle, zone: tzinfo) -> None:
    """Show the story month by month, each headed by how the account stood at its end."""
    show(console, _story(console, told.lines, zone))
    say(console, ", ".join(f"{_mark(console, kind)} {kind}" for kind in DRAWN))


def _story(console: Console, lines: Sequence[ChronicleLine], zone: tzinfo) -> Table:
    table = grid(None, "!when", "!", "what happened")
    for month, some in groupby(lines, lambda one: Every.MONTH.of(one.on)):
        whole = [*some]
        table.add_row(cell(month), cell(" "), cell(_stands(whole[-1])), style="cyan")
        when = ""
        for one in whole:
            first = " " if one.when == when else one.when
            table.add_row(cell(first), cell(_mark(console, one.kind)), cell(_said(one, zone)))
            when = one.when
    return table


def _stands(line: ChronicleLine) -> str:
    up = f", {len(line.signals)} signal{'s'[len(line.signals) == 1 :]} up" if line.signals else ""
    return f"{line.stage or 'not registered yet'}{up}"


def _said(line: ChronicleLine, zone: tzinfo) -> str:
    if line.record is None:
        return line.text
    return f"{line.text}{' (corrected)' if line.corrected else ''}{late(line.record, zone)}"


def _mark(console: Console, kind: ChronicleKind) -> str:
    drawn = DRAWN.get(kind)
    return drawn["utf" not in console.encoding.lower()] if drawn else " "
