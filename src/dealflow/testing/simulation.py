"""Simulation: a journal of a made-up market, evening by evening, with the truth it is to be held against."""

from collections.abc import Iterator
from operator import attrgetter, itemgetter
from uuid import UUID

import attrs

from dealflow.domain.playbook import playbook_id
from dealflow.testing.accounts import tell_account
from dealflow.testing.chance import happens, stream_of_chance
from dealflow.testing.company import Company, companies
from dealflow.testing.contacts import tell_contacts
from dealflow.testing.deals import Case, draw_worth, leave_unwatched, tell_deal
from dealflow.testing.diary import Diary, Fact, the_day
from dealflow.testing.evenings import Beginning, Evening, Told, in_evenings
from dealflow.testing.knowing import tell_known
from dealflow.testing.life import Life, StageTruth, lives, truths
from dealflow.testing.market import Market
from dealflow.testing.needs import tell_needs
from dealflow.testing.people import committee, tell_committee, tell_people
from dealflow.testing.playbooks import Playbooks
from dealflow.testing.repeats import worth_recording

DEFAULT = Market()


@attrs.frozen
class Simulation:
    """One market as one seed plays it: the same in every run and every process.

    *lives* are the deals' whole futures, whatever has been recorded of them.
    """

    market: Market
    seed: int
    lives: tuple[Life, ...] = attrs.field(repr=False)

    def truth(self) -> tuple[StageTruth, ...]:
        """Return what becomes of the deals that come to each milestone, followed to their end."""
        return truths(self.lives, self.market.playbook.keys())

    def companies(self) -> tuple[Company, ...]:
        """Return the accounts as they are: who works there until when, and which stop buying."""
        return tuple(companies(self.market, self.seed, self.lives))

    def evenings(self) -> Iterator[Evening]:
        """Return all that is recorded, evening by evening; made as it is asked for, and not kept."""
        return in_evenings(_beginnings(self))


def simulate(market: Market = DEFAULT, seed: int = 0) -> Simulation:
    """Live every deal of a market; what is recorded of it follows in `Simulation.evenings` or by `fill`."""
    return Simulation(market, seed, tuple(lives(market, seed)))


# Everybody tells their own


def _beginnings(simulation: Simulation) -> Iterator[Beginning]:
    """Return the playbook, every account and every deal by the day they begin, each account before its deals."""
    market, seed = simulation.market, simulation.seed
    files = [_File(market, seed, company) for company in simulation.companies()]
    beginnings: list[tuple[int, int, Told]] = [(one.company.since, 0, one.account) for one in files]
    in_turn = sorted(simulation.lives, key=attrgetter("opened", "number"))
    beginnings += [(life.opened.toordinal(), 1, files[life.account].deal(life)) for life in in_turn]
    beginnings.sort(key=itemgetter(0, 1))
    yield beginnings[0][0], lambda: list(_playbook(market))
    for day, _, told in beginnings:
        yield day, told


def _playbook(market: Market) -> Iterator[Fact]:
    for day, event in Playbooks(market).events():
        yield Fact(day, playbook_id(market.playbook.key), None, (), the_day(day), "head of sales", event)


class _File:
    """All that is told of one account: in which evening each of its streams was begun, and its deals so far."""

    def __init__(self, market: Market, seed: int, company: Company) -> None:
        self.company = company
        self._market = market
        self._seed = seed
        self._born: dict[UUID, int] = {}
        self._deals: tuple[UUID, ...] = ()

    def account(self) -> list[Fact]:
        """Tell of the account and its people."""
        diary = self._diary("account", self.company.number)
        tell_account(self._market, self.company, diary)
        tell_people(self._market, self.company, diary)
        return list(worth_recording(diary.facts))

    def deal(self, life: Life) -> Told:
        """Return what tells of a deal; deals are to be handed in as they are opened."""
        others, self._deals = self._deals, (*self._deals, life.deal)

        def told() -> list[Fact]:
            diary = self._diary("deal", life.number)
            owner = self.company.colleague(diary.dice)
            case = Case(self._market, Playbooks(self._market), self.company, life, diary, owner, others)
            seated = committee(case)
            worth = draw_worth(case)
            tell_deal(case, worth)
            tell_committee(case, seated, tell_known(case, worth))
            tell_needs(case, seated, tell_contacts(case, seated))
            if happens(diary.dice, self._market.detail.unwatched):
                leave_unwatched(case)
            return list(worth_recording(diary.facts))

        return told

    def _diary(self, what: str, number: int) -> Diary:
        return Diary(stream_of_chance(self._seed, what, number), self._market.writing, self.company.stream, self._born)
