"""Coverage: what we do about a person: who of ours faces them, which countermeasures are planned.

Part of the stakeholder's stream; here because our side of it is a subject of its own (domain.md §4).
"""

from datetime import date
from typing import assert_never
from uuid import UUID

import attrs

from dealflow.decider import Refusal
from dealflow.domain.noun import NoSuchRef
from dealflow.domain.personal import Personal
from dealflow.domain.scope import last_word, restated

# Events


@attrs.frozen
class CounterpartAssigned:
    """One of ours faces the person; *main* where they are the main contact."""

    ours: str
    main: bool
    deal: UUID | None = None


@attrs.frozen
class CounterpartReleased:
    """One of ours faces the person no more."""

    ours: str
    deal: UUID | None = None


@attrs.frozen
class ActionPlanned:
    """A countermeasure: *what* is to be done about the person, by *who* of ours, until when (S2)."""

    id: str
    what: Personal
    who: str
    due: date
    deal: UUID | None = None


@attrs.frozen
class ActionChecked:
    """The countermeasure was looked at: is it done, and what came of it."""

    ref: str
    done: bool
    result: Personal | None = None


CoverageEvent = CounterpartAssigned | CounterpartReleased | ActionPlanned | ActionChecked


# State


@attrs.frozen
class Action:
    """One countermeasure; *done* is unknown until it is checked, its words until they are erased."""

    id: str
    who: str
    due: date
    deal: UUID | None = None
    what: Personal | None = None
    done: bool | None = None
    result: Personal | None = None


@attrs.frozen
class Coverage:
    """The last word on each of our people, standing and by deal, and every countermeasure."""

    counterparts: tuple[CounterpartAssigned | CounterpartReleased, ...] = ()
    actions: tuple[Action, ...] = ()

    def counterparts_in(self, deal: UUID | None) -> tuple[CounterpartAssigned, ...]:
        """Return who of ours faces the person in a deal, those assigned first coming first."""
        people = dict.fromkeys(one.ours for one in self.counterparts)
        said = (last_word((one for one in self.counterparts if one.ours == ours), deal) for ours in people)
        return tuple(one for one in said if isinstance(one, CounterpartAssigned))


NOT_COVERED = Coverage()


def evolve(coverage: Coverage, event: CoverageEvent) -> Coverage:
    """Add one event to what we do about the person."""
    match event:
        case CounterpartAssigned() | CounterpartReleased():
            counterparts = restated(coverage.counterparts, event, about=lambda one: one.ours)
            return attrs.evolve(coverage, counterparts=counterparts)
        case ActionPlanned():
            action = Action(event.id, event.who, event.due, event.deal, event.what)
            return attrs.evolve(coverage, actions=(*coverage.actions, action))
        case ActionChecked():
            actions = tuple(
                attrs.evolve(one, done=event.done, result=event.result) if one.id == event.ref else one
                for one in coverage.actions
            )
            return attrs.evolve(coverage, actions=actions)
        case _:
            assert_never(event)


def forgotten(coverage: Coverage) -> Coverage:
    """Return the coverage without words about the person."""
    actions = tuple(attrs.evolve(one, what=None, result=None) for one in coverage.actions)
    return attrs.evolve(coverage, actions=actions)


def misfits(coverage: Coverage, event: CoverageEvent) -> tuple[Refusal, ...]:
    """Say why *event* cannot come next."""
    match event:
        case ActionChecked() if event.ref not in {one.id for one in coverage.actions if not one.done}:
            return (NoSuchRef(event.ref, "open action"),)
        case _:
            return ()
