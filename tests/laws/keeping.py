"""Anything that may be told of an account, and who tells it: what the laws of churn are held against."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import product
from random import Random
from typing import Any
from uuid import UUID

import attrs

import dealflow as df
from dealflow.domain.noun import Placed
from dealflow.domain.nouns import noun_of
from dealflow.domain.timeline import by_stream
from dealflow.projections.relation import Relation
from tests.projections.selling import SHORT, day, journal

LAST = 30
ACME, ELSEWHERE = UUID(int=1), UUID(int=2)
RIVALS = ("Bolt", "Crane")
ASSESSED = ((), (("Bolt", True),), (("Bolt", False),), (("Bolt", None), ("Crane", False)))
PRICE, ORIGINS, SHARES = df.ObjectionTopic.PRICE, [*df.PurchaseOrigin], (0.3, 0.55, 0.6)

Act = tuple[str, Any]  # of what, and the command
Told = tuple[Act, int, Any]  # an act, of which of several, and when
Lines = list[list[Act]]
DAYS = [day(number) for number in range(LAST + 1)]
INSTANTS = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=5 * number) for number in range(LAST * 24 // 5)]
WINDOWS = [df.When.between(*sorted(pair)) for pair in product(INSTANTS[::9], INSTANTS[::7])]

# Everything that may be told, by subject; of each line as often

IDS = "abcdef"
LEVELS = [*df.JobLevel, None]
SAID: list[list[Any]] = [
    [df.ChangeStance(stance, ally=ally) for stance in df.Stance for ally in (None, True, False)],
    [df.RateInfluence(one) for one in df.Influence],
    [df.IdentifyRole(df.Role.COACH), df.IdentifyRole(df.Role.USER), df.WithdrawRole(df.Role.COACH, "no more")],
]
NETWORK: Lines = [
    *[[("identify", (account, level)) for account in (ACME, ACME, ELSEWHERE) for level in LEVELS]] * 2,
    *[[("people", one) for one in some] for some in SAID] * 3,
    *([("in a deal", one) for one in some] for some in SAID),
    [("people", df.ChangePosition(level=level)) for level in LEVELS],
    [("people", df.RecordDeparture())],
    [("people", df.MoveStakeholder(account)) for account in (ACME, ELSEWHERE)],
    [("meet", who) for who in ((), (0,), (1,), (0, 2))],
    [("open", None), ("merge", "people"), ("merge", "contacts")],
]
TROUBLES: Lines = [
    [
        ("account", df.RaiseComplaint("noise", how, on, id=one))
        for how in df.Level
        for on in (None, *DAYS)
        for one in IDS
    ],
    [("account", df.ReportIncident(kind, how, id=one)) for kind in df.IncidentKind for how in df.Level for one in IDS],
    *[[("account", df.ResolveMatter(one, "a new bearing")) for one in IDS]] * 3,
]
RIVALRY: Lines = [
    [("account", df.SightRival(rival, move)) for rival in RIVALS for move in df.RivalMove],
    [("account", df.MarkRivalGone(rival)) for rival in RIVALS],
    [("account", df.AssessCriteria(we, they)) for we in (True, False, None) for they in ASSESSED],
    [("meet", ())],
    *[[("contacts", df.RaiseObjection(topic, id=one)) for topic in (PRICE, *df.ObjectionTopic) for one in IDS]] * 2,
    [("contacts", ask(one)) for ask in (df.ResolveObjection, df.ConcedeObjection) for one in IDS],
    [("merge", "contacts")],
]
BINDING: Lines = [
    [("account", df.SignAgreement("frame", until, id=one)) for until in (None, *DAYS) for one in IDS],
    [("account", df.EndAgreement(one, "too dear")) for one in IDS],
    [("account", df.NoteDirectionChange(change, "abroad")) for change in df.Direction],
    [("account", df.MakePlan((goal,), ("visit",))) for goal in ("more", "most")] + [("account", df.ReviewPlan("well"))],
    [("account", df.EndRelationship(df.ChurnCause.OTHER)), ("account", df.ResumeRelationship("again"))],
]
BUYING: Lines = [
    *[[("account", df.RecordPurchase(df.Money.of(number * 100, "CNY"))) for number in range(5)]] * 12,
    [("account", df.RecordPurchase(df.Money.of(1, "EUR")))]
    + [("account", df.DrawPurchasesFrom(one)) for one in ORIGINS],
    *[[("account", df.MeasureShare(share, period=period)) for share in SHARES for period in ("Q1", "Q2", None)]] * 2,
    [("meet", ()), ("meet", (1,))],
    [("open", None)],
    [("deals", df.WinDeal(df.Money.of(number * 100, "CNY"), skip_rest=True)) for number in range(5)],
    [("deals", df.ReopenDeal("again")), ("deals", df.WinDeal(skip_rest=True)), ("merge", "deals")],
]
SUBJECTS: list[Lines] = [NETWORK, TROUBLES, RIVALRY, BINDING, BUYING]


def history(chance: Random, *moments: Sequence[Any], size: int = 90) -> list[Told]:
    """Make up a history of one subject, or of all of them."""
    subject = chance.choice([*SUBJECTS, [line for lines in SUBJECTS for line in lines]])
    return [
        (chance.choice(chance.choice(subject)), chance.randrange(4), chance.choice(chance.choice(moments)))
        for _ in range(chance.randrange(size))
    ]


@attrs.frozen
class Telling:
    """A journal of two accounts, and someone who tells anything about one of them; what cannot be is refused."""

    flow: df.DealFlow = attrs.field(factory=lambda: journal(date(2026, 12, 31)))
    people: list[UUID] = attrs.field(factory=list)
    contacts: list[UUID] = attrs.field(factory=list)
    deals: list[UUID] = attrs.field(factory=list)

    def __attrs_post_init__(self) -> None:
        for account in (ACME, ELSEWHERE):
            self.do(df.RegisterAccount("Acme"), day(2), account)
        self.do(df.DrawPurchasesFrom(df.PurchaseOrigin.HOST), day(2), ACME)
        for number in range(3):
            self.tell(("identify", (ACME, None)), number, day(number))

    def do(self, command: Any, at: Any, on: UUID | None = None) -> UUID | None:
        try:
            return self.flow.do(command, on=on, by="law", at=at).stream
        except df.Refused:
            return None

    def tell(self, act: Act, one: int, at: Any) -> None:
        match act:
            case "account", command:
                self.do(command, at, ACME)
            case "identify", (account, level):
                self._add(self.people, df.IdentifyStakeholder(account, "Somebody", level=level), at)
            case "meet", who:
                theirs = tuple(dict.fromkeys(self.people[number % len(self.people)] for number in who if self.people))
                self._add(self.contacts, df.HoldInteraction(ACME, df.Channel.VISIT, theirs, ("li",)), at)
            case "open", _:
                self._add(self.deals, df.OpenDeal(ACME, "A deal", SHORT, "meet"), at)
            case "in a deal", command if self.people and self.deals:
                self.do(attrs.evolve(command, deal=self.deals[0]), at, self.people[one % len(self.people)])
            case "merge", kind if len(streams := getattr(self, kind)) > 1:
                self.do(df.MergeInto(streams[0], "the same"), at, streams[-1])
            case "contacts", command if self.contacts:  # not before it was held: the rows do not know when it began
                contact = self.contacts[one % len(self.contacts)]
                held, when = self.flow.journal.stream(contact)[0].when, df.When.of(at, UTC)
                self.do(command, df.When.between(max(held.start, when.start), max(held.end, when.end)), contact)
            case kind, command if streams := getattr(self, kind, None):
                self.do(command, at, streams[one % len(streams)])

    def _add(self, streams: list[UUID], command: Any, at: Any) -> None:
        stream = self.do(command, at)
        if stream is not None:
            streams.append(stream)

    @property
    def whole(self) -> Relation:
        """The account on the evening of the last day."""
        return self.flow.relation(ACME, happened=day(LAST + 5))

    def placed(self) -> Iterator[Placed]:
        """Yield every record with the time the rest of its stream leaves for it."""
        for records in by_stream(self.flow.journal.read()).values():
            yield from noun_of(records).placed(records)


def telling(*told: Told) -> Telling:
    found = Telling()
    for act, one, at in told:
        found.tell(act, one, at)
    return found
