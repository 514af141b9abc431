"""Signal: what says that an account may leave: up, clear or unknown, since when, and what to do (domain.md §9)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from uuid import UUID

import attrs
from attrs.validators import ge

from dealflow.domain.stakeholder import Influence, JobLevel
from dealflow.journal import day_end
from dealflow.projections.committee import COMMITTEE
from dealflow.projections.conditions import Reason
from dealflow.projections.relation import PARTS, Relation
from dealflow.projections.warnings.judging import Severity, WarningState


class Weapon(StrEnum):
    """The ten weapons against churn (S2)."""

    NETWORK = "strong network of relations"
    HIGH_LEVEL = "high level of relations"
    CRITERIA = "influence on purchasing criteria"
    QUALITY = "product quality"
    SERVICE = "service"
    SUPPLY = "priority supply"
    PRICE = "competitive price"
    CHANNELS = "open channels"
    STRATEGY = "aligned with the customer's strategy"
    ALLIANCE = "alliance"


@attrs.frozen
class ChurnPolicy:
    """When signals are up, and what makes the risk high; lengths in calendar days.

    Network: fewer *supporters* at the account; fewer than two of theirs met in *contacts*; a coach or
    ally who left in *departed*; support, by the *weights* of influence, against that of *window* ago.
    High level: nobody of the *executive* levels met in *met*. Matters without a due day are overdue
    after *overdue*; *repeats* of a kind within *window* are too many. Signs of life, and purchases, are
    missing after *times* the account's own usual gap, once there are *known* days to tell it from; what
    they spend has fallen when the rate of the last *known* days of purchase is below *falling* (0 to 1)
    of the one before. A share of wallet has fallen by more than *drop* (0 to 1). An agreement is about
    to end *ending* before. signals of *many* kinds make a high risk: a weapon each, and those of none.
    """

    supporters: int = 2
    contacts: int = attrs.field(default=180, validator=ge(0))
    departed: int = attrs.field(default=365, validator=ge(0))
    window: int = attrs.field(default=180, validator=ge(0))
    weights: Mapping[Influence, Fraction] = COMMITTEE.weights
    executive: frozenset[JobLevel] = frozenset({JobLevel.DIRECTOR})
    met: int = attrs.field(default=365, validator=ge(0))
    overdue: int = attrs.field(default=30, validator=ge(0))
    repeats: int = attrs.field(default=2, validator=ge(1))
    times: float = 3.0
    known: int = attrs.field(default=3, validator=ge(1))
    falling: float = 0.5
    drop: float = 0.05
    ending: int = attrs.field(default=90, validator=ge(0))
    many: int = attrs.field(default=3, validator=ge(1))


CHURN = ChurnPolicy()


@attrs.frozen
class Sign:
    """What was found of a signal, in figures: the records it rests on, and whom it is about.

    *turns* is a day up to which nothing changes unless something is told: on it, or later, time
    alone may change the answer; nothing where time alone changes nothing.
    """

    state: WarningState
    text: str
    records: tuple[int, ...] = ()
    people: tuple[UUID, ...] = ()
    severity: Severity = Severity.WATCH
    turns: date | None = None

    @property
    def up(self) -> bool:
        """Whether the signal is up."""
        return self.state is WarningState.UP


@attrs.frozen
class Signal:
    """One signal: the *weapon* that weakens, what *clears* it, what to do, and the pure function that judges it.

    *cleared_by* are the events that can clear it, *answered_by* those by which we act on it; where it
    *fades*, time alone can clear it too. *reads* are the parts of a `Relation` that it looks at, all
    where none is named: it is judged on their days, and on those on which time turns it. *controllable*
    says whether its cause is in our hands (S2).
    *rests_on* are the ways to leave that rest on the same evidence, which it therefore does not foretell.
    """

    name: str
    weapon: Weapon | None
    controllable: bool
    clears: str
    to_do: str
    find: Callable[[Relation, ChurnPolicy], Sign]
    cleared_by: tuple[type, ...]
    answered_by: tuple[type, ...]
    reads: tuple[str, ...] = attrs.field(
        default=(), validator=attrs.validators.deep_iterable(attrs.validators.in_(PARTS))
    )
    fades: bool = False
    rests_on: frozenset[Reason] = frozenset()


@attrs.frozen
class ChurnSignal:
    """One signal of an account: *since* is the day since which it has been up without a break, to the evening."""

    name: str
    weapon: Weapon | None
    state: WarningState
    severity: Severity
    controllable: bool
    since: date | None
    text: str
    clears: str
    to_do: str
    records: tuple[int, ...]
    people: tuple[UUID, ...]

    @property
    def up(self) -> bool:
        """Whether it is up."""
        return self.state is WarningState.UP


def judged(
    relation: Relation, policy: ChurnPolicy, signals: Sequence[Signal], *, dated: bool = True
) -> tuple[ChurnSignal, ...]:
    """Ask every signal of an account. Not *dated*: leave out since when."""
    past = Past(relation, policy)
    return tuple(_judged(one, one.find(relation, policy), past if dated else None) for one in signals)


def _judged(signal: Signal, sign: Sign, past: "Past | None") -> ChurnSignal:
    return ChurnSignal(
        name=signal.name,
        weapon=signal.weapon,
        state=sign.state,
        severity=sign.severity,
        controllable=signal.controllable,
        since=past.since(signal) if past is not None and sign.up else None,
        text=sign.text,
        clears=signal.clears,
        to_do=signal.to_do,
        records=sign.records,
        people=sign.people,
    )


# Over time


@attrs.frozen
class Run:
    """What was found of a signal on the evening of *since*, and so held, up, clear or unknown, *until* another evening.

    *until* is nothing where it holds still.
    """

    since: date
    until: date | None
    sign: Sign


@attrs.frozen
class SignalSpell:
    """A signal was up from the evening of *since* on; *until* is the first evening on which it was not, if any.

    *raised* is what was found when it came up, *cleared* what was found when it was up no more.
    """

    signal: Signal
    since: date
    until: date | None
    raised: Sign
    cleared: Sign | None = None


@attrs.frozen
class Past:
    """The evenings of an account, each gathered once, whichever signal is asked for."""

    relation: Relation
    policy: ChurnPolicy
    evenings: dict[date, Relation] = attrs.field(factory=dict, repr=False)

    def find(self, signal: Signal, day: date) -> Sign:
        """Return what was found of a signal on an evening."""
        return signal.find(self.evening(day), self.policy)

    def evening(self, day: date) -> Relation:
        """Return the account on an evening; on the last day, at the moment itself."""
        if day >= self.relation.today:
            return self.relation
        if day not in self.evenings:
            self.evenings[day] = self.relation.as_of(day_end(day, self.relation.horizon.zone))
        return self.evenings[day]

    def since(self, signal: Signal) -> date:
        """Return the first of the evenings, without a break until now, on which a signal was up."""
        first = self.relation.today
        for day in reversed(self.relation.days(*signal.reads)):
            if day < first:
                found = [(one, sign.up) for one, sign in self._stretch(signal, day, first)]
                down = max((one for one, up in found if not up), default=None)
                if down is not None:
                    return min((one for one, _ in found if one > down), default=first)
                first = day
        return first

    def runs(self, signal: Signal) -> Iterator[Run]:
        """Yield how a signal was from the registration on, in order; each run is of another state than the last."""
        run: Run | None = None
        days = self.relation.days(*signal.reads)
        for day, after in pairwise((*days, self.relation.today + timedelta(days=1))):
            for evening, sign in self._stretch(signal, day, after):
                if run is None:
                    run = Run(evening, None, sign)
                elif run.sign.state is not sign.state:
                    yield attrs.evolve(run, until=evening)
                    run = Run(evening, None, sign)
        if run is not None:
            yield run

    def spells(self, signal: Signal) -> Iterator[SignalSpell]:
        """Yield every time a signal was up, in order."""
        runs = tuple(self.runs(signal))
        for run, after in zip(runs, (*runs[1:], None), strict=True):
            if run.sign.up:
                yield SignalSpell(signal, run.since, run.until, run.sign, None if after is None else after.sign)

    def _stretch(self, signal: Signal, day: date, until: date) -> Iterator[tuple[date, Sign]]:
        """Yield what was found from a day on until another, before which nothing was told: each time it may turn."""
        while day < until:
            sign = self.find(signal, day)
            yield day, sign
            day = max(sign.turns or until, day + timedelta(days=1))
