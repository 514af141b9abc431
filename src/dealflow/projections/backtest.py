"""Back-test: what each signal of churn was worth, held against which accounts left or regressed (domain.md §9).

A signal says something if customers leave more often while it is up than while it is clear. So for
each one the time that customers spent with it up and with it clear is held against the losses whose
eve fell in either; and of the times it came up it is counted how many were followed by a loss. Every
evening knows only what came before it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from statistics import quantiles
from types import MappingProxyType
from typing import Any

import attrs

from dealflow.extras import needed
from dealflow.projections.churn.judging import CHURN, ChurnPolicy, Past, Run, Signal, Weapon
from dealflow.projections.churn.signals import SIGNALS
from dealflow.projections.conditions import RELATIONSHIP, RelationshipPolicy
from dealflow.projections.estimates import ALPHA, CONFIDENCE, SAMPLING, Sampling, Share, holm
from dealflow.projections.progression import Passage, Transition, progression
from dealflow.projections.relation import Relation
from dealflow.projections.relationship import is_buyer
from dealflow.projections.warnings.judging import WarningState

LOSSES = frozenset({Passage.TERMINATED, Passage.REGRESSED})
YEAR = 365.25  # days


@attrs.frozen
class BacktestPolicy:
    """What is held against what: signals by *churn*, stages by *relationship*.

    *losses* are the passages that count as leaving. A signal that came up was right if one of them
    followed *within* so many days. An estimate needs a *sampling* floor of losses, and of times it
    came up.
    """

    within: int = attrs.field(default=180, validator=attrs.validators.ge(1))
    losses: frozenset[Passage] = LOSSES
    churn: ChurnPolicy = CHURN
    relationship: RelationshipPolicy = RELATIONSHIP
    sampling: Sampling = SAMPLING


BACKTEST = BacktestPolicy()


class SignalVerdict(StrEnum):
    """What can be said of a signal."""

    FORETELLS = "foretells"
    NO_SIGNAL = "no signal"
    REASSURES = "goes with staying"
    INSUFFICIENT = "insufficient history"


@attrs.frozen
class Exposure:
    """How many of so many *losses* fell into so many customer-*days*."""

    losses: int
    days: int

    @property
    def a_year(self) -> float | None:
        """How many there were a customer-year; nothing where there was no time."""
        return YEAR * self.losses / self.days if self.days else None


@attrs.frozen
class SignalScore:
    """What one signal was worth.

    *up*, *clear* and *unknown* tell the time that customers spent with it so, and the losses whose
    eve fell in it. *recall* is the share of losses with it up, of those where anybody knew; *precision*
    the share of times it came up that were followed by a loss in time, of those followed to their end.
    *ratio* is how many times as often they left while it was up as while it was clear, from *low* to
    *high* (95 %, exact), and *chance* the probability of so large a difference if it said nothing,
    raised for having tested several (Holm 1979). *days* are how long it had been up at each loss.
    *by_definition* counts the losses by the very thing that it watches, which are left out.
    """

    name: str
    weapon: Weapon | None
    verdict: SignalVerdict
    recall: Share
    precision: Share
    up: Exposure
    clear: Exposure
    unknown: Exposure
    ratio: float | None
    low: float | None
    high: float | None
    chance: float | None
    days: tuple[int, ...]
    by_definition: int

    @property
    def quartiles(self) -> tuple[float, float, float] | None:
        """A quarter, half and three quarters of *days*; nothing for fewer than two losses."""
        if len(self.days) < 2:  # noqa: PLR2004 (of one there are none)
            return None
        low, middle, high = quantiles(self.days, n=4, method="inclusive")
        return low, middle, high


@attrs.frozen
class Backtest:
    """What signals were worth over *accounts* customers; *lost* of them left or regressed at least once.

    *all* tells their time as customers and all their losses; *within* how soon a loss had to follow.
    *scores* are ranked: what foretells first, and of each verdict the surest first.
    """

    within: int
    accounts: int
    lost: int
    all: Exposure
    scores: tuple[SignalScore, ...]


def backtest(
    relations: Iterable[Relation], policy: BacktestPolicy = BACKTEST, signals: Sequence[Signal] = SIGNALS
) -> Backtest:
    """Hold every signal against what became of the customers; raises `MissingExtra` without scipy (extra `stats`)."""
    found = [one for one in (_followed(relation, policy) for relation in relations if is_buyer(relation)) if one.stays]
    counts = [_counted(signal, found, policy) for signal in signals]
    tests = [_tested(one) if one.sufficient(policy.sampling) else None for one in counts]
    chances = holm([None if one is None else float(one.pvalue) for one in tests])
    scores = [_score(*one, policy.sampling) for one in zip(counts, tests, chances, strict=True)]
    losses = sum(len(one.losses) for one in found)
    return Backtest(
        within=policy.within,
        accounts=len(found),
        lost=sum(bool(one.losses) for one in found),
        all=Exposure(losses, sum((until - since).days for one in found for since, until in one.stays)),
        scores=tuple(sorted(scores, key=_rank)),
    )


_ORDER = (SignalVerdict.FORETELLS, SignalVerdict.REASSURES, SignalVerdict.NO_SIGNAL, SignalVerdict.INSUFFICIENT)


def _rank(score: SignalScore) -> tuple[int, float]:
    return _ORDER.index(score.verdict), 1.0 if score.chance is None else score.chance


# Customers and their losses


@attrs.frozen
class _Followed:
    """An account, the *stays* during which it is known to have been a customer (evenings, the last one left out), and
    the *losses* whose eve lies in one of them.
    """

    past: Past
    stays: tuple[tuple[date, date], ...]
    losses: tuple[Transition, ...]


def _followed(relation: Relation, policy: BacktestPolicy) -> _Followed:
    steps = progression(relation, policy.relationship).steps
    ends = [*(one.on for one in steps[1:]), relation.today]
    known = date.min if relation.known_from is None else relation.day(relation.known_from)
    spans = ((max(one.on, known), until) for one, until in zip(steps, ends, strict=True) if one.reached.is_customer)
    stays = tuple(_joined((since, until) for since, until in spans if since < until))
    lost = (one for one in steps if one.passage in policy.losses and one.left and one.left.is_customer)
    losses = tuple(one for one in lost if any(since < one.on <= until for since, until in stays))
    return _Followed(Past(relation, policy.churn), stays, losses)


def _joined(stays: Iterable[tuple[date, date]]) -> Iterator[tuple[date, date]]:
    """Put stays together that follow each other without a break."""
    begun: tuple[date, date] | None = None
    for since, until in stays:
        if begun is not None and begun[1] == since:
            begun = (begun[0], until)
        else:
            yield from (begun,) if begun is not None else ()
            begun = (since, until)
    yield from (begun,) if begun is not None else ()


# Counting


@attrs.frozen
class _Count:
    """What was found of one signal over all customers; *right* of *decided* times that it came up a loss followed."""

    signal: Signal
    of: Mapping[WarningState, Exposure]
    right: int
    decided: int
    days: tuple[int, ...]
    by_definition: int

    @property
    def known(self) -> int:
        """The losses on whose eve anybody knew whether it was up."""
        return self.of[WarningState.UP].losses + self.of[WarningState.CLEAR].losses

    def sufficient(self, sampling: Sampling) -> bool:
        enough = min(self.known, self.decided) >= max(sampling.floor, 1)
        return enough and min(self.of[WarningState.UP].days, self.of[WarningState.CLEAR].days) > 0


@attrs.define
class _Tally:
    """The counts of one signal as customers go by; the only thing here that changes."""

    losses: dict[WarningState, int] = attrs.field(factory=lambda: dict.fromkeys(WarningState, 0))
    time: dict[WarningState, int] = attrs.field(factory=lambda: dict.fromkeys(WarningState, 0))
    right: int = 0
    decided: int = 0
    days: list[int] = attrs.field(factory=list)
    by_definition: int = 0


def _counted(signal: Signal, found: Iterable[_Followed], policy: BacktestPolicy) -> _Count:
    tally = _Tally()
    for one in found:
        runs = tuple(one.past.runs(signal))
        lost = [step.on for step in one.losses if not signal.rests_on.intersection(step.reasons)]
        tally.by_definition += len(one.losses) - len(lost)
        for day in lost:
            _tell_loss(tally, runs, day)
        for since, until in one.stays:
            _tell_time(tally, runs, since, until)
            _tell_alarms(tally, runs, lost, (since, until), one.past.relation.today, policy.within)
    of = {state: Exposure(tally.losses[state], tally.time[state]) for state in WarningState}
    days = tuple(sorted(tally.days))
    return _Count(signal, MappingProxyType(of), tally.right, tally.decided, days, tally.by_definition)


def _tell_loss(tally: _Tally, runs: Sequence[Run], day: date) -> None:
    """Count a loss by how the signal was on its eve."""
    run = next((one for one in reversed(runs) if one.since < day), None)
    if run is not None:
        tally.losses[run.sign.state] += 1
        if run.sign.up:
            tally.days.append((day - run.since).days)


def _tell_time(tally: _Tally, runs: Sequence[Run], since: date, until: date) -> None:
    for run in runs:
        days = (min(run.until or until, until) - max(run.since, since)).days
        tally.time[run.sign.state] += max(days, 0)


def _tell_alarms(  # noqa: PLR0917 (what it takes to say what followed)
    tally: _Tally, runs: Sequence[Run], lost: Sequence[date], stay: tuple[date, date], today: date, within: int
) -> None:
    """Count each time the signal came up at a customer, or was up when it became one, once its days are over.

    Whether a loss followed by then or not: those whose days still run are left out, right or wrong,
    and so are those that ended by a loss which does not count.
    """
    for run in runs:
        begun, end = max(run.since, stay[0]), min(run.until or stay[1], stay[1])
        if run.sign.up and begun < end and (today - begun).days >= within:
            followed = any(0 < (day - begun).days <= within for day in lost)
            tally.right += followed
            tally.decided += followed or (stay[1] - begun).days >= within


# Weighing


def _tested(count: _Count) -> Any:
    """Test whether losses fell evenly on the time with the signal up and with it clear (exact, binomial)."""
    stats: Any = needed("scipy.stats", extra="stats", to="say what a signal is worth")
    up, clear = count.of[WarningState.UP], count.of[WarningState.CLEAR]
    return stats.binomtest(up.losses, count.known, up.days / (up.days + clear.days))


def _score(count: _Count, test: Any, chance: float | None, sampling: Sampling) -> SignalScore:
    up, clear = count.of[WarningState.UP], count.of[WarningState.CLEAR]
    ratio, low, high = (None, None, None) if test is None else _ratio(test, up, clear)
    return SignalScore(
        name=count.signal.name,
        weapon=count.signal.weapon,
        verdict=_verdict(ratio, chance),
        recall=Share(up.losses, count.known, sampling.floor),
        precision=Share(count.right, count.decided, sampling.floor),
        up=up,
        clear=clear,
        unknown=count.of[WarningState.UNKNOWN],
        ratio=ratio,
        low=low,
        high=high,
        chance=chance,
        days=count.days,
        by_definition=count.by_definition,
    )


def _ratio(test: Any, up: Exposure, clear: Exposure) -> tuple[float | None, ...]:
    """Return the ratio of the two rates and the ends of its interval; nothing for one that has no end."""
    between = test.proportion_ci(CONFIDENCE)
    shares = (test.statistic, between.low, between.high)
    return tuple(None if share == 1 else float(share / (1 - share) * clear.days / up.days) for share in shares)


def _verdict(ratio: float | None, chance: float | None) -> SignalVerdict:
    if chance is None:
        return SignalVerdict.INSUFFICIENT
    if chance >= ALPHA:
        return SignalVerdict.NO_SIGNAL
    return SignalVerdict.REASSURES if ratio is not None and ratio < 1 else SignalVerdict.FORETELLS
