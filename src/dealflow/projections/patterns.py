"""Patterns: how often deals were won by anything that is recorded of them (domain.md §7, project behaviour).

Each value of a factor is held against the other deals of which the factor is known, and the unknown
against the known (Fisher's exact test). Many differences are looked at, so each is believed less
(Holm 1979). What goes with winning need not bring it about: nothing here is a cause.
"""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID

import attrs

from dealflow.extras import needed
from dealflow.projections.estimates import ALPHA, SAMPLING, Sampling, Share, holm
from dealflow.projections.factors import Factors, FactorValue, Inapplicable
from dealflow.projections.grouping import UNKNOWN, Deals, Lots, Question, grouped, label_of

PAIR = 2  # of so many values each says the same as the other, from its side
NO_CAUSE = "What goes with winning need not bring it about: nothing here is a cause."


class PatternVerdict(StrEnum):
    """What can be said of the deals of one value, against the others."""

    MORE = "won more often"
    LESS = "won less often"
    NO_SIGNAL = "no signal"
    INSUFFICIENT = "insufficient history"


@attrs.frozen
class ValueCount:
    """The deals of one *value* of a factor, those *won* of them, and the *others* it is held against.

    *chance* is the probability of so large a difference if the value went with nothing, raised for
    having looked at many; nothing where there is insufficient history on either side.
    """

    value: str
    won: Share
    others: Share
    chance: float | None

    @property
    def verdict(self) -> PatternVerdict:
        """Whether they were won more often than the others, less often, or nobody can say."""
        if self.chance is None or self.won.rate is None or self.others.rate is None:
            return PatternVerdict.INSUFFICIENT
        if self.chance >= ALPHA:
            return PatternVerdict.NO_SIGNAL
        return PatternVerdict.MORE if self.won.rate > self.others.rate else PatternVerdict.LESS

    @property
    def is_signal(self) -> bool:
        """Whether they differ."""
        return self.verdict in {PatternVerdict.MORE, PatternVerdict.LESS}


@attrs.frozen
class Pattern:
    """How often deals were won by one *factor*.

    *values* are the known ones; *unknown* the deals of which nobody said it (held against those of
    which somebody did), if there are any; *outside* how many it cannot be asked of.
    """

    factor: str
    values: tuple[ValueCount, ...]
    unknown: ValueCount | None
    outside: int

    @property
    def counts(self) -> tuple[ValueCount, ...]:
        """The values, and the unknown last."""
        return self.values if self.unknown is None else (*self.values, self.unknown)

    @property
    def chance(self) -> float | None:
        """That of the surest difference; nothing where there is insufficient history for any."""
        return min((one.chance for one in self.counts if one.chance is not None), default=None)

    @property
    def is_constant(self) -> bool:
        """Whether it is the same in every deal, so that there is nothing to hold it against."""
        return len(self.counts) == 1

    @property
    def is_signal(self) -> bool:
        """Whether deals of one value at least, or of none that is known, differ from the others."""
        return any(one.is_signal for one in self.counts)

    @property
    def differences(self) -> tuple[ValueCount, ...]:
        """The values whose deals differ from the others; of two that say the same from either side, the first."""
        mirrored = self.values[1:] if len(self.values) == PAIR else ()
        return tuple(one for one in self.counts if one.is_signal and one not in mirrored)

    @property
    def text(self) -> str:
        """What can be said of it, in words."""
        said = [_said(one, known=one is not self.unknown) for one in self.differences]
        if said:
            return "; ".join(said)
        if self.chance is None:
            return "the same in every deal" if self.is_constant else PatternVerdict.INSUFFICIENT.value
        between = " to ".join(dict.fromkeys(f"{rate:.0%}" for rate in self.range))
        return f"no effect that could be told from chance: {between} won"

    @property
    def range(self) -> tuple[float, ...]:
        """The lowest and the highest share won, of those held against each other; empty where none were."""
        tested = [one for one in self.counts if one.chance is not None]
        rates = [share.rate for one in tested for share in (one.won, one.others) if share.rate is not None]
        return (min(rates), max(rates)) if rates else ()


def _said(count: ValueCount, *, known: bool) -> str:
    who = f"where it was {count.value}" if known else "where nobody said it"
    return f"{count.verdict} {who}: {_of(count.won)}, of the others {_of(count.others)}"


def _of(share: Share) -> str:
    return f"{share.n} of {share.of}"


@attrs.frozen
class Patterns:
    """What goes with winning: *win_rate* is that of all deals, *tested* at how many differences was looked.

    The deals are of so many *accounts*; *undecided* is how many more were not decided yet, if that is
    known. *patterns* are ranked, the surest first, those with insufficient history last; of the factors
    *unsaid* nothing is recorded in any deal.
    """

    win_rate: Share
    undecided: int | None
    accounts: int
    tested: int
    patterns: tuple[Pattern, ...]
    unsaid: tuple[str, ...]
    note: str = NO_CAUSE

    def pattern(self, factor: str) -> Pattern:
        """Return the pattern of one factor; raises `NoSuchFactor` where nothing is recorded of it."""
        found = {one.factor: one for one in self.patterns}
        if factor not in found:
            raise NoSuchFactor(factor, found)
        return found[factor]


class NoSuchFactor(LookupError):
    """A factor is asked for of which nothing is recorded in these deals."""

    def __init__(self, asked: str, known: Iterable[str]) -> None:
        there = ", ".join(sorted(known)) or "none"
        super().__init__(f"nothing is recorded of the factor {asked!r}; of these deals there are: {there}")
        self.asked = asked


class NoSuchValue(LookupError):
    """Deals are asked for by a value of a factor that none of them has."""

    def __init__(self, factor: str, asked: object, there: Iterable[str]) -> None:
        super().__init__(f"no deal has {asked!r} of the factor {factor!r}: there are {', '.join(there)}")
        self.asked = asked


# Outcomes


@attrs.frozen
class Outcome:
    """Whether a deal was won, and what was recorded of it before."""

    deal: UUID
    account: UUID
    won: bool
    factors: Factors


@attrs.frozen
class Outcomes:
    """Deals that were decided, with what was recorded of each before: to be asked, cut down, or given more factors.

    *undecided* is how many more there are in question that were not yet, and are in no rate; nothing
    once they are cut down.
    """

    deals: tuple[Outcome, ...]
    undecided: int | None = None

    @property
    def win_rate(self) -> Share:
        """How many of them were won."""
        return Share(sum(one.won for one in self.deals), len(self.deals))

    @property
    def accounts(self) -> int:
        """How many accounts they are of: deals of one customer are no independent witnesses."""
        return len({one.account for one in self.deals})

    @property
    def factors(self) -> tuple[str, ...]:
        """The names of all factors of which anything is recorded, or could have been."""
        return tuple(dict.fromkeys(name for one in self.deals for name in one.factors))

    def where(self, factor: str, value: FactorValue | None) -> "Outcomes":
        """Keep the deals of one value of a factor, or of a group of numbers by its name.

        `None` or `unknown` keeps those of which nobody said it. Raises `NoSuchFactor` and `NoSuchValue`
        where no deal has it.
        """
        if factor not in self.factors:
            raise NoSuchFactor(factor, self.factors)
        found = [one.factors.get(factor) for one in self.deals]
        lots = grouped(factor, found)
        if value is None or value == UNKNOWN:
            kept = lots.unknown
        elif isinstance(value, bool | str):
            group = value if isinstance(value, str) and value in lots.values else label_of(value)
            kept = lots.values.get(group, frozenset())
        else:
            kept = frozenset(number for number, one in enumerate(found) if one == value and not isinstance(one, bool))
        if not kept:
            raise NoSuchValue(factor, value, (*lots.values, *([UNKNOWN] if lots.unknown else [])))
        return Outcomes(tuple(one for number, one in enumerate(self.deals) if number in kept))

    def adding(self, factor: str, find: "Callable[[Factors], FactorValue | Inapplicable | None]") -> "Outcomes":
        """Give each deal one more factor, found from those it has."""
        added = ((one, MappingProxyType({**one.factors, factor: find(one.factors)})) for one in self.deals)
        return attrs.evolve(self, deals=tuple(attrs.evolve(one, factors=factors) for one, factors in added))

    def patterns(self, sampling: Sampling = SAMPLING) -> Patterns:
        """Hold every factor against how the deals ended; raises `MissingExtra` without scipy (extra `stats`).

        *sampling* is how many deals each side of a difference needs.
        """
        won = frozenset(number for number, one in enumerate(self.deals) if one.won)
        lots = [grouped(one, [deal.factors.get(one) for deal in self.deals]) for one in self.factors]
        said = [one for one in lots if one.values]
        chances = _chances([question for one in said for question in one.questions], won, sampling)
        patterns = (_pattern(one, won, chances) for one in said)
        return Patterns(
            win_rate=self.win_rate,
            undecided=self.undecided,
            accounts=self.accounts,
            tested=len(chances),
            patterns=tuple(sorted(patterns, key=_rank)),
            unsaid=tuple(one.factor for one in lots if not one.values),
        )


def any_unknown(*factors: str) -> "Callable[[Factors], bool]":
    """Return what finds whether nobody said one of these factors, at least."""
    return lambda known: any(known.get(factor) is None for factor in factors)


def _rank(pattern: Pattern) -> tuple[bool, float, str]:
    chance = pattern.chance
    return chance is None, 1.0 if chance is None else chance, pattern.factor


# Weighing


def _chances(questions: Iterable[Question], won: Deals, sampling: Sampling) -> Mapping[Question, float]:
    """Test each difference that has enough deals on both sides, each once, and raise the chances for how many."""
    floor = max(sampling.floor, 1)
    asked = [one for one in dict.fromkeys(questions) if len(one) > 1 and min(map(len, one)) >= floor]
    found = holm([_exact(one, won) for one in asked])
    return {one: chance for one, chance in zip(asked, found, strict=True) if chance is not None}


def _exact(question: Question, won: Deals) -> float:
    """Return how likely so large a difference is by chance, whatever its sign (Fisher 1922)."""
    stats: Any = needed("scipy.stats", extra="stats", to="say what goes with winning")
    table = sorted([len(one & won), len(one - won)] for one in question)  # in one order, to the last bit
    return float(stats.fisher_exact(table).pvalue)


def _pattern(lots: Lots, won: Deals, chances: Mapping[Question, float]) -> Pattern:
    known = lots.known
    return Pattern(
        factor=lots.factor,
        values=tuple(_count(value, one, known - one, won, chances) for value, one in lots.values.items()),
        unknown=_count(UNKNOWN, lots.unknown, known, won, chances) if lots.unknown else None,
        outside=lots.outside,
    )


def _count(value: str, inside: Deals, others: Deals, won: Deals, chances: Mapping[Question, float]) -> ValueCount:
    return ValueCount(
        value,
        Share(len(inside & won), len(inside)),
        Share(len(others & won), len(others)),
        chances.get(frozenset({inside, others})),
    )
