"""Verbs that ask: the funnel, the list of deals; and how a deal or an account that is named is found."""

from typing import Annotated
from uuid import UUID

from cyclopts import Parameter

from dealflow.cli.lots import show_lots, show_periods
from dealflow.cli.options import DEFAULT, NOW, TABLE, AsOf, Form, Where
from dealflow.cli.output import Failed, out, show_json
from dealflow.cli.slicing import EVERY_DEAL, Slice
from dealflow.cli.tables import show_deals, show_funnel
from dealflow.domain.account import Account
from dealflow.domain.deal import Deal
from dealflow.engine import DealFlow
from dealflow.interchange.salesforce.reading import long_id
from dealflow.plain import plain
from dealflow.projections.cases import Every
from dealflow.projections.estimates import SAMPLING, Sampling
from dealflow.projections.relation import Relation
from dealflow.projections.situation import Situation
from dealflow.reading import NotFound

ADeal = Annotated[
    str, Parameter(help="Its id, a unique beginning of it, or its key in the source system: KEY or SYSTEM:KEY.")
]


AnAccount = ADeal


def funnel(
    *,
    period: Annotated[
        Every | None, Parameter(help="What came to each milestone and left it in each period, and stood at its end.")
    ] = None,
    slices: Slice = EVERY_DEAL,
    where: Where = DEFAULT,
    as_of: AsOf = NOW,
    form: Form = TABLE,
) -> None:
    """Count the deals: per milestone how many came, stand there and left which way; won, lost, conversion."""
    if period is not None and slices.is_cut:
        message = "--period shows all deals over time: leave out --by and --cohort"
        raise Failed(message)
    with where.reading() as flow:
        pipeline = slices.of(flow, as_of)
        if period is not None:
            answer = pipeline.periods(period)
            show_json(answer) if form.json else show_periods(out(), answer, flow.zone, as_of)
        elif slices.is_cut:
            lots = {name: lot.funnel(slices.sampling) for name, lot in slices.lots(pipeline).items()}
            if form.json:
                show_json(slices.named(flow, lots, "funnel"))
            else:
                show_lots(out(), slices.titled(flow, lots), flow.zone, as_of)
        elif form.json:
            show_json(pipeline.funnel(slices.sampling))
        else:
            show_funnel(out(), pipeline.funnel(slices.sampling), flow.zone, as_of)


def deals(*, where: Where = DEFAULT, as_of: AsOf = NOW, form: Form = TABLE) -> None:
    """List every deal: where it stands or how it ended, since when, its amount and its owner."""
    with where.reading() as flow:
        answer = flow.deals(**as_of.clocks)
        names = flow.names({deal.account for deal in answer})
        if form.json:
            show_json([{**plain(deal), "account_name": names(deal.account)} for deal in answer])
        else:
            show_deals(out(), answer, names, flow.zone, as_of)


def found(flow: DealFlow, deal: str) -> UUID:
    """Find a deal; a Salesforce id of 15 characters, as its pages show it, also stands for its 18."""
    try:
        return flow.find(deal, noun="deal")
    except NotFound as none:
        system, colon, key = deal.rpartition(":")
        if none.found or (longer := long_id(key)) == key:
            raise
        try:
            return flow.find(f"{system}{colon}{longer}", noun="deal")
        except NotFound:
            raise none from None


def stood(flow: DealFlow, deal: str, as_of: AsOf, sampling: Sampling = SAMPLING) -> tuple[Situation, Deal]:
    """Return how a deal stood, and what it was; raises `Failed` before it was opened, and once it was merged."""
    situation = flow.situation(found(flow, deal), **as_of.clocks, sampling=sampling)
    state = situation.deal
    if state is None:
        message = f"deal {deal} had not been opened by then: ask as of a later day"
        raise Failed(message)
    if state.merged_into is not None:
        message = f"deal {deal} was merged into {state.merged_into} by then: ask of that one, or as of an earlier day"
        raise Failed(message)
    return situation, state


def stood_account(flow: DealFlow, account: str, as_of: AsOf) -> tuple[Relation, Account]:
    """Return how an account stood, and what it was; raises `Failed` before it was registered, and once merged."""
    stream = flow.find(account, noun="account")
    state = flow.state(stream, **as_of.clocks)
    if state is not None and state.merged_into is not None:
        message = (
            f"account {account} was merged into {state.merged_into} by then: ask of that one, or as of an earlier day"
        )
        raise Failed(message)
    try:
        return flow.relation(stream, **as_of.clocks), state
    except NotFound:
        message = f"account {account} had not been registered by then: ask as of a later day"
        raise Failed(message) from None
