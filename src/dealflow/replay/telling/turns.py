"""One sentence for what follows from the records of an account: its stages, and the signals that came up and went."""

from collections.abc import Mapping
from types import MappingProxyType

from dealflow.projections.churn.judging import Sign, SignalSpell
from dealflow.projections.progression import Passage, Transition
from dealflow.replay.telling.words import Names, maybe

_WAYS: Mapping[Passage, str] = MappingProxyType(
    {
        Passage.REGISTERED: "began, in {reached}",
        Passage.ADVANCED: "advanced from {left} to {reached}",
        Passage.REGRESSED: "went back from {left} to {reached}",
        Passage.TERMINATED: "was terminated, from {left}",
        Passage.RECOVERED: "was recovered, at {reached}",
    }
)


def passed(step: Transition) -> str:
    """Say how the relationship came to a stage, and why."""
    return f"The relationship {_WAYS[step.passage].format(left=step.left, reached=step.reached)} — {step.text}."


def raised(spell: SignalSpell, names: Names) -> str:
    """Say that a signal came up, and what was found."""
    return f"{spell.signal.name} is up: {_found(spell.raised, names)}."


def cleared(spell: SignalSpell, sign: Sign, names: Names) -> str:
    """Say that a signal is up no more, and what was found instead."""
    return f"{spell.signal.name} is up no more: {_found(sign, names)}."


def _found(sign: Sign, names: Names) -> str:
    return f"{sign.text}{maybe(' ({})', names.all(sign.people))}"
