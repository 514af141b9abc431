"""Questions: everything that can be asked of deals and their people, beside what can be asked of accounts.

Each as of any day on both clocks. The answers are pure functions of `projections` and `replay`; here
they are given what they stand on.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

import attrs

from dealflow.account_questions import AccountQuestions
from dealflow.conversation import around
from dealflow.domain.deal import Status
from dealflow.domain.stakeholder import Role
from dealflow.journal import JOURNAL
from dealflow.money import Money, Rates
from dealflow.projections import View
from dealflow.projections.cases import Horizon
from dealflow.projections.closeness import CLOSENESS, ChainCloseness, ClosenessPolicy, closeness
from dealflow.projections.committee import COMMITTEE, Committee, CommitteePolicy, committee
from dealflow.projections.deals import Pipeline, pipeline
from dealflow.projections.estimates import SAMPLING, Sampling
from dealflow.projections.funnel import Funnel
from dealflow.projections.health import Health, health
from dealflow.projections.look import HEALTH, HealthPolicy
from dealflow.projections.norms import Basis, chosen, counted, measured
from dealflow.projections.people import PEOPLE, lacking_roles
from dealflow.projections.pipeline import PIPELINE, Standing, standing
from dealflow.projections.plan import Plan, done, plan
from dealflow.projections.playbooks import PLAYBOOKS, playbook_at
from dealflow.projections.relation import Relation
from dealflow.projections.schedule import Month, Pace
from dealflow.projections.situation import Situation, Usual, gathered, situation
from dealflow.projections.times import usual_times
from dealflow.projections.warnings import WARNINGS
from dealflow.projections.warnings.judging import Check
from dealflow.reading import Moment


class Questions(AccountQuestions):
    """What a journal of selling answers."""

    def pipeline(
        self,
        *,
        happened: Moment | None = None,
        known: Moment | None = None,
        knowledge: str = "journal",
        playbook: str | None = None,
        entry: str | None = None,
        rates: Rates | None = None,
    ) -> Pipeline:
        """Return the deals as they stood at *happened*, as known at *known*, to be asked or cut into lots.

        *playbook* keeps those that stand under one; *entry* those that came to a milestone or beyond
        it, and has their time begin there; *rates* bring amounts into one currency. Raises
        `NoSuchMilestone`, `NoRate`.
        """
        deals, playbooks = self._with_playbooks(PIPELINE, known=known, knowledge=knowledge)
        return pipeline(
            deals.values(),
            playbooks.values(),
            self._horizon(happened, known),
            playbook=playbook,
            entry=entry,
            rates=rates,
            happened=self._until(happened),
            known=self._until(known),
        )

    def funnel(
        self,
        *,
        happened: Moment | None = None,
        known: Moment | None = None,
        knowledge: str = "journal",
        playbook: str | None = None,
    ) -> Funnel:
        """Count the funnel as of *happened*, as it was known at *known* (absent: all, now)."""
        return self.pipeline(happened=happened, known=known, knowledge=knowledge, playbook=playbook).funnel()

    def plan(
        self,
        target: Money,
        average: Money,
        months: Mapping[Month, int] | Iterable[Month],
        *,
        playbook: str | None = None,
        basis: Basis = "playbook",
        pace: Pace = "lengths",
        blocked: Iterable[date] = (),
        sampling: Sampling = SAMPLING,
        happened: Moment | None = None,
        known: Moment | None = None,
        knowledge: str = "journal",
    ) -> Plan:
        """Plan a target backward from its signing *months*, beside what was really done by *happened*.

        *average* is the amount of an order; *months* so many signatures each, or months over which
        they are spread. *playbook* is the one to follow (absent: the journal's only one, or the
        standard one); *basis* says whose norms: its own, or those measured here; *pace* how long a
        milestone is worked: its usual length, or a month; *blocked* are days of weeks without work;
        *sampling* how much history a measured norm needs. Raises `CannotPlan`.
        """
        deals, playbooks = self._with_playbooks(PIPELINE, known=known, knowledge=knowledge)
        moment = self._until(happened)
        asked = pipeline(deals.values(), playbooks.values(), self._horizon(happened, known), happened=moment)
        followed = chosen([playbook_at(row, moment) for row in playbooks.values()], playbook)
        if basis == "measured":
            norms = measured(
                followed, {one.stage: one.learnt for one in asked.chances(sampling) if one.playbook == followed.key}
            )
        else:
            norms = counted(followed)
        return plan(
            target,
            average,
            months,
            norms,
            pace=pace,
            blocked=blocked,
            today=asked.horizon.day(asked.horizon.until),
            done=done(asked.deals, followed.key, self.zone) if asked.deals else None,
        )

    def deals(
        self, *, happened: Moment | None = None, known: Moment | None = None, knowledge: str = "journal"
    ) -> tuple[Standing, ...]:
        """Return how every deal stood, in the order they entered the journal."""
        rows = self.rows(PIPELINE, known=known, knowledge=knowledge).values()
        return tuple(deal for row in rows if (deal := standing(row, self._until(happened))) is not None)

    def situation(
        self,
        deal: UUID,
        *,
        happened: Moment | None = None,
        known: Moment | None = None,
        knowledge: str = "journal",
        sampling: Sampling = SAMPLING,
    ) -> Situation:
        """Return how a deal stood, with its people and its account, to be asked about them.

        Its cost grows with the deal, its people and its account, not with the journal, unless it is
        asked how long deals usually stay at its milestone, for which *sampling* is how much history
        is needed.
        """
        return situation(
            deal,
            self._around(deal, known, knowledge),
            self._horizon(happened, known),
            happened=self._until(happened),
            usual=self._usual(known, knowledge, sampling),
        )

    # People

    def committee(
        self,
        deal: UUID,
        *,
        happened: Moment | None = None,
        known: Moment | None = None,
        knowledge: str = "journal",
        policy: CommitteePolicy = COMMITTEE,
    ) -> Committee:
        """Return who decides about a deal, what each of them is to it, and who of them is for us."""
        return committee(self.situation(deal, happened=happened, known=known, knowledge=knowledge), policy)

    def closeness(
        self,
        deal: UUID,
        *,
        happened: Moment | None = None,
        known: Moment | None = None,
        knowledge: str = "journal",
        policy: ClosenessPolicy = CLOSENESS,
    ) -> ChainCloseness:
        """Return how near the people of a deal are to us, each and as its decision chain."""
        return closeness(self.situation(deal, happened=happened, known=known, knowledge=knowledge), policy)

    def lacking_roles(
        self,
        *,
        happened: Moment | None = None,
        known: Moment | None = None,
        knowledge: str = "journal",
        entry: str | None = None,
    ) -> Mapping[UUID, tuple[Role, ...]]:
        """Return for each account with an open deal the buying roles that nobody is known to hold.

        Known is a role at the account, or in any of its open deals. *entry* counts only deals that
        came to that milestone or beyond it.
        """
        deals = self.pipeline(happened=happened, known=known, knowledge=knowledge, entry=entry).deals
        people = self.rows(PEOPLE, known=known, knowledge=knowledge)
        return lacking_roles(people, deals, self._until(happened))

    # Health

    def health(
        self,
        deal: UUID,
        *,
        happened: Moment | None = None,
        known: Moment | None = None,
        knowledge: str = "journal",
        policy: HealthPolicy = HEALTH,
        checks: Sequence[Check] = WARNINGS,
        sampling: Sampling = SAMPLING,
    ) -> Health:
        """Judge a deal by its three thresholds and its warnings, as of *happened* and as known at *known*.

        *policy* says when a threshold is passed and a warning up, *checks* which warnings there are,
        *sampling* how much history it takes to say how long deals usually stay somewhere.
        """
        asked = self.situation(deal, happened=happened, known=known, knowledge=knowledge, sampling=sampling)
        return health(asked, policy, checks)

    def healths(
        self,
        *,
        happened: Moment | None = None,
        known: Moment | None = None,
        knowledge: str = "journal",
        policy: HealthPolicy = HEALTH,
        checks: Sequence[Check] = WARNINGS,
        sampling: Sampling = SAMPLING,
    ) -> tuple[Health, ...]:
        """Judge every deal that was open, in the order they entered the journal; each account is read once.

        Takes what `health` takes.
        """
        stood = self.deals(happened=happened, known=known, knowledge=knowledge)
        opened = [one for one in stood if one.status is Status.OPEN]
        horizon, usual = self._horizon(happened, known), self._usual(known, knowledge, sampling)
        found = {
            deal.deal: health(attrs.evolve(found, usual=usual), policy, checks)
            for deal, found in self._situations(opened, horizon, known, knowledge, happened=self._until(happened))
        }
        return tuple(found[one.deal] for one in opened)

    def _situations(
        self,
        deals: Iterable[Standing],
        horizon: Horizon,
        known: Moment | None,
        knowledge: str,
        *,
        happened: datetime | None = None,
        places: Mapping[UUID, Relation] = MappingProxyType({}),
    ) -> Iterator[tuple[Standing, Situation]]:
        """Yield how deals stood by *happened* (absent: all that is told), account by account, each read once.

        With *places*, all that stand for one account are read with it.
        """
        accounts: dict[UUID, list[Standing]] = {}
        for one in deals:
            accounts.setdefault(one.account, []).append(one)
        for account, some in accounts.items():
            there = places[account].places if account in places else {account}
            records = self._as_known(around(self.journal, [one.deal for one in some], there), known, knowledge)
            whole = gathered(some[0].deal, records, horizon, happened=happened)
            yield from ((one, attrs.evolve(whole, id=one.deal)) for one in some)

    def _with_playbooks(
        self, *views: View[Any], known: Moment | None, knowledge: str
    ) -> tuple[Mapping[UUID, Any], ...]:
        """Return rows as they were known, last the playbooks: those are ours, and so of no other source's knowledge."""
        if knowledge == JOURNAL:
            return self.rows_of(*views, PLAYBOOKS, known=known)
        return (*self.rows_of(*views, known=known, knowledge=knowledge), self.rows(PLAYBOOKS))

    def _usual(self, known: Moment | None, knowledge: str, sampling: Sampling) -> Usual:
        """Return how to ask how long visits to a milestone usually last, by what was known then."""
        return usual_times(
            lambda: self.rows(PIPELINE, known=known, knowledge=knowledge).values(), self.zone, sampling.floor
        )
