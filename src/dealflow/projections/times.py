"""Times: how long deals stay at each milestone, how long until they close, and how (domain.md §2)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, tzinfo
from functools import cache
from types import MappingProxyType

import attrs

from dealflow.domain.deal import Status
from dealflow.domain.playbook import MilestoneKey, Playbook, PlaybookKey
from dealflow.projections.cases import Case, Horizon, milestones_of
from dealflow.projections.estimates import Sampling
from dealflow.projections.pipeline import DealRow, Standing, Visit, standing
from dealflow.projections.situation import Usual
from dealflow.projections.survival import Duration, Incidence, Naive, Spell, duration, incidence, naive

LEFT = "left"
ENDS = (Status.WON, Status.LOST, Status.ABANDONED)


@attrs.frozen
class StageTime:
    """How long visits to a milestone last, however they end, in days; *usual* as the playbook has it."""

    playbook: PlaybookKey
    stage: MilestoneKey
    name: str
    usual: int | None
    duration: Duration


@attrs.frozen
class Times:
    """How long deals take.

    *cycle* is from the entry (the opening, unless the question names a milestone) to the close,
    however they close; *ends* the shares that end in each way by any day, competing, nothing with
    insufficient history; *naive* what the closed deals would say alone, by way and (`closed`) all
    together.
    """

    stages: tuple[StageTime, ...]
    cycle: Duration
    ends: Incidence | None
    naive: Mapping[str, Naive]


def times(cases: Sequence[Case], playbooks: Iterable[Playbook], horizon: Horizon, sampling: Sampling) -> Times:
    """Estimate how long the deals in question take. Needs scipy (extra `stats`)."""
    deals = [case.deal for case in cases]
    dated = [case for case in cases if case.dated]
    spells = [Spell(case.days, case.deal.status if case.closed else None) for case in dated]
    closed = {end: [spell.days for spell in spells if spell.end == end] for end in ENDS}
    everything = [days for some in closed.values() for days in some]
    return Times(
        stages=tuple(
            StageTime(one.key, key, name, _usual(one, key), _stay(deals, one.key, key, horizon, sampling.floor))
            for one in playbooks
            for key, name in milestones_of(one).items()
        ),
        cycle=duration(spells, sampling.floor, undated=len(cases) - len(dated)),
        ends=incidence(spells) if len(spells) >= max(sampling.floor, 1) else None,
        naive=MappingProxyType(
            {**{str(end): naive(days) for end, days in closed.items()}, "closed": naive(everything)}
        ),
    )


def _usual(playbook: Playbook, key: MilestoneKey) -> int | None:
    milestone = playbook.milestone(key)
    return milestone.days if milestone else None


def _stay(
    deals: Iterable[Standing], playbook: PlaybookKey, key: MilestoneKey, horizon: Horizon, floor: int
) -> Duration:
    visits = visits_to(deals, playbook, key, horizon)
    spells = [spell for spell in visits if spell is not None]
    return duration(spells, floor, undated=len(visits) - len(spells))


def visits_to(
    deals: Iterable[Standing], playbook: PlaybookKey, key: MilestoneKey, horizon: Horizon
) -> Sequence[Spell | None]:
    """Return how long each visit to a milestone lasted; nothing for one whose days are not known."""
    return [
        _spell(deal, visit, horizon)
        for deal in deals
        for visit in deal.visits
        if (visit.playbook, visit.milestone) == (playbook, key)
    ]


def _spell(deal: Standing, visit: Visit, horizon: Horizon) -> Spell | None:
    """Return how long a visit lasted; nothing where its days are not known."""
    if visit.left is None:
        until, known = horizon.known(deal), horizon.dated(deal, visit.came)
    else:
        until, known = visit.left.end, horizon.dated(deal, visit.came, visit.left)
    return Spell(horizon.days(visit.came.end, until), None if visit.left is None else LEFT) if known else None


def usual_times(rows: Callable[[], Iterable[DealRow]], zone: tzinfo, floor: int) -> Usual:
    """Return how to ask how long visits to a milestone usually last, as of any moment.

    *rows* is asked once, when the first question comes; each curve is made once. Fewer than *floor*
    visits whose days are known are insufficient history, and say nothing.
    """
    read = cache(lambda: tuple(rows()))

    @cache
    def usual(playbook: PlaybookKey, key: MilestoneKey, at: datetime) -> Incidence | None:
        deals = (standing(row, at) for row in read() if any(move.reached == key for move in row.moves))
        visits = visits_to((one for one in deals if one is not None), playbook, key, Horizon(at, zone))
        spells = [spell for spell in visits if spell is not None]
        return incidence(spells) if len(spells) >= max(floor, 1) else None

    return usual
