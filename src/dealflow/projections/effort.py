"""Effort: to which open deal the next best unit of effort goes (domain.md §10).

The rule there is value times chance times remaining effort, and is read as it stands: a product. A
large and likely deal with most of the work ahead comes first, where effort has most to decide; one
that only wants a signature comes last. What a unit of effort brings is another question: value times
chance divided by remaining effort. It stands beside, and the order may be asked for by that.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from uuid import UUID

import attrs

from dealflow.domain.deal import Status
from dealflow.domain.playbook import Milestone, MilestoneKey, Playbook, PlaybookKey
from dealflow.money import EXACT, Money
from dealflow.projections.cases import Horizon
from dealflow.projections.chances import Chance, Learnt
from dealflow.projections.forecast import CENT
from dealflow.projections.pipeline import Standing


class Measure(StrEnum):
    """What the effort of a milestone is counted in: its usual length, the units one signature takes, or as one step."""

    LENGTHS = "lengths"
    UNITS = "units"
    STEPS = "steps"


class Ordering(StrEnum):
    """By what deals are put in order: value times chance times remaining effort, or divided by it."""

    PRODUCT = "product"
    RETURN = "return"


@attrs.frozen
class EffortPolicy:
    """How remaining effort is measured, and by what deals are put in order.

    The usual lengths are those of one deal; units are what a team does for one signature, most of it
    for deals that are not won; steps is for playbooks that state neither. *here* is the part of the
    milestone a deal stands at that counts as still ahead, 0 to 1: a length is that of the stay there.
    """

    measure: Measure = Measure.LENGTHS
    order: Ordering = Ordering.PRODUCT
    here: float = attrs.field(default=1.0, validator=[attrs.validators.ge(0), attrs.validators.le(1)])


EFFORT = EffortPolicy()


FATE = "what became of it"  # lacks where nobody follows a deal any more


class ChanceBasis(StrEnum):
    """Whose chance is reckoned with: what the log shows, or what the playbook says."""

    LEARNT = "learnt"
    PLAYBOOK = "playbook"


@attrs.frozen
class DealEffort:
    """What an open deal may bring, and which part of the usual effort is still ahead of it.

    *chance* is the one learnt, where there is history enough, else the one frozen when it came to its
    stage; *basis* says which, *prior* and *learnt* are both. *remaining*, 0 to 1, is the part of the
    usual effort that is still ahead. *weighted* is the amount times the chance, *product* that times the
    remaining effort, *per_effort* that divided by it, to the cent; nothing where a number is unknown,
    and *per_effort* also where nothing remains to be done. *followed* is whether it was by the moment
    asked for: else nobody knows what became of it. *record* is by what it came to its stage.
    """

    deal: UUID
    account: UUID
    owner: str | None
    playbook: PlaybookKey
    stage: MilestoneKey
    amount: Money | None
    chance: Fraction | None
    basis: ChanceBasis | None
    prior: Decimal | None
    learnt: Learnt
    remaining: Fraction | None
    weighted: Decimal | None
    product: Decimal | None
    per_effort: Decimal | None
    followed: bool
    record: int

    @property
    def lacks(self) -> tuple[str, ...]:
        """What nobody knows of it, without which it has no place in the order."""
        numbers = {"amount": self.amount, "chance": self.chance, "remaining effort": self.remaining}
        unknown = tuple(name for name, number in numbers.items() if number is None)
        return unknown if self.followed else (FATE, *unknown)


@attrs.frozen
class NextEffort:
    """The open deals in the policy's order, by currency, the best first; those that lack something stand in *unknown*.

    By the return on effort those come first of which nothing remains to be done.
    """

    policy: EffortPolicy
    deals: Mapping[str, tuple[DealEffort, ...]]
    unknown: tuple[DealEffort, ...]


def next_effort(
    deals: Iterable[Standing],
    playbooks: Iterable[Playbook],
    chances: Iterable[Chance],
    horizon: Horizon,
    policy: EffortPolicy = EFFORT,
) -> NextEffort:
    """Return where the next best unit of effort goes, by the *chances* learnt and those of the playbooks."""
    books = {one.key: one for one in playbooks}
    learnt = {(one.playbook, one.stage): one.learnt for one in chances}
    found = [
        _effort(one, books.get(one.playbook), learnt.get((one.playbook, one.stage), Learnt(0)), horizon, policy)
        for one in deals
        if one.status is Status.OPEN
    ]
    known: dict[str, list[DealEffort]] = {}
    for one in found:
        if one.amount is not None and not one.lacks:
            known.setdefault(one.amount.currency, []).append(one)
    order = _ORDERS[policy.order]
    ranked = {code: tuple(sorted(known[code], key=order, reverse=True)) for code in sorted(known)}
    return NextEffort(policy, MappingProxyType(ranked), tuple(one for one in found if one.lacks))


_NOTHING = Decimal(0)
_ORDERS: Mapping[Ordering, Callable[[DealEffort], tuple[bool, Decimal, Decimal]]] = MappingProxyType(
    {
        Ordering.PRODUCT: lambda one: (False, one.product or _NOTHING, one.weighted or _NOTHING),
        Ordering.RETURN: lambda one: (one.per_effort is None, one.per_effort or _NOTHING, one.weighted or _NOTHING),
    }
)


def is_followed(deal: Standing, horizon: Horizon) -> bool:
    """Say whether a deal was followed until the horizon, so that open means that it is."""
    return horizon.known(deal) == horizon.until


def _effort(
    deal: Standing, playbook: Playbook | None, learnt: Learnt, horizon: Horizon, policy: EffortPolicy
) -> DealEffort:
    chance, basis = _chance(deal.chance, learnt)
    remaining = None if playbook is None else remaining_effort(playbook, deal.stage, policy, version=deal.version)
    weighted = None if deal.amount is None or chance is None else Fraction(deal.amount.amount) * chance
    return DealEffort(
        deal=deal.deal,
        account=deal.account,
        owner=deal.owner,
        playbook=deal.playbook,
        stage=deal.stage,
        amount=deal.amount,
        chance=chance,
        basis=basis,
        prior=deal.chance,
        learnt=learnt,
        remaining=remaining,
        weighted=None if weighted is None else _to_the_cent(weighted),
        product=None if weighted is None or remaining is None else _to_the_cent(weighted * remaining),
        per_effort=_to_the_cent(weighted / remaining) if weighted is not None and remaining else None,
        followed=is_followed(deal, horizon),
        record=deal.moves[-1].record,
    )


def _chance(prior: Decimal | None, learnt: Learnt) -> tuple[Fraction | None, ChanceBasis | None]:
    if learnt.rate is not None:
        return Fraction(learnt.rate), ChanceBasis.LEARNT
    return (None, None) if prior is None else (Fraction(prior), ChanceBasis.PLAYBOOK)


def _to_the_cent(exact: Fraction) -> Decimal:
    return EXACT.quantize(EXACT.divide(Decimal(exact.numerator), Decimal(exact.denominator)), CENT)


def remaining_effort(
    playbook: Playbook, stage: MilestoneKey, policy: EffortPolicy = EFFORT, *, version: int | None = None
) -> Fraction | None:
    """Return which part of a playbook's usual effort lies ahead of a deal that stands at *stage*, 0 to 1.

    By the *version* that the deal runs on (the first is 1); without one, or where it lacks the milestone,
    by the latest that has it. Nothing where none has, or a milestone of it does not say what it takes.
    """
    own = playbook.versions[version - 1 : version] if version is not None else ()
    having = (one for one in (*own, *reversed(playbook.versions)) if stage in {each.key for each in one})
    milestones = next(having, ())
    efforts = [*map(_MEASURES[policy.measure], milestones)]
    known = [one for one in efforts if one is not None]
    if len(known) < len(efforts) or not sum(known):
        return None
    here = [one.key for one in milestones].index(stage)
    return (known[here] * Fraction(str(policy.here)) + sum(known[here + 1 :])) / sum(known)


_MEASURES: Mapping[Measure, Callable[[Milestone], int | None]] = MappingProxyType(
    {
        Measure.LENGTHS: lambda one: one.days,
        Measure.UNITS: lambda one: one.units,
        Measure.STEPS: lambda _: 1,
    }
)
