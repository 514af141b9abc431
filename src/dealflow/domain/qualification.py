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
