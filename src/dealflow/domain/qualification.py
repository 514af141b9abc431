"""Qualification: the questions asked of an account and of a deal, answered yes, no or unknown.

domain.md §3: five screening questions, four risk questions, and the twenty of a TAS-style
assessment, asked of us and of each rival.
"""

from enum import StrEnum

import attrs

from dealflow.decider import Refusal
from dealflow.domain.noun import missing


class YesNo(StrEnum):
    """An answer; unknown is its own."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Pursuit(StrEnum):
    """What the questions led to: full force, less contact, or giving it up."""

    PASS = "pass"  # noqa: S105 (a verdict, not a secret)
    REDUCE = "reduce"
    ABANDON = "abandon"


@attrs.frozen
class Screening:
    """Can they use it, afford it, do they value it, need it now, trust us (S2)."""

    can_use: YesNo = YesNo.UNKNOWN
    can_afford: YesNo = YesNo.UNKNOWN
    values_it: YesNo = YesNo.UNKNOWN
    needs_it_now: YesNo = YesNo.UNKNOWN
    trusts_us: YesNo = YesNo.UNKNOWN


@attrs.frozen
class Risk:
    """Is there an opportunity, can we win, is there competition, is it worth winning (S2)."""

    is_opportunity: YesNo = YesNo.UNKNOWN
    can_win: YesNo = YesNo.UNKNOWN
    has_competition: YesNo = YesNo.UNKNOWN
    worth_winning: YesNo = YesNo.UNKNOWN


Answers = tuple[tuple[str, YesNo], ...]


@attrs.frozen
class Qualified:
    """The deal was held against the screening and risk questions."""

    screening: Screening
    risk: Risk
    verdict: Pursuit
    reason: str | None = None


@attrs.frozen
class Assessed:
    """A side was assessed on the twenty questions: a competitor, or us where none is named."""

    answers: Answers
    competitor: str | None = None


def unexplained(verdict: Pursuit, reason: str | None) -> tuple[Refusal, ...]:
    """Giving less than full force needs a reason; it is what is watched for change later."""
    return () if verdict is Pursuit.PASS else missing(reason=reason)


# The twenty questions


class QuestionGroup(StrEnum):
    """What five of the twenty questions are about."""

    OPPORTUNITY = "is there an opportunity"
    COMPETE = "can we compete"
    WIN = "can we win"
    WORTH = "is it worth winning"


@attrs.frozen
class Question:
    """One question asked of a side, so put that *yes* speaks for it; *group* is absent where it stands alone."""

    key: str
    text: str
    group: QuestionGroup | None = None


def _five(group: QuestionGroup, **texts: str) -> tuple[Question, ...]:
    return tuple(Question(key.replace("_", "-"), text, group) for key, text in texts.items())


TWENTY: tuple[Question, ...] = (
    *_five(
        QuestionGroup.OPPORTUNITY,
        project_defined="The customer has a project with a result to reach, and this side has it from them.",
        business_understood="This side knows what the customer lives on, and how the project bears on it.",
        finances_sound="The customer's finances are sound, and this side has seen that they are.",
        money_found="Money is set aside for this side's proposal, or somebody is known who will release it.",
        must_act="Something will hurt the customer if they do not act by a certain day, and they say so to this side.",
    ),
    *_five(
        QuestionGroup.COMPETE,
        criteria_suit="What the offers will officially be judged by suits this side.",
        solution_fits="What this side offers solves the problem as it stands.",
        effort_affordable="This side has the people and the time that winning takes.",
        relations_good="The customer's relations with this side are good today.",
        value_unique="This side brings something the customer can measure, and nobody else does.",
    ),
    *_five(
        QuestionGroup.WIN,
        support_inside="Somebody inside wants this side to win, and acts on it.",
        executives_convinced="Those at the top believe that this side delivers.",
        culture_fits="This side and the customer work in ways that go together.",
        unwritten_known="What the choice turns on without being written down speaks for this side.",
        power_behind="Those with real power stand behind this side.",
    ),
    *_five(
        QuestionGroup.WORTH,
        revenue_now="The order brings this side worthwhile revenue soon.",
        revenue_later="More will follow from it for this side.",
        profitable="The order leaves this side a profit.",
        risk_bearable="If it goes wrong, this side can bear it.",
        strategic="This side gains beyond the order: a market, a reference, something learnt.",
    ),
)
"""The standard questions of the assessment, five of each group, in our own words; a host may ask others."""
