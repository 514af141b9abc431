"""Replay: what the dossier of one deal costs, however long the journal, and its turning points beside it.

`python -m benchmarks.replay` sells one deal of 500 records into a journal of 20,000 and into one of
1,000,000 records (made up, most of them in the year before), and prints how much longer the dossier
takes in the long one: 1.2 at most. And how many dossiers the whole analysis of the turning points
takes: 100 at most. `--short` takes a tenth of the long journal.
"""

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from uuid import UUID

from dealflow import (
    AdvanceStage,
    AnswerObjection,
    AskQuestion,
    ChangeStance,
    Channel,
    ConcludeInteraction,
    Conclusion,
    DealFlow,
    ExpectClose,
    HoldInteraction,
    IdentifyRole,
    IdentifyStakeholder,
    Influence,
    LoseDeal,
    MakePromise,
    Money,
    NameCompetitor,
    NoteInformation,
    ObjectionTopic,
    OpenDeal,
    RaiseObjection,
    RateInfluence,
    RegisterAccount,
    ResolveObjection,
    Role,
    Spin,
    Stance,
    Technique,
    ValueDeal,
)
from dealflow.testing import Clock, Market, fill, simulate

RECORDS = 500
SHORT, LONG = 20_000, 1_000_000
A_DEAL = 104  # records, about, that the market has for each of its deals
SAME, ANALYSIS = 1.2, 100  # the bars
FIRST = date(2026, 1, 5)
PEOPLE = 10
STAGES = ("executive_meeting", "consulting", "proposal", "negotiation")


class Selling:
    """One long deal, sold week by week."""

    def __init__(self, flow: DealFlow) -> None:
        self.flow = flow
        self.day = FIRST
        self.account = self.tell(RegisterAccount("Acme Steel"))
        self.deal = self.tell(OpenDeal(self.account, "Line 4"))
        self.records = 2

    def tell(self, command: object, on: UUID | None = None) -> UUID:
        """Ask one command."""
        self.records = getattr(self, "records", 0) + 1
        return self.flow.do(command, by="li", on=on, at=self.day).stream  # type: ignore[arg-type]

    def play(self) -> UUID:
        """Sell until it has so many records, and lose it."""
        people = [self._person(number) for number in range(PEOPLE)]
        stages, week = iter(STAGES), 0
        while self.records < RECORDS - 1:
            self.day += timedelta(days=3)
            self._visit(people[week % PEOPLE], people[(week * 3 + 1) % PEOPLE], week)
            if week % 12 == 11 and (stage := next(stages, None)):
                self.tell(AdvanceStage(stage), self.deal)
            week += 1
        self.tell(LoseDeal(), self.deal)
        return self.deal

    def _person(self, number: int) -> UUID:
        person = self.tell(IdentifyStakeholder(self.account, f"Person {number}"))
        self.tell(IdentifyRole(list(Role)[number % 4], self.deal), person)
        self.tell(RateInfluence(list(Influence)[number % 3], self.deal), person)
        return person

    def _visit(self, person: UUID, other: UUID, week: int) -> None:
        visit = HoldInteraction(self.account, Channel.VISIT, (person, other), ("li",), minutes=40, deals=(self.deal,))
        contact = self.tell(visit)
        self.tell(AskQuestion(list(Spin)[week % 4], person), contact)
        self.tell(RaiseObjection(list(ObjectionTopic)[week % 7], by=person, id="one"), contact)
        self.tell(AnswerObjection("one", Technique.FIVE_WHYS), contact)
        if week % 3:
            self.tell(ResolveObjection("one"), contact)
        self.tell(MakePromise("a sample", "li", self.day + timedelta(days=10), id="two"), contact)
        self.tell(ConcludeInteraction(Conclusion.ADVANCE, "a trial", self.day + timedelta(days=5)), contact)
        self.tell(ChangeStance(list(Stance)[week // 4 % 3], ally=bool(week % 2), deal=self.deal), other)
        self._fact(week)

    def _fact(self, week: int) -> None:
        facts = (
            ValueDeal(Money.of(1000 + week, "EUR")),
            NoteInformation(week % 9 + 1),
            ExpectClose(self.day + timedelta(days=90 + week)),
            NameCompetitor(f"Rival {week % 5}"),
        )
        self.tell(facts[week % 4], self.deal)


def journal(file: Path, records: int) -> tuple[DealFlow, UUID]:
    """Return a journal of about so many records, with the long deal at its end."""
    clock = Clock()
    flow = DealFlow.open(f"sqlite:///{file}", clock=clock)
    deals = 1 + records // A_DEAL
    fill(flow, clock, simulate(Market(deals=deals, first_day=date(2024, 1, 1)), seed=1), until=date(2025, 12, 31))
    clock.now = max(clock.now, datetime(2026, 1, 5, 18, tzinfo=UTC))
    return flow, Selling(flow).play()


def seconds(ask: Callable[[], object], times: int) -> list[float]:
    """Return how long a question took, each of so many times."""
    took = []
    for _ in range(times):
        begun = perf_counter()
        ask()
        took.append(perf_counter() - begun)
    return took


def report(long: int = LONG) -> Iterator[str]:
    """Tell it, a line at a time."""
    with TemporaryDirectory() as folder:
        few, deal = journal(Path(folder) / "few.db", SHORT)
        many, same = journal(Path(folder) / "many.db", long)
        sizes = [one.journal.head() for one in (few, many)]
        records = len(few.deal(deal).records)
        yield f"a deal of {records} records in journals of {sizes[0]:,} and {sizes[1]:,} records"
        pairs = [(seconds(lambda: few.deal(deal), 1)[0], seconds(lambda: many.deal(same), 1)[0]) for _ in range(15)]
        short, far = (median(side) for side in zip(*pairs, strict=True))
        ratio = median(there / here for here, there in pairs)
        yield f"dossier: {ratio:.2f} times the cost in the long journal (bar {SAME})"
        whole = min(seconds(lambda: few.turning_points(deal), 3)) / short
        yield f"turning points: {whole:.0f} dossiers (bar {ANALYSIS}), which take {short:.3f} s and {far:.3f} s each"
        few.close()
        many.close()


if __name__ == "__main__":
    for line in report(LONG // 10 if "--short" in sys.argv else LONG):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
