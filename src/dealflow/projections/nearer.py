"""Nearer: to whom in the decision chain of a deal a rival is closer than we are (domain.md §4, §7).

The rule is that of `closeness`, asked of the rows of people, so that all open deals can be asked at once.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

import attrs

from dealflow.domain.acceptance import Closeness
from dealflow.domain.contact import ContactLevel, level_of
from dealflow.journal import When
from dealflow.projections.closeness import CLOSENESS, ClosenessPolicy, is_closer
from dealflow.projections.contacts import ContactRow
from dealflow.projections.people import Met, PersonRow, by_account, roles_in, words_in
from dealflow.projections.pipeline import Standing


@attrs.frozen
class NearerRival:
    """A *competitor* is closer to a *person* of the decision chain of a *deal* than we are.

    *closeness* is theirs, *contact* ours; *records* are the rating, and the contacts held with the person.
    """

    deal: UUID
    person: UUID
    competitor: str
    closeness: Closeness
    contact: ContactLevel
    records: tuple[int, ...]


@attrs.frozen
class Acquaintance:
    """Who was ever at each account or in each deal (*people*), and when contacts turned out to be told *twice*.

    *twice* is by the record of the one that counts no more.
    """

    people: Mapping[UUID, Iterable[tuple[UUID, PersonRow]]]
    twice: Mapping[int, datetime] = MappingProxyType({})

    @classmethod
    def of(cls, people: Mapping[UUID, PersonRow], contacts: Iterable[ContactRow]) -> "Acquaintance":
        """Gather it from the rows of people and of contacts."""
        merged = ((row, min(one.end for one in row.merged)) for row in contacts if row.merged)
        twice = {turn.record: since for row, since in merged for turn in row.turns}
        return cls(by_account(people), MappingProxyType(twice))

    def met(self, row: PersonRow, at: datetime) -> list[Met]:
        """Return the contacts held with somebody by a moment, each once."""
        told = (one for one in row.met if one.end <= at)
        return [one for one in told if (since := self.twice.get(one.record)) is None or since > at]

    def nearer(
        self, deal: Standing, rivals: Collection[str], at: datetime, policy: ClosenessPolicy = CLOSENESS
    ) -> Iterator[NearerRival]:
        """Yield to whom these *rivals* were closer than we, of those with a part in buying the deal at a moment."""
        spots = (deal.account, deal.deal) if rivals else ()
        people = dict(one for spot in spots for one in self.people.get(spot, ()))
        for person, row in people.items():
            if not row.rivals or not roles_in(row, deal.account, at, deal.deal):
                continue
            said = {one.value.competitor: one for one in words_in(row, row.rivals, deal.account, at, deal.deal)}
            met = self.met(row, at)
            contact = level_of(((When(one.start, one.end), one.ours) for one in met), at, policy.committee.contact)
            for rival, word in said.items():
                if rival in rivals and is_closer(word.value.closeness, contact, policy):
                    records = tuple(sorted({word.record, *(one.record for one in met)}))
                    yield NearerRival(deal.deal, person, rival, word.value.closeness, contact, records)
