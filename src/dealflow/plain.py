"""Plain: any answer as the values JSON knows, for `--json` and for hosts that hand answers on.

Money is `{"amount": "1000.00", "currency": "CNY"}`, an exact decimal a string, an id a string, a time
ISO 8601 in UTC, an enum its value. An event bears its stored name, which is promised for ever,
beside its fields: `{"event": "deal.won", "data": {…}}`.
"""

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any, NoReturn

import attrs
import msgspec

from dealflow.decider import Refused
from dealflow.domain.personal import Personal
from dealflow.domain.stakeholder import StakeholderErased
from dealflow.journal import Record
from dealflow.projections.backtest import Exposure, SignalScore
from dealflow.projections.bookings import Clash, Overbooked
from dealflow.projections.closeness import ChainCloseness
from dealflow.projections.committee import Committee, Member, Support
from dealflow.projections.competition import Competition
from dealflow.projections.conclusions import ConclusionShare, ContactCounts
from dealflow.projections.conduct import Contacts
from dealflow.projections.contest import Contested, DealContest, DealRival
from dealflow.projections.criteria_watch import RivalCriteria
from dealflow.projections.deals import Pipeline
from dealflow.projections.effort import DealEffort
from dealflow.projections.estimates import Share
from dealflow.projections.funnel import WIN_RATE, Funnel, StageCount
from dealflow.projections.objection_cases import ObjectionBy
from dealflow.projections.objections import Objections, Resolution
from dealflow.projections.patterns import Pattern, ValueCount
from dealflow.projections.plan import Plan, as_json
from dealflow.projections.portfolio import Portfolio
from dealflow.projections.promises import DuePromise
from dealflow.projections.ranking import Ranking
from dealflow.projections.relation import Relation
from dealflow.projections.relationship import Relationship
from dealflow.projections.results import Results
from dealflow.projections.rhythm import Rhythm
from dealflow.projections.silence import Silence
from dealflow.projections.survival import Incidence
from dealflow.replay.changes import Changes
from dealflow.replay.chronicle import Chronicle
from dealflow.replay.dossier import DealObjection, Dossier, GatePassage
from dealflow.replay.dossier import Member as SeatedMember
from dealflow.replay.review import Review
from dealflow.replay.story import Story
from dealflow.replay.telling.words import Names
from dealflow.replay.turning import TurningPoint
from dealflow.store.codec import EVENTS

_NAMES: Mapping[type, str] = MappingProxyType({cls: name for name, (cls, _) in EVENTS.items()})
NOBODY_ERASED = Names()


def plain(answer: Any, names: Names | None = None) -> Any:
    """Return an answer as dicts, lists, strings, numbers and nulls.

    Words of people whose data was erased are blanked out: of those that *names*, the answer itself
    or its records say so of. Raises `TypeError` for a value that no answer holds.
    """
    return _Plain(names or _names_in(answer))(answer)


def _names_in(answer: Any) -> Names:
    match answer:
        case Story() | Chronicle() | Review():
            return answer.names
        case Dossier():
            return _erased_in(answer.records)
        case Record():
            return _erased_in((answer,))
        case _:
            return NOBODY_ERASED


def _erased_in(records: Iterable[Record]) -> Names:
    return Names(erased=frozenset(one.stream for one in records if isinstance(one.event, StakeholderErased)))


@attrs.frozen
class _Plain:
    """The walk through an answer, knowing whose words may no longer be repeated."""

    names: Names

    def __call__(self, value: Any) -> Any:
        form = _FORMS.get(type(value))
        if form is not None:
            return form(self, value)
        match value:
            case Mapping():
                return {str(key): self(one) for key, one in value.items()}
            case list() | tuple() | set() | frozenset():
                return [self(one) for one in value]
            case _ if attrs.has(type(value)):
                fields = self.fields(value)
                return {"event": _NAMES[type(value)], "data": fields} if type(value) in _NAMES else fields
            case _:
                return msgspec.to_builtins(value)

    def fields(self, value: Any) -> dict[str, Any]:
        names = (*(field.name for field in attrs.fields(type(value))), *_DERIVED.get(type(value), ()))
        return {name: self(getattr(value, name)) for name in names}

    def record(self, record: Record) -> dict[str, Any]:
        """A record is its envelope, with the event's name and fields beside it."""
        envelope = self.fields(record)
        return {**envelope, **envelope["event"]}

    def story(self, story: Story) -> dict[str, Any]:
        """The records stand in the lines, so the dossier need not repeat them."""
        whole = self.fields(story)
        del whole["dossier"]["records"]
        return whole

    def words(self, words: Personal) -> str | None:
        return self.names.text(words)

    def called(self, names: Names) -> dict[str, str]:
        return {str(id_): names(id_) for id_ in sorted({*names.known, *names.erased})}

    def funnel(self, funnel: Funnel) -> dict[str, Any]:
        """The two shares of the whole are plain rates here, with what the first one means beside them."""
        win_rate = self.share(funnel.win_rate)
        return self.fields(funnel) | {
            "win_rate": win_rate["rate"],
            "win_rate_interval": [win_rate["low"], win_rate["high"]],
            "win_rate_definition": WIN_RATE,
            "won_of_all": self.share(funnel.won_of_all)["rate"],
        }

    def plan(self, plan: Plan) -> Any:
        return self(as_json(plan))

    def share(self, share: Share) -> dict[str, Any]:
        """Rates are rounded to six decimals; the counts they rest on stand beside them."""
        ends = {"rate": share.rate, "low": share.low, "high": share.high}
        rounded = {name: None if value is None else round(value, 6) for name, value in ends.items()}
        return {"n": share.n, "of": share.of, **rounded, "sufficient": share.sufficient}

    def committee(self, committee: Committee) -> dict[str, Any]:
        """Of the chain and the allies the ids: their rows stand among the members."""
        return self.fields(committee) | {
            "chain": [str(one.id) for one in committee.chain],
            "allies": [str(one.id) for one in committee.allies],
            "uncovered": self(committee.uncovered),
            "since_economic_buyer": committee.since_economic_buyer,
            "overdue": [action.id for one in committee.present for action in one.overdue(committee.today)],
        }

    def fraction(self, number: Fraction) -> float:
        """An exact ratio is rounded to six decimals."""
        return round(float(number), 6)

    def pipeline(self, _pipeline: Pipeline) -> NoReturn:
        raise TypeError("a Pipeline has no JSON form: it is there to be asked, so give one of its answers")

    def incidence(self, incidence: Incidence) -> dict[str, Any]:
        """The shares that follow from the exits stand beside them, so that nobody has to work them out again."""
        ways = dict.fromkeys(way for one in incidence.exits for way in one.ways)
        shares = {
            way: {
                "share": incidence.share(way),
                "interval": incidence.interval(way),
                "eventually": incidence.eventually(way),
            }
            for way in ways
        }
        return self.fields(incidence) | {"ways": self(shares)}

    def portfolio(self, portfolio: Portfolio) -> dict[str, Any]:
        """Of those that are asked for by name the ids: they stand among the accounts."""
        asked = ("key", "undesignated", "outside", "not_buying", "unplanned", "pursued", "unscreened")
        lists = {name: [str(one.account) for one in getattr(portfolio, name)] for name in asked}
        return self.fields(portfolio) | lists

    def relation(self, _relation: Relation) -> NoReturn:
        raise TypeError("a Relation has no JSON form: it is there to be asked, so give one of its answers")

    def contacts(self, _contacts: Contacts) -> NoReturn:
        raise TypeError("Contacts have no JSON form: they are there to be asked, so give one of their answers")

    def objections(self, objections: Objections) -> dict[str, Any]:
        """What became of them all and of each lot; the closed deals are those of the ends."""
        lots = {by: {name: lot.resolution for name, lot in objections.by(by).items()} for by in ObjectionBy}
        return {
            "at": self(objections.at),
            "resolution": self(objections.resolution),
            **{f"by_{by}": self(some) for by, some in lots.items()},
            **{name: self(getattr(objections, name)) for name in ("early", "at_close", "open", "cases", "ends")},
        }

    def competition(self, competition: Competition) -> dict[str, Any]:
        """The answers, beside the contests of which anything is known."""
        asked = ("at", "deals", "rivals", "by_price", "by_contested", "closer", "accounts")
        return {
            **{name: self(getattr(competition, name)) for name in asked},
            "criteria": [self(one) for one in competition.criteria if one.record is not None],
            "contests": [self(one) for one in competition.contests if one.contested is not Contested.UNKNOWN],
        }

    def refused(self, refused: Refused) -> list[dict[str, str]]:
        return [{"refusal": type(reason).__name__, "text": str(reason)} for reason in refused.reasons]


_DERIVED: Mapping[type, tuple[str, ...]] = MappingProxyType(
    {
        StageCount: ("again",),
        Member: ("id", "roles", "influence", "stance", "is_buying_influence", "planned", "hears"),
        Support: ("share",),
        ChainCloseness: ("rivals_closer",),
        Relationship: ("work",),
        Exposure: ("a_year",),
        SignalScore: ("quartiles",),
        Rhythm: ("last", "silent", "usual"),
        Pattern: ("chance", "is_signal", "is_constant", "range", "text"),
        ValueCount: ("verdict",),
        Ranking: ("vital",),
        Clash: ("records",),
        Overbooked: ("records",),
        DealEffort: ("lacks",),
        ContactCounts: ("total",),
        ConclusionShare: ("beside",),
        DuePromise: ("overdue",),
        Silence: ("never", "days"),
        Resolution: ("rate",),
        Results: ("deals", "closed", "win_rate"),
        DealContest: ("favours",),
        DealRival: ("incumbent",),
        RivalCriteria: ("state",),
        Changes: ("totals", "residual"),
        SeatedMember: ("id",),
        DealObjection: ("settled",),
        GatePassage: ("overridden",),
        TurningPoint: ("known_at_the_time",),
    }
)
"""What follows from the fields of an answer and stands beside them, so that nobody has to work it out again."""

_FORMS: Mapping[type, Callable[[_Plain, Any], Any]] = MappingProxyType(
    {
        Funnel: _Plain.funnel,
        Incidence: _Plain.incidence,
        Plan: _Plain.plan,
        Pipeline: _Plain.pipeline,
        Committee: _Plain.committee,
        Fraction: _Plain.fraction,
        Portfolio: _Plain.portfolio,
        Relation: _Plain.relation,
        Contacts: _Plain.contacts,
        Objections: _Plain.objections,
        Competition: _Plain.competition,
        Story: _Plain.story,
        Record: _Plain.record,
        Personal: _Plain.words,
        Names: _Plain.called,
        Share: _Plain.share,
        Refused: _Plain.refused,
    }
)
