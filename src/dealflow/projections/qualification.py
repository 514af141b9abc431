"""Qualification: whether a deal is worth pursuing, and how each side stands in it, over time (domain.md §3).

Answers are yes, no or unknown, and no score is made of them: unknown would have to count as something.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from uuid import UUID

import attrs

from dealflow.domain.account import AccountScreened
from dealflow.domain.contest import NO_CONTEST
from dealflow.domain.purchase import Favours
from dealflow.domain.qualification import TWENTY, Assessed, Pursuit, Qualified, Question, Risk, Screening, YesNo
from dealflow.domain.timeline import Told
from dealflow.projections import Dated
from dealflow.projections.situation import Situation


@attrs.frozen
class Change:
    """A question is answered otherwise than before; what was never answered was unknown."""

    question: str
    before: YesNo
    after: YesNo


@attrs.frozen
class Screened:
    """The nine questions as they were answered once; *changes* since the time before, or since nothing was known."""

    record: int
    day: date
    screening: Screening
    risk: Risk
    verdict: Pursuit
    reason: str | None
    changes: tuple[Change, ...]


@attrs.frozen
class Tally:
    """How many questions of the list are answered in each way; unanswered is unknown."""

    yes: int
    no: int
    unknown: int


@attrs.frozen
class Assessment:
    """A contender was assessed: what that *changes*, and how many answers they had of each kind from then on."""

    record: int
    day: date
    changes: tuple[Change, ...]
    tally: Tally


@attrs.frozen
class Answered:
    """The last answer to a question, since when; *listed* where it is one of the list that was asked for."""

    question: str
    answer: YesNo
    record: int
    day: date
    listed: bool


@attrs.frozen
class Contender:
    """One who wants the deal, we or a competitor: *present* while in it, *answers* are the last to each question."""

    present: bool
    answers: tuple[Answered, ...]
    tally: Tally
    history: tuple[Assessment, ...]

    def says(self, question: str) -> YesNo:
        """Return the answer to a question; unknown where there is none."""
        return next((one.answer for one in self.answers if one.question == question), YesNo.UNKNOWN)


@attrs.frozen
class Against:
    """A rival's answer beside ours, and whom it favours; nothing where either is unknown."""

    answer: YesNo
    favours: Favours | None


@attrs.frozen
class Comparison:
    """One question of the list: our answer, and that of each rival by name."""

    question: Question
    us: YesNo
    rivals: Mapping[str, Against]


@attrs.frozen
class Qualification:
    """All that was asked of a deal's worth, in the order it happened.

    *deal* is how it was qualified, *account* how its account was screened; *us* and *rivals* (every
    competitor that ever was in it, by name) how each side was assessed, and *questions* compares them.
    """

    id: UUID
    deal: tuple[Screened, ...]
    account: tuple[Screened, ...]
    us: Contender
    rivals: Mapping[str, Contender]
    questions: tuple[Comparison, ...]


def qualification(situation: Situation, questions: Sequence[Question] = TWENTY) -> Qualification:
    """Return how a deal was screened and assessed, held against a list of *questions*."""
    contest = situation.deal.contest if situation.deal else NO_CONTEST
    us = _contender(None, situation, questions, present=True)
    rivals = {
        one.competitor: _contender(one.competitor, situation, questions, present=one.present) for one in contest.rivals
    }
    return Qualification(
        id=situation.id,
        deal=_screened(situation, situation.id, Qualified),
        account=_screened(situation, situation.deal.account, AccountScreened) if situation.deal else (),
        us=us,
        rivals=MappingProxyType(rivals),
        questions=tuple(_compared(question, us, rivals) for question in questions),
    )


def _told(situation: Situation, stream: UUID, event: type) -> Iterator[Told]:
    return (one for one in situation.told if one.record.stream == stream and isinstance(one.record.event, event))


def _screened(situation: Situation, stream: UUID, event: type) -> tuple[Screened, ...]:
    told = _told(situation, stream, event)
    dated = (Dated(one.record.event, one.record.occurred_from, one.end, one.record.position) for one in told)
    return tuple(screenings(dated, situation.horizon.day))


def screenings(
    told: Iterable[Dated[Qualified] | Dated[AccountScreened]], day: Callable[[datetime], date]
) -> Iterator[Screened]:
    """Yield each time the nine questions were asked, with what was answered otherwise than the time before."""
    before: Mapping[str, YesNo] = {}
    for one in told:
        said = one.value
        after: Mapping[str, YesNo] = {**attrs.asdict(said.screening), **attrs.asdict(said.risk)}
        yield Screened(
            record=one.record,
            day=day(one.end),
            screening=said.screening,
            risk=said.risk,
            verdict=said.verdict,
            reason=said.reason,
            changes=_changes(before, after),
        )
        before = after


def _changes(before: Mapping[str, YesNo], after: Mapping[str, YesNo]) -> tuple[Change, ...]:
    compared = ((question, before.get(question, YesNo.UNKNOWN), answer) for question, answer in after.items())
    return tuple(Change(question, was, is_) for question, was, is_ in compared if was is not is_)


# The assessment of each side


def _contender(
    competitor: str | None, situation: Situation, questions: Sequence[Question], *, present: bool
) -> Contender:
    """Fold a side's assessments: an answer stands until its question is answered anew."""
    listed = {question.key for question in questions}
    answers: dict[str, Answered] = {}
    history: list[Assessment] = []
    for one in _told(situation, situation.id, Assessed):
        if one.record.event.competitor != competitor:
            continue
        day, record, said = situation.horizon.day(one.end), one.record.position, dict(one.record.event.answers)
        before = {key: answered.answer for key, answered in answers.items()}
        answers |= {key: Answered(key, answer, record, day, key in listed) for key, answer in said.items()}
        history.append(Assessment(record, day, _changes(before, said), _tally(answers, questions)))
    return Contender(present, tuple(answers.values()), _tally(answers, questions), tuple(history))


def _tally(answers: Mapping[str, Answered], questions: Sequence[Question]) -> Tally:
    given = Counter(answers[one.key].answer if one.key in answers else YesNo.UNKNOWN for one in questions)
    return Tally(given[YesNo.YES], given[YesNo.NO], given[YesNo.UNKNOWN])


def _compared(question: Question, us: Contender, rivals: Mapping[str, Contender]) -> Comparison:
    ours = us.says(question.key)
    theirs = {name: one.says(question.key) for name, one in rivals.items()}
    against = {name: Against(answer, _favours(ours, answer)) for name, answer in theirs.items()}
    return Comparison(question, ours, MappingProxyType(against))


def _favours(ours: YesNo, theirs: YesNo) -> Favours | None:
    if YesNo.UNKNOWN in {ours, theirs}:
        return None
    if ours is theirs:
        return Favours.NEITHER
    return Favours.US if ours is YesNo.YES else Favours.RIVAL
