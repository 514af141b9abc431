"""Restating: the source says something else of an end than it did, without having opened the deal again."""

from typing import ClassVar

import attrs

from dealflow.decider import Events, Facts, Refused
from dealflow.domain.deal import DEAL, Deal, DealWon
from dealflow.domain.noting import CorrectRecord
from dealflow.domain.noun import Corrected, NotThere
from dealflow.journal import When
from dealflow.money import Money

RESTATED = "the source changed what it says of the end"


@attrs.frozen
class RestateEnd:
    """Ask to correct the last end of a deal: the amount it was won for, and when it was (absent: as it is)."""

    noun: ClassVar = DEAL
    life_cycle: ClassVar = False

    amount: Money | None
    ended: When | None

    def decide(self, deal: Deal | None, facts: Facts) -> Events:
        """Stays quiet where the end reads so already, where more was said of it later, and where the
        deal was open by then.
        """
        if deal is None:
            raise Refused(NotThere("deal"))
        ends = [record for record in DEAL.before(facts.own, facts.at) if record.event == deal.end]
        if not ends or _said_later(facts, ends[-1].version):
            return ()
        end = ends[-1].event
        if isinstance(end, DealWon):
            end = attrs.evolve(end, amount=self.amount)
        return CorrectRecord(ends[-1].version, RESTATED, end, self.ended).decide(deal, facts)


def _said_later(facts: Facts, version: int) -> bool:
    """A correction holds whatever the happened clock says: an older one asked again must not undo it."""
    corrections = (record for record in facts.own if isinstance(record.event, Corrected))
    return any(one.event.version == version and one.occurred_to > facts.at.end for one in corrections)
