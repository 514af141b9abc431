"""Options of the verbs that ask about the whole pipeline: which deals, cut how, in which currency."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, TypeVar
from uuid import UUID

import attrs
from cyclopts import Parameter
from cyclopts.validators import Number

from dealflow.cli.options import AsOf
from dealflow.cli.output import Failed
from dealflow.engine import DealFlow
from dealflow.money import NoRate, Rates
from dealflow.projections.cases import By, Every
from dealflow.projections.deals import NoSuchMilestone, Pipeline
from dealflow.projections.estimates import SAMPLING, Sampling
from dealflow.projections.playbooks import PLAYBOOKS

T = TypeVar("T")
Name = tuple[str, ...]
Floor = Annotated[
    int,
    Parameter(
        validator=Number(gte=0), help="How many deals an estimate needs; with fewer it says: insufficient history."
    ),
]


def read_rate(text: str) -> tuple[str, Decimal]:
    """Read a rate as it is typed, `EUR=1.08`; raises `ValueError` saying what is expected."""
    currency, _, number = text.partition("=")
    try:
        return currency, Decimal(number)
    except InvalidOperation:
        message = f"{text!r} is not a rate: write it as EUR=1.08, for what 1 EUR is worth"
        raise ValueError(message) from None


def a_rate(_type: Any, texts: Sequence[str]) -> None:
    """See to it that rates can be read, each currency's once."""
    currencies = [read_rate(text)[0] for text in texts]
    for currency in currencies:
        if currencies.count(currency) > 1:
            message = f"{currency} has two rates: give one"
            raise ValueError(message)


InCurrency = Annotated[
    str | None, Parameter(name="--in", help="Bring all amounts into this currency, at the rates given.")
]
AtRates = Annotated[
    Sequence[str],
    Parameter(
        name="--rate",
        validator=a_rate,
        negative="",
        show_default=False,
        help="What one of another currency is worth: EUR=1.08. May be repeated. [default: none]",
    ),
]


def rates_of(currency: str | None, rates: Sequence[str]) -> Rates | None:
    """Return the rates that were given, if any; raises `Failed` where they cannot be."""
    if rates and currency is None:
        message = "--rate needs --in: say into which currency amounts are to be brought"
        raise Failed(message)
    try:
        return None if currency is None else Rates(currency, dict(map(read_rate, rates)))
    except ValueError as no:
        raise Failed(str(no)) from None


@Parameter(name="*")
@attrs.frozen(kw_only=True)
class Slice:
    """Which deals are asked about, and how they are cut."""

    playbook: Annotated[str | None, Parameter(help="Only deals under this playbook.")] = None
    entry: Annotated[
        str | None,
        Parameter(help="Only deals that came to this milestone or beyond it; their time begins there."),
    ] = None
    by: Annotated[By | None, Parameter(help="One line for each owner, account, playbook or lead source.")] = None
    cohort: Annotated[Every | None, Parameter(help="One line for the deals that came in in each period.")] = None
    floor: Floor = SAMPLING.floor
    currency: InCurrency = None
    rate: AtRates = ()

    @property
    def sampling(self) -> Sampling:
        """How much history an estimate needs."""
        return Sampling(self.floor)

    @property
    def is_cut(self) -> bool:
        """Whether there is more than one lot."""
        return self.by is not None or self.cohort is not None

    def of(self, flow: DealFlow, as_of: AsOf) -> Pipeline:
        """Return the deals that are meant; raises `Failed` where what they name is not there."""
        rates = rates_of(self.currency, self.rate)
        must_have(flow, self.playbook)
        try:
            return flow.pipeline(**as_of.clocks, playbook=self.playbook, entry=self.entry, rates=rates)
        except (NoSuchMilestone, NoRate) as no:
            raise Failed(str(no)) from None

    def lots(self, pipeline: Pipeline) -> Mapping[Name, Pipeline]:
        """Cut the deals; a lot is named by its cohort, its trait, or both."""
        cohorts: dict[Name, Pipeline] = {(): pipeline}
        if self.cohort is not None:
            cohorts = {(key,): one for key, one in pipeline.cohorts(self.cohort).items()}
        if self.by is None:
            return cohorts
        return {(*name, key): one for name, cohort in cohorts.items() for key, one in cohort.by(self.by).items()}

    def titled(self, flow: DealFlow, lots: Mapping[Name, T]) -> list[tuple[str, T]]:
        """Title lots as people do: by their cohort, their trait, or both, and accounts by their names."""
        called = self._called(flow, lots)
        return [(" · ".join((*name[:-1], called(name))), lot) for name, lot in lots.items()]

    def named(self, flow: DealFlow, lots: Mapping[Name, T], what: str) -> list[dict[str, Any]]:
        """Return lots for JSON, each with what it is a lot of."""
        words = [word for word in (self.cohort and "cohort", self.by and self.by.replace("-", "_")) if word]
        called = self._called(flow, lots)
        return [{**dict(zip(words, name, strict=True)), "name": called(name), what: lot} for name, lot in lots.items()]

    def _called(self, flow: DealFlow, lots: Iterable[Name]) -> Callable[[Name], str]:
        if self.by is not By.ACCOUNT:
            return lambda name: name[-1]
        names = flow.names(UUID(name[-1]) for name in lots)
        return lambda name: names(UUID(name[-1]))


EVERY_DEAL = Slice()


def must_have(flow: DealFlow, playbook: str | None) -> None:
    """Raise `Failed` where a journal has no such playbook."""
    there = sorted(one.playbook.key for one in flow.rows(PLAYBOOKS).values())
    if playbook is not None and playbook not in there:
        message = f"no playbook {playbook!r} in this journal: it has {', '.join(there) or 'none'}"
        raise Failed(message)
