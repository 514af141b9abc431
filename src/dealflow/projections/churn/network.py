"""Signals in the people: who is for us, who is gone, whom we meet and how high they stand, how long all is silent."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from dealflow.domain.stakeholder import Influence, JobLevel, Role, Stance
from dealflow.journal import day_end
from dealflow.projections import Dated
from dealflow.projections.churn.judging import ChurnPolicy, Sign
from dealflow.projections.contacts import Turn
from dealflow.projections.look import many, positions
from dealflow.projections.people import PersonRow, Said, is_at, left_from, level_met, words_at
from dealflow.projections.relation import Lasting, Relation
from dealflow.projections.rhythm import earlier, later, rhythm
from dealflow.projections.warnings.judging import Severity, WarningState

UP, CLEAR, UNKNOWN = WarningState.UP, WarningState.CLEAR, WarningState.UNKNOWN
SEVERAL = 2
NOBODY_NAMED = "no contact says who was met"

# 1: a strong network


def few_supporters(relation: Relation, policy: ChurnPolicy) -> Sign:
    """Fewer are for us than the policy has it, of those still there, each by the last word on them, standing or in a
    deal; unknown while nobody there ever showed whose side they are on.
    """
    stances = {person: words_at(row, row.stances, relation.places, relation.at) for person, row in relation.people}
    last = {person: said[-1] for person, said in stances.items() if said}
    if not last:
        return Sign(UNKNOWN, "nobody there has shown whose side they are on")
    for_us = [one for one, _ in relation.present if one in last and last[one].value is Stance.SUPPORT]
    here = many(len(relation.present), "person", "people")
    text = f"{len(for_us)} of {here} there known to be for us; it takes {policy.supporters}"
    left = (gone for one, row in relation.people if one in last and (gone := _left(relation, row)) is not None)
    records = positions((one.record for one in last.values()), (one.record for one in left))
    return Sign(UP if len(for_us) < policy.supporters else CLEAR, text, records, tuple(for_us))


def one_contact_only(relation: Relation, policy: ChurnPolicy) -> Sign:
    """Fewer than two of theirs, of those still there, were met within the policy's days.

    Contacts that do not say with whom they were count for nobody; unknown while none says it.
    """
    named = _named(relation)
    if not named:
        return Sign(UNKNOWN, NOBODY_NAMED)
    away = {one for one, _ in relation.people} - {one for one, _ in relation.present}
    recent = relation.lately(named, policy.contacts)
    met = {one: contact for contact in recent for one in contact.value.theirs if one not in away}
    text = f"{many(len(met), 'person', 'people')} met in the last {policy.contacts} days"
    records, people = positions(one.record for one in recent or named[-1:]), tuple(sorted(met))
    if len(met) < SEVERAL:
        return Sign(UP, text, records, people)
    until = sorted(last.since for last in met.values())[-SEVERAL]
    return Sign(CLEAR, text, records, people, turns=later(relation.day(until), policy.contacts + 1))


def champion_departed(relation: Relation, policy: ChurnPolicy) -> Sign:
    """A coach or ally left within the policy's days, and nobody there is one now; unknown while none was ever known."""
    if not any(_ever_champion(relation, row) for _, row in relation.people):
        return Sign(UNKNOWN, "nobody there was ever known as coach or ally")
    champions = {one: said for one, row in relation.people if (said := _champion(relation, row))}
    here = {one: champions[one] for one, _ in relation.present if one in champions}
    if here:
        text = f"{many(len(here), 'coach or ally', 'coaches or allies')} there"
        return Sign(CLEAR, text, positions(*here.values()), tuple(here))
    steps = {one: step for one, row in relation.people if one in champions and (step := _left(relation, row))}
    gone = {one: step for one, step in steps.items() if relation.days_since(step.end) <= policy.departed}
    if not gone:
        return Sign(CLEAR, f"no coach or ally left in the last {policy.departed} days", positions(*champions.values()))
    last = relation.day(max(step.end for step in gone.values()))
    return Sign(
        UP,
        f"{many(len(gone), 'coach or ally', 'coaches or allies')} left, the last on {last}; nobody there is one now",
        positions((step.record for step in gone.values()), *(champions[one] for one in gone)),
        tuple(gone),
        Severity.DANGER,
        turns=later(last, policy.departed + 1),
    )


def _left(relation: Relation, row: PersonRow) -> Dated[UUID | None] | None:
    """Return the step by which a person left the account; nothing where they are there, or never were."""
    if any(is_at(row, place, relation.at) for place in relation.places):
        return None
    steps = (left_from(row, place, relation.at) for place in relation.places)
    return max((one for one in steps if one is not None), key=lambda one: one.end, default=None)


def _champion(relation: Relation, row: PersonRow) -> tuple[int, ...]:
    """Return the records by which a person is coach, standing or in a deal, or ally by the last word on it."""
    coach = {
        one.deal: one for one in words_at(row, row.roles, relation.places, relation.at) if one.value.role is Role.COACH
    }
    ally = words_at(row, row.allies, relation.places, relation.at)[-1:]
    held = (one.record for one in coach.values() if one.value.held)
    return positions(held, (one.record for one in ally if one.value))


def _ever_champion(relation: Relation, row: PersonRow) -> bool:
    roles = words_at(row, row.roles, relation.places, relation.at)
    allies = words_at(row, row.allies, relation.places, relation.at)
    return any(one.value.role is Role.COACH and one.value.held for one in roles) or any(one.value for one in allies)


# 1: the support surface


def support_shrinking(relation: Relation, policy: ChurnPolicy) -> Sign:
    """Those for us weigh less than when the window began, or than when it was first known since.

    People of unknown influence or stance weigh nothing, nor does who has left; unknown while nobody
    there was ever known by both.
    """
    known = min(_known(relation), default=None)
    if known is None:
        return Sign(UNKNOWN, "of nobody there both influence and stance were ever known")
    began, first = earlier(relation.today, policy.window), relation.day(known)
    since = max(began, first)
    now, then = _for_us(relation, relation.at), _for_us(relation, _evening(relation, since))
    less, more = (
        sum((policy.weights[weight.value] for _, weight in some.values()), Fraction(0)) for some in (now, then)
    )
    ago = f"{policy.window} days ago" if began >= first else f"on {first}, when it was first known,"
    lost = tuple(one for one in then if one not in now)
    left = (step.record for one, row in relation.people if one in lost and (step := _left(relation, row)))
    rated = (word.record for some in (now, then) for words in some.values() for word in words)
    moved = min((one for one in _days(relation) if one > since), default=None)
    return Sign(
        UP if less < more else CLEAR,
        f"those for us weigh {float(less):g}; {ago} they weighed {float(more):g}",
        positions(rated, left),
        lost or tuple(now),
        turns=None if moved is None else later(moved, policy.window),
    )


def _known(relation: Relation) -> Iterator[datetime]:
    """Yield for each of the people when both their stance and their influence came to be known."""
    for _, row in relation.people:
        stances = words_at(row, row.stances, relation.places, relation.at)
        influence = words_at(row, row.influence, relation.places, relation.at)
        if stances and influence:
            yield max(min(one.end for one in stances), min(one.end for one in influence))


def _for_us(relation: Relation, moment: datetime) -> Mapping[UUID, tuple[Said[Stance], Said[Influence]]]:
    """Return whose last word at a moment was for us, of those there and of known influence, each with both words."""
    found = {}
    for person, row in relation.people:
        if any(is_at(row, place, moment) for place in relation.places):
            stance = words_at(row, row.stances, relation.places, moment)
            influence = words_at(row, row.influence, relation.places, moment)
            if stance and influence and stance[-1].value is Stance.SUPPORT:
                found[person] = stance[-1], influence[-1]
    return found


def _days(relation: Relation) -> Iterator[date]:
    """Yield the days on which the support can have changed."""
    for _, row in relation.people:
        said: tuple[Dated[Any] | Said[Any], ...] = (*row.places, *row.roles, *row.stances, *row.influence)
        yield from (relation.day(one.end) for one in said if one.end <= relation.at)


def _evening(relation: Relation, day: date) -> datetime:
    return min(day_end(day, relation.horizon.zone), relation.at)


# 2: a high level


def no_executive_contact(relation: Relation, policy: ChurnPolicy) -> Sign:
    """Nobody of theirs at an executive level was met within the policy's days.

    Unknown while no contact says who was met, and where somebody was met within the days of whom
    nobody knows how high they stood, and no executive.
    """
    named = _named(relation)
    if not named:
        return Sign(UNKNOWN, NOBODY_NAMED)
    recent, rows = relation.lately(named, policy.met), dict(relation.people)
    levels: list[tuple[Lasting[Turn], UUID, Dated[JobLevel | None] | None]] = []
    for contact in reversed(recent):
        said = [(one, _level(rows.get(one), contact, relation.at)) for one in contact.value.theirs]
        met = {one: level for one, level in said if level is not None and level.value in policy.executive}
        if met:
            last = relation.day(contact.since)
            records = positions((contact.record,), (level.record for level in met.values()))
            text = f"{many(len(met), 'executive')} last met on {last}"
            return Sign(CLEAR, text, records, tuple(met), turns=later(last, policy.met + 1))
        levels = [*((contact, one, level) for one, level in said), *levels]
    unknown = [(contact, person) for contact, person, level in levels if level is None]
    if unknown:
        latest, people = unknown[-1][0], tuple(dict.fromkeys(person for _, person in unknown))
        text = f"how high {many(len(people), 'person', 'people')} stood who were met in the last {policy.met} days"
        records = positions(one.record for one, _ in unknown)
        turns = later(relation.day(latest.since), policy.met + 1)
        return Sign(UNKNOWN, f"nobody knows {text}", records, people, turns=turns)
    text = f"no executive met in the last {policy.met} days; {many(len(recent), 'contact')} with others"
    records = positions((one.record for one in recent or named[-1:]), (level.record for _, _, level in levels if level))
    return Sign(UP, text, records, tuple(dict.fromkeys(person for _, person, _ in levels)))


def _level(row: PersonRow | None, contact: Lasting[Turn], at: datetime) -> Dated[JobLevel | None] | None:
    """Return how high someone stood when they were met, as far as it is known by a moment."""
    level = None if row is None else level_met(row, contact.since)
    return level if level is not None and level.end <= at else None


def _named(relation: Relation) -> Sequence[Lasting[Turn]]:
    """Return the contacts that say with whom they were, those told twice once."""
    return [one for one in relation.contacts if one.stands and one.value.theirs]


# 8: open channels


def silence(relation: Relation, policy: ChurnPolicy) -> Sign:
    """There was no contact and no purchase for longer than so many of the account's own usual gaps; unknown while it
    has too few.
    """
    met = (one for one in relation.contacts if one.stands)
    signs: list[Lasting[Any]] = sorted((*met, *relation.bought), key=lambda one: one.since)
    heard = rhythm((relation.day(one.since) for one in signs), relation.today)
    if len(heard.days) < policy.known or heard.usual is None:
        return Sign(UNKNOWN, f"in touch on {many(len(heard.days), 'day')}; it takes {policy.known} to know the rhythm")
    text = f"last in touch {heard.silent} days ago; usually every {heard.usual:g}"
    records, due = positions(one.record for one in signs[-policy.known :]), heard.due(policy.times)
    up = due is not None and due <= relation.today
    return Sign(UP if up else CLEAR, text, records, turns=None if up else due)
