"""Back-test: which signals were up before accounts left or regressed, and how often they were wrong (domain.md §9).

Every customer is looked at again and again, counted back from the last day known in steps of equal
length; what a look finds is held against what became of the account until the next one. So every
look knows only what came before it, and no loss counts twice.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from statistics import quantiles
from typing import Any
from uuid import UUID

import attrs

from dealflow.extras import needed
from dealflow.journal import day_end
from dealflow.projections.churn.judging import CHURN, ChurnPolicy, Past, Signal, Weapon
from dealflow.projections.churn.signals import SIGNALS
from dealflow.projections.conditions import RELATIONSHIP, UP, RelationshipPolicy
from dealflow.projections.estimates import CONFIDENCE, SAMPLING, Sampling, Share
from dealflow.projections.progression import Passage, Transition, progression
from dealflow.projections.relation import Relation
from dealflow.projections.relationship import is_buyer
from dealflow.projections.warnings.judging import WarningState

LOSSES = frozenset({Passage.TERMINATED, Passage.REGRESSED})


@attrs.frozen
class BacktestPolicy:
    """What is held against what: signals by *churn*, stages by *relationship*, over so many days (*within*).

    *losses* are the passages that count as leaving. An estimate needs a *sampling* floor of looks.
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
class SignalScore:
    """How one signal did over all looks of which it is known whether it was up.

    *up* is the share that left among those where it was up (its precision), *clear* the share where
    it was not; *recall* the share of those that left where it was up. *chance* is the probability of
    so large a difference if the signal said nothing (Fisher's exact test), raised for having tested
    several (Holm 1979). *days* are how long it had been up when they left, each. *unknown* counts the
    looks at which nobody knew, *by_definition* those that left by the very thing the signal watches.
    """

    name: str
    weapon: Weapon | None
    verdict: SignalVerdict
    up: Share
    clear: Share
    recall: Share
    chance: float | None
    days: tuple[int, ...]
    unknown: int
    by_definition: int

    @property
    def quartiles(self) -> tuple[float, float, float] | None:
        """The quarter, the half and three quarters of how many days before they left it had come up."""
        if len(self.days) < 2:  # noqa: PLR2004 (of one there are none)
            return None
        low, middle, high = quantiles(self.days, n=4, method="inclusive")
        return low, middle, high


@attrs.frozen
class Backtest:
    """What signals were worth: over *looks* at customers, of which *left* left within the policy's days.

    *accounts* is how many customers were looked at, *lost* how many of these left or regressed, and
    were looked at before. *scores* are ranked: what foretells first, the surest before the others.
    """

    within: int
    looks: int
    accounts: int
    lost: int
    left: Share
    scores: tuple[SignalScore, ...]


def backtest(
    relations: Iterable[Relation], policy: BacktestPolicy = BACKTEST, signals: Sequence[Signal] = SIGNALS
) -> Backtest:
    """Hold every signal against what became of the accounts; raises `MissingExtra` without scipy (extra `stats`)."""
    looks = [look for one in relations if is_buyer(one) for look in _looks(one, policy)]
    counts = [_counted(looks, signal) for signal in signals]
    chances = _holm([_fisher(one) if one.sufficient(policy.sampling) else None for one in counts])
    scores = [_score(one, chance, policy.sampling) for one, chance in zip(counts, chances, strict=True)]
    left = [look for look in looks if look.loss is not None]
    return Backtest(
        within=policy.within,
        looks=len(looks),
        accounts=len({look.account for look in looks}),
        lost=len({look.account for look in left}),
        left=Share(len(left), len(looks)),
        scores=tuple(sorted(scores, key=_rank)),
    )


_ORDER = (SignalVerdict.FORETELLS, SignalVerdict.REASSURES, SignalVerdict.NO_SIGNAL, SignalVerdict.INSUFFICIENT)


def _rank(score: SignalScore) -> tuple[int, float, float]:
    return _ORDER.index(score.verdict), 1.0 if score.chance is None else score.chance, -(score.up.rate or 0.0)


# Looking


@attrs.frozen
class _Look:
    """A customer on the evening of *day*, and how they left until the next look, if they did."""

    past: Past
    day: date
    loss: Transition | None

    @property
    def account(self) -> UUID:
        return self.past.relation.account


def _looks(relation: Relation, policy: BacktestPolicy) -> Iterator[_Look]:
    """Yield the looks at an account at which it was a customer, the last one first."""
    steps, past = progression(relation, policy.relationship).steps, Past(relation, policy.churn)
    step = timedelta(days=policy.within)
    until = relation.today
    while until - step >= steps[0].on:
        day = until - step
        evening = day_end(day, relation.horizon.zone)
        if next(one.reached for one in reversed(steps) if one.at <= evening) in UP[1:]:
            lost = (one for one in steps if one.passage in policy.losses and day < one.on <= until)
            yield _Look(past, day, next(lost, None))
        until = day


# Counting


@attrs.frozen
class _Count:
    """What was found of one signal, by whether it was up and whether they left."""

    signal: Signal
    of: Mapping[tuple[WarningState, bool], int]
    days: tuple[int, ...]
    by_definition: int

    @property
    def table(self) -> tuple[tuple[int, int], tuple[int, int]]:
        up, clear = WarningState.UP, WarningState.CLEAR
        return (self.of[up, True], self.of[up, False]), (self.of[clear, True], self.of[clear, False])

    def sufficient(self, sampling: Sampling) -> bool:
        (caught, wrong), (missed, quiet) = self.table
        return min(caught + wrong, missed + quiet, caught + missed) >= max(sampling.floor, 1)


def _counted(looks: Iterable[_Look], signal: Signal) -> _Count:
    found: Counter[tuple[WarningState, bool]] = Counter()
    days: list[int] = []
    by_definition = 0
    for look in looks:
        if look.loss is not None and signal.rests_on.intersection(look.loss.reasons):
            by_definition += 1
            continue
        state = look.past.find(signal, look.day).state
        found[state, look.loss is not None] += 1
        if look.loss is not None and state is WarningState.UP:
            days.append((look.loss.on - _since(look, signal)).days)
    return _Count(signal, found, tuple(sorted(days)), by_definition)


def _since(look: _Look, signal: Signal) -> date:
    relation = look.past.relation
    then = relation.as_of(day_end(look.day, relation.horizon.zone))
    return attrs.evolve(look.past, relation=then).since(signal)


def _score(count: _Count, chance: float | None, sampling: Sampling) -> SignalScore:
    (caught, wrong), (missed, quiet) = count.table
    unknown = count.of[WarningState.UNKNOWN, True] + count.of[WarningState.UNKNOWN, False]
    up, clear = (Share(n, of, sampling.floor) for n, of in ((caught, caught + wrong), (missed, missed + quiet)))
    return SignalScore(
        name=count.signal.name,
        weapon=count.signal.weapon,
        verdict=_verdict(up, clear, chance),
        up=up,
        clear=clear,
        recall=Share(caught, caught + missed, sampling.floor),
        chance=chance,
        days=count.days,
        unknown=unknown,
        by_definition=count.by_definition,
    )


def _verdict(up: Share, clear: Share, chance: float | None) -> SignalVerdict:
    if chance is None or up.rate is None or clear.rate is None:
        return SignalVerdict.INSUFFICIENT
    if chance >= 1 - CONFIDENCE:
        return SignalVerdict.NO_SIGNAL
    return SignalVerdict.FORETELLS if up.rate > clear.rate else SignalVerdict.REASSURES


def _fisher(count: _Count) -> float:
    stats: Any = needed("scipy.stats", extra="stats", to="say what a signal is worth")
    return float(stats.fisher_exact(count.table).pvalue)


def _holm(chances: Sequence[float | None]) -> list[float | None]:
    """Raise each probability for how many were looked at, the smallest most, none above 1 (Holm 1979)."""
    tested = sorted((chance, spot) for spot, chance in enumerate(chances) if chance is not None)
    raised: list[float | None] = [None] * len(chances)
    least = 0.0
    for number, (chance, spot) in enumerate(tested):
        least = max(least, min(1.0, chance * (len(tested) - number)))
        raised[spot] = least
    return raised
