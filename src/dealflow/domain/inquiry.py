"""Inquiry: what we asked in an interaction, and what problems the customer spoke of.

Part of the interaction's stream; here because questions are what moves a need (domain.md §4, §5).
"""

from enum import StrEnum
from typing import assert_never
from uuid import UUID

import attrs

from dealflow.domain.personal import Personal


class Spin(StrEnum):
    """The four kinds of question, which move a need up its ladder."""

    SITUATION = "situation"
    PROBLEM = "problem"
    IMPLICATION = "implication"
    NEED_PAYOFF = "need-payoff"


# Events


@attrs.frozen
class QuestionAsked:
    """We asked a question of one of the four kinds; *to* is who of theirs."""

    kind: Spin
    to: UUID | None = None
    text: Personal | None = None


@attrs.frozen
class ProblemVoiced:
    """One of theirs spoke of a problem; *by* is who, where it is known."""

    text: Personal
    by: UUID | None = None


InquiryEvent = QuestionAsked | ProblemVoiced


# State


@attrs.frozen
class Inquiry:
    """All that was asked and voiced, in order."""

    questions: tuple[QuestionAsked, ...] = ()
    problems: tuple[ProblemVoiced, ...] = ()


NOTHING_ASKED = Inquiry()


def evolve(inquiry: Inquiry, event: InquiryEvent) -> Inquiry:
    """Add one event to the inquiry."""
    match event:
        case QuestionAsked():
            return attrs.evolve(inquiry, questions=(*inquiry.questions, event))
        case ProblemVoiced():
            return attrs.evolve(inquiry, problems=(*inquiry.problems, event))
        case _:
            assert_never(event)
