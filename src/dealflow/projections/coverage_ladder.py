"""Coverage ladder: which levels of theirs are faced, and by whom of ours (domain.md §8, S2).

Contact widens from one line, of one buyer and one seller, until every level faces its peer.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

import attrs

from dealflow.domain.gate import Answer
from dealflow.domain.stakeholder import JobLevel
from dealflow.projections.conditions import RELATIONSHIP, RelationshipPolicy
from dealflow.projections.look import positions
from dealflow.projections.people import Facing, Met, PersonRow, Said, level_met, words_at
from dealflow.projections.relation import Relation

HEIGHT: Mapping[JobLevel, int] = MappingProxyType({one: number for number, one in enumerate(reversed(JobLevel))})


class RungState(StrEnum):
    """How a level of theirs is faced."""

    NOBODY_KNOWN = "nobody known"
    UNKNOWN = "unknown"
    NOT_FACED = "not faced"
    FACED = "faced"
    BY_PEER = "faced by a peer"


class Extent(StrEnum):
    """How wide contact with an account is."""

    NONE = "none"
    ONE_LINE = "one line"
    SEVERAL_LINES = "several lines"
    WHOLE_FRONT = "whole front"


@attrs.frozen
class CoveragePolicy:
    """When somebody is faced without being anyone's counterpart, from too far, and on the whole front.

    A contact counts for so many days (*met*), as that of executives does; people so many levels apart are *far* from
    each other; so many levels faced by peers make a *front*.
    """

    met: int = RELATIONSHIP.met
    far: int = 2
    front: int = 3


COVERAGE = CoveragePolicy()


@attrs.frozen
class CoverageLine:
    """One of *ours* faces one of *theirs*: *assigned* as their counterpart, last *met* on a day that counts, or both.

    *main* says whether they are their main contact. *ours* is nothing where a contact does not say
    who of ours was there. *level* is how high ours stands, *above* how many levels that is above
    theirs, 0 for a peer, less than 0 below; nothing where nobody says.
    """

    ours: str | None
    theirs: UUID
    level: JobLevel | None
    above: int | None
    assigned: bool
    main: bool
    met: date | None
    records: tuple[int, ...]


@attrs.frozen
class CoverageRung:
    """One *level* of theirs: the *people* who stand there, and the *lines* by which they are faced.

    *peer* says whether one of ours of the same level faces somebody there. *far* are those whom only
    people far above or below them face. The rung without a level holds those of whom nobody knows it.
    """

    level: JobLevel | None
    people: tuple[UUID, ...]
    lines: tuple[CoverageLine, ...]
    state: RungState
    peer: Answer
    far: tuple[UUID, ...]
    records: tuple[int, ...]


@attrs.frozen
class CoverageLadder:
    """How wide contact with an account is on the day *at*: a rung for each level of theirs, the highest first.

    *unplaced* are those of unknown level: they move nothing. *extent* is nothing where it is unknown: nobody
    of theirs is known, all who are faced are of unknown level, or nobody is a counterpart and no contact of the
    account ever said who was met.
    """

    account: UUID
    at: date
    extent: Extent | None
    rungs: tuple[CoverageRung, ...]
    unplaced: CoverageRung

    @property
    def known(self) -> tuple[CoverageRung, ...]:
        """The rungs on which anybody is known."""
        return tuple(one for one in self.rungs if one.people)

    @property
    def faced(self) -> tuple[CoverageRung, ...]:
        """The rungs that are faced."""
        return tuple(one for one in self.rungs if one.lines)


def coverage_ladder(
    relation: Relation, relationship: RelationshipPolicy = RELATIONSHIP, policy: CoveragePolicy = COVERAGE
) -> CoverageLadder:
    """Return who faces whom at an account, as of the relation's moment.

    How high ours stand is what the policy of the relationship says (`ours`).
    """
    people = [_person(one, row, relation, ours=relationship.ours, days=policy.met) for one, row in relation.present]
    told = any(one.value.theirs for one in relation.contacts) or any(one.lines for one in people)
    absent = RungState.NOT_FACED if told else RungState.UNKNOWN
    *rungs, unplaced = (
        _rung(level, [one for one in people if one.level is level], absent, policy) for level in (*JobLevel, None)
    )
    return CoverageLadder(relation.account, relation.today, _extent(rungs, unplaced, policy), tuple(rungs), unplaced)


@attrs.frozen
class _Person:
    """One of theirs, how high they stand by which record, and the lines by which they are faced."""

    id: UUID
    level: JobLevel | None
    said: tuple[int, ...]
    lines: tuple[CoverageLine, ...]


def _person(person: UUID, row: PersonRow, relation: Relation, *, ours: Mapping[str, JobLevel], days: int) -> _Person:
    level, said = _level(row, relation)
    assigned, met = _assigned(row, relation), _met(row, relation, days)
    lines = tuple(
        CoverageLine(
            ours=our,
            theirs=person,
            level=(high := None if our is None else ours.get(our)),
            above=_above(high, level),
            assigned=our in assigned,
            main=any(one.value.main for one in assigned.get(our, ())),
            met=relation.day(met[our].end) if our in met else None,
            records=positions((one.record for one in assigned.get(our, ())), (met[our].record,) if our in met else ()),
        )
        for our in dict.fromkeys((*assigned, *met))
    )
    return _Person(person, level, said, lines)


def _level(row: PersonRow, relation: Relation) -> tuple[JobLevel | None, tuple[int, ...]]:
    """Return how high somebody is known to stand, by which record; what was told of it later does not count."""
    said = level_met(row, relation.at)
    return (said.value, (said.record,)) if said is not None and said.end <= relation.at else (None, ())


def _above(ours: JobLevel | None, theirs: JobLevel | None) -> int | None:
    return None if ours is None or theirs is None else HEIGHT[ours] - HEIGHT[theirs]


def _assigned(row: PersonRow, relation: Relation) -> Mapping[str | None, tuple[Said[Facing], ...]]:
    """Return who of ours is their counterpart, standing or in any deal, by which words."""
    last = {(one.deal, one.value.ours): one for one in words_at(row, row.faced, relation.places, relation.at)}
    found: dict[str | None, tuple[Said[Facing], ...]] = {}
    for one in last.values():
        if one.value.assigned:
            found[one.value.ours] = (*found.get(one.value.ours, ()), one)
    return found


def _met(row: PersonRow, relation: Relation, days: int) -> Mapping[str | None, Met]:
    """Return the last contact of each of ours with somebody, where it is not too long ago; under nothing, of nobody
    knows whom.
    """
    late = (one for one in relation.met(row) if relation.days_since(one.end) <= days)
    return {our: one for one in sorted(late, key=lambda one: one.end) for our in one.ours or (None,)}


def _rung(level: JobLevel | None, people: Sequence[_Person], absent: RungState, policy: CoveragePolicy) -> CoverageRung:
    """Put those of one level together; *absent* is what it means that no line leads to any of them."""
    lines = tuple(line for one in people for line in one.lines)
    state = RungState.NOBODY_KNOWN if not people else _faced(lines) if lines else absent
    return CoverageRung(
        level=level,
        people=tuple(one.id for one in people),
        lines=lines,
        state=state,
        peer=_peer(state, lines),
        far=tuple(one.id for one in people if _is_far(one.lines, policy)),
        records=positions(*(one.said for one in people), *(line.records for line in lines)),
    )


def _faced(lines: Sequence[CoverageLine]) -> RungState:
    return RungState.BY_PEER if any(line.above == 0 for line in lines) else RungState.FACED


def _peer(state: RungState, lines: Sequence[CoverageLine]) -> Answer:
    if state is RungState.BY_PEER:
        return Answer.MET
    unknown = state in {RungState.NOBODY_KNOWN, RungState.UNKNOWN} or any(line.above is None for line in lines)
    return Answer.UNKNOWN if unknown else Answer.UNMET


def _is_far(lines: Sequence[CoverageLine], policy: CoveragePolicy) -> bool:
    return bool(lines) and all(line.above is not None and abs(line.above) >= policy.far for line in lines)


def _extent(rungs: Sequence[CoverageRung], unplaced: CoverageRung, policy: CoveragePolicy) -> Extent | None:
    """Say how wide contact is: on the whole front where every level known, and enough of them, is faced by a peer."""
    known = [one for one in rungs if one.people]
    faced = [one for one in known if one.lines]
    if not faced:
        states = {one.state for one in (*known, unplaced)}
        return Extent.NONE if RungState.NOT_FACED in states and not unplaced.lines else None
    if len(known) >= policy.front and all(one.peer is Answer.MET for one in known):
        return Extent.WHOLE_FRONT
    return Extent.ONE_LINE if len(faced) == 1 else Extent.SEVERAL_LINES
