"""The verb about all accounts at once: which carry us, which are key accounts, how they were screened and planned."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Any

from cyclopts import Parameter
from cyclopts.validators import Number
from rich.console import Console
from rich.table import Table
from rich.text import Text

from dealflow.cli.options import DEFAULT, NOW, TABLE, AsOf, Form, Where, a_day
from dealflow.cli.output import Failed, out, show_json, shown
from dealflow.cli.slicing import AtRates, InCurrency, rates_of
from dealflow.cli.tables import (
    NARROW,
    NOTHING,
    WHOLE,
    cell,
    cited,
    clocks,
    grid,
    percent,
    rounded,
    say,
    show,
    words,
)
from dealflow.cli.terms import AS_USUAL, Terms
from dealflow.domain.qualification import Pursuit
from dealflow.money import NoRate
from dealflow.plain import plain
from dealflow.projections.account_plan import AccountPlan
from dealflow.projections.look import many
from dealflow.projections.portfolio import Holding, Portfolio
from dealflow.projections.qualification import Screened
from dealflow.projections.ranking import PORTFOLIO, PortfolioPolicy, Ranked, Ranking
from dealflow.replay.telling.words import Names, listed

NAMED = 5  # accounts that are named; of more the rest is counted


def accounts(
    *,
    since: Annotated[
        date | None, Parameter(converter=a_day, help="Only what they bought from this day on. [default: all]")
    ] = None,
    most: Annotated[
        float, Parameter(validator=Number(gte=0, lte=1), help="Which share of the revenue the few are to make.")
    ] = PORTFOLIO.share,
    top: Annotated[int, Parameter(validator=Number(gte=1), help="How many of each ranking are shown.")] = PORTFOLIO.top,
    key: Annotated[bool, Parameter(negative="", help="Only the key accounts.")] = False,
    currency: InCurrency = None,
    rate: AtRates = (),
    terms: Terms = AS_USUAL,
    where: Where = DEFAULT,
    as_of: AsOf = NOW,
    form: Form = TABLE,
) -> None:
    """Rank the accounts by revenue (80/20), and show the key accounts, who failed the screening, and the plans."""
    rates = rates_of(currency, rate)
    with where.reading() as flow:
        try:
            answer = flow.portfolio(
                **as_of.clocks,
                since=since,
                rates=rates,
                policy=PortfolioPolicy(most, top),
                standing=terms.policy,
            )
        except NoRate as no:
            raise Failed(str(no)) from None
        names = flow.names(one.account for one in answer.accounts)
        if form.json:
            show_json(_json(answer, names, key=key))
        else:
            show_portfolio(out(), answer, names, key=key)
            say(out(), clocks(as_of, flow.zone))


def _json(answer: Portfolio, names: Names, *, key: bool) -> object:
    whole = plain(answer)
    asked = answer.key if key else answer.accounts
    whole["accounts"] = [{"account_name": names(one.account), **plain(one)} for one in asked]
    return whole


def show_portfolio(console: Console, answer: Portfolio, names: Names, *, key: bool = False) -> None:
    """Show the rankings, the key accounts, the screening and the plans; with *key* the key accounts alone."""
    if not console.is_terminal:
        console.width = WHOLE
    narrow = console.width < NARROW
    if not key:
        for ranking in answer.rankings.values():
            _show_ranking(console, answer, ranking, names, narrow=narrow)
        for line in _apart(answer):
            say(console, line)
    _show_key(console, answer, names)
    if not key:
        _show_screening(console, answer, names)


# The ranking

HEADS = (
    ">#",
    "!id",
    "account",
    ">revenue",
    ">bought",
    ">share",
    ">so far",
    "owner",
    "!stage",
    "!key since",
    "!screened",
    ">plan",
)
NARROW_HEADS = (
    "account\nid",
    ">#",
    ">revenue\nbought",
    ">share\nso far",
    "!stage\nowner",
    "!key since\nscreened",
    ">plan",
)


def _show_ranking(console: Console, answer: Portfolio, ranking: Ranking, names: Names, *, narrow: bool) -> None:
    since = f" since {answer.since}" if answer.since else ""
    buyers, everyone = len(ranking.ranked), ranking.of_all.of
    revenue = f"{rounded(ranking.revenue)} {ranking.currency}"
    say(console, f"REVENUE{since}: {revenue}, by {many(buyers, 'account')} of {everyone}.")
    say(
        console,
        f"{_make(many(ranking.few, 'account'), ranking.few)} {percent(answer.policy.share, 0)} of it: "
        f"{percent(ranking.of_buyers.rate)} of those that bought, {percent(ranking.of_all.rate)} of all.",
    )
    if also := len(ranking.vital) - ranking.few:
        say(console, f"{many(also, 'more account')} bought as much as the last of these.")
    first = "first" if ranking.top == 1 else f"first {ranking.top}"
    say(console, f"The {_make(first, ranking.top)} {percent(_float(ranking.top_share))}.")
    table = grid(None, *(NARROW_HEADS if narrow else HEADS))
    for one in ranking.ranked[: ranking.top]:
        table.add_row(*map(cell, _line(one, answer.account(one.account), names, narrow=narrow)))
    show(console, table)
    if buyers > ranking.top:
        say(console, f"{buyers - ranking.top} more (--top).")


def _make(who: str, number: int) -> str:
    return f"{who} {'makes' if number == 1 else 'make'}"


def _line(one: Ranked, it: Holding, names: Names, *, narrow: bool) -> Sequence[object]:
    shares = percent(_float(one.share)), percent(_float(one.cumulative))
    cells = (one.rank, str(it.account)[:8], _called(it, names), rounded(one.revenue), one.purchases, *shares)
    known = (it.owner, it.stage, it.key and it.key.since, it.screened and it.screened.verdict, _plan_days(it.plan))
    if not narrow:
        return *cells, *known
    rank, id_, name, revenue, bought, share, so_far, owner, stage, since, verdict, plan = map(words, (*cells, *known))
    stacked = (f"{name}\n{id_}", rank, f"{revenue}\n{bought}", f"{share}\n{so_far}", f"{stage}\n{owner}")
    return *stacked, f"{since}\n{verdict}", plan


def _called(it: Holding, names: Names) -> str:
    return f"{names(it.account)}{f' (followed until {it.at})' if it.unfollowed else ''}"


def _float(part: Any) -> float | None:
    return None if part is None else float(part)


def _plan_days(plan: AccountPlan) -> str | None:
    """Tell how many days ago a plan was made or reviewed; an exclamation mark where they took another way since."""
    return None if plan.untouched is None else f"{plan.untouched} d{' !' if plan.changes else ''}"


def _apart(answer: Portfolio) -> Iterator[str]:
    without = [one for one in answer.accounts if one.without_amount]
    if without:
        purchases = many(sum(one.without_amount for one in without), "purchase")
        yield f"Of {purchases} by {many(len(without), 'account')} nobody knows the amount: they are in no sum."
    if not answer.rankings:
        yield f"Nothing is known to have been bought for any amount, by any of {many(len(answer.accounts), 'account')}."
    elif len(answer.rankings) > 1:
        yield "Currencies are not added: bring them into one with --in and --rate."
    if any(one.plan.there for one in answer.accounts):
        yield "Plan: days since it was made or reviewed; ! where they took another way since."


# The key accounts


def _show_key(console: Console, answer: Portfolio, names: Names) -> None:
    if not answer.key:
        say(console, "\nKEY ACCOUNTS: none is designated.")
    else:
        say(console, f"\nKEY ACCOUNTS: {len(answer.key)}.")
        show(console, _key_table(answer, names))
    for text, some in (
        ("Among the few, and no key account", answer.undesignated),
        ("Key account, and not among the few", answer.outside),
        ("Key account, and bought nothing", answer.not_buying),
        ("Key account without a plan", answer.unplanned),
    ):
        if some:
            _say_some(console, text, some, names)


def _key_table(answer: Portfolio, names: Names) -> Table:
    table = grid(None, "account", "!since", "!why", "!weight\nlast bought", ">plan\nmade", "records")
    for one, key in ((one, one.key) for one in answer.key if one.key is not None):
        plan = f"{words(_plan_days(one.plan))}\n{words(one.plan.made)}"
        weight = f"{one.weight}\n{words(one.last)}"
        told = (_called(one, names), key.since, "\n".join(key.reasons), weight, plan, cited(key.records))
        table.add_row(*map(cell, told))
    return table


def _say_some(console: Console, text: str, some: Sequence[Holding], names: Names) -> None:
    more = [f"and {len(some) - NAMED} more"] if len(some) > NAMED else []
    _say_broken(console, f"{text}: {listed([*(names(one.account) for one in some[:NAMED]), *more])}.")


def _say_broken(console: Console, line: str) -> None:
    """Write a line, broken between words where it is longer than the terminal is wide."""
    console.print(Text(shown(line)))


# The screening


def _show_screening(console: Console, answer: Portfolio, names: Names) -> None:
    asked = [(one, one.screened) for one in answer.accounts if one.screened is not None]
    verdicts = Counter(screened.verdict for _, screened in asked)
    open_ = sum(bool(one.deals) for one in answer.unscreened)
    parts = [f"{verdicts[verdict]} {verdict}" for verdict in Pursuit if verdicts[verdict]]
    never = f"{many(len(answer.unscreened), 'account')} never screened"
    lacking = f" ({open_} with open deals)" if open_ else ""
    console.print()
    _say_broken(console, f"SCREENING: {listed([*parts, never])}{lacking}.")
    failed = [(one, screened) for one, screened in asked if screened.verdict is not Pursuit.PASS]
    if failed:
        table = grid("Failed", "account", "!verdict\nopen deals", "!day\nago", "why, and what changed", "records")
        for one, screened in failed:
            verdict, ago = f"{screened.verdict}\n{len(one.deals)}", f"{screened.day}\n{one.screened_days} d"
            said = (_called(one, names), verdict, ago, _why(screened), cited((screened.record,)))
            table.add_row(*map(cell, said))
        show(console, table)
    if answer.pursued:
        _say_some(console, "Failed, and pursued all the same", answer.pursued, names)


def _why(screened: Screened) -> str:
    changes = (f"{one.question.replace('_', ' ')}: {one.before} -> {one.after}" for one in screened.changes)
    return "\n".join((screened.reason or NOTHING, *changes))
