"""The verb that watches over accounts: how likely each is to leave and why, and what its signals were worth."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Annotated
from uuid import UUID

from cyclopts import Parameter
from cyclopts.validators import Number
from rich.console import Console
from rich.table import Table

from dealflow.cli.asking import stood_account
from dealflow.cli.options import DEFAULT, NOW, TABLE, AsOf, Form, Where
from dealflow.cli.output import Failed, out, show_json
from dealflow.cli.tables import (
    NARROW,
    WHOLE,
    cell,
    cited,
    clocks,
    estimate,
    grid,
    percent,
    say,
    say_insufficient,
    show,
    words,
)
from dealflow.cli.terms import AS_USUAL, Terms
from dealflow.engine import DealFlow
from dealflow.plain import plain
from dealflow.projections.backtest import YEAR, Backtest, BacktestPolicy, SignalScore
from dealflow.projections.churn import ChurnRisk, RiskLevel, churn_risk
from dealflow.projections.churn.judging import ChurnSignal
from dealflow.projections.estimates import Sampling
from dealflow.projections.look import many
from dealflow.projections.losses import Foretold, Loss
from dealflow.projections.progression import progression
from dealflow.projections.warnings.judging import WarningState
from dealflow.replay.telling import sentence
from dealflow.replay.telling.words import Names

WORST_FIRST = (RiskLevel.HIGH, RiskLevel.WATCH, RiskLevel.LOW, None)
BACKTEST = BacktestPolicy()
UNKNOWN, GONE = "unknown", "gone"  # why an account has no level


def churn(
    account: Annotated[
        str | None,
        Parameter(
            help="Its id, a unique beginning of it, or its key in the source system: KEY or SYSTEM:KEY. "
            "Left out: every account that ever bought."
        ),
    ] = None,
    /,
    *,
    backtest: Annotated[
        bool, Parameter(negative="", help="What the signals were worth: held against who left or regressed.")
    ] = False,
    within: Annotated[
        int | None,
        Parameter(
            validator=Number(gte=1),
            show_default=False,
            help="With --backtest: how soon a loss has to follow; with ACCOUNT, how many days before and after a "
            f"loss are told. [default: {BACKTEST.within}]",
        ),
    ] = None,
    floor: Annotated[
        int | None,
        Parameter(
            validator=Number(gte=0),
            show_default=False,
            help="With --backtest of all: how many losses, and times a signal came up, it takes. "
            f"[default: {BACKTEST.sampling.floor}]",
        ),
    ] = None,
    terms: Terms = AS_USUAL,
    where: Where = DEFAULT,
    as_of: AsOf = NOW,
    form: Form = TABLE,
) -> None:
    """Judge how likely accounts are to leave: low, watch or high, by signals with their evidence and what to do."""
    if (within, floor) != (None, None) and not backtest:
        message = "--within and --floor are about what signals were worth: give --backtest, or leave them out"
        raise Failed(message)
    if floor is not None and account is not None:
        message = "--floor is about all accounts: leave it out, or leave out ACCOUNT"
        raise Failed(message)
    with where.reading() as flow:
        sampling = BACKTEST.sampling if floor is None else Sampling(floor)
        policy = BacktestPolicy(within=within or BACKTEST.within, sampling=sampling, relationship=terms.policy)
        if account is None and backtest:
            _scores(flow, policy, as_of, form)
        elif account is None:
            _all(flow, terms, as_of, form)
        elif backtest:
            _losses(flow, account, policy, as_of, form)
        else:
            _one(flow, account, terms, as_of, form)


def _all(flow: DealFlow, terms: Terms, as_of: AsOf, form: Form) -> None:
    answers = sorted(flow.churn_risks(**as_of.clocks, standing=terms.policy), key=_worst)
    names = flow.names({one.account for one in answers})
    if form.json:
        show_json([_json(one, names) for one in answers])
    else:
        show_risks(out(), answers, names)
        say(out(), f"{many(len(answers), 'account')}. {clocks(as_of, flow.zone)}")


def _one(flow: DealFlow, account: str, terms: Terms, as_of: AsOf, form: Form) -> None:
    relation, _ = stood_account(flow, account, as_of)
    answer = churn_risk(relation, progression(relation, terms.policy).stage)
    names = flow.names({relation.account, *(person for one in answer.signals for person in one.people)})
    if form.json:
        show_json(_json(answer, names))
    else:
        say(out(), f"{names(answer.account)} · {answer.stage} · account {answer.account}")
        show_risk(out(), answer, names)
        say(out(), clocks(as_of, flow.zone))


def _json(answer: ChurnRisk, names: Names) -> object:
    whole = plain(answer)
    return {"account": whole.pop("account"), "account_name": names(answer.account), **whole}


def _worst(answer: ChurnRisk) -> tuple[int, int]:
    """Worst level first, then most signals up."""
    return WORST_FIRST.index(answer.level), -len(answer.up)


# Every account


def show_risks(console: Console, answers: Sequence[ChurnRisk], names: Names) -> None:
    """Show each account in one line, or in two where the terminal is narrow."""
    if not console.is_terminal:
        console.width = WHOLE
    narrow = console.width < NARROW
    heads = (
        ("account\nid", "!risk\nstage", "signals up") if narrow else ("!id", "account", "!stage", "!risk", "signals up")
    )
    table = grid(None, *heads)
    for one in answers:
        table.add_row(*map(cell, _line(one, names, narrow=narrow)))
    show(console, table)


def _line(one: ChurnRisk, names: Names, *, narrow: bool) -> Sequence[object]:
    id_, up = str(one.account)[:8], ", ".join(signal.name for signal in one.up)
    level = one.level or (UNKNOWN if one.stage.is_customer else GONE)
    if narrow:
        return f"{names(one.account)}\n{id_}", f"{level}\n{one.stage}", up
    return id_, names(one.account), one.stage, level, up


# One account


def show_risk(console: Console, answer: ChurnRisk, names: Names) -> None:
    """Show the level and why, the signals that are up with what to do and what clears them, and the others."""
    say(console, f"RISK on {answer.at}: {answer.level or 'none'}; {'; '.join(answer.reasons)}.")
    if answer.unfollowed:
        say(console, f"It was not followed after {answer.at}: what came later is unknown.")
    if answer.up:
        show(console, _up(answer.up, names))
    unknown = [one for one in answer.signals if one.state is WarningState.UNKNOWN]
    if unknown:
        table = grid("Signals of which nobody knows", "!signal", "what is known", "records")
        for one in unknown:
            table.add_row(cell(one.name), cell(_said(one, names)), cell(cited(one.records)))
        show(console, table)
    clear = [one.name for one in answer.signals if one.state is WarningState.CLEAR]
    say(console, f"Clear: {', '.join(clear) or 'none'}.")


def _up(up: Sequence[ChurnSignal], names: Names) -> Table:
    table = grid("Signals up", "!signal", "what is so, what to do, and what clears it", "records")
    for one in up:
        ours = "" if one.controllable else "\nnot in our hands"
        name = f"{one.name}\n{one.severity}, since {one.since}{ours}"
        weapon = f" [{one.weapon}]" if one.weapon else ""
        said = f"{_said(one, names)}{weapon}\nto do: {one.to_do}\nclears: {one.clears}"
        table.add_row(cell(name), cell(said), cell(cited(one.records)))
    return table


def _said(one: ChurnSignal, names: Names) -> str:
    people = names.all(list(one.people))
    return f"{one.text} ({people})" if people else one.text


# What the signals were worth


def _scores(flow: DealFlow, policy: BacktestPolicy, as_of: AsOf, form: Form) -> None:
    answer = flow.backtest(**as_of.clocks, policy=policy)
    if form.json:
        show_json(answer)
    else:
        show_backtest(out(), answer)
        say(out(), clocks(as_of, flow.zone))


MEANING = """\
Recall: of the losses, where it was up on the eve. Precision: of the times it came up, where a loss
followed in time. Times as often: how often they left while it was up against while it was clear, with
its 95 % interval. Chance: that so large a difference comes by chance, corrected for testing many.
Days: how long it had been up when they left, from the first to the third quarter."""


def show_backtest(console: Console, answer: Backtest) -> None:
    """Show how often customers left, and each signal held against it, what foretells first."""
    customers, losses = many(answer.accounts, "customer"), many(answer.all.losses, "loss", "losses")
    time = f"in {answer.all.days / YEAR:,.1f} customer-years"
    say(console, f"{customers}, {losses} by {answer.lost} of them {time}; in time is within {answer.within} days.")
    table = grid(None, "signal\nverdict", ">recall", ">precision", ">times as often\nchance", ">days")
    for one in answer.scores:
        figures = (estimate(one.recall), estimate(one.precision), cell(_ratio(one)), cell(_days(one)))
        table.add_row(cell(f"{one.name}\n{one.verdict}"), *figures)
    show(console, table)
    say(console, MEANING)
    unknown = [f"{one.name} {one.unknown.losses}" for one in answer.scores if one.unknown.losses]
    if unknown:
        say(console, f"Losses on whose eve nobody knew: {', '.join(unknown)}.")
    same = [f"{one.name} {one.by_definition}" for one in answer.scores if one.by_definition]
    if same:
        say(console, f"Losses by the very thing that is watched, left out: {', '.join(same)}.")
    shares = (share for one in answer.scores for share in (one.recall, one.precision))
    say_insufficient(console, shares, "losses, and times it came up")


def _ratio(one: SignalScore) -> str:
    if one.chance is None:
        return words(None)
    ratio, low, high = ("without end" if end is None else f"{end:.2g}" for end in (one.ratio, one.low, one.high))
    return f"{ratio} ({low} to {high})\n{percent(one.chance, 2)}"


def _days(one: SignalScore) -> str:
    quartiles = one.quartiles
    return words(None) if quartiles is None else f"{quartiles[0]:.0f} to {quartiles[2]:.0f}"


def _losses(flow: DealFlow, asked: str, policy: BacktestPolicy, as_of: AsOf, form: Form) -> None:
    account = stood_account(flow, asked, as_of)[0].account
    answers = flow.losses(account, **as_of.clocks, policy=policy)
    names = flow.names({account, *_streams(answers)})
    if form.json:
        show_json([{"account_name": names(account), **plain(one)} for one in answers])
        return
    say(out(), f"{names(account)} · account {account}")
    if not answers:
        say(out(), "As a customer it never left nor regressed.")
    for one in answers:
        show_loss(out(), one, names)
    say(out(), clocks(as_of, flow.zone))


def _streams(answers: Iterable[Loss]) -> Iterator[UUID]:
    for loss in answers:
        for signal in loss.signals:
            for action in signal.actions:
                yield action.record.stream
                yield from getattr(action.record.event, "theirs", ())


def show_loss(console: Console, loss: Loss, names: Names) -> None:
    """Show how an account left, the signals that were up before, and what we did about each, by phase."""
    say(console, f"\n{loss.step.on}: {loss.step.passage} from {loss.step.left}; {loss.step.text}")
    high = f"the risk was high from {loss.high} on" if loss.high else "the risk was not high"
    up = many(len(loss.signals), "signal was", "signals were")
    say(console, f"{up} up in the time before; {high}.")
    for one in loss.signals:
        until = f", cleared on {one.until}" if one.until else ""
        known = "; the loss rests on the same" if one.by_definition else ""
        say(console, f"  {one.name}: {one.days} days before, since {one.since}{until}{known}")
        say(console, f"    {one.text}")
        for line in _defended(one, names):
            say(console, f"    {line}")


def _defended(one: Foretold, names: Names) -> Iterator[str]:
    """Tell the first thing that we did about a signal in each phase, and how much more."""
    if not one.actions:
        yield "nothing was done about it"
    for phase, some in groupby(one.actions, lambda action: action.phase):
        first, *others = some
        more = f" ({len(others)} more)" if others else ""
        yield f"{phase}, {first.on}, after {first.days} days: {sentence(first.record, names)}{more}"
