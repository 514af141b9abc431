"""Arbitrary conversations: hypothesis sells, badly and in any order, and the laws must hold.

The machine asks commands of all nouns at arbitrary days, early, late and twice; what is refused is
refused, and everything that was said yes to must leave the journal in a state that can be.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, rule

import dealflow as df
from dealflow.domain.deal import DealPriced, DealValued, StageAdvanced
from tests.clock import Clock

PLAYBOOK = df.Playbook.of(
    "laws",
    "Four steps, one gated",
    [
        df.Milestone("a", "A"),
        df.Milestone("b", "B", gate=df.Gate(advisory=("economic-buyer-met",))),
        df.Milestone("c", "C", gate=df.Gate(strict=("economic-buyer-identified",))),
        df.Milestone("d", "D"),
    ],
)
KEYS = PLAYBOOK.keys()
DAY_ONE = date(2026, 1, 1)
LAST_DAY = DAY_ONE + timedelta(days=40)

days = st.integers(0, 40).map(lambda number: DAY_ONE + timedelta(days=number))
instants = st.integers(0, 40 * 24).map(lambda hours: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours))
windows = st.tuples(instants, instants).map(lambda pair: df.When.between(min(pair), max(pair)))
moments = st.one_of(days, instants, windows)
monies = st.integers(0, 5).map(lambda number: df.Money.of(number * 100, "CNY"))
stages = st.sampled_from(KEYS)

ON_DEALS: Sequence[st.SearchStrategy[Any]] = [
    st.builds(
        df.AdvanceStage, to=stages, reason=st.sampled_from([None, "hurry"]), override=st.sampled_from([None, "x"])
    ),
    st.builds(df.RevertStage, to=stages, reason=st.just("new people")),
    st.builds(df.CommitDeal, given=st.sampled_from(df.Given)),
    st.builds(df.RenegeDeal, reason=st.just("new boss")),
    st.builds(df.WinDeal, amount=st.none() | monies, skip_rest=st.booleans()),
    st.builds(df.LoseDeal, cause=st.sampled_from(df.LossCause)),
    st.builds(df.AbandonDeal, reason=st.just("no budget")),
    st.builds(df.ReopenDeal, reason=st.just("new budget"), at=st.none() | stages),
    st.builds(df.ChangePlaybook, playbook=st.just(df.STANDARD), at=st.just("proposal"), reason=st.just("grown")),
    st.builds(df.ValueDeal, amount=st.none() | monies),
    st.builds(df.PriceDeal, amount=monies),
    st.builds(df.ExpectClose, on=st.none() | days),
    st.builds(df.RenameDeal, title=st.sampled_from(["Line 4", "Line 5"])),
    st.builds(df.AssignDealOwner, owner=st.sampled_from(["li", "wang"])),
    st.builds(df.NameCompetitor, competitor=st.sampled_from(["Acme", "Bolt"])),
    st.builds(df.DropCompetitor, competitor=st.sampled_from(["Acme", "Bolt"])),
    st.builds(df.LearnRivalBid, competitor=st.sampled_from(["Acme", "Bolt"]), amount=monies),
    st.builds(df.NoteInformation, point=st.integers(1, 9)),
    st.builds(df.QuantifyProblem, problem=st.just("scrap"), cost=monies, id=st.sampled_from(["scrap", "waste", None])),
    st.builds(df.WithdrawProblem, ref=st.sampled_from(["scrap", "waste"]), reason=st.just("solved")),
    st.builds(df.ScheduleMilestone, milestone=stages, on=days),
    st.builds(df.ExplainEnd, said_by=st.sampled_from(df.Side), primary_reason=st.just("price")),
    st.builds(df.MarkHistoryUnknown, until=instants),
    st.builds(df.EndObservation),
    st.builds(df.Note, kind=st.just("host.fact"), data=st.just({"n": 1})),
]
ON_CONTACTS: Sequence[st.SearchStrategy[Any]] = [
    st.builds(df.CancelInteraction, reason=st.just("ill")),
    st.builds(df.MissInteraction, by=st.sampled_from(df.Party)),
    st.builds(df.RescheduleInteraction, to=windows),
    st.builds(df.HoldInteraction, minutes=st.sampled_from([None, 20])),
    st.builds(df.AttemptInteraction, result=st.just("voicemail")),
    st.builds(df.AskQuestion, kind=st.sampled_from(df.Spin)),
    st.builds(df.RaiseObjection, topic=st.sampled_from(df.ObjectionTopic), id=st.sampled_from(["one", "two", None])),
    st.builds(df.AnswerObjection, ref=st.sampled_from(["one", "two"]), technique=st.sampled_from(df.Technique)),
    st.builds(df.ResolveObjection, ref=st.sampled_from(["one", "two"])),
    st.builds(df.ConcedeObjection, ref=st.sampled_from(["one", "two"])),
    st.builds(df.MakePromise, what=st.just("a sample"), who=st.just("li"), id=st.sampled_from(["sample", None])),
    st.builds(df.KeepPromise, ref=st.just("sample")),
    st.builds(df.BreakPromise, ref=st.just("sample")),
    st.builds(df.ConcludeInteraction, outcome=st.sampled_from(df.Conclusion), agreed=st.sampled_from([None, "a demo"])),
]
ON_PEOPLE: Sequence[st.SearchStrategy[Any]] = [
    st.builds(df.ChangePosition, title=st.just("COO"), level=st.sampled_from(df.JobLevel)),
    st.builds(df.MoveStakeholder, organisation=st.just("Elsewhere Ltd")),
    st.builds(df.RecordDeparture, reason=st.just("retired")),
    st.builds(df.EraseStakeholder, reason=st.just("asked")),
    st.builds(df.RateInfluence, influence=st.sampled_from(df.Influence)),
    st.builds(
        df.UncoverNeed,
        need=st.sampled_from(df.NeedKind),
        explicit=st.booleans(),
        text=st.sampled_from([None, "scrap is dear"]),
        id=st.sampled_from(["scrap", "fame", None]),
    ),
    st.builds(df.MoveNeed, ref=st.sampled_from(["scrap", "fame"]), rung=st.sampled_from(df.Rung)),
    st.builds(df.RateSolutionAcceptance, level=st.sampled_from([0.0, 0.5, 1.0])),
    st.builds(df.AssignCounterpart, ours=st.sampled_from(["li", "wang"]), main=st.booleans()),
    st.builds(df.ReleaseCounterpart, ours=st.sampled_from(["li", "wang"])),
    st.builds(df.PlanAction, what=st.just("call"), who=st.just("li"), due=days, id=st.sampled_from(["call", None])),
    st.builds(df.CheckAction, ref=st.just("call"), done=st.booleans(), result=st.sampled_from([None, "he came"])),
]
ON_ACCOUNTS: Sequence[st.SearchStrategy[Any]] = [
    st.builds(df.RenameAccount, name=st.sampled_from(["Acme", "Acme Holding"])),
    st.builds(df.RecordPurchase, amount=monies),
    st.builds(df.EndRelationship, cause=st.sampled_from(df.ChurnCause)),
    st.builds(df.ResumeRelationship, reason=st.just("new boss")),
    st.builds(df.AssignAccountOwner, owner=st.sampled_from(["li", "wang"])),
    st.builds(
        df.RaiseComplaint,
        topic=st.just("noise"),
        severity=st.sampled_from(df.Level),
        due=st.none() | days,
        id=st.sampled_from(["noise", None]),
    ),
    st.builds(df.ResolveMatter, ref=st.just("noise"), how=st.just("a new bearing")),
    st.builds(df.SignAgreement, kind=st.just("framework"), id=st.sampled_from(["noise", "frame"])),
    st.builds(df.EndAgreement, ref=st.just("frame"), reason=st.just("not renewed")),
    st.builds(df.MeasureShare, share=st.sampled_from([0.25, 0.75])),
    st.builds(df.SightRival, competitor=st.just("Bolt"), move=st.sampled_from(df.RivalMove)),
    st.builds(df.MarkRivalGone, competitor=st.just("Bolt")),
]
REPLACEMENTS = st.one_of(
    st.none(),
    monies.map(DealValued),
    monies.map(DealPriced),
    st.builds(StageAdvanced, left=stages, reached=stages),
)


class Selling(RuleBasedStateMachine):
    """One journal, and someone who asks it anything."""

    deals: Bundle[UUID] = Bundle("deals")
    people: Bundle[UUID] = Bundle("people")
    contacts: Bundle[UUID] = Bundle("contacts")
    accounts: Bundle[UUID] = Bundle("accounts")
    asked: Bundle[tuple[df.Ask, df.Done]] = Bundle("asked")

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock(datetime(2026, 3, 1, tzinfo=UTC))
        self.flow = df.DealFlow.open("memory:", clock=self.clock)
        self.streams: list[UUID] = []
        self.commands = 0

    def teardown(self) -> None:
        self.flow.close()

    def ask(self, command: Any, at: Any, on: UUID | None = None) -> df.Done | None:
        """Ask, and take no for an answer."""
        try:
            done = self.flow.do(command, by="law", on=on, at=at)
        except df.Refused as no:
            refused = no
        else:
            self._remember(done)
            return done
        note(f"refused: {refused}")
        assert refused.reasons
        assert all(str(reason) for reason in refused.reasons)
        return None

    def _remember(self, done: df.Done) -> None:
        if done.stream not in self.streams and done.records:
            self.streams.append(done.stream)

    @initialize(target=accounts, at=days)
    def first_account(self, at: date) -> UUID:
        done = self.ask(df.RegisterAccount("Acme"), at)
        assert done is not None
        return done.stream

    @rule(target=deals, account=accounts, at=moments, stage=st.none() | stages)
    def open_deal(self, account: UUID, at: Any, stage: str | None) -> UUID:
        done = self.ask(df.OpenDeal(account, "Line 4", PLAYBOOK, stage), at)
        assert done is not None
        return done.stream

    @rule(target=people, account=accounts, at=moments)
    def identify(self, account: UUID, at: Any) -> UUID:
        done = self.ask(df.IdentifyStakeholder(account, "COO Wang"), at)
        assert done is not None
        return done.stream

    @rule(target=contacts, account=accounts, person=people, deal=deals, at=moments, held=st.booleans())
    def contact(self, account: UUID, person: UUID, deal: UUID, at: Any, held: bool) -> UUID:
        if held:
            command: Any = df.HoldInteraction(account, df.Channel.VISIT, (person,), ("li",), deals=(deal,))
        else:
            window = df.When.of(LAST_DAY, UTC)
            command = df.PlanInteraction(account, window, df.Channel.VISIT, "see it", (person,), ("li",), deals=(deal,))
        done = self.ask(command, at)
        assert done is not None
        return done.stream

    @rule(deal=deals, command=st.one_of(ON_DEALS), at=moments)
    def about_a_deal(self, deal: UUID, command: Any, at: Any) -> None:
        self.ask(command, at, deal)

    @rule(contact=contacts, command=st.one_of(ON_CONTACTS), at=moments)
    def about_a_contact(self, contact: UUID, command: Any, at: Any) -> None:
        self.ask(command, at, contact)

    @rule(person=people, command=st.one_of(ON_PEOPLE), at=moments)
    def about_a_person(self, person: UUID, command: Any, at: Any) -> None:
        self.ask(command, at, person)

    @rule(account=accounts, command=st.one_of(ON_ACCOUNTS), at=moments)
    def about_an_account(self, account: UUID, command: Any, at: Any) -> None:
        self.ask(command, at, account)

    @rule(person=people, deal=deals, role=st.sampled_from(df.Role), here=st.booleans(), at=moments)
    def role(self, person: UUID, deal: UUID, role: df.Role, here: bool, at: Any) -> None:
        self.ask(df.IdentifyRole(role, deal if here else None), at, person)

    @rule(person=people, deal=deals, stance=st.sampled_from(df.Stance), here=st.booleans(), at=moments)
    def stance(self, person: UUID, deal: UUID, stance: df.Stance, here: bool, at: Any) -> None:
        self.ask(df.ChangeStance(stance, deal=deal if here else None), at, person)

    @rule(data=st.data(), version=st.integers(1, 8), replacement=REPLACEMENTS, occurred=st.none() | windows, at=moments)
    def correct(self, data: st.DataObject, version: int, replacement: Any, occurred: Any, at: Any) -> None:
        stream = data.draw(st.sampled_from(self.streams))
        self.ask(df.CorrectRecord(version, "typed wrong", replacement, occurred), at, stream)

    @rule(target=asked, deal=deals, command=st.one_of(ON_DEALS), at=moments)
    def ask_by_id(self, deal: UUID, command: Any, at: Any) -> Any:
        self.commands += 1
        ask = df.Ask(command, "law", deal, at, command_id=f"command-{self.commands}")
        try:
            return ask, self.flow.do_all([ask])[0]
        except df.Refused:
            return ask, None

    @rule(before=consumes(asked))
    def ask_again(self, before: tuple[df.Ask, df.Done | None]) -> None:
        ask, done = before
        if done is None or not done.records:
            return
        head = self.flow.journal.head()
        assert self.flow.do_all([ask]) == (done,)
        assert self.flow.journal.head() == head
