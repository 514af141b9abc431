"""Life cycles: the states a stream can be in and the steps between them, found by taking every step.

Nothing is said here of what may follow what: each noun's `misfits` is asked, and its `evolve` says
where a step leads. Only samples of the steps are given, and what a state is called.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any
from uuid import UUID

import attrs

from dealflow.domain.account import AccountRegistered, RelationshipEnded
from dealflow.domain.deal import DealOpened, DealPlaybookChanged, DealReopened, StageAdvanced, StageReverted
from dealflow.domain.interaction import (
    Channel,
    Conclusion,
    InteractionAttempted,
    InteractionConcluded,
    InteractionHeld,
    InteractionPlanned,
)
from dealflow.domain.noun import MergedInto, Noun
from dealflow.domain.playbook import Milestone, PlaybookDefined, PlaybookRevised
from dealflow.domain.stakeholder import StakeholderIdentified, StakeholderMoved
from dealflow.store.codec import EVENTS
from tests.examples import example, minimal

ACCOUNT, OTHER = UUID(int=1), UUID(int=2)
MILESTONES = (Milestone("a", "First"), Milestone("b", "Second"))

Sample = Callable[[Any], Any]

SAMPLES: Mapping[type, Sample] = MappingProxyType(
    {
        PlaybookDefined: lambda _: PlaybookDefined("short", "Short", MILESTONES),
        PlaybookRevised: lambda _: PlaybookRevised(MILESTONES, "we learnt"),
        AccountRegistered: lambda _: AccountRegistered("Acme"),
        RelationshipEnded: lambda _: minimal(RelationshipEnded),
        StakeholderIdentified: lambda _: attrs.evolve(minimal(StakeholderIdentified), account=ACCOUNT),
        StakeholderMoved: lambda _: StakeholderMoved(ACCOUNT),
        InteractionPlanned: lambda _: attrs.evolve(minimal(InteractionPlanned), account=ACCOUNT),
        InteractionAttempted: lambda _: InteractionAttempted(ACCOUNT, Channel.CALL, "no answer"),
        InteractionHeld: lambda _: InteractionHeld(ACCOUNT, Channel.VISIT),
        DealOpened: lambda _: DealOpened(ACCOUNT, "Line 4", "short", 1, "a"),
        StageAdvanced: lambda deal: StageAdvanced(deal.stage if deal else "a", "b"),
        StageReverted: lambda deal: StageReverted(deal.stage if deal else "b", "a", "new people"),
        DealPlaybookChanged: lambda _: DealPlaybookChanged("long", 1, "a", "sold otherwise"),
        DealReopened: lambda _: DealReopened("a", "they called again"),
        MergedInto: lambda _: MergedInto(OTHER, "entered twice"),
    }
)
"""What a step looks like in a given state, where the example of its class would be an odd one."""

ODD: tuple[Any, ...] = (
    InteractionHeld(OTHER, Channel.VISIT),
    InteractionAttempted(OTHER, Channel.CALL, "no answer"),
    InteractionConcluded(Conclusion.ADVANCE),
    example(PlaybookDefined),
    example(PlaybookRevised),
    minimal(PlaybookDefined),
    minimal(PlaybookRevised),
)
"""More of the kinds that can be wrong in more than one way."""


@attrs.frozen
class Step:
    """One step that may be taken: from where (nothing is `None`), by which event, to where."""

    before: str | None
    event: str
    after: str


@attrs.frozen
class LifeCycle:
    """The states of one noun, each with a stream that is in it, and the steps between them."""

    states: Mapping[str, Any]
    steps: tuple[Step, ...]


def called(noun: str, state: Any) -> str:
    """Name the state a stream is in, as far as its life cycle goes."""
    if getattr(state, "merged_into", None) is not None:
        return "merged"
    match noun:
        case "playbook":
            return "retired" if state.retired else "in use"
        case "account":
            return "ended" if state.ended else "dealt with"
        case "stakeholder":
            return "erased" if state.erased else "departed" if state.departed else "known"
        case "interaction":
            return str(state.status)
        case _:
            return "committed" if state.committed and state.status == "open" else str(state.status)


@cache
def life_cycle(noun: Noun[Any, Any]) -> LifeCycle:
    """Take every step from every state that can be reached."""
    kinds = [cls for cls, _ in EVENTS.values() if cls in noun.life_cycle or cls is MergedInto]
    states: dict[str, Any] = {}
    steps: list[Step] = []
    waiting: list[tuple[str | None, Any]] = [(None, None)]
    for before, state in waiting:
        for kind in kinds:
            event = sample(kind, state)
            if noun.misfits(state, event):
                continue
            after = noun.evolve(state, event)
            label = called(noun.name, after)
            steps.append(Step(before, _stored(kind), label))
            if label not in states:
                states[label] = after
                waiting.append((label, after))
    return LifeCycle(MappingProxyType(states), tuple(steps))


def sample(kind: type, state: Any) -> Any:
    """Return an event of a kind as it would happen in a state."""
    return SAMPLES.get(kind, lambda _: example(kind))(state)


@cache
def misfits(noun: Noun[Any, Any], kind: type) -> frozenset[type]:
    """Return the refusals that stand against an event of a kind in any state of a stream."""
    states = (None, *life_cycle(noun).states.values())
    return frozenset(
        type(refusal)
        for state in states
        for event in (sample(kind, state), *(one for one in ODD if type(one) is kind))
        for refusal in noun.misfits(state, event)
    )


def _stored(kind: type) -> str:
    return next(name for name, (cls, _) in EVENTS.items() if cls is kind)


def diagram(noun: Noun[Any, Any]) -> Iterator[str]:
    """Draw the life cycle of a noun, line by line, in the language of Mermaid."""
    found = life_cycle(noun)
    yield "stateDiagram-v2"
    for label in found.states:
        if " " in label:
            yield f'    state "{label}" as {_id(label)}'
    arrows: dict[tuple[str | None, str], list[str]] = {}
    for step in found.steps:
        arrows.setdefault((step.before, step.after), []).append(step.event.partition(".")[2])
    for (before, after), events in arrows.items():
        yield f"    {_id(before)} --> {_id(after)}: {', '.join(events)}"


def _id(label: str | None) -> str:
    return "[*]" if label is None else label.replace(" ", "_")
