"""The verb that tells an account: how it stands, and its whole story, signals and stages among the records."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import tzinfo
from itertools import groupby
from typing import Annotated, Literal

from cyclopts import Parameter
from rich.console import Console
from rich.table import Table

from dealflow.cli.asking import AnAccount, stood_account
from dealflow.cli.churn import show_risk
from dealflow.cli.options import DEFAULT, NOW, TABLE, AsOf, Form, Where
from dealflow.cli.output import out, show_json
from dealflow.cli.relationships import as_json, kept, people, show_relationship
from dealflow.cli.tables import cell, clocks, grid, say, show
from dealflow.cli.terms import AS_USUAL, Terms
from dealflow.plain import plain
from dealflow.projections.cases import Every
from dealflow.projections.churn import churn_risk
from dealflow.replay.belonging import ChronicleKind
from dealflow.replay.chronicle import Chronicle, ChronicleLine
from dealflow.replay.telling.beside import late

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
    account: AnAccount,
    /,
    *,
    only: Annotated[
        list[Kind] | None, Parameter(negative="", help="Tell only what is of this kind. May be repeated.")
    ] = None,
    terms: Terms = AS_USUAL,
    where: Where = DEFAULT,
    as_of: AsOf = NOW,
    form: Form = TABLE,
) -> None:
    """Tell an account whole: its relationship, its risk, and its story with stages and signals among the records."""
    with where.reading() as flow:
        relation, state = stood_account(flow, account, as_of)
        answer = kept(relation, terms.policy)
        risk = churn_risk(relation, answer.relationship.stage)
        told = flow.chronicle(relation.account, **as_of.clocks, policy=terms.policy)
        shown = told.only(*_kinds(only)) if only else told
        names = flow.names({relation.account, *people(answer), *(who for one in risk.signals for who in one.people)})
        if form.json:
            about = {"name": state.name, "owner": state.owner, **as_json(answer, names)}
            show_json({**about, "risk": plain(risk), "chronicle": plain(shown)})
        else:
            owner = f"owned by {state.owner}" if state.owner else "no owner"
            say(out(), f"{state.name} · {owner} · account {relation.account}")
            show_relationship(out(), answer, names)
            say(out(), "")
            show_risk(out(), risk, names)
            say(out(), "\nSTORY")
            show_chronicle(out(), told, flow.zone, shown.lines)
            say(out(), f"{len(shown.lines)} of {len(told.lines)} lines. {clocks(as_of, flow.zone)}")


def _kinds(only: Sequence[Kind]) -> Iterator[ChronicleKind]:
    for word in only:
        yield from SIGNALS if word == "signal" else (ChronicleKind(word),)


def show_chronicle(
    console: Console, told: Chronicle, zone: tzinfo, lines: Sequence[ChronicleLine] | None = None
) -> None:
    """Show the story, or some of its *lines*, month by month, each headed by how the account stood at its end."""
    stood = {Every.MONTH.of(one.on): _stands(one) for one in told.lines}
    show(console, _story(console, told.lines if lines is None else lines, zone, stood))
    say(console, ", ".join(f"{_mark(console, kind)} {kind}" for kind in DRAWN))


def _story(console: Console, lines: Sequence[ChronicleLine], zone: tzinfo, stood: Mapping[str, str]) -> Table:
    table = grid(None, "!when", "!", "what happened")
    for month, some in groupby(lines, lambda one: Every.MONTH.of(one.on)):
        table.add_row(cell(month), cell(" "), cell(stood[month]), style="cyan")
        when = ""
        for one in some:
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
