"""Team: who of ours carries what, who faces whom, who is booked twice, and where effort goes next (domain.md §10)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from uuid import UUID

import attrs

from dealflow.domain.deal import Status
from dealflow.money import totals
from dealflow.projections.bookings import (
    BOOKINGS,
    Appointment,
    Booked,
    Booking,
    BookingPolicy,
    Clash,
    Overbooked,
    appointments,
    booked,
    bookings,
    clashes,
    is_dated,
    overbooked,
)
from dealflow.projections.cases import Horizon
from dealflow.projections.conduct import of_survivor
from dealflow.projections.contact import Contact
from dealflow.projections.coverage_ladder import COVERAGE, CoveragePolicy, coverage_ladder
from dealflow.projections.deals import Pipeline
from dealflow.projections.effort import EFFORT, EffortPolicy, NextEffort, is_followed, next_effort
from dealflow.projections.estimates import SAMPLING, Sampling
from dealflow.projections.forecast import Amounts
from dealflow.projections.pipeline import DealRow, Standing
from dealflow.projections.relation import Relation


@attrs.frozen
class TeamPolicy:
    """Everything about the team that somebody could argue about."""

    bookings: BookingPolicy = BOOKINGS
    effort: EffortPolicy = EFFORT
    coverage: CoveragePolicy = COVERAGE
    sampling: Sampling = SAMPLING


TEAM = TeamPolicy()


@attrs.frozen
class Match:
    """One of *ours* faces one of *theirs* at an *account*: as a line of the coverage ladder has it."""

    ours: str
    theirs: UUID
    account: UUID
    assigned: bool
    main: bool
    met: date | None
    records: tuple[int, ...]


@attrs.frozen
class Load:
    """What one of *ours* carries.

    *deals* are the open ones they own, worth *amount* by currency, those *without_amount* not in it.
    *unfollowed* are apart from these: nobody follows them any more, so they may be closed by now.
    *accounts* are those they answer for. *booked* is how much of their time is, period by period, and
    *contacts* those planned ahead in which they are to take part. *faces* are the people of theirs they
    face, *main* those whose main contact they are.
    """

    ours: str
    deals: tuple[UUID, ...]
    amount: Amounts
    without_amount: int
    unfollowed: tuple[UUID, ...]
    accounts: tuple[UUID, ...]
    booked: tuple[Booked, ...]
    contacts: tuple[UUID, ...]
    faces: tuple[UUID, ...]
    main: tuple[UUID, ...]


@attrs.frozen
class Nobodys:
    """What nobody of ours is named for: open deals, followed or not, accounts, and contacts planned ahead."""

    deals: tuple[UUID, ...]
    accounts: tuple[UUID, ...]
    contacts: tuple[UUID, ...]


@attrs.frozen
class Team:
    """Our people on the evening of a day, by name, each with their load.

    *matches* say who faces whom; *bookings* and *appointments* what takes time from that day on,
    *undated* the appointments of which not even the day is known. *clashes* and *overbooked* are
    double bookings, *next* is where effort goes next.
    """

    at: date
    policy: TeamPolicy
    loads: tuple[Load, ...]
    nobodys: Nobodys
    matches: tuple[Match, ...]
    bookings: tuple[Booking, ...]
    appointments: tuple[Appointment, ...]
    undated: tuple[UUID, ...]
    clashes: tuple[Clash, ...]
    overbooked: tuple[Overbooked, ...]
    next: NextEffort


def team(
    pipeline: Pipeline,
    rows: Mapping[UUID, DealRow],
    relations: Iterable[Relation],
    contacts: Iterable[Contact],
    policy: TeamPolicy = TEAM,
) -> Team:
    """Return the team as of the horizon of a pipeline; *rows* are those of its deals, *relations* all accounts.

    Deals and contacts of an account that was merged into another are the other's.
    """
    horizon, accounts = pipeline.horizon, tuple(relations)
    today = horizon.day(horizon.until)
    stands_for = {place: one.account for one in accounts for place in one.places}
    still = [of_survivor(one, stands_for) for one in pipeline.deals if one.status is Status.OPEN]
    taken = bookings(((rows[one.deal], one) for one in pipeline.deals), horizon)
    ahead = appointments((of_survivor(one, stands_for) for one in contacts), horizon)
    matches = tuple(match for one in accounts for match in _matches(one, policy.coverage))
    owners = {one.account: one.owners[-1].value if one.owners else None for one in accounts}
    owning = {*(one.owner for one in still), *owners.values()}
    named = {one.ours for one in taken} | {one.ours for one in matches} | {ours for one in ahead for ours in one.ours}
    people = named | {one for one in owning if one is not None}
    return Team(
        at=today,
        policy=policy,
        loads=tuple(_load(ours, still, owners, taken, ahead, matches, horizon, policy) for ours in sorted(people)),
        nobodys=Nobodys(
            deals=tuple(one.deal for one in still if one.owner is None),
            accounts=tuple(account for account, owner in owners.items() if owner is None),
            contacts=tuple(one.contact for one in ahead if not one.ours),
        ),
        matches=matches,
        bookings=taken,
        appointments=ahead,
        undated=tuple(one.contact for one in ahead if not is_dated(one, horizon)),
        clashes=clashes(ahead, horizon, policy.bookings),
        overbooked=overbooked(taken, today),
        next=next_effort(still, pipeline.playbooks, pipeline.chances(policy.sampling), horizon, policy.effort),
    )


def _matches(relation: Relation, policy: CoveragePolicy) -> Iterator[Match]:
    ladder = coverage_ladder(relation, policy=policy)
    for line in (line for rung in (*ladder.rungs, ladder.unplaced) for line in rung.lines):
        if line.ours is not None:
            yield Match(line.ours, line.theirs, relation.account, line.assigned, line.main, line.met, line.records)


def _load(  # noqa: PLR0917 (all that somebody can carry)
    ours: str,
    still: Iterable[Standing],
    owners: Mapping[UUID, str | None],
    taken: Iterable[Booking],
    ahead: Iterable[Appointment],
    matches: Sequence[Match],
    horizon: Horizon,
    policy: TeamPolicy,
) -> Load:
    owned = [one for one in still if one.owner == ours]
    own = [one for one in owned if is_followed(one, horizon)]
    priced = [one.amount for one in own if one.amount is not None]
    faced = [one for one in matches if one.ours == ours]
    return Load(
        ours=ours,
        deals=tuple(one.deal for one in own),
        amount=totals(priced),
        without_amount=len(own) - len(priced),
        unfollowed=tuple(one.deal for one in owned if not is_followed(one, horizon)),
        accounts=tuple(account for account, owner in owners.items() if owner == ours),
        booked=booked([one for one in taken if one.ours == ours], horizon.day(horizon.until), policy.bookings),
        contacts=tuple(one.contact for one in ahead if ours in one.ours),
        faces=tuple(dict.fromkeys(one.theirs for one in faced)),
        main=tuple(dict.fromkeys(one.theirs for one in faced if one.main)),
    )
