"""Gates: what should be so before a milestone is left, judged from recorded facts (domain.md §2).

A criterion is a named question with three answers and the positions of the records it looked at.
Unknown is its own answer: never rounded to a no, and never to a yes.
"""

from enum import StrEnum

import attrs

CriterionName = str


class Answer(StrEnum):
    """What a criterion found."""

    MET = "met"
    UNMET = "unmet"
    UNKNOWN = "unknown"


@attrs.frozen
class Gate:
    """The exit criteria of a milestone: *strict* ones refuse, *advisory* ones are written down."""

    strict: tuple[CriterionName, ...] = ()
    advisory: tuple[CriterionName, ...] = ()


OPEN_GATE = Gate()


@attrs.frozen
class Finding:
    """What one criterion found, and the journal positions of the records it rests on."""

    criterion: CriterionName
    answer: Answer
    strict: bool = False
    records: tuple[int, ...] = ()
    note: str | None = None


@attrs.frozen
class Verdict:
    """What the gates found when a milestone was left; stored, so a replay needs nothing else.

    *looked_at* is the journal position up to which facts were seen; *override* the reason where a
    strict gate was passed all the same.
    """

    findings: tuple[Finding, ...] = ()
    looked_at: int = 0
    override: str | None = None

    @property
    def answer(self) -> Answer:
        """All findings as one answer: unmet if any is, else unknown if any is, else met."""
        answers = {finding.answer for finding in self.findings}
        for answer in (Answer.UNMET, Answer.UNKNOWN):
            if answer in answers:
                return answer
        return Answer.MET


PASSED = Verdict()
IMPORTED = "imported: judged by the system it came from, if at all"
