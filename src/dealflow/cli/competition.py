"""The verb that tells whom we compete with: against whom we win, at what price, and the contest for one deal."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Annotated, Any

from cyclopts import Parameter
from rich.console import Console
from rich.table import Table

from dealflow.cli.asking import stood
from dealflow.cli.objections import results_table
from dealflow.cli.options import DEFAULT, NOW, TABLE, AsOf, Form, Where
from dealflow.cli.output import Failed, out, show_json
from dealflow.cli.slicing import AtRates, InCurrency, rates_of
from dealflow.cli.tables import NARROW, NOTHING, cell, cited, clocks, count, estimate, grid, percent, say, show, words
from dealflow.engine import DealFlow
from dealflow.money import Money, NoRate
from dealflow.plain import plain
from dealflow.projections.competition import AgainstRival, Competition, Gaps
from dealflow.projections.contest import Contested, ContestPolicy, DealContest, DealRival
from dealflow.projections.criteria_watch import AccountCriteria, CriteriaState
from dealflow.projections.look import many
from dealflow.projections.nearer import NearerRival
from dealflow.replay.telling.words import Names


def competition(
    deal: Annotated[
        str | None,
        Parameter(
            help="Its id, a unique beginning of it, or its key in the source system: KEY or SYSTEM:KEY. "
            "Left out: all deals."
        ),
    ] = None,
    /,
    *,
    currency: InCurrency = None,
    rate: AtRates = (),
    where: Where = DEFAULT,
    as_of: AsOf = NOW,
    form: Form = TABLE,
) -> None:
    """Tell against whom we win and at what price, and where others are nearer; or the contest for one DEAL."""
    policy = ContestPolicy(rates=rates_of(currency, rate))
    with where.reading() as flow:
        try:
            if deal is None:
                _all(flow, policy, as_of, form)
            else:
                _one(flow, deal, policy, as_of, form)
        except NoRate as no:
            raise Failed(str(no)) from None


def _all(flow: DealFlow, policy: ContestPolicy, as_of: AsOf, form: Form) -> None:
    answer = flow.competition(**as_of.clocks, policy=policy)
    assessed = [one for one in answer.criteria if one.record is not None]
    near = {stream for one in answer.closer for stream in (one.deal, one.person)}
    names = flow.names({*near, *(one.account for one in assessed)})
    if form.json:
        show_json(_json(answer, assessed, names))
    else:
        show_competition(out(), answer, names)
        say(out(), clocks(as_of, flow.zone))


def _json(answer: Competition, assessed: Sequence[AccountCriteria], names: Names) -> Any:
    whole = plain(answer)
    for shown, one in zip(whole["criteria"], assessed, strict=True):
        shown["account_name"] = names(one.account)
    return whole


def _one(flow: DealFlow, asked: str, policy: ContestPolicy, as_of: AsOf, form: Form) -> None:
    situation, _ = stood(flow, asked, as_of)
    answer = flow.contest(situation.id, **as_of.clocks, policy=policy)
    names = flow.names({answer.deal, answer.account, *(one.person for one in answer.closer)})
    if form.json:
        show_json({"title": names(answer.deal), "account_name": names(answer.account), **plain(answer)})
    else:
        say(out(), f"{names(answer.deal)} · {names(answer.account)} · {answer.status} · deal {answer.deal}")
        show_contest(out(), answer, names, flow)
        say(out(), clocks(as_of, flow.zone))


# All deals

GAPS = """\
Win rate: won of won and lost, with its 95 % interval after Wilson. To the end: of those in which they were still
there at the close. Gap: by how much our offer was higher than their bid (below 0: lower), the median."""


def show_competition(console: Console, answer: Competition, names: Names) -> None:
    """Show how we do against each rival, at which prices, where others are nearer, and how the criteria stand."""
    one = answer.deals
    say(
        console,
        f"{many(one.deals, 'deal')}: {one.open} open, {one.won} won, {one.lost} lost, {one.abandoned} abandoned.",
    )
    if answer.rivals:
        show(console, _rivals(answer.rivals, narrow=console.width < NARROW))
        say(console, GAPS)
        show(console, results_table("By our offer against the lowest bid there", "ours is", answer.by_price))
    else:
        say(console, "No competitor is known in any of these deals.")
    if answer.by_contested[Contested.UNKNOWN] != answer.deals:
        show(console, results_table("By whether there is competition", "competition", answer.by_contested))
    if answer.closer:
        show(console, _closer("Open deals in which a rival is closer than we are", answer.closer, names))
    told = [one for one in answer.criteria if one.state is not CriteriaState.UNKNOWN]
    if told:
        show(console, _criteria(told, names))
    say(console, _accounts(answer.accounts))


def _rivals(rivals: Sequence[AgainstRival], *, narrow: bool) -> Table:
    heads = (">deals\nopen", ">won\nlost", ">win rate", ">to the\nend", ">lost\nto", ">gap won\ngap lost")
    wide = (">deals", ">open", ">won", ">lost", ">win rate", ">to the\nend", ">lost to\nthem", ">incumbent")
    table = grid(None, "competitor", *(heads if narrow else (*wide, ">gap in\nwon deals", ">gap in\nlost deals")))
    for one in rivals:
        deals, won, to_the_end = one.deals, estimate(one.deals.win_rate), one.to_the_end.win_rate
        if narrow:
            pairs = (f"{deals.deals}\n{deals.open}", f"{deals.won}\n{deals.lost}")
            last = f"{percent(to_the_end.rate)}\n{to_the_end.n} of {to_the_end.of}" if to_the_end.of else None
            gaps = f"{_median(one.won)}\n{_median(one.lost)}"
            table.add_row(*map(cell, (one.competitor, *pairs)), won, cell(last), count(one.lost_to), cell(gaps))
        else:
            counts = map(count, (deals.deals, deals.open, deals.won, deals.lost))
            more = (estimate(to_the_end), count(one.lost_to), count(one.incumbent))
            medians = (cell(_median(one.won)), cell(_median(one.lost)))
            table.add_row(cell(one.competitor), *counts, won, *more, *medians)
    return table


def _median(gaps: Gaps) -> str:
    return NOTHING if gaps.median is None else f"{_gap(gaps.median)} of {gaps.n}"


def _gap(gap: Fraction) -> str:
    return f"{float(gap):+.1%}"


def _closer(title: str, closer: Sequence[NearerRival], names: Names) -> Table:
    table = grid(title, "deal", "person", "competitor", "!theirs", "!ours", "records")
    for one in closer:
        known = (names(one.deal), names(one.person), one.competitor, one.closeness, one.contact, cited(one.records))
        table.add_row(*map(cell, known))
    return table


def _criteria(criteria: Sequence[AccountCriteria], names: Names) -> Table:
    table = grid("Who meets what accounts buy by, the worst first", "account", "!now", "against", "records")
    for one in sorted(criteria, key=lambda one: list(CriteriaState).index(one.state)):
        lines = [f"{rival.competitor}: {_steps(rival.steps)}" for rival in one.rivals]
        records = cited(sorted({one.record or 0, *(step.record for rival in one.rivals for step in rival.steps)}))
        table.add_row(*map(cell, (names(one.account), one.state, "\n".join(lines), records)))
    return table


def _steps(steps: Sequence[Any]) -> str:
    return ", ".join(f"{step.state} since {step.on}" for step in steps)


def _accounts(accounts: Mapping[CriteriaState, int]) -> str:
    told = [
        f"{number} at {state}" for state, number in accounts.items() if state is not CriteriaState.UNKNOWN and number
    ]
    unknown = many(accounts[CriteriaState.UNKNOWN], "account")
    return f"Who meets what they buy by: {', '.join(told) or 'none is known'}; of {unknown} nobody knows."


# One deal


def show_contest(console: Console, answer: DealContest, names: Names, flow: DealFlow) -> None:
    """Show the rivals with what is known of each, the bids of both sides, the criteria, and who is nearer."""
    if answer.lost_to is not None:
        say(console, f"Lost to {answer.lost_to.value} (record {answer.lost_to.record}).")
    if not answer.rivals:
        say(console, f"No competitor is known in it; whether there is competition: {answer.contested}.")
    for rival in answer.rivals:
        for line in _rival(rival, flow):
            say(console, line)
    if answer.ours is not None:
        against = "" if answer.gap is None else f", {_gap(answer.gap)} against the lowest bid there: {answer.bracket}"
        say(console, f"Ours: {answer.ours.amount} ({answer.ours.basis}, record {answer.ours.record}){against}.")
    if answer.bids:
        table = grid("Bids", "side", "!on", ">amount", ">record")
        for bid in answer.bids:
            table.add_row(*map(cell, (bid.competitor or "we", _day(bid.at, flow), bid.amount, bid.record)))
        show(console, table)
    if answer.criteria is not None:
        told = "; ".join(f"{whom}: {', '.join(map(_criterion, some))}" for whom, some in answer.favours.items())
        say(console, f"Judged by, and whom that favours: {told} (record {answer.criteria.record}).")
    if answer.closer:
        show(console, _closer("To whom a rival is closer than we are", answer.closer, names))


def _criterion(one: Any) -> str:
    return one.name if one.weight is None else f"{one.name} {one.weight:.0%}"


def _rival(rival: DealRival, flow: DealFlow) -> Iterator[str]:
    incumbent = {True: ", incumbent", False: ", no incumbent", None: ""}[rival.incumbent]
    stays = ", ".join(
        f"since {_day(one.since, flow)}" if one.until is None else f"{_day(one.since, flow)} to {_day(one.until, flow)}"
        for one in rival.stays
    )
    records = [record for one in rival.stays for record in one.records]
    yield f"{rival.competitor}{incumbent}: {f'{stays} (records {cited(records)})' if stays else 'not named before'}"
    if rival.bid is not None:
        gap = "" if rival.gap is None else f"; ours is {_gap(rival.gap)} against it"
        yield f"  bid {rival.bid.amount} (record {rival.bid.record}){gap}"
    if rival.assessment is not None:
        said = rival.assessment.value
        prices = " to ".join(words(price) for price in _range(said.price_from, said.price_to))
        told = {
            "strong in": ", ".join(said.strengths),
            "weak in": ", ".join(said.weaknesses),
            "solution": said.solution,
            "price": prices,
            "our answer": said.our_answer,
        }
        known = "; ".join(f"{what} {text}" for what, text in told.items() if text)
        yield f"  {known or 'assessed, without a word'} (record {rival.assessment.record})"


def _range(low: Money | None, high: Money | None) -> Sequence[Money | None]:
    return () if low is None and high is None else (low, high)


def _day(moment: datetime, flow: DealFlow) -> str:
    return str(moment.astimezone(flow.zone).date())
